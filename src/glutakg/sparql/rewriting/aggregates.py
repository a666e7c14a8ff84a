"""Rules about aggregates."""

from dataclasses import replace

from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.kinds import has_one_order, kind_of
from glutakg.sparql.rewriting.tokens import FUNCTIONS
from glutakg.sparql.rewriting.tree import Context, TreeRule, in_scope, variables_of

__all__ = ["ConcatenationRule", "CountAllRule", "CountRule", "ExtremeRule"]

_DISTINCT = s.Iri(f"<{FUNCTIONS}distinct>")
_JOINED = s.Iri(f"<{FUNCTIONS}joined>")


class CountRule(TreeRule):
    """`COUNT(e)` over P = `COUNT(?v)` over `P BIND(e AS ?v)`: the engine gives nothing after one error."""

    name = "COUNT of an expression"

    def __init__(self, context: Context) -> None:
        """Begin with nothing to bind."""
        super().__init__(context)
        self._bound: list[s.Bind] = []

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """Keep apart what is counted around a group and in it."""
        around, self._bound = self._bound, []
        changed = super().group(group, counts)
        self._bound = around
        return changed

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Return the count of a variable, and keep what it is bound to."""
        argument = expression.argument
        if expression.function != "COUNT" or argument is None:
            return expression
        if isinstance(argument, s.Variable | s.Literal | s.Iri):
            return expression
        variable = self.context.variable()
        self._bound.append(s.Bind(argument, variable))
        return replace(expression, argument=variable)

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        """Return the parts, with what is counted bound at the end of the pattern."""
        if not self._bound:
            return clause, where, modifiers
        needed = set().union(*(variables_of(bind.value) for bind in self._bound))
        keys = tuple(
            s.Column(None, key.variable)
            if key.value is not None and key.variable is not None and key.variable.name in needed
            else key
            for key in modifiers.group_by
        )
        named = [
            s.Bind(key.value, key.variable)
            for key, new in zip(modifiers.group_by, keys, strict=True)
            if key != new and key.value is not None and key.variable is not None
        ]
        elements = (where,) if _is_select(where) else where.elements
        where = s.Group((*elements, *named, *self._bound))
        self._bound = []
        return clause, where, replace(modifiers, group_by=keys)


def _is_select(group: s.Group) -> bool:
    return any(isinstance(element, s.SubSelect) for element in group.elements)


class CountAllRule(TreeRule):
    """`COUNT(DISTINCT *)` over P = the same over `{ SELECT (the variables of P) { P } }`.

    The engine counts the nodes within paths, and blank nodes, as if they were variables.
    """

    name = "COUNT(DISTINCT *)"

    def __init__(self, context: Context) -> None:
        """Begin with nothing seen."""
        super().__init__(context)
        self._is_asked = False

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """Keep apart what is counted around a group and in it."""
        around, self._is_asked = self._is_asked, False
        changed = super().group(group, counts)
        self._is_asked = around
        return changed

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """See whether it is the aggregate that the rule is about."""
        if expression == s.Aggregate("COUNT", None, distinct=True):
            self._is_asked = True
        return expression

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        """Return the parts, with a sub-SELECT around the pattern."""
        is_asked, self._is_asked = self._is_asked, False
        if not is_asked:
            return clause, where, modifiers
        columns = tuple(
            s.Column(None, s.Variable(name)) for name in sorted(in_scope(where) - self.context.fresh)
        ) or (s.Column(s.Literal("1"), self.context.variable()),)
        inner = s.SubSelect(s.SelectClause(columns), where, s.Modifiers())
        return clause, s.Group((inner,)), modifiers


class ConcatenationRule(TreeRule):
    """`GROUP_CONCAT(e)` = `GROUP_CONCAT(STR(e))`: the engine takes texts only, and gives no plain text.

    With DISTINCT that would take `1` and `"1"` for the same, so that an aggregate of our own collects them.
    """

    name = "GROUP_CONCAT"

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Return the aggregate of texts, or a call of our own."""
        argument = expression.argument
        if expression.function != "GROUP_CONCAT" or argument is None or kind_of(argument) == "text":
            return expression
        if expression.distinct and kind_of(argument) != "iri":
            separator = s.Literal(expression.separator or '" "')
            return s.Call(_JOINED, (s.Call(_DISTINCT, (argument,)), separator))
        return replace(expression, argument=s.Call("STR", (argument,)))


class ExtremeRule(TreeRule):
    """`MIN(e)` and `MAX(e)` = the first and the last in the order of `order`.

    The engine's comparison is no order where numbers, texts, dates and malformed literals meet.
    """

    name = "MIN and MAX"

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Return a call of the aggregate of our own."""
        if expression.function not in ("MIN", "MAX") or expression.argument is None:
            return expression
        if has_one_order(expression.argument):
            return expression
        function = s.Iri(f"<{FUNCTIONS}{expression.function.lower()}>")
        return s.Call(function, (expression.argument,))
