"""Formats that an address names, pages for browsers, notes, and characters that a format could change."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from running_server import Response, RunningServer, running_server

from glutakg.dataset import catalogue
from glutakg.server.http.negotiation import GRAPH_TYPES, ROW_TYPES

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
SELECT = "SELECT ?x { VALUES ?x { 1 2 } } ORDER BY ?x"
CONSTRUCT = "CONSTRUCT { <urn:s> <urn:x:p> 1 } {}"
ASK = "ASK {}"
ROWS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
BROWSERS = {
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Chrome": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "only pages": "text/html",
}
PROGRAMS = [
    None,
    "*/*",
    "*",
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "application/json, text/html",
]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server that lets pages of every origin ask."""
    with running_server("--cors", "*", "--workers", "2") as running:
        yield running


def get(
    server: RunningServer, path: str = "/sparql", accept: str | None = None, /, **fields: str
) -> Response:
    """Ask by GET."""
    headers = {} if accept is None else {"Accept": accept}
    return server.request("GET", f"{path}?{urlencode(fields)}", headers=headers)


@pytest.mark.parametrize("field", ["format", "output"])
@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *ROWS.items(),
        *((media_type, media_type) for types in ROW_TYPES.values() for media_type in types),
        ("CSV", "text/csv"),
        ("srj", ROWS["json"]),
        ("sparql-results+xml", ROWS["xml"]),
        ("text/csv; charset=utf-8", "text/csv"),
    ],
)
def test_rows_come_as_the_address_says(server: RunningServer, field: str, name: str, media_type: str) -> None:
    """Short names and media types go before `Accept`, as users of Virtuoso and Fuseki expect."""
    answer = get(
        server,
        "/sparql",
        "application/sparql-results+json;q=0.1, text/html",
        **{field: name, "query": SELECT},
    )
    assert (answer.status, answer.media_type) == (200, media_type)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *((name, types[0]) for name, types in GRAPH_TYPES.items()),
        *((types[0], types[0]) for types in GRAPH_TYPES.values()),
        ("turtle", "text/turtle"),
        ("Turtle", "text/turtle"),
        ("n3", "text/turtle"),
        ("ntriples", "application/n-triples"),
        ("n-triples", "application/n-triples"),
        ("text/plain", "application/n-triples"),
        ("json-ld", "application/ld+json"),
        ("json", "application/ld+json"),
        ("xml", "application/rdf+xml"),
        ("rdf", "application/rdf+xml"),
        ("rdf/xml", "application/rdf+xml"),
    ],
)
def test_graphs_come_as_the_address_says(server: RunningServer, name: str, media_type: str) -> None:
    """`json` and `xml` are formats of graphs as well."""
    answer = get(server, "/sparql", "text/turtle;q=0.1", query=CONSTRUCT, format=name)
    assert (answer.status, answer.media_type) == (200, media_type)
    described = get(server, "/sparql", None, output=name)
    assert (described.status, described.media_type) == (200, media_type)


def test_a_plus_that_nobody_escaped_is_one(server: RunningServer) -> None:
    """In an address + is a space, and people type media types as they are."""
    path = f"/sparql?query={quote(SELECT)}&format=application/sparql-results+xml"
    assert server.request("GET", path).media_type == ROWS["xml"]


@pytest.mark.parametrize(
    ("content_type", "address", "body"),
    [
        (FORM, "?output=csv", urlencode({"query": SELECT})),
        (FORM, "", urlencode({"query": SELECT, "format": "csv"})),
        (DIRECT, "?format=csv", SELECT),
    ],
)
def test_what_is_posted_has_a_format_too(
    server: RunningServer, content_type: str, address: str, body: str
) -> None:
    """In the address of every POST, and in a form."""
    headers = {"Content-Type": content_type, "Accept": "application/json"}
    answer = server.request("POST", f"/sparql{address}", headers=headers, body=body.encode())
    assert (answer.media_type, answer.body) == ("text/csv", b"x\r\n1\r\n2\r\n")


