"""Accepts connections, passes them to workers that answer by themselves, and takes back what they cannot do.

What the front does itself it does as without this: see `Connection`. It keeps a descriptor of every
connection, so that none is lost when a worker ends, and takes away those of a worker that is at one request
for long.
"""

import asyncio
import socket
from contextlib import suppress
from itertools import count
from typing import Any

from glutakg.dataset import Catalogue
from glutakg.server.http.address import Proxies
from glutakg.server.http.connection import Connection, Connections
from glutakg.server.http.exchange import AHEAD
from glutakg.server.http.messages import client_of
from glutakg.server.http.metrics import OTHER, REWRITTEN, Metrics
from glutakg.server.http.plain import Unread, read_plain
from glutakg.server.http.turn import Turn
from glutakg.server.questions import digest_of, question_of, request_of
from glutakg.server.settings import MAX_CONNECTIONS, SENDING_SECONDS, Settings
from glutakg.server.workers.desk import Desk, Guest, Left
from glutakg.server.workers.messages import EndpointQuery
from glutakg.server.workers.passing import (
    BACK,
    GONE,
    KINDS,
    LET_GO,
    MAX_PLAIN_BYTES,
    OFF_DUTY,
    REST,
    RETURNED,
    SLOW,
    AttendingTerms,
)
from glutakg.server.workers.pool import Pool
from glutakg.server.workers.process import Process, in_background
from glutakg.server.workers.recent import Recent

__all__ = ["GuestConnection", "Reception"]


_LOOK_SECONDS = 0.005
_LOOKS_BETWEEN_SHARES = 10
_ACCEPTED_AT_ONCE = 64
_SECONDS_WITHOUT_DESCRIPTORS = 0.5
_SECONDS_TO_LEAVE = 1.0
_MAX_SLOW = 1_024


