"""Triples become the axioms that they stand for, and each axiom one line of Manchester syntax."""

import pytest

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity, Expression
from glutakg.owl.reading.axioms import parse_axioms, read_axioms
from glutakg.rdf.terms import BlankNode, Iri, Literal

PREFIXES = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = """\
gk:A a owl:Class . gk:B a owl:Class .
gk:p a owl:ObjectProperty . gk:q a owl:ObjectProperty . gk:r a owl:ObjectProperty .
gk:d a owl:DatatypeProperty . gk:e a owl:DatatypeProperty . gk:n a owl:AnnotationProperty .
"""
GK = "https://w3id.org/glutakg/ontology/"
GKD = "https://w3id.org/glutakg/data/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def axioms_of(turtle: str) -> list[Axiom]:
    """Return the axioms of Turtle beside declarations."""
    return [
        axiom
        for axiom in read_axioms(parse_triples(PREFIXES + DECLARED + turtle, "tiny.ttl"))
        if axiom.name != "Declaration"
    ]


DENIAL = "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual gkd:i ; owl:assertionProperty"

AXIOMS = {
    "gk:A rdfs:subClassOf gk:B .": ("SubClassOf", "Class: gk:A SubClassOf: gk:B"),
    "gk:A owl:equivalentClass gk:B .": ("EquivalentClasses", "Class: gk:A EquivalentTo: gk:B"),
    "[ a owl:Class ; owl:complementOf gk:A ] owl:equivalentClass gk:B .": (
        "EquivalentClasses",
        "EquivalentClasses: not gk:A, gk:B",
    ),
    "gk:A owl:intersectionOf ( gk:A gk:B ) .": (
        "EquivalentClasses",
        "Class: gk:A EquivalentTo: gk:A and gk:B",
    ),
    "gk:A owl:disjointWith gk:B .": ("DisjointClasses", "Class: gk:A DisjointWith: gk:B"),
    "[] a owl:AllDisjointClasses ; owl:members ( gk:A gk:B owl:Nothing ) .": (
        "DisjointClasses",
        "DisjointClasses: gk:A, gk:B, owl:Nothing",
    ),
    "gk:A owl:disjointUnionOf ( gk:B owl:Nothing ) .": (
        "DisjointUnion",
        "Class: gk:A DisjointUnionOf: gk:B, owl:Nothing",
    ),
    "gk:A owl:hasKey ( gk:p gk:d ) .": ("HasKey", "Class: gk:A HasKey: gk:p, gk:d"),
    "gk:p rdfs:subPropertyOf gk:q .": ("SubObjectPropertyOf", "ObjectProperty: gk:p SubPropertyOf: gk:q"),
    "gk:d rdfs:subPropertyOf gk:e .": ("SubDataPropertyOf", "DataProperty: gk:d SubPropertyOf: gk:e"),
    "gk:n rdfs:subPropertyOf rdfs:comment .": (
        "SubAnnotationPropertyOf",
        "AnnotationProperty: gk:n SubPropertyOf: rdfs:comment",
    ),
    "gk:p owl:propertyChainAxiom ( gk:q [ owl:inverseOf gk:r ] ) .": (
        "SubObjectPropertyOf",
        "ObjectProperty: gk:p SubPropertyChain: gk:q o inverse gk:r",
    ),
    "gk:p owl:equivalentProperty gk:q .": (
        "EquivalentObjectProperties",
        "ObjectProperty: gk:p EquivalentTo: gk:q",
    ),
    "gk:d owl:equivalentProperty gk:e .": (
        "EquivalentDataProperties",
        "DataProperty: gk:d EquivalentTo: gk:e",
    ),
    "gk:p owl:propertyDisjointWith gk:q .": (
        "DisjointObjectProperties",
        "ObjectProperty: gk:p DisjointWith: gk:q",
    ),
    "gk:d owl:propertyDisjointWith gk:e .": (
        "DisjointDataProperties",
        "DataProperty: gk:d DisjointWith: gk:e",
    ),
    "[] a owl:AllDisjointProperties ; owl:members ( gk:p gk:q gk:r ) .": (
        "DisjointObjectProperties",
        "DisjointProperties: gk:p, gk:q, gk:r",
    ),
    "[] a owl:AllDisjointProperties ; owl:members ( gk:d gk:e ) .": (
        "DisjointDataProperties",
        "DataProperty: gk:d DisjointWith: gk:e",
    ),
    "gk:p owl:inverseOf gk:q .": ("InverseObjectProperties", "ObjectProperty: gk:p InverseOf: gk:q"),
    "gk:p rdfs:domain gk:A .": ("ObjectPropertyDomain", "ObjectProperty: gk:p Domain: gk:A"),
    "gk:p rdfs:range gk:A .": ("ObjectPropertyRange", "ObjectProperty: gk:p Range: gk:A"),
    "gk:d rdfs:domain gk:A .": ("DataPropertyDomain", "DataProperty: gk:d Domain: gk:A"),
    "gk:d rdfs:range xsd:integer .": ("DataPropertyRange", "DataProperty: gk:d Range: xsd:integer"),
    "gk:n rdfs:domain gk:A .": ("AnnotationPropertyDomain", "AnnotationProperty: gk:n Domain: gk:A"),
    "gk:n rdfs:range gk:A .": ("AnnotationPropertyRange", "AnnotationProperty: gk:n Range: gk:A"),
    **{
        f"gk:p a owl:{name}Property .": (
            f"{name}ObjectProperty",
            f"ObjectProperty: gk:p Characteristics: {name}",
        )
        for name in (
            "Functional", "InverseFunctional", "Reflexive", "Irreflexive", "Symmetric", "Asymmetric",
            "Transitive",
        )
    },
    "gk:d a owl:FunctionalProperty .": (
        "FunctionalDataProperty",
        "DataProperty: gk:d Characteristics: Functional",
    ),
    "gkd:i a gk:A .": ("ClassAssertion", "Individual: gkd:i Types: gk:A"),
    "gkd:i gk:p gkd:j .": ("ObjectPropertyAssertion", "Individual: gkd:i Facts: gk:p gkd:j"),
    "gkd:i gk:d -1 .": ("DataPropertyAssertion", "Individual: gkd:i Facts: gk:d -1"),
    "gkd:i gk:d true .": ("DataPropertyAssertion", 'Individual: gkd:i Facts: gk:d "true"^^xsd:boolean'),
    f"{DENIAL} gk:p ; owl:targetIndividual gkd:j .": (
        "NegativeObjectPropertyAssertion",
        "Individual: gkd:i Facts: not gk:p gkd:j",
    ),
    f'{DENIAL} gk:d ; owl:targetValue "x" .': (
        "NegativeDataPropertyAssertion",
        'Individual: gkd:i Facts: not gk:d "x"',
    ),
    "gkd:i owl:sameAs gkd:j .": ("SameIndividual", "Individual: gkd:i SameAs: gkd:j"),
    "gkd:i owl:differentFrom gkd:j .": ("DifferentIndividuals", "Individual: gkd:i DifferentFrom: gkd:j"),
    "[] a owl:AllDifferent ; owl:distinctMembers ( gkd:i gkd:j gkd:k ) .": (
        "DifferentIndividuals",
        "DifferentIndividuals: gkd:i, gkd:j, gkd:k",
    ),
    'gkd:i gk:n "zuur"@nl .': ("AnnotationAssertion", 'Individual: gkd:i Annotations: gk:n "zuur"@nl'),
    'gkd:i gk:n "a \\"b\\"\\u001b" .': (
        "AnnotationAssertion",
        'Individual: gkd:i Annotations: gk:n "a \\"b\\"\\x1b"',
    ),
    "gkd:i gk:n <http://example.org/x> .": (
        "AnnotationAssertion",
        "Individual: gkd:i Annotations: gk:n <http://example.org/x>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("turtle", AXIOMS)
def test_triples_become_their_axiom(turtle: str) -> None:
    """The triples of one axiom become it, by its name in OWL 2, and it is written in Manchester syntax."""
    (axiom,) = axioms_of(turtle)
    assert (axiom.name, axiom.manchester()) == AXIOMS[turtle]


@pytest.mark.parametrize(
    ("turtle", "manchester"),
    [
        ("gk:X a owl:Class .", "Class: gk:X"),
        ("gk:X a rdfs:Datatype .", "Datatype: gk:X"),
        ("gk:x a owl:ObjectProperty .", "ObjectProperty: gk:x"),
        ("gk:x a owl:DatatypeProperty .", "DataProperty: gk:x"),
        ("gk:x a owl:AnnotationProperty .", "AnnotationProperty: gk:x"),
        ("gkd:x a owl:NamedIndividual .", "Individual: gkd:x"),
    ],
)
def test_declarations_are_frames_without_sections(turtle: str, manchester: str) -> None:
    """A declaration names the kind of its term."""
    (axiom,) = read_axioms(parse_triples(PREFIXES + turtle, "tiny.ttl"))
    assert (axiom.name, axiom.manchester()) == ("Declaration", manchester)


def restriction(what: str, prop: str = "gk:p") -> str:
    """Return a restriction in Turtle."""
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; {what} ]"


ONE = '"1"^^xsd:nonNegativeInteger'
FACETS = "owl:onDatatype xsd:integer ; owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxExclusive 5 ] )"

EXPRESSIONS = {
    "[ a owl:Class ; owl:intersectionOf ( gk:A gk:B ) ]": "gk:A and gk:B",
    "[ a owl:Class ; owl:unionOf ( gk:A [ a owl:Class ; owl:intersectionOf ( gk:A gk:B ) ] ) ]": (
        "gk:A or (gk:A and gk:B)"
    ),
    "[ a owl:Class ; owl:complementOf [ a owl:Class ; owl:unionOf ( gk:A gk:B ) ] ]": "not (gk:A or gk:B)",
    "[ a owl:Class ; owl:oneOf ( gkd:i gkd:j ) ]": "{gkd:i, gkd:j}",
    restriction("owl:someValuesFrom gk:A"): "gk:p some gk:A",
    restriction("owl:allValuesFrom gk:A"): "gk:p only gk:A",
    restriction("owl:hasValue gkd:i"): "gk:p value gkd:i",
    restriction("owl:hasSelf true"): "gk:p Self",
    restriction(f"owl:minCardinality {ONE}"): "gk:p min 1",
    restriction(f"owl:maxQualifiedCardinality {ONE} ; owl:onClass gk:A"): "gk:p max 1 gk:A",
    restriction(f"owl:qualifiedCardinality {ONE} ; owl:onClass gk:A"): "gk:p exactly 1 gk:A",
    restriction("owl:someValuesFrom gk:A", "[ owl:inverseOf gk:p ]"): "inverse gk:p some gk:A",
    restriction(f"owl:someValuesFrom {restriction('owl:allValuesFrom gk:A', 'gk:q')}"): (
        "gk:p some (gk:q only gk:A)"
    ),
    restriction('owl:hasValue "x"', "gk:d"): 'gk:d value "x"',
    restriction("owl:allValuesFrom [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ]", "gk:d"): "gk:d only {1, 2}",
    restriction("owl:someValuesFrom [ a rdfs:Datatype ; owl:datatypeComplementOf xsd:integer ]", "gk:d"): (
        "gk:d some (not xsd:integer)"
    ),
    restriction(
        f"owl:someValuesFrom [ a rdfs:Datatype ; {FACETS} ]",
        "gk:d",
    ): "gk:d some xsd:integer[>= 1, < 5]",
    restriction(f"owl:maxQualifiedCardinality {ONE} ; owl:onDataRange xsd:string", "gk:d"): (
        "gk:d max 1 xsd:string"
    ),
}


@pytest.mark.parametrize("turtle", EXPRESSIONS)
def test_expressions_are_written_with_brackets_where_they_need_them(turtle: str) -> None:
    """A class expression reads in Manchester syntax as in a textbook."""
    (axiom,) = axioms_of(f"gk:A rdfs:subClassOf {turtle} .")
    assert axiom.manchester() == f"Class: gk:A SubClassOf: {EXPRESSIONS[turtle]}"


def test_an_axiom_has_its_parts_as_values() -> None:
    """Arguments stand in the order of the functional-style syntax, each with the kind of its place."""
    (axiom,) = axioms_of(f"gk:A rdfs:subClassOf {restriction(f'owl:maxCardinality {ONE}')} .")
    cardinality = Expression("ObjectMaxCardinality", (1, Entity("ObjectProperty", GK + "p")))
    assert axiom == Axiom("SubClassOf", (Entity("Class", GK + "A"), cardinality))


def test_facts_and_annotations_keep_their_terms() -> None:
    """A literal, an anonymous individual and an IRI are plain values."""
    fact, note = axioms_of('_:a gk:d "x"^^xsd:token . _:a gk:n gk:A .')
    subject = fact.arguments[1]
    assert isinstance(subject, BlankNode)
    assert fact.arguments == (Entity("DataProperty", GK + "d"), subject, Literal("x", XSD + "token"))
    assert note.arguments == (Entity("AnnotationProperty", GK + "n"), subject, Iri(GK + "A"))


def test_the_place_gives_a_punned_term_its_kind() -> None:
    """A term that is class and individual is each where it stands as such."""
    (about, instance) = axioms_of("gk:A a gk:B . gk:A rdfs:subClassOf gk:B .")[::-1]
    kinds = {
        axiom.name: [one.kind for one in axiom.arguments if isinstance(one, Entity)]
        for axiom in (about, instance)
    }
    assert kinds == {"SubClassOf": ["Class", "Class"], "ClassAssertion": ["Class", "NamedIndividual"]}


@pytest.mark.parametrize(
    ("turtle", "predicates"),
    [
        ("gk:A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( gk:A gk:B ) ] .", ["subClassOf"]),
        ("gk:p owl:propertyChainAxiom ( gk:q gk:r ) .", ["propertyChainAxiom"]),
        ("[] a owl:AllDisjointClasses ; owl:members ( gk:A gk:B ) .", ["type", "members"]),
        (
            f"{DENIAL} gk:p ; owl:targetIndividual gkd:j .",
            ["type", "sourceIndividual", "assertionProperty", "targetIndividual"],
        ),
    ],
)
def test_an_axiom_knows_its_root_triples(turtle: str, predicates: list[str]) -> None:
    """The triples that make an axiom are kept, without those of expressions and lists."""
    (axiom,) = axioms_of(turtle)
    assert [triple.predicate.value.split("#")[1] for triple in axiom.triples] == predicates


def test_equal_axioms_from_different_places_are_equal() -> None:
    """Where an axiom was read does not make it another one."""
    first, second = (
        axioms_of(f"{subject} a owl:AllDifferent ; owl:members ( gkd:i gkd:j ) .")
        for subject in ("_:a", "_:b")
    )
    assert first == second
    assert first[0].triples != second[0].triples


def test_axioms_that_share_a_class_expression_are_both_read() -> None:
    """An expression may be part of several axioms, as OWL 2 allows."""
    found = axioms_of(
        "gk:A rdfs:subClassOf _:x . gk:B rdfs:subClassOf _:x ."
        " _:x a owl:Class ; owl:complementOf owl:Nothing ."
    )
    assert {axiom.manchester() for axiom in found} == {
        "Class: gk:A SubClassOf: not owl:Nothing",
        "Class: gk:B SubClassOf: not owl:Nothing",
    }


def test_what_makes_no_axiom_is_kept_with_the_reason() -> None:
    """A triple that cannot be read is neither lost nor guessed at."""
    read = parse_axioms(parse_triples(PREFIXES + DECLARED + 'gkd:i gk:p "x" .', "tiny.ttl"))
    (unread,) = read.unread
    assert str(unread.triple.subject) == f"<{GKD}i>"
    assert unread.reason == "the value of an object property is a literal"


def test_the_order_of_triples_makes_no_difference() -> None:
    """The axioms of a file come in the same order however its triples do."""
    triples = parse_triples(PREFIXES + DECLARED + "gk:A rdfs:subClassOf gk:B . gkd:i a gk:A .", "tiny.ttl")
    assert read_axioms(triples) == read_axioms(triples[::-1])


def test_every_shipped_triple_is_part_of_an_axiom() -> None:
    """Nothing of ontology, slices and data is left over; every axiom is one line of Manchester syntax."""
    triples = {quad.triple for quad in quads(shipped_files())}
    read = parse_axioms(triples)
    assert read.unread == ()
    assert "https://w3id.org/glutakg/ontology" in read.ontologies
    lines = {axiom.manchester() for axiom in read.axioms}
    assert all(line.isprintable() for line in lines)
    assert "Class: gk:Cofactor EquivalentTo: gk:Substance and (inverse gk:hasCofactor some gk:Step)" in lines
