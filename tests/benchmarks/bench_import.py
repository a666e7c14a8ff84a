"""Measure imports beside `oxigraph load`, and what asking costs beside an import; print Markdown tables.

    python tests/benchmarks/bench_import.py QUADS.nq.zst [--quads 200000] [--times 1] [--part 100000]
    python tests/benchmarks/bench_import.py --gates FOLDER

QUADS is a file of N-Quads, such as a dump of open ontologies; the first `--quads` of it are taken, and
written `--times` times: in each further copy blank nodes and the terms of the ontologies are others, while
properties, datatypes and what all ontologies share stay (RDF, RDFS, OWL, Dublin Core, OBO in OWL, …), so that
each copy has a hierarchy of its own. With `--gates`, the gate is timed for each file of a folder. Run it with
the Python that glutakg is installed in. Space for temporary files: some 2 kB for each triple.
`oxigraph load` gets each triple in a named graph and in the default graph, and then all that an import
writes: the closure, cross-references and what follows too. That is compared with an import until it answers,
when it tells what it has imported; and with `oxigraph optimize` after it, with an import until the store is
compacted. An import does more than these: it also reads the file twice, once in a process of its own, derives
what follows for our data, and works out the closure. rdflib parses the first
`--part` triples into memory, Virtuoso's bulk loader gets each triple once; where Virtuoso is missing, that is
said. Figures are ratios to a peer of the same run; the exit code is 0 whatever they are.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox
import zstandard

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from graph_stores import virtuoso

import glutakg
from glutakg.dataset import CLOSURE_GRAPH, XREFS_GRAPH, graph_iri
from glutakg.errors import GlutakgError
from glutakg.linking import SECONDS_TO_CHECK
from glutakg.linking.gate import join_of
from glutakg.linking.making import made_from
from glutakg.store import open_store

GRAPH = "https://w3id.org/glutakg/graph/imports/corpus"
RDF, OWL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2002/07/owl#"
SHARED = re.compile(
    r"http://www\.w3\.org/|http://www\.geneontology\.org/formats/oboInOwl#|http://purl\.org/dc/|http://xmlns\.com/"
    r"|https?://schema\.org/|https?://creativecommons\.org/|https?://orcid\.org/"
)
"""What is the same in all copies, besides properties."""
PROPERTY_KINDS = {
    f"<{OWL}{kind}Property>" for kind in ("Annotation", "Datatype", "Object", "Transitive", "Ontology")
}
TO_PROPERTIES = {
    *(OWL + name for name in ("onProperty", "annotatedProperty", "inverseOf")),
    "http://www.w3.org/2000/01/rdf-schema#subPropertyOf",
}
PEAK = """
import resource, subprocess, sys, time
began = time.monotonic()
with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE) as run:
    run.stdout.readline()
    answers = time.monotonic() - began
    run.stdout.read()
