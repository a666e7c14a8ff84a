"""Rules about regular expressions: those of SPARQL are XPath's, those of the engine are Rust's.

What both can say is rewritten where it stands as a constant; the rest is left to functions of our own.
"""

import re
import warnings
from collections.abc import Callable

from glutakg.errors import QueryError
from glutakg.languages import N_
from glutakg.sparql import syntax as s
from glutakg.sparql.printer import expression_text
from glutakg.sparql.rewriting.tokens import FUNCTIONS
from glutakg.sparql.rewriting.tree import TreeRule

__all__ = ["PatternRule", "ReplacementRule", "python_pattern", "python_replacement"]

_MATCHES = s.Iri(f"<{FUNCTIONS}matches>")
_REPLACED = s.Iri(f"<{FUNCTIONS}replaced>")
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_BACK_REFERENCE = re.compile(r"(?:[^\\]|^)(?:\\\\)*\\[1-9]")
_SUBTRACTION = "-["
_FLAGS = frozenset("imqsx")
_SPACES = "\t\n\r "
_NAME_START, _NAME = r"\p{L}_:", r"\p{L}\p{M}\p{Nd}\-._:\u{B7}"
_XML_ESCAPES = {"i": f"[{_NAME_START}]", "I": f"[^{_NAME_START}]", "c": f"[{_NAME}]", "C": f"[^{_NAME}]"}
_BEYOND_PYTHON = re.compile(r"\\[pPiIcC]|\(\?[^:]")
_OF_OTHERS = re.compile(r"\\[<>]|\\b\{|[*+?]\+|[0-9,]\}\+")
_MAY_BE_OF_OTHERS = rf"\\[1-9]|{_OF_OTHERS.pattern}|\[[^\]]*(?:\[|&&|~~|--)"


def text_of(literal: s.Literal) -> str:
    """Return the text of a quoted literal."""
    quotes = 3 if literal.text[:3] in ('"""', "'''") else 1
    inner = literal.text[quotes:-quotes]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner, flags=re.DOTALL)


