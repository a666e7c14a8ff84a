"""The endpoint keeps to the SPARQL 1.1 Protocol: each rule of it for queries, and what breaks it."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from running_server import FRONTS, Response, RunningServer, running_server

import glutakg
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.http.problems import REASONS
from glutakg.sparql.rows import Rows

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON_ROWS = "application/sparql-results+json"
XML_ROWS = "application/sparql-results+xml"
ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT ?x { VALUES ?x { 1 2 } } ORDER BY ?x"
CONSTRUCT = "CONSTRUCT { <urn:s> <urn:p> 1 } {}"
DESCRIBE = "DESCRIBE <https://w3id.org/glutakg/data/taurine>"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
SOURCE, CONTESTED, EVIDENCE, BACKGROUND = (
    PREFIXES["gkg"] + name for name in ("source", "contested", "evidence", "background")
)


@pytest.fixture(scope="module", params=FRONTS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Give a server that lets pages of every origin ask."""
    with running_server("--cors", "*", "--workers", "2", "--front", request.param) as running:
        yield running


def by_get(server: RunningServer, query: str, accept: str | None = None, **fields: Any) -> Response:
    """Ask by GET."""
    headers = {} if accept is None else {"Accept": accept}
    return server.request(
        "GET", f"/sparql?{urlencode({'query': query, **fields}, doseq=True)}", headers=headers
    )


def by_form(server: RunningServer, query: str, accept: str | None = None, **fields: Any) -> Response:
    """Ask by a form."""
    headers = {"Content-Type": FORM, **({} if accept is None else {"Accept": accept})}
    body = urlencode({"query": query, **fields}, doseq=True).encode()
    return server.request("POST", "/sparql", headers=headers, body=body)


def directly(server: RunningServer, query: str, accept: str | None = None, **fields: Any) -> Response:
    """Ask by a body that is the query."""
    headers = {"Content-Type": DIRECT, **({} if accept is None else {"Accept": accept})}
    path = f"/sparql?{urlencode(fields, doseq=True)}"
    return server.request("POST", path, headers=headers, body=query.encode())


WAYS = [by_get, by_form, directly]


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("query", "media_type"),
    [(ASK, JSON_ROWS), (SELECT, JSON_ROWS), (CONSTRUCT, "text/turtle"), (DESCRIBE, "text/turtle")],
)
def test_each_form_is_answered_in_each_way(
    server: RunningServer, ask: Any, query: str, media_type: str
) -> None:
    """GET, form and direct POST give the same answer, in the format that is the default."""
    answer = ask(server, query)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.body == by_get(server, query).body


@pytest.mark.parametrize("ask", WAYS)
def test_text_beyond_ascii_comes_back(server: RunningServer, ask: Any) -> None:
    """Queries are UTF-8."""
    answer = ask(server, 'SELECT ("β-alanine, 谷氨酸 🧠" AS ?x) {}', JSON_ROWS)
    assert answer.json["results"]["bindings"][0]["x"]["value"] == "β-alanine, 谷氨酸 🧠"


@pytest.mark.parametrize("ask", [by_get, by_form])
@pytest.mark.parametrize("text", ["%25", "%2525", "a+b", "a b", "&=;?", "%41"])
def test_fields_are_decoded_once(server: RunningServer, ask: Any, text: str) -> None:
    """An escape in the query itself stays one."""
    answer = ask(server, f"SELECT (STR('{text}') AS ?x) {{}}", JSON_ROWS)
    assert answer.json["results"]["bindings"][0]["x"]["value"] == text


