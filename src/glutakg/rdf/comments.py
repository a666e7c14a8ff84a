"""Comments inside Turtle: what each stands at, so that it can stay there when the text is written anew.

A comment belongs to what it stands above, or at the end of whose line it stands. To find that in the graph,
the text is read with marks in it: properties of our own, which stand where the comments do and tell their
numbers. Where no mark can be put, as in a list, there is no telling.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Comments", "MisplacedError", "mark_comments", "take_marks"]


_MARK = "urn:glutakg:comment:"
_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_DIRECTIVES = {"@prefix", "@base", "prefix", "base"}
_MARKS = frozenset(".;,[]()")

Key = tuple[object, ...]
"""What a comment stands at: a node, with a property where it stands at that, and with its value likewise."""


class MisplacedError(Exception):
    """A comment stands where no mark can be put."""

    def __init__(self, offset: int) -> None:
        """Keep where it begins."""
        super().__init__(offset)
        self.offset = offset


@dataclass
class Comments:
    """The comments of a text: at its head, at its end, and by what they stand at."""

    head: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    above: defaultdict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    beside: defaultdict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    last: defaultdict[Key, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Those below all properties of a node."""
    marked: list[str] = field(default_factory=list)
    """Those whose marks are in the text, by their numbers."""

    def are_at_blank_nodes(self) -> bool:
        """Return whether some stand at a blank node, which has no name that lasts."""
        from pyoxigraph import BlankNode

        keys = (*self.above, *self.beside, *self.last)
        return any(isinstance(part, BlankNode) for key in keys for part in key)


class _Word(NamedTuple):
    """A mark of Turtle, a comment, or a term with all that belongs to it."""

    kind: str
    text: str
    start: int
    end: int


@dataclass
class _Place:
    """A subject, blank node or list that is being read, and the marks that are put at its beginning."""

    kind: str
    at: int
    expects: str = "verb"
    """`verb`, `value`, or `end`: a comma, a semicolon, or what ends the place."""
    verb: str = ""
    last: "tuple[_Place, str, str] | None" = None
    """At what a comment beside the last value stands: a place, with verb and value where that is simple."""
    above: list[_Word] = field(default_factory=list)
    """Comments above what comes next."""
    marks: list[str] = field(default_factory=list)


def mark_comments(text: str, tokens: Iterable[re.Match[str]]) -> tuple[str, Comments]:
    """Return the text with marks where its comments stand, and the comments that need none.

    Args:
        text: a Turtle document that parses.
        tokens: of it, from where its head ends, by `turtle._TURTLE_TOKEN`.

    Raises:
        MisplacedError: a comment stands where no mark can be put.
    """
    return _Marker(text, list(_words(tokens))).marked()


def take_marks(triples: "Iterable[Triple]", comments: Comments) -> "list[Triple]":
    """Return the triples without the marks among them, which tell the comments what they stand at."""
    own: list[Triple] = []
    found: defaultdict[int, dict[str, object]] = defaultdict(dict)
    for triple in triples:
        if not triple.predicate.value.startswith(_MARK):
            own.append(triple)
            continue
        number, place, part = triple.predicate.value.removeprefix(_MARK).split(":")
        found[int(number)] |= {"place": place, part: triple.object, "node": triple.subject}
    for mark, parts in sorted(found.items()):
        key = tuple(parts[part] for part in ("node", "verb", "value") if part in parts)
        getattr(comments, str(parts["place"]))[key].append(comments.marked[mark])
    return own


def _words(tokens: Iterable[re.Match[str]]) -> Iterable[_Word]:
    """Yield words: a literal with its language or datatype is one, a full stop after a name another."""
    pending: _Word | None = None
    for token in tokens:
        kind, text, start, end = str(token.lastgroup), token[0], token.start(), token.end()
        if kind == "space":
            continue
        if pending and (
            (kind == "word" and text.startswith(("@", "^^")) and pending.text[0] in "\"'")
            or (kind == "iri" and pending.text.endswith("^^"))
            or (kind == "word" and pending.text.endswith("^^"))
        ):
            stop = kind == "word" and text.endswith(".")
            text = pending.text + (text[:-1] if stop else text)
            pending = _Word("term", text, pending.start, end - stop)
            if stop:
                yield from (pending, _Word(".", ".", end - 1, end))
                pending = None
            continue
        if pending:
            yield pending
            pending = None
        if kind == "string":
            pending = _Word("term", text, start, end)
        elif kind == "word" and text != "." and text.endswith("."):
            yield from (_Word("term", text[:-1], start, end - 1), _Word(".", ".", end - 1, end))
        elif kind == "comment" or text in _MARKS:
            yield _Word(text if text in _MARKS else kind, text.rstrip(), start, end)
        else:
            yield _Word("term" if kind != "other" else "other", text, start, end)
    if pending:
        yield pending


