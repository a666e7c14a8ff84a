"""Our identifiers of others beside ontologies that were imported: each fault is found, and told once."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from imports import import_together

import glutakg
from glutakg.errors import SourceError
from glutakg.linking import (
    Checked,
    Finding,
    check_links,
    checks,
    fix_links,
    repairs,
)
from glutakg.linking.uses import Declaration, Use, uses_in
from glutakg.rdf import expand

HEAD = """\
@prefix bfo: <http://purl.obolibrary.org/obo/BFO_> .
@prefix chebi: <http://purl.obolibrary.org/obo/CHEBI_> .
@prefix cl: <http://purl.obolibrary.org/obo/CL_> .
@prefix go: <http://purl.obolibrary.org/obo/GO_> .
@prefix iao: <http://purl.obolibrary.org/obo/IAO_> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
IMPORTS = {
    "cl": """\
<http://purl.obolibrary.org/obo/cl.owl> a owl:Ontology ; owl:versionInfo "of the test" .
cl:0000127 a owl:Class ; rdfs:label "obsolete astrocyte" ; owl:deprecated true ; iao:0100001 cl:8 .
cl:8 a owl:Class ; owl:deprecated true ; iao:0100001 "CL:0000009" .
cl:0000009 a owl:Class ; rdfs:label "astrocyte" .
cl:0000540 a owl:Class ; rdfs:label "nerve cell" ; rdfs:subClassOf cl:0000000 .
cl:0000000 a owl:Class ; rdfs:label "cell" .
cl:0000738 a owl:Class ; rdfs:label "leukocyte" ; rdfs:subClassOf cl:0000009 , cl:0000540 .
cl:0000988 a owl:Class ; rdfs:label "hematopoietic cell" .
cl:0000219 a owl:Class ; rdfs:label "motile cell" ; owl:equivalentClass
  [ a owl:Class ; owl:intersectionOf ( cl:0000009 [ owl:complementOf cl:8 ] ) ] .
cl:0000125 a owl:Class ; rdfs:label "glial cell" ; owl:disjointWith cl:0000540 .
cl:0000009 owl:disjointWith cl:0000540 .
""",
    "go": """\
<http://purl.obolibrary.org/obo/go.owl> a owl:Ontology .
go:0004356 a owl:Class ; rdfs:label "glutamine synthetase activity" ; rdfs:subClassOf go:0003674 .
go:0003674 a owl:Class ; rdfs:label "molecular_function" ; rdfs:subClassOf bfo:0000015 .
go:0006542 a owl:Class ; rdfs:label "glutamine biosynthetic process" ; rdfs:subClassOf go:0008150 .
go:0008150 a owl:Class ; rdfs:label "biological_process" ; rdfs:subClassOf go:0003674 .
go:0000001 a owl:Class ; rdfs:label "in a cell" ; rdfs:subClassOf go:0008150 ,
  [ a owl:Restriction ; owl:onProperty bfo:0000066 ; owl:someValuesFrom cl:0000127 ] .
[] a owl:AllDisjointClasses ; owl:members ( go:0008150 cl:0000000 chebi:24431 ) .
""",
    "other": """\
<http://example.org/other.owl> a owl:Ontology .
cl:0000738 a owl:Class ; rdfs:label "leukocyte" .
cl:0000540 a owl:Class ; rdfs:label "neuron" .
chebi:17126 a owl:Class ; rdfs:label "carnitine" ; rdfs:subClassOf chebi:60911 .
chebi:60911 a owl:Class ; rdfs:label "racemate" .
chebi:25512 a owl:Class ; rdfs:label "transmitter" ; rdfs:subClassOf chebi:24431 .
chebi:24431 a owl:Class ; rdfs:label "chemical entity" .
""",
    "third": """\
<http://example.org/third.owl> a owl:Ontology .
chebi:17126 a owl:Class ; rdfs:label "carnitine" .
chebi:60911 a owl:Class ; rdfs:label "racemate" .
""",
}
ASTROCYTIC = "gkd:glutamine-synthesis-in-astrocyte"
TABLE = Path("mappings.sssom.tsv")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder in which ontologies with faults of their own are imported."""
    folder = tmp_path_factory.mktemp("checks")
    files = {name: folder / f"{name}.ttl" for name in IMPORTS}
    for name, path in files.items():
        path.write_text(HEAD + IMPORTS[name], encoding="utf-8")
    import_together(files, folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def kg(home: Path) -> Iterator[glutakg.KnowledgeGraph]:
    """Give the graph with the imports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLUTAKG_DATA", str(home))
        with glutakg.open() as opened:
            yield opened


