"""Random queries have the answers of Apache Jena, or those of sparq where Jena leaves the specification.

`tests/benchmarks/bench_differential.py` asks many more.
"""

from itertools import islice

import pytest
from differential import KNOWN, differences
from jena import missing, running_jena
from random_queries import random_data, random_query

QUERIES = 600

TREATMENT = {
    "MINUS in EXISTS": (
        "refused where it depends on the solution whether both sides of MINUS have a variable in common, "
        "with a sentence that says what to write"
    ),
    "EXISTS with a path of length zero": (
        "mended where VALUES or BIND give the term; left where a path of length zero around EXISTS found a "
        "term that the graph does not hold"
    ),
    "sequence of paths of length zero": (
        "left: by the specification the second path begins at a node of the graph, for Jena where the first "
        "one ended"
    ),
    "malformed literal compared with itself": "left: an error by the specification, true for Jena",
    "SELECT * without a variable": "refused, with a sentence that says what to ask instead",
}


def test_each_known_difference_has_a_treatment() -> None:
    """What is let pass has a name and a reason."""
    assert TREATMENT.keys() == KNOWN.keys()


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_random_queries_are_answered_as_by_others() -> None:
    """No answer differs from both others, but for the kinds that are listed."""
    with running_jena() as jena:
        new = [found for found in differences(jena, range(QUERIES)) if not found.name]
    assert not new, "\n".join(f"{found.query}\nours: {found.ours}\nJena: {found.theirs}" for found in new)


def test_random_queries_are_the_same_each_time() -> None:
    """A seed that found a fault finds it again."""
    assert list(map(random_query, range(50))) == list(map(random_query, range(50)))
    assert len(set(map(random_query, range(200)))) > 190
    assert random_data(1) == random_data(1) != random_data(2)
    assert all(islice((len(random_query(seed)) < 5_000 for seed in range(200)), 200))
