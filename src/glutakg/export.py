"""Graphs as files to take along: the same bytes for the same content, in six formats, nested where they can.

They are read from the files, not from the store, which writes some numbers otherwise than they were written.
Turtle and TriG come in the project's own form (`formatting`). JSON-LD and RDF/XML are written here from one
tree of plain values: expanded JSON-LD, in order.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from glutakg.dataset import quads
from glutakg.errors import FormatError, ParameterError, TermError
from glutakg.files import ShippedFile
from glutakg.formatting import NestedGraph, Prefixes, nested_graph, turtle_document
from glutakg.queries import did_you_mean
from glutakg.results import EXPORT_FORMATS
from glutakg.terms import PREFIXES, graph_iri, xml_can_hold

__all__ = ["export"]

_ONE_GRAPH_FORMATS = ("ttl", "rdfxml", "nt")
_DEFAULT, _ONTOLOGY, _SLICES = "default", "ontology", "imports/"

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_RDF_TYPE, _RDF_NIL = _RDF + "type", _RDF + "nil"
_OWL_IMPORTS, _OWL_ONTOLOGY = (ox.NamedNode(PREFIXES["owl"] + name) for name in ("imports", "Ontology"))
_DCTERMS_SOURCE = ox.NamedNode(PREFIXES["dcterms"] + "source")

_WIDEST_LINE = 110
# Values that JSON writes as the same text; beyond 15 digits a reader may round.
_NATIVE_JSON = {
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,14}"),
    _XSD + "boolean": re.compile(r"true|false"),
}
_XML_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_XML_NAME = re.compile(rf"[{_XML_NAME_START}][{_XML_NAME_START}0-9.\xb7\u0300-\u036f\u203f\u2040-]*\Z")
_BLANK = ' rdf:parseType="Resource"'
_XMLNS = "http://www.w3.org/2000/xmlns/"  # no prefix may stand for it
_NOT_ELEMENTS = frozenset(
    _RDF + name
    for name in (
        "RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip

_Contents = dict[str | None, list[ox.Triple]]
"""The triples of each graph under its IRI, which is None for a graph without name."""

_Tree = dict[str, Any]
"""A node, literal or list as expanded JSON-LD: `@id`, `@value`, `@list`, and lists of trees by predicate."""


def export(files: Sequence[ShippedFile], graphs: str | Sequence[str] = (), *, format: str = "trig") -> bytes:
    """Return graphs of the files as one UTF-8 document, which is the same for the same content.

    `trig`, `nq` and `jsonld` keep the names of graphs and give each graph as it is. `ttl`, `rdfxml`
    and `nt` know no names, so they take one graph. There, `ontology` has its import slices merged into it and
    needs no other file: its header, the only one, names each slice by `dcterms:source` instead of
    `owl:imports`. The same is done in `default`: what a query without GRAPH sees, which is all graphs but the
    contested one merged.

    Args:
        files: what holds the graphs, such as `glutakg.files.shipped_files()`.
        graphs: names such as `source` or `imports/chebi`, or one name; without any, all named graphs.
        format: ttl, rdfxml, nt, nq, trig or jsonld.

    Raises:
        TermError: there is no graph of that name; tells those that there are, the nearest first.
        ParameterError: there is no such format.
        FormatError: the format cannot hold what was asked for: several graphs, or in RDF/XML a predicate that
            is no XML name, or text with a control character.
        SourceError: a file cannot be read or is not Turtle.

    >>> from glutakg.files import shipped_files
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
    if format in _ONE_GRAPH_FORMATS:
        contents: _Contents = {None: _one_graph(files, names, known, format)}
    else:
        contents = {None if name == _DEFAULT else graph_iri(name): _triples(files, name) for name in names}
    try:
        return _written(contents, format)
    except RecursionError:
        raise FormatError("Blank nodes nest too deeply for this format; choose nt or nq.") from None


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
    merged = {ox.NamedNode(PREFIXES["gk"] + name) for name in slices}
    return [
        ox.Triple(subject, _DCTERMS_SOURCE, item) if predicate == _OWL_IMPORTS and item in merged else triple
        for triple in triples
        for subject, predicate, item in [triple]
        if not (subject in merged and item == _OWL_ONTOLOGY)
    ]


def _triples(files: Sequence[ShippedFile], name: str) -> list[ox.Triple]:
    """Return each triple of a graph once, with blank nodes by lasting names."""
    graph = ox.DefaultGraph() if name == _DEFAULT else ox.NamedNode(graph_iri(name))
    wanted = [file for file in files if name in (_DEFAULT, file.graph_name)]
    return list(dict.fromkeys(quad.triple for quad in quads(wanted) if quad.graph_name == graph))


