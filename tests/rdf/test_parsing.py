"""What is not Turtle is told by its name, with what to do."""

import pytest

from glutakg.errors import SourceError
from glutakg.rdf import parse_turtle

OTHERS = {
    "RDF/XML or OWL/XML": [
        '<?xml version="1.0"?>\n<rdf:RDF/>',
        "<rdf:RDF xmlns:rdf='x'/>",
        "<!DOCTYPE rdf:RDF []>",
        "\n <!-- of OWL API --><Ontology/>",
    ],
    "OBO format": ["format-version: 1.2\nontology: eco\n", "ontology: eco\n"],
    "OWL functional syntax": ["Prefix(:=<http://a.org/>)\nOntology()", "Ontology(<http://a.org/>)"],
    "Manchester syntax": [
        "Prefix: : <http://a.org/>\nOntology: <http://a.org/o>",
        "Ontology: <http://a.org/o>",
    ],
    "JSON-LD": ['{"@id": "http://a.org/"}', '[ {"@id": "http://a.org/"} ]'],
    "a page of HTML": ["<!DOCTYPE html><html></html>", "<html><body></body></html>"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in OTHERS.items() for text in texts])
def test_another_format_is_told_by_its_name(name: str, text: str) -> None:
    """A file of another tool is named as what it is."""
    with pytest.raises(SourceError, match=rf"^own\.owl: This is {name}, not Turtle; convert it first"):
        parse_turtle(text, "own.owl")


@pytest.mark.parametrize(
    "text", ["prefix a: <http://a.org/> a:a a:p", "<http://a.org/a> <http://a.org/p> 1", "{"]
)
def test_broken_turtle_is_broken_turtle(text: str) -> None:
    """What is no other format tells where it goes wrong."""
    with pytest.raises(SourceError, match=r"^own\.ttl:1:\d+: This is not Turtle"):
        parse_turtle(text, "own.ttl")
