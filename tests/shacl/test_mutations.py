"""No fault is lost because pyshacl-turbo chooses the nodes, whatever odd values the data hold.

The reference is pyshacl over every node of the same graph.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox
import pyshacl
import pyshacl_turbo
import pytest
from rdflib import RDF, XSD, Graph

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples
from glutakg.errors import ValidationError
from glutakg.files import read_text
from glutakg.shacl import Report, validate
from glutakg.shacl.failing import find_failing
from glutakg.shacl.report import Result
from glutakg.shacl.sources import add_sources, empty_graph, read_source
from glutakg.shacl.targets import find_targets

MUTATIONS = 600
DATA = "https://w3id.org/glutakg/data/"
GK = "https://w3id.org/glutakg/ontology/"
FORMS = {
    "integer": [
        "01",
        "+1",
        "-1",
        "-0",
        " 7 ",
        "seven",
        "",
        "1.0",
        str(2**63 - 1),
        str(2**63),
        str(-(2**63) - 1),
    ],
    "decimal": ["2.50", "2.5", ".5", "1.", "-1.0", "1e3", "1" + "0" * 40],
    "double": ["NaN", "nan", "INF", "-INF", "1e400", "1E0", "0"],
    "boolean": ["1", "TRUE", "false", "yes"],
    "date": ["2020-13-01", "2020-02-29", "2020-01-01Z"],
    "dateTime": ["2020-01-01T00:00:00", "2020-01-01T00:00:00+00:00", "2020-01-01T24:00:00Z"],
    "gYear": ["2020"],
    "byte": ["300"],
    "positiveInteger": ["-5"],
    "anyURI": ["a b"],
    "hexBinary": ["zz"],
}
LANGUAGES = ["en", "EN", "en-GB", "EN-gb", "nl", "nl-NL", "de", "x-klingon", "en-Latn-US"]
ODD: list[Any] = [
    *(
        ox.Literal(form, datatype=ox.NamedNode(str(XSD[kind])))
        for kind, forms in FORMS.items()
        for form in forms
    ),
    *(ox.Literal("word", language=tag) for tag in LANGUAGES),
    *map(
        ox.Literal,
        ["", " ", "text", "1", "two\nlines", "C5H8NO4", "\u00e9", "e\u0301", "\u0001", "a" * 5_000],
    ),
    ox.Literal("1", datatype=ox.NamedNode("http://example.org/kind")),
    ox.BlankNode("nameless"),
    *map(ox.NamedNode, ["https://example.org/elsewhere", f"{GK}NoSuchTerm", f"{DATA}taurine", str(RDF.nil)]),
]


class Mutated(NamedTuple):
    """Copies of shipped individuals with faults, and what is said of them."""

    number: int
    turtle: bytes
    ours: Report
    theirs: Report


def shipped_individuals() -> dict[ox.NamedNode, list[ox.Triple]]:
    """Return what is said of each individual that has a name, without what only follows."""
    said: dict[ox.NamedNode, list[ox.Triple]] = {}
    for file in [file for file in shipped_files() if file.graph_name != "inferred"]:
        for triple in parse_triples(read_text(file.path), file.path):
            if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(DATA):
                said.setdefault(triple.subject, []).append(triple)
    return said


def mutations(seed: int) -> Iterator[list[ox.Triple]]:
    """Yield what is said of an individual and of those it points at, under other names and with faults.

    Every tenth copy has no name at all. Each kind of individual is equally likely.
    """
    chance = random.Random(seed)
    said = shipped_individuals()
    by_kind: defaultdict[str, list[ox.NamedNode]] = defaultdict(list)
    for node, triples in said.items():
        for triple in triples:
            kind = triple.object if triple.predicate.value == str(RDF.type) else triple.predicate
            by_kind[str(kind)].append(node)
    kinds = sorted(by_kind)
    values = [triple.object for triples in said.values() for triple in triples]
    for number in range(MUTATIONS):
        node = chance.choice(by_kind[chance.choice(kinds)])
        around: list[Any] = [triple.object for triple in said[node] if triple.object in said]
        names: dict[Any, Any] = {
            each: ox.BlankNode(f"m{number}n{place}")
            if chance.random() < 0.1
            else ox.NamedNode(f"{each.value}-m{number}")
            for place, each in enumerate(dict.fromkeys([node, *chance.sample(around, min(4, len(around)))]))
        }
        copy = [
            ox.Triple(names[each], triple.predicate, names.get(triple.object, triple.object))
            for each in names
            for triple in said[each]
        ]
        for _ in range(chance.choice([1, 1, 2])):
            place = chance.randrange(len(copy))
            subject, predicate = copy[place].subject, copy[place].predicate
            value = chance.choice(ODD if chance.random() < 0.75 else values)
            if predicate.value.endswith(("#start", "#end")) and isinstance(value, ox.BlankNode):
                continue  # pyshacl compares none, and says that the shapes cannot be used
            if chance.random() < 0.5:
                copy.append(ox.Triple(subject, predicate, value))
            elif predicate.value != str(RDF.type):
                copy[place] = ox.Triple(subject, predicate, value)
        yield copy


@pytest.fixture(scope="module")
def mutated() -> Mutated:
    """Return the copies and both reports on them."""
    copies = list(mutations(seed=5))
    turtle = ox.serialize((triple for copy in copies for triple in copy), format=ox.RdfFormat.TURTLE)
    assert turtle is not None
    return Mutated(len(copies), turtle, validate([turtle]), validate([turtle], engine="pyshacl"))


def results(report: Report) -> Counter[Result]:
    """Return the results; of a blank node in a message only that it is one."""
    return Counter(
        replace(result, message=re.sub(r"\bN[0-9a-f]{32}\w*", "[]", result.message))
        for result in report.results
    )


def test_no_fault_is_missed(mutated: Mutated) -> None:
    """Whatever pyshacl says of a node over all of them is said over those that pyshacl-turbo chooses."""
    assert results(mutated.theirs) - results(mutated.ours) == Counter()


def test_the_report_is_that_over_all_nodes(mutated: Mutated) -> None:
    """Nothing else is said either, and as many nodes were looked at."""
    assert results(mutated.ours) == results(mutated.theirs)
    assert mutated.ours.focus_nodes == mutated.theirs.focus_nodes


def test_the_mutations_are_many_and_of_all_kinds(mutated: Mutated) -> None:
    """There are more than 500, and faults of names, of blank nodes and of each component that is common."""
    components = Counter(result.constraint for result in mutated.theirs.results)
    assert mutated.number >= 500
    assert {result.focus == "[]" for result in mutated.theirs.results} == {True, False}
    assert {name for name, number in components.items() if number > 5} >= {
        f"sh:{kind}ConstraintComponent"
        for kind in (
            "Class",
            "Datatype",
            "Or",
            "MaxCount",
            "MinCount",
            "NodeKind",
            "Pattern",
            "SPARQL",
        )
    }


PREFIXES = """\
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


