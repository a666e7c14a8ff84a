"""Terms of the graph by the names that people type: labels, CURIEs, IRIs, identifiers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import normalize

from glutakg.dataset import program_query
from glutakg.errors import QueryError, QueryTimeout, TermError
from glutakg.languages import LANGUAGES, N_, either
from glutakg.rdf import PREFIXES, Iri, Literal, compress, expand, iri_of_identifier
from glutakg.store import Engine
from glutakg.text import did_you_mean, near_misses

__all__ = ["TermIndex"]

_OF_PUBLICATIONS = (PREFIXES["pubmed"], PREFIXES["doi"])
_OWN_NAMESPACES = (PREFIXES["gkd"], PREFIXES["gk"])
_LABELS = frozenset({PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"})

_IDENTIFIERS = frozenset(
    PREFIXES["gk"] + name for name in ("claimIdentifier", "conflictIdentifier", "doi", "pmid")
)

_NAMED = (
    "SELECT ?term ?property ?name WHERE {{ VALUES ?{given} {{ {values} }} "
    "VALUES ?property {{ {properties} }} ?term ?property ?name }}"
)
"""Asks for terms with their names, of which either the terms or the names are given."""
_PREFERRED = f"""\
SELECT ?term ?property ?name WHERE {{
  VALUES ?property {{ <{PREFIXES["skos"]}prefLabel> }}
  ?term ?property ?name .
}}
"""
"""Asks for the names that this graph gives, to terms of others too."""


class TermIndex:
    """Finds the terms of a graph by what people type.

    >>> from glutakg.store import open_store
    >>> with open_store() as store:
    ...     TermIndex(store).find("taurine")
    'https://w3id.org/glutakg/data/taurine'
    """

    def __init__(self, engine: Engine) -> None:
        """Take the store that holds the graph."""
        self._engine = engine

    def find_occurring(self, text: str) -> str:
        """Return the IRI of a term that occurs in the graph; raise `TermError` for any other."""
        iri = self.find(text)
        if not self.occurs(iri):
            raise self._unknown(text)
        return iri

    def occurs(self, iri: str) -> bool:
        """Return whether any triple of the default graph has `iri` in any place."""
        text = program_query("term-occurrence").without_defaults("term")
        return self._engine.evaluate(text, substitutions={"term": Iri(iri)}).boolean

    def find(self, text: str) -> str:
        """Return the IRI of `text`: a CURIE, a full IRI, or a name of the term in either language.

        Names are labels, synonyms, notations such as gene symbols, claim identifiers such as C054, DOIs and
        PMIDs, and the local names of our own terms. Terms of this project go before imported ones, labels
        before other names, the same case before another. An identifier of another database may have any form
        that Bioregistry knows: `hgnc:4341`, `https://identifiers.org/hgnc:4341`.
        Raises `TermError` where no term or more than one fits.
        """
        outside = iri_of_identifier(text)
        if outside and (found := self._find_publication(outside)):
            return found
        try:
            iri = expand(text)
        except TermError as error:
            found = self._find_name(text) or outside or self._find_local_name(text)
            if found:
                return found
            raise (error if _looks_like_curie(text) else self._unknown(text)) from None
        return outside if outside and outside != iri and self.occurs(outside) else iri

    def _find_publication(self, iri: str) -> str | None:
        """Return the publication of ours that has the PMID or DOI which an IRI ends in."""
        for namespace in _OF_PUBLICATIONS:
            if iri.startswith(namespace):
                return self._find_name(iri.removeprefix(namespace))
        return None

    def _find_local_name(self, text: str) -> str | None:
        """Return the term of ours whose IRI ends so: in the same case, or else in any."""
        wanted = text.strip()
        if not re.fullmatch(r"[\w.-]+", wanted):
            return None
        for namespace in _OWN_NAMESPACES:
            if self.occurs(namespace + wanted):
                return namespace + wanted
        forms = {(namespace + wanted).lower() for namespace in _OWN_NAMESPACES}
        found = sorted({iri for iri, _ in self.all_names() if iri.lower() in forms})
        return min(found, key=_namespace_rank) if found else None

    def _find_name(self, text: str) -> str | None:
        """Return the term that a name fits best; None where there is none.

        Nothing goes before a term of the data with this very label or identifier, which an index finds; only
        where there is none are all names read.
        """
        text = normalize("NFC", text.strip())
        labels = " ".join(str(Literal(text, language=each)) for each in (*LANGUAGES, None))
        named = self._names(
            _NAMED.format(given="name", values=labels, properties=_iris(_LABELS | _IDENTIFIERS))
        )
        fitting = {iri for iri, _, _ in named if not _namespace_rank(iri)}
        if not fitting:
            query = program_query("terms-with-name").without_defaults("wanted")
            candidates: dict[tuple[int, bool, bool], set[str]] = {}
            for iri, is_label, name in self._names(query, {"wanted": Literal(text.lower())}):
                rank = (_namespace_rank(iri), not is_label, name != text)
                candidates.setdefault(rank, set()).add(iri)
            fitting = candidates[min(candidates)] if candidates else set()
        if not fitting:
            return None
        best = sorted(map(compress, fitting))
        if len(best) > 1:
            raise TermError(
                N_("{text!r} may be {best}; give one of these.", text=text, best=either(best)),
                suggestions=best,
            )
        return expand(best[0])

    def labels(self, iris: Sequence[str], lang: str = "en") -> dict[str, str]:
        """Return names of terms by IRI: in the language where there is one, else of any; none for others."""
        found: dict[str, tuple[tuple[bool, bool], str]] = {}
        text = _NAMED.format(given="term", values=_iris(iris), properties=_iris(_LABELS))
        for row in self._engine.evaluate(text).rows():
            term, name, kind = row["term"], row["name"], row["property"]
            if isinstance(term, Iri) and isinstance(name, Literal):
                is_other = not isinstance(kind, Iri) or not kind.value.endswith("prefLabel")
                rank = (name.language not in (lang, None), is_other)
                best = found.get(term.value)
                if best is None or (rank, name.value) < best:
                    found[term.value] = (rank, name.value)
        return {iri: name for iri, (_, name) in found.items()}

    def _names(self, query: str, values: Mapping[str, Literal] | None = None) -> list[tuple[str, bool, str]]:
        """Return term, whether this is a label, and text of every name that a query finds."""
        found = []
        for row in self._engine.evaluate(query, substitutions=values).rows():
            term, kind, name = row["term"], row["property"], row["name"]
            if isinstance(term, Iri) and isinstance(kind, Iri) and isinstance(name, Literal):
                found.append((term.value, kind.value in _LABELS, name.value))
        return found

    def _unknown(self, text: str) -> TermError:
        names = self._every_name()
        known = {name for _, _, name in names}
        if _looks_like_curie(text):
            known = {compress(iri) for iri, _, _ in names}
        hint, near = did_you_mean(text, known), near_misses(text, known)
        return TermError(
            N_("There is no term {text!r} in the graph.{hint}", text=text, hint=hint), suggestions=near
        )

    def all_names(self) -> list[tuple[str, str]]:
        """Return every name in the graph, after the IRI of the term that has it; see `_every_name`."""
        return [(iri, name) for iri, _, name in self._every_name()]

    def _every_name(self) -> list[tuple[str, bool, str]]:
        """Return all names, or those that this graph gives where imports have more than an answer holds."""
        try:
            return self._names(program_query("names-of-terms").text)
        except QueryTimeout:
            raise
        except QueryError:
            return self._names(_PREFERRED)


def _iris(iris: Iterable[str]) -> str:
    return " ".join(map(str, map(Iri, sorted(iris))))


def _namespace_rank(iri: str) -> int:
    """Return the rank of a term among those of the same label: data, then ontology, then what is imported."""
    return next(
        (rank for rank, namespace in enumerate(_OWN_NAMESPACES) if iri.startswith(namespace)),
        len(_OWN_NAMESPACES),
    )


def _looks_like_curie(text: str) -> bool:
    prefix, colon, local = text.partition(":")
    return bool(colon) and prefix.replace(".", "").isalnum() and bool(local) and " " not in local
