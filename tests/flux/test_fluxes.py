"""What flows: knock-outs against what is known of them, and what no model may do."""

import re
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from typing import NamedTuple

import pytest

import glutakg
from glutakg.errors import FluxError, MissingExtraError, ParameterError
from glutakg.flux import Fluxes, FluxModel, Network, cobra_model, read_network

ModelOf = Callable[[str], FluxModel]
SCENARIOS = ("cycle", "burnt", "exported", "gaba", "ammonia")
STOPS, GOES_ON, LESS = "stops", "goes on", "less"
FOUND = ("as found", "in part", "otherwise")


class KnockOut(NamedTuple):
    """What is knocked out, what becomes of each scenario in the order of `SCENARIOS`, and who found what."""

    targets: str
    effects: tuple[str, ...]
    found: str
    known_from: tuple[str, ...]


def table_of_the_documentation() -> list[KnockOut]:
    """Return the rows of the table that users read."""
    text = (resources.files("glutakg") / "docs" / "flux.md").read_text(encoding="utf-8")
    lines = re.findall(
        r"^\| (.*) \|$", text.partition("## Knock-outs")[2].partition("\n## ")[0], re.MULTILINE
    )
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert rows[0] == ["knocked out", *SCENARIOS, "what was found", "publication"]
    return [
        KnockOut(row[0], tuple(row[1:6]), row[6], tuple(filter(None, row[7].split(", ")))) for row in rows[2:]
    ]


TABLE = table_of_the_documentation()


def effect(model: FluxModel, targets: str) -> str:
    """Return what becomes of the flux, in a word."""
    found = model.run(knock_out=targets.split())
    if found.is_stopped:
        return STOPS
    return GOES_ON if found.value > 0.999 * found.whole else LESS


@pytest.mark.parametrize("row", TABLE, ids=[row.targets for row in TABLE])
def test_knock_outs_do_what_is_expected(row: KnockOut, model_of: ModelOf) -> None:
    """Each scenario stops, goes on, or runs at less."""
    assert tuple(effect(model_of(each), row.targets) for each in SCENARIOS) == row.effects


def test_what_was_found_names_a_publication_on_a_step_of_the_gene(network: Network) -> None:
    """Each row says what was found and by whom, or that it rests on stoichiometry alone."""
    assert len(TABLE) >= 23
    alone = {row.targets for row in TABLE if row.found == "from stoichiometry alone"}
    assert alone == {row.targets for row in TABLE if not row.known_from}
    assert {row.targets for row in TABLE if not row.found.startswith(FOUND)} == alone
    on_steps = {
        (gene.removeprefix("G_"), publication.partition("/publication-")[2])
        for step in network.reactions
        for together in step.genes
        for gene in together
        for publication in step.publications
    }
    stray = {
        (row.targets, key)
        for row in TABLE
        for key in row.known_from
        if not any((symbol, key) in on_steps for symbol in row.targets.split())
    }
    assert stray == set()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_elements_and_charge_close(scenario: str, model_of: ModelOf, network: Network) -> None:
    """What enters leaves: nitrogen within 1e-9, and so do carbon and charge."""
    species = {each.id: each for each in network.species}
    sums = {"N": 0.0, "C": 0.0, "charge": 0.0}
    flows = model_of(scenario).run().exchanges
    for exchange in network.exchanges:
        made_of = species[exchange.species]
        flow = flows.get(exchange.name.removeprefix("exchange of "), 0.0)
        sums["charge"] += flow * made_of.charge
        for element in ("N", "C"):
            sums[element] += flow * atoms(made_of.formula, element)
    assert flows
    assert sums == pytest.approx(dict.fromkeys(sums, 0.0), abs=1e-9)


def atoms(formula: str, element: str) -> int:
    """Return how many atoms of an element a formula has."""
    return sum(
        int(number or 1) for name, number in re.findall(r"([A-Z][a-z]?)(\d*)", formula) if name == element
    )


def test_the_cycle_closes_without_import_of_glutamate(model_of: ModelOf) -> None:
    """Glucose, dioxygen, water and carbon dioxide are all that crosses the border."""
    found = model_of("cycle").run()
    assert found.value > 10
    assert {name for name, flow in found.exchanges.items() if flow < 0} == {
        "D-glucose in blood plasma",
        "dioxygen in blood plasma",
    }
    assert {each.name for each in found.steps} >= {
        "glutamine synthesis in the astrocyte",
        "release of glutamate into the synaptic cleft",
    }


@pytest.mark.parametrize("cell", ["astrocyte", "glutamatergic-neuron", "gabaergic-neuron"])
def test_nothing_makes_atp_from_nothing(cell: str, network: Network) -> None:
    """Without glucose no ATP can be used for anything else."""
    poor = network.scenarios["cycle"]._replace(
        entering={pool: Decimal(0) for pool in network.scenarios["cycle"].entering}, shares=()
    )
    model = FluxModel(network._replace(scenarios={"cycle": poor}))
    assert model.run(maximize=f"model-other-use-of-atp-in-{cell}").value == 0


def test_a_share_that_is_given_counts(network: Network) -> None:
    """The more glutamate is burnt, the less is released, down from that of the closed cycle."""
    values = [
        FluxModel(network, scenario="burnt", shares={"burnt": Decimal(share)}).run().value
        for share in ("0", "0.1", "0.3")
    ]
    assert values[0] > values[1] > values[2] > 0
    assert values[0] == pytest.approx(FluxModel(network).run().value)


