"""Measure imports beside `oxigraph load`, and what asking costs beside an import; print Markdown tables.

    python tests/benchmarks/bench_import.py QUADS.nq.zst [--quads 200000] [--times 1]
    python tests/benchmarks/bench_import.py --gates FOLDER

QUADS is a file of N-Quads, such as a dump of open ontologies; the first `--quads` of it are taken, and
written `--times` times with other IRIs. With `--gates`, the gate is timed for each file of a folder. Run it
with the Python that glutakg is installed in.
`oxigraph load` gets each triple in a named graph and in the default graph, and then all that an import
writes: the closure and cross-references too. An import does more than it: it also reads the file twice, once
in a process of its own, derives what follows for our data, and works out the closure. Figures are ratios to a
peer of the same run; the exit code is 0 whatever they are.
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox
import zstandard

import glutakg
from glutakg.dataset import CLOSURE_GRAPH, XREFS_GRAPH
from glutakg.errors import GlutakgError
from glutakg.linking import SECONDS_TO_CHECK
from glutakg.linking.gate import join_of
from glutakg.linking.making import made_from
from glutakg.store import open_store

GRAPH = "https://w3id.org/glutakg/graph/imports/corpus"
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
ROOTS = """
SELECT ?root (COUNT(DISTINCT ?below) AS ?number) { GRAPH <%s> { ?below
  <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?root FILTER(ISIRI(?root)) } }
GROUP BY ?root ORDER BY DESC(?number) LIMIT 5
"""
_BELOW = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
PATH = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x {_BELOW}+ <%s> }}"
EDGE = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ GRAPH <%s> {{ ?x {_BELOW} <%s> }} }}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--gates", type=Path)
    parser.add_argument("--quads", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    if given.gates:
        _gates(given.gates)
    if not given.path:
        return
    with tempfile.TemporaryDirectory(prefix="glutakg-") as name:
        folder = Path(name)
        triples, both = folder / "corpus.nt", folder / "both.nq"
        number = _write(given.path, given.quads, given.times, triples, both)
        places = {"GLUTAKG_DATA": str(folder / "data"), "GLUTAKG_CACHE": str(folder / "cache")}
        with patch.dict(os.environ, places):
            bare, cold = _asked(), _cold()  # which build what an import is built beside
            peers = {"named and default graph": (2 * number, _loaded(folder, both))}
            ours = _peak(
                [sys.executable, "-m", "glutakg", "import", "--unchecked", "--name", "corpus", str(triples)]
            )
            written = 2 * number + _also_written(both)
            peers["all that an import writes"] = written, _loaded(folder, both)
            print(f"{number:,} triples:\n")
            print("| | quads | seconds | quads a second | peak, MB |\n|---|---|---|---|---|")
            for what, (quads, (seconds, kilobytes)) in peers.items():
                print(
                    f"| oxigraph load, {what} | {quads:,} | {seconds:.1f} | {quads / seconds:,.0f} "
                    f"| {kilobytes / 1024:.0f} |"
                )
            print(
                f"| glutakg import | {written:,} | {ours[0]:.1f} | {written / ours[0]:,.0f} "
                f"| {ours[1] / 1024:.0f} |"
            )
            for what, (_, peer) in peers.items():
                print(f"| ratio to {what} | | | {peer[0] / ours[0]:.2f} | {ours[1] / peer[1]:.2f} |")
            print(f"\nCatalogue beside it, times the bare graph: {_asked() / bare:.2f}", end="")
            print(f"; a process of its own: {_cold() / cold:.2f}\n", flush=True)
            path, edge, rows = _hierarchy()
            print(f"Property path, times the closure: {path / edge:.0f} ({rows:,} classes below five)\n")
            with glutakg.open(timeout=600) as graph:
                began = time.monotonic()
                found = graph.check_links()
                took = time.monotonic() - began
            print(f"link check: {took:.1f} s, {len(found.findings)} findings")


def _gates(folder: Path) -> None:
    """Print how long the gate takes for each file of a folder, and what it says."""
    print("| file | triples | seconds | it says |\n|---|---:|---:|---|", flush=True)
    for path in sorted(folder.iterdir(), key=lambda each: each.stat().st_size):
        if path.suffix == ".md":
            continue
        with tempfile.TemporaryDirectory(prefix="glutakg-") as name:
            home = Path(name)
            made = made_from(str(path), None, home, offline=True, say=lambda sentence: None).made
            began = time.monotonic()
            try:
                join = join_of([made.triples_file(home)], seconds=SECONDS_TO_CHECK)
                said = "holds" if join.holds else f"no: {len(join.axioms)} axioms contradict"
            except GlutakgError as error:
                said = str(error)
            print(f"| {path.name} | {made.triples:,} | {time.monotonic() - began:.1f} | {said} |", flush=True)


def _write(path: Path, most: int, times: int, triples: Path, both: Path) -> int:
    """Write the triples, and the quads that an import makes of them; return how many triples there are."""
    number = 0
    with triples.open("w", encoding="utf-8") as plain, both.open("w", encoding="utf-8") as twice:
        for again in range(times):
            for line in _lines(path, most):
                quad = next(iter(ox.parse(line.encode(), format=ox.RdfFormat.N_QUADS)))
                text = f"{quad.triple}"
                if again:
                    text = re.sub(r"(<http[^>]*?)(>)", rf"\1-{again}\2", text)
                plain.write(f"{text} .\n")
                twice.write(f"{text} <{GRAPH}> .\n{text} .\n")
                number += 1
    return number


def _lines(path: Path, most: int) -> Iterator[str]:
    with path.open("rb") as packed:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), encoding="utf-8")
        for number, line in enumerate(text):
            if number == most:
                return
            yield line


def _peak(command: Sequence[str]) -> tuple[float, int]:
    """Return how many seconds a command takes, and the most kilobytes that a process of it has."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *command], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return time.monotonic() - began, int(done.stdout.split()[-1])


