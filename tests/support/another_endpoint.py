"""A SPARQL endpoint on loopback that a test controls: it keeps what it is asked, and says what it is told."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pyoxigraph as ox

ROWS = "application/sparql-results+json"

Answer = tuple[int, dict[str, str], bytes]


class AnotherEndpoint:
    """What the server heard and what it says."""

    def __init__(self, port: int) -> None:
        """Begin with an empty store."""
        self.port = port
        self.store = ox.Store()
        self.heard: list[list[tuple[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[str], Answer] = self.answered
        self.connections = 0
        self.closing = threading.Event()
        self.endless = threading.Event()
        """Whether the body of an answer is sent again and again."""

    @property
    def queries(self) -> list[str]:
        """The queries that were asked."""
        return [dict(fields)["query"] for fields in self.heard]

    def answered(self, query: str) -> Answer:
        """Answer from the store, as an endpoint should."""
        found = self.store.query(query)
        if isinstance(found, ox.QueryTriples):
            body = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES)
            return 200, {"Content-Type": "application/n-triples"}, body or b""
        return 200, {"Content-Type": ROWS}, found.serialize(format=ox.QueryResultsFormat.JSON) or b""


@contextmanager
def another_endpoint(context: ssl.SSLContext | None = None) -> Iterator[AnotherEndpoint]:
    """Serve until the block ends, with TLS where a context is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            told.connections += 1

        def do_POST(self) -> None:
            """Keep the form and send what the test wants."""
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            form = parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told.heard.append(form)
            status, headers, body = told.answer(dict(form)["query"])
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            while told.endless.is_set():
                self.wfile.write(body)
            if told.closing.is_set():
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that has gone."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        told = AnotherEndpoint(server.server_port)
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield told
        finally:
            server.shutdown()
