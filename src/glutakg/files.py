"""What is shipped and where it lies, and reading and writing so that a failure is one clear sentence."""

import os
import re
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glutakg.errors import SourceError

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "MOST_MEGABYTES",
    "STDIN",
    "ShippedFile",
    "check_writable",
    "parse_turtle",
    "query_files",
    "read_bytes",
    "read_stdin",
    "read_text",
    "shape_files",
    "shipped_files",
    "shipped_root",
    "write_atomically",
]

MOST_MEGABYTES = 64
"""The size up to which a file is read, in units of 1,000,000 bytes."""

STDIN = "standard input"
"""What stands in messages where a file has its path."""

_DEEPEST_TRIPLE_TERM = 64
# Strings, comments, IRIs and escapes hold no triple term; what is unfinished reaches to the end.
_TRIPLE_TERM_BRACKET = re.compile(
    r"""
    \#[^\r\n]*+
  | \"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"|\Z) | '''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)
  | "(?:[^"\\\r\n]++|\\.)*+"? | '(?:[^'\\\r\n]++|\\.)*+'?
  | <(?!<)[^<>\s]*+>
  | \\.
  | (?P<open><<) | (?P<close>>>)
    """,
    re.VERBOSE | re.DOTALL,
)
_PACKAGE = Path(__file__).resolve().parent
_PARSER_PLACE = re.compile(r"^Parser error at line \d+ [^:]*: ")


class ShippedFile(NamedTuple):
    """A Turtle file or SSSOM table and the name of its graph, such as `source` or `imports/chebi`."""

    path: Path
    graph_name: str


@cache
def shipped_root() -> Path:
    """Return the folder that holds `ontology/`, `data/` and `queries/`: inside the wheel, or the checkout.

    Raises:
        SourceError: neither is there, so the installation is damaged.

    >>> (shipped_root() / "ontology").is_dir()
    True
    """
    for root in (_PACKAGE / "_shipped", _PACKAGE.parent.parent):
        if (root / "ontology").is_dir():
            return root
    raise SourceError(
        "The shipped ontology and data are missing from this installation; install glutakg again.",
        path=_PACKAGE,
    )


def shipped_files() -> list[ShippedFile]:
    """Return every shipped file that holds data (shapes do not), sorted by its place in the tree."""
    root = shipped_root()
    return [
        *(ShippedFile(path, "ontology") for path in sorted(root.glob("ontology/*.ttl"))),
        *(ShippedFile(path, f"imports/{path.stem}") for path in sorted(root.glob("ontology/imports/*.ttl"))),
        *(ShippedFile(path, path.parent.name) for path in sorted(root.glob("data/*/*.ttl"))),
        *(ShippedFile(path, path.parent.name) for path in sorted(root.glob("data/*/*.sssom.tsv"))),
    ]


def shape_files() -> list[Path]:
    """Return the shipped SHACL files, sorted."""
    return sorted(shipped_root().glob("ontology/shapes/*.ttl"))


def query_files() -> list[Path]:
    """Return the shipped SPARQL files, sorted; the folder of each is its subject."""
    return sorted(shipped_root().glob("queries/*/*.rq"))


def read_text(path: Path | str) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        SourceError: the file is missing, no regular file, unreadable, too large, empty or not UTF-8.

    >>> read_text("no-such-file.ttl")
    Traceback (most recent call last):
    ...
    glutakg.errors.SourceError: no-such-file.ttl: There is no such file; check the name.
    """
    return _decoded(read_bytes(path), path)


def read_bytes(path: Path | str) -> bytes:
    """Return what a file holds.

    Raises:
        SourceError: the file is missing, no regular file, unreadable or too large.
    """
    try:
        return _read_bytes(Path(path))
    except FileNotFoundError:
        raise SourceError("There is no such file; check the name.", path=path) from None
    except MemoryError:
        raise SourceError("The file needs more memory than there is.", path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"The file cannot be read ({reason}).", path=path) from error


def _read_bytes(path: Path) -> bytes:
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise SourceError("This is a folder; name a file in it.", path=path)
    if not stat.S_ISREG(state.st_mode):
        raise SourceError("This is a device, a pipe or a socket; name a file.", path=path)
    if state.st_size > MOST_MEGABYTES * 1_000_000:
        size = f"{state.st_size / 1_000_000:,.1f} MB"
        raise SourceError(f"The file has {size}; at most {MOST_MEGABYTES} MB are read. Split it.", path=path)
    return path.read_bytes()


def _decoded(data: bytes, path: Path | str) -> str:
    """Return the text that bytes are in UTF-8, without a byte order mark."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise SourceError(f"This is more than the {MOST_MEGABYTES} MB that are read; split it.", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise SourceError(
            "This is not UTF-8; save it in that encoding.", path=path, line=line, column=column
        ) from None
    if not text.strip():
        raise SourceError("This is empty; put something into it.", path=path)
    return text


