"""What is not Turtle is told by its name, with what to do."""

import pytest

from glutakg.errors import SourceError
from glutakg.files import decode
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


NO_DATA = {
    "version https://git-lfs.github.com/spec/v1\noid sha256:0\n": "This is a pointer of Git LFS",
    "<<<<<<< HEAD\n<x:a> a <x:B> .\n=======\n>>>>>>> other\n": "A merge that was not resolved",
    "<x:a> a <x:B> .\n<<<<<<< HEAD\n=======\n>>>>>>> other\n": "A merge that was not resolved",
}


@pytest.mark.parametrize("text", NO_DATA)
def test_what_stands_in_the_place_of_data_is_told(text: str) -> None:
    """Tools of version control leave such files, in which the fault is not one of Turtle."""
    with pytest.raises(SourceError, match=rf"^own\.ttl: {NO_DATA[text]}"):
        parse_turtle(text, "own.ttl")


def test_a_relative_iri_without_base_is_told_with_what_to_do() -> None:
    """Protégé and R write `<>` and `<#a>`; with a base they are good."""
    with pytest.raises(
        SourceError, match=r"^own\.ttl:2:1: This is not Turtle: an IRI is relative, and no base"
    ):
        parse_turtle("<x:a> a <x:B> .\n<#a> a <x:B> .", "own.ttl")
    assert len(parse_turtle("@base <http://a.org/> .\n<#a> a <> .", "own.ttl")) == 1


@pytest.mark.parametrize("other", [b"\x1f\x8b\x08\x00\x80", b"PK\x03\x04\x80", b"BZh9\x80"])
def test_what_is_compressed_is_told(other: bytes) -> None:
    """Another encoding would not help."""
    with pytest.raises(SourceError, match=r"^own\.ttl: This is compressed; unpack it first\.$"):
        decode(other, "own.ttl")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_told(encoding: str) -> None:
    """By its name where the file says so at its beginning."""
    mark = "" if encoding == "utf-16" else "\ufeff"
    with pytest.raises(SourceError, match=r"^own\.ttl: This is UTF-16; save it as UTF-8\.$"):
        decode(f"{mark}<x:a> a <x:B> .".encode(encoding), "own.ttl")
