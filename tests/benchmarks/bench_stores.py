"""Push the graph to real servers, ask each the whole catalogue, and print as Markdown what differs.

    python tests/benchmarks/bench_stores.py [--killed] [oxigraph] [fuseki] [rdf4j] [virtuoso]

Run it with the Python that glutakg is installed in; without names it takes those that are there, which
`tests/support/graph_stores.py` starts on loopback. Rows are compared as often as they are there, in any
order, numbers by value, blank nodes as such; what takes longer than a minute counts as not answered. Queries
that are answered alike are then asked of the shipped store in turn with the other, and the ratio is that of
the times of all their answers together. A query that differs without a reason in `REASONS` makes the exit
code 1.

With `--killed`, each server is killed by SIGKILL while it gets a piece of the whole graph, at several of its
pieces, and started again with what it kept; and while it answers a query. The exit code is 1 where anything
was told otherwise than it should, or is not equal in the end.
"""

import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from elsewhere import answered_otherwise, asked_there
from graph_stores import (
    RealStore,
    Start,
    fuseki,
    missing_fuseki,
    missing_rdf4j,
    oxigraph,
    rdf4j,
    virtuoso,
)
from killed_stores import killed_in_push

import glutakg
from glutakg.errors import GlutakgError
from glutakg.linking import push
from glutakg.store import PASSWORD, USER

STORES: dict[str, Start] = {
    "oxigraph": oxigraph,
    "fuseki": fuseki,
    "rdf4j": rdf4j,
    "virtuoso": virtuoso,
}
KILLED_AT = (1, 3, 8, 20, 40)
"""The pieces with which servers are killed; there are some 60 of `KILLED_PIECE` triples."""
KILLED_PIECE = 5_000
MERGED = {"virtuoso"}
"""Stores that get all but what is contested as one graph besides, which is then the default graph."""
_COMPILER = "its compiler fails: "
REASONS: dict[str, dict[str, str]] = {
    "oxigraph": {},
    "fuseki": {},
    "rdf4j": {
        "claims-resting-on-one-study": "within NOT EXISTS the FILTER does not see the study: all come back",
        "conditions-on-both-ends-of-deficiency": "takes longer than a minute there",
    },
    "virtuoso": {
        "claims-turned-by-dependent-evidence": _COMPILER + "SQ156, bad dfe",
        "disagreements-on-parents": _COMPILER + "transitive start not given",
        "members-of-class": "the FILTER of an OPTIONAL does not see a variable of VALUES alone",
        "pool-counts-by-dead-end": _COMPILER + "SQ074",
        "pools-with-dead-end": _COMPILER + "SQ074",
        "steps-around-synapse": _COMPILER + "SP031, sparp_gp_deprecate()",
        "steps-without-claims": "an OPTIONAL gives a row without a value for each label in another language",
        "substances-with-role": "a path beside a UNION loses rows of one of its branches",
    },
}
"""Why a query has another answer in a store, by the store and the query."""


def main() -> int:
    """Measure, print, and return the exit code."""
    missing = {
        "fuseki": missing_fuseki(),
        "rdf4j": missing_rdf4j(),
        "virtuoso": "" if shutil.which("virtuoso-t") else "not installed",
    }
    kills = "--killed" in sys.argv
    names = [name for name in sys.argv[1:] if name != "--killed"]
    names = names or [name for name in STORES if not missing.get(name)]
    if kills:
        return _killed(names)
    code = 0
    print("| store | push, s | triples | queries | equal | catalogue, times ours | otherwise |")
    print("|---|---|---|---|---|---|---|")
    for name in names:
        with tempfile.TemporaryDirectory(prefix="glutakg-") as folder, STORES[name](Path(folder)) as real:
            credentials = dict(zip((USER, PASSWORD), real.credentials, strict=True))
            with patch.dict("os.environ", credentials if any(real.credentials) else {}):
                began = time.monotonic()
                pushed = push(real.url)
                if name in MERGED:
                    pushed += push(real.url, graphs=["default"])
                took = time.monotonic() - began
                whole = sum(each.there for each in pushed)
                if not all(each.is_whole for each in pushed):
                    print(f"{name}: not whole: {[each for each in pushed if not each.is_whole]}")
                    code = 1
                told, ratio, number = _compared(real, merged=name in MERGED)
        unnamed = told.keys() - REASONS[name].keys()
        code = code or int(bool(unnamed))
        otherwise = "; ".join(f"{each} ({REASONS[name].get(each, told[each])})" for each in sorted(told))
        cells = (
            name,
            f"{took:.0f}",
            f"{whole:,}",
            number,
            number - len(told),
            f"{ratio:.1f}",
            otherwise or "-",
        )
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    return code


def _killed(names: list[str]) -> int:
    """Kill servers, print what was told, and return the exit code."""
    code = 0
    print("| store | killed at piece | push, exit code | whole, partial, missing then | sent again | equal |")
    print("|---|---:|---:|---|---:|---|")
    for name in names:
        for last in KILLED_AT:
            with tempfile.TemporaryDirectory(prefix="glutakg-") as folder:
                found = killed_in_push(STORES[name], Path(folder), graphs=(), piece=KILLED_PIECE, last=last)
            states = [line.split(maxsplit=3)[3] for line in found.checked.out.splitlines()[2:]]
            numbers = [
                sum(state.startswith(kind) for state in states) for kind in ("same", "partial", "missing")
            ]
            right = (
                found.broken.code == 2
                and found.broken.err.count("\n") == 1
                and found.checked.code == 1
                and sum(numbers) == len(states)
                and found.again.code == found.equal.code == 0
            )
            code = code or int(not right)
            told = f"{found.broken.code} | {', '.join(map(str, numbers))} | {len(found.resent)}"
            print(f"| {name} | {last} | {told} | {'yes' if right else 'no'} |", flush=True)
            if asked := found.asked:
                code = code or int(asked.code != 2 or bool(asked.out))
                said = asked.err.splitlines()[-1]
                print(f"| {name} | in a query then | {asked.code} | | | `{said}` |", flush=True)
    return code


def _compared(real: RealStore, *, merged: bool) -> tuple[dict[str, str], float, int]:
    address = asked_there(real, merged=merged)
    with glutakg.open(timeout=60) as here, glutakg.open(endpoint=address, timeout=60) as there:
        names = [name for name, query in here.catalogue.items() if "network" not in query.needs]
        told = answered_otherwise(here, there, names)
        seconds = [0.0, 0.0]
        for name in [name for name in names if name not in told]:
            for place, graph in enumerate((here, there)):
                began = time.monotonic()
                with suppress(GlutakgError):
                    graph.answer(graph.catalogue[name])
                seconds[place] += time.monotonic() - began
    return told, seconds[1] / seconds[0], len(names)


if __name__ == "__main__":
    sys.exit(main())
