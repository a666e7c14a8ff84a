"""A connection of uvicorn's with limits of our own, and with what RFC 9112 says of odd requests.

uvicorn does not promise what is extended here; `pyproject.toml` allows the versions that were tried, and
`tests/server/test_run.py` says what must be there.
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from glutakg.languages import N_
from glutakg.server.http.plain import HOST
from glutakg.server.http.problems import Problem
from glutakg.server.settings import HEADER_SECONDS, MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_URL_BYTES

__all__ = ["REFUSAL", "Connection"]


REFUSAL = "glutakg.refusal"
"""What the state of a scope has, besides, of a request that is refused whatever it asks: the problem."""

_MOST_ADDRESS_READ = 10 * MAX_URL_BYTES
_VERSIONS = ("1.0", "1.1")
_OF_UPGRADES = (b"upgrade", b"http2-settings")


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits on the size of a request's head and the time that it takes.

    `Upgrade` is ignored (RFC 9110, 7.8), where uvicorn would take the body for the next request. Trailers are
    dropped, where it would add them to the header fields. What is no proper request is refused in its turn,
    after the answers to those before it, and nothing is read after it.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _address_bytes = 0
    _head_bytes = 0
    _is_head_whole = False
    _is_body_awaited = False
    _asks_upgrade = False
    _is_refused = False
    _unanswered: list[RequestResponseCycle] | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and tell all who still work for it."""
        self._untime_head()
        for cycle in self._unanswered or ():
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        self._unset_keepalive_if_required()
        while data and not self._is_refused:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as pause:
                data = self._head_without_upgrade() + data[pause.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
            except httptools.HttpParserError as error:
                cause = error.__context__
                self._refuse(cause if isinstance(cause, Problem) else _improper())
                return

    def on_message_begin(self) -> None:
        """Begin to read the head of a request."""
        super().on_message_begin()
        self._address_bytes = self._head_bytes = 0
        self._is_head_whole = self._is_body_awaited = self._asks_upgrade = False
        self._time_head()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._address_bytes += len(url)
        if self._address_bytes > _MOST_ADDRESS_READ:
            raise _address_too_long()
        if self._address_bytes <= MAX_URL_BYTES:  # of a longer one only the fields after it are of use
            super().on_url(url)

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
        if not self._is_head_whole:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Take the whole head."""
        self._untime_head()
        self._is_head_whole = True
        if self._address_bytes > MAX_URL_BYTES:  # not before it is known whether a browser asks
            raise _address_too_long()
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise Problem("bad-request", N_("CONNECT asks a proxy for a tunnel, and this is none."))
            self._asks_upgrade = True  # the parser stops here, and `data_received` goes on
            return
        version = self.parser.get_http_version()
        _refuse_improper(self.headers, version)
        if version == "1.0":
            self.expect_100_continue = False  # RFC 9110, 10.1.1
        super().on_headers_complete()
        self._is_body_awaited = True
        before = self._unanswered or ()
        self._unanswered = [*(cycle for cycle in before if not cycle.response_complete), self.cycle]

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        if self._asks_upgrade:
            return
        super().on_message_complete()
        self._is_body_awaited = False
        if not self.parser.should_keep_alive():  # also where only a trailer says so: the parser reads no more
            self.cycle.keep_alive = False
            if self.cycle.response_complete:
                self.transport.close()

    def _head_without_upgrade(self) -> bytes:
        """Return the head that was read as it would be without `Upgrade`."""
        lines = [
            b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        ]
        for name, value in self.headers:
            if name == b"connection":
                options = (option.strip() for option in value.split(b","))
                value = b", ".join(option for option in options if option.lower() not in _OF_UPGRADES)
            if name not in _OF_UPGRADES:
                lines.append(b"%s: %s" % (name, value))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _refuse(self, problem: Problem) -> None:
        """Answer what was read last with a problem, when its turn comes, and close the connection."""
        self._is_refused = True
        self._untime_head()
        before: RequestResponseCycle | None = self.cycle
        method, headers = self.parser.get_method(), self.headers
        if before is not None and self._is_body_awaited:
            if before.response_started:  # too late to say anything else
                before.keep_alive = False
                if before.response_complete:
                    self.transport.close()
                return
            if self.pipeline and self.pipeline[0][0] is before:
                self.pipeline.popleft()
            else:
                before.disconnected = True
                before.message_event.set()
        super().on_message_begin()  # makes a scope
        self.scope["method"], self.scope["headers"] = method.decode("ascii"), headers
        self.scope["path"], self.scope["raw_path"], self.scope["query_string"] = "", b"", b""
        self.scope["state"][REFUSAL] = problem
        self.cycle = self._last_cycle()
        if before is None or before.response_complete or before.disconnected:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _last_cycle(self) -> RequestResponseCycle:
        """Return the exchange of the request whose scope was made, which is the last of the connection."""
        cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        return cycle

    def _time_head(self) -> None:
        self._untime_head()
        self._head_timer = self.loop.call_later(HEADER_SECONDS, self._head_overdue)

    def _untime_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_overdue(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


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
