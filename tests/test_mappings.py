"""The mappings are a valid SSSOM table, say what their sources say, and are the only matches in the data."""

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

import glutakg
from glutakg import KnowledgeGraph
from glutakg.errors import SourceError
from glutakg.files import read_text, shipped_files, shipped_root
from glutakg.mappings import MAPPING_PREDICATES, parse_mappings
from glutakg.results import Rows
from glutakg.terms import PREFIXES, expand

TABLE = shipped_root() / "data" / "mappings" / "glutakg.sssom.tsv"
REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
ROW = "gkd:taurine\tskos:exactMatch\tCHEBI:15891\tsemapv:ManualMappingCuration\n"
VOCABULARIES = {
    *("CHEBI", "DOID", "HP", "KEGG.COMPOUND", "KEGG.REACTION", "MESH", "MONDO", "NCIT", "RHEA", "Reactome"),
    *("UMLS", "wikipathways"),
}

with warnings.catch_warnings():  # the package speaks to an older pandas
    warnings.simplefilter("ignore")
    from sssom.constants import SchemaValidationType
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

pytestmark = pytest.mark.filterwarnings("ignore")


def table_rows() -> list[dict[str, str]]:
    """Return the rows of the shipped table."""
    lines = [line for line in read_text(TABLE).splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def graph() -> Iterator[KnowledgeGraph]:
    """Return the shipped graph, opened once."""
    with glutakg.open() as opened:
        yield opened


def rows(graph: KnowledgeGraph, pattern: str, *variables: str) -> set[tuple[object, ...]]:
    """Return the values of the variables in the answer to a pattern."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    answer = graph.query(f"{prefixes}SELECT DISTINCT * WHERE {{ {pattern} }}")
    assert isinstance(answer, Rows)
    return {tuple(row[name] for name in variables) for row in answer}


def test_the_table_is_valid_sssom() -> None:
    """The schema, the prefixes and the form of every CURIE are as SSSOM asks."""
    kinds = [
        SchemaValidationType.JsonSchema,
        SchemaValidationType.PrefixMapCompleteness,
        SchemaValidationType.StrictCurieFormat,
    ]
    reports = validate(parse_sssom_table(str(TABLE)), kinds, fail_on_error=False)
    assert {str(kind): report.results for kind, report in reports.items() if report.results} == {}


def test_another_reader_leaves_out_what_is_no_sssom(tmp_path: Path) -> None:
    """The check above can fail: a justification that is no CURIE costs a row."""
    broken = tmp_path / "broken.sssom.tsv"
    text = read_text(TABLE).replace("semapv:ManualMappingCuration", "by hand", 1)
    broken.write_text(text, encoding="utf-8")
    assert len(parse_sssom_table(str(broken)).df) == len(table_rows()) - 1


def test_triples_are_those_of_another_reader(graph: KnowledgeGraph) -> None:
    """What the sssom package reads, by the prefixes of the table itself, is what the graph holds."""
    table = parse_sssom_table(str(TABLE))
    read = {
        tuple(table.converter.expand(row[name]) for name in ("subject_id", "predicate_id", "object_id"))
        for _, row in table.df.iterrows()
    }
    assert rows(graph, "GRAPH gkg:mappings { ?s ?p ?o }", "s", "p", "o") == read
    assert len(read) == len(table_rows())


def test_no_match_to_another_ontology_stands_elsewhere(graph: KnowledgeGraph) -> None:
    """Beside the table only publications have matches: to their own records."""
    predicates = "|".join(MAPPING_PREDICATES)
    elsewhere = rows(
        graph,
        f"GRAPH ?g {{ ?s {predicates} ?o }} FILTER(?g != gkg:mappings) "
        "FILTER NOT EXISTS { ?s a gk:Publication }",
        "s",
        "o",
    )
    assert elsewhere == set()


def test_subjects_are_our_things_with_their_labels(graph: KnowledgeGraph) -> None:
    """Every subject is in the data, under the label that the table gives."""
    labels = rows(graph, "?s rdfs:label ?label FILTER(STRSTARTS(STR(?s), STR(gkd:)))", "s", "label")
    assert {(expand(row["subject_id"]), row["subject_label"]) for row in table_rows()} <= labels


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here")
def test_objects_are_in_the_tables_under_their_labels() -> None:
    """Each object was seen: in a table of terms, or as the cross-reference that the comment names."""
    seen: dict[str, set[str]] = {}
    notes: dict[str, str] = {}
    own = shipped_root() / "ontology" / "imports" / "terms.tsv"
    for path, label in ((REFERENCE / "terms.tsv", "official_label"), (own, "label")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                seen.setdefault(row["curie"], set()).add(row[label])
                notes[row["curie"]] = notes.get(row["curie"], "") + row["note"]
    inventory = (REFERENCE / "claims.md").read_text(encoding="utf-8")
    for row in table_rows():
        term, label = row["object_id"], row["object_label"]
        if label:
            assert label in seen[term], row
        elif row["comment"].startswith("cross-reference of "):
            number = term.partition(":")[2]
            assert number in notes[row["comment"].removeprefix("cross-reference of ")], row
        elif term not in seen:
            number = term.partition(":")[2]
            assert number in inventory or any(number in note for note in notes.values()) or term in ALREADY, (
                row
            )


ALREADY = {"EC:3.5.3.1", "EC:4.3.2.1", "EC:2.1.3.3"} | {
    f"UniProtKB:{accession}" for accession in ("P05089", "P04424", "P00966", "P00480", "Q9Y619")
}
"""Enzymes of the urea cycle: from the UniProt records of the proteins."""


def test_the_vocabularies_that_researchers_use_are_there() -> None:
    """ChEBI, MONDO, HP, MeSH, DOID, UMLS, NCIT, KEGG, Reactome, Rhea and WikiPathways each have mappings."""
    assert {row["object_id"].partition(":")[0] for row in table_rows()} >= VOCABULARIES


def test_exact_matches_name_one_term_of_an_ontology() -> None:
    """A thing is exactly one term of each ontology, or the match is not exact."""
    exact = [
        (row["subject_id"], row["object_id"].partition(":")[0])
        for row in table_rows()
        if row["predicate_id"] == "skos:exactMatch"
    ]
    assert len(exact) == len(set(exact))


def test_the_table_is_sorted_and_has_no_row_twice() -> None:
    """Rows stand in the order of subject, predicate and object."""
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in table_rows()]
    assert keys == sorted(set(keys))


def test_the_prefixes_are_those_of_the_project() -> None:
    """The `curie_map` repeats the namespaces of the project, those that are used."""
    lines = [line[4:] for line in read_text(TABLE).splitlines() if line.startswith("#   ")]
    stated = dict(line.split(": ", 1) for line in lines)
    assert {
        name: iri.strip('"') for name, iri in stated.items() if name != "semapv"
    }.items() <= PREFIXES.items()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# only a header\n", r"t\.sssom\.tsv: The table has no row of column names"),
        (HEAD.replace("object_id\t", ""), r"t\.sssom\.tsv:1: The column object_id is missing"),
        (
            f"# license: x\n{HEAD}gkd:taurine\n",
            r"t\.sssom\.tsv:3: The row has 1 cells and the table 4 columns",
        ),
        (HEAD + ROW.replace("CHEBI:15891", ""), r"t\.sssom\.tsv:2: The cell object_id is empty"),
        (
            HEAD + ROW.replace("exactMatch", "sameAs"),
            r"t\.sssom\.tsv:2: 'skos:sameAs' is no mapping predicate",
        ),
        (HEAD + ROW.replace("CHEBI:", "CHBI:"), r"t\.sssom\.tsv:2: 'CHBI:15891' is no CURIE with a prefix"),
        (HEAD + ROW.replace("CHEBI:15891", "CHEBI:1 2"), r"t\.sssom\.tsv:2: "),
        (HEAD + ROW + ROW, r"t\.sssom\.tsv:3: The mapping stands in line 2 already"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, message: str) -> None:
    """Each kind of fault has its own sentence, with file and line."""
    with pytest.raises(SourceError, match=message):
        parse_mappings(text, "t.sssom.tsv")


def test_the_file_is_shipped_in_the_graph_of_mappings() -> None:
    """The loader finds the table, and only there."""
    assert [file.path for file in shipped_files() if file.graph_name == "mappings"] == [TABLE]


def test_rows_become_triples() -> None:
    """A row is one triple, its CURIEs expanded."""
    (triple,) = parse_mappings(HEAD + ROW, "t.sssom.tsv")
    assert triple == pyoxigraph.Triple(
        pyoxigraph.NamedNode(PREFIXES["gkd"] + "taurine"),
        pyoxigraph.NamedNode(PREFIXES["skos"] + "exactMatch"),
        pyoxigraph.NamedNode(PREFIXES["CHEBI"] + "15891"),
    )
