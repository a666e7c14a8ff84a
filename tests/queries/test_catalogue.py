"""Every shipped query has the answer that stands beside it, on three engines.

`GLUTAKG_REWRITE_EXPECTED=1 pytest tests/queries/test_catalogue.py -k of_glutakg` writes them anew; read the
difference before you commit it. rdflib evaluates what follows a UNION, GRAPH or sub-select on its own, so
patterns there must hang together without what stands before them, or it takes minutes. Those for which it
needs more than a few seconds are left to Jena, which answers all.

Of a query that needs the network only the part that this graph answers is asked here; `test_federation` asks
the whole of a server on this machine.
"""

import os
import re
import signal
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

import pyoxigraph
import pytest
import rdflib
from jena import Jena, missing, running_jena
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import evalutils
from rdflib.plugins.sparql.sparql import FrozenDict
from rdflib.term import Identifier

from glutakg import KnowledgeGraph
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import quads
from glutakg.dataset.headers import CatalogueQuery, load_query, parse_query
from glutakg.dataset.queries import program_query
from glutakg.dataset.shipped import program_query_files, query_files, shipped_root
from glutakg.files import read_text
from glutakg.graph import DESCRIPTION_SECTIONS
from glutakg.rdf.prefixes import PREFIXES
from glutakg.rdf.terms import BlankNode, Iri, Literal, Term
from glutakg.sparql.guard import screen
from glutakg.sparql.layout import sparql_tokens
from glutakg.store import Answer

QUERY_FILES = [*query_files(), *program_query_files()]
WHOLE_GRAPH = {
    "links-by-namespace",
    "linksets",
    "names-for-search",
    "names-of-terms",
    "number-of-triples",
    "releases-of-ontologies",
    "triple-counts-by-graph",
    "versions-of-ontology",
}
"""Queries whose answers change with almost every fact: none is kept, and the engines must agree on them."""
REWRITE = os.environ.get("GLUTAKG_REWRITE_EXPECTED") == "1"
RDFLIB_SECONDS = 30
TOO_LONG_FOR_RDFLIB = {
    "advice-against-supplements",
    "benefits-for-condition",
    "cautions-for-condition",
    "claims-resting-on-one-study",
    "classes-above-term",
    "conditions-on-both-ends-of-deficiency",
    "measurements-by-step",
    "needs-of-condition",
    "pools-with-dead-end",
    "premises-of-triple",
    "shortest-conversion-path",
    "stages-of-excitotoxicity",
    "statements-of-term",
    "substances-with-role",
    "term-inferences",
    "term-labels",
    "term-mappings",
    "term-relations",
    "terms-with-name",
    "things-matching-term",
    "transporters-with-coupling",
    "values-of-term",
}
"""What takes rdflib more than some seconds, since it compares all with all; Jena answers every query."""
JENA_SECONDS = 120
_SERVICE = re.compile(r"^  SERVICE <[^>]+> \{\n(?:    .*\n)*?  \}\n", re.MULTILINE)
NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")}

Cell = tuple[str, ...] | None
"""A term as plain texts that are the same for all engines; numbers by their value."""
Solution = Mapping[Identifier, Identifier]

pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning:rdflib")
every_query = pytest.mark.parametrize("path", QUERY_FILES, ids=[path.stem for path in QUERY_FILES])
WITH_ANSWER = [path for path in QUERY_FILES if path.stem not in WHOLE_GRAPH]
every_query_with_answer = pytest.mark.parametrize(
    "path", WITH_ANSWER, ids=[path.stem for path in WITH_ANSWER]
)
FOR_RDFLIB = [path for path in WITH_ANSWER if path.stem not in TOO_LONG_FOR_RDFLIB]


@pytest.fixture(scope="module")
def dataset() -> rdflib.Dataset:
    """Return the same dataset for rdflib: the named graphs, and their union as the default graph."""
    loaded = rdflib.Dataset()

    @cache
    def graph_of(name: object) -> rdflib.Graph:
        is_default = isinstance(name, pyoxigraph.DefaultGraph)
        return loaded.default_graph if is_default else loaded.graph(term_of_rdflib(name))

    loaded.addN(
        (
            term_of_rdflib(quad.subject),
            term_of_rdflib(quad.predicate),
            term_of_rdflib(quad.object),
            graph_of(quad.graph_name),
        )
        for quad in quads(shipped_files())
    )
    return loaded


