"""A request on its way to an answer: its parts, and the forms that the answer may take."""

import asyncio
import base64
import gzip
import hashlib
import json
import time
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.types import Receive, Scope

from glutakg.charts import Chart, own_style
from glutakg.languages import LANGUAGES
from glutakg.server.http.messages import MIN_COMPRESSED, SECURITY_HEADERS, Answer, client_of, encoded
from glutakg.server.http.negotiation import accepts_gzip, language_of
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import single_fields
from glutakg.server.settings import BODY_SECONDS, MAX_BODY_BYTES, QUICK_SECONDS

if TYPE_CHECKING:
    from glutakg.server.workers.line import Job
from glutakg.languages import N_

__all__ = ["AHEAD", "Exchange"]


AHEAD = "glutakg.ahead"
"""What the state of a scope has, besides, of a request that a worker has begun to answer: the job."""


_MAX_DISCARDED_BYTES = 10 * MAX_BODY_BYTES

_T = TypeVar("_T")


class Exchange:
    """One request, and the forms that its answer may take."""

    def __init__(self, scope: Scope, receive: Receive, route: str) -> None:
        """Take a request as ASGI gives it, and the path that it is for as the routes have it."""
        self.scope = scope
        self.route = route
        self.method: str = scope["method"]
        self.began = time.perf_counter()
        self.is_read = self.method in ("GET", "HEAD", "OPTIONS")
        self.is_disconnected = False
        self._receive = receive
        self._headers: dict[bytes, bytes] | None = None

    @property
    def client(self) -> str:
        """Who asks, for taking turns: the address, or of IPv6 the network that one customer has."""
        return client_of(str((self.scope.get("client") or ("unknown",))[0]))

    @property
    def ahead(self) -> "Job | None":
        """What a worker does for this request already, if it does."""
        found: Job | None = self.scope["state"].pop(AHEAD, None)
        return found

    def header(self, name: str) -> str | None:
        """Return a header field; several of one name are joined."""
        if self._headers is None:
            self._headers = {}
            for key, value in self.scope["headers"]:
                before = self._headers.get(key)
                self._headers[key] = value if before is None else before + b", " + value
        found = self._headers.get(name.encode())
        return None if found is None else found.decode("latin-1")

    async def body(self) -> bytes:
        """Return the body; raise `Problem` where it is too long, comes too slowly, or is compressed."""
        if self.method in ("GET", "HEAD"):
            return b""
        coding = self.header("content-encoding")
        if coding and coding.strip().lower() != "identity":
            raise Problem("unsupported-media-type", N_("The body is compressed; send it as it is."))
        announced = self.header("content-length") or ""
        length = int(announced) if announced.isdecimal() else 0
        if length > MAX_BODY_BYTES and (length > _MAX_DISCARDED_BYTES or self.header("expect")):
            raise _body_too_large()
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        self.is_disconnected = True
                        raise asyncio.CancelledError
                    piece = message.get("body", b"")
                    size += len(piece)
                    if size <= MAX_BODY_BYTES:
                        pieces.append(piece)
                    elif size > _MAX_DISCARDED_BYTES:
                        raise _body_too_large()
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            raise Problem(
                "body-timeout",
                N_("The body did not arrive within {limit:g} s.", limit=BODY_SECONDS),
                limit=BODY_SECONDS,
            ) from None
        self.is_read = True
        if size > MAX_BODY_BYTES:  # read to its end, since most clients listen only then
            raise _body_too_large()
        return b"".join(pieces)

    async def unless_disconnected(self, answer: Awaitable[_T]) -> _T:
        """Return what is awaited; stop it when the client goes away before."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        watch: list[asyncio.Task[None]] = []
        timer = loop.call_later(QUICK_SECONDS, lambda: watch.append(loop.create_task(self._watch(task))))
        try:
            return await answer
        finally:
            timer.cancel()
            for each in watch:
                each.cancel()

    async def _watch(self, task: "asyncio.Task[Any]") -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_disconnected = True
        task.cancel()

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields of the address; raise `Problem` where one comes twice."""
        return single_fields(self.scope["query_string"])

    def plain(self, body: bytes, media_type: str) -> Answer:
        """Return an answer of the server's own making, compressed where that is wanted and worth it."""
        fields = {"Content-Type": media_type, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
        if len(body) >= MIN_COMPRESSED and accepts_gzip(self.header("accept-encoding")):
            body = gzip.compress(body, 4, mtime=0)
            fields["Content-Encoding"] = "gzip"
        fields["Content-Length"] = str(len(body))
        return Answer(200, encoded(fields), body)

    def language(self, fields: Mapping[str, str]) -> str:
        """Return the language of a page, by the address or by what the browser likes best.

        Raises:
            Problem: the address names one that there is not.
        """
        lang = fields.get("lang")
        if lang and lang not in LANGUAGES:
            raise Problem(
                "bad-parameter",
                N_("There are no texts in {lang!r}; give en or nl.", lang=lang[:20]),
                parameter="lang",
            )
        return language_of(fields.get("lang"), self.header("accept-language"))

    def page(self, html: str) -> Answer:
        """Return a page with the headers that keep it safe."""
        answer = self.plain(html.encode(), "text/html; charset=utf-8")
        vary = (b"vary", b"Accept, Accept-Encoding, Accept-Language")
        headers = tuple(vary if name == b"vary" else (name, value) for name, value in answer.headers)
        return Answer(answer.status, headers + encoded(SECURITY_HEADERS), answer.body)

    def redirect(self, place: str) -> Answer:
        """Return that the page asked for is another one of this server."""
        fields = {"Location": place, "Content-Length": "0", "Cache-Control": "no-cache"}
        return Answer(303, encoded(fields), b"")

    def picture(self, chart: Chart) -> Answer:
        """Return a picture as a file, which may use its own style, known by its hash, and nothing else."""
        answer = self.plain(chart.svg.encode(), "image/svg+xml")
        digest = base64.b64encode(hashlib.sha256(own_style().encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
        headers = {**SECURITY_HEADERS, "Content-Security-Policy": policy}
        return _by_language(answer, headers)

    def pixels(self, picture: bytes) -> Answer:
        """Return a picture in PNG."""
        return _by_language(self.plain(picture, "image/png"), SECURITY_HEADERS)

    def json(self, value: object) -> Answer:
        """Return a value as JSON."""
        return self.plain(json.dumps(value, ensure_ascii=False, default=str).encode(), "application/json")


def _by_language(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Return an answer that is another one in another language, with more headers."""
    vary = (b"vary", b"Accept-Encoding, Accept-Language")
    known = tuple(vary if name == b"vary" else (name, value) for name, value in answer.headers)
    return Answer(answer.status, known + encoded(headers), answer.body)


def _body_too_large() -> Problem:
    return Problem(
        "body-too-large",
        N_("The body is longer than {limit:,} bytes; send less.", limit=MAX_BODY_BYTES),
        limit=MAX_BODY_BYTES,
    )
