"""What is wrong only as a whole, such as a variable that gets two values."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from glutakg.rdf import PREFIXES
from glutakg.sparql import syntax as s
from glutakg.sparql.mistakes.words import Mistake, word_of
from glutakg.sparql.rewriting.tree import in_scope, is_aggregating, parts_of
from glutakg.sparql.scanner import Token, start_of

__all__ = ["wrong_as_a_whole"]


def wrong_as_a_whole(query: s.Query, tokens: Sequence[Token]) -> Iterator[Mistake]:
    """Yield what is wrong with a query that the grammar reads."""
    declared = {name for name, _ in query.prologue}
    for before, token in pairwise([Token("", "", -1), *tokens]):
        if token.kind == "name" and not token.text.startswith("_:") and word_of(before) != "PREFIX":
            prefix = token.text.partition(":")[0]
            if prefix + ":" not in declared:
                known = PREFIXES.get(prefix)
                line = f"PREFIX {prefix}: <{known or '…'}>"
                yield Mistake(start_of(token), f"the prefix {prefix}: is not declared; add {line}")
    if query.clause is not None and query.where is not None:
        yield from _of_select(query.clause, query.where, query.modifiers, tokens)
    if query.where is not None:
        yield from _of_group(query.where, tokens)
    yield from _of_data(query.data, tokens)


def _of_select(
    clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers, tokens: Sequence[Token]
) -> Iterator[Mistake]:
    if clause.columns is None:
        if modifiers.group_by:
            yield Mistake(
                _place(tokens, "*"),
                "SELECT * does not go with GROUP BY; name the columns, which are its keys",
            )
        return
    bound = in_scope(where)
    bound |= {key.variable.name for key in modifiers.group_by if key.variable and key.value}
    keys = {key.variable.name for key in modifiers.group_by if key.variable}
    computed = {column.variable.name for column in clause.columns if column.variable and column.value}
    for column in clause.columns:
        name = column.variable.name if column.variable else ""
        if column.value is not None and name in bound:
            yield Mistake(
                _last_place(tokens, name, "AS"), f"?{name} has a value already; give the column another name"
            )
        bound |= {name} if column.value is not None else set()
        if column.value is None and is_aggregating(clause, modifiers) and name not in keys:
            yield Mistake(
                _variable_place(tokens, name),
                f"?{name} is neither a key of GROUP BY nor in an aggregate; add it to GROUP BY, or write "
                f"(SAMPLE(?{name}) AS ?some_{name})",
            )
        if column.value is not None and is_aggregating(clause, modifiers):
            free = {part.name for part in _outside_aggregates(column.value) if isinstance(part, s.Variable)}
            for each in sorted(free - keys - computed):
                yield Mistake(
                    _variable_place(tokens, each),
                    f"?{each} is neither a key of GROUP BY nor in an aggregate; add it to GROUP BY",
                )


def _outside_aggregates(expression: s.Expression) -> Iterator[s.Expression]:
    if isinstance(expression, s.Aggregate):
        return
    yield expression
    match expression:
        case s.Unary(_, operand):
            yield from _outside_aggregates(operand)
        case s.Chain(operands, _) | s.Call(_, operands, _):
            for operand in operands:
                yield from _outside_aggregates(operand)
        case s.In(operand, options, _):
            for part in (operand, *options):
                yield from _outside_aggregates(part)


def _of_group(group: s.Group, tokens: Sequence[Token]) -> Iterator[Mistake]:
    for index, element in enumerate(group.elements):
        match element:
            case s.Bind(value, variable):
                if variable.name in in_scope(s.Group(group.elements[:index])):
                    yield Mistake(
                        _last_place(tokens, variable.name, "AS"),
                        f"BIND cannot give ?{variable.name} a value, since it has one before in this group; "
                        f"use another name, or FILTER(?{variable.name} = …)",
                    )
                yield from _aggregates_in("BIND", parts_of(value), tokens)
            case s.Filter(condition):
                yield from _aggregates_in("FILTER", parts_of(condition), tokens)
            case s.Data():
                yield from _of_data(element, tokens)
            case s.Group():
                yield from _of_group(element, tokens)
            case s.Optional(inner) | s.Minus(inner) | s.Lateral(inner) | s.GraphPattern(_, inner):
                yield from _of_group(inner, tokens)
            case s.Union(groups):
                for inner in groups:
                    yield from _of_group(inner, tokens)
            case s.SubSelect(clause, where, modifiers, data):
                yield from _of_select(clause, where, modifiers, tokens)
                yield from _of_group(where, tokens)
                yield from _of_data(data, tokens)


def _aggregates_in(what: str, parts: Iterator[s.Expression], tokens: Sequence[Token]) -> Iterator[Mistake]:
    for part in parts:
        if isinstance(part, s.Aggregate):
            instead = "HAVING after GROUP BY" if what == "FILTER" else "a sub-SELECT"
            yield Mistake(
                _place(tokens, part.function),
                f"{part.function} cannot stand in {what}, where each solution is by itself; use {instead}",
            )


def _of_data(data: s.Data | None, tokens: Sequence[Token]) -> Iterator[Mistake]:
    for number, row in enumerate(data.rows if data else (), 1):
        assert data is not None
        if len(row) != len(data.variables):
            yield Mistake(
                _place(tokens, "VALUES"),
                f"VALUES has {len(data.variables)} variables, but its row {number} has {len(row)} values",
            )


def _place(tokens: Sequence[Token], text: str) -> int:
    return next(start_of(token) for token in tokens if token.text.upper() == text)


def _variable_place(tokens: Sequence[Token], name: str) -> int:
    return next(start_of(token) for token in tokens if token.kind == "variable" and token.text[1:] == name)


def _last_place(tokens: Sequence[Token], name: str, before: str) -> int:
    """Return where a variable stands after a word."""
    return next(
        start_of(token)
        for earlier, token in pairwise(tokens)
        if token.kind == "variable" and token.text[1:] == name and word_of(earlier) == before
    )
