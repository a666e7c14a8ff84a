"""Hostile requests: each limit is hit and told, nothing goes out, and the next ordinary query is answered."""

import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from running_server import FRONTS, Response, RunningServer, running_server

from glutakg.server.http.problems import REASONS
from glutakg.server.settings import (
    MAX_BODY_BYTES,
    MAX_FIELDS,
    MAX_GRAPHS,
    MAX_HEADER_BYTES,
    MAX_QUERY_LENGTH,
    MAX_URL_BYTES,
)

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
EVERYTHING = " . ".join(f"?s{number} ?p{number} ?o{number}" for number in range(8))
SOURCE = "https://w3id.org/glutakg/graph/source"
# A join holds all of one side. Of the whole graph that is more than the memory here, and speed decides which
# limit is hit first; of this graph it is a quarter.
TWO = f"GRAPH <{SOURCE}> {{ ?s ?p ?o . ?a ?b ?c }}"
THREE = f"GRAPH <{SOURCE}> {{ ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }}"
MAX_ROWS, MAX_BYTES = 2_000, 200_000
_numbers = count()


LIMITS = ("--memory", "64", "--workers", "2", "--max-rows", str(MAX_ROWS), "--max-bytes", str(MAX_BYTES))


@pytest.fixture(scope="module", params=FRONTS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Give a server with tight limits."""
    with running_server(
        *LIMITS, "--timeout", "1", "--cors", "https://a.example", "--front", request.param
    ) as running:
        yield running


@pytest.fixture(scope="module")
def patient() -> Iterator[RunningServer]:
    """Give a server with time enough, for what must be refused however slow the machine is."""
    with running_server(*LIMITS, "--timeout", "300") as running:
        yield running


@pytest.fixture(autouse=True)
def ordinary_query_is_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test, ask an ordinary query that was not asked before: it is answered within a second."""
    yield
    asked = "patient" if "patient" in request.fixturenames else "server"
    server: RunningServer = request.getfixturevalue(asked)
    waits: list[float] = []
    while not waits or (min(waits) > 1 and len(waits) < 5):  # others use this machine too
        began = time.monotonic()
        number = next(_numbers)
        query = f"SELECT (COUNT(*) + {number} AS ?n) {{ ?s a <https://w3id.org/glutakg/ontology/Nutrient> }}"
        assert int(server.value(query)) > number
        waits.append(time.monotonic() - began)
    assert min(waits) <= 1


class Canary(BaseHTTPRequestHandler):
    """Hears of every request that goes out."""

    heard: ClassVar[list[str]] = []

    def handle_one_request(self) -> None:
        """Note that somebody called."""
        self.heard.append(str(self.client_address))
        super().handle_one_request()

    def do_GET(self) -> None:
        """Answer with nothing."""
        self.send_error(404)

    do_POST = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[str]:
    """Give the address of the canary, which must hear nothing while it is asked for in every way."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Canary) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()
    assert Canary.heard == []


TOO_MUCH: dict[str, tuple[str, tuple[str, ...]]] = {
    "rows without end": (f"SELECT * {{ {TWO} }}", ("too-many-bytes",)),
    "one row too many": (f"SELECT (1 AS ?x) {{ ?s ?p ?o }} LIMIT {MAX_ROWS + 1}", ("too-many-rows",)),
    "a graph of one triple too many": (
        f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{SOURCE}> {{ ?s ?p ?o }} }} LIMIT {MAX_ROWS + 1}",
        ("too-many-rows",),
    ),
    "one long value": (
        f"SELECT (GROUP_CONCAT(STR(?p)) AS ?x) {{ GRAPH <{SOURCE}> {{ ?s ?p ?o }} }}",
        ("too-many-bytes",),
    ),
    "a count without end": (f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}", ("timeout",)),
    "a search without end": (f"ASK {{ {EVERYTHING} FILTER(?s0 = <urn:none>) }}", ("timeout", "memory")),
    "sorting without end": (f"SELECT * {{ {EVERYTHING} }} ORDER BY ?o1 ?s2", ("memory", "timeout")),
    "grouping without end": (
        f"SELECT ?o0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {EVERYTHING} }} GROUP BY ?o0 ?o1 ?o2",
        ("memory", "timeout"),
    ),
    "distinct without end": (
        f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {EVERYTHING} }} }}",
        ("memory", "timeout"),
    ),
    "constructing without end": (f"CONSTRUCT {{ ?s ?b ?o }} {{ {TWO} }}", ("too-many-rows",)),
    "a path from anywhere to anywhere": (
        "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b . ?c (<urn:x>|!<urn:x>)* ?d }",
        ("timeout", "memory"),
    ),
    "text that doubles": (
        "SELECT * { "
        + 'BIND("0123456789" AS ?x0) '
        + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
        + " }",
        ("memory", "timeout", "too-many-bytes"),
    ),
    "joins that none can plan": (
        "SELECT * { " + " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(900)) + " }",
        ("timeout", "memory", "too-deep"),
    ),
    "groups that none can plan": (
        "SELECT * { " + "{ ?s ?p ?o } " * 900 + "}",
        ("timeout", "memory", "too-deep"),
    ),
    "optionals that none can plan": (
        "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 900 + "}",
        ("timeout", "memory", "too-deep"),
    ),
}


STOPPED_BY_TIME = [case for case, (_, reasons) in TOO_MUCH.items() if "timeout" in reasons]


def assert_stopped(answer: Response, reasons: Sequence[str]) -> None:
    """Hold an answer against what may stop its query."""
    assert answer.reason in reasons
    assert answer.status == REASONS[answer.reason] >= 400
    if answer.reason != "too-deep":
        assert answer.json["limit"] in (1.0, 64, MAX_ROWS, MAX_BYTES)


@pytest.mark.parametrize("case", STOPPED_BY_TIME)
def test_what_needs_too_much_is_stopped(server: RunningServer, case: str) -> None:
    """Time and memory have limits, each with its own status."""
    query, reasons = TOO_MUCH[case]
    assert_stopped(server.ask(query, accept="*/*"), reasons)


@pytest.mark.parametrize(
    "case", [case for case, (_, reasons) in TOO_MUCH.items() if "timeout" not in reasons]
)
def test_what_gives_too_much_is_stopped(patient: RunningServer, case: str) -> None:
    """Rows and bytes have limits, each with its own status, which are hit while there is time."""
    query, reasons = TOO_MUCH[case]
    assert_stopped(patient.ask(query, accept="*/*"), reasons)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
)
@pytest.mark.parametrize(("rows", "status"), [(MAX_ROWS, 200), (MAX_ROWS + 1, 413)])
def test_rows_are_counted_in_every_format(
    patient: RunningServer, accept: str, rows: int, status: int
) -> None:
    """Exactly so many rows are given, and one more is not; lines within a value are no rows."""
    query = f'SELECT ("\\n{{}},{{" AS ?x) {{ ?s ?p ?o }} LIMIT {rows}'
    answer = patient.ask(query, accept=accept)
    assert answer.status == status
    assert status == 200 or (answer.reason, answer.json["limit"]) == ("too-many-rows", MAX_ROWS)


def nested(opening: str, core: str, closing: str, depth: int = 20_000) -> str:
    """Return brackets in brackets."""
    return opening * depth + core + closing * depth


TOO_DEEP = {
    "brackets": f"SELECT * {{ FILTER({nested('(', '1', ')')}) }}",
    "groups": f"SELECT * {nested('{', ' ?s ?p ?o ', '}')}",
    "lists": f"SELECT * {{ ?s ?p {nested('(', '1', ')')} }}",
    "blank nodes": f"SELECT * {{ ?s ?p {nested('[ <urn:p> ', '1', ']', 9_000)} }}",
    "functions": f"SELECT * {{ FILTER({nested('STR(', '1', ')')}) }}",
    "paths": f"SELECT * {{ ?s {nested('(', '<urn:p>', ')*')} ?o }}",
    "EXISTS": f"ASK {{ FILTER {nested('EXISTS { FILTER ', 'EXISTS {}', '}', 9_000)} }}",
    "sub-SELECTs": f"SELECT * {{ {nested('{ SELECT * { ', '?s ?p ?o', '} }', 9_000)} }}",
    "triple terms": f"SELECT * {{ ?s ?p {nested('<<( <urn:s> <urn:p> ', '1', ' )>>', 5_000)} }}",
    "brackets as escapes": "ASK { FILTER(" + r"\u0028" * 10_000 + "1" + r"\u0029" * 10_000 + ") }",
    "brackets that stay open": "ASK " + "{" * 100_000,
    "&&": "ASK { FILTER(true" + " && ?x" * 20_000 + ") }",
    "||": "ASK { FILTER(true" + " || ?x" * 20_000 + ") }",
    "+": "ASK { FILTER(1" + " + ?x" * 20_000 + ") }",
    "!": "ASK { FILTER(" + "!" * 100_000 + "true) }",
    "/": "ASK { ?s <urn:p>" + "/<urn:p>" * 20_000 + " ?o }",
    "|": "ASK { ?s <urn:p>" + "|<urn:p>" * 20_000 + " ?o }",
    "UNION": "ASK { {}" + " UNION {}" * 20_000 + " }",
    "OPTIONAL": "ASK { " + "OPTIONAL {} " * 15_000 + "}",
    "MINUS": "ASK { " + "MINUS {} " * 20_000 + "}",
    "FILTER": "ASK { " + "FILTER(1) " * 15_000 + "}",
    "BIND": "ASK { " + " ".join(f"BIND(1 AS ?x{number})" for number in range(8_000)) + " }",
    "columns": "SELECT " + " ".join(f"(1 AS ?x{number})" for number in range(10_000)) + " {}",
}


@pytest.mark.parametrize("case", TOO_DEEP)
def test_what_would_exhaust_the_parser_is_refused(patient: RunningServer, case: str) -> None:
    """Deep nesting and long chains are found without parsing, and end no worker."""
    before = patient.metric("workers_ended_total", 'cause="depth"')
    answer = patient.ask(TOO_DEEP[case])
    assert answer.reason == "too-deep"
    assert (answer.status, answer.json["line"]) == (400, 1)
    assert patient.metric("workers_ended_total", 'cause="depth"') == before


def test_what_none_finds_before_the_parser_ends_a_worker_only(server: RunningServer) -> None:
    """Within the limits nothing known exhausts the stack, so here a worker may answer either way."""
    answer = server.ask("ASK { FILTER(" + "(" * 250 + "1" + ")" * 250 + ") }")
    assert answer.status == 200


def post(server: RunningServer, content_type: str, body: bytes, path: str = "/sparql") -> Response:
    """Send a body."""
    return server.request("POST", path, headers={"Content-Type": content_type}, body=body)


TOO_LONG = {
    "a direct query": (DIRECT, b"ASK {}" + b" " * MAX_QUERY_LENGTH, "query-too-long"),
    "a query in a form": (FORM, b"query=ASK{}" + b"+" * MAX_QUERY_LENGTH, "query-too-long"),
    "a body": (DIRECT, b" " * (MAX_BODY_BYTES + 1), "body-too-large"),
    "a form": (FORM, b"x=" + b"y" * MAX_BODY_BYTES, "body-too-large"),
    "a form of many fields": (FORM, b"query=ASK{}" + b"&x=1" * MAX_FIELDS, "bad-request"),
    "many graphs": (
        FORM,
        b"query=ASK{}" + b"".join(b"&named-graph-uri=urn:%d" % n for n in range(MAX_GRAPHS + 1)),
        "bad-request",
    ),
}


@pytest.mark.parametrize("case", TOO_LONG)
def test_what_is_too_long_is_refused(server: RunningServer, case: str) -> None:
    """Queries, bodies, forms and lists of graphs have a most, which is told."""
    content_type, body, reason = TOO_LONG[case]
    answer = post(server, content_type, body)
    assert (answer.reason, answer.status) == (reason, REASONS[reason])
    assert answer.json["limit"] in (MAX_QUERY_LENGTH, MAX_BODY_BYTES, MAX_FIELDS, MAX_GRAPHS)


def test_a_long_address_is_refused(server: RunningServer) -> None:
    """A query may be long in the address, but not without end."""
    path = "/sparql?query=ASK%7B%7D" + "+" * MAX_URL_BYTES
    assert server.request("GET", path).reason == "query-too-long"


def test_a_body_in_pieces_is_measured_too(server: RunningServer) -> None:
    """Who does not tell a length is stopped at the same one."""
    fields = f"Content-Type: {DIRECT}\r\nTransfer-Encoding: chunked\r\nConnection: close"
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n"
    piece = b"%x\r\n" % 100_000 + b" " * 100_000 + b"\r\n"
    answer = server.raw(head.encode() + piece * 10 + b"1\r\n \r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"body-too-large"' in answer


BROKEN_HTTP = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n",
    "a head without end": b"GET / HTTP/1.1\r\nX: " + b"y" * (MAX_HEADER_BYTES + 1) + b"\r\n\r\n",
    "many header fields": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * MAX_HEADER_BYTES + b"\r\n",
    "a length that is negative": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and pieces": b"POST /sparql HTTP/1.1\r\nHost: x\r\n"
    b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a header that is split": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
}


@pytest.mark.parametrize("case", BROKEN_HTTP)
def test_broken_http_is_refused(server: RunningServer, case: str) -> None:
    """What is no proper request is answered with 400, or with nothing at all."""
    try:
        answer = server.raw(BROKEN_HTTP[case])
    except (ConnectionResetError, BrokenPipeError):
        return
    assert answer[:12] in (b"", b"HTTP/1.1 400")


def test_a_compressed_body_is_refused(server: RunningServer) -> None:
    """A few bytes cannot become many."""
    headers = {"Content-Type": DIRECT, "Content-Encoding": "gzip"}
    answer = server.request("POST", "/sparql", headers=headers, body=b"\x1f\x8b")
    assert answer.reason == "unsupported-media-type"


OUTGOING = [
    ("SELECT * {{ SERVICE <{canary}> {{ ?s ?p ?o }} }}", "refused"),
    ("SELECT * {{ SERVICE SILENT <{canary}> {{ ?s ?p ?o }} }}", "refused"),
    ("SELECT * {{ VALUES ?g {{ <{canary}> }} SERVICE ?g {{ ?s ?p ?o }} }}", "refused"),
    ("PREFIX c: <{canary}> SELECT * {{ SERVICE c:x {{ ?s ?p ?o }} }}", "refused"),
    ("SELECT * {{ \\u0053ERVICE <{canary}> {{ ?s ?p ?o }} }}", "refused"),
    ("SELECT * {{ #\rSERVICE <{canary}> {{ ?s ?p ?o }} }}", "refused"),
    ("SELECT * {{ {{ SELECT * {{ SERVICE <{canary}> {{ }} }} }} }}", "refused"),
    ("ASK {{ FILTER EXISTS {{ SERVICE <{canary}> {{ }} }} }}", "refused"),
    ("LOAD <{canary}>", "update-refused"),
    ("LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>", "update-refused"),
]


@pytest.mark.parametrize(("query", "reason"), OUTGOING)
def test_nothing_goes_out(server: RunningServer, canary: str, query: str, reason: str) -> None:
    """What would call another server or read a file is refused in words, and the canary hears nothing."""
    answer = server.ask(query.format(canary=canary))
    assert (answer.reason, answer.status) == (reason, REASONS[reason])
    assert "--allow-service" not in answer.json["detail"]


@pytest.mark.parametrize("field", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("address", ["{canary}", "file:///etc/passwd", "file:/proc/self/environ"])
def test_graphs_are_not_fetched(server: RunningServer, canary: str, field: str, address: str) -> None:
    """A graph that a request names is here or nowhere."""
    graph = address.format(canary=canary)
    answer = server.ask("ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", **{field: graph})
    assert (answer.status, answer.json["boolean"]) == (200, False)
    assert f"There is no graph <{graph}>" in answer.headers["glutakg-note"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <{canary}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{canary}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "BASE <{canary}> SELECT * FROM <data.ttl> {{ ?s ?p ?o }}",
        "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    ],
)
def test_graphs_of_the_query_are_not_fetched(server: RunningServer, canary: str, query: str) -> None:
    """Nor is one that the query names."""
    answer = server.ask(query.format(canary=canary))
    assert (answer.status, answer.json["results"]["bindings"]) == (200, [])
    assert "There is no graph <" in answer.headers["glutakg-note"]


@pytest.mark.parametrize("query", ["DESCRIBE <{canary}>", "SELECT * {{ GRAPH <{canary}> {{ ?s ?p ?o }} }}"])
def test_addresses_are_only_names(server: RunningServer, canary: str, query: str) -> None:
    """To ask about an address is not to fetch it."""
    assert server.ask(query.format(canary=canary), accept="*/*").status == 200


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ('SELECT ("\\u0001" AS ?x) {}', "application/sparql-results+xml"),
        ('SELECT ("\\uFFFE" AS ?x) {}', "application/sparql-results+xml"),
        ('CONSTRUCT { <urn:s> <urn:x:p> "\\u0001" } {}', "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <http://e/1> 1 } {}", "application/rdf+xml"),
    ],
)
def test_ill_formed_xml_is_never_sent(server: RunningServer, query: str, accept: str) -> None:
    """What XML cannot hold is refused in it, and given in another format."""
    assert server.ask(query, accept=accept).reason == "refused"
    assert server.ask(query, accept="*/*").status == 200


@pytest.mark.parametrize("host", ['x"><script>', "evil.example/<x>", "a b", "x" * 5_000 + "\xff"])
def test_an_odd_host_is_not_repeated(server: RunningServer, host: str) -> None:
    """The service description names no address that is none."""
    request = f"GET /sparql HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    answer = server.raw(request.encode("latin-1"))
    assert host.encode("latin-1") not in answer
    assert answer.startswith(b"HTTP/1.1 400") or server.url.encode() in answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://a.example.evil.example"])
def test_pages_of_other_origins_are_not_let_in(server: RunningServer, origin: str) -> None:
    """Only the origin that the server was told may read answers."""
    answer = server.request("GET", "/health", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers
    allowed = server.request("GET", "/health", headers={"Origin": "https://a.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://a.example"
    assert "Origin" in allowed.headers["vary"]


def test_head_of_a_heavy_query_has_its_limits(server: RunningServer) -> None:
    """HEAD is no way around the deadline."""
    query = urlencode({"query": f"SELECT (COUNT(*) AS ?x) {{ {THREE} }}"})
    assert server.request("HEAD", f"/sparql?{query}").status == 504
