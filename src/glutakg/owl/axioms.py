"""OWL 2 axioms as values, and each in Manchester syntax with CURIEs.

Names of axioms and expressions are those of the functional-style syntax of OWL 2, and arguments stand in its
order. What no axiom can be made of is kept with the reason: it keeps an RDF graph from being OWL 2 DL.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutakg.owl.expressions import Argument
from glutakg.owl.manchester import render_axiom
from glutakg.text import printable

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Axiom", "Axioms", "Unread"]


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom, such as `SubClassOf`, with its arguments and the triples that it was read from.

    Two axioms that say the same are equal, wherever they were read.
    """

    name: str
    arguments: tuple[Argument, ...]
    triples: "tuple[Triple, ...]" = field(default=(), compare=False, repr=False)
    """The root triples, without those of the expressions and lists below them."""

    def manchester(self) -> str:
        """Return the axiom as one line in Manchester syntax with CURIEs.

        A subclass axiom about an expression has no form there; it is written like one of a named class.

        >>> from glutakg.owl.expressions import Entity, Expression
        >>> chemical = Entity("Class", "http://purl.obolibrary.org/obo/CHEBI_24431")
        >>> has_role = Entity("ObjectProperty", "http://purl.obolibrary.org/obo/RO_0000087")
        >>> role = Entity("Class", "http://purl.obolibrary.org/obo/CHEBI_50906")
        >>> some = Expression("ObjectSomeValuesFrom", (has_role, role))
        >>> Axiom("SubClassOf", (chemical, some)).manchester()
        'Class: CHEBI:24431 SubClassOf: RO:0000087 some CHEBI:50906'

        """
        return printable(render_axiom(self.name, self.arguments))


@dataclass(frozen=True, slots=True)
class Unread:
    """A triple that no axiom can be made of, and why."""

    triple: "Triple"
    reason: str


@dataclass(frozen=True, slots=True)
class Axioms:
    """What the triples of an ontology say: axioms, the names of ontologies, and what could not be read."""

    axioms: tuple[Axiom, ...]
    ontologies: tuple[str, ...]
    unread: tuple[Unread, ...]
