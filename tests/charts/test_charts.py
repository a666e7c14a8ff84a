"""Charts: the numbers in a picture are those of the catalogue's queries, and the picture is well-formed."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from places import CHECKOUT

import glutakg
from glutakg import KnowledgeGraph, Rows
from glutakg.charts import STYLE_SHEET, BalanceRow, Chart, Study, balance_chart, studies_by_claim, year_chart
from glutakg.errors import ParameterError, SourceError, TermError
from glutakg.graph.charts import draw

SVG = "{http://www.w3.org/2000/svg}"
STANCES = {"Supports": "supporting", "Contradicts": "contradicting", "Qualifies": "qualifying"}


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    """Give the graph."""
    with glutakg.open() as opened:
        yield opened


def rows_of(kg: KnowledgeGraph, name: str, lang: str = "en") -> Rows:
    """Return the answer to a query of the catalogue."""
    answer = kg.run(name, lang=lang)
    assert isinstance(answer, Rows)
    return answer


def shapes(chart: Chart, *classes: str) -> list[Element]:
    """Return the shapes of the picture that have all classes."""
    return [
        each
        for each in fromstring(chart.svg).iter()
        if {*classes} <= {*each.get("class", "").split()} and each.tag != f"{SVG}text"
    ]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_balance_is_that_of_the_query(kg: KnowledgeGraph, lang: str) -> None:
    """A square for each study on each claim, and those on people are filled."""
    wanted = {str(row["claim"]): row for row in rows_of(kg, "evidence-counts-by-claim", lang=lang)}
    chart = kg.chart("balance", lang=lang)
    drawn = {str(cells[0]).split()[0]: cells for cells in chart.rows}
    assert drawn.keys() == {
        claim for claim, row in wanted.items() if any(row[name] for name in STANCES.values())
    }
    for claim, (_label, status, supporting, contradicting, qualifying, people) in drawn.items():
        row = wanted[claim]
        assert (supporting, contradicting, qualifying) == tuple(row[name] for name in STANCES.values())
        assert people == sum(int(str(row[f"{name}_in_people"])) for name in STANCES.values())
        assert status == row["status"]
    for stance, name in STANCES.items():
        assert len(shapes(chart, "study", stance)) == sum(int(str(row[name])) for row in wanted.values())
        of_people = sum(int(str(row[f"{name}_in_people"])) for row in wanted.values())
        assert len(shapes(chart, "study", stance, "people")) == of_people > 0


def test_the_most_contested_stand_first(kg: KnowledgeGraph) -> None:
    """What has studies on both sides goes before what has not."""
    least = [min(int(cells[2]), int(cells[3])) for cells in kg.chart("balance").rows]
    assert least == sorted(least, reverse=True)
    assert least[0] > least[-1] == 0


def test_a_square_tells_its_study_and_leads_to_its_report(kg: KnowledgeGraph) -> None:
    """By its title, and by an address of the publication."""
    root = fromstring(kg.chart("balance", "C054").svg)
    titles = [each.text or "" for each in root.iter(f"{SVG}title")]
    assert "Saver et al. (2015): against, on people" in titles
    assert all(str(each.get("href")).startswith("https://") for each in root.iter(f"{SVG}a"))
    items = [item for each in kg.evidence("C054") for item in each.items]
    assert f"https://doi.org/{items[0].publication.doi}" in {
        each.get("href") for each in root.iter(f"{SVG}a")
    }


def test_the_strip_is_that_of_the_query(kg: KnowledgeGraph) -> None:
    """Each status with its number, in the order of the scale; wider where there are more."""
    chart = kg.chart("statuses")
    counted = {(row["status"], row["claims"]) for row in rows_of(kg, "claim-counts-by-status")}
    assert {tuple(cells) for cells in chart.rows} == counted
    assert [label for label, _count in chart.rows] == [
        *("established", "supported", "preliminary", "disputed", "inaccurate", "not assessable")
    ]
    parts = [each for each in shapes(chart, "part") if each.get("height") == "34"]
    widths = [float(each.get("width", "0")) for each in parts]
    assert sum(widths) == pytest.approx(640, abs=0.1)
    ranked = sorted(range(6), key=lambda number: int(chart.rows[number][1]))
    assert sorted(range(6), key=lambda number: widths[number]) == ranked


def test_the_years_are_those_of_the_studies(kg: KnowledgeGraph) -> None:
    """A study counts once for each stance, in the year of its first report."""
    first: dict[tuple[str, str], int] = {}
    for each in kg.evidence():
        for item in each.items:
            for study in item.studies:
                key, found = (study.iri, item.stance.iri.rpartition("/")[2]), item.publication.year
                if key[1] in STANCES and found is not None:
                    first[key] = min(first.get(key, found), found)
    wanted = Counter((year, stance) for (_study, stance), year in first.items())
    chart = kg.chart("years")
    order = ("Contradicts", "Supports", "Qualifies")
    drawn: Counter[tuple[str | int, str]] = Counter()
    for year, _design, *counts in chart.rows:
        for stance, count in zip(order, counts, strict=True):
            if count and isinstance(year, int):
                drawn[year, stance] += int(count)
    assert sum(drawn.values()) == sum(wanted.values())
    assert {stance for _year, stance in drawn} == set(STANCES)
    told = [each.text or "" for each in fromstring(chart.svg).iter(f"{SVG}title")]
    assert sum(int(told_of[1]) for text in told if (told_of := re.search(r": (\d+) ", text))) == sum(
        drawn.values()
    )


def test_the_map_is_that_of_the_query(kg: KnowledgeGraph) -> None:
    """Each pair of aspect and type with its number; a disc where there is one."""
    chart = kg.chart("conflicts")
    wanted = {
        (str(row["aspect"]), str(row["type"])): row["conflicts"]
        for row in rows_of(kg, "conflict-counts-by-type-and-aspect")
    }
    drawn = {
        (str(aspect), kind): count
        for aspect, *counts in chart.rows
        for kind, count in zip(chart.columns[1:], counts, strict=True)
        if count
    }
    assert drawn == wanted
    assert len(shapes(chart, "cell")) == len(wanted)


@pytest.mark.parametrize("name", ["balance", "statuses", "years", "conflicts"])
@pytest.mark.parametrize("term", [None, "magnesium", "rattus-norvegicus"])
def test_every_chart_can_be_shown_and_saved(
    kg: KnowledgeGraph, tmp_path: Path, name: str, term: str | None
) -> None:
    """On everything, on something, on what nothing is recorded on; with its own style, without a variable."""
    chart = kg.chart(name, term, lang="nl")
    path = tmp_path / "chart.svg"
    chart.save(path)
    root = fromstring(path.read_text(encoding="utf-8"))
    assert root.tag == f"{SVG}svg"
    style = "".join(each.text or "" for each in root.iter(f"{SVG}style"))
    assert "Contradicts" in style
    assert "var(" not in style
    assert "<style>" not in chart.figure
    assert chart._repr_svg_() == chart.svg
    assert chart.svg in chart._repr_html_()
    assert str(chart).splitlines()[0] == chart.title
    assert all(len(cells) == len(chart.columns) for cells in chart.rows)


def test_what_cannot_be_drawn_is_told(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """The charts there are, terms that may be meant, and a place that cannot be written."""
    with pytest.raises(ParameterError, match=r"choose one of balance, .* Did you mean years\?"):
        kg.chart("yeras")
    with pytest.raises(TermError):
        kg.chart("balance", "magnesiumm")
    with pytest.raises(SourceError):
        kg.chart("statuses").save(tmp_path)
    assert draw.__module__ == "glutakg.graph.charts"


def test_a_study_of_several_reports_counts_once() -> None:
    """By its first year and the nearest to people; what has no stance is not drawn."""
    row = {
        "claim_iri": "c", "study_iri": "s", "stance_iri": "https://w3id.org/glutakg/ontology/Supports",
        "publication_iri": "p1", "publication": "A (2001)", "year": "2001", "doi": "10.1/<x>",
        "design_iri": "d",
        "species_iri": "https://w3id.org/glutakg/data/mus-musculus", "system_iri": "x",
    }  # fmt: skip
    other = row | {
        "publication_iri": "p2", "publication": "B (1999)", "year": "1999",
        "species_iri": "https://w3id.org/glutakg/data/homo-sapiens",
    }  # fmt: skip
    cited = row | {"stance_iri": "https://w3id.org/glutakg/ontology/CitedWithoutRecord"}
    [study] = studies_by_claim([row, other, cited])["c"]
    assert (study.kind, study.year, study.name) == ("people", 1999, "A (2001); B (1999)")
    assert study.reports[0][2] == "https://doi.org/10.1/%3Cx%3E"


def test_what_data_say_is_escaped() -> None:
    """No label ends a picture or begins a script; a character that XML cannot hold is seen."""
    study = Study("s", "Supports", "people", None, (), (("p", "</title><script>\x07", None),))
    chart = balance_chart([BalanceRow("c", "<b>&", ("x", "<i>"), [study])], "en", title='"><script>')
    assert "<script" not in chart.svg + chart._repr_html_()
    assert "\\x07" in chart.svg
    fromstring(chart.svg)


def test_studies_without_a_year_are_in_the_table_alone() -> None:
    """Also where no study has one."""
    study = Study("s", "Supports", "people", None, (), (("p", "A", None),))
    chart = year_chart([study], "en")
    assert chart.rows == [("not stated", "other reviews and opinions", 0, 1, 0)]
    assert not shapes(chart, "bar")


def test_the_colours_outside_a_page_are_those_of_the_pages() -> None:
    """Those of the light, so that both are one picture."""
    sheet = (CHECKOUT / "src/glutakg/server/static/style.css").read_text(encoding="utf-8")
    of_pages = set(re.findall(r"--[a-z-]+: #[0-9a-f]{6}", sheet.partition("@media")[0]))
    module = (CHECKOUT / "src/glutakg/charts/style.py").read_text(encoding="utf-8")
    ours = {f"--{name}: {colour}" for name, colour in re.findall(r'"([a-z-]+)": "(#[0-9a-f]{6})"', module)}
    assert ours <= of_pages
    assert len(ours) > 10
    assert STYLE_SHEET.is_file()
