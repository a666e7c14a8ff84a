"""Rules that need no tree: how functions are spelled, and ORDER BY. They work on the tokens of a text."""

import re
from collections.abc import Sequence
from functools import lru_cache

from glutakg.sparql.scanner import Token, matching_bracket, scan, start_of
from glutakg.sparql.shape import shape_of

__all__ = ["CALCULATIONS", "FUNCTIONS", "LANGUAGE_TAG", "SMALL", "ordered", "spelled"]

FUNCTIONS = "https://w3id.org/glutakg/function/"
"""The beginning of the IRIs of functions of our own; `glutakg.store.functions` holds them."""

CALCULATIONS = frozenset("+-*/")
"""The signs between the operands of a calculation."""

LANGUAGE_TAG = re.compile(r"""(["'])[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\1""")
"""A quoted text that may be the tag of a language."""

SMALL = frozenset({"COUNT", "DAY", "HOURS", "MINUTES", "MONTH", "STRLEN", "YEAR"})
"""Functions whose number is small, whatever they are asked of."""

_REFUSED_WITH_SPACE = frozenset({"BNODE", "COALESCE", "CONCAT"})
_TRUTHS = frozenset({"TRUE", "FALSE"})
_ENDS = frozenset({"LIMIT", "OFFSET", "VALUES"})


def spelled(text: str) -> str:
    """Return a text as the engine reads it: `CONCAT (`, `TRUE` and the like are refused by it though valid.

    Nothing changes its place but the space, which goes before the name.

    >>> spelled("ASK { FILTER(CONCAT ('a', 'b') = 'ab' || TRUE) }")
    "ASK { FILTER( CONCAT('a', 'b') = 'ab' || true) }"
    """
    shape = shape_of(text)
    return text if _spelled(shape) == shape else _spelled(text)


@lru_cache(maxsize=256)
def _spelled(text: str) -> str:
    tokens = list(scan(text))
    pieces: list[str] = []
    end = 0
    for token, following in zip(tokens, [*tokens[1:], Token("end", "", len(text))], strict=False):
        if token.kind != "word":
            continue
        start, after, word = start_of(token), start_of(following), token.text.upper()
        if word in _REFUSED_WITH_SPACE and following.text == "(" and after > token.end:
            pieces += text[end:start], text[token.end : after], token.text
            end = after
        elif word in _TRUTHS and not token.text.islower():
            pieces += text[end:start], word.lower()
            end = token.end
    return "".join(pieces) + text[end:]


@lru_cache(maxsize=256)
def ordered(text: str) -> str:
    """Return a query whose ORDER BY has an order that is total: `ORDER BY e` = `ORDER BY order(e)`.

    The engine compares numbers, dates and booleans by value and everything else by its characters, which is
    no order where they meet: it sorts wrongly, or its process ends.

    >>> ordered("SELECT * { ?s ?p ?o } ORDER BY DESC(STR(?o)) LIMIT 1")
    'SELECT * { ?s ?p ?o } ORDER BY DESC(<https://w3id.org/glutakg/function/order>(STR(?o))) LIMIT 1'
    """
    tokens = list(scan(text))
    pieces: list[str] = []
    end = position = 0
    while position < len(tokens):
        if is_service(tokens, position):
            position = _end_of_service(tokens, position) + 1
        elif _is_order_by(tokens, position):
            position += 2
            while (last := _end_of_key(tokens, position)) is not None:
                has_direction = tokens[position].text.upper() in ("ASC", "DESC")
                start, stop = start_of(tokens[position + has_direction]), tokens[last].end
                key = text[start:stop]
                if tokens[last].text != "}":  # EXISTS has an order
                    pieces += text[end:start], f"({_place_in_order(key[1:-1] if key[0] == '(' else key)})"
                    end = stop
                position = last + 1
        else:
            position += 1
    return "".join(pieces) + text[end:]


def _place_in_order(key: str) -> str:
    """Return the expression that orders by a key; of variables the engine itself tells the usual kinds."""
    order = f"<{FUNCTIONS}order>({key})"
    if key.strip()[0] not in "?$" or not key.strip()[1:].isidentifier():
        return order
    is_text = f'LANG({key}) != "" || DATATYPE({key}) = <http://www.w3.org/2001/XMLSchema#string>'
    text = f'CONCAT("2", STR({key}), "\\u0000", LANG({key}))'
    literal = f"IF(isLITERAL({key}) && ({is_text}), {text}, {order})"
    return f'IF(isIRI({key}), CONCAT("1", STR({key})), {literal})'


def is_service(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether a SERVICE begins here."""
    return tokens[position].kind == "word" and tokens[position].text.upper() == "SERVICE"


def _end_of_service(tokens: Sequence[Token], position: int) -> int:
    """Return the position of the brace that closes a SERVICE."""
    opening = next((index for index in range(position, len(tokens)) if tokens[index].text == "{"), None)
    closing = None if opening is None else matching_bracket(tokens, opening)
    return len(tokens) if closing is None else closing


def _is_order_by(tokens: Sequence[Token], position: int) -> bool:
    words = [token.text.upper() for token in tokens[position : position + 2] if token.kind == "word"]
    return words == ["ORDER", "BY"]


def _end_of_key(tokens: Sequence[Token], position: int) -> int | None:
    """Return the position of the last token of the key of ORDER BY that begins here; None where none does."""
    if position >= len(tokens):
        return None
    token = tokens[position]
    if token.kind == "variable":
        return position
    if token.text == "(":
        return matching_bracket(tokens, position)
    if token.kind == "word" and token.text.upper() in ("NOT", "EXISTS"):
        opening = next(index for index in range(position, len(tokens)) if tokens[index].text == "{")
        return matching_bracket(tokens, opening)
    is_name = token.kind in ("iri", "name") or (token.kind == "word" and token.text.upper() not in _ENDS)
    if is_name and position + 1 < len(tokens) and tokens[position + 1].text == "(":
        return matching_bracket(tokens, position + 1)
    return None
