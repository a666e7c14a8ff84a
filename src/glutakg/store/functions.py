"""The functions that rewritten queries call: an order of all terms, its extremes, texts, regular expressions.

`glutakg.sparql.rewriting` puts their names into queries; nothing else knows them.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from pyoxigraph import AggregateFunctionAccumulator

from glutakg.errors import QueryError
from glutakg.sparql import FUNCTIONS

__all__ = ["AGGREGATES", "CALLS", "DistinctTexts", "Extreme", "order_key"]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_INTEGERS = frozenset(
    _XSD + name
    for name in [
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "positiveInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    ]
)
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = {"-INF": "0", "INF": "8", "+INF": "8", "NaN": "9"}
_TURNED = str.maketrans("0123456789", "9876543210")
_MOMENT = re.compile(
    r"(?:(?P<year>-?[0-9]{4,})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?)?"
    r"T?(?:(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2}):(?P<seconds>[0-9]{2}(?:\.[0-9]+)?))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_MOMENTS = ("gYear", "gYearMonth", "dateTime", "date", "time")
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
_DURATIONS = ("duration", "dayTimeDuration", "yearMonthDuration")
_SECONDS_OF_A_MONTH = 2_629_746  # a twelfth of the mean Gregorian year


def order_key(term: Term) -> str:
    """Return a text that comes before another one where the term comes before the other.

    Blank nodes come first, then IRIs, text, numbers, booleans, dates and times, durations, and what has no
    such value; numbers are ordered by value, dates by their moment in UTC, everything else by its characters.

    >>> sorted([Literal(10), Literal(9), Literal("1.5", datatype=NamedNode(_XSD + "decimal"))], key=order_key)
    [<Literal value=1.5 ...>, <Literal value=9 ...>, <Literal value=10 ...>]
    """
    if isinstance(term, Literal):
        return _key_of_literal(term)
    if isinstance(term, BlankNode):
        return "0" + term.value
    return "1" + term.value if isinstance(term, NamedNode) else "8" + str(term)


def _key_of_literal(term: Literal) -> str:
    value, datatype = term.value, term.datatype.value
    if datatype in (_STRING, _LANG_STRING):
        return f"2{value}\0{term.language or ''}"
    if datatype in _INTEGERS:
        if value.isascii() and value.isdecimal() and value[0] != "0":
            return f"35{len(value) + 4_999_999}{value.rstrip('0')}"  # what _key_of_number gives, but sooner
        if _INTEGER.fullmatch(value):
            return "3" + _key_of_number(Decimal(value))
    elif datatype == _XSD + "decimal":
        if _DECIMAL.fullmatch(value):
            return "3" + _key_of_number(Decimal(value))
    elif datatype in _FLOATS:
        if value in _NOT_FINITE:
            return "3" + _NOT_FINITE[value]
        if _FLOAT.fullmatch(value):
            return "3" + _key_of_float(value)
    elif datatype == _XSD + "boolean":
        if value in ("true", "1", "false", "0"):
            return f"4{int(value in ('true', '1'))}"
    elif datatype.startswith(_XSD):
        key = _key_of_time(value, datatype.removeprefix(_XSD))
        if key:
            return key
    return f"7{datatype}\0{value}"


def _key_of_float(value: str) -> str:
    number = float(value)
    if number in (float("inf"), float("-inf")):
        return _NOT_FINITE["INF" if number > 0 else "-INF"]
    return _key_of_number(Decimal(number))


def _key_of_number(number: Decimal) -> str:
    """Return a text in the order of numbers: sign, exponent, digits; for negative ones all turned round.

    >>> numbers = [Decimal(text) for text in ("-12", "-1.5", "-0.1", "0", "0.09", "0.1", "1", "9.5", "10")]
    >>> [_key_of_number(number) for number in numbers] == sorted(map(_key_of_number, numbers))
    True
    """
    if not number:
        return "4"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    key = f"{number.adjusted() + 5_000_000:07d}{digits}"
    return f"5{key}" if number > 0 else f"3{key.translate(_TURNED)}~"


def _key_of_time(value: str, name: str) -> str:
    """Return the key of a date, a time or a duration; nothing where it is none."""
    if name in _MOMENTS:
        match = _MOMENT.fullmatch(value)
        if match is None or (match["year"] is None) != (name == "time"):
            return ""
        return f"5{_MOMENTS.index(name)}{_key_of_number(_seconds_of_moment(match))}"
    if name in _DURATIONS:
        match = _DURATION.fullmatch(value)
        if match is None:
            return ""
        return f"6{_key_of_number(_seconds_of_duration(match))}"
    return ""


def _seconds_of_moment(match: re.Match[str]) -> Decimal:
    """Return the seconds from the beginning of the common era to a moment; without a zone it is in UTC."""
    year, month, day = int(match["year"] or 1), int(match["month"] or 1), int(match["day"] or 1)
    shifted = year - (month < 3)
    days = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400
    days += (153 * ((month + 9) % 12) + 2) // 5 + day
    seconds = days * 86_400 + Decimal(match["seconds"] or 0)
    seconds += int(match["hours"] or 0) * 3_600 + int(match["minutes"] or 0) * 60
    zone = match["zone"] or "Z"
    if zone != "Z":
        offset = int(zone[1:3]) * 3_600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds


def _seconds_of_duration(match: re.Match[str]) -> Decimal:
    parts = {name: Decimal(text or 0) for name, text in match.groupdict().items() if name != "sign"}
    months = parts["years"] * 12 + parts["months"]
    hours = parts["days"] * 24 + parts["hours"]
    seconds = months * _SECONDS_OF_A_MONTH + (hours * 60 + parts["minutes"]) * 60 + parts["seconds"]
    return -seconds if match["sign"] else seconds


def _order(term: Term) -> Literal | None:
    try:
        return Literal(order_key(term))
    except (InvalidOperation, ValueError):  # digits beyond what Python counts with
        return Literal("9" + str(term))


class Extreme:
    """The first or the last of terms in the order of `order_key`, as the engine collects it."""

    def __init__(self, *, last: bool) -> None:
        """Begin with nothing."""
        self._last = last
        self._term: Term | None = None
        self._key = ""

    def accumulate(self, term: Term) -> None:
        """Take a term into account."""
        key = order_key(term)
        if self._term is None or (key > self._key if self._last else key < self._key):
            self._term, self._key = term, key

    def finish(self) -> Term | None:
        """Return the term."""
        return self._term


class DistinctTexts:
    """The texts of terms, each term once, as the engine collects them; a blank node has none."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._terms: dict[Term, None] = {}

    def accumulate(self, term: Term) -> None:
        """Take a term into account."""
        self._terms[term] = None

    def finish(self) -> Literal | None:
        """Return the texts as a list in JSON, which `joined` reads."""
        texts = [term.value for term in self._terms if isinstance(term, NamedNode | Literal)]
        return Literal(json.dumps(texts)) if len(texts) == len(self._terms) else None


