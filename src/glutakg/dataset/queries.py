"""The catalogue: one runnable SPARQL query per file, with a strict header and typed parameters.

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

A query that asks another server with SERVICE says `# needs: network`.

The `VALUES` lines of parameters stand first in the outermost pattern. For another value the line is taken
out and the variable bound to a typed term (an IRI, a string, a number or a boolean) by the store; no text of
a user ever becomes part of a query.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf, TypeAlias, cast

from glutakg.dataset.shipped import query_files
from glutakg.errors import GlutakgError, ParameterError, QueryError
from glutakg.files import read_text
from glutakg.languages import LANGUAGES
from glutakg.rdf import PREFIXES, Iri, Literal, compress, expand
from glutakg.text import did_you_mean

__all__ = [
    "Catalogue",
    "CatalogueQuery",
    "Parameter",
    "ParameterType",
    "Resolver",
    "Value",
    "as_plain",
    "bind",
    "catalogue",
    "coerce",
    "load_query",
    "parse_file",
    "parse_query",
    "parse_text",
    "plain_query",
]


ParameterType: TypeAlias = OneOf["iri", "string", "language", "integer", "decimal", "boolean"]
Value: TypeAlias = Iri | Literal
Resolver: TypeAlias = Callable[[str], str]

_XSD = PREFIXES["xsd"]
_FIELDS = ("title", "title@nl", "question", "question@nl", "tags", "answers", "needs")
_REQUIRED = _FIELDS[:5]
_HEADER_LINE = re.compile(r"# (?P<key>[a-z]+(?:@[a-z]+)?): (?P<value>\S.*)")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][A-Za-z0-9_]*) (?P<type>iri|string|language|integer|decimal|boolean) "
    r"(?P<en>[^|]*[^|\s]) \| (?P<nl>[^|\s][^|]*)"
)
_VALUES_LINE = re.compile(r" *VALUES \?(?P<name>\w+) \{ (?P<term>.+) \}")
_OUTERMOST = frozenset({"WHERE {", "ASK {", "ASK WHERE {"})
_PREFIX_LINE = re.compile(r"[ \t]*PREFIX[ \t]+(?P<prefix>[\w.-]*):[ \t]*<(?P<iri>[^<>]*)>", re.IGNORECASE)
_IRI_REFERENCE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_STRING = re.compile(r'"(?P<text>(?:[^"\\\r\n]|\\[tbnrf"\'\\])*)"')
_LEXICAL_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false"),
}
_EXAMPLES = {
    "iri": "a CURIE such as CHEBI:18050, a full IRI, or a label",
    "string": "text",
    "language": " or ".join(LANGUAGES),
    "integer": "a whole number such as 5",
    "decimal": "a number such as 2.5",
    "boolean": "true or false",
}
_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a catalogue query that can be given another value: its type, description and default."""

    name: str
    type: ParameterType
    description: Mapping[str, str]
    default: Value
    line: int


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """One query file: its name and subject, what it answers in both languages, its parameters and its text.

    `needs` is `("network",)` for a query that asks another server, and empty for all others.
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


class Catalogue(Mapping[str, CatalogueQuery]):
    """The catalogue queries by name, sorted; a file is read when its query is first asked for.

    Raises `QueryError` for an unknown name, a name that two files share, and a broken header.

    >>> empty = Catalogue([])
    >>> len(empty)
    0
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        """Take the query files `paths`; their stems are the names."""
        self._paths: dict[str, Path] = {}
        self._loaded: dict[str, CatalogueQuery] = {}
        for path in sorted(paths, key=lambda path: path.stem):
            if path.stem in self._paths:
                other = self._paths[path.stem]
                raise QueryError(
                    f"Two catalogue queries are named {path.stem!r}: {other} and {path}; rename one."
                )
            self._paths[path.stem] = path

    def __getitem__(self, name: str) -> CatalogueQuery:
        """Return the query called `name`."""
        if name not in self._paths:
            hint = did_you_mean(name, self._paths)
            raise QueryError(f"There is no catalogue query {name!r}.{hint} `glutakg queries` lists them all.")
        if name not in self._loaded:
            self._loaded[name] = load_query(self._paths[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is a query called `name`, without reading its file."""
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        """Go through the names in alphabetical order."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Return the number of queries."""
        return len(self._paths)

    def search(self, word: str = "", *, tag: str | None = None) -> list[CatalogueQuery]:
        """Return the queries that contain `word` in name, title, question or tags and carry `tag`, by name.

        Upper and lower case count as the same. An unknown tag is a `QueryError` with near misses.
        """
        queries = list(self.values())
        if tag is not None:
            tags = {each for query in queries for each in query.tags}
            if tag not in tags:
                listed = ", ".join(sorted(tags))
                raise QueryError(
                    f"No catalogue query has the tag {tag!r}.{did_you_mean(tag, tags)} Tags: {listed}."
                )
            queries = [query for query in queries if tag in query.tags]
        return [query for query in queries if word.casefold() in _searchable(query)]


def catalogue() -> Catalogue:
    """Return the catalogue of shipped queries."""
    return Catalogue(query_files())


def load_query(path: Path) -> CatalogueQuery:
    """Return the catalogue query in the file `path`; raise `QueryError` for a broken header."""
    return parse_query(read_text(path), path)


def parse_file(path: Path) -> CatalogueQuery:
    """Return the query in a user's file, with its parameters where it begins with a catalogue header.

    Raises `SourceError` for a file that cannot be read, `QueryError` for a broken header.
    """
    return parse_text(read_text(path), path)


def parse_text(text: str, path: Path) -> CatalogueQuery:
    """Return the query that `text` holds, with its parameters where it begins with a catalogue header."""
    return parse_query(text, path) if text.startswith("# title:") else plain_query(text, path)


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
            raise self._fault(f"Write `{form}`, type one of {', '.join(_EXAMPLES)}.", index)
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
        prefixes = {
            found["prefix"]: found["iri"] for each in self._lines if (found := _PREFIX_LINE.match(each))
        }
        value = _parse_term(kind, text, prefixes)
        if value is None:
            raise self._fault(f"The default {text} is not of the type {kind}; give {_EXAMPLES[kind]}.", line)
        return value


def _parse_term(kind: ParameterType, text: str, prefixes: Mapping[str, str]) -> Value | None:
    """Return the single term of type `kind` that `text` spells in SPARQL, or None."""
    if kind == "iri":
        prefix, _, local = text.partition(":")
        iri = text[1:-1] if text.startswith("<") and text.endswith(">") else prefixes.get(prefix, "") + local
        return Iri(iri) if _IRI_REFERENCE.fullmatch(iri) and " " not in text else None
    if kind in ("string", "language"):
        match = _STRING.fullmatch(text)
        if match is None:
            return None
        unescaped = re.sub(r"\\(.)", lambda escape: _UNESCAPES[escape[1]], match["text"])
        return _coerce_literal(kind, unescaped)
    return Literal(text, _XSD + kind) if _LEXICAL_FORMS[kind].fullmatch(text) else None


def as_plain(query: CatalogueQuery) -> dict[str, object]:
    """Return what the header of a query says as plain values, to be written as JSON."""
    return {
        "name": query.name,
        "subject": query.subject,
        "title": query.title,
        "question": query.question,
        "tags": query.tags,
        "answers": query.answers,
        "needs": query.needs,
        "parameters": [_parameter_as_plain(parameter) for parameter in query.parameters],
    }


def _parameter_as_plain(parameter: Parameter) -> dict[str, object]:
    default = parameter.default
    return {
        "name": parameter.name,
        "type": parameter.type,
        "description": parameter.description,
        "default": compress(default.value) if isinstance(default, Iri) else default.value,
    }


def bind(
    query: CatalogueQuery, values: Mapping[str, object], *, resolve: Resolver = expand
) -> tuple[str, dict[str, Value]]:
    """Return the text of `query` without the defaults of the parameters in `values`, and their typed terms.

    `values` maps parameter names to Python values or to text; what is not given keeps its default. `resolve`
    makes the IRI of what is given for a parameter of type `iri`. Line numbers stay as they are in the file.
    Raises `ParameterError` for an unknown parameter and for a value that does not fit its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    lines = query.text.split("\n")
    terms: dict[str, Value] = {}
    for name, value in values.items():
        if name not in known:
            raise ParameterError(_unknown_parameter(query, name, known), parameter=name)
        terms[name] = coerce(known[name], value, resolve=resolve)
        lines[known[name].line] = ""
    return "\n".join(lines), terms


def _unknown_parameter(query: CatalogueQuery, name: str, known: Iterable[str]) -> str:
    names = ", ".join(known)
    has = f"It has {names}." if names else "It has none."
    return f"The query {query.name!r} has no parameter {name!r}.{did_you_mean(name, known)} {has}"


def coerce(parameter: Parameter, value: object, *, resolve: Resolver = expand) -> Value:
    """Return `value` as the term that `parameter` needs; raise `ParameterError` where it does not fit."""
    term = (
        _coerce_iri(parameter, value, resolve)
        if parameter.type == "iri"
        else _coerce_literal(parameter.type, value)
    )
    if term is None:
        raise ParameterError(
            f"The parameter {parameter.name!r} is of type {parameter.type} and {value!r} is not; "
            f"give {_EXAMPLES[parameter.type]}.",
            parameter=parameter.name,
        )
    return term


def _coerce_iri(parameter: Parameter, value: object, resolve: Resolver) -> Iri | None:
    if isinstance(value, Iri):
        value = value.value
    if not isinstance(value, str) or not value.strip() or not _is_encodable(value):
        return None
    try:
        iri = resolve(value)
    except GlutakgError as error:
        raise ParameterError(
            f"The parameter {parameter.name!r} cannot be {value!r}: {error}", parameter=parameter.name
        ) from error
    return Iri(iri) if _IRI_REFERENCE.fullmatch(iri) else None


def _coerce_literal(kind: ParameterType, value: object) -> Literal | None:
    if kind == "string":
        return Literal(value) if isinstance(value, str) and _is_encodable(value) else None
    if kind == "language":
        return Literal(value) if isinstance(value, str) and value in LANGUAGES else None
    lexical = value.strip() if isinstance(value, str) else _lexical_form(kind, value)
    return Literal(lexical, _XSD + kind) if _LEXICAL_FORMS[kind].fullmatch(lexical) else None


def _lexical_form(kind: ParameterType, value: object) -> str:
    """Return the lexical form of a Python `value` that may stand for `kind`, or an empty text."""
    from decimal import Decimal

    if isinstance(value, bool):
        return str(value).lower() if kind == "boolean" else ""
    if isinstance(value, int) and kind in ("integer", "decimal"):
        return str(value)
    if isinstance(value, float | Decimal) and kind == "decimal":
        return format(Decimal(str(value)), "f")
    return ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _searchable(query: CatalogueQuery) -> str:
    return "\n".join((query.name, *query.title.values(), *query.question.values(), *query.tags)).casefold()
