"""Asks a store that a worker process has opened, with limits on time and memory.

This side imports no RDF library and never parses SPARQL: a query that nests 20,000 brackets ends the worker,
not the caller. The same holds for what another server sends.
"""

import os
import sys
import threading
import weakref
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import NoReturn, Self

from glutakg.errors import (
    EndpointError,
    ParameterError,
    QueryError,
    QueryResourceError,
    QueryTimeout,
    StoreError,
)
from glutakg.languages import N_
from glutakg.rdf import Term
from glutakg.sparql import Rewritten, Screened, asked_elsewhere, screen, syntax_error
from glutakg.store.asking import answers_to
from glutakg.store.engine import Answer, bindable
from glutakg.store.messages import (
    Answered,
    Dataset,
    Failure,
    Fault,
    Formats,
    Message,
    Opened,
    QueryRequest,
    Rights,
    ServiceNeeded,
)
from glutakg.store.process import MAX_TIMEOUT, Worker, WorkerEnded, started_worker
from glutakg.text import printable

__all__ = ["MAX_MB", "StoreClient"]


MAX_MB = 512
"""Megabytes of an answer."""

_TOO_DEEP = N_("The query nests too deeply or chains too many operators; split it into several queries.")
_SECONDS_BEFORE_PROGRESS = 1.0
_MAX_JSON_MB = 64  # from which rows are read into this process


