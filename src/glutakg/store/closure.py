"""The closure of classes, in `gkg:closure`: the hierarchy and existential restrictions as plain edges.

As in Ubergraph (https://github.com/INCATools/ubergraph), `?a rdfs:subClassOf ?b` there says that `?a` is
below `?b`, and `?a ?p ?b` that each `?a` has some `?b` by `?p`. The former is what `rdfs:subClassOf+` finds
in the default graph. The latter follows from restrictions (`owl:someValuesFrom`) above classes and in their
definitions, by the classes above both ends, the properties above, transitive properties and chains of two;
its properties are those that some restriction names. Unlike there, no reasoner classifies first: what is
below a definition is there where its owner says so, as releases do.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from pyoxigraph import BlankNode, NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from glutakg.dataset import CLOSURE_GRAPH
from glutakg.rdf import PREFIXES

__all__ = ["Roles", "add_closure", "roles_of"]


_SUBCLASS, _GRAPH = NamedNode(PREFIXES["rdfs"] + "subClassOf"), NamedNode(CLOSURE_GRAPH)
_IS_BELOW, _TOKEN = str(_SUBCLASS).encode(), str(_GRAPH).encode()
_PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("owl", "rdf", "rdfs"))
_MOST_KEPT = 3_000_000
_MOST_CLASSES = 20_000
_PIECES = 500
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


def roles_of(store: Store) -> Roles:
    """Return what the default graph of a store says of object properties."""
    with TemporaryDirectory(prefix="glutakg-") as folder:
        rows = _Rows(store, Path(folder))
        above: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for below, higher in rows("?below ?higher", "?below rdfs:subPropertyOf ?higher"):
            above[below].add(higher)
        chains = [
            *((name, name, name) for (name,) in rows("?name", "?name a owl:TransitiveProperty")),
            *rows(
                "?made ?first ?second",
                "?made owl:propertyChainAxiom ?list . ?list rdf:first ?first ; rdf:rest ?rest . "
                "?rest rdf:first ?second ; rdf:rest rdf:nil",
            ),
        ]
        used = {
            name for (name,) in rows("DISTINCT ?name", "?bond owl:onProperty ?name ; owl:someValuesFrom ?f")
        }
    return Roles(used, above, chains)


def add_closure(
    store: Store,
    folder: Path | None = None,
    *,
    before: Roles | None = None,
    graphs: Sequence[str] = (),
    besides: Iterable[bytes] = (),
) -> list[str]:
    """Add the closure to a store, and return which of the classes gone through stand below themselves.

    Where the store has the closure of what it held before some graphs came, only those classes are gone
    through from which one can be reached that these graphs describe; but all, where the graphs change what
    is stated of the properties.

    Args:
        store: whose default graph has the axioms.
        folder: for files meanwhile; None for the folder of the system for such.
        before: the properties as they were; None where the store has no closure.
        graphs: the IRIs of those that came.
        besides: more lines of N-Quads to be loaded, which are asked for last.
    """
    with TemporaryDirectory(prefix="closure-", dir=folder) as working:
        rows, roles = _Rows(store, Path(working)), roles_of(store)
        classes = _Classes(rows, roles)
        chosen = classes.described()
        if before is not None and not roles.change(before):
            chosen = classes.reaching(
                name for graph in graphs for (name,) in rows("?name", _described_in(graph))
            )
            for name in chosen:
                for quad in list(store.quads_for_pattern(_node(name), None, None, _GRAPH)):
                    store.remove(quad)
        elif before is not None:
            store.clear_graph(_GRAPH)
        cycles: list[str] = []
        unnamed: list[Quad] = []
        lines = _Stream(chain(_lines(classes, chosen, cycles, unnamed), besides))
        store.bulk_load(cast(IO[bytes], lines), format=RdfFormat.N_QUADS, lenient=True)
        store.extend(unnamed)
        return sorted(cycles)


def _lines(
    classes: "_Classes", chosen: Set[bytes], cycles: list[str], unnamed: list[Quad]
) -> Iterator[bytes]:
    """Yield the edges of classes in N-Quads; note what stands below itself, and edges of what has no name."""
    for name, higher, related in classes.closed(chosen):
        if name in higher:
            cycles.append(name[1:-1].decode())
        if name.startswith(b"<"):
            edges = [(_IS_BELOW, each) for each in higher]
            yield b"".join([b"%s %s %s %s .\n" % (name, *edge, _TOKEN) for edge in (*edges, *related)])
        else:  # which a file would name anew
            unnamed += [Quad(_node(name), _SUBCLASS, _node(each), _GRAPH) for each in higher]


class _Stream(io.RawIOBase):
    """Pieces of text, read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._ready:
            piece = b"".join(islice(self._pieces, _PIECES))
            if not piece:
                return b""
            self._ready = memoryview(piece)
        if size < 0:
            size = len(self._ready)
        data, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return data


