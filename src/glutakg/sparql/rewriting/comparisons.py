"""Rules about comparing values and about their truth."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.kinds import kind_of
from glutakg.sparql.rewriting.tokens import FUNCTIONS, LANGUAGE_TAG
from glutakg.sparql.rewriting.tree import Context, TreeRule, parts_of

__all__ = [
    "ComparisonRule",
    "DateEqualityRule",
    "LanguageRule",
    "OrderRule",
    "TruthRule",
    "can_repeat",
]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN = s.Iri(f"<{_XSD}boolean>")
_INTEGER = s.Iri(f"<{_XSD}integer>")
_DATES = tuple(s.Iri(f"<{_XSD}{name}>") for name in ("dateTime", "date", "time", "gYear", "gYearMonth"))
_LONGEST = 30  # parts of an expression that is written several times
_NEVER_THE_SAME = frozenset({"BNODE", "RAND", "STRUUID", "UUID"})


class ComparisonRule(TreeRule):
    """Knows which variables stand for things: such a one is neither a date nor a boolean."""

    def __init__(self, context: Context) -> None:
        """Begin with no variables."""
        super().__init__(context)
        self._things: frozenset[str] = frozenset()

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """See what the triples and data of a group say of its variables, and of those within it."""
        around = self._things
        if any(isinstance(element, s.SubSelect) for element in group.elements):
            self._things = frozenset()
        self._things |= frozenset(_things(group))
        changed = super().group(group, counts)
        self._things = around
        return changed

    def kind(self, expression: s.Expression) -> str:
        """Return the kind of an expression."""
        if isinstance(expression, s.Variable) and expression.name in self._things:
            return "iri"
        return kind_of(expression)

    def membership(self, expression: s.In) -> s.Expression:
        """Return IN as the comparisons that it stands for, where a rule is about one of them."""
        if not expression.options or not can_repeat(expression.operand):
            return expression
        compared = tuple(s.Chain((expression.operand, option), ("=",)) for option in expression.options)
        mended = tuple(map(self.operation, compared))
        if mended == compared:
            return expression
        either = mended[0] if len(mended) == 1 else s.Chain(mended, ("||",) * (len(mended) - 1))
        return s.Unary("!", either) if expression.negated else either


def _things(group: s.Group) -> Iterator[str]:
    """Yield the variables of a group that stand for IRIs or blank nodes wherever it has a solution."""
    for element in group.elements:
        match element:
            case s.Block(triples):
                for triple in triples:
                    plain = isinstance(triple.predicate, s.Iri | s.Variable)
                    nodes = (triple.subject, triple.predicate) if plain else ()
                    yield from (node.name for node in nodes if isinstance(node, s.Variable))
            case s.Data(variables, rows):
                for variable, column in zip(variables, zip(*rows, strict=True), strict=bool(rows)):
                    if all(isinstance(value, s.Iri) for value in column):
                        yield variable.name
            case s.GraphPattern(group=inner):
                yield from _things(inner)
            case s.Group():
                yield from _things(element)


class OrderRule(ComparisonRule):
    """`a < b` of two booleans = `xsd:integer(a) < xsd:integer(b)`, and with NaN it is false.

    The engine gives an error for both.
    """

    name = "order of booleans and NaN"

    def operation(self, expression: s.Chain) -> s.Expression:
        """Return the comparison, with what is to be done for booleans and NaN."""
        if expression.operators[0] not in ("<", ">", "<=", ">="):
            return expression
        kinds = set(map(self.kind, expression.operands))
        as_numbers = s.Chain(
            tuple(s.Call(_INTEGER, (operand,)) for operand in expression.operands), expression.operators
        )
        if kinds == {"boolean"}:
            return as_numbers
        if kinds - {"boolean", "number", ""} or "" not in kinds or not can_repeat(expression):
            return expression
        if any(_is_bare_number(operand) for operand in expression.operands) and not _has_nan(expression):
            return expression
        otherwise: s.Expression = expression
        if "boolean" not in kinds:
            numeric = _all(expression.operands, lambda operand: s.Call("ISNUMERIC", (operand,)))
            otherwise = s.Call("IF", (numeric, s.Literal("false"), otherwise))
        if "number" not in kinds:
            boolean = _all(
                tuple(operand for operand in expression.operands if kind_of(operand) != "boolean"),
                lambda operand: s.Chain((s.Call("DATATYPE", (operand,)), _BOOLEAN), ("=",)),
            )
            otherwise = s.Call("IF", (boolean, as_numbers, otherwise))
        return s.Call("COALESCE", (expression, otherwise))


def _is_bare_number(expression: s.Expression) -> bool:
    """Tell whether an expression is a number as most are written; NaN is rarely compared with one."""
    return (
        isinstance(expression, s.Literal) and expression.datatype is None and kind_of(expression) == "number"
    )


def _has_nan(expression: s.Chain) -> bool:
    return any(
        isinstance(operand, s.Literal) and operand.text.strip("\"'") == "NaN"
        for operand in expression.operands
    )


def _all(operands: tuple[s.Expression, ...], asked: Callable[[s.Expression], s.Expression]) -> s.Expression:
    """Return the condition that what is asked holds for all operands."""
    conditions = tuple(map(asked, operands))
    return conditions[0] if len(conditions) == 1 else s.Chain(conditions, ("&&",) * (len(conditions) - 1))


class DateEqualityRule(ComparisonRule):
    """`a != b` of dates = `a < b || a > b`, which is an error where only one has a zone and they are near.

    The engine takes them to differ. `a = b` is the contrary of that.
    """

    name = "equality of dates"

    def operation(self, expression: s.Chain) -> s.Expression:
        """Return the comparison, with what is to be done for dates."""
        if expression.operators[0] not in ("=", "!="):
            return expression
        kinds = set(map(self.kind, expression.operands))
        if kinds - {"date", ""} or not can_repeat(expression):
            return expression
        first, second = expression.operands
        differ = s.Chain((s.Chain((first, second), ("<",)), s.Chain((first, second), (">",))), ("||",))
        mended: s.Expression = differ if expression.operators[0] == "!=" else s.Unary("!", differ)
        dated = tuple(
            part
            for operand in expression.operands
            if kind_of(operand) != "date"
            for part in (s.Call("ISLITERAL", (operand,)), s.In(s.Call("DATATYPE", (operand,)), _DATES))
        )
        same_kind = s.Chain(tuple(s.Call("DATATYPE", (operand,)) for operand in (first, second)), ("=",))
        conditions = s.Chain((*dated, same_kind), ("&&",) * len(dated)) if dated else same_kind
        return s.Call("IF", (conditions, mended, expression))


class LanguageRule(TreeRule):
    """`LANG(t) = "en-GB"` = `LANG(t) = "en-gb"`: the engine keeps tags in lower case."""

    name = "language tags"

    def operation(self, expression: s.Chain) -> s.Expression:
        """Return a comparison with a tag in lower case."""
        if expression.operators[0] not in ("=", "!=") or not any(map(_is_tag, expression.operands)):
            return expression
        return replace(expression, operands=tuple(map(_in_lower_case, expression.operands)))

    def membership(self, expression: s.In) -> s.Expression:
        """Return a list with tags in lower case."""
        if not _is_tag(expression.operand):
            return expression
        return replace(expression, options=tuple(map(_in_lower_case, expression.options)))


def _is_tag(expression: s.Expression) -> bool:
    return isinstance(expression, s.Call) and expression.function == "LANG"


def _in_lower_case(expression: s.Expression) -> s.Expression:
    if isinstance(expression, s.Literal) and LANGUAGE_TAG.fullmatch(expression.text):
        return replace(expression, text=expression.text.lower())
    return expression


class TruthRule(TreeRule):
    """`FILTER(t)` = `FILTER(STRLEN(t) > 0)` for a text with a language: the engine gives an error."""

    name = "truth of a text with a language"

    def condition(self, expression: s.Expression) -> s.Expression:
        """Return what is true where the expression is."""
        expression = self.expression(expression)
        if not _may_be_worded(expression) or not can_repeat(expression):
            return expression
        has_language = s.Chain((s.Call("LANG", (expression,)), s.Literal('""')), ("!=",))
        has_characters = s.Chain((s.Call("STRLEN", (expression,)), s.Literal("0")), (">",))
        return s.Call("IF", (has_language, has_characters, expression))


def _may_be_worded(expression: s.Expression) -> bool:
    if isinstance(expression, s.Variable):
        return True
    if isinstance(expression, s.Call) and expression.function in ("IF", "COALESCE"):
        return True
    if isinstance(expression, s.Aggregate) and expression.function in ("MAX", "MIN", "SAMPLE"):
        return True
    return kind_of(expression) == "worded"


def _is_known(call: s.Call) -> bool:
    """Tell whether a function with an IRI is one of XML Schema or of our own."""
    assert isinstance(call.function, s.Iri)
    return kind_of(call) != "" or call.function.text.startswith(f"<{FUNCTIONS}")


def can_repeat(expression: s.Expression) -> bool:
    """Tell whether an expression is short, and has the same value each time."""
    parts = list(islice(parts_of(expression), _LONGEST + 1))
    return len(parts) <= _LONGEST and not any(
        isinstance(part, s.Exists)
        or (isinstance(part, s.Call) and part.function in _NEVER_THE_SAME)
        or (isinstance(part, s.Call) and isinstance(part.function, s.Iri) and not _is_known(part))
        for part in parts
    )
