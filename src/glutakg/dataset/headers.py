"""The header of a query file: what it answers, in two languages, and its typed parameters.

A query file runs as it stands on any SPARQL 1.1 server. Its header says what it answers, in English and
Dutch; each declared parameter is a variable whose one `VALUES` line is the default:

    # title: Protective nutrients
    # title@nl: Beschermende voedingsstoffen
    # question: What does a nutrient protect against?
    # question@nl: Waartegen beschermt een voedingsstof?
    # tags: nutrients
    # answers: CQ10
    # parameter: nutrient iri The nutrient to look at | De voedingsstof

    PREFIX gkd: <https://w3id.org/glutakg/data/>
    SELECT ... WHERE {
      VALUES ?nutrient { gkd:magnesium }
      ...

A query that asks another server with SERVICE says `# needs: network`. One that follows the hierarchy of other
ontologies names them (`# ontologies: mondo`): it runs on their slices, and sees more where they are imported.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from glutakg.dataset.parameters import EXAMPLES, Parameter, ParameterType, Value, parse_default, spell
from glutakg.errors import QueryError
from glutakg.files import read_text
from glutakg.markup import element, framed, lines_of
from glutakg.text import did_you_mean, printable

__all__ = ["CatalogueQuery", "load_query", "parse_file", "parse_query", "parse_text", "plain_query"]


_FIELDS = ("title", "title@nl", "question", "question@nl", "tags", "answers", "needs", "ontologies")
_REQUIRED = _FIELDS[:5]
_HEADER_LINE = re.compile(r"# (?P<key>[a-z]+(?:@[a-z]+)?): (?P<value>\S.*)")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][A-Za-z0-9_]*) (?P<type>iri|string|language|integer|decimal|boolean) "
    r"(?P<en>[^|]*[^|\s]) \| (?P<nl>[^|\s][^|]*)"
)
_VALUES_LINE = re.compile(r" *VALUES \?(?P<name>\w+) \{ (?P<term>.+) \}")
_OUTERMOST = frozenset({"WHERE {", "ASK {", "ASK WHERE {"})
_PREFIX_LINE = re.compile(r"[ \t]*PREFIX[ \t]+(?P<prefix>[\w.-]*):[ \t]*<(?P<iri>[^<>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class CatalogueQuery:
    """One query file: its name and subject, what it answers in both languages, its parameters and its text.

    `needs` is `("network",)` for a query that asks another server, and empty for all others. `ontologies` are
    those of which it sees slices alone until they are imported under these names.
    A query that a user brings without a catalogue header has empty `title`, `question` and `parameters`.
    """

    name: str
    subject: str
    path: Path | None
    title: Mapping[str, str]
    question: Mapping[str, str]
    tags: tuple[str, ...]
    answers: tuple[str, ...]
    needs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    ontologies: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return printable(f"<CatalogueQuery {self.name}: {self.question.get('en', '')}>")

    def _repr_html_(self) -> str:
        names = ", ".join(parameter.name for parameter in self.parameters) or "none"
        heading = element("h4", f"{self.name}: {self.title.get('en', '')}")
        about = element("p", self.question.get("en", ""), " Parameters: ", names)
        return framed(heading, about, element("pre", lines_of(self.text)))

    def without_defaults(self, *names: str) -> str:
        """Return the text with the defaults of these parameters gone; the lines keep their numbers."""
        gone = {parameter.line for parameter in self.parameters if parameter.name in names}
        return "\n".join("" if at in gone else line for at, line in enumerate(self.text.split("\n")))

    def with_values(self, values: Mapping[str, Value]) -> str:
        """Return the text with values in place of defaults, each written into the line of its parameter.

        What comes back runs anywhere as it stands; `values_in` reads the values out of it again.

        Args:
            values: the term of each parameter that is not to have its default, by name.
        """
        lines = self.text.split("\n")
        prefixes = _prefixes(lines)
        for each in self.parameters:
            if each.name in values:
                indent = lines[each.line][: -len(lines[each.line].lstrip())]
                term = spell(each.type, values[each.name], prefixes)
                lines[each.line] = f"{indent}VALUES ?{each.name} {{ {term} }}"
        return "\n".join(lines)

    def values_in(self, text: str) -> dict[str, Value] | None:
        """Return the value of each parameter in a text; None where that is not this query with other values.

        Args:
            text: of a query, such as `with_values` gives.
        """
        lines, own = text.rstrip().split("\n"), self.text.rstrip().split("\n")
        at = {each.line: each for each in self.parameters}
        if len(lines) != len(own) or any(
            line.rstrip() != mine.rstrip()
            for place, (line, mine) in enumerate(zip(lines, own, strict=True))
            if place not in at
        ):
            return None
        prefixes, found = _prefixes(own), {}
        for place, each in at.items():
            written = _VALUES_LINE.fullmatch(lines[place].rstrip())
            if written is None or written["name"] != each.name:
                return None
            value = parse_default(each.type, written["term"], prefixes)
            if value is None:
                return None
            found[each.name] = value
        return found


def _prefixes(lines: Iterable[str]) -> dict[str, str]:
    """Return the IRIs of the prefixes that the lines of a query declare."""
    return {found["prefix"]: found["iri"] for line in lines if (found := _PREFIX_LINE.match(line))}


def load_query(path: Path) -> CatalogueQuery:
    """Return the catalogue query in the file `path`; raise `QueryError` for a broken header."""
    return parse_query(read_text(path), path)


def parse_file(path: Path, *, with_values: bool = False) -> CatalogueQuery:
    """Return the query in a user's file, as `parse_text` reads it.

    Raises `SourceError` for a file that cannot be read, `QueryError` as `parse_text` does.
    """
    return parse_text(read_text(path), path, with_values=with_values)


def parse_text(text: str, path: Path, *, with_values: bool = False) -> CatalogueQuery:
    """Return the query that `text` holds, with its parameters where it begins with a whole catalogue header.

    Others begin their queries with `# title: …` too; what is no whole header is a comment. Only where there
    are values for its parameters (`with_values`) a broken header raises `QueryError`.
    """
    if not text.startswith("# title:"):
        return plain_query(text, path)
    try:
        return parse_query(text, path)
    except QueryError:
        if with_values:
            raise
        return plain_query(text, path)


def plain_query(text: str, path: Path | None = None) -> CatalogueQuery:
    """Return a query without header, and so without parameters; `path` is the file that holds it.

    >>> plain_query("ASK { ?s ?p ?o }").parameters
    ()
    """
    return CatalogueQuery(path.stem if path else "query", "", path, {}, {}, (), (), (), (), text)


def parse_query(text: str, path: Path) -> CatalogueQuery:
    """Return the catalogue query that `text`, the content of `path`, holds.

    Line ends may be LF or CRLF; in the query they are LF. Raises `QueryError` naming file and line where the
    header is not exactly of the form shown above.
    """
    return _HeaderParser(text.replace("\r\n", "\n"), path).parse()


class _HeaderParser:
    """Reads the header of one query file and finds the `VALUES` line of each of its parameters."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._lines = text.split("\n")
        self._fields: dict[str, str] = {}
        self._declared: dict[str, tuple[int, re.Match[str]]] = {}

    def parse(self) -> CatalogueQuery:
        """Return the query, or raise `QueryError` for the first fault."""
        end = self._read_header()
        missing = [key for key in _REQUIRED if key not in self._fields]
        if missing:
            raise self._fault(f"The header lacks `# {missing[0]}: …`.", 0)
        return CatalogueQuery(
            name=self._path.stem,
            subject=self._path.parent.name,
            path=self._path,
            title={"en": self._fields["title"], "nl": self._fields["title@nl"]},
            question={"en": self._fields["question"], "nl": self._fields["question@nl"]},
            tags=self._list("tags"),
            answers=self._list("answers"),
            needs=self._list("needs"),
            parameters=tuple(self._parameter(name, end) for name in self._declared),
            text=self._text,
            ontologies=self._list("ontologies"),
        )

    def _fault(self, message: str, line: int) -> QueryError:
        return QueryError(f"{self._path}:{line + 1}: {message}")

    def _read_header(self) -> int:
        """Read the header lines; give the index of the blank line that ends them."""
        for index, line in enumerate(self._lines):
            if not line:
                return index
            self._read_header_line(index, line)
        raise self._fault("A blank line must part the header from the query.", len(self._lines) - 1)

    def _read_header_line(self, index: int, line: str) -> None:
        match = _HEADER_LINE.fullmatch(line)
        if match is None or line != line.rstrip():
            raise self._fault("A header line reads `# key: text`; a blank line follows the last.", index)
        key, value = match["key"], match["value"]
        if key == "parameter":
            self._declare(index, value)
        elif key not in _FIELDS:
            hint = did_you_mean(key, (*_FIELDS, "parameter"))
            raise self._fault(f"There is no header key {key!r}.{hint}", index)
        elif key in self._fields:
            raise self._fault(f"The header key {key!r} stands here a second time.", index)
        else:
            self._fields[key] = value

    def _declare(self, index: int, value: str) -> None:
        match = _PARAMETER.fullmatch(value)
        if match is None:
            form = "# parameter: name type English text | Dutch text"
            raise self._fault(f"Write `{form}`, type one of {', '.join(EXAMPLES)}.", index)
        if match["name"] in self._declared:
            raise self._fault(f"The parameter {match['name']!r} is declared a second time.", index)
        self._declared[match["name"]] = (index, match)

    def _list(self, key: str) -> tuple[str, ...]:
        return tuple(item.strip() for item in self._fields.get(key, "").split(",") if item.strip())

    def _parameter(self, name: str, body: int) -> Parameter:
        index, match = self._declared[name]
        found = [
            (line, values)
            for line, text in enumerate(self._lines[body:], start=body)
            if (values := _VALUES_LINE.fullmatch(text)) and values["name"] == name
        ]
        if len(found) != 1:
            needs = f"needs exactly one line `VALUES ?{name} {{ default }}`"
            raise self._fault(f"The parameter {name!r} {needs}, not {len(found)}.", index)
        line, values = found[0]
        above = next(text for text in reversed(self._lines[:line]) if not self._is_default(text))
        if above not in _OUTERMOST:
            message = f"The VALUES line of {name!r} must come first in the outermost `WHERE {{`."
            raise self._fault(message, line)
        rest = "\n".join(self._lines[body:line] + self._lines[line + 1 :])
        if not re.search(rf"[?$]{name}\b", rest):
            raise self._fault(f"The parameter {name!r} is not used in the query.", index)
        kind = cast(ParameterType, match["type"])
        default = self._default(kind, values["term"], line)
        return Parameter(name, kind, {"en": match["en"], "nl": match["nl"]}, default, line)

    def _is_default(self, line: str) -> bool:
        """Return whether `line` is the default of a parameter."""
        values = _VALUES_LINE.fullmatch(line)
        return values is not None and values["name"] in self._declared

    def _default(self, kind: ParameterType, text: str, line: int) -> Value:
        value = parse_default(kind, text, _prefixes(self._lines))
        if value is None:
            raise self._fault(f"The default {text} is not of the type {kind}; give {EXAMPLES[kind]}.", line)
        return value
