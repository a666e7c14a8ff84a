"""The scale of curator statuses: one order, one icon and one colour for each, wherever a status is shown."""

from collections import Counter
from collections.abc import Iterable, Sequence

from glutakg.charts.shapes import markup, shape, titled
from glutakg.charts.values import Chart, Goals
from glutakg.judgements import STATUS_ICONS as ICONS
from glutakg.languages import translator
from glutakg.rdf import local_name

__all__ = ["ICONS", "status_counts", "status_strip"]


_GROUNDS = {"Preliminary": "on-pale", "NotAssessable": "on-open"}
_WIDTH, _HEIGHT, _LEAST = 640, 34, 10
_LEGEND_COLUMN = _WIDTH / 3


def status_counts(statuses: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Return how many claims have each status, in the order of the scale: end of its IRI, label, number.

    Args:
        statuses: of each claim the IRI and the label of its status.

    >>> gk = "https://w3id.org/glutakg/ontology/"
    >>> status_counts([(gk + "Disputed", "omstreden"), (gk + "Supported", "ondersteund")])
    [('Supported', 'ondersteund', 1), ('Disputed', 'omstreden', 1)]
    """
    counted = Counter((local_name(iri), label) for iri, label in statuses)
    found = [(name, label, count) for (name, label), count in counted.items()]
    return sorted(found, key=lambda each: list(ICONS).index(each[0]))


def status_strip(
    counts: Sequence[tuple[str, str, int]], lang: str, *, goals: Goals | None = None, is_named: bool = True
) -> Chart:
    """Return one strip of all claims, a part for each status.

    Args:
        counts: for each status the end of its IRI, its label, and how many claims have it, in order.
        lang: of the words, en or nl.
        goals: where a part leads: to the claims of that status.
        is_named: whether the picture has the names below the strip, as one needs that stands alone.
    """
    _ = translator(lang)
    whole = sum(count for _iri, _label, count in counts)
    title = _("Claims by status: {count}", count=whole)
    least = [max(count / whole * _WIDTH, _LEAST) if count else 0.0 for _iri, _label, count in counts]
    x, drawn = 0.0, []
    for (name, label, count), room in zip(counts, least, strict=True):
        part = room * _WIDTH / sum(least)
        middle = x + part / 2
        inside = [
            shape("rect", class_=f"part {name}", x=x, y=0, width=part, height=_HEIGHT),
        ]
        if part > 26:
            ground = _GROUNDS.get(name, "on-firm")
            inside.append(shape("text", f"{count}", class_=f"mid {ground}", x=middle, y=_HEIGHT / 2 + 5))
        href = goals.to("/evidence", status=name) if goals else None
        drawn.append(titled(f"{label}: {count}", *inside, href=href))
        x += part
    height = _HEIGHT
    if is_named:
        for number, (name, label, count) in enumerate(counts):
            left, line = number % 3 * _LEGEND_COLUMN, _HEIGHT + 12 + number // 3 * 20
            drawn += [
                shape("rect", class_=f"part {name}", x=left, y=line, width=12, height=12),
                shape("text", f"{ICONS[name]} {label}: {count}", x=left + 18, y=line + 11),
            ]
        height += 54
    svg = shape(
        "svg",
        *drawn,
        class_="chart statuses",
        viewBox=f"0 0 {_WIDTH} {height}",
        role="group",
        aria_label=title,
    )
    table = [(label, count) for _name, label, count in counts]
    return Chart(title, lang, markup(svg), (_("status"), _("claims")), table)
