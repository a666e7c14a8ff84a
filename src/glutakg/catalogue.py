"""The catalogue as RDF, written from the headers of the query files, for whoever asks the graph for examples.

The form is that of the SPARQL examples of the SIB Swiss Institute of Bioinformatics, which its query editor
and others look for: each query is a `sh:SPARQLExecutable` with its text, its question and its keywords.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from glutakg.files import read_text, shipped_root, write_atomically
from glutakg.formatting import canonical_turtle
from glutakg.queries import CatalogueQuery, catalogue
from glutakg.sparql import query_form, scan
from glutakg.terms import PREFIXES, graph_iri

__all__ = ["ENDPOINT", "catalogue_turtle", "check_catalogue", "write_catalogue"]

ENDPOINT = "https://w3id.org/glutakg/sparql"
"""The name of the SPARQL endpoint, wherever it runs."""

_NOTICE = "# Written by `glutakg catalogue` from the headers in queries/: edit those, not this file."
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
    "DESCRIBE": ("spex:SPARQLDescribeExecutable", "spex:describe"),
}
_CLASSES = ("sh:SPARQLExecutable", *(kind for kind, _ in _FORMS.values()))
_PROPERTIES = (
    *(property_of_text for _, property_of_text in _FORMS.values()),
    "sh:declare", "sh:namespace", "sh:prefix", "sh:prefixes", "schema:keywords", "schema:target",
    "spex:federatesWith",
)  # fmt: skip
_PREFIXES_HERE = ("dcterms", "gkq", "owl", "rdfs", "schema", "sh", "skos", "spex", "xsd")


def catalogue_turtle(queries: Iterable[CatalogueQuery]) -> str:
    """Return the queries as canonical Turtle, with all prefixes of the project.

    Args:
        queries: what to write, such as `glutakg.queries.catalogue().values()`.

    Raises:
        QueryError: a query is not one.

    >>> from glutakg.queries import catalogue
    >>> "sh:SPARQLConstructExecutable" in catalogue_turtle([catalogue()["cycle-as-graph"]])
    True
    """
    holder = f"<{graph_iri('catalogue')}>"
    declarations = (
        f"[ sh:prefix {_text(prefix)} ; sh:namespace {_text(namespace)}^^xsd:anyURI ]"
        for prefix, namespace in sorted(PREFIXES.items())
    )
    title = 'dcterms:title "The query catalogue of glutakg"@en , "De vragencatalogus van glutakg"@nl'
    statements = [
        f"{holder} a owl:Ontology ; {title} ; sh:declare {', '.join(declarations)} .",
        *(f"{name} a owl:Class ." for name in _CLASSES),
        *(f"{name} a owl:AnnotationProperty ." for name in _PROPERTIES),
        *(f"gkq:{query.name} {' ; '.join(_facts(query, holder))} ." for query in queries),
    ]
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in _PREFIXES_HERE]
    return canonical_turtle("\n".join([_NOTICE, *prefixes, *statements]), "queries.ttl")


def _facts(query: CatalogueQuery, holder: str) -> Iterator[str]:
    kind, property_of_text = _FORMS[query_form(query.text)]
    yield f"a sh:SPARQLExecutable , {kind}"
    yield f"rdfs:label {_text(query.title['en'])}@en"
    yield f"rdfs:comment {_text(query.question['en'])}@en"
    for language, title in query.title.items():
        yield f"skos:prefLabel {_text(title)}@{language}"
    yield f"skos:definition {_text(query.question['nl'])}@nl"
    yield f"{property_of_text} {_text(query.text.partition(_BLANK_LINE)[2].strip())}"
    yield f"schema:keywords {', '.join(map(_text, query.tags))}"
    yield f"schema:target <{ENDPOINT}>"
    yield f"sh:prefixes {holder}"
    for address in _services(query.text):
        yield f"spex:federatesWith {address}"


_BLANK_LINE = "\n\n"


def _services(text: str) -> list[str]:
    """Return the addresses, in angle brackets, that a query asks by SERVICE."""
    words = list(scan(text))
    return sorted(
        {
            following.text
            for token, following in pairwise(words)
            if token.text.upper() == "SERVICE" and following.kind == "iri"
        }
    )


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def check_catalogue() -> list[Path]:
    """Return the file of the catalogue where it is not what the headers say; nothing is changed.

    Raises:
        QueryError: a header is broken.
        SourceError: a file cannot be read.
    """
    path, text = _file(), catalogue_turtle(catalogue().values())
    return [] if path.is_file() and read_text(path) == text else [path]


def write_catalogue() -> list[Path]:
    """Write the file of the catalogue anew and return it where it changed.

    Raises:
        QueryError: a header is broken.
        SourceError: a file cannot be read or written.
    """
    outdated = check_catalogue()
    for path in outdated:
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, catalogue_turtle(catalogue().values()))
    return outdated


def _file() -> Path:
    return shipped_root() / "data" / "catalogue" / "queries.ttl"
