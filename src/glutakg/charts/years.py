"""Studies by the year of their first report, by design and stance."""

from collections import Counter
from collections.abc import Iterable, Mapping

from glutakg.charts.shapes import markup, shape, titled
from glutakg.charts.studies import STANCES, Study
from glutakg.charts.values import Chart, Goals
from glutakg.languages import N_, translator
from glutakg.rdf import PREFIXES

__all__ = ["DESIGNS", "year_chart"]


DESIGNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "trials": (N_("trials"), ("RandomisedControlledTrial", "ControlledTrial", "UncontrolledTrial")),
    "syntheses": (N_("systematic reviews and guidelines"), ("SystematicReview", "ClinicalGuideline")),
    "observations": (N_("observations"), ("ObservationalStudy", "RetrospectiveStudy", "CaseReport")),
    "laboratory": (N_("animals and laboratory"), ("AnimalExperiment", "LaboratoryExperiment")),
    "others": (N_("other reviews and opinions"), ()),
}
"""The lanes of the chart: the name of each, and its designs by the ends of IRIs; the last has others."""

_LEFT, _UNIT, _BAR = 4, 4.0, 0.8
_WIDTH = 440


def year_chart(studies: Iterable[Study], lang: str, *, goals: Goals | None = None) -> Chart:
    """Return how many studies of each year say what, in a lane for each group of designs.

    A study counts once for each stance that it takes, whatever the number of claims; those without a year
    are in the table alone.

    Args:
        studies: those on any claims.
        lang: of the words, en or nl.
        goals: where a year leads: to its evidence.
    """
    _ = translator(lang)
    first: dict[tuple[str, str], Study] = {}
    for study in studies:
        first.setdefault((study.iri, study.stance), study)
    counted = Counter((_lane(each), each.year, each.stance) for each in first.values())
    years = [year for _design, year, _stance in counted if year is not None]
    title = _("Studies by year, design and stance")
    columns = (_("year"), _("design"), *map(_, STANCES.values()))
    table = [
        (year or _("not stated"), _(name), *(counted[design, year, stance] for stance in STANCES))
        for year in [*sorted(set(years)), *([None] if any(year is None for _d, year, _s in counted) else [])]
        for design, (name, _designs) in DESIGNS.items()
        if any(counted[design, year, stance] for stance in STANCES)
    ]
    if not years:
        return Chart(title, lang, markup(shape("svg", class_="chart", viewBox="0 0 1 1")), columns, table)
    earliest, latest = min(years) // 10 * 10, max(years)
    column = (_WIDTH - _LEFT) / (latest - earliest + 1)
    drawn, base = [], 0.0
    for design, (name, _designs) in DESIGNS.items():
        of_year = Counter({year: 0 for year in years})
        for (lane, year, _stance), count in counted.items():
            if lane == design and year is not None:
                of_year[year] += count
        base += 24 + max(of_year.values()) * _UNIT
        whole = sum(count for (lane, _year, _stance), count in counted.items() if lane == design)
        drawn.append(shape("line", class_="rule", x1=_LEFT, y1=base, x2=_WIDTH, y2=base))
        top = base - max(of_year.values()) * _UNIT - 8
        drawn.append(shape("text", f"{_(name)} ({whole})", class_="small faint", x=_LEFT, y=top))
        for year in sorted(set(years)):
            y, x = base, _LEFT + (year - earliest) * column
            for stance, word in STANCES.items():
                count = counted[design, year, stance]
                if count:
                    y -= count * _UNIT
                    told = f"{year}, {_(name)}: {count} {_(word)}"
                    href = (
                        goals.to("/evidence", since=f"{year}", until=f"{year}", stance=stance)
                        if goals
                        else None
                    )
                    bar = shape(
                        "rect",
                        class_=f"{stance} bar",
                        x=x,
                        y=y,
                        width=column * _BAR,
                        height=count * _UNIT - 0.6,
                    )
                    drawn.append(titled(told, bar, href=href))
    for year in range(earliest, latest + 1, 10):
        x = _LEFT + (year - earliest) * column
        drawn.append(shape("text", f"{year}", class_="small faint", x=x, y=base + 16))
    for number, (stance, word) in enumerate(STANCES.items()):
        x = _LEFT + number * 120
        drawn.append(shape("rect", class_=stance, x=x, y=base + 28, width=11, height=11))
        drawn.append(shape("text", _(word), class_=f"small {stance}", x=x + 17, y=base + 38))
    svg = shape(
        "svg",
        *drawn,
        class_="chart years",
        viewBox=f"0 0 {_WIDTH} {base + 46:g}",
        role="group",
        aria_label=title,
    )
    return Chart(title, lang, markup(svg), columns, table)


def _lane(study: Study) -> str:
    ends = {design.removeprefix(PREFIXES["gk"]) for design in study.designs}
    return next((lane for lane, (_name, designs) in DESIGNS.items() if ends & {*designs}), "others")
