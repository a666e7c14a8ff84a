"""What the endpoint tells of itself: SPARQL service description, VoID with counts, and OpenAPI."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from glutakg._version import __version__
from glutakg.dataset import Catalogue, CatalogueQuery, program_query, void
from glutakg.languages import LANGUAGES
from glutakg.rdf import PREFIXES
from glutakg.server.http.protocol import FORMAT_FIELDS

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
    "links": program_query("linksets").text,
    **void.COUNTING_QUERIES,
}
"""What must be asked of the store before VoID can be told."""


class Counts(NamedTuple):
    """The rows that answer `COUNTING_QUERIES`, each a mapping from variable to text."""

    totals: void.Rows
    graphs: void.Rows
    properties: void.Rows
    links: void.Rows
    classes: void.Rows
    class_properties: void.Rows
    value_classes: void.Rows
    value_datatypes: void.Rows

    def told_links(self) -> list[void.Link]:
        """Return to which ontologies and databases the data link, as far as a store could be read."""
        return [
            void.Link(
                row["target"], row["namespace"], row.get("release", ""), row["property"], int(row["triples"])
            )
            for row in self.links
        ]


def service_description(address: str, counts: Counts, *, asks_others: bool = False) -> list[ox.Triple]:
    """Return what the endpoint can do, as triples.

    Args:
        address: of the endpoint.
        counts: what the store answered.
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
    void.say_links(told, default, None, counts.told_links())
    for graph in counts.graphs:
        named, content = told.blank(_SD + "NamedGraph"), told.blank(_SD + "Graph")
        told.say(dataset, _SD + "namedGraph", named)
        told.say(named, _SD + "name", ox.NamedNode(graph["of"]))
        told.say(named, _SD + "graph", content)
        told.say(content, _VOID + "triples", int(graph["triples"]))
    return list(dict.fromkeys(told.triples))


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
    void.say_links(told, dataset, dataset, counts.told_links())
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
    return list(dict.fromkeys(told.triples))


_TOTALS = {
    "triples": "triples",
    "distinctSubjects": "subjects",
    "distinctObjects": "objects",
    "properties": "properties",
}


def written(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Return triples in one of the formats of graphs: ttl, nt, jsonld or rdfxml."""
    prefixes = {name: PREFIXES[name] for name in ("dcterms", "owl", "sd", "void", "void-ext")}
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
    """Return the description of all paths in the OpenAPI form: the file `openapi.json`, and the catalogue.

    Args:
        root: address of the server, without a slash at its end.
        catalogue: the queries that have a path each.
    """
    told: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))
    told["info"]["version"] = __version__
    told["servers"] = [{"url": root}]
    paths = told["paths"]
    paths.update({f"/queries/{name}": _catalogue_path(query, paths) for name, query in catalogue.items()})
    return told


def _catalogue_path(query: CatalogueQuery, paths: Mapping[str, Any]) -> dict[str, Any]:
    """Return the path of a catalogue query, which answers as `/sparql` does."""
    parameters = [
        {
            "name": parameter.name,
            "in": "query",
            "description": parameter.description["en"],
            "required": False,
            "schema": {**_PARAMETER_SCHEMAS[parameter.type], "default": parameter.default.value},
        }
        for parameter in query.parameters
    ]
    asked = paths["/sparql"]["get"]
    parameters += [each for each in asked["parameters"] if each["name"] in FORMAT_FIELDS]
    return {
        "get": {
            "summary": query.title["en"],
            "description": query.question["en"],
            "tags": list(query.tags),
            "parameters": parameters,
            "responses": asked["responses"],
        }
    }
