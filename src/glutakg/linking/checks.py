"""Our identifiers of others beside the whole ontologies that were imported: what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from glutakg.dataset import Import, mapping_rows, shipped_root
from glutakg.linking.tables import SUBCLASS, read_tables
from glutakg.rdf import PREFIXES, Iri, Literal, compress, expand
from glutakg.store import Engine

__all__ = ["Checked", "Finding", "check_links"]


_QUERY = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
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
_RDFS, _OWL = PREFIXES["rdfs"], PREFIXES["owl"]
_DEFINED_AS = PREFIXES["owl"] + "equivalentClass"
_SOURCE = PREFIXES["dcterms"] + "source"
_REPLACED_BY = PREFIXES["obo"] + "IAO_0100001"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong with an identifier.

    Attributes:
        identifier: as a CURIE.
        place: the file and line that it stands in.
        problem: what is wrong.
        repair: what to do.
    """

    identifier: str
    place: str
    problem: str
    repair: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found, and what it looked at.

    Attributes:
        findings: in the order of identifiers.
        checked: how many identifiers were looked up, by the name of the import.
        unchecked: how many belong to ontologies that are not imported, by prefix.
        undecided: how many edges of slices may be the owner's by reasoning alone, by the name of the import.
        versions: of the imports that were looked at, by name.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int]
    unchecked: Mapping[str, int]
    undecided: Mapping[str, int]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Use:
    identifier: str
    label: str
    place: str


def check_links(engine: Engine, imports: Iterable[Import]) -> Checked:
    """Return what is wrong with the identifiers of others in mappings and slices, as far as imports tell.

    Looked at are those of the prefix that an import is named after: whether the term exists, whether it is
    obsolete (with the term that replaces it, after all replacements), whether its label is the one that our
    tables have, and whether the owner still places it where our slices do.

    Args:
        engine: the store that has the imports.
        imports: those to look at.

    Raises:
        SourceError: a table cannot be read.
        StoreError: the store cannot be opened.
    """
    of_prefix = {each.name: each for each in imports}
    uses: dict[str, list[_Use]] = {}
    unchecked: dict[str, int] = {}
    for use in _uses():
        prefix = use.identifier.partition(":")[0]
        if prefix.lower() in of_prefix:
            uses.setdefault(prefix.lower(), []).append(use)
        else:
            unchecked[prefix] = unchecked.get(prefix, 0) + 1
    edges: dict[str, list[tuple[str, str, str]]] = {}
    folder = shipped_root() / "ontology" / "imports"
    tables = read_tables(folder)
    sources = {expand(term.curie): term.provenance for term in tables.terms.values()}
    for number, edge in enumerate(tables.edges, start=2):
        if edge.relation == SUBCLASS:
            prefix = edge.child.partition(":")[0].lower()
            place = _place(folder / "edges.tsv", number)
            edges.setdefault(prefix, []).append((edge.child, edge.parent, place))
    known = {each.name: _Facts(engine, each.graph, sources) for each in of_prefix.values()}
    findings: set[Finding] = set()
    undecided: dict[str, int] = {}
    for name, used in uses.items():
        facts = known[name]
        facts.load({expand(use.identifier) for use in used})
        for use in used:
            term = expand(use.identifier)
            if facts.of(term) or not any(each.of(term) for each in known.values()):  # RO has terms of BFO
                findings.update(_of_use(use, facts))
        for child, parent, place in edges.get(name, ()):
            stated = _place_is_stated(child, parent, facts)
            if stated is None:
                undecided[name] = undecided.get(name, 0) + 1
            elif not stated:
                problem = f"its owner does not place it below {parent}"
                findings.add(Finding(child, place, problem, "take the edge out of the table"))
    return Checked(
        tuple(sorted(findings)),
        {name: len({use.identifier for use in used}) for name, used in uses.items()},
        unchecked,
        undecided,
        {name: of_prefix[name].version or of_prefix[name].date for name in uses},
    )


