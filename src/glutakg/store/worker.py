"""The process that evaluates queries, apart from the caller's, because a query can end its process.

It reads requests from stdin and writes answers to stdout, each a JSON header and a body (see `frames`). It
opens the store, then gives up the right to open anything else and to take more memory than allowed, then
serves until stdin closes. `glutakg.store` starts it.
"""

import io
import os
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from glutakg.dataset import ShippedFile, shipped_files
from glutakg.errors import GlutakgError, SourceError
from glutakg.store.cache import OpenedStore, open_cached, open_folder
from glutakg.store.evaluation import Answerer, answer_query
from glutakg.store.frames import Header, read_frame, write_frame

__all__ = ["end_with_the_caller", "give_up_rights", "main", "open_named_store", "run_worker", "serve"]


if sys.platform == "linux":
    import fcntl
    import select


def serve(
    requests: IO[bytes], answers: IO[bytes], answer: Answerer, opened_store: Callable[[Header], OpenedStore]
) -> None:
    """Open what the first message names, keep to the limits of the second, then answer queries."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        what_to_open, _ = read_frame(requests)
        try:
            opened = opened_store(what_to_open)
        except GlutakgError as error:
            write_frame(answers, _source_fault(error))
            return
        location = str(opened.location or "")
        write_frame(answers, {"location": location, "notes": opened.notes, "version": opened.version})
        limits, _ = read_frame(requests)
        end_with_the_caller()
        give_up_rights(limits["memory_limit_mb"], descriptors=limits["descriptors"])
        while True:
            request, _ = read_frame(requests)
            write_frame(answers, *answer(opened.store, request))


def open_named_store(what: Header) -> OpenedStore:
    """Return the store that a first message names: a folder (`store`), or `files` kept in `cache_dir`.

    Raises:
        GlutakgError: it cannot be opened.
    """
    if "store" in what:
        return open_folder(Path(what["store"]))
    files = what["files"]
    shipped = shipped_files() if files is None else [ShippedFile(Path(path), graph) for path, graph in files]
    return open_cached(shipped, Path(what["cache_dir"]))


def _source_fault(error: GlutakgError) -> Header:
    place = {}
    if isinstance(error, SourceError):
        place = {"path": str(error.path), "line": error.line, "column": error.column}
    return {"fault": "source", "message": str(error), **place}


def give_up_rights(memory_limit_mb: int, *, descriptors: int | None) -> None:
    """Limit memory to what is in use now plus the allowance; forbid core dumps and new descriptors.

    Args:
        memory_limit_mb: megabytes of the allowance.
        descriptors: files and sockets that may be open besides those of now; None for any number.
    """
    try:
        import resource
    except ImportError:  # not a POSIX system: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _address_space_in_use() + memory_limit_mb * 1024 * 1024
    with suppress(ValueError, OSError):  # macOS knows the limit but does not take it
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if descriptors is not None:
        lowest_free = os.dup(0)
        os.close(lowest_free)
        most = lowest_free + descriptors
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _address_space_in_use() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def end_with_the_caller() -> None:
    """Have the system end this process when the caller goes, also while a query runs and if it is killed.

    The system sends SIGIO when the other end of the pipe that is stderr closes. It would send one for the
    other pipes too, but also when the caller writes or reads there, and that signal can come late: after the
    message has been read. From this one the caller reads only when this process has ended.
    """
    if sys.platform != "linux" or not stat.S_ISFIFO(os.fstat(2).st_mode):
        return  # elsewhere SIGIO is ignored, and the alarm must do
    fcntl.fcntl(2, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(2, fcntl.F_SETFL, fcntl.fcntl(2, fcntl.F_GETFL) | os.O_ASYNC)
    gone = select.poll()
    gone.register(2, 0)
    if gone.poll(0):  # before the system was asked to tell
        os._exit(1)


def run_worker(
    answer: Answerer = answer_query, opened_store: Callable[[Header], OpenedStore] = open_named_store
) -> None:
    """Serve on stdin and stdout, keeping both away from anything else that might read or print.

    Args:
        answer: makes the answer to a request.
        opened_store: opens what the first message names.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdin = io.StringIO()
    serve(requests, answers, answer, opened_store)


def main() -> None:
    """Answer queries on stdin and stdout."""
    run_worker()
