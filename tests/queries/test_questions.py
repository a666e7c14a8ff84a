"""Questions that no query of the catalogue asks: the model answers them with its own relations alone."""

from typing import Any

import pytest

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES, compress
from glutakg.sparql.rows import Rows

# question: pattern, and what ?answer must be
QUESTIONS: dict[str, tuple[str, str]] = {
    "Which claims end in a process in which glutamate and neurons take part?": (
        "?x obo:RO_0000057 gkd:glutamate, gkd:neuron . ?claim gk:object ?x; gk:claimIdentifier ?answer",
        "C037 C050 C051 C052 C053 C054 C055 C056 C057 C058 C059 C060 C202",
    ),
    "Which stages does excitotoxicity have?": (
        "gkd:excitotoxicity obo:BFO_0000051 ?answer",
        "gkd:neuron-death gkd:neuronal-damage gkd:neuronal-overstimulation",
    ),
    "Which claims are about a process that puts out histamine?": (
        "?x obo:RO_0002234 gkd:histamine . ?c gk:subject|gk:object ?x; gk:claimIdentifier ?answer",
        "C226",
    ),
    "Of which substance is monosodium glutamate the salt?": (
        "gkd:monosodium-glutamate obo:BFO_0000051 ?answer",
        "gkd:glutamate",
    ),
    "Which diseases lie behind the weight loss that may cause a shortage?": (
        "?c gk:predicate gk:mayCauseDeficiencyOf; gk:subject ?loss . ?answer obo:RO_0002452 ?loss",
        "gkd:aids gkd:cancer",
    ),
    "Which articles does the source recommend on branched-chain amino acids?": (
        "?c gk:predicate gk:recommendsReading; gk:object ?answer . "
        "?answer obo:IAO_0000136 gkd:branched-chain-amino-acids",
        "gkd:article-branched-chain-amino-acids",
    ),
    "Which claims speak of conversion of glutamine, by whatever name?": (
        "?x obo:RO_0002233 gkd:glutamine . ?c gk:subject|gk:object ?x; gk:claimIdentifier ?answer",
        "C076 C077 C078",
    ),
    "Which functions named by the source take place in the brain?": (
        "?answer a gk:BodilyFunction; obo:BFO_0000066 gkd:brain",
        "gkd:brain-function gkd:optimal-brain-function",
    ),
    "Which claims give a number?": (
        "?c gk:magnitude/gk:numericValue ?n; gk:claimIdentifier ?answer",
        "C073 C106",
    ),
    "Which steps of the cycle does no claim speak of?": (
        "?s gk:positionInCycle ?answer FILTER NOT EXISTS { ?c gk:concernsStep ?s }",
        "1 7 9",
    ),
    "Which transporters take glutamine as their load?": (
        "?answer a gk:Transporter . ?step obo:RO_0002333 ?answer; gk:movesFrom/gk:poolOf gkd:glutamine",
        "gkd:asct2 gkd:b0at1 gkd:snat1 gkd:snat2 gkd:snat3 gkd:snat5",
    ),
    "Which claims are about the intravenous route?": (
        "?c gk:byRoute gkd:intravenous-route; gk:claimIdentifier ?answer",
        "C274 C275 C276 C277",
    ),
    "Which claims rest on animals or cells alone?": (
        "?e obo:IAO_0000136 ?c; gk:stance gk:Supports . ?c gk:claimIdentifier ?answer FILTER NOT EXISTS { "
        "?other obo:IAO_0000136 ?c; gk:stance gk:Supports; gk:studiedSpecies ?s "
        "FILTER(?s IN (gkd:homo-sapiens, gk:NotStated)) }",
        "C014 C029 C038 C039 C053 C054 C056 C075",
    ),
    "Which symptoms of the syndrome have a term of HP?": (
        "?c gk:claimKind gk:SymptomClaim; gk:object ?answer . ?answer a ?hp "
        "FILTER(STRSTARTS(STR(?hp), 'http://purl.obolibrary.org/obo/HP_'))",
        "gkd:fainting gkd:headache gkd:palpitations",
    ),
    "Where is monosodium glutamate permitted?": (
        "gkd:monosodium-glutamate gk:permittedIn ?answer",
        "gkd:netherlands gkd:other-eu-countries",
    ),
    "Which claims are taken for granted?": (
        "?c gk:presupposed true; gk:claimIdentifier ?answer",
        "C032 C033 C130 C155 C156 C185 C232 C234",
    ),
    "Which condition is a reason for benefit and for care?": (
        "?b gk:predicate gk:mayBenefit; gk:object/gk:hasCondition ?answer . "
        "?k gk:predicate gk:cautionIn; gk:object/gk:hasCondition ?answer",
        "gkd:diabetes",
    ),
    "In which organs does low glutamine show?": (
        "?c gk:claimKind gk:DeficiencyEffectClaim; gk:object/gk:manifestsIn ?answer",
        "gkd:airways gkd:gastrointestinal-tract gkd:immune-system gkd:muscle",
    ),
    "Which claims of benefit are about inflammatory bowel disease or a kind of it?": (
        "?c gk:predicate gk:mayBenefit; gk:claimIdentifier ?answer; "
        "gk:object/gk:hasCondition/a/rdfs:subClassOf* obo:MONDO_0005265",
        "C133 C134 C135",
    ),
    "Which claims set a duration?": (
        "?c gk:duration ?d; gk:claimIdentifier ?answer",
        "C038 C039 C108 C112 C174 C175",
    ),
    "Which conflicts is the essential amino acid in?": (
        "?k a gk:Conflict; gk:conflictMember gkd:claim-C198; gk:conflictIdentifier ?answer",
        "E21 T01",
    ),
    "Which claims restrict that glutamine suits the gravely ill?": (
        "?c gk:qualifies gkd:claim-C207; gk:claimIdentifier ?answer",
        "C208 C209",
    ),
    "Which professionals may guide the use?": (
        "?c gk:predicate gk:supervisedBy; gk:object/gk:hasMember* ?answer "
        "FILTER NOT EXISTS { ?answer gk:hasMember ?m }",
        "gkd:naturopathic-dietitians gkd:naturopathic-physician gkd:physician",
    ),
    "Which claims cite reference 3?": (
        "?c gk:citesReference/gk:referenceNumber 3; gk:claimIdentifier ?answer",
        "C072 C073 C096",
    ),
    "In which diseases might taurine matter, if the source is right?": (
        "gkd:taurine gk:protectsAgainst/gk:seenIn ?answer",
        "gkd:alzheimer-disease gkd:amyotrophic-lateral-sclerosis gkd:autism gkd:epilepsy "
        "gkd:parkinson-disease gkd:stroke",
    ),
    "What stands behind the advice against glutamate in brain disorders?": (
        "?c gk:explains gkd:claim-C049; a gk:RationaleClaim; gk:reason/gk:claimIdentifier ?answer",
        "C041 C042 C043 C044 C045 C046 C047",
    ),
    "Which levels of glutamine are distinguished?": (
        "?answer gk:levelOf gkd:glutamine",
        "gkd:cellular-glutamine gkd:plasma-glutamine gkd:total-body-glutamine",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_is_answered_by_the_model(graph: KnowledgeGraph, question: str) -> None:
    """The answer is complete and holds nothing else."""
    pattern, expected = QUESTIONS[question]
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    answer = graph.query(f"{prefixes}SELECT DISTINCT ?answer WHERE {{ {pattern} }}")
    assert isinstance(answer, Rows)
    assert sorted(compress(str(row.answer)) for row in answer) == expected.split()


@pytest.mark.parametrize(
    ("term", "claims"),
    [
        ("histamine", "C226 C227 C228 C229"),
        ("AIDS", "C102 C130 C136"),
        ("kidney disease", "C207 C208"),
        ("Crohn disease", "C130 C131 C134"),
        ("neuron", "C016 C020 C025 C027 C028 C037 C038 C039 C202"),
    ],
)
def test_claims_are_found_by_what_they_concern(graph: KnowledgeGraph, term: str, claims: str) -> None:
    """Processes, shortages and people lead to the substance, disease or cell that they are defined by."""
    assert [claim.identifier for claim in graph.claims(term=term)] == claims.split()


@pytest.mark.parametrize(
    ("disease", "inherited_from_mondo"),
    [("stroke", {"C049", "C203"}), ("MONDO:0004975", {"C203"}), ("multiple sclerosis", {"C049", "C203"})],
)
def test_advice_reaches_the_diseases_that_it_is_based_on(
    graph: KnowledgeGraph, disease: str, inherited_from_mondo: set[str]
) -> None:
    """Advice for brain disorders reaches those below in MONDO, and the seven diseases that are its reason."""
    answer = graph.run("cautions-for-condition", condition=disease)
    assert isinstance(answer, Rows)
    found = {(row.claim, row.because, row.inherited) for row in answer}
    by_reason = {("C049", "C048", True), ("C203", "C048", True)}
    assert found == by_reason | {(claim, None, True) for claim in inherited_from_mondo}


def test_shortest_conversion_path_is_shortest(graph: KnowledgeGraph) -> None:
    """Its length is what a search in breadth over the conversions finds; beyond nine there is no row."""
    reactions = graph.query(f"SELECT DISTINCT ?from ?to {{ ?from <{PREFIXES['gk']}convertedTo> ?to }}")
    assert isinstance(reactions, Rows)
    following: dict[str, set[str]] = {}
    for row in reactions:
        following.setdefault(str(row["from"]), set()).add(str(row.to))
    lengths_seen: set[int] = set()
    for start in (PREFIXES["gkd"] + "glutamine", PREFIXES["gkd"] + "gaba"):
        lengths: dict[str, int] = {}
        reached = {start}
        for length in range(1, 11):
            reached = {each for one in reached for each in following.get(one, ())} - set(lengths)
            lengths.update(dict.fromkeys(reached, length))
        of_each_length = {length: end for end, length in sorted(lengths.items())}
        lengths_seen.update(of_each_length)
        for end in sorted({start, PREFIXES["gkd"] + "water", *of_each_length.values()}):
            between: dict[str, Any] = {"from": start, "to": end}
            found = graph.run("shortest-conversion-path", **between)
            assert isinstance(found, Rows)
            wanted = [lengths[end]] if lengths.get(end, 10) <= 9 else []
            assert [row.reactions for row in found] == wanted, end
            assert [str(row.path).count(" → ") for row in found] == wanted, end
    assert lengths_seen >= {1, 2, 3, 9, 10}
