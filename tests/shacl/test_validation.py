"""Validation: what the report says, whose nodes are checked, that nothing passes by not being looked at."""

import io
import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

from glutakg.errors import SourceError, ValidationError
from glutakg.shacl import Report, validate

Check = Callable[..., Report]

PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:StepShape a sh:NodeShape ; sh:targetClass ex:Step ;
    sh:property [ sh:path ex:place ; sh:minCount 1 ; sh:node ex:PlaceShape ;
        sh:message "Say where the step happens."@en , "Zeg waar."@nl ] ;
    sh:property [ sh:path ex:order ; sh:datatype xsd:integer ;
        sh:message "Give the order as a whole number."@en ] ;
    sh:sparql [ sh:message "A step does not follow itself."@en ;
        sh:select "SELECT $this WHERE { $this <http://example.org/follows>+ $this }" ] .
ex:PlaceShape a sh:NodeShape ; sh:property [ sh:path ex:cell ; sh:minCount 1 ] .
"""
CONTEXT = """
ex:Reaction rdfs:subClassOf ex:Step .
ex:shipped-broken a ex:Step .
ex:nowhere a ex:Place .
ex:astrocyte a ex:Place ; ex:cell ex:cell-1 .
"""


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    """Return a function that validates a user's Turtle, or without any the context alone."""

    def run(
        user: str | None = None,
        *,
        shapes: str = SHAPES,
        context: str = CONTEXT,
        engine: str = "pyshacl-turbo",
    ) -> Report:
        for name, text in (("shapes.ttl", shapes), ("context.ttl", context), ("user.ttl", user or "")):
            (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
        paths = None if user is None else [tmp_path / "user.ttl"]
        around = [tmp_path / "context.ttl"]
        return validate(paths, shapes=[tmp_path / "shapes.ttl"], context=around, engine=engine)

    return run


def test_the_shipped_run_checks_the_whole_context(checked: Check) -> None:
    """Without paths the faults of the context are found."""
    report = checked()
    assert [(result.focus, result.message) for result in report.results] == [
        ("http://example.org/shipped-broken", "Say where the step happens.")
    ]


def test_only_nodes_of_the_user_are_checked(checked: Check) -> None:
    """A fault in the context is not reported to a user whose own nodes are fine."""
    assert checked("ex:mine a ex:Step ; ex:place ex:astrocyte .").conforms


def test_nested_shapes_look_into_the_context(checked: Check) -> None:
    """A user's reference to a shipped node that lacks something is found by the nested shape."""
    (result,) = checked("ex:mine a ex:Step ; ex:place ex:nowhere .").results
    assert (result.constraint, result.value) == ("sh:NodeConstraintComponent", "http://example.org/nowhere")


def test_sparql_constraints_are_restricted_too(checked: Check) -> None:
    """A SPARQL constraint speaks of the user's node, not of the same fault in the context."""
    context = CONTEXT + "ex:loop a ex:Step ; ex:place ex:astrocyte ; ex:follows ex:loop ."
    report = checked("ex:mine a ex:Step ; ex:place ex:astrocyte ; ex:follows ex:mine .", context=context)
    assert [result.focus for result in report.results] == ["http://example.org/mine"]


def test_subclasses_of_the_context_count(checked: Check) -> None:
    """A node of a subclass that only the context knows is checked."""
    assert not checked("ex:mine a ex:Reaction .").conforms


def test_subclasses_may_go_deep(checked: Check) -> None:
    """A node thousands of subclasses below the target is checked too."""
    chain = "".join(f"ex:C{number + 1} rdfs:subClassOf ex:C{number} .\n" for number in range(5000))
    report = checked(f"ex:mine a ex:C5000 . ex:C0 rdfs:subClassOf ex:Step . {chain}")
    assert report.focus_nodes == {"http://example.org/StepShape": 1}


def test_subclasses_in_a_circle_come_to_an_end(checked: Check) -> None:
    """Classes that are subclasses of each other are walked once."""
    circle = "ex:Step rdfs:subClassOf ex:Reaction ."
    assert not checked("ex:mine a ex:Reaction .", context=CONTEXT + circle).conforms


def test_blank_nodes_of_the_user_are_checked(checked: Check) -> None:
    """A nameless step is checked as well."""
    assert [result.focus for result in checked("[] a ex:Step .").results] == ["[]"]


def test_an_ill_typed_literal_is_a_result(checked: Check, caplog: pytest.LogCaptureFixture) -> None:
    """A literal that is not of its datatype is reported, and nothing goes to the log."""
    report = checked('ex:mine a ex:Step ; ex:place ex:astrocyte ; ex:order "one"^^xsd:integer .')
    assert ([result.path for result in report.results], caplog.records) == (["http://example.org/order"], [])


def test_a_shape_without_nodes_fails_the_shipped_run(checked: Check) -> None:
    """A shape that targets nothing is a fault of the project."""
    report = checked(context="ex:a a ex:Other .")
    assert [(result.shape, result.message[:26]) for result in report.results] == [
        ("http://example.org/StepShape", "This shape targets nothing")
    ]


def test_nothing_checked_is_an_error(checked: Check) -> None:
    """A user's file that no shape is for is not called valid."""
    with pytest.raises(ValidationError, match=r"Nothing was checked.*user\.ttl"):
        checked("ex:mine a ex:Other .")


def test_unusable_shapes_are_an_error(checked: Check) -> None:
    """Shapes that are not well formed are an error, not a result."""
    with pytest.raises(ValidationError, match="shapes cannot be used"):
        checked(
            "ex:m a ex:Step .", shapes="ex:S a sh:NodeShape ; sh:targetClass ex:Step ; sh:minLength ex:x, 2 ."
        )


def test_results_tell_file_and_line(checked: Check, tmp_path: Path) -> None:
    """The place of a result is where its node begins a line."""
    (result,) = checked("<http://example.org/mine>\n  a ex:Step .").results
    assert (result.file, result.line) == (str(tmp_path / "user.ttl"), 5)


def test_broken_turtle_is_an_error_with_a_place(checked: Check) -> None:
    """A user's file that is not Turtle is an error with its line."""
    with pytest.raises(SourceError) as caught:
        checked("ex:mine a [")
    assert caught.value.line == 5


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The path `-` stands for standard input, which is read once, however often it is named."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(PREFIXES + SHAPES)
    turtle = (PREFIXES + "ex:mine a ex:Step .").encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(turtle)))
    report = validate(["-", "-"], shapes=[shapes], context=[])
    assert [result.file for result in report.results] == ["standard input"]


