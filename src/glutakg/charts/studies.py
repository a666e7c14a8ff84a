"""The studies behind claims, each once for each stance that it takes, from the rows of a query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glutakg.languages import N_
from glutakg.rdf import PREFIXES
from glutakg.sparql import IDENTIFIER_PAGES

__all__ = ["KINDS", "STANCES", "Study", "studies_by_claim"]


_GK, _PEOPLE = PREFIXES["gk"], PREFIXES["gkd"] + "homo-sapiens"

STANCES: Mapping[str, str] = {
    "Contradicts": N_("against"),
    "Supports": N_("for"),
    "Qualifies": N_("qualifying"),
}
"""What a study may say of a claim: the end of the IRI of the stance, and the word for it."""

KINDS: Mapping[str, str] = {
    "people": N_("on people"),
    "animals": N_("on animals"),
    "in-vitro": N_("in vitro"),
    "not-stated": N_("species not stated"),
}
"""On what a study was done; of several kinds that its reports name, the first counts."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study that takes a stance on a claim.

    Attributes:
        iri: of the study, or of its only report.
        stance: the end of the IRI of the stance, a key of `STANCES`.
        kind: on what it was done, a key of `KINDS`.
        year: of its first report; None where no report has one.
        designs: IRIs of its designs.
        reports: its reports: the IRI of each, as it is cited, and its address on the web, if known.
    """

    iri: str
    stance: str
    kind: str
    year: int | None
    designs: tuple[str, ...]
    reports: tuple[tuple[str, str, str | None], ...]

    @property
    def name(self) -> str:
        """The reports as they are cited."""
        return "; ".join(name for _iri, name, _address in self.reports)


def studies_by_claim(rows: Iterable[Mapping[str, object]]) -> dict[str, list[Study]]:
    """Return the studies on each claim, by the IRI of the claim, by stance and year.

    Args:
        rows: what the query `evidence-records` of the program answers.
    """
    grouped: dict[tuple[str, str, str], list[Mapping[str, object]]] = {}
    for row in rows:
        stance = str(row["stance_iri"]).removeprefix(_GK)
        if stance in STANCES:
            study = row.get("study_iri") or row["publication_iri"]
            grouped.setdefault((str(row["claim_iri"]), str(study), stance), []).append(row)
    found: dict[str, list[Study]] = {}
    for (claim, iri, stance), group in grouped.items():
        found.setdefault(claim, []).append(_study(iri, stance, group))
    for studies in found.values():
        studies.sort(key=lambda each: (list(STANCES).index(each.stance), _rank(each.kind), each.year or 0))
    return found


def _study(iri: str, stance: str, rows: list[Mapping[str, object]]) -> Study:
    years = [int(str(row["year"])) for row in rows if row.get("year") is not None]
    reports = {
        str(row["publication_iri"]): (str(row.get("publication") or row["publication_iri"]), _address(row))
        for row in rows
    }
    return Study(
        iri,
        stance,
        min(map(_kind, rows), key=_rank),
        min(years, default=None),
        tuple(dict.fromkeys(str(row["design_iri"]) for row in rows)),
        tuple((report, name, address) for report, (name, address) in reports.items()),
    )


def _kind(row: Mapping[str, object]) -> str:
    """Return on what a study was done, as the query `evidence-counts-by-claim` tells them apart."""
    if row["system_iri"] == _GK + "InVitro":
        return "in-vitro"
    if row["species_iri"] == _PEOPLE:
        return "people"
    return "not-stated" if row["species_iri"] == _GK + "NotStated" else "animals"


def _rank(kind: str) -> int:
    return list(KINDS).index(kind)


def _address(row: Mapping[str, object]) -> str | None:
    from urllib.parse import quote

    for name, page in IDENTIFIER_PAGES.items():
        if row.get(name):
            return page + quote(str(row[name]), safe="/()")
    return None
