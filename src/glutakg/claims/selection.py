"""Chooses claims, evidence and conflicts by what they concern and how they are described."""

from collections.abc import Iterable, Mapping
from typing import cast

from glutakg.claims.records import read_claims, read_conflicts
from glutakg.claims.values import GK, Ask, Claim, Conflict, ConflictSides, Evidence, EvidenceItem, Named
from glutakg.errors import ParameterError
from glutakg.languages import N_
from glutakg.rdf import Iri, Literal, compress, local_name
from glutakg.text import fold_name, near_misses

__all__ = ["concerned_claims", "conflicts_concerning", "select_claims", "select_conflicts", "select_evidence"]
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
            N_("No year is since {since} and until {until}; exchange the two.", since=since, until=until),
            parameter="since",
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
    for value, label in ask("property-values", {"property": GK + _PROPERTIES[name]}).terms:
        if not isinstance(value, Iri):
            continue
        known = names.setdefault(value.value, [value.value, compress(value.value), local_name(value.value)])
        if isinstance(label, Literal):
            known.append(label.value)
            if label.language == lang:
                labels.setdefault(value.value, label.value)
        elif isinstance(label, Iri):
            known += [label.value, compress(label.value)]
    begins = text.strip().casefold() + " "
    found = {iri for iri, known in names.items() if fold_name(text) in map(fold_name, known)} or {
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
    shown = "; ".join(listed[:_MOST_VALUES_NAMED])
    if beyond > 0:
        shown = N_("{listed} and {number} more", listed=shown, number=beyond)
    told = (
        N_("{text!r} may be several of them; choose one of: {listed}.", text=text, listed=shown)
        if found
        else N_("There is no {name} {text!r}; choose one of: {listed}.", name=name, text=text, listed=shown)
    )
    raise ParameterError(told, parameter=name)
