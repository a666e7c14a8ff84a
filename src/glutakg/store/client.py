"""Asks the embedded store, which lives in a worker process with limits on time and memory.

This side imports no RDF library and never parses SPARQL: a query that nests 20,000 brackets ends the worker,
not the caller.
"""

import os
import sys
import threading
import weakref
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from glutakg.dataset import ShippedFile, shipped_files
from glutakg.errors import (
    ParameterError,
    QueryError,
    QueryResourceError,
    QueryTimeout,
    SourceError,
    StoreError,
)
from glutakg.rdf import PREFIXES, Term
from glutakg.sparql import Screened, screen, syntax_error
from glutakg.store.engine import Answer, request_term
from glutakg.store.process import (
    LONGEST_TIMEOUT,
    Worker,
    WorkerEnded,
    absolute,
    default_cache_dir,
    started_worker,
)
from glutakg.text import printable

__all__ = ["Store", "default_cache_dir", "open_store"]


_SECONDS_TO_BUILD = 300.0
_LARGEST_JSON_MB = 64  # from which rows are read into this process
_LARGEST_MB = 512


def open_store(
    cache_dir: Path | str | None = None,
    *,
    files: Sequence[ShippedFile] | None = None,
    memory_limit_mb: int = 1024,
    timeout: float = 30.0,
    allow_service: Collection[str] = (),
) -> "Store":
    """Return a store over the shipped files, or over the files given.

    The worker process starts at once; the first question waits until it is ready, which the very first time
    includes building the store on disk.

    Args:
        cache_dir: folder to keep the store in; without it `default_cache_dir()`.
        files: other files than the shipped ones.
        memory_limit_mb: megabytes that evaluating may take beyond what the opened store takes.
        timeout: seconds that a query may run, at most a day.
        allow_service: hosts that SERVICE may call; none by default.

    Raises:
        ParameterError: the timeout is no number of seconds.
        StoreError: the worker process cannot be started, or the cache folder cannot be told.

    >>> with open_store() as store:
    ...     store.evaluate("ASK { ?s ?p ?o }").boolean
    True
    """
    return Store(
        absolute(Path(cache_dir)) if cache_dir is not None else default_cache_dir(),
        files=files,
        memory_limit_mb=memory_limit_mb,
        timeout=timeout,
        allow_service=allow_service,
    )


