"""Whether the text of a literal is one that its datatype allows.

The forms are those of XML Schema 1.1, part 2, and OWL 2, without white space around them, as RDF 1.1 takes
them. Python's own functions read more: digits of other scripts, `2_019` as a number, `20200101` as a date.
"""

import re
from calendar import monthrange
from collections.abc import Mapping

from glutakg.rdf.prefixes import PREFIXES

__all__ = ["INTEGERS", "is_well_formed"]


_XSD, _OWL = PREFIXES["xsd"], PREFIXES["owl"]

INTEGERS: Mapping[str, tuple[int | None, int | None]] = {
    _XSD + name: bounds
    for name, bounds in {
        "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1),
        "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255),
    }.items()
}  # fmt: skip
"""The datatypes of whole numbers, with the least and the greatest value of each."""

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOATING = rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_SIX_BITS = "[A-Za-z0-9+/]"
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH, _DAY = "(?P<month>0[1-9]|1[0-2])", "(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEARS_AND_MONTHS = "(?:[0-9]+Y)?(?:[0-9]+M)?"
_DAYS_AND_TIME = r"(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_FORMS = {
    **{name: re.compile("[+-]?[0-9]+") for name in INTEGERS},
    _OWL + "rational": re.compile("[+-]?[0-9]+ */ *0*[1-9][0-9]*"),
    _OWL + "real": re.compile("(?!)"),
    **{
        _XSD + name: re.compile(form)
        for name, form in {
            "decimal": _NUMBER,
            "double": _FLOATING,
            "float": _FLOATING,
            "boolean": "true|false|0|1",
            "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
            "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
            "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
            "time": f"{_TIME}{_ZONE}?",
            "gYear": f"{_YEAR}{_ZONE}?",
            "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
            "gMonth": f"--{_MONTH}{_ZONE}?",
            "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
            "gDay": f"---{_DAY}{_ZONE}?",
            "duration": f"-?P(?=.){_YEARS_AND_MONTHS}{_DAYS_AND_TIME}",
            "yearMonthDuration": f"-?P(?=.){_YEARS_AND_MONTHS}",
            "dayTimeDuration": f"-?P(?=.){_DAYS_AND_TIME}",
            "hexBinary": "(?:[0-9a-fA-F]{2})*",
            "base64Binary": f"(?:{_SIX_BITS}{{4}})*(?:{_SIX_BITS}{{2}}==|{_SIX_BITS}{{3}}=)?",
            "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
            "normalizedString": r"[^\r\n\t]*",
            "token": r"(?:[^\r\n\t ]+(?: [^\r\n\t ]+)*)?",
            "NMTOKEN": r"[\w:.·-]+",
            "Name": r"(?:[^\W\d]|:)[\w:.·-]*",
            "NCName": r"[^\W\d][\w.·-]*",
        }.items()
    },
}


def is_well_formed(text: str, datatype: str | None) -> bool:
    """Return whether a text is one that a datatype has; of datatypes that are not known here, yes.

    Args:
        text: that of a literal.
        datatype: its IRI; None for a text with a language or without a datatype.

    >>> integer = "http://www.w3.org/2001/XMLSchema#integer"
    >>> is_well_formed("2019", integer), is_well_formed("2_019", integer), is_well_formed("٢٠١٩", integer)
    (True, False, False)
    """
    if datatype not in _FORMS:
        return True
    form = _FORMS[datatype]
    match = form.fullmatch(text)
    if match is None:
        return False
    if datatype in INTEGERS:
        return _is_within(text, *INTEGERS[datatype])
    return "day" not in form.groupindex or "month" not in form.groupindex or _is_a_day(match.groupdict())


def _is_within(text: str, least: int | None, most: int | None) -> bool:
    if len(text.lstrip("+-0")) > 20:  # more digits than any bound has
        return (least if text.startswith("-") else most) is None
    return (least is None or int(text) >= least) and (most is None or int(text) <= most)


def _is_a_day(parts: "Mapping[str, str | None]") -> bool:
    """Return whether a month has a day; of February in a year that is not told, 29."""
    year, month, day = (int(parts.get(name) or 0) for name in ("year", "month", "day"))
    return day <= monthrange(2000 + year % 400, month)[1]
