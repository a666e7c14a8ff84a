"""The worker process of the endpoint: screens, binds and evaluates, one request at a time.

All that a user sends is looked at here and not in the front process, where it could hold up everybody.
"""

import gzip
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path

from glutakg.dataset import bind, parse_query, terms_of
from glutakg.errors import (
    EndpointError,
    ParameterError,
    QueryError,
    QueryResourceError,
    TermError,
    UpdateRefused,
)
from glutakg.graph import TermIndex
from glutakg.languages import LANGUAGES, N_, Words, said
from glutakg.rdf import Iri, Literal, compress
from glutakg.server.http.messages import MIN_COMPRESSED
from glutakg.server.pages.request import PageRequest
from glutakg.server.workers import pages
from glutakg.server.workers.messages import (
    Again,
    EmptinessExplained,
    EndpointQuery,
    PageMade,
    QueryAnswered,
    QueryWritten,
)
from glutakg.server.workers.passing import AttendingTerms
from glutakg.sparql import (
    Screened,
    asked_elsewhere,
    get_ready as load_parser,
    screen,
    shape_of,
    syntax_error,
    with_base,
)
from glutakg.store import (
    Answer,
    Answered,
    Backend,
    Dataset,
    Failure,
    Fault,
    LocalStore,
    Message,
    QueryRequest,
    ServiceNeeded,
    TooLarge,
    answer_query,
    differences_notes,
    questions,
    rows_again,
    run_worker,
    unknown_graphs,
    unknown_graphs_notes,
    values_block,
    with_answers,
)
from glutakg.why import Explanation, explain_empty

__all__ = ["again", "answer", "get_ready", "main"]


_COMPRESSION = 4
_MAX_KEPT = 256
_NO_GRAPH = "urn:x-glutakg:no-graph"  # without any graph, another server would take those that it likes
_MAX_KEPT_LENGTH = 10_000
_NEEDED_LATER = (
    "csv",
    "decimal",
    "difflib",
    "glutakg.store.numbers",
    "glutakg.why.emptiness.explain",
    "urllib.parse",
    "wcwidth",
)

_Bound = tuple[str, Mapping[str, Iri | Literal]]
"""The text of a query, and terms for variables of it."""


def prepare(backend: Backend, terms: Message) -> Callable[[], tuple[Message, bytes] | None]:
    """Return what answers clients while the front asks nothing, having opened what that needs."""
    from glutakg.server.workers.attendant import Attendant  # for which other systems lack the means

    assert isinstance(terms, AttendingTerms)
    return Attendant(terms, partial(answer, backend), partial(again, backend)).attend


def answer(backend: Backend, request: Message) -> tuple[Message, bytes]:
    """Return the answer to a request of the front process, with its body, or a `Failure`.

    Args:
        backend: what is asked.
        request: an `EndpointQuery` or a `PageRequest`.
    """
    if isinstance(request, PageRequest):
        reply, body = pages.answer(backend, request)
    else:
        assert isinstance(request, EndpointQuery)
        reply, body = _answer_query(backend, request)
    if isinstance(reply, PageMade | QueryAnswered) and request.gzip and len(body) >= MIN_COMPRESSED:
        return replace(reply, gzip=True), _compressed(body)
    return reply, body


def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, _COMPRESSION, mtime=0)


def again(backend: Backend, request: EndpointQuery, reply: QueryAnswered) -> Again | None:
    """Return what answers queries that differ from one that was answered in nothing that `shape_of` keeps.

    Args:
        backend: what is asked.
        request: what was answered.
        reply: to it.

    Returns:
        What gives the reply and the body for the text of such a query, and nothing where that must be
        looked at by itself; None where that holds for all.
    """
    shape, form = shape_of(request.text), request.formats.rows
    if shape == request.text or len(shape) > _MAX_KEPT_LENGTH or request.path or request.dataset:
        return None
    if reply.kind != "rows" or reply.notes or form is None or not _kept(shape)[1]:
        return None
    limits = QueryRequest("", request.timeout, request.max_mb, request.max_mb, request.max_rows)
    short, long = replace(reply, gzip=False), replace(reply, gzip=True)
    rows = rows_again(backend, request.text, form, limits)

    def answered(text: str) -> tuple[QueryAnswered, bytes] | None:
        body = rows(text)
        if body is None:
            return None
        return (long, _compressed(body)) if request.gzip and len(body) >= MIN_COMPRESSED else (short, body)

    return answered


