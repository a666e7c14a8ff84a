"""Each fault of a worker is one problem of HTTP, whatever the worker was doing."""

import pytest

from glutakg.server.faults import Work, problem_of
from glutakg.server.http.problems import REASONS
from glutakg.server.settings import Settings
from glutakg.store.messages import Failure, Fault

SETTINGS = Settings(timeout=2, memory_mb=64, max_rows=10_000, max_bytes=20_000)
STATUSES = {
    Fault.BYTES: 413, Fault.DAMAGED: 503, Fault.DEPTH: 400, Fault.ENDPOINT: 502, Fault.ENGINE: 503,
    Fault.FORMAT: 406, Fault.INVALID: 422, Fault.MEMORY: 507, Fault.PARAMETER: 400,
    Fault.REASONER: 422, Fault.REFUSED: 400, Fault.ROWS: 413, Fault.SOURCE: 400, Fault.SYNTAX: 400,
    Fault.TERM: 404, Fault.TIMEOUT: 504, Fault.UPDATE: 403,
}  # fmt: skip


def example(fault: Fault) -> Failure:
    """Return a failure of this kind as a worker sends it."""
    kind = "rows" if fault is Fault.FORMAT else None
    return Failure(fault, "What was wrong", kind=kind, limit=1, command="glutakg why a b c")


def test_every_fault_has_its_status() -> None:
    """A new fault gets one; those of today keep theirs."""
    statuses = {fault: problem_of(example(fault), Work.QUERY, SETTINGS).status for fault in Fault}
    assert statuses == STATUSES


@pytest.mark.parametrize("work", Work)
@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_a_sentence(fault: Fault, work: Work) -> None:
    """With a known reason, no gap that was not filled, and no braces left over."""
    problem = problem_of(example(fault), work, SETTINGS)
    assert problem.reason in REASONS
    assert problem.detail[-1] == "."
    assert not {"{", "}", "None"} & set(problem.detail.split())
    assert "{" not in problem.detail


@pytest.mark.parametrize("work", Work)
@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.MEMORY, Fault.DEPTH])
def test_what_ends_a_worker_needs_no_message(fault: Fault, work: Work) -> None:
    """The pool knows only how the process ended."""
    assert len(problem_of(Failure(fault), work, SETTINGS).detail) > 20


@pytest.mark.parametrize(
    ("fault", "facts"),
    [
        (Fault.ROWS, {"limit": 10_000, "limited": "max-rows"}),
        (Fault.BYTES, {"limit": 20_000, "limited": "max-bytes"}),
        (Fault.TIMEOUT, {"limit": 2}),
        (Fault.MEMORY, {"limit": 64}),
    ],
)
def test_limits_are_facts(fault: Fault, facts: dict[str, object]) -> None:
    """A program can read which limit it was, and how high that is here."""
    assert problem_of(Failure(fault), Work.QUERY, SETTINGS).facts == facts


def test_a_message_is_never_read_as_a_pattern() -> None:
    """Braces of a query stay what they are."""
    message = "Line 1, column 8: this is not valid SPARQL: it cannot go on with '{limit}'."
    assert problem_of(Failure(Fault.SYNTAX, message), Work.QUERY, SETTINGS).detail == message
