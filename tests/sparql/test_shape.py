"""Queries that differ in their IRIs only have one shape, which is read as they are."""

import re
from collections.abc import Callable

import pytest

from glutakg.dataset import catalogue
from glutakg.errors import QueryError
from glutakg.sparql import needs_graphs, needs_rewriting, scan, screen, shape_of, spelled, with_base
from glutakg.sparql.rewriting.forms import forms_of

IRI = "<https://example.org/a#b>"
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
    ],
)
def test_what_an_iri_may_decide_stays(text: str) -> None:
    """FROM, SERVICE, backslashes, quotation marks and relative IRIs are looked at as they stand."""
    assert shape_of(text) == text


def test_what_is_kept_of_one_text_is_not_said_of_another() -> None:
    """Graphs, calls and spelling are those of the text that is asked, whatever was asked before."""
    for name in ("a", "b"):
        assert screen(f"ASK FROM <urn:{name}> {{ ?s ?p ?o }}").default_graphs == (f"urn:{name}",)
        text = f"ASK {{ FILTER(CONCAT ('x') = STR(<urn:{name}>)) }}"
        assert spelled(text) == f"ASK {{ FILTER( CONCAT('x') = STR(<urn:{name}>)) }}"
        assert needs_rewriting(f"ASK {{ ?s <urn:{name}>* ?o }}")
        assert not needs_graphs(f"ASK {{ GRAPH <urn:{name}> {{ ?s ?p ?o }} }}")
