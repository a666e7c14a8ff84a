"""The gate before an import: what contradicts the graph does not count in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from glutakg.dataset import read_imports
from glutakg.errors import ImportRefused, ReasoningError
from glutakg.linking import gate, import_ontology
from glutakg.linking.processes import Run
from glutakg.owl import Join
from glutakg.store import open_store

HEAD = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
<http://example.org/other> a owl:Ontology .
"""
LYMPHOCYTES = "obo:CL_0000738 a owl:Class ; owl:disjointWith obo:CL_0000000 ."
HARMLESS = "obo:CL_0000738 a owl:Class ; rdfs:subClassOf obo:CL_0000000 ."
OWN_FAULT = "obo:CL_9999998 a owl:Class ; rdfs:subClassOf owl:Nothing , obo:CL_0000000 ."


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty data folder that counts for this test."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def other(folder: Path, axioms: str) -> str:
    """Return the path of an ontology with some axioms."""
    path = folder / "other.ttl"
    path.write_text(HEAD + axioms, encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("java", "home")
def test_a_contradiction_is_refused_with_its_axioms(tmp_path: Path) -> None:
    """The command tells a minimal set, ends with 1, and imports nothing; --force takes it in apart."""
    source = other(tmp_path, LYMPHOCYTES)
    command = [sys.executable, "-m", "glutakg", "import", source]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "CL:0000000 disjointWith CL:0000738" in done.stdout.splitlines()
    assert "Beside other, not all can be true at once; nothing was imported" in done.stderr
    assert read_imports() == ()
    made = import_ontology(source, force=True).made
    assert (made.check, made.apart) == ("forced", True)
    axiom = "<http://purl.obolibrary.org/obo/CL_0000738> <http://www.w3.org/2002/07/owl#disjointWith> ?other"
    with open_store() as store:
        assert not store.evaluate(f"ASK {{ {axiom} }}").boolean
        assert store.evaluate(f"ASK {{ GRAPH <{made.graph}> {{ {axiom} }} }}").boolean


@pytest.mark.usefixtures("java", "home")
def test_what_is_imported_already_counts_at_the_gate(tmp_path: Path) -> None:
    """Two ontologies that each could be true beside the graph, and not both, do not get in both."""
    first = other(tmp_path, "obo:CL_0000738 a owl:Class ; rdfs:subClassOf obo:A_1 .")
    assert import_ontology(first, name="first").made.check == "passed"
    second = other(tmp_path, "obo:A_1 a owl:Class ; owl:disjointWith obo:CL_0000000 .")
    with pytest.raises(ImportRefused) as caught:
        import_ontology(second, name="second")
    assert caught.value.axioms
    assert [each.name for each in read_imports()] == ["first"]


@pytest.mark.usefixtures("java")
def test_what_contradicts_nothing_passes(tmp_path: Path) -> None:
    """So does a class that by the other ontology alone has no members."""
    import pyoxigraph as ox

    triples = ox.serialize(
        (quad.triple for quad in ox.parse(HEAD + HARMLESS + OWN_FAULT, format=ox.RdfFormat.TURTLE)),
        format=ox.RdfFormat.N_TRIPLES,
    )
    assert triples
    (tmp_path / "triples.nt").write_bytes(triples)
    assert gate.join_of([tmp_path / "triples.nt"], seconds=120) == Join(True)


@pytest.mark.usefixtures("java", "home")
def test_where_time_ends_nothing_is_imported_unless_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to do; an import without a check says so."""
    source = other(tmp_path, HARMLESS)
    with pytest.raises(ReasoningError, match=r"is not known \(The reasoner was stopped .*\); --unchecked"):
        import_ontology(source, seconds=0.01)
    monkeypatch.setattr(gate, "run_apart", lambda *_, **__: Run(-9, b"", "", is_late=True))
    with pytest.raises(ReasoningError, match="Reading and reasoning took more than 120 s"):
        import_ontology(source)
    assert read_imports() == ()
    assert import_ontology(source, unchecked=True).made.check == "unchecked"
