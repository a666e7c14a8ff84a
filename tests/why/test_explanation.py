"""Which pattern of a query without an answer finds nothing, and why, over a small graph of its own."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from glutakg.cli.main import cli
from glutakg.dataset.headers import plain_query
from glutakg.dataset.queries import Catalogue
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import QueryError
from glutakg.graph import KnowledgeGraph, knowledge_graph
from glutakg.rdf.prefixes import compress, expand
from glutakg.rdf.terms import Literal
from glutakg.sparql.pattern_reader import read_patterns
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import EmbeddedStore, open_store
from glutakg.store.engine import Answer
from glutakg.why.emptiness.explain import explain_empty
from glutakg.why.emptiness.explanations import Explanation, Reason

TURTLE = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
DATA = {
    "ontology": """
gk:Nutrient rdfs:label "nutrient"@en .
gk:Step rdfs:label "step"@en .
gk:Uptake rdfs:subClassOf gk:Step ; rdfs:label "uptake"@en .
gk:Idle rdfs:label "idle"@en .
gk:movesFrom rdfs:subPropertyOf gk:startsFrom ; rdfs:label "moves from"@en .
gk:startsFrom rdfs:label "starts from"@en .
gk:rests rdfs:label "rests"@en .
gk:guards owl:inverseOf gk:protectsAgainst ; rdfs:label "guards"@en .
gk:binds rdfs:label "binds"@en .
gk:protectsAgainst rdfs:label "protects against"@en .
gk:Qualifies rdfs:label "qualifies"@en .
gk:Disputed skos:prefLabel "disputed"@en , "betwist"@nl .
gk:Established skos:prefLabel "established"@en , "vaststaand"@nl .
""",
    "background": """
gkd:taurine a gk:Nutrient , owl:NamedIndividual ; skos:prefLabel "taurine"@en , "taurine"@nl ; gk:mass 125 ;
  skos:exactMatch obo:CHEBI_15891 .
gkd:zinc a gk:Nutrient ; skos:prefLabel "zinc"@en , "zink"@nl .
gkd:manganese a gk:Nutrient ; skos:prefLabel "manganese"@en .
gkd:uptake-1 a gk:Uptake ; skos:prefLabel "uptake"@en ; gk:movesFrom gkd:cleft .
gkd:cleft a gk:Place ; skos:prefLabel "cleft"@en .
gkd:harm a gk:Process ; skos:prefLabel "harm"@en .
""",
    "source": """
gkd:taurine gk:protectsAgainst gkd:harm .
gkd:claim-1 a gk:Claim ; gk:subject gkd:taurine ; gk:predicate gk:protectsAgainst ; gk:object gkd:harm ;
  gk:polarity gk:Affirmed ; gk:claimIdentifier "C001" ; gk:curatorStatus gk:Established .
gkd:claim-2 a gk:Claim ; gk:subject gkd:manganese ; gk:predicate gk:protectsAgainst ; gk:object gkd:harm ;
  gk:polarity gk:Affirmed ; gk:claimIdentifier "C002" ; gk:curatorStatus gk:Disputed .
gkd:claim-3 a gk:Claim ; gk:subject gkd:zinc ; gk:predicate gk:binds ; gk:object gkd:cleft ;
  gk:polarity gk:Denied ; gk:claimIdentifier "C003" ; gk:curatorStatus gk:Established .
""",
    "contested": "gkd:manganese gk:protectsAgainst gkd:harm . gkd:rumour gk:mass 1 .",
    "evidence": """
gkd:item-1 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-1 ; gk:stance gk:Supports .
gkd:item-2 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-3 ; gk:stance gk:Contradicts .
gkd:search-1 a gk:SearchRecord ; obo:IAO_0000136 gkd:claim-1 ; gk:soughtStance gk:Contradicts ;
  gk:searched "Two databases, for trials."@en , "Twee databanken, naar proeven."@nl .
""",
    "imports/chebi": 'obo:CHEBI_15891 a owl:Class ; rdfs:label "taurine" .',
}
PREFIXES = """\
BASE <https://w3id.org/glutakg/data/>
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkd: <https://w3id.org/glutakg/data/>
PREFIX gkg: <https://w3id.org/glutakg/graph/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
NUTRIENT = """\
# title: Protectors
# title@nl: Beschermers
# question: What does it protect against?
# question@nl: Waartegen beschermt het?
# tags: nutrients
# parameter: nutrient iri The nutrient | De voedingsstof
# parameter: lang language Language | Taal

PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkd: <https://w3id.org/glutakg/data/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?label
WHERE {
  VALUES ?nutrient { gkd:taurine }
  VALUES ?lang { "en" }
  ?nutrient gk:protectsAgainst/skos:prefLabel ?label .
  FILTER(LANG(?label) = ?lang)
}
ORDER BY ?label
"""


