"""The focus nodes of shapes, and the shapes as pyshacl gets them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from glutakg.shacl.patterns import strict_pattern
from glutakg.shacl.sources import Source, empty_graph, to_engine, to_rdflib

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from glutakg.shacl.sources import Targets, Term

__all__ = ["find_targets", "only_subjects_of", "retargeted", "with_parts"]


_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


def find_targets(shapes: "Graph", sources: Iterable[Source]) -> "Targets":
    """Return the focus nodes of every shape that has a target, by the five targets of SHACL Core."""
    from rdflib import RDF, RDFS, SH

    subjects: dict[Term, set[Term]] = {
        to_engine(each): set() for each in shapes.objects(None, SH.targetSubjectsOf)
    }
    objects: dict[Term, set[Term]] = {
        to_engine(each): set() for each in shapes.objects(None, SH.targetObjectsOf)
    }
    instances: defaultdict[Term, set[Term]] = defaultdict(set)
    subclasses: defaultdict[Term, set[Term]] = defaultdict(set)
    for source in sources:
        for triple in source.triples:
            predicate, value = triple.predicate, triple.object
            if predicate == _TYPE:
                instances[value].add(triple.subject)
            elif predicate == _SUBCLASS:
                subclasses[value].add(triple.subject)
            if predicate in subjects:
                subjects[predicate].add(triple.subject)
            if predicate in objects:
                objects[predicate].add(value)
    targets: defaultdict[Node, set[Term]] = defaultdict(set)
    for shape, node in shapes.subject_objects(SH.targetNode):
        targets[shape].add(to_engine(node))
    for shape, relation in shapes.subject_objects(SH.targetSubjectsOf):
        targets[shape] |= subjects[to_engine(relation)]
    for shape, relation in shapes.subject_objects(SH.targetObjectsOf):
        targets[shape] |= objects[to_engine(relation)]
    implicit = set(shapes.subjects(RDF.type, SH.NodeShape)) & set(shapes.subjects(RDF.type, RDFS.Class))
    for shape, kind in (*shapes.subject_objects(SH.targetClass), *((shape, shape) for shape in implicit)):
        for each in _with_all_below(to_engine(kind), subclasses):
            targets[shape] |= instances[each]
    return dict(targets)


def _with_all_below(kind: "Term", subclasses: "Mapping[Term, set[Term]]") -> "set[Term]":
    found, to_visit = {kind}, [kind]
    while to_visit:
        new = subclasses.get(to_visit.pop(), set()) - found
        found |= new
        to_visit += new
    return found


def only_subjects_of(sources: Sequence[Source], targets: "Targets") -> "Targets":
    """Return the targets that are subjects in the user's files."""
    subjects = {triple.subject for source in sources for triple in source.triples}
    return {shape: nodes & subjects for shape, nodes in targets.items()}


def with_parts(shapes: "Graph", targets: "Targets") -> "Graph":
    """Return the shapes that have focus nodes, with what they are made of, and constraint components."""
    from rdflib import RDF, SH

    graph = empty_graph()
    waiting: list[Node] = [shape for shape, nodes in targets.items() if nodes]
    waiting += shapes.subjects(RDF.type, SH.ConstraintComponent)
    taken = set(waiting)
    while waiting:
        for triple in shapes.triples((waiting.pop(), None, None)):
            graph.add(triple)
            if triple[2] not in taken:
                taken.add(triple[2])
                waiting.append(triple[2])
    return graph


def retargeted(shapes: "Graph", targets: "Targets") -> "Graph":
    """Return the shapes for pyshacl: the given focus nodes are their only targets, and `$` is the end."""
    from rdflib import RDF, RDFS, SH

    graph = empty_graph()
    target_properties = {SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
    for subject, predicate, value in shapes:
        is_implicit = subject in targets and predicate == RDF.type and value == RDFS.Class
        if predicate == SH.pattern:
            value = strict_pattern(shapes, subject, value)
        if predicate not in target_properties and not is_implicit:
            graph.add((subject, predicate, value))
    for shape, nodes in targets.items():
        for node in nodes:
            graph.add((shape, SH.targetNode, to_rdflib(node)))
    return graph
