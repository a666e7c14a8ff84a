"""Queries that differ in IRIs and names only have one shape, which is read as they are."""

import re
from collections.abc import Callable

import pytest
from random_queries import in_another_layout, random_query

from glutakg.dataset import catalogue
from glutakg.errors import QueryError
from glutakg.sparql import needs_graphs, needs_rewriting, scan, screen, shape_of, spelled, with_base
from glutakg.sparql.rewriting.forms import forms_of

IRI = "<https://example.org/a#b>"


def named(text: str) -> str:
    """Return a query with a prefix for its names."""
    return re.sub(r"(?<!\w):", "ex:", text)


TEXTS = [
    *(query.text for query in catalogue().values()),
    f"SELECT ?p {{ {IRI} ?p ?o }}",
    f"ASK {{ ?s {IRI}/{IRI} ?o FILTER(?o<{IRI}||?o = {IRI}) }}",
    f"ASK {{ ?s ?p '{IRI}', \"{IRI}\", '''{IRI}''', \"\"\"{IRI}\"\"\"^^{IRI} }}",
    f"ASK {{ ?s ?p ?o }} # {IRI} and CONCAT (",
    f"PREFIX a: {IRI} BASE {IRI} ASK {{ a:b <b> {IRI} }}",
    f"ASK {{ << {IRI} {IRI} {IRI} >> ?p <<( {IRI} {IRI} 1 )>> }}",
    "ASK { FILTER(?a<b:c&&?d>?e || ?a<?b) }",
    f"ASK {{ FILTER(CONCAT ('{IRI}') = TRUE) }}",
    "ASK { ?s ?p 'a <urn:it's> b' }",
    'ASK { ?s ?p "a <urn:it"s> b" }',
    "ASK { ?s ?p '''a <urn:''> b''' }",
    f"ASK {{ ?s ?p 'open {IRI} }}",
    "ASK { FILTER(<http://www.w3.org/2001/XMLSchema#integer>(?x) = 1) }",
    "ASK { FILTER(<http://www.w3.org/2001/XMLSchema#decimal> \n # (\n (?x) = 1) }",
    "PREFIX a: <urn:a> SELECT ?p { a:b ?p a:c, a:d;a:e a:1. a:f a a:g.}",
    "PREFIX a: <urn:a> ASK {a:b a:c+ ?x . ?x a:c * a:d . ?x a:c|a:d ?y; !a:e ?z . ?x ! a:e ?y }",
    "ASK { ?x a:year ?y FILTER( xsd:integer(?y) = xsd:decimal (?x) || ?y = xsd:integer # (\n (1) ) }",
    "ASK { ?x a:b ' a:c ', \" a:d \" # a:e \n ; a:f ''' a:g it's ''' }",
    "ASK { ?x a:b 'open a:c }",
    "ASK { ?x a:b '1'^^xsd:integer , '1' ^^ xsd:integer , 'b'@en , '12345678901234567890'^^ xsd:integer }",
    "ASK { ?x a:b a:c.d, a:e:f, a:g%20 , a:-h , _:b1 , :c , a: , a:b- . a:c . }",
    "ASK { ?x a:b <urn:(a:c )d> , <urn:it's(a:b)> , <a(b:c)> }",
    "PREFIX a:b <urn:x> ASK { }",
    "SELECT (MAX (?x) AS ?y) { GRAPH a:g { ?s a:p ?x } GRAPH ?g { ?s a:p ?x } } GROUP BY a:f HAVING ( a:x )",
    *(named(random_query(seed)) for seed in range(150)),
    *(in_another_layout(named(random_query(seed)), seed) for seed in range(150)),
]


def outcome(find: Callable[[], object]) -> object:
    """Return what is found, or why nothing is, without the place of that."""
    try:
        return find()
    except QueryError as error:
        return re.sub(r"\d+", "", str(error)).replace(IRI, "<a:>")


@pytest.mark.parametrize("text", TEXTS)
def test_the_shape_is_read_as_the_text_is(text: str) -> None:
    """Tokens are of the same kinds, and all that is decided by them is the same."""
    shape = shape_of(text)
    tokens, kinds = list(scan(text)), [token.kind for token in scan(shape)]
    assert kinds == [token.kind for token in tokens]
    assert forms_of(list(scan(shape))) == forms_of(tokens)
    assert outcome(lambda: screen(shape)._replace(pattern_start=0)) == outcome(
        lambda: screen(text)._replace(pattern_start=0)
    )
    assert (with_base(shape, "b:") == shape) == (with_base(text, "b:") == text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK FROM <urn:a> { ?s ?p ?o }",
        "ASK from named <urn:a> { ?s ?p ?o }",
        "ASK { SERVICE <urn:a> { ?s ?p ?o } }",
        "ASK { SerVice<urn:a> { ?s ?p ?o } }",
        "ASK { \\u0053ERVICE <urn:a> { ?s ?p ?o } }",
        "ASK { <urn:\\u0061> ?p '\\'' }",
        "ASK { <urn:it's> ?p ?o }",
        "ASK { <a> ?p ?o }",
        "ASK { FILTER(<urn:a>(?x)) }",
        "ASK { FILTER(<urn:a> # b\n (?x)) }",
        "ASK FROM a:b { ?s ?p ?o }",
        "ASK { SERVICE a:b { ?s ?p ?o } }",
        "ASK { service:b { ?s ?p ?o } }",
        "ASK { a:b ?p a:\\(c }",
        "ASK { FILTER( a:b(?x)) }",
        "ASK { FILTER( a:b # c\n (?x)) }",
        "ASK { _:b ?p a:b.c , a:b:c , a:b%20 , a:-b , :b , a: , '1'^^a:b , 'b:c'@en ;^a:b [] }",
        "PREFIX a: <b> ASK { ?s a ?o }",
    ],
)
def test_what_an_iri_may_decide_stays(text: str) -> None:
    """FROM, SERVICE, functions, backslashes, quotation marks and relative IRIs are looked at as they are."""
    assert shape_of(text) == text


@pytest.mark.parametrize("other", ["b", "from-Service", "_1", "1e5"])
def test_local_names_in_free_places_are_of_one_shape(other: str) -> None:
    """Whatever they are, a name stays one; prefixes and their order are told apart."""
    text = "PREFIX x: <urn:x> SELECT ?p {{x:{0} ?p x:{0}, x:{0};x:p x:{0}.}}\nVALUES ?p {{ x:{0} x:{0} }}"
    if "from" not in other:
        assert shape_of(text.format(other)) == shape_of(text.format("a"))
    assert [token.kind for token in scan(text.format(other))] == [
        token.kind for token in scan(text.format("a"))
    ]
    assert shape_of("ASK { x:a ?p y:a }") != shape_of("ASK { y:a ?p x:a }")


def test_what_is_kept_of_one_text_is_not_said_of_another() -> None:
    """Graphs, calls and spelling are those of the text that is asked, whatever was asked before."""
    for name in ("a", "b"):
        assert screen(f"ASK FROM <urn:{name}> {{ ?s ?p ?o }}").default_graphs == (f"urn:{name}",)
        text = f"ASK {{ FILTER(CONCAT ('x') = STR(<urn:{name}>)) }}"
        assert spelled(text) == f"ASK {{ FILTER( CONCAT('x') = STR(<urn:{name}>)) }}"
        assert needs_rewriting(f"ASK {{ ?s <urn:{name}>* ?o }}")
        assert not needs_graphs(f"ASK {{ GRAPH <urn:{name}> {{ ?s ?p ?o }} }}")
