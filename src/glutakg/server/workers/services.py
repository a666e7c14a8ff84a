"""Asks the endpoints that SERVICE clauses name, from the front process, since a worker cannot."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from glutakg.errors import EndpointError
from glutakg.languages import N_
from glutakg.server.http.problems import Problem
from glutakg.server.settings import MAX_CALLS, MAX_SERVICE_BYTES
from glutakg.sparql import AnswerTooLarge, Host
from glutakg.store import ServiceQuestion, rows_of, silence_note

__all__ = ["Services"]


class Services:
    """The hosts that SERVICE may ask, each at the addresses that it had when the server was started."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        """Take the hosts."""
        self.names = sorted({host.name for host in hosts})
        """The names of the hosts, as SERVICE may name them."""
        self._hosts = {host.name: host for host in hosts}
        self._threads = ThreadPoolExecutor(MAX_CALLS, thread_name_prefix="service") if hosts else None
        self._running: Counter[str] = Counter()

    async def ask(
        self, questions: Sequence[ServiceQuestion], *, seconds: float, client: str
    ) -> tuple[list[str | None], list[str]]:
        """Return the rows that answer each question, in JSON, and what is noted of those without an answer.

        None answers a question that is silent about its fault, and empty is the answer to one that nobody
        needs to be asked.

        Args:
            questions: what is asked where.
            seconds: within which all must be answered.
            client: who asks.

        Raises:
            Problem: an endpoint did not answer, or too much is being asked already.
        """
        wanted = [question for question in questions if question.query is not None]
        busy = self._running.total() + len(wanted) > MAX_CALLS
        if wanted and (busy or self._running[client] + len(wanted) > MAX_CALLS // 2):
            raise Problem(
                "busy", N_("Too much is asked of other endpoints; try again."), headers={"Retry-After": "5"}
            )
        self._running[client] += len(wanted)
        try:
            notes: list[str] = []
            asked = (self._answer(question, seconds, notes) for question in questions)
            return await asyncio.gather(*asked), notes
        finally:
            self._running[client] -= len(wanted)
            self._running += Counter()  # forgets who has nothing running

    async def _answer(self, question: ServiceQuestion, seconds: float, notes: list[str]) -> str | None:
        address, query, is_silent = question
        if query is None:
            return ""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._post, address, query, seconds)
        except AnswerTooLarge as error:
            raise Problem("too-many-bytes", str(error), limit=MAX_SERVICE_BYTES) from None
        except EndpointError as error:
            if is_silent:
                notes.append(silence_note(error))
                return None
            raise Problem("endpoint-failed", str(error)) from None

    def _post(self, address: str, query: str, seconds: float) -> str:
        parts = urlsplit(address)
        host = self._hosts.get(parts.netloc) or self._hosts[str(parts.hostname)]
        return rows_of(address, query, host, seconds=seconds, max_bytes=MAX_SERVICE_BYTES)