CONSTRAINTS = [
    *(f"sh:datatype xsd:{kind}" for kind in ("string", "int", *FORMS)),
    *("sh:minInclusive 1", "sh:maxExclusive 5", "sh:maxInclusive 'm'", "sh:minExclusive 1.0e0"),
    "sh:minInclusive '2020-01-01T00:00:00Z'^^xsd:dateTime",
    "sh:maxInclusive '2020-06-01'^^xsd:date",
    *("sh:minLength 2", "sh:maxLength 3", "sh:pattern '^[0-9]+$'", "sh:pattern 'two$'", "sh:pattern 'o.l'"),
    *("sh:nodeKind sh:Literal", "sh:nodeKind sh:IRI", "sh:nodeKind sh:BlankNodeOrIRI", "sh:class ex:C"),
    *("sh:languageIn ( 'en' 'nl' )", "sh:uniqueLang true", "sh:hasValue 1", "sh:hasValue true"),
    "sh:in ( 1 true 'text' 2.5 'word'@en ex:x )",
    *("sh:equals ex:q", "sh:disjoint ex:q", "sh:minCount 2", "sh:maxCount 1"),
]
COMPARED = [f"sh:lessThan ex:{other}" for other in "qtd"]
FILTERS = [
    *(
        f"FILTER(?v {sign} {value})"
        for sign in ("<", ">", "=", "!=")
        for value in ("5", "'m'", "1.5", "true")
    ),
    *("FILTER(?v * 2.5 > 1)", "FILTER(STRLEN(STR(?v)) > 3)", "FILTER REGEX(?v, '^t')"),
    *("FILTER(LANG(?v) = 'en')", "FILTER(isLiteral(?v) && ?v > ?q)", "FILTER(?v IN (1, 2.5, 'text'))"),
    *("FILTER(!(?v > 5))", "FILTER(xsd:integer(?v) > 5)", "BIND(?v * 2 AS ?w) FILTER(?w != 2)"),
    *(
        "FILTER NOT EXISTS { $this ex:q ?w FILTER(?w < ?v) }",
        "FILTER EXISTS { $this ex:q ?w FILTER(?w < ?v) }",
    ),
    *("OPTIONAL { $this ex:q ?w FILTER(?w < ?v) } FILTER(!BOUND(?w))", "FILTER NOT EXISTS { $this ex:q ?v }"),
    "{ $this ex:q ?w FILTER(?w < ?v) } UNION { $this ex:t ?w FILTER(?w < ?v) }",
    *(
        f"FILTER {word} {{ $this ex:p {value} }}"
        for word in ("EXISTS", "NOT EXISTS")
        for value in ("true", "1")
    ),
    "BIND(EXISTS { $this ex:p true } AS ?is) FILTER(?is != false)",
]


