"""The image of the Dockerfile: its steps are carried out here, without Docker, and its command is run.

That needs Linux, root, and the right to mount; elsewhere it is skipped, but not in CI.
"""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from dockerfile_steps import is_left_out, read_steps
from places import CHECKOUT, TESTS

SCRIPT = TESTS / "support/dockerfile_steps.py"
CHECK = """
import json
from urllib.parse import quote
from urllib.request import Request, urlopen

server = "http://127.0.0.1:7878"
query = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/glutakg/ontology/Nutrient> }"
rows = json.load(urlopen(f"{server}/sparql?query={quote(query)}"))["results"]["bindings"]
claim = b"<urn:a> a <https://w3id.org/glutakg/ontology/Claim> ."
turtle = Request(f"{server}/validate", claim, {"Content-Type": "text/turtle"})
print(json.dumps({
    "health": json.load(urlopen(f"{server}/health")),
    "nutrients": rows[0]["n"]["value"],
    "page": urlopen(f"{server}/query").read().decode(),
    "script": urlopen(f"{server}/static/built/query.js").read().decode(),
    "report": json.load(urlopen(turtle)),
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Build the image, run it, and return what was seen of it."""
    if os.environ.get("CI") != "true":
        if sys.platform != "linux" or os.geteuid() != 0:
            pytest.skip("needs root on Linux, to mount what the image holds")
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
            pytest.skip("needs the right to mount, which this container does not have")
    check = tmp_path_factory.mktemp("image") / "check.py"
    check.write_text(CHECK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCRIPT, CHECKOUT, check], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def checked(seen: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked of the running server."""
    assert seen["check_failed"] == ""
    found: dict[str, Any] = json.loads(seen["checked"])
    return found


def test_the_image_answers(checked: dict[str, Any]) -> None:
    """It is healthy, answers a query, has its pages with their scripts, and validates."""
    assert checked["health"]["status"] == "ok"
    assert int(checked["nutrients"]) > 10
    assert "<html" in checked["page"]
    assert len(checked["script"]) > 10_000
    assert checked["report"]["conforms"] is False


def test_the_image_runs_without_rights(seen: dict[str, Any]) -> None:
    """Neither the server nor a process of its own is root's."""
    assert seen["users"] == [10001]


def test_the_image_writes_nothing(seen: dict[str, Any]) -> None:
    """Nothing in it can be written, and the server does not mind: the store was built before."""
    assert seen["can_write"] == []
    assert seen["told"] == "glutakg: note: listening on http://0.0.0.0:7878/sparql\n"


def test_the_health_check_tells_whether_it_answers(seen: dict[str, Any]) -> None:
    """It holds while the server runs, and no longer; SIGTERM, as from `docker stop`, is an orderly end."""
    assert (seen["is_healthy"], seen["exit_code"], seen["is_healthy_when_ended"]) == (True, 0, False)


def test_the_image_takes_nothing_but_what_it_needs() -> None:
    """What lies about in a working folder does not get into the image."""
    lines = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    unwanted = [
        ".git/config",
        ".venv/bin/python",
        ".env",
        "tests/conftest.py",
        "src/glutakg/__pycache__/graph.pyc",
    ]
    assert [path for path in unwanted if not is_left_out(path, patterns)] == []
    assert [
        path for path in ("pyproject.toml", "src/glutakg/graph.py", "data") if is_left_out(path, patterns)
    ] == []


def test_the_image_is_of_the_oldest_python_that_is_supported() -> None:
    """Each stage begins with the Python that CI tests."""
    steps = read_steps((CHECKOUT / "Dockerfile").read_text(encoding="utf-8"))
    assert {step.text.partition("-")[0] for step in steps if step.instruction == "FROM"} == {"python:3.11"}
