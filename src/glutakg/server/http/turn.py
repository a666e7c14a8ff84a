"""A request of a connection as an ASGI application hears of it, and the way back of its answer."""

import asyncio
import logging
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Scope

from glutakg.server.http.messages import head

if TYPE_CHECKING:
    from glutakg.server.http.connection import Connection

__all__ = ["Turn"]


_MOST_BODY_READ = 65_536
_CLOSE = (b"connection", b"close")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Turn:
    """A request and its answer, which goes out when those before it have.

    Attributes:
        scope: the request, without its body.
        keeps_alive: whether the connection stays open after the answer.
        has_begun: whether some of the answer has been sent.
        is_answered: whether all of it has.
        is_abandoned: whether the client hears nothing any more.
    """

    def __init__(
        self, connection: "Connection", scope: Scope, *, keeps_alive: bool, waits_for_leave: bool = False
    ) -> None:
        """Take a request whose body is yet to come.

        Args:
            connection: that it came over.
            scope: the request.
            keeps_alive: whether the connection stays open.
            waits_for_leave: whether the client sends the body only when it is told to.
        """
        self.scope = scope
        self.keeps_alive = keeps_alive
        self.has_begun = self.is_answered = self.is_abandoned = False
        self._connection = connection
        self._waits_for_leave = waits_for_leave
        self._body = bytearray()
        self._is_whole = False
        self._length = 0
        self._news = asyncio.Event()

    def add(self, piece: bytes) -> None:
        """Take a piece of the body, unless nobody will read it."""
        if self.is_answered:
            return
        self._body += piece
        if len(self._body) > _MOST_BODY_READ:
            self._connection.pause()
        self._news.set()

    def complete(self) -> None:
        """Take the end of the body."""
        self._is_whole = True
        self._news.set()

    def abandon(self) -> None:
        """Tell who works for the answer that nobody waits for it."""
        if not self.is_answered:
            self.is_abandoned = True
            self._news.set()

    async def run(self, application: ASGIApp) -> None:
        """Have an application answer."""
        try:
            await application(self.scope, self.receive, self.send)
        except Exception:
            logging.getLogger("glutakg.server").exception("This is a fault of the server:")
        finally:
            if not self.is_answered and not self.is_abandoned:
                self._connection.end()

    async def receive(self) -> Message:
        """Return the next piece of the body, or that nothing more is to be done."""
        if self._waits_for_leave:
            self._waits_for_leave = False
            self._connection.write(_CONTINUE)
        if not self.is_abandoned and not self.is_answered:
            self._connection.resume()
            await self._news.wait()
            self._news.clear()
        if self.is_abandoned or self.is_answered:
            return {"type": "http.disconnect"}
        body, self._body = bytes(self._body), bytearray()
        return {"type": "http.request", "body": body, "more_body": not self._is_whole}

    async def send(self, message: Message) -> None:
        """Send the head of the answer, or a piece of it when the client has taken those before.

        Raises:
            RuntimeError: the answer is not as long as its head says, or has no length.
        """
        await self._connection.writable()
        if self.is_abandoned:
            return
        if message["type"] == "http.response.start":
            self._send_head(message["status"], message["headers"])
            return
        piece, is_last = message.get("body", b""), not message.get("more_body", False)
        if self.scope["method"] != "HEAD":
            self._length -= len(piece)
            if self._length < 0 or (is_last and self._length):
                raise RuntimeError("The answer is not as long as its head says.")
            self._connection.write(piece)
        if is_last:
            self.is_answered = True
            self._news.set()
            self._connection.answered(self)

    def _send_head(self, status: int, fields: list[tuple[bytes, bytes]]) -> None:
        self.has_begun, self._waits_for_leave = True, False
        lengths = [int(value) for name, value in fields if name == b"content-length"]
        if not lengths and status not in (204, 304):
            raise RuntimeError("An answer without a length is not sent.")
        self._length = sum(lengths)
        self.keeps_alive = self.keeps_alive and _CLOSE not in fields
        kept = [field for field in fields if field != _CLOSE]
        self._connection.write(head(status, kept, keeps_alive=self.keeps_alive))
