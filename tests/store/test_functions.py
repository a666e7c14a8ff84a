"""The functions that rewritten queries call: an order that is total, and regular expressions of XPath."""

from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, strategies as st

from glutakg.sparql.rewriting import FUNCTIONS
from glutakg.store.functions import CALLS, DistinctTexts, Extreme, order_key

XSD = "http://www.w3.org/2001/XMLSchema#"


def literal(value: str, datatype: str) -> ox.Literal:
    """Return a literal of XML Schema."""
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


@given(st.lists(st.integers() | st.decimals(allow_nan=False, allow_infinity=False), min_size=2))
def test_numbers_are_in_the_order_of_their_values(numbers: list[int | Decimal]) -> None:
    """Integers and decimals of any size are ordered by value, and equal ones are as good as each other."""
    terms = [literal(f"{Decimal(number):f}", "decimal") for number in numbers]
    for one, other in pairwise(sorted(terms, key=order_key)):
        assert Decimal(one.value) <= Decimal(other.value)
        if order_key(one) == order_key(other):
            assert Decimal(one.value) == Decimal(other.value)


@given(st.integers())
def test_an_integer_is_where_its_decimal_is(number: int) -> None:
    """The short way for integers gives what the long one gives."""
    assert order_key(literal(str(number), "integer")) == order_key(literal(str(number), "decimal"))


@given(st.lists(st.floats(allow_nan=False), min_size=2))
def test_floating_numbers_are_in_order(numbers: list[float]) -> None:
    """Doubles are ordered by value, infinite ones at the ends."""
    written = {float("inf"): "INF", float("-inf"): "-INF"}
    terms = [literal(written.get(number, repr(number)), "double") for number in numbers]
    in_order = sorted(terms, key=order_key)
    values = [float(term.value.replace("INF", "inf")) for term in in_order]
    assert values == sorted(values)


def test_kinds_follow_each_other() -> None:
    """Blank nodes, IRIs, texts, numbers, booleans, moments, durations, and what has no value."""
    terms: list[ox.BlankNode | ox.NamedNode | ox.Literal] = [
        ox.BlankNode("z"),
        ox.NamedNode("http://example.org/z"),
        ox.Literal("a"),
        ox.Literal("a", language="en"),
        ox.Literal("b"),
        literal("-INF", "double"),
        literal("-5", "integer"),
        literal("0.5", "decimal"),
        literal("1e0", "double"),
        literal("99999999999999999999", "integer"),
        literal("NaN", "double"),
        literal("false", "boolean"),
        literal("true", "boolean"),
        literal("2020", "gYear"),
        literal("2020-01-01T00:00:00+01:00", "dateTime"),
        literal("2020-01-01T00:00:00", "dateTime"),
        literal("2020-01-01T00:30:00Z", "dateTime"),
        literal("1999-12-31", "date"),
        literal("10:00:00", "time"),
        literal("-P1D", "dayTimeDuration"),
        literal("PT1H", "duration"),
        literal("P1Y", "yearMonthDuration"),
        literal("x", "integer"),
        ox.Literal("a", datatype=ox.NamedNode("urn:x")),
    ]
    assert sorted(reversed(terms), key=lambda term: order_key(term)) == terms


@pytest.mark.parametrize("value", ["", "1e5", "0x10", "--1", "٣", "1_000"])
def test_malformed_number_is_no_number(value: str) -> None:
    """What Python would read as a number but XML Schema does not has no value."""
    assert order_key(literal(value, "integer")).startswith("7")


@pytest.mark.parametrize(
    ("value", "datatype"), [("1_000", "double"), ("infinity", "float"), ("300", "byte"), ("1_0", "decimal")]
)
def test_what_is_malformed_compares_with_nothing(value: str, datatype: str) -> None:
    """Not even with itself, nor has it an absolute value."""
    term = literal(value, datatype)
    assert CALLS[ox.NamedNode(FUNCTIONS + "compared")](literal("=", "string"), term, term) is None
    assert CALLS[ox.NamedNode(FUNCTIONS + "rounded")](literal("ABS", "string"), term) is None


@pytest.mark.parametrize("value", ["9" * 5_000, "-" + "9" * 5_000])
def test_long_numbers_are_ordered(value: str) -> None:
    """No number is too long."""
    order = CALLS[ox.NamedNode(FUNCTIONS + "order")]
    assert isinstance(order(literal(value, "integer")), ox.Literal)


@pytest.mark.parametrize(
    ("arguments", "replaced"),
    [
        (("CHEBI:18050", "^(.*):(.*)$", "$1_$2"), "CHEBI_18050"),
        (("abc", "b", r"\$"), "a$c"),
        (("abc", "b", r"\\"), r"a\c"),
        (("abc", "(b)", "$12"), "ab2c"),
        (("abc", "b", "$"), None),
        (("abc", "b", r"\x"), None),
        (("abc", "b*", "x"), None),
        (("abc", "(", "x"), None),
        (("aab", r"(a)\1", "<$1>"), "<a>b"),
        (("abcd", "[a-d-[bc]]", "x"), "xbcx"),
        (("a\nb$", "b$", "x"), "a\nb$"),
        (("ABC", "b", "x", "i"), "AxC"),
        (("a.c", ".", "$", "q"), "a$c"),
    ],
)
def test_replacing_follows_xpath(arguments: tuple[str, ...], replaced: str | None) -> None:
    """A replacement is read as XPath has it, and what is an error there gives nothing."""
    function = CALLS[ox.NamedNode(FUNCTIONS + "replaced")]
    found = function(*map(ox.Literal, arguments))
    assert found == (None if replaced is None else ox.Literal(replaced))


def test_language_stays_with_a_replaced_text() -> None:
    """A text with a language keeps it, as in the engine's own REPLACE."""
    function = CALLS[ox.NamedNode(FUNCTIONS + "replaced")]
    found = function(ox.Literal("abc", language="en"), ox.Literal("b"), ox.Literal("x"))
    assert found == ox.Literal("axc", language="en")
    assert function(ox.NamedNode("urn:abc"), ox.Literal("b"), ox.Literal("x")) is None


def test_nothing_has_no_extreme() -> None:
    """MIN and MAX of nothing are nothing."""
    assert [Extreme(last=last).finish() for last in (False, True)] == [None, None]


def test_texts_are_collected_once_and_joined() -> None:
    """Terms that differ stay apart where their texts are the same; a blank node has no text."""
    collected = DistinctTexts()
    for term in (ox.Literal(1), ox.Literal("1"), ox.Literal(1), ox.NamedNode("urn:a")):
        collected.accumulate(term)
    texts = collected.finish()
    joined = CALLS[ox.NamedNode(FUNCTIONS + "joined")]
    assert texts is not None
    assert joined(texts, ox.Literal(", ")) == ox.Literal("1, 1, urn:a")
    assert joined(ox.Literal("no list"), ox.Literal(", ")) is None
    assert joined(texts, ox.NamedNode("urn:a")) is None
    collected.accumulate(ox.BlankNode())
    assert collected.finish() is None
