"""Claims and the evidence around them: what is picked, how it reads, and that the command says the same."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace

import pytest
from click.testing import CliRunner, Result
from terminals import on_a_terminal

import glutakg
from glutakg import GlutakgError, KnowledgeGraph, ParameterError, TermError
from glutakg.claims.text import claims_text, conflicts_text, evidence_text
from glutakg.claims.tsv import claims_tsv, conflicts_tsv, evidence_tsv
from glutakg.claims.values import (
    CONTRADICTS,
    QUALIFIES,
    SUPPORTS,
    Claim,
    ConflictSides,
    Evidence,
    EvidenceItem,
    of_stance,
)
from glutakg.cli.main import cli
from glutakg.cli.terminal import TerminalStyle
from glutakg.dataset.queries import catalogue
from glutakg.dataset.shipped import ShippedFile
from glutakg.languages import LANGUAGES, translator
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import open_store
from glutakg.text import Style

COUNT = "PREFIX gk: <https://w3id.org/glutakg/ontology/> SELECT (COUNT(*) AS ?n) WHERE {{ ?x a gk:{} }}"
CONFLICTS_OF_CLAIMS = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
SELECT DISTINCT ?conflict WHERE { ?conflict a gk:Conflict ; gk:conflictMember ?claim . ?claim a gk:Claim }
"""
MEMBERS = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
SELECT ?conflict ?member WHERE { ?conflict gk:conflictMember ?member }
"""
FIXTURE = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

gk:claimKind rdfs:range gk:ClaimKind .
gk:curatorStatus rdfs:range gk:CuratorStatus .
gk:EffectClaim a gk:ClaimKind ; skos:prefLabel "effect claim"@en , "effect (bewering)"@nl .
gk:PracticeObservationClaim a gk:ClaimKind ; skos:prefLabel "practice claim"@en , "praktijk (bewering)"@nl .
gk:Supported a gk:CuratorStatus ; skos:prefLabel "supported"@en , "ondersteund"@nl .
gk:Disputed a gk:CuratorStatus ; skos:prefLabel "disputed"@en , "omstreden"@nl .
gk:Inaccurate a gk:CuratorStatus ; skos:prefLabel "inaccurate"@en , "onjuist"@nl .
gk:Unhedged skos:prefLabel "unhedged"@en , "zonder voorbehoud"@nl .
gk:AssertedOutright skos:prefLabel "asserted outright"@en , "stellig beweerd"@nl .
gk:Can skos:prefLabel "can"@en , "kan"@nl .
gk:Affirmed skos:prefLabel "affirmed"@en , "bevestigd"@nl .
gk:Denied skos:prefLabel "denied"@en , "ontkend"@nl .
gk:Supports skos:prefLabel "supports"@en , "ondersteunt"@nl .
gk:Contradicts skos:prefLabel "contradicts"@en , "spreekt tegen"@nl .
gk:Qualifies skos:prefLabel "qualifies"@en , "nuanceert"@nl .
gk:CitedWithoutRecord skos:prefLabel "cited without record"@en , "geciteerd zonder record"@nl .
gk:Trial skos:prefLabel "trial"@en , "onderzoek"@nl .
gk:InVivo skos:prefLabel "in vivo"@en , "in vivo"@nl .
gk:InVitro skos:prefLabel "in vitro"@en , "in vitro"@nl .
gk:Benefit skos:prefLabel "benefit"@en , "voordeel"@nl .
gk:Tension a gk:ConflictType ; skos:prefLabel "tension"@en , "spanning"@nl .
gk:NotStated skos:prefLabel "not stated"@en , "niet vermeld"@nl .
gk:Unnamed skos:prefLabel "unnamed researchers"@en , "niet-genoemde onderzoekers"@nl .
gkd:homo-sapiens skos:prefLabel "Homo sapiens"@en , "Homo sapiens"@nl ; skos:altLabel "human"@en , "mens"@nl .
gkd:cells skos:prefLabel "cells in a dish"@en , "cellen in een schaal"@nl .
gkd:runners skos:prefLabel "runners"@en .

gkd:reference-2 gk:referenceNumber 2 ; skos:prefLabel "reference 2"@en , "verwijzing 2"@nl .
gkd:reference-12 gk:referenceNumber 12 .
gkd:text skos:prefLabel "the text"@en , "de tekst"@nl .
gkd:section-1 gk:sectionNumber 1 ; skos:prefLabel "section 1: one"@en , "sectie 1: een"@nl .
gkd:section-12 gk:sectionNumber 12 ; skos:prefLabel "section 12: two"@en , "sectie 12: twee"@nl .
gkd:fish skos:prefLabel "fish"@en , "vis"@nl ; skos:exactMatch obo:FOODON_1 .
gkd:animals skos:prefLabel "animals"@en , "dieren"@nl ; gk:hasMember gkd:fish .
gkd:foods skos:prefLabel "foods"@en , "voedsel"@nl ; gk:hasMember gkd:animals .
gkd:sleep skos:prefLabel "sleep"@en , "slaap"@nl .
gkd:cooks skos:prefLabel "cooks"@en , "koks"@nl .
gkd:stone skos:prefLabel "stone"@en , "steen"@nl .

gkd:claim-C001 a gk:Claim ; gk:claimIdentifier "C001" ; gk:claimKind gk:EffectClaim ;
  skos:prefLabel "claim C001"@en , "bewering C001"@nl ;
  gk:curatorStatus gk:Supported ; gk:hedge gk:Can ; gk:polarity gk:Affirmed ; gk:inSection gkd:section-1 ;
  gk:paraphrase "Foods bring sleep."@en , "Voedsel brengt slaap."@nl ;
  gk:statusNote "Known."@en , "Bekend."@nl ;
  gk:passage [ oa:start 1 ; oa:end 20 ] ; prov:wasDerivedFrom gkd:text ;
  gk:citesReference gkd:reference-2 , gkd:reference-12 ;
  gk:subject gkd:foods ; gk:predicate gk:brings ; gk:object gkd:sleep .
gkd:claim-C002 a gk:Claim ; gk:claimIdentifier "C002" ; gk:claimKind gk:PracticeObservationClaim ;
  skos:prefLabel "claim C002"@en , "bewering C002"@nl ;
  gk:curatorStatus gk:Disputed ; gk:hedge gk:Unhedged ; gk:polarity gk:Denied ; gk:inSection gkd:section-12 ;
  gk:paraphrase "Cooks see no harm."@en , "Koks zien geen kwaad."@nl ;
  gk:statusNote "Odd."@en , "Vreemd."@nl ;
  gk:passage [ oa:start 30 ; oa:end 90 ] ; gk:itemPassage [ oa:start 40 ; oa:end 50 ] ;
  gk:statedEvidence gk:Unnamed ; prov:wasDerivedFrom gkd:text ;
  gk:subject gkd:cooks ; gk:predicate gk:see ; gk:object "harm" ; gk:inContext gkd:sleep .
gkd:claim-C003 a gk:Claim ; gk:claimIdentifier "C003" ; gk:claimKind gk:EffectClaim ;
  skos:prefLabel "claim C003"@en , "bewering C003"@nl ;
  gk:curatorStatus gk:Disputed ; gk:hedge gk:AssertedOutright ; gk:polarity gk:Affirmed ;
  gk:inSection gkd:section-12 ; gk:explains gkd:claim-C001 ;
  gk:paraphrase "Fish is \\u001b[31mred."@en , "Vis is rood."@nl ;
  gk:statusNote "Seen."@en , "Gezien."@nl ;
  gk:passage [ oa:start 91 ; oa:end 99 ] ; prov:wasDerivedFrom gkd:text ;
  gk:citesPublication gkd:paper-old ; gk:subject gkd:fish ; gk:predicate gk:is ; gk:object "red" .

gkd:paper-new skos:prefLabel "New et al. (2020)"@en , "New et al. (2020)"@nl ;
  gk:publicationYear 2020 ; gk:pmid "12345678" ; gk:doi "10.1234/new" .
gkd:paper-old skos:prefLabel "Old (1990)"@en , "Old (1990)"@nl ; gk:publicationYear 1990 .
gkd:paper-undated skos:prefLabel "Undated"@en , "Zonder jaar"@nl .
gkd:item-1 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-C001 ; gk:stance gk:Supports ;
  gk:reportedIn gkd:paper-new ; gk:studyDesign gk:Trial ; gk:studiedSpecies gkd:homo-sapiens ;
  gk:studySystem gk:InVivo , gk:InVitro ; gk:studiedPopulation gkd:runners ; gk:findingDirection gk:Benefit ;
  gk:sampleSize 21 ; gk:bearsOn "Runners slept."@en , "Lopers sliepen."@nl .
gkd:item-2 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-C001 ; gk:stance gk:Contradicts ;
  gk:reportedIn gkd:paper-old ; gk:studyDesign gk:Trial ; gk:studiedSpecies gk:NotStated ;
  gk:studySystem gk:InVitro ; gk:studiedPopulation gkd:cells ; gk:findingDirection gk:Benefit ;
  gk:bearsOn "Cells did not sleep."@en , "Cellen sliepen niet."@nl .
gkd:item-3 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-C003 ; gk:stance gk:Supports ;
  gk:reportedIn gkd:paper-undated ; gk:studyDesign gk:Trial ; gk:studiedSpecies gkd:homo-sapiens ;
  gk:studySystem gk:InVivo ; gk:studiedPopulation gkd:runners ; gk:findingDirection gk:Benefit ;
  gk:bearsOn "They said red."@en , "Zij zeiden rood."@nl .
gkd:item-4 a gk:EvidenceItem ; obo:IAO_0000136 gkd:claim-C003 ; gk:stance gk:CitedWithoutRecord ;
  gk:reportedIn gkd:paper-old ; gk:studyDesign gk:Trial ; gk:studiedSpecies gk:NotStated ;
  gk:studySystem gk:InVivo ; gk:studiedPopulation gk:NotStated ; gk:findingDirection gk:Benefit ;
  gk:bearsOn "Not seen."@en , "Niet gezien."@nl .
gk:Sleep a gk:Aspect ; skos:prefLabel "sleep of foods"@en , "slaap van voedsel"@nl .
gk:Colour a gk:Aspect ; skos:prefLabel "colour"@en , "kleur"@nl .
gk:conflictAspect rdfs:range gk:Aspect .
gk:Defect a gk:ConflictType ; skos:prefLabel "defect"@en , "gebrek"@nl .
gk:conflictType rdfs:range gk:ConflictType .
gkd:conflict-1 a gk:Conflict ; gk:conflictIdentifier "E01" ; gk:conflictAspect gk:Sleep , gk:Colour ;
  gk:firstSide gkd:claim-C003 ; gk:secondSide gkd:item-2 ;
  skos:prefLabel "red or asleep"@en , "rood of in slaap"@nl ;
  gk:conflictType gk:Tension ; gk:conflictMember gkd:claim-C003 , gkd:item-2 , gkd:item-4 ;
  gk:explanation "Both cannot be."@en , "Beide kan niet."@nl ; gk:wouldDecide "Look."@en , "Kijk."@nl .
gkd:conflict-2 a gk:Conflict ; gk:conflictIdentifier "R01" ; gk:conflictAspect gk:Colour ;
  skos:prefLabel "two numbers"@en , "twee nummers"@nl ;
  gk:conflictType gk:Defect ; gk:conflictMember gkd:reference-2 ;
  gk:explanation "The list is short."@en , "De lijst is kort."@nl .
gkd:search-1 a gk:SearchRecord ; obo:IAO_0000136 gkd:claim-C002 ; gk:soughtStance gk:Contradicts ;
  gk:searched "two libraries"@en , "twee bibliotheken"@nl .
gkd:search-2 a gk:SearchRecord ; obo:IAO_0000136 gkd:claim-C001 ; gk:soughtStance gk:Supports ;
  gk:searched "an attic"@en , "een zolder"@nl .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """Return a graph of three claims that is asked by the shipped queries."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.ttl").write_text(FIXTURE, encoding="utf-8")
    files = [ShippedFile(folder / "small.ttl", "source")]
    with (
        open_store(folder / "cache", files=files) as store,
        KnowledgeGraph(store, catalogue=catalogue()) as graph,
    ):
        yield graph


