"""A store behind an endpoint on another server: our limits hold, and what it does wrong is told."""

import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from another_endpoint import ROWS, AnotherEndpoint, Answer, another_endpoint

from glutakg.errors import (
    EndpointError,
    ParameterError,
    QueryError,
    QueryResourceError,
    QueryTimeout,
    StoreError,
)
from glutakg.rdf.terms import Iri
from glutakg.store import client
from glutakg.store.remote import RemoteStore, open_remote_store

GRAPH = "https://w3id.org/glutakg/graph/"
DATA = """\
<urn:s> <urn:p> <urn:o> .
GRAPH <https://w3id.org/glutakg/graph/source> { <urn:s> <urn:p> <urn:o> }
GRAPH <https://w3id.org/glutakg/graph/contested> { <urn:s> <urn:p> <urn:other> }
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[AnotherEndpoint]:
    """Give an endpoint that does what a test wants."""
    with another_endpoint() as running:
        running.store.load(DATA.encode(), format=ox.RdfFormat.TRIG)
        yield running


@pytest.fixture
def store(endpoint: AnotherEndpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteStore]:
    """Give a store behind it that has answered once; the endpoint behaves at first."""
    monkeypatch.setenv("GLUTAKG_ENDPOINT_USER", "ada")
    monkeypatch.setenv("GLUTAKG_ENDPOINT_PASSWORD", "not to be told")
    endpoint.answer = endpoint.answered
    with open_remote_store(address(endpoint), timeout=20) as opened:
        assert opened.evaluate("ASK { ?s ?p ?o }").boolean
        endpoint.heard.clear()
        yield opened


def address(endpoint: AnotherEndpoint, fields: str = "") -> str:
    """Return the address of the endpoint."""
    return f"http://127.0.0.1:{endpoint.port}/sparql{fields}"


def test_queries_go_as_they_are_written(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """What another server answers is not rewritten for the engine here."""
    query = "SELECT (MAX(?o) AS ?most) { ?s <urn:p>|<urn:q> ?o } ORDER BY ?most"
    assert store.rewritten(query).rules == ()
    store.evaluate(query)
    assert any(
        "urn%3Ap%3E%7C%3Curn%3Aq" in str(heard) or "urn:p>|<urn:q" in str(heard) for heard in endpoint.heard
    )


def said(status: int, media_type: str, body: bytes, **headers: str) -> Answer:
    """Return an answer of the endpoint."""
    return status, {"Content-Type": media_type, **headers}, body


def test_the_endpoint_is_where_the_data_lie(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """The address is told, never the password."""
    assert store.location == address(endpoint)


def test_a_query_is_posted_with_the_password(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """Values stand in the query as terms; the endpoint gets name and password as HTTP has them."""
    assert store.evaluate("ASK { ?s <urn:p> ?o }", substitutions={"o": Iri("urn:o")}).boolean
    assert endpoint.heard == [[("query", "ASK { VALUES ?o { <urn:o> }  ?s <urn:p> ?o }")]]
    assert endpoint.headers[-1]["authorization"] == "Basic YWRhOm5vdCB0byBiZSB0b2xk"


def test_the_graphs_of_the_address_go_along(endpoint: AnotherEndpoint) -> None:
    """What the address names is the dataset, unless the query names graphs to be merged."""
    endpoint.answer = endpoint.answered
    fields = f"?x=1&default-graph-uri={GRAPH}source&named-graph-uri={GRAPH}source"
    with open_remote_store(address(endpoint, fields)) as opened:
        opened.evaluate("ASK { ?s ?p ?o }")
        assert endpoint.heard[-1][1:] == [
            ("default-graph-uri", f"{GRAPH}source"),
            ("named-graph-uri", f"{GRAPH}source"),
        ]
        opened.evaluate("ASK FROM <urn:b> FROM <urn:a> { ?s ?p ?o }")
        assert endpoint.heard[-1][1:] == [("default-graph-uri", "urn:a"), ("default-graph-uri", "urn:b")]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * { ?s ?p }", "Line 1, column 18: this is not valid SPARQL"),
        ("ASK { ?s foo:bar ?o }", "add PREFIX foo"),
        ("SELECT * {" + "{" * 20_000, "nests too deeply"),
        ("DELETE WHERE { ?s ?p ?o }", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "no outgoing calls"),
    ],
)
def test_what_cannot_run_is_not_sent(
    query: str, sentence: str, store: RemoteStore, endpoint: AnotherEndpoint
) -> None:
    """Faulty and refused queries have the sentences that they have on the embedded store."""
    with pytest.raises(QueryError, match=sentence):
        store.evaluate(query)
    assert endpoint.heard == []


FAULTS = {
    "an error": (said(500, "text/plain", b"no"), "the status 500"),
    "no leave": (said(401, "text/plain", b"who are you?"), "the status 401"),
    "a redirection": (said(302, "text/plain", b"", Location="http://127.0.0.1:9/"), "not followed"),
    "a page": (said(200, "text/html", b"<html>"), "text/html, not"),
    "no rows": (said(200, ROWS, b'{"results": 1}'), "cannot be read"),
    "half an answer": (
        said(200, ROWS, b'{"head":', **{"Content-Length": "100", "Connection": "close"}),
        "was cut",
    ),
}


def row_of(*cells: str) -> Answer:
    """Return an answer with a row for each cell, which is written as it is."""
    rows = ",".join(f'{{"x":{cell}}}' for cell in cells)
    return said(200, ROWS, f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{rows}]}}}}'.encode())


LABELS = ["nodeID://b10001", "_:b1", "a b", "", "-1", "genid-début!", "b1.", "0", "x/y#z", "_:a b", "t1\\"]


def test_blank_nodes_may_have_any_label(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """Virtuoso and others write what is no label in Turtle; the same one is the same node."""
    cells = [json.dumps({"type": "bnode", "value": label}) for label in [*LABELS, *LABELS]]
    endpoint.answer = lambda query: row_of(*cells, '{"type":"literal","value":"a _:b"}')
    nodes = [str(row["x"]) for row in store.evaluate("SELECT ?x { ?x ?p ?o }").rows()]
    assert nodes[: len(LABELS)] == nodes[len(LABELS) : -1]
    assert len(set(nodes)) == len(LABELS) + 1
    assert nodes[-1] == '"a _:b"'
    assert b"nodeID" not in store.evaluate("SELECT ?x { ?x ?p ?o }", format="tsv").data


def test_blank_nodes_of_a_graph_may_have_any_label(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """In N-Triples too, where what looks like a blank node in a literal stays as it is."""
    text = (
        '_:nodeID://b1 <urn:p> "_:nodeID://b1 <urn:p> _:x/y ." .\n'
        "<urn:s> <urn:p> _:nodeID://b1 .\n_:-a <urn:p> _:b1.. .\n"
    )
    endpoint.answer = lambda query: said(200, "application/n-triples", text.encode())
    written = store.evaluate("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }").data.decode()
    found = list(ox.parse(written.encode(), format=ox.RdfFormat.N_TRIPLES))
    (labelled,) = [quad for quad in found if isinstance(quad.object, ox.Literal)]
    assert labelled.object.value == "_:nodeID://b1 <urn:p> _:x/y ."
    (second,) = [quad for quad in found if quad.subject == ox.NamedNode("urn:s")]
    assert second.object == labelled.subject
    assert len({str(node) for quad in found for node in (quad.subject, quad.object)}) == 5


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('{"type":"uri","value":"http://e/a b"}', "http://e/a b"),
        ('{"type":"uri","value":"relative"}', "relative"),
        ('{"type":"literal","value":"x","xml:lang":"en_US"}', "en_US"),
        ('{"type":"literal","value":"x","datatype":"no IRI"}', "no IRI"),
        ('{"type":"literal","value":5}', "5"),
        ('{"type":"odd","value":"x"}', "odd"),
        ('{"type":"literal","value":"x","direction":"ltr"}', "direction"),
        ('"text"', "text"),
        ('{"type":"uri"}', "uri"),
    ],
)
def test_an_odd_term_is_named(store: RemoteStore, endpoint: AnotherEndpoint, cell: str, shown: str) -> None:
    """The sentence tells row, variable and term, also beside blank nodes that had to be renamed."""
    good = '{"type":"bnode","value":"nodeID://b1"}'
    endpoint.answer = lambda query: row_of(good, good, cell, good)
    with pytest.raises(EndpointError, match=r"row 3 has as \?x .*" + re.escape(shown)):
        store.evaluate("SELECT ?x { ?x ?p ?o }")


@pytest.mark.parametrize("yes", [True, False])
def test_a_row_of_virtuoso_is_a_yes(store: RemoteStore, endpoint: AnotherEndpoint, yes: bool) -> None:
    """Virtuoso answers ASK with one row, or with none; any other row is no answer."""
    cell = {"type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "1"}
    rows = [{"__ASK_RETVAL": cell}] if yes else []
    told = {"head": {"link": [], "vars": ["__ASK_RETVAL"]}, "results": {"bindings": rows}}
    endpoint.answer = lambda query: said(200, ROWS, json.dumps(told).encode())
    assert store.evaluate("ASK { ?s ?p ?o }").boolean is yes


def test_what_only_stands_for_nothing_is_nothing(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """Null is unbound, an empty language tag and an empty datatype are none."""
    literal = '{"type":"literal","value":"x"'
    endpoint.answer = lambda query: row_of("null", f'{literal},"xml:lang":""}}', f'{literal},"datatype":""}}')
    rows = store.evaluate("SELECT ?x { ?x ?p ?o }").rows()
    assert [row["x"] and str(row["x"]) for row in rows] == [None, '"x"', '"x"']


def test_an_odd_triple_is_shown(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """The line is told with what stands there."""
    text = b'<urn:s> <urn:p> "x" .\n<urn:s> <urn:p> <http://e/a b> .\n'
    endpoint.answer = lambda query: said(200, "application/n-triples", text)
    with pytest.raises(EndpointError, match=r"line 2.*<http://e/a b>"):
        store.evaluate("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_endpoint_does_wrong_is_told(
    fault: str, store: RemoteStore, endpoint: AnotherEndpoint
) -> None:
    """Each fault has its sentence, without the password, and the next question is answered."""
    answer, sentence = FAULTS[fault]
    endpoint.answer = lambda query: answer
    with pytest.raises(EndpointError, match=sentence) as caught:
        store.evaluate("SELECT * { ?s ?p ?o }")
    assert "to be told" not in str(caught.value)
    endpoint.answer = endpoint.answered
    assert store.evaluate("ASK { ?s ?p ?o }").boolean


NO_ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[]}}'


@pytest.mark.parametrize(
    ("query", "is_wrong"),
    [
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        ("PREFIX max: <urn:max> select (sum(?o) / max(?o) AS ?n) where { ?s max:p ?o }", True),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s", False),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } HAVING(?n > 1)", False),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } OFFSET 1", False),
        ("SELECT ?n { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }", False),
        ("SELECT (EXISTS { SELECT (COUNT(*) AS ?c) {} } AS ?n) { ?s ?p ?o }", False),
        ("SELECT ?n { ?s ?count ?n }", False),
    ],
)
def test_an_aggregate_without_its_row_is_an_error(
    query: str, is_wrong: bool, store: RemoteStore, endpoint: AnotherEndpoint
) -> None:
    """Without groups it has one, whatever the data are; nobody takes a cut answer for none."""
    endpoint.answer = lambda query: said(200, ROWS, NO_ROWS)
    if is_wrong:
        with pytest.raises(EndpointError, match="which has one row, with 0; the answer is cut or wrong"):
            store.evaluate(query)
    else:
        assert store.evaluate(query).rows() == []


def test_a_slow_endpoint_meets_the_deadline(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """The limit on time is the query's, with the sentence that it has everywhere."""
    over = threading.Event()

    def wait(query: str) -> Answer:
        over.wait(30)
        return said(200, ROWS, b"")

    endpoint.answer = wait
    with pytest.raises(QueryTimeout, match=r"stopped after 0\.3 s") as caught:
        store.evaluate("SELECT * { ?s ?p ?o }", timeout=0.3)
    over.set()
    assert caught.value.seconds == 0.3
    endpoint.answer = endpoint.answered
    assert store.evaluate("ASK { ?s ?p ?o }").boolean


