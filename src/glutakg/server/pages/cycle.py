"""The cycle as a picture: pools at their places and steps between them, from the rows of a catalogue query.

The rows say which pools and steps there are and what is joined to what; this module only says where on the
picture each place lies. What lies at a place that the picture does not have is counted, and not drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from glutakg.languages import N_
from glutakg.rdf import PREFIXES

__all__ = ["PARTS", "PICTURE_QUERY", "Drawing", "Edge", "drawing", "edges"]


PICTURE_QUERY = "steps-around-synapse"
"""The catalogue query that is drawn."""

Row = Mapping[str, str]

_DATA = PREFIXES["gkd"]
PARTS = ("cycle", "ammonia", "binding", "excitotoxicity")
"""What a step may belong to, in order."""

_PILL_HEIGHT = 28
_SUBSTANCES = frozenset({"ammonia", "excitotoxicity", "glutamate", "glutamine"})
"""What has a colour of its own."""


@dataclass(frozen=True, slots=True)
class Region:
    """A cell or a part of one: its kind and name, its rectangle, and where the name stands."""

    kind: str
    name: str
    x: int
    y: int
    width: int
    height: int
    corner: int
    name_x: int
    name_y: int


_REGIONS = (
    Region("neuron", N_("presynaptic neuron"), 14, 30, 416, 284, 22, 28, 52),
    Region("cleft", N_("synaptic cleft"), 14, 330, 416, 92, 22, 28, 350),
    Region("neuron", N_("postsynaptic neuron"), 14, 438, 416, 100, 22, 28, 526),
    Region("astrocyte", N_("astrocyte"), 570, 30, 270, 508, 22, 664, 254),
    Region("capillary", N_("capillary"), 868, 30, 118, 508, 22, 882, 52),
    Region("organelle", N_("mitochondrion"), 36, 66, 224, 166, 40, 126, 222),
    Region("organelle", N_("mitochondrion"), 590, 384, 230, 142, 40, 700, 518),
    Region("vesicle", N_("vesicle"), 232, 250, 130, 56, 28, 368, 298),
)

_SPOTS: Mapping[tuple[str, str], tuple[int, int]] = {
    ("place-glutamatergic-neuron-mitochondrial-matrix", "glutamine"): (196, 96),
    ("place-glutamatergic-neuron-mitochondrial-matrix", "glutamate"): (96, 160),
    ("place-glutamatergic-neuron-mitochondrial-matrix", "ammonia"): (200, 176),
    ("place-glutamatergic-neuron-cytosol", "glutamine"): (366, 96),
    ("place-glutamatergic-neuron-cytosol", "ammonia"): (366, 176),
    ("place-glutamatergic-neuron-cytosol", "glutamate"): (96, 280),
    ("place-glutamatergic-neuron-synaptic-vesicle", "glutamate"): (297, 280),
    ("place-synaptic-cleft", "glutamate"): (297, 376),
    ("place-synaptic-cleft", "excitotoxicity"): (98, 384),
    ("place-postsynaptic-membrane", "ampa-receptor"): (66, 466),
    ("place-postsynaptic-membrane", "kainate-receptor"): (158, 466),
    ("place-postsynaptic-membrane", "nmda-receptor"): (250, 466),
    ("place-postsynaptic-membrane", "metabotropic-glutamate-receptor"): (362, 466),
    ("place-brain-extracellular-space", "glutamine"): (498, 96),
    ("place-brain-extracellular-space", "ammonia"): (498, 176),
    ("place-astrocyte-cytosol", "glutamine"): (646, 96),
    ("place-astrocyte-cytosol", "ammonia"): (776, 176),
    ("place-astrocyte-cytosol", "glutamate"): (646, 320),
    ("place-astrocyte-mitochondrial-matrix", "glutamate"): (646, 414),
    ("place-astrocyte-mitochondrial-matrix", "oxoglutarate"): (652, 486),
    ("place-astrocyte-mitochondrial-matrix", "ammonia"): (768, 450),
    ("place-blood-plasma", "glutamine"): (927, 96),
    ("place-blood-plasma", "ammonia"): (927, 176),
}
"""Where the middle of a pool lies, by its place and its substance; for a receptor by the receptor itself."""

_BENDS: Mapping[str, tuple[int, int]] = {"glutamine-efflux-from-brain": (712, -42)}
"""Steps that do not go straight: where they are drawn to on their way."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A step that leads from one pool to another.

    Attributes:
        part: what it belongs to: cycle, ammonia, binding or excitotoxicity.
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
    from_spot: tuple[str, str]
    to_spot: tuple[str, str]


