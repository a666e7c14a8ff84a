"""Axioms that relate all members of a class to one individual, told as relations of its members.

An axiom such as `brain disorder SubClassOf advice against value glutamate supplementation` has a reasoner
look at every fact while it orders the classes, which takes minutes where there are hundreds of them. The same
follows from the relations of those members that have names, as long as no axiom makes nameless ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity, Expression, walk
from glutakg.owl.reachability import reachable

__all__ = ["ClassValue", "class_values", "relations_of", "told_relations"]


@dataclass(frozen=True, slots=True)
class ClassValue:
    """An axiom by which each member of a class is related to one individual."""

    axiom: Axiom
    kind: str
    role: Entity
    value: Entity

    def of(self, one: str) -> Axiom:
        """Return what it says of a member of the class."""
        return Axiom("ObjectPropertyAssertion", (self.role, Entity("NamedIndividual", one), self.value))


def class_values(axioms: Iterable[Axiom]) -> tuple[ClassValue, ...]:
    """Return the axioms that can be told as relations: those on classes that nothing nameless is in.

    Args:
        axioms: all that a reasoner is given.
    """
    everything = tuple(axioms)
    nameless = _nameless(everything)
    found = []
    for axiom in everything:
        if axiom.name != "SubClassOf":
            continue
        kind, above = axiom.arguments
        if isinstance(kind, Entity) and isinstance(above, Expression) and above.name == "ObjectHasValue":
            role, value = above.arguments
            if isinstance(role, Entity) and isinstance(value, Entity) and kind.iri not in nameless:
                found.append(ClassValue(axiom, kind.iri, role, value))
    return tuple(found)


def told_relations(axioms: Iterable[Axiom], values: Iterable[ClassValue]) -> set[Axiom]:
    """Return the relations that follow for individuals by their types and the classes above those alone."""
    everything = tuple(axioms)
    above = _above(everything)
    members: defaultdict[str, set[str]] = defaultdict(set)
    for axiom in everything:
        if axiom.name == "ClassAssertion":
            kind, one = axiom.arguments
            if isinstance(kind, Entity) and isinstance(one, Entity):
                for higher in reachable(kind.iri, above):
                    members[higher].add(one.iri)
    return set(relations_of(values, members))


def relations_of(values: Iterable[ClassValue], members: Mapping[str, Set[str]]) -> Iterator[Axiom]:
    """Yield what axioms say of the members of their classes."""
    for value in values:
        for one in members.get(value.kind, ()):
            yield value.of(one)


def _nameless(axioms: tuple[Axiom, ...]) -> set[str]:
    """Return the classes that may have nameless members: those in expressions, and all above."""
    above = _above(axioms)
    inside = {
        part.iri
        for axiom in axioms
        for argument in axiom.arguments
        if isinstance(argument, Expression)
        for part in walk(argument.arguments)
        if isinstance(part, Entity) and part.kind == "Class"
    }
    return {higher for name in inside for higher in reachable(name, above)}


def _above(axioms: Iterable[Axiom]) -> dict[str, set[str]]:
    """Return the named classes that others are said to stand below, or to be among other things."""
    above: defaultdict[str, set[str]] = defaultdict(set)
    for axiom in axioms:
        if axiom.name in ("SubClassOf", "EquivalentClasses"):
            ends = [
                {one.iri for one in walk([each]) if isinstance(one, Entity) and one.kind == "Class"}
                for each in axiom.arguments
            ]
            for lower in ends[0] if axiom.name == "SubClassOf" else set().union(*ends):
                above[lower] |= set().union(*ends) - {lower}
    return above
