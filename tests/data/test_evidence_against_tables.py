"""Evidence items and search records say no more than the tables that they were made from."""

import csv
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from places import REFERENCE

import glutakg
from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES
from glutakg.sparql.rows import Rows

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here"
)

# By which word the row of a publication shows that it is on the substance that an item says was studied.
WORDS_FOR_SUBSTANCE = {
    "alpha-lipoic-acid": "lipoic",
    "ammonia": "ammon|urea cycle|nh3|nh4",
    "aspartate": "aspartat",
    "branched-chain-amino-acids": "bcaa|branched-chain",
    "curcumin": "curcumin",
    "gaba": "gaba|aminobutyr",
    "glutamate": "glutamat|glutamic|excitotox",
    "glutamate-from-glutamine": "glutamat",
    "glutamine": "glutamin|system a transporters|nitrogen metabolism",
    "glutamine-dipeptide": "glutamin",
    "histamine": "histamin",
    "l-carnitine": "carnitine",
    "magnesium": "magnesium|mg ",
    "manganese": "manganese|mn ",
    "monosodium-glutamate": "monosodium|msg|e621|e 621",
    "n-acetylcysteine": "n-acetylcysteine|nac ",
    "ornithine": "ornithin",
    "taurine": "taurine",
    "vitamin-b12": "b12",
    "vitamin-b2": "riboflavin",
    "vitamin-b3": "niacin|nicotinamide",
    "vitamin-d": "vitamin d",
}

# By which word the row shows that the study is of the design that an item gives it.
WORDS_FOR_DESIGN = {
    "AnimalExperiment": "mice|mouse|rat",
    "CaseReport": "case",
    "ClinicalGuideline": "guideline",
    "RandomisedControlledTrial": "random",
    "RegulatoryOpinion": "efsa|food standards",
    "RetrospectiveStudy": "retrospective",
    "SystematicReview": "systematic|cochrane|meta-analys",
    "UncontrolledTrial": "uncontrolled|pilot",
    "WithdrawalNotice": "withdrawn",
}

# Its row has no words of it; the letter itself was read.
LETTER = "kwok1968"

# Known by who issued it.
DESIGN_FROM_ABSTRACT = {"fsanz2002fact", LETTER}

# Said by the source document, which cites it; no record of the publication was found.
SUBSTANCE_FROM_SOURCE = {"rocha2010", LETTER}

STANCE_OF_ROW = {
    "contradicts": "Contradicts",
    "is-cited-by-source": "CitedWithoutRecord",
    "qualifies": "Qualifies",
    "supports": "Supports",
}

# The table gives a publication one stance, on the statement that its own row names. On these claims it stands
# elsewhere, for what the row says is about something narrower or of another sense than the claim.
STANCE_OF_ITS_OWN = {
    ("C007", "danbolt2001"),  # supports clearance by transporters, which the claim leaves to receptors
    ("C051", "kaneda1997"),  # against riboflavin, for nicotinamide
    ("C086", "albrecht2006"),  # qualifies clearance by way of glutamine, for harm by ammonia
    ("C086", "zielinska2022"),  # the same
    ("C155", "elad2020"),  # qualifies glutamine as a remedy, for harm by cancer therapy
    ("C156", "bowen2019"),  # the same
    ("C198", "lacey1990"),  # qualifies the name essential, which the claim gives without condition
    ("C208", "vanzanten2015"),  # against glutamine for the critically ill, for care with bad kidneys
    ("C212", "efsa2017"),  # qualifies safety, for the number and the use as an additive
    ("C216", "efsa2017"),
    ("C219", "efsa2017"),
}


@cache
def references() -> dict[str, dict[str, str]]:
    """Return the rows of the table of publications by the local name of their IRI."""
    by_name: dict[str, dict[str, str]] = {}
    for name in ("references.tsv", "references-trials.tsv", "references-steps.tsv"):
        for row in table(name):
            key = row["key"].replace("_", "-")
            if key in by_name:  # a later table has corrections of a row, and keeps what it was on
                row = row | {
                    "note": f"{by_name[key]['note']} {row['note']}",
                    "stance": by_name[key]["stance"],
                }
            by_name[key] = row
    # The source names a second author whom no record has; its citation stands beside the probable record.
    by_name["schloerb-amare1999"] = by_name["schloerb1999"] | {"stance": "is-cited-by-source"}
    return by_name


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def more_texts() -> dict[str, str]:
    """Return what the tables of studies and corrections say, by the local name of the publication."""
    found: defaultdict[str, str] = defaultdict(str)
    for row in table("studies.tsv"):
        for key in re.findall(r"([\w.-]+)=", row["reports_with_role"]):
            found[key.replace("_", "-")] += " " + " ".join(row.values())
    for row in table("corrections.tsv"):
        text = f" {row['right_value']} {row['seen_in']} {row['remark']}"
        for key in re.findall(r"publication (\S+)|$", text):
            found[key.replace("_", "-")] += text
    return found


