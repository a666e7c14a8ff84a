"""OBO and OBO Graphs become the triples that `robot convert` makes of them."""

import re
import shutil
from pathlib import Path

import pytest
from robot import missing, run_robot
from triples import facts

from glutakg.linking.conversion import convert

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

SAMPLE = Path(__file__).with_name("obo") / "sample.obo"
LABEL, TYPE = "http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the sample, and what ROBOT makes of it."""
    folder = tmp_path_factory.mktemp("robot")
    shutil.copy(SAMPLE, folder)
    run_robot(folder, "convert -i sample.obo -o sample.owl", "convert -i sample.obo -o sample.json")
    return folder


def converted(path: Path) -> set[str]:
    """Return the triples that we make of a file."""
    found = convert(path, path.name, path.with_suffix(".nt"))
    assert all(note.startswith("Cross-references that stay text alone") for note in found.notes)
    return facts(path.with_suffix(".nt"))


def test_obo_says_what_robot_makes_of_it(made: Path) -> None:
    """All of it, but for labels that ROBOT gives to properties of others, and kinds of what is only named."""
    ours, theirs = converted(made / "sample.obo"), facts(made / "sample.owl")
    assert len(ours) > 100
    assert ours - theirs == set()
    kinds = r"<\S+#(?:Annotation|Object)Property>"
    of_others = re.compile(
        rf"<(?!http://purl\.obolibrary\.org/obo/(?:A_|sample|BFO_))\S+> (?:<{LABEL}>|<{TYPE}> {kinds})"
    )
    assert [fact for fact in theirs - ours if not of_others.match(fact)] == []


def test_obo_graphs_say_nothing_else(made: Path) -> None:
    """The format has no datatypes and does not tell an IRI from a text, so that only texts are compared."""
    told, theirs = (
        {re.sub(r'\^\^<[^<>]*>|[<>"]', "", fact) for fact in some}
        for some in (converted(made / "sample.json"), facts(made / "sample.owl"))
    )
    assert len(told) > 100
    assert told - theirs == set()
    for kind in ("subClassOf", "intersectionOf", "hasExactSynonym", "deprecated", "IAO_0000115"):
        assert any(kind in fact for fact in told)
