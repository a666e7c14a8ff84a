"""The cycle as a picture: pools at their places and steps between them, from the rows of queries.

The rows say which pools and steps there are and what is joined to what, `glutakg.charts.layout` where they
lie. A step at a place that the picture does not have is counted, and not drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from xml.etree.ElementTree import Element

from glutakg.charts.layout import (
    HEIGHT,
    WIDTH,
    Box,
    Line,
    Region,
    Room,
    Spot,
    read_protected,
    read_regions,
    read_spots,
    routed,
)
from glutakg.charts.shapes import arrow_head, chip, chip_size, in_lines, markup, shape
from glutakg.charts.values import Chart, Goals
from glutakg.languages import N_, translator
from glutakg.rdf import PREFIXES

__all__ = ["PARTS", "PICTURE_QUERIES", "Picture", "Step", "cycle_picture", "steps_of"]


PICTURE_QUERIES = ("steps-around-synapse", "steps-of-gaba-cycle", "steps-of-anaplerosis")
"""The queries whose answers are drawn together: the first of the catalogue, the others of the program."""

PARTS: Mapping[str, str] = {
    "cycle": N_("step of the cycle"),
    "gaba": N_("GABA cycle and shunt"),
    "anaplerosis": N_("anaplerosis: carbon that is bound"),
    "ammonia": N_("path of ammonia"),
    "binding": N_("binding to a receptor"),
    "excitotoxicity": N_("start of excitotoxicity"),
}
"""What a step may belong to, in order, with the words for it; each is a layer of the picture."""

_DATA = PREFIXES["gkd"]
_SUBSTANCES = frozenset({"ammonia", "excitotoxicity", "gaba", "glutamate", "glutamine"})
"""What has a colour of its own."""

_PILL_HEIGHT, _TALL = 28, 38
_CHARACTER, _SMALL_CHARACTER = 6.7, 6.3
_CHIP_ROW = 17
_NEAR = 80
"""How near to each other two steps need one label for the same protein."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that leads from one pool to another.

    Attributes:
        part: what it belongs to, a key of `PARTS`.
        position: its place in the cycle, or an empty text.
        step: IRI and name of the step; so are `start` and `goal` of the pools.
        proteins: IRI and name of each enzyme or transporter.
        from_spot: place and substance of the pool it starts from; so is `to_spot`.
    """

    part: str
    position: str
    step: tuple[str, str]
    start: tuple[str, str]
    goal: tuple[str, str]
    proteins: tuple[tuple[str, str], ...]
    from_spot: Spot
    to_spot: Spot

    @property
    def name(self) -> str:
        """The end of the IRI of the step."""
        return _local(self.step[0])


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of the cycle; `missing` are the steps that it has no place for."""

    chart: Chart
    missing: tuple[Step, ...]


def steps_of(rows: Iterable[Row]) -> list[Step]:
    """Return the steps of the rows, each once, the cycle first and in order.

    Args:
        rows: what `PICTURE_QUERIES` answer, each a mapping from variable to text.
    """
    proteins: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = (row["part"], row["step"], row["from"], row["to"])
        first.setdefault(key, row)
        if row.get("protein"):
            proteins.setdefault(key, []).append((row["protein"], row.get("protein_name") or row["protein"]))
    found = [
        Step(
            row["part"],
            row.get("position") or "",
            (row["step"], row.get("step_name") or row["step"]),
            (row["from"], row["from_name"]),
            (row["to"], row["to_name"]),
            tuple(dict.fromkeys(proteins.get(key, ()))),
            (_local(row["from_place"]), _local(row["from_substance"])),
            (_local(row["to_place"]), _local(row["to_substance"])),
        )
        for key, row in first.items()
    ]
    return sorted(found, key=lambda step: (list(PARTS).index(step.part), int(step.position or 0)))


