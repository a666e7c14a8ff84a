"""Rules change what they are about and nothing else, and each has a name and an equation."""

import pytest
import w3c
from faults import CASES, PREFIXES
from random_queries import in_another_layout, random_query

from glutakg.dataset.shipped import query_files
from glutakg.errors import QueryError, QueryResourceError
from glutakg.sparql import scan, screen, syntax as s
from glutakg.sparql.parser import FreshNames, parse
from glutakg.sparql.rewriting import answered_differently, needs_rewriting, needs_tree, rewritten, spelled
from glutakg.sparql.rewriting.rules import TREE_RULES, rewritten_tree
from glutakg.sparql.rewriting.tree import Context
from glutakg.sparql.scanner import service_positions
from glutakg.store.backend import refuse_invalid

GRAPHS = ("http://example.org/g1", "http://example.org/g2")


def test_each_rule_has_a_name_and_an_equation() -> None:
    """The documentation of each rule says what it makes of what."""
    names = [rule.name for rule in TREE_RULES]
    assert all(names)
    assert len(set(names)) == len(names)
    for rule in TREE_RULES:
        assert rule.name == "refused" or " = " in (rule.__doc__ or "")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s <a:p>|<a:q> ?o } }",
        "SELECT * { SERVICE <http://example.org/> { GRAPH ?g { SELECT (MAX(?o) AS ?m) { ?s ?p ?o } } } }",
        "SELECT * { SERVICE <http://example.org/> { SELECT ?s { ?s ?p ?o } ORDER BY ?o LIMIT 1 } }",
        'SELECT * { SERVICE SILENT <http://a.example> { <a:c> <a:p>* ?s FILTER(REPLACE("a", "a", "$0")) } }',
        "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <http://example.org/> { ?s !<a:p> ?o FILTER(?s < ?o) } } }",
    ],
)
def test_what_another_endpoint_is_asked_stays(query: str) -> None:
    """Nothing within SERVICE is rewritten; not even a query that could be."""
    assert rewritten(query, GRAPHS).text == query
    assert rewritten(query, GRAPHS).rules == ()


UNTOLD = {"ORDER BY", "spelling", "large numbers", "large results", "large totals"}
"""Rules about orders that SPARQL leaves open, about spelling, and about room for numbers."""


@pytest.mark.parametrize("rule", sorted({case.rule for case in CASES} - UNTOLD))
def test_a_note_tells_what_another_server_may_answer_differently(rule: str) -> None:
    """There is one for each rule, of each of its cases that the rule changes."""
    for case in CASES:
        text = PREFIXES + case.query
        if case.rule == rule and rule in rewritten(text, GRAPHS).rules:
            assert answered_differently(text), case.query


def test_around_a_service_rules_act() -> None:
    """What stands beside SERVICE is ours."""
    found = rewritten("SELECT * { ?s <a:p>|<a:q> ?o SERVICE <http://a.example/> { ?s <a:p>|<a:q> ?x } }")
    assert found.rules == ("alternative path",)
    assert found.text.count("UNION") == 1
    assert found.text.count("|") == 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s <a:p>+ ?o }",
        "SELECT ?s { ?s ?p ?o FILTER(?o > 5 && ?s != <a:b>) }",
        "SELECT (COUNT(?s) AS ?n) (COUNT(*) AS ?m) { ?s ?p ?o } GROUP BY ?p",
        "SELECT ?s { ?s ?p ?o FILTER(LANG(?o) = ?l && ?p IN (<a:b>, <a:c>)) }",
        "SELECT ?g ?s { GRAPH <a:g> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRLEN(?o) < STRLEN(STR(?s))) }",
    ],
)
def test_usual_queries_need_no_parser(query: str) -> None:
    """Where no token shows a form that a rule is about, nothing is loaded and nothing is changed."""
    assert not needs_rewriting(query)
    assert rewritten(query, GRAPHS).text is query


def test_sorting_needs_no_parser() -> None:
    """ORDER BY alone is rewritten from its tokens."""
    query = "SELECT ?s { ?s ?p ?o } ORDER BY DESC(?o) ?s"
    assert needs_rewriting(query)
    assert not needs_tree(query)
    assert rewritten(query).rules == ("ORDER BY",)


