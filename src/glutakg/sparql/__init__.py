"""SPARQL as text and as rows: scanner, guard, patterns, layout, and a client for endpoints.

Knows no store and none of our data; it never evaluates a query.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.sparql.aligned import text_table as text_table
    from glutakg.sparql.client import (
        AnswerTooLarge as AnswerTooLarge,
        HostConnection as HostConnection,
        HttpClient as HttpClient,
        tls_context as tls_context,
    )
    from glutakg.sparql.guard import (
        Screened as Screened,
        screen as screen,
        syntax_error as syntax_error,
    )
    from glutakg.sparql.hosts import Host as Host, resolve_host as resolve_host
    from glutakg.sparql.layout import canonical_sparql as canonical_sparql
    from glutakg.sparql.notebook import rows_html as rows_html
    from glutakg.sparql.parser import UnreadableQuery as UnreadableQuery
    from glutakg.sparql.pattern_reader import read_patterns as read_patterns
    from glutakg.sparql.patterns import (
        Clause as Clause,
        Element as Element,
        GraphPattern as GraphPattern,
        Group as Group,
        Node as Node,
        QueryPatterns as QueryPatterns,
        Subselect as Subselect,
        Triple as Triple,
        Union as Union,
        Values as Values,
        joined_text as joined_text,
    )
    from glutakg.sparql.rewriting import (
        FUNCTIONS as FUNCTIONS,
        Rewritten as Rewritten,
        answered_differently as answered_differently,
        by_closure as by_closure,
        get_ready as get_ready,
        needs_graphs as needs_graphs,
        needs_rewriting as needs_rewriting,
        rewritten as rewritten,
        spelled as spelled,
        stays_as_written as stays_as_written,
    )
    from glutakg.sparql.rewriting.regular import (
        python_pattern as python_pattern,
        python_replacement as python_replacement,
    )
    from glutakg.sparql.rows import (
        GRAPH_FORMATS as GRAPH_FORMATS,
        IDENTIFIER_PAGES as IDENTIFIER_PAGES,
        ROW_FORMATS as ROW_FORMATS,
        Row as Row,
        Rows as Rows,
        check_format as check_format,
    )
    from glutakg.sparql.scanner import (
        Token as Token,
        matching_bracket as matching_bracket,
        query_form as query_form,
        scan as scan,
        with_base as with_base,
    )
    from glutakg.sparql.services import (
        ServiceCall as ServiceCall,
        asked_elsewhere as asked_elsewhere,
        service_calls as service_calls,
    )
    from glutakg.sparql.shape import shape_of as shape_of

__getattr__, __all__ = door(
    __name__,
    {
        "aligned": ("text_table",),
        "client": ("AnswerTooLarge", "HostConnection", "HttpClient", "tls_context"),
        "guard": ("Screened", "screen", "syntax_error"),
        "hosts": ("Host", "resolve_host"),
        "layout": ("canonical_sparql",),
        "notebook": ("rows_html",),
        "parser": ("UnreadableQuery",),
        "pattern_reader": ("read_patterns",),
        "patterns": (
            "Clause",
            "Element",
            "GraphPattern",
            "Group",
            "Node",
            "QueryPatterns",
            "Subselect",
            "Triple",
            "Union",
            "Values",
            "joined_text",
        ),
        "rewriting": (
            "FUNCTIONS",
            "Rewritten",
            "answered_differently",
            "by_closure",
            "get_ready",
            "needs_graphs",
            "needs_rewriting",
            "rewritten",
            "spelled",
            "stays_as_written",
        ),
        "rewriting.regular": ("python_pattern", "python_replacement"),
        "rows": ("GRAPH_FORMATS", "IDENTIFIER_PAGES", "ROW_FORMATS", "Row", "Rows", "check_format"),
        "scanner": ("Token", "matching_bracket", "query_form", "scan", "with_base"),
        "services": ("ServiceCall", "asked_elsewhere", "service_calls"),
        "shape": ("shape_of",),
    },
)
