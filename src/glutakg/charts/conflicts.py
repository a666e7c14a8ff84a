"""The map of conflicts: on what they are, by what kind of conflict they are."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from glutakg.charts.shapes import in_lines, leading, markup, shape, titled
from glutakg.charts.values import Chart, Goals
from glutakg.claims import ConflictSides
from glutakg.languages import translator
from glutakg.rdf import local_name

__all__ = ["conflict_map"]


_LEFT, _ROW, _TOP = 192, 26, 44
_NARROWEST, _LETTER = 78, 6.6
"""Width of a column at least, and of a letter of its heading."""
_LARGEST = 12.5


def conflict_map(conflicts: Sequence[ConflictSides], lang: str, *, goals: Goals | None = None) -> Chart:
    """Return how many conflicts there are of each type on each aspect, as discs whose area is the number.

    A conflict on several aspects counts on each.

    Args:
        conflicts: those that are counted.
        lang: of the words, en or nl.
        goals: where a disc leads: to the conflicts that it counts.
    """
    _ = translator(lang)
    found = [each.conflict for each in conflicts]
    counted = Counter((each.type, aspect) for each in found for aspect in each.aspects)
    of_type = Counter(each.type for each in found)
    of_aspect = Counter(aspect for each in found for aspect in each.aspects)
    types = sorted(of_type, key=lambda each: (-of_type[each], each.label))
    aspects = sorted(of_aspect, key=lambda each: (-of_aspect[each], each.label))
    title = _("Conflicts by aspect and type: {count}", count=len(conflicts))
    most = max(counted.values(), default=1)
    longest = max((len(word) for each in types for word in each.label.split()), default=0)
    column = max(_NARROWEST, longest * _LETTER + 6)
    width, height = _LEFT + len(types) * column + 4, _TOP + len(aspects) * _ROW + 6
    drawn = []
    for place, type_ in enumerate(types):
        x = _LEFT + (place + 0.5) * column
        lines = in_lines(f"{type_.label} ({of_type[type_]})", int(column / _LETTER), 3)
        for line, text in enumerate(lines):
            above = _TOP - 8 - (len(lines) - 1 - line) * 13
            drawn.append(shape("text", text, class_="small mid", x=x, y=above))
    for number, aspect in enumerate(aspects):
        y = _TOP + (number + 0.5) * _ROW
        href = goals.to("/conflicts", aspect=local_name(aspect.iri)) if goals else None
        drawn.append(shape("line", class_="rule", x1=0, y1=y + _ROW / 2, x2=width, y2=y + _ROW / 2))
        drawn.append(leading(in_lines(aspect.label, 30, 1)[0], href, class_="small", x=2, y=y + 4))
        for place, type_ in enumerate(types):
            count = counted[type_, aspect]
            if count:
                x = _LEFT + (place + 0.5) * column
                goal = (
                    goals.to("/conflicts", type=local_name(type_.iri), aspect=local_name(aspect.iri))
                    if goals
                    else None
                )
                radius = max(_LARGEST * sqrt(count / most), 7)
                disc = shape("circle", class_="cell", cx=x, cy=y, r=radius)
                number_on = shape("text", f"{count}", class_="small mid count", x=x, y=y + 4)
                told = f"{aspect.label}, {type_.label}: {count}"
                drawn.append(titled(told, disc, number_on, href=goal, name=told))
    svg = shape(
        "svg",
        *drawn,
        class_="chart conflict-map",
        viewBox=f"0 0 {width} {height}",
        role="group",
        aria_label=title,
    )
    table: list[tuple[str | int, ...]] = [
        (aspect.label, *(counted[type_, aspect] for type_ in types)) for aspect in aspects
    ]
    return Chart(title, lang, markup(svg), (_("aspect"), *(each.label for each in types)), table)
