"""Graphs as files to take along: the same bytes for the same content, in six formats.

They are read from the files, not from the store, which writes some numbers otherwise than they were written.
Turtle and TriG come in the canonical form of the project.
"""

from collections.abc import Iterable, Sequence, Set

import pyoxigraph as ox

from glutakg.dataset.graphs import quads
from glutakg.dataset.names import EXPORT_FORMATS, graph_iri
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import FormatError, ParameterError, TermError
from glutakg.rdf import PREFIXES, json_ld, nested_graph, rdf_xml, turtle_document
from glutakg.text import did_you_mean

__all__ = ["export"]


_ONE_GRAPH_FORMATS = ("ttl", "rdfxml", "nt")
_DEFAULT, _ONTOLOGY, _SLICES = "default", "ontology", "imports/"
_OWL_IMPORTS, _OWL_ONTOLOGY = (ox.NamedNode(PREFIXES["owl"] + name) for name in ("imports", "Ontology"))
_DCTERMS_SOURCE = ox.NamedNode(PREFIXES["dcterms"] + "source")
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_ON_OTHERS = ("bridge", "words")
"""The files beside the ontology, and ontologies themselves, that say something of terms of others."""

_Contents = dict[str | None, list[ox.Triple]]
"""The triples of each graph under its IRI, which is None for a graph without name."""


def export(
    files: Sequence[ShippedFile],
    graphs: str | Sequence[str] = (),
    *,
    format: str = "trig",
    base: bool = False,
) -> bytes:
    """Return graphs of the files as one UTF-8 document, which is the same for the same content.

    `trig`, `nq` and `jsonld` keep the names of graphs and give each graph as it is. `ttl`, `rdfxml`
    and `nt` know no names, so they take one graph. There, `ontology` has its import slices merged into it and
    needs no other file: its header, the only one, names each slice by `dcterms:source` instead of
    `owl:imports`. The same is done in `default`: what a query without GRAPH sees, which is all graphs but the
    contested one merged.

    With `base`, the ontology holds axioms and annotations on its own terms alone: what it says of terms of
    others, and the slices, are left out, and each term of others that it uses is declared. That is what a
    release of another ontology imports beside the whole ontologies.

    Args:
        files: what holds the graphs, such as `glutakg.dataset.shipped_files()`.
        graphs: names such as `source` or `imports/chebi`, or one name; without any, all named graphs.
        format: ttl, rdfxml, nt, nq, trig or jsonld.
        base: leave out what is not on terms of the ontology itself; for the graph `ontology` alone.

    Raises:
        TermError: there is no graph of that name; tells those that there are, the nearest first.
        ParameterError: there is no such format, or `base` is asked for with another graph.
        FormatError: the format cannot hold what was asked for: several graphs, or in RDF/XML a predicate that
            is no XML name, or text with a control character.
        SourceError: a file cannot be read or is not Turtle.

    >>> from glutakg.dataset import shipped_files
    >>> export(shipped_files(), "ontology", format="ttl")[:46]
    b'@prefix dcterms: <http://purl.org/dc/terms/> .'
    """
    if format not in EXPORT_FORMATS:
        raise ParameterError(
            f"There is no format {format!r} to export in; choose one of {', '.join(EXPORT_FORMATS)}.",
            parameter="format",
        )
    known = sorted({file.graph_name for file in files})
    names = _chosen([graphs] if isinstance(graphs, str) else graphs, known)
    if base:
        if names != [_ONTOLOGY]:
            raise ParameterError(
                "Only the ontology has a base; ask for the graph ontology alone.", parameter="base"
            )
        contents: _Contents = {None if format in _ONE_GRAPH_FORMATS else graph_iri(_ONTOLOGY): _base(files)}
        return _written(contents, format)
    if format in _ONE_GRAPH_FORMATS:
        contents = {None: _one_graph(files, names, known, format)}
    else:
        contents = {None if name == _DEFAULT else graph_iri(name): _triples(files, name) for name in names}
    try:
        return _written(contents, format)
    except RecursionError:
        raise FormatError("Blank nodes nest too deeply for this format; choose nt, nq or jsonld.") from None


