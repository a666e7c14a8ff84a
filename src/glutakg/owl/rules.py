"""What follows from premises by rules, each with the step by which it follows.

The rules are those of the OWL 2 RL profile (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL) that make
memberships and relations of individuals. A reasoner (see `reasoners`) finds the same, without saying why.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations, product
from typing import TYPE_CHECKING, NamedTuple

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.premises import is_fact
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Triple

__all__ = ["RULES", "Derivation", "infer"]


RULES = (
    "SubclassRule",
    "DefinitionRule",
    "RestrictionRule",
    "SubpropertyRule",
    "ChainRule",
    "InverseRule",
    "SymmetryRule",
    "TransitivityRule",
    "DomainRule",
    "RangeRule",
)
"""Local names of the rules in the ontology; of two derivations of equal length the earlier rule is kept."""

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]
_TYPE = _RDF + "type"
_THING = Entity("Class", _OWL + "Thing")


class Derivation(NamedTuple):
    """One step: the rule, the axiom that it uses, the triples that it starts from, and more axioms.

    The last say that each member of a class is related to something without a name, as a definition asks.
    """

    rule: str
    axiom: Axiom
    premises: "tuple[Triple, ...]"
    existing: tuple[Axiom, ...] = ()


@dataclass(frozen=True)
class _Role:
    """A property, read forwards or backwards."""

    name: str
    backwards: bool = False

    @property
    def turned(self) -> "_Role":
        return _Role(self.name, not self.backwards)


@dataclass
class _Axioms:
    """The axioms that the rules use, each with what it makes, by where it starts from."""

    above_class: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    definitions: list[tuple[Axiom, Argument, Argument]] = field(default_factory=list)
    above_property: dict[str, list[tuple[Axiom, _Role]]] = field(default_factory=lambda: defaultdict(list))
    symmetric: dict[str, Axiom] = field(default_factory=dict)
    transitive: dict[str, Axiom] = field(default_factory=dict)
    domains: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    ranges: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[str, list[tuple[Axiom, tuple[_Role, ...], str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    related: list[tuple[str, _Role, str, Axiom]] = field(default_factory=list)
    """Classes each member of which is related to some member of another: of those, nobody has a name."""

    def related_to(self, role: _Role, filler: str) -> Iterator[tuple[str, Axiom]]:
        """Yield the classes of which each member is related by a property to some member of a class.

        With each comes the axiom that says so.
        """
        for name, start, end, axiom in self.related:
            if role in self._above_role(start) and filler in self._above_class(end):
                yield name, axiom

    def _above_role(self, role: _Role) -> set[_Role]:
        above, todo = {role}, [role]
        while todo:
            each = todo.pop()
            for _, higher in self.above_property.get(each.name, ()):
                found = higher.turned if each.backwards else higher
                if found not in above:
                    above.add(found)
                    todo.append(found)
        return above

    def _above_class(self, name: str) -> set[str]:
        above, todo = {name, _THING.iri}, [name]
        while todo:
            for _, higher in self.above_class.get(todo.pop(), ()):
                if isinstance(higher, Entity) and higher.iri not in above:
                    above.add(higher.iri)
                    todo.append(higher.iri)
        return above


class _Facts:
    """Memberships and relations of individuals, to be found by either end."""

    def __init__(self) -> None:
        self.members: defaultdict[str, dict[NamedNode, Triple]] = defaultdict(dict)
        self.ends: defaultdict[_Role, defaultdict[NamedNode, dict[NamedNode, Triple]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def add(self, fact: "Triple") -> None:
        name = fact.predicate.value
        if name == _TYPE:
            self.members[fact.object.value][fact.subject] = fact  # type: ignore[union-attr,index]
            return
        self.ends[_Role(name)][fact.subject][fact.object] = fact  # type: ignore[index]
        self.ends[_Role(name, True)][fact.object][fact.subject] = fact  # type: ignore[index]


def infer(triples: "Iterable[Triple]") -> "dict[Triple, Derivation]":
    """Return every membership and relation that follows by the rules, each with a shortest derivation.

    The premises of a derivation are triples that were given or that follow themselves; following them back
    ends at what was given. The same triples give the same derivations.

    Args:
        triples: ontology and facts; what the rules do not know is passed over.

    >>> from glutakg.rdf import parse_turtle
    >>> text = '''
    ... @prefix : <http://a.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    ... :precursorOf a owl:ObjectProperty , owl:TransitiveProperty .
    ... :glutamine :precursorOf :glutamate . :glutamate :precursorOf :gaba .
    ... '''
    >>> for triple, derivation in infer(parse_turtle(text, "example.ttl")).items():
    ...     print(triple.subject.value, triple.object.value, derivation.rule, len(derivation.premises))
    http://a.org/glutamine http://a.org/gaba TransitivityRule 2
    """
    everything = set(triples)
    axioms = _read(everything)
    given = {triple for triple in everything if is_fact(triple)}
    facts = _Facts()
    derived: dict[Triple, Derivation] = {}
    fresh = given
    while fresh:
        for fact in fresh:
            facts.add(fact)
        found: dict[Triple, Derivation] = {}
        for fact, derivation in _steps(axioms, facts, fresh):
            if fact in given or fact in derived:
                continue
            if fact not in found or _order(derivation) < _order(found[fact]):
                found[fact] = derivation
        derived |= {fact: found[fact] for fact in sorted(found, key=str)}
        fresh = set(found)
    return derived


def _order(derivation: Derivation) -> tuple[int, int, tuple[str, ...], str]:
    """Return by what one of two derivations of the same triple is chosen."""
    return (
        len(derivation.premises),
        RULES.index(derivation.rule),
        tuple(map(str, derivation.premises)),
        derivation.axiom.manchester(),
    )


def _steps(
    axioms: _Axioms, facts: _Facts, fresh: "Iterable[Triple]"
) -> "Iterator[tuple[Triple, Derivation]]":
    """Yield what follows in one step from facts, at least one of which is fresh."""
    from pyoxigraph import NamedNode

    for fact in fresh:
        name = fact.predicate.value
        subject, value = fact.subject, fact.object
        assert isinstance(subject, NamedNode)
        assert isinstance(value, NamedNode)
        if name == _TYPE:
            for axiom, above in axioms.above_class[value.value]:
                rule = "SubclassRule" if isinstance(above, Entity) else "RestrictionRule"
                for follows in _made(above, subject):
                    yield follows, Derivation(rule, axiom, (fact,))
            continue
        for axiom, role in axioms.above_property[name]:
            rule = "InverseRule" if axiom.name == "InverseObjectProperties" else "SubpropertyRule"
            yield _related(subject, role, value), Derivation(rule, axiom, (fact,))
        if name in axioms.symmetric:
            role = _Role(name, backwards=True)
            yield _related(subject, role, value), Derivation("SymmetryRule", axioms.symmetric[name], (fact,))
        for axiom, kind in axioms.domains[name]:
            for follows in _made(kind, subject):
                yield follows, Derivation("DomainRule", axiom, (fact,))
        for axiom, kind in axioms.ranges[name]:
            for follows in _made(kind, value):
                yield follows, Derivation("RangeRule", axiom, (fact,))
        if name in axioms.transitive:
            twice = (_Role(name), _Role(name))
            for path in _paths(facts, fact, twice):
                step = Derivation("TransitivityRule", axioms.transitive[name], path)
                yield _joined(path, twice, name), step
        for axiom, roles, whole in axioms.chains[name]:
            for path in _paths(facts, fact, roles):
                yield _joined(path, roles, whole), Derivation("ChainRule", axiom, path)
    for axiom, kind, defined in axioms.definitions:
        for one, premises in _members(axioms, facts, kind).items():
            given = tuple(dict.fromkeys(each for each in premises if not isinstance(each, Axiom)))
            existing = tuple(dict.fromkeys(each for each in premises if isinstance(each, Axiom)))
            for follows in _made(defined, one):
                yield follows, Derivation("DefinitionRule", axiom, given, existing)


def _made(kind: Argument, one: "NamedNode") -> "Iterator[Triple]":
    """Yield the facts that hold of a member of a class: those of classes and of values, none of `some`."""
    from pyoxigraph import NamedNode, Triple

    if isinstance(kind, Entity):
        yield Triple(one, NamedNode(_TYPE), NamedNode(kind.iri))
    elif isinstance(kind, Expression) and kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _made(part, one)
    elif isinstance(kind, Expression) and kind.name == "ObjectHasValue":
        role, value = kind.arguments
        if isinstance(value, Entity):
            yield _related(one, _role(role), NamedNode(value.iri))


def _related(one: "NamedNode", role: _Role, other: "NamedNode") -> "Triple":
    from pyoxigraph import NamedNode, Triple

    begin, end = (other, one) if role.backwards else (one, other)
    return Triple(begin, NamedNode(role.name), end)


def _paths(facts: _Facts, fact: "Triple", roles: tuple[_Role, ...]) -> "Iterator[tuple[Triple, ...]]":
    """Yield the rows of facts along roles in which a fact stands at one place at least."""
    for place, role in enumerate(roles):
        if role.name != fact.predicate.value:
            continue
        begin, end = (fact.object, fact.subject) if role.backwards else (fact.subject, fact.object)
        before = _walks(facts, begin, [each.turned for each in roles[:place][::-1]])  # type: ignore[arg-type]
        after = list(_walks(facts, end, roles[place + 1 :]))  # type: ignore[arg-type]
        for head, tail in product(before, after):
            yield (*head[::-1], fact, *tail)


def _walks(facts: _Facts, begin: "NamedNode", roles: Sequence[_Role]) -> "Iterator[tuple[Triple, ...]]":
    """Yield the rows of facts that lead away from an individual along roles."""
    if not roles:
        yield ()
        return
    for end, fact in facts.ends[roles[0]].get(begin, {}).items():
        for row in _walks(facts, end, roles[1:]):
            yield (fact, *row)


def _joined(path: "tuple[Triple, ...]", roles: tuple[_Role, ...], name: str) -> "Triple":
    """Return the relation between the two ends of a row of facts."""
    from pyoxigraph import NamedNode, Triple

    begin = path[0].object if roles[0].backwards else path[0].subject
    end = path[-1].subject if roles[-1].backwards else path[-1].object
    return Triple(begin, NamedNode(name), end)  # type: ignore[arg-type]


def _members(
    axioms: _Axioms, facts: _Facts, kind: Argument
) -> "Mapping[NamedNode, tuple[Triple | Axiom, ...]]":
    """Return the individuals that meet a class that `_is_known`, each with the facts by which it does.

    Beside facts stand the axioms that give each member of a class something without a name.
    """
    from pyoxigraph import NamedNode

    if isinstance(kind, Entity):
        return {one: (fact,) for one, fact in facts.members[kind.iri].items()}
    assert isinstance(kind, Expression)
    if kind.name == "ObjectIntersectionOf":
        first, *others = (_members(axioms, facts, part) for part in kind.arguments)
        return {
            one: premises + tuple(fact for other in others for fact in other[one])
            for one, premises in first.items()
            if all(one in other for other in others)
        }
    role, filler = kind.arguments
    if kind.name == "ObjectHasValue":
        assert isinstance(filler, Entity)
        ends = facts.ends[_role(role).turned].get(NamedNode(filler.iri), {})
        return {one: (fact,) for one, fact in ends.items()}
    fillers = None if filler == _THING else _members(axioms, facts, filler)
    found: dict[NamedNode, tuple[Triple | Axiom, ...]] = {}
    if isinstance(filler, Entity):
        for name, axiom in axioms.related_to(_role(role), filler.iri):
            found |= {one: (fact, axiom) for one, fact in facts.members[name].items()}
    for one, ends in facts.ends[_role(role)].items():
        rows = [
            (fact, *(() if fillers is None else fillers[end]))
            for end, fact in ends.items()
            if fillers is None or end in fillers
        ]
        if rows:
            found[one] = min(rows, key=lambda row: (len(row), tuple(map(str, row))))
    return found


def _read(triples: "Iterable[Triple]") -> _Axioms:
    """Return the axioms among triples that the rules know."""
    known = _Axioms()
    for axiom in parse_axioms(triples).axioms:
        arguments = axiom.arguments
        if axiom.name in ("SubClassOf", "EquivalentClasses"):
            for below, above in [arguments] if axiom.name == "SubClassOf" else permutations(arguments, 2):
                if not _is_known(below) or above == _THING:
                    continue
                if isinstance(below, Entity):
                    known.above_class[below.iri].append((axiom, above))
                    known.related += [(below.iri, role, filler, axiom) for role, filler in _some(above)]
                else:
                    known.definitions.append((axiom, below, above))
        elif axiom.name in ("SubObjectPropertyOf", "InverseObjectProperties"):
            _read_above_property(known, axiom)
        elif axiom.name in ("SymmetricObjectProperty", "TransitiveObjectProperty"):
            named = known.symmetric if axiom.name.startswith("Symmetric") else known.transitive
            named[_role(arguments[0]).name] = axiom
        elif axiom.name in ("ObjectPropertyDomain", "ObjectPropertyRange"):
            role = _role(arguments[0])
            is_domain = axiom.name.endswith("Domain") != role.backwards
            (known.domains if is_domain else known.ranges)[role.name].append((axiom, arguments[1]))
    known.related.sort(key=lambda each: (each[0], each[3].manchester()))
    return known


def _some(kind: Argument) -> "Iterator[tuple[_Role, str]]":
    """Yield the properties that all members of a class have, each with the class of what is at its end."""
    if isinstance(kind, Expression) and kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _some(part)
    elif isinstance(kind, Expression) and kind.name == "ObjectSomeValuesFrom":
        role, filler = kind.arguments
        if isinstance(filler, Entity):
            yield _role(role), filler.iri


def _read_above_property(known: _Axioms, axiom: Axiom) -> None:
    """Keep an axiom that relates properties, under each property that it starts from."""
    below, above = axiom.arguments
    role = _role(above)
    if axiom.name == "InverseObjectProperties":
        known.above_property[_role(below).name].append((axiom, role.turned))
        known.above_property[role.name].append((axiom, _role(below).turned))
    elif isinstance(below, Expression) and below.name == "ObjectPropertyChain":
        roles = tuple(map(_role, below.arguments))
        for used in {each.name for each in roles}:
            known.chains[used].append((axiom, roles, role.name))
    else:
        start = _role(below)
        known.above_property[start.name].append((axiom, role.turned if start.backwards else role))


def _role(argument: Argument) -> _Role:
    """Return a property or the inverse of one."""
    if isinstance(argument, Expression):
        return _role(argument.arguments[0]).turned
    assert isinstance(argument, Entity)
    return _Role(argument.iri)


def _is_known(kind: Argument) -> bool:
    """Return whether the rules can tell who meets a class."""
    if isinstance(kind, Entity):
        return True
    if not isinstance(kind, Expression):
        return False
    if kind.name == "ObjectIntersectionOf":
        return all(map(_is_known, kind.arguments))
    if kind.name == "ObjectSomeValuesFrom":
        return _is_known(kind.arguments[1])
    return kind.name == "ObjectHasValue" and isinstance(kind.arguments[1], Entity)