class _Rows:
    """Asks a store, and reads the rows as they are written, without making terms of them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._path = folder / "rows.tsv"

    def __call__(self, variables: str, pattern: str) -> list[Any]:
        found = self._store.query(f"{_PROLOGUE}SELECT {variables} {{ {pattern} }}")
        assert isinstance(found, QuerySolutions)
        found.serialize(str(self._path), format=QueryResultsFormat.TSV)
        known: dict[bytes, bytes] = {}
        with self._path.open("rb") as file:
            next(file)
            return [tuple(known.setdefault(each, each) for each in line[:-1].split(b"\t")) for line in file]


class _Classes:
    """What the default graph says of classes, each as it stands in N-Triples."""

    def __init__(self, rows: _Rows, roles: Roles) -> None:
        self._roles = roles
        self._above: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._related: defaultdict[bytes, set[tuple[bytes, bytes]]] = defaultdict(set)
        self._up = lru_cache(_MOST_CLASSES)(self._with_above)
        self._following = lru_cache(_MOST_CLASSES)(self._edges_from)
        bonds = (
            "?bond owl:someValuesFrom ?filler ; owl:onProperty ?name FILTER(ISIRI(?filler) && ISIRI(?name))"
        )
        some = {bond: (name, filler) for bond, name, filler in rows("?bond ?name ?filler", bonds)}
        whole: dict[bytes, bytes] = dict(rows("?whole ?list", "?whole owl:intersectionOf ?list"))
        lists = {
            node: rest
            for node, *rest in rows("?node ?first ?rest", "?node rdf:first ?first ; rdf:rest ?rest")
        }
        for name, kind in (stated := rows("?name ?kind", "?name rdfs:subClassOf ?kind")):
            if kind.startswith(b"<"):
                self._above[name].add(kind)
        for name, kind in stated:
            if kind.startswith(b"_") and kind in self._above:
                self._above[name].add(kind)
        for name, kind in [*stated, *rows("?name ?kind", "?name owl:equivalentClass ?kind")]:
            if name.startswith(b"<") and (
                found := [some[each] for each in _parts(kind, whole, lists) if each in some]
            ):
                self._related[name].update(found)

    def described(self) -> set[bytes]:
        """Return the classes that something is stated of."""
        return {*self._above, *self._related}

    def reaching(self, names: Iterable[bytes]) -> set[bytes]:
        """Return classes and those from which one of them can be reached, as far as they are described."""
        below: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for name, higher in self._above.items():
            for each in higher:
                below[each].add(name)
        for name, related in self._related.items():
            for _, each in related:
                below[each].add(name)
        chosen = set(names)
        return chosen | _reached(chosen, below)

    def closed(
        self, names: Iterable[bytes]
    ) -> Iterator[tuple[bytes, list[bytes], list[tuple[bytes, bytes]]]]:
        """Yield classes, each with the named classes above it and its other edges: property, and class.

        A class is among those above it only where it stands below itself. What is above several is found
        once: those above come first, and are kept as long as there is room.
        """
        above: dict[bytes, frozenset[bytes]] = {}
        related: dict[bytes, frozenset[tuple[bytes, bytes]]] = {}
        room = _MOST_KEPT
        wanted = set(names)
        for name in self._in_order(wanted):
            parents = self._above.get(name, _NONE)
            if all(each in above for each in parents):
                higher = frozenset(each for each in parents if each.startswith(b"<")).union(
                    *(above[each] for each in parents)
                )
                edges = self._own(name).union(*(related[each] for each in parents))
            else:
                everything = _reached([name], self._above)
                higher = frozenset(each for each in everything if each.startswith(b"<"))
                edges = self._own(name).union(*map(self._own, everything))
            if name in wanted:
                yield name, list(higher), list(edges)
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
                    waiting += [(one, False) for one in self._above.get(each, _NONE) if one not in seen]

    def _own(self, name: bytes) -> frozenset[tuple[bytes, bytes]]:
        """Return the edges that follow from what is stated of a class itself, and not of one above it."""
        found = [self._following(*each) for each in self._related.get(name, ())]
        return frozenset[tuple[bytes, bytes]]().union(*found)

    def _edges_from(self, role: bytes, end: bytes) -> frozenset[tuple[bytes, bytes]]:
        """Return the edges that follow from one, with it: the property of each, and the class at its end."""
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
        return frozenset(edge for edge in found if edge[0] in self._roles.used)

    def _with_above(self, name: bytes) -> frozenset[bytes]:
        """Return a class and the named ones above it."""
        return frozenset({name, *(each for each in _reached([name], self._above) if each.startswith(b"<"))})


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


def _described_in(graph: str) -> str:
    described = ("?name a owl:Class", "?name rdfs:subClassOf ?kind", "?name owl:equivalentClass ?kind")
    return f"GRAPH <{graph}> {{ {' UNION '.join(f'{{ {each} }}' for each in described)} }}"


def _node(token: bytes) -> NamedNode | BlankNode:
    text = token.decode()
    return NamedNode(text[1:-1]) if text.startswith("<") else BlankNode(text[2:])
