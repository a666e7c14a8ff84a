"""Terms of the shipped graph are found by whatever people type for them."""

import re
from contextlib import suppress
from typing import Any
from unicodedata import normalize

import pytest

from glutakg import KnowledgeGraph
from glutakg.dataset import program_query
from glutakg.errors import TermError
from glutakg.graph import TermIndex
from glutakg.graph.terms import _NAMES
from glutakg.languages import said
from glutakg.rdf import expand
from glutakg.sparql import Rows
from glutakg.store import Answer


@pytest.fixture
def asked(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list of the queries that the graph is asked from now on."""
    found: list[str] = []
    evaluate = graph._engine.evaluate

    def noted(query: str, **more: Any) -> Answer:
        found.append(query)
        return evaluate(query, **more)

    monkeypatch.setattr(graph._engine, "evaluate", noted)
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("pubmed:26853855", "PubMed:26853855", "PMID:26853855", "pmid 26853855", "PMID26853855"),
        *("https://pubmed.ncbi.nlm.nih.gov/26853855", "https://pubmed.ncbi.nlm.nih.gov/26853855/"),
        *("<HTTPS://PubMed.ncbi.nlm.nih.gov/26853855>", "http://www.ncbi.nlm.nih.gov/pubmed/26853855"),
        *("pubmed.ncbi.nlm.nih.gov/26853855", "https://identifiers.org/pubmed:26853855", " 26853855 "),
    ],
)
def test_a_pmid_is_found_in_every_form(graph: KnowledgeGraph, text: str) -> None:
    """What the number alone finds."""
    assert graph.find_term(text) == graph.find_term("26853855")


@pytest.mark.parametrize(
    "text",
    [
        *("doi:10.1002/hep.21357", "DOI:10.1002/HEP.21357", "doi: 10.1002/hep.21357", "10.1002/HEP.21357"),
        *(
            "https://doi.org/10.1002/hep.21357",
            "http://dx.doi.org/10.1002/hep.21357",
            "doi.org/10.1002/hep.21357",
        ),
        *("<https://doi.org/10.1002/hep.21357>", "https://doi.org/10.1002%2Fhep.21357"),
        *("https://identifiers.org/doi:10.1002/hep.21357", "https://doi.org/doi:10.1002/hep.21357"),
    ],
)
def test_a_doi_is_found_in_every_form(graph: KnowledgeGraph, text: str) -> None:
    """What the DOI alone finds."""
    assert graph.find_term(text) == graph.find_term("10.1002/hep.21357")


@pytest.mark.parametrize(
    ("text", "is_read_whole"),
    [
        *(("taurine", False), (" excitotoxiciteit", False), ("C054", False), ("26853855", False)),
        *(("Taurine", True), ("c054", True), ("NoGo", True)),
    ],
)
def test_a_label_or_identifier_of_the_data_is_looked_up(
    graph: KnowledgeGraph, asked: list[str], text: str, is_read_whole: bool
) -> None:
    """All names are read only where no term of the data has this very label or identifier."""
    with suppress(TermError):
        graph.find_term(text)
    assert any("LCASE" in query for query in asked) == is_read_whole


def test_an_identifier_that_is_not_there_is_the_iri_it_was(graph: KnowledgeGraph) -> None:
    """Another server may know the publication, of which the graph says nothing."""
    assert graph.find_term("pubmed:1") == "https://pubmed.ncbi.nlm.nih.gov/1"
    with pytest.raises(TermError, match="There is no term 'pubmed:1'"):
        graph.evidence("pubmed:1")


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        *(
            (form, "http://identifiers.org/hgnc/4341")
            for form in ("hgnc:4341", "HGNC:HGNC:4341", "https://identifiers.org/hgnc:4341", "HGNC:4341")
        ),
        *(
            (form, "http://purl.obolibrary.org/obo/CHEBI_18050")
            for form in (
                "chebi:18050",
                "CHEBI_18050",
                "chebi_18050",
                "https://identifiers.org/CHEBI:18050",
                "<https://bioregistry.io/chebi:18050>",
            )
        ),
        ("kegg.compound:C00025", "http://identifiers.org/kegg/C00025"),
        ("https://www.kegg.jp/entry/C00025", "http://identifiers.org/kegg/C00025"),
        ("uniprot:P15104", "http://purl.uniprot.org/uniprot/P15104"),
    ],
)
def test_an_identifier_of_others_is_found_in_every_form(graph: KnowledgeGraph, text: str, iri: str) -> None:
    """It is the IRI that the graph has, by which things of ours match it."""
    assert graph.find_occurring(text) == iri
    rows = graph.run("things-matching-term", match=text)
    assert isinstance(rows, Rows)
    assert rows
    assert all(str(row["ours"]).startswith("https://w3id.org/glutakg/") for row in rows)


def test_an_address_that_the_graph_does_not_have_stays(graph: KnowledgeGraph) -> None:
    """Another graph may have it in just that form."""
    assert graph.find_term("https://identifiers.org/hgnc:99999") == "https://identifiers.org/hgnc:99999"
    assert graph.find_term("hgnc:99999") == "http://identifiers.org/hgnc/99999"


def test_evidence_of_a_publication_is_found_by_its_address(graph: KnowledgeGraph) -> None:
    """So is that of the number."""
    found = graph.evidence("https://pubmed.ncbi.nlm.nih.gov/20301396/")
    assert found == graph.evidence("20301396")
    assert found


def test_a_decomposed_name_finds_its_term(graph: KnowledgeGraph) -> None:
    """Letters with their marks apart are the letters that have them."""
    names = [(iri, name) for iri, name in graph._terms.all_names()[0] if normalize("NFD", name) != name]
    assert names
    for iri, name in names[:3]:
        assert graph.find_term(normalize("NFD", name)) == graph.find_term(name), iri


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("precursorOf", "gk:precursorOf"),
        (" precursorof ", "gk:precursorOf"),
        ("EvidenceItem", "gk:EvidenceItem"),
        ("glutamate-release", "gkd:glutamate-release"),
        ("claim-C054", "gkd:claim-C054"),
    ],
)
def test_a_local_name_of_ours_is_found(graph: KnowledgeGraph, text: str, term: str) -> None:
    """Where a label is wanted, what stands after the colon will do."""
    assert graph.find_term(text) == expand(term)


def test_names_of_large_imports_leave_a_hint_to_a_mistyped_name(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more names than are compared, ours are, and of others those one letter away; the message says so."""
    every, is_whole = graph._terms.all_names()
    assert is_whole
    monkeypatch.setattr("glutakg.graph.terms._MOST_NAMES", len(every) - 1)
    monkeypatch.delitem(vars(graph._terms), "_every_name")
    ours, is_whole = graph._terms.all_names()
    assert not is_whole
    assert set(ours) < set(every)
    theirs = min({name for _, name in set(every) - set(ours) if name.islower() and len(name) > 12})
    with pytest.raises(TermError, match="of theirs, only those that differ by one letter") as error:
        graph.find_term(theirs[:5] + theirs[6:])
    assert error.value.suggestions[0] == theirs
    assert "in één letter verschillen" in said(error.value.message, "nl")
    with pytest.raises(TermError, match=r"Did you mean taurine or .* of theirs"):
        graph.find_term("tuarine")
    with pytest.raises(TermError, match=r"gkd:taurine .* Imports have too many terms") as error:
        graph.describe("gkd:taurin")
    assert "te veel termen" in said(error.value.message, "nl")
    assert graph.find_term("precursorof") == expand("gk:precursorOf")
    (found,) = graph.explain_empty(f"ASK {{ <{expand('gkd:taurin')}> ?p ?o }}")
    assert found.instead[0] == expand("gkd:taurine")
    assert "too many names" in found.sentence["en"]
    assert "te veel namen" in found.sentence["nl"]


def test_the_names_that_are_compared_are_those_of_the_query() -> None:
    """One list is in the query, and one where our own graphs are asked."""
    (values,) = re.findall(r"VALUES \?property \{(.*)\}", program_query("names-of-terms").text)
    assert set(map(expand, values.split())) == _NAMES


def test_names_are_read_once_for_all_hints(graph: KnowledgeGraph, asked: list[str]) -> None:
    """A second name that nobody knows costs no more than looking it up."""
    index = TermIndex(graph._engine)
    for text in ("tuarine", "gultamine"):
        with pytest.raises(TermError, match="Did you mean"):
            index.find(text)
    assert sum(query.startswith(program_query("names-of-terms").text) for query in asked) == 1
