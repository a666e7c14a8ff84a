"""Reads a SPARQL query into the tree of `syntax`, in time in proportion to its length."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from glutakg.errors import QueryError, QueryResourceError
from glutakg.sparql import syntax as s
from glutakg.sparql.scanner import Token, scan, start_of
from glutakg.sparql.tables import Tables, load_tables

__all__ = [
    "DEEPEST",
    "FUNCTIONS",
    "LONGEST_SECONDS",
    "FreshNames",
    "UnexpectedToken",
    "UnreadableQuery",
    "parse",
]

DEEPEST = 256
"""The most brackets that may be open at once."""

LONGEST_SECONDS = 10.0
"""How long reading a text may take."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (s.Iri(f"<{_RDF}{name}>") for name in ("type", "first", "rest", "nil"))
_END = "$END"
_PAIRS = frozenset({"&&", "||", "!=", "<=", ">=", "^^"})
_FIRST_OF_PAIRS = frozenset("&|!<>^+-")
_AGGREGATES = frozenset({"AVG", "COUNT", "MAX", "MIN", "SAMPLE", "SUM"})
FUNCTIONS = frozenset(
    [
        "ABS",
        "ADJUST",
        "BNODE",
        "BOUND",
        "CEIL",
        "COALESCE",
        "CONCAT",
        "CONTAINS",
        "DATATYPE",
        "DAY",
        "ENCODE_FOR_URI",
        "FLOOR",
        "HASLANG",
        "HASLANGDIR",
        "HOURS",
        "IF",
        "IRI",
        "ISBLANK",
        "ISIRI",
        "ISLITERAL",
        "ISNUMERIC",
        "ISTRIPLE",
        "ISURI",
        "LANG",
        "LANGDIR",
        "LANGMATCHES",
        "LCASE",
        "MD5",
        "MINUTES",
        "MONTH",
        "NOW",
        "OBJECT",
        "PREDICATE",
        "RAND",
        "REGEX",
        "REPLACE",
        "ROUND",
        "SAMETERM",
        "SECONDS",
        "SHA1",
        "SHA256",
        "SHA384",
        "SHA512",
        "STR",
        "STRAFTER",
        "STRBEFORE",
        "STRDT",
        "STRENDS",
        "STRLANG",
        "STRLANGDIR",
        "STRLEN",
        "STRSTARTS",
        "STRUUID",
        "SUBJECT",
        "SUBSTR",
        "TIMEZONE",
        "TRIPLE",
        "TZ",
        "UCASE",
        "URI",
        "UUID",
        "YEAR",
    ]
)
_KINDS = {
    "number": "NUMBER",
    "iri": "IRI",
    "string": "STRING",
    "variable": "VARIABLE",
    "language": "LANGUAGE",
}


@dataclass(frozen=True, slots=True)
class _Tree:
    """A list or a `[…]`: its node, and what it says."""

    node: s.Node
    triples: list[s.Triple]


@dataclass(frozen=True, slots=True)
class _SignedProduct:
    """A number that is written next to its sign, as in `?x -1`, with what it is multiplied by."""

    sign: str
    product: s.Expression


_Prologue: TypeAlias = tuple[tuple[str, s.Iri], ...]
_Dataset: TypeAlias = dict[str, Any]
_Value: TypeAlias = s.Iri | s.Literal | None
_Property: TypeAlias = tuple[s.Path | s.Variable, tuple[s.Node | _Tree, ...]]
_Properties: TypeAlias = tuple[_Property, ...]
_Arguments: TypeAlias = tuple[str, tuple[s.Expression, ...]]


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


