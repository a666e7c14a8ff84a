"""Whole ontologies: what is seen, what a slice does meanwhile, and that a failure changes nothing."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from running_server import running_server

from glutakg.cache import default_cache_dir
from glutakg.dataset import XREFS_GRAPH, generated, read_imports
from glutakg.dataset.imported import Import
from glutakg.errors import ParameterError, SourceError, StoreError
from glutakg.graph import open as open_graph
from glutakg.linking import import_ontology, remove_imports
from glutakg.linking.making import Imported
from glutakg.store import imported, open_store
from glutakg.store.cache import build_cached, open_cached

CELLS = """\
@prefix cl: <http://purl.obolibrary.org/obo/CL_> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://purl.obolibrary.org/obo/cl.owl> a owl:Ontology ;
  owl:versionIRI <http://purl.obolibrary.org/obo/cl/releases/2026-01-01/cl.owl> ;
  owl:imports <http://example.org/other.owl> ;
  <http://purl.org/dc/terms/license> <http://example.org/licence> .
cl:0000540 a owl:Class ; rdfs:label "neuron" ; rdfs:comment "as its owner has it" ; rdfs:subClassOf cl:1 ,
  [ a owl:Restriction ; owl:someValuesFrom cl:1 ;
    owl:onProperty <http://purl.obolibrary.org/obo/BFO_0000050> ] .
cl:1 a owl:Class ; rdfs:label "a cell that only the owner has" .
"""
NEURON = "<http://purl.obolibrary.org/obo/CL_0000540>"
GRAPH = "https://w3id.org/glutakg/graph/imports/cl"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty data folder that counts for this test."""
    folder = tmp_path / "data"
    monkeypatch.setenv("GLUTAKG_DATA", str(folder))
    return folder


@pytest.fixture(scope="module", autouse=True)
def bare_store() -> None:
    """Have the store of what is shipped, which others are built beside."""
    with open_store() as store:
        assert store.path


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """Give a file of cells, whose name says nothing of its format."""
    path = tmp_path / "cells.owl"
    path.write_text(CELLS, encoding="utf-8")
    return path


def rows(pattern: str) -> list[tuple[str, ...]]:
    """Return what a pattern finds in the store that counts now."""
    with open_store() as store:
        found = store.evaluate(f"SELECT * WHERE {{ {pattern} }}").rows()
    return sorted(tuple(str(row[name]) for name in sorted(row, reverse=True)) for row in found)


def folders() -> Iterator[str]:
    """Yield the folders of the cache that are being built."""
    yield from (path.name for path in default_cache_dir().iterdir() if path.name.startswith("building"))


def test_an_import_is_seen_without_graph_and_in_its_own(home: Path, cells: Path) -> None:
    """Both have the owner's words; the import says where it is from."""
    done = import_ontology(str(cells), unchecked=True)
    assert (done.made.name, done.made.graph, done.made.format) == ("cl", GRAPH, "Turtle")
    assert done.made.version == "http://purl.obolibrary.org/obo/cl/releases/2026-01-01/cl.owl"
    assert done.made.others == ("http://example.org/other.owl",)
    assert read_imports() == (done.made,)
    comment = f"{NEURON} <http://www.w3.org/2000/01/rdf-schema#comment> ?words"
    assert rows(comment) == [('"as its owner has it"',)]
    assert rows(f"GRAPH <{GRAPH}> {{ {comment} }}") == [('"as its owner has it"',)]
    licence = f"<{GRAPH}> <http://purl.org/dc/terms/license> ?licence"
    assert rows(licence) == [("<http://example.org/licence>",)]
    restriction = f"{NEURON} <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?r FILTER(ISBLANK(?r))"
    both = f"{restriction} GRAPH <{GRAPH}> {{ ?r <http://www.w3.org/2002/07/owl#someValuesFrom> ?cell }}"
    assert len(rows(both)) == 1, "a blank node is one and the same in both"


def test_what_a_slice_says_of_a_term_steps_aside_and_returns(home: Path, cells: Path) -> None:
    """Of a term that the import has only the import is heard; of another one, the slice as before."""
    in_slice = f"GRAPH <{GRAPH}> {{ ?s ?p ?o FILTER(ISIRI(?s) && ISIRI(?p) && !ISBLANK(?o)) }}"
    before, everything = rows(in_slice), rows("?s a ?kind FILTER(ISIRI(?s) && ISIRI(?kind))")
    import_ontology(str(cells), unchecked=True)
    during = rows(in_slice)
    of_neuron = {row for row in before if row[0] == NEURON}
    left = {row for row in of_neuron if row in during}
    assert left == {row for row in during if row[0] == NEURON and row in before}
    assert {row for row in before if row[0] != NEURON} <= set(during)
    label = f"{NEURON} <http://www.w3.org/2000/01/rdf-schema#label> ?label"
    assert rows(label) == [('"neuron"',)]
    dutch = f"{NEURON} <http://www.w3.org/2004/02/skos/core#prefLabel> ?label FILTER(LANG(?label) = 'nl')"
    assert [row.name for row in remove_imports(["cl"])] == ["cl"]
    assert rows(in_slice) == before
    assert rows("?s a ?kind FILTER(ISIRI(?s) && ISIRI(?kind))") == everything
    assert rows(dutch) == rows(dutch)


def test_what_follows_from_the_slice_follows_from_the_import(home: Path, cells: Path) -> None:
    """A neuron is what its owner says, with the reason, and no longer what the slice says; until it goes."""
    inferred = "<https://w3id.org/glutakg/graph/inferred>"
    of_neuron = f"GRAPH {inferred} {{ <https://w3id.org/glutakg/data/neuron> a ?kind }}"
    neural, only_owners = (f"http://purl.obolibrary.org/obo/CL_{name}" for name in ("0002319", "1"))

    def kinds() -> set[str]:
        with open_graph() as graph:
            return {str(row["kind"]) for row in graph.query(f"SELECT ?kind {{ {of_neuron} }}")}  # type: ignore[union-attr, call-overload]

    before = kinds()
    assert neural in before
    import_ontology(str(cells), unchecked=True)
    assert only_owners in kinds()
    assert neural not in kinds()
    with open_graph() as graph:
        reason = graph.why("gkd:gabaergic-neuron", "rdf:type", "obo:CL_1")
        assert (reason.kind, reason.axiom) == ("inferred", "Class: CL:0000540 SubClassOf: CL:1")
    remove_imports(["cl"])
    assert kinds() == before


def test_what_an_import_defines_by_our_terms_follows(home: Path, tmp_path: Path) -> None:
    """Who is a neuron and a cell is what an import defines so; by a name that nothing leads to, nobody is."""
    path = tmp_path / "defined.ttl"
    path.write_text(
        """\
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/a> a owl:Class ; rdfs:subClassOf <http://example.org/above> ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( obo:CL_0000540 obo:CL_0000000 ) ] .
<http://example.org/b> a owl:Class ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( obo:CL_0000540 <http://example.org/c> ) ] .
""",
        encoding="utf-8",
    )
    import_ontology(str(path), name="defined", unchecked=True)
    kinds = (
        "GRAPH <https://w3id.org/glutakg/graph/inferred> { <https://w3id.org/glutakg/data/neuron> a ?kind }"
    )
    example = f"{kinds} FILTER(STRSTARTS(STR(?kind), 'http://example.org/'))"
    assert rows(example) == [("<http://example.org/a>",), ("<http://example.org/above>",)]
    remove_imports(["defined"])
    assert rows(example) == []


def test_what_does_not_bear_on_us_derives_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an import says nothing of our terms, and a slice not less, no process derives anything."""

    def derived(*arguments: str) -> dict[str, str]:
        raise AssertionError(arguments)

    path = tmp_path / "other.ttl"
    path.write_text(
        """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/a> a owl:Class ; rdfs:subClassOf <http://purl.obolibrary.org/obo/CL_0000540> .
""",
        encoding="utf-8",
    )
    inferred = "GRAPH <https://w3id.org/glutakg/graph/inferred> { ?s ?p ?o }"
    before = rows(inferred)
    monkeypatch.setattr(generated, "_documents", derived)
    import_ontology(str(path), name="other", unchecked=True)
    assert rows(inferred) == before
    path.write_text(CELLS, encoding="utf-8")
    with pytest.raises(AssertionError):
        import_ontology(str(path), name="cl", unchecked=True, cache_dir=tmp_path / "cache")


def test_cross_references_are_also_iris(home: Path, tmp_path: Path) -> None:
    """In a graph of their own, by our prefixes; what is no identifier that we know is counted and told."""
    path = tmp_path / "other.ttl"
    path.write_text(
        """\
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
<http://example.org/a> a <http://www.w3.org/2002/07/owl#Class> ;
  oio:hasDbXref "CHEBI:18050" , "MESH:D005973" , "ISBN:0123" , "ISBN:0124" , "a book" .
""",
        encoding="utf-8",
    )
    done = import_ontology(str(path), name="other", unchecked=True)
    assert done.notes == (
        "Cross-references that stay text alone, since they are no identifiers of ours: ISBN (2), a book (1).",
    )
    xref = "?term <http://www.geneontology.org/formats/oboInOwl#hasDbXref> ?other"
    of_graph = f"GRAPH <{XREFS_GRAPH}> {{ {xref} }}"
    term = "<http://example.org/a>"
    assert rows(of_graph) == [
        (term, "<http://id.nlm.nih.gov/mesh/D005973>"),
        (term, "<http://purl.obolibrary.org/obo/CHEBI_18050>"),
    ]
    assert rows(f"{xref} FILTER(ISIRI(?other))") == [], "the default graph has what the owner wrote"
    remove_imports(["other"])
    assert rows(of_graph) == []


def test_a_store_beside_another_is_as_one_that_is_built_anew(
    home: Path, cells: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linking the files of the store that is there changes no triple; building anew is told.

    Nor does it matter whether what is imported is large, so that the store is asked for its axioms.
    """
    done = import_ontology(str(cells), unchecked=True)
    with monkeypatch.context() as large:
        large.setattr(imported, "MOST_READ", 0)
        anew = open_cached(None, tmp_path / "anew")
    assert anew.notes == ("The store was built anew, with what was imported: cl.",)
    assert open_cached(None, tmp_path / "anew").notes == ()
    stores = [build_cached([done.made], home, default_cache_dir()), anew.location]
    dumped = [
        (ox.Store.read_only(f"{folder}/rocksdb").dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines()
        for folder in stores
    ]
    found = [{re.sub(rb"(?<![^ ])_:\w+", b"_:", quad) for quad in quads} for quads in dumped]
    assert found[0] == found[1] != set()
    assert len(dumped[0]) == len(dumped[1])


def test_importing_again_replaces(home: Path, cells: Path) -> None:
    """The second import of a name is the only one."""
    import_ontology(str(cells), unchecked=True)
    cells.write_text(CELLS.replace("as its owner has it", "as it is now"), encoding="utf-8")
    done = import_ontology(str(cells), unchecked=True)
    assert read_imports() == (done.made,)
    assert rows(f"{NEURON} <http://www.w3.org/2000/01/rdf-schema#comment> ?words") == [('"as it is now"',)]
    assert {path.name for path in (home / "imports").iterdir()} == {done.made.folder}


def test_a_failure_changes_nothing(home: Path, cells: Path, tmp_path: Path) -> None:
    """A file that is cut off in the middle leaves the former import, its store, and no folder behind."""
    done = import_ontology(str(cells), unchecked=True)
    before = (done.made,), sorted(home.rglob("*")), list(folders())
    cells.write_text(CELLS[:-20], encoding="utf-8")
    with pytest.raises(SourceError, match=r"cells\.owl:1?[0-9]: This is not Turtle: "):
        import_ontology(str(cells), unchecked=True)
    assert (read_imports(), sorted(home.rglob("*")), list(folders())) == before


def test_names(home: Path) -> None:
    """What cannot be a name, and what is not imported, is told."""
    with pytest.raises(ParameterError, match=r"'\.\./x' is no name for an import"):
        import_ontology("no-such-file.owl", name="../x")
    with pytest.raises(ParameterError, match="Nothing is imported as 'cl'"):
        remove_imports(["cl"])
    with pytest.raises(SourceError, match=r"no-such-file\.owl: There is no such file"):
        import_ontology("no-such-file.owl")
    with pytest.raises(SourceError, match="Addresses of files are not read"):
        import_ontology("file:///etc/hosts")
    with pytest.raises(SourceError, match="This is a folder"):
        import_ontology(str(home))


def test_a_list_that_is_damaged_is_told(home: Path) -> None:
    """Nothing is answered as if nothing were imported."""
    home.mkdir()
    (home / "imports.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"imports\.json: This is no list of imports"):
        rows("?s ?p ?o")


def test_triples_that_are_gone_are_told(home: Path, cells: Path, tmp_path: Path) -> None:
    """With the import that lacks them, and what to do."""
    done = import_ontology(str(cells), unchecked=True)
    done.made.triples_file(home).unlink()
    with (
        pytest.raises(StoreError, match=r"imported as cl cannot be read .*import it again") as caught,
        open_store(tmp_path / "fresh") as store,
    ):
        store.evaluate("ASK { ?s ?p ?o }")
    assert "None" not in str(caught.value)
    assert [each.name for each in remove_imports(["cl"])] == ["cl"]


def test_killed_at_any_moment_the_old_or_the_new_is_whole(home: Path, cells: Path) -> None:
    """Whoever is killed while importing leaves what was there before, or what it was to bring.

    GLUTAKG_KILLS says at how many moments; few do here.
    """
    first = import_ontology(str(cells), unchecked=True).made
    variant = cells.with_name("variant.owl")
    command = [sys.executable, "-m", "glutakg", "import", "--unchecked", str(variant)]
    variant.write_text(CELLS + "# 0\n", encoding="utf-8")
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    takes = time.monotonic() - began
    seen = {first.sha256, read_imports()[0].sha256}
    for number in range(int(os.environ.get("GLUTAKG_KILLS", "4"))):
        variant.write_text(CELLS + f"# {number + 1}\n", encoding="utf-8")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                process.communicate(timeout=random.uniform(0, takes))
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
        [held] = read_imports()
        assert rows(f"{NEURON} <http://www.w3.org/2000/01/rdf-schema#label> ?label") == [('"neuron"',)]
        seen.add(held.sha256)
    done = import_ontology(str(cells), unchecked=True).made
    assert {path.name for path in (home / "imports").iterdir()} == {done.folder}
    assert first.sha256 in seen


def test_two_at_once_are_both_there(home: Path, cells: Path) -> None:
    """One waits for the other."""
    command = [sys.executable, "-m", "glutakg", "import", "--unchecked"]
    running = [
        subprocess.Popen(
            [*command, "--name", name, str(cells)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in ("one", "other")
    ]
    for process in running:
        process.communicate()
    assert [each.name for each in read_imports()] == ["one", "other"]


def test_the_command(home: Path, cells: Path) -> None:
    """It tells what was imported, takes standard input, lists and removes."""

    def run(*arguments: str, **options: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "glutakg", *arguments]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)  # type: ignore[call-overload]
        return done.returncode, done.stdout, done.stderr

    assert run("import", "--unchecked", "--name", "piped", "-", input=CELLS)[:2] == (
        0,
        "piped: 14 triples from Turtle\n",
    )
    code, listed, _ = run("imports")
    assert code == 0
    assert listed.splitlines()[2].split()[:2] == ["piped", "14"]
    assert '"name": "piped"' in run("imports", "--format", "json")[1]
    assert run("imports", "remove", "pipe")[0] == 2
    assert run("imports", "remove", "piped")[:2] == (0, "piped\n")
    assert run("imports") == (
        0,
        "",
        "glutakg: note: Nothing is imported; `glutakg import FILE` imports an ontology.\n",
    )


def test_a_server_has_it_too(home: Path, cells: Path) -> None:
    """It answers from the import, and lists it without the place of its file."""
    pytest.importorskip("httptools", reason="the server needs the extra of that name")
    made = import_ontology(str(cells), unchecked=True).made
    with running_server("--workers", "1") as server:
        label = (
            f"SELECT ?l {{ GRAPH <{GRAPH}> {{ {NEURON} <http://www.w3.org/2000/01/rdf-schema#label> ?l }} }}"
        )
        assert server.value(label) == "neuron"
        [listed] = server.request("GET", "/imports").json["imports"]
    assert (listed["name"], listed["version"], listed["sha256"]) == ("cl", made.version, made.sha256)
    assert (listed["source"], listed["in_default_graph"]) == ("", True)


def test_imported_is_a_value(home: Path, cells: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told of an import is on one line each."""
    done = import_ontology(str(cells), unchecked=True)
    assert isinstance(done, Imported)
    assert isinstance(done.made, Import)
    assert [each.partition(",")[0] for each in done.notes] == [
        "What the slice of cl says of terms in it steps aside until it is removed.",
        "It imports http://example.org/other.owl",
    ]
