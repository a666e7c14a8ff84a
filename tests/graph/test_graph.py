"""The public API over a tiny graph of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from glutakg.dataset.queries import Catalogue
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import ParameterError, QueryError, StoreError, TermError
from glutakg.graph import KnowledgeGraph
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import open_store

GKD = "https://w3id.org/glutakg/data/"
PREFIXES = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
SOURCE = """\
gkd:magnesium a gk:Nutrient ; skos:prefLabel "magnesium"@en , "magnesium"@nl ; gk:protectsAgainst gkd:harm .
gkd:taurine a gk:Nutrient ; skos:prefLabel "taurine"@en , "taurine (stof)"@nl ; gk:protectsAgainst gkd:harm .
gkd:harm skos:prefLabel "harm"@en , "schade"@nl ; skos:altLabel "damage"@en .
gkd:first skos:altLabel "twin"@en . gkd:second skos:altLabel "twin"@en .
gk:protectsAgainst skos:prefLabel "protects against"@en , "beschermt tegen"@nl .
gkd:weight skos:prefLabel "Na+:K+ ratio"@en ; gk:amount 11 .
"""
IMPORTS = 'obo:CHEBI_15891 rdfs:label "taurine" . obo:CHEBI_18420 rdfs:label "Magnesium" .\n'
HEADER = """\
# title: Protectors
# title@nl: Beschermers
# question: What does it protect against?
# question@nl: Waartegen beschermt het?
# tags: nutrients
"""
PROTECTION = (
    HEADER
    + """\
# parameter: nutrient iri The nutrient | De voedingsstof
# parameter: lang string Language | Taal

PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkd: <https://w3id.org/glutakg/data/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?label
WHERE {
  VALUES ?nutrient { gkd:magnesium }
  VALUES ?lang { "en" }
  ?nutrient gk:protectsAgainst/skos:prefLabel ?label .
  FILTER(LANG(?label) = ?lang)
}
ORDER BY ?label
"""
)


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[KnowledgeGraph]:
    """Return a graph of two nutrients, with a catalogue of its own."""
    (tmp_path / "protection.rq").write_text(PROTECTION, encoding="utf-8")
    for name, turtle in {"source": SOURCE, "imports": IMPORTS}.items():
        (tmp_path / f"{name}.ttl").write_text(PREFIXES + turtle, encoding="utf-8")
    files = [
        ShippedFile(tmp_path / "source.ttl", "source"),
        ShippedFile(tmp_path / "imports.ttl", "imports/chebi"),
    ]
    with (
        open_store(tmp_path / "cache", files=files) as store,
        KnowledgeGraph(store, catalogue=Catalogue(tmp_path.glob("*.rq"))) as opened,
    ):
        yield opened


def labels(answer: object) -> list[object]:
    """Return the column `label` of rows."""
    assert isinstance(answer, Rows)
    return [row.label for row in answer]


def test_select_gives_rows_of_plain_values(graph: KnowledgeGraph) -> None:
    """A number comes as int."""
    rows = graph.query("SELECT ?o WHERE { ?s <https://w3id.org/glutakg/ontology/amount> ?o }")
    assert isinstance(rows, Rows)
    assert [row.o for row in rows] == [11]


def test_an_unknown_graph_is_noted(graph: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts as empty, beside those that are there."""
    source = "https://w3id.org/glutakg/graph/source"
    query = f"SELECT (COUNT(*) AS ?n) FROM <{source}> FROM <urn:none> {{ ?s ?p ?o }}"
    found = str(graph.query(query))
    assert capsys.readouterr().err.startswith("glutakg: note: There is no graph <urn:none> here")
    assert str(graph.query(query.replace("FROM <urn:none>", ""))) == found
    assert capsys.readouterr().err == ""


def test_construct_gives_an_rdflib_graph(graph: KnowledgeGraph) -> None:
    """Every triple of the answer is there."""
    answer = graph.query("CONSTRUCT WHERE { ?s <https://w3id.org/glutakg/ontology/amount> ?o }")
    assert isinstance(answer, rdflib.Graph)
    assert [o.toPython() for o in answer.objects() if isinstance(o, rdflib.Literal)] == [11]


@pytest.mark.parametrize(("name", "expected"), [("taurine", True), ("lead", False)])
def test_ask_gives_a_boolean(graph: KnowledgeGraph, name: str, expected: bool) -> None:
    """Yes and no are both told."""
    assert graph.ask(f"ASK {{ <{GKD}{name}> ?p ?o }}") is expected


def test_ask_refuses_other_queries(graph: KnowledgeGraph) -> None:
    """Rows are never taken for a yes."""
    with pytest.raises(QueryError, match="needs an ASK query"):
        graph.ask("SELECT ?s WHERE { ?s ?p ?o }")


