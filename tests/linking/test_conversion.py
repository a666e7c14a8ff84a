"""Ontologies in every format become the same triples; what is broken or made to harm is refused."""

import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pyhornedowl
import pyoxigraph as ox
import pytest
import zstandard
from places import SHARED
from triples import facts

from glutakg.errors import SourceError
from glutakg.linking.conversion import convert
from glutakg.linking.formats import format_of
from glutakg.linking.making import _convert

TURTLE = """\
@prefix : <http://purl.obolibrary.org/obo/> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:tiny.owl a owl:Ontology ; owl:versionIRI <http://purl.obolibrary.org/obo/tiny/2026/tiny.owl> .
:A_1 a owl:Class ; rdfs:label "one" ; rdfs:subClassOf :A_2 .
:A_2 a owl:Class ; rdfs:label "two" ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :A_3
    [ a owl:Restriction ; owl:onProperty :BFO_0000050 ; owl:someValuesFrom :A_1 ] ) ] .
:A_3 a owl:Class ; rdfs:label "three" .
:BFO_0000050 a owl:ObjectProperty .
"""
OBO = """\
format-version: 1.2
ontology: tiny
data-version: 2026

[Term]
id: A:1
name: one
is_a: A:2 ! two

[Term]
id: A:2
name: two
intersection_of: A:3
intersection_of: part_of A:1

[Term]
id: A:3
name: three

[Typedef]
id: part_of
xref: BFO:0000050
"""
GRAPH_JSON = {
    "graphs": [
        {
            "id": "http://purl.obolibrary.org/obo/tiny.owl",
            "meta": {"version": "http://purl.obolibrary.org/obo/tiny/2026/tiny.owl"},
            "nodes": [
                {"id": f"http://purl.obolibrary.org/obo/A_{number}", "type": "CLASS", "lbl": label}
                for number, label in ((1, "one"), (2, "two"), (3, "three"))
            ]
            + [{"id": "http://purl.obolibrary.org/obo/BFO_0000050", "type": "PROPERTY"}],
            "edges": [
                {
                    "sub": "http://purl.obolibrary.org/obo/A_1",
                    "pred": "is_a",
                    "obj": "http://purl.obolibrary.org/obo/A_2",
                }
            ],
            "logicalDefinitionAxioms": [
                {
                    "definedClassId": "http://purl.obolibrary.org/obo/A_2",
                    "genusIds": ["http://purl.obolibrary.org/obo/A_3"],
                    "restrictions": [
                        {
                            "propertyId": "http://purl.obolibrary.org/obo/BFO_0000050",
                            "fillerId": "http://purl.obolibrary.org/obo/A_1",
                        }
                    ],
                }
            ],
        }
    ]
}


def written(format: ox.RdfFormat) -> bytes:
    """Return the ontology in a format of RDF."""
    quads = ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)
    data = ox.serialize([quad.triple for quad in quads], format=format)
    assert data is not None
    return data


def by_horned(serialization: Literal["ofn", "owx"]) -> bytes:
    """Return the ontology as py-horned-owl writes it."""
    ontology = pyhornedowl.open_ontology_from_string(written(ox.RdfFormat.RDF_XML).decode(), "owl")
    text: str = ontology.save_to_string(serialization)
    return text.encode()


FORMATS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "turtle": ("Turtle", lambda: TURTLE.encode()),
    "bom": ("Turtle", lambda: b"\xef\xbb\xbf" + TURTLE.encode()),
    "rdf-xml": ("RDF/XML", lambda: written(ox.RdfFormat.RDF_XML)),
    "n-triples": ("N-Triples", lambda: written(ox.RdfFormat.N_TRIPLES)),
    "n-quads": (
        "N-Quads",
        lambda: written(ox.RdfFormat.N_TRIPLES).replace(b" .\n", b" <http://a.org/g> .\n"),
    ),
    "trig": (
        "TriG",
        lambda: TURTLE.replace(":tiny.owl a", "<http://a.org/g> { :tiny.owl a").encode() + b"}",
    ),
    "json-ld": ("JSON-LD", lambda: written(ox.RdfFormat.JSON_LD)),
    "functional": ("OWL functional syntax", lambda: by_horned("ofn")),
    "owl-xml": ("OWL/XML", lambda: by_horned("owx")),
    "obo": ("OBO", OBO.encode),
    "obo-graphs": ("OBO Graph JSON", lambda: json.dumps(GRAPH_JSON).encode()),
}


