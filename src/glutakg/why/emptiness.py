"""Finds out which pattern of a query without an answer finds nothing, and why.

Every reason given was asked of the graph itself: parts of the query run as queries of their own, through the
same store and within the same limits, in bounded number and time. Where that does not lead to a reason, the
weaker sentence that is true is given.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from glutakg.dataset import CONTESTED_GRAPH
from glutakg.errors import GlutakgError
from glutakg.rdf import PREFIXES, Iri, Literal, Term, compress
from glutakg.sparql import (
    Clause,
    Element,
    GraphPattern,
    Group,
    Node,
    QueryPatterns,
    Subselect,
    Triple,
    Union,
    UnreadableQuery,
    Values,
    joined_text,
    read_patterns,
    scan,
)
from glutakg.store import Answer, Store
from glutakg.text import near_misses
from glutakg.why.empty import Explanation, Reason, explanation, in_branch

__all__ = ["explain_empty"]


_MOST_PROBES = 150
_MOST_EXPLANATIONS = 5
_MOST_HINTS = 3
_LONGEST_NAME = 100
_SECONDS_PER_PROBE = 2.0
_TYPE = PREFIXES["rdf"] + "type"
_ABOUT = PREFIXES["obo"] + "IAO_0000136"
_STANCE = PREFIXES["gk"] + "stance"
_COMPARED_TEXT = re.compile(r"""\?(\w+) ?= ?["']([^"'\\]+)["'](?![@^])""")
_COMPARED_LANGUAGE = re.compile(r"LANG(?:MATCHES)?\( ?(?:LANG\( ?)?\?(\w+)", re.IGNORECASE)
_OBO_IDENTIFIER = re.compile(r"([A-Za-z]{2,9})[_:/#-]([0-9]+)/?$")

_PROLOGUE = "".join(
    f"PREFIX glutakg-{name}: <{PREFIXES[name]}> " for name in ("gk", "obo", "owl", "rdf", "rdfs", "skos")
)
_NO_BARE_INDIVIDUAL = "FILTER(ISIRI(?glutakg_class) && ?glutakg_class != glutakg-owl:NamedIndividual) "
_GRAPHS_OF = """\
SELECT DISTINCT ?graph WHERE {
  GRAPH ?graph { { ?term ?p ?o } UNION { ?s ?p ?term } UNION { ?s ?term ?o } }
} ORDER BY ?graph
"""
_CLAIM = """\
?glutakg_claim glutakg-gk:subject %(subject)s ; glutakg-gk:predicate %(path)s ; glutakg-gk:object %(object)s ;
  glutakg-gk:claimIdentifier ?glutakg_id ; glutakg-gk:curatorStatus ?glutakg_status .
OPTIONAL { ?glutakg_status glutakg-skos:prefLabel ?glutakg_status_en FILTER(LANG(?glutakg_status_en) = "en") }
OPTIONAL { ?glutakg_status glutakg-skos:prefLabel ?glutakg_status_nl FILTER(LANG(?glutakg_status_nl) = "nl") }
"""
_SEARCHED = """\
?glutakg_record a glutakg-gk:SearchRecord ; glutakg-obo:IAO_0000136 ?glutakg_claim ;
  glutakg-gk:soughtStance ?glutakg_stance .
