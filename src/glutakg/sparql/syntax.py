"""SPARQL queries as trees: what `parser` reads, `rewriting` changes and `printer` writes.

Terms keep the text that they were written with. Lists, `[…]`, `;` and `,` are written out as single triples,
and brackets in expressions are gone, so each kind of thing has one form.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeAlias

__all__ = [
    "Aggregate",
    "Alternative",
    "Bind",
    "BlankNode",
    "Block",
    "Call",
    "Chain",
    "Column",
    "Data",
    "Element",
    "Exists",
    "Expression",
    "Filter",
    "GraphPattern",
    "Group",
    "In",
    "Inverse",
    "Iri",
    "Lateral",
    "Literal",
    "Minus",
    "Modifiers",
    "Negated",
    "Node",
    "Optional",
    "OrderKey",
    "Path",
    "Query",
    "Repeated",
    "SelectClause",
    "Sequence",
    "Service",
    "SubSelect",
    "Triple",
    "Unary",
    "Union",
    "Variable",
    "every_part",
]


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI in angle brackets, or a prefixed name."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: quoted text, a number, `true` or `false`, all as written."""

    text: str
    language: str = ""
    datatype: Iri | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, without `?`."""

    name: str


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node of a pattern; each has a label, if need be one that the text does not use."""

    label: str


Node: TypeAlias = Iri | Literal | Variable | BlankNode


@dataclass(frozen=True, slots=True)
class Inverse:
    """`^path`."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class Sequence:
    """`path/path/…`."""

    paths: "tuple[Path, ...]"


@dataclass(frozen=True, slots=True)
class Alternative:
    """`path|path|…`."""

    paths: "tuple[Path, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path with `*`, `+` or `?`."""

    path: "Path"
    times: str


@dataclass(frozen=True, slots=True)
class Negated:
    """`!(iri|^iri|…)`."""

    forward: tuple[Iri, ...]
    backward: tuple[Iri, ...]


Path: TypeAlias = Iri | Inverse | Sequence | Alternative | Repeated | Negated


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern, or a path pattern."""

    subject: Node
    predicate: Path | Variable
    object: Node


@dataclass(frozen=True, slots=True)
class Unary:
    """`!`, `+` or `-` before an expression."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Chain:
    """Expressions with operators between them that bind equally, read from the left; one more operand."""

    operands: "tuple[Expression, ...]"
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class In:
    """`IN (…)` or `NOT IN (…)`."""

    operand: "Expression"
    options: "tuple[Expression, ...]"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of SPARQL, by its name in upper case, or of another, by its IRI."""

    function: str | Iri
    arguments: "tuple[Expression, ...]"
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate; the argument is None for `*`."""

    function: str
    argument: "Expression | None"
    distinct: bool = False
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Exists:
    """`EXISTS {…}` or `NOT EXISTS {…}`."""

    group: "Group"
    negated: bool = False


Expression: TypeAlias = Iri | Literal | Variable | Unary | Chain | In | Call | Aggregate | Exists


@dataclass(frozen=True, slots=True)
class Block:
    """Triple patterns side by side."""

    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """`FILTER`."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Bind:
    """`BIND(… AS ?variable)`."""

    value: Expression
    variable: Variable


@dataclass(frozen=True, slots=True)
class Data:
    """`VALUES`; None is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Iri | Literal | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """`OPTIONAL {…}`."""

    group: "Group"


@dataclass(frozen=True, slots=True)
class Minus:
    """`MINUS {…}`."""

    group: "Group"


@dataclass(frozen=True, slots=True)
class Lateral:
    """`LATERAL {…}`, which is the engine's own."""

    group: "Group"


@dataclass(frozen=True, slots=True)
class GraphPattern:
    """`GRAPH name {…}`."""

    name: Iri | Variable
    group: "Group"


@dataclass(frozen=True, slots=True)
class Service:
    """`SERVICE name {…}`."""

    name: Iri | Variable
    group: "Group"
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Union:
    """`{…} UNION {…} …`."""

    groups: "tuple[Group, ...]"


@dataclass(frozen=True, slots=True)
class Group:
    """`{…}`."""

    elements: "tuple[Element, ...]"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of SELECT or a key of GROUP BY; one of them may be missing."""

    value: Expression | None
    variable: Variable | None


@dataclass(frozen=True, slots=True)
class SelectClause:
    """`SELECT`; the columns are None for `*`, duplicates are `DISTINCT`, `REDUCED` or nothing."""

    columns: tuple[Column, ...] | None
    duplicates: str = ""


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A key of ORDER BY."""

    value: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What follows the pattern."""

    group_by: tuple[Column, ...] = ()
    having: tuple[Expression, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    limit: str = ""
    offset: str = ""


@dataclass(frozen=True, slots=True)
class SubSelect:
    """A SELECT within a group; the only element of that."""

    clause: SelectClause
    where: Group
    modifiers: Modifiers
    data: Data | None = None


Element: TypeAlias = (
    Block
    | Filter
    | Bind
    | Data
    | Optional
    | Minus
    | Lateral
    | GraphPattern
    | Service
    | Union
    | Group
    | SubSelect
)


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query.

    Attributes:
        prologue: the declarations: prefix with its colon, or nothing for BASE, and IRI.
        form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.
        clause: of SELECT.
        template: of CONSTRUCT; None in its short form, where the pattern is the template.
        targets: of DESCRIBE; none for `*`.
        default_graphs: what FROM names.
        named_graphs: what FROM NAMED names.
        where: the pattern; DESCRIBE may have none.
        modifiers: what follows it.
        data: the VALUES at the end.
    """

    prologue: tuple[tuple[str, Iri], ...]
    form: str
    where: Group | None
    modifiers: Modifiers
    clause: SelectClause | None = None
    template: tuple[Triple, ...] | None = None
    targets: tuple[Variable | Iri, ...] = ()
    default_graphs: tuple[Iri, ...] = ()
    named_graphs: tuple[Iri, ...] = ()
    data: Data | None = None


def every_part(whole: object) -> Iterator[Any]:
    """Yield a part of a tree and all parts in it, in their order, however deep they are."""
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += reversed(part)
        elif is_dataclass(part):
            yield part
            waiting += [getattr(part, field.name) for field in reversed(fields(part))]
