"""Axioms from which nothing follows for classes and individuals that have names.

Ontologies relate classes by thousands of axioms, such as `L-glutamic acid SubClassOf is protonated form of
some L-glutamate(1-)`. A reasoner makes nameless individuals for them, which cost minutes, while nothing
follows where no other axiom looks at the property.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.reachability import reachable

__all__ = ["idle_axioms"]


_OF_HIERARCHY = ("SubObjectPropertyOf", "InverseObjectProperties", "EquivalentObjectProperties")
_HARMLESS = (
    "AnnotationAssertion", "Declaration", "ObjectPropertyAssertion", "SymmetricObjectProperty",
    "TransitiveObjectProperty",
)  # fmt: skip


def idle_axioms(axioms: Iterable[Axiom]) -> set[Axiom]:
    """Return the axioms by which members of a class are related, by a property that no other axiom looks at.

    An axiom looks at a property if it uses it, or one above it or the inverse of one, in a class expression
    (but as `C SubClassOf P some D`), as domain or range, or in any characteristic but symmetry and
    transitivity. An axiom whose `D` leads to an individual by name is not returned either. Without the axioms
    that are returned the same follows for named classes and individuals; only a class that can have no member
    because `D` has none would not be told, while `D` is.

    Args:
        axioms: all that a reasoner is given.
    """
    everything = tuple(axioms)
    relating: list[tuple[str, str, Axiom]] = []
    looked_at: set[str] = set()
    below: defaultdict[str, set[str]] = defaultdict(set)
    for axiom in everything:
        if axiom.name in _OF_HIERARCHY:
            first, *others = (set(_properties([argument])) for argument in axiom.arguments)
            for other in others:
                for name in other:
                    below[name] |= first
                if axiom.name != "SubObjectPropertyOf":
                    for name in first:
                        below[name] |= other
        elif ends := _related_by(axiom):
            relating.append((*ends, axiom))
        elif axiom.name not in _HARMLESS:
            looked_at.update(_properties(axiom.arguments))
    watched = {name for top in looked_at for name in reachable(top, below)}
    leading = _leading_to_individuals(everything)
    return {axiom for name, end, axiom in relating if name not in watched and end not in leading}


def _leading_to_individuals(axioms: Iterable[Axiom]) -> set[str]:
    """Return the classes whose members have by some axiom to do with an individual that it names."""
    made_of: defaultdict[str, set[str]] = defaultdict(set)
    leading: set[str] = set()
    for axiom in axioms:
        if axiom.name not in ("SubClassOf", "EquivalentClasses"):
            continue
        parts = list(walk(axiom.arguments))
        classes = {one.iri for one in parts if isinstance(one, Entity) and one.kind == "Class"}
        if any(isinstance(one, Entity) and one.kind == "NamedIndividual" for one in parts):
            leading |= classes
        below = axiom.arguments[:1] if axiom.name == "SubClassOf" else axiom.arguments
        starts = {one.iri for one in walk(below) if isinstance(one, Entity) and one.kind == "Class"}
        for end in classes:
            made_of[end] |= starts
    return {name for end in leading for name in reachable(end, made_of)}


def _related_by(axiom: Axiom) -> tuple[str, str] | None:
    """Return by which property an axiom relates members of a named class to those of which other one."""
    if axiom.name != "SubClassOf":
        return None
    kind, above = axiom.arguments
    if not isinstance(kind, Entity) or not isinstance(above, Expression):
        return None
    if above.name != "ObjectSomeValuesFrom":
        return None
    role, filler = above.arguments
    return (role.iri, filler.iri) if isinstance(role, Entity) and isinstance(filler, Entity) else None


def _properties(arguments: Iterable[Argument]) -> Iterator[str]:
    return (one.iri for one in walk(arguments) if isinstance(one, Entity) and one.kind == "ObjectProperty")