def test_nearly_half_of_the_catalogue_needs_no_parser() -> None:
    """These queries start as quickly as ever; more are not to be lost unnoticed."""
    needing = [path for path in query_files() if needs_tree(path.read_text(encoding="utf-8"))]
    assert len(needing) <= 0.55 * len(query_files())


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("SELECT * { ?s !<a:p> ?o }", "SELECT ?o ?s\n"),
        ("SELECT * { ?s <a:p>/(<a:q>|<a:r>) ?o }", "SELECT ?o ?s\n"),
        ("DESCRIBE * { ?s !<a:p> ?o } LIMIT 5", "DESCRIBE ?o ?s\n"),
        ("SELECT ?s { { SELECT * { ?s !<a:p> ?o } } }", "SELECT ?o ?s\n"),
    ],
)
def test_variables_that_rules_put_in_are_not_shown(query: str, part: str) -> None:
    """`*` stays what it was: the variables of the query, in the order of the engine."""
    assert part in rewritten(query).text


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ("SELECT DISTINCT ?o { <a:s> <a:p>|<a:q> ?o }", ()),
        ("ASK { ?s !<a:p> ?o }", ()),
        ("SELECT ?s { ?s ?p ?o FILTER EXISTS { ?s <a:p>|<a:q> ?o } }", ()),
        ("SELECT ?s { ?s ?p ?o MINUS { ?s <a:p>|<a:q> ?o } }", ()),
        ("CONSTRUCT { ?s <a:r> ?o } { ?s <a:p>|<a:q> ?o }", ()),
        ("CONSTRUCT { ?s <a:r> ?o } { ?s <a:p>|<a:q> ?o } LIMIT 5", ("alternative path",)),
        ("CONSTRUCT { ?s <a:r> [] } { ?s <a:p>|<a:q> ?o }", ("alternative path",)),
        ("SELECT DISTINCT ?n { { SELECT (COUNT(*) AS ?n) { ?s <a:p>|<a:q> ?o } } }", ("alternative path",)),
        (
            "SELECT * { VALUES ?x { <a:z> } FILTER EXISTS { ?x <a:p>* ?y } }",
            ("path of length zero in EXISTS",),
        ),
        ("SELECT * { VALUES ?x { <a:z> } FILTER EXISTS { OPTIONAL { ?x <a:p>* ?y } ?y <a:q> 1 } }", ()),
        ("SELECT * { VALUES ?x { <a:z> } FILTER EXISTS { ?x <a:p>* ?y VALUES ?y { <a:z> } } }", ()),
    ],
)
def test_rules_act_only_where_it_matters(query: str, rules: tuple[str, ...]) -> None:
    """Where it does not matter how often a solution comes, paths stay as they are, and as quick."""
    assert rewritten(query).rules == rules


def test_graphs_are_those_that_the_query_names() -> None:
    """FROM NAMED says which graphs GRAPH finds, be they there or not."""
    query = "SELECT ?g FROM NAMED <a:g> { GRAPH ?g { SELECT ?s { ?s ?p ?o } } }"
    assert "GRAPH <a:g>" in rewritten(query, GRAPHS).text
    assert "g1" not in rewritten(query, GRAPHS).text


def test_too_many_copies_are_refused() -> None:
    """A query that would get far too long is refused with a sentence that says what to write."""
    inner = "GRAPH ?g { SELECT ?s { ?s ?p ?o } }"
    for name in "abc":
        inner = f"GRAPH ?{name} {{ SELECT ?s {{ {inner} }} }}"
    with pytest.raises(QueryResourceError, match="FROM NAMED"):
        rewritten(f"SELECT * {{ {inner} }}", tuple(f"a:{number}" for number in range(20)))


def test_unreadable_query_with_a_faulty_form_is_refused() -> None:
    """What only the engine reads passes without such a form, and is refused with one."""
    triple = "<< <a:s> <a:p> <a:o> >>"
    assert rewritten(f"SELECT ?x {{ {triple} ?p ?x }}").rules == ()
    with pytest.raises(QueryError, match=r"faults with MAX.*write it in SPARQL 1.1"):
        rewritten(f"SELECT (MAX(?x) AS ?m) {{ {triple} ?p ?x }}")


def test_deep_query_is_rewritten_or_told() -> None:
    """Nesting as deep as the guard allows is no matter."""
    text = "SELECT * " + "{" * 250 + " ?s <a:p>|<a:q> ?o " + "}" * 250
    assert rewritten(text).rules == ("alternative path",)