print(answers, time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(run.returncode)
"""
ROOTS = """
SELECT ?root (COUNT(*) AS ?number) { GRAPH <%s> {
  ?below <http://www.w3.org/2000/01/rdf-schema#subClassOf> ?root } }
GROUP BY ?root ORDER BY DESC(?number) ?root LIMIT 10
"""
_BELOW = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
PATH = f"SELECT (COUNT(*) AS ?n) {{ ?x {_BELOW}+ <%s> }}"  # which finds each class once, as the closure does
EDGE = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <%s> {{ ?x {_BELOW} <%s> }} }}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--gates", type=Path)
    parser.add_argument("--quads", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--part", type=int, default=100_000)
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
            shipped = _store()
            peers = {"oxigraph load, named and default graph": (2 * number, _loaded(folder, both))}
            answers, compacted, memory = _peak(
                [sys.executable, "-m", "glutakg", "import", "--unchecked", "--name", "corpus", str(triples)]
            )
            written = 2 * number + _also_written(both, shipped)
            peers["oxigraph load, all that an import writes"] = written, _loaded(folder, both)
            peers["the same, then oxigraph optimize"] = written, _loaded(folder, both, optimized=True)
            others = {f"rdflib, the first {min(given.part, number):,}": _parsed(triples, given.part)}
            if shutil.which("virtuoso-t") and shutil.which("isql-vt"):
                others["Virtuoso, bulk loader"] = number, _bulk_loaded(folder, triples)
            else:
                print("Virtuoso is not there: apt-get install virtuoso-opensource-7-bin\n")
            print(f"{number:,} triples:\n")
            times = {"until it answers": answers, "until it is compacted": compacted}
            print("| | quads | seconds | quads a second | peak, MB |\n|---|---|---|---|---|")
            ours = {f"glutakg import, {when}": (written, (each, memory)) for when, each in times.items()}
            for what, (quads, (seconds, kilobytes)) in {**peers, **others, **ours}.items():
                print(
                    f"| {what} | {quads:,} | {seconds:.1f} | {quads / seconds:,.0f} "
                    f"| {kilobytes / 1024:.0f} |"
                )
            for what, (quads, peer) in {**peers, **others}.items():
                when = "until it is compacted" if "optimize" in what else "until it answers"
                rate = written / times[when] / (quads / peer[0])
                if what == "oxigraph load, named and default graph":
                    rate = peer[0] / answers  # of the same triples, whatever else is written of them
                print(f"| {when}, ratio to {what} | | | {rate:.2f} | {memory / peer[1]:.2f} |")
            print(f"\nCatalogue beside it, times the bare graph: {_asked() / bare:.2f}", end="")
            print(f"; a process of its own: {_cold() / cold:.2f}\n", flush=True)
            path, edge, rows = _hierarchy()
            print(f"Property path, times the closure: {path / edge:.0f} ({rows:,} classes below ten)\n")
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
    shared = _properties(path, most) if times > 1 else frozenset()
    number = 0
    with triples.open("w", encoding="utf-8") as plain, both.open("w", encoding="utf-8") as twice:
        for again in range(times):
            for quad in _quads(path, most):
                parts = (quad.subject, quad.predicate, quad.object)
                if again:
                    parts = _other(parts[0], again, shared), parts[1], _other(parts[2], again, shared)
                text = " ".join(map(str, parts))
                plain.write(f"{text} .\n")
                twice.write(f"{text} <{GRAPH}> .\n{text} .\n")
                number += 1
    return number


def _properties(path: Path, most: int) -> frozenset[str]:
    """Return the IRIs that are predicates, or of which OWL says that they are properties or annotated."""
    found = set()
    for quad in _quads(path, most):
        found.add(quad.predicate.value)
        if quad.predicate.value == f"{RDF}type" and str(quad.object) in PROPERTY_KINDS:
            found.add(getattr(quad.subject, "value", ""))
        if quad.predicate.value in TO_PROPERTIES:
            found.update(term.value for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode))
    return frozenset(found)


def _other(term: Any, copy: int, shared: Container[str]) -> Any:
    """Return a blank node or a term of the ontologies as another one, and all else as it is."""
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(f"{term.value}x{copy}")
    if isinstance(term, ox.NamedNode) and term.value not in shared and not SHARED.match(term.value):
        return ox.NamedNode(f"{term.value}-{copy}")
    return term


def _quads(path: Path, most: int) -> Iterator[ox.Quad]:
    with path.open("rb") as packed:
        reader = zstandard.ZstdDecompressor().stream_reader(packed)
        yield from islice(ox.parse(io.BufferedReader(reader, 1 << 20), format=ox.RdfFormat.N_QUADS), most)


def _peak(command: Sequence[str]) -> tuple[float, float, int]:
    """Return the seconds until a command writes a line, those until it ends, and its most kilobytes."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *command], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    answers, ends, kilobytes = done.stdout.split()
    return float(answers), float(ends), int(kilobytes)


def _loaded(folder: Path, path: Path, *, optimized: bool = False) -> tuple[float, int]:
    """Return the seconds and kilobytes that `oxigraph load` takes, with `oxigraph optimize` or not."""
    command = str(Path(sys.executable).with_name("oxigraph"))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        _, seconds, kilobytes = _peak([command, "load", "--location", place, "--file", str(path)])
        if optimized:
            _, more, others = _peak([command, "optimize", "--location", place])
            seconds, kilobytes = seconds + more, max(kilobytes, others)
        return seconds, kilobytes


def _parsed(path: Path, part: int) -> tuple[int, tuple[float, int]]:
    """Return how many triples rdflib parses, and the seconds and kilobytes that it takes."""
    with path.open(encoding="utf-8") as file:
        lines = list(islice(file, part))
    begin = path.with_name("part.nt")
    begin.write_text("".join(lines), encoding="utf-8")
    parse = "import sys, rdflib; rdflib.Graph().parse(sys.argv[1], format='nt')"
    return len(lines), _peak([sys.executable, "-c", parse, str(begin)])[1:]


def _bulk_loaded(folder: Path, path: Path) -> tuple[float, int]:
    """Return the seconds and kilobytes that Virtuoso's bulk loader takes for a file."""
    with tempfile.TemporaryDirectory(dir=folder) as name, virtuoso(Path(name), buffers=170_000) as real:
        place = Path(name)
        (place / "corpus.nt").hardlink_to(path)
        settings = (place / "virtuoso.ini").read_text(encoding="utf-8")
        port = settings.partition("ServerPort = 127.0.0.1:")[2].partition("\n")[0]
        isql = ["isql-vt", f"127.0.0.1:{port}", *real.credentials, "VERBOSE=OFF", "BANNER=OFF"]
        load = f"exec=ld_dir('.', 'corpus.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;"
        began = time.monotonic()
        subprocess.run([*isql, load], check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        faults = "exec=SELECT 'fault', ll_error FROM DB.DBA.load_list WHERE ll_state <> 2 OR ll_error <> '';"
        told = subprocess.run([*isql, faults], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
        assert not re.search("^fault", told, re.MULTILINE), told
        status = Path(f"/proc/{real.process.pid}/status").read_text(encoding="ascii")
        (peak,) = re.findall(r"VmHWM:\s+([0-9]+) kB", status)
        return seconds, int(peak)


def _store() -> ox.Store:
    """Return the store that counts now."""
    with open_store(timeout=300) as store:
        assert store.path
        return ox.Store.read_only(str(store.path / "rocksdb"))


def _also_written(path: Path, bare: ox.Store) -> int:
    """Add to a file of quads what an import has written besides, and return how many quads that is."""
    held, inferred = _store(), graph_iri("inferred")
    number = 0
    with path.open("a", encoding="utf-8") as file:
        for graph in (CLOSURE_GRAPH, XREFS_GRAPH, inferred, graph_iri("contested")):
            for quad in held.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
                if quad not in bare:
                    twice = [quad, quad.triple] if graph == inferred else [quad]
                    file.write("".join(f"{each} .\n" for each in twice))
                    number += len(twice)
    return number


def _cold() -> float:
    """Return the seconds of a query in a process of its own, the fastest of five."""
    command = [sys.executable, "-m", "glutakg", "query", "protective-nutrients"]
    return min(_peak(command)[1] for _ in range(5))


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
    held = _store()
    found = held.query(ROOTS % CLOSURE_GRAPH)
    assert isinstance(found, ox.QuerySolutions)
    times: dict[str, list[float]] = {"path": [], "edge": []}
    number = 0
    for root in [row["root"].value for row in found]:
        answers = []
        for kind, text in (("path", PATH % root), ("edge", EDGE % (CLOSURE_GRAPH, root))):
            tries: list[float] = []
            for _ in range(5):
                with _measured(tries):
                    rows = held.query(text)
                    assert isinstance(rows, ox.QuerySolutions)
                    answers.append(int(next(rows)["n"].value))
            times[kind].append(min(tries))
        assert len(set(answers)) == 1, f"{root}: {answers}"
        number += answers[0]
    return sum(times["path"]), sum(times["edge"]), number


@contextmanager
def _measured(times: list[float]) -> Iterator[None]:
    began = time.monotonic()
    yield
    times.append(time.monotonic() - began)


if __name__ == "__main__":
    main()
