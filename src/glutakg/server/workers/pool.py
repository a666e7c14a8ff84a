"""The worker processes of the endpoint: who is asked next, for how long, and what happens when one ends.

Quick queries and long-running ones have lanes of their own. A query begins in a quick lane. When it is not
done after a moment it goes on in a long lane, later at a low priority; where no long lane is free it is
stopped and waits for one. So heavy queries wait for each other, never light ones for them. In each line the
clients take turns.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from glutakg.errors import StoreError
from glutakg.server.http.problems import Problem
from glutakg.server.settings import MAX_WAITING, MAX_WAITING_LONG, QUICK_SECONDS, WAITING_SECONDS
from glutakg.server.workers.expectations import Expectations, expected_wait
from glutakg.server.workers.line import FairLine, Job, Reply
from glutakg.server.workers.passing import AttendingTerms, NotAnswered
from glutakg.server.workers.process import Process, Receptionist, in_background
from glutakg.server.workers.recent import Recent
from glutakg.server.workers.waiting import busy, ended_again, fail, shutting_down, unavailable
from glutakg.store import Failure, Fault, Message, Nursery, Opened, Rights, WorkerEnded

__all__ = ["Pool"]


_SECONDS_BEFORE_ANOTHER_TRY = 1.0
_SECONDS_TO_END = 5.0
_MAX_KNOWN_LONG = 1_024
_QUICK_AT_FIRST = 1.0
_MAX_FAILED_STARTS = 16
_MAX_LOSSES = 3
_FAULTS_OF_WORKERS = frozenset({Fault.MEMORY, Fault.DAMAGED, Fault.ENGINE})
"""After which a worker may be of no more use."""


class Pool:
    """Worker processes of one kind; make it, `start` it, `ask` it, `close` it."""

    def __init__(
        self,
        module: str,
        what: Message,
        *,
        lanes: int,
        quick_lanes: int,
        memory_mb: int,
        count_end: Callable[[str], None] = lambda cause: None,
        count_replay: Callable[[], None] = lambda: None,
        note: Callable[[str], None] = lambda note: None,
        quick_seconds: float = QUICK_SECONDS,
        spare: int = 2,
        descriptors: int = 0,
        attendants: int = 0,
        terms: AttendingTerms | None = None,
        nursery: Nursery | None = None,
    ) -> None:
        """Take what to run and on what.

        Args:
            module: whose `main` a worker runs.
            what: what a worker opens.
            lanes: how many long-running requests are answered at once.
            quick_lanes: how many quick ones besides; more than processors, so that none waits for the front.
            memory_mb: megabytes that evaluating may take in each worker.
            count_end: is called with the reason when a worker has ended.
            count_replay: is called when a request is asked again since its worker has ended.
            note: is called with what the one who runs the server should know.
            quick_seconds: the time after which a request is one of the long ones.
            spare: how many workers are ready besides one for each lane, for when some are ended.
            descriptors: files and sockets that a worker may open once it answers.
            attendants: how many of the quick lanes are for workers that answer clients themselves.
            terms: what these must know for that; None where there are none.
            nursery: what forks workers, so that they need not be there before they are wanted.
        """
        self._module = module
        self._what = what
        self._rights = Rights(memory_mb, descriptors, takes_connections=terms is not None)
        self._attendants = 0 if terms is None else attendants
        self._terms = terms
        self._on_duty: set[Process] = set()
        self.reception: Receptionist | None = None
        """What passes connections to workers that answer clients themselves, if anything does."""
        self._lanes = lanes
        self._quick_lanes = quick_lanes
        self._count_end = count_end
        self._count_replay = count_replay
        self._note = note
        self._noted: set[str] = set()
        self.quick_seconds = quick_seconds
        """The time after which a request is one of the long ones."""
        self._nursery = nursery
        self._spare = spare
        self._max_processes = lanes + quick_lanes + spare
        self._line = FairLine(MAX_WAITING)
        self._long_line = FairLine(MAX_WAITING_LONG)
        self._processes: set[Process] = set()
        self._idle: list[Process] = []
        self._quick = self._long = 0
        self._known_long = Recent(_MAX_KNOWN_LONG)
        self._quick_times = Expectations(_QUICK_AT_FIRST, by_topic=False, at_most=quick_seconds)
        self._long_times = Expectations()
        self._closing = False
        self.fault: str | None = None
        """Why the last worker that was started could not open the store."""
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
        in_background(self._attach(self._new_process()))
        await self._started

    async def ask(self, request: Message, *, seconds: float, client: str, ahead: Job | None = None) -> Reply:
        """Return the answer of a worker; being cancelled stops the query.

        Args:
            request: what to send.
            seconds: how long it may take.
            client: who asks.
            ahead: what a worker does for this client already, maybe just this.

        Raises:
            Problem: no worker could answer.
        """
        if ahead is not None and ahead.request == request:
            try:
                reply = await ahead.future
            finally:
                self.forget(ahead)
            if not isinstance(reply[0], NotAnswered):
                return reply
        loop = asyncio.get_running_loop()
        job = Job(request, seconds, client, loop.create_future())
        job.is_long = job.was_known = job.key in self._known_long
        self._leave_out_ended()
        if self._idle and self._quick < self._quick_lanes and not self._line and not job.is_long:
            self._quick += 1  # nobody waits and a lane is free: the usual case, without the line
            self._idle.pop().run(job)
            self._top_up()
        else:
            self._enqueue(job)
            self._dispatch()
        try:
            return await job.future
        finally:
            self.forget(job)

    async def close(self) -> None:
        """Answer all who wait with 503, and end every worker."""
        self._closing = True
        if self._trying_again is not None:
            self._trying_again.cancel()
        for line in (self._line, self._long_line):
            while (job := line.pop()) is not None:
                fail(job, shutting_down())
        for process in list(self._processes):
            if process.job is not None:
                fail(process.job, shutting_down())
            process.kill()
        loop = asyncio.get_running_loop()
        latest = loop.time() + _SECONDS_TO_END
        while self._processes and loop.time() < latest:
            await asyncio.sleep(0.01)
        for process in list(self._processes):
            process.end()

    @property
    def is_ready(self) -> bool:
        """Whether some worker has opened the store."""
        return not self._closing and any(each.is_ready for each in self._processes)

    @property
    def gauges(self) -> dict[str, tuple[str, float]]:
        """What the pool is doing."""
        if self.reception is not None:
            self.reception.count(self._processes)
        return {
            "workers": ("Worker processes.", len(self._processes)),
            "workers_idle": ("Worker processes that wait for a query.", len(self._idle) + len(self._on_duty)),
            "queries_running_quick": ("Queries that run in a quick lane.", self._quick - len(self._on_duty)),
            "queries_running_long": ("Queries that run in a long lane.", self._long),
            "queries_waiting_quick": ("Queries that wait for a quick lane.", len(self._line)),
            "queries_waiting_long": ("Queries that wait for a long lane.", len(self._long_line)),
        }

    # ---- who is next ----

    def _enqueue(self, job: Job) -> None:
        if self._closing:
            raise shutting_down()
        if self.fault is not None and not self.is_ready:
            raise unavailable(self.fault)
        self._put_in_line(job)

    def _put_in_line(self, job: Job) -> None:
        """Let a job wait, unless it would wait in vain; raise `Problem` then."""
        line = self._long_line if job.is_long else self._line
        seconds = self._expected_wait(job, line)
        if seconds > WAITING_SECONDS:
            raise busy(seconds)
        if not line.push(job):
            raise busy()
        loop = asyncio.get_running_loop()
        job.waiting = loop.call_later(WAITING_SECONDS, self._waited_too_long, job)

    def _expected_wait(self, job: Job, line: FairLine) -> float:
        """Return the seconds until a lane will be free for a job that comes into a line now."""
        times, lanes = self._times(job), self._lanes if job.is_long else self._quick_lanes
        running = [
            times.rest(process.job, process.seconds)
            for process in self._processes
            if process.job is not None and process.job.is_long is job.is_long and not process.was_killed
        ]
        return expected_wait(lanes, running, map(times.seconds, line.before(job.client)))

    def _times(self, job: Job) -> Expectations:
        return self._long_times if job.is_long else self._quick_times

    def _leave_out_ended(self) -> None:
        """Give nothing to a worker that has ended, though nobody has told of it yet."""
        self._idle = [process for process in self._idle if process.is_running]

    def _dispatch(self) -> None:
        self._leave_out_ended()
        while self._idle:
            job = self._line.pop() if self._quick < self._quick_lanes else None
            if job is None and self._long < self._lanes:
                job = self._long_line.pop()
            if job is None:
                break
            if job.waiting is not None:
                job.waiting.cancel()
            self._long += job.is_long
            self._quick += not job.is_long
            self._idle.pop().run(job)
        self._staff()
        self._top_up()

    def _staff(self) -> None:
        """Let idle workers answer clients themselves; the last one is left for what the front asks."""
        if self.reception is None or self._closing or self._line:
            return
        missing, lanes = self._attendants - len(self._on_duty), self._quick_lanes - self._quick
        for _ in range(min(missing, lanes, len(self._idle) - 1)):
            self._on_duty.add(process := self._idle.pop())
            self._quick += 1
            self.reception.came_on_duty(process)

    def taken_over(self, process: Process, request: Message | None, client: str, seconds: float) -> Job:
        """Return what a worker is at that answered clients itself, as a job like others.

        Args:
            process: the worker.
            request: what it evaluates, None where that is not known; then it is only waited for.
            client: who has asked.
            seconds: how long it may take.
        """
        self._on_duty.discard(process)
        job = Job(request or NotAnswered(), seconds, client, asyncio.get_running_loop().create_future())
        if request is None:
            job.future.set_result((NotAnswered(), b""))
        process.attach(job)
        self._staff()
        return job

    def _top_up(self) -> None:
        """Start workers until each lane, or each that is taken where they start at once, has one."""
        if self._closing or self.fault is not None or (self._started is None or not self._started.done()):
            return
        for _ in range(self._wanted - len(self._processes)):
            in_background(self._attach(self._new_process()))

    @property
    def _wanted(self) -> int:
        if self._nursery is None:
            return self._max_processes
        missing = self._attendants - len(self._on_duty)
        taken = self._quick + self._long + len(self._line)
        return min(taken + missing + self._spare, self._max_processes)

    def is_surplus(self, process: Process) -> bool:
        """Tell whether a worker is not wanted, since another one would start at once."""
        return process in self._idle and len(self._processes) > self._wanted

    def _new_process(self) -> Process:
        attends = self._terms is not None
        process = Process(self, self._module, attends=attends, nursery=self._nursery)
        self._processes.add(process)
        return process

    async def _attach(self, process: Process) -> None:
        try:
            await process.start(self._what)
        except (StoreError, OSError) as error:
            self._processes.discard(process)
            self._could_not_start(str(error))

    def _waited_too_long(self, job: Job) -> None:
        self._line.remove(job)
        self._long_line.remove(job)
        fail(job, busy())

    def forget(self, job: Job) -> None:
        """Stop a job that nobody waits for any more."""
        if job.waiting is not None:
            job.waiting.cancel()
            self._line.remove(job)
            self._long_line.remove(job)
        if job.process is not None:
            job.process.kill()

    # ---- what the processes report ----

    def opened(self, process: Process, reply: Opened | Failure) -> None:
        """Take a process that has opened the store, or hear why it cannot."""
        if isinstance(reply, Failure):
            process.kill()
            self._could_not_start(reply.message)
            return
        if self._terms is not None and process.desk is not None:
            descriptors = process.desk.descriptors
            process.write(replace(self._terms, version=reply.version, descriptors=descriptors))
        process.write(self._rights)
        for note in reply.notes:
            if note not in self._noted:  # all workers find the same
                self._noted.add(note)
                self._note(note)
        self.fault = None
        self._failed_starts = 0
        if reply.version != self.version:
            self.version = reply.version
            for other in (*self._idle, *self._on_duty):
                other.kill()
            self._idle.clear()
        self._idle.append(process)
        if self._started is not None and not self._started.done():
            self._started.set_result(None)
        self._dispatch()

    def _could_not_start(self, reason: str) -> None:
        if self._started is not None and not self._started.done():
            self.fault = reason
            self._started.set_exception(StoreError(reason))
            return
        if self._closing:
            return
        self._note(f"a worker could not be started: {reason}")
        self.fault = reason
        if not self.is_ready:
            for line in (self._line, self._long_line):
                while (job := line.pop()) is not None:
                    fail(job, unavailable(reason))
        loop = asyncio.get_running_loop()
        self._trying_again = loop.call_later(_SECONDS_BEFORE_ANOTHER_TRY, self._try_again)

    def _try_again(self) -> None:
        self.fault = None
        self._top_up()

    def answered(self, process: Process, job: Job, reply: Reply) -> None:
        """Pass an answer on, and give the worker the next job, or end it after hard work."""
        self._leave_lane(job)
        self._times(job).learn(job, process.seconds)
        if job.was_known and process.seconds < self.quick_seconds / 2:
            self._known_long.discard(job.key)
        failed = isinstance(reply[0], Failure) and reply[0].fault in _FAULTS_OF_WORKERS
        if process.is_polite or failed:
            self._count_end("hard-work")
            process.kill()
        else:
            self._idle.append(process)
        if not job.future.done():
            job.future.set_result(reply)
        if self._line or self._long_line or process.is_polite:
            self._dispatch()
        else:
            self._staff()

    def lost(self, process: Process, ended: WorkerEnded) -> None:
        """Answer the one whose query ended a worker, or ask another worker where it was not the query."""
        self._processes.discard(process)
        with suppress(ValueError):
            self._idle.remove(process)
        if not process.was_killed:
            self._count_end(ended.fault or ("stopped" if process.was_stopped else "unknown"))
        if not process.is_ready and not process.was_killed:
            self._failed_starts += 1
            if self._failed_starts > _MAX_FAILED_STARTS or ended.fault is not None:
                self._could_not_start(f"the process ended (exit code {ended.exit_code}): {ended.last_line}")
        self._quick -= process in self._on_duty
        self._on_duty.discard(process)
        if self.reception is not None:
            self.reception.ended(process)
        job, process.job = process.job, None
        if job is not None:
            self._leave_lane(job)
            if not process.was_killed and ended.fault is not None:
                self._times(job).learn(job, process.seconds)
            self._after_loss(process, job, ended)
        self._dispatch()

    def _after_loss(self, process: Process, job: Job, ended: WorkerEnded) -> None:
        if job.future.done():
            return
        if process.was_too_slow:
            job.is_long = True
            try:
                self._put_in_line(job)
            except Problem as problem:
                fail(job, problem)
        elif ended.fault is not None:
            job.future.set_result((Failure(ended.fault), b""))
        elif job.losses < _MAX_LOSSES:
            job.losses += 1
            self._count_replay()
            if not (self._long_line if job.is_long else self._line).push(job):
                fail(job, busy())
        else:
            self._note(f"workers ended again and again, at last by {ended.exit_code}: {ended.last_line}")
            fail(job, ended_again())

    def _leave_lane(self, job: Job) -> None:
        job.process = None
        self._long -= job.is_long
        self._quick -= not job.is_long

    def too_slow(self, process: Process, job: Job) -> None:
        """Move a query into a long lane, or stop it until one is free."""
        self._known_long.add(job.key)
        if self._long < self._lanes:
            self._quick -= 1
            self._long += 1
            job.is_long = True
            self._dispatch()
        else:
            self._count_end("long-lanes-full")
            process.was_too_slow = True
            process.kill()
