"""What OWL 2 axioms are made of, as values: entities, class expressions, data ranges, inverses and chains.

Names are those of the functional-style syntax of OWL 2, and arguments stand in its order; `manchester` and
`functional` write them as text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from glutakg.rdf import BlankNode, Iri, Literal

__all__ = ["Argument", "Entity", "Expression", "walk"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing with the kind that its place gives it.

    The kind is `Class`, `Datatype`, `ObjectProperty`, `DataProperty`, `AnnotationProperty` or
    `NamedIndividual`.
    """

    kind: str
    iri: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A class expression, data range, inverse property or chain, such as `ObjectSomeValuesFrom`."""

    name: str
    arguments: "tuple[Argument, ...]"


Argument: TypeAlias = Entity | Expression | BlankNode | Literal | Iri | int
"""What an axiom or an expression is about; a blank node is an anonymous individual, an IRI names a facet."""


def walk(arguments: Iterable[Argument]) -> Iterator[Argument]:
    """Yield the arguments and everything inside them, outermost first.

    >>> part_of = Entity("ObjectProperty", "http://purl.obolibrary.org/obo/BFO_0000050")
    >>> [type(one).__name__ for one in walk([Expression("ObjectInverseOf", (part_of,))])]
    ['Expression', 'Entity']

    """
    for argument in arguments:
        yield argument
        if isinstance(argument, Expression):
            yield from walk(argument.arguments)
