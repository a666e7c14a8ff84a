"""The network that is read from the graph: what is in it, what is left out, and why."""

import re
from collections import Counter
from pathlib import Path

import pytest
from tiny_network import network_of

from glutakg.dataset import kept_files
from glutakg.flux import Network
from glutakg.rdf import PREFIXES

REACTION = "gkd:step a gk:Reaction ; gk:hasMainProduct gkd:acid-in ; gk:hasParticipation gkd:left , "


def test_every_step_is_a_reaction_or_left_out(network: Network) -> None:
    """No step is dropped silently."""
    text = "".join(file.path.read_text(encoding="utf-8") for file in kept_files() if "background" in file)
    told = {each.iri for each in network.reactions} | {each.iri for each in network.left_out}
    certain = re.findall(r"^gkd:(\S+)\n(?:(?!\n {4}\.\n).)*?gk:certainty ", text, re.DOTALL | re.MULTILINE)
    assert {PREFIXES["gkd"] + each for each in certain} == told
    assert Counter(each.iri for each in network.reactions).most_common(1)[0][1] == 1


def test_what_is_left_out_has_no_equation_or_only_binds(network: Network) -> None:
    """Whoever misses a step learns why."""
    reasons = {each.reason for each in network.left_out}
    assert reasons == {"it binds to a receptor, which changes no amount", "its equation is not stated"}


def test_every_species_has_its_pool(network: Network) -> None:
    """A form at a place is never anybody's guess."""
    assert [each.id for each in network.species if each.pool is None] == []


def test_transport_moves_the_ions_of_its_carrier(network: Network) -> None:
    """EAAT takes three sodium ions and a hydron in with glutamate, and a potassium ion out."""
    [uptake] = [each for each in network.reactions if each.id == "R_glutamate_uptake_by_astrocyte"]
    inside = {
        id.partition("__")[0]: int(amount) for id, amount in uptake.amounts.items() if "astrocyte" in id
    }
    assert inside == {
        "M_glutamate_1_minus": 1,
        "M_sodium_1_plus": 3,
        "M_hydron_1_plus": 1,
        "M_potassium_1_plus": -1,
    }
    assert uptake.genes == (("G_SLC1A2",), ("G_SLC1A3",))


def test_subunits_are_needed_together(network: Network) -> None:
    """A complex is no choice between its parts."""
    [exchange] = [
        each for each in network.reactions if each.id == "R_cystine_glutamate_exchange_by_astrocyte"
    ]
    assert exchange.genes == (("G_SLC3A2", "G_SLC7A11"),)


def test_a_transport_without_equation_moves_one_for_one(tmp_path: Path) -> None:
    """The form that prevails goes from one place to the other."""
    step = "gkd:step a gk:TransportStep ; gk:movesFrom gkd:acid-out ; gk:movesTo gkd:acid-in ."
    [found] = network_of(tmp_path, step).reactions
    assert dict(found.amounts) == {"M_acid_form__in": 1, "M_acid_form__out": -1}


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (REACTION + "gkd:twice ; obo:BFO_0000066 gkd:place-in .", "its equation does not balance (C, H, O)"),
        (REACTION + "gkd:right .", "its equation does not say where there is acid-form"),
        (
            REACTION + "gkd:right ; obo:BFO_0000066 gkd:place-in , gkd:place-out .",
            "its equation does not say where there is acid-form",
        ),
        (
            REACTION + "gkd:nothing ; obo:BFO_0000066 gkd:place-in .",
            "its equation has an entry without form, side or coefficient (nothing)",
        ),
        (
            "gkd:step a gk:TransportStep ; gk:movesFrom gkd:unknown-out ; gk:movesTo gkd:unknown-in .",
            "no form is known to prevail in unknown-out",
        ),
        ("gkd:step a gk:Reaction .", "its equation is not stated"),
    ],
)
def test_a_step_that_is_no_reaction_says_why(tmp_path: Path, step: str, reason: str) -> None:
    """What cannot be counted is left out with its reason, and nothing fails."""
    network = network_of(tmp_path, step)
    assert [each.reason for each in network.left_out] == [reason]
    assert network.reactions == []


def test_an_equation_that_balances_is_taken(tmp_path: Path) -> None:
    """The cases above fail for their fault alone."""
    step = REACTION + "gkd:right ; obo:BFO_0000066 gkd:place-in ; gk:runsBothWays true ."
    [found] = network_of(tmp_path, step).reactions
    assert dict(found.amounts) == {"M_acid_form__in": -1, "M_gas_form__in": 1}
    assert found.reversible
