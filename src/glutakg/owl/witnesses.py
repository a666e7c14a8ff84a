"""Stronger axioms of which it is soon known that they can be true, and with them the given ones."""

from collections.abc import Iterable
from functools import cache

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.reachability import reachable
from glutakg.owl.roles import above_each, role_of, turned

__all__ = ["with_witnesses"]


_COUNTING = ("FunctionalObjectProperty", "InverseFunctionalObjectProperty")


def with_witnesses(axioms: Iterable[Axiom], classes: Iterable[Entity]) -> list[Axiom]:
    """Return axioms from which the given ones follow, and that each of some classes has a member.

    Where members of a class are related to some member of another one, they are all related to the same one,
    which has a name: `C SubClassOf R value i` and `i Type D` say more than `C SubClassOf R some D`. If what
    is returned can be true, so can the given axioms, with members in each of the classes at once; if it
    cannot, nothing is known. A reasoner then makes few nameless individuals, of which it otherwise makes one
    for each member of `C`, and for each of them others. Properties of which something may have only one stay
    as they are, since to share would make members of `C` equal.

    Args:
        axioms: all that a reasoner is given.
        classes: those that should have members.

    >>> cell, nucleus = Entity("Class", "http://a.org/Cell"), Entity("Class", "http://a.org/Nucleus")
    >>> some = Expression("ObjectSomeValuesFrom", (Entity("ObjectProperty", "http://a.org/has"), nucleus))
    >>> made = with_witnesses([Axiom("SubClassOf", (cell, some))], [cell])
    >>> [axiom.name for axiom in made], made[0].arguments[1].name
    (['SubClassOf', 'ClassAssertion', 'ClassAssertion'], 'ObjectHasValue')
    """
    given = list(axioms)
    above = above_each(given)
    counting = [role_of(axiom.arguments[0]) for axiom in given if axiom.name in _COUNTING]
    single = {*counting, *map(turned, counting)}
    members: list[Axiom] = []
    is_single = cache(lambda role: bool(reachable(role, above) & single))

    def member(kind: Argument) -> Entity:
        # an IRI has no space, so that nothing else has this name
        made = Entity("NamedIndividual", f"witness {len(members)}")
        members.append(Axiom("ClassAssertion", (kind, made)))
        return made

    def stronger(kind: Argument) -> Argument:
        if not isinstance(kind, Expression):
            return kind
        if kind.name == "ObjectIntersectionOf":
            return Expression(kind.name, tuple(map(stronger, kind.arguments)))
        if kind.name != "ObjectSomeValuesFrom" or is_single(role_of(kind.arguments[0])):
            return kind
        return Expression("ObjectHasValue", (kind.arguments[0], member(stronger(kind.arguments[1]))))

    strong = [
        Axiom(axiom.name, (axiom.arguments[0], stronger(axiom.arguments[1])))
        if axiom.name == "SubClassOf"
        else axiom
        for axiom in given
    ]
    for each in classes:
        member(each)
    return strong + members
