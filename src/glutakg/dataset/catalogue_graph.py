"""The graph `gkg:catalogue`: what can be asked, for query editors and whoever asks the graph for examples.

It holds the catalogue, written from the headers of the query files, and in VoID (see `void`) what the members
of our own classes say. The form is that of the SPARQL examples of the SIB Swiss Institute of Bioinformatics,
which its query editor and others look for: each query is a `sh:SPARQLExecutable` with its text, its question
and its keywords, and class and property partitions tell the editor what can follow a class.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from glutakg.dataset.headers import CatalogueQuery
from glutakg.dataset.names import ENDPOINT, graph_iri
from glutakg.dataset.queries import catalogue
from glutakg.dataset.shipped import shipped_root
from glutakg.files import read_text, write_atomically
from glutakg.rdf import PREFIXES, Literal, canonical_turtle
from glutakg.sparql import query_form, scan

__all__ = ["catalogue_turtle", "check_catalogue", "write_catalogue"]


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
        queries: what to write, such as `glutakg.dataset.queries().values()`.

    Raises:
        QueryError: a query is not one.

    >>> from glutakg.dataset import catalogue
    >>> "sh:SPARQLConstructExecutable" in catalogue_turtle([catalogue()["cycle-as-graph"]])
    True
    """
    holder = f"<{graph_iri('catalogue')}>"
    declarations = (
        f"[ sh:prefix {Literal(prefix)} ; sh:namespace {Literal(namespace)}^^xsd:anyURI ]"
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
    yield f"rdfs:label {Literal(query.title['en'])}@en"
    yield f"rdfs:comment {Literal(query.question['en'])}@en"
    for language, title in query.title.items():
        yield f"skos:prefLabel {Literal(title)}@{language}"
    yield f"skos:definition {Literal(query.question['nl'])}@nl"
    yield f"{property_of_text} {Literal(query.text.partition(_BLANK_LINE)[2].strip())}"
    yield f"schema:keywords {', '.join(str(Literal(tag)) for tag in query.tags)}"
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


def _outdated() -> dict[Path, str]:
    """Return what each file should hold that does not."""
    wanted = {shipped_root() / "data" / "catalogue" / "queries.ttl": catalogue_turtle(catalogue().values())}
    return {path: text for path, text in wanted.items() if not path.is_file() or read_text(path) != text}


def check_catalogue() -> list[Path]:
    """Return the files that are not what the headers say; nothing is changed.

    Raises:
        QueryError: a header is broken.
        SourceError: a file cannot be read.
    """
    return list(_outdated())


def write_catalogue() -> list[Path]:
    """Write the files anew and return those that changed.

    Raises:
        QueryError: a header is broken.
        SourceError: a file cannot be read or written.
    """
    outdated = _outdated()
    for path, text in outdated.items():
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text)
    return list(outdated)
