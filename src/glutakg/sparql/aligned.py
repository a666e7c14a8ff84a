"""Tables as aligned text, each row on one line or fitted to the width of a terminal.

What is too wide is told in this order: columns that say the same in every row once, above the table; cells in
several lines; or, where that takes more lines than it saves, each row as a record of its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from glutakg.text import Style, display_width, padded, wrapped

__all__ = ["text_table"]


_BETWEEN = "  "
_LONGEST_WORD = 16
_LONGEST_NAME = 10
_NARROWEST = 14

Cells = Sequence[Sequence[str]]


def text_table(
    names: Sequence[str],
    cells: Cells,
    numeric: Sequence[bool],
    *,
    shown: Cells | None = None,
    width: int | None = None,
    style: Style | None = None,
    whole: Sequence[int] = (),
) -> str:
    """Return a table as lines of text.

    Args:
        names: of the columns.
        cells: the text of each row's cells, each in one line.
        numeric: for each column, whether it stands to the right.
        shown: the same cells as they are to stand out.
        width: columns of the terminal; without it, each row is one line.
        style: how names stand out.
        whole: places of columns whose cells are never broken, such as names that people copy.

    >>> print(text_table(["name", "claims"], [["GABA", "3"]], [False, True]))
    name  claims
    ----  ------
    GABA       3
    """
    unbroken = [is_number or at in whole for at, is_number in enumerate(numeric)]
    table = _Table(names, cells, cells if shown is None else shown, numeric, unbroken, style or Style())
    natural = table.natural_widths()
    if width is None or _total(natural) <= width:
        return "\n".join(table.lines(natural))
    width = max(width, 1)
    same = table.columns_with_one_value()
    above = [f"{table.style.heading(names[at])}: {table.shown[0][at]}" for at in same]
    rest = table.without(same)
    if (widths := rest.fitted(width)) is None:
        return "\n".join(table.records(width))
    lines = [line for text in above for line in wrapped(text, width, "", _BETWEEN)]
    return "\n".join([*lines, *([""] if lines else []), *rest.lines(widths)])


class _Table:
    """What is laid out: names, cells as they are measured and as they are shown, and the kinds of columns."""

    def __init__(
        self,
        names: Sequence[str],
        cells: Cells,
        shown: Cells,
        numeric: Sequence[bool],
        unbroken: Sequence[bool],
        style: Style,
    ) -> None:
        self.names = names
        self.cells = cells
        self.shown = shown
        self.numeric = numeric
        self.unbroken = unbroken
        self.style = style

    def columns_with_one_value(self) -> list[int]:
        """Return the places of columns that say the same in all of several rows, but never all columns."""
        columns = list(zip(*self.cells, strict=True)) if len(self.cells) > 1 else []
        same = [at for at, column in enumerate(columns) if column[0] and len(set(column)) == 1]
        return same if len(same) < len(self.names) else same[1:]

    def without(self, columns: Sequence[int]) -> "_Table":
        """Return the table without some of its columns."""
        kept = [at for at in range(len(self.names)) if at not in columns]

        def of(row: Sequence[Any]) -> list[Any]:
            return [row[at] for at in kept]

        cells, shown = list(map(of, self.cells)), list(map(of, self.shown))
        return _Table(of(self.names), cells, shown, of(self.numeric), of(self.unbroken), self.style)

    def natural_widths(self) -> list[int]:
        """Return how wide each column is where nothing is wrapped."""
        return [max(map(display_width, column)) for column in zip(self.names, *self.cells, strict=True)]

    def fitted(self, width: int) -> list[int] | None:
        """Return widths with which lines fit, the widest columns giving way; None where records do better."""
        natural = self.natural_widths()
        columns = zip(self.names, self.unbroken, *self.cells, strict=True)
        least = [
            min(most, max(_least_of_name(name), *(_least_of_cell(text, is_whole) for text in cells), 1))
            for most, (name, is_whole, *cells) in zip(natural, columns, strict=True)
        ]
        if _total(least) > width:
            return None
        level = 1
        while _total(_at_level(least, natural, level + 1)) <= width and level < width:
            level += 1
        widths = _at_level(least, natural, level)
        high = sum(max(map(_estimated_lines, row, widths)) for row in self.cells)
        return widths if high <= sum(len(row) + 1 for row in self.cells) else None

    def lines(self, widths: Sequence[int]) -> Iterator[str]:
        """Yield the names, a rule, and the rows, in columns of these widths."""
        names = [_name_lines(name, width) for name, width in zip(self.names, widths, strict=True)]
        for line in self._beside(names, widths):
            yield self.style.heading(line)
        yield _BETWEEN.join("-" * width for width in widths)
        for row, shown in zip(self.cells, self.shown, strict=True):
            if all(display_width(text) <= width for text, width in zip(row, widths, strict=True)):
                yield from self._beside([[text] for text in shown], widths)
            else:
                parts = [_cell_lines(text, width) for text, width in zip(shown, widths, strict=True)]
                yield from self._beside(parts, widths)

    def _beside(self, parts: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
        for line in zip_longest(*parts, fillvalue=""):
            cells = zip(line, widths, self.numeric, strict=True)
            yield _BETWEEN.join(
                padded(text, width, to_the_right=right) for text, width, right in cells
            ).rstrip()

    def records(self, width: int) -> Iterator[str]:
        """Yield each row with its number and a line or more for each column."""
        gutter = len(str(len(self.cells))) + len(_BETWEEN)
        label = max(map(display_width, self.names)) + len(_BETWEEN)
        is_below = width - gutter - label < _NARROWEST
        for number, row in enumerate(self.shown, 1):
            if number > 1:
                yield ""
            for at, (name, text) in enumerate(zip(self.names, row, strict=True)):
                before = padded(str(number) if at == 0 else "", gutter)
                if is_below:
                    yield before + self.style.heading(name)
                    inside = " " * (gutter + len(_BETWEEN))
                    yield from wrapped(text, width, inside)
                else:
                    first = before + self.style.heading(padded(name, label))
                    yield from wrapped(text, width, first, " " * (gutter + label)) or [first.rstrip()]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_BETWEEN) * (len(widths) - 1)


def _at_level(least: Sequence[int], natural: Sequence[int], level: int) -> list[int]:
    return [max(low, min(most, level)) for low, most in zip(least, natural, strict=True)]


def _least_of_name(name: str) -> int:
    return min(max(map(display_width, _parts(name))), _LONGEST_NAME)


def _least_of_cell(text: str, is_whole: bool) -> int:
    """Return the width that a cell needs: all of a number or a name, the longest word of a text."""
    if is_whole:
        return display_width(text)
    words = re.split(r"\s+|(?<=\w-)(?=\w)", text)
    return min(max(map(display_width, words)) + (len(words) > 1), _LONGEST_WORD)


def _estimated_lines(text: str, width: int) -> int:
    return -(-display_width(text) // width) or 1


def _parts(name: str) -> list[str]:
    """Return the parts of a name, which may be broken after an underscore."""
    return re.findall(r"[^_]+_*|_+", name) or [""]


def _name_lines(name: str, width: int) -> list[str]:
    """Return a name in lines; a part that is too long is broken."""
    lines = [""]
    for part in _parts(name):
        if lines[-1] and display_width(lines[-1] + part) > width:
            lines.append("")
        pieces = wrapped(lines[-1] + part, width) or [""]
        lines[-1:] = pieces
    return lines


def _cell_lines(text: str, width: int) -> list[str]:
    """Return a cell in lines; those after the first are set in, so that rows are told apart."""
    return wrapped(text, width, "", " " if width > 1 else "", at_hyphens=True)
