"""The server over its life: starting, stopping, losing workers, and many clients at once."""

import faulthandler
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from processes import PATIENCE, is_running, wait_until
from running_server import FRONTS, RunningServer, children_of, running_server

from glutakg.cache import default_cache_dir
from glutakg.cli.main import cli
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.settings import HEADER_SECONDS
from glutakg.store import open_store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes as Linux tells them")

HEAVY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }"
NUTRIENT = f"{PREFIXES['gk']}Nutrient"


def light(number: int) -> str:
    """Return an ordinary query that was not asked before."""
    return f"SELECT (COUNT(*) + {number} AS ?n) {{ ?s a <{NUTRIENT}> }}"


def kill(pid: int) -> None:
    """End a process by force, unless it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def all_gone(pids: list[int]) -> Callable[[], bool]:
    """Return whether processes have ended, as a condition to wait for."""
    return lambda: not any(map(is_running, pids))


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_processes(number: signal.Signals, front: str) -> None:
    """SIGTERM and Ctrl-C end the server with 0, and every worker with it."""
    with running_server("--workers", "2", "--front", front) as server:
        server.ask("ASK {}")
        workers = server.worker_pids()
        assert len(workers) >= 1
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE) == 0
        wait_until(all_gone(workers), "all workers have ended")


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("busy", [False, True])
def test_killing_the_front_leaves_no_orphan(busy: bool, front: str) -> None:
    """Workers end when the front is gone, be they idle or at work."""
    with running_server("--workers", "2", "--timeout", "600", "--front", front) as server:
        wait_until(lambda: len(server.worker_pids()) >= 2, "two workers run")
        if busy:
            client = in_background(lambda: server.ask(HEAVY))
            wait_until(lambda: server.metric("queries_running_long") == 1, "a query runs long")
        workers = server.worker_pids()
        server.process.kill()
        server.process.wait()
        wait_until(all_gone(workers), "all workers have ended")
        if busy:
            client.join(PATIENCE)


def in_background(action: Callable[[], object]) -> threading.Thread:
    """Start something whose failure does not matter."""

    def run() -> None:
        with suppress(OSError, HTTPException):
            action()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("front", FRONTS)
def test_a_query_in_flight_is_told_of_the_shutdown(front: str) -> None:
    """A query that does not end in time gets 503 and its reason, or its answer; never a broken one."""
    options = ("--workers", "1", "--timeout", "600", "--front", front)
    with running_server(*options) as server, ThreadPoolExecutor() as pool:
        asked = pool.submit(server.ask, HEAVY)
        wait_until(lambda: server.metric("queries_running_long") == 1, "a query runs long")
        server.process.terminate()
        answer = asked.result(PATIENCE)
        assert (answer.status, answer.reason) == (503, "shutting-down")
        assert server.process.wait(PATIENCE) == 0


def test_a_port_in_use_is_told() -> None:
    """One sentence and exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(cli, ["serve", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "cannot listen on 127.0.0.1" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "70000"], "--port"),
        (["--timeout", "0"], "seconds"),
        (["--base-url", "javascript:x"], "--base-url"),
        (["--cors", "https://a.example/path"], "--cors"),
        (["--workers", "0"], "--workers"),
        (["--host", "no such host"], "cannot listen"),
        (["--store", "."], "There is no store in"),
        (["--store", "no-such-folder"], "does not exist"),
        (["--endpoint", "ftp://127.0.0.1/"], "give an address such as"),
        (["--endpoint", "http://ada:secret@127.0.0.1/"], "without a name and a password"),
        (["--endpoint", "http://127.0.0.1:1/"], "cannot be asked (Connection refused)"),
        (["--endpoint", "http://no-such-host.invalid/"], "no-such-host.invalid is not known"),
        (["--endpoint", "http://127.0.0.1/", "--store", "."], "--store or --endpoint"),
        (["--endpoint", "http://127.0.0.1/", "--front", "sockets"], "Leave out --front sockets"),
        (["--endpoint", "http://127.0.0.1/", "--in-memory"], "Leave out --in-memory"),
        (["--store", ".", "--in-memory"], "There is no store in"),
        (["--proxy", "a.example"], "an address or a network"),
        (["--allow-service", "localhost"], "which is not public"),
        (["--allow-service", "169.254.169.254"], "which is not public"),
        (["--allow-service", "no-such-host.invalid"], "no-such-host.invalid is not known"),
        (["--allow-service", "https://sparql.example/"], "is no host"),
    ],
)
def test_bad_options_are_told(options: list[str], message: str) -> None:
    """Exit code 2 and what to do, without a traceback and without a password."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)  # a server that starts would go on for ever
    try:
        done = CliRunner().invoke(cli, ["serve", "--port", "0", *options], prog_name="glutakg")
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


class TestTrouble:
    """What happens to a server in use."""

    @pytest.fixture
    def server(self) -> Iterator[RunningServer]:
        """Give a server with two workers and no kept answers."""
        with running_server("--workers", "2", "--timeout", "1.5", "--cache", "0") as running:
            yield running

    def test_workers_killed_by_hand_are_replaced(self, server: RunningServer) -> None:
        """Whoever asks afterwards, or at that moment, gets an answer."""
        for number in range(5):
            for pid in server.worker_pids():
                kill(pid)
            assert int(server.value(light(number))) > number
        wait_until(lambda: len(server.worker_pids()) >= 2, "workers are replaced")

    def test_a_query_whose_workers_are_killed_is_told(self, server: RunningServer) -> None:
        """A query whose worker is killed is asked again, but not for ever."""
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(server.ask, HEAVY)
            while not asked.done():
                for pid in server.worker_pids():
                    kill(pid)
                server.request("GET", "/health")
            assert asked.result().reason in ("worker-ended", "store-unavailable")
        wait_until(lambda: server.request("GET", "/health").status == 200, "the server is healthy")
        assert int(server.value(light(0))) > 0

    def test_twenty_bad_queries_do_not_keep_good_ones_waiting(self, server: RunningServer) -> None:
        """While heavy queries run and wait, light ones are answered as if nothing were."""
        with ThreadPoolExecutor(20) as pool:
            bad = [pool.submit(server.ask, f"{HEAVY} # {number}") for number in range(20)]
            wait_until(lambda: server.metric("queries_running_long") >= 1, "a query runs long")
            answered = 0
            while not all(each.done() for each in bad):
                assert int(server.value(light(answered))) > answered
                answered += 1
            reasons = {each.result().reason for each in bad}
        assert answered >= 10
        assert reasons <= {"timeout", "memory", "busy"}
        assert "timeout" in reasons

    def test_a_full_line_is_told_with_when_to_come_back(self, server: RunningServer) -> None:
        """One client has half of the places in the line of long queries; who is refused is told.

        Two run meanwhile; those that wait end with the server.
        """
        with ThreadPoolExecutor(40) as pool:
            asked = as_completed([pool.submit(server.ask, f"{HEAVY} # {number}") for number in range(40)])
            answers = (each.result() for each in asked)
            refused = list(islice((answer for answer in answers if answer.status == 503), 10))
            server.process.kill()
        assert refused
        assert all(answer.reason == "busy" for answer in refused)
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)

    def test_clients_take_turns(self, server: RunningServer) -> None:
        """A client with one heavy query is not kept waiting by all of those of another."""

        def heavy(client: str, number: int) -> int:
            address = f"{server.url}/sparql?{urlencode({'query': f'{HEAVY} # {client} {number}'})}"
            request = Request(address, headers={"X-Forwarded-For": client})
            try:
                urlopen(request, timeout=PATIENCE)
            except HTTPError as error:
                with error:
                    return error.code
            return 200

        with ThreadPoolExecutor(20) as pool:
            many = [pool.submit(heavy, "192.0.2.1", number) for number in range(10)]
            wait_until(lambda: server.metric("queries_waiting_long") >= 4, "queries wait")
            assert pool.submit(heavy, "192.0.2.2", 0).result() in (503, 504)
            answered = [each for each in many if each.done()]
            server.process.kill()  # the others are not waited for
            assert len(answered) <= 7
            assert {each.result() for each in answered} <= {503, 504}

    def test_who_goes_away_is_not_answered(self, server: RunningServer) -> None:
        """A query whose client has gone is stopped long before its deadline."""
        with running_server("--workers", "1", "--timeout", "600") as patient:
            connection = HTTPConnection(patient.host, patient.port)
            connection.request("GET", f"/sparql?query={quote(HEAVY)}")
            wait_until(lambda: patient.metric("queries_running_long") == 1, "the query runs")
            connection.close()
            wait_until(lambda: patient.metric("queries_running_long") == 0, "the query is stopped")
            assert int(patient.value(light(1))) > 1

    def test_who_reads_nothing_blocks_nobody(self, server: RunningServer) -> None:
        """Clients that do not take their answers, which no buffer holds, hold no worker."""
        query = quote("SELECT * { ?s ?p ?o } LIMIT 30000")
        wait_until(lambda: len(server.request("GET", f"/sparql?query={query}").body) > 6_000_000, "much")
        request = f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        idle = []
        try:
            for _ in range(20):
                connection = socket.create_connection((server.host, server.port))
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                connection.sendall(request)
                idle.append(connection)
            assert int(server.value(light(3))) > 3
            wait_until(
                lambda: server.metric("queries_running_quick") + server.metric("queries_running_long") == 0,
                "no worker is held",
            )
        finally:
            for connection in idle:
                connection.close()

    def test_half_a_request_blocks_nobody(self, server: RunningServer) -> None:
        """Clients that never finish their request hold no worker, and are hung up on."""
        idle = [socket.create_connection((server.host, server.port)) for _ in range(100)]
        try:
            for connection in idle:
                connection.sendall(b"POST /sparql HTTP/1.1\r\nContent-Length: 100\r\n")
            assert int(server.value(light(4))) > 4
            idle[0].settimeout(3 * HEADER_SECONDS)
            assert idle[0].recv(1) == b""
        finally:
            for connection in idle:
                connection.close()


def test_the_cache_may_be_deleted_under_a_running_server(tmp_path: Path) -> None:
    """Workers go on with what they have open; new ones build the store anew."""
    environment = {"GLUTAKG_CACHE": str(tmp_path)}
    with open_store() as store:  # built once for all tests; here it is a copy that is deleted
        shutil.copytree(store.location, tmp_path / Path(store.location).name)
    with running_server("--workers", "1", "--timeout", "300", environment=environment) as server:
        version = server.request("GET", "/health").json["data_version"]
        assert kept_in(tmp_path) == [f"store-{version}"]
        shutil.rmtree(tmp_path)
        assert int(server.value(light(1))) > 1
        for pid in server.worker_pids():
            kill(pid)
        assert int(server.value(light(2))) > 2
        assert server.request("GET", "/health").json["data_version"] == version
        wait_until(lambda: kept_in(tmp_path) == [f"store-{version}"], "the store is built, once")


def kept_in(cache: Path) -> list[str]:
    """Return what a cache holds but for the generated graphs, which a changed checkout keeps there too."""
    return [name for name in os.listdir(cache) if not name.startswith("generated-")]


def test_a_store_that_is_gone_is_told(tmp_path: Path) -> None:
    """Where no worker can open the store any more, requests get 503 instead of waiting."""
    folder = tmp_path / "store"
    store = ox.Store(str(folder))
    store.add(
        ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("here"), ox.NamedNode("urn:g"))
    )
    store.flush()
    del store
    with running_server("--store", str(folder), "--workers", "1") as server:
        assert server.value("SELECT ?o { GRAPH <urn:g> { ?s ?p ?o } }") == "here"
        assert server.value("SELECT ?o { ?s ?p ?o }", **{"default-graph-uri": "urn:g"}) == "here"
        shutil.rmtree(folder)
        for pid in server.worker_pids():
            kill(pid)
        wait_until(lambda: server.request("GET", "/health").status == 503, "the server is not healthy")
        answer = server.ask("SELECT ?other { ?s ?p ?other }")
        assert answer.reason == "store-unavailable"
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_workers_start_without_the_process_that_forks_them(end: signal.Signals) -> None:
    """Where that has ended or is stopped, they are started one by one, and nobody waits for it."""
    with running_server("--workers", "1") as server:
        server.ask("ASK {}")
        (nursery,) = set(children_of(server.process.pid)) - set(server.worker_pids())
        os.kill(nursery, end)
        for pid in server.worker_pids():
            kill(pid)
        wait_until(lambda: server.metric("workers_ended_total", 'cause="unknown"') > 0, "workers are missed")
        if end == signal.SIGSTOP:
            assert is_running(nursery), "the front answered only when it had given up waiting for a worker"
        assert int(server.value(light(0))) > 0
        wait_until(lambda: len(server.worker_pids()) >= 2, "workers are replaced")
        wait_until(
            lambda: set(children_of(server.process.pid)) == set(server.worker_pids()),
            "there are none but workers",
        )


def test_the_allocator_is_told_before_the_processes_begin() -> None:
    """Front and workers have what it reads, or what somebody else has set."""
    for given, told in (
        ({}, "tcache_count=512"),
        ({"GLIBC_TUNABLES": "glibc.malloc.arena_max=4"}, "arena_max=4"),
    ):
        with running_server("--workers", "1", environment=given) as server:
            for pid in (server.process.pid, *server.worker_pids()):
                variables = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8").split("\0")
                assert f"GLIBC_TUNABLES=glibc.malloc.{told}" in variables


def test_thousands_of_requests_leave_nothing_behind() -> None:
    """Neither memory nor descriptors of front and workers grow, and no worker ends without a cause."""
    with running_server("--workers", "1", "--cache", "1") as server:
        ask_many(server, 2_000)
        descriptors, megabytes = held(server)
        ask_many(server, 8_000)
        after_descriptors, after_megabytes = held(server)
        assert server.metric("workers_ended_total", 'cause="unknown"') == 0
    assert after_descriptors <= descriptors + 5
    assert after_megabytes <= megabytes + 20


def ask_many(server: RunningServer, number: int) -> None:
    """Ask good and bad queries of all kinds, on one connection."""
    connection = HTTPConnection(server.host, server.port, timeout=PATIENCE)
    for index in range(number):
        query = (light(index), "ASK {", "CONSTRUCT { <urn:s> <urn:p> 1 } {}", "ASK { SERVICE <urn:x> {} }")[
            index % 4
        ]
        connection.request("GET", f"/sparql?query={quote(query)}")
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 400)
    connection.close()


def held(server: RunningServer) -> tuple[int, float]:
    """Return how many descriptors and megabytes the server and its workers hold."""
    descriptors, megabytes = 0, 0.0
    for pid in (server.process.pid, *children_of(server.process.pid)):
        descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        megabytes += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return descriptors, megabytes


def test_a_warm_server_has_a_store_ready() -> None:
    """Starting on a warm cache builds nothing."""
    with running_server():
        before = {path.name: path.stat().st_mtime_ns for path in default_cache_dir().iterdir()}
    with running_server() as server:
        assert server.ask("ASK {}").status == 200
    assert {path.name: path.stat().st_mtime_ns for path in default_cache_dir().iterdir()} == before