def small_graph(folder: Path) -> list[ShippedFile]:
    """Write the small graph and return its files."""
    written = []
    for name, turtle in DATA.items():
        path = folder / "data" / f"{name.replace('/', '-')}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TURTLE + turtle, encoding="utf-8")
        written.append(ShippedFile(path, name))
    return written


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """Return the store of the small graph."""
    folder = tmp_path_factory.mktemp("explanation")
    with open_store(folder / "cache", files=small_graph(folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def kg(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """Return the small graph, with a catalogue of one query."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "protection.rq").write_text(NUTRIENT, encoding="utf-8")
    with KnowledgeGraph(store, catalogue=Catalogue([folder / "protection.rq"])) as opened:
        yield opened


def explained(kg: KnowledgeGraph, query: str) -> tuple[Explanation, ...]:
    """Return why a query of the usual prefixes has no answer."""
    return kg.explain_empty(PREFIXES + query)


# query, then of the only explanation: reason, pattern, terms, instead
CASES: dict[str, tuple[str, Reason, str, list[str], list[str]]] = {
    "unknown subject": (
        "SELECT * { gkd:taurin ?p ?o }",
        Reason.UNKNOWN_TERM,
        "gkd:taurin ?p ?o",
        ["gkd:taurin"],
        ["gkd:taurine", "CHEBI:15891"],
    ),
    "unknown relation": (
        "SELECT * { ?x a gk:Nutrient ; gk:protectAgainst ?y }",
        Reason.UNKNOWN_TERM,
        "?x gk:protectAgainst ?y",
        ["gk:protectAgainst"],
        ["gk:protectsAgainst"],
    ),
    "wrong case": (
        "ASK { ?x a gk:nutrient }",
        Reason.UNKNOWN_TERM,
        "?x a gk:nutrient",
        ["gk:nutrient"],
        ["gk:Nutrient"],
    ),
    "wrong namespace": (
        "ASK { ?x rdfs:prefLabel ?l }",
        Reason.UNKNOWN_TERM,
        "?x rdfs:prefLabel ?l",
        ["rdfs:prefLabel"],
        ["skos:prefLabel"],
    ),
    "colon in an OBO identifier": (
        "ASK { ?x skos:exactMatch <http://purl.obolibrary.org/obo/CHEBI:15891> }",
        Reason.UNKNOWN_TERM,
        "?x skos:exactMatch <http://purl.obolibrary.org/obo/CHEBI:15891>",
        ["http://purl.obolibrary.org/obo/CHEBI:15891"],
        ["CHEBI:15891"],
    ),
    "https for http": (
        "ASK { ?x skos:exactMatch <https://purl.obolibrary.org/obo/CHEBI_15891> }",
        Reason.UNKNOWN_TERM,
        "?x skos:exactMatch <https://purl.obolibrary.org/obo/CHEBI_15891>",
        ["https://purl.obolibrary.org/obo/CHEBI_15891"],
        ["CHEBI:15891"],
    ),
    "identifier that is only near": (
        "ASK { ?x skos:exactMatch obo:CHEBI_15892 }",
        Reason.UNKNOWN_TERM,
        "?x skos:exactMatch obo:CHEBI_15892",
        ["CHEBI:15892"],
        [],
    ),
    "relative IRI": (
        "ASK { <taurin> ?p ?o }",
        Reason.UNKNOWN_TERM,
        "<taurin> ?p ?o",
        ["gkd:taurin"],
        ["gkd:taurine", "CHEBI:15891"],
    ),
    "unknown term in VALUES": (
        "SELECT * { VALUES (?x ?n) { (gkd:foo 1) } ?x gk:mass ?m }",
        Reason.UNKNOWN_TERM,
        "gkd:foo gk:mass ?m",
        ["gkd:foo"],
        [],
    ),
    "unknown graph": (
        "SELECT * { GRAPH gkg:sourc { ?x ?p ?o } }",
        Reason.UNKNOWN_TERM,
        "GRAPH gkg:sourc",
        ["gkg:sourc"],
        ["gkg:source"],
    ),
    "unknown FROM": ("SELECT * FROM gkg:x { ?x ?p ?o }", Reason.UNKNOWN_TERM, "GRAPH gkg:x", ["gkg:x"], []),
    "unknown term described": ("DESCRIBE gkd:foo", Reason.UNKNOWN_TERM, "DESCRIBE gkd:foo", ["gkd:foo"], []),
    "term in another graph": (
        "SELECT * { GRAPH gkg:evidence { ?x gk:mass 7 } }",
        Reason.OTHER_GRAPH,
        "?x gk:mass 7",
        ["gk:mass"],
        ["gkg:background", "gkg:contested"],
    ),
    "members of a thing that is no class": (
        "SELECT * { ?item a gk:Supports }",
        Reason.NOT_FOUND,
        "?item a gk:Supports",
        ["gk:Supports"],
        ["gk:stance"],
    ),
    "pattern in another graph": (
        "SELECT * { GRAPH gkg:source { gkd:taurine skos:prefLabel ?l } }",
        Reason.OTHER_GRAPH,
        "gkd:taurine skos:prefLabel ?l",
        [],
        ["gkg:background"],
    ),
    "end of a path in another graph": (
        "SELECT * { GRAPH gkg:source { gkd:taurine gk:protectsAgainst/skos:prefLabel ?l } }",
        Reason.OTHER_GRAPH,
        "[] skos:prefLabel ?l",
        [],
        ["gkg:background", "gkg:ontology"],
    ),
    "no one graph": (
        "SELECT * { GRAPH ?g { ?x gk:protectsAgainst ?y . ?x gk:mass 125 } }",
        Reason.OTHER_GRAPH,
        "?x gk:mass 125",
        [],
        ["gkg:background"],
    ),
    "FROM another graph": (
        "SELECT * FROM gkg:evidence { gkd:zinc a ?c }",
        Reason.OTHER_GRAPH,
        "gkd:zinc a ?c",
        [],
        ["gkg:background"],
    ),
    "FROM several other graphs": (
        "SELECT * FROM gkg:evidence FROM gkg:source { gkd:zinc a ?c }",
        Reason.OTHER_GRAPH,
        "gkd:zinc a ?c",
        [],
        ["gkg:background"],
    ),
    "FROM the contested graph": (
        "SELECT * FROM gkg:contested FROM gkg:evidence { gkd:manganese gk:protectsAgainst gkd:harm ; a ?c }",
        Reason.OTHER_GRAPH,
        "gkd:manganese a ?c",
        [],
        ["gkg:background"],
    ),
    "FROM a graph without the term": (
        "SELECT * FROM gkg:evidence FROM gkg:source { ?x gk:mass 7 }",
        Reason.OTHER_GRAPH,
        "?x gk:mass 7",
        ["gk:mass"],
        ["gkg:background", "gkg:contested"],
    ),
    "FROM without the named graph": (
        "SELECT * FROM gkg:background { gkd:taurine a ?c GRAPH gkg:source { ?x a gk:Claim } }",
        Reason.OTHER_GRAPH,
        "FROM",
        ["gkg:background"],
        [],
    ),
    "FROM and FROM NAMED and an unknown term": (
        "SELECT * FROM gkg:background FROM NAMED gkg:source { gkd:foo a ?c GRAPH gkg:source { ?x a ?d } }",
        Reason.UNKNOWN_TERM,
        "gkd:foo a ?c",
        ["gkd:foo"],
        [],
    ),
    "FROM NAMED an unknown graph": (
        "SELECT * FROM NAMED gkg:x { GRAPH ?g { ?x a gk:Claim } }",
        Reason.UNKNOWN_TERM,
        "GRAPH gkg:x",
        ["gkg:x"],
        [],
    ),
    "described FROM another graph": (
        "DESCRIBE gkd:uptake-1 FROM gkg:source",
        Reason.OTHER_GRAPH,
        "DESCRIBE gkd:uptake-1",
        ["gkd:uptake-1"],
        ["gkg:background"],
    ),
    "FROM NAMED only": (
        "SELECT * FROM NAMED gkg:source { ?x a gk:Claim }",
        Reason.OTHER_GRAPH,
        "FROM",
        ["gkg:source"],
        [],
    ),
    "term only in the contested graph": (
        "SELECT * { gkd:rumour ?p gkd:zinc }",
        Reason.OTHER_GRAPH,
        "gkd:rumour ?p gkd:zinc",
        ["gkd:rumour"],
        ["gkg:contested"],
    ),
    "triple only in the contested graph": (
        "SELECT * { gkd:rumour gk:mass ?m }",
        Reason.OTHER_GRAPH,
        "gkd:rumour gk:mass ?m",
        [],
        ["gkg:contested"],
    ),
    "contested": (
        "SELECT * { gkd:manganese gk:protectsAgainst ?y }",
        Reason.CONTESTED,
        "gkd:manganese gk:protectsAgainst ?y",
        ["gkd:claim-2"],
        [],
    ),
    "contested, by label": (
        "SELECT * { ?x skos:prefLabel 'manganese'@en ; gk:protectsAgainst gkd:harm }",
        Reason.CONTESTED,
        "?x gk:protectsAgainst gkd:harm",
        ["gkd:claim-2"],
        [],
    ),
    "denied": (
        "ASK { gkd:zinc gk:binds ?what }",
        Reason.DENIED,
        "gkd:zinc gk:binds ?what",
        ["gkd:claim-3"],
        [],
    ),
    "denied, turned": (
        "ASK { gkd:cleft ^gk:binds gkd:zinc }",
        Reason.DENIED,
        "gkd:zinc gk:binds gkd:cleft",
        ["gkd:claim-3"],
        [],
    ),
    "other way round": (
        "ASK { gkd:harm gk:protectsAgainst gkd:taurine }",
        Reason.OTHER_WAY_ROUND,
        "gkd:harm gk:protectsAgainst gkd:taurine",
        ["gk:protectsAgainst"],
        [],
    ),
    "relation never used": ("ASK { ?x gk:rests ?y }", Reason.NEVER_USED, "?x gk:rests ?y", ["gk:rests"], []),
    "never with that class as subject": (
        "SELECT * { ?x a gk:Nutrient ; gk:movesFrom ?y }",
        Reason.NEVER_USED_WITH_CLASS,
        "?x gk:movesFrom ?y",
        ["gk:movesFrom", "gk:Nutrient"],
        ["gk:Uptake"],
    ),
    "never with that class, class last": (
        "SELECT * { ?x gk:movesFrom ?y . ?y a gk:Nutrient }",
        Reason.NEVER_USED_WITH_CLASS,
        "?y a gk:Nutrient",
        ["gk:movesFrom", "gk:Nutrient"],
        ["gk:Place"],
    ),
    "never with the class of that term": (
        "ASK { gkd:zinc gk:movesFrom ?y }",
        Reason.NEVER_USED_WITH_CLASS,
        "gkd:zinc gk:movesFrom ?y",
        ["gk:movesFrom", "gk:Nutrient"],
        ["gk:Uptake"],
    ),
    "used with the class, not with that term": (
        "ASK { gkd:zinc gk:mass ?y }",
        Reason.NOT_FOUND,
        "gkd:zinc gk:mass ?y",
        [],
        [],
    ),
    "only subclasses have instances": (
        "ASK { ?x a gk:Step }",
        Reason.NOT_FOUND,
        "?x a gk:Step",
        ["gk:Step"],
        ["gk:Uptake"],
    ),
    "class without instances": ("ASK { ?x a gk:Idle }", Reason.NOT_FOUND, "?x a gk:Idle", [], []),
    "only a narrower relation": (
        "ASK { ?x gk:startsFrom gkd:cleft }",
        Reason.NOT_FOUND,
        "?x gk:startsFrom gkd:cleft",
        ["gk:startsFrom"],
        ["gk:movesFrom"],
    ),
    "only of the term that matches": (
        "ASK { obo:CHEBI_15891 gk:protectsAgainst ?x }",
        Reason.NOT_FOUND,
        "obo:CHEBI_15891 gk:protectsAgainst ?x",
        ["CHEBI:15891"],
        ["gkd:taurine"],
    ),
    "join": (
        "SELECT * { ?x gk:mass 125 . ?y skos:prefLabel 'zink'@nl . ?x ?p ?y }",
        Reason.NOT_FOUND,
        "?x ?p ?y",
        [],
        [],
    ),
    "evidence searched for": (
        "SELECT * { ?c gk:claimIdentifier 'C001' . ?i obo:IAO_0000136 ?c ; gk:stance gk:Contradicts }",
        Reason.NOT_FOUND,
        "?i gk:stance gk:Contradicts",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "evidence searched for, claim last": (
        "SELECT * { ?i gk:stance gk:Contradicts ; obo:IAO_0000136 ?c . ?c gk:claimIdentifier 'C001' }",
        Reason.NOT_FOUND,
        "?c gk:claimIdentifier 'C001'",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "evidence searched for, by filter": (
        "SELECT * { ?i obo:IAO_0000136 gkd:claim-1 ; gk:stance ?s FILTER(?s = gk:Contradicts) }",
        Reason.NOT_FOUND,
        "FILTER(?s = gk:Contradicts)",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "no search for that stance": (
        "SELECT * { ?i obo:IAO_0000136 gkd:claim-1 ; gk:stance gk:Qualifies }",
        Reason.NOT_FOUND,
        "?i gk:stance gk:Qualifies",
        [],
        [],
    ),
    "no search about that claim": (
        "SELECT * { ?i obo:IAO_0000136 gkd:claim-2 ; gk:stance gk:Contradicts }",
        Reason.NOT_FOUND,
        "?i obo:IAO_0000136 gkd:claim-2",
        [],
        [],
    ),
    "text without language": (
        "ASK { ?x skos:prefLabel 'Zinc' }",
        Reason.OTHER_LITERAL,
        "?x skos:prefLabel 'Zinc'",
        [],
        ['"zinc"@en'],
    ),
    "number as text": (
        "ASK { ?x gk:mass '125' }",
        Reason.OTHER_LITERAL,
        "?x gk:mass '125'",
        [],
        ['"125"^^<http://www.w3.org/2001/XMLSchema#integer>'],
    ),
    "text that is only near": (
        "ASK { ?x skos:prefLabel 'manganees'@en }",
        Reason.OTHER_LITERAL,
        "?x skos:prefLabel 'manganees'@en",
        [],
        ["manganese"],
    ),
    "filter": (
        "SELECT * { ?x gk:mass ?m FILTER(?m > 0) FILTER(?m > 900) }",
        Reason.FILTERED,
        "FILTER(?m > 900)",
        [],
        [],
    ),
    "filter with a plain text": (
        "SELECT * { ?x skos:prefLabel ?l . FILTER(?l = 'zinc') }",
        Reason.FILTERED,
        "FILTER(?l = 'zinc')",
        [],
        ['"zinc"@en'],
    ),
    "filter with another language": (
        "SELECT * { ?x skos:prefLabel ?l . FILTER(LANG(?l) = 'fr') }",
        Reason.FILTERED,
        "FILTER(LANG(?l) = 'fr')",
        [],
        ["en", "nl"],
    ),
    "filter with an unknown term": (
        "SELECT * { ?x gk:curatorStatus ?s FILTER(?s = gk:Dispute) }",
        Reason.FILTERED,
        "FILTER(?s = gk:Dispute)",
        ["gk:Dispute"],
        [],
    ),
    "filter in a group": (
        "SELECT * { ?x a gk:Nutrient { ?x gk:mass ?m FILTER(?m > 900) } }",
        Reason.FILTERED,
        "FILTER(?m > 900)",
        [],
        [],
    ),
    "MINUS": ("SELECT * { ?x gk:mass ?m MINUS { ?x a ?c } }", Reason.FILTERED, "MINUS { ?x a ?c }", [], []),
    "NOT EXISTS": (
        "SELECT * { ?x gk:mass ?m FILTER NOT EXISTS { ?x a ?c } }",
        Reason.FILTERED,
        "FILTER NOT EXISTS { ?x a ?c }",
        [],
        [],
    ),
    "HAVING": (
        "SELECT ?c { ?x a ?c } GROUP BY ?c HAVING (COUNT(?x) > 99)",
        Reason.FILTERED,
        "GROUP BY ?c HAVING (COUNT(?x) > 99)",
        [],
        [],
    ),
    "LIMIT": ("SELECT ?c { ?x a ?c } LIMIT 0", Reason.FILTERED, "LIMIT 0", [], []),
    "template": ("CONSTRUCT { ?x gk:mass ?none } { ?x a gk:Nutrient }", Reason.FILTERED, "CONSTRUCT", [], []),
    "OPTIONAL is no reason": (
        "SELECT * { OPTIONAL { ?x gk:rests ?y } ?z a gk:Idle }",
        Reason.NOT_FOUND,
        "?z a gk:Idle",
        [],
        [],
    ),
    "sub-select": (
        "SELECT * { ?x a ?c { SELECT ?x { ?x gk:rests ?y } LIMIT 5 } }",
        Reason.NEVER_USED,
        "?x gk:rests ?y",
        ["gk:rests"],
        [],
    ),
    "alternative path": (
        "ASK { gkd:zinc gk:foo|gk:mass ?y }",
        Reason.NOT_FOUND,
        "gkd:zinc gk:foo|gk:mass ?y",
        [],
        [],
    ),
    "path of any length": (
        "ASK { gkd:zinc gk:protectsAgainst+ ?y }",
        Reason.NOT_FOUND,
        "gkd:zinc gk:protectsAgainst+ ?y",
        [],
        [],
    ),
    "blank node": ("ASK { _:a.1 gk:rests _:b . }", Reason.NEVER_USED, "_:a.1 gk:rests _:b", ["gk:rests"], []),
    "VALUES at the end": (
        "SELECT ?x { ?x gk:mass ?m } VALUES ?m { 4 }",
        Reason.NOT_FOUND,
        "?x gk:mass 4",
        [],
        [],
    ),
    "text where a thing is wanted": (
        'ASK { ?x gk:curatorStatus "Disputed" }',
        Reason.OTHER_LITERAL,
        '?x gk:curatorStatus "Disputed"',
        [],
        ["gk:Disputed"],
    ),
    "inverse of the relation that is used": (
        "ASK { ?x gk:guards ?y }",
        Reason.NEVER_USED,
        "?x gk:guards ?y",
        ["gk:guards"],
        ["gk:protectsAgainst"],
    ),
    "CONSTRUCT": (
        "CONSTRUCT WHERE { ?x gk:rests ?y }",
        Reason.NEVER_USED,
        "?x gk:rests ?y",
        ["gk:rests"],
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_reason_pattern_and_terms(kg: KnowledgeGraph, case: str) -> None:
    """One pattern is to blame, for one reason."""
    query, *expected = CASES[case]
    [found] = explained(kg, query)
    curies = [compress(iri) for iri in found.instead]
    assert [found.reason, found.pattern, list(map(compress, found.terms)), curies] == expected


@pytest.mark.parametrize(
    ("condition", "hint", "hint_nl"),
    [
        ("?id > 5", 'numbers only, and here are "C001", "C002", "C003"', "alleen met getallen vergeleken"),
        ("5 <= ?id", 'numbers only, and here are "C001"', "alleen met getallen vergeleken"),
        ("?id = -5", 'numbers only, and here are "C001"', "alleen met getallen vergeleken"),
        ('?mass > "100"', 'texts only, and here are "125"^^xsd:integer:', "alleen met teksten"),
        ("'125' = ?mass", "texts only, and here are", "alleen met teksten vergeleken"),
        ('?claim = "C054"', "texts only, and here are", "alleen met teksten vergeleken"),
        ("YEAR(?mass) = 125", "here are numbers", "hier zijn getallen"),
        ("REGEX(?mass, '12')", "takes texts, and here are", "neemt teksten"),
        ("CONTAINS(?claim, 'claim')", "takes texts, and here are", "neemt teksten"),
    ],
)
def test_values_of_another_kind_are_told(kg: KnowledgeGraph, condition: str, hint: str, hint_nl: str) -> None:
    """A filter that can do nothing with what it gets is told what it gets, in both languages."""
    query = "SELECT * { ?claim gk:claimIdentifier ?id ; gk:subject ?s . gkd:taurine gk:mass ?mass "
    [found] = explained(kg, f"{query} FILTER({condition}) }}")
    assert found.reason is Reason.FILTERED
    assert hint in found.sentence["en"]
    assert hint_nl in found.sentence["nl"]


@pytest.mark.parametrize(
    "condition",
    [
        "?mass > 900",
        "?id = 'C009' && ?mass = 1",
        "'900'^^gk:x < ?mass",
        "?mass > '900'^^gk:x",
        "REGEX(?id, 'x')",
        "?mass = ?id",
    ],
)
def test_values_of_the_right_kind_are_not_told(kg: KnowledgeGraph, condition: str) -> None:
    """A filter that could let something through is not blamed on kinds."""
    query = "SELECT * { ?claim gk:claimIdentifier ?id . gkd:taurine gk:mass ?mass "
    [found] = explained(kg, f"{query} FILTER({condition}) }}")
    assert "here are" not in found.sentence["en"]


def test_it_is_told_that_not_all_texts_were_compared(
    kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more than are read, the nearest may be another."""
    query = "ASK { ?x skos:prefLabel 'manganees'@en }"
    [found] = explained(kg, query)
    assert found.sentence["en"].endswith("the nearest are manganese.")
    rows = kg.query(f"{PREFIXES}SELECT DISTINCT ?name {{ ?x skos:prefLabel ?name }}")
    assert isinstance(rows, Rows)
    most = len(rows) - 1
    monkeypatch.setattr("glutakg.why.emptiness.literals._MOST_COMPARED", most)
    [found] = explained(kg, query)
    told = f"of the {most} that were compared, which are not all, the nearest are manganese."
    assert found.sentence["en"].endswith(told)
    assert "dat zijn ze niet alle" in found.sentence["nl"]


def test_missing_from_named_is_told(kg: KnowledgeGraph) -> None:
    """FROM alone leaves GRAPH without a graph, which is told as such."""
    query = "SELECT * FROM gkg:background { gkd:taurine a ?c GRAPH gkg:source { ?x a gk:Claim } }"
    [found] = explained(kg, query)
    assert "add FROM NAMED for each graph" in found.sentence["en"]


def test_every_pattern_that_finds_nothing_is_named(kg: KnowledgeGraph) -> None:
    """Two slips give two reasons, in the order of the query."""
    found = explained(kg, "SELECT * { gkd:taurin gk:mass ?m . ?x a gk:nutrient }")
    assert [each.pattern for each in found] == ["gkd:taurin gk:mass ?m", "?x a gk:nutrient"]


def test_graphs_that_are_named_beside_the_query_stand_for_its_own(kg: KnowledgeGraph) -> None:
    """As the protocol has it: what FROM says does not count where the request names graphs."""
    text = PREFIXES + "SELECT * FROM gkg:background { gkd:zinc a ?c }"
    assert kg.explain_empty(text) == ()
    empty = kg.answer(plain_query(text.replace("gkg:background", "gkg:evidence")))
    graphs = [expand("gkg:evidence"), expand("gkg:source")]
    [found] = kg.explain_empty(text, answer=empty, default_graphs=graphs)
    assert (found.reason, found.instead) == (Reason.OTHER_GRAPH, (expand("gkg:background"),))
    assert "this is not in gkg:evidence, gkg:source, but in gkg:background" in str(found)
    [found] = kg.explain_empty(text, answer=empty, named_graphs=[expand("gkg:background")])
    assert found.terms == (expand("gkg:background"),)
    assert "(gkg:background) leave out one that holds what it asks" in str(found)


def test_union_is_explained_branch_by_branch(kg: KnowledgeGraph) -> None:
    """A union finds nothing because none of its branches does."""
    branches = "{ ?x gk:rests ?y } UNION { ?x gk:mass 7 } UNION { ?x a gk:Idle }"
    found = explained(kg, f"SELECT * {{ ?x a gk:Nutrient {branches} }}")
    assert [each.reason for each in found] == [Reason.NEVER_USED, Reason.NOT_FOUND, Reason.NOT_FOUND]
    assert [str(each)[:17] for each in found] == [f"Branch {number} of UNION"[:17] for number in (1, 2, 3)]


def test_union_with_one_good_branch_is_not_blamed(kg: KnowledgeGraph) -> None:
    """Where a branch finds something, another that does not is no reason."""
    [found] = explained(kg, "SELECT * { { ?x gk:rests ?y } UNION { ?x gk:mass ?y } ?x a gk:Idle }")
    assert found.pattern == "?x a gk:Idle"


def test_parts_of_brackets_and_lists_are_patterns(kg: KnowledgeGraph) -> None:
    """What stands in brackets is explained like the rest."""
    found = explained(kg, "ASK { ?x gk:mass [ gk:rests ( 'a'@en -3e1 ) ] . }")
    assert ("[] gk:rests []", Reason.NEVER_USED) in [(each.pattern, each.reason) for each in found]


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?x gk:mass ?none } { ?x a gk:Nutrient } LIMIT 0",
        "SELECT * { ?x a gk:Nutrient }",
        "ASK { ?x a gk:Nutrient }",
        "DESCRIBE ?x { ?x a gk:Nutrient }",
        "ASK FROM gkg:background FROM gkg:source { ?x a gk:Nutrient }",
        "ASK FROM gkg:background FROM NAMED gkg:source { ?x a gk:Nutrient GRAPH ?g { ?y a gk:Claim } }",
        "ASK FROM NAMED gkg:source { GRAPH ?g { ?x a gk:Claim } }",
    ],
)
def test_nothing_is_blamed_without_proof(store: EmbeddedStore, query: str) -> None:
    """Where the patterns find something and more than one thing, or none, is left to blame, that is said."""
    [found] = explain_empty(store, PREFIXES + query)
    assert str(found) == "Why there is no answer could not be explained."


