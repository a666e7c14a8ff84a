"""Where what the cycle consists of lies in its picture, and how steps get from one pool to another.

The tables of `data/picture` say where regions and pools lie; steps find their ways between them.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path

from glutakg.charts.shapes import chip_size
from glutakg.dataset import shipped_root
from glutakg.errors import SourceError
from glutakg.files import read_text

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Box",
    "Line",
    "Region",
    "Room",
    "Spot",
    "read_protected",
    "read_regions",
    "read_spots",
    "read_table",
    "routed",
]


WIDTH, HEIGHT = 1180, 1000
"""Of the picture, in its own units."""

Point = tuple[float, float]
Spot = tuple[str, str]
"""A place and what lies there: a substance, or a receptor, each by the end of its IRI."""

_GAP, _STEPS = 4, 24
_BENDS = (0, 34, -34, 62, -62, 96, -96, 140, -140, 190, -190)


@dataclass(frozen=True, slots=True)
class Region:
    """A cell or a part of one: its kind, its name by language, its rectangle, and where the name stands."""

    kind: str
    names: Mapping[str, str]
    x: float
    y: float
    width: float
    height: float
    corner: float
    name_x: float
    name_y: float


@dataclass(frozen=True, slots=True)
class Box:
    """What a pool takes up: its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        """Return whether the two boxes share room."""
        near_x = abs(self.x - other.x) < (self.width + other.width) / 2
        return near_x and abs(self.y - other.y) < (self.height + other.height) / 2

    def has(self, point: Point, gap: float = _GAP) -> bool:
        """Return whether a point lies in the box, or as near to it as the gap."""
        near_x = abs(point[0] - self.x) < self.width / 2 + gap
        return near_x and abs(point[1] - self.y) < self.height / 2 + gap


@dataclass(frozen=True, slots=True)
class Line:
    """The way of a step: its course as a path of SVG, the point in the middle, whether it goes up or down."""

    course: str
    middle: Point
    is_upright: bool


class Room:
    """What is taken up, so that each small label gets a place of its own near its mark."""

    def __init__(self, pools: Iterable[Box], lines: Iterable[Line]) -> None:
        """Take what lies there before: pools and marks."""
        self._pools = list(pools)
        self._others = [Box(*line.middle, 20, 20) for line in lines]

    def beside(self, line: Line, text: str) -> tuple[float, float]:
        """Return where the middle of a label lies: as near to the mark of its step as there is room."""
        x, y = line.middle
        width, height = chip_size(text)
        side = width / 2 + 14
        near = [(x, y + 21), (x, y - 21), (x + side, y), (x - side, y)]
        near = [*near[2:], *near[:2]] if line.is_upright else near
        far = [(x + dx, y + dy) for dy in (21, -21, 38, -38, 55, -55) for dx in (0, side - 8, 8 - side)]
        boxes = [Box(*point, width, height) for point in (*near, *far)]
        box = min(
            boxes, key=lambda box: 2 * sum(map(box.meets, self._pools)) + sum(map(box.meets, self._others))
        )
        self._others.append(box)
        return box.x, box.y


@cache
def read_regions() -> tuple[Region, ...]:
    """Return the regions, what lies below first.

    Raises:
        SourceError: the table is missing or damaged.
    """
    return tuple(
        Region(
            row["kind"], {"en": row["name_en"], "nl": row["name_nl"]}, *_numbers(row, Region.__slots__[2:])
        )
        for row in read_table("regions.tsv")
    )


@cache
def read_spots() -> Mapping[Spot, tuple[Point, ...]]:
    """Return where each pool lies, by its place and what it holds; one that lies at several points, at all.

    Raises:
        SourceError: the table is missing or damaged.
    """
    found: dict[Spot, tuple[Point, ...]] = {}
    for row in read_table("pools.tsv"):
        x, y = _numbers(row, ("x", "y"))
        spot = row["place"], row["substance"]
        found[spot] = (*found.get(spot, ()), (x, y))
    return found


