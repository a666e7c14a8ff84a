"""Axioms that say of classes what chains of properties and transitivity make follow for them.

HermiT makes a class for each state of an automaton for each domain, range and condition on a property that
is transitive or implied by a chain, and puts nearly all of them on every individual: a thousand where an
ontology is large. Here a class stands for each state as well, but only individuals that have the relations
fall under it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.profiles.dl import non_simple
from glutakg.owl.reachability import reachable
from glutakg.owl.roles import OF_HIERARCHY, Role, above_each, argument_of, is_chain, role_of, turned
from glutakg.rdf import PREFIXES

__all__ = ["is_of_chains", "without_chains"]


_Word: TypeAlias = tuple[Role, ...]

_OWL = PREFIXES["owl"]
_THING = Entity("Class", _OWL + "Thing")
_BUILT_IN = {_OWL + "topObjectProperty", _OWL + "bottomObjectProperty"}
_MOST = 100_000  # classes; their number may double with each property of which a chain is made
_MADE = "of chains "  # an IRI has no space, so that no ontology has these names


class _Unfit(Exception):
    """The axioms are not of OWL 2 DL, or are of a form that is not rewritten."""


def without_chains(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Return axioms without chains and transitivity that can be true where the given ones can.

    A class of the given axioms can have members by them where it can by the given ones. Properties hold of
    fewer things, though: only what is asked of classes has the same answer. Axioms that are not of OWL 2 DL
    in what they say of chains come back as they are.

    Where a property is regular, the words of properties that lead to it are those of a regular language, and
    *some R C* below another class is replaced by a class that lies above what each word leads to, state by
    state; *only R C* is the same for the inverse. Whatever is true in a model of the new axioms stays true if
    each property is made to hold where one of its words does, and a model of the old axioms is one of the
    new ones where each new class has those members that it must have (Demri and de Nivelle, Deciding regular
    grammar logics with converse through first-order logic, 2005; Kazakov, RIQ and SROIQ are harder than
    SHOIQ, 2008).
    """
    given = list(axioms)
    if next(non_simple(tuple(given)), None):
        return given
    try:
        return _Rewriting(given).axioms
    except (_Unfit, RecursionError):
        return given


def is_of_chains(name: str) -> bool:
    """Return whether a class was made here."""
    return name.startswith(_MADE)


class _Rewriting:
    """Axioms that are rewritten one by one, with those that say which individuals a new class has."""

    def __init__(self, given: list[Axiom]) -> None:
        self._words = _Words(given)
        self._reached: dict[tuple[Role, Argument], Entity] = {}
        self._open: list[str] = []
        self._made = 0
        self.axioms: list[Axiom] = []
        for axiom in given:
            self._rewrite(axiom)

    def _rewrite(self, axiom: Axiom) -> None:
        name, arguments = axiom.name, axiom.arguments
        if name == "TransitiveObjectProperty" or is_chain(arguments[0]):
            return
        if name in OF_HIERARCHY or not any(
            isinstance(each, Entity) and each.iri in self._words.composite for each in walk(arguments)
        ):
            self.axioms.append(axiom)
        elif name == "SubClassOf":
            self._below(arguments[0], arguments[1])
        elif name == "EquivalentClasses":
            for one, other in zip(arguments, (*arguments[1:], arguments[0]), strict=True):
                self._below(one, other)
        elif name == "DisjointClasses":
            self.axioms.append(Axiom(name, tuple(map(self._lower, arguments))))
        elif name == "ObjectPropertyDomain":
            self._below(Expression("ObjectSomeValuesFrom", (arguments[0], _THING)), arguments[1])
        elif name == "ObjectPropertyRange":
            back = Expression("ObjectInverseOf", arguments[:1])
            self._below(Expression("ObjectSomeValuesFrom", (back, _THING)), arguments[1])
        elif name == "ClassAssertion":
            self.axioms.append(Axiom(name, (self._upper(arguments[0]), arguments[1])))
        elif name == "NegativeObjectPropertyAssertion":
            role, one, other = arguments
            related = Expression("ObjectHasValue", (role, other))
            self.axioms.append(
                Axiom("ClassAssertion", (Expression("ObjectComplementOf", (self._lower(related),)), one))
            )
        elif name in ("DisjointUnion", "HasKey"):
            raise _Unfit
        else:
            self.axioms.append(axiom)

    def _below(self, lower: Argument, upper: Argument) -> None:
        self.axioms.append(Axiom("SubClassOf", (self._lower(lower), self._upper(upper))))

    def _lower(self, kind: Argument) -> Argument:
        """Return a class expression that may stand below another one for a given one."""
        if not isinstance(kind, Expression):
            return kind
        if kind.name == "ObjectComplementOf":
            return Expression(kind.name, (self._upper(kind.arguments[0]),))
        if kind.name in ("ObjectSomeValuesFrom", "ObjectHasValue"):
            role, end = self._words.role(kind.arguments[0]), kind.arguments[1]
            if kind.name == "ObjectHasValue":
                end = Expression("ObjectOneOf", (end,))
            if role[0] in self._words.composite:
                return self._leading(role, self._named(self._lower(end)))
        return self._inner(kind, self._lower)

    def _upper(self, kind: Argument) -> Argument:
        """Return a class expression that may stand above another one for a given one."""
        if not isinstance(kind, Expression):
            return kind
        if kind.name == "ObjectComplementOf":
            return Expression(kind.name, (self._lower(kind.arguments[0]),))
        if kind.name == "ObjectAllValuesFrom":
            role = self._words.role(kind.arguments[0])
            if role[0] in self._words.composite:
                made = self._new()
                self._say(self._leading(self._words.inverse(role), made), self._upper(kind.arguments[1]))
                return made
        return self._inner(kind, self._upper)

    def _inner(self, kind: Expression, rewrite: Callable[[Argument], Argument]) -> Argument:
        if kind.name in ("ObjectIntersectionOf", "ObjectUnionOf"):
            return Expression(kind.name, tuple(map(rewrite, kind.arguments)))
        if kind.name in ("ObjectSomeValuesFrom", "ObjectAllValuesFrom"):
            return Expression(kind.name, (kind.arguments[0], rewrite(kind.arguments[1])))
        if "Cardinality" in kind.name and any(
            isinstance(each, Entity) and each.iri in self._words.composite for each in walk(kind.arguments)
        ):
            raise _Unfit
        return kind

    def _leading(self, role: Role, end: Entity) -> Argument:
        """Return a class above all that a word of a property leads from to a class."""
        if role[0] not in self._words.composite:
            return Expression("ObjectSomeValuesFrom", (argument_of(role), end))
        if (role, end) in self._reached:
            return self._reached[role, end]
        if role[0] in self._open:
            raise _Unfit
        self._open.append(role[0])
        before, between, after, again = self._words.of(role)
        start = self._reached[role, end] = self._new()
        ending = end
        if end != _THING and (after or again):
            ending = self._new()
            self._say(end, ending)
            for word in after:
                self._say(self._along(word, ending), ending)
            if again:
                self._say(start, ending)
        self._say(Expression("ObjectSomeValuesFrom", (argument_of(role), ending)), start)
        for word in between:
            self._say(self._along(word, ending), start)
        for word in before:
            self._say(self._along(word, start), start)
        self._open.pop()
        return start

    def _along(self, word: Sequence[Role], end: Entity) -> Argument:
        """Return a class above all from which a word leads to a class."""
        first, *rest = word
        return self._leading(first, self._named(self._along(rest, end)) if rest else end)

    def _named(self, kind: Argument) -> Entity:
        if isinstance(kind, Entity):
            return kind
        made = self._new()
        self._say(kind, made)
        return made

    def _say(self, lower: Argument, upper: Argument) -> None:
        self.axioms.append(Axiom("SubClassOf", (lower, upper)))

    def _new(self) -> Entity:
        self._made += 1
        if self._made > _MOST:
            raise _Unfit
        return Entity("Class", f"{_MADE}{self._made}")


