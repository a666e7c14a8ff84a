"""Terms of imported ontologies that things of ours may match: by names, by structure and by parents."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from unicodedata import normalize

from glutakg.dataset import SSSOM_SUFFIX, Import, canonical_sssom, kept_files, mapping_rows, shipped_root
from glutakg.errors import SourceError
from glutakg.files import read_text, write_atomically
from glutakg.linking.ours import Ours
from glutakg.linking.owners import Facts
from glutakg.linking.repairs import checkout
from glutakg.linking.tables import read_tables
from glutakg.linking.uses import is_of_others, prefix_of
from glutakg.rdf import PREFIXES, Iri, compress, expand, local_name
from glutakg.store import Engine

__all__ = ["Suggestion", "accept_suggestions", "suggest_links"]


_OURS = """\
PREFIX gkg: <https://w3id.org/glutakg/graph/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?property ?name (LANG(?name) AS ?lang)
WHERE {
  VALUES ?graph { gkg:background gkg:source gkg:ontology }
  VALUES ?property { rdfs:label skos:prefLabel skos:altLabel }
  GRAPH ?graph { ?term ?property ?name }
  FILTER(ISIRI(?term) && ISLITERAL(?name) && STRLEN(?name) < 1000)
}
"""
_THEIRS = """\
PREFIX oio: <http://www.geneontology.org/formats/oboInOwl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term ?property ?name (LANG(?name) AS ?lang)
WHERE {{
  VALUES ?property {{
    rdfs:label oio:hasExactSynonym oio:hasRelatedSynonym oio:hasNarrowSynonym oio:hasBroadSynonym
  }}
  GRAPH <{graph}> {{ ?term ?property ?name }}
  FILTER(ISIRI(?term) && ISLITERAL(?name) && STRLEN(?name) < 1000)
}}
"""
_FORMS = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term ?form
WHERE {{
  VALUES ?property {{ {conjugates} }}
  GRAPH <{graph}> {{
    ?some owl:onProperty ?property .
    ?some owl:someValuesFrom ?form .
    ?term rdfs:subClassOf ?some
  }}
}}
"""
_CONJUGATES = (
    *map(expand, ("RO:0018033", "RO:0018034")),  # is conjugate base of, is conjugate acid of
    "http://purl.obolibrary.org/obo/chebi#is_conjugate_base_of",
    "http://purl.obolibrary.org/obo/chebi#is_conjugate_acid_of",
)
_WEIGHTS = {"label": 1.0, "prefLabel": 1.0, "altLabel": 0.85, "hasExactSynonym": 0.85}
_WEIGHT = 0.5  # of a name that is not meant to be the same
_TOPS = frozenset(map(expand, ("CHEBI:24431", "CHEBI:50906", "GO:0008150", "GO:0003674", "GO:0005575")))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A match that may hold, for a person to decide on.

    Attributes:
        subject: a thing of ours, as a CURIE.
        subject_label: its English name.
        predicate: the match, such as `skos:closeMatch`; exact only where parents agree, and the thing matches
            no other form of it, with protons more or fewer.
        object: the term elsewhere, as a CURIE.
        object_label: its label.
        confidence: from 0 to 1, by how the two were found to belong together.
        justification: of SSSOM, such as `semapv:LexicalMatching`.
        reason: in words.
        ontology: the import that has the term, with its release.
    """

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    confidence: float
    justification: str
    reason: str
    ontology: str


def suggest_links(
    engine: Engine,
    imports: Iterable[Import],
    terms: Iterable[str] = (),
    *,
    is_all: bool = False,
    beside_table: bool = True,
) -> list[Suggestion]:
    """Return matches that may hold between things of ours and terms of imports, the likeliest first.

    Names in both languages are compared with labels and synonyms, without regard to case, hyphens and
    spaces; to a substance that matches a term of ChEBI, the forms of that term are close; a class that a
    thing belongs to is broader. Obsolete terms are left out, and those of another kind (a role for a
    compound).

    Args:
        engine: the store that has the imports.
        imports: those to look in.
        terms: IRIs of things of ours.
        is_all: whether to look at all things of ours instead.
        beside_table: whether to leave out pairs that the table of mappings has, and to follow its matches.

    Raises:
        SourceError: a table cannot be read.
        StoreError: the store cannot be opened.
    """
    tables = read_tables(shipped_root() / "ontology" / "imports")
    ours = Ours(engine, tables)
    sources = {expand(term.curie): term.provenance for term in tables.terms.values()}
    rows = [row for path in _mapping_files() for _, row in mapping_rows(path)] if beside_table else []
    matches: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        matches[expand(row["subject_id"])].add(expand(row["object_id"]))
    names = _names(engine, _OURS, frozenset({"en", "nl"}))
    own = (PREFIXES["gkd"], PREFIXES["gk"])
    asked = {each for each in names if each.startswith(own)} if is_all else set(terms)
    found: dict[tuple[str, str], Suggestion] = {}
    for each in imports:
        finder = _Finder(engine, each, Facts(engine, each, sources), ours)
        for subject in sorted(asked):
            for made in finder.candidates(subject, names.get(subject, []), matches[subject]):
                pair = made.subject, made.object
                if expand(made.object) not in matches[subject] and (
                    pair not in found or found[pair].confidence < made.confidence
                ):
                    found[pair] = made
    return sorted(found.values(), key=lambda each: (-each.confidence, each.subject, each.object))


Name = tuple[str, str]  # the kind of name, and the name


def _names(engine: Engine, text: str, languages: frozenset[str]) -> dict[str, list[Name]]:
    names: defaultdict[str, set[Name]] = defaultdict(set)
    answer = engine.evaluate(text, timeout=300, format="csv")  # of which more may come than of JSON
    rows = csv.reader(StringIO(answer.data.decode(), newline=""))
    for term, property, name, language in islice(rows, 1, None):
        if not language or language.partition("-")[0] in languages:
            names[term].add((local_name(property), name))
    return {term: sorted(each) for term, each in names.items()}


def _key(name: str) -> str:
    """Return a name without what does not part names.

    >>> _key("L-Glutamine"), _key("gamma aminobutyric acid") == _key("Gamma-Aminobutyric Acid")
    ('lglutamine', True)
    """
    return re.sub(r"[\W_]+", "", normalize("NFKC", name).casefold())


class _Finder:
    """Finds candidates in one import."""

    def __init__(self, engine: Engine, ontology: Import, facts: Facts, ours: Ours) -> None:
        self._facts, self._ours = facts, ours
        self._by_key: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        text = _THEIRS.format(graph=ontology.graph)
        for term, names in _names(engine, text, frozenset({"en"})).items():
            if is_of_others(term):
                for kind, name in names:
                    self._by_key[_key(name)].append((term, kind))
        conjugates = " ".join(f"<{each}>" for each in _CONJUGATES)
        self._forms: defaultdict[str, set[str]] = defaultdict(set)
        rows = engine.evaluate(_FORMS.format(graph=ontology.graph, conjugates=conjugates), timeout=300).rows()
        for row in rows:
            one, other = row["term"], row["form"]
            if isinstance(one, Iri) and isinstance(other, Iri):
                self._forms[one.value].add(other.value)
                self._forms[other.value].add(one.value)

    def candidates(self, subject: str, names: list[Name], matched: set[str]) -> Iterator[Suggestion]:
        """Yield what a thing of ours may match."""
        label = next((name for kind, name in names if kind in ("prefLabel", "label")), compress(subject))

        def made(term: str, predicate: str, confidence: float, how: str, reason: str) -> Suggestion:
            return Suggestion(
                compress(subject),
                label,
                predicate,
                compress(term),
                next(iter(self._facts.labels(term)), ""),
                round(confidence, 2),
                f"semapv:{how}",
                reason,
                f"{self._facts.name} ({self._facts.release})",
            )

        other_forms = self._forms_of(matched) - matched
        for kind, name in names:
            for term, their_kind in self._by_key.get(_key(name), ()):
                if self._may_be(subject, term):
                    weight = _WEIGHTS.get(kind, _WEIGHT) * _WEIGHTS.get(their_kind, _WEIGHT)
                    agree = self._parents_agree(subject, term)
                    is_exact = agree and weight >= min(_WEIGHTS.values()) and term not in other_forms
                    predicate = "skos:exactMatch" if is_exact else "skos:closeMatch"
                    reason = f"“{name}” ({kind}) is its {their_kind}" + ("; parents agree" if agree else "")
                    yield made(term, predicate, weight * (0.95 if agree else 0.75), "LexicalMatching", reason)
        for term in matched:
            for form in self._forms.get(term, ()):
                if self._may_be(subject, form):
                    reason = f"a conjugate acid or base of {compress(term)}, which it matches"
                    yield made(form, "skos:closeMatch", 0.6, "StructuralMatching", reason)
        for term in self._ours.types(subject):
            if is_of_others(term) and self._may_be(subject, term):
                yield made(term, "skos:broadMatch", 0.5, "LogicalReasoning", "it is of this class")

    def _forms_of(self, terms: set[str]) -> set[str]:
        """Return terms with all whose protons alone differ: a name often tells no two of them apart."""
        found, waiting = set(terms), list(terms)
        while waiting:
            new = self._forms.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    def _may_be(self, subject: str, term: str) -> bool:
        """Return whether a term lives, and is not of another kind."""
        if not self._facts.describes(term) or self._facts.is_obsolete(term):
            return False
        ours, theirs = self._ours.kinds(subject), self._ours.kinds_of(self._facts.above(term))
        return not ours or not theirs or bool(ours & theirs)

    def _parents_agree(self, subject: str, term: str) -> bool:
        """Return whether a class above the term, not at the very top, is one above the thing of ours."""
        shared = (self._facts.above(term) - {term} - _TOPS) & self._ours.above(subject)
        return any(prefix_of(each) == prefix_of(term) for each in shared)


def accept_suggestions(suggestions: Iterable[Suggestion]) -> Path:
    """Add rows to the table of mappings, in canonical form, and return its path.

    Raises:
        SourceError: this is no checkout, the table would not be right, or it cannot be written; it is
            unchanged then.
    """
    checkout()
    path = _mapping_files()[0]
    text = read_text(path)
    names = next(line for line in text.split("\n") if line and not line.startswith("#")).split("\t")
    lines = []
    for each in suggestions:
        cells = {
            "subject_id": each.subject,
            "subject_label": each.subject_label,
            "predicate_id": each.predicate,
            "object_id": each.object,
            "object_label": each.object_label,
            "mapping_justification": each.justification,
            "object_source": f"bioregistry:{each.object.partition(':')[0].lower()}",
            "comment": f"Confidence {each.confidence:g}: {each.reason}. Label as in {each.ontology}.",
        }
        lines.append("\t".join(re.sub(r"\s+", " ", cells.get(name, "")) for name in names))
    if not lines:
        raise SourceError("There is nothing to accept; the table stays as it is.", path=path)
    write_atomically(path, canonical_sssom("\n".join([text.rstrip("\n"), *lines]) + "\n", path))
    return path


def _mapping_files() -> list[Path]:
    return [file.path for file in kept_files() if file.path.name.endswith(SSSOM_SUFFIX)]
