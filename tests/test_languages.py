"""The words of the interface: every message of the code is in every catalogue, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from places import CHECKOUT

from glutakg import languages
from glutakg.errors import SourceError
from glutakg.languages import LANGUAGES, translator

SOURCES = CHECKOUT / "src" / "glutakg"
TRANSLATED = [lang for lang in LANGUAGES if lang != "en"]
METHODS = [("server/web/**", "ignore"), ("**.py", "python"), ("**/templates/*.html", "jinja2")]
OPTIONS = {"**/templates/*.html": {"lstrip_blocks": "true", "silent": "false", "trim_blocks": "true"}}


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """Give the messages that the code and the templates mark for translation."""
    found = extract_from_dir(SOURCES, method_map=METHODS, options_map=OPTIONS)
    return {message for _name, _line, message, _comments, _context in found if isinstance(message, str)}


def catalogue(lang: str, ending: str = "po") -> Catalog:
    """Return a catalogue as it is written, or as it is compiled."""
    with (SOURCES / "locale" / lang / "LC_MESSAGES" / f"glutakg.{ending}").open("rb") as file:
        return read_po(file, abort_invalid=True) if ending == "po" else read_mo(file)


def translations(found: Catalog) -> dict[str, str]:
    """Return the messages of a catalogue with their translations."""
    return {str(message.id): str(message.string) for message in found if message.id}


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return what a message wants to be filled in, and how."""
    return sorted(
        (name, how, conversion)
        for _text, name, how, conversion in Formatter().parse(text)
        if name is not None
    )


def of_every_catalogue() -> Iterator[tuple[str, str, str]]:
    """Yield language, message and translation."""
    for lang in TRANSLATED:
        for message, translation in translations(catalogue(lang)).items():
            yield lang, message, translation


def test_the_code_has_messages(messages: set[str]) -> None:
    """The extraction finds those of Python and those of templates."""
    assert {"none recorded", "Skip to the content", "binding to a receptor"} <= messages
    assert len(messages) > 250


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_catalogue_has_the_messages_of_the_code(messages: set[str], lang: str) -> None:
    """None is missing, none is left over."""
    known = set(translations(catalogue(lang)))
    assert sorted(messages - known) == [], "add these to the catalogue"
    assert sorted(known - messages) == [], "no code has these; take them out of the catalogue"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_catalogue_is_in_order(lang: str) -> None:
    """Messages stand by the alphabet, each is translated and none in doubt."""
    found = catalogue(lang)
    identifiers = list(translations(found))
    assert identifiers == sorted(identifiers, key=lambda each: (each.casefold(), each))
    assert not found.fuzzy
    assert not [message.id for message in found if message.id and (message.fuzzy or not message.string)]


def test_placeholders_agree() -> None:
    """What is filled into a message is filled into its translation, and has a name."""
    for lang, message, translation in of_every_catalogue():
        assert placeholders(message) == placeholders(translation), (lang, message)
        assert all(re.fullmatch("[a-z_]+", name) for name, _how, _conversion in placeholders(message)), (
            message
        )


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_that_which_is_written(lang: str) -> None:
    """The package was built after the last change of the words."""
    compiled = translations(catalogue(lang, "mo"))
    assert compiled == translations(catalogue(lang)), "run pip install -e . again"


def test_english_needs_no_catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its words stand in the code."""
    monkeypatch.setattr(languages, "__file__", str(tmp_path / "languages.py"))
    _ = translator.__wrapped__("en")
    assert _("claim {identifier}", identifier="C054") == "claim C054"


@pytest.mark.parametrize("content", [None, b"", b"no catalogue", b"\xde\x12\x04\x95\x00\x00"])
def test_a_catalogue_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    """The message says which, and what to do."""
    monkeypatch.setattr(languages, "__file__", str(tmp_path / "languages.py"))
    path = tmp_path / "locale" / "nl" / "LC_MESSAGES" / "glutakg.mo"
    if content is not None:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    with pytest.raises(SourceError, match="install glutakg again") as caught:
        translator.__wrapped__("nl")
    assert caught.value.path == path


REFUSING = {
    "EndpointError", "FormatError", "Failure", "Mistake", "ParameterError", "Problem", "QueryError",
    "QueryResourceError", "QueryTimeout", "StoreError", "TermError", "UnreadableQuery", "UpdateRefused",
}  # fmt: skip
BEHIND_PAGES = ("claims", "dataset", "graph", "rdf", "server", "sparql", "store", "why")
"""The rooms whose refusals a reader of a page may meet."""
WITHOUT_PAGE = {
    "claims/assumptions.py", "dataset/exports.py", "dataset/formatting.py", "dataset/generated.py",
    "dataset/headers.py", "dataset/imported.py", "dataset/mappings.py", "graph/charts.py",
    "graph/notebook.py", "server/run.py",
}  # fmt: skip
"""Their modules that only a terminal, a notebook or a curator reaches."""


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """Yield where the code makes an error, a failure or a problem, and what it says."""
    for room in BEHIND_PAGES:
        for path in sorted((SOURCES / room).rglob("*.py")):
            place = path.relative_to(SOURCES).as_posix()
            if place in WITHOUT_PAGE:
                continue
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in REFUSING
                ):
                    at = 1 if call.func.id in ("Failure", "Mistake", "Problem") else 0
                    if len(call.args) > at:
                        yield f"{place}:{call.lineno}", call.args[at]


def test_what_a_page_refuses_can_be_said_in_every_language() -> None:
    """No error behind a page says what is written on the spot, which no catalogue could have."""
    found = [
        (place, ast.unparse(said))
        for place, said in refusals()
        if isinstance(said, ast.JoinedStr | ast.Constant)
    ]
    assert found == []
