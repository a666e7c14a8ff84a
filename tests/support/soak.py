"""Asks a server everything at once while its workers die, and looks that no answer is wrong.

`tests/server/test_soak.py` does so for some seconds, `tests/benchmarks/bench_soak.py` for ten minutes.
"""

import gzip
import os
import random
import resource
import shutil
import signal
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from processes import PATIENCE, wait_until
from running_server import RunningServer, children_of, running_server

__all__ = ["OPTIONS", "Soak", "fill_disk", "soak"]

OPTIONS = ("--workers", "2", "--timeout", "10", "--memory", "64", "--cache", "2")
"""How the server is started, so that limits are met and little is kept."""

_CLIENTS = 8
_SECONDS_BETWEEN_DEATHS = 1.0
_SECONDS_BETWEEN_SAMPLES = 0.5
_NOT_NOW = {"busy", "worker-ended", "store-unavailable", "timeout"}
_HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_ROWS = "SELECT ?p ?o { <https://w3id.org/glutakg/data/glutamine> ?p ?o } ORDER BY ?p ?o"
_SOURCE = "https://w3id.org/glutakg/graph/source"
_LARGE = f"SELECT ?s ?p ?o {{ GRAPH <{_SOURCE}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o LIMIT 900"
_DEATHS = (signal.SIGKILL, signal.SIGKILL, signal.SIGABRT, signal.SIGSTOP)
_GRAPH = "DESCRIBE <https://w3id.org/glutakg/data/taurine>"
_FORM = "application/x-www-form-urlencoded"
_UPGRADE = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
_SAME = [
    *(
        (f"/sparql?{urlencode({'query': query, 'format': name})}", 200)
        for query, names in ((_ROWS, "json xml csv tsv"), (_GRAPH, "ttl nt jsonld"))
        for name in names.split()
    ),
    (_LARGE_PATH := f"/sparql?{urlencode({'query': _LARGE, 'format': 'json'})}", 200),
    ("/queries/protective-nutrients?format=csv", 200),
    ("/data/taurine?format=html", 200),
    ("/evidence", 200),
    ("/static/style.css", 200),
    (f"/sparql?{urlencode({'query': 'SELECT ?x { ?x }'})}", 400),
    (f"/sparql?{urlencode({'query': 'ASK {}', 'format': 'pdf'})}", 400),
    ("/data/nothing-of-the-kind", 404),
]
"""Addresses that always have the same answer, with its status."""


@dataclass
class Soak:
    """What came of it: answers by status, what was wrong, deaths, and what was held before and after."""

    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    deaths: int = 0
    megabytes: tuple[float, float] = (0.0, 0.0)
    front_megabytes: tuple[float, float] = (0.0, 0.0)
    front_descriptors: tuple[int, int] = (0, 0)


