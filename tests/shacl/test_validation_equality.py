"""Validation gives what plain pyshacl gives over the same graphs, on valid and on broken data."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
from places import TESTS
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, URIRef
from rdflib.term import Node

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.shipped import shape_files
from glutakg.errors import ValidationError
from glutakg.files import read_text
from glutakg.shacl import Report, validate
from glutakg.shacl.failing import find_failing
from glutakg.shacl.sources import kept_source
from glutakg.shacl.targets import find_targets

GK = "https://w3id.org/glutakg/ontology/"
DATA = "https://w3id.org/glutakg/data/"
FOLDER = TESTS / "shapes"
FAILING = sorted(FOLDER.glob("*/fail-*.ttl"))
TARGETS = {SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}

# Where plain pyshacl stops with an error instead of a report when the value is of another kind.
STRICT = ("#start", "#end", "/coefficient", "/charge", "/formula")

BLANK_NODE = re.compile(r"\bN[0-9a-f]{32}\w*")

Fact = tuple[str | None, ...]


@cache
def ontology_triples() -> tuple[ox.Triple, ...]:
    """Return what the shapes look up in the ontology: subclasses, properties and what claims use them."""
    return tuple(
        triple
        for file in shipped_files()
        if file.graph_name.startswith(("ontology", "imports/"))
        for triple in parse_triples(read_text(file.path), file.path)
        if triple.predicate.value in (str(RDFS.subClassOf), f"{GK}usedInClaimKind")
        or (triple.predicate.value == str(RDF.type) and str(triple.object).endswith("Property>"))
    )


def graph_of(paths: Iterable[Path]) -> Graph:
    """Return the union of files in rdflib."""
    graph = Graph()
    for path in paths:
        graph.parse(
            ox.serialize(parse_triples(read_text(path), path), format=ox.RdfFormat.N_TRIPLES), format="nt"
        )
    return graph


def name_of(node: Node | None) -> str | None:
    """Return a term as a string; of blank nodes only that they are."""
    return None if node is None else "[]" if isinstance(node, BNode) else node.n3()


def facts_of(report: Graph) -> Counter[Fact]:
    """Return what a report says: focus, path, value, component, severity, shape, messages of results."""
    properties = (SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
    facts: Counter[Fact] = Counter()
    for result in report.objects(None, SH.result):
        texts = [str(message) for message in report.objects(result, SH.resultMessage)]
        messages = sorted(BLANK_NODE.sub("[]", text) for text in texts)
        terms = [name_of(report.value(result, each)) for each in (*properties, SH.sourceShape)]
        facts[(*terms, *messages)] += 1
    return facts


def our_facts(report: Report) -> Counter[Fact]:
    """Return what our report says, but for unknown terms of ours, of which no shape speaks."""
    graph = Graph().parse(data=report.graph, format="nt")
    component = URIRef("https://w3id.org/glutakg/shapes/KnownTermConstraintComponent")
    for result in list(graph.subjects(SH.sourceConstraintComponent, component)):
        graph.remove((None, SH.result, result))
    return facts_of(graph)


def plain(data: Graph, shapes: Graph | None = None) -> Counter[Fact]:
    """Return what pyshacl says of the data."""
    shapes = graph_of(shape_files()) if shapes is None else shapes
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph)
    return facts_of(report)


def copy_of(graph_names: set[str], suffix: str) -> list[ox.Triple]:
    """Return the shipped individuals of graphs under other names."""
    triples = [
        triple
        for file in shipped_files()
        if file.graph_name in graph_names
        for triple in parse_triples(read_text(file.path), file.path)
    ]
    own = {triple.subject for triple in triples}

    def renamed(term: Any) -> Any:
        is_own = isinstance(term, ox.NamedNode) and term in own and term.value.startswith(DATA)
        return ox.NamedNode(term.value + suffix) if is_own else term

    return [
        ox.Triple(renamed(triple.subject), triple.predicate, renamed(triple.object)) for triple in triples
    ]


def broken(triples: Sequence[ox.Triple], seed: int, share: float = 0.12) -> list[ox.Triple]:
    """Return triples with faults: some are gone, doubled, or have a value of another kind."""
    chance = random.Random(seed)
    odd = [
        ox.Literal("text"),
        ox.Literal("01", datatype=ox.NamedNode(str(XSD.integer))),
        ox.Literal("seven", datatype=ox.NamedNode(str(XSD.integer))),
        ox.Literal("-1", datatype=ox.NamedNode(str(XSD.integer))),
        ox.Literal("2.50", datatype=ox.NamedNode(str(XSD.decimal))),
        ox.Literal("wort", language="de"),
        ox.Literal("Word", language="EN-gb"),
        ox.NamedNode("https://example.org/elsewhere"),
        ox.NamedNode(f"{GK}NoSuchTerm"),
        ox.BlankNode("nameless"),
    ]
    values = [triple.object for triple in triples]
    result = []
    value: Any
    for triple in triples:
        if triple.predicate.value == str(RDF.type) or chance.random() > share:
            result.append(triple)
            continue
        fault = chance.randrange(4)
        if fault == 1:
            result.append(triple)
        if fault:
            value = chance.choice(odd) if fault < 3 else chance.choice(values)
            if not triple.predicate.value.endswith(STRICT):
                result.append(ox.Triple(triple.subject, triple.predicate, value))
    return result


def write(path: Path, triples: Iterable[ox.Triple]) -> Path:
    """Write triples as Turtle."""
    ox.serialize(triples, path, format=ox.RdfFormat.TURTLE)
    return path


def few_nodes_of(triples: Sequence[ox.Triple], each: int, seed: int) -> list[ox.Triple]:
    """Return all that is said of a few individuals of every kind that a shape may look at."""
    chance = random.Random(seed)
    by_kind: dict[str, list[object]] = {}
    targets = {str(relation) for relation in all_shapes().objects(None, SH.targetSubjectsOf)}
    for triple in triples:
        if triple.predicate.value == str(RDF.type) and isinstance(triple.object, ox.NamedNode):
            by_kind.setdefault(triple.object.value, []).append(triple.subject)
        elif triple.predicate.value in targets:
            by_kind.setdefault(triple.predicate.value, []).append(triple.subject)
    chosen = {node for nodes in by_kind.values() for node in chance.sample(nodes, min(each, len(nodes)))}
    return [triple for triple in triples if triple.subject in chosen]


@cache
def all_shapes() -> Graph:
    """Return the shipped shapes."""
    return graph_of(shape_files())


def only(shape: Node) -> Graph:
    """Return the shipped shapes, of which one alone has targets."""
    graph = Graph()
    for triple in all_shapes():
        if triple[0] == shape or triple[1] not in TARGETS:
            graph.add(triple)
    return graph


@contextmanager
def beside(context: Graph, user: Graph) -> Iterator[Graph]:
    """Give a graph to which another is added; only that is taken out again."""
    new = [triple for triple in user if triple not in context]
    for triple in new:
        context.add(triple)
    yield context
    for triple in new:
        context.remove(triple)


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of what the shapes look up in the ontology."""
    return write(tmp_path_factory.mktemp("context") / "ontology.ttl", ontology_triples())


