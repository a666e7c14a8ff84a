"""What the default graph holds, in numbers: a description in VoID, and the queries that count for it.

The property partitions of our own classes also name the classes and datatypes of their values, with the
properties by which VoID generators and query editors find what can follow a class.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from glutakg.dataset.mappings import releases_in
from glutakg.dataset.names import ENDPOINT, LICENCE, graph_iri
from glutakg.dataset.queries import program_query
from glutakg.rdf import PREFIXES, canonical_turtle

__all__ = [
    "BUILT_QUERIES",
    "COUNTING_QUERIES",
    "DATASET",
    "TITLE",
    "Counts",
    "Link",
    "Statements",
    "counted",
    "links_of",
    "releases_in",
    "say_dataset",
    "say_links",
    "say_partitions",
    "void_turtle",
]


TITLE = {
    "en": "glutakg: a knowledge graph of the glutamate-glutamine-GABA cycle",
    "nl": "glutakg: een kennisgraaf van de glutamaat-glutamine-GABA-cyclus",
}

DATASET = "https://w3id.org/glutakg/void"
"""The name of what the description in the data is of: the default graph."""

_NOTICE = "# Counted when it is built: edit what is counted, not this file."
_PROPERTIES = (
    "void:class", "void:classPartition", "void:entities", "void:linkPredicate", "void:objectsTarget",
    "void:property", "void:propertyPartition", "void:sparqlEndpoint", "void:subjectsTarget", "void:subset",
     "void:triples", "void:uriSpace", "void-ext:datatype", "void-ext:datatypePartition",
)  # fmt: skip
_VOID, _VOID_EXT = PREFIXES["void"], PREFIXES["void-ext"]
_OWN = f'STRSTARTS(STR(?of), "{PREFIXES["gk"]}")'

COUNTING_QUERIES: Mapping[str, str] = {
    "classes": """\
SELECT ?of (COUNT(DISTINCT ?s) AS ?entities)
WHERE { ?s a ?of FILTER(ISIRI(?of)) } GROUP BY ?of ORDER BY ?of
""",
    "class_properties": """\
SELECT ?of ?property (COUNT(*) AS ?triples)
WHERE { ?s a ?of ; ?property ?o FILTER(ISIRI(?of)) } GROUP BY ?of ?property ORDER BY ?of ?property
""",
    "value_classes": f"""\
SELECT DISTINCT ?of ?property ?class
WHERE {{
  {{ SELECT DISTINCT ?of ?property ?o WHERE {{ ?s a ?of ; ?property ?o FILTER({_OWN} && !ISLITERAL(?o)) }} }}
  ?o a ?class FILTER(STRSTARTS(STR(?class), "{PREFIXES["gk"]}"))
}}
ORDER BY ?of ?property ?class
""",
    "value_datatypes": f"""\
SELECT DISTINCT ?of ?property ?datatype
WHERE {{ ?s a ?of ; ?property ?o FILTER({_OWN} && ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?datatype) }}
ORDER BY ?of ?property ?datatype
""",
}
"""What must be asked of the data before the partitions by class can be told."""

BUILT_QUERIES: Mapping[str, str] = {
    name: f"""\
SELECT ?of ?property ?{kind}
WHERE {{
  GRAPH <{graph_iri("catalogue")}> {{
    ?members <{_VOID}class> ?of ; <{_VOID}propertyPartition> ?values .
    ?values <{_VOID}property> ?property ; <{namespace}{kind}Partition>/<{namespace}{kind}> ?{kind}
  }}
}}
ORDER BY ?of ?property ?{kind}
"""
    for name, namespace, kind in (
        ("value_classes", _VOID, "class"), ("value_datatypes", _VOID_EXT, "datatype"),
    )
}  # fmt: skip
"""The same, where what was counted when the graph was built still holds; to count takes much longer."""

Rows = Sequence[Mapping[str, str]]


class Counts(NamedTuple):
    """The rows that answer `COUNTING_QUERIES`, each a mapping from variable to text."""

    classes: Rows
    class_properties: Rows
    value_classes: Rows
    value_datatypes: Rows

    def of_own_classes(self) -> "Counts":
        """Return what is counted of the classes of our ontology."""
        return Counts(*([row for row in rows if row["of"].startswith(PREFIXES["gk"])] for rows in self))


class Link(NamedTuple):
    """How often terms of ours are related by one property to terms of one ontology or database.

    Attributes:
        target: the ontology, or the database as Bioregistry names it.
        namespace: how the IRIs of its terms begin.
        release: in which its terms were seen; several where that is so, none where nobody said.
        property: the property.
        triples: how often.
    """

    target: str
    namespace: str
    release: str
    property: str
    triples: int


class Statements:
    """Collects triples; blank nodes are numbered.

    >>> statements = Statements()
    >>> statements.say(statements.blank(), PREFIXES["void"] + "triples", 7)
    >>> str(statements.triples[0].object)
    '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.triples: list[ox.Triple] = []
        self._blank_nodes = 0

    def say(self, subject: ox.NamedNode | ox.BlankNode, predicate: str, *values: object) -> None:
        """Add a triple for each value: a term, a whole number or text."""
        for value in values:
            self.triples.append(ox.Triple(subject, ox.NamedNode(predicate), _term(value)))

    def blank(self, *types: str) -> ox.BlankNode:
        """Return a new blank node, of classes where some are named."""
        self._blank_nodes += 1
        node = ox.BlankNode(f"b{self._blank_nodes}")
        self.say(node, PREFIXES["rdf"] + "type", *map(ox.NamedNode, types))
        return node


def _term(value: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal):
        return value
    return ox.Literal(value) if isinstance(value, int) else ox.Literal(str(value))


