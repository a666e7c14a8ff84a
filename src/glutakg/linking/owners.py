"""What imported ontologies say of terms, read from the store when it is needed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import permutations

from glutakg.dataset import Import
from glutakg.errors import TermError
from glutakg.rdf import PREFIXES, BlankNode, Iri, expand
from glutakg.store import Engine

__all__ = ["Facts"]


_HEAD = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
_TERMS = (
    _HEAD
    + """\
SELECT ?term ?property ?value
WHERE {{
  VALUES ?term {{ {terms} }}
  {{
    VALUES ?property {{
      rdf:type rdfs:label rdfs:subClassOf owl:deprecated owl:equivalentClass <{replaced_by}> <{source}>
    }}
    GRAPH <{graph}> {{ ?term ?property ?value }}
  }}
  UNION
  {{
    GRAPH <{graph}> {{ ?term owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first ?value }}
    BIND(rdfs:subClassOf AS ?property)
  }}
}}
"""
)
_DISJOINT = (
    _HEAD
    + """\
SELECT ?all ?one ?other
WHERE {{
  {{
    GRAPH <{graph}> {{ ?one owl:disjointWith ?other }}
  }}
  UNION
  {{
    GRAPH <{graph}> {{ ?all a owl:AllDisjointClasses }}
    GRAPH <{graph}> {{ ?all owl:members/rdf:rest*/rdf:first ?one }}
  }}
}}
"""
)
_AT_A_PLACE = (
    _HEAD
    + """\
ASK {{
  VALUES ?term {{ {terms} }}
  VALUES ?property {{ {places} }}
  GRAPH <{graph}> {{
    ?term rdfs:subClassOf ?some .
    ?some owl:onProperty ?property
  }}
}}
"""
)
_OWL = PREFIXES["owl"]
_BELOW = PREFIXES["rdfs"] + "subClassOf"
_DEFINED_AS = _OWL + "equivalentClass"
_SOURCE = PREFIXES["dcterms"] + "source"
_REPLACED_BY = PREFIXES["obo"] + "IAO_0100001"
_PLACES = tuple(map(expand, ("BFO:0000066", "BFO:0000050", "RO:0001025", "RO:0002231", "RO:0002232")))
_AT_ONCE = 500

_LABEL = PREFIXES["rdfs"] + "label"


class Facts:
    """What an import says of terms."""

    def __init__(self, engine: Engine, ontology: Import, sources: Mapping[str, str]) -> None:
        """Take the store, the import, and where our slices have each of their terms from.

        A slice goes on to speak, in that graph, of terms that the import lacks; those are not the owner's.
        """
        self.name = ontology.name
        self.release = ontology.version or ontology.date
        self._engine = engine
        self._graph = ontology.graph
        self._sources = sources
        self._known: dict[str, dict[str, list[str]]] = {}
        self._above: dict[str, frozenset[str]] = {}

    def load(self, terms: Iterable[str]) -> None:
        """Read what it says of some terms, and of all classes above them."""
        waiting = set(terms) - self._known.keys()
        while waiting:
            wanted = sorted(waiting)
            for begin in range(0, len(wanted), _AT_ONCE):
                self._read(wanted[begin : begin + _AT_ONCE])
            parents = {each for term in wanted for each in self._known[term].get(_BELOW, ())}
            waiting = parents - self._known.keys()

    def _read(self, terms: list[str]) -> None:
        self._known.update({term: {} for term in terms})
        named = " ".join(f"<{term}>" for term in terms)
        text = _TERMS.format(terms=named, graph=self._graph, replaced_by=_REPLACED_BY, source=_SOURCE)
        for row in self._engine.evaluate(text, timeout=300).rows():
            term, property, value = row["term"], row["property"], row["value"]
            if not isinstance(term, Iri) or not isinstance(property, Iri) or value is None:
                continue
            if not isinstance(value, BlankNode) or property.value == _DEFINED_AS:
                self._known[term.value].setdefault(property.value, []).append(value.value)
        for each in terms:
            if self._sources.get(each) in self._known[each].get(_SOURCE, ()):
                self._known[each] = {}

    def _of(self, term: str) -> Mapping[str, list[str]]:
        if term not in self._known:
            self.load({term})
        return self._known[term]

    def knows(self, term: str) -> bool:
        """Return whether it says anything of a term."""
        return bool(self._of(term))

    def describes(self, term: str) -> bool:
        """Return whether it says more of a term than that it is one."""
        return self._of(term).keys() > {PREFIXES["rdf"] + "type"}

    def labels(self, term: str) -> list[str]:
        """Return the labels of a term."""
        return self._of(term).get(_LABEL, [])

    def is_obsolete(self, term: str) -> bool:
        """Return whether a term is deprecated."""
        return "true" in self._of(term).get(_OWL + "deprecated", ())

    def is_defined(self, term: str) -> bool:
        """Return whether a class has a definition, from which other places may follow."""
        return _DEFINED_AS in self._of(term)

    def has_place(self, term: str) -> bool:
        """Return whether this class, or one above it, says at which place something happens or belongs."""
        terms = " ".join(f"<{each}>" for each in sorted(self.above(term)))
        places = " ".join(f"<{each}>" for each in _PLACES)
        text = _AT_A_PLACE.format(terms=terms, places=places, graph=self._graph)
        return self._engine.evaluate(text, timeout=300).boolean

    def parents(self, term: str) -> list[str]:
        """Return the classes that a term is stated to be directly below."""
        return self._of(term).get(_BELOW, [])

    def above(self, term: str) -> frozenset[str]:
        """Return the classes above a term, itself among them."""
        if term not in self._above:
            found, waiting = {term}, {term}
            while waiting:
                waiting = {each for one in waiting for each in self.parents(one)} - found
                found |= waiting
            self._above[term] = frozenset(found)
        return self._above[term]

    def replacement(self, term: str) -> str | None:
        """Return what replaces an obsolete term: a living one, after all replacements, if one is named."""
        seen, waiting = {term}, [term]
        while waiting:
            for value in self._of(waiting.pop(0)).get(_REPLACED_BY, ()):
                following = _iri(value)
                if following not in seen:
                    if self.knows(following) and not self.is_obsolete(following):
                        return following
                    seen.add(following)
                    waiting.append(following)
        return None

    @cached_property
    def disjoint(self) -> frozenset[tuple[str, str]]:
        """The pairs of classes that it says have nothing in common, in both orders."""
        told = self._engine.evaluate(_DISJOINT.format(graph=self._graph), timeout=300).rows()
        together: defaultdict[str, set[str]] = defaultdict(set)
        pairs: set[tuple[str, str]] = set()
        for row in told:
            every, one, other = row["all"], row["one"], row["other"]
            if isinstance(one, Iri) and isinstance(other, Iri):
                pairs |= {(one.value, other.value), (other.value, one.value)}
            elif isinstance(one, Iri) and every is not None:
                together[every.value].add(one.value)
        for members in together.values():
            pairs.update(permutations(members, 2))
        return frozenset(pairs)


def _iri(value: str) -> str:
    """Return the IRI of a term that is named as IRI or as CURIE, as owners do both."""
    try:
        return expand(value)
    except TermError:
        return value
