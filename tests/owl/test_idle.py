"""Axioms that a reasoner need not be given, and those that look as if they were."""

import pytest

from glutakg.owl.idle import idle_axioms
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import parse_turtle

TEXT = """
@prefix : <http://a.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:p a owl:ObjectProperty , owl:SymmetricProperty , owl:TransitiveProperty ; rdfs:subPropertyOf :above .
:above a owl:ObjectProperty . :q a owl:ObjectProperty ; owl:inverseOf :p . :r a owl:ObjectProperty .
:C a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ] .
:D a owl:Class . :E a owl:Class . :a a owl:NamedIndividual , :C ; :p :b . :b a owl:NamedIndividual .
"""
SOME = "[ a owl:Restriction ; owl:onProperty {} ; owl:someValuesFrom :D ]"


def idle(more: str = "") -> int:
    """Return how many axioms are idle where some are added."""
    return len(idle_axioms(parse_axioms(parse_turtle(TEXT + more, "a.ttl")).axioms))


def test_a_relation_that_nobody_looks_at_is_idle() -> None:
    """Hierarchy, inverse, symmetry, transitivity and facts of the property change nothing."""
    assert idle() == 1


@pytest.mark.parametrize(
    "more",
    [
        ":p rdfs:range :E .",
        ":above rdfs:domain :E .",
        ":q rdfs:domain :E .",
        ":p a owl:FunctionalProperty .",
        f":E owl:equivalentClass {SOME.format(':p')} .",
        f":E owl:equivalentClass {SOME.format(':above')} .",
        f":E rdfs:subClassOf [ a owl:Class ; owl:complementOf {SOME.format(':p')} ] .",
        ":r owl:propertyChainAxiom ( :p :p ) ; rdfs:range :E .",
        ":D rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :r ; owl:hasValue :a ] .",
        ":D rdfs:subClassOf :E . :E rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :a :b ) ] .",
    ],
)
def test_a_relation_that_some_axiom_looks_at_is_not_idle(more: str) -> None:
    """Something with a name may follow from it, so that a reasoner needs it."""
    assert idle(more) == 0


def test_a_chain_that_nobody_looks_at_changes_nothing() -> None:
    """What a chain leads to counts, not the chain."""
    assert idle(":r owl:propertyChainAxiom ( :p :p ) .") == 1
