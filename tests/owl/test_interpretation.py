"""Files as people write them: each works, or what was left out is told with its reason and its file."""

import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis.strategies import builds, just, one_of, sampled_from, sets

from glutakg.dataset.graphs import parse_triples
from glutakg.errors import ReasoningError, SourceError, ValidationError
from glutakg.owl.expressions import Entity
from glutakg.owl.functional import Numbered
from glutakg.owl.interpretation import Interpretation, interpret
from glutakg.owl.premises import Premises, read_premises
from glutakg.owl.reasoners import REASONERS, Conclusions, reason

PREFIXES = """\
@prefix : <http://a.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
A = "http://a.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def premises_of(turtle: str) -> Premises:
    """Return what Turtle says, as premises that stand in a file `own.ttl`."""
    triples = parse_triples(PREFIXES + turtle, "own.ttl")
    return Premises(frozenset(triples), {}, dict.fromkeys(triples, "own.ttl"))


def interpreted(turtle: str) -> Interpretation:
    """Return what a reasoner is given of Turtle."""
    return interpret(premises_of(turtle))


def concluded(turtle: str, reasoner: str = "hermit") -> Conclusions:
    """Return what a reasoner says of Turtle alone."""
    return reason(premises_of(turtle), reasoner=reasoner)


def facts(turtle: str) -> set[ox.Triple]:
    """Return Turtle as triples."""
    return set(parse_triples(PREFIXES + turtle, "facts.ttl"))


# ---- what reasoners answer ----

WORKS = {
    "classes in a circle": (
        ":A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ; rdfs:subClassOf :A . :x a :A .",
        ":x a :B .",
    ),
    "class that is also an object property": (
        ":A a owl:Class , owl:ObjectProperty ; rdfs:range :B . :B a owl:Class . :x a :A ; :A :y .",
        ":y a :B .",
    ),
    "property that is also an individual": (
        ":p a owl:ObjectProperty , :Measure ; rdfs:domain :D . :Measure a owl:Class ; rdfs:subClassOf :M ."
        " :M a owl:Class . :D a owl:Class . :x :p :y .",
        ":p a :M . :x a :D .",
    ),
    "integer of 30 digits": (
        ":n a owl:DatatypeProperty ; rdfs:domain :D . :D a owl:Class ."
        " :x :n 123456789012345678901234567890 .",
        ":x a :D .",
    ),
    "infinity and not a number": (
        ":n a owl:DatatypeProperty ; rdfs:domain :D . :D a owl:Class ."
        ' :x :n "INF"^^xsd:double . :y :n "-INF"^^xsd:float . :z :n "NaN"^^xsd:double .',
        ":x a :D . :y a :D . :z a :D .",
    ),
    "texts with quotes, backslashes and languages": (
        ":n a owl:DatatypeProperty ; rdfs:domain :D ; rdfs:range rdf:langString . :D a owl:Class ."
        r' :x :n "a\"b\\c\nd"@en-GB , "é 谷氨酸"@zh .',
        ":x a :D .",
    ),
    "names that end in a slash or a hash": (
        "<http://a.org/x/> a :A . <http://a.org/y#> a :A . :A a owl:Class ; rdfs:subClassOf :B ."
        " :B a owl:Class .",
        "<http://a.org/x/> a :B . <http://a.org/y#> a :B .",
    ),
    "names in other scripts and with brackets": (
        "<http://a.org/麸氨酸> a :A . <http://a.org/a(b),c> a :A . :A a owl:Class ; rdfs:subClassOf :B ."
        " :B a owl:Class .",
        "<http://a.org/麸氨酸> a :B . <http://a.org/a(b),c> a :B .",
    ),
    "property of RDF with a range": (
        ":creator a rdf:Property ; rdfs:range :Agent . :Agent a rdfs:Class . :x :creator :y .",
        ":y a :Agent .",
    ),
    "nothing declared": (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] . :x a :A ; :p :y .",
        ":y a :B .",
    ),
    "property undeclared but below a declared one": (
        ":p rdfs:subPropertyOf :q . :q a owl:ObjectProperty ; rdfs:range :B . :B a owl:Class . :x :p :y .",
        ":x :q :y . :y a :B .",
    ),
    "equivalent and inverse properties": (
        ":p a owl:ObjectProperty ; owl:equivalentProperty :q . :q a owl:ObjectProperty ; owl:inverseOf :r ."
        " :r a owl:ObjectProperty . :x :p :y .",
        ":x :q :y . :y :r :x .",
    ),
    "datatype of one's own": (
        ":Age a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
        " owl:withRestrictions ( [ xsd:minInclusive 0 ] ) ] . :age a owl:DatatypeProperty ."
        " :Old a owl:Class ; owl:equivalentClass"
        " [ a owl:Restriction ; owl:onProperty :age ; owl:someValuesFrom :Age ] ."
        " :x :age 7 . :y :age -7 .",
        ":x a :Old .",
    ),
    "key": (
        ":P a owl:Class ; owl:hasKey ( :id :of ) . :id a owl:DatatypeProperty . :of a owl:ObjectProperty ."
        " :A a owl:Class . :x a :P , :A ; :id '1' ; :of :o . :y a :P ; :id '1' ; :of :o .",
        ":y a :A .",
    ),
    "rational and real numbers": (
        ":n a owl:DatatypeProperty ; rdfs:domain :D ; rdfs:range owl:real . :D a owl:Class ."
        " :x :n '1/3'^^owl:rational , 0.5 .",
        ":x a :D .",
    ),
    "two names of one individual": (
        ":A a owl:Class . :p a owl:ObjectProperty . :x a :A ; owl:sameAs :y . :z :p :x .",
        ":y a :A . :z :p :y .",
    ),
    "SKOS": (
        "skos:Concept a owl:Class . skos:semanticRelation a owl:ObjectProperty ;"
        " rdfs:domain skos:Concept ; rdfs:range skos:Concept . skos:broader a owl:ObjectProperty ;"
        " rdfs:subPropertyOf skos:semanticRelation . skos:member a owl:ObjectProperty ."
        " skos:memberList a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:range rdf:List ."
        " skos:notation a owl:DatatypeProperty . skos:prefLabel a owl:AnnotationProperty ;"
        ' rdfs:subPropertyOf rdfs:label . :x skos:broader :y ; skos:prefLabel "x"@en ; skos:notation "1" .',
        ":x a skos:Concept ; skos:semanticRelation :y . :y a skos:Concept .",
    ),
}
"""Turtle that a reasoner answers, and what follows from it."""


def at_its_place(name: str, turtle: str) -> set[ox.Triple]:
    """Return Turtle as triples whose names are those of one case alone."""
    place = f"{A}{list(WORKS).index(name)}/"
    return set(parse_triples((PREFIXES + turtle).replace(A, place), "own.ttl"))


@pytest.fixture(scope="module", params=REASONERS)
def answered(request: pytest.FixtureRequest, java: None) -> Conclusions:
    """Give what a reasoner says of all these files together, of which none has a name of another."""
    triples = set().union(*(at_its_place(name, turtle) for name, (turtle, _) in WORKS.items()))
    return reason(Premises(frozenset(triples), {}), reasoner=request.param)


@pytest.mark.parametrize("name", WORKS)
def test_what_people_write_is_reasoned_with(name: str, answered: Conclusions) -> None:
    """Exactly what follows is told, of both reasoners."""
    assert (answered.consistent, answered.left_out) == (True, ())
    place = f"{A}{list(WORKS).index(name)}/"
    told = {each for each in answered.triples if str(each.subject).startswith(f"<{place}")}
    assert told == at_its_place(name, WORKS[name][1])


def test_nothing_else_is_concluded_of_what_people_write(answered: Conclusions) -> None:
    """What is told of all cases together is what is told of each."""
    expected = [at_its_place(name, follows) for name, (_, follows) in WORKS.items()]
    assert answered.triples == set().union(*expected)


# ---- what is declared ----

DECLARED = {
    "object property by its value": (":x :p :y .", [("ObjectProperty", "p")]),
    "data property by its value": (':x :p "y" , 1 .', [("DataProperty", "p")]),
    "object property by its inverse": (
        ":p owl:inverseOf :q .",
        [("ObjectProperty", "p"), ("ObjectProperty", "q")],
    ),
    "data property by its range": (":p rdfs:range xsd:string .", [("DataProperty", "p")]),
    "data property in a restriction": (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom xsd:string ] .",
        [("Class", "A"), ("DataProperty", "p")],
    ),
    "object property below the top one": (
        ":p rdfs:subPropertyOf owl:topObjectProperty .",
        [("ObjectProperty", "p")],
    ),
    "datatype by its definition": (
        ":A owl:equivalentClass [ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ] ."
        " :p a owl:DatatypeProperty ; rdfs:range :A .",
        [("Datatype", "A")],
    ),
    "class by a type": (":x a :A .", [("Class", "A")]),
    "class of RDFS": (":A a rdfs:Class . :x a :A .", [("Class", "A")]),
    "nothing, where all is declared": (":A a owl:Class . :x a :A .", []),
    "nothing, of a note on a class": (':A a owl:Class ; :note "a" , :b .', []),
}


@pytest.mark.parametrize("name", DECLARED)
def test_what_is_obvious_is_declared_and_told(name: str) -> None:
    """A term that no file declares is what its use shows."""
    turtle, expected = DECLARED[name]
    found = interpreted(turtle)
    assert [(each.kind, each.iri.removeprefix(A)) for each in found.declared] == expected
    assert found.left_out == ()


# ---- what is left out ----

LEFT_OUT = {
    "date": (':x :n "2020-01-01"^^xsd:date . :n a owl:DatatypeProperty .', "values of xsd:date"),
    "range of a year": (":n a owl:DatatypeProperty ; rdfs:range xsd:gYear .", "no datatype xsd:gYear"),
    "datatype that nothing defines": (
        ":n a owl:DatatypeProperty ; rdfs:range :Mine . :Mine a rdfs:Datatype .",
        "no datatype http://a.org/Mine",
    ),
    "text that is no number": (
        ':n a owl:DatatypeProperty . :x :n "abc"^^xsd:integer .',
        "'abc' is no xsd:",
    ),
    "address that Java does not read": (
        ":n a owl:DatatypeProperty . :x :n 'http://a.org/\u00e9'^^xsd:anyURI .",
        "write its characters as %XX",
    ),
    "millionths of a second": (
        ":n a owl:DatatypeProperty . :x :n '2020-01-01T00:00:00.123456'^^xsd:dateTime .",
        "three digits of a second",
    ),
    "year of five digits": (
        ":n a owl:DatatypeProperty . :x :n '10000-01-01T00:00:00Z'^^xsd:dateTime .",
        "years from 0001 to 9999",
    ),
    "character that XML does not have": (
        ':n a owl:DatatypeProperty . :x :n "\\u0001" .',
        "no character U+0001",
    ),
    "old language tag": (
        ":n a owl:DatatypeProperty . :x :n 'a'@i-klingon .",
        "language tags such as i-klingon",
    ),
    "facet that the datatype does not have": (
        ":n a owl:DatatypeProperty ; rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:decimal ;"
        " owl:withRestrictions ( [ xsd:totalDigits 3 ] ) ] .",
        "no facet xsd:totalDigits of xsd:decimal",
    ),
    "facet with another kind of value": (
        ":n a owl:DatatypeProperty ; rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
        " owl:withRestrictions ( [ xsd:minInclusive 'a' ] ) ] .",
        "'a' is no value of the facet xsd:minInclusive of xsd:integer",
    ),
    "length below nothing": (
        ":n a owl:DatatypeProperty ; rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:string ;"
        " owl:withRestrictions ( [ xsd:minLength -1 ] ) ] .",
        "'-1' is no value of the facet xsd:minLength of xsd:string",
    ),
    "datatype that is defined by itself": (
        ":D a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:datatypeComplementOf :D ] ."
        " :n a owl:DatatypeProperty ; rdfs:range :D .",
        "the definition of http://a.org/D leads back to itself",
    ),
    "datatype of a restriction that has its name": (
        ":D a rdfs:Datatype ; owl:onDatatype xsd:integer .",
        "a datatype with a name is defined by owl:equivalentClass",
    ),
    "bytes that HermiT confuses": (
        ":n a owl:DatatypeProperty . :x :n 'YQ=='^^xsd:base64Binary .",
        "HermiT takes xsd:base64Binary for xsd:hexBinary",
    ),
    "datatype that HermiT confuses": (
        ":n a owl:DatatypeProperty ; rdfs:range xsd:base64Binary .",
        "HermiT takes xsd:base64Binary for xsd:hexBinary",
    ),
    "piece of XML that is broken": (
        ":n a owl:DatatypeProperty . :x :n '<p>'^^rdf:XMLLiteral .",
        "'<p>' is no rdf:XMLLiteral",
    ),
    "datatype as a class": (":x a xsd:integer .", "xsd:integer is a datatype, and no class"),
    "key without properties": (":A a owl:Class ; owl:hasKey () .", "a key has at least one property"),
    "union of one": (":A a owl:Class ; owl:disjointUnionOf ( :B ) .", "too few members"),
    "property of two kinds of values": (':x :p :y . :z :p "z" .', "no file declares http://a.org/p"),
    "value of an object property": (":p a owl:ObjectProperty . :x :p 1 .", "value of an object property"),
    "list that no axiom has": ("(:a :b) rdfs:comment 'x' .", "belongs to a list that no axiom has"),
    "rule": (
        "[] a <http://www.w3.org/2003/11/swrl#Imp> ; <http://www.w3.org/2003/11/swrl#body>"
        " [ a <http://www.w3.org/2003/11/swrl#AtomList> ; rdf:first :x ; rdf:rest () ] .",
        "OWL 2 has no rules",
    ),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_told(name: str) -> None:
    """No axiom is lost in silence: its text, the reason and the file are told."""
    turtle, reason_given = LEFT_OUT[name]
    found = interpreted(turtle).left_out
    assert found
    for each in found:
        assert reason_given in each.reason
        assert each.path == "own.ttl"
        assert each.text


def test_a_rule_is_told_by_what_it_speaks_of() -> None:
    """Its classes and properties name it, and its lists are not told beside it."""
    swrl = "http://www.w3.org/2003/11/swrl#"
    atom = f"[ a <{swrl}ClassAtom> ; <{swrl}classPredicate> :A ; <{swrl}argument1> <urn:swrl#x> ]"
    other = f"[ a <{swrl}IndividualPropertyAtom> ; <{swrl}propertyPredicate> :p ]"
    found = interpreted(f"[] a <{swrl}Imp> ; <{swrl}body> ( {atom} ) ; <{swrl}head> ( {other} ) .")
    assert [each.text for each in found.left_out] == ["rule with http://a.org/A, http://a.org/p"]


def test_an_annotated_axiom_that_is_not_stated_is_told_by_name() -> None:
    """It was perhaps meant to be stated; where only a list is copied, as OWL API does, nothing is lost."""
    start = "[] a owl:Axiom ; owl:annotatedSource :A ; rdfs:comment 'c' ; owl:annotatedProperty"
    [left_out] = interpreted(f"{start} rdfs:subClassOf ; owl:annotatedTarget :B .").left_out
    assert left_out.text == "http://a.org/A rdfs:subClassOf http://a.org/B"
    chain = ":p a owl:ObjectProperty ; owl:propertyChainAxiom ( :p :p ) ."
    copied = "[] a owl:Axiom ; owl:annotatedSource :p ; owl:annotatedProperty owl:propertyChainAxiom ; {} ."
    found = interpreted(chain + copied.format("owl:annotatedTarget ( :p :p ) ; rdfs:comment 'c'"))
    assert found.left_out == ()
    assert len(found.axioms) == 2


@pytest.mark.usefixtures("java")
def test_the_rest_is_reasoned_with() -> None:
    """What cannot be read keeps nothing else from being reasoned with."""
    found = concluded(
        ':x :n "2020-01-01"^^xsd:date ; a :A . :n a owl:DatatypeProperty . :A a owl:Class ;'
        " rdfs:subClassOf :B . :B a owl:Class ."
    )
    assert found.consistent and len(found.left_out) == 1
    assert found.triples == facts(":x a :B .")


@pytest.mark.usefixtures("java")
def test_what_is_not_owl_2_dl_is_named() -> None:
    """One sentence names the rule, the term, the axiom and the file, and no class of Java."""
    turtle = (
        ":p a owl:ObjectProperty , owl:TransitiveProperty . :A a owl:Class ; rdfs:subClassOf"
        " [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] ."
    )
    with pytest.raises(ReasoningError) as caught:
        concluded(turtle)
    message = str(caught.value)
    assert message.startswith(
        "The reasoner takes only OWL 2 DL. A property in ObjectMaxCardinality is simple"
    )
    assert "<http://a.org/A> SubClassOf: <http://a.org/p> max 1" in message
    assert "(own.ttl)" in message
    assert "java" not in message and "semanticweb" not in message


@pytest.mark.usefixtures("java")
def test_an_axiom_on_which_a_reasoner_fails_is_named() -> None:
    """So is its file, whatever the reasoner says, and no class of Java."""
    turtle = (
        ":A a owl:Class . :x a :A . :n a owl:DatatypeProperty ; rdfs:range [ a rdfs:Datatype ;"
        " owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:pattern '[a-z' ] ) ] ."
    )
    with pytest.raises(ReasoningError) as caught:
        concluded(turtle)
    assert str(caught.value) == (
        "The reasoner fails on an axiom; change it or leave it out: "
        'DataProperty: <http://a.org/n> Range: xsd:string[pattern "[a-z"] (own.ttl)'
    )


TWICE = {
    "class disjoint with itself": (":A a owl:Class ; owl:disjointWith :A .", ["SubClassOf(n0 owl:Nothing)"]),
    "class named twice among disjoint ones": (
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :A ) .",
        ["DisjointClasses(n0 n1)", "SubClassOf(n0 owl:Nothing)"],
    ),
    "part named twice in a union": (
        ":A a owl:Class ; owl:disjointUnionOf ( :B :B ) .",
        ["EquivalentClasses(n0 n1)", "SubClassOf(n1 owl:Nothing)"],
    ),
    "property disjoint with itself": (
        ":p a owl:ObjectProperty ; owl:propertyDisjointWith :p .",
        ["ObjectPropertyDomain(n0 owl:Nothing)"],
    ),
    "data property disjoint with itself": (
        ":p a owl:DatatypeProperty ; owl:propertyDisjointWith :p .",
        ["DataPropertyDomain(n0 owl:Nothing)"],
    ),
    "individual that differs from itself": (
        ":x owl:differentFrom :x .",
        ["ClassAssertion(ObjectComplementOf(ObjectOneOf(n0)) n0)"],
    ),
}
"""What reasoners would pass over, which read a name once, and how it is written for them."""


@pytest.mark.parametrize("name", TWICE)
def test_what_names_something_twice_is_written_at_length(name: str) -> None:
    """None of it is left out, since it may be the contradiction that somebody looks for."""
    turtle, expected = TWICE[name]
    found = interpreted(turtle).axioms
    text = Numbered(found).ontology(found).replace("<http://names.invalid/", "<")
    text = text.replace("<http://www.w3.org/2002/07/owl#", "<owl:")
    lines = re.sub("[<>]", "", text).splitlines()[1:-1]
    assert sorted(line for line in lines if not line.startswith("Declaration")) == expected


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("reasoner", REASONERS)
def test_an_individual_does_not_differ_from_itself(reasoner: str) -> None:
    """Both reasoners are told so at length."""
    found = reason(premises_of(":x owl:differentFrom :x ."), reasoner=reasoner, only="consistency")
    assert not found.consistent


@pytest.mark.parametrize(
    ("text", "written"),
    [("+INF", "INF"), ("1e39", "INF"), ("-1E39", "-INF"), ("NaN", "NaN"), ("-0", "-0"), ("1e38", "1e38")],
)
def test_numbers_too_great_are_written_as_infinite(text: str, written: str) -> None:
    """Pellet takes others for ill-typed, and HermiT knows no `+INF`."""
    found = interpreted(f":n a owl:DatatypeProperty . :x :n '{text}'^^xsd:float .").axioms
    assert f'"{written}"^^<http://www.w3.org/2001/XMLSchema#float>' in Numbered(found).ontology(found)


def test_an_expression_too_deep_is_told_with_its_file() -> None:
    """And with the class that it is said of."""
    deep = "[ a owl:Class ; owl:complementOf " * 120 + ":B" + " ]" * 120
    with pytest.raises(
        ValidationError, match=r"^own\.ttl: .* It stands at http://a\.org/A rdfs:subClassOf\.$"
    ):
        interpreted(f":A rdfs:subClassOf {deep} .")


# ---- several files ----


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Give a function that writes a Turtle file."""

    def write_file(name: str, turtle: str) -> Path:
        path = tmp_path / name
        path.write_text(PREFIXES + turtle, encoding="utf-8")
        return path

    return write_file


