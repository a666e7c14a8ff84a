"""Where identifiers of others stand in what is shipped: data, mappings, queries and the tables of slices."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from glutakg.dataset import (
    SSSOM_SUFFIX,
    kept_files,
    mapping_prefixes,
    mapping_rows,
    program_query_files,
    query_files,
    shipped_root,
)
from glutakg.files import read_text
from glutakg.linking.tables import Tables
from glutakg.rdf import PREFIXES, compress, expand, identifier_prefixes, iri_of_identifier

__all__ = [
    "Declaration",
    "Use",
    "declarations",
    "declared_prefixes",
    "matches",
    "prefix_of",
    "read_uses",
    "uses_in",
]


_WRITTEN = ("inferred", "catalogue")  # by commands
_TOKEN = r"""
    (?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    | <(?P<iri>[^<>"{{}}|^`\\\s]+)>
    | (?P<comment>\#[^\n]*)
    | (?<![\w:.-])(?P<prefix>{prefixes}):(?P<local>\w(?:[\w.-]*[\w-])?)
"""
_DECLARATION = re.compile(
    r"^[ \t]*@?prefix[ \t]+(?P<prefix>[\w.-]*):[ \t]*<(?P<iri>[^<>]*)>", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Use:
    """An identifier at a place.

    Attributes:
        iri: as it is written, in full.
        path: the file.
        line: in it.
        label: that stands beside it; empty where none does.
        row: the row of the table of mappings that it stands in, as object; empty elsewhere.
    """

    iri: str
    path: Path
    line: int
    label: str = ""
    row: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def identifier(self) -> str:
        """It as a CURIE, or in full where it has no prefix of ours."""
        return compress(self.iri)

    @property
    def prefix(self) -> str:
        """The prefix of the ontology or database that it is from; empty where the form hides it."""
        return prefix_of(self.iri)

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.path.name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A prefix that a file declares, and where."""

    prefix: str
    namespace: str
    place: str


def read_uses(tables: Tables) -> list[Use]:
    """Return every identifier of others, with its place: in mappings, tables of slices, data and queries.

    The slices themselves are written from the tables, and are not read.

    Args:
        tables: of the slices.

    Raises:
        SourceError: a file cannot be read, or a row is malformed.
    """
    found = [
        Use(expand(row["object_id"]), path, number, row.get("object_label", ""), row)
        for path in _mapping_files()
        for number, row in mapping_rows(path)
    ]
    terms = shipped_root() / "ontology" / "imports" / "terms.tsv"
    for number, term in enumerate(tables.terms.values(), start=2):
        found.append(Use(expand(term.curie), terms, number, term.label))
    for path in _text_files():
        found += uses_in(read_text(path), path)
    return found


def uses_in(text: str, path: Path) -> Iterator[Use]:
    """Yield the identifiers of others in a text of Turtle or SPARQL, each once a line."""
    seen: set[tuple[str, int]] = set()
    line, begin = 1, 0
    for match, iri in matches(text):
        if not is_of_others(iri):
            continue
        at = match.start()
        line, begin = line + text.count("\n", begin, at), at
        if (iri, line) not in seen:
            seen.add((iri, line))
            yield Use(iri, path, line)


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a text of Turtle or SPARQL declares."""
    return {found["prefix"]: found["iri"] for found in _DECLARATION.finditer(text)}


def matches(text: str) -> "Iterator[tuple[re.Match[str], str]]":
    """Yield where IRIs that may be those of others stand in Turtle or SPARQL, each with the IRI in full.

    Nothing within a literal, a comment or the declaration of a prefix counts.
    """
    declared, skipped = {}, set()
    for found in _DECLARATION.finditer(text):
        skipped.add(found.end() - 1)
        if found["prefix"] not in PREFIXES or any(of.startswith(found["iri"]) for of in _namespaces()):
            declared[found["prefix"]] = found["iri"]
    for match in _pattern(tuple(sorted(declared))).finditer(text):
        if match["iri"] is not None:
            if match.end() - 1 not in skipped:
                yield match, match["iri"]
        elif match["prefix"] is not None:
            yield match, declared[match["prefix"]] + match["local"]


@cache
def _pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, prefixes)) or r"(?!)"
    return re.compile(_TOKEN.format(prefixes=names), re.VERBOSE | re.DOTALL)


@cache
def _namespaces() -> frozenset[str]:
    return frozenset(PREFIXES[prefix] for prefix in identifier_prefixes())


@cache
def is_of_others(iri: str) -> bool:
    """Return whether an IRI is an identifier of another ontology or database, in whatever form."""
    if prefix := prefix_of(iri):
        return prefix in identifier_prefixes()
    return iri_of_identifier(iri) is not None


@cache
def prefix_of(iri: str) -> str:
    """Return the prefix of the project that an IRI begins with; empty where it has none.

    >>> prefix_of("http://purl.obolibrary.org/obo/CL_0000540"), prefix_of("https://doi.org/10.1000/1")
    ('CL', 'doi')
    """
    prefix, colon, _ = compress(iri).partition(":")
    if colon and prefix in PREFIXES:
        return prefix
    return next((each for each in identifier_prefixes() if iri.startswith(PREFIXES[each])), "")


def declarations() -> list[Declaration]:
    """Return the prefixes that mappings, data and queries declare, each at its first place.

    Raises:
        SourceError: a file cannot be read, or the map of prefixes of a table of mappings is malformed.
    """
    first: dict[tuple[str, str], Declaration] = {}
    for path in _mapping_files():
        for prefix, (namespace, line) in mapping_prefixes(read_text(path), path).items():
            first.setdefault((prefix, namespace), Declaration(prefix, namespace, f"{path.name}:{line}"))
    for path in _text_files():
        text = read_text(path)
        for found in _DECLARATION.finditer(text):
            key = found["prefix"], found["iri"]
            if key not in first:
                line = text.count("\n", 0, found.start("prefix")) + 1
                first[key] = Declaration(*key, f"{path.name}:{line}")
    return list(first.values())


def _mapping_files() -> list[Path]:
    return [file.path for file in kept_files() if file.path.name.endswith(SSSOM_SUFFIX)]


def _text_files() -> Iterable[Path]:
    """Return the files of Turtle and SPARQL that people write."""
    for file in kept_files():
        is_written = file.graph_name in _WRITTEN or file.graph_name.startswith("imports/")
        if file.path.suffix == ".ttl" and not is_written:
            yield file.path
    yield from query_files()
    yield from program_query_files()
