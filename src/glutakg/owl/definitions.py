"""Individuals that meet a definition: who, and by which memberships and relations."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from pyoxigraph import NamedNode, Triple

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.rdf import PREFIXES

__all__ = ["Definitions", "Facts", "Role", "role_of"]


_TYPE = PREFIXES["rdf"] + "type"
_THING = Entity("Class", PREFIXES["owl"] + "Thing")


@dataclass(frozen=True)
class Role:
    """A property, read forwards or backwards."""

    name: str
    backwards: bool = False

    @property
    def turned(self) -> "Role":
        """The same, read the other way."""
        return Role(self.name, not self.backwards)


class Facts:
    """Memberships and relations of individuals, to be found by either end."""

    def __init__(self) -> None:
        """Begin without any."""
        self.kinds: defaultdict[NamedNode, dict[str, Triple]] = defaultdict(dict)
        self.ends: defaultdict[Role, defaultdict[NamedNode, dict[NamedNode, Triple]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def add(self, facts: Iterable[Triple]) -> None:
        """Add memberships and relations."""
        for fact in facts:
            name = fact.predicate.value
            if name == _TYPE:
                self.kinds[fact.subject][fact.object.value] = fact  # type: ignore[union-attr,index]
                continue
            self.ends[Role(name)][fact.subject][fact.object] = fact  # type: ignore[index]
            self.ends[Role(name, True)][fact.object][fact.subject] = fact  # type: ignore[index]


def role_of(argument: Argument) -> Role:
    """Return a property or the inverse of one."""
    if isinstance(argument, Expression):
        return role_of(argument.arguments[0]).turned
    assert isinstance(argument, Entity)
    return Role(argument.iri)


class Definitions:
    """Definitions, each found by what can make an individual meet it: a membership or relation on the way."""

    def __init__(
        self,
        definitions: Sequence[tuple[Axiom, Argument, Argument]],
        related: Iterable[tuple[str, Role, str, Axiom]],
        above_role: Callable[[Role], Set[Role]],
        above_class: Callable[[str], Set[str]],
    ) -> None:
        """Take definitions, and what their members may have that nobody has a name for.

        Args:
            definitions: axioms, each with the class that is to be met and the one that follows.
            related: classes each member of which is related by a property to some member of another.
            above_role: gives a property and those that it implies.
            above_class: gives a class and those above it.
        """
        self._all = definitions
        self._by_class: defaultdict[str, list[tuple[int, tuple[Role, ...]]]] = defaultdict(list)
        self._by_role: defaultdict[str, list[tuple[int, tuple[Role, ...], Role]]] = defaultdict(list)
        self._existing: defaultdict[tuple[Role, str], dict[str, tuple[int, Axiom]]] = defaultdict(dict)
        wanted: defaultdict[tuple[Role, str], list[tuple[int, tuple[Role, ...]]]] = defaultdict(list)
        for number, (_, kind, _) in enumerate(self._all):
            for path, part in _parts(kind):
                if isinstance(part, Entity):
                    self._by_class[part.iri].append((number, path))
                    continue
                role = role_of(part.arguments[0])
                self._by_role[role.name].append((number, path, role))
                if part.name == "ObjectSomeValuesFrom" and isinstance(part.arguments[1], Entity):
                    wanted[role, part.arguments[1].iri].append((number, path))
        above_role, above_class = cache(above_role), cache(above_class)
        for place, (name, start, end, axiom) in enumerate(related if wanted else ()):
            for pair in wanted.keys() & set(product(above_role(start), above_class(end))):
                if name not in self._existing[pair]:
                    self._by_class[name] += wanted[pair]
                self._existing[pair][name] = place, axiom

    def met(
        self, facts: Facts, fresh: Iterable[Triple]
    ) -> Iterator[tuple[NamedNode, Axiom, Argument, tuple[Triple | Axiom, ...]]]:
        """Yield who meets a definition by facts one of which is fresh: by which axiom, what follows, and why.

        Beside facts stand the axioms that give each member of a class something without a name.
        """
        seen = set()
        for fact in fresh:
            for number, one in self._touched(facts, fact):
                if (number, one) not in seen:
                    seen.add((number, one))
                    axiom, kind, defined = self._all[number]
                    if isinstance(defined, Entity) and defined.iri in facts.kinds.get(one, ()):
                        continue
                    if (premises := self._premises(facts, kind, one)) is not None:
                        yield one, axiom, defined, premises

    def _touched(self, facts: Facts, fact: Triple) -> "Iterator[tuple[int, NamedNode]]":
        """Yield which definitions a fact may make somebody meet, and whom."""
        places: list[tuple[int, tuple[Role, ...], NamedNode]]
        if fact.predicate.value == _TYPE:
            places = [
                (number, path, fact.subject)  # type: ignore[misc]
                for number, path in self._by_class.get(fact.object.value, ())  # type: ignore[union-attr]
            ]
        else:
            places = [
                (number, path, fact.object if role.backwards else fact.subject)  # type: ignore[misc]
                for number, path, role in self._by_role.get(fact.predicate.value, ())
            ]
        for number, path, place in places:
            starts = {place}
            for role in reversed(path):
                starts = {each for end in starts for each in facts.ends[role.turned].get(end, ())}
            for one in starts:
                yield number, one

    def _premises(self, facts: Facts, kind: Argument, one: "NamedNode") -> tuple[Triple | Axiom, ...] | None:
        """Return by what an individual meets a class that `_is_known`; None where it does not."""
        if isinstance(kind, Entity):
            fact = facts.kinds.get(one, {}).get(kind.iri)
            return None if fact is None else (fact,)
        assert isinstance(kind, Expression)
        if kind.name == "ObjectIntersectionOf":
            found: list[Triple | Axiom] = []
            for part in kind.arguments:
                if (premises := self._premises(facts, part, one)) is None:
                    return None
                found += premises
            return tuple(found)
        role, filler = role_of(kind.arguments[0]), kind.arguments[1]
        if kind.name == "ObjectHasValue":
            assert isinstance(filler, Entity)
            fact = facts.ends[role].get(one, {}).get(NamedNode(filler.iri))
            return None if fact is None else (fact,)
        rows: list[tuple[Triple | Axiom, ...]] = []
        for end, fact in facts.ends[role].get(one, {}).items():
            premises = () if filler == _THING else self._premises(facts, filler, end)
            if premises is not None:
                rows.append((fact, *premises))
        if rows:
            return min(rows, key=lambda row: (len(row), tuple(map(str, row))))
        if isinstance(filler, Entity) and (existing := self._existing.get((role, filler.iri))):
            kinds = facts.kinds.get(one, {})
            if names := existing.keys() & kinds.keys():
                name = max(names, key=lambda name: existing[name][0])
                return kinds[name], existing[name][1]
        return None


def _parts(kind: Argument, path: tuple[Role, ...] = ()) -> Iterator[tuple[tuple[Role, ...], Any]]:
    """Yield the parts of a class that can be met one by one, each with the properties that lead there."""
    if isinstance(kind, Entity):
        yield path, kind
        return
    assert isinstance(kind, Expression)
    if kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _parts(part, path)
        return
    yield path, kind
    if kind.name == "ObjectSomeValuesFrom" and kind.arguments[1] != _THING:
        yield from _parts(kind.arguments[1], (*path, role_of(kind.arguments[0])))
