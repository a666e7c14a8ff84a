"""The process that validates what users send: a user's Turtle against the shipped shapes, nothing else."""

import os
import signal
from contextlib import suppress
from typing import IO

from glutakg.dataset import shape_files, shipped_files
from glutakg.errors import GlutakgError, SourceError
from glutakg.languages import N_
from glutakg.server.workers.messages import Validated, ValidationRequest
from glutakg.shacl import validate
from glutakg.store import (
    Failure,
    Fault,
    Message,
    Opened,
    Rights,
    end_with_the_caller,
    give_up_rights,
    read_message,
    write_message,
)

__all__ = ["answer", "main"]


_SHAPES = shape_files()
_CONTEXT = [file.path for file in shipped_files()]
_FAULTY = "<https://example.org/s> a <https://w3id.org/glutakg/ontology/Claim> .\n"
_FORMATS = ("table", "json", "ttl", "junit")


def answer(request: ValidationRequest) -> tuple[Message, bytes]:
    """Return whether Turtle conforms, a `Validated` with the report, or a `Failure`."""
    try:
        report = validate([request.turtle.encode()], shapes=_SHAPES, context=_CONTEXT)
        return Validated(report.conforms), report.render(request.format).encode()
    except SourceError as error:
        return Failure(Fault.SOURCE, str(error), line=error.line, column=error.column), b""
    except GlutakgError as error:
        return Failure(Fault.INVALID, str(error)), b""
    except MemoryError:
        return Failure(Fault.MEMORY), b""
    except RecursionError:
        return Failure(Fault.INVALID, N_("What is sent nests too deeply; split it into several.")), b""


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Read shapes and data once, give up the right to open anything else, then validate."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        read_message(requests)
        end_with_the_caller()
        for format in _FORMATS:  # so that all that is imported late has been imported
            answer(ValidationRequest(_FAULTY, format))
        write_message(answers, Opened())
        rights, _ = read_message(requests)
        assert isinstance(rights, Rights)
        give_up_rights(rights)
        while True:
            request, _ = read_message(requests)
            assert isinstance(request, ValidationRequest)
            write_message(answers, *answer(request))


def main() -> None:
    """Serve on stdin and stdout."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(requests, answers)