def _joined(texts: Term, separator: Term) -> Literal | None:
    """Return texts from a list in JSON with a separator between them; nothing where it is no list."""
    try:
        listed = json.loads(texts.value) if _is_text(texts) else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list) or not _is_text(separator):
        return None
    return Literal(separator.value.join(map(str, listed)))


def _matches(text: Term, pattern: Term, flags: Term | None = None) -> Literal | None:
    """Tell whether a text has a part that a pattern of XPath fits; nothing where that is an error."""
    found = _pattern(pattern, flags)
    if found is None:
        return _of_engine("REGEX", text, pattern, flags)
    if not _is_text(text):
        return None
    return Literal(found.search(text.value) is not None)


def _replaced(text: Term, pattern: Term, replacement: Term, flags: Term | None = None) -> Literal | None:
    """Return a text with each part replaced that a pattern of XPath fits; nothing where that is an error."""
    from glutakg.sparql import python_replacement

    found = _pattern(pattern, flags)
    if found is None:
        return _of_engine("REPLACE", text, pattern, replacement, flags)
    if not _is_text(text) or not _is_text(replacement) or found.search("") is not None:
        return None
    if _is_text(flags) and "q" in flags.value:
        changed = found.sub(lambda _: replacement.value, text.value)
    else:
        try:
            changed = found.sub(python_replacement(replacement.value, found.groups), text.value)
        except QueryError:
            return None
    return Literal(changed, language=text.language) if text.language else Literal(changed)


