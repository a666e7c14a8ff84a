"""Mappings of other people: each row is a triple, with prefixes of their own; what is denied is no match."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from glutakg.errors import SourceError
from glutakg.linking.conversion import convert

HEAD = """\
#curie_map:
#  A: http://a.org/
#  CHEBI: http://purl.obolibrary.org/obo/CHEBI_
#license: https://creativecommons.org/publicdomain/zero/1.0/
"""
COLUMNS = "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tobject_type\n"
LEXICAL = "semapv:LexicalMatching"
ROWS = [
    ("A:1", "skos:exactMatch", "", "CHEBI:15891", LEXICAL, ""),
    ("A:1", "owl:equivalentClass", "", "A:2", LEXICAL, "owl class"),
    ("A:1", "skos:exactMatch", "Not", "CHEBI:16865", LEXICAL, ""),
    ("A:3", "skos:exactMatch", "", "sssom:NoTermFound", LEXICAL, ""),
    ("A:3", "skos:exactMatch", "", "taurine", LEXICAL, "rdfs literal"),
    ("http://b.org/4", "semapv:crossSpeciesExactMatch", "", "A:1", LEXICAL, ""),
]


def table(*rows: tuple[str, ...], head: str = HEAD) -> bytes:
    """Return a table of these rows."""
    return (head + COLUMNS + "".join("\t".join(row) + "\n" for row in rows)).encode()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_rows_become_triples(tmp_path: Path, end: bytes) -> None:
    """By their own prefixes and any predicate; what states nothing is counted."""
    path = tmp_path / "m.txt"
    path.write_bytes(table(*ROWS).replace(b"\n", end))
    found = convert(path, path.name, tmp_path / "out.nt")
    assert (found.format, found.triples) == ("SSSOM", 3)
    triples = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in ox.parse(path=str(tmp_path / "out.nt"))
    }
    skos, obo = "http://www.w3.org/2004/02/skos/core#", "http://purl.obolibrary.org/obo/"
    assert triples == {
        ("http://a.org/1", f"{skos}exactMatch", f"{obo}CHEBI_15891"),
        ("http://a.org/1", "http://www.w3.org/2002/07/owl#equivalentClass", "http://a.org/2"),
        ("http://b.org/4", "https://w3id.org/semapv/vocab/crossSpeciesExactMatch", "http://a.org/1"),
    }
    assert found.notes == [
        "Rows that found no term, and state nothing here: 1.",
        "Rows that map a text, and state nothing here: 1.",
        "Rows that say what is no match, and state nothing here: 1.",
    ]


@pytest.mark.parametrize(
    "map",
    [
        "{A: http://a.org/, CHEBI: http://purl.obolibrary.org/obo/CHEBI_} # ours",
        '{"A":"http://a.org/"}',
        "{ }",
    ],
)
def test_a_map_of_prefixes_may_stand_in_one_line(tmp_path: Path, map: str) -> None:
    """As YAML has it; what it lacks is that of the project, or is told."""
    path = tmp_path / "m.tsv"
    path.write_bytes(table(*ROWS, head=f"#curie_map: {map}\n#license: x\n"))
    if "A" in map:
        assert convert(path, path.name, tmp_path / "out.nt").triples == 3
    else:
        with pytest.raises(SourceError, match=r":4: 'A:1' is no CURIE with a prefix of the curie_map"):
            convert(path, path.name, tmp_path / "out.nt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (table(("B:1", "skos:exactMatch", "", "A:2", LEXICAL, "")), r":6: 'B:1' is no CURIE with a prefix"),
        (table(("A:1", "skos:exactMatch", "", "A:2")), r":6: The row has 4 cells and the table 6 columns"),
        (table(("A:1", "skos:exactMatch", "Maybe", "A:2", LEXICAL, "")), r"'Maybe' is no predicate_modifier"),
        (table(("A:1 2", "skos:exactMatch", "", "A:2", LEXICAL, "")), r":6: "),
        (table(*ROWS, head="#curie_map: {A: http://a.org/, B}\n"), r":1: 'B' is no prefix with its IRI"),
        (table(*ROWS, head="#curie_map: A\n"), r":1: 'A' is no prefix with its IRI"),
        (table(ROWS[2]), "SSSOM without any statement"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """With the line and what to do."""
    path = tmp_path / "m.tsv"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=message):
        convert(path, path.name, tmp_path / "out.nt")


def test_a_late_byte_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Beyond what the format is told by."""
    path = tmp_path / "m.tsv"
    path.write_bytes(table(*ROWS[:1] * 2_000) + b"\xff")
    with pytest.raises(SourceError, match="This is not UTF-8"):
        convert(path, path.name, tmp_path / "out.nt")
