"""Exports say what the graphs say, in every format and to other programs, and always in the same bytes."""

import hashlib
import json
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner, Result
from processes import PATIENCE

from glutakg import dataset
from glutakg.cli.main import cli
from glutakg.dataset.exports import export
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import quads
from glutakg.dataset.names import EXPORT_FORMATS, graph_iri
from glutakg.dataset.queries import Catalogue
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import FormatError, ParameterError, TermError
from glutakg.graph import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES, expand
from glutakg.rdf.turtle import canonical_turtle
from glutakg.store.embedded import open_store

OWL, RDF = PREFIXES["owl"], PREFIXES["rdf"]
ONTOLOGY = "https://w3id.org/glutakg/ontology"
IMPORTS, SOURCE = ox.NamedNode(OWL + "imports"), ox.NamedNode(PREFIXES["dcterms"] + "source")

ENGINE = {
    "ttl": ox.RdfFormat.TURTLE,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RDFLIB = {"ttl": "turtle", "rdfxml": "xml", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld"}
ONE_GRAPH, KEEPING_NAMES = ("ttl", "rdfxml", "nt"), ("nq", "trig", "jsonld")

ODD = """\
@prefix ex: <http://example.org/odd#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gkd:a a gk:Nutrient , ex:Kind , [ a ex:Nameless ] ;
  ex:empty () , [] ;
  ex:list ( 1 "x"@nl ( gkd:b [ ex:p 2 ] ) () [] ) , ( gkd:b [ ex:in gkd:c ] _:shared ) ;
  ex:text "<&>'\\"]]>" , " spaces \\t\\r\\n" , "line\\nline" , "glutamaat \u8c37"@zh-Hant , "" , "true" ;
  ex:number 1 , 0 , -3 , 12345678901234567890 , "x"^^xsd:integer , 1.50 , 1e3 , true , "1"^^xsd:boolean ;
  ex:typed "x"^^<doi:kind> , "2026-01-01"^^xsd:date , "{}"^^rdf:JSON , "<p/>"^^rdf:XMLLiteral ;
  ex:größe 1 ; <http://example.org/2\u00e9\u00e8> 2 ; <urn:x:y> 3 ; rdf:_1 4 ; rdf:value 5 ;
  ex:like <doi:10.1/x> , <schema:Thing> , <mailto:a@b.example> , rdf:nil , <http://example.org/?a=1&b=%22> .
gkd:odd rdf:type "no class" , ex:Kind .
_:shared ex:p _:other , gkd:a . _:other ex:p _:shared ; a rdf:li , rdf:Description .
_:x ex:p _:y . _:y ex:p _:x .
[] ex:p "alone" . [ a ex:Nameless ] rdfs:label "also alone"@en .
<doi:10.1/x> a <schema:Thing> .
[] rdf:first 1 ; rdf:rest ( 2 ) .
"""


@pytest.fixture
def odd(turtle_file: Callable[..., ShippedFile]) -> list[ShippedFile]:
    """Return files of what is hard to write: the same in two graphs, each with blank nodes of its own."""
    return [turtle_file(ODD, "source"), turtle_file(ODD, "evidence")]


@pytest.fixture
def tiny(turtle_file: Callable[..., ShippedFile]) -> list[ShippedFile]:
    """Return files of two graphs."""
    return [turtle_file("gkd:a gk:p 1 .", "source"), turtle_file("gkd:a gk:p 2 .", "contested")]


@cache
def shipped() -> tuple[ox.Quad, ...]:
    """Return all that is shipped."""
    return tuple(quads(shipped_files()))


def is_in(quad: ox.Quad, name: str) -> bool:
    """Tell whether a quad is in the graph of that name."""
    if name == "default":
        return isinstance(quad.graph_name, ox.DefaultGraph)
    return quad.graph_name == ox.NamedNode(graph_iri(name))


@cache
def exported(name: str | tuple[str, ...] | None, format: str) -> bytes:
    """Return the export of one graph, of several, or of all."""
    return export(shipped_files(), name or (), format=format)


@cache
def canonical_expected(name: str | None, keeps_names: bool) -> set[ox.Quad | str]:
    """Return what the export of one graph, or of all, must say, with its blank nodes named."""
    return canonical(expected(name, keeps_names))


def expected(name: str | None, keeps_names: bool) -> list[ox.Quad]:
    """Return what the export of one graph, or of all, must say; of a document what is not its header."""
    if name is None:
        return [quad for quad in shipped() if not isinstance(quad.graph_name, ox.DefaultGraph)]
    wanted = [quad for quad in shipped() if is_in(quad, name)]
    if keeps_names:
        return wanted
    if name == "ontology":
        wanted += [quad for quad in shipped() if f"{PREFIXES['gkg']}imports/" in str(quad.graph_name)]
    if name == "default":
        files = [file for file in shipped_files() if file.graph_name not in ("contested", "catalogue")]
        wanted = [quad for quad in quads(files) if isinstance(quad.graph_name, ox.DefaultGraph)]
        wanted = [quad for quad in wanted if "data/statement-" not in str(quad.subject)]
        wanted = [quad for quad in wanted if quad.predicate.value != OWL + "versionIRI"]
    merged = f"<{ONTOLOGY}" if name == "default" else f"<{ONTOLOGY}/"
    return [
        ox.Quad(quad.subject, SOURCE if quad.predicate == IMPORTS else quad.predicate, quad.object)
        for quad in wanted
        if not (str(quad.subject).startswith(merged) and quad.object == ox.NamedNode(OWL + "Ontology"))
    ]


def without_axioms(statements: Iterable[ox.Quad], annotating: str) -> list[ox.Quad]:
    """Return statements but those of the annotations of axioms with a property."""
    statements = list(statements)
    of = ox.NamedNode(expand(annotating))
    left_out = {
        quad.subject
        for quad in statements
        if quad.predicate.value == OWL + "annotatedProperty" and quad.object == of
    }
    return [quad for quad in statements if quad.subject not in left_out]


def nameless(statements: Iterable[ox.Quad]) -> set[ox.Quad | str]:
    """Return the statements with blank nodes, these named as below."""
    return canonical(filter(has_blank_node, statements))


def has_blank_node(quad: ox.Quad) -> bool:
    """Tell whether a statement is about a blank node."""
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def canonical(statements: Iterable[ox.Quad]) -> set[ox.Quad | str]:
    """Return statements with blank nodes named by RDFC-1.0: equal for isomorphic datasets and no others.

    Those names depend on the statements with blank nodes alone; the others are left as they are.
    """
    found = set(statements)
    with_blank_nodes = set(filter(has_blank_node, found))
    dataset = ox.Dataset(with_blank_nodes)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {*(found - with_blank_nodes), *map(str, dataset)}


pytestmark = pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning:rdflib")


def by_engine(data: bytes, format: str) -> set[ox.Quad | str]:
    """Return what pyoxigraph reads."""
    return canonical(ox.parse(data, format=ENGINE[format]))


def by_rdflib(data: bytes, format: str) -> set[ox.Quad | str]:
    """Return what rdflib reads, with every literal as it is written."""
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=RDFLIB[format])
    read = dataset.serialize(format="nquads", encoding="utf-8").replace(b" <urn:x-rdflib:default> .", b" .")
    return canonical(ox.parse(read, format=ox.RdfFormat.N_QUADS))


@pytest.fixture
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


GRAPHS = [(name, format) for name in ("ontology", "contested", "evidence") for format in EXPORT_FORMATS]


# What an export says


@pytest.mark.parametrize(
    ("name", "format"),
    [
        *((name, format) for name, format in GRAPHS if format in KEEPING_NAMES),
        (None, "trig"),
        (None, "jsonld"),
        ("default", "nq"),
    ],
)
def test_the_engine_reads_back_the_same(name: str | None, format: str) -> None:
    """Graphs and the whole dataset say in each format that keeps names what the files say."""
    assert by_engine(exported(name, format), format) == canonical_expected(name, True)


@pytest.mark.parametrize("name", ["ontology", "contested", "evidence", "default"])
def test_an_ontology_document_says_what_its_graph_says(name: str) -> None:
    """It adds header, declarations and words, and puts annotations of definitions and inverses elsewhere."""
    wanted = without_axioms(expected(name, False), "owl:inverseOf")
    read = list(ox.parse(exported(name, "nt"), format=ENGINE["nt"]))
    assert nameless(without_axioms(read, "IAO:0000115")) == nameless(wanted)
    missing = {quad for quad in wanted if not isinstance(quad.subject, ox.BlankNode)} - {*read}
    missing = {quad for quad in missing if not isinstance(quad.object, ox.BlankNode)}
    assert all(quad.predicate.value == PREFIXES["rdfs"] + "label" for quad in missing)
    assert bool(missing) == (name == "default")
    added = {quad.predicate for quad in {*read} - {*wanted} if isinstance(quad.subject, ox.NamedNode)}
    allowed = {
        expand(f"dcterms:{word}")
        for word in ("creator", "description", "hasVersion", "license", "requires", "source", "title")
    }
    allowed |= {expand(f"owl:{word}") for word in ("versionIRI", "versionInfo")}
    allowed |= {
        expand(word) for word in ("rdf:type", "rdfs:label", "IAO:0000115", "IAO:0000119", "bibo:status")
    }
    assert {predicate.value for predicate in added} <= allowed


@pytest.mark.parametrize("name", ["ontology", "contested", "evidence", "default"])
def test_an_ontology_document_is_the_same_in_each_format(name: str) -> None:
    """RDF/XML, Turtle and N-Triples have the same triples."""
    wanted = by_engine(exported(name, "nt"), "nt")
    assert by_engine(exported(name, "ttl"), "ttl") == by_engine(exported(name, "rdfxml"), "rdfxml") == wanted


@pytest.mark.parametrize(("name", "format"), [*GRAPHS, (("contested", "source"), "jsonld")])
@pytest.mark.usefixtures("_literals_as_written")
def test_rdflib_reads_back_the_same(name: str | tuple[str, ...], format: str) -> None:
    """Another reader understands the same."""
    assert by_rdflib(exported(name, format), format) == by_engine(exported(name, format), format)


@pytest.mark.parametrize("format", EXPORT_FORMATS)
@pytest.mark.parametrize("read", [by_engine, by_rdflib])
@pytest.mark.usefixtures("_literals_as_written")
def test_odd_terms_come_back(
    odd: list[ShippedFile], format: str, read: Callable[[bytes, str], set[ox.Quad | str]]
) -> None:
    """Lists, shared and nameless nodes, text with line breaks, numbers written oddly: nothing changes."""
    names = ("source", "evidence") if format in KEEPING_NAMES else ("source",)
    held = [quad for quad in quads(odd) if any(is_in(quad, name) for name in names)]
    if format in ONE_GRAPH:
        held = [ox.Quad(*quad.triple) for quad in held]
    said, wanted = read(export(odd, names, format=format), format), canonical(held)
    assert said == wanted if format in KEEPING_NAMES else said > wanted
    assert not any("_:" in str(each) for each in said - wanted)


def test_numbers_stay_as_they_are_written(turtle_file: Callable[..., ShippedFile]) -> None:
    """What JSON or the store would write otherwise keeps its form."""
    file = turtle_file("gkd:a gk:p 01 , 4.0 , 0.50 , -0 , 1234567890123456 .")
    for format in EXPORT_FORMATS:
        read = ox.parse(export([file], "source", format=format), format=ENGINE[format])
        of_ours = (quad for quad in read if quad.predicate.value == PREFIXES["gk"] + "p")
        values = {quad.object.value for quad in of_ours if isinstance(quad.object, ox.Literal)}
        assert values == {"01", "4.0", "0.50", "-0", "1234567890123456"}, format


def test_a_triple_of_two_files_stands_once(turtle_file: Callable[..., ShippedFile]) -> None:
    """Two files of one graph are one graph."""
    files = [turtle_file("gkd:a gk:p gkd:b .", name=name) for name in ("one.ttl", "two.ttl")]
    assert export(files, format="nq").count(b"\n") == 1


def test_default_graph_leaves_out_what_is_contested(tiny: list[ShippedFile]) -> None:
    """The whole in one graph has the facts only, and no graph name in any format."""
    for format in EXPORT_FORMATS:
        parsed = ox.parse(export(tiny, "default", format=format), format=ENGINE[format])
        read = [quad for quad in parsed if quad.predicate.value == PREFIXES["gk"] + "p"]
        assert [(str(quad.graph_name), str(quad.object)[:3]) for quad in read] == [("DEFAULT", '"1"')], format


# Its form


def test_turtle_is_in_the_form_of_the_project() -> None:
    """`glutakg format` leaves an export alone."""
    for name in ("ontology", "contested", "evidence"):
        text = exported(name, "ttl").decode()
        assert canonical_turtle(text) == text


def test_trig_has_one_block_a_graph(tiny: list[ShippedFile]) -> None:
    """Prefixes come first, then each graph in braces, in order of the names."""
    assert export(tiny).decode() == (
        "@prefix gk: <https://w3id.org/glutakg/ontology/> .\n"
        "@prefix gkd: <https://w3id.org/glutakg/data/> .\n"
        "@prefix gkg: <https://w3id.org/glutakg/graph/> .\n\n"
        "gkg:contested {\n\ngkd:a\n    gk:p 2 ;\n    .\n\n}\n\n"
        "gkg:source {\n\ngkd:a\n    gk:p 1 ;\n    .\n\n}\n"
    )


def test_json_ld_is_expanded(turtle_file: Callable[..., ShippedFile]) -> None:
    """Full IRIs and typed values, which every reader of JSON-LD takes the same way."""
    file = turtle_file('gkd:a a gk:Nutrient ; gk:p 1 , "x"@nl .')
    assert json.loads(export([file], format="jsonld")) == [
        {
            "@id": PREFIXES["gkg"] + "source",
            "@graph": [
                {
                    "@id": PREFIXES["gkd"] + "a",
                    RDF + "type": [{"@id": PREFIXES["gk"] + "Nutrient"}],
                    PREFIXES["gk"] + "p": [
                        {"@type": PREFIXES["xsd"] + "integer", "@value": "1"},
                        {"@language": "nl", "@value": "x"},
                    ],
                }
            ],
        }
    ]


def test_rdf_xml_declares_the_prefixes_in_use(turtle_file: Callable[..., ShippedFile]) -> None:
    """No prefix that the graph does not need, and a carriage return is still one when it is read back."""
    file = turtle_file('gkd:a gk:p "a\\rb\\r\\nc" .')
    data = export([file], "source", format="rdfxml")
    of_header = {b"bibo", b"dcterms", b"owl"}
    assert set(re.findall(rb"xmlns:(\w+)=", data)) - {b"its"} == {b"gk", b"gkd", b"gkg", b"rdf", *of_header}
    assert (
        by_engine(data, "rdfxml")
        == by_rdflib(data, "rdfxml")
        == by_engine(export([file], "source", format="nt"), "nt")
    )


def test_labels_are_not_those_of_the_file(turtle_file: Callable[..., ShippedFile]) -> None:
    """Two ways to write one graph give one export wherever blank nodes can nest or be ordered."""
    same = [
        "_:a gk:p _:b . _:b gk:p _:a ; gk:q 1 . [] gk:p 2 . [] gk:p 1 .",
        "[] gk:p 1 . [] gk:p 2 . _:z gk:q 1 ; gk:p _:y . _:y gk:p _:z .",
    ]
    for format in ("ttl", "rdfxml", "trig", "jsonld"):
        assert len({export([turtle_file(text)], "source", format=format) for text in same}) == 1, format


EXPORT_SOME = """
import hashlib, sys
import glutakg
with glutakg.open() as kg:
    assert kg.ask("ASK { ?s ?p ?o }")
    for graph, format in ((None, "jsonld"), ("ontology", "ttl"), ("contested", "rdfxml"), ("evidence", "nt")):
        print(graph, format, hashlib.sha256(kg.export(graph or (), format=format)).hexdigest())
"""


def test_bytes_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Neither the seed of hashes nor a store, be it in memory, changes a byte."""
    (tmp_path / "no-folder").write_text("", encoding="utf-8")
    environment = {
        **os.environ, "PYTHONHASHSEED": "1", "GLUTAKG_CACHE": str(tmp_path / "no-folder")
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", EXPORT_SOME],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    said = [line.split() for line in done.stdout.splitlines()]
    assert len(said) == 4
    for name, format, digest in said:
        here = exported(None if name == "None" else name, format)
        assert digest == hashlib.sha256(here).hexdigest(), (name, format)


def test_order_of_the_names_does_not_matter(tiny: list[ShippedFile]) -> None:
    """Which graphs are wanted matters, not how that was said."""
    whole = export(tiny)
    assert export(tiny, ["source", "contested", "source"]) == export(tiny[::-1]) == whole


# The ontology for Protégé


@pytest.fixture
def ontology_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the ontology in one RDF/XML file, on a machine that has no network."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("something reached for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    path = tmp_path / "glutakg.owl"
    path.write_bytes(export(shipped_files(), "ontology", format="rdfxml"))
    return path


def named(kinds: Iterable[str]) -> set[str]:
    """Return the IRIs in ontology and slices that have one of these types in OWL."""
    wanted = {ox.NamedNode(OWL + kind) for kind in kinds}
    return {
        quad.subject.value
        for quad in shipped()
        if str(quad.graph_name).startswith((f"<{PREFIXES['gkg']}ontology", f"<{PREFIXES['gkg']}imports/"))
        and quad.predicate.value == RDF + "type"
        and quad.object in wanted
        and isinstance(quad.subject, ox.NamedNode)
    }


def test_owlready2_loads_the_ontology_alone(ontology_file: Path) -> None:
    """One file has every class and property of ontology and slices, and asks for no other."""
    world = owlready2.World()
    loaded = world.get_ontology(ontology_file.as_uri()).load(only_local=True)
    assert loaded.base_iri.rstrip("#/") == ONTOLOGY
    assert loaded.imported_ontologies == []
    assert {each.iri for each in world.classes()} == named(["Class"])
    assert {each.iri for each in world.object_properties()} == named(["ObjectProperty"])
    assert {each.iri for each in world.data_properties()} == named(["DatatypeProperty"])
    assert len(named(["Class"])) > 500


def test_rdflib_finds_one_header_and_no_import(ontology_file: Path) -> None:
    """IRI and version IRI are the ontology's own; what was merged is named as a source."""
    graph = rdflib.Graph().parse(ontology_file, format="xml")
    header = rdflib.URIRef(ONTOLOGY)
    assert list(graph.subjects(rdflib.RDF.type, rdflib.OWL.Ontology)) == [header]
    assert len(list(graph.objects(header, rdflib.OWL.versionIRI))) == 1
    assert list(graph.triples((None, rdflib.OWL.imports, None))) == []
    slices = {file.graph_name for file in shipped_files() if file.graph_name.startswith("imports/")}
    sources = {str(source) for source in graph.objects(header, rdflib.DCTERMS.source)}
    assert sources == {f"{ONTOLOGY}/{name}" for name in {*slices, "bridge", "words"}}
    assert all(list(graph.objects(rdflib.URIRef(source), rdflib.DCTERMS.title)) for source in sources)
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    found = {str(term) for kind in kinds for term in graph.subjects(rdflib.RDF.type, rdflib.OWL[kind])}
    assert named(kinds) <= found


def test_an_import_that_is_no_slice_stays(turtle_file: Callable[..., ShippedFile]) -> None:
    """Only what was merged is no longer imported."""
    owl = f"@prefix owl: <{OWL}> .\n"
    header = "gkd:o owl:imports <https://w3id.org/glutakg/ontology/imports/chebi> , gkd:other ."
    files = [turtle_file(owl + header, "ontology"), turtle_file("gkd:c gk:p gkd:d .", "imports/chebi")]
    assert export(files, "ontology", format="nt").decode().splitlines() == [
        f"<{PREFIXES['gkd']}c> <{PREFIXES['gk']}p> <{PREFIXES['gkd']}d> .",
        f"<{PREFIXES['gkd']}o> {SOURCE} <{ONTOLOGY}/imports/chebi> .",
        f"<{PREFIXES['gkd']}o> {IMPORTS} <{PREFIXES['gkd']}other> .",
    ]


# Graphs of facts, for Protégé


def types(data: bytes) -> dict[str, set[str]]:
    """Return what each subject of an N-Triples document is, by the ends of the names."""
    found: dict[str, set[str]] = {}
    for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        if quad.predicate.value == RDF + "type" and isinstance(quad.object, ox.NamedNode):
            found.setdefault(str(quad.subject), set()).add(re.split("[/#]", quad.object.value)[-1])
    return found


FACTS = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
gkd:a a gk:Thing , owl:NamedIndividual ; gk:p gkd:b ; gk:q gkd:c .
"""
TERMS = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
<https://w3id.org/glutakg/ontology> a owl:Ontology ; owl:versionIRI gk:9 ; rdfs:label "all"@en .
gk:p a owl:ObjectProperty ; rdfs:label "has p"@en ; obo:IAO_0000115 "A relation."@en .
gk:q a owl:AnnotationProperty .
gk:Thing a owl:Class ; rdfs:label "thing"@en .
gk:Thing obo:IAO_0000115 "A thing."@en ; obo:IAO_0000119 "x:1" , "some people" .
gk:Unused a owl:Class .
obo:IAO_0000115 a owl:AnnotationProperty . obo:IAO_0000119 a owl:AnnotationProperty .
"""
OTHERS = FACTS.partition("gkd:a")[0] + 'gkd:b a gk:Thing , owl:NamedIndividual ; rdfs:label "thing"@en .'


@pytest.fixture
def facts(turtle_file: Callable[..., ShippedFile]) -> list[ShippedFile]:
    """Return files of facts, of the terms that they use, of a thing that is described elsewhere, and more."""
    return [
        turtle_file(FACTS, "source"),
        turtle_file(TERMS, "ontology"),
        turtle_file(OTHERS, "background"),
        turtle_file("gkd:statement-1 a gk:Inference ; gk:ofSubject gkd:a . gkd:c a gk:Thing .", "inferred"),
        turtle_file("gkd:query gk:q 1 .", "catalogue"),
        turtle_file("gkd:b gk:p gkd:c .", "contested"),
    ]


def test_facts_come_with_header_and_declarations(facts: list[ShippedFile]) -> None:
    """Each term that is used is declared, no other is, and nothing is imported, which a reader must load."""
    data = export(facts, "source", format="nt")
    found = types(data)
    assert {
        term: of for term, of in found.items() if not term.startswith("_") and PREFIXES["gk"] in term
    } == {
        f"<{PREFIXES['gk']}{name}>": {kind}
        for name, kind in (("p", "ObjectProperty"), ("q", "AnnotationProperty"), ("Thing", "Class"))
    }
    assert found[f"<{PREFIXES['gkd']}a>"] == {"Thing", "NamedIndividual"}
    assert found[f"<{PREFIXES['gkd']}b>"] == {"NamedIndividual"}
    assert [term for term, of in found.items() if "Ontology" in of] == [f"<{PREFIXES['gkg']}source>"]
    assert b"owl#imports" not in data
    assert f"<{PREFIXES['dcterms']}requires> <{ONTOLOGY}>".encode() in data
    assert f'<{expand("IAO:0000115")}> "A relation."@en'.encode() in data
    assert data.count(b'label> "has p"@en') == data.count(b'label> "thing"@en') == 1


def test_sources_of_definitions_are_annotations_as_well(facts: list[ShippedFile]) -> None:
    """OBO format has them from there; who has no identifier gets one."""
    data = export(facts, "ontology", format="nt").decode()
    assert set(re.findall(r'hasDbXref> "(.*)"', data)) == {"x:1", "some:people"}
    assert data.count('annotatedTarget> "A thing."@en') == 1


@pytest.mark.parametrize("name", ["source", "default"])
def test_ontology_and_facts_fit_into_one_file(facts: list[ShippedFile], name: str) -> None:
    """There is one header, and the ontology is a source with its version."""
    data = export(facts, name, format="nt", with_ontology=True)
    found = types(data)
    assert [term for term, of in found.items() if "Ontology" in of] == [f"<{PREFIXES['gkg']}{name}>"]
    assert found[f"<{ONTOLOGY}>"] == {"NamedIndividual"}
    assert f'<{PREFIXES["dcterms"]}hasVersion> "{PREFIXES["gk"]}9"'.encode() in data
    assert f"<{PREFIXES['gk']}Unused>" in found


def test_the_ontology_is_added_as_a_graph_where_graphs_keep_their_names(facts: list[ShippedFile]) -> None:
    """In TriG nothing is merged."""
    assert export(facts, "source", with_ontology=True) == export(facts, ["source", "ontology"])
    assert export(facts, "default", with_ontology=True) == export(facts, "default")


def test_facts_are_without_records_of_inferences_and_the_catalogue(facts: list[ShippedFile]) -> None:
    """What was inferred is there; records and queries come if they are named, what is contested never."""
    query, record = f"<{PREFIXES['gkd']}query>", f"<{PREFIXES['gkd']}statement-1>"
    for names, there in (
        (["default"], set()),
        (["default", "catalogue"], {query}),
        (["default", "inferred"], {record}),
        (["default", "catalogue", "inferred"], {query, record}),
    ):
        data = export(facts, names, format="nt").decode()
        assert {term for term in (query, record) if term in data} == there
        assert "Thing" in types(data.encode())[f"<{PREFIXES['gkd']}c>"]
        assert f"{PREFIXES['gkd']}b> <{PREFIXES['gk']}p>" not in data
    with pytest.raises(FormatError, match="export it alone, or with catalogue or inferred"):
        export(facts, ["default", "contested"], format="nt")


def test_an_individual_does_not_share_the_label_of_a_class(facts: list[ShippedFile]) -> None:
    """In a document of both, not where the data are taken along as they are."""
    label = f"<{PREFIXES['gkd']}b> <{PREFIXES['rdfs']}label>"
    assert f'{label} "thing (individual)"@en'.encode() in export(facts, "default", format="nt")
    assert f'{label} "thing"@en'.encode() in export(facts, "background", format="nt")
    assert f'{label} "thing"@en'.encode() in export(facts, "default", format="nq")


# What is refused


def test_unknown_graph_is_told_with_the_nearest_first(tiny: list[ShippedFile]) -> None:
    """The message names the graphs that there are."""
    with pytest.raises(TermError) as caught:
        export(tiny, "sorce")
    assert str(caught.value) == (
        "There is no graph 'sorce'. Did you mean source? Graphs are source, contested, default."
    )
    assert caught.value.suggestions[0] == "source"


@pytest.mark.parametrize("format", ONE_GRAPH)
def test_several_graphs_do_not_become_one(tiny: list[ShippedFile], format: str) -> None:
    """What is contested never stands among facts unmarked; the message says what keeps it apart."""
    for names in ((), ("source", "contested")):
        with pytest.raises(FormatError, match=f"format {format} .* trig, nq or jsonld"):
            export(tiny, names, format=format)
    assert b"2" in export(tiny, "contested", format=format)


def test_default_graph_is_exported_alone(tiny: list[ShippedFile]) -> None:
    """It repeats the others."""
    with pytest.raises(FormatError, match="export it alone"):
        export(tiny, ["default", "source"])


def test_unknown_format_is_refused(tiny: list[ShippedFile]) -> None:
    """The message names the formats."""
    with pytest.raises(ParameterError, match=r"no format 'turtle'.* ttl,") as caught:
        export(tiny, format="turtle")
    assert caught.value.parameter == "format"


@pytest.mark.parametrize(
    ("turtle", "what"),
    [
        ("gkd:a <http://example.org/1> 2 .", "predicate <http://example.org/1>"),
        ("gkd:a gkd:1a- 2 . gkd:a <urn:x:%20> 1 .", "predicate <urn:x:%20>"),
        ("gkd:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#li> 2 .", "predicate <.*#li>"),
        ("gkd:a <http://www.w3.org/2000/xmlns/x> 2 .", "predicate <.*xmlns/x>"),
        ('gkd:a gk:p "bell \\u0007" .', "control character"),
        ('gkd:a gk:p "\\uFFFE" .', "control character"),
        ('gkd:a gk:p "x"@en--rtl .', "base direction"),
    ],
)
def test_what_xml_cannot_say_is_refused(
    turtle_file: Callable[..., ShippedFile], turtle: str, what: str
) -> None:
    """RDF/XML is refused with what is wrong, and the other formats hold it."""
    files = [turtle_file(turtle)]
    with pytest.raises(FormatError, match=f"{what}.*another format, such as ttl"):
        export(files, "source", format="rdfxml")
    for format in set(EXPORT_FORMATS) - {"rdfxml"}:
        read = ox.parse(export(files, "default", format=format), format=ENGINE[format])
        assert canonical(
            quad for quad in read if str(quad.subject).startswith(f"<{PREFIXES['gkd']}")
        ) == canonical(quad for quad in quads(files) if isinstance(quad.graph_name, ox.DefaultGraph))


def test_deep_nesting_is_told(turtle_file: Callable[..., ShippedFile]) -> None:
    """A chain of blank nodes that is too long for Turtle is an error that says what to do."""
    chain = " ".join(f"_:b{number} gk:p _:b{number + 1} ." for number in range(3000))
    files = [turtle_file(f"gkd:a gk:p _:b0 . {chain}")]
    with pytest.raises(FormatError, match="nest too deeply for this format; choose nt, nq or jsonld"):
        export(files, "source", format="ttl")
    assert export(files, "source", format="nt").count(b"ontology/p>") == 3001


def test_triple_terms_are_told(turtle_file: Callable[..., ShippedFile]) -> None:
    """RDF 1.2 is not written down as something else."""
    with pytest.raises(FormatError, match="graph/source: A triple term"):
        export([turtle_file("gkd:a gk:p <<( gkd:a gk:p gkd:b )>> .")])


# The API and the command


def test_a_graph_exports_the_files_it_was_opened_on(tiny: list[ShippedFile], tmp_path: Path) -> None:
    """`kg.export` gives the bytes of its own data."""
    with (
        open_store(tmp_path / "cache", files=tiny) as store,
        KnowledgeGraph(store, catalogue=Catalogue([]), files=tiny) as kg,
    ):
        assert kg.export("source", format="nt") == export(tiny, "source", format="nt")
        assert kg.export() == export(tiny)


@pytest.fixture
def run(tiny: list[ShippedFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs the command over two graphs, in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(dataset, "shipped_files", lambda: tiny)
    return lambda *arguments: CliRunner().invoke(cli, ["export", *arguments])


@pytest.mark.parametrize("output", [(), ("-o", "-")])
def test_standard_output_gets_trig(
    run: Callable[..., Result], tiny: list[ShippedFile], output: tuple[str, ...]
) -> None:
    """Nothing but the document is there, and nothing on stderr."""
    result = run(*output)
    assert (result.stdout_bytes, result.stderr, result.exit_code) == (export(tiny), "", 0)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("name", "format"),
    [(f"x{suffix}", format) for format, suffixes in EXPORT_FORMATS.items() for suffix in suffixes]
    + [("X.TTL", "ttl")],
)
def test_suffix_tells_the_format(
    run: Callable[..., Result], tiny: list[ShippedFile], name: str, format: str
) -> None:
    """The file holds the export and is all that is left in the folder."""
    result = run("--graph", "source", "-o", name)
    assert (result.output, result.exit_code) == ("", 0)
    assert Path(name).read_bytes() == export(tiny, "source", format=format)
    assert [path.name for path in Path().iterdir()] == [name]


def test_format_goes_before_the_suffix(run: Callable[..., Result], tiny: list[ShippedFile]) -> None:
    """A name may end as it likes when the format is given."""
    assert run("--format", "nq", "-o", "all.txt").exit_code == 0
    assert Path("all.txt").read_bytes() == export(tiny, format="nq")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "all.txt"), "the name 'all.txt' tells no format"),
        (("-o", ""), "the name '' tells no format"),
        (("--format", "csv"), "'csv' is not one of"),
        (("--graph", "sorce"), "Did you mean source?"),
        (("--format", "ttl"), "choose trig, nq or jsonld"),
        (("--graph", "source", "--graph", "contested", "-o", "x.owl"), "choose trig, nq or jsonld"),
        (("-o", "none/x.nq"), "none/x.nq: The file cannot be written (No such file or directory)"),
        (("--format", "nq", "-o", "."), ".: This is a folder, a device or a pipe"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(
    run: Callable[..., Result], arguments: tuple[str, ...], message: str
) -> None:
    """Exit code 2, one sentence on stderr, no output, no file."""
    result = run(*arguments)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert list(Path().iterdir()) == []


def test_failing_leaves_the_old_file(run: Callable[..., Result], tiny: list[ShippedFile]) -> None:
    """What was there stays when the export is refused."""
    tiny[0].path.write_text("<urn:x:a> <urn:x:1> 2 .", encoding="utf-8")
    Path("x.rdf").write_text("old", encoding="utf-8")
    result = run("--graph", "source", "-o", "x.rdf")
    assert (result.exit_code, Path("x.rdf").read_text(encoding="utf-8")) == (2, "old")
    assert "The predicate <urn:x:1> cannot be the name of an XML element" in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_replaced_by_a_file(run: Callable[..., Result]) -> None:
    """Renaming over a device such as /dev/null would break it for everybody."""
    os.mkfifo("pipe.nq")
    result = run("-o", "pipe.nq")
    assert (result.exit_code, stat.S_ISFIFO(Path("pipe.nq").stat().st_mode)) == (2, True)
    assert "device or a pipe" in result.stderr


def test_help_says_when_slices_are_merged(run: Callable[..., Result]) -> None:
    """The rule stands where a user looks."""
    words = " ".join(run("--help").stdout.split())
    assert "In ttl, rdfxml and nt, a graph is an ontology document" in words
    assert "The graph `ontology` is the ontology with the slices that it imports merged into it" in words


def test_the_base_of_the_ontology_speaks_of_its_own_terms_alone() -> None:
    """No axiom and no annotation on a term of others is left; such terms are declared, none is imported."""
    data = export(shipped_files(), "ontology", format="nt", base=True)
    triples = [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)]
    of_others = [
        triple
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode) and not triple.subject.value.startswith(ONTOLOGY)
    ]
    vocabularies = {PREFIXES[prefix] for prefix in ("obo", "skos", "dcterms", "oio")}
    assert all(any(t.subject.value.startswith(each) for t in of_others) for each in vocabularies)
    assert {triple.predicate.value for triple in of_others} == {PREFIXES["rdf"] + "type"}
    assert {str(triple.object).removeprefix(f"<{OWL}") for triple in of_others} <= {
        "Class>", "ObjectProperty>", "DatatypeProperty>", "AnnotationProperty>",
    }  # fmt: skip
    assert IMPORTS not in {triple.predicate for triple in triples}
    headers = [triple.subject for triple in triples if triple.object == ox.NamedNode(OWL + "Ontology")]
    assert headers == [ox.NamedNode(ONTOLOGY)]


@pytest.mark.parametrize("graphs", [(), "source", ("ontology", "source")])
def test_only_the_ontology_has_a_base(graphs: str | tuple[str, ...]) -> None:
    """Asked of anything else, the base is refused."""
    with pytest.raises(ParameterError, match="Only the ontology has a base"):
        export(shipped_files(), graphs, base=True)
