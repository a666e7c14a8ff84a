"""Reads just enough of a SPARQL text to refuse what must not run, and to explain the engine's syntax errors.

This is a scanner, not a parser: it never recurses and takes time in proportion to the text, so no text can
exhaust it. Where its view of a text and the engine's could differ it refuses; the worker process, which
cannot open a connection, is the second line.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from glutakg.errors import QueryError, QueryResourceError, UpdateRefused

__all__ = [
    "ALLOW_HINT",
    "DEEPEST_NESTING",
    "LONGEST_CHAIN",
    "Screened",
    "ServiceCall",
    "Token",
    "query_form",
    "scan",
    "screen",
    "service_calls",
    "syntax_error",
]

_LONGEST_QUERY = 1_000_000

ALLOW_HINT = " unless the host is allowed by name (--allow-service HOST)"
"""What the refusal of a SERVICE says for those who can allow one."""

DEEPEST_NESTING = 256
"""The most brackets that may be open at once; the engine's parser runs out of stack beyond some 800."""

LONGEST_CHAIN = 1_000
"""The most operators, such as && and UNION, that a query may have; beyond some 2,000 the stack may not do."""

_WORDS_AND_MARKS = r"""
    (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)
  | (?P<word>[^\W\d]\w*+)
  | (?P<mark>.)
"""
_TOKEN = re.compile(
    r"""
    (?P<space>\s++|\#[^\n\r]*+)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
             | "(?!"")(?:[^"\\\n\r]|\\.)*+" | '(?!'')(?:[^'\\\n\r]|\\.)*+')
  | (?P<unclosed>["'].*+)
  | (?P<variable>[?$]\w++)
  | (?P<name>(?:[^\W\d_][\w.-]*+(?<!\.)|_)?:(?:[\w:%.-]|\\[_~.!$&'()*+,;=/?\#@%-])*+)
  | (?P<run>[^\W\d_][\w.-]*+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*+)
  | """
    + _WORDS_AND_MARKS,
    re.VERBOSE | re.DOTALL,
)
_WORD_OR_MARK = re.compile(_WORDS_AND_MARKS, re.VERBOSE)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_QUERY_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
_CHAINING_MARKS = frozenset("!&|+-*/=<>^")
_CHAINING_WORDS = frozenset({"AS", "BIND", "EXISTS", "FILTER", "MINUS", "OPTIONAL", "UNION"})
_CHANGING_FUNCTIONS = frozenset({"BNODE", "NOW", "RAND", "SERVICE", "STRUUID", "UUID"})
_UPDATE_FORMS = frozenset(
    {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, name, IRI, literal or mark of a SPARQL text, and the offset after it."""

    kind: str
    text: str
    end: int


@dataclass(frozen=True, slots=True)
class Screened:
    """What the scanner found in a query that may run.

    Attributes:
        form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.
        variables: names of all variables in it, without `?`.
        pattern_start: offset after the `{` of the outermost graph pattern, if a pattern can be added there.
        default_graphs: IRIs of the graphs that FROM names.
        named_graphs: IRIs of the graphs that FROM NAMED names.
        may_change: whether it may be answered otherwise the next time, over the same data.
        may_call: whether there is a SERVICE in it.
    """

    form: str
    variables: frozenset[str]
    pattern_start: int | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    may_change: bool = False
    may_call: bool = False


@dataclass(frozen=True, slots=True)
class ServiceCall:
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
    _refuse_long(text)
    tokens = list(_unless_deep(text))
    _refuse_hidden(text, tokens, allow_service)
    decoded = _CODE_POINT.sub(_decode_code_point, text)
    plain_tokens = tokens
    if decoded != text:
        plain_tokens = list(_unless_deep(decoded))
        _refuse_hidden(decoded, plain_tokens, allow_service)
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    form = _form(text, tokens)
    default_graphs, named_graphs = _dataset(plain_tokens)
    return Screened(
        form,
        variables=frozenset(token.text[1:] for token in tokens if token.kind == "variable"),
        pattern_start=_pattern_start(form, tokens, words),
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        may_change=any(
            token.kind in ("word", "name") and token.text.upper() in _CHANGING_FUNCTIONS
            for token in plain_tokens
        ),
        may_call=any(map(_may_be_service, plain_tokens)),
    )


def service_calls(text: str) -> list[ServiceCall]:
    """Return the SERVICE clauses of a query that `screen` has let pass.

    Raises:
        QueryError: a clause cannot be told from what stands around it, or stands in another one.

    >>> [call.pattern for call in service_calls("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }")]
    [' ?s ?p ?o ']
    """
    tokens = list(scan(text))
    if _CODE_POINT.search(text) and any(
        map(_may_be_service, scan(_CODE_POINT.sub(_decode_code_point, text)))
    ):
        raise QueryError("Beside SERVICE no \\u0041 is read; write the characters themselves.")
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    outermost = _pattern_start(_form(text, tokens), tokens, words)
    depths = list(accumulate({"{": 1, "}": -1}.get(token.text, 0) for token in tokens))
    calls: list[ServiceCall] = []
    position = 0
    while position < len(tokens):
        if not _may_be_service(tokens[position]):
            position += 1
            continue
        silent = words[position + 1 : position + 2] == ["SILENT"]
        opening = position + 2 + silent
        closing = _matching(tokens, opening)
        if words[position] != "SERVICE" or closing is None or _start(tokens[opening]) == 0:
            line, column = _place(text, tokens[position])
            raise QueryError(
                f"Line {line}, column {column}: write this as SERVICE <https://host/sparql> {{ … }}.",
                line=line,
                column=column,
            )
        if any(map(_may_be_service, tokens[opening:closing])):
            raise QueryError("A SERVICE in another SERVICE is refused; ask the inner endpoint itself.")
        start, end = _start(tokens[position]), tokens[closing].end
        before = None
        if not calls and outermost is not None and depths[position] == 1 and start >= outermost:
            first = next(index for index, token in enumerate(tokens) if token.end > outermost)
            before = _without_filters(text[outermost:start], tokens[first:position], outermost)
        pattern = text[tokens[opening].end : end - 1]
        calls.append(ServiceCall(tokens[opening - 1].text[1:-1], silent, start, end, pattern, before))
        position = closing + 1
    return calls


def _start(token: Token) -> int:
    return token.end - len(token.text)


def _matching(tokens: Sequence[Token], opening: int) -> int | None:
    """Return the position of the bracket that closes the one at `opening`; None where there is none."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position if position > opening else None
    return None


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
            position = _matching(tokens, position) or len(tokens)
        elif token.kind == "word" and token.text.upper() == "FILTER":
            opening = next(
                (index for index in range(position, len(tokens)) if tokens[index].text in _OPENING), position
            )
            position = _matching(tokens, opening) or len(tokens) - 1
            kept += text[end : _start(token) - offset]
            end = tokens[position].end - offset
        position += 1
    return kept + text[end:]


def query_form(text: str) -> str:
    """Return the form of a query, such as `SELECT`, having read no further than that.

    Raises:
        QueryError: the text is empty or an update.

    >>> query_form("PREFIX e: <http://example.org/> ask {}")
    'ASK'
    """
    _refuse_long(text)
    return _form(text, scan(text))


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST_QUERY:
        raise QueryError(
            f"The query is longer than {_LONGEST_QUERY:,} characters; split it into several queries."
        )


def _form(text: str, tokens: Iterable[Token]) -> str:
    first = None
    for first in tokens:
        if first.kind == "word" and first.text.upper() not in _PROLOGUE:
            break
    if first is None:
        raise QueryError("The query is empty; write one, or name a query of the catalogue.")
    form = first.text.upper()
    if form in _UPDATE_FORMS:
        raise UpdateRefused(
            f"{form} is SPARQL Update and the graph is read-only; "
            "ask with SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
    if form not in _QUERY_FORMS:
        line, column = _place(text, first)
        raise QueryError(
            f"Line {line}, column {column}: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, "
            f"not with {first.text[:40]!r}.",
            line=line,
            column=column,
        )
    return form


def _place(text: str, token: Token) -> tuple[int, int]:
    before = text[: token.end - len(token.text)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def scan(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without space and comments; what is not SPARQL gives tokens all the same.

    >>> [token.text for token in scan("ASK { ?s a gk:Claim }  # any")]
    ['ASK', '{', '?s', 'a', 'gk:Claim', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "run":  # no name, so words with marks between them
            for part in _WORD_OR_MARK.finditer(text, *match.span()):
                yield Token(str(part.lastgroup), part.group(), part.end())
        elif kind != "space":
            yield Token(kind, match.group(), match.end())


def _decode_code_point(match: re.Match[str]) -> str:
    value = int(match[1] or match[2], 16)
    return chr(value) if value <= 0x10FFFF else match[0]


def _refuse_hidden(text: str, tokens: list[Token], allow_service: Collection[str]) -> None:
    """Refuse a SERVICE that is not allowed, and a text that is not closed, in which one could hide."""
    _refuse_services(tokens, allow_service)
    if tokens and tokens[-1].kind == "unclosed":
        line, column = _place(text, tokens[-1])
        raise QueryError(
            f"Line {line}, column {column}: the text that begins here is not closed; add its closing quotes.",
            line=line,
            column=column,
        )


def _refuse_services(tokens: list[Token], allow_service: Collection[str]) -> None:
    for position, token in enumerate(tokens):
        if not _may_be_service(token):
            continue
        rest = tokens[position + 1 : position + 3]
        if rest and rest[0].text.upper() == "SILENT":
            del rest[0]
        target = rest[0] if rest and token.kind == "word" else token
        if target.kind != "iri":
            raise QueryError(
                "SERVICE is allowed only with a constant address, such as SERVICE <https://host/sparql>."
            )
        _refuse_host(target.text[1:-1], allow_service)


def _may_be_service(token: Token) -> bool:
    """Tell whether the engine could read SERVICE here, even glued to what stands before or after it."""
    if token.kind == "word":
        return "service" in token.text.lower()
    return token.kind == "name" and token.text.lower().partition(":")[0].endswith("service")


def _refuse_host(address: str, allow_service: Collection[str]) -> None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        hosts = {parts.hostname, parts.netloc}
    except ValueError:
        hosts = set()
    if hosts.isdisjoint(allow_service) or parts.scheme not in ("http", "https"):
        raise QueryError(f"SERVICE <{address}> is refused: a query makes no outgoing calls{ALLOW_HINT}.")


def _unless_deep(text: str) -> Iterator[Token]:
    """Yield the tokens, but refuse what could exhaust the stack of the engine's parser or optimiser."""
    depth = links = 0
    in_values = False
    for token in scan(text):
        mark = token.text if token.kind == "mark" else ""
        word = token.text.upper() if token.kind == "word" else ""
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth -= 1
            in_values = in_values and mark != "}"
        elif word == "VALUES":
            in_values = True  # its signed numbers are no chain
        elif not in_values and (mark in _CHAINING_MARKS or word in _CHAINING_WORDS):
            links += 1
        if depth > DEEPEST_NESTING or links > LONGEST_CHAIN:
            line, column = _place(text, token)
            what = (
                f"more than {DEEPEST_NESTING} brackets are open here"
                if depth > DEEPEST_NESTING
                else f"this is its operator number {links:,}"
            )
            raise QueryResourceError(
                f"Line {line}, column {column}: the query nests too deeply or chains too many operators "
                f"({what}); split it into several queries.",
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
            prefixes[first.text.removesuffix(":")] = _resolved(base, second.text)
        elif word == "BASE" and first.kind == "iri":
            base = _resolved(base, first.text)
        elif word == "FROM":
            is_named = first.kind == "word" and first.text.upper() == "NAMED"
            iri = _graph(second if is_named else first, prefixes, base)
            if iri is not None:
                (named_graphs if is_named else default_graphs).append(iri)
    return tuple(dict.fromkeys(default_graphs)), tuple(dict.fromkeys(named_graphs))


def _graph(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    if token.kind == "iri":
        return _resolved(base, token.text)
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or not colon or prefix not in prefixes:
        return None
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _resolved(base: str, reference: str) -> str:
    from urllib.parse import urljoin

    iri = reference[1:-1]
    try:
        return urljoin(base, iri) + "#" * iri.endswith("#") if base and ":" not in iri else iri
    except ValueError:
        return iri


def _pattern_start(form: str, tokens: list[Token], words: list[str]) -> int | None:
    """Find the `{` of the outermost pattern: the first one, or for CONSTRUCT the first after its template.

    One inside round brackets, as in `SELECT (EXISTS { … } AS ?x)`, belongs to an expression.
    """
    depths = accumulate({"(": 1, ")": -1}.get(token.text, 0) for token in tokens)
    braces = [
        position
        for position, (token, depth) in enumerate(zip(tokens, depths, strict=True))
        if token.text == "{" and depth == 0
    ]
    if not braces:
        return None
    opening = braces[0]
    if form == "CONSTRUCT":
        if "WHERE" in words[:opening]:  # its pattern is also its template, where VALUES cannot stand
            return None
        later = [position for position in braces if position > _closing(tokens, opening)]
        if not later:
            return None
        opening = later[0]
    holds_a_select = words[opening + 1 : opening + 2] == ["SELECT"]
    return None if holds_a_select else tokens[opening].end


def _closing(tokens: list[Token], opening: int) -> int:
    texts = [token.text for token in tokens[opening:]]
    return opening + texts.index("}") if "}" in texts else len(tokens)


_ENGINE_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED = re.compile(r'"((?:[^"\\]|\\.)+)"|\b([A-Z_]{2,})\b')
_HEX = re.compile(r"[0-9A-F]{4,6}")  # the engine names ranges of characters by their code points
_MOST_EXPECTED = 6
_CAUSES = {
    "Prefix not found": "a prefix is used that is not declared; add its PREFIX line",
    "The SELECT contains a variable that is unbound": "SELECT names a variable that nothing binds",
}


def syntax_error(text: str, engine_message: str, *, inserted_at: int = 0, inserted: int = 0) -> QueryError:
    """Return the engine's syntax error as one sentence with line and column.

    Args:
        text: the query as the user wrote it.
        engine_message: what the engine said.
        inserted_at: offset in the text at which glutakg put something in.
        inserted: how many characters it put in.

    >>> print(syntax_error("SELECT * {", 'error at 1:11: expected "}"'))
    Line 1, column 11: this is not valid SPARQL: the query ends too early; } may follow here.
    """
    match = _ENGINE_MESSAGE.search(engine_message)
    if match is None:
        return QueryError(f"This is not valid SPARQL: {engine_message.strip().rstrip('.')}.")
    line, column = int(match[1]), int(match[2])
    lines = [*text.split("\n"), ""]
    line_start = sum(len(other) + 1 for other in lines[: line - 1])
    if line_start <= inserted_at < line_start + column - 1:
        column = max(column - inserted, inserted_at - line_start + 1)
    cause = next((words for key, words in _CAUSES.items() if key in match[3]), None)
    if cause is None:
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]]).split()
        cause = f"it cannot go on with {rest[0][:40]!r}" if rest else "the query ends too early"
        expected = [mark or word for mark, word in _EXPECTED.findall(match[3]) if not _HEX.fullmatch(word)]
        if 0 < len(expected) <= _MOST_EXPECTED:
            cause += f"; {' or '.join(expected)} may follow here"
    return QueryError(
        f"Line {line}, column {column}: this is not valid SPARQL: {cause}.", line=line, column=column
    )