class FreshNames:
    """Gives names that a text does not use."""

    def __init__(self, text: str) -> None:
        """Look for a beginning of names that is not in the text."""
        self._beginning = "v"
        while f"{self._beginning}_" in text:
            self._beginning += "v"
        self._used = 0

    def name(self) -> str:
        """Return a name for a variable or a blank node."""
        self._used += 1
        return f"{self._beginning}_{self._used}"


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
    tables = _tables()
    actions, rules = tables.actions, tables.rules
    build = _Builder(names or FreshNames(text))
    builders = _builders(build, tables)
    states, values = [tables.start], []
    deadline = time.monotonic() + LONGEST_SECONDS
    depth = 0
    for count, (kind, written, start) in enumerate(_symbols(text)):
        depth += 1 if kind in ("(", "{", "[") else -1 if kind in (")", "}", "]") else 0
        if depth > DEEPEST:
            raise QueryResourceError(_place(text, start, f"more than {DEEPEST} brackets are open."))
        if count % 4096 == 0 and time.monotonic() > deadline:
            raise QueryResourceError(f"The query takes more than {LONGEST_SECONDS:g} s to read; split it.")
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                what = f"{written[:40]!r} is not expected here." if written else "the query ends too early."
                raise UnexpectedToken(_place(text, start, what), start, frozenset(actions[states[-1]]))
            if action >= 0:
                states.append(action)
                values.append([written])
                break
            rule, builder = rules[~action], builders[~action]
            if rule.length:
                parts = values[-rule.length :]
                del values[-rule.length :], states[-rule.length :]
                children = parts[rule.kept[0]] if rule.kept else []
                for position in rule.kept[1:]:
                    children += parts[position]
            else:
                children = []
            values.append([builder(*children)] if builder else children)
            states.append(actions[states[-1]][rule.symbol])
            if states[-1] == tables.end:
                break
    [[query]] = values[:1]
    assert isinstance(query, s.Query)
    return query


@cache
def _tables() -> Tables:
    return load_tables()


def _builders(build: "_Builder", tables: Tables) -> list[Any]:
    return [getattr(build, rule.name) if rule.name else None for rule in tables.rules]


def _place(text: str, start: int, what: str) -> str:
    before = text[:start]
    return f"Line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}: {what}"


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


