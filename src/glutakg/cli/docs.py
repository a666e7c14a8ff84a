"""The command that shows the pages of the documentation: docs."""

from pathlib import Path

import click

import glutakg
from glutakg.cli.options import example
from glutakg.cli.output import print_text
from glutakg.errors import ParameterError
from glutakg.files import read_text
from glutakg.text import did_you_mean

__all__ = ["docs"]


def _pages() -> dict[str, Path]:
    """Return the pages by name."""
    return {path.stem: path for path in sorted(Path(glutakg.__file__).with_name("docs").glob("*.md"))}


@click.command(short_help="Show a page of the documentation.", epilog=example("glutakg docs sparql"))
@click.argument("name", default="", metavar="[NAME]")
def docs(name: str) -> None:
    """Show the page NAME of the documentation, as Markdown; without a name, the list of pages."""
    pages = _pages()
    if not name:
        titles = {page: read_text(path).partition("\n")[0].lstrip("# ") for page, path in pages.items()}
        print_text("\n".join(f"{page:<10}{title}" for page, title in titles.items()))
    elif name in pages:
        print_text(read_text(pages[name]))
    else:
        raise ParameterError(
            f"There is no page {name!r}.{did_you_mean(name, pages)} Pages are {', '.join(pages)}.",
            parameter="name",
        )