@pytest.fixture(scope="module")
def shipped() -> Iterator[KnowledgeGraph]:
    """Return the shipped graph, which the commands ask as well; each would start a process of its own."""
    with glutakg.open() as graph, pytest.MonkeyPatch.context() as patch:
        patch.setattr("glutakg.graph.open", lambda endpoint: nullcontext(graph))
        yield graph


def identifiers(found: list[Claim]) -> list[str]:
    """Return the identifiers of claims."""
    return [claim.identifier for claim in found]


def items(found: list[Evidence]) -> dict[str, list[str]]:
    """Return the local names of the evidence items by claim."""
    return {each.claim.identifier: [item.iri.rpartition("/")[2] for item in each.items] for each in found}


def sides(found: list[ConflictSides]) -> dict[str, tuple[list[str], ...]]:
    """Return what stands on the first side, on the second and on none, by conflict."""

    def names(each: ConflictSides) -> Iterator[list[str]]:
        for side in (each.first_side, each.second_side, each.no_side):
            claims = [claim.identifier for claim in side.claims]
            findings = [finding.item.iri.rpartition("/")[2] for finding in side.findings]
            yield claims + findings + [str(reference) for reference in side.references]

    return {each.conflict.identifier: tuple(names(each)) for each in found}


def run(*arguments: str) -> Result:
    """Run the command over the shipped graph."""
    return CliRunner().invoke(cli, arguments, prog_name="glutakg")