class _Builder:
    """Makes the tree: a method for each rule of the grammar, given what the rule's symbols made."""

    def __init__(self, names: FreshNames) -> None:
        self._names = names

    def query(self, prologue: _Prologue, form: s.Query, data: s.Data | None) -> s.Query:
        return replace(form, prologue=prologue, data=data)

    def prologue(self, *declarations: tuple[str, s.Iri]) -> _Prologue:
        return declarations

    def base(self, iri: str) -> tuple[str, s.Iri]:
        return "", s.Iri(iri)

    def prefix(self, name: str, iri: str) -> tuple[str, s.Iri]:
        return name, s.Iri(iri)

    def select(
        self, clause: s.SelectClause, dataset: _Dataset, where: s.Group, modifiers: s.Modifiers
    ) -> s.Query:
        return s.Query((), "SELECT", where, modifiers, clause=clause, **dataset)

    def construct(
        self, template: tuple[s.Triple, ...], dataset: _Dataset, where: s.Group, modifiers: s.Modifiers
    ) -> s.Query:
        return s.Query((), "CONSTRUCT", where, modifiers, template=template, **dataset)

    def short_construct(
        self, dataset: _Dataset, template: tuple[s.Triple, ...], modifiers: s.Modifiers
    ) -> s.Query:
        where = s.Group((s.Block(template),) if template else ())
        return s.Query((), "CONSTRUCT", where, modifiers, **dataset)

    def describe(
        self,
        targets: tuple[s.Variable | s.Iri, ...],
        dataset: _Dataset,
        where: s.Group | None,
        modifiers: s.Modifiers,
    ) -> s.Query:
        return s.Query((), "DESCRIBE", where, modifiers, targets=targets, **dataset)

    def ask(self, dataset: _Dataset, where: s.Group, modifiers: s.Modifiers) -> s.Query:
        return s.Query((), "ASK", where, modifiers, **dataset)

    def template(self, triples: tuple[s.Triple, ...] = ()) -> tuple[s.Triple, ...]:
        return triples

    def all_targets(self) -> tuple[s.Variable | s.Iri, ...]:
        return ()

    def targets(self, *targets: s.Variable | s.Iri) -> tuple[s.Variable | s.Iri, ...]:
        return targets

    def dataset(self, *graphs: tuple[str, s.Iri]) -> _Dataset:
        return {
            part: tuple(iri for kind, iri in graphs if kind == part)
            for part in ("default_graphs", "named_graphs")
        }

    def from_default(self, iri: s.Iri) -> tuple[str, s.Iri]:
        return "default_graphs", iri

    def from_named(self, iri: s.Iri) -> tuple[str, s.Iri]:
        return "named_graphs", iri

    def maybe_where(self, where: s.Group | None = None) -> s.Group | None:
        return where

    def sub_select(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers, data: s.Data | None
    ) -> s.SubSelect:
        return s.SubSelect(clause, where, modifiers, data)

    def select_all(self, duplicates: str) -> s.SelectClause:
        return s.SelectClause(None, duplicates)

    def select_columns(self, duplicates: str, *columns: s.Column) -> s.SelectClause:
        return s.SelectClause(columns, duplicates)

    def distinct(self) -> str:
        return "DISTINCT"

    def reduced(self) -> str:
        return "REDUCED"

    def plain(self) -> str:
        return ""

    def plain_column(self, variable: s.Variable) -> s.Column:
        return s.Column(None, variable)

    def computed_column(self, value: s.Expression, variable: s.Variable) -> s.Column:
        return s.Column(value, variable)

    def final_values(self, data: s.Data | None = None) -> s.Data | None:
        return data

    def modifiers(
        self,
        group_by: tuple[s.Column, ...],
        having: tuple[s.Expression, ...],
        order_by: tuple[s.OrderKey, ...],
        limits: dict[str, str],
    ) -> s.Modifiers:
        return s.Modifiers(group_by, having, order_by, **limits)

    def group_by(self, *keys: s.Column) -> tuple[s.Column, ...]:
        return keys

    def group_key(self, value: s.Expression) -> s.Column:
        return s.Column(None, value) if isinstance(value, s.Variable) else s.Column(value, None)

    def named_group_key(self, value: s.Expression, variable: s.Variable) -> s.Column:
        return s.Column(value, variable)

    def having(self, *conditions: s.Expression) -> tuple[s.Expression, ...]:
        return conditions

    def order_by(self, *keys: s.OrderKey) -> tuple[s.OrderKey, ...]:
        return keys

    def ascending(self, value: s.Expression) -> s.OrderKey:
        return s.OrderKey(value)

    def descending(self, value: s.Expression) -> s.OrderKey:
        return s.OrderKey(value, descending=True)

    def limits(self, *limits: tuple[str, str]) -> dict[str, str]:
        return dict(limits)

    def limit(self, number: str) -> tuple[str, str]:
        return "limit", number

    def offset(self, number: str) -> tuple[str, str]:
        return "offset", number

    def group(self, *elements: s.Element) -> s.Group:
        return s.Group(elements)

    def group_of_select(self, select: s.SubSelect) -> s.Group:
        return s.Group((select,))

    def block(self, triples: tuple[s.Triple, ...]) -> s.Block:
        return s.Block(triples)

    def union(self, *groups: s.Group) -> s.Union | s.Group:
        return s.Union(groups) if len(groups) > 1 else groups[0]

    def optional(self, group: s.Group) -> s.Optional:
        return s.Optional(group)

    def minus(self, group: s.Group) -> s.Minus:
        return s.Minus(group)

    def lateral(self, group: s.Group) -> s.Lateral:
        return s.Lateral(group)

    def graph(self, name: s.Iri | s.Variable, group: s.Group) -> s.GraphPattern:
        return s.GraphPattern(name, group)

    def service(self, is_silent: bool, name: s.Iri | s.Variable, group: s.Group) -> s.Service:
        return s.Service(name, group, is_silent)

    def is_silent(self) -> bool:
        return True

    def is_loud(self) -> bool:
        return False

    def filter(self, condition: s.Expression) -> s.Filter:
        return s.Filter(condition)

    def bind(self, value: s.Expression, variable: s.Variable) -> s.Bind:
        return s.Bind(value, variable)

    def values(self, data: s.Data) -> s.Data:
        return data

    def data_of_one(self, variable: s.Variable, *values: _Value) -> s.Data:
        return s.Data((variable,), tuple((value,) for value in values))

    def data_of_many(self, variables: tuple[s.Variable, ...], *rows: tuple[_Value, ...]) -> s.Data:
        return s.Data(variables, rows)

    def variables(self, *variables: s.Variable) -> tuple[s.Variable, ...]:
        return variables

    def data_row(self, *values: _Value) -> tuple[_Value, ...]:
        return values

    def data_value(self, value: _Value) -> _Value:
        return value

    def undefined(self) -> None:
        return None

    def triples(self, *statements: list[s.Triple]) -> tuple[s.Triple, ...]:
        return tuple(triple for statement in statements for triple in statement)

    def statement(self, subject: s.Node, properties: _Properties) -> list[s.Triple]:
        return _triples(subject, properties)

    def tree_statement(self, tree: _Tree, properties: _Properties = ()) -> list[s.Triple]:
        return [*tree.triples, *_triples(tree.node, properties)]

    def property_list(self, *pairs: _Property) -> _Properties:
        return pairs

    def verb_objects(self, verb: s.Path | s.Variable, objects: tuple[s.Node | _Tree, ...]) -> _Property:
        return verb, objects

    def objects(self, *objects: s.Node | _Tree) -> tuple[s.Node | _Tree, ...]:
        return objects

    def collection(self, *items: s.Node | _Tree) -> _Tree:
        nodes = [s.BlankNode(self._names.name()) for _ in items]
        triples: list[s.Triple] = []
        following: list[s.Node] = [*nodes[1:], _NIL]
        for node, item, rest in zip(nodes, items, following, strict=True):
            triples += _triples(node, ((_FIRST, (item,)), (_REST, (rest,))))
        return _Tree(nodes[0], triples)

    def properties(self, properties: _Properties) -> _Tree:
        node = s.BlankNode(self._names.name())
        return _Tree(node, _triples(node, properties))

    def alternative(self, *paths: s.Path) -> s.Path:
        return s.Alternative(paths) if len(paths) > 1 else paths[0]

    def sequence(self, *paths: s.Path) -> s.Path:
        return s.Sequence(paths) if len(paths) > 1 else paths[0]

    def inverse(self, path: s.Path) -> s.Path:
        return s.Inverse(path)

    def zero_or_more(self, path: s.Path) -> s.Path:
        return s.Repeated(path, "*")

    def one_or_more(self, path: s.Path) -> s.Path:
        return s.Repeated(path, "+")

    def zero_or_one(self, path: s.Path) -> s.Path:
        return s.Repeated(path, "?")

    def negated(self, *paths: s.Iri | s.Inverse) -> s.Path:
        forward = tuple(path for path in paths if isinstance(path, s.Iri))
        backward = tuple(
            path.path for path in paths if isinstance(path, s.Inverse) and isinstance(path.path, s.Iri)
        )
        return s.Negated(forward, backward)

    def negated_inverse(self, iri: s.Iri) -> s.Inverse:
        return s.Inverse(iri)

    def rdf_type(self) -> s.Iri:
        return _TYPE

    def disjunction(self, *operands: s.Expression) -> s.Expression:
        return _chain(operands, "||")

    def conjunction(self, *operands: s.Expression) -> s.Expression:
        return _chain(operands, "&&")

    def comparison(self, left: s.Expression, operator: str, right: s.Expression) -> s.Expression:
        return s.Chain((left, right), (operator,))

    def comparator(self, operator: str) -> str:
        return operator

    def among(self, operand: s.Expression, options: _Arguments) -> s.Expression:
        return s.In(operand, options[1])

    def not_among(self, operand: s.Expression, options: _Arguments) -> s.Expression:
        return s.In(operand, options[1], negated=True)

    def sum(self, first: s.Expression, *rest: Any) -> s.Expression:
        operands, operators = [first], []
        for part in rest:
            if isinstance(part, str):
                operators.append(part)
            elif isinstance(part, _SignedProduct):
                operators.append(part.sign)
                operands.append(part.product)
            else:
                operands.append(part)
        return s.Chain(tuple(operands), tuple(operators)) if operators else first

    def sign(self, operator: str) -> str:
        return operator

    def signed_product(self, number: str, *rest: Any) -> _SignedProduct:
        return _SignedProduct(number[0], self.product(s.Literal(number[1:]), *rest))

    def product(self, first: s.Expression, *rest: Any) -> s.Expression:
        return s.Chain((first, *rest[1::2]), rest[::2]) if rest else first

    def factor_sign(self, operator: str) -> str:
        return operator

    def signed(self, operator: str, operand: s.Expression) -> s.Expression:
        return s.Unary(operator, operand)

    def unary_sign(self, operator: str) -> str:
        return operator

    def call(self, made: s.Expression) -> s.Expression:
        return made

    def builtin(self, name: str, arguments: _Arguments) -> s.Expression:
        return s.Call(name, arguments[1])

    def function(self, iri: s.Iri, arguments: _Arguments) -> s.Expression:
        return s.Call(iri, arguments[1], arguments[0] == "DISTINCT")

    def exists(self, group: s.Group) -> s.Expression:
        return s.Exists(group)

    def not_exists(self, group: s.Group) -> s.Expression:
        return s.Exists(group, negated=True)

    def aggregate(self, name: str, duplicates: str, argument: s.Expression) -> s.Expression:
        return s.Aggregate(name, argument, duplicates == "DISTINCT")

    def count_all(self, name: str, duplicates: str) -> s.Expression:
        return s.Aggregate(name, None, duplicates == "DISTINCT")

    def group_concat(self, duplicates: str, argument: s.Expression, separator: str) -> s.Expression:
        return s.Aggregate("GROUP_CONCAT", argument, duplicates == "DISTINCT", separator)

    def separator(self, text: str = "") -> str:
        return text

    def arguments(self, duplicates: str, *arguments: s.Expression) -> _Arguments:
        return duplicates, arguments

    def variable(self, text: str) -> s.Variable:
        return s.Variable(text[1:])

    def iri(self, text: str) -> s.Iri:
        return s.Iri(text)

    def labelled(self, text: str) -> s.BlankNode:
        return s.BlankNode(text[2:])

    def anonymous(self) -> s.BlankNode:
        return s.BlankNode(self._names.name())

    def nil(self) -> s.Iri:
        return _NIL

    def text(self, text: str) -> s.Literal:
        return s.Literal(text)

    def text_in_language(self, text: str, language: str) -> s.Literal:
        return s.Literal(text, language=language)

    def typed_text(self, text: str, datatype: s.Iri) -> s.Literal:
        return s.Literal(text, datatype=datatype)

    def bare(self, text: str) -> s.Literal:
        return s.Literal(text)


def _chain(operands: tuple[s.Expression, ...], operator: str) -> s.Expression:
    return s.Chain(operands, (operator,) * (len(operands) - 1)) if len(operands) > 1 else operands[0]


def _triples(subject: s.Node, properties: _Properties) -> list[s.Triple]:
    """Return each property of a subject as a triple, followed by those of what stands in its place."""
    triples: list[s.Triple] = []
    for verb, objects in properties:
        for node in objects:
            if isinstance(node, _Tree):
                triples += [s.Triple(subject, verb, node.node), *node.triples]
            else:
                triples.append(s.Triple(subject, verb, node))
    return triples