def test_a_catalogue_query_has_a_format(server: RunningServer) -> None:
    """The table that pandas reads, with a parameter beside it; no query has a parameter of that name."""
    path = "/queries/evidence-on-nutrient"
    answer = get(server, path, None, format="csv", nutrient="magnesium")
    assert (answer.status, answer.media_type) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    told = get(server, path, "application/json", nutrient="magnesium").json
    assert (len(rows), list(rows[0])) == (len(told["results"]["bindings"]), told["head"]["vars"])
    names = {parameter.name for query in catalogue().values() for parameter in query.parameters}
    assert names.isdisjoint({"format", "output"})


def test_pandas_reads_an_address(server: RunningServer) -> None:
    """As the documentation of pandas has it, without a header field."""
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    table = pandas.read_csv(f"{server.url}/sparql?{urlencode({'query': SELECT, 'format': 'csv'})}")
    assert list(table["x"]) == [1, 2]


@pytest.mark.parametrize(
    ("path", "query", "name", "told"),
    [
        ("/sparql", SELECT, "pdf", "csv"),
        ("/sparql", SELECT, "text/csv,application/sparql-results+json", "csv"),
        ("/sparql", SELECT, "x" * 2_000, "csv"),
        ("/sparql", SELECT, "application/sparql-results+thrift", "csv"),
        ("/sparql", SELECT, "ttl", "csv"),
        ("/sparql", SELECT, "text/turtle", "csv"),
        ("/sparql", ASK, "csv", "json"),
        ("/sparql", CONSTRUCT, "csv", "ttl"),
        ("/sparql", CONSTRUCT, "application/sparql-results+json", "ttl"),
        ("/sparql", None, "csv", "ttl"),
        ("/sparql", None, "pdf", "ttl"),
        ("/queries/protective-nutrients", None, "pdf", "csv"),
        ("/queries/protective-nutrients", None, "ttl", "csv"),
    ],
)
def test_what_is_no_format_here_is_told(
    server: RunningServer, path: str, query: str | None, name: str, told: str
) -> None:
    """What is no format, or none for this answer, is refused with those there are, never passed over."""
    fields = {"format": name, **({} if query is None else {"query": query})}
    answer = get(server, path, None, **fields)
    assert (answer.status, answer.reason, answer.json["parameter"]) == (400, "bad-parameter", "format")
    assert told in answer.json["available"]
    assert told in answer.json["detail"]


def test_of_two_formats_the_first_counts(server: RunningServer) -> None:
    """`format` goes before `output`, and neither may be unknown; empty is as not there."""
    for path, fields in (("/sparql", {"query": SELECT}), ("/queries/protective-nutrients", {})):
        for other in ("csv", "tsv", "", "auto"):
            answer = get(server, path, None, **fields, output=other, format="csv")
            assert answer.media_type == "text/csv"
            assert get(server, path, None, **fields, format="", output="csv").media_type == "text/csv"
        for first, second in (("csv", "pdf"), ("pdf", "csv")):
            answer = get(server, path, None, **fields, format=first, output=second)
            assert (answer.status, answer.reason) == (400, "bad-parameter")


@pytest.mark.parametrize(
    ("fields", "query", "media_type"),
    [
        ("format=tsv&format=text%2Ftab-separated-values&output=tsv", SELECT, "text/tab-separated-values"),
        (
            "format=json-ld&format=application%2Fld%2Bjson%2Capplication%2Fx-json%2Bld",
            CONSTRUCT,
            "application/ld+json",
        ),
        (
            "format=rdf%2Bxml&format=application%2Frdf%2Bxml&results=rdf%2Bxml",
            CONSTRUCT,
            "application/rdf+xml",
        ),
    ],
)
def test_what_sparqlwrapper_sends_is_read(
    server: RunningServer, fields: str, query: str, media_type: str
) -> None:
    """It names a format more than once, and by a list of media types."""
    answer = server.request("GET", f"/sparql?{fields}&{urlencode({'query': query})}")
    assert (answer.status, answer.media_type) == (200, media_type)


