"""The names of graphs and their endpoint, of the formats of exports, and of inferred statements."""

from glutakg.errors import TermError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES

__all__ = [
    "CLOSURE_GRAPH",
    "CONTESTED_GRAPH",
    "ENDPOINT",
    "EXPORT_FORMATS",
    "GRAPHS",
    "LICENCE",
    "MODEL_FORMATS",
    "STATEMENT",
    "XREFS_GRAPH",
    "graph_iri",
    "statement_iri",
]


GRAPHS = (
    *("ontology", "imports", "source", "background", "evidence", "contested", "mappings", "catalogue"),
    "inferred",
)
"""Names of the named graphs; `imports` stands for one graph per reused ontology, such as `imports/chebi`."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the data."""

STATEMENT = PREFIXES["gkd"] + "statement-"
"""How the names of statements in the inferred graph begin."""

ENDPOINT = "https://w3id.org/glutakg/sparql"
"""The name of the SPARQL endpoint, wherever it runs."""

EXPORT_FORMATS = {
    "trig": (".trig",),
    "nq": (".nq",),
    "jsonld": (".jsonld", ".json"),
    "ttl": (".ttl",),
    "rdfxml": (".rdf", ".owl", ".xml"),
    "nt": (".nt",),
}
"""Formats for graphs that are exported, with the suffixes of such files; the first is the default."""

MODEL_FORMATS = {"sbml": (".sbml",)}
"""Formats for the model that the whole graph is, with the suffixes of such files."""


def graph_iri(name: str) -> str:
    """Return the IRI of the named graph `name`, such as `source` or `imports/chebi`.

    Raises:
        TermError: there is no graph of that name.

    >>> graph_iri("source")
    'https://w3id.org/glutakg/graph/source'
    """
    top, slash, rest = name.partition("/")
    if top not in GRAPHS or bool(rest) != (top == "imports") or (slash and not rest):
        from difflib import get_close_matches

        near = get_close_matches(name, GRAPHS, n=1)
        raise TermError(
            N_("There is no graph {name!r}; graphs are {graphs}.", name=name, graphs=", ".join(GRAPHS)),
            suggestions=near,
        )
    return PREFIXES["gkg"] + name


def statement_iri(subject: object, predicate: object, object: object) -> str:
    """Return the IRI that the statement of a triple has in the inferred graph: the same for the same triple.

    Args:
        subject: an RDF term that writes itself in N-Triples syntax; so are the others.
        predicate: the property.
        object: what the subject is related to.

    >>> from glutakg.rdf import Iri, expand
    >>> statement_iri(*map(Iri, (expand("gkd:taurine"), expand("gk:mayMatterIn"), expand("gkd:epilepsy"))))
    'https://w3id.org/glutakg/data/statement-bd9dabf2009f'
    """
    import hashlib

    digest = hashlib.sha256(f"{subject} {predicate} {object}".encode()).hexdigest()
    return STATEMENT + digest[:12]


CLOSURE_GRAPH = PREFIXES["gkg"] + "closure"
"""What follows of classes, where ontologies are imported; a query without GRAPH does not see it."""

CONTESTED_GRAPH = graph_iri("contested")
"""Contested statements and what follows from them; a query without GRAPH does not see it."""

XREFS_GRAPH = PREFIXES["gkg"] + "xrefs"
"""Cross-references of imported terms as IRIs; a query without GRAPH does not see it."""