def _of_engine(function: str, *terms: Term | None) -> Literal | None:
    r"""Return what the engine gives, asked with constants, where Python has no such pattern (`\p{L}`)."""
    from pyoxigraph import QuerySolutions, Store

    from glutakg.sparql import rewritten

    if not all(term is None or _is_text(term) for term in terms):
        return None
    arguments = ", ".join(str(term) for term in terms if term is not None)
    with suppress(QueryError, RuntimeError, SyntaxError):
        found = Store().query(rewritten(f"SELECT ({function}({arguments}) AS ?x) {{}}").text)
        if isinstance(found, QuerySolutions):
            ((value,),) = found
            return value if isinstance(value, Literal) else None
    return None


def _is_text(term: object) -> TypeGuard[Literal]:
    return isinstance(term, Literal) and term.datatype.value in (_STRING, _LANG_STRING)


def _pattern(pattern: Term, flags: Term | None) -> re.Pattern[str] | None:
    if not _is_text(pattern):
        return None
    if flags is None:
        return _compiled(pattern.value, "")
    return _compiled(pattern.value, flags.value) if _is_text(flags) else None


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> re.Pattern[str] | None:
    from glutakg.sparql import python_pattern

    return python_pattern(pattern, flags)


def _calculated(*terms: Term) -> Literal | None:
    from glutakg.store.numbers import calculated  # loaded only where there may be large numbers

    return calculated(*terms)


def _compared(*terms: Term) -> Literal | None:
    from glutakg.store.numbers import compared

    return compared(*terms)


def _converted(*terms: Term) -> Literal | None:
    from glutakg.store.numbers import converted

    return converted(*terms)


def _rounded(*terms: Term) -> Literal | None:
    from glutakg.store.numbers import rounded

    return rounded(*terms)


def _total(*, distinct: bool) -> "AggregateFunctionAccumulator":
    from glutakg.store.numbers import Total

    return Total(distinct=distinct)


def _mean(*, distinct: bool) -> "AggregateFunctionAccumulator":
    from glutakg.store.numbers import Mean

    return Mean(distinct=distinct)


CALLS: dict[NamedNode, Callable[..., Term | None]] = {
    NamedNode(FUNCTIONS + "calculated"): _calculated,
    NamedNode(FUNCTIONS + "compared"): _compared,
    NamedNode(FUNCTIONS + "converted"): _converted,
    NamedNode(FUNCTIONS + "joined"): _joined,
    NamedNode(FUNCTIONS + "order"): _order,
    NamedNode(FUNCTIONS + "matches"): _matches,
    NamedNode(FUNCTIONS + "replaced"): _replaced,
    NamedNode(FUNCTIONS + "rounded"): _rounded,
}
"""What `Store.query` takes as `custom_functions`."""

AGGREGATES: "dict[NamedNode, Callable[[], AggregateFunctionAccumulator]]" = {
    NamedNode(FUNCTIONS + "distinct"): DistinctTexts,
    NamedNode(FUNCTIONS + "min"): lambda: Extreme(last=False),
    NamedNode(FUNCTIONS + "max"): lambda: Extreme(last=True),
    NamedNode(FUNCTIONS + "total"): partial(_total, distinct=False),
    NamedNode(FUNCTIONS + "distinct-total"): partial(_total, distinct=True),
    NamedNode(FUNCTIONS + "mean"): partial(_mean, distinct=False),
    NamedNode(FUNCTIONS + "distinct-mean"): partial(_mean, distinct=True),
}
"""What `Store.query` takes as `custom_aggregate_functions`."""
