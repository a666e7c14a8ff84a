"""The start page and the search: the data as a whole, the cycle as a picture, ammonia and excitotoxicity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def _marked(steps: Sequence[Edge]) -> list[Edge]:
    """Return the ways of ammonia to which marks of the picture lead: each step once, none of the cycle."""
    first: dict[str, Edge] = {}
    for edge in steps:
        if edge.part in ("cycle", "ammonia"):
            first.setdefault(edge.step[0], edge)
    return [edge for edge in first.values() if edge.part == "ammonia"]
