"""What OWL 2 axioms are made of, as values: entities, class expressions, data ranges, inverses and chains.

Names are those of the functional-style syntax of OWL 2, and arguments stand in its order; what a person reads
is Manchester syntax with CURIEs.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal, compress

__all__ = ["Argument", "Entity", "Expression", "render", "walk"]


_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]

_WORDS = {
    "SomeValuesFrom": "some", "AllValuesFrom": "only", "HasValue": "value",
    "MinCardinality": "min", "MaxCardinality": "max", "ExactCardinality": "exactly",
}  # fmt: skip
_FACETS = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing with the kind that its place gives it.

    The kind is `Class`, `Datatype`, `ObjectProperty`, `DataProperty`, `AnnotationProperty` or
    `NamedIndividual`.
    """

    kind: str
    iri: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A class expression, data range, inverse property or chain, such as `ObjectSomeValuesFrom`."""

    name: str
    arguments: "tuple[Argument, ...]"


Argument: TypeAlias = Entity | Expression | BlankNode | Literal | Iri | int
"""What an axiom or an expression is about; a blank node is an anonymous individual, an IRI names a facet."""


def walk(arguments: Iterable[Argument]) -> Iterator[Argument]:
    """Yield the arguments and everything inside them, outermost first.

    >>> part_of = Entity("ObjectProperty", "http://purl.obolibrary.org/obo/BFO_0000050")
    >>> [type(one).__name__ for one in walk([Expression("ObjectInverseOf", (part_of,))])]
    ['Expression', 'Entity']

    """
    for argument in arguments:
        yield argument
        if isinstance(argument, Expression):
            yield from walk(argument.arguments)


def render(argument: Argument, *, nested: bool = False) -> str:
    """Return an argument in Manchester syntax, in brackets where it is nested and needs them.

    >>> gaba = Entity("NamedIndividual", "https://w3id.org/glutakg/data/gaba")
    >>> render(Expression("ObjectOneOf", (gaba,)))
    '{gkd:gaba}'

    """
    if isinstance(argument, Entity):
        return _name(argument.iri)
    if isinstance(argument, Iri):
        return _name(argument.value)
    if isinstance(argument, Literal):
        return _literal(argument)
    if not isinstance(argument, Expression):
        return str(argument)
    text, simple = _expression(argument)
    return f"({text})" if nested and not simple else text


def _expression(expression: Expression) -> tuple[str, bool]:
    """Return an expression as text, and whether it needs no brackets inside another."""
    name, arguments = expression.name, expression.arguments
    parts = [render(argument, nested=True) for argument in arguments]
    if name == "ObjectInverseOf":
        return f"inverse {parts[0]}", True
    if name == "ObjectPropertyChain":
        return " o ".join(parts), False
    if name == "ObjectHasSelf":
        return f"{parts[0]} Self", False
    if name == "DatatypeRestriction":
        facets = [
            f"{_FACETS.get(facet, facet)} {value}"
            for facet, value in zip(map(_local, arguments[1::2]), parts[2::2], strict=True)
        ]
        return f"{parts[0]}[{', '.join(facets)}]", True
    form = name.removeprefix("Object").removeprefix("Data")
    if form == "OneOf":
        return f"{{{', '.join(parts)}}}", True
    if form == "ComplementOf":
        return f"not {parts[0]}", False
    if form in ("IntersectionOf", "UnionOf"):
        return (" and " if form == "IntersectionOf" else " or ").join(parts), False
    if form.endswith("Cardinality"):
        return " ".join([parts[1], _WORDS[form], parts[0], *parts[2:]]), False
    return f"{parts[0]} {_WORDS[form]} {parts[1]}", False


def _local(argument: Argument) -> str:
    return re.split("[#/]", argument.value)[-1] if isinstance(argument, Iri) else ""


def _name(iri: str) -> str:
    curie = compress(iri)
    return f"<{iri}>" if curie == iri else curie


def _literal(literal: Literal) -> str:
    if literal.datatype == _XSD + "integer" and re.fullmatch("[+-]?[0-9]+", literal.value):
        return literal.value
    if literal.datatype in (None, _XSD + "string", _RDF + "langString"):
        return str(Literal(literal.value, language=literal.language))
    return f"{Literal(literal.value)}^^{_name(literal.datatype)}"
