"""Who is asked next: a line that is fair to every client."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from glutakg.store import Message

if TYPE_CHECKING:
    from glutakg.server.workers.process import Process

__all__ = ["FairLine", "Job", "Reply"]


Reply = tuple[Message, bytes]
"""What a worker answers: a message with its body."""


@dataclass(eq=False, slots=True)
class Job:
    """A request on its way: who asks what, how long it may take, and where its answer goes."""

    request: Message
    seconds: float
    client: str
    future: "asyncio.Future[Reply]"
    is_long: bool = False
    was_known: bool = False
    losses: int = 0
    process: "Process | None" = None
    waiting: asyncio.TimerHandle | None = None

    @property
    def key(self) -> int:
        """Stands for the request among those that are known to take long."""
        return hash(self.request.topic)


class FairLine:
    """Jobs that wait; the clients take turns, and none has more than half of the places.

    >>> line = FairLine(4)
    >>> len(line), line.pop()
    (0, None)
    """

    def __init__(self, max_jobs: int) -> None:
        """Take at most so many jobs."""
        self._max_jobs = max_jobs
        self._clients: OrderedDict[str, deque[Job]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def push(self, job: Job) -> bool:
        """Put a job at the end of its client's; return False where there is no place."""
        jobs = self._clients.get(job.client, ())
        if self._length >= self._max_jobs or len(jobs) >= max(1, self._max_jobs // 2):
            return False
        self._clients.setdefault(job.client, deque()).append(job)
        self._length += 1
        return True

    def before(self, client: str) -> list[Job]:
        """Return the jobs that are served, about, before the next one of a client would be."""
        turns = len(self._clients.get(client, ())) + 1
        return [job for jobs in self._clients.values() for job in islice(jobs, turns)]

    def pop(self) -> Job | None:
        """Take the oldest job of the client whose turn it is."""
        if not self._clients:
            return None
        client, jobs = self._clients.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._clients[client] = jobs
        self._length -= 1
        return job

    def remove(self, job: Job) -> None:
        """Take a job out, if it is there."""
        jobs = self._clients.get(job.client)
        if jobs is not None and job in jobs:
            jobs.remove(job)
            self._length -= 1
            if not jobs:
                del self._clients[job.client]
