"""A store that is copied into memory, and what is told where it cannot be."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from glutakg.errors import SourceError, StoreError
from glutakg.store import OpenFiles, OpenFolder, opening, process
from glutakg.store.backend import LocalBackend
from glutakg.store.cache import OpenedStore
from glutakg.store.opening import copy_ahead, opened

TURTLE = '<urn:a> <urn:p> "é\\n"@nl, [ <urn:q> 1.0 ] .'


@pytest.fixture(autouse=True)
def _no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no test find the copy that another has made."""
    monkeypatch.setattr(opening, "_copies", [])


@pytest.fixture
def files(tmp_path: Path) -> OpenFiles:
    """Return what names a file, to be copied into memory."""
    (tmp_path / "a.ttl").write_text(TURTLE, encoding="utf-8")
    return OpenFiles(str(tmp_path / "cache"), [[str(tmp_path / "a.ttl"), "source"]], in_memory=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a store that a user brings."""
    store = ox.Store(str(tmp_path / "store"))
    store.load(TURTLE.encode(), format=ox.RdfFormat.TURTLE)
    store.flush()
    return tmp_path / "store"


def quads(found: OpenedStore) -> set[ox.Quad]:
    """Return all that a store holds."""
    assert isinstance(found.backend, LocalBackend)
    return set(found.backend._store)


def on_disk(what: OpenFiles | OpenFolder) -> OpenedStore:
    """Return the same, opened on the disk."""
    if isinstance(what, OpenFolder):
        return opened(OpenFolder(what.folder))
    return opened(OpenFiles(what.cache_dir, what.files))


def test_a_copy_holds_what_the_files_hold(files: OpenFiles) -> None:
    """Blank nodes keep their labels; and the version is the same."""
    copy, original = opened(files), on_disk(files)
    assert quads(copy) == quads(original)
    assert any(isinstance(each.subject, ox.BlankNode) for each in quads(copy))
    assert (copy.version, copy.location, copy.unopened_files) == (original.version, None, 0)
    assert original.location is not None


def test_a_copy_holds_what_a_folder_holds(folder: Path) -> None:
    """And it counts as what others wrote."""
    what = OpenFolder(str(folder), in_memory=True)
    copy = opened(what)
    assert quads(copy) == quads(on_disk(what))
    assert isinstance(copy.backend, LocalBackend)
    assert copy.backend._foreign


def test_what_is_copied_ahead_is_not_read_again(files: OpenFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process that is forked finds the copy."""
    copy_ahead(files)
    monkeypatch.setattr(opening, "Worker", None)
    assert len(quads(opened(files))) == 6  # each in its graph and in the default graph


def test_data_that_have_changed_are_read_from_the_disk(files: OpenFiles, tmp_path: Path) -> None:
    """A copy does not hide what is new, and this is told."""
    copy_ahead(files)
    (tmp_path / "a.ttl").write_text(f"{TURTLE} <urn:b> <urn:p> 1 .", encoding="utf-8")
    found = opened(files)
    assert found.location is not None
    assert len(quads(found)) == 8
    assert found.notes[-1].startswith("The data have changed since they were copied into memory")


def test_a_store_that_others_change_is_read_from_the_disk(folder: Path) -> None:
    """The same holds for a folder; and one that is gone is told of."""
    what = OpenFolder(str(folder), in_memory=True)
    copy_ahead(what)
    store = ox.Store(str(folder))
    store.add(ox.Quad(ox.NamedNode("urn:b"), ox.NamedNode("urn:p"), ox.Literal("1")))
    store.flush()
    del store
    assert len(quads(opened(what))) == 4
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(StoreError, match="There is no store in"):
        opened(what)


def test_what_cannot_be_opened_is_told_as_ever(tmp_path: Path) -> None:
    """By the process that opens it for itself; the one that forks others does not end by it."""
    broken = tmp_path / "a.ttl"
    broken.write_text("<urn:a> <urn:p> .", encoding="utf-8")
    what = OpenFiles(str(tmp_path / "cache"), [[str(broken), "source"]], in_memory=True)
    copy_ahead(what)
    with pytest.raises(SourceError) as error:
        opened(what)
    assert (error.value.path, error.value.line) == (str(broken), 1)
    with pytest.raises(StoreError, match="There is no store in"):
        opened(OpenFolder(str(tmp_path), in_memory=True))


def test_a_copy_that_would_not_fit_is_refused(files: OpenFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it would take, what there is, and what to do."""
    monkeypatch.setattr(opening, "free_memory", lambda: 1_000)
    with pytest.raises(StoreError, match=r"up to \d+ MB of memory, and 0 MB are free; leave out --in-memory"):
        opened(files)


def test_memory_is_told_where_the_system_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whether it is enough is not known before."""
    told = opening.free_memory()
    assert told is None or told > 1_000_000
    monkeypatch.setattr(opening, "_MEMORY", Path("/none"))
    assert opening.free_memory() is None


class _Killed(process.Worker):
    """A process of which the system tells that it was killed, when a part had come."""

    def wait(self) -> int:
        super().wait()
        return -9


def test_a_copy_that_is_broken_off_is_none(files: OpenFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has come of it is not asked."""
    monkeypatch.setattr(opening, "Worker", _Killed)
    with pytest.raises(StoreError, match="cannot be copied into memory"):
        opened(files)
    assert opening._copies == []
