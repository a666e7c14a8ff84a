"""What is said to those who would wait in vain."""

import math

from glutakg.languages import N_
from glutakg.server.http.problems import Problem
from glutakg.server.settings import WAITING_SECONDS
from glutakg.server.workers.line import Job

__all__ = ["busy", "ended_again", "fail", "shutting_down", "unavailable"]


_MOST_TO_RETRY_AFTER = 600


def fail(job: Job, problem: Problem) -> None:
    """Tell the one who waits for a job that there is no answer."""
    if job.waiting is not None:
        job.waiting.cancel()
    if not job.future.done():
        job.future.set_exception(problem)


def busy(seconds: float = 0.0) -> Problem:
    """Return the problem that there is no place, or one that would be reached only after some seconds."""
    if seconds > WAITING_SECONDS:
        detail = N_(
            "The queries before this one will probably take {seconds:.0f} s; try again later.",
            seconds=seconds,
        )
    else:
        detail = N_("Too many queries are waiting; try again in a moment.")
    retry = min(_MOST_TO_RETRY_AFTER, max(2, math.ceil(seconds - WAITING_SECONDS)))
    return Problem("busy", detail, headers={"Retry-After": str(retry)})


def ended_again() -> Problem:
    """Return the problem that one worker after the other ended over a query.

    >>> ended_again().status
    503
    """
    detail = N_("The process that answered this query ended, again and again; try later.")
    return Problem("worker-ended", detail, headers={"Retry-After": "5"})


def shutting_down() -> Problem:
    """Return the problem that the server is being stopped.

    >>> shutting_down().status
    503
    """
    return Problem("shutting-down", N_("The server is being stopped."), headers={"Retry-After": "30"})


def unavailable(reason: str) -> Problem:
    """Return the problem that no worker can open the data.

    >>> unavailable("no such folder").detail
    'The data cannot be opened: no such folder.'
    """
    return Problem(
        "store-unavailable",
        N_("The data cannot be opened: {reason}", reason=reason),
        headers={"Retry-After": "5"},
    )
