"""What is wrong where the grammar cannot go on with a token."""

from collections.abc import Sequence

from glutakg.sparql.mistakes.words import AGGREGATES, KEYWORDS, Mistake, meant, word_of
from glutakg.sparql.parser import FUNCTIONS, UnexpectedToken
from glutakg.sparql.scanner import Token, matching_bracket, start_of

__all__ = ["wrong_token"]

_VALUES = frozenset({"variable", "number", "string"})


def wrong_token(text: str, tokens: Sequence[Token], error: UnexpectedToken) -> Mistake:
    """Return why a text cannot go on where the parser stopped."""
    position = next((index for index, token in enumerate(tokens) if token.end > error.offset), len(tokens))
    nothing = Token("", "", len(text))
    padded = [*[nothing] * 3, *tokens, *[nothing] * 3]
    window = padded[position : position + 6]
    if not error.offset < len(text.rstrip()) and tokens and word_of(tokens[-1]) in ("ASC", "DESC"):
        told = f"{tokens[-1].text} stands before what is sorted, with brackets: {tokens[-1].text}(?x)"
        return Mistake(start_of(tokens[-1]), told)
    cause = _cause_at(window, error.expected, _inside(tokens, position), tokens, position)
    return Mistake(error.offset, cause)


def _inside(tokens: Sequence[Token], position: int) -> str:
    """Return the innermost bracket that is open, with the word before it: `FILTER(`, `{`, or nothing."""
    opened: list[int] = []
    for index, token in enumerate(tokens[:position]):
        if token.text in ("(", "{", "["):
            opened.append(index)
        elif token.text in (")", "}", "]") and opened:
            opened.pop()
    if not opened:
        return ""
    before = word_of(tokens[opened[-1] - 1]) if opened[-1] else ""
    return before + tokens[opened[-1]].text


def _cause_at(
    window: Sequence[Token], expected: frozenset[str], inside: str, tokens: Sequence[Token], position: int
) -> str:
    _, _, before, token, after, _ = window
    word, word_before = word_of(token), word_of(before)
    clause = _clause(tokens, position)
    if not token.text:
        return _at_the_end(tokens, inside)
    if token.text == "}" and not inside:
        return "this } closes nothing; there is one too many, or a { too few"
    if token.text == ")" and not inside.endswith("(") and "(" not in inside:
        return "this ) closes nothing; there is one too many, or a ( too few"
    if clause == "SELECT" and not inside:
        if token.text == ",":
            return "columns of SELECT are not parted by commas"
        if word in AGGREGATES | FUNCTIONS:
            return f"what SELECT computes stands in brackets and gets a name: SELECT ({word}(…) AS ?name)"
        if word == "AS":
            return "a column with a new name stands in brackets: SELECT (?x AS ?name)"
        if word == "DISTINCT":
            return "DISTINCT stands right after SELECT"
        if token.text == "-" and before.kind == "variable":
            return "the name of a variable has letters, digits and _, but no -"
    if inside == "SELECT(" and token.text == ")":
        return "what SELECT computes gets a name: (… AS ?name)"
    if token.text == ")" and "AS" in expected:
        what = "BIND" if inside == "BIND(" else "what SELECT computes"
        return f"{what} needs a name: (… AS ?name)"
    if word_before == "AS" and token.kind != "variable":
        return f"after AS comes a variable, such as ?{token.text if token.kind == 'word' else 'name'}"
    if word_before in ("FILTER", "HAVING") and (token.text == "!" or token.kind in _VALUES):
        return f"the condition of {word_before} stands in brackets: {word_before}(…)"
    if word_before in ("OPTIONAL", "UNION", "MINUS") or (word_before == "WHERE" and token.text != "{"):
        return f"after {word_before} comes a pattern in braces: {word_before} {{ … }}"
    if word_before == "EXISTS":
        return "after EXISTS comes a pattern in braces: EXISTS { … }"
    if word_before == "BIND":
        return "BIND has brackets: BIND(… AS ?name)"
    if word_before == "IN" and token.text != "(":
        return "after IN comes a list in round brackets: IN (…, …)"
    if word_before in ("ASC", "DESC"):
        return f"{word_before} has brackets: {word_before}(?x)"
    if word in ("ASC", "DESC") and clause == "ORDER":
        return f"{word} stands before what is sorted, with brackets: {word}(?x)"
    if word_before in ("LIMIT", "OFFSET"):
        return f"after {word_before} comes a whole number"
    if word_before == "COUNT" and word == "DISTINCT":
        return "COUNT has brackets: COUNT(DISTINCT ?x)"
    if word_before in AGGREGATES | FUNCTIONS and token.text != "(":
        return f"{word_before} has brackets: {word_before}(…)"
    if inside == "GROUP_CONCAT(":
        return 'the separator is written GROUP_CONCAT(?x; SEPARATOR=", ")'
    if clause == "VALUES" and token.text == ",":
        return "the values of VALUES are not parted by commas"
    if clause == "VALUES" and token.kind == "variable" and inside.endswith("{"):
        return "VALUES holds constants and UNDEF, but no variables"
    if clause == "VALUES" and inside.endswith("{") and "(" in expected and "IRI" not in expected:
        return "each row of VALUES (…) stands in brackets: { (…) (…) }"
    if clause == "VALUES" and before.kind == "variable" and token.text == "(":
        return "the values of one variable stand in braces: VALUES ?x { … }"
    if token.text == ";" and before.text in (".", "{", "}", ""):
        return "; stands between the properties of one subject, and has none before it here"
    if not inside and word in ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FROM", "WHERE"):
        return f"{word} stands too late here; the order is FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT"
    if word in ("GROUP", "ORDER", "LIMIT", "HAVING") and inside.endswith("{"):
        return f"{word} stands after the braces of the pattern, not in them"
    if not inside and clause in ("LIMIT", "OFFSET") and token.text == ",":
        return "write LIMIT and OFFSET each with its number, without a comma"
    if word and word not in KEYWORDS | FUNCTIONS | AGGREGATES:
        question = meant(word, KEYWORDS)
        if question:
            return f"there is no {token.text} in SPARQL.{question}"
    if token.text in ("*", "+", "?", "|", "/") and before.kind == "variable" and inside.endswith("{"):
        return "a path is made of IRIs, not of variables"
    if inside.endswith("{") and token.text == "{" and after.kind == "number":
        return "SPARQL 1.1 has no path of {n,m} steps; use p/p, p?, p* or p+"
    return _role(before, token, expected, inside)


