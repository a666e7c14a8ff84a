"""What a scenario lets flow: the greatest flux through its step, by the fewest and smallest other fluxes.

The answer is that of flux balance analysis with parsimony (pFBA): the flux of the objective is greatest, and
the sum of all others is least, so that nothing turns in circles that need not.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from glutakg.errors import FluxError, MissingExtraError
from glutakg.flux.network import UNBOUNDED, Network, Origin, Reaction, Scenario, Share, Species
from glutakg.flux.sbml import chosen_scenario, chosen_shares, sbml_document
from glutakg.flux.targets import bare, step_of, targets_of
from glutakg.languages import Translator, translator
from glutakg.markup import element, framed, table
from glutakg.rdf import PREFIXES, Literal
from glutakg.sparql import Rows, rows_html

if TYPE_CHECKING:
    import cobra

    from glutakg.rdf import Term

__all__ = ["FluxModel", "Fluxes", "Opening", "StepFlux", "cobra_model"]

_SMALLEST = 1e-6
"""A flux below it is none: the solver answers within 1e-7."""

_OPENINGS = 3
_LEAST_RETURN = 0.1
_XSD = PREFIXES["xsd"]


class StepFlux(NamedTuple):
    """The flux through one step, and what the step rests on; more than 0 is from left to right."""

    step: str
    name: str
    flux: float
    origin: str
    certainty: str | None
    publications: tuple[str, ...]
    statement: tuple[str, str, str]
    """The triple that `glutakg why` explains the step by."""


class Opening(NamedTuple):
    """Pools that bring the flux back when something may enter (or leave) there: names, with the way."""

    entering: tuple[str, ...]
    leaving: tuple[str, ...]

    def __str__(self) -> str:
        ways = ((self.entering, "entering"), (self.leaving, "leaving"))
        return "; ".join(f"{', '.join(pools)} {way}" for pools, way in ways if pools)


class Fluxes(NamedTuple):
    """The fluxes of a scenario, with all that they rest on; printed, they are a table."""

    scenario: Scenario
    objective: str
    """Name of the step that was to carry as much as it can."""
    value: float
    """Its flux."""
    whole: float
    """Its flux with nothing knocked out."""
    knocked_out: tuple[str, ...]
    limits: tuple[str, ...]
    shares: tuple[Share, ...]
    dropped: tuple[Share, ...]
    """Shares whose way on is knocked out, and which therefore did not count."""
    steps: tuple[StepFlux, ...]
    """Steps that carry something, the greatest flux first."""
    exchanges: Mapping[str, float]
    """What leaves (more than 0) and enters, by the name of the pool."""
    openings: tuple[Opening, ...]
    """The fewest pools to open for the flux to return, where that was asked for."""

    @property
    def is_stopped(self) -> bool:
        """Whether nothing flows."""
        return self.value <= _SMALLEST

    @property
    def assumed(self) -> tuple[StepFlux, ...]:
        """The active steps that are conventions or lumps."""
        return tuple(each for each in self.steps if each.origin != Origin.GRAPH)

    def rows(self) -> Rows:
        """Return a row for each active step."""
        names = ("step", "flux", "origin", "publications", "certainty")
        return Rows(names, map(_row, self.steps))

    def __str__(self) -> str:
        return self.rows().to_table()

    def __repr__(self) -> str:
        return f"<Fluxes of {self.objective}: {self.value:g} through {len(self.steps)} steps>"

    def _repr_html_(self) -> str:
        """Give a notebook what flows and without what, above the table of the steps."""
        about = [("flux", f"{self.value:.4f}")]
        if self.knocked_out:
            about += [
                ("knocked out", ", ".join(self.knocked_out)),
                ("without the knock-out", f"{self.whole:.4f}"),
            ]
        about += [("share", each.told("en")) for each in self.shares]
        heading = element("h4", f"{self.objective} ({self.scenario.name})")
        return framed(heading, table(("", ""), about), rows_html(self.rows()))


def _row(each: StepFlux) -> "dict[str, Term | None]":
    return {
        "step": Literal(each.name),
        "flux": Literal(f"{each.flux:.4f}", datatype=_XSD + "decimal"),
        "origin": Literal(each.origin),
        "publications": Literal("; ".join(each.publications)) if each.publications else None,
        "certainty": Literal(each.certainty) if each.certainty else None,
    }


def cobra_model(
    network: Network, *, scenario: str | None = None, shares: Mapping[str, Decimal | float] | None = None
) -> "cobra.Model":
    """Return the model of COBRApy that the SBML document of a scenario holds.

    Raises:
        MissingExtraError: COBRApy is missing, which the extra `flux` brings.
        ParameterError: as `sbml_document` does.
    """
    document = sbml_document(network, scenario=scenario, shares=shares)
    with _quiet():
        try:
            from cobra.io import read_sbml_model
        except ModuleNotFoundError as error:
            raise MissingExtraError("A model that runs", library=error.name, extra="flux") from error
        return read_sbml_model(document.decode())


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep COBRApy from telling what solver it has not found."""
    logger = logging.getLogger("cobra")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


