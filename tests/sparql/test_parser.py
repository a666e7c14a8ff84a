"""The parser reads SPARQL 1.1, and what the printer writes of its tree means the same."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import w3c
from jena import Jena, missing, running_jena

from glutakg.dataset.shipped import query_files
from glutakg.errors import FormatError, QueryResourceError
from glutakg.sparql import syntax
from glutakg.sparql.layout import canonical_sparql
from glutakg.sparql.parser import DEEPEST, FreshNames, UnreadableQuery, parse
from glutakg.sparql.printer import query_text
from glutakg.sparql.tables import GRAMMAR, TABLES, is_built, load_tables, made_tables

SUITE_IS_MISSING = "the W3C suites are not in ../shared/w3c"
UNREAD = {
    "sparql10/syntax-sparql3/syn-bad-26": "the engine takes it though it is invalid",
}
needs_suite = pytest.mark.skipif(not w3c.cases(), reason=SUITE_IS_MISSING)
needs_jena = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def jena() -> Iterator[Jena]:
    """Return a running Jena."""
    with running_jena() as running:
        yield running


def comparable(algebra: str) -> str:
    """Return an algebra without the names that blank nodes get, and without ASC, which is the default."""
    names: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"blank{len(names)}")

    flat = " ".join(re.sub(r"\?\?\w+|\?/\w+|\?\.\w+|_:\w+", renamed, algebra).split())
    return re.sub(r"\(asc (\?\w+|\((?:[^()]|\([^()]*\))*\))\)", r"\1", flat)


def assert_same_algebra(jena: Jena, text: str) -> None:
    """Check that the printed tree of a query, and its canonical form, have the algebra of the query."""
    kind, algebra = jena.algebra(text)
    if kind == "algebra":
        assert comparable(jena.algebra(query_text(parse(text)))[1]) == comparable(algebra)
        with suppress(FormatError):  # a form of SPARQL 1.2, which is left as it is
            assert comparable(jena.algebra(canonical_sparql(text))[1]) == comparable(algebra)


@needs_suite
def test_positive_tests_are_read_and_negative_ones_stay_with_the_engine() -> None:
    """Each query of the suites that is valid has a tree, and its printed text has the same one."""
    read = 0
    for case in w3c.cases():
        if case.kind == "invalid":
            continue
        printed = query_text(parse(case.text))
        assert query_text(parse(printed, FreshNames("v_"))) == printed
        read += 1
    assert read > 700


@needs_suite
@needs_jena
def test_printed_tree_has_the_same_algebra(jena: Jena) -> None:
    """Jena makes the same algebra of a query of the suites, of its printed tree and of its canonical form."""
    for case in w3c.cases():
        if case.kind != "invalid":
            assert_same_algebra(jena, case.text)


@pytest.mark.parametrize("path", query_files(), ids=lambda path: path.stem)
def test_shipped_query_is_read(path: Path) -> None:
    """Each shipped query has a tree, and the printed text has the same one."""
    printed = query_text(parse(path.read_text(encoding="utf-8")))
    assert query_text(parse(printed, FreshNames("v_"))) == printed


@needs_jena
def test_shipped_queries_keep_their_algebra(jena: Jena) -> None:
    """Jena makes the same algebra of a shipped query and of its printed tree."""
    for path in query_files():
        assert_same_algebra(jena, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT * { ?s ?p ?o ", 21),
        ("SELECT * { ?s ?p << ?a ?b ?c >> }", 18),
        ("SELECT * { ?s ?p ?o } }", 23),
        ("INSERT DATA { <a:b> <a:c> 1 }", 1),
    ],
)
def test_what_is_not_read_is_told_with_its_place(text: str, column: int) -> None:
    """What is no query of SPARQL 1.1 gives an error that names the line and the column."""
    with pytest.raises(UnreadableQuery, match=f"^Line 1, column {column}: "):
        parse(text)


@pytest.mark.parametrize("text", ["ASK {0}{1}", "ASK {{ FILTER {2}1{3} }}"])
def test_depth_has_a_limit(text: str) -> None:
    """As many brackets as are allowed are read; more are told as such."""

    def nested(depth: int) -> str:
        return text.format("{" * depth, "}" * depth, "(" * depth, ")" * depth)

    assert parse(nested(DEEPEST - 1)).form == "ASK"
    with pytest.raises(QueryResourceError, match=f"more than {DEEPEST} brackets"):
        parse(nested(DEEPEST + 1))


def test_time_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that takes too long to read is told so."""
    monkeypatch.setattr("glutakg.sparql.parser.LONGEST_SECONDS", -1.0)
    with pytest.raises(QueryResourceError, match="to read; split it"):
        parse("ASK {}")


def test_many_rows_are_read_in_proportion() -> None:
    """Ten thousand rows of data are no matter."""
    rows = " ".join(f"(<a:{number}> {number})" for number in range(10_000))
    query = parse(f"ASK {{ VALUES (?a ?b) {{ {rows} }} }}")
    assert query.where is not None
    [data] = query.where.elements
    assert isinstance(data, syntax.Data)
    assert len(data.rows) == 10_000


def test_names_are_fresh() -> None:
    """A name that a text uses is given to nothing else, whatever the text does to have it."""
    text = "SELECT ?v_1 ?vv_1 { ?v_1 ?p [] . _:vvv_1 ?q ?vv_1 }"
    query = parse(text)
    assert "_:vvvv_1" in query_text(query)


def test_tables_are_those_of_the_grammar() -> None:
    """The tables beside the grammar are those that lark makes of it, without a conflict that it resolves."""
    assert is_built(), f"{TABLES} is of another grammar; install the package again"
    made = made_tables(GRAMMAR.read_text(encoding="utf-8"))
    assert load_tables().actions == tuple(made["actions"])
