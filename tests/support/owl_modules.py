"""Real ontology files as axioms."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression, walk
from glutakg.owl.interpretation import interpret
from glutakg.owl.premises import Premises
from glutakg.rdf import PREFIXES, Iri, Literal

__all__ = ["labels_in", "read_axioms"]

_TOKEN = re.compile(
    r'"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^(<[^>]*>|[\w-]*:[\w-]*))?|<([^>]*)>|([\w-]*:[\w.-]+|\w[\w-]*)|([()])|#[^\n]*'
)
_CLASS_ROLES = {"ObjectSomeValuesFrom", "ObjectAllValuesFrom", "ObjectHasValue", "ObjectHasSelf"}
_OF_PROPERTIES = re.compile(r"(ObjectProperty|ObjectProperties)")
_LOGICAL = re.compile(
    r"SubClassOf|EquivalentClasses|DisjointClasses|DisjointUnion|SubObjectPropertyOf|EquivalentObjectProperties"
    r"|DisjointObjectProperties|InverseObjectProperties|ObjectPropertyDomain|ObjectPropertyRange"
    r"|(Inverse)?FunctionalObjectProperty|(Ir)?[Rr]eflexiveObjectProperty|(As|S)ymmetricObjectProperty"
    r"|TransitiveObjectProperty"
)


def read_axioms(path: Path) -> list[Axiom]:
    """Return the axioms on classes and object properties of a file in RDF/XML, OBO or functional syntax."""
    data = path.read_bytes()
    if data.startswith(b"<?xml"):
        triples = frozenset(quad.triple for quad in ox.parse(data, format=ox.RdfFormat.RDF_XML))
        found = interpret(Premises(triples, {})).axioms
    elif data.startswith(b"format-version"):
        found = tuple(_obo(data.decode()))
    else:
        found = tuple(_functional(data.decode()))
    return [axiom for axiom in found if _LOGICAL.fullmatch(axiom.name) and not _has_data(axiom)]


def _has_data(axiom: Axiom) -> bool:
    return any(
        isinstance(each, Literal) or (isinstance(each, Expression) and each.name.startswith("Data"))
        for each in walk(axiom.arguments)
    )


def labels_in(path: Path) -> dict[str, set[ox.Literal]]:
    """Return every rdfs:label of a file by the IRI that it belongs to."""
    data = path.read_bytes()
    found: dict[str, set[ox.Literal]] = {}
    if data.startswith(b"<?xml"):
        for quad in ox.parse(data, format=ox.RdfFormat.RDF_XML):
            if quad.predicate.value == PREFIXES["rdfs"] + "label" and isinstance(quad.object, ox.Literal):
                found.setdefault(str(quad.subject.value), set()).add(quad.object)
    elif data.startswith(b"format-version"):
        for name, lines in _stanzas(data.decode()):
            for key, value in lines:
                if key == "name":
                    found.setdefault(name, set()).add(ox.Literal(value.split(" ! ")[0]))
    else:
        pattern = r'AnnotationAssertion\(rdfs:label (<[^>]*>|[\w]*:\w+) "((?:[^"\\]|\\.)*)"(?:@([\w-]+))?'
        prefixes = _prefixes(data.decode())
        for name, text, language in re.findall(pattern, data.decode()):
            literal = ox.Literal(re.sub(r"\\(.)", r"\1", text), language=language or None)
            found.setdefault(_expanded(name, prefixes), set()).add(literal)
    return found


def _stanzas(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield IRI and lines of each living term or relation of an OBO file; relations by their identifier."""
    names: dict[str, str] = {}
    stanzas = []
    for block in text.split("\n\n"):
        lines = [line.partition(": ")[::2] for line in block.strip().split("\n")]
        if lines[0][0] not in ("[Term]", "[Typedef]") or ("is_obsolete", "true") in lines:
            continue
        name = lines[1][1].split(" ")[0]
        if lines[0][0] == "[Typedef]":
            xrefs = [value.split(" ")[0] for key, value in lines if key == "xref"]
            names[name] = next((each for each in xrefs if re.match(r"(RO|BFO):\d", each)), name)
        stanzas.append((name, [("kind", lines[0][0]), *lines[2:]]))
    for name, rest in stanzas:
        yield _obo_iri(names.get(name, name)), [(key, _named(value, names)) for key, value in rest]


def _named(value: str, names: dict[str, str]) -> str:
    first, space, rest = value.partition(" ")
    return f"{names.get(first, first)}{space}{rest}"


def _obo_iri(name: str) -> str:
    prefix, colon, number = name.partition(":")
    return f"{PREFIXES['obo']}{prefix}_{number}" if colon else f"{PREFIXES['obo']}unnamed#{name}"