class Store:
    """A read-only SPARQL store. `open_store` makes one; use it in a `with` block or call `close`."""

    def __init__(
        self,
        cache_dir: Path,
        *,
        files: Sequence[ShippedFile] | None,
        memory_limit_mb: int,
        timeout: float,
        allow_service: Collection[str],
    ) -> None:
        """Start the worker process; see `open_store` for the arguments."""
        self._timeout = _checked_seconds(timeout)
        self._allow_service = frozenset(allow_service)
        self._files = files
        self._what = {
            "cache_dir": str(cache_dir),
            "files": None if files is None else [_as_json(file) for file in files],
        }
        self._limits = {"memory_limit_mb": memory_limit_mb, "descriptors": None if allow_service else 0}
        self._lock = threading.Lock()
        self._closed = False
        self._location: Path | None = None
        self._starting: Worker | None = started_worker(self._what)
        self._ready: Worker | None = None
        _stores.add(self)

    @property
    def files(self) -> list[ShippedFile]:
        """The files that the store holds."""
        return shipped_files() if self._files is None else list(self._files)

    @property
    def path(self) -> Path | None:
        """The folder that holds the store; None where it lives in memory.

        Raises:
            SourceError: a file cannot be read or is not Turtle.
            StoreError: the store cannot be opened.
        """
        with self._lock:
            self._ready_worker()
            return self._location

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

        >>> with open_store() as store:
        ...     answer = store.evaluate("SELECT (1 + 1 AS ?two) {}")
        >>> [str(row["two"]) for row in answer.rows()]
        ['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']
        """
        screened = screen(query_text, allow_service=self._allow_service)
        values = substitutions or {}
        _refuse_unknown_variables(values, screened)
        seconds = self._timeout if timeout is None else _checked_seconds(timeout)
        request = {
            "text": query_text,
            "pattern_start": screened.pattern_start,
            "substitutions": {name: request_term(name, term) for name, term in values.items()},
            "timeout": seconds,
            "formats": {
                "rows": format or "json",
                "boolean": format or "json",
                "graph": format or "nt",
            },
            "dataset": _dataset(screened),
            "most_rows": None,
            "largest_json_mb": _LARGEST_JSON_MB,
            "largest_mb": _LARGEST_MB,
            "prefixes": dict(PREFIXES) if format == "ttl" else {},
        }
        with self._lock:
            worker = self._ready_worker()
            try:
                header, body = worker.ask(request, seconds)
            except WorkerEnded as ended:
                self._ready = None
                raise self._why_ended(ended, seconds) from None
            except BaseException:
                self._ready = None
                raise
        if "fault" in header:
            raise self._fault(header, query_text, screened)
        return Answer(header["kind"], header["format"], tuple(header["variables"]), body)

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

    def _ready_worker(self) -> Worker:
        if self._closed:
            raise StoreError("The store has been closed; open it again.")
        if self._ready is None:
            worker = self._starting or started_worker(self._what)
            self._starting = None
            self._location = self._wait_until_ready(worker)
            self._ready = worker
        return self._ready

    def _wait_until_ready(self, worker: Worker) -> Path | None:
        """Wait for the worker's greeting, pass its notes on, and return where the store lies."""
        try:
            header, _ = worker.receive(_SECONDS_TO_BUILD)
        except WorkerEnded as ended:
            raise StoreError(
                "The query process ended before it was ready"
                f" (exit code {ended.exit_code}): {ended.last_line}"
            ) from None
        if "fault" in header:
            worker.end()
            raise _source_error(header)
        for note in header["notes"]:
            print(f"glutakg: note: {printable(note)}", file=sys.stderr)
        worker.send(self._limits)
        return Path(header["location"]) if header["location"] else None

    def _why_ended(self, ended: WorkerEnded, seconds: float) -> QueryError | StoreError:
        if ended.cause == "timeout":
            return QueryTimeout(
                f"The query was stopped after {seconds:g} s; ask for less or allow more time (--timeout).",
                seconds=seconds,
            )
        if ended.cause == "memory":
            return self._out_of_memory()
        if ended.cause == "depth":
            return QueryResourceError(
                "The query nests too deeply or chains too many operators; split it into several queries."
            )
        return StoreError(f"The query process ended (exit code {ended.exit_code}): {ended.last_line}")

    def _out_of_memory(self) -> QueryResourceError:
        return QueryResourceError(
            f"The query needs more than {self._limits['memory_limit_mb']} MB of memory; "
            "make it more selective, or sort and group less."
        )

    def _fault(self, header: dict[str, Any], query_text: str, screened: Screened) -> QueryError | StoreError:
        if header["fault"] == "syntax":
            return syntax_error(
                query_text,
                header["message"],
                inserted_at=screened.pattern_start or 0,
                inserted=header["inserted"],
            )
        if header["fault"] == "memory":
            return self._out_of_memory()
        if header["fault"] == "refused":
            return QueryError(header["message"])
        if header["fault"] == "large":
            return QueryResourceError(
                f"The answer is larger than {header['most']} MB; ask for less (LIMIT), "
                "or write it with --format csv."
            )
        if header["fault"] != "damaged" and self._allow_service:
            return QueryError(f"The query failed: {header['message']}.")
        return StoreError(
            f"The store cannot be read: {header['message']}. "
            f"Remove the folder {self._location} and try again."
        )


_stores: weakref.WeakSet[Store] = weakref.WeakSet()


def _forget_parent() -> None:
    for store in list(_stores):
        store.forget_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)


def _checked_seconds(seconds: object) -> float:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_TIMEOUT:
        return float(seconds)
    raise ParameterError(
        f"timeout must be a number of seconds, more than 0 and at most {LONGEST_TIMEOUT:g}; "
        f"{str(seconds)[:40]!r} is not.",
        parameter="timeout",
    )


def _as_json(file: ShippedFile) -> tuple[str, str]:
    return str(file.path.absolute()), file.graph_name


def _dataset(screened: Screened) -> dict[str, Sequence[str]] | None:
    """Return the graphs that a query names, where they must be merged: the engine would count twice."""
    if len(screened.default_graphs) < 2:
        return None
    return {"default_graphs": screened.default_graphs, "named_graphs": screened.named_graphs}


def _refuse_unknown_variables(values: Mapping[str, Term], screened: Screened) -> None:
    for name in values:
        if name not in screened.variables:
            raise ParameterError(f"The query has no variable ?{name}, to give a value to.", parameter=name)
    if values and screened.pattern_start is None:
        raise QueryError(
            "Values can be given only to a query whose outermost { … } is a graph pattern of its own; "
            "write it as CONSTRUCT { … } WHERE { … }, or put a sub-SELECT in braces of its own."
        )


def _source_error(header: dict[str, Any]) -> SourceError:
    error = SourceError(header["message"])
    error.path, error.line, error.column = header.get("path"), header.get("line"), header.get("column")
    return error
