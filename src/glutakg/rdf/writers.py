"""Writes sorted triples as JSON-LD and RDF/XML, the same bytes on every run."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from glutakg.errors import FormatError
from glutakg.rdf.nesting import NestedGraph
from glutakg.rdf.prefixes import PREFIXES
from glutakg.rdf.turtle import Prefixes
from glutakg.text import xml_can_hold

__all__ = []


_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_RDF_TYPE, _RDF_NIL = _RDF + "type", _RDF + "nil"

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

_Tree = dict[str, Any]
"""A node, literal or list as expanded JSON-LD: `@id`, `@value`, `@list`, and lists of trees by predicate."""


# ---- the tree ----


def trees(graph: NestedGraph) -> list[_Tree]:
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


def schemes(graphs: Iterable[Iterable[ox.Triple]]) -> set[str]:
    """Return what stands before the colon in any IRI, which JSON-LD would take for a prefix of that name."""
    schemes = set()
    for triples in graphs:
        for triple in triples:
            for term in triple:
                iri = term.datatype if isinstance(term, ox.Literal) else term
                if isinstance(iri, ox.NamedNode):
                    schemes.add(iri.value.partition(":")[0])
    return schemes


def json_ld(graphs: Mapping[str | None, NestedGraph], prefixes: Prefixes) -> str:
    nodes: list[object] = []
    for name, graph in graphs.items():
        compacted = [_compacted(tree, prefixes) for tree in trees(graph)]
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


class RdfXml:
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
