"""The rule about GRAPH with a variable."""

from collections.abc import Iterable

from glutakg.errors import QueryResourceError
from glutakg.languages import N_
from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.tree import TreeRule, in_scope, parts_of, variables_of

__all__ = ["GraphRule"]

_MOST_COPIES = 20_000


class GraphRule(TreeRule):
    """`GRAPH ?g { P }` = `{ GRAPH <a> { P } VALUES ?g { <a> } } UNION …`, over all named graphs.

    The engine binds ?g within P, to what each triple says, so that what is no triple sees it too early or
    not at all: a sub-SELECT, VALUES, MINUS, OPTIONAL or a filter on ?g. Where P has only triples, filters
    and unions of these, there is no difference. `GRAPH <a> { P }` has no solution where there is no graph a.
    """

    name = "GRAPH with a variable"

    def graph(self, name: s.Iri | s.Variable, group: s.Group) -> Iterable[s.Element]:
        """Return a union over the named graphs, unless the group is plain."""
        if isinstance(name, s.Iri):
            is_known = self.context.iri(name) in map(self.context.iri, self.context.graphs)
            if is_known or ":" not in self.context.iri(name) or _needs_triples(group):
                return (s.GraphPattern(name, group),)
            return (_nothing(in_scope(group)),)
        if _is_plain(group, name.name):
            return (s.GraphPattern(name, group),)
        if len(self.context.graphs) * _size(group) > _MOST_COPIES:
            raise QueryResourceError(
                N_(
                    "GRAPH ?{name} has to be asked of {number} graphs one by one, which makes this query too "
                    "long; name the graphs that you mean (FROM NAMED), or ask them apart.",
                    name=name.name,
                    number=len(self.context.graphs),
                )
            )
        groups = tuple(
            s.Group((s.GraphPattern(graph, self._copy(group, index)), s.Data((name,), ((graph,),))))
            for index, graph in enumerate(self.context.graphs)
        )
        if not groups:
            return (_nothing(in_scope(group) | {name.name}),)
        return (s.Union(groups),) if len(groups) > 1 else groups

    def _copy(self, group: s.Group, index: int) -> s.Group:
        """Return a group whose blank nodes have names of their own."""
        return group if index == 0 else _Copied(self.context).group(group, False)


def _nothing(names: set[str]) -> s.Data:
    """Return what has variables but no solution."""
    return s.Data(tuple(map(s.Variable, sorted(names))), ())


class _Copied(TreeRule):
    """Names blank nodes anew."""

    def group(self, group: s.Group, counts: bool) -> s.Group:
        names: dict[str, s.BlankNode] = {}

        def named(node: s.Node) -> s.Node:
            if isinstance(node, s.BlankNode):
                return names.setdefault(node.label, self.context.blank_node())
            return node

        elements = tuple(
            s.Block(
                tuple(
                    s.Triple(named(triple.subject), triple.predicate, named(triple.object))
                    for triple in element.triples
                )
            )
            if isinstance(element, s.Block)
            else element
            for element in group.elements
        )
        return super().group(s.Group(elements), counts)


def _is_plain(group: s.Group, name: str) -> bool:
    """Tell whether each part of a group finds the graph by its triples, and nothing else asks for it."""
    return any(isinstance(element, s.Block | s.Union | s.Group) for element in group.elements) and all(
        _is_plain_element(element, name) for element in group.elements
    )


def _is_plain_element(element: s.Element, name: str) -> bool:
    match element:
        case s.Block():
            return True
        case s.Filter(expression) | s.Bind(expression, _):
            return name not in variables_of(expression) and not any(
                isinstance(part, s.Exists) for part in parts_of(expression)
            )
        case s.Union(groups):
            return all(_is_plain(group, name) for group in groups)
        case s.Group():
            return _is_plain(element, name)
    return False


def _needs_triples(group: s.Group) -> bool:
    """Tell whether a group has no solution where there are no triples."""
    for element in group.elements:
        match element:
            case s.Block():
                return True
            case s.Group() if _needs_triples(element):
                return True
            case s.Union(groups) if all(map(_needs_triples, groups)):
                return True
    return False


def _size(group: s.Group) -> int:
    """Return how many lines a group has, roughly."""
    from glutakg.sparql.printer import group_text

    return group_text(group).count("\n") + 1
