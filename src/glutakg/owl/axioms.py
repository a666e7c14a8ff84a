"""The OWL 2 axioms that RDF triples make, as values, and each in Manchester syntax with CURIEs.

Names of axioms and expressions are those of the functional-style syntax of OWL 2, and arguments stand in its
order. What no axiom can be made of is kept with the reason: it keeps an RDF graph from being OWL 2 DL.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from glutakg.errors import ValidationError
from glutakg.owl.expressions import Argument, Entity, Expression, render
from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal, compress
from glutakg.text import printable

if TYPE_CHECKING:
    import pyoxigraph
    from pyoxigraph import Triple

    _Node: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple

__all__ = ["Axiom", "Axioms", "Unread", "parse_axioms", "read_axioms"]


_OWL, _RDF, _RDFS, _XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_TYPE, _FIRST, _REST, _NIL = _RDF + "type", _RDF + "first", _RDF + "rest", _RDF + "nil"
_DEPTH, _SIZE = 100, 10_000

_DECLARATIONS = {
    _OWL + "Class": "Class",
    _RDFS + "Datatype": "Datatype",
    _OWL + "ObjectProperty": "ObjectProperty",
    _OWL + "DatatypeProperty": "DataProperty",
    _OWL + "AnnotationProperty": "AnnotationProperty",
    _OWL + "NamedIndividual": "NamedIndividual",
}
_BUILT_IN_PROPERTIES = {
    _OWL + "topObjectProperty": "ObjectProperty",
    _OWL + "bottomObjectProperty": "ObjectProperty",
    _OWL + "topDataProperty": "DataProperty",
    _OWL + "bottomDataProperty": "DataProperty",
}
_CHARACTERISTICS = {
    _OWL + name + "Property": name
    for name in (
        "Functional", "InverseFunctional", "Reflexive", "Irreflexive",
        "Symmetric", "Asymmetric", "Transitive",
    )
}  # fmt: skip
_OF_OBJECT_PROPERTIES = {
    _OWL + name + "Property" for name in ("InverseFunctional", "Symmetric", "Transitive")
}
_BOOLEANS = {
    _OWL + "intersectionOf": "IntersectionOf",
    _OWL + "unionOf": "UnionOf",
    _OWL + "complementOf": "ComplementOf",
    _OWL + "datatypeComplementOf": "ComplementOf",
    _OWL + "oneOf": "OneOf",
}
_QUANTIFIERS = {_OWL + "someValuesFrom": "SomeValuesFrom", _OWL + "allValuesFrom": "AllValuesFrom"}
_CARDINALITIES = {
    _OWL + name: (form, qualified)
    for name, form, qualified in (
        ("minCardinality", "MinCardinality", False),
        ("maxCardinality", "MaxCardinality", False),
        ("cardinality", "ExactCardinality", False),
        ("minQualifiedCardinality", "MinCardinality", True),
        ("maxQualifiedCardinality", "MaxCardinality", True),
        ("qualifiedCardinality", "ExactCardinality", True),
    )
}
_OF_EXPRESSIONS = {
    *_BOOLEANS, *_QUANTIFIERS, *_CARDINALITIES,
    *(_OWL + name for name in ("onProperty", "onProperties", "hasValue", "hasSelf", "onClass")),
    *(_OWL + name for name in ("onDataRange", "onDatatype", "withRestrictions")),
}  # fmt: skip
_TYPES_OF_EXPRESSIONS = {_OWL + "Class", _OWL + "Restriction", _RDFS + "Datatype", _OWL + "DataRange"}
_OF_NODES = {
    _OWL + name
    for name in (
        "members", "distinctMembers", "sourceIndividual", "assertionProperty", "targetIndividual",
        "targetValue", "annotatedSource", "annotatedProperty", "annotatedTarget",
    )
}  # fmt: skip
_REDUNDANT_TYPES = {_RDF + "Property", _RDFS + "Class", _RDF + "List"}


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom, such as `SubClassOf`, with its arguments and the triples that it was read from.

    Two axioms that say the same are equal, wherever they were read.
    """

    name: str
    arguments: tuple[Argument, ...]
    triples: "tuple[Triple, ...]" = field(default=(), compare=False, repr=False)
    """The root triples, without those of the expressions and lists below them."""

    def manchester(self) -> str:
        """Return the axiom as one line in Manchester syntax with CURIEs.

        A subclass axiom about an expression has no form there; it is written like one of a named class.

        >>> from glutakg.owl import Entity, Expression
        >>> chemical = Entity("Class", "http://purl.obolibrary.org/obo/CHEBI_24431")
        >>> has_role = Entity("ObjectProperty", "http://purl.obolibrary.org/obo/RO_0000087")
        >>> role = Entity("Class", "http://purl.obolibrary.org/obo/CHEBI_50906")
        >>> some = Expression("ObjectSomeValuesFrom", (has_role, role))
        >>> Axiom("SubClassOf", (chemical, some)).manchester()
        'Class: CHEBI:24431 SubClassOf: RO:0000087 some CHEBI:50906'

        """
        return printable(_frame(self.name, self.arguments))


