"""What a reasoner is given of premises: their axioms, what was declared for them, and what was left out.

Files that people write often use terms that no file declares. What such a term is can mostly be seen from its
use; what cannot be seen, and what no reasoner can read, is left out by name and never in silence.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity, walk
from glutakg.owl.idle import idle_axioms
from glutakg.owl.profiles.dl import DATATYPES, is_logical
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.owl.reading.index import BUILT_IN_PROPERTIES, DECLARATIONS, is_iri, is_literal
from glutakg.owl.unreadable import unreadable
from glutakg.rdf import PREFIXES, compress
from glutakg.text import printable

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from glutakg.owl.premises import Premises

__all__ = ["Interpretation", "LeftOut", "interpret"]


_OWL, _RDF, _RDFS, _XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_RESERVED = (_OWL, _RDF, _RDFS, _XSD)
_SWRL = "http://www.w3.org/2003/11/swrl#"
_TYPE, _PROPERTY = _RDF + "type", _RDF + "Property"
_OBJECT, _DATA, _ANNOTATION = "ObjectProperty", "DataProperty", "AnnotationProperty"
_PROPERTIES = {_OBJECT, _DATA, _ANNOTATION}
_TYPE_OF = {kind: iri for iri, kind in DECLARATIONS.items()}
_CHARACTERISTICS = {
    _OWL + name + "Property"
    for name in ("InverseFunctional", "Reflexive", "Irreflexive", "Symmetric", "Asymmetric", "Transitive")
}
_BESIDE = {_RDFS + "subPropertyOf", _OWL + "equivalentProperty", _OWL + "propertyDisjointWith"}
_VALUES = {_OWL + name for name in ("someValuesFrom", "allValuesFrom", "onClass", "onDataRange", "hasValue")}
_FACTS = ("ClassAssertion", "PropertyAssertion", "SameIndividual", "DifferentIndividuals")
_NO_RULES = "OWL 2 has no rules, such as those of SWRL"
_UNDECIDED = "no file declares {}, and its use does not show what kind of property it is"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An axiom or triple that no reasoner was given, and why."""

    text: str
    """The axiom in Manchester syntax, or the triple."""
    reason: str
    path: str | None = None
    """The file that it stands in, where that is a user's."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The axioms of premises, the terms that were declared for them, and what was left out."""

    axioms: tuple[Axiom, ...]
    declared: tuple[Entity, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def about_no_individual(self) -> tuple[Axiom, ...]:
        """The axioms without facts, which alone say much of what classes can have members."""
        return tuple(axiom for axiom in self.axioms if not _is_fact(axiom))

    def without_idle(self) -> "Interpretation":
        """Return the same without the axioms from which nothing follows that has a name."""
        idle = idle_axioms(self.axioms)
        return replace(self, axioms=tuple(axiom for axiom in self.axioms if axiom not in idle))


def interpret(premises: "Premises") -> Interpretation:
    """Return what a reasoner is given of premises.

    >>> from glutakg.owl.premises import Premises
    >>> from glutakg.rdf import parse_turtle
    >>> text = '@prefix : <http://a.org/> . :taurine :protects :neuron ; :mass "heavy" , :unknown .'
    >>> found = interpret(Premises(frozenset(parse_turtle(text, "own.ttl")), {}))
    >>> [(entity.kind, entity.iri) for entity in found.declared], len(found.left_out)
    ([('ObjectProperty', 'http://a.org/protects')], 2)
    """
    rules = _rules(premises.triples)
    triples = frozenset(each for each in premises.triples if each.subject not in rules)
    kinds = _Kinds(triples)
    added = kinds.obvious()
    read = parse_axioms(triples | added, premises.paths)
    rule_triples = premises.triples - triples
    notes = _notes(triples)
    annotated = _annotated(triples)
    left_out = [
        _left_out(premises, [each.triple], _unread_text(each.triple, annotated), each.reason)
        for each in read.unread
        if each.triple.subject not in notes
    ]
    left_out += [
        _left_out(premises, [each], _rule_text(each, rule_triples), _NO_RULES)
        for each in rule_triples
        if each.predicate.value == _TYPE and _text(each.object) == _SWRL + "Imp"
    ]
    left_out.sort(key=lambda each: (each.path or "", each.reason, each.text))
    axioms, declared = [], {axiom.arguments[0] for axiom in read.axioms if axiom.name == "Declaration"}
    against = unreadable(read.axioms)
    for axiom in read.axioms:
        reason = against.get(axiom) or kinds.reason_against(axiom)
        if reason:
            left_out.append(_left_out(premises, axiom.triples, axiom.manchester(), reason))
        elif is_logical(axiom) or _declares_more_than_an_annotation(axiom):
            axioms.append(axiom)
    new = {Entity(DECLARATIONS[str(each.object.value)], each.subject.value) for each in added}  # type: ignore[union-attr]
    used = {
        entity
        for axiom in axioms
        if axiom.name != "Declaration"
        for entity in walk(axiom.arguments)
        if isinstance(entity, Entity)
        and entity.kind != "NamedIndividual"
        and not entity.iri.startswith(_RESERVED)
    }
    missing = sorted((used - declared) | (new & used), key=lambda each: (each.kind, each.iri))
    return Interpretation(tuple(axioms), tuple(missing), tuple(left_out))


def _rules(triples: "Iterable[Triple]") -> set[object]:
    """Return the nodes that make up rules of SWRL, with their lists."""
    everything = list(triples)
    found = {
        each.subject
        for each in everything
        if each.predicate.value.startswith(_SWRL)
        or (each.predicate.value == _TYPE and _text(each.object).startswith(_SWRL))
    }
    return _with_parts(found, everything)


def _annotated(triples: "Iterable[Triple]") -> dict[object, dict[str, object]]:
    """Return what each node annotates: the parts of a triple, by the names of OWL."""
    found: defaultdict[object, dict[str, object]] = defaultdict(dict)
    for each in triples:
        if each.predicate.value.startswith(_OWL + "annotated"):
            found[each.subject][each.predicate.value.removeprefix(_OWL + "annotated")] = each.object
    return found


def _notes(triples: "Iterable[Triple]") -> set[object]:
    """Return the nodes that annotate an axiom with a nameless end, of which some programs write a copy.

    A reasoner has nothing to hear of them.
    """
    everything = list(triples)
    ends = {
        node
        for node, parts in _annotated(everything).items()
        if any(not is_iri(end) and not is_literal(end) for end in parts.values())  # type: ignore[arg-type]
    }
    return _with_parts(ends, everything)


def _unread_text(triple: "Triple", annotated: Mapping[object, Mapping[str, object]]) -> str:
    """Return a triple as people read it; of a node that annotates an axiom, that axiom."""
    parts = annotated.get(triple.subject, {})
    if parts.keys() == {"Source", "Property", "Target"}:
        return printable(" ".join(_term_text(parts[name]) for name in ("Source", "Property", "Target")))
    return _triple_text(triple)


def _with_parts(nodes: Iterable[object], triples: "Iterable[Triple]") -> set[object]:
    """Return nodes with the blank nodes that are reached from them, and from nowhere else."""
    parts: defaultdict[object, set[object]] = defaultdict(set)
    owners: defaultdict[object, set[object]] = defaultdict(set)
    for each in triples:
        if not is_iri(each.object) and not is_literal(each.object):
            parts[each.subject].add(each.object)
            owners[each.object].add(each.subject)
    found = set(nodes)
    todo = list(found)
    while todo:
        for part in parts[todo.pop()] - found:
            if owners[part] <= found:
                found.add(part)
                todo.append(part)
    return found


def _rule_text(rule: "Triple", triples: "Iterable[Triple]") -> str:
    """Return a rule by the classes and properties that it speaks of."""
    inside = _with_parts({rule.subject}, triples)
    names = {
        compress(_text(each.object))
        for each in triples
        if each.subject in inside
        and each.predicate.value in (_SWRL + "classPredicate", _SWRL + "propertyPredicate")
    }
    return f"rule with {', '.join(sorted(names))}" if names else _triple_text(rule)


class _Kinds:
    """What the properties that no triple declares are, as their use shows."""

    def __init__(self, triples: "Iterable[Triple]") -> None:
        self.triples = list(triples)
        self.declared: defaultdict[str, set[str]] = defaultdict(set)
        self.found: dict[str, str] = {}
        self._types: defaultdict[object, set[str]] = defaultdict(set)
        for each in self.triples:
            if each.predicate.value == _TYPE:
                kind = _text(each.object)
                self._types[each.subject].add(kind)
                if kind in DECLARATIONS:
                    self.declared[_text(each.subject)].add(DECLARATIONS[kind])
        self._unknown = self._undeclared_properties()

    def obvious(self) -> "frozenset[Triple]":
        """Return the declarations that are missing and obvious."""
        from pyoxigraph import NamedNode, Triple

        shown = self._shown_by_axioms()
        self.found = {name: next(iter(kinds)) for name, kinds in shown.items() if len(kinds) == 1}
        self._spread()
        for name, kinds in self._shown_by_use().items():
            if name not in self.found and name not in shown and len(kinds) == 1:
                self.found[name] = next(iter(kinds))
        self._spread()
        classes = {
            _text(one): "Class"
            for one, kinds in self._types.items()
            if _RDFS + "Class" in kinds and is_iri(one) and not self.declared[_text(one)]  # type: ignore[arg-type]
        }
        datatypes = {
            name: "Datatype"
            for each in self.triples
            if each.predicate.value == _OWL + "equivalentClass" and self._kind_by_value(each.object) == _DATA
            if is_iri(each.subject) and not self.declared[name := _text(each.subject)]
        }
        return frozenset(
            Triple(NamedNode(name), NamedNode(_TYPE), NamedNode(_TYPE_OF[kind]))
            for name, kind in (classes | datatypes | self.found).items()
        )

    def reason_against(self, axiom: Axiom) -> str:
        """Return why an axiom is left out of whose property nothing shows what it is; nothing if one is."""
        undecided = self._unknown - self.found.keys()
        if axiom.name == "AnnotationAssertion" and not self._is_individual(axiom.triples[0].subject):
            return ""
        for entity in walk(axiom.arguments if is_logical(axiom) else axiom.arguments[:1]):
            if isinstance(entity, Entity) and entity.kind in _PROPERTIES and entity.iri in undecided:
                return _UNDECIDED.format(compress(entity.iri))
        return ""

    def _undeclared_properties(self) -> set[str]:
        named = {
            _text(each.subject)
            for each in self.triples
            if each.predicate.value in (*_BESIDE, _RDFS + "domain", _RDFS + "range", _OWL + "inverseOf")
            or (each.predicate.value == _TYPE and _is_kind_of_property(_text(each.object)))
            if is_iri(each.subject)
        }
        named |= {
            _text(each.object)
            for each in self.triples
            if each.predicate.value in (*_BESIDE, _OWL + "inverseOf", _OWL + "onProperty")
            if is_iri(each.object)
        }
        named |= {each.predicate.value for each in self.triples if self._is_individual(each.subject)}
        return {
            name for name in named if not name.startswith(_RESERVED) and not self.declared[name] & _PROPERTIES
        }

    def _is_individual(self, node: object) -> bool:
        """Return whether a node is no class, property, ontology or part of an axiom."""
        return not any(
            kind.startswith(_RESERVED) and kind != _TYPE_OF["NamedIndividual"] for kind in self._types[node]
        )

    def _shown_by_axioms(self) -> dict[str, set[str]]:
        shown: defaultdict[str, set[str]] = defaultdict(set)
        on_property = {
            each.subject: _text(each.object)
            for each in self.triples
            if each.predicate.value == _OWL + "onProperty"
        }
        for each in self.triples:
            predicate, name = each.predicate.value, _text(each.subject)
            if predicate == _RDFS + "range" and _text(each.object) != _RDFS + "Resource":
                shown[name].add(self._kind_by_value(each.object))
            elif predicate in _VALUES and each.subject in on_property:
                shown[on_property[each.subject]].add(self._kind_by_value(each.object))
            elif predicate == _OWL + "inverseOf":
                shown[name].add(_OBJECT)
                shown[_text(each.object)].add(_OBJECT)
            elif predicate == _OWL + "propertyChainAxiom" or (
                predicate == _TYPE and _text(each.object) in _CHARACTERISTICS
            ):
                shown[name].add(_OBJECT)
        return {name: kinds for name, kinds in shown.items() if name in self._unknown}

    def _kind_by_value(self, value: object) -> str:
        """Return what a property is whose values are of a class or datatype, or are this value."""
        name = _text(value)
        is_data = (
            is_literal(value)  # type: ignore[arg-type]
            or name.startswith(_XSD)
            or name in DATATYPES
            or "Datatype" in self.declared[name]
            or bool(self._types[value] & {_RDFS + "Datatype", _OWL + "DataRange"})
        )
        return _DATA if is_data else _OBJECT

    def _shown_by_use(self) -> dict[str, set[str]]:
        shown: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.triples:
            name = each.predicate.value
            if name in self._unknown:
                if self._is_individual(each.subject):
                    shown[name].add(_DATA if is_literal(each.object) else _OBJECT)
                else:
                    shown[name].add(_ANNOTATION)
        return shown

    def _spread(self) -> None:
        """Let properties be what the properties beside them in the hierarchy are."""
        beside: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.triples:
            if each.predicate.value in _BESIDE:
                one, other = _text(each.subject), _text(each.object)
                beside[one].add(other)
                beside[other].add(one)
        todo = [name for name in beside if self._kind_of(name)]
        while todo:
            name = todo.pop()
            for other in beside[name]:
                if other in self._unknown and other not in self.found:
                    self.found[other] = self._kind_of(name)
                    todo.append(other)

    def _kind_of(self, name: str) -> str:
        declared = self.declared[name] & _PROPERTIES
        if name in BUILT_IN_PROPERTIES:
            return BUILT_IN_PROPERTIES[name]
        if name in (_RDFS + "label", _RDFS + "comment", _RDFS + "seeAlso", _RDFS + "isDefinedBy"):
            return _ANNOTATION
        return next(iter(declared)) if len(declared) == 1 else self.found.get(name, "")


def _is_kind_of_property(name: str) -> bool:
    return name == _PROPERTY or name == _OWL + "FunctionalProperty" or name in _CHARACTERISTICS


def _declares_more_than_an_annotation(axiom: Axiom) -> bool:
    first = axiom.arguments[0]
    return axiom.name == "Declaration" and isinstance(first, Entity) and first.kind != _ANNOTATION


def _is_fact(axiom: Axiom) -> bool:
    """Return whether an axiom is about an individual."""
    if axiom.name == "Declaration":
        return isinstance(axiom.arguments[0], Entity) and axiom.arguments[0].kind == "NamedIndividual"
    return axiom.name.endswith(_FACTS)


def _left_out(premises: "Premises", triples: "Iterable[Triple]", text: str, reason: str) -> LeftOut:
    path = next((premises.paths[each] for each in triples if each in premises.paths), None)
    return LeftOut(text, reason, path)


def _triple_text(triple: "Triple") -> str:
    """Return a triple as people read it; the label of a blank node would tell them nothing."""
    parts = (triple.subject, triple.predicate, triple.object)
    return printable(" ".join(map(_term_text, parts)))


def _term_text(term: object) -> str:
    if is_iri(term):  # type: ignore[arg-type]
        return compress(_text(term))
    return str(term) if is_literal(term) else "[]"  # type: ignore[arg-type]


def _text(term: object) -> str:
    """Return the IRI, text or name of a term."""
    return str(getattr(term, "value", term))
