"""Starts, asks and ends a worker process.

Imports little, since a worker may be started before all else: the messages only when one is sent.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import weakref
from contextlib import suppress

from glutakg.cache import default_cache_dir
from glutakg.errors import StoreError
from glutakg.languages import N_

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from typing import IO

    from glutakg.store.messages import Fault, Message, OpenFiles
    from glutakg.store.nursery import Forked, Nursery

__all__ = [
    "MAX_TIMEOUT",
    "Worker",
    "WorkerEnded",
    "start_ahead",
    "started_worker",
]


MAX_TIMEOUT = 86_400.0
"""The most seconds that a query may be given."""

_START = "import sys; sys.path[:] = sys.argv[1:]; from {module} import main; main()"
_STACK_OVERFLOWS = {-signal.SIGSEGV, -getattr(signal, "SIGBUS", signal.SIGSEGV), 0xC00000FD}


class WorkerEnded(Exception):
    """The worker process ended before it had answered."""

    def __init__(self, *, timed_out: bool, exit_code: int, last_words: str) -> None:
        """Keep how it ended: killed when overdue, its exit code, and what it wrote to stderr."""
        super().__init__(last_words)
        self.timed_out = timed_out
        self.exit_code = exit_code
        self.last_words = last_words

    @property
    def fault(self) -> Fault | None:
        """The fault of its last request, None where that did not end it: timeout, memory or depth."""
        from glutakg.store.messages import Fault

        if self.timed_out:
            return Fault.TIMEOUT
        if "memory allocation" in self.last_words or "MemoryError" in self.last_words:
            return Fault.MEMORY
        if self.exit_code in _STACK_OVERFLOWS or "overflowed its stack" in self.last_words:
            return Fault.DEPTH
        return None

    @property
    def last_line(self) -> str:
        """The last line that it wrote to stderr."""
        return self.last_words.rpartition("\n")[2] or "it gave no reason"


class Worker:
    """One worker process and the pipes to it."""

    def __init__(
        self,
        module: str = "glutakg.store.worker",
        *,
        descriptors: tuple[int, ...] = (),
        nursery: Nursery | None = None,
    ) -> None:
        """Start the process, whose `main` lies in `module`; `send` it what to open next.

        Args:
            module: where its `main` lies.
            descriptors: those of this process that it has too.
            nursery: what forks such processes, if anything does.

        Raises:
            StoreError: it cannot be started.
        """
        try:
            forked = None if nursery is None else nursery.fork(descriptors)
            self._process = forked or subprocess.Popen(
                [sys.executable, "-S", "-P", "-c", _START.format(module=module), *_module_path()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=descriptors,
            )
        except OSError as error:
            raise StoreError(
                N_("The query process cannot be started ({strerror}).", strerror=error.strerror)
            ) from error
        self.end = weakref.finalize(self, _end, self._process)
        _workers.add(self)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def send(self, message: Message) -> None:
        """Send a message that need not be answered."""
        from glutakg.store.messages import write_message

        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended; why is found when its answer is read
            write_message(self._process.stdin, message)

    def ask(self, request: Message, seconds: float) -> tuple[Message, bytes]:
        """Return the worker's answer to a request.

        Raises:
            WorkerEnded: the worker ended first, by itself or because it took longer than `seconds`.
        """
        self.send(request)
        return self.receive(seconds)

    def receive(self, seconds: float) -> tuple[Message, bytes]:
        """Return the worker's next message; being interrupted ends the worker.

        Raises:
            WorkerEnded: the worker ended first, by itself or because it took longer than `seconds`.
        """
        from glutakg.store.messages import read_message

        assert self._process.stdout is not None
        overdue = threading.Event()
        timer = threading.Timer(seconds, self._end_overdue, [overdue])
        timer.daemon = True
        timer.start()
        try:
            return read_message(self._process.stdout)
        except EOFError:
            raise self.ended(timed_out=overdue.is_set()) from None
        except BaseException:
            self.end()
            raise
        finally:
            timer.cancel()

    def leave_to_parent(self) -> None:
        """Let go of it in a forked child: it serves the parent, and ends when that lets go of it too."""
        self.end.detach()
        with open(os.devnull, "r+b") as nothing:
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe is not None and not pipe.closed:
                    os.dup2(nothing.fileno(), pipe.fileno(), inheritable=False)

    def _end_overdue(self, overdue: threading.Event) -> None:
        overdue.set()
        self._process.kill()

    @property
    def pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """What the worker reads from, and what it writes to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def wait(self) -> int:
        """Wait for a process that ends by itself, and return its exit code."""
        return self._process.wait()

    def kill(self) -> None:
        """Have the system end the process, without waiting for it."""
        self._process.kill()

    def ended(self, *, timed_out: bool) -> WorkerEnded:
        """End the process, wait for that, and return how it ended."""
        assert self._process.stderr is not None
        self._process.kill()
        last_words = self._process.stderr.read().decode(errors="replace").strip()
        exit_code = self._process.wait()
        self.end()
        return WorkerEnded(timed_out=timed_out, exit_code=exit_code, last_words=last_words)


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()
_left_to_parent: list[Worker] = []
"""Kept, because freeing one would wait for a lock on its pipe that a thread of the parent may have held."""


def _leave_all_to_parent() -> None:
    for worker in list(_workers):
        worker.leave_to_parent()
        _left_to_parent.append(worker)
    _workers.clear()
    _ahead.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all_to_parent)


def _module_path() -> list[str]:
    """Return where the worker finds modules: where we do, but never in the current folder."""
    package_parent = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    path = [folder for folder in sys.path if folder]
    return path if package_parent in path else [package_parent, *path]


def _end(process: subprocess.Popen[bytes] | Forked) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # unsent bytes for a process that is gone
                pipe.close()


_ahead: list[tuple[Worker, OpenFiles]] = []


def start_ahead() -> None:
    """Start a worker on the shipped files, to get ready while the caller is still importing."""
    with suppress(StoreError, OSError, RuntimeError):  # is reported when the worker is really wanted
        worker = Worker()  # first of all, since it needs no more than Python to begin with
        from glutakg.store.messages import OpenFiles

        what = OpenFiles(str(default_cache_dir()))
        worker.send(what)
        _ahead.append((worker, what))


def started_worker(what: Message) -> Worker:
    """Return a worker that is opening `what`: the one started ahead, or a new one.

    Raises:
        StoreError: the process cannot be started.
    """
    if _ahead and _ahead[0][1] == what:
        return _ahead.pop()[0]
    worker = Worker()
    worker.send(what)
    return worker