@pytest.mark.parametrize("text", ["%25", "a+b"])
def test_a_direct_body_is_not_decoded(server: RunningServer, text: str) -> None:
    """A body that is the query is taken as it is."""
    answer = directly(server, f"SELECT (STR('{text}') AS ?x) {{}}", JSON_ROWS)
    assert answer.json["results"]["bindings"][0]["x"]["value"] == text


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("graphs", "also"),
    [
        ([SOURCE], ""),
        ([CONTESTED], ""),
        ([SOURCE, EVIDENCE], ""),
        ([SOURCE, SOURCE], ""),
        ([BACKGROUND, SOURCE, CONTESTED], ""),
    ],
)
def test_default_graphs_are_merged(server: RunningServer, ask: Any, graphs: list[str], also: str) -> None:
    """The default graph is the merge of those that are named: a triple of two of them counts once."""
    values = " ".join(f"<{graph}>" for graph in graphs)
    distinct = f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    distinct = f"SELECT (COUNT(*) AS ?n) {{ {distinct} }}"
    answer = ask(server, COUNT, JSON_ROWS, **{"default-graph-uri": graphs})
    assert int(answer.json["results"]["bindings"][0]["n"]["value"]) == int(server.value(distinct)) > 0


def test_a_triple_of_two_graphs_counts_once(server: RunningServer) -> None:
    """Graphs of this dataset do share triples, so that merging is more than adding."""
    one, other = (int(server.value(COUNT, **{"default-graph-uri": graph})) for graph in (SOURCE, BACKGROUND))
    both = int(server.value(COUNT, **{"default-graph-uri": [SOURCE, BACKGROUND]}))
    assert max(one, other) < both < one + other


def test_from_is_merged_as_the_protocol_does(server: RunningServer) -> None:
    """FROM in the query and default-graph-uri in the request mean the same."""
    query = COUNT.replace("{", f"FROM <{SOURCE}> FROM <{BACKGROUND}> {{", 1)
    assert server.value(query) == server.value(COUNT, **{"default-graph-uri": [SOURCE, BACKGROUND]})


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("graphs", [[SOURCE], [SOURCE, CONTESTED]])
def test_named_graphs_are_those_named(server: RunningServer, ask: Any, graphs: list[str]) -> None:
    """GRAPH sees the named graphs of the request and no others."""
    answer = ask(server, COUNT_NAMED, JSON_ROWS, **{"named-graph-uri": graphs})
    assert answer.json["results"]["bindings"][0]["n"]["value"] == str(len(graphs))


def test_with_named_graphs_only_the_default_graph_is_empty(server: RunningServer) -> None:
    """A request that names a dataset names all of it."""
    assert server.value(COUNT, **{"named-graph-uri": SOURCE}) == "0"


def test_with_default_graphs_only_there_are_no_named_ones(server: RunningServer) -> None:
    """A request that names a dataset names all of it."""
    assert server.value(COUNT_NAMED, **{"default-graph-uri": SOURCE}) == "0"
    assert server.value(COUNT_NAMED, **{"default-graph-uri": [SOURCE, EVIDENCE]}) == "0"


def test_both_kinds_of_graphs_go_together(server: RunningServer) -> None:
    """Default and named graphs are named in one request, the merged ones too."""
    fields = {"default-graph-uri": [SOURCE, EVIDENCE], "named-graph-uri": [CONTESTED]}
    assert server.value(COUNT_NAMED, **fields) == "1"
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert server.value(query, **fields) == server.value(COUNT, **{"default-graph-uri": CONTESTED})


def test_graphs_in_the_address_of_a_form_count(server: RunningServer) -> None:
    """A form may name its graphs in the address, in the body, or some here and some there."""
    query = urlencode({"query": COUNT})
    for address, body in (
        ([SOURCE, EVIDENCE], []),
        ([SOURCE], [EVIDENCE]),
        ([], [SOURCE, EVIDENCE]),
    ):
        named = urlencode([("default-graph-uri", graph) for graph in address])
        form = "&".join([query, *(urlencode({"default-graph-uri": graph}) for graph in body)])
        headers = {"Content-Type": FORM, "Accept": JSON_ROWS}
        answer = server.request("POST", f"/sparql?{named}", headers=headers, body=form.encode())
        assert answer.json["results"]["bindings"][0]["n"]["value"] == server.value(
            COUNT, **{"default-graph-uri": [SOURCE, EVIDENCE]}
        )


def test_an_empty_graph_name_is_passed_over(server: RunningServer) -> None:
    """Forms in browsers send fields that nobody has filled in."""
    assert server.value(COUNT, **{"default-graph-uri": ""}) == server.value(COUNT)