@dataclass(frozen=True, slots=True)
class Unread:
    """A triple that no axiom can be made of, and why."""

    triple: "Triple"
    reason: str


@dataclass(frozen=True, slots=True)
class Axioms:
    """What the triples of an ontology say: axioms, the names of ontologies, and what could not be read."""

    axioms: tuple[Axiom, ...]
    ontologies: tuple[str, ...]
    unread: tuple[Unread, ...]


def read_axioms(triples: "Iterable[Triple]") -> list[Axiom]:
    """Return the OWL 2 axioms that the triples make, in the order of the triples in N-Triples.

    Args:
        triples: of an ontology with all that it imports; what relates two things and is declared
            as no property is taken for an annotation property.

    Raises:
        ValidationError: an expression is nested deeper than 100 times or has more than 10000 parts.

    >>> from glutakg.dataset import parse_triples
    >>> text = '''
    ... @prefix gk: <https://w3id.org/glutakg/ontology/> .
    ... @prefix owl: <http://www.w3.org/2002/07/owl#> .
    ... gk:precursorOf a owl:ObjectProperty, owl:TransitiveProperty .
    ... '''
    >>> for axiom in read_axioms(parse_triples(text, "a.ttl")):
    ...     print(axiom.name, "|", axiom.manchester())
    Declaration | ObjectProperty: gk:precursorOf
    TransitiveObjectProperty | ObjectProperty: gk:precursorOf Characteristics: Transitive

    """
    return list(parse_axioms(triples).axioms)


def parse_axioms(triples: "Iterable[Triple]") -> Axioms:
    """Return the axioms that the triples make, and the triples that make none.

    Args:
        triples: of an ontology with all that it imports.

    Raises:
        ValidationError: an expression is nested deeper than 100 times or has more than 10000 parts.

    """
    return _Reader(triples).read()


# ---- Manchester syntax ----

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
_CHARACTERISTIC = re.compile(f"({'|'.join(_CHARACTERISTICS.values())})(?:Object|Data)Property")


def _frame(name: str, arguments: tuple[Argument, ...]) -> str:
    """Return an axiom as a frame with one section."""
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


# ---- from triples ----


class _UnreadableError(Exception):
    """Something of which no axiom can be made; the message says why."""


