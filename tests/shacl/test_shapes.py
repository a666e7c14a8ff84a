"""Every constraint has data that it lets pass and data that break it: one fault a file, named after it.

The files lie in `tests/shapes/<shape>/`: `pass-<what>.ttl` must be valid, `fail-<fault>.ttl` must give the
messages of which its first lines name a part (`# fault: …`) and no others. The context is the ontology alone,
with the large slices where the data speak of a term in them.
"""

import re
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from places import TESTS
from rdflib import RDF, SH, Graph

from glutakg.dataset.generated import shipped_files
from glutakg.dataset.shipped import shape_files
from glutakg.files import read_text
from glutakg.shacl import Report, validate

FOLDER = TESTS / "shapes"
PASSING = sorted(FOLDER.glob("*/pass-*.ttl"))
FAILING = sorted(FOLDER.glob("*/fail-*.ttl"))
LARGE_SLICES = ("chebi", "go", "mondo", "uberon")
FAULT = re.compile(r"^# fault: (.+)$", re.MULTILINE)
# What stands in a shape beside its constraints.
NO_CONSTRAINT = {
    *(
        "path",
        "message",
        "severity",
        "name",
        "description",
        "order",
        "group",
        "deactivated",
        "flags",
        "prefixes",
    ),
    *("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "property", "ignoredProperties"),
    *("qualifiedValueShape", "qualifiedValueShapesDisjoint"),
}


def name_of(path: Path) -> str:
    """Return shape and file name, as the name of a test."""
    return f"{path.parent.name}/{path.stem}"


@cache
def ontology(*left_out: str) -> tuple[Path, ...]:
    """Return the files that test data are seen in: the ontology and its slices, but for some."""
    files = [file for file in shipped_files() if file.graph_name not in left_out]
    return tuple(file.path for file in files if file.graph_name.startswith(("ontology", "imports/")))


@cache
def report_on(path: Path) -> Report:
    """Return what all shapes say of a file."""
    text = read_text(path)
    left_out = (f"imports/{name}" for name in LARGE_SLICES if f"obo:{name.upper()}_" not in text)
    return validate([path], context=ontology(*left_out))


@cache
def shapes() -> Graph:
    """Return all shipped shapes as one graph."""
    graph = Graph()
    for path in shape_files():
        graph.parse(data=read_text(path), format="turtle")
    return graph


def local_name(name: object) -> str:
    """Return the local name of an IRI or CURIE."""
    return re.split("[/#:]", str(name))[-1]


def constraints() -> set[tuple[str, str, str | None]]:
    """Return shape, constraint component and message of every constraint in the shipped shapes."""
    found = set()
    for shape in shapes().subjects(RDF.type, SH.NodeShape):
        for holder in (shape, *shapes().objects(shape, SH.property)):
            message = next(map(str, shapes().objects(holder, SH.message)), None)
            for predicate in shapes().predicates(holder):
                parameter = local_name(predicate)
                if str(predicate).startswith(str(SH)) and parameter not in {*NO_CONSTRAINT, "sparql"}:
                    component = f"{parameter[0].upper()}{parameter[1:]}ConstraintComponent"
                    found.add((local_name(shape), component, message))
        for holder in shapes().objects(shape, SH.sparql):
            message = next(map(str, shapes().objects(holder, SH.message)), None)
            found.add((local_name(shape), "SPARQLConstraintComponent", message))
    return found


def is_instance(text: str, message: str | None) -> bool:
    """Tell whether a text is what a message with placeholders such as `{?value}` has become."""
    pattern = ".*".join(map(re.escape, re.split(r"\{[?$]\w+\}", message or "")))
    return message is None or re.fullmatch(pattern, text) is not None


@pytest.mark.parametrize("path", PASSING, ids=name_of)
def test_good_data_pass(path: Path) -> None:
    """Data without a fault are valid."""
    assert report_on(path).results == ()


@pytest.mark.parametrize("path", PASSING, ids=name_of)
def test_good_data_are_looked_at(path: Path) -> None:
    """The shape that a passing file is for looks at it."""
    counts = {local_name(shape): count for shape, count in report_on(path).focus_nodes.items()}
    assert counts[path.parent.name] > 0


@pytest.mark.parametrize("path", FAILING, ids=name_of)
def test_each_fault_is_found_and_nothing_else(path: Path) -> None:
    """A file with a fault gives the messages it names, and no other."""
    faults = FAULT.findall(read_text(path))
    messages = {result.message for result in report_on(path).results}
    unexpected = {text for text in messages if not any(fault in text for fault in faults)}
    missing = {fault for fault in faults if not any(fault in text for text in messages)}
    assert (bool(faults), unexpected, missing) == (True, set(), set())


@pytest.mark.parametrize("path", FAILING, ids=name_of)
def test_each_fault_is_found_by_the_shape_it_is_for(path: Path) -> None:
    """The shape whose folder the file lies in is among those that object."""
    assert path.parent.name in {local_name(result.shape) for result in report_on(path).results}


def test_every_shape_has_data_that_pass_and_data_that_fail() -> None:
    """Each shape with constraints has a folder with at least one passing and one failing file."""
    named = {shape for shape, _, _ in constraints()}
    passing, failing = ({path.parent.name for path in paths} for paths in (PASSING, FAILING))
    assert (named - passing, named - failing) == (set(), set())


def test_every_folder_belongs_to_a_shape() -> None:
    """No folder is left over from a shape that is gone."""
    named = {local_name(shape) for shape in shapes().subjects(RDF.type, SH.NodeShape)}
    assert {folder.name for folder in FOLDER.iterdir()} - named == set()


def test_every_constraint_is_broken_by_some_file() -> None:
    """Each constraint component of each shape gives a result on some failing file."""
    fired = {
        (local_name(result.shape), local_name(result.constraint), result.message)
        for path in FAILING
        for result in report_on(path).results
    }
    silent = {
        (shape, component, message)
        for shape, component, message in constraints()
        if not any(
            (shape, component) == (one, other) and is_instance(text, message) for one, other, text in fired
        )
    }
    assert silent == set()


def test_the_shapes_are_well_formed() -> None:
    """The shapes satisfy the SHACL shapes for shapes."""
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text
