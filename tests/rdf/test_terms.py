"""CURIEs, IRIs and term values."""

import pyoxigraph
import pytest
from hypothesis import given, strategies as st

from glutakg.dataset.names import GRAPHS, graph_iri
from glutakg.errors import TermError
from glutakg.rdf.prefixes import PREFIXES, compress, expand
from glutakg.rdf.terms import BlankNode, Iri, Literal
from glutakg.text import printable


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_curie_survives_the_round_trip(prefix: str) -> None:
    """What `expand` makes of a CURIE, `compress` makes back; obo: terms come back as their ontology's."""
    assert compress(expand(f"{prefix}:0000001")) == f"{prefix}:0000001"


@given(st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?", fullmatch=True))
def test_any_plain_local_name_survives_the_round_trip(local: str) -> None:
    """No local name that a CURIE can carry is changed."""
    assert expand(compress(PREFIXES["gkd"] + local)) == PREFIXES["gkd"] + local


def test_obo_term_is_compressed_to_its_ontology() -> None:
    """The longest namespace wins."""
    assert compress("http://purl.obolibrary.org/obo/CHEBI_18050") == "CHEBI:18050"


@pytest.mark.parametrize("iri", [PREFIXES["gkd"], PREFIXES["gkd"] + "a/b", "urn:x:y"])
def test_iri_without_plain_local_name_stays_whole(iri: str) -> None:
    """An IRI that no CURIE can stand for is given back."""
    assert compress(iri) == iri


@pytest.mark.parametrize("iri", ["http://example.org/x", "https://example.org/#y", "urn:example:z"])
def test_absolute_iri_is_its_own_expansion(iri: str) -> None:
    """IRIs pass through `expand`, with or without angle brackets."""
    assert expand(iri) == expand(f"<{iri}>") == iri


@pytest.mark.parametrize(
    "text", ["", "glutamine", "CHEBI:", "gkd:a b", "http://a b", "gkd:x> ?y", "chebi:18050"]
)
def test_what_is_no_term_is_refused(text: str) -> None:
    """Neither a CURIE nor an IRI: a TermError that quotes it."""
    with pytest.raises(TermError) as caught:
        expand(text)
    assert repr(text) in str(caught.value)


def test_near_prefix_is_suggested() -> None:
    """A prefix in the wrong case is put right."""
    with pytest.raises(TermError, match=r"Did you mean CHEBI") as caught:
        expand("chebi:18050")
    assert caught.value.suggestions[0] == "CHEBI:18050"


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "imports"])
def test_graph_has_an_iri(name: str) -> None:
    """Every graph is named in the graph namespace."""
    assert graph_iri(name) == f"https://w3id.org/glutakg/graph/{name}"


@pytest.mark.parametrize("name", ["sources", "imports", "imports/", "source/x", ""])
def test_unknown_graph_is_refused(name: str) -> None:
    """Only the project's graphs have names."""
    with pytest.raises(TermError):
        graph_iri(name)


@pytest.mark.parametrize(
    ("ours", "engines"),
    [
        (Iri("http://example.org/x"), pyoxigraph.NamedNode("http://example.org/x")),
        (BlankNode("b1"), pyoxigraph.BlankNode("b1")),
        (Literal('a "b"\n\t\\'), pyoxigraph.Literal('a "b"\n\t\\')),
        (Literal("ja", language="nl"), pyoxigraph.Literal("ja", language="nl")),
        (
            Literal("1", datatype=PREFIXES["xsd"] + "integer"),
            pyoxigraph.Literal("1", datatype=pyoxigraph.NamedNode(PREFIXES["xsd"] + "integer")),
        ),
    ],
)
def test_term_is_written_as_the_engine_writes_it(ours: object, engines: object) -> None:
    """Terms print as N-Triples."""
    assert str(ours) == str(engines)


@pytest.mark.parametrize("text", ["\x1b[2J", "a\nb", "a\rb", "\u202eabc", "\u2028", "\x7f", "\x9b", "\ud800"])
def test_printable_text_steers_no_terminal(text: str) -> None:
    """Control characters, line separators and marks of direction are written out."""
    assert printable(text).isprintable()


def test_printable_text_keeps_its_letters() -> None:
    """Letters of any script, combining marks and joiners stay as they are."""
    assert printable("é 谷 e\u0301 \u200d") == "é 谷 e\u0301 \u200d"
