"""glutakg: a knowledge graph of the glutamate-glutamine-GABA cycle that is queried with SPARQL.

`glutakg.open()` gives the graph; everything else is a method of what it returns. Importing the package is
instant: the parts that need other libraries are imported on first use.
"""

from glutakg._version import __version__
from glutakg.errors import (
    EndpointError,
    FormatError,
    GlutakgError,
    ParameterError,
    QueryError,
    QueryResourceError,
    QueryTimeout,
    ReasoningError,
    SourceError,
    StoreError,
    TermError,
    UpdateRefused,
    ValidationError,
)

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.graph import KnowledgeGraph, open

__all__ = [
    "EndpointError",
    "FormatError",
    "GlutakgError",
    "KnowledgeGraph",
    "ParameterError",
    "QueryError",
    "QueryResourceError",
    "QueryTimeout",
    "ReasoningError",
    "SourceError",
    "StoreError",
    "TermError",
    "UpdateRefused",
    "ValidationError",
    "__version__",
    "open",
]


def __getattr__(name: str) -> object:
    if name in ("KnowledgeGraph", "open"):
        from glutakg import graph

        return getattr(graph, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
