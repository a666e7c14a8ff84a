"""Axioms of triples, along the mapping of RDF graphs to OWL 2."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from glutakg.errors import ValidationError
from glutakg.owl.axioms import Axiom, Axioms, Unread
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.reading.expressions import BOOLEANS, OF_EXPRESSIONS, TYPES_OF_EXPRESSIONS, ExpressionReader
from glutakg.owl.reading.index import (
    DECLARATIONS,
    FIRST,
    OWL,
    RDF,
    RDFS,
    REST,
    TYPE,
    XSD,
    UnreadableError,
    is_iri,
    is_literal,
    plain,
    text,
)
from glutakg.rdf import Iri, Literal, compress

if TYPE_CHECKING:
    from pyoxigraph import Triple


__all__ = ["parse_axioms", "read_axioms"]


_CHARACTERISTICS = {
    OWL + name + "Property": name
    for name in (
        "Functional", "InverseFunctional", "Reflexive", "Irreflexive",
        "Symmetric", "Asymmetric", "Transitive",
    )
}  # fmt: skip
_OF_NODES = {
    OWL + name
    for name in (
        "members", "distinctMembers", "sourceIndividual", "assertionProperty", "targetIndividual",
        "targetValue", "annotatedSource", "annotatedProperty", "annotatedTarget",
    )
}  # fmt: skip
_REDUNDANT_TYPES = {RDF + "Property", RDFS + "Class", RDF + "List"}


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


def parse_axioms(triples: "Iterable[Triple]", paths: "Mapping[Triple, str] | None" = None) -> Axioms:
    """Return the axioms that the triples make, and the triples that make none.

    Args:
        triples: of an ontology with all that it imports.
        paths: the files of triples, for messages.

    Raises:
        ValidationError: an expression is nested deeper than 100 times or has more than 10000 parts.

    """
    return _Reader(triples, paths or {}).read()


class _Reader(ExpressionReader):
    """Reads each triple that is the root of an axiom."""

    def __init__(self, triples: "Iterable[Triple]", paths: "Mapping[Triple, str]") -> None:
        super().__init__(triples)
        self._paths = paths
        self._axioms: list[Axiom] = []
        self._ontologies: list[str] = []
        self._unread: list[Unread] = []

    def read(self) -> Axioms:
        """Read every triple."""
        of_others = [triple for triple in self.triples if _is_of_list_or_facet(triple)]
        for triple in self.triples:
            if _is_of_list_or_facet(triple):
                continue
            try:
                self._triple(triple)
            except UnreadableError as error:
                self._unread.append(Unread(triple, str(error)))
            except ValidationError as error:
                path = self._paths.get(triple)
                where = f"{compress(text(triple.subject))} {compress(triple.predicate.value)}"
                raise ValidationError(f"{f'{path}: ' if path else ''}{error} It stands at {where}.") from None
        for triple in of_others:
            if triple not in self.used:
                what = "list" if triple.predicate.value in (FIRST, REST) else "facet"
                reason = f"it belongs to a {what} that no axiom has, or that another shares"
                self._unread.append(Unread(triple, reason))
        return Axioms(tuple(self._axioms), tuple(self._ontologies), tuple(self._unread))

    def _add(self, name: str, *arguments: Argument, triples: "Iterable[Triple]") -> None:
        self._axioms.append(Axiom(name, arguments, tuple(triples)))

    def _triple(self, triple: "Triple") -> None:
        """Read a triple that is the root of an axiom, or belongs to an expression."""
        predicate = triple.predicate.value
        if predicate == TYPE:
            self._type(triple)
        elif predicate in OF_EXPRESSIONS:
            self._of_expression(triple)
        elif predicate in _OF_NODES:
            self._of_node(triple)
        elif predicate in _READERS:
            _READERS[predicate](self, triple)
        else:
            self._relation(triple)

    def _type(self, triple: "Triple") -> None:
        subject, value = triple.subject, text(triple.object)
        if value in DECLARATIONS and is_iri(subject):
            self._add("Declaration", Entity(DECLARATIONS[value], text(subject)), triples=[triple])
        elif value in TYPES_OF_EXPRESSIONS:
            self.expression_of_any_kind(subject)
        elif value == OWL + "Ontology":
            if is_iri(subject):
                self._ontologies.append(text(subject))
        elif value in _NODES:
            _NODES[value](self, triple)
        elif value in _CHARACTERISTICS:
            self._characteristic(triple)
        elif value in (OWL + "DeprecatedClass", OWL + "DeprecatedProperty"):
            prop = Entity("AnnotationProperty", OWL + "deprecated")
            true = Literal("true", XSD + "boolean")
            self._add("AnnotationAssertion", prop, Iri(text(subject)), true, triples=[triple])
        elif value in _REDUNDANT_TYPES:
            if value == RDF + "List":
                return
            right = "Class" if value == RDFS + "Class" else "Property"
            if not any(kind.endswith(right) or kind == "Datatype" for kind in self.kinds[text(subject)]):
                raise UnreadableError(f"{compress(value)} is no declaration in OWL 2")
        else:
            kind = self.class_(triple.object)
            self._add("ClassAssertion", kind, self.individual(subject), triples=[triple])

    def _characteristic(self, triple: "Triple") -> None:
        name = _CHARACTERISTICS[text(triple.object)]
        if name == "Functional" and self.property_kind(triple.subject) == "DataProperty":
            self._add("FunctionalDataProperty", self.data_property(triple.subject), triples=[triple])
        else:
            prop = self.object_property(triple.subject)
            self._add(f"{name}ObjectProperty", prop, triples=[triple])

    def _all_disjoint_classes(self, triple: "Triple") -> None:
        classes = [self.class_(one) for one in self.sequence(self.one(triple.subject, "members"))]
        self._several("DisjointClasses", classes, triple, "members")

    def _all_disjoint_properties(self, triple: "Triple") -> None:
        nodes = self.sequence(self.one(triple.subject, "members"))
        if any(self.property_kind(node) == "DataProperty" for node in nodes):
            self._several("DisjointDataProperties", map(self.data_property, nodes), triple, "members")
        else:
            self._several("DisjointObjectProperties", map(self.object_property, nodes), triple, "members")

    def _all_different(self, triple: "Triple") -> None:
        about = self.about[triple.subject]
        name = "members" if about[OWL + "members"] else "distinctMembers"
        individuals = [self.individual(one) for one in self.sequence(self.one(triple.subject, name))]
        self._several("DifferentIndividuals", individuals, triple, name)

    def _several(self, name: str, arguments: Iterable[Argument], triple: "Triple", *own: str) -> None:
        """Add an axiom that has a node of its own."""
        several = tuple(arguments)
        if len(several) < 2:
            raise UnreadableError(f"{name} needs at least two members")
        self._add(name, *several, triples=[triple, *self.own(triple.subject, *own)])

    def _negative(self, triple: "Triple") -> None:
        node = triple.subject
        source, prop = (self.one(node, name) for name in ("sourceIndividual", "assertionProperty"))
        individual = self.individual(source)
        value: Argument
        if self.about[node][OWL + "targetValue"]:
            target = "targetValue"
            relation: Argument = self.data_property(prop)
            value = self.literal(self.one(node, target))
        else:
            target = "targetIndividual"
            relation = self.object_property(prop)
            value = self.individual(self.one(node, target))
        side = "Data" if target == "targetValue" else "Object"
        own = self.own(node, "sourceIndividual", "assertionProperty", target)
        self._add(f"Negative{side}PropertyAssertion", relation, individual, value, triples=[triple, *own])

    def _annotated(self, triple: "Triple") -> None:
        """Read the annotation of an axiom or of an annotation, whose own triple must be there."""
        from pyoxigraph import NamedNode, Triple

        node = triple.subject
        source, prop, target = (
            self.one(node, "annotated" + name) for name in ("Source", "Property", "Target")
        )
        if not isinstance(prop, NamedNode):
            raise UnreadableError("what is annotated has no predicate")
        if Triple(source, prop, target) not in self.about[source][prop.value]:  # type: ignore[arg-type]
            raise UnreadableError("the axiom that is annotated is not stated")
        self.own(node, "annotatedSource", "annotatedProperty", "annotatedTarget")

    def _of_node(self, triple: "Triple") -> None:
        """Pass over what belongs to an axiom with a node of its own; that is read from its type."""
        types = {text(one.object) for one in self.about[triple.subject][TYPE]}
        if not types & set(_NODES):
            raise UnreadableError("it belongs to no axiom: its subject has no type that says which")

    def _subclass(self, triple: "Triple") -> None:
        below, above = self.class_(triple.subject), self.class_(triple.object)
        self._add("SubClassOf", below, above, triples=[triple])

    def _equivalent(self, triple: "Triple") -> None:
        subject = triple.subject
        if is_iri(subject) and self.kinds[text(subject)] & {"Datatype", "Class"} == {"Datatype"}:
            datatype = Entity("Datatype", text(subject))
            self._add("DatatypeDefinition", datatype, self.data_range(triple.object), triples=[triple])
        else:
            classes = self.class_(subject), self.class_(triple.object)
            self._add("EquivalentClasses", *classes, triples=[triple])

    def _disjoint(self, triple: "Triple") -> None:
        classes = self.class_(triple.subject), self.class_(triple.object)
        self._add("DisjointClasses", *classes, triples=[triple])

    def _disjoint_union(self, triple: "Triple") -> None:
        parts = [self.class_(one) for one in self.sequence(triple.object)]
        if len(parts) < 2:
            raise UnreadableError("owl:disjointUnionOf has too few members")
        self._add("DisjointUnion", self.named_class(triple.subject), *parts, triples=[triple])

    def _key(self, triple: "Triple") -> None:
        properties = [
            self.data_property(one)
            if self.property_kind(one) == "DataProperty"
            else self.object_property(one)
            for one in self.sequence(triple.object)
        ]
        if not properties:
            raise UnreadableError("a key has at least one property")
        self._add("HasKey", self.class_(triple.subject), *properties, triples=[triple])

    def _subproperty(self, triple: "Triple") -> None:
        self._two_properties(triple, "Sub{}PropertyOf", annotation=True)

    def _chain(self, triple: "Triple") -> None:
        properties = tuple(self.object_property(one) for one in self.sequence(triple.object))
        if len(properties) < 2:
            raise UnreadableError("a chain has at least two properties")
        chain = Expression("ObjectPropertyChain", properties)
        self._add("SubObjectPropertyOf", chain, self.object_property(triple.subject), triples=[triple])

    def _equivalent_properties(self, triple: "Triple") -> None:
        self._two_properties(triple, "Equivalent{}Properties")

    def _disjoint_properties(self, triple: "Triple") -> None:
        self._two_properties(triple, "Disjoint{}Properties")

    def _two_properties(self, triple: "Triple", name: str, *, annotation: bool = False) -> None:
        kinds = [self.property_kind(one) for one in (triple.subject, triple.object)]
        kind = next((kind for kind in kinds if kind), "ObjectProperty")
        if kind == "AnnotationProperty" and not annotation:
            raise UnreadableError("this axiom does not exist for annotation properties")
        read = {
            "ObjectProperty": self.object_property,
            "DataProperty": self.data_property,
            "AnnotationProperty": self.annotation_property,
        }[kind]
        arguments = read(triple.subject), read(triple.object)
        self._add(name.format(kind.removesuffix("Property")), *arguments, triples=[triple])

    def _domain(self, triple: "Triple") -> None:
        self._end(triple, "Domain")

    def _range(self, triple: "Triple") -> None:
        self._end(triple, "Range")

    def _end(self, triple: "Triple", end: str) -> None:
        kind = self.property_kind(triple.subject)
        if kind == "AnnotationProperty":
            if not is_iri(triple.object):
                raise UnreadableError("domain and range of an annotation property are IRIs")
            prop = self.annotation_property(triple.subject)
            self._add(f"AnnotationProperty{end}", prop, Iri(text(triple.object)), triples=[triple])
        elif kind == "DataProperty":
            data = self.data_property(triple.subject)
            value = self.class_(triple.object) if end == "Domain" else self.data_range(triple.object)
            self._add(f"DataProperty{end}", data, value, triples=[triple])
        else:
            relation = self.object_property(triple.subject)
            self._add(f"ObjectProperty{end}", relation, self.class_(triple.object), triples=[triple])

    def _inverse(self, triple: "Triple") -> None:
        if is_iri(triple.subject):
            properties = self.object_property(triple.subject), self.object_property(triple.object)
            self._add("InverseObjectProperties", *properties, triples=[triple])
        else:
            self.object_property(triple.subject)

    def _same(self, triple: "Triple") -> None:
        individuals = self.individual(triple.subject), self.individual(triple.object)
        self._add("SameIndividual", *individuals, triples=[triple])

    def _different(self, triple: "Triple") -> None:
        individuals = self.individual(triple.subject), self.individual(triple.object)
        self._add("DifferentIndividuals", *individuals, triples=[triple])

    def _header(self, triple: "Triple") -> None:
        types = {text(one.object) for one in self.about[triple.subject][TYPE]}
        if OWL + "Ontology" not in types or not is_iri(triple.object):
            raise UnreadableError("it relates an ontology to an IRI, and one of them is none")

    def _relation(self, triple: "Triple") -> None:
        """Read a fact or an annotation, by the kind of its property and of its value."""
        kinds = self.kinds[triple.predicate.value]
        name, value = triple.predicate.value, triple.object
        if "ObjectProperty" in kinds and not is_literal(value):
            individuals = self.individual(triple.subject), self.individual(value)
            relation = Entity("ObjectProperty", name)
            self._add("ObjectPropertyAssertion", relation, *individuals, triples=[triple])
        elif "DataProperty" in kinds and is_literal(value):
            subject, literal = self.individual(triple.subject), self.literal(value)
            self._add(
                "DataPropertyAssertion", Entity("DataProperty", name), subject, literal, triples=[triple]
            )
        elif "AnnotationProperty" in kinds or not kinds & {"ObjectProperty", "DataProperty"}:
            prop = Entity("AnnotationProperty", name)
            ends = plain(triple.subject), plain(value)
            self._add("AnnotationAssertion", prop, *ends, triples=[triple])
        elif "ObjectProperty" in kinds:
            raise UnreadableError("the value of an object property is a literal")
        else:
            raise UnreadableError("the value of a data property is not a literal")

    def _of_expression(self, triple: "Triple") -> None:
        """Read an expression on a node of its own; a class that has one is equivalent to it (OWL 1)."""
        if is_iri(triple.subject):
            if triple.predicate.value in (OWL + "onDatatype", OWL + "withRestrictions"):
                raise UnreadableError("a datatype with a name is defined by owl:equivalentClass")
            if triple.predicate.value not in BOOLEANS:
                raise UnreadableError("it belongs to a class expression, which has no name")
            classes = self.named_class(triple.subject), self.boolean(triple, "Object")
            self._add("EquivalentClasses", *classes, triples=[triple])
        else:
            self.expression_of_any_kind(triple.subject)
            if triple not in self.used:
                raise UnreadableError("it does not belong to the expression that its node is")


_READERS: "dict[str, Callable[[_Reader, Triple], None]]" = {
    RDFS + "subClassOf": _Reader._subclass,
    RDFS + "subPropertyOf": _Reader._subproperty,
    RDFS + "domain": _Reader._domain,
    RDFS + "range": _Reader._range,
    OWL + "equivalentClass": _Reader._equivalent,
    OWL + "disjointWith": _Reader._disjoint,
    OWL + "disjointUnionOf": _Reader._disjoint_union,
    OWL + "hasKey": _Reader._key,
    OWL + "propertyChainAxiom": _Reader._chain,
    OWL + "equivalentProperty": _Reader._equivalent_properties,
    OWL + "propertyDisjointWith": _Reader._disjoint_properties,
    OWL + "inverseOf": _Reader._inverse,
    OWL + "sameAs": _Reader._same,
    OWL + "differentFrom": _Reader._different,
    OWL + "imports": _Reader._header,
    OWL + "versionIRI": _Reader._header,
}

_NODES: "dict[str, Callable[[_Reader, Triple], None]]" = {
    OWL + "AllDisjointClasses": _Reader._all_disjoint_classes,
    OWL + "AllDisjointProperties": _Reader._all_disjoint_properties,
    OWL + "AllDifferent": _Reader._all_different,
    OWL + "NegativePropertyAssertion": _Reader._negative,
    OWL + "Axiom": _Reader._annotated,
    OWL + "Annotation": _Reader._annotated,
}


def _is_of_list_or_facet(triple: "Triple") -> bool:
    name = triple.predicate.value
    return name in (FIRST, REST) or (name.startswith((XSD, RDF + "langRange")) and not is_iri(triple.subject))
