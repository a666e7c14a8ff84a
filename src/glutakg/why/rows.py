"""The triples that a row of an answer rests on: the query's patterns, asked again with the row's values."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from glutakg.rdf import BlankNode, Iri, Term
from glutakg.sparql import (
    Clause,
    Element,
    GraphPattern,
    Group,
    Node,
    Rows,
    Subselect,
    Triple,
    Union,
    Values,
    read_patterns,
)

__all__ = ["candidates"]


_MOST_SOLUTIONS = 200
_BOUND_LATER = re.compile(r"[?$](\w+)\s*\)\s*$")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A triple pattern, and whether the path in its middle can lead either way."""

    subject: Node
    relations: tuple[str, ...]
    variable: str | None
    object: Node


def candidates(
    evaluate: Callable[[str], Rows], text: str, values: Mapping[str, Term], row: Mapping[str, Term | None]
) -> list[tuple[Iri, Iri, Term]]:
    """Return the triples that the patterns of a query stand for in a row of its answer, in their order.

    Where a path leaves open which relation holds, each that it names is there: what does not hold is for the
    caller to leave out. What a FILTER or MINUS asks for is an absence, and not a triple.

    Args:
        evaluate: answers a SELECT query.
        text: the query.
        values: of its parameters.
        row: the values of the row by variable.

    Raises:
        UnreadableQuery: the query is written in a way that is not known here.
    """
    query = read_patterns(text)
    if query.group is None:
        return []
    patterns = list(dict.fromkeys(_patterns(query.group)))
    bound = set(_bound_later(query.group))
    known = {
        name: term
        for name, term in (*row.items(), *values.items())
        if term is not None and not isinstance(term, BlankNode) and name not in bound
    }
    used = {node.variable for each in patterns for node in (each.subject, each.object)}
    used |= {each.variable for each in patterns}
    given = {name: term for name, term in known.items() if name in used or name in _in_values(query.group)}
    head = "".join(f"VALUES ?{name} {{ {term} }} " for name, term in given.items())
    wanted = " ".join(f"?{name}" for name in sorted(name for name in used if name))
    if not wanted:
        solutions: list[Mapping[str, Term | None]] = [{}]
    else:
        asked = f"{query.prologue}SELECT DISTINCT {wanted} WHERE {{ {head}{_inside(query.group)} }}"
        rows = evaluate(f"{asked} LIMIT {_MOST_SOLUTIONS}")
        solutions = [dict(zip(rows.variables, each, strict=True)) for each in rows.terms]
    found: dict[tuple[Iri, Iri, Term], None] = {}
    for pattern in patterns:
        for solution in solutions:
            for triple in _triples(pattern, solution):
                found[triple] = None
    return list(found)


def _triples(pattern: _Pattern, solution: Mapping[str, Term | None]) -> Iterator[tuple[Iri, Iri, Term]]:
    subject, value = _term(pattern.subject, solution), _term(pattern.object, solution)
    if not isinstance(subject, Iri) or value is None or isinstance(value, BlankNode):
        return
    relations = list(pattern.relations)
    if pattern.variable is not None:
        relation = solution.get(pattern.variable)
        relations = [relation.value] if isinstance(relation, Iri) else []
    for iri in relations:
        yield subject, Iri(iri), value
        if len(relations) > 1 and isinstance(value, Iri):
            yield value, Iri(iri), subject


def _term(node: Node, solution: Mapping[str, Term | None]) -> Term | None:
    return node.term if node.variable is None else solution.get(node.variable)


def _patterns(group: Group) -> Iterator[_Pattern]:
    """Yield the triple patterns of a group and of all that stands in it."""
    for element in group.elements:
        if isinstance(element, Triple):
            path = element.path
            if path.text.strip()[0] in "?$":
                yield _Pattern(element.subject, (), path.text.strip()[1:], element.object)
            else:
                relations = (path.iri,) if path.iri is not None else path.iris
                yield _Pattern(element.subject, relations, None, element.object)
        else:
            for inner in _inner(element):
                yield from _patterns(inner)


def _inner(element: Element) -> Iterable[Group]:
    """Return the groups that stand in an element and that a solution may fit."""
    if isinstance(element, Group):
        return (element,)
    if isinstance(element, Union):
        return element.branches
    if isinstance(element, GraphPattern | Subselect):
        return (element.group,)
    if isinstance(element, Clause) and element.group is not None:
        return (element.group,)
    return ()


def _bound_later(group: Group) -> Iterator[str]:
    """Yield the variables that a BIND gives a value to, which nothing else may."""
    for element in group.elements:
        if isinstance(element, Clause) and element.keyword == "BIND":
            match = _BOUND_LATER.search(element.text.strip())
            if match:
                yield match[1]
        for inner in _inner(element):
            yield from _bound_later(inner)


def _in_values(group: Group) -> set[str]:
    return {name for element in group.elements if isinstance(element, Values) for name in element.data}


def _inside(group: Group) -> str:
    """Return a group without its braces, each optional part with the variables that stand for its paths."""
    parts = []
    for element in group.elements:
        if isinstance(element, Clause) and element.group is not None:
            parts.append(f"OPTIONAL {{ {_inside(element.group)} }} ")
        elif isinstance(element, Group):
            parts.append(f"{{ {_inside(element)} }} ")
        elif isinstance(element, Union):
            parts.append(" UNION ".join(f"{{ {_inside(branch)} }}" for branch in element.branches) + " ")
        elif isinstance(element, GraphPattern):
            parts.append(f"GRAPH {element.name.text} {{ {_inside(element.group)} }} ")
        elif not (isinstance(element, Clause) and element.keyword == "SERVICE"):
            parts.append(element.text)
    return "".join((*parts, *(clause.text for clause in group.filters)))
