"""Reads just enough of a SPARQL text to refuse what must not run, and to explain the engine's syntax errors.

This is a scanner, not a parser: it never recurses and takes time in proportion to the text, so no text can
exhaust it. Where its view of a text and the engine's could differ it refuses; the worker process, which
cannot open a connection, is the second line.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from glutakg.errors import QueryError, QueryResourceError
from glutakg.languages import N_
from glutakg.sparql.rewriting.forms import ORDER, forms_of
from glutakg.sparql.scanner import (
    CLOSING,
    CODE_POINT,
    OPENING,
    Token,
    decode_code_point,
    find_pattern_start,
    form_of,
    place_of,
    refuse_long,
    resolved,
    scan,
    service_positions,
    start_of,
)

__all__ = ["DEEPEST_NESTING", "LONGEST_CHAIN", "Screened", "screen", "syntax_error"]


_ALLOW_HINT = N_(" unless the host is allowed by name (--allow-service HOST)")
"""What the refusal of a SERVICE says for those who can allow one."""

DEEPEST_NESTING = 256
"""The most brackets that may be open at once; the engine's parser runs out of stack beyond some 800."""

LONGEST_CHAIN = 1_000
"""The most operators, such as && and UNION, that a query may have; beyond some 2,000 the stack may not do."""
_CODE_POINT_OF_QUOTE = re.compile(r"\\u00(?:22|27)|\\U000000(?:22|27)")
_CHAINING_MARKS = frozenset("!&|+-*/=<>^")
_CHAINING_WORDS = frozenset({"AS", "BIND", "EXISTS", "FILTER", "MINUS", "OPTIONAL", "UNION"})
_CHANGING_FUNCTIONS = frozenset({"BNODE", "NOW", "RAND", "SERVICE", "STRUUID", "UUID"})


class Screened(NamedTuple):
    """What the scanner found in a query that may run.

    Attributes:
        form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.
        variables: names of all variables in it, without `?`.
        pattern_start: offset after the `{` of the outermost graph pattern, if a pattern can be added there.
        default_graphs: IRIs of the graphs that FROM names.
        named_graphs: IRIs of the graphs that FROM NAMED names.
        may_change: whether it may be answered otherwise the next time, over the same data.
        may_call: whether there is a SERVICE in it.
        needs_tree: whether it has a form that it is rewritten for, which takes the parser.
    """

    form: str
    variables: frozenset[str]
    pattern_start: int | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    may_change: bool = False
    may_call: bool = False
    needs_tree: bool = False


def screen(text: str, *, allow_service: Collection[str] = ()) -> Screened:
    """Return what kind of query a text is, or refuse it.

    Args:
        text: the SPARQL text.
        allow_service: hosts (`host` or `host:port`) that SERVICE may name.

    Raises:
        QueryError: the text is empty, an update, or calls a SERVICE that is not allowed.
        QueryResourceError: it nests too deeply, or has too many operators.

    >>> screen("ASK { ?s ?p ?o }").form
    'ASK'
    >>> screen("DELETE WHERE { ?s ?p ?o }")
    Traceback (most recent call last):
    ...
    glutakg.errors.UpdateRefused: DELETE is SPARQL Update and the graph is read-only; ask with SELECT, ...
    """
    refuse_long(text)
    tokens = list(_unless_deep(text))
    _refuse_hidden(text, tokens, allow_service)
    decoded = CODE_POINT.sub(decode_code_point, text)
    plain_tokens = tokens
    if decoded != text:
        plain_tokens = list(_unless_deep(decoded))
        if plain_tokens and plain_tokens[-1].kind == "unclosed":
            _refuse_quotes_by_code_point(text, tokens)
        _refuse_hidden(decoded, plain_tokens, allow_service)
        _refuse_code_points(text, tokens)
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    form = form_of(text, tokens)
    default_graphs, named_graphs = _dataset(plain_tokens)
    return Screened(
        form,
        variables=frozenset(token.text[1:] for token in tokens if token.kind == "variable"),
        pattern_start=find_pattern_start(form, tokens, words),
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        may_change=any(
            token.kind in ("word", "name") and token.text.upper() in _CHANGING_FUNCTIONS
            for token in plain_tokens
        ),
        needs_tree=bool(forms_of(plain_tokens) - {ORDER}),
        may_call=bool(service_positions(plain_tokens)),
    )


def _refuse_hidden(text: str, tokens: list[Token], allow_service: Collection[str]) -> None:
    """Refuse a SERVICE that is not allowed, and a text that is not closed, in which one could hide."""
    _refuse_services(tokens, allow_service)
    if tokens and tokens[-1].kind == "unclosed":
        line, column = place_of(text, tokens[-1])
        raise QueryError(
            N_(
                "Line {line}, column {column}: the text that begins here is not closed; add its closing "
                "quotes.",
                line=line,
                column=column,
            ),
            line=line,
            column=column,
        )


def _refuse_quotes_by_code_point(text: str, tokens: list[Token]) -> None:
    """Refuse a text that a quotation mark ends which is written by its code point."""
    for token in tokens:
        quote = _CODE_POINT_OF_QUOTE.search(token.text) if token.kind == "string" else None
        if quote is not None:
            line, column = place_of(text, token)
            raise QueryError(
                N_(
                    "Line {line}, column {column}: {quote} is read as a quotation mark before texts are, and "
                    "ends this one; write \\\" or \\'.",
                    line=line,
                    column=column,
                    quote=quote[0],
                ),
                line=line,
                column=column,
            )


