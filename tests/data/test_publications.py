"""The publications are those of the table, and lead from what the source names to what is on record."""

import csv
from functools import partial
from pathlib import Path

import pytest
from answers import answers
from places import REFERENCE

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import compress

MISNAMED = "schloerb-amare1999"
"""The one record that is in the source only: the table lists what it probably means."""
NEWER = 134 + 35
"""Publications of the second search whose title was read in a record and that bear on a claim."""
ON_STEPS = 138
"""Publications on steps, pools, variants and disputes that have an identifier and a title."""
SEEN_IN_RECORDS = Path(__file__).with_name("seen_since.tsv")
"""Publications of the tables whose title was missing there and has been read since."""
SEEN_SINCE: dict[str, dict[str, str]] = {
    "blachier2009": {"doi": "10.3945/ajcn.2009.27462S"},
    "marquez2013": {"doi": "10.1007/s11011-012-9356-0", "pmid": "23149879"},
    "mathews2003": {"doi": "10.1523/jneurosci.23-06-02040.2003"},
    "melone2004": {"pmid": "15054072"},
    "kilb2022": {
        "doi": "10.3390/ijms232415859",
        "pmid": "36555501",
        "title": "GABA Release from Astrocytes in Health and Disease",
        "year": "2022",
    },
    "eskandari2017": {
        "doi": "10.1007/978-3-319-55769-4_5",
        "pmid": "28828607",
        "title": "Revised Ion/Substrate Coupling Stoichiometry of GABA Transporters",
        "year": "2017",
    },
    "liang2006": {
        "doi": "10.1523/JNEUROSCI.0329-06.2006",
        "pmid": "16914680",
        "title": "Dynamic Regulation of Synaptic GABA Release by the Glutamate-Glutamine Cycle in "
        "Hippocampal Area CA1",
        "year": "2006",
    },
    "chatron2020": {
        "doi": "10.1093/brain/awaa085",
        "pmid": "32282878",
        "title": "Bi-allelic GAD1 variants cause a neonatal onset syndromic developmental and epileptic "
        "encephalopathy",
        "year": "2020",
    },
    "vankarnebeek2019": {
        "doi": "10.1016/j.ajhg.2019.07.015",
        "pmid": "31422819",
        "title": "Bi-allelic GOT2 mutations cause a treatable malate-aspartate shuttle-related "
        "encephalopathy",
        "year": "2019",
    },
    "berning2008": {
        "doi": "10.1002/humu.20784",
        "pmid": "18473344",
        "title": "Investigation of citrullinemia type I variants by in vitro expression studies",
        "year": "2008",
    },
    "kanellopoulos2020": {
        "title": "Aralar Sequesters GABA into Hyperactive Mitochondria, Causing Social Behavior Deficits",
        "year": "2020",
    },
    "kolen2023": {
        "doi": "10.1038/s41467-023-38340-9",
        "title": (
            "Vesicular glutamate transporters are H+-anion exchangers that operate at variable stoichiometry"
        ),
        "year": "2023",
    },
    "lockwood1991": {
        "doi": "10.1038/jcbfm.1991.67",
        "pmid": "1997506",
        "title": (
            "Cerebral ammonia metabolism in patients with severe liver disease and minimal "
            "hepatic encephalopathy"
        ),
        "year": "1991",
    },
    "mason2007": {
        "title": (
            "Measurements of the anaplerotic rate in the human cerebral cortex using 13C magnetic "
            "resonance spectroscopy and [1-13C] and [2-13C] glucose"
        ),
        "year": "",
    },
    "vpc-rat": {
        "doi": "10.1177/0271678X221074211",
        "title": (
            "Rates of pyruvate carboxylase, glutamate and GABA neurotransmitter cycling, and "
            "glucose oxidation in multiple brain regions of the awake rat using a combination of "
            "[2-13C]/[1-13C]glucose infusion and 1H-[13C]NMR ex vivo"
        ),
        "year": "",
    },
    "williams2014": {
        "title": "Regulation of Hippocampal Synaptic Strength by Glial xCT",
        "year": "2014",
    },
    "yudkoff1997": {
        "title": "Brain metabolism of branched-chain amino acids",
        "year": "1997",
    },
    "meldrum1999": {
        "doi": "10.1111/j.1528-1157.1999.tb02087.x",
        "title": "Basic Mechanisms of Gabitril (Tiagabine) and Future Potential Developments",
        "year": "1999",
    },
    "blyufer2021": {
        "doi": "10.3892/ijo.2021.5275",
        "title": "Riluzole: A neuroprotective drug with potential as a novel anti\u2011cancer agent (Review)",
        "year": "2021",
    },
}
"""What records show of publications that the tables lack, or have without an identifier."""
NAMED_BY_SOURCE = {
    "anderson1998a": "Anderson et al. 1998a",
    "anderson1998b": "Anderson et al. 1998b",
    "aquino2005": "Aquino et al. 2005",
    "canovas2000": "Canovas et al. 2000",
    "choi2007": "Choi et al. 2007",
    "cockerham2000": "Cockerham et al. 2000",
    "coghlindickson2000": "Coghlin Dickson et al. 2000",
    "crowther2009a": "Crowther et al. 2009a",
    "crowther2009b": "Crowther et al. 2009b",
    "daniele2001": "Daniele et al. 2001",
    "jebb1994": "Jebb et al. 1994",
    "jebb1995": "Jebb et al. 1995",
    "murray2009": "Murray et al. 2009",
    "okuno1999": "Okuno et al. 1999",
    "peterson2007": "Peterson et al. 2007",
    "rocha2010": "Rocha et al. 2010",
    "schloerb-amare1999": "Schloerb and Amare 1999",
    "skubitz1996": "Skubitz and Anderson 1996",
    "topkan2009": "Topkan et al. 2009",
    "yoshida1998": "Yoshida et al. 1998",
}


