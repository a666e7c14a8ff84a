"""Forms that SPARQL never has, wherever they stand."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from glutakg.languages import N_
from glutakg.sparql.mistakes.words import AGGREGATES, KEYWORDS, Mistake, adjacent, meant, word_of
from glutakg.sparql.parser import FUNCTIONS
from glutakg.sparql.scanner import Token, start_of

__all__ = ["wrong_forms"]

_WORDS_OF_OTHERS = {
    "ASCENDING": N_("SPARQL sorts upwards by ASC(?x), or by ?x alone"),
    "DESCENDING": N_("SPARQL sorts downwards by DESC(?x)"),
    "AND": N_("&& joins conditions in SPARQL, not AND"),
    "OR": N_("|| joins conditions in SPARQL, not OR"),
    "LIKE": N_("there is no LIKE in SPARQL; use CONTAINS(?x, …), STRSTARTS(?x, …) or REGEX(?x, …)"),
    "ILIKE": N_('there is no ILIKE in SPARQL; use REGEX(?x, …, "i")'),
    "BETWEEN": N_("there is no BETWEEN in SPARQL; write ?x >= … && ?x <= …"),
    "IS": N_("there is no IS in SPARQL; BOUND(?x) tells whether ?x has a value"),
    "NULL": N_("there is no NULL in SPARQL; !BOUND(?x) is true where ?x has no value"),
    "EXCEPT": N_("there is no EXCEPT in SPARQL; use MINUS {form}", form="{ … } or FILTER NOT EXISTS { … }"),
    "JOIN": N_("there is no JOIN in SPARQL; patterns side by side are joined by their variables"),
    "SORT": N_("SPARQL sorts by ORDER BY ?x, or ORDER BY DESC(?x)"),
    "TOP": N_("there is no TOP in SPARQL; write LIMIT at the end"),
    "ELSE": N_("SPARQL has no ELSE; write IF(condition, value, other value)"),
    "CASE": N_("SPARQL has no CASE; write IF(condition, value, other value)"),
}
_FUNCTIONS_OF_OTHERS = {
    "CAST": N_("xsd:integer(?x), xsd:decimal(?x) or the like"),
    "CEILING": "CEIL",
    "CHAR_LENGTH": "STRLEN",
    "DATE": N_("xsd:date(?x), or YEAR, MONTH and DAY"),
    "ENDSWITH": "STRENDS",
    "IFNULL": "COALESCE",
    "INDEXOF": N_("CONTAINS or STRBEFORE"),
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
        N_("{text} is a curly quotation mark; texts stand between straight ones"),
    ),
    **dict.fromkeys("\u2013\u2014\u2212", N_("{text} is no minus sign; write -")),
    "`": N_("{text} is not used in SPARQL; IRIs stand between < and >, texts between quotation marks"),
    "…": N_("{text} is not used in SPARQL; write out what it stands for"),
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
            told = N_(
                'an IRI holds no space and none of " {marks} | ^ ` \\; write %20 for a space', marks="{ }"
            )
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
                name = N_("a no-break space") if text[position] == "\u00a0" else N_("a space of another kind")
                told = N_(
                    "this is {name} (U+{number:04X}); write a plain one",
                    name=name,
                    number=ord(text[position]),
                )
                yield Mistake(position, told)


def _before(text: str, token: Token) -> str:
    """Return some of the text before a token."""
    return text[max(0, start_of(token) - _FAR_ENOUGH) : start_of(token)]


def _character(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "mark" and token.text in _CHARACTERS:
        return _CHARACTERS[token.text].filled(text=token.text)
    if token.kind == "mark" and not token.text.isascii():
        return N_(
            "{text} (U+{number:04X}) has no meaning in SPARQL outside of texts",
            text=token.text,
            number=ord(token.text),
        )
    if token.text == "%" and before.kind in ("variable", "number"):
        return N_("SPARQL has no remainder (%); write ?x - ?y * FLOOR(?x / ?y)")
    return ""


def _operator(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    pair = token.text + after.text if adjacent(token, after) else ""
    if pair == "==":
        return N_("SPARQL compares by =, not by ==")
    if token.kind == "iri" and token.text == "<>" and before.kind in ("variable", "number", "string"):
        return N_("SPARQL writes not equal as !=, not as <>") if "(" in _before(text, token) else ""
    if pair == "=>" or pair == "=<":
        return N_("SPARQL writes this as {sign}=, not as {pair}", sign=pair[1], pair=pair)
    if pair == "//" and not before.text.endswith(":"):
        return N_("a comment begins with #, not with //")
    if pair == "/*":
        return N_("a comment begins with #, and there are none of several lines")
    if pair == "--" and after.text == "-" and following.kind not in ("number", "variable"):
        return N_("a comment begins with #, not with --")
    follows = adjacent(before, token) and before.text == "&"
    if token.text == "&" and not adjacent(token, after) and not follows:
        return N_("conditions are joined by &&, not by &")
    return ""


def _foreign_word(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    word = word_of(token)
    if not word or before.text in ("@", "^"):
        return ""
    if after.text == "{" and word in ("AND", "OR"):
        return (
            N_("patterns are joined by standing side by side, not by {text}", text=token.text)
            if word == "AND"
            else N_("patterns are joined by UNION, not by {text}", text=token.text)
        )
    if word in _WORDS_OF_OTHERS:
        return _WORDS_OF_OTHERS[word]
    if word == "NOT" and word_of(after) not in ("IN", "EXISTS"):
        return N_("! turns a condition round in SPARQL; NOT stands before IN and EXISTS only")
    if after.text == "(" and word not in FUNCTIONS | AGGREGATES | KEYWORDS:
        if word in _FUNCTIONS_OF_OTHERS:
            return N_(
                "SPARQL has no function {text}; use {instead}",
                text=token.text,
                instead=_FUNCTIONS_OF_OTHERS[word],
            )
        question = meant(word, FUNCTIONS | AGGREGATES)
        return (
            N_("SPARQL has no function {text}.{question}", text=token.text, question=question)
            if question
            else N_("SPARQL has no function {text}", text=token.text)
        )
    return ""


def _literal(text: str, _: Token, before: Token, token: Token, after: Token, following: Token) -> str:
    if token.text == following.text == "-" and _YEAR.fullmatch(before.text) and after.kind == "number":
        return N_('a date is a text with its datatype: "{text}-01-31"^^xsd:date', text=before.text)
    if token.kind == "string":
        quote = _CODE_POINT_OF_QUOTE.search(token.text)
        if quote:
            return N_(
                "{quote} is read as a quotation mark before texts are, and ends this one; write \\\" or \\'",
                quote=quote[0],
            )
        for escape in _ESCAPES.finditer(token.text):
            if escape[1] not in "tbnrf\\\"'uU":
                return N_(
                    "\\{escape} means nothing in a text; a backslash itself is written twice: \\\\{escape}",
                    escape=escape[1],
                )
        if after.text == "^" and adjacent(token, after) and following.text != "^":
            return N_("a datatype follows ^^, not ^")
    if token.kind == "language" and before.kind == "variable":
        return N_(
            'a language follows a text, as in "text"{text}; write LANG({variable}) to ask for it',
            text=token.text,
            variable=before.text,
        )
    if token.kind == "language" and adjacent(token, after) and after.text[:1] == "_":
        return N_(
            "a language tag has hyphens, as in {text}-{rest}", text=token.text, rest=after.text.lstrip("_")
        )
    if token.text == after.text == "^" and adjacent(token, after):
        if before.kind == "variable":
            return N_(
                'a datatype follows a text, as in "5"^^xsd:integer; write STRDT({text}, …)', text=before.text
            )
        if before.kind == "number":
            return N_('a datatype follows a text in quotation marks: "{text}"^^…', text=before.text)
    if token.text == "^" and before.text == "^" and adjacent(before, token) and after.kind == "word":
        return N_("a datatype is an IRI, such as xsd:{text}, not a word", text=after.text)
    return ""


def _iri(text: str, _: Token, before: Token, token: Token, after: Token, __: Token) -> str:
    if token.kind == "name" and token.text.lower() in ("http:", "https:") and after.text == "/":
        return N_("an IRI stands in angle brackets: <http://…>")
    if token.text == "@" and word_of(after) in ("PREFIX", "BASE"):
        return N_("SPARQL writes {text} without @, and without a full stop after it", text=word_of(after))
    if token.kind == "language" and token.text.lower() in ("@prefix", "@base"):
        return N_(
            "SPARQL writes {text} without @, and without a full stop after it", text=token.text[1:].upper()
        )
    if word_of(before) == "PREFIX" and token.kind == "word":
        return N_("a prefix ends with a colon: PREFIX {text}: <…>", text=token.text)
    if token.kind == "name" and word_of(before) == "PREFIX" and after.kind != "iri":
        return N_(
            "the IRI of a prefix stands in angle brackets: PREFIX {text}: <…>",
            text=token.text.partition(":")[0],
        )
    if token.text in (".", ";") and before.kind == "iri" and word_of(_) == "" and _.kind == "name":
        declared = re.search(r"PREFIX\s+\S*:\s*<[^>]*>\s*$", _before(text, token), re.IGNORECASE)
        return N_("a PREFIX line ends without {text}", text=token.text) if declared else ""
    return ""


_DETECTORS: tuple[Callable[[str, Token, Token, Token, Token, Token], str], ...] = (
    _character,
    _operator,
    _foreign_word,
    _literal,
    _iri,
)
