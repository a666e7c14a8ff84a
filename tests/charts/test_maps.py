"""The map of places and the pictures of sequences: what the data have is drawn, with the right numbers."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest

import glutakg
from glutakg.charts import KINDS, place_map, places_of, sequence_picture, sequence_steps
from glutakg.charts.layout import read_table
from glutakg.dataset import program_query
from glutakg.graph import KnowledgeGraph
from glutakg.rdf.prefixes import PREFIXES
from glutakg.sparql.rows import Rows

GKD = PREFIXES["gkd"]


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    """Give the shipped graph."""
    with glutakg.open() as found:
        yield found


def rows_of(kg: KnowledgeGraph, name: str, **parameters: str) -> Rows:
    """Return the rows of a query of the program."""
    answer = kg.answer(program_query(name), parameters=parameters)
    return Rows(answer.variables, answer.rows())


def of_class(figure: str, name: str) -> list[Element]:
    """Return the shapes of a class."""
    return [each for each in fromstring(figure).iter() if name in each.get("class", "").split()]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_map_has_every_place_with_the_numbers_of_the_query(kg: KnowledgeGraph, lang: str) -> None:
    """Each place, cell and organ is in the table of the layout, and each place tells what it has."""
    contents = rows_of(kg, "contents-of-places", lang=lang)
    chart = place_map(places_of(rows_of(kg, "places", lang=lang), contents), lang)
    told = kg.query("SELECT ?place { ?place a <https://w3id.org/glutakg/ontology/Place> }")
    assert isinstance(told, Rows)
    wanted = {str(row["place"]).removeprefix(GKD) for row in told}
    drawn = {each.get("data-place"): " ".join(each.itertext()) for each in of_class(chart.figure, "spot")}
    assert len(wanted) > 25
    assert drawn.keys() == wanted
    holders = {row["thing"] for row in read_table("places.tsv") if row["kind"] in ("cell", "organ")}
    assert len(of_class(chart.figure, "holder")) == len(holders)
    counted = Counter((str(row["place"]).removeprefix(GKD), str(row["kind"])) for row in contents)
    for place, text in drawn.items():
        numbers = [counted[str(place), kind] for kind in KINDS if counted[str(place), kind]]
        assert [int(part.split("·")[0]) for part in text.split(":\N{NO-BREAK SPACE}")[1:]] == numbers, text
    assert [sum(int(row[column]) for row in chart.rows) for column in range(1, 5)] == [
        sum(number for (place, of), number in counted.items() if of == kind and place in wanted)
        for kind in KINDS
    ]


def test_places_lie_apart_and_each_in_its_cell() -> None:
    """No two places of the layout lie on each other, and a cell holds its places."""
    boxes = {
        (row["kind"], row["thing"]): tuple(float(row[name]) for name in ("x", "y", "width", "height"))
        for row in read_table("places.tsv")
    }
    places = [box for (kind, _thing), box in boxes.items() if kind not in ("cell", "organ")]
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(places, 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y, (x, y, x2, y2)
    for (kind, cell), (x, y, width, height) in boxes.items():
        inside = [box for (_kind, thing), box in boxes.items() if thing.startswith(f"place-{cell}-")]
        for x2, y2, width2, height2 in inside if kind == "cell" else []:
            assert x <= x2 and y <= y2, cell
            assert x2 + width2 <= x + width and y2 + height2 <= y + height, cell


def test_a_map_with_places_pointed_out_names_them(kg: KnowledgeGraph) -> None:
    """It marks those alone, and its title says which they are."""
    places = places_of(rows_of(kg, "places", lang="en"), [])
    chart = place_map(places, "en", marked=[f"{GKD}place-synaptic-cleft"])
    assert [each.get("data-place") for each in of_class(chart.figure, "marked")] == ["place-synaptic-cleft"]
    assert chart.title == "synaptic cleft of the glutamatergic synapse"


@pytest.mark.parametrize("sequence", ["glutamate-glutamine-cycle", "gaba-shunt", "tricarboxylic-acid-cycle"])
def test_a_sequence_is_drawn_in_order(kg: KnowledgeGraph, sequence: str) -> None:
    """Each step of the data is an arrow with its number; pools have a box each, none upon another."""
    rows = rows_of(kg, "steps-of-sequence", sequence=GKD + sequence, lang="en")
    steps = sequence_steps(rows)
    assert {each.step[0] for each in steps} == {str(row["step"]) for row in rows}
    numbers = list(dict.fromkeys(each.position for each in steps))
    assert numbers == list(range(1, len({each.step for each in steps}) + 1))
    chart = sequence_picture(steps, sequence, "en")
    assert len(of_class(chart.figure, "step")) == len(of_class(chart.figure, "badge")) == len(steps)
    boxes = [next(each.iter("rect")) for each in of_class(chart.figure, "pool")]
    corners = [(float(each.get("x", "")), float(each.get("y", ""))) for each in boxes]
    assert len(set(corners)) == len(corners) == len({p for e in steps for p in (e.start[0], e.goal[0])})
    assert [row[0] for row in chart.rows] == [each.position for each in steps]


def test_steps_that_are_numbered_in_the_data_keep_their_numbers(kg: KnowledgeGraph) -> None:
    """The cycle begins with the vesicle and goes round."""
    steps = sequence_steps(
        rows_of(kg, "steps-of-sequence", sequence=f"{GKD}glutamate-glutamine-cycle", lang="en")
    )
    assert [each.step[0].removeprefix(GKD) for each in steps][2:5] == [
        "glutamate-uptake-by-astrocyte",
        "glutamine-synthesis-in-astrocyte",
        "glutamine-release-from-astrocyte",
    ]
    assert all(one.goal == other.start for one, other in pairwise(steps))


def test_a_step_follows_the_one_that_leads_to_its_pool() -> None:
    """Where the data give no numbers, a sequence begins at a pool that no step leads to."""
    rows = [
        {"step": f"s{n}", "from": start, "from_place": "here", "to": goal, "to_place": "here"}
        for n, (start, goal) in enumerate([("b", "c"), ("c", "d"), ("a", "b")])
    ]
    assert [each.step[0] for each in sequence_steps(rows)] == ["s2", "s0", "s1"]
