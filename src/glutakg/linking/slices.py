"""Slices of the reused ontologies: tables that people edit, one Turtle file each that a command writes.

A slice repeats what the owner of an ontology says of the terms that glutakg uses, and of all classes above
them: hierarchy, relations between the classes, characteristics of properties, labels and definitions to the
letter. Every axiom names the file that it was read in. What glutakg says of these terms lies elsewhere.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from glutakg.dataset import shipped_root
from glutakg.files import write_atomically
from glutakg.linking.tables import (
    SUBCLASS,
    SUBPROPERTY,
    Edge,
    ImportedTerm,
    PropertyAxiom,
    Tables,
    named_in,
    read_tables,
)
from glutakg.rdf import PREFIXES, Literal, canonical_turtle, expand

__all__ = ["check_slices", "import_slices", "write_slices"]


_NOTICE = "# Written by `glutakg slices` from the tables in this folder: edit those, not this file."
_OWL_KIND = {
    "class": "owl:Class",
    "object-property": "owl:ObjectProperty",
    "annotation-property": "owl:AnnotationProperty",
}
_DEFINITION, _DEFINITION_SOURCE = "IAO:0000115", "IAO:0000119"
_ANNOTATIONS = ("dcterms:license", "dcterms:source", "dcterms:title")


def import_slices(tables: Tables) -> dict[str, str]:
    """Return the slices as canonical Turtle, by name of the ontology (`chebi`, `go`, …).

    Args:
        tables: what the slices say, such as `read_tables()` returns.
    """
    names = dict.fromkeys(curie.partition(":")[0] for curie in tables.terms)
    return {prefix.lower(): _Slice(tables, prefix).text() for prefix in names}


class _Slice:
    """One slice: a header that says what it was taken from, and its terms."""

    def __init__(self, tables: Tables, prefix: str) -> None:
        self._tables = tables
        self._ontology = tables.ontologies[prefix]
        start = prefix + ":"
        self._terms = [term for term in tables.terms.values() if term.curie.startswith(start)]
        self._edges = [edge for edge in tables.edges if edge.child.startswith(start)]
        self._axioms = [axiom for axiom in tables.axioms_within() if axiom.property.startswith(start)]
        self._nodes = 0

    def text(self) -> str:
        name = self._ontology.prefix.lower()
        statements = [
            *self._header(),
            *(f"{annotation} a owl:AnnotationProperty ." for annotation in _ANNOTATIONS),
            *map(_described, self._terms),
            *(line for edge in self._edges for line in self._edge(edge)),
            *(line for axiom in self._axioms for line in self._axiom(axiom)),
            *self._declarations(),
        ]
        prefixes = [
            f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in ("dcterms", "owl", "rdf", "rdfs")
        ]
        return canonical_turtle("\n".join([_NOTICE, *prefixes, *statements]), f"{name}.ttl")

    def _header(self) -> Iterator[str]:
        owner = self._ontology
        english = Literal(f"The terms of {owner.prefix} that glutakg uses", language="en")
        dutch = Literal(f"De termen van {owner.prefix} die glutakg gebruikt", language="nl")
        releases = sorted({term.release for term in self._terms})
        read = {term.provenance for term in self._terms}
        read |= {edge.source for edge in self._edges} | {axiom.source for axiom in self._axioms}
        notes = [
            f"Left out: {each.child_label} ({each.child}) below {each.parent_label} ({each.parent}). "
            + each.reason
            for each in self._tables.left_out
            if each.child.startswith(owner.prefix + ":")
        ]
        notes += [owner.note] if owner.note else []
        notes += [
            f"Left out: {each.axiom} {each.value} of {self._tables.terms[each.property].label} "
            f"({each.property}). {each.left_out}"
            for each in self._tables.axioms
            if each.left_out and each.property.startswith(owner.prefix + ":")
        ]
        yield (
            " ; ".join(
                [
                    f"<{PREFIXES['gk']}imports/{owner.prefix.lower()}> a owl:Ontology",
                    f"dcterms:title {english} , {dutch}",
                    f"rdfs:label {english}",
                    f"dcterms:license <{owner.licence}>",
                    f"rdfs:seeAlso <{owner.iri}>",
                    f"owl:versionInfo {Literal('; '.join(releases))}",
                    *(f"dcterms:source {Literal(source)}" for source in sorted(read)),
                    *(f"rdfs:comment {Literal(note, language='en')}" for note in notes),
                ]
            )
            + " ."
        )

    def _edge(self, edge: Edge) -> Iterator[str]:
        """Yield an axiom between two terms, and the annotation that says where it was read."""
        child, parent = (f"<{expand(curie)}>" for curie in (edge.child, edge.parent))
        if edge.relation in (SUBCLASS, SUBPROPERTY):
            predicate, target = edge.relation, parent
        else:
            predicate, target = SUBCLASS, self._node()
            role = f"owl:onProperty <{expand(edge.relation)}>"
            yield f"{target} a owl:Restriction ; {role} ; owl:someValuesFrom {parent} ."
        yield from _annotated(child, predicate, target, edge.source, edge.note)

    def _axiom(self, axiom: PropertyAxiom) -> Iterator[str]:
        """Yield what the owner states of a property, and where it was read."""
        subject = f"<{expand(axiom.property)}>"
        named = [f"<{expand(curie)}>" for curie in named_in(axiom)]
        if axiom.axiom == "characteristic":
            yield from _annotated(subject, "rdf:type", f"owl:{axiom.value}Property", axiom.source)
        elif axiom.axiom == "inverse of":
            yield from _annotated(subject, "owl:inverseOf", named[0], axiom.source)
        elif axiom.axiom == "chain":
            cells = [self._node() for _ in named]
            for cell, member, rest in zip(cells, named, [*cells[1:], "rdf:nil"], strict=True):
                yield f"{cell} rdf:first {member} ; rdf:rest {rest} ."
            yield from _annotated(subject, "owl:propertyChainAxiom", cells[0], axiom.source)
        else:
            target = named[0] if len(named) == 1 else self._node()
            if len(named) > 1:
                yield f"{target} {_boolean(axiom.value)} ."
            yield from _annotated(subject, f"rdfs:{axiom.axiom}", target, axiom.source)

    def _node(self) -> str:
        self._nodes += 1
        return f"_:n{self._nodes}"

    def _declarations(self) -> Iterator[str]:
        """Yield what terms of other slices are, so that a slice is OWL 2 DL on its own."""
        used = {_DEFINITION, _DEFINITION_SOURCE}
        for edge in self._edges:
            used |= {edge.parent} | ({edge.relation} - {SUBCLASS, SUBPROPERTY})
        used.update(curie for axiom in self._axioms for curie in named_in(axiom))
        for curie in sorted(used - {term.curie for term in self._terms}):
            kind = self._tables.terms[curie].kind if curie in self._tables.terms else "annotation-property"
            yield f"<{expand(curie)}> a {_OWL_KIND[kind]} ."


def _described(term: ImportedTerm) -> str:
    """Return the words of a term's owner."""
    facts = [
        f"a {_OWL_KIND[term.kind]}",
        f"rdfs:label {Literal(term.label, language=term.label_language or None)}",
        f"dcterms:source {Literal(term.provenance)}",
    ]
    if term.definition:
        text = Literal(term.definition, language=term.definition_language or None)
        facts.append(f"<{expand(_DEFINITION)}> {text}")
        facts += [
            f"<{expand(_DEFINITION_SOURCE)}> {Literal(source)}"
            for source in dict.fromkeys(term.definition_sources)
        ]
    return f"<{expand(term.curie)}> {' ; '.join(facts)} ."


