"""The graph asked at an endpoint answers as the embedded one does, in Python and on the command line."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from oxigraph_server import oxigraph_server
from processes import wait_until
from running_server import running_server

import glutakg
from glutakg import KnowledgeGraph
from glutakg.cli.main import cli
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import quads
from glutakg.dataset.shipped import program_query_files
from glutakg.errors import EndpointError, ParameterError
from glutakg.rdf.terms import BlankNode, Term
from glutakg.store.engine import Answer


@pytest.fixture(scope="module")
def here() -> Iterator[KnowledgeGraph]:
    """Give the graph in the embedded store."""
    with glutakg.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def own() -> Iterator[str]:
    """Give the address of our own server."""
    with running_server() as running:
        yield f"{running.url}/sparql"


@pytest.fixture(scope="module", params=["glutakg", "oxigraph"])
def url(request: pytest.FixtureRequest, own: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an endpoint that holds the shipped graph: of our server, and of Oxigraph's."""
    if request.param == "glutakg":
        yield own
    else:
        with oxigraph_server(tmp_path_factory.mktemp("oxigraph"), quads(shipped_files())) as address:
            yield address


@pytest.fixture(scope="module")
def there(url: str) -> Iterator[KnowledgeGraph]:
    """Give the graph at the endpoint."""
    with glutakg.open(endpoint=url) as opened:
        yield opened


def comparable(answer: Answer) -> Any:
    """Return an answer without what is only an engine's choice: the order of rows, names of blank nodes."""
    if answer.kind != "rows":
        return replace(answer, asked_elsewhere="")
    rows = [{name: unnamed(term) for name, term in row.items()} for row in answer.rows()]
    return answer.variables, sorted(map(repr, rows))


def unnamed(term: Term | None) -> Term | None:
    """Return a term; a blank node without its name."""
    return BlankNode("") if isinstance(term, BlankNode) else term


def test_the_whole_catalogue_is_answered_alike(here: KnowledgeGraph, there: KnowledgeGraph) -> None:
    """Every query of the catalogue and of the program gives the same rows, boolean or triples."""
    compared = 0
    for name in [*here.catalogue, *(path.stem for path in program_query_files())]:
        query = here.catalogue[name]
        if "network" not in query.needs:
            assert comparable(there.answer(query)) == comparable(here.answer(query)), name
            compared += 1
    assert compared >= 70


def test_what_is_read_from_the_graph_is_the_same(here: KnowledgeGraph, there: KnowledgeGraph) -> None:
    """Claims, evidence, conflicts, descriptions and reasons are equal values."""
    assert there.claims(term="taurine", lang="nl") == here.claims(term="taurine", lang="nl")
    assert there.evidence("C054") == here.evidence("C054")
    assert there.conflicts("magnesium") == here.conflicts("magnesium")
    assert str(there.describe("glutamine")) == str(here.describe("glutamine"))
    assert there.why("taurine", "may matter in", "epilepsy") == here.why(
        "taurine", "may matter in", "epilepsy"
    )
    assert there.find_term("taurine") == here.find_term("taurine")


def test_an_empty_answer_is_explained_alike(here: KnowledgeGraph, there: KnowledgeGraph) -> None:
    """The parts of the query are asked at the endpoint."""
    query = "ASK { <https://w3id.org/glutakg/data/taurin> ?p ?o }"
    assert there.explain_empty(query) == here.explain_empty(query) != ()


def test_what_servers_differ_over_is_noted(
    here: KnowledgeGraph, there: KnowledgeGraph, capsys: pytest.CaptureFixture[str]
) -> None:
    """What our own engine would have been kept from getting wrong is noted where another server answers."""
    query = "ASK { { SELECT (MAX(?n) AS ?most) { VALUES ?n { 1 2 } } } FILTER(?most = 2) }"
    assert here.query(query) is there.query(query) is True
    assert capsys.readouterr().err == (
        "glutakg: note: Another server answered this by itself, and servers differ over MAX.\n"
    )


def test_info_says_where_the_data_lie(url: str, here: KnowledgeGraph, there: KnowledgeGraph) -> None:
    """The counts are those of the endpoint, which are the same; the store is its address."""
    assert there.info() == {**here.info(), "store": url}


def test_files_are_the_shipped_ones(here: KnowledgeGraph, there: KnowledgeGraph) -> None:
    """What is read and not asked does not come from the endpoint."""
    assert there.export("source", format="nt") == here.export("source", format="nt")
    assert there.premises().triples == here.premises().triples


COMMANDS = [
    ["query", "protective-nutrients"],
    ["query", "protective-nutrients", "--format", "csv"],
    ["query", "protective-nutrients", "--why", "5"],
    ["query", "-", "--format", "ttl"],
    ["describe", "taurine", "--lang", "nl"],
    ["describe", "no such thing"],
    ["why", "taurine", "may matter in", "epilepsy"],
    ["claims", "--term", "taurine", "--format", "tsv"],
    ["evidence", "C054"],
    ["conflicts", "T01", "--lang", "nl"],
]
CONSTRUCT = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o , <https://w3id.org/glutakg/ontology/Nutrient> }"


def run(*arguments: str) -> Result:
    """Run the command over the shipped graph, with a query on standard input."""
    return CliRunner().invoke(cli, arguments, input=CONSTRUCT, prog_name="glutakg")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_print_the_same(command: list[str], own: str) -> None:
    """Standard output, standard error and the exit code do not depend on where the data lie."""
    here, there = run(*command), run(*command, "--endpoint", own)
    assert (there.stdout, there.stderr, there.exit_code) == (here.stdout, here.stderr, here.exit_code)
    assert here.stdout or here.exit_code == 2


def test_the_limit_on_time_is_that_of_the_command(own: str) -> None:
    """A query that the endpoint would answer later is stopped, and the exit code is 2."""
    endless = "SELECT (COUNT(*) AS ?n) WHERE {" + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(3)) + "}"
    arguments = ["query", "-", "--timeout", "0.5", "--endpoint", own]

    def is_stopped() -> bool:
        result = CliRunner().invoke(cli, arguments, input=endless, prog_name="glutakg")
        assert result.exit_code == 2
        told = "The query was stopped after 0.5 s; ask for less or allow more time (--timeout)."
        return told in result.stderr

    wait_until(is_stopped, "the endpoint is reached in time, and the query is not answered")


def test_what_is_no_endpoint_is_one_sentence(tmp_path: Any) -> None:
    """No traceback, exit code 2."""
    result = run("info", "--endpoint", "example.org")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "This is not the address of an endpoint" in result.stderr
    with pytest.raises(ParameterError, match="cache_dir or endpoint"):
        glutakg.open(cache_dir=tmp_path, endpoint="http://127.0.0.1:9/")
    with (
        glutakg.open(endpoint="http://127.0.0.1:9/") as graph,
        pytest.raises(EndpointError, match="cannot be asked"),
    ):
        graph.claims()