def cycle_picture(
    steps: Sequence[Step],
    lang: str,
    *,
    substances: Mapping[str, str],
    symbols: Mapping[str, str],
    claimed: Mapping[str, tuple[str, int]] | None = None,
    nutrients: Mapping[str, Sequence[str]] | None = None,
    protective: Mapping[str, Sequence[tuple[str, str, str]]] | None = None,
    goals: Goals | None = None,
) -> Picture:
    """Return the picture, with the table of its steps.

    Args:
        steps: what is drawn.
        lang: of the words, en or nl.
        substances: the name of each substance or receptor by the end of its IRI.
        symbols: of enzymes and transporters, by IRI.
        claimed: of each step on which there are claims, by IRI, the status of those with the most evidence
            (the end of its IRI) and the number of evidence items.
        nutrients: which protective nutrients are cofactors of a step, by its IRI.
        protective: what is claimed to protect against a process, by the end of its IRI: the name of each
            nutrient, the IRI of the claim, and what the curators judge of it.
        goals: where pools and claims lead; steps then lead to their part of the page.
    """
    _ = translator(lang)
    spots = read_spots()
    drawn = [step for step in steps if step.from_spot in spots and step.to_spot in spots]
    boxes = _boxes(drawn, substances)
    ends = [_nearest(boxes[step.from_spot], boxes[step.to_spot]) for step in drawn]
    used = {box for pair in ends for box in pair}
    lines = routed(ends, [box for found in boxes.values() for box in found if box in used])
    layers: list[Element] = [_heads(), *(_region(each, lang) for each in read_regions())]
    layers += _joined(drawn, boxes, used)
    layers += [_arrow(step, line, claimed or {}) for step, line in zip(drawn, lines, strict=True)]
    layers += _pools(drawn, boxes, used, substances, goals)
    layers += _marks(drawn, lines, Room(used, lines), symbols, nutrients or {}, goals)
    layers += _protectors(boxes, protective or {}, goals)
    title = _("The glutamate-glutamine-GABA cycle: pools at their places, joined by steps")
    svg = shape(
        "svg",
        *layers,
        class_="chart cycle",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="group",
        aria_label=title,
    )
    table = [
        (
            step.position,
            step.step[1],
            step.start[1],
            step.goal[1],
            ", ".join(name for _iri, name in step.proteins),
            _(PARTS[step.part]),
        )
        for step in drawn
    ]
    heads = (_("position"), _("step"), _("from"), _("to"), _("carried out by"), _("part"))
    chart = Chart(title, lang, markup(svg), heads, table)
    return Picture(chart, tuple(step for step in steps if step not in drawn))


def _local(iri: str) -> str:
    return iri.removeprefix(_DATA)


def _lines_of(spot: Spot, substances: Mapping[str, str]) -> list[str]:
    name = substances.get(spot[1], spot[1])
    if len(name) <= 16 and (" " not in name or len(name) < 12):
        return [name]
    if " " not in name and len(name) > 20:
        half = (len(name) + 1) // 2
        return [f"{name[:half]}-", name[half:]]
    return in_lines(name, 18 if len(name) > 24 else 12, 2)


def _is_large(lines: Sequence[str]) -> bool:
    return len(lines) == 1 and len(lines[0]) <= 16


def _boxes(steps: Iterable[Step], substances: Mapping[str, str]) -> dict[Spot, list[Box]]:
    """Return what each pool that a step needs takes up, at each of its points."""
    found: dict[Spot, list[Box]] = {}
    for step in steps:
        for spot in (step.from_spot, step.to_spot):
            if spot not in found:
                lines = _lines_of(spot, substances)
                character = _CHARACTER if _is_large(lines) else _SMALL_CHARACTER
                width = max(84.0, max(map(len, lines)) * character + 12)
                height = _TALL if len(lines) > 1 else _PILL_HEIGHT
                found[spot] = [Box(x, y, width, height) for x, y in read_spots()[spot]]
    return found


def _nearest(starts: Sequence[Box], goals: Sequence[Box]) -> tuple[Box, Box]:
    """Return the two boxes that lie nearest to each other, where a pool is drawn several times."""
    pairs = [(start, goal) for start in starts for goal in goals]
    return min(pairs, key=lambda pair: (pair[0].x - pair[1].x) ** 2 + (pair[0].y - pair[1].y) ** 2)


def _heads() -> Element:
    return shape("defs", *map(arrow_head, PARTS))


def _region(each: Region, lang: str) -> Element:
    return shape(
        "g",
        shape(
            "rect", class_=f"place {each.kind}", x=each.x, y=each.y, width=each.width, height=each.height,
            rx=each.corner,
        ),
        *(
            shape("text", line, class_="region-name", x=each.name_x, y=each.name_y + 16 * number)
            for number, line in enumerate(in_lines(each.names[lang], int(each.width / 8), 2))
        ),
    )  # fmt: skip


