"""The closure: what it has, what of it is made anew, and that the catalogue answers the same with it."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from glutakg.dataset import CLOSURE_GRAPH, catalogue
from glutakg.linking import import_ontology, remove_imports
from glutakg.sparql import by_closure, rewritten
from glutakg.store import cycles_in, open_store
from glutakg.store.closure import Closure, Pairs, Roles, roles_of, stated_in

HEAD = """\
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
BODY = """\
:partOf a owl:TransitiveProperty . :locatedIn a owl:ObjectProperty . :overlaps a owl:ObjectProperty .
:partOf rdfs:subPropertyOf :overlaps .
:locatedIn owl:propertyChainAxiom ( :locatedIn :partOf ) .
:neuron rdfs:subClassOf :cell , [ owl:onProperty :partOf ; owl:someValuesFrom :brain ] .
:cell rdfs:subClassOf :thing .
:granule owl:equivalentClass [ owl:intersectionOf (
  :cell [ owl:onProperty :locatedIn ; owl:someValuesFrom :cortex ] ) ] .
:cortex rdfs:subClassOf [ owl:onProperty :partOf ; owl:someValuesFrom :brain ] .
:brain rdfs:subClassOf :organ , [ owl:onProperty :partOf ; owl:someValuesFrom :head ] .
[] rdfs:subClassOf :cell .
"""
GRAPH, SUBCLASS = ox.NamedNode(CLOSURE_GRAPH), "http://www.w3.org/2000/01/rdf-schema#subClassOf"
CYCLE = """\
@prefix obo: <http://purl.obolibrary.org/obo/> .
obo:MONDO_9999997 a owl:Class ; rdfs:subClassOf obo:MONDO_9999998 .
obo:MONDO_9999998 a owl:Class ; rdfs:subClassOf obo:MONDO_9999997 , obo:MONDO_0005071 .
"""


def a_store(body: str) -> ox.Store:
    """Return a store with some axioms."""
    store = ox.Store()
    store.load((HEAD + body).encode(), format=ox.RdfFormat.TURTLE)
    return store


def add_closure(store: ox.Store, *coming: ox.Store, before: Roles | None = None) -> list[str]:
    """Add the closure of what a store has, and of what comes with it, and return the cycles."""
    sources: list[Pairs] = [stated_in(each) for each in coming]
    closure = Closure(store, sources, before=before)
    store.load(b"".join(closure.lines()), format=ox.RdfFormat.N_QUADS)
    for each in coming:
        store.load(each.dump(format=ox.RdfFormat.N_QUADS) or b"", format=ox.RdfFormat.N_QUADS)
    closure.add_unnamed()
    return sorted(closure.cycles)


def edges(store: ox.Store) -> set[str]:
    """Return the edges of the closure between classes with names, shortened."""
    return {
        " ".join(str(part).rpartition("/")[2].rpartition("#")[2].rstrip(">") for part in quad.triple)
        for quad in store.quads_for_pattern(None, None, None, GRAPH)
        if isinstance(quad.subject, ox.NamedNode)
    }


def test_what_follows_of_classes() -> None:
    """Each edge by its reason; nothing by a property that no restriction names."""
    store = a_store(BODY)
    assert add_closure(store) == []
    assert edges(store) == {
        *("neuron subClassOf cell", "neuron subClassOf thing", "cell subClassOf thing"),
        *("neuron partOf brain", "neuron partOf organ", "neuron partOf head"),
        *("granule locatedIn cortex", "granule locatedIn brain", "granule locatedIn organ"),
        *("granule locatedIn head", "brain subClassOf organ", "brain partOf head"),
        *("cortex partOf brain", "cortex partOf organ", "cortex partOf head"),
    }
    assert not store.query("ASK { ?s <http://example.org/partOf> ?o }"), "the default graph has none of it"


def test_cycles_end_and_are_told() -> None:
    """Who stands below itself is named, and is above itself in the closure as the path finds."""
    store = a_store(":a rdfs:subClassOf :b . :b rdfs:subClassOf :c . :c rdfs:subClassOf :b .")
    assert add_closure(store) == ["http://example.org/b", "http://example.org/c"]
    assert "b subClassOf b" in edges(store)
    assert "a subClassOf a" not in edges(store)