FILTER NOT EXISTS {
  ?glutakg_item a glutakg-gk:EvidenceItem ; glutakg-obo:IAO_0000136 ?glutakg_claim ;
    glutakg-gk:stance ?glutakg_stance .
}
OPTIONAL { ?glutakg_record glutakg-gk:searched ?glutakg_en FILTER(LANG(?glutakg_en) = "en") }
OPTIONAL { ?glutakg_record glutakg-gk:searched ?glutakg_nl FILTER(LANG(?glutakg_nl) = "nl") }
"""
_NO_EVIDENCE = """\
FILTER NOT EXISTS { ?glutakg_any a glutakg-gk:EvidenceItem ; glutakg-obo:IAO_0000136 ?glutakg_claim . }
"""


def explain_empty(
    store: Store,
    query_text: str,
    *,
    values: Mapping[str, Term] | None = None,
    names: Callable[[], Sequence[tuple[str, str]]] = tuple,
    seconds: float = 5.0,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> tuple[Explanation, ...]:
    """Return why a query has no answer: at most five reasons, at least one.

    A union finds nothing because none of its branches does, so each is explained. Nothing is raised where the
    query cannot be explained: the reason then is `Reason.UNEXPLAINED`.

    Args:
        store: what was asked.
        query_text: a query that had no rows, no triples, or the answer false.
        values: the terms that were given for variables of it.
        names: gives the IRI and a name of each term, to find what may have been meant.
        seconds: how long to look for reasons.
        default_graphs: with `named_graphs`, the graphs that the query was asked of, where they were named
            beside it; its own FROM lines do not count then.
        named_graphs: those that GRAPH reached.

    >>> from glutakg.store import open_store
    >>> with open_store() as store:
    ...     [found] = explain_empty(store, "ASK { ?x a <http://example.org/Sugar> }")
    >>> print(found)
    No match for ?x a <http://example.org/Sugar>: http://example.org/Sugar occurs in no graph.
    """
    try:
        patterns = read_patterns(query_text)
    except (UnreadableQuery, ValueError):
        return (explanation("intricate", Reason.UNEXPLAINED, ""),)
    if default_graphs or named_graphs:
        patterns = replace(
            patterns,
            default_graphs=tuple(map(_graph_node, default_graphs)),
            named_graphs=tuple(map(_graph_node, named_graphs)),
        )
    explainer = _Explainer(_Probes(store, patterns.prologue, values or {}, seconds), patterns, names)
    try:
        explainer.explain()
    except _Spent as spent:
        why = str(spent)
    else:
        why = ""
    found = tuple(dict.fromkeys(explainer.found))[:_MOST_EXPLANATIONS]
    return found or (explanation("spent" if why else "unknown", Reason.UNEXPLAINED, "", error=why),)


class _Spent(Exception):
    """The time or the number of probes is used up, or a probe could not be answered."""


class _Probes:
    """Asks parts of the query, within a number of probes and a time."""

    def __init__(self, store: Store, prologue: str, values: Mapping[str, Term], seconds: float) -> None:
        self._store = store
        self._prologue = f"{_PROLOGUE}{prologue} "
        self._values = values
        self._left = _MOST_PROBES
        self._deadline = time.monotonic() + seconds
        self._graphs: dict[str, tuple[str, ...]] = {}
        self._from = ""

    def ask_of(self, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> None:
        """Ask from now on of these graphs; of none of them means of all, as a query without FROM does."""
        self._from = "".join(
            [f"FROM <{iri}> " for iri in default_graphs] + [f"FROM NAMED <{iri}> " for iri in named_graphs]
        )

    def finds(self, pattern: str) -> bool:
        """Return whether a pattern has a solution."""
        text = f"{self._prologue}ASK {self._from}{{ {pattern}}}"
        return bool(self._evaluate(text, self._used(pattern)).boolean)

    def rows(self, variables: str, pattern: str, *, end: str = "LIMIT 8") -> list[dict[str, Term | None]]:
        """Return some of the different solutions of a pattern; variables are named without `?glutakg_`."""
        selected = re.sub(r"(\w+)", r"?glutakg_\1", variables)
        text = f"{self._prologue}SELECT DISTINCT {selected} {self._from}WHERE {{ {pattern}}} {end}"
        return self._short(self._evaluate(text, self._used(pattern)).rows())

    def column(self, variable: str, pattern: str, *, end: str = "LIMIT 8") -> tuple[str, ...]:
        """Return the IRIs that a variable takes, sorted."""
        rows = self.rows(variable, pattern, end=end)
        return tuple(sorted({term.value for row in rows if isinstance(term := row[variable], Iri)}))

    def graphs(self) -> tuple[str, ...]:
        """Return all named graphs."""
        return self.column("graph", "GRAPH ?glutakg_graph { ?s ?p ?o } ", end="")

    def graphs_of(self, iri: str) -> tuple[str, ...]:
        """Return the named graphs in which an IRI stands in any place."""
        if iri not in self._graphs:
            rows = self._evaluate(_GRAPHS_OF, {"term": Iri(iri)}).rows()
            self._graphs[iri] = tuple(term.value for row in rows if isinstance(term := row["graph"], Iri))
        return self._graphs[iri]

    def most_used_classes(self, pattern: str) -> tuple[str, ...]:
        """Return the classes that most of what `?glutakg_x` takes belongs to, the most frequent first."""
        text = (
            f"{self._prologue}SELECT ?glutakg_class (COUNT(DISTINCT ?glutakg_x) AS ?glutakg_n) "
            f"WHERE {{ {pattern}?glutakg_x a ?glutakg_class . {_NO_BARE_INDIVIDUAL}}} "
            "GROUP BY ?glutakg_class ORDER BY DESC(?glutakg_n) ?glutakg_class LIMIT 4"
        )
        rows = self._short(self._evaluate(text, {}).rows())
        return tuple(term.value for row in rows if isinstance(term := row["class"], Iri))

    @property
    def given(self) -> Mapping[str, Term]:
        """The terms that were given for variables."""
        return self._values

    def _evaluate(self, text: str, values: Mapping[str, Term]) -> Answer:
        seconds = min(_SECONDS_PER_PROBE, self._deadline - time.monotonic())
        if not self._left or seconds <= 0:
            raise _Spent("looking for it takes too long")
        self._left -= 1
        try:
            return self._store.evaluate(text, substitutions=values, timeout=seconds)
        except GlutakgError as error:
            raise _Spent(error.message.rstrip(".")) from error

    def _short(self, rows: list[dict[str, Term | None]]) -> list[dict[str, Term | None]]:
        return [{name.removeprefix("glutakg_"): term for name, term in row.items()} for row in rows]

    def _used(self, pattern: str) -> dict[str, Term]:
        """Return the given values of the variables that a pattern has."""
        used = _variables(pattern)
        return {name: term for name, term in self._values.items() if name in used}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of the query is looked for: beside what is found before it, within what stands around."""

    head: str
    before: str
    tail: str
    is_alone: bool = False

    @property
    def context(self) -> str:
        """What is found without the part."""
        return f"{self.head}{self.before}{self.tail}"

    def holding(self, part: str) -> str:
        """Return the context with the part in it."""
        return f"{self.head}{self.before}{part}{self.tail}"


