"""Reads claims, evidence and conflicts from the rows of catalogue queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from glutakg.claims.values import (
    FIRST_SIDE,
    SECOND_SIDE,
    Ask,
    Claim,
    Conflict,
    ConflictSides,
    EvidenceItem,
    Finding,
    Named,
    Publication,
    Record,
    SearchRecord,
    Side,
)
from glutakg.rdf import compress
from glutakg.sparql import Row, Rows

__all__ = ["read_claims", "read_conflicts"]


def read_claims(ask: Ask, lang: str) -> list[Claim]:
    """Return every claim with its evidence, conflicts and searches, by identifier, its texts in `lang`."""
    values = {"lang": lang}
    evidence = _by_claim(ask("evidence-records", values), "item_iri", _evidence_item)
    conflicts = _conflicts_by_claim(ask("conflict-records", values))
    searches = _by_claim(ask("search-records", values), "search_iri", _search_record)
    return [
        _claim(rows, evidence.get(iri, ()), conflicts.get(iri, ()), searches.get(iri, ()))
        for iri, rows in _grouped(ask("claim-records", values), "claim_iri").items()
    ]


def read_conflicts(ask: Ask, lang: str, claims: Mapping[str, Claim]) -> list[ConflictSides]:
    """Return every conflict with its sides, by identifier, its texts in `lang`; `claims` are all, by IRI."""
    conflicts = _grouped(ask("conflict-records", {"lang": lang}), "conflict_iri")
    members = _grouped(ask("conflict-sides", {"lang": lang}), "conflict_iri")
    findings = {
        item.iri: Finding(claim.identifier, item) for claim in claims.values() for item in claim.evidence
    }
    return [
        _conflict_sides(conflict, members[conflict.iri], claims, findings)
        for conflict in sorted(map(_conflict, conflicts.values()), key=lambda each: each.identifier)
    ]


def _conflict_sides(
    conflict: Conflict, rows: Iterable[Row], claims: Mapping[str, Claim], findings: Mapping[str, Finding]
) -> ConflictSides:
    by_side: dict[object, list[Row]] = {}
    for row in rows:
        by_side.setdefault(row["side_iri"], []).append(row)

    def side(name: str | None) -> Side:
        members = [_named(row, "member") for row in by_side.get(name, [])]
        return Side(
            tuple(claims[member.iri] for member in members if member.iri in claims),
            tuple(findings[member.iri] for member in members if member.iri in findings),
            tuple(member for member in members if member.iri not in claims and member.iri not in findings),
        )

    return ConflictSides(conflict, side(FIRST_SIDE), side(SECOND_SIDE), side(None))


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Return the rows by the IRI in a column, in their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[column]), []).append(row)
    return groups


def _by_claim(
    rows: Iterable[Row], column: str, record: Callable[[Sequence[Row]], Record]
) -> dict[str, tuple[Record, ...]]:
    """Return the records by claim, each made of the rows that have the same IRI in a column."""
    return {
        claim: tuple(map(record, _grouped(group, column).values()))
        for claim, group in _grouped(rows, "claim_iri").items()
    }


def _conflicts_by_claim(rows: Rows) -> dict[str, tuple[Conflict, ...]]:
    conflicts = {iri: _conflict(group) for iri, group in _grouped(rows, "conflict_iri").items()}
    involved = (row for row in rows if row["claim"] is not None)
    return {
        claim: tuple(conflicts[iri] for iri in _grouped(group, "conflict_iri"))
        for claim, group in _grouped(involved, "claim_iri").items()
    }


def _claim(
    rows: Sequence[Row],
    evidence: tuple[EvidenceItem, ...],
    conflicts: tuple[Conflict, ...],
    searches: tuple[SearchRecord, ...],
) -> Claim:
    row = rows[0]
    return Claim(
        iri=str(row["claim_iri"]),
        identifier=str(row["claim"]),
        paraphrase=str(row["paraphrase"]),
        kind=_named(row, "kind"),
        status=_named(row, "status"),
        status_note=str(row["note"]),
        hedge=_named(row, "hedge"),
        polarity=_named(row, "polarity"),
        source=_named(row, "source"),
        agents=_all_named(rows, "agent"),
        grounds=_all_named(rows, "ground"),
        section=_named(row, "section"),
        start=cast(int, row["start"]),
        end=cast(int, row["end"]),
        item_start=cast("int | None", row["item_start"]),
        item_end=cast("int | None", row["item_end"]),
        references=tuple(
            sorted({cast(int, each["reference"]) for each in rows if each["reference"] is not None})
        ),
        publications=_all_named(rows, "cited"),
        evidence=evidence,
        conflicts=conflicts,
        searches=searches,
    )


def _evidence_item(rows: Sequence[Row]) -> EvidenceItem:
    row = rows[0]
    publication = _named(row, "publication")
    return EvidenceItem(
        iri=str(row["item_iri"]),
        stance=_named(row, "stance"),
        publication=Publication(
            publication.iri,
            publication.label,
            cast("int | None", row["year"]),
            cast("str | None", row["pmid"]),
            cast("str | None", row["doi"]),
        ),
        designs=_all_named(rows, "design"),
        species=_all_named(rows, "species"),
        systems=_all_named(rows, "system"),
        populations=_all_named(rows, "population"),
        direction=_named(row, "direction"),
        sample_size=cast("int | None", row["sample_size"]),
        bears_on=str(row["bears_on"]),
        studies=_all_named(rows, "study") or (publication,),
        is_own_result=row["is_own_result"] is not False,
    )


def _conflict(rows: Sequence[Row]) -> Conflict:
    row = rows[0]
    return Conflict(
        iri=str(row["conflict_iri"]),
        identifier=str(row["id"]),
        label=_named(row, "conflict").label,
        type=_named(row, "type"),
        aspects=_all_named(rows, "aspect"),
        claims=tuple(dict.fromkeys(str(each["claim"]) for each in rows if each["claim"] is not None)),
        explanation=str(row["explanation"]),
        would_decide=cast("str | None", row["would_decide"]),
    )


def _search_record(rows: Sequence[Row]) -> SearchRecord:
    row = rows[0]
    return SearchRecord(str(row["search_iri"]), _named(row, "stance"), str(row["searched"]))


def _named(row: Row, column: str) -> Named:
    """Return the term in a column of IRIs with the label beside it, or with its CURIE where that is empty."""
    iri, label = str(row[f"{column}_iri"]), row[column]
    return Named(iri, compress(iri) if label is None else str(label))


def _all_named(rows: Iterable[Row], column: str) -> tuple[Named, ...]:
    """Return the different terms in a column, in their order."""
    return tuple(dict.fromkeys(_named(row, column) for row in rows if row[f"{column}_iri"] is not None))
