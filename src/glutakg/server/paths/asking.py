"""The query pages: the text that is shown is run, and its answer shown beside it."""

import asyncio
import gzip
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

import pyoxigraph as ox

from glutakg.dataset import Catalogue, CatalogueQuery, slices_notes
from glutakg.errors import SourceError
from glutakg.languages import N_
from glutakg.server.answers import Answers
from glutakg.server.http.address import PublicAddress
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import NOTES, Answer, encoded
from glutakg.server.http.negotiation import accepts_gzip, answer_formats
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import Asked, decoded_fields, read_query
from glutakg.server.pages.answer import read_answer
from glutakg.server.pages.links import Links
from glutakg.server.pages.query import Asking, may_run, query_page
from glutakg.server.questions import Wanted

__all__ = ["QueryPages"]


_PLAIN = "application/sparql-results+json, application/n-triples;q=0.9"
"""What the script of the page accepts as well, so that both get one answer that is kept."""

_MAX_SHOWN_BYTES = 3_000_000
_LABELS = (
    "SELECT ?term ?name ?preferred WHERE {{ VALUES ?term {{ {terms} }} VALUES (?kind ?preferred) {{ "
    "(<http://www.w3.org/2004/02/skos/core#prefLabel> true) "
    "(<http://www.w3.org/2000/01/rdf-schema#label> false) }} ?term ?kind ?name "
    'FILTER(LANG(?name) IN ("", "en", "{lang}")) }} '
    'ORDER BY (LANG(?name) = "{lang}") ?preferred'
)


