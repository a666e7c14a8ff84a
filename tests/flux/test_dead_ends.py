"""What stops by dead ends alone, against what a flux tells of the same knock-out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_network import network_of

import glutakg
from glutakg.errors import ParameterError
from glutakg.flux import DeadEnds, FluxModel, Network, dead_ends_without
from glutakg.rdf import PREFIXES

CHAIN = """\
gkd:gene-a skos:notation "AAA" .
gkd:gene-b skos:notation "BBB" .
gkd:acid-far gk:poolOf gkd:acid ; gk:atPlace gkd:place-far .
gkd:acid-end gk:poolOf gkd:acid ; gk:atPlace gkd:place-end .
gkd:one a gk:TransportStep ; gk:movesFrom gkd:acid-out ; gk:movesTo gkd:acid-in ; obo:RO_0002333 gkd:gene-a .
gkd:two a gk:TransportStep ; gk:movesFrom gkd:acid-in ; gk:movesTo gkd:acid-far ; obo:RO_0002333 gkd:gene-b .
gkd:three a gk:TransportStep ; gk:movesFrom gkd:acid-far ; gk:movesTo gkd:acid-end .
"""


def told(found: DeadEnds) -> list[tuple[str, int]]:
    """Return the steps that stop by their local names, with the round."""
    return [(each.step.removeprefix(PREFIXES["gkd"]), each.round) for each in found.steps]


def test_what_hangs_on_a_step_stops_after_it(tmp_path: Path) -> None:
    """Nothing comes any more, and then nothing comes to the next."""
    network = network_of(tmp_path, CHAIN)
    found = dead_ends_without(network, "AAA")
    assert told(found) == [("one", 0), ("two", 1), ("three", 2)]
    assert [each.unfilled for each in found.steps] == [
        (),
        ("acid-form in place-in",),
        ("acid-form in place-far",),
    ]


def test_what_leads_to_a_step_stops_as_well(tmp_path: Path) -> None:
    """What goes nowhere would pile up."""
    found = dead_ends_without(network_of(tmp_path, CHAIN), "gkd:three")
    assert told(found) == [("three", 0), ("two", 1), ("one", 2)]
    assert found.steps[1].unemptied == ("acid-form in place-far",)


@pytest.mark.parametrize(
    "more",
    [
        # another gene does the same
        'gkd:gene-c skos:notation "CCC" . gkd:one obo:RO_0002333 gkd:gene-c .',
        # the pool is filled by another step too
        "gkd:other a gk:TransportStep ; gk:movesFrom gkd:acid-out ; gk:movesTo gkd:acid-in .",
        # or something may enter it from outside
        "gkd:acid-in a gk:OutsidePool ; gk:mayEnter true .",
    ],
)
def test_nothing_hangs_on_what_is_replaced(tmp_path: Path, more: str) -> None:
    """The step after it goes on."""
    found = dead_ends_without(network_of(tmp_path, CHAIN + more), "AAA")
    assert not found.stops(PREFIXES["gkd"] + "two")


def test_the_way_back_of_a_step_does_not_feed_it(tmp_path: Path) -> None:
    """A step that runs both ways makes what it uses up, which is no supply."""
    found = dead_ends_without(network_of(tmp_path, CHAIN + "gkd:two gk:runsBothWays true ."), "AAA")
    assert told(found) == [("one", 0), ("two", 1), ("three", 2)]


def test_without_glutamine_synthetase_no_glutamine_is_released(network: Network) -> None:
    """In the brain, muscle and liver alike, and as far as the neuron."""
    rounds = dict(told(dead_ends_without(network, "glul")))
    assert rounds["glutamine-synthesis-in-astrocyte"] == rounds["glutamine-synthesis-in-muscle"] == 0
    assert rounds["glutamine-release-from-astrocyte"] == 1


@pytest.mark.parametrize(
    "genes", ["GLUL", "GLS", "SLC1A2 SLC1A3", "SLC38A3 SLC38A5", "GAD1 GAD2", "ABAT", "PC", "SLC32A1", "CS"]
)
@pytest.mark.parametrize("scenario", ["burnt", "gaba"])
def test_no_flux_goes_where_a_dead_end_is(
    genes: str, scenario: str, network: Network, model_of: Callable[[str], FluxModel]
) -> None:
    """Dead ends tell less than a flux, and never more."""
    dead = {each.step for each in dead_ends_without(network, genes.split()).steps}
    assert dead
    assert dead & {each.step for each in model_of(scenario).run(knock_out=genes.split()).steps} == set()


def test_the_public_api_gives_the_same(network: Network) -> None:
    """In both languages; an unknown gene is told."""
    with glutakg.open() as graph:
        assert graph.dead_ends("GLUL") == dead_ends_without(network, ["GLUL"])
        assert "glutaminesynthese in de astrocyt" in {
            each.name for each in graph.dead_ends("GLUL", lang="nl").steps
        }
        with pytest.raises(ParameterError, match="Did you mean GLUL"):
            graph.dead_ends("GLULL")
