"""Every tension of the inventory is a conflict with its members; conflicts name both sides and say why."""

import csv
import re
from collections import defaultdict
from functools import partial

import pytest
from answers import answers
from places import REFERENCE, TESTS

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES, compress
from glutakg.sparql.rows import Rows

with (TESTS / "data" / "tensions.tsv").open(encoding="utf-8", newline="") as file:
    TENSIONS = {
        row["id"]: (row["type"], set(row["members"].split(";")))
        for row in csv.DictReader(file, delimiter="\t")
    }
"""Type and claims of every tension of the inventory."""


rows = partial(answers, written=lambda value: compress(str(value)))


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
        "?c gk:conflictIdentifier ?id; gk:conflictMember ?item . "
        "?item a gk:EvidenceItem; obo:IAO_0000136 ?claim "
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


def test_identifiers_are_numbered_without_a_gap(graph: KnowledgeGraph) -> None:
    """Every conflict has one identifier, and each of the four series counts from 01."""
    identified = rows(graph, "?conflict gk:conflictIdentifier ?id", "conflict", "id")
    assert len(identified) == len({id for _, id in identified})
    assert {(conflict,) for conflict, _ in identified} == rows(graph, "?c a gk:Conflict", "c")
    series = defaultdict(list)
    for id in sorted(id for _, id in identified):
        series[id[0]].append(int(id[1:]))
    assert sorted(series) == ["D", "E", "R", "T"]
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values())


