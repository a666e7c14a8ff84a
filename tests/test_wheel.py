"""The wheel, installed away from the checkout, finds its own ontology, data and queries."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def _run(*command: str | Path, cwd: Path) -> str:
    """Run a command without any trace of this checkout in its environment and return what it prints."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        command,
        cwd=cwd,
        env=outside,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; hatchling is installed, so nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=CHECKOUT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, without dependencies, into a fresh environment and give its folder of commands.

    The other packages are borrowed from this environment by a path file, which comes after its own.
    """
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    paths = {"base": str(folder), "platbase": str(folder)}
    site_packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site_packages / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    commands = Path(sysconfig.get_path("scripts", "venv", vars=paths))
    offline = ("--no-deps", "--no-index", "--ignore-installed", "--disable-pip-version-check")
    _run(commands / "python", "-m", "pip", "install", *offline, wheel, cwd=folder)
    return commands


def test_wheel_carries_what_is_shipped(wheel: Path) -> None:
    """Every Turtle, SPARQL and SSSOM file of the checkout is in the wheel."""
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"glutakg/_shipped/{path.relative_to(CHECKOUT).as_posix()}"
        for folder in ("ontology", "data", "queries")
        for path in (CHECKOUT / folder).rglob("*.[tr][tqs]*")
    }
    assert "glutakg/_shipped/data/mappings/glutakg.sssom.tsv" in shipped
    assert shipped <= names


def test_wheel_is_typed(wheel: Path) -> None:
    """Type checkers see the annotations."""
    assert "glutakg/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_installed_package_is_the_wheel(scripts: Path, tmp_path: Path) -> None:
    """Outside the checkout the installed package finds the files in itself."""
    program = "import glutakg.files as files; print(files.shipped_root())"
    root = Path(_run(scripts / "python", "-c", program, cwd=tmp_path).strip())
    assert root.parts[-2:] == ("glutakg", "_shipped")
    assert scripts.parent in root.parents


def test_installed_command_answers(scripts: Path, tmp_path: Path) -> None:
    """The first line of the README gives the eleven nutrients."""
    answer = _run(scripts / "glutakg", "query", "protective-nutrients", "--format", "csv", cwd=tmp_path)
    assert len(answer.splitlines()) > 11
