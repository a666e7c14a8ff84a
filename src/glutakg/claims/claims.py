"""Claims, and the evidence around them: what the catalogue queries answer, put together claim by claim.

The records are the answers to the queries `claim-records`, `evidence-records`, `conflict-records`,
`conflict-sides` and `search-records`; this module groups their rows and picks those that are asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from glutakg.errors import ParameterError
from glutakg.rdf import PREFIXES, Iri, Literal, compress
from glutakg.sparql import Row, Rows
from glutakg.text import near_misses

__all__ = [
    "CONTRADICTS",
    "QUALIFIES",
    "SUPPORTS",
    "Ask",
    "Claim",
    "Conflict",
    "ConflictSides",
    "Evidence",
    "EvidenceItem",
    "Finding",
    "Named",
    "Publication",
    "SearchRecord",
    "Side",
    "concerned_claims",
    "conflicts_concerning",
    "of_stance",
    "read_claims",
    "read_conflicts",
    "select_claims",
    "select_conflicts",
    "select_evidence",
]


Ask: TypeAlias = Callable[[str, Mapping[str, object]], Rows]
"""What answers the catalogue query of a name with its parameters."""

_GK = PREFIXES["gk"]
SUPPORTS = _GK + "Supports"
CONTRADICTS = _GK + "Contradicts"
QUALIFIES = _GK + "Qualifies"
_FIRST_SIDE = _GK + "firstSide"
_SECOND_SIDE = _GK + "secondSide"
_FIRM_HEDGES = frozenset({_GK + "Unhedged", _GK + "AssertedOutright"})
_PROPERTIES = {
    "kind": "claimKind",
    "status": "curatorStatus",
    "section": "inSection",
    "polarity": "polarity",
    "stance": "stance",
    "design": "studyDesign",
    "species": "studiedSpecies",
    "system": "studySystem",
    "population": "studiedPopulation",
    "type": "conflictType",
    "aspect": "conflictAspect",
}
_MOST_VALUES_NAMED = 30

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Named:
    """A term: its IRI, and its label in the language that was asked for.

    >>> print(Named("https://w3id.org/glutakg/ontology/Disputed", "omstreden"))
    omstreden
    """

    iri: str
    label: str

    def __str__(self) -> str:
        """Give the label."""
        return self.label


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as it is cited: authors and year as its label, and the identifiers that were seen."""

    iri: str
    label: str
    year: int | None
    pmid: str | None
    doi: str | None


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """What one publication shows on one claim, and how that was found."""

    iri: str
    stance: Named
    publication: Publication
    designs: tuple[Named, ...]
    species: tuple[Named, ...]
    systems: tuple[Named, ...]
    populations: tuple[Named, ...]
    direction: Named
    sample_size: int | None
    bears_on: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A disagreement; `claims` are those in it, with evidence in it, or that cite a reference in it."""

    iri: str
    identifier: str
    label: str
    type: Named
    aspects: tuple[Named, ...]
    claims: tuple[str, ...]
    explanation: str
    would_decide: str | None


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """Evidence of a stance was looked for: what was searched."""

    iri: str
    stance: Named
    searched: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: what it says, who says it how firmly and where, and all that is recorded for and against it.

    Attributes:
        iri: of the claim.
        identifier: such as C054.
        paraphrase: what it says, in the language that was asked for.
        kind: such as protective effect claim.
        status: what the curators judge of it.
        status_note: why they do, in English.
        hedge: how firmly the source puts it.
        polarity: affirmed or denied.
        source: the document that makes the claim.
        agents: whose report it is, where the document reports what others observe.
        grounds: on what the document says that it rests, where it names no reference.
        section: of the document.
        start: offset of its first character in the document, counted from 0.
        end: offset after its last character.
        item_start: the same of the list item alone; None where the claim stands in no list.
        item_end: offset after the last character of the list item.
        references: numbers of the references that it cites.
        publications: publications that it cites by name.
        evidence: every evidence item on it.
        conflicts: every conflict in which it, evidence on it or a reference that it cites is a member.
        searches: where evidence on it was looked for.
    """

    iri: str
    identifier: str
    paraphrase: str
    kind: Named
    status: Named
    status_note: str
    hedge: Named
    polarity: Named
    source: Named
    agents: tuple[Named, ...]
    grounds: tuple[Named, ...]
    section: Named
    start: int
    end: int
    item_start: int | None
    item_end: int | None
    references: tuple[int, ...]
    publications: tuple[Named, ...]
    evidence: tuple[EvidenceItem, ...]
    conflicts: tuple[Conflict, ...]
    searches: tuple[SearchRecord, ...]

    @property
    def is_hedged(self) -> bool:
        """Whether the source puts the claim with a reservation, such as can or possibly."""
        return self.hedge.iri not in _FIRM_HEDGES

    @property
    def is_uncited(self) -> bool:
        """Whether the claim cites neither a numbered reference nor a publication by name."""
        return not self.references and not self.publications


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence on one claim that fits what was asked; `claim.evidence` is all there is."""

    claim: Claim
    items: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """An evidence item with the identifier of the claim that it bears on."""

    claim: str
    item: EvidenceItem


@dataclass(frozen=True, slots=True)
class Side:
    """Members of a conflict that stand together: claims, findings, and references to the literature."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    references: tuple[Named, ...]

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.claims) + len(self.findings) + len(self.references)