@pytest.mark.usefixtures("java")
def test_blank_nodes_of_two_files_are_two(write: Callable[[str, str], Path]) -> None:
    """A label in two files names two things, which may be of classes that are disjoint."""
    one = write("a.ttl", ":A a owl:Class ; owl:disjointWith :B . :B a owl:Class . _:genid1 a :A .")
    other = write("b.ttl", "_:genid1 a :B .")
    own = read_premises(paths=[one, other], files=[])
    assert len([each for each in own.triples if isinstance(each.subject, ox.BlankNode)]) == 2
    assert reason(own, only="consistency").consistent
    same = write("c.ttl", ":A a owl:Class ; owl:disjointWith :B . :B a owl:Class . _:genid1 a :A , :B .")
    assert not reason(read_premises(paths=[same], files=[]), only="consistency").consistent


def test_an_ontology_is_imported_by_the_name_of_its_version(write: Callable[[str, str], Path]) -> None:
    """So is that of another file, and the shipped one; a version that is not there is named."""
    [version] = {
        each.object.value  # type: ignore[union-attr]
        for each in read_premises().triples
        if each.predicate.value.endswith("versionIRI")
    }
    other = write("other.ttl", ":other a owl:Ontology ; owl:versionIRI :other-2 . :x a :A . :A a owl:Class .")
    own = write("own.ttl", f":own a owl:Ontology ; owl:imports :other-2 , <{version}> .")
    assert facts(":x a :A .") <= read_premises(paths=[own, other]).triples
    with pytest.raises(SourceError, match=r"own\.ttl: The ontology imports <http://a\.org/other-2>"):
        read_premises(paths=[own])


