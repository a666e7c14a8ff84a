"""What of imported ontologies can bear on our individuals: axioms on our terms, and on what these lead to.

Only what can be reached is looked at, so that it does not matter how large an import is. Where nothing is
reached and no slice says less, nothing is derived anew.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    RdfFormat,
    parse,
    serialize,
)

from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.imported import Import
from glutakg.dataset.shipped import kept_files
from glutakg.files import read_text
from glutakg.rdf import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Quad, Store

__all__ = ["Bearing", "bearing"]


_PREDICATES = frozenset(
    PREFIXES[prefix] + name
    for prefix, names in (
        ("rdf", "type first rest"),
        ("rdfs", "subClassOf subPropertyOf domain range"),
        (
            "owl",
            "equivalentClass equivalentProperty hasValue intersectionOf inverseOf onProperty"
            " propertyChainAxiom someValuesFrom",
        ),
    )
    for name in names.split()
)
_VOCABULARY = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_EQUIVALENT = NamedNode(PREFIXES["owl"] + "equivalentClass")
_PLACES = tuple(
    NamedNode(PREFIXES[prefix] + name)
    for prefix, name in (("rdf", "first"), ("owl", "someValuesFrom"), ("owl", "hasValue"))
)
"""By what an expression has a class or an individual in it."""


class Bearing(NamedTuple):
    """What of imports bears on our individuals.

    Attributes:
        triples: as N-Triples.
        gone: the terms of which slices say nothing meanwhile, by the names of the slices.
    """

    triples: str
    gone: dict[str, list[str]]

    @property
    def form(self) -> str:
        """A text that is the same where the same bears on them, whatever the names of blank nodes."""
        dataset = Dataset(parse(self.triples, format=RdfFormat.N_TRIPLES))
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        return "\n".join([json.dumps(self.gone, sort_keys=True), *sorted(map(str, dataset))])


def bearing(store: "Store", imports: Sequence[Import]) -> Bearing | None:
    """Return what imports change for our individuals; None where they change nothing.

    They change nothing where they state nothing that bears on them, and where of no term a slice says less.

    Args:
        store: that has them.
        imports: that count.
    """
    terms = _terms_by_graph()
    found = _joined(
        store, [NamedNode(each.graph) for each in imports], {iri for each in terms.values() for iri in each}
    )
    gone = {
        graph: sorted(iri for iri in terms[graph] if _is_described(store, iri, NamedNode(each.graph)))
        for each in imports
        if (graph := f"imports/{each.name}") in terms
    }
    if not found and not any(gone.values()):
        return None
    text = serialize((quad.triple for quad in found), format=RdfFormat.N_TRIPLES)
    assert text is not None
    return Bearing(text.decode(), gone)


def _is_described(store: "Store", iri: str, graph: NamedNode) -> bool:
    """Return whether an import gives a term a type: then the slice says nothing of it meanwhile."""
    return next(store.quads_for_pattern(NamedNode(iri), _TYPE, None, graph), None) is not None


def _joined(store: "Store", graphs: Sequence[NamedNode], terms: Iterable[str]) -> "list[Quad]":
    """Return what imports state that can bear on our individuals.

    Taken is what an import states of our terms, of all that it leads to from there, and of a class that is
    defined by such terms alone. Not taken is what makes relations of others of ours, by chains and inverses:
    with those of RO nearly everything would overlap with everything.
    """
    chosen: dict[Quad, None] = {}
    known: set[object] = set()
    waiting: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in terms]
    pending: dict[NamedNode, list[frozenset[str]]] = {}
    seen: set[object] = set()
    waiting.append(NamedNode(PREFIXES["owl"] + "Thing"))
    known.update(waiting)
    while waiting:
        node = waiting.pop()
        for graph in graphs:
            for quad in _axioms_on(store, node, graph):
                chosen[quad] = None
                if isinstance(quad.object, NamedNode | BlankNode) and quad.object not in known:
                    known.add(quad.object)
                    waiting.append(quad.object)
            if isinstance(node, NamedNode):
                for kind, definition in _definitions_with(store, node, graph):
                    if (kind, definition) not in seen:
                        seen.add((kind, definition))
                        pending.setdefault(kind, []).append(_named_in(store, definition, graph))
        if not waiting:
            names = {each.value for each in known if isinstance(each, NamedNode)}
            met = [kind for kind, each in pending.items() if any(one <= names for one in each)]
            for kind in met:
                del pending[kind]
            waiting += [kind for kind in met if kind not in known]
            known.update(met)
    return list(chosen)


def _axioms_on(store: "Store", node: NamedNode | BlankNode, graph: NamedNode) -> "Iterator[Quad]":
    """Yield what may be part of an axiom on a term or of an expression."""
    for quad in store.quads_for_pattern(node, None, None, graph):
        if quad.predicate.value in _PREDICATES:
            yield quad


def _definitions_with(
    store: "Store", node: NamedNode, graph: NamedNode
) -> Iterator[tuple[NamedNode, BlankNode]]:
    """Yield the classes that are defined by an expression with a name in it, and the expression."""
    waiting = [
        quad.subject for place in _PLACES for quad in store.quads_for_pattern(None, place, node, graph)
    ]
    seen = set(waiting)
    while waiting:
        part = waiting.pop()
        if not isinstance(part, BlankNode):
            continue
        for quad in store.quads_for_pattern(None, None, part, graph):
            if quad.predicate == _EQUIVALENT and isinstance(quad.subject, NamedNode):
                yield quad.subject, part
            elif quad.predicate.value in _PREDICATES and quad.subject not in seen:
                seen.add(quad.subject)
                waiting.append(quad.subject)


def _named_in(store: "Store", expression: BlankNode, graph: NamedNode) -> frozenset[str]:
    """Return the names in an expression."""
    found, seen, waiting = set(), {expression}, [expression]
    while waiting:
        for quad in _axioms_on(store, waiting.pop(), graph):
            value = quad.object
            if isinstance(value, BlankNode) and value not in seen:
                seen.add(value)
                waiting.append(value)
            elif isinstance(value, NamedNode) and not value.value.startswith(_VOCABULARY):
                found.add(value.value)
    return frozenset(found)


def _terms_by_graph() -> dict[str, Collection[str]]:
    """Return the terms that our ontology and each slice describe, by the names of their graphs."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in kept_files():
        if file.graph_name.partition("/")[0] in ("ontology", "imports"):
            triples = parse_triples(read_text(file.path), file.path)
            found[file.graph_name] |= {
                each.subject.value for each in triples if isinstance(each.subject, NamedNode)
            }
    return dict(found)
