"""Reads Turtle, so that a fault is one sentence with its line and column."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from glutakg.errors import SourceError

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["parse_turtle"]


_DEEPEST_TRIPLE_TERM = 64
# Strings, comments, IRIs and escapes hold no triple term; what is unfinished reaches to the end.
_TRIPLE_TERM_BRACKET = re.compile(
    r"""
    \#[^\r\n]*+
  | \"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"|\Z) | '''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)
  | "(?:[^"\\\r\n]++|\\.)*+"? | '(?:[^'\\\r\n]++|\\.)*+'?
  | <(?!<)[^<>\s]*+>
  | \\.
  | (?P<open><<) | (?P<close>>>)
    """,
    re.VERBOSE | re.DOTALL,
)
# How files of ontologies begin that are not Turtle, whatever their names say.
_OTHER_FORMATS = {
    "a page of HTML": re.compile(r"<(?:html|!doctype html)\b", re.IGNORECASE),
    "RDF/XML or OWL/XML": re.compile(r"<\?xml\b|<!DOCTYPE\b|<!--|<(?:rdf:RDF|Ontology)\b"),
    "OBO format": re.compile(r"(?:format-version|data-version|ontology|date|default-namespace): "),
    "OWL functional syntax": re.compile(r"(?:Prefix|Ontology)\s*\("),
    "Manchester syntax": re.compile(r"(?:Prefix|Ontology): "),
    "JSON-LD": re.compile(r'\{\s*["}]|\[\s*\{\s*"'),
}
_NO_DATA = {
    "This is a pointer of Git LFS, and not the file that it points to; fetch that with `git lfs pull`.": (
        re.compile(r"version https://git-lfs")
    ),
    "A merge that was not resolved stands in the file (`<<<<<<<`); resolve it first.": (
        re.compile(r"(?s).*^<<<<<<< ", re.MULTILINE)
    ),
}
"""What has come in the place of data, and how it is known."""

_PARSER_PLACE = re.compile(r"^Parser error (?:at|between) line \d+ [^:]*: ")
_NO_BASE = "No scheme found in an absolute IRI"


def parse_turtle(text: str, path: Path | str, *, base: str | None = None) -> "list[Triple]":
    """Return the triples that a Turtle text states.

    Args:
        text: the Turtle.
        path: where it came from, for the message.
        base: IRI against which relative IRIs are resolved; without it they are errors.

    Raises:
        SourceError: the text is not Turtle (line and column say where), or nests triple terms too deeply.

    >>> len(parse_turtle("<http://example.org/s> a <http://example.org/C> .", "example.ttl"))
    1
    """
    import pyoxigraph

    _refuse_deep_triple_terms(text, path)
    try:
        return [
            quad.triple for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base)
        ]
    except SyntaxError as error:
        for name, begins in _OTHER_FORMATS.items():
            if begins.match(text.lstrip()):
                message = (
                    f"This is {name}, not Turtle; convert it first, with ROBOT (`robot convert`) or Protégé."
                )
                raise SourceError(message, path=path) from None
        for message, looks in _NO_DATA.items():
            if looks.match(text):
                raise SourceError(message, path=path) from None
        reason = _PARSER_PLACE.sub("", error.msg)
        if reason == _NO_BASE:
            reason = "an IRI is relative, and no base is given; add `@base <…> .`, or write it in full"
        raise SourceError(
            f"This is not Turtle: {reason}", path=path, line=error.lineno, column=error.offset
        ) from None
    except MemoryError:
        raise SourceError("The file needs more memory than there is.", path=path) from None


def _refuse_deep_triple_terms(text: str, path: Path | str) -> None:
    """Raise `SourceError` where triple terms nest so deeply that the parser might run out of stack."""
    if text.count("<<") <= _DEEPEST_TRIPLE_TERM:
        return
    depth = 0
    for match in _TRIPLE_TERM_BRACKET.finditer(text):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        if depth > _DEEPEST_TRIPLE_TERM:
            raise SourceError(
                f"Triple terms nest more than {_DEEPEST_TRIPLE_TERM} deep; say the inner ones with nodes.",
                path=path,
                line=text.count("\n", 0, match.start()) + 1,
            )
