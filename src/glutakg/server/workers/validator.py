"""The process that validates what users send: a user's Turtle against the shipped shapes, nothing else."""

import io
import os
import signal
import sys
from contextlib import suppress
from typing import IO

from glutakg.dataset import shape_files, shipped_files
from glutakg.errors import GlutakgError, SourceError
from glutakg.shacl import validate
from glutakg.store import Header, end_with_the_caller, give_up_rights, read_frame, write_frame

__all__ = ["main", "validated"]


_SHAPES = shape_files()
_CONTEXT = [file.path for file in shipped_files()]
_FAULTY = "<https://example.org/s> a <https://w3id.org/glutakg/ontology/Claim> .\n"
_FORMATS = ("table", "json", "ttl", "junit")


def validated(turtle: str, format: str) -> tuple[Header, bytes]:
    """Return whether Turtle conforms and the report, or a header that tells why it cannot be validated.

    Args:
        turtle: what a user sent.
        format: how the report is written, as `Report.render` knows it.
    """
    sys.stdin = io.TextIOWrapper(io.BytesIO(turtle.encode()), encoding="utf-8")
    try:
        report = validate(["-"], shapes=_SHAPES, context=_CONTEXT)
        return {"conforms": report.conforms}, report.render(format).encode()
    except SourceError as error:
        return {"fault": "source", "message": str(error), "line": error.line, "column": error.column}, b""
    except GlutakgError as error:
        return {"fault": "invalid", "message": str(error)}, b""
    except MemoryError:
        return {"fault": "memory"}, b""
    except RecursionError:
        return {"fault": "invalid", "message": "What is sent nests too deeply; split it into several."}, b""


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Read shapes and data once, give up the right to open anything else, then validate."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        read_frame(requests)
        end_with_the_caller()
        for format in _FORMATS:  # so that all that is imported late has been imported
            validated(_FAULTY, format)
        write_frame(answers, {"location": "", "notes": [], "version": ""})
        limits, _ = read_frame(requests)
        give_up_rights(limits["memory_limit_mb"], descriptors=0)
        while True:
            request, _ = read_frame(requests)
            write_frame(answers, *validated(request["turtle"], request["format"]))


def main() -> None:
    """Serve on stdin and stdout."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(requests, answers)
