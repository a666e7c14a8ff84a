"""Carbon and nitrogen are followed from pool to pool, through the steps that pass them on and no others."""

import re
from functools import partial

import pytest
from answers import answers

from glutakg import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES, compress

CARRIERS = {
    *("acetyl-coa", "adp", "amp", "atp", "coenzyme-a", "nad", "nadh", "nadp", "nadph"),
    *("quinol", "quinone", "s-adenosylmethionine"),
}
"""Cofactors, whose atoms are not followed."""
ONLY_NITROGEN = {
    ("purine-nucleotide-synthesis", "glutamine"),
    ("pyrimidine-nucleotide-synthesis", "glutamine"),
}
"""Nucleotides take the amide nitrogen of glutamine; where its carbon goes, the steps do not say."""


rows = partial(answers, written=lambda value: compress(str(value)).split(":")[-1])


def precursors(graph: KnowledgeGraph, element: str, substance: str) -> set[str]:
    """Return the substances from which an element comes into a substance."""
    pattern = f"gkd:{substance} ^gk:poolOf/^gk:{element}PassesTo+/gk:poolOf ?one"
    return {one for (one,) in rows(graph, pattern, "one")}


def test_leucine_gives_nitrogen_and_no_carbon_to_gaba(graph: KnowledgeGraph) -> None:
    """Its amino group goes to glutamate in the astrocyte; its carbon goes to the oxo acid."""
    assert "leucine" not in precursors(graph, "carbon", "gaba")
    assert "leucine" in precursors(graph, "nitrogen", "gaba")


@pytest.mark.parametrize(
    ("element", "substance", "there", "absent"),
    [
        ("carbon", "gaba", {"glutamate", "glutamine", "oxoglutarate", "pyruvate"}, {"valine", "isoleucine"}),
        (
            "nitrogen",
            "gaba",
            {"ammonia", "glutamate", "glutamine"},
            {"oxoglutarate", "pyruvate"},
        ),
        ("nitrogen", "urea", {"ammonia", "aspartate", "glutamine"}, {"hydrogencarbonate"}),
        ("carbon", "urea", {"hydrogencarbonate"}, {"ammonia"}),
        ("nitrogen", "purine-nucleotides", {"glutamine"}, set()),
        ("carbon", "purine-nucleotides", set(), {"glutamine"}),
    ],
)
def test_an_element_comes_from_what_has_it(
    graph: KnowledgeGraph, element: str, substance: str, there: set[str], absent: set[str]
) -> None:
    """What lacks the element, or gives it elsewhere, is no precursor in it."""
    found = precursors(graph, element, substance)
    assert (there - found, absent & found) == (set(), set())


@pytest.mark.parametrize("element", ["carbon", "nitrogen"])
def test_one_glutamate_goes_round(graph: KnowledgeGraph, element: str) -> None:
    """From the cleft through the astrocyte and as glutamine back to the cleft."""
    cleft = "gkd:glutamate-in-synaptic-cleft"
    path = f"gk:{element}PassesTo"
    via = rows(graph, f"{cleft} {path}+ ?pool . ?pool {path}+ {cleft}", "pool")
    assert {
        "glutamate-in-astrocyte-cytosol",
        "glutamine-in-astrocyte-cytosol",
        "glutamine-in-brain-extracellular-space",
        "glutamate-in-glutamatergic-neuron-synaptic-vesicle",
    } <= {pool for (pool,) in via}


def test_a_path_leaves_a_place_by_transport_alone(graph: KnowledgeGraph) -> None:
    """Between two places an element goes only in a step that moves a substance."""
    pattern = (
        "?t a gk:AtomTransfer; gk:transferIn ?step; gk:carbonFrom|gk:nitrogenFrom ?a; "
        "gk:carbonInto|gk:nitrogenInto ?b . ?a gk:atPlace ?here; gk:poolOf ?one . "
        "?b gk:atPlace ?there; gk:poolOf ?other "
        "FILTER(?here != ?there && ?one != ?other)"
    )
    assert rows(graph, pattern, "step") == set()


def test_every_atom_of_a_main_substrate_goes_somewhere(graph: KnowledgeGraph) -> None:
    """A reaction passes on carbon and nitrogen of each main substrate that has them."""
    substrates = rows(
        graph,
        "?step a gk:Reaction; gk:certainty ?sure; gk:hasMainSubstrate ?pool . "
        "FILTER(?sure != gk:StepByConvention) "
        "?pool gk:poolOf ?substance . ?substance gk:hasMajorForm/gk:formula ?formula",
        *("step", "pool", "substance", "formula"),
    )
    assert len(substrates) > 60
    passed = {
        element: rows(graph, f"?t gk:transferIn ?step; gk:{element}From ?pool", "step", "pool")
        for element in ("carbon", "nitrogen")
    }
    kept = {
        (element, step, substance)
        for step, pool, substance, formula in substrates
        for element, sign in (("carbon", "C"), ("nitrogen", "N"))
        if substance not in CARRIERS and re.search(f"{sign}([0-9A-Z]|$)", formula)
        if (step, pool) not in passed[element]
    }
    assert {(step, substance) for element, step, substance in kept if element == "carbon"} == ONLY_NITROGEN
    # Its nitrogen is that of coenzyme A.
    assert {substance for element, _, substance in kept if element == "nitrogen"} == {"succinyl-coa"}


def test_why_tells_which_atom_was_followed(graph: KnowledgeGraph) -> None:
    """The reason of a link is the transfer, with the pools and the element."""
    reason = graph.why(
        "gkd:glutamate-in-astrocyte-cytosol", "gk:carbonPassesTo", "gkd:glutamine-in-astrocyte-cytosol"
    )
    told = [each.text for each in reason.premises]
    assert any("carbon from" in text for text in told)
    assert any("carbon into" in text for text in told)


def test_precursor_of_is_no_longer_inferred(graph: KnowledgeGraph) -> None:
    """What a claim calls a precursor stays; nothing follows from it, since it names no atom."""
    assert rows(graph, "GRAPH gkg:inferred { ?a gk:precursorOf ?b }", "a", "b") == set()
    assert rows(graph, "gkd:glutamine gk:precursorOf ?b", "b") != set()


def test_conditions_and_cofactors_are_linked(graph: KnowledgeGraph) -> None:
    """Severe injury is an injury, three infections are infections, and vitamins give their cofactors."""
    assert rows(graph, "?a gk:kindOf ?b", "a", "b") == {
        ("severe-injury", "injury"),
        ("candida-infection", "infection"),
        ("chronic-infection", "infection"),
        ("other-infections", "infection"),
    }
    assert rows(graph, "?a gk:givesCofactor ?b", "a", "b") == {
        ("vitamin-b3", "nad"),
        ("vitamin-b3", "nadp"),
        ("vitamin-b6", "pyridoxal-phosphate"),
    }
    assert graph.find_term("vitamin B6") == PREFIXES["gkd"] + "vitamin-b6"