def test_sentence_is_in_two_languages(kg: KnowledgeGraph) -> None:
    """Claims are named with their status in the language."""
    [found] = explained(kg, "ASK { gkd:manganese gk:protectsAgainst ?y }")
    assert found.sentence == {
        "en": "No match for gkd:manganese gk:protectsAgainst ?y: it is claimed, but contested, so that only "
        "GRAPH gkg:contested has it: C002 (disputed).",
        "nl": "Geen treffer voor gkd:manganese gk:protectsAgainst ?y: het wordt beweerd, maar betwist, en "
        "staat daarom alleen in GRAPH gkg:contested: C002 (betwist).",
    }


def test_the_pattern_that_works_is_told_where_a_thing_is_no_class(kg: KnowledgeGraph) -> None:
    """Who asks for members of a kind learns by which relation the kind is reached."""
    [found] = kg.explain_empty(
        "PREFIX gk: <https://w3id.org/glutakg/ontology/> SELECT * { ?item a gk:Supports }"
    )
    assert "ask ?item gk:stance gk:Supports." in found.sentence["en"]
    assert "vraag ?item gk:stance gk:Supports." in found.sentence["nl"]


def test_search_is_told_in_two_languages(kg: KnowledgeGraph) -> None:
    """What was searched is part of the sentence."""
    [found] = explained(kg, "ASK { ?i obo:IAO_0000136 gkd:claim-1 ; gk:stance gk:Contradicts }")
    assert found.sentence["en"].endswith("Searched: Two databases, for trials.")
    assert found.sentence["nl"].endswith("Gezocht: Twee databanken, naar proeven.")


