"""Axioms that no reasoner is given, because of their values, datatypes and facets, each with the reason.

Some are such as OWL 2 gives no meaning. Others are good, and yet one of them makes HermiT fail on all that it
is given, or is a contradiction to Pellet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from xml.parsers.expat import ExpatError, ParserCreate

from glutakg.owl.axioms import Axiom
from glutakg.owl.expressions import Entity, Expression, walk
from glutakg.owl.profiles.dl import DATATYPES, FACETS, fits, is_logical
from glutakg.owl.reachability import reachable
from glutakg.rdf import PREFIXES, Iri, Literal, compress, is_well_formed
from glutakg.text import printable

__all__ = ["unreadable"]


_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_STRING, _PLAIN = _XSD + "string", _RDF + "PlainLiteral"
_MOMENTS = {_XSD + name for name in ("dateTime", "dateTimeStamp")}
_BASE64, _XML = _XSD + "base64Binary", _RDF + "XMLLiteral"
_CONFUSED = "HermiT takes xsd:base64Binary for xsd:hexBinary"
_NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE = re.compile(
    "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_IN_URI = r"(?:[A-Za-z0-9;/?:@&=+$,_.!~*'()-]|%[0-9A-Fa-f]{2})*"
_URI = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]*:(?=[^#])|(?![^/?#]*:))(?!//(?:[?#]|\Z)){_IN_URI}(?:#{_IN_URI})?"
)
_MOMENT = re.compile(r"-?(?!0000)[0-9]{4}-[^.]*(?:\.[0-9]{1,3}(?![0-9]).*)?")


def unreadable(axioms: Iterable[Axiom]) -> Mapping[Axiom, str]:
    """Return the axioms that a reasoner cannot be given, each with the reason.

    >>> fact = (Entity("DataProperty", "x:p"), Entity("NamedIndividual", "x:a"), Literal("0", _XSD + "gYear"))
    >>> unreadable([Axiom("DataPropertyAssertion", fact)]).values()
    dict_values(['OWL 2 gives values of xsd:gYear no meaning'])
    """
    everything = tuple(axioms)
    known, circular = _defined(everything)
    found: dict[Axiom, str] = {}
    for axiom in filter(is_logical, everything):
        for argument in walk(axiom.arguments):
            reason = ""
            if isinstance(argument, Literal):
                reason = _fault_of_literal(argument)
            elif isinstance(argument, Entity):
                reason = _fault_of_entity(argument, known, circular)
            elif isinstance(argument, Expression) and argument.name == "DatatypeRestriction":
                reason = _fault_of_restriction(argument)
            if reason:
                found[axiom] = reason
                break
    return found


def _defined(axioms: Iterable[Axiom]) -> tuple[frozenset[str], set[str]]:
    """Return the datatypes that there are, and those whose definition leads back to them."""
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for axiom in axioms:
        if axiom.name == "DatatypeDefinition" and isinstance(axiom.arguments[0], Entity):
            inside[axiom.arguments[0].iri] |= {
                one.iri
                for one in walk(axiom.arguments[1:])
                if isinstance(one, Entity) and one.kind == "Datatype"
            }
    circular = {
        name for name, parts in inside.items() if any(name in reachable(part, inside) for part in parts)
    }
    return DATATYPES | inside.keys(), circular


def _fault_of_literal(literal: Literal) -> str:
    text, datatype = literal.value, literal.datatype or _STRING
    language = literal.language or ""
    if datatype == _PLAIN:
        language = text.rpartition("@")[2] if "@" in text else ""
    if datatype not in DATATYPES:
        return f"OWL 2 gives values of {compress(datatype)} no meaning"
    if not is_well_formed(text, literal.datatype):
        return f"{printable(text)!r} is no {compress(datatype)}"
    if odd := _NOT_OF_XML.search(text):
        return f"XML has no character U+{ord(odd[0]):04X}, so that no text of OWL 2 has it"
    if language and not _LANGUAGE.fullmatch(language):
        return f"reasoners do not know language tags such as {printable(language)}"
    if datatype == _XSD + "anyURI" and not _URI.fullmatch(text):
        return f"reasoners do not read {printable(text)!r} as xsd:anyURI; write its characters as %XX"
    if datatype == _BASE64:
        return _CONFUSED
    if datatype == _XML and not _is_xml(text):
        return f"{printable(text)!r} is no rdf:XMLLiteral"
    if datatype in _MOMENTS and not _MOMENT.fullmatch(text):
        return "reasoners read years from 0001 to 9999, before and after Christ, and three digits of a second"
    return ""


def _is_xml(text: str) -> bool:
    """Return whether a text may stand inside an element of XML."""
    try:
        ParserCreate().Parse(f"<x>{text}</x>", True)
    except ExpatError:
        return False
    return True


def _fault_of_entity(entity: Entity, known: Set[str], circular: set[str]) -> str:
    name = compress(entity.iri)
    if entity.kind == "Class" and (entity.iri.startswith(_XSD) or entity.iri in DATATYPES):
        return f"{name} is a datatype, and no class"
    if entity.kind == "Datatype" and entity.iri not in known:
        return f"OWL 2 has no datatype {name}, and no axiom defines it"
    if entity.kind == "Datatype" and entity.iri == _BASE64:
        return _CONFUSED
    if entity.kind == "Datatype" and entity.iri in circular:
        return f"the definition of {name} leads back to itself"
    return ""


def _fault_of_restriction(restriction: Expression) -> str:
    base, *rest = restriction.arguments
    assert isinstance(base, Entity)
    for facet, value in zip(rest[::2], rest[1::2], strict=True):
        assert isinstance(facet, Iri) and isinstance(value, Literal)
        name = f"{compress(facet.value)} of {compress(base.iri)}"
        if facet.value not in FACETS.get(base.iri, set()):
            return f"OWL 2 has no facet {name}"
        if not fits(base.iri, facet.value, value):
            return f"{printable(value.value)!r} is no value of the facet {name}"
    return ""
