"""What a process evaluates queries on: a store that it has opened, or an endpoint elsewhere."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Protocol

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, Store, Triple

from glutakg.store.messages import Dataset

__all__ = ["Backend", "LocalBackend", "Result"]


_MAX_MERGED = 2

Result = QuerySolutions | QueryBoolean | Iterable[Triple]
"""What a query finds, not serialised."""


class Backend(Protocol):
    """What queries are evaluated on."""

    @property
    def is_fixed(self) -> bool:
        """Whether the data stay the same as long as this process runs."""
        ...

    def query(self, text: str, dataset: Dataset | None = None) -> Result:
        """Return what a query finds, in the graphs of `dataset` where that is given.

        Raises:
            SyntaxError: the text is not SPARQL.
            OSError, RuntimeError, ValueError: it cannot be evaluated.
        """
        ...

    def has_graph(self, iri: str) -> bool:
        """Return whether there is a named graph of this name."""
        ...


class LocalBackend:
    """A store that this process has opened, or made in memory."""

    is_fixed = True

    def __init__(self, store: Store) -> None:
        """Take the store, which nobody changes from now on."""
        self._store = store
        self._merged: OrderedDict[Dataset, Store] = OrderedDict()

    def query(self, text: str, dataset: Dataset | None = None) -> Result:
        """Return what a query finds; several default graphs are merged, which the engine does not do.

        Raises:
            SyntaxError: the text is not SPARQL.
            OSError, RuntimeError, ValueError: it cannot be evaluated.
        """
        if dataset is None:
            return self._store.query(text)
        default, named = (tuple(sorted(set(graphs))) for graphs in dataset)
        store = self._store
        default_graphs: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in default]
        if len(default) > 1:
            store, default_graphs = self._merge(Dataset(default, named)), [DefaultGraph()]
        return store.query(text, default_graph=default_graphs, named_graphs=[NamedNode(iri) for iri in named])

    def has_graph(self, iri: str) -> bool:
        """Return whether the store holds a named graph of this name."""
        try:
            return self._store.contains_named_graph(NamedNode(iri))
        except ValueError:
            return False

    def _merge(self, dataset: Dataset) -> Store:
        """Return a store in memory whose default graph holds each triple of the graphs once; few are kept."""
        merged = self._merged.pop(dataset, None)
        if merged is None:
            merged = Store()
            for iri in dataset.default_graphs:
                found = self._store.quads_for_pattern(None, None, None, NamedNode(iri))
                merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in found)
            for iri in dataset.named_graphs:
                merged.extend(self._store.quads_for_pattern(None, None, None, NamedNode(iri)))
            while len(self._merged) >= _MAX_MERGED:
                self._merged.popitem(last=False)
        self._merged[dataset] = merged
        return merged
