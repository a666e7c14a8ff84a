"""The SPARQL 1.1 Protocol for queries: what a request asks, read from its parts, or why it asks nothing."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from glutakg.languages import N_
from glutakg.server.http.negotiation import PAGE_NAMES, named_format, unknown_format
from glutakg.server.http.problems import Problem
from glutakg.server.settings import MAX_FIELDS, MAX_GRAPHS, MAX_QUERY_LENGTH, MAX_VALUE_LENGTH
from glutakg.store import Dataset

__all__ = [
    "CONFLICT_FIELDS",
    "EVIDENCE_FIELDS",
    "FORMAT_FIELDS",
    "FORM_TYPE",
    "Asked",
    "decoded_fields",
    "format_of",
    "read_query",
    "refuse_unknown",
    "single_fields",
    "text_of",
]


FORM_TYPE = "application/x-www-form-urlencoded"
"""The media type of a form."""

_QUERY, _UPDATE = "application/sparql-query", "application/sparql-update"
FORMAT_FIELDS = ("format", "output")
"""The fields that name the format of an answer, which goes before `Accept`; the first before the second."""

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
_CHARSET = re.compile(r"\s*charset\s*=\s*\"?([^\";\s]*)\"?\s*", re.IGNORECASE)
_PLACES = {"address": N_("address"), "body": N_("body"), "form": N_("form")}
_HOW_TO_ASK = N_(
    "send it as GET with ?query=…, as a form (application/x-www-form-urlencoded) with the field query, "
    "or as a body of type application/sparql-query"
)


class Asked(NamedTuple):
    """A query, the graphs that the request names for it, each once and in order, and the format it names."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None

    @property
    def dataset(self) -> Dataset | None:
        """The graphs of the request; None where it names none, so that those of the query count."""
        if not self.default_graphs and not self.named_graphs:
            return None
        return Dataset(self.default_graphs, self.named_graphs)


def read_query(
    method: str, query_string: bytes, content_type: str | None = None, body: bytes = b""
) -> Asked | None:
    """Return what a request asks; None for a GET that asks nothing, which gets the service description.

    Args:
        method: GET, HEAD or POST.
        query_string: the part of the address after `?`, as it was sent.
        content_type: the header field.
        body: the body as it was sent.

    Raises:
        Problem: the request breaks the protocol, or asks for an update.

    >>> read_query("GET", b"query=ASK%20%7B%7D")
    Asked(query='ASK {}', default_graphs=(), named_graphs=(), format=None)
    """
    fields = decoded_fields(query_string, "address")
    if method != "POST":
        return _from_fields(fields) if any(name in _ASKING for name, _ in fields) else None
    kind = _media_type(content_type)
    if kind == _UPDATE:
        raise _update_refused()
    if kind == FORM_TYPE:
        if any(name in _ASKING for name, _ in fields):
            raise Problem(
                "bad-request", N_("A form has the query in the body; take the one out of the address.")
            )
        return _from_fields([*decoded_fields(body, "form"), *fields])
    if kind != _QUERY:
        raise Problem(
            "unsupported-media-type",
            N_(
                "A body of type {type} is not read as a query; {how}.",
                type=kind or N_("unknown"),
                how=_HOW_TO_ASK,
            ),
        )
    if any(name == "query" for name, _ in fields):
        raise Problem(
            "bad-request", N_("There is a query in the address and one in the body; send exactly one.")
        )
    return _asked(text_of(body, "body"), fields)


_ASKING = frozenset({"query", "update"})


def _media_type(content_type: str | None) -> str:
    """Return the media type of a body, whose text must be UTF-8."""
    kind, *parameters = (content_type or "").split(";")
    for parameter in parameters:
        match = _CHARSET.fullmatch(parameter)
        if match and match[1].lower() not in ("utf-8", "utf8"):
            raise Problem(
                "unsupported-media-type",
                N_("Text is read as UTF-8 only, not as {charset!r}.", charset=match[1][:40]),
            )
    return kind.strip().lower()


def decoded_fields(data: bytes, where: str) -> list[tuple[str, str]]:
    """Return the names and values of a form or an address, decoded once.

    Args:
        data: what was sent, such as `query=ASK+%7B%7D`.
        where: `form` or `address`, for the message.

    Raises:
        Problem: there are too many fields, an escape is broken, or the text is not UTF-8.

    >>> decoded_fields(b"query=%2525&x=a+b", "form")
    [('query', '%25'), ('x', 'a b')]
    """
    if not data:
        return []
    if data.count(b"&") >= MAX_FIELDS:
        raise Problem(
            "bad-request",
            N_("The {where} has more than {limit} fields.", where=_PLACES[where], limit=MAX_FIELDS),
            limit=MAX_FIELDS,
        )
    if _BAD_ESCAPE.search(data):
        raise Problem(
            "bad-request",
            N_("A % in the {where} is not followed by two hexadecimal digits.", where=_PLACES[where]),
        )
    pairs = [field.partition(b"=") for field in data.replace(b"+", b" ").split(b"&") if field]
    return [(_text_of_field(name, where), _text_of_field(value, where)) for name, _, value in pairs]


