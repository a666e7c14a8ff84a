"""A process that has imported what workers need and forks them, so that they begin at once and share memory.

It is forked itself, before its caller knows anything of those who will ask: a worker sees of other workers
and of the caller's later life nothing. Linux only; elsewhere workers are started one by one.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback
from array import array
from contextlib import suppress
from importlib import import_module
from typing import IO, NoReturn

__all__ = ["Forked", "Nursery"]


_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_SECONDS_TO_FORK = 2.0
_LONGEST_MESSAGE = 4_096
_MAX_DESCRIPTORS = 16
_INT_BYTES = 4
_READY = b"ready"

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.store.messages import Message


class Forked:
    """A worker that was forked: what `subprocess.Popen` tells of one that was started."""

    def __init__(self, pid: int, pipes: tuple[IO[bytes], IO[bytes], IO[bytes]]) -> None:
        """Take the number of the process, and our ends of its stdin, stdout and stderr."""
        self.pid = pid
        self.stdin, self.stdout, self.stderr = pipes
        self._returncode: int | None = None
        self._asking = threading.Lock()

    def poll(self) -> int | None:
        """Return the exit code, None where it has not ended or another thread waits for that."""
        if self._asking.acquire(blocking=False):
            try:
                self._ask(os.WNOHANG)
            finally:
                self._asking.release()
        return self._returncode

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        with self._asking:
            self._ask(0)
        assert self._returncode is not None
        return self._returncode

    def kill(self) -> None:
        """Have the system end it."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # another thread is just being told
                os.kill(self.pid, signal.SIGKILL)

    def _ask(self, options: int) -> None:
        """Ask the system, which tells of an end once."""
        if self._returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self._returncode = os.waitstatus_to_exitcode(status)


class Nursery:
    """Forks workers of one kind."""

    def __init__(self, module: str, what: Message | None = None) -> None:
        """Fork the process, in which `get_ready` of a module is called; and in each worker its `main`.

        Args:
            module: where these lie.
            what: is copied into memory, which the workers share; this is waited for.
        """
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)  # so that workers become our children
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        gc.collect()
        gc.freeze()  # or collecting would write to what is shared
        self._pid = os.fork()
        if not self._pid:
            self._control.close()
            _raise_workers(theirs, module, what)
        theirs.close()
        self._lock = threading.Lock()
        try:
            if what is not None:
                self._control.recv(_LONGEST_MESSAGE)  # nothing where it has ended
        except BaseException:
            self.close()
            raise
        self._control.settimeout(_SECONDS_TO_FORK)

    def fork(self, descriptors: tuple[int, ...] = ()) -> Forked | None:
        """Return a new worker; None where the process has ended or does not answer for two seconds.

        Several threads may call this; each waits for those before it.

        Args:
            descriptors: those of this process that the worker has too, under the same numbers.
        """
        requests, answers, errors = os.pipe(), os.pipe(), os.pipe()
        theirs, ours = (requests[0], answers[1], errors[1]), (requests[1], answers[0], errors[0])
        try:
            attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [*theirs, *descriptors]))]
            with self._lock:
                self._control.sendmsg([json.dumps(descriptors).encode()], attached)
                pid = int(self._control.recv(_LONGEST_MESSAGE))
        except (OSError, ValueError):
            self.close()
            for descriptor in ours:
                os.close(descriptor)
            return None
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        return Forked(pid, (os.fdopen(ours[0], "wb"), os.fdopen(ours[1], "rb"), os.fdopen(ours[2], "rb")))

    def close(self) -> None:
        """End the process; its workers go on."""
        self._control.close()
        pid, self._pid = self._pid, 0  # once ended, the number may be that of another process
        if pid:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _raise_workers(control: socket.socket, module: str, what: Message | None) -> NoReturn:
    """Be the process that forks workers, until the caller ends."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # also in the middle of copying
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _call_oneself("nursery")
        raised = import_module(module)
        raised.get_ready()
        if what is not None:
            from glutakg.store.opening import copy_ahead

            copy_ahead(what)
            control.send(_READY)
        gc.collect()
        gc.freeze()  # or collecting would write to what is shared
        space = socket.CMSG_SPACE(_MAX_DESCRIPTORS * _INT_BYTES)
        while True:
            numbers, attached, _, _ = control.recvmsg(_LONGEST_MESSAGE, space)
            if not numbers:
                os._exit(0)
            descriptors = array("i", b"".join(data for _, _, data in attached))
            reading, writing = os.pipe()
            between = os.fork()
            if not between:
                worker = os.fork()
                if worker:  # whose parent is the caller as soon as this process has ended
                    os.write(writing, b"%d" % worker)
                    os._exit(0)
                os.close(reading)
                os.close(writing)
                control.close()
                _take([0, 1, 2, *json.loads(numbers)], descriptors)
                _call_oneself("worker")
                raised.main()
                os._exit(0)
            os.close(writing)
            os.waitpid(between, 0)
            control.send(os.read(reading, _LONGEST_MESSAGE))
            for descriptor in (reading, *descriptors):
                os.close(descriptor)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _take(numbers: list[int], descriptors: array[int]) -> None:
    """Have descriptors under other numbers."""
    free = max(*numbers, *descriptors) + 1
    moved = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, free) for descriptor in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    for number, descriptor in zip(numbers, moved, strict=True):
        os.dup2(descriptor, number)
        os.close(descriptor)


def _call_oneself(what: str) -> None:
    """Tell whoever lists processes what this one is."""
    with suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as name:
        name.write(f"glutakg-{what}")
