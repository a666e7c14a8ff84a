"""Answers to stdout, everything else to stderr."""

import csv
import errno
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from glutakg.cli.faults import discard_output, tell
from glutakg.errors import GlutakgError
from glutakg.languages import LANGUAGES, translator
from glutakg.sparql import Rows, text_table
from glutakg.text import Style, printable, wrapped

if TYPE_CHECKING:
    from glutakg.store import Answer

__all__ = [
    "csv_text",
    "note",
    "note_count",
    "print_answer",
    "print_bytes",
    "print_json",
    "print_lines",
    "print_rows",
    "print_table",
    "print_text",
    "show_progress",
    "style",
    "table_width",
    "terminal_width",
]


def note(message: str) -> None:
    """Write a note to stderr."""
    tell(f"glutakg: note: {printable(message)}")


def show_progress(message: str) -> None:
    """Say on a terminal what takes so long; say nothing elsewhere."""
    if sys.stderr.isatty():
        tell(message)


def terminal_width() -> int:
    """Return the number of columns of the terminal, and 80 where the answer goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def table_width() -> int | None:
    """Return the width that tables are fitted to: that of the terminal, and none where they go elsewhere."""
    return terminal_width() if sys.stdout.isatty() else None


def style() -> Style:
    """Return how words stand out on a terminal; elsewhere, and with NO_COLOR, they stay as they are."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
        return Style()
    from glutakg.cli.terminal import TerminalStyle

    return TerminalStyle(os.environ)


def print_text(text: str) -> None:
    """Write text to stdout in UTF-8, whatever the terminal says it can show."""
    print_bytes(text.encode())


def print_lines(lines: Iterable[str]) -> None:
    """Write lines to stdout; on a terminal one that is too long goes on below, indented."""
    width = table_width()
    whole = (
        lines
        if width is None
        else (each for line in lines for each in wrapped(line, width, "", "  ") or [""])
    )
    print_text("\n".join(whole))


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
    """Write rows as a table, which fits the terminal, or as Markdown."""
    print_text(rows.to_markdown() if format == "md" else rows.to_table(table_width(), style()))


def print_table(names: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Write texts as a table below the names of its columns; it fits the terminal, the first column whole."""
    cells = [tuple(map(printable, line)) for line in lines]
    look, texts = style(), [False] * len(names)
    shown = [tuple(map(look.word, line, names)) for line in cells]
    print_text(text_table(names, cells, texts, shown=shown, width=table_width(), style=look, whole=(0,)))


def print_answer(answer: "Answer", written_here: bool) -> None:
    """Write a yes or no, or an answer that the store has serialised."""
    if written_here:
        print_text("true" if answer.boolean else "false")
    elif answer.data:
        print_bytes(answer.data)
    else:
        note("The graph is empty.")


def csv_text(names: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return lines as a table for programs, below the names of its columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(lines)
    return text.getvalue()


def print_json(value: object) -> None:
    """Write plain values as JSON."""
    print_text(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def note_count(number: int, one: str, many: str, lang: str | None = None) -> None:
    """Write to stderr how many there are, in a language; the words are those of a catalogue of messages."""
    _ = translator(lang or LANGUAGES[0])
    counted = _(one if number == 1 else many)
    click.echo(f"{number} {counted}" if number else _("no {things}", things=counted), err=True)