def _annotated(subject: str, predicate: str, target: str, source: str, note: str = "") -> Iterator[str]:
    """Yield a triple that is an axiom, with the file that it was read in and a note."""
    words = [f"dcterms:source {Literal(source)}"]
    if note:
        words.append(f"rdfs:comment {Literal(note, language='en')}")
    yield f"{subject} {predicate} {target} ."
    yield (
        f"[] a owl:Axiom ; owl:annotatedSource {subject} ; owl:annotatedProperty {predicate} ; "
        f"owl:annotatedTarget {target} ; {' ; '.join(words)} ."
    )


def _boolean(value: str) -> str:
    """Return a class that is made of classes by `and`, `or` and `not`, as properties of a node.

    >>> _boolean("BFO:0000004 and not BFO:0000006").replace("http://purl.obolibrary.org/obo/", "")
    'a owl:Class ; owl:intersectionOf ( <BFO_0000004> [ a owl:Class ; owl:complementOf <BFO_0000006> ] )'
    """
    joined = " or " if " or " in value else " and "
    parts = []
    for part in value.split(joined):
        negated, name = part.startswith("not "), f"<{expand(part.removeprefix('not '))}>"
        parts.append(f"[ a owl:Class ; owl:complementOf {name} ]" if negated else name)
    made_by = "unionOf" if joined == " or " else "intersectionOf"
    return f"a owl:Class ; owl:{made_by} ( {' '.join(parts)} )"


def check_slices(folder: Path | None = None) -> list[Path]:
    """Return the slices that differ from the tables, are missing, or have no term left; none is changed.

    Args:
        folder: where the tables and the slices lie; by default `ontology/imports` of the project.

    Raises:
        SourceError: a table is missing or wrong.

    """
    return sorted(_outdated(folder or shipped_root() / "ontology" / "imports"))


def write_slices(folder: Path | None = None) -> list[Path]:
    """Write the slices and return those that changed; a slice that has no term left is removed.

    Args:
        folder: where the tables and the slices lie; by default `ontology/imports` of the project.

    Raises:
        SourceError: a table is missing or wrong, or a file cannot be written.

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
    slices = import_slices(read_tables(folder))
    wanted = {folder / f"{name}.ttl": text for name, text in slices.items()}
    there = {path: path.read_bytes() for path in folder.glob("*.ttl")}
    left_over = {path: None for path in there if path not in wanted}
    return {**{path: text for path, text in wanted.items() if there.get(path) != text.encode()}, **left_over}
