"""What comes over a connection, byte by byte: no request hides in another, and none that was sent is lost."""

import asyncio
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from http.client import parse_headers
from urllib.parse import quote, urlencode

import pytest
from processes import PATIENCE, wait_until
from running_server import FRONTS, Response, RunningServer, running_server
from starlette.types import Receive, Scope, Send

from glutakg.server.http.address import Proxies
from glutakg.server.http.connection import Connection, Connections
from glutakg.server.settings import MAX_HEADER_BYTES, MAX_URL_BYTES

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
HOST = "Host: x\r\n"
LINE, POST = "POST /sparql HTTP/1.1\r\n", f"POST /sparql HTTP/1.1\r\n{HOST}"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
UPGRADES = [
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n",
    "Connection: keep-alive, Upgrade\r\nUpgrade: TLS/1.0, HTTP/2.0\r\n",
    "Connection: Upgrade\r\nConnection: keep-alive\r\nUpgrade: x\r\nUpgrade: y\r\n",
]


@pytest.fixture(scope="module", params=FRONTS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Give a server that lets pages of every origin ask."""
    with running_server(
        "--cors", "*", "--workers", "2", "--timeout", "300", "--front", request.param
    ) as running:
        yield running


def answers(
    server: RunningServer, pieces: bytes | Sequence[bytes], methods: Sequence[str] = ("GET",) * 9
) -> list[Response]:
    """Send bytes as they are, in one piece or several, and return all that is answered until the end."""
    found: list[Response] = []
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        for piece in [pieces] if isinstance(pieces, bytes) else pieces:
            connection.sendall(piece)
        stream = connection.makefile("rb")
        while line := stream.readline():
            assert line.startswith(b"HTTP/1.1 "), line
            fields = parse_headers(stream)
            has_body = methods[len(found)] != "HEAD"
            body = stream.read(int(fields["Content-Length"] or 0)) if has_body else b""
            headers = {name.lower(): value for name, value in fields.items()}
            found.append(Response(int(line.split()[1]), headers, body))
    return found


def request(
    body: bytes, *fields: str, content_type: str = DIRECT, method: str = "POST", version: str = "1.1"
) -> bytes:
    """Return a request to /sparql with a body."""
    lines = [f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *fields]
    head = f"{method} /sparql HTTP/{version}\r\n{HOST}" + "".join(f"{line.strip()}\r\n" for line in lines)
    return head.encode() + b"\r\n" + body


def select(number: int) -> str:
    """Return a query whose answer is a number."""
    return f"SELECT ({number} AS ?n) {{}}"


def number_of(answer: Response) -> int:
    """Return the number that an answer holds."""
    assert answer.status == 200, answer.body
    return int(answer.json["results"]["bindings"][0]["n"]["value"])


def chunked(body: bytes, size: int = 7) -> bytes:
    """Return a body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("upgrade", UPGRADES)
@pytest.mark.parametrize("step", [0, 1, 50])
def test_upgrade_is_ignored_for_every_form_of_body(server: RunningServer, upgrade: str, step: int) -> None:
    """A body belongs to its request, whatever protocol the client would rather speak, however it arrives."""
    fields = [line for line in upgrade.split("\r\n") if line]
    form = urlencode({"query": select(2)}).encode()
    direct = select(3).encode()
    in_chunks = f"{CHUNKED}{upgrade}Content-Type: {DIRECT}\r\n\r\n"
    query = urlencode({"query": select(5)})
    sent = (
        request(form, *fields, content_type=FORM)
        + request(direct, *fields)
        + in_chunks.encode()
        + chunked(select(4).encode())
        + f"GET /sparql?{query} HTTP/1.1\r\n{HOST}{upgrade}\r\n".encode()
        + f"HEAD /sparql?{query} HTTP/1.1\r\n{HOST}{upgrade}\r\n".encode()
        + f"OPTIONS /sparql HTTP/1.1\r\n{HOST}{upgrade}\r\n".encode()
        + LAST
    )
    pieces = [sent[start : start + step] for start in range(0, len(sent), step)] if step else [sent]
    found = answers(server, pieces, ["POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "GET"])
    assert [number_of(answer) for answer in found[:4]] == [2, 3, 4, 5]
    assert [answer.status for answer in found[4:]] == [200, 204, 200]
    assert all("upgrade" not in answer.headers for answer in found)


@pytest.mark.parametrize("upgrade", ["", *UPGRADES])
@pytest.mark.parametrize("method", ["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_is_never_the_next_request(
    server: RunningServer, method: str, upgrade: str, is_chunked: bool
) -> None:
    """What lies in a body is not answered, also where the method has no use for one."""
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(SMUGGLED)}"
    head = f"{method} /sparql HTTP/1.1\r\n{HOST}{upgrade}Content-Type: {FORM}\r\n{length}\r\n\r\n"
    body = chunked(SMUGGLED) if is_chunked else SMUGGLED
    found = answers(server, head.encode() + body + LAST, [method, "GET"])
    assert len(found) <= 2
    assert b"no catalogue" not in found[0].body
    if len(found) == 2:
        assert found[1].json["status"] == "ok"
    else:
        assert found[0].headers["connection"] == "close"


def test_connect_is_refused_with_all_that_follows(server: RunningServer) -> None:
    """There is no tunnel, so nothing in it is read."""
    (answer,) = answers(server, f"CONNECT x:80 HTTP/1.1\r\n{HOST}\r\n".encode() + SMUGGLED)
    assert (answer.status, answer.reason) == (400, "bad-request")
    assert "CONNECT" in answer.json["detail"]


LENGTH, BODY, NO_CHUNK = "Content-Length: {length}\r\n", "\r\n{body}", "\r\n0\r\n\r\n{body}"
IMPROPER = {
    "a folded field": POST + "X: a\r\n b\r\n" + LENGTH + BODY,
    "a folded length": POST + "Content-Length:\r\n {length}\r\n" + BODY,
    "a first field that is folded": LINE + " Host: x\r\n" + LENGTH + BODY,
    "two equal lengths": POST + LENGTH + LENGTH + BODY,
    "two other lengths": POST + "Content-Length: 0\r\n" + LENGTH + BODY,
    "a list of lengths": POST + "Content-Length: 0, {length}\r\n" + BODY,
    "a length with a sign": POST + "Content-Length: +{length}\r\n" + BODY,
    "a length in base sixteen": POST + "Content-Length: 0x5\r\n" + BODY,
    "no length in its field": POST + "Content-Length:\r\n" + BODY,
    "a length beyond all": POST + f"Content-Length: {'9' * 30}\r\n" + BODY,
    "a length, then chunked": POST + LENGTH + "Transfer-Encoding: chunked\r\n" + NO_CHUNK,
    "chunked, then a length": CHUNKED + LENGTH + NO_CHUNK,
    "chunked twice": POST + "Transfer-Encoding: chunked, chunked\r\n" + NO_CHUNK,
    "chunked in two fields": CHUNKED + "Transfer-Encoding: chunked\r\n" + NO_CHUNK,
    "chunked, then something": POST + "Transfer-Encoding: chunked, identity\r\n" + NO_CHUNK,
    "something, then chunked": POST + "Transfer-Encoding: gzip, chunked\r\n" + NO_CHUNK,
    "identity": POST + "Transfer-Encoding: identity\r\n" + LENGTH + BODY,
    "nearly chunked": POST + "Transfer-Encoding: xchunked\r\n" + NO_CHUNK,
    "chunked after a tab": POST + "Transfer-Encoding:\x0bchunked\r\n" + NO_CHUNK,
    "chunked before the colon": POST + "Transfer-Encoding : chunked\r\n" + NO_CHUNK,
    "chunked in HTTP/1.0": CHUNKED.replace("1.1", "1.0") + NO_CHUNK,
    "a chunk that is too long": CHUNKED + "\r\n3\r\nabcdef\r\n0\r\n\r\n{body}",
    "a chunk with a sign": CHUNKED + "\r\n+3\r\nabc\r\n0\r\n\r\n{body}",
    "a chunk with 0x": CHUNKED + "\r\n0x3\r\nabc\r\n0\r\n\r\n{body}",
    "a chunk beyond all": CHUNKED + f"\r\n{'f' * 17}\r\nabc\r\n0\r\n" + BODY,
    "chunks of bare line feeds": CHUNKED + "\r\n3\nabc\n0\n\n{body}",
    "an extension that ends in a line feed": CHUNKED + "\r\n3;a=b\nabc\r\n0\r\n\r\n{body}",
    "a length among the trailers": CHUNKED + "\r\n0\r\nContent-Length: 5\r\n\r\n{body}",
    "bare line feeds": (POST + LENGTH).replace("\r", "") + "\n{body}",
    "a bare line feed after a field": LINE + "Host: x\n" + LENGTH + BODY,
    "a bare carriage return": POST + "X: a\rTransfer-Encoding: chunked\r\n" + BODY,
    "a zero byte": POST + "X: a\0b\r\n" + LENGTH + BODY,
    "a field without a name": POST + ": a\r\n" + LENGTH + BODY,
    "a line without a colon": POST + "X\r\n" + LENGTH + BODY,
    "two hosts": POST + "Host: y\r\n" + LENGTH + BODY,
    "no host": LINE + LENGTH + BODY,
    "a host with a path": LINE + "Host: x/y\r\n" + LENGTH + BODY,
    "HTTP/0.9": "GET /sparql\r\n" + BODY,
    "HTTP/1.2": POST.replace("1.1", "1.2") + LENGTH + BODY,
    "HTTP/2.0": POST.replace("1.1", "2.0") + LENGTH + BODY,
    "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{body}",
    "a version with a space": POST.replace("1.1", "1.1 ") + LENGTH + BODY,
    "a method that is none": POST.replace("POST", "post") + LENGTH + BODY,
    "an address with spaces": POST.replace("sparql", "spar ql") + LENGTH + BODY,
}


@pytest.mark.parametrize("case", IMPROPER)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_could_be_read_otherwise_is_refused(server: RunningServer, case: str, is_first: bool) -> None:
    """Two servers could disagree on where such a request ends; so it is the last of its connection."""
    body = SMUGGLED.decode()
    improper = IMPROPER[case].format(length=len(body), body=body).encode("latin-1")
    found = answers(server, improper + LAST if is_first else HEALTH + improper + LAST, ["GET", "POST"])
    if not is_first:
        assert found.pop(0).json["status"] == "ok"
    (answer,) = found
    assert (answer.status, answer.reason, answer.headers["connection"]) == (400, "bad-request", "close")
    assert server.request("GET", "/health").status == 200


def test_what_was_sent_before_is_answered_first(server: RunningServer) -> None:
    """A broken request ends the connection, not the answers to those before it; none is taken for another."""
    slow = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 300000 } }"
    sent = request(slow.encode(), "Accept: application/json") + request(select(7).encode()) + b"\x16\x03\x01"
    first, second, last = answers(server, sent, ["POST", "POST", "GET"])
    assert (number_of(first), number_of(second), last.status) == (300_000, 7, 400)


def test_pipelined_requests_are_answered_in_turn(server: RunningServer) -> None:
    """With bodies and without, in one piece or byte by byte."""
    sent = b"".join(
        request(select(number).encode())
        if number % 2
        else f"GET /sparql?{urlencode({'query': select(number)})} HTTP/1.1\r\n{HOST}\r\n".encode()
        for number in range(40)
    )
    for pieces in (sent + LAST, [bytes([byte]) for byte in sent + LAST]):
        *found, last = answers(server, pieces, ["GET"] * 41)
        assert [number_of(answer) for answer in found] == list(range(40))
        assert last.headers["connection"] == "close"


def test_who_goes_away_takes_all_requests_along(server: RunningServer) -> None:
    """Also the query before the last one is stopped when nobody waits for it any more."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(request(endless.encode()) + request(select(1).encode()) + HEALTH)
        wait_until(lambda: server.metric("queries_running_long") == 1, "the query runs")
    wait_until(lambda: server.metric("queries_running_long") == 0, "the query is stopped")
    assert server.metric("requests_total", 'reason="timeout"') == 0


def test_after_close_nothing_is_answered(server: RunningServer) -> None:
    """Who says that a request is the last gets no further answer; HTTP/1.0 is such a client."""
    assert len(answers(server, LAST + HEALTH)) == 1
    old = b"GET /health HTTP/1.0\r\n\r\n"
    (answer,) = answers(server, old + HEALTH)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    (answer,) = answers(server, request(select(8).encode(), version="1.0") + HEALTH)
    assert number_of(answer) == 8


def test_trailers_are_not_header_fields(server: RunningServer) -> None:
    """What comes after the body says nothing of it."""
    head = f"POST /sparql HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\nContent-Type: {DIRECT}\r\n\r\n"
    trailers = (
        f"Content-Type: {FORM}\r\nAccept: text/csv\r\nHost: y\r\nExpect: 100-continue\r\nUpgrade: h2c\r\n"
        "Connection: Upgrade\r\nOrigin: https://evil.example\r\nContent-Encoding: gzip\r\n"
    )
    body = chunked(select(9).encode())
    sent = head.encode() + body[:-2] + trailers.encode() + b"\r\n"
    found = answers(server, sent + request(select(10).encode()) + LAST, ["POST", "POST", "GET"])
    assert [number_of(answer) for answer in found[:-1]] == [9, 10]
    assert found[0].media_type == "application/sparql-results+json"
    sent = head.encode() + body[:-2] + b"Connection: close\r\n\r\n"
    (answer,) = answers(server, sent + request(select(10).encode()), ["POST"])
    assert (number_of(answer), answer.headers["connection"]) == (9, "close")


def test_trailers_are_measured(server: RunningServer) -> None:
    """Header fields after the body count as those before it."""
    head = f"POST /sparql HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\nContent-Type: {DIRECT}\r\n\r\n"
    trailers = b"X: y\r\n" * (MAX_HEADER_BYTES // 6 + 1)
    (answer,) = answers(server, head.encode() + chunked(b"ASK {}")[:-2] + trailers + b"\r\n", ["POST"])
    assert (answer.status, answer.json["limit"]) == (400, MAX_HEADER_BYTES)


def test_a_client_that_waits_is_told_to_go_on(server: RunningServer) -> None:
    """`Expect: 100-continue` is answered before the body, in HTTP/1.1 only; others are passed over."""
    body = select(11).encode()
    sent = request(body, "Expect: 100-continue", "Connection: close")
    with socket.create_connection((server.host, server.port), timeout=PATIENCE) as connection:
        connection.sendall(sent[: -len(body)])
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert b'"11"' in b"".join(iter(lambda: connection.recv(65_536), b""))
    for version, field in (("1.0", "Expect: 100-continue"), ("1.1", "Expect: 200-ok\r\nConnection: close")):
        (answer,) = answers(server, request(body, *field.split("\r\n"), version=version), ["POST"])
        assert number_of(answer) == 11


def test_what_is_refused_before_it_is_sent_is_not_read(server: RunningServer) -> None:
    """Who waits for leave to send gets the refusal instead, and the connection ends."""
    sent = request(b"x" * 2_000_000, "Expect: 100-continue")
    (answer,) = answers(server, sent.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", ["POST"])
    assert (answer.reason, answer.headers["connection"]) == ("body-too-large", "close")


REFUSED = {
    "an address that is too long": (f"GET /{'x' * MAX_URL_BYTES} HTTP/1.1\r\n{HOST}", "query-too-long", 413),
    "fields that are too long": (POST + f"X: {'y' * MAX_HEADER_BYTES}\r\n", "bad-request", 400),
    "no host": (LINE, "bad-request", 400),
    "two lengths": (POST + "Content-Length: 1\r\nContent-Length: 2\r\n", "bad-request", 400),
    "a body that is too long": (
        POST + f"Content-Type: {DIRECT}\r\nContent-Length: 99999999\r\n",
        "body-too-large",
        413,
    ),
    "a compressed body": (
        POST + f"Content-Type: {DIRECT}\r\nContent-Encoding: br\r\nContent-Length: 9\r\n",
        "unsupported-media-type",
        415,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_every_refusal_may_be_read_by_pages_and_is_counted(server: RunningServer, case: str) -> None:
    """Also what is refused before it is routed has the header fields of CORS, and stands in the metrics."""
    head, reason, status = REFUSED[case]
    before = server.metric("requests_total", f'reason="{reason}"')
    lines = head.split("\r\n", 1)
    sent = f"{lines[0]}\r\nOrigin: https://a.example\r\n{lines[1]}\r\n"
    (answer,) = answers(server, sent.encode(), ["GET"])
    assert (answer.status, answer.reason, answer.headers["connection"]) == (status, reason, "close")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in answer.headers["access-control-expose-headers"]
    assert server.metric("requests_total", f'reason="{reason}"') == before + 1


def test_curl_with_http2_is_answered(server: RunningServer) -> None:
    """The tool offers HTTP/2 by `Upgrade`, and its form is read all the same."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl")
    command = [curl, "-sS", "--http2", f"{server.url}/sparql", "-H", "Accept: application/json"]
    found = subprocess.run(
        [*command, "-d", urlencode({"query": select(12)})], capture_output=True, check=True, timeout=PATIENCE
    )
    assert json.loads(found.stdout)["results"]["bindings"][0]["n"]["value"] == "12"


def test_a_request_that_has_just_come_is_answered_though_the_time_is_over() -> None:
    """An idle connection is ended only where nothing waits to be read."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        connections = Connections(application, Proxies([]))
        _, connection = await loop.connect_accepted_socket(lambda: Connection(connections), ours)
        for _ in range(2):
            theirs.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            connection._waited_long()
            async with asyncio.timeout(10):
                assert (await loop.sock_recv(theirs, 1_000)).startswith(b"HTTP/1.1 200 OK\r\n")
        theirs.send(b"GET")
        async with asyncio.timeout(10):
            while connection.is_between:
                await asyncio.sleep(0)
            connection._waited_long()
            assert await loop.sock_recv(theirs, 1_000) == b"", "what comes slowly is not waited for"
        theirs.close()

    asyncio.run(ask())


def test_one_client_may_have_hundreds_of_requests_in_line(server: RunningServer) -> None:
    """As many as it has connections, whoever answers them."""
    connections = [socket.create_connection((server.host, server.port), timeout=PATIENCE) for _ in range(256)]
    for number, connection in enumerate(connections):
        query = quote(select(number))
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    found = [connection.recv(12) for connection in connections]
    for connection in connections:
        connection.close()
    assert set(found) == {b"HTTP/1.1 200"}
