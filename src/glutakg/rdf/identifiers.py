"""Identifiers of others in every form that Bioregistry (https://bioregistry.io) knows, as the IRIs of ours.

The forms are in `identifiers.tsv`, which `write_identifiers.py` beside it writes: prefixes of CURIEs, the
beginnings of addresses, and what the identifiers look like, all by the prefix of the project.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from glutakg.rdf.prefixes import PREFIXES

__all__ = ["identifier_prefixes", "iri_of_identifier", "resource_of_prefix"]


_TABLE = Path(__file__).with_name("identifiers.tsv")
_ADDRESS = re.compile(r"(?:https?://)?(?:www[.])?(?P<rest>[\w-]+([.][\w-]+)+(:[0-9]+)?/.+)", re.IGNORECASE)
_BARE_DOI = re.compile(r"10[.][0-9]{4,9}/\S+")
_NAME_OF_OBO = re.compile(r"(?P<prefix>[A-Za-z]+)_(?P<local>[0-9]+)")
_SPOKEN = re.compile(r"(?P<prefix>pmid|pubmed|doi)\s*:?\s*(?P<local>[0-9]\S*)", re.IGNORECASE)
"""Publications are also named without a colon, or with a space after it."""


class _Forms(NamedTuple):
    prefixes: dict[str, str]
    addresses: dict[str, str]
    patterns: dict[str, list[re.Pattern[str]]]


@cache
def _forms() -> _Forms:
    forms = _Forms({}, {}, {})
    for line in _TABLE.read_text(encoding="utf-8").splitlines()[2:]:
        prefix, kind, form = line.split("\t")
        if kind == "pattern":
            forms.patterns.setdefault(prefix, []).append(re.compile(form))
        else:
            (forms.prefixes if kind == "prefix" else forms.addresses)[form] = prefix
    return forms


@cache
def identifier_prefixes() -> frozenset[str]:
    """Return the prefixes of the project whose identifiers are those of an ontology or database of others.

    >>> "CHEBI" in identifier_prefixes(), "owl" in identifier_prefixes()
    (True, False)
    """
    return frozenset(_forms().patterns)


def resource_of_prefix(prefix: str, namespace: str) -> str | None:
    """Return whose prefix this is in Bioregistry where the namespace is another's; None where all is well.

    Args:
        prefix: as a file declares it.
        namespace: that it stands for there.

    >>> resource_of_prefix("GO", "http://example.org/go/"), resource_of_prefix("GO", PREFIXES["GO"])
    ('GO', None)
    """
    of = _forms().prefixes.get(prefix.lower())
    bare = re.sub("^https?://(www[.])?", "", namespace.lower())
    return of if of and _forms().addresses.get(bare) != of else None


def iri_of_identifier(text: str) -> str | None:
    """Return the IRI that the project has for an identifier of another database, or None for other text.

    Args:
        text: a CURIE with any prefix that is in use (`hgnc:4341`, `PMID:26853855`), or an address with or
            without `https://` (`https://identifiers.org/hgnc:4341`), in angle brackets or not, or the last
            part of an IRI of OBO (`CHEBI_18050`).

    >>> iri_of_identifier("hgnc:4341"), iri_of_identifier("https://identifiers.org/HGNC:4341")
    ('http://identifiers.org/hgnc/4341', 'http://identifiers.org/hgnc/4341')
    >>> iri_of_identifier("chebi/CHEBI:18050"), iri_of_identifier("http://example.org/4341")
    (None, None)
    """
    bare = text.strip()
    bare = bare[1:-1] if bare.startswith("<") and bare.endswith(">") else bare
    if _BARE_DOI.fullmatch(bare):
        bare = f"doi:{bare}"
    elif match := _SPOKEN.fullmatch(bare) or _NAME_OF_OBO.fullmatch(bare):
        bare = f"{match['prefix']}:{match['local']}"
    prefix, colon, local = bare.partition(":")
    if colon and (of := _forms().prefixes.get(prefix.lower())):
        return _iri(of, local)
    if match := _ADDRESS.fullmatch(bare):
        rest = unquote(match["rest"])
        for end in sorted({found.end() for found in re.finditer(r"[/:=_#?]", rest)}, reverse=True):
            of = _forms().addresses.get(rest[:end].lower())
            if of and (iri := _iri(of, rest[end:])):
                return iri
    return None


def _iri(prefix: str, local: str) -> str | None:
    """Return the IRI of an identifier that looks as it should; its prefix may be repeated before it."""
    local = local.removesuffix("/").removesuffix("/entry")  # as UniProt ends the addresses of its pages
    before, colon, rest = local.partition(":")
    if colon and _forms().prefixes.get(before.lower()) == prefix:
        return _iri(prefix, rest)
    fits = any(pattern.fullmatch(local) for pattern in _forms().patterns[prefix])
    return PREFIXES[prefix] + local if fits and not re.search(r'[\s<>"{}|\\^`]', local) else None