@pytest.mark.parametrize("seed", range(40))
def test_what_comes_later_is_as_if_it_had_been_there(seed: int) -> None:
    """Random axioms in two parts, of which the second comes later, make the closure of both at once."""
    chance = random.Random(seed)

    def axioms(number: int) -> str:
        lines = []
        for _ in range(number):
            one, other = (f":c{chance.randrange(12)}" for _ in range(2))
            role = f":r{chance.randrange(3)}"
            some = f"[ owl:onProperty {role} ; owl:someValuesFrom {other} ]"
            lines.append(f"{one} rdfs:subClassOf {chance.choice([other, some])} .")
        return "\n".join(lines)

    roles = ":r0 a owl:TransitiveProperty ; rdfs:subPropertyOf :r1 .\n"
    roles += ":r2 owl:propertyChainAxiom ( :r1 :r2 ) .\n"
    first, second = axioms(8), axioms(5) + (":r1 rdfs:subPropertyOf :r2 ." if seed % 5 == 0 else "")
    whole, later = a_store(roles + first + second), a_store(roles + first)
    add_closure(whole)
    add_closure(later)
    add_closure(later, a_store(second), before=roles_of([stated_in(later)]))
    assert edges(later) == edges(whole)
    found = whole.query(f"SELECT ?a ?b {{ ?a <{SUBCLASS}>+ ?b FILTER(ISIRI(?b)) }}")
    assert isinstance(found, ox.QuerySolutions)
    paths = {f"{a.value[19:]} subClassOf {b.value[19:]}" for a, b in found}
    assert paths == {edge for edge in edges(whole) if "subClassOf" in edge}


REWRITTEN = {
    "?x rdfs:subClassOf+ :cell": True,
    "?x rdfs:subClassOf* :cell": True,
    "?x rdfs:subClassOf* :cell . ?x rdfs:subClassOf ?y": True,
    "?x rdfs:subClassOf* :nowhere": True,
    "VALUES ?x { :neuron :brain } FILTER EXISTS { ?x rdfs:subClassOf* :cell }": True,
    "?of owl:someValuesFrom/rdfs:subClassOf* :organ": True,
    "VALUES ?x { :neuron } FILTER NOT EXISTS { ?x rdfs:subClassOf/rdfs:subClassOf* :thing }": True,
    "?x (rdfs:subClassOf/rdfs:subClassOf*) :thing": False,
    "?x owl:onProperty|rdfs:subClassOf/rdfs:subClassOf* :thing": False,
    "?x ^rdfs:subClassOf/rdfs:subClassOf* :thing": False,
    "?x rdfs:subClassOf* ?y": False,
    "?x rdfs:subClassOf+ :cell ; rdfs:subClassOf ?y": False,
    "[] rdfs:subClassOf+ :cell": False,
    "GRAPH ?g { ?x rdfs:subClassOf+ :cell }": False,
}


@pytest.mark.parametrize("pattern", REWRITTEN)
def test_queries_find_the_same_by_the_closure(pattern: str) -> None:
    """Blank nodes and the number of solutions included; what is not plain stays as it is."""
    store = a_store(BODY)
    add_closure(store)
    prologue = HEAD.replace("@prefix", "PREFIX").replace(" .\n", "\n")
    text = f"{prologue}SELECT ?x ?y ?of {{ {pattern} }}"
    changed = by_closure(text, CLOSURE_GRAPH)
    assert (changed != text) is REWRITTEN[pattern]
    found = [store.query(each) for each in (rewritten(text).text, changed)]
    if "?g" not in pattern:
        assert sorted(map(str, found[0])) == sorted(map(str, found[1]))  # type: ignore[arg-type]
    all_columns = text.replace("?x ?y ?of", "*")
    assert "?below0" not in by_closure(all_columns, CLOSURE_GRAPH)


def test_the_catalogue_answers_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each query that walks up classes, with and without; the import tells its cycle."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path / "data"))
    path = tmp_path / "mondo.ttl"
    path.write_text(HEAD + CYCLE, encoding="utf-8")
    texts = {name: query.text for name, query in catalogue().items() if "subClassOf" in query.text}
    assert len(texts) > 8
    with open_store() as store:
        without = {name: store.evaluate(text).data for name, text in texts.items()}
        assert store.rewritten(texts["steps-without-claims"]).rules == ("ORDER BY",)
    done = import_ontology(str(path), name="cycle", unchecked=True)
    assert "in cycles: MONDO:9999997, MONDO:9999998." in done.notes[-1]
    with open_store() as store:
        assert {name: store.evaluate(text).data for name, text in texts.items()} == without
        assert store.rewritten(texts["steps-without-claims"]).rules == ("closure", "ORDER BY")
        assert store.evaluate(f"ASK {{ GRAPH <{CLOSURE_GRAPH}> {{ ?a ?p ?b }} }}").boolean
        derived = f"<{CLOSURE_GRAPH}> <http://www.w3.org/ns/prov#wasDerivedFrom> <{done.made.graph}>"
        assert store.evaluate(f"ASK {{ {derived} }}").boolean
        assert store.path
        assert len(cycles_in(store.path)) == 2
    remove_imports(["cycle"])
    with open_store() as store:
        assert not store.evaluate(f"ASK {{ GRAPH <{CLOSURE_GRAPH}> {{ ?a ?p ?b }} }}").boolean