def test_ontologies_may_import_each_other_and_themselves(write: Callable[[str, str], Path]) -> None:
    """All are read, once each, in a circle of imports too."""
    one = write("one.ttl", ":one a owl:Ontology ; owl:imports :two , :one . :x a :A .")
    two = write("two.ttl", ":two a owl:Ontology ; owl:imports :one . :A rdfs:subClassOf :B .")
    found = read_premises(paths=[one, two, one], files=[])
    assert (
        facts(":x a :A . :A rdfs:subClassOf :B . :one a owl:Ontology . :two a owl:Ontology .")
        == found.triples
    )


def test_two_files_of_one_ontology_are_both_read(write: Callable[[str, str], Path]) -> None:
    """As a release and what somebody has edited; each triple is known by its own file."""
    one = write("one.ttl", ":o a owl:Ontology . :x a :A .")
    two = write("two.ttl", ":o a owl:Ontology ; owl:versionIRI :o-2 . :y a :A .")
    found = read_premises(paths=[one, two], files=[])
    [x], [y] = facts(":x a :A ."), facts(":y a :A .")
    assert (found.paths[x], found.paths[y]) == (str(one), str(two))


def test_a_triple_of_a_user_is_known_by_its_file(write: Callable[[str, str], Path]) -> None:
    """What is left out names the file that it stands in, of several."""
    one = write("one.ttl", ":x a :A .")
    other = write("two.ttl", ":x :n '1'^^xsd:date .")
    [left_out] = interpret(read_premises(paths=[one, other], files=[])).left_out
    assert left_out.path == str(other)


