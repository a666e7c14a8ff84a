"""What processes say to each other arrives as it was sent."""

import io
import json

import pytest

from glutakg.rdf.terms import Iri, Literal
from glutakg.server.pages.request import PageRequest
from glutakg.server.workers.messages import (
    EmptinessExplained,
    EndpointQuery,
    OpenShapes,
    PageMade,
    QueryAnswered,
    QueryWritten,
    Validated,
    ValidationRequest,
)
from glutakg.server.workers.passing import AttendingTerms, NotAnswered
from glutakg.store.frames import frame, take_frame
from glutakg.store.messages import (
    Answered,
    Dataset,
    Failure,
    Fault,
    Formats,
    Message,
    Opened,
    OpenEndpoint,
    OpenFiles,
    OpenFolder,
    QueryRequest,
    Rights,
    ServiceNeeded,
    ServiceQuestion,
    decode,
    encode,
    read_message,
    write_message,
)

VALUES: dict[str, Iri | Literal] = {
    "a": Iri("urn:a"),
    "b": Literal("b"),
    "c": Literal("c", language="nl"),
    "Failure": Literal("1", "urn:t"),
}
ALL = [
    Answered("rows", "json", ["a", "b"], ["urn:g"], ["A note."]),
    AttendingTerms(
        "1", "http://h", None, ["*"], ["example.org"], timeout=1.5, max_rows=10, max_bytes=100,
        proxies=["127.0.0.1"], descriptors=[3, 4, 5, 6],
    ),
    EmptinessExplained(),
    EndpointQuery(
        "ASK {}", Dataset(["urn:a"], []), "a.rq", {"fault": "memory"}, Formats("csv", None, None), True,
        ["example.org"], 1.5, None, 64.0, ["", None], "why-empty", "nl",
    ),
    Failure(Fault.TERM, "no such \u2028 term", suggestions=["a", "b"], line=1),
    OpenEndpoint("http://h/", "h", ["127.0.0.1"], 30.0, 1_000),
    OpenFiles("/cache", [["/a.ttl", "source"]]),
    OpenFolder("/store"),
    OpenShapes(),
    NotAnswered(),
    Opened("/store", "1", ["note"]),
    PageMade(404, gzip=True),
    PageRequest("term", "/data/taurine", {"iri": "taurine"}, lang="nl"),
    QueryAnswered("graph", may_change=False, notes={"en": "note"}, is_rewritten=True),
    QueryRequest(
        "ASK {}", 1.0, 64, 512, 10, 5, VALUES, Formats(), Dataset(["urn:a"], ["urn:b"]), True,
        graphs=["urn:a"],
    ),
    QueryWritten({"nutrient": "taurine"}, ["MIN and MAX"]),
    Rights(512, None),
    ServiceNeeded([ServiceQuestion("http://h/", None, True)]),
    Validated(True),
    ValidationRequest("<urn:s> <urn:p> 1 .", "junit"),
]  # fmt: skip


def test_every_kind_of_message_is_here() -> None:
    """A new one gets an example below."""
    assert {type(each) for each in ALL} == set(Message.kinds.values())


@pytest.mark.parametrize("message", ALL, ids=lambda each: type(each).__name__)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    """The same kind with the same values, and its body to the byte."""
    stream = io.BytesIO()
    write_message(stream, message, b"\x00body\xff")
    stream.seek(0)
    assert read_message(stream) == (message, b"\x00body\xff")


def test_the_header_is_json() -> None:
    """Nothing but the name of a known kind and plain values, so that reading it can run nothing."""
    name, values = json.loads(encode(Rights(512)))
    rights = {"memory_mb": 512, "descriptors": 0, "parser": False, "takes_connections": False}
    assert (name, values) == ("Rights", rights)
    with pytest.raises(KeyError):
        decode(b'["OpenAnything", {}]')


def test_what_is_no_value_of_a_message_is_not_sent() -> None:
    """A fault of the program is found where it is made."""
    with pytest.raises(TypeError, match="is no part of a message"):
        encode(OpenFolder(object()))  # type: ignore[arg-type]


def test_requests_that_take_as_long_have_one_topic() -> None:
    """The line remembers which query was long, whatever format is asked for."""
    [query] = (each for each in ALL if isinstance(each, EndpointQuery))
    other = EndpointQuery(query.text, None, None, query.parameters, Formats(), False, [], 1.0, None, 1.0)
    assert other.topic == query.topic
    assert (
        PageRequest("term", "/term", {"iri": "a"}).topic != PageRequest("term", "/term", {"iri": "b"}).topic
    )


def test_frames_come_in_pieces() -> None:
    """Whatever the system cuts a stream into, each frame is taken once it is whole."""
    stream = frame(b"one", b"1") + frame(b"two")
    buffer, taken = bytearray(), []
    for byte in stream:
        buffer.append(byte)
        while (found := take_frame(buffer)) is not None:
            taken.append(found)
    assert taken == [(b"one", b"1"), (b"two", b"")]
    assert not buffer
