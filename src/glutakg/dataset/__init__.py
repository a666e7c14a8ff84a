"""What is shipped: files, named graphs, mappings, the catalogue of queries, its description and exports.

Knows no store that could be asked, and not what a claim is.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.dataset.axioms import (
        Axioms as Axioms,
        HeldAxioms as HeldAxioms,
        Statements as Statements,
        as_node as as_node,
        token as token,
    )
    from glutakg.dataset.catalogue_graph import (
        check_catalogue as check_catalogue,
        write_catalogue as write_catalogue,
    )
    from glutakg.dataset.exports import export as export
    from glutakg.dataset.formatting import check_paths as check_paths, format_paths as format_paths
    from glutakg.dataset.generated import (
        Following as Following,
        generated_key as generated_key,
        remove_temporary as remove_temporary,
        shipped_files as shipped_files,
        what_follows as what_follows,
    )
    from glutakg.dataset.graphs import (
        content_key as content_key,
        file_triples as file_triples,
        parse_triples as parse_triples,
        quads as quads,
    )
    from glutakg.dataset.headers import (
        CatalogueQuery as CatalogueQuery,
        parse_file as parse_file,
        parse_query as parse_query,
        parse_text as parse_text,
        plain_query as plain_query,
    )
    from glutakg.dataset.imported import (
        XREFS as XREFS,
        Import as Import,
        Skew as Skew,
        default_data_dir as default_data_dir,
        import_folder as import_folder,
        imports_as_json as imports_as_json,
        imports_from_json as imports_from_json,
        read_imports as read_imports,
        read_skew as read_skew,
        slices_notes as slices_notes,
        write_imports_list as write_imports_list,
    )
    from glutakg.dataset.joined import is_described as is_described
    from glutakg.dataset.mappings import (
        SSSOM_SUFFIX as SSSOM_SUFFIX,
        canonical_sssom as canonical_sssom,
        mapping_prefixes as mapping_prefixes,
        mapping_rows as mapping_rows,
    )
    from glutakg.dataset.names import (
        CLOSURE_GRAPH as CLOSURE_GRAPH,
        CONTESTED_GRAPH as CONTESTED_GRAPH,
        EXPORT_FORMATS as EXPORT_FORMATS,
        MODEL_FORMATS as MODEL_FORMATS,
        XREFS_GRAPH as XREFS_GRAPH,
        graph_iri as graph_iri,
        statement_iri as statement_iri,
    )
    from glutakg.dataset.parameters import Parameter as Parameter
    from glutakg.dataset.queries import (
        Catalogue as Catalogue,
        as_plain as as_plain,
        bind as bind,
        catalogue as catalogue,
        load_program_queries as load_program_queries,
        program_query as program_query,
        renaming as renaming,
        terms_of as terms_of,
    )
    from glutakg.dataset.shipped import (
        ShippedFile as ShippedFile,
        kept_files as kept_files,
        program_query_files as program_query_files,
        query_files as query_files,
        shape_files as shape_files,
        shipped_root as shipped_root,
    )

__getattr__, __all__ = door(
    __name__,
    {
        "axioms": ("Axioms", "HeldAxioms", "Statements", "as_node", "token"),
        "catalogue_graph": ("check_catalogue", "write_catalogue"),
        "exports": ("export",),
        "formatting": ("check_paths", "format_paths"),
        "generated": ("Following", "generated_key", "remove_temporary", "shipped_files", "what_follows"),
        "graphs": ("content_key", "file_triples", "parse_triples", "quads"),
        "headers": ("CatalogueQuery", "parse_file", "parse_query", "parse_text", "plain_query"),
        "joined": ("is_described",),
        "imported": (
            "XREFS",
            "Import",
            "Skew",
            "default_data_dir",
            "import_folder",
            "imports_as_json",
            "imports_from_json",
            "read_imports",
            "read_skew",
            "slices_notes",
            "write_imports_list",
        ),
        "mappings": ("SSSOM_SUFFIX", "canonical_sssom", "mapping_prefixes", "mapping_rows"),
        "names": (
            "CLOSURE_GRAPH",
            "CONTESTED_GRAPH",
            "EXPORT_FORMATS",
            "MODEL_FORMATS",
            "XREFS_GRAPH",
            "graph_iri",
            "statement_iri",
        ),
        "parameters": ("Parameter",),
        "queries": (
            "Catalogue",
            "as_plain",
            "bind",
            "catalogue",
            "load_program_queries",
            "program_query",
            "renaming",
            "terms_of",
        ),
        "shipped": (
            "ShippedFile",
            "kept_files",
            "program_query_files",
            "query_files",
            "shape_files",
            "shipped_root",
        ),
    },
)