@pytest.fixture(scope="module")
def found(kg: glutakg.KnowledgeGraph) -> Checked:
    """Give what the check finds in what is shipped."""
    return kg.check_links()


def told(found: Checked, kind: str) -> set[tuple[str, str, str]]:
    """Return identifier, problem and repair of the findings of a kind that are not known."""
    return {(each.identifier, each.problem, each.repair) for each in found.faults if each.kind == kind}


def test_a_module_of_another_ontology_lacks_terms_that_its_owner_has(
    kg: glutakg.KnowledgeGraph, found: Checked
) -> None:
    """Whatever name it is imported by: its IRI says that it is a part of Mondo's."""
    assert {each.identifier[:3] for each in found.faults if each.kind == "missing"} == {"CL:", "GO:"}
    module = "http://purl.obolibrary.org/obo/mondo/imports/cl_import.owl"
    imports = [each._replace(ontology=module) if each.name == "cl" else each for each in kg.imports()]
    faults = check_links(kg._engine, imports).faults
    assert {each.identifier[:3] for each in faults if each.kind == "missing"} == {"GO:"}
    assert {each.identifier[:3] for each in faults if each.kind == "parent"} <= {"GO:"}


def match(object: str, predicate: str = "skos:exactMatch", subject: str = ASTROCYTIC, line: int = 9) -> Use:
    """Return a row of a table of mappings."""
    row = {"subject_id": subject, "predicate_id": predicate, "object_id": object, "object_label": ""}
    return Use(expand(object), TABLE, line, "", row)


def of_uses(kg: glutakg.KnowledgeGraph, patch: pytest.MonkeyPatch, *uses: Use) -> list[Finding]:
    """Return what is found of some uses."""
    patch.setattr(checks, "read_uses", lambda tables: list(uses))
    patch.setattr(checks, "declarations", list)
    identifiers = {use.identifier for use in uses}
    return [each for each in kg.check_links().findings if each.identifier in identifiers]


def test_a_term_that_is_missing_obsolete_or_called_otherwise(found: Checked) -> None:
    """A living term is offered after all replacements, with its label."""
    missing = {identifier for identifier, problem, _ in told(found, "missing")}
    assert "CL:0000542" in missing
    assert not missing & {"CL:0000000", "CL:0000127", "CL:0000540", "CL:0000738", "CHEBI:25512"}
    assert told(found, "obsolete") == {("CL:0000127", "it is obsolete", "use CL:0000009 (astrocyte)")}
    assert ("CL:0000540", "its label is “nerve cell”, not “neuron”") in {
        row[:2] for row in told(found, "label")
    }


