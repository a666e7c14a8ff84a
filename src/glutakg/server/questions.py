"""A question and its answer as HTTP has them: read, asked and written alike by the front and by workers."""

import hashlib
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from glutakg.dataset import Catalogue
from glutakg.languages import N_
from glutakg.server.http.address import address_of
from glutakg.server.http.messages import (
    DATA_VERSION,
    DATA_VERSION_BYTES,
    NOTES,
    QUERY_HASH_BYTES,
    Answer,
    encoded,
    not_acceptable,
)
from glutakg.server.http.negotiation import (
    GRAPH_TYPES,
    PAGE_NAMES,
    ROW_TYPES,
    AnswerFormats,
    accepts_gzip,
    answer_formats,
    matches,
    named_format,
    prefers_page,
    unknown_format,
)
from glutakg.server.http.plain import Plain
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import (
    FORM_TYPE,
    FORMAT_FIELDS,
    Asked,
    decoded_fields,
    format_of,
    read_query,
    single_fields,
)
from glutakg.server.settings import MAX_QUERY_LENGTH, Settings
from glutakg.server.workers.messages import EndpointQuery, QueryAnswered
from glutakg.server.workers.passing import AttendingTerms

__all__ = [
    "QUERY_TYPE",
    "TAG_LENGTH",
    "Wanted",
    "digest_of",
    "etag_of",
    "finished",
    "hash_of",
    "known_etag",
    "query_alone",
    "question_of",
    "request_of",
    "shows_page",
    "unchanged",
    "wanted_of",
]


QUERY_TYPE = "application/sparql-query"
"""The media type of the text of a query."""

TAG_LENGTH = 20
"""Digits of an entity tag by which queries are told apart, and of the rest of it."""

_PLAIN = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")
"""What stands as it is in a header field; all else, and what begins an escape, is percent-encoded."""

_OF_ANSWERS = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
"""What is said of answers that do not change, also where the client has them already."""

_TEXT_TYPES = frozenset({"text/csv", "text/tab-separated-values", "text/turtle", "text/xml"})


class Wanted(NamedTuple):
    """A question with all that its answer depends on besides the data.

    Attributes:
        asked: the query and the graphs that the request names.
        formats: what the client accepts.
        gzip: whether it takes a compressed body.
        path: for a catalogue query, its file.
        parameters: for a catalogue query, the values given, by name.
        base: the address that relative IRIs are relative to; nothing for a catalogue query.
    """

    asked: Asked
    formats: AnswerFormats
    gzip: bool = False
    path: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    base: str = ""

    @property
    def size(self) -> int:
        """Characters of the question, about."""
        return len(self.asked.query)


def shows_page(accept: str | None, named: str | None) -> bool:
    """Return whether a browser opens the address, unless that names a format of data.

    Args:
        accept: the header field.
        named: the format that the address names.

    >>> shows_page("text/html", None), shows_page("text/html", "csv"), shows_page(None, "html")
    (True, False, True)
    """
    if named is not None:
        return named.lower() in PAGE_NAMES
    return prefers_page(accept)


def wanted_of(
    asked: Asked,
    header: Callable[[str], str | None],
    *,
    base: str = "",
    path: str | None = None,
    parameters: Sequence[tuple[str, str]] = (),
) -> Wanted:
    """Return a question with the formats that its client takes.

    Args:
        asked: the query.
        header: gives a header field by its name.
        base: the address that relative IRIs are relative to; nothing for a catalogue query.
        path: for a catalogue query, its file.
        parameters: for a catalogue query, the values given, by name.

    Raises:
        Problem: no format would do.
    """
    named = asked.format
    formats = named_format(named) if named else answer_formats(header("accept"))
    if not any(formats):
        if named:
            raise unknown_format(named)  # a page, which only the endpoint shows, and only by GET
        raise not_acceptable(N_("rows, a boolean or a graph"), {**ROW_TYPES, **GRAPH_TYPES})
    gzips = accepts_gzip(header("accept-encoding"))
    return Wanted(asked, formats, gzips, path, tuple(sorted(parameters)), base)


def request_of(wanted: Wanted, settings: Settings, hosts: Sequence[str]) -> EndpointQuery:
    """Return what a worker is asked.

    Args:
        wanted: the question.
        settings: the limits.
        hosts: those that SERVICE may name.
    """
    return EndpointQuery(
        wanted.asked.query,
        dataset=wanted.asked.dataset,
        path=wanted.path,
        parameters=dict(wanted.parameters),
        formats=wanted.formats.names,
        gzip=wanted.gzip,
        allow_service=hosts,
        timeout=settings.timeout,
        max_rows=settings.max_rows,
        max_mb=settings.max_bytes / 1_000_000,
        base=wanted.base,
    )


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def etag_of(wanted: Wanted, version: str) -> str:
    """Return the entity tag that an answer has if it does not depend on chance or time.

    Its first half is the beginning of the hash of the query, and the second tells all else.

    Args:
        wanted: the question.
        version: of the data.
    """
    asked = wanted.asked
    parts = [version, f"{wanted.gzip} {wanted.path}", *map(str, wanted.formats.names)]
    parts += [f"default {iri}" for iri in asked.default_graphs]
    parts += [f"named {iri}" for iri in asked.named_graphs]
    parts += [f"{name}={value}" for name, value in wanted.parameters]
    tag = hash_of(asked.query)[:TAG_LENGTH] + hash_of("\0".join(parts))[:TAG_LENGTH]
    return f'"{tag}"'


