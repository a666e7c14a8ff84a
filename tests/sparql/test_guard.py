"""The scanner refuses what must not run, whatever it is hidden in, and lets everything else through."""

import subprocess
import sys

import pytest
from processes import PATIENCE

from glutakg.errors import QueryError, QueryResourceError
from glutakg.sparql.guard import DEEPEST_NESTING, LONGEST_CHAIN, screen, syntax_error
from glutakg.sparql.scanner import query_form

CALLS = [
    "SELECT * { SERVICE <http://evil.example/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://evil.example/> { ?s ?p ?o } }",
    "SELECT * { SERVICE ?host { ?s ?p ?o } }",
    "PREFIX e: <http://evil.example/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX : <http://evil.example/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://evil.example/> SELECT * { ?s ?p trueSERVICE:x{} }",
    "PREFIX : <http://evil.example/> SELECT * { ?s ?p ?o SERVICE:sparql { ?a ?b ?c } }",
    "PREFIX e: <http://evil.example/> SELECT * { SERVICEe:sparql { ?a ?b ?c } }",
    "PREFIX e: <http://evil.example/> SELECT * { ?s ?p trueSERVICEe:sparql { ?a ?b ?c } }",
    "SELECT * { ?s ?p 1e5SERVICE<http://evil.example/>{} }",
    "SELECT * { ?s ?p trueSERVICE<http://evil.example/>{} }",
    "SELECT * { \\u0053ERVICE <http://evil.example/> { ?s ?p ?o } }",
    'SELECT * { BIND("\\u0022" AS ?a) SERVICE <http://evil.example/> {} BIND("""" AS ?b) }',
    'SELECT * { BIND("\\"" AS ?a) SERVICE <http://evil.example/> {} }',
    "SELECT * { BIND('''a'b''' AS ?a) SERVICE <http://evil.example/> {} }",
    "SELECT * { FILTER(?a <?b) SERVICE <http://evil.example/> {} FILTER(1>2) }",
    "SELECT * { <http://a/#> ?p ?o . SERVICE <http://evil.example/> {} }",
    "SELECT * { ?s ?p ?o # a comment\r SERVICE <http://evil.example/> {} }",
    "SELECT * { ?s <x:a\\u003E> ?o . SERVICE <http://evil.example/> {} }",
    "SELECT * { SERVICE <http://good.example@evil.example/> {} }",
    "SELECT * { SERVICE <file://good.example/etc/passwd> {} }",
    "SELECT * { SERVICE <http://good.example/> {} SERVICE <http://evil.example/> {} }",
]


@pytest.mark.parametrize("query", CALLS)
def test_outgoing_call_is_refused(query: str) -> None:
    """A SERVICE is found in whatever it is dressed, and only the allowed host may be called."""
    with pytest.raises(QueryError, match="SERVICE"):
        screen(query, allow_service=["good.example"])


@pytest.mark.parametrize("host", ["good.example", "good.example:8080"])
def test_allowed_host_may_be_called(host: str) -> None:
    """A host that was named is let through."""
    query = f"ASK {{ SERVICE SILENT <https://{host}/sparql> {{ ?s ?p ?o }} }}"
    assert screen(query, allow_service=[host]).form == "ASK"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p ?o }",
        'SELECT * { ?s ?p "SERVICE <http://evil.example/>" }',
        'SELECT * { ?s ?p """SERVICE "x" <http://evil.example/>""" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://evil.example/>",
        "SELECT * { ?s <http://example.org/SERVICE> ?o }",
        "PREFIX e: <http://example.org/> SELECT * { ?s e:service ?o, e:INSERT }",
        "PREFIX service: <http://example.org/> SELECT * { service:a service:b service:c . service: ?p 1 }",
        "PREFIX web-service: <http://example.org/> ASK { GRAPH web-service:g { ?s web-service:name ?o } }",
        "PREFIX service: <http://example.org/> SELECT * FROM service:g { ?s ?p ?o }",
        "PREFIX service: <http://example.org/> DESCRIBE service:a { ?s ?p ?o }",
        "SELECT * FROM <http://a> FROM NAMED <http://b> FROM NAMED <http://c> { ?s ?p ?o }",
        "SELECT * { ?s ?p 'x'@en-GB }",
    ],
)
def test_harmless_query_passes(query: str) -> None:
    """The words of SPARQL are harmless in names, texts and comments."""
    screened = screen(query)
    assert (screened.form, screened.may_call) == (query_form(query), False)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX e: <http://example.org/> delete where { ?s ?p ?o }",
        "BASE <http://example.org/>\nCLEAR ALL",
        "LOAD <http://evil.example/>",
        "WITH <http://example.org/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_update_is_refused(update: str) -> None:
    """Nothing can be changed, and the message says what to do instead."""
    with pytest.raises(QueryError, match="SPARQL Update and the graph is read-only; ask with SELECT"):
        screen(update)


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment"])
def test_empty_query_is_refused(text: str) -> None:
    """There must be something to ask."""
    with pytest.raises(QueryError, match="is empty"):
        screen(text)