def test_formats_have_entity_tags_of_their_own(server: RunningServer) -> None:
    """A cache cannot take one for the other."""
    tags = {get(server, query=SELECT, format=name).headers["etag"] for name in ROWS}
    assert len(tags) == len(ROWS)


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("fields", [{}, {"query": SELECT}, {"query": CONSTRUCT, "lang": "nl"}])
def test_a_browser_gets_the_query_page(server: RunningServer, browser: str, fields: dict[str, str]) -> None:
    """With a query, the page that asks it; its switch of language keeps what stands in the address."""
    graphs = [("named-graph-uri", "urn:a"), ("named-graph-uri", "urn:b")]
    path = f"/sparql?{urlencode([*fields.items(), *graphs])}"
    answer = server.request("GET", path, headers={"Accept": BROWSERS[browser]})
    assert (answer.status, answer.media_type) == (200, "text/html")
    assert "Accept" in re.split(", *", answer.headers["vary"])
    page = answer.body.decode()
    assert 'id="query-page"' in page
    assert f'lang="{fields.get("lang", "en")}"' in page
    (other,) = re.findall(r'hreflang="de"|<link rel="alternate" hreflang="nl" href="(/sparql[^"]*)"', page)
    assert all(urlencode({"x": value})[2:] in other for name, value in fields.items() if name == "query")
    assert "named-graph-uri=urn%3Aa&amp;named-graph-uri=urn%3Ab" in other
    head = server.request("HEAD", path, headers={"Accept": BROWSERS[browser]})
    assert (head.status, head.media_type) == (200, "text/html")


@pytest.mark.parametrize("accept", PROGRAMS)
def test_a_program_gets_data(server: RunningServer, accept: str | None) -> None:
    """Also one whose library names HTML unasked; and a form that is sent gets what it asks for."""
    assert get(server, "/sparql", accept, query=SELECT).media_type in ROW_TYPES["json"]
    if accept != "application/json, text/html":
        assert get(server, "/sparql", accept).media_type == "text/turtle"


def test_a_browser_gets_data_that_its_address_names(server: RunningServer) -> None:
    """`format` goes before `Accept`, in both directions; what breaks the protocol is told on a page."""
    accept = BROWSERS["Firefox"]
    assert get(server, "/sparql", accept, query=SELECT, format="csv").media_type == "text/csv"
    assert get(server, "/sparql", accept, output="ttl").media_type == "text/turtle"
    assert get(server, "/sparql", None, query=SELECT, format="html").media_type == "text/html"
    refused = get(server, "/sparql", accept, update="CLEAR ALL")
    assert (refused.status, refused.media_type) == (403, "text/html")
    assert "update-refused" in refused.body.decode()
    headers = {"Accept": accept, "Content-Type": DIRECT}
    assert (
        server.request("POST", "/sparql", headers=headers, body=SELECT.encode()).media_type
        in ROW_TYPES["xml"]
    )


