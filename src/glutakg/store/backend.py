"""What a process evaluates queries on: a store that it has opened, or an endpoint elsewhere."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import IO, Protocol

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from glutakg.dataset import CLOSURE_GRAPH
from glutakg.sparql import (
    FUNCTIONS,
    Rewritten,
    by_closure,
    needs_graphs,
    needs_rewriting,
    rewritten,
    spelled,
    stays_as_written,
)
from glutakg.store.functions import AGGREGATES, CALLS
from glutakg.store.messages import Dataset

__all__ = ["Backend", "LocalBackend", "Result", "refuse_invalid", "unknown_graphs"]


_MAX_MERGED = 2
_ABOVE = "subClassOf"

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

    def query_like(self, text: str) -> Callable[[str], Result]:
        """Return what finds the same for queries of the shape of one (`shape_of`)."""
        ...

    def rewritten(self, text: str, dataset: Dataset | None = None) -> Rewritten:
        """Return a query as it is evaluated, with the names of the rules that changed it.

        Raises:
            SyntaxError: the text is not SPARQL.
            QueryError: it has a form that is answered wrongly and that cannot be rewritten.
        """
        ...

    def has_graph(self, iri: str) -> bool:
        """Return whether there is a named graph of this name."""
        ...


class LocalBackend:
    """A store that this process has opened, or made in memory."""

    is_fixed = True

    def __init__(self, store: Store, *, foreign: bool = False) -> None:
        """Take the store, which nobody changes from now on; `foreign` where it holds what others wrote."""
        self._store = store
        self._foreign = foreign
        self._closure = CLOSURE_GRAPH if not foreign and self.has_graph(CLOSURE_GRAPH) else ""
        self._merged: OrderedDict[Dataset, Store] = OrderedDict()

    def query(self, text: str, dataset: Dataset | None = None) -> Result:
        """Return what a query finds; several default graphs are merged, which the engine does not do.

        Raises:
            SyntaxError: the text is not SPARQL.
            QueryError: it has a form that is answered wrongly and that cannot be rewritten.
            OSError, RuntimeError, ValueError: it cannot be evaluated.
        """
        text = self.rewritten(text, dataset).text
        calls, aggregates = (CALLS, AGGREGATES) if FUNCTIONS in text else (None, None)  # each takes a moment
        if dataset is None:
            return self._store.query(text, custom_functions=calls, custom_aggregate_functions=aggregates)
        default, named = (tuple(sorted(filter(_is_iri, set(graphs)))) for graphs in dataset)
        store = self._store
        default_graphs: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in default]
        if len(default) > 1:
            store, default_graphs = self._merge(Dataset(default, named)), [DefaultGraph()]
        return store.query(
            text,
            default_graph=default_graphs,
            named_graphs=[NamedNode(iri) for iri in named],
            custom_functions=calls,
            custom_aggregate_functions=aggregates,
        )

    def query_like(self, text: str) -> Callable[[str], Result]:
        """Return what finds the same for queries of the shape of one, and looks at less."""
        if not stays_as_written(text, foreign=self._foreign):
            return self.query
        query, closes = self._store.query, bool(self._closure)

        def found(text: str) -> Result:
            if FUNCTIONS in text or (closes and _ABOVE in text):
                return self.query(text)
            return query(text)

        return found

    def rewritten(self, text: str, dataset: Dataset | None = None) -> Rewritten:
        """Return a query rewritten where the engine, who must take it as it was written, answers it wrongly.

        Raises:
            SyntaxError: the text is not SPARQL.
            QueryError: it has a form that is answered wrongly and that cannot be rewritten.
        """
        closes = self._closure and dataset is None and _ABOVE in text
        if not closes and stays_as_written(text, foreign=self._foreign):
            return Rewritten(text)
        text = spelled(text)
        if closes:
            refuse_invalid(text)
            changed = by_closure(text, self._closure)
            if changed != text:
                found = self._rewritten(changed, None)
                return Rewritten(found.text, ("closure", *found.rules))
        return self._rewritten(text, dataset)

    def _rewritten(self, text: str, dataset: Dataset | None) -> Rewritten:
        if not needs_rewriting(text, foreign=self._foreign):
            return Rewritten(text)
        refuse_invalid(text)
        if not needs_graphs(text):
            return rewritten(text, foreign=self._foreign)
        if dataset is not None:
            return rewritten(text, tuple(sorted(set(dataset.named_graphs))), foreign=self._foreign)
        graphs = (graph.value for graph in self._store.named_graphs() if isinstance(graph, NamedNode))
        return rewritten(text, tuple(sorted(graphs)), foreign=self._foreign)

    def has_graph(self, iri: str) -> bool:
        """Return whether the store holds a named graph of this name."""
        return _is_iri(iri) and self._store.contains_named_graph(NamedNode(iri))

    def write_quads(self, file: IO[bytes]) -> None:
        """Write all that the store holds as N-Quads."""
        self._store.dump(file, format=RdfFormat.N_QUADS)

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


_EMPTY = Store()
_NOWHERE = Variable("nowhere_in_the_query")


@lru_cache(maxsize=256)
def refuse_invalid(text: str) -> None:
    """Have the engine read a query without evaluating it: it reads first, and then misses a variable.

    Raises:
        SyntaxError: the text is not SPARQL.
    """
    with suppress(RuntimeError):
        _EMPTY.query(text, substitutions={_NOWHERE: Literal("")})


def unknown_graphs(backend: Backend, graphs: Iterable[str]) -> list[str]:
    """Return those of some graphs that a backend does not hold, each once."""
    return [iri for iri in dict.fromkeys(graphs) if not backend.has_graph(iri)]


def _is_iri(name: str) -> bool:
    try:
        NamedNode(name)
    except ValueError:
        return False
    return True
