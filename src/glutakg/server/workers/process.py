"""One worker process of the endpoint, as the event loop sees it."""

import asyncio
import os
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from glutakg.errors import StoreError
from glutakg.server.settings import POLITE_SECONDS
from glutakg.server.workers.desk import Desk
from glutakg.server.workers.line import Job, Reply
from glutakg.store import (
    Failure,
    Message,
    Nursery,
    Opened,
    Worker,
    WorkerEnded,
    decode,
    encode,
    frame,
    take_frame,
)

__all__ = ["Process", "Receptionist", "Supervisor", "in_background"]


_SECONDS_TO_START = 300.0
_LOW_PRIORITY = 15
_CPU_CLOCK = 2
_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_IDLE = 10.0


class Supervisor(Protocol):
    """What hears of a process: the pool that it belongs to."""

    @property
    def quick_seconds(self) -> float:
        """The time after which a request is one of the long ones."""
        ...

    def is_surplus(self, process: "Process") -> bool:
        """Tell whether a process is not wanted."""
        ...

    def opened(self, process: "Process", reply: Opened | Failure) -> None:
        """Take a process that has opened the store, or hear why it cannot."""
        ...

    def answered(self, process: "Process", job: Job, reply: Reply) -> None:
        """Take the answer to a job."""
        ...

    def too_slow(self, process: "Process", job: Job) -> None:
        """Hear that a quick job has become a long one."""
        ...

    def lost(self, process: "Process", ended: WorkerEnded) -> None:
        """Hear that the process has ended."""
        ...


class Receptionist(Protocol):
    """What passes connections to workers that answer clients themselves."""

    def came_on_duty(self, process: "Process") -> None:
        """Let a worker answer clients."""
        ...

    def ended(self, process: "Process") -> None:
        """Hear that a worker has ended."""
        ...

    def count(self, processes: "set[Process]") -> None:
        """Count what workers have answered."""
        ...


