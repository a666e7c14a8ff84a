"""The command that shows the pages of the documentation: docs."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

import glutakg
from glutakg.cli.options import example
from glutakg.cli.output import print_text, style, table_width
from glutakg.errors import ParameterError
from glutakg.files import read_text
from glutakg.sparql import text_table
from glutakg.text import Style, did_you_mean, wrapped

__all__ = ["docs", "fitted", "pages_by_name"]

_BULLET = re.compile(r" *(?:[-*]|[0-9]+\.) ")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")


def pages_by_name() -> dict[str, Path]:
    """Return the pages by name."""
    return {path.stem: path for path in sorted(Path(glutakg.__file__).with_name("docs").glob("*.md"))}


@click.command(short_help="Show a page of the documentation.", epilog=example("glutakg docs sparql"))
@click.argument("name", default="", metavar="[NAME]")
def docs(name: str) -> None:
    """Show the page NAME of the documentation, as Markdown; without a name, the list of pages."""
    pages = pages_by_name()
    if not name:
        titles = {page: read_text(path).partition("\n")[0].lstrip("# ") for page, path in pages.items()}
        print_text("\n".join(f"{page:<10}{title}" for page, title in titles.items()))
    elif name in pages:
        text, width = read_text(pages[name]), table_width()
        print_text(text if width is None else fitted(text, width, style()))
    else:
        raise ParameterError(
            f"There is no page {name!r}.{did_you_mean(name, pages)} Pages are {', '.join(pages)}.",
            parameter="name",
        )


def fitted(markdown: str, width: int, style: Style) -> str:
    r"""Return Markdown in lines of at most `width` columns: its paragraphs and tables; code stays as it is.

    >>> print(fitted("# Pools\n\n- glutamate\n  and GABA\n\n    glutakg claims", 10, Style()))
    # Pools
    <BLANKLINE>
    - glutamat
      e
      and GABA
    <BLANKLINE>
        glutakg claims
    """
    return "\n".join(
        line for kind, lines in _blocks(markdown) for line in _laid_out(kind, lines, width, style)
    )


def _blocks(markdown: str) -> Iterator[tuple[str, list[str]]]:
    """Yield neighbouring lines of one kind: table, code or text."""
    is_code = False

    def kind(line: str) -> str:
        nonlocal is_code
        if line.startswith("```"):
            is_code = not is_code
            return "code"
        if is_code or (line.startswith("    ") and not _BULLET.match(line)):
            return "code"
        return "table" if line.startswith("|") else "text"

    for found, lines in groupby(markdown.split("\n"), kind):
        yield found, list(lines)


def _laid_out(kind: str, lines: list[str], width: int, style: Style) -> Iterator[str]:
    if kind == "code":
        yield from lines
    elif kind == "table":
        names, _, *rows = [[each.strip() for each in _BETWEEN_CELLS.split(line)[1:-1]] for line in lines]
        look = style if any(names) else Style()
        table = text_table(names, rows, [False] * len(names), width=width, style=look).split("\n")
        yield from table if any(names) or table[0].strip() else table[2:]
    else:
        for line in lines:
            if line.startswith("#"):
                yield from map(style.heading, wrapped(line, width))
            else:
                bullet = _BULLET.match(line)
                indent = " " * (len(bullet[0]) if bullet else len(line) - len(line.lstrip()))
                yield from wrapped(line.lstrip(), width, line[: len(line) - len(line.lstrip())], indent) or [
                    ""
                ]
