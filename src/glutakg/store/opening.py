"""What a process is told to open, opened: on the disk, copied into memory, or elsewhere."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import RdfFormat, Store, parse

from glutakg.dataset import ShippedFile
from glutakg.errors import EndpointError, GlutakgError, SourceError, StoreError
from glutakg.languages import N_
from glutakg.store.backend import LocalBackend
from glutakg.store.cache import (
    OpenedStore,
    cached_version,
    folder_version,
    open_cached,
    open_folder,
)
from glutakg.store.messages import (
    Failure,
    Fault,
    Message,
    Opened,
    OpenEndpoint,
    OpenFiles,
    OpenFolder,
)
from glutakg.store.process import Worker, WorkerEnded

__all__ = ["copy_ahead", "failure_to_open", "opened"]


_COPYING = "glutakg.store.copying"
_MEMORY = Path("/proc/meminfo")
_SECONDS_TO_OPEN = 300.0
_MEMORY_TO_DISK = 5
"""How many times what a store takes on the disk it takes in memory, at most."""


class _Copy(NamedTuple):
    """A store in memory, with what it was copied from and the version of that."""

    store: Store
    what: Message
    version: str
    notes: tuple[str, ...]


_copies: list[_Copy] = []
"""The copy that this process, or the one that it was forked from, has made: one or none."""


def opened(what: Message) -> OpenedStore:
    """Return what a message names, ready to be asked.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
        StoreError: it cannot be opened, or needs more memory than there is.
        EndpointError: the server elsewhere cannot be asked.
    """
    match what:
        case OpenFiles(in_memory=True) | OpenFolder(in_memory=True):
            return _opened_in_memory(what)
        case OpenFiles(cache_dir=cache_dir):
            return open_cached(_files(what), Path(cache_dir))
        case OpenFolder(folder=folder):
            return open_folder(Path(folder))
        case OpenEndpoint():
            from glutakg.store.endpoint import open_endpoint

            return open_endpoint(what)
    raise TypeError(f"{what!r} opens nothing")


def failure_to_open(error: GlutakgError) -> Failure:
    """Return why nothing was opened, as it is told to another process."""
    if isinstance(error, SourceError):
        path = None if error.path is None else str(error.path)
        return Failure(Fault.SOURCE, str(error), path=path, line=error.line, column=error.column)
    return Failure(Fault.ENDPOINT if isinstance(error, EndpointError) else Fault.ENGINE, str(error))


def copy_ahead(what: Message) -> None:
    """Copy into memory what processes will open that are forked from this one; `opened` tells what fails."""
    with suppress(GlutakgError):
        _copy(what)


def _opened_in_memory(what: OpenFiles | OpenFolder) -> OpenedStore:
    """Return the copy, or, where the data have changed since it was made, what is on the disk now."""
    if not any(copy.what == what for copy in _copies):
        _copy(what)
    copy = _copies[0]
    if copy.version != _version(what):
        on_disk = opened(replace(what, in_memory=False))
        note = N_("The data have changed since they were copied into memory, and are read from the disk now.")
        return on_disk._replace(notes=(*on_disk.notes, note))
    backend = LocalBackend(copy.store, foreign=isinstance(what, OpenFolder))
    return OpenedStore(backend, None, copy.version, copy.notes)


def _version(what: OpenFiles | OpenFolder) -> str:
    return folder_version(Path(what.folder)) if isinstance(what, OpenFolder) else cached_version(_files(what))


def _files(what: OpenFiles) -> list[ShippedFile] | None:
    return None if what.files is None else [ShippedFile(Path(path), graph) for path, graph in what.files]


def _copy(what: Message) -> None:
    """Have a process read the disk, since the engine begins threads for that, which no fork would have."""
    assert isinstance(what, OpenFiles | OpenFolder)
    worker = Worker(_COPYING)
    try:
        reply, _ = worker.ask(replace(what, in_memory=False), _SECONDS_TO_OPEN)
        if isinstance(reply, Failure):
            raise _as_raised(reply)
        assert isinstance(reply, Opened)
        if reply.location:
            _refuse_too_large(Path(reply.location))
        store = Store()
        store.bulk_extend(parse(worker.pipes[1], format=RdfFormat.N_QUADS))
        whole = worker.wait() == 0
    except WorkerEnded as ended:
        raise _not_copied(ended.last_line) from None
    except (OSError, SyntaxError) as error:
        raise _not_copied(str(error)) from None
    finally:
        worker.end()
    if not whole:
        raise _not_copied("the process that read it has ended")
    _copies[:] = [_Copy(store, what, reply.version, tuple(reply.notes))]


def _as_raised(failure: Failure) -> GlutakgError:
    """Return the error that `failure_to_open` told of."""
    if failure.fault is not Fault.SOURCE:
        return StoreError(failure.message)
    error = SourceError(failure.message)
    error.path, error.line, error.column = failure.path, failure.line, failure.column
    return error


def _refuse_too_large(folder: Path) -> None:
    """Raise `StoreError` where a copy would take more memory than is free, as far as the system tells."""
    on_disk = sum(each.stat().st_size for each in folder.rglob("*.sst"))
    wanted, free = _MEMORY_TO_DISK * on_disk, free_memory()
    if free is not None and wanted > free:
        raise StoreError(
            N_(
                "A copy of the data would take up to {wanted:,} MB of memory, and {free:,} MB are free; "
                "leave out --in-memory, and they are read from the disk.",
                wanted=wanted // 1_000_000,
                free=free // 1_000_000,
            )
        )


def _not_copied(reason: str) -> StoreError:
    return StoreError(N_("The data cannot be copied into memory ({reason}).", reason=reason.rstrip(".")))


def free_memory() -> int | None:
    """Return how many bytes of memory are free for whoever asks; None where the system does not tell."""
    with suppress(OSError, ValueError, StopIteration):
        lines = _MEMORY.read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
    return None
