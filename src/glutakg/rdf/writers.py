"""Writes triples as JSON-LD and RDF/XML by pyoxigraph, the same bytes for the same graph."""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from glutakg.errors import FormatError
from glutakg.languages import N_
from glutakg.rdf.prefixes import PREFIXES
from glutakg.text import xml_can_hold

__all__ = ["check_rdf_xml", "json_ld", "rdf_xml"]

_XML_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_XML_NAME = rf"[{_XML_NAME_START}][{_XML_NAME_START}0-9.\xb7\u0300-\u036f\u203f\u2040-]*\Z"  # slow to compile
_XMLNS = "http://www.w3.org/2000/xmlns/"  # no prefix may stand for it
_NOT_PROPERTIES = frozenset(
    PREFIXES["rdf"] + name
    for name in (
        "RDF", "Description", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip


def json_ld(quads: Iterable[ox.Quad]) -> bytes:
    """Return quads as expanded JSON-LD, the same bytes for the same dataset.

    >>> a = ox.NamedNode("http://example.org/a")
    >>> json_ld([ox.Quad(a, a, ox.Literal("x"))]).decode()
    '[{"@id":"http://example.org/a","http://example.org/a":[{"@value":"x"}]}]'
    """
    return _serialized(_sorted(quads), ox.RdfFormat.JSON_LD)


def rdf_xml(triples: Iterable[ox.Triple]) -> bytes:
    """Return triples as RDF/XML, the same bytes for the same graph.

    Raises:
        FormatError: RDF/XML cannot hold them; see `check_rdf_xml`.

    >>> a = ox.NamedNode("http://example.org/a")
    >>> rdf_xml([ox.Triple(a, a, ox.Literal("x"))]).count(b"rdf:about")
    1
    """
    quads = _sorted(ox.Quad(*triple) for triple in triples)
    check_rdf_xml(quad.triple for quad in quads)
    return _serialized([quad.triple for quad in quads], ox.RdfFormat.RDF_XML)


def check_rdf_xml(triples: Iterable[ox.Triple]) -> None:
    """Raise `FormatError` where RDF/XML cannot hold the triples.

    It cannot hold a predicate that does not end in an XML name or that means something else there, text with
    a control character, or text with a base direction.

    >>> a = ox.NamedNode("http://example.org/a")
    >>> try:
    ...     check_rdf_xml([ox.Triple(a, ox.NamedNode("http://example.org/1"), a)])
    ... except FormatError as error:
    ...     print(str(error)[:60])
    The predicate <http://example.org/1> cannot be the name of a
    """
    predicates = set()
    for _, predicate, item in triples:
        predicates.add(predicate.value)
        if isinstance(item, ox.Literal) and (item.direction or not xml_can_hold(item.value)):
            raise FormatError(
                N_(
                    "The text {text!r} has a {what}, which RDF/XML cannot hold; choose another format, such "
                    "as ttl.",
                    text=item.value[:40],
                    what=N_("base direction") if item.direction else N_("control character"),
                )
            )
    for iri in sorted(predicates):
        if iri in _NOT_PROPERTIES or iri.startswith(_XMLNS) or not re.search(_XML_NAME, iri):
            raise FormatError(
                N_(
                    "The predicate <{iri}> cannot be the name of an XML element, so that RDF/XML cannot "
                    "hold it; choose another format, such as ttl.",
                    iri=iri,
                )
            )


def _sorted(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads in order, their blank nodes with the names that RDFC-1.0 gives them."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _serialized(statements: list[ox.Quad] | list[ox.Triple], format: ox.RdfFormat) -> bytes:
    written = "\n".join(map(str, statements))
    used = {name: namespace for name, namespace in PREFIXES.items() if f"<{namespace}" in written}
    data = ox.serialize(statements, format=format, prefixes=used)
    assert data is not None  # it is, when no output is given
    # A reader of XML takes a bare carriage return for a line feed.
    return data.replace(b"\r", b"&#13;") if format == ox.RdfFormat.RDF_XML else data
