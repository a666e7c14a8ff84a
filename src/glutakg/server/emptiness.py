"""Why a query has no answer, told by the worker that could have answered it."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pyoxigraph import Store

from glutakg import worker
from glutakg.errors import QueryError
from glutakg.sparql import screen
from glutakg.store import Answer, request_term
from glutakg.terms import Term

if TYPE_CHECKING:
    from glutakg.store import Store as AskedStore

__all__ = ["reasons"]

_SECONDS = 5.0
_LARGEST_MB = 16
_NAMES = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?name WHERE {
  VALUES ?property { rdfs:label skos:prefLabel skos:altLabel }
  ?term ?property ?name .
  FILTER(ISIRI(?term))
}
"""


def reasons(store: Store, text: str, terms: Mapping[str, Term]) -> bytes:
    """Return as JSON why a query finds nothing: the reason, pattern and sentence of each, in both languages.

    The list is empty where the query has an answer.

    Args:
        store: what was asked.
        text: of the query.
        terms: the terms that were given for parameters of it.
    """
    from glutakg.diagnosis import explain_empty

    probed = cast("AskedStore", _Probed(store))
    told: list[dict[str, object]] = []
    if probed.evaluate(text, substitutions=terms).is_empty:
        told = [
            {
                "reason": each.reason.value,
                "pattern": each.pattern,
                "terms": list(each.terms),
                "instead": list(each.instead),
                "sentence": dict(each.sentence),
            }
            for each in explain_empty(
                probed, text, values=terms, names=lambda: _names(probed), seconds=_SECONDS
            )
        ]
    return json.dumps(told, ensure_ascii=False).encode()


def _names(store: "AskedStore") -> list[tuple[str, str]]:
    return [(term.value, name.value) for term, name in store.evaluate(_NAMES).rows() if term and name]


class _Probed:
    """The store of this process as diagnosis asks it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def evaluate(
        self, text: str, *, substitutions: Mapping[str, Term] | None = None, timeout: float | None = None
    ) -> Answer:
        """Return the answer; raise `QueryError` where there is none."""
        header, body = worker.answer_query(
            self._store,
            {
                "text": text,
                "pattern_start": screen(text).pattern_start,
                "substitutions": {
                    name: request_term(name, term) for name, term in (substitutions or {}).items()
                },
                "timeout": timeout or _SECONDS,
                "formats": {"rows": "json", "boolean": "json", "graph": "nt"},
                "dataset": None,
                "most_rows": None,
                "largest_json_mb": _LARGEST_MB,
                "largest_mb": _LARGEST_MB,
                "prefixes": {},
            },
        )
        if "fault" in header:
            raise QueryError("This part of the query cannot be answered.")
        return Answer(header["kind"], header["format"], tuple(header["variables"]), body)
