"""What of imported ontologies can bear on our individuals: axioms on our terms, and on what these lead to.

Only what can be reached is looked at, so that it does not matter how large an import is. Where nothing is
reached and no slice says less, nothing is derived anew.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, parse

from glutakg.dataset.axioms import Statements, Triple, token
from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.imported import Import
from glutakg.dataset.shipped import kept_files
from glutakg.files import read_text
from glutakg.rdf import PREFIXES

__all__ = ["Bearing", "bearing", "is_described"]


_VOCABULARY = tuple(f"<{PREFIXES[prefix]}".encode() for prefix in ("owl", "rdf", "rdfs"))
_TYPE, _EQUIVALENT = token("rdf:type"), token("owl:equivalentClass")

Node = tuple[int, bytes]
"""A term, and the ontology in which it is an expression: a number, or -1 for a name, which all share."""


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


def bearing(imports: Mapping[Import, Statements]) -> Bearing | None:
    """Return what imports change for our individuals; None where they change nothing.

    They change nothing where they state nothing that bears on them, and where of no term a slice says less.

    Args:
        imports: that count, with what each states.
    """
    terms = _terms_by_graph()
    found = _joined(list(imports.values()), {iri for each in terms.values() for iri in each})
    gone = {
        graph: sorted(iri for iri in terms[graph] if is_described(stated, iri))
        for each, stated in imports.items()
        if (graph := f"imports/{each.name}") in terms
    }
    if not found and not any(gone.values()):
        return None
    return Bearing(b"".join(found).decode(), gone)


def is_described(stated: Statements, iri: str) -> bool:
    """Return whether an import gives a term a type: then the slice says nothing of it meanwhile."""
    return any(predicate == _TYPE for _, predicate, _ in stated.about(f"<{iri}>".encode()))


def _joined(ontologies: Sequence[Statements], terms: Iterable[str]) -> list[bytes]:
    """Return what imports state that can bear on our individuals, as lines of N-Triples.

    Taken is what an import states of our terms, of all that it leads to from there, and of a class that is
    defined by such terms alone. Not taken is what makes relations of others of ours, by chains and inverses:
    with those of RO nearly everything would overlap with everything.
    """
    chosen: dict[tuple[int, Triple], None] = {}
    waiting: list[Node] = [(-1, f"<{iri}>".encode()) for iri in terms]
    waiting.append((-1, token("owl:Thing")))
    known = set(waiting)
    pending: dict[bytes, list[frozenset[bytes]]] = {}
    seen: set[tuple[int, bytes, bytes]] = set()
    while waiting:
        of, node = waiting.pop()
        for number, stated in enumerate(ontologies):
            if of not in (-1, number):
                continue
            for triple in stated.about(node):
                chosen[number, triple] = None
                if triple[2].startswith((b"<", b"_:")):
                    end = _node(number, triple[2])
                    if end not in known:
                        known.add(end)
                        waiting.append(end)
            if of < 0:
                for kind, definition in _definitions_with(stated, node):
                    if (number, kind, definition) not in seen:
                        seen.add((number, kind, definition))
                        pending.setdefault(kind, []).append(_named_in(stated, definition))
        if not waiting:
            names = {each for of, each in known if of < 0}
            met = [kind for kind, each in pending.items() if any(one <= names for one in each)]
            for kind in met:
                del pending[kind]
            fresh = {(-1, kind) for kind in met} - known
            waiting += fresh
            known |= fresh
    return [_line(number, triple) for number, triple in chosen]


def _node(number: int, term: bytes) -> Node:
    return (number if term.startswith(b"_:") else -1), term


def _line(number: int, triple: Triple) -> bytes:
    """Return a triple as a line, in which the expressions of each ontology have names of their own."""
    terms = (b"_:%dx%s" % (number, each[2:]) if each.startswith(b"_:") else each for each in triple)
    return b"%s %s %s .\n" % tuple(terms)


def _definitions_with(stated: Statements, node: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the classes that are defined by an expression with a name in it, and the expression."""
    waiting = [subject for subject, _, _ in stated.naming(node)]
    seen = set(waiting)
    while waiting:
        part = waiting.pop()
        if not part.startswith(b"_:"):
            continue
        for subject, predicate, _ in stated.naming(part):
            if predicate == _EQUIVALENT and subject.startswith(b"<"):
                yield subject, part
            elif subject not in seen:
                seen.add(subject)
                waiting.append(subject)


def _named_in(stated: Statements, expression: bytes) -> frozenset[bytes]:
    """Return the names in an expression."""
    found, seen, waiting = set(), {expression}, [expression]
    while waiting:
        for _, _, value in stated.about(waiting.pop()):
            if value.startswith(b"_:"):
                if value not in seen:
                    seen.add(value)
                    waiting.append(value)
            elif value.startswith(b"<") and not value.startswith(_VOCABULARY):
                found.add(value)
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
