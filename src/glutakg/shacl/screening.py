"""Which nodes can break a SPARQL constraint at all: the answer may name too many nodes, never too few.

pyshacl asks rdflib the query of a constraint once for every focus node, which takes most of its time. Here
one query to Oxigraph finds the nodes for which that query can have an answer; for all others it has none.

The query asked is the part of the constraint on which both engines agree by definition: the graph patterns
that every answer must match, and those filters that compare terms, not values (`NOT EXISTS`, `isIRI`,
equality with an IRI and the like). Whatever else there is (arithmetic, `REGEX`, aggregates, `OPTIONAL`, …) is
left out, which can only add nodes. Oxigraph reads numbers and dates as values, so that `1` and `01` are one
term to it; therefore each literal is given to it with a datatype it does not know, and stays itself.
"""

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Node

__all__ = ["Screen"]


class Screen:
    """Tells of a graph which nodes a query for `$this` can find.

    >>> from rdflib.plugins.sparql import prepareQuery
    >>> graph = Graph().parse(data="<ex:a> <ex:p> <ex:b> . <ex:b> <ex:p> 1 .", format="turtle")
    >>> query = prepareQuery("SELECT $this { $this <ex:p> ?o FILTER(isIRI(?o)) }")
    >>> [Screen(graph).lets_through(query, URIRef(node)) for node in ("ex:a", "ex:b")]
    [True, False]

    """

    def __init__(self, graph: Graph) -> None:
        """Take the graph that queries are asked of; it may not change after the first."""
        self._graph = graph
        self._candidates: dict[Query, frozenset[object] | None] = {}

    def lets_through(self, query: "Query", node: "Node") -> bool:
        """Return False where a prepared query with `$this` bound to the node surely has no answer."""
        if query not in self._candidates:
            self._candidates[query] = self._find_candidates(query)
        candidates = self._candidates[query]
        return candidates is None or _encoded(node) in candidates

    @cached_property
    def _store(self) -> ox.Store:
        store = ox.Store()
        store.bulk_extend(ox.Quad(*map(_encoded, triple)) for triple in self._graph)  # type: ignore[arg-type]
        return store

    def _find_candidates(self, query: "Query") -> frozenset[object] | None:
        """Return the nodes that match what the query requires; None where it requires nothing of `$this`."""
        pattern = _Pattern()
        pattern.require(query.algebra)
        if Variable("this") not in pattern.bound:
            return None
        solutions = self._store.query(f"SELECT DISTINCT ?this WHERE {{ {pattern} }}")
        assert isinstance(solutions, ox.QuerySolutions)
        return frozenset(solution["this"] for solution in solutions)


class _UnsureError(Exception):
    """The two engines may differ on this part of a query."""


