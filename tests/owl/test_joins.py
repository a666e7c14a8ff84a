"""Beside the real ontologies that it reuses, the ontology with its facts stays free of contradiction.

Of each file the part is taken that can bear on our terms. HermiT is asked of stronger axioms, as the gate
before an import asks it. Contradictions are planted beside MAxO, and with `GLUTAKG_LONG` beside all.
"""

import os
from collections import defaultdict
from functools import cache
from itertools import combinations

import pytest
from owl_modules import labels_in, read_axioms
from places import SHARED

from glutakg.dataset.shipped import shipped_root
from glutakg.linking.tables import PropertyAxiom, read_tables
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Argument, Entity, Expression
from glutakg.owl.interpretation import interpret
from glutakg.owl.joins import _asked, _is_consistent, _Limits, _stronger, _told
from glutakg.owl.modules import module, signature
from glutakg.owl.premises import read_premises
from glutakg.owl.reachability import reachable
from glutakg.rdf.prefixes import expand

FILES = SHARED / "ontologies"
NAMES = (
    "bfo-core.owl", "chebi_import.owl", "cl-edit.owl", "cob.owl", "eco.obo", "foodon_chebi_import.owl",
    "go_import.obo", "iao.owl", "maxo.obo", "mondo_hp_import.owl", "mp_chebi_import.owl", "ro.owl",
    "uberon_efo-slim.obo",
)  # fmt: skip
LONG = "GLUTAKG_LONG" in os.environ
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the real ontology files (../shared) are not here"
)


@cache
def ours() -> tuple[Axiom, ...]:
    """Return our axioms and facts."""
    return interpret(read_premises()).axioms


def asked(axioms: list[Axiom]) -> tuple[bool, set[str]]:
    """Return whether axioms can all be true, and which classes can have no member."""
    return _asked(axioms, _Limits(600, 3000))


@cache
def part_of(name: str) -> tuple[Axiom, ...]:
    """Return what of a file can bear on our terms."""
    return tuple(module(read_axioms(FILES / name), signature(ours())))


@needs_files
@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("name", NAMES)
def test_a_real_ontology_beside_ours_contradicts_nothing(name: str) -> None:
    """All can be true together, with members in every class."""
    assert part_of(name), name
    assert _is_consistent(_stronger([*ours(), *part_of(name)]), _Limits(200, 3000))


def property_of(curie: str) -> Entity:
    """Return a property."""
    return Entity("ObjectProperty", expand(curie))


def class_of(part: str) -> Argument:
    """Return a class, or what is none of it."""
    kind = Entity("Class", expand(part.removeprefix("not ")))
    return Expression("ObjectComplementOf", (kind,)) if part.startswith("not ") else kind


def related(curie: str, quantifier: str, end: Argument) -> Expression:
    """Return a condition on a property."""
    return Expression(f"Object{quantifier}ValuesFrom", (property_of(curie), end))


PLANTED_CLASS = Entity("Class", expand("gk:Planted"))
PLANTED = {
    "classes of which something is a member": [
        Axiom("DisjointClasses", (class_of("CL:0000738"), class_of("CL:0000000")))
    ],
    "a class without members": [
        Axiom("SubClassOf", (PLANTED_CLASS, class_of(name))) for name in ("gk:Step", "gk:Substance")
    ],
    "the domain of what a chain implies": [
        Axiom("ObjectPropertyDomain", (property_of("gk:nextPool"), class_of("gk:Step")))
    ],
    "parts of parts that have no name": [
        Axiom("SubClassOf", (PLANTED_CLASS, above))
        for above in (
            related("BFO:0000051", "Some", related("BFO:0000051", "Some", class_of("CL:0000540"))),
            related("BFO:0000051", "All", class_of("not CL:0000540")),
        )
    ],
}


@needs_files
@pytest.mark.usefixtures("java")
@pytest.mark.parametrize(
    ("name", "what"),
    [("maxo.obo", what) for what in PLANTED if LONG or what != "a class without members"]
    + [
        (name, sorted(PLANTED)[number % 4])
        for number, name in enumerate(NAMES)
        if LONG and name != "maxo.obo"
    ],
)
def test_a_contradiction_planted_beside_a_real_ontology_is_not_passed(name: str, what: str) -> None:
    """The stronger axioms cannot be true either."""
    assert _is_consistent(_stronger([*ours(), *part_of(name), *PLANTED[what]]), _Limits(200, 3000)) is False


@needs_files
@pytest.mark.usefixtures("java")
def test_a_class_that_loses_its_members_beside_a_real_ontology_is_told() -> None:
    """So is what is related to its members, and nothing else; all can be true without them."""
    other = Entity("Class", expand("gk:Related"))
    axiom = Axiom("SubClassOf", (other, related("BFO:0000051", "Some", PLANTED_CLASS)))
    planted = [*PLANTED["a class without members"], axiom]
    assert _told([*ours(), *part_of("maxo.obo"), *planted], _Limits(400, 3000)) == (
        True,
        {PLANTED_CLASS.iri, other.iri},
    )


def torn(axioms: list[Axiom]) -> set[str]:
    """Return the classes that stand below two classes which cannot share a member."""
    below: defaultdict[str, set[str]] = defaultdict(set)
    apart: set[tuple[str, str]] = set()
    for axiom in axioms:
        if axiom.name == "DisjointClasses":
            names = sorted(each.iri for each in axiom.arguments if isinstance(each, Entity))
            apart.update(combinations(names, 2))
        elif axiom.name in ("SubClassOf", "EquivalentClasses") and isinstance(axiom.arguments[0], Entity):
            for above in axiom.arguments[1:]:
                parts: tuple[Argument, ...] = (above,)
                if isinstance(above, Expression) and above.name == "ObjectIntersectionOf":
                    parts = above.arguments
                for part in parts:
                    if isinstance(part, Entity):
                        below[part.iri].add(axiom.arguments[0].iri)
    under = {name: {name, *reachable(name, below)} for name in {name for pair in apart for name in pair}}
    return {name for one, other in apart for name in under[one] & under[other]}


@needs_files
@pytest.mark.parametrize("name", NAMES)
def test_no_class_of_a_whole_ontology_is_torn(name: str) -> None:
    """Classes below ours are not in the part of which HermiT is asked: none falls under two that differ."""
    theirs = read_axioms(FILES / name)
    assert torn([*ours(), *theirs]) - torn(theirs) == set()


def test_a_class_below_two_that_differ_is_torn() -> None:
    """A medical action that were a step would have no members, nor would the kinds of it."""
    action, kind = (Entity("Class", expand(name)) for name in ("MAXO:0009998", "MAXO:0009999"))
    above = [(action, "MAXO:0000001"), (action, "gk:Step"), (kind, "MAXO:0009998")]
    axioms = [Axiom("SubClassOf", (child, Entity("Class", expand(name)))) for child, name in above]
    assert torn([*ours()]) == set()
    assert torn([*ours(), *axioms]) == {action.iri, kind.iri}


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
