"""Import slices: what a row becomes, what is refused, and that the shipped slices are what the tables say."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from places import REFERENCE

from glutakg.dataset.shipped import shipped_root
from glutakg.errors import SourceError
from glutakg.linking.slices import check_slices, import_slices, write_slices
from glutakg.linking.tables import Tables, read_tables
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.rdf import parse_turtle
from glutakg.rdf.turtle import canonical_turtle

IMPORTS = shipped_root() / "ontology" / "imports"
SHARED_TERMS = REFERENCE / "terms.tsv"
SOURCE = "\tchebi.owl\trelease 1"
EMPTY = {
    "ontologies.tsv": ["prefix\ttitle\tontology\tlicence\tnote"],
    "terms.tsv": [
        "curie\tkind\tlabel\tlabel_language\tdefinition\tdefinition_language\tdefinition_sources"
        "\tsource\trelease"
    ],
    "edges.tsv": ["child\tchild_label\trelation\tparent\tparent_label\tsource\tnote"],
    "properties.tsv": ["property\tlabel\taxiom\tvalue\tsource\trelease\tleft_out"],
    "left_out.tsv": ["child\tchild_label\tparent\tparent_label\treason"],
}
ROWS = {
    "ontologies.tsv": [
        f"{prefix}\tAn ontology\thttp://a.org/{prefix}.owl\thttp://a.org/licence\t"
        f"{'Read in parts.' if prefix == 'IAO' else ''}"
        for prefix in ("BFO", "CHEBI", "IAO", "RO")
    ],
    "terms.tsv": [
        "BFO:0000004\tclass\tindependent continuant\ten\t\t\t\tbfo.owl\trelease 2",
        'CHEBI:18050\tclass\tL-"glutamine"\t\tOne line.\\nAnother.\t\tA:1; B:2' + SOURCE,
        "CHEBI:28300\tclass\tglutamine\t\t\t\t" + SOURCE,
        "CHEBI:25512\tclass\tneurotransmitter\t\t\t\t" + SOURCE,
        "IAO:0000115\tannotation-property\tdefinition\ten\t\t\t\tiao.owl\trelease 3",
        "RO:0000053\tobject-property\thas characteristic\t\t\t\t\tro.owl\trelease 4",
        "RO:0000087\tobject-property\thas role\ten\t\t\t\tro.owl\trelease 4",
    ],
    "edges.tsv": [
        'CHEBI:18050\tL-"glutamine"\trdfs:subClassOf\tCHEBI:28300\tglutamine'
        "\tchebi.owl (release 1)\tone copy only",
        'CHEBI:18050\tL-"glutamine"\tRO:0000087\tCHEBI:25512\tneurotransmitter\tother.owl (release 5)\t',
        "RO:0000087\thas role\trdfs:subPropertyOf\tRO:0000053\thas characteristic\tro.owl (release 4)\t",
    ],
    "properties.tsv": [
        "RO:0000053\thas characteristic\tcharacteristic\tInverseFunctional\tro.owl\trelease 4\t",
        "RO:0000087\thas role\tdomain\tBFO:0000004\tro.owl\trelease 4\t",
        "RO:0000087\thas role\tdomain\tBFO:0000004 and not CHEBI:25512\tro.owl\trelease 4\t",
        "RO:0000087\thas role\tchain\tRO:0000053 o RO:0000087\tro.owl\trelease 4\t",
        "RO:0000087\thas role\tinverse of\tRO:0000081\tro.owl\trelease 4\t",
        "RO:0000087\thas role\tcharacteristic\tTransitive\tro.owl\trelease 4\tToo slow.",
    ],
    "left_out.tsv": ["CHEBI:28300\tglutamine\tCHEBI:60911\tracemate\tNobody but a copy says so."],
}


def folder_of(folder: Path, **added: str) -> Path:
    """Write the tables, each with a row more where one is given, and return their folder."""
    for name, head in EMPTY.items():
        extra = [added[name.partition(".")[0]]] if name.partition(".")[0] in added else []
        (folder / name).write_text("\n".join([*head, *ROWS[name], *extra]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """Return what the tables say."""
    return read_tables(folder_of(tmp_path))


def axioms(text: str) -> set[str]:
    """Return the axioms of a slice in Manchester syntax."""
    read = parse_axioms(parse_turtle(text, "slice.ttl"))
    assert read.unread == ()
    return {axiom.manchester() for axiom in read.axioms if axiom.name != "AnnotationAssertion"}


def values(text: str, subject: str, predicate: str) -> set[object]:
    """Return the values of a property, by the ends of the IRIs of subject and property."""
    return {
        triple.object
        for triple in parse_turtle(text, "slice.ttl")
        if str(triple.subject).endswith(f"{subject}>") and triple.predicate.value.endswith(predicate)
    }


def test_words_of_the_owner_are_repeated_to_the_letter(tables: Tables) -> None:
    """A label is plain where the owner's is, and a definition comes with its lines and sources."""
    chebi = import_slices(tables)["chebi"]
    assert values(chebi, "CHEBI_18050", "label") == {ox.Literal('L-"glutamine"')}
    assert values(chebi, "CHEBI_18050", "IAO_0000115") == {ox.Literal("One line.\nAnother.")}
    assert values(chebi, "CHEBI_18050", "IAO_0000119") == {ox.Literal("A:1"), ox.Literal("B:2")}
    assert values(import_slices(tables)["ro"], "RO_0000087", "label") == {
        ox.Literal("has role", language="en")
    }


