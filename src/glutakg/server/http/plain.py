"""The requests that a worker answers itself: one positive list, read by the parser of all other requests."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import httptools

__all__ = ["HOST", "Head", "Plain", "Unread", "read_plain"]


HOST = re.compile(rb"(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
"""What the field Host may hold."""

_METHODS = frozenset({b"GET", b"POST"})
_TARGET = re.compile(rb"(/sparql|/queries/([a-z0-9-]+))(?:\?([!-\"$-~]*))?")
_FIRST_LINE = re.compile(
    rb"(GET|POST) (?:/sparql|/queries/([a-z0-9-]+))(?:\?([\w.~%!$&'()*+,;=:@/?-]*))? HTTP/1\.1"
)
"""What the parser takes whatever follows, and with the same parts."""

_MAX_KEPT = 256
_LONGEST_KEPT = 2_048
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


class Head:
    """What a plain request says after its first line; requests that say the same share one.

    Attributes:
        fields: the header fields by name.
        texts: the same as text.
        length: bytes of the body.
        keeps_alive: whether the connection stays open.
    """

    __slots__ = ("fields", "keeps_alive", "length", "texts")

    def __init__(self, fields: Mapping[bytes, bytes], length: int, *, keeps_alive: bool) -> None:
        """Take what was said."""
        self.fields, self.length, self.keeps_alive = fields, length, keeps_alive
        self.texts = {name.decode(): value.decode("latin-1") for name, value in fields.items()}


class Plain(NamedTuple):
    """A plain request.

    Attributes:
        method: GET or POST.
        query: the name of a query of the catalogue; None for the endpoint.
        query_string: the part of the address after `?`, as it was sent.
        head: what follows the first line.
        body: the body.
    """

    method: str
    query: str | None
    query_string: bytes
    head: Head
    body: bytes


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


_heads: dict[tuple[bytes, bool, bytes], Head] = {}
"""What was read of requests, by method, whether they name a query, and their bytes after the first line."""


def read_plain(data: bytes) -> Plain | Unread:
    r"""Return the request that some bytes are: one, whole, and on the positive list.

    Clients ask for much with the same header fields, which the parser reads once.

    >>> read_plain(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a.example\r\n\r\n").query_string
    b'query=ASK%7B%7D'
    >>> read_plain(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a.exam")
    <Unread.UNFINISHED: 'some of it has not come yet'>
    >>> read_plain(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    <Unread.OTHER: 'it is none, or more than one'>
    """
    line, _, rest = data.partition(b"\r\n")
    fields, end, body = rest.partition(b"\r\n\r\n")
    first = _FIRST_LINE.fullmatch(line) if end else None
    if first is None or len(fields) > _LONGEST_KEPT:
        return _parsed(data)
    method, name, query_string = first.groups()
    key = method, name is None, fields
    head = _heads.get(key)
    if head is not None and head.length == len(body):
        return _plain(method, name, query_string, head, body)
    read = _parsed(data)
    if isinstance(read, Plain) and read.body == body:
        if len(_heads) >= _MAX_KEPT:
            _heads.clear()
        _heads[key] = read.head
    return read


def _parsed(data: bytes) -> Plain | Unread:
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
    head = Head(headers, len(reader.body), keeps_alive=keeps_alive)
    return _plain(method, name, target[3], head, reader.body)


def _plain(method: bytes, name: bytes | None, query_string: bytes | None, head: Head, body: bytes) -> Plain:
    return Plain(method.decode(), None if name is None else name.decode(), query_string or b"", head, body)
