"""The languages of texts, English and Dutch, and the words of the interface in each.

English stands in the code. Every other language has a catalogue of messages below
`locale/`, compiled when the package is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, reduce

from glutakg.errors import SourceError

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from typing import Self

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "N_", "Translator", "Words", "either", "said", "translator"]

LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands"}
"""Each language by its tag, in its own words."""

LANGUAGES = tuple(LANGUAGE_NAMES)
"""The tags of the languages."""

Translator = Callable[..., str]
"""Gives a message in one language, its placeholders filled in: `_("claim {identifier}", identifier=…)`."""


@cache
def translator(lang: str) -> Translator:
    """Return what gives messages in a language; it is called `_` where it is used, so that tools find them.

    Raises:
        SourceError: the catalogue of the language is missing or is no catalogue.

    >>> _ = translator("nl")
    >>> _("claim {identifier}", identifier="C054"), _("none recorded")
    ('bewering C054', 'geen vastgelegd')
    """
    message_in = _catalogue(lang) if lang != "en" else str

    def translate(message: str, /, **fields: object) -> str:
        text = message_in(message)
        return text.format(**fields) if fields else text

    return translate


def _catalogue(lang: str) -> Callable[[str], str]:
    import struct
    from gettext import GNUTranslations
    from pathlib import Path

    path = Path(__file__).with_name("locale") / lang / "LC_MESSAGES" / "glutakg.mo"
    try:
        with path.open("rb") as file:
            return GNUTranslations(file).gettext
    except (OSError, ValueError, struct.error) as error:
        raise SourceError(
            f"the messages in {LANGUAGE_NAMES[lang]} cannot be read; install glutakg again "
            "(in a checkout: pip install -e .)",
            path=path,
        ) from error


class Words(str):
    """Words of the interface in English, which know from what they were made, so that they can be said anew.

    >>> words = N_("the query ends before the {text} of {what} is closed", text="(", what=N_("a pattern"))
    >>> words, said(words, "nl")
    ('the query ends before the ( of a pattern is closed',
     'de vraag eindigt voordat de ( van een patroon gesloten is')
    """

    pattern: str
    """The message, with its placeholders."""
    fields: Mapping[str, object]
    """What fills them in; words among it have a translation of their own."""

    def __new__(cls, pattern: str, fields: Mapping[str, object] | None = None) -> Self:
        """Fill a message in; without fields it stays as it is."""
        words = super().__new__(cls, pattern.format(**fields) if fields else pattern)
        words.pattern, words.fields = pattern, fields or {}
        return words

    def filled(self, **fields: object) -> Words:
        """Return the same message with other fields, or with some in the place of those it had."""
        return Words(self.pattern, {**self.fields, **fields})

    def is_in(self, lang: str) -> bool:
        """Tell whether the message, and all words that fill it in, have a translation."""
        return lang == "en" or (
            translator(lang)(self.pattern) != self.pattern
            and all(field.is_in(lang) for field in self.fields.values() if isinstance(field, Words))
        )


def N_(message: str, /, **fields: object) -> Words:
    """Return a message in English that is translated later; marked so, tools find it."""
    return Words(message, fields)


def either(texts: Sequence[str]) -> str:
    """Return texts as alternatives, of which there is at least one.

    >>> either(["en", "nl"]), said(either(["en", "nl"]), "nl")
    ('en or nl', 'en of nl')
    """
    return reduce(lambda one, other: N_("{one} or {other}", one=one, other=other), texts)


def said(text: str, lang: str) -> str:
    """Return words in a language; any other text, and words without a translation, as they are.

    >>> said("GABA", "nl"), said(N_("none recorded"), "nl"), said(N_("none recorded"), "en")
    ('GABA', 'geen vastgelegd', 'none recorded')
    """
    if not isinstance(text, Words) or lang == "en":
        return text
    fields = {name: said(each, lang) if isinstance(each, str) else each for name, each in text.fields.items()}
    return translator(lang)(text.pattern, **fields)
