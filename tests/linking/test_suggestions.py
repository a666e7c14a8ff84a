"""Terms that things of ours may match: found by names, structure and parents, and written when accepted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import glutakg
from glutakg.errors import SourceError
from glutakg.linking import accept_suggestions, import_ontology, suggest_links, suggestions
from glutakg.linking.suggestions import Suggestion
from glutakg.rdf import expand

IMPORTED = """\
@prefix chebi: <http://purl.obolibrary.org/obo/CHEBI_> .
@prefix cl: <http://purl.obolibrary.org/obo/CL_> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ro: <http://purl.obolibrary.org/obo/RO_> .
<http://example.org/test.owl> a owl:Ontology ; owl:versionInfo "of the test" .
cl:0000127 a owl:Class ; rdfs:label "astrocyte" ; rdfs:subClassOf cl:0000125 .
cl:0000125 a owl:Class ; rdfs:label "glial cell" ; rdfs:subClassOf cl:0000000 .
cl:0000000 a owl:Class ; rdfs:label "cell" .
cl:9999991 a owl:Class ; rdfs:label "astroglia" ; oio:hasExactSynonym "Astro-cyte" .
cl:9999992 a owl:Class ; rdfs:label "astrocyte" ; owl:deprecated true .
cl:9999993 a owl:Class ; rdfs:label "astrocyt" ; oio:hasBroadSynonym "glia cell" .
chebi:9999991 a owl:Class ; rdfs:label "taurine" ; rdfs:subClassOf chebi:50906 .
chebi:50906 a owl:Class ; rdfs:label "role" .
chebi:15891 a owl:Class ; rdfs:label "taurine" .
chebi:9999992 a owl:Class ; rdfs:label "taurine zwitterion" ; rdfs:subClassOf
  [ a owl:Restriction ; owl:onProperty ro:0018034 ; owl:someValuesFrom chebi:15891 ] .
chebi:9999993 a owl:Class ; rdfs:label "taurinate" ; oio:hasExactSynonym "Taurine" ;
  rdfs:subClassOf chebi:33551 ,
    [ a owl:Restriction ; owl:onProperty ro:0018034 ; owl:someValuesFrom chebi:9999992 ] .
chebi:33551 a owl:Class ; rdfs:label "organosulfonic acid" .
"""
HEAD = "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment\n"
ROW = "gkd:taurine\ttaurine\tskos:exactMatch\tCHEBI:15891\ttaurine\tsemapv:ManualMappingCuration\tKept.\n"


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[glutakg.KnowledgeGraph]:
    """Give the graph beside an ontology with candidates of each sort."""
    folder = tmp_path_factory.mktemp("suggestions")
    (folder / "test.ttl").write_text(IMPORTED, encoding="utf-8")
    import_ontology(str(folder / "test.ttl"), name="test", unchecked=True, data_dir=folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLUTAKG_DATA", str(folder / "data"))
        with glutakg.open() as opened:
            yield opened


def told(found: list[Suggestion]) -> list[tuple[str, str, float, str]]:
    """Return object, predicate, confidence and justification."""
    return [(each.object, each.predicate, each.confidence, each.justification) for each in found]


def test_names_are_compared_in_both_languages(kg: glutakg.KnowledgeGraph) -> None:
    """Exact where parents agree, else close; no obsolete term; a match that is known is not suggested."""
    assert told(kg.suggest_links("gkd:astrocyte")) == [
        ("CL:9999993", "skos:closeMatch", 0.75, "semapv:LexicalMatching"),
        ("CL:9999991", "skos:closeMatch", 0.64, "semapv:LexicalMatching"),
    ]
    without = suggest_links(kg._engine, kg.imports(), [expand("gkd:astrocyte")], beside_table=False)
    assert told(without)[0] == ("CL:0000127", "skos:exactMatch", 0.95, "semapv:LexicalMatching")
    assert "CL:9999992" not in {each.object for each in without}
    assert without[0].reason == "“astrocyte” (label) is its label; parents agree"
    assert without[0].ontology == "test (of the test)"


def test_forms_of_a_substance_are_close(kg: glutakg.KnowledgeGraph) -> None:
    """By name or structure, however many protons apart; a role of the same name is of another kind."""
    assert told(kg.suggest_links("gkd:taurine")) == [
        ("CHEBI:9999993", "skos:closeMatch", 0.81, "semapv:LexicalMatching"),
        ("CHEBI:9999992", "skos:closeMatch", 0.6, "semapv:StructuralMatching"),
    ]


def test_a_class_is_broader(kg: glutakg.KnowledgeGraph) -> None:
    """What a thing is stated to be, where the table says nothing of it and no name fits."""
    without = suggest_links(kg._engine, kg.imports(), [expand("gkd:glial-cell")], beside_table=False)
    assert ("CL:0000125", "skos:exactMatch", 0.95, "semapv:LexicalMatching") in told(without)
    of_cells = suggest_links(kg._engine, kg.imports(), [expand("gkd:cell")], beside_table=False)
    assert [row[:2] for row in told(of_cells)] == [("CL:0000000", "skos:closeMatch")]


def test_what_is_accepted_is_written_in_canonical_form(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In its place by subject, with the prefixes that it needs; twice is refused and changes nothing."""
    table = tmp_path / "m.sssom.tsv"
    table.write_text(HEAD + ROW, encoding="utf-8")
    found = kg.suggest_links("gkd:astrocyte")[:1]
    monkeypatch.setattr(suggestions, "_mapping_files", lambda: [table])
    accept_suggestions(found)
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# curie_map:"
    assert '#   CL: "http://purl.obolibrary.org/obo/CL_"' in lines
    assert lines[-2:] == [
        "gkd:astrocyte\tastrocyte\tskos:closeMatch\tCL:9999993\tastrocyt\tsemapv:LexicalMatching\t"
        "Confidence 0.75: “astrocyt” (prefLabel) is its label. Label as in test (of the test).",
        ROW.rstrip("\n"),
    ]
    before = table.read_text(encoding="utf-8")
    with pytest.raises(SourceError, match="stands in line"):
        accept_suggestions(found)
    assert table.read_text(encoding="utf-8") == before
    with pytest.raises(SourceError, match="nothing to accept"):
        accept_suggestions([])


def test_names_may_be_more_than_an_answer_in_json_holds(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole ChEBI has more than that; a name is read as it was written."""
    monkeypatch.setattr("glutakg.store.client._MAX_JSON_MB", 1)
    names = suggestions._names(kg._engine, suggestions._OURS, frozenset({"en", "nl"}))
    assert ("label", "taurine") in names[expand("gkd:taurine")]
    assert sum(map(len, names.values())) > 5_000
    theirs = suggestions._THEIRS.format(graph="https://w3id.org/glutakg/graph/imports/test")
    assert suggestions._names(kg._engine, theirs, frozenset({"en"}))[expand("CL:9999991")] == [
        ("hasExactSynonym", "Astro-cyte"),
        ("label", "astroglia"),
    ]


def test_the_command_writes_nothing_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without an import it says why there is nothing."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    command = [sys.executable, "-m", "glutakg", "link", "suggest", "astrocyte"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == ""
    assert "Nothing is imported, so nothing can be suggested" in done.stderr
