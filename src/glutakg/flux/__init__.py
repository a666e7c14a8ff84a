"""The graph as a model that runs: SBML, and the fluxes that a scenario allows, without genes or steps.

Knows what is shipped and nothing of stores; there is no table of reactions beside the graph.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.flux.dead_ends import DeadEnds as DeadEnds, dead_ends_without as dead_ends_without
    from glutakg.flux.fluxes import Fluxes as Fluxes, FluxModel as FluxModel, cobra_model as cobra_model
    from glutakg.flux.network import Network as Network
    from glutakg.flux.reading import read_network as read_network
    from glutakg.flux.sbml import sbml_document as sbml_document

__getattr__, __all__ = door(
    __name__,
    {
        "dead_ends": ("DeadEnds", "dead_ends_without"),
        "fluxes": ("FluxModel", "Fluxes", "cobra_model"),
        "network": ("Network",),
        "reading": ("read_network",),
        "sbml": ("sbml_document",),
    },
)
