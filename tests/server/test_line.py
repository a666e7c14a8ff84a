"""The line in which queries wait: clients take turns, and none takes all places."""

import asyncio

import pytest

from glutakg.server.workers.line import FairLine, Job
from glutakg.store.messages import Message


def job(client: str) -> Job:
    """Return something that waits."""
    loop = asyncio.new_event_loop()
    try:
        return Job(Message(), 1.0, client, loop.create_future())
    finally:
        loop.close()


def order(line: FairLine) -> str:
    """Return the clients in the order in which they are served."""
    served = []
    while (found := line.pop()) is not None:
        served.append(found.client)
    return "".join(served)


@pytest.mark.parametrize(
    ("came", "served"), [("aaab", "abaa"), ("abc", "abc"), ("aabbcc", "abcabc"), ("aaaabbc", "abcabaa")]
)
def test_clients_take_turns(came: str, served: str) -> None:
    """Whoever has asked much waits for those who have asked little."""
    line = FairLine(100)
    assert all(line.push(job(client)) for client in came)
    assert len(line) == len(came)
    assert order(line) == served


def test_one_client_has_half_of_the_places() -> None:
    """There is always room for another client, until the line is full."""
    line = FairLine(6)
    assert [line.push(job("a")) for _ in range(4)] == [True, True, True, False]
    assert [line.push(job("b")) for _ in range(4)] == [True, True, True, False]
    assert line.push(job("c")) is False
    assert len(line) == 6


def test_a_job_of_one_client_keeps_its_order() -> None:
    """What one client asks first is served first."""
    line = FairLine(10)
    first, second = job("a"), job("a")
    line.push(first)
    line.push(second)
    assert [line.pop(), line.pop(), line.pop()] == [first, second, None]


def test_who_leaves_makes_room() -> None:
    """A job that is taken out is not served, and its client is forgotten with its last job."""
    line = FairLine(2)
    gone = job("a")
    line.push(gone)
    line.remove(gone)
    line.remove(gone)
    assert len(line) == 0
    assert line.push(job("a"))
    assert order(line) == "a"
