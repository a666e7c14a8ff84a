"""A short soak: mixed load with worker deaths; `tests/benchmarks/bench_soak.py` goes on for ten minutes."""

import pytest
from running_server import FRONTS, running_server
from soak import OPTIONS, soak


@pytest.mark.parametrize("front", FRONTS)
def test_no_answer_is_wrong_while_workers_die(front: str) -> None:
    """None is wrong, cut or another's, and the front does not grow."""
    with running_server(*OPTIONS, "--front", front) as server:
        told = soak(server, seconds=12, settled_after=6, connections=500)
    assert told.faults == []
    assert told.deaths >= 3
    assert told.answers["200"] >= 20
    before, after = told.front_megabytes
    assert after < 1.2 * before
