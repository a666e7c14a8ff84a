"""What is shipped and where it lies, and reading and writing so that a failure is one clear sentence."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from glutakg.errors import SourceError

__all__ = [
    "MOST_MEGABYTES",
    "STDIN",
    "check_writable",
    "decode",
    "read_bytes",
    "read_stdin",
    "read_text",
    "write_atomically",
]


MOST_MEGABYTES = 64
"""The size up to which a file is read, in units of 1,000,000 bytes."""

_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

STDIN = "standard input"
"""What stands in messages where a file has its path."""


def read_text(path: Path | str) -> str:
    """Return the text of a UTF-8 file.

    Raises:
        SourceError: the file is missing, no regular file, unreadable, too large, empty or not UTF-8.

    >>> read_text("no-such-file.ttl")
    Traceback (most recent call last):
    ...
    glutakg.errors.SourceError: no-such-file.ttl: There is no such file; check the name.
    """
    return decode(read_bytes(path), path)


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


def decode(data: bytes, path: Path | str) -> str:
    """Return the text that bytes are in UTF-8, without a byte order mark.

    Args:
        data: what was read.
        path: where it came from, for messages.

    Raises:
        SourceError: it is too large, empty or not UTF-8.
    """
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise SourceError(f"This is more than the {MOST_MEGABYTES} MB that are read; split it.", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith(_COMPRESSED):
            raise SourceError("This is compressed; unpack it first.", path=path) from None
        if data.startswith(_UTF_16):
            raise SourceError("This is UTF-16; save it as UTF-8.", path=path) from None
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
        return decode(sys.stdin.buffer.read(MOST_MEGABYTES * 1_000_000 + 1), STDIN)
    except OSError as error:
        raise SourceError(f"It cannot be read ({error.strerror}).", path=STDIN) from error


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
