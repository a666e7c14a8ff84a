"""Acid, anion and salt are three things: taking one for another is a contradiction that HermiT finds."""

from functools import cache
from itertools import combinations

import pytest

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity, walk
from glutakg.owl.functional import Numbered
from glutakg.owl.hermit import HermiT
from glutakg.owl.interpretation import interpret
from glutakg.owl.java import Java
from glutakg.owl.premises import read_premises
from glutakg.rdf.prefixes import expand

FORMS = ("glutamate", "glutamate-1-minus", "glutamate-2-minus", "monosodium-glutamate")
FACTS = {"ObjectPropertyAssertion", "DataPropertyAssertion", "DifferentIndividuals"}
CHARACTERISTICS = {"IrreflexiveObjectProperty", "FunctionalDataProperty"}


def individual(name: str) -> Entity:
    """Return an individual of the data."""
    return Entity("NamedIndividual", expand(f"gkd:{name}"))


def entities(axiom: Axiom, kind: str) -> set[Entity]:
    """Return what an axiom names of a kind."""
    return {each for each in walk(axiom.arguments) if isinstance(each, Entity) and each.kind.endswith(kind)}


@cache
def known_of_glutamate() -> tuple[Axiom, ...]:
    """Return what our data say of the four, and the characteristics of the properties that they use."""
    ours = interpret(read_premises()).axioms
    four = set(map(individual, FORMS))
    facts = [axiom for axiom in ours if axiom.name in FACTS and entities(axiom, "NamedIndividual") <= four]
    used = {each for axiom in facts for each in entities(axiom, "Property")}
    kept = [axiom for axiom in ours if axiom.name in CHARACTERISTICS and axiom.arguments[0] in used]
    return (*facts, *kept, *(Axiom("Declaration", (each,)) for each in used | four))


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("same", [(), *combinations(FORMS, 2)], ids=" = ".join)
def test_no_form_is_another(same: tuple[str, ...]) -> None:
    """What we know of acid, anions and salt can be true, until one of them is said to be another."""
    axioms = list(known_of_glutamate())
    if same:
        axioms.append(Axiom("SameIndividual", tuple(map(individual, same))))
    general = [axiom for axiom in axioms if axiom.name in {"Declaration", *CHARACTERISTICS}]
    names = Numbered(axioms)
    with Java(seconds=60, memory_mb=500) as java:
        premises = java.write("premises.ofn", names.ontology(axioms))
        hermit = HermiT(java, premises, java.write("axioms.ofn", names.ontology(general)))
        assert hermit.is_consistent() == (not same)
