"""The start page and the search: the data as a whole, the cycle as a picture, ammonia and excitotoxicity."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from glutakg.charts import (
    PARTS,
    PICTURE_QUERIES,
    BalanceRow,
    Picture,
    Step,
    Study,
    balance_bar,
    balance_chart,
    cycle_picture,
    most_contested,
    status_counts,
    status_strip,
    steps_of,
    studies_by_claim,
    year_chart,
)
from glutakg.languages import N_, translator
from glutakg.rdf import local_name
from glutakg.server.pages.citing import data_block, dataset
from glutakg.server.pages.equations import equations_of
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links
from glutakg.server.pages.search import Found, grouped

__all__ = ["START_QUERIES", "StartRows", "search_page", "start_page", "start_picture"]


Rows = Sequence[Mapping[str, str]]

START_QUERIES = (
    PICTURE_QUERIES[0],
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
    more_steps: Rows
    symbols: Mapping[str, str]
    step_claims: Rows
    equations: Rows
    claims: Rows
    evidence: Rows
    substances: Mapping[str, str]
    triples: int
    queries: int
    version: str


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
    steps = steps_of([*rows.answers[PICTURE_QUERIES[0]], *rows.more_steps])
    counted = {row["figure"]: int(row["number"]) for row in rows.figures}
    counted |= {"triples": rows.triples, "queries": rows.queries}
    protective = {row["nutrient"] for row in rows.answers["protective-nutrients"]}
    statuses, studies = _statuses(rows.claims), studies_by_claim(rows.evidence)
    on_steps = {row["statement"] for row in rows.step_claims}
    return page(
        "start",
        links,
        _("The glutamate-glutamine-GABA cycle"),
        path="/",
        figures=[
            (name, _grouped(counted.get(name, 0), links.lang), _(label).lower())
            for name, label in _FIGURES.items()
        ],
        picture=start_picture(rows, links.lang, links),
        parts=PARTS,
        arrows=steps,
        cards=_once(steps),
        first=_most_studied(steps, rows.step_claims, studies),
        symbols=rows.symbols,
        ammonia=[step for step in steps if step.part == "ammonia"],
        excitotoxic=[step for step in steps if step.part == "excitotoxicity"],
        claims=rows.step_claims,
        equations=equations_of(rows.equations),
        bars={
            claim: balance_bar(found, links.lang, links)
            for claim, found in studies.items()
            if claim in on_steps
        },
        statuses=statuses,
        statuses_of={row["claim"]: row["status_iri"] for row in rows.claims},
        strip=status_strip(statuses, links.lang, goals=links, is_named=False),
        years=year_chart((each for found in studies.values() for each in found), links.lang, goals=links),
        balance=balance_chart(
            sorted(_nutrients(rows, studies), key=most_contested),
            links.lang,
            title=_("Nutrients claimed to protect against excitotoxicity: studies against and for"),
            goals=links,
        ),
        answers=rows.answers,
        described=data_block(
            dataset(
                _("the glutamate-glutamine-GABA cycle: who claims what, what speaks for and against it"),
                links.lang,
                here=links.base,
                version=rows.version,
            )
        ),
        cofactors=[row for row in rows.answers["nutrients-at-steps"] if row["nutrient"] in protective],
    )


_MOST_OF_GROUP = 25


def search_page(text: str, found: Sequence[Found], links: Links) -> str:
    """Return the page that lists what was found by type.

    Args:
        text: what was searched.
        found: the terms, the likeliest first.
        links: of the page.
    """
    _ = translator(links.lang)
    return page(
        "search",
        links,
        _("Search"),
        path="/search",
        fields={"text": text},
        groups=grouped(found),
        number=len(found),
        most=_MOST_OF_GROUP,
    )


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


def start_picture(rows: StartRows, lang: str, links: Links | None = None) -> Picture:
    """Return the picture of the cycle; without links, as it stands alone."""
    return cycle_picture(
        steps_of([*rows.answers[PICTURE_QUERIES[0]], *rows.more_steps]),
        lang,
        substances=rows.substances,
        symbols=rows.symbols,
        claimed=_claimed(rows),
        nutrients=_cofactors(rows, {row["nutrient"] for row in rows.answers["protective-nutrients"]}),
        protective=_protective(rows),
        goals=links,
    )


def _most_studied(steps: Sequence[Step], claims: Rows, studies: Mapping[str, Sequence[Study]]) -> str | None:
    """Return the step of the cycle, by its IRI, on whose claims there are most studies; else None."""
    counts = Counter({step.step[0]: 0 for step in steps if step.position})
    for row in claims:
        if row["step"] in counts:
            counts[row["step"]] += len(studies.get(row["statement"], ()))
    return counts.most_common(1)[0][0] if counts else None


def _once(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that have a card, each once: where it is drawn several times, as it is drawn first."""
    first: dict[str, Step] = {}
    for step in steps:
        first.setdefault(step.step[0], step)
    return list(first.values())


def _claimed(rows: StartRows) -> dict[str, tuple[str, int]]:
    """Return of each step the status of the claim on it with the most evidence, and all evidence items."""
    statuses = {row["claim"]: local_name(row["status_iri"]) for row in rows.claims}
    items: dict[str, int] = {}
    most: dict[str, tuple[int, str]] = {}
    for row in rows.step_claims:
        count = int(row["items"])
        items[row["step"]] = items.get(row["step"], 0) + count
        most[row["step"]] = max(most.get(row["step"], (-1, "")), (count, statuses[row["claim"]]))
    return {step: (most[step][1], count) for step, count in items.items()}


def _cofactors(rows: StartRows, protective: Collection[str]) -> dict[str, list[str]]:
    """Return which of the nutrients are cofactors of a step, by the IRI of the step."""
    found: dict[str, list[str]] = {}
    for row in rows.answers["nutrients-at-steps"]:
        if row["nutrient"] in protective:
            found.setdefault(row["step_term"], []).append(row["nutrient"])
    return found


def _protective(rows: StartRows) -> dict[str, list[tuple[str, str, str]]]:
    """Return what is claimed to protect against a process, by the end of its IRI, with claim and status."""
    processes = {name: process for process, name in rows.substances.items()}
    claims = {row["claim"]: row["claim_iri"] for row in rows.claims}
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows.answers["protective-nutrients"]:
        process = processes.get(row["protects_against"], row["protects_against"])
        judged = (row["nutrient"], claims[row["claim"]], f"{row['claim']}, {row['status']}")
        found.setdefault(process, []).append(judged)
    return found
