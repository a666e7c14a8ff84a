"""Every tension of the inventory is a conflict with its members; conflicts name both sides and say why."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import glutakg
from glutakg import KnowledgeGraph
from glutakg.results import Rows
from glutakg.terms import PREFIXES, compress

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
with (Path(__file__).parent / "claims" / "tensions.tsv").open(encoding="utf-8", newline="") as file:
    TENSIONS = {
        row["id"]: (row["type"], set(row["members"].split(";")))
        for row in csv.DictReader(file, delimiter="\t")
    }
"""Type and claims of every tension of the inventory."""


@pytest.fixture(scope="module")
def graph() -> Iterator[KnowledgeGraph]:
    """Return the shipped graph, opened once."""
    with glutakg.open() as opened:
        yield opened


def rows(graph: KnowledgeGraph, pattern: str, *variables: str) -> set[tuple[str, ...]]:
    """Return the values of the variables in the answer to a pattern, as text, IRIs as CURIEs."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    answer = graph.query(f"{prefixes}SELECT DISTINCT * WHERE {{ {pattern} }}")
    assert isinstance(answer, Rows)
    return {tuple(compress(str(row[name])) for name in variables) for row in answer}


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_tensions_are_those_of_the_inventory() -> None:
    """The shipped table says what the inventory says."""
    text = (REFERENCE / "claims.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| (T\d\d) \| (\w+) \| .*? \| ([C\d, ]+) \|$", text)
    assert {id: (kind, set(members.split(", "))) for id, kind, members in listed} == TENSIONS


def test_each_tension_is_one_conflict_of_its_type_with_its_claims(graph: KnowledgeGraph) -> None:
    """T01 to T30 have the type and exactly the claims of the inventory."""
    pattern = (
        "?c gk:conflictIdentifier ?id; gk:conflictType ?type; gk:conflictMember/gk:claimIdentifier ?member "
        "FILTER(STRSTARTS(?id, 'T'))"
    )
    members = defaultdict(set)
    types = {}
    for id, type_, member in rows(graph, pattern, "id", "type", "member"):
        members[id].add(member)
        types[id] = type_.removeprefix("gk:").removesuffix("Conflict").lower()
    assert {id: (types[id], members[id]) for id in types} == TENSIONS
    assert len(TENSIONS) == 30


def test_within_the_source_only_claims_disagree(graph: KnowledgeGraph) -> None:
    """No evidence is a member of a tension of the source with itself."""
    pattern = "?c gk:conflictIdentifier ?id; gk:conflictMember ?m . ?m a gk:EvidenceItem"
    assert not {id for (id,) in rows(graph, pattern, "id") if id.startswith("T")}


def test_a_conflict_with_evidence_has_a_claim_and_evidence_on_it(graph: KnowledgeGraph) -> None:
    """Each item that is a member is about a claim that is a member too."""
    pattern = (
        "?c gk:conflictIdentifier ?id; gk:conflictMember ?item . ?item obo:IAO_0000136 ?claim "
        "FILTER NOT EXISTS { ?c gk:conflictMember ?claim }"
    )
    assert rows(graph, pattern, "id", "claim") == set()
    with_evidence = rows(
        graph, "?c gk:conflictIdentifier ?id; gk:conflictMember ?m . ?m a gk:EvidenceItem", "id"
    )
    every = rows(graph, "?c gk:conflictIdentifier ?id FILTER(STRSTARTS(?id, 'E'))", "id")
    assert every <= with_evidence


def test_evidence_against_a_claim_is_in_a_conflict(graph: KnowledgeGraph) -> None:
    """Nothing contradicts a claim without a conflict that explains it."""
    pattern = (
        "?item gk:stance gk:Contradicts; obo:IAO_0000136/gk:claimIdentifier ?id "
        "FILTER NOT EXISTS { ?c gk:conflictMember ?item }"
    )
    assert rows(graph, pattern, "id") == set()


@pytest.mark.parametrize(
    ("identifier", "claims", "publications"),
    [
        ("R01", {"C253", "C257"}, {"jebb1994", "okuno1999"}),
        ("R02", {"C264", "C266", "C269"}, {"coghlindickson2000", "jebb1995", "schloerb1999"}),
        ("R03", {"C265", "C272", "C273"}, {"anderson1998b"}),
        ("R04", {"C271", "C276"}, {"crowther2009b"}),
        ("R05", {"C266"}, {"schloerb-amare1999", "schloerb1999"}),
        ("R06", {"C275", "C276", "C277"}, {"murray2009", "murray2017w"}),
        ("R07", {"C279", "C280", "C281"}, {"barcellos2013", "rocha2010"}),
    ],
)
def test_a_defect_of_a_citation_names_claims_and_publications(
    graph: KnowledgeGraph, identifier: str, claims: set[str], publications: set[str]
) -> None:
    """The defects that the check of the references found are there, with what they concern."""
    conflict = f"?c gk:conflictIdentifier '{identifier}'; gk:conflictType gk:Defect; gk:conflictMember ?m ."
    assert rows(graph, f"{conflict} ?m gk:claimIdentifier ?id", "id") == {(id,) for id in claims}
    assert rows(graph, f"{conflict} ?m gk:reportedIn ?p", "p") == {
        (f"gkd:publication-{key}",) for key in publications
    }


def test_numbers_without_a_list_are_a_defect_of_every_claim_that_cites_one(graph: KnowledgeGraph) -> None:
    """The members are the claims that cite a number which the source does not spell out."""
    members = rows(graph, "?c gk:conflictIdentifier 'R08'; gk:conflictMember ?m", "m")
    citing = rows(graph, "?m gk:citesReference ?r . ?r gk:isSpelledOut false", "m")
    assert members == citing
