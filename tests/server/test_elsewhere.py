"""The server asks others: a store behind it (`--endpoint`), and the hosts that SERVICE may name."""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import trustme
from another_endpoint import ROWS, AnotherEndpoint, Answer, another_endpoint
from oxigraph_server import oxigraph_server
from processes import wait_until
from running_server import Response, RunningServer, running_server, server_that_asks

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import quads
from glutakg.errors import EndpointError
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.settings import MAX_CALLS, MAX_SERVICE_BYTES
from glutakg.sparql.hosts import resolve_host
from glutakg.sparql.services import service_calls

GRAPH = "https://w3id.org/glutakg/graph/"
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("gk", "gkd", "skos", "rdfs"))
LABELS = "?thing skos:prefLabel ?label FILTER(LANG(?label) = 'nl')"


# ---- a store on another server ----


@pytest.fixture(scope="module")
def own() -> Iterator[RunningServer]:
    """Give a server on the embedded store."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an Oxigraph server that holds the shipped data."""
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph"), quads(shipped_files())) as url:
        yield url


@pytest.fixture(scope="module")
def on_oxigraph(oxigraph: str) -> Iterator[RunningServer]:
    """Give a server whose data lie on the Oxigraph server."""
    with running_server("--endpoint", oxigraph) as running:
        yield running


def rows_of(answer: Response) -> Any:
    """Return the rows without what is only an engine's choice: their order and the names of blank nodes."""
    assert answer.status == 200, answer.body
    told = answer.json
    rows = [
        {name: (cell if cell["type"] != "bnode" else "blank") for name, cell in row.items()}
        for row in told["results"]["bindings"]
    ]
    return told["head"]["vars"], sorted(map(repr, rows))


def test_the_whole_catalogue_is_answered_alike(own: RunningServer, on_oxigraph: RunningServer) -> None:
    """Every query of the catalogue gives the same rows from the other server as from the embedded store."""
    compared = 0
    for query in own.request("GET", "/queries", headers={"Accept": "application/json"}).json:
        if "network" in query["needs"]:
            continue
        here, there = (each.request("GET", f"/queries/{query['name']}") for each in (own, on_oxigraph))
        if here.media_type == "application/sparql-results+json" and "results" in here.json:
            assert rows_of(there) == rows_of(here), query["name"]
        else:
            assert there.body == here.body, query["name"]
        compared += 1
    assert compared >= 70


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * { gkd:taurine ?p ?o } ORDER BY ?p ?o", "text/csv"),
        ("SELECT * { gkd:taurine ?p ?o } ORDER BY ?p ?o", "text/tab-separated-values"),
        ("ASK { gkd:taurine a gk:Nutrient }", "application/sparql-results+json"),
        ("ASK { gkd:taurine a gk:Claim }", "application/sparql-results+xml"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o, gk:Nutrient }", "text/turtle"),
        ("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o, gk:Nutrient }", "application/n-triples"),
        ("DESCRIBE gkd:taurine", "application/rdf+xml"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv"),
        (f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}source> {{ ?s ?p ?o }}", "text/csv"),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPH}source> {{ GRAPH ?g {{ ?s ?p ?o }} }}", "text/csv"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "text/csv"),
        ("SELECT * { gkd:taurine ?p ?o", "text/csv"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "text/csv"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "text/turtle"),
        ("DELETE WHERE { ?s ?p ?o }", "text/csv"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "text/csv"),
    ],
)
def test_answers_and_problems_are_the_same_bytes(
    query: str, accept: str, own: RunningServer, on_oxigraph: RunningServer
) -> None:
    """Formats, counts, graphs and refusals do not depend on where the data lie."""
    here, there = (each.ask(PROLOGUE + query, accept=accept) for each in (own, on_oxigraph))
    assert (there.status, there.media_type) == (here.status, here.media_type)
    assert there.body == here.body


