"""A sequence of steps as a picture: a lane for each place, in which pools stand in the order of the steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from glutakg.charts.layout import Box, Room, routed
from glutakg.charts.shapes import arrow_head, chip, in_lines, markup, shape
from glutakg.charts.values import Chart, Goals
from glutakg.languages import translator

__all__ = ["SequenceStep", "sequence_picture", "sequence_steps"]


_LANE, _ROW, _TOP, _MARGIN = 172, 76, 56, 10
_WIDE, _HIGH = 122, 38

Row = Mapping[str, object]
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SequenceStep:
    """A step of a sequence; each thing is its IRI and its name.

    Attributes:
        position: its number in the sequence.
        step: the step.
        start: the pool it leads from, named after what is in it; so is `goal`.
        start_place: the place of that pool; so is `goal_place`.
        proteins: each enzyme or transporter.
    """

    position: int
    step: Named
    start: Named
    start_place: Named
    goal: Named
    goal_place: Named
    proteins: tuple[Named, ...]


def sequence_steps(rows: Iterable[Row]) -> list[SequenceStep]:
    """Return the steps in order: as the data number them, else each after the one that leads to its pool.

    Args:
        rows: what the query `steps-of-sequence` answers.
    """
    first: dict[tuple[str, ...], Row] = {}
    proteins: dict[tuple[str, ...], dict[Named, None]] = {}
    for row in rows:
        key = (str(row["step"]), str(row["from"]), str(row["to"]))
        first.setdefault(key, row)
        if row.get("protein"):
            proteins.setdefault(key, {})[_named(row, "protein")] = None
    steps = {
        key: SequenceStep(
            0, _named(row, "step"), _named(row, "from"), _named(row, "from_place"),
            _named(row, "to"), _named(row, "to_place"), tuple(proteins.get(key, ())),
        )
        for key, row in first.items()
    }  # fmt: skip
    if all(row.get("position") for row in first.values()):
        keys = sorted(first, key=lambda key: int(str(first[key]["position"])))
    else:
        keys = _in_order(list(first))
    numbers = {step: number for number, step in enumerate(dict.fromkeys(key[0] for key in keys), 1)}
    return [replace(steps[key], position=numbers[key[0]]) for key in keys]


def _named(row: Row, what: str) -> Named:
    return str(row[what]), str(row.get(f"{what}_name") or row[what])


def _in_order(keys: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return steps, pools from and to, so that a step follows one that leads to where it starts."""
    left, found = list(keys), list[tuple[str, ...]]()
    while left:
        goals = {goal for _step, _start, goal in left}
        chain = [next((key for key in left if key[1] not in goals), left[0])]
        while chain:
            key = chain.pop()
            if key in left:
                left.remove(key)
                found.append(key)
                chain += [other for other in reversed(left) if other[1] == key[2]]
    return found


def sequence_picture(
    steps: Sequence[SequenceStep],
    title: str,
    lang: str,
    *,
    symbols: Mapping[str, str] | None = None,
    goals: Goals | None = None,
) -> Chart:
    """Return the picture of a sequence of steps, with the table of them.

    Args:
        steps: at least one, in order.
        title: what it shows.
        lang: of the words, en or nl.
        symbols: of enzymes and transporters, by IRI.
        goals: where pools and steps lead.
    """
    _ = translator(lang)
    lanes = list(dict.fromkeys(place for each in steps for place in (each.start_place, each.goal_place)))
    rows = _rows(steps)
    names = {pool: name for each in steps for pool, name in (each.start, each.goal)}
    places = {
        pool: place
        for each in steps
        for (pool, _name), place in ((each.start, each.start_place), (each.goal, each.goal_place))
    }
    boxes = {
        pool: Box(
            _MARGIN + _LANE * (lanes.index(places[pool]) + 0.5), _TOP + _ROW * (row + 0.5), _WIDE, _HIGH
        )
        for pool, row in rows.items()
    }
    height = _TOP + _ROW * (max(rows.values()) + 1)
    width = 2 * _MARGIN + _LANE * len(lanes)
    drawn = [shape("defs", arrow_head("cycle"))]
    for number, (_iri, name) in enumerate(lanes):
        left = _MARGIN + _LANE * number
        drawn.append(
            shape("rect", class_="place neuron", x=left + 4, y=4, width=_LANE - 8, height=height - 4, rx=14)
        )
        drawn += [
            shape("text", line, class_="mid lane-name", x=left + _LANE / 2, y=22 + 14 * at)
            for at, line in enumerate(in_lines(name, 25, 2))
        ]
    ends = [(boxes[each.start[0]], boxes[each.goal[0]]) for each in steps]
    lines = routed(ends, boxes.values())
    room = Room(boxes.values(), lines)
    drawn += [
        shape("path", d=line.course, marker_end="url(#arrow-cycle)", class_="step cycle") for line in lines
    ]
    for pool, box in boxes.items():
        words = in_lines(names[pool], 17, 2)
        inside = [
            shape("title", f"{names[pool]}, {places[pool][1]}"),
            shape(
                "rect", x=box.x - box.width / 2, y=box.y - box.height / 2, width=box.width, height=box.height,
                rx=box.height / 2,
            ),
            *(
                shape("text", word, class_="mid", x=box.x, y=box.y + 4.5 + (at - (len(words) - 1) / 2) * 14)
                for at, word in enumerate(words)
            ),
        ]  # fmt: skip
        name = f"{names[pool]}, {places[pool][1]}"
        drawn.append(
            shape("g", *inside, class_="pool")
            if goals is None
            else shape("a", *inside, class_="pool", href=goals.to_term(pool), aria_label=name)
        )
    for each, line in zip(steps, lines, strict=True):
        x, y = line.middle
        name = f"{each.position}. {each.step[1]}"
        inside = [
            shape("title", name),
            shape("circle", cx=x, cy=y, r=11),
            shape("text", str(each.position), x=x, y=y + 4.5, class_="mid number"),
        ]
        known = [(symbols or {})[iri] for iri, _name in each.proteins if iri in (symbols or {})]
        if known:
            text = known[0] + (f" +{len(known) - 1}" if len(known) > 1 else "")
            inside += chip(text, *room.beside(line, text), "chip")
        drawn.append(
            shape("g", *inside, class_="badge cycle")
            if goals is None
            else shape("a", *inside, class_="badge cycle", href=goals.to_term(each.step[0]), aria_label=name)
        )
    svg = shape(
        "svg", *drawn, class_="chart cycle lanes", viewBox=f"0 0 {width} {height + 6}", width=width,
        role="group", aria_label=title,
    )  # fmt: skip
    heads = (_("position"), _("step"), _("from"), _("to"), _("carried out by"))
    table = [
        (
            each.position,
            each.step[1],
            f"{each.start[1]}, {each.start_place[1]}",
            f"{each.goal[1]}, {each.goal_place[1]}",
            ", ".join(name for _iri, name in each.proteins),
        )
        for each in steps
    ]
    return Chart(title, lang, markup(svg), heads, table)


def _rows(steps: Sequence[SequenceStep]) -> dict[str, int]:
    """Return in which row of its lane each pool stands: beside the one it is made from, else below it."""
    rows: dict[str, int] = {}
    free: dict[Named, int] = {}

    def put(pool: str, place: Named, least: int) -> None:
        if pool not in rows:
            rows[pool] = max(least, free.get(place, 0))
            free[place] = rows[pool] + 1

    for each in steps:
        put(each.start[0], each.start_place, 0)
        is_same_lane = each.start_place == each.goal_place
        put(each.goal[0], each.goal_place, rows[each.start[0]] + (1 if is_same_lane else 0))
    return rows
