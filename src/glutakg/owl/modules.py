"""The part of an ontology that can bear on some terms.

It is a syntactic-locality module for bottom (Cuenca Grau et al., Modular reuse of ontologies, JAIR 31, 2008):
what the whole ontology says of the terms, the module says as well.
"""

from collections.abc import Iterable

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.rdf import PREFIXES

__all__ = ["module", "signature"]


_OWL = PREFIXES["owl"]
_THING, _NOTHING = Entity("Class", _OWL + "Thing"), Entity("Class", _OWL + "Nothing")
_AT_LEAST = {f"{kind}{number}Cardinality" for kind in ("Object", "Data") for number in ("Min", "Exact")}


def signature(axioms: Iterable[Axiom]) -> set[str]:
    """Return the classes and properties of axioms."""
    return {
        each.iri
        for axiom in axioms
        for each in walk(axiom.arguments)
        if isinstance(each, Entity) and each.kind in ("Class", "ObjectProperty", "DataProperty")
    }


def module(axioms: Iterable[Axiom], terms: set[str]) -> list[Axiom]:
    """Return the axioms that can bear on terms, and the declarations of their classes and properties."""
    terms, rest = set(terms), list(axioms)
    found: list[Axiom] = []
    while True:
        fresh = [axiom for axiom in rest if not _is_local(axiom, terms)]
        if not fresh:
            return found
        found += fresh
        chosen = set(map(id, fresh))
        rest = [axiom for axiom in rest if id(axiom) not in chosen]
        terms |= signature(fresh)


def _is_local(axiom: Axiom, terms: set[str]) -> bool:
    """Return whether an axiom is true whatever the terms mean, where all others mean nothing."""
    name, arguments = axiom.name, axiom.arguments
    if name == "SubClassOf":
        return _is_empty(arguments[0], terms) or _is_all(arguments[1], terms)
    if name == "EquivalentClasses":
        return all(_is_empty(each, terms) for each in arguments) or all(
            _is_all(each, terms) for each in arguments
        )
    if name == "DisjointClasses":
        return sum(not _is_empty(each, terms) for each in arguments) < 2
    if name == "SubObjectPropertyOf":
        return not _is_used(arguments[0], terms)
    if name in ("InverseObjectProperties", "EquivalentObjectProperties", "EquivalentDataProperties"):
        return not any(_is_used(each, terms) for each in arguments)
    if name in ("DisjointObjectProperties", "DisjointDataProperties"):
        return sum(_is_used(each, terms) for each in arguments) < 2
    if name in ("ObjectPropertyDomain", "ObjectPropertyRange"):
        return not _is_used(arguments[0], terms) or _is_all(arguments[1], terms)
    if name == "HasKey":
        return _is_empty(arguments[0], terms)
    if name in ("ReflexiveObjectProperty", "DisjointUnion", "DatatypeDefinition"):
        return False
    return not _is_used(arguments[0], terms)


def _is_used(role: Argument, terms: set[str]) -> bool:
    """Return whether a property may relate anything; a chain does where each of its properties may."""
    return all(each.iri in terms for each in walk([role]) if isinstance(each, Entity))


def _is_empty(kind: Argument, terms: set[str]) -> bool:
    if isinstance(kind, Entity):
        return kind == _NOTHING or (kind.kind == "Class" and kind != _THING and kind.iri not in terms)
    if not isinstance(kind, Expression):
        return False
    parts = kind.arguments
    if kind.name == "ObjectIntersectionOf":
        return any(_is_empty(each, terms) for each in parts)
    if kind.name == "ObjectUnionOf":
        return all(_is_empty(each, terms) for each in parts)
    if kind.name == "ObjectComplementOf":
        return _is_all(parts[0], terms)
    if kind.name in ("ObjectSomeValuesFrom", "DataSomeValuesFrom"):
        return not _is_used(parts[0], terms) or _is_empty(parts[1], terms)
    if kind.name in _AT_LEAST:
        return parts[0] != 0 and (
            not _is_used(parts[1], terms) or any(_is_empty(each, terms) for each in parts[2:])
        )
    return kind.name in ("ObjectHasValue", "ObjectHasSelf", "DataHasValue") and not _is_used(parts[0], terms)


def _is_all(kind: Argument, terms: set[str]) -> bool:
    if not isinstance(kind, Expression):
        return kind == _THING
    parts = kind.arguments
    if kind.name == "ObjectIntersectionOf":
        return all(_is_all(each, terms) for each in parts)
    if kind.name == "ObjectUnionOf":
        return any(_is_all(each, terms) for each in parts)
    if kind.name == "ObjectComplementOf":
        return _is_empty(parts[0], terms)
    if kind.name in ("ObjectAllValuesFrom", "DataAllValuesFrom"):
        return not _is_used(parts[0], terms) or _is_all(parts[1], terms)
    return kind.name in ("ObjectMaxCardinality", "DataMaxCardinality") and (
        not _is_used(parts[1], terms) or any(_is_empty(each, terms) for each in parts[2:])
    )
