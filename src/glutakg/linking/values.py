"""Tells which literals stand for the same value, though stores write them in more than one way."""

import re
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from glutakg.rdf import INTEGERS, PREFIXES

__all__ = ["same_value"]

_XSD = PREFIXES["xsd"]
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})
_TRUTHS = {"1": "true", "0": "false"}
_FRACTION = re.compile(r"(\.[0-9]*?)0+(?=Z|[+-]|$)")


def same_value(line: str) -> str:
    """Return a triple in N-Triples as every store would write it, so that equal values have equal texts.

    >>> same_value('<urn:s> <urn:p> "01"^^<http://www.w3.org/2001/XMLSchema#int> .')
    '<urn:s> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    (quad,) = ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    term = quad.object
    if isinstance(term, ox.Literal):
        language = term.language
        term = ox.Literal(term.value, language=language.lower()) if language else _plain(term)
    return f"{quad.subject} {quad.predicate} {term}"


def _plain(literal: ox.Literal) -> ox.Literal:
    text, datatype = literal.value, literal.datatype.value
    try:
        if datatype in INTEGERS or datatype == _XSD + "decimal":
            number = format(Decimal(text).normalize(), "f")
            return ox.Literal("0" if number == "-0" else number, datatype=ox.NamedNode(_XSD + "decimal"))
        if datatype in _FLOATS:
            return ox.Literal(repr(float(text)), datatype=literal.datatype)
    except (InvalidOperation, ValueError, OverflowError):
        return literal
    if datatype == _XSD + "boolean":
        return ox.Literal(_TRUTHS.get(text, text), datatype=literal.datatype)
    if datatype in (_XSD + "dateTime", _XSD + "time"):
        text = _FRACTION.sub(lambda match: match[1].rstrip("."), text)
        return ox.Literal(re.sub(r"[+-]00:00$", "Z", text), datatype=literal.datatype)
    return literal
