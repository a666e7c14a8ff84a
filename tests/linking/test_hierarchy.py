"""The hierarchy of the slices is that of their owners: nothing is cut, and nothing false is said."""

import csv
import re
from collections import defaultdict
from functools import cache

import pytest
from places import REFERENCE, SHARED

from glutakg.dataset.graphs import parse_triples
from glutakg.dataset.shipped import shipped_root
from glutakg.files import read_text
from glutakg.linking.tables import Tables, read_tables
from glutakg.owl.reachability import reachable
from glutakg.rdf.prefixes import PREFIXES

ONTOLOGY = shipped_root() / "ontology"
BELOW = {PREFIXES["rdfs"] + "subClassOf", PREFIXES["rdfs"] + "subPropertyOf"}
ORGANS = SHARED / "ontologies" / "uberon_efo-slim.obo"
SALTS = {"CHEBI:24866", "CHEBI:26714"}
"""Salt and sodium salt, which alone have parts in the slice of ChEBI, as its header says."""

needs_reference = pytest.mark.skipif(
    not (REFERENCE / "edges.tsv").is_file(), reason="the reference tables (../shared/reference) are not here"
)


@cache
def tables() -> Tables:
    """Return what the tables of the slices say."""
    return read_tables(ONTOLOGY / "imports")


@cache
def stated() -> frozenset[tuple[str, str]]:
    """Return what stands directly below what in the ontology, its bridges and its slices."""
    paths = [*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("imports/*.ttl")]
    return frozenset(
        (str(triple.subject), str(triple.object))
        for path in paths
        for triple in parse_triples(read_text(path), path)
        if triple.predicate.value in BELOW
    )


@cache
def above() -> dict[str, set[str]]:
    """Return for each term of the slices all that it stands below."""
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for child, parent in stated():
        direct[child].add(parent)
    return {curie: reachable(node(curie), direct) for curie in tables().terms}


def node(curie: str) -> str:
    """Return a term as it stands in N-Triples."""
    return f"<{PREFIXES['obo']}{curie.replace(':', '_')}>"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("CL:0000542", "CL:0000738"),  # a lymphocyte is a leukocyte
        ("CL:0000127", "CL:0000125"),  # an astrocyte a glial cell
        ("UBERON:0002107", "UBERON:0000062"),  # a liver an organ
        ("CHEBI:16865", "CHEBI:33709"),  # gamma-aminobutyric acid an amino acid
        ("CHEBI:17191", "CHEBI:22918"),  # L-isoleucine a branched-chain amino acid
        ("GO:0051935", "GO:0006836"),  # glutamate reuptake a neurotransmitter transport
        ("MAXO:0001394", "MAXO:0000001"),  # oral administration a medical action
        ("CHEBI:29985", "BFO:0000040"),  # L-glutamate(1-) a material entity
        ("RO:0002233", "RO:0000057"),  # who has an input has a participant
    ],
)
def test_what_lies_between_is_there(child: str, parent: str) -> None:
    """Classes that stood at the root of their slice once stand below those that they belong to."""
    assert node(parent) in above()[child]


def test_what_was_left_out_does_not_follow() -> None:
    """No edge that is false by the table of what is left out follows in another way."""
    follows = [
        (each.child, each.parent)
        for each in tables().left_out
        if each.child in tables().terms and node(each.parent) in above()[each.child]
    ]
    assert len(tables().left_out) > 5
    assert follows == []


def test_every_class_leads_to_a_root() -> None:
    """Only tops of hierarchies stand below nothing, and the one food that its owner places nowhere now."""
    tops = {
        curie for curie, term in tables().terms.items() if term.kind == "class" and len(above()[curie]) == 1
    }
    assert tops == {
        "BFO:0000001", "CHEBI:50906", "FOODON:00002922", "HP:0000001", "NCBITaxon:1", "PR:000018263",
        "PR:000064867",
    }  # fmt: skip


@needs_reference
def test_every_pair_of_the_owners_is_entailed() -> None:
    """What follows from the edges that were read, but those of a single copy, follows from the slices."""
    members = tables().terms
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("edges.tsv"):
        if row["relation"].startswith("sub") and row["status"] != "single copy":
            direct[row["child"]].add(row["parent"])
    true = {(child, parent) for child in members for parent in reachable(child, direct) & members.keys()}
    missing = sorted((child, parent) for child, parent in true if node(parent) not in above()[child])
    assert len(true) > 10000
    assert missing == []


@needs_reference
def test_no_pair_is_entailed_that_nobody_supports() -> None:
    """What follows within an ontology follows from the edges that were read, single copies counted."""
    known = {row["curie"] for row in rows("slice_terms.tsv") if row["part"] != "related"}
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows("edges.tsv"):
        if row["relation"].startswith("sub"):
            direct[row["child"]].add(row["parent"])
    names = {node(curie): curie for curie in known & tables().terms.keys()}
    false = sorted(
        (child, names[parent])
        for child in names.values()
        for parent in above()[child] & names.keys()
        if names[parent] not in reachable(child, direct)
        and child.partition(":")[0] == names[parent].partition(":")[0]
    )
    assert false == []


@needs_reference
def test_relations_of_the_owners_are_asserted() -> None:
    """Roles, parts and forms that were read in more than one copy stand between the terms that we have."""
    ours = {(edge.child, edge.relation, edge.parent) for edge in tables().edges}
    members = tables().terms
    missing = sorted(
        edge
        for row in rows("edges.tsv")
        for edge in [(row["child"], row["relation_iri"], row["parent"])]
        if not row["relation"].startswith("sub")
        and row["status"] != "single copy"
        and (edge[1] != "BFO:0000051" or edge[0] in SALTS)
        and {edge[0], edge[2]} <= members.keys()
        and edge not in ours
    )
    assert missing == []


@needs_reference
def test_no_rejected_edge_is_asserted() -> None:
    """An edge that was read and found wrong, or not supported, is no axiom of ours."""
    ours = {(edge.child, edge.relation, edge.parent) for edge in tables().edges}
    rejected = {
        (row["child"], row["relation_iri"], row["parent"])
        for row in rows("edges_rejected.tsv")
        if row["status"] == "rejected"
    }
    assert len(rejected) > 800
    assert rejected & ours == set()
    as_nodes = {
        (node(child), node(parent)) for child, relation, parent in rejected if relation.startswith("rdfs:")
    }
    assert as_nodes & stated() == set()


@pytest.mark.skipif(not ORGANS.is_file(), reason="Uberon's own subset (../shared/ontologies) is not here")
def test_organs_are_part_of_what_their_owner_says() -> None:
    """Every *part of* that Uberon's subset has between two terms of the slice follows."""
    direct: defaultdict[str, set[str]] = defaultdict(set)
    for edge in tables().edges:
        if edge.relation in ("rdfs:subClassOf", "BFO:0000050"):
            direct[edge.child].add(edge.parent)
    members, child, true = tables().terms.keys(), "", set()
    for key, value in re.findall(r"^(id:|relationship: part_of) (\S+)", read_text(ORGANS), re.MULTILINE):
        child = value if key == "id:" else child
        if key != "id:" and {child, value} <= members:
            true.add((child, value))
    assert len(true) > 20
    assert {(child, parent) for child, parent in true if parent not in reachable(child, direct)} == set()