@cache
def term_of_rdflib(term: object) -> Identifier:
    """Return a term of pyoxigraph as rdflib has it; its own parsers take twice as long."""
    match term:
        case pyoxigraph.NamedNode(value=value):
            return rdflib.URIRef(value)
        case pyoxigraph.BlankNode(value=value):
            return rdflib.BNode(value)
        case pyoxigraph.Literal(value=value, language=str(language)):
            return rdflib.Literal(value, lang=language)
        case pyoxigraph.Literal(value=value, datatype=datatype):
            plain = datatype.value == PREFIXES["xsd"] + "string"
            return rdflib.Literal(value, datatype=None if plain else rdflib.URIRef(datatype.value))
    raise TypeError(term)


@pytest.fixture(scope="module")
def jena() -> Iterator[Jena]:
    """Return a Jena that holds the same: the named graphs, and their union as the default graph."""
    if missing():
        pytest.skip(missing())
    trig = pyoxigraph.serialize(quads(shipped_files()), format=pyoxigraph.RdfFormat.TRIG)
    assert trig is not None
    with running_jena(JENA_SECONDS) as running:
        running.load(trig.decode())
        yield running


def hashed_join(left: Iterable[FrozenDict], right: Iterable[Solution]) -> Iterator[FrozenDict]:
    """Yield what rdflib's own join does, which compares each solution on the left with each on the right."""
    solutions = list(right)
    always = set.intersection(*map(set, solutions)) if solutions else set()
    tables: dict[
        tuple[Identifier, ...], dict[tuple[Identifier, ...], list[Mapping[Identifier, Identifier]]]
    ] = {}
    for one in left:
        names = tuple(sorted(always.intersection(one)))
        if names not in tables:
            tables[names] = defaultdict(list)
            for other in solutions:
                tables[names][tuple(other[name] for name in names)].append(other)
        for other in tables[names].get(tuple(one[name] for name in names), ()):
            if one.compatible(other):
                yield one.merge(other)