def odd_data() -> bytes:
    """Return a node for each odd value, beside which a number, a text, a date and other values stand."""
    turtle = "".join(
        f"ex:n{number} ex:p {value} ; ex:q 5 ; ex:t 'm' ; ex:d '2020-06-01'^^xsd:date ."
        for number, value in enumerate(ODD)
    )
    twice = "ex:two ex:p 1, 01, 1.0, '1', true ; ex:q 01 . ex:three ex:p 'a'@en, 'b'@EN, 01 ; ex:q '1' ."
    return f"{PREFIXES}{turtle}{twice}".encode()


def both(shape: str, data: bytes, folder: Path) -> tuple[Counter[Result], Counter[Result]]:
    """Return the results for a shape of what has ex:p: with both engines, and of pyshacl alone."""
    (folder / "shapes.ttl").write_text(
        f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; {shape} ."
    )
    paths = {"shapes": [folder / "shapes.ttl"], "context": []}
    ours, theirs = (validate([data], engine=engine, **paths) for engine in ("pyshacl-turbo", "pyshacl"))
    return results(ours), results(theirs)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize(
    "outer", ["sh:property [ {} ]", "sh:not [ {} ]", "sh:or ( [ {} ] [ sh:minCount 9 ] )"]
)
def test_each_odd_value_under_each_constraint(constraint: str, outer: str, tmp_path: Path) -> None:
    """Every Core constraint, also negated and as an alternative, finds the same odd values."""
    shape = outer.replace("sh:minCount 9", "sh:path ex:p ; sh:minCount 9").format(
        f"sh:path ex:p ; {constraint}"
    )
    ours, theirs = both(shape, odd_data(), tmp_path)
    assert ours == theirs


@pytest.mark.parametrize("constraint", COMPARED)
@pytest.mark.parametrize("outer", ["sh:property [ {} ]", "sh:not [ {} ]"])
def test_each_odd_value_compared_with_another(constraint: str, outer: str, tmp_path: Path) -> None:
    """A comparison with other values finds the same; of a blank node, pyshacl compares none."""
    data = odd_data().replace(b"_:nameless", b"ex:named")
    ours, theirs = both(outer.format(f"sh:path ex:p ; {constraint}"), data, tmp_path)
    assert ours == theirs


@pytest.mark.parametrize("constraint", [*CONSTRAINTS, "sh:minInclusive 5"])
def test_each_constraint_is_decided_without_pyshacl(constraint: str, tmp_path: Path) -> None:
    """Of every Core constraint pyshacl-turbo says which nodes may fail, and most of them do."""
    shape = f"ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; {constraint} ] ."
    shapes, data = (read_source(text.encode()) for text in (PREFIXES + shape, odd_data().decode()))
    graph = add_sources(empty_graph(), [shapes])
    targets = find_targets(graph, [data])
    failing = find_failing(graph, [data], targets, some=False)
    _, theirs = both(f"sh:property [ sh:path ex:p ; {constraint} ]", odd_data(), tmp_path)
    fail = {result.focus for result in theirs}
    assert failing is not None
    [nodes] = failing.nodes.values()
    assert len(nodes) - len(fail) < len(ODD) / 2


