"""The README and the pages behind it tell the truth: commands, Python and tree are what they say they are.

A `console` block holds lines `$ command` and what each prints; a command may read the lines between
`<<'WORD'` and `WORD`. A `python` block is a doctest. The tree is the block that begins with `ontology/`.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from places import CHECKOUT
from readme_pictures import PICTURES

import glutakg
from glutakg.cli.main import cli
from glutakg.sparql.rows import Rows

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
DOCS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((CHECKOUT / "src" / "glutakg" / "docs").glob("*.md"))
}
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", "\n".join([README, *DOCS.values()]), re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return [text for name, text in BLOCKS if name == language]


class Command(NamedTuple):
    """A command of the README: what is typed, what it reads, and what it prints."""

    line: str
    read: str
    printed: str


def commands() -> list[Command]:
    """Return the commands of the console blocks."""
    typed = [text for block in blocks("console") for text in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [command(*text.split("\n", 1)) for text in typed]


def command(line: str, rest: str) -> Command:
    """Return a command, its input cut out of the lines below it."""
    here = re.fullmatch(r"(.*?)\s*<<'(\w+)'", line)
    if here is None:
        return Command(line, "", rest)
    read, _, printed = rest.partition(f"{here[2]}\n")
    return Command(here[1], read, printed)


@pytest.mark.parametrize("shown", commands(), ids=[shown.line for shown in commands()])
def test_a_command_prints_what_the_readme_says(shown: Command, tmp_path: Path) -> None:
    """The output that is shown is the real one."""
    name, *arguments = shlex.split(shown.line)
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        input=shown.read,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    is_same = doctest.OutputChecker().check_output(shown.printed, done.stdout, doctest.ELLIPSIS)
    assert is_same, f"the documentation says:\n{shown.printed}\nit prints:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("text", blocks("python"), ids=range(len(blocks("python"))))
def test_the_python_of_the_readme_gives_what_it_says(text: str) -> None:
    """The Python lines run and give the output that stands below them."""
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    report: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
    assert (result.attempted > 0, result.failed) == (True, 0), "".join(report)


def test_the_readme_shows_a_command_python_and_sparql() -> None:
    """There is a command, a query that is piped in, both with their output, and some Python."""
    shown = [bool(shown.read) for shown in commands() if shown.printed.strip() and shown.line in README]
    assert (False in shown, True in shown, "```python\n>>> " in README) == (True, True, True)


def test_the_picture_shows_the_steps_of_the_data() -> None:
    """Each gene in the picture carries out a step of the cycle."""
    (picture,) = [text for name, text in BLOCKS if name == "text" and "synaptic cleft" in text]
    drawn = set(re.findall(r"[A-Z]{2,}[A-Z0-9]+", picture)) - {"ATP"}
    with glutakg.open() as kg:
        rows = kg.run("steps-of-cycle")
        assert isinstance(rows, Rows)
        assert drawn <= {row["gene"] for row in rows}
    assert len(drawn) == 6


def test_the_readme_names_every_page() -> None:
    """`glutakg docs NAME` is said of each page, and of no other."""
    assert set(re.findall(r"glutakg docs (\w+)", README)) == set(DOCS)


def test_docs_shows_the_pages() -> None:
    """The command lists them, prints one as it is, and names them where there is no such page."""
    listed = CliRunner().invoke(cli, ["docs"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(DOCS)
    assert CliRunner().invoke(cli, ["docs", "why"]).stdout == DOCS["why"]
    unknown = CliRunner().invoke(cli, ["docs", "spaql"])
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "There is no page 'spaql'. Did you mean sparql?" in unknown.stderr


def test_the_page_on_python_names_what_the_package_offers() -> None:
    """The page has every class that the package exports, and the package every class of the page."""
    named = re.findall(r"`([A-Z][a-z]\w+)`", DOCS["python"].replace("`KnowledgeGraph`", ""))
    assert set(named) == {name for name in glutakg.__all__ if name[0].isupper()} - {"KnowledgeGraph"}


def test_the_tree_names_existing_paths() -> None:
    """Every path in the tree is there."""
    (tree,) = [text for _, text in BLOCKS if text.startswith("ontology/")]
    folders: dict[int, Path] = {-1: CHECKOUT}
    missing = []
    for line in filter(str.strip, tree.splitlines()):
        indent, name = len(line) - len(line.lstrip()), line.split()[0]
        parent = folders[max(level for level in folders if level < indent)]
        pattern = re.sub(r"<[^>]+>", "*", name.rstrip("/"))
        if not any(parent.glob(pattern)):
            missing.append(str(parent / name))
        folders = {level: folder for level, folder in folders.items() if level < indent} | {
            indent: parent / name
        }
    assert missing == []


def test_the_python_version_is_the_one_that_is_required() -> None:
    """README and pyproject name the same oldest Python."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')}" in README


@pytest.mark.parametrize("name", ["CITATION.cff", "CHANGELOG.md", "ontology/glutakg.ttl"])
def test_the_version_is_the_same_everywhere(name: str) -> None:
    """Citation, changelog and ontology name the version of the package."""
    assert re.search(
        rf"(?<![\d.]){re.escape(glutakg.__version__)}(?![\d.]\d)",
        (CHECKOUT / name).read_text(encoding="utf-8"),
    )


def test_the_readme_says_that_it_gives_no_medical_advice() -> None:
    """A reader is told that this is no medical advice."""
    assert "no medical advice" in README


def test_the_pictures_of_the_readme_are_there() -> None:
    """It shows those that `tests/support/readme_pictures.py` takes, each told in words and small enough."""
    shown = dict(re.findall(r"!\[([^\]]{20,})\]\((examples/pictures/\w+\.png)\)", README))
    files = sorted((CHECKOUT / "examples/pictures").iterdir())
    assert sorted(shown.values()) == [str(file.relative_to(CHECKOUT)) for file in files]
    assert [file.stem for file in files] == sorted(PICTURES)
    assert all(file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" for file in files)
    assert max(file.stat().st_size for file in files) < 300_000