@pytest.fixture(scope="module")
def ontology_graph(ontology: Path) -> Graph:
    """Give the same in rdflib."""
    return graph_of([ontology])


def facts_of_user(facts: Counter[Fact], user: Graph) -> Counter[Fact]:
    """Return the facts about the subjects of a file."""
    names = {name_of(subject) for subject in user.subjects()}
    return Counter({fact: number for fact, number in facts.items() if fact[0] in names})


@pytest.mark.parametrize("folder", sorted({path.parent.name for path in FAILING}))
def test_each_fault_gives_the_report_of_pyshacl(
    folder: str, tmp_path: Path, ontology: Path, ontology_graph: Graph
) -> None:
    """For every file with a fault, the shape it is for reports the same."""
    shapes = only(URIRef(f"https://w3id.org/glutakg/shapes/{folder}"))
    shapes.serialize(tmp_path / "shapes.ttl", format="turtle")
    ours: dict[str, Counter[Fact]] = {}
    theirs: dict[str, Counter[Fact]] = {}
    for path in FAILING:
        if path.parent.name == folder:
            report = validate([path], shapes=[tmp_path / "shapes.ttl"], context=[ontology])
            ours[path.stem] = our_facts(report)
            user = graph_of([path])
            with beside(ontology_graph, user) as both:
                theirs[path.stem] = facts_of_user(plain(both, shapes), user)
    assert ours == theirs
    assert all(theirs.values())


