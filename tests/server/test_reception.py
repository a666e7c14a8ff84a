"""Workers that answer clients themselves: the same bytes as by the front, whatever happens to a worker."""

import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from processes import PATIENCE, wait_until
from running_server import RunningServer, running_server

from glutakg.server.http.plain import Plain, Unread, read_plain
from glutakg.server.workers.desk import Desk, Guest, Left
from glutakg.server.workers.traffic import is_counted, traffic

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="connections are passed on Linux only")

ROWS = "SELECT ?p ?o { <https://w3id.org/glutakg/data/glutamine> ?p ?o } ORDER BY ?p ?o"
LARGE = (
    "SELECT ?s ?p ?o { GRAPH <https://w3id.org/glutakg/graph/source> { ?s ?p ?o } } ORDER BY ?s ?p ?o LIMIT"
)
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
OPTIONS = ("--workers", "2", "--timeout", "8", "--cors", "https://a.example", "--max-rows", "1500")
SOURCE = "https://w3id.org/glutakg/graph/source"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{SOURCE}> {{ ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }} }}"


@pytest.fixture(scope="module")
def plain() -> Iterator[RunningServer]:
    """Give a server whose front answers everything."""
    with running_server(*OPTIONS, "--front", "plain", "--base-url", "https://a.example/kg") as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server whose workers answer what they can."""
    with running_server(*OPTIONS, "--front", "sockets", "--base-url", "https://a.example/kg") as running:
        yield running


def get(
    path: str = "/sparql", *lines: str, method: str = "GET", version: str = "1.1", **fields: str
) -> bytes:
    """Return a request without a body, the last of its connection."""
    target = f"{path}?{urlencode(fields)}" if fields else path
    head = [f"{method} {target} HTTP/{version}", "Host: x", "Connection: close", *lines]
    return "\r\n".join([*head, "", ""]).encode()


def post(body: bytes, content_type: str, *lines: str, path: str = "/sparql") -> bytes:
    """Return a request with a body, the last of its connection."""
    fields = (f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *lines)
    return get(path, *fields, method="POST") + body


ASK = "ASK { ?s ?p ?o }"
REQUESTS: Mapping[str, bytes] = {
    "rows": get(query=ROWS),
    **{f"rows as {name}": get(query=ROWS, format=name) for name in ("json", "xml", "csv", "tsv")},
    **{
        f"accept {accept}": get("/sparql", f"Accept: {accept}", query=query)
        for query in (ROWS, ASK, "DESCRIBE <https://w3id.org/glutakg/data/taurine>")
        for accept in ("*/*", "text/csv", "text/html", "text/turtle;q=0.5, */*;q=0.1", "image/png", "")
    },
    "a form": post(urlencode({"query": ROWS}).encode(), FORM),
    "a direct query": post(ROWS.encode(), DIRECT),
    "a direct query in another encoding": post(ROWS.encode(), f"{DIRECT}; charset=latin-1"),
    "no body type": post(ROWS.encode(), ""),
    "another body type": post(ROWS.encode(), "text/plain"),
    "compressed": get("/sparql", "Accept-Encoding: gzip", query=ROWS),
    "compressed, in two fields": get("/sparql", "Accept-Encoding: br", "Accept-Encoding: gzip", query=ROWS),
    "a compressed body": post(b"\x1f\x8b", DIRECT, "Content-Encoding: gzip"),
    "a page that may ask": get("/sparql", "Origin: https://a.example", query=ROWS),
    "a page that may not ask": get("/sparql", "Origin: https://b.example", query=ROWS),
    "what may be asked": get("/sparql", method="OPTIONS"),
    "only the head": get(method="HEAD", query=ROWS),
    "any tag": get("/sparql", "If-None-Match: *", query=ROWS),
    "another tag": get("/sparql", 'If-None-Match: "a"', query=ROWS),
    "a graph": get(query=ROWS, **{"default-graph-uri": SOURCE}),
    "an unknown graph": get(query=ROWS, **{"named-graph-uri": "urn:β"}),
    "no graph": get(query=ROWS, **{"default-graph-uri": "x"}),
    "an unknown graph in the query": get(query="SELECT * FROM <urn:x> { ?s ?p ?o }"),
    "a relative IRI": get(query="SELECT (IRI('a') AS ?i) (<b> AS ?j) {}"),
    "text beyond ASCII": get(query='SELECT ("β-alanine, 谷氨酸" AS ?x) {}'),
    "a rewritten query": get(query="SELECT (MAX(?o) AS ?m) { ?s ?p ?o }"),
    "no SPARQL": get(query="SELECT ?x {"),
    "nothing": get(query=""),
    "an update": get(query="DELETE WHERE { ?s ?p ?o }"),
    "an update by its field": post(b"update=CLEAR+ALL", FORM),
    "a service": get(query="ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"),
    "too deep": get(query="ASK { FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }"),
    "two queries": get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D"),
    "a broken escape": get("/sparql?query=%zz"),
    "no UTF-8": get("/sparql?query=%ff"),
    "an unknown format": get(query=ASK, format="pdf"),
    "a format of rows for a graph": get(query="CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", format="csv"),
    "as many rows as allowed": get(query=f"{LARGE} 1500"),
    "one row too many": get(query=f"{LARGE} 1501"),
    "a query of the catalogue": get("/queries/protective-nutrients"),
    "one by POST": post(b"", FORM, path="/queries/protective-nutrients"),
    "one as CSV": get("/queries/protective-nutrients", format="csv"),
    "one with an unknown parameter": get("/queries/protective-nutrients", nothing="x"),
    "one with a parameter twice": get("/queries/protective-nutrients?lang=en&lang=nl"),
    "the text of one": get("/queries/protective-nutrients", f"Accept: {DIRECT}"),
    "none of the catalogue": get("/queries/nothing"),
    "another path": get("/health"),
    "no path": get("/nothing"),
    "a path with an escape": get("/%73parql", query=ASK),
    "an absolute address": get(f"http://x/sparql?query={quote(ASK)}"),
    "a fragment": get(f"/sparql?query={quote(ASK)}#a"),
    "an unknown method": get(method="PATCH", query=ASK),
    "an old version": get(version="1.0", query=ASK),
    "a field twice": get("/sparql", "Accept: text/csv", "Accept: text/tab-separated-values", query=ROWS),
    "an upgrade": get("/sparql", "Upgrade: h2c", query=ASK),
    "chunks": get("/sparql", "Transfer-Encoding: chunked", f"Content-Type: {DIRECT}", method="POST")
    + b"6\r\nASK {}\r\n0\r\n\r\n",
    "an expectation": post(b"ASK {}", DIRECT, "Expect: 100-continue"),
    "no host": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": get("/sparql", "Host: y", query=ASK),
    "a proxy's word": get("/sparql", "X-Forwarded-Proto: https", query="SELECT (IRI('a') AS ?i) {}"),
    "two lengths": post(b"ASK {}", DIRECT, "Content-Length: 6"),
    "a body by GET": get("/sparql", "Content-Length: 1", query=ASK) + b"x",
    "a long field": get("/sparql", f"User-Agent: {'x' * 40_000}", query=ASK),
}


NOT_PLAIN = {
    *("compressed, in two fields", "a compressed body", "what may be asked", "only the head", "one by POST"),
    *("another path", "no path", "a path with an escape", "an absolute address", "a fragment"),
    *("an unknown method", "an old version", "a field twice", "an upgrade", "chunks", "an expectation"),
    *("no host", "two hosts", "two lengths", "a body by GET"),
}
"""Those that go back to the front unread."""


def test_workers_read_the_others() -> None:
    """What both ways are compared by is looked at by workers, but for what is on no list."""
    assert {
        case for case, request in REQUESTS.items() if not isinstance(read_plain(request), Plain)
    } == NOT_PLAIN


def told(server: RunningServer, request: bytes) -> bytes:
    """Return all that comes back, but for the time and the addresses that tell the port."""
    answer = re.sub(rb"date: [^\r]*", b"date", server.raw(request))
    return answer.replace(str(server.port).encode(), b"PORT")


@pytest.mark.parametrize("case", REQUESTS)
def test_both_ways_have_the_same_bytes(plain: RunningServer, server: RunningServer, case: str) -> None:
    """Status, header fields in their order, and body."""
    expected = told(plain, REQUESTS[case])
    assert expected.startswith(b"HTTP/1.1 ")
    assert told(server, REQUESTS[case]) == expected


LIKE = "SELECT ?s ?o {{ ?s <{}> ?o }} ORDER BY ?s ?o"
RARE, MANY = "http://purl.org/dc/terms/license", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
THING = "http://www.w3.org/2002/07/owl#Thing"
ABOVE = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAMES = (
    "PREFIX gkd: <https://w3id.org/glutakg/data/>\nPREFIX owl: <http://www.w3.org/2002/07/owl#>\n"
    f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX xsd: <{XSD}>\n"
)
AGAIN = {
    "the same": (LIKE.format(RARE), LIKE.format(RARE)),
    "nothing": (LIKE.format(RARE), LIKE.format("urn:nothing")),
    "too many rows": tuple(f"SELECT ?s {{ ?s <{link}> ?o }}" for link in (RARE, MANY)),
    "what is answered by the closure": tuple(f"ASK {{ ?s <{link}>+ <{THING}> }}" for link in (RARE, ABOVE)),
    "a relative IRI": ("SELECT (<a> AS ?a) (<urn:x> AS ?b) {}", "SELECT (<a> AS ?a) (<urn:y> AS ?b) {}"),
    "another graph": (f"SELECT * FROM <{RARE}> {{ ?s ?p ?o }}", "SELECT * FROM <urn:g> { ?s ?p ?o }"),
    "a broken IRI": (LIKE.format(RARE), LIKE.format("http://[")),
    "a text": tuple(f"SELECT ('<{iri}>' AS ?a) (<{iri}> AS ?b) {{}}" for iri in ("urn:x", "urn:y")),
    "a function": tuple(f"SELECT (<{XSD}{name}>('1') AS ?a) {{}}" for name in ("integer", "string")),
    "an IRI of a service": (LIKE.format(RARE), LIKE.format("urn:service:from")),
    "an escape": (LIKE.format(RARE), LIKE.format("urn:a%20(b),c#d?e=%C3%A9")),
    "another mark": (LIKE.format(RARE), "\ufeff" + LIKE.format(RARE)),
    "a name": tuple(
        f"{NAMES}SELECT ?p ?o {{ gkd:{name} ?p ?o }} ORDER BY ?p ?o" for name in ("taurine", "nothing")
    ),
    "a name of a service": tuple(
        f"{NAMES}SELECT ?o {{ gkd:{name} a ?o }} ORDER BY ?o" for name in ("taurine", "from-SERVICE")
    ),
    "a name above": tuple(
        f"{NAMES}SELECT ?s {{ ?s rdfs:{name} owl:Thing }} ORDER BY ?s LIMIT 9"
        for name in ("label", "subClassOf")
    ),
    "a name of a function": tuple(
        f"{NAMES}SELECT ( xsd:{name} ('1e0') AS ?a) {{}}" for name in ("double", "integer")
    ),
    "a prefix that is missing": tuple(f"SELECT ?p {{ no:{name} ?p ?o }}" for name in ("a", "b")),
    "another prefix that is missing": (f"{NAMES}SELECT ?p {{ gkd:a ?p ?o }}", "SELECT ?p { gkd:b ?p ?o }"),
    "a broken name": (f"{NAMES}SELECT ?p {{ gkd:a ?p ?o }}", f"{NAMES}SELECT ?p {{ gkd:%zz ?p ?o }}"),
    "chance": (
        "SELECT (1 AS ?x) { FILTER(<urn:x> = <urn:x>) }",
        "SELECT (1 AS ?x) { FILTER(<urn:x> = <urn:y>) }",
    ),
}
"""A query, and another that differs in IRIs and names alone."""
HEADS = {
    "JSON": (),
    "compressed": ("Accept-Encoding: gzip",),
    "XML": ("Accept: application/sparql-results+xml",),
    "a page": ("Origin: https://a.example", "Accept: text/csv"),
}


@pytest.mark.parametrize("case", AGAIN)
def test_queries_like_those_before_have_the_same_bytes(
    plain: RunningServer, server: RunningServer, case: str
) -> None:
    """What was found out for one query holds for the next, and for no more than that."""
    before, now = AGAIN[case]
    for fields in HEADS.values():
        for asked in (before, before, now, now):
            request = get("/sparql", *fields, query=asked)
            assert told(server, request) == told(plain, request)
            form = post(f"query={quote(asked)}".encode(), FORM, *fields)
            assert told(server, form) == told(plain, form)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_what_a_client_has_is_not_sent_again(plain: RunningServer, server: RunningServer, form: str) -> None:
    """The tags of both ways are the same."""
    etag = plain.ask(ROWS, accept="*/*").headers["etag"]
    request = get("/sparql", f"If-None-Match: {form.format(etag)}", "Accept: */*", query=ROWS)
    assert told(server, request) == told(plain, request)
    assert told(server, request).startswith(b"HTTP/1.1 304")


def test_chance_is_not_kept(server: RunningServer) -> None:
    """What changes has no tag."""
    answer = server.ask("SELECT (RAND() AS ?x) {}")
    assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)


def test_a_worker_answers_and_is_counted(server: RunningServer) -> None:
    """The front hears nothing of a plain request, and tells of it all the same."""

    def counts() -> tuple[float, float, float]:
        return (
            server.metric("requests_total", 'route="/sparql",status="200"'),
            server.metric("request_seconds_count"),
            server.metric("cache_lookups_total"),
        )

    def looked_for_by_the_front() -> float:
        before = counts()
        for number in range(5):
            server.value(f"SELECT ({number} AS ?x) {{}}")
            assert server.raw(get(query=f"SELECT ({number} AS ?y) {{}}")).startswith(b"HTTP/1.1 200")
        after = counts()
        assert after[0] - before[0] == 10
        assert after[1] - before[1] >= 10
        return after[2] - before[2]

    # only where a request took long, as on a busy machine, the front has looked for its answer
    wait_until(lambda: looked_for_by_the_front() < 5, "a worker answers most requests of a round")


def test_a_request_in_pieces_is_put_together(server: RunningServer) -> None:
    """Byte by byte, and with a pause in which the worker gives it back."""
    request = post(ASK.encode(), DIRECT)
    for size in (1, 50):
        with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, len(request), size):
                connection.sendall(request[start : start + size])
            assert b'"boolean":true' in b"".join(iter(lambda: connection.recv(65_536), b""))


def test_who_reads_slowly_gets_all(plain: RunningServer, server: RunningServer) -> None:
    """What the client does not take at once is sent by the front; a second request comes after it."""
    expected = plain.ask(f"{LARGE} 900").body
    assert 100_000 < len(expected) < 262_144
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        slow.connect((server.host, server.port))
        slow.settimeout(PATIENCE)
        first = f"GET /sparql?{urlencode({'query': f'{LARGE} 900'})} HTTP/1.1\r\nHost: x\r\n"
        slow.sendall(f"{first}Accept: application/json\r\n\r\n".encode())
        received = slow.recv(100)
        slow.sendall(get(query=ASK))
        received += b"".join(iter(lambda: slow.recv(4_096), b""))
    head, _, rest = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert rest[: len(expected)] == expected
    assert rest.endswith(b'{"head":{},"boolean":true}')


def ask_on(connection: HTTPConnection, query: str) -> tuple[int, bytes]:
    """Ask on a connection that stays open."""
    connection.request("GET", f"/sparql?{urlencode({'query': query})}", headers={"Accept": "*/*"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_connections_outlive_their_workers(server: RunningServer) -> None:
    """Who is connected and waits hears nothing of the death of a worker, nor of that of all."""
    connections = [HTTPConnection(server.host, server.port, timeout=PATIENCE) for _ in range(6)]
    expected = server.ask(ROWS, accept="*/*").body
    for _ in range(3):
        assert [ask_on(each, ROWS) for each in connections] == [(200, expected)] * 6
        for pid in server.worker_pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert [ask_on(each, ROWS) for each in connections] == [(200, expected)] * 6
    for each in connections:
        each.close()
    wait_until(lambda: server.metric("workers_idle") >= 2, "workers are there again")


@pytest.mark.parametrize(
    ("sent", "is_read", "is_last", "left"),
    [
        (0, False, False, Left.REQUEST),
        (0, True, False, Left.PIECE),
        (2, False, False, Left.PIECE),
        (6, False, False, Left.NOTHING),
        (6, True, False, Left.NOTHING),
        (6, False, True, Left.PIECE),
    ],
)
def test_what_a_worker_left_is_known(sent: int, is_read: bool, is_last: bool, left: Left) -> None:
    """Of a whole answer the next request is waited for; of none the request is there for another worker."""
    desk = Desk()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        connection, _ = listener.accept()
    with client, connection:
        client.sendall(b"before")
        connection.sendall(connection.recv(6))
        client.sendall(b"asked")
        assert connection.recv(6, socket.MSG_PEEK) == b"asked"
        read, written = traffic(connection)
        desk.board.begin(7)
        desk.board.begin_sending(7, read + 5, written, 0 if is_last else written + 6)
        connection.sendall(b"answer"[:sent])
        if is_read:
            connection.recv(5)
        assert desk.left(Guest(7, connection, "127.0.0.1")) is left
        assert desk.left(Guest(8, connection, "127.0.0.1")) is Left.NOTHING
        client.sendall(b"next")
        assert connection.recv(9, socket.MSG_WAITALL if left is Left.REQUEST else 0) == (
            b"askednext" if left is Left.REQUEST else b"next"
        )
    desk.close()


def is_forgotten(server: RunningServer, pid: int) -> bool:
    """Return whether a worker has ended and the front knows it."""
    return pid not in server.worker_pids()


def test_no_client_hears_of_deaths_between_answers(server: RunningServer) -> None:
    """Workers die at any moment of many short requests, and each client has the answer to what it asked."""
    over = threading.Event()

    def ask(client: int) -> list[int]:
        connection = HTTPConnection(server.host, server.port, timeout=PATIENCE)
        wrong = []
        for number in range(client, 10**6, 4):
            status, body = ask_on(connection, f"SELECT ({number} AS ?n) {{}}")
            if status != 503 and f'"value":"{number}"'.encode() not in body:
                wrong.append(number)
            if over.is_set():
                break
        connection.close()
        return wrong

    with ThreadPoolExecutor(4) as clients:
        asked = [clients.submit(ask, client) for client in range(4)]
        for _ in range(20):
            wait_until(lambda: len(server.worker_pids()) > 0, "there is a worker")
            pid = server.worker_pids()[0]
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            wait_until(partial(is_forgotten, server, pid), "its death is known")
        over.set()
        assert [one.result() for one in asked] == [[]] * 4
    wait_until(lambda: server.metric("workers_idle") >= 2, "workers are there again")


def test_who_is_with_a_stopped_worker_gets_another(server: RunningServer) -> None:
    """A worker that somebody has stopped answers nobody; it is ended, and its connections go to others."""
    before = server.metric("workers_ended_total", 'cause="stopped"')
    connections = [HTTPConnection(server.host, server.port, timeout=PATIENCE) for _ in range(6)]
    assert all(ask_on(each, ASK)[0] == 200 for each in connections)
    for pid in server.worker_pids():
        os.kill(pid, signal.SIGSTOP)
    assert [ask_on(each, ASK)[0] for each in connections] == [200] * 6
    wait_until(
        lambda: server.metric("workers_ended_total", 'cause="stopped"') > before, "stopped workers are ended"
    )
    for each in connections:
        each.close()


def test_what_is_asked_again_is_counted(server: RunningServer) -> None:
    """The request of a worker that ends goes to another one."""
    before = server.metric("requests_replayed_total")
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(get(query=f"{ENDLESS} # again"))
        wait_until(lambda: server.metric("queries_running_long") == 1, "the query runs")
        for pid in server.worker_pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: server.metric("requests_replayed_total") > before, "it is asked again")
    wait_until(lambda: server.metric("workers_idle") >= 2, "workers are there again")


@pytest.mark.parametrize("front", ["plain", "sockets"])
def test_what_costs_more_is_counted_apart(plain: RunningServer, server: RunningServer, front: str) -> None:
    """What a fault of the engine makes dearer, and what explains an empty answer."""
    asked = plain if front == "plain" else server

    def counts() -> list[float]:
        works = ("rewritten", "why-empty")
        return [asked.metric("request_seconds_count", f'work="{work}"') for work in works]

    before = counts()
    asked.value("SELECT (MAX(?o) AS ?m) { ?s a ?o }")
    answer = asked.request(
        "POST", "/why-empty", headers={"Content-Type": DIRECT}, body=b"SELECT (1 AS ?x) {}"
    )
    assert (answer.status, [now - earlier for now, earlier in zip(counts(), before, strict=True)]) == (
        200,
        [1, 1],
    )


def test_an_endless_query_keeps_nobody_waiting(server: RunningServer) -> None:
    """It is stopped at its deadline on a connection that goes on; others are answered meanwhile."""
    slow = HTTPConnection(server.host, server.port, timeout=PATIENCE)
    others = [HTTPConnection(server.host, server.port, timeout=PATIENCE) for _ in range(4)]
    assert all(ask_on(each, ASK)[0] == 200 for each in [slow, *others])
    slow.request("GET", f"/sparql?{urlencode({'query': ENDLESS})}")
    wait_until(lambda: server.metric("queries_running_long") == 1, "the query runs in a long lane")
    for number in range(20):
        assert all(ask_on(each, f"SELECT ({number} AS ?x) {{}}")[0] == 200 for each in others)
    answer = slow.getresponse()
    assert (answer.status, b'"timeout"' in answer.read()) == (504, True)
    assert ask_on(slow, ASK)[0] == 200
    for each in [slow, *others]:
        each.close()


def test_who_goes_away_frees_the_worker(server: RunningServer) -> None:
    """The query is stopped before its time."""
    before = server.metric("requests_total", 'reason="timeout"')
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(get(query=f"{ENDLESS} # gone"))
        wait_until(lambda: server.metric("queries_running_long") == 1, "the query runs")
    wait_until(lambda: server.metric("queries_running_long") == 0, "the query is stopped")
    assert server.metric("requests_total", 'reason="timeout"') == before


def test_a_worker_can_open_nothing(server: RunningServer) -> None:
    """Connections are taken although no other descriptor is left."""
    server.value("SELECT (1 AS ?x) {}")

    def none_can_open_anything() -> bool:
        with suppress(OSError):  # one has ended
            return all(map(can_open_nothing, server.worker_pids()))
        return False

    wait_until(none_can_open_anything, "all workers have given up their rights")


def can_open_nothing(pid: int) -> bool:
    """Return whether a process has as many descriptors as it may have."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    held = sorted(int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir())
    lowest_free = next(number for number in range(len(held) + 1) if number not in held)
    return lowest_free >= int(line.split()[3])


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (b"GET /sparql?query=a HTTP/1.1\r\nHost: x\r\n\r\n", Plain),
        (b"GET /sparql?query=a HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", Plain),
        (b"GET /sparql?query=a HTTP/1.1\r\nHost: x\r\n", Unread.UNFINISHED),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na", Unread.UNFINISHED),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", Plain),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nab", Unread.OTHER),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", Unread.OTHER),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\n\r\n", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\n\r\nG", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\n\r\nGET /sparql HTTP/1.1\r\nHost: x\r\n\r\n", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Odd: y\r\n\r\n", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: y\r\n\r\n", Plain),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\n" + 2 * b"X-Forwarded-For: y\r\n" + b"\r\n", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nConnection: close, x\r\n\r\n", Unread.OTHER),
        (b"GET /sparql HTTP/1.1\r\nHost: x y\r\n\r\n", Unread.OTHER),
        (b"GET /sparql/ HTTP/1.1\r\nHost: x\r\n\r\n", Unread.OTHER),
        (b"GET /queries/../sparql HTTP/1.1\r\nHost: x\r\n\r\n", Unread.OTHER),
        (b"GET /queries/a-b HTTP/1.1\r\nHost: x\r\n\r\n", Plain),
        (b"POST /queries/a-b HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", Unread.OTHER),
        (b"\x16\x03\x01", Unread.OTHER),
    ],
)
def test_the_positive_list(request_: bytes, found: object) -> None:
    """One request, whole, of which everything is known; nothing else."""
    read = read_plain(request_)
    assert read is found or type(read) is found


def test_a_system_that_does_not_count_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux counts; where all is zero or nothing is told, the front answers all requests."""
    assert is_counted()
    monkeypatch.setattr("glutakg.server.workers.traffic._counted", lambda connection: (0, 0))
    assert not is_counted()
    monkeypatch.undo()
    monkeypatch.setattr("glutakg.server.workers.traffic._INFO_BYTES", 64)
    assert not is_counted()