@dataclass(frozen=True, slots=True)
class ConflictSides:
    """A conflict with what stands against what in it.

    Attributes:
        conflict: what it is on, why it is one, and what would decide.
        first_side: one side; where evidence speaks against a claim, that of the claim.
        second_side: the other side.
        no_side: members that take neither. An ambiguity, a defect, a bias and a conflict of terms have no
            two sides, so that all their members are here.
    """

    conflict: Conflict
    first_side: Side
    second_side: Side
    no_side: Side

    @property
    def has_sides(self) -> bool:
        """Whether members stand against each other."""
        return bool(self.first_side) and bool(self.second_side)


def of_stance(items: Iterable[EvidenceItem], *stances: str) -> tuple[EvidenceItem, ...]:
    """Return the evidence items that take one of the stances, given as IRIs."""
    return tuple(item for item in items if item.stance.iri in stances)


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


def select_claims(
    ask: Ask,
    lang: str,
    *,
    term: str | None,
    hedged: bool | None,
    uncited: bool | None,
    **values: str | int | None,
) -> list[Claim]:
    """Return the claims that fit all that is given; `KnowledgeGraph.claims` says what that is.

    `term` is an IRI; `values` are by name kind, status, section and polarity.
    """
    wanted = _iris(ask, lang, values)
    concerned = None if term is None else concerned_claims(ask, term)
    return [
        claim
        for claim in read_claims(ask, lang)
        if all(cast(Named, getattr(claim, name)).iri == iri for name, iri in wanted.items())
        and (concerned is None or claim.iri in concerned)
        and hedged in (None, claim.is_hedged)
        and uncited in (None, claim.is_uncited)
    ]


def select_evidence(
    ask: Ask, lang: str, iri: str | None, *, since: int | None, until: int | None, **values: str | None
) -> list[Evidence]:
    """Return the evidence that fits all that is given; `KnowledgeGraph.evidence` says what that is.

    `iri` is a claim, a publication or another term, None stands for every claim; `values` are by name stance,
    design, species, system and population.
    """
    if since is not None and until is not None and since > until:
        raise ParameterError(
            f"No year is since {since} and until {until}; exchange the two.", parameter="since"
        )
    wanted = _iris(ask, lang, values)
    claims = read_claims(ask, lang)
    concerned = {claim.iri for claim in claims} if iri is None else concerned_claims(ask, iri)
    is_claim = any(claim.iri == iri for claim in claims)
    is_publication = any(item.publication.iri == iri for claim in claims for item in claim.evidence)
    is_filtered = bool(wanted) or since is not None or until is not None
    found = []
    for claim in claims:
        is_asked_for = claim.iri == iri if is_claim else claim.iri in concerned and not is_publication
        items = tuple(
            item
            for item in claim.evidence
            if (is_asked_for or item.publication.iri == iri) and _fits(item, wanted, since, until)
        )
        if items or (is_asked_for and (is_claim or not is_filtered)):
            found.append(Evidence(claim, items))
    return found


def select_conflicts(ask: Ask, lang: str, iri: str | None, **values: str | None) -> list[ConflictSides]:
    """Return the conflicts that fit all that is given; `KnowledgeGraph.conflicts` says what that is.

    `iri` is a conflict, a member or aspect of one, a publication or another term; `values` are by name type
    and aspect.
    """
    wanted = _iris(ask, lang, values)
    claims = {claim.iri: claim for claim in read_claims(ask, lang)}
    return [
        sides
        for sides in conflicts_concerning(ask, iri, read_conflicts(ask, lang, claims), claims)
        if all(value in _values_of(sides.conflict, name) for name, value in wanted.items())
    ]


def _values_of(conflict: Conflict, name: str) -> set[str]:
    return {conflict.type.iri} if name == "type" else {aspect.iri for aspect in conflict.aspects}


def read_conflicts(ask: Ask, lang: str, claims: Mapping[str, Claim]) -> list[ConflictSides]:
    """Return every conflict with its sides, by identifier, its texts in `lang`; `claims` are all, by IRI."""
    conflicts = _grouped(ask("conflict-records", {"lang": lang}), "conflict_iri")
    members = _grouped(ask("conflict-sides", {"lang": lang}), "conflict_iri")
    return [
        _conflict_sides(conflict, members[conflict.iri], claims)
        for conflict in sorted(map(_conflict, conflicts.values()), key=lambda each: each.identifier)
    ]


