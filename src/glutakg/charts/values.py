"""A chart as a value: the picture, and the numbers that it shows as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol

from glutakg.charts.style import own_style
from glutakg.files import write_atomically
from glutakg.markup import Html, element, fold, framed, table
from glutakg.sparql import text_table
from glutakg.text import printable

__all__ = ["Chart", "Goals"]


class Goals(Protocol):
    """Gives the addresses to which the parts of a chart lead."""

    def to(self, path: str, /, **fields: str | None) -> str:
        """Return the address of a page."""

    def to_term(self, iri: str, /) -> str:
        """Return the address of the page of a term."""


@dataclass(frozen=True, slots=True, repr=False)
class Chart:
    """A picture of numbers, and the numbers.

    Shown in a notebook, it is a picture; `print` shows its table.

    Attributes:
        title: what it shows.
        lang: of its words, en or nl.
        figure: the picture as SVG with classes and no style, for a page that has the style.
        columns: the heads of the table.
        rows: the table, each row as long as `columns`.
    """

    title: str
    lang: str
    figure: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]

    @property
    def svg(self) -> str:
        """The picture as an SVG document that carries its own style."""
        head, _, rest = self.figure.partition(">")
        inside = rest.removesuffix("</svg>")
        style = escape(own_style(), quote=False)
        return f'{head.rstrip(" /")} xmlns="http://www.w3.org/2000/svg"><style>{style}</style>{inside}</svg>'

    def save(self, path: str | Path) -> None:
        """Write the picture into a file of SVG.

        Raises:
            SourceError: the file cannot be written.
        """
        write_atomically(path, self.svg)

    def __repr__(self) -> str:
        return f"<Chart {printable(self.title)}: print it for the table of {len(self.rows)} rows>"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        numbers = fold(self.title, table(self.columns, self.rows))
        return framed(element("figure", Html(self.svg), element("figcaption", numbers)))

    def __str__(self) -> str:
        """Give the table, aligned."""
        names = [printable(name) for name in self.columns]
        cells = [[printable(str(cell)) for cell in row] for row in self.rows]
        numeric = [all(isinstance(cell, int) for cell in column) for column in zip(*self.rows, strict=True)]
        return "\n".join((printable(self.title), text_table(names, cells, numeric or [False] * len(names))))
