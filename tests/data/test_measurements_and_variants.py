"""Numbers are those of the table, and gene variants and drugs lead by their protein to steps."""

import csv
import re
from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from answers import answers
from places import REFERENCE

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import compress

UNITS = {
    "%": {"%", "% of basal"},
    "1": {
        *("charges per Cl-", "charges per GABA", "charges per Na+", "fold", "fraction"),
        *("ions per glutamate", "molecules", "ratio"),
    },
    "mmol/L": {"mM"},
    "nm": {"nm"},
    "umol/(min.g)": {"umol/g/min", "umol/min/g", "umol/min/g protein"},
    "umol/L": {"uM"},
}
"""What the table calls the units whose codes in UCUM the graph has."""
IN_NO_TABLE = {("berning2008", Decimal("112.0")), ("berning2008", Decimal("68.0"))}
"""Constants of argininosuccinate synthase, read in UniProt P00966."""
READ_ELSEWHERE = {"gatstoich_review": "willford2015", "vpc_rat": "vpc-rat"}
"""Rows whose numbers stand in a publication of which the table shows no title."""
WITHOUT_UNIT_OR_NUMBER = {
    "num051": "a size without a number",
    "num076": "a voltage, which is no kind of quantity here",
}


rows = partial(
    answers,
    written=lambda value: (
        compress(value).split(":")[-1].removeprefix("publication-") if isinstance(value, str) else value
    ),
)
"""Publications stand by their keys, other IRIs by their local names."""


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_each_number_is_one_of_the_table(graph: KnowledgeGraph) -> None:
    """Publication, number and unit stand together in a row."""
    with (REFERENCE / "numbers.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {
        (READ_ELSEWHERE.get(row["reference"], row["reference"]), Decimal(row["value"]), row["unit"])
        for row in table
        if row["value"]
    }
    found = rows(
        graph,
        "?m a gk:Measurement; dcterms:source ?p; gk:numericValue ?n; gk:unitCode ?code",
        *("p", "n", "code"),
    )
    assert len(found) >= 20
    assert {
        (publication, number)
        for publication, number, code in found
        if not any((publication, number, unit) in known for unit in UNITS[str(code)])
    } == IN_NO_TABLE


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_each_number_whose_publication_is_known_is_there(graph: KnowledgeGraph) -> None:
    """A row that is missing has a publication of which no title or identifier was seen, or says why."""
    with (REFERENCE / "numbers.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {key for (key,) in rows(graph, "?p a gk:Publication", "p")}
    measured = rows(
        graph,
        "?m a gk:Measurement; dcterms:source ?p; gk:numericValue|gk:lowerBound|gk:upperBound ?n",
        *("p", "n"),
    )
    missing = {
        row["number_id"]
        for row in table
        if (key := READ_ELSEWHERE.get(row["reference"], row["reference"])) in known
        if not measured & {(key, Decimal(row[name])) for name in ("value", "low", "high") if row[name]}
    }
    assert missing == set(WITHOUT_UNIT_OR_NUMBER)
    waiting = {row["reference"] for row in table} - {*READ_ELSEWHERE} - known
    assert waiting == {
        *(
            "gat1charge",
            "kanamori2006",
            "keiding2006",
            "patel2001",
            "renal_nh4_review",
            "rh_review",
            "shen1999",
        ),
        *("weiner2003", "zheng2008"),
    }


def test_a_constant_is_of_the_protein_on_which_it_was_measured(graph: KnowledgeGraph) -> None:
    """What was measured on GC1 and SNAT1 is not said of GC2 and SNAT2, which enable the same steps."""
    pattern = "?m gk:quantityKind gk:MichaelisConstant; gk:ofProtein ?p"
    proteins = {protein for (protein,) in rows(graph, pattern, "p")}
    assert {"gc1", "snat1", "xct-subunit"} <= proteins
    assert {"gc2", "snat2"} & proteins == set()


def test_a_measurement_is_of_a_protein_that_enables_one_of_its_steps(graph: KnowledgeGraph) -> None:
    """The rate of the exchange for aspartate is that of its carrier, not of another one near by."""
    assert ("aralar",) in rows(graph, "gkd:measurement-vmax-of-agc1 gk:ofProtein ?p", "p")
    stray = (
        "?m gk:ofProtein ?p FILTER NOT EXISTS "
        "{ ?m gk:quantityOf ?step . ?step obo:RO_0002333/gk:hasSubunit? ?p }"
    )
    assert rows(graph, stray, "m") == set()


def test_a_range_has_no_number_made_up(graph: KnowledgeGraph) -> None:
    """Of what a record gives as a range, the graph has the two ends alone."""
    pattern = "?m gk:lowerBound ?low; gk:upperBound ?high FILTER NOT EXISTS { ?m gk:numericValue ?n }"
    assert ("measurement-glutamate-in-whole-brain", Decimal(10), Decimal(12)) in rows(
        graph, pattern, "m", "low", "high"
    )


@pytest.mark.parametrize(
    ("symbol", "step", "condition", "effect"),
    [
        ("GLUL", "glutamine-synthesis-in-astrocyte", "congenital-glutamine-deficiency", "LossOfFunction"),
        ("GLS", "glutamine-hydrolysis-in-neuron", "casgid-syndrome", "GainOfFunction"),
        ("ABAT", "gaba-transamination-in-astrocyte", "gaba-transaminase-deficiency", "LossOfFunction"),
        ("SLC1A2", "glutamate-uptake-by-astrocyte", None, "EffectNotStated"),
        ("GAD1", "gaba-synthesis", None, "LossOfFunction"),
    ],
)
def test_a_variant_leads_to_its_step(
    graph: KnowledgeGraph, symbol: str, step: str, condition: str | None, effect: str
) -> None:
    """The gene of a variant encodes the protein that enables the step."""
    pattern = (
        "?v gk:variantOf ?protein; gk:variantEffect ?effect; gk:underlies ?c . "
        f'?protein skos:notation "{symbol}" . gkd:{step} obo:RO_0002333 ?protein'
    )
    found = rows(graph, pattern, "c", "effect")
    assert {effect} <= {name for _, name in found}
    assert condition is None or (condition, effect) in found


@pytest.mark.parametrize(
    ("drug", "property_name", "step"),
    [
        ("vigabatrin", "gk:inhibitsProtein/^obo:RO_0002333", "gaba-transamination"),
        ("methionine-sulfoximine", "gk:inhibitsProtein/^obo:RO_0002333", "glutamine-synthesis-in-astrocyte"),
        ("tboa", "gk:inhibitsProtein/^obo:RO_0002333", "glutamate-uptake-by-astrocyte"),
        ("tiagabine", "gk:inhibitsProtein/^obo:RO_0002333", "gaba-uptake-by-neuron"),
        ("valproic-acid", "gk:actsOnProtein/^obo:RO_0002333", "gaba-transamination"),
        ("riluzole", "gk:slows", "glutamate-release"),
    ],
)
def test_a_drug_leads_to_its_step(graph: KnowledgeGraph, drug: str, property_name: str, step: str) -> None:
    """It acts on the protein of the step, or slows the step."""
    assert (step,) in rows(graph, f"gkd:{drug} {property_name} ?step", "step")


def test_valproic_acid_is_not_said_to_inhibit(graph: KnowledgeGraph) -> None:
    """A database lists the enzyme as a target; no record seen says that the drug works in this way."""
    assert rows(graph, "gkd:valproic-acid gk:inhibitsProtein ?protein", "protein") == set()


def test_what_changes_a_step_acts_on_something(graph: KnowledgeGraph) -> None:
    """No variant is of a protein without a step, no drug and no inhibitor is there for nothing."""
    idle = "?v gk:variantOf ?p FILTER NOT EXISTS { ?step obo:RO_0002333/gk:hasSubunit? ?p }"
    assert rows(graph, idle, "v") == set()
    nothing = (
        "VALUES ?kind { gk:Drug gk:ResearchInhibitor } ?d a ?kind "
        "FILTER NOT EXISTS { ?d gk:actsOnProtein|gk:slows ?o }"
    )
    assert rows(graph, nothing, "d") == set()


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_each_row_of_variants_and_drugs_is_there(graph: KnowledgeGraph) -> None:
    """All 30 variants but one, whose enzyme is at no step, and all 15 drugs but one, without a record."""
    with (REFERENCE / "variants_drugs.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    named = {
        kind: Counter(row["gene_or_drug"] for row in table if row["kind"] == kind)
        for kind in ("variant", "drug")
    }
    assert [each.total() for each in named.values()] == [30, 15]
    genes = Counter(gene for _, gene in rows(graph, "?v gk:variantOf/skos:notation ?gene", "v", "gene"))
    assert named["variant"] - genes == Counter({"GPT2": 1})
    assert genes - named["variant"] == Counter({"GAD1": 1})
    drugs = {
        str(name).lower()
        for (name,) in rows(
            graph, "?d gk:actsOnProtein|gk:inhibitsProtein|gk:slows ?p; rdfs:label ?name", "name"
        )
    }
    wanted = {
        name.removeprefix("sodium ").lower() for each in named["drug"] for name in re.split(" and |, ", each)
    }
    assert wanted - drugs == {"benzoate", "phenylacetate"}
    assert drugs - wanted == {"riluzole", "tiagabine"}
