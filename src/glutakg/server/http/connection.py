"""Connections that the front answers: what comes is read by httptools, and an application answers in turn."""

import asyncio
import select
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import httptools
from starlette.types import ASGIApp, Scope

from glutakg.languages import N_
from glutakg.server.http.address import Proxies
from glutakg.server.http.plain import HOST
from glutakg.server.http.problems import Problem
from glutakg.server.http.turn import Turn
from glutakg.server.settings import (
    HEADER_SECONDS,
    KEEP_ALIVE_SECONDS,
    MAX_CONNECTIONS,
    MAX_HEADER_BYTES,
    MAX_URL_BYTES,
    SENDING_SECONDS,
)

__all__ = ["REFUSAL", "Connection", "Connections"]


REFUSAL = "glutakg.refusal"
"""What the state of a scope has, besides, of a request that is refused whatever it asks: the problem."""

_MOST_ADDRESS_READ = 10 * MAX_URL_BYTES
_VERSIONS = ("1.0", "1.1")
_OF_UPGRADES = (b"upgrade", b"http2-settings")
_LOOK_SECONDS = 0.02
_SECONDS_TO_TELL = 0.5


class Connections:
    """All connections that the front answers, the application that does it, and the proxies among them."""

    def __init__(self, application: ASGIApp, proxies: Proxies) -> None:
        """Begin without any."""
        self.proxies = proxies
        self.open: set[Connection] = set()
        self._application = application
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, turn: Turn) -> None:
        """Have a request answered."""
        task = asyncio.get_running_loop().create_task(turn.run(self._application))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, seconds: float, hurry: asyncio.Event) -> None:
        """Close what is idle, and let running requests finish.

        Args:
            seconds: for which they are waited for.
            hurry: whether to wait no longer.
        """
        for connection in list(self.open):
            connection.finish()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (self.open or self._tasks) and not hurry.is_set():
                    await asyncio.sleep(_LOOK_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_SECONDS_TO_TELL)


