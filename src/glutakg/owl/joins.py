"""Whether a whole ontology of others can be true beside our axioms and facts.

Of the other ontology the part is taken that can bear on our terms. HermiT is asked first whether stronger
axioms can be true, which say that each class has members: then all is well. If they cannot, it is asked of
the axioms without the nameless things to which they lead, and only then of all: whether they can be true at
once, and whether a class loses its members that has some by the other ontology alone. Where the answer is no,
a minimal set of axioms is told by Pellet.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutakg.errors import ReasoningError
from glutakg.owl.axioms import Axiom
from glutakg.owl.chains import is_of_chains, without_chains
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.functional import Numbered
from glutakg.owl.hermit import HermiT
from glutakg.owl.idle import idle_axioms
from glutakg.owl.interpretation import interpret
from glutakg.owl.java import Java, JavaFailed
from glutakg.owl.modules import module, signature
from glutakg.owl.pellet import explain
from glutakg.owl.premises import Premises
from glutakg.owl.reachability import reachable
from glutakg.owl.reasoners import read_justifications
from glutakg.owl.witnesses import with_witnesses
from glutakg.rdf import PREFIXES, Literal

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Join", "check_join", "is_logical"]


_NOTHING = Entity("Class", PREFIXES["owl"] + "Nothing")
_OF_SCHEMA = re.compile(
    r"SubClassOf|EquivalentClasses|DisjointClasses|DisjointUnion|SubObjectPropertyOf|EquivalentObjectProperties"
    r"|DisjointObjectProperties|InverseObjectProperties|ObjectPropertyDomain|ObjectPropertyRange"
    r"|(Inverse)?FunctionalObjectProperty|(Ir)?[Rr]eflexiveObjectProperty|(As|S)ymmetricObjectProperty"
    r"|TransitiveObjectProperty"
)
_RDF, _RDFS, _OWL = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))
_PREDICATES = frozenset(
    {
        *(_RDF + name for name in ("type", "first", "rest")),
        *(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(
            _OWL + name
            for name in (
                "allValuesFrom", "cardinality", "complementOf", "disjointUnionOf", "disjointWith",
                "equivalentClass", "equivalentProperty", "hasSelf", "hasValue", "intersectionOf", "inverseOf",
                "maxCardinality", "maxQualifiedCardinality", "members", "minCardinality",
                "minQualifiedCardinality", "onClass", "onProperty", "oneOf", "propertyChainAxiom",
                "propertyDisjointWith", "qualifiedCardinality", "someValuesFrom", "unionOf",
            )
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Join:
    """What comes of an ontology beside ours.

    Attributes:
        consistent: whether all can be true at once.
        unsatisfiable: classes that lose their members, by IRI; told only where all can be true.
        axioms: a minimal set that cannot be true, in Manchester syntax; none where all is well, or where it
            could not be found in time.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is contradicted."""
        return self.consistent and not self.unsatisfiable


def is_logical(triple: "Triple") -> bool:
    """Return whether a triple may be part of an axiom on classes or properties."""
    return triple.predicate.value in _PREDICATES


def check_join(
    premises: Premises, other: "Iterable[Triple]", *, seconds: float = 120.0, memory_mb: int = 3000
) -> Join:
    """Return whether an ontology can be true beside premises.

    Args:
        premises: ours, with the facts.
        other: the triples of the other ontology; its facts and data properties do not count.
        seconds: after which the reasoner is stopped.
        memory_mb: megabytes that each Java may take.

    Raises:
        ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
    """
    ours = interpret(premises).axioms
    theirs = interpret(Premises(frozenset(filter(is_logical, other)), {})).axioms
    part = module(filter(_is_of_schema, theirs), signature(ours))
    if not part:
        return Join(consistent=True)
    limits = _Limits(seconds, memory_mb)
    everything = [*ours, *part]
    consistent, together = _told(everything, limits)
    if not consistent:
        question = ["--inconsistent", "--max", "1"]
        return Join(False, axioms=_explained(everything, question, frozenset(), limits))
    if not together:
        return Join(consistent=True)
    _, alone = _told(part, limits)
    if not (lost := sorted(together - alone)):
        return Join(consistent=True)
    question = ["--unsat", lost[0], "--method", "black", "--max", "1"]
    return Join(True, tuple(lost), _explained(everything, question, frozenset(lost), limits))


class _Limits:
    """How long and with how much memory reasoners may run, all together."""

    def __init__(self, seconds: float, memory_mb: int) -> None:
        """Keep the limits; the time runs from now on."""
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._until = time.monotonic() + seconds

    def java(self, share: float = 1.0) -> Java:
        """Return a Java that may take a share of the time that is left."""
        left = max(0.0, self._until - time.monotonic())
        return Java(seconds=self._seconds, memory_mb=self._memory_mb, left=share * left)


def _told(axioms: list[Axiom], limits: _Limits) -> tuple[bool, set[str]]:
    """Return whether axioms can all be true, and which classes can have no member, as soon as that is known.

    Where stronger axioms can be true, all is well. What fewer axioms say cannot be true is not, and classes
    that they keep from having members have none; they are all of these where all others can have some.
    """
    if _is_consistent(_stronger(axioms), limits):
        return True, set()
    with suppress(ReasoningError):
        consistent, empty = _asked(filter(_is_near, axioms), limits, 0.5)
        if not consistent:
            return False, set()
        empty = _emptied(axioms, empty)
        if empty and _is_consistent(_stronger(axioms, empty), limits):
            return True, empty
    consistent, empty = _asked(axioms, limits)
    return consistent, _emptied(axioms, empty)


def _is_of_schema(axiom: Axiom) -> bool:
    return _OF_SCHEMA.fullmatch(axiom.name) is not None and not any(
        isinstance(each, Literal) or (isinstance(each, Expression) and each.name.startswith("Data"))
        for each in walk(axiom.arguments)
    )


def _complete(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return axioms with declarations of all that they name, and without those from which nothing follows."""
    everything = list(axioms)
    declared = {axiom.arguments[0] for axiom in everything if axiom.name == "Declaration"}
    classes = {
        each.iri
        for axiom in everything
        for each in walk(axiom.arguments)
        if isinstance(each, Entity) and each.kind == "Class"
    }
    used = {
        Entity("Class" if each.iri in classes else "ObjectProperty", each.iri)
        for axiom in everything
        if axiom.name != "Declaration"
        for each in walk(axiom.arguments)
        if isinstance(each, Entity) and each.kind in ("Class", "ObjectProperty")
    }
    everything += [
        Axiom("Declaration", (each,)) for each in sorted(used - declared, key=lambda each: each.iri)
    ]
    idle = idle_axioms(everything)
    return [axiom for axiom in everything if axiom not in idle]


