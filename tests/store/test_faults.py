"""What the bare engine answers wrongly is answered right, rule by rule.

When a test says that the engine is right now, its rule can go: a new release of pyoxigraph has mended it.
"""

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection

import pyoxigraph as ox
import pytest
from faults import CASES, DATA, PREFIXES, Case, rows_of

from glutakg.errors import QueryError
from glutakg.sparql import screen
from glutakg.sparql.rewriting.rules import TREE_RULES
from glutakg.store.backend import LocalBackend
from glutakg.store.messages import Dataset

RULES = ["spelling", "ORDER BY", *(rule.name for rule in TREE_RULES if rule.name != "refused")]
REFUSED = {
    "SELECT ?s { ?s :n ?v FILTER(?v < 99999999999999999999) }": "beyond 64 bits",
    'SELECT ("99999999999999999999"^^xsd:integer + 1 AS ?x) {}': "beyond 64 bits",
    "SELECT (MAX(?v) AS ?x) { ?s :n ?v FILTER(?v IN (1, -9999999999999999999)) }": "beyond 64 bits",
    'SELECT ("18446744073709551615"^^xsd:unsignedLong > 1 AS ?x) {}': "beyond 64 bits",
    "SELECT (9223372036854775807 + 1 AS ?x) {}": "goes beyond 64 bits",
    "SELECT (-9223372036854775807 - 1 - 1 AS ?x) {}": "goes beyond 64 bits",
    "SELECT ?s { ?s :n ?v FILTER(?v < 4000000000000000000 * 3) }": "goes beyond 64 bits",
    "SELECT (1.0000000000000000001 = 1 AS ?x) {}": "more than 18 digits after the point",
    'SELECT ?s { ?s :n ?v FILTER(?v < "999999999999999999999.5"^^xsd:decimal) }': "too large",
    "SELECT (COUNT(?s) AS ?n) { ?s :n ?v FILTER(COUNT(?v) > 1) }": "COUNT cannot stand in FILTER",
    "SELECT (COUNT(?s) AS ?n) { ?s :n ?v OPTIONAL { BIND(SUM(?v) AS ?w) } }": "SUM cannot stand in BIND",
    "SELECT (BNODE(?v) AS ?b) { ?s :n ?v }": "BNODE with an argument",
    "SELECT (SUM(COUNT(?v)) AS ?n) { ?s :n ?v }": "sub-SELECT",
    "SELECT (MAX(AVG(?v) + 1) AS ?n) { ?s :n ?v }": "sub-SELECT",
    "SELECT ?s (COUNT(?v) AS ?n) { ?s ?p ?v } GROUP BY ?s HAVING(?n > 1)": "HAVING does not know",
    "SELECT ?m { { SELECT (COUNT(?v) AS ?m) { ?s ?p ?v } GROUP BY ?s HAVING(?m > 1) } }": "HAVING",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "[a")) }': "cannot be read",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "a**", "i")) }': "cannot be read",
    'SELECT (REPLACE("abc", "(b", "x") AS ?x) {}': "cannot be read",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "a", "g")) }': "no flags 'g'",
    'SELECT (REPLACE("abc", "b", "$x") AS ?x) {}': "no replacement",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "o(?=n)")) }': "cannot be read.* no look-around",
    'SELECT (REPLACE("abc", "(?<!a)b", "x") AS ?x) {}': "cannot be read",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "^\\\\p{IsBasicLatin}+$", "x")) }': "cannot be read",
    'SELECT (REGEX("b", "[a-c&&[b]]") AS ?x) {}': r"has '\[', which XPath does not know",
    'SELECT ?s { ?s :l ?t FILTER(REGEX(?t, "[[:alpha:]]", "i")) }': r"has '\[', which XPath",
    'SELECT (REPLACE("a-b", "[+--]", "x") AS ?x) {}': r"has '--', which XPath .* are \\\\\[ and",
    'SELECT (REGEX("<b>", "\\\\<b\\\\>") AS ?x) {}': "engines read in different",
    'SELECT (REGEX("aa", "a++a") AS ?x) {}': r"has '\+\+'",
    "SELECT ?s { ?s :n ?v FILTER EXISTS { OPTIONAL { ?s :p ?o } MINUS { ?s :q ?o } } }": "lack .o or .s,",
    "ASK { ?s :n ?v BIND(EXISTS { ?s :p ?o MINUS { ?x :q ?y OPTIONAL { ?s :t ?o } } } AS ?e) }": "NOT EXISTS",
    'SELECT (REPLACE("abc", "z*", "-") AS ?x) {}': "fits the empty text",
    'SELECT (REPLACE("abc", "\\\\p{L}?", "-") AS ?x) {}': "fits the empty text",
    "SELECT * { :a !:n :b }": "no variable to show",
}


