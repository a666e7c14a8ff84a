"""The public API: the knowledge graph, opened and asked.

Knows every room below it and gives each a plain method; knows no page and no command.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.graph.description import DESCRIPTION_SECTIONS as DESCRIPTION_SECTIONS
    from glutakg.graph.knowledge_graph import KnowledgeGraph as KnowledgeGraph, open as open
    from glutakg.graph.notebook import load_ipython_extension as load_ipython_extension
    from glutakg.graph.terms import TermIndex as TermIndex

__getattr__, __all__ = door(
    __name__,
    {
        "description": ("DESCRIPTION_SECTIONS",),
        "knowledge_graph": ("KnowledgeGraph", "open"),
        "notebook": ("load_ipython_extension",),
        "terms": ("TermIndex",),
    },
)
