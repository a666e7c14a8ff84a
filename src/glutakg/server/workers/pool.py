"""The worker processes of the endpoint: who is asked next, for how long, and what happens when one ends.

Quick queries and long-running ones have lanes of their own. A query begins in a quick lane. When it is not
done after a moment it goes on in a long lane, later at a low priority; where no long lane is free it is
stopped and waits for one. So heavy queries wait for each other, never light ones for them. In each line the
clients take turns.
"""

import asyncio
import json
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from glutakg.errors import StoreError
from glutakg.server.http.problems import Problem
from glutakg.server.settings import (
    MOST_WAITING,
    MOST_WAITING_LONG,
    POLITE_SECONDS,
    QUICK_SECONDS,
    WAITING_SECONDS,
)
from glutakg.server.workers.line import FairLine, Header, Job, Reply
from glutakg.store import LENGTH_BYTES, Worker, WorkerEnded, frame

__all__ = ["Pool"]


_SECONDS_TO_START = 300.0
_SECONDS_BEFORE_ANOTHER_TRY = 1.0
_SECONDS_TO_END = 5.0
_LOW_PRIORITY = 15
_MOST_KNOWN_LONG = 1_024
_MOST_FAILED_STARTS = 16
_MOST_LOSSES = 3


class Pool:
    """Worker processes of one kind; make it, `start` it, `ask` it, `close` it."""

    def __init__(
        self,
        module: str,
        what: Mapping[str, Any],
        *,
        lanes: int,
        quick_lanes: int,
        memory_mb: int,
        ended: Callable[[str], None] = lambda cause: None,
        tell: Callable[[str], None] = lambda note: None,
        quick_seconds: float = QUICK_SECONDS,
        spare: int = 2,
        descriptors: int = 0,
    ) -> None:
        """Take what to run and on what.

        Args:
            module: whose `main` a worker runs.
            what: what a worker opens.
            lanes: how many long-running requests are answered at once.
            quick_lanes: how many quick ones besides; with more than processors none of these waits for the
                front to hand out the next request.
            memory_mb: megabytes that evaluating may take in each worker.
            ended: is told why a worker ended.
            tell: is told what the one who runs the server should know.
            quick_seconds: the time after which a request is one of the long ones.
            spare: how many workers are ready besides one for each lane, for when some are ended.
            descriptors: files and sockets that a worker may open once it answers.
        """
        self._module = module
        self._what = dict(what)
        self._rights = {"memory_limit_mb": memory_mb, "descriptors": descriptors}
        self._lanes = lanes
        self._quick_lanes = quick_lanes
        self._ended_told = ended
        self._tell = tell
        self._quick_seconds = quick_seconds
        self._most_processes = lanes + quick_lanes + spare
        self._line = FairLine(MOST_WAITING)
        self._long_line = FairLine(MOST_WAITING_LONG)
        self._processes: set[Process] = set()
        self._idle: list[Process] = []
        self._quick = 0
        self._long = 0
        self._known_long: OrderedDict[int, None] = OrderedDict()
        self._closing = False
        self._fault: str | None = None
        self._failed_starts = 0
        self._started: asyncio.Future[None] | None = None
        self._trying_again: asyncio.TimerHandle | None = None
        self.version = ""
        """The version of the data that the workers opened last."""

    # ---- for the front ----

    async def start(self) -> None:
        """Start the first worker, and when that is ready the others.

        Raises:
            StoreError: it cannot open what it should.
        """
        self._started = asyncio.get_running_loop().create_future()
        await self._spawn()
        await self._started

    async def ask(self, request: Header, *, seconds: float, client: str) -> Reply:
        """Return the answer of a worker; being cancelled stops the query.

        Args:
            request: what to send.
            seconds: how long it may take.
            client: who asks.

        Raises:
            Problem: no worker could answer.
        """
        loop = asyncio.get_running_loop()
        job = Job(request, seconds, client, loop.create_future())
        job.is_long = job.was_known = bool(self._known_long) and job.key in self._known_long
        if self._idle and self._quick < self._quick_lanes and not self._line and not job.is_long:
            self._quick += 1  # nobody waits and a lane is free: the usual case, without the line
            self._idle.pop().run(job)
        else:
            self._enqueue(job)
            self._dispatch()
        try:
            return await job.future
        finally:
            self._forget(job)

    async def close(self) -> None:
        """Answer all who wait with 503, and end every worker."""
        self._closing = True
        if self._trying_again is not None:
            self._trying_again.cancel()
        for line in (self._line, self._long_line):
            while (job := line.pop()) is not None:
                _fail(job, _shutting_down())
        for process in list(self._processes):
            if process.job is not None:
                _fail(process.job, _shutting_down())
            process.kill()
        loop = asyncio.get_running_loop()
        latest = loop.time() + _SECONDS_TO_END
        while self._processes and loop.time() < latest:
            await asyncio.sleep(0.01)
        for process in list(self._processes):
            process.worker.end()

    @property
    def is_ready(self) -> bool:
        """Whether some worker has opened the store."""
        return not self._closing and any(process.is_ready for process in self._processes)

    @property
    def fault(self) -> str | None:
        """Why the last worker that was started could not open the store."""
        return self._fault

    @property
    def gauges(self) -> dict[str, tuple[str, float]]:
        """What the pool is doing."""
        return {
            "workers": ("Worker processes.", len(self._processes)),
            "workers_idle": ("Worker processes that wait for a query.", len(self._idle)),
            "queries_running_quick": ("Queries that run in a quick lane.", self._quick),
            "queries_running_long": ("Queries that run in a long lane.", self._long),
            "queries_waiting_quick": ("Queries that wait for a quick lane.", len(self._line)),
            "queries_waiting_long": ("Queries that wait for a long lane.", len(self._long_line)),
        }

    @property
    def pids(self) -> list[int]:
        """The numbers of the worker processes."""
        return sorted(process.worker.pid for process in self._processes)

    # ---- who is next ----

    def _enqueue(self, job: Job) -> None:
        if self._closing:
            raise _shutting_down()
        if self._fault is not None and not self.is_ready:
            raise _unavailable(self._fault)
        line = self._long_line if job.is_long else self._line
        if not line.push(job):
            raise _busy()
        loop = asyncio.get_running_loop()
        job.waiting = loop.call_later(WAITING_SECONDS, self._waited_too_long, job)

    def _dispatch(self) -> None:
        while self._idle:
            job = self._line.pop() if self._quick < self._quick_lanes else None
            if job is None and self._long < self._lanes:
                job = self._long_line.pop()
            if job is None:
                break
            if job.waiting is not None:
                job.waiting.cancel()
            if job.is_long:
                self._long += 1
            else:
                self._quick += 1
            self._idle.pop().run(job)
        self._top_up()

    def _top_up(self) -> None:
        """Start workers until each lane has one and some are spare."""
        if self._closing or self._fault is not None or (self._started is None or not self._started.done()):
            return
        missing = self._most_processes - len(self._processes)
        for _ in range(missing):
            process = Process(self, self._module)
            self._processes.add(process)
            _in_background(self._attach(process))

    async def _spawn(self) -> None:
        """Start one worker."""
        process = Process(self, self._module)
        self._processes.add(process)
        await self._attach(process)

    async def _attach(self, process: "Process") -> None:
        try:
            await process.start(self._what)
        except (StoreError, OSError) as error:
            self._processes.discard(process)
            self._could_not_start(str(error))

    def _waited_too_long(self, job: Job) -> None:
        self._line.remove(job)
        self._long_line.remove(job)
        _fail(job, _busy())

    def _forget(self, job: Job) -> None:
        """Stop a job that nobody waits for any more."""
        if job.waiting is not None:
            job.waiting.cancel()
            self._line.remove(job)
            self._long_line.remove(job)
        if job.process is not None:
            job.process.kill()

    # ---- what workers tell ----

    def greeted(self, process: "Process", header: Header) -> None:
        """Take a worker that has opened the store, or be told why it cannot."""
        if "fault" in header:
            process.kill()
            self._could_not_start(header["message"])
            return
        process.write(self._rights)
        for note in header["notes"]:
            self._tell(note)
        self._fault = None
        self._failed_starts = 0
        if header["version"] != self.version:
            self.version = header["version"]
            for other in self._idle:
                other.kill()
            self._idle.clear()
        self._idle.append(process)
        if self._started is not None and not self._started.done():
            self._started.set_result(None)
        self._dispatch()

    def _could_not_start(self, reason: str) -> None:
        if self._started is not None and not self._started.done():
            self._fault = reason
            self._started.set_exception(StoreError(reason))
            return
        if self._closing:
            return
        self._tell(f"a worker could not be started: {reason}")
        self._fault = reason
        if not self.is_ready:
            for line in (self._line, self._long_line):
                while (job := line.pop()) is not None:
                    _fail(job, _unavailable(reason))
        loop = asyncio.get_running_loop()
        self._trying_again = loop.call_later(_SECONDS_BEFORE_ANOTHER_TRY, self._try_again)

    def _try_again(self) -> None:
        self._fault = None
        self._top_up()

    def answered(self, process: "Process", job: Job, reply: Reply) -> None:
        """Pass an answer on, and give the worker the next job, or end it after hard work."""
        self._leave_lane(job)
        if job.was_known and process.seconds < self._quick_seconds / 2:
            self._known_long.pop(job.key, None)
        if process.is_polite or reply[0].get("fault") in ("memory", "damaged", "engine"):
            self._ended_told("hard-work")
            process.kill()
        else:
            self._idle.append(process)
        if not job.future.done():
            job.future.set_result(reply)
        if self._line or self._long_line or process.is_polite:
            self._dispatch()

    def lost(self, process: "Process", ended: WorkerEnded) -> None:
        """Tell the one whose query ended a worker, or ask another worker where it was not the query."""
        self._processes.discard(process)
        with suppress(ValueError):
            self._idle.remove(process)
        if not process.was_killed:
            self._ended_told(ended.cause)
        if not process.is_ready and not process.was_killed:
            self._failed_starts += 1
            if self._failed_starts > _MOST_FAILED_STARTS or ended.cause != "unknown":
                self._could_not_start(f"the process ended (exit code {ended.exit_code}): {ended.last_line}")
        job, process.job = process.job, None
        if job is not None:
            self._leave_lane(job)
            self._after_loss(process, job, ended)
        self._dispatch()

    def _after_loss(self, process: "Process", job: Job, ended: WorkerEnded) -> None:
        if job.future.done():
            return
        if process.was_too_slow:
            job.is_long = True
            if not self._long_line.push(job):
                _fail(job, _busy())
                return
            loop = asyncio.get_running_loop()
            job.waiting = loop.call_later(WAITING_SECONDS, self._waited_too_long, job)
        elif ended.cause != "unknown":
            job.future.set_result(({"fault": ended.cause}, b""))
        elif job.losses < _MOST_LOSSES:
            job.losses += 1
            if not (self._long_line if job.is_long else self._line).push(job):
                _fail(job, _busy())
        else:
            last = f"(exit code {ended.exit_code}): {ended.last_line}"
            self._tell(f"workers ended again and again over one query {last}")
            _fail(
                job,
                Problem(
                    "worker-ended",
                    "The process that answered this query ended, again and again; try later.",
                    headers={"Retry-After": "5"},
                ),
            )

    def _leave_lane(self, job: Job) -> None:
        job.process = None
        if job.is_long:
            self._long -= 1
        else:
            self._quick -= 1

    def too_slow(self, process: "Process", job: Job) -> None:
        """Move a query into a long lane, or stop it until one is free."""
        self._known_long[job.key] = None
        self._known_long.move_to_end(job.key)
        if len(self._known_long) > _MOST_KNOWN_LONG:
            self._known_long.popitem(last=False)
        if self._long < self._lanes:
            self._quick -= 1
            self._long += 1
            job.is_long = True
            self._dispatch()
        else:
            self._ended_told("long-lanes-full")
            process.was_too_slow = True
            process.kill()

    @property
    def quick_seconds(self) -> float:
        """The time after which a request is one of the long ones."""
        return self._quick_seconds


