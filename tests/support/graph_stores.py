"""Stores that speak the Graph Store Protocol: one that a test controls, and real ones, each on loopback."""

import shutil
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
from processes import JAVA, PATIENCE, wait_until

__all__ = [
    "ControlledStore",
    "RealStore",
    "Start",
    "controlled_store",
    "fuseki",
    "missing_fuseki",
    "missing_rdf4j",
    "oxigraph",
    "rdf4j",
    "virtuoso",
]

_JENA = Path(__file__).with_name("jena") / "lib"
_RDF4J = Path(__file__).with_name("rdf4j")
_REPOSITORY = """\
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
[] a rep:Repository ; rep:repositoryID "ds" ; rep:repositoryImpl [
  rep:repositoryType "openrdf:SailRepository" ; sr:sailImpl [ sail:sailType "openrdf:%s" ]
] .
"""

Answer = tuple[int, dict[str, str], bytes]


class ControlledStore:
    """What a server has heard, what it holds and how it behaves."""

    def __init__(self, port: int) -> None:
        """Begin with an empty store that behaves well."""
        self.url = f"http://127.0.0.1:{port}/store"
        self.store = ox.Store()
        self.heard: list[tuple[str, str]] = []
        self.credentials: list[str | None] = []
        self.behave: Callable[[str, str, bytes], Answer | None] = lambda method, graph, body: None
        """Called with the method, the graph and the body; what it returns is the answer."""

    def answer(self, method: str, graph: str, body: bytes) -> Answer:
        """Answer as a store should."""
        name = ox.NamedNode(graph)
        if method == "GET":
            found = [quad.triple for quad in self.store.quads_for_pattern(None, None, None, name)]
            if not found:
                return 404, {}, b""
            return (
                200,
                {"Content-Type": "text/turtle"},
                ox.serialize(found, format=ox.RdfFormat.TURTLE) or b"",
            )
        if method == "PUT":
            self.store.remove_graph(name)
        self.store.load(body, format=ox.RdfFormat.TURTLE, to_graph=name)
        return 204, {}, b""


@contextmanager
def controlled_store() -> Iterator[ControlledStore]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            graph = parse_qs(urlsplit(self.path).query)["graph"][0]
            told.heard.append((self.command, graph))
            told.credentials.append(self.headers.get("Authorization"))
            answer = told.behave(self.command, graph, body)
            status, headers, text = told.answer(self.command, graph, body) if answer is None else answer
            if not status:  # the store has ended
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), "Connection": "close", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_PUT = do_POST = handle_one  # so the library calls them

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        told = ControlledStore(server.server_port)
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield told
        finally:
            server.shutdown()


class RealStore(NamedTuple):
    """The addresses of a real server.

    Attributes:
        url: for the Graph Store Protocol.
        endpoint: for queries.
        process: the server.
        credentials: the name and the password that it asks for; empty where it asks for none.
    """

    url: str
    endpoint: str
    process: "subprocess.Popen[bytes]"
    credentials: tuple[str, str] = ("", "")


class Start(Protocol):
    """Starts a real server in a folder.

    `port` is where it listened before, `kept` says that the folder keeps what the store has.
    """

    def __call__(
        self, folder: Path, *, port: int = 0, kept: bool = False
    ) -> AbstractContextManager[RealStore]:
        """Give the server until the block ends."""
        ...


