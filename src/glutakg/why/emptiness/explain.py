"""Finds out which pattern of a query without an answer finds nothing, and why.

Every reason given was asked of the graph itself: parts of the query run as queries of their own, through the
same store and within the same limits, in bounded number and time. Where that does not lead to a reason, the
weaker sentence that is true is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from glutakg.errors import QueryResourceError
from glutakg.rdf import Term
from glutakg.sparql import UnreadableQuery, read_patterns
from glutakg.store import Engine
from glutakg.why.emptiness.explanations import Explanation, Reason, explanation
from glutakg.why.emptiness.groups import explain
from glutakg.why.emptiness.probes import Probes, Spent
from glutakg.why.emptiness.scope import graph_node
from glutakg.why.emptiness.search import Search

__all__ = ["explain_empty"]

_MOST_EXPLANATIONS = 5


def explain_empty(
    store: Engine,
    query_text: str,
    *,
    values: Mapping[str, Term] | None = None,
    names: Callable[[], tuple[Sequence[tuple[str, str]], bool]] = lambda: ((), True),
    seconds: float = 5.0,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> tuple[Explanation, ...]:
    """Return why a query has no answer: at most five reasons, at least one.

    A union finds nothing because none of its branches does, so each is explained. Nothing is raised where the
    query cannot be explained: the reason then is `Reason.UNEXPLAINED`.

    Args:
        store: what was asked.
        query_text: a query that had no rows, no triples, or the answer false.
        values: the terms that were given for variables of it.
        names: gives the IRI and a name of each term, to find what may have been meant, and whether these are
            all names there are.
        seconds: how long to look for reasons.
        default_graphs: with `named_graphs`, the graphs that the query was asked of, where they were named
            beside it; its own FROM lines do not count then.
        named_graphs: those that GRAPH reached.

    >>> from glutakg.store import open_store
    >>> with open_store() as store:
    ...     [found] = explain_empty(store, "ASK { ?x a <http://example.org/Sugar> }")
    >>> print(found)
    No match for ?x a <http://example.org/Sugar>: http://example.org/Sugar occurs in no graph.
    """
    try:
        patterns = read_patterns(query_text)
    except (UnreadableQuery, QueryResourceError, ValueError):
        return (explanation("intricate", Reason.UNEXPLAINED, ""),)
    if default_graphs or named_graphs:
        patterns = replace(
            patterns,
            default_graphs=tuple(map(graph_node, default_graphs)),
            named_graphs=tuple(map(graph_node, named_graphs)),
        )
    search = Search(Probes(store, patterns.prologue, values or {}, seconds), patterns, names)
    try:
        explain(search)
    except Spent as spent:
        why = str(spent)
    else:
        why = ""
    found = tuple(dict.fromkeys(search.found))[:_MOST_EXPLANATIONS]
    return found or (explanation("spent" if why else "unknown", Reason.UNEXPLAINED, "", error=why),)
