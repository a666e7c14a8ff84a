"""Every disjointness, characteristic and definition of the ontology does its work: HermiT notices its breach.

A mutant is a fresh class whose members break one axiom. All mutants lie in one ontology, where HermiT must
find each of them unsatisfiable; without the axioms that are tested, each must be possible. Broken copies with
individuals show the same of the facts that a user may write.
"""

import re
from functools import cache
from itertools import combinations
from math import comb
from pathlib import Path
from typing import NamedTuple

import pytest

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.shipped import ShippedFile, shipped_root
from glutakg.files import read_text
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.functional import Numbered
from glutakg.owl.hermit import HermiT
from glutakg.owl.interpretation import interpret
from glutakg.owl.java import Java
from glutakg.owl.manchester import render
from glutakg.owl.premises import Premises, is_fact, logical, read_premises
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.owl.reasoners import reason
from glutakg.rdf.prefixes import PREFIXES

pytestmark = pytest.mark.usefixtures("java")

ONTOLOGY = shipped_root() / "ontology" / "glutakg.ttl"
TURTLE = "".join(
    f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("gk", "gkd", "obo", "owl", "rdf", "xsd")
)
BROKEN = "http://broken.invalid/"
CHARACTERISTICS = (
    "IrreflexiveObjectProperty",
    "AsymmetricObjectProperty",
    "FunctionalObjectProperty",
    "FunctionalDataProperty",
    "InverseFunctionalObjectProperty",
)
TESTED = (*CHARACTERISTICS, "DisjointClasses", "EquivalentClasses")


class Mutant(NamedTuple):
    """A class, in Turtle, whose members break an axiom; it may need an individual."""

    axiom: Axiom
    turtle: str
    name: str


@cache
def own_axioms() -> tuple[Axiom, ...]:
    """Return the axioms of the ontology itself, without its import slices."""
    return parse_axioms(parse_triples(read_text(ONTOLOGY), ONTOLOGY)).axioms


def axioms_named(*names: str) -> list[Axiom]:
    """Return the axioms with names."""
    return [axiom for axiom in own_axioms() if axiom.name in names]


def node(argument: Argument) -> str:
    """Return a class expression or property of the ontology in Turtle."""
    if isinstance(argument, Entity):
        return f"<{argument.iri}>"
    assert isinstance(argument, Expression)
    if argument.name == "ObjectInverseOf":
        return f"[ owl:inverseOf {node(argument.arguments[0])} ]"
    if argument.name == "ObjectIntersectionOf":
        return both(*map(node, argument.arguments))
    assert argument.name == "ObjectSomeValuesFrom", argument
    return some(*map(node, argument.arguments))


def both(*kinds: str) -> str:
    """Return what is of all kinds."""
    return f"[ a owl:Class ; owl:intersectionOf ( {' '.join(kinds)} ) ]"


def some(role: str, filler: str) -> str:
    """Return what has a relation to something of a kind."""
    return f"[ a owl:Restriction ; owl:onProperty {role} ; owl:someValuesFrom {filler} ]"


def no(kind: str) -> str:
    """Return what is not of a kind."""
    return f"[ a owl:Class ; owl:complementOf {kind} ]"


def two(role: str) -> str:
    """Return what has a relation to two things."""
    return f'[ a owl:Restriction ; owl:onProperty {role} ; owl:minCardinality "2"^^xsd:nonNegativeInteger ]'


def breaches(axiom: Axiom) -> list[str]:
    """Return the classes whose members break an axiom."""
    first, *others = arguments = [node(argument) for argument in axiom.arguments]
    if axiom.name == "DisjointClasses":
        return [both(one, other) for one, other in combinations(arguments, 2)]
    if axiom.name == "EquivalentClasses":
        return [both(first, no(others[0])), both(others[0], no(first))]
    if axiom.name == "IrreflexiveObjectProperty":
        return [f'[ a owl:Restriction ; owl:onProperty {first} ; owl:hasSelf "true"^^xsd:boolean ]']
    if axiom.name == "AsymmetricObjectProperty":
        alone = f"[ a owl:Class ; owl:oneOf ( <{BROKEN}it> ) ]"
        return [both(alone, some(first, some(first, alone)))]
    if axiom.name == "InverseFunctionalObjectProperty":
        return [two(f"[ owl:inverseOf {first} ]")]
    assert axiom.name.startswith("Functional")
    return [two(first)]


