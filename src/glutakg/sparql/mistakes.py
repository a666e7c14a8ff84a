"""Finds what is wrong with a text that the engine does not take for SPARQL.

Three ways are gone, from the surest to the least sure: forms that SPARQL never has, such as `==`; the first
token at which the grammar cannot go on; and what is wrong only as a whole, such as a variable that gets two
values. What none of them finds is told as unknown, with the place that the engine names.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from glutakg.errors import QueryResourceError
from glutakg.rdf import PREFIXES
from glutakg.sparql import syntax as s
from glutakg.sparql.parser import FUNCTIONS, UnexpectedToken, UnreadableQuery, parse
from glutakg.sparql.rewriting.tree import in_scope, is_aggregating, parts_of
from glutakg.sparql.scanner import Token, matching_bracket, scan, start_of
from glutakg.text import near_misses

__all__ = ["Mistake", "find_mistake"]


class Mistake(NamedTuple):
    """What is wrong, and the offset at which."""

    offset: int
    cause: str


_KEYWORDS = frozenset(
    """
    AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING IN LIMIT
    MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT UNDEF UNION VALUES
    WHERE
    """.split()  # noqa: SIM905
)
_AGGREGATES = frozenset({"AVG", "COUNT", "GROUP_CONCAT", "MAX", "MIN", "SAMPLE", "SUM"})
_WORDS_OF_OTHERS = {
    "AND": "&& joins conditions in SPARQL, not AND",
    "OR": "|| joins conditions in SPARQL, not OR",
    "LIKE": "there is no LIKE in SPARQL; use CONTAINS(?x, …), STRSTARTS(?x, …) or REGEX(?x, …)",
    "ILIKE": 'there is no ILIKE in SPARQL; use REGEX(?x, …, "i")',
    "BETWEEN": "there is no BETWEEN in SPARQL; write ?x >= … && ?x <= …",
    "IS": "there is no IS in SPARQL; BOUND(?x) tells whether ?x has a value",
    "NULL": "there is no NULL in SPARQL; !BOUND(?x) is true where ?x has no value",
    "EXCEPT": "there is no EXCEPT in SPARQL; use MINUS { … } or FILTER NOT EXISTS { … }",
    "JOIN": "there is no JOIN in SPARQL; patterns side by side are joined by their variables",
    "TOP": "there is no TOP in SPARQL; write LIMIT at the end",
    "ELSE": "SPARQL has no ELSE; write IF(condition, value, other value)",
    "CASE": "SPARQL has no CASE; write IF(condition, value, other value)",
}
_FUNCTIONS_OF_OTHERS = {
    "CAST": "xsd:integer(?x), xsd:decimal(?x) or the like",
    "CEILING": "CEIL",
    "CHAR_LENGTH": "STRLEN",
    "DATE": "xsd:date(?x), or YEAR, MONTH and DAY",
    "ENDSWITH": "STRENDS",
    "IFNULL": "COALESCE",
    "INDEXOF": "CONTAINS or STRBEFORE",
    "ISNULL": "!BOUND",
    "LEN": "STRLEN",
    "LENGTH": "STRLEN",
    "LOWER": "LCASE",
    "MATCHES": "REGEX",
    "NVL": "COALESCE",
    "STARTSWITH": "STRSTARTS",
    "STRING": "STR",
    "SUBSTRING": "SUBSTR",
    "TOLOWER": "LCASE",
    "TOUPPER": "UCASE",
    "UPPER": "UCASE",
}
_CHARACTERS = {
    **dict.fromkeys(
        "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb",
        "a curly quotation mark; texts stand between straight ones",
    ),
    **dict.fromkeys("\u2013\u2014\u2212", "no minus sign; write -"),
    "`": "not used in SPARQL; IRIs stand between < and >, texts between quotation marks",
    "…": "not used in SPARQL; write out what it stands for",
}
_VALUES = frozenset({"variable", "number", "string"})
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_CODE_POINT_OF_QUOTE = re.compile(r"\\u00(22|27)|\\U000000(22|27)")
_BROKEN_IRI = re.compile(r"<(?:https?|urn|ftp):[^<>\n]*>")
_SPACES = " \t\r\n"


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
    sure = list(_sure_mistakes(text, tokens))
    try:
        query = parse(text)
    except UnexpectedToken as error:
        before = [mistake for mistake in sure if mistake.offset <= error.offset + 1]
        return min(before) if before else _unexpected(text, tokens, error)
    except (UnreadableQuery, QueryResourceError):
        return min(sure) if sure else Mistake(offset, _unknown(text, offset))
    if sure:
        return min(sure)
    found = next(iter(_mistakes_of_tree(query, tokens)), None) or _engine_cause(tokens, engine_says, offset)
    return found or Mistake(offset, _unknown(text, offset))


def _unknown(text: str, offset: int) -> str:
    rest = text[offset:].split()
    where = f"near {rest[0][:40]!r}" if rest else "at the end"
    return f"the engine does not read it, {where}; the cause is not known"


# ---- what SPARQL never has ----


def _sure_mistakes(text: str, tokens: Sequence[Token]) -> Iterator[Mistake]:
    yield from _odd_spaces(text, tokens)
    for match in _BROKEN_IRI.finditer(text):
        inner = match[0][1:-1]
        if any(character in inner for character in ' "{}|^`\\') and not _is_within(tokens, match.start()):
            told = 'an IRI holds no space and none of " { } | ^ ` \\; write %20 for a space'
            yield Mistake(match.start(), told)
    nothing = Token("", "", -1)
    padded = [nothing, nothing, *tokens, nothing, nothing]
    for position in range(2, len(tokens) + 2):
        window = padded[position - 2 : position + 3]
        for detector in _DETECTORS:
            cause = detector(text, *window)
            if cause:
                yield Mistake(start_of(padded[position]), cause)
                break


def _is_within(tokens: Sequence[Token], offset: int) -> bool:
    """Tell whether an offset is within a text or an IRI that is whole."""
    return any(token.kind in ("string", "iri") and start_of(token) <= offset < token.end for token in tokens)


def _odd_spaces(text: str, tokens: Sequence[Token]) -> Iterator[Mistake]:
    ends = [0, *(token.end for token in tokens)]
    starts = [*(start_of(token) for token in tokens), len(text)]
    for end, start in zip(ends, starts, strict=True):
        for position in range(end, start):
            if text[position] == "#":
                break
            if text[position] not in _SPACES:
                name = "no-break space" if text[position] == "\u00a0" else "space"
                told = f"this is a {name} of another kind (U+{ord(text[position]):04X}); write a plain one"
                yield Mistake(position, told)


def _adjacent(one: Token, other: Token) -> bool:
    return one.end == start_of(other) and one.end >= 0


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _character(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "mark" and token.text in _CHARACTERS:
        return f"{token.text} is {_CHARACTERS[token.text]}"
    if token.kind == "mark" and not token.text.isascii():
        return f"{token.text} (U+{ord(token.text):04X}) has no meaning in SPARQL outside of texts"
    if token.text == "%" and before.kind in ("variable", "number"):
        return "SPARQL has no remainder (%); write ?x - ?y * FLOOR(?x / ?y)"
    return ""


def _operator(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    pair = token.text + after.text if _adjacent(token, after) else ""
    if pair == "==":
        return "SPARQL compares by =, not by =="
    if token.kind == "iri" and token.text == "<>" and before.kind in ("variable", "number", "string"):
        return "SPARQL writes not equal as !=, not as <>" if text[: start_of(token)].count("(") else ""
    if pair == "=>" or pair == "=<":
        return f"SPARQL writes this as {pair[1]}=, not as {pair}"
    if pair == "//" and not before.text.endswith(":"):
        return "a comment begins with #, not with //"
    if pair == "/*":
        return "a comment begins with #, and there are none of several lines"
    if pair == "--" and after.text == "-" and following.kind not in ("number", "variable"):
        return "a comment begins with #, not with --"
    follows = _adjacent(before, token) and before.text == "&"
    if token.text == "&" and not _adjacent(token, after) and not follows:
        return "conditions are joined by &&, not by &"
    return ""


def _foreign_word(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    word = _word(token)
    if not word or before.text in ("@", "^"):
        return ""
    if word in _WORDS_OF_OTHERS:
        return _WORDS_OF_OTHERS[word]
    if word == "NOT" and _word(after) not in ("IN", "EXISTS"):
        return "! turns a condition round in SPARQL; NOT stands before IN and EXISTS only"
    if after.text == "(" and word not in FUNCTIONS | _AGGREGATES | _KEYWORDS:
        if word in _FUNCTIONS_OF_OTHERS:
            return f"SPARQL has no function {token.text}; use {_FUNCTIONS_OF_OTHERS[word]}"
        return f"SPARQL has no function {token.text}.{_meant(word, FUNCTIONS | _AGGREGATES)}".rstrip(".")
    return ""


def _meant(word: str, words: frozenset[str]) -> str:
    """Return the question whether another word was meant, after a space; the best fit alone."""
    near = near_misses(word, sorted(words))
    return f" Did you mean {near[0]}?" if near else ""


def _literal(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    if token.kind == "string":
        quote = _CODE_POINT_OF_QUOTE.search(token.text)
        if quote:
            told = f"{quote[0]} is read as a quotation mark before texts are, and ends this one"
            return f"{told}; write \\\" or \\'"
        for escape in _ESCAPES.finditer(token.text):
            if escape[1] not in "tbnrf\\\"'uU":
                told = f"\\{escape[1]} means nothing in a text; a backslash itself is written twice"
                return f"{told}: \\\\{escape[1]}"
        if after.text == "^" and _adjacent(token, after) and following.text != "^":
            return "a datatype follows ^^, not ^"
    if token.kind == "language" and _adjacent(token, after) and after.text[:1] == "_":
        return f"a language tag has hyphens, as in {token.text}-{after.text.lstrip('_')}"
    if token.text == "^" and before.text == "^" and _adjacent(before, token) and after.kind == "word":
        return f"a datatype is an IRI, such as xsd:{after.text}, not a word"
    return ""


def _iri(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "name" and token.text.lower() in ("http:", "https:") and after.text == "/":
        return "an IRI stands in angle brackets: <http://…>"
    if token.text == "@" and _word(after) in ("PREFIX", "BASE"):
        return f"SPARQL writes {_word(after)} without @, and without a full stop after it"
    if token.kind == "language" and token.text.lower() in ("@prefix", "@base"):
        return f"SPARQL writes {token.text[1:].upper()} without @, and without a full stop after it"
    if _word(before) == "PREFIX" and token.kind == "word":
        return f"a prefix ends with a colon: PREFIX {token.text}: <…>"
    if token.kind == "name" and _word(before) == "PREFIX" and after.kind != "iri":
        return f"the IRI of a prefix stands in angle brackets: PREFIX {token.text.partition(':')[0]}: <…>"
    if token.text in (".", ";") and before.kind == "iri" and _word(_) == "" and _.kind == "name":
        declared = re.search(r"PREFIX\s+\S*:\s*<[^>]*>\s*$", text[: start_of(token)], re.IGNORECASE)
        return f"a PREFIX line ends without {token.text}" if declared else ""
    return ""


_DETECTORS: tuple[Callable[[str, Token, Token, Token, Token, Token], str], ...] = (
    _character,
    _operator,
    _foreign_word,
    _literal,
    _iri,
)


# ---- where the grammar cannot go on ----


def _unexpected(text: str, tokens: Sequence[Token], error: UnexpectedToken) -> Mistake:
    position = next((index for index, token in enumerate(tokens) if token.end > error.offset), len(tokens))
    nothing = Token("", "", len(text))
    padded = [*[nothing] * 3, *tokens, *[nothing] * 3]
    window = padded[position : position + 6]
    if not error.offset < len(text.rstrip()) and tokens and _word(tokens[-1]) in ("ASC", "DESC"):
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
    before = _word(tokens[opened[-1] - 1]) if opened[-1] else ""
    return before + tokens[opened[-1]].text


def _cause_at(
    window: Sequence[Token], expected: frozenset[str], inside: str, tokens: Sequence[Token], position: int
) -> str:
    _, _, before, token, after, _ = window
    word, word_before = _word(token), _word(before)
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
        if word in _AGGREGATES | FUNCTIONS:
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
    if word_before in _AGGREGATES | FUNCTIONS and token.text != "(":
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
    if word and word not in _KEYWORDS | FUNCTIONS | _AGGREGATES:
        meant = _meant(word, _KEYWORDS)
        if meant:
            return f"there is no {token.text} in SPARQL.{meant}"
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
    before = (token for token in reversed(tokens[:position]) if _word(token) in words or token.text == "}")
    return next(map(_word, before), "")


def _at_the_end(tokens: Sequence[Token], inside: str) -> str:
    if inside:
        opening = next(
            token
            for index, token in reversed(list(enumerate(tokens)))
            if token.text in ("(", "{", "[") and matching_bracket(tokens, index) is None
        )
        return f"the query ends before the {opening.text} of {inside[:-1] or 'a pattern'} is closed"
    if tokens and _word(tokens[-1]):
        return f"the query ends after {tokens[-1].text}, where more must follow"
    if not any(token.text == "{" for token in tokens):
        return "the query ends without a pattern in braces: { … }"
    return "the query ends too early"


# ---- what is wrong as a whole ----


def _mistakes_of_tree(query: s.Query, tokens: Sequence[Token]) -> Iterator[Mistake]:
    declared = {name for name, _ in query.prologue}
    for before, token in pairwise([Token("", "", -1), *tokens]):
        if token.kind == "name" and not token.text.startswith("_:") and _word(before) != "PREFIX":
            prefix = token.text.partition(":")[0]
            if prefix + ":" not in declared:
                known = PREFIXES.get(prefix)
                line = f"PREFIX {prefix}: <{known or '…'}>"
                yield Mistake(start_of(token), f"the prefix {prefix}: is not declared; add {line}")
    if query.clause is not None and query.where is not None:
        yield from _of_select(query.clause, query.where, query.modifiers, tokens)
    if query.where is not None:
        yield from _of_group(query.where, tokens)
    yield from _of_data(query.data, tokens)


def _of_select(
    clause: s.SelectClause, where: s.Group, modifiers: s.Modifiers, tokens: Sequence[Token]
) -> Iterator[Mistake]:
    if clause.columns is None:
        if modifiers.group_by:
            yield Mistake(
                _place(tokens, "*"),
                "SELECT * does not go with GROUP BY; name the columns, which are its keys",
            )
        return
    bound = in_scope(where)
    bound |= {key.variable.name for key in modifiers.group_by if key.variable and key.value}
    keys = {key.variable.name for key in modifiers.group_by if key.variable}
    computed = {column.variable.name for column in clause.columns if column.variable and column.value}
    for column in clause.columns:
        name = column.variable.name if column.variable else ""
        if column.value is not None and name in bound:
            yield Mistake(
                _last_place(tokens, name, "AS"), f"?{name} has a value already; give the column another name"
            )
        bound |= {name} if column.value is not None else set()
        if column.value is None and is_aggregating(clause, modifiers) and name not in keys:
            yield Mistake(
                _variable_place(tokens, name),
                f"?{name} is neither a key of GROUP BY nor in an aggregate; add it to GROUP BY, or write "
                f"(SAMPLE(?{name}) AS ?some_{name})",
            )
        if column.value is not None and is_aggregating(clause, modifiers):
            free = {part.name for part in _outside_aggregates(column.value) if isinstance(part, s.Variable)}
            for each in sorted(free - keys - computed):
                yield Mistake(
                    _variable_place(tokens, each),
                    f"?{each} is neither a key of GROUP BY nor in an aggregate; add it to GROUP BY",
                )


def _outside_aggregates(expression: s.Expression) -> Iterator[s.Expression]:
    if isinstance(expression, s.Aggregate):
        return
    yield expression
    match expression:
        case s.Unary(_, operand):
            yield from _outside_aggregates(operand)
        case s.Chain(operands, _) | s.Call(_, operands, _):
            for operand in operands:
                yield from _outside_aggregates(operand)
        case s.In(operand, options, _):
            for part in (operand, *options):
                yield from _outside_aggregates(part)


def _of_group(group: s.Group, tokens: Sequence[Token]) -> Iterator[Mistake]:
    for index, element in enumerate(group.elements):
        match element:
            case s.Bind(value, variable):
                if variable.name in in_scope(s.Group(group.elements[:index])):
                    yield Mistake(
                        _last_place(tokens, variable.name, "AS"),
                        f"BIND cannot give ?{variable.name} a value, since it has one before in this group; "
                        f"use another name, or FILTER(?{variable.name} = …)",
                    )
                yield from _aggregates_in("BIND", parts_of(value), tokens)
            case s.Filter(condition):
                yield from _aggregates_in("FILTER", parts_of(condition), tokens)
            case s.Data():
                yield from _of_data(element, tokens)
            case s.Group():
                yield from _of_group(element, tokens)
            case s.Optional(inner) | s.Minus(inner) | s.Lateral(inner) | s.GraphPattern(_, inner):
                yield from _of_group(inner, tokens)
            case s.Union(groups):
                for inner in groups:
                    yield from _of_group(inner, tokens)
            case s.SubSelect(clause, where, modifiers, data):
                yield from _of_select(clause, where, modifiers, tokens)
                yield from _of_group(where, tokens)
                yield from _of_data(data, tokens)


def _aggregates_in(what: str, parts: Iterator[s.Expression], tokens: Sequence[Token]) -> Iterator[Mistake]:
    for part in parts:
        if isinstance(part, s.Aggregate):
            instead = "HAVING after GROUP BY" if what == "FILTER" else "a sub-SELECT"
            yield Mistake(
                _place(tokens, part.function),
                f"{part.function} cannot stand in {what}, where each solution is by itself; use {instead}",
            )


def _of_data(data: s.Data | None, tokens: Sequence[Token]) -> Iterator[Mistake]:
    for number, row in enumerate(data.rows if data else (), 1):
        assert data is not None
        if len(row) != len(data.variables):
            yield Mistake(
                _place(tokens, "VALUES"),
                f"VALUES has {len(data.variables)} variables, but its row {number} has {len(row)} values",
            )


def _place(tokens: Sequence[Token], text: str) -> int:
    return next(start_of(token) for token in tokens if token.text.upper() == text)


def _variable_place(tokens: Sequence[Token], name: str) -> int:
    return next(start_of(token) for token in tokens if token.kind == "variable" and token.text[1:] == name)


def _last_place(tokens: Sequence[Token], name: str, before: str) -> int:
    """Return where a variable stands after a word."""
    return next(
        start_of(token)
        for earlier, token in pairwise(tokens)
        if token.kind == "variable" and token.text[1:] == name and _word(earlier) == before
    )


def _engine_cause(tokens: Sequence[Token], engine_says: str, offset: int) -> Mistake | None:
    """Return the causes that the engine names itself."""
    if "already" in engine_says or "unbound" in engine_says or "blank node" in engine_says.lower():
        said = re.search(r"([A-Z][^\[\"]*?(?:unbound|already[^,]*|[Bb]lank node[^,]*))", engine_says)
        if said:
            return Mistake(offset, said[1].strip())
    return None
