"""Forms that SPARQL never has, wherever they stand."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from glutakg.sparql.mistakes.words import AGGREGATES, KEYWORDS, Mistake, adjacent, meant, word_of
from glutakg.sparql.parser import FUNCTIONS
from glutakg.sparql.scanner import Token, start_of

__all__ = ["wrong_forms"]

_WORDS_OF_OTHERS = {
    "ASCENDING": "SPARQL sorts upwards by ASC(?x), or by ?x alone",
    "DESCENDING": "SPARQL sorts downwards by DESC(?x)",
    "AND": "&& joins conditions in SPARQL, not AND",
    "OR": "|| joins conditions in SPARQL, not OR",
    "LIKE": "there is no LIKE in SPARQL; use CONTAINS(?x, …), STRSTARTS(?x, …) or REGEX(?x, …)",
    "ILIKE": 'there is no ILIKE in SPARQL; use REGEX(?x, …, "i")',
    "BETWEEN": "there is no BETWEEN in SPARQL; write ?x >= … && ?x <= …",
    "IS": "there is no IS in SPARQL; BOUND(?x) tells whether ?x has a value",
    "NULL": "there is no NULL in SPARQL; !BOUND(?x) is true where ?x has no value",
    "EXCEPT": "there is no EXCEPT in SPARQL; use MINUS { … } or FILTER NOT EXISTS { … }",
    "JOIN": "there is no JOIN in SPARQL; patterns side by side are joined by their variables",
    "SORT": "SPARQL sorts by ORDER BY ?x, or ORDER BY DESC(?x)",
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
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_CODE_POINT_OF_QUOTE = re.compile(r"\\u00(22|27)|\\U000000(22|27)")
_BROKEN_IRI = re.compile(r"<(?:https?|urn|ftp):[^<>\n]*>")
_YEAR = re.compile(r"[0-9]{4}")
_FAR_ENOUGH = 500
_SPACES = " \t\r\n"


def wrong_forms(text: str, tokens: Sequence[Token]) -> Iterator[Mistake]:
    """Yield every form that SPARQL never has."""
    yield from _odd_spaces(text, tokens)
    ends = [token.end for token in tokens]
    for match in _BROKEN_IRI.finditer(text):
        inner = match[0][1:-1]
        if any(character in inner for character in ' "{}|^`\\') and not _is_within(
            tokens, ends, match.start()
        ):
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


def _is_within(tokens: Sequence[Token], ends: Sequence[int], offset: int) -> bool:
    """Tell whether an offset is within a text or an IRI that is whole."""
    position = bisect_right(ends, offset)
    return (
        position < len(tokens)
        and tokens[position].kind in ("string", "iri")
        and start_of(tokens[position]) <= offset
    )


def _odd_spaces(text: str, tokens: Sequence[Token]) -> Iterator[Mistake]:
    ends = [0, *(token.end for token in tokens)]
    starts = [*(start_of(token) for token in tokens), len(text)]
    for end, start in zip(ends, starts, strict=True):
        for position in range(end, start):
            if text[position] == "#":
                break
            if text[position] not in _SPACES:
                name = "a no-break space" if text[position] == "\u00a0" else "a space of another kind"
                told = f"this is {name} (U+{ord(text[position]):04X}); write a plain one"
                yield Mistake(position, told)


def _before(text: str, token: Token) -> str:
    """Return some of the text before a token."""
    return text[max(0, start_of(token) - _FAR_ENOUGH) : start_of(token)]


def _character(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "mark" and token.text in _CHARACTERS:
        return f"{token.text} is {_CHARACTERS[token.text]}"
    if token.kind == "mark" and not token.text.isascii():
        return f"{token.text} (U+{ord(token.text):04X}) has no meaning in SPARQL outside of texts"
    if token.text == "%" and before.kind in ("variable", "number"):
        return "SPARQL has no remainder (%); write ?x - ?y * FLOOR(?x / ?y)"
    return ""


def _operator(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    pair = token.text + after.text if adjacent(token, after) else ""
    if pair == "==":
        return "SPARQL compares by =, not by =="
    if token.kind == "iri" and token.text == "<>" and before.kind in ("variable", "number", "string"):
        return "SPARQL writes not equal as !=, not as <>" if "(" in _before(text, token) else ""
    if pair == "=>" or pair == "=<":
        return f"SPARQL writes this as {pair[1]}=, not as {pair}"
    if pair == "//" and not before.text.endswith(":"):
        return "a comment begins with #, not with //"
    if pair == "/*":
        return "a comment begins with #, and there are none of several lines"
    if pair == "--" and after.text == "-" and following.kind not in ("number", "variable"):
        return "a comment begins with #, not with --"
    follows = adjacent(before, token) and before.text == "&"
    if token.text == "&" and not adjacent(token, after) and not follows:
        return "conditions are joined by &&, not by &"
    return ""


def _foreign_word(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    word = word_of(token)
    if not word or before.text in ("@", "^"):
        return ""
    if after.text == "{" and word in ("AND", "OR"):
        how = "by standing side by side" if word == "AND" else "by UNION"
        return f"patterns are joined {how}, not by {token.text}"
    if word in _WORDS_OF_OTHERS:
        return _WORDS_OF_OTHERS[word]
    if word == "NOT" and word_of(after) not in ("IN", "EXISTS"):
        return "! turns a condition round in SPARQL; NOT stands before IN and EXISTS only"
    if after.text == "(" and word not in FUNCTIONS | AGGREGATES | KEYWORDS:
        if word in _FUNCTIONS_OF_OTHERS:
            return f"SPARQL has no function {token.text}; use {_FUNCTIONS_OF_OTHERS[word]}"
        return f"SPARQL has no function {token.text}.{meant(word, FUNCTIONS | AGGREGATES)}".rstrip(".")
    return ""


def _literal(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    if token.text == following.text == "-" and _YEAR.fullmatch(before.text) and after.kind == "number":
        return f'a date is a text with its datatype: "{before.text}-01-31"^^xsd:date'
    if token.kind == "string":
        quote = _CODE_POINT_OF_QUOTE.search(token.text)
        if quote:
            told = f"{quote[0]} is read as a quotation mark before texts are, and ends this one"
            return f"{told}; write \\\" or \\'"
        for escape in _ESCAPES.finditer(token.text):
            if escape[1] not in "tbnrf\\\"'uU":
                told = f"\\{escape[1]} means nothing in a text; a backslash itself is written twice"
                return f"{told}: \\\\{escape[1]}"
        if after.text == "^" and adjacent(token, after) and following.text != "^":
            return "a datatype follows ^^, not ^"
    if token.kind == "language" and before.kind == "variable":
        return f'a language follows a text, as in "text"{token.text}; write LANG({before.text}) to ask for it'
    if token.kind == "language" and adjacent(token, after) and after.text[:1] == "_":
        return f"a language tag has hyphens, as in {token.text}-{after.text.lstrip('_')}"
    if token.text == after.text == "^" and adjacent(token, after):
        if before.kind == "variable":
            return f'a datatype follows a text, as in "5"^^xsd:integer; write STRDT({before.text}, …)'
        if before.kind == "number":
            return f'a datatype follows a text in quotation marks: "{before.text}"^^…'
    if token.text == "^" and before.text == "^" and adjacent(before, token) and after.kind == "word":
        return f"a datatype is an IRI, such as xsd:{after.text}, not a word"
    return ""


def _iri(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "name" and token.text.lower() in ("http:", "https:") and after.text == "/":
        return "an IRI stands in angle brackets: <http://…>"
    if token.text == "@" and word_of(after) in ("PREFIX", "BASE"):
        return f"SPARQL writes {word_of(after)} without @, and without a full stop after it"
    if token.kind == "language" and token.text.lower() in ("@prefix", "@base"):
        return f"SPARQL writes {token.text[1:].upper()} without @, and without a full stop after it"
    if word_of(before) == "PREFIX" and token.kind == "word":
        return f"a prefix ends with a colon: PREFIX {token.text}: <…>"
    if token.kind == "name" and word_of(before) == "PREFIX" and after.kind != "iri":
        return f"the IRI of a prefix stands in angle brackets: PREFIX {token.text.partition(':')[0]}: <…>"
    if token.text in (".", ";") and before.kind == "iri" and word_of(_) == "" and _.kind == "name":
        declared = re.search(r"PREFIX\s+\S*:\s*<[^>]*>\s*$", _before(text, token), re.IGNORECASE)
        return f"a PREFIX line ends without {token.text}" if declared else ""
    return ""


_DETECTORS: tuple[Callable[[str, Token, Token, Token, Token, Token], str], ...] = (
    _character,
    _operator,
    _foreign_word,
    _literal,
    _iri,
)
