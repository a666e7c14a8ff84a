"""SERVICE asked by the command and in Python: what endpoints do wrong is told, or noted."""

import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from another_endpoint import ROWS, AnotherEndpoint, Answer, another_endpoint
from click.testing import CliRunner

import glutakg
from glutakg.cli.main import cli
from glutakg.errors import EndpointError
from glutakg.sparql.rows import Rows

TURTLE = '<urn:a> <urn:says> "x" , "y" . <urn:a> <urn:has> [ <urn:says> "z" ] , [ <urn:says> "z" ] .'
SECONDS = 1.0


@pytest.fixture(scope="module")
def far() -> Iterator[AnotherEndpoint]:
    """Give an endpoint that does what a test wants."""
    with another_endpoint() as endpoint:
        endpoint.store.load(TURTLE.encode(), format=ox.RdfFormat.TURTLE)
        yield endpoint


@pytest.fixture(scope="module")
def graph(far: AnotherEndpoint) -> Iterator[glutakg.KnowledgeGraph]:
    """Give our graph, which may ask it."""
    with glutakg.open(allow_service=["127.0.0.1"], timeout=SECONDS) as here:
        yield here


def asking(port: int, pattern: str, *, silent: bool = False, select: str = "*") -> str:
    """Return a query that asks an endpoint."""
    word = "SERVICE SILENT" if silent else "SERVICE"
    return f"SELECT {select} {{ BIND(1 AS ?one) {word} <http://127.0.0.1:{port}/sparql> {{ {pattern} }} }}"


def table(graph: glutakg.KnowledgeGraph, query: str) -> list[dict[str, object]]:
    """Return rows as texts, in any order."""
    found = graph.query(query)
    assert isinstance(found, Rows)
    rows = [{name: row[name] and str(row[name]) for name in found.variables} for row in found]
    return sorted(rows, key=str)


def said(status: int, body: bytes, media_type: str = ROWS, **headers: str) -> Answer:
    """Return an answer after which the connection ends."""
    return status, {"Content-Type": media_type, "Connection": "close", **headers}, body


WHOLE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}}]}}'
FAULTS: dict[str, tuple[Answer, str]] = {
    "failing": (said(500, b"no"), "answered with the status 500"),
    "moved": (said(302, b"", Location="http://127.0.0.1:9/"), "the status 302; it redirects"),
    "a page": (said(200, b"<html>", "text/html"), "answered with text/html, not application/sparql-results"),
    "cut": (said(200, WHOLE[:-20], **{"Content-Length": "1000"}), "was cut: the connection ended before it"),
    "cut after the last byte": (said(200, WHOLE, **{"Content-Length": "1000"}), "was cut: the connection"),
    "cut and said to be whole": (said(200, WHOLE[:-20]), "cannot be read as rows"),
    "nothing": (said(200, b""), "answered with nothing"),
    "a boolean": (said(200, b'{"head":{},"boolean":true}'), "a boolean and no rows"),
    "endless": (said(200, b" " * 1_000_000, **{"Content-Length": str(10**12)}), "longer than 64,000,000"),
}


@pytest.mark.parametrize("fault", [*FAULTS, "slow", "dead"])
def test_a_fault_is_told_or_noted(
    fault: str, far: AnotherEndpoint, graph: glutakg.KnowledgeGraph, capfd: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, with exit code 2; SERVICE SILENT gives one row that joins, and says that it did."""
    port, over = far.port, threading.Event()
    if fault == "slow":
        sentence = f"did not answer within {SECONDS:g} s"
        far.answer = lambda query: said(200, str(over.wait(60)).encode())
    elif fault == "dead":
        sentence = "cannot be asked (Connection refused)"
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
    else:
        answer, sentence = FAULTS[fault]
        far.answer = lambda query: answer
    if fault == "endless":
        far.endless.set()
    try:
        with pytest.raises(EndpointError) as caught:
            graph.query(asking(port, "?s <urn:says> ?o"))
        rows = table(graph, asking(port, "?s <urn:says> ?o", silent=True))
        noted = capfd.readouterr().err
        command = ["query", "-", "--allow-service", f"127.0.0.1:{port}", "--timeout", str(SECONDS)]
        told = CliRunner().invoke(cli, command, input=asking(port, "?s <urn:says> ?o"))
    finally:
        over.set()
        far.endless.clear()
        far.answer = far.answered
    assert sentence in str(caught.value)
    assert f"<http://127.0.0.1:{port}/sparql>" in str(caught.value)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == f"glutakg: error: {caught.value}\n"
    assert rows == [{"o": None, "one": "1", "s": None}]
    assert noted == f"glutakg: note: SERVICE SILENT went on without an answer. {caught.value}\n"


def test_a_note_stands_below_the_rows_of_the_command(far: AnotherEndpoint) -> None:
    """On standard error; the exit code is that of an answer."""
    far.answer = lambda query: said(500, b"")
    try:
        command = ["query", "-", "--allow-service", f"127.0.0.1:{far.port}", "--format", "csv"]
        told = CliRunner().invoke(
            cli, command, input=asking(far.port, "?s ?p ?o", silent=True, select="?one")
        )
    finally:
        far.answer = far.answered
    assert (told.exit_code, told.stdout) == (0, "one\n1\n")
    assert told.stderr.startswith("glutakg: note: SERVICE SILENT went on without an answer. The endpoint <")


def test_the_process_that_evaluates_asks_nobody(far: AnotherEndpoint, graph: glutakg.KnowledgeGraph) -> None:
    """The rows of the endpoint stand in the query, also where it closes the connection after them."""
    far.closing.set()
    try:
        rows = table(graph, asking(far.port, "?s <urn:says> ?o FILTER(ISIRI(?s))"))
    finally:
        far.closing.clear()
    assert [row["o"] for row in rows] == ["x", "y"]
    assert far.headers[-1]["user-agent"] == "glutakg"


def test_a_blank_node_that_nothing_else_uses_is_left_out(
    far: AnotherEndpoint, graph: glutakg.KnowledgeGraph
) -> None:
    """Its rows stay, each as often as it is there; where it is used, no query can hold it."""
    pattern = "?s <urn:has> ?node . ?node <urn:says> ?o"
    rows = table(graph, asking(far.port, pattern, select="?s ?o"))
    assert rows == [{"s": "urn:a", "o": "z"}] * 2
    assert table(graph, asking(far.port, pattern, select="(COUNT(*) AS ?n)")) == [{"n": "2"}]
    for select in ("*", "?node"):
        with pytest.raises(EndpointError, match=r"a blank node or a triple as \?node"):
            graph.query(asking(far.port, pattern, select=select))


def test_a_host_that_is_not_known_is_told() -> None:
    """It is looked up when it is asked, and not before."""
    query = "ASK { SERVICE <http://nobody.invalid/sparql> { ?s ?p ?o } }"
    with glutakg.open(allow_service=["nobody.invalid"]) as graph:
        with pytest.raises(EndpointError, match=r"The host nobody\.invalid is not known"):
            graph.query(query)
        assert graph.query(query.replace("SERVICE", "SERVICE SILENT")) is True