def test_edges_become_axioms(tables: Tables) -> None:
    """A class stands below another one, and is related to some member of a third."""
    assert {
        "Class: CHEBI:18050 SubClassOf: CHEBI:28300",
        "Class: CHEBI:18050 SubClassOf: RO:0000087 some CHEBI:25512",
    } <= axioms(import_slices(tables)["chebi"])


def test_properties_have_what_their_owner_states(tables: Tables) -> None:
    """Hierarchy, characteristics, domains and chains, as far as they name terms of the tables."""
    found = axioms(import_slices(tables)["ro"])
    assert {
        "ObjectProperty: RO:0000087 SubPropertyOf: RO:0000053",
        "ObjectProperty: RO:0000053 Characteristics: InverseFunctional",
        "ObjectProperty: RO:0000087 Domain: BFO:0000004",
        "ObjectProperty: RO:0000087 Domain: BFO:0000004 and (not CHEBI:25512)",
        "ObjectProperty: RO:0000087 SubPropertyChain: RO:0000053 o RO:0000087",
    } <= found
    assert not any("RO:0000081" in axiom or "Transitive" in axiom for axiom in found)
    assert values(import_slices(tables)["ro"], "imports/ro", "comment") == {
        ox.Literal("Left out: characteristic Transitive of has role (RO:0000087). Too slow.", language="en")
    }


def test_every_edge_names_where_it_was_read(tables: Tables) -> None:
    """The annotation of an axiom has the source of its row and its note."""
    chebi = import_slices(tables)["chebi"]
    annotated = parse_turtle(
        "\n".join(block for block in chebi.split("\n\n") if "@prefix" in block or "a owl:Axiom" in block),
        "a.ttl",
    )
    said = {triple.object for triple in annotated if triple.predicate.value.endswith(("source", "comment"))}
    assert said == {
        ox.Literal("chebi.owl (release 1)"),
        ox.Literal("other.owl (release 5)"),
        ox.Literal("one copy only", language="en"),
    }


def test_a_slice_is_complete_in_itself(tables: Tables) -> None:
    """Terms of other slices that an axiom names are declared, so that each file is OWL 2 DL."""
    assert {"Class: BFO:0000004", "Class: CHEBI:25512"} <= axioms(import_slices(tables)["ro"])
    assert "ObjectProperty: RO:0000087" in axioms(import_slices(tables)["chebi"])


def test_a_header_says_what_a_slice_was_taken_from(tables: Tables) -> None:
    """Licence, releases, files, and what was left out with the reason."""
    chebi = import_slices(tables)["chebi"]
    assert values(chebi, "imports/chebi", "license") == {ox.NamedNode("http://a.org/licence")}
    assert values(chebi, "imports/chebi", "versionInfo") == {ox.Literal("release 1")}
    assert values(chebi, "imports/chebi", "source") == {
        ox.Literal("chebi.owl (release 1)"),
        ox.Literal("other.owl (release 5)"),
    }
    assert values(chebi, "imports/chebi", "comment") == {
        ox.Literal(
            "Left out: glutamine (CHEBI:28300) below racemate (CHEBI:60911). Nobody but a copy says so.",
            language="en",
        )
    }


