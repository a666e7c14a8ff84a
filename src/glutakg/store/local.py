"""The store of a worker process as the Python interface asks it, for names, pages and reasons."""

from collections.abc import Mapping

from glutakg.errors import QueryError
from glutakg.languages import N_
from glutakg.rdf import Term
from glutakg.sparql import Rewritten, screen
from glutakg.store.backend import Backend
from glutakg.store.engine import Answer, bindable
from glutakg.store.evaluation import answer_query
from glutakg.store.messages import Answered, Failure, Fault, Formats, QueryRequest

__all__ = ["LocalStore"]


_MAX_SECONDS = 60.0
_MAX_MB = 64


class LocalStore:
    """Answers the server's own queries in this process; the front process ends it where it takes too long."""

    def __init__(self, backend: Backend) -> None:
        """Take what the process has opened."""
        self._backend = backend

    @property
    def location(self) -> str:
        """What it is: the store that this process has opened."""
        return "this process"

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
        reply, body = self._asked(
            QueryRequest(
                query_text,
                timeout=timeout or _MAX_SECONDS,
                max_json_mb=_MAX_MB,
                max_mb=_MAX_MB,
                pattern_start=screen(query_text).pattern_start,
                values={name: bindable(name, term) for name, term in (substitutions or {}).items()},
                formats=Formats(graph=format or "nt"),
                with_prefixes=True,
            )
        )
        return Answer(reply.kind, reply.format, tuple(reply.variables), body)

    def rewritten(self, query_text: str, *, substitutions: Mapping[str, Term] | None = None) -> Rewritten:
        """Return a query as it is evaluated, with the names of the rules that changed it.

        Raises:
            QueryError: it cannot be asked.
        """
        reply, body = self._asked(
            QueryRequest(
                query_text,
                timeout=_MAX_SECONDS,
                max_json_mb=_MAX_MB,
                max_mb=_MAX_MB,
                pattern_start=screen(query_text).pattern_start,
                values={name: bindable(name, term) for name, term in (substitutions or {}).items()},
                only_rewritten=True,
            )
        )
        return Rewritten(body.decode(), tuple(reply.variables))

    def _asked(self, request: QueryRequest) -> tuple[Answered, bytes]:
        reply, body = answer_query(self._backend, request)
        if isinstance(reply, Failure):
            if reply.fault is Fault.MEMORY:
                raise MemoryError
            raise QueryError(reply.message or N_("This store has no answer to a query of the server."))
        assert isinstance(reply, Answered)
        return reply, body

    def close(self) -> None:
        """Leave the store open, since the process goes on with it."""
