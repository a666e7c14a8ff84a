"""Files of others, real ones and small ones of every construct: each is read, or what is not is told."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st
from places import SHARED

from glutakg.cli.main import cli
from glutakg.dataset.graphs import parse_triples
from glutakg.errors import GlutakgError
from glutakg.owl.functional import Numbered
from glutakg.owl.interpretation import interpret
from glutakg.owl.premises import Premises, read_premises
from glutakg.owl.profiles.dl import is_logical
from glutakg.owl.profiles.profiles import check_profiles
from glutakg.owl.reasoners import reason
from glutakg.rdf import canonical_turtle
from glutakg.shacl import validate

FOLDER = SHARED / "ontologies"
needs_files = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the ontologies of others (../shared/ontologies) are not here"
)

# ---- real files ----

RDF_XML = ("bfo-core.owl", "chebi_import.owl", "cob.owl", "iao.owl", "ro.owl")
"""Files whose triples are Turtle after a conversion, of a size for a test."""

RULES = {"iao.owl": 4, "ro.owl": 25}
"""How many rules stand in files; nothing else is left out of them."""


@cache
def triples_of(name: str) -> tuple[ox.Triple, ...]:
    """Return the triples of a file in RDF/XML."""
    found = ox.parse((FOLDER / name).read_bytes(), format=ox.RdfFormat.RDF_XML)
    return tuple(quad.triple for quad in found)


def as_turtle(name: str, folder: Path) -> Path:
    """Write a file in RDF/XML as Turtle."""
    path = folder / Path(name).with_suffix(".ttl")
    ox.serialize(triples_of(name), output=str(path), format=ox.RdfFormat.TURTLE)
    return path


@needs_files
@pytest.mark.parametrize("name", RDF_XML)
def test_a_real_file_is_interpreted_and_what_is_left_out_told(name: str, tmp_path: Path) -> None:
    """Every logical axiom is taken or left out with a reason and the file; nothing has to be guessed."""
    path = as_turtle(name, tmp_path)
    own = read_premises(paths=[path], files=[])
    found = interpret(own)
    assert len(found.axioms) > 100
    assert found.declared == ()
    assert {each.reason for each in found.left_out} <= {"OWL 2 has no rules, such as those of SWRL"}
    assert {each.path for each in found.left_out} <= {str(path)}
    assert len(found.left_out) == RULES.get(name, 0)
    report = check_profiles(own.triples, own.paths)
    assert report.is_dl is (not found.left_out)
    again = read_premises(paths=[path], files=[])
    assert check_profiles(again.triples, again.paths).render() == report.render()


@needs_files
@pytest.mark.parametrize("name", RDF_XML)
def test_a_real_file_is_formatted(name: str, tmp_path: Path) -> None:
    """Once, and then nothing is left to do."""
    written = canonical_turtle(as_turtle(name, tmp_path).read_text(encoding="utf-8"))
    assert canonical_turtle(written) == written


@needs_files
@pytest.mark.parametrize("name", ["bfo-core.owl", "cob.owl", "iao.owl", "ro.owl"])
def test_a_real_file_is_valid(name: str, tmp_path: Path) -> None:
    """Its terms are looked at and left alone, since they are not ours."""
    report = validate([as_turtle(name, tmp_path)])
    assert report.results == ()
    assert sum(report.focus_nodes.values()) > 10


@needs_files
@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("name", ["bfo-core.owl", "cob.owl", "iao.owl"])
def test_a_real_file_can_be_true(name: str, tmp_path: Path) -> None:
    """HermiT finds no contradiction in it and no class without members."""
    found = reason(read_premises(paths=[as_turtle(name, tmp_path)], files=[]), only="consistency")
    assert (found.consistent, found.unsatisfiable) == (True, ())


@needs_files
@pytest.mark.parametrize("command", [["reason"], ["reason", "--profile"], ["validate"]])
@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("ro.owl", "RDF/XML or OWL/XML"),
        ("cl-edit.owl", "OWL functional syntax"),
        ("eco.obo", "OBO format"),
    ],
)
def test_a_file_in_another_format_is_told_in_one_sentence(command: list[str], name: str, format: str) -> None:
    """What it is and what to do, exit code 2 and nothing on standard output."""
    result = CliRunner().invoke(cli, [*command, str(FOLDER / name)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{name}: This is {format}, not Turtle; convert it first" in result.stderr
    assert result.stderr.count("\n") == 1


# ---- every construct ----

PREFIXES = """\
@prefix : <http://a.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix swrl: <http://www.w3.org/2003/11/swrl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
classes = st.sampled_from([":A", ":B", ":C", "owl:Thing", "owl:Nothing"])
properties = st.sampled_from([":p", ":q", "[ owl:inverseOf :p ]"])
named_properties = st.sampled_from([":p", ":q", ":r"])
data_properties = st.sampled_from([":m", ":n"])
individuals = st.sampled_from([":x", ":y", "<http://a.org/z/>", "[]"])
numbers = st.integers(0, 3).map('"{}"^^xsd:nonNegativeInteger'.format)
values = st.sampled_from(
    ['"x"', '"x"@en-GB', "1", '"1.5"^^xsd:decimal', '"NaN"^^xsd:double', '"2020-01-01"^^xsd:date']
)
datatypes = st.sampled_from(
    [
        "xsd:integer",
        "xsd:string",
        "xsd:date",
        "owl:rational",
        "owl:real",
        "rdf:langString",
        "rdfs:Literal",
        ":Own",
    ]
)
facets = st.tuples(
    st.sampled_from(
        [
            *(f"xsd:{end}{kind}" for end in ("min", "max") for kind in ("Inclusive", "Exclusive", "Length")),
            *("xsd:length", "xsd:pattern", "rdf:langRange", "xsd:totalDigits"),
        ]
    ),
    values,
).map("[ {0[0]} {0[1]} ]".format)