@pytest.mark.parametrize(
    ("query", "graphs"),
    [
        ("SELECT * { ?s ?p ?o }", {"default-graph-uri": ["http://e/β"]}),
        ("SELECT * { ?s ?p ?o }", {"default-graph-uri": ["http://e/1", "http://e/2"]}),
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": ["http://e/1"]}),
        ("SELECT * FROM <http://e/1> { ?s ?p ?o }", {}),
        ("SELECT * FROM NAMED <http://e/1> { GRAPH ?g { ?s ?p ?o } }", {}),
        ("ASK FROM <http://e/1> { ?s ?p ?o }", {}),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://e/1> WHERE { ?s ?p ?o }", {}),
        ("DESCRIBE <https://w3id.org/glutakg/data/taurine> FROM <http://e/1>", {}),
    ],
)
def test_an_unknown_graph_is_an_empty_one(
    server: RunningServer, query: str, graphs: dict[str, list[str]]
) -> None:
    """The answer is that of an empty graph, and a field of its head names the graph; pages can read it."""
    path = f"/sparql?{urlencode({'query': query, **graphs}, doseq=True)}"
    for accept in (
        "application/sparql-results+json, application/n-triples",
        "text/tab-separated-values, text/turtle",
    ):
        headers = {"Accept": accept if "ASK" not in query else "*/*"}
        for method in ("GET", "HEAD", "GET"):  # the last one from what is kept
            answer = server.request(method, path, headers=headers)
            assert answer.status == 200
            note = answer.headers["glutakg-note"]
            assert all(
                f"<{quote(iri, safe=':/')}>" in note
                for iri in graphs.get("default-graph-uri", ["http://e/1"])
            )
    assert b"urn" not in answer.body
    assert b"glutakg" not in answer.body
    assert "Glutakg-Note" in answer.headers["access-control-expose-headers"]


def to_ask(graphs: list[str]) -> dict[str, Any]:
    """Return the field that names default graphs."""
    return {"default-graph-uri": graphs}


def test_a_known_graph_is_no_note(server: RunningServer) -> None:
    """Of several, those are named that are not there, and the others count."""
    graphs = ["https://w3id.org/glutakg/graph/source", "urn:none"]
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    both = server.ask(query, **to_ask(graphs))
    known = server.ask(query, **to_ask(graphs[:1]))
    assert both.json == known.json
    assert "<urn:none>" in both.headers["glutakg-note"]
    assert "source" not in both.headers["glutakg-note"]
    assert "glutakg-note" not in known.headers


def test_many_unknown_graphs_are_counted(server: RunningServer) -> None:
    """The field stays short."""
    graphs = [f"urn:{'x' * 300}:{number}" for number in range(30)]
    note = server.ask(ASK, **to_ask(graphs)).headers["glutakg-note"]
    assert "25 more" in note
    assert len(note) < 2_000  # there is one in each language, and proxies take 4,000 bytes


BOM = "\ufeff"


@pytest.mark.parametrize(
    ("method", "address", "content_type", "body"),
    [
        ("GET", f"?{urlencode({'query': BOM + SELECT})}", None, ""),
        ("POST", "", FORM, urlencode({"query": BOM + SELECT})),
        ("POST", "", DIRECT, BOM + SELECT),
        ("POST", "", f"{DIRECT}; charset=utf-8", BOM + SELECT),
    ],
)
def test_a_byte_order_mark_is_passed_over(
    server: RunningServer, method: str, address: str, content_type: str | None, body: str
) -> None:
    """Editors put one before the query; the answer is the same, and so is the hash."""
    headers = {"Accept": "text/csv", **({"Content-Type": content_type} if content_type else {})}
    answer = server.request(method, f"/sparql{address}", headers=headers, body=body.encode() or None)
    assert (answer.status, answer.body) == (200, b"x\r\n1\r\n2\r\n")
    assert answer.headers["glutakg-query-hash"] == server.ask(SELECT).headers["glutakg-query-hash"]
    why = server.request("POST", "/why-empty", headers={"Content-Type": DIRECT}, body=(BOM + SELECT).encode())
    assert (why.status, why.json) == (200, [])


ODD = "a\rb\tc\nd\r\ne  f\r"


