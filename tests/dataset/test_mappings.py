"""The mappings are a valid SSSOM table, say what their sources say, and are the only matches in the data."""

import csv
import json
import re
import warnings
from collections import Counter
from functools import cache, partial
from pathlib import Path

import pyoxigraph
import pytest
from answers import answers, as_it_is
from click.testing import CliRunner
from places import REFERENCE, SHARED

from glutakg import KnowledgeGraph
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.mappings import MAPPING_PREDICATES, parse_mappings
from glutakg.dataset.shipped import ShippedFile, shipped_root
from glutakg.errors import SourceError
from glutakg.files import read_text
from glutakg.linking.tables import read_tables
from glutakg.rdf.prefixes import PREFIXES, compress, expand
from glutakg.shacl.validation import validate as validate_shapes
from glutakg.sparql.rows import Rows
from glutakg.store.cache import open_cached

TABLE = shipped_root() / "data" / "mappings" / "glutakg.sssom.tsv"
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
ROW = "gkd:taurine\tskos:exactMatch\tCHEBI:15891\tsemapv:ManualMappingCuration\n"
VOCABULARIES = {
    *("CHEBI", "DOID", "HP", "MESH", "MONDO", "NCIT", "RHEA", "Reactome"),
    *("UMLS", "kegg", "wikipathways"),
}
CHAINED = re.compile(r"Cross-reference of (\S+:\w+)(?:\.|; no label was seen with it\.)")

with warnings.catch_warnings():  # the package speaks to an older pandas
    warnings.simplefilter("ignore")
    from sssom.cli import main as sssom
    from sssom.constants import SchemaValidationType
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

pytestmark = pytest.mark.filterwarnings("ignore")


needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here"
)


