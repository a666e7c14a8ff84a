"""Which focus nodes may fail, found by pyshacl-turbo: perhaps one too many, never one too few.

pyshacl takes most of its time for nodes without a fault. pyshacl-turbo, written in Rust, looks at all of them
in a second, but words its report otherwise. So it only says which nodes pyshacl has to report on.

In SHACL Core it finds whatever pyshacl finds, and sometimes more (`tests/shacl` lists the differences). In
SPARQL the two differ where values cannot be compared, such as a text with a number, or a number that is too
large: an error in one engine is an answer in the other. So the query of a constraint is relaxed before it is
asked: an error in its filter counts as a fault. And rdflib alone takes "TRUE" for true.
"""

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutakg.shacl.patterns import strict_pattern
from glutakg.shacl.sources import Source, to_engine, to_rdflib, without_rdflib_warnings
from glutakg.sparql import matching_bracket, scan

if TYPE_CHECKING:
    from pyshacl_turbo import CompiledShapes
    from rdflib import Graph
    from rdflib.term import Node

    from glutakg.shacl.sources import Targets, Term

__all__ = ["Failing", "find_failing", "relaxed"]


_FEW = 100
"""So many nodes that cannot be named are left to pyshacl; with more, all nodes are looked at."""

_EVERYTHING = "SELECT $this WHERE { }"
_REFUSED_BY_SHACL = {"MINUS", "SERVICE", "VALUES", "$PATH", "?PATH", "$SHAPESGRAPH", "?SHAPESGRAPH"} | {
    "$CURRENTSHAPE",
    "?CURRENTSHAPE",
}
"""Words that SHACL does not allow in a query, or fills in."""

_DEPENDING = ("not", "xone", "qualifiedValueShape")
_COMPARISONS = (
    *("minInclusive", "minExclusive", "maxInclusive", "maxExclusive", "lessThan", "lessThanOrEquals"),
    *("in", "hasValue", "equals", "disjoint"),
)


class Failing(NamedTuple):
    """Focus nodes that may fail."""

    nodes: "dict[Node, set[Term]]"
    """Those of each shape."""
    of_queries: "set[Node]"
    """Those that may fail a SPARQL constraint."""