def read_stdin() -> str:
    """Return the text that is sent into standard input.

    Raises:
        SourceError: it is closed, unreadable, too large, empty or not UTF-8.
    """
    if sys.stdin is None:
        raise SourceError("It is closed; send text into it, or name a file.", path=STDIN)
    try:
        return _decoded(sys.stdin.buffer.read(MOST_MEGABYTES * 1_000_000 + 1), STDIN)
    except OSError as error:
        raise SourceError(f"It cannot be read ({error.strerror}).", path=STDIN) from error


def parse_turtle(text: str, path: Path | str, *, base: str | None = None) -> "list[Triple]":
    """Return the triples that a Turtle text states.

    Args:
        text: the Turtle.
        path: where it came from, for the message.
        base: IRI against which relative IRIs are resolved; without it they are errors.

    Raises:
        SourceError: the text is not Turtle (line and column say where), or nests triple terms too deeply.

    >>> len(parse_turtle("<http://example.org/s> a <http://example.org/C> .", "example.ttl"))
    1
    """
    import pyoxigraph

    _refuse_deep_triple_terms(text, path)
    try:
        return [
            quad.triple for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base)
        ]
    except SyntaxError as error:
        reason = _PARSER_PLACE.sub("", error.msg)
        raise SourceError(
            f"This is not Turtle: {reason}", path=path, line=error.lineno, column=error.offset
        ) from None
    except MemoryError:
        raise SourceError("The file needs more memory than there is.", path=path) from None


def _refuse_deep_triple_terms(text: str, path: Path | str) -> None:
    """Raise `SourceError` where triple terms nest so deeply that the parser might run out of stack."""
    if text.count("<<") <= _DEEPEST_TRIPLE_TERM:
        return
    depth = 0
    for match in _TRIPLE_TERM_BRACKET.finditer(text):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        if depth > _DEEPEST_TRIPLE_TERM:
            raise SourceError(
                f"Triple terms nest more than {_DEEPEST_TRIPLE_TERM} deep; say the inner ones with nodes.",
                path=path,
                line=text.count("\n", 0, match.start()) + 1,
            )


def check_writable(path: Path | str) -> None:
    """Raise `SourceError` where something is there that is no file or may not be written."""
    target = Path(path)
    if target.exists() and not target.is_file():
        raise SourceError(
            "This is a folder, a device or a pipe, which no file replaces; name a file.", path=path
        )
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise SourceError("The file may not be written; give it write permission first.", path=path)


def write_atomically(path: Path | str, text: str) -> None:
    """Write a text file whole or not at all: beside the target first, then put in its place.

    A symbolic link stays: the file that it points at is written. The permissions of the file stay too.

    Raises:
        SourceError: the file cannot be written; what was there before is unchanged.
    """
    check_writable(path)
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{os.urandom(16).hex()}.tmp")
    try:
        # "x" makes a new file or fails: it follows no link that somebody else has put there.
        stream = beside.open("x", encoding="utf-8", newline="\n")
        try:
            with stream:
                stream.write(text)
            if target.exists():
                beside.chmod(stat.S_IMODE(target.stat().st_mode))
            os.replace(beside, target)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"The file cannot be written ({reason}).", path=path) from error
