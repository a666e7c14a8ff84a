"""How clients are passed between the front and its workers, and what both see of it in shared memory."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from glutakg.store import Message

__all__ = [
    "BACK",
    "BUCKETS",
    "GONE",
    "KINDS",
    "LET_GO",
    "MAX_PLAIN_BYTES",
    "OFF_DUTY",
    "ON_DUTY",
    "PASS",
    "REST",
    "RETURNED",
    "SLOW",
    "AttendingTerms",
    "Board",
    "NotAnswered",
    "WorkerCounts",
]


MAX_PLAIN_BYTES = 32_768
"""Bytes of a request that a worker looks at itself."""

# Each message on the channel of a worker begins with one of these; numbers of connections follow in 8 bytes.
PASS, LET_GO, ON_DUTY, OFF_DUTY, SLOW = b"P", b"L", b"D", b"O", b"S"
"""What the front sends: a connection, with whether it was passed before and its client; which ones it wants
back; that the worker may begin; that it must end; and digests of queries that are slow."""
BACK, GONE, RETURNED, REST = b"B", b"G", b"R", b"T"
"""What a worker sends: the front is to answer, the connection is over, another may take it, and bytes of an
answer that the client has not taken yet."""

BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0)
"""Seconds that requests are told apart by."""

KINDS = tuple(
    (route, status, is_rewritten)
    for route in ("/sparql", "/queries/{name}")
    for status, is_rewritten in ((200, False), (200, True), (304, False))
)
"""Routes and statuses of what a worker answers itself, and whether the query was rewritten."""

_SEQUENCE, _CURRENT, _WANTED, _SENDING, _READ, _WRITTEN, _WHOLE, _COUNTS = range(8)
_SLOTS = len(BUCKETS) + 3
_WORD = 8


@dataclass(eq=False, repr=False)
class AttendingTerms(Message):
    """What a worker must know to answer clients itself.

    Attributes:
        version: of the data.
        listening: where the server listens.
        base_url: the address under which others see the server.
        cors: origins whose pages may ask.
        hosts: those that SERVICE may name.
        timeout: seconds that a query may run.
        max_rows: rows or triples of an answer.
        max_bytes: bytes of an answer.
        proxies: addresses and networks of proxies that are believed who has asked them.
        descriptors: of the channel and the shared memory.
    """

    version: str
    listening: str
    base_url: str | None
    cors: Sequence[str]
    hosts: Sequence[str]
    timeout: float
    max_rows: int
    max_bytes: int
    proxies: Sequence[str]
    descriptors: Sequence[int] = ()


@dataclass(eq=False, repr=False)
class NotAnswered(Message):
    """The worker had not begun to answer the request when the front took it."""


class WorkerCounts(NamedTuple):
    """Answers of one kind: how many took up to each of `BUCKETS` or longer, their seconds, their bytes."""

    buckets: Sequence[int]
    seconds: float
    size: int


class Board:
    """What a worker and the front write for each other: who has the connections, and what was answered.

    The worker writes which connection it is at, and when it is done with that looks whether the front wants
    the others; if so it leaves all of them, and writes the connection again. The front writes that it wants
    them, and no earlier than `_LOOK_SECONDS` of `reception` later looks whether the worker is at that
    connection still, or again. What one has written the other sees long before that, so that they agree, and
    neither asks the system.
    """

    BYTES = mmap.PAGESIZE

    def __init__(self, descriptor: int) -> None:
        """Map the memory."""
        memory = memoryview(mmap.mmap(descriptor, self.BYTES))
        self._words, self._numbers = memory.cast("Q"), memory.cast("d")

    def begin(self, connection: int) -> None:
        """Tell that the worker looks at what came over a connection."""
        self._words[_SEQUENCE] += 1
        self._words[_CURRENT] = connection

    def end(self, connection: int) -> bool:
        """Tell that it no longer does; return False where the front has the connections from now on."""
        self._words[_CURRENT] = 0
        if self._words[_WANTED] == self._words[_SEQUENCE]:
            self._words[_CURRENT] = connection
            return False
        return True

    def clear(self) -> None:
        """Forget the connection at which the front has taken over, before the worker gets others."""
        self._words[_CURRENT] = 0

    @property
    def current(self) -> tuple[int, int]:
        """The connection that is looked at, 0 for none, and how many there were before."""
        return self._words[_CURRENT], self._words[_SEQUENCE]

    @property
    def wanted(self) -> int:
        """At which of these the front wants the connections."""
        return self._words[_WANTED]

    @wanted.setter
    def wanted(self, sequence: int) -> None:
        self._words[_WANTED] = sequence

    @property
    def sending(self) -> tuple[int, int, int, int]:
        """What was told last by `begin_sending`; a 0 as connection where that is over."""
        words = self._words
        return words[_SENDING], words[_READ], words[_WRITTEN], words[_WHOLE]

    def begin_sending(self, connection: int, read: int, written: int, whole: int) -> None:
        """Tell that an answer is sent, and its request then read off the connection.

        Args:
            connection: its number.
            read: bytes that `traffic` tells as read when that is done.
            written: bytes that it tells as written before that.
            whole: and after that; 0 where the connection then ends.
        """
        words = self._words
        words[_READ], words[_WRITTEN], words[_WHOLE] = read, written, whole
        words[_SENDING] = connection

    def end_sending(self) -> None:
        """Tell that both is done, or left to the front."""
        self._words[_SENDING] = 0

    def count(self, kind: int, bucket: int, seconds: float, size: int) -> None:
        """Count an answer."""
        start = _COUNTS + kind * _SLOTS
        self._words[start + bucket] += 1
        self._words[start + _SLOTS - 2] += size
        self._numbers[start + _SLOTS - 1] += seconds

    def counts(self) -> list[WorkerCounts]:
        """Return what has been counted of each of `KINDS`."""
        starts = (_COUNTS + kind * _SLOTS for kind in range(len(KINDS)))
        return [
            WorkerCounts(
                self._words[start : start + len(BUCKETS) + 1].tolist(),
                self._numbers[start + _SLOTS - 1],
                self._words[start + _SLOTS - 2],
            )
            for start in starts
        ]
