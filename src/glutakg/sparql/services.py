"""Finds what a query asks of other servers by SERVICE."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from glutakg.errors import QueryError
from glutakg.languages import N_
from glutakg.sparql.scanner import (
    CODE_POINT,
    OPENING,
    Token,
    decode_code_point,
    find_pattern_start,
    form_of,
    matching_bracket,
    place_of,
    scan,
    service_positions,
    start_of,
)

__all__ = ["ServiceCall", "asked_elsewhere", "service_calls"]


class ServiceCall(NamedTuple):
    """A SERVICE clause of a query.

    Attributes:
        address: of the endpoint that it names.
        is_silent: whether the query goes on without it where that does not answer.
        start: offset of the clause.
        end: offset after it.
        pattern: what is asked there, without the outermost braces.
        before: what stands before it in the outermost group, without the filters there; None for a clause
            that is not the first one, or that stands deeper.
    """

    address: str
    is_silent: bool
    start: int
    end: int
    pattern: str
    before: str | None = None


def service_calls(text: str) -> list[ServiceCall]:
    """Return the SERVICE clauses of a query that `screen` has let pass.

    Raises:
        QueryError: a clause cannot be told from what stands around it, or stands in another one.

    >>> [call.pattern for call in service_calls("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }")]
    [' ?s ?p ?o ']
    """
    tokens = list(scan(text))
    if CODE_POINT.search(text) and service_positions(list(scan(CODE_POINT.sub(decode_code_point, text)))):
        raise QueryError(N_("Beside SERVICE no \\u0041 is read; write the characters themselves."))
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    outermost = find_pattern_start(form_of(text, tokens), tokens, words)
    depths = list(accumulate({"{": 1, "}": -1}.get(token.text, 0) for token in tokens))
    calls: list[ServiceCall] = []
    closing: int | None = -1
    for position in service_positions(tokens):
        if closing is not None and position < closing:
            raise QueryError(N_("A SERVICE in another SERVICE is refused; ask the inner endpoint itself."))
        silent = words[position + 1 : position + 2] == ["SILENT"]
        opening = position + 2 + silent
        closing = matching_bracket(tokens, opening)
        if words[position] != "SERVICE" or closing is None or start_of(tokens[opening]) == 0:
            line, column = place_of(text, tokens[position])
            raise QueryError(
                N_(
                    "Line {line}, column {column}: write this as SERVICE <https://host/sparql> {{ … }}.",
                    line=line,
                    column=column,
                ),
                line=line,
                column=column,
            )
        start, end = start_of(tokens[position]), tokens[closing].end
        before = None
        if not calls and outermost is not None and depths[position] == 1 and start >= outermost:
            first = next(index for index, token in enumerate(tokens) if token.end > outermost)
            before = _without_filters(text[outermost:start], tokens[first:position], outermost)
        pattern = text[tokens[opening].end : end - 1]
        calls.append(ServiceCall(tokens[opening - 1].text[1:-1], silent, start, end, pattern, before))
    return calls


def asked_elsewhere(text: str) -> str:
    """Return what a query has other servers answer: the patterns of its SERVICE clauses.

    Where these cannot be told apart, as of one within another, it is the whole query.

    >>> asked_elsewhere("SELECT ?s { ?s ?p ?o SERVICE <https://example.org/sparql> { ?s a ?c } }")
    ' ?s a ?c '
    """
    try:
        return " ".join(call.pattern for call in service_calls(text))
    except QueryError:
        return text


def _without_filters(text: str, tokens: Sequence[Token], offset: int) -> str:
    """Return a piece of a group without its own filters; those of groups inside stay.

    Args:
        text: the piece.
        tokens: of the piece.
        offset: of the piece in the text that the tokens are of.
    """
    kept, end, position = "", 0, 0
    while position < len(tokens):
        token = tokens[position]
        if token.text == "{":
            position = matching_bracket(tokens, position) or len(tokens)
        elif token.kind == "word" and token.text.upper() == "FILTER":
            opening = next(
                (index for index in range(position, len(tokens)) if tokens[index].text in OPENING), position
            )
            position = matching_bracket(tokens, opening) or len(tokens) - 1
            kept += text[end : start_of(token) - offset]
            end = tokens[position].end - offset
        position += 1
    return kept + text[end:]
