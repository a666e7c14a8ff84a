"""Terms and graphs that occur nowhere, and which may have been meant."""

import re
from collections.abc import Iterator

from glutakg.rdf import PREFIXES, Iri, compress, local_name
from glutakg.sparql import Node, Triple
from glutakg.text import fold_name, near_misses
from glutakg.why.emptiness.explanations import Explanation, Reason, explanation
from glutakg.why.emptiness.scope import Scope
from glutakg.why.emptiness.search import LONGEST_NAME, Search

__all__ = ["unknown_graph", "unknown_term", "unknown_terms"]

_OBO_IDENTIFIER = re.compile(r"([A-Za-z]{2,9})[_:/#-]([0-9]+)/?$")


def unknown_terms(search: Search, triple: Triple, scope: Scope) -> bool:
    """Report the terms of a triple pattern that occur in no graph."""
    path = triple.path
    unknown = [iri for iri in path.iris if not search.probes.graphs_of(iri)]
    if not path.needs_all and len(unknown) < len(path.iris):
        unknown = []
    for node in (triple.subject, triple.object):
        terms = [each.term for each in scope.data.get(node.variable or "", (node,))]
        absent = [
            term.value for term in terms if isinstance(term, Iri) and not search.probes.graphs_of(term.value)
        ]
        unknown.extend(absent if len(absent) == len(terms) else [])
    search.found.extend(unknown_term(search, iri, triple.shown) for iri in unknown)
    return bool(unknown)


def unknown_term(search: Search, iri: str, pattern: str) -> Explanation:
    """Return that a term occurs in no graph, and which may have been meant."""
    near = _near_terms(search, iri)
    hints = [("hint-near", tuple(map(compress, near)))] if near else []
    if not search.knows_all_names:
        hints.append(("hint-narrowed", ()))
    return explanation("unknown-term", Reason.UNKNOWN_TERM, pattern, terms=(iri,), instead=near, hints=hints)


def unknown_graph(search: Search, name: Node) -> bool:
    """Report a named graph that does not exist."""
    if not isinstance(name.term, Iri) or search.probes.finds(f"GRAPH {name.text} {{ ?s ?p ?o }} "):
        return False
    graphs = {compress(graph): graph for graph in search.probes.graphs()}
    near = tuple(graphs[curie] for curie in near_misses(compress(name.term.value), graphs))
    hints = [("hint-near", tuple(map(compress, near)))] if near else []
    search.add(
        "unknown-graph",
        Reason.UNKNOWN_TERM,
        f"GRAPH {name.shown}",
        terms=(name.term.value,),
        instead=near,
        hints=hints,
    )
    return True


def _near_terms(search: Search, iri: str) -> tuple[str, ...]:
    """Return at most three terms that may have been meant."""
    spelled = tuple(other for other in dict.fromkeys(_spellings(iri)) if search.probes.graphs_of(other))
    if spelled:
        return spelled[:3]
    wanted = fold_name(local_name(iri))
    if not wanted or len(wanted) > LONGEST_NAME or wanted.isdigit() or _OBO_IDENTIFIER.search(iri):
        return ()
    named = search.terms_by_name()
    found = [wanted] if wanted in named else near_misses(wanted, named, likeness=0.75)
    terms = [
        term for name in found for term in sorted(named[name], key=lambda term: (term[:20] != iri[:20], term))
    ]
    return tuple(dict.fromkeys(terms))[:3]


def _spellings(iri: str) -> Iterator[str]:
    """Yield other IRIs that the author of an IRI may have meant."""
    scheme, _, rest = iri.partition("://")
    if scheme in ("http", "https"):
        yield f"{'https' if scheme == 'http' else 'http'}://{rest}"
    if match := _OBO_IDENTIFIER.search(iri):
        prefixes = {name.lower(): namespace for name, namespace in PREFIXES.items()}
        if namespace := prefixes.get(match[1].lower()):
            yield namespace + match[2]
    local = local_name(iri)
    if local and not iri.endswith(("/", "#")):
        yield from (PREFIXES[name] + local for name in ("gk", "gkd", "skos", "rdfs", "dcterms", "obo"))