def _written(contents: _Contents, format: str) -> bytes:
    """Return the document that holds the graphs."""
    if format in ("nt", "nq"):
        lines = (
            ox.Quad(*triple, *([ox.NamedNode(name)] if name is not None else []))
            for name, triples in contents.items()
            for triple in triples
        )
        data = ox.serialize(sorted(lines, key=str), format=ox.RdfFormat.N_QUADS)  # N-Triples without names
        assert data is not None  # it is, when no output is given
        return data
    nested = {
        name: nested_graph(triples, name, label=f"g{number}b" if number else "b")
        for number, (name, triples) in enumerate(contents.items())
    }
    if format == "jsonld":
        return _json_ld(nested, Prefixes(without=_schemes(contents.values()))).encode()
    if format == "rdfxml":
        return _RdfXml().document(_trees(nested[None])).encode()
    return turtle_document(nested).encode()


# ---- the tree ----


def _trees(graph: NestedGraph) -> list[_Tree]:
    """Return every subject that does not nest, in order: IRIs, labelled blank nodes, then the others."""
    named, nameless = graph.subjects()
    trees = [_node_tree(graph, node) for node in named]
    return trees + sorted((_node_tree(graph, node) for node in nameless), key=_order)


def _node_tree(graph: NestedGraph, node: ox.NamedNode | ox.BlankNode) -> _Tree:
    tree: _Tree = {}
    if isinstance(node, ox.NamedNode):
        tree["@id"] = node.value
    elif node in graph.labels:
        tree["@id"] = f"_:{graph.labels[node]}"
    properties = graph.properties.get(node, {})
    for predicate in sorted(properties, key=lambda iri: (iri != _RDF_TYPE, iri)):
        tree[predicate] = sorted((_tree(graph, item) for item in properties[predicate]), key=_order)
    return tree


def _tree(graph: NestedGraph, item: ox.NamedNode | ox.BlankNode | ox.Literal) -> _Tree:
    """Return an object: a literal, a reference, a list, or a blank node with all that it says."""
    if isinstance(item, ox.Literal):
        parts = {"@language": item.language, "@direction": item.direction and str(item.direction)}
        if not item.language and item.datatype.value != _XSD + "string":
            parts["@type"] = item.datatype.value
        return {"@value": item.value, **{key: value for key, value in parts.items() if value}}
    if isinstance(item, ox.NamedNode):
        return {"@id": item.value}
    if item in graph.labels:
        return {"@id": f"_:{graph.labels[item]}"}
    if item in graph.cells:
        return {"@list": [_tree(graph, each) for each in graph.list_items(item)]}
    return _node_tree(graph, item)


def _order(tree: _Tree) -> str:
    return json.dumps(tree)


# ---- JSON-LD ----


def _schemes(graphs: Iterable[Iterable[ox.Triple]]) -> set[str]:
    """Return what stands before the colon in any IRI, which JSON-LD would take for a prefix of that name."""
    schemes = set()
    for triples in graphs:
        for triple in triples:
            for term in triple:
                iri = term.datatype if isinstance(term, ox.Literal) else term
                if isinstance(iri, ox.NamedNode):
                    schemes.add(iri.value.partition(":")[0])
    return schemes


def _json_ld(graphs: Mapping[str | None, NestedGraph], prefixes: Prefixes) -> str:
    nodes: list[object] = []
    for name, graph in graphs.items():
        compacted = [_compacted(tree, prefixes) for tree in _trees(graph)]
        nodes += compacted if name is None else [{"@id": _short(name, prefixes), "@graph": compacted}]
    context = dict(sorted(prefixes.used.items()))
    return _pretty({"@context": context, "@graph": nodes}, "") + "\n"


def _short(iri: str, prefixes: Prefixes) -> str:
    return ":".join(prefixes.split(iri) or (iri,))


def _compacted(tree: _Tree, prefixes: Prefixes) -> object:
    """Return a tree with IRIs as CURIEs, values as plain as JSON allows, and lists of one as that one."""
    if "@list" in tree:
        return {"@list": [_compacted(each, prefixes) for each in tree["@list"]]}
    if "@value" in tree:
        native = _NATIVE_JSON.get(tree.get("@type", ""))
        if native and native.fullmatch(tree["@value"]):
            return json.loads(tree["@value"])
        short = {key: _short(value, prefixes) if key == "@type" else value for key, value in tree.items()}
        return short["@value"] if len(short) == 1 else short
    compact: dict[str, object] = {}
    for key, value in tree.items():
        if key == "@id":
            compact[key] = _short(value, prefixes)
        elif key == _RDF_TYPE and all(each.keys() == {"@id"} for each in value):
            compact["@type"] = _one_or_all([_short(each["@id"], prefixes) for each in value])
        else:
            compact[_short(key, prefixes)] = _one_or_all([_compacted(each, prefixes) for each in value])
    return compact


