"""One list of steps: what .ci/run does is what the justfile, the hooks and the workflow offer or run."""

import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import CHECKOUT

CI = (CHECKOUT / ".ci/run").read_text(encoding="utf-8")
JUST = Path(sysconfig.get_path("scripts"), "just")


def steps() -> list[str]:
    """Return the commands that .ci/run takes before the tests."""
    (block,) = re.findall(r"^steps=\(\n(.*?)^\)$", CI, re.MULTILINE | re.DOTALL)
    return re.findall(r'^  "(.+)"$', block, re.MULTILINE)


def read_yaml(path: str) -> Any:
    """Return what a YAML file of the project holds."""
    return yaml.safe_load((CHECKOUT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recipes() -> dict[str, dict[str, Any]]:
    """Return the recipes of the justfile, as `just` itself reads them."""
    dump = [str(JUST), "--justfile", str(CHECKOUT / "justfile"), "--dump", "--dump-format", "json"]
    done = subprocess.run(dump, capture_output=True, encoding="utf-8", check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)["recipes"]
    return found


def commands(recipe: dict[str, Any]) -> list[str]:
    """Return the lines of a recipe without placeholders."""
    return ["".join(piece for piece in line if isinstance(piece, str)) for line in recipe["body"]]


def test_check_takes_the_steps_of_ci_in_their_order(recipes: dict[str, dict[str, Any]]) -> None:
    """`just check` is one recipe for each step, with the same command."""
    parts = [recipes[dependency["recipe"]] for dependency in recipes["check"]["dependencies"]]
    assert len(steps()) > 5
    assert [commands(part) for part in parts] == [[step] for step in steps()]
    assert commands(recipes["check"]) == []


def test_ci_and_coverage_are_those_of_ci(recipes: dict[str, dict[str, Any]]) -> None:
    """`just ci` is the script itself; `just coverage` runs the tests with its options."""
    assert commands(recipes["ci"]) == [".ci/run"]
    (options,) = re.findall(r'^export PYTEST_ADDOPTS="\$\{PYTEST_ADDOPTS:-(.+)\}"$', CI, re.MULTILINE)
    assert commands(recipes["coverage"]) == [f"pytest --cov {options}"]


def test_each_recipe_says_what_it_does(recipes: dict[str, dict[str, Any]]) -> None:
    """`just --list` has a sentence for each recipe."""
    assert [name for name, recipe in recipes.items() if not recipe["doc"]] == []


def test_hooks_are_tools_of_the_project() -> None:
    """A hook before a commit fetches nothing, and begins as a step of CI does."""
    hooks = [
        (repo["repo"], hook)
        for repo in read_yaml(".pre-commit-config.yaml")["repos"]
        for hook in repo["hooks"]
    ]
    assert {(repo, hook["language"]) for repo, hook in hooks} == {("local", "system")}
    for _, hook in hooks:
        tool = " ".join(hook["entry"].split()[:2])
        assert [step for step in steps() if step.startswith(f"{tool} ")], hook["entry"]
        assert hook["require_serial"] is True


def test_the_workflow_runs_the_script() -> None:
    """On the hosting platform CI is .ci/run and nothing besides, with no right to write anything there."""
    workflow = read_yaml(".github/workflows/ci.yml")
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert workflow["permissions"] == {"contents": "read"}
    assert job["env"]["CI"] == "true"
    oldest = re.search(
        r'^requires-python = ">=(.+)"$', (CHECKOUT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert oldest is not None
    assert job["container"]["image"].startswith(f"python:{oldest[1]}-")
