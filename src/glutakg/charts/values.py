"""A chart as a value: the picture, and the numbers that it shows as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol

from glutakg.charts.style import own_style
from glutakg.files import write_atomically

__all__ = ["Chart", "Goals"]


class Goals(Protocol):
    """Gives the addresses to which the parts of a chart lead."""

    def to(self, path: str, /, **fields: str | None) -> str:
        """Return the address of a page."""

    def to_term(self, iri: str, /) -> str:
        """Return the address of the page of a term."""


@dataclass(frozen=True, slots=True)
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

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        def row(kind: str, cells: Sequence[str | int]) -> str:
            return f"<tr>{''.join(f'<{kind}>{escape(str(cell))}</{kind}>' for cell in cells)}</tr>"

        table = row("th", self.columns) + "".join(row("td", cells) for cells in self.rows)
        return (
            f"<figure>{self.svg}<figcaption><details><summary>{escape(self.title)}</summary>"
            f"<table>{table}</table></details></figcaption></figure>"
        )

    def __str__(self) -> str:
        """Give the table, aligned."""
        table = [list(map(str, cells)) for cells in (self.columns, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table]
        return "\n".join((self.title, *lines))
