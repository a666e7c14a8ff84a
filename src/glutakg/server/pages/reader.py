"""What pages are made from: the graph, asked by catalogue queries, with the claims of each language kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from glutakg.claims import Claim, ConflictSides, read_claims, read_conflicts
from glutakg.dataset import Catalogue
from glutakg.errors import QueryError, TermError
from glutakg.graph import KnowledgeGraph
from glutakg.rdf import Term
from glutakg.server.pages.links import Links
from glutakg.sparql import Rows
from glutakg.store import LocalStore

if TYPE_CHECKING:
    from glutakg.store import Store

__all__ = ["PageRequest", "Reader"]


class Reader:
    """Asks the graph; what every page of a language needs is read once, since the store does not change."""

    def __init__(self, store: LocalStore, catalogue: Catalogue) -> None:
        """Ask this store, by these queries."""
        self.graph = KnowledgeGraph(cast("Store", store), catalogue=catalogue)
        self._store = store
        self._claims: dict[str, dict[str, Claim]] = {}
        self._conflicts: dict[str, list[ConflictSides]] = {}

    def claims(self, lang: str) -> Mapping[str, Claim]:
        """Return every claim by IRI, by identifier in order."""
        if lang not in self._claims:
            self._claims[lang] = {claim.iri: claim for claim in read_claims(self.ask, lang)}
        return self._claims[lang]

    def conflicts(self, lang: str) -> list[ConflictSides]:
        """Return every conflict, by identifier."""
        if lang not in self._conflicts:
            self._conflicts[lang] = read_conflicts(self.ask, lang, self.claims(lang))
        return self._conflicts[lang]

    def find(self, text: str) -> str:
        """Return the IRI of a term that occurs in the graph, from a CURIE, an IRI or a name.

        Raises:
            TermError: there is no such term, or no such term can be.
        """
        try:
            return self.graph.find_occurring(text)
        except QueryError:
            raise TermError(f"There is no term {text!r}; this can be no IRI.") from None

    def rows(self, name: str, /, **parameters: object) -> Rows:
        """Return the rows that answer a catalogue query."""
        return self.ask(name, parameters)

    def ask(self, name: str, parameters: Mapping[str, object]) -> Rows:
        """Return the rows that answer a catalogue query, as the readers of claims ask."""
        answer = self.graph.answer(self.graph.catalogue[name], parameters=parameters)
        return Rows(answer.variables, answer.rows())

    def select(self, text: str, terms: Mapping[str, Term]) -> Rows:
        """Return the rows that answer a query of the server's own, some of its variables bound."""
        answer = self._store.evaluate(text, substitutions=terms)
        return Rows(answer.variables, answer.rows())


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a page is asked for.

    Attributes:
        page: which one, such as term.
        path: of the page on the server.
        parameters: its fields, by name.
        format: html, or one in which the page can be had besides.
        lang: en or nl.
        root: the path under which the server is seen, without a slash at its end.
        address: the address under which the server is seen, without a slash at its end.
        version: of the data.
    """

    page: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    format: str = "html"
    lang: str = "en"
    root: str = ""
    address: str = ""
    version: str = ""

    @property
    def links(self) -> Links:
        """What makes the links of the page."""
        return Links(self.lang, self.root)
