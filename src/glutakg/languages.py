"""The languages of texts, English and Dutch, and the words of the interface in each.

English stands in the code. Every other language has a catalogue of messages below
`locale/`, compiled when the package is built.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from glutakg.errors import SourceError

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "N_", "Translator", "translator"]

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


def N_(message: str) -> str:
    """Return the message as it is: it is translated later, and marked here so that tools find it."""
    return message
