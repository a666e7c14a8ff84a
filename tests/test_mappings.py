"""The mappings: valid SSSOM, the same triples for every reader, and nothing that the tables do not show."""

import csv
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import glutakg
from glutakg import KnowledgeGraph
from glutakg.cache import open_cached
from glutakg.dataset import quads
from glutakg.errors import SourceError
from glutakg.files import ShippedFile, parse_data, parse_turtle, read_text, shipped_files, shipped_root
from glutakg.linking import read_terms
from glutakg.mappings import MAPPING_RELATIONS, SSSOM_COLUMNS, parse_sssom
from glutakg.results import Rows
from glutakg.terms import PREFIXES, compress, expand, graph_iri
from glutakg.validation import validate

FILE = shipped_root() / "data" / "mappings.sssom.tsv"
REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
SKOS_MATCH = re.compile(re.escape(PREFIXES["skos"]) + r"\w+Match")
PUBLICATION_RECORD = (PREFIXES["pubmed"], PREFIXES["doi"])
CHAINED = re.compile(r"Cross-reference of (\S+:\S+?)(?:\.|; no label was seen with it\.)")

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here"
)

HEADER = "".join(
    ["#curie_map:\n", *(f"#  {name}: {PREFIXES[name]}\n" for name in ("CHEBI", "gkd", "semapv", "skos"))]
)
COLUMNS = "\t".join(SSSOM_COLUMNS) + "\n"


def row(**cells: str) -> str:
    """Return a row of a table: GABA, with some cells of its own."""
    usual = {
        "subject_id": "gkd:gaba",
        "subject_label": "GABA",
        "predicate_id": "skos:exactMatch",
        "object_id": "CHEBI:16865",
        "mapping_justification": "semapv:ManualMappingCuration",
    }
    return "\t".join({**dict.fromkeys(SSSOM_COLUMNS, ""), **usual, **cells}.values()) + "\n"


@pytest.fixture(scope="module")
def graph() -> Iterator[KnowledgeGraph]:
    """Return the shipped graph, opened once."""
    with glutakg.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def table() -> list[dict[str, str]]:
    """Return the rows of the shipped file."""
    lines = [line for line in read_text(FILE).splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, str]]:
    """Return the rows of the table of terms, by CURIE."""
    with (REFERENCE / "terms.tsv").open(encoding="utf-8", newline="") as file:
        return {row["curie"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def pairs(graph: KnowledgeGraph, name: str, **parameters: Any) -> set[tuple[object, ...]]:
    """Return the rows of a catalogue query's answer, with CURIEs for IRIs."""
    answer = graph.run(name, **parameters)
    assert isinstance(answer, Rows)
    return {tuple(compress(str(row[column])) for column in answer.variables) for row in answer}


# ---- the shipped file ----


@pytest.mark.filterwarnings("ignore")
def test_the_sssom_package_reads_the_same_triples(caplog: pytest.LogCaptureFixture) -> None:
    """The file is valid by the schema of SSSOM, and stands for the graph of mappings and nothing else.

    The package leaves out a row that breaks the schema, and makes up what a header lacks, with a warning.
    """
    sssom_parsers = pytest.importorskip("sssom.parsers")
    from sssom.validators import validate as validate_sssom
    from sssom.writers import to_rdf_graph

    mapping_set = sssom_parsers.parse_sssom_table(str(FILE))
    reports = validate_sssom(mapping_set, fail_on_error=False)
    assert reports
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert mapping_set.metadata["mapping_set_id"] == graph_iri("mappings")
    assert mapping_set.metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {kind: report.results for kind, report in reports.items() if report.results} == {}
    read_by_sssom = {
        (str(subject), str(predicate), str(value))
        for subject, predicate, value in to_rdf_graph(mapping_set, hydrate=True)
        if SKOS_MATCH.fullmatch(str(predicate))
    }
    mappings = ox.NamedNode(graph_iri("mappings"))
    loaded = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in quads(shipped_files())
        if quad.graph_name == mappings
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }
    assert len(loaded) == sum(quad.graph_name == mappings for quad in quads(shipped_files()))
    assert len(loaded) > 1000
    assert read_by_sssom == loaded


def test_rows_are_in_order(table: list[dict[str, str]]) -> None:
    """A new mapping is one line more, in a place that everybody agrees on."""
    order = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in table]
    assert order == sorted(order)


