r"""OBO 1.4 as text: frames of clauses, read line by line, with escapes, quoted text, qualifiers and comments.

Libraries that read OBO (fastobo, and py-horned-owl, which builds on it) refuse what owners release, such as
`https\:` with a needless escape; here that is read as the specification says.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from glutakg.errors import SourceError
from glutakg.linking.unpacking import MOST_OF_A_LINE

__all__ = ["Clause", "Frame", "Line", "frames"]


_ESCAPED = {"n": "\n", "t": "\t", "W": " "}


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of a frame: tag and value, as written."""

    tag: str
    value: str
    line: int


@dataclass(slots=True)
class Frame:
    """A frame: `Term`, `Typedef`, `Instance`, or the header, whose kind is empty."""

    kind: str
    line: int
    clauses: list[Clause] = field(default_factory=list)


def frames(stream: BinaryIO, name: str) -> Iterator[Frame]:
    """Yield the frames of a document, the header first.

    Args:
        stream: the document.
        name: what stands for it in messages.

    Raises:
        SourceError: it is no OBO, or not UTF-8.
    """
    frame = Frame("", 1)
    for number, text in enumerate(_lines(stream, name), start=1):
        stripped = text.strip()
        if not stripped or stripped.startswith("!"):
            continue
        if stripped.startswith("["):
            yield frame
            kind = stripped.partition("]")[0][1:]
            if kind not in ("Term", "Typedef", "Instance", "Annotation"):
                raise SourceError(
                    f"This is not OBO: there is no frame [{kind[:40]}].", path=name, line=number
                )
            frame = Frame(kind, number)
            continue
        tag, colon, value = stripped.partition(":")
        if not colon or not tag:
            raise SourceError(
                "This is not OBO: a line has a tag, a colon and a value.", path=name, line=number
            )
        frame.clauses.append(Clause(tag.strip(), value.strip(), number))
    yield frame


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    number = 0
    while line := stream.readline(MOST_OF_A_LINE):
        number += 1
        if len(line) == MOST_OF_A_LINE:
            message = f"A line has more than {MOST_OF_A_LINE:,} bytes; this is no ontology."
            raise SourceError(message, path=name, line=number)
        try:
            yield line.removeprefix(codecs.BOM_UTF8).decode() if number == 1 else line.decode()
        except UnicodeDecodeError:
            message = "This is not UTF-8; save it in that encoding."
            raise SourceError(message, path=name, line=number) from None


class Line:
    """Reads the value of a clause from left to right."""

    def __init__(self, clause: Clause, name: str) -> None:
        """Begin at the first character; `name` stands for the document in messages."""
        self._text = clause.value
        self._at = 0
        self._clause = clause
        self._name = name

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def peek(self) -> str:
        """Return the next character that is not white space; nothing at the end and before a comment."""
        self._skip()
        next_one = self._text[self._at : self._at + 1]
        return "" if next_one == "!" else next_one

    def until(self, ends: str) -> str:
        """Return the text up to one of some characters that is not escaped, without escapes."""
        self._skip()
        found = []
        while self._at < len(self._text) and (one := self._text[self._at]) not in ends:
            self._at += 1
            if one == "\\" and self._at < len(self._text):
                one = _ESCAPED.get(self._text[self._at], self._text[self._at])
                self._at += 1
            found.append(one)
        return "".join(found).rstrip()

    def text(self) -> str:
        """Return what is not quoted, up to qualifiers or a comment."""
        return self.until("{!")

    def word(self) -> str:
        """Return the next word; refuse a line that has none."""
        word = self.until(" \t{!") if self.peek() else ""
        if not word:
            raise self.wrong("something is missing")
        return word

    def quoted(self) -> str:
        """Return the text between quotation marks, as it is with its inner white space."""
        if self.peek() != '"':
            raise self.wrong("text in quotation marks is missing")
        self._at += 1
        found: list[str] = []
        while True:
            one = self._text[self._at : self._at + 1]
            self._at += 1
            if not one:
                raise self.wrong("a quotation mark is missing")
            if one == '"':
                return "".join(found)
            if one == "\\":
                escaped = self._text[self._at : self._at + 1]
                self._at += 1
                one = _ESCAPED.get(escaped, escaped)
            found.append(one)

    def references(self) -> list[tuple[str, str]]:
        """Return the cross-references between brackets, each with its description; none where none are."""
        if self.peek() != "[":
            return []
        self._at += 1
        found: list[tuple[str, str]] = []
        while (next_one := self.peek()) != "]":
            if not next_one and self._at >= len(self._text):
                raise self.wrong("a bracket is missing")
            reference = self.until(',"]{')
            described = self.quoted() if self.peek() == '"' else ""
            self.qualifiers()
            if reference:
                found.append((reference, described))
            if self.peek() == ",":
                self._at += 1
            elif self.peek() != "]":
                raise self.wrong("cross-references are not separated by commas")
        self._at += 1
        return found

    def qualifiers(self) -> list[tuple[str, str]]:
        """Return what stands between braces, as names and values; nothing where no brace opens."""
        if self.peek() != "{":
            return []
        self._at += 1
        found: list[tuple[str, str]] = []
        while self.peek() != "}":
            name = self.until("=,}")
            if self._text[self._at : self._at + 1] == "=":
                self._at += 1
                value = self.quoted() if self.peek() == '"' else self.until(",}")
                found.append((name, value))
            if self.peek() == ",":
                self._at += 1
            elif self.peek() != "}":
                raise self.wrong("a brace is missing")
        self._at += 1
        return found

    def wrong(self, reason: str) -> SourceError:
        """Return the error that a line is at fault."""
        return SourceError(
            f"This is not OBO: {reason} ({self._clause.tag}).", path=self._name, line=self._clause.line
        )