def test_a_long_answer_is_not_read(endpoint: AnotherEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more bytes are read than an answer may have."""
    monkeypatch.setattr("glutakg.store.remote.MAX_MB", 1)
    endpoint.answer = endpoint.answered
    with open_remote_store(address(endpoint)) as opened:
        assert opened.evaluate("ASK { ?s ?p ?o }").boolean
        endpoint.answer = lambda query: said(200, ROWS, b" " * 2_000_000)
        with pytest.raises(QueryResourceError, match="larger than 1 MB; ask for less"):
            opened.evaluate("SELECT * { ?s ?p ?o }")


def test_rows_too_many_to_be_written_are_refused(
    store: RemoteStore, endpoint: AnotherEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits on what is written are those of the embedded store."""
    monkeypatch.setattr(client, "_MAX_JSON_MB", 0.00001)
    with pytest.raises(QueryResourceError, match="larger than 1e-05 MB"):
        store.evaluate("SELECT * { ?s ?p ?o }")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process reliably")
def test_a_hostile_answer_ends_the_worker_only(store: RemoteStore, endpoint: AnotherEndpoint) -> None:
    """Triple terms nested so deeply that reading them ends a process end another than the caller's."""
    depth = 100_000
    term = "<<( <urn:s> <urn:p> " * depth + "<urn:o>" + " )>>" * depth
    endpoint.answer = lambda query: said(200, "text/turtle", f"<urn:s> <urn:p> {term} .".encode())
    with pytest.raises(QueryResourceError, match="nests too deeply"):
        store.evaluate("CONSTRUCT WHERE { ?s ?p ?o }")
    endpoint.answer = endpoint.answered
    assert store.evaluate("ASK { ?s ?p ?o }").boolean


def test_an_empty_default_graph_is_told(endpoint: AnotherEndpoint, capfd: pytest.CaptureFixture[str]) -> None:
    """Where only named graphs were loaded, a note says why nothing is found, and what to do."""
    endpoint.answer = lambda query: said(200, ROWS, b'{"head":{},"boolean":false}')
    with open_remote_store(address(endpoint)) as opened:
        assert not opened.evaluate("ASK { ?s ?p ?o }").boolean
    assert "is empty, so a query without GRAPH finds nothing" in capfd.readouterr().err


def test_a_default_graph_with_contested_statements_is_told(
    endpoint: AnotherEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the default graph is the union of all graphs, a note says what is taken for a fact."""
    endpoint.answer = endpoint.answered
    with open_remote_store(address(endpoint)) as opened:
        opened.evaluate("ASK { ?s ?p ?o }")
    assert capfd.readouterr().err == ""
    contested = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.NamedNode("urn:other"))
    endpoint.store.add(contested)
    try:
        with open_remote_store(address(endpoint)) as opened:
            opened.evaluate("ASK { ?s ?p ?o }")
    finally:
        endpoint.store.remove(contested)
    assert "holds contested statements" in capfd.readouterr().err


def test_nobody_at_the_address_is_told() -> None:
    """A port at which nobody listens; the question tells, and the next one too."""
    with open_remote_store("http://127.0.0.1:9/sparql") as opened:
        for _ in range(2):
            with pytest.raises(EndpointError, match="cannot be asked"):
                opened.evaluate("ASK {}")


def test_an_endpoint_that_is_silent_at_first_is_told(endpoint: AnotherEndpoint) -> None:
    """Opening has the time of a query."""
    over = threading.Event()

    def wait(query: str) -> Answer:
        over.wait(30)
        return said(200, ROWS, b"")

    endpoint.answer = wait
    with (
        open_remote_store(address(endpoint), timeout=1) as opened,
        pytest.raises(EndpointError, match="did not answer within 1 s"),
    ):
        opened.evaluate("ASK {}")
    over.set()


@pytest.mark.parametrize(
    "url", ["", "example.org/sparql", "ftp://example.org/", "http://user:secret@example.org/", "http://a b/"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    """The message shows how to write one, and does not repeat a password."""
    with pytest.raises(EndpointError, match=r"give an address such as https://") as caught:
        open_remote_store(url)
    assert "secret" not in str(caught.value)


def test_a_host_that_is_not_known_is_told() -> None:
    """Before anything is started."""
    with pytest.raises(EndpointError, match=r"The host nobody\.invalid is not known"):
        open_remote_store("http://nobody.invalid/sparql")


def test_a_time_limit_that_is_none_is_told(endpoint: AnotherEndpoint) -> None:
    """As of the embedded store."""
    with pytest.raises(ParameterError, match="timeout must be"):
        open_remote_store(address(endpoint), timeout=0)


def test_a_closed_store_says_so(store: RemoteStore) -> None:
    """As the embedded one does."""
    store.close()
    with pytest.raises(StoreError, match="has been closed"):
        store.evaluate("ASK {}")


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_the_worker_has_one_descriptor_left(store: RemoteStore) -> None:
    """It can open the connection to the endpoint and nothing else."""
    assert store._ready is not None
    pid = store._ready.pid
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(line.split()[3]) <= len(list(Path(f"/proc/{pid}/fd").iterdir())) + 1
