"""A server that is killed while the graph is pushed to it, or while it is asked, is told in one sentence.

`python tests/benchmarks/bench_stores.py --killed` kills all servers; this is the short form.
"""

import shutil
import sys
from pathlib import Path

import pytest
from graph_stores import (
    ControlledStore,
    Start,
    controlled_store,
    fuseki,
    missing_fuseki,
    missing_rdf4j,
    oxigraph,
    rdf4j,
    virtuoso,
)
from killed_stores import Told, killed_in_push

from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import EndpointError
from glutakg.linking import push

GRAPHS = ("contested", "imports/ro", "mappings")
PIECE, LAST = 300, 7
MISSING = {
    fuseki: missing_fuseki(),
    rdf4j: missing_rdf4j(),
    virtuoso: ""
    if shutil.which("virtuoso-t")
    else "Virtuoso is not there: apt-get install virtuoso-opensource-7-bin",
}
SERVERS = [
    pytest.param(
        start,
        id=start.__name__,
        marks=pytest.mark.skipif(bool(MISSING.get(start)), reason=MISSING.get(start, "")),
    )
    for start in (oxigraph, fuseki, rdf4j, virtuoso)
]


def states(told: Told) -> list[tuple[str, ...]]:
    """Return what a table says of each graph: how many triples are there, and the state."""
    return [tuple(line.split(maxsplit=3)[2:]) for line in told.out.splitlines()[2:]]


@pytest.mark.parametrize("start", SERVERS)
def test_a_push_to_a_server_that_is_killed_goes_on(start: Start, tmp_path: Path) -> None:
    """One graph is whole then, one has come in part and one not at all; only what is missing is sent.

    When it is killed once more, while it is at work on a query, nothing is taken for an answer.
    """
    found = killed_in_push(start, tmp_path, graphs=GRAPHS, piece=PIECE, last=LAST)
    assert (found.broken.code, found.broken.out) == (2, "")
    assert found.broken.err.startswith("glutakg: error: The store <http://127.0.0.1:")
    assert found.broken.err.endswith("); when it answers again, a push goes on where it was.\n")
    assert found.broken.err.count("\n") == 1
    assert found.checked.code == 1
    whole, part, missing = states(found.checked)
    assert whole[1].startswith("same")
    assert 0 < int(part[0]) < 608
    assert (part[1], missing) == ("partial", ("0", "missing"))
    assert found.again.code == found.equal.code == 0
    assert "contested" not in found.resent
    assert 1 <= found.resent.count("imports/ro") <= 3
    assert found.sent.count("contested") == 5
    assert (found.asked is None) == (sys.platform != "linux")
    if asked := found.asked:
        assert (asked.code, asked.out) == (2, "")
        *notes, error = asked.err.splitlines()
        assert error.startswith("glutakg: error: The endpoint <http://127.0.0.1:")
        assert "cannot be asked (" in error
        assert all(note.startswith("glutakg: note: ") for note in notes)


def test_a_push_to_a_server_that_lost_all_begins_anew(tmp_path: Path) -> None:
    """It has nothing when it starts again, and says so by lacking its own record of the push."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    found = killed_in_push(
        oxigraph,
        tmp_path / "first",
        graphs=GRAPHS,
        piece=PIECE,
        last=LAST,
        next_folder=tmp_path / "second",
    )
    assert found.broken.code == 2
    assert (found.checked.code, states(found.checked)) == (1, [("0", "missing")] * 3)
    assert found.again.code == found.equal.code == 0
    assert set(found.resent) == set(GRAPHS)


@pytest.mark.parametrize("last", range(3, 8))
def test_what_a_store_has_lost_since_it_said_so_is_sent_again(last: int, tmp_path: Path) -> None:
    """A store that is killed may keep its record of a push, and lose triples that this counts."""
    (tmp_path / "a.nt").write_text("".join(f"<urn:a> <urn:b> {n} .\n" for n in range(8)), encoding="utf-8")
    files = [ShippedFile(tmp_path / "a.nt", "source")]
    with controlled_store() as store:
        _break_off(store, files, last)
        for quad in list(store.store.quads_for_pattern(None, None, None, None)):
            if str(quad.predicate) == "<urn:b>":
                store.store.remove(quad)
        (found,) = push(store.url, files=files, piece=2)
        assert found.is_whole


def _break_off(store: ControlledStore, files: list[ShippedFile], last: int) -> None:
    writes = 0

    def end(method: str, graph: str, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        nonlocal writes
        writes += method != "GET"
        return None if writes < last else (0, {}, b"")

    store.behave = end
    with pytest.raises(EndpointError, match="cannot be asked"):
        push(store.url, files=files, piece=2)
    store.behave = lambda method, graph, body: None
