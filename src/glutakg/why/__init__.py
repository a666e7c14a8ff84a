"""Why something holds, why a row stands in an answer, why an answer is empty, and what contradicts.

Brings claims, derivations and reasoners together; knows no page and no command.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.why.contradictions import (
        Contradiction as Contradiction,
        conclusions_json as conclusions_json,
        conclusions_text as conclusions_text,
    )
    from glutakg.why.emptiness.explain import explain_empty as explain_empty
    from glutakg.why.emptiness.explanations import Explanation as Explanation
    from glutakg.why.reasons import (
        Reason as Reason,
        Statement as Statement,
        explain as explain,
        needs_reasoner as needs_reasoner,
        read_stated as read_stated,
        supports as supports,
        with_justifications as with_justifications,
        worth_telling as worth_telling,
    )
    from glutakg.why.rows import MOST_SOLUTIONS as MOST_SOLUTIONS, candidates as candidates
    from glutakg.why.trees import WHY_FORMATS as WHY_FORMATS, manner as manner, render as render

__getattr__, __all__ = door(
    __name__,
    {
        "contradictions": ("Contradiction", "conclusions_json", "conclusions_text"),
        "emptiness.explain": ("explain_empty",),
        "emptiness.explanations": ("Explanation",),
        "reasons": (
            "Reason",
            "Statement",
            "explain",
            "needs_reasoner",
            "read_stated",
            "supports",
            "with_justifications",
            "worth_telling",
        ),
        "rows": ("MOST_SOLUTIONS", "candidates"),
        "trees": ("WHY_FORMATS", "manner", "render"),
    },
)
