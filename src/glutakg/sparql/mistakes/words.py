"""A mistake, and the words of SPARQL."""

from typing import NamedTuple

from glutakg.languages import N_
from glutakg.sparql.scanner import Token, start_of
from glutakg.text import near_misses

__all__ = ["AGGREGATES", "KEYWORDS", "Mistake", "adjacent", "meant", "word_of"]

KEYWORDS = frozenset(
    """
    AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING IN LIMIT
    MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT UNDEF UNION VALUES
    WHERE
    """.split()  # noqa: SIM905
)
AGGREGATES = frozenset({"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"})


class Mistake(NamedTuple):
    """What is wrong, and the offset at which."""

    offset: int
    cause: str


def adjacent(one: Token, other: Token) -> bool:
    """Tell whether nothing stands between two tokens."""
    return one.end == start_of(other) and one.end >= 0


def word_of(token: Token) -> str:
    """Return a word in upper case; nothing of other tokens."""
    return token.text.upper() if token.kind == "word" else ""


def meant(word: str, words: frozenset[str]) -> str:
    """Return the question whether another word was meant, after a space; the best fit alone."""
    near = near_misses(word, sorted(words), likeness=0.75)
    return N_(" Did you mean {near}?", near=near[0]) if near else ""
