"""The shipped files as one RDF dataset: each file in its named graph, and their union as the default graph.

The default graph is physical, not a view: a triple that stands in two named graphs stands in it once, so that
a query without GRAPH counts it once. The contested graph is left out of it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from glutakg.dataset.shipped import ShippedFile
from glutakg.files import read_bytes, read_text

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

__all__ = ["content_key", "file_triples", "parse_triples", "quads"]


def quads(
    files: Iterable[ShippedFile], *, is_replaced: Callable[[str, str], bool] | None = None
) -> "Iterator[Quad]":
    """Yield every triple in its named graph, and once in the default graph unless it is only contested.

    Blank nodes are named after their file: one blank node is the same node in its named graph and in the
    default graph, nodes of different files never meet, and the names are the same on every run.

    Args:
        files: what to read, such as `glutakg.dataset.shipped_files()`.
        is_replaced: tells of the name of a graph and the IRI of a term of a slice whether somebody else, the
            owner in an import of the whole, says what is to be said of it; the slice then says nothing.

    Raises:
        SourceError: a file cannot be read, or is neither Turtle nor an SSSOM table.
        TermError: a graph name is not one of the project's.
    """
    from pyoxigraph import NamedNode, Quad

    from glutakg.dataset.names import CONTESTED_GRAPH, graph_iri

    in_default_graph: set[Triple] = set()
    for file in files:
        graph = NamedNode(graph_iri(file.graph_name))
        for triple in file_triples(file, is_replaced=is_replaced):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
            if graph.value != CONTESTED_GRAPH and triple not in in_default_graph:
                in_default_graph.add(triple)
                yield Quad(triple.subject, triple.predicate, triple.object)


def _without(triples: "Sequence[Triple]", is_replaced: Callable[[str], bool]) -> "Iterator[Triple]":
    """Yield the triples of a slice but those on terms that are replaced, expressions and axioms included."""
    from pyoxigraph import BlankNode, NamedNode

    from glutakg.rdf import PREFIXES

    source = PREFIXES["owl"] + "annotatedSource"
    below: defaultdict[object, list[BlankNode]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, BlankNode):
            below[triple.subject].append(triple.object)
        if triple.predicate.value == source and isinstance(triple.subject, BlankNode):
            below[triple.object].append(triple.subject)
    found: list[object] = [
        each
        for each in {triple.subject for triple in triples}
        if isinstance(each, NamedNode) and is_replaced(each.value)
    ]
    gone = set(found)
    while found:
        for node in below[found.pop()]:
            if node not in gone:
                gone.add(node)
                found.append(node)
    return (each for each in triples if each.subject not in gone)


def parse_triples(text: str, path: Path | str) -> "list[Triple]":
    """Return the triples of a file: of an SSSOM table where its name ends so, of Turtle otherwise.

    Args:
        text: what the file holds.
        path: its name, which also stands in messages.

    Raises:
        SourceError: the text is not what the name says.
    """
    from glutakg.dataset.mappings import SSSOM_SUFFIX, parse_mappings
    from glutakg.rdf import parse_turtle  # both are needed only where a store is built

    return (parse_mappings if str(path).endswith(SSSOM_SUFFIX) else parse_turtle)(text, path)


def file_triples(
    file: ShippedFile, *, is_replaced: Callable[[str, str], bool] | None = None
) -> "Iterable[Triple]":
    """Return the triples of one file, each once, with its blank nodes named after it.

    Args:
        file: what to read.
        is_replaced: as `quads` takes it.

    Raises:
        SourceError: the file cannot be read, or is neither Turtle nor an SSSOM table.

    >>> from glutakg.dataset.shipped import shipped_root
    >>> path = shipped_root() / "ontology" / "glutakg.ttl"
    >>> len(list(file_triples(ShippedFile(path, "ontology")))) > 1000
    True
    """
    from pyoxigraph import BlankNode, Triple

    file_tag = hashlib.sha256(f"{file.graph_name}/{file.path.name}".encode()).hexdigest()[:12]
    names: dict[BlankNode, BlankNode] = {}

    def named(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"b{file_tag}n{len(names)}"))

    triples = []
    for triple in dict.fromkeys(parse_triples(read_text(file.path), file.path)):
        subject, value = triple.subject, triple.object
        if isinstance(subject, BlankNode) or isinstance(value, BlankNode):
            subject = named(subject) if isinstance(subject, BlankNode) else subject
            value = named(value) if isinstance(value, BlankNode) else value
            triple = Triple(subject, triple.predicate, value)
        triples.append(triple)
    if is_replaced is None or not file.graph_name.startswith("imports/"):
        return triples
    return _without(triples, partial(is_replaced, file.graph_name))


def content_key(files: Sequence[ShippedFile], *versions: str) -> str:
    """Return a key that changes with the content, name or graph of any file, or with any of the versions.

    Args:
        files: what the key is for.
        versions: of the programs whose output depends on them.

    Raises:
        SourceError: a file cannot be read.
    """
    digest = hashlib.sha256("\0".join(versions).encode())
    for file in files:
        content = read_bytes(file.path)
        digest.update(f"\0{file.graph_name}\0{file.path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]
