"""The store on disk: built once per content, switched into place whole, and never trusted when damaged."""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store, __version__ as engine_version

from glutakg._version import __version__
from glutakg.dataset import ShippedFile, content_key, quads
from glutakg.errors import StoreError
from glutakg.store.backend import Backend, LocalBackend

__all__ = ["OpenedStore", "open_cached", "open_folder"]


_OUR_FOLDERS = re.compile(r"(store)-[0-9a-f]{32}|(building)-[0-9a-f]{32}-[0-9a-z_]{8}")
_OLDEST_SECONDS = {"store": 7 * 24 * 3600, "building": 3600}


class OpenedStore(NamedTuple):
    """A store ready to be asked.

    Attributes:
        backend: what is asked.
        location: the folder it lies in; None where it lives in memory.
        version: changes with what the store holds.
        notes: sentences for the user on what was unusual.
    """

    backend: Backend
    location: Path | None
    version: str
    notes: tuple[str, ...] = ()


def open_cached(files: Sequence[ShippedFile], cache_dir: Path) -> OpenedStore:
    """Return the store of the files: from the cache, else built there, else in memory with a note.

    Args:
        files: what the store holds.
        cache_dir: the folder of all our stores; made when missing.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
    """
    key = content_key(files, __version__, engine_version)
    folder = cache_dir / f"store-{key}"
    notes = []
    try:
        if folder.exists():
            if (store := _opened(folder)) is not None:
                return OpenedStore(LocalBackend(store), folder, key)
            notes.append(f"The cache {folder} was damaged and has been built again.")
        _build(files, folder)
        _remove_old(cache_dir, keep=folder)
        if (store := _opened(folder)) is not None:
            return OpenedStore(LocalBackend(store), folder, key, tuple(notes))
        reason = "what was written there cannot be read back"
    except OSError as error:
        reason = error.strerror or str(error).partition("\n")[0]
    note = f"The cache folder {cache_dir} cannot be used ({reason}); working in memory instead."
    store = Store()
    store.extend(quads(files))
    return OpenedStore(LocalBackend(store), None, key, (note,))


def open_folder(folder: Path) -> OpenedStore:
    """Return the store on disk that a user brings: one of ours, or a folder that Oxigraph has written.

    Args:
        folder: where it lies; nothing is changed there.

    Raises:
        StoreError: there is no store that can be read.
    """
    rocksdb = folder / "rocksdb" if (folder / "rocksdb").is_dir() else folder
    try:
        if not (rocksdb / "CURRENT").is_file():
            raise StoreError(f"There is no store in {folder}; name a folder that Oxigraph has written.")
        files = sorted((path.name, path.stat().st_size) for path in rocksdb.glob("*.sst"))
        version = hashlib.sha256(repr([*files, (rocksdb / "CURRENT").read_text()]).encode()).hexdigest()[:32]
        with _one_processor():
            store = Store.read_only(str(rocksdb))
        store.query("ASK { ?s ?p ?o }")
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise StoreError(f"The store in {folder} cannot be read ({reason}).") from error
    return OpenedStore(LocalBackend(store), folder, version)


def _opened(folder: Path) -> Store | None:
    """Open a store if its files are all there in the recorded sizes and it answers a first question."""
    try:
        if _manifest(folder) != _sizes(folder):
            return None
        with _one_processor():
            store = Store.read_only(str(folder / "rocksdb"))
        store.query("ASK { ?s ?p ?o }")
    except (OSError, RuntimeError, ValueError):
        return None
    return store


@contextmanager
def _one_processor() -> Iterator[None]:
    """Keep this process to one processor for a moment.

    RocksDB opens its few files with nearly two hundred threads; when they fight over several processors,
    opening takes four times as long (40 ms instead of 9).
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    with suppress(OSError):
        os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, allowed)


def _manifest(folder: Path) -> object:
    return json.loads((folder / "manifest.json").read_bytes())


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted((folder / "rocksdb").iterdir())}


def _build(files: Sequence[ShippedFile], folder: Path) -> None:
    """Build beside the target, then rename; where another process was quicker, leave its store there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _working_folder(folder) as working:
        building = working / folder.name
        building.mkdir()
        store = Store(str(building / "rocksdb"))
        store.bulk_extend(quads(files))
        store.optimize()
        store.flush()
        del store  # closes the files
        (building / "manifest.json").write_text(json.dumps(_sizes(building)), encoding="utf-8")
        if folder.exists() and _opened(folder) is None:
            folder.rename(working / "damaged")  # in one step, so that nobody meets it half removed
        try:
            building.rename(folder)
        except OSError:
            if not folder.exists():
                raise


@contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder beside the one to be built, and remove it with what is left in it."""
    from tempfile import mkdtemp  # needed only when there is no store yet, and slow to import

    prefix = f"{folder.name.replace('store', 'building')}-"
    working = Path(mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        yield working
    finally:
        _remove(working)


def _remove_old(cache_dir: Path, *, keep: Path) -> None:
    """Remove stores of other contents over a week old, and what is left of builds that were cut off."""
    for path in cache_dir.iterdir():
        match = _OUR_FOLDERS.fullmatch(path.name)
        if match and path != keep:
            kind = match[1] or match[2]
            with suppress(OSError, ValueError):  # it has just gone, or is not ours
                old = time.time() - path.stat().st_mtime > _OLDEST_SECONDS[kind]
                if old and (kind == "building" or _is_listed(path)):
                    _remove(path)


def _is_listed(folder: Path) -> bool:
    """Tell whether a store's manifest lists what lies in it: then it was made here."""
    manifest = _manifest(folder)
    return isinstance(manifest, dict) and manifest.keys() == _sizes(folder).keys()


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