@cache
def mutants() -> tuple[Mutant, ...]:
    """Return the mutants of all axioms, each with a number as its name."""
    found = [(axiom, breach) for axiom in axioms_named(*TESTED) for breach in breaches(axiom)]
    return tuple(Mutant(axiom, breach, f"{BROKEN}n{n}") for n, (axiom, breach) in enumerate(found))


def ontology_files() -> list[ShippedFile]:
    """Return the files of the ontology and its slices."""
    return [file for file in shipped_files() if file.graph_name.startswith(("ontology", "imports"))]


def ends_name(axiom: Axiom) -> str:
    """Return the class of what may stand at both ends of the property of an axiom."""
    assert isinstance(axiom.arguments[0], Entity)
    return axiom.arguments[0].iri.replace(PREFIXES["gk"], f"{BROKEN}ends-")


@cache
def broken_ontology() -> Premises:
    """Return the ontology without facts and with all mutants, and the class of both ends of each property."""
    names = {render(each.arguments[0]): ends_name(each) for each in axioms_named(*CHARACTERISTICS[:2])}
    lines = [f"<{each.name}> a owl:Class ; owl:equivalentClass {each.turtle} ." for each in mutants()]
    for prop, name in names.items():
        at_ends = both(some(prop, "owl:Thing"), some(f"[ owl:inverseOf {prop} ]", "owl:Thing"))
        lines.append(f"<{name}> a owl:Class ; owl:equivalentClass {at_ends} .")
    text = f"{TURTLE}<{BROKEN}it> a owl:NamedIndividual .\n" + "\n".join(lines)
    axioms = {
        triple for triple in logical(read_premises(files=ontology_files()).triples) if not is_fact(triple)
    }
    return Premises(frozenset(axioms | set(parse_triples(text, "mutants.ttl"))), {})


@cache
def bridges() -> tuple[Axiom, ...]:
    """Return our axioms on terms of others."""
    path = ONTOLOGY.with_name("bridge.ttl")
    return parse_axioms(parse_triples(read_text(path), path)).axioms


def impossible_without(*names: str) -> set[str]:
    """Return which fresh classes HermiT finds unsatisfiable without the own axioms with names.

    It is asked for nothing else: `reason` takes twice as long, for relations that nobody has here.
    """
    gone = {*axioms_named(*names), *(axiom for axiom in bridges() if axiom.name in names)}
    broken = broken_ontology()
    triples = {
        triple for axiom in parse_axioms(broken.triples).axioms if axiom in gone for triple in axiom.triples
    }
    assert len(triples) >= len(gone)
    given = interpret(Premises(broken.triples - triples, {})).without_idle()
    numbered = Numbered(given.axioms)
    with Java(seconds=600, memory_mb=2000) as java:
        everything = java.write("mutants.ofn", numbered.ontology(given.axioms))
        hermit = HermiT(java, everything, everything)
        assert hermit.is_consistent()
        iris = filter(None, map(numbered.iri, hermit.unsatisfiable()))
        return {iri.removeprefix(BROKEN) for iri in iris}


def named(*names: str) -> set[str]:
    """Return the mutants of axioms with names."""
    return {each.name.removeprefix(BROKEN) for each in mutants() if each.axiom.name in names}


