"""Loads the graphs into a SPARQL 1.1 store by the Graph Store Protocol, and compares what lies there.

Each graph is sent in pieces. Beside them the store keeps a small graph, `gkg:push`, which says what graph is
whole and how far another one has come: a push that was broken off goes on from there, and nobody takes half
of a graph for the whole. <https://www.w3.org/TR/sparql11-http-rdf-update/>
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pyoxigraph as ox

from glutakg.dataset import ShippedFile, graph_iri, quads, shipped_files
from glutakg.errors import TermError
from glutakg.linking.graph_store import GraphStore
from glutakg.linking.values import same_value
from glutakg.rdf import PREFIXES
from glutakg.store import PASSWORD, USER
from glutakg.text import did_you_mean

__all__ = ["PushState", "PushedGraph", "push"]


PIECE = 20_000
"""The most triples that are sent at once."""

_DEFAULT = "default"
_MARKS = PREFIXES["gkg"] + "push"
_SKOLEM = "https://w3id.org/glutakg/.well-known/genid/"
_MOST_SHOWN = 3
_MARK = f"""\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <{PREFIXES["prov"]}> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <{PREFIXES["xsd"]}> .
"""

_STARTED, _ENDED, _GENERATED = (
    ox.NamedNode(PREFIXES["prov"] + name) for name in ("startedAtTime", "endedAtTime", "generated")
)
_TRIPLES = ox.NamedNode("http://rdfs.org/ns/void#triples")
_IDENTIFIER = ox.NamedNode(PREFIXES["dcterms"] + "identifier")


class PushState(StrEnum):
    """How a graph in a store compares with ours."""

    SAME = "same"
    """Its triples are ours, to the letter."""
    SAME_VALUES = "same values"
    """Its triples are ours, but the store writes some literals otherwise, such as `1.5` for `1.50`."""
    DIFFERENT = "different"
    """It has other triples, or lacks some."""
    PARTIAL = "partial"
    """A push was broken off."""
    MISSING = "missing"
    """It is not there."""


@dataclass(frozen=True, slots=True)
class PushedGraph:
    """A graph of ours and what a store has of it.

    Attributes:
        graph: its IRI.
        triples: how many it has.
        there: how many the store has.
        state: how the two compare.
        examples: up to three triples in N-Triples, those that only the store has after a `+`, those that only
            we have after a `-`.
    """

    graph: str
    triples: int
    there: int
    state: PushState
    examples: tuple[str, ...] = ()

    @property
    def lacks_only(self) -> bool:
        """Whether the store gave nothing but ours, and not all of it: its answer may have been cut."""
        only_less = all(example.startswith("-") for example in self.examples)
        return self.state is PushState.DIFFERENT and self.there < self.triples and only_less

    @property
    def is_whole(self) -> bool:
        """Whether the store answers as it should from this graph."""
        return self.state in (PushState.SAME, PushState.SAME_VALUES)


@dataclass(slots=True)
class _Mark:
    """What a store says of the pushing of one graph."""

    digest: str
    pushed: int
    started: str
    ended: str = ""

    def turtle(self, graph: str) -> str:
        times = f'prov:startedAtTime "{self.started}"^^xsd:dateTime'
        if self.ended:
            times += f' ; prov:endedAtTime "{self.ended}"^^xsd:dateTime'
        activity = f"<{_MARKS}/{graph.removeprefix(PREFIXES['gkg'])}>"
        return (
            f'{activity} a prov:Activity ; dcterms:identifier "{self.digest}" ; {times} ;\n'
            f"  prov:generated <{graph}> .\n"
            f"<{graph}> a void:Dataset ; void:triples {self.pushed} .\n"
        )


def push(
    url: str,
    *,
    graphs: Sequence[str] = (),
    check: bool = False,
    files: Sequence[ShippedFile] | None = None,
    piece: int = PIECE,
    seconds: float = 300.0,
    progress: Callable[[str], object] = lambda _: None,
) -> list[PushedGraph]:
    """Load graphs into a store, each under its name, and return how they compare afterwards.

    What the store has in these graphs is replaced; a graph that is there already stays as it is. Blank nodes
    become IRIs, as RDF 1.1 has it, so that they are the same in all pieces and on every run.

    Args:
        url: the address of the Graph Store Protocol; `?graph=` is added to it, or only the IRI of the graph
            where it ends in `=`. `GLUTAKG_ENDPOINT_USER` and `GLUTAKG_ENDPOINT_PASSWORD` hold the name and
            the password that the store asks for (basic or digest).
        graphs: names such as `source` or `imports/chebi`, or `default` for all graphs but the contested one,
            merged as `gkg:default`; without any, all named graphs.
        check: change nothing, only compare.
        files: what holds the graphs; without them, what is shipped.
        piece: triples that are sent at once.
        seconds: that the store may take for one request.
        progress: called with a sentence before each graph.

    Raises:
        EndpointError: this is no address, or the store does not answer as it should; what it has taken is
            marked there, and another push goes on from it.
        TermError: there is no graph of that name.
    """
    held = shipped_files() if files is None else files
    named = sorted({file.graph_name for file in held})
    known = [_DEFAULT, *named]
    for name in graphs:
        if name not in known:
            raise TermError(
                f"There is no graph {name!r}.{did_you_mean(name, known)} Graphs are {', '.join(known)}."
            )
    credentials = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    with GraphStore(url, credentials=credentials, seconds=seconds) as store:
        marks = _marks(store)
        found = []
        for name in sorted(set(graphs)) or named:
            graph = PREFIXES["gkg"] + name
            triples = sorted(map(_line, _skolemised(held, name)))
            digest = sha256("".join(triples).encode()).hexdigest()
            mark = marks.get(graph)
            is_there = mark is not None and mark.digest == digest and mark.pushed == len(triples)
            progress(f"Comparing {name} …")
            compared = _compared(store, graph, triples) if check or is_there else None
            if not check and (compared is None or not compared.is_whole):
                progress(f"Pushing {name}: {len(triples):,} triples …")
                goes_on = _load(store, graph, triples, digest, marks, piece)
                compared = _compared(store, graph, triples)
                if goes_on and not compared.is_whole:  # the store has lost what it had said it has
                    del marks[graph]
                    _load(store, graph, triples, digest, marks, piece)
                    compared = _compared(store, graph, triples)
            assert compared is not None
            if not check and compared.is_whole and not marks[graph].ended:
                marks[graph].ended = _now()
                _write_marks(store, marks)
            if check and mark is not None and not mark.ended and not compared.is_whole:
                compared = PushedGraph(graph, len(triples), compared.there, PushState.PARTIAL)
            found.append(compared)
        return found


def _load(
    store: GraphStore, graph: str, triples: Sequence[str], digest: str, marks: dict[str, _Mark], piece: int
) -> bool:
    """Send the triples of a graph that the store does not have yet, and note how far that came.

    Returns:
        Whether it went on from a push that was broken off.
    """
    mark = marks.get(graph)
    goes_on = mark is not None and mark.digest == digest and not mark.ended and mark.pushed < len(triples)
    if mark is None or not goes_on:
        mark = marks[graph] = _Mark(digest, 0, _now())
    _write_marks(store, marks)
    began = mark.pushed
    for start in range(began, max(len(triples), 1), piece):
        part = "".join(triples[start : start + piece]).encode()
        (store.add if start else store.replace)(graph, part)
        mark.pushed = min(start + piece, len(triples))
        _write_marks(store, marks)
    return goes_on and began > 0


def _compared(store: GraphStore, graph: str, triples: Sequence[str]) -> PushedGraph:
    """Return how a graph in a store compares with its triples, in N-Triples."""
    ours = set(triples)
    theirs = {_line(triple) for triple in store.triples(graph) or ()}
    if theirs == ours:
        return PushedGraph(graph, len(ours), len(theirs), PushState.SAME)
    if not theirs:  # some stores tell of a graph that is not there with 200 and no triples
        return PushedGraph(graph, len(ours), 0, PushState.MISSING)
    more, less = _unlike(theirs - ours, ours - theirs)
    if not more and not less:
        return PushedGraph(graph, len(ours), len(theirs), PushState.SAME_VALUES)
    examples = [f"+ {line.strip()}" for line in more] + [f"- {line.strip()}" for line in less]
    return PushedGraph(graph, len(ours), len(theirs), PushState.DIFFERENT, tuple(examples[:_MOST_SHOWN]))


def _unlike(more: set[str], less: set[str]) -> tuple[list[str], list[str]]:
    """Return the lines of both that have no counterpart of the same value in the other."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for line in more:
        values[same_value(line)].append(line)
    left = [line for line in sorted(less) if not values.pop(same_value(line), None)]
    return sorted(line for lines in values.values() for line in lines), left