def test_the_request_goes_before_the_query(server: RunningServer) -> None:
    """Graphs of the request replace those of FROM."""
    query = COUNT.replace("{", f"FROM <{EVIDENCE}> {{", 1)
    contested = server.value(COUNT, **{"default-graph-uri": CONTESTED})
    assert server.value(query, **{"default-graph-uri": CONTESTED}) == contested != server.value(query)


def test_fields_that_are_not_of_the_protocol_are_passed_over(server: RunningServer) -> None:
    """Clients send fields of their own."""
    assert by_get(server, ASK, timeout="1000", results="xml", callback="x").media_type == JSON_ROWS


@pytest.mark.parametrize("ask", [by_get, by_form, directly])
def test_relative_iris_are_relative_to_what_was_asked(server: RunningServer, ask: Any) -> None:
    """Without BASE the request says what they are relative to; with one, that BASE does."""
    root = server.url.rstrip("/")
    answer = ask(server, "CONSTRUCT { <s> </p> <#o> } {}", "application/n-triples")
    assert answer.body.decode().split() == [f"<{root}/s>", f"<{root}/p>", f"<{root}/sparql#o>", "."]
    answer = ask(server, "BASE <http://example.org/> CONSTRUCT { <s> <p> 1 } {}", "application/n-triples")
    assert answer.body.startswith(b"<http://example.org/s> <http://example.org/p>")
    answer = ask(server, 'SELECT (IRI("a") AS ?iri) {}', "text/csv")
    assert answer.body.decode().split() == ["iri", f"{root}/a"]


def test_a_base_does_not_move_the_place_of_a_mistake(server: RunningServer) -> None:
    """Line and column are those of the query as it was sent."""
    for query, column in (("ASK { <s> <p> 1 } }", 19), ("ASK { <s> ?p ?o FILTER(?o == 1) }", 27)):
        problem = json.loads(by_get(server, query).body)
        assert (problem["line"], problem["column"]) == (1, column)