def say_dataset(told: Statements, dataset: ox.NamedNode, endpoint: str) -> None:
    """Say what a dataset is called, under which licence it is, and at which endpoint it is asked."""
    told.say(dataset, PREFIXES["rdf"] + "type", ox.NamedNode(_VOID + "Dataset"))
    for language, title in TITLE.items():
        told.say(dataset, PREFIXES["dcterms"] + "title", ox.Literal(title, language=language))
    told.say(dataset, PREFIXES["dcterms"] + "license", ox.NamedNode(LICENCE))
    told.say(dataset, _VOID + "sparqlEndpoint", ox.NamedNode(endpoint))
    told.say(dataset, _VOID + "uriSpace", PREFIXES["gkd"])


def say_partitions(told: Statements, dataset: ox.NamedNode, counts: Counts) -> None:
    """Say of a dataset what its classes are, which properties their members have, and with what values.

    What is counted of a class or property that a former query did not count is passed over, and what has no
    value: the data of another server may change between two queries, and its engine have its own ways.
    """
    by_class = {}
    for row in counts.classes:
        by_class[row["of"]] = partition = _partition(told, dataset, _VOID, "class", row["of"])
        told.say(partition, _VOID + "entities", int(row["entities"]))
    by_property = {}
    for row in counts.class_properties:
        of = row["of"], row["property"]
        if row["of"] in by_class:
            by_property[of] = partition = _partition(told, by_class[row["of"]], _VOID, "property", of[1])
            told.say(partition, _VOID + "triples", int(row["triples"]))
    for namespace, kind, rows in (
        (_VOID, "class", counts.value_classes),
        (_VOID_EXT, "datatype", counts.value_datatypes),
    ):
        for row in rows:
            if kind in row and (row["of"], row["property"]) in by_property:
                _partition(told, by_property[row["of"], row["property"]], namespace, kind, row[kind])


def _partition(
    told: Statements, whole: ox.NamedNode | ox.BlankNode, namespace: str, kind: str, of: str
) -> ox.BlankNode:
    """Return a new part of a whole: what has a class, a property or a datatype."""
    partition = told.blank()
    told.say(whole, f"{namespace}{kind}Partition", partition)
    told.say(partition, f"{namespace}{kind}", ox.NamedNode(of))
    return partition


def say_links(
    told: Statements, whole: ox.NamedNode | ox.BlankNode, dataset: ox.NamedNode | None, links: Sequence[Link]
) -> None:
    """Say of a graph to what it links: a linkset for each ontology or database and property.

    Args:
        told: where it is said.
        whole: what the linksets are part of.
        dataset: what the subjects of links are in, where that has a name.
        links: what is said.
    """
    for link in links:
        target, linkset = ox.NamedNode(link.target), told.blank(_VOID + "Linkset")
        told.say(whole, _VOID + "subset", linkset)
        if dataset is not None:
            told.say(linkset, _VOID + "subjectsTarget", dataset)
        told.say(linkset, _VOID + "objectsTarget", target)
        told.say(linkset, _VOID + "linkPredicate", ox.NamedNode(link.property))
        told.say(linkset, _VOID + "triples", link.triples)
        told.say(target, PREFIXES["rdf"] + "type", ox.NamedNode(_VOID + "Dataset"))
        told.say(target, _VOID + "uriSpace", link.namespace)
        if link.release:
            told.say(target, PREFIXES["owl"] + "versionInfo", link.release)


def links_of(store: ox.Store, releases: Mapping[str, str]) -> list[Link]:
    """Return to what the default graph of a store links.

    Args:
        store: of ontology, facts and mappings.
        releases: of what has no slice, by prefix, as the table of mappings tells.
    """
    names = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    slices = {
        row["slice"].rpartition("/")[2]: row
        for row in _rows(store, program_query("releases-of-ontologies").text)
    }
    links = []
    for row in _rows(store, program_query("links-by-namespace").text):
        prefix = names.get(row["namespace"])
        owner = slices.get(prefix.lower()) if prefix else None
        if prefix is None or (owner is None and prefix not in releases):
            continue  # a word of RDF, OWL or another vocabulary that is no ontology of terms
        target = owner["ontology"] if owner else PREFIXES["bioregistry"] + prefix.lower()
        release = owner["release"] if owner else releases[prefix]
        links.append(Link(target, row["namespace"], release, row["property"], int(row["triples"])))
    return links


def void_turtle(counts: Counts, links: Sequence[Link] = ()) -> str:
    """Return as canonical Turtle what members our own classes have, which properties, and with what values.

    Args:
        counts: of the default graph.
        links: of it, to other ontologies and databases.
    """
    told = Statements()
    dataset = ox.NamedNode(DATASET)
    say_dataset(told, dataset, ENDPOINT)
    say_partitions(told, dataset, counts.of_own_classes())
    say_links(told, dataset, dataset, links)
    triples = ox.serialize(dict.fromkeys(told.triples), format=ox.RdfFormat.N_TRIPLES)
    assert triples is not None  # it is, when no output is given
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(PREFIXES)]
    declared = [
        "void:Dataset a owl:Class .",
        "void:Linkset a owl:Class .",
        *(f"{name} a owl:AnnotationProperty ." for name in _PROPERTIES),
    ]
    return canonical_turtle("\n".join([_NOTICE, *prefixes, *declared, triples.decode()]), "void.ttl")


def counted(store: ox.Store) -> Counts:
    """Return the counts of the default graph of a store.

    >>> counted(ox.Store()).classes
    []
    """
    return Counts(**{name: _rows(store, query) for name, query in COUNTING_QUERIES.items()})


def _rows(store: ox.Store, query: str) -> list[dict[str, str]]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: _text(row[name]) for name in names} for row in solutions]


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value