def edges(rows: Iterable[Row]) -> list[Edge]:
    """Return the steps of the rows, each once, the cycle first and in order.

    Args:
        rows: what `PICTURE_QUERY` answers, each a mapping from variable to text.
    """
    proteins: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = (row["part"], row["step"], row["from"], row["to"])
        first.setdefault(key, row)
        if "protein" in row:
            proteins.setdefault(key, []).append((row["protein"], row.get("protein_name", row["protein"])))
    found = [
        Edge(
            row["part"],
            row.get("position", ""),
            (row["step"], row.get("step_name", row["step"])),
            (row["from"], row["from_name"]),
            (row["to"], row["to_name"]),
            tuple(dict.fromkeys(proteins.get(key, ()))),
            (_local(row["from_place"]), _local(row["from_substance"])),
            (_local(row["to_place"]), _local(row["to_substance"])),
        )
        for key, row in first.items()
    ]
    return sorted(found, key=lambda edge: (PARTS.index(edge.part), int(edge.position or 0)))


@dataclass(frozen=True, slots=True)
class Pill:
    """A pool on the picture: its IRI and name, the lines of the text in it, its middle and its size."""

    iri: str
    name: str
    kind: str
    lines: Sequence[str]
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step on the picture: its line, and where the mark in the middle lies that leads to its card."""

    edge: Edge
    line: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn, and the number of steps that are not."""

    parts: Sequence[str]
    regions: Sequence[Region]
    arrows: Sequence[Arrow]
    pills: Sequence[Pill]
    missing: int


def drawing(steps: Sequence[Edge], substances: Mapping[str, str]) -> Drawing:
    """Return where everything lies.

    Args:
        steps: what is drawn.
        substances: the name of each substance or receptor by the end of its IRI.
    """
    drawn = [edge for edge in steps if edge.from_spot in _SPOTS and edge.to_spot in _SPOTS]
    pools: dict[tuple[str, str], tuple[str, str]] = {}
    for edge in drawn:
        pools[edge.from_spot] = edge.start
        pools.setdefault(edge.to_spot, edge.goal)
    pills = [_pill(spot, pool, substances.get(spot[1], pool[1])) for spot, pool in sorted(pools.items())]
    return Drawing(PARTS, _REGIONS, list(map(_arrow, drawn)), pills, len(steps) - len(drawn))


def _local(iri: str) -> str:
    return iri.removeprefix(_DATA)


def _size(spot: tuple[str, str]) -> tuple[int, int]:
    if spot[0] == "place-postsynaptic-membrane":
        return (122 if spot[1].startswith("metabotropic") else 84), 38
    return (112 if spot[1] in ("excitotoxicity", "oxoglutarate") else 92), _PILL_HEIGHT


def _wrapped(name: str, most: int) -> list[str]:
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pill(spot: tuple[str, str], pool: tuple[str, str], substance: str) -> Pill:
    width, height = _size(spot)
    lines = _wrapped(substance, 18 if width > 100 else 12) if height > _PILL_HEIGHT else [substance]
    kind = spot[1] if spot[1] in _SUBSTANCES else "other"
    return Pill(*pool, kind, lines, *_SPOTS[spot], width, height)


def _ends(edge: Edge) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float] | None]:
    """Return where the line of a step begins and ends, at the rims of its pools, and where it bends."""
    start, goal = _SPOTS[edge.from_spot], _SPOTS[edge.to_spot]
    bend = _BENDS.get(_local(edge.step[0]))
    return (
        _rim(start, bend or goal, _size(edge.from_spot), 2),
        _rim(goal, bend or start, _size(edge.to_spot), 3),
        bend,
    )


def _rim(
    middle: tuple[float, float], towards: tuple[float, float], size: tuple[int, int], gap: int
) -> tuple[float, float]:
    dx, dy = towards[0] - middle[0], towards[1] - middle[1]
    half_width, half_height = size[0] / 2 + gap, size[1] / 2 + gap
    share = min(
        half_width / abs(dx) if dx else float("inf"), half_height / abs(dy) if dy else float("inf"), 1.0
    )
    return middle[0] + dx * share, middle[1] + dy * share


def _arrow(edge: Edge) -> Arrow:
    (x1, y1), (x2, y2), bend = _ends(edge)
    if bend:
        course = f"Q{bend[0]} {bend[1]} "
        x, y = 0.25 * x1 + 0.5 * bend[0] + 0.25 * x2, 0.25 * y1 + 0.5 * bend[1] + 0.25 * y2
    else:
        course = "L"
        share = 0.5 if hypot(x2 - x1, y2 - y1) < 150 else 0.42
        x, y = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
    return Arrow(edge, f"M{x1:.1f} {y1:.1f} {course}{x2:.1f} {y2:.1f}", x, y)
