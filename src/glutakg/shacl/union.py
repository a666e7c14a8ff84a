"""The union of sources as an rdflib store that turns a triple into rdflib's terms when somebody asks for it.

pyshacl looks at few of the triples around a handful of nodes; to put all of them into rdflib's own store
would take longer than all that it does with them.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from rdflib.store import Store

from glutakg.shacl.sources import Source, to_engine, to_rdflib, without_rdflib_warnings

if TYPE_CHECKING:
    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node

    Pattern = tuple[Node | None, Node | None, Node | None]
    Found = tuple[tuple[Node, Node, Node], Iterator[Graph | None]]

__all__ = ["UnionStore"]


class UnionStore(Store):
    """A store that is only read; what several sources say is in it once."""

    context_aware = True
    graph_aware = True

    def __init__(self, sources: Sequence[Source]) -> None:
        """Hold what sources say."""
        super().__init__()
        self._sources = sources
        self.graph: Graph | None = None
        """The one graph that there is."""

    def triples(self, triple_pattern: "Pattern", context: "Graph | None" = None) -> "Iterator[Found]":
        """Yield the triples of a pattern, each with the graph."""
        graph = self.graph if context is None else context
        terms = tuple(None if each is None else to_engine(each) for each in triple_pattern)
        for triple in dict.fromkeys(each for source in self._sources for each in source.matching(*terms)):
            subject, predicate, value = (_in_rdflib(term) for term in triple)
            yield (subject, predicate, value), iter((graph,))

    def add(self, triple: object, context: object, quoted: bool = False) -> None:
        """Refuse to take a triple, which would be lost without a word."""
        raise TypeError("The union of sources cannot be written to.")

    def __len__(self, context: Any = None) -> int:
        """Count the triples."""
        return self._size

    @cached_property
    def _size(self) -> int:
        return len({triple for source in self._sources for triple in source.triples})


@lru_cache(maxsize=100_000)
def _in_rdflib(term: "ox.NamedNode | ox.BlankNode | ox.Literal") -> "Node":
    with without_rdflib_warnings():
        return to_rdflib(term)
