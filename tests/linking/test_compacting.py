"""A store of imports answers before it is compacted, while it is, and where that is cut off."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import glutakg
from glutakg.cache import default_cache_dir, remove_old
from glutakg.linking import compact_imports, import_ontology, remove_imports
from glutakg.store import cache as stores, kept_counts, open_store

GKG = "https://w3id.org/glutakg/graph/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
CUT_OFF = """
import os, sys, time
from glutakg.store import cache

linked, number = cache._linked, int(sys.argv.pop(1))

def cut_off(base, folder):
    if base.name.startswith("loaded-"):
        os.kill(os.getpid(), number)
        time.sleep(60)
    return linked(base, folder)

cache._linked = cut_off
from glutakg.cli.main import main
main()
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty data folder that counts for this test, and have the store that imports lie beside."""
    with open_store() as store:
        assert store.path
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def ontology(folder: Path, label: str) -> Path:
    """Return a file that says one thing, which no other test imports."""
    path = folder / f"{label}.nt"
    path.write_text(f'<http://example.org/{folder.name}> {LABEL} "{label}" .\n', encoding="utf-8")
    return path


def labels(folder: Path) -> list[str]:
    """Return what the store that counts now says of what a test has imported."""
    with open_store() as store:
        found = store.evaluate(f"SELECT ?label {{ <http://example.org/{folder.name}> {LABEL} ?label }}")
        return sorted(str(row["label"]).strip('"') for row in found.rows())


def form() -> str:
    """Return in which form the store lies that counts now."""
    with open_store() as store:
        assert store.path
        return store.path.name.partition("-")[0]


def test_an_import_answers_before_it_is_compacted(tmp_path: Path) -> None:
    """Who has opened it before goes on; it says the same, and what it was made of goes after a day."""
    import_ontology(str(ontology(tmp_path, "one")), unchecked=True)
    said: list[str] = []
    with open_store() as before:
        loaded = before.path
        assert loaded is not None
        assert loaded.name.startswith("loaded-")
        assert kept_counts(str(loaded)) == {}
        assert compact_imports(say=said.append) == ()
        assert before.evaluate(f"ASK {{ ?s {LABEL} 'one' }}").boolean
    assert said == ["It answers; compacting, so that it answers faster …"]
    assert labels(tmp_path) == ["one"]
    with open_store() as after:
        assert after.path is not None
        assert after.path.name == loaded.name.replace("loaded", "store")
        assert (compact_imports(say=said.append), len(said)) == ((), 1), "there is nothing to compact"
        assert loaded.exists()
        os.utime(loaded, (time.time() - 25 * 3600,) * 2)
        remove_old(default_cache_dir(), keep=after.path)
    assert not loaded.exists()
    with glutakg.open() as graph:
        kept = kept_counts(graph._engine.location)
        assert kept == graph._counts(), "what was counted while it was compacted"
        assert graph.info()["graphs"] == {name.removeprefix(GKG) or "default": kept[name] for name in kept}
    assert remove_imports(["one"])
    assert (compact_imports(say=said.append), len(said)) == ((), 1), "the store without imports was compacted"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_was_cut_off_is_compacted_with_the_next_import(tmp_path: Path, number: int) -> None:
    """The import is told, and answers; Ctrl-C ends it at once, whatever the engine is doing."""
    command = [sys.executable, "-c", CUT_OFF, str(int(number)), "import", "--unchecked"]
    run = subprocess.run(
        [*command, str(ontology(tmp_path, "one"))], capture_output=True, encoding="utf-8", check=False
    )
    assert (run.returncode, run.stdout) == (-number, "one: 1 triple from N-Triples\n"), run.stderr
    assert (form(), labels(tmp_path)) == ("loaded", ["one"])
    import_ontology(str(ontology(tmp_path, "other")), unchecked=True)
    assert compact_imports() == ()
    assert (form(), labels(tmp_path)) == ("store", ["one", "other"])


def test_it_is_in_vain_where_something_is_imported_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts now is asked, and what was compacted is not kept."""
    import_ontology(str(ontology(tmp_path, "one")), unchecked=True)
    with open_store() as store:
        assert store.path
        key = store.path.name.partition("-")[2]
    linked = stores._linked

    def meanwhile(*places: Path) -> object:
        monkeypatch.setattr(stores, "_linked", linked)
        import_ontology(str(ontology(tmp_path, "other")), unchecked=True)
        return linked(*places)

    monkeypatch.setattr(stores, "_linked", meanwhile)
    assert compact_imports() == ()
    assert not (default_cache_dir() / f"store-{key}").exists()
    assert not list(default_cache_dir().glob(f"building-{key}-*"))
    assert (form(), labels(tmp_path)) == ("loaded", ["one", "other"])


def test_it_is_left_where_there_is_no_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes as much as the store; what is loaded answers."""
    import_ontology(str(ontology(tmp_path, "one")), unchecked=True)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1_000_000))
    assert compact_imports() == (
        "The store could not be compacted (No space left on device); it answers more slowly until an import "
        "can.",
    )
    assert (form(), labels(tmp_path)) == ("loaded", ["one"])