def test_what_is_shipped_is_all_declared_and_taken(shipped_premises: Premises) -> None:
    """Of what is shipped nothing is guessed, and nothing left out."""
    found = interpret(shipped_premises)
    assert (found.declared, found.left_out) == ((), ())
    assert len(found.axioms) > 6000


# ---- whatever the triples are ----

NAMES = [ox.NamedNode(A + name) for name in ("a", "b", "b/", "b#", "é(x)")]
KINDS = [ox.NamedNode(A + name) for name in ("C", "D")]
PROPERTIES = [ox.NamedNode(A + name) for name in ("p", "q", "r")]
VALUES = [
    ox.Literal("x"),
    ox.Literal('"\\\n', language="en-GB"),
    ox.Literal("2020-01-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")),
    ox.Literal("abc", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("1" * 30, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("INF", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")),
    ox.Literal("x", datatype=ox.NamedNode(A + "own")),
]
DECLARATIONS = [
    ox.Triple(term, ox.NamedNode(TYPE), ox.NamedNode("http://www.w3.org/2002/07/owl#" + kind))
    for term in PROPERTIES
    for kind in ("ObjectProperty", "DatatypeProperty", "FunctionalProperty", "TransitiveProperty")
]
FACTS = one_of(
    builds(ox.Triple, sampled_from(NAMES), just(ox.NamedNode(TYPE)), sampled_from(KINDS)),
    builds(ox.Triple, sampled_from(NAMES), sampled_from(PROPERTIES), sampled_from([*NAMES, *VALUES])),
)


@given(sets(FACTS, max_size=12), sets(sampled_from(DECLARATIONS), max_size=3))
@settings(max_examples=150, deadline=None)
def test_no_fact_is_lost_in_silence(given_facts: set[ox.Triple], declared: set[ox.Triple]) -> None:
    """Each is given to the reasoner or told as left out, be it declared as this, as that or not at all."""
    found = interpret(Premises(frozenset(given_facts | declared), {}))
    taken = {each for axiom in found.axioms for each in axiom.triples} & given_facts
    about_facts = [each for each in found.left_out if "Characteristics" not in each.text]
    assert len(taken) + len(about_facts) == len(given_facts)
    written = Numbered(found.axioms).ontology(found.axioms)
    assert written.count("Assertion(") == len(taken)


@given(sets(FACTS, max_size=12))
@settings(max_examples=100, deadline=None)
def test_what_is_written_can_be_read_by_any_reasoner(given_facts: set[ox.Triple]) -> None:
    """Names are numbers in one namespace, whatever characters the IRIs have, and lead back to these."""
    found = interpret(Premises(frozenset(given_facts), {}))
    names = Numbered(found.axioms)
    written = re.findall("<([^>]*)>", re.sub(r'"(?:[^"\\]|\\.)*"', "", names.ontology(found.axioms)))
    plain = re.compile(r"http://names\.invalid/(?:n[0-9]+|premises)|http://www\.w3\.org/.*")
    assert [each for each in written if not plain.fullmatch(each)] == []
    used = {entity.iri for axiom in found.axioms for entity in axiom.arguments if isinstance(entity, Entity)}
    assert {names.iri(names.name(iri)) for iri in used} == used
