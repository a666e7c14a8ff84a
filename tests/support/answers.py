"""What the shipped graph answers to a pattern, as tests compare it."""

from collections.abc import Callable
from typing import TypeVar

from glutakg.graph import KnowledgeGraph
from glutakg.rdf import PREFIXES, compress
from glutakg.sparql import Rows

__all__ = ["answers", "as_curie", "as_it_is", "as_local_name"]

T = TypeVar("T")


def answers(
    graph: KnowledgeGraph, pattern: str, *variables: str, written: Callable[[object], T]
) -> set[tuple[T, ...]]:
    """Return the values of the variables in the answer to a pattern, each as it is to be written."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    found = graph.query(f"{prefixes}SELECT DISTINCT * WHERE {{ {pattern} }}")
    assert isinstance(found, Rows)
    return {tuple(written(row[name]) for name in variables) for row in found}


def as_it_is(value: object) -> object:
    """Return a value itself."""
    return value


def as_curie(value: object) -> object:
    """Return the CURIE of an IRI; other values as they are."""
    return compress(value) if isinstance(value, str) else value


def as_local_name(value: object) -> object:
    """Return what follows the prefix in the CURIE of an IRI; values that are no text as they are."""
    return compress(value).split(":")[-1] if isinstance(value, str) else value
