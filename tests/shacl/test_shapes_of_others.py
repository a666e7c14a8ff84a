"""Shapes of every construct on small data: both engines say the same, or a sentence what cannot be done."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from glutakg.errors import GlutakgError, ValidationError
from glutakg.shacl import ENGINES, Report, validate

PREFIXES = """\
@prefix : <http://x.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NODES = [":a", ":b", ":c", "[]"]
VALUES = [
    *NODES,
    *(
        "1",
        "-2.5",
        "true",
        '"x"',
        '"x\\n"',
        '"x"@en',
        '"x"@en-GB',
        '"y"@nl',
        '"1_0"^^xsd:integer',
        '"1"^^:own',
    ),
    *('"2020-02-30"^^xsd:date', '"2020-02-29"^^xsd:date', '"NaN"^^xsd:double', '"\\u0661"^^xsd:integer'),
]
PATHS = [
    *(":p", ":q", "[ sh:inversePath :p ]", "( :p :q )", "[ sh:alternativePath ( :p :q ) ]"),
    *("[ sh:zeroOrMorePath :p ]", "[ sh:oneOrMorePath :p ]", "[ sh:zeroOrOnePath :p ]"),
]
PARAMETERS = [
    *("sh:minCount 1", "sh:maxCount 1", "sh:class :C", "sh:datatype xsd:integer", "sh:datatype xsd:date"),
    *("sh:nodeKind sh:IRI", "sh:nodeKind sh:BlankNodeOrLiteral", "sh:minLength 2", "sh:maxLength 3"),
    *(
        'sh:pattern "^x$"',
        'sh:pattern "^X$" ; sh:flags "i"',
        'sh:pattern "a[$]|\\\\$"',
        "sh:languageIn ( 'en' 'nl' )",
    ),
    *("sh:uniqueLang true", "sh:in ( 1 'x' :a )", "sh:hasValue :a", "sh:equals :q", "sh:disjoint :q"),
    *("sh:not [ sh:class :C ]", "sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class :C ] )", "sh:node :Other"),
    *("sh:or ( [ sh:datatype xsd:string ] [ sh:class :C ] )", "sh:xone ( [ sh:class :C ] [ sh:class :D ] )"),
    *(
        f"sh:{end}{kind} {value}"
        for end in ("min", "max")
        for kind, value in (("Inclusive", 1), ("Exclusive", 0.5))
    ),
    *("sh:lessThan :q", "sh:lessThanOrEquals :q", "sh:property [ sh:path :q ; sh:minCount 1 ]"),
    *(f"sh:nodeKind sh:{kind}" for kind in ("BlankNode", "Literal", "BlankNodeOrIRI", "IRIOrLiteral")),
    "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true",
    *('sh:in ( 1 ) ; sh:message "one"@en ; sh:severity sh:Warning', ":least 2", "sh:deactivated false"),
    'sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value FILTER(ISLITERAL(?value)) }" ]',
]
ON_NODES = [
    *("sh:class :C", "sh:nodeKind sh:IRI", "sh:closed true ; sh:ignoredProperties ( rdf:type )"),
    *("sh:hasValue :a", "sh:not [ sh:class :D ]", "sh:node :Other", "sh:deactivated true", ":none :q"),
    *("sh:datatype xsd:string", "sh:in ( :a :b )", "sh:minLength 2", 'sh:pattern "^x"', "sh:equals :p"),
    *("sh:disjoint :p", "sh:or ( [ sh:class :C ] [ sh:nodeKind sh:IRI ] )", "sh:languageIn ( 'en' )"),
    'sh:sparql [ sh:select "SELECT $this ?value { $this <http://x.org/p> ?value FILTER(?value = 1) }" ]',
]
TARGETS = [
    *("sh:targetClass :C", "sh:targetNode :a", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q"),
    "a rdfs:Class ; sh:targetClass :D",
]
OTHER = """\
:Other a sh:NodeShape ; sh:property [ sh:path :q ; sh:maxCount 2 ] .
:Least a sh:ConstraintComponent ; sh:parameter [ sh:path :least ] ; sh:labelTemplate "at least {$least}" ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER(STRLEN(STR($value)) >= $least) }" ] .
:None a sh:ConstraintComponent ; sh:parameter [ sh:path :none ] ;
    sh:nodeValidator [
        a sh:SPARQLSelectValidator ; sh:select "SELECT $this ?value { $this $none ?value }"
    ] .
"""

facts = st.tuples(st.sampled_from(NODES), st.sampled_from([":p", ":q"]), st.sampled_from(VALUES))
types = st.tuples(st.sampled_from(NODES), st.just("a"), st.sampled_from([":C", ":D"]))
property_shapes = st.tuples(
    st.sampled_from(PATHS), st.lists(st.sampled_from(PARAMETERS), min_size=1, max_size=2, unique=True)
).map(lambda found: f"sh:property [ sh:path {found[0]} ; {' ; '.join(found[1])} ]")
shapes = st.tuples(
    st.sampled_from(TARGETS),
    st.lists(st.one_of(property_shapes, st.sampled_from(ON_NODES)), min_size=1, max_size=3, unique=True),
).map(lambda found: f":S a sh:NodeShape ; {found[0]} ; {' ; '.join(found[1])} .\n")


def facts_of(report: Report) -> Counter[tuple[str | None, ...]]:
    """Return the results of a report."""
    return Counter((each.focus, each.path, each.value, each.constraint) for each in report.results)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_validator_that_asks_of_each_value_is_carried_out(engine: str, tmp_path: Path) -> None:
    """What ASK is not true of breaks the constraint; a SELECT in its place is told."""
    path = tmp_path / "shapes.ttl"
    shape = ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; :least 3 ] ."
    path.write_text(PREFIXES + OTHER + shape, encoding="utf-8")
    data = (PREFIXES + ":x a :C ; :p 'ab', 'abc' . :y a :C ; :p 'abcd' .").encode()
    [result] = validate([data], shapes=[path], context=[], engine=engine).results
    assert (result.focus, result.path) == ("http://x.org/x", "http://x.org/p")
    other = OTHER.replace("ASK { FILTER", "SELECT $this { FILTER")
    path.write_text(PREFIXES + other + shape, encoding="utf-8")
    with pytest.raises(ValidationError, match=r"^The shapes cannot be used: .*"):
        validate([data], shapes=[path], context=[], engine=engine)


@given(st.lists(st.one_of(facts, types), min_size=2, max_size=8), shapes)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_engines_say_the_same_of_every_shape(
    tmp_path_factory: pytest.TempPathFactory, data: list[tuple[str, str, str]], shape: str
) -> None:
    """No traceback, no difference, and each subject of the data is looked at or told."""
    folder = tmp_path_factory.mktemp("shapes")
    path = folder / "shapes.ttl"
    path.write_text(PREFIXES + OTHER + shape, encoding="utf-8")
    turtle = (PREFIXES + "".join(f"{' '.join(each)} .\n" for each in data)).encode()
    answers: list[object] = []
    for engine in ("pyshacl-turbo", "pyshacl"):
        try:
            report = validate([turtle], shapes=[path], context=[], engine=engine)
        except GlutakgError as error:
            assert "\n" not in str(error)
            answers.append(str(error))
        else:
            answers.append(facts_of(report))
            looked = sum(report.focus_nodes.values()) > 0
            assert looked or report.overlooked
    assert answers[0] == answers[1]