def test_a_share_whose_way_is_knocked_out_is_dropped_and_said(model_of: ModelOf) -> None:
    """Else a constraint of the model would look like an effect of the gene."""
    found = model_of("burnt").run(knock_out=["model-malate-decarboxylation-in-astrocyte"])
    assert [each.notation for each in found.dropped] == ["burnt"]
    assert "burnt" not in {each.notation for each in found.shares}
    assert found.value > found.whole


def test_a_model_is_as_before_after_a_knock_out(model_of: ModelOf) -> None:
    """One run leaves no trace in the next."""
    model = model_of("cycle")
    before = model.run()
    model.run(knock_out=["GLUL"], openings=True)
    assert alike(model.run(), before)


def alike(one: Fluxes, other: Fluxes) -> bool:
    """Return whether two answers are the same but for the last digits."""
    rounded = [{each.step: round(each.flux, 6) for each in found.steps} for found in (one, other)]
    return rounded[0] == rounded[1] and one.shares == other.shares


def test_a_notebook_is_told_what_flows_and_without_what(model_of: ModelOf) -> None:
    """Also where nothing flows, so that there is no step to show."""
    page = model_of("cycle").run(knock_out=["GLUL"])._repr_html_()
    assert "<td>flux</td><td>0.0000</td>" in page
    assert "<td>knocked out</td><td>GLUL</td>" in page
    assert "release of glutamate into the synaptic cleft (most glutamate released" in page


def test_a_flux_that_stopped_returns_with_the_pools_named(model_of: ModelOf) -> None:
    """Glutamate brought into the neuron does what glutaminase did."""
    found = model_of("cycle").run(knock_out=["GLS"], openings=True)
    assert found.openings
    assert len({len(each.entering) + len(each.leaving) for each in found.openings}) == 1
    model = model_of("cycle").model
    with model:
        model.genes.get_by_id("GLS").knock_out()
        names = {each.name: each for each in model.metabolites}
        for name in found.openings[0].entering:
            model.add_boundary(names[name], type="in", reaction_id=f"in_{names[name].id}", lb=-1000, ub=0)
        for name in found.openings[0].leaving:
            model.add_boundary(names[name], type="out", reaction_id=f"out_{names[name].id}", lb=0, ub=1000)
        assert model.slim_optimize() > 1


def test_a_flux_without_a_bound_is_refused(network: Network) -> None:
    """Nobody gets 1000 for an answer; the steps that turn for nothing are named."""
    open_ended = network.scenarios["cycle"]._replace(entering={})
    model = FluxModel(network._replace(scenarios={"cycle": open_ended}))
    with pytest.raises(FluxError, match=r"has no bound: \d+ steps are fed without a limit \(.*glycolysis"):
        model.run()
    with pytest.raises(FluxError, match=r"has no bound: \d steps turn in a circle that costs nothing"):
        FluxModel(network).run(maximize="ammonia-passage-through-blood-brain-barrier")


def test_every_active_step_has_a_why(model_of: ModelOf) -> None:
    """Each flux opens what the step rests on."""
    steps = {each.step: each for name in SCENARIOS for each in model_of(name).run().steps}
    assert len(steps) > 60
    with glutakg.open() as graph:
        found = model_of("cycle").run()._replace(steps=tuple(steps.values()))
        reasons = graph.why_flux(found)
    assert {each.kind for each in reasons} == {"asserted"}


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (["GLULL"], "There is no gene or step 'GLULL' in the model. Did you mean GLUL or"),
        (
            ["gaba-relaese"],
            "There is no gene or step 'gaba-relaese' in the model. Did you mean gaba-release or",
        ),
        (
            ["gaba-binding-to-gaba-a-receptor"],
            "It is left out, since it binds to a receptor, which changes no amount.",
        ),
    ],
)
def test_an_unknown_gene_or_step_is_told(targets: list[str], message: str, model_of: ModelOf) -> None:
    """One sentence, with what may have been meant, or why it is not there."""
    with pytest.raises(ParameterError, match=re.escape(message)):
        model_of("cycle").run(knock_out=targets)


def test_a_gene_is_known_in_small_letters(model_of: ModelOf) -> None:
    """What is typed in haste is the same gene."""
    assert model_of("cycle").run(knock_out=[" glul"]).knocked_out == ("GLUL",)


def test_without_cobrapy_the_extra_is_named(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence tells how to install it."""
    monkeypatch.setitem(sys.modules, "cobra.io", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'glutakg\[flux\]'"):
        cobra_model(network)


def test_the_public_api_gives_the_same(model_of: ModelOf) -> None:
    """`flux` and `model` of a knowledge graph ask the same model."""
    with glutakg.open() as graph:
        assert alike(graph.flux("gaba"), model_of("gaba").run())
        assert len(graph.model().reactions) == len(model_of("cycle").model.reactions)
        assert graph.export(format="sbml").startswith(b"<?xml")
        with pytest.raises(ParameterError, match="The share 'burnt' is 'x'"):
            graph.flux(shares={"burnt": "x"})  # type: ignore[dict-item]


def test_a_graph_without_scenario_says_so() -> None:
    """Nothing is made up where the graph states nothing."""
    with pytest.raises(ParameterError, match="Scenarios are not stated in this graph"):
        FluxModel(read_network([]))
