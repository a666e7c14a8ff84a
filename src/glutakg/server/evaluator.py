"""The worker process of the endpoint: screens, binds and evaluates, one request at a time.

All that a user sends is looked at here and not in the front process, where it could hold up everybody.
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import NamedNode, Store

from glutakg import worker
from glutakg.errors import ParameterError, QueryError, QueryResourceError, UpdateRefused
from glutakg.graph import KnowledgeGraph
from glutakg.queries import Catalogue, bind, parse_query
from glutakg.server import pages
from glutakg.server.emptiness import reasons
from glutakg.server.local import LocalStore
from glutakg.sparql import ALLOW_HINT, Screened, screen, syntax_error
from glutakg.store import request_term
from glutakg.terms import PREFIXES, Term

if TYPE_CHECKING:
    from glutakg.store import Store as AskedStore

__all__ = ["LEAST_COMPRESSED", "answer", "main"]

LEAST_COMPRESSED = 1_024
"""Bytes from which an answer is worth compressing."""

_COMPRESSION = 4
_MOST_KEPT = 256
_LONGEST_KEPT = 10_000
_NEEDED_LATER = ("csv", "decimal", "difflib", "glutakg.diagnosis", "json", "urllib.parse")


def answer(store: Store, request: worker.Header) -> tuple[worker.Header, bytes]:
    """Return the answer to a request of the front process.

    Args:
        store: what is asked.
        request: `text`, the `dataset` that the protocol names or None, the `formats` by kind of answer, the
            limits, whether to `gzip`, for a catalogue query its `path` and the `parameters` as text, and
            `why_empty` to be told why the query has no answer instead of the answer. For a page it is what
            `glutakg.server.pages.answer` reads.
    """
    if "page" in request:
        header, body = pages.answer(store, request)
        if request["gzip"] and len(body) >= LEAST_COMPRESSED:
            header["gzip"], body = True, gzip.compress(body, _COMPRESSION, mtime=0)
        return header, body
    try:
        text, terms = _bound(store, request)
        screened = _screened(text) if len(text) <= _LONGEST_KEPT else screen(text)
        dataset = request["dataset"] or _dataset(screened)
        if dataset is not None:
            _refuse_unknown_graphs(store, dataset)
    except QueryError as error:
        return _fault(error), b""
    header, body = _evaluated(store, request, text, screened, terms, dataset)
    if header.get("fault") == "syntax":
        inserted_at = screened.pattern_start or 0
        message, inserted = header["message"], header["inserted"]
        return _fault(syntax_error(text, message, inserted_at=inserted_at, inserted=inserted)), b""
    if "fault" in header:
        return header, b""
    if request.get("why_empty"):
        return {}, reasons(store, request)
    if request["gzip"] and len(body) >= LEAST_COMPRESSED:
        header["gzip"], body = True, gzip.compress(body, _COMPRESSION, mtime=0)
    return {**header, "may_change": screened.may_change}, body


@lru_cache(maxsize=_MOST_KEPT)
def _screened(text: str) -> Screened:
    """Return what is in a text that may be asked again."""
    return screen(text)


def _evaluated(
    store: Store,
    request: worker.Header,
    text: str,
    screened: Screened,
    terms: Mapping[str, Term],
    dataset: worker.Header | None,
) -> tuple[worker.Header, bytes]:
    return worker.answer_query(
        store,
        {
            **request,
            "text": text,
            "pattern_start": screened.pattern_start,
            "substitutions": {name: request_term(name, term) for name, term in terms.items()},
            "dataset": dataset,
            "prefixes": PREFIXES,
        },
    )


def _fault(error: QueryError) -> worker.Header:
    fault = "query"
    facts: dict[str, Any] = {"line": error.line, "column": error.column}
    if isinstance(error, ParameterError):
        fault, facts["parameter"] = "parameter", error.parameter
    elif isinstance(error, _UnknownGraph):
        fault = "graph"
    elif isinstance(error, UpdateRefused):
        fault = "update"
    elif isinstance(error, QueryResourceError):
        fault = "deep"
    elif error.line is None:
        fault = "refused"
    return {"fault": fault, "message": str(error).replace(ALLOW_HINT, ""), **facts}


def _dataset(screened: Screened) -> worker.Header | None:
    if not screened.default_graphs and not screened.named_graphs:
        return None
    return {"default_graphs": screened.default_graphs, "named_graphs": screened.named_graphs}


class _UnknownGraph(QueryError):
    """A graph that the store does not hold."""


def _refuse_unknown_graphs(store: Store, dataset: worker.Header) -> None:
    for iri in (*dataset["default_graphs"], *dataset["named_graphs"]):
        try:
            known = store.contains_named_graph(NamedNode(iri))
        except ValueError:
            known = False
        if not known:
            raise _UnknownGraph(
                f"There is no graph <{iri[:200]}> here, and nothing is fetched from elsewhere; "
                "GRAPH ?g { } tells the graphs there are."
            )


def _bound(store: Store, request: worker.Header) -> tuple[str, Mapping[str, Term]]:
    """Return the text of the query, and the terms for its parameters where it is one of the catalogue."""
    if request["path"] is None:
        return request["text"], {}
    query = parse_query(request["text"], Path(request["path"]))
    graph = KnowledgeGraph(cast("AskedStore", LocalStore(store)), catalogue=Catalogue([]))
    return bind(query, request["parameters"], resolve=graph.find_term)


def main() -> None:
    """Serve on stdin and stdout, having imported what is else imported when it is first needed."""
    for name in _NEEDED_LATER:
        import_module(name)
    pages.get_ready()
    worker.main(answer)
