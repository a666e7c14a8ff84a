"""Our identifiers of others beside an ontology that was imported: each fault is found, and told once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import glutakg
from glutakg.linking import Checked, import_ontology

HEAD = """\
@prefix cl: <http://purl.obolibrary.org/obo/CL_> .
@prefix iao: <http://purl.obolibrary.org/obo/IAO_> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://purl.obolibrary.org/obo/cl.owl> a owl:Ontology ; owl:versionInfo "of the test" .
cl:0000127 a owl:Class ; rdfs:label "obsolete astrocyte" ; owl:deprecated true ; iao:0100001 cl:8 .
cl:8 a owl:Class ; owl:deprecated true ; iao:0100001 cl:9 .
cl:9 a owl:Class ; rdfs:label "astrocyte" .
cl:0000540 a owl:Class ; rdfs:label "nerve cell" .
cl:0000738 a owl:Class ; rdfs:label "leukocyte" ; rdfs:subClassOf cl:9 .
cl:0000988 a owl:Class ; rdfs:label "hematopoietic cell" .
cl:0000219 a owl:Class ; rdfs:label "motile cell" ; owl:equivalentClass
  [ a owl:Class ; owl:intersectionOf ( cl:9 [ owl:complementOf cl:8 ] ) ] .
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder in which an ontology of cells with faults of its own is imported."""
    folder = tmp_path_factory.mktemp("checks")
    (folder / "cl.ttl").write_text(HEAD, encoding="utf-8")
    import_ontology(str(folder / "cl.ttl"), unchecked=True, data_dir=folder / "data")
    return folder / "data"


@pytest.fixture
def found(home: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Give what the check finds."""
    monkeypatch.setenv("GLUTAKG_DATA", str(home))
    with glutakg.open() as kg:
        return kg.check_links()


def test_each_fault_is_found(found: Checked) -> None:
    """A term that is not there, one given up, one by another label, one placed elsewhere."""
    told = {(each.identifier, each.problem, each.repair) for each in found.findings}
    missing = {identifier for identifier, problem, _ in told if problem == "the ontology has no such term"}
    assert "CL:0000000" in missing
    assert not missing & {"CL:0000127", "CL:0000540", "CL:0000738", "CL:0000988"}
    assert ("CL:0000127", "it is obsolete", "use CL:9") in told, "a living term after two replacements"
    assert any(
        identifier == "CL:0000540" and problem == "its label is “nerve cell”, not “neuron”"
        for identifier, problem, _ in told
    )
    placed = {problem for identifier, problem, _ in told if identifier == "CL:0000738"}
    assert "its owner does not place it below CL:0000988" in placed
    assert "its owner does not place it below CL:0000219" not in placed, "a definition may have it follow"
    assert found.undecided == {"cl": 1}


def test_what_was_looked_at_is_told(found: Checked) -> None:
    """So is what could not be."""
    assert found.versions == {"cl": "of the test"}
    assert found.checked.keys() == {"cl"}
    assert found.unchecked["CHEBI"] > 100
    assert "CL" not in found.unchecked
    assert all(":" in each.place for each in found.findings)


def test_the_command_says_no(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The exit code is 1 where something is wrong, and 0 where nothing could be looked at, which is told."""
    command = [sys.executable, "-m", "glutakg", "link", "check", "--format", "json"]
    monkeypatch.setenv("GLUTAKG_DATA", str(home))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert {"identifier", "place", "problem", "repair"} == json.loads(done.stdout)["findings"][0].keys()
    assert "glutakg: note: Looked up in cl (of the test): " in done.stderr
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    done = subprocess.run(command[:-2], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Not looked at, since the ontology is not imported under the name of its prefix: " in done.stderr