def test_header_declares_what_is_used(table: list[dict[str, str]]) -> None:
    """No prefix is declared that no row needs."""
    columns = ("subject_id", "predicate_id", "object_id", "mapping_justification", "object_source")
    used = {row[column].partition(":")[0] for row in table for column in columns}
    declared = re.findall(r"^#  (\S+): ", read_text(FILE), re.MULTILINE)
    assert declared == sorted(used)


def test_subjects_are_in_the_data(table: list[dict[str, str]], graph: KnowledgeGraph) -> None:
    """Every subject is ours and has the label that the row gives it."""
    answer = graph.query(
        "SELECT ?term ?label WHERE { ?term a ?type ; <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    )
    assert isinstance(answer, Rows)
    labels = {(compress(str(row.term)), str(row.label)) for row in answer}
    assert {(row["subject_id"], row["subject_label"]) for row in table} - labels == set()
    assert {row["subject_id"].partition(":")[0] for row in table} == {"gk", "gkd"}


def test_all_mappings_are_in_the_file() -> None:
    """No other file holds a mapping, but for publications and their records."""
    elsewhere = {
        (file.path.name, str(triple))
        for file in shipped_files()
        if file.path != FILE
        for triple in parse_data(read_text(file.path), file.path)
        if SKOS_MATCH.fullmatch(triple.predicate.value)
        and not (
            isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(PUBLICATION_RECORD)
        )
    }
    assert elsewhere == set()


def test_nothing_else_is_the_same(table: list[dict[str, str]]) -> None:
    """A term that a thing of ours equals in one resource equals no other thing of ours."""
    exact = Counter(row["object_id"] for row in table if row["predicate_id"] == "skos:exactMatch")
    assert [term for term, times in exact.items() if times > 1] == []


def test_justification_is_what_was_done(table: list[dict[str, str]]) -> None:
    """Curated mappings and repeated cross-references are told apart, and a repeated one is never exact."""
    kinds = {row["mapping_justification"] for row in table}
    assert kinds == {"semapv:ManualMappingCuration", "semapv:MappingChaining"}
    for row in table:
        chained = CHAINED.match(row["comment"]) is not None
        assert (row["mapping_justification"] == "semapv:MappingChaining") == chained, row
        assert not (chained and row["predicate_id"] == "skos:exactMatch"), row


@needs_reference
def test_objects_are_in_the_tables(table: list[dict[str, str]], reference: dict[str, dict[str, str]]) -> None:
    """Each label is the one that was read, and where none was read there is none; nothing is obsolete."""
    imported = {term.curie: term for term in read_terms(shipped_root() / "ontology/imports/terms.tsv")}
    unlabelled = Counter[str]()
    for row in table:
        curie, label, comment = row["object_id"], row["object_label"], row["comment"]
        known = reference.get(curie)
        if known and known["official_label"].startswith("(no own label seen"):
            assert (label, "No label of its own was seen" in comment) == ("", True), row
        elif known:
            assert label == known["official_label"], row
            assert not label.startswith("obsolete"), row
        elif curie in imported:
            assert label == imported[curie].label, row
        elif match := CHAINED.match(comment):
            assert curie.partition(":")[2] in reference[match[1]]["note"], row
            assert label == "", row
        else:
            assert (label, "no label was seen" in comment.lower()) == ("", True), row
            unlabelled[curie.partition(":")[0]] += 1
    assert set(unlabelled) == {"EC", "UniProtKB"}


@needs_reference
def test_versions_are_those_of_the_tables(
    table: list[dict[str, str]], reference: dict[str, dict[str, str]]
) -> None:
    """The version of a resource is the release in which the label was read."""
    versions = [row for row in table if row["object_source_version"]]
    assert versions
    for row in versions:
        assert f" {row['object_source_version']}]" in reference[row["object_id"]]["verified_in"], row


@pytest.mark.parametrize(
    "prefix",
    [
        *("CHEBI", "MONDO", "HP", "MESH", "DOID", "UMLS", "NCIT", "KEGG.COMPOUND", "Reactome", "RHEA"),
        *("wikipathways", "GO", "UniProtKB", "HGNC", "FOODON", "SYMP", "ICD10CM"),
    ],
)
def test_every_resource_is_mapped(table: list[dict[str, str]], prefix: str) -> None:
    """Each of the resources that people come from is there."""
    assert any(row["object_id"].startswith(f"{prefix}:") for row in table)


# ---- questions ----


@pytest.mark.parametrize(
    ("term", "chebi"),
    [
        ("glutamine", "CHEBI:18050"),
        ("glutamate-1-minus", "CHEBI:29985"),
        ("glutamate", "CHEBI:16015"),
        ("gaba", "CHEBI:16865"),
        ("ammonia", "CHEBI:16134"),
        ("urea", "CHEBI:16199"),
        ("histamine", "CHEBI:18295"),
        ("monosodium-glutamate", "CHEBI:64220"),
        ("n-acetylcysteine", "CHEBI:28939"),
        ("stroke", "MONDO:0005098"),
        ("amyotrophic-lateral-sclerosis", "MONDO:0004976"),
        ("epilepsy", "MONDO:0005027"),
        ("autism", "MONDO:0005260"),
        ("parkinson-disease", "MONDO:0005180"),
        ("alzheimer-disease", "MONDO:0004975"),
        ("multiple-sclerosis", "MONDO:0005301"),
    ],
)
def test_a_term_leads_out_and_back(graph: KnowledgeGraph, term: str, chebi: str) -> None:
    """The molecules (CQ25) and diseases (CQ26) of the inventory are found from both sides."""
    out = pairs(graph, "mappings-of-term", term=f"gkd:{term}")
    assert ("exact match", chebi) in {(relation, other) for _, relation, other in out}
    back = pairs(graph, "term-of-mapping", other=chebi)
    assert [(thing, relation) for thing, _, relation in back if relation == "exact match"] == [
        (f"gkd:{term}", "exact match")
    ]


def test_a_term_without_labels_in_the_graph_leads_back(graph: KnowledgeGraph) -> None:
    """A CURIE of a resource that is not imported is enough."""
    assert pairs(graph, "term-of-mapping", other="UMLS:C0002736") == {
        ("gkd:amyotrophic-lateral-sclerosis", "amyotrophic lateral sclerosis", "close match")
    }


# ---- reading ----


def test_a_row_is_a_triple() -> None:
    """Subject, relation and object of the row are those of the triple, and it alone is stated."""
    (triple,) = parse_data(HEADER + COLUMNS + row(), "mappings.sssom.tsv")
    terms = ("gkd:gaba", "skos:exactMatch", "CHEBI:16865")
    assert triple == ox.Triple(*(ox.NamedNode(expand(term)) for term in terms))


def test_lines_may_end_as_on_windows() -> None:
    """Carriage returns are no part of a cell."""
    text = (HEADER + COLUMNS + row()).replace("\n", "\r\n")
    assert parse_sssom(text, "a.sssom.tsv") == parse_sssom(HEADER + COLUMNS + row(), "a.sssom.tsv")


@pytest.mark.parametrize("relation", MAPPING_RELATIONS)
def test_every_relation_is_read(relation: str) -> None:
    """All five relations of SKOS that map are known."""
    (triple,) = parse_sssom(HEADER + COLUMNS + row(predicate_id=relation), "a.sssom.tsv")
    assert triple.predicate.value == expand(relation)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (HEADER, 6, "The columns must be subject_id, subject_label,"),
        (HEADER + COLUMNS.replace("comment", "remark") + row(), 6, "The columns must be subject_id,"),
        (HEADER + row(), 6, "The columns must be"),
        (HEADER + COLUMNS + row() + "gkd:gaba\tGABA\n", 8, "A row has 9 cells, this one has 2."),
        (HEADER + COLUMNS + "\n" + row(), 7, "A row has 9 cells, this one has 1."),
        (HEADER + COLUMNS + row(subject_label=""), 7, "subject_label is empty; fill it in."),
        (HEADER + COLUMNS + row(predicate_id="skos:sameMatch"), 7, "choose skos:exactMatch,"),
        (HEADER + COLUMNS + row(predicate_id="owl:sameAs"), 7, "'owl:sameAs' is not a mapping relation"),
        (HEADER + COLUMNS + row(object_id="CHEBY:16865"), 7, "Did you mean CHEBI?"),
        (HEADER + COLUMNS + row(object_id="CHEBI:"), 7, "something must follow the colon"),
        (HEADER + COLUMNS + row(object_id="GABA"), 7, "'GABA' is neither a CURIE"),
        (HEADER + COLUMNS + row(object_id="MONDO:0005098"), 7, "#  MONDO: http://purl.obolibrary.org/"),
        (HEADER + COLUMNS + row(object_id="http://example.org/x"), 7, "is no CURIE of the header"),
        (HEADER + COLUMNS + row(mapping_justification="by hand"), 7, "'by hand' is neither a CURIE"),
        (HEADER + COLUMNS + row() + row(), 8, "are mapped in line 7 too; keep one row."),
        (HEADER + COLUMNS + row() + row(predicate_id="skos:closeMatch"), 8, "gkd:gaba and CHEBI:16865 are"),
        (
            HEADER + "#  nowhere: http://example.org/\n" + COLUMNS,
            6,
            "nowhere (http://example.org/) is no prefix",
        ),
        (HEADER + "#  HP: http://example.org/\n" + COLUMNS, 6, "HP stands for http://purl.obolibrary.org"),
        (COLUMNS + row(), 2, "gkd:gaba is no CURIE of the header"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, message: str) -> None:
    """A faulty table is refused with one sentence that says where and what to do."""
    with pytest.raises(SourceError) as caught:
        parse_sssom(text, "a.sssom.tsv")
    assert str(caught.value).startswith(f"a.sssom.tsv:{line}: ")
    assert message in str(caught.value)


def test_turtle_is_not_taken_for_a_table() -> None:
    """The name of the file decides, in both directions."""
    turtle = "<http://example.org/s> a <http://example.org/C> ."
    assert parse_data(turtle, "a.ttl") == parse_turtle(turtle, "a.ttl")
    with pytest.raises(SourceError, match="The columns must be"):
        parse_data(turtle, "a.sssom.tsv")


@pytest.fixture
def mappings_file(tmp_path: Path) -> Callable[[str], ShippedFile]:
    """Give a function that writes rows into an SSSOM file of the graph of mappings."""

    def write(rows: str) -> ShippedFile:
        path = tmp_path / "mappings.sssom.tsv"
        path.write_text(HEADER + COLUMNS + rows, encoding="utf-8")
        return ShippedFile(path, "mappings")

    return write


def test_cache_notices_a_changed_mapping(mappings_file: Callable[[str], ShippedFile], tmp_path: Path) -> None:
    """Another relation in the file is another store."""
    closely = ox.NamedNode(expand("skos:closeMatch"))
    before = open_cached([mappings_file(row())], tmp_path / "cache")
    after = open_cached([mappings_file(row(predicate_id="skos:closeMatch"))], tmp_path / "cache")
    assert before.location != after.location
    assert not list(before.store.quads_for_pattern(None, closely, None, None))
    assert list(after.store.quads_for_pattern(None, closely, None, None))


def test_validation_reads_mappings(mappings_file: Callable[[str], ShippedFile]) -> None:
    """A user's SSSOM file is held to the shapes: a mapping of something unknown is reported."""
    assert validate([mappings_file(row()).path]).conforms
    report = validate([mappings_file(row(subject_id="gkd:gabba")).path])
    assert [(result.focus, result.path) for result in report.results] == [("gkd:gabba", "rdf:type")]
