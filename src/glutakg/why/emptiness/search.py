"""What the search for reasons knows, and what it has found so far."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from glutakg.rdf import local_name
from glutakg.sparql import QueryPatterns
from glutakg.text import fold_name
from glutakg.why.emptiness.explanations import Explanation, Reason, explanation
from glutakg.why.emptiness.probes import Probes

__all__ = ["LONGEST_NAME", "Search"]

LONGEST_NAME = 100


class Search:
    """Looks for what makes one query find nothing; `found` is what it has so far."""

    def __init__(
        self,
        probes: Probes,
        patterns: QueryPatterns,
        names: Callable[[], tuple[Sequence[tuple[str, str]], bool]],
    ) -> None:
        """Take what asks parts of the query, its patterns, and what gives the names of terms."""
        self.found: list[Explanation] = []
        self.probes = probes
        self.patterns = patterns
        self._names = names
        self._named: dict[str, set[str]] = {}
        self.knows_all_names = True

    def add(self, key: str, reason: Reason, pattern: str, **fields: Any) -> None:
        """Keep a reason."""
        self.found.append(explanation(key, reason, pattern, **fields))

    def terms_by_name(self) -> Mapping[str, set[str]]:
        """Return the terms by their names, without case and marks; `knows_all_names` is set by it."""
        if not self._named:
            names, self.knows_all_names = self._names()
            for term, name in names:
                for key in (fold_name(name), fold_name(local_name(term))):
                    self._named.setdefault(key, set()).add(term)
        return self._named
