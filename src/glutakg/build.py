"""Builds the graphs that git does not keep: with the package, and into the cache where the sources change.

A step of `hatch_build.py`, which loads this file where no library is yet: all but Python is imported where it
is used. Run as a program, it writes the documents to standard output as JSON. Nothing here needs Java.
"""

import gc
import json
import os
import shutil
import sys
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["ARTIFACTS", "PYOXIGRAPH", "build", "generated_documents", "main", "requirements"]

ARTIFACTS = ("src/glutakg/dataset/built/",)
"""What the step builds, which git does not keep."""

PYOXIGRAPH = "pyoxigraph>=0.5,<0.6"


def requirements() -> list[str]:
    """Return what the build needs: the RDF library, unless the graphs are there, as they are in the sdist."""
    return [] if _is_built() else [PYOXIGRAPH]


def build() -> None:
    """Put the graphs into the package, where they are not yet or are of other sources.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
    """
    if _is_built():
        return
    from glutakg.cache import build_folder, is_whole
    from glutakg.dataset import generated

    shutil.rmtree(generated.CARRIED, ignore_errors=True)
    fill = partial(generated.write, generated_documents())
    build_folder(generated.CARRIED / generated.generated_name(), fill, is_whole)


def _is_built() -> bool:
    """Return whether the package has the graphs of its sources, and no others."""
    source = str(Path(__file__).resolve().parents[1])
    if source not in sys.path:  # as where hatchling builds
        sys.path.insert(0, source)
    from glutakg.cache import is_whole
    from glutakg.dataset import generated

    there = [path.name for path in generated.CARRIED.glob("*")]
    return there == [generated.generated_name()] and is_whole(generated.CARRIED / there[0])


def generated_documents() -> dict[str, str]:
    """Return the generated documents by their paths, which begin with the name of their graph.

    The same files in git give the same documents, byte for byte.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
    """
    from glutakg.dataset import kept_files, void
    from glutakg.files import read_text
    from glutakg.owl import derivations, read_premises

    documents = derivations.generated_documents(read_premises())
    inferred = {name: text for name, text in documents.items() if name.startswith("inferred/")}
    described = _described(inferred)
    tables = (file.path for file in kept_files() if file.graph_name == "mappings")
    releases = {prefix: each for path in tables for prefix, each in void.releases_in(read_text(path)).items()}
    links = void.links_of(described, releases)
    return {**documents, "catalogue/void.ttl": void.void_turtle(void.counted(described), links)}


def documents_with(joined: Path) -> dict[str, str]:
    """Return what follows otherwise where imports take the place of slices: what comes, and what goes.

    Args:
        joined: of JSON: what `glutakg.dataset.joined` tells, and the files of what follows without imports.
    """
    from dataclasses import replace

    from pyoxigraph import NamedNode, Quad, RdfFormat, parse

    from glutakg.dataset import graph_iri, parse_triples
    from glutakg.files import read_text
    from glutakg.owl import derivations, read_premises

    told = json.loads(joined.read_bytes())
    gone = {graph: frozenset(terms) for graph, terms in told["gone"].items()}
    premises = read_premises(is_replaced=lambda graph, iri: iri in gone.get(graph, ()))
    theirs = {quad.triple for quad in parse(told["triples"], format=RdfFormat.N_TRIPLES)}
    after = derivations.statements(replace(premises, triples=premises.triples | theirs))
    come: list[str] = []
    went: list[str] = []
    for name, triples in after.items():
        graph = NamedNode(graph_iri(name))
        before = {
            triple for path in told["files"][name] for triple in parse_triples(read_text(Path(path)), path)
        }
        for lines, found in ((come, triples - before), (went, before - triples)):
            lines += sorted(
                f"{Quad(triple.subject, triple.predicate, triple.object, graph)} .\n" for triple in found
            )
    return {"come.nq": "".join(come), "gone.nq": "".join(went)}


def _described(inferred: Mapping[str, str]) -> "Store":
    """Return a store of what VoID describes: the default graph, without the catalogue."""
    from pyoxigraph import Quad, Store

    from glutakg.dataset import kept_files, parse_triples, quads

    store = Store()
    store.bulk_extend(quads(file for file in kept_files() if file.graph_name != "catalogue"))
    for name, text in inferred.items():
        triples = parse_triples(text, name)
        store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store


def _end_with_stdin() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Write the documents to standard output, or which file is at fault.

    With the name of a file these are the documents of what follows with imports. With
    `--while-stdin-is-open` it ends where its standard input closes: whoever asked for them is gone.
    """
    from glutakg.errors import SourceError

    if "--while-stdin-is-open" in sys.argv[1:]:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    joined = [each for each in sys.argv[1:] if not each.startswith("--")]
    gc.disable()  # which takes half of the time, and this process ends soon
    try:
        documents = documents_with(Path(joined[0])) if joined else generated_documents()
        answer: dict[str, object] = {"documents": documents}
    except SourceError as error:
        place = {"path": str(error.path), "line": error.line, "column": error.column}
        answer = {"fault": str(error), **place}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # taking all that apart, piece by piece, would take a second
