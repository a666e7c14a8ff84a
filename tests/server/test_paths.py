"""The other paths of the server: catalogue, validation, descriptions, health and counts."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from running_server import Response, RunningServer, running_server

import glutakg
from glutakg.cli.main import cli
from glutakg.dataset.catalogue_graph import check_catalogue
from glutakg.dataset.generated import generated_files
from glutakg.dataset.queries import Catalogue, catalogue
from glutakg.dataset.shipped import shipped_root
from glutakg.dataset.void import BUILT_QUERIES, COUNTING_QUERIES
from glutakg.languages import LANGUAGES
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.description import open_api
from glutakg.server.http.negotiation import GRAPH_TYPES, ROW_TYPES, WHY_TYPES
from glutakg.server.http.problems import REASONS
from glutakg.server.http.protocol import CONFLICT_FIELDS, EVIDENCE_FIELDS, FORMAT_FIELDS
from glutakg.server.settings import MAX_BODY_BYTES
from glutakg.shacl.validation import validate
from glutakg.sparql.rows import Rows

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
EXAMPLES = """\
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?example ?comment ?query WHERE {
  ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?example
"""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server that leaves validation the time that it takes to read the shapes."""
    with running_server(
        "--timeout", "300", "--workers", "1", "--base-url", "https://a.example/kg/"
    ) as running:
        yield running


def post(server: RunningServer, content_type: str, body: bytes, path: str, accept: str = "*/*") -> Response:
    """Send a body."""
    return server.request("POST", path, headers={"Content-Type": content_type, "Accept": accept}, body=body)


def run(*arguments: str, input: str | None = None) -> str:
    """Return what the command writes."""
    return CliRunner().invoke(cli, arguments, input=input).stdout


def test_the_list_is_that_of_the_command(server: RunningServer) -> None:
    """`/queries` says what `glutakg queries --format json` says."""
    assert server.request("GET", "/queries").json == json.loads(run("queries", "--format", "json"))


def test_the_list_is_searched_as_by_the_command(server: RunningServer) -> None:
    """A word and a tag choose the same queries."""
    told = server.request("GET", "/queries?word=ammonia&tag=cycle").json
    assert told == json.loads(run("queries", "ammonia", "--tag", "cycle", "--format", "json"))


@pytest.mark.parametrize(("path", "reason"), [("tag=none", "bad-parameter"), ("name=x", "bad-parameter")])
def test_the_list_refuses_what_it_does_not_know(server: RunningServer, path: str, reason: str) -> None:
    """A tag or a parameter that there is not is told."""
    assert server.request("GET", f"/queries?{path}").reason == reason


ASKED = [name for name, query in catalogue().items() if not query.needs]


@pytest.mark.parametrize("name", ASKED)
def test_every_catalogue_query_answers_as_the_command_does(server: RunningServer, name: str) -> None:
    """Each query has a path, and the same bytes as the command in every format that both have."""
    is_graph = "CONSTRUCT" in catalogue()[name].text
    formats = {"text/turtle": "ttl"} if is_graph else {"text/tab-separated-values": "tsv"}
    for accept, format in formats.items():
        answer = server.request("GET", f"/queries/{name}", headers={"Accept": accept})
        assert answer.status == 200, answer.body
        told = run("query", name, "--format", format)
        assert sorted(answer.body.decode().splitlines()) == sorted(told.splitlines())


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]
)
@pytest.mark.parametrize(
    "nutrient", ["magnesium", "gkd:magnesium", PREFIXES["gkd"] + "magnesium", "Magnesium"]
)
def test_parameters_are_found_by_name_curie_and_iri(
    server: RunningServer, accept: str, nutrient: str
) -> None:
    """A parameter is given as on the command line, and answered in every format."""
    path = f"/queries/evidence-on-nutrient?nutrient={quote(nutrient, safe='')}"
    answer = server.request("GET", path, headers={"Accept": accept})
    assert (answer.status, answer.media_type) == (200, accept)
    assert answer.body.count(b"Saver") == 1


def test_an_old_name_answers_and_tells_the_new_one(server: RunningServer) -> None:
    """A link that stands somewhere works; the headers say where it should lead."""
    fields = "?nutrient=manganese"
    for accept in ("text/csv", "application/sparql-query"):
        old, new = (
            server.request("GET", f"/queries/{name}{fields}", headers={"Accept": accept})
            for name in ("nutrient-evidence", "evidence-on-nutrient")
        )
        assert (old.status, old.body) == (200, new.body)
        assert old.headers["link"] == '<evidence-on-nutrient>; rel="successor-version"'
        assert re.fullmatch(r"@\d+", old.headers["deprecation"])
        assert not {"link", "deprecation"} & {name.lower() for name in new.headers}


