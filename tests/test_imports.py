"""What is imported, and when: extras only where they are needed, and hardly anything before it is used."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from places import CHECKOUT

from glutakg.errors import MissingExtraError, ReasoningError
from glutakg.owl.premises import Premises
from glutakg.owl.reasoners import reason
from glutakg.sparql.rows import Rows

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PARSER = ("lark", "glutakg.sparql.parser", "glutakg.sparql.syntax", "glutakg.sparql.tables")
SERVER = ("httptools", "jinja2", "prometheus_client", "starlette")


def libraries(*extras: str) -> set[str]:
    """Return the modules of the libraries that extras bring, by the names in pyproject.toml."""
    wanted = [each for extra in extras for each in PROJECT["optional-dependencies"][extra]]
    return {re.split(r"[<>=;]", each)[0].replace("-", "_") for each in wanted}


def without(folder: Path, *names: str) -> dict[str, str]:
    """Return an environment in which the modules of these names are not found."""
    folder.mkdir()
    for name in names:
        fault = f"raise ModuleNotFoundError('No module named {name}', name='{name}')\n"
        (folder / f"{name}.py").write_text(fault, encoding="utf-8")
    path = os.pathsep.join([str(folder), str(CHECKOUT / "src")])
    return {**os.environ, "PYTHONPATH": path}


def run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in an environment."""
    command = [sys.executable, "-P", "-m", "glutakg", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_libraries_of_the_server_are_in_its_extra() -> None:
    """None is in the package itself; uvloop is a help, and PNG is drawn when it is asked for."""
    assert libraries("server") == {*SERVER, "uvloop", "resvg_py", "font_source_sans_pro"}
    assert not libraries("server", "reason", "pandas") & {
        re.split(r"[<>=;]", each)[0].replace("-", "_") for each in PROJECT["dependencies"]
    }


@pytest.mark.parametrize(
    "arguments", [("query", "protective-nutrients", "--format", "csv"), ("validate",), ("evidence", "C054")]
)
def test_without_any_extra_the_rest_works(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """The README's first line, and what else asks and checks, need none of these libraries."""
    done = run(without(tmp_path / "none", *libraries("server", "reason", "pandas")), *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("library", SERVER)
def test_the_server_says_which_extra_it_needs(tmp_path: Path, library: str) -> None:
    """One sentence names the library and the line that installs it."""
    done = run(without(tmp_path / "none", library), "serve")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"glutakg: error: The server needs the library {library}, which is missing; "
        "run `pip install 'glutakg[server]'`.\n"
    )


def test_help_on_the_server_needs_no_extra(tmp_path: Path) -> None:
    """Who has not installed it can read what it does."""
    done = run(without(tmp_path / "none", *libraries("server")), "serve", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SPARQL 1.1 endpoint" in done.stdout


def test_reasoners_say_which_extra_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that brings them is named, with the line that installs it."""
    monkeypatch.setitem(sys.modules, "owlready2", None)
    with pytest.raises(ReasoningError, match=r"needs owlready2; .*`pip install 'glutakg\[reason\]'`"):
        reason(Premises(frozenset(), {}))


def test_a_data_frame_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error can be caught as that of a missing import, and knows library and extra."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"`pip install 'glutakg\[pandas\]'`") as caught:
        Rows(("n",), []).to_pandas()
    assert isinstance(caught.value, ImportError)
    assert (caught.value.library, caught.value.extra) == ("pandas", "pandas")


def test_importing_the_package_imports_next_to_nothing() -> None:
    """It takes no longer than reading four small files; the rest comes when it is first used."""
    program = "import sys; before = {*sys.modules}; import glutakg; print(*sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) <= {
        *("__future__", "glutakg", "glutakg._doors", "glutakg._version", "glutakg.errors")
    }


def test_asking_imports_no_library_into_the_caller() -> None:
    """Neither the RDF libraries nor what reads and builds files: the worker has them."""
    program = (
        "import sys; from glutakg.__main__ import main\n"
        "sys.argv = ['glutakg', 'query', 'protective-nutrients']\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stderr.split())
    assert "glutakg.store.client" in imported
    heavy = {"hashlib", "platformdirs.unix", "pyoxigraph", "rdflib", "starlette", "tempfile", *PARSER}
    assert not imported & {*heavy, "glutakg.dataset.graphs", "glutakg.owl", "glutakg.store.cache"}


@pytest.mark.parametrize(
    ("query", "is_parsed"),
    [
        ("SELECT ?s { ?s ?p ?o FILTER(?o > 5) OPTIONAL { ?s <a:p>/<a:q> ?x } } ORDER BY ?s LIMIT 3", False),
        ("SELECT ?s { ?s <a:p>|<a:q> ?o }", True),
    ],
)
def test_evaluating_loads_the_parser_only_for_what_is_rewritten(query: str, is_parsed: bool) -> None:
    """A query with none of the forms that rules are about needs no tree, and none needs lark."""
    program = (
        "import sys, pyoxigraph; from glutakg.store.backend import LocalBackend\n"
        f"LocalBackend(pyoxigraph.Store()).query({query!r})\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert ("glutakg.sparql.parser" in imported) == is_parsed
    assert bool(imported & {*PARSER}) == is_parsed
    assert "lark" not in imported