def test_a_header_says_what_a_slice_does_not_have(tables: Tables) -> None:
    """The note on an ontology stands in the header of its slice."""
    assert values(import_slices(tables)["iao"], "imports/iao", "comment") == {
        ox.Literal("Read in parts.", language="en")
    }


def test_slices_are_in_canonical_form(tables: Tables) -> None:
    """Formatting a slice changes nothing."""
    assert all(canonical_turtle(text) == text for text in import_slices(tables).values())


TERM = "\tclass\tx\t\t\t\t\ta.owl\t1"


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("terms", "CHEBI:1\tclass\tobsolete thing\t\t\t\t\ta.owl\t1", "CHEBI:1 is obsolete"),
        ("terms", "CHEBI:1\tclass\t\t\t\t\t\ta.owl\t1", "CHEBI:1 has no label"),
        ("terms", "CHEBI 1" + TERM, "'CHEBI 1' is not a CURIE"),
        ("terms", "CHEBIX:1" + TERM, "'CHEBIX'.* is not a known prefix"),
        ("terms", "CHEBI:1\tkind\tx\t\t\t\t\ta.owl\t1", "'kind' is not a kind"),
        ("terms", "CHEBI:1\tclass\tx\t\t\t\t\ta.owl\t", "Source and release must say"),
        ("terms", "CHEBI:1\tclass\tx", "has 9 cells, this one has 3"),
        ("terms", "CHEBI:18050" + TERM, "CHEBI:18050 stands in the table twice"),
        ("terms", "GO:0008150" + TERM, "ontologies.tsv has no row for GO"),
        ("ontologies", "GO\tGene Ontology\tgo.owl\thttp://a.org/\t", "ontology must be an IRI"),
        ("edges", "CHEBI:1\tx\trdfs:subClassOf\tCHEBI:28300\tglutamine\ta\t", "no row for CHEBI:1"),
        (
            "edges",
            "CHEBI:28300\tGln\trdfs:subClassOf\tCHEBI:25512\tneurotransmitter\ta\t",
            "called “Gln” here, but “glutamine” there",
        ),
        (
            "edges",
            "CHEBI:28300\tglutamine\trdfs:subPropertyOf\tCHEBI:25512\tneurotransmitter\ta\t",
            "A class stands below another one by rdfs:subClassOf",
        ),
        (
            "edges",
            "CHEBI:28300\tglutamine\tRO:0000056\tCHEBI:25512\tneurotransmitter\ta\t",
            "'RO:0000056' is neither rdfs:subClassOf nor an object property",
        ),
        (
            "edges",
            "RO:0000053\thas characteristic\tRO:0000087\tCHEBI:25512\tneurotransmitter\ta\t",
            "RO:0000087 relates classes",
        ),
        (
            "edges",
            "CHEBI:28300\tglutamine\trdfs:subClassOf\tCHEBI:25512\tneurotransmitter\t\t",
            "source must say where the edge was read",
        ),
        ("edges", ROWS["edges.tsv"][1], "This edge stands in the table twice"),
        ("properties", "RO:1\tx\tdomain\tBFO:0000004\tro.owl\t4\t", "no object property RO:1"),
        ("properties", "RO:0000053\tx\trange of\tBFO:0000004\tro.owl\t4\t", "'range of' is not an axiom"),
        ("properties", "RO:0000053\tx\tcharacteristic\tEasy\tro.owl\t4\t", "'Easy' is not a characteristic"),
        ("properties", "RO:0000053\tx\trange\tnothing known\tro.owl\t4\t", "'nothing' is not a CURIE"),
        ("left_out", "CHEBI:28300\tglutamine\tCHEBI:1\tx\t", "Say why the edge is left out"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, table: str, row: str, message: str) -> None:
    """What is wrong in a row is an error that names the table and the line."""
    line = len(ROWS[f"{table}.tsv"]) + 2
    with pytest.raises(SourceError, match=rf"{table}\.tsv:{line}: .*{message}"):
        read_tables(folder_of(tmp_path, **{table: row}))