def text_of(publication: str) -> str:
    """Return all that the tables say of a publication, in small letters and with a space at the end."""
    row = references()[publication]
    own = " ".join(row[column] for column in ("title", "journal", "supports", "note"))
    return f"{own} {more_texts().get(publication, '')} ".casefold()


def answer(graph: KnowledgeGraph, pattern: str, *variables: str) -> list[tuple[str, ...]]:
    """Return the local names or texts of the variables in the answer to a pattern, sorted."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    rows = graph.query(f"{prefixes}SELECT DISTINCT * WHERE {{ {pattern} }}")
    assert isinstance(rows, Rows)
    return sorted(tuple(local_name(str(row[name])) for name in variables) for row in rows)


def local_name(iri: str) -> str:
    """Return what comes after the namespace, without the word that says what kind of thing it is."""
    name = iri.removeprefix(PREFIXES["gkd"]).removeprefix(PREFIXES["gk"])
    return re.sub("^(claim|publication|population)-", "", name)


def items(graph: KnowledgeGraph, property_name: str) -> list[tuple[str, ...]]:
    """Return claim, publication and the value of a property for every evidence item."""
    pattern = f"?e a gk:EvidenceItem; obo:IAO_0000136 ?c; gk:reportedIn ?p; {property_name} ?v"
    return answer(graph, pattern, "c", "p", "v")


def test_search_records_say_what_was_searched(graph: KnowledgeGraph) -> None:
    """Each search record names the table of the first search, with its size, in both languages."""
    pattern = "?r a gk:SearchRecord; gk:searched ?text BIND(LANG(?text) AS ?language)"
    found = answer(graph, pattern, "r", "language", "text")
    assert len(found) == 2 * len({record for record, _, _ in found}) > 0
    assert [
        text for _, _, text in found if not re.search(r"\b(table|tabel)\b.* 118 publicati(ons|es)\b", text)
    ] == []
    again = answer(graph, "?r a gk:SearchRecord; gk:searchedIn ?month", "r", "month")
    assert {record for record, _ in again} == {record for record, _, _ in found}


def test_records_of_evidence_lie_in_the_evidence_graph(graph: KnowledgeGraph) -> None:
    """Items and search records are in the evidence graph and in no other."""
    pattern = "GRAPH ?g { ?r a ?kind } FILTER(?kind IN (gk:EvidenceItem, gk:SearchRecord))"
    found = answer(graph, pattern, "kind", "g")
    assert set(found) == {(kind, PREFIXES["gkg"] + "evidence") for kind in ("EvidenceItem", "SearchRecord")}


def searched_in_vain(graph: KnowledgeGraph, stance: str) -> set[str]:
    """Return the claims on which evidence of a stance was looked for and not found."""
    pattern = f"?r a gk:SearchRecord; obo:IAO_0000136 ?c; gk:soughtStance gk:{stance}"
    return {claim for (claim,) in answer(graph, pattern, "c")}


def test_no_item_says_for_what_a_search_found_nothing(graph: KnowledgeGraph) -> None:
    """Where support was looked for in vain, no item supports."""
    supported = {claim for claim, _, stance in items(graph, "gk:stance") if stance == "Supports"}
    assert searched_in_vain(graph, "Supports") & supported == set()


def test_a_publication_bears_on_a_claim_once(graph: KnowledgeGraph) -> None:
    """No publication is counted twice for a claim."""
    pattern = "?e a gk:EvidenceItem; obo:IAO_0000136 ?c; gk:reportedIn ?p"
    found = answer(graph, pattern, "c", "p", "e")
    assert len(found) == len({(claim, publication) for claim, publication, _ in found})


@needs_reference
def test_the_table_has_as_many_rows_as_was_searched() -> None:
    """The search records speak of 118 publications."""
    assert len(table("references.tsv")) == 118


@needs_reference
def test_no_item_speaks_more_firmly_than_the_table(graph: KnowledgeGraph) -> None:
    """An item supports or contradicts as its row does; it may qualify where the row fits the claim less.

    The table of evidence has a stance for a claim, which counts before that of a publication.
    """
    reports = {
        row["study"]: re.findall(r"([\w.-]+)=", row["reports_with_role"]) for row in table("studies.tsv")
    }
    of_claim = {
        (row["claim"], key.replace("_", "-")): STANCE_OF_ROW[row["stance"]]
        for row in table("evidence.tsv")
        if row["stance"]
        for key in reports.get(row["study_or_publication"], [row["study_or_publication"]])
    }
    corrected = {
        row["id"]: row["right_value"] for row in table("corrections.tsv") if row["field"] == "stance"
    }
    pattern = "?e obo:IAO_0000136 ?c; gk:reportedIn ?p; gk:stance ?v"
    differing = {
        (claim, publication)
        for item, claim, publication, stance in answer(graph, pattern, "e", "c", "p", "v")
        if stance != "Qualifies"
        and corrected.get(item) != stance
        and of_claim.get((claim, publication)) != stance
        and STANCE_OF_ROW[references()[publication]["stance"]] != stance
    }
    assert differing == STANCE_OF_ITS_OWN


WAITING = Path(glutakg.__file__).with_name("docs") / "weighing.md"

# The row puts a trial of chemotherapy with a claim on radiotherapy; the graph has it with C151 and C153.
ELSEWHERE = {("C152", "study-glned2016")}


@needs_reference
def test_what_is_not_loaded_waits_with_a_reason(graph: KnowledgeGraph) -> None:
    """Each row of the table of evidence is an item, or its claim is in the list of what waits."""
    reports = {
        row["study"]: re.findall(r"([\w.-]+)=", row["reports_with_role"]) for row in table("studies.tsv")
    }
    pattern = "?e a gk:EvidenceItem; obo:IAO_0000136 ?c; gk:reportedIn ?p; gk:ofStudy ?s"
    found = answer(graph, pattern, "c", "p", "s")
    loaded = {(claim, name) for claim, *names in found for name in names}
    waiting = {
        row["claim"]
        for row in table("evidence.tsv")
        if row["stance"]
        and (row["claim"], row["study_or_publication"]) not in ELSEWHERE
        and not any(
            (row["claim"], key.replace("_", "-")) in loaded
            for key in (row["study_or_publication"], *reports.get(row["study_or_publication"], ()))
        )
    }
    assert waiting == set(re.findall(r"^\| (C\d{3}) \|", WAITING.read_text(encoding="utf-8"), re.MULTILINE))


@needs_reference
def test_the_row_is_about_the_substance_studied(graph: KnowledgeGraph) -> None:
    """What was studied is named in the row: glutamine is not taken for glutamate, nor the other way round."""
    found = items(graph, "gk:studiedSubstance")
    assert len(found) > 200
    unnamed = {
        publication
        for _, publication, substance in found
        if not re.search(WORDS_FOR_SUBSTANCE[substance], text_of(publication))
    }
    assert unnamed == SUBSTANCE_FROM_SOURCE


# Their rows name no substance, or only an enzyme, or excitotoxicity; or no record of them was found.
ABOUT_NO_SUBSTANCE = {
    "ambrosi2014", "aoyama2021", "bowen2019", "choi2020", "elgadi1999", "gs-distribution2014", "holton2021",
    "hoyte2004", "ikonomidou2002", "king2016", "moretti2019",
    "canovas2000", "crowther2009a", "rocha2010", "schloerb-amare1999", "topkan2009",
}  # fmt: skip


NO_STUDY = " FILTER NOT EXISTS { ?p gk:reportsResultOf|gk:reportsSecondaryResultOf|gk:commentsOnStudy [] }"
"""Publications on steps tell of no study, since no claim of the source rests on them."""
IN_NO_TABLE = {
    *("eskandari2017", "kanellopoulos2020", "kilb2022", "kolen2023", "liang2006", "lockwood1991"),
    *("mason2007", "vankarnebeek2019", "vpc-rat", LETTER),
    *("asada1997", "chan2016", "gad-double-knockout", "gibson2002", "lee2022maob", "perry1985", "saito2010"),
    *("ssadh-mouse2008", "tanaka1997", "willford2015", "wojcik2004"),
}
"""Their records were seen, or seen better, when more was looked for on steps, variants and knock-outs."""
LATER_REPORTS = {"heyland2015", "hofman2016", "sonis2006", "vidalcasariego2015", "vandenberg2007"}
"""They tell more of a study whose result is elsewhere."""


@needs_reference
def test_the_row_names_what_a_publication_is_about(graph: KnowledgeGraph) -> None:
    """A substance is recorded of a publication where its row has the word for it, whatever the claim."""
    about = answer(graph, "?p a gk:Publication; obo:IAO_0000136 ?s", "p", "s")
    assert [
        (publication, substance)
        for publication, substance in about
        if publication not in IN_NO_TABLE
        and not re.search(WORDS_FOR_SUBSTANCE[substance], text_of(publication))
    ] == []


def test_publications_in_doubt_are_about_no_substance(graph: KnowledgeGraph) -> None:
    """All others with evidence are about one at least; of these the record does not say."""
    about = {
        publication for publication, _ in answer(graph, "?p a gk:Publication; obo:IAO_0000136 ?s", "p", "s")
    }
    reported = {publication for _, publication, _ in items(graph, "gk:stance")}
    assert ABOUT_NO_SUBSTANCE - (reported - about) == set()
    telling = answer(graph, "?item gk:ofStudy ?s . ?p gk:reportsResultOf|gk:reportsProtocolOf ?s", "p")
    of_steps = {publication for (publication,) in answer(graph, "?p a gk:Publication" + NO_STUDY, "p")}
    assert about - of_steps <= reported | {publication for (publication,) in telling} | LATER_REPORTS


@needs_reference
def test_the_row_names_the_design(graph: KnowledgeGraph) -> None:
    """A design is only given where the row has a word for it."""
    found = {(publication, design) for _, publication, design in items(graph, "gk:studyDesign")}
    unnamed = {
        publication
        for publication, design in found
        if design in WORDS_FOR_DESIGN and not re.search(WORDS_FOR_DESIGN[design], text_of(publication))
    }
    assert unnamed == DESIGN_FROM_ABSTRACT


@needs_reference
def test_the_row_names_the_sample_size(graph: KnowledgeGraph) -> None:
    """A number of people is only given where the row has it."""
    words = {"1": r"\b(1|single|case)\b"}
    unnamed = {
        publication
        for _, publication, size in items(graph, "gk:sampleSize")
        if not re.search(words.get(size, rf"\b{size}\b"), text_of(publication).replace(",", ""))
    }
    assert unnamed == {LETTER, "shiz2010"}  # the number of the cohort was read in its abstract


@needs_reference
def test_animal_studies_are_of_the_species_that_the_row_names(graph: KnowledgeGraph) -> None:
    """Mice and rats are only given where the row has them."""
    words = {"mus-musculus": r"\b(mice|mouse)\b", "rattus-norvegicus": r"\brats?\b"}
    found = {(publication, species) for _, publication, species in items(graph, "gk:studiedSpecies")}
    assert {species for _, species in found} == {*words, "homo-sapiens", "NotStated"}
    assert [
        (publication, species)
        for publication, species in found
        if species in words and not re.search(words[species], text_of(publication))
    ] == []


def test_one_publication_keeps_its_design_species_and_population(graph: KnowledgeGraph) -> None:
    """How and in whom a study was done does not change with the claim it is held against."""
    for property_name in ("gk:studyDesign", "gk:studySystem", "gk:studiedSpecies", "gk:studiedPopulation"):
        by_study: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for claim, publication, value in items(graph, property_name):
            by_study[publication][claim].add(value)
        different = {
            name for name, by_claim in by_study.items() if len(set(map(frozenset, by_claim.values()))) > 1
        }
        assert different == set(), property_name


@pytest.mark.parametrize(
    ("claim", "publications"),
    [
        ("C138", {"heyland2022"}),
        ("C183", {"efsa2009gln", "gleeson2008", "krzywkowski2001", "ramezani2019"}),
        ("C198", {"lacey1990", "paoletti2024"}),
        ("C207", {"andrews2011", "heyland2013", "mcclave2016", "vanzanten2014", "vanzanten2015"}),
        ("C220", {"geha2000r", "tarasoff1993"}),
        ("C223", {"geha2000r"}),
        ("C226", {"simon2000", "woods1998"}),
        ("C133", {"akobeng2016", "severo2021"}),
    ],
)
def test_what_speaks_against_a_claim(graph: KnowledgeGraph, claim: str, publications: set[str]) -> None:
    """The publications against a claim are these and no others."""
    against = {p for c, p, stance in items(graph, "gk:stance") if (c, stance) == (claim, "Contradicts")}
    assert against == publications
