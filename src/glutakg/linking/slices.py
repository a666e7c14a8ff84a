"""Slices of the reused ontologies: one table that people edit, one Turtle file each that a command writes.

The table `ontology/imports/terms.tsv` says, for each term, the label and parents that were read in a named
file and version. The slices repeat that in OWL and no more, so they stay small enough for a reasoner.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from glutakg.dataset import shipped_root
from glutakg.errors import SourceError, TermError
from glutakg.files import read_text, write_atomically
from glutakg.rdf import PREFIXES, Literal, canonical_turtle, expand

__all__ = ["ImportedTerm", "check_imports", "import_slices", "read_terms", "write_imports"]


_COLUMNS = ("curie", "label", "kind", "parents", "source", "version", "note")
_NOTICE = "# Written by `glutakg imports` from terms.tsv: edit the table, not this file."
_OWL_KIND = {
    "class": "owl:Class",
    "object-property": "owl:ObjectProperty",
    "annotation-property": "owl:AnnotationProperty",
}
_SUB_RELATION = {
    "class": "rdfs:subClassOf",
    "object-property": "rdfs:subPropertyOf",
    "annotation-property": "rdfs:subPropertyOf",
}
_CURIE = re.compile(r"[A-Za-z][\w.]*:\w+")


@dataclass(frozen=True, slots=True)
class ImportedTerm:
    """A term of another ontology, as it was read there: its label, its parents, and where that was."""

    curie: str
    label: str
    kind: str
    parents: tuple[str, ...]
    seen_in: str
    version: str

    @property
    def ontology(self) -> str:
        """Name of the slice the term belongs to: the prefix of its CURIE in lower case."""
        return self.curie.partition(":")[0].lower()

    @property
    def provenance(self) -> str:
        """The file the label was read in, with its version where that is known."""
        return f"{self.seen_in} ({self.version})" if self.version else self.seen_in


def read_terms(table: Path | str) -> list[ImportedTerm]:
    """Return the terms of a table, and after them the parents that it only names in passing.

    Args:
        table: tab-separated text with the columns curie, label, kind, parents, source, version and note;
            `kind` is `class`, `object-property` or `annotation-property`, and `parents` reads
            `CURIE label; CURIE label`.

    Raises:
        SourceError: the table is missing, or a row is wrong, repeated, obsolete or at odds with another.

    """
    lines = read_text(table).splitlines()
    if tuple(lines[0].split("\t")) != _COLUMNS:
        _refuse(f"The columns must be {', '.join(_COLUMNS)}, separated by tabs.", table, 1)
    terms: dict[str, ImportedTerm] = {}
    named: dict[str, tuple[ImportedTerm, int]] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        term, parents = _read_row(line, table, number)
        if term.curie in terms:
            _refuse(f"{term.curie} stands in the table twice; keep one row.", table, number)
        terms[term.curie] = term
        for parent in parents:
            known, _ = named.setdefault(parent.curie, (parent, number))
            if known.label != parent.label:
                _refuse(
                    f"{parent.curie} is called “{parent.label}” here and “{known.label}” above.",
                    table,
                    number,
                )
    for curie, (parent, number) in named.items():
        if terms.setdefault(curie, parent).label != parent.label:
            _refuse(
                f"{curie} is called “{parent.label}” here, but “{terms[curie].label}” in its row.",
                table,
                number,
            )
    return list(terms.values())


def _read_row(line: str, table: Path | str, number: int) -> tuple[ImportedTerm, list[ImportedTerm]]:
    """Return the term of a row, and its parents as far as the row knows them."""
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) not in (len(_COLUMNS) - 1, len(_COLUMNS)):
        _refuse(f"A row has {len(_COLUMNS)} cells, this one has {len(cells)}.", table, number)
    row = dict(zip(_COLUMNS, cells, strict=False))
    if row["kind"] not in _OWL_KIND:
        _refuse(f"{row['kind']!r} is not a kind; choose {', '.join(_OWL_KIND)}.", table, number)
    if not row["source"]:
        _refuse("The source must say where the label was read.", table, number)
    split = (
        cell.strip().partition(" ") for cell in re.split(r";\s*(?=[A-Za-z][\w.]*:)", row["parents"]) if cell
    )
    parents = {curie: label for curie, _, label in split}
    for curie, label in [(row["curie"], row["label"]), *parents.items()]:
        _check_term(curie, label, table, number)
    term = ImportedTerm(
        row["curie"], row["label"], row["kind"], tuple(parents), row["source"], row["version"]
    )
    return term, [
        ImportedTerm(curie, label, term.kind, (), term.seen_in, term.version)
        for curie, label in parents.items()
    ]


def _check_term(curie: str, label: str, table: Path | str, number: int) -> None:
    """Refuse a term that has no usable CURIE or label, or that its ontology has given up."""
    if not _CURIE.fullmatch(curie):
        _refuse(f"{curie!r} is not a CURIE such as CHEBI:18050.", table, number)
    try:
        expand(curie)
    except TermError as error:
        _refuse(str(error), table, number)
    if not label:
        _refuse(f"{curie} has no label.", table, number)
    if label.lower().startswith("obsolete"):
        _refuse(f"{curie} is obsolete; use the term that replaces it.", table, number)


def _refuse(message: str, table: Path | str, number: int) -> NoReturn:
    raise SourceError(message, path=table, line=number)


def import_slices(terms: Iterable[ImportedTerm]) -> dict[str, str]:
    r"""Return the slices as canonical Turtle, by name of the ontology (`chebi`, `go`, …).

    >>> term = ImportedTerm("CHEBI:18050", "L-glutamine", "class", ("CHEBI:24431",), "chebi.owl", "release 1")
    >>> print(import_slices([term])["chebi"].split("\n\n")[2])
    obo:CHEBI_18050
        a owl:Class ;
        dcterms:source "chebi.owl (release 1)" ;
        rdfs:label "L-glutamine"@en ;
        rdfs:subClassOf obo:CHEBI_24431 ;
        .
    """
    by_ontology: defaultdict[str, list[ImportedTerm]] = defaultdict(list)
    for term in terms:
        by_ontology[term.ontology].append(term)
    return {name: _slice(name, members) for name, members in sorted(by_ontology.items())}


def _slice(name: str, terms: list[ImportedTerm]) -> str:
    """Return one slice: a header that says what it was taken from, and its terms."""
    sources = sorted({term.provenance for term in terms})
    versions = "; ".join(sorted({term.version for term in terms if term.version})) or "not stated"
    title = f"The terms of {terms[0].curie.partition(':')[0]} that glutakg uses"
    header = [
        "a owl:Ontology",
        f"dcterms:title {Literal(title, language='en')}",
        f"rdfs:label {Literal(title, language='en')}",
        f"dcterms:source {', '.join(str(Literal(source)) for source in sources)}",
        f"owl:versionInfo {Literal(versions)}",
    ]
    statements = [
        f"<{PREFIXES['gk']}imports/{name}> {' ; '.join(header)} .",
        "dcterms:source a owl:AnnotationProperty . dcterms:title a owl:AnnotationProperty .",
        *map(_statement, terms),
        *_declarations_of_parents(terms),
    ]
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("dcterms", "owl", "rdfs")]
    return canonical_turtle("\n".join([_NOTICE, *prefixes, *statements]), f"{name}.ttl")


def _declarations_of_parents(terms: list[ImportedTerm]) -> Iterator[str]:
    """Yield what parents in other slices are, so that a slice is OWL 2 DL on its own."""
    own = {term.curie for term in terms}
    for term in terms:
        for parent in term.parents:
            if parent not in own:
                yield f"<{expand(parent)}> a {_OWL_KIND[term.kind]} ."


def _statement(term: ImportedTerm) -> str:
    facts = [
        f"a {_OWL_KIND[term.kind]}",
        f"rdfs:label {Literal(term.label, language='en')}",
        f"dcterms:source {Literal(term.provenance)}",
        *(f"{_SUB_RELATION[term.kind]} <{expand(parent)}>" for parent in term.parents),
    ]
    return f"<{expand(term.curie)}> {' ; '.join(facts)} ."


def check_imports(folder: Path | None = None) -> list[Path]:
    """Return the slices that differ from the table, are missing, or have no term left; none is changed.

    Args:
        folder: where `terms.tsv` and the slices lie; by default `ontology/imports` of the project.

    Raises:
        SourceError: the table is missing or wrong.

    """
    return sorted(_outdated(folder or shipped_root() / "ontology" / "imports"))


def write_imports(folder: Path | None = None) -> list[Path]:
    """Write the slices and return those that changed; a slice that has no term left is removed.

    Args:
        folder: where `terms.tsv` and the slices lie; by default `ontology/imports` of the project.

    Raises:
        SourceError: the table is missing or wrong, or a file cannot be written.

    """
    outdated = _outdated(folder or shipped_root() / "ontology" / "imports")
    for path, text in outdated.items():
        if text is None:
            path.unlink()
        else:
            write_atomically(path, text)
    return sorted(outdated)


def _outdated(folder: Path) -> Mapping[Path, str | None]:
    """Return the slices to write with their text, and those to remove with None."""
    slices = import_slices(read_terms(folder / "terms.tsv"))
    wanted = {folder / f"{name}.ttl": text for name, text in slices.items()}
    there = {path: path.read_bytes() for path in folder.glob("*.ttl")}
    left_over = {path: None for path in there if path not in wanted}
    return {**{path: text for path, text in wanted.items() if there.get(path) != text.encode()}, **left_over}
