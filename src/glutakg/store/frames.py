"""How processes speak through a pipe: a header and a body, each after its length."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from typing import IO

__all__ = ["frame", "read_frame", "take_frame"]


_LENGTH_BYTES = 8
"""How many bytes give the length of a part, the most significant first."""


def frame(header: bytes, body: bytes = b"") -> bytes:
    """Return a header and a body as they are sent.

    >>> frame(b"{}", b"true").hex()
    '00000000000000027b7d000000000000000474727565'
    """
    return b"".join(piece for part in (header, body) for piece in (len(part).to_bytes(_LENGTH_BYTES), part))


def read_frame(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Return the next header and body.

    Raises:
        EOFError: the other side has ended, be it between frames or within one.

    >>> import io
    >>> read_frame(io.BytesIO(frame(b"{}", b"true")))
    (b'{}', b'true')
    """
    return _read_part(stream), _read_part(stream)


def take_frame(buffer: bytearray) -> tuple[bytes, bytes] | None:
    """Take the first header and body out of a buffer; None where they are not there whole.

    >>> buffer = bytearray(frame(b"{}", b"true") + frame(b"[]")[:-1])
    >>> take_frame(buffer), take_frame(buffer), len(buffer)
    ((b'{}', b'true'), None, 17)
    """
    if len(buffer) < _LENGTH_BYTES:
        return None
    header_end = _LENGTH_BYTES + int.from_bytes(buffer[:_LENGTH_BYTES])
    body_start = header_end + _LENGTH_BYTES
    if len(buffer) < body_start:
        return None
    body_end = body_start + int.from_bytes(buffer[header_end:body_start])
    if len(buffer) < body_end:
        return None
    with memoryview(buffer) as view:
        header, body = bytes(view[_LENGTH_BYTES:header_end]), bytes(view[body_start:body_end])
    del buffer[:body_end]
    return header, body


def _read_part(stream: IO[bytes]) -> bytes:
    return _read_exactly(stream, int.from_bytes(_read_exactly(stream, _LENGTH_BYTES)))


def _read_exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    while len(data) < length:  # a stream without a buffer gives what there is
        more = stream.read(length - len(data))
        if not more:
            raise EOFError("the other side has ended")
        data += more
    return data