@cache
def reference() -> dict[str, dict[str, str]]:
    """Return the rows of the table of terms, by CURIE."""
    with (REFERENCE / "terms.tsv").open(encoding="utf-8", newline="") as file:
        return {row["curie"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


def table_rows() -> list[dict[str, str]]:
    """Return the rows of the shipped table."""
    lines = [line for line in read_text(TABLE).splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


rows = partial(answers, written=as_it_is)


def test_the_table_is_valid_sssom(caplog: pytest.LogCaptureFixture) -> None:
    """The schema, the prefixes and the form of every CURIE are as SSSOM asks.

    The package warns of what breaks the schema, and leaves it out before it validates.
    """
    kinds = [
        SchemaValidationType.JsonSchema,
        SchemaValidationType.PrefixMapCompleteness,
        SchemaValidationType.StrictCurieFormat,
    ]
    reports = validate(parse_sssom_table(str(TABLE)), kinds, fail_on_error=False)
    assert {str(kind): report.results for kind, report in reports.items() if report.results} == {}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == []


def test_the_tool_of_sssom_takes_the_table(tmp_path: Path) -> None:
    """It parses, validates, converts and merges the table without complaint, and no row is lost."""
    parsed, merged, converted = (str(tmp_path / name) for name in ("parsed.tsv", "merged.tsv", "table.json"))
    for arguments in (
        ["parse", str(TABLE), "-o", parsed],
        ["validate", str(TABLE)],
        ["convert", str(TABLE), "-o", converted, "--output-format", "json"],
        ["merge", str(TABLE), parsed, "-o", merged],
    ):
        result = CliRunner().invoke(sssom, arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
    assert len(json.loads(Path(converted).read_text(encoding="utf-8"))["mappings"]) == len(table_rows())
    for name in (parsed, merged):
        assert len(parse_sssom_table(name).df) == len(table_rows()), name


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
    labels = rows(graph, "?s a ?type ; rdfs:label ?label", "s", "label")
    assert {(expand(row["subject_id"]), row["subject_label"]) for row in table_rows()} <= labels
    assert {row["subject_id"].partition(":")[0] for row in table_rows()} == {"gk", "gkd"}


def test_linksets_are_of_all_mappings(graph: KnowledgeGraph) -> None:
    """VoID tells to which ontology or database each mapping leads, and in which release that was seen."""
    found = rows(
        graph,
        "?l a void:Linkset ; void:linkPredicate ?p ; void:objectsTarget ?target ; void:triples ?n . "
        "?target void:uriSpace ?space . OPTIONAL { ?target owl:versionInfo ?release }",
        *("p", "space", "n", "release"),
    )
    stated = Counter(
        (expand(row["predicate_id"]), PREFIXES[row["object_id"].partition(":")[0]]) for row in table_rows()
    )
    mapped = {predicate for predicate, _ in stated}
    assert {(str(p), str(space)): int(str(n)) for p, space, n, _ in found if str(p) in mapped} == stated
    releases = {str(space): str(release) for _, space, _, release in found if release is not None}
    assert releases[PREFIXES["CHEBI"]].startswith("release ")
    assert releases[PREFIXES["DOID"]] in {row["object_source_version"] for row in table_rows()}
    types = {str(space) for p, space, _, _ in found if str(p).endswith("#type")}
    assert {PREFIXES["GO"], PREFIXES["MONDO"], PREFIXES["CL"]} <= types


def numbers_of_steps() -> set[str]:
    """Return the numbers that the table of steps gives."""
    with (REFERENCE / "steps.tsv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    numbers = {
        number for row in table for text in row.values() for number in re.findall(r"(?:CHEBI|RHEA):\d+", text)
    }
    numbers |= {f"EC:{number}" for row in table for number in row["ec"].split("; ")}
    proteins = [re.findall(r"\(([A-Z]\w{5})\)", row["protein_HGNC(UniProt)"]) for row in table]
    metabolites = re.findall(r"CHEBI:\d+", (SHARED / "flux" / "additions.tsv").read_text(encoding="utf-8"))
    return numbers.union(metabolites, (f"UniProtKB:{accession}" for found in proteins for accession in found))


@cache
def identifiers_of_variants() -> str:
    """Return the table of variants and drugs, in which identifiers stand."""
    return (REFERENCE / "variants_drugs.tsv").read_text(encoding="utf-8")


def is_read_in_a_record(row: dict[str, str]) -> bool:
    """Tell whether the comment names the record in which identifier and label were read together."""
    if row["comment"].partition("Label and identifier together in ")[2]:
        return True
    named = re.search(r"Identifier as in \S+/\S+ \S+\.$", row["comment"]) is not None
    return named and row["object_id"] in identifiers_of_variants()


@needs_reference
def test_objects_are_in_the_tables_under_their_labels() -> None:
    """Each label is the one that was read; where none was read, the comment says where the number was."""
    known = reference()
    tables = read_tables(shipped_root() / "ontology" / "imports")
    imported = {curie: term.label for curie, term in tables.terms.items()}
    elsewhere: set[str] = set()
    for row in table_rows():
        term, label, comment = row["object_id"], row["object_label"], row["comment"]
        official = imported.get(term) or known.get(term, {}).get("official_label")
        if official is None and label:
            assert is_read_in_a_record(row), row
        elif official is None:
            assert (label, "o label was seen" in comment) == ("", True), row
            if match := CHAINED.match(comment):
                assert term.partition(":")[2] in known[match[1]]["note"], row
            else:
                elsewhere.add(term)
        elif official.startswith("(no own label seen"):
            assert (label, "No label of its own was seen" in comment) == ("", True), row
        else:
            assert label == official, row
    assert elsewhere
    assert elsewhere <= numbers_of_steps()


@needs_reference
def test_versions_are_those_of_the_tables() -> None:
    """The version of a resource is the release in which the label was read."""
    versions = [row for row in table_rows() if row["object_source_version"]]
    assert versions
    terms = read_tables(shipped_root() / "ontology" / "imports").terms
    for row in versions:
        term, version = row["object_id"], row["object_source_version"]
        in_slice = term in terms and terms[term].release.endswith(f" {version}")
        in_table = f" {version}]" in reference().get(term, {}).get("verified_in", "")
        assert in_slice or in_table or is_read_in_a_record(row), row


def test_a_repeated_cross_reference_is_told_from_a_curated_mapping() -> None:
    """The justification says what was done, and a mapping that is only repeated is never exact."""
    for row in table_rows():
        chained = CHAINED.match(row["comment"]) is not None
        kind = "MappingChaining" if chained else "ManualMappingCuration"
        assert row["mapping_justification"] == f"semapv:{kind}", row
        assert not (chained and row["predicate_id"] == "skos:exactMatch"), row


def test_what_matches_exactly_was_read_under_its_label() -> None:
    """An identifier alone makes no exact match; where a label is missing, the comment says so."""
    bare = [row for row in table_rows() if not row["object_label"]]
    assert {row["predicate_id"] for row in bare} == {"skos:closeMatch", "skos:narrowMatch"}
    assert all("abel was seen" in row["comment"] or "abel of its own" in row["comment"] for row in bare)
    assert {row["object_id"].partition(":")[0] for row in bare} == {"NCIT", "RHEA", "UMLS", "kegg"}


def test_two_things_are_not_the_same_term() -> None:
    """A term elsewhere equals at most one thing of ours."""
    exact = Counter(row["object_id"] for row in table_rows() if row["predicate_id"] == "skos:exactMatch")
    assert [term for term, times in exact.items() if times > 1] == []


def test_a_thing_relates_to_a_term_in_one_way() -> None:
    """No pair stands in the table under two predicates."""
    pairs = Counter((row["subject_id"], row["object_id"]) for row in table_rows())
    assert [pair for pair, times in pairs.items() if times > 1] == []


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
    assert stated.pop("glutakg") == '"https://w3id.org/glutakg/"'  # whose ontology the subjects are of
    assert '# subject_source: "glutakg:ontology"' in read_text(TABLE)
    assert {name: iri.strip('"') for name, iri in stated.items()}.items() <= PREFIXES.items()
    columns = ("subject_id", "predicate_id", "object_id", "mapping_justification", "object_source")
    assert set(stated) == {row[column].partition(":")[0] for row in table_rows() for column in columns}


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


@pytest.mark.parametrize(
    ("term", "match"),
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
def test_a_term_leads_out_and_back(graph: KnowledgeGraph, term: str, match: str) -> None:
    """The molecules (CQ25) and diseases (CQ26) of the inventory are found from both sides."""
    out = graph.run("mappings-of-term", term=f"gkd:{term}")
    back = graph.run("things-matching-term", match=match)
    assert isinstance(out, Rows)
    assert isinstance(back, Rows)
    assert ("exactMatch", match) in {(str(row.closeness), compress(str(row.match))) for row in out}
    same = [compress(str(row.ours)) for row in back if str(row.closeness) == "exactMatch"]
    assert same == [f"gkd:{term}"]


def test_the_cache_notices_a_changed_mapping(tmp_path: Path) -> None:
    """Another predicate in the file makes another store."""
    path = tmp_path / "t.sssom.tsv"
    path.write_text(HEAD + ROW, encoding="utf-8")
    before = open_cached([ShippedFile(path, "mappings")], tmp_path / "cache")
    path.write_text(HEAD + ROW.replace("exact", "close"), encoding="utf-8")
    after = open_cached([ShippedFile(path, "mappings")], tmp_path / "cache")
    closely = f"ASK {{ ?s {pyoxigraph.NamedNode(expand('skos:closeMatch'))} ?o }}"
    assert before.location != after.location
    assert not before.backend.query(closely)
    assert after.backend.query(closely)


def test_a_mapping_of_something_unknown_is_not_valid(tmp_path: Path) -> None:
    """A user's table is held to the shapes, which know what is in the data."""
    path = tmp_path / "t.sssom.tsv"
    path.write_text(HEAD + ROW, encoding="utf-8")
    assert validate_shapes([path]).conforms
    path.write_text(HEAD + ROW.replace("taurine", "taurin"), encoding="utf-8")
    report = validate_shapes([path])
    assert [(result.focus, result.path) for result in report.results] == [("gkd:taurin", "rdf:type")]


def test_what_does_not_match_is_no_match() -> None:
    """A row with the modifier `Not` becomes no triple; one without it does."""
    head = HEAD.replace("\tmapping_justification", "\tmapping_justification\tpredicate_modifier")
    other = ROW.replace("CHEBI:15891", "CHEBI:18243")
    text = f"{head}{ROW.rstrip()}\tNot\n{other.rstrip()}\t\n"
    assert [str(each.object) for each in parse_mappings(text, "t.sssom.tsv")] == [
        "<http://purl.obolibrary.org/obo/CHEBI_18243>"
    ]


@pytest.mark.parametrize(
    "header",
    [
        "#curie_map:\n#  mine: https://a.org/\n#  CHEBI: 'https://b.org/CHEBI_'\n#license: https://c.org/\n",
        '# license: https://c.org/\n# curie_map:\n#   mine: "https://a.org/"  # ours\n#   CHEBI: https://b.org/CHEBI_\n',
        "#curie_map:\n# mine: https://a.org/\r\n#\n# CHEBI: https://b.org/CHEBI_\n# # no more\n",
    ],
)
def test_the_prefixes_of_a_table_count(header: str) -> None:
    """What a table declares goes before what the project does, however the header is laid out."""
    [triple] = parse_mappings(header + HEAD + ROW.replace("gkd:", "mine:"), "t.sssom.tsv")
    assert str(triple.subject) == "<https://a.org/taurine>"
    assert str(triple.object) == "<https://b.org/CHEBI_15891>"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#curie_map: {mine}\n" + HEAD + ROW, r":1: 'mine' is no prefix with its IRI"),
        ("#curie_map:\n#  mine\n" + HEAD + ROW, r":2: 'mine' is no prefix with its IRI"),
        ("#curie_map:\n#  gkd: not-an-iri/\n" + HEAD + ROW, r":4: 'gkd:taurine': .* nor an IRI"),
        (
            HEAD.rstrip() + "\tpredicate_modifier\n" + ROW.rstrip() + "\tnot\n",
            r":2: 'not' is no predicate_modifier",
        ),
    ],
)
def test_a_header_or_modifier_that_cannot_be_read_is_told(text: str, message: str) -> None:
    """Nothing that a table says is passed over."""
    with pytest.raises(SourceError, match=r"t\.sssom\.tsv" + message):
        parse_mappings(text, "t.sssom.tsv")