@pytest.mark.parametrize("text", ["skos:prefLabel", "gk:explanation"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_conflict_is_told_in_both_languages(graph: KnowledgeGraph, text: str, language: str) -> None:
    """No conflict lacks its name or its explanation in English or Dutch."""
    told = f"?c {text} ?text FILTER(LANG(?text) = '{language}')"
    assert rows(graph, f"?c a gk:Conflict FILTER NOT EXISTS {{ {told} }}", "c") == set()


def test_what_would_decide_is_told_in_both_languages_or_not_at_all(graph: KnowledgeGraph) -> None:
    """A text in one language has its counterpart in the other."""
    found = rows(graph, "?c gk:wouldDecide ?text BIND(LANG(?text) AS ?lang)", "c", "lang")
    told = {language: {c for c, spoken in found if spoken == language} for language in ("en", "nl")}
    assert told["en"] == told["nl"] != set()


def test_only_faults_of_the_text_leave_nothing_to_decide(graph: KnowledgeGraph) -> None:
    """What would decide is told of every conflict but the spelling, the brackets and the plain omissions."""
    undecided = rows(
        graph, "?c gk:conflictIdentifier ?id FILTER NOT EXISTS { ?c gk:wouldDecide ?text }", "id"
    )
    assert {id for (id,) in undecided} == {"R13", "T21", "T27", "T28", "T29"}


def test_every_conflict_has_an_aspect(graph: KnowledgeGraph) -> None:
    """What a conflict is on is a value of the list of aspects."""
    pattern = "?c a gk:Conflict FILTER NOT EXISTS { ?c gk:conflictAspect/a gk:Aspect }"
    assert rows(graph, pattern, "c") == set()


def test_only_faults_of_wording_have_a_single_member(graph: KnowledgeGraph) -> None:
    """Two or more members disagree; a pronoun and a misspelt title are at fault alone."""
    pattern = (
        "?c gk:conflictIdentifier ?id; gk:conflictMember ?one "
        "FILTER NOT EXISTS { ?c gk:conflictMember ?two FILTER(?one != ?two) }"
    )
    assert rows(graph, pattern, "id") == {("T11",), ("T29",)}


# The claims that a trial, a meta-analysis or a review of trials in the table of publications speaks against.
@pytest.mark.parametrize(
    "claim",
    [
        *("C054", "C122", "C138", "C151", "C153", "C183", "C204", "C207", "C220", "C221", "C222", "C223"),
        *("C224", "C225", "C226", "C232", "C234", "C276"),
    ],
)
def test_a_claim_that_trials_contradict_is_in_a_conflict_with_them(graph: KnowledgeGraph, claim: str) -> None:
    """The conflict is of the type for evidence against a claim and holds an item on that claim."""
    pattern = (
        f"?c gk:conflictType gk:TrialAgainstClaim; gk:conflictMember gkd:claim-{claim}, ?item . "
        f"?item obo:IAO_0000136 gkd:claim-{claim}"
    )
    assert rows(graph, pattern, "c") != set()


def test_numbers_that_nothing_cites_are_a_defect(graph: KnowledgeGraph) -> None:
    """The numbers that the source skips are the members of one defect."""
    skipped = "?ref a gk:NumberedReference FILTER NOT EXISTS { ?claim gk:citesReference ?ref }"
    members = rows(graph, "?c gk:conflictIdentifier 'R09'; gk:conflictMember ?m", "m")
    assert members == rows(graph, skipped, "ref") == {("gkd:reference-7",), ("gkd:reference-9",)}


def test_each_publication_that_was_not_found_is_a_defect(graph: KnowledgeGraph) -> None:
    """A citation without a record is explained by a conflict that holds it with the claim that cites it."""
    cited = "?item gk:stance gk:CitedWithoutRecord; obo:IAO_0000136 ?claim"
    explained = f"{cited} . ?c gk:conflictType gk:Defect; gk:conflictMember ?item, ?claim"
    assert rows(graph, cited, "item") == rows(graph, explained, "item") != set()


def test_publications_named_by_author_and_year_are_a_defect(graph: KnowledgeGraph) -> None:
    """The members cite the twenty publications of the block, one each."""
    pattern = "?c gk:conflictIdentifier 'R13'; gk:conflictMember ?claim . ?claim gk:subject ?paper"
    cited = rows(graph, pattern, "claim", "paper")
    assert len(cited) == len({paper for _, paper in cited}) == 20
    assert {(paper,) for _, paper in cited} == rows(graph, "?p gk:isNamedBySource true", "p")


@pytest.mark.parametrize(("name", "term"), [("T01", "conflict-t01"), ("R06", "conflict-withdrawn-review")])
def test_a_conflict_is_found_by_its_identifier(graph: KnowledgeGraph, name: str, term: str) -> None:
    """The identifier leads to the conflict."""
    assert graph.find_term(name) == PREFIXES["gkd"] + term


def test_members_without_a_text_are_listed_as_well(graph: KnowledgeGraph) -> None:
    """The list of defects leaves out none of their members."""
    listed = graph.run("conflicts-of-type", type="gk:Defect")
    assert isinstance(listed, Rows)
    counted = rows(graph, "?c gk:conflictType gk:Defect; gk:conflictMember ?m", "c", "m")
    assert len(listed) == len(counted)
    assert "reference 7 of the source document" in {row["member"] for row in listed}


@pytest.mark.parametrize(
    ("identifier", "step", "first", "second"),
    [
        ("D03", "glutamine-release-from-astrocyte", "chaudhry1999", "fei2000"),
        ("D04", "glutamate-dehydrogenation", "cooper2016", "voss2021"),
        ("D06", "malic-enzyme-carboxylation-in-neuron", "schousboe2013", "hassel2000"),
        ("D10", "glutamate-release-from-astrocyte", "araque2014", "fiacco2018"),
        ("D12", "gaba-uptake-by-neuron", "bicho2005", "eskandari2017"),
        ("D15", "ammonia-release-from-neuron", "marcaggi2001", "yudkoff1997"),
        ("D18", "ammonia-passage-through-blood-brain-barrier", "lockwood1991", "goldbecker2010"),
        ("D19", "glutamine-hydrolysis-in-enterocyte", "ampuero2015", "lacey1990"),
    ],
)
def test_the_field_disagrees_on_a_step(
    graph: KnowledgeGraph, identifier: str, step: str, first: str, second: str
) -> None:
    """Publications stand on two sides, and no claim of the source takes part."""
    conflict = f"?c gk:conflictIdentifier '{identifier}'; obo:IAO_0000136 gkd:{step} ."
    for side, publication in (("first", first), ("second", second)):
        members = rows(graph, f"{conflict} ?c gk:{side}Side ?m . ?m a gk:Publication", "m")
        assert (f"gkd:publication-{publication}",) in members
    assert rows(graph, f"{conflict} ?c gk:conflictMember ?m . ?m a gk:Claim", "m") == set()
