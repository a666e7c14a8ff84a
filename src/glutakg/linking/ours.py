"""What we say of terms of others and of our own things: places in hierarchies, kinds, where they occur."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from glutakg.linking.tables import SUBCLASS, Tables
from glutakg.rdf import PREFIXES, Iri, expand
from glutakg.store import Engine

__all__ = ["Ours"]


_QUERY = """\
PREFIX gkg: <https://w3id.org/glutakg/graph/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?subject ?property ?value
WHERE {
  VALUES ?graph { gkg:ontology gkg:background gkg:source }
  VALUES ?property { rdf:type rdfs:subClassOf owl:disjointWith obo:BFO_0000066 }
  GRAPH ?graph { ?subject ?property ?value }
  FILTER(isIRI(?subject) && isIRI(?value))
}
"""
_BELOW = PREFIXES["rdfs"] + "subClassOf"
_TYPE = PREFIXES["rdf"] + "type"
_KINDS = {
    "role": ("CHEBI:50906", "BFO:0000023"),
    "process": ("GO:0008150", "GO:0003674", "BFO:0000015"),
    "material entity": ("CHEBI:24431", "GO:0005575", "UBERON:0000465", "CL:0000000", "PR:000000001"),
}
"""Kinds that exclude each other, by the classes at the top of each."""


class Ours:
    """What data, ontology and slices of ours say, without the imports."""

    def __init__(self, engine: Engine, tables: Tables) -> None:
        """Take the store that has our graphs, and the tables of the slices."""
        self.terms = frozenset(map(expand, tables.terms))
        self.disjoint: set[tuple[str, str]] = set()
        self._parents: defaultdict[str, set[str]] = defaultdict(set)
        self._places: dict[str, str] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._roots = {expand(curie): kind for kind, curies in _KINDS.items() for curie in curies}
        for edge in tables.edges:
            if edge.relation == SUBCLASS:
                self._parents[expand(edge.child)].add(expand(edge.parent))
        for row in engine.evaluate(_QUERY, timeout=300).rows():
            subject, name, value = row["subject"], row["property"], row["value"]
            if not (isinstance(subject, Iri) and isinstance(name, Iri) and isinstance(value, Iri)):
                continue
            if name.value in (_BELOW, _TYPE):
                if not value.value.startswith(PREFIXES["owl"]):
                    self._parents[subject.value].add(value.value)
            elif name.value.endswith("disjointWith"):
                self.disjoint |= {(subject.value, value.value), (value.value, subject.value)}
            else:
                self._places[subject.value] = min(value.value, self._places.get(subject.value, value.value))

    @cached_property
    def subjects(self) -> list[str]:
        """The things and classes that we place somewhere."""
        return sorted(self._parents)

    def types(self, thing: str) -> set[str]:
        """Return the classes that a thing is stated to belong to, or a class to stand below."""
        return self._parents.get(thing, set())

    def above(self, term: str) -> frozenset[str]:
        """Return the classes above a term or thing, itself among them."""
        if term not in self._above:
            found, waiting = {term}, {term}
            while waiting:
                waiting = {each for one in waiting for each in self._parents.get(one, ())} - found
                found |= waiting
            self._above[term] = frozenset(found)
        return self._above[term]

    def kinds_of(self, classes: Iterable[str]) -> set[str]:
        """Return the kinds at the top of these classes: role, process, material entity."""
        return {self._roots[each] for each in classes if each in self._roots}

    def kinds(self, term: str) -> set[str]:
        """Return what kind of thing a term or thing is to us."""
        return self.kinds_of(self.above(term))

    def place(self, thing: str) -> str | None:
        """Return where a process of ours occurs; None where nothing says it."""
        return self._places.get(thing)
