"""Each rule of OWL 2 DL, EL, QL and RL finds the ontology that breaks it and passes the one that does not.

What the profiles allow is written down here a second time, from the W3C recommendation, as one table per
profile: every construct stands once in every place.
"""

import json

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis.strategies import builds, lists, sampled_from

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.errors import GlutakgError, ValidationError
from glutakg.owl.profiles.profiles import PROFILES, ProfileReport, check_profiles

PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://example.org/> a owl:Ontology .
"""
DECLARED = """\
ex:A a owl:Class . ex:B a owl:Class . ex:C a owl:Class .
ex:p a owl:ObjectProperty . ex:q a owl:ObjectProperty . ex:r a owl:ObjectProperty .
ex:d a owl:DatatypeProperty . ex:e a owl:DatatypeProperty . ex:n a owl:AnnotationProperty .
"""


def check(turtle: str) -> ProfileReport:
    """Return what the profiles say of Turtle, after the declarations of classes A to C and properties."""
    return check_profiles(parse_triples(PREFIXES + DECLARED + turtle, "tiny.ttl"))


def rules(report: ProfileReport, profile: str) -> set[str]:
    """Return the rules of a profile that are broken."""
    return set(report.counts(profile))


# ---- class expressions and data ranges, each in each place ----


def restriction(what: str, prop: str = "ex:p") -> str:
    """Return a restriction in Turtle."""
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; {what} ]"


def number(value: int) -> str:
    """Return a number as OWL wants it."""
    return f'"{value}"^^xsd:nonNegativeInteger'


CONSTRUCTS = {
    "Class": "ex:B",
    "owl:Thing": "owl:Thing",
    "ObjectIntersectionOf": "[ a owl:Class ; owl:intersectionOf ( ex:B ex:C ) ]",
    "ObjectUnionOf": "[ a owl:Class ; owl:unionOf ( ex:B ex:C ) ]",
    "ObjectComplementOf": "[ a owl:Class ; owl:complementOf ex:B ]",
    "ObjectOneOf of one": "[ a owl:Class ; owl:oneOf ( ex:i ) ]",
    "ObjectOneOf": "[ a owl:Class ; owl:oneOf ( ex:i ex:j ) ]",
    "ObjectSomeValuesFrom": restriction("owl:someValuesFrom ex:B"),
    "ObjectSomeValuesFrom owl:Thing": restriction("owl:someValuesFrom owl:Thing"),
    "ObjectAllValuesFrom": restriction("owl:allValuesFrom ex:B"),
    "ObjectAllValuesFrom owl:Thing": restriction("owl:allValuesFrom owl:Thing"),
    "ObjectHasValue": restriction("owl:hasValue ex:i"),
    "ObjectHasSelf": restriction("owl:hasSelf true"),
    "ObjectMinCardinality": restriction(f"owl:minCardinality {number(1)}"),
    "ObjectMaxCardinality of 0 or 1": restriction(
        f"owl:maxQualifiedCardinality {number(1)} ; owl:onClass ex:B"
    ),
    "ObjectMaxCardinality of 0 or 1 owl:Thing": restriction(f"owl:maxCardinality {number(0)}"),
    "ObjectMaxCardinality": restriction(f"owl:maxCardinality {number(2)}"),
    "ObjectExactCardinality": restriction(f"owl:cardinality {number(1)}"),
    "DataSomeValuesFrom": restriction("owl:someValuesFrom xsd:string", "ex:d"),
    "DataAllValuesFrom": restriction("owl:allValuesFrom xsd:string", "ex:d"),
    "DataHasValue": restriction('owl:hasValue "x"', "ex:d"),
    "DataMinCardinality": restriction(f"owl:minCardinality {number(1)}", "ex:d"),
    "DataMaxCardinality of 0 or 1": restriction(f"owl:maxCardinality {number(1)}", "ex:d"),
    "DataMaxCardinality": restriction(f"owl:maxCardinality {number(2)}", "ex:d"),
    "DataExactCardinality": restriction(
        f"owl:qualifiedCardinality {number(1)} ; owl:onDataRange xsd:string", "ex:d"
    ),
}
DATA_RANGES = {
    "Datatype": "xsd:string",
    "DataIntersectionOf": "[ a rdfs:Datatype ; owl:intersectionOf ( xsd:string xsd:anyURI ) ]",
    "DataUnionOf": "[ a rdfs:Datatype ; owl:unionOf ( xsd:string xsd:anyURI ) ]",
    "DataComplementOf": "[ a rdfs:Datatype ; owl:datatypeComplementOf xsd:string ]",
    "DataOneOf of one": '[ a rdfs:Datatype ; owl:oneOf ( "x" ) ]',
    "DataOneOf": '[ a rdfs:Datatype ; owl:oneOf ( "x" "y" ) ]',
    "DatatypeRestriction": (
        "[ a rdfs:Datatype ; owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:maxLength 3 ] ) ]"
    ),
}
PLACES = {
    "subclass": "{} rdfs:subClassOf ex:A .",
    "superclass": "ex:A rdfs:subClassOf {} .",
    "equivalent": "ex:A owl:equivalentClass {} .",
    "disjoint": "[] a owl:AllDisjointClasses ; owl:members ( ex:A {} ex:C ) .",
    "domain": "ex:q rdfs:domain {} .",
    "data domain": "ex:e rdfs:domain {} .",
    "range": "ex:q rdfs:range {} .",
    "type": "ex:k a {} .",
    "in a subclass": "[ owl:onProperty ex:q ; owl:someValuesFrom {} ] rdfs:subClassOf ex:A .",
    "in a superclass": "ex:A rdfs:subClassOf [ owl:onProperty ex:q ; owl:someValuesFrom {} ] .",
    "not a superclass": "ex:A rdfs:subClassOf [ a owl:Class ; owl:complementOf {} ] .",
    "only in a superclass": "ex:A rdfs:subClassOf [ owl:onProperty ex:q ; owl:allValuesFrom {} ] .",
    "and in a superclass": "ex:A rdfs:subClassOf [ a owl:Class ; owl:intersectionOf ( ex:C {} ) ] .",
    "and in an equivalent": "ex:A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ex:C {} ) ] .",
    "counted in a superclass": (
        "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:q ; owl:onClass {} ;"
        f" owl:maxQualifiedCardinality {number(1)} ] ."
    ),
    "key": "{} owl:hasKey ( ex:d ) .",
}
DATA_PLACES = {
    "data range": "ex:e rdfs:range {} .",
    "definition": "ex:E a rdfs:Datatype ; owl:equivalentClass {} .",
    "some": "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:e ; owl:someValuesFrom {} ] .",
}

EL = {
    "Class", "owl:Thing", "ObjectIntersectionOf", "ObjectOneOf of one", "ObjectSomeValuesFrom",
    "ObjectSomeValuesFrom owl:Thing", "ObjectHasValue", "ObjectHasSelf", "DataSomeValuesFrom", "DataHasValue",
}  # fmt: skip
QL_SUB = {"Class", "owl:Thing", "ObjectSomeValuesFrom owl:Thing", "DataSomeValuesFrom"}
QL_SUPER = QL_SUB | {"ObjectIntersectionOf", "ObjectComplementOf", "ObjectSomeValuesFrom"}
QL_NAMED = {"Class", "owl:Thing"}
RL_SUB = {
    "Class", "ObjectIntersectionOf", "ObjectUnionOf", "ObjectOneOf of one", "ObjectOneOf",
    "ObjectSomeValuesFrom", "ObjectSomeValuesFrom owl:Thing", "ObjectHasValue", "DataSomeValuesFrom",
    "DataHasValue",
}  # fmt: skip
RL_SUPER = {
    "Class", "ObjectIntersectionOf", "ObjectComplementOf", "ObjectAllValuesFrom", "ObjectHasValue",
    "ObjectMaxCardinality of 0 or 1", "ObjectMaxCardinality of 0 or 1 owl:Thing", "DataAllValuesFrom",
    "DataMaxCardinality of 0 or 1", "DataHasValue",
}  # fmt: skip
RL_EQUIVALENT = {"Class", "ObjectIntersectionOf", "ObjectHasValue", "DataHasValue"}
NOTHING: set[str] = set()

ALLOWED = {
    "EL": {**dict.fromkeys(PLACES, EL), "only in a superclass": NOTHING, "not a superclass": NOTHING}
    | {"counted in a superclass": NOTHING},
    "QL": {
        "subclass": QL_SUB,
        "superclass": QL_SUPER,
        "equivalent": QL_SUB,
        "disjoint": QL_SUB,
        "domain": QL_SUPER,
        "data domain": QL_SUPER,
        "range": QL_SUPER,
        "type": QL_NAMED,
        "in a subclass": {"owl:Thing"},
        "in a superclass": QL_NAMED,
        "not a superclass": QL_SUB,
        "only in a superclass": NOTHING,
        "and in a superclass": QL_SUPER,
        "and in an equivalent": NOTHING,
        "counted in a superclass": NOTHING,
        "key": NOTHING,
    },
    "RL": {
        "subclass": RL_SUB,
        "superclass": RL_SUPER,
        "equivalent": RL_EQUIVALENT,
        "disjoint": RL_SUB,
        "domain": RL_SUPER,
        "data domain": RL_SUPER,
        "range": RL_SUPER,
        "type": RL_SUPER,
        "in a subclass": RL_SUB | {"owl:Thing"},
        "in a superclass": NOTHING,
        "not a superclass": RL_SUB,
        "only in a superclass": RL_SUPER,
        "and in a superclass": RL_SUPER,
        "and in an equivalent": RL_EQUIVALENT,
        "counted in a superclass": RL_SUB | {"owl:Thing"},
        "key": RL_SUB,
    },
}
ALLOWED_DATA = {
    "EL": {"Datatype", "DataIntersectionOf", "DataOneOf of one"},
    "QL": {"Datatype", "DataIntersectionOf"},
    "RL": {"Datatype", "DataIntersectionOf"},
}

PLACED = {
    (place, construct): template.format(turtle)
    for place, template in PLACES.items()
    for construct, turtle in CONSTRUCTS.items()
}
PLACED_DATA = {
    (place, construct): template.format(turtle)
    for place, template in DATA_PLACES.items()
    for construct, turtle in DATA_RANGES.items()
}


def test_every_construct_is_tried_in_every_place() -> None:
    """25 class expressions in 16 places and 7 data ranges in 3 places, for three profiles."""
    assert (len(PLACED), len(PLACED_DATA)) == (25 * 16, 7 * 3)


@pytest.mark.parametrize(("place", "construct"), PLACED)
def test_class_expressions_stand_where_each_profile_allows_them(place: str, construct: str) -> None:
    """A class expression is in a profile exactly in the places that the recommendation gives it."""
    report = check(PLACED[place, construct])
    found = {profile for profile in ALLOWED if not report.violations[profile]}
    assert report.violations["DL"] == ()
    assert found == {profile for profile in ALLOWED if construct in ALLOWED[profile][place]}


@pytest.mark.parametrize(("place", "construct"), PLACED_DATA)
def test_data_ranges_stand_where_each_profile_allows_them(place: str, construct: str) -> None:
    """A data range is in a profile exactly where the recommendation gives it a place."""
    report = check(PLACED_DATA[place, construct])
    allowed = {profile for profile in ALLOWED_DATA if construct in ALLOWED_DATA[profile]}
    if place == "some":
        allowed -= {"RL"}
    assert report.violations["DL"] == ()
    assert {profile for profile in ALLOWED_DATA if not report.violations[profile]} == allowed


# ---- axioms ----

AXIOMS = {
    "SubClassOf": ("ex:A rdfs:subClassOf ex:B .", "EL QL RL"),
    "DisjointUnion": ("ex:A owl:disjointUnionOf ( ex:B ex:C ) .", ""),
    "SubObjectPropertyOf": ("ex:p rdfs:subPropertyOf ex:q .", "EL QL RL"),
    "ObjectPropertyChain": ("ex:p owl:propertyChainAxiom ( ex:q ex:r ) .", "EL RL"),
    "ObjectInverseOf": ("ex:p rdfs:subPropertyOf [ owl:inverseOf ex:q ] .", "QL RL"),
    "EquivalentObjectProperties": ("ex:p owl:equivalentProperty ex:q .", "EL QL RL"),
    "DisjointObjectProperties": ("ex:p owl:propertyDisjointWith ex:q .", "QL RL"),
    "AllDisjointProperties": ("[] a owl:AllDisjointProperties ; owl:members ( ex:p ex:q ex:r ) .", "QL RL"),
    "InverseObjectProperties": ("ex:p owl:inverseOf ex:q .", "QL RL"),
    "FunctionalObjectProperty": ("ex:p a owl:FunctionalProperty .", "RL"),
    "InverseFunctionalObjectProperty": ("ex:p a owl:InverseFunctionalProperty .", "RL"),
    "ReflexiveObjectProperty": ("ex:p a owl:ReflexiveProperty .", "EL QL"),
    "IrreflexiveObjectProperty": ("ex:p a owl:IrreflexiveProperty .", "QL RL"),
    "SymmetricObjectProperty": ("ex:p a owl:SymmetricProperty .", "QL RL"),
    "AsymmetricObjectProperty": ("ex:p a owl:AsymmetricProperty .", "QL RL"),
    "TransitiveObjectProperty": ("ex:p a owl:TransitiveProperty .", "EL RL"),
    "SubDataPropertyOf": ("ex:d rdfs:subPropertyOf ex:e .", "EL QL RL"),
    "EquivalentDataProperties": ("ex:d owl:equivalentProperty ex:e .", "EL QL RL"),
    "DisjointDataProperties": ("ex:d owl:propertyDisjointWith ex:e .", "QL RL"),
    "FunctionalDataProperty": ("ex:d a owl:FunctionalProperty .", "EL RL"),
    "HasKey": ("ex:A owl:hasKey ( ex:p ex:d ) .", "EL RL"),
    "SameIndividual": ("ex:i owl:sameAs ex:j .", "EL RL"),
    "DifferentIndividuals": ("ex:i owl:differentFrom ex:j .", "EL QL RL"),
    "AllDifferent": ("[] a owl:AllDifferent ; owl:distinctMembers ( ex:i ex:j ex:k ) .", "EL QL RL"),
    "ObjectPropertyAssertion": ("ex:i ex:p ex:j .", "EL QL RL"),
    "DataPropertyAssertion": ('ex:i ex:d "x" .', "EL QL RL"),
    "NegativeObjectPropertyAssertion": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ;"
        " owl:assertionProperty ex:p ; owl:targetIndividual ex:j .",
        "EL RL",
    ),
    "NegativeDataPropertyAssertion": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ;"
        ' owl:assertionProperty ex:d ; owl:targetValue "x" .',
        "EL RL",
    ),
    "AnnotationAssertion": ("ex:i ex:n 1.5e0 .", "EL QL RL"),
    "AnnotationPropertyDomain": ("ex:n rdfs:domain ex:A ; rdfs:range ex:B .", "EL QL RL"),
    "SubAnnotationPropertyOf": ("ex:n rdfs:subPropertyOf rdfs:comment .", "EL QL RL"),
    "anonymous individual": ("[] a ex:A .", "RL"),
    "owl:topObjectProperty": ("ex:p rdfs:subPropertyOf owl:topObjectProperty .", "EL QL"),
    "owl:bottomDataProperty": ("owl:bottomDataProperty rdfs:subPropertyOf ex:d .", "EL QL"),
    "range of a chain": (
        "ex:p owl:propertyChainAxiom ( ex:q ex:r ) ; rdfs:subPropertyOf ex:s ."
        " ex:s a owl:ObjectProperty ; rdfs:range ex:A .",
        "RL",
    ),
    "range of a chain on its last property": (
        "ex:p owl:propertyChainAxiom ( ex:q ex:r ) ; rdfs:range ex:A . ex:r rdfs:range ex:A .",
        "EL RL",
    ),
    **{
        f"xsd:{name}": (f"ex:d rdfs:range xsd:{name} .", profiles)
        for names, profiles in (
            ("string integer decimal nonNegativeInteger dateTime anyURI hexBinary token", "EL QL RL"),
            ("boolean double float int positiveInteger negativeInteger unsignedByte language", "RL"),
        )
        for name in names.split()
    },
    "owl:real": ("ex:d rdfs:range owl:real .", "EL QL"),
    "owl:rational": ("ex:d rdfs:range owl:rational .", "EL QL"),
    "literal": ("ex:i ex:d true .", "RL"),
}


@pytest.mark.parametrize("name", AXIOMS)
def test_axioms_are_in_the_profiles_that_have_them(name: str) -> None:
    """An axiom, datatype or individual is in exactly the profiles whose recommendation names it."""
    turtle, profiles = AXIOMS[name]
    report = check(turtle)
    assert report.violations["DL"] == ()
    assert {profile for profile in ("EL", "QL", "RL") if not report.violations[profile]} == set(
        profiles.split()
    )


# ---- OWL 2 DL ----

TRANSITIVE = "ex:p a owl:TransitiveProperty . "
CHAINED = "ex:p owl:propertyChainAxiom ( ex:q ex:r ) . "
TREE = "_:a ex:p _:b . _:b ex:p _:c . "

DEFINED = "ex:D a rdfs:Datatype ; owl:equivalentClass xsd:string . "

BROKEN = {
    "object and annotation property": ("ex:p a owl:AnnotationProperty .", "ex:p a owl:NamedIndividual ."),
    "object and data property": ("ex:p a owl:DatatypeProperty .", "ex:p a owl:Class ."),
    "annotation and data property": ("ex:n a owl:DatatypeProperty .", "ex:n a owl:Class ."),
    "class and datatype": ("ex:A a rdfs:Datatype .", "ex:A a owl:NamedIndividual ."),
    "undeclared class": ("ex:X rdfs:subClassOf ex:A .", "ex:X rdfs:subClassOf ex:A . ex:X a owl:Class ."),
    "undeclared type": ("ex:i a ex:X .", "ex:i a ex:X . ex:X a owl:Class ."),
    "undeclared relation": ("ex:i ex:x ex:j .", "ex:i ex:x ex:j . ex:x a owl:ObjectProperty ."),
    "undeclared object property": (
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B', 'ex:x')} .",
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B', 'ex:x')} ."
        " ex:x a owl:ObjectProperty .",
    ),
    "undeclared data property": (
        "ex:d rdfs:subPropertyOf ex:x .",
        "ex:d rdfs:subPropertyOf ex:x . ex:x a owl:DatatypeProperty .",
    ),
    "undeclared annotation property": (
        'ex:A ex:x "x" .',
        'ex:A ex:x "x" . ex:x a owl:AnnotationProperty .',
    ),
    "undeclared datatype": ("ex:d rdfs:range ex:X .", f"{DEFINED} ex:d rdfs:range ex:D ."),
    "datatype without definition": (
        "ex:X a rdfs:Datatype . ex:d rdfs:range ex:X .",
        f"{DEFINED} ex:d rdfs:range ex:D .",
    ),
    "literal of a datatype of one's own": (f'{DEFINED} ex:i ex:d "x"^^ex:D .', f'{DEFINED} ex:i ex:d "x" .'),
    "datatype defined twice": (
        f"{DEFINED} ex:D owl:equivalentClass xsd:token .",
        f"{DEFINED} ex:E a rdfs:Datatype ; owl:equivalentClass xsd:token .",
    ),
    "datatype defined by itself": (
        "ex:E a rdfs:Datatype ; owl:equivalentClass ex:F . ex:F a rdfs:Datatype ; owl:equivalentClass ex:E .",
        f"{DEFINED} ex:E a rdfs:Datatype ; owl:equivalentClass ex:D .",
    ),
    "datatype of OWL 2 defined": (
        "xsd:token a rdfs:Datatype ; owl:equivalentClass xsd:string .",
        "xsd:token a rdfs:Datatype .",
    ),
    "reserved class": ("ex:A rdfs:subClassOf rdfs:Resource .", "ex:A rdfs:subClassOf owl:Thing ."),
    "reserved individual": ("ex:i ex:p owl:sameAs .", "ex:i ex:n owl:sameAs ."),
    "reserved property": ('ex:i rdf:value "x" .', 'ex:i rdfs:label "x" .'),
    "reserved datatype": ("ex:d rdfs:range xsd:date .", "ex:d rdfs:range xsd:dateTime ."),
    "reserved datatype of a literal": (
        'ex:i ex:d "2026-01-01"^^xsd:date .',
        'ex:i ex:n "2026-01-01"^^xsd:date .',
    ),
    "reserved name of an ontology": (
        "<http://www.w3.org/2002/07/owl#mine> a owl:Ontology .",
        "<http://example.org/mine> a owl:Ontology .",
    ),
    "top data property": (
        "owl:topDataProperty rdfs:subPropertyOf ex:d .",
        "ex:d rdfs:subPropertyOf owl:topDataProperty .",
    ),
    **{
        f"form of xsd:{name}": (f"ex:i ex:d '{wrong}'^^xsd:{name} .", f"ex:i ex:d '{right}'^^xsd:{name} .")
        for name, wrong, right in (
            ("integer", "1.0", "-11"),
            ("decimal", "1e3", "+.5"),
            ("double", "1e", "-1.5E3"),
            ("float", "inf", "INF"),
            ("boolean", "yes", "true"),
            ("dateTime", "2026-01-01", "2026-01-01T10:00:00"),
            ("dateTimeStamp", "2026-01-01T10:00:00", "2026-01-01T10:00:00Z"),
            ("hexBinary", "abc", "abcd"),
            ("base64Binary", "abc", "abc="),
            ("language", "dutch_nl", "nl-NL"),
            ("token", " a", "a b"),
            ("normalizedString", r"a\tb", "a b"),
            ("NMTOKEN", "a b", "1:b"),
            ("Name", "1a", "a:1"),
            ("NCName", "a:1", "a1"),
        )
    },
    "form of owl:rational": ("ex:i ex:d '1/0'^^owl:rational .", "ex:i ex:d '1/3'^^owl:rational ."),
    "form of owl:real": ("ex:i ex:d '1'^^owl:real .", "ex:i ex:d '1/3'^^owl:rational ."),
    "bounds of a literal": ("ex:i ex:d '256'^^xsd:unsignedByte .", "ex:i ex:d '255'^^xsd:unsignedByte ."),
    "facet": (
        "ex:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
        " owl:withRestrictions ( [ xsd:maxLength 3 ] ) ] .",
        "ex:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
        " owl:withRestrictions ( [ xsd:maxInclusive 3 ] ) ] .",
    ),
    "value of a facet": (
        "ex:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ;"
        " owl:withRestrictions ( [ xsd:minLength -1 ] ) ] .",
        "ex:d rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ;"
        " owl:withRestrictions ( [ xsd:minLength 1 ] ) ] .",
    ),
    "anonymous individual in an enumeration": (
        "ex:A owl:equivalentClass [ a owl:Class ; owl:oneOf ( _:x ) ] .",
        "ex:A owl:equivalentClass [ a owl:Class ; owl:oneOf ( ex:i ) ] .",
    ),
    "anonymous individual in a restriction": (
        "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ; owl:hasValue _:x ] .",
        "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ; owl:hasValue ex:i ] .",
    ),
    **{
        f"non-simple and {name}": (
            f"{TRANSITIVE} ex:p a owl:{name}Property .",
            f"ex:p a owl:{name}Property .",
        )
        for name in ("Functional", "InverseFunctional", "Irreflexive", "Asymmetric")
    },
    "non-simple and disjoint": (
        f"{TRANSITIVE} ex:q owl:propertyDisjointWith ex:p .",
        f"{TRANSITIVE} ex:q owl:propertyDisjointWith ex:r .",
    ),
    **{
        f"non-simple in {name}": (
            f"{TRANSITIVE} ex:A rdfs:subClassOf {CONSTRUCTS[name]} .",
            f"ex:A rdfs:subClassOf {CONSTRUCTS[name]} .",
        )
        for name in (
            "ObjectMinCardinality",
            "ObjectMaxCardinality",
            "ObjectExactCardinality",
            "ObjectHasSelf",
        )
    },
    "non-simple by a chain": (
        f"{CHAINED} ex:p a owl:FunctionalProperty .",
        f"{CHAINED} ex:q a owl:FunctionalProperty .",
    ),
    "non-simple by a subproperty": (
        f"{TRANSITIVE} ex:p rdfs:subPropertyOf ex:q . ex:q a owl:AsymmetricProperty .",
        f"{TRANSITIVE} ex:q rdfs:subPropertyOf ex:p . ex:q a owl:AsymmetricProperty .",
    ),
    "non-simple by an inverse": (
        f"{TRANSITIVE} ex:p owl:inverseOf ex:q . ex:q a owl:AsymmetricProperty .",
        f"{TRANSITIVE} ex:p owl:inverseOf ex:q . ex:r a owl:AsymmetricProperty .",
    ),
    "non-simple by an equivalent": (
        f"{CHAINED} ex:s a owl:ObjectProperty, owl:AsymmetricProperty ; owl:equivalentProperty ex:p .",
        f"{CHAINED} ex:s a owl:ObjectProperty, owl:AsymmetricProperty ; owl:equivalentProperty ex:q .",
    ),
    "chain through itself": (
        "ex:p owl:propertyChainAxiom ( ex:q ex:p ex:r ) .",
        "ex:p owl:propertyChainAxiom ( ex:p ex:q ex:r ) .",
    ),
    "chain of itself and its inverse": (
        "ex:p owl:propertyChainAxiom ( [ owl:inverseOf ex:p ] ex:q ) .",
        "ex:p owl:propertyChainAxiom ( ex:p ex:p ) .",
    ),
    "chains in a circle": (
        f"{CHAINED} ex:q owl:propertyChainAxiom ( ex:p ex:r ) .",
        f"{CHAINED} ex:q owl:propertyChainAxiom ( ex:q ex:r ) .",
    ),
    "chain against the hierarchy": (
        f"{CHAINED} ex:p rdfs:subPropertyOf ex:r .",
        f"{CHAINED} ex:r rdfs:subPropertyOf ex:p .",
    ),
    "chain against an inverse": (
        f"{CHAINED} ex:p owl:inverseOf ex:q .",
        f"{CHAINED} ex:p owl:inverseOf ex:s . ex:s a owl:ObjectProperty .",
    ),
    "anonymous individuals in a circle": (f"{TREE} _:c ex:q _:a .", TREE),
    "anonymous individual related to itself": ("_:a ex:p _:a .", "_:a ex:p ex:i ."),
    "two facts between anonymous individuals": (f"{TREE} _:b ex:q _:a .", f"{TREE} _:b ex:n _:a ."),
    "anonymous individual between named ones": (
        "ex:i ex:p _:a . _:a ex:p ex:j .",
        "ex:i ex:p _:a . _:a a ex:A .",
    ),
    "anonymous individual that is the same": ("_:a owl:sameAs ex:i .", "ex:j owl:sameAs ex:i ."),
    "anonymous individual that differs": ("_:a owl:differentFrom ex:i .", "ex:j owl:differentFrom ex:i ."),
    "anonymous individual in a denial": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual _:a ;"
        " owl:assertionProperty ex:p ; owl:targetIndividual ex:j .",
        AXIOMS["NegativeObjectPropertyAssertion"][0],
    ),
    "anonymous individual in a denial of data": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual _:a ;"
        ' owl:assertionProperty ex:d ; owl:targetValue "x" .',
        AXIOMS["NegativeDataPropertyAssertion"][0],
    ),
    # triples that make no axiom
    "literal of an object property": ('ex:i ex:p "x" .', 'ex:i ex:d "x" .'),
    "thing as value of a data property": ("ex:i ex:d ex:j .", "ex:i ex:p ex:j ."),
    "literal as superclass": ('ex:A rdfs:subClassOf "x" .', "ex:A rdfs:subClassOf ex:B ."),
    "class expression as individual": (
        "ex:i ex:p [ a owl:Class ; owl:complementOf ex:A ] .",
        "ex:i ex:p [ a [ a owl:Class ; owl:complementOf ex:A ] ] .",
    ),
    "class expression in itself": (
        "_:x a owl:Class ; owl:complementOf _:x .",
        "_:x a owl:Class ; owl:complementOf ex:A .",
    ),
    "class expression of two kinds": (
        "ex:A rdfs:subClassOf [ a owl:Class ; owl:complementOf ex:B ; owl:unionOf ( ex:B ex:C ) ] .",
        "ex:A rdfs:subClassOf [ a owl:Class ; owl:complementOf ex:B ],"
        " [ a owl:Class ; owl:unionOf ( ex:B ex:C ) ] .",
    ),
    "restriction without a property": (
        "ex:A rdfs:subClassOf [ a owl:Restriction ; owl:someValuesFrom ex:B ] .",
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B')} .",
    ),
    "restriction that says two things": (
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B ; owl:allValuesFrom ex:B')} .",
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B')} .",
    ),
    "restriction with a stray part": (
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B ; owl:onClass ex:B')} .",
        f"ex:A rdfs:subClassOf {restriction('owl:someValuesFrom ex:B')} .",
    ),
    "restriction with a name": (
        "ex:A owl:onProperty ex:p ; owl:someValuesFrom ex:B .",
        "ex:A owl:intersectionOf ( ex:B ex:C ) .",
    ),
    "cardinality that is no number": (
        f"ex:A rdfs:subClassOf {restriction('owl:minCardinality ex:B')} .",
        f"ex:A rdfs:subClassOf {restriction(f'owl:minCardinality {number(1)}')} .",
    ),
    "union of one": (
        "[ a owl:Class ; owl:unionOf ( ex:B ) ] rdfs:subClassOf ex:A .",
        PLACED["subclass", "ObjectUnionOf"],
    ),
    "chain of one": ("ex:p owl:propertyChainAxiom ( ex:q ) .", CHAINED),
    "list in a circle": ("ex:p owl:propertyChainAxiom _:l . _:l rdf:first ex:q ; rdf:rest _:l .", CHAINED),
    "list that two axioms share": (
        "ex:p owl:propertyChainAxiom _:l . ex:q owl:propertyChainAxiom _:l ."
        " _:l rdf:first ex:r ; rdf:rest ( ex:r ) .",
        "ex:p owl:propertyChainAxiom ( ex:r ex:r ) . ex:q owl:propertyChainAxiom ( ex:r ex:r ) .",
    ),
    "list with an end missing": ("ex:p owl:propertyChainAxiom [ rdf:first ex:q ] .", CHAINED),
    "facet that no datatype has": ("[] xsd:maxLength 3 .", 'ex:i ex:n "xsd:maxLength 3" .'),
    "list that nothing has": ("[] rdf:first ex:q ; rdf:rest () .", CHAINED),
    "members without a type": (
        "[] owl:members ( ex:A ex:B ) .",
        "[] a owl:AllDisjointClasses ; owl:members ( ex:A ex:B ) .",
    ),
    "disjointness of one": (
        "[] a owl:AllDisjointClasses ; owl:members ( ex:A ) .",
        "[] a owl:AllDisjointClasses ; owl:members ( ex:A ex:B ) .",
    ),
    "denial without a target": (
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual ex:i ; owl:assertionProperty ex:p .",
        AXIOMS["NegativeObjectPropertyAssertion"][0],
    ),
    "annotation of an axiom that is not stated": (
        "[] a owl:Axiom ; owl:annotatedSource ex:A ; owl:annotatedProperty rdfs:subClassOf ;"
        ' owl:annotatedTarget ex:B ; rdfs:comment "x" .',
        "[] a owl:Axiom ; owl:annotatedSource ex:A ; owl:annotatedProperty rdfs:subClassOf ;"
        ' owl:annotatedTarget ex:B ; rdfs:comment "x" . ex:A rdfs:subClassOf ex:B .',
    ),
    "declaration of RDFS alone": ("ex:X a rdfs:Class .", "ex:A a rdfs:Class ."),
    "disjoint annotation properties": (
        "ex:n owl:propertyDisjointWith rdfs:label .",
        "ex:p owl:propertyDisjointWith ex:q .",
    ),
    "inverse of an inverse": (
        "ex:p rdfs:subPropertyOf [ owl:inverseOf [ owl:inverseOf ex:q ] ] .",
        "ex:p rdfs:subPropertyOf [ owl:inverseOf ex:q ] .",
    ),
    "version that is no IRI": (
        '<http://example.org/> owl:versionIRI "1" .',
        "<http://example.org/> owl:versionIRI <http://example.org/1> .",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_of_dl_is_found(name: str) -> None:
    """Each fault is one broken rule, and without the fault the ontology is OWL 2 DL."""
    broken, right = BROKEN[name]
    assert (check(right).violations["DL"], check(broken).is_dl) == ((), False)


LEFT_OVER = "A triple makes no axiom: it belongs to a list that no axiom has, or that another shares"

RULES = {
    "No term is annotation property and object property at once": ["object and annotation property"],
    "No term is data property and object property at once": ["object and data property"],
    "No term is annotation property and data property at once": ["annotation and data property"],
    "No term is class and datatype at once": ["class and datatype"],
    "What is used as a class is declared as one": ["undeclared class", "undeclared type"],
    "What is used as a property is declared as one": [
        "undeclared relation",
        "undeclared annotation property",
    ],
    "What is used as an object property is declared as one": ["undeclared object property"],
    "What is used as a data property is declared as one": ["undeclared data property"],
    "What is used as a datatype is declared as one": ["undeclared datatype"],
    "A datatype of one's own has a definition": ["datatype without definition"],
    "A literal has a datatype of OWL 2 itself": [
        "literal of a datatype of one's own",
        "reserved datatype of a literal",
    ],
    "A datatype has one definition": ["datatype defined twice"],
    "The definition of a datatype does not lead back to itself": ["datatype defined by itself"],
    "A datatype of OWL 2 is not defined anew": ["datatype of OWL 2 defined"],
    "OWL 2 has no such class in its reserved vocabulary": ["reserved class"],
    "OWL 2 has no such individual in its reserved vocabulary": ["reserved individual"],
    "OWL 2 has no such annotation property in its reserved vocabulary": ["reserved property"],
    "OWL 2 has no such datatype in its reserved vocabulary": ["reserved datatype"],
    "The name of an ontology is not of the reserved vocabulary": ["reserved name of an ontology"],
    "owl:topDataProperty stands only above another data property": ["top data property"],
    "The text of a literal is of the form of its datatype": [
        "form of xsd:integer",
        "form of xsd:decimal",
        "form of xsd:double",
        "form of xsd:float",
        "form of xsd:boolean",
        "form of xsd:dateTime",
        "form of xsd:dateTimeStamp",
        "form of xsd:hexBinary",
        "form of xsd:base64Binary",
        "form of xsd:language",
        "form of xsd:token",
        "form of xsd:normalizedString",
        "form of xsd:NMTOKEN",
        "form of xsd:Name",
        "form of xsd:NCName",
        "form of owl:rational",
        "form of owl:real",
        "bounds of a literal",
    ],
    "A facet is one that its datatype has": ["facet"],
    "A facet has a value that its datatype allows": ["value of a facet"],
    "No anonymous individual stands in ObjectOneOf": ["anonymous individual in an enumeration"],
    "No anonymous individual stands in ObjectHasValue": ["anonymous individual in a restriction"],
    "A property in FunctionalObjectProperty is simple: not transitive, not implied by a chain": [
        "non-simple and Functional",
        "non-simple by a chain",
    ],
    "A property in InverseFunctionalObjectProperty is simple: not transitive, not implied by a chain": [
        "non-simple and InverseFunctional"
    ],
    "A property in IrreflexiveObjectProperty is simple: not transitive, not implied by a chain": [
        "non-simple and Irreflexive"
    ],
    "A property in AsymmetricObjectProperty is simple: not transitive, not implied by a chain": [
        "non-simple and Asymmetric",
        "non-simple by a subproperty",
        "non-simple by an inverse",
        "non-simple by an equivalent",
    ],
    "A property in DisjointObjectProperties is simple: not transitive, not implied by a chain": [
        "non-simple and disjoint"
    ],
    "A property in ObjectMinCardinality is simple: not transitive, not implied by a chain": [
        "non-simple in ObjectMinCardinality"
    ],
    "A property in ObjectMaxCardinality is simple: not transitive, not implied by a chain": [
        "non-simple in ObjectMaxCardinality"
    ],
    "A property in ObjectExactCardinality is simple: not transitive, not implied by a chain": [
        "non-simple in ObjectExactCardinality"
    ],
    "A property in ObjectHasSelf is simple: not transitive, not implied by a chain": [
        "non-simple in ObjectHasSelf"
    ],
    "The hierarchy of properties is regular: no chain goes in a circle": [
        "chain through itself",
        "chain of itself and its inverse",
        "chains in a circle",
        "chain against the hierarchy",
        "chain against an inverse",
    ],
    "Anonymous individuals form trees: between two of them one fact at most, and no circle": [
        "anonymous individuals in a circle",
        "anonymous individual related to itself",
        "two facts between anonymous individuals",
    ],
    "A tree of anonymous individuals has one that is related to one named individual at most": [
        "anonymous individual between named ones"
    ],
    "No anonymous individual stands in SameIndividual": ["anonymous individual that is the same"],
    "No anonymous individual stands in DifferentIndividuals": ["anonymous individual that differs"],
    "No anonymous individual stands in NegativeObjectPropertyAssertion": ["anonymous individual in a denial"],
    "No anonymous individual stands in NegativeDataPropertyAssertion": [
        "anonymous individual in a denial of data"
    ],
    "A triple makes no axiom: the value of an object property is a literal": [
        "literal of an object property"
    ],
    "A triple makes no axiom: the value of a data property is not a literal": [
        "thing as value of a data property"
    ],
    "A triple makes no axiom: a class expression must stand here": ["literal as superclass"],
    "A triple makes no axiom: an individual must stand here, not an expression or a list": [
        "class expression as individual"
    ],
    "A triple makes no axiom: the expression contains itself": ["class expression in itself"],
    "A triple makes no axiom: its node is not one class expression": [
        "class expression of two kinds",
        "restriction without a property",
    ],
    "A triple makes no axiom: a restriction says exactly one thing of its property": [
        "restriction that says two things"
    ],
    "A triple makes no axiom: it does not belong to the expression that its node is": [
        "restriction with a stray part"
    ],
    "A triple makes no axiom: it belongs to a class expression, which has no name": [
        "restriction with a name"
    ],
    "A triple makes no axiom: a cardinality is a number from 0 to 999999999": [
        "cardinality that is no number"
    ],
    "A triple makes no axiom: owl:unionOf has too few members": ["union of one"],
    "A triple makes no axiom: a chain has at least two properties": ["chain of one"],
    "A triple makes no axiom: a list runs in a circle or is shared with another": [
        "list in a circle",
        "list that two axioms share",
    ],
    "A triple makes no axiom: a list is broken: each of its nodes has one rdf:first and one rdf:rest": [
        "list with an end missing"
    ],
    "A triple makes no axiom: it belongs to a facet that no axiom has, or that another shares": [
        "facet that no datatype has"
    ],
    "A triple makes no axiom: it belongs to a list that no axiom has, or that another shares": [
        "list that nothing has"
    ],
    "A triple makes no axiom: it belongs to no axiom: its subject has no type that says which": [
        "members without a type"
    ],
    "A triple makes no axiom: DisjointClasses needs at least two members": ["disjointness of one"],
    "A triple makes no axiom: its node must have owl:targetIndividual once": ["denial without a target"],
    "A triple makes no axiom: the axiom that is annotated is not stated": [
        "annotation of an axiom that is not stated"
    ],
    "A triple makes no axiom: rdfs:Class is no declaration in OWL 2": ["declaration of RDFS alone"],
    "A triple makes no axiom: this axiom does not exist for annotation properties": [
        "disjoint annotation properties"
    ],
    "A triple makes no axiom: an object property or the inverse of one must stand here": [
        "inverse of an inverse"
    ],
    "A triple makes no axiom: it relates an ontology to an IRI, and one of them is none": [
        "version that is no IRI"
    ],
}


@pytest.mark.parametrize(("rule", "name"), [(rule, name) for rule, names in RULES.items() for name in names])
def test_a_fault_is_named_by_its_rule(rule: str, name: str) -> None:
    """The rule that is broken is the one reported, beside what is left over of a list that cannot be read."""
    found = rules(check(BROKEN[name][0]), "DL")
    assert rule in found
    assert found <= {rule, LEFT_OVER} | (
        {"A datatype of one's own has a definition"} if name == "undeclared datatype" else set()
    )


def test_every_fault_has_its_rule() -> None:
    """Each fault stands under one rule; the numbers guard against faults that are no longer collected."""
    assert sorted(name for names in RULES.values() for name in names) == sorted(BROKEN)
    assert (len(RULES), len(BROKEN)) == (65, 97)


# ---- the report ----


def test_a_violation_names_axiom_and_culprit() -> None:
    """A violation gives the axiom in Manchester syntax and the part that breaks the rule."""
    report = check(PLACED["superclass", "ObjectUnionOf"])
    (found,) = report.violations["EL"]
    assert (str(found), found.term, found.rule) == (
        "Class: <http://example.org/A> SubClassOf: <http://example.org/B> or <http://example.org/C>",
        "<http://example.org/B> or <http://example.org/C>",
        "OWL 2 EL allows no ObjectUnionOf as class expression",
    )


def test_what_is_not_dl_is_in_no_profile() -> None:
    """A profile is within OWL 2 DL: an undeclared class keeps an ontology out of every one of them."""
    report = check("ex:i a ex:X .")
    assert [report.is_in(profile) for profile in PROFILES] == [False] * 4
    assert report.violations["EL"] == ()


def test_a_table_lists_profiles_then_rules_with_axioms() -> None:
    """The table says yes or no for each profile, then what breaks each rule."""
    table = check("ex:p a owl:TransitiveProperty, owl:SymmetricProperty .").render()
    assert table == (
        "OWL 2 DL: yes\n"
        "OWL 2 EL: no (1 violation)\n"
        "OWL 2 QL: no (1 violation)\n"
        "OWL 2 RL: yes\n"
        "\n"
        "EL: OWL 2 EL has no SymmetricObjectProperty axioms (1)\n"
        "  ObjectProperty: <http://example.org/p> Characteristics: Symmetric\n"
        "\n"
        "QL: OWL 2 QL has no TransitiveObjectProperty axioms (1)\n"
        "  ObjectProperty: <http://example.org/p> Characteristics: Transitive\n"
    )


def test_json_says_the_same_as_the_report() -> None:
    """The report as JSON holds every profile with its rules, counts and axioms."""
    report = check("ex:p a owl:TransitiveProperty, owl:AsymmetricProperty .")
    found = json.loads(report.render("json"))
    assert found["axioms"] == report.axioms
    assert {profile: found[profile]["inProfile"] for profile in PROFILES} == dict.fromkeys(PROFILES, False)
    for profile in PROFILES:
        assert {one["rule"]: one["count"] for one in found[profile]["rules"]} == report.counts(profile)
    assert found["DL"]["rules"][0]["violations"] == [
        {
            "term": "<http://example.org/p>",
            "axiom": "ObjectProperty: <http://example.org/p> Characteristics: Asymmetric",
            "file": None,
        }
    ]


@pytest.mark.parametrize("ask", [lambda report: report.render("xml"), lambda report: report.is_in("XL")])
def test_unknown_formats_and_profiles_are_refused(ask: "object") -> None:
    """What there is to choose from is said."""
    assert callable(ask)
    with pytest.raises(ValidationError, match="choose"):
        ask(check(""))


def test_deep_and_wide_expressions_are_refused() -> None:
    """An expression that nests too deep, or repeats its parts without end, is an error and not a crash."""
    deep = "ex:A rdfs:subClassOf " + "[ a owl:Class ; owl:complementOf " * 101 + "ex:B" + " ]" * 101 + " ."
    twice = "".join(
        f"_:b{n} a owl:Class ; owl:intersectionOf ( ex:A _:b{n + 1} ), ( ex:B _:b{n + 1} ) ."
        for n in range(3)
    )
    wide = "ex:A rdfs:subClassOf _:b0 . _:b60 a owl:Class ; owl:complementOf ex:B . " + "".join(
        f"_:b{n} a owl:Class ; owl:unionOf ( _:b{n + 1} _:c{n} ) ."
        f"_:c{n} a owl:Class ; owl:complementOf _:b{n + 1} ."
        for n in range(60)
    )
    for turtle in (deep, wide):
        with pytest.raises(GlutakgError, match="give names to"):
            check(turtle)
    assert not check(twice).is_dl


OWL_TERMS = [
    pyoxigraph.NamedNode(namespace + name)
    for namespace, names in (
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type type type first rest nil"),
        ("http://www.w3.org/2000/01/rdf-schema#", "subClassOf subPropertyOf domain range Datatype label"),
        (
            "http://www.w3.org/2002/07/owl#",
            "Class Restriction ObjectProperty DatatypeProperty AllDifferent Axiom NegativePropertyAssertion "
            "onProperty someValuesFrom hasValue minCardinality oneOf unionOf complementOf members inverseOf "
            "propertyChainAxiom equivalentClass onDatatype withRestrictions sameAs TransitiveProperty",
        ),
    )
    for name in names.split()
]
NODES = [pyoxigraph.BlankNode(name) for name in "uvw"]
NAMES = [pyoxigraph.NamedNode(f"http://example.org/{name}") for name in "abc"]
VALUES = [pyoxigraph.Literal("x"), pyoxigraph.Literal(1)]


@given(
    lists(
        builds(
            pyoxigraph.Triple,
            sampled_from([*NODES, *NAMES]),
            sampled_from([*OWL_TERMS, *NAMES]),
            sampled_from([*NODES, *NAMES, *OWL_TERMS, *VALUES]),
        ),
        max_size=40,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_triples_are_too_strange(triples: list[pyoxigraph.Triple]) -> None:
    """Whatever the triples are, there is a report, and it does not depend on their order."""
    report = check_profiles(triples)
    assert report == check_profiles(triples[::-1])
    assert report.render().startswith(f"OWL 2 DL: {'yes' if report.is_dl else 'no'}")


# ---- what is shipped ----


@pytest.fixture(scope="module")
def shipped() -> ProfileReport:
    """Return the report on all that is shipped, claims and evidence with the world they speak of."""
    return check_profiles({quad.triple for quad in quads(shipped_files())})


def test_what_is_shipped_is_owl_2_dl(shipped: ProfileReport) -> None:
    """Ontology, import slices and all data together break no rule of OWL 2 DL."""
    assert shipped.violations["DL"] == ()
    assert shipped.axioms > 10_000


def test_what_is_shipped_is_in_no_smaller_profile(shipped: ProfileReport) -> None:
    """EL lacks asymmetric properties, QL functional ones, and RL existentials above a class."""
    assert {
        "EL": "OWL 2 EL has no AsymmetricObjectProperty axioms",
        "QL": "OWL 2 QL has no FunctionalObjectProperty axioms",
        "RL": "OWL 2 RL allows no ObjectSomeValuesFrom as superclass",
    }.items() <= {(profile, rule) for profile in PROFILES for rule in shipped.counts(profile)}


def test_the_file_of_a_user_is_named() -> None:
    """Beside an axiom, and beside a triple that makes none; in JSON too."""
    text = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    triples = parse_triples(
        text + "ex:p a owl:TransitiveProperty , owl:AsymmetricProperty . [] owl:members 1 .", "own.ttl"
    )
    report = check_profiles(triples, dict.fromkeys(triples, "own.ttl"))
    found = json.loads(report.render("json"))
    files = [one["file"] for rule in found["DL"]["rules"] for one in rule["violations"]]
    assert set(files) == {"own.ttl"}
    assert len(files) >= 2
    table = report.render()
    assert table.count(" (own.ttl)\n") == sum(len(each) for each in report.violations.values())


def test_the_files_of_a_clash_are_named() -> None:
    """Of a term that two files declare as what cannot be one, and of an ontology with a reserved name."""
    names = {
        "one.ttl": "<http://example.org/a> a <http://www.w3.org/2002/07/owl#Class> .",
        "two.ttl": "<http://example.org/a> a <http://www.w3.org/2000/01/rdf-schema#Datatype> . "
        "<http://www.w3.org/2002/07/owl#mine> a <http://www.w3.org/2002/07/owl#Ontology> .",
    }
    paths = {triple: name for name, text in names.items() for triple in parse_triples(text, name)}
    report = check_profiles(paths, paths)
    assert {one.rule: report.file_of(one) for one in report.violations["DL"]} == {
        "No term is class and datatype at once": "one.ttl, two.ttl",
        "The name of an ontology is not of the reserved vocabulary": "two.ttl",
    }
