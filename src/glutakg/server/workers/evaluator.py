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

from glutakg.dataset import Catalogue, bind, parse_query
from glutakg.errors import EndpointError, ParameterError, QueryError, QueryResourceError, UpdateRefused
from glutakg.graph import KnowledgeGraph
from glutakg.rdf import PREFIXES, Term
from glutakg.server.http.messages import LEAST_COMPRESSED
from glutakg.server.workers import pages
from glutakg.server.workers.emptiness import reasons
from glutakg.sparql import ALLOW_HINT, Screened, screen, syntax_error
from glutakg.store import (
    Answer,
    Header,
    LocalStore,
    OpenedStore,
    TooLarge,
    answer_query,
    open_named_store,
    questions,
    request_term,
    run_worker,
    values_block,
    with_answers,
)

if TYPE_CHECKING:
    from glutakg.store import Store as AskedStore

__all__ = ["answer", "main"]


_COMPRESSION = 4
_MOST_KEPT = 256
_LONGEST_KEPT = 10_000
_NEEDED_LATER = ("csv", "decimal", "difflib", "glutakg.why.emptiness.explain", "json", "urllib.parse")


def answer(store: Store, request: Header) -> tuple[Header, bytes]:
    """Return the answer to a request of the front process.

    Args:
        store: what is asked.
        request: `text`, the `dataset` that the protocol names or None, the `formats` by kind of answer, the
            limits, whether to `gzip`, for a catalogue query its `path` and the `parameters` as text, and
            `why_empty` to be told why the query has no answer instead of the answer. `allow_service` names
            the hosts that SERVICE may ask: where it asks any, the first answer is the fault `service` with
            the `questions` to ask there, and the request comes again with their `answers`. For a page it is
            what `glutakg.server.workers.pages.answer` reads.
    """
    if "page" in request:
        header, body = pages.answer(store, request)
        if request["gzip"] and len(body) >= LEAST_COMPRESSED:
            header["gzip"], body = True, gzip.compress(body, _COMPRESSION, mtime=0)
        return header, body
    try:
        text, terms = _bound(store, request)
        allowed = request["allow_service"]
        screened = screen(text, allow_service=allowed) if allowed else _screened(text)
        dataset = request["dataset"] or _dataset(screened)
        if dataset is not None:
            _refuse_unknown_graphs(store, dataset)
        may_change = screened.may_change or not isinstance(store, Store)
        if screened.may_call:
            if request.get("why_empty"):
                raise QueryError("Why a query with SERVICE finds nothing is not told.")
            values = _values(terms)
            if request["answers"] is None:
                return _questions(store, text, values, dataset)
            start = screened.pattern_start if values else 0
            bound = f"{text[:start]}{values}{text[start:]}"
            text, terms = with_answers(bound, request["answers"], request["most_rows"]), {}
    except TooLarge as error:
        return {"fault": "large", "limit": error.limit}, b""
    except QueryError as error:
        return _fault(error), b""
    except EndpointError as error:
        return {"fault": "endpoint", "message": str(error)}, b""
    header, body = _evaluated(store, request, text, screened, terms, dataset)
    if header.get("fault") == "syntax":
        inserted_at = screened.pattern_start or 0
        message, inserted = header["message"], header["inserted"]
        return _fault(syntax_error(text, message, inserted_at=inserted_at, inserted=inserted)), b""
    if "fault" in header:
        return header, b""
    if request.get("why_empty"):
        found = Answer(header["kind"], header["format"], tuple(header["variables"]), body)
        return {}, reasons(store, request, found)
    if request["gzip"] and len(body) >= LEAST_COMPRESSED:
        header["gzip"], body = True, gzip.compress(body, _COMPRESSION, mtime=0)
    return {**header, "may_change": may_change}, body


def _screened(text: str) -> Screened:
    """Return what is in a text; what may be asked again is kept."""
    return _kept_screened(text) if len(text) <= _LONGEST_KEPT else screen(text)


_kept_screened = lru_cache(maxsize=_MOST_KEPT)(screen)


def _values(terms: Mapping[str, Term]) -> str:
    return "".join(values_block(name, request_term(name, term)) for name, term in terms.items())


def _questions(store: Store, text: str, values: str, dataset: Header | None) -> tuple[Header, bytes]:
    try:
        return {"fault": "service", "questions": questions(store, text, values, dataset)}, b""
    except SyntaxError as error:
        return _fault(syntax_error(text, str(error.msg))), b""


def _evaluated(
    store: Store,
    request: Header,
    text: str,
    screened: Screened,
    terms: Mapping[str, Term],
    dataset: Header | None,
) -> tuple[Header, bytes]:
    return answer_query(
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


def _fault(error: QueryError) -> Header:
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


def _dataset(screened: Screened) -> Header | None:
    if not screened.default_graphs and not screened.named_graphs:
        return None
    return {"default_graphs": screened.default_graphs, "named_graphs": screened.named_graphs}


class _UnknownGraph(QueryError):
    """A graph that the store does not hold."""


def _refuse_unknown_graphs(store: Store, dataset: Header) -> None:
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


def _bound(store: Store, request: Header) -> tuple[str, Mapping[str, Term]]:
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
    run_worker(answer, _opened)


def _opened(what: Header) -> OpenedStore:
    """Return the store that a first message names, here or on another server."""
    if "endpoint" not in what:
        return open_named_store(what)
    from glutakg.sparql import Host
    from glutakg.store import opened_endpoint

    host = Host(what["host"], tuple(what["addresses"]))
    return opened_endpoint(what["endpoint"], host, seconds=what["seconds"], most_bytes=what["most_bytes"])