def several(items: st.SearchStrategy[str], least: int = 2) -> st.SearchStrategy[str]:
    """Return lists in Turtle."""
    return st.lists(items, min_size=least, max_size=3).map(lambda found: f"( {' '.join(found)} )")


ranges = st.one_of(
    datatypes,
    several(datatypes).map("[ a rdfs:Datatype ; owl:unionOf {} ]".format),
    datatypes.map("[ a rdfs:Datatype ; owl:datatypeComplementOf {} ]".format),
    several(values).map("[ a rdfs:Datatype ; owl:oneOf {} ]".format),
    several(datatypes).map("[ a rdfs:Datatype ; owl:intersectionOf {} ]".format),
    several(values).map("[ a owl:DataRange ; owl:oneOf {} ]".format),
    st.tuples(datatypes, several(facets, 1)).map(
        lambda both: f"[ a rdfs:Datatype ; owl:onDatatype {both[0]} ; owl:withRestrictions {both[1]} ]"
    ),
)


def restriction(prop: st.SearchStrategy[str], rest: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return restrictions in Turtle."""
    return st.tuples(prop, rest).map(
        lambda both: f"[ a owl:Restriction ; owl:onProperty {both[0]} ; {both[1]} ]"
    )


def counted(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return what qualified cardinalities say, with what they count."""
    names = st.sampled_from(["minQualified", "maxQualified", "qualified"])
    return st.tuples(names, numbers, of).map(
        lambda three: f"owl:{three[0]}Cardinality {three[1]} ; {three[2]}"
    )


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return expressions that have others inside."""
    return st.one_of(
        several(inner).map("[ a owl:Class ; owl:unionOf {} ]".format),
        several(inner).map("[ a owl:Class ; owl:intersectionOf {} ]".format),
        inner.map("[ a owl:Class ; owl:complementOf {} ]".format),
        several(individuals, 1).map("[ a owl:Class ; owl:oneOf {} ]".format),
        restriction(properties, inner.map("owl:someValuesFrom {}".format)),
        restriction(properties, inner.map("owl:allValuesFrom {}".format)),
        restriction(properties, individuals.map("owl:hasValue {}".format)),
        restriction(properties, st.just("owl:hasSelf true")),
        restriction(
            st.one_of(properties, data_properties),
            st.tuples(st.sampled_from(["min", "max", ""]), numbers).map(
                lambda two: f"owl:{f'{two[0]}Cardinality' if two[0] else 'cardinality'} {two[1]}"
            ),
        ),
        restriction(properties, counted(inner.map("owl:onClass {}".format))),
        restriction(data_properties, ranges.map("owl:someValuesFrom {}".format)),
        restriction(data_properties, ranges.map("owl:allValuesFrom {}".format)),
        restriction(data_properties, values.map("owl:hasValue {}".format)),
        restriction(data_properties, counted(ranges.map("owl:onDataRange {}".format))),
        several(data_properties).map(
            "[ a owl:Restriction ; owl:onProperties {} ; owl:someValuesFrom xsd:integer ]".format
        ),
    )


expressions = st.recursive(classes, deeper, max_leaves=4)


def statement(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return statements in Turtle."""
    return st.tuples(*parts).map(lambda found: f"{' '.join(found)} .")


def says(text: str) -> st.SearchStrategy[str]:
    """Return one word of a statement."""
    return st.just(text)


atoms = classes.map("( [ a swrl:ClassAtom ; swrl:classPredicate {} ; swrl:argument1 :v ] )".format)
AXIOMS = st.one_of(
    statement(expressions, says("rdfs:subClassOf"), expressions),
    statement(expressions, says("owl:equivalentClass"), expressions),
    statement(expressions, says("owl:disjointWith"), expressions),
    statement(classes, says("owl:disjointUnionOf"), several(expressions)),
    statement(expressions, says("owl:hasKey"), several(st.one_of(named_properties, data_properties), 1)),
    statement(says("[] a owl:AllDisjointClasses ; owl:members"), several(expressions)),
    statement(named_properties, says("rdfs:subPropertyOf"), named_properties),
    statement(named_properties, says("owl:equivalentProperty"), named_properties),
    statement(named_properties, says("owl:propertyDisjointWith"), named_properties),
    statement(named_properties, says("owl:inverseOf"), named_properties),
    statement(named_properties, says("owl:propertyChainAxiom"), several(properties)),
    statement(named_properties, says("rdfs:domain"), expressions),
    statement(named_properties, says("rdfs:range"), expressions),
    statement(data_properties, says("rdfs:range"), ranges),
    *(
        statement(data_properties, says(name), data_properties)
        for name in ("rdfs:subPropertyOf", "owl:equivalentProperty", "owl:propertyDisjointWith")
    ),
    statement(data_properties, says("rdfs:domain"), expressions),
    statement(data_properties, says("a owl:FunctionalProperty")),
    *(
        statement(named_properties, says(f"a owl:{kind}Property"))
        for kind in (
            *("Functional", "InverseFunctional", "Transitive", "Symmetric", "Asymmetric"),
            *("Reflexive", "Irreflexive"),
        )
    ),
    *(
        statement(says("[] a owl:AllDisjointProperties ; owl:members"), several(kind))
        for kind in (properties, data_properties)
    ),
    statement(named_properties, says("rdfs:subPropertyOf"), says("owl:topObjectProperty")),
    statement(individuals, says("a"), expressions),
    statement(individuals, named_properties, individuals),
    statement(individuals, data_properties, values),
    statement(individuals, says("owl:sameAs"), individuals),
    statement(individuals, says("owl:differentFrom"), individuals),
    *(
        statement(says(f"[] a owl:AllDifferent ; owl:{name}"), several(individuals))
        for name in ("distinctMembers", "members")
    ),
    st.tuples(individuals, data_properties, values).map(
        lambda three: (
            f"[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {three[0]} ;"
            f" owl:assertionProperty {three[1]} ; owl:targetValue {three[2]} ."
        )
    ),
    st.tuples(individuals, named_properties, individuals).map(
        lambda three: (
            f"[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {three[0]} ;"
            f" owl:assertionProperty {three[1]} ; owl:targetIndividual {three[2]} ."
        )
    ),
    statement(says(":Own owl:equivalentClass"), ranges),
    statement(
        classes,
        says("rdfs:subClassOf :B . [] a owl:Axiom ; rdfs:comment 'why' ; owl:annotatedSource"),
        classes,
    ).map(lambda text: f"{text[:-2]} ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ."),
    *(
        statement(says(f":note {name}"), says(value))
        for name, value in (
            *(("rdfs:subPropertyOf", "rdfs:comment"), ("rdfs:domain", ":A"), ("rdfs:range", "xsd:string")),
            *(("a", "owl:AnnotationProperty"), ("a", "owl:DeprecatedProperty")),
        )
    ),
    statement(individuals, says(":note"), values),
    st.tuples(atoms, atoms).map(lambda two: f"[] a swrl:Imp ; swrl:body {two[0]} ; swrl:head {two[1]} ."),
)
DECLARATIONS = st.sets(
    st.sampled_from(
        [
            *(f"{name} a owl:Class ." for name in (":A", ":B", ":C")),
            *(f"{name} a owl:ObjectProperty ." for name in (":p", ":q", ":r")),
            *(f"{name} a owl:DatatypeProperty ." for name in (":m", ":n")),
            *(
                ":Own a rdfs:Datatype .",
                ":p a rdf:Property .",
                ":A a rdfs:Class .",
                ":x a owl:NamedIndividual .",
            ),
            *(":A a owl:ObjectProperty .", ":p a :Measure ."),
        ]
    )
)


def roots_of(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return the triples of which each says something that a reasoner should hear, or the user should."""
    rdfs, owl = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
    named = {rdfs + name for name in ("subClassOf", "subPropertyOf", "domain", "range")}
    named |= {
        owl + name
        for name in (
            *("equivalentClass", "disjointWith", "disjointUnionOf", "hasKey", "equivalentProperty"),
            *("propertyDisjointWith", "propertyChainAxiom", "sameAs", "differentFrom"),
        )
    }
    return {
        each
        for each in triples
        if (each.predicate.value in named and "note" not in str(each.subject))
        or each.predicate.value.removeprefix("http://a.org/") in ("p", "q", "r", "m", "n")
    }


@given(st.lists(AXIOMS, min_size=1, max_size=6), DECLARATIONS)
@settings(max_examples=200, deadline=None)
def test_no_axiom_is_lost_in_silence(axioms: list[str], declared: set[str]) -> None:
    """Each is written for the reasoner, or told with a reason; profiles are told of any file."""
    text = PREFIXES + "\n".join([*axioms, *declared])
    triples = frozenset(parse_triples(text, "own.ttl"))
    own = Premises(triples, {}, dict.fromkeys(triples, "own.ttl"))
    try:
        found = interpret(own)
    except GlutakgError as error:
        assert "\n" not in str(error)
        return
    taken = {triple for axiom in found.axioms if is_logical(axiom) for triple in axiom.triples}
    missing = roots_of(triples) - taken
    assert len(missing) <= len(found.left_out), missing
    assert all(each.reason and each.text and each.path == "own.ttl" for each in found.left_out)
    assert Numbered(found.axioms).ontology(found.axioms).startswith("Ontology(")
    assert check_profiles(triples).render()
