"""Answers become plain Python values, aligned text and Markdown."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from glutakg.errors import QueryError
from glutakg.rdf.terms import BlankNode, Iri, Literal, Term
from glutakg.sparql.rows import GRAPH_FORMATS, ROW_FORMATS, IriText, Row, Rows, check_format, python_value

XSD = "http://www.w3.org/2001/XMLSchema#"
GABA = "http://purl.obolibrary.org/obo/CHEBI_16865"


def some_rows() -> Rows:
    """Return two rows with an IRI, a text and a number, one of them unbound."""
    terms: list[Mapping[str, Term | None]] = [
        {"term": Iri(GABA), "name": Literal("GABA", language="en"), "claims": Literal("3", XSD + "integer")},
        {"term": Iri("http://example.org/x"), "name": None, "claims": Literal("12", XSD + "integer")},
    ]
    return Rows(("term", "name", "claims"), terms)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (Iri(GABA), GABA),
        (BlankNode("b0"), "_:b0"),
        (Literal("text"), "text"),
        (Literal("tekst", language="nl"), "tekst"),
        (Literal("-7", XSD + "integer"), -7),
        (Literal("7", XSD + "positiveInteger"), 7),
        (Literal("2.50", XSD + "decimal"), Decimal("2.50")),
        (Literal("1.5E0", XSD + "double"), 1.5),
        (Literal("true", XSD + "boolean"), True),
        (Literal("2026-01-31", XSD + "date"), date(2026, 1, 31)),
        (Literal("2026-01-31T12:00:00", XSD + "dateTime"), datetime(2026, 1, 31, 12)),
        (Literal("2026", XSD + "gYear"), "2026"),
        (Literal("seven", XSD + "integer"), "seven"),
        (Literal("1_000", XSD + "integer"), "1_000"),
        (Literal("maybe", XSD + "boolean"), "maybe"),
        (Literal("x", XSD + "decimal"), "x"),
        (None, None),
    ],
)
def test_term_becomes_a_plain_value(term: Term | None, value: object) -> None:
    """One rule for every kind of term."""
    found = python_value(term)
    assert found == value
    assert isinstance(found, type(value))


def test_iri_knows_its_curie() -> None:
    """An IRI is its full text, and gives the short form on request."""
    assert IriText(GABA).curie == "CHEBI:16865"


def test_row_is_read_by_name_and_by_attribute() -> None:
    """Both doors give the same value."""
    row = some_rows()[0]
    assert row["claims"] == row.claims == 3


def test_unbound_variable_is_none() -> None:
    """A row has every variable of the query."""
    assert dict(some_rows()[1])["name"] is None


def test_unknown_variable_is_an_attribute_error() -> None:
    """A slip in a name does not pass as None."""
    with pytest.raises(AttributeError, match="no variable 'nmae'"):
        _ = some_rows()[0].nmae


def test_slice_gives_rows() -> None:
    """Rows behave as a sequence."""
    assert some_rows()[:1] == [Row({"term": GABA, "name": "GABA", "claims": 3})]


def test_table_is_aligned() -> None:
    """CURIEs are short, literals bare, numbers to the right, unbound cells empty."""
    assert some_rows().to_table().splitlines() == [
        "term                  name  claims",
        "--------------------  ----  ------",
        "CHEBI:16865           GABA       3",
        "http://example.org/x            12",
    ]


def test_table_without_rows_is_its_header() -> None:
    """An empty answer still names its columns."""
    assert Rows(("a", "bc"), []).to_table() == "a  bc\n-  --"


@pytest.mark.parametrize("text", ["\x1b[2J", "a\nb", "a\rb", "\u202eabc", "\u2028", "\x7f", "\x9b"])
def test_control_characters_are_escaped(text: str) -> None:
    """No value moves the cursor or turns the text around."""
    cell = Rows(("x",), [{"x": Literal(text)}]).to_table().splitlines()[2:]
    assert len(cell) == 1
    assert cell[0].isprintable()


def test_wide_characters_keep_the_columns_aligned() -> None:
    """A wide character takes two columns, a combining one none."""
    rows = Rows(
        ("x", "y"), [{"x": Literal("谷氨"), "y": Literal("1")}, {"x": Literal("e\u0301"), "y": Literal("2")}]
    )
    assert rows.to_table().splitlines()[2:] == ["谷氨  1", "e\u0301     2"]


def test_markdown_table_keeps_numbers_right() -> None:
    """The rule says which columns hold numbers."""
    assert some_rows().to_markdown().splitlines()[:3] == [
        "| term | name | claims |",
        "| --- | --- | ---: |",
        "| CHEBI:16865 | GABA | 3 |",
    ]


def test_markdown_escapes_what_would_break_the_table() -> None:
    """A bar in a text is no column, and markup is text."""
    assert (
        Rows(("x",), [{"x": Literal("a|b <i> *c*")}]).to_markdown().splitlines()[2] == r"| a\|b \<i> \*c\* |"
    )


def test_pandas_frame_has_a_column_per_variable() -> None:
    """Values and order are kept."""
    frame = some_rows().to_pandas()
    assert list(frame.columns) == ["term", "name", "claims"]
    assert frame["claims"].tolist() == [3, 12]


@pytest.mark.parametrize("form", ["SELECT", "ASK"])
@pytest.mark.parametrize("format", ROW_FORMATS)
def test_row_formats_fit_select_and_ask(form: str, format: str) -> None:
    """What fits is given back."""
    assert check_format(format, form) == format


@pytest.mark.parametrize("form", ["SELECT", "ASK"])
@pytest.mark.parametrize("format", GRAPH_FORMATS)
def test_graph_formats_do_not_fit_rows(form: str, format: str) -> None:
    """The error lists the right formats."""
    with pytest.raises(QueryError, match=r"choose one of table, csv, tsv, json, xml, md\."):
        check_format(format, form)


@pytest.mark.parametrize("form", ["CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize("format", ROW_FORMATS)
def test_row_formats_do_not_fit_graphs(form: str, format: str) -> None:
    """The error lists the right formats."""
    with pytest.raises(QueryError, match=r"choose one of ttl, nt, jsonld, rdfxml\."):
        check_format(format, form)


def test_wrong_format_is_refused() -> None:
    """The sentence names the form of the query."""
    with pytest.raises(QueryError, match="The answer to a query of the form ASK cannot be shown as ttl"):
        check_format("ttl", "ASK")


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("20200101", "date"),
        ("2020-W01-1", "date"),
        ("2020-02-30", "date"),
        ("2020-01-01 00:00:00", "dateTime"),
        ("2020-01-01", "dateTime"),
        ("20200101T000000", "dateTime"),
        ("2_019", "integer"),
        ("٢٠١٩", "integer"),
        (" 1", "integer"),
        ("300", "byte"),
        ("-1", "nonNegativeInteger"),
        ("1e5", "decimal"),
        ("NaN", "decimal"),
        ("infinity", "double"),
        ("nan", "double"),
        ("1_0.5", "float"),
        ("True", "boolean"),
    ],
)
def test_an_ill_typed_literal_is_its_text(text: str, datatype: str) -> None:
    """What only Python reads as a number, a date or a truth stays as it was written."""
    assert python_value(Literal(text, XSD + datatype)) == text


def frame_of(*texts: str | None) -> Any:
    """Return the column of these numbers in a data frame; with a point they are doubles."""
    terms = [
        {"n": None if text is None else Literal(text, XSD + ("double" if "." in text else "integer"))}
        for text in texts
    ]
    return Rows(("n",), terms).to_pandas()["n"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("1", "2"), "int64"),
        (("1", None), "Int64"),
        ((None, "9007199254740993"), "Int64"),
        (("9223372036854775808", None), "object"),
        (("9223372036854775808",), "object"),
        (("1", "2.5"), "float64"),
        (("9007199254740993", "2.5"), "object"),
        (("1.5", None), "float64"),
    ],
)
def test_a_data_frame_keeps_integers(texts: tuple[str | None, ...], kind: str) -> None:
    """They stay what they are beside what is unbound, beyond 64 bits, and where a float would round them."""
    column = frame_of(*texts)
    assert str(column.dtype) == kind
    whole = [int(text) for text in texts if text and "." not in text]
    assert [value for value in column.dropna() if value in whole] == whole


def test_a_data_frame_without_columns_has_its_rows() -> None:
    """So has one without rows its columns."""
    assert Rows((), [{}, {}]).to_pandas().shape == (2, 0)
    assert Rows(("a", "b"), []).to_pandas().shape == (0, 2)
