"""Regular expressions of shapes as SHACL means them: `$` is the end of a text.

To Python it is also the place before a last line break, and to pyshacl-turbo, which follows Python.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["as_written", "strict_end", "strict_pattern"]


_AT_END = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|\$", re.DOTALL)
_NO_LINE_BREAK = r"(?!\n)"


def strict_end(pattern: str) -> str:
    r"""Return a regular expression whose `$` is the end for Python too, and not also a last line break.

    >>> strict_end(r"^[$]\$[0-9]+$")
    '^[$]\\$[0-9]+$(?!\\n)'
    """
    return _AT_END.sub(lambda found: found[0] + _NO_LINE_BREAK * (found[0] == "$"), pattern)


def strict_pattern(shapes: "Graph", shape: "Node", pattern: "Node") -> "Node":
    """Return the pattern of a shape with a strict end; where `$` ends lines, or is no sign, as it is."""
    from rdflib import SH, Literal

    if {"m", "q"} & set(str(shapes.value(shape, SH.flags) or "")):
        return pattern
    return Literal(strict_end(str(pattern)))


def as_written(message: str) -> str:
    """Return a message of pyshacl with the regular expression that the shape has."""
    return message.replace(f"${_NO_LINE_BREAK}", "$")
