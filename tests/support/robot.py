"""Runs ROBOT, the tool that ontologies of the OBO Foundry are checked and released with."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from processes import JAVA

__all__ = ["missing", "run_robot"]

_LIBRARIES = Path(__file__).with_name("robot") / "lib"


@cache
def missing() -> str:
    """Return why ROBOT cannot be run here; nothing where it can, or must.

    In CI it must be there. `mvn dependency:copy-dependencies -DoutputDirectory=lib` in `tests/support/robot`
    brings it.
    """
    if os.environ.get("CI") == "true":
        return ""
    if shutil.which("java") is None:
        return "Java is not installed"
    if not any(_LIBRARIES.glob("robot-command-*.jar")):
        return "tests/support/robot/lib holds no ROBOT; CONTRIBUTING says how it comes there"
    return ""


def run_robot(folder: Path, *commands: str) -> None:
    """Run commands of ROBOT in a folder, each on its own input, in one process; fail with what it says."""
    run = subprocess.run(
        [
            *JAVA,
            *("-Xmx3g", "-cp", f"{_LIBRARIES}{os.sep}*"),
            str(_LIBRARIES.with_name("RunRobot.java")),
        ],
        input="".join(f"{command}\n" for command in commands),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
