"""Queries over the hierarchies of others: on slices alone they say so, and with the whole they see more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from imports import import_together
from places import SHARED

from glutakg.dataset import slices_notes
from glutakg.graph import open as open_graph
from glutakg.linking import import_ontology

MONDO = """\
@prefix mondo: <http://purl.obolibrary.org/obo/MONDO_> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://purl.obolibrary.org/obo/mondo.owl> a owl:Ontology .
mondo:9999999 a owl:Class ; rdfs:label "disease of the test" ; rdfs:subClassOf mondo:0005560 .
mondo:0005560 a owl:Class ; rdfs:label "brain disorder" ; rdfs:subClassOf mondo:0005071 .
mondo:0005071 a owl:Class ; rdfs:label "nervous system disorder" .
"""
CHEBI = ("mp_chebi_import.owl", "foodon_chebi_import.owl")


def glutakg_says(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what the command writes."""
    command = [sys.executable, "-m", "glutakg", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True)


def test_a_query_names_the_ontologies_that_it_sees_slices_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In its header, in the list, and with its answer; of an empty one it is told what that may be due to."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    [listed] = [
        each
        for each in json.loads(glutakg_says("queries", "--format", "json").stdout)
        if each["name"] == "cells-in-body-part"
    ]
    assert listed["ontologies"] == ["cl", "uberon"]
    assert "(slices of cl, uberon)" in glutakg_says("queries", "cells-in-body-part").stdout
    told = glutakg_says("query", "cells-in-body-part").stderr
    assert "note: This sees a slice, not the whole ontology, of: cl, uberon.\n" in told
    assert "nothing was found" not in told
    told = glutakg_says("query", "cells-in-body-part", "-p", "part=UBERON:0002048").stderr
    assert "note: That nothing was found may be due to this; `glutakg import cl` brings the whole.\n" in told
    assert "slice" not in glutakg_says("query", "proteins-with-accession").stderr


def test_python_tells_it_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error beside the rows, in the language of the query; not where all is whole."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    with open_graph() as graph:
        assert list(graph.run("cells-in-body-part", part="UBERON:0002048")) == []  # type: ignore[arg-type]
        told = capsys.readouterr().err
        assert "note: This sees a slice, not the whole ontology, of: cl, uberon.\n" in told
        assert "may be due to this; `glutakg import cl` brings the whole.\n" in told
        graph.run("proteins-with-accession")
    assert capsys.readouterr().err == ""
    assert slices_notes(["cl"], "nl") == ("Dit ziet een uitsnede, niet de hele ontologie, van: cl.",)


def test_a_whole_ontology_adds_heirs_of_an_advice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disease that only the import has inherits; nothing is said of a slice any more."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    (tmp_path / "mondo.ttl").write_text(MONDO, encoding="utf-8")
    import_ontology(str(tmp_path / "mondo.ttl"), name="mondo", unchecked=True, data_dir=tmp_path)
    done = glutakg_says("query", "classes-inheriting-advice", "--format", "json")
    heirs = {
        (row["claim"]["value"], row["heir_label"]["value"])
        for row in json.loads(done.stdout)["results"]["bindings"]
    }
    assert {("C049", "disease of the test"), ("C203", "disease of the test")} <= heirs
    assert "slice" not in done.stderr


@pytest.mark.skipif(
    not (SHARED / "ontologies" / CHEBI[0]).is_file(), reason="the ontologies (../shared) are not here"
)
def test_ontologies_that_disagree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One module of ChEBI places magnesium below organic compounds, as the slice says in its notes."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    files = {f"chebi-{name.partition('_')[0]}": SHARED / "ontologies" / name for name in CHEBI}
    import_together(files, tmp_path)
    rows = glutakg_says("query", "disagreements-on-parents").stdout.splitlines()
    assert any("magnesium atom" in row and "chebi-mp" in row and "chebi-foodon" in row for row in rows)
