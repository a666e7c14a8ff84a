"""The canonical layout of a SPARQL query."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from glutakg.errors import FormatError
from glutakg.rdf import STRING_PATTERN, format_error

__all__ = ["canonical_sparql", "sparql_tokens"]


# ---- SPARQL ----

# PN_CHARS_BASE and what names may have beside it: Python's \w lacks the marks of Indic and decomposed names.
_LETTERS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_WORD = f"[{_LETTERS}_0-9\u00b7\u0300-\u036f\u203f-\u2040]"
_IN_NAME = f"(?:{_WORD}|-)"
_LOCAL_PART = rf"(?:{_IN_NAME}|:|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?\#@%-])"
_SPARQL_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<newline>\r\n|\n|\r)
  | (?P<space>[ \t]+)
  | (?P<string>STRING)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<name>(?:[LETTERS](?:(?:NAMED|\.)*NAMED)?)?:(?:LOCAL(?:(?:LOCAL|\.)*LOCAL)?)?
             | _:WORD(?:(?:NAMED|\.)*NAMED)?)
  | (?P<variable>[?$]WORD+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
  | (?P<number>[0-9]+\.[eE][+-]?[0-9]+|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<keyword>[A-Za-z][A-Za-z0-9_]*(?!NAMED))
  | (?P<open>\{\||[{(\[])
  | (?P<close>\|\}|[})\]])
  | (?P<operator>\^\^|\|\||&&|!=|<=|>=|[.;,=<>!+*/|^?~-])
    """.replace("LOCAL", _LOCAL_PART)
    .replace("NAMED", _IN_NAME)
    .replace("WORD", _WORD)
    .replace("LETTERS", _LETTERS)
    .replace("STRING", STRING_PATTERN),
    re.VERBOSE | re.DOTALL,
)
_BRACKETS = {"}": "{", ")": "(", "]": "[", "|}": "{|"}
_PROLOGUE = {"PREFIX": 3, "BASE": 2}


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    spaced: bool
    """Whether white space stands before it on its line."""


def canonical_sparql(text: str, path: Path | str | None = None) -> str:
    r"""Return the same query, token by token, in the project's one layout, with its comments and line breaks.

    Keywords are in capitals, prefixes sorted and one a line; a line is indented by two spaces for each open
    bracket, and by two more where it goes on with the triple above it.

    Args:
        text: a SPARQL query.
        path: where the text comes from, for messages.

    Raises:
        FormatError: a bracket is not closed, or a character does not belong in SPARQL; tells the line. Or
            what was written would not be the same query, which should not happen.

    >>> print(canonical_sparql("select ?s where{\n?s a ?t ;\n  ?p 1\n}"), end="")
    SELECT ?s WHERE {
      ?s a ?t ;
        ?p 1
    }

    """
    tokens = _sparql_tokens(text, path)
    head, prologue, body = _split_prologue(tokens)
    parts = [_layout(head), prologue, _layout(body)]
    written = "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
    _check_written(written, text, path)
    return written


def _check_written(written: str, text: str, path: Path | str | None) -> None:
    """Raise `FormatError` where a query that was written has other tokens, or no longer parses."""
    try:
        is_same = sorted(sparql_tokens(written)) == sorted(sparql_tokens(text))
    except FormatError:
        is_same = False
    if not is_same or (_parses(text) and not _parses(written)):
        reason = "what was written of it would not be the same query; please report it"
        raise format_error(f"The file stays as it is, for {reason}.", path=path)


_MOST_TOKENS = 2000
"""What the engine is asked to parse here: more could nest so deeply that it ends the process."""


def _parses(text: str) -> bool:
    """Return whether a text is a query to the engine; nobody is asked anything."""
    from pyoxigraph import Store

    tokens = _sparql_tokens(text, None)
    if len(tokens) > _MOST_TOKENS:
        return False
    asking_nobody = {"SERVICE": "GRAPH", "SILENT": ""}
    words = (" " * token.spaced + asking_nobody.get(token.text, token.text) for token in tokens)
    try:
        Store().query("".join(words))
    except SyntaxError:
        return False
    except (RuntimeError, OSError, ValueError):  # such as of a function that it does not have
        return True
    return True


def sparql_tokens(text: str) -> list[str]:
    """Return the tokens of a query, keywords in capitals: what formatting must not change.

    >>> sparql_tokens("ask { ?s a gk:Claim } # any?")
    ['ASK', '{', '?s', 'a', 'gk:Claim', '}', '# any?']
    """
    return [token.text for token in _sparql_tokens(text, None) if token.kind != "newline"]


