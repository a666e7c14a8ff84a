"""What the default graph holds, in numbers: a description in VoID, and the queries that count for it.

The property partitions of our own classes also name the classes and datatypes of their values, with the
properties by which VoID generators and query editors find what can follow a class.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from glutakg.dataset.queries import program_query
from glutakg.rdf import PREFIXES

__all__ = [
    "COUNTING_QUERIES",
    "LICENCE",
    "TITLE",
    "Counts",
    "Statements",
    "counted",
    "say_dataset",
    "say_partitions",
]


TITLE = {
    "en": "glutakg: a knowledge graph of the glutamate-glutamine-GABA cycle",
    "nl": "glutakg: een kennisgraaf van de glutamaat-glutamine-GABA-cyclus",
}

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""The licence of the data."""

_VOID, _VOID_EXT = PREFIXES["void"], PREFIXES["void-ext"]

COUNTING_QUERIES: Mapping[str, str] = {
    "classes": "entity-counts-by-class",
    "class_properties": "triple-counts-by-class-and-property",
    "value_classes": "value-classes-by-class-and-property",
    "value_datatypes": "value-datatypes-by-class-and-property",
}
"""The queries of the program that must be answered before the partitions by class can be told."""

Rows = Sequence[Mapping[str, str]]


class Counts(NamedTuple):
    """The rows that answer `COUNTING_QUERIES`, each a mapping from variable to text."""

    classes: Rows
    class_properties: Rows
    value_classes: Rows
    value_datatypes: Rows

    def of_own_classes(self) -> "Counts":
        """Return what is counted of the classes of our ontology."""
        return Counts(*([row for row in rows if row["class"].startswith(PREFIXES["gk"])] for rows in self))


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
        by_class[row["class"]] = partition = _partition(told, dataset, _VOID, "class", row["class"])
        told.say(partition, _VOID + "entities", int(row["entities"]))
    by_property = {}
    for row in counts.class_properties:
        of = row["class"], row["property"]
        if row["class"] in by_class:
            by_property[of] = partition = _partition(told, by_class[row["class"]], _VOID, "property", of[1])
            told.say(partition, _VOID + "triples", int(row["triples"]))
    for namespace, kind, column, rows in (
        (_VOID, "class", "value_class", counts.value_classes),
        (_VOID_EXT, "datatype", "datatype", counts.value_datatypes),
    ):
        for row in rows:
            if column in row and (row["class"], row["property"]) in by_property:
                _partition(told, by_property[row["class"], row["property"]], namespace, kind, row[column])


def _partition(
    told: Statements, whole: ox.NamedNode | ox.BlankNode, namespace: str, kind: str, of: str
) -> ox.BlankNode:
    """Return a new part of a whole: what has a class, a property or a datatype."""
    partition = told.blank()
    told.say(whole, f"{namespace}{kind}Partition", partition)
    told.say(partition, f"{namespace}{kind}", ox.NamedNode(of))
    return partition


def counted(store: ox.Store) -> Counts:
    """Return the counts of the default graph of a store.

    >>> counted(ox.Store()).classes
    []
    """
    texts = {field: program_query(name).text for field, name in COUNTING_QUERIES.items()}
    return Counts(**{field: _rows(store, text) for field, text in texts.items()})


def _rows(store: ox.Store, query: str) -> list[dict[str, str]]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: _text(row[name]) for name in names} for row in solutions]


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value