# Which claims


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["C001", "C002", "C003"]),
        ({"kind": "effect claim"}, ["C001", "C003"]),
        ({"kind": "effect"}, ["C001", "C003"]),
        ({"kind": "Effect (bewering)"}, ["C001", "C003"]),
        ({"kind": "gk:PracticeObservationClaim"}, ["C002"]),
        ({"status": "disputed"}, ["C002", "C003"]),
        ({"status": "OMSTREDEN"}, ["C002", "C003"]),
        ({"status": "https://w3id.org/glutakg/ontology/Supported"}, ["C001"]),
        ({"status": "inaccurate"}, []),
        ({"polarity": "denied"}, ["C002"]),
        ({"section": 1}, ["C001"]),
        ({"section": "12"}, ["C002", "C003"]),
        ({"section": "section-12"}, ["C002", "C003"]),
        ({"hedged": True}, ["C001"]),
        ({"hedged": False}, ["C002", "C003"]),
        ({"uncited": True}, ["C002"]),
        ({"uncited": False}, ["C001", "C003"]),
        ({"status": "disputed", "uncited": False}, ["C003"]),
        ({"term": "sleep"}, ["C001", "C002"]),
        ({"term": "vis"}, ["C001", "C003"]),
        ({"term": "FOODON:1"}, ["C001", "C003"]),
        ({"term": "animals"}, ["C001"]),
        ({"term": "gkd:cooks"}, ["C002"]),
        ({"term": "C001"}, ["C001", "C003"]),
        ({"term": "stone"}, []),
        ({"term": "disputed"}, []),
        ({"term": "the text"}, []),
    ],
    ids=str,
)
def test_claims_that_fit_are_found(
    small: KnowledgeGraph, options: dict[str, object], expected: list[str]
) -> None:
    """Each filter keeps what fits it and drops the rest; a term is also found in its groups, at any depth."""
    assert identifiers(small.claims(**options)) == expected  # type: ignore[arg-type]


def test_a_claim_has_all_that_is_recorded(small: KnowledgeGraph) -> None:
    """Who says it, how, where and citing what."""
    first, second, third = small.claims()
    assert (str(first.source), first.start, first.end, first.item_start) == ("the text", 1, 20, None)
    assert (first.references, first.publications) == ((2, 12), ())
    assert (second.item_start, second.item_end) == (40, 50)
    assert (list(map(str, second.agents)), list(map(str, second.grounds))) == (
        ["cooks"],
        ["unnamed researchers"],
    )
    assert (first.agents, first.grounds) == ((), ())
    assert list(map(str, third.publications)) == ["Old (1990)"]
    assert [len(claim.evidence) for claim in (first, second, third)] == [2, 0, 2]
    assert [conflict.claims for conflict in first.conflicts] == [("C001", "C003"), ("C001",)]
    assert [conflict.label for conflict in third.conflicts] == ["red or asleep"]
    assert second.conflicts == ()


def test_texts_come_in_the_language_asked_for(small: KnowledgeGraph) -> None:
    """Labels and texts are Dutch; a label that is missing hides nothing."""
    first = small.claims(lang="nl")[0]
    assert (first.paraphrase, str(first.status)) == ("Voedsel brengt slaap.", "ondersteund")
    assert [str(item.populations[0]) for item in first.evidence] == ["gkd:runners", "cellen in een schaal"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"status": "disputd"},
            "There is no status 'disputd'; choose one of: disputed; inaccurate; supported.",
        ),
        (
            {"kind": "effect claims", "lang": "nl"},
            "There is no kind 'effect claims'; choose one of: effect (bewering); praktijk (bewering).",
        ),
        ({"section": ""}, "There is no section ''; choose one of: section 1: one; section 12: two."),
    ],
    ids=str,
)
def test_an_unknown_value_names_those_there_are(
    small: KnowledgeGraph, options: dict[str, str], message: str
) -> None:
    """The nearest comes first."""
    with pytest.raises(ParameterError) as error:
        small.claims(**options)  # type: ignore[arg-type]
    assert str(error.value) == message
    assert error.value.parameter == next(iter(options))


def test_the_beginning_of_several_values_is_refused(shipped: KnowledgeGraph) -> None:
    """Nothing is guessed; those that begin so come first."""
    with pytest.raises(
        ParameterError, match=r"several of them; choose one of: deficiency cause claim; defici"
    ):
        shipped.claims(kind="deficiency")


@pytest.mark.parametrize("term", ["slee", "gkd:nothing", "FOODON:99"])
def test_a_term_that_does_not_occur_is_an_error(small: KnowledgeGraph, term: str) -> None:
    """It is not taken for a term without claims."""
    with pytest.raises(TermError, match="There is no term"):
        small.claims(term=term)
    with pytest.raises(TermError, match="There is no term"):
        small.evidence(term)


def test_another_language_is_refused(small: KnowledgeGraph) -> None:
    """Only the two languages of the data are known."""
    with pytest.raises(GlutakgError, match="choose en or nl"):
        small.claims(lang="fr")
    with pytest.raises(GlutakgError, match="choose en or nl"):
        small.evidence("C001", lang="fr")


# Which evidence


@pytest.mark.parametrize(
    ("asked", "options", "expected"),
    [
        ("C001", {}, {"C001": ["item-2", "item-1"]}),
        ("C002", {}, {"C002": []}),
        ("fish", {}, {"C001": ["item-2", "item-1"], "C003": ["item-4", "item-3"]}),
        ("sleep", {}, {"C001": ["item-2", "item-1"], "C002": []}),
        ("sleep", {"stance": "supports"}, {"C001": ["item-1"]}),
        ("fish", {"stance": "spreekt tegen"}, {"C001": ["item-2"]}),
        ("fish", {"species": "human"}, {"C001": ["item-1"], "C003": ["item-3"]}),
        ("fish", {"species": "mens", "since": 1990}, {"C001": ["item-1"]}),
        ("fish", {"system": "in vitro"}, {"C001": ["item-2", "item-1"]}),
        ("fish", {"population": "cells"}, {"C001": ["item-2"]}),
        ("fish", {"design": "onderzoek", "until": 1990}, {"C001": ["item-2"], "C003": ["item-4"]}),
        ("fish", {"since": 1991, "until": 2019}, {}),
        ("C001", {"since": 1991, "until": 2019}, {"C001": []}),
        ("stone", {}, {}),
        ("Old (1990)", {}, {"C001": ["item-2"], "C003": ["item-4"]}),
        ("12345678", {}, {"C001": ["item-1"]}),
        ("10.1234/new", {"stance": "contradicts"}, {}),
    ],
    ids=str,
)
def test_evidence_that_fits_is_found(
    small: KnowledgeGraph, asked: str, options: dict[str, object], expected: dict[str, list[str]]
) -> None:
    """A claim is always shown, the claims on a term only where evidence fits what it is narrowed down to."""
    assert items(small.evidence(asked, **options)) == expected  # type: ignore[arg-type]


