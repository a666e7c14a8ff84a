"""How charts look: the classes of `charts.css`, and the colours that a picture outside a page takes along."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = ["STYLE_SHEET", "own_style"]


STYLE_SHEET = Path(__file__).with_name("charts.css")
"""The classes of charts, and the colours of statuses, which pages load; the other colours are the page's."""

_OF_PAGES: Mapping[str, str] = {
    "ground": "#ffffff",
    "raised": "#f4f6f7",
    "line": "#c3ccd1",
    "text": "#17222b",
    "faint": "#4b5963",
    "link": "#075985",
    "accent": "#0b6e75",
    "on-accent": "#ffffff",
    "for": "#136c34",
    "against": "#a3231c",
    "against-ground": "#fbeae9",
    "besides": "#7a4b00",
    "mark": "#ffe08a",
}
"""The colours of pages in the light, as their style sheet has them."""


@cache
def own_style() -> str:
    """Return the style that a picture carries outside a page: in the light, each colour written out.

    >>> "var(" in own_style()
    False
    """
    sheet = re.sub(r"/\*.*?\*/", "", STYLE_SHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
    light, _, rest = sheet.partition("@media (prefers-color-scheme: dark)")
    _, _, classes = rest.partition("\n}\n")
    colours = {**_OF_PAGES, **dict(re.findall(r"--([a-z-]+): ([^;]+);", light))}
    return re.sub(r"var\(--([a-z-]+)\)", lambda found: colours[found[1]], classes).strip()
