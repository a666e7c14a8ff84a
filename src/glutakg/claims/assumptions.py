"""What would follow if a study found this: evidence that a user assumes, and the verdicts that it changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from glutakg.claims.values import GK, Balance, Claim, EvidenceItem, Named, Publication
from glutakg.claims.verdicts import Verdicts, verdicts
from glutakg.errors import SourceError
from glutakg.files import STDIN, read_stdin, read_text
from glutakg.rdf import PREFIXES, compress, parse_turtle
from glutakg.text import printable

__all__ = ["Decision", "decisions", "read_assumptions"]


_ABOUT, _TYPE = PREFIXES["obo"] + "IAO_0000136", PREFIXES["rdf"] + "type"
_HUMAN = PREFIXES["gkd"] + "homo-sapiens"
_NOT_STATED = GK + "NotStated"


@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """What assumed evidence changes for a claim: its balance, and what the rule says before and after."""

    claim: Claim
    before: Verdicts
    after: Verdicts
    balance: Balance

    def __repr__(self) -> str:
        what = "a verdict changes" if self.is_decisive else "only the balance changes"
        return f"<Decision on {printable(self.claim.identifier)}: {what}>"

    def _repr_html_(self) -> str:
        from glutakg.claims.notebook import decision_html
        from glutakg.markup import framed

        return framed(decision_html(self))

    @property
    def is_decisive(self) -> bool:
        """Whether a verdict changes, and not the balance alone."""
        return self.before != self.after


def read_assumptions(
    paths: Iterable[Path | str], claims: Mapping[str, Claim]
) -> dict[str, tuple[EvidenceItem, ...]]:
    """Return the evidence that files assume, by the IRI of the claim that it bears on.

    Each `gk:EvidenceItem` needs the claim (`obo:IAO_0000136`), a `gk:stance` and a `gk:studyDesign`. Without
    `gk:ofStudy` it is a study of its own, and without `gk:studiedSpecies` one of people.

    Args:
        paths: Turtle files, `-` for standard input.
        claims: those there are, by IRI.

    Raises:
        SourceError: a file cannot be read, is not Turtle, or has no item or one that lacks something.
    """
    found: defaultdict[str, list[EvidenceItem]] = defaultdict(list)
    for path in paths:
        name = STDIN if str(path) == "-" else str(path)
        said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in parse_turtle(read_stdin() if name == STDIN else read_text(path), name):
            subject, predicate, value = (str(getattr(term, "value", term)) for term in triple)
            said[subject][predicate].append(value)
        items = {iri: said[iri] for iri in said if GK + "EvidenceItem" in said[iri][_TYPE]}
        if not items:
            raise SourceError(
                "The file has no gk:EvidenceItem, so that there is nothing to assume.", path=name
            )
        for iri, each in items.items():
            claim, item = _item(iri, each, claims, name)
            found[claim].append(item)
    return {claim: tuple(items) for claim, items in found.items()}


def decisions(
    claims: Sequence[Claim],
    assumed: Mapping[str, tuple[EvidenceItem, ...]],
    background: Mapping[str, int],
) -> tuple[Decision, ...]:
    """Return what assumed evidence changes, in the order of the claims."""
    found = []
    for claim in claims:
        if claim.iri in assumed:
            more = replace(claim, evidence=(*claim.evidence, *assumed[claim.iri]))
            sources = background.get(claim.iri, 0)
            found.append(Decision(claim, verdicts(claim, sources), verdicts(more, sources), more.balance))
    return tuple(found)


def _item(
    iri: str, said: Mapping[str, list[str]], claims: Mapping[str, Claim], path: str
) -> tuple[str, EvidenceItem]:
    def value(name: str, hint: str) -> str:
        values = said.get(name, [])
        if len(values) != 1:
            message = f"{compress(iri)} needs exactly one {compress(name)}: {hint}."
            raise SourceError(message, path=path)
        return values[0]

    claim = value(_ABOUT, "the claim that it bears on, such as gkd:claim-C054")
    if claim not in claims:
        raise SourceError(
            f"{compress(iri)} is about {compress(claim)}, and there is no such claim.", path=path
        )
    stance = value(GK + "stance", "gk:Supports, gk:Contradicts or gk:Qualifies")
    if stance not in {GK + name for name in ("Supports", "Contradicts", "Qualifies")}:
        message = f"{compress(stance)} is no stance: write gk:Supports, gk:Contradicts or gk:Qualifies."
        raise SourceError(message, path=path)
    design = value(GK + "studyDesign", "a gk:StudyDesign such as gk:RandomisedControlledTrial")
    species = said.get(GK + "studiedSpecies", [_HUMAN])
    studies = said.get(GK + "ofStudy", [iri])
    return claim, EvidenceItem(
        iri=iri,
        stance=_named(stance),
        publication=Publication(iri, compress(iri), None, None, None),
        designs=(_named(design),),
        species=tuple(map(_named, species)),
        systems=(),
        populations=(),
        direction=_named(GK + "DirectionNotStated"),
        sample_size=None,
        bears_on="",
        studies=tuple(map(_named, studies)),
        is_own_result=True,
    )


def _named(iri: str) -> Named:
    return Named(iri, compress(iri))
