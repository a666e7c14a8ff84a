"""Graphs are loaded into stores elsewhere whole, or are told to be not whole."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from bad_lines import bad_line
from click.testing import CliRunner
from graph_stores import (
    Answer,
    ControlledStore,
    RealStore,
    controlled_store,
    fuseki,
    missing_fuseki,
    missing_rdf4j,
    oxigraph,
    rdf4j,
    virtuoso,
)

import glutakg
from glutakg.cli.main import cli
from glutakg.dataset import shipped_files
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import EndpointError, GlutakgError, TermError
from glutakg.linking import PushState, push
from glutakg.linking.values import same_value
from glutakg.sparql.rows import Rows
from glutakg.store.endpoint import PASSWORD, USER

SOURCE, MARKS = "https://w3id.org/glutakg/graph/source", "https://w3id.org/glutakg/graph/push"
TURTLE = """\
@prefix : <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a :p [ :q 1 , "één"@nl ; :r [ :s "a \\"b\\"\\r\\n" ] ] .
:b :p "1.50"^^xsd:decimal , "01"^^xsd:int , "x"@en-GB , "1"^^xsd:boolean , :c .
"""
REAL = {
    "oxigraph": "",
    "fuseki": missing_fuseki(),
    "rdf4j": missing_rdf4j(),
    "virtuoso": ""
    if shutil.which("virtuoso-t")
    else "Virtuoso is not there: apt-get install virtuoso-opensource-7-bin",
}


@pytest.fixture
def store() -> Iterator[ControlledStore]:
    """Return a store that the test controls."""
    with controlled_store() as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> list[ShippedFile]:
    """Return two small graphs."""
    (tmp_path / "a.ttl").write_text(TURTLE, encoding="utf-8")
    (tmp_path / "b.ttl").write_text("<urn:a> <urn:b> _:same .", encoding="utf-8")
    return [ShippedFile(tmp_path / "a.ttl", "source"), ShippedFile(tmp_path / "b.ttl", "evidence")]


@pytest.fixture(scope="module", params=REAL)
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStore]:
    """Return each real server in turn."""
    if REAL[request.param]:
        pytest.skip(REAL[request.param])
    start = {"oxigraph": oxigraph, "fuseki": fuseki, "rdf4j": rdf4j, "virtuoso": virtuoso}[request.param]
    with start(tmp_path_factory.mktemp(request.param)) as running:
        yield running


def log_in(monkeypatch: pytest.MonkeyPatch, credentials: tuple[str, str]) -> None:
    """Set the name and the password for a store."""
    monkeypatch.setenv(USER, credentials[0])
    monkeypatch.setenv(PASSWORD, credentials[1])


# ---- real servers ----


def test_real_stores_hold_what_was_pushed(real: RealStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """All triples of some graphs are there; a second push finds them and sends nothing."""
    log_in(monkeypatch, real.credentials)
    names = ["source", "contested", "imports/ro"]
    pushed = push(real.url, graphs=names, piece=4_000)
    assert [each.graph.rpartition("graph/")[2] for each in pushed] == sorted(names)
    assert all(each.is_whole and each.there == each.triples > 0 for each in pushed)
    assert push(real.url, graphs=names, check=True) == pushed
    (missing,) = push(real.url, graphs=["imports/cl"], check=True)  # no other test loads this one
    assert (missing.state, missing.there) == (PushState.MISSING, 0)


def test_real_stores_answer_as_ours_does(real: RealStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query over a graph that was pushed has the same rows there."""
    log_in(monkeypatch, real.credentials)
    push(real.url, graphs=["source"])
    query = f"""
        PREFIX gk: <https://w3id.org/glutakg/ontology/>
        SELECT ?id ?status {{ GRAPH <{SOURCE}> {{ ?c gk:claimIdentifier ?id ; gk:curatorStatus ?status }} }}
        ORDER BY ?id
    """
    with glutakg.open() as here, glutakg.open(endpoint=real.endpoint) as there:
        rows, found = here.query(query), there.query(query)
        assert isinstance(rows, Rows)
        assert isinstance(found, Rows)
        assert len(rows) > 250
        assert list(found) == list(rows)


