"""The status that follows from the evidence on a claim, by one rule for all claims.

1. A claim on the document itself, or on what practitioners observe, is *not assessable*; nor is one on what
   it cites, unless a study contradicts it.
2. Where a study contradicts a claim, it is *disputed*. Studies count, not their reports.
3. What a claim says of people (an indication, a protective effect, a need, a cause or consequence of a
   shortage, a caution, a risk) is *established* by two systematic reviews or guidelines that support it,
   *supported* by one study in people, and *preliminary* otherwise: experiments on animals and in vitro show
   a mechanism.
4. Any other claim is *established* by two studies that support it, *supported* by one. A publication that the
   background gives for the same fact counts as a study.
5. A name is *established* by its use. What has neither evidence nor a source is *preliminary*.

A curator may overrule it with a reason (`gk:overruleReason`); *inaccurate* is always such a judgement.
Mechanism and outcome of a protective effect have a verdict each.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from glutakg.claims.values import CONTRADICTS, GK, SUPPORTS, Ask, Claim, EvidenceItem

__all__ = ["Verdicts", "read_background", "verdicts"]


ESTABLISHED, SUPPORTED, PRELIMINARY = GK + "Established", GK + "Supported", GK + "Preliminary"
DISPUTED, NOT_ASSESSABLE = GK + "Disputed", GK + "NotAssessable"

_OUTCOME_KINDS = frozenset(
    f"{GK}{name}Claim"
    for name in (
        "Caution",
        "Contraindication",
        "DeficiencyCause",
        "DeficiencyEffect",
        "Indication",
        "ProtectiveEffect",
        "Requirement",
        "RiskGroup",
        "Safety",
    )
)
"""Kinds of claims on what happens to people."""

_ON_THE_DOCUMENT = frozenset(f"{GK}{name}Claim" for name in ("DocumentMetadata", "PracticeObservation"))
_CITING = GK + "EvidenceReferenceClaim"
_NAMING = GK + "NomenclatureClaim"
_PEOPLE = "https://w3id.org/glutakg/data/homo-sapiens"
_STUDIES_OF_PEOPLE = frozenset(
    GK + name
    for name in (
        "CaseReport",
        "ClinicalGuideline",
        "ControlledTrial",
        "ObservationalStudy",
        "RandomisedControlledTrial",
        "RetrospectiveStudy",
        "SystematicReview",
        "UncontrolledTrial",
    )
)
_SUMMARIES = frozenset({GK + "SystematicReview", GK + "ClinicalGuideline"})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What follows from the evidence on a claim, as IRIs of statuses.

    Attributes:
        status: of the claim as a whole.
        mechanism: what animals, cells and reviews of them say; None but for a protective effect.
        outcome: what studies in people say; None but for a protective effect.
    """

    status: str
    mechanism: str | None = None
    outcome: str | None = None


def verdicts(claim: Claim, background: int = 0) -> Verdicts:
    """Return what follows from the evidence on a claim by the rule.

    Args:
        claim: with its evidence.
        background: number of publications that the background gives for the same fact.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     [magnesium] = [claim for claim in kg.claims(term="magnesium") if claim.identifier == "C054"]
    >>> found = verdicts(magnesium)
    >>> [each.rpartition("/")[2] for each in (found.status, found.mechanism, found.outcome)]
    ['Disputed', 'Supported', 'Disputed']
    """
    items = claim.evidence
    kind = claim.kind.iri
    if kind in _ON_THE_DOCUMENT or (kind == _CITING and not _studies(items, CONTRADICTS)):
        return Verdicts(NOT_ASSESSABLE)
    in_people = tuple(item for item in items if _is_of_people(item))
    if kind in _OUTCOME_KINDS:
        status = _of_people(items, in_people)
    elif kind == _NAMING and not _studies(items, CONTRADICTS):
        status = ESTABLISHED
    else:
        status = _of_any(items, background)
    if kind != GK + "ProtectiveEffectClaim":
        return Verdicts(status)
    beside = tuple(item for item in items if item not in in_people)
    return Verdicts(status, _of_any(beside, background), _of_people(in_people, in_people))


def read_background(ask: Ask) -> dict[str, int]:
    """Return how many publications the background gives for the fact that a claim states, by its IRI."""
    rows = ask("background-publications-of-claims", {})
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row["claim_iri"]), set()).add(str(row["publication"]))
    return {claim: len(publications) for claim, publications in found.items()}


def _of_any(items: tuple[EvidenceItem, ...], background: int) -> str:
    if _studies(items, CONTRADICTS):
        return DISPUTED
    return (PRELIMINARY, SUPPORTED, ESTABLISHED)[min(2, len(_studies(items, SUPPORTS)) + background)]


def _of_people(items: tuple[EvidenceItem, ...], in_people: tuple[EvidenceItem, ...]) -> str:
    if _studies(items, CONTRADICTS):
        return DISPUTED
    summaries = tuple(item for item in in_people if _SUMMARIES & {design.iri for design in item.designs})
    if len(_studies(summaries, SUPPORTS)) > 1:
        return ESTABLISHED
    return SUPPORTED if _studies(in_people, SUPPORTS) else PRELIMINARY


def _is_of_people(item: EvidenceItem) -> bool:
    designs = {design.iri for design in item.designs}
    return bool(designs & _STUDIES_OF_PEOPLE) and _PEOPLE in {species.iri for species in item.species}


def _studies(items: Iterable[EvidenceItem], stance: str) -> set[str]:
    return {study.iri for item in items if item.stance.iri == stance for study in item.studies}
