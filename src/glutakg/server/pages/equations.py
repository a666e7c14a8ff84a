"""Equations of steps in words: what becomes what, and what moves from where to where."""

from collections.abc import Mapping, Sequence

from glutakg.rdf import local_name

__all__ = ["equations_of"]

_Side = dict[tuple[str, str], str]
"""The place of each participant, which is the IRI of its form and what is written for it."""


def equations_of(rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Return the equation of each step, by its IRI, in lines.

    Args:
        rows: what the query `equations-of-steps` of the program answers.

    >>> heads = ("step", "side", "coefficient", "form", "form_name", "place_name")
    >>> cells = ["s Left 1 a ATP in", "s Left 3 n Na out", "s Right 1 b ADP in", "s Right 3 n Na in"]
    >>> sided = [each.replace("Left", "LeftSide").replace("Right", "RightSide") for each in cells]
    >>> equations_of([dict(zip(heads, each.split(), strict=True)) for each in sided])
    {'s': ['ATP → ADP', '3 Na: out → in']}
    """
    sides: dict[str, tuple[_Side, _Side]] = {}
    for row in rows:
        left, right = sides.setdefault(row["step"], ({}, {}))
        count = "" if row["coefficient"] == "1" else f"{row['coefficient']} "
        side = left if local_name(row["side"]) == "LeftSide" else right
        side[row["form"], f"{count}{row['form_name']}"] = row.get("place_name") or ""
    return {step: _lines(*both) for step, both in sides.items()}


def _lines(left: _Side, right: _Side) -> list[str]:
    used = " + ".join(each[1] for each in left if each not in right)
    made = " + ".join(each[1] for each in right if each not in left)
    ways: dict[str, list[str]] = {}
    for each in left:
        if each in right:
            ways.setdefault(f"{left[each]} → {right[each]}", []).append(each[1])
    becoming = [f"{used} → {made}"] if used or made else []
    return becoming + [f"{' + '.join(names)}: {way}" for way, names in ways.items()]
