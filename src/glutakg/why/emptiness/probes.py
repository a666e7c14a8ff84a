"""Asks parts of a query, within a number of probes and a time."""

import re
import time
from collections.abc import Mapping, Sequence

from glutakg.dataset import program_query
from glutakg.errors import GlutakgError
from glutakg.rdf import PREFIXES, Iri, Term
from glutakg.sparql import scan
from glutakg.store import Answer, Engine

__all__ = ["NO_BARE_INDIVIDUAL", "Probes", "Spent", "variables_of"]

_MOST_PROBES = 150
_SECONDS_PER_PROBE = 2.0
_PROLOGUE = "".join(
    f"PREFIX glutakg-{name}: <{PREFIXES[name]}> " for name in ("gk", "obo", "owl", "rdf", "rdfs", "skos")
)
NO_BARE_INDIVIDUAL = "FILTER(ISIRI(?glutakg_class) && ?glutakg_class != glutakg-owl:NamedIndividual) "


class Spent(Exception):
    """The time or the number of probes is used up, or a probe could not be answered."""


class Probes:
    """Asks parts of the query, within a number of probes and a time."""

    def __init__(self, store: Engine, prologue: str, values: Mapping[str, Term], seconds: float) -> None:
        """Take what is asked, the prefixes of the query, the terms given for its variables, and the time."""
        self._store = store
        self._prologue = f"{_PROLOGUE}{prologue} "
        self._values = values
        self._left = _MOST_PROBES
        self._deadline = time.monotonic() + seconds
        self._graphs: dict[str, tuple[str, ...]] = {}
        self._from = ""

    def ask_of(self, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> None:
        """Ask from now on of these graphs; of none of them means of all, as a query without FROM does."""
        self._from = "".join(
            [f"FROM <{iri}> " for iri in default_graphs] + [f"FROM NAMED <{iri}> " for iri in named_graphs]
        )

    def finds(self, pattern: str) -> bool:
        """Return whether a pattern has a solution."""
        text = f"{self._prologue}ASK {self._from}{{ {pattern}}}"
        return bool(self._evaluate(text, self._used(pattern)).boolean)

    def rows(self, variables: str, pattern: str, *, end: str = "LIMIT 8") -> list[dict[str, Term | None]]:
        """Return some of the different solutions of a pattern; variables are named without `?glutakg_`."""
        selected = re.sub(r"(\w+)", r"?glutakg_\1", variables)
        text = f"{self._prologue}SELECT DISTINCT {selected} {self._from}WHERE {{ {pattern}}} {end}"
        return self._short(self._evaluate(text, self._used(pattern)).rows())

    def column(self, variable: str, pattern: str, *, end: str = "LIMIT 8") -> tuple[str, ...]:
        """Return the IRIs that a variable takes, sorted."""
        rows = self.rows(variable, pattern, end=end)
        return tuple(sorted({term.value for row in rows if isinstance(term := row[variable], Iri)}))

    def graphs(self) -> tuple[str, ...]:
        """Return all named graphs."""
        return self.column("graph", "GRAPH ?glutakg_graph { ?s ?p ?o } ", end="")

    def graphs_of(self, iri: str) -> tuple[str, ...]:
        """Return the named graphs in which an IRI stands in any place."""
        if iri not in self._graphs:
            text = program_query("graphs-of-term").without_defaults("term")
            rows = self._evaluate(text, {"term": Iri(iri)}).rows()
            self._graphs[iri] = tuple(term.value for row in rows if isinstance(term := row["graph"], Iri))
        return self._graphs[iri]

    def most_used_classes(self, pattern: str) -> tuple[str, ...]:
        """Return the classes that most of what `?glutakg_x` takes belongs to, the most frequent first."""
        text = (
            f"{self._prologue}SELECT ?glutakg_class (COUNT(DISTINCT ?glutakg_x) AS ?glutakg_n) "
            f"WHERE {{ {pattern}?glutakg_x a ?glutakg_class . {NO_BARE_INDIVIDUAL}}} "
            "GROUP BY ?glutakg_class ORDER BY DESC(?glutakg_n) ?glutakg_class LIMIT 4"
        )
        rows = self._short(self._evaluate(text, {}).rows())
        return tuple(term.value for row in rows if isinstance(term := row["class"], Iri))

    @property
    def given(self) -> Mapping[str, Term]:
        """The terms that were given for variables."""
        return self._values

    def _evaluate(self, text: str, values: Mapping[str, Term]) -> Answer:
        seconds = min(_SECONDS_PER_PROBE, self._deadline - time.monotonic())
        if not self._left or seconds <= 0:
            raise Spent("looking for it takes too long")
        self._left -= 1
        try:
            return self._store.evaluate(text, substitutions=values, timeout=seconds)
        except GlutakgError as error:
            raise Spent(error.message.rstrip(".")) from error

    def _short(self, rows: list[dict[str, Term | None]]) -> list[dict[str, Term | None]]:
        return [{name.removeprefix("glutakg_"): term for name, term in row.items()} for row in rows]

    def _used(self, pattern: str) -> dict[str, Term]:
        """Return the given values of the variables that a pattern has."""
        used = variables_of(pattern)
        return {name: term for name, term in self._values.items() if name in used}


def variables_of(text: str) -> set[str]:
    """Return the names of the variables in a text."""
    return {token.text[1:] for token in scan(text) if token.kind == "variable"}
