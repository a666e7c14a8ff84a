"""Evaluates one request on a backend and writes the answer, within limits of rows, bytes and time."""

import io
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import IO, cast

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from glutakg.errors import EndpointError, FormatError, QueryError, QueryResourceError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES, Iri, Literal, check_rdf_xml
from glutakg.store.backend import Backend, unknown_graphs
from glutakg.store.messages import (
    Answered,
    Failure,
    Fault,
    Message,
    QueryRequest,
    ServiceNeeded,
    TooLarge,
)
from glutakg.store.services import questions, with_answers
from glutakg.text import xml_can_hold

__all__ = ["answer_query", "rows_again", "values_block"]


_ROW_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "json": QueryResultsFormat.JSON,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}
_GRAPH_FORMATS = {
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "ttl": RdfFormat.TURTLE,
}
_GRACE_SECONDS = 2.0


class _RefusedRequest(Exception):
    """A request that the user can put right; the message says how."""


class _UnwantedFormat(Exception):
    """The caller takes no format that the answer could have; the message is the kind of the answer."""


def answer_query(backend: Backend, request: QueryRequest) -> tuple[Message, bytes]:
    """Return the answer to a query, an `Answered` with its body, or a `Failure`, or what others must answer.

    Args:
        backend: what is asked.
        request: the query with all that belongs to it.
    """
    _set_alarm(request.timeout + _GRACE_SECONDS)
    values = ""
    try:
        values = "".join(values_block(*item) for item in request.values.items())
        unknown = unknown_graphs(backend, request.graphs)
        reply, body = _evaluate(backend, request, values)
        if isinstance(reply, Answered):
            reply.unknown_graphs = unknown
        return reply, body
    except SyntaxError as error:
        return Failure(Fault.SYNTAX, str(error.msg), inserted=len(values)), b""
    except QueryResourceError as error:
        return Failure(Fault.DEPTH, str(error)), b""
    except (_RefusedRequest, QueryError) as error:
        return Failure(Fault.REFUSED, str(error)), b""
    except _UnwantedFormat as error:
        return Failure(Fault.FORMAT, kind=str(error)), b""
    except TooLarge as error:
        return Failure(error.fault, limit=error.limit), b""
    except EndpointError as error:
        return Failure(Fault.ENDPOINT, str(error)), b""
    except MemoryError:
        return Failure(Fault.MEMORY), b""
    except (RuntimeError, ValueError) as error:
        reason = str(error).rstrip(".")
        if reason.startswith("Corruption: "):
            return Failure(Fault.DAMAGED, reason.partition("\n")[0]), b""
        return Failure(Fault.REFUSED, N_("The query cannot be evaluated: {reason}.", reason=reason)), b""
    except OSError as error:
        return Failure(Fault.ENGINE, str(error).partition("\n")[0]), b""
    finally:
        _set_alarm(0)


def rows_again(backend: Backend, text: str, form: str, limits: QueryRequest) -> Callable[[str], bytes | None]:
    """Return what gives the rows of queries that differ from one in IRIs and local names alone.

    It gives None where there are none to return, which `answer_query` tells.

    Args:
        backend: what is asked.
        text: the query, one that selects rows.
        form: how they are written.
        limits: of rows and bytes.
    """
    query = backend.query_like(text)

    def rows(text: str) -> bytes | None:
        try:
            return _serialise_rows(query(text), form, limits)  # type: ignore[arg-type]
        except Exception:
            return None

    return rows


def _set_alarm(seconds: float) -> None:
    """Have this process end itself when the caller, who should have ended it, is gone; Linux does that."""
    if sys.platform != "linux" and hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _evaluate(backend: Backend, request: QueryRequest, values: str) -> tuple[Answered | ServiceNeeded, bytes]:
    text, start, formats = request.text, request.pattern_start, request.formats
    if values:
        text = f"{text[:start]}{values}{text[start:]}"
    if request.only_rewritten:
        found = backend.rewritten(text, request.dataset)
        return Answered("query", "rq", found.rules), found.text.encode()
    notes: tuple[str, ...] = ()
    if request.asks_others:
        if request.answers is None:
            return ServiceNeeded(questions(backend, text, request.dataset)), b""
        text, notes = with_answers(text, request.answers, request.max_rows)
    result = backend.query(text, request.dataset)
    if isinstance(result, QuerySolutions):
        form = _known_format("rows", formats.rows, _ROW_FORMATS, "SELECT and ASK")
        variables = [variable.value for variable in result.variables]
        return Answered("rows", form, variables, notes=notes), _serialise_rows(result, form, request)
    if isinstance(result, QueryBoolean):
        form = _known_format("boolean", formats.boolean, _ROW_FORMATS, "SELECT and ASK")
        return Answered("boolean", form, notes=notes), _serialise_rows(result, form, request)
    form = _known_format("graph", formats.graph, _GRAPH_FORMATS, "CONSTRUCT and DESCRIBE")
    return Answered("graph", form, notes=notes), _serialise_graph(result, form, request)