@contextmanager
def oxigraph(folder: Path, *, port: int = 0, kept: bool = True, merged: bool = False) -> Iterator[RealStore]:
    """Start the server of Oxigraph over the store in a folder; merged, its default graph has all graphs."""
    command = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
    port = port or _free_port()
    serve = [command, "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    serve += ["--union-default-graph"] * merged
    with _running(serve, folder, port, "/store?default") as process:
        yield RealStore(f"http://127.0.0.1:{port}/store", f"http://127.0.0.1:{port}/query", process)


def _missing_library(name: str, folder: Path, pattern: str, project: str) -> str:
    """Return why a server that runs on Java cannot be started; nothing where it can."""
    if shutil.which("java") is None:
        return "there is no Java"
    if not list(folder.glob(pattern)):
        return f"{name} is not there: mvn dependency:copy-dependencies in tests/support/{project}"
    return ""


@cache
def missing_fuseki() -> str:
    """Return why Fuseki cannot be started; nothing where it can."""
    return _missing_library("Fuseki", _JENA, "jena-fuseki-main-*.jar", "jena")


@contextmanager
def fuseki(folder: Path, *, port: int = 0, kept: bool = False) -> Iterator[RealStore]:
    """Start Fuseki over an empty store in memory, or one that is kept; it asks for a password (basic)."""
    port = port or _free_port()
    (folder / "tdb2").mkdir(exist_ok=True)
    where = ["--tdb2", f"--loc={folder / 'tdb2'}", "--update"] if kept else ["--mem"]
    (folder / "passwords").write_text("curator: secret\n", encoding="utf-8")
    serve = [
        *(*JAVA, "-cp", f"{_JENA}/*", "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--localhost"),
        *(f"--port={port}", f"--passwd={folder / 'passwords'}", "--auth=basic", *where, "/ds"),
    ]
    with _running(serve, folder, port, "/ds/data?default") as process:
        there = f"http://127.0.0.1:{port}/ds"
        yield RealStore(f"{there}/data", f"{there}/query", process, ("curator", "secret"))


@cache
def missing_rdf4j() -> str:
    """Return why the server of RDF4J cannot be started; nothing where it can."""
    return _missing_library("RDF4J", _RDF4J / "lib", "rdf4j-http-server-*.war", "rdf4j")


@contextmanager
def rdf4j(folder: Path, *, port: int = 0, kept: bool = False) -> Iterator[RealStore]:
    """Start RDF4J over an empty store in memory, or one that is kept; it asks for a password (basic)."""
    port = port or _free_port()
    repository = _REPOSITORY % ("NativeStore" if kept else "MemoryStore")
    is_there = (folder / "server" / "repositories" / "ds").is_dir()
    (war,) = _RDF4J.glob("lib/rdf4j-http-server-*.war")
    serve = [
        *(*JAVA, f"-Dorg.eclipse.rdf4j.appdata.basedir={folder}", "-cp", f"{_RDF4J / 'lib'}/*"),
        *(str(_RDF4J / "ServeRdf4j.java"), str(war), str(port), "curator", "secret"),
    ]
    with _running(serve, folder, port, "/protocol") as process:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        login = "Basic " + b64encode(b"curator:secret").decode()
        headers = {"Authorization": login, "Content-Type": "text/turtle"}
        if not is_there:
            connection.request("PUT", "/repositories/ds", repository, headers)
            assert connection.getresponse().status < 300
        connection.close()
        there = f"http://127.0.0.1:{port}/repositories/ds"
        yield RealStore(f"{there}/rdf-graphs/service", there, process, ("curator", "secret"))


@contextmanager
def virtuoso(
    folder: Path, *, port: int = 0, kept: bool = True, most_rows: int = 1_000_000, buffers: int = 10_000
) -> Iterator[RealStore]:
    """Start Virtuoso over the store in a folder; it asks for a name and a password (digest).

    A buffer is 8 kB of memory.
    """
    port = port or _free_port()
    (folder / "virtuoso.ini").write_text(
        f"""\
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[Parameters]
ServerPort = 127.0.0.1:{_free_port()}
NumberOfBuffers = {buffers}
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = {most_rows}
""",
        encoding="utf-8",
    )
    serve = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    with _running(serve, folder, port, "/sparql") as process:
        there = f"http://127.0.0.1:{port}"
        graphs = f"{there}/sparql-graph-crud-auth?graph-uri="
        yield RealStore(graphs, f"{there}/sparql", process, ("dba", "dba"))


@contextmanager
def _running(
    command: Sequence[str], folder: Path, port: int, path: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server in a folder, from when it answers at a path until the block ends."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or _answers(port, path), f"{command[0]} answers")
        assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int, path: str) -> bool:
    with suppress(OSError, HTTPException):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        finally:
            connection.close()
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
