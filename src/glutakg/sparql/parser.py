"""Reads a SPARQL query into the tree of `syntax`, in time in proportion to its length."""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from glutakg.errors import QueryError, QueryResourceError
from glutakg.languages import N_
from glutakg.sparql import syntax as s
from glutakg.sparql._builder import Builder, FreshNames
from glutakg.sparql.scanner import Token, scan, start_of
from glutakg.sparql.tables import Tables, load_tables

__all__ = [
    "DEEPEST",
    "FUNCTIONS",
    "LONGEST_SECONDS",
    "FreshNames",
    "Span",
    "UnexpectedToken",
    "UnreadableQuery",
    "parse",
    "parse_with_places",
]

DEEPEST = 256
"""The most brackets that may be open at once."""

LONGEST_SECONDS = 10.0
"""How long reading a text may take."""

_END = "$END"
_PAIRS = frozenset({"&&", "||", "!=", "<=", ">=", "^^"})
_FIRST_OF_PAIRS = frozenset("&|!<>^+-")
_AGGREGATES = frozenset({"AVG", "COUNT", "MAX", "MIN", "SAMPLE", "SUM"})
FUNCTIONS = frozenset(
    """
    ABS ADJUST BNODE BOUND CEIL COALESCE CONCAT CONTAINS DATATYPE DAY ENCODE_FOR_URI FLOOR HASLANG
    HASLANGDIR HOURS IF IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES
    LCASE MD5 MINUTES MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND SAMETERM SECONDS SHA1 SHA256
    SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID
    SUBJECT SUBSTR TIMEZONE TRIPLE TZ UCASE URI UUID YEAR
    """.split()  # noqa: SIM905
)
_KINDS = {
    "number": "NUMBER",
    "iri": "IRI",
    "string": "STRING",
    "variable": "VARIABLE",
    "language": "LANGUAGE",
}


class UnreadableQuery(QueryError):
    """The text is no query that is read here; it may still be one of the engine's own SPARQL."""


class UnexpectedToken(UnreadableQuery):
    """A text cannot go on with a token.

    Attributes:
        offset: of the token in the text; its end where the text ends too early.
        expected: the symbols of the grammar that could follow.
    """

    def __init__(self, message: str, offset: int, expected: frozenset[str]) -> None:
        """Keep the place and what could follow."""
        super().__init__(message)
        self.offset = offset
        self.expected = expected


class Span(NamedTuple):
    """Where a part of a query begins, and the offset after it."""

    start: int
    end: int


def parse(text: str, names: FreshNames | None = None) -> s.Query:
    """Return the tree of a query.

    Args:
        text: a query that the engine takes, without code points (`u0041`) for characters.
        names: where names of blank nodes without one come from.

    Raises:
        UnreadableQuery: it is not SPARQL 1.1, or not a query.
        QueryResourceError: it nests too deeply, or takes too long to read.

    >>> parse("ASK { ?s a ?kind }").form
    'ASK'
    """
    return _parsed(text, names or FreshNames(text), {})


def parse_with_places(text: str) -> tuple[s.Query, dict[int, Span]]:
    """Return the tree of a query, and the place of each part of it in the text, by the part's `id`.

    Raises:
        UnreadableQuery, QueryResourceError: as `parse` does.

    >>> query, places = parse_with_places("ASK { ?s a ?kind VALUES ?kind { 1 } }")
    >>> places[id(query.where.elements[1])]
    Span(start=17, end=35)
    """
    places: dict[int, Span] = {}
    return _parsed(text, FreshNames(text), places), places


def _parsed(text: str, names: FreshNames, places: dict[int, Span]) -> s.Query:
    tables = _tables()
    actions, rules = tables.actions, tables.rules
    builders = _builders(Builder(names), tables)
    states, values, starts = [tables.start], [], []
    deadline = time.monotonic() + LONGEST_SECONDS
    depth = end = 0
    for count, (kind, written, start) in enumerate(_symbols(text)):
        depth += 1 if kind in ("(", "{", "[") else -1 if kind in (")", "}", "]") else 0
        if depth > DEEPEST:
            raise QueryResourceError(
                _place(text, start, N_("more than {number} brackets are open.", number=DEEPEST))
            )
        if count % 4096 == 0 and time.monotonic() > deadline:
            raise QueryResourceError(
                N_(
                    "The query takes more than {limit:g} s to read; split it.",
                    limit=LONGEST_SECONDS,
                )
            )
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                what = (
                    N_("{text!r} is not expected here.", text=written[:40])
                    if written
                    else N_("the query ends too early.")
                )
                raise UnexpectedToken(_place(text, start, what), start, frozenset(actions[states[-1]]))
            if action >= 0:
                states.append(action)
                values.append([written])
                starts.append(start)
                end = start + len(written)
                break
            rule, builder = rules[~action], builders[~action]
            begin = start
            if rule.length:
                parts, begin = values[-rule.length :], starts[-rule.length]
                del values[-rule.length :], states[-rule.length :], starts[-rule.length :]
                children = parts[rule.kept[0]] if rule.kept else []
                for position in rule.kept[1:]:
                    children += parts[position]
            else:
                children = []
            if builder:
                children = [builder(*children)]
                places[id(children[0])] = Span(begin, end)
            values.append(children)
            starts.append(begin)
            states.append(actions[states[-1]][rule.symbol])
            if states[-1] == tables.end:
                break
    [[query]] = values[:1]
    assert isinstance(query, s.Query)
    return query


@cache
def _tables() -> Tables:
    return load_tables()


def _builders(build: Builder, tables: Tables) -> list[Any]:
    return [getattr(build, rule.name) if rule.name else None for rule in tables.rules]


def _place(text: str, start: int, what: str) -> str:
    before = text[:start]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return N_("Line {line}, column {column}: {told}", line=line, column=column, told=what)


def _symbols(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the symbols of the grammar that a text consists of, each as it is kept and where it begins."""
    waiting: tuple[str, int] | None = None  # a mark that may belong to what comes next
    for token in scan(text):
        kind, written = _kind(token)
        start = start_of(token)
        if waiting is not None:
            mark, before = waiting
            waiting = None
            adjacent = start == before + 1
            if adjacent and mark + written in _PAIRS:
                yield mark + written, mark + written, before
                continue
            if adjacent and mark in "+-" and kind == "NUMBER":
                yield "SIGNED", mark + written, before
                continue
            yield mark, mark, before
        if kind in _FIRST_OF_PAIRS:
            waiting = kind, start
        else:
            yield kind, written, start
    if waiting is not None:
        yield waiting[0], *waiting
    yield _END, "", len(text)


def _kind(token: Token) -> tuple[str, str]:
    """Return what the grammar calls a token, and how it is kept."""
    if token.kind == "name":
        return "BLANK_NODE" if token.text.startswith("_:") else "NAME", token.text
    if token.kind != "word":
        return token.text if token.kind == "mark" else _KINDS.get(token.kind, token.kind), token.text
    word = token.text.upper()
    if word in FUNCTIONS:
        return "BUILTIN", word
    if word in _AGGREGATES:
        return "AGGREGATE", word
    if token.text == "a":
        return "a", "a"
    return word, word.lower() if word in ("TRUE", "FALSE") else token.text
