"""Text for people: printable in one line, fit for XML, as wide as it is shown, and near misses of names."""

import re
from collections.abc import Iterable, Mapping
from textwrap import TextWrapper

from glutakg.languages import N_, either

__all__ = [
    "Style",
    "clipped",
    "did_you_mean",
    "display_width",
    "fold",
    "fold_name",
    "marked",
    "near_misses",
    "padded",
    "printable",
    "turns_text_around",
    "wrapped",
    "xml_can_hold",
]


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TURNS_TEXT_AROUND = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return the text in one line, with characters that steer a terminal written as backslash escapes.

    These are the control characters, the separators of lines and those that turn the direction of text.

    >>> printable("GABA\x1b[2J\n")
    'GABA\\x1b[2J\\n'
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    import unicodedata

    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or turns_text_around(character):
        return character.encode("unicode_escape").decode()
    return character


def xml_can_hold(text: str) -> bool:
    r"""Return whether XML can hold the text: some characters cannot stand in it, not even as escapes.

    >>> xml_can_hold("GABA"), xml_can_hold("\x07")
    (True, False)
    """
    return _NOT_XML.search(text) is None


def turns_text_around(text: str) -> bool:
    r"""Return whether a character of the text turns the direction of what is written beside it.

    >>> turns_text_around("GABA"), turns_text_around("GA\u202eBA")
    (False, True)
    """
    return _TURNS_TEXT_AROUND.search(text) is not None


class Style:
    """How words stand out where they are read: this one leaves all as it is, others are for terminals."""

    def heading(self, text: str) -> str:
        """Return what is above other lines, or names what stands beside it."""
        return text

    def term(self, text: str, iri: str) -> str:
        """Return the name of a term by its IRI, as a status or a stance has its colour."""
        return text

    def word(self, text: str, column: str) -> str:
        """Return a word of a table by the name of its column, as in one of statuses."""
        return text

    def link(self, text: str, address: str) -> str:
        """Return text that leads to an address, where there is one."""
        return text


def display_width(text: str) -> int:
    """Return the number of terminal columns that text takes: two for a wide character, none for a sequence.

    >>> display_width("GABA"), display_width("谷氨酸")
    (4, 6)
    """
    if _is_plain(text):
        return len(text)
    import wcwidth  # only where it is needed: it takes longer than the rest of a command

    return wcwidth.width(text)


def padded(text: str, width: int, *, to_the_right: bool = False) -> str:
    """Return text with spaces up to a number of terminal columns, before it where it stands to the right.

    >>> padded("3", 4, to_the_right=True)
    '   3'
    """
    spaces = " " * (width - display_width(text))
    return spaces + text if to_the_right else text + spaces


def clipped(text: str, width: int) -> str:
    """Return text that takes at most `width` terminal columns, with … at its end where more follows.

    >>> clipped("glutamate", 6)
    'gluta…'
    """
    if display_width(text) <= width:
        return text
    if _is_plain(text):
        return text[: width - 1].rstrip() + "…"
    import wcwidth

    return wcwidth.clip(text, 0, width - 1).rstrip() + "…"


def wrapped(
    text: str, width: int, first: str = "", others: str | None = None, *, at_hyphens: bool = False
) -> list[str]:
    """Return text in lines of at most `width` terminal columns; what is styled in it stays so on each line.

    Args:
        text: what is wrapped at its spaces; a longer word is broken.
        width: of a line.
        first: what the first line begins with.
        others: what later lines begin with; as the first, unless it is given.
        at_hyphens: whether a line may end after a hyphen.

    >>> wrapped("glutamate and GABA", 10, "- ", "  ")
    ['- glutamat', '  e and', '  GABA']
    """
    indents = (first, first if others is None else others)
    if _is_plain(text) and _is_plain(first):
        return TextWrapper(width, *indents, break_on_hyphens=at_hyphens).wrap(text)  # the same, and quicker
    import wcwidth

    return wcwidth.wrap(
        text,
        width,
        initial_indent=indents[0],
        subsequent_indent=indents[1],
        break_on_hyphens=at_hyphens,
    )


def marked(text: str, marks: Mapping[str, str]) -> str:
    """Return text in which each phrase, where it first stands, has become what `marks` has for it.

    >>> marked("disputed: it is disputed", {"disputed": "[disputed]"})
    '[disputed]: it is disputed'
    """
    left = dict(marks)
    if not left:
        return text
    phrases = "|".join(re.escape(phrase) for phrase in sorted(left, key=len, reverse=True))
    return re.sub(phrases, lambda match: left.pop(match[0], match[0]), text)


def _is_plain(text: str) -> bool:
    return text.isascii() and "\x1b" not in text


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
    return N_(" Did you mean {near}?", near=either(near)) if near else ""


def near_misses(word: str, choices: Iterable[str], *, likeness: float = 0.6) -> list[str]:
    """Return at most three of `choices` that resemble `word`, by at least `likeness` of 1, nearest first."""
    from difflib import get_close_matches  # needed only after a slip, and slow to import

    folded = {choice.casefold(): choice for choice in choices}
    return [folded[match] for match in get_close_matches(word.casefold(), folded, n=3, cutoff=likeness)]
