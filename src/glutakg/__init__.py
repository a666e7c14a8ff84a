"""glutakg: a knowledge graph of the glutamate-glutamine-GABA cycle that is queried with SPARQL.

`glutakg.open()` gives the graph; everything else is a method of what it returns. Importing the package is
instant: the parts that need other libraries are imported on first use.
"""

from glutakg._doors import door
from glutakg._version import __version__
from glutakg.errors import (
    EndpointError,
    FluxError,
    FormatError,
    GlutakgError,
    ImportRefused,
    MissingExtraError,
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
    from glutakg.claims import Claim, Conflict, Evidence
    from glutakg.graph import (
        KnowledgeGraph,
        load_ipython_extension as load_ipython_extension,
        open,
    )
    from glutakg.rdf import BlankNode, Iri, Literal
    from glutakg.shacl import Report
    from glutakg.sparql import Row, Rows
    from glutakg.why import Reason

__all__ = [
    "BlankNode",
    "Claim",
    "Conflict",
    "EndpointError",
    "Evidence",
    "FluxError",
    "FormatError",
    "GlutakgError",
    "ImportRefused",
    "Iri",
    "KnowledgeGraph",
    "Literal",
    "MissingExtraError",
    "ParameterError",
    "QueryError",
    "QueryResourceError",
    "QueryTimeout",
    "Reason",
    "ReasoningError",
    "Report",
    "Row",
    "Rows",
    "SourceError",
    "StoreError",
    "TermError",
    "UpdateRefused",
    "ValidationError",
    "__version__",
    "open",
]

__getattr__, _ = door(
    __name__,
    {
        "claims": ("Claim", "Conflict", "Evidence"),
        "graph": ("KnowledgeGraph", "load_ipython_extension", "open"),  # which `%load_ext glutakg` asks for
        "rdf": ("BlankNode", "Iri", "Literal"),
        "shacl": ("Report",),
        "sparql": ("Row", "Rows"),
        "why": ("Reason",),
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)
