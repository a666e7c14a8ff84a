"""What processes say to each other: what to open, requests, answers, and why there is no answer.

Each message is a dataclass and travels as JSON, as its name and its fields, in a frame with a body of bytes
(see `frames`). What only the endpoint's processes say stands in `glutakg.server.workers.messages`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import IO, Any, ClassVar, NamedTuple, Self

from glutakg.languages import Words
from glutakg.rdf import Iri, Literal
from glutakg.store.frames import frame, read_frame

__all__ = [
    "Answered",
    "Dataset",
    "Failure",
    "Fault",
    "Formats",
    "Message",
    "OpenEndpoint",
    "OpenFiles",
    "OpenFolder",
    "Opened",
    "QueryRequest",
    "Rights",
    "ServiceNeeded",
    "ServiceQuestion",
    "TooLarge",
    "decode",
    "encode",
    "read_message",
    "write_message",
]


class Fault(StrEnum):
    """Why a request has no answer."""

    BYTES = "bytes"
    """The answer has more bytes than allowed."""
    DAMAGED = "damaged"
    """The files of the store are damaged."""
    DEPTH = "depth"
    """The query nests too deeply or chains too many operators."""
    ENDPOINT = "endpoint"
    """Another server did not answer as it should."""
    ENGINE = "engine"
    """The store could not be opened or read."""
    FORMAT = "format"
    """The answer is of a kind for which no format was asked."""
    INVALID = "invalid"
    """What was sent cannot be validated."""
    MEMORY = "memory"
    """Answering needs more memory than allowed."""
    PARAMETER = "parameter"
    """A parameter is unknown, missing or of the wrong type."""
    REASONER = "reasoner"
    """Only a reasoner could answer, and none is started."""
    REFUSED = "refused"
    """The request is understood and not answered."""
    ROWS = "rows"
    """The answer has more rows or triples than allowed."""
    SOURCE = "source"
    """A file cannot be read or is not Turtle."""
    SYNTAX = "syntax"
    """The text is not SPARQL."""
    TERM = "term"
    """There is no such term."""
    TIMEOUT = "timeout"
    """Answering took longer than allowed."""
    UPDATE = "update"
    """The text is SPARQL Update."""


class TooLarge(Exception):
    """An answer is larger than the request allows."""

    def __init__(self, fault: Fault, limit: float) -> None:
        """Keep what there is too much of, and the limit: a number of rows, or megabytes."""
        super().__init__(fault)
        self.fault = fault
        self.limit = limit


class Dataset(NamedTuple):
    """The graphs that count for a query.

    Attributes:
        default_graphs: whose merge is asked without GRAPH; a triple of two of them counts once.
        named_graphs: those that GRAPH reaches.
    """

    default_graphs: Sequence[str]
    named_graphs: Sequence[str]


class Formats(NamedTuple):
    """How an answer is written if it is rows, a boolean or a graph; None where that is not wanted."""

    rows: str | None = "json"
    boolean: str | None = "json"
    graph: str | None = "nt"


class ServiceQuestion(NamedTuple):
    """What a SERVICE clause asks of another endpoint.

    Attributes:
        address: of the endpoint.
        query: None where nothing can come of it.
        is_silent: whether the query goes on without an answer.
    """

    address: str
    query: str | None
    is_silent: bool


@dataclass(eq=False, repr=False)
class Message:
    """Something that one process says to another.

    Comparison and representation stand here once: making them for each class would take most of the time in
    which this module is imported, and every process imports it first.
    """

    kinds: ClassVar[dict[str, type[Message]]] = {}
    """All messages by name."""

    may_be_heavy: ClassVar[bool] = True
    """Whether a worker that is at it for long goes on at a low priority, and is ended afterwards."""

    def __init_subclass__(cls) -> None:
        Message.kinds[cls.__name__] = cls

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the message whose fields have these values, as JSON has them."""
        return cls(**values)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # its fields can change

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"
        )

    @property
    def topic(self) -> str:
        """What takes long if this request does; requests with the same topic take about as long."""
        return type(self).__name__


# ---- what to open ----


