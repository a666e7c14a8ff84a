"""HTML for notebooks, in which whatever is not HTML already is escaped, and lists of values that show it.

What a notebook shows has no script and loads nothing. It takes its colours from the notebook, light or dark;
what is added is transparent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Generic, Protocol, TypeVar

from glutakg.judgements import STATUS_ICONS
from glutakg.text import printable

__all__ = [
    "MOST_SHOWN",
    "Html",
    "Listing",
    "Series",
    "Shown",
    "badge",
    "columns",
    "element",
    "fold",
    "framed",
    "joined_html",
    "lines_of",
    "link",
    "table",
]

Value = TypeVar("Value")

MOST_SHOWN = 20
"""How many rows, or values of a list, a notebook shows."""

_STYLE = (
    "<style>"
    ".glutakg{max-width:72rem;line-height:1.4}"
    ".glutakg h4{margin:.5em 0 .2em;font-size:1.05em}"
    ".glutakg table{border-collapse:collapse;margin:.4em 0}"
    ".glutakg th,.glutakg td{text-align:left;vertical-align:top;padding:.2em .7em .2em 0;"
    "border-bottom:1px solid rgba(127,127,127,.3);white-space:normal}"
    ".glutakg .number{text-align:right;font-variant-numeric:tabular-nums}"
    ".glutakg code{font-size:.85em;opacity:.8}"
    ".glutakg .sides{display:flex;flex-wrap:wrap;gap:0 2em}"
    ".glutakg .sides>div{flex:1 1 18rem;min-width:0}"
    ".glutakg details{margin-left:1em}"
    ".glutakg ul{margin:.2em 0;padding-left:1.4em}"
    ".glutakg .badge{padding:.05em .5em;border-radius:.7em;white-space:nowrap;"
    "background:rgba(127,127,127,.2)}"
    ".glutakg .Established{background:rgba(20,100,160,.45)}"
    ".glutakg .Supported{background:rgba(42,118,166,.25)}"
    ".glutakg .Disputed{background:rgba(139,79,163,.25)}"
    ".glutakg .Inaccurate{background:rgba(120,40,140,.45)}"
    ".glutakg .Supports{background:rgba(19,108,52,.3)}"
    ".glutakg .Contradicts{background:rgba(163,35,28,.3)}"
    ".glutakg .Qualifies{background:rgba(170,110,0,.3)}"
    ".glutakg .note{opacity:.75;font-size:.9em}"
    "</style>"
)


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


class Shown(Protocol):
    """A value that a notebook shows."""

    def _repr_html_(self) -> str: ...


def element(name: str, *children: object, **attributes: str) -> Html:
    """Return an element; children that are not HTML are escaped, and `class_` stands for class.

    >>> element("b", "a < b", class_="x")
    '<b class="x">a &lt; b</b>'
    """
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items() if value)
    return Html(f"<{name}{given}>{joined_html(children)}</{name}>")


def joined_html(children: Iterable[object]) -> Html:
    """Return children as one piece of HTML."""
    return Html(
        "".join(each if isinstance(each, Html) else escape(printable(str(each))) for each in children)
    )


def lines_of(text: str) -> Html:
    """Return text with its lines, as an element that keeps them shows it."""
    return Html("\n".join(joined_html([line]) for line in text.split("\n")))


def link(text: object, address: str, title: str = "") -> Html:
    """Return a link, or the text alone where the address is not one of the web.

    >>> link("GABA", "javascript:alert(1)")
    'GABA'
    """
    if not address.startswith(("http://", "https://")):
        return joined_html([text])
    return element("a", text, href=address, title=title, target="_blank", rel="noopener noreferrer")


def badge(text: object, iri: str) -> Html:
    """Return the name of a status or a stance in its colour."""
    name = iri.rpartition("/")[2]
    icon = f"{STATUS_ICONS[name]} " if name in STATUS_ICONS else ""
    return element("span", icon, text, class_=f"badge {name}" if name.isalpha() else "badge")


def fold(summary: object, *children: object, is_open: bool = False) -> Html:
    """Return what folds below its summary."""
    inside = joined_html((element("summary", summary), *children))
    return Html(f"<details{' open' if is_open else ''}>{inside}</details>")


def columns(*sides: object) -> Html:
    """Return sides beside each other, or below each other where there is no room."""
    return element("div", *(element("div", side) for side in sides), class_="sides")


def table(
    names: Sequence[object], rows: Iterable[Sequence[object]], numeric: Sequence[bool] = (), note: str = ""
) -> Html:
    """Return a table; `numeric` tells which columns hold numbers."""
    right = ["number" if is_number else "" for is_number in numeric] or [""] * len(names)

    def cells(name: str, row: Sequence[object]) -> Html:
        return element("tr", *(element(name, each, class_=at) for each, at in zip(row, right, strict=True)))

    body = joined_html(cells("td", row) for row in rows)
    head = element("thead", cells("th", names)) if any(map(str, names)) else Html("")
    below = element("p", note, class_="note") if note else Html("")
    return joined_html((element("table", head, element("tbody", body)), below))


def framed(*children: object) -> str:
    """Return what a notebook is given: children in a frame that carries its own style."""
    return _STYLE + element("div", *children, class_="glutakg")


class _Several(Generic[Value]):
    """What a list and a tuple of values show: the first twenty, and how many there are."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown, more = self._shown()
        lines = [f"  {each!r}," for each in shown]
        return "\n".join(["[", *lines, *([f"  … {more} more"] if more else []), "]"]) if lines else "[]"

    def _repr_html_(self) -> str:
        shown, more = self._shown()
        parts = [each._repr_html_().replace(_STYLE, "") for each in shown]
        note = element("p", f"{more} more", class_="note") if more else "" if parts else "none"
        return framed(Html("".join(parts)), note)

    def _shown(self) -> tuple[list[Shown], int]:
        values: list[Shown] = list(self)  # type: ignore[call-overload]
        return values[:MOST_SHOWN], max(0, len(values) - MOST_SHOWN)


class Listing(_Several[Value], list[Value]):
    """A list of values, which a notebook shows one below the other."""

    __slots__ = ()


class Series(_Several[Value], tuple[Value, ...]):
    """A tuple of values, which a notebook shows one below the other."""

    __slots__ = ()
