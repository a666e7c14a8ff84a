"""Beside the real ontologies that it reuses: no second label, and no role that two bearers share."""

from functools import cache

import pytest
from owl_modules import labels_in
from places import SHARED

from glutakg.dataset.shipped import shipped_root
from glutakg.linking.tables import read_tables
from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity
from glutakg.owl.interpretation import interpret
from glutakg.owl.premises import read_premises
from glutakg.rdf.prefixes import expand

FILES = SHARED / "ontologies"
needs_files = pytest.mark.skipif(
    not FILES.is_dir(), reason="the real ontology files (../shared) are not here"
)


@cache
def ours() -> tuple[Axiom, ...]:
    """Return our axioms and facts."""
    return interpret(read_premises()).axioms


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


def property_of(curie: str) -> Entity:
    """Return a property."""
    return Entity("ObjectProperty", expand(curie))


def test_two_bearers_of_one_role_are_a_contradiction_that_would_be_found() -> None:
    """No role of the data has two bearers: its owner makes has characteristic inverse functional."""
    bearers: dict[object, set[object]] = {}
    for axiom in ours():
        if axiom.name == "ObjectPropertyAssertion" and axiom.arguments[0] == property_of("RO:0000087"):
            bearers.setdefault(axiom.arguments[2], set()).add(axiom.arguments[1])
    assert bearers
    assert {role: found for role, found in bearers.items() if len(found) > 1} == {}
