"""Calculates and compares numbers of any length, for queries in which the engine has no room for them."""

import operator
from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal
from math import isfinite
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from glutakg.rdf import INTEGERS, is_well_formed

__all__ = ["Mean", "Total", "calculated", "compared", "converted", "rounded"]

Number: TypeAlias = int | Decimal | float

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMAL, _INTEGER = _XSD + "decimal", _XSD + "integer"
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})
_SPACE = "\t\n\r "
_LONGEST = 4_000  # digits; Python reads and writes no longer integers
_PLACES = Decimal(1).scaleb(-18)  # that the engine has after the point of a decimal
_CONTEXT = Context(prec=2 * _LONGEST)
_SIGNS: dict[str, Callable[..., Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARISONS: dict[str, Callable[[Number, Number], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def calculated(signs: object, *operands: object) -> Literal | None:
    """Return what comes of numbers by signs such as `+-`, from left to right; nothing where that is an error.

    >>> calculated(Literal("*"), Literal(2**62), Literal(4)).value
    '18446744073709551616'
    """
    first, *others = map(_number, operands)
    if not isinstance(signs, Literal) or len(signs.value) != len(others) or set(signs.value) - set(_SIGNS):
        return None
    for sign, other in zip(signs.value, others, strict=True):
        first = None if first is None or other is None else _result(sign, first, other)
    return None if first is None else _literal(first)


def compared(sign: object, one: object, other: object) -> Literal | None:
    """Tell whether two numbers compare by a sign such as `<`; nothing where one is no number.

    >>> compared(Literal("<"), Literal(1), Literal(2)).value
    'true'
    """
    first, second = _number(one), _number(other)
    if not isinstance(sign, Literal) or sign.value not in _COMPARISONS:
        return None
    if first is None or second is None:
        return None
    return Literal(_COMPARISONS[sign.value](first, second))


def converted(name: object, term: object) -> Literal | None:
    """Return what a number, a boolean or a text is as an `integer` or a `decimal`; nothing where it is none.

    >>> converted(Literal("integer"), Literal(1e5)).value
    '100000'
    """
    if not isinstance(name, Literal) or not isinstance(term, Literal):
        return None
    datatype = _XSD + name.value
    if term.datatype.value == _XSD + "string":
        number = _number(Literal(term.value.strip(_SPACE), datatype=NamedNode(datatype)))
    elif term.datatype.value == _XSD + "boolean" and is_well_formed(term.value, _XSD + "boolean"):
        number = int(term.value in ("true", "1"))
    else:
        number = _number(term)
    if number is None or (isinstance(number, float) and not isfinite(number)):
        return None
    exact = Decimal(str(number)) if isinstance(number, float) else Decimal(number)
    if datatype == _INTEGER:
        return _literal(int(exact))
    if isinstance(number, float):
        exact = exact.quantize(_PLACES, ROUND_DOWN, _CONTEXT)
    return _literal(_CONTEXT.plus(exact)) if datatype == _DECIMAL else None


def rounded(function: object, term: object) -> Literal | None:
    """Return what `ABS`, `CEIL`, `FLOOR` or `ROUND` make of a number; nothing where it is none.

    A float has its value in the engine, however large it is.

    >>> rounded(Literal("ABS"), Literal(-(2**63))).value
    '9223372036854775808'
    """
    number = _number(term)
    if not isinstance(function, Literal) or number is None or isinstance(number, float):
        return None
    if function.value == "ABS":
        return _literal(number if number >= 0 else -number)
    rounding = {"CEIL": ROUND_CEILING, "FLOOR": ROUND_FLOOR, "ROUND": ROUND_FLOOR}.get(function.value)
    if rounding is None or isinstance(number, int):
        return None if rounding is None else _literal(number)
    half = Decimal("0.5") if function.value == "ROUND" else Decimal(0)  # a half goes up, also below zero
    return _literal(_CONTEXT.add(number, half).to_integral_value(rounding))


class Total:
    """The sum of numbers, as the engine collects it."""

    def __init__(self, *, distinct: bool = False) -> None:
        """Begin with nothing; with `distinct`, each term counts once."""
        self._seen: set[object] | None = set() if distinct else None
        self._sum: Number | None = 0
        self.count = 0

    def accumulate(self, term: object) -> None:
        """Take a term into account."""
        if self._seen is not None:
            if term in self._seen:
                return
            self._seen.add(term)
        number = _number(term)
        self._sum = None if self._sum is None or number is None else _result("+", self._sum, number)
        self.count += 1

    def finish(self) -> Literal | None:
        """Return the sum; nothing where a term was no number."""
        return None if self._sum is None else _literal(self._result(self._sum))

    def _result(self, total: Number) -> Number:
        return total


class Mean(Total):
    """The mean of numbers, as the engine collects it."""

    def _result(self, total: Number) -> Number:
        return (_result("/", total, self.count) or 0) if self.count else 0


def _number(term: object) -> Number | None:
    """Return the number that a term stands for."""
    if not isinstance(term, Literal):
        return None
    text, datatype = term.value, term.datatype.value
    if not is_well_formed(text, datatype):  # Python reads more than XML Schema allows
        return None
    if datatype in _FLOATS:
        return float(text)
    if len(text) <= _LONGEST:
        if datatype == _DECIMAL:
            return Decimal(text)
        if datatype in INTEGERS:
            return int(text)
    return None


def _result(sign: str, one: Number, other: Number) -> Number | None:
    """Return what comes of two numbers, of the wider one's type; nothing for what is divided by zero."""
    if isinstance(one, float) or isinstance(other, float):
        one, other = float(one), float(other)
        if sign == "/" and not other:
            return None
    elif isinstance(one, Decimal) or isinstance(other, Decimal) or sign == "/":
        one, other = Decimal(one), Decimal(other)
        if sign == "/":
            return _CONTEXT.divide(one, other).quantize(_PLACES, ROUND_DOWN, _CONTEXT) if other else None
        operation = {"+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply}[sign]
        return operation(one, other)
    return _SIGNS[sign](one, other)


def _literal(number: Number) -> Literal | None:
    if isinstance(number, float):
        return Literal(number)
    with suppress(ValueError):
        if isinstance(number, int):
            return Literal(str(number), datatype=NamedNode(_INTEGER))
        text = format(number, "f")
        return Literal(text.rstrip("0").rstrip(".") if "." in text else text, datatype=NamedNode(_DECIMAL))
    return None