@pytest.mark.parametrize("path", ["/", "/data/glutamate", "/evidence", "/conflicts", "/.well-known/void"])
def test_pages_are_the_same(path: str, own: RunningServer, on_oxigraph: RunningServer) -> None:
    """Pages are made from the other server's data; they may change at any time, so nobody keeps them."""
    here, there = (each.request("GET", path) for each in (own, on_oxigraph))
    version, other_version = (each.headers.get("glutakg-data-version", "none")[:12] for each in (here, there))
    body = there.body.decode().replace(on_oxigraph.url, own.url).replace(other_version, version)
    expected = here.body.decode()
    if path == "/":
        expected = re.sub(r", data \w{12}", "", expected)  # of data that may change there is no version
    assert body == expected
    assert "etag" not in there.headers


def test_answers_of_another_server_are_not_kept(on_oxigraph: RunningServer) -> None:
    """Its data may have changed, which nobody tells us: no entity tag, and no-store."""
    answer = on_oxigraph.ask("SELECT (1 AS ?n) {}")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.fixture(scope="module")
def behind() -> Iterator[AnotherEndpoint]:
    """Give an endpoint that does what a test wants."""
    with another_endpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def before(behind: AnotherEndpoint) -> Iterator[RunningServer]:
    """Give a server in front of it, with limits that are soon hit."""
    environment = {"GLUTAKG_ENDPOINT_USER": "ada", "GLUTAKG_ENDPOINT_PASSWORD": "not to be told"}
    options = ("--timeout", "1.5", "--max-bytes", "20000", "--max-rows", "50", "--workers", "1")
    url = f"http://127.0.0.1:{behind.port}/sparql?default-graph-uri=urn:default&named-graph-uri=urn:named"
    with running_server("--endpoint", url, *options, environment=environment) as running:
        yield running


@pytest.fixture
def fresh(behind: AnotherEndpoint, before: RunningServer) -> AnotherEndpoint:
    """Give the endpoint as it was at first, once the server before it has found that out."""
    behind.answer = behind.answered
    wait_until(lambda: before.ask("ASK {}").status == 200, "the server has a worker")
    behind.heard.clear()
    behind.headers.clear()
    return behind


