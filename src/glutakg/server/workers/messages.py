"""What the front process and the processes of the endpoint say to each other, besides `glutakg.store`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from glutakg.store import Dataset, Formats, Message

__all__ = [
    "Again",
    "EmptinessExplained",
    "EndpointQuery",
    "OpenShapes",
    "PageMade",
    "QueryAnswered",
    "QueryWritten",
    "Validated",
    "ValidationRequest",
]


@dataclass(eq=False, repr=False)
class EndpointQuery(Message):
    """A query as a client sends it, not looked at yet.

    Attributes:
        text: the query.
        dataset: the graphs that the request names; None where it names none.
        path: for a catalogue query, its file.
        parameters: for a catalogue query, the values given, by name.
        formats: how the answer is written.
        gzip: whether the answer may be compressed.
        allow_service: the hosts that SERVICE may name.
        timeout: seconds that it may take.
        max_rows: rows or triples of the answer.
        max_mb: megabytes of the answer.
        answers: of other endpoints, one for each clause; None where they have not been asked.
        instead: what is wanted in place of the answer: `why-empty`, why there is none; `text`, the query with
            its values written into it; `rewritten`, the query as the engine gets it.
        lang: of the labels by which `text` tells the values.
        base: the address that relative IRIs of the query are relative to; nothing for one of the catalogue.
    """

    text: str
    dataset: Dataset | None
    path: str | None
    parameters: Mapping[str, str]
    formats: Formats
    gzip: bool
    allow_service: Sequence[str]
    timeout: float
    max_rows: int | None
    max_mb: float
    answers: Sequence[str | None] | None = None
    instead: str = ""
    lang: str = "en"
    base: str = ""

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the query whose fields have these values, as JSON has them."""
        formats, dataset = Formats(*values.pop("formats")), values.pop("dataset")
        return cls(**values, formats=formats, dataset=dataset and Dataset(*dataset))

    @property
    def topic(self) -> str:
        """The query with its parameters."""
        return f"{self.text} {self.parameters}"


@dataclass(eq=False, repr=False)
class QueryAnswered(Message):
    """The answer to a query; its body is the answer as it is sent.

    Attributes:
        kind: `rows`, `boolean` or `graph`.
        may_change: whether the same query may have another answer the next time.
        gzip: whether the answer is compressed.
        notes: by language, what may not be as the client thinks it is; nothing where all is.
        is_rewritten: whether it has a form that the engine may answer wrongly, so that it was parsed here.
    """

    kind: str
    may_change: bool
    gzip: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)
    is_rewritten: bool = False


Again = Callable[[str], tuple[QueryAnswered, bytes] | None]
"""What answers the text of a query that is like one before, or not where that must be looked at by itself."""


@dataclass(eq=False, repr=False)
class EmptinessExplained(Message):
    """The body says in JSON why a query has no answer."""


@dataclass(eq=False, repr=False)
class QueryWritten(Message):
    """The body is the text of a query.

    Attributes:
        values: what a form shows for each of its parameters that is an IRI: its label, else its CURIE.
        rules: that made this text of another one.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[str] = ()


@dataclass(eq=False, repr=False)
class PageMade(Message):
    """The body is a page; it may say that there is no such term.

    Attributes:
        status: of HTTP.
        gzip: whether the page is compressed.
    """

    status: int = 200
    gzip: bool = False


@dataclass(eq=False, repr=False)
class OpenShapes(Message):
    """Read the shapes and the data around what users send."""


@dataclass(eq=False, repr=False)
class ValidationRequest(Message):
    """Turtle to validate, and how the report is written, as `Report.render` has it."""

    turtle: str
    format: str


@dataclass(eq=False, repr=False)
class Validated(Message):
    """The body is the report; `conforms` says whether it found nothing."""

    conforms: bool