def test_every_axiom_has_its_mutants() -> None:
    """The file has as many pairs of disjoint classes, characteristics and sides of definitions."""
    text = read_text(ONTOLOGY)
    lists = re.findall(r"AllDisjointClasses ;\s+owl:members \(([^()]*)\)", text)
    listed = [block.split() for block in lists]
    assert len(listed) == text.count("owl:AllDisjointClasses") > 0
    assert "owl:disjointWith" not in text
    expected = {
        "DisjointClasses": sum(comb(len(classes), 2) for classes in listed),
        "EquivalentClasses": 2 * text.count("owl:equivalentClass ["),
        "IrreflexiveObjectProperty": text.count("owl:IrreflexiveProperty"),
        "AsymmetricObjectProperty": text.count("owl:AsymmetricProperty"),
        "InverseFunctionalObjectProperty": text.count("owl:InverseFunctionalProperty"),
        "functional": text.count("owl:FunctionalProperty"),
    }
    found = {name: len(named(name)) for name in expected if name != "functional"}
    found["functional"] = len(named("FunctionalObjectProperty", "FunctionalDataProperty"))
    assert found == expected
    assert min(expected.values()) > 0


def test_every_breach_is_noticed() -> None:
    """HermiT finds every mutant unsatisfiable, and no class of the ontology.

    What may stand at both ends of a property is impossible where domain and range are disjoint; see below.
    """
    found = impossible_without()
    assert {name for name in found if not name.startswith("ends-")} == named(*TESTED)


def test_no_mutant_is_impossible_in_itself() -> None:
    """Without the axioms that are tested, all mutants can have members."""
    assert impossible_without(*TESTED) == set()


def test_which_characteristics_follow_from_disjointness() -> None:
    """A property cannot relate a thing to itself, or back, where nothing can stand at both of its ends.

    For these properties irreflexive and asymmetric say what domain, range and a disjointness say already. For
    all others, and for all that is functional, only characteristics do the work; among them, asymmetric
    includes irreflexive.
    """
    found = impossible_without(*CHARACTERISTICS)
    apart = {
        each.name.removeprefix(BROKEN)
        for each in mutants()
        if each.axiom.name in CHARACTERISTICS[:2] and ends_name(each.axiom).removeprefix(BROKEN) in found
    }
    assert {name for name in found if not name.startswith("ends-")} == apart | named(*TESTED[-2:])
    assert set() < apart < named(*CHARACTERISTICS[:2])


# ---- broken copies with individuals ----

COPIES = {
    "disjoint-classes": "gkd:a a gk:Release , gk:Uptake .",
    "disjoint-classes-of-many": "gkd:a a gk:Substance , gk:Place .",
    "functional": "gkd:a gk:atPlace gkd:b , gkd:c . gkd:b owl:differentFrom gkd:c .",
    "functional-value": "gkd:a gk:charge 1 , 2 .",
    "inverse-functional": (
        "gkd:a gk:hasParticipation gkd:c . gkd:b gk:hasParticipation gkd:c . gkd:a owl:differentFrom gkd:b ."
    ),
    "asymmetric": "gkd:a gk:restates gkd:b . gkd:b gk:restates gkd:a .",
    "irreflexive": "gkd:a gk:differsFrom gkd:a .",
    "definition": (
        "gkd:a a gk:Reaction , [ a owl:Class ; owl:complementOf gk:AmmoniaDetoxifyingReaction ] ;"
        " obo:RO_0002233 gkd:b . gkd:b a gk:Pool ; gk:poolOf gkd:c . gkd:c a obo:CHEBI_16134 ."
    ),
}
"""What a user may write that breaks one axiom, by the kind of the axiom."""


@pytest.mark.parametrize("copy", COPIES)
def test_broken_copy_is_inconsistent(copy: str, tmp_path: Path) -> None:
    """HermiT notices facts that break an axiom."""
    path = tmp_path / "broken.ttl"
    path.write_text(TURTLE + COPIES[copy], encoding="utf-8")
    assert not reason(read_premises(paths=[path], files=ontology_files())).consistent


def test_sound_copy_is_consistent(tmp_path: Path) -> None:
    """Facts like those above that break nothing are consistent."""
    sound = """
    gkd:a a gk:Release . gkd:p gk:atPlace gkd:b . gkd:e gk:charge 1 . gkd:k gk:hasParticipation gkd:m .
    gkd:f gk:restates gkd:g . gkd:h gk:differsFrom gkd:i .
    """
    path = tmp_path / "sound.ttl"
    path.write_text(TURTLE + sound, encoding="utf-8")
    assert reason(read_premises(paths=[path], files=ontology_files()), only="consistency").consistent