def test_bytes_are_read(checked: Check, tmp_path: Path) -> None:
    """Turtle can be given as it is, and is spoken of as if it came through standard input."""
    assert checked().results  # writes the files
    turtle = (PREFIXES + "<http://example.org/mine>\n  a ex:Step .").encode()
    report = validate([turtle], shapes=[tmp_path / "shapes.ttl"], context=[tmp_path / "context.ttl"])
    assert [(result.file, result.line) for result in report.results] == [("standard input", 5)]
    with pytest.raises(SourceError, match="standard input:1:1: This is not UTF-8"):
        validate([b"\xff"])


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this WHERE { $this zz:p ?value }", "Unknown namespace prefix : zz"),
        ("SELECT $this WHERE { $this", "Expected"),
        ("ASK {}", "it is not a SELECT"),
    ],
)
@pytest.mark.parametrize("engine", ["pyshacl-turbo", "pyshacl"])
def test_a_query_of_a_shape_that_cannot_be_asked_is_an_error(
    checked: Check, engine: str, query: str, why: str
) -> None:
    """Whichever engine is asked, the error gives the query and what is wrong with it."""
    constraint = f'[ sh:message "m"@en ; sh:select "{query}" ]'
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:Step ; sh:sparql {constraint} ."
    with pytest.raises(ValidationError, match="a query of theirs cannot be asked") as caught:
        checked("ex:mine a ex:Step .", shapes=shape, engine=engine)
    assert why in str(caught.value)
    assert query in str(caught.value)


def test_an_unknown_engine_is_an_error() -> None:
    """An engine that does not exist is an error that lists those that do."""
    with pytest.raises(ValidationError, match="no engine 'jena'; choose pyshacl-turbo or pyshacl"):
        validate(engine="jena")


