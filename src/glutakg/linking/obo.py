"""OBO 1.4 as OWL in triples, after section 5 of its specification (OBO to OWL) and the ways of ROBOT."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from glutakg.linking.obo_lines import Clause, Frame, Line, frames
from glutakg.linking.obo_names import ADDRESS, NOT_IN_IRIS, Names, as_iri
from glutakg.linking.owl_triples import IS_A, Value, annotated_axiom, listed, oio, owl, rdfs
from glutakg.rdf import PREFIXES

__all__ = ["obo_triples"]

Annotation = tuple[NamedNode, NamedNode | Literal]

_OBO = PREFIXES["obo"]
_ANNOTATION_PROPERTY = owl("AnnotationProperty")
_TRUE = Literal("true", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))
_LABEL, _COMMENT = rdfs("label"), rdfs("comment")
_DEFINITION, _REPLACED_BY = NamedNode(_OBO + "IAO_0000115"), NamedNode(_OBO + "IAO_0100001")
_REFERENCE = oio("hasDbXref")
_KINDS = {"Term": owl("Class"), "Typedef": owl("ObjectProperty"), "Instance": owl("NamedIndividual")}
_SCOPES = {scope: oio(f"has{scope.capitalize()}Synonym") for scope in ("EXACT", "BROAD", "NARROW", "RELATED")}
_PLAIN = {
    "name": _LABEL,
    "comment": _COMMENT,
    "namespace": oio("hasOBONamespace"),
    "alt_id": oio("hasAlternativeId"),
    "created_by": oio("created_by"),
    "creation_date": oio("creation_date"),
}
"""Tags whose value is text, with the property that has it."""
_CHARACTERISTICS = {
    "is_transitive": owl("TransitiveProperty"),
    "is_symmetric": owl("SymmetricProperty"),
    "is_asymmetric": owl("AsymmetricProperty"),
    "is_reflexive": owl("ReflexiveProperty"),
    "is_functional": owl("FunctionalProperty"),
    "is_inverse_functional": owl("InverseFunctionalProperty"),
}
_FLAGS = ("is_cyclic", "is_anti_symmetric", "is_anonymous", "builtin", "is_class_level")
_HEADER_TEXT = {
    "format-version": oio("hasOBOFormatVersion"),
    "date": oio("date"),
    "saved-by": oio("saved-by"),
    "auto-generated-by": oio("auto-generated-by"),
    "default-namespace": oio("default-namespace"),
    "remark": _COMMENT,
}
_EXPANSIONS = {"expand_assertion_to": "IAO_0000425", "expand_expression_to": "IAO_0000424"}
_BUILT_IN = (PREFIXES["owl"], PREFIXES["rdfs"])
_CARDINALITIES = {
    "cardinality": "qualifiedCardinality",
    "minCardinality": "minQualifiedCardinality",
    "maxCardinality": "maxQualifiedCardinality",
}
_OF_STRUCTURE = frozenset(
    {"cardinality", "minCardinality", "maxCardinality", "all_only", "all_some", "gci_relation", "gci_filler"}
)
"""Qualifiers that say what an axiom is, and are no annotations of it."""


def obo_triples(
    opened: Callable[[], AbstractContextManager[BinaryIO]], name: str, notes: list[str]
) -> Iterator[Triple]:
    """Yield the triples of an OBO document, which is read twice: the names of relations stand at its end.

    Args:
        opened: opens the document.
        name: what stands for it in messages.
        notes: gets a sentence on each kind of line that no triple can be made of.

    Raises:
        SourceError: it is not OBO.
    """
    mapping = _Mapping(name)
    with opened() as stream:
        for frame in frames(stream, name):
            mapping.names.learn(frame)
    with opened() as stream:
        for frame in frames(stream, name):
            yield from mapping.triples(frame)
    for tag, number in sorted(mapping.unread.items()):
        notes.append(
            f"{number} {'line' if number == 1 else 'lines'} of OBO with the tag {tag} became no triple."
        )


class _Mapping:
    """The triples of each frame of a document, whose names are known."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.names = Names(name)
        self._declared: set[tuple[NamedNode, NamedNode]] = set()
        self.unread: dict[str, int] = {}

    # ---- frames ----

    def triples(self, frame: Frame) -> Iterator[Triple]:
        """Yield the triples of a frame."""
        if not frame.kind:
            yield from self._header(frame)
        elif frame.kind in _KINDS:
            yield from self._entity(frame)
        else:
            self._cannot_read(frame.kind)

    def _cannot_read(self, tag: str) -> None:
        self.unread[tag] = self.unread.get(tag, 0) + 1

    def _header(self, frame: Frame) -> Iterator[Triple]:
        base = self.names.base
        me = NamedNode(base if ADDRESS.fullmatch(self.names.ontology) else f"{base}.owl")
        yield Triple(me, IS_A, owl("Ontology"))
        for clause in frame.clauses:
            line = Line(clause, self._name)
            if clause.tag in _HEADER_TEXT:
                yield from self._declared_as(_HEADER_TEXT[clause.tag], _ANNOTATION_PROPERTY)
                yield from self._annotated(me, _HEADER_TEXT[clause.tag], Literal(line.text()), line)
            elif clause.tag == "data-version":
                version = line.text()
                if not self.names.ontology or NOT_IN_IRIS.search(version):
                    yield Triple(me, owl("versionInfo"), Literal(version))
                else:
                    within = f"{base}/{version}/{self.names.ontology}.owl"
                    address = version if ADDRESS.fullmatch(version) else within
                    yield Triple(me, owl("versionIRI"), as_iri(address))
            elif clause.tag == "import":
                imported = line.word()
                found = imported if ADDRESS.fullmatch(imported) else f"{_OBO}{imported}.owl"
                yield Triple(me, owl("imports"), as_iri(found))
            elif clause.tag == "subsetdef":
                yield from self._definition_of(self.names.iri(line.word()), "SubsetProperty", _COMMENT, line)
            elif clause.tag == "synonymtypedef":
                kind = self.names.iri(line.word())
                yield from self._definition_of(kind, "SynonymTypeProperty", _LABEL, line)
            elif clause.tag == "property_value":
                yield from self._property_value(me, line)
            elif clause.tag not in ("ontology", "idspace"):
                self._cannot_read(clause.tag)

    def _definition_of(self, me: NamedNode, above: str, property: NamedNode, line: Line) -> Iterator[Triple]:
        """Yield what a subset or a type of synonyms is."""
        yield from self._declared_as(me, _ANNOTATION_PROPERTY)
        yield from self._declared_as(oio(above), _ANNOTATION_PROPERTY)
        yield Triple(me, rdfs("subPropertyOf"), oio(above))
        text = line.quoted() if line.peek() == '"' else line.text()
        yield from self._annotated(me, property, Literal(text), line)
        if line.peek() and (scope := _SCOPES.get(line.word())):
            yield Triple(me, oio("hasScope"), scope)

    def _entity(self, frame: Frame) -> Iterator[Triple]:
        own = self.names.own_name(frame)
        me, kind = self.names.iri(own), _KINDS[frame.kind]
        if frame.kind == "Typedef" and own in self.names.annotating:
            kind = _ANNOTATION_PROPERTY
        self._declared.add((me, kind))
        yield Triple(me, IS_A, kind)
        yield from self._declared_as(oio("id"), _ANNOTATION_PROPERTY)
        yield Triple(me, oio("id"), Literal(own))
        if own in self.names.shorthand:
            yield from self._declared_as(oio("shorthand"), _ANNOTATION_PROPERTY)
            yield Triple(me, oio("shorthand"), Literal(own))
        if self.names.namespace and not any(clause.tag == "namespace" for clause in frame.clauses):
            yield from self._declared_as(_PLAIN["namespace"], _ANNOTATION_PROPERTY)
            yield Triple(me, _PLAIN["namespace"], Literal(self.names.namespace))
        parts: dict[str, list[Value]] = {"intersection_of": [], "union_of": []}
        for clause in frame.clauses:
            if clause.tag in parts:
                part, triples = self._part(Line(clause, self._name))
                parts[clause.tag].append(part)
                yield from triples
            elif clause.tag != "id":
                yield from self._clause(me, kind, clause)
        for tag, property in (("intersection_of", owl("intersectionOf")), ("union_of", owl("unionOf"))):
            if parts[tag]:
                whole, first = BlankNode(), BlankNode()
                yield Triple(me, owl("equivalentClass"), whole)
                yield Triple(whole, IS_A, owl("Class"))
                yield Triple(whole, property, first)
                yield from listed(first, parts[tag])

    def _clause(self, me: NamedNode, kind: NamedNode, clause: Clause) -> Iterator[Triple]:
        tag, line = clause.tag, Line(clause, self._name)
        is_class = kind == _KINDS["Term"]
        if tag in _PLAIN:
            yield from self._declared_as(_PLAIN[tag], _ANNOTATION_PROPERTY)
            text = line.text()
            yield from self._annotated(me, _PLAIN[tag], Literal(text), line)
            if tag == "alt_id" and kind == _KINDS["Term"]:
                yield from self._merged(self.names.iri(text), me)
        elif tag in ("def", "synonym", "xref"):
            yield from self._words(me, tag, line)
        elif tag in ("subset", "replaced_by", "consider"):
            name = line.word()
            property = {"subset": oio("inSubset"), "replaced_by": _REPLACED_BY}.get(tag, oio("consider"))
            yield from self._declared_as(property, _ANNOTATION_PROPERTY)
            yield from self._annotated(me, property, self.names.iri(name), line)
        elif tag == "is_obsolete":
            if line.word() == "true":
                yield Triple(me, owl("deprecated"), _TRUE)
        elif tag == "is_a":
            above, qualifiers = self.names.iri(line.word()), line.qualifiers()
            if is_class:
                yield from self._below(me, above, qualifiers)
            else:
                yield from annotated_axiom(me, rdfs("subPropertyOf"), above, self._of_qualifiers(qualifiers))
        elif tag == "relationship":
            yield from self._relationship(me, kind, line)
        elif tag == "property_value":
            yield from self._property_value(me, line)
        elif tag == "disjoint_from":
            property = owl("disjointWith" if is_class else "propertyDisjointWith")
            yield from self._annotated(me, property, self.names.iri(line.word()), line)
        elif tag == "equivalent_to":
            property = owl("equivalentClass" if is_class else "equivalentProperty")
            yield from self._annotated(me, property, self.names.iri(line.word()), line)
        elif tag == "instance_of":
            yield from self._annotated(me, IS_A, self.names.iri(line.word()), line)
        elif kind in (_KINDS["Typedef"], _ANNOTATION_PROPERTY):
            yield from self._of_relation(me, clause, line)
        elif tag in _FLAGS:
            if line.word() == "true":
                yield Triple(me, oio(tag), _TRUE)
        else:
            self._cannot_read(tag)

    def _merged(self, former: NamedNode, me: NamedNode) -> Iterator[Triple]:
        """Yield what has become of a class that is merged into another one."""
        yield from self._declared_as(_REPLACED_BY, _ANNOTATION_PROPERTY)
        yield Triple(former, IS_A, _KINDS["Term"])
        yield Triple(former, owl("deprecated"), _TRUE)
        yield Triple(former, _REPLACED_BY, me)
        reason = NamedNode(_OBO + "IAO_0000231")
        yield from self._declared_as(reason, _ANNOTATION_PROPERTY)
        yield Triple(former, reason, NamedNode(_OBO + "IAO_0000227"))

    def _words(self, me: NamedNode, tag: str, line: Line) -> Iterator[Triple]:
        """Yield a definition, synonym or cross-reference with what it rests on."""
        property = {"def": _DEFINITION, "xref": _REFERENCE}.get(tag, _SCOPES["RELATED"])
        annotations: list[Annotation] = []
        if tag == "xref":
            value = Literal(line.until('"{!'))
            if line.peek() == '"':
                annotations.append((_LABEL, Literal(line.quoted())))
        else:
            value = Literal(line.quoted())
        if tag == "synonym":
            words = []
            while line.peek() not in ("", "[", "{"):
                words.append(line.until(" \t[{!"))
            if words and words[0] in _SCOPES:
                property = _SCOPES[words.pop(0)]
            annotations += [(oio("hasSynonymType"), self.names.iri(each)) for each in words]
        if tag != "xref":
            annotations += [(_REFERENCE, Literal(each)) for each, _ in line.references()]
        for each in (property, *(name for name, _ in annotations)):
            yield from self._declared_as(each, _ANNOTATION_PROPERTY)
        yield from self._annotated(me, property, value, line, annotations)

    def _relationship(self, me: NamedNode, kind: NamedNode, line: Line) -> Iterator[Triple]:
        relation, target = line.word(), line.word()
        if (
            relation in self.names.annotating
            or kind == _KINDS["Instance"]
            or kind == _ANNOTATION_PROPERTY
            or kind == _KINDS["Typedef"]
        ):
            yield from self._annotated(me, self.names.iri(relation), self.names.iri(target), line)
        else:
            qualifiers = line.qualifiers()
            node, triples = self._restriction(relation, target, qualifiers)
            yield from triples
            yield from self._below(me, node, qualifiers)

    def _below(self, me: NamedNode, above: Value, qualifiers: list[tuple[str, str]]) -> Iterator[Triple]:
        """Yield that a class lies below another; where qualifiers narrow it, only that part of it."""
        given = dict(qualifiers)
        annotations = self._of_qualifiers(qualifiers)
        if "gci_relation" in given and "gci_filler" in given:
            part, triples = self._restriction(given["gci_relation"], given["gci_filler"], [])
            whole, first = BlankNode(), BlankNode()
            yield from triples
            yield Triple(whole, IS_A, owl("Class"))
            yield Triple(whole, owl("intersectionOf"), first)
            yield from listed(first, [me, part])
            yield from annotated_axiom(whole, rdfs("subClassOf"), above, annotations)
        else:
            yield from annotated_axiom(me, rdfs("subClassOf"), above, annotations)

    def _part(self, line: Line) -> tuple[Value, list[Triple]]:
        """Return a part of an intersection or union, with the triples of the expression where it is one."""
        first = line.word()
        if line.peek() in ("", "{"):
            return self.names.iri(first), []
        return self._restriction(first, line.word(), line.qualifiers())

    def _restriction(
        self, relation: str, target: str, qualifiers: list[tuple[str, str]]
    ) -> tuple[BlankNode, list[Triple]]:
        given, node, property = dict(qualifiers), BlankNode(), self.names.iri(relation)
        triples = list(self._declared_as(property, _KINDS["Typedef"]))
        triples += [Triple(node, IS_A, owl("Restriction")), Triple(node, owl("onProperty"), property)]
        filler = self.names.iri(target)
        counted = next((each for each in _CARDINALITIES if given.get(each, "").isdigit()), None)
        if counted is not None:
            size = Literal(given[counted], datatype=NamedNode(PREFIXES["xsd"] + "nonNegativeInteger"))
            triples += [
                Triple(node, owl(_CARDINALITIES[counted]), size),
                Triple(node, owl("onClass"), filler),
            ]
        elif given.get("all_only") == "true":
            triples.append(Triple(node, owl("allValuesFrom"), filler))
        else:
            triples.append(Triple(node, owl("someValuesFrom"), filler))
        return node, triples

    def _property_value(self, me: NamedNode, line: Line) -> Iterator[Triple]:
        property = self.names.iri(line.word())
        value: NamedNode | Literal
        if line.peek() == '"':
            text = line.quoted()
            datatype = line.word() if line.peek() not in ("", "{") else "xsd:string"
            value = Literal(text, datatype=self.names.iri(datatype))
        else:
            word = line.word()
            if line.peek() not in ("", "{"):
                value = Literal(word, datatype=self.names.iri(line.word()))
            else:
                value = self.names.iri(word)
        yield from self._declared_as(property, _ANNOTATION_PROPERTY)
        yield from self._annotated(me, property, value, line)

    def _of_relation(self, me: NamedNode, clause: Clause, line: Line) -> Iterator[Triple]:
        """Yield what only a relation has."""
        tag = clause.tag
        if tag in _CHARACTERISTICS:
            if line.word() == "true":
                yield Triple(me, IS_A, _CHARACTERISTICS[tag])
        elif tag in ("domain", "range"):
            yield from self._annotated(me, rdfs(tag), self.names.iri(line.word()), line)
        elif tag == "inverse_of":
            yield from self._annotated(me, owl("inverseOf"), self.names.iri(line.word()), line)
        elif tag in ("transitive_over", "holds_over_chain"):
            chain = [me] if tag == "transitive_over" else []
            while line.peek() not in ("", "{"):
                chain.append(self.names.iri(line.word()))
            first = BlankNode()
            yield from listed(first, chain)
            yield from self._annotated(me, owl("propertyChainAxiom"), first, line)
        elif tag in _EXPANSIONS:
            property = NamedNode(_OBO + _EXPANSIONS[tag])
            yield from self._declared_as(property, _ANNOTATION_PROPERTY)
            text = Literal(line.quoted())
            references: list[Annotation] = [(_REFERENCE, Literal(each)) for each, _ in line.references()]
            yield from self._annotated(me, property, text, line, references)
        elif tag == "disjoint_over":
            yield from self._annotated(me, owl("propertyDisjointWith"), self.names.iri(line.word()), line)
        elif tag == "is_metadata_tag":
            if line.word() == "true":
                yield Triple(me, oio("is_metadata_tag"), _TRUE)
        elif tag in _FLAGS:
            if line.word() == "true":
                yield Triple(me, oio(tag), _TRUE)
        else:
            self._cannot_read(tag)

    # ---- axioms ----

    def _annotated(
        self,
        me: NamedNode,
        property: NamedNode,
        value: Value,
        line: Line,
        annotations: list[Annotation] | None = None,
    ) -> Iterator[Triple]:
        """Yield an axiom with annotations and those of its qualifiers, which the line has at its end."""
        more = self._of_qualifiers(line.qualifiers())
        for name, _ in more:
            yield from self._declared_as(name, _ANNOTATION_PROPERTY)
        yield from annotated_axiom(me, property, value, [*(annotations or []), *more])

    def _of_qualifiers(self, qualifiers: list[tuple[str, str]]) -> list[Annotation]:
        return [
            (self._qualifier(name), Literal(value)) for name, value in qualifiers if name not in _OF_STRUCTURE
        ]

    def _qualifier(self, name: str) -> NamedNode:
        known = {**_PLAIN, **_SCOPES, "xref": _REFERENCE, "def": _DEFINITION, "seeAlso": rdfs("seeAlso")}
        if name in known:
            return known[name]
        return self.names.iri(name) if ":" in name else oio(name)

    def _declared_as(self, entity: NamedNode, kind: NamedNode) -> Iterator[Triple]:
        if (entity, kind) not in self._declared and not entity.value.startswith(_BUILT_IN):
            self._declared.add((entity, kind))
            yield Triple(entity, IS_A, kind)