def test_years_the_wrong_way_round_are_refused(small: KnowledgeGraph) -> None:
    """No year is after 2000 and before 1990."""
    with pytest.raises(ParameterError, match="exchange the two"):
        small.evidence("C001", since=2000, until=1990)


@pytest.mark.parametrize("name", ["stance", "design", "species", "system", "population"])
def test_unknown_values_of_evidence_are_refused(small: KnowledgeGraph, name: str) -> None:
    """Each filter names its own values."""
    with pytest.raises(ParameterError, match=f"There is no {name} 'xyz'; choose one of: "):
        small.evidence("C001", **{name: "xyz"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"C001": ["item-2", "item-1"], "C002": [], "C003": ["item-4", "item-3"]}),
        ({"stance": "supports"}, {"C001": ["item-1"], "C003": ["item-3"]}),
        ({"species": "mens", "since": 2000}, {"C001": ["item-1"]}),
        ({"design": "trial", "system": "in vitro", "until": 1990}, {"C001": ["item-2"]}),
        ({"population": "runners", "stance": "contradicts"}, {}),
    ],
    ids=str,
)
def test_evidence_is_found_without_a_term(
    small: KnowledgeGraph, options: dict[str, object], expected: dict[str, list[str]]
) -> None:
    """All filters work over all evidence."""
    assert items(small.evidence(**options)) == expected  # type: ignore[arg-type]


def by_study(graph: KnowledgeGraph, **values: object) -> Rows:
    """Return the rows of the query that filters evidence."""
    rows = graph.run("evidence-of-study-kind", timeout=None, **values)
    assert isinstance(rows, Rows)
    return rows


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stance": "contradicts", "design": "randomised controlled trial"},
        {"stance": "ondersteunt", "species": "human", "since": 2000, "until": 2014},
        {"system": "in vitro"},
        {"population": "central neurons of the mouse"},
        {"until": 1990},
    ],
    ids=str,
)
def test_the_query_finds_what_the_method_finds(
    shipped: KnowledgeGraph, options: dict[str, str | int]
) -> None:
    """All filters of `evidence` are parameters of a catalogue query, and any is the default of each."""
    rows = by_study(shipped, **options)
    found = {item.iri for each in shipped.evidence(**options) for item in each.items}  # type: ignore[arg-type]
    assert {row["item"] for row in rows} == found != set()


def test_the_query_takes_the_species_of_another_ontology(shipped: KnowledgeGraph) -> None:
    """NCBITaxon:9606 is what we call Homo sapiens."""
    rows = by_study(shipped, species="NCBITaxon:9606")
    assert list(rows) == list(by_study(shipped, species="human")) != []


def test_a_value_of_another_list_fits_no_evidence(shipped: KnowledgeGraph) -> None:
    """What is no stance is refused where it does not exist, and finds nothing where it does."""
    assert len(by_study(shipped, stance="taurine")) == 0
    with pytest.raises(ParameterError, match="'stance' cannot be 'contradict'"):
        by_study(shipped, stance="contradict")
    with pytest.raises(ParameterError, match="'since' is of type integer"):
        by_study(shipped, since="199x")


# Which conflicts

E01: dict[str, tuple[list[str], ...]] = {"E01": (["C003"], ["item-2"], ["item-4"])}
R01: dict[str, tuple[list[str], ...]] = {"R01": ([], [], ["reference 2"])}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, E01 | R01),
        ({"term": "E01"}, E01),
        ({"term": "R01"}, R01),
        ({"term": "C001"}, E01 | R01),
        ({"term": "C002"}, {}),
        ({"term": "C003"}, E01),
        ({"term": "fish"}, E01 | R01),
        ({"term": "slaap"}, E01 | R01),
        ({"term": "10.1234/new"}, {}),
        ({"term": "Old (1990)"}, E01),
        ({"term": "gkd:item-2"}, E01),
        ({"term": "reference 2"}, E01 | R01),
        ({"term": "stone"}, {}),
        ({"term": "sleep of foods"}, E01),
        ({"term": "gk:Defect"}, R01),
        ({"type": "tension"}, E01),
        ({"type": "gebrek"}, R01),
        ({"aspect": "kleur"}, E01 | R01),
        ({"aspect": "gk:Sleep"}, E01),
        ({"term": "fish", "type": "defect", "aspect": "colour"}, R01),
        ({"type": "defect", "aspect": "sleep of foods"}, {}),
    ],
    ids=str,
)
def test_conflicts_that_fit_are_found(
    small: KnowledgeGraph, options: dict[str, str], expected: dict[str, tuple[list[str], ...]]
) -> None:
    """Members stand on the side that the data say, and on none where they say nothing."""
    assert sides(small.conflicts(**options)) == expected


def test_a_conflict_has_all_that_is_recorded(small: KnowledgeGraph) -> None:
    """What it is on, in the language asked for, and what its members say."""
    first, second = small.conflicts(lang="nl")
    conflict = first.conflict
    assert (conflict.identifier, conflict.label, str(conflict.type)) == (
        "E01",
        "rood of in slaap",
        "spanning",
    )
    assert list(map(str, conflict.aspects)) == ["kleur", "slaap van voedsel"]
    assert (conflict.claims, conflict.would_decide) == (("C001", "C003"), "Kijk.")
    assert first.first_side.claims[0].paraphrase == "Vis is rood."
    [finding] = first.second_side.findings
    assert (finding.claim, finding.item.bears_on) == ("C001", "Cellen sliepen niet.")
    assert [each.has_sides for each in (first, second)] == [True, False]
    assert [len(side) for side in (first.first_side, second.first_side, second.no_side)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"aspect": "colours"}, "There is no aspect 'colours'; choose one of: colour; sleep of foods."),
        ({"type": "x", "lang": "nl"}, "There is no type 'x'; choose one of: gebrek; spanning."),
    ],
    ids=str,
)
def test_an_unknown_aspect_or_type_names_those_there_are(
    small: KnowledgeGraph, options: dict[str, str], message: str
) -> None:
    """The nearest comes first."""
    with pytest.raises(ParameterError) as error:
        small.conflicts(**options)
    assert str(error.value) == message
    assert error.value.parameter == next(iter(options))


