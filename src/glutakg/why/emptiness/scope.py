"""Where a part of a query is looked for, and what holds there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from glutakg.rdf import PREFIXES, Iri, Term, compress
from glutakg.sparql import Element, GraphPattern, Group, Node, Triple, Values, joined_text

__all__ = ["TYPE", "Place", "Scope", "all_triples", "graph_node", "iri_of", "shown", "text_of"]

TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True, slots=True)
class Place:
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
class Scope:
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
    def alone(self) -> Place:
        """The place of a part without the others."""
        if self.graph is None:
            return Place(self.values, "", "", is_alone=True)
        return Place(f"{self.values}GRAPH {self.graph.text} {{ ", "", "} ", is_alone=True)

    def within(self, place: Place, graph: Node | None = None) -> "Scope":
        """Return the scope of a group that stands at a place, in a graph of its own where one is named."""
        head = f"{place.head}{place.before}{f'GRAPH {graph.text} ' if graph else ''}{{ "
        return replace(self, graph=graph or self.graph, head=head, tail=f"}} {place.tail}")

    def with_values(self, group: Group) -> "Scope":
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


def graph_node(iri: str) -> Node:
    """Return the name of a graph as a node of a pattern."""
    return Node(f"<{iri}>", compress(iri), Iri(iri))


def iri_of(node: Node) -> str:
    """Return the IRI of a node, nothing where it is none."""
    return node.term.value if isinstance(node.term, Iri) else ""


def all_triples(group: Group) -> Iterator[Triple]:
    """Yield the triple patterns that must hold for a group, also those in groups within it."""
    for element in group.elements:
        if isinstance(element, Triple):
            yield element
        elif isinstance(element, Group):
            yield from all_triples(element)
        elif isinstance(element, GraphPattern):
            yield from all_triples(element.group)


def text_of(term: Term | None) -> str:
    """Return the text of a term, nothing where there is none."""
    return term.value if term is not None else ""


def shown(element: Element) -> str:
    """Return an element as it is shown to people."""
    return element.shown if isinstance(element, Triple) else element.text
