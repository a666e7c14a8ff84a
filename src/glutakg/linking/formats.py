"""In which format an ontology is written, told by how it begins and never by its name."""

import codecs
import re
from enum import StrEnum

from glutakg.errors import SourceError

__all__ = ["PEEKED_BYTES", "Format", "format_of", "refuse_entities"]


PEEKED_BYTES = 1 << 16
"""How much of a file is looked at."""

MOST_ENTITY_CHARACTERS = 4_096
"""An entity of XML stands for a namespace; what is longer than this, or lies elsewhere, is refused."""


class Format(StrEnum):
    """A format that is read."""

    FUNCTIONAL = "OWL functional syntax"
    JSON_LD = "JSON-LD"
    N_QUADS = "N-Quads"
    N_TRIPLES = "N-Triples"
    OBO = "OBO"
    OBO_GRAPHS = "OBO Graph JSON"
    OWL_XML = "OWL/XML"
    RDF_XML = "RDF/XML"
    SSSOM = "SSSOM"
    TRIG = "TriG"
    TURTLE = "Turtle"


_XML_MISC = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL)
_ROOT = re.compile(r"\s*<(?:([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)\s|([A-Za-z_][\w.-]*)/?>)")
_RELATIVE = re.compile(
    r"\s*<[^<>\s]*>\s+(?:a|<[^<>\s]*>|[\w-]*:[\w-]+)\s+(?:<[^<>\s]*>|\"|_:|\[|[\w-]*:\w)[^<]*[.;,]"
)
"""A statement of Turtle on a relative IRI, which looks like a tag."""
_ENTITY = re.compile(
    r"""<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s%]+)\s+(?:(?P<elsewhere>SYSTEM|PUBLIC)\b"""
    r"""|"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
)
_REFERENCE = re.compile(r"&([^#;&\s][^;&\s]*);")
_STATEMENT = re.compile(
    r"\s*(?:#.*)?|\s*(?:<[^<>\s]*>|_:\S+)\s*<[^<>\s]*>\s*"
    r"(?:<[^<>\s]*>|_:\S+|\"(?:[^\"\\]|\\.)*\"(?:@[\w-]+|\s*\^\^\s*<[^<>\s]*>)?)\s*"
    r"(?:(?P<graph><[^<>\s]*>|_:\S+)\s*)?\.\s*(?:#.*)?"
)
_COMMENTS = re.compile(r"(?:\s*#[^\n]*\n)*\s*")
_OBO_TAG = re.compile(
    r"(?:\s*![^\n]*\n)*\s*(?:format-version|data-version|ontology|date|saved-by|auto-generated-by|import"
    r"|subsetdef|synonymtypedef|default-namespace|idspace|remark|property_value|owl-axioms)\s*:\s"
    r"|(?:\s*![^\n]*\n)*\s*\[(?:Term|Typedef|Instance)\]\s*\n"
)
_SSSOM = re.compile(r"(?=[^\n]*\bsubject_id\b)(?=[^\n]*\bpredicate_id\b)[\w-]+\t[^\n]*\bobject_id\b")
_FUNCTIONAL = re.compile(r"(?:Prefix|Ontology)\s*\(")
_MANCHESTER = re.compile(r"(?:Prefix|Ontology)\s*:\s")
_JSON_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:')


def format_of(start: bytes, name: str) -> Format:
    """Return the format of a file, as far as its start tells: there may be named graphs further on.

    Args:
        start: its first bytes, `PEEKED_BYTES` of them where it has as many.
        name: what stands for the file in messages.

    Raises:
        SourceError: it is empty, not UTF-8, or in none of the formats that are read.

    >>> format_of(b"format-version: 1.2", "cl.owl").value
    'OBO'
    """
    text = _decoded(start, name)
    if not text.strip():
        raise SourceError("This is empty; there is nothing to import.", path=name)
    if text.lstrip().startswith("<") and (format := _of_xml(text, name)):
        return format
    if text.lstrip()[0] in "{[" and (format := _of_json(text)):
        return format
    body = text[_COMMENTS.match(text).end() :]  # type: ignore[union-attr]
    if _FUNCTIONAL.match(body):
        return Format.FUNCTIONAL
    if _MANCHESTER.match(body):
        message = "This is Manchester syntax, which is not read; convert it with ROBOT (`robot convert`)."
        raise SourceError(message, path=name)
    if _SSSOM.match(body):
        return Format.SSSOM
    if _OBO_TAG.match(text):
        return Format.OBO
    lines = text.split("\n")
    complete = lines[:-1] if len(start) >= PEEKED_BYTES and len(lines) > 1 else lines
    statements = [_STATEMENT.fullmatch(line) for line in complete]
    if all(statements):
        return Format.N_QUADS if any(each and each["graph"] for each in statements) else Format.N_TRIPLES
    return Format.TURTLE


def _decoded(start: bytes, name: str) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start[:256]:
        raise SourceError("This is not text in UTF-8; save it in that encoding.", path=name)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        return decoder.decode(start, final=len(start) < PEEKED_BYTES)
    except UnicodeDecodeError as error:
        line = start.count(b"\n", 0, error.start) + 1
        raise SourceError("This is not UTF-8; save it in that encoding.", path=name, line=line) from None


def _of_xml(text: str, name: str) -> Format | None:
    """Return the format of an XML document; None where `<` begins an IRI."""
    place = 0
    while match := _XML_MISC.match(text, place):
        place = match.end()
    root = _ROOT.match(text, place)
    if root is None:  # `<urn:a>` is an IRI: a prefix of XML would be declared in the tag
        if place or "<!DOCTYPE" in text:
            raise SourceError("The head of this XML document is broken or too long.", path=name)
        return None
    element = root[2] or root[3]
    if element == "RDF":
        return Format.RDF_XML
    if element == "Ontology" and "http://www.w3.org/2002/07/owl#" in text:
        return Format.OWL_XML
    if element.lower() == "html":
        raise SourceError("This is a page of HTML and no ontology; check the address.", path=name)
    if not place and "xmlns" not in text and _RELATIVE.match(text):
        return None
    raise SourceError(f"This is XML, but neither RDF/XML nor OWL/XML (its root is {element}).", path=name)


def _of_json(text: str) -> Format | None:
    """Return the format of a JSON document; None where a bracket begins a statement of Turtle."""
    keys = _JSON_KEY.findall(text)
    if not re.match(r'\s*(?:\{\s*["}]|\[\s*[{\]])', text):
        return None
    if "graphs" in keys and not any(key.startswith("@") for key in keys[: keys.index("graphs")]):
        return Format.OBO_GRAPHS
    return Format.JSON_LD


def refuse_entities(start: bytes, name: str) -> None:
    """Raise `SourceError` where the head of an XML document has entities that expand far, or lie elsewhere.

    Args:
        start: the first bytes of the document.
        name: what stands for the file in messages.
    """
    text = start.decode("utf-8-sig", errors="replace")
    if "<!DOCTYPE" not in text:
        return
    lengths: dict[str, int] = {}
    for match in _ENTITY.finditer(text):
        if match["elsewhere"] or match["parameter"]:
            message = f"Its entity {match['name']} lies elsewhere or is one of the DTD; nothing is fetched."
            raise SourceError(message, path=name)
        value = match["double"] if match["double"] is not None else match["single"]
        size = len(value) + sum(lengths.get(each, 0) for each in _REFERENCE.findall(value))
        if size > MOST_ENTITY_CHARACTERS:
            message = (
                f"Its entity {match['name']} stands for {size:,} characters; "
                f"at most {MOST_ENTITY_CHARACTERS:,} are taken."
            )
            raise SourceError(message, path=name)
        lengths[match["name"]] = size
    if "<!ENTITY" in text.rpartition("]>")[2].rpartition("]")[2]:
        raise SourceError("The entities in its head are too many, or are broken.", path=name)