def test_conflicts_on_what_does_not_exist_are_refused(small: KnowledgeGraph) -> None:
    """Neither an unknown term nor a third language is taken for an empty answer."""
    with pytest.raises(TermError, match="There is no term 'T99'"):
        small.conflicts("T99")
    with pytest.raises(GlutakgError, match="choose en or nl"):
        small.conflicts(lang="fr")


# How it reads


def test_a_claim_reads_in_full(small: KnowledgeGraph) -> None:
    """Every field is there; what would steer the terminal is written out."""
    assert claims_text(small.claims()[1:], width=90) == (
        "C002  Cooks see no harm.\n"
        "      kind       practice claim; denied; hedge: unhedged\n"
        "      status     disputed: Odd.\n"
        "      said by    the text, reporting what cooks observe, resting on unnamed researchers,\n"
        "                 section 12: two, characters 30-90, list item 40-50\n"
        "      cites      nothing\n"
        "      evidence   studies: 0 for, 0 against, 0 qualifying; reports: 0\n"
        "      conflicts  none recorded\n"
        "\n"
        "C003  Fish is \\x1b[31mred.\n"
        "      kind       effect claim; affirmed; hedge: asserted outright\n"
        "      status     disputed: Seen.\n"
        "      said by    the text, section 12: two, characters 91-99\n"
        "      cites      Old (1990)\n"
        "      evidence   studies: 1 for, 0 against, 0 qualifying, 1 other; reports: 2\n"
        "      conflicts  E01 red or asleep (tension)"
    )


def test_a_claim_reads_in_dutch(small: KnowledgeGraph) -> None:
    """Headings, values and the note are Dutch."""
    assert claims_text(small.claims(lang="nl")[:1], lang="nl") == (
        "C001  Voedsel brengt slaap.\n"
        "      soort          effect (bewering); bevestigd; stelligheid: kan\n"
        "      status         ondersteund: Bekend.\n"
        "      volgens        de tekst, sectie 1: een, tekens 1-20\n"
        "      verwijst naar  verwijzingen 2, 12\n"
        "      bewijs         onderzoeken: 1 voor, 1 tegen, 0 nuancerend; verslagen: 2\n"
        "      conflicten     E01 rood of in slaap (spanning); R01 twee nummers (gebrek)"
    )


def test_evidence_reads_side_by_side_on_a_wide_terminal(small: KnowledgeGraph) -> None:
    """For stands left, against right, the rest below."""
    text = evidence_text(small.evidence("C001"), width=100)
    assert text == (
        "C001  Foods bring sleep.\n"
        "  supported: Known.\n"
        "  the text, section 1: one, characters 1-20\n"
        "  affirmed; hedge: can\n"
        "\n"
        "for (1)                                          | against (1)\n"
        "  New et al. (2020)                              |   Old (1990)\n"
        "    trial; species: Homo sapiens; in vitro; in   |     trial; species: not stated; in vitro\n"
        "    vivo                                         |     population: cells in a dish\n"
        "    population: runners (n = 21)                 |     finding: benefit\n"
        "    finding: benefit                             |     Cells did not sleep.\n"
        "    Runners slept.                               |\n"
        "    PMID 12345678; DOI 10.1234/new               |\n"
        "\n"
        "qualifying or neutral (0)\n"
        "  none recorded\n"
        "\n"
        "conflicts (2)\n"
        "  E01 red or asleep (tension), with C003\n"
        "    Both cannot be.\n"
        "    would decide: Look.\n"
        "  R01 two numbers (defect)\n"
        "    The list is short."
    )


def test_evidence_reads_one_after_the_other_on_a_narrow_terminal(small: KnowledgeGraph) -> None:
    """Below 100 columns nothing stands side by side, and no line is longer than the terminal."""
    lines = evidence_text(small.evidence("C001"), width=99).splitlines()
    headings = [line for line in lines if re.fullmatch(r"\S.* \(\d+\)", line)]
    assert headings == ["for (1)", "against (1)", "qualifying or neutral (0)", "conflicts (2)"]
    assert not any("|" in line for line in lines)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100, 133])
def test_no_line_is_longer_than_the_terminal(shipped: KnowledgeGraph, lang: str, width: int) -> None:
    """Whatever the data hold."""
    claims = shipped.claims(lang=lang)
    everything = [Evidence(claim, claim.evidence) for claim in claims]
    text = (
        f"{claims_text(claims, lang=lang, width=width)}\n{evidence_text(everything, lang=lang, width=width)}"
    )
    assert [line for line in text.splitlines() if len(line) > width] == []


def test_a_neutral_item_tells_its_stance(small: KnowledgeGraph) -> None:
    """What neither speaks for nor against stands apart."""
    text = evidence_text(small.evidence("C003"))
    assert "qualifying or neutral (1)\n  Old (1990): cited without record\n" in text


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "against (0)\n  none recorded\n  looked for and not found; searched: two libraries\n"),
        ("nl", "tegen (0)\n  geen vastgelegd\n  gezocht en niet gevonden; doorzocht: twee bibliotheken\n"),
    ],
)
def test_what_was_searched_is_told_where_nothing_was_found(
    small: KnowledgeGraph, lang: str, expected: str
) -> None:
    """Nothing recorded is one thing, looked for without success another."""
    text = evidence_text(small.evidence("C002", lang=lang), lang=lang)
    assert expected in text
    assert text.count(expected.splitlines()[-1]) == 1


def test_a_search_is_not_told_where_something_was_found(small: KnowledgeGraph) -> None:
    """There it would say what is not so, also when the items found are filtered away."""
    assert "attic" not in evidence_text(small.evidence("C001"))
    narrowed = evidence_text(small.evidence("C001", stance="contradicts"))
    assert "attic" not in narrowed
    assert "for (0)\n  none that fits (1 recorded)\n" in narrowed


class Starred(Style):
    """Headings between stars."""

    def heading(self, text: str) -> str:
        """Return the text between stars."""
        return f"*{text}*"


def test_headings_are_emphasised(small: KnowledgeGraph) -> None:
    """What stands out is the claim and the headings."""
    text = evidence_text(small.evidence("C002"), style=Starred())
    assert re.findall(r"^\*(.*)\*$", text, re.MULTILINE) == [
        "C002  Cooks see no harm.",
        "for (0)",
        "against (0)",
        "qualifying or neutral (0)",
        "conflicts (0)",
    ]