def _role(before: Token, token: Token, expected: frozenset[str], inside: str) -> str:
    """Return what part of a triple is missing, or is of a kind that cannot stand there."""
    shown = repr(token.text[:40])
    in_braces = inside.endswith("{") or inside.endswith("[")
    if "a" in expected and "NUMBER" not in expected and in_braces:
        if token.kind in ("string", "number") or token.text.startswith("_:"):
            return f"{shown} stands as a predicate, which must be an IRI or a variable"
        if token.text in (".", ";", ",", "}"):
            return (
                "the triple has no predicate and no object" if token.text != ";" else "a predicate is missing"
            )
    elif "STRING" in expected and "VARIABLE" in expected and in_braces and token.text in (".", ";", ",", "}"):
        return "the triple has no object"
    if in_braces and "." in expected and token.kind in ("variable", "iri", "name", "string", "number"):
        return f"a . or ; or , is missing before {shown}"
    if token.text == ")" and "VARIABLE" in expected:
        return "an expression is missing before this )"
    if token.text in ("}", "{") and inside.endswith("("):
        return "a bracket ( before this is not closed"
    if token.text == "," and inside.endswith("("):
        return "there is one argument too many, or an expression is missing, at this comma"
    return f"it cannot go on with {shown} here"


def _clause(tokens: Sequence[Token], position: int) -> str:
    """Return the last word that begins a part of a query."""
    words = [
        "SELECT",
        "WHERE",
        "VALUES",
        "ORDER",
        "GROUP",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "FROM",
        "PREFIX",
        "FILTER",
    ]
    before = (token for token in reversed(tokens[:position]) if word_of(token) in words or token.text == "}")
    return next(map(word_of, before), "")


def _at_the_end(tokens: Sequence[Token], inside: str) -> str:
    if inside:
        opening = next(
            token
            for index, token in reversed(list(enumerate(tokens)))
            if token.text in ("(", "{", "[") and matching_bracket(tokens, index) is None
        )
        return f"the query ends before the {opening.text} of {inside[:-1] or 'a pattern'} is closed"
    if tokens and word_of(tokens[-1]):
        return f"the query ends after {tokens[-1].text}, where more must follow"
    if not any(token.text == "{" for token in tokens):
        return "the query ends without a pattern in braces: { … }"
    return "the query ends too early"
