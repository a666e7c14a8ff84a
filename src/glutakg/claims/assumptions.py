"""What would follow if a study found this: evidence that a user assumes, and the verdicts that it changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from glutakg.claims.values import (
    CONTRADICTS,
    GK,
    QUALIFIES,
    SUPPORTS,
    Ask,
    Balance,
    Claim,
    EvidenceItem,
    Named,
    Publication,
)
from glutakg.claims.verdicts import Verdicts, verdicts
from glutakg.errors import SourceError
from glutakg.files import STDIN, read_stdin, read_text
from glutakg.rdf import PREFIXES, compress, parse_turtle
from glutakg.text import printable

__all__ = ["Decider", "Decision", "decisions", "read_assumptions", "read_deciders"]


_ABOUT, _TYPE = PREFIXES["obo"] + "IAO_0000136", PREFIXES["rdf"] + "type"
_HUMAN = PREFIXES["gkd"] + "homo-sapiens"
_DECIDER, _DESIGN, _SPECIES = GK + "answersDecider", GK + "studyDesign", GK + "studiedSpecies"
_OPPOSITE = {SUPPORTS: CONTRADICTS, CONTRADICTS: SUPPORTS, QUALIFIES: QUALIFIES}


@dataclass(frozen=True, slots=True)
class Decider:
    """A study that would decide a conflict.

    Attributes:
        design: that the study must have, as IRI.
        species: in which it must be done, as IRIs.
        stances: what its finding would be on claims if it came out as the first side says; IRIs by IRIs.
    """

    design: str
    species: tuple[str, ...]
    stances: Mapping[str, str]


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


def read_deciders(ask: Ask) -> dict[str, Decider]:
    """Return the studies that would decide conflicts, by IRI."""
    species: defaultdict[str, set[str]] = defaultdict(set)
    stances: defaultdict[str, dict[str, str]] = defaultdict(dict)
    designs = {}
    for row in ask("deciders", {}):
        decider = str(row["decider"])
        designs[decider] = str(row["design"])
        species[decider].add(str(row["species"]))
        if row["claim_iri"] is not None:
            stances[decider][str(row["claim_iri"])] = str(row["stance"])
    return {
        decider: Decider(design, tuple(sorted(species[decider])), stances[decider])
        for decider, design in designs.items()
    }


def read_assumptions(
    paths: Iterable[Path | str], claims: Mapping[str, Claim], deciders: Mapping[str, Decider]
) -> dict[str, tuple[EvidenceItem, ...]]:
    """Return the evidence that files assume, by the IRI of the claim that it bears on.

    Each `gk:EvidenceItem` needs a `gk:stance`, and either the claim (`obo:IAO_0000136`) and a
    `gk:studyDesign`, or the study of a conflict that it is (`gk:answersDecider`), which tells claims, design
    and species; its stance is then that on the first side. Without `gk:ofStudy` an item is a study of its
    own, and without `gk:studiedSpecies` one of people.

    Args:
        paths: Turtle files, `-` for standard input.
        claims: those there are, by IRI.
        deciders: studies that would decide conflicts, by IRI.

    Raises:
        SourceError: a file cannot be read, is not Turtle, or has no item or one that lacks something.
    """
    found: defaultdict[str, list[EvidenceItem]] = defaultdict(list)
    told = [item for claim in claims.values() for item in claim.evidence]
    there = {item.iri for item in told}
    known = {
        _DESIGN: {each.iri for item in told for each in item.designs}
        | {each.design for each in deciders.values()},
        _SPECIES: {each.iri for item in told for each in item.species}.union(
            *(each.species for each in deciders.values())
        ),
    }
    for path in paths:
        name = STDIN if str(path) == "-" else str(path)
        said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in parse_turtle(read_stdin() if name == STDIN else read_text(path), name):
            subject, predicate, value = map(_text, triple)
            said[subject][predicate].append(value)
        items = {iri: said[iri] for iri in said if GK + "EvidenceItem" in said[iri][_TYPE]}
        if not items:
            raise SourceError(
                "The file has no gk:EvidenceItem, so that there is nothing to assume.", path=name
            )
        for iri, each in items.items():
            if iri in there:
                message = f"{compress(iri)} is in the graph already; give what you assume a name of its own."
                raise SourceError(message, path=name)
            for claim, item in _items(iri, each, claims, deciders, name):
                _check_terms(iri, item, known, name)
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


def _items(
    iri: str,
    said: Mapping[str, list[str]],
    claims: Mapping[str, Claim],
    deciders: Mapping[str, Decider],
    path: str,
) -> Iterator[tuple[str, EvidenceItem]]:
    """Yield the claims that an item bears on, each with the item as it bears on it."""

    def value(name: str, hint: str) -> str:
        values = said.get(name, [])
        if len(values) != 1:
            message = f"{compress(iri)} needs exactly one {compress(name)}: {hint}."
            raise SourceError(message, path=path)
        return values[0]

    if _DECIDER in said:
        decider = _decider(iri, value(_DECIDER, "a study such as gkd:decider-E32"), said, deciders, path)
    else:
        claim = value(_ABOUT, "the claim that it bears on, such as gkd:claim-C054")
        if claim not in claims:
            raise SourceError(
                f"{compress(iri)} is about {compress(claim)}, and there is no such claim.", path=path
            )
        design = value(_DESIGN, "a gk:StudyDesign such as gk:RandomisedControlledTrial")
        decider = Decider(design, tuple(said.get(_SPECIES, [_HUMAN])), {claim: SUPPORTS})
    stance = value(GK + "stance", "gk:Supports, gk:Contradicts or gk:Qualifies")
    if stance not in _OPPOSITE:
        message = f"{compress(stance)} is no stance: write gk:Supports, gk:Contradicts or gk:Qualifies."
        raise SourceError(message, path=path)
    studies = said.get(GK + "ofStudy", [iri])
    for claim, if_first in decider.stances.items():
        yield (
            claim,
            EvidenceItem(
                iri=iri,
                stance=_named(stance if if_first == SUPPORTS else _OPPOSITE[stance]),
                publication=Publication(iri, compress(iri), None, None, None),
                designs=(_named(decider.design),),
                species=tuple(map(_named, decider.species)),
                systems=(),
                populations=(),
                direction=_named(GK + "DirectionNotStated"),
                sample_size=None,
                bears_on="",
                studies=tuple(map(_named, studies)),
                is_own_result=True,
            ),
        )


def _decider(
    iri: str, decider: str, said: Mapping[str, list[str]], deciders: Mapping[str, Decider], path: str
) -> Decider:
    """Return the study of a conflict that an item says it is, and that tells all but the stance."""
    name = f"{compress(iri)} answers {compress(decider)}"
    if decider not in deciders:
        raise SourceError(
            f"{name}, and there is no such study; those of conflicts have names such as gkd:decider-E32.",
            path=path,
        )
    if twice := [each for each in (_ABOUT, _DESIGN, _SPECIES) if each in said]:
        raise SourceError(f"{name}, which tells {compress(twice[0])}: leave that out.", path=path)
    if not deciders[decider].stances:
        raise SourceError(
            f"{name}, which decides between publications on a step; no verdict on a claim rests on it.",
            path=path,
        )
    return deciders[decider]


def _check_terms(iri: str, item: EvidenceItem, known: Mapping[str, set[str]], path: str) -> None:
    """Raise `SourceError` for a design or species that the graph does not know, or a study without IRI."""
    for name, values in ((_DESIGN, item.designs), (_SPECIES, item.species)):
        for each in values:
            if each.iri not in known[name]:
                choice = ", ".join(sorted(map(compress, known[name])))
                message = f"{compress(iri)} has {compress(name)} {each.label}, which is not known: {choice}."
                raise SourceError(printable(message), path=path)
    for each in item.studies:
        if each.iri.startswith('"'):
            message = f"{compress(iri)} has gk:ofStudy {each.label}, which is text: write an IRI."
            raise SourceError(printable(message), path=path)


def _text(term: object) -> str:
    """Return an IRI or blank node as it is, a literal in quotation marks, so that it is taken for neither."""
    import pyoxigraph as ox

    return str(term) if isinstance(term, ox.Literal) else str(getattr(term, "value", term))


def _named(iri: str) -> Named:
    return Named(iri, compress(iri))
