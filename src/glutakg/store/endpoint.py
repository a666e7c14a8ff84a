"""An endpoint on another server as what a process evaluates queries on."""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import accumulate
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from glutakg.dataset import CONTESTED_GRAPH
from glutakg.errors import EndpointError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES
from glutakg.sparql import (
    AnswerTooLarge,
    Host,
    HttpClient,
    Rewritten,
    query_form,
    scan,
    spelled,
    tls_context,
)
from glutakg.store.backend import Result, refuse_invalid
from glutakg.store.cache import OpenedStore
from glutakg.store.foreign import read_rows, read_triples
from glutakg.store.messages import Dataset, Fault, OpenEndpoint, TooLarge

__all__ = ["PASSWORD", "USER", "EndpointBackend", "open_endpoint"]


USER, PASSWORD = "GLUTAKG_ENDPOINT_USER", "GLUTAKG_ENDPOINT_PASSWORD"
"""The variables of the environment that hold the name and the password for the other server."""

_ROWS, _TRIPLES, _TURTLE = "application/sparql-results+json", "application/n-triples", "text/turtle"
_CONTESTED_IN_DEFAULT = f"""\
ASK {{
  GRAPH <{CONTESTED_GRAPH}> {{ ?s ?p ?o }} ?s ?p ?o .
  FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != <{CONTESTED_GRAPH}>) }}
}}
"""
_AGGREGATES = frozenset({"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"})
_SLICING = frozenset({"GROUP", "HAVING", "LIMIT", "OFFSET", "VALUES"})
_VIRTUOSO_ASK = "__ASK_RETVAL"
_GRAPH_FIELDS = ("default-graph-uri", "named-graph-uri")
_GRAPH_FORMATS = {
    _TRIPLES: ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    _TURTLE: ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}