@dataclass(eq=False, repr=False)
class OpenFiles(Message):
    """Open the store that a cache folder keeps of files.

    Attributes:
        cache_dir: the folder.
        files: with the graph of each; None for those that are shipped and what was imported.
        in_memory: whether to copy it into memory.
    """

    cache_dir: str
    files: Sequence[Sequence[str]] | None = None
    in_memory: bool = False


@dataclass(eq=False, repr=False)
class OpenFolder(Message):
    """Open a store that a user brings.

    Attributes:
        folder: that Oxigraph has written.
        in_memory: whether to copy it into memory.
    """

    folder: str
    in_memory: bool = False


@dataclass(eq=False, repr=False)
class OpenEndpoint(Message):
    """Ask a SPARQL endpoint.

    Attributes:
        url: its address.
        host: the name and the port of its host.
        addresses: those that the name of the host was resolved to.
        seconds: within which it must answer each question.
        max_bytes: of an answer that are read.
    """

    url: str
    host: str
    addresses: Sequence[str]
    seconds: float
    max_bytes: int


@dataclass(eq=False, repr=False)
class Opened(Message):
    """What was to be opened is open.

    Attributes:
        location: the folder that holds the store; empty where there is none.
        version: changes with the data.
        notes: sentences for the user on what was unusual.
    """

    location: str = ""
    version: str = ""
    notes: Sequence[str] = ()


@dataclass(eq=False, repr=False)
class Rights(Message):
    """What a worker may take from now on.

    Attributes:
        memory_mb: megabytes beyond those of now.
        descriptors: files and sockets that may be open besides those of now; None for any number.
        parser: whether the parser is to be loaded first, which cannot be done afterwards.
        takes_connections: whether it may raise the limit for a moment, to take connections that are passed.
    """

    memory_mb: int
    descriptors: int | None = 0
    parser: bool = False
    takes_connections: bool = False


# ---- queries ----


@dataclass(eq=False, repr=False)
class QueryRequest(Message):
    """A query to evaluate.

    Attributes:
        text: the query.
        timeout: seconds that it may take.
        max_json_mb: megabytes of an answer in JSON.
        max_mb: megabytes of an answer in another format.
        max_rows: rows or triples of an answer; None for any number.
        pattern_start: offset after the `{` of its outermost graph pattern, where values can be joined.
        values: terms to join to that pattern, by the name of their variable.
        formats: how the answer is written.
        dataset: the graphs that count; None for those that the text and the store name.
        with_prefixes: whether IRIs of a graph are shortened by the prefixes of the project.
        only_rewritten: whether to answer with the query as it would be evaluated.
        graphs: those that the query or the request names; the answer tells which of them are not there.
        asks_others: whether its SERVICE clauses are answered by other endpoints, whom the caller asks.
        answers: theirs, one for each clause; None where they have not been asked.
    """

    text: str
    timeout: float
    max_json_mb: float
    max_mb: float
    max_rows: int | None = None
    pattern_start: int | None = None
    values: Mapping[str, Iri | Literal] = field(default_factory=dict)
    formats: Formats = field(default_factory=Formats)
    dataset: Dataset | None = None
    with_prefixes: bool = False
    only_rewritten: bool = False
    graphs: Sequence[str] = ()
    asks_others: bool = False
    answers: Sequence[str | None] | None = None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the request whose fields have these values, as JSON has them."""
        terms = {name: _term(parts) for name, parts in values.pop("values").items()}
        formats, dataset = Formats(*values.pop("formats")), values.pop("dataset")
        return cls(**values, values=terms, formats=formats, dataset=dataset and Dataset(*dataset))


@dataclass(eq=False, repr=False)
class Answered(Message):
    """The answer to a query; its body is the answer as bytes.

    Attributes:
        kind: `rows`, `boolean` or `graph`; or `query`, where the query itself was asked for.
        format: how it is written.
        variables: names of the columns, without `?`; of a query, the rules that rewrote it.
        unknown_graphs: those that were named and are not there, so that they counted as empty.
        notes: sentences on what other endpoints did not answer.
    """

    kind: str
    format: str
    variables: Sequence[str] = ()
    unknown_graphs: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(eq=False, repr=False)
class ServiceNeeded(Message):
    """What other endpoints must answer before the query can be; it is sent again with their answers."""

    questions: Sequence[ServiceQuestion]

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the message whose fields have these values, as JSON has them."""
        return cls([ServiceQuestion(*each) for each in values["questions"]])