def _one_or_all(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values


def _pretty(value: object, indent: str) -> str:
    """Return JSON in which everything that fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) < _WIDEST_LINE:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {_pretty(value[key], inner)}" for key in value]
    else:
        parts = [_pretty(each, inner) for each in value]
    return line[0] + "".join(f"\n{inner}{part}," for part in parts)[:-1] + f"\n{indent}{line[-1]}"


# ---- RDF/XML ----


class _RdfXml:
    """Writes one graph and remembers the namespaces that it needed."""

    def __init__(self) -> None:
        self._prefixes = Prefixes()
        self._prefixes.used["rdf"] = _RDF
        self._made: dict[str, str] = {}

    def document(self, trees: Iterable[_Tree]) -> str:
        body = [f"\n{line}" for tree in trees for line in ["", *self._node(tree, "  ")]]
        made = [(prefix, namespace) for namespace, prefix in self._made.items()]
        namespaces = [*sorted(self._prefixes.used.items()), *made]
        heads = [f"\n    xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in namespaces]
        opening = "".join(['<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF', *heads, ">"])
        return "".join([opening, *body, "\n\n</rdf:RDF>\n"])

    def _node(self, tree: _Tree, indent: str) -> list[str]:
        """Return the element of a node, named after the first of its types that is an XML name."""
        kinds = [kind.get("@id", "") for kind in tree.get(_RDF_TYPE, ())]
        kind, name = next(
            ((kind, name) for kind in kinds if (name := self._name(kind))), (None, "rdf:Description")
        )
        start = f"{indent}<{name}{self._reference(tree, 'about')}"
        lines = [
            line
            for predicate, values in tree.items()
            if predicate != "@id"
            for value in values
            if not (predicate == _RDF_TYPE and value == {"@id": kind})
            for line in self._property(predicate, value, indent + "  ")
        ]
        return [f"{start}>", *lines, f"{indent}</{name}>"] if lines else [f"{start}/>"]

    def _property(self, predicate: str, value: _Tree, indent: str) -> list[str]:
        """Return the element of a statement."""
        name = self._name(predicate)
        if name is None:
            raise FormatError(
                f"The predicate <{predicate}> cannot be the name of an XML element, so that RDF/XML cannot "
                "say it; choose another format, such as ttl."
            )
        if "@value" in value:
            return [f"{indent}<{name}{self._literal_attributes(value)}>{_text(value)}</{name}>"]
        if "@list" not in value and value.keys() <= {"@id"}:
            return [f"{indent}<{name}{self._reference(value, 'resource') or _BLANK}/>"]
        kind = ""
        if "@list" not in value:
            inner = self._node(value, indent + "  ")
        elif any("@value" in each or "@list" in each for each in value["@list"]):
            inner = self._node(_first_and_rest(value["@list"]), indent + "  ")
        else:
            kind = ' rdf:parseType="Collection"'
            inner = [line for each in value["@list"] for line in self._node(each, indent + "  ")]
        return [f"{indent}<{name}{kind}>", *inner, f"{indent}</{name}>"]

    def _reference(self, tree: _Tree, attribute: str) -> str:
        """Return what names a node: its IRI as this attribute, its label, or nothing."""
        name = tree.get("@id")
        if name is None:
            return ""
        if name.startswith("_:"):
            return f" rdf:nodeID={quoteattr(name[2:])}"
        return f" rdf:{attribute}={quoteattr(name)}"

    def _literal_attributes(self, value: _Tree) -> str:
        if "@direction" in value or not xml_can_hold(value["@value"]):
            what = "base direction" if "@direction" in value else "control character"
            raise FormatError(
                f"The text {value['@value'][:40]!r} has a {what}, which RDF/XML cannot hold; "
                "choose another format, such as ttl."
            )
        if "@language" in value:
            return f" xml:lang={quoteattr(value['@language'])}"
        return f" rdf:datatype={quoteattr(value['@type'])}" if "@type" in value else ""

    def _name(self, iri: str) -> str | None:
        """Return an IRI as the name of an element; None where it cannot be one."""
        if iri in _NOT_ELEMENTS:
            return None
        short = self._prefixes.split(iri)
        if short and _XML_NAME.match(short[1]):
            return ":".join(short)
        local = _XML_NAME.search(iri)
        if local is None or iri.startswith(("_:", _XMLNS)):
            return None
        namespace = iri[: local.start()]
        return f"{self._made.setdefault(namespace, f'ns{len(self._made) + 1}')}:{local[0]}"


def _first_and_rest(items: Sequence[_Tree]) -> _Tree:
    """Return a list cell by cell, as RDF/XML says lists that hold text or lists."""
    rest = _first_and_rest(items[1:]) if len(items) > 1 else {"@id": _RDF_NIL}
    return {_RDF + "first": [items[0]], _RDF + "rest": [rest]}


def _text(value: _Tree) -> str:
    return escape(value["@value"], {"\r": "&#13;"})