def test_a_copy_with_another_label_is_known(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where our slice has the label from its owner: an import of others may be older; else it is a fault."""
    iri = expand("CHEBI:25512")
    for label, known in (("neurotransmitter", True), ("messenger", False)):
        uses = of_uses(kg, monkeypatch, Use(iri, Path("a.ttl"), 1, label))
        [found] = [each for each in uses if each.kind == "label"]
        assert found.problem == f"in other its label is “transmitter”, not “{label}”"
        assert (found.known, found.change) == (known, None)


def test_an_obsolete_term_is_found_wherever_it_stands(found: Checked) -> None:
    """In data, mappings and the tables of slices, each place once."""
    places = [each.place for each in found.findings if each.kind == "obsolete"]
    assert len(places) == len(set(places))
    assert {place.partition(":")[0] for place in places} >= {
        "glutakg.sssom.tsv",
        "terms.tsv",
        "cells-and-sites.ttl",
    }


def test_a_kind_that_is_another(found: Checked) -> None:
    """An import that makes a role of ours a compound is told, a label of another import is not missing."""
    assert ("CHEBI:25512", "to other it is a material entity, to us a role", "look at its parents") in told(
        found, "kind"
    )
    assert "GO:0004356" not in {identifier for identifier, _, _ in told(found, "kind")}


def test_parents_are_those_of_the_owner(found: Checked) -> None:
    """An edge too many and one too few; none that may follow from a definition."""
    problems = {row[:2] for row in told(found, "parent")}
    assert ("CL:0000738", "its owner does not place it below CL:0000988") in problems
    assert ("CL:0000738", "its owner places it below CL:0000540, our slice does not") in problems
    assert ("CL:0000738", "its owner does not place it below CL:0000219") not in problems
    assert not any(identifier == "CL:0000000" for identifier, _ in problems)
    assert found.undecided == {"cl": 1}


def test_imports_that_disagree(found: Checked) -> None:
    """Undecided where our tables are silent, known with the reason where an edge is left out by name."""
    problem = "cl places it below CL:0000540, other does not"
    assert ("CL:0000738", problem) in {row[:2] for row in told(found, "owners")}
    known = {each.identifier: each for each in found.findings if each.known}
    assert known["CHEBI:17126"].problem == "other places it below CHEBI:60911, third does not"
    assert known["CHEBI:17126"].repair.startswith("left out: Only an import module of another ontology")


def test_what_an_owner_contradicts(found: Checked) -> None:
    """Things that we place below two classes that an owner calls disjoint; neurons alone are none."""
    subjects = {identifier for identifier, _, _ in told(found, "axiom")}
    assert subjects == set(), "nothing of ours is a process and a cell"
    assert found.impossible == {"cl": ("CL:0000738",)}, "what its owner makes empty is the owner's"


def test_an_axiom_that_an_owner_contradicts(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A type of ours below both classes of a pair is told, and a disjointness that the owner denies."""
    from glutakg.linking.ours import Ours

    class Wrong(Ours):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            self._parents[expand("gkd:astrocyte")] |= {expand("CL:0000125"), expand("CL:0000540")}
            self.disjoint |= {(expand("CL:0000540"), expand("CL:0000000"))}

    monkeypatch.setattr(checks, "Ours", Wrong)
    axioms = told(kg.check_links(), "axiom")
    assert {
        (
            "gkd:astrocyte",
            "it stands below CL:0000125 and CL:0000540, which cl calls disjoint",
            "take back the axiom or type of ours that leads there",
        ),
        (
            "CL:0000540",
            "we call it disjoint from CL:0000000, cl places it below",
            "take back the axiom of ours",
        ),
    } == axioms


TOO_MUCH = [
    (match("GO:0006542", line=1), "predicate", "ours is in ", "skos:broadMatch"),
    (match("GO:0006542", "skos:broadMatch", line=2), "", "", ""),
    (match("GO:0000001", line=3), "", "", ""),
    (match("CHEBI:24431", line=4), "kind", "to other it is a material entity, to us", "skos:relatedMatch"),
    (match("CHEBI:24431", "skos:relatedMatch", line=5), "", "", ""),
    (match("CL:0000540", "skos:closeMatch", "gkd:astrocyte", 6), "predicate", "ours", "skos:relatedMatch"),
    (match("CL:0000540", "skos:closeMatch", "gkd:neuron", 7), "", "", ""),
]
FORMS = """\
@prefix obo: <http://purl.obolibrary.org/obo/> .
# <https://identifiers.org/GO:0006543>
obo:GO_0006542 rdfs:seeAlso <https://identifiers.org/GO:0006542> , obo:GO_65 , "obo:GO_66" .
"""


@pytest.fixture(scope="module")
def of_rows(kg: glutakg.KnowledgeGraph) -> list[Finding]:
    """Give what is found of some matches and some forms."""
    with pytest.MonkeyPatch.context() as patch:
        uses = [*(use for use, *_ in TOO_MUCH), *uses_in(FORMS, Path("a.ttl"))]
        return of_uses(kg, patch, *uses)


@pytest.mark.parametrize(("use", "kind", "problem", "predicate"), TOO_MUCH)
def test_a_match_that_claims_too_much(
    of_rows: list[Finding], use: Use, kind: str, problem: str, predicate: str
) -> None:
    """Ours in a place and theirs anywhere, things of two kinds, classes that have nothing in common."""
    found = [each for each in of_rows if each.place == use.place and each.kind != "duplicate"]
    assert [each.kind for each in found] == ([kind] if kind else [])
    for each in found:
        assert each.problem.startswith(problem)
        assert each.repair.startswith(f"take {predicate}")
        assert each.change
        assert each.change.cells == {"predicate_id": predicate}


def test_forms_of_identifiers(of_rows: list[Finding]) -> None:
    """Another address of the same and a form that its owner has not; literals and comments do not count."""
    assert [(each.identifier, each.place, each.problem) for each in of_rows if each.kind == "form"] == [
        ("GO:65", "a.ttl:3", "GO has no identifiers of this form"),
        ("https://identifiers.org/GO:0006542", "a.ttl:3", "the project writes it as GO:0006542"),
    ]


@pytest.mark.parametrize(
    ("uses", "problems"),
    [
        ((match("GO:0006542"), match("CL:0000540", line=10)), []),
        (
            (match("GO:0006542"), match("GO:0006542", "skos:broadMatch", line=10)),
            [f"line 9 matches it with {ASTROCYTIC} too"],
        ),
        (
            (match("GO:0006542"), match("GO:0006542", subject="gkd:x", line=10)),
            [f"{ASTROCYTIC} and gkd:x both match it exactly"],
        ),
        (
            (match("GO:0006542"), match("GO:0000001", line=10)),
            [f"{ASTROCYTIC} matches GO:0006542 exactly too"],
        ),
        ((match("GO:0006542"), match("GO:0000001", "skos:closeMatch", line=10)), []),
    ],
)
def test_matches_that_are_said_twice(uses: tuple[Use, ...], problems: list[str]) -> None:
    """Two rows for a pair, two things for a term, two terms of an ontology for a thing."""
    assert [each.problem for each in checks._of_duplicates(uses)] == problems


def test_prefixes_that_others_use_otherwise() -> None:
    """A prefix that Bioregistry has for something else is told, an unknown one is ours to choose."""
    declared = [
        Declaration("up", "http://purl.uniprot.org/core/", "a.rq:1"),
        Declaration("core", "http://purl.uniprot.org/core/", "a.rq:2"),
        Declaration("GO", "http://purl.obolibrary.org/obo/GO_", "a.rq:3"),
    ]
    assert [(each.identifier, each.place) for each in checks._of_prefixes(declared)] == [("up:", "a.rq:1")]


def test_what_was_looked_at_is_told(found: Checked) -> None:
    """So is what could not be."""
    assert found.versions["cl"] == "of the test"
    assert set(found.checked) == {"cl", "go", "other", "third"}
    assert found.unchecked["CHEBI"] > 100
    assert found.unchecked["doi"] > 100
    assert not found.unchecked.keys() & {"CL", ""}
    assert all(":" in each.place or each.kind in ("owners", "parent", "axiom") for each in found.findings)


def test_what_is_shipped_has_no_fault_that_needs_no_import(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Forms, kinds, prefixes and duplicates are right; the command says what it did not look at."""
    command = [sys.executable, "-m", "glutakg", "link", "check"]
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Not looked at, since no import speaks of them: BFO (" in done.stderr


def test_the_command_says_no(home: Path, monkeypatch: pytest.MonkeyPatch, found: Checked) -> None:
    """The exit code is 1 where something is wrong; the rows are those of Python."""
    monkeypatch.setenv("GLUTAKG_DATA", str(home))
    command = [sys.executable, "-m", "glutakg", "link", "check", "--format"]
    done = subprocess.run([*command, "json"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    rows = json.loads(done.stdout)["findings"]
    assert [(row["identifier"], row["kind"], row["known"]) for row in rows] == [
        (each.identifier, each.kind, each.known) for each in found.findings
    ]
    assert "glutakg: note: Looked up in cl (of the test): " in done.stderr
    done = subprocess.run([*command, "csv"], capture_output=True, encoding="utf-8", check=False)
    lines = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [line["problem"] for line in lines] == [each.problem for each in found.findings]


MAPPINGS = """\
# curie_map:
#   CL: "http://purl.obolibrary.org/obo/CL_"
#   gkd: "https://w3id.org/glutakg/data/"
subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment
gkd:astrocyte\tskos:exactMatch\tCL:0000127\tastrocyte\tsemapv:ManualMappingCuration\tLabel as in a [b].
gkd:neuron\tskos:exactMatch\tCL:0000540\tneuron\tsemapv:ManualMappingCuration\t
"""
TURTLE = """\
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .

gkd:a
    a obo:CL_0000127 ;
    .
"""
QUERY = """\
PREFIX obo: <http://purl.obolibrary.org/obo/>

SELECT ?x
WHERE { ?x a obo:CL_0000127 }
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Give a table, a Turtle file and a query that use an obsolete term and an old label."""
    texts = {"m.sssom.tsv": MAPPINGS, "a.ttl": TURTLE, "q.rq": QUERY}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / name for name in texts]


def uses_of(files: list[Path]) -> list[Use]:
    """Return the identifiers of these files."""
    from glutakg.dataset import mapping_rows

    rows = [
        Use(expand(row["object_id"]), files[0], number, row["object_label"], row)
        for number, row in mapping_rows(files[0])
    ]
    return [*rows, *(use for path in files[1:] for use in uses_in(path.read_text(), path))]


def test_faults_are_mended_in_files(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, files: list[Path]
) -> None:
    """In canonical form, with the label and where it was read; a second check finds nothing there."""
    fixed = fix_links(of_uses(kg, monkeypatch, *uses_of(files)))
    assert set(fixed.paths) == set(files)
    assert {each.kind for each in fixed.mended} == {"obsolete", "label"}
    table, turtle, query = (path.read_text(encoding="utf-8") for path in files)
    assert table == MAPPINGS.replace("CL:0000127", "CL:0000009").replace("a [b]", "cl [of the test]").replace(
        "CL:0000540\tneuron", "CL:0000540\tnerve cell"
    )
    assert turtle == TURTLE.replace("CL_0000127", "CL_0000009")
    assert query == QUERY.replace("CL_0000127", "CL_0000009")
    again = of_uses(kg, monkeypatch, *uses_of(files))
    assert [each for each in again if each.change] == []


def test_nothing_is_written_where_one_file_would_be_wrong(
    kg: glutakg.KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, files: list[Path]
) -> None:
    """A row that would stand there twice is refused, and no other file is changed."""
    row = MAPPINGS.splitlines()[-2].replace("CL:0000127", "CL:0000009")
    files[0].write_text(f"{MAPPINGS}{row}\n", encoding="utf-8")
    before = [path.read_text() for path in files]
    findings = of_uses(kg, monkeypatch, *uses_of(files))
    with pytest.raises(SourceError, match="stands in line"):
        fix_links(findings)
    assert [path.read_text() for path in files] == before


def test_an_installed_package_is_not_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is no checkout has nothing to edit."""
    monkeypatch.setattr(repairs, "shipped_root", lambda: tmp_path)
    with pytest.raises(SourceError, match=r"run this in a checkout"):
        fix_links([])
