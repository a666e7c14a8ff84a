"""A worker that answers clients itself: it reads plain requests from their connections and answers there.

The front keeps a descriptor of every connection, and can take all of them away while the worker is at one
request: both see in shared memory which (`Board`). Until the worker has made sure that it still has them the
request is only looked at, so that whoever answers it finds it whole.
"""

import fcntl
import os
import resource
import select
import socket
import sys
import time
from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from glutakg.dataset import catalogue
from glutakg.server.http.address import Proxies
from glutakg.server.http.messages import client_of, cors_headers, head
from glutakg.server.http.plain import Plain, Unread, read_plain
from glutakg.server.questions import (
    Wanted,
    digest_of,
    finished,
    known_etag,
    question_of,
    request_of,
    unchanged,
)
from glutakg.server.settings import HEADER_SECONDS, KEEP_ALIVE_SECONDS, Settings
from glutakg.server.workers.messages import Again, EndpointQuery, QueryAnswered
from glutakg.server.workers.passing import (
    BACK,
    BUCKETS,
    GONE,
    LET_GO,
    MAX_PLAIN_BYTES,
    OFF_DUTY,
    ON_DUTY,
    PASS,
    REST,
    RETURNED,
    SLOW,
    AttendingTerms,
    Board,
    NotAnswered,
)
from glutakg.server.workers.recent import Recent
from glutakg.server.workers.repeats import Outline, Repeat, Repeats, outline_of
from glutakg.server.workers.traffic import traffic
from glutakg.store import Message

__all__ = ["Attendant"]


_MAX_BODY_BYTES = 262_144
_MAX_SLOW = 4_096
_REST_BYTES = 65_536
_PARTIAL_SECONDS = 1.0
_TICK_SECONDS = 0.5
_STDIN = 0
_INT_BYTES = 4
_NOT_ANSWERED = NotAnswered(), b""
_INCOMING = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET

Answerer = Callable[[Message], tuple[Message, bytes]]
"""What evaluates a query."""

Repeater = Callable[[EndpointQuery, QueryAnswered], Again | None]
"""What gives what evaluates others that are like one that was answered, if anything does."""

_Read = tuple[bytes, Outline | None, Repeat | None, Plain | Unread]
"""A request as it was read: its bytes, its outline, and how one like it was answered, or its parts."""

_Answered = tuple[int, bytes, bytes, bool]
"""Which of `KINDS` an answer is, its head, its body, and whether the connection stays open."""


@dataclass(eq=False, slots=True)
class _Client:
    """A connection: its number and other end, who asks, when something came last, and how it is with it.

    Attributes:
        read: bytes that all have read from it, as `traffic` has them.
        written: and written to it.
        seen: what a client by way of a proxy has sent, if it is short.
    """

    number: int
    socket: socket.socket
    host: str
    who: str
    since: float
    is_proxy: bool
    read: int
    written: int
    has_asked: bool = False
    is_partial: bool = False
    is_waiting: bool = False
    has_ended: bool = False
    seen: _Read | None = None