def _uses() -> list[_Use]:
    """Return the identifiers of others in the mappings and in the slices, each with its label and place."""
    root = shipped_root()
    found = []
    for path in sorted(root.glob("data/mappings/*.sssom.tsv")):
        for number, row in mapping_rows(path):
            found.append(_Use(row["object_id"], row.get("object_label", ""), _place(path, number)))
    folder = root / "ontology" / "imports"
    for number, term in enumerate(read_tables(folder).terms.values(), start=2):
        found.append(_Use(term.curie, term.label, _place(folder / "terms.tsv", number)))
    return found


def _place(path: Path, number: int) -> str:
    return f"{path.name}:{number}"


class _Facts:
    """What an import says of terms, read when it is needed."""

    def __init__(self, engine: Engine, graph: str, sources: Mapping[str, str]) -> None:
        """Take the store, the graph, and where our slices have each of their terms from.

        A slice goes on to speak, in that graph, of terms that the import lacks; those are not the owner's.
        """
        self._engine = engine
        self._graph = graph
        self._sources = sources
        self._known: dict[str, dict[str, list[str]]] = {}

    def load(self, terms: set[str]) -> None:
        """Read what it says of some terms."""
        wanted = sorted(terms - self._known.keys())
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            self._known.update({term: {} for term in some})
            named = " ".join(f"<{term}>" for term in some)
            text = _QUERY.format(terms=named, graph=self._graph, replaced_by=_REPLACED_BY, source=_SOURCE)
            for row in self._engine.evaluate(text, timeout=300).rows():
                term, property, value = row["term"], row["property"], row["value"]
                if not isinstance(term, Iri) or not isinstance(property, Iri) or value is None:
                    continue
                if isinstance(value, Iri | Literal) or property.value == _DEFINED_AS:
                    self._known[term.value].setdefault(property.value, []).append(value.value)

            for each in some:
                if self._sources.get(each) in self._known[each].get(_SOURCE, ()):
                    self._known[each] = {}

    def of(self, term: str) -> Mapping[str, list[str]]:
        """Return what it says of a term."""
        self.load({term})
        return self._known[term]

    def is_obsolete(self, term: str) -> bool:
        """Return whether a term is deprecated."""
        return "true" in self.of(term).get(_OWL + "deprecated", ())

    def above(self, term: str) -> set[str]:
        """Return the classes above a term, itself among them."""
        found, waiting = {term}, {term}
        while waiting:
            self.load(waiting)
            waiting = {each for one in waiting for each in self.of(one).get(_RDFS + "subClassOf", ())} - found
            found |= waiting
        return found


def _of_use(use: _Use, facts: _Facts) -> Iterable[Finding]:
    term = expand(use.identifier)
    told = facts.of(term)
    if not told:
        yield Finding(
            use.identifier, use.place, "the ontology has no such term", "look for the term that is meant"
        )
        return
    if facts.is_obsolete(term):
        yield Finding(use.identifier, use.place, "it is obsolete", _replacement(term, facts))
        return
    labels = told.get(_RDFS + "label", [])
    if use.label and labels and use.label not in labels:
        yield Finding(
            use.identifier,
            use.place,
            f"its label is “{labels[0]}”, not “{use.label}”",
            "correct the label, or the identifier where another term is meant",
        )


def _replacement(term: str, facts: _Facts) -> str:
    """Return what to use for an obsolete term: a living one, after all replacements."""
    seen = {term}
    while following := [each for each in facts.of(term).get(_REPLACED_BY, ()) if each not in seen]:
        term = following[0] if ":" in following[0] else term
        seen.update(following)
        if not facts.is_obsolete(term):
            return f"use {compress(term)}"
    return "its owner names no term in its place; choose one"


def _place_is_stated(child: str, parent: str, facts: _Facts) -> bool | None:
    """Return whether the owner places a class below another; None where a definition may have it follow."""
    below, above = expand(child), expand(parent)
    is_elsewhere = child.partition(":")[0] != parent.partition(":")[0]
    if is_elsewhere or not facts.of(below) or facts.is_obsolete(below) or above in facts.above(below):
        return True
    return None if _DEFINED_AS in facts.of(above) else False
