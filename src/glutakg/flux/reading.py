"""The network of a flux model, read from steps, pools, proteins and scenarios of the graph alone.

A step that changes or moves nothing, or whose equation is not stated or does not balance, is left out with
the reason, so that nobody takes its absence for a finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from glutakg.dataset import ShippedFile
from glutakg.flux.facts import Facts
from glutakg.flux.network import (
    UNBOUNDED,
    Exchange,
    Gene,
    LeftOut,
    Link,
    Network,
    Origin,
    Place,
    Reaction,
    Scenario,
    Share,
    Species,
    StepSequence,
)
from glutakg.languages import translator
from glutakg.rdf import PREFIXES, local_name

__all__ = ["read_network"]

_OCCURS_IN = PREFIXES["BFO"] + "0000066"
_ENABLED_BY = PREFIXES["RO"] + "0002333"
_PART_OF = PREFIXES["BFO"] + "0000050"
_HAS_PART = PREFIXES["BFO"] + "0000051"
_SOURCE = PREFIXES["dcterms"] + "source"
_LEFT = PREFIXES["gk"] + "LeftSide"
_ATOMS = re.compile(r"([A-Z][a-z]?)([0-9]*)")
_NO_LIMIT = Decimal(UNBOUNDED)


class _Unusable(Exception):
    """Why a step is no reaction of the model, as a clause that follows `since`."""


def read_network(files: Iterable[ShippedFile], lang: str = "en") -> Network:
    """Return the network of the steps, pools and scenarios that the files tell of, with names in a language.

    Raises `SourceError` where a file cannot be read.

    >>> from glutakg.dataset import kept_files
    >>> network = read_network(kept_files())
    >>> [each.reason for each in network.left_out if each.iri.endswith("/gaba-binding-to-gaba-a-receptor")]
    ['it binds to a receptor, which changes no amount']
    """
    return _Reader(Facts(files, lang), lang).network()


class _Reader:
    def __init__(self, facts: Facts, lang: str) -> None:
        self._facts = facts
        self._lang = lang
        self._translate = translator(lang)
        self._species: dict[str, Species] = {}
        self._genes: dict[str, Gene] = {}
        self._transports = {*facts.members("TransportStep")}
        self._bindings = {*facts.members("Binding")}
        self._conventions = {*facts.subjects("certainty", PREFIXES["gk"] + "StepByConvention")}
        self._lumps = {*facts.members("LumpedStep")}
        self._complexes = {*facts.members("ProteinComplex")}

    def network(self) -> Network:
        """Return the network."""
        facts = self._facts
        reactions, left_out = [], []
        for step in facts.members("Step"):
            try:
                reactions.append(self._reaction(step))
            except _Unusable as error:
                left_out.append(LeftOut(step, facts.label(step), str(error)))
        exchanges = [self._exchange(pool) for pool in facts.members("OutsidePool")]
        known = {each.iri: each.id for each in reactions}
        shares = {each.iri: each for each in map(self._share, facts.members("FluxShare"))}
        scenarios = {each.notation: each for each in map(self._scenario, facts.members("Scenario"))}
        publications = {each: facts.label(each) for step in reactions for each in step.publications}
        publications |= {
            each.publication: facts.label(each.publication) for each in shares.values() if each.publication
        }
        return Network(
            places=self._places(),
            species=_by_id(self._species.values()),
            reactions=_by_id(reactions),
            exchanges=sorted(exchanges),
            genes=_by_id(self._genes.values()),
            sequences=self._sequences(known),
            shares=shares,
            scenarios=scenarios,
            left_out=left_out,
            publications=publications,
            lang=self._lang,
        )

    def _reaction(self, step: str) -> Reaction:
        """Return a step as a reaction; raise `_Unusable` where it is none."""
        facts, _ = self._facts, self._translate
        if step in self._bindings:
            raise _Unusable(_("it binds to a receptor, which changes no amount"))
        amounts = {id: amount for id, amount in self._amounts(step).items() if amount}
        if not amounts:
            raise _Unusable(_("its equation has the same on both sides"))
        self._check_balance(amounts)
        certainty = facts.value(step, "certainty")
        return Reaction(
            id="R_" + _identifier(local_name(step)),
            iri=step,
            name=facts.label(step),
            amounts=dict(sorted(amounts.items())),
            reversible=facts.is_true(step, "runsBothWays"),
            genes=tuple(
                sorted(
                    {each for protein in facts.values(step, _ENABLED_BY) if (each := self._together(protein))}
                )
            ),
            origin=(
                Origin.CONVENTION
                if step in self._conventions
                else Origin.LUMP
                if step in self._lumps
                else Origin.GRAPH
            ),
            is_transport=step in self._transports,
            certainty=None if certainty is None else facts.label(certainty),
            publications=tuple(facts.values(step, _SOURCE)),
            links=facts.links(step),
            statement=self._statement(step),
        )

    def _statement(self, step: str) -> tuple[str, str, str]:
        """Return a triple that says what the step does, or that it is a step of the model."""
        for name in ("hasMainProduct", "movesTo", "hasParticipation"):
            for value in self._facts.values(step, name):
                return step, PREFIXES["gk"] + name, value
        _ = self._translate
        raise _Unusable(_("its equation is not stated"))

    def _amounts(self, step: str) -> dict[str, Decimal]:
        """Return how much of each species the step makes (more than 0) or uses up."""
        facts, _ = self._facts, self._translate
        amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
        named: set[tuple[str | None, bool]] = set()
        for entry in facts.values(step, "hasParticipation"):
            form = facts.value(entry, "ofForm")
            coefficient = facts.number(entry, "coefficient")
            side = facts.value(entry, "onSide")
            if form is None or coefficient is None or side is None:
                raise _Unusable(
                    _(
                        "its equation has an entry without form, side or coefficient ({entry})",
                        entry=facts.label(entry),
                    )
                )
            pool = facts.value(entry, "atPool")
            place = self._place(step, form) if pool is None else facts.value(pool, "atPlace")
            if place is None:
                raise _Unusable(_("its equation does not say where there is {form}", form=facts.label(form)))
            named.add((pool or self._pool(form, place), side == _LEFT))
            amounts[self._at(form, place, pool)] += coefficient * (-1 if side == _LEFT else 1)
        if step in self._transports:
            for pool, sign in self._moved(step, named):
                amounts[self._major(pool)] += sign
        elif not facts.values(step, "hasParticipation"):
            raise _Unusable(_("its equation is not stated"))
        return amounts

    def _moved(self, step: str, named: set[tuple[str | None, bool]]) -> list[tuple[str, int]]:
        """Return the pools that a transport draws on and fills by one each, without those in its equation."""
        sides = (("movesFrom", True, -1), ("movesTo", False, 1))
        return [
            (pool, sign)
            for name, is_left, sign in sides
            for pool in self._facts.values(step, name)
            if (pool, is_left) not in named
        ]

    def _place(self, step: str, form: str) -> str | None:
        """Return the one place at which a form takes part in a step that does not name its pool."""
        facts = self._facts
        if step in self._transports:
            pools = [*facts.values(step, "movesFrom"), *facts.values(step, "movesTo")]
            found = {
                place
                for pool in pools
                if form in self._forms(facts.value(pool, "poolOf"))
                and (place := facts.value(pool, "atPlace"))
            }
            return found.pop() if len(found) == 1 else None
        places = {*facts.values(step, _OCCURS_IN)} or {
            place
            for pool in facts.values(step, "hasMainSubstrate")
            if (place := facts.value(pool, "atPlace")) is not None
        }
        return places.pop() if len(places) == 1 else None

    def _forms(self, substance: str | None) -> set[str]:
        """Return the forms of a substance."""
        if substance is None:
            return set()
        return {
            *self._facts.values(substance, "hasMajorForm"),
            *self._facts.values(substance, "hasProtonationForm"),
        }

    def _major(self, pool: str) -> str:
        """Return the species that stands for a pool: the form that prevails, at its place."""
        facts, _ = self._facts, self._translate
        substance, place = facts.value(pool, "poolOf"), facts.value(pool, "atPlace")
        form = None if substance is None else facts.value(substance, "hasMajorForm")
        if form is None:
            raise _Unusable(_("no form is known to prevail in {pool}", pool=facts.label(pool)))
        if place is None:
            raise _Unusable(_("nobody says where {pool} is", pool=facts.label(pool)))
        return self._at(form, place, pool)

    def _pool(self, form: str, place: str) -> str | None:
        """Return the pool that a form at a place belongs to, None where the graph has none."""
        facts = self._facts
        substances = {*facts.subjects("hasMajorForm", form), *facts.subjects("hasProtonationForm", form)}
        found = sorted(
            {
                pool
                for substance in substances
                for pool in facts.subjects("poolOf", substance)
                if facts.value(pool, "atPlace") == place
            }
        )
        return found[0] if len(found) == 1 else None

    def _at(self, form: str, place: str, pool: str | None = None) -> str:
        """Return the identifier of the species that is a form at a place."""
        facts, _ = self._facts, self._translate
        name = local_name(place).removeprefix("place-")
        id = f"M_{_identifier(local_name(form))}__{_identifier(name)}"
        if id not in self._species:
            formula, charge = facts.value(form, "formula"), facts.number(form, "charge")
            if formula is None or charge is None:
                raise _Unusable(_("{form} has no formula or no charge", form=facts.label(form)))
            self._species[id] = Species(
                id=id,
                iri=form,
                name=_("{form} in {place}", form=facts.label(form), place=facts.label(place)),
                formula=formula,
                charge=int(charge),
                place=place,
                pool=pool or self._pool(form, place),
                links=facts.links(form) or self._links_of_substance(form),
            )
        return id

    def _links_of_substance(self, form: str) -> tuple[Link, ...]:
        """Return where the substance of a form is found, where it has no other form to be mistaken for."""
        found = self._facts.subjects("hasMajorForm", form)
        alone = len(found) == 1 and self._forms(found[0]) == {form}
        return self._facts.links(found[0]) if alone else ()

    def _check_balance(self, amounts: dict[str, Decimal]) -> None:
        """Raise `_Unusable` where elements or charges are made or lost."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for id, amount in amounts.items():
            species = self._species[id]
            sums["charge"] += amount * species.charge
            for element, number in _ATOMS.findall(species.formula):
                sums[element] += amount * int(number or 1)
        wrong = sorted(name for name, total in sums.items() if total)
        if wrong:
            _ = self._translate
            raise _Unusable(_("its equation does not balance ({what})", what=", ".join(wrong)))

    def _together(self, protein: str) -> tuple[str, ...]:
        """Return the genes that a protein needs together; none where one of them has no symbol."""
        parts = self._facts.values(protein, "hasSubunit") if protein in self._complexes else [protein]
        symbols = [self._facts.notation(part) for part in parts]
        for part, symbol in zip(parts, symbols, strict=True):
            if symbol is not None:
                id = "G_" + _identifier(symbol)
                self._genes[id] = Gene(id, symbol, self._facts.label(part), self._facts.links(part))
        return tuple(sorted(f"G_{_identifier(each)}" for each in symbols if each is not None))

    def _places(self) -> list[Place]:
        """Return the places of the species, with compartment, cell and organ as links."""
        facts = self._facts
        found = []
        for place in sorted({each.place for each in self._species.values()}):
            kinds = (("inCompartment", "isVersionOf"), ("inCell", "isPartOf"), ("inOrgan", "isPartOf"))
            links = {
                Link(relation, link.address)
                for name, relation in kinds
                for part in facts.values(place, name)
                for link in facts.links(part)
                if link.relation == "is"
            }
            id = "C_" + _identifier(local_name(place).removeprefix("place-"))
            found.append(Place(id, place, facts.label(place), tuple(sorted(links))))
        return found

    def _exchange(self, pool: str) -> Exchange:
        facts = self._facts
        species = self._major(pool)
        return Exchange(
            id="R_EX_" + species.removeprefix("M_"),
            species=species,
            pool=pool,
            name=facts.label(pool),
            entering=_NO_LIMIT if facts.is_true(pool, "mayEnter") else Decimal(0),
            leaving=_NO_LIMIT if facts.is_true(pool, "mayLeave") else Decimal(0),
        )

    def _share(self, share: str) -> Share:
        facts = self._facts
        notation = facts.notation(share) or local_name(share)
        least, most = facts.number(share, "leastShare"), facts.number(share, "mostShare")
        return Share(
            id=_identifier(notation),
            iri=share,
            notation=notation,
            name=facts.label(share),
            whole=facts.value(share, "shareOf") or "",
            through=facts.value(share, "throughStep") or "",
            value=(least if most is None else most) or Decimal(0),
            is_most=most is not None,
            publication=facts.value(share, _SOURCE),
        )

    def _scenario(self, scenario: str) -> Scenario:
        facts = self._facts
        entering: dict[str, Decimal] = {}
        leaving: dict[str, Decimal] = {}
        for limit in facts.values(scenario, "hasExchangeLimit"):
            pool = facts.value(limit, "limitOfPool") or ""
            for name, found in (("mostEntering", entering), ("mostLeaving", leaving)):
                number = facts.number(limit, name)
                if number is not None:
                    found[pool] = number
        return Scenario(
            iri=scenario,
            notation=facts.notation(scenario) or local_name(scenario),
            name=facts.label(scenario),
            objective=facts.value(scenario, "hasObjectiveStep") or "",
            entering=entering,
            leaving=leaving,
            shares=tuple(facts.values(scenario, "assumesShare")),
        )

    def _sequences(self, known: dict[str, str]) -> list[StepSequence]:
        facts = self._facts
        found = []
        for sequence in facts.members("StepSequence"):
            steps = {*facts.values(sequence, _HAS_PART), *facts.subjects(_PART_OF, sequence)}
            reactions = tuple(sorted(known[step] for step in steps if step in known))
            if reactions:
                id = "S_" + _identifier(local_name(sequence))
                found.append(StepSequence(id, sequence, facts.label(sequence), reactions))
        return found


def _by_id(things: Iterable) -> list:  # type: ignore[type-arg]
    return sorted(things, key=lambda each: each.id)


def _identifier(name: str) -> str:
    """Return a name with nothing in it but what an SId may have.

    >>> _identifier("glutamate-1-minus"), _identifier("b/c")
    ('glutamate_1_minus', 'b__47__c')
    """
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"__{ord(found[0])}__", name.replace("-", "_"))