def plain(path: Path) -> set[str]:
    """Return the triples of a file, but for identifiers of OBO."""
    return {each for each in facts(path) if not any("oboInOwl" in part for part in each.split(" ")[:2])}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<urn:a> <urn:b> <urn:c> .", "N-Triples"),
        ("<urn:a> <urn:b> <urn:c> <urn:d> .", "N-Quads"),
        ("<info:doi/10.1> a <urn:c> .", "Turtle"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "RDF/XML"),
    ],
)
def test_an_iri_is_no_element_of_xml(text: str, told: str) -> None:
    """Its scheme looks like a prefix, which XML would declare in the same tag."""
    assert format_of(text.encode(), "a file") == told


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("<urn:a> <urn:b> <urn:c> .\n", "<urn:a> <urn:b> <urn:d> .", "N-Triples"),
        ("<urn:a> <urn:b> <urn:c> .\n", "<urn:a> <urn:b> <urn:d> <urn:g> .", "N-Quads"),
        ("<urn:a> <urn:b> <urn:c> .\n", "<urn:a> a <urn:d> .", "Turtle"),
        ("<urn:a> <urn:b> <urn:c> .\n", "<urn:g> { <urn:a> a <urn:d> }", "TriG"),
        ("<urn:a> a <urn:c> .\n", "<urn:a> a <urn:d> .", "Turtle"),
        ("<urn:a> a <urn:c> .\n", "<urn:g> { <urn:a> a <urn:d> }", "TriG"),
        ("<urn:a> <urn:b> <urn:c> <urn:g> .\n", "<urn:g> { <urn:a> a <urn:d> }", ""),
    ],
)
def test_a_format_is_told_by_the_whole_file(start: str, end: str, told: str, tmp_path: Path) -> None:
    """What it goes on with may be of another format than what it begins with."""
    path = tmp_path / "a.txt"
    path.write_text(start * 5_000 + end, encoding="utf-8")
    if told:
        found = convert(path, path.name, tmp_path / "out.nt")
        assert (found.format, found.triples) == (told, 5_001)
    else:
        with pytest.raises(SourceError, match=r"a\.txt:5001: This is not N-Quads"):
            convert(path, path.name, tmp_path / "out.nt")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_the_same(format: str, tmp_path: Path) -> None:
    """The format is told by the content, and the triples are those of the others."""
    told, write = FORMATS[format]
    path, expected = tmp_path / "tiny.txt", tmp_path / "expected.nt"
    path.write_bytes(write())
    expected.write_bytes(written(ox.RdfFormat.N_TRIPLES))
    found = convert(path, path.name, tmp_path / "out.nt")
    assert (found.format, found.ontology) == (told, "http://purl.obolibrary.org/obo/tiny.owl")
    assert found.version == "http://purl.obolibrary.org/obo/tiny/2026/tiny.owl"
    assert found.graphs == (1 if format in ("n-quads", "trig") else 0)
    assert plain(tmp_path / "out.nt") == plain(expected)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        *("expected.nt", "out.nt", "tiny.txt", "xrefs.nt")
    ]


