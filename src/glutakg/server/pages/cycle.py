"""The cycle as a picture: pools at their places and steps between them, from the rows of a catalogue query.

The rows say which pools and steps there are and what is joined to what; this module only says where on the
picture each place lies. What lies at a place that the picture does not have is not drawn, but told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from glutakg.rdf import PREFIXES
from glutakg.server.pages.html import Html, Node, address, element

__all__ = ["PICTURE_QUERY", "Edge", "edges", "picture", "term_path"]


PICTURE_QUERY = "steps-around-synapse"
"""The catalogue query that is drawn."""

Row = Mapping[str, str]

_DATA = PREFIXES["gkd"]
_WIDTH, _HEIGHT = 1000, 560
_PILL_HEIGHT = 28
_BADGE = 12


@dataclass(frozen=True, slots=True)
class _Region:
    kind: str
    x: int
    y: int
    width: int
    height: int
    names: Mapping[str, str]
    name_at: tuple[int, int]


_REGIONS = (
    _Region("neuron", 14, 30, 416, 284, {"en": "presynaptic neuron", "nl": "presynaptisch neuron"}, (28, 52)),
    _Region("cleft", 14, 330, 416, 92, {"en": "synaptic cleft", "nl": "synaptische spleet"}, (28, 350)),
    _Region(
        "neuron", 14, 438, 416, 100, {"en": "postsynaptic neuron", "nl": "postsynaptisch neuron"}, (28, 526)
    ),
    _Region("astrocyte", 570, 30, 270, 508, {"en": "astrocyte", "nl": "astrocyt"}, (664, 254)),
    _Region("capillary", 868, 30, 118, 508, {"en": "capillary", "nl": "haarvat"}, (882, 52)),
    _Region("organelle", 36, 66, 224, 166, {"en": "mitochondrion", "nl": "mitochondrion"}, (126, 222)),
    _Region("organelle", 590, 384, 230, 142, {"en": "mitochondrion", "nl": "mitochondrion"}, (700, 518)),
    _Region("vesicle", 232, 250, 130, 56, {"en": "vesicle", "nl": "blaasje"}, (368, 298)),
)
_OUTSIDE = {"en": ("extracellular", "space"), "nl": ("extracellulaire", "ruimte")}

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
    parts = ("cycle", "ammonia", "binding", "excitotoxicity")
    return sorted(found, key=lambda edge: (parts.index(edge.part), int(edge.position or 0)))


def term_path(iri: str) -> str:
    """Return the path of a term's own page, or its IRI where it has none here.

    >>> term_path("https://w3id.org/glutakg/data/taurine")
    '/data/taurine'
    """
    for name, folder in (("gkd", "/data/"), ("gk", "/ontology/")):
        if iri.startswith(PREFIXES[name]) and iri != PREFIXES[name]:
            return folder + iri.removeprefix(PREFIXES[name])
    return iri


def picture(steps: Sequence[Edge], substances: Mapping[str, str], *, lang: str, root: str = "") -> Html:
    """Return the picture as SVG; every pool and every step is a link.

    Args:
        steps: what is drawn.
        substances: the name of each substance or receptor by the end of its IRI.
        lang: en or nl.
        root: the path under which the server is seen, without a slash at its end.
    """
    drawn = [edge for edge in steps if edge.from_spot in _SPOTS and edge.to_spot in _SPOTS]
    missing = len(steps) - len(drawn)
    pools: dict[tuple[str, str], tuple[str, str]] = {}
    for edge in drawn:
        pools[edge.from_spot] = edge.start
        pools.setdefault(edge.to_spot, edge.goal)
    words = _WORDS[lang]
    note = element("p", words["not drawn"].format(missing)) if missing else None
    drawing = element(
        "svg",
        _markers(),
        [_drawn_region(region, lang) for region in _REGIONS],
        _text_lines(_OUTSIDE[lang], 498, 296, "region-name middle"),
        [_line(edge, pools) for edge in drawn],
        [
            _pill(spot, pool, substances.get(spot[1], pool[1]), lang, root)
            for spot, pool in sorted(pools.items())
        ],
        [_badge(edge) for edge in drawn],
        attributes={"viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "group"},
        class_="cycle",
        aria_label=words["picture"],
    )
    box = element("div", drawing, class_="picture", tabindex="0", role="region", aria_label=words["scroll"])
    return element("div", box, note)


_WORDS = {
    "en": {
        "picture": "The glutamate-glutamine cycle: pools at their places, joined by steps",
        "scroll": "Picture of the cycle",
        "not drawn": "{} steps lie at places that the picture does not have.",
        "step": "Step {}: {}",
    },
    "nl": {
        "picture": "De glutamaat-glutaminecyclus: poelen op hun plaatsen, verbonden door stappen",
        "scroll": "Tekening van de cyclus",
        "not drawn": "{} stappen liggen op plaatsen die de tekening niet heeft.",
        "step": "Stap {}: {}",
    },
}


def _local(iri: str) -> str:
    return iri.removeprefix(_DATA)


def _markers() -> Html:
    arrow = element("path", d="M0 0 L8 4 L0 8 z")
    parts = ("cycle", "ammonia", "binding", "excitotoxicity")
    return element(
        "defs",
        [
            element(
                "marker",
                arrow,
                id=f"arrow-{part}",
                class_=f"head {part}",
                attributes={
                    "viewBox": "0 0 8 8",
                    "refX": "7",
                    "refY": "4",
                    "markerWidth": "9",
                    "markerHeight": "9",
                    "markerUnits": "userSpaceOnUse",
                    "orient": "auto",
                },
            )
            for part in parts
        ],
    )


def _drawn_region(region: _Region, lang: str) -> Html:
    corner = region.height // 2 if region.kind in ("organelle", "vesicle") else 22
    corner = min(corner, 40)
    x, y = region.name_at
    return element(
        "g",
        element(
            "rect",
            x=region.x,
            y=region.y,
            width=region.width,
            height=region.height,
            rx=corner,
            class_=f"place {region.kind}",
        ),
        element("text", region.names[lang], x=x, y=y, class_="region-name"),
    )


def _text_lines(lines: Sequence[str], x: float, y: float, class_: str) -> Html:
    first = y - (len(lines) - 1) * 6.5
    return element(
        "text",
        [
            element("tspan", line, x=f"{x:g}", y=f"{first + 13 * number:g}")
            for number, line in enumerate(lines)
        ],
        class_=class_,
    )


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


def _pill(spot: tuple[str, str], pool: tuple[str, str], substance: str, lang: str, root: str) -> Html:
    x, y = _SPOTS[spot]
    width, height = _size(spot)
    kind = spot[1] if spot[1] in ("glutamate", "glutamine", "ammonia", "excitotoxicity") else "other"
    lines = _wrapped(substance, 18 if width > 100 else 12) if height > _PILL_HEIGHT else [substance]
    return element(
        "a",
        element("title", pool[1]),
        element("rect", x=x - width // 2, y=y - height // 2, width=width, height=height, rx=height // 2),
        _text_lines(lines, x, y + 4, "middle small" if len(lines) > 1 else "middle"),
        href=_linked(pool[0], lang, root),
        class_=f"pool {kind}",
        attributes={"data-pool": _local(pool[0])},
        aria_label=pool[1],
    )


def _linked(iri: str, lang: str, root: str) -> str:
    path = term_path(iri)
    return address(path, root=root, lang=lang) if path.startswith("/") else path


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


def _line(edge: Edge, pools: Mapping[tuple[str, str], tuple[str, str]]) -> Html:
    (x1, y1), (x2, y2), bend = _ends(edge)
    course = f"Q{bend[0]} {bend[1]} " if bend else "L"
    return element(
        "path",
        d=f"M{x1:.1f} {y1:.1f} {course}{x2:.1f} {y2:.1f}",
        class_=f"step {edge.part}",
        attributes={"marker-end": f"url(#arrow-{edge.part})", "data-step": _local(edge.step[0])},
    )


def _badge(edge: Edge) -> Node:
    """Return the mark in the middle of a line; the number of a step of the cycle, a dot of any other."""
    if edge.part == "excitotoxicity":
        return None
    (x1, y1), (x2, y2), bend = _ends(edge)
    if bend:
        x, y = 0.25 * x1 + 0.5 * bend[0] + 0.25 * x2, 0.25 * y1 + 0.5 * bend[1] + 0.25 * y2
    else:
        share = 0.5 if hypot(x2 - x1, y2 - y1) < 150 else 0.42
        x, y = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
    name = f"{edge.position}. {edge.step[1]}" if edge.position else edge.step[1]
    number = element("text", edge.position, x=f"{x:.1f}", y=f"{y + 4.5:.1f}", class_="middle number")
    return element(
        "a",
        element("title", name),
        element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=12, class_="target") if not edge.position else None,
        element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=_BADGE if edge.position else 6),
        number if edge.position else None,
        href=f"#step-{_local(edge.step[0])}",
        class_=f"badge {edge.part}",
        attributes={"data-step": _local(edge.step[0])},
        aria_label=name,
    )
