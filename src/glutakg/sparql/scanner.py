"""Finds the tokens of a SPARQL text without parsing it, so that no text can end the process."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from glutakg.errors import QueryError, UpdateRefused
from glutakg.languages import N_

__all__ = ["Token", "matching_bracket", "query_form", "scan", "service_positions", "with_base"]


_LONGEST_QUERY = 1_000_000

_WORDS_AND_MARKS = r"""
    (?P<number>(?:[0-9]*\.[0-9]+|[0-9]+\.(?=[eE][+-]?[0-9])|[0-9]+)(?:[eE][+-]?[0-9]+)?)
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
  | (?P<variable>[?$]\w[\w\u00B7\u0300-\u036F\u203F\u2040]*+)
  | (?P<name>(?:[^\W\d_][\w.\u00B7\u0300-\u036F\u203F\u2040-]*+(?<!\.)|_)?:
             (?:[\w:%\u00B7\u0300-\u036F\u203F\u2040-]|\.+(?=[\w:%\\-])|\\[_~.!$&'()*+,;=/?\#@%-])*+)
  | (?P<run>[^\W\d_][\w.-]*+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*+(?:--[A-Za-z]+)?+)
  | """
    + _WORDS_AND_MARKS,
    re.VERBOSE | re.DOTALL,
)
_WORD_OR_MARK = re.compile(_WORDS_AND_MARKS, re.VERBOSE)
CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_QUERY_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
_TAKING_A_NAME = frozenset({"DESCRIBE", "FROM", "GRAPH", "NAMED", "SERVICE", "SILENT"})
OPENING, CLOSING = frozenset("({["), frozenset(")}]")
_UPDATE_FORMS = frozenset(
    {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
)


class Token(NamedTuple):
    """A word, name, IRI, literal or mark of a SPARQL text, and the offset after it."""

    kind: str
    text: str
    end: int


def start_of(token: Token) -> int:
    return token.end - len(token.text)


def matching_bracket(tokens: Sequence[Token], opening: int) -> int | None:
    """Return the position of the bracket that closes the one at `opening`; None where there is none."""
    depth = 0
    for position in range(opening, len(tokens)):
        depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position if position > opening else None
    return None


def query_form(text: str) -> str:
    """Return the form of a query, such as `SELECT`, having read no further than that.

    Raises:
        QueryError: the text is empty or an update.

    >>> query_form("PREFIX e: <http://example.org/> ask {}")
    'ASK'
    """
    refuse_long(text)
    return form_of(text, scan(text))


def refuse_long(text: str) -> None:
    if len(text) > _LONGEST_QUERY:
        raise QueryError(
            N_(
                "The query is longer than {limit:,} characters; split it into several queries.",
                limit=_LONGEST_QUERY,
            )
        )


def form_of(text: str, tokens: Iterable[Token]) -> str:
    first, before, declares = None, Token("", "", 0), 0
    for token in tokens:
        if declares:
            _refuse_odd_declaration(text, before, token)
            declares -= 1
        elif token.kind == "word" and token.text.upper() in _PROLOGUE:
            declares = 2 if token.text.upper() == "PREFIX" else 1
        else:
            first = token
            break
        before = token
    if first is None:
        raise QueryError(
            N_(
                "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE; write one, or name a query of the "
                "catalogue."
            )
            if before.text
            else N_("The query is empty; write one, or name a query of the catalogue.")
        )
    form = first.text.upper()
    if form in _UPDATE_FORMS:
        raise UpdateRefused(
            N_(
                "{form} is SPARQL Update and the graph is read-only; ask with SELECT, ASK, CONSTRUCT or "
                "DESCRIBE.",
                form=form,
            )
        )
    if form not in _QUERY_FORMS:
        line, column = place_of(text, first)
        raise QueryError(
            N_(
                "Line {line}, column {column}: a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not "
                "with {text!r}.",
                line=line,
                column=column,
                text=first.text[:40],
            ),
            line=line,
            column=column,
        )
    return form


def _refuse_odd_declaration(text: str, before: Token, token: Token) -> None:
    """Refuse a PREFIX without a colon, or a PREFIX or BASE whose IRI is not in angle brackets."""
    word = before.text.upper() if before.kind == "word" else ""
    name = token.text.partition(":")[0] if token.kind in ("word", "name") else "ex"
    if word == "PREFIX" and not (token.kind == "name" and token.text.endswith(":")):
        told = N_("a prefix ends with a colon: PREFIX {name}: <…>.", name=name[:40])
    elif before.kind == "name" and token.kind != "iri":
        told = N_("the IRI of a prefix stands in angle brackets: PREFIX {name} <…>.", name=before.text)
    elif word == "BASE" and token.kind != "iri":
        told = N_("the IRI of BASE stands in angle brackets: BASE <…>.")
    else:
        return
    line, column = place_of(text, token)
    raise QueryError(
        N_("Line {line}, column {column}: {told}", line=line, column=column, told=told),
        line=line,
        column=column,
    )


def place_of(text: str, token: Token) -> tuple[int, int]:
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


def decode_code_point(match: re.Match[str]) -> str:
    value = int(match[1] or match[2], 16)
    return chr(value) if value <= 0x10FFFF else match[0]


def service_positions(tokens: Sequence[Token]) -> list[int]:
    """Return where among the tokens the engine could read SERVICE, even glued to what stands beside it.

    A name such as `service:name` or `SERVICEex:name` is one only before a group, where no other clause, such
    as GRAPH, takes it for its name.

    >>> query = "ASK { ?s webservice:name ?o GRAPH service:g { ?s ?p ?o } SERVICEex:name { ?s ?p ?o } }"
    >>> tokens = list(scan(query))
    >>> [tokens[position].text for position in service_positions(tokens)]
    ['SERVICEex:name']
    """
    found = []
    for position, token in enumerate(tokens):
        if token.kind == "word" and "service" in token.text.lower():
            found.append(position)
        elif token.kind == "name" and "service" in token.text.lower().partition(":")[0]:
            before = tokens[position - 1].text.upper() if position else ""
            after = tokens[position + 1].text if position + 1 < len(tokens) else ""
            if after == "{" and before not in _TAKING_A_NAME:
                found.append(position)
    return found


def find_pattern_start(form: str, tokens: list[Token], words: list[str]) -> int | None:
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
        later = [position for position in braces if position > closing_bracket(tokens, opening)]
        if not later:
            return None
        opening = later[0]
    holds_a_select = words[opening + 1 : opening + 2] == ["SELECT"]
    return None if holds_a_select else tokens[opening].end


def closing_bracket(tokens: list[Token], opening: int) -> int:
    texts = [token.text for token in tokens[opening:]]
    return opening + texts.index("}") if "}" in texts else len(tokens)


def with_base(text: str, base: str) -> str:
    """Return a query whose relative IRIs, if it has any, are relative to `base` unless it says otherwise.

    >>> with_base("ASK { <a> ?p ?o }", "http://example.org/sparql")
    'BASE <http://example.org/sparql> ASK { <a> ?p ?o }'
    >>> with_base("ASK { <http://example.org/a> ?p ?o }", "http://example.org/sparql")
    'ASK { <http://example.org/a> ?p ?o }'
    """
    for token in scan(text):
        is_relative = token.kind == "iri" and _SCHEME.match(token.text) is None
        if is_relative or (token.kind == "word" and token.text.upper() in ("IRI", "URI")):
            return f"BASE <{base}> {text}"
    return text


def resolved(base: str, reference: str) -> str:
    """Return the IRI in angle brackets that a reference stands for; without a base it stays as it is."""
    from urllib.parse import urljoin

    iri = reference[1:-1]
    try:
        return urljoin(base, iri) + "#" * iri.endswith("#") if base and ":" not in iri else iri
    except ValueError:
        return iri
