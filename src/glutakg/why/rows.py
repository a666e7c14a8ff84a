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

__all__ = ["MOST_SOLUTIONS", "candidates"]


MOST_SOLUTIONS = 200
"""Solutions of which the triples are told for one row."""

_REPEATED = re.compile(r"[^|/^!()]*[+*]")
_BOUND_LATER = re.compile(r"[?$](\w+)\s*\)\s*$")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A triple pattern: what its path names, and whether the path is one relation any number of times."""

    subject: Node
    relations: tuple[str, ...]
    variable: str | None
    object: Node
    repeats: bool = False


def candidates(
    evaluate: Callable[[str], Rows], text: str, values: Mapping[str, Term], row: Mapping[str, Term | None]
) -> tuple[list[tuple[Iri, Iri, Term]], bool]:
    """Return the triples that the patterns of a query stand for in a row of its answer, and whether all.

    They come in the order of the patterns. Where a path leaves open which relation holds, each that it names
    is there: what does not hold is for the caller to leave out. What a FILTER or MINUS asks for is absent,
    and no triple. Of a row that counts more than `MOST_SOLUTIONS`, the triples of so many are there.

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
        return [], True
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
        rows = evaluate(f"{asked} LIMIT {MOST_SOLUTIONS + 1}")
        solutions = [dict(zip(rows.variables, each, strict=True)) for each in rows.terms]
    is_whole = len(solutions) <= MOST_SOLUTIONS
    del solutions[MOST_SOLUTIONS:]
    found: dict[tuple[Iri, Iri, Term], None] = {}
    chains = _shortest_chains(evaluate, patterns, solutions)
    for pattern in patterns:
        for solution in solutions if chains is None else [chains.solution]:
            links = [] if chains is None else chains.links.get(pattern, [])
            for triple in links or _triples(pattern, solution):
                found[triple] = None
    return list(found), is_whole or chains is not None


@dataclass(frozen=True, slots=True)
class _Chains:
    """The solution that takes the fewest links, with the links of each path that repeats a relation."""

    solution: Mapping[str, Term | None]
    links: Mapping[_Pattern, list[tuple[Iri, Iri, Term]]]


def _shortest_chains(
    evaluate: Callable[[str], Rows],
    patterns: Iterable[_Pattern],
    solutions: Iterable[Mapping[str, Term | None]],
) -> _Chains | None:
    """Return how the paths that repeat a relation are walked in the fewest links.

    A row holds by one way, and the shortest is the easiest to check. None where no path repeats a relation,
    or where the links are not those of the default graph.
    """
    repeating = [each for each in patterns if each.repeats]
    if not repeating:
        return None
    nexts = {each.relations[0]: _nexts(evaluate, each.relations[0]) for each in repeating}
    best: _Chains | None = None
    for solution in solutions:
        links = {}
        for pattern in repeating:
            start, end = _term(pattern.subject, solution), _term(pattern.object, solution)
            chain = _chain(nexts[pattern.relations[0]], start, end)
            if chain is None:
                break
            links[pattern] = [(here, Iri(pattern.relations[0]), there) for here, there in chain]
        else:
            if best is None or _length(links) < _length(best.links):
                best = _Chains(solution, links)
    return best


def _length(links: Mapping[_Pattern, list[tuple[Iri, Iri, Term]]]) -> int:
    return sum(map(len, links.values()))


def _nexts(evaluate: Callable[[str], Rows], relation: str) -> dict[Term, list[Term]]:
    """Return what a relation links, in an order that is always the same."""
    nexts: dict[Term, list[Term]] = {}
    for here, there in evaluate(f"SELECT ?a ?b WHERE {{ ?a <{relation}> ?b }} ORDER BY ?a ?b").terms:
        if here is not None and there is not None:
            nexts.setdefault(here, []).append(there)
    return nexts


def _chain(
    nexts: Mapping[Term, list[Term]], start: Term | None, end: Term | None
) -> list[tuple[Iri, Term]] | None:
    """Return the fewest links from one thing to another, None where there are none."""
    if not isinstance(start, Iri) or end is None:
        return None
    came_from: dict[Term, Iri] = {}
    ring: list[Term] = [start]
    while ring and end not in came_from:
        further: list[Term] = []
        for here in ring:
            for there in nexts.get(here, ()) if isinstance(here, Iri) else ():
                if isinstance(here, Iri) and there not in came_from:
                    came_from[there] = here
                    further.append(there)
        ring = further
    chain: list[tuple[Iri, Term]] = []
    while end in came_from and (not chain or end != start):
        chain.insert(0, (came_from[end], end))
        end = came_from[end]
    return chain or None


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
                repeats = len(relations) == 1 and bool(_REPEATED.fullmatch(path.text.strip()))
                yield _Pattern(element.subject, relations, None, element.object, repeats)
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
