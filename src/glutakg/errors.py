"""Everything that can go wrong, as one tree, so that a caller can catch as widely or as narrowly as needed.

The tree, with the attributes that carry facts:

GlutakgError
├── SourceError          a file cannot be read or parsed         .path .line .column
├── QueryError           a query cannot be asked                 .line .column
│   ├── ParameterError       a parameter is unknown, missing or of the wrong type   .parameter
│   ├── QueryTimeout         the query ran longer than allowed                      .seconds
│   ├── QueryResourceError   the query needs more memory or stack than allowed
│   └── UpdateRefused        the text is SPARQL Update, and the graph is read-only
├── TermError            a term, CURIE or prefix is not known    .suggestions
├── StoreError           the store cannot be built or opened
├── ValidationError      validation could not be carried out (not: the data are invalid)
├── ReasoningError       reasoning could not be carried out (not: the ontology is inconsistent)
├── MissingExtraError    a library is missing that an extra brings   .library .extra
├── EndpointError        another SPARQL endpoint may not be asked, or did not answer
├── FluxError            a model has no fluxes that could be told
├── ImportRefused        an import contradicts the graph         .axioms .unsatisfiable
└── FormatError          data cannot be brought into a form, canonical or of an export
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "EndpointError",
    "FluxError",
    "FormatError",
    "GlutakgError",
    "ImportRefused",
    "MissingExtraError",
    "ParameterError",
    "QueryError",
    "QueryResourceError",
    "QueryTimeout",
    "ReasoningError",
    "SourceError",
    "StoreError",
    "TermError",
    "UpdateRefused",
    "ValidationError",
]


class GlutakgError(Exception):
    """Base of every error that glutakg raises on purpose."""

    def __init__(self, message: str) -> None:
        """Keep the message, which must read as a full sentence to a user."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """Give the message as it is, also where a built-in parent would quote it."""
        return self.message


class SourceError(GlutakgError):
    """A file is missing, unreadable, not UTF-8 or not well formed.

    >>> str(SourceError("this is not Turtle", path="a.ttl", line=3, column=7))
    'a.ttl:3:7: this is not Turtle'
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        """Keep the place (`line` and `column` count from 1) and put it before the message."""
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)
        self.path = path
        self.line = line
        self.column = column


class QueryError(GlutakgError, ValueError):
    """A query cannot be asked: bad SPARQL, an unknown name, a faulty header, or something that is refused."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        """Keep the place in the query (`line` and `column` count from 1); the message names it already."""
        super().__init__(message)
        self.line = line
        self.column = column


class ParameterError(QueryError):
    """A query parameter is unknown, missing or of the wrong type."""

    def __init__(self, message: str, *, parameter: str) -> None:
        """Keep the name of the parameter."""
        super().__init__(message)
        self.parameter = parameter


class QueryTimeout(QueryError, TimeoutError):
    """A query ran longer than allowed and was stopped."""

    def __init__(self, message: str, *, seconds: float) -> None:
        """Keep the limit in seconds."""
        super().__init__(message)
        self.seconds = seconds


class QueryResourceError(QueryError, MemoryError):
    """A query needs more memory than allowed, or nests too deeply."""


class UpdateRefused(QueryError):
    """A text is SPARQL Update and no query; the graph is read-only."""


class TermError(GlutakgError, KeyError):
    """A term, CURIE or prefix is not known.

    >>> TermError("no term 'glutamin'", suggestions=["gkd:glutamine"]).suggestions
    ('gkd:glutamine',)
    """

    def __init__(self, message: str, *, suggestions: Sequence[str] = ()) -> None:
        """Keep what may have been meant, best first; the message may repeat it."""
        super().__init__(message)
        self.suggestions = tuple(suggestions)


class StoreError(GlutakgError):
    """The store cannot be built or opened, or its worker process failed."""


class ValidationError(GlutakgError):
    """Validation could not be carried out; data that break a shape are a result, not an error."""


class ReasoningError(GlutakgError):
    """Reasoning could not be carried out: no Java, too little time or memory, or a reasoner that failed."""


class FluxError(GlutakgError):
    """A model of fluxes has no answer: a flux has no bound, or nothing fits the scenario."""


class ImportRefused(GlutakgError):
    """An ontology contradicts the graph beside which it was to be imported."""

    def __init__(
        self, message: str, *, axioms: Sequence[str] = (), unsatisfiable: Sequence[str] = ()
    ) -> None:
        """Keep a minimal set of axioms that cannot all be true, and the classes that lose their members."""
        super().__init__(message)
        self.axioms = tuple(axioms)
        self.unsatisfiable = tuple(unsatisfiable)


class MissingExtraError(GlutakgError, ImportError):
    """A part of glutakg needs a library that only an extra of the package brings.

    >>> print(MissingExtraError("The server", library="httptools", extra="server"))
    The server needs the library httptools, which is missing; run `pip install 'glutakg[server]'`.
    """

    def __init__(self, part: str, *, library: str | None, extra: str) -> None:
        """Keep the names of the library and of the extra; the message names the part that needs them."""
        super().__init__(
            f"{part} needs the library {library}, which is missing; run `pip install 'glutakg[{extra}]'`."
        )
        self.library = library
        self.extra = extra


class EndpointError(GlutakgError):
    """Another SPARQL endpoint may not be asked, cannot be reached, or did not answer as it should."""


class FormatError(GlutakgError):
    """Data cannot be brought into canonical form, or exported in a format, without losing something."""
