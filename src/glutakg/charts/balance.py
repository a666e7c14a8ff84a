"""The balance of evidence: per claim, against to the left, for to the right, what qualifies beside them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from glutakg.charts.shapes import in_lines, markup, shape, titled
from glutakg.charts.statuses import ICONS
from glutakg.charts.studies import KINDS, STANCES, Study
from glutakg.charts.values import Chart, Goals
from glutakg.claims import Claim
from glutakg.languages import Translator, translator
from glutakg.rdf import local_name

__all__ = ["BalanceRow", "balance_bar", "balance_chart", "balance_rows", "most_contested"]


_PITCH, _SQUARE = 18, 15
_LINE = 17
_LEAST_WIDTH, _CHARACTER = 440, 7.8
_LEAST = {"Contradicts": 5, "Supports": 5, "Qualifies": 6}
"""For how many squares there is room on each side at least: the words above them need it."""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A claim with the studies on it.

    Attributes:
        iri: of the claim.
        label: what stands above its bar, such as C054 magnesium.
        status: the IRI and the label of its curator status.
        studies: all that take a stance, each once for each stance.
    """

    iri: str
    label: str
    status: tuple[str, str]
    studies: Sequence[Study]

    def of(self, stance: str) -> list[Study]:
        """Return the studies of a stance."""
        return [study for study in self.studies if study.stance == stance]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many studies are for the claim, against it, and qualify it."""
        counted = Counter(study.stance for study in self.studies)
        return counted["Supports"], counted["Contradicts"], counted["Qualifies"]


def balance_rows(claims: Iterable[Claim], studies: Mapping[str, Sequence[Study]]) -> list[BalanceRow]:
    """Return the claims on which there are studies, the most contested first.

    Args:
        claims: of any number.
        studies: on each claim, by its IRI.
    """
    rows = [
        BalanceRow(
            claim.iri,
            f"{claim.identifier} {claim.paraphrase}",
            (claim.status.iri, claim.status.label),
            studies[claim.iri],
        )
        for claim in claims
        if studies.get(claim.iri)
    ]
    return sorted(rows, key=most_contested)


def most_contested(row: BalanceRow) -> tuple[int, int, str]:
    """Return the key that puts the most contested claims first, then those with the most studies."""
    supporting, contradicting, qualifying = row.counts
    return -min(supporting, contradicting), -(supporting + contradicting + qualifying), row.label


def balance_chart(rows: Sequence[BalanceRow], lang: str, *, title: str, goals: Goals | None = None) -> Chart:
    """Return the balance of evidence on claims: a diverging bar for each, a square for each study.

    Args:
        rows: the claims, in the order in which they are drawn.
        lang: of the words, en or nl.
        title: of the chart.
        goals: where claims and studies lead; without it, studies lead to their report on the web.
    """
    _ = translator(lang)
    room = {stance: max([least, *(len(row.of(stance)) for row in rows)]) for stance, least in _LEAST.items()}
    axis = 4 + room["Contradicts"] * _PITCH
    besides = axis + room["Supports"] * _PITCH + 20
    width = max(_LEAST_WIDTH, besides + room["Qualifies"] * _PITCH + 4)
    drawn = [
        shape("text", f"← {_('against')}", class_="Contradicts end", x=axis - 5, y=14),
        shape("text", f"{_('for')} →", class_="Supports", x=axis + 5, y=14),
        shape("text", _("qualifying"), class_="Qualifies", x=besides, y=14),
    ]
    y = 24.0
    for row in rows:
        lines = in_lines(f"{_icon(row)}{row.label}", int(width / _CHARACTER), 2)
        y += 6
        goal = goals.to_term(row.iri) if goals else None
        names = [
            shape("text", line, class_="strong", x=4, y=y + 12 + at * _LINE) for at, line in enumerate(lines)
        ]
        drawn += names if goal is None else [shape("a", *names, href=goal)]
        y += len(lines) * _LINE
        drawn.append(shape("line", class_="axis", x1=axis, y1=y, x2=axis, y2=y + _PITCH + 2))
        drawn += _squares(row, axis, besides, y + 2, _, goals)
        y += _PITCH + 8
    drawn += _legend(y + 4, width, _)
    svg = shape(
        "svg",
        *drawn,
        class_="chart balance",
        viewBox=f"0 0 {width:g} {y + 70:g}",
        role="group",
        aria_label=title,
    )
    columns = (_("claim"), _("status"), _("for"), _("against"), _("qualifying"), _(KINDS["people"]))
    table = [
        (row.label, row.status[1], *row.counts, sum(study.kind == "people" for study in row.studies))
        for row in rows
    ]
    return Chart(title, lang, markup(svg), columns, table)


def balance_bar(studies: Sequence[Study], lang: str, goals: Goals) -> str:
    """Return the bar of a single claim as SVG, for a cell of a table: as wide as its squares need.

    Args:
        studies: those on the claim.
        lang: of the words.
        goals: where studies lead.
    """
    _ = translator(lang)
    row = BalanceRow("", "", ("", ""), studies)
    axis = 6 * _PITCH
    besides = axis + 7 * _PITCH + 4
    supporting, contradicting, qualifying = row.counts
    title = _(
        "{supporting} for, {contradicting} against, {qualifying} qualifying",
        supporting=supporting,
        contradicting=contradicting,
        qualifying=qualifying,
    )
    svg = shape(
        "svg",
        shape("line", class_="axis", x1=axis, y1=0, x2=axis, y2=_PITCH + 2),
        *_squares(row, axis, besides, 2, _, goals),
        class_="chart bar",
        viewBox=f"0 0 {besides + 9 * _PITCH} {_PITCH + 2}",
        role="group",
        aria_label=title,
    )
    return markup(svg)


def _icon(row: BalanceRow) -> str:
    icon = ICONS.get(local_name(row.status[0]))
    return f"{icon} " if icon else ""


def _squares(
    row: BalanceRow, axis: float, besides: float, y: float, _: Translator, goals: Goals | None
) -> list[Element]:
    gap = (_PITCH - _SQUARE) / 2
    drawn = []
    for stance, first, step in (
        ("Contradicts", axis - _PITCH, -_PITCH),
        ("Supports", axis, _PITCH),
        ("Qualifies", besides, _PITCH),
    ):
        for number, study in enumerate(row.of(stance)):
            told = f"{study.name}: {_(STANCES[stance])}, {_(KINDS[study.kind])}"
            href = goals.to_term(study.reports[0][0]) if goals else study.reports[0][2]
            drawn.append(titled(told, *_square(study, first + step * number + gap, y), href=href))
    return drawn


def _square(study: Study, x: float, y: float) -> list[Element]:
    shapes = [
        shape("rect", class_=f"study {study.stance} {study.kind}", x=x, y=y, width=_SQUARE, height=_SQUARE)
    ]
    if study.stance == "Qualifies":
        course = f"M{x + 1:g} {y + 8:g}l7 -7M{x + 1:g} {y + 14:g}l13 -13M{x + 7:g} {y + 14:g}l7 -7"
        shapes.append(shape("path", class_=f"hatch {study.stance} {study.kind}", d=course))
    return shapes


def _legend(y: float, width: float, _: Translator) -> list[Element]:
    drawn = [shape("text", _("A square is a study:"), class_="small faint", x=4, y=y + 12)]
    for number, (kind, word) in enumerate(KINDS.items()):
        x, line = 4 + number % 2 * width / 2, y + 20 + number // 2 * 22
        drawn += [
            shape("rect", class_=f"study plain {kind}", x=x, y=line, width=_SQUARE, height=_SQUARE),
            shape("text", _(word), class_="small faint", x=x + 22, y=line + 12),
        ]
    return drawn