class _Reader:
    """Makes axioms of triples, along the mapping of OWL 2 to RDF graphs."""

    def __init__(self, triples: "Iterable[Triple]") -> None:
        self.triples = sorted(set(triples), key=str)
        self.about: defaultdict[_Node, defaultdict[str, list[Triple]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        self.used: set[Triple] = set()
        self.listed: set[_Node] = set()
        self.expressions: dict[tuple[str, _Node], tuple[Expression, int] | _UnreadableError] = {}
        self.open: dict[_Node, int] = {}
        self.axioms: list[Axiom] = []
        self.ontologies: list[str] = []
        self.unread: list[Unread] = []
        for name, kind in _BUILT_IN_PROPERTIES.items():
            self.kinds[name].add(kind)
        for triple in self.triples:
            self.about[triple.subject][triple.predicate.value].append(triple)
            if triple.predicate.value == _TYPE and _is_iri(triple.subject):
                value = _text(triple.object)
                if value in _DECLARATIONS:
                    self.kinds[_text(triple.subject)].add(_DECLARATIONS[value])
                elif value in _OF_OBJECT_PROPERTIES:
                    self.kinds[_text(triple.subject)].add("ObjectProperty")

    def read(self) -> Axioms:
        """Read every triple."""
        of_others = [triple for triple in self.triples if _is_of_list_or_facet(triple)]
        for triple in self.triples:
            if _is_of_list_or_facet(triple):
                continue
            try:
                self._triple(triple)
            except _UnreadableError as error:
                self.unread.append(Unread(triple, str(error)))
        for triple in of_others:
            if triple not in self.used:
                what = "list" if triple.predicate.value in (_FIRST, _REST) else "facet"
                reason = f"it belongs to a {what} that no axiom has, or that another shares"
                self.unread.append(Unread(triple, reason))
        return Axioms(tuple(self.axioms), tuple(self.ontologies), tuple(self.unread))

    def _add(self, name: str, *arguments: Argument, triples: "Iterable[Triple]") -> None:
        self.axioms.append(Axiom(name, arguments, tuple(triples)))

    def _triple(self, triple: "Triple") -> None:
        """Read a triple that is the root of an axiom, or belongs to an expression."""
        predicate = triple.predicate.value
        if predicate == _TYPE:
            self._type(triple)
        elif predicate in _OF_EXPRESSIONS:
            self._of_expression(triple)
        elif predicate in _OF_NODES:
            self._of_node(triple)
        elif predicate in _READERS:
            _READERS[predicate](self, triple)
        else:
            self._relation(triple)

    # types

    def _type(self, triple: "Triple") -> None:
        subject, value = triple.subject, _text(triple.object)
        if value in _DECLARATIONS and _is_iri(subject):
            self._add("Declaration", Entity(_DECLARATIONS[value], _text(subject)), triples=[triple])
        elif value in _TYPES_OF_EXPRESSIONS:
            self._expression_of_any_kind(subject)
        elif value == _OWL + "Ontology":
            if _is_iri(subject):
                self.ontologies.append(_text(subject))
        elif value in _NODES:
            _NODES[value](self, triple)
        elif value in _CHARACTERISTICS:
            self._characteristic(triple)
        elif value in (_OWL + "DeprecatedClass", _OWL + "DeprecatedProperty"):
            prop = Entity("AnnotationProperty", _OWL + "deprecated")
            true = Literal("true", _XSD + "boolean")
            self._add("AnnotationAssertion", prop, Iri(_text(subject)), true, triples=[triple])
        elif value in _REDUNDANT_TYPES:
            if value == _RDF + "List":
                return
            right = "Class" if value == _RDFS + "Class" else "Property"
            if not any(kind.endswith(right) or kind == "Datatype" for kind in self.kinds[_text(subject)]):
                raise _UnreadableError(f"{compress(value)} is no declaration in OWL 2")
        else:
            kind = self._class(triple.object)
            self._add("ClassAssertion", kind, self._individual(subject), triples=[triple])

    def _characteristic(self, triple: "Triple") -> None:
        name = _CHARACTERISTICS[_text(triple.object)]
        if name == "Functional" and self._property_kind(triple.subject) == "DataProperty":
            self._add("FunctionalDataProperty", self._data_property(triple.subject), triples=[triple])
        else:
            prop = self._object_property(triple.subject)
            self._add(f"{name}ObjectProperty", prop, triples=[triple])

    def _all_disjoint_classes(self, triple: "Triple") -> None:
        classes = [self._class(one) for one in self._sequence(self._one(triple.subject, "members"))]
        self._several("DisjointClasses", classes, triple, "members")

    def _all_disjoint_properties(self, triple: "Triple") -> None:
        nodes = self._sequence(self._one(triple.subject, "members"))
        if any(self._property_kind(node) == "DataProperty" for node in nodes):
            self._several("DisjointDataProperties", map(self._data_property, nodes), triple, "members")
        else:
            self._several("DisjointObjectProperties", map(self._object_property, nodes), triple, "members")

    def _all_different(self, triple: "Triple") -> None:
        about = self.about[triple.subject]
        name = "members" if about[_OWL + "members"] else "distinctMembers"
        individuals = [self._individual(one) for one in self._sequence(self._one(triple.subject, name))]
        self._several("DifferentIndividuals", individuals, triple, name)

    def _several(self, name: str, arguments: Iterable[Argument], triple: "Triple", *own: str) -> None:
        """Add an axiom that has a node of its own."""
        several = tuple(arguments)
        if len(several) < 2:
            raise _UnreadableError(f"{name} needs at least two members")
        self._add(name, *several, triples=[triple, *self._own(triple.subject, *own)])

    def _own(self, node: "_Node", *names: str) -> "list[Triple]":
        found = [triple for name in names for triple in self.about[node][_OWL + name]]
        self.used.update(found)
        return found

    def _negative(self, triple: "Triple") -> None:
        node = triple.subject
        source, prop = (self._one(node, name) for name in ("sourceIndividual", "assertionProperty"))
        individual = self._individual(source)
        value: Argument
        if self.about[node][_OWL + "targetValue"]:
            target = "targetValue"
            relation: Argument = self._data_property(prop)
            value = self._literal(self._one(node, target))
        else:
            target = "targetIndividual"
            relation = self._object_property(prop)
            value = self._individual(self._one(node, target))
        side = "Data" if target == "targetValue" else "Object"
        own = self._own(node, "sourceIndividual", "assertionProperty", target)
        self._add(f"Negative{side}PropertyAssertion", relation, individual, value, triples=[triple, *own])

    def _annotated(self, triple: "Triple") -> None:
        """Read the annotation of an axiom or of an annotation, whose own triple must be there."""
        from pyoxigraph import NamedNode, Triple

        node = triple.subject
        source, prop, target = (
            self._one(node, "annotated" + name) for name in ("Source", "Property", "Target")
        )
        if not isinstance(prop, NamedNode):
            raise _UnreadableError("what is annotated has no predicate")
        if Triple(source, prop, target) not in self.about[source][prop.value]:  # type: ignore[arg-type]
            raise _UnreadableError("the axiom that is annotated is not stated")
        self._own(node, "annotatedSource", "annotatedProperty", "annotatedTarget")

    def _of_node(self, triple: "Triple") -> None:
        """Pass over what belongs to an axiom with a node of its own; that is read from its type."""
        types = {_text(one.object) for one in self.about[triple.subject][_TYPE]}
        if not types & set(_NODES):
            raise _UnreadableError("it belongs to no axiom: its subject has no type that says which")

    # axioms of one triple

    def _subclass(self, triple: "Triple") -> None:
        below, above = self._class(triple.subject), self._class(triple.object)
        self._add("SubClassOf", below, above, triples=[triple])

    def _equivalent(self, triple: "Triple") -> None:
        subject = triple.subject
        if _is_iri(subject) and self.kinds[_text(subject)] & {"Datatype", "Class"} == {"Datatype"}:
            datatype = Entity("Datatype", _text(subject))
            self._add("DatatypeDefinition", datatype, self._data_range(triple.object), triples=[triple])
        else:
            classes = self._class(subject), self._class(triple.object)
            self._add("EquivalentClasses", *classes, triples=[triple])

    def _disjoint(self, triple: "Triple") -> None:
        classes = self._class(triple.subject), self._class(triple.object)
        self._add("DisjointClasses", *classes, triples=[triple])

    def _disjoint_union(self, triple: "Triple") -> None:
        parts = [self._class(one) for one in self._sequence(triple.object)]
        self._add("DisjointUnion", self._named_class(triple.subject), *parts, triples=[triple])

    def _key(self, triple: "Triple") -> None:
        properties = [
            self._data_property(one)
            if self._property_kind(one) == "DataProperty"
            else self._object_property(one)
            for one in self._sequence(triple.object)
        ]
        self._add("HasKey", self._class(triple.subject), *properties, triples=[triple])

    def _subproperty(self, triple: "Triple") -> None:
        self._two_properties(triple, "Sub{}PropertyOf", annotation=True)

    def _chain(self, triple: "Triple") -> None:
        properties = tuple(self._object_property(one) for one in self._sequence(triple.object))
        if len(properties) < 2:
            raise _UnreadableError("a chain has at least two properties")
        chain = Expression("ObjectPropertyChain", properties)
        self._add("SubObjectPropertyOf", chain, self._object_property(triple.subject), triples=[triple])

    def _equivalent_properties(self, triple: "Triple") -> None:
        self._two_properties(triple, "Equivalent{}Properties")

    def _disjoint_properties(self, triple: "Triple") -> None:
        self._two_properties(triple, "Disjoint{}Properties")

    def _two_properties(self, triple: "Triple", name: str, *, annotation: bool = False) -> None:
        kinds = [self._property_kind(one) for one in (triple.subject, triple.object)]
        kind = next((kind for kind in kinds if kind), "ObjectProperty")
        if kind == "AnnotationProperty" and not annotation:
            raise _UnreadableError("this axiom does not exist for annotation properties")
        read = {
            "ObjectProperty": self._object_property,
            "DataProperty": self._data_property,
            "AnnotationProperty": self._annotation_property,
        }[kind]
        arguments = read(triple.subject), read(triple.object)
        self._add(name.format(kind.removesuffix("Property")), *arguments, triples=[triple])

    def _domain(self, triple: "Triple") -> None:
        self._end(triple, "Domain")

    def _range(self, triple: "Triple") -> None:
        self._end(triple, "Range")

    def _end(self, triple: "Triple", end: str) -> None:
        kind = self._property_kind(triple.subject)
        if kind == "AnnotationProperty":
            if not _is_iri(triple.object):
                raise _UnreadableError("domain and range of an annotation property are IRIs")
            prop = self._annotation_property(triple.subject)
            self._add(f"AnnotationProperty{end}", prop, Iri(_text(triple.object)), triples=[triple])
        elif kind == "DataProperty":
            data = self._data_property(triple.subject)
            value = self._class(triple.object) if end == "Domain" else self._data_range(triple.object)
            self._add(f"DataProperty{end}", data, value, triples=[triple])
        else:
            relation = self._object_property(triple.subject)
            self._add(f"ObjectProperty{end}", relation, self._class(triple.object), triples=[triple])

    def _inverse(self, triple: "Triple") -> None:
        if _is_iri(triple.subject):
            properties = self._object_property(triple.subject), self._object_property(triple.object)
            self._add("InverseObjectProperties", *properties, triples=[triple])
        else:
            self._object_property(triple.subject)

    def _same(self, triple: "Triple") -> None:
        individuals = self._individual(triple.subject), self._individual(triple.object)
        self._add("SameIndividual", *individuals, triples=[triple])

    def _different(self, triple: "Triple") -> None:
        individuals = self._individual(triple.subject), self._individual(triple.object)
        self._add("DifferentIndividuals", *individuals, triples=[triple])

    def _header(self, triple: "Triple") -> None:
        types = {_text(one.object) for one in self.about[triple.subject][_TYPE]}
        if _OWL + "Ontology" not in types or not _is_iri(triple.object):
            raise _UnreadableError("it relates an ontology to an IRI, and one of them is none")

    def _relation(self, triple: "Triple") -> None:
        """Read a fact or an annotation, by the kind of its property and of its value."""
        kinds = self.kinds[triple.predicate.value]
        name, value = triple.predicate.value, triple.object
        if "ObjectProperty" in kinds and not _is_literal(value):
            individuals = self._individual(triple.subject), self._individual(value)
            relation = Entity("ObjectProperty", name)
            self._add("ObjectPropertyAssertion", relation, *individuals, triples=[triple])
        elif "DataProperty" in kinds and _is_literal(value):
            subject, literal = self._individual(triple.subject), self._literal(value)
            self._add(
                "DataPropertyAssertion", Entity("DataProperty", name), subject, literal, triples=[triple]
            )
        elif "AnnotationProperty" in kinds or not kinds & {"ObjectProperty", "DataProperty"}:
            prop = Entity("AnnotationProperty", name)
            ends = _plain(triple.subject), _plain(value)
            self._add("AnnotationAssertion", prop, *ends, triples=[triple])
        elif "ObjectProperty" in kinds:
            raise _UnreadableError("the value of an object property is a literal")
        else:
            raise _UnreadableError("the value of a data property is not a literal")

    # expressions

    def _of_expression(self, triple: "Triple") -> None:
        """Read an expression on a node of its own; a class that has one is equivalent to it (OWL 1)."""
        if _is_iri(triple.subject):
            if triple.predicate.value not in _BOOLEANS:
                raise _UnreadableError("it belongs to a class expression, which has no name")
            classes = self._named_class(triple.subject), self._boolean(triple, "Object")
            self._add("EquivalentClasses", *classes, triples=[triple])
        else:
            self._expression_of_any_kind(triple.subject)
            if triple not in self.used:
                raise _UnreadableError("it does not belong to the expression that its node is")

    def _expression_of_any_kind(self, node: "_Node") -> None:
        types = {_text(one.object) for one in self.about[node][_TYPE]}
        if types & {_RDFS + "Datatype", _OWL + "DataRange"}:
            self._data_range(node)
        else:
            self._class(node)

    def _is_expression(self, node: "_Node") -> bool:
        about = self.about[node]
        types = {_text(one.object) for one in about[_TYPE]}
        return bool(types & _TYPES_OF_EXPRESSIONS) or not _OF_EXPRESSIONS.isdisjoint(
            name for name, found in about.items() if found
        )

    def _named_class(self, node: "_Node") -> Entity:
        if not _is_iri(node):
            raise _UnreadableError("a named class must stand here")
        return Entity("Class", _text(node))

    def _class(self, node: "_Node") -> Entity | Expression:
        return self._named_class(node) if _is_iri(node) else self._anonymous("Object", node)

    def _data_range(self, node: "_Node") -> Entity | Expression:
        return Entity("Datatype", _text(node)) if _is_iri(node) else self._anonymous("Data", node)

    def _anonymous(self, side: str, node: "_Node") -> Expression:
        """Return the class expression (`Object`) or data range (`Data`) of a blank node.

        What was found is kept with its size, and a fault as well: a node may stand in many places.
        """
        if (side, node) not in self.expressions:
            if node in self.open:
                raise _UnreadableError("the expression contains itself")
            if len(self.open) >= _DEPTH:
                message = f"An expression is nested deeper than {_DEPTH} times; give names to its parts."
                raise ValidationError(message)
            self.open[node] = 1
            try:
                found = self._expression(side, node)
            except _UnreadableError as error:
                del self.open[node]
                self.expressions[side, node] = error
            else:
                self.expressions[side, node] = found, self.open.pop(node)
        known = self.expressions[side, node]
        if isinstance(known, _UnreadableError):
            raise known
        if self.open:
            around = next(reversed(self.open))
            self.open[around] += known[1]
            if self.open[around] > _SIZE:
                message = f"An expression has more than {_SIZE} parts; give names to those that it repeats."
                raise ValidationError(message)
        return known[0]

    def _expression(self, side: str, node: "_Node") -> Expression:
        if _is_literal(node) or not self._is_expression(node):
            raise _UnreadableError(f"a {_SIDES[side]} must stand here")
        about = self.about[node]
        if side == "Object" and about[_OWL + "onProperty"]:
            return self._restriction(node)
        if side == "Data" and about[_OWL + "onDatatype"]:
            return self._datatype_restriction(node)
        triples = [triple for name in _BOOLEANS for triple in about[name]]
        if len(triples) != 1:
            raise _UnreadableError(f"its node is not one {_SIDES[side]}")
        return self._boolean(triples[0], side)

    def _boolean(self, triple: "Triple", side: str) -> Expression:
        predicate = triple.predicate.value
        form = _BOOLEANS[predicate]
        operand = self._class if side == "Object" else self._data_range
        self.used.add(triple)
        if (predicate == _OWL + "complementOf") > (side == "Object") or (
            predicate == _OWL + "datatypeComplementOf"
        ) > (side == "Data"):
            raise _UnreadableError(f"{compress(predicate)} is not for a {_SIDES[side]}")
        arguments: tuple[Argument, ...]
        if form == "ComplementOf":
            arguments = (operand(triple.object),)
        elif form == "OneOf":
            member = self._individual if side == "Object" else self._literal
            arguments = tuple(member(one) for one in self._sequence(triple.object))
        else:
            arguments = tuple(operand(one) for one in self._sequence(triple.object))
        if len(arguments) < (2 if form in ("IntersectionOf", "UnionOf") else 1):
            raise _UnreadableError(f"{compress(predicate)} has too few members")
        return Expression(side + form, arguments)

    def _restriction(self, node: "_Node") -> Expression:
        about = self.about[node]
        prop_node = self._one(node, "onProperty")
        self._own(node, "onProperty")
        on_data = self._property_kind(prop_node) == "DataProperty"
        side = "Data" if on_data else "Object"
        prop = self._data_property(prop_node) if on_data else self._object_property(prop_node)
        filler = self._data_range if on_data else self._class
        names = [
            name
            for name in (*_QUANTIFIERS, *_CARDINALITIES, _OWL + "hasValue", _OWL + "hasSelf")
            for _ in about[name]
        ]
        if len(names) != 1:
            raise _UnreadableError("a restriction says exactly one thing of its property")
        triple = about[names[0]][0]
        self.used.add(triple)
        if names[0] in _QUANTIFIERS:
            return Expression(side + _QUANTIFIERS[names[0]], (prop, filler(triple.object)))
        if names[0] == _OWL + "hasValue":
            member = self._literal if on_data else self._individual
            return Expression(side + "HasValue", (prop, member(triple.object)))
        if names[0] == _OWL + "hasSelf":
            if on_data or _text(triple.object) not in ("true", "1"):
                raise _UnreadableError("owl:hasSelf is true, and of an object property")
            return Expression("ObjectHasSelf", (prop,))
        form, qualified = _CARDINALITIES[names[0]]
        number = self._number(triple.object)
        if not qualified:
            return Expression(side + form, (number, prop))
        on = "onDataRange" if on_data else "onClass"
        value = self._one(node, on)
        self._own(node, on)
        return Expression(side + form, (number, prop, filler(value)))

    def _number(self, node: "_Node") -> int:
        if not _is_literal(node) or not re.fullmatch(r"\+?[0-9]{1,9}", _text(node)):
            raise _UnreadableError("a cardinality is a number from 0 to 999999999")
        return int(_text(node))

    def _datatype_restriction(self, node: "_Node") -> Expression:
        datatype = self._one(node, "onDatatype")
        facets: list[Argument] = []
        for one in self._sequence(self._one(node, "withRestrictions")):
            triples = [triple for found in self.about[one].values() for triple in found]
            if len(triples) != 1:
                raise _UnreadableError("a facet is one triple with a literal")
            facets += [Iri(triples[0].predicate.value), self._literal(triples[0].object)]
            self.used.add(triples[0])
        self._own(node, "onDatatype", "withRestrictions")
        if not _is_iri(datatype) or not facets:
            raise _UnreadableError("a datatype is restricted by its name and at least one facet")
        return Expression("DatatypeRestriction", (Entity("Datatype", _text(datatype)), *facets))

    # properties, individuals, literals, lists

    def _property_kind(self, node: "_Node") -> str:
        """Return the kind of a property by its declaration, or nothing where there is none."""
        if not _is_iri(node):
            return "ObjectProperty"
        found = self.kinds[_text(node)]
        if not found and _text(node).startswith((_RDFS, _OWL)):
            return "AnnotationProperty"
        order = ("ObjectProperty", "DataProperty", "AnnotationProperty")
        return next((kind for kind in order if kind in found), "")

    def _object_property(self, node: "_Node") -> Entity | Expression:
        if _is_iri(node):
            return Entity("ObjectProperty", _text(node))
        inverse = self.about[node][_OWL + "inverseOf"]
        if len(inverse) != 1 or not _is_iri(inverse[0].object):
            raise _UnreadableError("an object property or the inverse of one must stand here")
        return Expression("ObjectInverseOf", (Entity("ObjectProperty", _text(inverse[0].object)),))

    def _data_property(self, node: "_Node") -> Entity:
        if not _is_iri(node):
            raise _UnreadableError("a data property must stand here")
        return Entity("DataProperty", _text(node))

    def _annotation_property(self, node: "_Node") -> Entity:
        if not _is_iri(node):
            raise _UnreadableError("an annotation property must stand here")
        return Entity("AnnotationProperty", _text(node))

    def _individual(self, node: "_Node") -> Entity | BlankNode:
        if _is_iri(node):
            return Entity("NamedIndividual", _text(node))
        if _is_literal(node):
            raise _UnreadableError("an individual must stand here, not a literal")
        if self._is_expression(node) or self.about[node][_FIRST]:
            raise _UnreadableError("an individual must stand here, not an expression or a list")
        return BlankNode(_text(node))

    def _literal(self, node: "_Node") -> Literal:
        value = _plain(node)
        if not isinstance(value, Literal):
            raise _UnreadableError("a literal must stand here")
        return value

    def _one(self, node: "_Node", name: str) -> "_Node":
        found = self.about[node][_OWL + name]
        if len(found) != 1:
            raise _UnreadableError(f"its node must have owl:{name} once")
        return found[0].object

    def _sequence(self, node: "_Node") -> "list[_Node]":
        """Return the members of a list that is whole, has no circle and shares nothing with another."""
        found: list[_Node] = []
        while not (_is_iri(node) and _text(node) == _NIL):
            about = self.about[node]
            first, rest = about[_FIRST], about[_REST]
            if _is_iri(node) or len(first) != 1 or len(rest) != 1:
                raise _UnreadableError(
                    "a list is broken: each of its nodes has one rdf:first and one rdf:rest"
                )
            if node in self.listed:
                raise _UnreadableError("a list runs in a circle or is shared with another")
            self.listed.add(node)
            self.used.update((*first, *rest))
            found.append(first[0].object)
            node = rest[0].object
        return found


_SIDES = {"Object": "class expression", "Data": "data range"}

_READERS: "dict[str, Callable[[_Reader, Triple], None]]" = {
    _RDFS + "subClassOf": _Reader._subclass,
    _RDFS + "subPropertyOf": _Reader._subproperty,
    _RDFS + "domain": _Reader._domain,
    _RDFS + "range": _Reader._range,
    _OWL + "equivalentClass": _Reader._equivalent,
    _OWL + "disjointWith": _Reader._disjoint,
    _OWL + "disjointUnionOf": _Reader._disjoint_union,
    _OWL + "hasKey": _Reader._key,
    _OWL + "propertyChainAxiom": _Reader._chain,
    _OWL + "equivalentProperty": _Reader._equivalent_properties,
    _OWL + "propertyDisjointWith": _Reader._disjoint_properties,
    _OWL + "inverseOf": _Reader._inverse,
    _OWL + "sameAs": _Reader._same,
    _OWL + "differentFrom": _Reader._different,
    _OWL + "imports": _Reader._header,
    _OWL + "versionIRI": _Reader._header,
}

_NODES: "dict[str, Callable[[_Reader, Triple], None]]" = {
    _OWL + "AllDisjointClasses": _Reader._all_disjoint_classes,
    _OWL + "AllDisjointProperties": _Reader._all_disjoint_properties,
    _OWL + "AllDifferent": _Reader._all_different,
    _OWL + "NegativePropertyAssertion": _Reader._negative,
    _OWL + "Axiom": _Reader._annotated,
    _OWL + "Annotation": _Reader._annotated,
}


def _is_of_list_or_facet(triple: "Triple") -> bool:
    name = triple.predicate.value
    return name in (_FIRST, _REST) or (
        name.startswith((_XSD, _RDF + "langRange")) and not _is_iri(triple.subject)
    )


def _is_iri(node: "_Node") -> bool:
    from pyoxigraph import NamedNode

    return isinstance(node, NamedNode)


def _is_literal(node: "_Node") -> bool:
    from pyoxigraph import Literal as LiteralNode

    return isinstance(node, LiteralNode)


def _text(node: "_Node") -> str:
    """Return the IRI, text or name of a term."""
    return str(getattr(node, "value", node))


def _plain(node: "_Node") -> Iri | BlankNode | Literal:
    """Return a term as a plain value."""
    import pyoxigraph

    if isinstance(node, pyoxigraph.NamedNode):
        return Iri(node.value)
    if isinstance(node, pyoxigraph.BlankNode):
        return BlankNode(node.value)
    if isinstance(node, pyoxigraph.Literal):
        return Literal(node.value, node.datatype.value, node.language)
    raise _UnreadableError("a triple stands where a term must be")