def _loaded(folder: Path, path: Path) -> tuple[float, int]:
    """Return the seconds and kilobytes that `oxigraph load` takes for a file."""
    command = str(Path(sys.executable).with_name("oxigraph"))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return _peak([command, "load", "--location", place, "--file", str(path)])


def _also_written(path: Path) -> int:
    """Add to a file of quads what an import has written besides, and return how many quads that is."""
    with open_store(timeout=300) as store:
        assert store.path
        held = ox.Store.read_only(str(store.path / "rocksdb"))
    number = 0
    with path.open("a", encoding="utf-8") as file:
        for graph in (CLOSURE_GRAPH, XREFS_GRAPH):
            for quad in held.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
                file.write(f"{quad} .\n")
                number += 1
    return number


def _cold() -> float:
    """Return the seconds of a query in a process of its own, the fastest of five."""
    command = [sys.executable, "-m", "glutakg", "query", "protective-nutrients"]
    return min(_peak(command)[0] for _ in range(5))


def _asked() -> float:
    """Return the seconds that the catalogue takes, the fastest of three for each query."""
    total = 0.0
    with glutakg.open(timeout=120) as graph:
        for query in graph.catalogue.values():
            if "network" not in query.needs:
                total += min(_seconds(graph, query.text) for _ in range(3))
    return total


def _seconds(graph: glutakg.KnowledgeGraph, text: str) -> float:
    began = time.monotonic()
    graph._engine.evaluate(text)
    return time.monotonic() - began


def _hierarchy() -> tuple[float, float, int]:
    """Return the seconds of property paths and of the closure, over the same store, and what they find."""
    with open_store(timeout=300) as store:
        assert store.path
        held = ox.Store.read_only(str(store.path / "rocksdb"))
    found = held.query(ROOTS % GRAPH)
    assert isinstance(found, ox.QuerySolutions)
    times: dict[str, list[float]] = {"path": [], "edge": []}
    number = 0
    for root in [row["root"].value for row in found]:
        answers = []
        for kind, text in (("path", PATH % root), ("edge", EDGE % (CLOSURE_GRAPH, root))):
            with _measured(times[kind]):
                rows = held.query(text)
                assert isinstance(rows, ox.QuerySolutions)
                answers.append(int(next(rows)["n"].value))
        assert answers[0] == answers[1], f"{root}: {answers}"
        number += answers[0]
    return sum(times["path"]), sum(times["edge"]), number


@contextmanager
def _measured(times: list[float]) -> Iterator[None]:
    began = time.monotonic()
    yield
    times.append(time.monotonic() - began)


if __name__ == "__main__":
    main()
