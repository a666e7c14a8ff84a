"""A graph as Turtle nests it: resources with their blank nodes and lists inside."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from glutakg.errors import FormatError

__all__ = ["RDF_NIL", "RDF_TYPE", "XSD", "NestedGraph", "Node", "Resource", "format_error", "nested_graph"]


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE, RDF_FIRST, RDF_REST, RDF_NIL = (RDF + name for name in ("type", "first", "rest", "nil"))

_COLOUR = ox.NamedNode("urn:glutakg:colour")  # as the name of a graph it cannot clash with Turtle
# What RDFC-1.0 does in good time: linked blank nodes of one colour, those that are linked to several of one
# colour (it tries these in every order), and all that are linked (it goes from one to the next).
_MOST_ALIKE, _MOST_BRANCHING, _MOST_LINKED = 5, 10, 1000

Resource = ox.NamedNode | ox.BlankNode
Node = ox.NamedNode | ox.BlankNode | ox.Literal
_Seen = tuple[tuple[str, int, str], ...]


class NestedGraph:
    """The triples of one graph, and which blank nodes nest, which are list cells and which need a label.

    Attributes:
        properties: the objects of every subject, by the IRI of the predicate.
        referrers: the subjects that point at a blank node.
        labels: of the blank nodes that cannot nest.
        cells: item and rest of every cell of a well-formed list.
    """

    def __init__(self, triples: Iterable[ox.Triple], path: Path | str | None, label: str) -> None:
        """Take the triples as they are; `nested_graph` first gives blank nodes lasting names."""
        self.properties: dict[Resource, dict[str, set[Node]]] = defaultdict(lambda: defaultdict(set))
        self.referrers: dict[ox.BlankNode, list[Resource]] = defaultdict(list)
        for subject, predicate, item in set(triples):
            if isinstance(item, ox.Triple):
                raise format_error(
                    "A triple term (RDF 1.2) has no canonical form: say it with a node.", path=path
                )
            self.properties[subject][predicate.value].add(item)
            if isinstance(item, ox.BlankNode):
                self.referrers[item].append(subject)
        self.labels = self._label_blank_nodes(label)
        self.cells = self._list_cells()

    def subjects(self) -> tuple[list[Resource], list[ox.BlankNode]]:
        """Return the subjects that are written by name, in order (IRIs, then labels), and the nameless ones.

        The nameless ones are in no order, and none of them nests in another.
        """
        iris = {node.value: node for node in self.properties if isinstance(node, ox.NamedNode)}
        named = [node for _, node in sorted(iris.items())]
        labelled = [
            node for node in self.labels if isinstance(node, ox.BlankNode) and node in self.properties
        ]
        blank = (node for node in self.properties if isinstance(node, ox.BlankNode))
        return [*named, *labelled], [node for node in blank if node not in self.referrers]

    def list_items(self, cell: Node) -> Iterator[Node]:
        """Yield the items of the list that begins at a cell."""
        while cell in self.cells:
            item, cell = self.cells[cell]
            yield item

    def _label_blank_nodes(self, label: str) -> dict[Node, str]:
        """Return labels (b0, b1, …) for blank nodes that cannot nest: referenced twice, or on a cycle."""
        shared = {node for node, referrers in self.referrers.items() if len(referrers) > 1}
        to_label = shared | self._on_cycles(shared)
        in_order = sorted(to_label, key=lambda node: (len(node.value), node.value))
        return {node: f"{label}{number}" for number, node in enumerate(in_order)}

    def _on_cycles(self, shared: set[ox.BlankNode]) -> set[ox.BlankNode]:
        """Return the blank nodes that, going up from referrer to referrer, lead back to themselves."""
        on_cycles: set[ox.BlankNode] = set()
        done = set(shared)
        for start in self.referrers:
            trail: list[ox.BlankNode] = []
            seen: set[ox.BlankNode] = set()
            node: Resource = start
            while (
                isinstance(node, ox.BlankNode)
                and node in self.referrers
                and not (node in done or node in seen)
            ):
                trail.append(node)
                seen.add(node)
                node = self.referrers[node][0]
            if isinstance(node, ox.BlankNode) and node in seen:
                on_cycles.update(trail[trail.index(node) :])
            done |= seen
        return on_cycles

    def _list_cells(self) -> dict[Node, tuple[Node, Node]]:
        """Return item and rest of every cell of a well-formed list."""
        candidates = {node: cell for node in self.referrers if (cell := self._as_cell(node)) is not None}
        cells: dict[Node, tuple[Node, Node]] = {}
        ends = [node for node, (_, rest) in candidates.items() if rest == ox.NamedNode(RDF_NIL)]
        while ends:
            node = ends.pop()
            cells[node] = candidates[node]
            referrer = self.referrers[node][0]
            if (
                isinstance(referrer, ox.BlankNode)
                and referrer in candidates
                and candidates[referrer][1] == node
            ):
                ends.append(referrer)
        return cells

    def _as_cell(self, node: ox.BlankNode) -> tuple[Node, Node] | None:
        """Return item and rest of a node that has nothing but one of each, and is not shared."""
        properties = self.properties.get(node, {})
        if properties.keys() != {RDF_FIRST, RDF_REST} or node in self.labels:
            return None
        firsts, rests = properties[RDF_FIRST], properties[RDF_REST]
        if len(firsts) != 1 or len(rests) != 1:
            return None
        return next(iter(firsts)), next(iter(rests))


def nested_graph(
    triples: Sequence[ox.Triple], path: Path | str | None = None, *, label: str = "b"
) -> NestedGraph:
    """Return the graph; if it needs labels, its blank nodes get names that do not depend on those they had.

    Args:
        triples: what is in the graph.
        path: where the triples come from, for messages.
        label: what labels begin with; a number follows.

    Raises:
        FormatError: a triple term would be lost, or too many linked blank nodes are alike.

    >>> shared = ox.BlankNode("of-any-name")
    >>> relation = ox.NamedNode("http://a.example/p")
    >>> cycle = [ox.Triple(shared, relation, shared)]
    >>> list(nested_graph(cycle).labels.values())
    ['b0']
    """
    named: list[ox.Triple] = []
    nameless: list[ox.Triple] = []  # what names and labels of blank nodes follow from
    for triple in triples:
        ends = (triple.subject, triple.object)
        (nameless if any(isinstance(end, ox.BlankNode) for end in ends) else named).append(triple)
    if not NestedGraph(nameless, path, label).labels:
        return NestedGraph(triples, path, label)
    colours = _colours(nameless)
    _refuse_alike(nameless, colours, path)
    # The colours tell RDFC-1.0, whose time is exponential in the nodes it finds alike, nearly all apart.
    marks = (ox.Quad(node, _COLOUR, ox.Literal(str(colour)), _COLOUR) for node, colour in colours.items())
    dataset = ox.Dataset([*(ox.Quad(*triple) for triple in nameless), *marks])
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    renamed = (quad.triple for quad in dataset if quad.graph_name != _COLOUR)
    return NestedGraph([*named, *renamed], path, label)


def _colours(triples: Iterable[ox.Triple]) -> dict[ox.BlankNode, int]:
    """Return for each blank node a number; nodes with one number have like statements with like neighbours.

    This is colour refinement: classes of nodes are split until the nodes of each see the same colours around
    them. The numbers do not depend on order or labels.
    """
    around = _neighbours(triples)
    colours = dict.fromkeys(around, 0)
    sizes = Counter(colours.values())
    unsettled = set(around)
    while unsettled:
        classes: dict[int, dict[_Seen, list[ox.BlankNode]]] = defaultdict(lambda: defaultdict(list))
        for node in unsettled:
            classes[colours[node]][_seen(around[node], colours)].append(node)
        split: list[ox.BlankNode] = []
        for colour, parts in sorted(classes.items()):
            groups = [parts[seen] for seen in sorted(parts)]
            if sum(map(len, groups)) == sizes[colour]:  # all of the class: its largest part stays what it is
                groups.remove(max(groups, key=len))
            for group in groups:
                sizes[colour] -= len(group)
                sizes[len(sizes)] = len(group)
                colours.update(dict.fromkeys(group, len(sizes) - 1))
                split += group
        unsettled = {other for node in split for _, other in around[node] if isinstance(other, ox.BlankNode)}
    return colours


def _neighbours(triples: Iterable[ox.Triple]) -> dict[ox.BlankNode, list[tuple[str, Node]]]:
    """Return the nodes that each blank node points at (`>` and the predicate) or is pointed at from (`<`)."""
    around: dict[ox.BlankNode, list[tuple[str, Node]]] = defaultdict(list)
    for subject, predicate, item in set(triples):
        if isinstance(subject, ox.BlankNode):
            around[subject].append((f">{predicate.value}", item))
        if isinstance(item, ox.BlankNode):
            around[item].append((f"<{predicate.value}", subject))
    return around


def _seen(neighbours: Iterable[tuple[str, Node]], colours: dict[ox.BlankNode, int]) -> _Seen:
    """Return what a node sees around it: blank nodes by their colours, all others by themselves."""
    return tuple(
        sorted(
            (edge, colours[other], "") if isinstance(other, ox.BlankNode) else (edge, -1, str(other))
            for edge, other in neighbours
        )
    )


def _refuse_alike(
    triples: Iterable[ox.Triple], colours: dict[ox.BlankNode, int], path: Path | str | None
) -> None:
    """Raise `FormatError` where so many linked blank nodes are alike that RDFC-1.0 would not end."""
    sizes = Counter(colours.values())
    links: Counter[tuple[ox.BlankNode, str, int]] = Counter()
    for node, neighbours in _neighbours(triples).items():
        for edge, other in neighbours:
            if isinstance(other, ox.BlankNode) and sizes[colours[node]] > 1 and sizes[colours[other]] > 1:
                links[node, edge, colours[other]] += 1
    linked = {node for node, _, _ in links}
    branching = {node for (node, _, _), count in links.items() if count > 1}
    most = max((sizes[colours[node]] for node in linked), default=0)
    if most > _MOST_ALIKE or len(branching) > _MOST_BRANCHING or len(linked) > _MOST_LINKED:
        raise format_error(f"{len(linked)} linked blank nodes are alike; give them IRIs.", path=path)


def format_error(message: str, *, path: Path | str | None, line: int | None = None) -> FormatError:
    """Return the error of a text that has no canonical form, with its place."""
    place = ":".join(str(part) for part in (path, line) if part is not None)
    return FormatError(f"{place}: {message}" if place else message)
