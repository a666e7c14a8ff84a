"""The restrictions of OWL 2 DL: what keeps well-formed axioms from being one ontology of OWL 2 DL.

Terms are declared and of one kind where kinds must differ, properties that are counted are simple, chains go
in no circle, anonymous individuals form trees, and datatypes and their literals are those of OWL 2.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, Triple

from glutakg.owl.axioms import Axiom, Axioms
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.manchester import render
from glutakg.owl.reachability import reachable
from glutakg.owl.roles import is_chain
from glutakg.rdf import INTEGERS, PREFIXES, BlankNode, Iri, Literal, compress, is_well_formed
from glutakg.text import printable

__all__ = ["DATATYPES", "FACETS", "Violation", "dl_violations", "fits", "is_logical", "non_simple"]


_OWL, _RDF, _RDFS, _XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_THING = _OWL + "Thing"

DATATYPES = frozenset(
    {
        *(_OWL + name for name in ("real", "rational")),
        *(_RDF + name for name in ("PlainLiteral", "XMLLiteral", "langString")),
        _RDFS + "Literal",
        *(
            _XSD + name
            for name in (
                "decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
                "negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
                "unsignedShort", "unsignedByte", "float", "double", "string", "normalizedString", "token",
                "language", "Name", "NCName", "NMTOKEN", "boolean", "hexBinary", "base64Binary", "anyURI",
                "dateTime", "dateTimeStamp",
            )
        ),
    }
)  # fmt: skip
"""The datatypes of OWL 2, and `rdf:langString`, which RDF 1.1 made of the texts with a language."""

_BUILT_IN: Mapping[str, Set[str]] = {
    "Class": {_THING, _OWL + "Nothing"},
    "Datatype": DATATYPES,
    "ObjectProperty": {_OWL + "topObjectProperty", _OWL + "bottomObjectProperty"},
    "DataProperty": {_OWL + "topDataProperty", _OWL + "bottomDataProperty"},
    "AnnotationProperty": {
        *(_RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
        *(_OWL + name for name in ("deprecated", "versionInfo", "priorVersion")),
        *(_OWL + name for name in ("backwardCompatibleWith", "incompatibleWith")),
    },
    "NamedIndividual": set(),
}
_RESERVED = (_OWL, _RDF, _RDFS, _XSD)
_KINDS = {
    "Class": "class",
    "Datatype": "datatype",
    "ObjectProperty": "object property",
    "DataProperty": "data property",
    "AnnotationProperty": "annotation property",
}
_USES = {
    "Class": "a class",
    "Datatype": "a datatype",
    "ObjectProperty": "an object property",
    "DataProperty": "a data property",
    "AnnotationProperty": "a property",  # as which what is undeclared was read
}
_SIMPLE_ONLY = {
    "FunctionalObjectProperty", "InverseFunctionalObjectProperty", "IrreflexiveObjectProperty",
    "AsymmetricObjectProperty", "DisjointObjectProperties",
}  # fmt: skip
_SIMPLE_ONLY_IN = {"ObjectMinCardinality", "ObjectMaxCardinality", "ObjectExactCardinality", "ObjectHasSelf"}
_NAMED_ONLY = {
    "SameIndividual", "DifferentIndividuals",
    "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion",
}  # fmt: skip
_NAMED_ONLY_IN = {"ObjectOneOf", "ObjectHasValue"}

_BOUNDS = {_XSD + name for name in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")}
_LENGTHS = {_XSD + name for name in ("length", "minLength", "maxLength")}
_NUMBERS = {*INTEGERS, _XSD + "decimal", _OWL + "rational", _OWL + "real"}
_MOMENTS = {_XSD + name for name in ("dateTime", "dateTimeStamp")}
_TEXT = _LENGTHS | {_XSD + "pattern"}
FACETS: Mapping[str, Set[str]] = {
    **dict.fromkeys((_OWL + "real", _OWL + "rational"), _BOUNDS),
    **{
        name: _BOUNDS
        for name in (
            *INTEGERS,
            *(_XSD + name for name in ("decimal", "double", "float", "dateTime", "dateTimeStamp")),
        )
    },
    **{
        _XSD + name: _TEXT
        for name in ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN", "anyURI")
    },
    **{_XSD + name: _LENGTHS for name in ("hexBinary", "base64Binary")},
    _RDF + "PlainLiteral": _TEXT | {_RDF + "langRange"},
    _RDF + "langString": _TEXT | {_RDF + "langRange"},
}
"""The facets of each datatype that has some."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that keeps an ontology out of a profile."""

    rule: str
    """What the profile demands, in words that are the same for all that break it."""
    term: str
    """What breaks it: a CURIE, an expression in Manchester syntax or a triple."""
    axiom: Axiom | None = None
    """The axiom that it stands in, where it stands in one."""
    others: tuple[Triple, ...] = ()
    """The triples that it stands in, where these make no axiom, or several."""

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The triples that it stands in, as far as these are known."""
        return self.axiom.triples if self.axiom else self.others

    def __str__(self) -> str:
        """Give the axiom, or else the term, in one line."""
        return self.axiom.manchester() if self.axiom else printable(self.term)


def is_logical(axiom: Axiom) -> bool:
    """Return whether an axiom says something of the world: it is neither declaration nor annotation.

    >>> is_logical(Axiom("Declaration", (Entity("Class", "http://example.org/A"),)))
    False

    """
    return not axiom.name.startswith(("Annotation", "SubAnnotation", "Declaration"))


def dl_violations(read: Axioms, axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield what breaks the rules of OWL 2 DL."""
    for unread in read.unread:
        rule = f"A triple makes no axiom: {unread.reason}"
        yield Violation(rule, _triple_text(unread.triple), others=(unread.triple,))
    for name in read.ontologies:
        if name.startswith(_RESERVED):
            rule = "The name of an ontology is not of the reserved vocabulary"
            named = Triple(NamedNode(name), NamedNode(_RDF + "type"), NamedNode(_OWL + "Ontology"))
            yield Violation(rule, compress(name), others=(named,))
    logical = tuple(filter(is_logical, axioms))
    yield from _typing(axioms)
    for check in (_top_data_property, _datatypes, _literals, non_simple, _irregular, _anonymous):
        yield from check(logical)


