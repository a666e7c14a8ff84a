"""Beside the real ontologies that it reuses, the ontology with its facts stays free of contradiction.

Of each file the part is taken that can bear on our terms. That of `maxo.obo` is left out: HermiT had no
answer after two and a half minutes. What MAxO states of the terms that we reuse is in our own slice of it.
"""

from functools import cache

import pytest
from owl_modules import labels_in, read_axioms
from places import SHARED

from glutakg.dataset.shipped import shipped_root
from glutakg.linking.tables import PropertyAxiom, read_tables
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.interpretation import interpret
from glutakg.owl.joins import _asked
from glutakg.owl.modules import module, signature
from glutakg.owl.premises import read_premises
from glutakg.rdf.prefixes import compress, expand

FILES = SHARED / "ontologies"
NAMES = (
    "bfo-core.owl", "chebi_import.owl", "cl-edit.owl", "cob.owl", "eco.obo", "foodon_chebi_import.owl",
    "go_import.obo", "iao.owl", "mondo_hp_import.owl", "mp_chebi_import.owl", "ro.owl",
    "uberon_efo-slim.obo",
)  # fmt: skip
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the real ontology files (../shared) are not here"
)


@cache
def ours() -> tuple[Axiom, ...]:
    """Return our axioms and facts."""
    return interpret(read_premises()).axioms


def asked(axioms: list[Axiom]) -> tuple[bool, set[str]]:
    """Return whether axioms can all be true, and which classes can have no member."""
    return _asked(axioms, 600, 3000)


@needs_files
@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("name", NAMES)
def test_a_real_ontology_beside_ours_contradicts_nothing(name: str) -> None:
    """All can be true together, and no class loses its members that has some in the file alone."""
    part = module(read_axioms(FILES / name), signature(ours()))
    assert part, name
    consistent, together = asked([*ours(), *part])
    alone = asked(part)[1] if together else set()
    assert (consistent, sorted(map(compress, together - alone))) == (True, [])


OWNERS = {
    "bfo-core.owl": "BFO", "cl-edit.owl": "CL", "cob.owl": "COB", "eco.obo": "ECO", "iao.owl": "IAO",
    "maxo.obo": "MAXO", "ro.owl": "RO", "uberon_efo-slim.obo": "UBERON",
}  # fmt: skip


@needs_files
@pytest.mark.parametrize("name", sorted(OWNERS))
def test_a_join_gives_no_second_label(name: str) -> None:
    """A term has in our slice the label that it has in a file of its owner, to the letter.

    OBO format has no language tags, so that only the text is compared there.
    """
    labels = labels_in(FILES / name)
    differ, compared = {}, 0
    for curie, term in read_tables(shipped_root() / "ontology" / "imports").terms.items():
        theirs = labels.get(expand(curie))
        if not theirs or not curie.startswith(f"{OWNERS[name]}:"):
            continue
        compared += 1
        said = {(each.value, "" if name.endswith(".obo") else each.language or "") for each in theirs}
        if (term.label, "" if name.endswith(".obo") else term.label_language) not in said:
            differ[curie] = (term.label, said)
    assert compared
    assert differ == {}


def as_axiom(stated: PropertyAxiom) -> Axiom:
    """Return what an owner states of a property."""
    me = property_of(stated.property)
    if stated.axiom == "characteristic":
        return Axiom(f"{stated.value}ObjectProperty", (me,))
    if stated.axiom == "inverse of":
        return Axiom("InverseObjectProperties", (me, property_of(stated.value)))
    if stated.axiom == "chain":
        chain = Expression("ObjectPropertyChain", tuple(map(property_of, stated.value.split(" o "))))
        return Axiom("SubObjectPropertyOf", (chain, me))
    joined = " or " if " or " in stated.value else " and "
    parts = tuple(class_of(part) for part in stated.value.split(joined))
    whole = Expression("ObjectUnionOf" if joined == " or " else "ObjectIntersectionOf", parts)
    return Axiom(f"ObjectProperty{stated.axiom.capitalize()}", (me, whole if len(parts) > 1 else parts[0]))


def property_of(curie: str) -> Entity:
    """Return a property."""
    return Entity("ObjectProperty", expand(curie))


def class_of(part: str) -> Argument:
    """Return a class, or what is none of it."""
    kind = Entity("Class", expand(part.removeprefix("not ")))
    return Expression("ObjectComplementOf", (kind,)) if part.startswith("not ") else kind


def stated_by_owners() -> list[Axiom]:
    """Return what the owners of the properties that we reuse state of them."""
    return [as_axiom(axiom) for axiom in read_tables(shipped_root() / "ontology" / "imports").axioms]


def bearers() -> dict[Argument, set[Argument]]:
    """Return who has each role."""
    found: dict[Argument, set[Argument]] = {}
    for axiom in ours():
        if axiom.name == "ObjectPropertyAssertion" and axiom.arguments[0] == property_of("RO:0000087"):
            found.setdefault(axiom.arguments[2], set()).add(axiom.arguments[1])
    return found


@pytest.mark.usefixtures("java")
def test_what_owners_state_of_properties_contradicts_nothing() -> None:
    """All that the table has of reused properties holds beside our axioms and facts."""
    assert asked([*ours(), *stated_by_owners()]) == (True, set())


@pytest.mark.usefixtures("java")
def test_a_role_of_two_bearers_would_contradict_its_owner() -> None:
    """BFO makes has characteristic inverse functional: GABA with a role of glutamate is a contradiction."""
    glutamate, gaba = (Entity("NamedIndividual", expand(name)) for name in ("gkd:glutamate", "gkd:gaba"))
    role = next(role for role, found in bearers().items() if found == {glutamate})
    shared = Axiom("ObjectPropertyAssertion", (property_of("RO:0000087"), gaba, role))
    assert asked([*ours(), *stated_by_owners(), shared]) == (False, set())


def test_each_role_has_one_bearer() -> None:
    """No role of the data has two bearers."""
    assert bearers()
    assert {role: found for role, found in bearers().items() if len(found) > 1} == {}
