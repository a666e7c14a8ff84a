"""One graph as an OWL ontology document, which Protégé, ROBOT and other tools of OWL open on its own.

A document of OWL has one header and declares each term; without declarations a reader takes relations of
individuals for annotations. Beside that, definitions name their sources in the way that survives in OBO
format, and an individual does not share the label of a class.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

import pyoxigraph as ox

from glutakg._version import __version__
from glutakg.dataset.names import LICENCE
from glutakg.rdf import PREFIXES

__all__ = ["ONTOLOGY", "Known", "graph_header", "known_terms", "owl_document"]


def _named(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


ONTOLOGY = ox.NamedNode(PREFIXES["gk"].removesuffix("/"))
"""The ontology, by the name in its header."""

_TYPE = _named("rdf", "type")
_HEADER, _INDIVIDUAL, _IMPORTS = (_named("owl", name) for name in ("Ontology", "NamedIndividual", "imports"))
_ANNOTATION, _VERSION = _named("owl", "AnnotationProperty"), _named("owl", "versionIRI")
_VOCABULARY = {
    *(_named("owl", name) for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    _named("rdfs", "Datatype"),
}
_DECLARING = {*_VOCABULARY, _INDIVIDUAL}
_LABEL, _DEFINITION, _DEFINITION_SOURCE = (
    _named("rdfs", "label"),
    _named("obo", "IAO_0000115"),
    _named("obo", "IAO_0000119"),
)
_SOURCE, _HAS_VERSION = _named("dcterms", "source"), _named("dcterms", "hasVersion")
_DEFINING = (_DEFINITION, _DEFINITION_SOURCE)
_XREF = _named("oio", "hasDbXref")
_RESERVED = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
_RESERVED_TYPES = tuple(f"<{namespace}" for namespace in _RESERVED)

_CURIE = re.compile(r"[\w.-]+:\S")

_HOLDS = {
    "background": (
        "What is known of the cycle and its surroundings, apart from the source document.",
        "Wat bekend is over de cyclus en zijn omgeving, los van het brondocument.",
    ),
    "catalogue": (
        "The queries of the catalogue, and counts of the data.",
        "De query's van de catalogus, en tellingen van de gegevens.",
    ),
    "contested": (
        "Statements of claims that are disputed or inaccurate. None of them is held to be true.",
        "Uitspraken van beweringen die betwist of onjuist zijn. Geen ervan wordt voor waar gehouden.",
    ),
    "default": (
        "Ontology and facts in one: all graphs but what is contested, without derivations and the catalogue "
        "of queries where these were not asked for.",
        "Ontologie en feiten bijeen: alle grafen behalve wat betwist is, zonder afleidingen en de catalogus "
        "van query's waar daar niet om gevraagd is.",
    ),
    "evidence": (
        "Publications, what they show for or against claims, and conflicts.",
        "Publicaties, wat zij voor of tegen beweringen laten zien, en tegenspraak.",
    ),
    "inferred": (
        "What follows from the facts, and by which step.",
        "Wat uit de feiten volgt, en door welke stap.",
    ),
    "mappings": (
        "What the things of glutakg are in other ontologies and databases.",
        "Wat de dingen van glutakg zijn in andere ontologieën en databanken.",
    ),
    "source": (
        "The claims of the source document, and the statements of those that are not contested.",
        "De beweringen van het brondocument, en de uitspraken van die welke niet betwist zijn.",
    ),
}  # fmt: skip


class Known(NamedTuple):
    """What is known of terms wherever it stands: as what they are declared, and what they are called."""

    kinds: Mapping[ox.NamedNode, Set[ox.NamedNode]]
    words: Mapping[ox.NamedNode, Sequence[ox.Triple]] = MappingProxyType({})
    """Labels, and of the terms of the ontology definitions as well."""


def known_terms(triples: Collection[ox.Triple]) -> Known:
    """Return what triples of ontology and facts tell of terms."""
    words: dict[ox.NamedNode, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        subject, predicate, _ = triple
        if isinstance(subject, ox.NamedNode) and (
            predicate == _LABEL or (predicate in _DEFINING and subject.value.startswith(PREFIXES["gk"]))
        ):
            words[subject].append(triple)
    return Known(_kinds(triples), words)


def _kinds(triples: Iterable[ox.Triple]) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """Return as what each term is declared."""
    kinds: dict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for subject, predicate, kind in triples:
        if predicate == _TYPE and kind in _DECLARING and isinstance(subject, ox.NamedNode):
            kinds[subject].add(kind)
    return kinds


def graph_header(name: str, header: ox.NamedNode, *, merged: bool) -> list[ox.Triple]:
    """Return the header of a graph that has none: what it is called and holds, its version and licence.

    It imports nothing: the names of glutakg do not resolve, and readers refuse a file of which they cannot
    load an import.

    Args:
        name: of the graph, such as `background`.
        header: the ontology that it becomes.
        merged: whether the ontology stands in the same document.
    """
    words = {
        "title": (f"glutakg: the graph {name}", f"glutakg: de graaf {name}"),
        "description": _HOLDS[name],
    }
    return [
        ox.Triple(header, _TYPE, _HEADER),
        ox.Triple(header, _VERSION, ox.NamedNode(f"{header.value}/{__version__}")),
        ox.Triple(header, _named("owl", "versionInfo"), ox.Literal(__version__)),
        ox.Triple(header, _named("bibo", "status"), _named("bibo", "status/draft")),
        ox.Triple(header, _named("dcterms", "creator"), ox.Literal("The glutakg contributors")),
        ox.Triple(header, _named("dcterms", "license"), ox.NamedNode(LICENCE)),
        ox.Triple(header, _SOURCE if merged else _named("dcterms", "requires"), ONTOLOGY),
        *(
            ox.Triple(header, _named("dcterms", word), ox.Literal(text, language=language))
            for word, texts in words.items()
            for text, language in zip(texts, ("en", "nl"), strict=True)
        ),
    ]


def owl_document(
    triples: Collection[ox.Triple],
    header: ox.NamedNode,
    known: Known,
    merged: Set[ox.NamedNode] = frozenset(),
) -> list[ox.Triple]:
    """Return triples as one ontology that declares each term it uses.

    Args:
        triples: of one graph or several, with the header.
        header: the ontology that the document is.
        known: the terms, those of other graphs included; its words are for terms that have no label here.
        merged: ontologies that are in it or left out of it, beside those that have a header in it.
    """
    headers = {triple.subject for triple in triples if triple.object == _HEADER}
    whole = dict.fromkeys(_under_one_header(triples, (merged | headers) - {header}))
    whole = dict.fromkeys(_without_annotated_inverses(whole))
    whole.update(dict.fromkeys(_words(whole, header, known)))
    whole.update(dict.fromkeys(_declarations(whole, header, known)))
    whole.update(dict.fromkeys(_sources_of_definitions(whole)))
    return list(_labelled(whole))


def _under_one_header(triples: Iterable[ox.Triple], merged: Set[object]) -> Iterator[ox.Triple]:
    """Yield triples in which the ontologies that were merged are sources, and none of them is imported."""
    for triple in triples:
        subject, predicate, item = triple
        if subject in merged and item == _HEADER:
            yield ox.Triple(subject, _TYPE, _INDIVIDUAL)
        elif subject in merged and predicate == _VERSION:
            yield ox.Triple(subject, _HAS_VERSION, ox.Literal(item.value, datatype=_named("xsd", "anyURI")))
        elif predicate == _IMPORTS and item in merged:
            yield ox.Triple(subject, _SOURCE, item)
        else:
            yield triple


def _without_annotated_inverses(triples: Collection[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield triples in which annotations of inverses are those of the first property.

    The OWL API, by which Protégé and ROBOT read, gives the annotations of an inverse to whatever axiom it
    comes to next.
    """
    inverses = {
        triple.subject
        for triple in triples
        if triple.predicate == _named("owl", "annotatedProperty")
        and triple.object == _named("owl", "inverseOf")
    }
    properties = {
        triple.subject: triple.object
        for triple in triples
        if triple.subject in inverses and triple.predicate == _named("owl", "annotatedSource")
    }
    for triple in triples:
        subject, predicate, item = triple
        if subject not in properties:
            yield triple
        elif not predicate.value.startswith(_RESERVED) or predicate == _named("rdfs", "comment"):
            yield ox.Triple(properties[subject], predicate, item)  # type: ignore[arg-type]


