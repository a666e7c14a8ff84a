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
        read_deciders as read_deciders,
    )
    from glutakg.claims.lines import conflict_lines as conflict_lines, evidence_lines as evidence_lines
    from glutakg.claims.notebook import claim_html as claim_html
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
        addresses_of as addresses_of,
        balance_text as balance_text,
        citations as citations,
        claims_text as claims_text,
        conflicts_text as conflicts_text,
        evidence_text as evidence_text,
        marks_of as marks_of,
        place as place,
        population as population,
        study as study,
    )
    from glutakg.claims.tsv import (
        claims_tsv as claims_tsv,
        conflicts_tsv as conflicts_tsv,
        evidence_tsv as evidence_tsv,
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
        Publication as Publication,
        of_stance as of_stance,
    )
    from glutakg.claims.verdicts import read_background as read_background

__getattr__, __all__ = door(
    __name__,
    {
        "assumptions": ("Decision", "decisions", "read_assumptions", "read_deciders"),
        "lines": ("conflict_lines", "evidence_lines"),
        "notebook": ("claim_html",),
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
            "addresses_of",
            "balance_text",
            "citations",
            "claims_text",
            "conflicts_text",
            "evidence_text",
            "marks_of",
            "place",
            "population",
            "study",
        ),
        "tsv": ("claims_tsv", "conflicts_tsv", "evidence_tsv"),
        "values": (
            "Balance",
            "CONTRADICTS",
            "Claim",
            "Conflict",
            "ConflictSides",
            "Evidence",
            "EvidenceItem",
            "Named",
            "Publication",
            "SUPPORTS",
            "of_stance",
        ),
        "verdicts": ("read_background",),
    },
)
