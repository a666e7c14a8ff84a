"""Requests that are answered as one before: of each the same query is read as by the parser of all."""

import re
from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import quote, quote_plus

import pyoxigraph
import pytest
from random_queries import in_another_layout, random_data, random_query

from glutakg.server.http.messages import cors_headers, head
from glutakg.server.http.negotiation import answer_formats
from glutakg.server.http.plain import Plain, read_plain
from glutakg.server.http.protocol import Asked
from glutakg.server.questions import Wanted, etag_of, finished, query_alone, request_of
from glutakg.server.settings import Settings
from glutakg.server.workers import evaluator
from glutakg.server.workers.messages import QueryAnswered
from glutakg.server.workers.passing import AttendingTerms
from glutakg.server.workers.repeats import Repeat, Repeats, outline_of
from glutakg.sparql import rewriting
from glutakg.sparql.rewriting import tokens
from glutakg.store.backend import LocalBackend

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
        "SELECT (<a:>(1) AS ?x) {}",
        "SELECT * FROM x:g { ?s ?p ?o }",
        "SELECT * { SERVICE x:g { x:a ?p ?o } }",
        "SELECT * { SERVICEx:g { x:a ?p ?o } }",
        "SELECT ( x:f (1) AS ?x) {}",
        "SELECT ( x:_ # (\n (1) AS ?x) {}",
        r"SELECT ('\u0041' AS ?x) { x:a ?p x:b }",
        r"SELECT ?p { x:a\-b ?p x:b }",
        "SELECT ?p { _:a ?p 'x:b', \"x:c\"@en, '1'^^x:d, x:e.f, x:g:h, x:i%20, x:-j, :k , x: . ?p a [] }",
        "SELECT ?p { <x:a ?p 1 }",
    ],
)
def test_where_an_iri_or_name_may_matter_nothing_is_repeated(query: str) -> None:
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


NAMED = "PREFIX x: <urn:x>\nSELECT ?p {{x:{0} ?p x:{0}, x:{0};a x:{0}.}} # β x:{0} %s"


@pytest.mark.parametrize("sent", SENT)
def test_local_names_may_be_others(sent: str) -> None:
    """The rest of a name and of the query stays, and of a form the length."""
    repeats, write = Repeats(TERMS), SENT[sent]
    answered(get(write(NAMED.format("a"))), repeats)
    for name in ("taurine", "0", "_a-B", "from", "SERVICE"):
        repeat, names = repeat_of(get(write(NAMED.format(name))), repeats)
        assert repeat is not None
        assert repeat.text_with(names) == NAMED.format(name)
    for name in ("a.b", "a:b", "a%20", "-a", "", "é", "a\\-b", "a(", "a\n#("):
        assert repeat_of(get(write(NAMED.format(name))), repeats)[0] is None
    assert repeat_of(get(write(NAMED.format("a").replace("x:", "y:"))), repeats)[0] is None
    answered(post(write(NAMED.format("ab"))), repeats)
    assert repeat_of(post(write(NAMED.format("cd"))), repeats)[0] is not None
    assert repeat_of(post(write(NAMED.format("c"))), repeats)[0] is None


LOCAL_NAMES = (*"abcdpqr", "a", "nowhere", "g1", "SERVICE", "no-thing", "1e5")
VALUE = re.compile(r"(?<=[ {\n]ex:)\w+")


def test_answers_are_those_of_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of generated queries that differ in names: heads and bodies, and none where there is none.

    The long way is the one on which every text is looked at by itself.
    """
    settings, repeated = Settings(timeout=30), 0
    backends = [_backend(seed) for seed in range(10)]
    for seed in range(200):
        random, backend = Random(f"names {seed}"), backends[seed % 10]
        text = random_query(seed)
        if seed % 2:
            text = in_another_layout(text, seed)
        text = re.sub(r"(?<!\w):(?=\w)", "ex:", text).replace("PREFIX :", "PREFIX ex:")
        repeats, encode = Repeats(TERMS), SENT[random.choice([*SENT])]
        for _ in range(3):
            text = _with_other_names(text, random)
            request = get(encode(text))
            plain, outline = read_plain(request), outline_of(request)
            assert isinstance(plain, Plain)
            wanted = Wanted(Asked(text), answer_formats(None))
            asked = request_of(wanted, settings, ())
            with monkeypatch.context() as patch:
                for module in (evaluator, rewriting, tokens):
                    patch.setattr(module, "shape_of", str)
                reply, body = evaluator.answer(backend, asked)
            repeat = None if outline is None else repeats.get(outline, host="h")
            if repeat is not None and outline is not None:
                assert repeat.text_with(outline[1]) == text
                found = repeat.answered(text)
                assert (found is None) == (not isinstance(reply, QueryAnswered))
                if found is not None and isinstance(reply, QueryAnswered):
                    fields = finished(wanted, reply, body, TERMS.version).headers
                    cors = cors_headers(TERMS.cors, None)
                    assert _undated(found[1]) == _undated(head(200, (*fields, *cors), keeps_alive=True))
                    assert sorted(found[2]) == sorted(body)  # graphs have no order
                    repeated += 1
            shaped, shaped_body = evaluator.answer(backend, asked)
            assert (shaped, sorted(shaped_body)) == (reply, sorted(body))
            if outline is not None and isinstance(reply, QueryAnswered):
                again = evaluator.again(backend, asked, reply)
                if again is not None:
                    repeats.add(outline, plain, wanted, reply, again, host="h", who="w")
    assert repeated > 100


def _with_other_names(text: str, random: Random) -> str:
    return VALUE.sub(lambda found: random.choice((found[0], random.choice(LOCAL_NAMES))), text)


def _backend(seed: int) -> LocalBackend:
    store = pyoxigraph.Store()
    store.load(random_data(seed).encode(), pyoxigraph.RdfFormat.TRIG)
    return LocalBackend(store)


def _undated(answer: bytes) -> bytes:
    return re.sub(rb"date: [^\r]*", b"date", answer)
