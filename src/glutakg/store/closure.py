"""The closure of classes, in `gkg:closure`: the hierarchy and existential restrictions as plain edges.

As in Ubergraph (https://github.com/INCATools/ubergraph), `?a rdfs:subClassOf ?b` there says that `?a` is
below `?b`, and `?a ?p ?b` that each `?a` has some `?b` by `?p`. The former is what `rdfs:subClassOf+` finds
in the default graph. The latter follows from restrictions (`owl:someValuesFrom`) above classes and in their
definitions, by the classes above both ends, the properties above, transitive properties and chains of two;
its properties are those that some restriction names. Unlike there, no reasoner classifies first: what is
below a definition is there where its owner says so, as releases do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store

from glutakg.dataset import CLOSURE_GRAPH, as_node, token
from glutakg.rdf import PREFIXES

__all__ = ["Closure", "Pairs", "Roles", "roles_of", "stated_in"]


class Pairs(Protocol):
    """What an ontology or a store states by a property."""

    def __call__(self, name: str, value: str = "") -> list[tuple[bytes, bytes]]:
        """Return the subjects and objects of a property, or of one object; both are named by their CURIEs."""


_SUBCLASS, _GRAPH = NamedNode(PREFIXES["rdfs"] + "subClassOf"), NamedNode(CLOSURE_GRAPH)
_NIL = token("rdf:nil")
_IS_BELOW, _END = f" {_SUBCLASS} ".encode(), f" {_GRAPH} .\n".encode()
_MOST_KEPT = 3_000_000
_MOST_CLASSES = 20_000
_NONE: frozenset[bytes] = frozenset()


class Roles:
    """What is stated of object properties, as far as relations of classes follow from it."""

    def __init__(
        self,
        used: Set[bytes],
        above: Mapping[bytes, Set[bytes]],
        chains: Iterable[tuple[bytes, bytes, bytes]],
    ) -> None:
        """Take the properties of restrictions, those above each, and chains: what they make, of which two."""
        self.used = used
        self.above = cache(lambda name: frozenset({name, *_reached([name], above)}))
        self._after: defaultdict[bytes, defaultdict[bytes, set[bytes]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for made, first, second in chains:
            self._after[first][second].add(made)

    def after(self, name: bytes) -> Mapping[bytes, Set[bytes]]:
        """Return what a property makes with another one after it, by that one."""
        return self._after.get(name, {})

    def change(self, before: "Roles") -> bool:
        """Return whether more, or less, follows from what was there before."""
        known = before.all_of(before.used)
        return bool((self.used - before.used) & known.keys()) or self.all_of(before.used) != known

    def all_of(self, names: Iterable[bytes]) -> dict[bytes, object]:
        """Return what matters of properties and of those that follow from them, to be compared."""
        found: dict[bytes, object] = {}
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            found[name] = above, after = self.above(name), self.after(name)
            waiting |= {each for made in (above, *after.values()) for each in made} - found.keys()
        return found


def stated_in(store: Store, folder: Path | None = None, graph: str | None = None) -> Pairs:
    """Return what a graph of a store states, asked anew each time.

    Args:
        store: to be asked.
        folder: for files meanwhile; None for the folder of the system for such.
        graph: its IRI; None for the default graph.
    """
    asked = None if graph is None else NamedNode(graph)

    def pairs(name: str, value: str = "") -> list[tuple[bytes, bytes]]:
        only = f"VALUES ?value {{ {token(value).decode()} }} " if value else ""
        found = store.query(
            f"SELECT ?of ?value {{ {only}?of {token(name).decode()} ?value }}", default_graph=asked
        )
        assert isinstance(found, QuerySolutions)
        known: dict[bytes, bytes] = {}
        with TemporaryDirectory(prefix="closure-", dir=folder) as working:
            path = Path(working) / "rows.tsv"  # which is read as it is written, without making terms of it
            found.serialize(str(path), format=QueryResultsFormat.TSV)
            with path.open("rb") as file:
                next(file)
                rows = (line[:-1].partition(b"\t") for line in file)
                return [(known.setdefault(of, of), known.setdefault(end, end)) for of, _, end in rows]

    return pairs


def roles_of(sources: Iterable[Pairs]) -> Roles:
    """Return what is stated of object properties.

    Args:
        sources: of which each has its expressions whole.
    """
    above: defaultdict[bytes, set[bytes]] = defaultdict(set)
    chains: list[tuple[bytes, bytes, bytes]] = []
    used: set[bytes] = set()
    for pairs in sources:
        for below, higher in pairs("rdfs:subPropertyOf"):
            above[below].add(higher)
        chains += [(name, name, name) for name, _ in pairs("rdf:type", "owl:TransitiveProperty")]
        if made := pairs("owl:propertyChainAxiom"):
            firsts, rests = dict(pairs("rdf:first")), dict(pairs("rdf:rest"))
            for name, node in made:
                second = rests.get(node, b"")
                if node in firsts and second in firsts and rests.get(second) == _NIL:
                    chains.append((name, firsts[node], firsts[second]))
        fillers = dict(pairs("owl:someValuesFrom"))
        used |= {name for bond, name in pairs("owl:onProperty") if bond in fillers}
    return Roles(used, above, chains)


class Closure:
    """The closure of what a store has and of what is about to come into it."""

    def __init__(
        self,
        store: Store,
        coming: Sequence[Pairs],
        folder: Path | None = None,
        *,
        before: Roles | None = None,
    ) -> None:
        """Find the classes whose edges are to be made, and take those that they have out of the store.

        Where the store has the closure of what it held, only those classes are gone through from which one
        can be reached that is described anew; but all, where what is stated of properties in use changes.

        Args:
            store: whose default graph has axioms.
            coming: what else is stated, by sources of which each has its expressions whole.
            folder: for files meanwhile; None for the folder of the system for such.
            before: the properties as they were; None where the store has no closure.
        """
        self.cycles: list[str] = []
        held = stated_in(store, folder)
        roles = roles_of([held, *coming])
        self._store, self._folder = store, folder
        self._classes = _Classes([held, *coming], roles)
        self._chosen = self._classes.described()
        if before is not None and not roles.change(before):
            self._chosen = self._classes.reaching(name for pairs in coming for name in _described_by(pairs))
            for name in self._chosen:
                for quad in list(store.quads_for_pattern(as_node(name), None, None, _GRAPH)):
                    store.remove(quad)
        elif before is not None:
            store.clear_graph(_GRAPH)

    def lines(self) -> Iterator[bytes]:
        """Yield the edges of classes with names in N-Quads; note which of them stand below themselves."""
        for name, higher, related in self._classes.closed(self._chosen):
            if name in higher:
                self.cycles.append(name[1:-1].decode())
            if name.startswith(b"<"):
                yield _lines(name + _IS_BELOW, higher) + _lines(name + b" ", related)

    def add_unnamed(self) -> None:
        """Add the edges of classes without a name, which the store has named anew as they came into it."""
        if not any(name.startswith(b"_:") for name in self._chosen):
            return
        above: dict[bytes, set[bytes]] = {}
        for name, kind in stated_in(self._store, self._folder)("rdfs:subClassOf"):
            if name.startswith(b"_:"):
                above.setdefault(name, set()).add(kind)
        edges = {**self._classes.above, **above}
        self._store.extend(
            Quad(as_node(name), _SUBCLASS, as_node(each), _GRAPH)
            for name in above
            for each in _reached([name], edges)
            if each.startswith(b"<")
        )


class _Classes:
    """What the default graph says of classes, each as it stands in N-Triples."""

    def __init__(self, sources: Sequence[Pairs], roles: Roles) -> None:
        self._roles = roles
        self.above: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._related: defaultdict[bytes, set[tuple[bytes, bytes]]] = defaultdict(set)
        self._up = lru_cache(_MOST_CLASSES)(self._with_above)
        self._following = lru_cache(_MOST_CLASSES)(self._edges_from)
        for number, pairs in enumerate(sources):
            self._read(number, pairs)

    def _read(self, number: int, pairs: Pairs) -> None:
        """Take in what a source states, in which what has no name has one of its own."""
        fillers = dict(pairs("owl:someValuesFrom"))
        some = {
            bond: (name, fillers[bond])
            for bond, name in pairs("owl:onProperty")
            if name.startswith(b"<") and fillers.get(bond, b"").startswith(b"<")
        }
        whole = dict(pairs("owl:intersectionOf"))
        rests = dict(pairs("rdf:rest"))
        lists = {node: (first, rests[node]) for node, first in pairs("rdf:first") if node in rests}
        stated = pairs("rdfs:subClassOf")
        for name, kind in stated:
            if kind.startswith(b"<"):
                self.above[_own(name, number)].add(kind)
        for name, kind in stated:
            if kind.startswith(b"_") and _own(kind, number) in self.above:
                self.above[_own(name, number)].add(_own(kind, number))
        for name, kind in (*stated, *pairs("owl:equivalentClass")):
            if name.startswith(b"<") and (
                found := [some[each] for each in _parts(kind, whole, lists) if each in some]
            ):
                self._related[name].update(found)

    def described(self) -> set[bytes]:
        """Return the classes that something is stated of."""
        return {*self.above, *self._related}

    def reaching(self, names: Iterable[bytes]) -> set[bytes]:
        """Return classes and those from which one of them can be reached, as far as they are described."""
        below: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for name, higher in self.above.items():
            for each in higher:
                below[each].add(name)
        for name, related in self._related.items():
            for _, each in related:
                below[each].add(name)
        chosen = set(names)
        return chosen | _reached(chosen, below)

    def closed(self, names: Iterable[bytes]) -> Iterator[tuple[bytes, frozenset[bytes], frozenset[bytes]]]:
        """Yield classes, each with the named classes above it and its other edges: property and class in one.

        A class is among those above it only where it stands below itself. What is above several is found
        once: those above come first, and are kept as long as there is room.
        """
        above: dict[bytes, frozenset[bytes]] = {}
        related: dict[bytes, frozenset[bytes]] = {}
        room = _MOST_KEPT
        wanted = set(names)
        for name in self._in_order(wanted):
            parents = self.above.get(name, _NONE)
            if all(each in above for each in parents):
                higher = frozenset(each for each in parents if each.startswith(b"<")).union(
                    *(above[each] for each in parents)
                )
                edges = self._own(name).union(*(related[each] for each in parents))
            else:
                everything = _reached([name], self.above)
                higher = frozenset(each for each in everything if each.startswith(b"<"))
                edges = self._own(name).union(*map(self._own, everything))
            if name in wanted:
                yield name, higher, edges
            room -= len(higher) + len(edges)
            if room < 0:
                room = _MOST_KEPT
                above.clear()
                related.clear()
            above[name], related[name] = higher, edges

    def _in_order(self, names: Iterable[bytes]) -> Iterator[bytes]:
        """Yield classes and all above them, those above first but in cycles."""
        seen: set[bytes] = set()
        for name in names:
            waiting = [(name, False)]
            while waiting:
                each, is_open = waiting.pop()
                if is_open:
                    yield each
                elif each not in seen:
                    seen.add(each)
                    waiting.append((each, True))
                    waiting += [(one, False) for one in self.above.get(each, _NONE) if one not in seen]

    def _own(self, name: bytes) -> frozenset[bytes]:
        """Return the edges that follow from what is stated of a class itself, and not of one above it."""
        found = [self._following(*each) for each in self._related.get(name, ())]
        return _NONE.union(*found)

    def _edges_from(self, role: bytes, end: bytes) -> frozenset[bytes]:
        """Return the edges that follow from one, with it: the property of each, and the class at its end.

        They stand in one piece as in N-Triples, since classes share them, and are many.
        """
        found: set[tuple[bytes, bytes]] = set()
        taken: set[tuple[bytes, bytes]] = set()
        waiting: list[tuple[bytes, bytes]] = []

        def take(role: bytes, end: bytes) -> None:
            if (role, end) in taken:
                return
            taken.add((role, end))
            for one in self._roles.above(role):
                fresh = {(one, kind) for kind in self._up(end)} - found
                found.update(fresh)
                waiting.extend(fresh)

        take(role, end)
        while waiting:
            role, end = waiting.pop()
            if after := self._roles.after(role):
                for second, last in self._related.get(end, ()):
                    for one in self._roles.above(second):
                        for made in after.get(one, ()):
                            take(made, last)
        return frozenset(b"%s %s" % edge for edge in found if edge[0] in self._roles.used)

    def _with_above(self, name: bytes) -> frozenset[bytes]:
        """Return a class and the named ones above it."""
        return frozenset({name, *(each for each in _reached([name], self.above) if each.startswith(b"<"))})


def _lines(begin: bytes, ends: Set[bytes]) -> bytes:
    """Return the edges that begin so, each on a line."""
    return begin + (_END + begin).join(ends) + _END if ends else b""


def _own(name: bytes, number: int) -> bytes:
    """Return a name as it is, and what has none with the number of its source, but for the first."""
    return b"_:%d.%s" % (number, name[2:]) if number and name.startswith(b"_") else name


def _described_by(pairs: Pairs) -> set[bytes]:
    """Return the classes that a source describes."""
    asked = (("rdfs:subClassOf",), ("owl:equivalentClass",), ("rdf:type", "owl:Class"))
    return {name for each in asked for name, _ in pairs(*each)}


def _parts(
    kind: bytes, whole: Mapping[bytes, bytes], lists: Mapping[bytes, Sequence[bytes]]
) -> Iterator[bytes]:
    """Yield a class, or the classes that an intersection is of."""
    seen, waiting = set(), [kind]
    while waiting:
        each = waiting.pop()
        yield each
        node = whole.get(each, b"") if each.startswith(b"_") else b""
        while node in lists and node not in seen:
            seen.add(node)
            first, node = lists[node]
            waiting.append(first)


def _reached(starts: Iterable[bytes], edges: Mapping[bytes, Set[bytes]]) -> set[bytes]:
    """Return what can be reached in a step or more."""
    found: set[bytes] = set()
    waiting = list(starts)
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
