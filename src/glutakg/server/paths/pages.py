"""The paths of pages for people, and of the files that pages are made of."""

from collections.abc import Sequence
from html import escape

from glutakg.languages import LANGUAGES, N_
from glutakg.rdf import PREFIXES
from glutakg.server.answers import Answers, WantedPage
from glutakg.server.http.address import PublicAddress
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, not_acceptable
from glutakg.server.http.negotiation import (
    GRAPH_TYPES,
    WHY_TYPES,
    Chosen,
    MediaTypes,
    accepts_gzip,
    choose,
    matches,
)
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import CONFLICT_FIELDS, EVIDENCE_FIELDS, refuse_unknown
from glutakg.server.http.static import static_files
from glutakg.server.overview import Overview
from glutakg.server.pages.links import address, path_of

__all__ = ["PagePaths"]


_GRAPHS = "/queries/triple-counts-by-graph"
_SEARCH_TYPES: MediaTypes = {"html": ("text/html",), "json": ("application/json",)}
_HTML_TYPES: MediaTypes = {"html": ("text/html",)}
_LIST_TYPES: MediaTypes = {**_HTML_TYPES, "json": ("application/json",), "csv": ("text/csv",)}
_TERM_TYPES: MediaTypes = {**_HTML_TYPES, **GRAPH_TYPES}
_WHY_TYPES: MediaTypes = {
    **_HTML_TYPES,
    **{name: (media_type,) for name, media_type in WHY_TYPES.items()},
}


