"""Forms that are refused, because the engine answers them wrongly and no rewriting mends them."""

import operator
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TypeGuard

from glutakg.errors import QueryError
from glutakg.languages import N_
from glutakg.sparql import syntax as s
from glutakg.sparql.printer import expression_text
from glutakg.sparql.rewriting.tree import TreeRule, parts_of

__all__ = ["RefusedForms"]

_LARGEST_INTEGER = 2**63 - 1
_LARGEST_DECIMAL = Decimal(2**127 - 1).scaleb(-18)
_DECIMAL_DIGITS = 18
_CALCULATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    f"{_XSD}{name}"
    for name in (
        *("integer", "long", "unsignedLong", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger"),
    )
)


class RefusedForms(TreeRule):
    """Raises `QueryError` for what cannot be answered right: integers beyond 64 bits and decimals beyond
    18 digits in expressions, BNODE with an argument, an aggregate within another or in FILTER or BIND, and
    HAVING over a column that SELECT makes.
    """  # noqa: D205

    name = "refused"

    def element(self, element: s.Element, counts: bool) -> Iterable[s.Element]:
        """Refuse an aggregate where there are no groups, which the engine takes for one of SELECT."""
        if isinstance(element, s.Filter | s.Bind):
            what, instead = "FILTER", N_("HAVING after GROUP BY")
            if isinstance(element, s.Bind):
                what, instead = "BIND", N_("a sub-SELECT")
            value = element.condition if isinstance(element, s.Filter) else element.value
            for part in parts_of(value):
                if isinstance(part, s.Aggregate):
                    raise QueryError(
                        N_(
                            "{function} cannot stand in {what}, where each solution is by itself; use "
                            "{instead}.",
                            function=part.function,
                            what=what,
                            instead=instead,
                        )
                    )
        return super().element(element, counts)

    def expression(self, expression: s.Expression) -> s.Expression:
        """Refuse a number that is too large or too long."""
        if isinstance(expression, s.Literal):
            self._check_number(expression)
        return super().expression(expression)

    def _check_number(self, literal: s.Literal) -> None:
        text, kind = literal.text, ""
        if literal.datatype is not None:
            text, kind = text.strip("\"'"), self.context.iri(literal.datatype)
        if len(text) <= _DECIMAL_DIGITS or "e" in text.lower() or text[:1] in "\"'":
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            return
        if kind in _INTEGERS or (not kind and "." not in text):
            if not -_LARGEST_INTEGER - 1 <= number <= _LARGEST_INTEGER:
                raise QueryError(
                    N_(
                        "The integer {text} is beyond 64 bits, which the engine cannot calculate or "
                        "compare with; write it as a double, such as 1e20.",
                        text=text[:40],
                    )
                )
        elif not kind or kind == f"{_XSD}decimal":
            digits = len(text.partition(".")[2])
            if abs(number) > _LARGEST_DECIMAL or digits > _DECIMAL_DIGITS:
                raise QueryError(
                    N_(
                        "The decimal {text} is too large to be calculated or compared with, or has more than "
                        "{number} digits after the point; write it as a double, such as 1e20.",
                        text=text[:40],
                        number=_DECIMAL_DIGITS,
                    )
                )

    def operation(self, expression: s.Chain) -> s.Expression:
        """Refuse a calculation of constants that goes beyond 64 bits, where the engine has no value."""
        if set(expression.operators) <= _CALCULATIONS.keys() and all(map(_is_integer, expression.operands)):
            first, *others = (int(operand.text) for operand in expression.operands if _is_integer(operand))
            for sign, other in zip(expression.operators, others, strict=True):
                first = _CALCULATIONS[sign](first, other)
                if not -_LARGEST_INTEGER - 1 <= first <= _LARGEST_INTEGER:
                    raise QueryError(
                        N_(
                            "The calculation {expression} goes beyond 64 bits, which the engine cannot; "
                            "write one of its numbers as a double, such as 1e0.",
                            expression=expression_text(expression)[:60],
                        )
                    )
        return expression

    def call(self, expression: s.Call) -> s.Expression:
        """Refuse BNODE with an argument."""
        if expression.function == "BNODE" and expression.arguments:
            raise QueryError(
                N_(
                    "BNODE with an argument is not answered right: the engine makes one blank node of a "
                    'text for all rows; write BNODE(), or IRI(CONCAT("urn:x:", …)) for a name of your '
                    "own."
                )
            )
        return expression

    def aggregate(self, expression: s.Aggregate) -> s.Expression:
        """Refuse an aggregate within an aggregate."""
        if expression.argument is not None and any(
            isinstance(part, s.Aggregate) for part in parts_of(expression.argument)
        ):
            raise QueryError(
                N_(
                    "{function} has another aggregate in it, which SPARQL does not allow; make the inner "
                    "one in a sub-SELECT: {{ SELECT … (COUNT(?x) AS ?n) {{ … }} GROUP BY … }}.",
                    function=expression.function,
                )
            )
        return expression

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        """Refuse HAVING over a column that is computed after it."""
        computed = {
            column.variable.name: column.value
            for column in clause.columns or ()
            if column.value is not None and column.variable is not None
        }
        for condition in modifiers.having:
            for part in parts_of(condition):
                if isinstance(part, s.Variable) and part.name in computed:
                    raise QueryError(
                        N_(
                            "HAVING does not know ?{name}, which SELECT makes after it; write the "
                            "aggregate itself, as in HAVING(COUNT(?x) > 1).",
                            name=part.name,
                        )
                    )
        return clause, where, modifiers


def _is_integer(expression: s.Expression) -> TypeGuard[s.Literal]:
    return (
        isinstance(expression, s.Literal)
        and expression.datatype is None
        and re.fullmatch(r"[+-]?[0-9]{1,40}", expression.text) is not None
    )