class Process(asyncio.Protocol):
    """One worker process as the event loop sees it."""

    def __init__(self, pool: Pool, module: str) -> None:
        self._pool = pool
        self.worker = Worker(module)
        self.job: Job | None = None
        self.is_ready = False
        self.was_killed = False
        self.was_too_slow = False
        self.is_polite = False
        self._timed_out = False
        self._began = 0.0
        self._buffer = bytearray()
        self._timers: list[asyncio.TimerHandle] = []
        self._writing: asyncio.WriteTransport | None = None
        self._reading: asyncio.BaseTransport | None = None

    async def start(self, what: Header) -> None:
        """Connect to the pipes and send what to open."""
        loop = asyncio.get_running_loop()
        requests, answers = self.worker.pipes
        self._timers = [loop.call_later(_SECONDS_TO_START, self._overdue)]
        self._writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, requests)
        self.write(what)
        self._reading, _ = await loop.connect_read_pipe(lambda: self, answers)

    def write(self, header: Header) -> None:
        """Send a message."""
        if self._writing is not None and not self._writing.is_closing():
            self._writing.write(frame(header))

    def run(self, job: Job) -> None:
        """Have the worker answer a request."""
        loop = asyncio.get_running_loop()
        self.job, job.process = job, self
        self._began = loop.time()
        self._timers = [loop.call_later(job.seconds, self._overdue)]
        if "page" not in job.request:  # a page is the server's own work, and leaves its worker what it read
            self._timers.append(loop.call_later(POLITE_SECONDS, self._lower_priority))
        if not job.is_long:
            self._timers.append(loop.call_later(self._pool.quick_seconds, self._too_slow))
        self.write(job.request)

    def kill(self) -> None:
        """End the process; the pool is told when it has ended."""
        self.was_killed = True
        self._stop_timers()
        self.worker.kill()

    @property
    def seconds(self) -> float:
        """How long ago the worker got its request."""
        return asyncio.get_running_loop().time() - self._began

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
            self._pool.too_slow(self, self.job)

    def _overdue(self) -> None:
        self._timed_out = True
        self.worker.kill()

    def data_received(self, data: bytes) -> None:
        """Collect what the worker sends until a message is whole."""
        self._buffer += data
        while (message := _taken(self._buffer)) is not None:
            self._received(*message)

    def _received(self, header: Header, body: bytes) -> None:
        if self.was_killed:
            return
        self._stop_timers()
        if not self.is_ready:
            self.is_ready = "fault" not in header
            self._pool.greeted(self, header)
        elif self.job is not None:
            job, self.job = self.job, None
            self._pool.answered(self, job, (header, body))

    def connection_lost(self, error: Exception | None) -> None:
        """Ask the system how the process ended; that may take a moment, so not here."""
        self._stop_timers()
        if self._writing is not None:
            self._writing.abort()
        _in_background(self._tell_end())

    async def _tell_end(self) -> None:
        loop = asyncio.get_running_loop()
        timed_out = self._timed_out
        ended = await loop.run_in_executor(None, lambda: self.worker.ended(timed_out=timed_out))
        self._pool.lost(self, ended)