def literal_of(text: str) -> s.Literal:
    """Return a quoted literal with a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return s.Literal(f'"{escaped}"')


def _constant(expression: s.Expression) -> str | None:
    """Return the text of a plain quoted literal; None for anything else."""
    if isinstance(expression, s.Literal) and expression.text[0] in "\"'" and not expression.language:
        return text_of(expression)
    return None


class ReplacementRule(TreeRule):
    r"""`REPLACE(t, p, "$1_")` = the engine's `REPLACE(t, p, "${1}_")`, and `\$` is `$$` there.

    A pattern that fits the empty text is an error, and refused where it is a constant. Where pattern or
    replacement are no constants, or the engine has no such pattern, a function of our own replaces.
    """

    name = "REPLACE"

    def call(self, expression: s.Call) -> s.Expression:
        """Return the call with a replacement that the engine reads, or of our function."""
        if expression.function != "REPLACE" or len(expression.arguments) not in (3, 4):
            return expression
        text, pattern, replacement, *flags = expression.arguments
        constants = [_constant(part) for part in (pattern, replacement, *flags)]
        read, written, *given = (constant or "" for constant in constants)
        flag = "".join(given)
        found = None if None in constants else python_pattern(read, flag)
        if found is not None and found.search(""):
            raise _fits_nothing(read)
        if None in constants or _needs_python(read):
            return s.Call(_REPLACED, expression.arguments)
        rust = written.replace("$", "$$") if "q" in flag else _rust_replacement(written, _groups(read))
        return s.Call("REPLACE", (text, pattern, literal_of(rust), *flags))


def _groups(pattern: str) -> int:
    r"""Return how many groups a pattern has that a replacement can name.

    >>> _groups(r"(\p{L})[(](?:b)\((c)")
    2
    """
    without_classes = _classes(pattern, lambda kept, taken: "", lambda text: "")
    return len(re.findall(r"\((?!\?)|\(\?P?<(?![=!])", re.sub(r"\\.", "", without_classes, flags=re.DOTALL)))


def _rust_replacement(replacement: str, groups: int) -> str:
    """Return a replacement as Rust reads it."""
    return "".join(
        part.replace("$", "$$") if isinstance(part, str) else f"${{{part}}}" * (part <= groups)
        for part in replacement_parts(replacement, groups)
    )


def replacement_parts(replacement: str, groups: int) -> list[str | int]:
    """Return the texts and the numbers of groups that a replacement of XPath puts together.

    Raises:
        QueryError: it is none.

    >>> replacement_parts("$1_$12", 2)
    [1, '_', 1, '2']
    """
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        mark, following = replacement[position], replacement[position + 1 : position + 2]
        if mark == "\\" and following in ("\\", "$") and following:
            parts.append(following)
            position += 2
        elif mark == "$" and following.isdecimal() and following.isascii():
            digits = re.match(r"[0-9]+", replacement[position + 1 :])
            assert digits is not None
            number = digits[0]
            while len(number) > 1 and int(number) > groups:
                number = number[:-1]
            parts.append(int(number))
            position += 1 + len(number)
        elif mark in "\\$":
            raise QueryError(
                N_(
                    "In REPLACE, {replacement!r} is no replacement: after $ comes the number of a "
                    'group, after \\ another \\ or $; write \\\\$ in the query for the character "$".',
                    replacement=replacement[:40],
                )
            )
        else:
            parts.append(mark)
            position += 1
    return parts


class PatternRule(TreeRule):
    r"""`REGEX(t, "[a-z-[aeiou]]")` = the engine's `REGEX(t, "[a-z--[aeiou]]")`, and so in REPLACE.

    `\i` and `\c` are written out, and with the flag x the spaces left out that XPath does not see, which are
    none of those in classes, where `&&` is two characters. What has back references, which the engine does
    not know, is left to a function of our own. A constant that is no regular expression is refused: the
    engine has no value, or reads in it what XPath does not know, such as `a++`, `[[:alpha:]]` and `\<`.
    """

    name = "regular expression"

    def call(self, expression: s.Call) -> s.Expression:
        """Return the call with a pattern that the engine reads, or of our function."""
        if expression.function not in ("REGEX", "REPLACE") or len(expression.arguments) < 2:
            return expression
        text, pattern, *others = expression.arguments
        constant = _constant(pattern)
        if constant is None:
            return expression if expression.function == "REPLACE" else _matched(expression)
        given = others[0 if expression.function == "REGEX" else 1 :]
        flags = text_of_flags(given[0]) if given else ""
        if set(flags) - _FLAGS:
            raise QueryError(
                N_(
                    "{function} has no flags {flags!r}; there are s, m, i, x and q.",
                    function=expression.function,
                    flags=flags[:20],
                )
            )
        if "q" in flags:
            return expression
        _refuse_marks_of_others(constant)
        if _is_no_pattern(constant, flags):
            raise _unreadable(constant)
        if expression.function == "REGEX" and _needs_python(constant):
            if python_pattern(constant, flags) is None:
                raise _unreadable(constant)
            return s.Call(_MATCHES, expression.arguments)
        rust = _rust_classes(constant)
        rust = re.sub(r"\\(.)", lambda mark: _XML_ESCAPES.get(mark[1], mark[0]), rust, flags=re.DOTALL)
        if "x" in flags:
            rust = _without_spaces(rust)
            others[-1] = literal_of(flags.replace("x", ""))
        flags = flags.replace("x", "")
        if not _is_so("BOUND(?found)", rust, flags):
            raise _unreadable(constant)
        if expression.function == "REPLACE" and _is_so("?found", rust, flags):
            raise _fits_nothing(constant)
        return s.Call(expression.function, (text, literal_of(rust) if rust != constant else pattern, *others))


def _matched(expression: s.Call) -> s.Expression:
    """Return a call of REGEX with a pattern that may turn out to be one that the engine does not read."""
    _, pattern, *flags = expression.arguments
    odd = (
        s.Call("REGEX", (pattern, literal_of(_MAY_BE_OF_OTHERS))),
        *(s.Call("CONTAINS", (given, literal_of("x"))) for given in flags),
    )
    is_odd = odd[0] if len(odd) == 1 else s.Chain(odd, ("||",))
    return s.Call("IF", (is_odd, s.Call(_MATCHES, expression.arguments), expression))


def _is_no_pattern(pattern: str, flags: str) -> bool:
    """Tell whether a text is no regular expression, as far as Python can tell."""
    if _BEYOND_PYTHON.search(pattern) is not None:
        return False
    return python_pattern(pattern, flags) is None or (
        _SUBTRACTION not in pattern and _compiled(pattern) is None
    )


def text_of_flags(expression: s.Expression) -> str:
    """Return constant flags; nothing for others."""
    return _constant(expression) or ""


def _is_so(condition: str, pattern: str, flags: str) -> bool:
    """Tell whether something is so of `?found`: whether the engine finds a pattern in the empty text.

    It has no value where the engine does not read it, such as look-around and blocks (IsBasicLatin).
    """
    from pyoxigraph import QueryBoolean, Store

    call = expression_text(s.Call("REGEX", (s.Literal('""'), literal_of(pattern), literal_of(flags))))
    answer = Store().query(f"ASK {{ BIND({call} AS ?found) FILTER({condition}) }}")
    return isinstance(answer, QueryBoolean) and bool(answer)


def _fits_nothing(pattern: str) -> QueryError:
    return QueryError(
        N_(
            "The pattern {pattern!r} of REPLACE fits the empty text, which XPath does not allow; write "
            "one that needs a character, such as a+ for a*.",
            pattern=pattern[:60],
        )
    )


def _unreadable(pattern: str) -> QueryError:
    return QueryError(
        N_(
            "The regular expression {pattern!r} cannot be read; write it otherwise. SPARQL knows those "
            "of XPath, which have no look-around.",
            pattern=pattern[:60],
        )
    )


def _refuse_marks_of_others(pattern: str) -> None:
    mark = mark_of_others(pattern)
    if mark:
        raise QueryError(
            N_(
                "The regular expression {pattern!r} has {mark!r}, which XPath does not know and "
                "engines read in different ways; write it otherwise. In a class, the characters [ "
                "and - are \\\\[ and \\\\-.",
                pattern=pattern[:60],
                mark=mark,
            )
        )


def mark_of_others(pattern: str) -> str:
    r"""Return the first thing in a pattern that is not in XPath and that engines read differently.

    >>> [mark_of_others(text) for text in (r"a++", r"[[:alpha:]]", r"[+--]", r"\<b", r"[a-z-[b]]\+[+]\p{L}+")]
    ['++', '[', '--', '\\<', '']
    """
    found: list[str] = []

    def of_class(kept: str, taken: str = "") -> str:
        found.extend(re.findall(r"\[|--", kept))
        return "a"

    without_escapes = re.sub(r"\\[pP]\{[^}]*\}|\\[^<>b]", "a", pattern, flags=re.DOTALL)
    outside = _classes(without_escapes, of_class, lambda text: of_class(text[1:-1]))
    return next(iter(found or _OF_OTHERS.findall(outside)), "")


def _needs_python(pattern: str) -> bool:
    return _BACK_REFERENCE.search(pattern) is not None


def _classes(
    pattern: str,
    subtracted: Callable[[str, str], str],
    plain: Callable[[str], str] = str,
    outside: Callable[[str], str] = str,
) -> str:
    """Return a pattern as functions write its classes with one taken away, other classes, and other marks."""
    written, position = "", 0
    while position < len(pattern):
        mark = pattern[position]
        if mark == "\\":
            written += outside(pattern[position : position + 2])
            position += 2
        elif mark == "[":
            kept, taken, position = _class(pattern, position, subtracted)
            written += subtracted(kept, taken) if taken else plain(f"[{kept}]")
        else:
            written += outside(mark)
            position += 1
    return written


def _class(pattern: str, start: int, subtracted: Callable[[str, str], str]) -> tuple[str, str, int]:
    """Return what is in the class that begins here, the class taken away from it, and where it ends."""
    position = start + 1
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 2
        elif pattern.startswith(_SUBTRACTION, position) and position > start + 1:
            kept, taken, after = _class(pattern, position + 1, subtracted)
            if pattern.startswith("]", after):
                inner = subtracted(kept, taken) if taken else f"[{kept}]"
                return pattern[start + 1 : position], inner, after + 1
            position += 1
        elif pattern[position] == "]" and position > start + 1:
            return pattern[start + 1 : position], "", position + 1
        else:
            position += 1
    return pattern[start + 1 :], "", len(pattern)


def _without_spaces(pattern: str) -> str:
    r"""Return a pattern without the spaces that the flag x takes out: all but those in classes.

    >>> _without_spaces(r"a [b c]\ # d")
    'a[b c] #d'
    """

    def outside(mark: str) -> str:
        return "" if mark in _SPACES else mark[-1] if mark[-1] in _SPACES else mark

    return _classes(pattern, lambda kept, taken: f"[{kept}-{taken}]", outside=outside)


def _rust_classes(pattern: str) -> str:
    r"""Return a pattern with its classes as Rust reads them.

    >>> _rust_classes(r"^[a-z-[aeiou]]+\[-[x][&&]")
    '^[a-z--[aeiou]]+\\[-[x][&\\&]'
    """
    return _classes(
        pattern, lambda kept, taken: f"[{_rust_class(kept)}--{taken}]", plain=lambda text: _rust_class(text)
    )


def _rust_class(kept: str) -> str:
    """Return what is in a class without the two characters that take classes together in Rust."""
    return kept.replace("&&", r"&\&").replace("~~", r"~\~")


def python_pattern(pattern: str, flags: str) -> re.Pattern[str] | None:
    """Return a pattern of XPath as one of Python; None where Python has none like it.

    >>> found = python_pattern("[a-d-[b]]", "")
    >>> found and found.sub("x", "abcd")
    'xbxx'
    """
    if "q" in flags:
        return re.compile(re.escape(pattern), re.IGNORECASE if "i" in flags else 0)
    if "x" in flags:
        pattern = _without_spaces(pattern)
    if mark_of_others(pattern):
        return None
    taken_away = _classes(pattern, lambda kept, taken: f"(?:(?!{taken})[{kept}])")
    if _BEYOND_PYTHON.search(taken_away.replace("(?:(?!", "")):
        return None
    if "m" not in flags:
        taken_away = re.sub(r"((?:[^\\]|^)(?:\\\\)*)\$(?=$|[|)])", r"\1\\Z", taken_away)
    given = 0
    for flag, meant in (("i", re.IGNORECASE), ("s", re.DOTALL), ("m", re.MULTILINE)):
        given |= meant if flag in flags else 0
    return _compiled(taken_away, given)


def _compiled(pattern: str, flags: int = 0) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about "[[", which only later releases will read otherwise
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None


def python_replacement(replacement: str, groups: int) -> Callable[[re.Match[str]], str]:
    """Return what Python puts in the place of a match (`QueryError`: it is no replacement of XPath)."""
    parts = replacement_parts(replacement, groups)
    return lambda match: "".join(
        part if isinstance(part, str) else (match[part] or "") if part <= groups else "" for part in parts
    )
