"""What is answered first is right, comes first, and may be all that is asked."""

import pytest

from glutakg.dataset.graphs import parse_triples
from glutakg.errors import ParameterError
from glutakg.owl.premises import Premises
from glutakg.owl.reasoners import REASONERS, Conclusions, reason

PREFIXES = """\
@prefix : <http://a.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
NOMINAL = """\
:A a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :x ) ] , :B . :B a owl:Class .
:C a owl:Class ; owl:disjointWith :B . :x a :C .
"""
"""A class that nothing but a fact keeps from having members."""
IMPOSSIBLE = (
    ":D a owl:Class ; rdfs:subClassOf :B , :C . :B a owl:Class . :C a owl:Class ; owl:disjointWith :B ."
)


def premises_of(turtle: str) -> Premises:
    """Return what Turtle says as premises."""
    return Premises(frozenset(parse_triples(PREFIXES + turtle, "tiny.ttl")), {})


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("reasoner", REASONERS)
def test_first_answers_come_first(reasoner: str) -> None:
    """They hold of the axioms alone; a class that a fact makes impossible shows itself only later."""
    told: list[Conclusions] = []
    found = reason(premises_of(NOMINAL + IMPOSSIBLE), reasoner=reasoner, first=told.append)
    assert [(each.consistent, each.unsatisfiable, each.complete) for each in told] == [
        (True, ("http://a.org/D",), False)
    ]
    assert (found.unsatisfiable, found.complete) == (("http://a.org/A", "http://a.org/D"), True)


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("reasoner", REASONERS)
def test_only_consistency(reasoner: str) -> None:
    """Nothing follows where nothing was asked, and the conclusions say so."""
    found = reason(premises_of(IMPOSSIBLE + ":y a :B ."), reasoner=reasoner, only="consistency")
    assert found == Conclusions(reasoner, True, ("http://a.org/D",), frozenset(), complete=False)


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("reasoner", REASONERS)
@pytest.mark.parametrize("only", [None, "consistency"])
def test_a_contradiction_ends_it(reasoner: str, only: str | None) -> None:
    """Where not all can be true, nothing else is asked, and nobody is told of a first answer."""
    told: list[Conclusions] = []
    found = reason(premises_of(IMPOSSIBLE + ":y a :D ."), reasoner=reasoner, only=only, first=told.append)
    assert (found.consistent, found.triples, told) == (False, frozenset(), [])


def test_what_cannot_be_asked_alone() -> None:
    """The message names what can."""
    with pytest.raises(ParameterError, match="no answer 'types' to ask for alone; choose consistency"):
        reason(premises_of(""), only="types")
