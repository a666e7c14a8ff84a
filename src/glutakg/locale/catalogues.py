"""Compiles the catalogues of messages when the package is built, and only then."""

from pathlib import Path

__all__ = ["ARTIFACTS", "build", "requirements"]

ARTIFACTS = ("src/glutakg/locale/*/LC_MESSAGES/glutakg.mo",)
"""What the step builds, which git does not keep."""

_LOCALE = Path(__file__).resolve().parent


def requirements() -> list[str]:
    """Return what the build needs besides what pyproject.toml names: nothing."""
    return []


def build() -> None:
    """Compile each catalogue into the file beside it that `glutakg.languages` reads.

    Raises:
        PoFileError: a catalogue is malformed.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for path in sorted(_LOCALE.glob("*/LC_MESSAGES/glutakg.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3], abort_invalid=True)
        beside = path.with_suffix(".mo.new")
        with beside.open("wb") as file:
            write_mo(file, catalogue)
        beside.replace(path.with_suffix(".mo"))
