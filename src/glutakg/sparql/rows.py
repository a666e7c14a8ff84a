"""Answers as people and programs want them: rows of plain Python values, aligned text, Markdown.

The store writes the standard formats (CSV, TSV, JSON and XML for rows; Turtle, N-Triples and JSON-LD for
graphs); what is here is for reading.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from glutakg.errors import MissingExtraError, QueryError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES, BlankNode, Iri, Literal, Term, compress, is_well_formed
from glutakg.sparql.aligned import text_table
from glutakg.text import Style, printable

if TYPE_CHECKING:
    import pandas

__all__ = [
    "GRAPH_FORMATS",
    "IDENTIFIER_PAGES",
    "ROW_FORMATS",
    "IriText",
    "Row",
    "Rows",
    "check_format",
    "python_value",
]


ROW_FORMATS = ("table", "csv", "tsv", "json", "xml", "md")
"""Formats for the rows of a SELECT query and the yes or no of an ASK query; the first is the default."""

GRAPH_FORMATS = ("ttl", "nt", "jsonld", "rdfxml")
"""Formats for the graph of a CONSTRUCT or DESCRIBE query; the first is the default."""

IDENTIFIER_PAGES = {"doi": "https://doi.org/", "pmid": "https://pubmed.ncbi.nlm.nih.gov/"}
"""Where the page of a publication is found by an identifier, for each variable that holds one."""

_XSD = PREFIXES["xsd"]
_INTEGER_TYPES = frozenset(
    _XSD + name
    for name in (
        "integer", "int", "long", "short", "byte",
        "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
        "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger",
    )
)  # fmt: skip
_NUMERIC_TYPES = _INTEGER_TYPES | {_XSD + "decimal", _XSD + "double", _XSD + "float"}


class IriText(str):
    """The text of a full IRI; `curie` is its short form.

    >>> IriText("http://purl.obolibrary.org/obo/CHEBI_18050").curie
    'CHEBI:18050'
    """

    __slots__ = ()

    @property
    def curie(self) -> str:
        """The CURIE of the IRI, or the IRI itself where no known prefix fits."""
        return compress(str(self))


class Row(Mapping[str, object]):
    """One row of an answer: `row["name"]` or `row.name` is the value of a variable, None where it is unbound.

    A variable named like a method of a mapping (such as `items`) is reached by `row["items"]` only.

    >>> row = Row({"name": "GABA", "claims": 3})
    >>> row.name, row["claims"]
    ('GABA', 3)
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        """Take the values by variable name, in the order of the query."""
        self._values = dict(values)

    def __getitem__(self, name: str) -> object:
        return self._values[name]

    def __getattr__(self, name: str) -> object:
        if name != "_values" and name in self._values:
            return self._values[name]
        raise AttributeError(f"the row has no variable {name!r}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


class Rows(Sequence[Row]):
    """The rows of a SELECT query, in order; printed, they are an aligned table.

    Values are plain Python: an IRI is an `IriText` (a `str` with `.curie`), a blank node a `str` like `_:b0`;
    numbers are `int`, `decimal.Decimal` or `float`; booleans, dates and times have their Python types. Every
    other literal, also one with a language tag or of a wrong form, is its text as `str`.

    >>> rows = Rows(("name",), [{"name": Literal("GABA")}])
    >>> rows[0].name
    'GABA'
    >>> print(rows)
    name
    ----
    GABA
    """

    def __init__(
        self,
        variables: Sequence[str],
        terms: Iterable[Mapping[str, Term | None]],
    ) -> None:
        """Take the variables, and each row's RDF terms by variable."""
        self.variables = tuple(variables)
        """The names of the variables, in the order of the query."""
        self.terms = tuple(tuple(row.get(variable) for variable in self.variables) for row in terms)
        """The RDF terms of each row, in the order of the variables; None where a variable is unbound."""

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(terms) for terms in self.terms[index]]
        return self._row(self.terms[index])

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        """Give the first rows as a table that fits the terminal, and the number of all."""
        from shutil import get_terminal_size

        first = Rows(self.variables, (dict(zip(self.variables, row, strict=True)) for row in self.terms[:20]))
        more = f", of which the first {len(first)} are shown" if len(first) < len(self) else ""
        number = f"{len(self)} {'row' if len(self) == 1 else 'rows'}{more}"
        return f"{first.to_table(get_terminal_size().columns)}\n({number})"

    def __str__(self) -> str:
        return self.to_table()

    def _repr_html_(self) -> str:
        """Give a notebook the first rows as a table, with labels and links."""
        from glutakg.markup import framed
        from glutakg.sparql.notebook import rows_html

        return framed(rows_html(self, self._labels()))

    def _labels(self) -> Mapping[str, str]:
        """Return names of the IRIs in the first rows, where there is something to ask."""
        return {}

    def _row(self, terms: Iterable[Term | None]) -> Row:
        return Row(dict(zip(self.variables, map(python_value, terms), strict=True)))

    def to_table(self, width: int | None = None, style: Style | None = None) -> str:
        """Return the rows as aligned text: CURIEs for IRIs, literals without quotes, numbers to the right.

        Args:
            width: columns that a line may take; cells are wrapped, and where that is hopeless each row is a
                record, a line or more for each variable. Without it, each row is one line.
            style: how cells stand out.

        >>> print(Rows(("name", "note"), [{"name": Literal("GABA"), "note": Literal("made from glutamate")}]
        ... ).to_table(16))
        name  note
        ----  ----------
        GABA  made from
               glutamate
        """
        cells = self._cells()
        shown = cells
        if style is not None:
            shown = [
                tuple(_styled(style, *each) for each in zip(self.variables, row, texts, strict=True))
                for row, texts in zip(self.terms, cells, strict=True)
            ]
        names = tuple(map(printable, self.variables))
        return text_table(names, cells, self.numeric, shown=shown, width=width, style=style)

    def to_markdown(self) -> str:
        """Return the rows as a Markdown table."""
        rule = ["---:" if numeric else "---" for numeric in self.numeric]
        cells = (tuple(map(_markdown_text, row)) for row in self._cells())
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.variables, rule, *cells))

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the rows as a pandas data frame, a column per variable.

        Integers stay integers: with unbound values among them the column is of the nullable type `Int64`, and
        with some that 64 bits do not hold, or that a float among them would round, of `object`. IRIs stay
        `IriText`, dates stay dates.

        Raises:
            MissingExtraError: pandas is not installed; the extra `pandas` brings it.
        """
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise MissingExtraError("A data frame", library=error.name, extra="pandas") from error
        columns = [[python_value(row[at]) for row in self.terms] for at in range(len(self.variables))]
        series = {at: pandas.Series(values, dtype=_column_type(values)) for at, values in enumerate(columns)}
        return pandas.DataFrame(series, index=range(len(self))).set_axis(list(self.variables), axis="columns")

    def _cells(self) -> list[tuple[str, ...]]:
        return [tuple(map(_cell, row)) for row in self.terms]

    @property
    def numeric(self) -> list[bool]:
        """For each variable, whether all its values are numbers."""
        columns = zip(*self.terms, strict=True) if self.terms else [()] * len(self.variables)
        bound = ([term for term in column if term is not None] for column in columns)
        return [bool(column) and all(map(_is_number, column)) for column in bound]


def check_format(format: str | None, form: str | None) -> str:
    """Return `format`, or where it is None the default for a query of `form`, such as "SELECT".

    Raises `QueryError` where the format does not fit the form.

    >>> check_format(None, "CONSTRUCT")
    'ttl'
    """
    formats = GRAPH_FORMATS if form in ("CONSTRUCT", "DESCRIBE") else ROW_FORMATS
    if format is None:
        return formats[0]
    if format not in formats:
        right = ", ".join(formats)
        raise QueryError(
            N_(
                "The answer to a query of the form {form} cannot be shown as {format}; choose one of "
                "{right}.",
                form=form,
                format=format,
                right=right,
            )
        )
    return format


def python_value(term: Term | None) -> object:
    """Return the plain Python value of an RDF term, by the rule that `Rows` states.

    >>> python_value(Literal("11", "http://www.w3.org/2001/XMLSchema#integer"))
    11
    """
    if isinstance(term, Iri):
        return IriText(term.value)
    if isinstance(term, BlankNode):
        return str(term)
    if isinstance(term, Literal):
        return _literal_value(term)
    return None


def _literal_value(literal: Literal) -> object:
    """Return the value of a literal, or its text where that is not of the form its datatype asks for."""
    from datetime import date, datetime
    from decimal import Decimal

    datatype = literal.datatype or ""
    if not is_well_formed(literal.value, datatype):  # Python reads more than XML Schema allows
        return literal.value
    try:
        if datatype in _INTEGER_TYPES:
            return int(literal.value)
        if datatype in _NUMERIC_TYPES:
            return float(literal.value) if datatype != _XSD + "decimal" else Decimal(literal.value)
        if datatype == _XSD + "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[literal.value]
        if datatype == _XSD + "date":
            return date.fromisoformat(literal.value)
        if datatype == _XSD + "dateTime":
            return datetime.fromisoformat(literal.value)
    except (ValueError, ArithmeticError, KeyError):
        pass
    return literal.value


def _column_type(values: Sequence[object]) -> str | None:
    """Return the type that a column needs for its values to stay what they are; None for that of pandas."""
    if any(isinstance(value, IriText) for value in values):
        return "object"  # pandas would make plain text of them
    numbers = [value for value in values if type(value) is int]
    if not numbers:
        return None
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        fits = min(numbers) >= -(2**63) and max(numbers) < 2**63
        return ("Int64" if len(numbers) < len(values) else "int64") if fits else "object"
    if kinds == {int, float} and all(abs(number) <= 2**53 for number in numbers):
        return "float64"
    return "object"


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    text = compress(term.value) if isinstance(term, Iri) else str(term)
    if isinstance(term, Literal):
        text = term.value
    return printable(text)


def _is_number(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype in _NUMERIC_TYPES


def _styled(style: Style, variable: str, term: Term | None, text: str) -> str:
    """Return the text of a cell as it stands out: what an IRI or an identifier names is led to."""
    if isinstance(term, Iri):
        address = term.value if term.value.startswith(("http://", "https://")) else ""
        return style.link(style.term(text, term.value), address)
    if isinstance(term, Literal) and term.value and variable in IDENTIFIER_PAGES:
        return style.link(text, IDENTIFIER_PAGES[variable] + text)
    return style.word(text, variable)


def _markdown_text(text: str) -> str:
    for character in "\\|<*_`[":
        text = text.replace(character, "\\" + character)
    return text
