"""Measure what the project promises, and print it as a Markdown table with the limit beside each figure.

    python tests/benchmarks/bench_all.py

Run it with the Python that glutakg is installed in, on a quiet machine. It takes some twenty minutes, nearly
all of them for rdflib, pyshacl and reasoners; a query that rdflib needs more than 20 s for counts as 20 s.
The exit code is 1 when a limit is missed.
"""

import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from unittest.mock import patch

import pyoxigraph as ox
import pyshacl
import rdflib

import glutakg
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.dataset.headers import load_query
from glutakg.dataset.shipped import query_files, shape_files, shipped_root
from glutakg.files import read_text
from glutakg.owl import derivations
from glutakg.owl.premises import Premises, read_premises
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import open_store

RUNS = 9
TURTLE = ox.RdfFormat.TURTLE
RDFLIB_SECONDS = 20
COMMAND = [str(Path(sys.executable).with_name("glutakg")), "query", "protective-nutrients"]
IMPORT = [sys.executable, "-c", "import rdflib"]
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""
SHACL = "import shacl, sys; assert shacl.validate(*sys.argv[1:])"
TURBO = """
import sys
from pathlib import Path
from pyshacl_turbo import compile_shapes
from pyshacl_turbo.rdf import Input

data, shapes = sys.argv[1:]
assert compile_shapes(Path(shapes)).validate(Input(Path(data).read_text(), "nt", None, {}))[0]
"""
REASONING = """
import json, resource, sys, time
from glutakg.owl.premises import logical, read_premises
from glutakg.owl.reasoners import reason

premises = read_premises()
if sys.argv[1] == "owlrl":
    import owlrl, pyoxigraph, rdflib
    text = pyoxigraph.serialize(logical(premises.triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    start = time.perf_counter()
    graph = rdflib.Graph().parse(data=text, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
else:
    start = time.perf_counter()
    assert reason(premises, reasoner=sys.argv[1]).consistent
passed = time.perf_counter() - start
whose = resource.RUSAGE_SELF if sys.argv[1] == "owlrl" else resource.RUSAGE_CHILDREN
peak = resource.getrusage(whose).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([passed, peak]))
"""


class Figure(NamedTuple):
    """One line of the table."""

    what: str
    value: float
    unit: str
    limit: float
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the figure keeps to its limit."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def __str__(self) -> str:
        if math.isinf(self.limit):
            return f"| {self.what} | {self.value:.2f} {self.unit} | none | yes |"
        limit = f"{'at most' if self.at_most else 'at least'} {self.limit:g} {self.unit}".strip()
        value = f"{self.value:.2f} {self.unit}".strip()
        return f"| {self.what} | {value} | {limit} | {'yes' if self.is_met else '**no**'} |"


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def run(command: list[str], *, may_find: bool = False) -> None:
    """Run a command for its time; what it prints is dropped. With `may_find`, its answer may be no."""
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode not in ((0, 1) if may_find else (0,)):
        done.check_returncode()


def process_figures() -> Iterator[Figure]:
    """Yield the figures of whole processes: start, first run, memory."""
    first = seconds(lambda: run(COMMAND))
    pairs = [(seconds(lambda: run(COMMAND)), seconds(lambda: run(IMPORT))) for _ in range(RUNS)]
    warm, importing = (statistics.median(times) for times in zip(*pairs, strict=True))
    yield Figure(
        "`glutakg query protective-nutrients` / `python -c 'import rdflib'`", warm / importing, "", 1.0
    )
    yield Figure("first run minus warm run", first - warm, "s", 3.0)
    peak = subprocess.run(
        [sys.executable, "-c", PEAK, *COMMAND], check=True, capture_output=True, text=True
    ).stdout
    yield Figure("peak memory of the largest process of the command", int(peak) / 1e6, "MB", 150.0)


