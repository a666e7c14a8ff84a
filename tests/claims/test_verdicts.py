"""Statuses follow from the evidence by one rule, and what a study would change can be asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glutakg.claims.values import GK, Claim
from glutakg.claims.verdicts import read_background, verdicts
from glutakg.cli.main import cli
from glutakg.errors import SourceError
from glutakg.graph import KnowledgeGraph
from glutakg.sparql.rows import Rows

PREFIXES = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
"""


@pytest.fixture(scope="module")
def claims(graph: KnowledgeGraph) -> dict[str, Claim]:
    """Give all claims by their identifiers."""
    return {claim.identifier: claim for claim in graph.claims()}


@pytest.fixture(scope="module")
def overruled(graph: KnowledgeGraph) -> dict[str, str]:
    """Give the reasons of the curators for another status, by the identifier of the claim."""
    rows = graph.query(
        "PREFIX gk: <https://w3id.org/glutakg/ontology/> "
        "SELECT ?id ?reason { ?c gk:claimIdentifier ?id ; gk:overruleReason ?reason"
        " FILTER(LANG(?reason) = 'en') }"
    )
    assert isinstance(rows, Rows)
    return {str(row["id"]): str(row["reason"]) for row in rows}


def test_statuses_follow_by_the_rule(
    graph: KnowledgeGraph, claims: dict[str, Claim], overruled: dict[str, str]
) -> None:
    """Of each claim but those that curators overrule with a reason, and these differ from the rule."""
    background = read_background(graph._rows)
    assert len(background) > 10
    followed = {name: verdicts(claim, background.get(claim.iri, 0)) for name, claim in claims.items()}
    differ = {name for name, found in followed.items() if found.status != claims[name].status.iri}
    assert differ == overruled.keys()
    assert len(differ) < 15
    assert all(len(reason) > 20 for reason in overruled.values())


def test_nothing_is_established_or_supported_without_a_ground(
    graph: KnowledgeGraph, claims: dict[str, Claim], overruled: dict[str, str]
) -> None:
    """Each has support or a publication of the background, but for names."""
    background = read_background(graph._rows)
    groundless = {
        name
        for name, claim in claims.items()
        if claim.status.iri in (GK + "Established", GK + "Supported")
        and not claim.balance.supporting + background.get(claim.iri, 0)
        and claim.kind.iri != GK + "NomenclatureClaim"
    }
    assert groundless - overruled.keys() == set()


def test_mechanism_and_outcome_are_apart(graph: KnowledgeGraph, claims: dict[str, Claim]) -> None:
    """The data of each protective effect have both verdicts; those of magnesium differ."""
    rows = graph.query(
        "PREFIX gk: <https://w3id.org/glutakg/ontology/> "
        "SELECT ?id ?mechanism ?outcome "
        "{ ?c gk:claimIdentifier ?id ; gk:mechanismStatus ?mechanism ; gk:outcomeStatus ?outcome }"
    )
    assert isinstance(rows, Rows)
    told = {str(row["id"]): (row["mechanism"], row["outcome"]) for row in rows}
    background = read_background(graph._rows)
    found = {
        name: (result.mechanism, result.outcome)
        for name, claim in claims.items()
        if (result := verdicts(claim, background.get(claim.iri, 0))).mechanism
    }
    assert told == found
    assert told["C054"] == (GK + "Supported", GK + "Disputed")
    assert len(told) == 13


ITEM = "gkd:new a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-{} ; gk:stance gk:{} ; gk:studyDesign gk:{} ."


def assumed(tmp_path: Path, claim: str, stance: str, design: str, more: str = "") -> Path:
    """Return a file that assumes one finding."""
    path = tmp_path / "assumed.ttl"
    path.write_text(PREFIXES + ITEM.format(claim, stance, design) + more, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("claim", "stance", "design", "before", "after"),
    [
        ("C058", "Contradicts", "RandomisedControlledTrial", "Preliminary", "Disputed"),
        ("C058", "Supports", "RandomisedControlledTrial", "Preliminary", "Supported"),
        ("C058", "Supports", "AnimalExperiment", "Preliminary", "Preliminary"),
        ("C054", "Supports", "RandomisedControlledTrial", "Disputed", "Disputed"),
        ("C245", "Contradicts", "ObservationalStudy", "NotAssessable", "NotAssessable"),
    ],
)
def test_a_finding_changes_a_verdict_by_the_rule(
    graph: KnowledgeGraph, tmp_path: Path, claim: str, stance: str, design: str, before: str, after: str
) -> None:
    """A trial in people decides what an experiment on animals does not."""
    [found] = graph.decide(assumed(tmp_path, claim, stance, design))
    assert (found.before.status, found.after.status) == (GK + before, GK + after)
    counts = {"Supports": "supporting", "Contradicts": "contradicting"}
    was, will = (getattr(each, counts[stance]) for each in (found.claim.balance, found.balance))
    assert will == was + 1