def known_etag(wanted: Wanted, condition: str | None, version: str) -> str | None:
    """Return the entity tag where the client says that it has the answer of just that.

    Args:
        wanted: the question.
        condition: the header field If-None-Match; `*` says nothing before there is an answer.
        version: of the data.
    """
    if not condition or condition.strip() == "*":
        return None
    etag = etag_of(wanted, version)
    return etag if matches(condition, etag) else None


def unchanged(etag: str, version: str) -> Answer:
    """Return that a client has the answer of an entity tag already, with the header fields of that.

    >>> unchanged('"a"', "1").status
    304
    """
    return Answer(304, encoded({"ETag": etag, **_OF_ANSWERS, DATA_VERSION: version}), b"")


def finished(wanted: Wanted, reply: QueryAnswered, body: bytes, version: str) -> Answer:
    """Return the answer to a question as it is sent.

    Args:
        wanted: the question.
        reply: what a worker says of the answer.
        body: the answer.
        version: of the data.
    """
    chosen = getattr(wanted.formats, reply.kind)
    media_type = chosen.media_type
    if media_type in _TEXT_TYPES:
        media_type += "; charset=utf-8"
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"vary", _OF_ANSWERS["Vary"].encode()),
        (DATA_VERSION_BYTES, version.encode()),
        (QUERY_HASH_BYTES, hash_of(wanted.asked.query).encode()),
    ]
    if reply.gzip:
        headers.append((b"content-encoding", b"gzip"))
    headers += [
        (NOTES[lang].lower().encode(), quote(note, safe=_PLAIN).encode())
        for lang, note in reply.notes.items()
    ]
    if reply.may_change:
        headers.append((b"cache-control", b"no-store"))
    else:
        headers.append((b"cache-control", _OF_ANSWERS["Cache-Control"].encode()))
        headers.append((b"etag", etag_of(wanted, version).encode()))
    return Answer(200, tuple(headers), body, reply.is_rewritten)


def digest_of(query: str, parameters: Sequence[tuple[str, str]] = ()) -> int:
    """Return what stands for a question among those that are slow; another may have the same."""
    digest = zlib.crc32(query.encode())
    return zlib.crc32(str(parameters).encode(), digest) if parameters else digest


def query_alone(request: Plain) -> str | None:
    r"""Return the query of a request whose address or form holds nothing else; None for others.

    >>> from glutakg.server.http.plain import read_plain
    >>> query_alone(read_plain(b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: a.example\r\n\r\n"))
    'ASK {}'
    """
    fields, other = request.query_string, request.body
    if request.method == "POST":
        if request.header("content-type") != FORM_TYPE:
            return None
        fields, other = other, fields
    if other or request.query is not None or not fields.startswith(b"query=") or b"&" in fields:
        return None
    try:
        ((_, text),) = decoded_fields(fields, "form")
    except Problem:
        return None
    return None if len(text) > MAX_QUERY_LENGTH or text.startswith("\ufeff") else text


def question_of(
    request: Plain, terms: AttendingTerms, queries: Catalogue, *, scheme: str = "http"
) -> Wanted | None:
    """Return what a plain request asks; None where its answer is a page, a description or a problem.

    Args:
        request: what was sent.
        terms: what the answer depends on besides.
        queries: the catalogue.
        scheme: by which the client asks.
    """
    header = request.header
    try:
        if request.query is not None:
            return _question_of_catalogue(request, request.query, queries)
        asked = read_query(request.method, request.query_string, header("content-type"), request.body)
        if asked is None or (request.method == "GET" and shows_page(header("accept"), asked.format)):
            return None
        address = address_of(terms.base_url, header("host"), terms.listening, scheme=scheme)
        return wanted_of(asked, header, base=f"{address}/sparql")
    except Problem:
        return None


def _question_of_catalogue(request: Plain, name: str, queries: Catalogue) -> Wanted | None:
    header = request.header
    accept = header("accept")
    if name not in queries or queries.current_name(name) != name:
        return None
    named = format_of(decoded_fields(request.query_string, "address"))
    if (accept or "").strip() == QUERY_TYPE or shows_page(accept, named):
        return None
    query = queries[name]
    given = tuple(single_fields(request.query_string, without=FORMAT_FIELDS).items())
    asked = Asked(query.text, format=named)
    return wanted_of(asked, header, path=str(query.path), parameters=given)
