"""What tools of the field make of our exports: ROBOT with the OWL API, ELK and HermiT, and two libraries."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import owlready2
import pyhornedowl
import pyoxigraph as ox
import pytest
from robot import missing, run_robot

from glutakg.dataset.exports import export
from glutakg.dataset.generated import shipped_files
from glutakg.rdf.prefixes import PREFIXES, expand

ONTOLOGY = PREFIXES["gk"].removesuffix("/")
OWN = (ONTOLOGY, PREFIXES["gkd"], PREFIXES["gkg"], "gk:", "gkd:", "gkg:")
FACTS = ("background", "source", "evidence", "contested")
REPORTED = ("ontology", "base", "facts", "default", *FACTS)

needs_robot = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of exports: each graph, the ontology alone, and ontology and facts in one file."""
    folder = tmp_path_factory.mktemp("exports")
    files = shipped_files()
    for name in ("ontology", "default", *FACTS):
        (folder / f"{name}.owl").write_bytes(export(files, name, format="rdfxml"))
    (folder / "base.owl").write_bytes(export(files, "ontology", format="rdfxml", base=True))
    (folder / "facts.owl").write_bytes(export(files, "background", format="rdfxml", with_ontology=True))
    for name in ("ontology", "background"):
        (folder / f"{name}.ttl").write_bytes(export(files, name, format="ttl"))
    return folder


@pytest.fixture(scope="module")
def made(exports: Path) -> Path:
    """Return the folder with all that ROBOT makes of the exports, in one process; it stops at what fails."""
    text = (exports / "base.owl").read_text(encoding="utf-8")
    label = '<rdfs:label xml:lang="en">pool</rdfs:label>'
    assert label in text
    (exports / "broken.owl").write_text(text.replace(label, ""), encoding="utf-8")
    run_robot(
        exports,
        "report -i broken.owl --fail-on none --print 0 -o broken.tsv",
        *(f"report -i {name}.owl --fail-on none --print 0 -o {name}.tsv" for name in REPORTED),
        *(f"validate-profile -i {name}.owl --profile DL -o {name}.profile" for name in REPORTED),
        *(f"convert -i {name}.owl -o {name}.ofn" for name in ("facts", *FACTS)),
        "convert -i ontology.owl -o ontology.obo",
        "convert -i facts.owl --format json -o facts.json",
        "diff --left ontology.owl --right ontology.ttl -o ontology.diff",
        "diff --left background.owl --right background.ttl -o background.diff",
        "reason -i facts.owl --reasoner ELK -o elk.owl",
        "reason -i facts.owl --reasoner hermit -o hermit.owl",
    )
    return exports


@needs_robot
@pytest.mark.parametrize("name", REPORTED)
def test_the_report_finds_no_error(made: Path, name: str) -> None:
    """Of no term at all an error, of ours no warning either."""
    with (made / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row for row in rows if row["Level"] == "ERROR"] == []
    assert [row for row in rows if row["Level"] == "WARN" and row["Subject"].startswith(OWN)] == []


@needs_robot
def test_the_report_can_find_an_error(made: Path) -> None:
    """A term of ours without a label is told."""
    assert "missing_label\tgk:Pool\t" in (made / "broken.tsv").read_text(encoding="utf-8").replace(
        expand("gk:Pool"), "gk:Pool"
    )


@needs_robot
def test_reasoners_find_nothing_unsatisfiable(made: Path) -> None:
    """ELK and HermiT, which stop at a class that can have no member, find what follows."""
    for name in ("elk.owl", "hermit.owl"):
        below = {
            (quad.subject.value, quad.object.value)
            for quad in ox.parse(path=made / name, format=ox.RdfFormat.RDF_XML)
            if quad.predicate.value.endswith("subClassOf") and isinstance(quad.object, ox.NamedNode)
        }
        assert (expand("gk:InhibitoryNeurotransmitter"), expand("gk:Neurotransmitter")) in below, name


@needs_robot
@pytest.mark.parametrize("name", ["ontology", "background"])
def test_owl_and_turtle_say_the_same(made: Path, name: str) -> None:
    """Axiom by axiom, with annotations."""
    assert (made / f"{name}.diff").read_text(encoding="utf-8").strip() == "Ontologies are identical"


