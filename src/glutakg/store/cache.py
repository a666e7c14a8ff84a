"""The store on disk: built once per content, switched into place whole, and never trusted when damaged.

What is imported is loaded beside a store that is there: into a folder `loaded-…`, which is asked from then
on. Compacting that takes a while, and gives a folder `store-…`, which goes before it.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    read_imports,
    remove_temporary,
    shipped_files,
)
from glutakg.errors import StoreError
from glutakg.languages import N_
from glutakg.store.backend import Backend, LocalBackend
from glutakg.store.counts import counted, keep_counts

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.dataset import Import

__all__ = [
    "OpenedStore",
    "build_cached",
    "cached_version",
    "compact_cached",
    "cycles_in",
    "folder_version",
    "open_cached",
    "open_folder",
]


_STORE = "rocksdb"
_CYCLES = "cycles.txt"
_OPENED_AT_ONCE = 16


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

    @property
    def unopened_files(self) -> int:
        """How many files a query may have to open: a large store has more than the engine opens at once."""
        if self.location is None:
            return 0
        files = sum(1 for _ in _rocksdb_in(self.location).glob("*.sst"))
        return files if files > _OPENED_AT_ONCE else 0


def open_cached(files: Sequence[ShippedFile] | None, cache_dir: Path) -> OpenedStore:
    """Return the store of the files: from the cache, else built there, else in memory with a note.

    Args:
        files: what the store holds; None for what is shipped and what the user has imported.
        cache_dir: the cache folder; made when missing.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
        StoreError: the triples of an import are not there.
    """
    imports = read_imports() if files is None else ()
    key = _key(files, imports)
    places = _places(cache_dir, key)
    try:
        for folder in places:
            if folder.exists() and (store := _opened(folder)) is not None:
                return OpenedStore(LocalBackend(store), folder, key)
        damaged = [each for each in places if each.exists()]
        notes = [f"The cache {each} was damaged and has been built again." for each in damaged]
        folder = places[0]
        _build(files, imports, folder)
        remove_old(cache_dir, keep=folder)
        if (store := _opened(folder)) is not None:
            if imports and not notes:  # after an upgrade, or a change of what is shipped
                notes.append(f"The store was built anew, with what was imported: {_named(imports)}.")
            return OpenedStore(LocalBackend(store), folder, key, tuple(notes))
        reason = "what was written there cannot be read back"
    except OSError as error:
        reason = error.strerror or str(error).partition("\n")[0]
    note = f"The cache folder {cache_dir} cannot be used ({reason}); working in memory instead."
    store = Store()
    _fill(store, shipped_files(cache_dir) if files is None else files, imports, cache_dir)
    remove_temporary()
    return OpenedStore(LocalBackend(store), None, key, (note,))


def _named(imports: "Sequence[Import]") -> str:
    return ", ".join(each.name for each in imports)


def build_cached(imports: "Sequence[Import]", data_dir: Path, cache_dir: Path) -> Path:
    """Build the store of what is shipped and of some imports, where it is not there yet, and return it.

    A store that has all of them but some that are new gives its files, which are linked and not copied; what
    is built so answers more slowly until it is compacted.

    Args:
        imports: what it holds beside what is shipped, whether it is in the list of imports or not.
        data_dir: where the triples of the imports lie.
        cache_dir: the cache folder; made when missing.

    Raises:
        OSError: the cache folder cannot be written.
        SourceError: a file cannot be read.
        StoreError: the triples of an import are not there.
    """
    compacted, loaded = places = _places(cache_dir, _key(None, imports))
    for folder in places:
        if is_whole(folder):
            return folder
    counted = read_imports(data_dir)
    for held in ([each for each in imports if each in counted], []):
        for base in _places(cache_dir, _key(None, held)):
            if is_whole(base):
                added = [each for each in imports if each not in held]
                fill = partial(_write_beside, base, held, added, data_dir, cache_dir)
                build_folder(loaded, fill, _is_sound)
                return loaded
    _build(None, imports, compacted, data_dir)
    return compacted


def compact_cached(data_dir: Path, cache_dir: Path, *, begin: Callable[[], object] = lambda: None) -> bool:
    """Compact the store of what is imported, and return whether that was done.

    It is done beside the store, which answers meanwhile and stays for those that have it open. Where other
    imports count when it ends, it was in vain.

    Args:
        data_dir: where imports are kept.
        cache_dir: the cache folder.
        begin: is called before what takes long.

    Raises:
        OSError: there is not as much space as the store takes, or the cache folder cannot be written.
        SourceError: the list of imports cannot be read.
    """
    imports = read_imports(data_dir)
    compacted, loaded = _places(cache_dir, _key(None, imports))
    if is_whole(compacted) or not is_whole(loaded):
        return False
    if shutil.disk_usage(cache_dir).free < sum(path.stat().st_size for path in (loaded / _STORE).iterdir()):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(cache_dir))
    begin()

    def compact(folder: Path) -> None:
        store = _linked(loaded, folder)
        _compact(store, folder)
        del store  # which writes in its folder as long as it is open
        if read_imports(data_dir) != imports:
            raise _InVain

    try:
        build_folder(compacted, compact, _is_sound)
    except _InVain:
        return False
    remove_old(cache_dir, keep=compacted)
    return True


class _InVain(Exception):
    """Another store is asked meanwhile."""


def _places(cache_dir: Path, key: str) -> tuple[Path, Path]:
    """Return where a store lies, compacted and as it was loaded; it may be there in either form."""
    return cache_dir / f"store-{key}", cache_dir / f"loaded-{key}"


def cycles_in(folder: Path) -> list[str]:
    """Return the classes that stand below themselves, as found when a store of imports was built."""
    path = folder / _CYCLES
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def cached_version(files: Sequence[ShippedFile] | None) -> str:
    """Return the version of the store that `open_cached` would open or build now."""
    return _key(files, read_imports() if files is None else ())


def folder_version(folder: Path) -> str:
    """Return the version of a store that a user brings, which changes with its files.

    Raises:
        StoreError: there is none.
        OSError: it cannot be read.
    """
    rocksdb = _rocksdb_in(folder)
    if not (rocksdb / "CURRENT").is_file():
        raise StoreError(
            N_("There is no store in {folder}; name a folder that Oxigraph has written.", folder=folder)
        )
    files = sorted((path.name, path.stat().st_size) for path in rocksdb.glob("*.sst"))
    return hashlib.sha256(repr([*files, (rocksdb / "CURRENT").read_text()]).encode()).hexdigest()[:32]


def _rocksdb_in(folder: Path) -> Path:
    return folder / _STORE if (folder / _STORE).is_dir() else folder


def _key(files: Sequence[ShippedFile] | None, imports: "Sequence[Import]") -> str:
    of_files = generated_key() if files is None else content_key(files)
    versions = (of_files, __version__, engine_version, *map(repr, imports))
    return hashlib.sha256("\0".join(versions).encode()).hexdigest()[:32]


def _build(
    files: Sequence[ShippedFile] | None,
    imports: "Sequence[Import]",
    folder: Path,
    data_dir: Path | None = None,
) -> None:
    held = shipped_files(folder.parent) if files is None else files
    build_folder(folder, partial(_write, held, imports, data_dir), _is_sound)


def open_folder(folder: Path) -> OpenedStore:
    """Return the store on disk that a user brings: one of ours, or a folder that Oxigraph has written.

    Args:
        folder: where it lies; nothing is changed there.

    Raises:
        StoreError: there is no store that can be read.
    """
    rocksdb = _rocksdb_in(folder)
    try:
        version = folder_version(folder)
        with _one_processor():
            store = Store.read_only(str(rocksdb))
        store.query("ASK { ?s ?p ?o }")
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise StoreError(
            N_("The store in {folder} cannot be read ({reason}).", folder=folder, reason=reason)
        ) from error
    return OpenedStore(LocalBackend(store, foreign=True), folder, version)


def _is_sound(folder: Path) -> bool:
    return _opened(folder) is not None


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


def _write(
    files: Iterable[ShippedFile], imports: "Sequence[Import]", data_dir: Path | None, folder: Path
) -> None:
    """Write the store of the files and imports into a folder."""
    store = Store(str(folder / _STORE))
    cycles = _fill(store, files, imports, folder.parents[1], data_dir)
    if imports:
        _note_cycles(folder, cycles)
    _compact(store, folder)  # and the files are closed when it is gone


def _compact(store: Store, folder: Path) -> None:
    """Compact a store in a folder, and keep beside it how many triples it has, which is counted meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as beside:
        counts = beside.submit(counted, store)
        store.optimize()
        keep_counts(folder, counts.result())
    store.flush()