def test_characters_by_code_point_are_read() -> None:
    """A keyword may be written by code points, in which the engine reads it all the same."""
    assert rewritten("SELECT ?s { ?s ?p ?o } \\u004FRDER BY ?o").rules == ("ORDER BY",)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ASK { FILTER(CONCAT ('a') = 'a') }", "ASK { FILTER( CONCAT('a') = 'a') }"),
        ("ASK { FILTER(coalesce\n('a')) }", "ASK { FILTER(\ncoalesce('a')) }"),
        ("ASK { ?s ?p TRUE }", "ASK { ?s ?p true }"),
        ("ASK { ?s ?p 'CONCAT (' }", "ASK { ?s ?p 'CONCAT (' }"),
    ],
)
def test_spelling_keeps_its_place(text: str, read: str) -> None:
    """What is refused for its spelling is spelled otherwise in as many characters."""
    assert spelled(text) == read
    assert len(read) == len(text)


@pytest.mark.parametrize(
    ("part", "is_flagged"),
    [("GRAPH ?g { ?s ?p ?o } ", False), ("GRAPH :g { ?s ?p ?o } ", False), ("FILTER(?s IN (1)) ", False)],
)
def test_long_queries_are_looked_at_in_proportion(part: str, is_flagged: bool) -> None:
    """Half a million characters of forms that are looked at closely are no matter; they once took minutes."""
    assert needs_tree(f"SELECT * {{ {part * (500_000 // len(part))} }}") == is_flagged


def every_query() -> list[str]:
    """Return the queries of the suites, of the catalogue and of the faults, and some random ones."""
    texts = [case.text for case in w3c.cases() if case.kind != "invalid"]
    texts += [path.read_text(encoding="utf-8") for path in query_files()]
    texts += [PREFIXES + case.query for case in CASES]
    return [*texts, *map(random_query, range(400))]


def test_no_form_is_overlooked() -> None:
    """Where the tokens show none of the forms, no rule has anything to do, however the query is laid out."""
    graphs = ("http://example.org/g1", "http://example.org/g2")
    plain = 0
    for number, text in enumerate(every_query()):
        for query in (text, in_another_layout(text, number)):
            try:
                refuse_invalid(spelled(query))
            except SyntaxError:
                continue
            if not needs_tree(query):
                assert rewritten_tree(query, graphs) == (query, ()), query
                plain += 1
    assert plain > 300


def test_guard_and_tree_see_the_same() -> None:
    """What the guard reads of a query from its tokens is what the parser reads: SERVICE, and the graphs."""
    for text in every_query():
        tree = parse(text)
        services = [part for part in s.every_part(tree) if isinstance(part, s.Service)]
        assert len(services) == len(service_positions(list(scan(text)))), text
        if services:
            continue
        screened = screen(text)
        context = Context(FreshNames(text))
        for name, iri in tree.prologue:
            context.prefixes[name] = context.iri(iri)
        assert screened.default_graphs == tuple(dict.fromkeys(map(context.iri, tree.default_graphs))), text
        assert screened.named_graphs == tuple(dict.fromkeys(map(context.iri, tree.named_graphs))), text
        assert screened.form == tree.form


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s :p|:q ?o } }",
        "SELECT * { ?s :p|:q ?o SERVICE SILENT <http://127.0.0.1/> { ?s :p|:q ?o } }",
        "SELECT * { ?s :p|:q ?o . {SERVICE<http://127.0.0.1/>{ ?s :p*|!:q ?o }} }",
        "SELECT * { ?s :p|:q ?o \\u0053ERVICE <http://127.0.0.1/> { ?s :p|:q ?o } }",
        "SELECT * { ?s :p|:q '\\u0027 . SERVICE <http://127.0.0.1/> { ?a ?b \\u0027' } }",
        "SELECT * { GRAPH ?g { SELECT * { SERVICE :x { ?s :p|:q ?o } } } }",
        "SELECT * { ?s :p|:q ?o FILTER EXISTS { SERVICE ?s { ?s ?p ?o } } }",
        "DELETE WHERE { ?s :p|:q ?o }",
        "SELECT * { ?s :p|:q ?o } ; DELETE WHERE { ?s ?p ?o }",
    ],
)
def test_what_the_guard_refuses_is_never_rewritten(query: str) -> None:
    """No form that needs a tree brings a call of another server, or an update, past the guard."""
    with pytest.raises((QueryError, SyntaxError)):
        screen(PREFIXES + query)
        refuse_invalid(PREFIXES + query)


def test_rewriting_puts_no_service_in() -> None:
    """What is evaluated calls nothing that the query did not call, at the same addresses."""
    for text in every_query():
        try:
            changed = rewritten(text, ("http://example.org/g1",)).text
        except QueryError:
            continue
        tokens = list(scan(changed))
        called = [tokens[position : position + 3] for position in service_positions(tokens)]
        original = {token.text for token in scan(text) if token.kind == "iri"}
        assert {token.text for tokens in called for token in tokens if token.kind == "iri"} <= original
