"""The federated queries join what this graph holds with what another server says.

The server here listens on loopback and holds a few triples in the form in which Rhea, UniProt and Wikidata
publish theirs; that those still have this form today is not tested, for no test leaves this machine.
"""

import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from places import TESTS

import glutakg
from glutakg.dataset.headers import load_query
from glutakg.dataset.shipped import query_files
from glutakg.errors import QueryError
from glutakg.files import read_text
from glutakg.sparql.guard import screen
from glutakg.sparql.rows import Rows

FEDERATED = {path.stem: path for path in query_files() if "network" in load_query(path).needs}
ADDRESSES = {
    "rhea-equations": "https://sparql.rhea-db.org/sparql",
    "uniprot-names": "https://sparql.uniprot.org/sparql",
    "wikidata-items": "https://query.wikidata.org/sparql",
}
ELSEWHERE = """
PREFIX rh: <http://rdf.rhea-db.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX core: <http://purl.uniprot.org/core/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>

rh:16169 rh:accession "an accession"; rh:equation "an equation" .
rh:1 rh:accession "of nothing here"; rh:equation "of nothing here" .
<http://purl.uniprot.org/uniprot/P15104> a core:Protein;
  core:mnemonic "a mnemonic"; core:recommendedName <urn:name> .
<urn:name> core:fullName "a full name" .
<urn:item> wdt:P683 "18050"; rdfs:label "a label"@en, "een naam"@nl .
<urn:other-item> wdt:P683 "1"; rdfs:label "of nothing here"@en .
"""
FOUND = {
    "rhea-equations": {("an accession", "an equation")},
    "uniprot-names": {("a mnemonic", "a full name")},
    "wikidata-items": {("urn:item", "a label")},
}


class Endpoint(BaseHTTPRequestHandler):
    """Answers SPARQL queries over `ELSEWHERE`."""

    store = pyoxigraph.Store()

    def do_GET(self) -> None:
        """Answer the query in the address."""
        self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self) -> None:
        """Answer the query in the body."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_form = self.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
        self._answer(parse_qs(body)["query"][0] if is_form else body)

    def _answer(self, query: str) -> None:
        solutions = self.store.query(query)
        assert isinstance(solutions, pyoxigraph.QuerySolutions)
        body = solutions.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
        assert body is not None
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """Return `host:port` of the server on loopback."""
    Endpoint.store.load(ELSEWHERE.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_there_is_one_query_for_each_server() -> None:
    """Rhea, UniProt and Wikidata are asked, each by its public address and none besides."""
    assert FEDERATED.keys() == ADDRESSES.keys()
    for name, path in FEDERATED.items():
        text = read_text(path)
        assert text.count("SERVICE") == 1
        assert f"SERVICE <{ADDRESSES[name]}>" in text


@pytest.mark.parametrize("name", ADDRESSES)
def test_rows_join_this_graph_with_the_other(name: str, host: str) -> None:
    """What the other server says of our terms comes back beside them, and nothing else it holds."""
    text = read_text(FEDERATED[name]).replace(ADDRESSES[name], f"http://{host}/sparql")
    with glutakg.open(allow_service=[host]) as graph:
        rows = graph.query(text)
    assert isinstance(rows, Rows)
    last_two = rows.variables[-2:]
    assert {tuple(str(row[column]) for column in last_two) for row in rows} == FOUND[name]
    assert all(row[rows.variables[0]] is not None for row in rows)


@pytest.mark.parametrize("name", ADDRESSES)
def test_without_leave_no_query_goes_out(name: str) -> None:
    """The refusal names the address and how to allow it."""
    with pytest.raises(QueryError, match=rf"SERVICE <{ADDRESSES[name]}> is refused.*--allow-service HOST"):
        screen(read_text(Path(FEDERATED[name])))


def test_the_benchmark_leaves_other_servers_alone() -> None:
    """It measures every query of the catalogue but those that it could only measure over the network."""
    script = TESTS / "benchmarks" / "bench_all.py"
    measured = {path.stem for path in runpy.run_path(str(script))["measured_queries"]()}
    assert measured == {path.stem for path in query_files()} - set(ADDRESSES)