class PagePaths:
    """Gives pages; those on a single thing are made by workers."""

    def __init__(self, answers: Answers, overview: Overview, public: PublicAddress) -> None:
        """Take what makes pages, and where the server is seen."""
        self._answers = answers
        self._overview = overview
        self._address = public
        self._static_files = static_files()

    async def start(self, exchange: Exchange) -> Answer:
        """Show the start page."""
        fields = exchange.fields
        return exchange.page(await self._overview.start(exchange.language(fields), self._address.path))

    async def picture(self, exchange: Exchange) -> Answer:
        """Give the picture of the cycle as a file that carries its own style."""
        chart = await self._overview.picture(exchange.language(exchange.fields), self._address.path)
        return exchange.picture(chart)

    async def pixels(self, exchange: Exchange) -> Answer:
        """Give the picture of the cycle as PNG, which link previews show."""
        lang = exchange.language(exchange.fields)
        return exchange.pixels(await self._overview.pixels(lang, self._address.path))

    async def robots(self, exchange: Exchange) -> Answer:
        """Tell crawlers what they may read, and where all pages are listed."""
        root = self._address.path
        lines = [
            "User-agent: *",
            *(f"Disallow: {root}{path}" for path in ("/sparql", "/queries/", "/search", "/why")),
            f"Sitemap: {self._address.of(exchange)}/sitemap.xml",
        ]
        return exchange.plain("\n".join((*lines, "")).encode(), "text/plain; charset=utf-8")

    async def sitemap(self, exchange: Exchange) -> Answer:
        """List the pages for search engines, each in every language."""
        paths = ["/", "/query", "/evidence", "/conflicts", "/places"]
        paths += [path for term in await self._overview.own_terms() if (path := path_of(term))]
        here = self._address.of(exchange)
        addresses = [here + address(path, lang=lang) for path in paths for lang in LANGUAGES]
        listed = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in addresses)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return exchange.plain(
            f'{head}<urlset xmlns="{space}">\n{listed}</urlset>\n'.encode(), "application/xml"
        )

    async def search(self, exchange: Exchange) -> Answer:
        """Show the terms that words find, or suggest them."""
        fields = exchange.fields
        lang, words, root = exchange.language(fields), fields.get("text", ""), self._address.path
        chosen = _chosen_format(fields.get("format"), exchange.header("accept"), _SEARCH_TYPES)
        if chosen.format == "json":
            refuse_unknown(fields, ("text", "lang", "format"))
            return exchange.json(await self._overview.suggestions(words, lang, root))
        if there := await self._overview.identified(words, lang, root):
            return exchange.redirect(there)
        return exchange.page(await self._overview.search(words, lang, root))

    async def term(self, exchange: Exchange) -> Answer:
        """Show what the graph holds on a term."""
        path = exchange.scope["path"]
        if path == "/term":
            if exchange.fields.get("iri", "").startswith((PREFIXES["gkg"], "gkg:")):  # no term, but a graph
                lang = exchange.language(exchange.fields)
                return exchange.redirect(address(_GRAPHS, self._address.path, lang=lang))
            return await self._page(exchange, "term", _TERM_TYPES, ("iri",))
        iri = PREFIXES["gk"].rstrip("/") + path.removeprefix("/ontology")
        if path.startswith("/data/"):
            iri = PREFIXES["gkd"] + path.removeprefix("/data/")
        return await self._page(exchange, "term", _TERM_TYPES, (), iri=iri)

    async def why(self, exchange: Exchange) -> Answer:
        """Show why a triple holds."""
        return await self._page(exchange, "why", _WHY_TYPES, ("s", "p", "o"))

    async def evidence(self, exchange: Exchange) -> Answer:
        """Show evidence for and against."""
        return await self._page(exchange, "evidence", _LIST_TYPES, EVIDENCE_FIELDS)

    async def conflicts(self, exchange: Exchange) -> Answer:
        """Show who disagrees with whom."""
        return await self._page(exchange, "conflicts", _LIST_TYPES, CONFLICT_FIELDS)

    async def places(self, exchange: Exchange) -> Answer:
        """Show where in the body and the cell things are."""
        return await self._page(exchange, "places", _HTML_TYPES, ())

    async def _page(
        self,
        exchange: Exchange,
        page: str,
        types: MediaTypes,
        known: Sequence[str],
        **own: str,
    ) -> Answer:
        """Return a page, in the format and the language that are asked for."""
        fields = dict(exchange.fields)
        lang = exchange.language(fields)
        fields.pop("lang", None)
        chosen = _chosen_format(fields.pop("format", None), exchange.header("accept"), types)
        if chosen.format == "html":  # who follows a link from elsewhere brings fields that are not ours
            fields = {name: value for name, value in fields.items() if name in known}
        refuse_unknown(fields, (*known, "lang", *(["format"] if len(types) > 1 else [])))
        if "iri" in known and not fields.get("iri"):
            raise Problem("bad-parameter", N_("Say which term, as iri=…: a CURIE, an IRI or a name."))
        wanted = WantedPage(
            page,
            exchange.scope["path"],
            tuple(sorted((fields | own).items())),
            chosen.format,
            chosen.media_type,
            lang,
            self._address.of(exchange),
            accepts_gzip(exchange.header("accept-encoding")),
        )
        condition, etag = exchange.header("if-none-match") or "", self._answers.page_etag(wanted)
        if condition.strip() != "*" and matches(condition, etag):
            return self._answers.unchanged_page(etag)
        made = await exchange.unless_disconnected(self._answers.page(wanted, exchange.client))
        if condition.strip() == "*" and any(name == b"etag" for name, _ in made.headers):
            return self._answers.unchanged_page(etag)
        return made

    async def static(self, exchange: Exchange) -> Answer:
        """Give a style sheet, a script or a picture."""
        file = self._static_files.get(exchange.scope["path_params"]["name"])
        if file is None:
            raise Problem("not-found", N_("There is no such file; the pages name those there are."))
        gzips = accepts_gzip(exchange.header("accept-encoding"))
        return file.answer(exchange.header("if-none-match"), gzips=gzips)


def _chosen_format(named: str | None, accept: str | None, types: MediaTypes) -> Chosen:
    """Return the format of a page: the one that its address names, else the one that is liked best."""
    if named is not None:
        if named not in types:
            raise Problem(
                "bad-parameter",
                N_(
                    "There is no format {named!r} here; give one of {types}.",
                    named=named[:40],
                    types=", ".join(types),
                ),
                parameter="format",
            )
        return Chosen(named, types[named][0])
    chosen = choose(accept, types)
    if chosen is None:
        raise not_acceptable(N_("a page"), types)
    return chosen
