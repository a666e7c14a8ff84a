"""OWL 2: axioms and expressions of triples, premises, reasoners, rules with derivations, and profiles.

Knows no store, no claims and no shapes.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.owl.joins import Join as Join, check_join as check_join, is_logical as is_logical
    from glutakg.owl.premises import Premises as Premises, read_premises as read_premises
    from glutakg.owl.profiles.profiles import check_profiles as check_profiles
    from glutakg.owl.reasoners import (
        Conclusions as Conclusions,
        contradictions as contradictions,
        justifications as justifications,
        reason as reason,
    )

__getattr__, __all__ = door(
    __name__,
    {
        "joins": ("Join", "check_join", "is_logical"),
        "premises": ("Premises", "read_premises"),
        "profiles.profiles": ("check_profiles",),
        "reasoners": ("Conclusions", "contradictions", "justifications", "reason"),
    },
)
