"""The languages of texts: English and Dutch."""

__all__ = ["LANGUAGES", "LANGUAGE_NAMES"]

LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands"}
"""Each language by its tag, in its own words."""

LANGUAGES = tuple(LANGUAGE_NAMES)
"""The tags of the languages."""
