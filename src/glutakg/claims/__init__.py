"""Claims, evidence and conflicts as values and as text.

Asks through a function that it is given; knows no store, no reasoner and no shapes.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.claims.assumptions import (
        Decision as Decision,
        decisions as decisions,
        read_assumptions as read_assumptions,
    )
    from glutakg.claims.passages import SourceText as SourceText
    from glutakg.claims.records import read_claims as read_claims, read_conflicts as read_conflicts
    from glutakg.claims.selection import (
        concerned_claims as concerned_claims,
        conflicts_concerning as conflicts_concerning,
        select_claims as select_claims,
        select_conflicts as select_conflicts,
        select_evidence as select_evidence,
    )
    from glutakg.claims.text import (
        Emphasis as Emphasis,
        balance_text as balance_text,
        citations as citations,
        claims_text as claims_text,
        claims_tsv as claims_tsv,
        conflicts_text as conflicts_text,
        conflicts_tsv as conflicts_tsv,
        evidence_text as evidence_text,
        evidence_tsv as evidence_tsv,
        place as place,
        population as population,
        study as study,
    )
    from glutakg.claims.values import (
        CONTRADICTS as CONTRADICTS,
        SUPPORTS as SUPPORTS,
        Balance as Balance,
        Claim as Claim,
        Conflict as Conflict,
        ConflictSides as ConflictSides,
        Evidence as Evidence,
        EvidenceItem as EvidenceItem,
        Named as Named,
        of_stance as of_stance,
    )
    from glutakg.claims.verdicts import read_background as read_background

__getattr__, __all__ = door(
    __name__,
    {
        "assumptions": ("Decision", "decisions", "read_assumptions"),
        "passages": ("SourceText",),
        "records": ("read_claims", "read_conflicts"),
        "selection": (
            "concerned_claims",
            "conflicts_concerning",
            "select_claims",
            "select_conflicts",
            "select_evidence",
        ),
        "text": (
            "Emphasis",
            "balance_text",
            "citations",
            "claims_text",
            "claims_tsv",
            "conflicts_text",
            "conflicts_tsv",
            "evidence_text",
            "evidence_tsv",
            "place",
            "population",
            "study",
        ),
        "values": (
            "Balance",
            "CONTRADICTS",
            "Claim",
            "Conflict",
            "ConflictSides",
            "Evidence",
            "EvidenceItem",
            "Named",
            "SUPPORTS",
            "of_stance",
        ),
        "verdicts": ("read_background",),
    },
)
