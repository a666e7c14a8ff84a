"""What is shipped and where it lies, and reading and writing so that a failure is one clear sentence."""

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from glutakg.errors import SourceError

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "ShippedFile",
    "parse_turtle",
    "query_files",
    "read_text",
    "shape_files",
    "shipped_files",
    "shipped_root",
    "write_atomically",
]

_PACKAGE = Path(__file__).resolve().parent
_PARSER_PLACE = re.compile(r"^Parser error at line \d+ [^:]*: ")


class ShippedFile(NamedTuple):
    """A Turtle file and the name of the graph it belongs to, such as `source` or `imports/chebi`."""

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
    """Return every shipped Turtle file that holds data (shapes do not), sorted by its place in the tree."""
    root = shipped_root()
    return [
        *(ShippedFile(path, "ontology") for path in sorted(root.glob("ontology/*.ttl"))),
        *(ShippedFile(path, f"imports/{path.stem}") for path in sorted(root.glob("ontology/imports/*.ttl"))),
        *(ShippedFile(path, path.parent.name) for path in sorted(root.glob("data/*/*.ttl"))),
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
        SourceError: the file is missing, a folder, unreadable, empty or not UTF-8.

    >>> read_text("no-such-file.ttl")
    Traceback (most recent call last):
    ...
    glutakg.errors.SourceError: no-such-file.ttl: There is no such file; check the name.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise SourceError("There is no such file; check the name.", path=path) from None
    except IsADirectoryError:
        raise SourceError("This is a folder; name a file in it.", path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"The file cannot be read ({reason}).", path=path) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise SourceError(
            "The file is not UTF-8; save it in that encoding.", path=path, line=line, column=column
        ) from None
    if not text.strip():
        raise SourceError("The file is empty.", path=path)
    return text


def parse_turtle(text: str, path: Path | str, *, base: str | None = None) -> "list[Triple]":
    """Return the triples that a Turtle text states.

    Args:
        text: the Turtle.
        path: where it came from, for the message.
        base: IRI against which relative IRIs are resolved; without it they are errors.

    Raises:
        SourceError: the text is not Turtle; line and column say where.

    >>> len(parse_turtle("<http://example.org/s> a <http://example.org/C> .", "example.ttl"))
    1
    """
    import pyoxigraph

    try:
        return [
            quad.triple for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base)
        ]
    except SyntaxError as error:
        reason = _PARSER_PLACE.sub("", error.msg)
        raise SourceError(
            f"This is not Turtle: {reason}", path=path, line=error.lineno, column=error.offset
        ) from None


def write_atomically(path: Path | str, text: str) -> None:
    """Write a text file whole or not at all: beside the target first, then put in its place.

    Raises:
        SourceError: the file cannot be written; what was there before is unchanged.
    """
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode)
        os.replace(beside, target)
    except OSError as error:
        raise SourceError(f"The file cannot be written ({error.strerror}).", path=path) from error
    finally:
        beside.unlink(missing_ok=True)
