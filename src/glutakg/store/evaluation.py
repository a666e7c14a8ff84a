"""Evaluates one request on a store and writes the answer, within limits of rows, bytes and time."""

import io
import signal
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Any

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
)

from glutakg.errors import EndpointError, FormatError
from glutakg.rdf import check_rdf_xml
from glutakg.store.engine import TooLarge
from glutakg.store.frames import Header
from glutakg.text import xml_can_hold

__all__ = ["answer_query", "ask", "values_block"]


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
_MOST_MERGED = 2


Answerer = Callable[[Store, Header], tuple[Header, bytes]]
"""What makes the answer to a request."""


class _RefusedRequest(Exception):
    """A request that the user can put right; the message says how."""


class _UnwantedFormat(Exception):
    """The caller takes no format that the answer could have; the message is the kind of the answer."""


def answer_query(store: Store, request: Header) -> tuple[Header, bytes]:
    """Return the header and the body of the answer to a query, or a header that tells the fault.

    Args:
        store: what is asked.
        request: the query with all that belongs to it, as `glutakg.store` sends it.
    """
    _set_alarm(request["timeout"] + _GRACE_SECONDS)
    values = ""
    try:
        values = "".join(values_block(*item) for item in request["substitutions"].items())
        return _evaluate(store, request, values)
    except SyntaxError as error:
        return {"fault": "syntax", "message": str(error.msg), "inserted": len(values)}, b""
    except _RefusedRequest as error:
        return {"fault": "refused", "message": str(error)}, b""
    except _UnwantedFormat as error:
        return {"fault": "unwanted", "kind": str(error)}, b""
    except TooLarge as error:
        return {"fault": "large", "limit": error.limit, "most": error.most}, b""
    except EndpointError as error:
        return {"fault": "endpoint", "message": str(error)}, b""
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
    result = ask(store, f"{text[:start]}{values}{text[start:]}" if values else text, request["dataset"])
    if isinstance(result, QuerySolutions):
        form = _known_format("rows", request, _ROW_FORMATS, "SELECT and ASK")
        variables = [variable.value for variable in result.variables]
        body = _serialised_rows(result, form, request)
        return {"kind": "rows", "format": form, "variables": variables}, body
    if isinstance(result, QueryBoolean):
        form = _known_format("boolean", request, _ROW_FORMATS, "SELECT and ASK")
        return {"kind": "boolean", "format": form, "variables": []}, _serialised_rows(result, form, request)
    form = _known_format("graph", request, _GRAPH_FORMATS, "CONSTRUCT and DESCRIBE")
    return {"kind": "graph", "format": form, "variables": []}, _serialised_graph(result, form, request)


def ask(store: Store, text: str, dataset: Header | None) -> QuerySolutions | QueryBoolean | Iterable[Triple]:
    """Return what a store answers to a query, not serialised.

    Args:
        store: what is asked.
        text: the query.
        dataset: the graphs that count, as `default_graphs` and `named_graphs`; None for all. A default graph
            of several graphs is their merge, in which a triple of two of them counts once; only another
            server (not a `pyoxigraph.Store`) is left to merge them itself.

    Raises:
        SyntaxError: the query is no SPARQL.
        OSError, RuntimeError, ValueError: it cannot be evaluated.
    """
    if dataset is None:
        return store.query(text)
    default, named = (sorted(set(dataset[part])) for part in ("default_graphs", "named_graphs"))
    default_graphs: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in default]
    if len(default) > 1 and isinstance(store, Store):
        store = _merged(store, tuple(default), tuple(named))
        default_graphs = [DefaultGraph()]
    return store.query(text, default_graph=default_graphs, named_graphs=[NamedNode(iri) for iri in named])


_merged_stores: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], Store] = OrderedDict()


