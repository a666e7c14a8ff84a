"""The paths of the server as a Starlette application: from HTTP to a question and back."""

import asyncio
import gzip
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from glutakg._version import __version__
from glutakg.dataset import Catalogue, CatalogueQuery, as_plain, program_query, shipped_root
from glutakg.errors import QueryError
from glutakg.files import read_text
from glutakg.languages import LANGUAGES
from glutakg.rdf import PREFIXES
from glutakg.server.answers import Answers, Wanted, WantedPage
from glutakg.server.description import (
    COUNTING_QUERIES,
    Counts,
    open_api,
    service_description,
    void_description,
    written,
)
from glutakg.server.faults import Work, problem_of
from glutakg.server.http.messages import (
    DATA_VERSION,
    LEAST_COMPRESSED,
    QUERY_HASH,
    SECURITY_HEADERS,
    Answer,
    encoded,
    not_acceptable,
)
from glutakg.server.http.metrics import METRICS_TYPE, Metrics
from glutakg.server.http.negotiation import (
    GRAPH_TYPES,
    WHY_TYPES,
    Chosen,
    MediaTypes,
    accepts_gzip,
    answer_formats,
    choose,
    language_of,
    matches,
)
from glutakg.server.http.problems import PROBLEM_TYPE, Problem
from glutakg.server.http.protocol import (
    CONFLICT_FIELDS,
    EVIDENCE_FIELDS,
    Asked,
    decoded_fields,
    read_query,
    single_fields,
    text_of,
)
from glutakg.server.http.static import static_files
from glutakg.server.overview import Overview
from glutakg.server.settings import BODY_SECONDS, MOST_BODY_BYTES, QUICK_SECONDS, SENDING_SECONDS, Settings
from glutakg.server.workers.line import Reply
from glutakg.server.workers.messages import ValidationRequest
from glutakg.server.workers.pool import Pool
from glutakg.store import Failure
from glutakg.text import near_misses

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Server"]


_T = TypeVar("_T")
_Handler = Callable[["_Exchange"], Awaitable[Answer]]

_RENAMED_ON = 1795910400
"""The day on which the old names of catalogue queries were given up, as RFC 9745 tells it."""
_ANY_ROOT = "http://root.invalid"
_MOST_WRITTEN = 16
_SECONDS_UNCHANGED = 300
_PIECE_BYTES = 262_144
_MOST_SENDING_BYTES = 512_000_000
_MOST_DISCARDED_BYTES = 10 * MOST_BODY_BYTES
_PREFLIGHT_SECONDS = 86_400
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_ASKING_HEADERS = "Accept, Content-Type, If-None-Match"
_TOLD_HEADERS = f"{DATA_VERSION}, {QUERY_HASH}, Deprecation, ETag, Link, Retry-After"

_VALIDATION_TYPES: MediaTypes = {
    "json": ("application/json",),
    "ttl": ("text/turtle",),
    "table": ("text/plain",),
    "junit": ("application/xml", "text/xml"),
}
_QUERY_TYPE = "application/sparql-query"
_PLAIN = "application/sparql-results+json, application/n-triples"
_SEARCH_TYPES: MediaTypes = {"html": ("text/html",), "json": ("application/json",)}
_LIST_TYPES: MediaTypes = {"json": ("application/json",), "ttl": ("text/turtle",), "html": ("text/html",)}
_HTML_TYPES: MediaTypes = {"html": ("text/html",)}
_TERM_TYPES: MediaTypes = {**_HTML_TYPES, **GRAPH_TYPES}
_WHY_TYPES: MediaTypes = {
    **_HTML_TYPES,
    **{name: (media_type,) for name, media_type in WHY_TYPES.items()},
}


