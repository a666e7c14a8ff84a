"""Real servers that are killed while the graph is pushed to them, or while they are asked; on Linux."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import urlsplit

from click.testing import CliRunner
from graph_stores import RealStore, Start
from processes import PATIENCE, wait_until

from glutakg.cli.main import cli
from glutakg.linking import push
from glutakg.linking.graph_store import GraphStore
from glutakg.store import PASSWORD, USER

__all__ = ["KilledPush", "Told", "killed_in_push"]

_SECONDS_AT_WORK = 1.0
_ASKED = "https://w3id.org/glutakg/graph/contested"
_HEAVY = """
SELECT (COUNT(*) AS ?n) {{
  GRAPH <{graph}> {{ ?a ?p ?b }} GRAPH <{graph}> {{ ?c ?q ?d }} GRAPH <{graph}> {{ ?e ?r ?f }}
  FILTER(STRLEN(STR(?b)) + STRLEN(STR(?d)) < STRLEN(STR(?f)))
}}
"""


class Told(NamedTuple):
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


class KilledPush(NamedTuple):
    """A push whose server was killed, and what followed when it had been started again.

    Attributes:
        broken: what the push said.
        checked: what `--check` says then.
        again: what the next push says.
        equal: what `--check` says in the end.
        sent: the graph of each piece that the first push sent, the last one while the server was killed.
        resent: the same of the next push.
        asked: what a query says whose server is killed once more; nothing where it began anew, and on Linux
            alone.
    """

    broken: Told
    checked: Told
    again: Told
    equal: Told
    sent: list[str]
    resent: list[str]
    asked: Told | None


def killed_in_push(
    start: Start,
    folder: Path,
    *,
    graphs: Sequence[str],
    piece: int,
    last: int,
    next_folder: Path | None = None,
) -> KilledPush:
    """Push graphs to a server, kill it while a piece comes, start it, push again, and kill it when asked.

    Args:
        start: starts the server.
        folder: that it keeps its data in.
        graphs: that are pushed.
        piece: triples that are sent at once.
        last: the number of the piece.
        next_folder: where it begins anew, with an empty store; without it, it has what it kept.
    """
    names = [part for graph in graphs for part in ("--graph", graph)]
    with start(folder, kept=True) as real, _counted(real, piece, last) as sent:
        broken = _told("push", real.url, *names)
    port = urlsplit(real.url).port or 0
    with (
        start(next_folder or folder, port=port, kept=True) as real,
        _counted(real, piece) as resent,
    ):
        checked = _told("push", real.url, *names, "--check")
        again = _told("push", real.url, *names)
        equal = _told("push", real.url, *names, "--check")
        asked = _killed_in_query(real) if sys.platform == "linux" and not next_folder else None
    return KilledPush(broken, checked, again, equal, sent, resent, asked)


def _killed_in_query(real: RealStore) -> Told:
    """Ask a server what it needs long for, and kill it when it has been at work for a second."""
    before = _processor_seconds(real)
    asking = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "glutakg",
            "query",
            "-",
            "--endpoint",
            real.endpoint,
            "--timeout",
            str(PATIENCE),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert asking.stdin is not None
    asking.stdin.write(_HEAVY.format(graph=_ASKED))
    asking.stdin.close()
    asking.stdin = None
    try:
        wait_until(
            lambda: _processor_seconds(real) > before + _SECONDS_AT_WORK or asking.poll() is not None,
            "the server is at work",
        )
        _kill(real)
        out, err = asking.communicate(timeout=PATIENCE)
    finally:
        asking.kill()
    return Told(asking.returncode, out, err)


@contextmanager
def _counted(real: RealStore, piece: int, last: int = 0) -> Iterator[list[str]]:
    """Give the graph of each piece that is sent, of so many triples; the server is killed at the last."""
    sent: list[str] = []
    write = GraphStore._request

    def counted(store: GraphStore, method: str, graph: str, body: bytes | None) -> Any:
        if body is not None and not graph.endswith("/push"):
            sent.append(graph.partition("/graph/")[2])
            if len(sent) == last:
                threading.Thread(target=_kill, args=[real]).start()
        return write(store, method, graph, body)

    with (
        _logged_in(real),
        patch.object(GraphStore, "_request", counted),
        patch.dict(push.__kwdefaults__ or {}, piece=piece),
    ):
        yield sent


@contextmanager
def _logged_in(real: RealStore) -> Iterator[None]:
    with patch.dict(os.environ, dict(zip((USER, PASSWORD), real.credentials, strict=True))):
        yield


def _told(*command: str) -> Told:
    result = CliRunner().invoke(cli, command)
    return Told(result.exit_code, result.stdout, result.stderr)


def _kill(real: RealStore) -> None:
    real.process.kill()
    real.process.wait()


def _processor_seconds(real: RealStore) -> float:
    """Return the seconds that a server has worked, as Linux tells them."""
    stat = Path(f"/proc/{real.process.pid}/stat").read_text(encoding="ascii", errors="replace")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
