"""Steps are activities of GO where a record says so, each part of its process, and name who takes part."""

import csv

import pytest
from places import REFERENCE

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES, expand
from glutakg.sparql.rows import Rows

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here"
)


def steps(graph: KnowledgeGraph, pattern: str) -> set[str]:
    """Return the names of the steps that a pattern about `?step` finds."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    found = graph.query(f"{prefixes}SELECT DISTINCT ?step WHERE {{ ?step a gk:Step . {pattern} }}")
    assert isinstance(found, Rows)
    return {str(row["step"]).removeprefix(PREFIXES["gkd"]) for row in found}


@pytest.mark.parametrize(
    ("activity", "step", "number"),
    [
        ("GO:0004356", "glutamine-synthesis-in-astrocyte", 3),  # glutamine synthetase activity
        ("GO:0004359", "glutamine-hydrolysis-in-neuron", 8),  # glutaminase activity
        ("GO:0004353", "glutamate-dehydrogenation", 6),  # glutamate dehydrogenase activity
        ("GO:0008483", "leucine-transamination-in-muscle", 5),  # transaminase activity, two of GABA
        ("GO:0005313", "glutamate-uptake-by-astrocyte", 12),  # L-glutamate transmembrane transporter activity
        ("GO:0015186", "glutamine-uptake-by-neuron", 9),  # by its narrower GO:0140902
    ],
)
def test_an_activity_finds_its_steps(graph: KnowledgeGraph, activity: str, step: str, number: int) -> None:
    """A molecular function of GO is a type of the steps that carry it out, wherever they happen."""
    found = steps(graph, f"?step a {activity} .")
    assert step in found
    assert len(found) == number


@pytest.mark.parametrize(
    ("process", "step", "number"),
    [
        ("GO:0006868", "glutamine-efflux-from-brain", 17),  # L-glutamine transport, import counted
        ("GO:1901704", "glutamine-synthesis-in-muscle", 3),
        ("GO:0051935", "glutamate-uptake-by-astrocyte", 3),
        ("GO:0000050", "ureagenesis", 6),
    ],
)
def test_a_process_has_its_steps_as_parts(
    graph: KnowledgeGraph, process: str, step: str, number: int
) -> None:
    """A biological process of GO is that of which steps are a part, and no step has it as a type."""
    found = steps(graph, f"?step obo:BFO_0000050/a {process} .")
    assert step in found
    assert len(found) == number


def test_no_step_is_a_process_of_go(graph: KnowledgeGraph) -> None:
    """What a step is part of is not what it is."""
    assert steps(graph, "?step a GO:0008150 .") == set()
    assert len(steps(graph, "?step a GO:0003674 .")) > 30


def test_who_carries_out_an_activity_is_named(graph: KnowledgeGraph) -> None:
    """An activity is that of a protein: a step whose protein nobody knows has none."""
    assert steps(graph, "?step a GO:0003674 . FILTER NOT EXISTS { ?step obo:RO_0002333 ?protein }") == set()


@needs_reference
def test_reactions_have_the_activity_that_ec_or_rhea_gives(graph: KnowledgeGraph) -> None:
    """Where the definition of an activity names the EC or Rhea number of a step, the step has that type."""
    with (REFERENCE / "slice_terms.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    activities = [
        (row["curie"], number)
        for row in table
        if row["curie"].startswith("GO:") and row["label"].endswith("activity")
        for number in row["definition_xrefs"].split("; ")
        if number.startswith(("EC:", "RHEA:")) and "-" not in number
    ]
    matched = {
        activity: steps(graph, f"?step ?match <{expand(number)}> . FILTER(STRENDS(STR(?match), 'Match'))")
        for activity, number in activities
    }
    assert sum(map(len, matched.values())) > 20
    assert {
        activity: missing
        for activity, found in matched.items()
        if (missing := found - steps(graph, f"?step a {activity} ."))
    } == {}


@pytest.mark.parametrize(
    "term",
    [
        "CHEBI:29985",  # L-glutamate(1-), the form of reactions
        "CHEBI:16015",  # L-glutamic acid
    ],
)
def test_who_takes_part_is_found_by_either_form(graph: KnowledgeGraph, term: str) -> None:
    """One pattern finds reactions, transport and binding, by the acid as by the anion."""
    found = steps(graph, f"?step obo:RO_0000057/a {term} .")
    assert {
        "gaba-synthesis",
        "glutamate-binding-to-nmda-receptor",
        "glutamate-release",
        "glutamate-uptake-by-astrocyte",
        "glutamine-synthesis-in-astrocyte",
    } <= found
    assert "glutamine-uptake-by-neuron" not in found


def test_every_step_has_its_substances_as_participants(graph: KnowledgeGraph) -> None:
    """No pool and no entry of an equation is without its substance or form among the participants."""
    pool = "?step obo:RO_0002233|obo:RO_0002234 ?pool . ?pool gk:poolOf ?what"
    entry = "?step gk:hasParticipation/gk:ofForm ?what"
    for pattern in (pool, entry):
        assert len(steps(graph, pattern)) > 20
        assert steps(graph, f"{pattern} . FILTER NOT EXISTS {{ ?step obo:RO_0000057 ?what }}") == set()


def test_no_class_takes_part(graph: KnowledgeGraph) -> None:
    """What takes part is an individual."""
    assert steps(graph, "?step obo:RO_0000057 ?what . ?what a owl:Class .") == set()
