"""The forms for issues: well-formed, and asking for what somebody needs who is to act on them."""

from typing import Any

import pytest
import yaml
from places import CHECKOUT

FOLDER = CHECKOUT / ".github/ISSUE_TEMPLATE"
REQUIRED = {
    "wrong-answer": {"question", "answer", "expected", "version", "way"},
    "new-term": {"name", "definition", "elsewhere", "use"},
    "new-claim": {"paraphrase", "place", "polarity", "words"},
    "new-publication": {"identifier", "title", "claims", "stance", "shows", "study", "seen"},
}
"""Which fields of a form must be filled in."""


def form(name: str) -> dict[str, Any]:
    """Return a form."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return found


def is_required(field: dict[str, Any]) -> bool:
    """Return whether a form cannot be sent without the field; a checkbox says so for each of its boxes."""
    if field["type"] == "checkboxes":
        return all(option.get("required") is True for option in field["attributes"]["options"])
    return field.get("validations", {}).get("required") is True


def test_there_is_no_other_form() -> None:
    """Each form in the folder is looked at here."""
    assert {path.stem for path in FOLDER.iterdir()} == {*REQUIRED, "config"}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_form_asks_for_what_is_needed(name: str) -> None:
    """The fields without which nobody could act must be filled in, and the others need not."""
    fields = [field for field in form(name)["body"] if field["type"] != "markdown"]
    assert {field["id"] for field in fields if is_required(field)} == REQUIRED[name]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_form_is_well_formed(name: str) -> None:
    """Name, title and label say what it is; each field has an identifier and a label of its own."""
    read = form(name)
    assert set(read) == {"name", "description", "title", "labels", "body"}
    assert read["labels"] == [read["name"].lower()] == [name.replace("-", " ")]
    fields = [field for field in read["body"] if field["type"] != "markdown"]
    assert {field["type"] for field in fields} <= {"checkboxes", "dropdown", "input", "textarea"}
    identifiers = [field["id"] for field in fields]
    assert len(set(identifiers)) == len(identifiers)
    labels = [field["attributes"]["label"] for field in fields]
    assert len(set(labels)) == len(labels)
    assert all(
        field["attributes"]["options"] for field in fields if field["type"] in ("checkboxes", "dropdown")
    )


def test_an_issue_of_another_kind_can_be_written() -> None:
    """What none of the forms fits is not turned away."""
    assert form("config") == {"blank_issues_enabled": True}
