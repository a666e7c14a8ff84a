"""Every prefix that the project uses, and CURIEs to IRIs and back."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from glutakg.errors import TermError
from glutakg.languages import N_

__all__ = ["PREFIXES", "compress", "expand", "local_name"]


_OBO = "http://purl.obolibrary.org/obo/"

_OBO_ONTOLOGIES = (
    "BFO", "CHEBI", "CL", "COB", "DOID", "ECO", "ECTO", "FOODON", "GO", "HP", "IAO", "MAXO", "MF", "MONDO",
    "MP", "NCBITaxon", "NCIT", "OBI", "PATO", "PO", "PR", "RO", "SYMP", "UBERON", "UO", "XCO",
)  # fmt: skip

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "bibo": "http://purl.org/ontology/bibo/",
        "dcterms": "http://purl.org/dc/terms/",
        "gk": "https://w3id.org/glutakg/ontology/",
        "gkd": "https://w3id.org/glutakg/data/",
        "gkg": "https://w3id.org/glutakg/graph/",
        "gkq": "https://w3id.org/glutakg/query/",
        "gksh": "https://w3id.org/glutakg/shapes/",
        "oa": "http://www.w3.org/ns/oa#",
        "obo": _OBO,
        "oio": "http://www.geneontology.org/formats/oboInOwl#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "semapv": "https://w3id.org/semapv/vocab/",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spex": "https://purl.expasy.org/sparql-examples/ontology#",
        "unit": "http://qudt.org/vocab/unit/",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
        "void-ext": "http://ldf.fi/void-ext#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{name: f"{_OBO}{name}_" for name in _OBO_ONTOLOGIES},
        "EC": "http://purl.uniprot.org/enzyme/",
        "EFO": "http://www.ebi.ac.uk/efo/EFO_",
        "HGNC": "http://identifiers.org/hgnc/",
        "ICD10CM": "https://icd.codes/icd10cm/",
        "MESH": "http://id.nlm.nih.gov/mesh/",
        "RHEA": "http://rdf.rhea-db.org/",
        "Reactome": "http://identifiers.org/reactome/",
        "SIO": "http://semanticscience.org/resource/SIO_",
        "UMLS": "http://identifiers.org/umls/",
        "UniProtKB": "http://purl.uniprot.org/uniprot/",
        "biolink": "https://w3id.org/biolink/vocab/",
        "bioregistry": "https://bioregistry.io/",
        "doi": "https://doi.org/",
        "kegg": "http://identifiers.org/kegg/",
        "orcid": "https://orcid.org/",
        "pubmed": "https://pubmed.ncbi.nlm.nih.gov/",
        "wikipathways": "http://identifiers.org/wikipathways/",
    }
)
"""Every prefix that the project uses, with its namespace."""

_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?")
_IRI_SCHEMES = frozenset({"http", "https", "urn", "file", "ftp", "mailto", "tag"})
_NAMESPACES_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
_PREFIX_BY_LOWER_CASE = {prefix.lower(): prefix for prefix in PREFIXES}


def expand(curie_or_iri: str) -> str:
    """Return the full IRI of a CURIE; an absolute IRI, with or without angle brackets, is returned as it is.

    Args:
        curie_or_iri: such as `CHEBI:18050`, `gkd:taurine`, `<http://example.org/x>` or `http://example.org/x`.

    Raises:
        TermError: the text is neither an absolute IRI nor a CURIE with a known prefix.

    >>> expand("CHEBI:18050")
    'http://purl.obolibrary.org/obo/CHEBI_18050'
    >>> expand("<http://example.org/x>")
    'http://example.org/x'
    """
    text = curie_or_iri.strip()
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        bare = PREFIXES[prefix] + local
    elif prefix.lower() not in _IRI_SCHEMES:
        raise _unknown_term(text, prefix if colon else None, local)
    if not local or not _ABSOLUTE_IRI.fullmatch(bare):
        raise TermError(
            N_(
                "{text!r} is not a usable IRI: something must follow the colon, without spaces and "
                '<>"{{}}|\\^`.',
                text=text,
            )
        )
    return bare


def _unknown_term(text: str, prefix: str | None, local: str) -> TermError:
    if prefix is None:
        return TermError(
            N_("{text!r} is neither a CURIE (like CHEBI:18050) nor an IRI (like http://…).", text=text)
        )
    from difflib import get_close_matches

    near = [
        _PREFIX_BY_LOWER_CASE[name] for name in get_close_matches(prefix.lower(), _PREFIX_BY_LOWER_CASE, n=3)
    ]
    hint = f" Did you mean {' or '.join(near)}?" if near else f" Known prefixes: {', '.join(PREFIXES)}."
    return TermError(
        N_("{prefix!r} in {text!r} is not a known prefix.{hint}", prefix=prefix, text=text, hint=hint),
        suggestions=[f"{name}:{local}" for name in near],
    )


def compress(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself where no known prefix fits.

    Args:
        iri: an absolute IRI.

    >>> compress("http://purl.obolibrary.org/obo/CHEBI_18050")
    'CHEBI:18050'
    >>> compress("https://w3id.org/glutakg/data/taurine")
    'gkd:taurine'
    >>> compress("http://example.org/x")
    'http://example.org/x'
    """
    for prefix, namespace in _NAMESPACES_LONGEST_FIRST:
        if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def local_name(iri: str) -> str:
    """Return the last part of an IRI, after a slash or a number sign.

    >>> local_name("https://w3id.org/glutakg/data/taurine"), local_name("http://example.org/ns#x")
    ('taurine', 'x')
    """
    return re.split("[/#]", iri.rstrip("/#"))[-1]
