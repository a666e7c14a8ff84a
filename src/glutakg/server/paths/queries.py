"""The paths that answer queries: /sparql, /queries and /why-empty."""

from collections.abc import Mapping

from glutakg.dataset import Catalogue, CatalogueQuery, as_plain, shipped_root
from glutakg.errors import QueryError
from glutakg.files import read_text
from glutakg.languages import N_
from glutakg.server.answers import Answers
from glutakg.server.http.address import PublicAddress
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, encoded, not_acceptable
from glutakg.server.http.negotiation import MediaTypes, answer_formats, choose
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import (
    FORMAT_FIELDS,
    Asked,
    decoded_fields,
    format_of,
    read_query,
    refuse_unknown,
    single_fields,
)
from glutakg.server.paths.asking import QueryPages
from glutakg.server.paths.descriptions import DescriptionPaths
from glutakg.server.questions import QUERY_TYPE, Wanted, etag_of, known_etag, shows_page, unchanged, wanted_of
from glutakg.text import near_misses

__all__ = ["QueryPaths"]


_RENAMED_ON = 1795910400
"""The day on which catalogue queries got their names of today, in the seconds that RFC 9745 counts."""
_PLAIN = "application/sparql-results+json, application/n-triples"
_LIST_TYPES: MediaTypes = {"json": ("application/json",), "ttl": ("text/turtle",), "html": ("text/html",)}


class QueryPaths:
    """Answers queries of clients and of the catalogue."""

    def __init__(
        self,
        answers: Answers,
        catalogue: Catalogue,
        address: PublicAddress,
        descriptions: DescriptionPaths,
        pages: QueryPages,
    ) -> None:
        """Take what answers, under which address, and what is shown where nothing is asked."""
        self._answers = answers
        self._address = address
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._pages = pages

    async def sparql(self, exchange: Exchange) -> Answer:
        """Answer a query by the SPARQL protocol; without a query, describe the service."""
        asked = read_query(
            exchange.method,
            exchange.scope["query_string"],
            exchange.header("content-type"),
            await exchange.body(),
        )
        if asked is None:
            named = format_of(decoded_fields(exchange.scope["query_string"], "address"))
            if shows_page(exchange.header("accept"), named):
                return await self._pages.own(exchange)
            return await self._descriptions.service(exchange)
        if exchange.method != "POST" and shows_page(exchange.header("accept"), asked.format):
            return await self._pages.own(exchange)
        return await self._asked(exchange, asked)

    async def _asked(
        self,
        exchange: Exchange,
        asked: Asked,
        path: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        base = "" if path else self._base(exchange)
        given = tuple((parameters or {}).items())
        wanted = wanted_of(asked, exchange.header, base=base, path=path, parameters=given)
        condition = exchange.header("if-none-match") if exchange.method != "POST" else None
        version = self._answers.version
        if (etag := known_etag(wanted, condition, version)) is not None:
            return unchanged(etag, version)
        answering = self._answers.answer(wanted, exchange.client, exchange.ahead)
        answer = await exchange.unless_disconnected(answering)
        if condition and condition.strip() == "*" and any(name == b"etag" for name, _ in answer.headers):
            return unchanged(etag_of(wanted, version), version)  # of what is found, and only then
        return answer

    async def list_queries(self, exchange: Exchange) -> Answer:
        """List the queries of the catalogue that a word or a tag finds."""
        chosen = choose(exchange.header("accept"), _LIST_TYPES)
        if chosen is None:
            raise not_acceptable(N_("a list"), _LIST_TYPES)
        if chosen.format == "html":
            return await self._pages.own(exchange)
        fields = exchange.fields
        refuse_unknown(fields, ("word", "tag"))
        if chosen.format == "ttl":
            if fields:
                raise Problem(
                    "bad-parameter", N_("In Turtle the catalogue is given whole; ask it by SPARQL.")
                )
            text = read_text(shipped_root() / "data" / "catalogue" / "queries.ttl")
            return exchange.plain(text.encode(), "text/turtle; charset=utf-8")
        try:
            found = self._catalogue.search(fields.get("word", ""), tag=fields.get("tag"))
        except QueryError as error:
            raise Problem("bad-parameter", str(error), parameter="tag") from None
        return exchange.json([as_plain(query) for query in found])

    async def catalogue_query(self, exchange: Exchange) -> Answer:
        """Answer a query of the catalogue, or show its text."""
        name = exchange.scope["path_params"]["name"]
        if name not in self._catalogue:
            near = near_misses(name[:80], self._catalogue)
            raise Problem(
                "not-found",
                N_(
                    "There is no catalogue query {name!r}. Did you mean {near}? /queries lists them all.",
                    name=name[:80],
                    near=", ".join(near),
                )
                if near
                else N_("There is no catalogue query {name!r}; /queries lists them all.", name=name[:80]),
                suggestions=near,
            )
        current = self._catalogue.current_name(name)
        query: CatalogueQuery = self._catalogue[current]
        await exchange.body()
        if (exchange.header("accept") or "").strip() == QUERY_TYPE:
            fields = single_fields(exchange.scope["query_string"], without=FORMAT_FIELDS)
            text = query.text
            if fields:
                text, _ = await self._answers.written(query, fields, lang="en", client=exchange.client)
            answer = exchange.plain(text.encode(), f"{QUERY_TYPE}; charset=utf-8")
        else:
            sent = exchange.scope["query_string"]
            named = format_of(decoded_fields(sent, "address"))
            if exchange.method != "POST" and shows_page(exchange.header("accept"), named):
                answer = await self._pages.of_catalogue(
                    exchange, query, single_fields(sent, without=FORMAT_FIELDS)
                )
            else:
                asked = Asked(query.text, format=named)
                parameters = single_fields(sent, without=FORMAT_FIELDS)
                answer = await self._asked(exchange, asked, str(query.path), parameters)
        return answer if name == current else _renamed(answer, current)

    def _base(self, exchange: Exchange) -> str:
        """Return the address that was asked, which relative IRIs are relative to (RFC 3986, 5.1.3)."""
        return f"{self._address.of(exchange)}/sparql"

    async def why_empty(self, exchange: Exchange) -> Answer:
        """Say why a query has no answer."""
        body = await exchange.body()
        fields = dict(decoded_fields(body, "form"))
        name = fields.pop("name", None)
        if name is None:
            asked = read_query("POST", b"", exchange.header("content-type"), body)
            assert asked is not None
            wanted = Wanted(asked, answer_formats(_PLAIN), base=self._base(exchange))
        elif name in self._catalogue:
            query = self._catalogue[self._catalogue.current_name(name)]
            given = tuple(sorted(fields.items()))
            wanted = Wanted(Asked(query.text), answer_formats(_PLAIN), path=str(query.path), parameters=given)
        else:
            raise Problem(
                "not-found",
                N_("There is no catalogue query {name!r}; /queries lists them all.", name=name[:80]),
            )
        reasons = await exchange.unless_disconnected(self._answers.why_empty(wanted, exchange.client))
        return exchange.plain(reasons, "application/json")


def _renamed(answer: Answer, name: str) -> Answer:
    """Return the answer that was asked for by an old name, with headers that tell the name of today."""
    told = {"Deprecation": f"@{_RENAMED_ON}", "Link": f'<{name}>; rel="successor-version"'}
    return answer._replace(headers=(*answer.headers, *encoded(told)))
