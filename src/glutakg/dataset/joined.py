"""What of imported ontologies can bear on our individuals: axioms on our terms, and on what these lead to.

Read as a stream of lines of N-Triples, of which only those are kept that may be part of an axiom.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, parse

from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.imported import Import
from glutakg.dataset.shipped import kept_files
from glutakg.files import read_text
from glutakg.rdf import PREFIXES

__all__ = ["bearing"]


_TYPE = f"<{PREFIXES['rdf']}type>".encode()
_EQUIVALENT = f"<{PREFIXES['owl']}equivalentClass>".encode()
_PREDICATES = frozenset(
    f"<{PREFIXES[prefix]}{name}>".encode()
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
_VOCABULARY = tuple(f"<{PREFIXES[prefix]}".encode() for prefix in ("owl", "rdf", "rdfs"))


def bearing(imports: Sequence[Import], data_dir: Path) -> tuple[str, str]:
    """Return as JSON what imports change for our individuals, and a text that is the same for the same.

    Both are empty where they change nothing: an import states nothing that bears on them, and of no term in
    its place does a slice say less.

    Args:
        imports: that count.
        data_dir: where their triples lie.
    """
    terms = _terms_by_graph()
    ours = {iri for each in terms.values() for iri in each}
    lines = {name: each for name, each in joined(imports, data_dir, ours).items() if each}
    gone = {
        graph: sorted(terms[graph] & described(each.triples_file(data_dir)))
        for each in imports
        if (graph := f"imports/{each.name}") in terms
    }
    if not lines and not any(gone.values()):
        return "", ""
    texts = {name: b"".join(each).decode() for name, each in lines.items()}
    forms = [json.dumps(gone, sort_keys=True)]
    for _, text in sorted(texts.items()):
        dataset = Dataset(parse(text, format=RdfFormat.N_TRIPLES))
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        forms += sorted(map(str, dataset))
    return json.dumps({"triples": list(texts.values()), "gone": gone}), "\n".join(forms)


def described(path: Path) -> set[str]:
    """Return what has a type in a file of N-Triples: of these terms a slice says nothing meanwhile."""
    with path.open("rb") as file:
        return {
            line[1 : line.index(b">")].decode()
            for line in file
            if line.startswith(b"<") and line.split(b" ", 2)[1] == _TYPE
        }


def joined(imports: Iterable[Import], data_dir: Path, terms: Iterable[str]) -> dict[str, list[bytes]]:
    """Return the lines of imports that can bear on our individuals, by the names of the imports.

    Taken is what an import states of our terms, of all that it leads to from there, and of a class that is
    defined by such terms alone.

    Args:
        imports: that count.
        data_dir: where their triples lie.
        terms: of ours.
    """
    known = {f"<{iri}>".encode() for iri in terms}
    held = {each.name: _lines(each.triples_file(data_dir)) for each in imports}
    chosen: dict[str, dict[bytes, None]] = {name: {} for name in held}
    definitions = {
        (name, kind, definition)
        for name, lines in held.items()
        for kind, of_kind in lines.items()
        for predicate, definition in of_kind
        if predicate == _EQUIVALENT and definition.startswith(b"_")
    }
    waiting = list(known)
    while waiting:
        node = waiting.pop()
        for name, lines in held.items():
            if node in lines and node not in chosen[name]:
                chosen[name][node] = None
                fresh = {
                    each for pair in lines[node] for each in pair if each.startswith((b"<", b"_"))
                } - known
                known |= fresh
                waiting += fresh
        if not waiting:
            for name, kind, definition in definitions:
                if kind not in known and known.issuperset(_named(definition, held[name])):
                    known.add(kind)
                    waiting.append(kind)
    return {
        name: [b"%s %s %s .\n" % (node, *pair) for node in nodes for pair in held[name][node]]
        for name, nodes in chosen.items()
    }


def _terms_by_graph() -> dict[str, set[str]]:
    """Return the terms that our ontology and each slice describe, by the names of their graphs."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in kept_files():
        if file.graph_name.partition("/")[0] in ("ontology", "imports"):
            triples = parse_triples(read_text(file.path), file.path)
            found[file.graph_name] |= {
                each.subject.value for each in triples if isinstance(each.subject, NamedNode)
            }
    return dict(found)


def _lines(path: Path) -> dict[bytes, list[tuple[bytes, bytes]]]:
    """Return what may be part of an axiom in a file of N-Triples: predicate and object by subject."""
    found: defaultdict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
    with path.open("rb") as file:
        for line in file:
            subject, predicate, value = line.split(b" ", 2)
            if predicate in _PREDICATES:
                found[subject].append((predicate, value[: value.rindex(b" .")]))
    return dict(found)


def _named(node: bytes, lines: Mapping[bytes, list[tuple[bytes, bytes]]]) -> set[bytes]:
    """Return the names in an expression."""
    found, seen, waiting = set(), {node}, [node]
    while waiting:
        for _, value in lines.get(waiting.pop(), ()):
            if value.startswith(b"_") and value not in seen:
                seen.add(value)
                waiting.append(value)
            elif value.startswith(b"<") and not value.startswith(_VOCABULARY):
                found.add(value)
    return found