def _typing(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield terms that are undeclared, declared as two things that must differ, or reserved."""
    declared: defaultdict[str, dict[str, Axiom]] = defaultdict(dict)
    used: dict[Entity, Axiom] = {}
    for axiom in axioms:
        for argument in walk(axiom.arguments):
            if isinstance(argument, Entity):
                used.setdefault(argument, axiom)
        first = axiom.arguments[0]
        if axiom.name == "Declaration" and isinstance(first, Entity):
            declared[first.iri][first.kind] = axiom
    for entity, axiom in used.items():
        name, kind = compress(entity.iri), _KINDS.get(entity.kind, "individual")
        if entity.iri in _BUILT_IN[entity.kind]:
            continue
        if entity.iri.startswith(_RESERVED):
            yield Violation(f"OWL 2 has no such {kind} in its reserved vocabulary", name, axiom)
        elif entity.kind in _KINDS and entity.kind not in declared[entity.iri]:
            yield Violation(f"What is used as {_USES[entity.kind]} is declared as one", name, axiom)
    for iri, kinds in declared.items():
        properties = sorted(kind for kind in kinds if kind.endswith("Property"))
        for clashing in (properties, sorted(kinds.keys() & {"Class", "Datatype"})):
            if len(clashing) > 1:
                rule = f"No term is {' and '.join(sorted(_KINDS[kind] for kind in clashing))} at once"
                where = tuple(triple for kind in clashing for triple in kinds[kind].triples)
                yield Violation(rule, compress(iri), others=where)


def _top_data_property(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    top = Entity("DataProperty", _OWL + "topDataProperty")
    rule = "owl:topDataProperty stands only above another data property"
    for axiom in axioms:
        parts = axiom.arguments[:1] if axiom.name == "SubDataPropertyOf" else axiom.arguments
        if top in walk(parts):
            yield Violation(rule, "owl:topDataProperty", axiom)


def _datatypes(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield datatypes of one's own without one definition that leads to known ones, and wrong facets."""
    definitions: defaultdict[str, list[Axiom]] = defaultdict(list)
    inside: defaultdict[Argument, set[Argument]] = defaultdict(set)
    used: dict[str, Axiom] = {}
    for axiom in axioms:
        datatypes = {
            one for one in walk(axiom.arguments) if isinstance(one, Entity) and one.kind == "Datatype"
        }
        for one in walk(axiom.arguments):
            if isinstance(one, Literal) and one.datatype and one.datatype not in DATATYPES:
                yield Violation("A literal has a datatype of OWL 2 itself", compress(one.datatype), axiom)
            elif isinstance(one, Expression) and one.name == "DatatypeRestriction":
                yield from _wrong_facets(one, axiom)
        for datatype in datatypes:
            used.setdefault(datatype.iri, axiom)
        first = axiom.arguments[0]
        if axiom.name == "DatatypeDefinition" and isinstance(first, Entity):
            definitions[first.iri].append(axiom)
            inside[first] |= {
                one for one in walk(axiom.arguments[1:]) if isinstance(one, Entity) and one.kind == "Datatype"
            }
    for name, axiom in used.items():
        if not name.startswith(_RESERVED) and not definitions[name]:
            yield Violation("A datatype of one's own has a definition", compress(name), axiom)
    for name, found in definitions.items():
        if len(found) > 1:
            for axiom in found:
                yield Violation("A datatype has one definition", compress(name), axiom)
        if name.startswith(_RESERVED):
            yield Violation("A datatype of OWL 2 is not defined anew", compress(name), found[0])
        entity = Entity("Datatype", name)
        if any(entity in reachable(one, inside) for one in inside[entity]):
            yield Violation(
                "The definition of a datatype does not lead back to itself", compress(name), found[0]
            )


def _wrong_facets(restriction: Expression, axiom: Axiom) -> Iterator[Violation]:
    datatype, *rest = restriction.arguments
    assert isinstance(datatype, Entity)
    for facet, value in zip(rest[::2], rest[1::2], strict=True):
        assert isinstance(facet, Iri) and isinstance(value, Literal)
        if facet.value not in FACETS.get(datatype.iri, set()):
            yield Violation("A facet is one that its datatype has", render(facet), axiom)
        elif not fits(datatype.iri, facet.value, value):
            yield Violation("A facet has a value that its datatype allows", render(value), axiom)


def fits(datatype: str, facet: str, value: Literal) -> bool:
    """Return whether a facet of a datatype may have a value.

    >>> fits(_XSD + "string", _XSD + "minLength", Literal("-1", _XSD + "integer"))
    False
    """
    kind = value.datatype or _XSD + "string"
    if facet in _LENGTHS:
        return kind in INTEGERS and re.fullmatch(r"\+?[0-9]{1,9}", value.value) is not None
    if facet in (_XSD + "pattern", _RDF + "langRange"):
        return kind == _XSD + "string" and not value.language
    return any(datatype in one and kind in one for one in (_NUMBERS, _MOMENTS)) or kind == datatype


def _literals(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    for axiom in axioms:
        for one in walk(axiom.arguments):
            if isinstance(one, Literal) and not is_well_formed(one.value, one.datatype):
                yield Violation("The text of a literal is of the form of its datatype", render(one), axiom)


def _base(prop: Argument) -> Argument:
    """Return a property for itself and for its inverse."""
    return prop.arguments[0] if isinstance(prop, Expression) and prop.name == "ObjectInverseOf" else prop


def _hierarchy(axioms: tuple[Axiom, ...]) -> dict[Argument, set[Argument]]:
    """Return for each object property those above it; a property stands for its inverse as well."""
    above: defaultdict[Argument, set[Argument]] = defaultdict(set)
    for axiom in axioms:
        ends = [_base(one) for one in axiom.arguments]
        if axiom.name == "SubObjectPropertyOf" and not is_chain(axiom.arguments[0]):
            above[ends[0]].add(ends[1])
        elif axiom.name in ("EquivalentObjectProperties", "InverseObjectProperties"):
            for one in ends:
                above[one].update(ends)
    return dict(above)


def non_simple(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield where a property that is transitive, or follows from a chain, must be simple."""
    composite: set[Argument] = {Entity("ObjectProperty", name) for name in _BUILT_IN["ObjectProperty"]}
    for axiom in axioms:
        if axiom.name == "TransitiveObjectProperty" or is_chain(axiom.arguments[0]):
            composite.add(_base(axiom.arguments[-1]))
    above = _hierarchy(axioms)
    above_those = {one for start in composite for one in reachable(start, above)}
    for axiom in axioms:
        if axiom.name in _SIMPLE_ONLY:
            for prop in axiom.arguments:
                if _base(prop) in above_those:
                    rule = f"A property in {axiom.name} is simple: not transitive, not implied by a chain"
                    yield Violation(rule, render(prop), axiom)
        for one in walk(axiom.arguments):
            if isinstance(one, Expression) and one.name in _SIMPLE_ONLY_IN:
                prop = one.arguments[0 if one.name == "ObjectHasSelf" else 1]
                if _base(prop) in above_those:
                    rule = f"A property in {one.name} is simple: not transitive, not implied by a chain"
                    yield Violation(rule, render(prop), axiom)


def _irregular(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield the chains that leave no order in which each property comes after those that imply it."""
    top = Entity("ObjectProperty", _OWL + "topObjectProperty")
    before: defaultdict[Argument, set[Argument]] = defaultdict(set)
    pairs: list[tuple[Argument, Argument, Axiom]] = []
    for axiom in axioms:
        chain, implied = axiom.arguments[0], axiom.arguments[-1]
        if not isinstance(chain, Expression) or not is_chain(axiom.arguments[0]) or implied == top:
            continue
        parts = chain.arguments
        if parts == (implied, implied):
            continue
        if parts[0] == implied:
            parts = parts[1:]
        elif parts[-1] == implied:
            parts = parts[:-1]
        for part in parts:
            pairs.append((_base(part), _base(implied), axiom))
            before[_base(part)].add(_base(implied))
    hierarchy = _hierarchy(axioms)
    after = cache(lambda prop: reachable(prop, before))
    above = cache(lambda prop: reachable(prop, hierarchy))
    rule = "The hierarchy of properties is regular: no chain goes in a circle"
    for part, implied, axiom in pairs:
        if any(part in after(start) for end in after(implied) for start in above(end)):
            yield Violation(rule, render(part), axiom)


def _anonymous(axioms: tuple[Axiom, ...]) -> Iterator[Violation]:
    """Yield anonymous individuals where none may stand, and those that do not form trees."""
    neighbours: defaultdict[Argument, list[Argument]] = defaultdict(list)
    named: Counter[Argument] = Counter()
    where: dict[Argument, Axiom] = {}
    for axiom in axioms:
        if axiom.name in _NAMED_ONLY:
            for one in axiom.arguments:
                if isinstance(one, BlankNode):
                    yield Violation(f"No anonymous individual stands in {axiom.name}", render(one), axiom)
        for part in walk(axiom.arguments):
            if isinstance(part, Expression) and part.name in _NAMED_ONLY_IN:
                for one in part.arguments:
                    if isinstance(one, BlankNode):
                        yield Violation(f"No anonymous individual stands in {part.name}", render(one), axiom)
        if axiom.name == "ObjectPropertyAssertion":
            ends = axiom.arguments[1:]
            anonymous = [one for one in ends if isinstance(one, BlankNode)]
            for one in anonymous:
                where.setdefault(one, axiom)
                neighbours[one] += anonymous if len(anonymous) == 2 else []
                named[one] += len(anonymous) == 1
    edges: dict[Argument, Set[Argument]] = {one: set(others) for one, others in neighbours.items()}
    done: set[Argument] = set()
    for start in neighbours:
        if start in done:
            continue
        tree = reachable(start, edges)
        done |= tree
        if sum(len(neighbours[one]) for one in tree) > 4 * (len(tree) - 1):  # each fact is there four times
            rule = "Anonymous individuals form trees: between two of them one fact at most, and no circle"
            yield Violation(rule, render(start), where[start])
        if all(named[one] > 1 for one in tree):
            rule = "A tree of anonymous individuals has one that is related to one named individual at most"
            yield Violation(rule, render(start), where[start])


def _triple_text(triple: "Triple") -> str:
    """Return a triple with CURIEs; the label of a blank node would tell nothing."""
    return printable(" ".join(_term_text(term) for term in (triple.subject, triple.predicate, triple.object)))


def _term_text(term: object) -> str:
    from pyoxigraph import BlankNode, NamedNode

    if isinstance(term, BlankNode):
        return "[]"
    return compress(term.value) if isinstance(term, NamedNode) else str(term)
