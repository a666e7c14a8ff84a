"""Where an error becomes a sentence on stderr and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import click

from glutakg.cli.options import LANG
from glutakg.errors import GlutakgError
from glutakg.languages import LANGUAGES, said
from glutakg.text import printable, wrapped

__all__ = ["NO", "Commands", "complain", "discard_output", "ended_by_interrupt"]


NO = 1
CANNOT = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141


class Commands(click.Group):
    """The commands, and the one place where an error becomes a sentence on stderr and an exit code."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line, or write the help."""
        with faults_as_exit_codes():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with faults_as_exit_codes(ctx):
            return super().invoke(ctx)


@contextmanager
def faults_as_exit_codes(context: click.Context | None = None) -> Iterator[None]:
    """End with 2 and one sentence for an error, 130 for Ctrl-C, 141 when nobody reads the output."""
    try:
        with _interruptible():
            yield
    except GlutakgError as error:
        complain(said(error.message, _language(context)))
        sys.exit(CANNOT)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            discard_output()
            sys.exit(_BROKEN_PIPE)
        place = f"{error.filename}: " if error.filename is not None else ""
        complain(f"{place}This could not be done ({error.strerror or error}).")
        sys.exit(CANNOT)
    except MemoryError:
        complain("There is not enough memory for this; ask for less.")
        sys.exit(CANNOT)
    except RecursionError:
        complain("What is to be read nests too deeply; split it into several.")
        sys.exit(CANNOT)


def _language(context: click.Context | None) -> str:
    return str((context and (context.meta.get(LANG) or context.params.get("lang"))) or LANGUAGES[0])


def _interruptible() -> AbstractContextManager[None]:
    """Have Ctrl-C raise KeyboardInterrupt where that is handled, and end the process everywhere else."""
    return _on_interrupt(signal.default_int_handler, instead_of=signal.SIG_DFL)


def ended_by_interrupt() -> AbstractContextManager[None]:
    """Have Ctrl-C end the process even while it waits for an engine, which would not hear of it."""
    return _on_interrupt(signal.SIG_DFL, instead_of=signal.default_int_handler)


@contextmanager
def _on_interrupt(handler: Any, *, instead_of: Any) -> Iterator[None]:
    """Have Ctrl-C handled so, unless something else than is expected handles it."""
    before = signal.getsignal(signal.SIGINT)
    if before != instead_of:
        yield
        return
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def complain(message: str) -> None:
    """Write to stderr what went wrong."""
    tell(f"glutakg: error: {printable(message)}")


def tell(message: str) -> None:
    """Write a message to stderr; on a terminal its lines end where a word does."""
    lines = [message]
    if sys.stderr.isatty():
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
        lines = wrapped(message, columns or 80, "", "  ")
    click.echo("\n".join(lines), err=True)


def discard_output() -> None:
    """Point stdout at nothing, so that what Python still holds for it does not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
