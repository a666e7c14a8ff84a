"""The parameters of catalogue queries: their types, and their values as typed terms."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf, TypeAlias

from glutakg.errors import GlutakgError, ParameterError
from glutakg.languages import LANGUAGES, N_, either
from glutakg.rdf import PREFIXES, Iri, Literal, expand

__all__ = [
    "EXAMPLES",
    "Parameter",
    "ParameterType",
    "Resolver",
    "Value",
    "coerce",
    "parse_default",
    "spell",
]


ParameterType: TypeAlias = OneOf["iri", "string", "language", "integer", "decimal", "boolean"]
Value: TypeAlias = Iri | Literal
Resolver: TypeAlias = Callable[[str], str]

EXAMPLES: Mapping[str, str] = {
    "iri": N_("a CURIE such as CHEBI:18050, a full IRI, or a label"),
    "string": N_("text"),
    "language": either(LANGUAGES),
    "integer": N_("a whole number such as 5"),
    "decimal": N_("a number such as 2.5"),
    "boolean": N_("true or false"),
}
"""What a value of each type looks like."""

_XSD = PREFIXES["xsd"]
_IRI_REFERENCE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_STRING = re.compile(r'"(?P<text>(?:[^"\\\r\n]|\\[tbnrf"\'\\])*)"')
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPES = str.maketrans({char: f"\\{name}" for name, char in _UNESCAPES.items() if name != "'"})
_LEXICAL_FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a catalogue query that can be given another value: its type, description and default."""

    name: str
    type: ParameterType
    description: Mapping[str, str]
    default: Value
    line: int


def parse_default(kind: ParameterType, text: str, prefixes: Mapping[str, str]) -> Value | None:
    """Return the single term of type `kind` that `text` spells in SPARQL, or None.

    >>> parse_default("iri", "gkd:taurine", {"gkd": "https://w3id.org/glutakg/data/"}).value
    'https://w3id.org/glutakg/data/taurine'
    """
    if kind == "iri":
        prefix, _, local = text.partition(":")
        iri = text[1:-1] if text.startswith("<") and text.endswith(">") else prefixes.get(prefix, "") + local
        return Iri(iri) if _IRI_REFERENCE.fullmatch(iri) and " " not in text else None
    if kind in ("string", "language"):
        match = _STRING.fullmatch(text)
        if match is None:
            return None
        unescaped = re.sub(r"\\(.)", lambda escape: _UNESCAPES[escape[1]], match["text"])
        return _coerce_literal(kind, unescaped)
    return Literal(text, _XSD + kind) if _LEXICAL_FORMS[kind].fullmatch(text) else None


def spell(kind: ParameterType, value: Value, prefixes: Mapping[str, str]) -> str:
    r"""Return how SPARQL spells a term of type `kind`, in one line; `parse_default` reads it back.

    Args:
        kind: of the parameter whose value it is.
        value: the term.
        prefixes: that the query declares, with their IRIs.

    >>> spell("iri", Iri("https://w3id.org/glutakg/data/taurine"), {"gkd": "https://w3id.org/glutakg/data/"})
    'gkd:taurine'
    >>> spell("string", Literal('a "b"\n'), {}), spell("decimal", Literal("2", _XSD + "decimal"), {})
    ('"a \\"b\\"\\n"', '2.0')
    """
    if isinstance(value, Iri):
        for prefix, namespace in sorted(prefixes.items(), key=lambda each: len(each[1]), reverse=True):
            local = value.value.removeprefix(namespace)
            if namespace and local != value.value and _LOCAL_NAME.fullmatch(local):
                return f"{prefix}:{local}"
        return f"<{value.value}>"
    if kind in ("string", "language"):
        return f'"{value.value.translate(_ESCAPES)}"'
    if kind == "decimal":  # without digits after a point it would be an integer, and with none no number
        whole, _, digits = value.value.partition(".")
        sign, whole = (whole[:1], whole[1:]) if whole[:1] in ("+", "-") else ("", whole)
        return f"{sign}{whole or '0'}.{digits or '0'}"
    return value.value


def coerce(parameter: Parameter, value: object, *, resolve: Resolver = expand) -> Value:
    """Return `value` as the term that `parameter` needs; raise `ParameterError` where it does not fit."""
    term = (
        _coerce_iri(parameter, value, resolve)
        if parameter.type == "iri"
        else _coerce_literal(parameter.type, value)
    )
    if term is None:
        raise ParameterError(
            N_(
                "The parameter {name!r} is of type {type} and {value!r} is not; give {example}.",
                name=parameter.name,
                type=parameter.type,
                value=value,
                example=EXAMPLES[parameter.type],
            ),
            parameter=parameter.name,
        )
    return term


def _coerce_iri(parameter: Parameter, value: object, resolve: Resolver) -> Iri | None:
    if isinstance(value, Iri):
        value = value.value
    if not isinstance(value, str) or not value.strip() or not _is_encodable(value):
        return None
    try:
        iri = resolve(value)
    except GlutakgError as error:
        raise ParameterError(
            N_(
                "The parameter {name!r} cannot be {value!r}: {error}",
                name=parameter.name,
                value=value,
                error=error.message,
            ),
            parameter=parameter.name,
        ) from error
    return Iri(iri) if _IRI_REFERENCE.fullmatch(iri) else None


def _coerce_literal(kind: ParameterType, value: object) -> Literal | None:
    if kind == "string":
        return Literal(value) if isinstance(value, str) and _is_encodable(value) else None
    if kind == "language":
        return Literal(value) if isinstance(value, str) and value in LANGUAGES else None
    lexical = value.strip() if isinstance(value, str) else _lexical_form(kind, value)
    return Literal(lexical, _XSD + kind) if _LEXICAL_FORMS[kind].fullmatch(lexical) else None


def _lexical_form(kind: ParameterType, value: object) -> str:
    """Return the lexical form of a Python `value` that may stand for `kind`, or an empty text."""
    from decimal import Decimal

    if isinstance(value, bool):
        return str(value).lower() if kind == "boolean" else ""
    if isinstance(value, int) and kind in ("integer", "decimal"):
        return str(value)
    if isinstance(value, float | Decimal) and kind == "decimal":
        return format(Decimal(str(value)), "f")
    return ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
