"""Pieces of OWL as triples, which both formats of OBO are made of."""

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from glutakg.rdf import PREFIXES

__all__ = ["IS_A", "Node", "Value", "annotated_axiom", "listed", "oio", "owl", "rdfs"]

Node = NamedNode | BlankNode
Value = NamedNode | BlankNode | Literal

IS_A = NamedNode(PREFIXES["rdf"] + "type")
_FIRST, _REST, _NIL = (NamedNode(PREFIXES["rdf"] + name) for name in ("first", "rest", "nil"))


def owl(name: str) -> NamedNode:
    """Return a term of OWL."""
    return NamedNode(PREFIXES["owl"] + name)


def rdfs(name: str) -> NamedNode:
    """Return a term of RDF Schema."""
    return NamedNode(PREFIXES["rdfs"] + name)


def oio(name: str) -> NamedNode:
    """Return a term of oboInOwl."""
    return NamedNode(PREFIXES["oio"] + name)


def listed(first: BlankNode, members: Sequence[Value]) -> Iterator[Triple]:
    """Yield a list of members that begins at a node."""
    node = first
    for place, member in enumerate(members):
        yield Triple(node, _FIRST, member)
        rest: Node = _NIL if place == len(members) - 1 else BlankNode()
        yield Triple(node, _REST, rest)
        if isinstance(rest, BlankNode):
            node = rest


def annotated_axiom(
    subject: Node,
    property: NamedNode,
    value: Value,
    annotations: Iterable[tuple[NamedNode, NamedNode | Literal]],
) -> Iterator[Triple]:
    """Yield an axiom of one triple, and its annotations where it has any."""
    yield Triple(subject, property, value)
    node: BlankNode | None = None
    for name, each in annotations:
        if node is None:
            node = BlankNode()
            yield Triple(node, IS_A, owl("Axiom"))
            yield Triple(node, owl("annotatedSource"), subject)
            yield Triple(node, owl("annotatedProperty"), property)
            yield Triple(node, owl("annotatedTarget"), value)
        yield Triple(node, name, each)
