"""Validation of Turtle by the SHACL shapes.

Knows no store of ours, no claims and no reasoner.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.shacl.report import Report as Report
    from glutakg.shacl.validation import ENGINES as ENGINES, validate as validate

__getattr__, __all__ = door(
    __name__,
    {
        "report": ("Report",),
        "validation": ("ENGINES", "validate"),
    },
)
