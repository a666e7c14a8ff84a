"""Nothing passes because no shape saw it: overlooked subjects, unknown terms of ours, ill-typed values."""

import json
from pathlib import Path

import pytest

import glutakg
from glutakg.dataset import shipped_files
from glutakg.errors import ValidationError
from glutakg.shacl import Report, validate

PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix gkh: <http://w3id.org/glutakg/ontology/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOOD = """
ex:glutaurine a owl:NamedIndividual ; rdfs:label "glutaurine"@en ;
    skos:prefLabel "glutaurine"@en , "glutaurine"@nl .
"""


def report_on(*turtle: str) -> Report:
    """Return what the shipped shapes say of Turtle in the context of the ontology and the background.

    All that is shipped would be read again each time, and take several times as long.
    """
    around = [
        file.path
        for file in shipped_files()
        if file.graph_name.startswith(("ontology", "imports/", "background"))
    ]
    return validate([(PREFIXES + each).encode() for each in turtle], context=around)


# ---- what no shape looked at ----

OVERLOOKED = {
    "mistyped class of others": ("ex:x a obo:CHEBI_18051 .", "no shape is for CHEBI:18051"),
    "no type": ("ex:x rdfs:label 'x' .", "it has no rdf:type here"),
    "class of the other scheme": (
        "ex:x a <https://purl.obolibrary.org/obo/CHEBI_18050> .",
        "no shape is for https://purl.obolibrary.org/obo/CHEBI_18050; did you mean CHEBI:18050?",
    ),
    "class of one's own": ("ex:x a ex:Own .", "no shape is for http://example.org/Own"),
}


@pytest.mark.parametrize("name", OVERLOOKED)
def test_a_subject_that_no_shape_looked_at_is_told(name: str) -> None:
    """Alone it is an error; beside a good one, in one file or two, it is told with the reason."""
    turtle, reason = OVERLOOKED[name]
    with pytest.raises(ValidationError) as caught:
        report_on(turtle)
    assert f"(http://example.org/x: {reason})" in str(caught.value)
    for report in (report_on(turtle + GOOD), report_on(GOOD, turtle)):
        assert report.conforms
        assert [(each.node, each.reason) for each in report.overlooked] == [("http://example.org/x", reason)]


def test_each_format_tells_what_no_shape_looked_at() -> None:
    """The table and JUnit have a line for it, JSON an entry; line numbers are told where they are known."""
    report = report_on(GOOD + "ex:x a ex:Own .\n")
    [line] = [text for text in report.render("table").splitlines() if "ex" in text]
    assert line == "  standard input:14: http://example.org/x: no shape is for http://example.org/Own"
    assert json.loads(report.render("json"))["overlooked"] == [
        {
            "node": "http://example.org/x",
            "reason": "no shape is for http://example.org/Own",
            "file": "standard input",
            "line": 14,
        }
    ]
    assert 'skipped="1"' in report.render("junit") and "<skipped message=" in report.render("junit")


def test_of_many_overlooked_the_table_tells_the_first() -> None:
    """The rest is counted."""
    table = report_on(GOOD + "".join(f"ex:x{number} a ex:Own .\n" for number in range(50))).render()
    assert "No shape looked at 50 subjects" in table
    assert "and 30 more" in table
    assert table.count("no shape is for") == 20


def test_parts_axioms_and_headers_are_not_told() -> None:
    """A blank node inside something else is part of it; an axiom or a header is no thing."""
    turtle = (
        "<http://a.org/o> a owl:Ontology . [] a owl:AllDifferent ; owl:distinctMembers ( ex:a ex:b ) ."
        "ex:glutaurine ex:about [ ex:p [ ex:q 1 ] ] ."
    )
    assert report_on(GOOD + turtle).overlooked == ()
    [part] = report_on(GOOD + "[] ex:p 1 .").overlooked
    assert part.node == "[]"


# ---- terms of ours that do not exist ----

UNKNOWN = {
    "class": ("ex:x a gk:Publicaton .", "rdf:type", "gk:Publicaton: did you mean gk:Publication?"),
    "property": ("ex:x gk:poolOff gkd:glutamate .", "gk:poolOff", "gk:poolOff: did you mean gk:poolOf?"),
    "class of http": (
        "ex:x a gkh:Publication .",
        "rdf:type",
        "http://w3id.org/glutakg/ontology/Publication: did you mean gk:Publication?",
    ),
    "individual": (
        "ex:x rdfs:seeAlso gkd:glutamte .",
        "rdfs:seeAlso",
        "gkd:glutamte: did you mean gkd:glutamate?",
    ),
    "superclass": ("ex:C a owl:Class ; rdfs:subClassOf gk:Pol .", "rdfs:subClassOf", "gk:Pol: did you mean"),
    "nothing near": ("ex:x a gk:Quark .", "rdf:type", "gk:Quark: correct its name, or define it"),
    "subject without a type": ("gk:Quark rdfs:label 'q'@en .", "rdfs:label", "gk:Quark: correct its name"),
}


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("beside", ["", GOOD])
def test_a_term_of_ours_that_nobody_defines_is_a_fault(name: str, beside: str) -> None:
    """It is one result, wherever it stands, with what may be meant."""
    turtle, path, message = UNKNOWN[name]
    report = report_on(turtle + beside)
    assert not report.conforms
    [result] = report.results
    assert (result.path, result.severity) == (path, "Violation")
    assert result.message.startswith(f"Nothing defines {message}")


def test_what_a_user_defines_is_defined() -> None:
    """A term or an individual of another file of theirs is no unknown one."""
    one = GOOD.replace("ex:glutaurine", "gkd:glutaurine")
    assert report_on(one, GOOD + "ex:glutaurine rdfs:seeAlso gkd:glutaurine .").conforms


# ---- values ----

ILL_TYPED = ["2_019", "٢٠١٩", " 2019", "2019\n", "2019.0", "+", ""]


@pytest.mark.parametrize("engine", ["pyshacl-turbo", "pyshacl"])
def test_a_number_that_python_alone_reads_is_ill_typed(engine: str, tmp_path: Path) -> None:
    """Digits of other scripts, marks between digits and white space are told; others are not."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:C ;"
        " sh:property [ sh:path ex:year ; sh:datatype xsd:integer ] .",
        encoding="utf-8",
    )
    good = ["2019", "+2019", "-02019", "1" * 4000]
    nodes = "".join(
        f"ex:n{number} a ex:C ; ex:year {json.dumps(text, ensure_ascii=False)}^^xsd:integer .\n"
        for number, text in enumerate([*ILL_TYPED, *good])
    )
    report = validate([(PREFIXES + nodes).encode()], shapes=[shapes], context=[], engine=engine)
    wrong = {f"http://example.org/n{number}" for number in range(len(ILL_TYPED))}
    assert {result.focus for result in report.results} == wrong