def test_tsv_has_a_line_per_claim_and_per_item(small: KnowledgeGraph) -> None:
    """Values that are several are joined; a tab in a text does not make a column."""
    first = replace(small.claims()[0], status_note="a\tb")
    header, line = (each.split("\t") for each in claims_tsv([first]).splitlines())
    row = dict(zip(header, line, strict=True))
    assert (row["claim"], row["references"], row["item_start"]) == ("C001", "2; 12", "")
    assert (row["supporting"], row["contradicting"], row["qualifying"]) == ("1", "1", "0")
    assert row["status_note"] == "a\\tb"
    header, line = (each.split("\t") for each in evidence_tsv(small.evidence("12345678")).splitlines())
    row = dict(zip(header, line, strict=True))
    assert (row["claim"], row["stance"], row["system"]) == ("C001", "supports", "in vitro; in vivo")
    assert (row["year"], row["pmid"], row["doi"], row["sample_size"]) == (
        "2020",
        "12345678",
        "10.1234/new",
        "21",
    )


# How conflicts read


def test_sides_read_side_by_side_on_a_wide_terminal(small: KnowledgeGraph) -> None:
    """One side stands left, the other right, what takes none below; conflicts stand under their aspects."""
    assert conflicts_text(small.conflicts(), width=100) == (
        "colour (1)\n"
        "\n"
        "R01  two numbers (defect)\n"
        "  The list is short.\n"
        "\n"
        "involved; there are not two sides (1)\n"
        "  reference 2\n"
        "\n"
        "colour; sleep of foods (1)\n"
        "\n"
        "E01  red or asleep (tension)\n"
        "  Both cannot be.\n"
        "  would decide: Look.\n"
        "\n"
        "one side (1)                                     | the other side (1)\n"
        "  C003  Fish is \\x1b[31mred.                     |   Old (1990): contradicts C001\n"
        "    the text, section 12: two, characters 91-99; |     trial; species: not stated; in vitro\n"
        "    affirmed; hedge: asserted outright; disputed |     population: cells in a dish\n"
        "    evidence: cited without record (Old (1990)); |     finding: benefit\n"
        "    supports (Undated)                           |     Cells did not sleep.\n"
        "\n"
        "taking no side (1)\n"
        "  Old (1990): cited without record C003\n"
        "    trial; species: not stated; in vivo\n"
        "    population: not stated\n"
        "    finding: benefit\n"
        "    Not seen."
    )


def test_sides_read_in_dutch_one_after_the_other(small: KnowledgeGraph) -> None:
    """Below 100 columns nothing stands side by side."""
    lines = conflicts_text(small.conflicts(lang="nl"), lang="nl", width=99).splitlines()
    assert [line for line in lines if re.fullmatch(r"\S.* \(\d+\)", line)] == [
        "kleur (1)",
        "betrokken; er zijn geen twee kanten (1)",
        "kleur; slaap van voedsel (1)",
        "de ene kant (1)",
        "de andere kant (1)",
        "zonder kant te kiezen (1)",
    ]
    assert not any("|" in line for line in lines)
    assert "  zou de doorslag geven: Kijk." in lines


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [80, 100, 133])
def test_no_line_of_a_conflict_is_longer_than_the_terminal(
    shipped: KnowledgeGraph, lang: str, width: int
) -> None:
    """Whatever the data hold."""
    text = conflicts_text(shipped.conflicts(lang=lang), lang=lang, width=width)
    assert [line for line in text.splitlines() if len(line) > width] == []


def test_tsv_has_a_line_per_member(small: KnowledgeGraph) -> None:
    """With its side, and what it says on what evidence."""
    header, *lines = (each.split("\t") for each in conflicts_tsv(small.conflicts()).splitlines())
    told = [dict(zip(header, line, strict=True)) for line in lines]
    assert [(row["conflict"], row["side"], row["member"]) for row in told] == [
        ("E01", "first", "gkd:claim-C003"),
        ("E01", "second", "gkd:item-2"),
        ("E01", "", "gkd:item-4"),
        ("R01", "", "gkd:reference-2"),
    ]
    assert (told[0]["says"], told[0]["source"], told[0]["stance"]) == (
        "Fish is \\x1b[31mred.",
        "the text",
        "",
    )
    assert (told[1]["claim"], told[1]["stance"], told[1]["year"]) == ("C001", "contradicts", "1990")
    assert {row["aspects"] for row in told[:3]} == {"colour; sleep of foods"}


# The balance of evidence in a description


def balance(rows: Rows) -> list[tuple[object, ...]]:
    """Return status, claims, what is for, against and qualifying, each with people, and the settings."""
    return [tuple(row.values()) for row in rows]


