"""The rows that answer a query, which can say why they are there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from glutakg.errors import GlutakgError
from glutakg.markup import MOST_SHOWN
from glutakg.rdf import Iri, Term
from glutakg.sparql import Rows

if TYPE_CHECKING:
    from glutakg.why import Explanation, Reason

__all__ = ["AnswerRows"]


class AnswerRows(Rows):
    """The rows of a SELECT query that has been asked, with what explains them."""

    def __init__(
        self,
        variables: Sequence[str],
        terms: Iterable[Mapping[str, Term | None]],
        *,
        explain: "Callable[[], tuple[Explanation, ...]]",
        why: "Callable[[int], tuple[Reason, ...]]",
        labels: "Callable[[Sequence[str]], Mapping[str, str]]",
    ) -> None:
        """Take variables, each row's terms by variable, and what explains no rows, a row, and IRIs."""
        super().__init__(variables, terms)
        self._explain = explain
        self._why = why
        self._labels_of = labels

    def _labels(self) -> Mapping[str, str]:
        """Return names of the IRIs in the first rows; none where the graph has been closed."""
        found = {term.value for row in self.terms[:MOST_SHOWN] for term in row if isinstance(term, Iri)}
        try:
            return self._labels_of(sorted(found)) if found else {}
        except GlutakgError:
            return {}

    def why_empty(self) -> "tuple[Explanation, ...]":
        """Return which patterns of the query found nothing and why; nothing where there are rows.

        The reasons are looked for when they are asked for, so the graph must still be open.
        """
        return () if self.terms else self._explain()

    def why(self, number: int) -> "tuple[Reason, ...]":
        """Return why the row of a number, counted from 1, is there: a reason for each triple it rests on.

        The reasons are looked for when they are asked for, so the graph must still be open. Raises what
        `KnowledgeGraph.why_row` raises.

        >>> import glutakg
        >>> with glutakg.open() as kg:
        ...     [reason] = kg.run("protective-nutrients").why(5)
        >>> reason.text
        'magnesium protects against excitotoxicity'
        """
        return self._why(number)