@pytest.mark.parametrize("engine", ["pyshacl-turbo", "pyshacl"])
@pytest.mark.parametrize(
    ("pattern", "flags", "text", "fits"),
    [
        ("^C[0-9]$", "", "C1", True),
        ("^C[0-9]$", "", "C1\n", False),
        ("^(C[0-9]$|x)", "", "C1\n", False),
        ("^C[0-9]$", "m", "C1\n", True),
        (r"^C\\$", "", "C$\n", True),
        ("^C[$]", "", "C$\n", True),
        ("^C[0-9]+$", "i", "c1\n", False),
    ],
)
def test_the_end_of_a_pattern_is_the_end(
    engine: str, pattern: str, flags: str, text: str, fits: bool, tmp_path: Path
) -> None:
    """A dollar sign does not accept a line break at the end, and the message has the pattern as it is."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:name ;"
        f' sh:pattern "{pattern}" ; sh:flags "{flags}" ] .',
        encoding="utf-8",
    )
    node = f"{PREFIXES}ex:x a ex:C ; ex:name {json.dumps(text)} ."
    report = validate([node.encode()], shapes=[shapes], context=[], engine=engine)
    assert report.conforms is fits
    assert "(?!" not in report.render("json")


# ---- what we export ----


@pytest.mark.parametrize(
    "name", ["background", "catalogue", "evidence", "imports/ro", "mappings", "ontology", "source"]
)
def test_our_own_exports_are_valid(name: str) -> None:
    """Each graph, taken along and brought back, conforms; the catalogue among them."""
    with glutakg.open() as graph:
        exported = graph.export(name, format="ttl")
    assert validate([exported]).results == ()
