"""Import slices: what a row becomes, what is refused, and that the shipped slices are the table's."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from places import REFERENCE

from glutakg.dataset.shipped import shipped_root
from glutakg.errors import SourceError
from glutakg.linking.slices import check_imports, import_slices, read_terms, write_imports
from glutakg.rdf.prefixes import expand
from glutakg.rdf.turtle import canonical_turtle

HEADER = "curie\tlabel\tkind\tparents\tsource\tversion\tnote"
ROWS = [
    'CHEBI:18050\tL-"glutamine"\tclass\tCHEBI:28300 glutamine; GO:0008150 a; b\tchebi.owl\trelease 1\tx',
    "RO:0002233\thas input\tobject-property\tRO:0000057 has participant\tro.owl\trelease 2\t",
    "IAO:0000115\tdefinition\tannotation-property\t\tiao.owl\t\t",
]
SHARED_TERMS = REFERENCE / "terms.tsv"


def table(folder: Path, *rows: str) -> Path:
    """Write a table of terms and return its path."""
    path = folder / "terms.tsv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def statements(text: str) -> set[tuple[str, str, str]]:
    """Return the triples of a Turtle text as local names and values."""
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return {tuple(term.value.replace("#", "/").split("/")[-1] for term in quad.triple) for quad in quads}


def test_a_row_becomes_a_term_with_label_parents_and_source(tmp_path: Path) -> None:
    """Class, label, parents and provenance of a row stand in the slice."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert {
        ("CHEBI_18050", "type", "Class"),
        ("CHEBI_18050", "label", 'L-"glutamine"'),
        ("CHEBI_18050", "subClassOf", "CHEBI_28300"),
        ("CHEBI_18050", "subClassOf", "GO_0008150"),
        ("CHEBI_18050", "source", "chebi.owl (release 1)"),
    } <= statements(slices["chebi"])


def test_properties_get_their_own_kind_and_relation(tmp_path: Path) -> None:
    """An object property is declared as one and stands under its parent by rdfs:subPropertyOf."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert {
        ("RO_0002233", "type", "ObjectProperty"),
        ("RO_0002233", "subPropertyOf", "RO_0000057"),
    } <= statements(slices["ro"])


def test_annotation_properties_are_declared_as_such(tmp_path: Path) -> None:
    """An annotation property is declared as one, with its source where no version is known."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert {
        ("IAO_0000115", "type", "AnnotationProperty"),
        ("IAO_0000115", "source", "iao.owl"),
    } <= statements(slices["iao"])


def test_parents_named_in_passing_are_declared_in_their_own_slice(tmp_path: Path) -> None:
    """A parent without a row of its own is declared with its label, in the slice of its ontology."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert {("GO_0008150", "type", "Class"), ("GO_0008150", "label", "a; b")} <= statements(slices["go"])


def test_labels_are_english(tmp_path: Path) -> None:
    """The language tag of a label is kept."""
    assert '"has input"@en' in import_slices(read_terms(table(tmp_path, *ROWS)))["ro"]


def test_slices_have_a_header_with_source_and_version(tmp_path: Path) -> None:
    """Each slice is an ontology that says what it was taken from, and in which version."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert {
        ("ro", "type", "Ontology"),
        ("ro", "source", "ro.owl (release 2)"),
        ("ro", "versionInfo", "release 2"),
    } <= statements(slices["ro"])