@pytest.mark.parametrize("real", ["virtuoso"], indirect=True)
def test_paths_find_all_in_one_default_graph(real: RealStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """And in two. Over a list of five Virtuoso loses rows, which ones differs from machine to machine."""
    log_in(monkeypatch, real.credentials)
    small, large = ["background", "ontology"], ["background", "evidence", "mappings", "ontology", "source"]
    files = [file for file in shipped_files() if file.graph_name in large]
    for graphs in (["default"], large):
        assert all(each.is_whole for each in push(real.url, graphs=graphs, files=files))
    query = """
        PREFIX gk: <https://w3id.org/glutakg/ontology/>
        PREFIX gkd: <https://w3id.org/glutakg/data/>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?class { gkd:magnesium a ?class . ?class rdfs:subClassOf* gk:Nutrient }
    """
    found, both = {}, ["DietaryMineral", "Nutrient"]
    for graphs in (["default"], small, large):
        fields = [f"default-graph-uri={quote(f'https://w3id.org/glutakg/graph/{name}')}" for name in graphs]
        with glutakg.open(endpoint=f"{real.endpoint}?{'&'.join(fields)}") as there:
            rows = there.query(query)
            assert isinstance(rows, Rows)
            found[len(graphs)] = sorted(str(row["class"]).rpartition("/")[2] for row in rows)
    assert found[1] == found[2] == both
    assert set(found[5]) <= set(both)


@pytest.mark.parametrize(
    "real", [name for name in REAL if name != "oxigraph"], indirect=True
)  # asks for none
def test_real_stores_refuse_a_wrong_password(real: RealStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is told as such, and nothing has changed."""
    log_in(monkeypatch, (real.credentials[0], "wrong"))
    with pytest.raises(EndpointError, match="asks for a name and a password"):
        push(real.url, graphs=["contested"])
    monkeypatch.delenv(USER)
    with pytest.raises(EndpointError, match="asks for a name and a password"):
        push(real.url, graphs=["contested"])


@pytest.mark.parametrize("is_held", [False, True], ids=["cut", "slow"])
def test_real_stores_whose_answer_is_cut_or_slow_are_told(
    real: RealStore, is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes its answers in its own way; that one came with status 200 does not make it whole."""
    log_in(monkeypatch, real.credentials)
    (pushed,) = push(real.url, graphs=["contested"])
    query = f"SELECT * {{ GRAPH <{pushed.graph}> {{ ?s ?p ?o }} }}"
    seconds = 1.0 if is_held else 60.0
    sentence = (
        "did not answer within 1 s|stopped after 1 s"
        if is_held
        else "was cut|cannot be read, or not the whole of it"
    )
    with bad_line(real, most=300, is_held=is_held) as bad:
        with pytest.raises(EndpointError, match=sentence):
            push(bad.url, graphs=["contested"], seconds=seconds)
        with (
            glutakg.open(endpoint=bad.endpoint, timeout=seconds) as there,
            pytest.raises(GlutakgError, match=sentence),
        ):
            there.query(query)
    assert push(real.url, graphs=["contested"], check=True) == [pushed]


@pytest.mark.skipif(bool(REAL["virtuoso"]), reason=REAL["virtuoso"])
def test_an_answer_that_the_store_cuts_is_not_taken_for_the_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Virtuoso gives no more triples than it is set to, with status 200 and without a word."""
    with virtuoso(tmp_path, most_rows=100) as real:
        log_in(monkeypatch, real.credentials)
        result = CliRunner().invoke(cli, ["push", real.url, "--graph", "imports/ro"])
    assert result.exit_code == 1
    assert "may limit the length of its answers" in result.stderr


# ---- what is sent ----


def test_blank_nodes_are_the_same_in_all_pieces(store: ControlledStore, files: list[ShippedFile]) -> None:
    """They become IRIs, those of two files different ones, so that pieces hang together."""
    pushed = push(store.url, files=files, piece=1)
    assert [each.state for each in pushed] == [PushState.SAME, PushState.SAME_VALUES]
    query = """
        BASE <https://example.org/>
        SELECT ?node ?deeper { GRAPH ?g { <a> <p> ?node . ?node <q> 1 ; <r> ?deeper . ?deeper <s> ?x } }
    """
    rows = store.store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    ((node, deeper),) = rows
    assert {str(each).partition("genid/")[0] for each in (node, deeper)} == {
        "<https://w3id.org/glutakg/.well-known/"
    }
    assert not store.store.query("ASK { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s) || ISBLANK(?o)) }")


def test_what_was_there_before_goes(store: ControlledStore, files: list[ShippedFile]) -> None:
    """A graph takes the place of the one of its name; others stay."""
    old = ox.NamedNode("urn:old")
    for graph in (SOURCE, "urn:other"):
        store.store.add(ox.Quad(old, old, old, ox.NamedNode(graph)))
    assert all(each.is_whole for each in push(store.url, files=files))
    assert [quad.graph_name for quad in store.store.quads_for_pattern(old, None, None)] == [
        ox.NamedNode("urn:other")
    ]


def test_a_graph_that_is_there_is_not_sent_again(store: ControlledStore, files: list[ShippedFile]) -> None:
    """Until somebody changes it: then that is found and put right."""
    push(store.url, files=files)
    store.heard.clear()
    assert all(each.is_whole for each in push(store.url, files=files))
    assert {method for method, _ in store.heard} == {"GET"}
    store.store.remove(next(store.store.quads_for_pattern(None, None, None, ox.NamedNode(SOURCE))))
    (found,) = push(store.url, files=files, graphs=["source"], check=True)
    assert (found.state, found.triples - found.there) == (PushState.DIFFERENT, 1)
    assert found.lacks_only
    assert found.examples[0].startswith("- <")
    assert all(each.is_whole for each in push(store.url, files=files))


def test_all_but_the_contested_may_be_one_graph(store: ControlledStore, files: list[ShippedFile]) -> None:
    """Merged as `gkg:default`, where asked for: each triple once, blank nodes those of the named graphs."""
    (files[0].path.parent / "c.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    held = [*files, ShippedFile(files[0].path.parent / "c.ttl", "contested")]
    assert {each.graph for each in push(store.url, files=held)} == {
        f"https://w3id.org/glutakg/graph/{name}" for name in ("source", "evidence", "contested")
    }
    (merged,) = push(store.url, files=held, graphs=["default"])
    assert (merged.graph, merged.is_whole) == ("https://w3id.org/glutakg/graph/default", True)
    triples = {
        name: {quad.triple for quad in store.store.quads_for_pattern(None, None, None, ox.NamedNode(name))}
        for name in (SOURCE, merged.graph)
    }
    assert triples[SOURCE] < triples[merged.graph]
    assert merged.triples == len(triples[merged.graph]) == len(triples[SOURCE]) + 1
    assert not store.store.query(f"ASK {{ GRAPH <{merged.graph}> {{ ?s ?p <urn:c> }} }}")


def test_checking_changes_nothing(store: ControlledStore, files: list[ShippedFile]) -> None:
    """Only GET is asked."""
    states = [each.state for each in push(store.url, files=files, check=True)]
    assert states == [PushState.MISSING, PushState.MISSING]
    assert {method for method, _ in store.heard} == {"GET"}


@pytest.mark.parametrize("last", range(1, 12))
def test_a_push_that_breaks_off_goes_on(store: ControlledStore, files: list[ShippedFile], last: int) -> None:
    """Whatever request the store ends in: the graph counts as partial, and the next push sends the rest."""
    writes = 0

    def end(method: str, graph: str, body: bytes) -> Answer | None:
        nonlocal writes
        writes += method != "GET"
        if writes < last:
            return None
        store.answer(method, graph, body)  # it has taken this one, but nobody is told
        return 0, {}, b""

    store.behave = end
    with pytest.raises(EndpointError, match="cannot be asked"):
        push(store.url, files=files, graphs=["source"], piece=2)
    store.behave = lambda method, graph, body: None
    (found,) = push(store.url, files=files, graphs=["source"], check=True)
    assert found.state in (PushState.MISSING, PushState.PARTIAL, PushState.SAME_VALUES)
    store.heard.clear()
    (found,) = push(store.url, files=files, graphs=["source"], piece=2)
    assert found.is_whole
    sent = [method for method, graph in store.heard if graph == SOURCE and method != "GET"]
    assert len(sent) <= 5 - (last - 1) // 2
    assert store.store.query(
        f"ASK {{ GRAPH <{MARKS}> {{ ?push <http://www.w3.org/ns/prov#generated> <{SOURCE}> ;"
        " <http://www.w3.org/ns/prov#endedAtTime> ?end }} }}".replace("}}", "}")
    )


# ---- stores that behave badly ----


def turtle(text: bytes, **headers: str) -> Answer:
    """Return an answer with a graph."""
    return 200, {"Content-Type": "text/turtle", **headers}, text


BAD = {
    "cut": (turtle(b"<urn:a> <urn:b> <urn:c> .", **{"Content-Length": "1000"}), r"cut|cannot be read"),
    "broken": (turtle(b"<urn:a> <urn:b> "), "cannot be read, or not the whole of it"),
    "html": (
        (200, {"Content-Type": "text/html"}, b"<html>hello</html>"),
        "gave text/html instead of N-Triples",
    ),
    "moved": ((301, {"Location": "http://127.0.0.1:9/"}, b""), "redirects .301., which is not followed"),
    "forbidden": ((403, {}, b"no\nreally"), r"with the status 403 \(no\); check"),
    "failing": ((500, {}, b"<html>"), "with the status 500; check"),
    "ended": ((0, {}, b""), "cannot be asked"),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_a_store_does_wrong_is_told(
    store: ControlledStore, files: list[ShippedFile], fault: str
) -> None:
    """In one sentence that names the store."""
    answer, sentence = BAD[fault]
    store.behave = lambda method, graph, body: answer
    with pytest.raises(EndpointError, match=sentence) as caught:
        push(store.url, files=files)
    assert store.url in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_slow_store_meets_the_deadline(store: ControlledStore, files: list[ShippedFile]) -> None:
    """Nobody waits longer than was said."""
    over = threading.Event()

    def wait(method: str, graph: str, body: bytes) -> Answer:
        over.wait(60)
        return 204, {}, b""

    store.behave = wait
    try:
        with pytest.raises(EndpointError, match=r"did not answer within 0\.2 s"):
            push(store.url, files=files, seconds=0.2)
    finally:
        over.set()


def test_a_password_goes_to_who_asks_for_it_only(
    store: ControlledStore, files: list[ShippedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent after the store has asked, and then with each request."""
    log_in(monkeypatch, ("me", "secret"))

    def ask(method: str, graph: str, body: bytes) -> Answer | None:
        if store.credentials[-1] is None:
            return 401, {"WWW-Authenticate": 'Basic realm="store"'}, b""
        return None

    store.behave = ask
    assert all(each.is_whole for each in push(store.url, files=files))
    assert store.credentials[0] is None
    assert set(store.credentials[1:]) == {"Basic bWU6c2VjcmV0"}


@pytest.mark.parametrize(
    "url", ["", "store", "ftp://127.0.0.1/", "http://me:secret@127.0.0.1/store", "file:///etc"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    """Without repeating it, since a password may stand in it."""
    with pytest.raises(EndpointError, match="not the address of an endpoint") as caught:
        push(url)
    assert "secret" not in str(caught.value)


def test_an_unknown_graph_is_told(files: list[ShippedFile]) -> None:
    """With those that there are."""
    with pytest.raises(TermError, match=r"no graph 'sorce'\. Did you mean source"):
        push("http://127.0.0.1:9/", graphs=["sorce"], files=files)


# ---- the command, and values ----


def test_the_command_tells_each_graph(store: ControlledStore) -> None:
    """Exit code 0 where all is there, 1 where a check finds something else, 2 where it could not be done."""
    arguments = ["push", store.url, "--graph", "contested", "--graph", "imports/cob"]
    first = CliRunner().invoke(cli, [*arguments, "--check"])
    assert (first.exit_code, [line.split()[-1] for line in first.stdout.splitlines()[2:]]) == (
        1,
        ["missing"] * 2,
    )
    assert "2 of 2 graphs there are not ours" in first.stderr
    second = CliRunner().invoke(cli, arguments)
    assert (second.exit_code, second.stderr) == (0, "")
    assert [line.split()[::3] for line in second.stdout.splitlines()[2:]] == [
        ["contested", "same"],
        ["imports/cob", "same"],
    ]
    assert CliRunner().invoke(cli, [*arguments, "--check"]).exit_code == 0
    assert CliRunner().invoke(cli, ["push", "nowhere"]).exit_code == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"1.50"^^xsd:decimal', '"1.5"^^xsd:decimal'),
        ('"01"^^xsd:int', '"1"^^xsd:integer'),
        ('"-0"^^xsd:integer', '"0"^^xsd:integer'),
        ('"1E0"^^xsd:double', '"1.0"^^xsd:double'),
        ('"1"^^xsd:boolean', '"true"^^xsd:boolean'),
        ('"x"@en-GB', '"x"@en-gb'),
        ('"2020-01-01T00:00:00.50+00:00"^^xsd:dateTime', '"2020-01-01T00:00:00.5Z"^^xsd:dateTime'),
    ],
)
def test_equal_values_are_equal(one: str, other: str) -> None:
    """However stores write them; another value, and the same text of another kind, are not."""
    assert value(one) == value(other)
    assert value(one) != value(one.replace("1", "2").replace('"x"', '"y"').replace("-0", "-1"))
    assert value(one) != value(one.partition("^")[0].partition("@")[0])


def value(literal: str) -> str:
    """Return a triple with a literal as it is compared."""
    full = re.sub(r"xsd:(\w+)", r"<http://www.w3.org/2001/XMLSchema#\1>", literal)
    return same_value(f"<urn:s> <urn:p> {full} .")
