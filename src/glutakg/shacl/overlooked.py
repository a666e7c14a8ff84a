"""What shapes do not see: subjects of a user that no shape is for, and terms of ours that nobody has defined.

A class that is spelt wrong, or not given, takes a node out of the reach of every shape. Without a word on it
such a node would seem to be valid.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from glutakg.rdf import PREFIXES, compress

if TYPE_CHECKING:
    from glutakg.shacl.sources import Source, Targets, Term

__all__ = ["Overlooked", "UnknownTerm", "find_overlooked", "find_unknown_terms"]


_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_OF_ONTOLOGIES = {
    ox.NamedNode(PREFIXES["owl"] + name)
    for name in ("versionIRI", "priorVersion", "imports", "backwardCompatibleWith", "incompatibleWith")
}
_OF_TERMS = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual"}
_OURS = (PREFIXES["gk"], PREFIXES["gkd"])


@dataclass(frozen=True, slots=True)
class Overlooked:
    """A subject that no shape looked at, and why; `line` is known where it begins a line of its file."""

    node: str
    reason: str
    file: str
    line: int | None = None


class UnknownTerm(NamedTuple):
    """A term in our own namespace that nobody has defined, where it stands, and what may be meant."""

    subject: "Term"
    predicate: ox.NamedNode
    term: ox.NamedNode
    suggestion: str | None


def find_overlooked(
    sources: Sequence["Source"], targets: "Targets", context: Iterable["Source"]
) -> tuple[Overlooked, ...]:
    """Return the subjects of a user's sources that are focus nodes of no shape, in the order of the files.

    Blank nodes that stand inside something else are parts of it, and not told; nor are headers and axioms.

    Args:
        sources: the user's.
        targets: the focus nodes of each shape.
        context: what the sources are seen in, whose classes are those that may be meant.
    """
    seen: set[object] = set().union(*targets.values())
    inside = {each.object for source in sources for each in source.triples if each.subject != each.object}
    classes = {node.value for source in context for node in source.classes}
    found = []
    for source in sources:
        for node in dict.fromkeys(each.subject for each in source.triples):
            if node in seen or (isinstance(node, ox.BlankNode) and node in inside):
                continue
            types = sorted(
                each.object.value
                for each in source.triples_of(node)
                if each.predicate == _TYPE and isinstance(each.object, ox.NamedNode)
            )
            if types and all(map(_says_an_axiom, types)):
                continue
            name = compress(node.value) if isinstance(node, ox.NamedNode) else "[]"
            reason = _reason(types, classes)
            found.append(Overlooked(name, reason, source.name, source.line_of(str(node))))
    return tuple(found)


def _says_an_axiom(kind: str) -> bool:
    """Return whether a type is that of the header of an ontology or of an axiom with a node of its own."""
    return kind.startswith(PREFIXES["owl"]) and kind.removeprefix(PREFIXES["owl"]) not in _OF_TERMS


def _reason(types: Sequence[str], classes: set[str]) -> str:
    if not types:
        return "it has no rdf:type here"
    meant = {kind: _meant(kind, classes) for kind in types if kind not in classes}
    names = ", ".join(map(compress, types))
    hints = sorted({compress(name) if ":" in compress(name) else name for name in meant.values() if name})
    return f"no shape is for {names}" + (f"; did you mean {' or '.join(hints)}?" if hints else "")


def find_unknown_terms(sources: Sequence["Source"], context: Sequence["Source"]) -> list[UnknownTerm]:
    """Return the terms in our namespaces that sources use and nobody has defined, each once for a subject.

    A term of the ontology is defined where it has a type, an individual where it is the subject of a triple.
    In a namespace of which the context has nothing, nothing can be said.

    Args:
        sources: the user's.
        context: what they are seen in.
    """
    defined = {
        namespace: {name for source in (*context, *sources) for name in source.defined(namespace)}
        for namespace in _OURS
        if any(source.defined(namespace) for source in context)
    }
    found: dict[tuple[object, ox.NamedNode], UnknownTerm] = {}
    for source in sources:
        for subject, predicate, term in _uses(source):
            names = _names_beside(term.value, defined)
            if names is None or term.value in names:
                continue
            near = _meant(term.value, names)
            found.setdefault((subject, term), UnknownTerm(subject, predicate, term, near))
    return list(found.values())


def _uses(source: "Source") -> "Iterator[tuple[Term, ox.NamedNode, ox.NamedNode]]":
    """Yield the names that triples have in any place, each with subject and predicate."""
    for triple in source.triples:
        subject, predicate = triple.subject, triple.predicate
        yield subject, predicate, predicate
        if isinstance(subject, ox.NamedNode):
            yield subject, predicate, subject
        if isinstance(triple.object, ox.NamedNode) and predicate not in _OF_ONTOLOGIES:
            yield subject, predicate, triple.object


def _names_beside(name: str, defined: Mapping[str, set[str]]) -> set[str] | None:
    """Return the names that are defined in the namespace of a name; None where that is not one of ours."""
    for namespace, names in defined.items():
        if name.startswith((namespace, _other_scheme(namespace))):
            return names
    return None


def _meant(name: str, names: set[str]) -> str | None:
    """Return the name that may be meant: that with the other scheme, or the nearest in a namespace of ours.

    Elsewhere names are numbers, of which the nearest means something else.
    """
    other = _other_scheme(name)
    if other in names:
        return other
    for namespace in _OURS:
        for start in (namespace, _other_scheme(namespace)):
            if name.startswith(start):
                local = {each.removeprefix(namespace): each for each in names if each.startswith(namespace)}
                near = get_close_matches(name.removeprefix(start), local, n=1, cutoff=0.8)
                return local[near[0]] if near else None
    return None


def _other_scheme(name: str) -> str:
    """Return an IRI with `http:` for `https:`, or the other way round."""
    scheme, colon, rest = name.partition(":")
    return {"http": "https", "https": "http"}.get(scheme, scheme) + colon + rest
