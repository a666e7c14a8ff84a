"""Claims, evidence and conflicts as values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from glutakg.rdf import PREFIXES
from glutakg.sparql import Rows
from glutakg.text import printable

__all__ = [
    "CONTRADICTS",
    "QUALIFIES",
    "SUPPORTS",
    "Ask",
    "Balance",
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
    "of_stance",
]


Ask: TypeAlias = Callable[[str, Mapping[str, object]], Rows]
"""What answers the catalogue query of a name with its parameters."""

GK = PREFIXES["gk"]
SUPPORTS = GK + "Supports"
CONTRADICTS = GK + "Contradicts"
QUALIFIES = GK + "Qualifies"
FIRST_SIDE = GK + "firstSide"
SECOND_SIDE = GK + "secondSide"
_FIRM_HEDGES = frozenset({GK + "Unhedged", GK + "AssertedOutright"})

Record = TypeVar("Record")


class _Shown:
    """How a value is shown: in a line, by its `brief`, and in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {printable(self.brief)}>"

    @property
    def brief(self) -> str:
        """What identifies the value, and what matters most of it, in a line."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, repr=False)
class Named(_Shown):
    """A term: its IRI, and its label in the language that was asked for.

    >>> print(Named("https://w3id.org/glutakg/ontology/Disputed", "omstreden"))
    omstreden
    """

    iri: str
    label: str

    def __str__(self) -> str:
        """Give the label."""
        return self.label

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return self.label


@dataclass(frozen=True, slots=True, repr=False)
class Publication(_Shown):
    """A publication as it is cited: authors and year as its label, and the identifiers that were seen."""

    iri: str
    label: str
    year: int | None
    pmid: str | None
    doi: str | None

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return self.label


@dataclass(frozen=True, slots=True, repr=False)
class EvidenceItem(_Shown):
    """What one publication shows on one claim, and how that was found.

    Items of the same study are no separate proofs. `is_own_result` tells whether the publication found what
    it says, or passes it on.
    """

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
    studies: tuple[Named, ...]
    is_own_result: bool

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return f"{self.publication.label}: {self.stance}"

    def _repr_html_(self) -> str:
        from glutakg.claims import notebook
        from glutakg.markup import framed

        return framed(notebook.evidence_item_html(self))


@dataclass(frozen=True, slots=True, repr=False)
class Conflict(_Shown):
    """A disagreement; `claims` are those in it, with evidence in it, or that cite a reference in it."""

    iri: str
    identifier: str
    label: str
    type: Named
    aspects: tuple[Named, ...]
    claims: tuple[str, ...]
    explanation: str
    would_decide: str | None

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return f"{self.identifier}: {self.label} ({self.type})"

    def _repr_html_(self) -> str:
        from glutakg.claims import notebook
        from glutakg.markup import framed

        return framed(notebook.conflict_html(self))


@dataclass(frozen=True, slots=True, repr=False)
class SearchRecord(_Shown):
    """Evidence of a stance was looked for: what was searched."""

    iri: str
    stance: Named
    searched: str

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return f"{self.stance}: {self.searched}"


class Balance(NamedTuple):
    """How many studies support a claim, contradict it, qualify it, and take another stance.

    A study counts once for a stance, whatever the number of its reports; `reports` is that of all of them.
    """

    supporting: int
    contradicting: int
    qualifying: int
    other: int
    reports: int


@dataclass(frozen=True, slots=True, repr=False)
class Claim(_Shown):
    """One claim: what it says, who says it how firmly and where, and all that is recorded for and against it.

    Attributes:
        iri: of the claim.
        identifier: such as C054.
        paraphrase: what it says, in the language that was asked for.
        kind: such as protective effect claim.
        status: what the curators judge of it.
        status_note: why they do, in the language that was asked for.
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
    def balance(self) -> Balance:
        """How many studies there are on the claim, by stance, and in how many reports."""
        neutral = {item.stance.iri for item in self.evidence} - {SUPPORTS, CONTRADICTS, QUALIFIES}
        return Balance(
            supporting=_number_of_studies(of_stance(self.evidence, SUPPORTS)),
            contradicting=_number_of_studies(of_stance(self.evidence, CONTRADICTS)),
            qualifying=_number_of_studies(of_stance(self.evidence, QUALIFIES)),
            other=_number_of_studies(of_stance(self.evidence, *neutral)),
            reports=len({item.publication.iri for item in self.evidence}),
        )

    @property
    def is_uncited(self) -> bool:
        """Whether the claim cites neither a numbered reference nor a publication by name."""
        return not self.references and not self.publications

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        balance = self.balance
        studies = (
            f"{balance.supporting} for, {balance.contradicting} against, {balance.qualifying} qualifying"
        )
        return f"{self.identifier}: {self.paraphrase} ({self.status}; {studies})"

    def _repr_html_(self) -> str:
        from glutakg.claims import notebook
        from glutakg.markup import framed

        return framed(notebook.claim_html(self))


@dataclass(frozen=True, slots=True, repr=False)
class Evidence(_Shown):
    """The evidence on one claim that fits what was asked; `claim.evidence` is all there is."""

    claim: Claim
    items: tuple[EvidenceItem, ...]

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        number = len(self.items)
        items = f"{number} {'item' if number == 1 else 'items'}"
        return f"on {self.claim.identifier}: {self.claim.paraphrase} ({items}; {self.claim.status})"

    def _repr_html_(self) -> str:
        from glutakg.claims import notebook
        from glutakg.markup import framed

        return framed(notebook.evidence_html(self))


@dataclass(frozen=True, slots=True, repr=False)
class Finding(_Shown):
    """An evidence item with the identifier of the claim that it bears on."""

    claim: str
    item: EvidenceItem

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return f"on {self.claim}: {self.item.brief}"


@dataclass(frozen=True, slots=True, repr=False)
class Side(_Shown):
    """Members of a conflict that stand together: claims, findings, and references to the literature."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    references: tuple[Named, ...]

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.claims) + len(self.findings) + len(self.references)

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        claims = (claim.identifier for claim in self.claims)
        findings = (finding.item.publication.label for finding in self.findings)
        return "; ".join((*claims, *findings, *map(str, self.references))) or "of nobody"


@dataclass(frozen=True, slots=True, repr=False)
class ConflictSides(_Shown):
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

    @property
    def brief(self) -> str:
        """What identifies it, in a line."""
        return self.conflict.brief

    def _repr_html_(self) -> str:
        from glutakg.claims import notebook
        from glutakg.markup import framed

        return framed(notebook.conflict_sides_html(self))


def of_stance(items: Iterable[EvidenceItem], *stances: str) -> tuple[EvidenceItem, ...]:
    """Return the evidence items that take one of the stances, given as IRIs."""
    return tuple(item for item in items if item.stance.iri in stances)


def _number_of_studies(items: Iterable[EvidenceItem]) -> int:
    return len({study.iri for item in items for study in item.studies})