@cache
def read_protected() -> Mapping[str, Point]:
    """Return by process, the end of its IRI, where the list of what is claimed to protect against it begins.

    Raises:
        SourceError: the table is missing or damaged.
    """
    found = {row["process"]: _numbers(row, ("x", "y")) for row in read_table("protected.tsv")}
    return {process: (x, y) for process, (x, y) in found.items()}


@cache
def read_table(name: str) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table of `data/picture`.

    Raises:
        SourceError: the table is missing or damaged.
    """
    path = shipped_root() / "data" / "picture" / name
    return list(csv.DictReader(read_text(path).splitlines(), delimiter="\t"))


def _numbers(row: Mapping[str, str], columns: Sequence[str]) -> list[float]:
    try:
        return [float(row[column]) for column in columns]
    except (KeyError, TypeError, ValueError):
        raise SourceError(
            f"a row of the picture has no number for one of {', '.join(columns)}: {dict(row)}",
            path=Path("data/picture"),
        ) from None


def routed(ends: Sequence[tuple[Box, Box]], boxes: Iterable[Box]) -> list[Line]:
    """Return the way of each step: straight, or bent as little as keeps it clear of others.

    Args:
        ends: the boxes that each step leads from and to.
        boxes: all there are.
    """
    all_boxes = list(boxes)
    taken: dict[frozenset[Box], list[float]] = {}
    found = []
    for start, goal in ends:
        used = taken.setdefault(frozenset((start, goal)), [])
        others = [box for box in all_boxes if box not in (start, goal)]
        side = 1 if (start.x, start.y) <= (goal.x, goal.y) else -1
        free = [bend for bend in _BENDS if bend * side not in used] or [_BENDS[0]]
        ranked = [
            (_hits(_curve(start, goal, bend), others), number, bend) for number, bend in enumerate(free)
        ]
        _most, _number, bend = min(ranked)
        used.append(bend * side)
        found.append(_line(start, goal, bend))
    return found


def _hits(curve: Sequence[Point], others: Sequence[Box]) -> int:
    return sum(any(box.has(point) for point in curve) for box in others)


def _controlled(start: Box, goal: Box, bend: float) -> Point:
    """Return the point that a line is drawn to on its way, twice as far from straight as the line itself."""
    dx, dy = goal.x - start.x, goal.y - start.y
    length = hypot(dx, dy) or 1
    return (start.x + goal.x) / 2 - dy / length * 2 * bend, (start.y + goal.y) / 2 + dx / length * 2 * bend


def _curve(start: Box, goal: Box, bend: float) -> list[Point]:
    control = _controlled(start, goal, bend)
    return [_on_curve(start, control, goal, number / _STEPS) for number in range(_STEPS + 1)]


def _on_curve(start: Box, control: Point, goal: Box, share: float) -> Point:
    left = 1 - share
    return (
        left * left * start.x + 2 * left * share * control[0] + share * share * goal.x,
        left * left * start.y + 2 * left * share * control[1] + share * share * goal.y,
    )


def _line(start: Box, goal: Box, bend: float) -> Line:
    control = _controlled(start, goal, bend)
    x1, y1 = _rim(start, control if bend else (goal.x, goal.y), 2)
    x2, y2 = _rim(goal, control if bend else (start.x, start.y), 3)
    if bend:
        course = f"Q{control[0]:.1f} {control[1]:.1f} "
        middle = 0.25 * x1 + 0.5 * control[0] + 0.25 * x2, 0.25 * y1 + 0.5 * control[1] + 0.25 * y2
    else:
        course, share = "L", 0.5 if hypot(x2 - x1, y2 - y1) < 150 else 0.42
        middle = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
    return Line(f"M{x1:.1f} {y1:.1f} {course}{x2:.1f} {y2:.1f}", middle, abs(y2 - y1) > abs(x2 - x1))


def _rim(box: Box, towards: Point, gap: float) -> Point:
    dx, dy = towards[0] - box.x, towards[1] - box.y
    half_width, half_height = box.width / 2 + gap, box.height / 2 + gap
    share = min(
        half_width / abs(dx) if dx else float("inf"), half_height / abs(dy) if dy else float("inf"), 1.0
    )
    return box.x + dx * share, box.y + dy * share
