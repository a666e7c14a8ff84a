"""What clients get where a worker has no answer: each fault as a problem of HTTP, in one table."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from glutakg.languages import N_, Words
from glutakg.server.http.messages import not_acceptable
from glutakg.server.http.negotiation import BOOLEAN_TYPES, GRAPH_TYPES, ROW_TYPES
from glutakg.server.http.problems import Problem
from glutakg.server.settings import Settings
from glutakg.store import Failure, Fault

__all__ = ["Work", "problem_of"]


class Work(Enum):
    """What a worker was asked to do."""

    QUERY = "query"
    PAGE = "page"
    VALIDATION = "validation"


_Problems = Mapping[Fault, tuple[str, Words | None]]
"""The reason and the sentence of the problem that a fault is; without one, the failure has its own."""

_PROBLEMS: _Problems = {
    Fault.BYTES: (
        "too-many-bytes",
        N_("The answer has more than {limit:,} bytes; ask for less (LIMIT, OFFSET)."),
    ),
    Fault.DAMAGED: ("store-unavailable", N_("The store cannot be read: {message}.")),
    Fault.DEPTH: ("too-deep", None),
    Fault.ENDPOINT: ("endpoint-failed", None),
    Fault.ENGINE: ("store-unavailable", N_("The store cannot be read: {message}.")),
    Fault.FORMAT: ("not-acceptable", None),
    Fault.INVALID: ("cannot-be-validated", None),
    Fault.MEMORY: (
        "memory",
        N_("The query needs more than {limit} MB of memory; make it more selective, or sort and group less."),
    ),
    Fault.PARAMETER: ("bad-parameter", None),
    Fault.REASONER: (
        "needs-reasoner",
        N_(
            "Nothing states this relation of classes; whether it follows only a reasoner can tell, and "
            "this server starts none. Ask on your own machine: {command}."
        ),
    ),
    Fault.REFUSED: ("refused", None),
    Fault.ROWS: (
        "too-many-rows",
        N_("The answer has more than {limit:,} rows; ask for less (LIMIT, OFFSET)."),
    ),
    Fault.SOURCE: ("not-valid-turtle", None),
    Fault.SYNTAX: ("syntax", None),
    Fault.TERM: ("not-found", None),
    Fault.TIMEOUT: ("timeout", N_("The query was stopped after {limit:g} s; ask for less.")),
    Fault.UPDATE: ("update-refused", None),
}

_OF_WORK: Mapping[Work, _Problems] = {
    Work.QUERY: {},
    Work.PAGE: {
        Fault.DEPTH: ("refused", N_("The page cannot be made from this store.")),
        Fault.MEMORY: ("memory", N_("The page needs more than {limit} MB of memory.")),
        Fault.TIMEOUT: ("timeout", N_("The page was not made within {limit:g} s.")),
    },
    Work.VALIDATION: {
        Fault.DEPTH: ("cannot-be-validated", N_("What is sent nests too deeply; split it into several.")),
        Fault.MEMORY: ("memory", N_("Validation needs too much memory; send less.")),
        Fault.TIMEOUT: ("timeout", N_("Validation was stopped after {limit:g} s; send less.")),
    },
}
"""The problems that read otherwise where the work was of this kind."""

_TOO_DEEP = N_("The query nests too deeply or chains too many operators; split it into several queries.")
_ANSWERS = {
    "rows": (N_("rows (SELECT)"), ROW_TYPES),
    "boolean": (N_("a boolean (ASK)"), BOOLEAN_TYPES),
    "graph": (N_("a graph (CONSTRUCT, DESCRIBE)"), GRAPH_TYPES),
}


def problem_of(failure: Failure, work: Work, settings: Settings, *, named: str | None = None) -> Problem:
    """Return the problem that a failure is.

    Args:
        failure: what a worker answered, or the pool in its place.
        work: what was asked of it.
        settings: the limits that it had.
        named: the format that the address names, where it does.

    >>> problem = problem_of(Failure(Fault.TIMEOUT), Work.QUERY, Settings(timeout=2))
    >>> problem.status, problem.reason, problem.detail
    (504, 'timeout', 'The query was stopped after 2 s; ask for less.')
    """
    fault = failure.fault
    if fault is Fault.FORMAT and failure.kind is not None:
        what, types = _ANSWERS[failure.kind]
        return not_acceptable(what, types, named=named)
    facts: dict[str, Any] = {
        "line": failure.line,
        "column": failure.column,
        "parameter": failure.parameter,
        "command": failure.command,
    }
    if fault is Fault.TERM:
        facts["suggestions"] = failure.suggestions
    elif fault is Fault.TIMEOUT:
        facts["limit"] = settings.timeout
    elif fault is Fault.MEMORY and work is not Work.VALIDATION:
        facts["limit"] = settings.memory_mb
    elif fault is Fault.ROWS:
        facts |= {"limit": settings.max_rows, "limited": "max-rows"}
    elif fault is Fault.BYTES:
        facts |= {"limit": settings.max_bytes, "limited": "max-bytes"}
    reason, sentence = _OF_WORK[work].get(fault, _PROBLEMS[fault])
    message = failure.message or (_TOO_DEEP if fault is Fault.DEPTH else "")
    if sentence is not None and message != _TOO_DEEP:
        message = sentence.filled(message=message, command=failure.command, limit=facts.get("limit"))
    headers = {"Retry-After": "5"} if reason == "store-unavailable" else None
    return Problem(reason, message, headers=headers, **facts)