def test_pyshacl_alone_says_the_same(checked: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no wheel of pyshacl-turbo, pyshacl looks at all nodes itself."""
    before = checked("ex:mine a ex:Step ; ex:place ex:nowhere .")
    monkeypatch.setitem(sys.modules, "pyshacl_turbo", None)
    after = checked("ex:mine a ex:Step ; ex:place ex:nowhere .")
    assert (before.results, before.focus_nodes) == (after.results, after.focus_nodes)
    assert before.results


def test_valid_data_need_no_rdflib_graph(checked: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is at fault, pyshacl is not asked."""
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    assert checked("ex:mine a ex:Step ; ex:place ex:astrocyte .").conforms
    with pytest.raises(ImportError):
        checked("ex:mine a ex:Step .")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", "standard input:1:1: This is not UTF-8"),
        (b" \n", "standard input: This is empty"),
        (b"#" * 70_000_000, "standard input: This is more than the 64 MB"),
    ],
    ids=["not UTF-8", "empty", "too large"],
)
def test_unusable_standard_input_is_an_error(
    monkeypatch: pytest.MonkeyPatch, data: bytes, message: str
) -> None:
    """What comes in is judged as a file is, and not read without end."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    with pytest.raises(SourceError, match=message):
        validate(["-"])


def test_missing_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard input is closed, the sentence asks for a file."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="standard input: It is closed; send text into it, or name a file"):
        validate(["-"])


def test_paths_are_written_as_in_sparql(checked: Check) -> None:
    """A property path in a result reads as SPARQL would write it."""
    shapes = """ex:S a sh:NodeShape ; sh:targetClass ex:Step ; sh:property [
        sh:path ( [ sh:inversePath ex:p ]
            [ sh:alternativePath ( ex:q [ sh:zeroOrMorePath ex:r ] ) ] ) ; sh:minCount 1 ] ."""
    (result,) = checked("ex:mine a ex:Step .", shapes=shapes).results
    assert result.path == "^http://example.org/p/(http://example.org/q|http://example.org/r*)"


BAD = 'ex:mine a ex:Step ; ex:place ex:astrocyte ; ex:order "\\u001b[2J<&" .'


def test_the_table_has_a_line_for_each_result(checked: Check) -> None:
    """One line for each result, one that sums up, and no control character."""
    lines = checked(BAD).render().splitlines()
    assert (len(lines), lines[-1], "\x1b" in lines[0]) == (
        2,
        "Not valid: 1 result; 1 shape looked at 1 node.",
        False,
    )


def test_the_table_turns_no_text_around(checked: Check) -> None:
    """A mark of direction in a value is written out."""
    table = checked(BAD.replace("[2J", "\\u202e")).render()
    assert table.replace("\n", "").isprintable()


def test_json_holds_every_field(checked: Check) -> None:
    """The JSON report can be read back."""
    content = json.loads(checked(BAD).render("json"))
    assert (content["conforms"], content["results"][0]["shape"]) == (False, "http://example.org/StepShape")


def test_turtle_is_a_validation_report(checked: Check) -> None:
    """The Turtle report states whether the data conform."""
    triples = ox.parse(checked(BAD).render("ttl"), format=ox.RdfFormat.TURTLE)
    assert "false" in [quad.object.value for quad in triples if quad.predicate.value.endswith("#conforms")]


def test_junit_has_a_case_for_each_shape(checked: Check) -> None:
    """The JUnit report is well-formed XML with a failure in the case of the shape."""
    suite = ET.fromstring(checked(BAD).render("junit"))
    assert (suite.get("tests"), suite.get("failures"), len(suite.findall("testcase/failure"))) == (
        "1",
        "1",
        1,
    )


def test_an_unknown_format_is_an_error(checked: Check) -> None:
    """A format that does not exist is an error that lists those that do."""
    with pytest.raises(ValidationError, match="table, json, ttl, junit"):
        checked(BAD).render("html")


def test_the_shipped_data_are_valid() -> None:
    """Every shape targets something and the shipped data break none."""
    assert validate().render().startswith("Valid")
