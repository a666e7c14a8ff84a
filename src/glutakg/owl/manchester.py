"""Expressions and axioms in Manchester syntax with CURIEs, as people read them."""

import re

from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.rdf import PREFIXES, Iri, Literal, compress

__all__ = ["render", "render_axiom"]


_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]

_WORDS = {
    "SomeValuesFrom": "some", "AllValuesFrom": "only", "HasValue": "value",
    "MinCardinality": "min", "MaxCardinality": "max", "ExactCardinality": "exactly",
}  # fmt: skip
_FACETS = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}
_SECTIONS = {
    "SubClassOf": "SubClassOf", "DisjointUnion": "DisjointUnionOf", "HasKey": "HasKey",
    "InverseObjectProperties": "InverseOf", "DatatypeDefinition": "EquivalentTo",
    **{f"Sub{kind}PropertyOf": "SubPropertyOf" for kind in ("Object", "Data", "Annotation")},
    **{f"{kind}PropertyDomain": "Domain" for kind in ("Object", "Data", "Annotation")},
    **{f"{kind}PropertyRange": "Range" for kind in ("Object", "Data", "Annotation")},
}  # fmt: skip
_N_ARY = {
    "EquivalentClasses": ("EquivalentTo", "EquivalentClasses"),
    "DisjointClasses": ("DisjointWith", "DisjointClasses"),
    "EquivalentObjectProperties": ("EquivalentTo", "EquivalentProperties"),
    "EquivalentDataProperties": ("EquivalentTo", "EquivalentProperties"),
    "DisjointObjectProperties": ("DisjointWith", "DisjointProperties"),
    "DisjointDataProperties": ("DisjointWith", "DisjointProperties"),
    "SameIndividual": ("SameAs", "SameIndividual"),
    "DifferentIndividuals": ("DifferentFrom", "DifferentIndividuals"),
}
_CHARACTERISTIC = re.compile(
    "((?:Inverse)?Functional|Reflexive|Irreflexive|Symmetric|Asymmetric|Transitive)(?:Object|Data)Property"
)


def render(argument: Argument, *, nested: bool = False) -> str:
    """Return an argument in Manchester syntax, in brackets where it is nested and needs them.

    >>> from glutakg.owl.expressions import Entity, Expression
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


def render_axiom(name: str, arguments: tuple[Argument, ...]) -> str:
    """Return an axiom, by its name and arguments, as a frame with one section."""
    texts = [render(argument) for argument in arguments]
    if name == "Declaration":
        return _head(arguments[0])
    if name in _N_ARY:
        section, many = _N_ARY[name]
        if len(arguments) == 2 and not isinstance(arguments[0], Expression):
            return f"{_head(arguments[0])} {section}: {texts[1]}"
        return f"{many}: {', '.join(texts)}"
    if name == "ClassAssertion":
        return f"{_head(arguments[1])} Types: {texts[0]}"
    if name == "AnnotationAssertion":
        return f"{_head(arguments[1])} Annotations: {texts[0]} {texts[2]}"
    if name.endswith("PropertyAssertion"):
        negated = "not " if name.startswith("Negative") else ""
        return f"{_head(arguments[1])} Facts: {negated}{texts[0]} {texts[2]}"
    if characteristic := _CHARACTERISTIC.fullmatch(name):
        return f"{_head(arguments[0])} Characteristics: {characteristic[1]}"
    if isinstance(arguments[0], Expression) and arguments[0].name == "ObjectPropertyChain":
        return f"{_head(arguments[1])} SubPropertyChain: {texts[0]}"
    return f"{_head(arguments[0])} {_SECTIONS[name]}: {', '.join(texts[1:])}"


def _head(argument: Argument) -> str:
    kind = "Individual"
    if isinstance(argument, Entity):
        kind = argument.kind.removeprefix("Named")
    elif isinstance(argument, Expression):
        kind = "ObjectProperty" if argument.name == "ObjectInverseOf" else "Class"
    return f"{kind}: {render(argument)}"
