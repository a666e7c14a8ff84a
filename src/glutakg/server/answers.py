"""From a question to the answer of a worker; finished answers are kept for the next who asks."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from glutakg._version import __version__
from glutakg.server.http.messages import (
    DATA_VERSION,
    DATA_VERSION_BYTES,
    QUERY_HASH_BYTES,
    SECURITY_HEADERS,
    Answer,
    encoded,
    not_acceptable,
)
from glutakg.server.http.metrics import Metrics
from glutakg.server.http.negotiation import (
    BOOLEAN_TYPES,
    GRAPH_TYPES,
    ROW_TYPES,
    AnswerFormats,
    answer_formats,
)
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import Asked
from glutakg.server.settings import Settings
from glutakg.server.workers.line import Header, Reply
from glutakg.server.workers.pool import Pool
from glutakg.server.workers.services import Services

__all__ = ["Answers", "Wanted", "WantedPage"]


_LARGEST_OWN_MB = 64
_LONGEST_OWN = 60.0
_OWN_CLIENT = ""
_TYPES = {"rows": ROW_TYPES, "boolean": BOOLEAN_TYPES, "graph": GRAPH_TYPES}
_IN_WORDS = {"rows": "rows (SELECT)", "boolean": "a boolean (ASK)", "graph": "a graph (CONSTRUCT, DESCRIBE)"}
_TEXT_TYPES = frozenset({"text/csv", "text/tab-separated-values", "text/turtle", "text/xml"})


class Wanted(NamedTuple):
    """A question with all that its answer depends on besides the data.

    Attributes:
        asked: the query and the graphs that the request names.
        formats: what the client accepts.
        gzip: whether it takes a compressed body.
        path: for a catalogue query, its file.
        parameters: for a catalogue query, the values given, by name.
    """

    asked: Asked
    formats: AnswerFormats
    gzip: bool = False
    path: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """Characters of the question, about."""
        return len(self.asked.query)


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

    def __init__(self, pool: Pool, settings: Settings, metrics: Metrics) -> None:
        """Begin without any answer."""
        self._pool = pool
        self._settings = settings
        self._metrics = metrics
        self._services = Services(settings.allow_service)
        self._kept: OrderedDict[tuple[str, Wanted | WantedPage], Answer] = OrderedDict()
        self._kept_bytes = 0
        self._most_bytes = 0 if settings.endpoint else settings.cache_mb * 1_000_000

    def etag(self, wanted: Wanted) -> str:
        """Return the entity tag that the answer has if it does not depend on chance or time."""
        asked, formats = wanted.asked, wanted.formats.names
        told = [
            self._pool.version,
            asked.query,
            *(f"default {iri}" for iri in asked.default_graphs),
            *(f"named {iri}" for iri in asked.named_graphs),
            *(f"{name}={value}" for name, value in wanted.parameters),
            f"{formats} {wanted.gzip} {wanted.path}",
        ]
        digest = hashlib.sha256("\0".join(told).encode()).hexdigest()
        return f'"{digest[:32]}"'

    def page_etag(self, wanted: WantedPage) -> str:
        """Return the entity tag of a page."""
        told = "\0".join((self._pool.version, __version__, *map(str, wanted)))
        return f'"{hashlib.sha256(told.encode(errors="replace")).hexdigest()[:32]}"'

    async def page(self, wanted: WantedPage, client: str) -> Answer:
        """Return a page; raise `Problem` where there is none."""
        key = (self._pool.version, wanted)
        if (kept := self._found(key)) is not None:
            return kept
        request = {
            **wanted._asdict(),
            "text": f"page {wanted.page} {wanted.path}",
            "parameters": dict(wanted.parameters),
            "root": urlsplit(wanted.address).path,
            "version": self._pool.version,
        }
        header, body = await self._pool.ask(request, seconds=self._settings.timeout, client=client)
        if "fault" in header:
            raise self._page_problem(header)
        answer = self._finished_page(wanted, header, body)
        if answer.status == 200:
            self._keep(key, answer)
        return answer

    def _found(self, key: tuple[str, Wanted | WantedPage]) -> Answer | None:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            self._metrics.cache_lookup("hit")
        elif self._most_bytes:
            self._metrics.cache_lookup("miss")
        return kept

    async def answer(self, wanted: Wanted, client: str) -> Answer:
        """Return the answer to a question; raise `Problem` where there is none."""
        key = (self._pool.version, wanted)
        if (kept := self._found(key)) is not None:
            return kept
        header, body = await self._asked(self._request(wanted), client)
        if "fault" in header:
            raise self._problem(header, wanted)
        answer = self._finished(wanted, header, body)
        if not header["may_change"]:
            self._keep((self._pool.version, wanted), answer)
        return answer

    async def _asked(self, request: Header, client: str) -> Reply:
        """Return a worker's reply, having asked elsewhere what it must know for that."""
        loop = asyncio.get_running_loop()
        seconds = self._settings.timeout
        latest = loop.time() + seconds
        header, body = await self._pool.ask(request, seconds=seconds, client=client)
        if header.get("fault") == "service":
            answers = await self._services.ask(
                header["questions"], seconds=max(latest - loop.time(), 0.1), client=client
            )
            request = {**request, "answers": answers}
            seconds = max(latest - loop.time(), 0.1)
            header, body = await self._pool.ask(request, seconds=seconds, client=client)
        return header, body

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
        request = {
            **self._request(wanted),
            "most_rows": None,
            "largest_json_mb": _LARGEST_OWN_MB,
            "timeout": _LONGEST_OWN,
        }
        header, body = await self._pool.ask(request, seconds=_LONGEST_OWN, client=_OWN_CLIENT)
        if "fault" in header:
            raise self._problem(header, wanted)
        return body

    async def why_empty(self, wanted: Wanted, client: str) -> bytes:
        """Return as JSON why a question has no answer; raise `Problem` where that cannot be told."""
        request = {**self._request(wanted), "why_empty": True}
        header, body = await self._pool.ask(request, seconds=self._settings.timeout, client=client)
        if "fault" in header:
            raise self._problem(header, wanted)
        return body

    @property
    def kept_bytes(self) -> int:
        """Bytes of the answers that are kept."""
        return self._kept_bytes

    def _keep(self, key: tuple[str, Wanted | WantedPage], answer: Answer) -> None:
        size = len(answer.body) + key[1].size + 1_000
        if size > self._most_bytes // 4 or key in self._kept:
            return
        self._kept[key] = answer
        self._kept_bytes += size
        while self._kept_bytes > self._most_bytes:
            (_, old), oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.body) + old.size + 1_000

    def _request(self, wanted: Wanted) -> Header:
        settings = self._settings
        return {
            "text": wanted.asked.query,
            "dataset": wanted.asked.dataset,
            "path": wanted.path,
            "parameters": dict(wanted.parameters),
            "formats": wanted.formats.names,
            "gzip": wanted.gzip,
            "allow_service": self._services.names,
            "answers": None,
            "timeout": settings.timeout,
            "most_rows": settings.max_rows,
            "largest_json_mb": settings.max_bytes / 1_000_000,
            "largest_mb": settings.max_bytes / 1_000_000,
        }

    def _finished(self, wanted: Wanted, header: Header, body: bytes) -> Answer:
        chosen = getattr(wanted.formats, header["kind"])
        media_type = chosen.media_type
        if media_type in _TEXT_TYPES:
            media_type += "; charset=utf-8"
        headers = [
            (b"content-type", media_type.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"vary", b"Accept, Accept-Encoding"),
            (DATA_VERSION_BYTES, self._pool.version.encode()),
            (QUERY_HASH_BYTES, hashlib.sha256(wanted.asked.query.encode()).hexdigest().encode()),
        ]
        if header.get("gzip"):
            headers.append((b"content-encoding", b"gzip"))
        if header["may_change"]:
            headers.append((b"cache-control", b"no-store"))
        else:
            headers.append((b"cache-control", b"no-cache"))
            headers.append((b"etag", self.etag(wanted).encode()))
        return Answer(200, tuple(headers), body)

    def _finished_page(self, wanted: WantedPage, header: Header, body: bytes) -> Answer:
        is_text = wanted.media_type.startswith("text/")
        fields = {
            "Content-Type": f"{wanted.media_type}; charset=utf-8" if is_text else wanted.media_type,
            "Content-Length": str(len(body)),
            "Content-Language": wanted.lang,
            "Vary": "Accept, Accept-Encoding, Accept-Language",
            "Cache-Control": "no-store" if self._settings.endpoint else "no-cache",
            DATA_VERSION: self._pool.version,
        }
        if wanted.format == "html":
            fields |= SECURITY_HEADERS
        if header.get("gzip"):
            fields["Content-Encoding"] = "gzip"
        if header["status"] == 200 and not self._settings.endpoint:
            fields["ETag"] = self.page_etag(wanted)
        return Answer(header["status"], encoded(fields), body)

    def _page_problem(self, header: Header) -> Problem:
        fault, message = header["fault"], header.get("message", "")
        seconds, memory = self._settings.timeout, self._settings.memory_mb
        if fault == "term":
            return Problem("not-found", message, suggestions=header["suggestions"])
        if fault == "parameter":
            return Problem("bad-parameter", message, parameter=header["parameter"])
        if fault == "reasoner":
            command = header["command"]
            return Problem(
                "needs-reasoner",
                "Nothing states this relation of classes; whether it follows only a reasoner can tell, and "
                f"this server starts none. Ask on your own machine: {command}.",
                command=command,
            )
        if fault == "timeout":
            return Problem("timeout", f"The page was not made within {seconds:g} s.", limit=seconds)
        if fault == "memory":
            return Problem("memory", f"The page needs more than {memory} MB of memory.", limit=memory)
        return Problem("refused", message or "The page cannot be made from this store.")

    def _problem(self, header: Header, wanted: Wanted) -> Problem:
        fault, message = header["fault"], header.get("message", "")
        settings = self._settings
        if fault == "query":
            return Problem("syntax", message, line=header["line"], column=header["column"])
        if fault == "endpoint":
            return Problem("endpoint-failed", message)
        if fault in _PLAIN_FAULTS:
            facts = {name: header.get(name) for name in ("line", "column", "parameter")}
            return Problem(_PLAIN_FAULTS[fault], message, **facts)
        if fault == "depth":
            return Problem(
                "too-deep",
                "The query nests too deeply or chains too many operators; split it into several queries.",
            )
        if fault == "timeout":
            return Problem(
                "timeout",
                f"The query was stopped after {settings.timeout:g} s; ask for less.",
                limit=settings.timeout,
            )
        if fault == "memory":
            return Problem(
                "memory",
                f"The query needs more than {settings.memory_mb} MB of memory; "
                "make it more selective, or sort and group less.",
                limit=settings.memory_mb,
            )
        if fault == "large":
            rows = header["limit"] == "rows"
            most = settings.max_rows if rows else settings.max_bytes
            unit = "rows" if rows else "bytes"
            return Problem(
                f"too-many-{unit}",
                f"The answer has more than {most:,} {unit}; ask for less (LIMIT, OFFSET).",
                limit=most,
                limited=f"max-{unit}",
            )
        if fault == "unwanted":
            kind = header["kind"]
            return not_acceptable(_IN_WORDS[kind], [types[0] for types in _TYPES[kind].values()])
        return Problem(
            "store-unavailable", f"The store cannot be read: {message}.", headers={"Retry-After": "5"}
        )


_PLAIN_FAULTS: Mapping[str, str] = {
    "deep": "too-deep",
    "graph": "unknown-graph",
    "parameter": "bad-parameter",
    "refused": "refused",
    "update": "update-refused",
}