def _emptied(axioms: Iterable[Axiom], empty: set[str]) -> set[str]:
    """Return classes without members, and those that have none since they are below or related to them."""
    needing: defaultdict[str, set[str]] = defaultdict(set)
    for axiom in axioms:
        if axiom.name in ("SubClassOf", "EquivalentClasses"):
            lower = axiom.arguments[:1] if axiom.name == "SubClassOf" else axiom.arguments
            for kind in lower:
                if isinstance(kind, Entity):
                    for needed in (each for one in axiom.arguments if one != kind for each in _needed(one)):
                        needing[needed].add(kind.iri)
    return {each for name in empty for each in reachable(name, needing)}


def _needed(kind: Argument) -> Iterator[str]:
    """Yield the classes that have members where an expression has some."""
    if isinstance(kind, Entity):
        yield kind.iri
    elif isinstance(kind, Expression) and kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _needed(part)
    elif isinstance(kind, Expression) and kind.name == "ObjectSomeValuesFrom":
        yield from _needed(kind.arguments[1])


def _stronger(axioms: Iterable[Axiom], empty: Set[str] = frozenset()) -> list[Axiom]:
    """Return axioms that can be true only where the given ones can, with members in all classes but some.

    HermiT tells of them within seconds, also where it comes to no end with the given ones.
    """
    everything = _complete(without_chains(axioms))
    classes = [
        kind
        for axiom in everything
        if axiom.name == "Declaration"
        for kind in axiom.arguments
        if isinstance(kind, Entity) and kind.kind == "Class" and kind != _NOTHING
    ]
    without = {kind for kind in classes if kind.iri in empty}
    kept = [axiom for axiom in everything if axiom.name != "SubClassOf" or axiom.arguments[0] not in without]
    return with_witnesses(
        [*kept, *(Axiom("SubClassOf", (kind, _NOTHING)) for kind in classes if kind in without)],
        [kind for kind in classes if kind not in without and not is_of_chains(kind.iri)],
    )


def _is_near(axiom: Axiom) -> bool:
    """Return whether an axiom leads to nothing but what has a name, and by no chain."""
    return axiom.name != "TransitiveObjectProperty" and not any(
        isinstance(each, Expression)
        and each.name in ("ObjectPropertyChain", "ObjectSomeValuesFrom", "ObjectMinCardinality")
        for each in walk(axiom.arguments[-1:] if axiom.name == "SubClassOf" else axiom.arguments)
    )


def _is_consistent(axioms: list[Axiom], limits: _Limits) -> bool | None:
    """Return whether axioms can all be true; None where HermiT does not tell in half of the time left."""
    names = Numbered(axioms)
    with suppress(JavaFailed, ReasoningError), limits.java(0.5) as java:
        return HermiT(java, java.write("premises.ofn", names.ontology(axioms))).is_consistent()
    return None


def _asked(axioms: Iterable[Axiom], limits: _Limits, share: float = 1.0) -> tuple[bool, set[str]]:
    """Return whether axioms can all be true, and which classes can have no member."""
    everything = _complete(without_chains(axioms))
    general = [
        axiom for axiom in everything if "Assertion" not in axiom.name and "Individual" not in axiom.name
    ]
    names = Numbered(everything)
    try:
        with limits.java(share) as java:
            premises = java.write("premises.ofn", names.ontology(everything))
            hermit = HermiT(java, premises, java.write("axioms.ofn", names.ontology(general)))
            if not hermit.is_consistent():
                return False, set()
            lost = {names.iri(each) or each for each in hermit.unsatisfiable()}
            return True, {each for each in lost if not is_of_chains(each)}
    except JavaFailed as failed:
        reason = names.readable(failed.errors.partition("\n")[0])[:300] or "it gave no answer"
        raise ReasoningError(f"The reasoner failed ({reason}).") from None


def _explained(axioms: list[Axiom], question: list[str], lost: Set[str], limits: _Limits) -> tuple[str, ...]:
    """Return a minimal set of axioms that answers a question; nothing where none is found in time.

    It is looked for first among those that lead to no nameless things, but for what relates to lost classes.
    """
    near = [
        axiom
        for axiom in axioms
        if _is_near(axiom)
        or (axiom.name == "SubClassOf" and not lost.isdisjoint(_needed(axiom.arguments[1])))
    ]
    for given, share in ((near, 0.5), (axioms, 1.0)):
        everything = _complete(given)
        names = Numbered(everything)
        asked = [names.name(each) if each.startswith("http") else each for each in question]
        with suppress(JavaFailed, ReasoningError), limits.java(share) as java:
            found = read_justifications(
                explain(java, asked, java.write("all.ofn", names.ontology(everything))), names
            )
            if found:
                return found[0].axioms
    return ()
