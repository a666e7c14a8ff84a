"""The store on disk: built once per content, switched into place whole, and never trusted when damaged."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store, __version__ as engine_version

from glutakg._version import __version__
from glutakg.cache import build_folder, is_whole, remove_old
from glutakg.dataset import (
    ShippedFile,
    content_key,
    generated_key,
    quads,
    remove_temporary,
    shipped_files,
)
from glutakg.errors import StoreError
from glutakg.store.backend import Backend, LocalBackend

__all__ = ["OpenedStore", "open_cached", "open_folder"]


_STORE = "rocksdb"


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


def open_cached(files: Sequence[ShippedFile] | None, cache_dir: Path) -> OpenedStore:
    """Return the store of the files: from the cache, else built there, else in memory with a note.

    Args:
        files: what the store holds; None for what is shipped.
        cache_dir: the cache folder; made when missing.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
    """
    of_files = generated_key() if files is None else content_key(files)
    key = hashlib.sha256("\0".join((of_files, __version__, engine_version)).encode()).hexdigest()[:32]
    folder = cache_dir / f"store-{key}"
    notes = []
    try:
        if folder.exists():
            if (store := _opened(folder)) is not None:
                return OpenedStore(LocalBackend(store), folder, key)
            notes.append(f"The cache {folder} was damaged and has been built again.")
        held = shipped_files(cache_dir) if files is None else files
        build_folder(folder, partial(_write, held), lambda there: _opened(there) is not None)
        remove_old(cache_dir, keep=folder)
        if (store := _opened(folder)) is not None:
            return OpenedStore(LocalBackend(store), folder, key, tuple(notes))
        reason = "what was written there cannot be read back"
    except OSError as error:
        reason = error.strerror or str(error).partition("\n")[0]
    note = f"The cache folder {cache_dir} cannot be used ({reason}); working in memory instead."
    store = Store()
    store.extend(quads(shipped_files(cache_dir) if files is None else files))
    remove_temporary()
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
    return OpenedStore(LocalBackend(store, foreign=True), folder, version)


def _opened(folder: Path) -> Store | None:
    """Open a store if its files are all there in the recorded sizes and it answers a first question."""
    try:
        if not is_whole(folder):
            return None
        with _one_processor():
            store = Store.read_only(str(folder / _STORE))
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


def _write(files: Iterable[ShippedFile], folder: Path) -> None:
    """Write the store of the files into a folder."""
    store = Store(str(folder / _STORE))
    store.bulk_extend(quads(files))
    store.optimize()
    store.flush()  # and the files are closed when it is gone
