"""Sends answers, whole or not at all, with the header fields that pages of other origins need."""

import asyncio
import time

from starlette.types import Message, Send

from glutakg.languages import N_
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, cors_headers, encoded
from glutakg.server.http.metrics import OTHER, REWRITTEN, WHY_EMPTY, Metrics
from glutakg.server.http.problems import PROBLEM_TYPE, Problem
from glutakg.server.settings import SENDING_SECONDS, Settings

__all__ = ["Sender", "problem_answer"]


_PIECE_BYTES = 262_144
_MAX_SENDING_BYTES = 512_000_000
_PREFLIGHT_SECONDS = 86_400
_ALLOWED_HEADERS = "Accept, Content-Type, If-None-Match"


class Sender:
    """Sends answers and counts them."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        """Begin with nothing on its way."""
        self._settings = settings
        self._metrics = metrics
        self._sending_bytes = 0

    @property
    def sending_bytes(self) -> int:
        """Bytes of the answers that are on their way."""
        return self._sending_bytes

    async def send(self, exchange: Exchange, send: Send, answer: Answer, reason: str = "") -> None:
        """Send an answer, whole or not at all where the client does not take it."""
        headers = [*answer.headers, *cors_headers(self._settings.cors, exchange.header("origin"))]
        if answer.status >= 400 and not exchange.is_read:
            headers.append((b"connection", b"close"))  # what is left of the body is not waited for
        size = len(answer.body)
        work = REWRITTEN if answer.is_rewritten else WHY_EMPTY if exchange.route == "/why-empty" else OTHER
        seconds = time.perf_counter() - exchange.began
        self._metrics.answered(exchange.route, answer.status, reason, seconds, size, work=work)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if size <= _PIECE_BYTES or exchange.method == "HEAD":
            await send({"type": "http.response.body", "body": answer.body})
            return
        self._sending_bytes += size
        try:
            for start in range(0, size, _PIECE_BYTES):
                piece = answer.body[start : start + _PIECE_BYTES]
                message: Message = {
                    "type": "http.response.body",
                    "body": piece,
                    "more_body": start + _PIECE_BYTES < size,
                }
                async with asyncio.timeout(SENDING_SECONDS):
                    await send(message)
        finally:
            self._sending_bytes -= size

    def count_disconnected(self, exchange: Exchange) -> None:
        """Count a request whose client went away before it was answered."""
        self._metrics.answered(exchange.route, 499, "client-gone", 0.0, 0)

    def check_room(self, size: int) -> None:
        """Raise `Problem` where so many answers are on their way that another would need too much memory."""
        if self._sending_bytes + size > _MAX_SENDING_BYTES and size > _PIECE_BYTES:
            raise Problem(
                "busy",
                N_("Too many large answers are on their way; try again."),
                headers={"Retry-After": "5"},
            )

    def options(self, exchange: Exchange, methods: tuple[str, ...]) -> Answer:
        """Return what may be asked of a path, also for the preflight of a browser."""
        allow = ", ".join((*methods, "OPTIONS"))
        fields = {"Allow": allow}
        if self._settings.cors and exchange.header("access-control-request-method"):
            fields |= {
                "Access-Control-Allow-Methods": allow,
                "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
                "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
            }
        return Answer(204, encoded(fields), b"")


def problem_answer(problem: Problem) -> Answer:
    """Return a problem as it is sent."""
    body = problem.body()
    fields = {
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **problem.headers,
    }
    return Answer(problem.status, encoded(fields), body)