def conflicts_concerning(
    ask: Ask, iri: str | None, conflicts: Iterable[ConflictSides], claims: Mapping[str, Claim]
) -> list[ConflictSides]:
    """Return those of the conflicts that concern a term, as `KnowledgeGraph.conflicts` says; all for None."""
    if iri is None:
        return list(conflicts)
    concerned = {iri} if iri in claims else concerned_claims(ask, iri)
    identifiers = {claim.identifier for claim in claims.values() if claim.iri in concerned}
    return [
        sides
        for sides in conflicts
        if iri in _terms_of(sides) or not identifiers.isdisjoint(sides.conflict.claims)
    ]


def _conflict_sides(conflict: Conflict, rows: Iterable[Row], claims: Mapping[str, Claim]) -> ConflictSides:
    findings = {
        item.iri: Finding(claim.identifier, item) for claim in claims.values() for item in claim.evidence
    }
    by_side: dict[object, list[Row]] = {}
    for row in rows:
        by_side.setdefault(row["side_iri"], []).append(row)

    def side(name: str | None) -> Side:
        members = [_named(row, "member") for row in by_side.get(name, [])]
        return Side(
            tuple(claims[member.iri] for member in members if member.iri in claims),
            tuple(findings[member.iri] for member in members if member.iri in findings),
            tuple(member for member in members if member.iri not in {**claims, **findings}),
        )

    return ConflictSides(conflict, side(_FIRST_SIDE), side(_SECOND_SIDE), side(None))


def _terms_of(sides: ConflictSides) -> set[str]:
    """Return the IRIs by which a conflict is found: of itself, its type, aspects, members and papers."""
    conflict = sides.conflict
    iris = {conflict.iri, conflict.type.iri, *(aspect.iri for aspect in conflict.aspects)}
    for side in (sides.first_side, sides.second_side, sides.no_side):
        iris.update(claim.iri for claim in side.claims)
        iris.update(reference.iri for reference in side.references)
        for finding in side.findings:
            iris |= {finding.item.iri, finding.item.publication.iri}
    return iris


def concerned_claims(ask: Ask, iri: str) -> set[str]:
    """Return the IRIs of the claims that concern a term; a claim concerns itself."""
    return {iri, *(str(row["claim_iri"]) for row in ask("claims-concerning", {"term": iri}))}


def _fits(item: EvidenceItem, wanted: Mapping[str, str], since: int | None, until: int | None) -> bool:
    """Return whether an item has all values that are wanted; one without a year fits no span of years."""
    has: dict[str, tuple[Named, ...]] = {
        "stance": (item.stance,),
        "design": item.designs,
        "species": item.species,
        "system": item.systems,
        "population": item.populations,
    }
    year = item.publication.year
    return (
        all(iri in {value.iri for value in has[name]} for name, iri in wanted.items())
        and (since is None or (year is not None and year >= since))
        and (until is None or (year is not None and year <= until))
    )


def _iris(ask: Ask, lang: str, values: Mapping[str, object]) -> dict[str, str]:
    """Return the IRI of each value that is given."""
    return {name: _value_iri(ask, lang, name, str(text)) for name, text in values.items() if text is not None}


def _value_iri(ask: Ask, lang: str, name: str, text: str) -> str:
    """Return the IRI of the one value of a filter that `text` names, or begins to name in whole words.

    Raises:
        ParameterError: it names none or several; the message lists them.
    """
    labels: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for value, label in ask("property-values", {"property": _GK + _PROPERTIES[name]}).terms:
        if not isinstance(value, Iri):
            continue
        known = names.setdefault(value.value, [value.value, compress(value.value), _local_name(value.value)])
        if isinstance(label, Literal):
            known.append(label.value)
            if label.language == lang:
                labels.setdefault(value.value, label.value)
        elif isinstance(label, Iri):
            known += [label.value, compress(label.value)]
    begins = text.strip().casefold() + " "
    found = {iri for iri, known in names.items() if _folded(text) in map(_folded, known)} or {
        iri for iri, known in names.items() if any(each.casefold().startswith(begins) for each in known)
    }
    if len(found) == 1:
        return found.pop()
    near = near_misses(text, (each for known in names.values() for each in known))
    first = [iri for each in near for iri, known in names.items() if each in known]
    listed = list(
        dict.fromkeys(labels.get(iri, compress(iri)) for iri in (*sorted(found), *first, *sorted(names)))
    )
    beyond = len(listed) - _MOST_VALUES_NAMED
    more = f" and {beyond} more" if beyond > 0 else ""
    fault = f"{text!r} may be several of them" if found else f"There is no {name} {text!r}"
    raise ParameterError(
        f"{fault}; choose one of: {'; '.join(listed[:_MOST_VALUES_NAMED])}{more}.", parameter=name
    )


def _folded(text: str) -> str:
    """Return a name without what people write now so, now so: case, spaces and hyphens."""
    return "".join(filter(str.isalnum, text.casefold()))


def _local_name(iri: str) -> str:
    return iri.rpartition("/")[2]


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Return the rows by the IRI in a column, in their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[column]), []).append(row)
    return groups


def _by_claim(
    rows: Iterable[Row], column: str, record: Callable[[Sequence[Row]], _Record]
) -> dict[str, tuple[_Record, ...]]:
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
