"""Axioms in the functional-style syntax of OWL 2, as reasoners read them, under numbers instead of IRIs.

A reasoner then never sees a name that it might abbreviate, cannot print or takes for something else.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from sys import float_info

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal, compress

__all__ = ["Numbered"]


_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
_NAMESPACE = "http://names.invalid/"  # nothing there is ever fetched
_NUMBERED = re.compile(rf"(?:\b{re.escape(_NAMESPACE)})?\bn([0-9]+)\b")
_LANG_STRING = Entity("Datatype", PREFIXES["rdf"] + "langString")
_PLAIN_LITERAL = Entity("Datatype", PREFIXES["rdf"] + "PlainLiteral")
_TAGGED = f"DataIntersectionOf(<{_PLAIN_LITERAL.iri}> DataComplementOf(<{PREFIXES['xsd']}string>))"
_NOTHING = Entity("Class", PREFIXES["owl"] + "Nothing")
_DIFFERENT = {
    "DisjointClasses": "SubClassOf",
    "DisjointObjectProperties": "ObjectPropertyDomain",
    "DisjointDataProperties": "DataPropertyDomain",
    "DifferentIndividuals": "ClassAssertion",
}
"""Axioms whose arguments differ, with those that say of one argument that it cannot be."""

_GREATEST = {PREFIXES["xsd"] + "float": 2.0**128 - 2.0**103, PREFIXES["xsd"] + "double": float_info.max}
"""The datatypes of floating numbers, and the greatest number that is not taken for infinite."""


class Numbered:
    """Writes axioms with a number for each IRI, and tells which IRI a number stands for.

    The same axioms give the same numbers, those of the IRIs in their order.
    """

    def __init__(self, axioms: Iterable[Axiom], *, shuffled: int = 0) -> None:
        """Give the IRIs of these axioms numbers in their order, or in that of a shuffle with a number."""
        iris = {each.iri for axiom in axioms for each in walk(axiom.arguments) if isinstance(each, Entity)}
        self._iris = sorted(iri for iri in iris if not iri.startswith(_BUILT_IN))
        if shuffled:
            self._iris.sort(key=lambda iri: sha256(f"{shuffled} {iri}".encode()).digest())
        self._numbers = {iri: number for number, iri in enumerate(self._iris)}
        self._anonymous: dict[str, int] = {}

    def ontology(self, axioms: Iterable[Axiom]) -> str:
        """Return axioms, some or all of those that were numbered, as an ontology.

        >>> from glutakg.owl.expressions import Entity
        >>> taurine = Entity("NamedIndividual", "http://a.org/taurine")
        >>> axiom = Axiom("ClassAssertion", (Entity("Class", "http://a.org/Nutrient"), taurine))
        >>> print(Numbered([axiom]).ontology([axiom]))
        Ontology(<http://names.invalid/premises>
        ClassAssertion(<http://names.invalid/n0> <http://names.invalid/n1>)
        )
        """
        written = (self._axiom(each) for axiom in axioms for each in without_twins(axiom))
        return "\n".join([f"Ontology(<{_NAMESPACE}premises>", *written, ")"]) + "\n"

    def name(self, iri: str) -> str:
        """Return the name under which an IRI is written: itself where it has no number."""
        return f"{_NAMESPACE}n{self._numbers[iri]}" if iri in self._numbers else iri

    def iri(self, name: str) -> str | None:
        """Return the IRI of a name, with or without its namespace; None where nothing has that name."""
        match = _NUMBERED.fullmatch(name)
        if match is None:
            return name if name.startswith(_BUILT_IN) else None
        number = int(match[1])
        return self._iris[number] if number < len(self._iris) else None

    def readable(self, text: str) -> str:
        """Return a text of a reasoner with CURIEs for the names in it."""
        return _NUMBERED.sub(lambda match: compress(self.iri(match[0]) or match[0]), text)

    def _axiom(self, axiom: Axiom) -> str:
        if axiom.name == "Declaration":
            [entity] = axiom.arguments
            assert isinstance(entity, Entity)
            return f"Declaration({entity.kind}({self._text(entity)}))"
        parts = [self._text(each) for each in axiom.arguments]
        if axiom.name == "HasKey":
            kinds = [isinstance(each, Entity) and each.kind == "DataProperty" for each in axiom.arguments]
            objects = " ".join(part for part, data in list(zip(parts, kinds, strict=True))[1:] if not data)
            data = " ".join(part for part, data in zip(parts, kinds, strict=True) if data)
            return f"HasKey({parts[0]} ({objects}) ({data}))"
        return f"{axiom.name}({' '.join(parts)})"

    def _text(self, argument: Argument) -> str:
        """Return an argument of an axiom or expression."""
        if isinstance(argument, Expression):
            if argument.name == "DatatypeRestriction" and argument.arguments[0] == _LANG_STRING:
                argument = Expression(argument.name, (_PLAIN_LITERAL, *argument.arguments[1:]))
            return f"{argument.name}({' '.join(map(self._text, argument.arguments))})"
        if isinstance(argument, Entity):
            return _TAGGED if argument == _LANG_STRING else f"<{self.name(argument.iri)}>"
        if isinstance(argument, Iri):
            return f"<{self.name(argument.value)}>"
        if isinstance(argument, BlankNode):
            return f"_:a{self._anonymous.setdefault(argument.value, len(self._anonymous))}"
        if isinstance(argument, Literal):
            return self._literal(argument)
        return str(argument)

    def _literal(self, literal: Literal) -> str:
        escaped = literal.value.replace("\\", "\\\\").replace('"', '\\"')
        if literal.language:
            return f'"{escaped}"@{literal.language}'
        if literal.datatype in _GREATEST:
            escaped = _floating(literal.value, _GREATEST[literal.datatype])
        return f'"{escaped}"^^<{self.name(literal.datatype or PREFIXES["xsd"] + "string")}>'


def without_twins(axiom: Axiom) -> Iterator[Axiom]:
    """Yield what an axiom says; where it names something twice, in words that reasoners do not shorten.

    They take a class that is disjoint with itself, or an individual that differs from itself, for named once.

    >>> one = Entity("Class", "http://a.org/A")
    >>> [each.manchester() for each in without_twins(Axiom("DisjointClasses", (one, one)))]
    ['Class: <http://a.org/A> SubClassOf: owl:Nothing']
    """
    if axiom.name == "DisjointUnion":
        whole, *parts = axiom.arguments
        if len(set(parts)) == len(parts):
            yield axiom
            return
        union = Expression("ObjectUnionOf", tuple(dict.fromkeys(parts))) if len(set(parts)) > 1 else parts[0]
        yield Axiom("EquivalentClasses", (whole, union), axiom.triples)
        axiom = Axiom("DisjointClasses", tuple(parts), axiom.triples)
    once = tuple(dict.fromkeys(axiom.arguments))
    if axiom.name not in _DIFFERENT or len(once) == len(axiom.arguments):
        yield axiom
        return
    for each in once:
        if axiom.arguments.count(each) > 1:
            yield Axiom(_DIFFERENT[axiom.name], _impossible(axiom.name, each), axiom.triples)
    if len(once) > 1:
        yield Axiom(axiom.name, once, axiom.triples)


def _impossible(name: str, argument: Argument) -> tuple[Argument, ...]:
    """Return what says of a class or property that it has no member, of an individual that it is not."""
    if name != "DifferentIndividuals":
        return argument, _NOTHING
    return Expression("ObjectComplementOf", (Expression("ObjectOneOf", (argument,)),)), argument


def _floating(text: str, greatest: float) -> str:
    """Return a number as both reasoners read it: what is too great is infinite."""
    number = float(text.replace("INF", "inf"))
    if abs(number) > greatest:
        return "INF" if number > 0 else "-INF"
    return text
