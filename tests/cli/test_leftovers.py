"""A command that is killed leaves no process behind that it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from processes import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads in /proc what belongs to whom")

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ONTOLOGY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://purl.obolibrary.org/obo/CHEBI_29985> a owl:Class ; rdfs:label "L-glutamate(1-)" .
"""
COMMANDS = {
    "query": ["query", RUNAWAY, "--timeout", "600"],
    "import": ["import", "ours.ttl", "--name", "ours"],
}


def processes_of(mark: Path) -> list[int]:
    """Return the numbers of the processes that run in an environment that names a folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or belongs to another user
            ended = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not ended and f"TMPDIR={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that marks what is started in a test, and end what a test leaves."""
    (tmp_path / "ours.ttl").write_text(ONTOLOGY, encoding="utf-8")
    yield tmp_path
    for number in processes_of(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_nothing_outlives_a_command(folder: Path, name: str, number: signal.Signals) -> None:
    """Whatever ends a command while what it started works, that ends too."""
    command = subprocess.Popen(
        [sys.executable, "-m", "glutakg", *COMMANDS[name]],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(folder), "GLUTAKG_DATA": str(folder / "data")},
    )
    wait_until(
        lambda: len(processes_of(folder)) > 1 or command.poll() is not None, "the command started nothing"
    )
    assert command.poll() is None, "the command ended before it was killed"
    command.send_signal(number)
    command.wait()
    wait_until(lambda: processes_of(folder) == [], f"{processes_of(folder)} still run")
