"""The W3C tests of the SPARQL 1.1 Protocol, as written; what would change data is refused instead."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
from places import SHARED
from rdflib.collection import Collection
from running_server import Response, RunningServer, running_server

from glutakg.server.http.negotiation import BOOLEAN_TYPES, GRAPH_TYPES, ROW_TYPES

FOLDER = SHARED / "w3c" / "sparql" / "sparql11" / "protocol"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
TESTS = rdflib.Namespace("http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
FORMATS = {
    "boolean": {media_type for types in BOOLEAN_TYPES.values() for media_type in types},
    "tabular": {media_type for types in ROW_TYPES.values() for media_type in types},
    "RDF": {media_type for types in GRAPH_TYPES.values() for media_type in types},
}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="needs the W3C tests, which lie beside a checkout"
)


def manifest() -> rdflib.Graph:
    """Return what the tests are, nothing where they are not here."""
    graph = rdflib.Graph()
    return graph.parse(FOLDER / "manifest.ttl", format="turtle") if FOLDER.is_dir() else graph


MANIFEST = manifest()
NAMES = sorted(str(test).removeprefix(TESTS) for test in MANIFEST.subjects(rdflib.RDF.type, MF.ProtocolTest))
UPDATES = [name for name in NAMES if name.startswith("update_")]
QUERIES = [name for name in NAMES if name not in UPDATES]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Give a server over the graphs that the tests name."""
    folder = tmp_path_factory.mktemp("store")
    store = ox.Store(str(folder))
    graphs = {
        str(MANIFEST.value(data, rdflib.RDFS.label)): Path(unquote(str(MANIFEST.value(data, UT.graph)))).name
        for data in MANIFEST.objects(None, UT.graphData)
    }
    for name, file in graphs.items():
        store.load(path=str(FOLDER / file), format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
    store.flush()
    del store
    with running_server("--store", str(folder), "--workers", "1") as running:
        yield running


def listed(subject: rdflib.term.Node | None, predicate: rdflib.URIRef) -> list[rdflib.term.Node]:
    """Return the members of the list that a node has."""
    head = MANIFEST.value(subject, predicate)
    assert head is not None
    return list(Collection(MANIFEST, head))


def requests_of(name: str) -> list[rdflib.term.Node]:
    """Return the requests of a test, in order."""
    connection = MANIFEST.value(TESTS[name], MF.action)
    return listed(connection, HT.requests)


def sent(server: RunningServer, request: rdflib.term.Node) -> Response:
    """Send a request as it is written, to the path of the endpoint here."""
    path = str(MANIFEST.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
    headers = {
        str(MANIFEST.value(field, HT.fieldName)): str(MANIFEST.value(field, HT.fieldValue))
        for fields in MANIFEST.objects(request, HT.headers)
        for field in Collection(MANIFEST, fields)
    }
    body = None
    if content := MANIFEST.value(request, HT.body):
        encoding = str(MANIFEST.value(content, CNT.characterEncoding))
        body = str(MANIFEST.value(content, CNT.chars)).encode(encoding)
    return server.request(str(MANIFEST.value(request, HT.methodName)), path, headers=headers, body=body)


@pytest.mark.parametrize("name", QUERIES)
def test_the_protocol_is_kept(server: RunningServer, name: str) -> None:
    """Status, boolean and kind of format are those that the test wants."""
    for request in requests_of(name):
        answer = sent(server, request)
        wanted = MANIFEST.value(request, HT.resp)
        statuses = {str(status)[-3] for status in MANIFEST.objects(wanted, MF.expectedStatus)}
        assert str(answer.status // 100) in statuses, answer.body
        if (boolean := MANIFEST.value(wanted, MF.expectedBoolean)) is not None:
            assert answer.json["boolean"] is (str(boolean) == "true")
        if (format := MANIFEST.value(wanted, MF.expectedFormat)) is not None:
            assert answer.media_type in FORMATS[str(format)]


@pytest.mark.parametrize("name", UPDATES)
def test_updates_are_refused(server: RunningServer, name: str) -> None:
    """Each update of a test is answered with 403, whatever graphs it names."""
    refused = 0
    for request in requests_of(name):
        answer = sent(server, request)
        if answer.status == 403:
            assert answer.reason == "update-refused"
            refused += 1
        else:
            assert answer.json["boolean"] in (True, False)  # the question that would look at what it did
    assert refused >= 1


def test_all_tests_are_run() -> None:
    """The manifest was read whole."""
    manifest = MANIFEST.value(predicate=rdflib.RDF.type, object=MF.Manifest)
    assert sorted(str(entry).removeprefix(TESTS) for entry in listed(manifest, MF.entries)) == NAMES
    assert len(QUERIES) > 20