def _merged(store: Store, default: tuple[str, ...], named: tuple[str, ...]) -> Store:
    """Return a store in memory whose default graph holds each triple of the graphs once; a few are kept."""
    merged = _merged_stores.pop((default, named), None)
    if merged is None:
        merged = Store()
        for iri in default:
            found = store.quads_for_pattern(None, None, None, NamedNode(iri))
            merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in found)
        for iri in named:
            merged.extend(store.quads_for_pattern(None, None, None, NamedNode(iri)))
        while len(_merged_stores) >= _MOST_MERGED:
            _merged_stores.popitem(last=False)
    _merged_stores[default, named] = merged
    return merged


def values_block(name: str, term: Header) -> str:
    """Return the block that binds a variable to a term, which the engine writes, so that it stays a term.

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


def _known_format(kind: str, request: Header, formats: Iterable[str], forms: str) -> str:
    name = request["formats"][kind]
    if name is None:
        raise _UnwantedFormat(kind)
    if name in formats:
        return str(name)
    raise _RefusedRequest(f"Format {name!r} does not suit {forms}; choose {', '.join(formats)}.")


class _Output(io.BytesIO):
    """Bytes, up to a most."""

    def __init__(self, form: str, request: Header) -> None:
        super().__init__()
        self._most_mb = request["largest_json_mb" if form == "json" else "largest_mb"]

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most_mb * 1_000_000:
            raise TooLarge("bytes", self._most_mb)
        return super().write(data)


def _serialised_rows(result: QuerySolutions | QueryBoolean, form: str, request: Header) -> bytes:
    output = _Output(form, request)
    result.serialize(output, format=_ROW_FORMATS[form])
    data = output.getvalue()
    most_rows = request["most_rows"]
    if most_rows is not None and _has_more_rows(data, form, most_rows):
        raise TooLarge("rows", most_rows)
    if form == "xml" and not xml_can_hold(data.decode()):
        raise _RefusedRequest(
            "The answer holds a control character, which XML cannot; choose another format, such as json."
        )
    return data


def _has_more_rows(data: bytes, form: str, most: int) -> bool:
    """Tell whether there are more than `most` rows; only where there might be, they are really counted."""
    if form == "xml":  # escaped in values
        return data.count(b"<result>") > most
    if form == "tsv":
        return data.count(b"\n") - 1 > most
    if form == "csv":
        if data.count(b"\n") - 1 <= most:
            return False
        import csv

        return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1 > most
    if data.count(b'":{"type":"') + data.count(b"{}") <= most:  # values and empty rows
        return False
    import json

    return len(json.loads(data).get("results", {}).get("bindings", ())) > most


def _serialised_graph(result: Iterable[Triple], form: str, request: Header) -> bytes:
    triples = _distinct(result, request["most_rows"])
    written = "\n".join(map(str, triples))
    if form == "rdfxml":
        try:
            check_rdf_xml(triples)
        except FormatError as error:
            raise _RefusedRequest(str(error)) from None
    used = {name: iri for name, iri in request["prefixes"].items() if f"<{iri}" in written}
    output = _Output(form, request)
    pyoxigraph.serialize(triples, output, format=_GRAPH_FORMATS[form], prefixes=used)
    data = output.getvalue()
    if form == "rdfxml":
        return data.replace(b"\r", b"&#13;")  # which a reader of XML would take for a line feed
    return _with_sorted_prefixes(data) if form == "ttl" else data


def _distinct(result: Iterable[Triple], most: int | None) -> list[Triple]:
    triples: set[Triple] = set()
    for triple in result:
        triples.add(triple)
        if most is not None and len(triples) > most:
            raise TooLarge("rows", most)
    return sorted(triples, key=str)


def _with_sorted_prefixes(turtle: bytes) -> bytes:
    """Sort the prefix lines, which the engine writes in an order that changes from run to run."""
    lines = turtle.splitlines(keepends=True)
    prefixes = list(takewhile(lambda line: line.startswith(b"@prefix "), lines))
    return b"".join([*sorted(prefixes), *lines[len(prefixes) :]])
