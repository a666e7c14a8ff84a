"""The process that evaluates queries, apart from the caller's, because a query can end its process.

It reads requests from stdin and writes answers to stdout, each a JSON header and a body (see `frames`). It
opens the store, then gives up the right to open anything else and to take more memory than allowed, then
serves until stdin closes. `glutakg.store` starts it.
"""

import io
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

import pyoxigraph
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from glutakg.cache import OpenedStore, open_cached
from glutakg.errors import GlutakgError, SourceError
from glutakg.files import ShippedFile, shipped_files
from glutakg.frames import read_frame, write_frame
from glutakg.terms import xml_can_hold

if sys.platform == "linux":
    import fcntl
    import select

__all__ = ["serve"]

_ROW_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "json": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
_GRAPH_FORMATS = {"jsonld": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES, "ttl": RdfFormat.TURTLE}
_GRACE_SECONDS = 2.0

Header = dict[str, Any]
"""The JSON part of a request or an answer."""


class _RefusedRequest(Exception):
    """A request that the user can put right; the message says how."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Open what the first message names, keep to the limits of the second, then answer queries."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        what_to_open, _ = read_frame(requests)
        try:
            opened = _open(what_to_open)
        except GlutakgError as error:
            write_frame(answers, _source_fault(error))
            return
        write_frame(answers, {"location": str(opened.location or ""), "notes": opened.notes})
        limits, _ = read_frame(requests)
        _give_up_rights(limits["memory_limit_mb"], may_connect=limits["may_connect"])
        while True:
            request, _ = read_frame(requests)
            with _ending_with_the_caller(requests):
                header, body = _answer(opened.store, request)
            header, body = _unless_large(header, body, request)
            write_frame(answers, header, body)


def _open(what: Header) -> OpenedStore:
    files = what["files"]
    shipped = shipped_files() if files is None else [ShippedFile(Path(path), graph) for path, graph in files]
    return open_cached(shipped, Path(what["cache_dir"]))


def _source_fault(error: GlutakgError) -> Header:
    place = {}
    if isinstance(error, SourceError):
        place = {"path": str(error.path), "line": error.line, "column": error.column}
    return {"fault": "source", "message": str(error), **place}


def _give_up_rights(memory_limit_mb: int, *, may_connect: bool) -> None:
    """Limit memory to what is in use now plus the allowance; forbid core dumps and new descriptors."""
    try:
        import resource
    except ImportError:  # not a POSIX system: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _address_space_in_use() + memory_limit_mb * 1024 * 1024
    with suppress(ValueError, OSError):  # macOS knows the limit but does not take it
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if not may_connect:
        lowest_free = os.dup(0)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))


def _address_space_in_use() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _ending_with_the_caller(requests: IO[bytes]) -> Iterator[None]:
    """Have the system end this process when the caller goes while a query runs, even if it is killed.

    The system sends SIGIO when the other end of the pipe closes. The caller writes nothing meanwhile.
    """
    if sys.platform != "linux":  # elsewhere SIGIO is ignored, and the alarm must do
        yield
        return
    flags = fcntl.fcntl(requests, fcntl.F_GETFL)
    fcntl.fcntl(requests, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(requests, fcntl.F_SETFL, flags | os.O_ASYNC)
    gone = select.poll()
    gone.register(requests, 0)
    if gone.poll(0):  # before the system was asked to tell
        os._exit(1)
    try:
        yield
    finally:
        fcntl.fcntl(requests, fcntl.F_SETFL, flags)


def _unless_large(header: Header, body: bytes, request: Header) -> tuple[Header, bytes]:
    largest_mb = request["largest_json_mb" if header.get("format") == "json" else "largest_mb"]
    if len(body) > largest_mb * 1_000_000:
        return {"fault": "large", "largest_mb": largest_mb}, b""
    return header, body


def _answer(store: Store, request: Header) -> tuple[Header, bytes]:
    _set_alarm(request["timeout"] + _GRACE_SECONDS)
    try:
        values = "".join(_values_block(*item) for item in request["substitutions"].items())
        return _evaluate(store, request, values)
    except SyntaxError as error:
        return {"fault": "syntax", "message": str(error.msg), "inserted": len(values)}, b""
    except _RefusedRequest as error:
        return {"fault": "refused", "message": str(error)}, b""
    except MemoryError:
        return {"fault": "memory"}, b""
    except (RuntimeError, ValueError) as error:
        reason = str(error).rstrip(".")
        if reason.startswith("Corruption: "):
            return {"fault": "damaged", "message": reason.partition("\n")[0]}, b""
        return {"fault": "refused", "message": f"The query cannot be evaluated: {reason}."}, b""
    except OSError as error:
        return {"fault": "engine", "message": str(error).partition("\n")[0]}, b""
    finally:
        _set_alarm(0)


def _set_alarm(seconds: float) -> None:
    """Have this process end itself when the caller, who should have ended it, is gone."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _evaluate(store: Store, request: Header, values: str) -> tuple[Header, bytes]:
    text, start = request["text"], request["pattern_start"]
    result = store.query(f"{text[:start]}{values}{text[start:]}" if values else text)
    if isinstance(result, QueryTriples):
        form = _known_format(request["format"] or "nt", _GRAPH_FORMATS, "CONSTRUCT and DESCRIBE")
        return {"kind": "graph", "format": form, "variables": []}, _serialised_graph(
            result, form, request["prefixes"]
        )
    form = _known_format(request["format"] or "json", _ROW_FORMATS, "SELECT and ASK")
    header: Header = {"format": form}
    if isinstance(result, QuerySolutions):
        header |= {"kind": "rows", "variables": [variable.value for variable in result.variables]}
    else:
        header |= {"kind": "boolean", "variables": []}
    return header, _serialised_rows(result, form)


