"""Object properties and their inverses, and which of them imply which."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression

__all__ = ["OF_HIERARCHY", "Role", "above_each", "argument_of", "is_chain", "role_of", "turned"]


OF_HIERARCHY = {
    "SubObjectPropertyOf", "InverseObjectProperties", "EquivalentObjectProperties", "SymmetricObjectProperty",
}  # fmt: skip
"""Axioms by which one property implies another."""

Role: TypeAlias = tuple[str, bool]
"""The IRI of a property, and whether its inverse is meant."""


def role_of(argument: Argument) -> Role:
    """Return which property an argument is.

    >>> role_of(Expression("ObjectInverseOf", (Entity("ObjectProperty", "http://a.org/p"),)))
    ('http://a.org/p', True)
    """
    if isinstance(argument, Expression):
        return turned(role_of(argument.arguments[0]))
    assert isinstance(argument, Entity)
    return argument.iri, False


def turned(role: Role) -> Role:
    """Return the inverse of a property."""
    return role[0], not role[1]


def argument_of(role: Role) -> Argument:
    """Return a property as the argument of an axiom."""
    entity = Entity("ObjectProperty", role[0])
    return Expression("ObjectInverseOf", (entity,)) if role[1] else entity


def is_chain(argument: Argument) -> bool:
    """Return whether an argument is a chain of properties."""
    return isinstance(argument, Expression) and argument.name == "ObjectPropertyChain"


def above_each(axioms: Iterable[Axiom]) -> dict[Role, set[Role]]:
    """Return for each property those that axioms say it implies, chains aside; so for inverses.

    >>> part, whole = Entity("ObjectProperty", "http://a.org/p"), Entity("ObjectProperty", "http://a.org/w")
    >>> above_each([Axiom("InverseObjectProperties", (part, whole))])["http://a.org/p", False]
    {('http://a.org/w', True)}
    """
    above: defaultdict[Role, set[Role]] = defaultdict(set)
    for axiom in axioms:
        if axiom.name in OF_HIERARCHY and not is_chain(axiom.arguments[0]):
            for lower, upper in _implied(axiom):
                above[lower].add(upper)
                above[turned(lower)].add(turned(upper))
    return dict(above)


def _implied(axiom: Axiom) -> Iterator[tuple[Role, Role]]:
    first, *others = map(role_of, axiom.arguments)
    if axiom.name == "SymmetricObjectProperty":
        yield first, turned(first)
    for other in others:
        implied = turned(other) if axiom.name == "InverseObjectProperties" else other
        yield first, implied
        if axiom.name != "SubObjectPropertyOf":
            yield implied, first