def _answer_query(backend: Backend, request: EndpointQuery) -> tuple[Message, bytes]:
    left_out: tuple[str, ...] = ()
    try:
        if request.instead == "text":
            return _written(backend, request)
        given, terms = _bound(backend, request)
        screened, stays = _looked_at(given, request)
        text = given if stays or not request.base else with_base(given, request.base)
        if text != given:
            screened, _ = _looked_at(text, request)
        dataset, unknown = request.dataset or _dataset(screened), []
        if dataset is not None:
            unknown = unknown_graphs(backend, [iri for graphs in dataset for iri in graphs])
            if unknown and not backend.is_fixed:
                dataset = _without(dataset, unknown)
        if screened.may_call:
            if request.instead == "why-empty":
                raise QueryError(N_("Why a query with SERVICE finds nothing cannot be explained."))
            if request.instead:
                raise QueryError(N_("A query with SERVICE is rewritten with the answers of others in it."))
            values = "".join(values_block(*item) for item in terms.items())
            start = screened.pattern_start if values else 0
            bound = f"{text[:start]}{values}{text[start:]}"
            if request.answers is None:
                return ServiceNeeded(questions(backend, bound, dataset)), b""
            (text, left_out), terms = with_answers(bound, request.answers, request.max_rows), {}
    except SyntaxError as error:
        return _failure(_told(given, text, str(error.msg))), b""
    except TooLarge as error:
        return Failure(error.fault, limit=error.limit), b""
    except QueryError as error:
        return _failure(error), b""
    except EndpointError as error:
        return Failure(Fault.ENDPOINT, str(error)), b""
    reply, body = answer_query(
        backend,
        QueryRequest(
            text,
            timeout=request.timeout,
            max_json_mb=request.max_mb,
            max_mb=request.max_mb,
            max_rows=request.max_rows,
            pattern_start=screened.pattern_start,
            values=terms,
            formats=request.formats,
            dataset=dataset,
            with_prefixes=True,
            only_rewritten=request.instead == "rewritten",
        ),
    )
    if isinstance(reply, Failure):
        if reply.fault is Fault.SYNTAX:
            if text != given:
                return _failure(_told(given, text, reply.message)), b""
            start, inserted = screened.pattern_start or 0, reply.inserted or 0
            return _failure(syntax_error(text, reply.message, inserted_at=start, inserted=inserted)), b""
        return reply, b""
    assert isinstance(reply, Answered)
    if request.instead == "rewritten":
        return QueryWritten(rules=reply.variables), body
    if request.instead == "why-empty":
        found = Answer(reply.kind, reply.format, tuple(reply.variables), body)
        return EmptinessExplained(), _reasons(backend, text, terms, request.dataset, found)
    elsewhere = given if not backend.is_fixed else asked_elsewhere(given) if screened.may_call else ""
    told = (*unknown_graphs_notes(unknown), *left_out, *differences_notes(elsewhere))
    notes = {lang: " ".join(said(note, lang) for note in told) for lang in LANGUAGES} if told else {}
    answered = QueryAnswered(
        reply.kind,
        screened.may_change or not backend.is_fixed,
        notes=notes,
        is_rewritten=backend.is_fixed and screened.needs_tree,
    )
    return answered, body


def _looked_at(text: str, request: EndpointQuery) -> tuple[Screened, bool]:
    """Return what is in a text, and whether it is known to hold no relative IRI.

    What is kept of its shape lacks only the place for values.
    """
    shape = text if request.path else shape_of(text)
    if len(shape) <= _MAX_KEPT_LENGTH and (shape != text or not request.allow_service):
        try:
            return _kept(shape)
        except QueryError:  # whose place is that in the text
            pass
    return screen(text, allow_service=request.allow_service), False


