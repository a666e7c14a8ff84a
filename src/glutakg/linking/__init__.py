"""Terms of other ontologies: the slices that are shipped.

Knows files and triples; the graph is built on it, not the other way round.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.linking.pushing import PushState as PushState, push as push
    from glutakg.linking.slices import check_imports as check_imports, write_imports as write_imports

__getattr__, __all__ = door(
    __name__,
    {
        "pushing": ("PushState", "push"),
        "slices": ("check_imports", "write_imports"),
    },
)
