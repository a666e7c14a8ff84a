"""The pages that show the data as a whole: start, search and query."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from glutakg.dataset import Catalogue
from glutakg.server.pages.html import read_templates
from glutakg.server.pages.links import Links
from glutakg.server.pages.query import query_page
from glutakg.server.pages.search import NAMES_QUERY, Names
from glutakg.server.pages.start import (
    FIGURES_QUERY,
    START_QUERIES,
    STEP_CLAIMS_QUERY,
    Rows,
    StartRows,
    search_page,
    start_page,
)

__all__ = ["Overview"]


_SUBSTANCES = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?name (LANG(?name) AS ?lang) WHERE {
  { ?pool gk:poolOf ?thing } UNION { ?thing a gk:Receptor } UNION { ?thing ^gk:feeds ?pool }
  ?thing skos:prefLabel ?name
}
"""
_TRIPLES = "SELECT (COUNT(*) AS ?number) WHERE { ?s ?p ?o }"

_MAX_LISTED = 50

AskRows = Callable[[str], Awaitable[Rows]]
AskCatalogue = Callable[[str, Mapping[str, str]], Awaitable[Rows]]


class Overview:
    """Makes the pages; what depends on the data alone is kept until the data change."""

    def __init__(
        self,
        rows: AskRows,
        catalogue_rows: AskCatalogue,
        catalogue: Catalogue,
        version: Callable[[], str],
        allow_service: Collection[str] = (),
    ) -> None:
        """Take how to ask the store, and how to know that its data have changed.

        Args:
            rows: gives the rows that answer a query.
            catalogue_rows: the same of a catalogue query, by its name and parameters.
            catalogue: the queries there are.
            version: of the data now.
            allow_service: the hosts that SERVICE may ask.

        Raises:
            SourceError: what pages are made from cannot be read.
        """
        read_templates()
        self._rows = rows
        self._catalogue_rows = catalogue_rows
        self._catalogue = catalogue
        self._version = version
        self._allow_service = allow_service
        self._names: tuple[str, Names] | None = None
        self._starts: dict[tuple[str, str, str], str] = {}
        self._making = asyncio.Lock()

    async def start(self, lang: str, root: str) -> str:
        """Return the start page."""
        async with self._making:
            key = (self._version(), lang, root)
            if key not in self._starts:
                page = start_page(await self._start_rows(lang), Links(lang, root))
                self._starts = {old: kept for old, kept in self._starts.items() if old[0] == key[0]}
                self._starts[key] = page
            return self._starts[key]

    async def search(self, text: str, lang: str, root: str) -> str:
        """Return the page that lists the terms with `text` in their names."""
        found = (await self._searched()).search(text, lang=lang, most=_MAX_LISTED + 1)
        is_cut = len(found) > _MAX_LISTED
        return search_page(text, found[:_MAX_LISTED], Links(lang, root), is_cut=is_cut)

    async def suggestions(self, text: str, lang: str, root: str) -> list[dict[str, str]]:
        """Return the likeliest terms with the address of their page."""
        found = (await self._searched()).search(text, lang=lang)
        return [
            {
                "term": each.term,
                "curie": each.curie,
                "label": each.label,
                "name": each.name,
                "page": Links(lang, root).to_term(each.term),
            }
            for each in found
        ]

    def query(
        self,
        lang: str,
        root: str,
        *,
        path: str = "/query",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> str:
        """Return the query page, at a path and with what stands in its address besides the language."""
        return query_page(
            self._catalogue,
            Links(lang, root),
            path=path,
            fields=fields or {},
            allow_service=self._allow_service,
        )

    async def _searched(self) -> Names:
        async with self._making:
            version = self._version()
            if self._names is None or self._names[0] != version:
                self._names = (version, Names(await self._rows(NAMES_QUERY)))
            return self._names[1]

    async def _start_rows(self, lang: str) -> StartRows:
        answers = {name: await self._catalogue_rows(name, {"lang": lang}) for name in START_QUERIES}
        things = await self._rows(_SUBSTANCES)
        return StartRows(
            answers=answers,
            figures=await self._rows(FIGURES_QUERY),
            step_claims=await self._rows(STEP_CLAIMS_QUERY),
            substances={
                row["thing"].rpartition("/")[2]: row["name"] for row in things if row["lang"] == lang
            },
            triples=int((await self._rows(_TRIPLES))[0]["number"]),
            queries=len(self._catalogue),
        )
