"""The line in which queries wait: clients take turns, and none takes all places."""

import asyncio
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPResponse
from urllib.parse import urlencode

import pytest
from processes import PATIENCE, wait_until
from running_server import Response, running_server

from glutakg.server.settings import WAITING_SECONDS
from glutakg.server.workers.expectations import Expectations
from glutakg.server.workers.line import FairLine, Job
from glutakg.store.messages import Message

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def job(client: str, seconds: float = 1.0) -> Job:
    """Return something that waits."""
    loop = asyncio.new_event_loop()
    try:
        return Job(Message(), seconds, client, loop.create_future())
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


@pytest.mark.parametrize(
    ("came", "client", "served"),
    [("", "a", ""), ("aaab", "a", "aaab"), ("aaab", "b", "aab"), ("aaab", "c", "ab")],
)
def test_what_is_served_before_is_known(came: str, client: str, served: str) -> None:
    """Turns count: a new client waits for one job of each other, not for all of them."""
    line = FairLine(100)
    assert all(line.push(job(each)) for each in came)
    assert "".join(each.client for each in line.before(client)) == served


def test_experience_tells_how_long_a_job_takes() -> None:
    """Nothing known, what others took, what it took itself, and never more than it may."""
    times, one = Expectations(), job("a", 60)
    assert (times.seconds(one), times.rest(one, 50)) == (60, 10)
    times.learn(one, 5)
    assert (times.seconds(one), times.rest(one, 2), times.rest(one, 6)) == (5, 3, 54)
    assert Expectations(1.0).seconds(one) == 1
    times.learn(one, 100)
    assert times.seconds(one) == 60
    others = Expectations(by_topic=False)
    for seconds in (2, 4):
        others.learn(one, seconds)
    assert others.seconds(one) == 3


def test_a_quick_job_takes_its_lane_no_longer_than_quick_ones_may() -> None:
    """Then it is none any more, and another has the lane: who is slower than most bars nobody."""
    quick, one = Expectations(1.0, by_topic=False, at_most=0.1), job("a", 60)
    assert [quick.seconds(one), quick.rest(one, 0.02)] == pytest.approx([0.1, 0.08])
    quick.learn(one, 0.01)
    assert [quick.rest(one, passed) for passed in (0.002, 0.02)] == pytest.approx([0.008, 0.08])


def test_nobody_is_sent_away_in_a_rush_of_quick_queries() -> None:
    """Many at once, each a little slower than those before it, wait for each other for a moment."""
    request = (
        f"GET /sparql?{urlencode({'query': 'SELECT (1 AS ?n) {}'})} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    with running_server("--workers", "1", "--cache", "0", "--front", "plain") as server, ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((server.host, server.port), timeout=PATIENCE))
            for _ in range(100)
        ]
        statuses = Counter[int]()
        for _ in range(20):
            for client in clients:
                client.sendall(request)
            for client in clients:
                answer = HTTPResponse(client)
                answer.begin()
                answer.read()
                statuses[answer.status] += 1
    assert statuses == {200: 2_000}


def test_who_would_wait_in_vain_is_told_at_once() -> None:
    """A long query that no lane will take in time gets 503 with when to come back, not after the wait."""
    with running_server("--workers", "1", "--timeout", "300") as server, ThreadPoolExecutor(4) as threads:

        def ask(number: int) -> tuple[Response, float]:
            began = time.monotonic()
            answer = server.ask(f"{ENDLESS} # {number}")
            return answer, time.monotonic() - began

        running = threads.submit(ask, 0)
        wait_until(lambda: server.metric("queries_running_long") == 1, "a query runs")
        for answer, seconds in threads.map(ask, range(1, 4)):
            assert (answer.status, answer.reason) == (503, "busy")
            assert seconds < WAITING_SECONDS / 2
            assert int(answer.headers["retry-after"]) > 60
            assert "will probably take" in answer.json["detail"]
        assert server.value("SELECT (1 AS ?n) {}") == "1"
        assert not running.done()
        server.process.kill()
        with pytest.raises(OSError):
            running.result()