def _values_block(name: str, term: Header) -> str:
    """Write a term as the engine writes it, so that nothing in it can be read as SPARQL.

    The engine's own `substitutions` reach only variables that SELECT returns (no ASK, CONSTRUCT, aggregates);
    a VALUES block joined to the outermost pattern does the same and works for all.
    """
    value = term["value"]
    written: pyoxigraph.NamedNode | pyoxigraph.Literal
    if term["type"] == "uri":
        written = pyoxigraph.NamedNode(value)
    elif term.get("language") is not None:
        written = pyoxigraph.Literal(value, language=term["language"])
    elif term.get("datatype") is not None:
        written = pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(term["datatype"]))
    else:
        written = pyoxigraph.Literal(value)
    return f" VALUES {pyoxigraph.Variable(name)} {{ {written} }} "


def _known_format(name: str, formats: Iterable[str], forms: str) -> str:
    if name in formats:
        return name
    raise _RefusedRequest(f"Format {name!r} does not suit {forms}; choose {', '.join(formats)}.")


def _serialised_rows(result: QuerySolutions | QueryBoolean, form: str) -> bytes:
    data = result.serialize(format=_ROW_FORMATS[form])
    assert data is not None  # it is, when no output is given
    if form == "xml" and not xml_can_hold(data.decode()):
        raise _RefusedRequest(
            "The answer holds a control character, which XML cannot; choose another format, such as json."
        )
    return data


def _serialised_graph(result: Iterable[Triple], form: str, prefixes: dict[str, str]) -> bytes:
    triples = sorted(set(result), key=str)
    written = "\n".join(map(str, triples))
    used = {name: iri for name, iri in prefixes.items() if f"<{iri}" in written}
    data = pyoxigraph.serialize(triples, format=_GRAPH_FORMATS[form], prefixes=used)
    assert data is not None  # it is, when no output is given
    return _with_sorted_prefixes(data) if form == "ttl" else data


def _with_sorted_prefixes(turtle: bytes) -> bytes:
    """Sort the prefix lines, which the engine writes in an order that changes from run to run."""
    lines = turtle.splitlines(keepends=True)
    prefixes = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"".join([*sorted(prefixes), *lines[len(prefixes) :]])


def main() -> None:
    """Serve on stdin and stdout, keeping both away from anything else that might read or print."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdin = io.StringIO()
    serve(requests, answers)
