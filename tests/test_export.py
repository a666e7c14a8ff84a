"""Exports say what the graphs say, in every format and to other programs, and always in the same bytes."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner, Result

from glutakg import graph as graph_module
from glutakg.cli import cli
from glutakg.dataset import quads
from glutakg.errors import FormatError, ParameterError, TermError
from glutakg.export import export
from glutakg.files import ShippedFile, shipped_files
from glutakg.formatting import canonical_turtle
from glutakg.results import EXPORT_FORMATS
from glutakg.store import Store, open_store
from glutakg.terms import PREFIXES, graph_iri

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
  ex:text "<&>'\\"]]>" , " ends in space \\t\\r\\n" , "line\\nline" , "glutamaat – 谷氨酸"@zh-Hant , "" , "true" , "1" ;
  ex:number 1 , 0 , -3 , 01 , 12345678901234567890 , "x"^^xsd:integer , 1.50 , 1e3 , true , "1"^^xsd:boolean ;
  ex:typed "x"^^<doi:kind> , "2026-01-01"^^xsd:date , "{}"^^rdf:JSON , "<p/>"^^rdf:XMLLiteral ;
  ex:größe 1 ; <http://example.org/2α> 2 ; <urn:x:y> 3 ; rdf:_1 4 ; rdf:value 5 ;
  ex:like <doi:10.1/x> , <schema:Thing> , <mailto:a@b.example> , rdf:nil , <http://example.org/?a=1&b=%22> .
gkd:odd rdf:type "no class" , ex:Kind .
_:shared ex:p _:other , gkd:a . _:other ex:p _:shared ; a rdf:li , rdf:Description .
_:x ex:p _:y . _:y ex:p _:x .
[] ex:p "alone" . [ a ex:Nameless ] rdfs:label "also alone"@en .
<doi:10.1/x> a <schema:Thing> .
[] rdf:first 1 ; rdf:rest ( 2 ) .
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Return the shipped graphs."""
    with open_store() as opened:
        yield opened


@pytest.fixture
def odd(turtle_file: Callable[..., ShippedFile], tmp_path: Path) -> Iterator[Store]:
    """Return a store of what is hard to write: once in each of two graphs, with blank nodes of their own."""
    files = [turtle_file(ODD, "source"), turtle_file(ODD, "evidence")]
    with open_store(tmp_path / "cache", files=files) as opened:
        yield opened


@pytest.fixture
def tiny(turtle_file: Callable[..., ShippedFile], tmp_path: Path) -> list[ShippedFile]:
    """Return files of two graphs."""
    return [turtle_file("gkd:a gk:p 1 .", "source"), turtle_file("gkd:a gk:p 2 .", "contested")]


@pytest.fixture
def run(tiny: list[ShippedFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs the command over the two graphs, in a folder of its own."""
    monkeypatch.setattr(graph_module, "open_store", partial(open_store, tmp_path / "cache", files=tiny))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["export", *arguments], prog_name="glutakg")

    # The stores of these tests are asked for without a folder.
    monkeypatch.setattr(
        graph_module,
        "open_store",
        lambda cache_dir=None, **options: open_store(tmp_path / "cache", files=tiny, **options),
    )
    return run_command


@cache
def shipped() -> tuple[ox.Quad, ...]:
    """Return all that is shipped."""
    return tuple(quads(shipped_files()))


def is_in(quad: ox.Quad, name: str) -> bool:
    """Tell whether a quad is in the graph of that name."""
    if name == "default":
        return isinstance(quad.graph_name, ox.DefaultGraph)
    return quad.graph_name == ox.NamedNode(graph_iri(name))


def expected(name: str | None, format: str) -> list[ox.Quad]:
    """Return what the export of one graph, or of all, must say."""
    if name is None:
        return [quad for quad in shipped() if not isinstance(quad.graph_name, ox.DefaultGraph)]
    wanted = [quad for quad in shipped() if is_in(quad, name)]
    if format in KEEPING_NAMES:
        return wanted
    if name == "ontology":
        wanted += [quad for quad in shipped() if f"{PREFIXES['gkg']}imports/" in str(quad.graph_name)]
    return [
        ox.Quad(quad.subject, SOURCE if quad.predicate == IMPORTS else quad.predicate, quad.object)
        for quad in wanted
    ]


def canonical(statements: Iterable[ox.Quad]) -> set[str]:
    """Return statements with blank nodes named by RDFC-1.0: equal for isomorphic datasets and no others."""
    dataset = ox.Dataset(statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def by_engine(data: bytes, format: str) -> set[str]:
    """Return what pyoxigraph reads."""
    return canonical(ox.parse(data, format=ENGINE[format]))


def by_rdflib(data: bytes, format: str) -> set[str]:
    """Return what rdflib reads, with every literal as it is written."""
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=RDFLIB[format])
    read = dataset.serialize(format="nquads", encoding="utf-8").replace(b" <urn:x-rdflib:default> .", b" .")
    return canonical(ox.parse(read, format=ox.RdfFormat.N_QUADS))


@pytest.fixture
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


CASES = [
    *((name, format) for name in ("ontology", "contested", "evidence") for format in EXPORT_FORMATS),
    *((None, format) for format in KEEPING_NAMES),
]


# What an export says


@pytest.mark.parametrize(("name", "format"), [*CASES, *(("default", format) for format in EXPORT_FORMATS)])
def test_the_engine_reads_back_the_same(store: Store, name: str | None, format: str) -> None:
    """Ontology, graphs and the whole dataset say in each format what the files say."""
    said = by_engine(export(store, name or (), format=format), format)
    assert said == canonical(expected(name, format))


@pytest.mark.parametrize(("name", "format"), CASES)
@pytest.mark.usefixtures("_literals_as_written")
def test_rdflib_reads_back_the_same(store: Store, name: str | None, format: str) -> None:
    """Another reader understands the same."""
    said = by_rdflib(export(store, name or (), format=format), format)
    assert said == canonical(expected(name, format))


@pytest.mark.parametrize("format", EXPORT_FORMATS)
@pytest.mark.parametrize("read", [by_engine, by_rdflib])
@pytest.mark.usefixtures("_literals_as_written")
def test_odd_terms_come_back(odd: Store, format: str, read: Callable[[bytes, str], set[str]]) -> None:
    """Lists, shared and nameless nodes, text with line breaks, numbers written oddly: nothing changes."""
    names = ("source", "evidence") if format in KEEPING_NAMES else ("source",)
    wanted = by_engine(export(odd, names, format="nq"), "nq")
    if format in ONE_GRAPH:
        wanted = {line.replace(f" <{graph_iri('source')}>", "") for line in wanted}
    assert read(export(odd, names, format=format), format) == wanted
    assert len(wanted) == 79 * len(names)
