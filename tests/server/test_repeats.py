"""Requests that are answered as one before: of each the same query is read as by the parser of all."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

import pytest

from glutakg.server.http.negotiation import answer_formats
from glutakg.server.http.plain import Plain, read_plain
from glutakg.server.http.protocol import Asked
from glutakg.server.questions import Wanted, etag_of, finished, query_alone
from glutakg.server.workers.messages import QueryAnswered
from glutakg.server.workers.passing import AttendingTerms
from glutakg.server.workers.repeats import Repeat, Repeats, outline_of

FORM = "application/x-www-form-urlencoded"
TERMS = AttendingTerms(
    "7", "http://a.example", None, ["*"], [], timeout=1, max_rows=1, max_bytes=1, proxies=[]
)
QUERY = "SELECT ?p ?o {{ <{}> ?p ?o }} # β %s"
SENT: Mapping[str, Callable[[str], str]] = {
    "as Python quotes": quote,
    "as forms are": quote_plus,
    "all of it": lambda text: quote(text, safe=""),
    "with small digits": lambda text: quote(text).replace("%3C", "%3c").replace("%3A", "%3a"),
    "with a colon": lambda text: quote(text, safe=":/"),
}
IRIS = ("urn:a", "https://w3id.org/glutakg/data/glutamine", "http://a.example/x_1?y=%20&z=(1,2)#a+b~c")
REPLY = QueryAnswered("rows", may_change=False)


def get(value: str, *lines: str) -> bytes:
    """Return a request for a query that is written as an address has it."""
    return "\r\n".join([f"GET /sparql?query={value} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def post(value: str) -> bytes:
    """Return the same as a form."""
    fields = (f"Content-Type: {FORM}", f"Content-Length: {len(value) + 6}")
    return "\r\n".join(["POST /sparql HTTP/1.1", "Host: x", *fields, "", f"query={value}"]).encode()


def answered(request: bytes, repeats: Repeats) -> Wanted:
    """Have a request answered in the usual way, and remembered."""
    plain, outline = read_plain(request), outline_of(request)
    assert isinstance(plain, Plain)
    text = query_alone(plain)
    assert text is not None
    assert outline is not None
    wanted = Wanted(Asked(text), answer_formats(None))
    repeats.add(outline, plain, wanted, REPLY, lambda text: (REPLY, text.encode()), host="h", who="w")
    return wanted


def repeat_of(request: bytes, repeats: Repeats) -> tuple[Repeat | None, list[bytes]]:
    """Return how a request is answered, if that is known, and its IRIs."""
    outline = outline_of(request)
    return (None, []) if outline is None else (repeats.get(outline, host="h"), outline[1])


@pytest.mark.parametrize("sent", SENT)
def test_the_query_is_that_of_the_request(sent: str) -> None:
    """Whatever of an IRI is escaped; of a form, those are alike that are as long."""
    repeats, write = Repeats(TERMS), SENT[sent]
    for index, iri in enumerate(IRIS):
        request = get(write(QUERY.format(iri)))
        repeat, iris = repeat_of(request, repeats)
        assert (repeat is None) == (index == 0)
        if repeat is None:
            answered(request, repeats)
            continue
        plain = read_plain(request)
        assert isinstance(plain, Plain)
        assert repeat.text_with(iris) == query_alone(plain) == QUERY.format(iri)
    answered(post(write(QUERY.format("urn:ab"))), repeats)
    for iri, is_known in (("urn:cd", True), ("urn:c", False), ("urn:cde", False)):
        repeat, iris = repeat_of(post(write(QUERY.format(iri))), repeats)
        assert (repeat is not None) is is_known
        assert repeat is None or repeat.text_with(iris) == QUERY.format(iri)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <urn:g> { ?s ?p ?o }",
        "SELECT * { SERVICE <urn:g> { ?s ?p ?o } }",
        "SELECT (<urn:f>(1) AS ?x) {}",
        r"SELECT ('\u0041' AS ?x) (<urn:a> AS ?y) {}",
        "SELECT ?p { <urn:it's> ?p 1 }",
        "SELECT ?p { <a> ?p 1 }",
    ],
)
def test_where_an_iri_may_matter_nothing_is_repeated(query: str) -> None:
    """Graphs, services, functions, escapes, quotation marks and relative IRIs are looked at each time."""
    repeats, request = Repeats(TERMS), get(quote(query))
    if outline_of(request) is not None:
        answered(request, repeats)
    assert repeat_of(request, repeats)[0] is None


def test_iris_elsewhere_tell_requests_apart() -> None:
    """Those in other fields, and in the address of a form, are none of the query."""
    repeats, value = Repeats(TERMS), quote(QUERY.format("urn:a"))
    answered(get(value, "Origin: %3Curn%3Aa%3E"), repeats)
    assert repeat_of(get(value, "Origin: %3Curn%3Aa%3E"), repeats)[0] is not None
    assert repeat_of(get(value, "Origin: %3Curn%3Ab%3E"), repeats)[0] is None
    assert repeat_of(get(f"{value}&format=csv"), repeats)[0] is None
    asked = (
        outline_of(post(value).replace(b"/sparql", f"/sparql?x={x}".encode()))
        for x in (value, quote("<urn:b>"))
    )
    one, other = (each and each[0] for each in asked)
    assert one != other
    assert outline_of(get(quote(QUERY.format("urn:a" * 1_000)))) is None, "it is long"


@pytest.mark.parametrize("gzip", [False, True])
def test_the_head_is_the_one_that_is_always_sent(gzip: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The length, the hash of the query and the entity tag are those of this answer."""
    repeats = Repeats(TERMS)
    wanted = answered(get(quote(QUERY.format("urn:a"))), repeats)
    repeat, iris = repeat_of(get(quote(QUERY.format("urn:b"))), repeats)
    assert repeat is not None
    text = repeat.text_with(iris)
    reply = QueryAnswered("rows", may_change=False, gzip=gzip)
    monkeypatch.setattr(repeat, "_again", lambda text: (reply, b"body"))
    found = repeat.answered(text)
    assert found is not None
    expected = finished(wanted._replace(asked=Asked(text)), reply, b"body", "7").headers
    lines = found[1].split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert lines[1].startswith(b"date: ")
    assert lines[2 : 2 + len(expected)] == [b"%b: %b" % field for field in expected]
    assert lines[2 + len(expected) :][:1] == [b"access-control-allow-origin: *"]
    assert found[1].endswith(b"\r\n\r\n")
    assert etag_of(wanted, "7") != etag_of(wanted._replace(gzip=True), "7")
