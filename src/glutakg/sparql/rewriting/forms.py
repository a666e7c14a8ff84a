"""Finds, in the tokens of a query, the forms that rules are about, so that a tree is made only of these."""

import re
from collections.abc import Iterator, Sequence

from glutakg.sparql.rewriting.tokens import CALCULATIONS, LANGUAGE_TAG, SMALL
from glutakg.sparql.scanner import Token, matching_bracket

__all__ = ["GRAPH", "LARGE", "ORDER", "compares", "forms_of"]

GRAPH = "GRAPH"
"""The form that takes the named graphs of the store."""

LARGE = "large"
"""The form that holds a number for which the engine may have no room."""

ORDER = "ORDER BY"
"""The one form that needs no tree."""

_FAULTY_WORDS = frozenset({"AVG", "BNODE", "GROUP_CONCAT", "HAVING", "MAX", "MIN", "REGEX", "REPLACE", "SUM"})
_WORDED = frozenset(
    """
    COALESCE CONCAT IF LCASE REPLACE SAMPLE STRAFTER STRBEFORE STRLANG SUBSTR UCASE
    """.split()  # noqa: SIM905
)
_COUNTED = frozenset({"AVG", "COUNT", "MAX", "MIN", "SAMPLE", "SUM"})
_TRUTH_BEFORE = frozenset({"FILTER", "HAVING", "IF"})
_NO_TRIPLES = frozenset(
    """
    { } BIND FILTER GRAPH MINUS OPTIONAL SELECT VALUES
    """.split()  # noqa: SIM905
)
_WORDS_OF_TRIPLES = frozenset({"a", "true", "false"})
_OF_NUMBERS = frozenset({"ABS", "CEIL", "FLOOR", "IN", "ISNUMERIC", "ROUND"})
_OPERATORS = frozenset("=!<>+-*/")
_NOT_A_NUMBER = frozenset({'"NaN"', "'NaN'"})
_OF_ONE_SOLUTION = frozenset({"BIND", "FILTER"})
_NUMBER = re.compile(r"\s*[+-]?[0-9.]+\s*")
_LONGEST_INTEGER = 18
_EXACT = ("integer", "decimal", "integer>", "decimal>")
_CONSTANT_KINDS = frozenset({"iri", "name", "number"})
_TELLING = frozenset(
    """
    ABS CEIL CONCAT COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS IRI LANG LCASE MD5
    MINUTES MONTH ROUND SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRLANG STRLEN SUBSTR
    TZ UCASE URI YEAR
    """.split()  # noqa: SIM905
)
"""Functions that give neither dates nor booleans."""


def forms_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the forms of a query that a rule may be about; what SERVICE asks counts as well.

    >>> from glutakg.sparql.scanner import scan
    >>> sorted(forms_of(list(scan("SELECT (MAX(?n) AS ?most) { ?s rdfs:label|skos:prefLabel ?n }"))))
    ['MAX', '|']
    >>> forms_of(list(scan("SELECT ?s { ?s a gk:Claim ; gk:year ?y FILTER(?y > 2000) }")))
    frozenset()
    """
    return frozenset(_forms(tokens))


def compares(tokens: Sequence[Token]) -> bool:
    """Tell whether values may be compared in a query, or asked for what only a number has.

    >>> from glutakg.sparql.scanner import scan
    >>> compares(list(scan("SELECT ?s { ?s ?p ?o FILTER(?o > 5) }")))
    True
    """
    return any(
        token.text in ("=", "<", ">") if token.kind == "mark" else token.text.upper() in _OF_NUMBERS
        for token in tokens
    )


def _forms(tokens: Sequence[Token]) -> Iterator[str]:
    nothing = Token("", "", -1)
    padded = [nothing, nothing, *tokens, nothing, nothing, nothing]
    in_data = after_exists = asks_language = has_tag = False
    for position in range(2, len(tokens) + 2):
        token, before = padded[position], padded[position - 1]
        text = token.text
        if token.kind == "mark":
            in_data = in_data and text != "}"
            yield from _marks(padded, position)
        elif token.kind == "word":
            word = text.upper()
            following = padded[position + 1]
            in_data = in_data or word == "VALUES"
            after_exists = after_exists or word == "EXISTS"
            asks_language = asks_language or word == "LANG"
            if word == "ORDER":
                yield ORDER
            elif word in _FAULTY_WORDS or (word == "IN" and not _lists_constants(padded, position + 1)):
                yield word
            elif word == GRAPH and not _has_plain_group(padded, position + 2, following.kind == "variable"):
                yield GRAPH
            elif word == "MINUS" and after_exists:
                yield word
            elif word == "COUNT" and following.text == "(" and not _counts_a_variable(padded, position + 2):
                yield "COUNT"
            if word in _WORDED and following.text == "(" and _asks_truth(padded, position):
                yield "truth"
            if word in _COUNTED | _OF_ONE_SOLUTION and _has_aggregate(padded, position + 1):
                yield "nested"
        elif token.kind == "variable":
            if _is_truth(padded, position):
                yield "truth"
        elif token.kind in ("iri", "name"):
            if padded[position + 1].text == "(" and text.endswith(_EXACT):
                yield "converted"
        elif token.kind == "number":
            if len(text) > _LONGEST_INTEGER and "e" not in text.lower():
                yield LARGE
        elif token.kind == "string":
            after = padded[position + 1]
            if len(text) > _LONGEST_INTEGER and _NUMBER.fullmatch(text.strip("\"'")) and after.text == "^":
                yield LARGE
            if in_data:
                continue
            has_tag = has_tag or (LANGUAGE_TAG.fullmatch(text) is not None and text != text.lower())
            if text in _NOT_A_NUMBER:
                yield "compared"
            if after.kind == "language" and (before.text in "!&|(" or padded[position + 2].text in "&|"):
                yield "truth"
    if asks_language and has_tag:
        yield "LANG"


def _marks(tokens: Sequence[Token], position: int) -> Iterator[str]:
    """Yield what a mark is part of: a path, or a comparison of what may be booleans or dates."""
    mark, before, after = (tokens[index] for index in (position, position - 1, position + 1))
    text = mark.text
    doubled = _adjacent(mark, after) and after.text == text
    second = _adjacent(before, mark) and before.text == text
    if text == "|" and not doubled and not second:
        yield "|"
    elif (
        (text == "!" and after.kind in ("iri", "name") and tokens[position + 2].text != "(")
        or (text == "!" and after.text in ("a", "^"))
        or (text == "!" and after.text == "(" and tokens[position + 2].text in ("a", "^"))
    ):
        yield "!"
    elif text == "!" and after.text == "(" and tokens[position + 2].kind in ("iri", "name"):
        if tokens[position + 3].text in (")", "|"):
            yield "!"
    elif text in ("*", "?") and (before.kind in ("iri", "name") or before.text in ("a", ")")):
        yield "zero"
    elif text in "<>" and (doubled or second):  # of a triple term
        return
    elif text in ("=", "<", ">") and not _is_told(tokens, position):
        yield "compared"
    if text in CALCULATIONS and _calculates(tokens, position):
        yield "calculated"


def _calculates(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether a mark is a sign of a calculation whose result may be large, not of a path alone."""
    before, after = tokens[position - 1], tokens[position + 1]
    if before.kind in ("variable", "number"):
        return True
    if before.text == ")":
        return after.kind != "number" or _called(tokens, position - 1) not in SMALL
    return tokens[position].text == "-" and after.kind == "variable"