def _sparql_tokens(text: str, path: Path | str | None) -> list[_Token]:
    tokens: list[_Token] = []
    opened: list[_Token] = []
    offset, line, spaced = 0, 1, False
    while offset < len(text):
        match = _SPARQL_TOKEN.match(text, offset)
        if match is None:
            raise format_error(f"{text[offset]!r} does not belong in SPARQL here.", path=path, line=line)
        kind, offset = match.lastgroup or "", match.end()
        if kind != "space":
            token = _Token(kind, _normalised(kind, match[0]), line, spaced)
            tokens.append(token)
            _follow_brackets(opened, token, path)
        spaced = kind == "space"
        line += max(match[0].count("\n"), kind == "newline")
    if opened:
        raise format_error(f"{opened[-1].text!r} is never closed.", path=path, line=opened[-1].line)
    return tokens


def _normalised(kind: str, text: str) -> str:
    if kind == "comment":
        return text.rstrip()
    if kind == "keyword" and text != "a":
        return text.lower() if text.lower() in {"true", "false"} else text.upper()
    return text


def _follow_brackets(opened: list[_Token], token: _Token, path: Path | str | None) -> None:
    if token.kind == "open":
        opened.append(token)
    elif token.kind == "close":
        if not opened or opened[-1].text != _BRACKETS[token.text]:
            raise format_error(f"{token.text!r} closes nothing.", path=path, line=token.line)
        opened.pop()


def _split_prologue(tokens: list[_Token]) -> tuple[list[_Token], list[str], list[_Token]]:
    """Return the comments at the head, the lines of the prologue, and the rest of the query.

    A comment above or beside a prefix goes where the prefix goes.
    """
    start = _next_word(tokens, 0)
    if not _declares(tokens, start):
        return [], [], tokens
    declarations: list[tuple[str, list[str]]] = []
    position = start
    while _declares(tokens, word := _next_word(tokens, position)):
        above = [token.text for token in tokens[position:word] if token.kind == "comment"]
        position = word + _PROLOGUE[tokens[word].text]
        line = " ".join(token.text for token in tokens[word:position])
        if position < len(tokens) and tokens[position].kind == "comment":
            line += f" {tokens[position].text}"
            position += 1
        declarations.append((line, [*above, line]))
    if all(line.startswith("PREFIX") for line, _ in declarations):
        declarations.sort(key=lambda declaration: declaration[0].split()[1])
    return tokens[:start], [line for _, lines in declarations for line in lines], tokens[position:]


def _next_word(tokens: list[_Token], position: int) -> int:
    """Return the position of the next token that is neither comment nor line break."""
    while position < len(tokens) and tokens[position].kind in {"comment", "newline"}:
        position += 1
    return position


def _declares(tokens: list[_Token], position: int) -> bool:
    return position < len(tokens) and tokens[position].text in _PROLOGUE


def _layout(tokens: list[_Token]) -> list[str]:
    """Return the lines of a query: indented, at most one empty line between two, none at either end."""
    lines: list[str] = []
    nesting = _Nesting()
    for line in _split_lines(tokens):
        if line:
            lines.append("  " * nesting.level(line) + _spaced(line))
            nesting.follow(line)
        elif lines and lines[-1]:
            lines.append("")
    return lines[:-1] if lines and not lines[-1] else lines


class _Nesting:
    """Which brackets are open at a line of a query, and whether the line goes on with the triple above."""

    def __init__(self) -> None:
        self._opened: list[str] = []
        self._previous: _Token | None = None
        self._values = False

    def level(self, line: list[_Token]) -> int:
        """Return how many steps a line is indented."""
        closing = next((number for number, token in enumerate(line) if token.kind != "close"), len(line))
        return len(self._opened) - closing + self._goes_on(line[0])

    def follow(self, line: list[_Token]) -> None:
        """Take note of the brackets in a line."""
        for token in line:
            if token.kind == "open":
                is_data = self._values and token.text == "{"
                self._opened.append("data" if is_data else token.text)
                self._values = self._values and not is_data
            elif token.kind == "close":
                self._opened.pop()
            elif token.text == "VALUES":
                self._values = True
            if token.kind != "comment":
                self._previous = token

    def _goes_on(self, first: _Token) -> bool:
        """Tell whether a line continues what the line above began, in a group of triples or in a clause."""
        before = self._previous
        if before is None or before.kind == "open" or before.text in {".", "}"}:
            return False
        if self._opened and (self._opened[-1] != "{" or before.text == ")"):
            return False
        if first.kind == "comment":
            return before.text in {";", ","}
        return first.kind != "close" and first.text != "{" and (first.kind != "keyword" or first.text == "a")


def _split_lines(tokens: Iterable[_Token]) -> Iterator[list[_Token]]:
    line: list[_Token] = []
    for token in tokens:
        if token.kind == "newline":
            yield line
            line = []
        else:
            line.append(token)
    yield line


def _spaced(line: list[_Token]) -> str:
    """Return a line with single spaces: where space was, at braces, after commas and before a full stop."""
    text = line[0].text
    for before, token in pairwise(line):
        at_brace = {before.text, token.text} & {"{", "}", "{|", "|}"}
        wanted = (
            token.spaced or at_brace or before.text == "," or token.text == "." or token.kind == "comment"
        )
        text += (" " if wanted else "") + token.text
    return text
