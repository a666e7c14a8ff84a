"""Finds what is wrong with a text that the engine does not take for SPARQL.

Three ways are gone, from the surest to the least sure: forms that SPARQL never has, such as `==`; the first
token at which the grammar cannot go on; and what is wrong only as a whole, such as a variable that gets two
values. What none of them finds is told as unknown, with the place that the engine names.
"""

import re

from glutakg.errors import QueryResourceError
from glutakg.languages import N_
from glutakg.sparql.mistakes.forms import wrong_forms
from glutakg.sparql.mistakes.grammar import wrong_token
from glutakg.sparql.mistakes.whole import wrong_as_a_whole
from glutakg.sparql.mistakes.words import Mistake
from glutakg.sparql.parser import UnexpectedToken, UnreadableQuery, parse_with_places
from glutakg.sparql.scanner import scan

__all__ = ["Mistake", "find_mistake"]


def find_mistake(text: str, offset: int, engine_says: str) -> Mistake:
    """Return what is wrong with a text that the engine refuses.

    Args:
        text: what is no query.
        offset: where the engine stopped reading.
        engine_says: what it would have expected there.

    >>> find_mistake("ASK { FILTER(?o == 1) }", 17, "")
    Mistake(offset=16, cause='SPARQL compares by =, not by ==')
    """
    tokens = list(scan(text))
    sure = list(wrong_forms(text, tokens))
    try:
        query, places = parse_with_places(text)
    except UnexpectedToken as error:
        before = [mistake for mistake in sure if mistake.offset <= error.offset + 1]
        return min(before) if before else wrong_token(text, tokens, error)
    except (UnreadableQuery, QueryResourceError):
        return min(sure) if sure else Mistake(offset, _unknown(text, offset))
    if sure:
        return min(sure)
    try:
        found = sorted(wrong_as_a_whole(query, places, tokens))
    except RecursionError:
        found = []
    return (
        found[0] if found else _engine_cause(engine_says, offset) or Mistake(offset, _unknown(text, offset))
    )


def _unknown(text: str, offset: int) -> str:
    rest = text[offset:].split()
    if not rest:
        return N_("the engine does not read it, at the end; the cause is not known")
    return N_("the engine does not read it, near {text!r}; the cause is not known", text=rest[0][:40])


def _engine_cause(engine_says: str, offset: int) -> Mistake | None:
    """Return the causes that the engine names itself."""
    if "already" in engine_says or "unbound" in engine_says or "blank node" in engine_says.lower():
        said = re.search(r"([A-Z][^\[\"]*?(?:unbound|already[^,]*|[Bb]lank node[^,]*))", engine_says)
        if said:
            return Mistake(offset, said[1].strip())
    return None
