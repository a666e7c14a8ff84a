"""Rules about numbers: those that the engine has no room for, and doubles that it converts wrongly."""

from dataclasses import replace

from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.comparisons import ComparisonRule, can_repeat
from glutakg.sparql.rewriting.kinds import is_number, kind_of
from glutakg.sparql.rewriting.tokens import CALCULATIONS, FUNCTIONS, SMALL
from glutakg.sparql.rewriting.tree import TreeRule

__all__ = ["CalculationRule", "ConversionRule", "LargeNumberRule", "TotalRule"]

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ROUNDING = frozenset({"ABS", "CEIL", "FLOOR", "ROUND"})
_SMALL_DIGITS = 9
_EXACT = frozenset({"integer", "decimal"})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_ROOMY = tuple(
    s.Iri(f"<{_XSD}{name}>")
    for name in (
        *("integer", "decimal", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong"),
    )
)
"""The datatypes that have numbers for which the engine has no room."""


class CalculationRule(TreeRule):
    """`a + b` = `COALESCE(a + b, calculated("+", a, b))`: the engine has no value where a result is large."""

    name = "large results"

    def expression(self, expression: s.Expression) -> s.Expression:
        """Return an expression; what is calculated within a calculation belongs to that."""
        if not _calculates(expression):
            return super().expression(expression)
        expression = self._operands(expression)
        if _is_small(expression) or _has_no_number(expression) or not can_repeat(expression):
            return expression
        self.context.large = True
        return s.Call("COALESCE", (expression, _calculated(expression)))

    def _operands(self, expression: s.Expression) -> s.Expression:
        """Return a calculation whose operands, as far as they are none, have been gone through."""
        if isinstance(expression, s.Chain) and _calculates(expression):
            return replace(expression, operands=tuple(map(self._operands, expression.operands)))
        if isinstance(expression, s.Unary) and _calculates(expression):
            return replace(expression, operand=self._operands(expression.operand))
        return self.expression(expression)


def _calculates(expression: s.Expression) -> bool:
    if isinstance(expression, s.Chain):
        return expression.operators[0] in CALCULATIONS
    return isinstance(expression, s.Unary) and expression.operator == "-"


def _calculated(expression: s.Expression) -> s.Expression:
    """Return the call that calculates what an expression does, with room for numbers of any length."""
    if isinstance(expression, s.Chain) and _calculates(expression):
        signs = s.Literal(f'"{"".join(expression.operators)}"')
        return _call("calculated", signs, *map(_calculated, expression.operands))
    if isinstance(expression, s.Unary) and _calculates(expression):
        return _call("calculated", s.Literal('"-"'), s.Literal("0"), _calculated(expression.operand))
    return expression


def _is_small(expression: s.Expression) -> bool:
    """Tell whether nothing in a calculation can become large: short numbers, lengths, counts, years."""
    match expression:
        case s.Literal(text, None, None):
            return "." in text or "e" in text.lower() or len(text) <= _SMALL_DIGITS
        case s.Call(str(function), _, _) | s.Aggregate(function=function):
            return function in SMALL
        case s.Chain(operands, operators):
            adds = set(operators) <= {"+", "-"}
            return (adds or len(operands) == 2) and all(
                _is_small(operand) and (adds or not isinstance(operand, s.Chain)) for operand in operands
            )
        case s.Unary(_, operand):
            return _is_small(operand)
    return False


def _has_no_number(expression: s.Expression) -> bool:
    """Tell whether an operand of a calculation is no number, whatever the data are."""
    if isinstance(expression, s.Chain) and _calculates(expression):
        return any(map(_has_no_number, expression.operands))
    return kind_of(expression) not in ("", "number", "date")


class TotalRule(TreeRule):
    """`SUM(e)` = `COALESCE(SUM(e), total(e))`, and `AVG` likewise: the engine has no value beyond 64 bits."""

    name = "large totals"

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Return the aggregate, with one of our own for where it has no value."""
        if expression.function not in ("SUM", "AVG") or expression.argument is None:
            return expression
        function = "total" if expression.function == "SUM" else "mean"
        if expression.distinct:
            function = f"distinct-{function}"
        self.context.large = True
        return s.Call("COALESCE", (expression, _call(function, expression.argument)))


class ConversionRule(ComparisonRule):
    """`xsd:integer(e)` = `converted("integer", e)`, and `xsd:decimal(e)` likewise.

    Of a double, the engine makes a number that is a little smaller: 99999 of 1e5.
    """

    name = "conversion of doubles"

    def call(self, expression: s.Call) -> s.Expression:
        """Return a call of our own where what is converted may be a double or a float."""
        if not isinstance(expression.function, s.Iri) or len(expression.arguments) != 1:
            return expression
        name = self.context.iri(expression.function).strip("<>").removeprefix(_XSD)
        [converted] = expression.arguments
        if name not in _EXACT or self.kind(converted) not in ("", "number") or _is_exact(converted):
            return expression
        self.context.large = True
        return _call("converted", s.Literal(f'"{name}"'), converted)


def _is_exact(expression: s.Expression) -> bool:
    """Tell whether an expression is an integer or a decimal, or has none but small integers."""
    if isinstance(expression, s.Literal):
        return expression.datatype is None and "e" not in expression.text.lower()
    return isinstance(expression, s.Call | s.Aggregate) and expression.function in SMALL


class LargeNumberRule(ComparisonRule):
    """`a < b` = `COALESCE(a < b, compared("<", a, b))`: the engine takes a large number for no number.

    `ABS` and its like, `isNUMERIC` and a number whose truth is asked are told of it likewise. Only where
    there can be one: in a query that holds one or may calculate one, or in a store of somebody else's.
    """

    name = "large numbers"

    def operation(self, expression: s.Chain) -> s.Expression:
        """Return the comparison, with what is to be done for large numbers."""
        sign = expression.operators[0]
        if not self.context.large or sign not in _COMPARISONS or not can_repeat(expression):
            return expression
        if sign == "=" and not any(map(is_number, expression.operands)):
            return expression  # equal terms are equal, and this can be how two patterns are joined
        asked = tuple(operand for operand in expression.operands if self.kind(operand) == "")
        if not asked or any(self.kind(operand) not in ("", "number") for operand in expression.operands):
            return expression
        large = tuple(map(_is_large, asked))
        condition = large[0] if len(large) == 1 else s.Chain(large, ("||",) * (len(large) - 1))
        compared = _call("compared", s.Literal(f'"{sign}"'), *expression.operands)
        return s.Call("COALESCE", (expression, s.Call("IF", (condition, compared, expression))))

    def call(self, expression: s.Call) -> s.Expression:
        """Return a call of a function of numbers, with what is to be done for large ones."""
        if not self.context.large or not can_repeat(expression):
            return expression
        if expression.function in _ROUNDING:
            rounded = _call("rounded", s.Literal(f'"{expression.function}"'), *expression.arguments)
            return s.Call("COALESCE", (expression, rounded))
        if expression.function == "ISNUMERIC" and self.kind(expression.arguments[0]) == "":
            [asked] = expression.arguments
            is_equal = s.Call(
                "COALESCE", (_call("compared", s.Literal('"="'), asked, asked), s.Literal("false"))
            )
            return s.Chain((expression, is_equal), ("||",))
        return expression

    def condition(self, expression: s.Expression) -> s.Expression:
        """Return an expression whose truth is asked: a large number is true."""
        changed = super().condition(expression)
        if not self.context.large or self.kind(expression) != "" or not can_repeat(changed):
            return changed
        return s.Chain((_is_large(changed), changed), ("||",))


def _is_large(expression: s.Expression) -> s.Expression:
    """Return the condition that the value of an expression is a number only by its datatype."""
    is_roomy = s.In(s.Call("DATATYPE", (expression,)), _ROOMY)
    return s.Chain((is_roomy, s.Unary("!", s.Call("ISNUMERIC", (expression,)))), ("&&",))


def _call(name: str, *arguments: s.Expression) -> s.Call:
    return s.Call(s.Iri(f"<{FUNCTIONS}{name}>"), arguments)
