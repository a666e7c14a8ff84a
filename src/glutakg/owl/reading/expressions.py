"""Class expressions, data ranges, properties, individuals and literals, read from triples."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from glutakg.errors import ValidationError
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.reading.index import (
    FIRST,
    OWL,
    RDFS,
    TYPE,
    TripleIndex,
    UnreadableError,
    is_iri,
    is_literal,
    plain,
    text,
)
from glutakg.rdf import BlankNode, Iri, Literal, compress

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from glutakg.owl.reading.index import Node

__all__ = ["ExpressionReader"]


_DEPTH, _SIZE = 100, 10_000
BOOLEANS = {
    OWL + "intersectionOf": "IntersectionOf",
    OWL + "unionOf": "UnionOf",
    OWL + "complementOf": "ComplementOf",
    OWL + "datatypeComplementOf": "ComplementOf",
    OWL + "oneOf": "OneOf",
}
_QUANTIFIERS = {OWL + "someValuesFrom": "SomeValuesFrom", OWL + "allValuesFrom": "AllValuesFrom"}
_CARDINALITIES = {
    OWL + name: (form, qualified)
    for name, form, qualified in (
        ("minCardinality", "MinCardinality", False),
        ("maxCardinality", "MaxCardinality", False),
        ("cardinality", "ExactCardinality", False),
        ("minQualifiedCardinality", "MinCardinality", True),
        ("maxQualifiedCardinality", "MaxCardinality", True),
        ("qualifiedCardinality", "ExactCardinality", True),
    )
}
OF_EXPRESSIONS = {
    *BOOLEANS, *_QUANTIFIERS, *_CARDINALITIES,
    *(OWL + name for name in ("onProperty", "onProperties", "hasValue", "hasSelf", "onClass")),
    *(OWL + name for name in ("onDataRange", "onDatatype", "withRestrictions")),
}  # fmt: skip
TYPES_OF_EXPRESSIONS = {OWL + "Class", OWL + "Restriction", RDFS + "Datatype", OWL + "DataRange"}
_SIDES = {"Object": "class expression", "Data": "data range"}


class ExpressionReader(TripleIndex):
    """Reads what axioms are made of, each node once, however often it is used."""

    def __init__(self, triples: "Iterable[Triple]") -> None:
        """Index the triples; nothing is read yet."""
        super().__init__(triples)
        self._expressions: dict[tuple[str, Node], tuple[Expression, int] | UnreadableError] = {}
        self._open: dict[Node, int] = {}

    def expression_of_any_kind(self, node: "Node") -> None:
        """Read the class expression or data range that a blank node is."""
        types = {text(one.object) for one in self.about[node][TYPE]}
        if types & {RDFS + "Datatype", OWL + "DataRange"}:
            self.data_range(node)
        else:
            self.class_(node)

    def is_expression(self, node: "Node") -> bool:
        """Return whether a node is a class expression or data range."""
        about = self.about[node]
        types = {text(one.object) for one in about[TYPE]}
        return bool(types & TYPES_OF_EXPRESSIONS) or not OF_EXPRESSIONS.isdisjoint(
            name for name, found in about.items() if found
        )

    def named_class(self, node: "Node") -> Entity:
        """Return the class that an IRI names."""
        if not is_iri(node):
            raise UnreadableError("a named class must stand here")
        return Entity("Class", text(node))

    def class_(self, node: "Node") -> Entity | Expression:
        """Return the class expression of a node."""
        return self.named_class(node) if is_iri(node) else self._anonymous("Object", node)

    def data_range(self, node: "Node") -> Entity | Expression:
        """Return the data range of a node."""
        return Entity("Datatype", text(node)) if is_iri(node) else self._anonymous("Data", node)

    def _anonymous(self, side: str, node: "Node") -> Expression:
        """Return the class expression (`Object`) or data range (`Data`) of a blank node.

        What was found is kept with its size, and a fault as well: a node may stand in many places.
        """
        if (side, node) not in self._expressions:
            if node in self._open:
                raise UnreadableError("the expression contains itself")
            if len(self._open) >= _DEPTH:
                message = f"An expression is nested deeper than {_DEPTH} times; give names to its parts."
                raise ValidationError(message)
            self._open[node] = 1
            try:
                with self.reading():
                    found = self._expression(side, node)
            except UnreadableError as error:
                del self._open[node]
                self._expressions[side, node] = error
            else:
                self._expressions[side, node] = found, self._open.pop(node)
        known = self._expressions[side, node]
        if isinstance(known, UnreadableError):
            raise known
        if self._open:
            around = next(reversed(self._open))
            self._open[around] += known[1]
            if self._open[around] > _SIZE:
                message = f"An expression has more than {_SIZE} parts; give names to those that it repeats."
                raise ValidationError(message)
        return known[0]

    def _expression(self, side: str, node: "Node") -> Expression:
        if is_literal(node) or not self.is_expression(node):
            raise UnreadableError(f"a {_SIDES[side]} must stand here")
        about = self.about[node]
        if side == "Object" and about[OWL + "onProperty"]:
            return self._restriction(node)
        if side == "Data" and about[OWL + "onDatatype"]:
            return self._datatype_restriction(node)
        triples = [triple for name in BOOLEANS for triple in about[name]]
        if len(triples) != 1:
            raise UnreadableError(f"its node is not one {_SIDES[side]}")
        return self.boolean(triples[0], side)

    def boolean(self, triple: "Triple", side: str) -> Expression:
        """Return the class expression (`Object`) or data range (`Data`) that one triple makes of others."""
        predicate = triple.predicate.value
        form = BOOLEANS[predicate]
        operand = self.class_ if side == "Object" else self.data_range
        self.used.add(triple)
        if (predicate == OWL + "complementOf") > (side == "Object") or (
            predicate == OWL + "datatypeComplementOf"
        ) > (side == "Data"):
            raise UnreadableError(f"{compress(predicate)} is not for a {_SIDES[side]}")
        arguments: tuple[Argument, ...]
        if form == "ComplementOf":
            arguments = (operand(triple.object),)
        elif form == "OneOf":
            member = self.individual if side == "Object" else self.literal
            arguments = tuple(member(one) for one in self.sequence(triple.object))
        else:
            arguments = tuple(operand(one) for one in self.sequence(triple.object))
        if len(arguments) < (2 if form in ("IntersectionOf", "UnionOf") else 1):
            raise UnreadableError(f"{compress(predicate)} has too few members")
        return Expression(side + form, arguments)

    def _restriction(self, node: "Node") -> Expression:
        about = self.about[node]
        prop_node = self.one(node, "onProperty")
        self.own(node, "onProperty")
        on_data = self.property_kind(prop_node) == "DataProperty"
        side = "Data" if on_data else "Object"
        prop = self.data_property(prop_node) if on_data else self.object_property(prop_node)
        filler = self.data_range if on_data else self.class_
        names = [
            name
            for name in (*_QUANTIFIERS, *_CARDINALITIES, OWL + "hasValue", OWL + "hasSelf")
            for _ in about[name]
        ]
        if len(names) != 1:
            raise UnreadableError("a restriction says exactly one thing of its property")
        triple = about[names[0]][0]
        self.used.add(triple)
        if names[0] in _QUANTIFIERS:
            return Expression(side + _QUANTIFIERS[names[0]], (prop, filler(triple.object)))
        if names[0] == OWL + "hasValue":
            member = self.literal if on_data else self.individual
            return Expression(side + "HasValue", (prop, member(triple.object)))
        if names[0] == OWL + "hasSelf":
            if on_data or text(triple.object) not in ("true", "1"):
                raise UnreadableError("owl:hasSelf is true, and of an object property")
            return Expression("ObjectHasSelf", (prop,))
        form, qualified = _CARDINALITIES[names[0]]
        number = self._number(triple.object)
        if not qualified:
            return Expression(side + form, (number, prop))
        on = "onDataRange" if on_data else "onClass"
        value = self.one(node, on)
        self.own(node, on)
        return Expression(side + form, (number, prop, filler(value)))

    def _number(self, node: "Node") -> int:
        if not is_literal(node) or not re.fullmatch(r"\+?[0-9]{1,9}", text(node)):
            raise UnreadableError("a cardinality is a number from 0 to 999999999")
        return int(text(node))

    def _datatype_restriction(self, node: "Node") -> Expression:
        datatype = self.one(node, "onDatatype")
        facets: list[Argument] = []
        for one in self.sequence(self.one(node, "withRestrictions")):
            triples = [triple for found in self.about[one].values() for triple in found]
            if len(triples) != 1:
                raise UnreadableError("a facet is one triple with a literal")
            facets += [Iri(triples[0].predicate.value), self.literal(triples[0].object)]
            self.used.add(triples[0])
        self.own(node, "onDatatype", "withRestrictions")
        if not is_iri(datatype) or not facets:
            raise UnreadableError("a datatype is restricted by its name and at least one facet")
        return Expression("DatatypeRestriction", (Entity("Datatype", text(datatype)), *facets))

    def object_property(self, node: "Node") -> Entity | Expression:
        """Return an object property or the inverse of one."""
        if is_iri(node):
            return Entity("ObjectProperty", text(node))
        inverse = self.about[node][OWL + "inverseOf"]
        if len(inverse) != 1 or not is_iri(inverse[0].object):
            raise UnreadableError("an object property or the inverse of one must stand here")
        return Expression("ObjectInverseOf", (Entity("ObjectProperty", text(inverse[0].object)),))

    def data_property(self, node: "Node") -> Entity:
        """Return the data property that an IRI names."""
        if not is_iri(node):
            raise UnreadableError("a data property must stand here")
        return Entity("DataProperty", text(node))

    def annotation_property(self, node: "Node") -> Entity:
        """Return the annotation property that an IRI names."""
        if not is_iri(node):
            raise UnreadableError("an annotation property must stand here")
        return Entity("AnnotationProperty", text(node))

    def individual(self, node: "Node") -> Entity | BlankNode:
        """Return an individual, named or anonymous."""
        if is_iri(node):
            return Entity("NamedIndividual", text(node))
        if is_literal(node):
            raise UnreadableError("an individual must stand here, not a literal")
        if self.is_expression(node) or self.about[node][FIRST]:
            raise UnreadableError("an individual must stand here, not an expression or a list")
        return BlankNode(text(node))

    def literal(self, node: "Node") -> Literal:
        """Return the literal that a node is."""
        value = plain(node)
        if not isinstance(value, Literal):
            raise UnreadableError("a literal must stand here")
        return value
