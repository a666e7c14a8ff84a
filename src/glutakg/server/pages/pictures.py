"""The neighbourhood of a term as a picture: where each relation to and from the term lies on it."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Arm", "Neighbour", "Picture", "chosen", "picture"]


_MOST = 7
_WIDTH, _BOX, _ROW, _MIDDLE = 940, 250, 58, 190


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A term that stands in a relation with the one in the middle.

    Attributes:
        iri: of the neighbour.
        label: of the neighbour.
        relation: in words, from the one in the middle to the neighbour.
        is_object: whether the triple leads from the one in the middle to the neighbour.
    """

    iri: str
    label: str
    relation: str
    is_object: bool


@dataclass(frozen=True, slots=True)
class Arm:
    """A neighbour at its place: the middle of its box, and the line from the middle of the picture to it."""

    neighbour: Neighbour
    x: float
    y: float
    line: str


@dataclass(frozen=True, slots=True)
class Side:
    """The arms on one side, and how many neighbours have no room there, with the place of that number."""

    arms: tuple[Arm, ...]
    more: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A term in the middle, with what leads to it on the left and what it leads to on the right.

    Attributes:
        height: of the picture, whose width is always the same.
        sides: the left one and the right one.
        shown: the number of neighbours that are drawn.
        number: of the neighbours, drawn or not.
    """

    height: float
    sides: tuple[Side, Side]
    shown: int
    number: int


def chosen(neighbours: Sequence[Neighbour], most: int = _MOST) -> list[Neighbour]:
    """Return at most so many neighbours, of as many relations as there are: one of each, then a second.

    >>> of = [Neighbour(str(n), str(n), relation, True) for n, relation in enumerate("aab")]
    >>> [each.iri for each in chosen(of, 2)]
    ['0', '2']
    """
    by_relation: dict[str, list[Neighbour]] = {}
    for each in neighbours:
        by_relation.setdefault(each.relation, []).append(each)
    longest = max(map(len, by_relation.values()), default=0)
    ranked = [found[n] for n in range(longest) for found in by_relation.values() if n < len(found)]
    kept = set(ranked[:most])
    return [each for each in neighbours if each in kept]


def picture(neighbours: Sequence[Neighbour]) -> Picture | None:
    """Return where each neighbour of a term is drawn; None without any."""
    if not neighbours:
        return None
    left = [each for each in neighbours if not each.is_object]
    right = [each for each in neighbours if each.is_object]
    height = max(map(_rows, (left, right))) * _ROW + 16
    sides = (_side(left, 10 + _BOX / 2, height / 2), _side(right, _WIDTH - 10 - _BOX / 2, height / 2))
    return Picture(height, sides, sum(len(side.arms) for side in sides), len(neighbours))


def _rows(neighbours: Sequence[Neighbour]) -> int:
    """Return how many rows a side has: one for each neighbour that is drawn, and one for the rest."""
    return min(len(neighbours), _MOST + 1)


def _side(neighbours: Sequence[Neighbour], x: float, middle: float) -> Side:
    drawn = chosen(neighbours)
    first = middle - _rows(neighbours) * _ROW / 2 + _ROW / 2
    arms = tuple(_arm(each, x, first + number * _ROW, middle) for number, each in enumerate(drawn))
    return Side(arms, len(neighbours) - len(drawn), x, first + len(drawn) * _ROW)


def _arm(each: Neighbour, x: float, y: float, middle: float) -> Arm:
    side = 1 if each.is_object else -1
    near, far = _WIDTH / 2 + side * _MIDDLE / 2, x - side * _BOX / 2
    bend = (near + far) / 2
    line = f"M{near:g} {middle:g} C{bend:g} {middle:g} {bend:g} {y + 8:g} {far:g} {y + 8:g}"
    return Arm(each, x, y, line)
