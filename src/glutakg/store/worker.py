"""The process that evaluates queries, apart from the caller's, because a query can end its process.

It reads requests from stdin and writes answers to stdout (see `messages`). It opens the store, then gives up
the right to open anything else and to take more memory than allowed, then serves until stdin closes.
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

from glutakg.errors import GlutakgError
from glutakg.sparql import get_ready
from glutakg.store.backend import Backend
from glutakg.store.evaluation import answer_query
from glutakg.store.messages import (
    Message,
    Opened,
    QueryRequest,
    Rights,
    read_message,
    write_message,
)
from glutakg.store.opening import failure_to_open, opened

__all__ = ["Answerer", "end_with_the_caller", "give_up_rights", "main", "run_worker", "serve"]


Answerer = Callable[[Backend, Message], tuple[Message, bytes]]
"""What makes the answer to a request."""

Attender = Callable[[], tuple[Message, bytes] | None]
"""What a worker does that is not asked anything, until a message comes, or it has a reply to write."""

Preparer = Callable[[Backend, Message], Attender]
"""What makes that from a message, as long as files can be opened."""

if sys.platform == "linux":
    import fcntl
    import select


def serve(
    requests: IO[bytes],
    answers: IO[bytes],
    answer: Answerer,
    *,
    prepare: Preparer | None = None,
) -> None:
    """Open what the first message names, keep to the limits of another, then answer queries.

    Args:
        requests: where messages come from; not buffered where there is `prepare`.
        answers: where replies go.
        answer: makes a reply.
        prepare: makes what the worker does between requests, where a message for it precedes the limits.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_the_caller()  # which may go while a store is built
    with suppress(EOFError):
        what, _ = read_message(requests)
        try:
            found = opened(what)
        except GlutakgError as error:
            write_message(answers, failure_to_open(error))
            return
        write_message(answers, Opened(str(found.location or ""), found.version, found.notes))
        attend = None
        rights, _ = read_message(requests)
        if prepare is not None and not isinstance(rights, Rights):
            attend = prepare(found.backend, rights)
            rights, _ = read_message(requests)
        assert isinstance(rights, Rights)
        if rights.parser:
            get_ready()
            from glutakg.store import numbers  # noqa: F401  # which no rewritten query could load any more
        give_up_rights(rights, files=found.unopened_files)
        while True:
            reply = None if attend is None else attend()
            if reply is None:
                request, _ = read_message(requests)
                reply = answer(found.backend, request)
            write_message(answers, *reply)


def give_up_rights(rights: Rights, *, files: int = 0) -> None:
    """Limit memory to what is in use now plus the allowance; forbid core dumps and new descriptors.

    Args:
        rights: what is allowed.
        files: of the store that are yet to be opened.
    """
    try:
        import resource
    except ImportError:  # not a POSIX system: the time limit remains
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _address_space_in_use() + rights.memory_mb * 1024 * 1024
    with suppress(ValueError, OSError):  # macOS knows the limit but does not take it
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if rights.descriptors is not None:
        lowest_free = os.dup(0)
        os.close(lowest_free)
        limit = lowest_free + rights.descriptors + files
        most = (
            max(limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]) if rights.takes_connections else limit
        )
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))


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
    poll = select.poll()
    poll.register(2, 0)
    if poll.poll(0):  # the caller ended before the system was asked to send the signal
        os._exit(1)


def run_worker(answer: Answerer, *, prepare: Preparer | None = None) -> None:
    """Serve on stdin and stdout, keeping both away from anything else that might read or print."""
    requests = os.fdopen(os.dup(0), "rb", buffering=-1 if prepare is None else 0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdin = io.StringIO()
    serve(requests, answers, answer, prepare=prepare)


def _answer(backend: Backend, request: Message) -> tuple[Message, bytes]:
    assert isinstance(request, QueryRequest)
    return answer_query(backend, request)


def main() -> None:
    """Answer queries on stdin and stdout."""
    run_worker(_answer)
