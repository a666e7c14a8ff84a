"""A store on another server, asked as the embedded one is; it keeps the data, and the limits stay ours."""

import base64
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from glutakg.errors import EndpointError, StoreError
from glutakg.sparql import AnswerTooLarge, Host, Outgoing, query_form, tls
from glutakg.store.cache import OpenedStore
from glutakg.store.engine import TooLarge

__all__ = ["PASSWORD", "USER", "RemoteStore", "opened_endpoint"]


USER, PASSWORD = "GLUTAKG_ENDPOINT_USER", "GLUTAKG_ENDPOINT_PASSWORD"
"""The variables of the environment that hold the name and the password for the other server."""

_ROWS, _TRIPLES, _TURTLE = "application/sparql-results+json", "application/n-triples", "text/turtle"
_GRAPH_FIELDS = ("default-graph-uri", "named-graph-uri")
_GRAPH_FORMATS = {
    _TRIPLES: ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    _TURTLE: ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}

Result = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]


class RemoteStore:
    """A SPARQL 1.1 endpoint with the methods of `pyoxigraph.Store` by which queries are answered."""

    def __init__(self, url: str, host: Host, *, seconds: float, most_bytes: int) -> None:
        """Take the address, whose `default-graph-uri` and `named-graph-uri` count where a query names none.

        Args:
            url: of the endpoint.
            host: its host, looked up.
            seconds: within which it must answer.
            most_bytes: of an answer that are read.
        """
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
        self._graphs = [field for field in fields if field[0] in _GRAPH_FIELDS]
        others = "&".join(
            field for field in parts.query.split("&") if field.partition("=")[0] not in _GRAPH_FIELDS
        )
        if parts.scheme == "https":
            tls()  # now, while files can be read
        self._outgoing = Outgoing(parts._replace(query=others).geturl(), host, headers=_authorization())
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._nothing = ox.Store()

    def query(
        self,
        text: str,
        *,
        default_graph: Sequence[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None,
        named_graphs: Sequence[ox.NamedNode | ox.BlankNode] | None = None,
    ) -> Result:
        """Return the answer to a query, which must be SPARQL as the embedded store reads it.

        Raises:
            SyntaxError: it is not.
            TooLarge: the answer is longer than is read.
            EndpointError: the other server did not answer as it should.
        """
        self._check_syntax(text)
        graphs = self._graphs
        if default_graph is not None or named_graphs is not None:
            graphs = [
                *_fields("default-graph-uri", default_graph or ()),
                *_fields("named-graph-uri", named_graphs or ()),
            ]
        is_graph = query_form(text) in ("CONSTRUCT", "DESCRIBE")
        try:
            media_type, body = self._outgoing.ask(
                [("query", text), *graphs],
                accept=f"{_TRIPLES}, {_TURTLE};q=0.5" if is_graph else _ROWS,
                seconds=self._seconds,
                most_bytes=self._most_bytes,
            )
        except AnswerTooLarge:
            raise TooLarge("bytes", self._most_bytes / 1_000_000) from None
        return _graph(media_type, body) if is_graph else _rows(media_type, body)

    def contains_named_graph(self, graph: ox.NamedNode) -> bool:
        """Return whether the other server holds a graph of this name."""
        found = self.query(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        assert isinstance(found, ox.QueryBoolean)
        return bool(found)

    def close(self) -> None:
        """Close the connection; the next question makes a new one."""
        self._outgoing.close()

    def _check_syntax(self, text: str) -> None:
        """Raise `SyntaxError` where a text is no query; the parser gets no leave to connect to anything."""
        with _no_descriptor_left():
            try:
                self._nothing.query(text)
            except SyntaxError:
                raise
            except (OSError, RuntimeError, ValueError):  # it was read, and could not be evaluated on nothing
                return


def _fields(
    name: str, graphs: Iterable[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
) -> Iterator[tuple[str, str]]:
    for graph in graphs:
        if isinstance(graph, ox.NamedNode):
            yield name, graph.value


@contextmanager
def _no_descriptor_left() -> Iterator[None]:
    """Take the one descriptor that a connection would need, if it is free."""
    try:
        taken = os.dup(0)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.close(taken)


def _rows(media_type: str, body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    if media_type not in (_ROWS, "application/json"):
        raise EndpointError(f"The endpoint answers with {media_type[:80] or 'no media type'}, not {_ROWS}.")
    try:
        found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QuerySolutions):
            deque(found, maxlen=0)  # a fault in a row is met only when that is read
            found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        return found
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"The endpoint's rows cannot be read: {error}.") from None


def _graph(media_type: str, body: bytes) -> list[ox.Triple]:
    if media_type not in _GRAPH_FORMATS:
        raise EndpointError(
            f"The endpoint answers with {media_type[:80] or 'no media type'}, not {_TRIPLES} or {_TURTLE}."
        )
    try:
        return [quad.triple for quad in ox.parse(body, format=_GRAPH_FORMATS[media_type])]
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"The endpoint's triples cannot be read: {error}.") from None


def _authorization() -> list[tuple[str, str]]:
    user = os.environ.get(USER)
    if not user:
        return []
    told = base64.b64encode(f"{user}:{os.environ.get(PASSWORD, '')}".encode()).decode()
    return [("Authorization", f"Basic {told}")]


def opened_endpoint(url: str, host: Host, *, seconds: float, most_bytes: int) -> OpenedStore:
    """Return the store of an endpoint that has answered a first question.

    Raises:
        StoreError: it did not answer.
    """
    store = RemoteStore(url, host, seconds=seconds, most_bytes=most_bytes)
    try:
        store.query("ASK { ?s ?p ?o }")
    except (EndpointError, TooLarge) as error:
        raise StoreError(str(error)) from None
    store.close()  # a worker counts the descriptors that it may still open from those that are open
    version = f"endpoint-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
    return OpenedStore(store, None, version)  # type: ignore[arg-type]  # it has the methods that are used