def _words(triples: Collection[ox.Triple], header: ox.NamedNode, known: Known) -> Iterator[ox.Triple]:
    """Yield what the terms are called that have no label, individuals first; no label twice."""
    labels = [triple for triple in triples if triple.predicate == _LABEL]
    taken = {triple.object for triple in labels}
    nameless = _used(triples, header) & known.kinds.keys() - {triple.subject for triple in labels}
    for term in sorted(nameless, key=lambda each: (_INDIVIDUAL not in known.kinds[each], each.value)):
        words = known.words.get(term, ())
        if taken.isdisjoint(triple.object for triple in words):
            taken.update(triple.object for triple in words if triple.predicate == _LABEL)
            yield from words


def _declarations(triples: Collection[ox.Triple], header: ox.NamedNode, known: Known) -> Iterator[ox.Triple]:
    """Yield of which kind each term is, as far as that is known and was not said."""
    used = _used(triples, header)
    for term in used & known.kinds.keys():
        yield from (ox.Triple(term, _TYPE, kind) for kind in known.kinds[term])
    own = {predicate for subject, predicate, _ in triples if subject == header} | {_HAS_VERSION}
    for predicate in (own & used) - known.kinds.keys():
        if not predicate.value.startswith(_RESERVED):
            yield ox.Triple(predicate, _TYPE, _ANNOTATION)


