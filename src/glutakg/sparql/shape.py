"""What queries have in common that differ in IRIs and names only; what is found in one holds for all."""

import re
from functools import lru_cache

__all__ = ["shape_of"]


_ABSOLUTE_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\"'{}|^`\\\x00-\x20]*>(?!\s*[(#])")
_LOCAL_NAME = re.compile(
    r"([ \t\r\n{][A-Za-z][A-Za-z0-9_-]*+:)[A-Za-z0-9_][A-Za-z0-9_-]*+"
    r"(?=[ \t\r\n,;)}]|\.[ \t\r\n}])(?!\s*[(#])"
)
_IRIS_MATTER = ("\\", "from", "service")


@lru_cache(maxsize=16)  # several ask on the way of one query
def shape_of(text: str) -> str:
    """Return a text with every absolute IRI and local name replaced by one; its tokens are of the same kinds.

    A text in which an IRI may matter (FROM, SERVICE), or that is not read as it is written (a backslash),
    stays as it is. So does an IRI with a quotation mark, which in a string would end that, and the name of a
    function, which may be one that the engine has faults with. A prefixed name keeps its prefix, and the rest
    as well unless it is of the plainest kind and stands free, where no IRI can be around it.

    >>> shape_of("ASK { <https://example.org/a> ?p <b> }")
    'ASK { <a:> ?p <b> }'
    >>> shape_of("ASK FROM <urn:g> { ?s ?p ?o }")
    'ASK FROM <urn:g> { ?s ?p ?o }'
    >>> shape_of("ASK { FILTER(<urn:f> (<urn:a>)) }")
    'ASK { FILTER(<urn:f> (<a:>)) }'
    >>> shape_of("ASK { gkd:taurine a ex:a.b FILTER( xsd:integer(?x) = 1 ) }")
    'ASK { gkd:_ a ex:a.b FILTER( xsd:integer(?x) = 1 ) }'
    """
    folded = text.lower()
    if any(each in folded for each in _IRIS_MATTER):
        return text
    return _LOCAL_NAME.sub(r"\1_", _ABSOLUTE_IRI.sub("<a:>", text))
