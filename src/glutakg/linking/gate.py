"""The gate before an import counts: whether it, with what was imported before, contradicts the graph.

It runs in a process of its own, which can be stopped, and gives back the memory that it took.
"""

import gc
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from glutakg.errors import GlutakgError, ReasoningError
from glutakg.linking.processes import run_apart
from glutakg.owl import Join

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["join_of", "main"]


_SECONDS_BEYOND = 30.0


def join_of(files: Sequence[Path], *, seconds: float) -> Join:
    """Return what comes of ontologies beside ours.

    Args:
        files: their triples, in N-Triples.
        seconds: that a reasoner may take.

    Raises:
        ReasoningError: there is no Java, or too little time or memory, or the reasoner fails.
    """
    arguments = [f"{seconds:f}", *map(str, files)]
    run = run_apart("glutakg.linking.gate", arguments, seconds=2 * seconds + _SECONDS_BEYOND)
    if run.is_late:
        raise ReasoningError(f"Reading and reasoning took more than {seconds:g} s")
    if run.code or not run.output:
        raise ReasoningError(run.last_line)
    told = json.loads(run.output)
    if "fault" in told:
        raise ReasoningError(told["fault"])
    return Join(told["consistent"], tuple(told["unsatisfiable"]), tuple(told["axioms"]))


def _triples(paths: Sequence[str]) -> "Iterator[ox.Triple]":
    """Yield what may be axioms, with blank nodes that no other file has."""
    import pyoxigraph as ox

    from glutakg.owl import is_logical

    for path in paths:
        for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True):
            if is_logical(quad.triple):
                yield quad.triple


def _end_with_stdin() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Tell as JSON what comes of the files that the arguments name; end where standard input closes."""
    from glutakg.owl import check_join, read_premises

    seconds, *paths = sys.argv[1:]
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    gc.disable()  # which takes half of the time beside a large ontology, and this process ends soon
    try:
        answer: dict[str, object] = asdict(
            check_join(read_premises(), _triples(paths), seconds=float(seconds))
        )
    except GlutakgError as error:
        answer = {"fault": str(error)}
    except (RecursionError, MemoryError):
        answer = {"fault": "its axioms nest too deeply, or need too much memory"}
    print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
