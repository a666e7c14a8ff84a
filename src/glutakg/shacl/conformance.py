"""Which nodes surely conform to a shape: a quick yes by SHACL Core, or no answer.

pyshacl spends most of its time on nodes without a fault. Here a shape becomes Python functions once, which
then look at each node. A node they are not sure of is left to pyshacl, which alone reports: so nothing that
is said here can put words into a report, and all that matters is that a yes is never wrong. Therefore each
function decides as pyshacl does, over the same terms of rdflib; a value whose comparison could be read in two
ways, a shape with a parameter that has no function here, and a shape that refers to itself are not decided.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Node

    _Values = Collection[Node]
    _Path = Callable[[Node], _Values]
    _Test = Callable[[Node, _Values], bool]

__all__ = ["Conformance", "subclasses"]


_SILENT = {
    *(SH.path, SH.message, SH.severity, SH.name, SH.description, SH.order, SH.group, SH.defaultValue),
    *(SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf),
}
"""Parameters that constrain nothing."""

_OF_PATHS = {SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan}
"""Parameters that only a shape with a path may have."""

_LEFT_TO_PYSHACL = re.compile(
    r"\b(MINUS|VALUES|SERVICE|AS\s+[$?]this|currentShape|shapesGraph|PATH)\b|\bFROM\s*[<N]", re.IGNORECASE
)

_PYTHON_TYPES: dict["Node", type] = {
    XSD.integer: int,
    XSD.string: str,
    XSD.boolean: bool,
    XSD.decimal: Decimal,
    XSD.date: date,
    XSD.dateTime: datetime,
}
_NODE_KINDS: dict["Node", tuple[type, ...]] = {
    SH.IRI: (URIRef,),
    SH.BlankNode: (BNode,),
    SH.Literal: (Literal,),
    SH.BlankNodeOrIRI: (BNode, URIRef),
    SH.BlankNodeOrLiteral: (BNode, Literal),
    SH.IRIOrLiteral: (URIRef, Literal),
}


class _UnsureError(Exception):
    """What is asked is left to pyshacl."""


class Conformance:
    """Tells of the nodes of a graph whether they surely conform to shapes.

    >>> prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <ex:> . "
    >>> shapes = Graph().parse(data=prefixes + "ex:S sh:property [ sh:path ex:p ; sh:maxCount 1 ] .")
    >>> data = Graph().parse(data=prefixes + "ex:a ex:p 1 . ex:b ex:p 1, 2 .")
    >>> conformance = Conformance(shapes, data)
    >>> [conformance.is_sure(URIRef("ex:S"), URIRef(node)) for node in ("ex:a", "ex:b")]
    [True, False]

    """

    def __init__(self, shapes: Graph, data: Graph) -> None:
        """Take the shapes, and the graph that the nodes are seen in; neither may change afterwards."""
        self._shapes = shapes
        self._data = data
        self._tests: dict[Node, Callable[[Node], bool] | None] = {}
        self._instances: dict[Node, set[Node]] = {}

    def is_sure(self, shape: "Node", node: "Node") -> bool:
        """Return True only where pyshacl would have nothing to report of the node for the shape."""
        try:
            return self._test(shape)(node)
        except _UnsureError:
            return False

    def _test(self, shape: "Node") -> "Callable[[Node], bool]":
        """Return a function that tells whether a node conforms to the shape, made once."""
        if shape not in self._tests:
            self._tests[shape] = None  # while it is made, and for good where it cannot be made
            try:
                self._tests[shape] = self._made_test(shape)
            except (re.error, ValueError) as error:  # an expression or a list that is not well formed
                raise _UnsureError from error
        test = self._tests[shape]
        if test is None:
            raise _UnsureError
        return test

    def _made_test(self, shape: "Node") -> "Callable[[Node], bool]":
        if self._has_own_components:
            raise _UnsureError
        paths = list(self._shapes.objects(shape, SH.path))
        values_of = self._path(paths[0]) if paths else lambda node: (node,)
        parameters = list(self._shapes.predicate_objects(shape))
        names = [name for name, _ in parameters if str(name).startswith(str(SH)) and name not in _SILENT]
        tests = [self._constraint(shape, name, value) for name, value in parameters if name in names]
        # these may come once; of the others each value is a constraint of its own
        if len(paths) > 1 or any(names.count(name) > 1 for name in set(names) - _REPEATABLE):
            raise _UnsureError

        def test(node: "Node") -> bool:
            values = values_of(node)
            return all([conforms(node, values) for conforms in tests])

        return test

    @cached_property
    def _has_own_components(self) -> bool:
        """Whether the shapes bring constraint components of their own, whose parameters may have any name."""
        return (None, SH.parameter, None) in self._shapes

    # ---- paths ----

    def _path(self, path: "Node") -> "_Path":
        data = self._data
        if isinstance(path, URIRef):
            return lambda node: set(data.objects(node, path))
        if (first := self._shapes.value(path, RDF.first)) is not None and first != RDF.nil:
            steps = [self._path(step) for step in self._shapes.items(path)]
            if len(steps) > 1:
                return lambda node: _after(steps, node)
        match list(self._shapes.predicate_objects(path)):
            case [(SH.inversePath, URIRef() as inverse)]:
                return lambda node: set(data.subjects(inverse, node))
            case [(SH.alternativePath, alternatives)]:
                ways = [self._path(way) for way in self._shapes.items(alternatives)]
                if len(ways) > 1:
                    return lambda node: {value for way in ways for value in way(node)}
        raise _UnsureError

    # ---- constraints ----

    def _constraint(self, shape: "Node", name: "Node", value: "Node") -> "_Test":
        """Return the function for one parameter of a shape."""
        has_path = (shape, SH.path, None) in self._shapes
        if name in _OF_PATHS and not has_path:
            raise _UnsureError
        if name in _CONSTRAINTS:
            return _CONSTRAINTS[name](value)
        if name == SH["class"]:
            instances = self._instances_of(value)
            return lambda node, values: all([it in instances for it in values])
        if name == SH.node or (name == SH.property and (value, SH.path, None) in self._shapes):
            inner = self._test(value)
            return lambda node, values: all([inner(it) for it in values])
        if name == SH["not"]:
            inner = self._test(value)
            return lambda node, values: not any([inner(it) for it in values])
        if name == SH["or"]:
            choices = [self._test(choice) for choice in self._list(value)]
            return lambda node, values: all([any([inner(it) for inner in choices]) for it in values])
        if name == SH["in"]:
            allowed = set(self._list(value))
            return lambda node, values: all([it in allowed for it in values])
        if name == SH.languageIn:
            languages = {str(language).lower() for language in self._list(value)}
            return lambda node, values: all([_is_in_language(it, languages) for it in values])
        if name == SH.lessThan:
            return lambda node, values: self._are_less(values, self._data.objects(node, value))
        if name == SH.sparql and not has_path:
            query = self._query(value)
            return lambda node, values: not self._data.query(query, initBindings={"this": node})  # type: ignore[dict-item]
        raise _UnsureError

    def _list(self, head: "Node") -> "Sequence[Node]":
        items = list(self._shapes.items(head))
        if not items:
            raise _UnsureError
        return items

    def _instances_of(self, kind: "Node") -> "set[Node]":
        if kind not in self._instances:
            kinds = subclasses(self._data, kind)
            self._instances[kind] = {node for one in kinds for node in self._data.subjects(RDF.type, one)}
        return self._instances[kind]

    def _are_less(self, values: "_Values", others: "Iterable[Node]") -> bool:
        limit = min(map(_integer, others), default=None)
        return limit is None or all([_integer(it) < limit for it in values])

    def _query(self, constraint: "Node") -> "Query":
        """Return the query of a SPARQL constraint, if it has nothing that pyshacl would refuse or fill in."""
        selects = [str(select) for select in self._shapes.objects(constraint, SH.select)]
        if len(selects) != 1 or (constraint, SH.deactivated, None) in self._shapes:
            raise _UnsureError
        if _LEFT_TO_PYSHACL.search(selects[0]) or len(re.findall("SELECT", selects[0], re.IGNORECASE)) != 1:
            raise _UnsureError
        prefixes = {"rdf": str(RDF), "rdfs": str(RDFS), "owl": str(OWL)}
        for declaring in self._shapes.objects(constraint, SH.prefixes):
            for declaration in self._shapes.objects(declaring, SH.declare):
                prefix = str(self._shapes.value(declaration, SH.prefix))
                namespace = str(self._shapes.value(declaration, SH.namespace))
                if prefixes.setdefault(prefix, namespace) != namespace:
                    raise _UnsureError
        try:
            return _prepared(selects[0], *prefixes.items())
        except Exception as error:  # rdflib has no class of its own for a query that is not well formed
            raise _UnsureError from error


@lru_cache(maxsize=256)
def _prepared(text: str, *prefixes: tuple[str, str]) -> "Query":
    """Return a query that is parsed once, which takes longer than to look at a small file."""
    return prepareQuery(text, initNs=dict(prefixes))


def subclasses(data: Graph, kind: "Node") -> "set[Node]":
    """Return a class and all below it; rdflib's own walk is recursive, and so ends at some depth."""
    found = {kind}
    to_visit = [kind]
    while to_visit:
        new = set(data.subjects(RDFS.subClassOf, to_visit.pop())) - found
        found |= new
        to_visit += new
    return found


