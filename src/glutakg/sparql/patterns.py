"""The patterns that the solutions of a query must fit, each with the text to ask for it alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from glutakg.rdf import Iri, Literal

__all__ = [
    "Clause",
    "Element",
    "GraphPattern",
    "Group",
    "Node",
    "Path",
    "QueryPatterns",
    "Subselect",
    "Triple",
    "Union",
    "Values",
    "joined_text",
]


@dataclass(frozen=True, slots=True)
class Node:
    """A place of a triple pattern: as SPARQL, as a reader sees it, and its term where it is constant."""

    text: str
    shown: str
    term: Iri | Literal | None = None

    @property
    def variable(self) -> str | None:
        """The name of the variable, or None for a constant."""
        return self.text[1:] if self.text[0] in "?$" else None


@dataclass(frozen=True, slots=True)
class Path:
    """The middle of a triple pattern.

    Attributes:
        text: as SPARQL.
        shown: as a reader sees it.
        iri: the relation, where the path is one.
        iris: every IRI in it.
        needs_all: whether nothing can fit it once one of the IRIs fits nothing.
    """

    text: str
    shown: str
    iri: str | None
    iris: tuple[str, ...]
    needs_all: bool


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern, or a step of a path."""

    subject: Node
    path: Path
    object: Node

    @property
    def text(self) -> str:
        """The pattern as SPARQL."""
        return f"{self.subject.text} {self.path.text} {self.object.text} . "

    @property
    def shown(self) -> str:
        """The pattern as a reader sees it."""
        return f"{self.subject.shown} {self.path.shown} {self.object.shown}"


@dataclass(frozen=True, slots=True)
class Values:
    """A VALUES block; `data` has the values of each variable that is bound in every row."""

    text: str
    data: Mapping[str, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part that is asked as it stands: FILTER, BIND, OPTIONAL, MINUS; or SERVICE, which is not asked.

    What an OPTIONAL has in its braces is also there as a group.
    """

    keyword: str
    text: str
    group: "Group | None" = None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces, with its filters apart, since they hold for all of it."""

    elements: tuple["Element", ...]
    filters: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The group as SPARQL, in braces."""
        return f"{{ {joined_text((*self.elements, *self.filters))}}} "

    def triples(self) -> Iterator[Triple]:
        """Yield the triple patterns that stand in the group itself."""
        return (element for element in self.elements if isinstance(element, Triple))


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which one must fit."""

    branches: tuple[Group, ...]

    @property
    def text(self) -> str:
        """The union as SPARQL."""
        return "UNION ".join(branch.text for branch in self.branches)


@dataclass(frozen=True, slots=True)
class GraphPattern:
    """A group that must fit in the named graph `name`."""

    name: Node
    group: Group

    @property
    def text(self) -> str:
        """The pattern as SPARQL."""
        return f"GRAPH {self.name.text} {self.group.text}"


@dataclass(frozen=True, slots=True)
class Subselect:
    """A SELECT within the query: its text in braces, its pattern, and what follows that."""

    text: str
    group: Group
    modifiers: str


def joined_text(parts: Iterable["Element"]) -> str:
    """Return parts of a group as SPARQL, without any SERVICE: what they find has room for what it finds."""
    return "".join(
        part.text for part in parts if not (isinstance(part, Clause) and part.keyword == "SERVICE")
    )


Element: TypeAlias = Triple | Values | Clause | Group | Union | GraphPattern | Subselect


@dataclass(frozen=True, slots=True)
class QueryPatterns:
    """A query taken apart.

    Attributes:
        form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.
        prologue: its BASE and PREFIX lines.
        group: its outermost pattern; None where DESCRIBE has none.
        default_graphs: the graphs it names by FROM.
        named_graphs: the graphs it names by FROM NAMED.
        described: the terms that DESCRIBE names.
        modifiers: what follows the pattern, such as `HAVING (…) LIMIT 10`.
        mentions: every IRI by the text that the query has for it.
        has_graph: whether GRAPH stands anywhere.
        has_service: whether SERVICE stands anywhere.
    """

    form: str
    prologue: str
    group: Group | None
    default_graphs: tuple[Node, ...]
    named_graphs: tuple[Node, ...]
    described: tuple[Node, ...]
    modifiers: str
    mentions: Mapping[str, str]
    has_graph: bool
    has_service: bool
