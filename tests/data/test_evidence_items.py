"""Evidence speaks for and against the claims it is about, and what was looked for in vain is on record."""

import re
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from answers import answers, as_curie

from glutakg import KnowledgeGraph
from glutakg.dataset.generated import shipped_files
from glutakg.files import read_text
from glutakg.shacl.validation import validate

rows = partial(answers, written=as_curie)


ID = "?claim gk:claimIdentifier ?id ."
ITEM = "?item obo:IAO_0000136 ?claim; gk:stance ?stance; gk:reportedIn ?p ."


def test_contested_claims_have_evidence_against_them_or_a_record_of_the_search(
    graph: KnowledgeGraph,
) -> None:
    """Each disputed or inaccurate claim has the one or the other, and no claim has both."""
    contested = rows(
        graph, f"{ID} ?claim gk:curatorStatus ?s FILTER(?s IN (gk:Disputed, gk:Inaccurate))", "id"
    )
    against = rows(graph, f"{ID} {ITEM} FILTER(?stance = gk:Contradicts)", "id")
    searched = rows(graph, f"{ID} ?s obo:IAO_0000136 ?claim; gk:soughtStance gk:Contradicts", "id")
    assert len(contested) == 66
    assert contested <= against | searched
    assert against & searched == set()
    assert searched <= contested


def on_steps() -> set[tuple[object, ...]]:
    """Return the publications that the background rests on, and no claim of the source."""
    file = next(file for file in shipped_files() if file.path.name == "publications-on-steps.ttl")
    return {(name,) for name in re.findall("^(gkd:\\S+)$", read_text(file.path), re.M)}


def test_every_publication_is_there_for_something(graph: KnowledgeGraph) -> None:
    """Each is the source of evidence, named by the source document, or a source of the background."""
    publications = rows(graph, "?p a gk:Publication", "p")
    used = rows(graph, "?item gk:reportedIn|gk:conflictMember ?p . ?p a gk:Publication", "p")
    used |= rows(graph, f"?p {REPORTING} ?study . ?item gk:ofStudy ?study", "p")
    used |= rows(graph, "?fact dcterms:source ?p . ?p a gk:Publication", "p")
    named = rows(graph, "?p gk:isNamedBySource true", "p")
    waiting = {(f"gkd:publication-{key}",) for key in ("shen2009", "shen2013")}
    assert publications - used - named == waiting


@pytest.mark.parametrize(
    ("claim", "publication", "stance", "design", "species", "direction"),
    [
        ("C054", "saver2015", "Contradicts", "RandomisedControlledTrial", "homo-sapiens", "NoDifference"),
        ("C122", "krzywkowski2001", "Contradicts", "ControlledTrial", "homo-sapiens", "NoDifference"),
        ("C138", "heyland2022", "Contradicts", "RandomisedControlledTrial", "homo-sapiens", "NoDifference"),
        ("C153", "okuno1999", "Contradicts", "RandomisedControlledTrial", "homo-sapiens", "NoDifference"),
        ("C153", "skubitz1996", "Supports", "UncontrolledTrial", "homo-sapiens", "Benefit"),
        ("C183", "gleeson2008", "Contradicts", "NarrativeReview", "homo-sapiens", "NoDifference"),
        ("C207", "heyland2013", "Contradicts", "RandomisedControlledTrial", "homo-sapiens", "Harm"),
        ("C208", "vanzanten2015", "Supports", "Commentary", "homo-sapiens", "Harm"),
        ("C220", "yang1997", "Qualifies", "RandomisedControlledTrial", "homo-sapiens", "Mixed"),
        ("C223", "obayashi2016", "Qualifies", "SystematicReview", "homo-sapiens", "Mixed"),
        ("C226", "osada2024", "Qualifies", "CaseReport", "homo-sapiens", "Increase"),
        ("C280", "barcellos2013", "Qualifies", "AnimalExperiment", "rattus-norvegicus", "Benefit"),
    ],
)
def test_a_finding_is_recorded_as_the_table_has_it(
    graph: KnowledgeGraph,
    claim: str,
    publication: str,
    stance: str,
    design: str,
    species: str,
    direction: str,
) -> None:
    """Stance, design, species and direction of well-known items are those of the record."""
    pattern = (
        f"gkd:claim-{claim} ^obo:IAO_0000136 ?item . ?item gk:reportedIn gkd:publication-{publication}; "
        "gk:stance ?stance; gk:studyDesign ?design; gk:studiedSpecies ?species; "
        "gk:findingDirection ?direction"
    )
    assert rows(graph, pattern, "stance", "design", "species", "direction") == {
        (f"gk:{stance}", f"gk:{design}", f"gkd:{species}", f"gk:{direction}")
    }


def test_what_could_not_be_read_takes_no_side(graph: KnowledgeGraph) -> None:
    """Publications that are cited without a record neither support nor contradict."""
    unread = rows(graph, f"{ITEM} FILTER(?stance = gk:CitedWithoutRecord)", "p")
    assert unread == {
        (f"gkd:publication-{key}",)
        for key in ("canovas2000", "crowther2009a", "rocha2010", "schloerb-amare1999")
    }
    taking_sides = rows(graph, f"{ITEM} FILTER(?stance != gk:CitedWithoutRecord)", "p")
    assert unread & taking_sides == set()


CLAIM_ON_SUBSTANCE = (
    "?item gk:stance gk:Supports; obo:IAO_0000136 ?claim . "
    "?claim (gk:subject|gk:object)/(gk:givesSubstance|gk:deficiencyOf|gk:levelOf)? ?substance . "
    "?substance a/rdfs:subClassOf* gk:Substance"
)