@pytest.fixture(scope="module", autouse=True)
def quick_joins() -> Iterator[None]:
    """Have rdflib look solutions up where it would compare all with all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib.plugins.sparql.evaluate, "_join", hashed_join)
        yield


@pytest.mark.parametrize("seed", range(20))
def test_the_quick_join_is_the_join_of_rdflib(seed: int) -> None:
    """Random solutions, in some of which a variable is unbound, are joined alike."""
    random = Random(seed)

    def solutions() -> list[FrozenDict]:
        names = [rdflib.Variable(name) for name in "abc"]
        return [
            FrozenDict({name: rdflib.Literal(random.randrange(3)) for name in names if random.random() < 0.8})
            for _ in range(random.randrange(12))
        ]

    left, right = solutions(), solutions()
    assert list(hashed_join(left, right)) == list(evalutils._join(left, right))


@cache
def query_of(path: Path) -> CatalogueQuery:
    """Return the query in a file."""
    return load_query(path)


def gives_graph(path: Path) -> bool:
    """Return whether the answer is a graph, not rows or a boolean."""
    return screen(local_part(path)).form in ("CONSTRUCT", "DESCRIBE")


def expected_path(path: Path) -> Path:
    """Return where the expected answer lies."""
    return path.with_suffix(".expected.nt" if gives_graph(path) else ".expected.tsv")


def cell(kind: str, value: str, datatype: str | None = None, language: str | None = None) -> Cell:
    """Return a term as plain texts."""
    if datatype in NUMBERS:
        return "number", str(Decimal(value).normalize())
    return kind, value, datatype or PREFIXES["xsd"] + "string", (language or "").lower()


def cell_of_ours(term: Term | None) -> Cell:
    """Return a term of glutakg as plain texts."""
    match term:
        case None:
            return None
        case Iri(value):
            return "iri", value
        case Literal(value, _, str(language)):
            return cell("literal", value, PREFIXES["rdf"] + "langString", language)
        case Literal(value, datatype, _):
            return cell("literal", value, datatype)
        case BlankNode(value):
            pytest.fail(f"an answer holds the blank node {value}, which has no name to compare")


def cell_of_rdflib(term: object) -> Cell:
    """Return a term of rdflib as plain texts."""
    if isinstance(term, rdflib.Literal):
        datatype = PREFIXES["rdf"] + "langString" if term.language else term.datatype
        return cell("literal", str(term), str(datatype) if datatype else None, term.language)
    return None if term is None else ("iri", str(term))


def cell_of_pyoxigraph(term: object) -> Cell:
    """Return a term that pyoxigraph read from an expected answer as plain texts."""
    if isinstance(term, pyoxigraph.Literal):
        return cell("literal", term.value, term.datatype.value, term.language)
    return ("iri", term.value) if isinstance(term, pyoxigraph.NamedNode) else None


def cells_of_pyoxigraph(rows: pyoxigraph.QuerySolutions) -> list[tuple[Cell, ...]]:
    """Return rows that pyoxigraph read as plain texts."""
    return [tuple(map(cell_of_pyoxigraph, row)) for row in rows]


def rows_of(answer: Answer) -> list[tuple[Cell, ...]]:
    """Return the rows of an answer of glutakg."""
    return [tuple(cell_of_ours(row[name]) for name in answer.variables) for row in answer.rows()]


def rows_of_rdflib(
    bindings: Iterable[Mapping[rdflib.term.Variable, object]], variables: Iterable[str]
) -> list[tuple[Cell, ...]]:
    """Return the rows of an answer of rdflib."""
    names = [rdflib.Variable(name) for name in variables]
    return [tuple(cell_of_rdflib(row.get(name)) for name in names) for row in bindings]


def expected_rows(path: Path) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Return the variables and rows of an expected answer."""
    rows = pyoxigraph.parse_query_results(
        read_text(expected_path(path)), format=pyoxigraph.QueryResultsFormat.TSV
    )
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return [variable.value for variable in rows.variables], cells_of_pyoxigraph(rows)


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fail the test when its body takes more processor time, which does not depend on who else is busy."""

    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"rdflib needs more than {seconds} s; see the top of this file")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def local_part(path: Path) -> str:
    """Return the text of a query without what it asks other servers."""
    return _SERVICE.sub("", read_text(path))


def declared_prefixes(tokens: Sequence[str]) -> dict[str, str]:
    """Return the prefixes that a query declares, in their order."""
    return {
        tokens[place + 1].rstrip(":"): tokens[place + 2].strip("<>")
        for place, token in enumerate(tokens)
        if token.upper() == "PREFIX"
    }


def used_prefixes(tokens: Sequence[str]) -> set[str]:
    """Return the prefixes that the body of a query uses."""
    names = (
        re.match(r"([A-Za-z][\w.-]*)?:", token)
        for before, token in zip(["", *tokens], tokens, strict=False)
        if before.upper() != "PREFIX"
    )
    return {name[1] or "" for name in names if name}


def test_every_query_file_is_collected() -> None:
    """No query hides from these tests, wherever below `queries/` it lies."""
    files = sorted((shipped_root() / "queries").rglob("*.rq"))
    assert files
    assert files == sorted(QUERY_FILES)


def test_names_are_unique() -> None:
    """A name stands for one query."""
    names = Counter(path.stem for path in QUERY_FILES)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_query_has_its_expected_answer() -> None:
    """None lacks one, and no answer is left over from a query that is gone."""
    answers = {path for path in (shipped_root() / "queries").rglob("*") if ".expected." in path.name}
    assert answers == {expected_path(path) for path in WITH_ANSWER}


def test_every_section_of_a_description_has_its_query() -> None:
    """`describe` can ask all it wants to tell."""
    wanted = {f"term-{section}" for section in DESCRIPTION_SECTIONS}
    assert wanted - {path.stem for path in program_query_files()} == set()


def test_every_subject_has_several_queries() -> None:
    """A folder is worth opening."""
    subjects = Counter(path.parent.name for path in QUERY_FILES)
    assert [subject for subject, queries in subjects.items() if queries == 1] == []


@pytest.mark.parametrize(
    "word", ["a", "an", "the", "is", "does", "how", "what", "when", "where", "which", "who", "why"]
)
def test_no_name_is_a_question(word: str) -> None:
    """A name says what comes back, as a noun."""
    assert [path.stem for path in QUERY_FILES if word in path.stem.split("-")] == []


@every_query
def test_texts_are_chosen_by_language_in_one_way(path: Path) -> None:
    """Each text has a filter of its own, but for the fall-back to a label in English."""
    lines = [line.strip() for line in local_part(path).splitlines() if re.search(r"\bLANG", line)]
    chosen = r"FILTER\(LANG\(\?\w+\) = \?lang\)"
    or_english = (
        r'FILTER\(LANG\((\?\w+)\) = \?lang \|\| \(LANG\(\1\) IN \("en", ""\) && NOT EXISTS \{ .* \} \)\)'
    )
    shown = r"SELECT .*\(LANG\(\?\w+\) AS \?lang\).*|BIND\(LANG\(\?\w+\) AS \?language\)"
    allowed = re.compile(f"{chosen}|{or_english}|{shown}")
    assert [line for line in lines if not allowed.fullmatch(line)] == []


@pytest.mark.parametrize("word", ["about", "of", "on", "with", "for", "in", "by"])
def test_no_name_breaks_off(word: str) -> None:
    """What narrows the rows down stands in the name after the word that leads to it."""
    assert [path.stem for path in QUERY_FILES if path.stem.split("-")[-1] == word] == []


@every_query
def test_header_is_of_the_strict_form(path: Path) -> None:
    """The header parses, and names competency questions by their number."""
    assert all(re.fullmatch(r"CQ\d{2}", answer) for answer in query_of(path).answers)


@every_query
def test_prefixes_are_those_used(path: Path) -> None:
    """Every prefix that is used is declared, and none besides."""
    tokens = sparql_tokens(read_text(path))
    assert set(declared_prefixes(tokens)) == used_prefixes(tokens)


@every_query
def test_prefixes_mean_what_they_mean_everywhere(path: Path) -> None:
    """A prefix that the project knows stands for its namespace."""
    declared = declared_prefixes(sparql_tokens(read_text(path)))
    assert {name: iri for name, iri in declared.items() if PREFIXES.get(name, iri) != iri} == {}


@every_query
def test_a_query_that_calls_a_service_says_that_it_needs_the_network(path: Path) -> None:
    """No query reaches out unannounced, and none is announced that does not."""
    assert ("network" in query_of(path).needs) == bool(_SERVICE.search(read_text(path)))


@every_query_with_answer
def test_answer_of_glutakg_is_the_expected_one(path: Path, graph: KnowledgeGraph) -> None:
    """The whole answer is compared, in order where the query asks for one."""
    query = parse_query(local_part(path), path)
    if REWRITE:
        rewritten = graph.answer(query, format="nt" if gives_graph(path) else "tsv")
        expected_path(path).write_bytes(rewritten.data)
    answer = graph.answer(query)
    if answer.kind == "graph":
        assert sorted(answer.data.decode().splitlines()) == read_text(expected_path(path)).splitlines()
    elif answer.kind == "boolean":
        assert str(answer.boolean).lower() == read_text(expected_path(path)).strip()
    else:
        rows = rows_of(answer)
        variables, expected = expected_rows(path)
        assert list(answer.variables) == variables
        assert rows == expected if "ORDER BY" in query.text else Counter(rows) == Counter(expected)


@pytest.mark.parametrize("path", FOR_RDFLIB, ids=[path.stem for path in FOR_RDFLIB])
def test_answer_of_rdflib_is_the_expected_one(path: Path, dataset: rdflib.Dataset) -> None:
    """Another engine, given the text of the file as it stands, agrees."""
    with at_most(RDFLIB_SECONDS):
        answer = dataset.query(local_part(path))
        bindings = list(answer.bindings or ())
    if answer.graph is not None:
        assert isomorphic(answer.graph, rdflib.Graph().parse(expected_path(path), format="nt"))
    elif answer.askAnswer is not None:
        assert str(answer.askAnswer).lower() == read_text(expected_path(path)).strip()
    else:
        variables, expected = expected_rows(path)
        assert Counter(rows_of_rdflib(bindings, variables)) == Counter(expected)


@every_query_with_answer
def test_answer_of_jena_is_the_expected_one(path: Path, jena: Jena) -> None:
    """A third engine, given the text of the file as it stands, agrees."""
    kind, answer = jena.query(local_part(path), optimised=True)
    if gives_graph(path):
        assert kind == "graph", answer
        expected = rdflib.Graph().parse(expected_path(path), format="nt")
        assert isomorphic(rdflib.Graph().parse(data=answer, format="nt"), expected)
        return
    assert kind == "rows", answer
    found = pyoxigraph.parse_query_results(answer, format=pyoxigraph.QueryResultsFormat.JSON)
    if isinstance(found, pyoxigraph.QueryBoolean):
        assert str(bool(found)).lower() == read_text(expected_path(path)).strip()
    else:
        assert isinstance(found, pyoxigraph.QuerySolutions)
        variables, expected_cells = expected_rows(path)
        assert [variable.value for variable in found.variables] == variables
        assert Counter(cells_of_pyoxigraph(found)) == Counter(expected_cells)


@pytest.mark.parametrize("name", sorted(WHOLE_GRAPH))
def test_engines_agree_on_the_whole_graph(name: str, graph: KnowledgeGraph, dataset: rdflib.Dataset) -> None:
    """What counts or lists everything is the same on both engines, and is something."""
    query = program_query(name)
    answer = graph.answer(query)
    with at_most(RDFLIB_SECONDS):
        bindings = list(dataset.query(query.text).bindings or ())
    assert bindings
    assert Counter(rows_of_rdflib(bindings, answer.variables)) == Counter(rows_of(answer))