def test_another_report_of_a_study_changes_nothing(graph: KnowledgeGraph, tmp_path: Path) -> None:
    """What names a study that counts already leaves the balance as it is."""
    path = assumed(
        tmp_path, "C204", "Contradicts", "RandomisedControlledTrial", "gkd:new gk:ofStudy gkd:study-redoxs ."
    )
    [found] = graph.decide(path)
    assert found.balance[:3] == found.claim.balance[:3]
    assert not found.is_decisive


ANSWER = "gkd:new a gk:EvidenceItem ; gk:answersDecider gkd:decider-{} ; gk:stance gk:{} ."


@pytest.mark.parametrize(
    ("decider", "stance", "after"),
    [
        ("E22", "Supports", {"C204": "Disputed", "C207": "Disputed", "C208": "Disputed"}),
        ("E22", "Contradicts", {"C204": "Disputed", "C207": "Disputed", "C208": "Supported"}),
        ("E02", "Supports", {"C044": "Supported"}),
        ("E02", "Qualifies", {"C044": "Preliminary"}),
    ],
)
def test_the_study_of_a_conflict_tells_claims_and_design(
    graph: KnowledgeGraph, tmp_path: Path, decider: str, stance: str, after: dict[str, str]
) -> None:
    """Its finding supports one side and speaks against the other."""
    path = tmp_path / "assumed.ttl"
    path.write_text(PREFIXES + ANSWER.format(decider, stance), encoding="utf-8")
    assert {each.claim.identifier: each.after.status for each in graph.decide(path)} == {
        claim: GK + status for claim, status in after.items()
    }


def test_each_conflict_that_a_study_can_decide_names_it(graph: KnowledgeGraph) -> None:
    """All with evidence against a claim and all between publications; definitions decide the others."""
    rows = graph.query(
        "PREFIX gk: <https://w3id.org/glutakg/ontology/> "
        "SELECT ?id { ?c gk:conflictIdentifier ?id FILTER(STRSTARTS(?id, 'E') || STRSTARTS(?id, 'D')) "
        "FILTER NOT EXISTS { ?decider gk:decides ?c } }"
    )
    assert isinstance(rows, Rows)
    assert {str(row["id"]) for row in rows} == {"E34", "E43", "E46"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ANSWER.format("E99", "Supports"), "there is no such study"),
        (ANSWER.format("D01", "Supports"), "decides between publications on a step"),
        (
            ANSWER.format("E22", "Supports") + " gkd:new gk:studyDesign gk:CaseReport .",
            "tells gk:studyDesign",
        ),
        ("gkd:new a gk:EvidenceItem ; gk:answersDecider gkd:decider-E22 .", "exactly one gk:stance"),
        ("gkd:x a gk:Claim .", "has no gk:EvidenceItem"),
        (ITEM.format("C999", "Supports", "CaseReport"), "there is no such claim"),
        (ITEM.format("C058", "Agrees", "CaseReport"), "gk:Agrees is no stance"),
        (
            ITEM.format("C058", "Supports", "RandomizedControlledTrial"),
            "known: .*gk:RandomisedControlledTrial",
        ),
        (
            ITEM.format("C058", "Supports", "CaseReport") + " gkd:new gk:studiedSpecies gkd:unicorn .",
            "gkd:unicorn, which is not known: .*gkd:homo-sapiens",
        ),
        (
            ITEM.format("C058", "Supports", "CaseReport") + " gkd:new gk:ofStudy 'mine' .",
            'gk:ofStudy "mine", which is text: write an IRI',
        ),
        (
            ITEM.format("C058", "Supports", "CaseReport").replace("gk:Supports", "'gk:Supports'"),
            '"gk:Supports" is no stance',
        ),
        (
            ITEM.format("C058", "Supports", "CaseReport").replace("gkd:new", "gkd:evidence-C058-1"),
            "is in the graph already",
        ),
        ("gkd:new a gk:EvidenceItem .", "needs exactly one IAO:0000136"),
        ("gkd:new a", "assumed.ttl"),
    ],
)
def test_what_cannot_be_assumed_is_told(
    graph: KnowledgeGraph, tmp_path: Path, text: str, message: str
) -> None:
    """The file is named, and what is wrong in it."""
    path = tmp_path / "assumed.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        graph.decide(path)


@pytest.fixture
def run() -> Callable[..., Result]:
    """Give a function that runs the command line."""
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_the_command_tells_and_answers_no(run: Callable[..., Result], tmp_path: Path) -> None:
    """Exit code 0 where a verdict changes, 1 where none does, 2 where the file is at fault."""
    decisive = run(
        "decide", "--assume", str(assumed(tmp_path, "C058", "Contradicts", "CaseReport")), "--format", "json"
    )
    assert decisive.exit_code == 0
    assert [
        (row["claim"], row["verdict"], row["before"], row["after"]) for row in json.loads(decisive.stdout)
    ] == [
        ("C058", "status", "preliminary", "disputed"),
        ("C058", "mechanism", "established", "established"),
        ("C058", "outcome", "preliminary", "disputed"),
    ]
    nothing = run("decide", "--assume", str(assumed(tmp_path, "C054", "Contradicts", "CaseReport")))
    assert nothing.exit_code == 1
    assert "contradicting" in nothing.stdout.splitlines()[0]
    assert run("decide", "--assume", str(tmp_path / "none.ttl")).exit_code == 2
