"""What ontologies state is read from a file as a store has it."""

from pathlib import Path

import pyoxigraph as ox

from glutakg.dataset import Axioms, HeldAxioms, token

GRAPH = "urn:graph"
TEXT = """\
<urn:a> <http://www.w3.org/2000/01/rdf-schema#subClassOf> _:some .
_:some <http://www.w3.org/2002/07/owl#onProperty> <urn:p> .
_:some <http://www.w3.org/2002/07/owl#someValuesFrom> <urn:b> .
<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> .
<urn:c> <http://www.w3.org/2002/07/owl#hasValue> "not <urn:a> <urn:b> . here"@en .
<urn:a> <http://www.w3.org/2000/01/rdf-schema#label> "x <http://www.w3.org/2000/01/rdf-schema#domain> y ." .
<urn:a> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:b> .
"""


def test_a_file_states_what_a_store_has_of_it(tmp_path: Path) -> None:
    """Of each term, by each property, and what has a term in it; no more than what axioms are made of."""
    path = tmp_path / "triples.nt"
    path.write_text(TEXT, encoding="utf-8")
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(GRAPH))
        for each in ox.parse(TEXT, format=ox.RdfFormat.N_TRIPLES)
    )
    read, held = Axioms(path), HeldAxioms(store, GRAPH)
    for node in (b"<urn:a>", b"<urn:b>", b"<urn:c>", b"<urn:p>", b"_:some", b"<urn:nowhere>"):
        assert sorted(read.about(node)) == sorted(held.about(node)), node
        assert sorted(read.naming(node)) == sorted(held.naming(node)), node
    below, some = token("rdfs:subClassOf"), token("owl:someValuesFrom")
    assert sorted(read.naming(b"<urn:b>")) == [(b"_:some", some, b"<urn:b>")]
    assert sorted(read.naming(b"_:some")) == [(b"<urn:a>", below, b"_:some")]
    assert read.pairs("rdfs:subClassOf") == [(b"<urn:a>", b"_:some"), (b"<urn:a>", b"<urn:b>")]
    assert read.pairs("rdf:type", "owl:Class") == [(b"<urn:a>", token("owl:Class"))]
    assert read.pairs("rdf:type", "owl:Restriction") == read.pairs("rdfs:domain") == []


def test_annotations_of_axioms_are_no_axioms(tmp_path: Path) -> None:
    """There are many of them, and nothing leads to them."""
    path = tmp_path / "triples.nt"
    path.write_text(
        f"_:note {token('rdf:type').decode()} {token('owl:Axiom').decode()} .\n", encoding="utf-8"
    )
    assert list(Axioms(path).about(b"_:note")) == []
