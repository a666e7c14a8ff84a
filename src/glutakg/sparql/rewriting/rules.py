"""Rewrites a query so that the engine answers it right, and tells which rules did."""

import sys
from dataclasses import replace
from functools import lru_cache

from glutakg.errors import QueryError, QueryResourceError
from glutakg.languages import N_
from glutakg.sparql import syntax as s
from glutakg.sparql.parser import FreshNames, parse
from glutakg.sparql.printer import query_text
from glutakg.sparql.rewriting.aggregates import ConcatenationRule, CountAllRule, CountRule, ExtremeRule
from glutakg.sparql.rewriting.comparisons import DateEqualityRule, LanguageRule, OrderRule, TruthRule
from glutakg.sparql.rewriting.exclusion import ExclusionRule
from glutakg.sparql.rewriting.existence import ExistenceRule
from glutakg.sparql.rewriting.graphs import GraphRule
from glutakg.sparql.rewriting.numbers import CalculationRule, ConversionRule, LargeNumberRule, TotalRule
from glutakg.sparql.rewriting.paths import AlternativeRule, NegatedRule, ZeroLengthRule
from glutakg.sparql.rewriting.refused import RefusedForms
from glutakg.sparql.rewriting.regular import PatternRule, ReplacementRule
from glutakg.sparql.rewriting.tree import Context, TreeRule, in_scope

__all__ = ["TREE_RULES", "rewritten_tree"]

TREE_RULES: tuple[type[TreeRule], ...] = (
    RefusedForms,
    ExclusionRule,
    AlternativeRule,
    NegatedRule,
    ZeroLengthRule,
    ExistenceRule,
    LanguageRule,
    TruthRule,
    OrderRule,
    DateEqualityRule,
    CalculationRule,
    ReplacementRule,
    PatternRule,
    CountAllRule,
    CountRule,
    ConcatenationRule,
    ExtremeRule,
    TotalRule,
    ConversionRule,
    LargeNumberRule,
    GraphRule,
)
"""The rules, in the order in which they act."""

_LONGEST = 1_000_000
_DEEPEST = 20_000  # calls; the parser limits the depth of brackets, the guard that of chains


@lru_cache(maxsize=256)
def rewritten_tree(
    text: str,
    graphs: tuple[str, ...],
    rules: tuple[type[TreeRule], ...] = TREE_RULES,
    *,
    large: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Return the text of a query after all rules on trees, and the names of those that changed it.

    Args:
        text: a query that the engine has accepted.
        graphs: the named graphs of the store; a query that names its own (FROM NAMED) has those.
        rules: the rules.
        large: whether there can be numbers for which the engine has no room.

    Raises:
        UnreadableQuery: the parser does not read it.
        QueryError: it has a form that is answered wrongly and cannot be rewritten.
        QueryResourceError: it is too deep or too long.
    """
    names = FreshNames(text)
    query = parse(text, names)
    context = Context(names, tuple(s.Iri(f"<{iri}>") for iri in graphs), large=large)
    for name, iri in query.prologue:
        context.prefixes[name] = context.iri(iri)
    if query.default_graphs or query.named_graphs:
        context.graphs = tuple({context.iri(iri): iri for iri in query.named_graphs}.values())
    acted: list[str] = []
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, _DEEPEST))
    try:
        for rule in rules:
            changed = rule(context).query(query)
            if changed != query:
                acted.append(rule.name)
                query = changed
        if acted:
            query = _without_fresh_columns(query, context)
            text = query_text(query)
    except RecursionError:
        raise QueryResourceError(N_("The query nests too deeply to be rewritten; split it.")) from None
    finally:
        sys.setrecursionlimit(usual)
    if len(text) > _LONGEST:
        raise QueryResourceError(
            N_(
                "Rewritten to be answered right, the query has more than {limit:,} characters; split it.",
                limit=_LONGEST,
            )
        )
    return text, tuple(acted)


def _without_fresh_columns(query: s.Query, context: Context) -> s.Query:
    """Name the columns of `SELECT *` and `DESCRIBE *` where rules have put variables in."""
    if query.clause is not None and query.clause.columns is None and query.where is not None:
        names = in_scope(query.where)
        if names and names <= context.fresh:
            raise QueryError(
                N_(
                    "SELECT * has no variable to show here, and this query has to be rewritten with one "
                    "to be answered right; ask with ASK, or with SELECT (COUNT(*) AS ?n)."
                )
            )
    query = _Columns(context).query(query)
    if query.form == "DESCRIBE" and not query.targets and query.where is not None:
        names = in_scope(query.where)
        if names & context.fresh:
            targets = tuple(map(s.Variable, sorted(names - context.fresh)))
            return replace(query, targets=targets) if targets else query
    return query


class _Columns(TreeRule):
    """Names the columns of `SELECT *`."""

    def query(self, query: s.Query) -> s.Query:
        changed = super().query(query)
        return changed if query.clause is not None else replace(changed, clause=None)

    def solution(
        self, clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers
    ) -> tuple[s.SelectClause, s.Group, s.Modifiers]:
        names = in_scope(where)
        if clause.columns is not None or not names & self.context.fresh:
            return clause, where, modifiers
        columns = tuple(s.Column(None, s.Variable(name)) for name in sorted(names - self.context.fresh))
        if not columns:
            columns = (s.Column(s.Literal("1"), self.context.variable()),)
        return replace(clause, columns=columns), where, modifiers
