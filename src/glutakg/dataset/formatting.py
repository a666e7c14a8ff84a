"""Brings files of Turtle and SPARQL into their canonical form, whole or not at all."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from glutakg.dataset.shipped import shipped_root
from glutakg.errors import SourceError
from glutakg.files import check_writable, read_text, write_atomically
from glutakg.rdf import canonical_turtle, format_error
from glutakg.sparql import canonical_sparql

__all__ = ["check_paths", "format_paths"]


# ---- files ----

_CANONICAL_FORMS: dict[str, Callable[[str, Path | str | None], str]] = {
    ".ttl": canonical_turtle,
    ".rq": canonical_sparql,
}
_SHIPPED_FOLDERS = ("ontology", "data", "queries")


def check_paths(paths: Sequence[Path] = ()) -> list[Path]:
    """Return the files that are not in canonical form; none is changed.

    Args:
        paths: Turtle (.ttl) and SPARQL (.rq) files, or folders of them; by default all of the project.

    Raises:
        SourceError: a file is missing, unreadable or not Turtle.
        FormatError: a file cannot be brought into canonical form.

    """
    return [change.path for change in _changes(paths)]


def format_paths(paths: Sequence[Path] = ()) -> list[Path]:
    """Bring files into canonical form and return those that changed; one bad file, and none is changed.

    Args:
        paths: Turtle (.ttl) and SPARQL (.rq) files, or folders of them; by default all of the project.

    Raises:
        SourceError: a file is missing, unreadable or not Turtle, or cannot be written; where others were
            written before, the message names them.
        FormatError: a file cannot be brought into canonical form.

    """
    changes = _changes(paths)
    for change in changes:
        check_writable(change.path)
    written: list[Path] = []
    for change in changes:
        try:
            _apply(change)
        except SourceError as error:
            if written:
                error.message += f" Written before: {', '.join(map(str, written))}."
            raise
        written.append(change.path)
    return written


class _Change(NamedTuple):
    path: Path
    before: str
    after: str


def _apply(change: _Change) -> None:
    if read_text(change.path) != change.before:
        raise SourceError("The file was changed by another program meanwhile; try again.", path=change.path)
    write_atomically(change.path, change.after)


def _changes(paths: Sequence[Path]) -> list[_Change]:
    """Return the files whose text differs from the canonical one."""
    folders = [shipped_root() / name for name in _SHIPPED_FOLDERS]
    chosen = paths or [folder for folder in folders if folder.is_dir()]
    # A file that is named twice, or also by a link, is one file.
    files = {os.path.realpath(file): file for path in chosen for file in _files_under(path)}
    texts = {file: read_text(file) for file in files.values()}
    changes = [_Change(file, text, _CANONICAL_FORMS[file.suffix](text, file)) for file, text in texts.items()]
    return [change for change in changes if change.before != change.after]


def _files_under(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in _CANONICAL_FORMS and file.is_file())
    if path.exists() and path.suffix not in _CANONICAL_FORMS:
        raise format_error(
            "This has no canonical form here: give Turtle (.ttl) or SPARQL (.rq) files.", path=path
        )
    return [path]