def test_a_user_file_with_many_faults_gives_the_report_of_pyshacl(
    tmp_path: Path, ontology: Path, ontology_graph: Graph
) -> None:
    """Some thousand triples with faults of different kinds, seen in the ontology, are reported the same."""
    triples = few_nodes_of(copy_of({"background", "source", "evidence"}, "-mine"), each=2, seed=1)
    path = write(tmp_path / "user.ttl", broken(triples, seed=2))
    user = graph_of([path])
    with beside(ontology_graph, user) as both:
        theirs = facts_of_user(plain(both), user)
    assert our_facts(validate([path], context=[ontology])) == theirs
    assert len(user) > 1000
    assert len({fact[3] for fact in theirs}) > 8


def test_a_broken_copy_of_the_shipped_data_gives_the_report_of_pyshacl(tmp_path: Path) -> None:
    """A part of the shipped graphs in which every shape finds faults is reported the same."""
    everything = copy_of({file.graph_name for file in shipped_files()}, "")
    classes = [triple for triple in everything if triple.predicate.value == str(RDFS.subClassOf)]
    part = few_nodes_of(everything, each=1, seed=3)
    path = write(tmp_path / "part.ttl", {*broken(part, seed=4, share=0.5), *classes})
    report = validate(context=[path])
    assert our_facts(report) == plain(graph_of([path]))
    found = {result.shape for result in report.results}
    assert len(found) > len(report.focus_nodes) * 2 / 3, set(report.focus_nodes) - found


def test_no_shipped_node_is_left_to_pyshacl() -> None:
    """Whatever is shipped is found to conform without an rdflib graph of it."""
    sources = [kept_source(file.path) for file in shipped_files()]
    targets = find_targets(all_shapes(), sources)
    failing = find_failing(all_shapes(), sources, targets, some=False)
    assert failing is not None
    assert sum(map(len, targets.values())) > 10_000
    assert (any(failing.nodes.values()), failing.of_queries) == (False, set())


PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TINY = """
ex:a a ex:T ; ex:p 1, 01, "1", ex:b, [ ex:q 1.0 ] ; ex:q "x"@en ; ex:r ex:a .
ex:b a ex:T ; ex:p "1"^^xsd:decimal, "x", true ; ex:q "y"@en, 2 ; ex:r ex:c ; ex:s 1 .
ex:c a ex:T ; ex:p ex:a, ex:c ; ex:r ex:b ; ex:s "2"^^xsd:integer, "zwei"^^xsd:integer .
ex:d a ex:T ; ex:p "2020-01-01"^^xsd:date, "http://example.org/x" .
ex:d ex:s "2020-01-01T00:00:00Z"^^xsd:dateTime .
[] a ex:T ; ex:p ex:a ; ex:r ex:d .
"""
CONDITIONS = [
    "$this ex:p ?x FILTER(isIRI(?x))",
    "$this ex:p ?x FILTER(?x = 1)",
    "$this ex:p ?x FILTER(?x != 1)",
    "$this ex:p ?x FILTER(?x != ex:a)",
    "$this ex:p ?x . $this ex:q ?x",
    "$this ex:p ?x FILTER NOT EXISTS { ?y ex:s ?x }",
    "$this ex:p ?x FILTER EXISTS { ?y ex:q ?x }",
    "$this ex:p ?x FILTER NOT EXISTS { $this ex:r ?y FILTER(?y != $this) }",
    "$this ex:r ?x FILTER(?x != $this)",
    "$this ex:r/ex:p ?x FILTER(?x IN (ex:a, ex:c))",
    "$this ex:r+ ?x FILTER(?x = $this || NOT EXISTS { ?x ex:s ?y })",
    "$this ex:r* ?x FILTER NOT EXISTS { ?x ex:q ?y }",
    "$this ^ex:r ?x",
    "$this !ex:p ?x FILTER(isIRI(?x))",
    "$this ex:p ?x FILTER(STRSTARTS(STR(?x), 'http://'))",
    "$this ex:p ?x FILTER(!STRSTARTS(STR(?x), 'http://'))",
    "$this ex:s ?x FILTER(?x > 1)",
    "$this ?q ?x BIND(IF(?q = rdf:type, ?x, ?q) AS ?y) FILTER(STRSTARTS(STR(?y), 'http://example.org/T'))",
    "$this ex:p ?x OPTIONAL { $this ex:s ?y } FILTER(!BOUND(?y))",
    "{ $this ex:s ?x } UNION { $this ex:q ?x }",
    "$this ex:r ?x { $this ex:p ?y FILTER(?y = $this) }",
    "BIND($this AS ?x)",
    "?x ex:p $this",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_query_gives_the_report_of_pyshacl(condition: str, tmp_path: Path) -> None:
    """One query at a time, over values that are easily taken for each other, is reported the same."""
    query = f"SELECT $this ?x WHERE {{ {condition} }}"
    for short, namespace in (("ex:", "http://example.org/"), ("rdf:", str(RDF))):
        query = re.sub(rf"\b{short}(\w+)", rf"<{namespace}\1>", query)
    shape = f"""ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:targetNode ex:stranger ;
        sh:targetObjectsOf ex:p, ex:s ;
        sh:sparql [ sh:message "m" ; sh:select {query!r} ] ."""
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shape)
    (tmp_path / "data.ttl").write_text(PREFIXES + TINY)
    report = validate(shapes=[tmp_path / "shapes.ttl"], context=[tmp_path / "data.ttl"])
    assert our_facts(report) == plain(graph_of([tmp_path / "data.ttl"]), graph_of([tmp_path / "shapes.ttl"]))