def test_an_edge_that_is_left_out_cannot_be_asserted(tmp_path: Path) -> None:
    """The two tables must agree."""
    row = 'CHEBI:18050\tL-"glutamine"\tCHEBI:28300\tglutamine\tfalse'
    with pytest.raises(SourceError, match=r"edges\.tsv:2: left_out\.tsv says why CHEBI:18050"):
        read_tables(folder_of(tmp_path, left_out=row))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    """A table without the agreed columns is an error."""
    (folder_of(tmp_path) / "terms.tsv").write_text("curie\tname\n")
    with pytest.raises(SourceError, match=r"terms\.tsv:1: The columns must be curie, kind"):
        read_tables(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """No table is guessed to be empty."""
    (folder_of(tmp_path) / "left_out.tsv").unlink()
    with pytest.raises(SourceError, match=r"left_out\.tsv"):
        read_tables(tmp_path)


def test_writing_leaves_nothing_to_write(tmp_path: Path) -> None:
    """After write_slices the slices are what the tables say."""
    written = [path.name for path in write_slices(folder_of(tmp_path))]
    assert (written, check_slices(tmp_path)) == (["bfo.ttl", "chebi.ttl", "iao.ttl", "ro.ttl"], [])


def test_a_slice_without_terms_is_removed(tmp_path: Path) -> None:
    """A slice that the table no longer knows goes away."""
    (folder_of(tmp_path) / "mondo.ttl").write_text("<x:a> a <x:b> .")
    write_slices(tmp_path)
    assert not (tmp_path / "mondo.ttl").exists()


def test_a_slice_that_is_not_utf8_is_written_anew(tmp_path: Path) -> None:
    """Whatever a slice has become, the table says what it should be."""
    (folder_of(tmp_path) / "ro.ttl").write_bytes(b"\xff")
    write_slices(tmp_path)
    assert "has role" in (tmp_path / "ro.ttl").read_text(encoding="utf-8")


def test_checking_changes_nothing(tmp_path: Path) -> None:
    """check_slices names the missing slices and writes none."""
    assert [path.name for path in check_slices(folder_of(tmp_path))] == [
        "bfo.ttl", "chebi.ttl", "iao.ttl", "ro.ttl",
    ]  # fmt: skip
    assert list(tmp_path.glob("*.ttl")) == []


def test_the_shipped_slices_are_what_the_tables_say() -> None:
    """The slices in ontology/imports are written from the tables; run `glutakg slices` if this fails."""
    assert check_slices() == [], "run `glutakg slices`"


def test_no_shipped_term_stands_above_itself_or_twice_above_another() -> None:
    """Parents lead upwards, and no edge follows from others."""
    parents: dict[str, set[str]] = {}
    for edge in read_tables(IMPORTS).edges:
        if edge.relation.startswith("rdfs:"):
            parents.setdefault(edge.child, set()).add(edge.parent)

    def above(curie: str) -> set[str]:
        found: set[str] = set()
        todo = list(parents.get(curie, ()))
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                todo += parents.get(each, ())
        return found

    assert "MONDO:0005071" in above("MONDO:0005180")
    assert [curie for curie in parents if curie in above(curie)] == []
    redundant = [
        (child, parent)
        for child, direct in parents.items()
        for parent in direct
        if any(parent in above(other) for other in direct - {parent})
    ]
    assert redundant == []


@pytest.mark.skipif(
    not SHARED_TERMS.exists(), reason="the table of verified terms is not beside this checkout"
)
def test_labels_agree_with_the_verified_terms() -> None:
    """A term that was verified has a label that was seen there, or the newer one of its owner."""
    with (REFERENCE / "slice_terms.tsv").open(encoding="utf-8", newline="") as stream:
        owners = {row["curie"]: row["label"] for row in csv.DictReader(stream, delimiter="\t", quoting=3)}
    verified: dict[str, set[str]] = {}
    with SHARED_TERMS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            verified.setdefault(row["curie"], set()).add(row["official_label"].replace("_", " "))
    wrong = {
        curie: term.label
        for curie, term in read_tables(IMPORTS).terms.items()
        if curie in verified
        and term.label.replace("_", " ") not in verified[curie]
        and term.label != owners.get(curie)
    }
    assert wrong == {}