def test_slices_are_in_canonical_form(tmp_path: Path) -> None:
    """Formatting a slice changes nothing."""
    slices = import_slices(read_terms(table(tmp_path, *ROWS)))
    assert all(canonical_turtle(text) == text for text in slices.values())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("CHEBI:1\tobsolete thing\tclass\t\ta.owl\t1\t", "CHEBI:1 is obsolete"),
        ("CHEBI:1\tx\tclass\tCHEBI:2 Obsolete y\ta.owl\t1\t", "CHEBI:2 is obsolete"),
        ("CHEBI:1\tx\tclass\tCHEBI:2\ta.owl\t1\t", "CHEBI:2 has no label"),
        ("CHEBI:1\t\tclass\t\ta.owl\t1\t", "CHEBI:1 has no label"),
        ("CHEBI 1\tx\tclass\t\ta.owl\t1\t", "'CHEBI 1' is not a CURIE"),
        ("CHEBIX:1\tx\tclass\t\ta.owl\t1\t", "'CHEBIX'.* is not a known prefix"),
        ("CHEBI:1\tx\tkind\t\ta.owl\t1\t", "'kind' is not a kind"),
        ("CHEBI:1\tx\tclass\t\t\t1\t", "source must say"),
        ("CHEBI:1\tx\tclass", "has 7 cells, this one has 3"),
        (
            "IAO:0000115\tdefinition\tannotation-property\t\ta.owl\t1\t",
            "IAO:0000115 stands in the table twice",
        ),
        ("CHEBI:1\tx\tclass\tCHEBI:28300 glutamin\ta.owl\t1\t", "“glutamin” here and “glutamine” above"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    """What is wrong in a row is an error that names the table and the line."""
    with pytest.raises(SourceError, match=rf"terms\.tsv:5: .*{message}"):
        read_terms(table(tmp_path, *ROWS, row))


def test_a_parent_must_be_called_as_in_its_own_row(tmp_path: Path) -> None:
    """A parent whose label differs from its row is refused at the row that names it."""
    with pytest.raises(SourceError, match=r"terms\.tsv:2: .*“glutamine” here, but “Gln” in its row"):
        read_terms(table(tmp_path, *ROWS, "CHEBI:28300\tGln\tclass\t\ta.owl\t1\t"))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    """A table without the agreed columns is an error."""
    (tmp_path / "terms.tsv").write_text("curie\tname\n")
    with pytest.raises(SourceError, match=r"terms\.tsv:1: The columns must be curie, label"):
        read_terms(tmp_path / "terms.tsv")


def test_writing_leaves_nothing_to_write(tmp_path: Path) -> None:
    """After write_imports the slices are what the table says."""
    table(tmp_path, *ROWS)
    written = [path.name for path in write_imports(tmp_path)]
    assert (written, check_imports(tmp_path)) == (["chebi.ttl", "go.ttl", "iao.ttl", "ro.ttl"], [])


def test_a_slice_without_terms_is_removed(tmp_path: Path) -> None:
    """A slice that the table no longer knows goes away."""
    table(tmp_path, *ROWS)
    (tmp_path / "mondo.ttl").write_text("<x:a> a <x:b> .")
    write_imports(tmp_path)
    assert not (tmp_path / "mondo.ttl").exists()


def test_a_slice_that_is_not_utf8_is_written_anew(tmp_path: Path) -> None:
    """Whatever a slice has become, the table says what it should be."""
    table(tmp_path, ROWS[1])
    (tmp_path / "ro.ttl").write_bytes(b"\xff")
    write_imports(tmp_path)
    assert "has input" in (tmp_path / "ro.ttl").read_text(encoding="utf-8")


def test_checking_changes_nothing(tmp_path: Path) -> None:
    """check_imports names the missing slices and writes none."""
    table(tmp_path, ROWS[2])
    assert (check_imports(tmp_path), list(tmp_path.glob("*.ttl"))) == ([tmp_path / "iao.ttl"], [])


def test_the_shipped_slices_are_what_the_table_says() -> None:
    """The slices in ontology/imports are written from the table; run `glutakg imports` if this fails."""
    assert check_imports() == [], "run `glutakg imports`"


def test_no_shipped_term_stands_above_itself() -> None:
    """Parents lead upwards: from no term back to itself."""
    parents = {term.curie: term.parents for term in read_terms(shipped_root() / "ontology/imports/terms.tsv")}

    def above(curie: str, below: tuple[str, ...] = ()) -> set[str]:
        assert curie not in below, f"{curie} stands above itself"
        return {curie}.union(*(above(parent, (*below, curie)) for parent in parents.get(curie, ())))

    assert "MONDO:0005071" in above("MONDO:0005180")
    assert all(curie in above(curie) for curie in parents)


@pytest.mark.skipif(
    not SHARED_TERMS.exists(), reason="the table of verified terms is not beside this checkout"
)
def test_labels_agree_with_the_verified_terms() -> None:
    """A term that was verified has a label that was seen there, but for underscores."""
    verified: dict[str, set[str]] = {}
    with SHARED_TERMS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            verified.setdefault(row["curie"], set()).add(row["official_label"].replace("_", " "))
    ours = {term.curie: term.label for term in read_terms(shipped_root() / "ontology/imports/terms.tsv")}
    wrong = {
        curie: label
        for curie, label in ours.items()
        if curie in verified and label.replace("_", " ") not in verified[curie]
    }
    assert wrong == {}


def test_every_prefix_of_the_shipped_table_is_known() -> None:
    """Every CURIE of the shipped table has an IRI."""
    terms = read_terms(shipped_root() / "ontology/imports/terms.tsv")
    assert all(expand(term.curie).startswith("http") for term in terms)
