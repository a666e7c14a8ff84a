"""What pages are made from: the graph, asked by queries of the program; the claims of a language are kept."""

from collections.abc import Iterable, Mapping

from glutakg.charts import Place, Study, places_of, studies_by_claim
from glutakg.claims import Claim, ConflictSides, read_claims, read_conflicts
from glutakg.dataset import Catalogue, program_query
from glutakg.errors import QueryError, TermError
from glutakg.graph import KnowledgeGraph
from glutakg.languages import N_
from glutakg.rdf import PREFIXES, Iri, Literal, compress
from glutakg.sparql import Rows
from glutakg.store import Engine

__all__ = ["Reader", "Worded"]


class Worded(str):
    """A text that knows its language; "" where it is of none, or of one that is not told."""

    __slots__ = ("language",)

    language: str

    def __new__(cls, text: str, language: str) -> "Worded":
        """Make it of a text and the tag of a language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


_NOT_ENGLISH = (PREFIXES["gk"], PREFIXES["gkd"], PREFIXES["obo"] + "NCBITaxon_")

_LABELS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?name WHERE {{
  VALUES ?term {{ {terms} }}
  VALUES (?kind ?rank) {{ (skos:prefLabel 2) (rdfs:label 1) (dcterms:title 0) }}
  ?term ?kind ?name .
}}
ORDER BY (LANG(?name) = "{lang}") ?rank DESC(?name)
"""


class Reader:
    """Asks the graph; what every page of a language needs is read once, since the store does not change."""

    def __init__(self, engine: Engine) -> None:
        """Ask this store."""
        self.graph = KnowledgeGraph(engine, catalogue=Catalogue([]))
        self._claims: dict[str, dict[str, Claim]] = {}
        self._studies: dict[str, dict[str, list[Study]]] = {}
        self._conflicts: dict[str, list[ConflictSides]] = {}
        self._places: dict[str, list[Place]] = {}
        self._symbols: dict[str, str] | None = None

    def claims(self, lang: str) -> Mapping[str, Claim]:
        """Return every claim by IRI, by identifier in order."""
        if lang not in self._claims:
            self._read_claims(lang)
        return self._claims[lang]

    def studies(self, lang: str) -> Mapping[str, list[Study]]:
        """Return the studies on each claim, by its IRI."""
        if lang not in self._studies:
            self._read_claims(lang)
        return self._studies[lang]

    def _read_claims(self, lang: str) -> None:
        """Read claims and studies, both of which are made from the rows on evidence."""
        answers: dict[str, Rows] = {}

        def ask(name: str, parameters: Mapping[str, object]) -> Rows:
            answers[name] = self.ask(name, parameters)
            return answers[name]

        self._claims[lang] = {claim.iri: claim for claim in read_claims(ask, lang)}
        self._studies[lang] = studies_by_claim(answers["evidence-records"])

    def conflicts(self, lang: str) -> list[ConflictSides]:
        """Return every conflict, by identifier."""
        if lang not in self._conflicts:
            self._conflicts[lang] = read_conflicts(self.ask, lang, self.claims(lang))
        return self._conflicts[lang]

    def places(self, lang: str) -> list[Place]:
        """Return every place with what is there, by IRI."""
        if lang not in self._places:
            rows, contents = self.rows("places", lang=lang), self.rows("contents-of-places", lang=lang)
            self._places[lang] = places_of(rows, contents)
        return self._places[lang]

    def symbols(self) -> Mapping[str, str]:
        """Return the symbols of enzymes and transporters, by IRI."""
        if self._symbols is None:
            rows = self.rows("symbols-of-enablers")
            self._symbols = {str(row["protein"]): str(row["symbol"]) for row in rows}
        return self._symbols

    def find(self, text: str) -> str:
        """Return the IRI of a term that occurs in the graph, from a CURIE, an IRI or a name.

        Raises:
            TermError: there is no such term, or no such term can be.
        """
        try:
            return self.graph.find_occurring(text)
        except QueryError:
            raise TermError(N_("There is no term {text!r}, and it cannot be an IRI.", text=text)) from None

    def label(self, iri: str, lang: str) -> Worded:
        """Return the name of a term in a language, else in another one, else its CURIE."""
        return self.labels([iri], lang)[iri]

    def labels(self, iris: Iterable[str], lang: str) -> dict[str, Worded]:
        """Return the names of terms in a language, else in another one, else their CURIEs.

        Ontologies that we reuse leave the language of their labels out; it is English, but for species.
        """
        found = {iri: Worded(compress(iri), "") for iri in iris}
        answer = self.graph.query(_LABELS.format(terms=" ".join(f"<{iri}>" for iri in found), lang=lang))
        assert isinstance(answer, Rows)
        for term, name in answer.terms:  # the best comes last
            assert isinstance(term, Iri)
            assert isinstance(name, Literal)
            is_english = not term.value.startswith(_NOT_ENGLISH)
            found[term.value] = Worded(name.value, name.language or ("en" if is_english else ""))
        return found

    def rows(self, name: str, /, **parameters: object) -> Rows:
        """Return the rows that answer a query of the program."""
        return self.ask(name, parameters)

    def ask(self, name: str, parameters: Mapping[str, object]) -> Rows:
        """Return the rows that answer a query of the program, as the readers of claims ask."""
        answer = self.graph.answer(program_query(name), parameters=parameters)
        return Rows(answer.variables, answer.rows())
