"""The tables that the slices of other ontologies are written from, as values.

Five tables of tab-separated text lie in `ontology/imports/`: `ontologies.tsv` (whose terms, under which
licence), `terms.tsv` (labels and definitions), `edges.tsv` (hierarchy and relations of classes),
`properties.tsv` (what the owners state of each reused property) and `left_out.tsv` (edges that can be read
somewhere and are left out, and why). A line break within a cell is a backslash and an n.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from glutakg.errors import SourceError, TermError
from glutakg.files import read_text
from glutakg.rdf import expand

__all__ = [
    "SUBCLASS", "SUBPROPERTY", "Edge", "ImportedTerm", "LeftOut", "PropertyAxiom", "ReusedOntology", "Tables",
    "named_in", "read_tables",
]  # fmt: skip


SUBCLASS, SUBPROPERTY = "rdfs:subClassOf", "rdfs:subPropertyOf"
KINDS = ("class", "object-property", "annotation-property")
AXIOMS = ("characteristic", "domain", "range", "inverse of", "chain")
CHARACTERISTICS = (
    "Functional", "InverseFunctional", "Reflexive", "Irreflexive", "Symmetric", "Asymmetric", "Transitive",
)  # fmt: skip

_CURIE = re.compile(r"[A-Za-z][\w.]*:\w+")
_COLUMNS = {
    "ontologies.tsv": ("prefix", "title", "ontology", "licence", "note"),
    "terms.tsv": (
        "curie", "kind", "label", "label_language", "definition", "definition_language",
        "definition_sources", "source", "release",
    ),
    "edges.tsv": ("child", "child_label", "relation", "parent", "parent_label", "source", "note"),
    "properties.tsv": ("property", "label", "axiom", "value", "source", "release", "left_out"),
    "left_out.tsv": ("child", "child_label", "parent", "parent_label", "reason"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReusedOntology:
    """An ontology of others: its name and IRI, the licence of its words, and what its slice does not have."""

    prefix: str
    title: str
    iri: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class ImportedTerm:
    """A term of another ontology with its owner's words, to the letter, and where they were read."""

    curie: str
    kind: str
    label: str
    label_language: str
    definition: str
    definition_language: str
    definition_sources: tuple[str, ...]
    source: str
    release: str

    @property
    def provenance(self) -> str:
        """The file that the words were read in, with its release or date."""
        return f"{self.source} ({self.release})"


@dataclass(frozen=True, slots=True)
class Edge:
    """A term below another, or related to one by a property, as read in a file."""

    child: str
    relation: str
    parent: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class PropertyAxiom:
    """What the owner states of a property beside its place in the hierarchy.

    Attributes:
        property: the property.
        axiom: one of `characteristic`, `domain`, `range`, `inverse of` and `chain`.
        value: `Transitive`, a class, classes joined by `and`, `or` and `not`, a property, or
            properties joined by `o`.
        source: the file of the owner, with its release or date.
        left_out: why no slice has the axiom, where that is so.
    """

    property: str
    axiom: str
    value: str
    source: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An edge that somebody states and that no slice has, with the reason."""

    child: str
    child_label: str
    parent: str
    parent_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables together, each checked against the others."""

    ontologies: dict[str, ReusedOntology]
    terms: dict[str, ImportedTerm]
    edges: tuple[Edge, ...]
    axioms: tuple[PropertyAxiom, ...]
    left_out: tuple[LeftOut, ...]

    def axioms_within(self) -> Iterator[PropertyAxiom]:
        """Yield the axioms for the slices: those that are not left out and name terms of the table alone."""
        for axiom in self.axioms:
            if not axiom.left_out and {axiom.property, *named_in(axiom)} <= self.terms.keys():
                yield axiom


def named_in(axiom: PropertyAxiom) -> tuple[str, ...]:
    """Return the terms that the value of an axiom names.

    >>> named_in(PropertyAxiom("RO:0001025", "domain", "BFO:0000004 and not BFO:0000006", "ro.owl"))
    ('BFO:0000004', 'BFO:0000006')
    """
    if axiom.axiom == "characteristic":
        return ()
    return tuple(word for word in axiom.value.split() if word not in ("and", "or", "not", "o"))


def read_tables(folder: Path) -> Tables:
    """Return what the tables of a folder say.

    Args:
        folder: where the five tables lie.

    Raises:
        SourceError: a table is missing, or a row is wrong, repeated, obsolete or at odds with another.
    """
    ontologies = {row["prefix"]: _ontology(row) for row in _rows(folder / "ontologies.tsv")}
    terms: dict[str, ImportedTerm] = {}
    for row in _rows(folder / "terms.tsv"):
        term = _term(row)
        if term.curie in terms:
            row.refuse(f"{term.curie} stands in the table twice; keep one row.")
        if term.curie.partition(":")[0] not in ontologies:
            row.refuse(f"ontologies.tsv has no row for {term.curie.partition(':')[0]}; add it first.")
        terms[term.curie] = term
    left_out = {(each.child, each.parent): each for each in map(_left_out, _rows(folder / "left_out.tsv"))}
    edges: dict[tuple[str, str, str], Edge] = {}
    for row in _rows(folder / "edges.tsv"):
        edge = _edge(row, terms)
        if (edge.child, edge.parent) in left_out:
            row.refuse(f"left_out.tsv says why {edge.child} is not placed below {edge.parent}; keep one.")
        if (edge.child, edge.relation, edge.parent) in edges:
            row.refuse("This edge stands in the table twice; keep one row.")
        edges[edge.child, edge.relation, edge.parent] = edge
    axioms = tuple(_axiom(row, terms) for row in _rows(folder / "properties.tsv"))
    return Tables(ontologies, terms, tuple(edges.values()), axioms, tuple(left_out.values()))


