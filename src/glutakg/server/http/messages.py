"""Answers as they go out: status, body and headers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from glutakg.server.http.problems import Problem

__all__ = [
    "DATA_VERSION",
    "MIN_COMPRESSED",
    "NOTE",
    "QUERY_HASH",
    "SECURITY_HEADERS",
    "Answer",
    "encoded",
    "not_acceptable",
]


SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every page is sent with: nothing is loaded from elsewhere, and no script or style stands in it."""

MIN_COMPRESSED = 1_024
"""Bytes from which an answer is worth compressing."""

DATA_VERSION = "Glutakg-Data-Version"
"""The header field that tells what data an answer comes from."""

QUERY_HASH = "Glutakg-Query-Hash"
"""The header field that tells the SHA-256 of the query in UTF-8."""

NOTE = "Glutakg-Note"
"""The header field that tells what of an answer may not be as the client thinks it is."""

DATA_VERSION_BYTES, QUERY_HASH_BYTES = DATA_VERSION.lower().encode(), QUERY_HASH.lower().encode()


class Answer(NamedTuple):
    """What is sent: a status, header fields as they are sent, and the body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def not_acceptable(what: str, types: Mapping[str, Sequence[str]], *, named: str | None = None) -> Problem:
    """Return the problem that nothing is accepted of what there is.

    Args:
        what: the answer is, such as rows.
        types: media types by format, the first of each its own.
        named: the format that the address names, where it does; it goes before what `Accept` says.
    """
    if named is not None:
        return Problem(
            "bad-parameter",
            f"The answer is {what} and cannot be written as {named[:40]!r}; name one of {', '.join(types)}.",
            parameter="format",
            available=list(types),
        )
    available = [names[0] for names in types.values()]
    return Problem(
        "not-acceptable",
        f"The answer is {what}; it can be had as {', '.join(available)}. Name one of them in Accept.",
        available=available,
    )


def encoded(fields: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Return header fields as they are sent."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items())