class Server:
    """The application and what it needs; `app` is what uvicorn runs."""

    def __init__(
        self, pool: Pool, validators: Pool, settings: Settings, catalogue: Catalogue, metrics: Metrics
    ) -> None:
        """Take the workers that evaluate and those that validate, which are started when first needed."""
        self.pool = pool
        self.metrics = metrics
        self.settings = settings
        self.address = "http://localhost"
        """Where the server listens, for clients that send no host."""
        self._validators = validators
        self._validators_started: asyncio.Task[None] | None = None
        self._catalogue = catalogue
        self._answers = Answers(pool, settings, self.metrics)
        self._static_files = static_files()
        self._counted: dict[str, Counts] = {}
        self._counting = asyncio.Lock()
        self._written: dict[tuple[str, str, str], bytes] = {}
        self._open_api_text: str | None = None
        self._sending_bytes = 0
        self._began = time.time()
        self._overview = Overview(
            self._rows,
            self._catalogue_rows,
            catalogue,
            self._version,
            [host.name for host in settings.allow_service],
        )
        handlers: Mapping[str, tuple[tuple[str, ...], _Handler]] = {
            "/sparql": (("GET", "HEAD", "POST"), self._sparql),  # first, being asked most
            "/": (("GET", "HEAD"), self._start),
            "/search": (("GET", "HEAD"), self._search),
            "/query": (("GET", "HEAD"), self._query_page),
            "/why-empty": (("POST",), self._why_empty),
            "/queries": (("GET", "HEAD"), self._list_queries),
            "/queries/{name}": (("GET", "HEAD"), self._catalogue_query),
            "/validate": (("POST",), self._validate),
            "/.well-known/void": (("GET", "HEAD"), self._void),
            "/health": (("GET", "HEAD"), self._health),
            "/metrics": (("GET", "HEAD"), self._metrics),
            "/openapi.json": (("GET", "HEAD"), self._open_api),
            "/data/{name:path}": (("GET", "HEAD"), self._term),
            "/ontology": (("GET", "HEAD"), self._term),
            "/ontology/{name:path}": (("GET", "HEAD"), self._term),
            "/term": (("GET", "HEAD"), self._term),
            "/why": (("GET", "HEAD"), self._why),
            "/evidence": (("GET", "HEAD"), self._evidence),
            "/conflicts": (("GET", "HEAD"), self._conflicts),
            "/static/{name:path}": (("GET", "HEAD"), self._static),
        }
        self.app = Starlette(
            routes=[
                Route(path, _Endpoint(self, path, methods, handler))
                for path, (methods, handler) in handlers.items()
            ]
        )
        self.app.router.redirect_slashes = False
        self.app.router.default = _Endpoint(self, "none", (), self._nothing_here)

    async def close_validators(self) -> None:
        """End the validating process, where there is one."""
        if self._validators_started is not None:
            self._validators_started.cancel()
            await self._validators.close()

    # ---- the paths ----

    async def _sparql(self, exchange: "_Exchange") -> Answer:
        asked = read_query(
            exchange.method,
            exchange.scope["query_string"],
            exchange.header("content-type"),
            await exchange.body(),
        )
        if asked is None:
            return await self._described(
                exchange,
                lambda counts: service_description(
                    f"{_ANY_ROOT}/sparql", counts.graphs, asks_others=bool(self.settings.allow_service)
                ),
            )
        return await self._asked(exchange, asked)

    async def _asked(
        self,
        exchange: "_Exchange",
        asked: Asked,
        path: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        formats = answer_formats(exchange.header("accept"))
        if not any(formats):
            types = ["application/sparql-results+json", "text/csv", "text/turtle"]
            raise not_acceptable("rows, a boolean or a graph", types)
        gzips = accepts_gzip(exchange.header("accept-encoding"))
        wanted = Wanted(asked, formats, gzips, path, tuple(sorted((parameters or {}).items())))
        if exchange.method != "POST":
            if_none_match = exchange.header("if-none-match")
            if if_none_match and matches(if_none_match, etag := self._answers.etag(wanted)):
                return Answer(304, encoded({"ETag": etag, DATA_VERSION: self.pool.version}), b"")
        return await exchange.unless_gone(self._answers.answer(wanted, exchange.client))

    async def _list_queries(self, exchange: "_Exchange") -> Answer:
        chosen = choose(exchange.header("accept"), _LIST_TYPES)
        if chosen is None:
            raise not_acceptable("a list", [types[0] for types in _LIST_TYPES.values()])
        if chosen.format == "html":
            return await self._query_page(exchange)
        fields = single_fields(exchange.scope["query_string"])
        unknown = sorted(fields.keys() - {"word", "tag"})
        if unknown:
            raise Problem(
                "bad-parameter",
                f"There is no parameter {unknown[0][:80]!r}; give word or tag.",
                parameter=unknown[0][:80],
            )
        if chosen.format == "ttl":
            if fields:
                raise Problem("bad-parameter", "In Turtle the catalogue is given whole; ask it by SPARQL.")
            text = read_text(shipped_root() / "data" / "catalogue" / "queries.ttl")
            return exchange.plain(text.encode(), "text/turtle; charset=utf-8")
        try:
            found = self._catalogue.search(fields.get("word", ""), tag=fields.get("tag"))
        except QueryError as error:
            raise Problem("bad-parameter", str(error), parameter="tag") from None
        return exchange.json([as_plain(query) for query in found])

    async def _catalogue_query(self, exchange: "_Exchange") -> Answer:
        name = exchange.scope["path_params"]["name"]
        if name not in self._catalogue:
            near = near_misses(name[:80], self._catalogue)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise Problem(
                "not-found",
                f"There is no catalogue query {name[:80]!r}.{hint} /queries lists them all.",
                suggestions=near,
            )
        current = self._catalogue.current_name(name)
        query: CatalogueQuery = self._catalogue[current]
        await exchange.body()
        if (exchange.header("accept") or "").strip() == _QUERY_TYPE:
            answer = exchange.plain(query.text.encode(), f"{_QUERY_TYPE}; charset=utf-8")
        else:
            fields = single_fields(exchange.scope["query_string"])
            answer = await self._asked(exchange, Asked(query.text), str(query.path), fields)
        return answer if name == current else _renamed(answer, current)

    async def _validate(self, exchange: "_Exchange") -> Answer:
        body = await exchange.body()
        chosen = choose(exchange.header("accept"), _VALIDATION_TYPES)
        if chosen is None:
            raise not_acceptable("a report", [types[0] for types in _VALIDATION_TYPES.values()])
        kind, _, parameters = (exchange.header("content-type") or "").partition(";")
        if kind.strip().lower() != "text/turtle" or not re.fullmatch(
            r"|\s*charset\s*=\s*\"?utf-?8\"?\s*", parameters, re.IGNORECASE
        ):
            raise Problem(
                "unsupported-media-type", "Send Turtle, in UTF-8, as text/turtle; nothing else is read."
            )
        turtle = text_of(body, "body")
        if self._validators_started is None:
            self._validators_started = asyncio.create_task(self._validators.start())
        request = ValidationRequest(turtle, chosen.format)
        reply, report = await exchange.unless_gone(self._validated(request, exchange.client))
        if isinstance(reply, Failure):
            raise problem_of(reply, Work.VALIDATION, self.settings)
        media_type = chosen.media_type + ("; charset=utf-8" if chosen.media_type.startswith("text/") else "")
        return exchange.plain(report, media_type)

    async def _validated(self, request: ValidationRequest, client: str) -> Reply:
        assert self._validators_started is not None
        await asyncio.shield(self._validators_started)
        return await self._validators.ask(request, seconds=self.settings.timeout, client=client)

    async def _void(self, exchange: "_Exchange") -> Answer:
        return await self._described(
            exchange, lambda counts: void_description(f"{_ANY_ROOT}/sparql", _ANY_ROOT, counts)
        )

    async def _described(self, exchange: "_Exchange", make: Callable[[Counts], list["Triple"]]) -> Answer:
        """Return triples in the format that the client likes best; they are written once for all clients."""
        chosen = choose(exchange.header("accept"), GRAPH_TYPES)
        if chosen is None:
            raise not_acceptable("a graph", [types[0] for types in GRAPH_TYPES.values()])
        counts = await self._counts()
        key = (self._version(), exchange.route, chosen.format)
        if key not in self._written:
            if len(self._written) >= _MOST_WRITTEN:
                self._written.clear()
            self._written[key] = await asyncio.to_thread(lambda: written(make(counts), chosen.format))
        media_type = chosen.media_type + ("; charset=utf-8" if chosen.media_type.startswith("text/") else "")
        body = self._written[key].replace(_ANY_ROOT.encode(), self._root(exchange).encode())
        return exchange.plain(body, media_type)

    async def _counts(self) -> Counts:
        """Return the numbers of the data that are open now, counted once."""
        async with self._counting:
            version = self._version()
            if version not in self._counted:
                texts = {field: program_query(name).text for field, name in COUNTING_QUERIES.items()}
                rows = {field: await self._rows(text) for field, text in texts.items()}
                self._counted = {version: Counts(**rows)}
            return self._counted[version]

    def _version(self) -> str:
        """Return what changes with the data; those on another server may have changed after some minutes."""
        if self.settings.endpoint is None:
            return self.pool.version
        return f"{self.pool.version} {time.monotonic() // _SECONDS_UNCHANGED}"

    async def _rows(self, query: str) -> list[dict[str, str]]:
        return _plain_rows(await self._answers.rows(query))

    async def _catalogue_rows(self, name: str, parameters: Mapping[str, str]) -> list[dict[str, str]]:
        query = self._catalogue[name]
        given = tuple(sorted(parameters.items()))
        return _plain_rows(await self._answers.rows(query.text, path=str(query.path), parameters=given))

    # ---- the pages ----

    async def _start(self, exchange: "_Exchange") -> Answer:
        fields = single_fields(exchange.scope["query_string"])
        return exchange.page(await self._overview.start(exchange.language(fields), self._root_path()))

    async def _search(self, exchange: "_Exchange") -> Answer:
        fields = single_fields(exchange.scope["query_string"])
        lang, words, root = exchange.language(fields), fields.get("text", ""), self._root_path()
        chosen = choose(exchange.header("accept"), _SEARCH_TYPES)
        if chosen is None:
            raise not_acceptable("a list of terms", [types[0] for types in _SEARCH_TYPES.values()])
        if chosen.format == "json":
            return exchange.json(await self._overview.suggestions(words, lang, root))
        return exchange.page(await self._overview.search(words, lang, root))

    async def _query_page(self, exchange: "_Exchange") -> Answer:
        fields = single_fields(exchange.scope["query_string"])
        return exchange.page(self._overview.query(exchange.language(fields), self._root_path()))

    async def _why_empty(self, exchange: "_Exchange") -> Answer:
        body = await exchange.body()
        fields = dict(decoded_fields(body, "form"))
        name = fields.pop("name", None)
        if name is None:
            asked = read_query("POST", b"", exchange.header("content-type"), body)
            assert asked is not None
            wanted = Wanted(asked, answer_formats(_PLAIN))
        elif name in self._catalogue:
            query = self._catalogue[self._catalogue.current_name(name)]
            given = tuple(sorted(fields.items()))
            wanted = Wanted(Asked(query.text), answer_formats(_PLAIN), path=str(query.path), parameters=given)
        else:
            raise Problem("not-found", f"There is no catalogue query {name[:80]!r}; /queries lists them all.")
        told: bytes = await exchange.unless_gone(self._answers.why_empty(wanted, exchange.client))
        return exchange.plain(told, "application/json")

    def _root_path(self) -> str:
        """Return the path under which the server is seen, without a slash at its end."""
        return urlsplit(self.settings.base_url or "").path.rstrip("/")

    async def _health(self, exchange: "_Exchange") -> Answer:
        told = {"status": "ok", "glutakg": __version__, "data_version": self.pool.version}
        if not self.pool.is_ready:
            raise Problem(
                "store-unavailable",
                self.pool.fault or "No worker has opened the store yet.",
                headers={"Retry-After": "2"},
            )
        return exchange.json(told)

    async def _metrics(self, exchange: "_Exchange") -> Answer:
        gauges = {
            **self.pool.gauges,
            "cache_bytes": ("Bytes of finished answers that are kept.", self._answers.kept_bytes),
            "sending_bytes": ("Bytes of answers on their way.", self._sending_bytes),
            "start_time_seconds": ("When the server was started.", self._began),
        }
        return exchange.plain(self.metrics.text(gauges), METRICS_TYPE)

    async def _open_api(self, exchange: "_Exchange") -> Answer:
        if self._open_api_text is None:
            self._open_api_text = json.dumps(open_api(_ANY_ROOT, self._catalogue), ensure_ascii=False)
        text = self._open_api_text.replace(_ANY_ROOT, self._root(exchange))
        return exchange.plain(text.encode(), "application/json")

    async def _term(self, exchange: "_Exchange") -> Answer:
        path = exchange.scope["path"]
        if path == "/term":
            return await self._page(exchange, "term", _TERM_TYPES, ("iri",))
        iri = PREFIXES["gk"].rstrip("/") + path.removeprefix("/ontology")
        if path.startswith("/data/"):
            iri = PREFIXES["gkd"] + path.removeprefix("/data/")
        return await self._page(exchange, "term", _TERM_TYPES, (), iri=iri)

    async def _why(self, exchange: "_Exchange") -> Answer:
        return await self._page(exchange, "why", _WHY_TYPES, ("s", "p", "o"))

    async def _evidence(self, exchange: "_Exchange") -> Answer:
        return await self._page(exchange, "evidence", _HTML_TYPES, EVIDENCE_FIELDS)

    async def _conflicts(self, exchange: "_Exchange") -> Answer:
        return await self._page(exchange, "conflicts", _HTML_TYPES, CONFLICT_FIELDS)

    async def _page(
        self,
        exchange: "_Exchange",
        page: str,
        types: MediaTypes,
        known: Sequence[str],
        **own: str,
    ) -> Answer:
        """Return a page, in the format and the language that are asked for."""
        fields = dict(single_fields(exchange.scope["query_string"]))
        lang = fields.pop("lang", None)
        if lang is not None and lang not in LANGUAGES:
            raise Problem(
                "bad-parameter", f"There are no texts in {lang[:20]!r}; give en or nl.", parameter="lang"
            )
        chosen = _chosen_format(fields.pop("format", None), exchange.header("accept"), types)
        unknown = sorted(fields.keys() - set(known))
        if unknown:
            names = ", ".join((*known, "lang", *(["format"] if len(types) > 1 else [])))
            raise Problem(
                "bad-parameter",
                f"There is no parameter {unknown[0][:80]!r}; this page has {names}.",
                parameter=unknown[0][:80],
            )
        if "iri" in known and not fields.get("iri"):
            raise Problem("bad-parameter", "Say which term, as iri=…: a CURIE, an IRI or a name.")
        wanted = WantedPage(
            page,
            exchange.scope["path"],
            tuple(sorted((fields | own).items())),
            chosen.format,
            chosen.media_type,
            language_of(lang, exchange.header("accept-language")),
            self._root(exchange),
            accepts_gzip(exchange.header("accept-encoding")),
        )
        if_none_match = exchange.header("if-none-match")
        if if_none_match and matches(if_none_match, etag := self._answers.page_etag(wanted)):
            return Answer(304, encoded({"ETag": etag, DATA_VERSION: self.pool.version}), b"")
        return await exchange.unless_gone(self._answers.page(wanted, exchange.client))

    async def _static(self, exchange: "_Exchange") -> Answer:
        file = self._static_files.get(exchange.scope["path_params"]["name"])
        if file is None:
            raise Problem("not-found", "There is no such file; the pages name those there are.")
        gzips = accepts_gzip(exchange.header("accept-encoding"))
        return file.answer(exchange.header("if-none-match"), gzips=gzips)

    def _root(self, exchange: "_Exchange") -> str:
        """Return the address of the server as the client knows it, without a slash at its end."""
        if self.settings.base_url:
            return self.settings.base_url
        host = exchange.header("host") or ""
        return f"{exchange.scope['scheme']}://{host}" if _HOST.fullmatch(host) else self.address

    async def _nothing_here(self, exchange: "_Exchange") -> Answer:
        raise Problem(
            "not-found", "There is nothing here; ask at /sparql, or see /queries and /openapi.json."
        )

    # ---- sending ----

    async def send(self, exchange: "_Exchange", send: Send, answer: Answer, reason: str = "") -> None:
        """Send an answer, whole or not at all where the client does not take it."""
        headers = [*answer.headers, *self._cors_headers(exchange)]
        if answer.status >= 400 and not exchange.is_read:
            headers.append((b"connection", b"close"))  # what is left of the body is not waited for
        size = len(answer.body)
        self.metrics.answered(
            exchange.route, answer.status, reason, time.perf_counter() - exchange.began, size
        )
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

    def check_room(self, size: int) -> None:
        """Raise `Problem` where so many answers are on their way that another would need too much memory."""
        if self._sending_bytes + size > _MOST_SENDING_BYTES and size > _PIECE_BYTES:
            raise Problem(
                "busy", "Too many large answers are on their way; try again.", headers={"Retry-After": "5"}
            )

    def _cors_headers(self, exchange: "_Exchange") -> list[tuple[bytes, bytes]]:
        allowed = self.settings.cors
        if not allowed:
            return []
        origin = exchange.header("origin")
        if "*" in allowed:
            fields = {"Access-Control-Allow-Origin": "*"}
        elif origin in allowed:
            fields = {"Access-Control-Allow-Origin": str(origin), "Vary": "Origin"}
        else:
            return list(encoded({"Vary": "Origin"}))
        return list(encoded({**fields, "Access-Control-Expose-Headers": _TOLD_HEADERS}))

    def options(self, exchange: "_Exchange", methods: tuple[str, ...]) -> Answer:
        """Return what may be asked of a path, also for the preflight of a browser."""
        allow = ", ".join((*methods, "OPTIONS"))
        fields = {"Allow": allow}
        if self.settings.cors and exchange.header("access-control-request-method"):
            fields |= {
                "Access-Control-Allow-Methods": allow,
                "Access-Control-Allow-Headers": _ASKING_HEADERS,
                "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
            }
        return Answer(204, encoded(fields), b"")


class _Exchange:
    """One request, and the forms that its answer may take."""

    def __init__(self, scope: Scope, receive: Receive, route: str) -> None:
        self.scope = scope
        self.route = route
        self.method: str = scope["method"]
        self.began = time.perf_counter()
        self.is_read = self.method in ("GET", "HEAD", "OPTIONS")
        self.is_gone = False
        self._receive = receive
        self._headers: dict[bytes, bytes] | None = None

    @property
    def client(self) -> str:
        """Who asks, for taking turns: the address, or of IPv6 the network that one customer has."""
        host = str((self.scope.get("client") or ("unknown",))[0])
        return ":".join(host.split(":")[:4]) if host.count(":") > 1 else host

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
            raise Problem("unsupported-media-type", "The body is compressed; send it as it is.")
        told = self.header("content-length") or ""
        length = int(told) if told.isdecimal() else 0
        if length > MOST_BODY_BYTES and (length > _MOST_DISCARDED_BYTES or self.header("expect")):
            raise _body_too_large()
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        self.is_gone = True
                        raise asyncio.CancelledError
                    piece = message.get("body", b"")
                    size += len(piece)
                    if size <= MOST_BODY_BYTES:
                        pieces.append(piece)
                    elif size > _MOST_DISCARDED_BYTES:
                        raise _body_too_large()
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            raise Problem(
                "body-timeout", f"The body did not arrive within {BODY_SECONDS:g} s.", limit=BODY_SECONDS
            ) from None
        self.is_read = True
        if size > MOST_BODY_BYTES:  # read to its end, since most clients listen only then
            raise _body_too_large()
        return b"".join(pieces)

    async def unless_gone(self, answer: Awaitable[_T]) -> _T:
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
        self.is_gone = True
        task.cancel()

    def plain(self, body: bytes, media_type: str) -> Answer:
        """Return an answer of the server's own making, compressed where that is wanted and worth it."""
        fields = {"Content-Type": media_type, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
        if len(body) >= LEAST_COMPRESSED and accepts_gzip(self.header("accept-encoding")):
            body = gzip.compress(body, 4, mtime=0)
            fields["Content-Encoding"] = "gzip"
        fields["Content-Length"] = str(len(body))
        return Answer(200, encoded(fields), body)

    def language(self, fields: Mapping[str, str]) -> str:
        """Return the language of a page, by the address or by what the browser likes best."""
        return language_of(fields.get("lang"), self.header("accept-language"))

    def page(self, html: str) -> Answer:
        """Return a page with the headers that keep it safe."""
        answer = self.plain(html.encode(), "text/html; charset=utf-8")
        vary = (b"vary", b"Accept, Accept-Encoding, Accept-Language")
        headers = tuple(vary if name == b"vary" else (name, value) for name, value in answer.headers)
        return Answer(answer.status, headers + encoded(SECURITY_HEADERS), answer.body)

    def json(self, value: object) -> Answer:
        """Return a value as JSON."""
        return self.plain(json.dumps(value, ensure_ascii=False, default=str).encode(), "application/json")


class _Endpoint:
    """One path as an ASGI application; Starlette calls it with the parts of the path."""

    def __init__(self, server: Server, route: str, methods: tuple[str, ...], handler: _Handler) -> None:
        self._server = server
        self._route = route
        self._methods = methods
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(scope, receive, self._route)
        reason = ""
        try:
            answer = await self._answer(exchange)
            self._server.check_room(len(answer.body))
        except Problem as problem:
            answer, reason = _told(problem), problem.reason
        except asyncio.CancelledError:
            if not exchange.is_gone:
                stopped = Problem("shutting-down", "The server is being stopped.")
                answer, reason = _told(stopped), stopped.reason
            else:
                self._server.metrics.answered(self._route, 499, "client-gone", 0.0, 0)
                return
        except Exception:
            fault = Problem("internal-error", "Something went wrong here; this is a fault of the server.")
            with suppress(Exception):
                await self._server.send(exchange, send, _told(fault), fault.reason)
            raise
        with suppress(TimeoutError):
            await self._server.send(exchange, send, answer, reason)

    async def _answer(self, exchange: _Exchange) -> Answer:
        if exchange.method == "OPTIONS" and self._methods:
            return self._server.options(exchange, self._methods)
        if self._methods and exchange.method not in self._methods:
            allow = ", ".join((*self._methods, "OPTIONS"))
            raise Problem(
                "method-not-allowed",
                f"{exchange.method[:20]} is not for this path; use {allow}.",
                headers={"Allow": allow},
            )
        return await self._handler(exchange)


def _renamed(answer: Answer, name: str) -> Answer:
    """Return the answer of a catalogue query under an old name, with headers that tell the one it has now."""
    told = {"Deprecation": f"@{_RENAMED_ON}", "Link": f'<{name}>; rel="successor-version"'}
    return answer._replace(headers=(*answer.headers, *encoded(told)))


def _plain_rows(answer: bytes) -> list[dict[str, str]]:
    bindings = json.loads(answer)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


def _chosen_format(named: str | None, accept: str | None, types: MediaTypes) -> Chosen:
    """Return the format of a page: the one that its address names, else the one that is liked best."""
    if named is not None:
        if named not in types:
            raise Problem(
                "bad-parameter",
                f"There is no format {named[:40]!r} here; give one of {', '.join(types)}.",
                parameter="format",
            )
        return Chosen(named, types[named][0])
    chosen = choose(accept, types)
    if chosen is None:
        raise not_acceptable("a page", [each[0] for each in types.values()])
    return chosen


def _told(problem: Problem) -> Answer:
    body = problem.body()
    fields = {
        "Content-Type": PROBLEM_TYPE,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **problem.headers,
    }
    return Answer(problem.status, encoded(fields), body)


def _body_too_large() -> Problem:
    return Problem(
        "body-too-large",
        f"The body is longer than {MOST_BODY_BYTES:,} bytes; send less.",
        limit=MOST_BODY_BYTES,
    )