def _taken(buffer: bytearray) -> Reply | None:
    """Take the first message out of a buffer, once it is whole."""
    if len(buffer) < LENGTH_BYTES:
        return None
    header_end = LENGTH_BYTES + int.from_bytes(buffer[:LENGTH_BYTES])
    body_start = header_end + LENGTH_BYTES
    if len(buffer) < body_start:
        return None
    body_end = body_start + int.from_bytes(buffer[header_end:body_start])
    if len(buffer) < body_end:
        return None
    header = json.loads(buffer[LENGTH_BYTES:header_end])
    body = bytes(memoryview(buffer)[body_start:body_end])
    del buffer[:body_end]
    return header, body


_background: set[asyncio.Task[None]] = set()


def _in_background(coroutine: Any) -> None:
    task = asyncio.get_running_loop().create_task(coroutine)
    _background.add(task)
    task.add_done_callback(_background.discard)


def _fail(job: Job, problem: Problem) -> None:
    if job.waiting is not None:
        job.waiting.cancel()
    if not job.future.done():
        job.future.set_exception(problem)


def _busy() -> Problem:
    return Problem(
        "busy", "Too many queries are waiting; try again in a moment.", headers={"Retry-After": "2"}
    )


def _shutting_down() -> Problem:
    return Problem("shutting-down", "The server is being stopped.", headers={"Retry-After": "30"})


def _unavailable(reason: str) -> Problem:
    return Problem("store-unavailable", f"The data cannot be opened: {reason}", headers={"Retry-After": "5"})
