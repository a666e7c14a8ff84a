"""How long a request will probably wait for a lane, so that one that would wait in vain is told at once."""

import heapq
from collections import OrderedDict, deque
from collections.abc import Iterable
from math import inf
from statistics import fmean

from glutakg.server.workers.line import Job

__all__ = ["Expectations", "expected_wait"]


_MAX_KNOWN = 1_024
_RECENT = 16


class Expectations:
    """What requests of one kind took, by which the time of the next is estimated."""

    def __init__(self, at_first: float | None = None, *, by_topic: bool = True, at_most: float = inf) -> None:
        """Begin without experience.

        Args:
            at_first: seconds that a request takes of which nothing is known; None for all that it may take.
            by_topic: whether requests of one topic take about as long, and longer than it takes to tell.
            at_most: seconds after which a request is none of this kind any more.
        """
        self._at_first = at_first
        self._at_most = at_most
        self._by_topic = by_topic
        self._known: OrderedDict[int, float] = OrderedDict()
        self._recent: deque[float] = deque(maxlen=_RECENT)

    def learn(self, job: Job, seconds: float) -> None:
        """Remember how long a job took."""
        self._recent.append(seconds)
        if not self._by_topic:
            return
        self._known[job.key] = seconds
        self._known.move_to_end(job.key)
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)

    def seconds(self, job: Job) -> float:
        """Return how long a job will take: as the last time, else as others did, else `at_first`."""
        known = self._known.get(job.key) if self._by_topic else None
        if known is None and self._recent:
            known = fmean(self._recent)
        if known is None:
            known = self._at_first
        most = self._most(job)
        return most if known is None else min(known, most)

    def rest(self, job: Job, passed: float) -> float:
        """Return how long a running job goes on: one that takes longer than expected, all its time."""
        expected = self.seconds(job)
        return (expected if passed < expected else self._most(job)) - passed

    def _most(self, job: Job) -> float:
        return min(job.seconds, self._at_most)


def expected_wait(lanes: int, running: Iterable[float], ahead: Iterable[float]) -> float:
    """Return the seconds until a lane is free for the one who comes last.

    Args:
        lanes: how many requests are answered at once, at least 1.
        running: the seconds that each of those that are answered now will go on.
        ahead: the seconds that each of those in the line before will take, in order.

    >>> [expected_wait(2, running, []) for running in ([5.0], [5.0, 3.0], [5.0, 3.0, 9.0])]
    [0.0, 3.0, 5.0]
    >>> expected_wait(2, [5.0, 3.0], [4.0, 1.0])
    6.0
    """
    free = sorted(running)[-lanes:]
    free = [0.0] * (lanes - len(free)) + [max(0.0, seconds) for seconds in free]
    heapq.heapify(free)
    for seconds in ahead:
        heapq.heapreplace(free, free[0] + seconds)
    return free[0]
