"""From a question to the answer of a worker; finished answers are kept for the next who asks."""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from glutakg._version import __version__
from glutakg.dataset import Catalogue, CatalogueQuery
from glutakg.languages import LANGUAGES, said
from glutakg.server.faults import Work, problem_of
from glutakg.server.http.messages import DATA_VERSION, SECURITY_HEADERS, Answer, encoded
from glutakg.server.http.metrics import Metrics
from glutakg.server.http.negotiation import answer_formats
from glutakg.server.http.protocol import Asked
from glutakg.server.pages.request import PageRequest
from glutakg.server.questions import Wanted, finished, request_of
from glutakg.server.settings import Settings
from glutakg.server.workers.line import Job, Reply
from glutakg.server.workers.messages import (
    EndpointQuery,
    PageMade,
    QueryAnswered,
    QueryWritten,
)
from glutakg.server.workers.pool import Pool
from glutakg.server.workers.services import Services
from glutakg.store import Failure, Message, ServiceNeeded

__all__ = ["Answers", "WantedPage"]


_MAX_OWN_MB = 64
_MAX_OWN_SECONDS = 60.0
_OWN_CLIENT = ""
_BYTES_BESIDES = 2_000
"""What Python takes for the objects of a question and its answer."""
_SECONDS_UNCHANGED = 300
_OF_PAGES = {"Vary": "Accept, Accept-Encoding, Accept-Language", "Cache-Control": "no-cache"}
"""What is said of pages that do not change, also where the client has them already."""


class WantedPage(NamedTuple):
    """A page with all that it depends on besides the data.

    Attributes:
        page: which one, such as term.
        path: of the page on this server.
        parameters: its fields, by name.
        format: html, or another format that it can be had in.
        media_type: the one of the format that the client wants.
        lang: en or nl.
        address: of the server as the client knows it, without a slash at its end.
        gzip: whether the client takes a compressed body.
    """

    page: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    format: str
    media_type: str
    lang: str
    address: str
    gzip: bool

    @property
    def size(self) -> int:
        """Characters of the question, about."""
        return len(self.path) + sum(len(name) + len(value) for name, value in self.parameters)


