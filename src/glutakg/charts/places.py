"""Where in the body and the cell things are: a map whose compartments tell what lies and happens there.

The table `data/picture/places.tsv` says where organs, cells and places lie; what they are called and
what is in them comes from queries.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from glutakg.charts.layout import read_table
from glutakg.charts.shapes import in_lines, markup, shape
from glutakg.charts.values import Chart, Goals
from glutakg.languages import N_, Translator, translator
from glutakg.rdf import local_name

__all__ = ["KINDS", "Place", "place_map", "places_of"]


KINDS: Mapping[str, str] = {
    "pool": N_("pools"),
    "step": N_("steps"),
    "transporter": N_("transporters"),
    "receptor": N_("receptors"),
}
"""What a place is told to have, in order, with the words for it."""

_WIDTH, _HEIGHT = 980, 1118
_WIDE_CHARACTER, _CHARACTER = 7.4, 5.8

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Place:
    """A place with all that is there.

    Attributes:
        iri: of the place.
        name: of the place.
        compartment: name of the kind of compartment.
        cell: IRI and name of the cell, where it lies in one; so is `organ`.
        things: IRI and name of each thing at the place, by its kind, a key of `KINDS`.
    """

    iri: str
    name: str
    compartment: str
    cell: tuple[str, str] | None
    organ: tuple[str, str] | None
    things: Mapping[str, Sequence[tuple[str, str]]]


def places_of(rows: Iterable[Row], contents: Iterable[Row]) -> list[Place]:
    """Return the places with what is there, by IRI.

    Args:
        rows: what the query `places` answers.
        contents: what the query `contents-of-places` answers.
    """
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in contents:
        of_kind = found.setdefault(str(row["place"]), {kind: [] for kind in KINDS})[str(row["kind"])]
        of_kind.append((str(row["thing"]), str(row["name"])))
    return [
        Place(
            str(row["place"]),
            str(row["name"]),
            str(row["compartment"]),
            _named(row, "cell"),
            _named(row, "organ"),
            {kind: sorted(of, key=_name) for kind, of in found.get(str(row["place"]), {}).items()},
        )
        for row in rows
    ]


def _named(row: Row, what: str) -> tuple[str, str] | None:
    return (str(row[what]), str(row[f"{what}_name"])) if row.get(what) else None


def _name(thing: tuple[str, str]) -> tuple[str, str]:
    return thing[1].casefold(), thing[0]


def place_map(
    places: Sequence[Place], lang: str, *, goals: Goals | None = None, marked: Collection[str] | None = None
) -> Chart:
    """Return the map, with the table of what each place has.

    Args:
        places: all there are.
        lang: of the words, en or nl.
        goals: where places lead: to their part of the page of all places.
        marked: IRIs of the places to point out; the map then names organs alone, to be shown small.
    """
    _ = translator(lang)
    by_name = {local_name(place.iri): place for place in places}
    names = {local_name(each[0]): each[1] for place in places for each in (place.cell, place.organ) if each}
    outside = [place.compartment for place in places if place.cell is None]
    drawn: list[Element] = []
    for row in read_table("places.tsv"):
        x, y, width, height = (float(row[column]) for column in ("x", "y", "width", "height"))
        if row["thing"] in by_name:
            place = by_name[row["thing"]]
            names_of, told = list[str](), list[str]()
            if marked is None:
                is_told_apart = place.cell is not None or outside.count(place.compartment) == 1
                name = place.compartment if is_told_apart else place.name
                names_of = in_lines(name, int(width / _WIDE_CHARACTER), 2)
                told = in_lines(" · ".join(_told(place, _)), int(width / _CHARACTER), 2)
            drawn.append(_place(place, row["kind"], (x, y, width, height), names_of, told, goals, marked))
        elif row["thing"] in names:
            drawn.append(shape("rect", class_=row["kind"], x=x, y=y, width=width, height=height, rx=18))
            if marked is None or row["kind"] == "organ":
                lower = 21 if marked is None else 30
                drawn.append(shape("text", names[row["thing"]], class_="holder", x=x + 14, y=y + lower))
    title = _("Places in the body and the cell")
    if marked is not None:
        title = "; ".join(place.name for place in places if place.iri in marked) or title
    size = f"0 0 {_WIDTH} {_HEIGHT}"
    small = "" if marked is None else " small-map"
    svg = shape("svg", *drawn, class_=f"chart places{small}", viewBox=size, role="group", aria_label=title)
    heads = [_("place"), *map(_, KINDS.values())]
    table: list[tuple[str | int, ...]] = [
        (place.name, *(len(place.things.get(kind, ())) for kind in KINDS)) for place in places
    ]
    return Chart(title, lang, markup(svg), heads, table)


def _told(place: Place, _: Translator) -> list[str]:
    """Return how many things of each kind a place has, as words."""
    return [
        f"{_(word)}:\N{NO-BREAK SPACE}{len(place.things[kind])}"
        for kind, word in KINDS.items()
        if place.things.get(kind)
    ]


def _place(
    place: Place,
    kind: str,
    box: tuple[float, float, float, float],
    names: Sequence[str],
    told: Sequence[str],
    goals: Goals | None,
    marked: Collection[str] | None,
) -> Element:
    x, y, width, height = box
    lines = [*((line, "mid strong") for line in names), *((line, "mid told") for line in told)]
    middle, first = x + width / 2, y + height / 2 - 7.5 * (len(lines) - 1) + 4.5
    is_marked = marked is not None and place.iri in marked
    inside = [
        shape("title", place.name),
        shape("rect", x=x, y=y, width=width, height=height, rx=24 if kind == "organelle" else 8),
        *(
            shape("text", line, x=middle, y=first + 15 * number, class_=kind_of_text)
            for number, (line, kind_of_text) in enumerate(lines)
        ),
    ]
    common = {"class_": f"spot {kind}{' marked' if is_marked else ''}", "data_place": local_name(place.iri)}
    if goals is None:
        return shape("g", *inside, **common)
    href = f"{goals.to('/places')}#{local_name(place.iri)}"
    return shape("a", *inside, href=href, aria_label=place.name, **common)