rows = partial(
    answers,
    written=lambda value: (
        compress(value).removeprefix("gkd:publication-") if isinstance(value, str) else value
    ),
)
"""Publications stand by their keys."""


def _is_of_steps(name: str, row: dict[str, str]) -> bool:
    """Tell whether a row is one on steps whose identifier and title were both seen."""
    seen = bool(row["title"]) and bool(row["pmid"] or row["doi"])
    return name == "references-steps.tsv" and seen and not row["note"].startswith("[U]")


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_publications_are_those_of_the_tables(graph: KnowledgeGraph) -> None:
    """Title, PMID, DOI and year are the record's, what is not there is absent, and unread ones stay out."""
    table: dict[str, dict[str, str]] = {}
    complete: set[str] = set()
    for name in ("references.tsv", "references-trials.tsv", "references-steps.tsv"):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                key = row["key"].replace("_", "-")
                older = table.get(key, {})
                table[key] = {column: value or older.get(column, "") for column, value in row.items()}
                if name == "references.tsv" or row.get("change") == "corrected" or _is_of_steps(name, row):
                    complete.add(key)
    with (REFERENCE / "corrections.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            key = row["id"].replace("_", "-")
            if row["kind"] == "publication" and key in table and row["field"] in ("pmid", "doi", "year"):
                table[key][row["field"]] = row["right_value"]
    with SEEN_IN_RECORDS.open(encoding="utf-8", newline="") as file:
        read = {row.pop("key"): row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for key, seen in {**SEEN_SINCE, **read}.items():
        table[key] = {"pmid": "", "doi": "", **table.get(key, {}), **seen, "note": "[A]"}
    found = {str(key) for (key,) in rows(graph, "?p a gk:Publication", "p")} - {MISNAMED}
    assert found <= table.keys()
    assert complete <= found
    assert [key for key in found - complete if table[key]["note"].startswith("[U]")] == []
    for column, property_name in {
        "title": "dcterms:title",
        "pmid": "gk:pmid",
        "doi": "gk:doi",
        "year": "gk:publicationYear",
    }.items():
        held = rows(graph, f"?p a gk:Publication; {property_name} ?value", "p", "value")
        recorded = {(key, table[key][column]) for key in found if table[key][column]}
        assert {(key, str(value)) for key, value in held if key != MISNAMED} == recorded, column


def test_there_are_as_many_publications_as_were_loaded(graph: KnowledgeGraph) -> None:
    """The count needs no table: 118 of the first, one that only the source names, and the later ones."""
    assert len(rows(graph, "?p a gk:Publication", "p")) == 118 + 1 + NEWER + ON_STEPS


def test_the_source_names_twenty_publications(graph: KnowledgeGraph) -> None:
    """They stand under the names by which the source calls them."""
    assert rows(graph, "?p gk:isNamedBySource true; gk:nameInSource ?name", "p", "name") == set(
        NAMED_BY_SOURCE.items()
    )


def test_each_name_is_the_subject_or_object_of_claims(graph: KnowledgeGraph) -> None:
    """Each publication that the source names occurs in a claim."""
    pattern = "?c a gk:Claim; gk:subject|gk:object|gk:citesPublication ?p . ?p a gk:Publication"
    assert rows(graph, pattern, "p") == {(key,) for key in NAMED_BY_SOURCE}


def test_a_misnamed_publication_leads_to_the_probable_one(graph: KnowledgeGraph) -> None:
    """Schloerb & Amare has no identifier; Schloerb & Skikne, which is probably meant, has."""
    assert rows(graph, "?p gk:probablySameAs ?q . ?q gk:pmid ?id", "p", "q", "id") == {
        (MISNAMED, "schloerb1999", "10338217")
    }
    assert rows(graph, f"gkd:publication-{MISNAMED} gk:pmid|gk:doi ?id", "id") == set()


def test_the_withdrawn_review_leads_to_its_notice(graph: KnowledgeGraph) -> None:
    """The review that the source cites for the intravenous route was withdrawn in 2017."""
    assert rows(graph, "?p gk:withdrawnBy ?notice . ?notice gk:publicationYear ?y", "p", "notice", "y") == {
        ("murray2009", "murray2017w", 2017)
    }


def test_what_could_not_be_found_has_no_identifier(graph: KnowledgeGraph) -> None:
    """Of the named ones without any record, the graph claims no title, and says why."""
    pattern = (
        "?p gk:isNamedBySource true; gk:recordNote ?note "
        "FILTER NOT EXISTS { ?p dcterms:title ?title } FILTER NOT EXISTS { ?p gk:pmid|gk:doi ?id }"
    )
    assert rows(graph, pattern, "p") == {
        ("canovas2000",),
        ("crowther2009a",),
        ("rocha2010",),
        (MISNAMED,),
        ("topkan2009",),
    }
