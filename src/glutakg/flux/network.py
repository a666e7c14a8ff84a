"""The network of a flux model as values: forms at places, reactions between them, genes, and scenarios.

A species is one protonation form at one place. A flux counts events of a reaction per unit of time, in the
unit that a scenario sets by what it lets in.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from glutakg.languages import translator

__all__ = [
    "UNBOUNDED",
    "Exchange",
    "Gene",
    "LeftOut",
    "Link",
    "Network",
    "Origin",
    "Place",
    "Reaction",
    "Scenario",
    "Share",
    "Species",
    "StepSequence",
]

UNBOUNDED = 1000
"""The flux that stands for no limit, as is the custom of COBRA."""


class Origin:
    """Where a reaction comes from."""

    GRAPH = "graph"
    LUMP = "lump"
    CONVENTION = "convention"
    EXCHANGE = "exchange"


class Link(NamedTuple):
    """An address at identifiers.org, and its qualifier of BioModels, such as `is` or `isDescribedBy`."""

    relation: str
    address: str


class Place(NamedTuple):
    """A compartment of the model."""

    id: str
    iri: str
    name: str
    links: tuple[Link, ...]


class Species(NamedTuple):
    """A protonation form at a place, with the pool that it belongs to where the graph has that."""

    id: str
    iri: str
    name: str
    formula: str
    charge: int
    place: str
    pool: str | None
    links: tuple[Link, ...]


class Gene(NamedTuple):
    """The gene of a protein that enables a reaction, by its HGNC symbol."""

    id: str
    symbol: str
    name: str
    links: tuple[Link, ...]


class Reaction(NamedTuple):
    """A step as the equation of a model; amounts on the left are negative.

    `genes` are alternatives, each a set of genes that are needed together.
    """

    id: str
    iri: str
    name: str
    amounts: Mapping[str, Decimal]
    reversible: bool
    genes: tuple[tuple[str, ...], ...]
    origin: str
    is_transport: bool
    certainty: str | None
    publications: tuple[str, ...]
    links: tuple[Link, ...]
    statement: tuple[str, str, str]
    """A triple that says what the step does, which `glutakg why` explains."""


class Exchange(NamedTuple):
    """What may enter and leave a pool outside the model, by its name; without a limit, `UNBOUNDED`."""

    id: str
    species: str
    pool: str
    name: str
    entering: Decimal
    leaving: Decimal


class Share(NamedTuple):
    """The share of what one step carries that goes on through another, at the least or the most.

    `publication` is what found it, None where it is assumed.
    """

    id: str
    iri: str
    notation: str
    name: str
    whole: str
    through: str
    value: Decimal
    is_most: bool
    publication: str | None

    @property
    def is_assumed(self) -> bool:
        """Whether no publication found it, so that all that rests on it rests on an assumption."""
        return self.publication is None

    def told(self, lang: str) -> str:
        """Return the share in words, with what it rests on."""
        _ = translator(lang)
        return _(
            "{share} {bound} {value} ({name}; {basis})",
            share=self.notation,
            bound=_("at most") if self.is_most else _("at least"),
            value=self.value,
            name=self.name,
            basis=self.publication or _("assumed"),
        )


class Scenario(NamedTuple):
    """What is asked of the model: the step whose flux is greatest, what may enter and leave, and shares."""

    iri: str
    notation: str
    name: str
    objective: str
    entering: Mapping[str, Decimal]
    leaving: Mapping[str, Decimal]
    shares: tuple[str, ...]


class StepSequence(NamedTuple):
    """A sequence of steps, as a group of reactions."""

    id: str
    iri: str
    name: str
    reactions: tuple[str, ...]


class LeftOut(NamedTuple):
    """A step that the model has not, and why, as a clause that follows `since` (in Dutch, `want`)."""

    iri: str
    name: str
    reason: str


class Network(NamedTuple):
    """Everything that a model is written from, each in the order of its identifiers."""

    places: Sequence[Place]
    species: Sequence[Species]
    reactions: Sequence[Reaction]
    exchanges: Sequence[Exchange]
    genes: Sequence[Gene]
    sequences: Sequence[StepSequence]
    shares: Mapping[str, Share]
    scenarios: Mapping[str, Scenario]
    left_out: Sequence[LeftOut]
    publications: Mapping[str, str]
    lang: str
    """The language of the names."""
