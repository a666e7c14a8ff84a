"""Things of ours have names of their own, and matches elsewhere that mean what they say."""

from collections import defaultdict
from functools import cache

import pyoxigraph
import pytest

from glutakg import KnowledgeGraph
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples
from glutakg.files import read_text
from glutakg.rdf.prefixes import PREFIXES, expand
from glutakg.sparql.rows import Rows

OWN = (PREFIXES["gk"], PREFIXES["gkd"])
TAXA = PREFIXES["obo"] + "NCBITaxon_"
NAMES = {PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"}


@cache
def stated() -> list[pyoxigraph.Triple]:
    """Return what the ontology, the data and the mappings state."""
    skipped = ("imports/", "inferred", "catalogue")
    files = [file for file in shipped_files() if not file.graph_name.startswith(skipped)]
    return [triple for file in files for triple in parse_triples(read_text(file.path), file.path)]


def matches(graph: KnowledgeGraph, pattern: str) -> set[tuple[str, str]]:
    """Return which `?ours` has which `?match` by a pattern."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    found = graph.query(f"{prefixes}SELECT DISTINCT ?ours ?match WHERE {{ {pattern} }}")
    assert isinstance(found, Rows)
    return {(str(row["ours"]), str(row["match"])) for row in found}


def test_no_two_things_of_ours_share_a_name() -> None:
    """A label belongs to one thing in each language, or to a class and a member of it."""
    named: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for triple in stated():
        subject = str(triple.subject.value) if isinstance(triple.subject, pyoxigraph.NamedNode) else ""
        if not subject.startswith(OWN):
            continue
        if triple.predicate.value in NAMES and isinstance(triple.object, pyoxigraph.Literal):
            named[triple.object.value.casefold(), triple.object.language].add(subject)
        if triple.predicate.value == PREFIXES["rdf"] + "type":
            kinds[subject].add(str(triple.object)[1:-1])
    shared = {
        name: sorted(things)
        for name, things in named.items()
        if len(things) > 1 and not any(kinds[one] & (things - {one}) for one in things)
    }
    assert len(named) > 3000
    assert shared == {}


def test_every_term_has_a_dutch_name(graph: KnowledgeGraph) -> None:
    """Ours and those of others, and the ontologies; but for organisms that have a scientific name alone."""
    found = graph.query("""
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?term ?label WHERE {
          ?term rdfs:label ?label .
          FILTER(ISIRI(?term))
          FILTER NOT EXISTS { ?term skos:prefLabel|dcterms:title ?name . FILTER(LANG(?name) = "nl") }
        }
    """)
    assert isinstance(found, Rows)
    left = {str(row["term"]): str(row["label"]) for row in found}
    assert left[expand("NCBITaxon:9606")] == "Homo sapiens"
    assert [name for term, name in left.items() if not term.startswith(TAXA)] == []
    assert [name for name in left.values() if "<" in name or name.islower()] == []


@pytest.mark.parametrize("name", ["taurine", "urea cycle", "glutamate reuptake"])
def test_a_shared_name_finds_the_individual(graph: KnowledgeGraph, name: str) -> None:
    """Where an individual has the label of its class, the individual is what the name finds."""
    assert graph.find_term(name) == PREFIXES["gkd"] + name.replace(" ", "-")


def test_a_step_is_exactly_no_reaction_without_a_place(graph: KnowledgeGraph) -> None:
    """Rhea, EC and KEGG name no cell; of Reactome, only events in the very same place match exactly."""
    exact = matches(graph, "?ours a gk:Step ; skos:exactMatch ?match")
    reactome = "http://identifiers.org/reactome/"
    assert {match for _, match in exact if not match.startswith(reactome)} == set()
    generic = {reactome + name for name in ("R-HSA-70606", "R-HSA-70609", "R-HSA-70600", "R-HSA-916855")}
    assert {match for _, match in exact} & generic == set()
    assert (PREFIXES["gkd"] + "glutamate-uptake-by-astrocyte", reactome + "R-HSA-210439") in exact


def test_a_protein_is_the_product_of_its_gene_and_no_match_of_it(graph: KnowledgeGraph) -> None:
    """HGNC names genes: a protein is joined to its gene by RO."""
    hgnc = "FILTER(STRSTARTS(STR(?match), 'http://identifiers.org/hgnc/'))"
    products = matches(graph, f"?ours obo:RO_0002204 ?match . {hgnc}")
    assert (PREFIXES["gkd"] + "eaat2", "http://identifiers.org/hgnc/10940") in products
    assert matches(graph, f"GRAPH gkg:mappings {{ ?ours ?how ?match . {hgnc} }}") == products
    assert {one for one, _ in products} <= {one for one, _ in matches(graph, "?ours a gk:Protein, ?match")}


def test_a_muscle_cell_is_one_of_the_cells_in_muscle(graph: KnowledgeGraph) -> None:
    """A cell that is located in skeletal muscle need be no muscle cell: the match is broad, the type true."""
    muscle, located = PREFIXES["gkd"] + "skeletal-muscle-cell", expand("CL:0000188")
    assert (muscle, located) in matches(graph, "?ours skos:broadMatch ?match")
    assert (muscle, located) not in matches(graph, "?ours skos:exactMatch ?match")
    assert (muscle, located) in matches(graph, "?ours a ?match")
