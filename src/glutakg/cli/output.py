"""Answers to stdout, everything else to stderr."""

import errno
import json
import os
import shutil
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from glutakg.cli.faults import discard_output
from glutakg.errors import GlutakgError
from glutakg.sparql import Rows
from glutakg.text import printable

if TYPE_CHECKING:
    from glutakg.claims import Emphasis
    from glutakg.store import Answer

__all__ = [
    "emphasis",
    "note",
    "note_count",
    "print_answer",
    "print_bytes",
    "print_json",
    "print_rows",
    "print_text",
    "show_progress",
    "terminal_width",
]


def note(message: str) -> None:
    """Write a note to stderr."""
    click.echo(f"glutakg: note: {printable(message)}", err=True)


def show_progress(message: str) -> None:
    """Say on a terminal what takes so long; say nothing elsewhere."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def terminal_width() -> int:
    """Return the number of columns of the terminal, and 80 where the answer goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def emphasis() -> "Emphasis":
    """Return what makes a line bold on a terminal; elsewhere, and with NO_COLOR, lines stay as they are."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
        return str
    return partial(click.style, bold=True)


def print_text(text: str) -> None:
    """Write text to stdout in UTF-8, whatever the terminal says it can show."""
    print_bytes(text.encode())


def print_bytes(data: bytes) -> None:
    """Write whole lines to stdout.

    Raises:
        GlutakgError: it takes no more, except for a broken pipe.
    """
    try:
        click.echo(data, nl=not data.endswith(b"\n"))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        discard_output()
        raise GlutakgError(f"The answer cannot be written ({error.strerror}).") from error


def print_rows(rows: Rows, format: str) -> None:
    """Write rows as a table or as Markdown."""
    print_text(rows.to_markdown() if format == "md" else rows.to_table())


def print_answer(answer: "Answer", written_here: bool) -> None:
    """Write a yes or no, or an answer that the store has serialised."""
    if written_here:
        print_text("true" if answer.boolean else "false")
    elif answer.data:
        print_bytes(answer.data)
    else:
        note("The graph is empty.")


def print_json(value: object) -> None:
    """Write plain values as JSON."""
    print_text(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def note_count(number: int, one: str, many: str) -> None:
    """Write to stderr how many there are."""
    click.echo(f"{number or 'no'} {one if number == 1 else many}", err=True)
