"""Triples of an ontology by their subjects, the kinds of its terms, and its lists."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal as LiteralNode, NamedNode

from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal

if TYPE_CHECKING:
    import pyoxigraph
    from pyoxigraph import Triple

    Node: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple

__all__ = ["TripleIndex", "UnreadableError"]


OWL, RDF, RDFS, XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
TYPE, FIRST, REST, NIL = RDF + "type", RDF + "first", RDF + "rest", RDF + "nil"

DECLARATIONS = {
    OWL + "Class": "Class",
    RDFS + "Datatype": "Datatype",
    OWL + "ObjectProperty": "ObjectProperty",
    OWL + "DatatypeProperty": "DataProperty",
    OWL + "AnnotationProperty": "AnnotationProperty",
    OWL + "NamedIndividual": "NamedIndividual",
}
BUILT_IN_PROPERTIES = {
    OWL + "topObjectProperty": "ObjectProperty",
    OWL + "bottomObjectProperty": "ObjectProperty",
    OWL + "topDataProperty": "DataProperty",
    OWL + "bottomDataProperty": "DataProperty",
}
_OF_OBJECT_PROPERTIES = {OWL + name + "Property" for name in ("InverseFunctional", "Symmetric", "Transitive")}


class UnreadableError(Exception):
    """Something of which no axiom can be made; the message says why."""


class TripleIndex:
    """Triples by subject and predicate, what each term is declared as, and which triples were used."""

    def __init__(self, triples: "Iterable[Triple]") -> None:
        """Index the triples."""
        self.triples = sorted(set(triples), key=str)
        self.about: defaultdict[Node, defaultdict[str, list[Triple]]] = defaultdict(lambda: defaultdict(list))
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        self.used: set[Triple] = set()
        self._listed: dict[Node, None] = {}
        for name, kind in BUILT_IN_PROPERTIES.items():
            self.kinds[name].add(kind)
        for triple in self.triples:
            self.about[triple.subject][triple.predicate.value].append(triple)
            if triple.predicate.value == TYPE and is_iri(triple.subject):
                value = text(triple.object)
                if value in DECLARATIONS:
                    self.kinds[text(triple.subject)].add(DECLARATIONS[value])
                elif value in _OF_OBJECT_PROPERTIES:
                    self.kinds[text(triple.subject)].add("ObjectProperty")

    def property_kind(self, node: "Node") -> str:
        """Return the kind of a property by its declaration, or nothing where there is none."""
        if not is_iri(node):
            return "ObjectProperty"
        found = self.kinds[text(node)]
        if not found and text(node).startswith((RDFS, OWL)):
            return "AnnotationProperty"
        order = ("ObjectProperty", "DataProperty", "AnnotationProperty")
        return next((kind for kind in order if kind in found), "")

    def own(self, node: "Node", *names: str) -> "list[Triple]":
        """Return the triples of a node with OWL predicates of these names, as used from now on."""
        found = [triple for name in names for triple in self.about[node][OWL + name]]
        self.used.update(found)
        return found

    def one(self, node: "Node", name: str) -> "Node":
        """Return the one value that a node has for an OWL predicate."""
        found = self.about[node][OWL + name]
        if len(found) != 1:
            raise UnreadableError(f"its node must have owl:{name} once")
        return found[0].object

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let go of the lists that were read in vain, so that they can be read as something else."""
        before = len(self._listed)
        try:
            yield
        except UnreadableError:
            for node in list(self._listed)[before:]:
                del self._listed[node]
            raise

    def sequence(self, node: "Node") -> "list[Node]":
        """Return the members of a list that is whole, has no circle and shares nothing with another."""
        found: list[Node] = []
        while not (is_iri(node) and text(node) == NIL):
            about = self.about[node]
            first, rest = about[FIRST], about[REST]
            if is_iri(node) or len(first) != 1 or len(rest) != 1:
                raise UnreadableError(
                    "a list is broken: each of its nodes has one rdf:first and one rdf:rest"
                )
            if node in self._listed:
                raise UnreadableError("a list runs in a circle or is shared with another")
            self._listed[node] = None
            self.used.update((*first, *rest))
            found.append(first[0].object)
            node = rest[0].object
        return found


def is_iri(node: "Node") -> bool:
    return isinstance(node, NamedNode)


def is_literal(node: "Node") -> bool:
    return isinstance(node, LiteralNode)


def text(node: "Node") -> str:
    """Return the IRI, text or name of a term."""
    return str(getattr(node, "value", node))


def plain(node: "Node") -> Iri | BlankNode | Literal:
    """Return a term as a plain value."""
    import pyoxigraph

    if isinstance(node, pyoxigraph.NamedNode):
        return Iri(node.value)
    if isinstance(node, pyoxigraph.BlankNode):
        return BlankNode(node.value)
    if isinstance(node, pyoxigraph.Literal):
        return Literal(node.value, node.datatype.value, node.language)
    raise UnreadableError("a triple stands where a term must be")