def _write_beside(
    base: Path,
    held: "Sequence[Import]",
    imports: "Sequence[Import]",
    data_dir: Path,
    cache_dir: Path,
    folder: Path,
) -> None:
    """Write a store that has all of another one, which stays as it is, and imports more."""
    from glutakg.store.imported import add_imports

    store = _linked(base, folder)
    cycles = add_imports(store, held, imports, data_dir=data_dir, cache_dir=cache_dir, folder=folder)
    _note_cycles(folder, cycles)
    store.flush()


def _linked(base: Path, folder: Path) -> Store:
    """Put a store into a folder whose files are links to those of another one, and open it."""
    target = folder / _STORE
    target.mkdir()
    for path in (base / _STORE).iterdir():
        if path.suffix == ".sst":  # which no store ever changes
            _link(path, target / path.name)
        elif path.name not in ("LOCK", "LOG"):
            shutil.copyfile(path, target / path.name)
    if (base / _CYCLES).exists():
        shutil.copyfile(base / _CYCLES, folder / _CYCLES)
    return Store(str(target))


def _note_cycles(folder: Path, cycles: Sequence[str]) -> None:
    (folder / _CYCLES).write_text("".join(f"{each}\n" for each in cycles), encoding="utf-8")


def _link(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # a file system that has no links
        shutil.copyfile(path, target)


def _fill(
    store: Store,
    files: Iterable[ShippedFile],
    imports: "Sequence[Import]",
    cache_dir: Path,
    data_dir: Path | None = None,
) -> list[str]:
    """Load files, and then imports.

    Returned are the classes that stand below themselves, which are looked for where something is imported.
    """
    store.bulk_extend(quads(files))
    if not imports:
        return []
    from glutakg.dataset import default_data_dir
    from glutakg.store.imported import add_imports

    return add_imports(store, [], imports, data_dir=data_dir or default_data_dir(), cache_dir=cache_dir)
