"""Compares answers to random queries with those of Apache Jena, and with those of sparq where they differ."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
import sparq
from jena import Jena
from random_queries import random_data, random_query
from w3c import Answer, Row, Term, answer_of, same_rows

from glutakg.errors import QueryError
from glutakg.store.backend import LocalBackend

__all__ = ["KNOWN", "Difference", "differences"]

QUERIES_PER_DATASET = 20

KNOWN: dict[str, tuple[str, ...]] = {
    "MINUS in EXISTS": ("MINUS in EXISTS is not answered right",),
    "EXISTS with a path of length zero": ("EXISTS", r"\)[*?]"),
    "sequence of paths of length zero": (r"[*?]\)?/\(",),
    "malformed literal compared with itself": (r"(\?[a-z]) [<>]= \1",),
    "SELECT * without a variable": (r"SELECT \* has no variable",),
}
"""Differences that stay, with patterns that the query and our answer fit; their treatment is in the test."""


@dataclass(frozen=True)
class Difference:
    """An answer that is not that of Jena.

    Attributes:
        seed: of the query.
        query: the query.
        ours: our answer.
        theirs: that of Jena.
        name: of a known difference; nothing where it is new.
    """

    seed: int
    query: str
    ours: str
    theirs: str
    name: str = ""


def differences(jena: Jena, seeds: range) -> Iterator[Difference]:
    """Yield the differences among the queries of these seeds; those where sparq says what we do are none."""
    store, graph, loaded = ox.Store(), sparq.Graph.load(""), -1
    for seed in seeds:
        if loaded != seed // QUERIES_PER_DATASET:
            loaded = seed // QUERIES_PER_DATASET
            data = random_data(loaded)
            store = ox.Store()
            store.load(data.encode(), format=ox.RdfFormat.TRIG)
            graph = sparq.Graph.load(data, format="trig")
            jena.load(data)
        query = random_query(seed)
        kind, text = jena.query(query)
        if kind == "error":
            continue
        theirs = _answer(kind, text)
        try:
            ours = answer_of(LocalBackend(store).query(query))
        except (QueryError, SyntaxError) as error:
            yield _difference(seed, query, str(error), _shown(theirs))
            continue
        if not _is_same(ours, theirs) and not _is_same(ours, _answer_of_sparq(graph, query, ours)):
            yield _difference(seed, query, _shown(ours), _shown(theirs))


def _difference(seed: int, query: str, ours: str, theirs: str) -> Difference:
    told = f"{query}\n{ours}"
    names = (name for name, parts in KNOWN.items() if all(re.search(part, told) for part in parts))
    return Difference(seed, query, ours, theirs, next(names, ""))


def _answer_of_sparq(graph: sparq.Graph, query: str, ours: Answer) -> Answer:
    """Return what sparq answers to SELECT and ASK; nothing for a graph or where it fails."""
    try:
        if ours.boolean is not None:
            return Answer(boolean=graph.ask(query))
        return _answer("rows", graph.query_json(query)) if ours.triples is None else Answer()
    except Exception:
        return Answer()


def _answer(kind: str, text: str) -> Answer:
    if kind == "graph":
        return Answer(
            triples=frozenset(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        )
    document = json.loads(text)
    if "boolean" in document:
        return Answer(boolean=document["boolean"])
    names = tuple(document["head"]["vars"])
    rows = tuple(
        tuple(_term(row[name]) if name in row else None for name in names)
        for row in document["results"]["bindings"]
    )
    return Answer(names, rows)


def _term(cell: dict[str, str]) -> Term:
    if cell["type"] == "uri":
        return ox.NamedNode(cell["value"])
    if cell["type"] == "bnode":
        return ox.BlankNode("b" + "".join(filter(str.isalnum, cell["value"])))
    if "xml:lang" in cell:
        return ox.Literal(cell["value"], language=cell["xml:lang"])
    if "datatype" in cell:
        return ox.Literal(cell["value"], datatype=ox.NamedNode(cell["datatype"]))
    return ox.Literal(cell["value"])


def _is_same(one: Answer, other: Answer) -> bool:
    if one.triples is not None and other.triples is not None:
        return len(one.triples) == len(other.triples)  # blank nodes are made anew for each solution
    if one.boolean is not None or other.boolean is not None:
        return one.boolean == other.boolean
    if sorted(one.variables) != sorted(other.variables) or (one.triples is None) != (other.triples is None):
        return False
    order = [one.variables.index(name) for name in other.variables]
    rows: list[Row] = [tuple(row[position] for position in order) for row in one.rows]
    return same_rows(list(other.rows), rows)


def _shown(answer: Answer) -> str:
    if answer.boolean is not None:
        return str(answer.boolean)
    if answer.triples is not None:
        return f"{len(answer.triples)} triples"
    rows = "; ".join(" ".join("-" if cell is None else str(cell) for cell in row) for row in answer.rows[:6])
    return f"{answer.variables}, {len(answer.rows)} rows: {rows}"