class QueryPages:
    """Shows queries with their answers."""

    def __init__(
        self,
        answers: Answers,
        catalogue: Catalogue,
        public: PublicAddress,
        allow_service: Collection[str],
        base: str,
        *,
        is_shipped: bool,
    ) -> None:
        """Take what answers, the queries to choose from, where the server is seen, and what it answers from.

        Only beside what is shipped can ontologies have been imported.
        """
        self._answers = answers
        self._catalogue = catalogue
        self._address = public
        self._allow_service = allow_service
        self._base = base
        self._is_shipped = is_shipped

    async def own(self, exchange: Exchange) -> Answer:
        """Show the query that the address has, with its answer; without one, where to begin."""
        sent = exchange.scope["query_string"]
        fields: dict[str, list[str]] = {}
        for name, value in decoded_fields(sent, "address"):
            fields.setdefault(name, []).append(value)
        lang = exchange.language({name: values[-1] for name, values in fields.items() if name == "lang"})
        kept = {name: values for name, values in fields.items() if name in _KEPT}
        text = fields.get("query", [""])[-1].removeprefix("\ufeff").replace("\r\n", "\n")
        if not text.strip():
            return self._page(exchange, lang, Asking(), kept)
        show = fields.get("show", [""])[-1]
        graphs = kept.keys() - {"query"}  # of which a query of the catalogue is not asked
        known = None if graphs else self._catalogue.recognized(text)
        asking = Asking(text, known[0] if known else None)
        try:
            asked = read_query("GET", sent)
            assert asked is not None
            if known and known[1].get("lang") and known[1]["lang"].value != lang:
                asking = replace(asking, query=None)
            elif known:
                given = {name: value.value for name, value in known[1].items()}
                _, values = await self._answers.written(known[0], given, lang=lang, client=exchange.client)
                asking = replace(asking, values=_shown(known[0], given, values))
            asking = await self._answered(exchange, asking, asked, lang, show)
        except Problem as problem:
            asking = replace(asking, problem=problem)
        return self._page(exchange, lang, asking, kept)

    async def of_catalogue(
        self, exchange: Exchange, query: CatalogueQuery, fields: Mapping[str, str]
    ) -> Answer:
        """Show a query of the catalogue with its answer; fields that are no parameters of it are ignored.

        Raises:
            Problem: a value does not fit its parameter.
        """
        lang = exchange.language(fields)
        known = {each.name for each in query.parameters}
        given = {name: value for name, value in fields.items() if name in known and value.strip()}
        kept: Mapping[str, str] = {name: value for name, value in given.items() if name != "lang"}
        if "lang" in known:
            given["lang"] = lang
        text, values = await self._answers.written(query, given, lang=lang, client=exchange.client)
        asking = Asking(text, query, _shown(query, given, values))
        try:
            asking = await self._answered(exchange, asking, Asked(text), lang, fields.get("show", ""))
        except Problem as problem:
            asking = replace(asking, problem=problem)
        # what asks servers that it may not ask here has its page, with its text, like all that the lists name
        is_found = not may_run(query, self._allow_service)
        return self._page(exchange, lang, asking, kept, is_found=is_found)

    async def _answered(
        self, exchange: Exchange, asking: Asking, asked: Asked, lang: str, show: str
    ) -> Asking:
        """Return what is shown with its answer; raise `Problem` for none."""
        asked = asked._replace(query=asking.text, format=None)
        gzips = accepts_gzip(exchange.header("accept-encoding"))
        base = f"{self._address.of(exchange)}/sparql"
        wanted = Wanted(asked, answer_formats(_PLAIN), gzips, base=base)
        answer = await exchange.unless_disconnected(self._answers.answer(wanted, exchange.client))
        headers = dict(answer.headers)
        body = gzip.decompress(answer.body) if b"content-encoding" in headers else answer.body
        if len(body) > _MAX_SHOWN_BYTES:
            raise Problem(
                "too-many-bytes",
                N_("The answer is too long for a page; take it as a file, or ask for less (LIMIT, OFFSET)."),
                limit=_MAX_SHOWN_BYTES,
            )
        table = read_answer(body)
        asking = replace(
            asking,
            table=table,
            labels=await self._labels(table.iris, lang),
            note=unquote(headers.get(NOTES[lang].lower().encode(), b"").decode("ascii")),
        )
        if self._is_shipped and asking.query and asking.query.ontologies:
            is_empty = not (table.boolean or table.number)
            asking = replace(asking, slices=await _slices(asking.query, lang, is_empty=is_empty))
        if show == "rewritten":
            text, rules = await self._answers.rewritten(wanted, exchange.client)
            asking = replace(asking, rewritten=text, rules=rules)
        return asking

    async def _labels(self, iris: Sequence[str], lang: str) -> Mapping[str, str]:
        terms = []
        for iri in iris:
            try:
                terms.append(str(ox.NamedNode(iri)))
            except ValueError:
                continue
        if not terms:
            return {}
        rows = await self._answers.plain_rows(_LABELS.format(terms=" ".join(terms), lang=lang))
        return {row["term"]: row["name"] for row in rows}  # the best comes last

    def _page(
        self,
        exchange: Exchange,
        lang: str,
        asking: Asking,
        fields: Mapping[str, str | Sequence[str]],
        *,
        is_found: bool = False,
    ) -> Answer:
        """Return the page; it is the answer to the request, whatever it tells, where `is_found` says so."""
        html = query_page(
            self._catalogue,
            Links(lang, self._address.path, self._base),
            asking,
            path=exchange.scope["path"],
            fields=fields,
            allow_service=self._allow_service,
        )
        made = exchange.page(html)
        if asking.problem is None or is_found:
            return made
        headers = {"Cache-Control": "no-store", **asking.problem.headers}
        names = {name.lower().encode() for name in headers}
        kept = tuple((name, value) for name, value in made.headers if name not in names)
        return Answer(asking.problem.status, kept + encoded(headers), made.body)


_KEPT = ("query", "default-graph-uri", "named-graph-uri")
"""What of an address the switch of language keeps."""


async def _slices(query: CatalogueQuery, lang: str, *, is_empty: bool) -> tuple[str, ...]:
    try:
        return await asyncio.to_thread(slices_notes, query.ontologies, lang, is_empty=is_empty)
    except SourceError:  # of the list of imports, which /imports tells
        return ()


def _shown(query: CatalogueQuery, given: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the values of parameters as the form shows them: a label for an IRI, else what the text has."""
    values = {each.name: given.get(each.name, each.default.value) for each in query.parameters}
    return {name: labels.get(name, value) for name, value in values.items()}
