"""The paths of the server as a Starlette application: from HTTP to a question and back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from glutakg.dataset import Catalogue
from glutakg.languages import N_
from glutakg.server.answers import Answers
from glutakg.server.http.address import PublicAddress
from glutakg.server.http.connection import REFUSAL
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer
from glutakg.server.http.metrics import Metrics
from glutakg.server.http.problems import Problem
from glutakg.server.http.sending import Sender
from glutakg.server.overview import Overview
from glutakg.server.paths.asking import QueryPages
from glutakg.server.paths.descriptions import DescriptionPaths
from glutakg.server.paths.pages import PagePaths
from glutakg.server.paths.queries import QueryPaths
from glutakg.server.paths.refusals import Refusals
from glutakg.server.paths.validation import ValidationPath
from glutakg.server.settings import Settings
from glutakg.server.workers.pool import Pool

__all__ = ["Server"]


Handler = Callable[[Exchange], Awaitable[Answer]]
"""What answers the requests of a path."""

_READ, _READ_OR_POST, _POST = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)


class Server:
    """The application and what it needs; `app` is what answers."""

    def __init__(
        self, pool: Pool, validators: Pool, settings: Settings, catalogue: Catalogue, metrics: Metrics
    ) -> None:
        """Take the workers that evaluate and those that validate, which are started when first needed."""
        self.pool = pool
        self.address = PublicAddress(settings.base_url)
        answers = Answers(pool, settings, metrics, catalogue)
        sender = Sender(settings, metrics)
        overview = Overview(
            answers.catalogue_rows,
            catalogue,
            answers.data_version,
            base_url=settings.base_url,
            data_are_here=settings.endpoint is None,
        )
        self._refusals = Refusals(self.address)
        descriptions = DescriptionPaths(
            answers, catalogue, settings, self.address, pool=pool, sender=sender, metrics=metrics
        )
        pages = PagePaths(answers, overview, self.address)
        services = [host.name for host in settings.allow_service]
        asking = QueryPages(
            answers,
            catalogue,
            self.address,
            services,
            settings.base_url or "",
            is_shipped=settings.store is None and settings.endpoint is None,
        )
        queries = QueryPaths(answers, catalogue, self.address, descriptions, asking)
        self._validation = ValidationPath(validators, settings)
        handlers: Mapping[str, tuple[tuple[str, ...], Handler]] = {
            "/sparql": (_READ_OR_POST, queries.sparql),  # first, being asked most
            "/": (_READ, pages.start),
            "/cycle.svg": (_READ, pages.picture),
            "/cycle.png": (_READ, pages.pixels),
            "/robots.txt": (_READ, pages.robots),
            "/sitemap.xml": (_READ, pages.sitemap),
            "/search": (_READ, pages.search),
            "/query": (_READ, asking.own),
            "/why-empty": (_POST, queries.why_empty),
            "/queries": (_READ, queries.list_queries),
            "/queries/{name}": (_READ, queries.catalogue_query),
            "/validate": (_POST, self._validation.validate),
            "/.well-known/void": (_READ, descriptions.void),
            "/imports": (_READ, descriptions.imports),
            "/health": (_READ, descriptions.health),
            "/metrics": (_READ, descriptions.metrics),
            "/openapi.json": (_READ, descriptions.open_api),
            "/data/{name:path}": (_READ, pages.term),
            "/ontology": (_READ, pages.term),
            "/ontology/{name:path}": (_READ, pages.term),
            "/term": (_READ, pages.term),
            "/why": (_READ, pages.why),
            "/evidence": (_READ, pages.evidence),
            "/conflicts": (_READ, pages.conflicts),
            "/places": (_READ, pages.places),
            "/static/{name:path}": (_READ, pages.static),
        }
        self.app = Starlette(
            routes=[
                Route(path, _Endpoint(sender, self._refusals, path, methods, handler))
                for path, (methods, handler) in handlers.items()
            ]
        )
        self.app.router.redirect_slashes = False
        self.app.router.default = _Endpoint(sender, self._refusals, "none", (), _nothing_here)

    async def close(self) -> None:
        """End all workers."""
        await asyncio.gather(self.pool.close(), self._validation.close())


class _Endpoint:
    """One path as an ASGI application; Starlette calls it with the parts of the path."""

    def __init__(
        self, sender: Sender, refusals: Refusals, route: str, methods: tuple[str, ...], handler: Handler
    ) -> None:
        self._sender = sender
        self._refusals = refusals
        self._route = route
        self._methods = methods
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, self._route)
        reason = ""
        try:
            answer = await self._answer(exchange)
            self._sender.check_room(len(answer.body))
        except Problem as problem:
            answer, reason = self._refusals.of(exchange, problem), problem.reason
        except asyncio.CancelledError:
            if not exchange.is_disconnected:
                stopped = Problem("shutting-down", N_("The server is being stopped."))
                answer, reason = self._refusals.of(exchange, stopped), stopped.reason
            else:
                self._sender.count_disconnected(exchange)
                return
        except Exception:
            fault = Problem("internal-error", N_("Something went wrong here; this is a fault of the server."))
            with suppress(Exception):
                await self._sender.send(exchange, send, self._refusals.of(exchange, fault), fault.reason)
            raise
        with suppress(TimeoutError):
            await self._sender.send(exchange, send, answer, reason)

    async def _answer(self, exchange: Exchange) -> Answer:
        if exchange.method == "OPTIONS" and self._methods:
            return self._sender.options(exchange, self._methods)
        if self._methods and exchange.method not in self._methods:
            allow = ", ".join((*self._methods, "OPTIONS"))
            raise Problem(
                "method-not-allowed",
                N_("{method} is not for this path; use {allow}.", method=exchange.method[:20], allow=allow),
                headers={"Allow": allow},
            )
        return await self._handler(exchange)


async def _nothing_here(exchange: Exchange) -> Answer:
    refusal = exchange.scope["state"].get(REFUSAL)
    raise refusal or Problem(
        "not-found", N_("There is nothing here; ask at /sparql, or see /queries and /openapi.json.")
    )
