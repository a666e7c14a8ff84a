"""A connection of uvicorn's with limits of our own.

uvicorn does not promise what is extended here; `pyproject.toml` allows the versions that were tried, and
`tests/server/test_run.py` says what must be there.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from glutakg.server.http.problems import PROBLEM_TYPE, Problem
from glutakg.server.settings import HEADER_SECONDS, MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_URL_BYTES

__all__ = ["Connection"]


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with limits on the size of a request's head and the time that it takes."""

    _head_timer: asyncio.TimerHandle | None = None
    _address_bytes = 0
    _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._untime_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to read the head of a request."""
        super().on_message_begin()
        self._address_bytes = self._head_bytes = 0
        self._time_head()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._address_bytes += len(url)
        if self._address_bytes > MAX_URL_BYTES:
            raise ValueError("the address is too long")  # has the request refused
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        self._head_bytes += len(name) + len(value) + 4
        if self._head_bytes > MAX_HEADER_BYTES:
            raise ValueError("the header fields are too long")  # has the request refused
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Take the whole head."""
        self._untime_head()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no proper request, in the form of all problems, and close the connection."""
        problem = Problem("bad-request", "This is no proper HTTP request.")
        if self._address_bytes > MAX_URL_BYTES:
            problem = Problem(
                "query-too-long",
                f"The address is longer than {MAX_URL_BYTES:,} bytes; send the query by POST.",
                limit=MAX_URL_BYTES,
            )
        body = problem.body()
        status = HTTPStatus(problem.status)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {PROBLEM_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self._untime_head()
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

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