class FluxModel:
    """A scenario that can be run again and again, each time with other genes and steps knocked out."""

    def __init__(
        self,
        network: Network,
        *,
        scenario: str | None = None,
        shares: Mapping[str, Decimal | float] | None = None,
    ) -> None:
        """Make the model.

        Args:
            network: as `glutakg.flux.read_network` reads it.
            scenario: its name; without one, that of the closed cycle.
            shares: values of shares by name, instead of those that the graph states.

        Raises:
            MissingExtraError: COBRApy is missing, which the extra `flux` brings.
            ParameterError: there is no such scenario or share, or a share is none from 0 to 1.
        """
        self._network = network
        self._scenario = chosen_scenario(network, scenario)
        self._shares = chosen_shares(network, self._scenario, shares or {})
        self.model = cobra_model(network, scenario=scenario, shares=shares)
        """The model as COBRApy knows it."""

    def run(
        self, *, knock_out: Iterable[str] = (), maximize: str | None = None, openings: bool = False
    ) -> Fluxes:
        """Return the fluxes that the scenario allows without some genes or steps.

        Args:
            knock_out: symbols of genes, and names or IRIs of steps.
            maximize: name or IRI of the step that is to carry all it can, instead of that of the scenario.
            openings: look for the fewest pools to open for a flux that has stopped to return.

        Raises:
            ParameterError: there is no such gene or step.
            FluxError: the flux has no bound; the message names the steps that turn in a circle.
        """
        network, model = self._network, self.model
        wanted = step_of(network, maximize or self._scenario.objective, "maximize")
        targets = targets_of(network, knock_out)
        with model:
            model.objective = model.reactions.get_by_id(bare(wanted.id))
            whole = _greatest(model, network, wanted)
            for target in targets.values():
                if isinstance(target, Reaction):
                    model.reactions.get_by_id(bare(target.id)).bounds = (0, 0)
                else:
                    model.genes.get_by_id(bare(target)).knock_out()
            dropped = tuple(
                each for each in self._shares if not each.is_most and _is_closed(model, network, each.through)
            )
            for each in dropped:
                model.reactions.get_by_id(f"share_{each.id}").bounds = (-UNBOUNDED, UNBOUNDED)
            value = _greatest(model, network, wanted) if targets else whole
            flows = _parsimonious(model) if value > _SMALLEST else {}
            has_stopped = value <= _SMALLEST < whole
            found = _openings(model, network, wanted, whole) if openings and has_stopped else ()
        pools = {bare(each.id): each.name for each in network.exchanges}
        return Fluxes(
            scenario=self._scenario,
            objective=wanted.name,
            value=value,
            whole=whole,
            knocked_out=tuple(targets),
            limits=_limits(network, self._scenario),
            shares=tuple(each for each in self._shares if each not in dropped),
            dropped=dropped,
            steps=_steps(network, flows),
            exchanges={pools[id]: flow for id, flow in sorted(flows.items()) if id in pools},
            openings=found,
        )


def _greatest(model: "cobra.Model", network: Network, wanted: Reaction) -> float:
    """Return the greatest flux of the objective; raise `FluxError` where it has no bound."""
    from optlang.interface import OPTIMAL

    value = model.slim_optimize()
    if model.solver.status != OPTIMAL:
        raise FluxError(f"The solver finds no fluxes that fit the scenario ({model.solver.status}).")
    if value < _SMALLEST:
        return 0.0
    flows = _parsimonious(model)
    if max(map(abs, flows.values())) < UNBOUNDED * 0.999:
        return float(value)
    with model:
        for exchange in network.exchanges:
            model.reactions.get_by_id(bare(exchange.id)).bounds = (0, 0)
        is_circle = model.slim_optimize() > 1
        if is_circle:
            model.reactions.get_by_id(bare(wanted.id)).bounds = (1, 1)
            flows = _parsimonious(model)
    names = [each.name for each in _steps(network, flows)]
    what = "turn in a circle that costs nothing" if is_circle else "are fed without a limit"
    raise FluxError(
        f"The flux of {wanted.name} has no bound: {len(names)} steps {what} ({', '.join(names)}). "
        "Choose a scenario with a limit or a share that stops this."
    )


