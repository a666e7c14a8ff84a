"""Bars for an answer that has one number for each thing."""

from collections.abc import Sequence

from glutakg.charts.shapes import markup, shape
from glutakg.charts.values import Chart
from glutakg.text import printable

__all__ = ["bar_chart"]


_LABELS, _BARS, _ROW = 300, 420, 26
_LONGEST_LABEL = 44


def bar_chart(bars: Sequence[tuple[str, str]], title: str, heads: tuple[str, str], lang: str) -> Chart:
    """Return a bar for each thing, as long as its number.

    Args:
        bars: the name of each thing, and its number as it is written; none is below zero.
        title: what is shown.
        heads: of names and of numbers.
        lang: of the words, en or nl.

    >>> print(bar_chart([("C054", "3"), ("C055", "1")], "studies by claim", ("claim", "studies"), "en"))
    studies by claim
    claim  studies
    -----  -------
    C054   3
    C055   1
    """
    most = max((float(number) for _name, number in bars), default=0) or 1
    drawn = [shape("text", title, class_="strong", x=_LABELS, y=18)]
    for at, (name, number) in enumerate(bars):
        y, width = 30 + at * _ROW, max(float(number) / most * _BARS, 1)
        told = printable(name)
        cut = told if len(told) <= _LONGEST_LABEL else f"{told[: _LONGEST_LABEL - 1]}…"
        drawn += [
            shape("text", shape("title", told), cut, class_="end", x=_LABELS - 8, y=y + _ROW / 2 + 4),
            shape("rect", class_="cell", x=_LABELS, y=y + 4, width=width, height=_ROW - 8),
            shape("text", number, class_="faint value", x=_LABELS + width + 6, y=y + _ROW / 2 + 4),
        ]
    svg = shape(
        "svg",
        *drawn,
        class_="chart bars",
        viewBox=f"0 0 {_LABELS + _BARS + 70} {len(bars) * _ROW + 34}",
        role="img",
        aria_label=title,
    )
    return Chart(title, lang, markup(svg), heads, [(name, number) for name, number in bars])
