"""Queries that the bare engine answers wrongly, and queries of the same kinds, each with its right answer.

The answers are those of Apache Jena where it keeps to the specification, and else those of the specification
(class subtraction, a replacement taken literally, dates at the same moment, durations).
"""

import csv
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from w3c import Answer, answer_of

__all__ = ["CASES", "DATA", "PREFIXES", "Case", "rows_of"]

PREFIXES = "PREFIX : <http://example.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"

DATA = f"""{PREFIXES}
:a :p :b , :c . :a :q :b . :b :p :c . :b :q :c . :c :p :d . :d :r "x"@en .
:a :n 1 . :b :n 2 . :c :n "three" . :d :n 4.5 . :a :l "one"@en , "een"@nl . :b :l "two" .
:c :t true . :d :t false .
:g1 {{ :a :p :b . :b :p :c . :a :q :c }}
:g2 {{ :c :p :d . :a :p :d . :g2 :q 5 }}
:g3 {{ :a :t true }}
"""


class Case(NamedTuple):
    """A query, the rule that it is about, and its rows in short; in order where the query has ORDER BY."""

    rule: str
    query: str
    rows: list[str]


def _cases() -> list[Case]:
    with Path(__file__).with_name("faults.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(lines)
        return [Case(rule, query, rows.split("; ") if rows else []) for rule, query, rows in lines]


CASES = _cases()


def rows_of(query: str, result: object) -> list[str]:
    """Return what the engine answered as the rows of a case."""
    answer: Answer = answer_of(result)
    if answer.boolean is not None:
        return [str(answer.boolean).lower()]
    if answer.triples is not None:
        return sorted(" ".join(map(_shown, triple)) for triple in answer.triples)
    rows = [" ".join(map(_shown, row)) for row in answer.rows]
    is_ordered = "ORDER BY" in query and "}" not in query.rpartition("ORDER BY")[2]
    return rows if is_ordered else sorted(rows)


def _shown(term: object) -> str:
    """Return a term in short; `-` where there is none."""
    if isinstance(term, ox.NamedNode):
        return term.value.replace("http://example.org/", ":")
    if isinstance(term, ox.BlankNode):
        return "[]"
    if not isinstance(term, ox.Literal):
        return "-"
    if term.language:
        return f'"{term.value}"@{term.language}'
    datatype = term.datatype.value.rpartition("#")[2]
    if datatype == "string":
        return f'"{term.value}"'
    is_plain = datatype in ("integer", "boolean", "decimal") and term.value != "x" and len(term.value) < 19
    return term.value if is_plain else f'"{term.value}"^^{datatype}'