def find_failing(
    shapes: "Graph", sources: Sequence[Source], targets: "Targets", *, some: bool
) -> Failing | None:
    """Return which focus nodes may fail; None where pyshacl has to be asked about all of them.

    That is where pyshacl-turbo is not installed (there is not a wheel for every machine), where it cannot use
    the shapes, and where the shapes have a form in which its results do not tell the focus node to look at.

    Args:
        shapes: all shapes.
        sources: the data.
        targets: the focus nodes of each shape that has a target.
        some: whether these are only some of those that the shapes target.
    """
    try:
        import pyshacl_turbo
        from pyshacl_turbo.rdf import Input
    except ImportError:
        return None
    from rdflib import SH

    if not _finds_enough(shapes):
        return None
    chosen = {node for nodes in targets.values() for node in nodes}
    unnamed = {node for node in chosen if not _has_plain_name(node)} if some else set()
    focus_nodes = None
    if some and len(unnamed) <= _FEW:
        focus_nodes = [node.value for node in chosen - unnamed]  # type: ignore[union-attr]
    odd_truth = any(source.has_odd_truth for source in sources)
    with warnings.catch_warnings(), without_rdflib_warnings():
        warnings.simplefilter("error", pyshacl_turbo.ShapeRecursionWarning)
        try:
            compiled = _compiled(shapes, odd_truth)
            if focus_nodes == []:
                return Failing(dict(targets), {to_rdflib(node) for node in unnamed})
            data = Input("".join(source.n_triples for source in sources), "nt", None, {}, preserve_ids=True)
            _, report, _ = compiled.validate(data, focus_nodes=focus_nodes)  # type: ignore[no-untyped-call]
        except (
            pyshacl_turbo.ShapeRecursionWarning,
            pyshacl_turbo.ValidationFailure,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            return None
    named = set(map(to_engine, shapes.objects(None, SH.targetNode)))  # which may be in no triple at all
    not_asked = unnamed if focus_nodes is not None else set()
    unsure = {
        shape: {node for node in nodes if node in named or node in not_asked or isinstance(node, ox.Literal)}
        for shape, nodes in targets.items()
    }
    failing = Failing(unsure, {to_rdflib(node) for nodes in unsure.values() for node in nodes})
    for result in report.objects(None, SH.result):
        focus, source = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        assert focus is not None
        for shape in (source, *shapes.subjects(SH.property, source)):
            if to_engine(focus) in targets.get(shape, ()):
                failing.nodes[shape].add(to_engine(focus))
        if report.value(result, SH.sourceConstraintComponent) == SH.SPARQLConstraintComponent:
            failing.of_queries.add(focus)
    return failing


@lru_cache(maxsize=4)
def _compiled(shapes: "Graph", odd_truth: bool) -> "CompiledShapes":
    import pyshacl_turbo

    return pyshacl_turbo.compile_shapes(_relaxed_shapes(shapes, odd_truth))  # type: ignore[no-untyped-call, no-any-return]


def _finds_enough(shapes: "Graph") -> bool:
    """Tell whether the nodes that fail are known by what pyshacl-turbo says of the shapes.

    That is not so for constraint components of the shapes' own; for a shape in a property shape, whose
    results are about values; and for a query or a comparison that something else depends on, such as
    `sh:not`: to find more there can be to find fewer.
    """
    from rdflib import SH

    nested = any((shape, SH.path, None) in shapes for shape in shapes.subjects(SH.property))
    inner = any((None, None, shape) in shapes for shape in shapes.subjects(SH.sparql))
    parts = {part for name in _DEPENDING for part in shapes.objects(None, SH[name])}
    to_visit = list(parts)
    while to_visit:
        new = set(shapes.objects(to_visit.pop())) - parts
        parts |= new
        to_visit += new
    compared = any((part, SH[name], None) in shapes for part in parts for name in _COMPARISONS)
    return not (nested or inner or compared) and (None, SH.parameter, None) not in shapes


def _has_plain_name(node: "Term") -> bool:
    """Tell whether a node can be named to pyshacl-turbo: by an IRI that is not taken for a short name."""
    return isinstance(node, ox.NamedNode) and node.value.startswith(("http:", "https:"))


def _relaxed_shapes(shapes: "Graph", odd_truth: bool) -> "Graph":
    from rdflib import SH, Graph, Literal

    graph = Graph(bind_namespaces="none")
    for subject, predicate, value in shapes:
        if predicate == SH.select:
            value = Literal(relaxed(str(value), odd_truth=odd_truth))
        elif predicate == SH.pattern:
            value = strict_pattern(shapes, subject, value)
        graph.add((subject, predicate, value))
    return graph


def relaxed(select: str, *, odd_truth: bool = False) -> str:
    """Return the query of a constraint so that an error in a filter lets a solution pass.

    Args:
        select: the query.
        odd_truth: whether the data have truth values that are not written `true` or `false`.

    Where that could lose a solution, because the filter stands in something that is negated, or where SHACL
    has the query changed or refused, it becomes one that every node answers; so it does where it names a
    truth value and the data have odd ones.

    >>> relaxed("SELECT $this { $this <ex:p> ?n FILTER (?n > 1) }")
    'SELECT $this { $this <ex:p> ?n FILTER (COALESCE( (?n > 1), true)) }'
    >>> relaxed("SELECT $this { $this <ex:p> ?n FILTER EXISTS { ?n <ex:q> ?m FILTER (?n > ?m) } }")
    'SELECT $this WHERE { }'
    >>> relaxed("SELECT $this { $this <ex:p> true }", odd_truth=True)
    'SELECT $this WHERE { }'
    """
    tokens = list(scan(select))
    words = [token.text.upper() for token in tokens]
    names_truth = odd_truth and not {"TRUE", "FALSE"}.isdisjoint(words)
    if names_truth or words.count("SELECT") != 1 or _REFUSED_BY_SHACL.intersection(words):
        return _EVERYTHING
    groups: list[str] = []
    pieces, end = [], 0
    for position, word in enumerate(words):
        if word == "{":
            groups.append(_group_at(words, position))
        elif word == "}":
            groups.pop()
        elif word in ("FILTER", "HAVING") and words[position + 1] not in ("NOT", "EXISTS"):
            start = tokens[position].end
            closing = matching_bracket(tokens, words.index("(", position))
            around = [group for group in groups if group]
            if closing is None or words[closing + 1 : closing + 2] == ["("] or around not in ([], [_ABSENT]):
                return _EVERYTHING
            if not around:
                pieces += [select[end:start], " (COALESCE(", select[start : tokens[closing].end], ", true))"]
                end = tokens[closing].end
    return "".join([*pieces, select[end:]])


_ABSENT = "FILTER NOT EXISTS"


def _group_at(words: list[str], opening: int) -> str:
    """Return what the group is to the one around it: nothing where each solution needs one of it."""
    if words[max(opening - 3, 0) : opening] == _ABSENT.split():
        return _ABSENT
    return words[opening - 1] if words[opening - 1 : opening] in (["EXISTS"], ["OPTIONAL"]) else ""