def soak(
    server: RunningServer, *, seconds: float, settled_after: float, connections: int, seed: int = 1
) -> Soak:
    """Return what came of asking a server for some time.

    Args:
        server: started with `OPTIONS`.
        seconds: how long it is asked.
        settled_after: the seconds after which memory is told for the first time; what counts is the median of
            the half before that, and of the second half of the rest, since workers that die begin small.
        connections: that are opened in the end, and left without a word.
        seed: what is asked in which order depends on it.
    """
    told = Soak()
    expected = {path: _expected(server, path, status) for path, status in _SAME}
    for number, length in enumerate((settled_after, seconds - settled_after)):
        samples = _ask_for(server, length, expected, told, seed + number)
        wait_until(lambda: _is_idle(server), "the server has nothing to do")
        front, all_of_it = map(median, zip(*samples[len(samples) // 2 :], strict=True))
        told.megabytes = (told.megabytes[1], all_of_it)
        told.front_megabytes = (told.front_megabytes[1], front)
    before = _descriptors(server)
    _open_and_leave(server, connections)
    for path, status in _SAME:
        if _expected(server, path, status) != expected[path]:
            told.faults.append(f"after many connections: {path}")
    wait_until(lambda: _descriptors(server) <= before + 10, "connections are closed")
    told.front_descriptors = (before, _descriptors(server))
    return told


def _open_and_leave(server: RunningServer, number: int) -> None:
    """Open connections that ask nothing, half a request or a whole one, and leave all of them at once."""
    asked = (b"", b"GET /sparql?que", f"GET {_LARGE_PATH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    left = []
    for turn in range(number):
        connection = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        left.append(connection)
        with suppress(OSError):  # there were too many
            connection.sendall(asked[turn % len(asked)])
    for connection in left:
        connection.close()


def fill_disk(folder: Path) -> list[str]:
    """Return what was wrong when the cache of a server went, the disk was full, and all workers died.

    Args:
        folder: where the cache is to be; a limit on the size of files stands for the full disk.
    """
    faults = []
    environment = {"GLUTAKG_CACHE": str(folder)}
    with running_server("--workers", "1", environment=environment) as server:
        expected = {path: _expected(server, path, status) for path, status in _SAME}
        shutil.rmtree(folder)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
        for full in (True, False):
            if not full:
                unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
            for pid in server.worker_pids():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            for path, status in _SAME:
                if _expected(server, path, status) != expected[path]:
                    faults.append(f"disk {'full' if full else 'with room'}: {path}")
    return faults


def _descriptors(server: RunningServer) -> int:
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def _expected(server: RunningServer, path: str, status: int) -> bytes:
    """Return an answer that is right, asked for again where a busy machine was too slow at first."""
    found: list[bytes] = []

    def is_found() -> bool:
        answer = server.request("GET", path)
        assert answer.status in (status, 503, 504), answer.body
        found[:] = [answer.body]
        return answer.status == status

    wait_until(is_found, path)
    return found[0]


def _ask_for(
    server: RunningServer, seconds: float, expected: Mapping[str, bytes], told: Soak, seed: int
) -> list[tuple[float, float]]:
    """Have several clients ask, and workers die, for some time, and return what memory it took meanwhile."""
    over = threading.Event()
    samples: list[tuple[float, float]] = []
    clients = [
        _Client(server, expected, told, random.Random(f"{seed} {number}"), over) for number in range(_CLIENTS)
    ]
    threads = [threading.Thread(target=client.run) for client in clients]
    threads.append(threading.Thread(target=_kill_workers, args=(server, told, random.Random(seed), over)))
    threads.append(threading.Thread(target=_weigh, args=(server, samples, over)))
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            told.faults.append("a client was never answered")
    return samples


def _kill_workers(server: RunningServer, told: Soak, chance: random.Random, over: threading.Event) -> None:
    while not over.wait(_SECONDS_BETWEEN_DEATHS * 2 * chance.random()):
        with suppress(ProcessLookupError, IndexError):
            os.kill(chance.choice(server.worker_pids()), chance.choice(_DEATHS))
            told.deaths += 1


def _weigh(server: RunningServer, samples: list[tuple[float, float]], over: threading.Event) -> None:
    while not over.wait(_SECONDS_BETWEEN_SAMPLES):
        with suppress(OSError):  # a worker has just been killed
            samples.append(_megabytes(server))


def _is_idle(server: RunningServer) -> bool:
    return server.metric("queries_running_quick") + server.metric("queries_running_long") == 0 and (
        server.metric("workers_idle") == server.metric("workers") > 0
    )


def _megabytes(server: RunningServer) -> tuple[float, float]:
    """Return what the front holds, and the front with all its workers."""
    pids = (server.process.pid, *children_of(server.process.pid))
    pages = [int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids]
    size = os.sysconf("SC_PAGE_SIZE") / 1e6
    return pages[0] * size, sum(pages) * size


class _Client:
    """One client with a connection of its own, which it keeps as long as the server does."""

    def __init__(
        self,
        server: RunningServer,
        expected: Mapping[str, bytes],
        told: Soak,
        chance: random.Random,
        over: threading.Event,
    ) -> None:
        self._server, self._expected, self._told = server, expected, told
        self._chance, self._over = chance, over
        self._connection = HTTPConnection(server.host, server.port, timeout=PATIENCE)

    def run(self) -> None:
        kinds: Sequence[Callable[[], None]] = [
            *[self._ask_same] * 6,
            *[self._ask_number] * 6,
            *[self._ask_number_by_form] * 3,
            self._ask_in_a_row,
            self._ask_heavy,
            self._go_away,
            self._read_slowly,
        ]
        while not self._over.is_set():
            kind = self._chance.choice(kinds)
            try:
                kind()
            except Exception as error:
                self._told.faults.append(f"{kind.__name__}: {error!r}")
                self._connection.close()
        self._connection.close()

    def _asked(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        self._connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.getheader("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        self._told.answers[f"{answer.status}"] += 1
        return answer.status, data

    def _check(
        self, what: str, status: int, data: bytes, wanted: int, right: Callable[[bytes], bool]
    ) -> None:
        """Note an answer that is wrong; that the server has no worker or no time at the moment is none."""
        if status in (503, 504) and (not data or any(f'"{each}"'.encode() in data for each in _NOT_NOW)):
            return
        if status != wanted or not right(data):
            self._told.faults.append(f"{what}: {status} {data[:200]!r}")

    def _ask_same(self) -> None:
        path, wanted = self._chance.choice(_SAME)
        headers = {"Accept-Encoding": "gzip"} if self._chance.random() < 0.5 else {}
        if self._chance.random() < 0.1:
            status, data = self._asked("HEAD", path)
            self._check(f"HEAD {path}", status, data, wanted, lambda data: not data)
            return
        status, data = self._asked("GET", path, headers=headers)
        self._check(path, status, data, wanted, lambda data: data == self._expected[path])

    def _number(self) -> tuple[int, str, Callable[[bytes], bool]]:
        number = self._chance.randrange(10**12)
        query = f"SELECT ({number} AS ?n) {{ ?s a <https://w3id.org/glutakg/ontology/Nutrient> }} LIMIT 1"
        return number, query, lambda data: f'"value":"{number}"'.encode() in data

    def _ask_number(self) -> None:
        _, query, right = self._number()
        status, data = self._asked("GET", f"/sparql?{urlencode({'query': query})}")
        self._check(query, status, data, 200, right)

    def _ask_number_by_form(self) -> None:
        _, query, right = self._number()
        headers = {"Content-Type": _FORM, **(_UPGRADE if self._chance.random() < 0.5 else {})}
        status, data = self._asked("POST", "/sparql", urlencode({"query": query}).encode(), headers)
        self._check(query, status, data, 200, right)

    def _ask_in_a_row(self) -> None:
        """Send several requests at once, of which each has its own answer."""
        asked = [self._number() for _ in range(5)]
        heads = [
            f"GET /sparql?{urlencode({'query': query})} HTTP/1.1\r\nHost: x\r\n"
            f"{'Connection: close' if number == len(asked) - 1 else 'X: y'}\r\n\r\n"
            for number, (_, query, _) in enumerate(asked)
        ]
        answers = self._server.raw("".join(heads).encode()).split(b"HTTP/1.1 ")[1:]
        if len(answers) != len(asked):
            self._told.faults.append(f"{len(asked)} requests in a row: {len(answers)} answers")
        for answer, (_, query, right) in zip(answers, asked, strict=False):
            self._told.answers[answer[:3].decode()] += 1
            self._check(query, int(answer[:3]), answer, 200, right)

    def _ask_heavy(self) -> None:
        query = f"{_HEAVY} # {self._chance.randrange(100)}"
        status, data = self._asked("GET", f"/sparql?{urlencode({'query': query})}")
        if status not in (503, 504, 507):
            self._told.faults.append(f"a heavy query: {status} {data[:200]!r}")

    def _go_away(self) -> None:
        query = urlencode({"query": f"{_HEAVY} # {self._chance.randrange(100)}"})
        with socket.create_connection((self._server.host, self._server.port)) as connection:
            connection.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            self._over.wait(self._chance.random())

    def _read_slowly(self) -> None:
        """Take an answer in small pieces, with pauses; all of it comes."""
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            slow.settimeout(PATIENCE)
            slow.connect((self._server.host, self._server.port))
            slow.sendall(f"GET {_LARGE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            pieces = []
            while piece := slow.recv(4_096):
                pieces.append(piece)
                if len(pieces) < 20:
                    self._over.wait(0.02 * self._chance.random())
        head, _, data = b"".join(pieces).partition(b"\r\n\r\n")
        status = int(head[9:12] or 0)
        self._told.answers[f"{status}"] += 1
        self._check("a slow reader", status, data, 200, lambda data: data == self._expected[_LARGE_PATH])
