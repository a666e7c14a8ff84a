"""What ontologies state of classes, properties and individuals, as far as anything follows from it.

It is read from N-Triples as glutakg writes them, without an engine, or asked of a store that has them. Terms
are as they stand there, in bytes: `<http://…>`, `_:…`, or a literal.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from glutakg.rdf import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, Store

__all__ = ["Axioms", "HeldAxioms", "Statements", "Triple", "as_node", "token"]


Triple = tuple[bytes, bytes, bytes]

_NAMES = {
    "rdf": "type first rest",
    "rdfs": "subClassOf subPropertyOf domain range",
    "owl": (
        "equivalentClass equivalentProperty hasValue intersectionOf inverseOf onProperty"
        " propertyChainAxiom someValuesFrom"
    ),
}
_PIECE = 1 << 20


def token(name: str) -> bytes:
    """Return the IRI of a CURIE as it stands in N-Triples.

    >>> token("rdfs:domain")
    b'<http://www.w3.org/2000/01/rdf-schema#domain>'
    """
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>".encode()


def as_node(term: bytes) -> "NamedNode | BlankNode":
    """Return the node that a term in bytes is."""
    from pyoxigraph import BlankNode, NamedNode

    text = term.decode()
    return NamedNode(text[1:-1]) if text.startswith("<") else BlankNode(text[2:])


_PREDICATES = frozenset(
    token(f"{prefix}:{name}") for prefix, names in _NAMES.items() for name in names.split()
)
_PLACES = frozenset(map(token, ("rdf:first", "owl:someValuesFrom", "owl:hasValue")))
_LINE = re.compile(
    rb"^(\S+) (%s) (?!%s)(.+) \.$" % (b"|".join(map(re.escape, sorted(_PREDICATES))), token("owl:Axiom")),
    re.MULTILINE,
)


class Statements(Protocol):
    """What an ontology states."""

    def about(self, node: bytes) -> Iterable[Triple]:
        """Yield what it states of a term, or what an expression is made of."""

    def naming(self, node: bytes) -> Iterable[Triple]:
        """Yield what has an expression as its object, or a term as part of an expression."""


class Axioms:
    """What a file of N-Triples states."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            OSError: the file cannot be read.
        """
        self._by_predicate: defaultdict[bytes, list[Triple]] = defaultdict(list)
        self._about: defaultdict[bytes, list[Triple]] = defaultdict(list)
        self._naming: defaultdict[bytes, list[Triple]] = defaultdict(list)
        known: dict[bytes, bytes] = {}
        with path.open("rb") as file:
            while lines := file.read(_PIECE):
                for subject, predicate, object in _LINE.findall(lines + file.readline()):
                    triple = (
                        known.setdefault(subject, subject),
                        known.setdefault(predicate, predicate),
                        known.setdefault(object, object),
                    )
                    self._by_predicate[predicate].append(triple)
                    self._about[subject].append(triple)
                    if object.startswith(b"_:") or predicate in _PLACES:
                        self._naming[object].append(triple)

    def about(self, node: bytes) -> Iterable[Triple]:
        """Yield what it states of a term, or what an expression is made of."""
        return self._about.get(node, ())

    def naming(self, node: bytes) -> Iterable[Triple]:
        """Yield what has an expression as its object, or a term as part of an expression."""
        return self._naming.get(node, ())

    def pairs(self, name: str, value: str = "") -> list[tuple[bytes, bytes]]:
        """Return the subjects and objects of a property, or of one object; both are named by their CURIEs."""
        only = token(value) if value else b""
        return [
            (subject, object)
            for subject, _, object in self._by_predicate.get(token(name), ())
            if not only or object == only
        ]


class HeldAxioms:
    """What a graph of a store states."""

    def __init__(self, store: "Store", graph: str) -> None:
        """Take the store, and the IRI of the graph."""
        from pyoxigraph import NamedNode

        self._store = store
        self._graph = NamedNode(graph)

    def about(self, node: bytes) -> Iterable[Triple]:
        """Yield what it states of a term, or what an expression is made of."""
        for quad in self._store.quads_for_pattern(as_node(node), None, None, self._graph):
            if (predicate := str(quad.predicate).encode()) in _PREDICATES:
                yield node, predicate, str(quad.object).encode()

    def naming(self, node: bytes) -> Iterable[Triple]:
        """Yield what has an expression as its object, or a term as part of an expression."""
        is_expression = node.startswith(b"_:")
        for quad in self._store.quads_for_pattern(None, None, as_node(node), self._graph):
            if (predicate := str(quad.predicate).encode()) in (_PREDICATES if is_expression else _PLACES):
                yield str(quad.subject).encode(), predicate, node