def on_another_publication(item: str, publication: str) -> str:
    """Return an item as if it rested on a publication, and named no substance of its own."""
    for pattern, changed in (
        (r"(?<=gk:reportedIn gkd:publication-)[\w-]+", publication),
        (r" +gk:studiedSubstance( gkd:[\w-]+ ;|\n( +gkd:[\w-]+ [,;]\n)+)", ""),
    ):
        item = re.sub(pattern, changed, item)
    return item


def test_a_publication_about_another_substance_supports_nothing(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    """If items rest on one publication, those that support claims on other substances are refused."""
    path = tmp_path / "items.ttl"
    [text] = [read_text(file.path) for file in shipped_files() if file.path.name.startswith("items-c097")]
    head, *items = text.split("\ngkd:evidence-")
    own = {"wu2010": "gkd:taurine", "fernstrom2018": "gkd:monosodium-glutamate"}
    moved = {  # not all, since each that is refused costs a while
        publication: [on_another_publication(item, publication) for item in items[number * 4 :: 8]]
        for number, publication in enumerate(own)
    }
    path.write_text("\ngkd:evidence-".join([head, *chain(*moved.values())]), encoding="utf-8")
    context = [file.path for file in shipped_files() if not file.path.name.startswith("items-c097")]
    refused = {
        result.focus
        for result in validate([path], context=context).results
        if "recorded as about" in result.message
    }
    supporting = rows(graph, CLAIM_ON_SUBSTANCE, "item", "substance")
    for publication, substance in own.items():
        here = {f"gkd:evidence-{item.split(maxsplit=1)[0]}" for item in moved[publication]}
        about = {each for (each,) in rows(graph, f"gkd:publication-{publication} obo:IAO_0000136 ?s", "s")}
        on_it = {item for item, each in supporting if each in about}
        assert substance in about
        assert refused & here == {item for item, _ in supporting if item in here} - on_it != set()


# ---- studies ----

REPORTING = (
    "gk:reportsResultOf|gk:reportsSecondaryResultOf|gk:reportsProtocolOf|gk:commentsOnStudy|gk:withdrawsStudy"
)
"""The roles in which a publication tells of a study."""


def test_every_item_tells_of_a_study(graph: KnowledgeGraph) -> None:
    """Each says of which, and whether its publication found it; each publication on claims reports one."""
    items = rows(graph, "?item a gk:EvidenceItem", "item")
    assert rows(graph, "?item gk:ofStudy ?s . ?s a gk:Study", "item") == items
    assert rows(graph, "?item gk:isOwnResult ?own", "item") == items
    assert {own for (own,) in rows(graph, "?item gk:isOwnResult ?own", "own")} == {True, False}
    reporting = rows(graph, f"?p {REPORTING} ?s . ?s a gk:Study", "p")
    assert rows(graph, "?p a gk:Publication", "p") - on_steps() == reporting - on_steps()


@pytest.mark.parametrize(
    ("study", "reports"),
    [
        ("study-redoxs", {"heyland2006", "heyland2013", "heyland2015", "vanzanten2015"}),
        ("study-metaplus", {"hofman2016", "vanzanten2014", "vanzanten2015"}),
        ("study-geha2000", {"geha2000", "geha2000r"}),
        ("study-vidalcasariego", {"vidalcasariego2014", "vidalcasariego2015"}),
        ("study-castell1996", {"castell1996", "castell1998"}),
        ("study-review-tao2014", {"tao2012", "tao2014"}),
    ],
)
def test_reports_of_one_study_lead_to_it(graph: KnowledgeGraph, study: str, reports: set[str]) -> None:
    """Result, protocol, later analyses and comments are reports of one study, which counts once."""
    found = {
        str(p).removeprefix("gkd:publication-") for (p,) in rows(graph, f"?p {REPORTING} gkd:{study}", "p")
    }
    loaded = {str(p).removeprefix("gkd:publication-") for (p,) in rows(graph, "?p a gk:Publication", "p")}
    assert found == reports & loaded
    assert len(found) > 1


@pytest.mark.parametrize("conflict", ["E24", "E22", "E03"])
def test_a_side_that_rests_on_one_source_counts_it_once(graph: KnowledgeGraph, conflict: str) -> None:
    """Several items of one trial or review stand on the second side of these conflicts; the study is one."""
    pattern = f"?c gk:conflictIdentifier '{conflict}'; gk:secondSide ?item . ?item gk:ofStudy ?study"
    found = rows(graph, pattern, "item", "study")
    studies = {study for _, study in found}
    assert len({item for item, _ in found}) > len(studies) + 1
    assert len(studies) < 9


def test_few_items_are_without_a_design(graph: KnowledgeGraph) -> None:
    """At most 15 in 100 items are of a design that no record tells."""
    items = rows(graph, "?item a gk:EvidenceItem", "item")
    unknown = rows(graph, "?item a gk:EvidenceItem; gk:studyDesign gk:DesignNotStated", "item")
    assert len(items) > 450
    assert len(unknown) <= 0.15 * len(items)


def test_a_protocol_finds_nothing(graph: KnowledgeGraph) -> None:
    """No evidence rests on a publication that only announces a study."""
    only = (
        "?p gk:reportsProtocolOf ?s "
        "FILTER NOT EXISTS { ?p gk:reportsResultOf|gk:reportsSecondaryResultOf ?t }"
    )
    assert rows(graph, only, "p")
    assert rows(graph, f"{only} ?item gk:reportedIn ?p", "item") == set()


def test_a_review_does_not_include_itself(graph: KnowledgeGraph) -> None:
    """What a review includes are other studies, none of which includes the review."""
    assert rows(graph, "?r (gk:mayIncludeStudy|gk:includesStudy)+ ?r", "r") == set()
    assert len(rows(graph, "?r gk:mayIncludeStudy|gk:includesStudy ?s", "s")) > 20