def values_block(name: str, term: Iri | Literal) -> str:
    """Return the block that binds a variable to a term, which the engine writes, so that it stays a term.

    The engine's own `substitutions` reach only variables that SELECT returns (no ASK, CONSTRUCT, aggregates);
    a VALUES block joined to the outermost pattern does the same and works for all.

    Raises:
        ValueError: the term cannot stand in a query.
    """
    written: pyoxigraph.NamedNode | pyoxigraph.Literal
    if isinstance(term, Iri):
        written = pyoxigraph.NamedNode(term.value)
    elif term.language is not None:
        written = pyoxigraph.Literal(term.value, language=term.language)
    elif term.datatype is not None:
        written = pyoxigraph.Literal(term.value, datatype=pyoxigraph.NamedNode(term.datatype))
    else:
        written = pyoxigraph.Literal(term.value)
    return f" VALUES {pyoxigraph.Variable(name)} {{ {written} }} "


def _known_format(kind: str, name: str | None, formats: Mapping[str, object], forms: str) -> str:
    if name is None:
        raise _UnwantedFormat(kind)
    if name in formats:
        return name
    raise _RefusedRequest(f"Format {name!r} does not suit {forms}; choose {', '.join(formats)}.")


class _Output:
    """A file of bytes that the engine writes to, up to a limit."""

    __slots__ = ("_left", "_max_mb", "_pieces")

    def __init__(self, form: str, request: QueryRequest) -> None:
        self._max_mb = request.max_json_mb if form == "json" else request.max_mb
        self._left = self._max_mb * 1_000_000
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        size = len(data)
        self._left -= size
        if self._left < 0:
            raise TooLarge(Fault.BYTES, self._max_mb)
        self._pieces.append(data)
        return size

    def flush(self) -> None:
        pass

    @property
    def value(self) -> bytes:
        return b"".join(self._pieces)


def _serialise_rows(result: QuerySolutions | QueryBoolean, form: str, request: QueryRequest) -> bytes:
    output = _Output(form, request)
    result.serialize(cast("IO[bytes]", output), format=_ROW_FORMATS[form])
    data = output.value
    if request.max_rows is not None and _has_more_rows(data, form, request.max_rows):
        raise TooLarge(Fault.ROWS, request.max_rows)
    if form == "xml" and not xml_can_hold(data.decode()):
        raise _RefusedRequest(
            "The answer holds a control character, which XML cannot; choose another format, such as json."
        )
    return data.replace(b"\r", b"&#13;") if form == "xml" else data  # a reader of XML makes it a line feed


def _has_more_rows(data: bytes, form: str, limit: int) -> bool:
    """Tell whether there are more rows than `limit`; only where there might be, they are really counted."""
    if len(data) <= limit:  # none is shorter than a byte
        return False
    if form == "xml":  # escaped in values
        return data.count(b"<result>") > limit
    if form == "tsv":
        return data.count(b"\n") - 1 > limit
    if form == "csv":
        if data.count(b"\n") - 1 <= limit:
            return False
        import csv

        return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1 > limit
    if data.count(b'":{"type":"') + data.count(b"{}") <= limit:  # values and empty rows
        return False
    import json

    return len(json.loads(data).get("results", {}).get("bindings", ())) > limit


def _serialise_graph(result: Iterable[Triple], form: str, request: QueryRequest) -> bytes:
    triples = _distinct(result, request.max_rows)
    written = "\n".join(map(str, triples))
    if form == "rdfxml":
        try:
            check_rdf_xml(triples)
        except FormatError as error:
            raise _RefusedRequest(str(error)) from None
    used: dict[str, str] = {}
    if request.with_prefixes:
        used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in written}
    output = _Output(form, request)
    pyoxigraph.serialize(triples, cast("IO[bytes]", output), format=_GRAPH_FORMATS[form], prefixes=used)
    data = output.value
    if form == "rdfxml":
        return data.replace(b"\r", b"&#13;")  # which a reader of XML would take for a line feed
    return _with_sorted_prefixes(data) if form == "ttl" else data


def _distinct(result: Iterable[Triple], limit: int | None) -> list[Triple]:
    triples: set[Triple] = set()
    for triple in result:
        triples.add(triple)
        if limit is not None and len(triples) > limit:
            raise TooLarge(Fault.ROWS, limit)
    return sorted(triples, key=str)


def _with_sorted_prefixes(turtle: bytes) -> bytes:
    """Sort the prefix lines, which the engine writes in an order that changes from run to run."""
    lines = turtle.splitlines(keepends=True)
    prefixes = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"".join([*sorted(prefixes), *lines[len(prefixes) :]])