def _refuse_code_points(text: str, tokens: list[Token]) -> None:
    """Refuse a character written by its code point where the engine does not read it."""
    for token in tokens:
        written = CODE_POINT.match(text, start_of(token)) if token.text == "\\" else None
        if written is not None:
            line, column = place_of(text, token)
            raise QueryError(
                N_(
                    "Line {line}, column {column}: {written} is read within an IRI in <…> or a text "
                    "only; write the character itself, {character!r}.",
                    line=line,
                    column=column,
                    written=written[0],
                    character=decode_code_point(written),
                ),
                line=line,
                column=column,
            )


def _refuse_services(tokens: list[Token], allow_service: Collection[str]) -> None:
    for position in service_positions(tokens):
        token = tokens[position]
        rest = tokens[position + 1 : position + 3]
        if rest and rest[0].text.upper() == "SILENT":
            del rest[0]
        target = rest[0] if rest and token.kind == "word" else token
        if target.kind != "iri":
            raise QueryError(
                N_("SERVICE is allowed only with a constant address, such as SERVICE <https://host/sparql>.")
            )
        _refuse_host(target.text[1:-1], allow_service)


def _refuse_host(address: str, allow_service: Collection[str]) -> None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        hosts = {parts.hostname, parts.netloc}
    except ValueError:
        hosts = set()
    if hosts.isdisjoint(allow_service) or parts.scheme not in ("http", "https"):
        raise QueryError(
            N_(
                "SERVICE <{address}> is refused: a query makes no outgoing calls{hint}.",
                address=address,
                hint=_ALLOW_HINT,
            )
        )


def _unless_deep(text: str) -> Iterator[Token]:
    """Yield the tokens, but refuse what could exhaust the stack of the engine's parser or optimiser."""
    depth = links = 0
    in_values = False
    for token in scan(text):
        mark = token.text if token.kind == "mark" else ""
        word = token.text.upper() if token.kind == "word" else ""
        if mark in OPENING:
            depth += 1
        elif mark in CLOSING:
            depth -= 1
            in_values = in_values and mark != "}"
        elif word == "VALUES":
            in_values = True  # its signed numbers are no chain
        elif not in_values and (mark in _CHAINING_MARKS or word in _CHAINING_WORDS):
            links += 1
        if depth > DEEPEST_NESTING or links > LONGEST_CHAIN:
            line, column = place_of(text, token)
            what = (
                N_("more than {number} brackets are open here", number=DEEPEST_NESTING)
                if depth > DEEPEST_NESTING
                else N_("this is its operator number {number:,}", number=links)
            )
            raise QueryResourceError(
                N_(
                    "Line {line}, column {column}: the query nests too deeply or chains too many operators "
                    "({what}); split it into several queries.",
                    line=line,
                    column=column,
                    what=what,
                ),
                line=line,
                column=column,
            )
        yield token


def _dataset(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs that FROM and FROM NAMED name; what cannot be read is left for the engine to refuse."""
    prefixes: dict[str, str] = {}
    base = ""
    default_graphs: list[str] = []
    named_graphs: list[str] = []
    following = [*tokens[1:], *[Token("end", "", 0)] * 2]
    for position, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        first, second = following[position], following[position + 1]
        if word == "PREFIX" and first.kind == "name" and second.kind == "iri":
            prefixes[first.text.removesuffix(":")] = resolved(base, second.text)
        elif word == "BASE" and first.kind == "iri":
            base = resolved(base, first.text)
        elif word == "FROM":
            is_named = first.kind == "word" and first.text.upper() == "NAMED"
            iri = _graph(second if is_named else first, prefixes, base)
            if iri is not None:
                (named_graphs if is_named else default_graphs).append(iri)
    return tuple(dict.fromkeys(default_graphs)), tuple(dict.fromkeys(named_graphs))


def _graph(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    if token.kind == "iri":
        return resolved(base, token.text)
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or not colon or prefix not in prefixes:
        return None
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


_ENGINE_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


def syntax_error(text: str, engine_message: str, *, inserted_at: int = 0, inserted: int = 0) -> QueryError:
    """Return the engine's syntax error as one sentence with line, column, and the cause if it is known.

    Args:
        text: the query as the user wrote it.
        engine_message: what the engine said.
        inserted_at: offset in the text at which glutakg put something in.
        inserted: how many characters it put in.

    >>> print(syntax_error("SELECT * {", 'error at 1:11: expected "}"'))
    Line 1, column 11: this is not valid SPARQL: the query ends before the { of a pattern is closed.
    """
    match = _ENGINE_MESSAGE.search(engine_message)
    if match is None:
        return QueryError(N_("This is not valid SPARQL: {cause}.", cause=engine_message.strip().rstrip(".")))
    line, column = int(match[1]), int(match[2])
    lines = [*text.split("\n"), ""]
    line_start = sum(len(other) + 1 for other in lines[: line - 1])
    if line_start <= inserted_at < line_start + column - 1:
        column = max(column - inserted, inserted_at - line_start + 1)
    offset = min(line_start + column - 1, len(text))
    from glutakg.sparql.mistakes import find_mistake

    offset, cause = find_mistake(text, offset, match[3])
    before = text[:offset]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    end = "" if cause.endswith("?") else "."
    told = N_(
        "Line {line}, column {column}: this is not valid SPARQL: {cause}{end}",
        line=line,
        column=column,
        cause=cause,
        end=end,
    )
    return QueryError(told, line=line, column=column)