def _used(triples: Collection[ox.Triple], header: ox.NamedNode) -> set[ox.NamedNode]:
    return {term for triple in triples for term in triple if isinstance(term, ox.NamedNode)} - {header}


def _sources_of_definitions(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the sources of each definition as annotations of the axiom: OBO format has no other place."""
    definitions: dict[object, list[ox.Triple]] = defaultdict(list)
    sources: dict[object, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate == _DEFINITION:
            definitions[triple.subject].append(triple)
        elif triple.predicate == _DEFINITION_SOURCE and isinstance(triple.object, ox.Literal):
            sources[triple.subject].add(_reference(triple.object.value))
    number = 0
    for subject, texts in definitions.items():
        for text in texts if sources[subject] else ():
            number += 1
            axiom = ox.BlankNode(f"definition{number}")
            yield ox.Triple(axiom, _TYPE, _named("owl", "Axiom"))
            yield ox.Triple(axiom, _named("owl", "annotatedSource"), text.subject)
            yield ox.Triple(axiom, _named("owl", "annotatedProperty"), _DEFINITION)
            yield ox.Triple(axiom, _named("owl", "annotatedTarget"), text.object)
            for source in sorted(sources[subject]):
                yield ox.Triple(axiom, _XREF, ox.Literal(source))
    if number:
        yield ox.Triple(_XREF, _TYPE, _ANNOTATION)


def _reference(source: str) -> str:
    """Return a source of a definition as a CURIE, which OBO format wants.

    >>> _reference("GOC:mah"), _reference("glutakg curators"), _reference("Person:Alan Ruttenberg")
    ('GOC:mah', 'glutakg:curators', 'Person:Alan_Ruttenberg')
    """
    prefix, colon, rest = source.partition(":" if _CURIE.match(source) else " ")
    return f"{prefix}:{rest.replace(' ', '_')}" if colon else f"reference:{source}"


def _labelled(triples: Collection[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield triples in which each individual has a label, and none that is also that of a class or property.

    To a checker such as ROBOT's report, a term without a label is an error, and so is one label of two terms.
    What has none, as the record of an inference, is called by the end of its name; what shares its label has
    added to it that it is an individual. Its preferred labels, and what people type, are as they were.
    """
    terms = {term for term, of in _kinds(triples).items() if of & _VOCABULARY}
    labels = [triple for triple in triples if triple.predicate == _LABEL]
    taken = {triple.object for triple in labels if triple.subject in terms}
    for triple in triples:
        subject, predicate, label = triple
        if predicate == _LABEL and label in taken and subject not in terms:
            apart = ox.Literal(f"{label.value} (individual)", language=label.language)
            triple = ox.Triple(subject, _LABEL, apart)
        yield triple
    individuals = {
        triple.subject
        for triple in triples
        if triple.predicate == _TYPE and not str(triple.object).startswith(_RESERVED_TYPES)
    }
    called = {triple.subject for triple in labels}
    for term in individuals - called - terms:
        if isinstance(term, ox.NamedNode):
            yield ox.Triple(term, _LABEL, ox.Literal(re.split("[/#]", term.value)[-1], language="en"))
