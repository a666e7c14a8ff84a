"""The start page and the search: the data as a whole, the cycle as a picture, ammonia and excitotoxicity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glutakg.charts import (
    BalanceRow,
    Study,
    balance_chart,
    most_contested,
    status_counts,
    status_strip,
    studies_by_claim,
    year_chart,
)
from glutakg.languages import N_, translator
from glutakg.server.pages.cycle import PARTS, PICTURE_QUERY, Edge, drawing, edges
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links
from glutakg.server.pages.search import Found

__all__ = ["START_QUERIES", "StartRows", "search_page", "start_page"]


Rows = Sequence[Mapping[str, str]]

START_QUERIES = (
    PICTURE_QUERY,
    "reactions-consuming-ammonia",
    "stages-of-excitotoxicity",
    "protective-nutrients",
    "nutrients-at-steps",
)
"""The catalogue queries whose answers the page shows."""


@dataclass(frozen=True, slots=True)
class StartRows:
    """What the page shows: the answers of `START_QUERIES` by name, and those of queries of the program."""

    answers: Mapping[str, Rows]
    figures: Rows
    step_claims: Rows
    claims: Rows
    evidence: Rows
    substances: Mapping[str, str]
    triples: int
    queries: int


_FIGURES = {
    "claims": N_("claims of the source"),
    "evidence": N_("evidence items"),
    "publications": N_("publications"),
    "conflicts": N_("Conflicts"),
    "steps": N_("steps"),
    "pools": N_("pools"),
    "triples": N_("triples"),
    "queries": N_("ready-made queries"),
}


def start_page(rows: StartRows, links: Links) -> str:
    """Return the start page."""
    _ = translator(links.lang)
    steps = edges(rows.answers[PICTURE_QUERY])
    counted = {row["figure"]: int(row["number"]) for row in rows.figures}
    counted |= {"triples": rows.triples, "queries": rows.queries}
    protective = {row["nutrient"] for row in rows.answers["protective-nutrients"]}
    statuses, studies = _statuses(rows.claims), studies_by_claim(rows.evidence)
    return page(
        "start",
        links,
        _("The glutamate-glutamine-GABA cycle"),
        path="/",
        figures=[
            (name, _grouped(counted.get(name, 0), links.lang), _(label).lower())
            for name, label in _FIGURES.items()
        ],
        drawing=drawing(steps, rows.substances),
        steps={part: [edge for edge in steps if edge.part == part] for part in PARTS},
        marked=_marked(steps),
        claims=rows.step_claims,
        statuses=statuses,
        strip=status_strip(statuses, links.lang, goals=links, is_named=False),
        years=year_chart((each for found in studies.values() for each in found), links.lang, goals=links),
        balance=balance_chart(
            sorted(_nutrients(rows, studies), key=most_contested),
            links.lang,
            title=_("Nutrients claimed to protect against excitotoxicity: studies against and for"),
            goals=links,
        ),
        answers=rows.answers,
        cofactors=[row for row in rows.answers["nutrients-at-steps"] if row["nutrient"] in protective],
    )


def search_page(text: str, found: Sequence[Found], links: Links, *, is_cut: bool = False) -> str:
    """Return the page that lists what was found, for who has no scripts.

    Args:
        text: what was searched.
        found: the terms, the likeliest first.
        links: of the page.
        is_cut: whether there are more.
    """
    _ = translator(links.lang)
    fields = {"text": text}
    return page("search", links, _("Search"), path="/search", fields=fields, found=found, is_cut=is_cut)


def _grouped(number: int, lang: str) -> str:
    return f"{number:,}".replace(",", "." if lang == "nl" else ",")


def _statuses(claims: Rows) -> list[tuple[str, str, int]]:
    """Return how many claims have each curator status, in the order of the scale: its name, label, number."""
    of_claims = {row["claim_iri"]: (row["status_iri"], row["status"]) for row in claims}
    return status_counts(of_claims.values())


def _nutrients(rows: StartRows, studies: Mapping[str, Sequence[Study]]) -> list[BalanceRow]:
    """Return what speaks for and against each claim that a nutrient protects."""
    claims = {row["claim"]: row for row in rows.claims}
    found = []
    for row in rows.answers["protective-nutrients"]:
        claim = claims[row["claim"]]
        status = (claim["status_iri"], claim["status"])
        label, iri = f"{row['nutrient']} ({row['claim']})", claim["claim_iri"]
        found.append(BalanceRow(iri, label, status, studies.get(iri, [])))
    return found


def _marked(steps: Sequence[Edge]) -> list[Edge]:
    """Return the ways of ammonia to which marks of the picture lead: each step once, none of the cycle."""
    first: dict[str, Edge] = {}
    for edge in steps:
        if edge.part in ("cycle", "ammonia"):
            first.setdefault(edge.step[0], edge)
    return [edge for edge in first.values() if edge.part == "ammonia"]
