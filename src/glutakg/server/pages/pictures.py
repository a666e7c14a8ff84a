"""The neighbourhood of a term as a picture (SVG), made of the relations that lead to it and from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from glutakg.server.pages.html import Html, element
from glutakg.server.pages.links import Links

__all__ = ["Neighbour", "chosen", "picture"]


_MOST = 7
_LONGEST = 34
_WIDTH, _BOX, _ROW, _MIDDLE = 940, 250, 58, 190
_WORDS = {
    "en": {
        "picture": "{}: {} of its relations as a picture; the list below has all {}",
        "more": "{} more",
    },
    "nl": {
        "picture": "{}: {} van de relaties als plaatje; de lijst hieronder heeft alle {}",
        "more": "nog {}",
    },
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A term that stands in a relation with the one in the middle.

    Attributes:
        iri: of the neighbour.
        label: of the neighbour.
        relation: in words, from the one in the middle to the neighbour.
        is_object: whether the triple leads from the one in the middle to the neighbour.
    """

    iri: str
    label: str
    relation: str
    is_object: bool


def chosen(neighbours: Sequence[Neighbour], most: int = _MOST) -> list[Neighbour]:
    """Return at most so many neighbours, of as many relations as there are: one of each, then a second.

    >>> of = [Neighbour(str(n), str(n), relation, True) for n, relation in enumerate("aab")]
    >>> [each.iri for each in chosen(of, 2)]
    ['0', '2']
    """
    by_relation: dict[str, list[Neighbour]] = {}
    for each in neighbours:
        by_relation.setdefault(each.relation, []).append(each)
    longest = max(map(len, by_relation.values()), default=0)
    ranked = [found[n] for n in range(longest) for found in by_relation.values() if n < len(found)]
    kept = set(ranked[:most])
    return [each for each in neighbours if each in kept]


def picture(label: str, neighbours: Sequence[Neighbour], links: Links) -> Html | None:
    """Return the term in the middle, with what leads to it on the left and what it leads to on the right.

    Args:
        label: of the term.
        neighbours: of the term; nothing is drawn without any.
        links: of the page.
    """
    if not neighbours:
        return None
    words = _WORDS[links.lang]
    left_all = [each for each in neighbours if not each.is_object]
    right_all = [each for each in neighbours if each.is_object]
    left, right = chosen(left_all), chosen(right_all)
    sides = [(left, left_all), (right, right_all)]
    rows = max(len(shown) + (len(shown) < len(found)) for shown, found in sides)
    height = max(rows, 1) * _ROW + 16
    middle = height / 2
    drawn = []
    for (shown, found), x, is_right in zip(sides, (10, _WIDTH - _BOX - 10), (False, True), strict=True):
        count = len(shown) + (len(shown) < len(found))
        top = middle - count * _ROW / 2
        for number, each in enumerate(shown):
            drawn.append(_arm(each, x, top + number * _ROW + _ROW / 2, middle, is_right, links))
        if len(shown) < len(found):
            y = top + len(shown) * _ROW + _ROW / 2
            text = words["more"].format(len(found) - len(shown))
            drawn.append(_text(text, x + _BOX / 2, y + 5, "more"))
    center = _WIDTH / 2
    drawn.append(_box(center - _MIDDLE / 2, middle - 20, _MIDDLE, 40, "middle"))
    drawn.append(_text(_short(label, 26), center, middle + 5, "middle"))
    title = words["picture"].format(label, len(left) + len(right), len(neighbours))
    svg = element(
        "svg",
        element("title", title),
        drawn,
        attributes={"viewBox": f"0 0 {_WIDTH} {height:g}", "role": "group", "aria-label": title},
        class_="neighbourhood",
    )
    return element("div", svg, class_="scroll", tabindex="0", role="region", aria_label=title)


def _arm(each: Neighbour, x: float, y: float, middle: float, is_right: bool, links: Links) -> Html:
    """Return a neighbour, the line between it and the middle, and the relation above it."""
    near = _WIDTH / 2 + (_MIDDLE / 2 if is_right else -_MIDDLE / 2)
    far = x if is_right else x + _BOX
    bend = (near + far) / 2
    path = f"M{near:g} {middle:g} C{bend:g} {middle:g} {bend:g} {y + 8:g} {far:g} {y + 8:g}"
    return element(
        "a",
        element("path", d=path, class_="line"),
        _box(x, y - 6, _BOX, 28, "box"),
        _text(_short(each.relation, 40), x + _BOX / 2, y - 11, "relation"),
        _text(_short(each.label, _LONGEST), x + _BOX / 2, y + 13, "label"),
        href=links.to_term(each.iri),
        aria_label=f"{each.relation} {each.label}",
    )


def _box(x: float, y: float, width: float, height: float, kind: str) -> Html:
    return element(
        "rect", x=f"{x:g}", y=f"{y:g}", width=f"{width:g}", height=f"{height:g}", rx="6", class_=kind
    )


def _text(text: str, x: float, y: float, kind: str) -> Html:
    return element("text", text, x=f"{x:g}", y=f"{y:g}", class_=kind)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
