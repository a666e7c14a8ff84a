"""Files as they are sent around: plain, or packed by gzip, zstd, xz or zip; told by their first bytes.

What is packed is read as a stream and never written by a name that an archive gives it. An archive that is
cut off, or that unpacks to far more than any text does, is refused.
"""

import codecs
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from glutakg.errors import MissingExtraError, SourceError

__all__ = ["MOST_OF_A_LINE", "Pieces", "unpacked"]


MOST_TIMES_LARGER = 250
"""Text of ontologies packs to a fiftieth at best; what unpacks to more than this is made to fill a disk."""

MOST_OF_A_LINE = 16_000_000
"""Bytes of a line or text; pyoxigraph takes no longer ones either."""

_HARMLESS_BYTES = 50_000_000
_PIECE = 1 << 20
_PACKED_PIECE = 1 << 10  # which zstd may unpack to 32 MB
_FAULTS = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[BinaryIO]:
    """Give what a file holds as a stream, unpacked where it is packed.

    Args:
        path: the file.
        name: what stands for it in messages.

    Raises:
        SourceError: it cannot be read or unpacked.
        MissingExtraError: it is packed by zstd, and the library for that is missing.
    """
    try:
        with path.open("rb") as file:
            start = file.read(6)
            file.seek(0)
            opener = next((each for magic, each in _PACKED.items() if start.startswith(magic)), None)
            if opener is None:
                yield _without_mark(file)
                return
            with opener(file, name) as stream:
                checked = _Checked(stream, name, path.stat().st_size)
                yield _without_mark(io.BufferedReader(checked, _PIECE))
    except _FAULTS as error:
        raise _unreadable(error, name) from error


def _without_mark(stream: io.BufferedReader) -> io.BufferedReader:
    """Return a stream without the byte order mark that it may begin with."""
    if stream.peek(3)[:3] == codecs.BOM_UTF8:
        stream.read(3)
    return stream


def _unreadable(error: BaseException, name: str) -> SourceError:
    if isinstance(error, EOFError):
        return SourceError("The archive is cut off; fetch the file again.", path=name)
    if isinstance(error, gzip.BadGzipFile) and "Not a gzipped file" in str(error):
        return SourceError(
            "Something else follows the archive in the file; fetch or pack it again.", path=name
        )
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return SourceError(f"The file cannot be read ({str(reason).rstrip('.')}).", path=name)


class _Checked(io.RawIOBase):
    """A stream that stops where it has become too large for what it was unpacked from."""

    def __init__(self, stream: IO[bytes], name: str, packed_bytes: int) -> None:
        self._stream = stream
        self._name = name
        self._left = max(packed_bytes * MOST_TIMES_LARGER, _HARMLESS_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._stream.read(min(len(view), _PIECE))
        except _FAULTS as error:
            raise _unreadable(error, self._name) from error
        except RuntimeError as error:  # zipfile, where a password is needed
            raise _unreadable(error, self._name) from error
        self._left -= len(data)
        if self._left < 0:
            message = f"It unpacks to more than {MOST_TIMES_LARGER} times its size, which no ontology does."
            raise SourceError(message, path=self._name)
        view[: len(data)] = data
        return len(data)


class Pieces:
    """A stream that stops in a line or text that is too long, before a parser has to hold it."""

    def __init__(self, stream: BinaryIO, name: str, between: bytes) -> None:
        """Take what stands between two texts."""
        self._stream = stream
        self._name = name
        self._between = between
        self._length = 0

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes or fewer, or all of them.

        Raises:
            SourceError: what stands between two texts has not come for too long.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        data = self._stream.read(min(size, _PIECE))
        last = data.rfind(self._between)
        self._length = self._length + len(data) if last < 0 else len(data) - last - 1
        if self._length > MOST_OF_A_LINE:
            message = f"A line or text in it has more than {MOST_OF_A_LINE:,} bytes; this is no ontology."
            raise SourceError(message, path=self._name)
        return data


def _of_gzip(file: BinaryIO, name: str) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=file))


def _of_xz(file: BinaryIO, name: str) -> IO[bytes]:
    return lzma.LZMAFile(file)


def _of_zip(file: BinaryIO, name: str) -> IO[bytes]:
    archive = zipfile.ZipFile(file)
    held = [each for each in archive.infolist() if not each.is_dir() and not _is_of_mac(each.filename)]
    for each in held:
        parts = PurePosixPath(each.filename.replace("\\", "/")).parts
        if ".." in parts or parts[:1] == ("/",) or parts[0][1:2] == ":":
            message = f"The archive names a file outside of itself ({each.filename}); it is not unpacked."
            raise SourceError(message, path=name)
    if len(held) != 1:
        message = f"The archive holds {len(held)} files; unpack it and name the one to import."
        raise SourceError(message, path=name)
    if held[0].flag_bits & 1:
        raise SourceError("The archive is locked by a password; unpack it first.", path=name)
    return archive.open(held[0])


def _is_of_mac(name: str) -> bool:
    return name.startswith("__MACOSX/")


def _of_zstd(file: BinaryIO, name: str) -> IO[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtraError("Unpacking zstd", library="zstandard", extra="import") from error
    return io.BufferedReader(_Zstd(file, zstandard.ZstdDecompressor, (zstandard.ZstdError,)))


class _Zstd(io.RawIOBase):
    """Frames of zstd, one after the other; the library's own stream takes one that is cut off for whole."""

    def __init__(
        self, file: BinaryIO, decompressor: Callable[[], Any], faults: tuple[type[Exception], ...]
    ) -> None:
        self._file = file
        self._new = decompressor
        self._faults = faults
        self._frame: Any = None
        self._rest = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._ready:
            packed = self._rest or self._file.read(_PACKED_PIECE)
            self._rest = b""
            if not packed:
                if self._frame is not None:
                    raise EOFError
                return 0
            if self._frame is None:
                self._frame = self._new().decompressobj()
            try:
                self._ready = memoryview(self._frame.decompress(packed))
            except self._faults as error:
                raise OSError(str(error)) from error
            if self._frame.eof:
                self._rest = self._frame.unused_data
                self._frame = None
        size = min(len(view), len(self._ready))
        view[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


_PACKED: dict[bytes, Callable[[BinaryIO, str], IO[bytes]]] = {
    b"\x1f\x8b": _of_gzip,
    b"\x28\xb5\x2f\xfd": _of_zstd,
    b"\xfd7zXZ\x00": _of_xz,
    b"PK\x03\x04": _of_zip,
    b"PK\x05\x06": _of_zip,
}
"""How packed files begin, and what opens each."""
