"""A `glutakg serve` of its own for tests, on a port that the system chose, and how to talk to it."""

import json
import os
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from processes import PATIENCE

FRONTS = ["plain", "sockets"] if sys.platform == "linux" else ["plain"]
"""The ways in which a server can be asked."""

_SECONDS_TO_END = 20.0


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def reason(self) -> str:
        """The reason of a problem, in one form for all of them."""
        assert self.media_type == "application/problem+json", self.body[:300]
        told = self.json
        assert told["status"] == self.status
        assert told["detail"].rstrip()[-1] in ".?", told["detail"]
        assert len(told["title"]) > 2
        return str(told["reason"])


class RunningServer:
    """A server process."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        """Take the process and the address of its root."""
        self.process = process
        self.url = url
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port or 0

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = PATIENCE,
    ) -> Response:
        """Send one request on a connection of its own."""
        connection = HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            data = answer.read()
            return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, data)
        finally:
            connection.close()

    def ask(self, query: str, *, accept: str = "application/json", **fields: Any) -> Response:
        """Ask a query by GET, or by a form where it is long."""
        form = urlencode({"query": query, **fields}, doseq=True)
        if len(form) < 8_000:
            return self.request("GET", f"/sparql?{form}", headers={"Accept": accept})
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", "/sparql", headers=headers, body=form.encode())

    def value(self, query: str, **fields: Any) -> str:
        """Return the only cell of the only row."""
        answer = self.ask(query, **fields)
        assert answer.status == 200, answer.body
        ((cell,),) = (row.values() for row in answer.json["results"]["bindings"])
        return str(cell["value"])

    def raw(self, data: bytes, *, seconds: float = PATIENCE) -> bytes:
        """Send bytes as they are and return what comes until the server closes."""
        with socket.create_connection((self.host, self.port), timeout=seconds) as connection:
            connection.sendall(data)
            pieces = []
            while piece := connection.recv(65_536):
                pieces.append(piece)
        return b"".join(pieces)

    def worker_pids(self) -> list[int]:
        """Return the numbers of all processes that the server has started, but for what forks workers."""
        found = []
        for pid in children_of(self.process.pid):
            with suppress(OSError):  # it has ended
                if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() != "glutakg-nursery":
                    found.append(pid)
        return found

    def metric(self, name: str, labels: str = "") -> float:
        """Return a metric, summed over all labels or over those in which `labels` stand."""
        text = self.request("GET", "/metrics").body.decode()
        found = re.findall(rf"^glutakg_{name}(?:{{.*{labels}.*}})? (\S+)$", text, re.MULTILINE)
        return sum(map(float, found))


def children_of(pid: int) -> list[int]:
    """Return the numbers of the processes whose parent is `pid`, as Linux tells them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="ascii", errors="replace")
            except OSError:
                continue
            state, parent = stat.rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return sorted(found)


@contextmanager
def running_server(*options: str, environment: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """Start a server, wait until it listens, and end it."""
    with _started([sys.executable, "-m", "glutakg", "serve", "--port", "0", *options], environment) as server:
        yield server


_ALLOWING = """
import sys
from glutakg.sparql import Host
from glutakg.server.run import run
from glutakg.server.settings import Settings

hosts = tuple(Host(name, ("127.0.0.1",)) for name in sys.argv[2:])
run(Settings(timeout=float(sys.argv[1]), allow_service=hosts), port=0)
"""


@contextmanager
def server_that_asks(
    *hosts: str, seconds: float = 10, environment: Mapping[str, str] | None = None
) -> Iterator[RunningServer]:
    """Start a server whose SERVICE may ask these hosts, all of them taken to lie on loopback.

    The command refuses hosts with such an address; so the tests begin where it would have looked them up.
    """
    with _started([sys.executable, "-c", _ALLOWING, str(seconds), *hosts], environment) as server:
        yield server


@contextmanager
def _started(command: Sequence[str], environment: Mapping[str, str] | None) -> Iterator[RunningServer]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert process.stderr is not None
    try:
        yield RunningServer(process, _address(process))
    finally:
        process.terminate()  # an orderly end, so that coverage keeps what it has seen there
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    said = ""
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        if select.select([process.stderr], [], [], 1)[0]:
            piece = os.read(process.stderr.fileno(), 65_536)  # a buffer would hide lines from `select`
            said += piece.decode()
            match = re.search(r"listening on (http://\S+?)/sparql", said)
            if match:
                return match[1]
            if not piece:
                break
    raise AssertionError(f"the server did not start: {said}")
