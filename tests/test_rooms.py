"""The rooms of the package: their doors, their order, and the picture of them."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from places import CHECKOUT, TESTS

import glutakg

PACKAGE = CHECKOUT / "src" / "glutakg"
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())
DOORS = [room for room in ROOMS if room not in ("cli", "server")]
CONTRACTS = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LONGEST = 450
LONGER = {
    "graph/knowledge_graph.py": "the public API: one method for each thing that can be asked, with its words",
}
"""Modules that are longer, each with the reason."""


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> list[tuple[str, str]]:
    """Return the modules of the package that a module imports from, each with a name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("glutakg")
        for alias in node.names
        if node.module is not None
    ]


def room_of(path: Path) -> str | None:
    """Return the room that a module lies in, None for a module of the ground."""
    first, *rest = path.relative_to(PACKAGE).parts
    return first if rest else None


def test_the_picture_shows_the_contract() -> None:
    """CONTRIBUTING draws the rooms in the order that import-linter holds."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.partition("house with rooms by subject:")[2].partition("Arrows run")[0]
    drawn = [re.split(r"\s{2,}", line.strip())[0] for line in picture.splitlines() if line.startswith("    ")]
    assert drawn == CONTRACTS["contracts"][0]["layers"]


def test_reasoning_validation_and_claims_are_apart() -> None:
    """A contract says so."""
    assert CONTRACTS["contracts"][1]["type"] == "independence"
    assert CONTRACTS["contracts"][1]["modules"] == ["glutakg.owl", "glutakg.shacl", "glutakg.claims"]


@pytest.mark.parametrize("room", DOORS)
def test_a_door_opens(room: str) -> None:
    """Every name that a room offers is there, is public, and is not hidden by a module of that name."""
    door = import_module(f"glutakg.{room}")
    assert door.__all__
    for name in door.__all__:
        assert not name.startswith("_")
        assert not (PACKAGE / room / f"{name}.py").exists()
        assert not (PACKAGE / room / name).exists()
        getattr(door, name)


@pytest.mark.parametrize("room", DOORS)
def test_a_door_offers_what_somebody_takes(room: str) -> None:
    """Every name is imported by the door: from another room, by the package, or in a test."""
    taken = {
        name
        for path in [*modules(), *TESTS.rglob("*.py")]
        if path.parent != PACKAGE / room
        for module, name in imported(path)
        if module == f"glutakg.{room}"
    }
    users = {*import_module(f"glutakg.{room}").__all__} & {*glutakg.__all__}
    assert set(import_module(f"glutakg.{room}").__all__) - taken - users == set()


@pytest.mark.parametrize("room", DOORS)
def test_type_checkers_see_the_same_door(room: str) -> None:
    """What is imported for type checkers is what is offered, from the same modules."""
    path = PACKAGE / room / "__init__.py"
    seen = {name: module for module, name in imported(path) if module.startswith(f"glutakg.{room}.")}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    [table] = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    offered = {
        name: f"glutakg.{room}.{module}"
        for module, names in ast.literal_eval(table).items()
        for name in names
    }
    assert offered == seen


@pytest.mark.parametrize("room", DOORS)
def test_a_door_says_what_the_room_must_not_know(room: str) -> None:
    """Its docstring has a line on what the room is for, and one on what it knows not."""
    words = import_module(f"glutakg.{room}").__doc__ or ""
    assert re.search(r"\bknows\b.*\b(no|nothing|not)\b", words, re.DOTALL | re.IGNORECASE)


def test_rooms_are_entered_by_the_door() -> None:
    """No module imports from a module inside another room."""
    around = [
        f"{path.relative_to(PACKAGE)}: {module}"
        for path in modules()
        for module, _ in imported(path)
        if len(parts := module.split(".")) > 2 and parts[1] in DOORS and parts[1] != room_of(path)
    ]
    assert around == []


def test_nothing_private_crosses_a_module() -> None:
    """A name that begins with an underscore is used where it is defined."""
    crossing = [
        f"{path.relative_to(PACKAGE)}: {module}.{name}"
        for path in modules()
        for module, name in imported(path)
        if name.startswith("_") and not name.startswith("__")
    ]
    assert crossing == []


def test_no_module_is_long_without_a_reason() -> None:
    """A module has one subject."""
    longer = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if path.read_text(encoding="utf-8").count("\n") > LONGEST
    }
    assert longer == set(LONGER)


def test_the_package_offers_what_users_hold() -> None:
    """The errors, what opens the graph, and the values that it gives back."""
    errors = {
        name
        for name in glutakg.__all__
        if name.endswith("Error") or name in ("ImportRefused", "QueryTimeout", "UpdateRefused")
    }
    assert set(glutakg.__all__) - errors == {
        *("open", "KnowledgeGraph", "__version__"),
        *("Rows", "Row", "Claim", "Evidence", "Conflict", "Reason", "Report"),
        *("Iri", "Literal", "BlankNode"),
    }
    assert dir(glutakg) == sorted(glutakg.__all__)
