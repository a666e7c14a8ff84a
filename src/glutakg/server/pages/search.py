"""Finds terms by names, identifiers and words of claims, in both languages, for the search box of pages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from glutakg.errors import TermError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES, compress, expand, iri_of_identifier, local_name
from glutakg.text import fold

__all__ = ["Found", "Names", "grouped"]


_MAX_TEXT = 100
_FEWEST_LETTERS = 4
"""Letters that a word must have so that one of them may be wrong."""

_TYPO = 7
"""The rank of a name that fits but for one letter."""

_CLOSENESS = ("exact match", "close match", "gene product")
"""How a term of ours belongs to an identifier elsewhere, the closest first."""
_UNSEARCHED = PREFIXES["gk"] + "Participation"
"""The kind of terms that are parts of others, and named after them."""

_OF_PUBLICATIONS = (PREFIXES["pubmed"], PREFIXES["doi"])
_WORD = re.compile(r"[^\W_]+")
_GROUPS: Mapping[str, str] = {
    "Substance": N_("Substances and proteins"),
    "Step": N_("Steps"),
    "Pool": N_("Pools"),
    "Claim": N_("Claims"),
    "Conflict": N_("Conflicts"),
    "Publication": N_("Publications"),
    "EvidenceItem": N_("Findings"),
    "Study": N_("Studies"),
    "data": N_("Other things"),
    "ontology": N_("Classes and relations"),
    "outside": N_("Terms of other ontologies"),
}
"""What a group is called, by the kind of its terms."""


@dataclass(frozen=True, slots=True)
class Found:
    """A term that was found: its IRI and CURIE, the name that fits, its preferred name, and its group.

    `value` is what leads back to the term where it is typed: the preferred name, unless others have it too.
    """

    term: str
    curie: str
    name: str
    label: str
    group: str
    value: str


class Names:
    """The names of terms, to be searched in memory.

    >>> rows = [{"term": "https://w3id.org/glutakg/data/ammonia", "name": "ammoniak", "lang": "nl",
    ...          "preferred": "true"}]
    >>> [found.curie for found in Names(rows).search("Ammoni", lang="en")]
    ['gkd:ammonia']
    >>> [found.curie for found in Names(rows).search("amoniak", lang="en")]
    ['gkd:ammonia']
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Take the rows that answer `names-for-search`."""
        self._labels: dict[tuple[str, str], str] = {}
        self._names: list[tuple[str, str, str]] = []
        self._matches: dict[str, dict[str, set[str]]] = {}
        self._exact: dict[str, set[str]] = {}
        self._groups: dict[str, str] = {}
        self._terms_of_word: dict[str, list[int]] = {}
        self._words_without_letter: dict[str, set[str]] = {}
        rows = list(rows)
        unsearched = {
            row["term"] for row in rows if row["preferred"] == "kind" and row["name"] == _UNSEARCHED
        }
        for row in rows:
            if row["term"] in unsearched:
                continue
            term, name, lang = row["term"], row["name"], row.get("lang", "")
            self._groups.setdefault(term, _group(term))
            if row["preferred"] == "kind":
                self._groups[term] = local_name(name)
                continue
            if row["preferred"] in _CLOSENESS:
                self._matches.setdefault(name, {}).setdefault(row["preferred"], set()).add(term)
                curie = compress(name)
                for written in {curie, curie.partition(":")[2]} - {"", name}:
                    self._add(term, written)
                continue
            self._add(term, name)
            if row["preferred"] == "true":
                self._labels[term, lang] = name
        for number, (folded, _, _) in enumerate(self._names):
            for word in set(_WORD.findall(folded)):
                if word not in self._terms_of_word:
                    for shorter in _without_letter(word):
                        self._words_without_letter.setdefault(shorter, set()).add(word)
                self._terms_of_word.setdefault(word, []).append(number)

    def _add(self, term: str, name: str) -> None:
        folded = fold(name)
        self._names.append((folded, name, term))
        self._exact.setdefault(folded, set()).add(term)

    def identified(self, text: str) -> str | None:
        """Return the term that an identifier stands for: an own one that matches it where there is one.

        Args:
            text: a CURIE, an IRI, a DOI, a PMID or an accession in any form that is in use.

        Returns:
            the term; None where there is none, or where several match it as closely.
        """
        found = self._all_identified(text)
        return next(iter(found)) if len(found) == 1 else None

    def _all_identified(self, text: str) -> set[str]:
        bare = text.strip()[:1_000]
        iri = iri_of_identifier(bare)
        if iri is None:
            try:
                iri = expand(bare.removeprefix("<").removesuffix(">"))
            except TermError:
                iri = None
        if iri is not None:
            for namespace in _OF_PUBLICATIONS:
                if iri.startswith(namespace):
                    return self._own(iri.removeprefix(namespace))
            matches = self._matches.get(iri, {})
            closest = next((matches[each] for each in _CLOSENESS if each in matches), set())
            return closest or ({iri} & self._groups.keys())
        return self._own(bare) if re.search("[0-9]", bare) and " " not in bare else set()

    def _own(self, name: str) -> set[str]:
        terms = self._exact.get(fold(name), set())
        return {term for term in terms if self._groups[term] != "outside"} or terms

    def search(self, text: str, *, lang: str, most: int | None = 12) -> list[Found]:
        """Return the terms that fit `text`, the likeliest first, each once.

        A whole name comes before a whole word, a word before a piece of one; where nothing else fits, one
        letter may be wrong, missing, too much or in the place of its neighbour.

        Args:
            text: what was typed; case and accents do not matter.
            lang: language of the preferred names that are given back, en or nl.
            most: how many terms at most; None for all.
        """
        wanted = fold(text[:_MAX_TEXT]).strip()
        if not wanted:
            return []
        best: dict[str, tuple[int, int, int, str, str]] = {}
        words = _WORD.findall(wanted)
        for folded, name, term in self._names:
            rank = _rank(folded, wanted, words)
            if rank is not None:
                self._keep(best, rank, name, term, lang)
        if not best:
            for number in self._with_typo(words):
                _, name, term = self._names[number]
                self._keep(best, _TYPO, name, term, lang)
        for identified in self._all_identified(text):
            label = self._label(identified, lang) or compress(identified)
            best[identified] = (-1, 0, 0, label, label)
        ranked = sorted((key, term) for term, key in best.items())[:most]
        return [self._found(term, name, label) for (_, _, _, label, name), term in ranked]

    def _keep(
        self, best: dict[str, tuple[int, int, int, str, str]], rank: int, name: str, term: str, lang: str
    ) -> None:
        label = self._label(term, lang) or name
        key = (rank, int(self._groups[term] == "outside"), len(name), label, name)
        if term not in best or key < best[term]:
            best[term] = key

    def _found(self, term: str, name: str, label: str) -> Found:
        curie = compress(term)
        is_alone = self._exact.get(fold(label), set()) <= {term}
        return Found(term, curie, name, label, _GROUPS[self._groups[term]], label if is_alone else curie)

    def _label(self, term: str, lang: str) -> str | None:
        for each in (lang, "en", ""):
            if label := self._labels.get((term, each)):
                return label
        return None

    def _with_typo(self, words: Sequence[str]) -> set[int]:
        """Return the numbers of the names that have every word, each but for one letter."""
        found: set[int] | None = None
        for word in words:
            likely = {word}
            if len(word) >= _FEWEST_LETTERS:
                for shorter in _without_letter(word):
                    likely |= self._words_without_letter.get(shorter, set())
            numbers = {
                number
                for each in likely
                if _is_one_off(word, each)
                for number in self._terms_of_word.get(each, ())
            }
            found = numbers if found is None else found & numbers
        return found or set()


def grouped(found: Iterable[Found]) -> list[tuple[str, list[Found]]]:
    """Return what was found by group, the group of the likeliest first."""
    groups: dict[str, list[Found]] = {}
    for each in found:
        groups.setdefault(each.group, []).append(each)
    return list(groups.items())


def _group(term: str) -> str:
    """Return the group of a term that is of no kind with one of its own."""
    if term.startswith(PREFIXES["gkd"]):
        return "data"
    return "ontology" if term.startswith("https://w3id.org/glutakg/") else "outside"


def _rank(folded: str, wanted: str, words: Sequence[str]) -> int | None:
    """Return how well a name fits, 0 best; None where it does not."""
    if wanted not in folded:
        if len(words) > 1 and all(word in folded for word in words):
            own = set(_WORD.findall(folded))
            return 5 if all(word in own for word in words) else 6
        return None
    if folded == wanted:
        return 0
    pieces = []
    for match in re.finditer(re.escape(wanted), folded):
        starts = match.start() == 0 or not folded[match.start() - 1].isalnum()
        ends = match.end() == len(folded) or not folded[match.end()].isalnum()
        if starts and ends:
            pieces.append(1 if match.start() == 0 else 2)
        elif starts:
            pieces.append(3 if match.start() == 0 else 4)
        else:
            pieces.append(6)
    return min(pieces)


def _without_letter(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _is_one_off(word: str, other: str) -> bool:
    """Return whether two words are the same but for one letter, or two neighbours in each other's place."""
    if word == other:
        return True
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if start is None:  # one is the other with a letter at its end
        return True
    one, two = word[start:], other[start:]
    return (
        one[1:] == two[1:]
        or one[1:] == two
        or one == two[1:]
        or (one[:2] == two[1::-1] and one[2:] == two[2:])
    )
