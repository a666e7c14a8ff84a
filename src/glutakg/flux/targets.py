"""Genes and steps by the names that users give them."""

from collections.abc import Iterable

from glutakg.errors import ParameterError
from glutakg.flux.network import Network, Reaction
from glutakg.rdf import PREFIXES, local_name
from glutakg.text import did_you_mean

__all__ = ["bare", "step_of", "targets_of"]


def step_of(network: Network, name: str, parameter: str) -> Reaction:
    """Return the step of a label, IRI, CURIE or identifier; raise `ParameterError` where there is none."""
    found = _named(network, name)
    if found is None:
        raise ParameterError(
            f"There is no step {name!r} in the model.{_like(network, name)}", parameter=parameter
        )
    return found


def targets_of(network: Network, names: Iterable[str]) -> dict[str, Reaction | str]:
    """Return what is knocked out, by the name to tell it by: the identifier of a gene, or a step.

    Raises `ParameterError` where there is no gene and no step of a name.
    """
    found: dict[str, Reaction | str] = {}
    for name in names:
        gene = next(
            (each for each in network.genes if each.symbol.casefold() == name.strip().casefold()), None
        )
        if gene is not None:
            found[gene.symbol] = gene.id
            continue
        step = _named(network, name)
        if step is None:
            raise ParameterError(
                f"There is no gene or step {name!r} in the model.{_like(network, name)}",
                parameter="knock-out",
            )
        found[step.name] = step
    return found


def bare(id: str) -> str:
    """Return an identifier without the letter that COBRApy takes off.

    >>> bare("R_glutamate_release")
    'glutamate_release'
    """
    return id[2:]


def _named(network: Network, name: str) -> Reaction | None:
    wanted = name.strip()
    iri = PREFIXES["gkd"] + wanted.removeprefix("gkd:")
    for each in network.reactions:
        if wanted in (each.iri, each.name, each.id, bare(each.id)) or iri == each.iri:
            return each
    return None


def _like(network: Network, name: str) -> str:
    left_out = [
        each for each in network.left_out if name in (each.iri, each.name) or each.iri.endswith(f"/{name}")
    ]
    if left_out:
        return f" It is left out, since {left_out[0].reason}."
    names = [each.symbol for each in network.genes]
    names += [local_name(each.iri) for each in network.reactions]
    return did_you_mean(name, names)
