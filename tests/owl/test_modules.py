"""The part of axioms that can bear on a class has what can follow for it, and no other axioms."""

import pytest

from glutakg.dataset.graphs import parse_triples
from glutakg.owl.modules import module
from glutakg.owl.reading.axioms import read_axioms
from glutakg.rdf.prefixes import PREFIXES

GK = PREFIXES["gk"]
TURTLE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
NAMES = (
    "gk:A a owl:Class . gk:B a owl:Class . gk:C a owl:Class . gk:D a owl:Class . gk:q a owl:ObjectProperty ."
    " gk:r a owl:DatatypeProperty . gk:s a owl:ObjectProperty . gk:t a owl:DatatypeProperty ."
)
RELATED = "gk:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gk:q ; {} ] . "
VALUED = "gk:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gk:r ; {} ] . "
A_TEXT = VALUED.format("owl:someValuesFrom xsd:string")


@pytest.mark.parametrize(
    ("turtle", "number"),
    [
        ("gk:A rdfs:subClassOf gk:B . gk:B rdfs:subClassOf gk:C .", 2),
        ("gk:C rdfs:subClassOf gk:A . gk:C owl:disjointWith gk:D .", 0),
        (RELATED.format("owl:someValuesFrom gk:B") + "gk:q rdfs:domain gk:D . gk:s rdfs:domain gk:D .", 2),
        (RELATED.format("owl:allValuesFrom gk:B") + "gk:q rdfs:range gk:D .", 0),
        ("".join(map(RELATED.format, ("owl:allValuesFrom gk:B", "owl:someValuesFrom gk:C"))), 2),
        (A_TEXT + "gk:r rdfs:domain gk:D . gk:t rdfs:domain gk:D .", 2),
        (A_TEXT + "gk:r rdfs:range xsd:integer . gk:t rdfs:range xsd:integer .", 2),
        (A_TEXT + "gk:r a owl:FunctionalProperty . gk:t a owl:FunctionalProperty .", 2),
        (A_TEXT + "gk:r rdfs:subPropertyOf gk:t . gk:t rdfs:domain gk:D .", 3),
        (A_TEXT + "gk:t rdfs:subPropertyOf gk:r .", 1),
        (A_TEXT + "gk:r owl:equivalentProperty gk:t . gk:t rdfs:domain gk:D .", 3),
        (A_TEXT + "gk:r owl:propertyDisjointWith gk:t .", 1),
        (VALUED.format("owl:hasValue 7") + "gk:r rdfs:domain gk:D .", 2),
        (VALUED.format("owl:minCardinality 1") + "gk:r rdfs:domain gk:D .", 2),
        (VALUED.format("owl:allValuesFrom xsd:string") + A_TEXT, 2),
        ("gk:B rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gk:r ; owl:hasValue 7 ] .", 0),
        ("gk:A owl:hasKey ( gk:q ) . gk:B owl:hasKey ( gk:q ) .", 1),
        ("gk:E a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ] .", 1),
    ],
)
def test_what_can_bear_on_a_class(turtle: str, number: int) -> None:
    """So many, beside declarations; to say what values must be says nothing where there are none."""
    axioms = read_axioms(parse_triples(TURTLE + NAMES + turtle, "tiny.ttl"))
    assert sum(axiom.name != "Declaration" for axiom in module(axioms, {GK + "A"})) == number