def test_the_graphs_of_the_address_go_along(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """What the address names is the dataset, unless the request or the query names one."""
    fresh.answer = lambda query: (200, {"Content-Type": ROWS}, b'{"head":{},"boolean":true}')
    before.ask("ASK { ?s ?p 0 }")
    assert graphs_of(fresh, "ASK { ?s ?p 0 }") == [
        ("default-graph-uri", "urn:default"),
        ("named-graph-uri", "urn:named"),
    ]
    before.ask("ASK { ?s ?p 1 }", accept="*/*", **{"named-graph-uri": ["urn:b", "urn:a"]})
    assert graphs_of(fresh, "ASK { ?s ?p 1 }") == [("named-graph-uri", "urn:a"), ("named-graph-uri", "urn:b")]
    before.ask("ASK FROM <urn:c> { ?s ?p 2 }")
    assert graphs_of(fresh, "ASK FROM <urn:c> { ?s ?p 2 }") == [("default-graph-uri", "urn:c")]


def graphs_of(endpoint: AnotherEndpoint, query: str) -> list[tuple[str, str]]:
    """Return the graphs that came with a query; workers that start meanwhile ask questions of their own."""
    [form] = [form for form in endpoint.heard if form[0] == ("query", query)]
    return form[1:]


def test_the_password_is_sent_and_not_told(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """The other server gets it as HTTP has it; no problem repeats it."""
    fresh.answer = lambda query: (401, {}, b"who are you?")
    answer = before.ask("ASK { ?s ?p 3 }")
    assert fresh.headers[-1]["authorization"] == "Basic YWRhOm5vdCB0byBiZSB0b2xk"
    assert (answer.status, answer.reason) == (502, "endpoint-failed")
    assert "status 401" in answer.json["detail"]
    assert b"told" not in answer.body


def said(status: int, media_type: str, body: bytes, **headers: str) -> Answer:
    """Return an answer of the other server."""
    return status, {"Content-Type": media_type, **headers}, body


FAULTS = {
    "an error": (said(500, "text/plain", b"no"), 502, "endpoint-failed", "the status 500"),
    "a redirection": (
        said(302, "text/plain", b"", Location="http://127.0.0.1:9/"),
        502, "endpoint-failed", "redirects, which is not followed",
    ),
    "a page": (said(200, "text/html", b"<html>"), 502, "endpoint-failed", "text/html, not"),
    "no rows": (said(200, ROWS, b'{"results": 1}'), 502, "endpoint-failed", "cannot be read"),
    "half an answer": (
        said(200, ROWS, b'{"head":', **{"Content-Length": "100", "Connection": "close"}),
        502, "endpoint-failed", "was cut",
    ),
    "compressed": (
        said(200, ROWS, b"x", **{"Content-Encoding": "gzip"}),
        502, "endpoint-failed", "compressed its answer",
    ),
    "too much": (said(200, ROWS, b" " * 30_000), 413, "too-many-bytes", "20,000 bytes"),
    "too many rows": (
        said(200, ROWS, b'{"head":{"vars":[]},"results":{"bindings":[' + b",".join([b"{}"] * 60) + b"]}}"),
        413, "too-many-rows", "50 rows",
    ),
    "an IRI that ends early": (
        said(200, ROWS, b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri",'
             b'"value":"http://a/> "}}]}}'),
        502, "endpoint-failed", "row 1 has as ?a ",
    ),
}  # fmt: skip


def test_what_servers_differ_over_is_noted(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """The answer is that of the other server, and engines are known to get such a query wrong."""
    noted = before.ask("SELECT (MAX(?o) AS ?m) { ?s <urn:a>|<urn:b> ?o }")
    assert noted.status == 200
    assert noted.headers["glutakg-note"].startswith("Another server answered this by itself")
    assert "MAX" in noted.headers["glutakg-note"]
    assert "glutakg-note" not in before.ask("SELECT ?o { ?s <urn:a> ?o }").headers


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_blank_nodes_of_the_other_server_are_given(
    format: str, before: RunningServer, fresh: AnotherEndpoint
) -> None:
    """Whatever their labels are; those that leave are labels."""
    body = '{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"bnode","value":"nodeID://b1"}}]}}'
    fresh.answer = lambda query: said(200, ROWS, body.encode())
    got = before.ask("SELECT ?a { ?a ?p ?o }", format=format)
    assert got.status == 200
    assert b"nodeID" not in got.body
    assert b"b0" in got.body


def test_an_unknown_graph_is_not_asked_for_there(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """The other server could fetch it; it is asked of the graphs that it holds, or of none."""
    fresh.answer = lambda query: said(
        200, ROWS, json.dumps({"head": {}, "boolean": "urn:known" in query}).encode()
    )
    fields: dict[str, Any] = {"default-graph-uri": ["http://fetched.example/", "urn:known"]}
    got = before.ask("SELECT * { ?s ?p ?o }", **fields)
    assert "<http://fetched.example/>" in got.headers["glutakg-note"]
    assert got.status == 200
    got = before.ask("SELECT * FROM <http://fetched.example/> { ?s ?p ?o }")
    assert "<http://fetched.example/>" in got.headers["glutakg-note"]
    asked = [fields for fields in fresh.heard if not fields[0][1].startswith("ASK")]
    assert [fields[1:] for fields in asked] == [
        [("default-graph-uri", "urn:known")],
        [("default-graph-uri", "urn:x-glutakg:no-graph")],
    ]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_other_server_does_wrong_is_told(
    fault: str, before: RunningServer, fresh: AnotherEndpoint
) -> None:
    """Each fault has its status and its sentence, and the next question is answered."""
    answer, status, reason, sentence = FAULTS[fault]
    fresh.answer = lambda query: answer
    got = before.ask("SELECT * { ?s ?p ?o }")
    assert (got.status, got.reason) == (status, reason)
    assert sentence in got.json["detail"]
    fresh.answer = fresh.answered
    assert before.value("SELECT (2 AS ?n) {}") == "2"


def test_a_slow_server_meets_the_deadline(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """The limit on time is ours, whatever the other server does."""
    over = threading.Event()

    def wait(query: str) -> Answer:
        over.wait(300)
        return said(200, ROWS, b"")

    fresh.answer = wait
    try:
        answer = before.ask("SELECT * { ?s ?p ?o }")  # comes while the other server still waits
    finally:
        over.set()
    assert (answer.status, answer.reason) == (504, "timeout")


def test_a_connection_is_kept_and_made_anew_when_it_was_closed(
    before: RunningServer, fresh: AnotherEndpoint
) -> None:
    """Several questions share a connection; one that the other side has closed is no fault."""
    before.ask("ASK {}")
    connections = fresh.connections
    for number in range(4):
        assert before.value(f"SELECT ({number} AS ?n) {{}}") == str(number)
    kept = fresh.connections - connections
    assert kept < 4
    fresh.closing.set()
    before.ask("ASK { ?s ?p 4 }")
    fresh.closing.clear()
    assert before.value("SELECT (5 AS ?n) {}") == "5"


def test_a_worker_has_one_descriptor_left(before: RunningServer, fresh: AnotherEndpoint) -> None:
    """A worker that asks another server can open the connection to it and nothing else."""

    def have_given_up_their_rights() -> bool:
        try:
            limits = [descriptors(pid) for pid in before.worker_pids()]
        except OSError:  # one has ended
            return False
        return bool(limits) and all(most <= opened + 1 for most, opened in limits)

    wait_until(have_given_up_their_rights, "all workers have given up their rights")


def descriptors(pid: int) -> tuple[int, int]:
    """Return how many descriptors a process may have, and how many it has."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    return int(line.split()[3]), len(list(Path(f"/proc/{pid}/fd").iterdir()))


# ---- SERVICE ----


@pytest.fixture(scope="module")
def asking(own: RunningServer) -> Iterator[RunningServer]:
    """Give a server whose SERVICE may ask the other one, also under a name that means nothing here."""
    with server_that_asks(f"localhost:{own.port}", "elsewhere.invalid") as running:
        yield running


SAME = [
    ("SELECT * {{ {} }}", "gkd:taurine ?p ?o FILTER(!ISBLANK(?o))"),
    ("SELECT ?thing ?label {{ ?thing a gk:Nutrient . {} }}", LABELS),
    ("SELECT ?thing ?label {{ ?thing a gk:Nutrient FILTER(?label != 'x') . {} }}", LABELS),
    ("SELECT ?thing ?label {{ ?thing a gk:Nutrient OPTIONAL {{ {} }} }}", LABELS),
    ("SELECT ?thing ?label {{ {} ?thing a gk:Nutrient }}", LABELS),
    ("SELECT ?thing ?label {{ ?thing a gk:NoSuchClass . {} }}", LABELS),
    ("SELECT ?thing ?label {{ {{ ?thing a gk:Nutrient }} UNION {{ {} }} }}", LABELS),
    ("SELECT (COUNT(*) AS ?n) {{ ?thing a gk:Nutrient MINUS {{ {} }} }}", LABELS),
    ("SELECT ?thing {{ ?thing a gk:Nutrient FILTER NOT EXISTS {{ {} }} }}", LABELS),
    ("SELECT ?thing ?d {{ ?thing a gk:Nutrient . {} }}", "OPTIONAL { ?thing skos:definition ?d }"),
    ("SELECT ?thing ?n {{ ?thing a gk:Nutrient . {} }}",
     "{ SELECT ?thing (COUNT(?o) AS ?n) { ?thing skos:prefLabel ?o } GROUP BY ?thing }"),
    ("SELECT ?thing ?q {{ VALUES ?thing {{ gkd:taurine gkd:glutamate }} {} }}",
     "?thing !rdfs:label ?q FILTER(ISIRI(?q))"),
    ("SELECT ?thing ?sup {{ OPTIONAL {{ ?thing a gk:NoSuchClass }} {} }}",
     "?thing rdfs:subClassOf ?sup FILTER(ISIRI(?sup) && STRSTARTS(STR(?thing), STR(gk:)))"),
    ("ASK {{ {} }}", "gkd:taurine a gk:Nutrient"),
    ("ASK {{ {} }}", "gkd:taurine a gk:Claim"),
    ("SELECT (EXISTS {{ {} }} AS ?found) {{}}", "gkd:taurine a gk:Nutrient"),
    ("CONSTRUCT {{ ?thing a ?label }} WHERE {{ ?thing a gk:Nutrient . {} }}", LABELS),
]  # fmt: skip


@pytest.mark.parametrize(("query", "pattern"), SAME)
def test_a_service_gives_what_its_pattern_gives(
    query: str, pattern: str, own: RunningServer, asking: RunningServer
) -> None:
    """Asked by SERVICE of a server with the same data, a pattern gives the same rows as without."""
    service = f"SERVICE <http://localhost:{own.port}/sparql> {{ {pattern} }}"
    here = own.ask(PROLOGUE + query.format(f"{{ {pattern} }}"), accept="*/*")
    there = asking.ask(PROLOGUE + query.format(service), accept="*/*")
    assert (there.status, there.media_type) == (here.status, here.media_type), there.body
    if here.media_type != "application/sparql-results+json":
        assert there.body == here.body
    elif "boolean" in here.json:
        assert there.json == here.json
    else:
        variables, rows = rows_of(here)
        assert sorted(rows_of(there)[0]) == sorted(variables)
        assert [sorted(row) for row in rows_of(there)[1]] == [sorted(row) for row in rows]


@pytest.fixture(scope="module")
def far() -> Iterator[AnotherEndpoint]:
    """Give an endpoint that knows two labels."""
    with another_endpoint() as endpoint:
        turtle = '<https://w3id.org/glutakg/data/taurine> <urn:says> "far", "ver"@nl . [] <urn:says> "x" .'
        endpoint.store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
        yield endpoint


@pytest.fixture(scope="module")
def near(far: AnotherEndpoint) -> Iterator[RunningServer]:
    """Give a server that may ask it, by a name that no name server knows."""
    with server_that_asks(f"elsewhere.invalid:{far.port}", "nobody.invalid:1", seconds=3) as running:
        yield running


def far_query(far: AnotherEndpoint, pattern: str, before: str = "") -> str:
    """Return a query that asks the far endpoint."""
    clause = f"SERVICE <http://elsewhere.invalid:{far.port}/s?x=1> {{ {pattern} }}"
    return f"{PROLOGUE} SELECT * {{ {before} {clause} }}"


def test_the_address_is_the_one_resolved(far: AnotherEndpoint, near: RunningServer) -> None:
    """The name is not resolved again: this one nobody knows, and it is asked all the same, by its name."""
    answer = near.ask(far_query(far, "gkd:taurine <urn:says> ?o"))
    assert {row["o"]["value"] for row in answer.json["results"]["bindings"]} == {"far", "ver"}
    assert far.headers[-1]["host"] == f"elsewhere.invalid:{far.port}"
    assert answer.headers["cache-control"] == "no-store"


def test_values_go_along_to_a_plain_clause(far: AnotherEndpoint, near: RunningServer) -> None:
    """The far endpoint is asked about the things found here, and only about those."""
    found = "VALUES ?thing { gkd:taurine gkd:no-such } ?thing a gk:Nutrient FILTER(?o != 'far')"
    answer = near.ask(far_query(far, "?thing <urn:says> ?o", found))
    (row,) = answer.json["results"]["bindings"]
    assert row["o"] == {"type": "literal", "value": "ver", "xml:lang": "nl"}
    assert f"VALUES (?thing) {{ (<{PREFIXES['gkd']}taurine>) }}" in far.queries[-1]


@pytest.mark.parametrize(
    ("pattern", "before"),
    [
        ("?thing <urn:says> ?o", "?thing ?p ?anything"),
        ("OPTIONAL { ?thing <urn:says> ?o }", "?thing a gk:Nutrient"),
        ("?thing <urn:says> ?o", "OPTIONAL { ?other a gk:NoSuchClass . ?thing a ?other }"),
        ("?other <urn:says> ?o", "?thing a gk:Nutrient"),
        ("?x <urn:says> ?o FILTER EXISTS { ?thing <urn:says> ?o }", "?thing a gk:Nutrient"),
    ],
    ids=["too many", "not plain", "unbound", "nothing shared", "in a filter"],
)
def test_values_stay_here_where_they_could_change_the_answer(
    pattern: str, before: str, far: AnotherEndpoint, near: RunningServer
) -> None:
    """Where values are too many, or joining them within the clause is not the same, none go along."""
    far.answer = lambda query: said(200, ROWS, b'{"head":{"vars":["o"]},"results":{"bindings":[]}}')
    assert near.ask(far_query(far, pattern, before)).status == 200
    far.answer = far.answered
    assert "VALUES" not in far.queries[-1]


def test_nobody_is_asked_where_nothing_can_come_of_it(far: AnotherEndpoint, near: RunningServer) -> None:
    """Without a thing to ask about the answer is empty, and the far endpoint hears nothing."""
    asked = len(far.queries)
    answer = near.ask(far_query(far, "?thing <urn:says> ?o", "?thing a gk:NoSuchClass ."))
    assert answer.json["results"]["bindings"] == []
    assert sorted(answer.json["head"]["vars"]) == ["o", "thing"]
    assert len(far.queries) == asked


def test_filters_of_the_group_do_not_stand_before_a_clause() -> None:
    """They hold for the whole group, so that they must not be asked before the clause is answered."""
    before = "{ ?a ?b ?c FILTER(?c > 1) } FILTER(?name != ')') FILTER NOT EXISTS { ?a a ?name } ?a a ?kind ."
    (call,) = service_calls(f"SELECT * {{ {before} SERVICE <http://h/> {{ ?a <urn:b> ?name }} }}")
    assert call.before == " { ?a ?b ?c FILTER(?c > 1) }   ?a a ?kind . "


@pytest.mark.parametrize(
    ("answer", "status", "reason", "sentence"),
    [
        (said(500, "text/plain", b""), 502, "endpoint-failed", "the status 500"),
        (said(301, "text/plain", b"", Location="http://127.0.0.1/"), 502, "endpoint-failed", "not followed"),
        (said(200, "text/html", b"<p>"), 502, "endpoint-failed", "text/html"),
        (said(200, ROWS, b"\xff"), 502, "endpoint-failed", "UTF-8"),
        (said(200, ROWS, b""), 502, "endpoint-failed", "answered with nothing"),
        (said(200, ROWS, b"[]"), 502, "endpoint-failed", "cannot be read as rows"),
        (said(200, ROWS, b'{"head":{},"boolean":true}'), 502, "endpoint-failed", "a boolean and no rows"),
        (said(200, ROWS, b" " * (MAX_SERVICE_BYTES + 1)), 413, "too-many-bytes", "16,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_another_endpoint_does_wrong_is_told_or_passed_over(
    answer: Answer, status: int, reason: str, sentence: str, far: AnotherEndpoint, near: RunningServer
) -> None:
    """SERVICE tells it; SERVICE SILENT goes on without and notes it; a long answer stops both."""
    query = far_query(far, "?s <urn:says> ?o")
    far.answer = lambda query: answer
    try:
        told, silent = near.ask(query), near.ask(query.replace("SERVICE", "SERVICE SILENT"))
    finally:
        far.answer = far.answered
    assert (told.status, told.reason) == (status, reason)
    assert sentence in told.json["detail"]
    if status == 502:
        assert silent.json["results"]["bindings"] == [{}]
        assert sentence in silent.headers["glutakg-note"]
    else:
        assert (silent.status, silent.reason) == (status, reason)


def test_a_silent_service_goes_on_without_an_answer(near: RunningServer) -> None:
    """A connection that is refused leaves one empty row, which joins with everything."""
    query = (
        f"{PROLOGUE} SELECT ?x {{ BIND(1 AS ?x) SERVICE SILENT <http://nobody.invalid:1/> {{ ?s ?p ?o }} }}"
    )
    assert near.value(query) == "1"
    headers = near.ask(query).headers
    assert headers["glutakg-note"] == (
        "SERVICE SILENT went on without an answer. The endpoint <http://nobody.invalid:1/> cannot be asked "
        "(Connection refused)."
    )
    assert headers["glutakg-note-nl"].startswith("SERVICE SILENT ging verder zonder antwoord. ")
    everything = near.ask(query.replace("SELECT ?x", "SELECT *")).json
    assert sorted(everything["head"]["vars"]) == ["o", "p", "s", "x"]
    assert [list(row) for row in everything["results"]["bindings"]] == [["x"]]
    told = near.ask(query.replace("SILENT", ""))
    assert (told.status, told.reason) == (502, "endpoint-failed")
    assert "Connection refused" in told.json["detail"]


def test_a_blank_node_from_elsewhere_is_told(far: AnotherEndpoint, near: RunningServer) -> None:
    """It means nothing outside that endpoint, and a query cannot hold it."""
    told = near.ask(far_query(far, "?s <urn:says> ?o"))
    assert (told.status, told.reason) == (502, "endpoint-failed")
    assert "a blank node" in told.json["detail"]


def test_a_slow_endpoint_meets_the_deadline(far: AnotherEndpoint, near: RunningServer) -> None:
    """The query is stopped, and other queries are answered meanwhile."""
    over = threading.Event()

    def wait(query: str) -> Answer:
        over.wait(300)
        return said(200, ROWS, b"")

    far.answer = wait
    try:
        asked = threading.Thread(target=lambda: answers.append(near.ask(far_query(far, "?s <urn:says> ?o"))))
        answers: list[Response] = []
        asked.start()
        assert near.value("SELECT (7 AS ?n) {}") == "7"
        asked.join(120)
    finally:
        over.set()
        far.answer = far.answered
    assert (answers[0].status, answers[0].reason) == (502, "endpoint-failed")
    assert "did not answer within" in answers[0].json["detail"]


def test_one_client_cannot_ask_everybody_at_once(far: AnotherEndpoint, near: RunningServer) -> None:
    """More clauses at once than a client's share are refused, to be tried again."""
    clause = f"SERVICE <http://elsewhere.invalid:{far.port}/> {{ ?s <urn:says> ?o }}"
    told = near.ask(f"SELECT * {{ {' '.join([clause] * (MAX_CALLS // 2 + 1))} }}")
    assert (told.status, told.reason) == (503, "busy")
    assert told.headers["retry-after"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * { SERVICE <http://else.invalid/> { ?s ?p ?o } }", "is refused"),
        ("SELECT * { SERVICE <http://elsewhere.invalid@else.invalid/> { ?s ?p ?o } }", "is refused"),
        ("SELECT * { SERVICE <http://else.invalid/#elsewhere.invalid> { ?s ?p ?o } }", "is refused"),
        ("SELECT * { SERVICE <file://elsewhere.invalid/etc> { ?s ?p ?o } }", "is refused"),
        ("SELECT * { SERVICE ?where { ?s ?p ?o } }", "constant address"),
        ("PREFIX e: <http://elsewhere.invalid/> SELECT * { SERVICE e:x { ?s ?p ?o } }", "constant address"),
        ("SELECT * { SERVICE <http://elsewhere.invalid/> { SERVICE <http://h.invalid/> {} } }", "is refused"),
        ("SELECT * { SERVICE <http://elsewhere.invalid/> { SERVICE <http://elsewhere.invalid/a> {} } }",
         "in another"),
        ("SELECT * { SERVICE <http://elsewhere.invalid/> { ?s ?p '\\u0041' } }", "write the characters"),
        ("SELECT * { " + "SERVICE <http://elsewhere.invalid/> {} " * 9 + "}", "more than 8"),
    ],
)  # fmt: skip
def test_what_may_not_be_asked_is_refused(query: str, sentence: str, asking: RunningServer) -> None:
    """Only a constant address of an allowed host is asked, and each clause must be plain to see."""
    told = asking.ask(query)
    assert (told.status, told.reason) == (400, "refused")
    assert sentence in told.json["detail"]


def test_a_clause_in_escapes_is_not_asked(asking: RunningServer) -> None:
    """A word that is not plain to see is no word."""
    told = asking.ask("SELECT * { \\u0053ERVICE <http://elsewhere.invalid/> { ?s ?p ?o } }")
    assert (told.status, told.reason) == (400, "syntax")
    assert "write the character itself, 'S'" in told.json["detail"]


@pytest.mark.parametrize(
    "rest", ["{ ?s ?p } }", "{ ?s ?p ?o FILTER( } }", "{ ?s ?p ?o } ?x }", "{ a:b ?p ?o } }"]
)
def test_a_syntax_error_keeps_its_place(rest: str, asking: RunningServer) -> None:
    """Also in a clause that is for another endpoint, and before anybody is asked."""
    service = "SERVICE <http://elsewhere.invalid/>"
    told, plain = (asking.ask(f"SELECT * {{\n {word} {rest}") for word in (service, " " * len(service)))
    assert (told.status, told.reason) == (400, "syntax")
    assert told.json == plain.json


@pytest.mark.parametrize("rest", ["?s }", "{ ?s ?p ?o", "'{' ?s ?p ?o }"])
def test_a_clause_without_an_end_is_told(rest: str, asking: RunningServer) -> None:
    """With its place."""
    told = asking.ask(f"SELECT * {{\n SERVICE <http://elsewhere.invalid/> {rest}")
    assert (told.status, told.reason) == (400, "syntax")
    assert (told.json["line"], told.json["column"]) == (2, 2)


PRIVATE = [
    "localhost", "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.51.100.1", "[::1]", "[fd00::1]",
    "[fe80::1]", "[ff02::1]", "[::ffff:10.0.0.1]", "[::ffff:127.0.0.1]", "[64:ff9b::10.0.0.1]",
    "[2002:0a00:0001::1]", "[2001:db8::1]", "[::]", "2130706433", "0x7f.1", "127.1:8080",
]  # fmt: skip


@pytest.mark.parametrize("name", PRIVATE)
def test_no_host_in_a_private_network_is_allowed(name: str) -> None:
    """Neither by its address in any way of writing it, nor by a name for it."""
    with pytest.raises(EndpointError, match="which is not public"):
        resolve_host(name)


@pytest.mark.parametrize("name", ["8.8.8.8", "8.8.8.8:8080", "[2001:4860:4860::8888]", "[64:ff9b::8.8.8.8]"])
def test_a_public_address_is_allowed(name: str) -> None:
    """The addresses are those of the name; no connection is made."""
    assert resolve_host(name).name == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "user@host", "host:port", "host:99999", "http://host"])
def test_what_is_no_host_is_told(name: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(EndpointError, match=r"is no host|is not known"):
        resolve_host(name)


@pytest.mark.parametrize("is_trusted", [True, False])
def test_certificates_are_checked(is_trusted: bool, tmp_path: Path) -> None:
    """An https address is asked only where its certificate is for its name and by who is trusted."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.invalid").configure_cert(context)
    (authority if is_trusted else trustme.CA()).cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    environment = {"SSL_CERT_FILE": str(tmp_path / "ca.pem")}
    with another_endpoint(context) as endpoint:
        hosts = [f"{name}.invalid:{endpoint.port}" for name in ("elsewhere", "another")]
        with server_that_asks(*hosts, environment=environment) as server:
            query = f"ASK {{ SERVICE <https://{hosts[0]}/> {{ ?s ?p ?o }} }}"
            told = server.ask(query)
            if is_trusted:
                assert told.json["boolean"] is False
                told = server.ask(query.replace("elsewhere", "another"))
            assert (told.status, told.reason) == (502, "endpoint-failed")
            assert "certificate" in told.json["detail"].lower()


def test_a_federated_query_of_the_catalogue_is_answered(far: AnotherEndpoint) -> None:
    """With leave for the host, the query is asked there by http or https as its text says."""
    with server_that_asks("sparql.rhea-db.org", seconds=5) as server:
        told = server.request("GET", "/queries/rhea-equations")
        assert (told.status, told.reason) == (502, "endpoint-failed")
        assert "sparql.rhea-db.org/sparql" in told.json["detail"]
        page = server.request("GET", "/query?lang=en").body.decode()
        assert (page.count("asks another server"), page.count("not available here")) == (3, 2)