@pytest.fixture(scope="module")
def backend() -> LocalBackend:
    """Return our way to ask a store with the data of the cases."""
    return LocalBackend(loaded())


def loaded() -> ox.Store:
    """Return a new store with the data of the cases."""
    made = ox.Store()
    made.load(DATA.encode(), format=ox.RdfFormat.TRIG)
    return made


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}: {case.query}" for case in CASES])
def test_answer_is_right(backend: LocalBackend, case: Case) -> None:
    """The query has its right answer, whichever rules act."""
    text = PREFIXES + case.query
    found = screen(text)
    graphs = Dataset(found.default_graphs, found.named_graphs)
    result = backend.query(text, graphs if any(graphs) else None)
    assert rows_of(case.query, result) == case.rows


def send_bare_answers(queries: list[str], answers: Connection) -> None:
    """Send what the engine alone answers to each query; it may end this process."""
    store = loaded()
    for query in queries:
        try:
            rows = rows_of(query, store.query(PREFIXES + query))
        except (SyntaxError, RuntimeError, ValueError) as error:
            rows = [f"{type(error).__name__}: {error}"]
        answers.send(rows)


@pytest.mark.parametrize("rule", RULES)
def test_bare_engine_is_still_wrong(rule: str) -> None:
    """Without the rule at least one of its queries has a wrong answer, or none, or ends the process."""
    cases = [case for case in CASES if case.rule == rule]
    context = multiprocessing.get_context("spawn")
    answers, child = context.Pipe(duplex=False)
    process = context.Process(target=send_bare_answers, args=([case.query for case in cases], child))
    process.start()
    child.close()
    rows: list[list[str]] = []
    with suppress(EOFError):
        rows += iter(answers.recv, None)
    process.join()
    assert cases
    assert rows != [case.rows for case in cases]


def test_a_foreign_store_may_hold_large_numbers() -> None:
    """What somebody else has stored is compared by value, however large it is; of ours it is known."""
    store = loaded()
    store.load(f"{PREFIXES} :large :n 99999999999999999999 .".encode(), format=ox.RdfFormat.TURTLE)
    query = PREFIXES + "SELECT ?s { ?s :n ?v FILTER(?v > 4) }"
    assert rows_of(query, LocalBackend(store, foreign=True).query(query)) == [":d", ":large"]
    assert rows_of(query, store.query(query)) == [":d"]  # the rule is still needed


@pytest.mark.parametrize(
    "call", ['calculated>("%", 1, 2)', 'calculated>("+", 1)', 'calculated>(1)', 'compared>("like", 1, 2)',
             'compared>(?v, 1, 2)', 'calculated>("+", ?v, :a)', 'calculated>("", 1)'],
)  # fmt: skip
def test_functions_of_ours_withstand_whoever_calls_them(backend: LocalBackend, call: str) -> None:
    """A query that names them has an answer, or an error as any other."""
    query = f"{PREFIXES} SELECT ?x {{ ?s :n ?v BIND(<https://w3id.org/glutakg/function/{call} AS ?x) }}"
    assert len(rows_of(query, backend.query(query))) == 4


@pytest.mark.parametrize("query", REFUSED)
def test_refused_form_says_what_to_write(backend: LocalBackend, query: str) -> None:
    """A form that no rule mends is refused, with a sentence that names it."""
    with pytest.raises(QueryError, match=REFUSED[query]):
        backend.query(PREFIXES + query)


def test_a_query_without_such_forms_runs_as_it_is_written(backend: LocalBackend) -> None:
    """Nothing is changed where nothing is wrong, be it only a space."""
    text = "SELECT  ?s { ?s ?p ?o . FILTER (?o > 5) OPTIONAL { ?s ?q 'a' } }  LIMIT 5"
    assert backend.rewritten(text).text is text
