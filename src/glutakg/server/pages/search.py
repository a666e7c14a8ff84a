"""Finds terms by their names in both languages, for the search box of the start page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glutakg.rdf import compress
from glutakg.text import fold

__all__ = ["Found", "Names"]


_MAX_TEXT = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A term that was found: its IRI and CURIE, the name that fits, and its preferred name."""

    term: str
    curie: str
    name: str
    label: str


class Names:
    """The names of terms, to be searched in memory.

    >>> rows = [{"term": "https://w3id.org/glutakg/data/ammonia", "name": "ammoniak", "lang": "nl",
    ...          "preferred": "true"}]
    >>> [found.curie for found in Names(rows).search("Ammoni", lang="en")]
    ['gkd:ammonia']
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Take the rows that answer `names-for-search`."""
        self._labels: dict[tuple[str, str], str] = {}
        self._names: list[tuple[str, str, str]] = []
        for row in rows:
            term, name, lang = row["term"], row["name"], row.get("lang", "")
            self._names.append((fold(name), name, term))
            if row["preferred"] == "true":
                self._labels[term, lang] = name

    def search(self, text: str, *, lang: str, most: int = 12) -> list[Found]:
        """Return the terms whose name holds `text`, the likeliest first, each once.

        Args:
            text: what was typed; case and accents do not matter.
            lang: language of the preferred names that are given back, en or nl.
            most: how many terms at most.
        """
        wanted = fold(text[:_MAX_TEXT]).strip()
        if not wanted:
            return []
        best: dict[str, tuple[int, int, str, str]] = {}
        for folded, name, term in self._names:
            rank = _rank(folded, wanted)
            if rank is None:
                continue
            label = self._label(term, lang) or name
            key = (rank, len(name), label, name)
            if term not in best or key < best[term]:
                best[term] = key
        ranked = sorted((key, term) for term, key in best.items())[:most]
        return [Found(term, compress(term), name, label) for (_, _, label, name), term in ranked]

    def _label(self, term: str, lang: str) -> str | None:
        return self._labels.get((term, lang)) or self._labels.get((term, "en"))


def _rank(folded: str, wanted: str) -> int | None:
    """Return how well a name fits, 0 best; None where it does not."""
    if folded == wanted:
        return 0
    if folded.startswith(wanted):
        return 1
    where = folded.find(wanted)
    if where < 0:
        return None
    return 3 if folded[where - 1].isalnum() else 2
