"""Requests that differ from one before in IRIs and names of the query alone, and are answered as that was."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from glutakg.server.http.messages import QUERY_HASH_BYTES, cors_headers, date_of, head
from glutakg.server.http.plain import Plain
from glutakg.server.questions import TAG_LENGTH, Wanted, finished, hash_of, query_alone
from glutakg.server.workers.messages import Again, QueryAnswered
from glutakg.server.workers.passing import AttendingTerms
from glutakg.sparql import shape_of

__all__ = ["Outline", "Repeat", "Repeats", "outline_of"]


_ANY_IRI = (
    rb"%3[Cc]([A-Za-z][A-Za-z0-9+.-]*+(?:%3[Aa]|:)"
    rb"(?:[\w.~/:#@-]++|%2[1345689A-Fa-f]|%3[ABDFabdf]|%40|%5[Ff]|%7[Ee])*+)%3[Ee]"
)
_IRI = re.compile(_ANY_IRI)
"""An absolute IRI in an address or a form, of characters that `shape_of` takes for parts of one."""

_TERM = re.compile(
    _ANY_IRI + rb"|(%(?:20|0[9ADad]|7[Bb])[A-Za-z][A-Za-z0-9_-]*+(?:%3[Aa]|:))([A-Za-z0-9_][A-Za-z0-9_-]*+)"
    rb"(?=[,;)}]|%(?:20|0[9ADad]|2[9Cc]|3[Bb]|7[Dd])|\.(?:\}|%(?:20|0[9ADad]|7[Dd])))"
    rb"(?!(?:%20|%0[9ADad])*+(?:\(|%28|%23))"
)
"""Such an IRI, or a prefixed name that `shape_of` takes for one: all before its local part, and that."""

_FIELD = b"query="
_LONGEST = 2_048
_MAX_KNOWN = 256

Fields = Sequence[tuple[bytes, bytes]]
"""The header fields of an answer."""


Around = tuple[bytes | int | None, ...]
"""The bytes of a request around the IRIs and local names of its query."""


Outline = tuple[Around, list[bytes]]
"""What is around the IRIs and local names of a request, and these as they were sent."""


def outline_of(data: bytes) -> Outline | None:
    r"""Return the outline of the bytes of a request; None where it has no IRI and no name, or is long.

    One that begins with GET has them in its first line only, where the address is, and another one only in
    its body, of which the length then counts as well.

    >>> outline_of(b"GET /sparql?query=DESCRIBE+%3Curn%3Aa%3E HTTP/1.1\r\nHost: x\r\n\r\n")[1]
    [b'urn%3Aa']
    >>> outline_of(b"GET /sparql?query=SELECT+*+{+gkd:taurine+?p+?o} HTTP/1.1\r\nHost: x\r\n\r\n")[1]
    [b'taurine']
    """
    if len(data) > _LONGEST:
        return None
    if data.startswith(b"GET "):
        end = data.find(b"\r\n")
        around, terms = _split(data[:end])
        around.append(data[end:])
    else:
        end = data.find(b"\r\n\r\n")
        around, terms = _split(data[end:])
        around += data[:end], len(data)
    return (tuple(around), terms) if terms and end > 0 else None


def _split(part: bytes) -> tuple[list[bytes | int | None], list[bytes]]:
    """Return what is around the IRIs and local names of an address or a form, and these."""
    part = part.replace(b"+", b"%20")
    pieces = _IRI.split(part)
    rest = b"".join(pieces[::2])
    if b":" in rest or b"%3A" in rest or b"%3a" in rest:  # else there are no names, which take longer to find
        pieces = _TERM.split(part)
        return [*pieces[::4], *pieces[2::4]], _terms_in(pieces)
    return pieces[::2], pieces[1::2]


def _terms_in(pieces: list[bytes]) -> list[bytes]:
    """Return the IRIs and local names among the pieces that `_TERM` makes of an address or a form."""
    return [iri or name for iri, name in zip(pieces[1::4], pieces[3::4], strict=True)]


class Repeat:
    """How requests are answered whose outline is that of one that was.

    Attributes:
        who: has asked.
        keeps_alive: whether the connection stays open.
        is_rewritten: whether the query is rewritten.
    """

    __slots__ = ("_again", "_heads", "_template", "is_rewritten", "keeps_alive", "who")

    def __init__(
        self,
        template: str,
        again: Again,
        fields: Sequence[Fields],
        *,
        who: str,
        keeps_alive: bool,
        is_rewritten: bool,
    ) -> None:
        """Take what was found out.

        Args:
            template: the query, with places for its IRIs and local names.
            again: evaluates such a query.
            fields: of the answer to one, as it is, and compressed.
            who: has asked.
            keeps_alive: whether the connection stays open.
            is_rewritten: whether the query is rewritten.
        """
        self.who, self.keeps_alive, self.is_rewritten = who, keeps_alive, is_rewritten
        self._template, self._again = template, again
        self._heads = [_head_with_places(each, keeps_alive=keeps_alive) for each in fields]

    def text_with(self, terms: list[bytes]) -> str:
        """Return the query with the IRIs and local names of a request."""
        return self._template % tuple(map(_unquoted, terms))

    def answered(self, text: str) -> tuple[QueryAnswered, bytes, bytes] | None:
        """Return the answer to a query of this shape: what a worker says of it, its head, and its body.

        Nothing is returned where the query must be looked at by itself.
        """
        found = self._again(text)
        if found is None:
            return None
        reply, body = found
        digest = hash_of(text).encode()
        values = {
            b"date": date_of(int(time.time())),
            b"length": len(body),
            b"hash": digest,
            b"tag": digest[:TAG_LENGTH],
        }
        return reply, self._heads[reply.gzip] % values, body


def _head_with_places(fields: Fields, *, keeps_alive: bool) -> bytes:
    """Return the head of an answer with places for what other queries have otherwise."""
    places = {b"content-length": b"%(length)d", QUERY_HASH_BYTES: b"%(hash)b"}
    kept = []
    for name, value in fields:
        value = places.get(name) or value.replace(b"%", b"%%")
        if name == b"etag":
            value = b'"%(tag)b' + value[1 + TAG_LENGTH :]
        kept.append((name, value))
    return head(200, kept, keeps_alive=keeps_alive, date=b"%(date)b")


class Repeats:
    """How requests are answered, by the outline of one that was and where it came from."""

    def __init__(self, terms: AttendingTerms) -> None:
        """Take what the answers depend on."""
        self._terms = terms
        self._known: dict[tuple[str, Around], Repeat] = {}

    def get(self, outline: Outline, *, host: str) -> Repeat | None:
        """Return how a request is answered, if that is known."""
        return self._known.get((host, outline[0]))

    def add(
        self,
        outline: Outline,
        request: Plain,
        wanted: Wanted,
        reply: QueryAnswered,
        again: Again,
        *,
        host: str,
        who: str,
    ) -> None:
        """Remember how a request was answered, if others of its outline are answered in the same way.

        Args:
            outline: of the request.
            request: what was sent.
            wanted: what it asks.
            reply: what a worker says of the answer.
            again: evaluates others of its shape.
            host: where it came from.
            who: has asked.
        """
        text = query_alone(request)
        field = request.body or request.query_string
        template = None if text is None else _template_of(field, text, outline[1])
        if template is None:
            return
        cors = cors_headers(self._terms.cors, request.header("origin"))
        replies = replace(reply, gzip=False), replace(reply, gzip=True)
        fields = [(*finished(wanted, each, b"", self._terms.version).headers, *cors) for each in replies]
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[host, outline[0]] = Repeat(
            *(template, again, fields),
            who=who,
            keeps_alive=request.keeps_alive,
            is_rewritten=reply.is_rewritten,
        )


def _template_of(field: bytes, text: str, terms: list[bytes]) -> str | None:
    """Return a query with places for its IRIs and local names; None where others there may matter."""
    pieces = _TERM.split(field.removeprefix(_FIELD).replace(b"+", b"%20"))
    if _terms_in(pieces) != terms:
        return None
    template = ""
    iris = pieces[1::4]
    for around, iri, before in zip(pieces[::4], iris, pieces[2::4], strict=False):
        template += _around(around) + ("<%s>" if iri else f"{_around(before)}%s")
    template += _around(pieces[-1])
    others = (tuple(name if iri is None else f"{name}:" for iri in iris) for name in "ab")
    shapes = {shape_of(text), *(shape_of(template % each) for each in others)}
    return template if len(shapes) == 1 else None


def _around(piece: bytes) -> str:
    """Return the text of what does not change, for a template."""
    return unquote_to_bytes(piece).decode().replace("%", "%%")


def _unquoted(term: bytes) -> str:
    plain = term.replace(b"%3A", b":").replace(b"%2F", b"/")
    return (unquote_to_bytes(plain) if b"%" in plain else plain).decode("ascii")
