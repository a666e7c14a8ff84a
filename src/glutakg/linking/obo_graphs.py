"""OBO Graph JSON as OWL in triples, after the data model of OBO Graphs (https://github.com/geneontology/obographs).

The format keeps less than OWL has: no axioms of properties but hierarchy, inverses, domains, ranges and
chains. It is one JSON document, which is read whole.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from glutakg.errors import SourceError
from glutakg.linking.owl_triples import IS_A, Node, annotated_axiom, listed, oio, owl
from glutakg.rdf import PREFIXES

__all__ = ["obo_graph_triples"]

_OBO, _OIO, _OWL, _RDF, _RDFS = (PREFIXES[prefix] for prefix in ("obo", "oio", "owl", "rdf", "rdfs"))
_KINDS = {"CLASS": "Class", "INDIVIDUAL": "NamedIndividual", "PROPERTY": "ObjectProperty"}
_PROPERTY_KINDS = {"ANNOTATION": "AnnotationProperty", "OBJECT": "ObjectProperty", "DATA": "DatatypeProperty"}
_EDGES = {
    "is_a": _RDFS + "subClassOf", "subPropertyOf": _RDFS + "subPropertyOf", "inverseOf": _OWL + "inverseOf",
    "type": _RDF + "type", "disjointWith": _OWL + "disjointWith",
}  # fmt: skip


def obo_graph_triples(stream: BinaryIO, name: str, notes: list[str]) -> Iterator[Triple]:
    """Yield the triples of a document.

    Args:
        stream: the document.
        name: what stands for it in messages.
        notes: gets a sentence on each part that no triple can be made of.

    Raises:
        SourceError: it is not OBO Graph JSON.
    """
    try:
        document = json.load(stream)
        graphs = document["graphs"]
        for graph in graphs:
            yield from _Graph(graph).triples()
            left = sorted(set(graph) - _Graph.parts)
            if left:
                notes.append(f"What the graph has under {', '.join(left)} became no triples.")
    except UnicodeDecodeError:
        raise SourceError("This is not UTF-8; save it in that encoding.", path=name) from None
    except json.JSONDecodeError as error:
        raise SourceError(f"This is not JSON: {error.msg}.", path=name, line=error.lineno) from None
    except RecursionError:
        raise SourceError("It nests too deeply to be read.", path=name) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SourceError(
            f"This is not OBO Graph JSON: a part is missing or of another kind ({error}).", path=name
        ) from None


class _Graph:
    """One graph of a document."""

    parts = frozenset(
        {"id", "lbl", "meta", "nodes", "edges", "equivalentNodesSets", "logicalDefinitionAxioms",
         "domainRangeAxioms", "propertyChainAxioms"}
    )  # fmt: skip

    def __init__(self, graph: dict[str, Any]) -> None:
        self._graph = graph
        self._kinds = {each["id"]: each.get("type", "") for each in graph.get("nodes", ())}

    def triples(self) -> Iterator[Triple]:
        """Yield what it says."""
        graph = self._graph
        if "id" in graph:
            me = _iri(graph["id"])
            yield Triple(me, IS_A, owl("Ontology"))
            meta = dict(graph.get("meta", {}))
            if version := meta.pop("version", ""):
                is_address = version.startswith(("http:", "https:"))
                value: NamedNode | Literal = _iri(version) if is_address else Literal(version)
                yield Triple(me, owl("versionIRI" if is_address else "versionInfo"), value)
            yield from _meta(me, meta)
        for node in graph.get("nodes", ()):
            yield from _node(node)
        for edge in graph.get("edges", ()):
            yield from self._edge(edge)
        for axiom in graph.get("equivalentNodesSets", ()):
            first, *others = axiom["nodeIds"]
            for other in others:
                yield Triple(_iri(first), owl("equivalentClass"), _iri(other))
        for axiom in graph.get("logicalDefinitionAxioms", ()):
            yield from _definition(axiom)
        for axiom in graph.get("domainRangeAxioms", ()):
            yield from _of_property(axiom)
        for axiom in graph.get("propertyChainAxioms", ()):
            chain = BlankNode()
            yield Triple(_iri(axiom["predicateId"]), owl("propertyChainAxiom"), chain)
            yield from listed(chain, [_iri(each) for each in axiom["chainPredicateIds"]])

    def _edge(self, edge: dict[str, Any]) -> Iterator[Triple]:
        below, above, relation = _iri(edge["sub"]), _iri(edge["obj"]), edge["pred"]
        value: Node = above
        if relation == "is_a" and self._kinds.get(edge["sub"]) == "PROPERTY":
            property = NamedNode(_EDGES["subPropertyOf"])
        elif relation in _EDGES:
            property = NamedNode(_EDGES[relation])
        elif self._kinds.get(edge["sub"]) == "INDIVIDUAL":
            property = _iri(relation)
        else:
            property = NamedNode(_EDGES["is_a"])
            value = BlankNode()
            yield from _restriction(value, relation, edge["obj"])
        yield from _annotated(below, property, value, edge.get("meta", {}))


def _node(node: dict[str, Any]) -> Iterator[Triple]:
    me = _iri(node["id"])
    kind = _PROPERTY_KINDS.get(node.get("propertyType", "")) or _KINDS.get(node.get("type", ""))
    if kind:
        yield Triple(me, IS_A, owl(kind))
    if "lbl" in node:
        yield Triple(me, NamedNode(_RDFS + "label"), Literal(node["lbl"]))
    yield from _meta(me, node.get("meta", {}))


def _meta(me: NamedNode, meta: dict[str, Any]) -> Iterator[Triple]:
    """Yield the annotations of an entity."""
    if "definition" in meta:
        yield from _words(me, _OBO + "IAO_0000115", meta["definition"])
    for each in meta.get("synonyms", ()):
        yield from _words(me, each["pred"], each)
    for each in meta.get("xrefs", ()):
        yield Triple(me, NamedNode(_OIO + "hasDbXref"), Literal(each["val"]))
    for each in meta.get("comments", ()):
        yield Triple(me, NamedNode(_RDFS + "comment"), Literal(each))
    for each in meta.get("subsets", ()):
        yield Triple(me, NamedNode(_OIO + "inSubset"), _iri(each))
    for each in meta.get("basicPropertyValues", ()):
        value = each["val"]
        is_address = value.startswith(("http://", "https://")) and not any(map(str.isspace, value))
        yield Triple(me, _iri(each["pred"]), _iri(value) if is_address else Literal(value))
    if meta.get("deprecated") is True:
        true = Literal("true", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))
        yield Triple(me, owl("deprecated"), true)


def _words(me: NamedNode, property: str, told: dict[str, Any]) -> Iterator[Triple]:
    """Yield a definition or synonym with what it rests on."""
    name = _iri(property if ":" in property else _OIO + property)
    value = Literal(told["val"])
    yield from _annotated(me, name, value, told)


def _annotated(
    me: Node, property: NamedNode, value: Node | Literal, told: dict[str, Any]
) -> Iterator[Triple]:
    """Yield an axiom with its annotations."""
    references = [each if isinstance(each, str) else each["val"] for each in told.get("xrefs", ())]
    annotations: list[tuple[NamedNode, NamedNode | Literal]] = [
        (oio("hasDbXref"), Literal(each)) for each in references
    ]
    annotations += [
        (_iri(each["pred"]), Literal(each["val"])) for each in told.get("basicPropertyValues", ())
    ]
    if kind := told.get("synonymType", ""):
        annotations.append((oio("hasSynonymType"), _iri(kind)))
    yield from annotated_axiom(me, property, value, annotations)


def _definition(axiom: dict[str, Any]) -> Iterator[Triple]:
    """Yield that a class is what lies in several others."""
    whole, first = BlankNode(), BlankNode()
    parts: list[Node] = [_iri(each) for each in axiom.get("genusIds", ())]
    for each in axiom.get("restrictions", ()):
        part = BlankNode()
        yield from _restriction(part, each["propertyId"], each["fillerId"])
        parts.append(part)
    yield Triple(_iri(axiom["definedClassId"]), owl("equivalentClass"), whole)
    yield Triple(whole, IS_A, owl("Class"))
    yield Triple(whole, owl("intersectionOf"), first)
    yield from listed(first, parts)


def _of_property(axiom: dict[str, Any]) -> Iterator[Triple]:
    """Yield domains and ranges."""
    me = _iri(axiom["predicateId"])
    for key, name in (("domainClassIds", "domain"), ("rangeClassIds", "range")):
        for each in axiom.get(key, ()):
            yield Triple(me, NamedNode(_RDFS + name), _iri(each))
    for each in axiom.get("allValuesFromEdges", ()):
        restriction = BlankNode()
        yield Triple(restriction, IS_A, owl("Restriction"))
        yield Triple(restriction, owl("onProperty"), me)
        yield Triple(restriction, owl("allValuesFrom"), _iri(each["obj"]))
        yield Triple(_iri(each["sub"]), NamedNode(_RDFS + "subClassOf"), restriction)


def _restriction(node: BlankNode, relation: str, filler: str) -> Iterator[Triple]:
    yield Triple(node, IS_A, owl("Restriction"))
    yield Triple(node, owl("onProperty"), _iri(relation))
    yield Triple(node, owl("someValuesFrom"), _iri(filler))


def _iri(name: str) -> NamedNode:
    """Return the IRI of a name: itself, or that of the CURIE that it is."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return NamedNode(f"{_OBO}TEMP#{name}")
    if prefix in PREFIXES and not local.startswith("//"):
        return NamedNode(PREFIXES[prefix] + local)
    return NamedNode(name)