class Process(asyncio.Protocol):
    """A worker process with the pipes to it."""

    desk: Desk | None = None
    """Where it answers clients itself, if it can."""

    worker: Worker
    """The process, once it is started."""

    def __init__(
        self, supervisor: Supervisor, module: str, *, attends: bool = False, nursery: Nursery | None = None
    ) -> None:
        """Take what to start.

        Args:
            supervisor: what hears of it.
            module: where its `main` lies.
            attends: whether it can answer clients itself.
            nursery: what forks such processes, if anything does.
        """
        self._supervisor = supervisor
        self.desk = Desk() if attends else None
        self._module, self._nursery = module, nursery
        self._is_started = False
        self.job: Job | None = None
        self._ahead: Reply | None = None
        self.is_ready = False
        self.was_killed = False
        self.was_too_slow = False
        self.was_stopped = False
        self.is_polite = False
        self._timed_out = False
        self._began = 0.0
        self._buffer = bytearray()
        self._timers: list[asyncio.TimerHandle] = []
        self._watching: asyncio.TimerHandle | None = None
        self._writing: asyncio.WriteTransport | None = None
        self._reading: asyncio.BaseTransport | None = None

    async def start(self, what: Message) -> None:
        """Start the process, while the loop goes on, and send what to open.

        Raises:
            StoreError: it cannot be started.
        """
        loop = asyncio.get_running_loop()
        descriptors = self.desk.descriptors if self.desk else ()
        starting = partial(Worker, self._module, descriptors=descriptors, nursery=self._nursery)
        try:
            self.worker = await loop.run_in_executor(None, starting)
        except StoreError:
            if self.desk is not None:
                self.desk.close()
            raise
        self._is_started = True
        if self.was_killed:
            self.worker.kill()
        requests, answers = self.worker.pipes
        self._timers = [loop.call_later(_SECONDS_TO_START, self._overdue)]
        self._writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, requests)
        self.write(what)
        self._watching = loop.call_later(_SECONDS_BETWEEN_LOOKS, self._look)
        self._reading, _ = await loop.connect_read_pipe(lambda: self, answers)

    def write(self, message: Message) -> None:
        """Send a message."""
        if self._writing is not None and not self._writing.is_closing():
            self._writing.write(frame(encode(message)))

    def run(self, job: Job) -> None:
        """Have the worker answer a request."""
        self.attach(job)
        self.write(job.request)

    def attach(self, job: Job) -> None:
        """Take what the worker says next for the answer to a request."""
        loop = asyncio.get_running_loop()
        self.job, job.process = job, self
        self._began = loop.time()
        self._timers = [loop.call_later(job.seconds, self._overdue)]
        if job.request.may_be_heavy:
            self._timers.append(loop.call_later(POLITE_SECONDS, self._lower_priority))
        if not job.is_long:
            self._timers.append(loop.call_later(self._supervisor.quick_seconds, self._too_slow))
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            loop.call_soon(self._take, *ahead)

    def kill(self) -> None:
        """End the process; the pool hears of it when it has ended."""
        self.was_killed = True
        self._stop_timers()
        if self._is_started:
            self.worker.kill()

    def end(self) -> None:
        """End the process, and wait for that."""
        if self._is_started:
            self.worker.end()

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended, which the pool may not have heard of yet."""
        return self.worker.is_running

    @property
    def seconds(self) -> float:
        """How long ago the worker got its request."""
        return asyncio.get_running_loop().time() - self._began

    @property
    def cpu_seconds(self) -> float:
        """Seconds of the processor that the worker has had, as Linux tells of any process."""
        try:
            return time.clock_gettime((~self.worker.pid << 3) | _CPU_CLOCK)
        except OSError:  # it has ended
            return 0.0

    def _look(self) -> None:
        """End a process that somebody has stopped, as by SIGSTOP: it would answer nobody; or that is idle."""
        loop = asyncio.get_running_loop()
        self._watching = loop.call_later(_SECONDS_BETWEEN_LOOKS, self._look)
        if loop.time() - self._began > _SECONDS_IDLE and self._supervisor.is_surplus(self):
            self.kill()
        with suppress(OSError):  # not on Linux, where a deadline must do, or it has ended
            told = Path(f"/proc/{self.worker.pid}/stat").read_bytes()
            if told.rpartition(b")")[2].split()[0] == b"T":
                self.was_stopped = True
                self.worker.kill()

    def _lower_priority(self) -> None:
        """Let everything else go first; the system lets nobody take that back."""
        self.is_polite = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.worker.pid, _LOW_PRIORITY)

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []

    def _too_slow(self) -> None:
        if self.job is not None:
            self._supervisor.too_slow(self, self.job)

    def _overdue(self) -> None:
        self._timed_out = True
        self.worker.kill()

    def data_received(self, data: bytes) -> None:
        """Collect what the worker sends until a message is whole."""
        self._buffer += data
        while (found := take_frame(self._buffer)) is not None:
            header, body = found
            self._take(decode(header), body)

    def _take(self, message: Message, body: bytes) -> None:
        if self.was_killed:
            return
        self._stop_timers()
        if not self.is_ready:
            assert isinstance(message, Opened | Failure)
            self.is_ready = isinstance(message, Opened)
            self._began = asyncio.get_running_loop().time()
            self._supervisor.opened(self, message)
        elif self.job is not None:
            job, self.job = self.job, None
            self._supervisor.answered(self, job, (message, body))
        else:
            self._ahead = message, body  # to a request that the front is about to take over

    def connection_lost(self, error: Exception | None) -> None:
        """Ask the system how the process ended; that may take a moment, so not here."""
        self._stop_timers()
        if self._watching is not None:
            self._watching.cancel()
        if self._writing is not None:
            self._writing.abort()
        in_background(self._report_end())

    async def _report_end(self) -> None:
        loop = asyncio.get_running_loop()
        timed_out = self._timed_out
        ended = await loop.run_in_executor(None, lambda: self.worker.ended(timed_out=timed_out))
        self._supervisor.lost(self, ended)


_background: set[asyncio.Task[None]] = set()


def in_background(coroutine: Coroutine[object, object, None]) -> None:
    """Run a coroutine that nobody awaits."""
    task = asyncio.get_running_loop().create_task(coroutine)
    _background.add(task)
    task.add_done_callback(_background.discard)
