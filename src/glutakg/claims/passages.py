"""The source document in the user's own hands: checked by its SHA-256, read for passages, never stored."""

import hashlib
from pathlib import Path

from glutakg.errors import SourceError
from glutakg.files import read_text

__all__ = ["SourceText"]


class SourceText:
    """The text of the source document, from which passages are shown by their offsets."""

    def __init__(self, path: Path | str, sha256: str) -> None:
        """Read the document.

        Args:
            path: where the user has it.
            sha256: the digest of its bytes, in hexadecimal.

        Raises:
            SourceError: it cannot be read, or is another document; the message has both digests.
        """
        text = read_text(path)
        found = hashlib.sha256(text.encode()).hexdigest()
        if found != sha256:
            raise SourceError(
                f"This is not the source document: its SHA-256 is {found}, "
                f"that of the source document {sha256}.",
                path=path,
            )
        self._text = text

    def passage(self, start: int, end: int) -> str:
        """Return the characters from `start` up to `end`, counted from 0, in one line."""
        return " ".join(self._text[start:end].split())