def _text_of_field(data: bytes, where: str) -> str:
    return text_of(unquote_to_bytes(data) if b"%" in data else data, where)


def text_of(data: bytes, where: str) -> str:
    """Return bytes as text; raise `Problem` where they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Problem(
            "bad-request", N_("The {where} is not UTF-8; send it in that encoding.", where=_PLACES[where])
        ) from None


def _from_fields(fields: list[tuple[str, str]]) -> Asked:
    if any(name == "update" for name, _ in fields):
        raise _update_refused()
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        told = (
            N_("There are {number} queries; {how}, exactly once.", number=len(queries), how=_HOW_TO_ASK)
            if queries
            else N_("There is no query; {how}, exactly once.", how=_HOW_TO_ASK)
        )
        raise Problem("bad-request", told)
    return _asked(queries[0], fields)


def _asked(query: str, fields: list[tuple[str, str]]) -> Asked:
    if len(query) > MAX_QUERY_LENGTH:
        raise Problem(
            "query-too-long",
            N_(
                "The query is longer than {limit:,} characters; split it into several queries.",
                limit=MAX_QUERY_LENGTH,
            ),
            limit=MAX_QUERY_LENGTH,
        )
    if not fields or fields == [("query", query)]:
        return Asked(query.removeprefix("\ufeff"))
    default_graphs, named_graphs = (
        tuple(dict.fromkeys(value for name, value in fields if name == wanted and value))
        for wanted in ("default-graph-uri", "named-graph-uri")
    )
    if len(default_graphs) + len(named_graphs) > MAX_GRAPHS:
        raise Problem(
            "bad-request",
            N_("The request names more than {limit} graphs.", limit=MAX_GRAPHS),
            limit=MAX_GRAPHS,
        )
    for iri in default_graphs + named_graphs:
        if not _ABSOLUTE_IRI.fullmatch(iri):
            raise Problem("bad-request", N_("{iri!r} is not an absolute IRI, as a graph has.", iri=iri[:100]))
    return Asked(query.removeprefix("\ufeff"), default_graphs, named_graphs, format_of(fields))


def format_of(fields: Iterable[tuple[str, str]]) -> str | None:
    """Return the format that an address or a form names, None where it is left open.

    `format` goes before `output`; several values, as SPARQLWrapper sends them, must each be a format.

    Raises:
        Problem: one of them is none.

    >>> format_of([("query", "ASK {}"), ("output", "csv"), ("format", "")])
    'csv'
    """
    given = [(name, value.strip()) for name, value in fields if name in FORMAT_FIELDS]
    named = [value for _, value in sorted(given, key=itemgetter(0)) if value.lower() not in ("", "auto")]
    for value in named:
        if value.lower() not in PAGE_NAMES and not any(named_format(value)):
            raise unknown_format(value)
    return next(iter(named), None)


def _update_refused() -> Problem:
    return Problem(
        "update-refused",
        N_(
            "This endpoint is read-only: SPARQL Update is refused; ask with SELECT, ASK, CONSTRUCT or "
            "DESCRIBE."
        ),
    )


def single_fields(query_string: bytes, *, without: Collection[str] = ()) -> Mapping[str, str]:
    """Return the fields of an address by name, without some; raise `Problem` where one stands twice.

    >>> single_fields(b"nutrient=magnesium&lang=nl")
    {'nutrient': 'magnesium', 'lang': 'nl'}
    """
    fields: dict[str, str] = {}
    for name, value in decoded_fields(query_string, "address"):
        if name in without:
            continue
        if name in fields:
            raise Problem(
                "bad-parameter",
                N_("The parameter {name!r} is given twice; give it once.", name=name[:80]),
                parameter=name[:80],
            )
        if len(value) > MAX_VALUE_LENGTH:
            raise Problem(
                "bad-parameter",
                N_(
                    "The value of {name!r} is longer than {limit:,} characters.",
                    name=name[:80],
                    limit=MAX_VALUE_LENGTH,
                ),
                parameter=name[:80],
                limit=MAX_VALUE_LENGTH,
            )
        fields[name] = value
    return fields


def refuse_unknown(fields: Iterable[str], known: Sequence[str]) -> None:
    """Raise `Problem` where an address has a field that its path does not know.

    >>> refuse_unknown(["text"], ["text", "lang"])
    """
    unknown = sorted({*fields} - {*known})
    if unknown:
        name = unknown[0][:80]
        raise Problem(
            "bad-parameter",
            N_("There is no parameter {name!r} here; there are {known}.", name=name, known=", ".join(known)),
            parameter=name,
        )


EVIDENCE_FIELDS = (
    *("kind", "status", "hedge", "balance", "term", "word"),
    *("stance", "design", "species", "system", "population", "since", "until", "sort", "page"),
)
"""What the page of evidence is filtered by."""

CONFLICT_FIELDS = ("type", "aspect", "term", "show")
"""What the page of conflicts is filtered by."""
