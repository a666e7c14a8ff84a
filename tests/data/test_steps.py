"""Every step says how sure it is, where that was shown and by whom, and has an equation or says why not."""

import pytest

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES
from glutakg.sparql.rows import Rows


def answer(graph: KnowledgeGraph, pattern: str) -> set[str]:
    """Return the local names of what a pattern binds to `?x`."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    found = graph.query(f"{prefixes}SELECT DISTINCT ?x WHERE {{ {pattern} }}")
    assert isinstance(found, Rows)
    return {str(row["x"]).removeprefix(PREFIXES["gkd"]).removeprefix(PREFIXES["gk"]) for row in found}


WITHOUT_EQUATION = {
    "alanine-release-from-neuron",
    "alanine-uptake-by-astrocyte",
    "gaba-synthesis-in-astrocyte",
    "gaba-transport-at-blood-brain-barrier",
    "glutamine-release-from-muscle",
    "glutamine-uptake-by-enterocyte",
    "hydrogencarbonate-formation-in-proximal-tubule-cell",
    "hydrogencarbonate-return-to-blood",
    "isoleucine-uptake-by-muscle",
    "leucine-uptake-across-blood-brain-barrier",
    "leucine-uptake-by-muscle",
    "purine-nucleotide-synthesis",
    "pyrimidine-nucleotide-synthesis",
    "valine-uptake-by-muscle",
}
"""Each says why."""


@pytest.mark.parametrize("what", ["dcterms:source", "gk:certainty", "gk:shownInSpecies", "gk:runsBothWays"])
def test_every_step_has_its_record(graph: KnowledgeGraph, what: str) -> None:
    """No step is without a publication, a certainty, a species and a direction."""
    step = "?x a gk:Step ; gk:certainty ?sure . FILTER(?sure != gk:StepByConvention)"
    assert answer(graph, "?x a gk:Step . FILTER NOT EXISTS { ?x gk:certainty ?sure }") == set()
    assert len(answer(graph, step)) >= 172
    assert answer(graph, f"{step} FILTER NOT EXISTS {{ ?x {what} ?any }}") == set()


def test_every_step_has_an_equation_or_says_why_not(graph: KnowledgeGraph) -> None:
    """What has no equation is known by name, and binds or gives its reason."""
    without = "?x a gk:Step . FILTER NOT EXISTS { ?x gk:hasParticipation ?entry }"
    assert answer(graph, f"{without} FILTER NOT EXISTS {{ ?x a gk:Binding }}") == WITHOUT_EQUATION
    assert answer(graph, f"{without} ?x gk:reasonForNoEquation ?why .") == WITHOUT_EQUATION


def test_glutamate_brings_two_charges_into_the_astrocyte(graph: KnowledgeGraph) -> None:
    """Three sodium ions and a hydron go in with glutamate, a potassium ion comes out."""
    entry = "gkd:glutamate-uptake-by-astrocyte gk:hasParticipation ?entry . ?entry gk:ofForm ?x ;"
    inside = "gk:atPool/gk:atPlace gkd:place-astrocyte-cytosol ;"
    assert answer(graph, f"{entry} {inside} gk:onSide gk:RightSide ; gk:coefficient 3 .") == {"sodium-1-plus"}
    assert answer(graph, f"{entry} {inside} gk:onSide gk:LeftSide .") == {"potassium-1-plus"}
    assert answer(graph, "?x gk:netCharge 2 ; gk:movesChargeTo gkd:place-astrocyte-cytosol .") == {
        "gaba-uptake-by-astrocyte",
        "glutamate-uptake-by-astrocyte",
    }


@pytest.mark.parametrize(
    ("start", "goal"),
    [
        ("ureagenesis", "ureagenesis"),  # over ornithine
        ("gaba-uptake-by-astrocyte", "gaba-synthesis"),  # through the tricarboxylic acid cycle and glutamine
        ("gaba-synthesis", "gaba-synthesis"),
        ("malate-oxidation-in-gabaergic-neuron-mitochondrion", "gaba-vesicular-loading"),
        ("carbon-dioxide-hydration-in-periportal-mitochondrion", "urea-release-from-liver"),
    ],
)
def test_steps_lead_to_each_other(graph: KnowledgeGraph, start: str, goal: str) -> None:
    """From one step the next ones lead to another."""
    assert start in answer(graph, f"?x gk:nextStep+ gkd:{goal} . FILTER(?x = gkd:{start})")


def test_the_urea_cycle_is_a_loop_of_five(graph: KnowledgeGraph) -> None:
    """Its steps that lead back to themselves are those that pass ornithine on."""
    loop = (
        "?x obo:BFO_0000050 gkd:urea-cycle ; gk:nextStep+ gkd:ureagenesis . gkd:ureagenesis gk:nextStep+ ?x ."
    )
    assert answer(graph, loop) == {
        "argininosuccinate-cleavage",
        "argininosuccinate-synthesis",
        "citrulline-exit-from-periportal-mitochondrion",
        "citrulline-synthesis",
        "ureagenesis",
    }


def test_one_turn_of_a_carrier_is_one_step(graph: KnowledgeGraph) -> None:
    """Two steps with the same equation, or with the reverse of it, at the same pools would be one event."""
    entry = (
        "SELECT ?step (GROUP_CONCAT(?one; SEPARATOR=' ') AS ?equation) WHERE {{ SELECT ?step ?one WHERE {{"
        " ?step a gk:TransportStep ; gk:hasParticipation ?entry ; obo:RO_0002333 ?carrier ."
        " ?entry gk:onSide {side} ; gk:ofForm ?form ; gk:coefficient ?number ; gk:atPool ?pool ."
        " BIND(CONCAT(STR(?carrier), STR(?form), STR(?number), STR(?pool)) AS ?one) }} ORDER BY ?one }}"
        " GROUP BY ?step"
    )
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    starts, ends = (
        {str(row["step"]): str(row["equation"]) for row in found}
        for side in ("Left", "Right")
        if isinstance(found := graph.query(prefixes + entry.format(side=f"gk:{side}Side")), Rows)
    )
    assert len(starts) > 30
    events = [(starts[step], ends[step]) for step in starts if step in ends]
    assert len(events) == len(set(events))


def test_a_step_that_folds_others_is_a_lump(graph: KnowledgeGraph) -> None:
    """Whoever reads "folded" in a comment finds the mark of a lump, and what it stands for."""
    told = (
        "?x a gk:Step ; rdfs:comment ?text ; gk:certainty ?sure ."
        ' FILTER(CONTAINS(?text, "folded in") && ?sure != gk:StepByConvention)'
    )
    lumps = answer(graph, "?x a gk:LumpedStep .")
    assert answer(graph, told) - lumps == set()
    assert {"urea-excretion", "ammonia-excretion", "hydrogencarbonate-return-to-blood"} <= lumps
    assert answer(graph, "?x a gk:LumpedStep . FILTER NOT EXISTS { ?x gk:standsFor ?what }") == set()


@pytest.mark.parametrize("cell", ["enterocyte", "leukocyte", "proximal-tubule-cell"])
def test_glutamate_is_oxidized_where_the_record_says_so(graph: KnowledgeGraph, cell: str) -> None:
    """The direction of glutamate dehydrogenase is debated in the brain, and not in these cells."""
    assert answer(graph, f"gkd:glutamate-dehydrogenation-in-{cell} gk:runsBothWays ?x .") == {"False"}
    assert answer(graph, "gkd:glutamate-dehydrogenation gk:runsBothWays ?x .") == {"True"}


def test_glutamate_and_gaba_share_no_cleft(graph: KnowledgeGraph) -> None:
    """Each transmitter is released into a cleft of its own."""
    released = "gkd:{} gk:movesTo/gk:atPlace ?x ."
    glutamate, gaba = (answer(graph, released.format(f"{name}-release")) for name in ("glutamate", "gaba"))
    assert (len(glutamate), len(gaba)) == (1, 1)
    assert glutamate != gaba
    assert answer(graph, "?x gk:poolOf gkd:gaba ; gk:atPlace gkd:place-synaptic-cleft .") == set()


def test_an_activator_is_no_cofactor(graph: KnowledgeGraph) -> None:
    """N-acetylglutamate switches the first enzyme of the urea cycle on."""
    assert answer(graph, "gkd:ammonia-carbamoylation gk:hasActivator ?x .") == {"n-acetylglutamate"}
    assert answer(graph, "?x gk:hasCofactor gkd:n-acetylglutamate .") == set()


def test_certainties_are_told_apart(graph: KnowledgeGraph) -> None:
    """The direction of glutamate dehydrogenation is debated, an analogy is a hypothesis."""
    certainty = "gkd:{} gk:certainty ?x ."
    assert answer(graph, certainty.format("glutamate-dehydrogenation")) == {"StepDebated"}
    assert answer(graph, certainty.format("oxoisocaproate-uptake-by-neuron")) == {"StepHypothetical"}
    assert answer(graph, certainty.format("glutamine-synthesis-in-astrocyte")) == {"StepEstablished"}
