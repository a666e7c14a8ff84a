"""The charts of a knowledge graph: each draws what a method of it answers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from glutakg.charts import (
    PICTURE_QUERIES,
    Chart,
    balance_chart,
    balance_rows,
    conflict_map,
    cycle_picture,
    status_counts,
    status_strip,
    steps_of,
    studies_by_claim,
    year_chart,
)
from glutakg.errors import ParameterError
from glutakg.languages import translator
from glutakg.rdf import local_name
from glutakg.sparql import Rows
from glutakg.text import did_you_mean

if TYPE_CHECKING:
    from glutakg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["draw", "draw_cycle"]


Ask = Callable[[str, Mapping[str, object]], Rows]
"""What answers a query of the program with its parameters."""


def draw(graph: "KnowledgeGraph", ask: Ask, name: str, term: str | None, lang: str) -> Chart:
    """Return a chart; `KnowledgeGraph.chart` says which there are.

    Args:
        graph: whose answers are drawn.
        ask: answers queries of the program.
        name: of the chart.
        term: what the chart is on, None for everything.
        lang: of its words.

    Raises:
        ParameterError: there is no such chart.
        TermError: there is no such term.
    """
    if name not in _CHARTS:
        raise ParameterError(
            f"There is no chart {name!r}; choose one of {', '.join(_CHARTS)}.{did_you_mean(name, _CHARTS)}",
            parameter="name",
        )
    return _CHARTS[name](graph, ask, term, lang)


def draw_cycle(graph: "KnowledgeGraph", ask: Ask, lang: str) -> Chart:
    """Return the picture of the cycle; `KnowledgeGraph.picture` tells what it shows."""
    around_synapse = graph.run(PICTURE_QUERIES[0], lang=lang)
    assert isinstance(around_synapse, Rows)
    rows = [
        {name: str(value) for name, value in row.items() if value is not None}
        for answer in (around_synapse, *(ask(name, {"lang": lang}) for name in PICTURE_QUERIES[1:]))
        for row in answer
    ]
    things = ask("names-of-cycle-members", {"lang": lang})
    symbols = ask("symbols-of-enablers", {})
    return cycle_picture(
        steps_of(rows),
        lang,
        substances={local_name(str(row["thing"])): str(row["name"]) for row in things},
        symbols={str(row["protein"]): str(row["symbol"]) for row in symbols},
    ).chart


def _balance(graph: "KnowledgeGraph", ask: Ask, term: str | None, lang: str) -> Chart:
    claims = [each.claim for each in graph.evidence(term, lang=lang) if each.items]
    rows = balance_rows(claims, studies_by_claim(ask("evidence-records", {"lang": lang})))
    return balance_chart(rows, lang, title=translator(lang)("Balance of evidence"))


def _statuses(graph: "KnowledgeGraph", _ask: Ask, term: str | None, lang: str) -> Chart:
    claims = graph.claims(term=term, lang=lang)
    return status_strip(status_counts((each.status.iri, each.status.label) for each in claims), lang)


def _years(graph: "KnowledgeGraph", ask: Ask, term: str | None, lang: str) -> Chart:
    claims = {each.claim.iri for each in graph.evidence(term, lang=lang) if each.items}
    studies = studies_by_claim(ask("evidence-records", {"lang": lang}))
    return year_chart([study for claim, found in studies.items() if claim in claims for study in found], lang)


def _conflicts(graph: "KnowledgeGraph", _ask: Ask, term: str | None, lang: str) -> Chart:
    return conflict_map(graph.conflicts(term, lang=lang), lang)


_CHARTS: Mapping[str, Callable[["KnowledgeGraph", Ask, str | None, str], Chart]] = {
    "balance": _balance,
    "statuses": _statuses,
    "years": _years,
    "conflicts": _conflicts,
}
