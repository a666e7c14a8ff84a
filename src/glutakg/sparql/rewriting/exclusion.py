"""The rule about MINUS in EXISTS."""

from glutakg.errors import QueryError
from glutakg.languages import N_, either
from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.tree import Context, TreeRule, in_scope

__all__ = ["ExclusionRule"]


class ExclusionRule(TreeRule):
    """In EXISTS, `A MINUS B` = `A` where A and B have no variable in common.

    The engine compares what is bound around EXISTS as well, so that such a MINUS takes everything away. Where
    both have a variable in every solution, that makes no difference; what depends on the solution is refused.
    """

    name = "MINUS in EXISTS"

    def __init__(self, context: Context) -> None:
        """Begin outside of EXISTS."""
        super().__init__(context)
        self._is_within = False

    def expression(self, expression: s.Expression) -> s.Expression:
        """Know what is in EXISTS."""
        around = self._is_within
        self._is_within = around or isinstance(expression, s.Exists)
        changed = super().expression(expression)
        self._is_within = around
        return changed

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """Leave out what takes nothing away."""
        group = super().group(group, counts)
        if not self._is_within:
            return group
        kept: tuple[s.Element, ...] = ()
        for element in group.elements:
            if not isinstance(element, s.Minus) or _has_common_variable(s.Group(kept), element.group):
                kept += (element,)
        return s.Group(kept)


def _has_common_variable(kept: s.Group, taken: s.Group) -> bool:
    """Tell whether two groups have a variable in common, which must not depend on the solution."""
    common = in_scope(kept) & in_scope(taken)
    if common and not common & _always_bound(kept) & _always_bound(taken):
        names = either([f"?{name}" for name in sorted(common)])
        raise QueryError(
            N_(
                "MINUS in EXISTS is not answered right where a solution may lack {names}, which both sides "
                "of it have; write FILTER NOT EXISTS in the place of MINUS.",
                names=names,
            )
        )
    return bool(common)


def _always_bound(group: s.Group) -> set[str]:
    """Return variables that each solution of a group has."""
    names: set[str] = set()
    for element in group.elements:
        match element:
            case s.Block():
                names |= in_scope(s.Group((element,)))
            case s.Data(variables, rows):
                names |= {
                    variable.name
                    for position, variable in enumerate(variables)
                    if all(row[position] is not None for row in rows)
                }
            case s.GraphPattern(name, inner):
                names |= _always_bound(inner) | ({name.name} if isinstance(name, s.Variable) else set())
            case s.Union(groups):
                names |= set.intersection(*map(_always_bound, groups))
            case s.Group():
                names |= _always_bound(element)
            case s.SubSelect(clause, where):
                shown = in_scope(s.Group((element,)))
                names |= shown & _always_bound(where) if not _computes(clause) else set()
    return names


def _computes(clause: s.SelectClause) -> bool:
    return any(column.value is not None for column in clause.columns or ())
