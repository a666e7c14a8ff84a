"""What lies only in graphs that were not asked."""

from glutakg.dataset import CONTESTED_GRAPH
from glutakg.rdf import Iri, compress
from glutakg.sparql import Triple
from glutakg.why.emptiness.claims import stating_claims
from glutakg.why.emptiness.explanations import Reason
from glutakg.why.emptiness.scope import Place, Scope
from glutakg.why.emptiness.search import Search

__all__ = ["elsewhere"]


def elsewhere(search: Search, triple: Triple, place: Place, scope: Scope) -> bool:
    """Report that a triple pattern, or a term of it, is only in other graphs."""
    own = scope.own
    held = f"GRAPH ?glutakg_graph {{ {triple.text}}} "
    graphs = search.probes.column("graph", f"{place.context}{held}", end="LIMIT 30")
    graphs = tuple(graph for graph in graphs if graph not in own)
    shown_own = ", ".join(map(compress, own)) or (scope.graph.shown if scope.graph else "")
    if graphs == (CONTESTED_GRAPH,):
        context = f"{place.context}GRAPH <{CONTESTED_GRAPH}> {{ {triple.text}}} "
        if stating_claims(search, "contested", Reason.CONTESTED, triple, context, "glutakg-gk:Affirmed"):
            return True
    if graphs:
        key = "elsewhere" if own else "outside-default" if scope.graph is None else "spread"
        search.add(key, Reason.OTHER_GRAPH, triple.shown, terms=(), instead=graphs, graph=shown_own)
        return True
    if scope.graph is not None and not own:
        return False
    terms = [node.term.value for node in (triple.subject, triple.object) if isinstance(node.term, Iri)]
    found = False
    for term in [*([triple.path.iri] if triple.path.iri else []), *terms]:
        graphs = search.probes.graphs_of(term)
        if not set(own) & set(graphs) if own else graphs == (CONTESTED_GRAPH,):
            key = "term-elsewhere" if own else "term-outside-default"
            search.add(key, Reason.OTHER_GRAPH, triple.shown, terms=(term,), instead=graphs, graph=shown_own)
            found = True
    return found
