"""The query page: a question with its parameters, the answer, and beside it the SPARQL that was run."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from glutakg.charts import Chart, bar_chart
from glutakg.dataset import Catalogue, CatalogueQuery
from glutakg.errors import QueryError
from glutakg.judgements import COLUMNS, STATUS_ICONS, judgements_by_label
from glutakg.languages import translator
from glutakg.rdf import PREFIXES
from glutakg.server.http.problems import Problem
from glutakg.server.pages.answer import TableOfAnswer
from glutakg.server.pages.columns import heading, headings, subject
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links
from glutakg.sparql import screen

__all__ = ["Asking", "may_run", "query_page"]


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page asks and what came of it.

    Attributes:
        text: of the query, as it was run; nothing where none was.
        query: of the catalogue, where it is one.
        values: of its parameters, as the form shows them.
        table: the answer.
        labels: of the IRIs in it.
        note: what of the answer may not be as it seems.
        slices: of which ontologies it sees but slices, in sentences.
        problem: why there is no answer.
        rewritten: the text that the engine got, where that was asked for.
        rules: that made it of the one that is shown.
    """

    text: str = ""
    query: CatalogueQuery | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    table: TableOfAnswer | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    slices: Sequence[str] = ()
    problem: Problem | None = None
    rewritten: str | None = None
    rules: Sequence[str] = ()


def query_page(
    catalogue: Catalogue,
    links: Links,
    asking: Asking | None = None,
    *,
    path: str = "/query",
    fields: Mapping[str, str | Sequence[str]] | None = None,
    allow_service: Collection[str] = (),
) -> str:
    """Return the query page.

    Args:
        catalogue: the queries to choose from.
        links: of the page.
        asking: what is asked, and the answer.
        path: of the page.
        fields: what stands in its address besides the language.
        allow_service: the hosts that SERVICE may ask.
    """
    _ = translator(links.lang)
    asking = asking or Asking()
    query = asking.query
    parameters = [each for each in query.parameters if each.name != "lang"] if query else []
    lines = {each.name: each.line for each in query.parameters} if query else {}
    return page(
        "query",
        links,
        query.title[links.lang] if query else _("Query"),
        path=path,
        fields=fields or {},
        asking=asking,
        first=_FIRST.format(lang=links.lang, **PREFIXES),
        parameters=parameters,
        lines=json.dumps(lines),
        listed=_listed(catalogue, links, allow_service),
        prefixes=json.dumps(dict(PREFIXES)),
        heading=lambda variable: heading(variable, links.lang),
        heads=json.dumps({} if links.lang == "en" else headings(links.lang)),
        judgements=json.dumps(
            {"icons": STATUS_ICONS, "names": dict(judgements_by_label()), "columns": sorted(COLUMNS)}
        ),
        subject=lambda name: subject(name, links.lang),
        chart=asking.table and _chart(asking.table, asking.labels, links.lang),
    )


_MOST_BARS = 60
_NEVER_BARS = frozenset({"year", "position", "number", "pmid"})


def _chart(table: TableOfAnswer, labels: Mapping[str, str], lang: str) -> Chart | None:
    """Return the first numbers of an answer as bars, where it has one for each thing that a column names."""
    if table.kind != "rows" or not 2 <= table.number <= _MOST_BARS or len(table.rows) < table.number:
        return None
    columns = [[row[at] for row in table.rows] for at in range(len(table.columns))]
    numbers = [
        at
        for at, (name, is_number) in enumerate(table.columns)
        if is_number and name not in _NEVER_BARS and all(_is_length(each.text) for each in columns[at])
    ]
    things = [
        at
        for at, cells in enumerate(columns)
        if all(each.text and each.kind != "number" for each in cells)
        and len({each.text for each in cells}) == table.number
    ]
    if not numbers or not things:
        return None
    thing, number = things[0], numbers[0]
    names = [labels.get(each.text, each.text) if each.kind == "iri" else each.text for each in columns[thing]]
    heads = heading(table.columns[thing][0], lang), heading(table.columns[number][0], lang)
    _ = translator(lang)
    title = _("{number} by {thing}", number=heads[1], thing=heads[0])
    bars = [(name, cell.text) for name, cell in zip(names, columns[number], strict=True)]
    return bar_chart(bars, title, heads, lang)


def _is_length(number: str) -> bool:
    """Return whether a number can be the length of a bar."""
    try:
        return 0 <= float(number) < float("inf")
    except ValueError:
        return False


_FIRST = """PREFIX gk: <{gk}>
PREFIX gkd: <{gkd}>
PREFIX skos: <{skos}>

SELECT ?nutrient ?name
WHERE {{
  ?nutrient gk:protectsAgainst gkd:excitotoxicity ;
    skos:prefLabel ?name .
  FILTER(LANG(?name) = "{lang}")
}}
ORDER BY ?name
"""


def _listed(
    catalogue: Catalogue, links: Links, allow_service: Collection[str]
) -> list[tuple[CatalogueQuery, str, str | None]]:
    """Return the queries of the catalogue, the words that find each, and what it needs."""
    _ = translator(links.lang)
    found = []
    for query in sorted(catalogue.values(), key=lambda query: (query.subject, query.title[links.lang])):
        words = [
            query.name,
            query.subject,
            subject(query.subject, links.lang),
            *query.title.values(),
            *query.question.values(),
            *query.tags,
        ]
        needs = None
        if query.needs:
            is_open = may_run(query, allow_service)
            needs = _("asks another server") if is_open else _("asks another server; not available here")
        found.append((query, " ".join(words).lower(), needs))
    return found


def may_run(query: CatalogueQuery, allow_service: Collection[str]) -> bool:
    """Return whether a query of the catalogue asks no other server than those that it may."""
    try:
        screen(query.text, allow_service=allow_service)
    except QueryError:
        return False
    return True