class _Pattern:
    """A graph pattern in SPARQL, made from parts of the algebra of a query as rdflib gives it."""

    def __init__(self, outer: "_Pattern | None" = None) -> None:
        self._parts: list[str] = []
        self.triples = 0
        self.bound: set[Variable] = set(outer.bound) if outer else set()
        """Variables that have a value in every solution."""
        self._nodes: set[Variable] = set(outer._nodes) if outer else set()
        """Those among them that are no literals."""

    def __str__(self) -> str:
        return " ".join(self._parts)

    def require(self, part: Any, *, wholly: bool = False) -> None:
        """Add what each solution of a part must match.

        Raises:
            _UnsureError: the part was asked for `wholly`, and something in it would have to be left out.

        """
        match part.name:
            case "BGP":
                for triple in part.triples:
                    self._add(partial(self._triple, *triple), wholly)
            case "Join":
                for side in (part.p1, part.p2):
                    if side.name in ("BGP", "Join"):  # any other is a group with variables of its own
                        self.require(side, wholly=wholly)
                    elif wholly:
                        raise _UnsureError
            case "Filter":
                self.require(part.p, wholly=wholly)
                for condition in _conjuncts(part.expr):
                    self._add(partial(self._filter, condition), wholly)
            case _ if wholly:
                raise _UnsureError
            case "SelectQuery" | "Project" | "Distinct" | "Reduced" | "OrderBy":
                self.require(part.p)
            case "Extend":
                self.require(part.p)
                self._add(partial(self._bind, part.expr, part.var), wholly)

    def _add(self, write: Callable[[], str], wholly: bool) -> None:
        try:
            self._parts.append(write())
        except _UnsureError:
            if wholly:
                raise

    def _triple(self, subject: "Node", predicate: "Node | Path", value: "Node") -> str:
        if isinstance(predicate, Path):
            _check_path(predicate)
        text = f"{_in_sparql(subject)} {_in_sparql(predicate)} {_in_sparql(value)} ."
        self.triples += 1
        self.bound.update(term for term in (subject, predicate, value) if isinstance(term, Variable))
        if not isinstance(predicate, Path):
            self._nodes.update(term for term in (subject, predicate) if isinstance(term, Variable))
        return text

    def _filter(self, condition: Any) -> str:
        return f"FILTER({self._condition(condition)})"

    def _bind(self, expression: Any, variable: Variable) -> str:
        if getattr(expression, "name", "") != "Builtin_IF":
            raise _UnsureError
        test = self._comparison(expression.arg1)
        one, other = self._operand(expression.arg2), self._operand(expression.arg3)
        self.bound.add(variable)
        return f"BIND(IF({test}, {one}, {other}) AS {variable.n3()})"

    def _condition(self, expression: Any) -> str:
        match getattr(expression, "name", ""):
            case "ConditionalAndExpression" | "ConditionalOrExpression" as name:
                sign = " && " if name == "ConditionalAndExpression" else " || "
                parts = [expression.expr, *expression.other]
                return f"({sign.join(map(self._condition, parts))})"
            case "Builtin_EXISTS" | "Builtin_NOTEXISTS" as name:
                inner = _Pattern(self)
                inner.require(expression.graph, wholly=True)
                if inner.triples > 1:  # Oxigraph would choose the order, and may begin far from the node
                    raise _UnsureError
                return f"{'NOT ' if name == 'Builtin_NOTEXISTS' else ''}EXISTS {{ {inner} }}"
            case "Builtin_isIRI":
                return f"isIRI({self._operand(expression.arg)})"
            case "Builtin_STRSTARTS":
                return self._beginning(expression.arg1, expression.arg2)
            case _:
                return self._comparison(expression)

    def _comparison(self, expression: Any) -> str:
        """Return a test whether terms are the same, where one of each two is surely no literal."""
        if getattr(expression, "name", "") != "RelationalExpression":
            raise _UnsureError
        match expression.op:
            case "IN" | "NOT IN" if all(isinstance(other, URIRef) for other in expression.other):
                others = ", ".join(map(self._operand, expression.other))
                return f"{self._operand(expression.expr)} {expression.op} ({others})"
            case "=" | "!=" if self._is_node(expression.expr) or self._is_node(expression.other):
                left, right = self._operand(expression.expr), self._operand(expression.other)
                return f"{left} {expression.op} {right}"
        raise _UnsureError

    def _beginning(self, text: Any, start: Any) -> str:
        """Return a test how an IRI or a literal begins; with a colon, no name of a blank node begins so."""
        is_plain = isinstance(start, Literal) and start.datatype is None and start.language is None
        if getattr(text, "name", "") != "Builtin_STR" or not is_plain or ":" not in start:
            raise _UnsureError
        return f"STRSTARTS(STR({self._operand(text.arg)}), {start.n3()})"

    def _is_node(self, term: Any) -> bool:
        return isinstance(term, URIRef) or term in self._nodes

    def _operand(self, term: Any) -> str:
        if isinstance(term, URIRef) or (isinstance(term, Variable) and term in self.bound):
            return _in_sparql(term)
        raise _UnsureError


def _conjuncts(expression: Any) -> Iterable[Any]:
    if getattr(expression, "name", "") == "ConditionalAndExpression":
        return [expression.expr, *expression.other]
    return [expression]


def _check_path(path: Path | URIRef) -> None:
    """Raise _UnsureError for a path that may have no length, so that it begins at a node of no triple."""
    if _may_be_empty(path):
        raise _UnsureError


def _may_be_empty(path: Path | URIRef) -> bool:
    match path:
        case URIRef():
            return False
        case SequencePath():
            return all([_may_be_empty(step) for step in path.args])
        case AlternativePath():
            return any([_may_be_empty(way) for way in path.args])
        case InvPath():
            return _may_be_empty(path.arg)
        case MulPath(path=URIRef()):
            return path.zero
    raise _UnsureError


def _in_sparql(term: "Node | Path") -> str:
    if isinstance(term, Variable | Path):
        return term.n3()
    if isinstance(term, BNode):
        return f"?_{term}"  # in a query, a blank node is a variable that nobody asks for
    return str(_encoded(term))


def _encoded(term: "Node") -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term for Oxigraph; a literal becomes one that equals only what rdflib holds to be equal."""
    if isinstance(term, Literal):
        kind = f"language:{term.language.lower()}" if term.language else f"type:{term.datatype or ''}"
        return ox.Literal(term, datatype=ox.NamedNode(kind))
    return ox.BlankNode(term) if isinstance(term, BNode) else ox.NamedNode(str(term))