def test_white_space_in_literals_survives_every_format_of_rows(server: RunningServer) -> None:
    """A reader of XML makes a line feed of a carriage return that is not escaped."""
    text = '"' + ODD.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + '"'
    query = f"SELECT ?x {{ VALUES ?x {{ {text} {text}@en {text}^^<urn:d> }} }}"
    found = {name: get(server, query=query, format=name).body for name in ROWS}
    assert [cell.text for cell in ET.fromstring(found["xml"]).iter() if cell.tag.endswith("literal")] == [
        ODD
    ] * 3
    for name in ("json", "xml", "tsv"):
        formats = {
            "json": ox.QueryResultsFormat.JSON,
            "xml": ox.QueryResultsFormat.XML,
            "tsv": ox.QueryResultsFormat.TSV,
        }
        solutions = ox.parse_query_results(found[name], format=formats[name])
        assert isinstance(solutions, ox.QuerySolutions)
        assert [row["x"].value for row in solutions] == [ODD] * 3
    assert [row["x"] for row in csv.DictReader(io.StringIO(found["csv"].decode(), newline=""))] == [ODD] * 3


def test_white_space_in_literals_survives_every_format_of_graphs(server: RunningServer) -> None:
    """Turtle, N-Triples, JSON-LD and RDF/XML give the literal back as it is."""
    text = '"' + ODD.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + '"'
    query = f"CONSTRUCT {{ <urn:s> <urn:x:p> {text} , {text}@en , {text}^^<urn:d> }} {{}}"
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }
    for name, format in formats.items():
        objects = [
            quad.object for quad in ox.parse(get(server, query=query, format=name).body, format=format)
        ]
        assert [each.value for each in objects if isinstance(each, ox.Literal)] == [ODD] * 3, name


@pytest.mark.parametrize("character", ["\\u0001", "\\u000B", "\\uFFFE", "\\uFFFF", "\\u001F"])
def test_what_xml_cannot_hold_is_refused_in_it(server: RunningServer, character: str) -> None:
    """Never left out, never sent ill-formed; the sentence names a format that can hold it."""
    for query, name, other in (
        (f'SELECT ("a{character}" AS ?x) {{}}', "xml", "json"),
        (f'CONSTRUCT {{ <urn:s> <urn:x:p> "a{character}"@en }} {{}}', "rdfxml", "ttl"),
    ):
        assert get(server, query=query, format=name).reason == "refused"
        assert get(server, query=query, format=other).status == 200


class TestNotModified:
    """304 has the fields that the answer would have (RFC 9110, 15.4.5), and `*` fits only what is there."""

    @pytest.mark.parametrize(
        ("path", "accept"),
        [
            (f"/sparql?{urlencode({'query': SELECT})}", "text/csv"),
            ("/queries/protective-nutrients", "application/json"),
            ("/data/taurine", "text/html"),
            ("/data/taurine", "text/turtle"),
            ("/evidence", "text/html"),
            ("/static/style.css", "*/*"),
        ],
    )
    @pytest.mark.parametrize("is_any", [False, True])
    def test_it_says_what_the_answer_says(
        self, server: RunningServer, path: str, accept: str, is_any: bool
    ) -> None:
        """Vary, Cache-Control, ETag and the version of the data; no body."""
        full = server.request("GET", path, headers={"Accept": accept})
        for method in ("GET", "HEAD"):
            condition = "*" if is_any else f'"other", W/{full.headers["etag"]}'
            answer = server.request(method, path, headers={"Accept": accept, "If-None-Match": condition})
            assert (answer.status, answer.body) == (304, b"")
            for field in (
                "vary",
                "cache-control",
                "etag",
                "glutakg-data-version",
                "access-control-allow-origin",
            ):
                assert answer.headers.get(field) == full.headers.get(field), field

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"/sparql?{urlencode({'query': 'SELECT'})}", 400),
            ("/data/nothing-of-the-kind", 404),
            (f"/sparql?{urlencode({'query': 'SELECT (RAND() AS ?x) {}'})}", 200),
        ],
    )
    def test_what_is_not_there_is_not_unchanged(self, server: RunningServer, path: str, status: int) -> None:
        """`*` asks whether there is anything; a fault is nothing, and chance has no tag."""
        headers = {"If-None-Match": "*", "Accept": "application/json, text/html;q=0.9"}
        assert server.request("GET", path, headers=headers).status == status