def test_an_empty_answer_of_an_old_name_is_explained(server: RunningServer) -> None:
    """The path that explains knows the names that the path which answers knows."""
    told = [
        server.request(
            "POST",
            "/why-empty",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=f"name={name}&nutrient=gkd:alzheimer-disease".encode(),
        )
        for name in ("nutrient-evidence", "evidence-on-nutrient")
    ]
    assert told[0].status == 200
    assert told[0].json == told[1].json != []


def test_a_query_of_the_program_answers_and_is_not_listed(server: RunningServer) -> None:
    """Neither the list, nor the description of the paths, nor the graph of the catalogue has it."""
    assert server.request("GET", "/queries/term-labels?term=taurine").status == 200
    text = server.request("GET", "/queries/term-labels", headers={"Accept": "application/sparql-query"})
    assert "VALUES ?term" in text.body.decode()
    assert "term-labels" not in {query["name"] for query in server.request("GET", "/queries").json}
    assert "/queries/term-labels" not in server.request("GET", "/openapi.json").json["paths"]
    asked = "ASK { GRAPH ?g { <https://w3id.org/glutakg/query/term-labels> ?p ?o } }"
    assert server.request("GET", f"/sparql?query={quote(asked)}").json["boolean"] is False


def test_a_parameter_changes_the_answer(server: RunningServer) -> None:
    """Another value, another answer; the entity tags differ too."""
    one, other = (
        server.request("GET", f"/queries/protective-nutrients?lang={lang}") for lang in ("en", "nl")
    )
    assert b"magnesium" in one.body
    assert one.headers["etag"] != other.headers["etag"]
    assert one.body != other.body