class Attendant:
    """Answers the clients whose connections the front passes."""

    def __init__(self, terms: AttendingTerms, answer: Answerer, again: Repeater) -> None:
        """Take what the answers depend on, and what evaluates queries; nothing else is opened later.

        Args:
            terms: what the answers depend on.
            answer: evaluates a query.
            again: gives what evaluates further ones that are like one that was answered, if anything does.
        """
        channel, board = terms.descriptors
        self._terms = terms
        self._settings = Settings(
            timeout=terms.timeout, max_rows=terms.max_rows, max_bytes=terms.max_bytes, base_url=terms.base_url
        )
        self._evaluate = answer
        self._repeater = again
        self._repeats = Repeats(terms)
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=channel)
        self._board = Board(board)
        self._poll = select.epoll()
        self._poll.register(channel, select.EPOLLIN)
        self._poll.register(_STDIN, select.EPOLLIN)
        self._clients: dict[int, _Client] = {}
        self._numbers: dict[int, int] = {}
        self._line: OrderedDict[str, deque[_Client]] = OrderedDict()
        self._slow = Recent(_MAX_SLOW)
        self._is_on_duty = False
        self._reply: tuple[Message, bytes] = _NOT_ANSWERED
        self._swept = time.monotonic()
        self._proxies = Proxies(terms.proxies)
        self._buffer = bytearray(MAX_PLAIN_BYTES)
        self._catalogue = catalogue()

    def attend(self) -> tuple[Message, bytes] | None:
        """Answer clients until the front sends something else, or has taken over a request.

        Returns:
            The reply to the request that was taken over; None where the front has sent something.
        """
        while True:
            for descriptor, event in self._poll.poll(0 if self._line else _TICK_SECONDS):
                if descriptor == _STDIN:
                    return None
                if descriptor == self._channel.fileno():
                    self._hear()
                elif (client := self._clients.get(descriptor)) is not None:
                    if event != select.EPOLLIN:
                        client.has_ended = True
                    self._put_in_line(client)
            turns = len(self._line)
            while self._line:  # each client once, and one that is alone until nothing is left
                who, waiting = self._line.popitem(last=False)
                client = waiting.popleft()
                if waiting:
                    self._line[who] = waiting
                client.is_waiting = False
                if not self._look_at(client):
                    return self._reply
                turns -= 1
                if turns <= 0 and len(self._line) > 1:
                    break
            if time.monotonic() - self._swept > _TICK_SECONDS:
                self._sweep()

    def _put_in_line(self, client: _Client) -> None:
        if not client.is_waiting:
            if client.is_proxy:
                self._see(client)
            client.is_waiting = True
            self._line.setdefault(client.who, deque()).append(client)

    def _see(self, client: _Client) -> None:
        """Find out who asks by way of a proxy, and keep what has been read for that if it is short."""
        try:
            read = _, outline, repeat, plain = self._read(client)
        except OSError:  # which is seen when its turn comes
            return
        if repeat is not None:
            client.who = repeat.who
        elif isinstance(plain, Plain):
            client.who = client_of(self._origin(client, plain)[0])
        client.seen = None if outline is None else read

    def _read(self, client: _Client) -> _Read:
        """Look at what a client has sent; raise `OSError` where nothing has come or will."""
        data = client.socket.recv(MAX_PLAIN_BYTES + 1, socket.MSG_PEEK)
        outline = outline_of(data)
        if outline is not None:
            repeat = self._repeats.get(outline, host=client.host)
            if repeat is not None:
                return data, outline, repeat, Unread.OTHER
        return data, outline, None, read_plain(data) if len(data) <= MAX_PLAIN_BYTES else Unread.OTHER

    def _origin(self, client: _Client, plain: Plain) -> tuple[str, str]:
        return self._proxies.origin(client.host, plain.fields.items())

    # ---- what the front says ----

    def _hear(self) -> None:
        """Take all that the front has sent, at a moment when a connection can be taken."""
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
        try:
            with suppress(BlockingIOError):
                while True:
                    data, attached, _, _ = self._channel.recvmsg(
                        4 * _MAX_SLOW + 1, socket.CMSG_SPACE(_INT_BYTES), socket.MSG_DONTWAIT
                    )
                    if not data:
                        return
                    descriptors = [int.from_bytes(each, sys.byteorder) for _, _, each in attached]
                    self._heed(data[:1], data[1:], descriptors, limits[0])
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)

    def _heed(self, what: bytes, data: bytes, descriptors: list[int], lowest: int) -> None:
        if what == PASS:
            number = int.from_bytes(data[:8])
            high = -1
            with suppress(OSError):
                high = fcntl.fcntl(descriptors[0], fcntl.F_DUPFD_CLOEXEC, lowest) if descriptors else -1
            for descriptor in descriptors:
                os.close(descriptor)
            if high >= 0 and self._is_on_duty:
                self._take(number, high, data[9:].decode("latin-1"), has_asked=bool(data[8]))
            elif high >= 0:
                os.close(high)  # the front has given it to another since
            elif self._is_on_duty:
                self._say(BACK, number)
        elif what == LET_GO:
            for start in range(0, len(data), 8):
                found = self._numbers.get(int.from_bytes(data[start : start + 8]))
                if found is not None:
                    self._say(RETURNED, self._forget(self._clients[found]))
        elif what == ON_DUTY:
            self._is_on_duty = True
            self._learn(data)
        elif what == SLOW:
            self._learn(data)
        elif what == OFF_DUTY:
            self._leave()
            self._channel.send(OFF_DUTY)

    def _learn(self, data: bytes) -> None:
        for start in range(0, len(data), 4):
            self._slow.add(int.from_bytes(data[start : start + 4]))

    def _say(self, what: bytes, number: int, rest: bytes = b"") -> None:
        self._channel.send(what + number.to_bytes(8) + rest)

    # ---- who is there ----

    def _take(self, number: int, descriptor: int, host: str, *, has_asked: bool) -> None:
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=descriptor)
        connection.setblocking(False)
        self._clients[descriptor] = _Client(
            *(number, connection, host, client_of(host), time.monotonic(), host in self._proxies),
            *(*traffic(connection), has_asked),
        )
        self._numbers[number] = descriptor
        self._poll.register(descriptor, _INCOMING)

    def _forget(self, client: _Client) -> int:
        """Let a connection go, and return its number."""
        descriptor = client.socket.fileno()
        self._poll.unregister(descriptor)  # closing does not, since the front has the connection too
        del self._clients[descriptor], self._numbers[client.number]
        client.socket.close()
        if client.is_waiting:
            waiting = self._line[client.who]
            waiting.remove(client)
            if not waiting:
                del self._line[client.who]
        return client.number

    def _leave(self) -> None:
        self._is_on_duty = False
        for client in list(self._clients.values()):
            self._forget(client)

    def _sweep(self) -> None:
        """Give back requests that do not go on, and end connections over which none has come for long."""
        self._swept = now = time.monotonic()
        for client in list(self._clients.values()):
            seconds = now - client.since
            if client.is_partial and seconds > _PARTIAL_SECONDS:
                self._say(BACK, self._forget(client))
            elif seconds > (KEEP_ALIVE_SECONDS if client.has_asked else HEADER_SECONDS):
                with suppress(OSError):
                    if client.socket.recv(1, socket.MSG_PEEK):
                        continue  # something has come since, and is looked at next
                self._say(GONE, self._forget(client))

    # ---- requests ----

    def _look_at(self, client: _Client) -> bool:
        """Answer what a client has sent, or pass it on; return False where the front has taken over."""
        read, client.seen = client.seen, None
        if read is None:
            try:
                read = self._read(client)
            except BlockingIOError:
                return True
            except OSError:
                read = b"", None, None, Unread.OTHER
        if not read[0]:
            self._say(GONE, self._forget(client))
            return True
        if client.has_ended:
            self._say(BACK, self._forget(client))
            return True
        began = time.perf_counter()
        self._board.begin(client.number)
        self._reply = _NOT_ANSWERED
        found = self._repeated(read) or self._answer(read, client)
        if not self._board.end(client.number):
            self._leave()
            return False
        if found is Unread.UNFINISHED:
            if not client.is_partial:
                client.is_partial, client.since = True, time.monotonic()
        elif isinstance(found, Unread):
            self._say(BACK, self._forget(client))
        else:
            kind, head_, body, keeps_alive = found
            seconds = time.perf_counter() - began
            self._board.count(kind, bisect_left(BUCKETS, seconds), seconds, len(body))
            self._send(client, len(read[0]), head_ + body, keeps_alive)
        return True

    def _repeated(self, read: _Read) -> _Answered | None:
        """Return the answer to a request that is like one before, unless it must be looked at by itself."""
        _, outline, repeat, _ = read
        if outline is None or repeat is None:
            return None
        text = repeat.text_with(outline[1])
        if digest_of(text) in self._slow:
            return None
        found = repeat.answered(text)
        if found is None or len(found[2]) > _MAX_BODY_BYTES:
            return None
        reply, head_, body = found
        self._reply = reply, body
        return int(repeat.is_rewritten), head_, body, repeat.keeps_alive

    def _answer(self, read: _Read, client: _Client) -> Unread | _Answered:
        """Return the answer to a request; what is not answered here has none."""
        data, outline, repeat, plain = read
        if repeat is not None:
            plain = read_plain(data)
        if isinstance(plain, Unread):
            return plain
        header = plain.header
        wanted = self._question(plain, client)
        if wanted is None:
            return Unread.OTHER
        digest = digest_of(wanted.asked.query, wanted.parameters)
        if digest in self._slow:
            return Unread.OTHER
        condition = header("if-none-match") if plain.method == "GET" else None
        if condition and condition.strip() == "*":
            return Unread.OTHER
        etag = known_etag(wanted, condition, self._terms.version)
        if etag is not None:
            answer = unchanged(etag, self._terms.version)
        else:
            request = request_of(wanted, self._settings, self._terms.hosts)
            self._reply = reply, body = self._evaluate(request)
            if not isinstance(reply, QueryAnswered):
                return Unread.OTHER
            if len(body) > _MAX_BODY_BYTES:
                self._learn(digest.to_bytes(4))  # the next time it is not evaluated in vain
                return Unread.OTHER
            answer = finished(wanted, reply, body, self._terms.version)
            if outline is not None and repeat is None and not condition:
                again = self._repeater(request, reply)
                if again is not None:
                    self._repeats.add(outline, plain, wanted, reply, again, host=client.host, who=client.who)
        fields = (*answer.headers, *cors_headers(self._terms.cors, header("origin")))
        kind = (plain.query is not None) * 3 + (answer.status == 304) * 2 + answer.is_rewritten
        head_ = head(answer.status, fields, keeps_alive=plain.keeps_alive)
        return kind, head_, answer.body, plain.keeps_alive

    def _question(self, plain: Plain, client: _Client) -> Wanted | None:
        scheme = self._origin(client, plain)[1] if client.is_proxy else "http"
        return question_of(plain, self._terms, self._catalogue, scheme=scheme)

    def _send(self, client: _Client, length: int, answer: bytes, keeps_alive: bool) -> None:
        """Send the answer, and take its request of so many bytes off the connection."""
        board, size = self._board, len(answer)
        client.read += length
        whole = client.written + size
        board.begin_sending(client.number, client.read, client.written, whole if keeps_alive else 0)
        client.written = whole
        try:
            try:
                sent = client.socket.send(answer)
            except BlockingIOError:
                sent = 0
            client.socket.recv_into(self._buffer, length)
        except OSError:
            self._say(GONE, self._forget(client))
            board.end_sending()
            return
        if sent < size:
            for start in range(sent, size, _REST_BYTES):
                self._say(REST, client.number, answer[start : start + _REST_BYTES])
            self._say(BACK if keeps_alive else GONE, self._forget(client))
        elif keeps_alive:
            client.since, client.has_asked, client.is_partial = time.monotonic(), True, False
        else:
            with suppress(OSError):
                client.socket.shutdown(socket.SHUT_RDWR)
            self._say(GONE, self._forget(client))
        board.end_sending()
