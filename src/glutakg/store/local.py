"""The store of a worker process as the Python interface asks it, for names, pages and reasons."""

from collections.abc import Mapping

from pyoxigraph import Store

from glutakg.errors import QueryError
from glutakg.rdf import PREFIXES, Term
from glutakg.sparql import screen
from glutakg.store.engine import Answer, request_term
from glutakg.store.evaluation import answer_query

__all__ = ["LocalStore"]


_LONGEST = 60.0
_LARGEST_MB = 64


class LocalStore:
    """Answers the server's own queries in this process; the front process ends it where it takes too long."""

    def __init__(self, store: Store) -> None:
        """Take the opened store."""
        self._store = store

    def evaluate(
        self,
        query_text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        timeout: float | None = None,
        format: str | None = None,
    ) -> Answer:
        """Return the answer to a query; rows and booleans are in JSON, a graph in `format` or N-Triples.

        Raises:
            MemoryError: there is too little memory.
            QueryError: the store has no answer.
        """
        header, body = answer_query(
            self._store,
            {
                "text": query_text,
                "pattern_start": screen(query_text).pattern_start,
                "substitutions": {
                    name: request_term(name, term) for name, term in (substitutions or {}).items()
                },
                "timeout": timeout or _LONGEST,
                "formats": {"rows": "json", "boolean": "json", "graph": format or "nt"},
                "dataset": None,
                "most_rows": None,
                "largest_json_mb": _LARGEST_MB,
                "largest_mb": _LARGEST_MB,
                "prefixes": PREFIXES,
            },
        )
        if header.get("fault") == "memory":
            raise MemoryError
        if "fault" in header:
            raise QueryError(header.get("message") or "This store has no answer to a query of the server.")
        return Answer(header["kind"], header["format"], tuple(header["variables"]), body)
