"""Asks Apache Jena ARQ, the reference that the engine's answers are compared with, in one Java process."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from processes import JAVA

__all__ = ["Jena", "missing", "running_jena"]

_FOLDER = Path(__file__).with_name("jena")
_LIBRARIES = _FOLDER / "lib"


class Jena:
    """A running Jena, which answers one request after the other."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Keep the process."""
        self._process = process

    def load(self, trig: str) -> None:
        """Ask this data from now on."""
        kind, answer = self._asked("data", trig)
        assert kind == "done", answer

    def query(self, text: str, *, optimised: bool = False) -> tuple[str, str]:
        """Return `rows` with JSON, `graph` with N-Triples, or `error` with its message.

        The reference engine answers, which takes no short cut; the optimised one is for larger data.
        """
        return self._asked("query-optimised" if optimised else "query", text)

    def algebra(self, text: str) -> tuple[str, str]:
        """Return `algebra` with the algebra of a query, or `error` with its message."""
        return self._asked("algebra", text)

    def _asked(self, wish: str, text: str) -> tuple[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{wish} {base64.b64encode(text.encode()).decode()}\n")
        self._process.stdin.flush()
        kind, _, answer = self._process.stdout.readline().strip().partition(" ")
        return kind, base64.b64decode(answer).decode()


@cache
def missing() -> str:
    """Return why Jena cannot be asked here; nothing where it can, or must.

    In CI it must be there. `mvn dependency:copy-dependencies -DoutputDirectory=lib` in `tests/support/jena`
    brings it.
    """
    if os.environ.get("CI") == "true":
        return ""
    if shutil.which("java") is None:
        return "Java is not installed"
    if not any(_LIBRARIES.glob("jena-arq-*.jar")):
        return "tests/support/jena/lib holds no Jena; CONTRIBUTING says how it comes there"
    return ""


@contextmanager
def running_jena(seconds: int = 20) -> Iterator[Jena]:
    """Start Jena, which gives each query so many seconds, and end it at the end of the block."""
    command = [
        *JAVA,
        "-cp",
        f"{_LIBRARIES}{os.sep}*",
        "-Xss64m",
        str(_FOLDER / "AskJena.java"),
        str(seconds),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield Jena(process)
        assert process.stdin is not None
        process.stdin.close()