@contextmanager
def time_limit(limit: int) -> Iterator[None]:
    """Raise TimeoutError in a block that takes longer than `limit` seconds."""

    def stop(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def in_rdflib(dataset: rdflib.Dataset, text: str) -> float:
    """Return the seconds rdflib needs for a query, or the limit where it needs more."""
    try:
        with time_limit(RDFLIB_SECONDS):
            return seconds(lambda: list(dataset.query(text)))
    except TimeoutError:
        return RDFLIB_SECONDS


def rdflib_dataset() -> rdflib.Dataset:
    """Return the shipped graphs in rdflib's memory, with the same default graph."""
    content = ox.serialize(quads(shipped_files()), format=ox.RdfFormat.N_QUADS)
    dataset = rdflib.Dataset()
    dataset.parse(data=content, format="nquads")
    return dataset


def measured_queries() -> list[Path]:
    """Return the queries of the catalogue without those that would measure another server."""
    return [path for path in query_files() if "network" not in load_query(path).needs]


def catalogue_figures() -> Iterator[Figure]:
    """Yield how much faster the whole catalogue and its slowest query are than in rdflib."""
    dataset, ratios, ours, theirs = rdflib_dataset(), {}, 0.0, 0.0
    with open_store() as store:
        for path in measured_queries():
            text = read_text(path)
            store.evaluate(text)
            mine = statistics.median(seconds(lambda text=text: store.evaluate(text)) for _ in range(RUNS))  # type: ignore[misc]
            their = in_rdflib(dataset, text)
            ratios[path.stem] = their / mine
            ours, theirs = ours + mine, theirs + their
            print(f"{path.stem}: {mine * 1000:.2f} ms, rdflib {their * 1000:.0f} ms", file=sys.stderr)
    worst = min(ratios, key=ratios.__getitem__)
    yield Figure(
        f"rdflib / glutakg, the whole catalogue ({len(ratios)} queries)",
        theirs / ours,
        "",
        50.0,
        at_most=False,
    )
    yield Figure(f"rdflib / glutakg, the worst query (`{worst}`)", ratios[worst], "", 1.0, at_most=False)


def many_triples(path: Path) -> None:
    """Write 50,000 triples of a user's: the shipped individuals under other names, again and again."""
    graphs = ("background", "source", "evidence")
    files = [file for file in shipped_files() if file.graph_name in graphs]
    shipped = [quad.triple for file in files for quad in ox.parse(read_text(file.path), format=TURTLE)]
    own = {triple.subject for triple in shipped if "w3id.org/glutakg/data/" in str(triple.subject)}

    def copies() -> Iterator[ox.Triple]:
        for number in count():
            names = {term: ox.NamedNode(f"{term.value}-{number}") for term in own}
            for subject, predicate, value in shipped:
                yield ox.Triple(names.get(subject, subject), predicate, names.get(value, value))

    ox.serialize(islice(copies(), 50_000), path, format=TURTLE)


def in_pyshacl(paths: Iterable[Path]) -> float:
    """Return the seconds that plain pyshacl needs for the union of files, read by rdflib."""
    shapes, data = rdflib.Graph(), rdflib.Graph()

    def run_pyshacl() -> None:
        for path in shape_files():
            shapes.parse(path, format="turtle")
        for path in paths:
            triples = parse_triples(read_text(path), path)
            data.parse(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
        pyshacl.validate(data, shacl_graph=shapes, inference="none")

    return seconds(run_pyshacl)


def union(paths: Iterable[Path], target: Path) -> str:
    """Write files as one in N-Triples, and return its name."""
    triples = [triple for path in paths for triple in parse_triples(read_text(path), path)]
    ox.serialize(triples, target, format=ox.RdfFormat.N_TRIPLES)
    return str(target)


def peer_figures(shipped: Iterable[Path]) -> Iterator[Figure]:
    """Yield how much longer the shipped data take than in two validators in Rust, as whole processes in turn.

    These get one file of N-Triples, and say only whether it conforms.
    """
    with tempfile.TemporaryDirectory(prefix="glutakg-bench-") as folder:
        files = [union(shipped, Path(folder) / "data.nt"), union(shape_files(), Path(folder) / "shapes.nt")]
        commands = [
            [COMMAND[0], "validate"],
            *([sys.executable, "-c", peer, *files] for peer in (SHACL, TURBO)),
        ]
        times = [[seconds(lambda each=each: run(each)) for each in commands] for _ in range(RUNS)]  # type: ignore[misc]
    mine, shacl, turbo = map(statistics.median, zip(*times, strict=True))
    yield Figure("`glutakg validate` / `shacl` alone", mine / shacl, "", 1.5)
    yield Figure("`glutakg validate` / `pyshacl-turbo` alone", mine / turbo, "", 1.5)


def validation_figures() -> Iterator[Figure]:
    """Yield how much faster the shipped data and a user's are validated than by pyshacl."""
    shipped = [file.path for file in shipped_files()]
    yield from peer_figures(shipped)
    mine = seconds(lambda: run([COMMAND[0], "validate"]))
    yield Figure("pyshacl / `glutakg validate`", in_pyshacl(shipped) / mine, "", 10.0, at_most=False)
    with tempfile.TemporaryDirectory(prefix="glutakg-bench-") as folder:
        user = Path(folder) / "user.ttl"
        many_triples(user)
        mine = seconds(lambda: run([COMMAND[0], "validate", str(user)], may_find=True))
        yield Figure(
            "pyshacl / `glutakg validate`, 50,000 triples", in_pyshacl([user]) / mine, "", 10.0, at_most=False
        )
        theirs = in_pyshacl([*shipped, user])
        what = "pyshacl / `glutakg validate`, 50,000 triples in their context"
        yield Figure(what, theirs / mine, "", 10.0, at_most=False)


def reasoning_figures() -> Iterator[Figure]:
    """Yield what HermiT needs for ontology, slices and data, beside Pellet and the OWL RL rules of owlrl."""
    found = {}
    for reasoner in ("hermit", "pellet", "owlrl"):
        command = [sys.executable, "-c", REASONING, reasoner]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found[reasoner] = json.loads(answer)
        print(f"{reasoner}: {found[reasoner][0]:.1f} s, {found[reasoner][1] / 1e6:.0f} MB", file=sys.stderr)
    hermit, pellet, owlrl = (found[name] for name in ("hermit", "pellet", "owlrl"))
    others = f"Pellet {pellet[0]:.1f} s, owlrl {owlrl[0]:.1f} s"
    yield Figure(f"HermiT on ontology, slices and data ({others})", hermit[0], "s", 60.0)
    others = f"Pellet {pellet[1] / 1e6:.0f} MB, owlrl {owlrl[1] / 1e6:.0f} MB"
    yield Figure(f"its Java's peak memory ({others})", hermit[1] / 1e6, "MB", 2000.0)


def premises_with(folder: Path, turtle: str) -> Premises:
    """Return the shipped premises, one of whose files says more."""
    files = shipped_files()
    [place] = [number for number, file in enumerate(files) if file.path.name == "nutrients.ttl"]
    path = folder / "nutrients.ttl"
    path.write_text(f"{read_text(files[place].path)}\n{turtle}\n", encoding="utf-8")
    files[place] = files[place]._replace(path=path)
    return read_premises(files=files)


def inferred_figures() -> Iterator[Figure]:
    """Yield how long it takes to write `gkg:inferred` anew after a change of one data file.

    The graph is written into a copy. A label calls for no reasoner; where a fact changed, HermiT confirms
    what the rules find.
    """
    with tempfile.TemporaryDirectory(prefix="glutakg-bench-") as name:
        folder = Path(name)
        shutil.copytree(shipped_root() / "data" / "inferred", folder / "data" / "inferred")
        with patch.object(derivations, "shipped_root", lambda: folder):
            label = "gkd:taurine skos:altLabel 'tauric acid'@en ."
            passed = seconds(lambda: derivations.write(premises_with(folder, label)))
            yield Figure("`gkg:inferred` after a change of a label in one file", passed, "s", math.inf)
            fact = "gkd:taurine gk:protectsAgainst gkd:excitotoxicity . gkd:caffeine a gk:Nutrient ."
            premises = premises_with(folder, fact)
            passed = seconds(lambda: derivations.documents(premises))
            yield Figure("rules alone after a change of a fact in one file", passed, "s", math.inf)
            passed = seconds(lambda: derivations.write(premises_with(folder, fact)))
            yield Figure("`gkg:inferred` after that change, with HermiT", passed, "s", math.inf)


def why_figures() -> Iterator[Figure]:
    """Yield how much longer than a query the reasons for the first row of its answer take.

    Each is asked once, in one session, of which the first reasons read the claims.
    """
    ratios = {}
    with glutakg.open() as graph:
        graph.ask("ASK { }")
        for path in measured_queries():
            start = time.perf_counter()
            answer = graph.run(path.stem)
            query = time.perf_counter() - start
            if isinstance(answer, Rows) and len(answer):
                why = seconds(lambda answer=answer: answer.why(1))  # type: ignore[misc]
                ratios[path.stem] = why / query
                print(f"{path.stem}: {query * 1000:.1f} ms, why {why * 1000:.1f} ms", file=sys.stderr)
    worst = max(ratios, key=ratios.__getitem__)
    what = f"why of the first row / query, median of {len(ratios)} (worst: {ratios[worst]:.0f}, `{worst}`)"
    yield Figure(what, statistics.median(ratios.values()), "", 3.0)


def main() -> int:
    """Print the table; return 1 when a limit is missed."""
    with tempfile.TemporaryDirectory(prefix="glutakg-bench-") as cache:
        os.environ["GLUTAKG_CACHE"] = str(Path(cache))
        figures = [
            *process_figures(),
            *catalogue_figures(),
            *validation_figures(),
            *reasoning_figures(),
            *inferred_figures(),
            *why_figures(),
        ]
    print("| measured | value | limit | met |", "| --- | ---: | ---: | --- |", *figures, sep="\n")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
