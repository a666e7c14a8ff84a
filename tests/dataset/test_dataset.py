"""The files as one dataset: named graphs, and their union as default graph."""

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest

from glutakg.dataset.graphs import content_key, quads
from glutakg.dataset.names import graph_iri
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import SourceError, TermError

TurtleFile = Callable[..., ShippedFile]


def default_graph(*files: ShippedFile) -> list[pyoxigraph.Quad]:
    """Return the quads of the default graph."""
    return [quad for quad in quads(files) if isinstance(quad.graph_name, pyoxigraph.DefaultGraph)]


def test_triple_stands_in_its_named_graph(turtle_file: TurtleFile) -> None:
    """Each file goes to the graph it belongs to."""
    graphs = {quad.graph_name for quad in quads([turtle_file("gkd:a a gk:B .", "source")])}
    assert graphs == {pyoxigraph.NamedNode(graph_iri("source")), pyoxigraph.DefaultGraph()}


def test_triple_of_two_graphs_stands_once_in_the_union(turtle_file: TurtleFile) -> None:
    """The default graph has no duplicates."""
    same = [turtle_file("gkd:a a gk:B .", graph) for graph in ("source", "background")]
    assert len(default_graph(*same)) == 1


def test_contested_triple_is_not_in_the_union(turtle_file: TurtleFile) -> None:
    """What is only contested is not in the default graph."""
    assert default_graph(turtle_file("gkd:a a gk:B .", "contested")) == []


def test_triple_contested_and_stated_is_in_the_union(turtle_file: TurtleFile) -> None:
    """What another graph states is in the default graph, contested or not."""
    files = [turtle_file("gkd:a a gk:B .", graph) for graph in ("contested", "background")]
    assert len(default_graph(*files)) == 1


def test_blank_node_is_one_node_in_both_graphs(turtle_file: TurtleFile) -> None:
    """A blank node of a named graph is the same node in the default graph."""
    blank = {quad.subject for quad in quads([turtle_file('[] gk:p "x" .')])}
    assert len(blank) == 1


def test_blank_nodes_of_two_files_never_meet(turtle_file: TurtleFile) -> None:
    """The same label in two files is two nodes."""
    files = [turtle_file('_:b gk:p "x" .', name=name) for name in ("a.ttl", "b.ttl")]
    assert len(default_graph(*files)) == 2


def test_blank_nodes_have_the_same_names_on_every_run(turtle_file: TurtleFile) -> None:
    """The dataset is deterministic."""
    file = turtle_file('[] gk:p [ gk:q ( 1 2 ) ] . [] gk:p "x" .')
    assert list(quads([file])) == list(quads([file]))


def test_broken_file_is_named(turtle_file: TurtleFile) -> None:
    """A file that is not Turtle is reported with its place."""
    with pytest.raises(SourceError, match=r"tiny\.ttl:3:"):
        list(quads([turtle_file("gkd:a gk:B .")]))


def test_unknown_graph_is_refused(turtle_file: TurtleFile) -> None:
    """A folder that is no graph of ours is not loaded."""
    with pytest.raises(TermError, match="no graph 'hearsay'"):
        list(quads([turtle_file("gkd:a a gk:B .", "hearsay")]))


def test_key_changes_with_content(turtle_file: TurtleFile) -> None:
    """Another byte, another key."""
    before = content_key([turtle_file("gkd:a a gk:B .")])
    assert content_key([turtle_file("gkd:a a gk:C .")]) != before


def test_key_changes_with_graph(turtle_file: TurtleFile) -> None:
    """The same content in another graph has another key."""
    file = turtle_file("gkd:a a gk:B .")
    assert content_key([file]) != content_key([ShippedFile(file.path, "background")])


def test_key_changes_with_version(turtle_file: TurtleFile) -> None:
    """Another version of a program has another key."""
    files = [turtle_file("gkd:a a gk:B .")]
    assert content_key(files, "1.0") != content_key(files, "1.1")


def test_key_does_not_change_with_the_folder(turtle_file: TurtleFile, tmp_path: Path) -> None:
    """Where the checkout lies does not matter."""
    file = turtle_file("gkd:a a gk:B .")
    moved = file.path.rename(tmp_path / file.path.name)
    assert content_key([ShippedFile(moved, "source")]) == content_key([turtle_file("gkd:a a gk:B .")])
