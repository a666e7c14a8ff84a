"""Makes the tree of a query of what the rules of the grammar have read."""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from glutakg.sparql import syntax as s

__all__ = ["Builder", "FreshNames"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL = (s.Iri(f"<{_RDF}{name}>") for name in ("type", "first", "rest", "nil"))


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


class Builder:
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