class Answers:
    """Asks the pool, and keeps finished answers as long as the data are the same."""

    def __init__(self, pool: Pool, settings: Settings, metrics: Metrics, catalogue: Catalogue) -> None:
        """Begin without any answer."""
        self._catalogue = catalogue
        self._pool = pool
        self._settings = settings
        self._metrics = metrics
        self._services = Services(settings.allow_service)
        self._kept: OrderedDict[tuple[str, Wanted | WantedPage], Answer] = OrderedDict()
        self._kept_bytes = 0
        self._max_bytes = 0 if settings.endpoint else settings.cache_mb * 1_000_000

    def page_etag(self, wanted: WantedPage) -> str:
        """Return the entity tag of a page."""
        text = "\0".join((self._pool.version, __version__, *map(str, wanted)))
        return f'"{hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]}"'

    def unchanged_page(self, etag: str) -> Answer:
        """Return that a client has the page of an entity tag already."""
        return Answer(304, encoded({"ETag": etag, **_OF_PAGES, DATA_VERSION: self.version}), b"")

    async def page(self, wanted: WantedPage, client: str) -> Answer:
        """Return a page; raise `Problem` where there is none."""
        key = (self._pool.version, wanted)
        if (kept := self._found(key)) is not None:
            return kept
        request = PageRequest(
            wanted.page,
            wanted.path,
            dict(wanted.parameters),
            format=wanted.format,
            lang=wanted.lang,
            root=urlsplit(wanted.address).path,
            address=wanted.address,
            base=self._settings.base_url or "",
            version=self._pool.version,
            gzip=wanted.gzip,
        )
        reply, body = await self._pool.ask(request, seconds=self._settings.timeout, client=client)
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.PAGE, self._settings)
        assert isinstance(reply, PageMade)
        answer = self._finished_page(wanted, reply, body)
        if answer.status == 200:
            self._keep(key, answer)
        return answer

    def _found(self, key: tuple[str, Wanted | WantedPage]) -> Answer | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            self._metrics.cache_lookup("hit")
        elif self._max_bytes:
            self._metrics.cache_lookup("miss")
        return kept

    async def answer(self, wanted: Wanted, client: str, ahead: Job | None = None) -> Answer:
        """Return the answer to a question; raise `Problem` where there is none.

        Args:
            wanted: the question.
            client: who asks.
            ahead: what a worker does for this client already, if it does.
        """
        key = (self._pool.version, wanted)
        if (kept := self._found(key)) is not None:
            return kept
        reply, body = await self._asked(self._request(wanted), client, ahead)
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.QUERY, self._settings, named=wanted.asked.format)
        assert isinstance(reply, QueryAnswered)
        answer = finished(wanted, reply, body, self._pool.version)
        if not reply.may_change:
            self._keep((self._pool.version, wanted), answer)
        return answer

    async def _asked(self, request: EndpointQuery, client: str, ahead: Job | None) -> Reply:
        """Return a worker's reply, having asked other endpoints what it must know for that."""
        loop = asyncio.get_running_loop()
        seconds = self._settings.timeout
        latest = loop.time() + seconds
        reply, body = await self._pool.ask(request, seconds=seconds, client=client, ahead=ahead)
        if isinstance(reply, ServiceNeeded):
            answers, notes = await self._services.ask(
                reply.questions, seconds=max(round(latest - loop.time(), 1), 0.1), client=client
            )
            request = replace(request, answers=answers)
            seconds = max(latest - loop.time(), 0.1)
            reply, body = await self._pool.ask(request, seconds=seconds, client=client)
            if notes and isinstance(reply, QueryAnswered):
                reply = replace(reply, notes=_with_notes(reply.notes, notes))
        return reply, body

    async def rows(
        self, query: str, *, path: str | None = None, parameters: tuple[tuple[str, str], ...] = ()
    ) -> bytes:
        """Return the rows of a query of the server's own, in JSON; raise `Problem` where there are none.

        Args:
            query: its text.
            path: for a catalogue query, its file.
            parameters: for a catalogue query, the values given, by name.
        """
        wanted = Wanted(Asked(query), answer_formats(None), path=path, parameters=parameters)
        request = replace(self._request(wanted), max_rows=None, max_mb=_MAX_OWN_MB, timeout=_MAX_OWN_SECONDS)
        return await self._body(request, seconds=_MAX_OWN_SECONDS, client=_OWN_CLIENT)

    async def plain_rows(self, query: str) -> list[dict[str, str]]:
        """Return the rows of a query of the server's own, as plain texts."""
        return _plain_rows(await self.rows(query))

    async def catalogue_rows(self, name: str, parameters: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the rows of a catalogue query, as plain texts."""
        query = self._catalogue[name]
        given = tuple(sorted(parameters.items()))
        return _plain_rows(await self.rows(query.text, path=str(query.path), parameters=given))

    @property
    def version(self) -> str:
        """The version of the data that the workers have opened."""
        return self._pool.version

    def data_version(self) -> str:
        """Return what changes with the data; those on another server may have changed after some minutes."""
        if self._settings.endpoint is None:
            return self._pool.version
        return f"{self._pool.version} {time.monotonic() // _SECONDS_UNCHANGED}"

    async def why_empty(self, wanted: Wanted, client: str) -> bytes:
        """Return as JSON why a question has no answer; raise `Problem` where that cannot be explained."""
        request = replace(self._request(wanted), instead="why-empty")
        return await self._body(request, seconds=self._settings.timeout, client=client)

    async def rewritten(self, wanted: Wanted, client: str) -> tuple[str, Sequence[str]]:
        """Return the query as the engine gets it, and the rules that made it so; raise `Problem` for none."""
        request = replace(self._request(wanted), instead="rewritten")
        reply, body = await self._pool.ask(request, seconds=self._settings.timeout, client=client)
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.QUERY, self._settings)
        assert isinstance(reply, QueryWritten)
        return body.decode(), reply.rules

    async def written(
        self, query: CatalogueQuery, values: Mapping[str, str], *, lang: str, client: str
    ) -> tuple[str, Mapping[str, str]]:
        """Return the text of a catalogue query with values in it, and how a form shows those that are IRIs.

        Args:
            query: of the catalogue.
            values: of its parameters by name, as they are typed; the others have their defaults.
            lang: of the labels.
            client: who asks.

        Raises:
            Problem: a value does not fit, or no worker could answer.
        """
        given = tuple(sorted(values.items()))
        wanted = Wanted(Asked(query.text), answer_formats(None), path=str(query.path), parameters=given)
        request = replace(self._request(wanted), instead="text", lang=lang)
        reply, body = await self._pool.ask(request, seconds=self._settings.timeout, client=client)
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.QUERY, self._settings)
        assert isinstance(reply, QueryWritten)
        return body.decode(), reply.values

    async def _body(self, request: Message, *, seconds: float, client: str) -> bytes:
        reply, body = await self._pool.ask(request, seconds=seconds, client=client)
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.QUERY, self._settings)
        return body

    @property
    def kept_bytes(self) -> int:
        """Bytes of the answers that are kept."""
        return self._kept_bytes

    def _keep(self, key: tuple[str, Wanted | WantedPage], answer: Answer) -> None:
        size = _size(key[1], answer)
        if size > self._max_bytes // 4 or key in self._kept:
            return
        self._kept[key] = answer
        self._kept_bytes += size
        while self._kept_bytes > self._max_bytes:
            (_, old), oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _size(old, oldest)

    def _request(self, wanted: Wanted) -> EndpointQuery:
        return request_of(wanted, self._settings, self._services.names)

    def _finished_page(self, wanted: WantedPage, reply: PageMade, body: bytes) -> Answer:
        is_text = wanted.media_type.startswith("text/")
        fields = {
            "Content-Type": f"{wanted.media_type}; charset=utf-8" if is_text else wanted.media_type,
            "Content-Length": str(len(body)),
            "Content-Language": wanted.lang,
            **_OF_PAGES,
            DATA_VERSION: self._pool.version,
        }
        if self._settings.endpoint:
            fields["Cache-Control"] = "no-store"
        if wanted.format == "html":
            fields |= SECURITY_HEADERS
        if reply.gzip:
            fields["Content-Encoding"] = "gzip"
        if reply.status == 200 and not self._settings.endpoint:
            fields["ETag"] = self.page_etag(wanted)
        return Answer(reply.status, encoded(fields), body)


def _with_notes(known: Mapping[str, str], notes: Sequence[str]) -> dict[str, str]:
    """Return what is noted of an answer in each language, with more notes after it."""
    return {
        lang: " ".join(filter(None, [known.get(lang), *(said(note, lang) for note in notes)]))
        for lang in LANGUAGES
    }


def _size(wanted: Wanted | WantedPage, answer: Answer) -> int:
    return len(answer.body) + wanted.size + _BYTES_BESIDES


def _plain_rows(answer: bytes) -> list[dict[str, str]]:
    bindings = json.loads(answer)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]