def test_arithmetic_with_a_text_is_no_traceback(tmp_path: Path) -> None:
    """A query in which rdflib stops has no answer; the shape of the value reports the fault."""
    shapes = """ex:S a sh:NodeShape ; sh:targetClass ex:T ;
        sh:property [ sh:path ex:n ; sh:datatype xsd:integer ] ;
        sh:sparql [ sh:message "m" ; sh:select "SELECT $this { $this <http://example.org/n> ?n
            BIND(2.5 * ?n AS ?m) FILTER(?m > 1) }" ] ."""
    (tmp_path / "shapes.ttl").write_text(
        PREFIXES + shapes.replace('"SELECT', '"""SELECT').replace('}"', '}"""')
    )
    (tmp_path / "user.ttl").write_text(PREFIXES + 'ex:a a ex:T ; ex:n "text" .')
    report = validate([tmp_path / "user.ttl"], shapes=[tmp_path / "shapes.ttl"], context=[])
    assert [result.constraint for result in report.results] == ["sh:DatatypeConstraintComponent"]


PARAMETERS = [
    "sh:path ex:p ; sh:minCount 2",
    "sh:path ex:p ; sh:maxCount 2",
    "sh:path ex:p ; sh:in ( 1 ex:a ex:b ex:c )",
    "sh:path ex:p ; sh:nodeKind sh:Literal",
    "sh:path ex:p ; sh:nodeKind sh:BlankNodeOrIRI",
    "sh:path ex:p ; sh:hasValue 1",
    "sh:path ex:p ; sh:pattern 'x'",
    "sh:path ex:p ; sh:pattern 'X' ; sh:flags 'i'",
    "sh:path ex:q ; sh:languageIn ( 'en' )",
    "sh:path ( ex:r ex:q ) ; sh:uniqueLang true",
    "sh:path ex:s ; sh:datatype xsd:integer",
    "sh:path ex:s ; sh:datatype xsd:dateTime",
    "sh:path ex:p ; sh:datatype xsd:string",
    "sh:path ex:s ; sh:minInclusive 2",
    "sh:path ex:s ; sh:maxExclusive 2",
    "sh:path ex:s ; sh:lessThan ex:q",
    "sh:path ex:s ; sh:equals ex:q",
    "sh:path ex:r ; sh:class ex:T",
    "sh:path ex:r ; sh:class ex:U",
    "sh:path [ sh:inversePath ex:r ] ; sh:minCount 1",
    "sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:maxCount 3",
    "sh:path [ sh:zeroOrMorePath ex:r ] ; sh:maxCount 3",
    "sh:path ex:r ; sh:node [ sh:property [ sh:path ex:s ; sh:minCount 1 ] ]",
    "sh:path ex:r ; sh:not [ sh:property [ sh:path ex:s ; sh:minCount 1 ] ]",
    "sh:path ex:p ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:integer ] )",
    "sh:path ex:p ; sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class ex:T ] )",
    "sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1",
    "sh:path ex:p ; sh:minCount 9 ; sh:deactivated true",
    "sh:path ex:p ; sh:minCount 9 ; sh:severity sh:Info",
]


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_each_parameter_gives_the_report_of_pyshacl(parameters: str, tmp_path: Path) -> None:
    """One constraint at a time, over values that are easily taken for each other, is reported the same."""
    shapes = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:message 'm' ; {parameters} ] ."
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes)
    (tmp_path / "data.ttl").write_text(PREFIXES + TINY)
    report = validate(shapes=[tmp_path / "shapes.ttl"], context=[tmp_path / "data.ttl"])
    theirs = plain(graph_of([tmp_path / "data.ttl"]), graph_of([tmp_path / "shapes.ttl"]))
    assert our_facts(report) == theirs


