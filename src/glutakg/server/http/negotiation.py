"""Content negotiation: which format an answer has, by what the client accepts (RFC 9110)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from glutakg.languages import LANGUAGES
from glutakg.store import Formats

__all__ = [
    "BOOLEAN_TYPES",
    "GRAPH_TYPES",
    "ROW_TYPES",
    "WHY_TYPES",
    "AnswerFormats",
    "Chosen",
    "MediaTypes",
    "accepts_gzip",
    "answer_formats",
    "choose",
    "language_of",
    "matches",
]


MediaTypes: TypeAlias = Mapping[str, Sequence[str]]
"""Media types by format, in the order in which the server prefers them; the first of each is its own."""

ROW_TYPES: MediaTypes = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
BOOLEAN_TYPES: MediaTypes = {name: ROW_TYPES[name] for name in ("json", "xml")}
GRAPH_TYPES: MediaTypes = {
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "rdfxml": ("application/rdf+xml",),
}
_LONGEST_HEADER = 4_096
_MAX_KEPT = 512


class Chosen(NamedTuple):
    """A format and the media type under which the client wants it."""

    format: str
    media_type: str


class AnswerFormats(NamedTuple):
    """What an answer is written in if it is rows, a boolean or a graph; None where none is accepted."""

    rows: Chosen | None
    boolean: Chosen | None
    graph: Chosen | None

    @property
    def names(self) -> Formats:
        """The names of the formats."""
        return Formats(*(chosen and chosen.format for chosen in self))


@lru_cache(maxsize=_MAX_KEPT)
def answer_formats(accept: str | None) -> AnswerFormats:
    """Return the formats for each kind of answer.

    Args:
        accept: the header field; None accepts all.

    >>> answer_formats("text/csv, application/sparql-results+json;q=0.5").names
    Formats(rows='csv', boolean='json', graph=None)
    """
    return AnswerFormats(*(choose(accept, types) for types in (ROW_TYPES, BOOLEAN_TYPES, GRAPH_TYPES)))


def choose(accept: str | None, types: MediaTypes) -> Chosen | None:
    """Return what the client likes best, the first among equals; None where it accepts none.

    `text/*` is text/csv or another text before it is text/xml, which is a second name of XML.

    Args:
        accept: the header field; None accepts all.
        types: what there is.

    >>> choose("text/*;q=0.8, text/turtle;q=0, */*;q=0.1", GRAPH_TYPES)
    Chosen(format='nt', media_type='application/n-triples')
    >>> choose("text/*", ROW_TYPES)
    Chosen(format='csv', media_type='text/csv')
    """
    if accept is None or not accept.strip():
        accept = "*/*"
    ranges = _ranges(accept[:_LONGEST_HEADER])
    best, best_rank = None, (0.0, True)
    for name, aliases in types.items():
        for alias in aliases:
            quality = _quality(alias, ranges)
            rank = (quality, alias != "text/xml" or alias in ranges)
            if quality > 0 and (best is None or rank > best_rank):
                best, best_rank = Chosen(name, alias), rank
    return best


def _ranges(header: str) -> dict[str, float]:
    """Return the quality of each media range; what is no media range is passed over."""
    found: dict[str, float] = {}
    for part in header.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        if media_range == "*":  # as the HTTP client of Java sends it
            media_range = "*/*"
        if media_range.count("/") == 1:
            quality = _quality_value(parameters)
            if quality is not None:
                found[media_range.lower()] = quality
    return found


def _quality_value(parameters: Iterable[str]) -> float | None:
    """Return the q among parameters, 1 without one; None where it is no number from 0 to 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def _quality(media_type: str, ranges: Mapping[str, float]) -> float:
    """Return how much a media type is wanted: the most specific range that fits decides."""
    for media_range in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


@lru_cache(maxsize=_MAX_KEPT)
def accepts_gzip(accept_encoding: str | None) -> bool:
    """Return whether the client takes a body compressed by gzip.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("*, gzip;q=0")
    (True, False)
    """
    codings: dict[str, float] = {}
    for part in (accept_encoding or "")[:_LONGEST_HEADER].split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        codings[name.lower()] = _quality_value(parameters) or 0.0
    return codings.get("gzip", codings.get("x-gzip", codings.get("*", 0.0))) > 0


def matches(if_none_match: str | None, etag: str) -> bool:
    """Return whether the client has the answer already, by the header field If-None-Match.

    >>> matches('W/"a", "b"', '"a"'), matches('"c"', '"a"'), matches("*", '"a"')
    (True, False, True)
    """
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or etag in {
        tag.strip().removeprefix("W/") for tag in if_none_match.split(",")
    }


def language_of(lang: str | None, accept_language: str | None) -> str:
    """Return the language of a page: what its address says, else what the browser likes best, else English.

    >>> language_of(None, "fr, nl-BE;q=0.8, en;q=0.5"), language_of("en", "nl")
    ('nl', 'en')
    """
    if lang in LANGUAGES:
        return lang
    best, best_quality = "en", 0.0
    for part in (accept_language or "")[:1_000].split(","):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        language = tag.partition("-")[0]
        quality = _quality_value(parameters) or 0.0
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


WHY_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "ttl": "text/turtle",
    "mermaid": "text/vnd.mermaid",
    "tree": "text/plain",
}
"""Formats of the answer besides the page, with their media types."""