PARAMETERS = {
    "an unknown one": ("evidence-on-nutrient?nutrent=magnesium", "bad-parameter"),
    "an unknown value": ("evidence-on-nutrient?nutrient=unobtainium", "bad-parameter"),
    "one that breaks out": (
        "evidence-on-nutrient?nutrient=" + quote("magnesium> } DROP ALL #"),
        "bad-parameter",
    ),
    "an IRI that breaks out": (
        "evidence-on-nutrient?nutrient=" + quote("<http://e/> } SERVICE <http://e/>"),
        "bad-parameter",
    ),
    "one twice": ("evidence-on-nutrient?nutrient=zinc&nutrient=zinc", "bad-parameter"),
    "a wrong type": ("evidence-on-nutrient?lang=fr", "bad-parameter"),
    "an empty one": ("evidence-on-nutrient?nutrient=", "bad-parameter"),
    "not UTF-8": ("evidence-on-nutrient?nutrient=%ff", "bad-request"),
    "a long one": ("evidence-on-nutrient?nutrient=" + "x" * 2_000, "bad-parameter"),
    "an unknown query": ("evidence-on-nutrien", "not-found"),
    "a path": (quote("../../pyproject.toml", safe=""), "not-found"),
    "a query that needs the network": ("rhea-equations", "refused"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_parameters_are_values_and_nothing_else(server: RunningServer, case: str) -> None:
    """A parameter that does not fit is told; none becomes part of a query."""
    path, reason = PARAMETERS[case]
    answer = server.request("GET", f"/queries/{path}")
    assert (answer.reason, answer.status) == (reason, REASONS[reason])


VALIDATION = {
    "no Turtle": ("text/turtle", b"<urn:s> a <urn:C> ", "not-valid-turtle"),
    "nothing": ("text/turtle", b"", "not-valid-turtle"),
    "not UTF-8": ("text/turtle", b"<urn:s> <urn:p> '\xe9' .", "bad-request"),
    "RDF/XML": ("application/rdf+xml", b"<rdf:RDF/>", "unsupported-media-type"),
    "JSON-LD": ("application/ld+json", b'{"@context": "http://127.0.0.1/"}', "unsupported-media-type"),
    "Turtle in Latin-1": ("text/turtle; charset=latin-1", b"<urn:s> a <urn:C> .", "unsupported-media-type"),
    "shapes": (
        "text/turtle",
        b"@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:C> .",
        "cannot-be-validated",
    ),
    "rules": (
        "text/turtle",
        b"@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> sh:rule [ a sh:SPARQLRule ] .",
        "cannot-be-validated",
    ),
    "nothing to look at": ("text/turtle", b"<urn:s> a <urn:C> .", "cannot-be-validated"),
    "deep triple terms": (
        "text/turtle",
        b"<urn:s> <urn:p> " + b"<<( <urn:s> <urn:p> " * 5_000 + b"1" + b" )>>" * 5_000 + b" .",
        "not-valid-turtle",
    ),
    "too much": ("text/turtle", b"#" * (MAX_BODY_BYTES + 1), "body-too-large"),
}


@pytest.mark.parametrize("case", VALIDATION)
def test_what_is_no_data_is_told(server: RunningServer, case: str) -> None:
    """Only Turtle with data of ours is validated."""
    content_type, body, reason = VALIDATION[case]
    answer = post(server, content_type, body, "/validate")
    assert (answer.reason, answer.status) == (reason, REASONS[reason])


def test_imports_are_not_followed(server: RunningServer) -> None:
    """Neither owl:imports nor the address of a schema is fetched: nobody knocks at a port that listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        canary = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert not conforms_with_imports(server, canary)
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


def conforms_with_imports(server: RunningServer, canary: str) -> bool:
    """Return whether a claim without anything conforms, in a file that names an address to fetch."""
    turtle = (
        f"@prefix owl: <http://www.w3.org/2002/07/owl#> . <{canary}> a owl:Ontology ; "
        f"owl:imports <{canary}> ; <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{canary}> . "
        "<urn:s> a <https://w3id.org/glutakg/ontology/Claim> ."
    )
    answer = post(server, "text/turtle", turtle.encode(), "/validate")
    assert answer.status == 200, answer.body
    return bool(answer.json["conforms"])


CLAIM = b"<urn:s> a <https://w3id.org/glutakg/ontology/Claim> ."


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("application/json", "json"),
        ("text/turtle", "ttl"),
        ("text/plain", "table"),
        ("application/xml", "junit"),
    ],
)
def test_the_report_is_that_of_the_command(server: RunningServer, accept: str, format: str) -> None:
    """`/validate` says what `glutakg validate -` says, in each form."""
    answer = post(server, "text/turtle", CLAIM, "/validate", accept)
    assert (answer.status, answer.media_type) == (200, accept)
    told = run("validate", "-", "--format", format, input=CLAIM.decode())
    assert sorted(answer.body.decode().split()) == sorted(told.split())


def test_sound_data_conform(server: RunningServer) -> None:
    """What is shipped conforms when it is sent."""
    text = (shipped_root() / "data" / "evidence" / "searches.ttl").read_bytes()
    assert validate([shipped_root() / "data" / "evidence" / "searches.ttl"]).conforms
    assert post(server, "text/turtle", text, "/validate").json["conforms"] is True


def graph_of(answer: Response) -> ox.Store:
    """Return the triples of an answer in Turtle."""
    assert (answer.status, answer.media_type) == (200, "text/turtle")
    store = ox.Store()
    store.load(answer.body, format=ox.RdfFormat.TURTLE)
    return store


def cell(store: ox.Store, query: str) -> str:
    """Return the only value of the only row."""
    solutions = store.query(f"PREFIX void: <{VOID}> PREFIX sd: <{SD}> {query}")
    assert isinstance(solutions, ox.QuerySolutions)
    ((value,),) = solutions
    return str(getattr(value, "value", value))


def test_void_counts_are_true(server: RunningServer) -> None:
    """Triples, classes and properties are those that counting finds."""
    void = graph_of(server.request("GET", "/.well-known/void", headers={"Accept": "text/turtle"}))
    assert cell(void, "SELECT ?n { ?d void:sparqlEndpoint ?e ; void:triples ?n }") == server.value(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    )
    for part, variable, own in (("classPartition", "?c", "class"), ("propertyPartition", "?p", "property")):
        pattern = "?s a ?c FILTER(ISIRI(?c))" if own == "class" else "?s ?p ?o"
        assert cell(
            void, f"SELECT (COUNT(?x) AS ?n) {{ ?d void:sparqlEndpoint ?e ; void:{part} [ void:{own} ?x ] }}"
        ) == server.value(f"SELECT (COUNT(DISTINCT {variable}) AS ?n) {{ {pattern} }}")


def test_a_partition_counts_truly(server: RunningServer) -> None:
    """The claims are as many as the partition of their class says."""
    void = graph_of(server.request("GET", "/.well-known/void", headers={"Accept": "text/turtle"}))
    claim = "<https://w3id.org/glutakg/ontology/Claim>"
    told = cell(void, f"SELECT ?n {{ ?x void:class {claim} ; void:entities ?n }}")
    assert told == server.value(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {claim} }}")


def test_the_service_describes_itself(server: RunningServer) -> None:
    """A GET without a query tells the address, the language and the named graphs."""
    told = graph_of(server.request("GET", "/sparql", headers={"Accept": "text/turtle"}))
    assert cell(told, "SELECT ?e { ?s sd:endpoint ?e }") == "https://a.example/kg/sparql"
    assert cell(told, "SELECT ?l { ?s sd:supportedLanguage ?l }") == f"{SD}SPARQL11Query"
    named = cell(told, "SELECT (COUNT(DISTINCT ?n) AS ?c) { ?g sd:name ?n }")
    assert named == server.value("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }")


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_descriptions_tell_to_what_the_data_link(server: RunningServer, path: str) -> None:
    """Each ontology and database that terms match has linksets, ChEBI with its release among them."""
    told = graph_of(server.request("GET", path, headers={"Accept": "text/turtle"}))
    exact = "void:linkPredicate <http://www.w3.org/2004/02/skos/core#exactMatch>"
    chebi = "<http://purl.obolibrary.org/obo/chebi.owl>"
    linkset = f"?whole void:subset ?l . ?l a void:Linkset ; {exact} ; void:objectsTarget {chebi}"
    assert cell(told, f"SELECT ?n {{ {linkset} ; void:triples ?n }}") == server.value(
        "SELECT (COUNT(*) AS ?n) { ?s <http://www.w3.org/2004/02/skos/core#exactMatch> ?o "
        'FILTER(STRSTARTS(STR(?o), "http://purl.obolibrary.org/obo/CHEBI_")) }'
    )
    version = "<http://www.w3.org/2002/07/owl#versionInfo>"
    assert cell(told, f"SELECT ?v {{ {chebi} {version} ?v }}") == server.value(
        f"SELECT ?v {{ <https://w3id.org/glutakg/ontology/imports/chebi> {version} ?v }}"
    )


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_descriptions_come_in_every_format(server: RunningServer, path: str, accept: str) -> None:
    """The service description and VoID are negotiated as graphs are."""
    answer = server.request("GET", path, headers={"Accept": accept})
    assert (answer.status, answer.media_type) == (200, accept)
    assert server.request("GET", path, headers={"Accept": "text/csv"}).reason == "not-acceptable"


def test_descriptions_name_the_address_that_others_see(server: RunningServer) -> None:
    """Every address in the descriptions is the one that the server was told, whatever the request says."""
    for path in ("/sparql", "/.well-known/void", "/openapi.json"):
        body = server.request("GET", path, headers={"Host": "other.example"}).body
        assert b"https://a.example/kg" in body
        assert b"other.example" not in body
        assert b".invalid" not in body


def test_health_tells_the_data_version(server: RunningServer) -> None:
    """A server that answers is healthy."""
    told = server.request("GET", "/health").json
    assert told["status"] == "ok"
    assert re.fullmatch(r"[0-9a-f]{32}", told["data_version"])


def test_imports_are_listed(server: RunningServer) -> None:
    """Nothing is imported where the tests run; `tests/linking` has a server with an import."""
    assert server.request("GET", "/imports").json == {"imports": []}


def test_metrics_count_requests(server: RunningServer) -> None:
    """Each answer is counted, in a form that Prometheus reads."""
    before = server.metric("requests_total", 'reason="syntax"')
    server.ask("nonsense")
    assert server.metric("requests_total", 'reason="syntax"') == before + 1
    text = server.request("GET", "/metrics").body.decode()
    line = r"(?:# (?:HELP|TYPE) glutakg_\w+ .+|glutakg_\w+(?:\{.*\})? [0-9.e+-]+)"
    assert all(re.fullmatch(line, each) for each in text.splitlines())


def test_every_path_is_described(server: RunningServer) -> None:
    """OpenAPI names each path; each that needs no body answers to GET, and parameters have their defaults."""
    told = server.request("GET", "/openapi.json").json
    assert told["openapi"].startswith("3.")
    assert told["servers"] == [{"url": "https://a.example/kg"}]
    assert set(told["paths"]) == {
        "/", "/query", "/search", "/why-empty",
        "/sparql", "/queries", "/validate", "/.well-known/void", "/health", "/metrics", "/openapi.json",
        "/data/{name}", "/ontology/{name}", "/ontology", "/term", "/why", "/evidence", "/conflicts",
        "/places", "/imports", "/cycle.svg", "/cycle.png", "/robots.txt", "/sitemap.xml",
        *(f"/queries/{name}" for name in catalogue()),
    }  # fmt: skip
    for path, methods in told["paths"].items():
        if "get" in methods and not path.startswith("/queries/"):
            address = path.replace("data/{name}", "data/glutamine").replace("{name}", "Claim")
            address += "?iri=gkd:glutamine" if path == "/term" else ""
            assert server.request("GET", address).status == 200
    lang, *formats = told["paths"]["/queries/protective-nutrients"]["get"]["parameters"]
    assert [each["name"] for each in formats] == list(FORMAT_FIELDS)
    assert (lang["name"], lang["schema"]["enum"], lang["schema"]["default"]) == ("lang", ["en", "nl"], "en")
    reasons = told["components"]["schemas"]["Problem"]["properties"]["reason"]["enum"]
    assert reasons == list(REASONS)


def test_the_description_names_what_the_server_takes() -> None:
    """The file has the fields, media types and languages that the code reads and writes."""
    paths = open_api("", Catalogue([]))["paths"]

    def fields(path: str, *common: str) -> list[str]:
        return [each["name"] for each in paths[path]["get"]["parameters"] if each["name"] not in common]

    def types(path: str, method: str = "get") -> list[str]:
        return list(paths[path][method]["responses"]["200"]["content"])

    assert fields("/evidence", "lang", "format") == list(EVIDENCE_FIELDS)
    assert fields("/conflicts", "lang", "format") == list(CONFLICT_FIELDS)
    graph_types = [types[0] for types in GRAPH_TYPES.values()]
    answers = list(dict.fromkeys([*(types[0] for types in ROW_TYPES.values()), *graph_types]))
    assert types("/sparql") == [*answers, "text/html"]
    assert types("/sparql", "post") == answers
    assert {"format", "output"} < set(fields("/sparql"))
    assert types("/.well-known/void") == graph_types
    assert types("/data/{name}") == ["text/html", *graph_types]
    assert types("/why") == ["text/html", *WHY_TYPES.values()]
    lang = next(each for each in paths["/search"]["get"]["parameters"] if each["name"] == "lang")
    assert lang["schema"]["enum"] == list(LANGUAGES)


class TestCatalogueAsRdf:
    """The graph of the catalogue is what editors look for, and what the headers say."""

    def test_it_is_current(self) -> None:
        """The file is what `glutakg catalogue` writes."""
        assert check_catalogue() == [], "run `glutakg catalogue`"

    def test_examples_are_found_as_the_convention_asks_for_them(self, server: RunningServer) -> None:
        """The query that editors ask finds every query once, with its question and its text."""
        rows = server.ask(EXAMPLES).json["results"]["bindings"]
        found = {
            row["example"]["value"].removeprefix(PREFIXES["gkq"]): (
                row["comment"]["value"],
                row["query"]["value"],
            )
            for row in rows
        }
        assert len(rows) == len(catalogue())
        assert found == {
            name: (query.question["en"], query.text.partition("\n\n")[2].strip())
            for name, query in catalogue().items()
        }

    def test_prefixes_are_found_as_the_convention_asks_for_them(self, server: RunningServer) -> None:
        """Every prefix of the project is declared."""
        query = "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?p ?n { [] sh:namespace ?n ; sh:prefix ?p }"
        rows = server.ask(query).json["results"]["bindings"]
        assert {row["p"]["value"]: row["n"]["value"] for row in rows} == dict(PREFIXES)

    def test_federation_is_told(self, server: RunningServer) -> None:
        """A query that asks another server names it."""
        query = (
            "SELECT ?q { ?q <https://purl.expasy.org/sparql-examples/ontology#federatesWith> ?a } ORDER BY ?q"
        )
        rows = server.ask(query).json["results"]["bindings"]
        names = [row["q"]["value"].rpartition("/")[2] for row in rows]
        assert names == sorted(name for name, query in catalogue().items() if query.needs)

    def test_it_is_given_whole_in_turtle(self, server: RunningServer) -> None:
        """`/queries` in Turtle is the graph of the catalogue without the description of the data."""
        whole = graph_of(server.request("GET", "/queries", headers={"Accept": "text/turtle"}))
        [void] = [file.path for file in generated_files() if file.graph_name == "catalogue"]
        described = read_triples(ox.Store(), void)
        count = server.value(
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **{"default-graph-uri": PREFIXES["gkg"] + "catalogue"}
        )
        assert len(whole) + len(described) == int(count)


def read_triples(store: ox.Store, path: Path) -> ox.Store:
    """Return a store with the triples of a file added."""
    store.load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


class TestVoidInTheData:
    """What the members of our classes say is found by asking, as editors do."""

    def test_editors_find_what_follows_a_class(self, server: RunningServer) -> None:
        """The question of the SIB editor gives classes, properties, and the classes and types of values."""
        rows = server.ask(WHAT_FOLLOWS).json["results"]["bindings"]
        found = {
            tuple(shortened(row[name]["value"]) if name in row else None for name in ("s", "p", "c", "d"))
            for row in rows
        }
        assert ("gk:Claim", "gk:subject", "gk:Substance", None) in found
        assert ("gk:Claim", "gk:claimIdentifier", None, "xsd:string") in found
        assert ("gk:TransportStep", "gk:movesFrom", "gk:Pool", None) in found
        assert ("gk:Nutrient", "gk:protectsAgainst", "gk:Excitotoxicity", None) in found
        assert len({row["s"]["value"] for row in rows}) > 80

    def test_every_partition_counts_truly(self, server: RunningServer) -> None:
        """Members of each class and triples of each property are as many as a query counts."""
        told = server.ask(PARTITIONS).json["results"]["bindings"]
        assert len(told) > 1_000
        counted = server.ask(COUNTED).json["results"]["bindings"]

        def rows(answer: list[Any]) -> set[tuple[str, str, str]]:
            return {
                (row["s"]["value"], row.get("p", {}).get("value", ""), row["n"]["value"]) for row in answer
            }

        assert rows(told) == rows(counted)

    @pytest.mark.parametrize("name", BUILT_QUERIES)
    def test_what_was_built_is_what_is_counted(self, server: RunningServer, name: str) -> None:
        """Of these classes, the values that were found when the graph was built are those that it has."""
        classes = " ".join(f"<{PREFIXES['gk']}{name}>" for name in ("Claim", "TransportStep", "Study"))
        found = [
            server.ask(text.replace("WHERE {", f"WHERE {{ VALUES ?of {{ {classes} }}")).json["results"]
            for text in (BUILT_QUERIES[name], COUNTING_QUERIES[name])
        ]
        assert len(found[0]["bindings"]) > 30
        assert found[0] == found[1]


def shortened(iri: str) -> str:
    """Return an IRI of ours as a CURIE."""
    for prefix in ("gk", "xsd", "rdf"):
        iri = iri.replace(PREFIXES[prefix], f"{prefix}:")
    return iri


WHAT_FOLLOWS = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?s ?p ?c ?d {
  ?of_class void:class ?s ; void:propertyPartition ?of_property .
  ?of_property void:property ?p
  OPTIONAL {
    { ?of_property void:classPartition [ void:class ?c ] }
    UNION { ?of_property ext:datatypePartition [ ext:datatype ?d ] }
  }
}
"""
PARTITIONS = """
PREFIX void: <http://rdfs.org/ns/void#>
SELECT ?s ?p ?n {
  <https://w3id.org/glutakg/void> void:classPartition ?of_class .
  ?of_class void:class ?s
  { ?of_class void:entities ?n }
  UNION { ?of_class void:propertyPartition [ void:property ?p ; void:triples ?n ] }
}
"""
COUNTED = """
PREFIX gk: <https://w3id.org/glutakg/ontology/>
SELECT ?s ?p ?n {
  { SELECT ?s (COUNT(DISTINCT ?x) AS ?n) { ?x a ?s } GROUP BY ?s }
  UNION { SELECT ?s ?p (COUNT(*) AS ?n) { ?x a ?s ; ?p ?o } GROUP BY ?s ?p }
  FILTER(STRSTARTS(STR(?s), STR(gk:)))
}
"""


def test_rows_of_a_catalogue_query_are_those_of_the_api(server: RunningServer) -> None:
    """The same rows come through Python and over HTTP."""
    with glutakg.open() as graph:
        rows = graph.run("evidence-on-nutrient", nutrient="manganese")
    assert isinstance(rows, Rows)
    answer = server.request("GET", "/queries/evidence-on-nutrient?nutrient=manganese")
    told: list[dict[str, Any]] = answer.json["results"]["bindings"]
    assert [row["claim"]["value"] for row in told] == [row.claim for row in rows]