def test_values_that_pyshacl_cannot_compare_are_an_error(tmp_path: Path) -> None:
    """Where pyshacl would stop with a traceback, a sentence says why."""
    data = f"{PREFIXES} ex:a ex:p 'seven'^^xsd:integer ; ex:q 5 .".encode()
    with pytest.raises(ValidationError, match="Some values that a shape compares cannot be compared"):
        both("sh:property [ sh:path ex:p ; sh:lessThanOrEquals ex:q ]", data, tmp_path)


@pytest.mark.parametrize("condition", FILTERS)
@pytest.mark.parametrize("ending", ["", " GROUP BY $this HAVING(SUM(?v) > 5)"])
def test_each_odd_value_in_each_filter(condition: str, ending: str, tmp_path: Path) -> None:
    """Every filter, and a sum of what it lets through, finds the same odd values."""
    query = f"SELECT $this {{ $this ex:p ?v {condition} }}{ending}"
    for short, namespace in (("ex", "http://example.org/"), ("xsd", str(XSD))):
        query = re.sub(rf"\b{short}:(\w+)", rf"<{namespace}\1>", query)
    ours, theirs = both(f'sh:sparql [ sh:message "m" ; sh:select "{query}" ]', odd_data(), tmp_path)
    assert ours == theirs


class Difference(NamedTuple):
    """One constraint on one value that the two engines judge differently, and what the specification says."""

    constraint: str
    value: str
    pyshacl: bool
    turbo: bool
    right: str


QUERY = (
    'sh:sparql [ sh:message "m" ; sh:select "SELECT $this {{ $this <http://example.org/p> ?v FILTER({}) }}" ]'
)
DIFFERENCES = {
    "not a number, below a limit": Difference(
        "sh:property [ sh:path ex:p ; sh:maxExclusive 5 ]",
        'ex:p "NaN"^^xsd:double',
        pyshacl=False,
        turbo=True,
        right="turbo: NaN is less than nothing (SPARQL 17.3, to which SHACL 4.3.2 refers)",
    ),
    "a truth value below a limit": Difference(
        "sh:property [ sh:path ex:p ; sh:maxExclusive 5 ]",
        "ex:p true",
        pyshacl=False,
        turbo=True,
        right="turbo: what cannot be compared with the limit breaks it (SHACL 4.3.2)",
    ),
    "a number of 20 digits above a limit": Difference(
        "sh:property [ sh:path ex:p ; sh:minInclusive 1 ]",
        "ex:p 18446744073709551616",
        pyshacl=False,
        turbo=True,
        right="pyshacl: an xsd:integer has no limit (XSD 3.3.13)",
    ),
    "the hour 24": Difference(
        "sh:property [ sh:path ex:p ; sh:datatype xsd:dateTime ]",
        'ex:p "2020-01-01T24:00:00Z"^^xsd:dateTime',
        pyshacl=True,
        turbo=False,
        right="turbo: 24:00:00 is the end of the day (XSD 3.2.7)",
    ),
    "a truth value in capitals": Difference(
        "sh:property [ sh:path ex:p ; sh:datatype xsd:boolean ]",
        'ex:p "TRUE"^^xsd:boolean',
        pyshacl=True,
        turbo=False,
        right="pyshacl: the forms are true, false, 1 and 0 (XSD 3.3.2); rdflib hands turbo the form true",
    ),
    "a text compared with a number": Difference(
        QUERY.format("?v > 10"),
        'ex:p "text"',
        pyshacl=True,
        turbo=False,
        right="turbo: the comparison is an error, which no filter lets pass (SPARQL 17.2)",
    ),
    "a number that no 64 bits hold": Difference(
        QUERY.format("?v > 10"),
        "ex:p 9223372036854775808",
        pyshacl=True,
        turbo=False,
        right="pyshacl: an xsd:integer has no limit (XSD 3.3.13)",
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_differences_between_the_engines_are_known(name: str, tmp_path: Path) -> None:
    """What only one of the engines reports is listed here; our report is pyshacl's."""
    difference = DIFFERENCES[name]
    shapes = f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; {difference.constraint} ."
    data = f"{PREFIXES} ex:a {difference.value} ."
    found = [
        not engine.validate(Graph().parse(data=data), shacl_graph=Graph().parse(data=shapes))[0]
        for engine in (pyshacl, pyshacl_turbo)
    ]
    (tmp_path / "shapes.ttl").write_text(shapes)
    report = validate([data.encode()], shapes=[tmp_path / "shapes.ttl"], context=[])
    assert (found, report.conforms) == ([difference.pyshacl, difference.turbo], not difference.pyshacl)