class GuestConnection(Connection):
    """A connection that the front answers itself, for a while."""

    def __init__(self, connections: Connections, guest: Guest, reception: "Reception") -> None:
        """Take whose connection it is, and who has it afterwards."""
        super().__init__(connections)
        self._guest = guest
        self._reception = reception
        self._is_leaving = False

    def connection_made(self, transport: Any) -> None:
        """Send first what is left of the last answer."""
        super().connection_made(transport)
        self.write(bytes(self._guest.rest))
        self._guest.rest.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Go to a worker, or be over."""
        super().connection_lost(exc)
        self._reception.front_is_done(self._guest, is_over=not self._is_leaving)

    def state(self) -> dict[str, Any]:
        """Tell of a request what a worker has begun to answer."""
        return {} if self._guest.ahead is None else {AHEAD: self._guest.ahead}

    def answered(self, turn: Turn) -> None:
        """Leave for a worker, if nothing more has come and it is of use there."""
        super().answered(turn)
        self._reception.release(self._guest)
        if _is_for_workers(turn.scope["path"]):
            self.loop.call_soon(self._leave)

    def _leave(self) -> None:
        if self.is_between and self._reception.has_a_desk:
            self._is_leaving = True
            self.transport.abort()


def _is_for_workers(path: str) -> bool:
    """Tell whether a worker may answer the next request of a connection, to judge by the last one."""
    return path == "/sparql" or path.startswith("/queries/")


class Reception:
    """All connections of the server, and who answers each."""

    def __init__(
        self,
        listener: socket.socket,
        pool: Pool,
        connections: Connections,
        *,
        settings: Settings,
        terms: AttendingTerms,
        queries: Catalogue,
        metrics: Metrics,
    ) -> None:
        """Take where clients come, who answers them, and what reads those of the front itself."""
        self._listener = listener
        self._pool = pool
        self._connections = connections
        self._proxies = Proxies(settings.proxies)
        self._settings = settings
        self._terms = terms
        self._catalogue = queries
        self._metrics = metrics
        self._guests: dict[int, Guest] = {}
        self._numbers = count(1)
        self._attending: list[tuple[Process, Desk]] = []
        self._slow = Recent(_MAX_SLOW)
        self._looks = 0
        self._looking: asyncio.TimerHandle | None = None
        self._leaving = 0
        pool.reception = self

    # ---- connections ----

    def start(self) -> None:
        """Begin to accept."""
        self._listener.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listener.fileno(), self._accept)
        self._look()

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, address = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # there is no descriptor left
                loop = asyncio.get_running_loop()
                loop.remove_reader(self._listener.fileno())
                loop.call_later(_SECONDS_WITHOUT_DESCRIPTORS, self._accept_again)
                return
            if len(self._guests) >= MAX_CONNECTIONS:
                connection.close()
                continue
            connection.setblocking(False)
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            guest = Guest(next(self._numbers), connection, str(address[0]))
            self._guests[guest.number] = guest
            self._seat(guest)

    def _accept_again(self) -> None:
        if self._listener.fileno() >= 0:
            asyncio.get_running_loop().add_reader(self._listener.fileno(), self._accept)

    @property
    def has_a_desk(self) -> bool:
        """Whether a worker answers by itself."""
        return bool(self._attending)

    def _seat(self, guest: Guest) -> None:
        """Pass a connection to the worker that has the fewest, else answer it here."""
        if self._attending:
            _, desk = min(self._attending, key=lambda one: len(one[1].guests))
            if desk.take(guest):
                return
        self._answer_here(guest)

    def _answer_here(self, guest: Guest) -> None:
        in_background(self._connect(guest))

    async def _connect(self, guest: Guest) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: GuestConnection(self._connections, guest, self), guest.socket.dup()
            )
        except OSError:  # the client is gone, or there is no descriptor left
            self._end(guest)

    def _end(self, guest: Guest) -> None:
        """End a connection, of which others may have descriptors still."""
        self.release(guest)
        if self._guests.pop(guest.number, None) is not None:
            with suppress(OSError):
                guest.socket.shutdown(socket.SHUT_RDWR)
            guest.socket.close()

    def release(self, guest: Guest) -> None:
        """Stop what was begun for a connection and is no longer wanted."""
        if guest.ahead is not None:
            self._pool.forget(guest.ahead)
            guest.ahead = None

    def front_is_done(self, guest: Guest, *, is_over: bool) -> None:
        """Take a connection back from the front's own way."""
        if is_over:
            self._end(guest)
        else:
            self._seat(guest)

    # ---- workers ----

    def came_on_duty(self, process: Process) -> None:
        """Let a worker answer clients."""
        desk = process.desk
        assert desk is not None
        if not desk.begin(self._slow):
            process.kill()  # there is still so much for it to hear that it would miss this
            return
        self._attending.append((process, desk))
        asyncio.get_running_loop().add_reader(desk.channel.fileno(), self._hear, desk)

    def _leave_duty(self, process: Process, desk: Desk) -> list[Guest]:
        """Return those whom a worker no longer answers, after all that it has said."""
        self._attending = [each for each in self._attending if each[0] is not process]
        asyncio.get_running_loop().remove_reader(desk.channel.fileno())
        self._hear(desk)
        desk.is_on_duty = False
        guests = list(desk.guests.values())
        desk.guests.clear()
        return guests

    def ended(self, process: Process) -> None:
        """Have others answer whom a worker has answered that has ended."""
        desk, process.desk = process.desk, None
        if desk is None:
            return
        if desk.is_on_duty:
            for guest in self._leave_duty(process, desk):
                match desk.left(guest):
                    case Left.NOTHING:
                        self._seat(guest)
                    case Left.REQUEST:  # which may have ended the worker
                        self._metrics.replayed()
                        self._answer_here(guest)
                    case Left.PIECE:
                        self._end(guest)
        self._count(desk)
        desk.close()

    def _hear(self, desk: Desk) -> None:
        while message := desk.heard():
            what, number = message[:1], int.from_bytes(message[1:9])
            if what == OFF_DUTY:
                self._leaving -= 1
                continue
            guest = desk.guests.get(number)
            if guest is None:
                continue
            if what == REST:
                guest.rest += message[9:]
                continue
            del desk.guests[number]
            if what == RETURNED:
                self._seat(guest)
            elif what == BACK:
                self._answer_here(guest)
            elif what == GONE and not guest.rest:
                self._end(guest)
            elif what == GONE:
                in_background(self._finish(guest))

    async def _finish(self, guest: Guest) -> None:
        """Send what is left of an answer, and end the connection."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(SENDING_SECONDS):
                await asyncio.get_running_loop().sock_sendall(guest.socket, bytes(guest.rest))
        self._end(guest)

    def _look(self) -> None:
        """See whether a worker is at one request for long, and whether all have about as many connections."""
        self._looking = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)
        for process, desk in list(self._attending):
            if number := desk.taken(process.cpu_seconds):
                self._take_over(process, desk, number)
        self._looks += 1
        if self._looks % _LOOKS_BETWEEN_SHARES == 0 and len(self._attending) > 1:
            self._share()

    def _share(self) -> None:
        desks = sorted((desk for _, desk in self._attending), key=lambda desk: len(desk.guests))
        surplus = (len(desks[-1].guests) - len(desks[0].guests)) // 2
        if surplus:
            numbers = list(desks[-1].guests)[:surplus]
            desks[-1].tell(LET_GO + b"".join(number.to_bytes(8) for number in numbers))

    def _take_over(self, process: Process, desk: Desk, number: int) -> None:
        """Go on here with the request that a worker is at, and give its other connections to others."""
        guests = self._leave_duty(process, desk)
        current = self._guests[number]
        request, client = self._request(current, is_slow=desk.has_worked(process.cpu_seconds))
        current.ahead = self._pool.taken_over(process, request, client, self._settings.timeout)
        for guest in guests:
            if guest is not current:
                self._seat(guest)
        self._answer_here(current)

    def _request(self, guest: Guest, *, is_slow: bool) -> tuple[EndpointQuery | None, str]:
        """Return what the worker evaluates, from the same bytes and by the same reader, and who asks."""
        try:
            read = read_plain(guest.socket.recv(MAX_PLAIN_BYTES + 1, socket.MSG_PEEK))
        except OSError:
            read = Unread.OTHER
        if isinstance(read, Unread):
            return None, client_of(guest.host)
        host, scheme = self._proxies.origin(guest.host, read.fields.items())
        client = client_of(host)
        wanted = question_of(read, self._terms, self._catalogue, scheme=scheme)
        if wanted is None:
            return None, client
        if is_slow:
            self._learn(digest_of(wanted.asked.query, wanted.parameters))
        return request_of(wanted, self._settings, self._terms.hosts), client

    def _learn(self, digest: int) -> None:
        """Let no worker take a question itself again that is slow."""
        self._slow.add(digest)
        for _, desk in self._attending:
            desk.tell(SLOW + digest.to_bytes(4))

    def _count(self, desk: Desk) -> None:
        for (route, status, is_rewritten), counts in zip(KINDS, desk.new_counts(), strict=True):
            if any(counts.buckets):
                work = REWRITTEN if is_rewritten else OTHER
                self._metrics.answered_by_worker(route, status, counts, work=work)

    def count(self, processes: "set[Process]") -> None:
        """Count what workers have answered."""
        for process in processes:
            if process.desk is not None:
                self._count(process.desk)

    async def close(self) -> None:
        """Accept nobody any more, and let workers finish what they are at."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener.fileno())
        self._listener.close()
        self._leaving = len(self._attending)
        for _, desk in self._attending:
            desk.tell(OFF_DUTY)
        latest = loop.time() + _SECONDS_TO_LEAVE
        while self._leaving > 0 and self._attending and loop.time() < latest:
            await asyncio.sleep(_LOOK_SECONDS)
        if self._looking is not None:
            self._looking.cancel()
        for process, desk in list(self._attending):
            for guest in self._leave_duty(process, desk):
                self._end(guest)