class Connection(asyncio.Protocol):
    """A connection, with limits on the size of a request's head and the time that it takes.

    `Upgrade` is ignored (RFC 9110, 7.8): a body belongs to its request. Trailers are dropped. What is no
    proper request is refused in its turn, after the answers to those before it, and nothing is read after it.
    """

    transport: asyncio.Transport

    def __init__(self, connections: Connections) -> None:
        """Take the others, of which this becomes one."""
        self.loop = asyncio.get_running_loop()
        self.turn: Turn | None = None
        """The last request."""
        self._connections = connections
        self._parser = self._new_parser()
        self._waiting: deque[Turn] = deque()
        self._unanswered: list[Turn] = []
        self._timer: asyncio.TimerHandle | None = None
        self._peer, self._host, self._port = "", "", 0
        self._is_writable = asyncio.Event()
        self._is_writable.set()
        self._is_paused = self._is_refused = self._is_reading = False
        self._begin_head()

    def _new_parser(self) -> Any:
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # which is dropped, not an error
        return parser

    def _begin_head(self) -> None:
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._address_bytes = self._head_bytes = 0
        self._is_head_whole = self._is_body_awaited = False
        self._asks_upgrade = self._expects_leave = False

    # ---- what the transport tells ----

    def connection_made(self, transport: Any) -> None:
        """Take a connection, unless there are too many."""
        self.transport = transport
        self._connections.open.add(self)
        self._peer = str((transport.get_extra_info("peername") or ("unknown",))[0])
        self._host, self._port = (transport.get_extra_info("sockname") or ("", 0))[:2]
        if len(self._connections.open) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._wait_for_client(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and tell all who still work for it."""
        self._connections.open.discard(self)
        self._stop_waiting()
        self._is_writable.set()
        for turn in self._unanswered:
            turn.abandon()
        self._waiting.clear()
        self._parser = None

    def pause_writing(self) -> None:
        """Wait until the client has taken what was sent."""
        self._is_writable.clear()

    def resume_writing(self) -> None:
        """Go on sending."""
        self._is_writable.set()

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        while data and not self._is_refused:
            try:
                self._parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as pause:
                data = self._head_without_upgrade() + data[pause.args[0] :]
                self._parser = self._new_parser()
            except httptools.HttpParserError as error:
                cause = error.__context__
                self._refuse(cause if isinstance(cause, Problem) else _improper())
                return

    # ---- what the parser tells ----

    def on_message_begin(self) -> None:
        """Begin to read the head of a request."""
        self._begin_head()
        self._is_reading = True
        self._wait_for_client(HEADER_SECONDS)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._address_bytes += len(url)
        if self._address_bytes > _MOST_ADDRESS_READ:
            raise _address_too_long()
        if self._address_bytes <= MAX_URL_BYTES:  # of a longer one only the fields after it are of use
            self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field, or drop a trailer."""
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > MAX_HEADER_BYTES:
            raise Problem(
                "bad-request",
                N_(
                    "The header fields are longer than {limit:,} bytes; send fewer or shorter ones.",
                    limit=MAX_HEADER_BYTES,
                ),
                limit=MAX_HEADER_BYTES,
            )
        if self._is_head_whole:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self._expects_leave = True
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take the whole head."""
        self._stop_waiting()
        self._is_head_whole = True
        if self._address_bytes > MAX_URL_BYTES:  # not before it is known whether a browser asks
            raise _address_too_long()
        method = self._parser.get_method()
        if self._parser.should_upgrade():
            if method == b"CONNECT":
                raise Problem("bad-request", N_("CONNECT asks a proxy for a tunnel, and this is none."))
            self._asks_upgrade = True  # the parser stops here, and `data_received` goes on
            return
        version = self._parser.get_http_version()
        _refuse_improper(self._headers, version)
        url = httptools.parse_url(self._url)
        scope = self._scope(method, url.path or b"/", url.query or b"")
        is_new = version == "1.1"
        self._add(
            Turn(
                self,
                scope,
                keeps_alive=is_new and self._parser.should_keep_alive(),
                waits_for_leave=is_new and self._expects_leave,  # RFC 9110, 10.1.1
            )
        )
        self._is_body_awaited = True

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        if self.turn is not None:
            self.turn.add(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        turn = self.turn
        if self._asks_upgrade or turn is None:
            return
        self._is_body_awaited = self._is_reading = False
        turn.complete()
        if not self._parser.should_keep_alive():  # also where only a trailer says so: nothing more is read
            turn.keeps_alive = False
            if turn.is_answered:
                self.end()

    # ---- requests ----

    def state(self) -> dict[str, Any]:
        """Return what the application is told of the next request besides."""
        return {}

    def _scope(self, method: bytes, path: bytes, query: bytes) -> Scope:
        """Return a request as ASGI has it, from whom a trusted proxy says that it is."""
        client, scheme = self._connections.proxies.origin(self._peer, self._headers)
        return {
            "type": "http",
            "method": method.decode("ascii"),
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": self._headers,
            "client": (client, 0),
            "server": (self._host, self._port),
            "scheme": scheme,
            "state": self.state(),
        }

    def _add(self, turn: Turn) -> None:
        """Have a request answered, now or after those before it."""
        self.turn = turn
        self._unanswered.append(turn)
        if len(self._unanswered) == 1:
            self._connections.begin(turn)
        else:
            self.pause()
            self._waiting.append(turn)

    def answered(self, turn: Turn) -> None:
        """Go on with the next request, or wait for it."""
        self._unanswered.remove(turn)
        if not turn.keeps_alive:
            self.end()
        elif not self.transport.is_closing():
            self.resume()
            if self._waiting:
                self._connections.begin(self._waiting.popleft())
            else:
                self._wait_for_client(KEEP_ALIVE_SECONDS)

    @property
    def is_between(self) -> bool:
        """Whether all requests have been answered, and nothing of another one has come."""
        return (
            not self.transport.is_closing()
            and not self._unanswered
            and (self.turn is None or self.turn.keeps_alive)
            and not self._is_reading
            and not self._is_refused
            and self.transport.get_write_buffer_size() == 0
        )

    def _head_without_upgrade(self) -> bytes:
        """Return the head that was read as it would be without `Upgrade`."""
        version = self._parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self._parser.get_method(), self._url, version)]
        for name, value in self._headers:
            if name == b"connection":
                options = (option.strip() for option in value.split(b","))
                value = b", ".join(option for option in options if option.lower() not in _OF_UPGRADES)
            if name not in _OF_UPGRADES:
                lines.append(b"%s: %s" % (name, value))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _refuse(self, problem: Problem) -> None:
        """Answer what was read last with a problem, when its turn comes, and close the connection."""
        self._is_refused = True
        self._stop_waiting()
        before = self.turn
        if before is not None and self._is_body_awaited:
            if before.has_begun:  # too late to say anything else
                before.keeps_alive = False
                if before.is_answered:
                    self.end()
                return
            self._unanswered.remove(before)
            if before in self._waiting:
                self._waiting.remove(before)
            else:
                before.abandon()
        scope = self._scope(self._parser.get_method(), b"", b"")
        scope["state"][REFUSAL] = problem
        turn = Turn(self, scope, keeps_alive=False)
        turn.complete()
        self._add(turn)

    # ---- the other direction ----

    async def writable(self) -> None:
        """Wait until the client has taken most of what was sent."""
        await self._is_writable.wait()

    def write(self, data: bytes) -> None:
        """Send bytes, if anybody is there."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def pause(self) -> None:
        """Read nothing more for a while."""
        if not self._is_paused and not self.transport.is_closing():
            self._is_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._is_paused and not self.transport.is_closing():
            self._is_paused = False
            self.transport.resume_reading()

    def finish(self) -> None:
        """Close the connection when its requests have been answered."""
        if self._unanswered:
            self._unanswered[-1].keeps_alive = False
        else:
            self.end()

    def end(self) -> None:
        """Close the connection when the client has taken all that was sent, or has had the time for it."""
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.close()
            self._timer = self.loop.call_later(SENDING_SECONDS, self.transport.abort)

    def _wait_for_client(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._waited_long)

    def _waited_long(self) -> None:
        """End the connection, unless something has come; a request may still cross this (RFC 9112, 9.5)."""
        if self._is_reading or not self._has_unread:
            self.end()
        else:
            self._wait_for_client(_LOOK_SECONDS)

    @property
    def _has_unread(self) -> bool:
        poll = select.poll()
        poll.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _refuse_improper(headers: list[tuple[bytes, bytes]], version: str) -> None:
    """Raise `Problem` for a head that another server could read otherwise (RFC 9112, 2.3, 3.2 and 6.1)."""
    if version not in _VERSIONS:
        raise _improper()
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
            if not HOST.fullmatch(value):
                raise Problem("bad-request", N_("The field Host holds no host; send its name and its port."))
        elif name == b"transfer-encoding" and (version == "1.0" or value.lower() != b"chunked"):
            raise Problem("bad-request", N_("Send the body in one piece, or chunked and by HTTP/1.1."))
    if hosts != 1 and (hosts or version != "1.0"):
        raise Problem("bad-request", N_("The request has {number} fields Host; send one.", number=hosts))


def _address_too_long() -> Problem:
    return Problem(
        "query-too-long",
        N_("The address is longer than {limit:,} bytes; send the query by POST.", limit=MAX_URL_BYTES),
        limit=MAX_URL_BYTES,
    )


def _improper() -> Problem:
    return Problem("bad-request", N_("This is no proper HTTP request."))
