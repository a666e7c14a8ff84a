"""Answers as they go out: status, body and headers."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from glutakg.languages import LANGUAGES, N_
from glutakg.server.http.problems import Problem

__all__ = [
    "DATA_VERSION",
    "MIN_COMPRESSED",
    "NOTES",
    "QUERY_HASH",
    "SECURITY_HEADERS",
    "Answer",
    "client_of",
    "cors_headers",
    "date_of",
    "encoded",
    "head",
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

NOTES = {lang: "Glutakg-Note" if lang == "en" else f"Glutakg-Note-{lang}" for lang in LANGUAGES}
"""The header field that tells in each language what of an answer may not be as the client thinks it is."""

_EXPOSED_HEADERS = (
    f"{DATA_VERSION}, {', '.join(NOTES.values())}, {QUERY_HASH}, Deprecation, ETag, Link, Retry-After"
)
DATA_VERSION_BYTES, QUERY_HASH_BYTES = DATA_VERSION.lower().encode(), QUERY_HASH.lower().encode()


class Answer(NamedTuple):
    """What is sent: a status, header fields as they are sent, and the body; and what was rewritten for it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    is_rewritten: bool = False


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
            N_(
                "The answer is {what} and cannot be written as {named!r}; name one of {types}.",
                what=what,
                named=named[:40],
                types=", ".join(types),
            ),
            parameter="format",
            available=list(types),
        )
    available = [names[0] for names in types.values()]
    return Problem(
        "not-acceptable",
        N_(
            "The answer is {what}; it can be had as {available}. Name one of them in Accept.",
            what=what,
            available=", ".join(available),
        ),
        available=available,
    )


def encoded(fields: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Return header fields as they are sent."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items())


def head(
    status: int, fields: Iterable[tuple[bytes, bytes]], *, keeps_alive: bool, date: bytes | None = None
) -> bytes:
    r"""Return the head of an answer as it is sent.

    Args:
        status: of HTTP.
        fields: the header fields besides the date.
        keeps_alive: whether the connection stays open.
        date: what stands in place of the time.

    Raises:
        RuntimeError: a field would end its line.

    >>> head(304, [(b"etag", b"x")], keeps_alive=False)
    b'HTTP/1.1 304 Not Modified\r\ndate: ...\r\netag: x\r\nconnection: close\r\n\r\n'
    """
    lines = [_first_line(status), b"date: %b\r\n" % (date or date_of(int(time.time())))]
    lines += [b"%s: %s\r\n" % field for field in fields]
    ends = len(lines)
    lines.append(b"\r\n" if keeps_alive else b"connection: close\r\n\r\n")
    whole = b"".join(lines)
    ends += 1 if keeps_alive else 2
    if whole.count(b"\n") != ends or whole.count(b"\r") != ends:
        raise RuntimeError("A header field holds the end of a line.")
    return whole


@lru_cache
def _first_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


@lru_cache(maxsize=1)
def date_of(second: int) -> bytes:
    """Return a time, in seconds since 1970, as a header field has it.

    >>> date_of(0)
    b'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return formatdate(second, usegmt=True).encode()


# Starlette's middleware (1.10) was tried: it adds these only where a request has an Origin, so that
# caches keep a copy for each; it answers a preflight for any path alike, and refuses in text.
def cors_headers(allowed: Collection[str], origin: str | None) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header fields that let a page of another origin read an answer.

    Args:
        allowed: origins whose pages may ask; `*` for all.
        origin: the header field of the request.

    >>> cors_headers(["https://a.example"], "https://b.example")
    ((b'vary', b'Origin'),)
    """
    if not allowed:
        return ()
    if "*" in allowed:
        fields = {"Access-Control-Allow-Origin": "*"}
    elif origin in allowed:
        fields = {"Access-Control-Allow-Origin": str(origin), "Vary": "Origin"}
    else:
        return encoded({"Vary": "Origin"})
    return encoded({**fields, "Access-Control-Expose-Headers": _EXPOSED_HEADERS})


def client_of(host: str) -> str:
    """Return who asks, for taking turns: the address, or of IPv6 the network that one customer has.

    >>> client_of("192.0.2.1"), client_of("2001:db8:1:2:3:4:5:6")
    ('192.0.2.1', '2001:db8:1:2')
    """
    return ":".join(host.split(":")[:4]) if host.count(":") > 1 else host
