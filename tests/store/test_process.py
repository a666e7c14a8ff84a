"""Workers that are started ahead of need are used, once, and only for what they have opened."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from processes import PATIENCE, is_running, wait_until

from glutakg.cache import default_cache_dir
from glutakg.errors import StoreError
from glutakg.store import process
from glutakg.store.messages import Answered, Opened, OpenFiles, QueryRequest, Rights
from glutakg.store.nursery import Forked
from glutakg.store.process import start_ahead, started_worker


@pytest.fixture
def ahead() -> Iterator[None]:
    """Start a worker ahead, and end it if nobody took it."""
    start_ahead()
    yield
    for worker, _ in process._ahead:
        worker.end()
    process._ahead.clear()


@pytest.mark.usefixtures("ahead")
def test_worker_started_ahead_is_used_once() -> None:
    """The first who wants the shipped files gets it; the next gets another."""
    waiting = process._ahead[0][0]
    what = OpenFiles(str(default_cache_dir()))
    first, second = started_worker(what), started_worker(what)
    first.end()
    second.end()
    assert first is waiting
    assert second is not waiting


@pytest.mark.usefixtures("ahead")
def test_worker_started_ahead_is_not_used_for_other_files(tmp_path: Path) -> None:
    """Who wants other files gets a new one."""
    worker = started_worker(OpenFiles(str(tmp_path), []))
    worker.end()
    assert worker is not process._ahead[0][0]


def test_worker_does_not_look_into_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is named like a module of Python does no harm."""
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    worker = started_worker(OpenFiles(str(tmp_path / "cache"), []))
    greeting, _ = worker.receive(60)
    worker.end()
    assert isinstance(greeting, Opened)
    assert greeting.notes == []


def test_without_a_home_folder_the_cache_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no home folder is known, nothing is put into the current one, and nothing is started ahead."""
    for name in ("GLUTAKG_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(StoreError, match="set GLUTAKG_CACHE"):
        default_cache_dir()
    start_ahead()
    assert process._ahead == []


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be removed there")
def test_relative_cache_folder_in_a_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be found from here is named, with what to do."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    monkeypatch.setenv("GLUTAKG_CACHE", "cache")
    with pytest.raises(StoreError, match=r"The cache folder cache cannot be found from here.*full path"):
        default_cache_dir()


@pytest.mark.usefixtures("ahead")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_worker_started_ahead_is_not_used_in_a_forked_child() -> None:
    """Only the process that started it uses it."""
    child = os.fork()
    if child == 0:
        os._exit(len(process._ahead))
    assert os.waitpid(child, 0)[1] == 0
    assert len(process._ahead) == 1


def test_a_worker_outlives_many_questions_in_a_row(tmp_path: Path) -> None:
    """The signal that the caller has gone is never taken from a caller who just asks again at once."""
    worker = started_worker(OpenFiles(str(tmp_path), []))
    worker.receive(60)
    worker.send(Rights(memory_mb=64))
    request = QueryRequest("ASK {}", timeout=60, max_json_mb=1, max_mb=1)
    for number in range(5_000):
        reply, body = worker.ask(request, 60)
        assert reply == Answered("boolean", "json", [], [], []), number
        assert body == b'{"head":{},"boolean":true}', number
    worker.end()


OPEN = """\
import subprocess
import sys
import time
from glutakg.store.messages import OpenFiles
from glutakg.store.nursery import Forked
from glutakg.store.process import started_worker

worker = started_worker(OpenFiles(sys.argv[1]))
print(worker.pid, flush=True)
worker.receive(60)
"""
"""A caller that has a store built, which takes a second or more."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its caller has gone")
def test_no_store_is_built_for_a_caller_that_is_gone(tmp_path: Path) -> None:
    """A caller that is killed takes its worker along, be that in the middle of building a store."""
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as caller:
        assert caller.stdout
        worker = int(caller.stdout.readline())
        wait_until(lambda: any(tmp_path.glob("building-*")), "a store is being built")
        caller.kill()
    wait_until(lambda: not is_running(worker), "the worker has ended")
    assert not list(tmp_path.glob("store-*"))


def test_nothing_is_derived_for_a_caller_that_is_gone() -> None:
    """What derives the graphs ends where the pipe from its caller closes."""
    command = [sys.executable, "-m", "glutakg.build", "--while-stdin-is-open"]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (1, b"")


_ENDED_TWICE = """
import os
from glutakg.store import Nursery

nursery = Nursery("glutakg.server.workers.evaluator")
killed, kill = [], os.kill
os.kill = lambda pid, number: (killed.append(pid), kill(pid, number))
nursery.close()
nursery.close()
print(nursery.fork(), len(killed))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_a_process_that_forks_workers_is_killed_once() -> None:
    """Whoever asks it for a worker afterwards gets none, and no other process that has its number dies."""
    done = subprocess.run([sys.executable, "-c", _ENDED_TWICE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "1"]


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_the_end_of_a_forked_worker_is_told_to_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system tells it to one of them; another that asks or kills at that moment is not misled."""
    told, noted, waitpid = threading.Event(), threading.Event(), os.waitpid

    def slow_waitpid(pid: int, options: int) -> tuple[int, int]:
        found = waitpid(pid, options)
        told.set()
        assert noted.wait(PATIENCE)
        return found

    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    monkeypatch.setattr(os, "waitpid", slow_waitpid)
    with open(os.devnull, "r+b") as nobody, ThreadPoolExecutor() as pool:
        forked = Forked(child.pid, (nobody, nobody, nobody))
        first = pool.submit(forked.wait)
        assert told.wait(PATIENCE)
        try:
            assert forked.poll() is None
            forked.kill()
            second = pool.submit(forked.wait)
        finally:
            noted.set()
        assert (first.result(), second.result(), forked.poll()) == (3, 3, 3)
    monkeypatch.undo()
    child.returncode = 3  # it has been waited for above