@lru_cache(maxsize=_MAX_KEPT)
def _kept(shape: str) -> tuple[Screened, bool]:
    return screen(shape), with_base(shape, "") == shape


def _told(given: str, text: str, message: str) -> QueryError:
    """Return a syntax error in a text that has got a base, with its place in the text that was given."""
    return syntax_error(given, message, inserted=len(text) - len(given))


def _reasons(
    backend: Backend, text: str, terms: Mapping[str, Iri | Literal], dataset: Dataset | None, found: Answer
) -> bytes:
    """Return as JSON why a query finds nothing: the reason, pattern and sentence of each, in both languages.

    The list is empty where the query has an answer.
    """
    explanations: Sequence[Explanation] = ()
    if found.is_empty:
        engine = LocalStore(backend)
        default_graphs, named_graphs = dataset or ((), ())
        explanations = explain_empty(
            engine,
            text,
            values=terms,
            names=TermIndex(engine).all_names,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
    reasons = [
        {
            "reason": each.reason.value,
            "pattern": each.pattern,
            "terms": list(each.terms),
            "instead": list(each.instead),
            "sentence": dict(each.sentence),
        }
        for each in explanations
    ]
    return json.dumps(reasons, ensure_ascii=False).encode()


def _failure(error: QueryError) -> Failure:
    fault, parameter = Fault.SYNTAX, None
    if isinstance(error, ParameterError):
        fault, parameter = Fault.PARAMETER, error.parameter
    elif isinstance(error, UpdateRefused):
        fault = Fault.UPDATE
    elif isinstance(error, QueryResourceError):
        fault = Fault.DEPTH
    elif error.line is None:
        fault = Fault.REFUSED
    told = error.message
    if isinstance(told, Words) and "hint" in told.fields:
        told = told.filled(hint="")  # whoever asks this server cannot allow a host
    return Failure(fault, told, line=error.line, column=error.column, parameter=parameter)


def _dataset(screened: Screened) -> Dataset | None:
    if not screened.default_graphs and not screened.named_graphs:
        return None
    return Dataset(screened.default_graphs, screened.named_graphs)


def _without(dataset: Dataset, unknown: Sequence[str]) -> Dataset:
    """Return a dataset without graphs that another server does not hold, and could fetch from elsewhere."""
    default, named = ([iri for iri in graphs if iri not in unknown] for graphs in dataset)
    return Dataset(default if default or named else [_NO_GRAPH], named)


def _bound(backend: Backend, request: EndpointQuery) -> _Bound:
    """Return the text of the query, and the terms for its parameters where it is one of the catalogue."""
    if request.path is None:
        return request.text, {}
    query = parse_query(request.text, Path(request.path))
    return bind(query, request.parameters, resolve=TermIndex(LocalStore(backend)).find)


def _written(backend: Backend, request: EndpointQuery) -> tuple[Message, bytes]:
    """Return the text of a catalogue query with its values, and how a form shows those that are IRIs."""
    query = parse_query(request.text, Path(request.path or ""))
    index = TermIndex(LocalStore(backend))
    given = terms_of(query, request.parameters, resolve=index.find)
    values = {each.name: given.get(each.name, each.default) for each in query.parameters}
    iris = {name: value.value for name, value in values.items() if isinstance(value, Iri)}
    labels = index.labels([*iris.values()], request.lang) if iris else {}
    shown = {name: _shown(iri, labels.get(iri), index) for name, iri in iris.items()}
    return QueryWritten(shown), query.with_values(given).encode()


def _shown(iri: str, label: str | None, index: TermIndex) -> str:
    """Return the label of a term where it leads back to the term, else the CURIE."""
    try:
        return label if label and index.find(label) == iri else compress(iri)
    except TermError:
        return compress(iri)


def get_ready() -> None:
    """Import and read what else would be when it is first needed, and then could not be opened any more."""
    for name in _NEEDED_LATER:
        import_module(name)
    if sys.platform == "linux":
        import_module("glutakg.server.workers.attendant")
    pages.get_ready()
    load_parser()


def main() -> None:
    """Serve on stdin and stdout."""
    get_ready()
    run_worker(answer, prepare=prepare)
