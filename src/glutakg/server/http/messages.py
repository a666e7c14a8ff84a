"""Answers as they go out: status, body and headers."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from glutakg.languages import N_
from glutakg.server.http.problems import Problem

__all__ = [
    "DATA_VERSION",
    "MIN_COMPRESSED",
    "NOTE",
    "QUERY_HASH",
    "SECURITY_HEADERS",
    "Answer",
    "client_of",
    "cors_headers",
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

_EXPOSED_HEADERS = f"{DATA_VERSION}, {NOTE}, {QUERY_HASH}, Deprecation, ETag, Link, Retry-After"
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