class _Marker:
    """Goes through the words, with the places that are open."""

    def __init__(self, text: str, words: Sequence[_Word]) -> None:
        self._text = text
        self._words = words
        self._comments = Comments()
        self._open: list[_Place] = []
        self._places: list[_Place] = []
        self._directive = ""
        self._above: list[_Word] = []  # comments above the next statement
        self._ended: _Place | None = None  # the subject of the statement before
        self._before: _Word | None = None  # the word before, be it a comment or not

    def marked(self) -> tuple[str, Comments]:
        for number, word in enumerate(self._words):
            if word.kind == "comment":
                self._comment(word, number)
            elif self._directive:
                self._in_directive(word)
            elif not self._open:
                self._begin_statement(word)
            else:
                self._in_place(word)
            self._before = word
        text, end = [], 0
        for place in sorted(self._places, key=lambda each: each.at):
            if place.marks:
                text += [self._text[end : place.at], " ", " ; ".join(place.marks), " ; "]
                end = place.at
        return "".join([*text, self._text[end:]]), self._comments

    # ---- what is read ----

    def _in_directive(self, word: _Word) -> None:
        ends = "." if self._directive.startswith("@") else ">"
        if word.text.endswith(ends):
            self._directive = ""
            self._ended = None

    def _begin_statement(self, word: _Word) -> None:
        if word.text.lower() in _DIRECTIVES:
            self._comments.head += [each.text.lstrip() for each in self._above]
            self._directive = word.text
        else:
            place = self._enter(word if word.kind in "[(" else word._replace(kind="subject"))
            for comment in self._above:
                self._note(comment, place, "above")
        self._above = []

    def _enter(self, word: _Word) -> _Place:
        place = _Place(word.kind, word.end)
        self._open.append(place)
        self._places.append(place)
        return place

    def _in_place(self, word: _Word) -> None:
        place = self._open[-1]
        if word.kind == "." and place.kind == "subject":
            self._close_with_last(place)
            self._ended = self._open.pop()
        elif word.kind == "]" and place.kind == "[":
            self._close_with_last(place)
            self._leave(place)
        elif word.kind == ")" and place.kind == "(":
            self._leave(place)
            place.at = word.end
        elif word.kind in "[(":
            self._begin_value(word)
        elif place.kind == "(":
            pass
        elif word.kind == ";":
            place.expects = "verb"
        elif word.kind == ",":
            place.expects = "value"
        elif place.expects == "verb":
            place.verb = _RDF_TYPE if word.text == "a" else word.text
            place.expects = "value"
            for comment in place.above:
                self._note(comment, place, "above", place.verb)
            place.above = []
        else:
            for comment in place.above:
                self._note(comment, place, "above", place.verb, word.text)
            place.above = []
            place.last, place.expects = (place, place.verb, word.text), "end"

    def _begin_value(self, word: _Word) -> None:
        around = self._open[-1]
        place = self._enter(word)
        for comment in around.above:
            if word.kind == "[":
                self._note(comment, place, "above")
            else:
                self._note(comment, around, "above", around.verb)
        around.above = []

    def _close_with_last(self, place: _Place) -> None:
        for comment in place.above:
            self._note(comment, place, "last")
        place.above = []

    def _leave(self, place: _Place) -> None:
        """End a blank node or list: it was a value, or the subject of a statement."""
        self._open.pop()
        if self._open:
            around = self._open[-1]
            if around.kind != "(":
                is_node = place.kind == "["
                around.last = (place, "", "") if is_node else (around, around.verb, "")
                around.expects = "end"
        else:
            self._open.append(place)
            place.kind, place.expects = "subject", "verb"
            place.last = None

    # ---- comments ----

    def _comment(self, comment: _Word, number: int) -> None:
        before = self._before
        is_beside = before is not None and "\n" not in self._text[before.end : comment.start]
        place = self._open[-1] if self._open else None
        if self._directive or (not place and is_beside and not self._ended):
            self._comments.head.append(comment.text)
        elif not place:
            if is_beside and not self._above and self._ended:
                self._note_beside_last(comment, self._ended)
            elif not self._follows(number):
                self._comments.tail.append(self._set_off(comment).text)
            else:
                self._above.append(self._set_off(comment))
        elif place.kind == "(":
            raise MisplacedError(comment.start)
        elif not is_beside:
            if place.expects == "end" and self._follows(number) not in (".", "]"):
                self._note_beside_last(comment, place)
            else:
                place.above.append(comment)
        elif place.expects == "verb" and place.last is None:  # beside a subject or an opening bracket
            if place.kind == "subject":
                self._note(comment, place, "beside")
            else:
                place.above.append(comment)
        elif place.expects == "value" and before and before.kind != ",":  # beside a verb
            self._note(comment, place, "above", place.verb)
        else:
            self._note_beside_last(comment, place)

    def _set_off(self, comment: _Word) -> _Word:
        """Return a comment with the empty line that parts it from the one above it."""
        before = self._before
        if before and before.kind == "comment" and self._text.count("\n", before.end, comment.start) > 1:
            return comment._replace(text=f"\n{comment.text}")
        return comment

    def _follows(self, number: int) -> str:
        """Return what kind of word follows comments."""
        return next((word.kind for word in self._words[number:] if word.kind != "comment"), "")

    def _note_beside_last(self, comment: _Word, place: _Place) -> None:
        if place.last is None:  # a statement without properties outside its brackets
            self._note(comment, place, "beside")
            return
        at, verb, value = place.last
        if verb and not value:  # a list
            self._note(comment, at, "above", verb)
        else:
            self._note(comment, at, "beside", verb, value)

    def _note(self, comment: _Word, place: _Place, where: str, verb: str = "", value: str = "") -> None:
        """Put a mark at a place for a comment at it, at one of its properties, or at a value of that."""
        if place.kind == "(":
            raise MisplacedError(comment.start)
        name = f"<{_MARK}{len(self._comments.marked)}:{where}:"
        self._comments.marked.append(comment.text)
        place.marks.append(f'{name}node> ""')
        if verb:
            place.marks.append(f"{name}verb> {verb}")
        if value:
            place.marks.append(f"{name}value> {value}")