def _obo(text: str) -> Iterator[Axiom]:
    for name, lines in _stanzas(text):
        is_class = ("kind", "[Term]") in lines
        me = Entity("Class" if is_class else "ObjectProperty", name)
        parts: list[Argument] = []
        for key, value in lines:
            words = value.split(" ! ")[0].split(" {")[0].split(" ")
            if key == "is_a":
                other = Entity(me.kind, _obo_iri(words[0]))
                yield Axiom("SubClassOf" if is_class else "SubObjectPropertyOf", (me, other))
            elif is_class and key == "relationship":
                yield Axiom("SubClassOf", (me, _some(words)))
            elif is_class and key == "intersection_of":
                parts.append(_some(words) if len(words) > 1 else Entity("Class", _obo_iri(words[0])))
            elif is_class and key == "disjoint_from":
                yield Axiom("DisjointClasses", (me, Entity("Class", _obo_iri(words[0]))))
            elif key in ("is_transitive", "is_symmetric") and words[0] == "true":
                yield Axiom(f"{key.removeprefix('is_').capitalize()}ObjectProperty", (me,))
            elif not is_class and key == "inverse_of":
                yield Axiom("InverseObjectProperties", (me, Entity("ObjectProperty", _obo_iri(words[0]))))
            elif not is_class and key in ("domain", "range"):
                kind = Entity("Class", _obo_iri(words[0]))
                yield Axiom(f"ObjectProperty{key.capitalize()}", (me, kind))
        if parts:
            yield Axiom("EquivalentClasses", (me, Expression("ObjectIntersectionOf", tuple(parts))))


def _some(words: list[str]) -> Expression:
    role, filler = Entity("ObjectProperty", _obo_iri(words[0])), Entity("Class", _obo_iri(words[1]))
    return Expression("ObjectSomeValuesFrom", (role, filler))


def _prefixes(text: str) -> dict[str, str]:
    return dict(re.findall(r"^Prefix\(([\w-]*:)=<([^>]*)>\)", text, re.MULTILINE))


def _expanded(name: str, prefixes: dict[str, str]) -> str:
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return prefixes[f"{prefix}:"] + local


def _functional(text: str) -> Iterator[Axiom]:
    """Yield the axioms of a document in functional-style syntax, one a line, as the OWL API writes them."""
    prefixes = _prefixes(text)
    for line in text.split("\n"):
        if _LOGICAL.fullmatch(line.partition("(")[0]):
            name, arguments = _parsed(iter(_TOKEN.finditer(line)), prefixes)
            yield Axiom(name, tuple(_typed(name, list(arguments))))


def _parsed(tokens: Iterator["re.Match[str]"], prefixes: dict[str, str]) -> tuple[str, list[object]]:
    """Return the name of what begins here and its arguments: texts, literals and pairs like this one."""
    stack: list[tuple[str, list[object]]] = [("", [])]
    last = ""
    for token in tokens:
        text, _language, _datatype, iri, word, bracket = token.groups()
        if bracket == "(":
            if last:
                stack[-1][1].pop()
            stack.append((last, []))
            last = ""
        elif bracket == ")":
            done = stack.pop()
            stack[-1][1].append(done)
            last = ""
        elif text is not None:
            stack[-1][1].append(Literal(text))
            last = ""
        elif iri is not None:
            stack[-1][1].append(Iri(iri))
            last = ""
        elif word:
            is_name = ":" in word
            stack[-1][1].append(Iri(_expanded(word, prefixes)) if is_name else word)
            last = "" if is_name else word
    [whole] = stack[0][1]
    assert isinstance(whole, tuple)
    return whole[0], whole[1]


def _typed(name: str, arguments: list[object]) -> Iterator[Argument]:
    """Yield the arguments of an axiom or expression, each IRI with the kind that its place gives it."""
    arguments = [each for each in arguments if not (isinstance(each, tuple) and each[0] == "Annotation")]
    for place, each in enumerate(arguments):
        if isinstance(each, tuple):
            inner, parts = each
            yield Expression(inner, tuple(_typed(inner, list(parts))))
        elif isinstance(each, Iri):
            of_property = (
                name == "ObjectInverseOf"
                or name == "ObjectPropertyChain"
                or (name in ("ObjectPropertyDomain", "ObjectPropertyRange") and place == 0)
                or (name in _CLASS_ROLES and place == 0)
                or (name.endswith("Cardinality") and place == 1)
                or (_OF_PROPERTIES.search(name) is not None and name[-6:] not in ("Domain", "yRange"))
            )
            yield Entity("ObjectProperty" if of_property else "Class", each.value)
        elif isinstance(each, str):
            yield int(each)
        else:
            assert isinstance(each, Literal)
            yield each
