"""What rules on trees share: the way through a tree, the variables in scope, and names that nobody used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import ClassVar

from glutakg.sparql import syntax as s
from glutakg.sparql.parser import FreshNames
from glutakg.sparql.scanner import resolved

__all__ = ["Context", "TreeRule", "in_scope", "variables_of"]


@dataclass(slots=True)
class Context:
    """What rules know of the query and of the store.

    Attributes:
        names: gives names that the query does not use.
        graphs: the named graphs that GRAPH can find, as IRIs in angle brackets.
        prefixes: IRIs of the prefixes, with their colons; that of BASE is under no name.
        fresh: the variables that rules have put in.
        large: whether there can be numbers for which the engine has no room.
    """

    names: FreshNames
    graphs: tuple[s.Iri, ...] = ()
    prefixes: dict[str, str] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    large: bool = False

    def variable(self) -> s.Variable:
        """Return a new variable."""
        name = self.names.name()
        self.fresh.add(name)
        return s.Variable(name)

    def blank_node(self) -> s.BlankNode:
        """Return a new blank node."""
        return s.BlankNode(self.names.name())

    def iri(self, iri: s.Iri) -> str:
        """Return an IRI in full; a relative one stays where there is no BASE."""
        if iri.text.startswith("<"):
            return resolved(self.prefixes.get("", ""), iri.text)
        prefix, colon, local = iri.text.partition(":")
        return self.prefixes.get(prefix + colon, prefix + colon) + local.replace("\\", "")


class TreeRule:
    """Goes through a query, without what SERVICE asks another endpoint; a rule overrides what it changes.

    `counts` tells whether it matters how often a solution comes: not in EXISTS, nor below DISTINCT or ASK.
    """

    name: ClassVar[str] = ""

    def __init__(self, context: Context) -> None:
        """Keep what the rule may know."""
        self.context = context

    def query(self, query: s.Query) -> s.Query:
        """Return the query as the rule has it."""
        clause, modifiers = query.clause, query.modifiers
        where = query.where and self.group(query.where, _query_counts(query))
        if clause is not None and where is not None:
            clause, where, modifiers = self.solution(*self._parts(clause, where, modifiers))
        elif where is not None:
            _, where, modifiers = self.solution(*self._parts(s.SelectClause(None), where, modifiers))
        return replace(query, clause=clause, where=where, modifiers=modifiers)

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        """Return the three parts of a SELECT, whose own parts have been gone through."""
        return clause, where, modifiers

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """Return a group."""
        return s.Group(
            tuple(chain.from_iterable(self.element(element, counts) for element in group.elements))
        )

    def element(self, element: s.Element, counts: bool) -> Iterable[s.Element]:
        """Return what stands in the place of an element of a group."""
        match element:
            case s.Block(triples):
                return self.block(triples, counts)
            case s.Filter(condition):
                return (s.Filter(self.condition(condition)),)
            case s.Bind(value, variable):
                return (s.Bind(self.expression(value), variable),)
            case s.Optional(group):
                return (s.Optional(self.group(group, counts)),)
            case s.Minus(group):
                return (s.Minus(self.group(group, False)),)
            case s.Lateral(group):
                return (s.Lateral(self.group(group, counts)),)
            case s.GraphPattern(name, group):
                return self.graph(name, self.group(group, counts))
            case s.Union(groups):
                return (s.Union(tuple(self.group(group, counts) for group in groups)),)
            case s.Group():
                return (self.group(element, counts),)
            case s.SubSelect(clause, where, modifiers, data):
                where = self.group(where, _select_counts(clause, modifiers, counts))
                return (s.SubSelect(*self.solution(*self._parts(clause, where, modifiers)), data),)
        return (element,)

    def block(self, triples: tuple[s.Triple, ...], counts: bool) -> Iterable[s.Element]:
        """Return what stands in the place of triples."""
        return (s.Block(triples),)

    def graph(self, name: s.Iri | s.Variable, group: s.Group) -> Iterable[s.Element]:
        """Return what stands in the place of a GRAPH, whose group has been gone through."""
        return (s.GraphPattern(name, group),)

    def condition(self, expression: s.Expression) -> s.Expression:
        """Return an expression whose truth is asked."""
        return self.expression(expression)

    def expression(self, expression: s.Expression) -> s.Expression:
        """Return an expression."""
        match expression:
            case s.Unary("!", operand):
                return s.Unary("!", self.condition(operand))
            case s.Unary(operator, operand):
                return s.Unary(operator, self.expression(operand))
            case s.Chain(operands, operators):
                part = self.condition if operators[0] in ("&&", "||") else self.expression
                return self.operation(s.Chain(tuple(map(part, operands)), operators))
            case s.In(operand, options, negated):
                return self.membership(
                    s.In(self.expression(operand), tuple(map(self.expression, options)), negated)
                )
            case s.Call("IF", (condition, *others)):
                return s.Call("IF", (self.condition(condition), *map(self.expression, others)))
            case s.Call(function, arguments, distinct):
                return self.call(s.Call(function, tuple(map(self.expression, arguments)), distinct))
            case s.Aggregate(argument=argument) if argument is not None:
                return self.aggregate(replace(expression, argument=self.expression(argument)))
            case s.Aggregate():
                return self.aggregate(expression)
            case s.Exists(group, negated):
                return s.Exists(self.group(group, False), negated)
        return expression

    def operation(self, expression: s.Chain) -> s.Expression:
        """Return what stands in the place of operators and their operands."""
        return expression

    def membership(self, expression: s.In) -> s.Expression:
        """Return what stands in the place of IN."""
        return expression

    def call(self, expression: s.Call) -> s.Expression:
        """Return what stands in the place of a call, other than of IF."""
        return expression

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Return what stands in the place of an aggregate."""
        return expression

    def _parts(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        columns = clause.columns and tuple(map(self._column, clause.columns))
        return (
            replace(clause, columns=columns),
            where,
            replace(
                modifiers,
                group_by=tuple(map(self._column, modifiers.group_by)),
                having=tuple(map(self.condition, modifiers.having)),
                order_by=tuple(replace(key, value=self.expression(key.value)) for key in modifiers.order_by),
            ),
        )

    def _column(self, column: s.Column) -> s.Column:
        return column if column.value is None else replace(column, value=self.expression(column.value))


def _query_counts(query: s.Query) -> bool:
    if query.form == "SELECT":
        assert query.clause is not None
        return _select_counts(query.clause, query.modifiers, True)
    if query.modifiers.limit or query.modifiers.offset:
        return True
    nodes = [node for triple in query.template or () for node in (triple.subject, triple.object)]
    return any(isinstance(node, s.BlankNode) for node in nodes)


def _select_counts(clause: s.SelectClause, modifiers: s.Modifiers, counts: bool) -> bool:
    if is_aggregating(clause, modifiers):
        return True
    if clause.duplicates == "DISTINCT":
        return False
    return counts or bool(modifiers.limit or modifiers.offset)


def is_aggregating(clause: s.SelectClause, modifiers: s.Modifiers) -> bool:
    """Tell whether a SELECT puts solutions together in groups."""
    if modifiers.group_by or modifiers.having:
        return True
    values = [column.value for column in clause.columns or ()]
    return any(
        isinstance(part, s.Aggregate)
        for value in [*values, *(key.value for key in modifiers.order_by)]
        if value is not None
        for part in parts_of(value)
    )


def parts_of(expression: s.Expression) -> Iterator[s.Expression]:
    """Yield an expression and those in it, without what EXISTS asks."""
    yield expression
    match expression:
        case s.Unary(_, operand):
            yield from parts_of(operand)
        case s.Chain(operands, _):
            yield from chain.from_iterable(map(parts_of, operands))
        case s.In(operand, options, _):
            yield from chain.from_iterable(map(parts_of, (operand, *options)))
        case s.Call(_, arguments, _):
            yield from chain.from_iterable(map(parts_of, arguments))
        case s.Aggregate(argument=argument) if argument is not None:
            yield from parts_of(argument)


def variables_of(expression: s.Expression) -> set[str]:
    """Return the names of the variables of an expression, with those that EXISTS asks for."""
    names: set[str] = set()
    for part in parts_of(expression):
        if isinstance(part, s.Variable):
            names.add(part.name)
        elif isinstance(part, s.Exists):
            names |= mentioned(part.group)
    return names


def mentioned(group: s.Group) -> set[str]:
    """Return the names of all variables in a group."""
    names = in_scope(group)
    for element in group.elements:
        match element:
            case s.Filter(expression) | s.Bind(expression, _):
                names |= variables_of(expression)
            case (
                s.Group()
                | s.Optional(group=s.Group())
                | s.Minus(group=s.Group())
                | s.Lateral(group=s.Group())
                | s.GraphPattern(group=s.Group())
                | s.Service(group=s.Group())
            ):
                names |= mentioned(element if isinstance(element, s.Group) else element.group)
            case s.Union(groups):
                names |= set(chain.from_iterable(map(mentioned, groups)))
            case s.SubSelect(_, where, _, _):
                names |= mentioned(where)
    return names


def in_scope(group: s.Group) -> set[str]:
    """Return the names of the variables that a group can bind."""
    names: set[str] = set()
    for element in group.elements:
        names |= _bound_by(element)
    return names


def _bound_by(element: s.Element) -> set[str]:
    match element:
        case s.Block(triples):
            nodes = chain.from_iterable(
                (triple.subject, triple.predicate, triple.object) for triple in triples
            )
            return {node.name for node in nodes if isinstance(node, s.Variable)}
        case s.Bind(_, variable):
            return {variable.name}
        case s.Data(variables, _):
            return {variable.name for variable in variables}
        case s.Optional(group) | s.Lateral(group):
            return in_scope(group)
        case s.GraphPattern(name, group) | s.Service(name, group):
            return in_scope(group) | ({name.name} if isinstance(name, s.Variable) else set())
        case s.Union(groups):
            return set(chain.from_iterable(map(in_scope, groups)))
        case s.Group():
            return in_scope(element)
        case s.SubSelect(clause, where, _, data):
            names = set() if data is None else {variable.name for variable in data.variables}
            if clause.columns is None:
                return names | in_scope(where)
            return names | {column.variable.name for column in clause.columns if column.variable}
    return set()
