"""Which pattern of a query without an answer finds nothing, and why, over a small graph of its own."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glutakg import files, graph
from glutakg.cli import cli
from glutakg.errors import QueryError
from glutakg.explanation import Explanation, Reason, explain_empty
from glutakg.graph import KnowledgeGraph
from glutakg.patterns import read_patterns
from glutakg.queries import Catalogue
from glutakg.results import Rows
from glutakg.store import Answer, Store, open_store
from glutakg.terms import compress

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
gk:binds rdfs:label "binds"@en .
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
  gk:polarity gk:Affirmed ; gk:claimIdentifier "C1" ; gk:curatorStatus gk:Established .
gkd:claim-2 a gk:Claim ; gk:subject gkd:manganese ; gk:predicate gk:protectsAgainst ; gk:object gkd:harm ;
  gk:polarity gk:Affirmed ; gk:claimIdentifier "C2" ; gk:curatorStatus gk:Disputed .
gkd:claim-3 a gk:Claim ; gk:subject gkd:zinc ; gk:predicate gk:binds ; gk:object gkd:cleft ;
  gk:polarity gk:Denied ; gk:claimIdentifier "C3" ; gk:curatorStatus gk:Established .
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


def shipped(folder: Path) -> list[files.ShippedFile]:
    """Write the small graph and return its files."""
    written = []
    for name, turtle in DATA.items():
        path = folder / "data" / f"{name.replace('/', '-')}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TURTLE + turtle, encoding="utf-8")
        written.append(files.ShippedFile(path, name))
    return written


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """Return the small graph, with a catalogue of one query."""
    folder = tmp_path_factory.mktemp("explanation")
    (folder / "protection.rq").write_text(NUTRIENT, encoding="utf-8")
    with (
        open_store(folder / "cache", files=shipped(folder)) as store,
        KnowledgeGraph(store, catalogue=Catalogue([folder / "protection.rq"])) as opened,
    ):
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
        [],
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
        ["gkg:background"],
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
        "SELECT * { ?c gk:claimIdentifier 'C1' . ?i obo:IAO_0000136 ?c ; gk:stance gk:Contradicts }",
        Reason.NOT_FOUND,
        "?i gk:stance gk:Contradicts",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "evidence searched for, claim last": (
        "SELECT * { ?i gk:stance gk:Contradicts ; obo:IAO_0000136 ?c . ?c gk:claimIdentifier 'C1' }",
        Reason.NOT_FOUND,
        "?c gk:claimIdentifier 'C1'",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "evidence searched for, by filter": (
        "SELECT * { ?i obo:IAO_0000136 gkd:claim-1 ; gk:stance ?s FILTER(?s = gk:Contradicts) }",
        Reason.NOT_FOUND,
        "?i obo:IAO_0000136 gkd:claim-1",
        ["gkd:claim-1", "gkd:search-1"],
        [],
    ),
    "no search for that stance": (
        "SELECT * { ?i obo:IAO_0000136 gkd:claim-1 ; gk:stance gk:Qualifies }",
        Reason.UNKNOWN_TERM,
        "?i gk:stance gk:Qualifies",
        ["gk:Qualifies"],
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
    "brackets and lists": (
        "ASK { ?x gk:mass [ gk:rests ( 1 2.5 -3e1 true ) ] }",
        Reason.NEVER_USED,
        "[] gk:rests []",
        ["gk:rests"],
        [],
    ),
    "blank node": ("ASK { _:a.1 gk:rests _:b . }", Reason.NEVER_USED, "_:a.1 gk:rests _:b", ["gk:rests"], []),
    "VALUES at the end": (
        "SELECT ?x { ?x gk:mass ?m } VALUES ?m { 4 }",
        Reason.OTHER_LITERAL,
        "?x gk:mass 4",
        [],
        [],
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
