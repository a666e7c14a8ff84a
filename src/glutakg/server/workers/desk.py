"""The front's end of a worker that answers clients itself: how connections go there, and what is seen."""

import os
import socket
import time
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from glutakg.server.settings import QUICK_SECONDS
from glutakg.server.workers.line import Job
from glutakg.server.workers.passing import ON_DUTY, PASS, Board, WorkerCounts

__all__ = ["Desk", "Guest", "Left"]


_WORK_SECONDS = 0.02
_LONGEST_MESSAGE = 131_072


@dataclass(eq=False, slots=True)
class Guest:
    """A connection: its number, the front's own descriptor of it, its other end, and what is to be done.

    Attributes:
        ahead: what a worker had begun when the front took the connection over.
        rest: bytes of an answer that the client has not taken yet.
        was_passed: whether it has been with a worker.
    """

    number: int
    socket: socket.socket
    host: str
    ahead: Job | None = None
    rest: bytearray = field(default_factory=bytearray)
    was_passed: bool = False


class Left(Enum):
    """What a worker has left of a connection when it ended."""

    NOTHING = "no request that it was at"
    REQUEST = "a request that it was at, and of whose answer it has sent nothing"
    PIECE = "a piece of an answer"


class Desk:
    """A channel to a worker, memory that both see, and the guests that are there."""

    def __init__(self) -> None:
        """Make all of it, before the worker is started."""
        self.channel, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._memory = os.memfd_create("glutakg-desk")
        os.ftruncate(self._memory, Board.BYTES)
        self.board = Board(self._memory)
        self.guests: dict[int, Guest] = {}
        self.is_on_duty = False
        self._seen = (0, 0)
        self._seen_at = self._cpu_seconds = 0.0
        self._counted = self.board.counts()

    @property
    def descriptors(self) -> tuple[int, int]:
        """What the worker gets."""
        return self._theirs.fileno(), self._memory

    def begin(self, slow: Iterable[int]) -> bool:
        """Let the worker answer guests, but not what is known to be slow; return False where it cannot."""
        self._seen = (0, 0)
        self.board.clear()
        self.is_on_duty = self.tell(ON_DUTY + b"".join(digest.to_bytes(4) for digest in slow))
        return self.is_on_duty

    def tell(self, message: bytes) -> bool:
        """Send a message; return False where the worker has ended or hears nothing."""
        try:
            self.channel.send(message, socket.MSG_DONTWAIT)
        except OSError:
            return False
        return True

    def take(self, guest: Guest) -> bool:
        """Pass a connection; return False where the worker cannot take it."""
        is_known = bytes([guest.was_passed])
        message = PASS + guest.number.to_bytes(8) + is_known + guest.host.encode("latin-1", "replace")
        try:
            descriptor = array("i", [guest.socket.fileno()])
            attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)]
            self.channel.sendmsg([message], attached, socket.MSG_DONTWAIT)  # as `send_fds` cannot
        except OSError:
            return False
        guest.was_passed = True
        self.guests[guest.number] = guest
        return True

    def heard(self) -> bytes:
        """Return the next message of the worker; nothing where there is none."""
        try:
            return self.channel.recv(_LONGEST_MESSAGE, socket.MSG_DONTWAIT)
        except OSError:
            return b""

    def taken(self, cpu_seconds: float) -> int:
        """Take the connections of a worker that has been at one request for long; call it again and again.

        A worker that waits for a processor is not slow, nor what it is at, and gets more time.

        Args:
            cpu_seconds: of the processor that the worker has had since it was started.

        Returns:
            The connection that the worker is at; 0 where it keeps all.
        """
        connection, sequence = seen = self.board.current
        if connection and sequence == self.board.wanted:
            return connection
        if not connection or seen != self._seen:
            self._seen, self._seen_at, self._cpu_seconds = seen, time.monotonic(), cpu_seconds
        elif self.has_worked(cpu_seconds) or time.monotonic() - self._seen_at > QUICK_SECONDS:
            self.board.wanted = sequence
        return 0

    def has_worked(self, cpu_seconds: float) -> bool:
        """Tell whether what the worker is at is slow, and not only the machine."""
        return cpu_seconds - self._cpu_seconds > _WORK_SECONDS

    def left(self, guest: Guest) -> Left:
        """Tell what a worker that has ended has left of a connection, and drop what has been answered."""
        from glutakg.server.workers.traffic import traffic  # for which other systems lack the means

        (current, _), (sending, read, written, whole) = self.board.current, self.board.sending
        if guest.number == sending:
            has_read, has_written = traffic(guest.socket)
            if has_written == written and has_read < read:
                return Left.REQUEST
            with suppress(OSError):
                guest.socket.recv(max(0, read - has_read))
            return Left.NOTHING if has_written == whole else Left.PIECE
        return Left.REQUEST if guest.number == current else Left.NOTHING

    def new_counts(self) -> list[WorkerCounts]:
        """Return what the worker has counted since this was asked last."""
        before, self._counted = self._counted, self.board.counts()
        return [
            WorkerCounts(
                [count - earlier for count, earlier in zip(new.buckets, old.buckets, strict=True)],
                new.seconds - old.seconds,
                new.size - old.size,
            )
            for new, old in zip(self._counted, before, strict=True)
        ]

    def close(self) -> None:
        """Close what is open here."""
        self.channel.close()
        self._theirs.close()
        os.close(self._memory)
