"""What follows from premises by rules, each with the step by which it follows.

The rules are those of the OWL 2 RL profile (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL) that make
memberships and relations of individuals. A reasoner (see `reasoners`) finds the same, without saying why.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations, product
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from glutakg.owl.axioms import Axiom
from glutakg.owl.definitions import Definitions, Facts, Role, role_of
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.premises import is_fact
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import PREFIXES

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
    premises: tuple[Triple, ...]
    existing: tuple[Axiom, ...] = ()


@dataclass
class _Axioms:
    """The axioms that the rules use, each with what it makes, by where it starts from."""

    above_class: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    definitions: list[tuple[Axiom, Argument, Argument]] = field(default_factory=list)
    above_property: dict[str, list[tuple[Axiom, Role]]] = field(default_factory=lambda: defaultdict(list))
    symmetric: dict[str, Axiom] = field(default_factory=dict)
    transitive: dict[str, Axiom] = field(default_factory=dict)
    domains: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    ranges: dict[str, list[tuple[Axiom, Argument]]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[str, list[tuple[Axiom, tuple[Role, ...], str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    related: list[tuple[str, Role, str, Axiom]] = field(default_factory=list)
    """Classes each member of which is related to some member of another: of those, nobody has a name."""

    def all_definitions(self) -> Definitions:
        """Return the definitions, to be found by what can make an individual meet them."""
        return Definitions(self.definitions, self.related, self._above_role, self._above_class)

    def _above_role(self, role: Role) -> set[Role]:
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


def infer(triples: Iterable[Triple]) -> dict[Triple, Derivation]:
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
    axioms, text = _read(everything), cache(Axiom.manchester)
    definitions = axioms.all_definitions()
    given = {triple for triple in everything if is_fact(triple)}
    facts = Facts()
    derived: dict[Triple, Derivation] = {}
    fresh: Collection[Triple] = given
    while fresh:
        facts.add(fresh)
        found: dict[Triple, Derivation] = {}
        for fact, derivation in _steps(axioms, definitions, facts, fresh):
            if fact in given or fact in derived:
                continue
            if fact not in found or _is_before(derivation, found[fact], text):
                found[fact] = derivation
        derived |= {fact: found[fact] for fact in sorted(found, key=str)}
        fresh = found
    return derived


def _is_before(one: Derivation, other: Derivation, text: Callable[[Axiom], str]) -> bool:
    """Return whether the first of two derivations of the same triple is chosen."""
    sizes = [(len(each.premises), RULES.index(each.rule)) for each in (one, other)]
    if sizes[0] != sizes[1]:
        return sizes[0] < sizes[1]
    texts = [(tuple(map(str, each.premises)), text(each.axiom)) for each in (one, other)]
    return texts[0] < texts[1]


def _steps(
    axioms: _Axioms, definitions: Definitions, facts: Facts, fresh: Collection[Triple]
) -> Iterator[tuple[Triple, Derivation]]:
    """Yield what follows in one step from facts, at least one of which is fresh."""
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
            role = Role(name, backwards=True)
            yield _related(subject, role, value), Derivation("SymmetryRule", axioms.symmetric[name], (fact,))
        for axiom, kind in axioms.domains[name]:
            for follows in _made(kind, subject):
                yield follows, Derivation("DomainRule", axiom, (fact,))
        for axiom, kind in axioms.ranges[name]:
            for follows in _made(kind, value):
                yield follows, Derivation("RangeRule", axiom, (fact,))
        if name in axioms.transitive:
            twice = (Role(name), Role(name))
            for path in _paths(facts, fact, twice):
                step = Derivation("TransitivityRule", axioms.transitive[name], path)
                yield _joined(path, twice, name), step
        for axiom, roles, whole in axioms.chains[name]:
            for path in _paths(facts, fact, roles):
                yield _joined(path, roles, whole), Derivation("ChainRule", axiom, path)
    for one, axiom, defined, premises in definitions.met(facts, fresh):
        given = tuple(dict.fromkeys(each for each in premises if not isinstance(each, Axiom)))
        existing = tuple(dict.fromkeys(each for each in premises if isinstance(each, Axiom)))
        for follows in _made(defined, one):
            yield follows, Derivation("DefinitionRule", axiom, given, existing)


def _made(kind: Argument, one: NamedNode) -> Iterator[Triple]:
    """Yield the facts that hold of a member of a class: those of classes and of values, none of `some`."""
    if isinstance(kind, Entity):
        yield Triple(one, NamedNode(_TYPE), NamedNode(kind.iri))
    elif isinstance(kind, Expression) and kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _made(part, one)
    elif isinstance(kind, Expression) and kind.name == "ObjectHasValue":
        role, value = kind.arguments
        if isinstance(value, Entity):
            yield _related(one, role_of(role), NamedNode(value.iri))


def _related(one: NamedNode, role: Role, other: NamedNode) -> Triple:
    begin, end = (other, one) if role.backwards else (one, other)
    return Triple(begin, NamedNode(role.name), end)


def _paths(facts: Facts, fact: Triple, roles: tuple[Role, ...]) -> Iterator[tuple[Triple, ...]]:
    """Yield the rows of facts along roles in which a fact stands at one place at least."""
    for place, role in enumerate(roles):
        if role.name != fact.predicate.value:
            continue
        begin, end = (fact.object, fact.subject) if role.backwards else (fact.subject, fact.object)
        before = _walks(facts, begin, [each.turned for each in roles[:place][::-1]])  # type: ignore[arg-type]
        after = list(_walks(facts, end, roles[place + 1 :]))  # type: ignore[arg-type]
        for head, tail in product(before, after):
            yield (*head[::-1], fact, *tail)


def _walks(facts: Facts, begin: NamedNode, roles: Sequence[Role]) -> Iterator[tuple[Triple, ...]]:
    """Yield the rows of facts that lead away from an individual along roles."""
    if not roles:
        yield ()
        return
    for end, fact in facts.ends[roles[0]].get(begin, {}).items():
        for row in _walks(facts, end, roles[1:]):
            yield (fact, *row)


def _joined(path: tuple[Triple, ...], roles: tuple[Role, ...], name: str) -> Triple:
    """Return the relation between the two ends of a row of facts."""
    begin = path[0].object if roles[0].backwards else path[0].subject
    end = path[-1].subject if roles[-1].backwards else path[-1].object
    return Triple(begin, NamedNode(name), end)  # type: ignore[arg-type]


def _read(triples: Iterable[Triple]) -> _Axioms:
    """Return the axioms among triples that the rules know, each once."""
    known = _Axioms()
    for axiom in dict.fromkeys(parse_axioms(triples).axioms):
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
            named[role_of(arguments[0]).name] = axiom
        elif axiom.name in ("ObjectPropertyDomain", "ObjectPropertyRange"):
            role = role_of(arguments[0])
            is_domain = axiom.name.endswith("Domain") != role.backwards
            (known.domains if is_domain else known.ranges)[role.name].append((axiom, arguments[1]))
    known.related.sort(key=lambda each: (each[0], each[3].manchester()))
    return known


def _some(kind: Argument) -> "Iterator[tuple[Role, str]]":
    """Yield the properties that all members of a class have, each with the class of what is at its end."""
    if isinstance(kind, Expression) and kind.name == "ObjectIntersectionOf":
        for part in kind.arguments:
            yield from _some(part)
    elif isinstance(kind, Expression) and kind.name == "ObjectSomeValuesFrom":
        role, filler = kind.arguments
        if isinstance(filler, Entity):
            yield role_of(role), filler.iri


def _read_above_property(known: _Axioms, axiom: Axiom) -> None:
    """Keep an axiom that relates properties, under each property that it starts from."""
    below, above = axiom.arguments
    role = role_of(above)
    if axiom.name == "InverseObjectProperties":
        known.above_property[role_of(below).name].append((axiom, role.turned))
        known.above_property[role.name].append((axiom, role_of(below).turned))
    elif isinstance(below, Expression) and below.name == "ObjectPropertyChain":
        roles = tuple(map(role_of, below.arguments))
        for used in {each.name for each in roles}:
            known.chains[used].append((axiom, roles, role.name))
    else:
        start = role_of(below)
        known.above_property[start.name].append((axiom, role.turned if start.backwards else role))


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
