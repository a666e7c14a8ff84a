"""Graphs as files to take along: the same bytes for the same content, in six formats.

They are read from the files, not from the store, which writes some numbers otherwise than they were written.
Turtle and TriG come in the canonical form of the project.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

import pyoxigraph as ox

from glutakg.dataset.graphs import file_triples
from glutakg.dataset.names import EXPORT_FORMATS, STATEMENT, graph_iri
from glutakg.dataset.owl_documents import ONTOLOGY, Known, graph_header, known_terms, owl_document
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import FormatError, ParameterError, TermError
from glutakg.rdf import PREFIXES, json_ld, nested_graph, rdf_xml, turtle_document
from glutakg.text import did_you_mean

__all__ = ["export"]


_ONE_GRAPH_FORMATS = ("ttl", "rdfxml", "nt")
_DEFAULT, _ONTOLOGY, _SLICES = "default", "ontology", "imports/"
_CONTESTED, _INFERRED, _CATALOGUE = "contested", "inferred", "catalogue"
_BESIDE_FACTS = (_CATALOGUE, _INFERRED)
"""Graphs that may be named beside `default`, of which a document of the facts has nothing, or no records."""
_ON_OTHERS = ("bridge", "words")
"""The files beside the ontology, and ontologies themselves, that say something of terms of others."""

_Graphs = Mapping[str, Iterable[ox.Triple]]
"""The triples of each graph by its name."""

_Contents = dict[str | None, list[ox.Triple]]
"""The triples of each graph under its IRI, which is None for a graph without name."""


def export(
    files: Sequence[ShippedFile],
    graphs: str | Sequence[str] = (),
    *,
    format: str = "trig",
    base: bool = False,
    with_ontology: bool = False,
) -> bytes:
    """Return graphs of the files as one UTF-8 document, which is the same for the same content.

    `trig`, `nq` and `jsonld` keep the names of graphs and give each graph as it is. `ttl`, `rdfxml`
    and `nt` know no names, so they take one graph, and make it an ontology document that tools of OWL open
    on its own: with one header, a declaration of each term, the sources of definitions where OBO format
    looks for them, and no label that an individual shares with a class. `ontology` has its slices merged into
    it; its header names each by `dcterms:source` instead of `owl:imports`. `default` is what a query without
    GRAPH sees, which is all graphs but the contested one merged; the document leaves out the catalogue of
    queries and the records of derivations, unless `catalogue` or `inferred` is named beside it.

    With `base`, the ontology holds axioms and annotations on its own terms alone: what it says of terms of
    others, and the slices, are left out, and each term of others that it uses is declared. That is what a
    release of another ontology imports beside the whole ontologies.

    Args:
        files: what holds the graphs, such as `glutakg.dataset.shipped_files()`.
        graphs: names such as `source` or `imports/chebi`, or one name; without any, all named graphs.
        format: ttl, rdfxml, nt, nq, trig or jsonld.
        base: leave out what is not on terms of the ontology itself; for the graph `ontology` alone.
        with_ontology: add the ontology and its slices to the graphs that are named.

    Raises:
        TermError: there is no graph of that name; tells those that there are, the nearest first.
        ParameterError: there is no such format, or `base` is asked for with another graph or with the rest of
            the ontology.
        FormatError: the format cannot hold what was asked for: several graphs, or in RDF/XML a predicate that
            is no XML name, or text with a control character.
        SourceError: a file cannot be read or is not Turtle.

    >>> from glutakg.dataset import shipped_files
    >>> export(shipped_files(), "ontology", format="ttl")[:48]
    b'@prefix bibo: <http://purl.org/ontology/bibo/> .'
    """
    if format not in EXPORT_FORMATS:
        raise ParameterError(
            f"There is no format {format!r} to export in; choose one of {', '.join(EXPORT_FORMATS)}.",
            parameter="format",
        )
    known = sorted({file.graph_name for file in files})
    names = _chosen([graphs] if isinstance(graphs, str) else graphs, known)
    if base and (names != [_ONTOLOGY] or with_ontology):
        raise ParameterError(
            "Only the ontology has a base, and that is without the rest; ask for the graph ontology alone.",
            parameter="base",
        )
    is_document = format in _ONE_GRAPH_FORMATS
    if _DEFAULT in names and not {*names} <= ({_DEFAULT, *_BESIDE_FACTS} if is_document else {_DEFAULT}):
        message = "The graph default is the others merged; export it alone"
        raise FormatError(message + (", or with catalogue or inferred." if is_document else "."))
    ontology = [name for name in known if name == _ONTOLOGY or name.startswith(_SLICES)]
    if base:
        contents: _Contents = {None if is_document else graph_iri(_ONTOLOGY): _base(files)}
    elif is_document:
        if len(names) > 1 and _DEFAULT not in names:
            raise FormatError(
                f"The format {format} holds one graph and would mix {len(names)}, so that nobody could tell "
                "what is contested from facts; choose trig, nq or jsonld, which keep the names of graphs, or "
                "one graph (the graph default is all but what is contested)."
            )
        contents = {None: _document(files, names, ontology if with_ontology else [])}
    else:
        names = sorted({*names, *ontology}) if with_ontology and names != [_DEFAULT] else names
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
    return sorted(set(names)) or list(known)


def _document(files: Sequence[ShippedFile], names: Sequence[str], beside: Sequence[str]) -> list[ox.Triple]:
    """Return the triples of a graph, and of those beside it, as an ontology document."""
    needed = {*names, _INFERRED} if _DEFAULT in names else {*names}
    graphs = _by_graph(files, unless={_INFERRED, _CATALOGUE} - needed)
    slices = [name for name in graphs if name.startswith(_SLICES)]
    name = _DEFAULT if _DEFAULT in names else names[0]
    if name == _ONTOLOGY or (beside and name in slices):
        triples = _merged(graphs, [_ONTOLOGY, *slices])
        return owl_document(triples, ONTOLOGY, Known(_known(graphs).kinds), _parts(slices))
    if name in slices:
        iri = ox.NamedNode(PREFIXES["gk"] + name)
        return owl_document(list(graphs[name]), iri, Known(_known(graphs).kinds))
    triples = _facts(graphs, names) if name == _DEFAULT else _merged(graphs, [name, *beside])
    iri = ox.NamedNode(PREFIXES["gkg"] + name)
    header = graph_header(name, iri, merged=bool(beside) or name == _DEFAULT)
    return owl_document([*header, *triples], iri, _known(graphs), _parts(slices))


def _base(files: Sequence[ShippedFile]) -> list[ox.Triple]:
    """Return what the ontology says of its own terms, and of which kind each other term is that it uses."""
    graphs = _by_graph(files, unless={_INFERRED, _CATALOGUE})
    slices = [name for name in graphs if name.startswith(_SLICES)]
    own = [file for file in files if file.graph_name == _ONTOLOGY and file.path.stem not in _ON_OTHERS]
    return owl_document(_triples(own, _ONTOLOGY), ONTOLOGY, Known(_known(graphs).kinds), _parts(slices))


def _facts(graphs: _Graphs, names: Sequence[str]) -> list[ox.Triple]:
    """Return what the default graph holds but, unless they are named, catalogue and records of inferences."""
    left_out = {_CONTESTED, _CATALOGUE} - {*names}
    triples = _merged(graphs, [name for name in graphs if name not in left_out])
    if _INFERRED in names:
        return triples
    return [triple for triple in triples if not str(triple.subject).startswith(f"<{STATEMENT}")]


def _by_graph(files: Sequence[ShippedFile], *, unless: Set[str]) -> _Graphs:
    """Return each triple once for each graph that is wanted, by the name of the graph."""
    graphs: dict[str, dict[ox.Triple, None]] = {}
    for file in files:
        if file.graph_name not in unless:
            graphs.setdefault(file.graph_name, {}).update(dict.fromkeys(_triples([file], file.graph_name)))
    return graphs


def _merged(graphs: _Graphs, names: Sequence[str]) -> list[ox.Triple]:
    """Return each triple of several graphs once."""
    return list(dict.fromkeys(triple for name in names for triple in graphs.get(name, ())))


def _known(graphs: _Graphs) -> Known:
    """Return what all graphs tell of terms."""
    return known_terms(_merged(graphs, [name for name in graphs if name != _INFERRED]))


def _parts(slices: Sequence[str]) -> set[ox.NamedNode]:
    """Return the ontologies that the ontology imports and is merged with."""
    return {ox.NamedNode(PREFIXES["gk"] + name) for name in (*slices, *_ON_OTHERS)}


def _triples(files: Sequence[ShippedFile], name: str) -> list[ox.Triple]:
    """Return each triple of a graph once, with blank nodes by lasting names."""
    wanted = [
        file
        for file in files
        if (file.graph_name != _CONTESTED if name == _DEFAULT else file.graph_name == name)
    ]
    return list(dict.fromkeys(triple for file in wanted for triple in file_triples(file)))


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