class _Words:
    """The words that lead to properties, and which properties have other words than those of one letter.

    Of properties that imply each other one stands for all.
    """

    def __init__(self, given: Iterable[Axiom]) -> None:
        above = above_each(given)
        self._first = _representatives(above)
        self._words: defaultdict[str, set[_Word]] = defaultdict(set)
        for axiom in given:
            first = axiom.arguments[0]
            if axiom.name == "TransitiveObjectProperty":
                self._add((self.role(first), self.role(first)), self.role(first))
            elif isinstance(first, Expression) and is_chain(first):
                self._add(tuple(map(self.role, first.arguments)), self.role(axiom.arguments[1]))
        edges = {(self._same(lower), self._same(upper)) for lower in above for upper in above[lower]}
        while fresh := {
            (lower, upper) for lower, upper in edges if lower != upper and lower[0] in self._words
        }:
            edges -= fresh
            for lower, upper in fresh:
                self._add((lower,), upper)
        self.composite = {
            *self._words,
            *(one for one, _ in self._first if self._same((one, False))[0] in self._words),
        }
        if self.composite & _BUILT_IN:
            raise _Unfit

    def role(self, argument: Argument) -> Role:
        """Return the property that stands for one."""
        return self._same(role_of(argument))

    def inverse(self, role: Role) -> Role:
        """Return the property that stands for the inverse of one."""
        return self._same(turned(role))

    def of(self, role: Role) -> tuple[list[_Word], list[_Word], list[_Word], bool]:
        """Return the words before a property, instead of it and after it, and whether it is transitive."""
        words = self._words[role[0]]
        all_words = sorted(map(self._mirrored, words) if role[1] else words)
        before = [word[:-1] for word in all_words if len(word) > 1 and word[-1] == role != word[0]]
        after = [word[1:] for word in all_words if len(word) > 1 and word[0] == role != word[-1]]
        between = [word for word in all_words if role not in (word[0], word[-1])]
        if any(word[0] == role == word[-1] and len(word) > 2 for word in all_words):
            raise _Unfit
        return before, between, after, (role, role) in all_words

    def _add(self, word: _Word, implied: Role) -> None:
        if implied[1]:
            word, implied = self._mirrored(word), turned(implied)
        self._words[implied[0]].add(word)
        if self.inverse(implied) == implied:
            self._words[implied[0]].add(self._mirrored(word))

    def _mirrored(self, word: _Word) -> _Word:
        return tuple(map(self.inverse, reversed(word)))

    def _same(self, role: Role) -> Role:
        return self._first.get(role, role)


def _representatives(above: Mapping[Role, Set[Role]]) -> dict[Role, Role]:
    """Return for each property the one that stands for those that imply it and that it implies."""
    higher = {role: reachable(role, above) for role in above}
    found = {}
    for role, implied in higher.items():
        same = {each for each in implied if role in higher.get(each, ())} | {role}
        least = min((name, False) for name, _ in same)
        found[role] = least if least in same else turned(least)
    return found
