"""The pages that list all claims with their evidence, and all conflicts with their sides, and filter them."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from io import StringIO

from glutakg.charts import balance_bar, conflict_map, status_counts, status_strip, year_chart
from glutakg.claims import (
    Balance,
    Claim,
    ConflictSides,
    Evidence,
    EvidenceItem,
    Named,
    concerned_claims,
    conflicts_concerning,
    conflicts_tsv,
    evidence_tsv,
)
from glutakg.errors import ParameterError
from glutakg.languages import N_, Translator, translator
from glutakg.server.pages.facets import Choice, Facet, Narrowed, check, choices, end_of, year
from glutakg.server.pages.html import page
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest

__all__ = ["conflicts_page", "evidence_page"]


_BALANCES: Mapping[str, tuple[str, Callable[[Balance], bool]]] = {
    "for": (N_("some for"), lambda of: of.supporting > 0),
    "against": (N_("some against"), lambda of: of.contradicting > 0),
    "both": (N_("for and against"), lambda of: of.supporting > 0 and of.contradicting > 0),
    "only-for": (N_("only for"), lambda of: of.supporting > 0 and not of.contradicting),
    "only-against": (N_("only against"), lambda of: of.contradicting > 0 and not of.supporting),
    "qualifying": (N_("some qualifying"), lambda of: of.qualifying > 0),
    "none": (N_("none recorded"), lambda of: not of.supporting + of.contradicting + of.qualifying),
}
_ORDERS: Mapping[str, tuple[str, Callable[[Claim], tuple[int, ...]]]] = {
    "contested": (N_("most contested first"), lambda claim: _contested(claim.balance)),
    "studies": (N_("most studies first"), lambda claim: (-sum(claim.balance[:3]),)),
    "source": (N_("as in the source"), lambda claim: (claim.start,)),
}
_MOST_CLAIMS = 20
"""On one part of the list."""
_OF_CLAIMS: Mapping[str, Facet[Claim]] = {
    "status": Facet(N_("Curator status"), lambda claim: [claim.status]),
    "kind": Facet(N_("Kind of claim"), lambda claim: [claim.kind]),
    "hedge": Facet(N_("Hedge"), lambda claim: [claim.hedge]),
}
_OF_ITEMS: Mapping[str, Facet[EvidenceItem]] = {
    "stance": Facet(N_("Stance"), lambda item: [item.stance]),
    "design": Facet(N_("Design"), lambda item: item.designs),
    "species": Facet(N_("Species"), lambda item: item.species),
    "system": Facet(N_("Study system"), lambda item: item.systems),
    "population": Facet(N_("Population"), lambda item: item.populations),
}
_OF_CONFLICTS: Mapping[str, Facet[ConflictSides]] = {
    "type": Facet(N_("Type"), lambda each: [each.conflict.type]),
    "aspect": Facet(N_("Aspect"), lambda each: each.conflict.aspects),
}


def evidence_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the table of all claims that fit the filters, each of which opens to its evidence.

    As JSON it is what `glutakg evidence --format json` gives, as CSV a line for each evidence item.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    _ = translator(request.lang)
    claims = list(reader.claims(request.lang).values())
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    _check(claims, given)
    concerned = claims
    if "term" in given:
        iris = concerned_claims(reader.ask, reader.find(given["term"]))
        concerned = [claim for claim in claims if claim.iri in iris]
    chosen = _Chosen(concerned, given, _)
    order = given.get("sort", "contested")
    found = sorted(chosen.without(), key=lambda claim: (_ORDERS[order][1](claim), claim.identifier))
    if request.format != "html":
        evidence = [Evidence(claim, tuple(chosen.items(claim))) for claim in found]
        if request.format == "json":
            return _json([asdict(each) for each in evidence])
        return _csv(evidence_tsv(evidence))
    parts = max(1, -(-len(found) // _MOST_CLAIMS))
    part = _part(given, parts)
    shown = found[(part - 1) * _MOST_CLAIMS : part * _MOST_CLAIMS]
    studies = reader.studies(request.lang)
    statuses = status_counts((each.status.iri, each.status.label) for each in chosen.without("status"))
    goals = Narrowed(request.links, {name: value for name, value in given.items() if name != "page"})
    return page(
        "evidence",
        request.links,
        _("Evidence"),
        path=request.path,
        fields=given,
        choices=chosen.of_claims(),
        more_choices=chosen.of_items(),
        claims=shown,
        found=len(found),
        part=part,
        parts=parts,
        number=len(claims),
        statuses=statuses,
        goals=goals,
        strip=status_strip(statuses, request.lang, goals=goals, is_named=False),
        years=year_chart(
            [s for claim in found for s in studies.get(claim.iri, ())], request.lang, goals=goals
        ),
        bars={
            claim.iri: balance_bar(studies[claim.iri], request.lang, request.links)
            for claim in shown
            if claim.iri in studies
        },
    ).encode()


def _part(given: Mapping[str, str], parts: int) -> int:
    """Return the part of the list that is asked for; raise `ParameterError` where there is none."""
    text = given.get("page", "1").strip()
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= parts:
        message = N_("There is no page {value!r}; the list has {count}.", value=text[:20], count=parts)
        raise ParameterError(message, parameter="page")
    return int(text)


def _check(claims: Sequence[Claim], given: Mapping[str, str]) -> None:
    """Raise `ParameterError` where a filter has a value that no claim and no evidence item has."""
    items = [item for claim in claims for item in claim.evidence]
    for name, facet in _OF_CLAIMS.items():
        known = [end_of(value) for claim in claims for value in facet.values(claim)]
        check(name, given, known, facet.label)
    for name, of_items in _OF_ITEMS.items():
        known = [end_of(value) for item in items for value in of_items.values(item)]
        check(name, given, known, of_items.label)
    check("balance", given, _BALANCES, N_("Evidence"))
    check("sort", given, _ORDERS, N_("Order"))


class _Chosen:
    """The claims that fit what is asked for: that are as is wanted, with an item that is so in all ways."""

    def __init__(self, claims: Sequence[Claim], given: Mapping[str, str], _: Translator) -> None:
        self._claims, self._given, self._translate = claims, given, _
        self._since, self._until = year(given, "since"), year(given, "until")

    def without(self, left_out: str | None = None) -> list[Claim]:
        """Return the claims that fit all filters but one."""
        return [claim for claim in self._claims if self._fits(claim, left_out)]

    def items(self, claim: Claim, left_out: str | None = None) -> list[EvidenceItem]:
        """Return the evidence items of a claim that fit all filters but one."""
        wanted = {name: self._given[name] for name in _OF_ITEMS if name in self._given and name != left_out}
        return [
            item
            for item in claim.evidence
            if all(value in map(end_of, _OF_ITEMS[name].values(item)) for name, value in wanted.items())
            and self._is_of_the_years(item)
        ]

    def _is_of_the_years(self, item: EvidenceItem) -> bool:
        found = item.publication.year
        if self._since is None and self._until is None:
            return True
        return found is not None and (self._since or found) <= found <= (self._until or found)

    def _fits(self, claim: Claim, left_out: str | None) -> bool:
        given = {name: value for name, value in self._given.items() if name != left_out}
        asks_for_items = not given.keys().isdisjoint({*_OF_ITEMS, "since", "until"})
        word = given.get("word", "").strip().casefold()
        return (
            all(
                given.get(name) in (None, *map(end_of, facet.values(claim)))
                for name, facet in _OF_CLAIMS.items()
            )
            and ("balance" not in given or _BALANCES[given["balance"]][1](claim.balance))
            and word in f"{claim.identifier} {claim.paraphrase}".casefold()
            and (not asks_for_items or bool(self.items(claim, left_out)))
        )

    def of_claims(self) -> list[Choice]:
        """Return what claims can be chosen by, and in which order they can stand."""
        _ = self._translate
        balances = {name: _(label) for name, (label, _holds) in _BALANCES.items()}
        orders = {name: _(label) for name, (label, _key) in _ORDERS.items()}
        return [
            *choices(_OF_CLAIMS, self.without, _),
            Choice("balance", _("Evidence"), balances),
            Choice("sort", _("Order"), orders),
        ]

    def of_items(self) -> list[Choice]:
        """Return what evidence items can be chosen by; the numbers are those of claims."""
        facets: dict[str, Facet[Claim]] = {
            name: Facet(facet.label, self._values_of_items(name, facet)) for name, facet in _OF_ITEMS.items()
        }
        return choices(facets, self.without, self._translate)

    def _values_of_items(self, name: str, facet: Facet[EvidenceItem]) -> Callable[[Claim], list[Named]]:
        return lambda claim: [value for item in self.items(claim, name) for value in facet.values(item)]


def conflicts_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the conflicts that fit the filters, under the aspects that they are on.

    As JSON it is what `glutakg conflicts --format json` gives, as CSV a line for each member.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    _ = translator(request.lang)
    conflicts = reader.conflicts(request.lang)
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    for name, facet in _OF_CONFLICTS.items():
        known = [end_of(value) for each in conflicts for value in facet.values(each)]
        check(name, given, known, facet.label)
    concerned = conflicts
    if "term" in given:
        iri = reader.find(given["term"])
        concerned = conflicts_concerning(reader.ask, iri, conflicts, reader.claims(request.lang))

    def without(left_out: str | None = None) -> list[ConflictSides]:
        return [
            each
            for each in concerned
            if all(
                name == left_out or given.get(name) in (None, *map(end_of, facet.values(each)))
                for name, facet in _OF_CONFLICTS.items()
            )
        ]

    found = without()
    if request.format == "json":
        return _json([asdict(each) for each in found])
    if request.format == "csv":
        return _csv(conflicts_tsv(found))
    check("show", given, (each.conflict.identifier for each in conflicts), N_("conflict"))
    by_aspects: dict[str, list[ConflictSides]] = {}
    for each in found:
        by_aspects.setdefault("; ".join(map(str, each.conflict.aspects)), []).append(each)
    narrowed = {name: value for name, value in given.items() if name != "show"}
    listed = [each for _aspects, sides in sorted(by_aspects.items()) for each in sides]
    chosen = [each for each in listed if each.conflict.identifier == given.get("show")]
    return page(
        "conflicts",
        request.links,
        _("Conflicts"),
        path=request.path,
        fields=given,
        choices=choices(_OF_CONFLICTS, without, _),
        by_aspects=sorted(by_aspects.items()),
        found=len(found),
        number=len(conflicts),
        chosen=next(iter((*chosen, *listed)), None),
        map=conflict_map(found, request.lang, goals=Narrowed(request.links, narrowed)),
    ).encode()


def _contested(balance: Balance) -> tuple[int, ...]:
    return -min(balance.supporting, balance.contradicting), -sum(balance[:3])


def _json(found: object) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode() + b"\n"


def _csv(tsv: str) -> bytes:
    """Return a table as CSV (RFC 4180) from one whose cells are set apart by tabs."""
    written = StringIO()
    csv.writer(written).writerows(line.split("\t") for line in tsv.splitlines())
    return written.getvalue().encode()