class StoreClient:
    """A read-only SPARQL store in a process of its own; the classes below this say what it opens.

    Use it in a `with` block or call `close`.
    """

    _rewrites = True
    """Whether what is opened is evaluated by the engine, for which queries are rewritten."""

    _opening = "Opening the store …"
    """What is said on a terminal where that takes long."""

    def __init__(
        self,
        what: Message,
        *,
        rights: Rights,
        timeout: float,
        allow_service: Collection[str],
        seconds_to_open: float,
    ) -> None:
        """Start the worker process.

        Args:
            what: what it opens.
            rights: that it has then.
            timeout: seconds that a query may run.
            allow_service: hosts that SERVICE may name.
            seconds_to_open: that opening may take.

        Raises:
            ParameterError: the timeout is no number of seconds within a day.
            StoreError: the process cannot be started.
        """
        self._timeout = _checked_seconds(timeout)
        self._allow_service = frozenset(allow_service)
        self._what = what
        self._rights = rights
        self._seconds_to_open = seconds_to_open
        self._lock = threading.Lock()
        self._closed = False
        self._starting: Worker | None = started_worker(what)
        self._ready: Worker | None = None
        _clients.add(self)

    def evaluate(
        self,
        query_text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        timeout: float | None = None,
        format: str | None = None,
    ) -> Answer:
        """Return the complete answer to a SPARQL query.

        Args:
            query_text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
            substitutions: values of variables, joined to the outermost graph pattern as typed terms.
            timeout: seconds that this query may run, if not the store's.
            format: for rows and booleans json (the default), csv, tsv or xml; for graphs nt (the default),
                ttl, jsonld or rdfxml.

        Raises:
            QueryError: the query is refused or is not valid SPARQL, or the format does not suit it.
            ParameterError: a substituted variable does not occur in the query, or the timeout is no number
                of seconds within a day.
            QueryTimeout: it ran too long.
            QueryResourceError: it needs too much memory, nests too deeply, or its answer is larger than
                64 MB in JSON or 512 MB in another format.
            SourceError: a file of the store cannot be read or is not Turtle.
            StoreError: the store cannot be opened or read.
            EndpointError: the store is an endpoint, or SERVICE names one, and that did not answer as it
                should.

        >>> from glutakg.store import open_store
        >>> with open_store() as store:
        ...     answer = store.evaluate("SELECT (1 + 1 AS ?two) {}")
        >>> [str(row["two"]) for row in answer.rows()]
        ['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']
        """
        reply, body = self._asked(query_text, substitutions, timeout, format)
        return Answer(
            reply.kind,
            reply.format,
            tuple(reply.variables),
            body,
            unknown_graphs=tuple(reply.unknown_graphs),
            asked_elsewhere=self._asked_elsewhere(query_text),
            left_out=tuple(reply.notes),
        )

    def _asked_elsewhere(self, query_text: str) -> str:
        if not self._rewrites:
            return query_text
        return asked_elsewhere(query_text) if self._allow_service else ""

    def rewritten(self, query_text: str, *, substitutions: Mapping[str, Term] | None = None) -> Rewritten:
        """Return a query as it is evaluated, with the names of the rules that changed it.

        Raises:
            QueryError: as `evaluate` does, for what can be told without an answer.
            StoreError: the store cannot be opened.
            EndpointError: the store is an endpoint, and that did not answer as it should.

        >>> from glutakg.store import open_store
        >>> with open_store() as store:
        ...     store.rewritten("SELECT ?s { ?s ?p ?o } ORDER BY ?s").rules
        ('ORDER BY',)
        """
        reply, body = self._asked(query_text, substitutions, None, None, only_rewritten=True)
        return Rewritten(body.decode(), tuple(reply.variables))

    def _asked(
        self,
        query_text: str,
        substitutions: Mapping[str, Term] | None,
        timeout: float | None,
        format: str | None,
        *,
        only_rewritten: bool = False,
    ) -> tuple[Answered, bytes]:
        screened = screen(query_text, allow_service=self._allow_service)
        values = substitutions or {}
        _refuse_unknown_variables(values, screened)
        seconds = self._timeout if timeout is None else _checked_seconds(timeout)
        request = QueryRequest(
            query_text,
            timeout=seconds,
            max_json_mb=_MAX_JSON_MB,
            max_mb=MAX_MB,
            pattern_start=screened.pattern_start,
            values={name: bindable(name, term) for name, term in values.items()},
            formats=Formats(format or "json", format or "json", format or "nt"),
            dataset=_dataset(screened),
            with_prefixes=format == "ttl",
            only_rewritten=only_rewritten,
            graphs=tuple(dict.fromkeys((*screened.default_graphs, *screened.named_graphs))),
            asks_others=self._rewrites and screened.may_call and not only_rewritten,
        )
        notes: list[str] = []
        with self._lock:
            worker = self._ready_worker(parser=screened.needs_tree)
            try:
                reply, body = worker.ask(request, seconds)
                if isinstance(reply, ServiceNeeded):
                    answers, notes = answers_to(reply.questions, self._allow_service, seconds=seconds)
                    reply, body = worker.ask(replace(request, answers=answers), seconds)
            except WorkerEnded as ended:
                self._ready = None
                self._raise_ended(ended, seconds)
            except EndpointError:  # the worker waits for the next question
                raise
            except BaseException:
                self._ready = None
                raise
        if isinstance(reply, Failure):
            if reply.fault is Fault.SYNTAX:
                raise syntax_error(
                    query_text,
                    reply.message,
                    inserted_at=screened.pattern_start or 0,
                    inserted=reply.inserted or 0,
                )
            self._raise_failure(reply, seconds)
        assert isinstance(reply, Answered)
        reply.notes = [*notes, *reply.notes]
        return reply, body

    def close(self) -> None:
        """End the worker process; closing twice is fine."""
        self._closed = True
        for worker in (self._starting, self._ready):
            if worker is not None:
                worker.end()
        self._starting = self._ready = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def forget_parent(self) -> None:
        """Start anew in a forked child, whose lock a thread of the parent may have held."""
        self._lock = threading.Lock()
        self._starting = self._ready = None

    def _ready_worker(self, *, parser: bool = False) -> Worker:
        """Return the worker; one that gave up its rights without the parser starts anew to load it."""
        if self._closed:
            raise StoreError(N_("The store has been closed; open it again."))
        if parser and self._rewrites and not self._rights.parser:
            self._rights = replace(self._rights, parser=True)
            if self._ready is not None:
                self._ready.end()
                self._ready = None
        if self._ready is None:
            worker = self._starting or started_worker(self._what)
            self._starting = None
            self._wait_until_ready(worker)
            self._ready = worker
        return self._ready

    def _wait_until_ready(self, worker: Worker) -> None:
        try:
            with _progress(self._opening):
                reply, _ = worker.receive(self._seconds_to_open)
        except WorkerEnded as ended:
            self._raise_not_opened(ended)
        if isinstance(reply, Failure):
            worker.end()
            self._raise_failure(reply, self._seconds_to_open)
        assert isinstance(reply, Opened)
        for note in reply.notes:
            print(f"glutakg: note: {printable(note)}", file=sys.stderr)
        self._opened(reply)
        worker.send(self._rights)

    def _opened(self, reply: Opened) -> None:
        """Take what the worker says of the store that it has opened."""

    def _raise_not_opened(self, ended: WorkerEnded) -> NoReturn:
        raise StoreError(
            N_(
                "The query process ended before it was ready (exit code {exit_code}): {last_line}",
                exit_code=ended.exit_code,
                last_line=ended.last_line,
            )
        ) from None

    def _raise_ended(self, ended: WorkerEnded, seconds: float) -> NoReturn:
        if ended.fault is not None:
            self._raise_failure(Failure(ended.fault), seconds)
        raise StoreError(
            N_(
                "The query process ended (exit code {exit_code}): {last_line}",
                exit_code=ended.exit_code,
                last_line=ended.last_line,
            )
        ) from None

    def _raise_failure(self, failure: Failure, seconds: float) -> NoReturn:
        """Raise the error that a failure is to the caller; the classes below know more of them."""
        match failure.fault:
            case Fault.ENDPOINT:
                raise EndpointError(failure.message)
            case Fault.TIMEOUT:
                message = N_(
                    "The query was stopped after {limit:g} s; ask for less or allow more time (--timeout).",
                    limit=seconds,
                )
                raise QueryTimeout(message, seconds=seconds) from None
            case Fault.MEMORY:
                raise QueryResourceError(
                    N_(
                        "The query needs more than {limit} MB of memory; make it more selective, or sort and "
                        "group less.",
                        limit=self._rights.memory_mb,
                    )
                ) from None
            case Fault.DEPTH:
                raise QueryResourceError(failure.message or _TOO_DEEP) from None
            case Fault.BYTES:
                raise QueryResourceError(
                    N_(
                        "The answer is larger than {limit:g} MB; ask for less (LIMIT), or write it with "
                        "--format csv.",
                        limit=failure.limit,
                    )
                )
        raise QueryError(failure.message)


