"""The reasoners lie in owlready2 where we start them, in every release that pyproject.toml allows."""

from importlib.metadata import version

import pytest

from glutakg.errors import ReasoningError
from glutakg.owl.java import owlready2_folder

NEEDED = {
    "hermit": ("HermiT.jar", "org/semanticweb/HermiT/cli/CommandLine.class"),
    "pellet": ("pellet-2.3.1.jar", "owlapi-distribution-3.4.3-bin.jar"),
}


@pytest.mark.parametrize("name", NEEDED)
def test_owlready2_brings_the_reasoners(name: str) -> None:
    """Where this fails, a new release has moved them: mend `glutakg.owl.java` or the range of releases."""
    folder = owlready2_folder(name)
    missing = [each for each in NEEDED[name] if not (folder / each).is_file()]
    assert missing == [], f"owlready2 {version('owlready2')} has no {name}/{', '.join(missing)}"


def test_a_release_without_a_reasoner_is_named() -> None:
    """The message says what to install."""
    with pytest.raises(ReasoningError, match=r"owlready2 has no reasoner 'fact'; install the release that"):
        owlready2_folder("fact")