def _skolemised(files: Iterable[ShippedFile], name: str) -> Iterator[ox.Triple]:
    """Yield the triples of a graph, with IRIs for blank nodes."""
    graph = ox.DefaultGraph() if name == _DEFAULT else ox.NamedNode(graph_iri(name))
    for quad in quads(file for file in files if name in (_DEFAULT, file.graph_name)):
        if quad.graph_name == graph:
            yield ox.Triple(_named(quad.subject), quad.predicate, _named(quad.object))


def _named(term: Any) -> Any:
    return ox.NamedNode(_SKOLEM + term.value) if isinstance(term, ox.BlankNode) else term


def _line(triple: ox.Triple) -> str:
    return f"{triple} .\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _marks(store: GraphStore) -> dict[str, _Mark]:
    """Return what the store says of graphs that were pushed, by their IRIs."""
    there = list(store.triples(_MARKS) or ())
    values: defaultdict[object, dict[object, str]] = defaultdict(dict)
    for triple in there:
        values[triple.subject][triple.predicate] = getattr(triple.object, "value", "")
    marks = {}
    for about in list(values.values()):
        graph, digest = about.get(_GENERATED, ""), about.get(_IDENTIFIER, "")
        pushed = values.get(ox.NamedNode(graph), {}).get(_TRIPLES, "") if graph else ""
        if digest and pushed.isdecimal():
            marks[graph] = _Mark(digest, int(pushed), about.get(_STARTED, _now()), about.get(_ENDED, ""))
    return marks


def _write_marks(store: GraphStore, marks: dict[str, _Mark]) -> None:
    store.replace(_MARKS, (_MARK + "".join(mark.turtle(graph) for graph, mark in marks.items())).encode())