@dataclass(eq=False, repr=False)
class Failure(Message):
    """There is no answer.

    Attributes:
        fault: why.
        message: a sentence for the user; empty where whoever asked knows best what to say.
        line: of the query or file, counted from 1.
        column: of the line, counted from 1.
        path: of the file.
        parameter: that is at fault.
        kind: of the answer that is not wanted.
        limit: that the answer does not keep: a number of rows, or megabytes.
        suggestions: what may have been meant, best first.
        command: what to run instead.
        inserted: how many characters of values were put into the query before its syntax was found at fault;
            the message then is the engine's own, and speaks of the query with them.
    """

    fault: Fault
    message: str = ""
    line: int | None = None
    column: int | None = None
    path: str | None = None
    parameter: str | None = None
    kind: str | None = None
    limit: float | None = None
    suggestions: Sequence[str] = ()
    command: str | None = None
    inserted: int | None = None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the failure whose fields have these values, as JSON has them."""
        return cls(Fault(values.pop("fault")), _words(values.pop("message")), **values)


# ---- on the way ----


def encode(message: Message) -> bytes:
    """Return a message as the header of a frame.

    >>> encode(Rights(memory_mb=512))
    b'["Rights", {"memory_mb": 512, "descriptors": 0, "parser": false, "takes_connections": false}]'
    """
    kind = type(message).__name__
    values = {name: _parts(getattr(message, name)) for name in _field_names(kind)}
    return _ENCODER.encode([kind, values]).encode()


def decode(header: bytes | bytearray) -> Message:
    """Return the message that the header of a frame holds.

    >>> decode(b'["Rights", {"memory_mb": 512, "descriptors": 0}]')
    Rights(memory_mb=512, descriptors=0, parser=False, takes_connections=False)
    """
    name, values = json.loads(header)
    return Message.kinds[name].from_json(values)


def write_message(stream: IO[bytes], message: Message, body: bytes = b"") -> None:
    """Write a message with its body and send it off."""
    stream.write(frame(encode(message), body))
    stream.flush()


def read_message(stream: IO[bytes]) -> tuple[Message, bytes]:
    """Return the next message with its body.

    Raises:
        EOFError: the other side has ended, be it between messages or within one.

    >>> import io
    >>> stream = io.BytesIO()
    >>> write_message(stream, Answered("boolean", "json"), b"true")
    >>> _ = stream.seek(0)
    >>> read_message(stream)
    (Answered(kind='boolean', format='json', variables=[], unknown_graphs=[], notes=[]), b'true')
    """
    header, body = read_frame(stream)
    return decode(header), body


@cache
def _field_names(kind: str) -> tuple[str, ...]:
    return tuple(each.name for each in fields(Message.kinds[kind]))


def _parts(value: object) -> object:
    """Return words as what they were made from, and all else as it is."""
    if not isinstance(value, Words):
        return value
    fields = {
        name: _parts(each) if isinstance(each, str | int | float) else str(each)
        for name, each in value.fields.items()
    }
    return [value.pattern, fields]


def _words(told: Any) -> str:
    """Return the words that were made from a message and its fields; a text as it is."""
    if isinstance(told, str):
        return told
    pattern, fields = told
    return Words(
        pattern, {name: _words(each) if isinstance(each, list) else each for name, each in fields.items()}
    )


def _term_parts(term: object) -> Sequence[str | None]:
    if isinstance(term, Iri):
        return (term.value,)
    if isinstance(term, Literal):
        return (term.value, term.datatype, term.language)
    raise TypeError(f"{term!r} is no part of a message")


def _term(parts: Sequence[Any]) -> Iri | Literal:
    return Iri(*parts) if len(parts) == 1 else Literal(*parts)


_ENCODER = json.JSONEncoder(default=_term_parts)
