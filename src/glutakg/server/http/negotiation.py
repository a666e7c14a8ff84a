"""Content negotiation: which format an answer has, by what the client accepts (RFC 9110)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from glutakg.languages import LANGUAGES, N_
from glutakg.server.http.problems import Problem
from glutakg.store import Formats

__all__ = [
    "BOOLEAN_TYPES",
    "GRAPH_TYPES",
    "PAGE_NAMES",
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
    "named_format",
    "prefers_page",
    "unknown_format",
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
_OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "json": ("srj", "sparql-results+json", "sparql-json"),
    "xml": ("srx", "sparql-results+xml", "sparql-xml"),
    "csv": ("application/csv",),
    "tsv": ("text/tsv", "text/tab-separated-value"),
    "ttl": ("turtle", "n3", "text/n3", "text/rdf+n3", "application/turtle", "application/x-turtle"),
    "nt": ("ntriples", "n-triples", "ntriple", "text/plain", "text/ntriples", "application/ntriples"),
    "jsonld": ("json-ld", "ld+json", "application/x-json+ld"),
    "rdfxml": ("rdf", "rdf-xml", "rdf/xml", "rdf+xml", "owl", "xml-rdf"),
}
"""What people write for a format in an address, besides its own name and its media types."""

PAGE_NAMES = frozenset({"html", "text/html", "xhtml", "application/xhtml+xml"})
"""The names of no format of data, but of a page that shows the answer."""

_GRAPHS_IN_ROW_FORMATS = {"json": "jsonld", "xml": "rdfxml"}
"""How a graph is written where the name of a format of rows was given that both kinds have in common."""

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
        return _names(self)


@lru_cache
def _names(formats: AnswerFormats) -> Formats:
    return Formats(*(chosen and chosen.format for chosen in formats))


@lru_cache(maxsize=_MAX_KEPT)
def answer_formats(accept: str | None) -> AnswerFormats:
    """Return the formats for each kind of answer.

    Args:
        accept: the header field; None accepts all.

    >>> answer_formats("text/csv, application/sparql-results+json;q=0.5").names
    Formats(rows='csv', boolean='json', graph=None)
    """
    return AnswerFormats(*(choose(accept, types) for types in (ROW_TYPES, BOOLEAN_TYPES, GRAPH_TYPES)))


@lru_cache(maxsize=_MAX_KEPT)
def named_format(name: str) -> AnswerFormats:
    """Return the formats that a name in an address stands for; none where it is no name of a format.

    `json` and `xml` name a format of rows and one of graphs; the media type of a graph is no format of rows.

    Args:
        name: such as csv, Turtle or text/tab-separated-values, or several of one format after commas; a +
            may have become a space on the way.

    >>> named_format("turtle").names, named_format("application/sparql-results json").names
    (Formats(rows=None, boolean=None, graph='ttl'), Formats(rows='json', boolean='json', graph=None))
    >>> named_format("JSON").names, any(named_format("pdf"))
    (Formats(rows='json', boolean='json', graph='jsonld'), False)
    """
    if "," in name:
        found = {each for each in map(named_format, name.split(",")) if any(each)}
        return found.pop() if len(found) == 1 else _NO_FORMATS
    wanted = name.partition(";")[0].strip().lower().replace(" ", "+")
    rows, graph = _named(wanted, ROW_TYPES), _named(wanted, GRAPH_TYPES)
    if rows is not None and graph is None and wanted in _IN_BOTH:
        other = _GRAPHS_IN_ROW_FORMATS[rows.format]
        graph = Chosen(other, GRAPH_TYPES[other][0])
    return AnswerFormats(rows, rows if rows and rows.format in BOOLEAN_TYPES else None, graph)


def unknown_format(name: str) -> Problem:
    """Return the problem that the name in an address is that of no format."""
    return Problem(
        "bad-parameter",
        N_(
            "There is no format {name!r}; name one of {rows} for rows, or of {graphs} for a graph, "
            "or a media type.",
            name=name[:40],
            rows=", ".join(ROW_TYPES),
            graphs=", ".join(GRAPH_TYPES),
        ),
        parameter="format",
        available=[*ROW_TYPES, *GRAPH_TYPES],
    )


_NO_FORMATS = AnswerFormats(None, None, None)
_IN_BOTH = frozenset({"json", "xml", "application/json", "application/xml", "text/xml"})


def _named(name: str, types: MediaTypes) -> Chosen | None:
    for format, media_types in types.items():
        if name in media_types:
            return Chosen(format, name)
        if name == format or name in _OTHER_NAMES[format]:
            return Chosen(format, media_types[0])
    return None


@lru_cache(maxsize=_MAX_KEPT)
def prefers_page(accept: str | None) -> bool:
    """Return whether a browser asks, which would rather show a page than data.

    Browsers name XHTML beside HTML. What names HTML and takes anything else is a program whose library
    sends that unasked, as those of Java do; it gets data.

    >>> prefers_page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    True
    >>> prefers_page("text/html"), prefers_page("text/html, image/gif, *; q=.2, */*; q=.2")
    (True, False)
    """
    ranges = _ranges((accept or "")[:_LONGEST_HEADER])
    html = ranges.get("text/html", 0.0)
    others = max(
        _quality(each, ranges) for types in (ROW_TYPES, GRAPH_TYPES) for all in types.values() for each in all
    )
    return html > others and (others == 0 or ranges.get("application/xhtml+xml", 0.0) > 0)


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

    Starlette's middleware (1.10) looks for the letters alone and compresses for `gzip;q=0` too; it gives both
    forms one entity tag, and compresses in the front what is compressed here by the workers.

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