def zipped(data: bytes, name: str = "folder/tiny.owl") -> bytes:
    """Return an archive with one file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, data)
    return archive.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "several gzip": lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]),
    "xz": lzma.compress,
    "zip": zipped,
    "zstd": zstandard.compress,
    "several zstd": lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:]),
}


@pytest.mark.parametrize("packing", PACKED)
def test_every_packing_is_opened(packing: str, tmp_path: Path) -> None:
    """What is packed is read as what it holds; what is cut off is not taken for whole."""
    packed = PACKED[packing](TURTLE.encode() + os.urandom(9_999).hex().join(("#", "\n")).encode())
    path = tmp_path / "tiny.owl"
    path.write_bytes(packed)
    assert convert(path, path.name, tmp_path / "out.nt").triples == 20
    path.write_bytes(packed[: len(packed) * 2 // 3])
    with pytest.raises(SourceError, match=r"tiny\.owl: (The archive is cut off|The file cannot be read)"):
        convert(path, path.name, tmp_path / "out.nt")


TOO_LONG = "A line or text in it has more than 16,000,000 bytes"
XML = (
    '<?xml version="1.0"?>\n<!DOCTYPE rdf:RDF [{}]>\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://a.org/a">'
    "<rdf:value>&a;</rdf:value></rdf:Description></rdf:RDF>"
)
BOMB = '<!ENTITY b "{}"><!ENTITY c "{}"><!ENTITY a "{}">'.format("x" * 99, "&b;" * 99, "&c;" * 99)
LONG = {
    "Turtle": (b"<http://a.org/a> <http://a.org/b> '", "is too long"),
    "Turtle in an archive": (b'<http://a.org/a> <http://a.org/b> "', "is too long"),
    "N-Triples": (
        b"<http://a.org/a> <http://a.org/b> <http://a.org/c> .\n" * 2_000
        + b'<http://a.org/a> <http://a.org/b> "',
        "is too long",
    ),
    "JSON-LD": (b'{"@id": "http://a.org/a", "http://a.org/b": "', "is too long"),
    "OBO": (b"format-version: 1.2\nremark: ", "A line has more than 16,000,000 bytes"),
    "OBO Graph JSON": (b'{"graphs": [{"id": "', TOO_LONG),
    "OWL/XML": (b'<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="', TOO_LONG),
    "RDF/XML": (XML.encode().partition(b"&a;")[0], TOO_LONG),
    "RDF/XML in an archive": (XML.encode().partition(b"&a;")[0], TOO_LONG),
    "SSSOM": (b"subject_id\tpredicate_id\tobject_id\n", TOO_LONG),
    "functional syntax": (b'Ontology(\nAnnotationAssertion(<http://a.org/a> <http://a.org/b> "', TOO_LONG),
}
"""How a line or text begins that does not end, and what is said of it."""
DEEP = {
    "XML": (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://a.org/">',
        b"<a><b>",
        b"",
    ),
    "JSON": (b'{"graphs":', b"[", b"]"),
    "terms": (b"<http://a.org/a> <http://a.org/b> ", b"<<( <http://a.org/a> <http://a.org/b> ", b" )>>"),
    "OWL": (b"Ontology(SubClassOf(<http://a.org/a> ", b"ObjectComplementOf(", b")"),
}
HOSTILE: dict[str, tuple[bytes, str]] = {
    "entities that expand": (XML.format(BOMB).encode(), "Its entity c stands for 10,098 characters"),
    "an entity elsewhere": (XML.format('<!ENTITY a SYSTEM "file:///etc/passwd">').encode(), "lies elsewhere"),
    "a long head": (
        XML.format(f"<!-- {'x' * 70_000} --><!ENTITY a 'b'>").encode(),
        "head of this XML document",
    ),
    "XML cut off": (written(ox.RdfFormat.RDF_XML)[:-20], "The file is cut off"),
    **{
        f"deep {kind}": (a + b * 99_999 + b"1" + c * 99_999, "too deeply") for kind, (a, b, c) in DEEP.items()
    },
    "a remote context": (
        b'{"@context": "http://127.0.0.1:9/", "@id": "http://a.org/a"}',
        "Its @context lies elsewhere, and is not fetched; put the context itself into the file",
    ),
    "a path in an archive": (
        zipped(b"<a> <b> <c> .", "../../a.ttl"),
        r"names a file outside of itself \(\.\./\.\./a\.ttl\)",
    ),
    "an archive of nothing": (b"PK\x05\x06" + bytes(18), "holds 0 files"),
    "an archive that fills a disk": (
        gzip.compress(b"#\n" * 60_000_000),
        "unpacks to more than 250 times",
    ),
    "another encoding": ("<http://a.org/a> <http://a.org/b> 'é' .".encode("latin-1"), "This is not UTF-8"),
    "UTF-16": ("<http://a.org/a> <http://a.org/b> 'é' .".encode("utf-16"), "This is not text in UTF-8"),
    "a late fault": (b"ontology: a\n" + b"!\n" * 99_999 + b"remark: \xe9", ":100001: This is not UTF-8"),
    "a page": (b"<!DOCTYPE html>\n<html><body>404</body></html>", "This is a page of HTML"),
    "other XML": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", r"neither RDF/XML nor OWL/XML"),
    "a relative IRI": (b"<a> <b> <c> .\n", "No scheme found"),
    "more after an archive": (gzip.compress(b"#\n") + b"#\n", "Something else follows the archive"),
    "Manchester syntax": (b"Prefix: : <http://a.org/>\n", "This is Manchester syntax"),
    "nothing": (b" \n", "This is empty"),
    "comments": (b"# nothing\n", "without any statement"),
    "bytes": (bytes(range(128, 256)), "This is not UTF-8"),
    "text": (b"Dear Sir or Madam,\n", "This is not Turtle"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_harm_is_refused(kind: str, tmp_path: Path) -> None:
    """One sentence says why; the process that reads may end, not the one that asked."""
    data, sentence = HOSTILE[kind]
    path = tmp_path / "bad.owl"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=sentence) as caught:
        _convert(path, "bad.owl", "0", tmp_path)
    assert str(caught.value).startswith("bad.owl")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", LONG)
def test_a_text_without_end_is_refused(kind: str, tmp_path: Path) -> None:
    """However its format is read, before there is too little memory.

    `GLUTAKG_LONG_TEXT` is how many bytes it has, such as 2000000000.
    """
    start, sentence = LONG[kind]
    path = tmp_path / "bad.owl"
    left = int(os.environ.get("GLUTAKG_LONG_TEXT", "20_000_000"))
    with gzip.open(path, "wb", 1) if "archive" in kind else path.open("wb") as file:
        file.write(start)
        while left > 0:
            left -= file.write(b"x" * min(left, 1_000_000))
    with pytest.raises(SourceError, match=sentence) as caught:
        _convert(path, "bad.owl", "0", tmp_path)
    assert str(caught.value).startswith("bad.owl")


LATE = {
    "JSON-LD": ('[{"@id": "http://a.org/a"}', ', {"@id": "http://a.org/a", "http://a.org/b": "%s"}', "]"),
    "OBO Graph JSON": (
        '{"graphs": [{"nodes": [{"id": "a"}',
        ', {"id": "http://a.org/a", "lbl": "%s"}',
        "]}]}",
    ),
    "OWL/XML": (
        '<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="http://a.org/a">',
        '<Declaration><Class IRI="http://a.org/%s"/></Declaration>',
        "</Ontology>",
    ),
    "RDF/XML": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        '<rdf:Description rdf:about="http://a.org/a"><rdf:value>%s</rdf:value></rdf:Description>',
        "</rdf:RDF>",
    ),
    "SSSOM": ("subject_id\tpredicate_id\tobject_id\n", "GO:1\tskos:exactMatch\tGO:%s\n", ""),
    "Turtle": ("@prefix a: <http://a.org/> .\n", 'a:a a:b "%s" .\n', ""),
    "functional syntax": ("Ontology(<http://a.org/a>\n", "Declaration(Class(<http://a.org/%s>))\n", ")"),
}
"""How a document begins, a part of it with something to fill in, and how it ends."""


@pytest.mark.parametrize("kind", LATE)
def test_another_encoding_is_told_however_late_it_shows(kind: str, tmp_path: Path) -> None:
    """In the same words, whatever the library says that reads the format."""
    start, part, end = LATE[kind]
    path = tmp_path / "bad.owl"
    path.write_bytes((start + part % 1 * 3_000 + part % "\xe9" + end).encode("latin-1"))
    sentence = r"bad\.owl(:\d+)?: This is not UTF-8; save it in that encoding\."
    with pytest.raises(SourceError, match=f"^{sentence}$"):
        convert(path, path.name, tmp_path / "out.nt")


def test_literals_of_a_wrong_form_stay_as_they_are(tmp_path: Path) -> None:
    """They are their owner's; what no literal can be is refused."""
    path = tmp_path / "typed.ttl"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    wrong = [f'"{text}"^^<{xsd}{kind}>' for text, kind in (("x", "integer"), ("2026-13-45", "date"))]
    path.write_text(f"<http://a.org/a> <http://a.org/b> {' , '.join(wrong)} .", encoding="utf-8")
    convert(path, path.name, tmp_path / "out.nt")
    assert (
        sorted(line.split(" ")[2] for line in (tmp_path / "out.nt").read_text().splitlines()) == wrong[::-1]
    )
    path.write_text('<http://a.org/a> <http://a.org/b> "\\uD800" .', encoding="utf-8")
    with pytest.raises(SourceError, match=r"typed\.ttl:1: This is not N-Triples"):
        convert(path, path.name, tmp_path / "out.nt")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[Term]\nname: a\n", "bad.obo:1: This is not OBO: a frame has no id"),
        ("[Term]\nid: A:1\nnothing\n", "bad.obo:3: This is not OBO: a line has a tag"),
        (
            "[Term]\nid: A:1\ndef: none\n",
            "bad.obo:3: This is not OBO: text in quotation marks is missing .def.",
        ),
        ('[Term]\nid: A:1\ndef: "none\n', "bad.obo:3: This is not OBO: a quotation mark is missing"),
        (
            '[Term]\nid: A:1\ndef: "none" [a, b\n',
            "bad.obo:3: This is not OBO: cross-references are not separated",
        ),
        ("[Term]\nid: A:1\nis_a:\n", "bad.obo:3: This is not OBO: something is missing .is_a."),
        ("ontology: a\n[Kind]\nid: A:1\n", "bad.obo:2: This is not OBO: there is no frame .Kind."),
    ],
)
def test_faults_of_obo_have_their_line(text: str, sentence: str, tmp_path: Path) -> None:
    """A message says where and what."""
    path = tmp_path / "bad.obo"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=sentence):
        convert(path, path.name, tmp_path / "out.nt")


