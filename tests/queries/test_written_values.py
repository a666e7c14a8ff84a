"""The text of a catalogue query with values written into it: what is shown on a page is what runs."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

import glutakg
from glutakg.dataset.headers import CatalogueQuery, plain_query
from glutakg.dataset.parameters import Parameter
from glutakg.dataset.queries import catalogue, terms_of
from glutakg.rdf.prefixes import PREFIXES
from glutakg.rdf.terms import Iri, Literal

CATALOGUE = catalogue()
QUERIES = [query for query in CATALOGUE.values() if query.parameters]
HOSTILE = [
    "",
    "glutamine",
    'a "b" \'c\' \\ \\u0041 \\" } { # ?x $x <y>',
    "\t\n\r\f\b\x00\x85\u2028é🧠",
    '" } UNION { ?s ?p ?o } #',
    "\\",
]
VALUES = {
    "iri": [
        PREFIXES["gkd"] + "taurine",
        PREFIXES["gkd"] + "a.b-",
        PREFIXES["gkd"] + "a.",
        PREFIXES["gkd"] + "a/b(c)'d,e;f",
        PREFIXES["gkd"] + "é%20~",
        PREFIXES["gk"].rstrip("/"),
        "http://purl.obolibrary.org/obo/CHEBI_18050",
        "https://doi.org/10.1002/(SICI)1097#x?y=1&z=2",
        "urn:x:y",
    ],
    "string": HOSTILE,
    "language": ["en", "nl"],
    "integer": ["0", "-7", "+12", "007"],
    "decimal": ["2", "-2.5", "+.5", "3."],
    "boolean": ["true", "false"],
}


def each_value(query: CatalogueQuery, parameter: Parameter) -> Iterator[tuple[str, Iri | Literal]]:
    """Give the text with each value for one parameter, and the term."""
    for value in VALUES[parameter.type]:
        [(_, term)] = terms_of(query, {parameter.name: value}).items()
        yield query.with_values({parameter.name: term}), term


def as_engine_reads(line: str, query: CatalogueQuery) -> Iri | Literal:
    """Return the term that a VALUES line binds for the engine; a number with its type."""
    prologue = "\n".join(each for each in query.text.split("\n") if each.startswith("PREFIX"))
    found = ox.Store().query(f"{prologue}\nSELECT * {{ {line} }}")
    assert isinstance(found, ox.QuerySolutions)
    [term] = next(iter(found))
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    assert isinstance(term, ox.Literal)
    datatype = term.datatype.value
    return Literal(term.value, None if datatype == PREFIXES["xsd"] + "string" else datatype)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_value_is_read_back_from_the_text(query: CatalogueQuery) -> None:
    """By us as by the engine it is the term that was given, whatever stands in it; all else is unchanged."""
    assert query.with_values({}) == query.text
    for parameter in query.parameters:
        for text, term in each_value(query, parameter):
            lines = text.split("\n")
            others = [line for at, line in enumerate(lines) if at != parameter.line]
            assert others == [line for at, line in enumerate(query.text.split("\n")) if at != parameter.line]
            values = query.values_in(text)
            assert values is not None
            read = as_engine_reads(lines[parameter.line], query)
            value = values[parameter.name]
            if isinstance(term, Literal) and parameter.type in ("integer", "decimal"):
                for each in (value, read):  # the engine may write the number in another way
                    assert isinstance(each, Literal)
                    assert (float(each.value), each.datatype) == (float(term.value), term.datatype)
            else:
                assert value == read == term
    recognized = CATALOGUE.recognized(text + "\n")
    assert recognized is not None
    assert (recognized[0].name, recognized[1]) == (query.name, values)


def test_another_text_is_not_taken_for_the_query() -> None:
    """One line more, another line changed, a value that is none of its type, two values."""
    query = CATALOGUE["evidence-on-nutrient"]
    [line] = [each for each in query.text.split("\n") if "VALUES ?nutrient" in each]
    for changed in (
        query.text + "LIMIT 1",
        query.text.replace("ORDER BY", "ORDER  BY"),
        query.text.replace(line, line.replace("gkd:magnesium", '"magnesium"')),
        query.text.replace(line, line.replace("gkd:magnesium", "gkd:magnesium gkd:taurine")),
        query.text.replace(line, line.replace("?nutrient", "?substance")),
    ):
        assert query.values_in(changed) is None
        assert CATALOGUE.recognized(changed) is None


def test_the_text_has_the_answer_of_the_query_with_its_values() -> None:
    """For every query that asks for more than a language, with values that other queries have as defaults."""
    defaults: dict[str, list[object]] = {}
    for query in QUERIES:
        for parameter in query.parameters:
            defaults.setdefault(parameter.name, []).append(parameter.default.value)
    asked = 0
    with glutakg.open() as kg:
        for query in QUERIES:
            if query.needs or all(each.type == "language" for each in query.parameters):
                continue
            given = {
                each.name: "nl" if each.type == "language" else defaults[each.name][-1]
                for each in query.parameters
            }
            text = query.with_values(terms_of(query, given))
            asked += text != query.text
            bound = kg.answer(query, parameters=given)
            assert kg.answer(plain_query(text)).data == bound.data, query.name
    assert asked > 30
