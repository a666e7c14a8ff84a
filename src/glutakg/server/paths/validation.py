"""The path that validates: /validate."""

import asyncio
import re

from glutakg.languages import N_
from glutakg.server.faults import Work, problem_of
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, not_acceptable
from glutakg.server.http.negotiation import MediaTypes, choose
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import text_of
from glutakg.server.settings import Settings
from glutakg.server.workers.line import Reply
from glutakg.server.workers.messages import ValidationRequest
from glutakg.server.workers.pool import Pool
from glutakg.store import Failure

__all__ = ["ValidationPath"]


_TYPES: MediaTypes = {
    "json": ("application/json",),
    "ttl": ("text/turtle",),
    "table": ("text/plain",),
    "junit": ("application/xml", "text/xml"),
}


class ValidationPath:
    """Validates what clients send, in processes that are started when they are first needed."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        """Take the processes, not yet started."""
        self._pool = pool
        self._settings = settings
        self._started: asyncio.Task[None] | None = None

    async def validate(self, exchange: Exchange) -> Answer:
        """Validate the Turtle in the body."""
        body = await exchange.body()
        chosen = choose(exchange.header("accept"), _TYPES)
        if chosen is None:
            raise not_acceptable(N_("a report"), _TYPES)
        kind, _, parameters = (exchange.header("content-type") or "").partition(";")
        if kind.strip().lower() != "text/turtle" or not re.fullmatch(
            r"|\s*charset\s*=\s*\"?utf-?8\"?\s*", parameters, re.IGNORECASE
        ):
            raise Problem(
                "unsupported-media-type", N_("Send Turtle, in UTF-8, as text/turtle; nothing else is read.")
            )
        turtle = text_of(body, "body")
        if self._started is None:
            self._started = asyncio.create_task(self._pool.start())
        request = ValidationRequest(turtle, chosen.format)
        reply, report = await exchange.unless_disconnected(self._validated(request, exchange.client))
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.VALIDATION, self._settings)
        media_type = chosen.media_type + ("; charset=utf-8" if chosen.media_type.startswith("text/") else "")
        return exchange.plain(report, media_type)

    async def _validated(self, request: ValidationRequest, client: str) -> Reply:
        assert self._started is not None
        await asyncio.shield(self._started)
        return await self._pool.ask(request, seconds=self._settings.timeout, client=client)

    async def close(self) -> None:
        """End the validating process, where there is one."""
        if self._started is not None:
            self._started.cancel()
            await self._pool.close()