def _from(tokens: Sequence[Token], position: int) -> Iterator[Token]:
    """Yield the tokens from a position on, without a copy of them."""
    return map(tokens.__getitem__, range(position, len(tokens)))


def _adjacent(one: Token, other: Token) -> bool:
    return one.end == other.end - len(other.text)


def _is_told(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether what stands beside a comparison makes it one of neither dates nor booleans."""
    before, after = tokens[position - 1], tokens[position + 1]
    if after.text == "=" and _adjacent(tokens[position], after):
        after = tokens[position + 2]
        following = tokens[position + 3]
    else:
        following = tokens[position + 2]
    if before.text in "!<>" and _adjacent(before, tokens[position]):
        before = tokens[position - 2]
    if after.kind in _CONSTANT_KINDS:
        return following.text != "("
    if before.kind in _CONSTANT_KINDS:  # not where it is a datatype
        return tokens[position - 2 - (before is not tokens[position - 1])].text != "^"
    if after.kind == "string":
        return following.text != "^"
    if before.kind == "string" or after.text.upper() in _TELLING:
        return True
    return before.text == ")" and _called(tokens, position - 1) in _TELLING


def _called(tokens: Sequence[Token], position: int) -> str:
    """Return the word before the brackets that close at or just before a position."""
    depth = 0
    for index in range(position, 0, -1):
        depth += {")": 1, "(": -1}.get(tokens[index].text, 0)
        if depth == 0 and tokens[index].text == "(":
            return tokens[index - 1].text.upper()
    return ""


def _lists_constants(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether the brackets that follow IN hold nothing but constants without a datatype."""
    for token in _from(tokens, position + 1):
        if token.text == ")":
            return True
        if token.kind not in _CONSTANT_KINDS | {"string"} and token.text != ",":
            return False
    return False


def _has_plain_group(tokens: Sequence[Token], position: int, is_variable: bool) -> bool:
    """Tell whether the braces that open here begin with a triple, and hold nothing but triples.

    Of a graph with a name it only matters that there is a triple, and no path that may have no length.
    """
    if tokens[position + 1].text.upper() in _NO_TRIPLES:
        return False
    depth = 0
    for token in _from(tokens, position):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return True
        if token.text in ("*", "?"):
            return False
        if is_variable and (depth > 1 or (token.kind == "word" and token.text not in _WORDS_OF_TRIPLES)):
            return False
    return False


def _counts_a_variable(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether what follows `COUNT (` is all solutions, or a variable."""
    if tokens[position].text.upper() == "DISTINCT":
        position += 1
        if tokens[position].text == "*":
            return False
    return tokens[position].text == "*" or (
        tokens[position].kind == "variable" and tokens[position + 1].text == ")"
    )


def _has_aggregate(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether there is an aggregate in the brackets that begin here."""
    depth = 0
    for token in _from(tokens, position):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth <= 0:
            return False
        if token.kind == "word" and token.text.upper() in _COUNTED | {"GROUP_CONCAT"}:
            return True
    return False


def _asks_truth(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether the truth of a call is asked."""
    before, opened = tokens[position - 1], tokens[position - 2]
    asks = before.text in ("!", "&", "|") or before.text.upper() in _TRUTH_BEFORE
    if not asks and (before.text != "(" or opened.text.upper() not in _TRUTH_BEFORE):
        return False
    closing = matching_bracket(tokens, position + 1)
    return closing is None or tokens[closing + 1].text not in _OPERATORS


def _is_truth(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether the truth of a variable is asked: where it stands alone between what asks for truth."""
    before, after = tokens[position - 1], tokens[position + 1]
    if after.text in ("&", "|") and before.text in ("(", "&", "|", "!", ","):
        return True
    if before.text in ("&", "|", "!") and after.text in (")", "&", "|", ","):
        return True
    opened = tokens[position - 2].text.upper() if before.text == "(" else ""
    return opened in _TRUTH_BEFORE and after.text in (")", ",")
