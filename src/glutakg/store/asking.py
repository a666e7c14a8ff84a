"""Asks the endpoints that SERVICE clauses name, from the process of the caller, since a worker may not.

What they answer is read in the worker alone, which it can harm no more than a query can.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from glutakg.errors import EndpointError
from glutakg.languages import N_
from glutakg.sparql import Host, HttpClient, resolve_host

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from glutakg.store.messages import ServiceQuestion

__all__ = ["answers_to", "rows_of", "silence_note"]


_ROWS = "application/sparql-results+json"
_MAX_BYTES = 64_000_000
_LEAST_SECONDS = 0.1


def answers_to(
    questions: Sequence[ServiceQuestion], hosts: Collection[str], *, seconds: float
) -> tuple[list[str | None], list[str]]:
    """Return the rows that answer each question, in JSON, and a note on each that is silent about its fault.

    Args:
        questions: what is asked where; empty is the answer to what need not be asked, None that of a silent
            clause whose endpoint has none.
        hosts: those that may be asked, as `host` or `host:port`; they may lie in a private network.
        seconds: within which all must be answered.

    Raises:
        EndpointError: an endpoint did not answer as it should, and its clause is not silent about that.
    """
    until = time.monotonic() + seconds
    answers: list[str | None] = []
    notes: list[str] = []
    for address, query, is_silent in questions:
        if query is None:
            answers.append("")
            continue
        parts = urlsplit(address)
        try:
            host = resolve_host(
                parts.netloc if parts.netloc in hosts else str(parts.hostname), only_public=False
            )
            left = max(round(until - time.monotonic(), 1), _LEAST_SECONDS)
            answers.append(rows_of(address, query, host, seconds=left, max_bytes=_MAX_BYTES))
        except EndpointError as error:
            if not is_silent:
                raise
            answers.append(None)
            notes.append(silence_note(error))
    return answers, notes


def rows_of(address: str, query: str, host: Host, *, seconds: float, max_bytes: int) -> str:
    """Return the rows that an endpoint answers a query with, in JSON that nobody has read yet.

    Args:
        address: of the endpoint.
        query: that selects rows.
        host: of the endpoint, resolved.
        seconds: within which the answer must be there.
        max_bytes: that are read.

    Raises:
        AnswerTooLarge: the answer is longer.
        EndpointError: there was no answer, or not with rows.
    """
    client = HttpClient(address, host)
    try:
        media_type, body = client.ask([("query", query)], accept=_ROWS, seconds=seconds, max_bytes=max_bytes)
    finally:
        client.close()
    if media_type not in (_ROWS, "application/json"):
        raise EndpointError(
            N_(
                "The endpoint <{address}> answered with {type}, not {wanted}.",
                address=address,
                type=media_type[:80] or N_("no media type"),
                wanted=_ROWS,
            )
        )
    if not body:
        raise EndpointError(N_("The endpoint <{address}> answered with nothing.", address=address))
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise EndpointError(
            N_("The answer of the endpoint <{address}> is not UTF-8.", address=address)
        ) from None


def silence_note(error: EndpointError) -> str:
    """Return what is said of a silent clause that was left out, with the reason."""
    return N_("SERVICE SILENT went on without an answer. {reason}", reason=error.message)
