"""The command that reasons: what it answers first, what it tells of files, and when it stops."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from glutakg.cli.main import cli
from glutakg.cli.reason import reason_command
from glutakg.owl.reasoners import ONLY

pytestmark = pytest.mark.usefixtures("java")

TURTLE = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture
def reason(tmp_path: Path) -> Callable[..., Result]:
    """Give a function that runs `glutakg reason`, with a file of Turtle where some is given."""

    def run(*arguments: str, turtle: str | None = None) -> Result:
        paths = []
        if turtle is not None:
            paths = [str(tmp_path / "own.ttl")]
            Path(paths[0]).write_text(TURTLE + turtle, encoding="utf-8")
        return CliRunner().invoke(cli, ["reason", *arguments, *paths])

    return run


def test_consistency_alone_is_an_answer(reason: Callable[..., Result]) -> None:
    """Nothing contradicts, no class is impossible, and it is told that no more was asked."""
    result = reason("--only", "consistency")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "HermiT: all premises can be true at once.",
        "Classes that cannot have a member: none",
    ]
    assert len(lines) == 3
    assert "without individuals" in lines[2]


def test_a_contradiction_is_known_without_its_reasons(reason: Callable[..., Result]) -> None:
    """The exit code says that not all can be true; which premises cannot is not looked for."""
    result = reason("--only", "consistency", "--format", "json", turtle="gkd:taurine a gk:Place .")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["consistent"], found["contradictions"]) == (False, [])


def test_what_was_declared_and_left_out_is_told(reason: Callable[..., Result]) -> None:
    """In text and in JSON, with reason and file."""
    turtle = 'gkd:x a gk:Novel ; gk:on "2026-11-29"^^xsd:date .'
    text = reason("--only", "consistency", turtle=turtle).stdout
    assert "Class: gk:Novel" in text
    assert "OWL 2 gives values of xsd:date no meaning" in text
    assert "own.ttl" in text
    found = json.loads(reason("--only", "consistency", "--format", "json", turtle=turtle).stdout)
    assert (found["consistent"], found["complete"]) == (True, False)
    assert found["declared"] == [["Class", "gk:Novel"]]
    [left_out] = found["leftOut"]
    assert left_out["reason"] == "OWL 2 gives values of xsd:date no meaning"
    assert left_out["file"].endswith("own.ttl")


@pytest.mark.parametrize("option", ["--profile", "--write", "--check"])
def test_consistency_is_asked_alone(reason: Callable[..., Result], option: str) -> None:
    """With another answer to give, the command refuses."""
    result = reason("--only", "consistency", option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Give --only, --profile, --write or --check alone" in result.stderr


def test_only_is_among_the_options_of_reason() -> None:
    """What the command offers without importing the modules is what these know."""
    [option] = [each for each in reason_command.params if each.name == "only"]
    assert isinstance(option.type, click.Choice)
    assert tuple(option.type.choices) == ONLY