def test_misspelt_form_is_named() -> None:
    """What is no query is told at its first word."""
    with pytest.raises(QueryError, match=r"Line 2, column 3: a query begins with SELECT.* not with 'SELCT'"):
        screen("PREFIX e: <http://example.org/>\n  SELCT * { }")


@pytest.mark.parametrize(
    ("query", "default_graphs", "named_graphs"),
    [
        ("SELECT * { ?s ?p ?o }", (), ()),
        ("SELECT * FROM <http://a> from <http://b> { ?s ?p ?o }", ("http://a", "http://b"), ()),
        ("SELECT * FROM <http://a> FROM NAMED <http://b> { }", ("http://a",), ("http://b",)),
        ("PREFIX e: <http://e/> SELECT * FROM e:a FROM NAMED e:b { }", ("http://e/a",), ("http://e/b",)),
        ("BASE <http://e/> PREFIX f: <f#> ASK FROM <a> FROM f:x { }", ("http://e/a", "http://e/f#x"), ()),
        ("ASK FROM <http://a> FROM <http://a> { }", ("http://a",), ()),
        (r"ASK FROM <http://\u0061> { }", ("http://a",), ()),
        ("SELECT ?from { ?from <http://from> 'FROM <http://a>' } # FROM <http://b>", (), ()),
        (r"PREFIX e: <http://e/> ASK FROM e:a\-b { }", ("http://e/a-b",), ()),
        ("ASK FROM unknown:a { }", (), ()),
    ],
)
def test_graphs_of_a_query_are_read(
    query: str, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]
) -> None:
    """FROM and FROM NAMED are read as IRIs, each once; what no prefix explains is left to the engine."""
    screened = screen(query)
    assert (screened.default_graphs, screened.named_graphs) == (default_graphs, named_graphs)


@pytest.mark.parametrize(
    ("query", "may_change"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT (rand () AS ?x) {}", True),
        ("SELECT (STRUUID() AS ?x) {}", True),
        ("SELECT ?now { ?now <http://now> 'NOW()' }", False),
    ],
)
def test_what_may_be_answered_otherwise_is_told(query: str, may_change: bool) -> None:
    """The clock, chance and fresh names change an answer over the same data."""
    assert screen(query).may_change == may_change


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + "{ " * DEEPEST_NESTING + "}" * DEEPEST_NESTING + " }",
        "SELECT * { ?s ?p ?o FILTER(" + " && ".join(["?o"] * (LONGEST_CHAIN + 2)) + ") }",
        "ASK { {} " + "UNION {} " * (LONGEST_CHAIN + 1) + "}",
        "ASK { FILTER(" + "!" * (LONGEST_CHAIN + 1) + "true) }",
        r"ASK { FILTER(\u0028" + "(" * DEEPEST_NESTING + "1" + ")" * (DEEPEST_NESTING + 1) + ") }",
    ],
)
def test_what_exhausts_the_engine_is_refused_unparsed(query: str) -> None:
    """Deep nesting and long chains are found before the parser sees them, with their place."""
    with pytest.raises(QueryResourceError, match="nests too deeply or chains too many") as raised:
        screen(query)
    assert raised.value.column is not None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES ?x { " + "-1 " * (2 * LONGEST_CHAIN) + "} }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(["1"] * (2 * LONGEST_CHAIN)) + ")) }",
        "ASK { ?s ?p '" + "(" * (2 * DEEPEST_NESTING) + "' }",
    ],
)
def test_long_lists_pass(query: str) -> None:
    """Lists of values are long without being deep, and brackets in text are text."""
    assert screen(query).form in ("SELECT", "ASK")


