"""Terms of other ontologies: the slices that are shipped, and whole ontologies that a user imports.

Knows files, triples and the store; the graph is built on it, and it knows no command.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.linking.checks import (
        Checked as Checked,
        Finding as Finding,
        check_links as check_links,
    )
    from glutakg.linking.importing import (
        SECONDS_TO_CHECK as SECONDS_TO_CHECK,
        compact_imports as compact_imports,
        import_listed as import_listed,
        import_ontology as import_ontology,
        remove_imports as remove_imports,
    )
    from glutakg.linking.pushing import PushState as PushState, push as push
    from glutakg.linking.repairs import fix_links as fix_links
    from glutakg.linking.slices import check_slices as check_slices, write_slices as write_slices
    from glutakg.linking.suggestions import (
        Suggestion as Suggestion,
        accept_suggestions as accept_suggestions,
        suggest_links as suggest_links,
    )

__getattr__, __all__ = door(
    __name__,
    {
        "checks": ("Checked", "Finding", "check_links"),
        "importing": (
            "SECONDS_TO_CHECK",
            "compact_imports",
            "import_listed",
            "import_ontology",
            "remove_imports",
        ),
        "pushing": ("PushState", "push"),
        "repairs": ("fix_links",),
        "suggestions": ("Suggestion", "accept_suggestions", "suggest_links"),
        "slices": ("check_slices", "write_slices"),
    },
)
