"""Goes through the groups of a query, down to the pattern that finds nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from glutakg.rdf import PREFIXES, Iri, Literal, compress
from glutakg.sparql import (
    Clause,
    Element,
    GraphPattern,
    Group,
    Node,
    Subselect,
    Triple,
    Union,
    Values,
    joined_text,
)
from glutakg.why.emptiness.claims import denied, searched_in_vain
from glutakg.why.emptiness.explanations import Explanation, Reason, explanation, in_branch
from glutakg.why.emptiness.graphs import elsewhere
from glutakg.why.emptiness.kinds import other_kinds
from glutakg.why.emptiness.literals import other_literal
from glutakg.why.emptiness.probes import variables_of
from glutakg.why.emptiness.relations import (
    inferred_only,
    never_used,
    never_with_class,
    no_class,
    other_way_round,
)
from glutakg.why.emptiness.scope import Place, Scope, all_triples, iri_of, shown, text_of
from glutakg.why.emptiness.search import Search
from glutakg.why.emptiness.terms import unknown_graph, unknown_term, unknown_terms

__all__ = ["explain"]

_MOST_HINTS = 3
_COMPARED_TEXT = re.compile(r"""\?(\w+) ?= ?["']([^"'\\]+)["'](?![@^])""")
_COMPARED_LANGUAGE = re.compile(r"LANG(?:MATCHES)?\( ?(?:LANG\( ?)?\?(\w+)", re.IGNORECASE)


def explain(
    search: Search,
) -> None:
    """Find the reasons."""
    patterns = search.patterns
    if patterns.group is None:
        search.found.extend(map(partial(_described, search), patterns.described))
        return
    given = {
        name: (Node(f"?{name}", compress(term.value) if isinstance(term, Iri) else str(term), term),)
        for name, term in search.probes.given.items()
        if isinstance(term, Iri | Literal)
    }
    scope = Scope(data=given)
    if patterns.default_graphs or patterns.named_graphs:
        narrowed = _narrowed(search, patterns.group, scope)
        if narrowed is None:
            return
        scope = narrowed
    _group(search, patterns.group, scope, ())
    if not search.found:
        _outside_patterns(search, patterns.form, patterns.modifiers)


def _narrowed(search: Search, group: Group, scope: Scope) -> Scope | None:
    """Return the scope within the graphs that the query names; None where they are all the reason.

    Of one graph alone, the query is the same as with GRAPH around it. Of several, it is asked of their
    merge, and every named graph is left in view, so that what lies elsewhere can be told.
    """
    default, named = search.patterns.default_graphs, search.patterns.named_graphs
    unknown = [node for node in (*default, *named) if unknown_graph(search, node)]
    if unknown:
        return None
    if len(default) == 1 and not named and not search.patterns.has_graph:
        return scope.within(Place("", "", ""), default[0])
    every = search.probes.graphs()
    asked, reached = list(map(iri_of, default)), list(map(iri_of, named))
    if named or search.patterns.has_graph:
        search.probes.ask_of(asked, reached)
        if search.probes.finds(group.text):
            return scope
        search.probes.ask_of(asked, every if asked else ())
        if search.probes.finds(group.text):
            if not named:
                search.add("from-named", Reason.OTHER_GRAPH, "FROM", terms=tuple(asked))
                return None
            search.add("from", Reason.OTHER_GRAPH, "FROM", terms=tuple(asked + reached))
            return None
    search.probes.ask_of(asked, every if asked else ())
    return replace(scope, merged=tuple(asked))


def _outside_patterns(search: Search, form: str, modifiers: str) -> None:
    """Explain a query whose patterns find something, where there is only one thing to blame."""
    leaves_out = re.search(r"\b(HAVING|OFFSET|LIMIT 0)\b", modifiers, re.IGNORECASE)
    if leaves_out and form == "SELECT":
        search.add("modifiers", Reason.FILTERED, modifiers)
    elif form == "CONSTRUCT" and not leaves_out:
        search.add("template", Reason.FILTERED, "CONSTRUCT")


def _described(search: Search, node: Node) -> Explanation:
    assert isinstance(node.term, Iri)
    graphs = search.probes.graphs_of(node.term.value)
    if not graphs:
        return unknown_term(search, node.term.value, f"DESCRIBE {node.shown}")
    asked = tuple(map(iri_of, search.patterns.default_graphs))
    if asked and not set(asked) & set(graphs):
        return explanation(
            "term-elsewhere",
            Reason.OTHER_GRAPH,
            f"DESCRIBE {node.shown}",
            terms=(node.term.value,),
            instead=graphs,
            graph=", ".join(map(compress, asked)),
        )
    return explanation(
        "no-subject", Reason.NOT_FOUND, f"DESCRIBE {node.shown}", terms=(node.term.value,), instead=graphs
    )


def _group(search: Search, group: Group, scope: Scope, siblings: tuple[Triple, ...]) -> None:
    """Explain a group that finds nothing in its scope: by parts alone, by joining them, by filters."""
    so_far = len(search.found)
    scope = scope.with_values(group)
    siblings = (*siblings, *map(scope.resolved, all_triples(group)))
    for element in group.elements:
        if not isinstance(element, Values | Clause) and not search.probes.finds(
            scope.alone.holding(element.text)
        ):
            _element(search, element, scope.alone, scope, siblings)
    if len(search.found) > so_far:
        return
    parts = [part for part in group.elements if joined_text([part])]
    size = _first_without_solution(search, parts, scope)
    if size:
        place = Place(scope.head, joined_text(parts[: size - 1]), scope.tail)
        _element(search, parts[size - 1], place, scope, siblings)
    elif search.patterns.has_service:
        search.add("service", Reason.NOT_FOUND, "SERVICE")
    else:
        filters = list(group.filters)
        place = Place(f"{scope.head}{joined_text(parts)}", "", scope.tail)
        size = _first_without_solution(search, filters, replace(scope, head=place.head))
        if size:
            before = replace(place, before=joined_text(filters[: size - 1]))
            _filtered(search, filters[size - 1], before, siblings)


def _first_without_solution(search: Search, parts: Sequence[Element], scope: Scope) -> int:
    """Return how many of the parts it takes to find nothing, 0 where all together find something.

    A part more never gives a solution where there was none, so halving finds the place.
    """

    def finds(size: int) -> bool:
        return search.probes.finds(f"{scope.head}{joined_text(parts[:size])}{scope.tail}")

    if not parts or finds(len(parts)):
        return 0
    enough, too_many = 0, len(parts)
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if finds(middle):
            enough = middle
        else:
            too_many = middle
    return too_many


def _element(
    search: Search, element: Element, place: Place, scope: Scope, siblings: tuple[Triple, ...]
) -> None:
    """Explain a part that finds nothing at its place."""
    so_far = len(search.found)
    if isinstance(element, Triple):
        _triple(search, scope.resolved(element), place, scope, siblings)
    elif isinstance(element, Union):
        _union(search, element, place, scope, siblings)
    elif isinstance(element, GraphPattern):
        if not unknown_graph(search, element.name):
            _group(search, element.group, scope.within(place, element.name), siblings)
    elif isinstance(element, Group):
        _group(search, element, scope.within(place), siblings)
    elif isinstance(element, Subselect):
        _subselect(search, element, scope)
    elif isinstance(element, Clause) and element.keyword == "MINUS":
        search.add("minus", Reason.FILTERED, element.text)
    if len(search.found) == so_far:
        search.add("part" if place.is_alone else "join", Reason.NOT_FOUND, shown(element))


def _union(search: Search, union: Union, place: Place, scope: Scope, siblings: tuple[Triple, ...]) -> None:
    for number, branch in enumerate(union.branches, start=1):
        so_far = len(search.found)
        _group(search, branch, scope.within(place), siblings)
        search.found[so_far:] = [
            replace(found, sentence=in_branch(number, found.sentence)) for found in search.found[so_far:][:1]
        ]


def _subselect(search: Search, subselect: Subselect, scope: Scope) -> None:
    """Explain a sub-select by its own pattern, in which variables from outside mean something else."""
    inner = Scope(merged=scope.merged)
    if scope.graph:
        inner = inner.within(Place("", "", ""), scope.graph)
    if variables_of(subselect.text).isdisjoint(search.probes.given) and not search.probes.finds(
        f"{inner.head}{subselect.text}{inner.tail}"
    ):
        _group(search, subselect.group, inner, ())


def _filtered(search: Search, clause: Clause, place: Place, siblings: tuple[Triple, ...]) -> None:
    """Explain a filter that lets nothing through."""
    mentioned = [
        iri
        for text, iri in search.patterns.mentions.items()
        if re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", clause.text)
    ]
    if searched_in_vain(search, siblings, clause.text, stances=mentioned):
        return
    hints: list[tuple[str, tuple[str, ...]]] = []
    unknown = [
        iri for iri in mentioned if not iri.startswith(PREFIXES["xsd"]) and not search.probes.graphs_of(iri)
    ]
    if unknown:
        hints.append(("hint-unknown", tuple(map(compress, unknown))))
    for name, text in _COMPARED_TEXT.findall(clause.text)[:_MOST_HINTS]:
        same = search.probes.rows(
            "literal",
            f"{place.context}BIND(?{name} AS ?glutakg_literal) "
            f"FILTER(ISLITERAL(?{name}) && LCASE(STR(?{name})) = {Literal(text.lower())}) ",
        )
        if same:
            hints.append(("hint-literal", tuple(str(row["literal"]) for row in same)))
    for name in _COMPARED_LANGUAGE.findall(clause.text)[:_MOST_HINTS]:
        tags = search.probes.rows("tag", f"{place.context}BIND(LANG(?{name}) AS ?glutakg_tag) ")
        languages = sorted({text_of(row["tag"]) for row in tags} - {""})
        if languages:
            hints.append(("hint-language", tuple(languages)))
    instead = tuple(each for key, listed in hints if key != "hint-unknown" for each in listed)
    hints += other_kinds(search, clause, place)
    search.add("filter", Reason.FILTERED, clause.text, terms=tuple(unknown), instead=instead, hints=hints)


def _triple(search: Search, triple: Triple, place: Place, scope: Scope, siblings: tuple[Triple, ...]) -> None:
    """Explain a triple pattern that finds nothing at its place, by the first reason that is found."""
    reasons: tuple[Callable[[], bool], ...] = (
        lambda: unknown_terms(search, triple, scope),
        lambda: denied(search, triple, place),
        lambda: elsewhere(search, triple, place, scope),
        lambda: other_literal(search, triple, place),
        lambda: no_class(search, triple, place),
        lambda: other_way_round(search, triple, place),
        lambda: inferred_only(search, triple, place),
        lambda: searched_in_vain(search, siblings, triple.shown, of=triple),
        lambda: never_used(search, triple),
        lambda: not scope.merged and never_with_class(search, triple, place, siblings),
    )
    if not any(reason() for reason in reasons):
        search.add("absent" if place.is_alone else "join", Reason.NOT_FOUND, triple.shown)
