"""Axioms that are rewritten without chains have the same contradictions as those with them."""

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from glutakg.owl.axioms import Axiom
from glutakg.owl.chains import is_of_chains, without_chains
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.functional import Numbered
from glutakg.owl.hermit import HermiT
from glutakg.owl.java import Java
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import parse_turtle

HEAD = """
@prefix : <http://a.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:C a owl:Class . :D a owl:Class ; owl:disjointWith :C .
:p a owl:ObjectProperty . :q a owl:ObjectProperty .
:r a owl:ObjectProperty ; owl:propertyChainAxiom ( :p :q ) .
:a a owl:NamedIndividual , :D ; :p :b . :b a owl:NamedIndividual ; :q :c . :c a owl:NamedIndividual .
:d a owl:NamedIndividual .
"""
VALUE = "[ a owl:Restriction ; owl:onProperty :r ; owl:hasValue {} ] rdfs:subClassOf :C ."
DENIED = (
    "[ a owl:NegativePropertyAssertion ; owl:sourceIndividual :a ; owl:assertionProperty :r ;"
    " owl:targetIndividual {} ] ."
)


def read(turtle: str) -> list[Axiom]:
    """Return the axioms of a text."""
    return list(parse_axioms(parse_turtle(HEAD + turtle, "a.ttl")).axioms)


def asked(axioms: list[Axiom]) -> set[str] | None:
    """Return which classes cannot have members as HermiT finds it, None where not all can be true."""
    names = Numbered(axioms)
    with Java(seconds=100, memory_mb=1000) as java:
        path = java.write("a.ofn", names.ontology(axioms))
        hermit = HermiT(java, path, path)
        return (
            {names.iri(each) or each for each in hermit.unsatisfiable()} if hermit.is_consistent() else None
        )


def has_chains(axioms: list[Axiom]) -> bool:
    """Return whether a property is transitive or implied by a chain."""
    return any(
        axiom.name == "TransitiveObjectProperty"
        or (isinstance(axiom.arguments[0], Expression) and axiom.arguments[0].name == "ObjectPropertyChain")
        for axiom in axioms
    )


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize(
    ("turtle", "possible"),
    [
        (VALUE.format(":c"), False),
        (VALUE.format(":d"), True),
        (DENIED.format(":c"), False),
        (DENIED.format(":d"), True),
    ],
)
def test_facts_that_chains_lead_to_are_seen(turtle: str, possible: bool) -> None:
    """A value behind a chain counts, and so does a denial of what the chain implies."""
    rewritten = without_chains(read(turtle))
    assert not has_chains(rewritten)
    assert (asked(rewritten) is not None) == possible


def random_axioms(number: int) -> Iterator[Axiom]:
    """Yield random axioms on five classes and four properties, where chains lead to later properties."""
    choose = random.Random(number)
    kinds = [Entity("Class", f"http://a.org/{number}/{name}") for name in "ABCDE"]
    roles = [Entity("ObjectProperty", f"http://a.org/{number}/{name}") for name in "pqrs"]

    def either(role: Entity) -> Argument:
        return Expression("ObjectInverseOf", (role,)) if choose.random() < 0.3 else role

    def related(quantifier: str) -> Expression:
        role = either(choose.choice(roles))
        return Expression(f"Object{quantifier}ValuesFrom", (role, choose.choice(kinds)))

    for index, role in enumerate(roles):
        before = roles[:index]
        if choose.random() < 0.3:
            yield Axiom("TransitiveObjectProperty", (role,))
        if choose.random() < 0.15:
            yield Axiom("SymmetricObjectProperty", (role,))
        for _ in range(2 if before else 0):
            chain: list[Argument] = [either(choose.choice(before)) for _ in range(choose.randint(1, 2))]
            place = choose.choice(["before", "after", "instead"])
            if place == "before":
                chain.append(role)
            elif place == "after":
                chain.insert(0, role)
            lower = Expression("ObjectPropertyChain", tuple(chain)) if len(chain) > 1 else chain[0]
            yield Axiom("SubObjectPropertyOf", (lower, role))
    for kind in kinds:
        yield Axiom("Declaration", (kind,))
        if choose.random() < 0.7:
            yield Axiom("SubClassOf", (kind, related("Some")))
    for _ in range(2):
        yield Axiom("SubClassOf", (related("Some"), choose.choice(kinds)))
    yield Axiom("SubClassOf", (choose.choice(kinds), related("All")))
    yield Axiom("DisjointClasses", tuple(choose.sample(kinds, 2)))
    if choose.random() < 0.3:
        denied = Expression("ObjectComplementOf", (related("Some"),))
        yield Axiom("SubClassOf", (choose.choice(kinds), denied))
    both = Expression("ObjectIntersectionOf", (choose.choice(kinds), related("Some")))
    yield Axiom("EquivalentClasses", (choose.choice(kinds), both))
    yield Axiom(f"ObjectProperty{choose.choice(['Domain', 'Range'])}", (choose.choice(roles), kinds[0]))


@pytest.mark.usefixtures("java")
def test_the_same_classes_of_random_axioms_cannot_have_members() -> None:
    """HermiT finds the same of them with its own automata and without."""
    given = [axiom for number in range(40) for axiom in random_axioms(number)]
    rewritten = without_chains(given)
    assert has_chains(given) and not has_chains(rewritten)
    expected, found = asked(given), asked(rewritten)
    assert expected is not None and found is not None
    assert {each for each in found if not is_of_chains(each)} == expected
    assert 20 < len(expected) < 180


def test_what_is_not_of_owl_dl_stays_as_it_is() -> None:
    """A property that is counted may not be transitive, and chains go in no circle: reasoners say so."""
    for turtle in (
        ":r a owl:FunctionalProperty .",
        ":p owl:propertyChainAxiom ( :r :q ) . :r rdfs:domain :C .",
    ):
        axioms = read(turtle)
        assert without_chains(axioms) == axioms


def test_chains_that_double_stay_as_they_are() -> None:
    """Each of many properties is made of two of the one before, which would need too many classes."""
    roles = [Entity("ObjectProperty", f"http://a.org/p{number}") for number in range(40)]
    kind = Entity("Class", "http://a.org/C")
    axioms = [Axiom("ObjectPropertyDomain", (roles[-1], kind))] + [
        Axiom("SubObjectPropertyOf", (Expression("ObjectPropertyChain", (one, one)), other))
        for one, other in pairwise(roles)
    ]
    assert without_chains(axioms) == axioms