def test_query_reads_a_file_with_its_parameters(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """A path is read, and its header understood."""
    assert labels(graph.query(tmp_path / "protection.rq", parameters={"lang": "nl"})) == ["schade"]


def test_syntax_error_in_a_file_names_the_file(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """File, line and column are told."""
    (tmp_path / "bad.rq").write_text("SELECT *\nWHERE { ?s ?p }", encoding="utf-8")
    with pytest.raises(QueryError, match=r"bad\.rq: Line 2, column \d+") as error:
        graph.query(tmp_path / "bad.rq")
    assert error.value.line == 2


def test_run_uses_defaults(graph: KnowledgeGraph) -> None:
    """What is not given keeps the value of the file."""
    assert labels(graph.run("protection")) == ["harm"]


@pytest.mark.parametrize(
    "term", ["gkd:taurine", f"{GKD}taurine", f"<{GKD}taurine>", "taurine", "Taurine", "taurine (stof)"]
)
def test_iri_parameter_takes_curie_iri_and_label(graph: KnowledgeGraph, term: str) -> None:
    """All names of a term lead to it."""
    assert labels(graph.run("protection", nutrient=term)) == ["harm"]


def test_text_cannot_break_out_of_its_parameter(graph: KnowledgeGraph) -> None:
    """A value that looks like SPARQL is only a text that nothing equals."""
    assert labels(graph.run("protection", lang='en" } ?x ?y ?label . VALUES ?lang { "en')) == []


def test_unknown_parameter_value_suggests_labels(graph: KnowledgeGraph) -> None:
    """A slip in a label is met with the right one."""
    with pytest.raises(ParameterError, match=r"'nutrient' cannot be 'taurin': .* Did you mean taurine"):
        graph.run("protection", nutrient="taurin")


def test_label_of_this_project_goes_before_an_imported_one(graph: KnowledgeGraph) -> None:
    """The individual is meant, not the class of the same name, whatever the case."""
    assert graph.find_term("taurine") == f"{GKD}taurine"
    assert graph.find_term("Magnesium") == f"{GKD}magnesium"


def test_synonym_finds_its_term(graph: KnowledgeGraph) -> None:
    """An alternative label is a name too."""
    assert graph.find_term("damage") == f"{GKD}harm"


def test_label_with_a_colon_is_found(graph: KnowledgeGraph) -> None:
    """What looks like a CURIE may be a label."""
    assert graph.find_term("Na+:K+ ratio") == f"{GKD}weight"


def test_ambiguous_label_lists_the_terms(graph: KnowledgeGraph) -> None:
    """The user chooses by CURIE."""
    with pytest.raises(TermError, match=r"'twin' may be gkd:first or gkd:second") as error:
        graph.find_term("twin")
    assert error.value.suggestions == ("gkd:first", "gkd:second")


def test_unknown_prefix_is_named(graph: KnowledgeGraph) -> None:
    """A CURIE with a slip in its prefix gets the near prefix."""
    with pytest.raises(TermError, match="CHEBI"):
        graph.find_term("CHEBBI:18050")


def test_description_has_only_sections_with_rows(graph: KnowledgeGraph) -> None:
    """The sections come in their fixed order."""
    description = graph.describe("taurine")
    assert description.curie == "gkd:taurine"
    assert list(description.sections) == ["labels", "types", "relations"]


def test_description_has_headings_in_its_language(graph: KnowledgeGraph) -> None:
    """In Dutch the sections have Dutch names."""
    assert str(graph.describe("magnesium", lang="nl")).startswith("gkd:magnesium\n\nNAMEN\n")


def test_description_prints_as_tables(graph: KnowledgeGraph) -> None:
    """Each section has its heading and its rows."""
    text = str(graph.describe("gkd:magnesium"))
    assert text.startswith("gkd:magnesium\n\nNAMES\nproperty")
    assert "protects against  gkd:harm  harm" in text


def test_description_of_an_absent_term_suggests_curies(graph: KnowledgeGraph) -> None:
    """A well-formed CURIE that nothing uses is an error."""
    with pytest.raises(TermError, match=r"Did you mean gkd:taurine") as error:
        graph.describe("gkd:taurin")
    assert error.value.suggestions[0] == "gkd:taurine"


def test_description_in_another_language_is_refused(graph: KnowledgeGraph) -> None:
    """Only the two languages of the data are known."""
    with pytest.raises(QueryError, match="choose en or nl"):
        graph.describe("taurine", lang="fr")


def test_info_counts_the_triples_of_each_graph(graph: KnowledgeGraph) -> None:
    """The default graph is the union."""
    assert graph.info()["graphs"] == {"default": 19, "imports/chebi": 2, "source": 17}


def test_closed_graph_says_so(graph: KnowledgeGraph) -> None:
    """Asking after close is one clear error."""
    graph.close()
    with pytest.raises(StoreError, match="closed"):
        graph.ask("ASK {}")


def test_an_old_name_of_a_query_answers_and_warns_where_it_stands(tmp_path: Path) -> None:
    """The warning tells the name of today, and points at the line of the user."""
    (tmp_path / "protection.rq").write_text(PROTECTION, encoding="utf-8")
    shipped = Catalogue([tmp_path / "protection.rq"], old_names={"who-protects": "protection"})
    with open_store(tmp_path / "cache", files=[]) as store, KnowledgeGraph(store, catalogue=shipped) as graph:
        with pytest.warns(FutureWarning, match="'who-protects' is now called 'protection'") as told:
            old = graph.run("who-protects")
        assert [warning.filename for warning in told] == [__file__]
        assert str(old) == str(graph.run("protection"))
