"""The process that reads a store on the disk for one that keeps a copy of it in memory.

It reads from stdin what to open, and writes to stdout whether it could, and then all quads as N-Quads.
"""

import os
import signal
import sys

from glutakg.errors import GlutakgError
from glutakg.store.backend import LocalBackend
from glutakg.store.messages import Opened, read_message, write_message
from glutakg.store.opening import failure_to_open, opened
from glutakg.store.worker import end_with_the_caller

__all__ = ["main"]


def main() -> None:
    """Copy the store that is named on stdin to stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_the_caller()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    what, _ = read_message(sys.stdin.buffer)
    try:
        found = opened(what)
    except GlutakgError as error:
        write_message(answers, failure_to_open(error))
        return
    assert isinstance(found.backend, LocalBackend)
    write_message(answers, Opened(str(found.location or ""), found.version, found.notes))
    found.backend.write_quads(answers)
    answers.flush()