def _chosen(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return the names of the graphs to export, sorted; all that are known when none is given."""
    for name in names:
        if name not in (*known, _DEFAULT):
            from difflib import SequenceMatcher

            near = sorted(
                (*known, _DEFAULT), key=lambda each: -SequenceMatcher(None, name.casefold(), each).ratio()
            )
            raise TermError(
                f"There is no graph {name!r}.{did_you_mean(name, near)} Graphs are {', '.join(near)}.",
                suggestions=near[:3],
            )
    chosen = sorted(set(names)) or list(known)
    if _DEFAULT in chosen and len(chosen) > 1:
        raise FormatError("The graph default is the others merged; export it alone.")
    return chosen


def _one_graph(
    files: Sequence[ShippedFile], names: Sequence[str], known: Sequence[str], format: str
) -> list[ox.Triple]:
    """Return the triples of the one graph asked for; the ontology with its slices, and not importing them."""
    if len(names) > 1:
        raise FormatError(
            f"The format {format} holds one graph and would mix {len(names)}, so that nobody could tell "
            "what is contested from facts; choose trig, nq or jsonld, which keep the names of graphs, or one "
            "graph (the graph default is all but what is contested)."
        )
    slices = [name for name in known if name.startswith(_SLICES)]
    together = [*names, *slices] if _ONTOLOGY in names else names
    triples = dict.fromkeys(triple for name in together for triple in _triples(files, name))
    if not {_ONTOLOGY, _DEFAULT}.intersection(names):
        return list(triples)
    return _under_one_header(
        triples, {ox.NamedNode(PREFIXES["gk"] + name) for name in (*slices, *_ON_OTHERS)}
    )


def _under_one_header(triples: Iterable[ox.Triple], merged: Set[ox.NamedNode]) -> list[ox.Triple]:
    """Return triples in which the ontologies that were merged are sources, and none is imported."""
    return [
        ox.Triple(subject, _DCTERMS_SOURCE, item) if predicate == _OWL_IMPORTS and item in merged else triple
        for triple in triples
        for subject, predicate, item in [triple]
        if not (subject in merged and item == _OWL_ONTOLOGY)
    ]


def _base(files: Sequence[ShippedFile]) -> list[ox.Triple]:
    """Return what the ontology says of its own terms, and of which kind each other term is that it uses."""
    own = [file for file in files if file.graph_name == _ONTOLOGY and file.path.stem not in _ON_OTHERS]
    triples = dict.fromkeys(triple for file in own for triple in _triples([file], _ONTOLOGY))
    used = {term for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    said = {triple.subject for triple in triples}
    kinds = {
        ox.NamedNode(PREFIXES["owl"] + name) for name in ("Class", "ObjectProperty", "AnnotationProperty")
    }
    slices = [file for file in files if file.graph_name.startswith(_SLICES)]
    declarations = (
        triple
        for file in slices
        for triple in _triples([file], file.graph_name)
        if triple.predicate == _TYPE and triple.object in kinds and triple.subject in used - said
    )
    imported = {triple.object for triple in triples if triple.predicate == _OWL_IMPORTS}
    return _under_one_header(dict.fromkeys([*triples, *declarations]), imported)  # type: ignore[arg-type]


def _triples(files: Sequence[ShippedFile], name: str) -> list[ox.Triple]:
    """Return each triple of a graph once, with blank nodes by lasting names."""
    graph = ox.DefaultGraph() if name == _DEFAULT else ox.NamedNode(graph_iri(name))
    wanted = [file for file in files if name in (_DEFAULT, file.graph_name)]
    return list(dict.fromkeys(quad.triple for quad in quads(wanted) if quad.graph_name == graph))


def _written(contents: _Contents, format: str) -> bytes:
    """Return the document that holds the graphs."""
    if format in ("ttl", "trig"):
        nested = {
            name: nested_graph(triples, name, label=f"g{number}b" if number else "b")
            for number, (name, triples) in enumerate(contents.items())
        }
        return turtle_document(nested).encode()
    if format == "rdfxml":
        return rdf_xml(contents[None])
    quads = [
        ox.Quad(*triple, *([ox.NamedNode(name)] if name is not None else []))
        for name, triples in contents.items()
        for triple in triples
    ]
    if format == "jsonld":
        return json_ld(quads)
    data = ox.serialize(sorted(quads, key=str), format=ox.RdfFormat.N_QUADS)  # N-Triples without names
    assert data is not None  # it is, when no output is given
    return data