def _after(steps: "Sequence[_Path]", node: "Node") -> "set[Node]":
    nodes = {node}
    for step in steps:
        nodes = {value for one in nodes for value in step(one)}
    return nodes


def _integer(term: Any) -> int:
    """Return the value of a number that compares in one way only."""
    if isinstance(term, Literal) and term.datatype == XSD.integer and type(term.value) is int:
        return term.value
    raise _UnsureError


def _min_count(value: "Node") -> "_Test":
    number = _integer(value)
    return lambda node, values: len(values) >= number


def _max_count(value: "Node") -> "_Test":
    number = _integer(value)
    return lambda node, values: len(values) <= number


def _min_inclusive(value: "Node") -> "_Test":
    number = _integer(value)
    return lambda node, values: all([_integer(it) >= number for it in values])


def _has_value(value: "Node") -> "_Test":
    return lambda node, values: value in values


def _datatype(value: "Node") -> "_Test":
    if value not in _PYTHON_TYPES:
        raise _UnsureError
    kind = _PYTHON_TYPES[value]

    def is_typed(term: "Node") -> bool:
        is_of = isinstance(term, Literal) and not term.language and (term.datatype or XSD.string) == value
        return is_of and not term.ill_typed and isinstance(term.value, kind)  # type: ignore[attr-defined]

    return lambda node, values: all([is_typed(it) for it in values])