BROKEN: dict[str, tuple[str, str, str | None, bytes | None, str]] = {
    "two queries in the address": (
        "GET",
        f"/sparql?query={quote(ASK)}&query={quote(ASK)}",
        None,
        None,
        "bad-request",
    ),
    "two queries in a form": ("POST", "/sparql", FORM, b"query=ASK{}&query=ASK{}", "bad-request"),
    "no query in a form": ("POST", "/sparql", FORM, b"", "bad-request"),
    "another field in a form": ("POST", "/sparql", FORM, b"sparql=ASK{}", "bad-request"),
    "a form and an address": ("POST", "/sparql?query=ASK%7B%7D", FORM, b"query=ASK{}", "bad-request"),
    "a direct query and an address": ("POST", "/sparql?query=ASK%7B%7D", DIRECT, b"ASK{}", "bad-request"),
    "an empty query in the address": ("GET", "/sparql?query=", None, None, "refused"),
    "an empty direct query": ("POST", "/sparql", DIRECT, b"", "refused"),
    "no media type": ("POST", "/sparql", None, b"query=ASK{}", "unsupported-media-type"),
    "text": ("POST", "/sparql", "text/plain", b"ASK {}", "unsupported-media-type"),
    "JSON": ("POST", "/sparql", "application/json", b'{"query": "ASK {}"}', "unsupported-media-type"),
    "a multipart form": (
        "POST",
        "/sparql",
        "multipart/form-data; boundary=x",
        b"--x--",
        "unsupported-media-type",
    ),
    "a form in Latin-1": (
        "POST",
        "/sparql",
        f"{FORM}; charset=iso-8859-1",
        b"query=ASK{}",
        "unsupported-media-type",
    ),
    "a query in UTF-16": (
        "POST",
        "/sparql",
        f"{DIRECT}; charset=utf-16",
        "ASK {}".encode("utf-16"),
        "unsupported-media-type",
    ),
    "bytes that are not UTF-8": ("POST", "/sparql", DIRECT, b"ASK { ?s ?p '\xe9' }", "bad-request"),
    "escapes that are not UTF-8": (
        "GET",
        "/sparql?query=ASK%7B%3Fs%20%3Fp%20%27%E9%27%7D",
        None,
        None,
        "bad-request",
    ),
    "escapes in a form that are not UTF-8": (
        "POST",
        "/sparql",
        FORM,
        b"query=ASK{?s ?p '%ff'}",
        "bad-request",
    ),
    "a broken escape": ("GET", "/sparql?query=ASK%7B%7", None, None, "bad-request"),
    "an escape of no digits": ("POST", "/sparql", FORM, b"query=ASK{}%zz", "bad-request"),
    "an update in a form": ("POST", "/sparql", FORM, b"update=CLEAR+ALL", "update-refused"),
    "an update in the address": ("GET", "/sparql?update=CLEAR%20ALL", None, None, "update-refused"),
    "a direct update": ("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", "update-refused"),
    "an update called a query": ("POST", "/sparql", DIRECT, b"DELETE WHERE { ?s ?p ?o }", "update-refused"),
    "an update and a query": ("POST", "/sparql", FORM, b"query=ASK{}&update=CLEAR+ALL", "update-refused"),
    "a query that is none": ("GET", "/sparql?query=GIVE%20ME", None, None, "syntax"),
    "a relative graph": (
        "GET",
        "/sparql?query=ASK%7B%7D&default-graph-uri=source",
        None,
        None,
        "bad-request",
    ),
    "PUT": ("PUT", "/sparql", DIRECT, b"ASK {}", "method-not-allowed"),
    "DELETE": ("DELETE", "/sparql?query=ASK%7B%7D", None, None, "method-not-allowed"),
    "PATCH": ("PATCH", "/sparql", FORM, b"query=ASK{}", "method-not-allowed"),
    "another path": ("GET", "/other?query=ASK%7B%7D", None, None, "not-found"),
    "a slash too many": ("GET", "/sparql/?query=ASK%7B%7D", None, None, "not-found"),
    "a path upwards": ("GET", "/../../etc/passwd", None, None, "not-found"),
    "a path that is none": ("GET", "*", None, None, "not-found"),
    "POST of a list": ("POST", "/queries", FORM, b"", "method-not-allowed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_breaks_the_protocol_is_told(server: RunningServer, case: str) -> None:
    """Each breach has its status and its reason, in one form."""
    method, path, content_type, body, reason = BROKEN[case]
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = server.request(method, path, headers=headers, body=body)
    assert answer.reason == reason
    assert answer.status == REASONS[reason]


def test_a_wrong_method_is_told_the_right_ones(server: RunningServer) -> None:
    """405 comes with Allow."""
    assert server.request("PUT", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT * {", 1, 11), ("ASK {\n  ?s ?p }", 2, None), ("ASK { ?s ex:p ?o }", 1, None)],
)
def test_a_syntax_error_has_its_place(
    server: RunningServer, query: str, line: int, column: int | None
) -> None:
    """Line and column are told to people and to programs."""
    answer = by_get(server, query)
    assert answer.reason == "syntax"
    assert answer.json["line"] == line
    assert column in (None, answer.json["column"])
    assert f"Line {line}, column {answer.json['column']}" in answer.json["detail"]


ACCEPTED: list[tuple[str, str | None, str | None]] = [
    (SELECT, None, JSON_ROWS),
    (SELECT, "", JSON_ROWS),
    (SELECT, "*/*", JSON_ROWS),
    (SELECT, "application/*", JSON_ROWS),
    (SELECT, "application/json", "application/json"),
    (SELECT, XML_ROWS, XML_ROWS),
    (SELECT, "application/xml", "application/xml"),
    (SELECT, "text/*", "text/csv"),
    (SELECT, "text/*;q=0.5, text/csv;q=0", "text/tab-separated-values"),
    (SELECT, "*", JSON_ROWS),
    (SELECT, "image/gif, *; q=.2, */*; q=.2", JSON_ROWS),
    (SELECT, "text/csv", "text/csv"),
    (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
    (SELECT, "TEXT/CSV", "text/csv"),
    (SELECT, "text/csv; charset=utf-8", "text/csv"),
    (SELECT, "text/csv;q=0.2, application/sparql-results+xml;q=0.7", XML_ROWS),
    (SELECT, "text/csv; q=0.5, */*; q=0.1", "text/csv"),
    (SELECT, "text/turtle, */*;q=0.1", JSON_ROWS),
    (SELECT, f"{JSON_ROWS};q=0, */*", "application/json"),
    (SELECT, "application/*;q=0, text/xml;q=0, */*", "text/csv"),
    (SELECT, "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "text/html"),
    (SELECT, "text/html", "text/html"),
    (SELECT, "text/html;q=0", None),
    (SELECT, "image/png", None),
    (SELECT, "text/turtle", None),
    (SELECT, "*/*;q=0", None),
    (SELECT, "image/png, text/csv;q=0", None),
    (ASK, "text/csv", None),
    (ASK, "text/tab-separated-values", None),
    (ASK, "text/csv, */*;q=0.5", JSON_ROWS),
    (ASK, XML_ROWS, XML_ROWS),
    (CONSTRUCT, None, "text/turtle"),
    (CONSTRUCT, "application/n-triples", "application/n-triples"),
    (CONSTRUCT, "application/ld+json", "application/ld+json"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    (CONSTRUCT, "application/*", "application/n-triples"),
    (CONSTRUCT, "text/turtle;q=0, */*", "application/n-triples"),
    (CONSTRUCT, "application/rdf+xml;q=0.9, application/ld+json", "application/ld+json"),
    (CONSTRUCT, JSON_ROWS, None),
    (CONSTRUCT, "text/csv", None),
    (DESCRIBE, "application/n-triples;q=1.0", "application/n-triples"),
]


@pytest.mark.parametrize(("query", "accept", "media_type"), ACCEPTED)
def test_the_format_is_negotiated(
    server: RunningServer, query: str, accept: str | None, media_type: str | None
) -> None:
    """Quality values, wildcards and exclusions count; where nothing fits, it is told what there is."""
    answer = by_get(server, query, accept)
    if media_type is None:
        assert (answer.reason, answer.status) == ("not-acceptable", 406)
        assert answer.json["available"]
    else:
        assert (answer.status, answer.media_type) == (200, media_type)
        assert "Accept" in answer.headers["vary"]


def test_every_format_of_rows_says_the_same(server: RunningServer) -> None:
    """JSON, XML, CSV and TSV hold the same two rows."""
    json_answer, xml, csv, tsv = (
        by_get(server, SELECT, accept).body.decode()
        for accept in (JSON_ROWS, XML_ROWS, "text/csv", "text/tab-separated-values")
    )
    assert [row["x"]["value"] for row in json.loads(json_answer)["results"]["bindings"]] == ["1", "2"]
    assert re.findall(r"<literal[^>]*>(\d)</literal>", xml) == ["1", "2"]
    assert csv == "x\r\n1\r\n2\r\n"
    assert tsv == "?x\n1\n2\n"


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_every_format_of_graphs_says_the_same(
    server: RunningServer, accept: str, format: ox.RdfFormat
) -> None:
    """Turtle, N-Triples, JSON-LD and RDF/XML hold the same triples."""
    triples = {quad.triple for quad in ox.parse(by_get(server, DESCRIBE, accept).body, format=format)}
    expected = by_get(server, DESCRIBE, "application/n-triples").body
    assert len(triples) > 5
    assert triples == {quad.triple for quad in ox.parse(expected, format=ox.RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("query", [ASK, SELECT, CONSTRUCT])
def test_head_is_get_without_a_body(server: RunningServer, query: str) -> None:
    """HEAD tells the length and sends nothing."""
    path = f"/sparql?{urlencode({'query': query})}"
    got, head = server.request("GET", path), server.request("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == got.headers[name]


def test_options_tell_what_may_be_asked(server: RunningServer) -> None:
    """OPTIONS names the methods and has no body."""
    answer = server.request("OPTIONS", "/sparql")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_a_preflight_is_answered(server: RunningServer) -> None:
    """A page of another origin may ask, with the header fields of the protocol."""
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    answer = server.request("OPTIONS", "/sparql", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


def test_problems_may_be_read_by_pages_too(server: RunningServer) -> None:
    """A page that may ask may also read why it got no answer."""
    answer = server.request("GET", "/sparql?query=x", headers={"Origin": "https://a.example"})
    assert answer.status == 400
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Glutakg-Data-Version" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    ("accept_encoding", "is_compressed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("br", False),
        ("*", True),
    ],
)
def test_gzip_is_negotiated(server: RunningServer, accept_encoding: str, is_compressed: bool) -> None:
    """Who takes gzip gets it, for what is worth it."""
    path = f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o } LIMIT 200'})}"
    plain = server.request("GET", path)
    answer = server.request("GET", path, headers={"Accept-Encoding": accept_encoding})
    assert (answer.headers.get("content-encoding") == "gzip") == is_compressed
    assert "Accept-Encoding" in answer.headers["vary"]
    assert (gzip.decompress(answer.body) if is_compressed else answer.body) == plain.body


def test_a_small_answer_is_not_compressed(server: RunningServer) -> None:
    """Compressing a few bytes makes them more."""
    answer = server.request("GET", f"/sparql?query={quote(ASK)}", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


class TestEntityTags:
    """A client that has the answer is told so."""

    path = f"/sparql?query={quote(SELECT)}"

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '{}, "other"'])
    def test_same_answer_is_not_sent_again(self, server: RunningServer, form: str) -> None:
        """304 has the tag and no body."""
        etag = server.request("GET", self.path).headers["etag"]
        answer = server.request("GET", self.path, headers={"If-None-Match": form.format(etag)})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)

    @pytest.mark.parametrize(
        ("path", "headers"),
        [
            (f"/sparql?query={quote(ASK)}", {}),
            (f"/sparql?query={quote(SELECT)}", {"Accept": "text/csv"}),
            (f"/sparql?query={quote(SELECT)}&default-graph-uri={SOURCE}", {}),
            (f"/sparql?query={quote(SELECT + ' ')}", {}),
            (f"/sparql?query={quote(SELECT)}", {"Accept-Encoding": "gzip"}),
        ],
    )
    def test_other_answer_has_another_tag(
        self, server: RunningServer, path: str, headers: dict[str, str]
    ) -> None:
        """Query, graphs, format and coding are all in the tag."""
        etag = server.request("GET", self.path).headers["etag"]
        answer = server.request("GET", path, headers={**headers, "If-None-Match": etag})
        assert answer.status == 200
        assert answer.headers["etag"] != etag

    @pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
    def test_what_changes_has_none(self, server: RunningServer, call: str) -> None:
        """Time and chance are not kept, here or elsewhere."""
        query = f"SELECT ({call} AS ?x) {{}}"
        first, second = by_get(server, query), by_get(server, query)
        assert "etag" not in first.headers
        assert first.headers["cache-control"] == "no-store"
        assert call == "BNODE()" or first.body != second.body


def test_an_answer_tells_what_it_comes_from(server: RunningServer) -> None:
    """Data version and query hash stand in header fields, the same for the same data and query."""
    first, second, other = by_get(server, SELECT), by_form(server, SELECT), by_get(server, ASK)
    health = server.request("GET", "/health").json
    assert first.headers["glutakg-data-version"] == health["data_version"]
    assert first.headers["glutakg-query-hash"] == second.headers["glutakg-query-hash"]
    assert first.headers["glutakg-query-hash"] != other.headers["glutakg-query-hash"]


def test_rows_are_those_of_the_api(server: RunningServer) -> None:
    """The same query gives the same rows through both doors."""
    pattern = f"?s a <{PREFIXES['gk']}Nutrient> ; <{PREFIXES['skos']}prefLabel> ?label"
    query = f"SELECT ?s ?label {{ {pattern} }} ORDER BY ?s ?label"
    with glutakg.open() as graph:
        rows = graph.query(query)
    assert isinstance(rows, Rows)
    told = by_get(server, query).json["results"]["bindings"]
    assert [(row["s"]["value"], row["label"]["value"]) for row in told] == [
        (row.s, row.label) for row in rows
    ]
    assert len(told) > 10


def test_a_connection_is_used_again(server: RunningServer) -> None:
    """Two requests on one connection are answered in turn."""
    one = f"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: {server.host}\r\n\r\n"
    two = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
    assert server.raw((one + two).encode()).count(b'"boolean":true') == 2
