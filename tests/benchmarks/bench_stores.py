"""Push the graph to real servers, ask each the whole catalogue, and print as Markdown what differs.

    python tests/benchmarks/bench_stores.py [oxigraph] [fuseki] [rdf4j] [virtuoso]

Run it with the Python that glutakg is installed in; without names it takes those that are there, which
`tests/support/graph_stores.py` starts on loopback. Rows are compared as often as they are there, in any
order, numbers by value, blank nodes as such; what takes longer than a minute counts as not answered. Queries
that are answered alike are then asked of the shipped store in turn with the other, and the ratio is that of
the times of all their answers together. A query that differs without a reason in `REASONS` makes the exit
code 1.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from elsewhere import answered_otherwise, asked_there
from graph_stores import RealStore, fuseki, missing_fuseki, missing_rdf4j, oxigraph, rdf4j, virtuoso

import glutakg
from glutakg.errors import GlutakgError
from glutakg.linking import push
from glutakg.store import PASSWORD, USER

STORES: dict[str, Callable[[Path], AbstractContextManager[RealStore]]] = {
    "oxigraph": oxigraph,
    "fuseki": fuseki,
    "rdf4j": rdf4j,
    "virtuoso": virtuoso,
}
_INTEGER = "a boolean that EXISTS gives is an integer there"
_MISSING = "rows are missing there"
_UNBOUND = "a variable of an OPTIONAL is not bound there"
_COMPILER = "its compiler fails: "
REASONS: dict[str, dict[str, str]] = {
    "oxigraph": {},
    "fuseki": {},
    "rdf4j": {
        "claims-resting-on-one-study": "within NOT EXISTS the FILTER does not see the study: all come back",
        "conditions-on-both-ends-of-deficiency": "takes longer than a minute there",
    },
    "virtuoso": {
        **dict.fromkeys(
            (
                *("advice-against-supplements", "atoms-of-cycle", "benefits-for-condition"),
                *("cautions-for-condition", "needs-of-condition", "restrictions-with-rationale"),
                *("steps-by-species", "variants-and-drugs-by-step"),
            ),
            _INTEGER,
        ),
        **dict.fromkeys(
            (
                *("cells-in-body-part", "conditions-on-both-ends-of-deficiency"),
                *("conversions-asserted-by-source", "nutrients-at-steps", "populations-with-benefit"),
                *("populations-with-caution", "steps-without-claims", "substances-with-role"),
            ),
            _MISSING,
        ),
        **dict.fromkeys(("claims-on-ammonia-disposal", "members-of-class"), _UNBOUND),
        "claims-turned-by-dependent-evidence": _COMPILER + "SQ156, bad dfe",
        "cycle-steps-without-claims": _COMPILER + "SQ156, unknown table for a column",
        "disagreements-on-parents": _COMPILER + "transitive start not given",
        "evidence-on-nutrient": "a path with ? gives rows twice there",
        "pool-counts-by-dead-end": _COMPILER + "SQ074",
        "pools-with-dead-end": _COMPILER + "SQ074",
        "step-counts-by-certainty": "EXISTS in IF is false there, and sums are rounded",
        "steps-around-synapse": _COMPILER + "SP031, sparp_gp_deprecate()",
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
    names = sys.argv[1:] or [name for name in STORES if not missing.get(name)]
    code = 0
    print("| store | push, s | triples | queries | equal | catalogue, times ours | otherwise |")
    print("|---|---|---|---|---|---|---|")
    for name in names:
        with tempfile.TemporaryDirectory(prefix="glutakg-") as folder, STORES[name](Path(folder)) as real:
            credentials = dict(zip((USER, PASSWORD), real.credentials, strict=True))
            with patch.dict("os.environ", credentials if any(real.credentials) else {}):
                began = time.monotonic()
                pushed = push(real.url)
                took = time.monotonic() - began
                whole = sum(each.there for each in pushed)
                if not all(each.is_whole for each in pushed):
                    print(f"{name}: not whole: {[each for each in pushed if not each.is_whole]}")
                    code = 1
                told, ratio, number = _compared(real)
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


def _compared(real: RealStore) -> tuple[dict[str, str], float, int]:
    with glutakg.open(timeout=60) as here, glutakg.open(endpoint=asked_there(real), timeout=60) as there:
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
