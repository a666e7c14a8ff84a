"""The requests that a worker answers itself: one positive list, read by the parser of all other requests."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import httptools

__all__ = ["HOST", "Plain", "Unread", "read_plain"]


HOST = re.compile(rb"(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
"""What the field Host may hold."""

_METHODS = frozenset({b"GET", b"POST"})
_TARGET = re.compile(rb"(/sparql|/queries/([a-z0-9-]+))(?:\?([!-\"$-~]*))?")
_FIELDS = frozenset(
    b"""
    accept accept-charset accept-encoding accept-language cache-control connection content-length content-type
    cookie dnt from host if-none-match origin pragma priority referer sec-ch-ua sec-ch-ua-mobile
    sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user user-agent via
    x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-real-ip x-request-id
    """.split()
)
"""The header fields that a plain request may have, each once."""

_CONNECTIONS: Mapping[bytes | None, bool] = {None: True, b"keep-alive": True, b"close": False}


class Unread(Enum):
    """Why no plain request was read."""

    UNFINISHED = "some of it has not come yet"
    OTHER = "it is none, or more than one"


class Plain(NamedTuple):
    """A plain request.

    Attributes:
        method: GET or POST.
        query: the name of a query of the catalogue; None for the endpoint.
        query_string: the part of the address after `?`, as it was sent.
        fields: the header fields by name.
        body: the body.
        keeps_alive: whether the connection stays open.
    """

    method: str
    query: str | None
    query_string: bytes
    fields: Mapping[bytes, bytes]
    body: bytes
    keeps_alive: bool

    def header(self, name: str) -> str | None:
        """Return a header field."""
        value = self.fields.get(name.encode())
        return None if value is None else value.decode("latin-1")


class _Reader:
    """Collects the parts of one request."""

    def __init__(self) -> None:
        self.url = self.body = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.begun = self.complete = 0
        self.is_head_whole = self.has_trailers = False

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.has_trailers = self.has_trailers or self.is_head_whole
        self.fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_head_whole = True

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete += 1


def read_plain(data: bytes) -> Plain | Unread:
    r"""Return the request that some bytes are: one, whole, and on the positive list.

    >>> read_plain(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a.example\r\n\r\n").query_string
    b'query=ASK%7B%7D'
    >>> read_plain(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a.exam")
    <Unread.UNFINISHED: 'some of it has not come yet'>
    >>> read_plain(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    <Unread.OTHER: 'it is none, or more than one'>
    """
    reader = _Reader()
    parser = httptools.HttpRequestParser(reader)
    try:
        parser.feed_data(data)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return Unread.OTHER
    if reader.begun != 1:
        return Unread.OTHER
    if not reader.complete:
        return Unread.UNFINISHED
    method, headers = parser.get_method(), dict(reader.fields)
    if method not in _METHODS or parser.get_http_version() != "1.1" or parser.should_upgrade():
        return Unread.OTHER
    target = _TARGET.fullmatch(reader.url)
    if target is None or reader.has_trailers:
        return Unread.OTHER
    if len(headers) != len(reader.fields) or not headers.keys() <= _FIELDS:
        return Unread.OTHER
    connection = headers.get(b"connection")
    keeps_alive = _CONNECTIONS.get(connection and connection.lower())
    if keeps_alive is None:
        return Unread.OTHER
    name, length = target[2], headers.get(b"content-length")
    if method == b"POST" and (
        name is not None or length is None or not length.isdigit() or int(length) != len(reader.body)
    ):
        return Unread.OTHER
    if method == b"GET" and (length is not None or reader.body):
        return Unread.OTHER
    host = headers.get(b"host")
    if host is None or not HOST.fullmatch(host):
        return Unread.OTHER
    query = None if name is None else name.decode()
    return Plain(method.decode(), query, target[3] or b"", headers, reader.body, keeps_alive)
