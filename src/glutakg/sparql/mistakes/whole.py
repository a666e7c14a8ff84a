"""What is wrong only as a whole, such as a variable that gets two values."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from glutakg.languages import N_, either
from glutakg.rdf import PREFIXES
from glutakg.sparql import syntax as s
from glutakg.sparql.mistakes.words import Mistake, word_of
from glutakg.sparql.parser import Span
from glutakg.sparql.rewriting.tree import in_scope, is_aggregating, parts_of
from glutakg.sparql.scanner import Token, start_of

__all__ = ["wrong_as_a_whole"]

_ARGUMENTS = {
    (0, 0): "NOW RAND STRUUID UUID",
    (0, 1): "BNODE",
    (1, 1): """
        ABS BOUND CEIL DATATYPE DAY ENCODE_FOR_URI FLOOR HOURS IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI
        LANG LCASE MD5 MINUTES MONTH ROUND SECONDS SHA1 SHA256 SHA384 SHA512 STR STRLEN TIMEZONE TZ UCASE URI
        YEAR
    """,
    (2, 2): "CONTAINS LANGMATCHES SAMETERM STRAFTER STRBEFORE STRDT STRENDS STRLANG STRSTARTS",
    (2, 3): "REGEX SUBSTR",
    (3, 3): "IF",
    (3, 4): "REPLACE",
}
_ARGUMENTS_OF = {name: numbers for numbers, names in _ARGUMENTS.items() for name in names.split()}


def wrong_as_a_whole(
    query: s.Query, places: Mapping[int, Span], tokens: Sequence[Token]
) -> Iterator[Mistake]:
    """Yield what is wrong with a query that the grammar reads.

    Args:
        query: its tree.
        places: where each part of it begins, by `id`.
        tokens: those of its text.
    """
    yield from _of_tokens(query, tokens)
    labels: dict[str, object] = {}
    for part in s.every_part(query):
        match part:
            case s.Query(clause=clause, where=where, modifiers=modifiers) if clause and where:
                yield from _of_select(clause, where, modifiers, places)
            case s.Query(modifiers=modifiers) if modifiers.group_by or modifiers.having:
                yield from _of_groups(part, tokens)
            case s.Query(template=template, where=where) if part.form == "CONSTRUCT":
                yield from _of_template(where if template is None else template, places)
            case s.SubSelect(clause, where, modifiers):
                yield from _of_select(clause, where, modifiers, places)
            case s.Group():
                yield from _of_bindings(part, places)
                yield from _of_labels(part, labels, places)
            case s.Filter(value) | s.Bind(value):
                yield from _of_aggregates("FILTER" if isinstance(part, s.Filter) else "BIND", value, places)
            case s.Data():
                yield from _of_data(part, places)
            case s.Call():
                yield from _of_call(part, places)
            case s.Aggregate(function=function, argument=None) if function != "COUNT":
                told = N_("only COUNT counts solutions by *; write {function}(?x)", function=function)
                yield Mistake(places[id(part)].start, told)


def _of_tokens(query: s.Query, tokens: Sequence[Token]) -> Iterator[Mistake]:
    declared = {name for name, _ in query.prologue}
    for before, token in pairwise([Token("", "", -1), *tokens]):
        if token.kind == "name" and not token.text.startswith("_:") and word_of(before) != "PREFIX":
            prefix = token.text.partition(":")[0]
            if prefix + ":" not in declared:
                line = f"PREFIX {prefix}: <{PREFIXES.get(prefix) or '…'}>"
                yield Mistake(
                    start_of(token),
                    N_("the prefix {prefix}: is not declared; add {line}", prefix=prefix, line=line),
                )
        if word_of(before) in ("LIMIT", "OFFSET") and not token.text.isdecimal():
            yield Mistake(start_of(token), N_("after {before} comes a whole number", before=word_of(before)))


def _of_select(
    clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers, places: Mapping[int, Span]
) -> Iterator[Mistake]:
    if clause.columns is None:
        if modifiers.group_by:
            told = N_("SELECT * does not go with GROUP BY; name the columns, which are its keys")
            yield Mistake(places[id(clause)].start, told)
        return
    bound = in_scope(where) | {key.variable.name for key in modifiers.group_by if key.variable and key.value}
    keys = {key.variable.name for key in modifiers.group_by if key.variable}
    aggregates = is_aggregating(clause, modifiers)
    computed: set[str] = set()
    for column in clause.columns:
        assert column.variable is not None
        name, place = column.variable.name, places[id(column.variable)].start
        if column.value is None:
            if aggregates and name not in keys:
                otherwise = N_(", or write (SAMPLE(?{name}) AS ?some_{name})", name=name)
                yield Mistake(place, _not_grouped(name, otherwise))
            continue
        if name in bound:
            yield Mistake(place, N_("?{name} has a value already; give the column another name", name=name))
        bound.add(name)
        for part in _outside_aggregates(column.value) if aggregates else ():
            if isinstance(part, s.Variable) and part.name in computed - keys:
                told = N_(
                    "?{name} is made beside this column, and is not known to it where there are aggregates; "
                    "write again what it is made of",
                    name=part.name,
                )
                yield Mistake(places[id(part)].start, told)
            elif isinstance(part, s.Variable) and part.name not in keys:
                yield Mistake(places[id(part)].start, _not_grouped(part.name, ""))
        computed.add(name)


def _not_grouped(name: str, otherwise: str) -> str:
    return N_(
        "?{name} is neither a key of GROUP BY nor in an aggregate; add it to GROUP BY{otherwise}",
        name=name,
        otherwise=otherwise,
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


def _of_groups(query: s.Query, tokens: Sequence[Token]) -> Iterator[Mistake]:
    """Yield that what is no SELECT has no groups, which the specification allows but nobody means."""
    place = next(start_of(token) for token in reversed(tokens) if word_of(token) in ("GROUP", "HAVING"))
    inner = "{ { SELECT … { … } GROUP BY … HAVING(…) } }"
    yield Mistake(
        place,
        N_(
            "{form} makes no groups here; put them into a sub-SELECT: {form} {inner}",
            form=query.form,
            inner=inner,
        ),
    )


def _of_template(template: object, places: Mapping[int, Span]) -> Iterator[Mistake]:
    for part in s.every_part(template):
        if isinstance(part, s.Triple) and not isinstance(part.predicate, s.Iri | s.Variable):
            told = N_("a path cannot stand in what CONSTRUCT makes; write a single predicate")
            yield Mistake(places.get(id(part.predicate), places[id(part.subject)]).start, told)


def _of_bindings(group: s.Group, places: Mapping[int, Span]) -> Iterator[Mistake]:
    for index, element in enumerate(group.elements):
        if isinstance(element, s.Bind):
            name = element.variable.name
            if name in in_scope(s.Group(group.elements[:index])):
                yield Mistake(
                    places[id(element.variable)].start,
                    N_(
                        "BIND cannot give ?{name} a value, since it has one before in this group; use "
                        "another name, or FILTER(?{name} = …)",
                        name=name,
                    ),
                )


def _of_labels(group: s.Group, labels: dict[str, object], places: Mapping[int, Span]) -> Iterator[Mistake]:
    """Yield the blank nodes that stand in two patterns; a filter does not part the triples around it."""
    pattern = object()
    for element in group.elements:
        if not isinstance(element, s.Block | s.Filter):
            pattern = object()
        for triple in element.triples if isinstance(element, s.Block) else ():
            for node in (triple.subject, triple.object):
                if isinstance(node, s.BlankNode) and labels.setdefault(node.label, pattern) is not pattern:
                    told = N_(
                        "_:{label} stands in another graph pattern too; use a variable for both",
                        label=node.label,
                    )
                    yield Mistake(places[id(node)].start, told)


def _of_aggregates(what: str, value: s.Expression, places: Mapping[int, Span]) -> Iterator[Mistake]:
    for part in parts_of(value):
        if isinstance(part, s.Aggregate):
            instead = N_("HAVING after GROUP BY") if what == "FILTER" else N_("a sub-SELECT")
            yield Mistake(
                places[id(part)].start,
                N_(
                    "{function} cannot stand in {what}, where each solution is by itself; use {instead}",
                    function=part.function,
                    what=what,
                    instead=instead,
                ),
            )


def _of_data(data: s.Data, places: Mapping[int, Span]) -> Iterator[Mistake]:
    wanted = len(data.variables)
    for number, row in enumerate(data.rows, 1):
        if len(row) != wanted:
            yield Mistake(
                places[id(data)].start,
                N_(
                    "row {number} of VALUES has not as many values as there are variables: {given} instead "
                    "of {wanted}",
                    wanted=wanted,
                    number=number,
                    given=len(row),
                ),
            )


def _of_call(call: s.Call, places: Mapping[int, Span]) -> Iterator[Mistake]:
    if not isinstance(call.function, str) or call.function not in _ARGUMENTS_OF:
        return
    fewest, most = _ARGUMENTS_OF[call.function]
    if not fewest <= len(call.arguments) <= most:
        wanted = str(most) if fewest == most else either([str(fewest), str(most)])
        message = N_("{function} takes {wanted} arguments, and here are {number}")
        if wanted == "1":
            message = N_("{function} takes 1 argument, and here are {number}")
        told = message.filled(function=call.function, wanted=wanted, number=len(call.arguments))
        yield Mistake(places[id(call)].start, told)
    elif call.function == "BOUND" and not isinstance(call.arguments[0], s.Variable):
        yield Mistake(
            places[id(call)].start, N_("BOUND tells whether a variable has a value, and takes nothing else")
        )
