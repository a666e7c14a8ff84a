"""Namespaces, CURIEs and RDF terms as plain values, for code that must not import an RDF library."""

from dataclasses import dataclass

__all__ = ["BlankNode", "Iri", "Literal", "Term"]


@dataclass(frozen=True, slots=True, order=True)
class Iri:
    """An IRI as an RDF term.

    >>> print(Iri("https://w3id.org/glutakg/data/taurine"))
    <https://w3id.org/glutakg/data/taurine>
    """

    value: str

    def __str__(self) -> str:
        """Give the term in N-Triples syntax."""
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True, order=True)
class BlankNode:
    """A blank node; its label means nothing outside the answer it stands in.

    >>> print(BlankNode("b0"))
    _:b0
    """

    value: str

    def __str__(self) -> str:
        """Give the term in N-Triples syntax."""
        return f"_:{self.value}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal: text with a datatype IRI or a language tag; without either it is a plain string.

    >>> print(Literal("glutamaat", language="nl"))
    "glutamaat"@nl
    >>> print(Literal("11", datatype="http://www.w3.org/2001/XMLSchema#integer"))
    "11"^^<http://www.w3.org/2001/XMLSchema#integer>
    """

    value: str
    datatype: str | None = None
    language: str | None = None

    def __str__(self) -> str:
        """Give the term in N-Triples syntax."""
        text = f'"{self.value.translate(_LITERAL_ESCAPES)}"'
        if self.language is not None:
            return f"{text}@{self.language}"
        return f"{text}^^<{self.datatype}>" if self.datatype is not None else text


_LITERAL_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})

Term = Iri | BlankNode | Literal
