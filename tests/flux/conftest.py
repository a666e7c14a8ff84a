"""What the tests of the model share: the network of the shipped graph, and a model for each scenario."""

from collections.abc import Callable
from functools import cache

import pytest

from glutakg.dataset import kept_files
from glutakg.flux import FluxModel, Network, read_network


@pytest.fixture(scope="session")
def network() -> Network:
    """Return the network of the shipped graph."""
    return read_network(kept_files())


@pytest.fixture(scope="session")
def model_of(network: Network) -> Callable[[str], FluxModel]:
    """Return what makes the model of a scenario, each once."""
    return cache(lambda scenario: FluxModel(network, scenario=scenario))