class _Row(dict[str, str]):
    """A row by the names of its columns, which knows where it stands."""

    def __init__(self, cells: dict[str, str], path: Path, number: int) -> None:
        super().__init__(cells)
        self._path, self._number = path, number

    def refuse(self, message: str) -> NoReturn:
        raise SourceError(message, path=self._path, line=self._number)


def _rows(table: Path) -> Iterator[_Row]:
    """Yield the rows of a table."""
    columns = _COLUMNS[table.name]
    lines = read_text(table).split("\n")
    if tuple(lines[0].split("\t")) != columns:
        message = f"The columns must be {', '.join(columns)}, separated by tabs."
        raise SourceError(message, path=table, line=1)
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = [cell.strip().replace("\\n", "\n") for cell in line.split("\t")]
        if len(cells) != len(columns):
            message = f"A row has {len(columns)} cells, this one has {len(cells)}."
            raise SourceError(message, path=table, line=number)
        yield _Row(dict(zip(columns, cells, strict=True)), table, number)


def _ontology(row: _Row) -> ReusedOntology:
    for name in ("ontology", "licence"):
        if not re.fullmatch(r"https?://\S+", row[name]):
            row.refuse(f"The {name} must be an IRI that begins with http.")
    return ReusedOntology(row["prefix"], row["title"], row["ontology"], row["licence"], row["note"])


def _term(row: _Row) -> ImportedTerm:
    """Return the term of a row; refuse one that has no label, or that its ontology has given up."""
    curie = _curie(row, "curie")
    if row["kind"] not in KINDS:
        row.refuse(f"{row['kind']!r} is not a kind; choose {', '.join(KINDS)}.")
    if not row["label"]:
        row.refuse(f"{curie} has no label.")
    if row["label"].lower().startswith("obsolete"):
        row.refuse(f"{curie} is obsolete; use the term that replaces it.")
    if not row["source"] or not row["release"]:
        row.refuse("Source and release must say where the words were read.")
    return ImportedTerm(
        curie,
        row["kind"],
        row["label"],
        row["label_language"],
        row["definition"],
        row["definition_language"],
        tuple(part.strip() for part in row["definition_sources"].split(";") if part.strip()),
        row["source"],
        row["release"],
    )


def _edge(row: _Row, terms: dict[str, ImportedTerm]) -> Edge:
    """Return the edge of a row, between terms that the table of terms has."""
    for name in ("child", "parent"):
        curie = _curie(row, name)
        if curie not in terms:
            row.refuse(f"terms.tsv has no row for {curie}; add it first.")
        if terms[curie].label != row[f"{name}_label"]:
            row.refuse(f"{curie} is called “{row[f'{name}_label']}” here, but “{terms[curie].label}” there.")
    relation, kind = row["relation"], terms[row["child"]].kind
    wanted = SUBCLASS if kind == "class" else SUBPROPERTY
    if relation in (SUBCLASS, SUBPROPERTY):
        if relation != wanted or (kind == "class") != (terms[row["parent"]].kind == "class"):
            row.refuse(f"A {kind} stands below another one by {wanted}.")
    elif relation not in terms or terms[relation].kind != "object-property":
        row.refuse(f"{relation!r} is neither {wanted} nor an object property of terms.tsv.")
    elif not kind == terms[row["parent"]].kind == "class":
        row.refuse(f"{relation} relates classes.")
    if not row["source"]:
        row.refuse("The source must say where the edge was read.")
    return Edge(row["child"], relation, row["parent"], row["source"], row["note"])


def _axiom(row: _Row, terms: dict[str, ImportedTerm]) -> PropertyAxiom:
    name = _curie(row, "property")
    if name not in terms or terms[name].kind != "object-property":
        row.refuse(f"terms.tsv has no object property {name}; add it first.")
    if row["axiom"] not in AXIOMS:
        row.refuse(f"{row['axiom']!r} is not an axiom of properties; choose {', '.join(AXIOMS)}.")
    if row["axiom"] == "characteristic" and row["value"] not in CHARACTERISTICS:
        row.refuse(f"{row['value']!r} is not a characteristic; choose {', '.join(CHARACTERISTICS)}.")
    source = f"{row['source']} ({row['release']})"
    axiom = PropertyAxiom(name, row["axiom"], row["value"], source, row["left_out"])
    for curie in named_in(axiom):
        _check_curie(row, curie)
    return axiom


def _left_out(row: _Row) -> LeftOut:
    if not row["reason"]:
        row.refuse("Say why the edge is left out.")
    return LeftOut(
        _curie(row, "child"), row["child_label"], _curie(row, "parent"), row["parent_label"], row["reason"]
    )


def _curie(row: _Row, column: str) -> str:
    _check_curie(row, row[column])
    return row[column]


def _check_curie(row: _Row, curie: str) -> None:
    if not _CURIE.fullmatch(curie):
        row.refuse(f"{curie!r} is not a CURIE such as CHEBI:18050.")
    try:
        expand(curie)
    except TermError as error:
        row.refuse(str(error))
