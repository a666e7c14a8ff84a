"""Text for people: printable in one line, fit for XML, and the names that come nearest to a misspelt one."""

import re
from collections.abc import Iterable

__all__ = ["did_you_mean", "fold", "fold_name", "near_misses", "printable", "xml_can_hold"]


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TURNS_TEXT_AROUND = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    r"""Return the text in one line, with characters that steer a terminal written as backslash escapes.

    These are the control characters, the separators of lines and those that turn the direction of text.

    >>> printable("GABA\x1b[2J\n")
    'GABA\\x1b[2J\\n'
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    import unicodedata

    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _TURNS_TEXT_AROUND:
        return character.encode("unicode_escape").decode()
    return character


def xml_can_hold(text: str) -> bool:
    r"""Return whether XML can hold the text: some characters cannot stand in it, not even as escapes.

    >>> xml_can_hold("GABA"), xml_can_hold("\x07")
    (True, False)
    """
    return _NOT_XML.search(text) is None


def fold(text: str) -> str:
    """Return text as it is searched, where neither case nor accents matter.

    >>> fold("Café")
    'cafe'
    """
    if text.isascii():
        return text.casefold()
    import unicodedata

    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def fold_name(name: str) -> str:
    """Return a name without what people write now so, now so: case, accents, spaces and hyphens.

    >>> fold_name("L-Glutamic acid")
    'lglutamicacid'
    """
    return "".join(filter(str.isalnum, fold(name)))


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the sentence, after a space, that names the nearest of `choices`; empty where none is near.

    >>> did_you_mean("gultamine", ["glutamine", "GABA"])
    ' Did you mean glutamine?'
    """
    near = near_misses(word, choices)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def near_misses(word: str, choices: Iterable[str], *, likeness: float = 0.6) -> list[str]:
    """Return at most three of `choices` that resemble `word`, by at least `likeness` of 1, nearest first."""
    from difflib import get_close_matches  # needed only after a slip, and slow to import

    folded = {choice.casefold(): choice for choice in choices}
    return [folded[match] for match in get_close_matches(word.casefold(), folded, n=3, cutoff=likeness)]
