"""The union of sources as an rdflib store that turns a triple into rdflib's terms when somebody asks for it.

pyshacl looks at few of the triples around a handful of nodes; to put all of them into rdflib's own store
would take longer than all that it does with them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from rdflib.store import Store

from glutakg.shacl.sources import Source, to_engine, to_rdflib, without_rdflib_warnings

if TYPE_CHECKING:
    import pyoxigraph as ox
    from rdflib import Graph
    from rdflib.term import Node

    from glutakg.shacl.sources import Term

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
        sources = self._sources_with(*terms)
        for triple in dict.fromkeys(each for source in sources for each in source.matching(*terms)):
            subject, predicate, value = (_in_rdflib(term) for term in triple)
            yield (subject, predicate, value), iter((graph,))

    def _sources_with(
        self, subject: "Term | None", predicate: "Term | None", value: "Term | None"
    ) -> Sequence[Source]:
        """Return the sources that have a term at its place: of some sixty mostly one."""
        if subject is not None:
            return self._with_subject.get(subject, ())
        if value is not None:
            return self._with_object.get(value, ())
        if predicate is not None:
            return self._with_predicate.get(predicate, ())
        return self._sources

    @cached_property
    def _with_subject(self) -> "dict[Term, list[Source]]":
        return _by_term((source, source.by_subject) for source in self._sources)

    @cached_property
    def _with_predicate(self) -> "dict[Term, list[Source]]":
        return _by_term((source, source.by_predicate) for source in self._sources)

    @cached_property
    def _with_object(self) -> "dict[Term, list[Source]]":
        return _by_term((source, source.by_object) for source in self._sources)

    def add(self, triple: object, context: object, quoted: bool = False) -> None:
        """Refuse to take a triple, which would be lost without a word."""
        raise TypeError("The union of sources cannot be written to.")

    def __len__(self, context: Any = None) -> int:
        """Count the triples."""
        return self._size

    @cached_property
    def _size(self) -> int:
        return len({triple for source in self._sources for triple in source.triples})


def _by_term(indexes: "Iterable[tuple[Source, Iterable[Term]]]") -> "dict[Term, list[Source]]":
    found: defaultdict[Term, list[Source]] = defaultdict(list)
    for source, terms in indexes:
        for term in terms:
            found[term].append(source)
    return found


@lru_cache(maxsize=100_000)
def _in_rdflib(term: "ox.NamedNode | ox.BlankNode | ox.Literal") -> "Node":
    with without_rdflib_warnings():
        return to_rdflib(term)