_clients: weakref.WeakSet[StoreClient] = weakref.WeakSet()


def _forget_parent() -> None:
    for client in list(_clients):
        client.forget_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)


@contextmanager
def _progress(message: str) -> Iterator[None]:
    """Say on a terminal what takes so long: a store is opened in an instant, but built in seconds."""
    telling = threading.Timer(_SECONDS_BEFORE_PROGRESS, print, [message], {"file": sys.stderr})
    telling.daemon = True
    if sys.stderr is not None and sys.stderr.isatty():
        telling.start()
    try:
        yield
    finally:
        telling.cancel()


def _checked_seconds(seconds: object) -> float:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= MAX_TIMEOUT:
        return float(seconds)
    raise ParameterError(
        N_(
            "timeout must be a number of seconds, more than 0 and at most {limit:g}; {seconds!r} is not.",
            limit=MAX_TIMEOUT,
            seconds=str(seconds)[:40],
        ),
        parameter="timeout",
    )


def _dataset(screened: Screened) -> Dataset | None:
    """Return the graphs that a query names, where they must be merged: the engine would count twice."""
    if len(screened.default_graphs) < 2:
        return None
    return Dataset(screened.default_graphs, screened.named_graphs)


def _refuse_unknown_variables(values: Mapping[str, Term], screened: Screened) -> None:
    for name in values:
        if name not in screened.variables:
            raise ParameterError(
                N_("The query has no variable ?{name}, to give a value to.", name=name), parameter=name
            )
    if values and screened.pattern_start is None:
        raise QueryError(
            N_(
                "Values can be given only to a query whose outermost {form} is a graph pattern of its "
                "own; write it as {instead}, or put a sub-SELECT in braces of its own.",
                form="{ … }",
                instead="CONSTRUCT { … } WHERE { … }",
            )
        )
