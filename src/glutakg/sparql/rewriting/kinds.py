"""What kind of value an expression has, as far as its text tells."""

from glutakg.sparql import syntax as s

__all__ = ["has_one_order", "is_number", "kind_of"]

_KINDS = {
    "number": "ABS AVG CEIL COUNT DAY FLOOR HOURS MINUTES MONTH RAND ROUND SECONDS STRLEN SUM YEAR",
    "text": "DATATYPE ENCODE_FOR_URI GROUP_CONCAT LANG MD5 SHA1 SHA256 SHA384 SHA512 STR STRUUID TZ",
    "boolean": "BOUND CONTAINS ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANGMATCHES REGEX SAMETERM STRENDS "
    "STRSTARTS",
    "iri": "IRI URI UUID",
    "worded": "CONCAT LCASE REPLACE STRAFTER STRBEFORE STRLANG SUBSTR UCASE",
}
_KIND_BY_FUNCTION = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_KIND_BY_DATATYPE = {
    **dict.fromkeys(("integer", "decimal", "double", "float", "int", "long"), "number"),
    **dict.fromkeys(("date", "dateTime", "time", "gYear", "gYearMonth"), "date"),
    "boolean": "boolean",
    "string": "text",
}


def kind_of(expression: s.Expression) -> str:
    """Return `number`, `text`, `worded` (with a language, perhaps), `boolean`, `date`, `iri`, or nothing.

    >>> kind_of(s.Call("STRLEN", (s.Variable("x"),)))
    'number'
    """
    match expression:
        case s.Literal(text, language, datatype):
            if text in ("true", "false"):
                return "boolean"
            if text[0] not in "\"'":
                return "number"
            if language:
                return "worded"
            if datatype is None:
                return "text"
            return "" if text.strip("\"'") == "NaN" else _KIND_BY_DATATYPE.get(_local(datatype), "")
        case s.Iri():
            return "iri"
        case s.Unary("!", _) | s.In() | s.Exists():
            return "boolean"
        case s.Unary():
            return "number"
        case s.Chain(_, operators):
            if operators[0] not in ("+", "-", "*", "/"):
                return "boolean"
            return "number" if operators[0] in "*/" or any(map(is_number, expression.operands)) else ""
        case s.Call(s.Iri() as function, _, _):
            return _KIND_BY_DATATYPE.get(_local(function), "")
        case s.Call(str(function), _, _) | s.Aggregate(function=function):
            return _KIND_BY_FUNCTION.get(function, "")
    return ""


def is_number(expression: s.Expression) -> bool:
    """Tell whether an expression can be nothing but a number."""
    return kind_of(expression) == "number"


def has_one_order(expression: s.Expression) -> bool:
    """Tell whether the engine's comparison puts all values of an expression in order."""
    return kind_of(expression) in ("text", "iri") or (
        isinstance(expression, s.Call | s.Aggregate)
        and expression.function in ("COUNT", "STRLEN", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES")
    )


def _local(iri: s.Iri) -> str:
    """Return the name of a datatype of XML Schema, whose prefix is taken to be `xsd:`; nothing of others."""
    text = iri.text.strip("<>")
    if text.startswith(_XSD):
        return text.removeprefix(_XSD)
    return text.removeprefix("xsd:") if text.startswith("xsd:") else ""