@pytest.mark.parametrize("form", ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
def test_form_is_told(form: str) -> None:
    """The form is the first word after the prologue, in any case."""
    assert screen(f"PREFIX e: <http://example.org/select> {form.lower()} {{ }}").form == form


@pytest.mark.parametrize(
    ("query", "before"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SELECT * WHERE {"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE {"),
        ("ASK { { ?s ?p ?o } }", "ASK {"),
        ("DESCRIBE ?s { ?s ?p '{' }", "DESCRIBE ?s {"),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?x) { ?s ?p ?o }", "SELECT (EXISTS { ?a ?b ?c } AS ?x) {"),
    ],
)
def test_outermost_pattern_is_found(query: str, before: str) -> None:
    """Values are joined to the outermost pattern, not to a template or a nested group."""
    assert query[: screen(query).pattern_start] == before


@pytest.mark.parametrize(
    "query", ["DESCRIBE <a:b>", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT ?s { SELECT ?s { ?s ?p ?o } }"]
)
def test_some_queries_take_no_values(query: str) -> None:
    """Where no pattern can be added, that is known."""
    assert screen(query).pattern_start is None


def test_a_hundred_thousand_brackets_are_scanned() -> None:
    """The scanner does not recurse."""
    with pytest.raises(QueryResourceError, match="more than 256 brackets are open here"):
        screen("ASK " + "{" * 100_000)
    assert query_form("ASK " + "{" * 100_000) == "ASK"


@pytest.mark.parametrize("start", ["ASK { ", 'ASK { """'])
@pytest.mark.parametrize(
    "stretch", ["a.", "a-", "_a.", "a:", r"\"", r"\'", '\n\\"""', 'x"\\"""', "<a", "1e", "@a-"]
)
def test_no_stretch_is_scanned_over_and_over(start: str, stretch: str) -> None:
    """A long text takes a moment, not the minutes of looking ahead from each of its characters."""
    program = (
        "import sys\n"
        f"sys.path[:] = {sys.path!r}\n"
        "from glutakg.errors import QueryError\n"
        "from glutakg.sparql import screen\n"
        "try:\n"
        "    screen(sys.stdin.read())\n"
        "except QueryError:\n"
        "    pass\n"
        "import time\n"
        "assert time.process_time() < 20\n"
    )
    text = start + stretch * 100_000
    subprocess.run([sys.executable, "-c", program], input=text, text=True, check=True, timeout=PATIENCE)


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p 'a }", 'ASK { ?s ?p """a" }', 'ASK {} # "\n"'])
def test_text_that_is_not_closed_is_refused(text: str) -> None:
    """What follows quotes without an end is neither text nor query."""
    with pytest.raises(QueryError, match=r"Line \d, column \d+: the text that begins here is not closed"):
        screen(text)


def test_very_long_query_is_refused() -> None:
    """Nobody waits for a megabyte of SPARQL."""
    for read in (screen, query_form):
        with pytest.raises(QueryError, match="longer than 1,000,000 characters"):
            read("ASK { }" + " " * 1_000_000)


def test_syntax_error_shows_what_is_in_the_way() -> None:
    """What stands at the place of the error is told."""
    error = syntax_error("SELECT * {\n ?s ?p ?o }}", "error at 2:12: expected [_]")
    assert (error.line, error.column) == (2, 12)
    assert str(error) == (
        "Line 2, column 12: this is not valid SPARQL: "
        "this } closes nothing; there is one too many, or a { too few."
    )


def test_syntax_error_is_placed_in_the_text_of_the_user() -> None:
    """What glutakg put in does not move the column."""
    error = syntax_error("ASK { ?s ?p ?o }", "error at 1:20: expected OPTIONAL", inserted_at=5, inserted=10)
    assert error.column == 10