class EndpointBackend:
    """A SPARQL 1.1 endpoint, asked by form POST."""

    is_fixed = False

    def __init__(self, endpoint: OpenEndpoint) -> None:
        """Take the address; its `default-graph-uri` and `named-graph-uri` count where a query names none."""
        parts = urlsplit(endpoint.url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
        self._graphs = [field for field in fields if field[0] in _GRAPH_FIELDS]
        others = "&".join(
            field for field in parts.query.split("&") if field.partition("=")[0] not in _GRAPH_FIELDS
        )
        if parts.scheme == "https":
            tls_context()  # now, while files can be read
        self._client = HttpClient(
            parts._replace(query=others).geturl(),
            Host(endpoint.host, tuple(endpoint.addresses)),
            headers=_authorization(),
        )
        self._seconds = endpoint.seconds
        self._max_bytes = endpoint.max_bytes

    def query(self, text: str, dataset: Dataset | None = None) -> Result:
        """Return what a query finds; it must be SPARQL as the embedded store reads it.

        Raises:
            SyntaxError: it is not.
            TooLarge: the answer is longer than is read.
            EndpointError: the other server did not answer as it should.
        """
        self._check_syntax(text)
        graphs = self._graphs
        if dataset is not None:
            graphs = [
                *(("default-graph-uri", iri) for iri in sorted(set(dataset.default_graphs))),
                *(("named-graph-uri", iri) for iri in sorted(set(dataset.named_graphs))),
            ]
        is_graph = query_form(text) in ("CONSTRUCT", "DESCRIBE")
        try:
            media_type, body = self._client.ask(
                [("query", text), *graphs],
                accept=f"{_TRIPLES}, {_TURTLE};q=0.5" if is_graph else _ROWS,
                seconds=self._seconds,
                max_bytes=self._max_bytes,
            )
        except AnswerTooLarge:
            raise TooLarge(Fault.BYTES, self._max_bytes / 1_000_000) from None
        if is_graph:
            return _graph(media_type, body)
        found = _rows(media_type, body)
        if isinstance(found, ox.QuerySolutions) and _has_one_row(text):
            again = _rows(media_type, body)
            assert isinstance(again, ox.QuerySolutions)
            if (number := len(list(again))) != 1:
                raise EndpointError(
                    N_(
                        "The endpoint answered an aggregate without groups, which has one row, with {number}"
                        "; the answer is cut or wrong.",
                        number=number,
                    )
                )
        return _as_boolean(found) if query_form(text) == "ASK" else found

    def has_graph(self, iri: str) -> bool:
        """Return whether the other server holds a named graph of this name."""
        try:
            graph = ox.NamedNode(iri)
        except ValueError:
            return False
        return self.ask(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}")

    def ask(self, text: str) -> bool:
        """Return the answer to an ASK query; raise what `query` raises."""
        found = self.query(text)
        if not isinstance(found, ox.QueryBoolean):
            raise EndpointError(N_("The endpoint answers ASK with rows."))
        return bool(found)

    def close(self) -> None:
        """Close the connection; the next question makes a new one."""
        self._client.close()

    def query_like(self, text: str) -> Callable[[str], Result]:
        """Return what finds the same for queries that differ from one in IRIs and local names alone."""
        return self.query

    def rewritten(self, text: str, dataset: Dataset | None = None) -> Rewritten:
        """Return the query as it is, since the other server answers it by itself.

        Raises:
            SyntaxError: it is not SPARQL.
        """
        self._check_syntax(text)
        return Rewritten(text)

    def _check_syntax(self, text: str) -> None:
        """Raise `SyntaxError` where a text is no query; the parser gets no leave to connect to anything."""
        with _no_descriptor_left():
            refuse_invalid(spelled(text))


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


def _has_one_row(text: str) -> bool:
    """Tell whether a query has one row whatever the data are: it counts and the like, without groups.

    >>> [_has_one_row(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} {rest}") for rest in ("", "GROUP BY ?s")]
    [True, False]
    """
    tokens = list(scan(text))
    depths = list(accumulate({"{": 1, "(": 1, "}": -1, ")": -1}.get(token.text, 0) for token in tokens))
    braces = list(accumulate({"{": 1, "}": -1}.get(token.text, 0) for token in tokens))
    start = next(
        (index for index, token in enumerate(tokens) if token.text == "{" and depths[index] == 1), None
    )
    if start is None or query_form(text) != "SELECT":
        return False
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    end = next((index for index in range(start, len(tokens)) if braces[index] == 0), len(tokens))
    counts = any(words[index] in _AGGREGATES and braces[index] == 0 for index in range(start))
    return counts and not _SLICING.intersection(words[end:])


def _rows(media_type: str, body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    if media_type not in (_ROWS, "application/json"):
        raise EndpointError(
            N_(
                "The endpoint answers with {type}, not {wanted}.",
                type=media_type[:80] or N_("no media type"),
                wanted=_ROWS,
            )
        )
    return read_rows(body, N_("The endpoint"))


def _as_boolean(found: ox.QuerySolutions | ox.QueryBoolean) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return the answer to ASK; Virtuoso gives one row for yes, and none for no."""
    if isinstance(found, ox.QuerySolutions) and [each.value for each in found.variables] == [_VIRTUOSO_ASK]:
        answer = b"true" if any(True for _ in found) else b"false"
        return ox.parse_query_results(b'{"head":{},"boolean":%s}' % answer, format=ox.QueryResultsFormat.JSON)
    return found


def _graph(media_type: str, body: bytes) -> list[ox.Triple]:
    if media_type not in _GRAPH_FORMATS:
        raise EndpointError(
            N_(
                "The endpoint answers with {type}, not {triples} or {turtle}.",
                type=media_type[:80] or N_("no media type"),
                triples=_TRIPLES,
                turtle=_TURTLE,
            )
        )
    return read_triples(body, _GRAPH_FORMATS[media_type], N_("The endpoint"))


def _authorization() -> list[tuple[str, str]]:
    user = os.environ.get(USER)
    if not user:
        return []
    credentials = base64.b64encode(f"{user}:{os.environ.get(PASSWORD, '')}".encode()).decode()
    return [("Authorization", f"Basic {credentials}")]


def open_endpoint(endpoint: OpenEndpoint) -> OpenedStore:
    """Return an endpoint that has answered a first question.

    Raises:
        EndpointError: it did not answer.
    """
    backend = EndpointBackend(endpoint)
    try:
        has_default = backend.ask("ASK { ?s ?p ?o }")
        notes = tuple(_notes(backend, endpoint.url, has_default))
    except TooLarge:
        raise EndpointError(
            N_("The endpoint <{url}> answers ASK with more than a boolean.", url=endpoint.url)
        ) from None
    backend.close()  # a worker counts the descriptors that it may still open from those that are open
    version = f"endpoint-{hashlib.sha256(endpoint.url.encode()).hexdigest()[:16]}"
    return OpenedStore(backend, None, version, notes)


def _notes(backend: EndpointBackend, url: str, has_default: bool) -> Iterator[str]:
    """Yield what a user should know of a default graph that is not what our queries are written for."""
    how = (
        f"name all graphs but <{CONTESTED_GRAPH}> in the address "
        "(?default-graph-uri=IRI&named-graph-uri=IRI), or load them as one by "
        f"`glutakg push --graph default` and name <{PREFIXES['gkg']}default>"
    )
    if not has_default:
        yield f"The default graph of <{url}> is empty, so a query without GRAPH finds nothing; {how}."
        return
    with suppress(EndpointError):  # not every engine can say
        if backend.ask(_CONTESTED_IN_DEFAULT):
            yield (
                f"The default graph of <{url}> holds contested statements, so that a query without GRAPH "
                f"takes them for facts; {how}."
            )