def test_the_balance_sums_per_status(small: KnowledgeGraph) -> None:
    """Claims without evidence count too; people are counted apart; what takes no side is left out."""
    rows = small.describe("fish")["balance"]
    assert balance(rows) == [("disputed", 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1)]
    rows = small.describe("sleep", lang="nl")["balance"]
    assert balance(rows) == [("ondersteund", 1, 1, 1, 1, 0, 0, 0, 0, 2, 0, 2)]
    rows = small.describe("C002")["balance"]
    assert balance(rows) == [("disputed", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]


def test_the_balance_has_its_heading(small: KnowledgeGraph) -> None:
    """In both languages, and only where there are claims."""
    assert "\n\nBALANCE OF EVIDENCE\n" in str(small.describe("C001"))
    assert "\n\nBALANS VAN HET BEWIJS\n" in str(small.describe("C001", lang="nl"))
    assert "balance" not in small.describe("stone").sections


# The shipped data


def test_magnesium_is_claimed_to_protect_and_a_trial_contradicts(shipped: KnowledgeGraph) -> None:
    """The claim itself, and what is said of all protectors together."""
    claims = {claim.identifier: claim for claim in shipped.claims(term="magnesium")}
    assert {"C054", "C061"} <= set(claims)
    [found] = shipped.evidence("C054", stance="contradicts", design="randomised controlled trial")
    assert "Saver et al. (2015)" in [item.publication.label for item in found.items]
    assert all(str(item.stance) == "contradicts" for item in found.items)
    assert claims["C054"].conflicts


@pytest.mark.parametrize(
    "term", ["taurine", "gkd:taurine", "CHEBI:15891", "https://w3id.org/glutakg/data/taurine"]
)
def test_all_names_of_a_term_find_the_same_claims(shipped: KnowledgeGraph, term: str) -> None:
    """Label, CURIE, IRI and the matching term of ChEBI."""
    assert {"C058", "C061"} <= set(identifiers(shipped.claims(term=term)))
    assert shipped.claims(term=term) == shipped.claims(term="taurine")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_record_is_lost(shipped: KnowledgeGraph, lang: str) -> None:
    """Every claim, evidence item, search and conflict of claims is told, in either language."""
    claims = shipped.claims(lang=lang)
    told = {
        "Claim": {claim.iri for claim in claims},
        "EvidenceItem": {item.iri for claim in claims for item in claim.evidence},
        "SearchRecord": {search.iri for claim in claims for search in claim.searches},
    }
    for kind, iris in told.items():
        rows = shipped.query(COUNT.format(kind))
        assert isinstance(rows, Rows)
        assert (kind, len(iris)) == (kind, rows[0].n)
    told_conflicts = {conflict.iri for claim in claims for conflict in claim.conflicts}
    rows = shipped.query(CONFLICTS_OF_CLAIMS)
    assert isinstance(rows, Rows)
    assert rows
    assert {row["conflict"] for row in rows} <= told_conflicts


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_conflict_and_no_member_is_lost(shipped: KnowledgeGraph, lang: str) -> None:
    """Every conflict is told, each member once, with a text in either language."""
    found = shipped.conflicts(lang=lang)
    told = [
        (each.conflict.iri, iri)
        for each in found
        for side in (each.first_side, each.second_side, each.no_side)
        for iri in (
            *(claim.iri for claim in side.claims),
            *(finding.item.iri for finding in side.findings),
            *(reference.iri for reference in side.references),
        )
    ]
    members = shipped.query(MEMBERS)
    assert isinstance(members, Rows)
    assert sorted(told) == sorted((str(row["conflict"]), str(row["member"])) for row in members)


def test_the_trial_stands_against_the_claim_on_magnesium(shipped: KnowledgeGraph) -> None:
    """A mechanism in cells stands on the side of the claim, the trials in people on the other."""
    [found] = shipped.conflicts("magnesium", type="evidence against claim")
    assert sides([found])["E06"] == (
        ["C054", "evidence-C054-1"],
        ["evidence-C054-2", "evidence-C054-3", "evidence-C054-4", "evidence-C054-5"],
        [],
    )


def test_essential_stands_against_made_by_the_body(shipped: KnowledgeGraph) -> None:
    """The source contradicts itself, with claims on both sides."""
    [found] = shipped.conflicts("T01")
    assert sides([found])["T01"] == (["C197", "C198"], ["C064", "C065", "C107", "C108"], [])


def test_only_what_can_have_two_sides_has_them(shipped: KnowledgeGraph) -> None:
    """Contradictions and evidence against claims always do, a defect or an ambiguity never does."""
    by_type: dict[str, set[bool]] = {}
    for each in shipped.conflicts():
        by_type.setdefault(each.conflict.type.iri.rpartition("/")[2], set()).add(each.has_sides)
    assert by_type == {
        "Contradiction": {True},
        "TrialAgainstClaim": {True},
        "Tension": {True, False},
        "TerminologyConflict": {False},
        "Ambiguity": {False},
        "Defect": {False},
        "Bias": {False},
    }


def test_the_agent_of_a_report_is_named(shipped: KnowledgeGraph) -> None:
    """C233 reports what practitioners say; researchers without a name carry C128."""
    claims = {claim.identifier: claim for claim in shipped.claims()}
    assert list(map(str, claims["C233"].agents)) == ["naturopathic dietitians"]
    assert list(map(str, claims["C128"].grounds)) == ["unnamed researchers"]
    assert claims["C054"].agents == ()


def test_the_balance_of_a_claim_is_that_of_its_items(shipped: KnowledgeGraph) -> None:
    """Description and evidence agree."""
    for name in ("C054", "C058"):
        [row] = shipped.describe(name)["balance"]
        [found] = shipped.evidence(name)
        counts = [
            len({study.iri for item in found.items if str(item.stance) == stance for study in item.studies})
            for stance in ("supports", "contradicts", "qualifies")
        ]
        assert row["reports"] == len({item.publication.iri for item in found.items})
        assert [row["supporting"], row["contradicting"], row["qualifying"]] == counts
        assert sum(counts) > 0


def studies(items: Iterable[EvidenceItem]) -> int:
    """Return of how many studies evidence items tell."""
    return len({study.iri for item in items for study in item.studies})


def test_the_balance_of_every_claim_is_that_of_its_items(shipped: KnowledgeGraph) -> None:
    """A query tells for each of the claims what is for and against it, in people, in animals and in vitro."""
    rows = shipped.run("evidence-counts-by-claim")
    assert isinstance(rows, Rows)

    def count(claim: Claim) -> dict[str, object]:
        items = of_stance(claim.evidence, SUPPORTS, CONTRADICTS, QUALIFIES)
        settings = [
            (
                {system.label for system in item.systems},
                {species.label for species in item.species} - {"not stated"},
            )
            for item in items
        ]
        in_people = [
            item
            for item, (systems, species) in zip(items, settings, strict=True)
            if "Homo sapiens" in species and systems != {"in vitro"}
        ]
        counts: dict[str, object] = {"claim": claim.identifier, "status": claim.status.label}
        for name, stance in (
            ("supporting", SUPPORTS),
            ("contradicting", CONTRADICTS),
            ("qualifying", QUALIFIES),
        ):
            counts[name] = studies(of_stance(items, stance))
            counts[f"{name}_in_people"] = studies(of_stance(in_people, stance))
        seen = list(zip(items, settings, strict=True))
        counts["in_animals"] = studies(i for i, (t, s) in seen if s - {"Homo sapiens"} and t != {"in vitro"})
        counts["in_vitro"] = studies(i for i, (t, _) in seen if "in vitro" in t)
        counts["not_stated"] = studies(i for i, (t, s) in seen if not s and t != {"in vitro"})
        counts["reports"] = len({item.publication.iri for item in items})
        return counts

    assert [dict(row) for row in rows] == [count(claim) for claim in shipped.claims()]


def test_magnesium_is_weighed_by_where_it_was_seen(shipped: KnowledgeGraph) -> None:
    """The support is in vitro, the evidence against in people: of the protectors, only here."""
    [row] = shipped.describe("C054")["balance"]
    assert (row["supporting"], row["supporting_in_people"], row["in_vitro"]) == (1, 0, 1)
    assert (row["contradicting"], row["contradicting_in_people"], row["reports"]) == (4, 4, 6)


# The command line


def as_json(value: object) -> object:
    """Return plain values as JSON gives them back."""
    return json.loads(json.dumps(value))


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["--term", "taurine", "--lang", "nl"], {"term": "taurine", "lang": "nl"}),
        (
            ["--kind", "protective effect", "--status", "disputed", "--hedged", "--uncited"],
            {"kind": "protective effect", "status": "disputed", "hedged": True, "uncited": True},
        ),
        (
            ["--section", "4", "--unhedged", "--polarity", "affirmed"],
            {"section": 4, "hedged": False, "polarity": "affirmed"},
        ),
        (["--section", "9", "--cited"], {"section": 9, "uncited": False}),
    ],
    ids=str,
)
def test_claims_are_the_same_by_command_and_api(
    shipped: KnowledgeGraph, arguments: list[str], options: dict[str, object]
) -> None:
    """All three formats show what the API gives."""
    found = shipped.claims(**options)  # type: ignore[arg-type]
    assert found
    assert json.loads(run("claims", *arguments, "--format", "json").stdout) == as_json(
        list(map(asdict, found))
    )
    assert run("claims", *arguments, "--format", "tsv").stdout == claims_tsv(found) + "\n"
    lang = str(options.get("lang", "en"))
    result = run("claims", *arguments)
    assert (result.stdout, result.exit_code) == (claims_text(found, lang=lang, width=80) + "\n", 0)
    counted = translator(lang)("claim" if len(found) == 1 else "claims")
    assert result.stderr == f"{len(found)} {counted}\n"


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["C054", "--lang", "nl"], {"claim_or_term": "C054", "lang": "nl"}),
        (
            ["excitotoxicity", "--stance", "contradicts", "--design", "randomised controlled trial"],
            {
                "claim_or_term": "excitotoxicity",
                "stance": "contradicts",
                "design": "randomised controlled trial",
            },
        ),
        (
            ["magnesium", "--species", "human", "--system", "in vivo", "--since", "2015", "--until", "2015"],
            {
                "claim_or_term": "magnesium",
                "species": "human",
                "system": "in vivo",
                "since": 2015,
                "until": 2015,
            },
        ),
        (
            ["C054", "--population", "central neurons of the mouse"],
            {"claim_or_term": "C054", "population": "central neurons of the mouse"},
        ),
        (
            ["--design", "case report", "--lang", "nl", "--full"],
            {"design": "case report", "lang": "nl"},
        ),
    ],
    ids=str,
)
def test_evidence_is_the_same_by_command_and_api(
    shipped: KnowledgeGraph, arguments: list[str], options: dict[str, object]
) -> None:
    """All three formats show what the API gives."""
    found = shipped.evidence(**options)  # type: ignore[arg-type]
    assert any(each.items for each in found)
    assert json.loads(run("evidence", *arguments, "--format", "json").stdout) == as_json(
        list(map(asdict, found))
    )
    assert run("evidence", *arguments, "--format", "tsv").stdout == evidence_tsv(found) + "\n"
    lang = str(options.get("lang", "en"))
    result = run("evidence", *arguments)
    assert (result.stdout, result.exit_code) == (evidence_text(found, lang=lang, width=80) + "\n", 0)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["C054", "--lang", "nl"], {"term": "C054", "lang": "nl"}),
        (
            ["--type", "contradiction", "--aspect", "safety", "--full"],
            {"type": "contradiction", "aspect": "safety"},
        ),
        (["10.1056/NEJMoa1408827"], {"term": "10.1056/NEJMoa1408827"}),
    ],
    ids=str,
)
def test_conflicts_are_the_same_by_command_and_api(
    shipped: KnowledgeGraph, arguments: list[str], options: dict[str, str]
) -> None:
    """All three formats show what the API gives."""
    found = shipped.conflicts(**options)
    assert found
    assert json.loads(run("conflicts", *arguments, "--format", "json").stdout) == as_json(
        list(map(asdict, found))
    )
    assert run("conflicts", *arguments, "--format", "tsv").stdout == conflicts_tsv(found) + "\n"
    lang = options.get("lang", "en")
    result = run("conflicts", *arguments)
    assert (result.stdout, result.exit_code) == (conflicts_text(found, lang=lang, width=80) + "\n", 0)
    counted = translator(lang)("conflict" if len(found) == 1 else "conflicts")
    assert result.stderr == f"{len(found)} {counted}\n"


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["claims", "--term", "magnesium", "--polarity", "denied"], "No claim fits all that was asked; "),
        (["evidence", "magnesium", "--until", "1900"], "No claim with evidence that fits all that was asked"),
        (["evidence", "--until", "1900"], "No claim with evidence that fits all that was asked is recorded."),
        (["conflicts", "taurine", "--type", "bias"], "No conflict fits all that was asked; "),
    ],
    ids=str,
)
@pytest.mark.parametrize(("format", "empty"), [("table", ""), ("json", "[]\n"), ("tsv", "c")])
def test_an_empty_answer_is_a_sentence_on_stderr(
    arguments: list[str], note: str, format: str, empty: str
) -> None:
    """Nothing found is no failure."""
    result = run(*arguments, "--format", format)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"glutakg: note: {note}")
    assert result.stdout.startswith(empty)
    assert len(result.stdout.splitlines()) == (format != "table")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["claims", "--status", "disputd"], "There is no status 'disputd'; choose one of: disputed; "),
        (["claims", "--term", "taurin"], "There is no term 'taurin' in the graph. Did you mean taurine"),
        (["evidence", "C999"], "There is no term 'C999' in the graph."),
        (["evidence", "C054", "--since", "2020", "--until", "2010"], "No year is since 2020 and until 2010"),
        (["evidence", "--species", "\x1b[31mman"], "There is no species '\\x1b[31mman'; choose one of: "),
        (["conflicts", "T99"], "There is no term 'T99' in the graph."),
        (["conflicts", "taurin"], "There is no term 'taurin' in the graph. Did you mean taurine"),
        (["conflicts", "\x1b]0;own\x07"], "There is no term '\\x1b]0;own\\x07' in the graph."),
        (["conflicts", "--aspect", "safty"], "There is no aspect 'safty'; choose one of: safety; "),
        (["conflicts", "--aspect", "\x1b[31m"], "There is no aspect '\\x1b[31m'; choose one of: "),
        (["conflicts", "--type", "quarrel"], "There is no type 'quarrel'; choose one of: "),
    ],
    ids=str,
)
def test_bad_input_ends_with_2(arguments: list[str], message: str) -> None:
    """One sentence on stderr, nothing on stdout."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"glutakg: error: {message}")


def test_a_terminal_shows_columns_and_bold_headings(shipped: KnowledgeGraph) -> None:
    """Its width decides on the columns."""
    found = shipped.evidence("C054")
    wide = on_a_terminal(120, "evidence", "C054")
    assert wide == evidence_text(found, width=120, style=TerminalStyle({})) + "\n"
    assert " | " in wide
    assert " | " not in on_a_terminal(80, "evidence", "C054")
    conflicts = shipped.conflicts("E06")
    wide = on_a_terminal(120, "conflicts", "E06")
    assert wide == conflicts_text(conflicts, width=120, style=TerminalStyle({})) + "\n"
    assert " | " in wide


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_color_leaves_the_text_plain(shipped: KnowledgeGraph, environment: dict[str, str]) -> None:
    """Who wants no colour gets no escapes at all."""
    written = on_a_terminal(120, "evidence", "C054", **environment)
    assert written == evidence_text(shipped.evidence("C054"), width=120) + "\n"
