"""The page that shows the answer to a catalogue query as a table, without any script."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from glutakg.dataset import CatalogueQuery
from glutakg.languages import translator
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links

__all__ = ["answer_page"]


_MOST_ROWS = 500
_CLAIM = re.compile("C[0-9]{3}")
_NUMBERS = re.compile("(?:integer|decimal|double|float|gYear)$")

Cell = tuple[str, str, str | None]
"""What is shown, what kind it is (iri, claim, doi, pmid, number or text), and the language of a text."""


def answer_page(
    query: CatalogueQuery, answer: bytes, links: Links, parameters: Mapping[str, str], *, path: str
) -> str:
    """Return the page.

    Args:
        query: that was asked.
        answer: rows or a boolean in the JSON of SPARQL, or a graph in N-Triples.
        links: of the page.
        parameters: the values that were given, by name; the others have their defaults.
        path: of the page.
    """
    _ = translator(links.lang)
    told = json.loads(answer) if answer[:1] == b"{" else _as_rows(answer)
    columns = told["head"].get("vars", [])
    rows = told.get("results", {}).get("bindings", [])
    cells = [[_cell(name, row.get(name)) for name in columns] for row in rows[:_MOST_ROWS]]
    return page(
        "answer",
        links,
        query.title[links.lang],
        path=path,
        fields={name: value for name, value in parameters.items() if name != "lang"},
        query=query,
        boolean=told.get("boolean"),
        columns=[(name, _is_number(cells, place)) for place, name in enumerate(columns)],
        rows=cells,
        number=len(rows),
        values={each.name: parameters.get(each.name, each.default.value) for each in query.parameters},
        formats=_formats(told),
    )


def _as_rows(triples: bytes) -> dict[str, Any]:
    """Return triples as rows in the JSON of SPARQL."""
    columns = ("subject", "predicate", "object")
    rows = [
        {name: _as_json(term) for name, term in zip(columns, quad.triple, strict=True)}
        for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)
    ]
    return {"head": {"vars": columns}, "results": {"bindings": rows}, "graph": True}


def _as_json(term: object) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        lang = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **lang}
    return {"type": "bnode", "value": str(term)}


def _formats(told: Mapping[str, Any]) -> tuple[str, ...]:
    if "graph" in told:
        return "ttl", "jsonld", "nt", "rdfxml"
    return ("json", "xml") if "boolean" in told else ("json", "csv", "tsv", "xml")


def _cell(name: str, found: Mapping[str, Any] | None) -> Cell:
    if found is None:
        return "", "text", None
    value, kind = str(found["value"]), "text"
    if found["type"] == "uri":
        kind = "iri"
    elif found["type"] == "literal" and name in ("doi", "pmid"):
        kind = name
    elif found["type"] == "literal" and _CLAIM.fullmatch(value):
        kind = "claim"
    elif _NUMBERS.search(found.get("datatype", "")):
        kind = "number"
    return value, kind, found.get("xml:lang")


def _is_number(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    kinds = {row[place][1] for row in rows if row[place][0]}
    return kinds == {"number"}