def test_obo_to_the_letter(tmp_path: Path) -> None:
    """Escapes, what axioms rest on, replacements, and axioms that hold for a part only."""
    path = tmp_path / "words.obo"
    path.write_text(
        "ontology: words\n\n[Term]\nid: A:1\nalt_id: A:9\n"
        'name: 2-\\{oxo\\} acid\ndef: "So \\"it\\" is." [PMID:1, http\\://a.org/b "c"]\n'
        'synonym: "acid" BROAD [] {source="x"}\nis_obsolete: true\nreplaced_by: A:2\nconsider: A:3\n'
        'is_a: A:2 {gci_relation="part_of", gci_filler="A:3"} ! two\nxref: https\\://a.org/1 "a page"\n'
        "unheard-of: 1\n",
        encoding="utf-8",
    )
    found = convert(path, path.name, tmp_path / "out.nt")
    assert found.notes == [
        "1 line of OBO with the tag unheard-of became no triple.",
        "Cross-references that stay text alone, since they are no identifiers of ours: https (1).",
    ]
    store = ox.Store()
    store.load(path=tmp_path / "out.nt")
    a = "http://purl.obolibrary.org/obo/A_"
    query = f"""PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX oio: <http://www.geneontology.org/formats/oboInOwl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX obo: <http://purl.obolibrary.org/obo/>
ASK {{ <{a}1> rdfs:label "2-{{oxo}} acid" ; obo:IAO_0000115 'So "it" is.' ; oio:hasBroadSynonym "acid" ;
  owl:deprecated true ; obo:IAO_0100001 <{a}2> ; oio:consider <{a}3> ; oio:hasDbXref "https://a.org/1" .
  <{a}9> owl:deprecated true ; obo:IAO_0100001 <{a}1> .
  ?definition owl:annotatedProperty obo:IAO_0000115 ; oio:hasDbXref "PMID:1", "http://a.org/b" .
  ?synonym owl:annotatedProperty oio:hasBroadSynonym ; oio:source "x" .
  ?part rdfs:subClassOf <{a}2> ; owl:intersectionOf/rdf:first <{a}1> .
  FILTER NOT EXISTS {{ <{a}1> rdfs:subClassOf ?any }} }}"""
    assert store.query(query)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real ontology files (../shared) are not here")
@pytest.mark.parametrize("path", sorted((SHARED / "ontologies").glob("*.o*")), ids=lambda path: path.name)
def test_real_files_are_read(path: Path, tmp_path: Path) -> None:
    """Each file of an owner becomes triples, and no line is left over."""
    found = convert(path, path.name, tmp_path / "out.nt")
    assert found.ontology
    assert found.triples > 500
    assert all(note.startswith("Cross-references that stay text alone") for note in found.notes)