def _node_kind(value: "Node") -> "_Test":
    if value not in _NODE_KINDS:
        raise _UnsureError
    kinds = _NODE_KINDS[value]
    return lambda node, values: all([isinstance(it, kinds) for it in values])


def _pattern(value: "Node") -> "_Test":
    if not isinstance(value, Literal):
        raise _UnsureError
    expression = re.compile(str(value))
    return lambda node, values: all(
        [not isinstance(it, BNode) and expression.search(str(it)) is not None for it in values]
    )


def _unique_lang(value: "Node") -> "_Test":
    if not isinstance(value, Literal) or value.value is not True:
        raise _UnsureError

    def are_unique(node: "Node", values: "_Values") -> bool:
        languages = [it.language.lower() for it in values if isinstance(it, Literal) and it.language]
        return len(languages) == len(set(languages))

    return are_unique


def _is_in_language(term: "Node", languages: set[str]) -> bool:
    if not isinstance(term, Literal) or not term.language:
        return False
    language = term.language.lower()
    return not languages.isdisjoint({"*", language, language.split("-")[0]})


_CONSTRAINTS: dict["Node", "Callable[[Node], _Test]"] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.minInclusive: _min_inclusive,
    SH.hasValue: _has_value,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.pattern: _pattern,
    SH.uniqueLang: _unique_lang,
}
_REPEATABLE: set["Node"] = {SH.property, SH.node, SH.sparql, SH["class"], SH["not"], SH["or"]}
