"""RDF without a store: terms, prefixes, identifiers, reading Turtle, its canonical form, and writers.

Knows nothing of SPARQL, of what is shipped, or of claims.
"""

from glutakg._doors import door

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.rdf.datatypes import INTEGERS as INTEGERS, is_well_formed as is_well_formed
    from glutakg.rdf.identifiers import (
        identifier_prefixes as identifier_prefixes,
        iri_of_identifier as iri_of_identifier,
        resource_of_prefix as resource_of_prefix,
    )
    from glutakg.rdf.nesting import format_error as format_error, nested_graph as nested_graph
    from glutakg.rdf.parsing import parse_turtle as parse_turtle
    from glutakg.rdf.prefixes import (
        PREFIXES as PREFIXES,
        compress as compress,
        expand as expand,
        local_name as local_name,
    )
    from glutakg.rdf.terms import BlankNode as BlankNode, Iri as Iri, Literal as Literal, Term as Term
    from glutakg.rdf.turtle import (
        STRING_PATTERN as STRING_PATTERN,
        canonical_turtle as canonical_turtle,
        turtle_document as turtle_document,
    )
    from glutakg.rdf.writers import check_rdf_xml as check_rdf_xml, json_ld as json_ld, rdf_xml as rdf_xml

__getattr__, __all__ = door(
    __name__,
    {
        "datatypes": ("INTEGERS", "is_well_formed"),
        "identifiers": ("identifier_prefixes", "iri_of_identifier", "resource_of_prefix"),
        "nesting": ("format_error", "nested_graph"),
        "parsing": ("parse_turtle",),
        "prefixes": ("PREFIXES", "compress", "expand", "local_name"),
        "terms": ("BlankNode", "Iri", "Literal", "Term"),
        "turtle": ("STRING_PATTERN", "canonical_turtle", "turtle_document"),
        "writers": ("check_rdf_xml", "json_ld", "rdf_xml"),
    },
)