def test_query_with_an_answer_has_no_explanation(kg: KnowledgeGraph) -> None:
    """There is nothing to explain."""
    assert explained(kg, "ASK { ?x a gk:Nutrient }") == ()
    assert explained(kg, "SELECT * { ?x a gk:Nutrient }") == ()


def test_rows_tell_why_there_are_none(kg: KnowledgeGraph) -> None:
    """The answer itself can be asked."""
    rows = kg.query(PREFIXES + "SELECT * { ?x gk:rests ?y }")
    assert isinstance(rows, Rows)
    assert [each.reason for each in rows.why_empty()] == [Reason.NEVER_USED]


def test_rows_that_are_there_ask_nothing_more(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer costs one question to the store, with or without asking why it would be empty."""
    asked: list[str] = []
    evaluate = EmbeddedStore.evaluate

    def counted(store: EmbeddedStore, text: str, **options: Any) -> Answer:
        asked.append(text)
        return evaluate(store, text, **options)

    monkeypatch.setattr(EmbeddedStore, "evaluate", counted)
    rows = kg.query(PREFIXES + "SELECT * { ?x a gk:Nutrient }")
    assert isinstance(rows, Rows)
    assert (rows.why_empty(), len(asked)) == ((), 1)


@pytest.mark.parametrize(
    ("parameters", "reason", "terms"),
    [
        ({"nutrient": "CHEBI:1"}, Reason.UNKNOWN_TERM, ["CHEBI:1"]),
        ({"nutrient": "manganese"}, Reason.CONTESTED, ["gkd:claim-2"]),
        ({"nutrient": "CHEBI:15891"}, Reason.NOT_FOUND, ["CHEBI:15891"]),
        ({"lang": "nl"}, Reason.FILTERED, []),
    ],
)
def test_catalogue_query_with_parameters(
    kg: KnowledgeGraph, parameters: dict[str, Any], reason: Reason, terms: list[str]
) -> None:
    """Values of parameters are terms of the patterns that use them, by both ways to ask."""
    rows = kg.run("protection", **parameters)
    assert isinstance(rows, Rows)
    [found] = rows.why_empty()
    assert (found.reason, list(map(compress, found.terms))) == (reason, terms)
    assert kg.explain_empty(kg.catalogue["protection"], parameters=parameters) == (found,)


def test_value_with_quotes_stays_a_value(store: EmbeddedStore) -> None:
    """A text that looks like SPARQL does not become part of a probe."""
    text = NUTRIENT.replace('VALUES ?lang { "en" }', "")
    hostile = Literal('en" } ?x ?y ?label . VALUES ?lang { "en')
    [found] = explain_empty(store, text, values={"lang": hostile})
    assert (found.reason, found.pattern) == (Reason.FILTERED, "FILTER(LANG(?label) = ?lang)")


def test_faulty_query_is_an_error_and_no_explanation(kg: KnowledgeGraph) -> None:
    """What cannot be asked is told as by asking it."""
    with pytest.raises(QueryError, match="Line 1"):
        kg.explain_empty("SELECT * { ?x }")


def test_service_is_not_asked(store: EmbeddedStore) -> None:
    """The rest of the query is explained; the store, which refuses SERVICE, never sees it."""
    text = PREFIXES + "SELECT * { SERVICE <http://localhost:1/> { ?x ?p ?o } ?x %s ?y }"
    [found] = explain_empty(store, text % "gk:rests")
    assert found.reason is Reason.NEVER_USED
    [found] = explain_empty(store, text % "gk:mass")
    assert (found.reason, found.pattern) == (Reason.NOT_FOUND, "SERVICE")


# Hostile queries

HOSTILE: dict[str, str] = {
    "too long": "ASK { ?s ?p '" + "x" * 1_000_000 + "' }",
    "deep braces": "ASK " + "{" * 5000 + "}" * 5000,
    "braces that are not closed": "ASK " + "{" * 5000,
    "deep brackets": "ASK { ?s ?p " + "[ ?p " * 2000 + "1" + "]" * 2000 + "}",
    "deep lists": "ASK { ?s ?p " + "(" * 5000 + ")" * 5000 + "}",
    "deep path": "ASK { ?s " + "(" * 5000 + "<x:p>" + ")" * 5000 + " ?o }",
    "deep filter": "ASK { ?s ?p ?o FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "long path": "ASK { ?s " + "/".join(["<x:p>"] * 2000) + " ?o }",
    "many unions": "ASK { " + " UNION ".join(["{ ?s <x:p> ?o }"] * 800) + "}",
    "many filters": "ASK { ?s ?p ?o " + "FILTER(?o = 'a') " * 1000 + "}",
    "many terms": "ASK { " + " ".join(f"?s <x:p{number}> ?o ." for number in range(800)) + "}",
    "long variable": "ASK { ?s ?p ?o FILTER(?" + "x" * 19_000 + " > 1) }",
    "code points": r"ASK { ?s <x:\u0070> ?o }",
    "triple terms": "ASK { << ?s ?p ?o >> <x:p> ?z }",
    "annotation": "ASK { ?s ?p ?o {| <x:p> 1 |} }",
    "own variables": "ASK { ?glutakg_1 <x:p> ?o }",
    "cross product": "ASK { "
    + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12))
    + " FILTER(?s1 = ?s1 + 4) }",
    "not SPARQL": "\x00 } { ) (",
    "nothing": "",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_query_is_left_in_good_time(store: EmbeddedStore, case: str) -> None:
    """No text can take long, raise anything, or fill the screen; the store still answers."""
    begin = time.monotonic()  # on a busy machine it may take several times as long as it is given
    found = explain_empty(store, HOSTILE[case], seconds=2)
    assert time.monotonic() - begin < 30
    assert 1 <= len(found) <= 5
    assert all(len(sentence) < 1000 for each in found for sentence in each.sentence.values())
    assert store.evaluate(PREFIXES + "ASK { ?x a gk:Nutrient }").boolean


@pytest.mark.parametrize("case", ["deep braces", "code points", "triple terms", "own variables", "too long"])
def test_what_is_not_read_is_not_explained(store: EmbeddedStore, case: str) -> None:
    """The weaker sentence is true."""
    [found] = explain_empty(store, HOSTILE[case])
    assert (found.reason, found.pattern) == (Reason.UNEXPLAINED, "")


def test_no_time_is_no_explanation(store: EmbeddedStore) -> None:
    """The limit holds, and is told."""
    [found] = explain_empty(store, PREFIXES + "ASK { ?x gk:rests ?y }", seconds=0)
    assert str(found) == "Why there is no answer could not be explained (looking for it takes too long)."


def test_closed_store_is_no_explanation(tmp_path: Path) -> None:
    """Asking why after closing says that the store is closed."""
    with open_store(tmp_path / "cache", files=small_graph(tmp_path)) as store:
        pass
    [found] = explain_empty(store, "ASK { ?x <x:p> ?y }")
    assert "The store has been closed" in str(found)


# Emptiness of an answer in each format


@pytest.mark.parametrize("format", ["json", "csv", "tsv", "xml"])
@pytest.mark.parametrize(("query", "is_empty"), [("{ ?x gk:rests ?y }", True), ("{ ?x gk:mass ?y }", False)])
def test_answer_knows_whether_it_is_empty(
    store: EmbeddedStore, format: str, query: str, is_empty: bool
) -> None:
    """Rows and yes or no, in every format."""
    for form in ("SELECT *", "ASK"):
        assert store.evaluate(f"{PREFIXES}{form} {query}", format=format).is_empty is is_empty


@pytest.mark.parametrize("format", ["nt", "ttl", "jsonld"])
@pytest.mark.parametrize(("query", "is_empty"), [("{ ?x gk:rests ?y }", True), ("{ ?x gk:mass ?y }", False)])
def test_graph_knows_whether_it_is_empty(
    store: EmbeddedStore, format: str, query: str, is_empty: bool
) -> None:
    """Graphs, in every format."""
    assert store.evaluate(f"{PREFIXES}CONSTRUCT WHERE {query}", format=format).is_empty is is_empty


# Reading a query


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?s gk:p 1.", ["?s gk:p 1"]),
        ("?s gk:p +5 , -.5e3 ; a gkd:x.y.", ["?s gk:p +5", "?s gk:p -.5e3", "?s a gkd:x.y"]),
        ("?s gk:p+ ?o", ["?s gk:p+ ?o"]),
        (r"?s ^gk:p/(gk:q|gk:r)? 'a\'b'@en-GB", ["[] gk:p ?s", r"[] (gk:q|gk:r)? 'a\'b'@en-GB"]),
        ("?s gk:p/gk:q|gk:r ?o", ["?s gk:p/gk:q|gk:r ?o"]),
        ("?s !(^a|gk:p) '''x'y'''^^gk:t # note }\n", ["?s !(^a|gk:p) '''x'y'''^^gk:t"]),
        ("[ gk:p ?o ] . [] gk:q true", ["[] gk:p ?o", "[] gk:q true"]),
        ("[ gk:p ?o ] gk:q _:b", ["[] gk:p ?o", "[] gk:q _:b"]),
        ("( ?a ) gk:p ()", ["[] rdf:first ?a", "[] rdf:rest ()", "[] gk:p ()"]),
        ("?s $p ?o ; .", ["?s $p ?o"]),
    ],
)
def test_triple_patterns_are_read(pattern: str, expected: list[str]) -> None:
    """Every way to write triples gives its patterns."""
    group = read_patterns(f"{PREFIXES}ASK {{ {pattern} }}").group
    assert group is not None
    assert [triple.shown for triple in group.triples()] == expected


def test_shipped_queries_are_read_to_the_same_answer() -> None:
    """What is read of a catalogue query asks for what the query asks for."""
    with knowledge_graph.open() as opened:
        for query in opened.catalogue.values():
            patterns = read_patterns(query.text)
            if patterns.group is not None and not patterns.has_service:
                probe = f"{patterns.prologue} ASK {patterns.group.text}"
                assert opened.ask(probe) is not opened.answer(query).is_empty, query.name


# The command line


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs `glutakg query` over the small graph."""
    monkeypatch.setattr(knowledge_graph, "open_store", partial(open_store, files=small_graph(tmp_path)))
    monkeypatch.setenv("GLUTAKG_CACHE", str(tmp_path / "cache"))

    def run_command(query: str, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["query", "-", *arguments], input=query, prog_name="glutakg")

    return run_command


def test_empty_table_is_explained_on_stderr(run: Callable[..., Result]) -> None:
    """Standard output and exit code are those of an answer."""
    result = run(PREFIXES + "SELECT ?x { ?x gk:rests ?y }")
    assert (result.stdout, result.exit_code) == ("x\n-\n", 0)
    assert result.stderr == (
        "no rows\nglutakg: note: No match for ?x gk:rests ?y: no triple uses the relation gk:rests.\n"
    )


@pytest.mark.parametrize(
    ("format", "stdout"),
    [("csv", "x\r\n"), ("json", '{"head":{"vars":["x"]},"results":{"bindings":[]}}\n')],
)
def test_other_formats_are_explained_in_dutch(run: Callable[..., Result], format: str, stdout: str) -> None:
    """The language is that of --lang."""
    result = run(PREFIXES + "SELECT ?x { ?x gk:rests ?y }", "--format", format, "--lang", "nl")
    assert (result.stdout_bytes.decode(), result.exit_code) == (stdout, 0)
    assert result.stderr == (
        "glutakg: note: Geen treffer voor ?x gk:rests ?y: geen enkel triple gebruikt de relatie gk:rests.\n"
    )


def test_empty_graph_is_explained(run: Callable[..., Result]) -> None:
    """A CONSTRUCT without triples is fine, and explained."""
    result = run(PREFIXES + "CONSTRUCT WHERE { gkd:zinc gk:binds ?y }")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "a claim denies it: C003 (established)" in result.stderr


def test_no_is_explained_and_stays_exit_code_1(run: Callable[..., Result]) -> None:
    """The answer no is still an answer."""
    result = run(PREFIXES + "ASK { gkd:manganese gk:protectsAgainst gkd:harm }")
    assert (result.stdout, result.exit_code) == ("false\n", 1)
    assert "C002 (disputed)" in result.stderr


def test_answer_is_not_explained(run: Callable[..., Result]) -> None:
    """Where there are rows, only their number is told."""
    assert run(PREFIXES + "SELECT ?m { gkd:taurine gk:mass ?m }").stderr == "1 row\n"


def test_hostile_text_cannot_steer_the_terminal(run: Callable[..., Result]) -> None:
    """What is repeated of a query has its control characters escaped."""
    result = run(PREFIXES + "ASK { ?x gk:rests '\x1b[2J' }")
    assert "\x1b" not in result.stderr
    assert "\\x1b[2J" in result.stderr