def _arrow(step: Step, line: Line, claimed: Mapping[str, tuple[str, int]]) -> Element:
    status, items = claimed.get(step.step[0], ("unclaimed", 0))
    width = min(1 + items // 3, 4)
    return shape(
        "path", d=line.course, marker_end=f"url(#arrow-{step.part})", data_step=step.name,
        class_=f"step {step.part} is-{status} items-{width}",
    )  # fmt: skip


def _joined(steps: Iterable[Step], boxes: Mapping[Spot, Sequence[Box]], used: set[Box]) -> list[Element]:
    """Return the lines that join the points of a pool that is drawn several times."""
    parts: dict[Spot, str] = {}
    for step in steps:
        parts[step.from_spot] = parts[step.to_spot] = step.part
    return [
        shape("path", d=f"M{one.x:g} {one.y:g}L{other.x:g} {other.y:g}", class_=f"same {parts[spot]}")
        for spot, found in boxes.items()
        for one, other in pairwise(box for box in found if box in used)
    ]


def _pools(
    steps: Sequence[Step],
    boxes: Mapping[Spot, Sequence[Box]],
    used: set[Box],
    substances: Mapping[str, str],
    goals: Goals | None,
) -> list[Element]:
    first: dict[Spot, tuple[str, tuple[str, str]]] = {}
    for step in steps:
        first.setdefault(step.from_spot, (step.part, step.start))
        first.setdefault(step.to_spot, (step.part, step.goal))
    drawn = []
    for spot, (part, (iri, name)) in sorted(first.items()):
        kind = spot[1] if spot[1] in _SUBSTANCES else "other"
        shown = [box for box in boxes[spot] if box in used]
        for box in shown:
            lines = _lines_of(spot, substances)
            inside = [
                shape("title", name),
                shape(
                    "rect", x=box.x - box.width / 2, y=box.y - box.height / 2, width=box.width,
                    height=box.height, rx=box.height / 2,
                ),
                *(
                    shape(
                        "text", line, x=box.x, y=box.y + 4.5 + (number - (len(lines) - 1) / 2) * 13,
                        class_="mid" if _is_large(lines) else "mid small",
                    )
                    for number, line in enumerate(lines)
                ),
            ]  # fmt: skip
            common = {"class_": f"pool {kind} {part}", "data_pool": _local(iri)}
            if goals is None:
                drawn.append(shape("g", *inside, **common))
            else:
                drawn.append(shape("a", *inside, href=goals.to_term(iri), aria_label=name, **common))
    return drawn


def _marks(
    steps: Sequence[Step],
    lines: Sequence[Line],
    room: Room,
    symbols: Mapping[str, str],
    nutrients: Mapping[str, Sequence[str]],
    goals: Goals | None,
) -> list[Element]:
    """Return the mark in the middle of each step: its number or a dot, with who carries it out beside it."""
    drawn = []
    chipped: set[str] = set()
    chips: list[tuple[str, float, float]] = []
    for step, line in zip(steps, lines, strict=True):
        x, y = line.middle
        name = f"{step.position}. {step.step[1]}" if step.position else step.step[1]
        inside = [shape("title", name)]
        if step.position:
            inside += [
                shape("circle", cx=x, cy=y, r=12),
                shape("text", step.position, x=x, y=y + 4.5, class_="mid number"),
            ]
        else:
            inside += [shape("circle", cx=x, cy=y, r=12, class_="target"), shape("circle", cx=x, cy=y, r=6)]
        if step.step[0] not in chipped:
            chipped.add(step.step[0])
            known = [symbols[iri] for iri, _name in step.proteins if iri in symbols]
            if known:
                label = known[0] + (f" +{len(known) - 1}" if len(known) > 1 else "")
                if not any(label == text and hypot(x - x2, y - y2) < _NEAR for text, x2, y2 in chips):
                    chips.append((label, x, y))
                    inside += chip(label, *room.beside(line, label), "chip")
            for nutrient in nutrients.get(step.step[0], ()):
                inside += chip(nutrient, *room.beside(line, nutrient), "chip nutrient")
        common = {"class_": f"badge {step.part}", "data_step": step.name}
        if goals is None:
            drawn.append(shape("g", *inside, **common))
        else:
            drawn.append(shape("a", *inside, href=f"#step-{step.name}", aria_label=name, **common))
    return drawn


def _protectors(
    boxes: Mapping[Spot, Sequence[Box]],
    protective: Mapping[str, Sequence[tuple[str, str, str]]],
    goals: Goals | None,
) -> list[Element]:
    """Return lists of what is claimed to protect, with a line from each to what it is to protect against."""
    drawn = []
    for spot, (box, *_others) in boxes.items():
        if spot[1] not in protective or spot[1] not in read_protected():
            continue
        x, y = read_protected()[spot[1]]
        named = protective[spot[1]]
        start = x - max(chip_size(name)[0] for name, _claim, _status in named) / 2
        end = box.x + box.width / 2 + 6
        course = f"M{start:g} {box.y:g}H{end:g}M{end:g} {box.y - 9:g}V{box.y + 9:g}"
        drawn.append(shape("path", d=course, class_="protects nutrient"))
        for number, (name, claim, status) in enumerate(named):
            title = f"{name}: {status}"
            inside = [shape("title", title), *chip(name, x, y + _CHIP_ROW * number, "chip nutrient")]
            common = {"class_": "protector nutrient"}
            if goals is None:
                drawn.append(shape("g", *inside, **common))
            else:
                drawn.append(shape("a", *inside, href=goals.to_term(claim), aria_label=title, **common))
    return drawn