@dataclass(frozen=True, slots=True)
class _Scope:
    """What holds for a group.

    Attributes:
        graph: the named graph that it must fit in; None for the default graph.
        values: the VALUES blocks of it and of the groups around it.
        data: the values that variables may have.
        head: what stands before the group, open braces and all.
        tail: what closes it again.
        merged: the graphs that make up the default graph, where the query names several.
    """

    graph: Node | None = None
    values: str = ""
    data: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    head: str = ""
    tail: str = ""
    merged: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The graphs that the group must fit in; none for the default graph of all data, or any graph."""
        if self.graph is None:
            return self.merged
        return (self.graph.term.value,) if isinstance(self.graph.term, Iri) else ()

    @property
    def alone(self) -> _Place:
        """The place of a part without the others."""
        if self.graph is None:
            return _Place(self.values, "", "", is_alone=True)
        return _Place(f"{self.values}GRAPH {self.graph.text} {{ ", "", "} ", is_alone=True)

    def within(self, place: _Place, graph: Node | None = None) -> "_Scope":
        """Return the scope of a group that stands at a place, in a graph of its own where one is named."""
        head = f"{place.head}{place.before}{f'GRAPH {graph.text} ' if graph else ''}{{ "
        return replace(self, graph=graph or self.graph, head=head, tail=f"}} {place.tail}")

    def with_values(self, group: Group) -> "_Scope":
        """Return the scope with the VALUES blocks of the group itself."""
        blocks = [element for element in group.elements if isinstance(element, Values)]
        data = dict(self.data)
        for block in blocks:
            for name, nodes in block.data.items():
                data[name] = tuple(replace(node, text=f"?{name}") for node in nodes)
        return replace(self, values=self.values + joined_text(blocks), data=data)

    def resolved(self, triple: Triple) -> Triple:
        """Return the triple pattern with the terms of variables that have only one."""
        return Triple(self._resolved(triple.subject), triple.path, self._resolved(triple.object))

    def _resolved(self, node: Node) -> Node:
        values = self.data.get(node.variable or "", ())
        return values[0] if len(values) == 1 else node


class _Explainer:
    """Looks for what makes one query find nothing; `found` is what it has so far."""

    def __init__(
        self, probes: _Probes, patterns: QueryPatterns, names: Callable[[], Sequence[tuple[str, str]]]
    ) -> None:
        self.found: list[Explanation] = []
        self._probes = probes
        self._patterns = patterns
        self._names = names
        self._named: dict[str, set[str]] = {}

    def explain(self) -> None:
        """Find the reasons."""
        patterns = self._patterns
        if patterns.group is None:
            self.found.extend(map(self._described, patterns.described))
            return
        given = {
            name: (Node(f"?{name}", compress(term.value) if isinstance(term, Iri) else str(term), term),)
            for name, term in self._probes.given.items()
            if isinstance(term, Iri | Literal)
        }
        scope = _Scope(data=given)
        if patterns.default_graphs or patterns.named_graphs:
            narrowed = self._narrowed(patterns.group, scope)
            if narrowed is None:
                return
            scope = narrowed
        self._group(patterns.group, scope, ())
        if not self.found:
            self._outside_patterns(patterns.form, patterns.modifiers)

    def _narrowed(self, group: Group, scope: _Scope) -> _Scope | None:
        """Return the scope within the graphs that the query names; None where they are all the reason.

        Of one graph alone, the query is the same as with GRAPH around it. Of several, it is asked of their
        merge, and every named graph is left in view, so that what lies elsewhere can be told.
        """
        default, named = self._patterns.default_graphs, self._patterns.named_graphs
        unknown = [node for node in (*default, *named) if self._unknown_graph(node)]
        if unknown:
            return None
        if len(default) == 1 and not named and not self._patterns.has_graph:
            return scope.within(_Place("", "", ""), default[0])
        every = self._probes.graphs()
        asked, reached = list(map(_value_of, default)), list(map(_value_of, named))
        if named or self._patterns.has_graph:
            self._probes.ask_of(asked, reached)
            if self._probes.finds(group.text):
                return scope
            self._probes.ask_of(asked, every if asked else ())
            if self._probes.finds(group.text):
                self._add("from", Reason.OTHER_GRAPH, "FROM", terms=tuple(asked + reached))
                return None
        self._probes.ask_of(asked, every if asked else ())
        return replace(scope, merged=tuple(asked))

    def _outside_patterns(self, form: str, modifiers: str) -> None:
        """Explain a query whose patterns find something, where there is only one thing to blame."""
        leaves_out = re.search(r"\b(HAVING|OFFSET|LIMIT 0)\b", modifiers, re.IGNORECASE)
        if leaves_out and form == "SELECT":
            self._add("modifiers", Reason.FILTERED, modifiers)
        elif form == "CONSTRUCT" and not leaves_out:
            self._add("template", Reason.FILTERED, "CONSTRUCT")

    def _add(self, key: str, reason: Reason, pattern: str, **fields: Any) -> None:
        self.found.append(explanation(key, reason, pattern, **fields))

    def _described(self, node: Node) -> Explanation:
        assert isinstance(node.term, Iri)
        graphs = self._probes.graphs_of(node.term.value)
        if not graphs:
            return self._unknown(node.term.value, f"DESCRIBE {node.shown}")
        asked = tuple(map(_value_of, self._patterns.default_graphs))
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

    # Groups

    def _group(self, group: Group, scope: _Scope, siblings: tuple[Triple, ...]) -> None:
        """Explain a group that finds nothing in its scope: by parts alone, by joining them, by filters."""
        so_far = len(self.found)
        scope = scope.with_values(group)
        siblings = (*siblings, *map(scope.resolved, _all_triples(group)))
        for element in group.elements:
            if not isinstance(element, Values | Clause) and not self._probes.finds(
                scope.alone.holding(element.text)
            ):
                self._element(element, scope.alone, scope, siblings)
        if len(self.found) > so_far:
            return
        parts = [part for part in group.elements if joined_text([part])]
        size = self._first_without_solution(parts, scope)
        if size:
            place = _Place(scope.head, joined_text(parts[: size - 1]), scope.tail)
            self._element(parts[size - 1], place, scope, siblings)
        elif self._patterns.has_service:
            self._add("service", Reason.NOT_FOUND, "SERVICE")
        else:
            filters = list(group.filters)
            place = _Place(f"{scope.head}{joined_text(parts)}", "", scope.tail)
            size = self._first_without_solution(filters, replace(scope, head=place.head))
            if size:
                before = replace(place, before=joined_text(filters[: size - 1]))
                self._filtered(filters[size - 1], before, siblings)

    def _first_without_solution(self, parts: Sequence[Element], scope: _Scope) -> int:
        """Return how many of the parts it takes to find nothing, 0 where all together find something.

        A part more never gives a solution where there was none, so halving finds the place.
        """

        def finds(size: int) -> bool:
            return self._probes.finds(f"{scope.head}{joined_text(parts[:size])}{scope.tail}")

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

    def _element(self, element: Element, place: _Place, scope: _Scope, siblings: tuple[Triple, ...]) -> None:
        """Explain a part that finds nothing at its place."""
        so_far = len(self.found)
        if isinstance(element, Triple):
            self._triple(scope.resolved(element), place, scope, siblings)
        elif isinstance(element, Union):
            self._union(element, place, scope, siblings)
        elif isinstance(element, GraphPattern):
            if not self._unknown_graph(element.name):
                self._group(element.group, scope.within(place, element.name), siblings)
        elif isinstance(element, Group):
            self._group(element, scope.within(place), siblings)
        elif isinstance(element, Subselect):
            self._subselect(element, scope)
        elif isinstance(element, Clause) and element.keyword == "MINUS":
            self._add("minus", Reason.FILTERED, element.text)
        if len(self.found) == so_far:
            self._add("part" if place.is_alone else "join", Reason.NOT_FOUND, _shown(element))

    def _union(self, union: Union, place: _Place, scope: _Scope, siblings: tuple[Triple, ...]) -> None:
        for number, branch in enumerate(union.branches, start=1):
            so_far = len(self.found)
            self._group(branch, scope.within(place), siblings)
            self.found[so_far:] = [
                replace(found, sentence=in_branch(number, found.sentence))
                for found in self.found[so_far:][:1]
            ]

    def _subselect(self, subselect: Subselect, scope: _Scope) -> None:
        """Explain a sub-select by its own pattern, in which variables from outside mean something else."""
        inner = _Scope(merged=scope.merged)
        if scope.graph:
            inner = inner.within(_Place("", "", ""), scope.graph)
        if _variables(subselect.text).isdisjoint(self._probes.given) and not self._probes.finds(
            f"{inner.head}{subselect.text}{inner.tail}"
        ):
            self._group(subselect.group, inner, ())

    def _filtered(self, clause: Clause, place: _Place, siblings: tuple[Triple, ...]) -> None:
        """Explain a filter that lets nothing through."""
        mentioned = [
            iri
            for text, iri in self._patterns.mentions.items()
            if re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", clause.text)
        ]
        if self._searched(siblings, clause.text, stances=mentioned):
            return
        hints: list[tuple[str, tuple[str, ...]]] = []
        unknown = [
            iri
            for iri in mentioned
            if not iri.startswith(PREFIXES["xsd"]) and not self._probes.graphs_of(iri)
        ]
        if unknown:
            hints.append(("hint-unknown", tuple(map(compress, unknown))))
        for name, text in _COMPARED_TEXT.findall(clause.text)[:_MOST_HINTS]:
            same = self._probes.rows(
                "literal",
                f"{place.context}BIND(?{name} AS ?glutakg_literal) "
                f"FILTER(ISLITERAL(?{name}) && LCASE(STR(?{name})) = {Literal(text.lower())}) ",
            )
            if same:
                hints.append(("hint-literal", tuple(str(row["literal"]) for row in same)))
        for name in _COMPARED_LANGUAGE.findall(clause.text)[:_MOST_HINTS]:
            tags = self._probes.rows("tag", f"{place.context}BIND(LANG(?{name}) AS ?glutakg_tag) ")
            languages = sorted({_value(row["tag"]) for row in tags} - {""})
            if languages:
                hints.append(("hint-language", tuple(languages)))
        instead = tuple(each for key, listed in hints if key != "hint-unknown" for each in listed)
        self._add("filter", Reason.FILTERED, clause.text, terms=tuple(unknown), instead=instead, hints=hints)

    # Triple patterns

    def _triple(self, triple: Triple, place: _Place, scope: _Scope, siblings: tuple[Triple, ...]) -> None:
        """Explain a triple pattern that finds nothing at its place, by the first reason that is found."""
        reasons: tuple[Callable[[], bool], ...] = (
            lambda: self._unknown_terms(triple, scope),
            lambda: self._denied(triple, place),
            lambda: self._elsewhere(triple, place, scope),
            lambda: self._other_literal(triple, place),
            lambda: self._other_way_round(triple, place),
            lambda: self._inferred_only(triple, place),
            lambda: self._searched(siblings, triple.shown, of=triple),
            lambda: self._never_used(triple),
            lambda: not scope.merged and self._never_with_class(triple, place, siblings),
        )
        if not any(reason() for reason in reasons):
            self._add("absent" if place.is_alone else "join", Reason.NOT_FOUND, triple.shown)

    def _unknown_terms(self, triple: Triple, scope: _Scope) -> bool:
        """Report the terms of a triple pattern that occur in no graph."""
        path = triple.path
        unknown = [iri for iri in path.iris if not self._probes.graphs_of(iri)]
        if not path.needs_all and len(unknown) < len(path.iris):
            unknown = []
        for node in (triple.subject, triple.object):
            terms = [each.term for each in scope.data.get(node.variable or "", (node,))]
            absent = [
                term.value
                for term in terms
                if isinstance(term, Iri) and not self._probes.graphs_of(term.value)
            ]
            unknown.extend(absent if len(absent) == len(terms) else [])
        self.found.extend(self._unknown(iri, triple.shown) for iri in unknown)
        return bool(unknown)

    def _unknown(self, iri: str, pattern: str) -> Explanation:
        near = self._near_terms(iri)
        hints = [("hint-near", tuple(map(compress, near)))] if near else []
        return explanation(
            "unknown-term", Reason.UNKNOWN_TERM, pattern, terms=(iri,), instead=near, hints=hints
        )

    def _unknown_graph(self, name: Node) -> bool:
        """Report a named graph that does not exist."""
        if not isinstance(name.term, Iri) or self._probes.finds(f"GRAPH {name.text} {{ ?s ?p ?o }} "):
            return False
        graphs = {compress(graph): graph for graph in self._probes.graphs()}
        near = tuple(graphs[curie] for curie in near_misses(compress(name.term.value), graphs))
        hints = [("hint-near", tuple(map(compress, near)))] if near else []
        self._add(
            "unknown-graph",
            Reason.UNKNOWN_TERM,
            f"GRAPH {name.shown}",
            terms=(name.term.value,),
            instead=near,
            hints=hints,
        )
        return True

    def _near_terms(self, iri: str) -> tuple[str, ...]:
        """Return at most three terms that may have been meant."""
        spelled = tuple(other for other in dict.fromkeys(_spellings(iri)) if self._probes.graphs_of(other))
        if spelled:
            return spelled[:3]
        wanted = _folded(_local_name(iri))
        if not wanted or len(wanted) > _LONGEST_NAME or wanted.isdigit() or _OBO_IDENTIFIER.search(iri):
            return ()
        named = self._terms_by_name()
        found = [wanted] if wanted in named else near_misses(wanted, named, likeness=0.75)
        terms = [
            term
            for name in found
            for term in sorted(named[name], key=lambda term: (term[:20] != iri[:20], term))
        ]
        return tuple(dict.fromkeys(terms))[:3]

    def _terms_by_name(self) -> Mapping[str, set[str]]:
        """Return the terms by their names, without case and marks."""
        if not self._named:
            for term, name in self._names():
                for key in (_folded(name), _folded(_local_name(term))):
                    self._named.setdefault(key, set()).add(term)
        return self._named

    def _denied(self, triple: Triple, place: _Place) -> bool:
        """Report claims that deny what the triple pattern asks for."""
        return self._claims("denied", Reason.DENIED, triple, place.context, "glutakg-gk:Denied")

    def _claims(self, key: str, reason: Reason, triple: Triple, context: str, polarity: str) -> bool:
        constants = sum(node.term is not None for node in (triple.subject, triple.object))
        if (triple.path.iri is None and triple.path.iris) or constants + (triple.path.iri is not None) < 1:
            return False
        parts = {"subject": triple.subject.text, "path": triple.path.text, "object": triple.object.text}
        claims = self._probes.rows(
            "claim id status_en status_nl",
            f"{context}{_CLAIM % parts}?glutakg_claim glutakg-gk:polarity {polarity} . ",
            end="ORDER BY ?glutakg_id LIMIT 5",
        )
        if not claims:
            return False
        listed = {
            lang: ", ".join(f"{_value(row['id'])} ({_value(row[f'status_{lang}']) or '?'})" for row in claims)
            for lang in ("en", "nl")
        }
        terms = tuple(_value(row["claim"]) for row in claims)
        self._add(key, reason, triple.shown, terms=terms, claims=listed)
        return True

    def _elsewhere(self, triple: Triple, place: _Place, scope: _Scope) -> bool:
        """Report that a triple pattern, or a term of it, is only in other graphs."""
        own = scope.own
        held = f"GRAPH ?glutakg_graph {{ {triple.text}}} "
        graphs = self._probes.column("graph", f"{place.context}{held}", end="LIMIT 30")
        graphs = tuple(graph for graph in graphs if graph not in own)
        shown_own = ", ".join(map(compress, own)) or (scope.graph.shown if scope.graph else "")
        if graphs == (CONTESTED_GRAPH,):
            context = f"{place.context}GRAPH <{CONTESTED_GRAPH}> {{ {triple.text}}} "
            if self._claims("contested", Reason.CONTESTED, triple, context, "glutakg-gk:Affirmed"):
                return True
        if graphs:
            key = "elsewhere" if own else "outside-default" if scope.graph is None else "spread"
            self._add(key, Reason.OTHER_GRAPH, triple.shown, terms=(), instead=graphs, graph=shown_own)
            return True
        if scope.graph is not None and not own:
            return False
        terms = [node.term.value for node in (triple.subject, triple.object) if isinstance(node.term, Iri)]
        found = False
        for term in [*([triple.path.iri] if triple.path.iri else []), *terms]:
            graphs = self._probes.graphs_of(term)
            if not set(own) & set(graphs) if own else graphs == (CONTESTED_GRAPH,):
                key = "term-elsewhere" if own else "term-outside-default"
                self._add(
                    key, Reason.OTHER_GRAPH, triple.shown, terms=(term,), instead=graphs, graph=shown_own
                )
                found = True
        return found

    def _other_literal(self, triple: Triple, place: _Place) -> bool:
        """Report texts that differ from the one asked for, in language, datatype, case or little else.

        Where things are wanted and not texts, what has the text as its name is reported.
        """
        literal = triple.object.term
        if not isinstance(literal, Literal):
            return False
        asked = f"{triple.subject.text} {triple.path.text} ?glutakg_literal . "
        text = Literal(literal.value.lower())
        same = (
            "FILTER(ISLITERAL(?glutakg_literal) && "
            f"(LCASE(STR(?glutakg_literal)) = {text} || ?glutakg_literal = {literal})) "
        )
        found = self._probes.rows("literal", place.holding(asked + same))
        if found:
            written = tuple(sorted(str(row["literal"]) for row in found))
            self._add("literal", Reason.OTHER_LITERAL, triple.shown, instead=written)
            return True
        named = self._probes.column(
            "literal",
            place.holding(
                f"{asked}?glutakg_literal glutakg-rdfs:label|glutakg-skos:prefLabel|glutakg-skos:altLabel "
                f"?glutakg_name . FILTER(LCASE(STR(?glutakg_name)) = {text}) "
            ),
        )
        if named:
            self._add("named", Reason.OTHER_LITERAL, triple.shown, instead=named)
            return True
        if not place.is_alone or len(literal.value) > _LONGEST_NAME:
            return False
        texts = self._probes.rows(
            "literal", place.holding(f"{asked}FILTER(ISLITERAL(?glutakg_literal)) "), end="LIMIT 5000"
        )
        near = tuple(near_misses(literal.value, {_value(row["literal"]) for row in texts}))
        if near:
            self._add("near-literal", Reason.OTHER_LITERAL, triple.shown, instead=near)
        return bool(near)

    def _other_way_round(self, triple: Triple, place: _Place) -> bool:
        """Report a relation that holds from the object to the subject."""
        if triple.path.iri in (None, _TYPE) or isinstance(triple.object.term, Literal):
            return False
        turned = Triple(triple.object, triple.path, triple.subject)
        if not self._probes.finds(place.holding(turned.text)):
            return False
        assert triple.path.iri is not None
        self._add(
            "turned", Reason.OTHER_WAY_ROUND, triple.shown, terms=(triple.path.iri,), turned=turned.shown
        )
        return True

    def _inferred_only(self, triple: Triple, place: _Place) -> bool:
        """Report what holds only of a subclass, a narrower relation or an own term that matches."""
        subject, path, value = triple.subject, triple.path, triple.object
        if path.iri == _TYPE and isinstance(value.term, Iri):
            narrower = (
                f"{subject.text} a ?glutakg_class . ?glutakg_class glutakg-rdfs:subClassOf+ {value.text} . "
            )
            found = self._probes.column("class", f"{place.context}{narrower}", end="LIMIT 4")
            if found:
                self._add(
                    "subclasses", Reason.NOT_FOUND, triple.shown, terms=(value.term.value,), instead=found
                )
                return True
        elif path.iri:
            held = f"{subject.text} ?glutakg_path {value.text} . "
            narrower = f"?glutakg_path glutakg-rdfs:subPropertyOf+ {path.text} . {held}"
            found = self._probes.column("path", f"{place.context}{narrower}", end="LIMIT 4")
            if found:
                self._add("subproperties", Reason.NOT_FOUND, triple.shown, terms=(path.iri,), instead=found)
                return True
        for node, matched in ((subject, Triple(_OURS, path, value)), (value, Triple(subject, path, _OURS))):
            if isinstance(node.term, Iri):
                match = f"?glutakg_ours glutakg-skos:exactMatch|glutakg-skos:closeMatch {node.text} . "
                found = self._probes.column("ours", f"{place.context}{match}{matched.text}", end="LIMIT 4")
                if found:
                    self._add(
                        "matched", Reason.NOT_FOUND, triple.shown, terms=(node.term.value,), instead=found
                    )
                    return True
        return False

    def _searched(
        self,
        siblings: tuple[Triple, ...],
        pattern: str,
        *,
        of: Triple | None = None,
        stances: Sequence[str] = (),
    ) -> bool:
        """Report a recorded search for evidence on the claim that an evidence pattern is about."""
        for about in siblings:
            item, claim = about.subject.text, about.object
            if about.path.iri != _ABOUT or (of and of.subject.text not in (item, claim.text)):
                continue
            said = "".join(each.text for each in siblings if each.subject.text == claim.text)
            if claim.term is None and not said:
                continue
            sought = [
                each.object.term
                for each in siblings
                if each.path.iri == _STANCE and each.subject.text == item
            ]
            wanted = [*stances, *(term.value for term in sought if isinstance(term, Iri))]
            limit = (
                f"VALUES ?glutakg_stance {{ {' '.join(f'<{iri}>' for iri in wanted)} }} "
                if wanted
                else _NO_EVIDENCE
            )
            node = claim.text if claim.term is None else str(claim.term)
            records = self._probes.rows(
                "record claim en nl",
                f"{said}BIND({node} AS ?glutakg_claim) {_SEARCHED}{limit}",
                end="ORDER BY ?glutakg_record LIMIT 3",
            )
            for row in records:
                texts = {
                    "en": _value(row["en"]) or _value(row["nl"]),
                    "nl": _value(row["nl"]) or _value(row["en"]),
                }
                self._add(
                    "searched",
                    Reason.NOT_FOUND,
                    pattern,
                    terms=(_value(row["claim"]), _value(row["record"])),
                    claim=compress(_value(row["claim"])),
                    searched=texts,
                )
            if records:
                return True
        return False

    def _never_used(self, triple: Triple) -> bool:
        """Report a relation that no triple of any graph uses."""
        iri = triple.path.iri
        if iri is None or self._probes.finds(f"GRAPH ?glutakg_graph {{ ?s {triple.path.text} ?o }} "):
            return False
        inverse = self._probes.column(
            "inverse",
            f"<{iri}> glutakg-owl:inverseOf|^glutakg-owl:inverseOf ?glutakg_inverse . "
            "FILTER EXISTS { ?glutakg_x ?glutakg_inverse ?glutakg_y . } ",
        )
        hints = [("hint-inverse", tuple(map(compress, inverse)))] if inverse else []
        self._add("never-used", Reason.NEVER_USED, triple.shown, terms=(iri,), instead=inverse, hints=hints)
        return True

    def _never_with_class(self, triple: Triple, place: _Place, siblings: tuple[Triple, ...]) -> bool:
        """Report a relation that is never used with the class that the query, or the data, put at one end."""
        for relation, node, classes in self._typed_ends(triple, place, siblings):
            assert relation.path.iri is not None
            ends = ("?glutakg_x", "?glutakg_y") if node == relation.subject else ("?glutakg_y", "?glutakg_x")
            used = f"{ends[0]} {relation.path.text} {ends[1]} . "
            listed = f"VALUES ?glutakg_class {{ {' '.join(f'<{iri}>' for iri in classes)} }} "
            of_class = f"{listed}?glutakg_x a/glutakg-rdfs:subClassOf* ?glutakg_class . "
            if self._probes.finds(used + of_class):
                continue
            instead = self._probes.most_used_classes(used)
            key = "never-subject" if node == relation.subject else "never-object"
            self._add(
                key,
                Reason.NEVER_USED_WITH_CLASS,
                triple.shown,
                terms=(relation.path.iri, *classes),
                instead=instead,
                relation=compress(relation.path.iri),
                classes=", ".join(map(compress, classes)),
                hints=[("hint-classes", tuple(map(compress, instead)))] if instead else [],
            )
            return True
        return False

    def _typed_ends(
        self, triple: Triple, place: _Place, siblings: tuple[Triple, ...]
    ) -> Iterator[tuple[Triple, Node, tuple[str, ...]]]:
        """Yield relations that the triple pattern may fail with: each with an end and its classes."""
        typings = [each for each in siblings if each.path.iri == _TYPE and isinstance(each.object.term, Iri)]
        if triple.path.iri == _TYPE:
            relations = [each for each in siblings if each.path.iri not in (None, _TYPE)]
            typings = [each for each in typings if each == triple]
        else:
            relations = [triple] if triple.path.iri else []
        for relation in relations:
            for node in (relation.subject, relation.object):
                for typing in typings:
                    if typing.subject == node and isinstance(typing.object.term, Iri):
                        yield relation, node, (typing.object.term.value,)
                known = node.term is not None or re.search(rf"\?{node.text[1:]}\b", place.context)
                if relation is triple and known and not isinstance(node.term, Literal):
                    classes = self._probes.column(
                        "class", f"{place.context}{node.text} a ?glutakg_class . {_NO_BARE_INDIVIDUAL}"
                    )
                    if 0 < len(classes) < 7:
                        yield relation, node, classes


_OURS = Node("?glutakg_ours", "?ours")


def _graph_node(iri: str) -> Node:
    return Node(f"<{iri}>", compress(iri), Iri(iri))


def _value_of(node: Node) -> str:
    return node.term.value if isinstance(node.term, Iri) else ""


def _all_triples(group: Group) -> Iterator[Triple]:
    """Yield the triple patterns that must hold for a group, also those in groups within it."""
    for element in group.elements:
        if isinstance(element, Triple):
            yield element
        elif isinstance(element, Group):
            yield from _all_triples(element)
        elif isinstance(element, GraphPattern):
            yield from _all_triples(element.group)


def _variables(text: str) -> set[str]:
    return {token.text[1:] for token in scan(text) if token.kind == "variable"}


def _spellings(iri: str) -> Iterator[str]:
    """Yield other IRIs that the author of an IRI may have meant."""
    scheme, _, rest = iri.partition("://")
    if scheme in ("http", "https"):
        yield f"{'https' if scheme == 'http' else 'http'}://{rest}"
    if match := _OBO_IDENTIFIER.search(iri):
        prefixes = {name.lower(): namespace for name, namespace in PREFIXES.items()}
        if namespace := prefixes.get(match[1].lower()):
            yield namespace + match[2]
    local = _local_name(iri)
    if local and not iri.endswith(("/", "#")):
        yield from (PREFIXES[name] + local for name in ("gk", "gkd", "skos", "rdfs", "dcterms", "obo"))


def _local_name(iri: str) -> str:
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _value(term: Term | None) -> str:
    return term.value if term is not None else ""


def _shown(element: Element) -> str:
    return element.shown if isinstance(element, Triple) else element.text