@needs_robot
@pytest.mark.parametrize("name", FACTS)
def test_relations_of_individuals_are_read_as_such(made: Path, name: str) -> None:
    """Not as annotations: as many as the graph has triples with an object property."""
    triples = list(ox.parse(path=made / f"{name}.owl", format=ox.RdfFormat.RDF_XML))
    properties = {
        quad.subject.value
        for quad in triples
        if quad.object == ox.NamedNode(PREFIXES["owl"] + "ObjectProperty")
    }
    wanted = Counter(quad.predicate.value for quad in triples if quad.predicate.value in properties)
    text = (made / f"{name}.ofn").read_text(encoding="utf-8")
    assert len(re.findall(r"^ObjectPropertyAssertion\(", text, re.MULTILINE)) == wanted.total() > 0


@needs_robot
def test_obo_format_keeps_definitions_and_their_sources(made: Path) -> None:
    """Every class and object property has its definition there, with the sources that it has."""
    kinds = {expand("owl:Class"), expand("owl:ObjectProperty")}
    terms, defined = set(), set()
    sources: dict[str, set[str]] = {}
    for quad in ox.parse(path=made / "ontology.owl", format=ox.RdfFormat.RDF_XML):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value in kinds:
            terms.add(str(quad.subject))
        elif quad.predicate.value == expand("IAO:0000115"):
            defined.add(str(quad.subject))
        elif quad.predicate.value == expand("IAO:0000119") and isinstance(quad.object, ox.Literal):
            sources.setdefault(str(quad.subject), set()).add(quad.object.value)
    text = (made / "ontology.obo").read_text(encoding="utf-8")
    lines = re.findall(r'^def: "(?:[^"\\]|\\.)*" \[(.*)\]', text, re.MULTILINE)
    assert len(lines) == len(terms & defined)
    assert sum(map(bool, lines)) == len(terms & defined & sources.keys()) > 600
    ours = sum(sources.get(term) == {"glutakg curators"} for term in terms & defined)
    assert lines.count("glutakg:curators") == ours > 200


@needs_robot
def test_obo_graphs_have_the_nodes(made: Path) -> None:
    """The JSON of OBO Graphs has each class and individual, with its label."""
    [graph] = json.loads((made / "facts.json").read_text(encoding="utf-8"))["graphs"]
    labels = {node["id"]: node.get("lbl") for node in graph["nodes"]}
    assert labels[expand("gk:Pool")] == "pool"
    assert labels[expand("gkd:taurine")] == "taurine"
    assert any(edge["sub"] == expand("gkd:gaba") for edge in graph["edges"])


@pytest.fixture
def horned(exports: Path) -> Iterator["pyhornedowl.PyIndexedOntology"]:
    """Return ontology and facts, as Horned-OWL reads them."""
    yield pyhornedowl.open_ontology(str(exports / "facts.owl"))


def test_libraries_agree_on_entities(exports: Path, horned: "pyhornedowl.PyIndexedOntology") -> None:
    """owlready2 and Horned-OWL read the same classes, properties and individuals: those declared."""
    world = owlready2.World()
    world.get_ontology((exports / "facts.owl").as_uri()).load(only_local=True)
    declared: dict[str, set[str]] = {}
    for quad in ox.parse(path=exports / "facts.owl", format=ox.RdfFormat.RDF_XML):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            kind = quad.object.value.removeprefix(PREFIXES["owl"])
            if quad.predicate.value == PREFIXES["rdf"] + "type" and kind != quad.object.value:
                declared.setdefault(kind, set()).add(quad.subject.value)
    for kind, found, other in (
        ("Class", world.classes(), horned.get_classes()),
        ("ObjectProperty", world.object_properties(), horned.get_object_properties()),
        ("DatatypeProperty", world.data_properties(), horned.get_data_properties()),
        ("NamedIndividual", world.individuals(), horned.get_named_individuals()),
    ):
        assert {each.iri for each in found} == set(other) == declared[kind], kind


def test_libraries_agree_on_relations(exports: Path, horned: "pyhornedowl.PyIndexedOntology") -> None:
    """A fact is a relation of two individuals to both."""
    world = owlready2.World()
    world.get_ontology((exports / "facts.owl").as_uri()).load(only_local=True)
    pool, place = (f"{PREFIXES['gkd']}{name}" for name in ("pool", "place-astrocyte-cytosol"))
    relation = world[PREFIXES["gk"] + "inOrgan"]
    assert [each.iri for each in relation[world[place]]] == [PREFIXES["gkd"] + "brain"]
    told = [str(axiom.component) for axiom in horned.get_axioms_for_iri(place)]
    assert any("ObjectPropertyAssertion" in each and "brain" in each for each in told), (pool, told)
