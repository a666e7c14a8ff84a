"""How the caller and its worker process speak: a JSON header and a body, each after its length."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from typing import IO, Any

__all__ = ["LENGTH_BYTES", "Header", "frame", "read_frame", "write_frame"]


LENGTH_BYTES = 8
"""How many bytes tell the length of a part, the most significant first."""


def write_frame(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Write one message and send it off.

    >>> import io
    >>> stream = io.BytesIO()
    >>> write_frame(stream, {"kind": "boolean"}, b"true")
    >>> _ = stream.seek(0)
    >>> read_frame(stream)
    ({'kind': 'boolean'}, b'true')
    """
    stream.write(frame(header, body))
    stream.flush()


def frame(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message as bytes.

    >>> frame({}, b"true")[-4:]
    b'true'
    """
    parts = (json.dumps(header).encode(), body)
    return b"".join(piece for part in parts for piece in (len(part).to_bytes(LENGTH_BYTES), part))


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Return the header and the body of the next message.

    Raises:
        EOFError: the other side has ended, be it between messages or within one.
    """
    header: dict[str, Any] = json.loads(_read_part(stream))
    return header, _read_part(stream)


def _read_part(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(_read_exactly(stream, LENGTH_BYTES))
    return _read_exactly(stream, length)


def _read_exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError("the other side has ended")
    return data


Header = dict[str, "Any"]
"""The JSON part of a request or an answer."""
