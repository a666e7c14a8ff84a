"""What the endpoint tells of itself: SPARQL service description, VoID with counts, and OpenAPI."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from glutakg._version import __version__
from glutakg.dataset import Catalogue, CatalogueQuery, void
from glutakg.languages import LANGUAGES
from glutakg.rdf import PREFIXES
from glutakg.server.http.negotiation import GRAPH_TYPES, ROW_TYPES, WHY_TYPES
from glutakg.server.http.problems import PROBLEM_TYPE, REASONS
from glutakg.server.http.protocol import CONFLICT_FIELDS, EVIDENCE_FIELDS

__all__ = ["COUNTING_QUERIES", "Counts", "open_api", "service_description", "void_description", "written"]


_SD, _VOID = PREFIXES["sd"], PREFIXES["void"]
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip
_RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

COUNTING_QUERIES: Mapping[str, str] = {
    "totals": """\
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)
  (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }
""",
    "graphs": "SELECT ?of (COUNT(*) AS ?triples) WHERE { GRAPH ?of { ?s ?p ?o } } GROUP BY ?of ORDER BY ?of",
    "properties": """\
SELECT ?of (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?of ?o } GROUP BY ?of ORDER BY ?of
""",
    **void.COUNTING_QUERIES,
}
"""What must be asked of the store before VoID can be told."""


class Counts(NamedTuple):
    """The rows that answer `COUNTING_QUERIES`, each a mapping from variable to text."""

    totals: void.Rows
    graphs: void.Rows
    properties: void.Rows
    classes: void.Rows
    class_properties: void.Rows
    value_classes: void.Rows
    value_datatypes: void.Rows


def service_description(
    address: str, graphs: Sequence[Mapping[str, str]], *, asks_others: bool = False
) -> list[ox.Triple]:
    """Return what the endpoint can do, as triples.

    Args:
        address: of the endpoint.
        graphs: the named graphs, `of` and `triples` of each.
        asks_others: whether SERVICE may ask some other endpoint.
    """
    told = void.Statements()
    service = ox.NamedNode(address)
    told.say(service, PREFIXES["rdf"] + "type", ox.NamedNode(_SD + "Service"))
    told.say(service, _SD + "endpoint", service)
    told.say(service, _SD + "supportedLanguage", ox.NamedNode(_SD + "SPARQL11Query"))
    if asks_others:
        told.say(service, _SD + "feature", ox.NamedNode(_SD + "BasicFederatedQuery"))
    told.say(service, _SD + "resultFormat", *(ox.NamedNode(_FORMATS + name) for name in _RESULT_FORMATS))
    for language, title in void.TITLE.items():
        told.say(service, PREFIXES["dcterms"] + "title", ox.Literal(title, language=language))
    dataset = told.blank(_SD + "Dataset")
    told.say(service, _SD + "defaultDataset", dataset)
    default = told.blank(_SD + "Graph")
    told.say(dataset, _SD + "defaultGraph", default)
    told.say(
        default,
        PREFIXES["dcterms"] + "description",
        ox.Literal("All named graphs but the contested one, merged: each triple once.", language="en"),
        ox.Literal(
            "Alle benoemde grafen behalve de betwiste, samengevoegd: elk tripel eenmaal.", language="nl"
        ),
    )
    for graph in graphs:
        named, content = told.blank(_SD + "NamedGraph"), told.blank(_SD + "Graph")
        told.say(dataset, _SD + "namedGraph", named)
        told.say(named, _SD + "name", ox.NamedNode(graph["of"]))
        told.say(named, _SD + "graph", content)
        told.say(content, _VOID + "triples", int(graph["triples"]))
    return told.triples


def void_description(address: str, root: str, counts: Counts) -> list[ox.Triple]:
    """Return what the default graph holds, as triples in the VoID vocabulary.

    Args:
        address: of the endpoint.
        root: of the server, without a slash at its end.
        counts: what the store answered.
    """
    told = void.Statements()
    dataset = ox.NamedNode(f"{root}/.well-known/void#dataset")
    void.say_dataset(told, dataset, address)
    (totals,) = counts.totals
    for name, variable in _TOTALS.items():
        told.say(dataset, _VOID + name, int(totals[variable]))
    told.say(dataset, _VOID + "classes", len(counts.classes))
    void.say_partitions(told, dataset, void.Counts(*(getattr(counts, name) for name in void.Counts._fields)))
    for row in counts.properties:
        partition = told.blank()
        told.say(dataset, _VOID + "propertyPartition", partition)
        told.say(partition, _VOID + "property", ox.NamedNode(row["of"]))
        told.say(partition, _VOID + "triples", int(row["triples"]))
        told.say(partition, _VOID + "distinctSubjects", int(row["subjects"]))
        told.say(partition, _VOID + "distinctObjects", int(row["objects"]))
    for graph in counts.graphs:
        subset = told.blank(_VOID + "Dataset")
        told.say(dataset, _VOID + "subset", subset)
        told.say(subset, _SD + "name", ox.NamedNode(graph["of"]))
        told.say(subset, _VOID + "triples", int(graph["triples"]))
    return told.triples


_TOTALS = {
    "triples": "triples",
    "distinctSubjects": "subjects",
    "distinctObjects": "objects",
    "properties": "properties",
}


def written(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Return triples in one of the formats of graphs: ttl, nt, jsonld or rdfxml."""
    prefixes = {name: PREFIXES[name] for name in ("dcterms", "sd", "void", "void-ext")}
    data = ox.serialize(triples, format=_RDF_FORMATS[format], prefixes=prefixes if format == "ttl" else None)
    assert data is not None  # it is, when no output is given
    return data


