"""The network as SBML Level 3 Version 1 with fluxes (fbc 2, strict) and groups: the same bytes every time.

It is written here and not by a library, as that of COBRApy orders genes and groups anew in each run, and
so that an export needs no extra. What https://identifiers.org does not know (our own IRIs) stands in notes.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree as ET

from glutakg._version import __version__
from glutakg.errors import ParameterError
from glutakg.flux.network import UNBOUNDED, Link, Network, Origin, Reaction, Scenario, Share
from glutakg.languages import translator
from glutakg.text import did_you_mean

__all__ = ["chosen_scenario", "chosen_shares", "sbml_document"]

_CORE = "http://www.sbml.org/sbml/level3/version1/core"
_FBC = "http://www.sbml.org/sbml/level3/version1/fbc/version2"
_GROUPS = "http://www.sbml.org/sbml/level3/version1/groups/version1"
_XHTML = "http://www.w3.org/1999/xhtml"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_BIOLOGY = "http://biomodels.net/biology-qualifiers/"
_HUMAN = "https://identifiers.org/taxonomy/9606"

_SBO_FRAMEWORK = "SBO:0000624"
_SBO_BOUND = "SBO:0000626"
_SBO_COMPARTMENT = "SBO:0000290"
_SBO_SPECIES = "SBO:0000247"
_SBO_GENE = "SBO:0000243"
_SBO_GROUP = "SBO:0000633"
_SBO_REACTION = "SBO:0000176"
_SBO_TRANSPORT = "SBO:0000655"
_SBO_EITHER = "SBO:0000167"
_SBO_EXCHANGE = "SBO:0000627"
_SBO_SINK = "SBO:0000632"

_DEFAULT_SCENARIO = "cycle"


def chosen_scenario(network: Network, name: str | None) -> Scenario:
    """Return the scenario of a name, without one that of the closed cycle.

    Raises:
        ParameterError: there is none of that name; the message tells those there are.
    """
    wanted = _DEFAULT_SCENARIO if name is None else name
    found = network.scenarios.get(wanted)
    if found is None:
        known = list(network.scenarios)
        raise ParameterError(
            f"There is no scenario {wanted!r}.{did_you_mean(wanted, known)}"
            f" Scenarios are {', '.join(known) or 'not stated in this graph'}.",
            parameter="scenario",
        )
    return found


def chosen_shares(network: Network, scenario: Scenario, values: Mapping[str, Decimal | float]) -> list[Share]:
    """Return the shares of a scenario and those that are given a value, in the order of their names.

    Raises:
        ParameterError: there is no share of that name, or the value is none from 0 to 1.
    """
    known = {each.notation: each for each in network.shares.values()}
    shares = {network.shares[each].notation: network.shares[each] for each in scenario.shares}
    for name, given in values.items():
        if name not in known:
            raise ParameterError(
                f"There is no share {name!r}.{did_you_mean(name, known)}"
                f" Shares are {', '.join(sorted(known))}.",
                parameter="share",
            )
        value = _exact(name, given)
        # Whoever names a value has no publication for it.
        same = value == known[name].value
        shares[name] = known[name]._replace(
            value=value, publication=known[name].publication if same else None
        )
    return [shares[name] for name in sorted(shares)]


def _exact(name: str, given: object) -> Decimal:
    """Return the value of a share as it is written, and not as a float holds it."""
    with suppress(InvalidOperation):
        value = Decimal(str(given))
        if value.is_finite() and 0 <= value <= 1:
            return value
    told = given if isinstance(given, Decimal | float | int) else repr(given)
    raise ParameterError(f"The share {name!r} is {told}; give a number from 0 to 1.", parameter="share")


def sbml_document(
    network: Network, *, scenario: str | None = None, shares: Mapping[str, Decimal | float] | None = None
) -> bytes:
    """Return the network as an SBML document, with the limits, shares and objective of a scenario.

    A share is a species of its own: of a least share, the whole uses it up and the step through which it goes
    makes it; of a most share, the other way round. What is more than needed flows out.

    Args:
        network: as `glutakg.flux.read_network` reads it.
        scenario: its name; without one, that of the closed cycle.
        shares: values of shares by name, instead of those that the graph states.

    Raises:
        ParameterError: there is no such scenario or share, or the value of one is none from 0 to 1.

    >>> from glutakg.dataset import kept_files
    >>> from glutakg.flux import read_network
    >>> sbml_document(read_network(kept_files()))[:38]
    b'<?xml version="1.0" encoding="UTF-8"?>'
    """
    chosen = chosen_scenario(network, scenario)
    return _Writer(network, chosen, chosen_shares(network, chosen, shares or {})).document()


class _Writer:
    def __init__(self, network: Network, scenario: Scenario, shares: Sequence[Share]) -> None:
        self._network = network
        self._scenario = scenario
        self._shares = shares
        self._bounds: set[Decimal] = set()
        self._of = {each.iri: each for each in network.reactions}
        self._places = {each.iri: each.id for each in network.places}

    def document(self) -> bytes:
        """Return the document in UTF-8."""
        root = ET.Element("sbml", {"xmlns": _CORE, "xmlns:fbc": _FBC, "xmlns:groups": _GROUPS})
        root.attrib |= {"level": "3", "version": "1", "fbc:required": "false", "groups:required": "false"}
        root.set("sboTerm", _SBO_FRAMEWORK)
        units = {
            "substanceUnits": "mole",
            "timeUnits": "second",
            "volumeUnits": "litre",
            "extentUnits": "mole",
        }
        model = ET.SubElement(root, "model", {"id": "glutakg", "metaid": "meta_glutakg", **units})
        model.attrib |= {"name": "glutamate-glutamine-GABA cycle", "fbc:strict": "true"}
        scenario = self._scenario
        shares = {f"share {each.notation}": each.told(self._network.lang) for each in self._shares}
        _notes(
            model, {"glutakg": __version__, "scenario": f"{scenario.notation} ({scenario.name})", **shares}
        )
        _annotation(model, "meta_glutakg", [Link("hasTaxon", _HUMAN)])
        _units(model)
        self._compartments(model)
        self._species(model)
        parameters = ET.SubElement(model, "listOfParameters")
        reactions = ET.SubElement(model, "listOfReactions")
        self._reactions(reactions)
        for value in sorted(self._bounds):
            ET.SubElement(
                parameters,
                "parameter",
                {"id": _bound(value), "value": _plain(value), "units": "mole_per_second", "constant": "true"},
            ).set("sboTerm", _SBO_BOUND)
        self._objective(model)
        self._genes(model)
        self._groups(model)
        ET.indent(root)
        text = ET.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()

    def _compartments(self, model: ET.Element) -> None:
        places = ET.SubElement(model, "listOfCompartments")
        for place in self._network.places:
            compartment = ET.SubElement(places, "compartment", {"id": place.id, "name": place.name})
            compartment.attrib |= {
                "spatialDimensions": "3",
                "size": "1",
                "units": "litre",
                "constant": "true",
            }
            _describe(compartment, _SBO_COMPARTMENT, {"IRI": place.iri}, place.links)

    def _share_notes(self, share: Share) -> dict[str, str]:
        """Return what a share is and what it rests on, for whoever reads the document alone."""
        rests_on = share.publication or "an assumption, which no publication states"
        return {"IRI": share.iri, "share": str(share.value), "rests on": rests_on}

    def _species(self, model: ET.Element) -> None:
        _ = translator(self._network.lang)
        listed = ET.SubElement(model, "listOfSpecies")
        for each in self._network.species:
            species = _one_species(listed, each.id, each.name, self._places[each.place])
            species.attrib |= {"fbc:charge": str(each.charge), "fbc:chemicalFormula": each.formula}
            notes = {"IRI": each.iri, **({"pool": each.pool} if each.pool else {})}
            _describe(species, _SBO_SPECIES, notes, each.links)
        for share in self._shares:
            place = self._network.places[0].id
            species = _one_species(
                listed, f"M_share_{share.id}", _("{share} (a constraint)", share=share.name), place
            )
            species.attrib |= {"fbc:charge": "0", "fbc:chemicalFormula": ""}
            _describe(species, None, self._share_notes(share), ())

    def _reactions(self, listed: ET.Element) -> None:
        _ = translator(self._network.lang)
        for reaction in self._network.reactions:
            amounts = dict(reaction.amounts)
            for share in self._shares:
                sign = -1 if share.is_most else 1
                of_whole = -share.value if share.whole == reaction.iri else Decimal(0)
                amounts[f"M_share_{share.id}"] = sign * (of_whole + (share.through == reaction.iri))
            lower = Decimal(-UNBOUNDED if reaction.reversible else 0)
            element = self._reaction(listed, reaction.id, reaction.name, amounts, lower, Decimal(UNBOUNDED))
            notes = {
                "IRI": reaction.iri,
                "origin": reaction.origin,
                "certainty": reaction.certainty or "not stated",
            }
            _describe(element, _kind(reaction), notes, reaction.links)
            _gene_rule(element, reaction.genes)
        for exchange in self._network.exchanges:
            entering = self._scenario.entering.get(exchange.pool, exchange.entering)
            leaving = self._scenario.leaving.get(exchange.pool, exchange.leaving)
            amounts = {exchange.species: Decimal(-1)}
            name = _("exchange of {pool}", pool=exchange.name)
            element = self._reaction(listed, exchange.id, name, amounts, -entering, leaving)
            _describe(element, _SBO_EXCHANGE, {"IRI": exchange.pool, "origin": Origin.EXCHANGE}, ())
        for share in self._shares:
            amounts = {f"M_share_{share.id}": Decimal(-1)}
            name = _("more than the share: {share}", share=share.name)
            element = self._reaction(
                listed, f"R_share_{share.id}", name, amounts, Decimal(0), Decimal(UNBOUNDED)
            )
            notes = {**self._share_notes(share), "origin": Origin.CONVENTION}
            _describe(element, _SBO_SINK, notes, ())

    def _reaction(
        self,
        listed: ET.Element,
        id: str,
        name: str,
        amounts: Mapping[str, Decimal],
        lower: Decimal,
        upper: Decimal,
    ) -> ET.Element:
        self._bounds |= {lower, upper}
        reaction = ET.SubElement(listed, "reaction", {"id": id, "name": name, "fast": "false"})
        reaction.attrib |= {"reversible": "true" if lower < 0 else "false"}
        reaction.attrib |= {"fbc:lowerFluxBound": _bound(lower), "fbc:upperFluxBound": _bound(upper)}
        for kind, sign in (("listOfReactants", -1), ("listOfProducts", 1)):
            side = {
                species: amount * sign for species, amount in sorted(amounts.items()) if amount * sign > 0
            }
            if side:
                entries = ET.SubElement(reaction, kind)
                for species, amount in side.items():
                    ET.SubElement(
                        entries,
                        "speciesReference",
                        {"species": species, "stoichiometry": _plain(amount), "constant": "true"},
                    )
        return reaction

    def _objective(self, model: ET.Element) -> None:
        objectives = ET.SubElement(model, "fbc:listOfObjectives", {"fbc:activeObjective": "objective"})
        objective = ET.SubElement(
            objectives, "fbc:objective", {"fbc:id": "objective", "fbc:type": "maximize"}
        )
        fluxes = ET.SubElement(objective, "fbc:listOfFluxObjectives")
        wanted = self._of.get(self._scenario.objective)
        if wanted is None:
            raise ParameterError(
                f"The scenario {self._scenario.notation!r} asks for a step that the model has not; "
                "give it a gk:hasObjectiveStep whose equation is stated.",
                parameter="scenario",
            )
        ET.SubElement(fluxes, "fbc:fluxObjective", {"fbc:reaction": wanted.id, "fbc:coefficient": "1"})

    def _genes(self, model: ET.Element) -> None:
        if not self._network.genes:
            return
        listed = ET.SubElement(model, "fbc:listOfGeneProducts")
        for gene in self._network.genes:
            product = ET.SubElement(listed, "fbc:geneProduct", {"fbc:id": gene.id, "fbc:label": gene.symbol})
            product.set("fbc:name", gene.name)
            _describe(product, _SBO_GENE, {}, gene.links)

    def _groups(self, model: ET.Element) -> None:
        if not self._network.sequences:
            return
        listed = ET.SubElement(model, "groups:listOfGroups")
        for each in self._network.sequences:
            group = ET.SubElement(listed, "groups:group", {"groups:id": each.id, "groups:kind": "partonomy"})
            group.attrib |= {"groups:name": each.name, "sboTerm": _SBO_GROUP}
            _notes(group, {"IRI": each.iri})
            members = ET.SubElement(group, "groups:listOfMembers")
            for reaction in each.reactions:
                ET.SubElement(members, "groups:member", {"groups:idRef": reaction})


def _kind(reaction: Reaction) -> str:
    """Return the term of SBO for a reaction; a convention may change and move things at once."""
    if reaction.origin == Origin.CONVENTION:
        return _SBO_EITHER
    return _SBO_TRANSPORT if reaction.is_transport else _SBO_REACTION


def _one_species(listed: ET.Element, id: str, name: str, place: str) -> ET.Element:
    species = ET.SubElement(listed, "species", {"id": id, "name": name, "compartment": place})
    amounts = {"initialAmount": "0", "substanceUnits": "mole", "hasOnlySubstanceUnits": "true"}
    species.attrib |= {**amounts, "boundaryCondition": "false", "constant": "false"}
    return species


def _gene_rule(reaction: ET.Element, genes: Sequence[Sequence[str]]) -> None:
    """Say which genes enable a reaction: alternatives, each of which may need several together."""
    if not genes:
        return
    rule = ET.SubElement(reaction, "fbc:geneProductAssociation")
    above = ET.SubElement(rule, "fbc:or") if len(genes) > 1 else rule
    for together in genes:
        within = ET.SubElement(above, "fbc:and") if len(together) > 1 else above
        for gene in together:
            ET.SubElement(within, "fbc:geneProductRef", {"fbc:geneProduct": gene})


def _units(model: ET.Element) -> None:
    definitions = ET.SubElement(model, "listOfUnitDefinitions")
    definition = ET.SubElement(definitions, "unitDefinition", {"id": "mole_per_second"})
    units = ET.SubElement(definition, "listOfUnits")
    for kind, exponent in (("mole", "1"), ("second", "-1")):
        ET.SubElement(units, "unit", {"kind": kind, "exponent": exponent, "scale": "0", "multiplier": "1"})


def _describe(element: ET.Element, sbo: str | None, notes: Mapping[str, str], links: Iterable[Link]) -> None:
    """Give an element its term of SBO, notes, and links to others; they come before what is in it already."""
    if sbo is not None:
        element.set("sboTerm", sbo)
    listed = list(element)
    for each in listed:
        element.remove(each)
    _notes(element, notes)
    meta = "meta_" + (element.get("id") or element.get("fbc:id") or "")
    found = list(links)
    if found:
        element.set("metaid", meta)
        _annotation(element, meta, found)
    element.extend(listed)


def _notes(element: ET.Element, notes: Mapping[str, str]) -> None:
    if notes:
        body = ET.SubElement(ET.SubElement(element, "notes"), "html", {"xmlns": _XHTML})
        for name, value in notes.items():
            ET.SubElement(body, "p").text = f"{name}: {value}"


def _annotation(element: ET.Element, meta: str, links: Iterable[Link]) -> None:
    spaces = {"xmlns:rdf": _RDF, "xmlns:bqbiol": _BIOLOGY}
    rdf = ET.SubElement(ET.SubElement(element, "annotation"), "rdf:RDF", spaces)
    about = ET.SubElement(rdf, "rdf:Description", {"rdf:about": f"#{meta}"})
    by_relation: dict[str, list[str]] = {}
    for link in sorted(links):
        by_relation.setdefault(link.relation, []).append(link.address)
    for relation, addresses in by_relation.items():
        bag = ET.SubElement(ET.SubElement(about, f"bqbiol:{relation}"), "rdf:Bag")
        for address in addresses:
            ET.SubElement(bag, "rdf:li", {"rdf:resource": address})


def _bound(value: Decimal) -> str:
    """Return the identifier of the parameter that is a bound.

    >>> _bound(Decimal("-0.5")), _bound(Decimal(1000))
    ('flux_minus_0_5', 'flux_1000')
    """
    return "flux_" + _plain(value).replace("-", "minus_").replace(".", "_")


def _plain(value: Decimal) -> str:
    """Return a number in digits, the same for the same value."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
