"""What a terminal shows beyond text: colours for statuses and stances, and links."""

from collections.abc import Mapping

import click

from glutakg.judgements import judgement, judgement_of
from glutakg.text import Style

__all__ = ["COLOURS", "TerminalStyle"]


COLOURS: Mapping[str, Mapping[str, object]] = {
    "Established": {"fg": "blue", "bold": True},
    "Supported": {"fg": "blue"},
    "Preliminary": {"fg": "bright_black"},
    "Disputed": {"fg": "magenta"},
    "Inaccurate": {"fg": "magenta", "bold": True},
    "NotAssessable": {"dim": True},
    "Supports": {"fg": "green"},
    "Contradicts": {"fg": "red"},
    "Qualifies": {"fg": "yellow"},
    "CitedWithoutRecord": {"italic": True},
}
"""How statuses look, from the one with most support on, and stances: as on pages, and none like another."""

_LINKING = {
    "KITTY_WINDOW_ID": "",
    "KONSOLE_VERSION": "",
    "TERM": "alacritty contour foot ghostty kitty wezterm",
    "TERM_PROGRAM": "ghostty hyper iterm.app rio tabby vscode warpterminal wezterm",
    "VTE_VERSION": "",
    "WT_SESSION": "",
}
"""What terminals that show links have in their environment: such a variable, with one of the words in it."""


class TerminalStyle(Style):
    """Bold headings, statuses and stances in colour, and links where the terminal knows them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the environment, which tells what terminal this is.

        Whether it shows links can only be known from its name; FORCE_HYPERLINK decides where it is set.
        """
        self._links = shows_links(environment)

    def heading(self, text: str) -> str:
        """Return the text in bold."""
        return click.style(text, bold=True)

    def term(self, text: str, iri: str) -> str:
        """Return the text in the colour of the status or stance; as it is for any other term."""
        return _coloured(text, judgement_of(iri))

    def word(self, text: str, column: str) -> str:
        """Return the label of a status or stance in its colour, in a column of such."""
        return _coloured(text, judgement(text, column))

    def link(self, text: str, address: str) -> str:
        """Return the text as a link, written as terminals agreed on (OSC 8)."""
        if not (self._links and address):
            return text
        from urllib.parse import quote

        target = quote(address, safe="%/:=&?~#+!$,;'@()*[]")  # so that nothing in it ends the sequence
        return f"\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\"


def shows_links(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal of this environment shows links.

    >>> shows_links({"TERM": "xterm-kitty"}), shows_links({"TERM": "linux"})
    (True, False)
    """
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    for name, words in _LINKING.items():
        value = environment.get(name, "").lower()
        if value and (not words or any(word in value for word in words.split())):
            return True
    return False


def _coloured(text: str, name: str) -> str:
    look = COLOURS.get(name)
    return text if look is None else click.style(text, **look)  # type: ignore[arg-type]