def _parsimonious(model: "cobra.Model") -> dict[str, float]:
    """Return the fluxes of least sum that give the objective its greatest flux, by identifier."""
    from cobra.flux_analysis import pfba

    found = pfba(model).fluxes
    return {str(id): float(flow) for id, flow in found.items() if abs(flow) > _SMALLEST}


def _steps(network: Network, flows: Mapping[str, float]) -> tuple[StepFlux, ...]:
    """Return the steps that carry something, the greatest flux first."""
    found = [
        StepFlux(
            step=each.iri,
            name=each.name,
            flux=flows[bare(each.id)],
            origin=each.origin,
            certainty=each.certainty,
            publications=tuple(network.publications[iri] for iri in each.publications),
            statement=each.statement,
        )
        for each in network.reactions
        if bare(each.id) in flows
    ]
    return tuple(sorted(found, key=lambda each: (-round(abs(each.flux), 6), each.step)))


def _limits(network: Network, scenario: Scenario) -> tuple[str, ...]:
    """Return what the scenario lets in and out of each outside pool, in words."""
    _ = translator(network.lang)
    told = []
    for each in network.exchanges:
        entering = scenario.entering.get(each.pool, each.entering)
        leaving = scenario.leaving.get(each.pool, each.leaving)
        told.append(
            _(
                "{pool}: {entering} in, {leaving} out",
                pool=each.name,
                entering=_amount(entering, _),
                leaving=_amount(leaving, _),
            )
        )
    return tuple(told)


def _amount(value: Decimal, _: Translator) -> str:
    return _("any amount") if value >= UNBOUNDED else _("none") if value == 0 else f"{value.normalize():f}"


def _is_closed(model: "cobra.Model", network: Network, step: str) -> bool:
    """Return whether a knock-out has closed a step."""
    ids = [bare(each.id) for each in network.reactions if each.iri == step]
    return all(model.reactions.get_by_id(id).bounds == (0, 0) for id in ids)


def _openings(model: "cobra.Model", network: Network, wanted: Reaction, whole: float) -> tuple[Opening, ...]:
    """Return up to three smallest sets of pools; opened, they bring a tenth of the flux back.

    Each pool may be filled or emptied at a price of one, and the solver looks for the lowest price; a set
    that was found is forbidden before it looks again.
    """
    least = _LEAST_RETURN * whole
    most = 100 * least
    outside = {each.species for each in network.exchanges}
    candidates = [each for each in network.species if each.pool is not None and each.id not in outside]
    found: list[Opening] = []
    with model:
        problem = model.problem
        model.reactions.get_by_id(bare(wanted.id)).lower_bound = least
        switches: dict[tuple[str, bool], object] = {}
        added = []
        for species in candidates:
            constraint = model.metabolites.get_by_id(bare(species.id)).constraint
            for enters in (True, False):
                id = f"{'in' if enters else 'out'}_{species.id}"
                flow = problem.Variable(id, lb=0, ub=most)
                switch = problem.Variable(f"open_{id}", type="binary")
                added += [flow, switch, problem.Constraint(flow - most * switch, ub=0, name=f"only_{id}")]
                switches[species.id, enters] = (flow, switch, constraint)
        model.add_cons_vars(added)
        for (_, enters), (flow, _, constraint) in switches.items():  # type: ignore[misc]
            constraint.set_linear_coefficients({flow: 1 if enters else -1})
        model.objective = problem.Objective(sum(each[1] for each in switches.values()), direction="min")  # type: ignore[index]
        size: float | None = None
        while len(found) < _OPENINGS:
            price = model.slim_optimize(error_value=None)
            if price is None or (size is not None and price > size + 0.5):
                break
            size = price
            chosen = [key for key, each in switches.items() if each[1].primal > 0.5]  # type: ignore[index]
            found.append(_opening(candidates, chosen))
            taken = sum(switches[key][1] for key in chosen)  # type: ignore[index]
            model.add_cons_vars(problem.Constraint(taken, ub=len(chosen) - 1, name=f"other_{len(found)}"))
    return tuple(found)


def _opening(candidates: Sequence[Species], chosen: Sequence[tuple[str, bool]]) -> Opening:
    names = {each.id: each.name for each in candidates}
    return Opening(
        tuple(sorted(names[id] for id, enters in chosen if enters)),
        tuple(sorted(names[id] for id, enters in chosen if not enters)),
    )
