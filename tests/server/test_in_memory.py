"""The server that has copied its data into memory answers what others do."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE, is_running, wait_until
from running_server import RunningServer, children_of, running_server

from glutakg.dataset import catalogue
from glutakg.rdf import PREFIXES
from glutakg.sparql import query_form
from glutakg.store import open_store

OPTIONS = ("--in-memory", "--workers", "2", "--memory", "128", "--timeout", "120", "--cache", "0")
TAURINE = f"SELECT ?p ?o {{ <{PREFIXES['gkd']}taurine> ?p ?o }}"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Return a server with all of its data in memory."""
    with running_server(*OPTIONS) as running:
        yield running


def rows(answer: bytes) -> Counter[str]:
    """Return the rows of an answer, in whatever order they come."""
    found: Any = json.loads(answer)
    if "boolean" in found:
        return Counter([str(found["boolean"])])
    return Counter(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])


def test_the_catalogue_has_the_same_answers(server: RunningServer) -> None:
    """Each query has each row as often as from the disk, where no other server is asked."""
    asked = [each for each in catalogue().values() if "network" not in each.needs]
    asked = [each for each in asked if query_form(each.text) in ("SELECT", "ASK")]
    assert len(asked) > 90
    with open_store() as store:
        for query in asked:
            answer = server.ask(query.text)
            assert answer.status == 200, query.name
            assert rows(answer.body) == rows(store.evaluate(query.text).data), query.name


def opened_by(pid: int) -> Iterator[str]:
    """Yield what a process has open, as long as it has it."""
    with suppress(OSError):
        for each in sorted(Path(f"/proc/{pid}/fd").iterdir()):
            with suppress(OSError):
                yield os.readlink(each)


def test_workers_share_the_copy(server: RunningServer) -> None:
    """None has a file of a store open; and one that takes the place of another has it at once."""
    if sys.platform != "linux":
        pytest.skip("workers share memory on Linux alone")
    before = rows(server.ask(TAURINE).body)
    assert before
    for pid in server.worker_pids():
        assert not [name for name in opened_by(pid) if "rocksdb" in name]
    gone = server.worker_pids()
    for pid in gone:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert rows(server.ask(TAURINE).body) == before
    wait_until(lambda: not set(gone) & set(server.worker_pids()), "others have taken their place")


def test_memory_has_its_limit(server: RunningServer) -> None:
    """It counts from what the copy takes; the worker that ends is replaced."""
    answer = server.ask("SELECT * { ?s ?p ?o . ?a ?b ?c } ORDER BY ?o ?a")
    assert (answer.status, answer.reason) == (507, "memory")
    assert rows(server.ask(TAURINE).body)


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux tells them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_while_it_copies_leaves_no_process(number: signal.Signals) -> None:
    """What forks workers ends with it, and what reads the disk with that."""
    command = [sys.executable, "-m", "glutakg", "serve", "--port", "0", "--in-memory"]

    def started_by(pid: int) -> list[int]:
        return [each for child in children_of(pid) for each in (child, *started_by(child))]

    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as server:
        wait_until(lambda: len(started_by(server.pid)) > 1, "it copies")
        started = started_by(server.pid)
        server.send_signal(number)
        assert server.wait(PATIENCE) in (-number, 130)
        wait_until(lambda: not any(map(is_running, started)), "all have ended")
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()