BEYOND = {
    "sh:rule": "sh:rule [ a ex:R ]",
    "sh:TripleRule": "ex:rule [ a sh:TripleRule ]",
    "sh:SPARQLRule": "ex:rule [ a sh:SPARQLRule ]",
    "sh:target": "sh:target [ sh:select 'SELECT $this { $this a ex:T }' ]",
    "sh:SPARQLTarget": "ex:target [ a sh:SPARQLTarget ]",
    "sh:SPARQLTargetType": "a sh:SPARQLTargetType",
    "sh:expression": "sh:expression [ ex:path ex:p ]",
    "sh:values": "sh:property [ sh:path ex:p ; sh:values ex:v ]",
    "sh:filterShape": "ex:x [ sh:filterShape ex:S ]",
    "sh:union": "ex:x [ sh:union ( ex:S ) ]",
    "sh:SPARQLFunction": "a sh:SPARQLFunction",
    "sh:js": "sh:js [ ex:jsName 'f' ]",
    "sh:entailment": "sh:entailment ex:regime",
    "sh:minCuont": "sh:property [ sh:path ex:p ; sh:minCuont 1 ]",
}


@pytest.mark.parametrize("term", BEYOND)
def test_shapes_beyond_core_and_sparql_are_refused(term: str, tmp_path: Path) -> None:
    """What would not be carried out, or nobody knows, is an error that names it, its file and its line."""
    shapes = f"ex:S a sh:NodeShape ; sh:targetClass ex:T .\nex:S\n  {BEYOND[term]} ."
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes)
    (tmp_path / "data.ttl").write_text(PREFIXES + TINY)
    with pytest.raises(ValidationError, match=rf"shapes\.ttl.*: {re.escape(term)} is not carried out"):
        validate(shapes=[tmp_path / "shapes.ttl"], context=[tmp_path / "data.ttl"])


@pytest.mark.parametrize("term", [*BEYOND, "sh:property", "sh:NodeShape"])
def test_shapes_and_rules_in_data_are_refused(term: str, tmp_path: Path) -> None:
    """A user's file that holds shapes or rules is not called valid without them."""
    said = {"sh:property": "sh:property [ ex:path ex:p ]", "sh:NodeShape": "a sh:NodeShape"} | BEYOND
    said["sh:values"] = "ex:property [ sh:values ex:v ]"
    said["sh:target"] = "sh:target [ ex:select 'SELECT' ]"
    said["sh:minCuont"] = "ex:property [ sh:minCuont 1 ]"
    (tmp_path / "user.ttl").write_text(PREFIXES + f"ex:mine a ex:T .\nex:S {said[term]} .")
    with pytest.raises(ValidationError, match=rf"user\.ttl.*: {term} stands in data"):
        validate([tmp_path / "user.ttl"])
