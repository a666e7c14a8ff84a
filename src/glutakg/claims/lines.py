"""Many claims or conflicts at a glance: a line for each, below the names of the columns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from glutakg.claims.text import joined, marks_of
from glutakg.claims.values import Conflict, ConflictSides, Evidence, Named
from glutakg.languages import translator
from glutakg.text import Style, clipped, display_width, marked, padded, printable

__all__ = ["conflict_lines", "evidence_lines"]


_BETWEEN = "  "
_NARROWEST = 20
_PLAIN = Style()


def evidence_lines(
    found: Sequence[Evidence], *, lang: str = "en", width: int | None = None, style: Style = _PLAIN
) -> str:
    """Return a line for each claim: its status, the studies for and against it that fit, and what it says.

    Args:
        found: the evidence on each claim.
        lang: language of the names above, en or nl.
        width: columns at which a line is cut; without it, lines are whole.
        style: how names and statuses stand out.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(evidence_lines(kg.evidence("C054", stance="contradicts"), width=65))
    claim  status    for  against  qualifying  says
    C054   disputed    0        4           0  Magnesium is listed a…
    """
    _ = translator(lang)
    names = (_("claim"), _("status"), _("for"), _("against"), _("qualifying"), _("says"))
    balances = [replace(each.claim, evidence=each.items).balance for each in found]
    rows = [
        (
            each.claim.identifier,
            str(each.claim.status),
            *map(str, (balance.supporting, balance.contradicting, balance.qualifying)),
            each.claim.paraphrase,
        )
        for each, balance in zip(found, balances, strict=True)
    ]
    return _lines(names, rows, (each.claim.status for each in found), width, style, numeric=(2, 3, 4))


def conflict_lines(
    found: Sequence[ConflictSides], *, lang: str = "en", width: int | None = None, style: Style = _PLAIN
) -> str:
    """Return a line for each conflict: its type, what it is on, and the claims in it.

    Args:
        found: the conflicts.
        lang: language of the names above, en or nl.
        width: columns at which a line is cut; without it, lines are whole.
        style: how names stand out.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(conflict_lines(kg.conflicts("D10")))
    conflict  type     on
    D10       tension  mechanism: do astrocytes release glutamate?
    """
    _ = translator(lang)
    names = (_("conflict"), _("type"), _("on"))
    rows = [
        (
            each.conflict.identifier,
            str(each.conflict.type),
            _subject(each.conflict),
        )
        for each in found
    ]
    return _lines(names, rows, (each.conflict.type for each in found), width, style)


def _subject(conflict: Conflict) -> str:
    """Return what it is about: aspects, name, and the claims in it; dissent of the field may have none."""
    about = f"{joined(conflict.aspects)}: {conflict.label}"
    return f"{about} ({', '.join(conflict.claims)})" if conflict.claims else about


def _lines(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    named: Iterable[Named],
    width: int | None,
    style: Style,
    numeric: Sequence[int] = (),
) -> str:
    """Return rows in columns, or one cell after the other where that leaves no room for the last."""
    told = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(display_width, column)) for column in zip(names, *told, strict=True)]
    widths[-1] = 0
    is_narrow = width is not None and width - sum(widths) - len(_BETWEEN) * (len(widths) - 1) < _NARROWEST
    if is_narrow:
        widths = [0] * len(widths)

    def line(cells: Sequence[str]) -> str:
        parts = [
            padded(text, widths[at], to_the_right=at in numeric and not is_narrow)
            for at, text in enumerate(cells)
        ]
        text = (" " if is_narrow else _BETWEEN).join(parts)
        return text if width is None else clipped(text, width)

    lines = [style.heading(line(names))]
    lines += [marked(line(cells), marks_of(style, each)) for cells, each in zip(told, named, strict=True)]
    return "\n".join(lines)
