"""Terms of the graph by the names that people type: labels, CURIEs, IRIs, identifiers."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

from glutakg.dataset import graph_iri, program_query
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
_NAMES = frozenset(
    {
        *_LABELS,
        *_IDENTIFIERS,
        PREFIXES["skos"] + "altLabel",
        PREFIXES["skos"] + "notation",
        PREFIXES["oio"] + "hasExactSynonym",
    }
)
"""The properties of `names-of-terms`."""

_NAMED = (
    "SELECT ?term ?property ?name WHERE {{ VALUES ?{given} {{ {values} }} "
    "VALUES ?property {{ {properties} }} ?term ?property ?name }}"
)
"""Asks for terms with their names, of which either the terms or the names are given."""
_GIVEN = (
    "{{ VALUES ?property {{ {properties} }} GRAPH <{graph}> {{ ?term ?property ?name }} "
    "FILTER(ISIRI(?term){alike}) }}"
)
"""Finds names that a graph gives: the engine is quicker where each graph stands apart."""
_SLIPPED = """\
SELECT ?term ?property ?name WHERE {{
  VALUES ?name {{ {values} }}
  ?term ?property ?name
  FILTER(ISIRI(?term) && ?property IN ({properties}))
}}
"""
_ALIKE = " && LCASE(STR(?name)) = {wanted}"
_OUR_GRAPHS = tuple(map(graph_iri, ("background", "catalogue", "evidence", "ontology", "source")))
_MOST_NAMES = 50_000
"""Names that are kept and compared with a mistyped one; the graph alone has less than half as many."""
_LONGEST_SLIP = 60
"""Characters of a name of which all are tried that one slip makes of it."""
_SAME_LABEL_OF_OTHERS = (len(_OWN_NAMESPACES), False, False)
_NOTHING = (len(_OWN_NAMESPACES) + 1, True, True)
_TOLD_OF_NAMES = N_(
    " Imports have too many names to compare all: of theirs, only those that differ by one letter were "
    "looked up, in this case, in lower case and with a capital."
)
_TOLD_OF_CURIES = N_(" Imports have too many terms to compare all, so that only ours were.")
_LETTERS = string.ascii_lowercase + string.digits + "- "


class _Read(NamedTuple):
    """Term, whether this is a label, and text of each name; and whether these are all names there are."""

    each: list[tuple[str, bool, str]]
    is_whole: bool


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
            raise self._unknown(text, self._every_name)
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
            if found := self._find_name(text) or outside:
                return found
            if _looks_like_curie(text):
                raise error from None
            names = self._every_name
            if found := self._find_local_name(text, names):
                return found
            raise self._unknown(text, names) from None
        return outside if outside and outside != iri and self.occurs(outside) else iri

    def _find_publication(self, iri: str) -> str | None:
        """Return the publication of ours that has the PMID or DOI which an IRI ends in."""
        for namespace in _OF_PUBLICATIONS:
            if iri.startswith(namespace):
                return self._find_name(iri.removeprefix(namespace))
        return None

    def _find_local_name(self, text: str, names: _Read) -> str | None:
        """Return the term of ours whose IRI ends so: in the same case, or else in any."""
        wanted = text.strip()
        if not re.fullmatch(r"[\w.-]+", wanted):
            return None
        for namespace in _OWN_NAMESPACES:
            if self.occurs(namespace + wanted):
                return namespace + wanted
        forms = {(namespace + wanted).lower() for namespace in _OWN_NAMESPACES}
        found = sorted({iri for iri, _, _ in names.each if iri.lower() in forms})
        return min(found, key=_namespace_rank) if found else None

    def _find_name(self, text: str) -> str | None:
        """Return the term that a name fits best; None where there is none.

        Nothing goes before a term of the data with this very label or identifier, and nothing of others
        before one with this very label, which an index finds; our own graphs are soon read. Only where none
        of that is there are the names of imports read.
        """
        text = normalize("NFC", text.strip())
        wanted = {"wanted": Literal(text.lower())}
        labels = " ".join(str(Literal(text, language=each)) for each in (*LANGUAGES, None))
        named = self._names(
            _NAMED.format(given="name", values=labels, properties=_iris(_LABELS | _IDENTIFIERS))
        )
        fitting = {iri for iri, _, _ in named if not _namespace_rank(iri)}
        if not fitting:
            rank, fitting = _best([*named, *self._names(_ours(_ALIKE.format(**wanted)))], text)
            if rank > _SAME_LABEL_OF_OTHERS or not self._has_our_graphs:
                names = self._names(program_query("terms-with-name").without_defaults("wanted"), wanted)
                _, fitting = _best(names, text)
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

    def _unknown(self, text: str, read: _Read) -> TermError:
        names, is_whole = read
        is_curie = _looks_like_curie(text)
        narrowed = ""
        if not is_whole:
            narrowed = _TOLD_OF_CURIES if is_curie else _TOLD_OF_NAMES
            names = names if is_curie else [*names, *self._one_slip_away(text)]
        known = {compress(iri) if is_curie else name for iri, _, name in names}
        near = near_misses(text, known)
        hint = did_you_mean(text, near)
        return TermError(
            N_(
                "There is no term {text!r} in the graph.{hint}{narrowed}",
                text=text,
                hint=hint,
                narrowed=narrowed,
            ),
            suggestions=near,
        )

    def _one_slip_away(self, text: str) -> list[tuple[str, bool, str]]:
        """Return the names that differ from a text by one letter, which an index finds."""
        forms = {text.strip(), text.strip().lower(), text.strip().capitalize()}
        slips = {slip for form in forms if len(form) <= _LONGEST_SLIP for slip in _slips(form)}
        values = " ".join(
            str(Literal(slip, language=each)) for slip in sorted(slips) for each in (*LANGUAGES, None)
        )
        properties = ", ".join(map(str, map(Iri, sorted(_NAMES))))
        return self._names(_SLIPPED.format(values=values, properties=properties))

    def all_names(self) -> tuple[list[tuple[str, str]], bool]:
        """Return names, each after the IRI of the term that has it, and whether they are all.

        Where imports have too many, they are those that our own graphs give.
        """
        names, is_whole = self._every_name
        return [(iri, name) for iri, _, name in names], is_whole

    @cached_property
    def _every_name(self) -> _Read:
        """What names are compared with, read once."""
        try:
            names = self._names(f"{program_query('names-of-terms').text} LIMIT {_MOST_NAMES + 1}")
        except QueryTimeout:
            raise
        except QueryError:  # of so many bytes that no answer holds them
            return _Read(self._names(_ours()), False)
        return _Read(names, True) if len(names) <= _MOST_NAMES else _Read(self._names(_ours()), False)

    @cached_property
    def _has_our_graphs(self) -> bool:
        """Whether the graph is in parts: an endpoint may have it as one."""
        return self._engine.evaluate(f"ASK {{ GRAPH <{graph_iri('ontology')}> {{ ?s ?p ?o }} }}").boolean


def _ours(alike: str = "") -> str:
    """Return the query for the names that our own graphs give, to terms of others too."""
    groups = (_GIVEN.format(graph=each, properties=_iris(_NAMES), alike=alike) for each in _OUR_GRAPHS)
    return f"SELECT DISTINCT ?term ?property ?name WHERE {{ {' UNION '.join(groups)} }}"


def _best(names: Iterable[tuple[str, bool, str]], text: str) -> tuple[tuple[int, bool, bool], set[str]]:
    """Return how well the terms fit that fit a text best, and these; none fit worse than any."""
    found: dict[tuple[int, bool, bool], set[str]] = {}
    for iri, is_label, name in names:
        found.setdefault((_namespace_rank(iri), not is_label, name != text), set()).add(iri)
    best = min(found, default=_NOTHING)
    return best, found.get(best, set())


def _slips(text: str) -> set[str]:
    """Return what one letter too many, too few, another or two in turned order make of a text.

    >>> sorted(slip for slip in _slips("gaba") if len(slip) < 4)
    ['aba', 'gaa', 'gab', 'gba']
    """
    parts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    return {
        *(before + after[1:] for before, after in parts if after),
        *(before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1),
        *(before + letter + after[1:] for before, after in parts if after for letter in _LETTERS),
        *(before + letter + after for before, after in parts for letter in _LETTERS),
    }


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
