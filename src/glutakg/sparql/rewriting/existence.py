"""The rule about paths of length zero in EXISTS."""

from collections import Counter
from collections.abc import Iterable

from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.paths import may_be_empty
from glutakg.sparql.rewriting.tree import Context, TreeRule

__all__ = ["ExistenceRule"]


class ExistenceRule(TreeRule):
    """In EXISTS, `?x p* ?y` = `{ ?x p* ?y } UNION { ?x = ?y }` of what is known around EXISTS.

    The engine begins at the nodes of the graph, where a value from VALUES or BIND may be none. What a triple
    finds is one, so that nothing is changed where such a variable also stands in a triple; nor where EXISTS
    holds more than triples and filters, of which engines agree that the path begins at nodes.
    """

    name = "path of length zero in EXISTS"

    def __init__(self, context: Context) -> None:
        """Begin outside of EXISTS."""
        super().__init__(context)
        self._used: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._known: frozenset[str] = frozenset()

    def query(self, query: s.Query) -> s.Query:
        """See which variables there are, and which of them triples find."""
        self._used, self._found = _names(query), _names_in_triples(query)
        return super().query(query)

    def expression(self, expression: s.Expression) -> s.Expression:
        """Know what stands around EXISTS, and in no triple there."""
        if not isinstance(expression, s.Exists):
            return super().expression(expression)
        around = self._known
        used = self._used - _names(expression.group)
        known = used.keys() - (self._found - _names_in_triples(expression.group)).keys()
        is_plain = all(isinstance(element, s.Block | s.Filter) for element in expression.group.elements)
        self._known = frozenset(known) if is_plain else frozenset()
        changed = super().expression(expression)
        self._known = around
        return changed

    def block(self, triples: tuple[s.Triple, ...], counts: bool) -> Iterable[s.Element]:
        """Return the triples that stay, and a union for each of the others."""
        found = _names_in_triples(s.Block(triples))
        kept: list[s.Triple] = []
        unions: list[s.Element] = []
        for triple in triples:
            ends = {end.name for end in (triple.subject, triple.object) if isinstance(end, s.Variable)}
            if self._known & ends - found.keys() and _is_meant(triple):
                unions.append(self._union(triple))
            else:
                kept.append(triple)
        return [*([s.Block(tuple(kept))] if kept else []), *unions]

    def _union(self, triple: s.Triple) -> s.Union:
        one, other = triple.subject, triple.object
        if isinstance(one, s.Variable) and isinstance(other, s.Variable):
            same = s.Group((s.Filter(s.Call("SAMETERM", (one, other))),))
            return s.Union((s.Group((s.Block((triple,)),)), same, _taken(one, other), _taken(other, one)))
        known = one if isinstance(one, s.Variable) else other
        assert isinstance(known, s.Variable)
        bound = s.Group((s.Filter(s.Call("BOUND", (known,))),))
        return s.Union((s.Group((s.Block((triple,)),)), bound))


def _taken(known: s.Variable, other: s.Variable) -> s.Group:
    """Return a group in which a variable takes the value of a known one, where it has none."""
    is_open = s.Chain(
        (s.Call("BOUND", (known,)), s.Unary("!", s.Call("BOUND", (other,)))),
        ("&&",),
    )
    return s.Group((s.Group((s.Filter(is_open),)), s.Bind(known, other)))


def _is_meant(triple: s.Triple) -> bool:
    """Tell whether a path may have no length, and ends at variables, or at one and a blank node."""
    if isinstance(triple.predicate, s.Variable) or not may_be_empty(triple.predicate):
        return False
    return not any(isinstance(end, s.Iri | s.Literal) for end in (triple.subject, triple.object))


def _names(part: object) -> Counter[str]:
    return Counter(each.name for each in s.every_part(part) if isinstance(each, s.Variable))


def _names_in_triples(part: object) -> Counter[str]:
    """Return how often variables stand at the ends of triples that find nodes of the graph."""
    return Counter(
        end.name
        for each in s.every_part(part)
        if isinstance(each, s.Triple)
        and (isinstance(each.predicate, s.Variable) or not may_be_empty(each.predicate))
        for end in (each.subject, each.object)
        if isinstance(end, s.Variable)
    )
