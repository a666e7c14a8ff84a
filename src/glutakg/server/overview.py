"""The pages that show the data as a whole: start and search."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from glutakg.charts import PICTURE_QUERIES, Chart, as_png
from glutakg.dataset import Catalogue
from glutakg.languages import LANGUAGES, translator
from glutakg.rdf import local_name
from glutakg.server.pages.html import read_templates
from glutakg.server.pages.links import Links, path_of
from glutakg.server.pages.search import Names, grouped
from glutakg.server.pages.start import (
    START_QUERIES,
    Rows,
    StartRows,
    search_page,
    start_page,
    start_picture,
)

__all__ = ["Overview"]


Ask = Callable[[str, Mapping[str, str]], Awaitable[Rows]]
"""Gives the rows that answer a query, by its name and the values of its parameters."""


class Overview:
    """Makes the pages; what depends on the data alone is kept until the data change."""

    def __init__(
        self,
        ask: Ask,
        catalogue: Catalogue,
        version: Callable[[], str],
        *,
        base_url: str | None = None,
        data_are_here: bool = True,
    ) -> None:
        """Take how to ask the store, and how to know that its data have changed.

        Args:
            ask: asks a query of the catalogue or of the program.
            catalogue: the queries there are.
            version: of the data now.
            base_url: the address under which the server is known, where the settings name one.
            data_are_here: whether the version is one of data, and not of an endpoint that may change them.

        Raises:
            SourceError: what pages are made from cannot be read.
        """
        read_templates()
        self._ask = ask
        self._catalogue = catalogue
        self._version = version
        self._data_are_here = data_are_here
        self._base = base_url or ""
        self._names: tuple[str, Names] | None = None
        self._starts: dict[tuple[str, str, str], str] = {}
        self._pictures: dict[tuple[str, str], Chart] = {}
        self._pixels: dict[str, bytes] = {}
        self._making = asyncio.Lock()

    async def start(self, lang: str, root: str) -> str:
        """Return the start page."""
        async with self._making:
            key = (self._version(), lang, root)
            if key not in self._starts:
                rows = await self._start_rows(lang)
                page = start_page(rows, Links(lang, root, self._base))
                picture = start_picture(rows, lang).chart
                self._pictures = {old: kept for old, kept in self._pictures.items() if old[0] == key[0]}
                self._pictures[key[:2]] = picture
                self._starts = {old: kept for old, kept in self._starts.items() if old[0] == key[0]}
                self._starts[key] = page
            return self._starts[key]

    async def picture(self, lang: str, root: str) -> Chart:
        """Return the picture of the cycle, to stand alone."""
        await self.start(lang, root)
        return next(each for (_, of), each in reversed(self._pictures.items()) if of == lang)

    async def pixels(self, lang: str, root: str) -> bytes:
        """Return the picture of the cycle as PNG."""
        chart = await self.picture(lang, root)
        async with self._making:
            if chart.figure not in self._pixels:
                if len(self._pixels) >= len(LANGUAGES):
                    self._pixels.clear()
                self._pixels[chart.figure] = await asyncio.to_thread(as_png, chart)
            return self._pixels[chart.figure]

    async def search(self, text: str, lang: str, root: str) -> str:
        """Return the page that lists the terms that a text finds."""
        found = (await self._searched()).search(text, lang=lang, most=None)
        return search_page(text, found, Links(lang, root, self._base))

    async def identified(self, text: str, lang: str, root: str) -> str | None:
        """Return the address of the page of what an identifier stands for, or None."""
        term = (await self._searched()).identified(text)
        return term and Links(lang, root).to_term(term)

    async def suggestions(self, text: str, lang: str, root: str) -> list[dict[str, str]]:
        """Return the likeliest terms by type, each with the address of its page."""
        _ = translator(lang)
        found = (await self._searched()).search(text, lang=lang)
        return [
            {
                "term": each.term,
                "curie": each.curie,
                "label": each.label,
                "name": each.name,
                "group": _(each.group),
                "value": each.value,
                "page": Links(lang, root).to_term(each.term),
            }
            for _group, likely in grouped(found)
            for each in likely
        ]

    async def own_terms(self) -> list[str]:
        """Return the IRIs of the terms of this project that have a name, in order."""
        rows = await self._ask("names-for-search", {})
        return sorted({row["term"] for row in rows if path_of(row["term"])})

    async def _searched(self) -> Names:
        async with self._making:
            version = self._version()
            if self._names is None or self._names[0] != version:
                self._names = (version, Names(await self._ask("names-for-search", {})))
            return self._names[1]

    async def _start_rows(self, lang: str) -> StartRows:
        values = {"lang": lang}
        answers = {name: await self._ask(name, values) for name in START_QUERIES}
        things = await self._ask("names-of-cycle-members", values)
        return StartRows(
            answers=answers,
            figures=await self._ask("record-counts-by-kind", {}),
            more_steps=[row for name in PICTURE_QUERIES[1:] for row in await self._ask(name, values)],
            symbols={row["protein"]: row["symbol"] for row in await self._ask("symbols-of-enablers", {})},
            claims=await self._ask("claim-records", values),
            evidence=await self._ask("evidence-records", values),
            step_claims=await self._ask("claims-by-step", values),
            equations=await self._ask("equations-of-steps", values),
            substances={local_name(row["thing"]): row["name"] for row in things},
            triples=int((await self._ask("number-of-triples", {}))[0]["triples"]),
            queries=len(self._catalogue),
            version=self._version()[:12] if self._data_are_here else "",
        )
