"""What stops without some genes or steps, told by dead ends alone: no solver is asked.

A step stops when something that it uses up is made by nothing else any more, or something that it makes is
used up by nothing else any more; what hangs on it stops in turn, until nothing more does. What no other step
makes in the whole graph counts as supplied, and what none uses up as taken away. Steps that only feed each
other in a circle go on here: a flux may stop where there is no dead end, and never the other way round.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from glutakg.flux.network import Network, Reaction
from glutakg.flux.targets import targets_of
from glutakg.rdf import PREFIXES, Literal
from glutakg.sparql import Rows

__all__ = ["DeadEnds", "StoppedStep", "dead_ends_without"]

_XSD = PREFIXES["xsd"]


class StoppedStep(NamedTuple):
    """A step that stops, with the round, and the forms at places that nothing fills or empties any more."""

    step: str
    name: str
    round: int
    """0 for what is knocked out, 1 for what hangs on it, and so on."""
    unfilled: tuple[str, ...]
    unemptied: tuple[str, ...]


class DeadEnds(NamedTuple):
    """The steps that stop, those that are knocked out first; printed, they are a table."""

    knocked_out: tuple[str, ...]
    steps: tuple[StoppedStep, ...]

    def rows(self) -> Rows:
        """Return a row for each step that stops."""
        names = ("step", "round", "unfilled", "unemptied")
        return Rows(
            names,
            (
                {
                    "step": Literal(each.name),
                    "round": Literal(str(each.round), datatype=_XSD + "integer"),
                    "unfilled": Literal("; ".join(each.unfilled)) if each.unfilled else None,
                    "unemptied": Literal("; ".join(each.unemptied)) if each.unemptied else None,
                }
                for each in self.steps
            ),
        )

    def stops(self, step: str) -> bool:
        """Return whether the step of this IRI stops."""
        return any(each.step == step for each in self.steps)

    def __str__(self) -> str:
        return self.rows().to_table()


class _Way(NamedTuple):
    """A step in one of the directions in which it runs."""

    step: int
    forwards: bool


class _Ends(NamedTuple):
    unfilled: frozenset[str] = frozenset()
    unemptied: frozenset[str] = frozenset()


def dead_ends_without(network: Network, knock_out: str | Iterable[str]) -> DeadEnds:
    """Return the steps that stop without some genes or steps, as far as dead ends tell.

    Args:
        network: as `glutakg.flux.read_network` reads it.
        knock_out: symbols of genes, and names or IRIs of steps.

    Raises:
        ParameterError: there is no such gene or step.

    >>> from glutakg.dataset import kept_files
    >>> from glutakg.flux import read_network
    >>> found = dead_ends_without(read_network(kept_files()), "PC")
    >>> found.steps[0].name, found.steps[0].round
    ('carboxylation of pyruvate in the astrocyte', 0)
    """
    targets = targets_of(network, [knock_out] if isinstance(knock_out, str) else knock_out)
    missing = {each for each in targets.values() if isinstance(each, str)}
    steps = {each.iri for each in targets.values() if isinstance(each, Reaction)}
    graph = _Graph(network)
    ways = graph.ways
    closed = {way for way in ways if _is_missing(network.reactions[way.step], missing, steps)}
    rounds = {way: (0, _Ends()) for way in closed}
    rounds |= graph.stopping(ways - closed)
    found = []
    for index, reaction in enumerate(network.reactions):
        own = [way for way in ways if way.step == index]
        if own and all(way in rounds for way in own):
            last = max(rounds[way][0] for way in own)
            unfilled = {each for way in own for each in rounds[way][1].unfilled}
            unemptied = {each for way in own for each in rounds[way][1].unemptied}
            found.append(
                StoppedStep(reaction.iri, reaction.name, last, graph.named(unfilled), graph.named(unemptied))
            )
    return DeadEnds(tuple(targets), tuple(sorted(found, key=lambda each: (each.round, each.name))))


def _is_missing(reaction: Reaction, genes: set[str], steps: set[str]) -> bool:
    """Return whether a step is knocked out, or each of its alternatives lacks a gene."""
    without = bool(reaction.genes) and all(genes.intersection(together) for together in reaction.genes)
    return without or reaction.iri in steps


_Sides: TypeAlias = defaultdict[str, set[int]]
"""The steps that make each species, or use it up."""


class _Graph:
    """Which steps make and use up what."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._names = {each.id: each.name for each in network.species}
        self._entering = {each.species for each in network.exchanges if each.entering}
        self._leaving = {each.species for each in network.exchanges if each.leaving}
        self.ways = self._ways()
        """Each step in the directions in which it can run."""
        self._made, self._used = self._sides(self.ways)

    def named(self, species: Iterable[str]) -> tuple[str, ...]:
        """Return the names of species in their order."""
        return tuple(sorted(self._names[id] for id in species))

    def stopping(self, ways: set[_Way]) -> dict[_Way, tuple[int, _Ends]]:
        """Return the ways that stop among these, with the round and the dead ends that stop them.

        What no other step makes or uses up in the whole graph is no dead end.
        """
        going, found, number = set(ways), dict[_Way, tuple[int, _Ends]](), 0
        while True:
            number += 1
            made, used = self._sides(going)
            stopped = {}
            for way in going:
                before, now = self._ends(way, self._made, self._used), self._ends(way, made, used)
                ends = _Ends(now.unfilled - before.unfilled, now.unemptied - before.unemptied)
                if ends != _Ends():
                    stopped[way] = number, ends
            if not stopped:
                return found
            found |= stopped
            going -= stopped.keys()

    def _ways(self) -> set[_Way]:
        """Return each step in each direction, without a way that leads nowhere where the other does not."""
        steps = range(len(self._network.reactions))
        ways = {_Way(step, True) for step in steps}
        ways |= {_Way(step, False) for step in steps if self._network.reactions[step].reversible}
        while True:
            made, used = self._sides(ways)
            idle = {way for way in ways if self._ends(way, made, used) != _Ends()}
            idle = {way for way in idle if way._replace(forwards=not way.forwards) in ways - idle}
            if not idle:
                return ways
            ways -= idle

    def _sides(self, ways: set[_Way]) -> tuple[_Sides, _Sides]:
        """Return the steps that make each species, and those that use it up."""
        made: _Sides = defaultdict(set)
        used: _Sides = defaultdict(set)
        for way in ways:
            for id, amount in self._network.reactions[way.step].amounts.items():
                (made if (amount > 0) is way.forwards else used)[id].add(way.step)
        return made, used

    def _ends(self, way: _Way, made: _Sides, used: _Sides) -> _Ends:
        """Return what a step would use up and no other step makes, or make and no other uses up."""
        amounts, own = self._network.reactions[way.step].amounts, {way.step}
        unfilled, unemptied = set(), set()
        for id, amount in amounts.items():
            if (amount > 0) is way.forwards:
                if not used[id] - own and id not in self._leaving:
                    unemptied.add(id)
            elif not made[id] - own and id not in self._entering:
                unfilled.add(id)
        return _Ends(frozenset(unfilled), frozenset(unemptied))