# ---- OpenAPI ----

_PARAMETER_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "iri": {"type": "string", "description": "A CURIE, an IRI, or a label in English or Dutch."},
    "string": {"type": "string"},
    "language": {"type": "string", "enum": list(LANGUAGES)},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
}


def open_api(root: str, catalogue: Catalogue) -> dict[str, Any]:
    """Return the description of all paths in the OpenAPI form.

    Args:
        root: address of the server, without a slash at its end.
        catalogue: the queries that have a path each.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": void.TITLE["en"],
            "version": __version__,
            "description": "Research tool, no medical advice. Every problem is told as problem+json.",
            "license": {"name": "CC BY 4.0 (data)", "url": void.LICENCE},
        },
        "servers": [{"url": root}],
        "paths": {
            "/": {"get": _plain("The start page.", ["text/html"])},
            "/query": {"get": _plain("The page to write and run queries.", ["text/html"])},
            "/search": {"get": _search()},
            "/sparql": {"get": _sparql_get(), "post": _sparql_post()},
            "/why-empty": {"post": _why_empty()},
            "/queries": {"get": _queries()},
            **{f"/queries/{name}": {"get": _catalogue_query(query)} for name, query in catalogue.items()},
            "/validate": {"post": _validate()},
            "/.well-known/void": {
                "get": _plain("What the graph holds, in numbers (VoID).", _types(GRAPH_TYPES))
            },
            **_pages(),
            "/health": {"get": _plain("Whether queries are answered.", ["application/json"])},
            "/metrics": {"get": _plain("Counts in the text format of Prometheus.", ["text/plain"])},
            "/openapi.json": {"get": _plain("This description.", ["application/json"])},
        },
        "components": {"schemas": {"Problem": _PROBLEM_SCHEMA}},
    }


_PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["title", "status", "reason", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "reason": {"type": "string", "enum": list(REASONS)},
        "detail": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "limit": {"type": "number"},
    },
}


def _types(*groups: Mapping[str, Sequence[str]]) -> list[str]:
    return [types[0] for group in groups for types in group.values()]


def _answers(description: str, types: Iterable[str]) -> dict[str, Any]:
    return {
        "200": {"description": description, "content": {each: {} for each in types}},
        "default": {
            "description": "A problem, with its reason.",
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    }


def _plain(summary: str, types: Iterable[str]) -> dict[str, Any]:
    return {"summary": summary, "responses": _answers(summary, types)}


def _field(
    name: str, description: str, schema: Mapping[str, Any], *, required: bool = False
) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "required": required, "schema": schema}


def _graph_fields() -> Iterator[dict[str, Any]]:
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    yield _field("default-graph-uri", "Graphs that are merged into the default graph.", iris)
    yield _field("named-graph-uri", "Graphs that GRAPH sees.", iris)


def _sparql_get() -> dict[str, Any]:
    return {
        "summary": "Ask a SPARQL query; without one, the description of the service.",
        "parameters": [_field("query", "The query.", {"type": "string"}), *_graph_fields()],
        "responses": _answers("The complete answer.", _types(ROW_TYPES, GRAPH_TYPES)),
    }


def _sparql_post() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {
            field["name"]: field["schema"]
            for field in [_field("query", "", {"type": "string"}), *_graph_fields()]
        },
    }
    return {
        "summary": "Ask a SPARQL query, as a form or as it is.",
        "parameters": list(_graph_fields()),
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": form},
                "application/sparql-query": {"schema": {"type": "string"}},
            },
        },
        "responses": _answers("The complete answer.", _types(ROW_TYPES, GRAPH_TYPES)),
    }


def _queries() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "summary": "List the catalogue, or the queries that contain a word and carry a tag.",
        "parameters": [_field("word", "A word.", text), _field("tag", "A tag.", text)],
        "responses": _answers("The queries.", ["application/json", "text/turtle"]),
    }


def _catalogue_query(query: CatalogueQuery) -> dict[str, Any]:
    return {
        "summary": query.title["en"],
        "description": query.question["en"],
        "tags": list(query.tags),
        "parameters": [
            _field(
                parameter.name,
                parameter.description["en"],
                {**_PARAMETER_SCHEMAS[parameter.type], "default": parameter.default.value},
            )
            for parameter in query.parameters
        ],
        "responses": _answers("The complete answer.", _types(ROW_TYPES, GRAPH_TYPES)),
    }


def _search() -> dict[str, Any]:
    return {
        "summary": "Find terms by their names in English and Dutch.",
        "parameters": [
            _field("text", "A piece of a name.", {"type": "string"}, required=True),
            _field("lang", "Language of the names given back.", _PARAMETER_SCHEMAS["language"]),
        ],
        "responses": _answers("The terms, the likeliest first.", ["text/html", "application/json"]),
    }


def _why_empty() -> dict[str, Any]:
    text = {"type": "string"}
    graphs = {"type": "array", "items": text}
    known = {"query": text, "default-graph-uri": graphs, "named-graph-uri": graphs, "name": text}
    form = {"type": "object", "properties": known, "additionalProperties": text}
    return {
        "summary": "Say why a query, or the catalogue query of a name with its parameters, finds nothing.",
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        },
        "responses": _answers("The reasons, in English and Dutch.", ["application/json"]),
    }


def _pages() -> dict[str, Any]:
    text = {"type": "string"}
    lang = _field("lang", "Language; without it by Accept-Language.", _PARAMETER_SCHEMAS["language"])

    def page(summary: str, types: Sequence[str], fields: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
        answers = _answers("The page; it is answered at its own address, by 200 and never by 303.", types)
        return {"get": {"summary": summary, "parameters": [*fields, lang], "responses": answers}}

    def format(names: Iterable[str]) -> dict[str, Any]:
        described = "Goes before Accept."
        return _field("format", described, {"type": "string", "enum": ["html", *names]})

    name = {"name": "name", "in": "path", "required": True, "description": "Its local name.", "schema": text}
    term_types, why_types = ["text/html", *_types(GRAPH_TYPES)], ["text/html", *WHY_TYPES.values()]
    term_format = format(GRAPH_TYPES)
    iri = _field("iri", "A CURIE, an IRI, or a name in English or Dutch.", text, required=True)
    parts = {"s": "Subject", "p": "Property", "o": "Object"}
    triple = [_field(part, f"{told}: a CURIE, an IRI or a name.", text) for part, told in parts.items()]
    return {
        "/data/{name}": page("A thing of the data (gkd:).", term_types, [name, term_format]),
        "/ontology/{name}": page("A term of the ontology (gk:).", term_types, [name, term_format]),
        "/ontology": page("The ontology.", term_types, [term_format]),
        "/term": page("Any term of the graph.", term_types, [iri, term_format]),
        "/why": page("Why a triple holds; a form without one.", why_types, [*triple, format(WHY_TYPES)]),
        "/evidence": page(
            "All claims with the evidence for and against them.",
            ["text/html"],
            [_field(each, "A filter.", text) for each in EVIDENCE_FIELDS],
        ),
        "/conflicts": page(
            "All conflicts with their sides.",
            ["text/html"],
            [_field(each, "A filter.", text) for each in CONFLICT_FIELDS],
        ),
    }


def _validate() -> dict[str, Any]:
    return {
        "summary": "Check Turtle against the shapes.",
        "requestBody": {"required": True, "content": {"text/turtle": {"schema": {"type": "string"}}}},
        "responses": _answers(
            "The report.", ["application/json", "text/turtle", "text/plain", "application/xml"]
        ),
    }
