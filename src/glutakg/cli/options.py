"""Options that several commands share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glutakg.dataset import catalogue
from glutakg.errors import GlutakgError
from glutakg.languages import LANGUAGES
from glutakg.store import MAX_TIMEOUT

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "ENDPOINT_HELP",
    "LANG",
    "check_timeout",
    "complete_query_name",
    "endpoint_option",
    "example",
    "format_option",
    "graphs_option",
    "lang_option",
    "source_option",
    "timeout_option",
]


LANG = "glutakg.lang"
"""The language of a command, in what its contexts share."""

Command = TypeVar("Command", bound=Callable[..., Any])


def example(*commands: str) -> str:
    """Return the end of a help text, which click leaves as it is."""
    return "\b\nExample:\n" + "\n".join(f"  {command}" for command in commands)


def format_option(*formats: str, default: str | None = "table") -> Callable[[Command], Command]:
    """Return the option `--format` with these formats."""
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=default,
        show_default=default is not None,
        help="How the answer is written.",
    )


def lang_option(default: str | None = "en") -> Callable[[Command], Command]:
    """Return the option `--lang`; where it is not given, that before the command counts, or GLUTAKG_LANG."""

    def chosen(context: click.Context, parameter: click.Parameter, lang: str | None) -> str | None:
        found = lang or context.find_root().params.get("lang") or default
        context.meta[LANG] = found
        return found

    without = "what GLUTAKG_LANG holds" + (f", or {default}" if default else "")
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=chosen,
        help=f"Language of the texts; without it {without}.",
    )


ENDPOINT_HELP = (
    "Ask this SPARQL 1.1 endpoint instead of the shipped store. A query without GRAPH sees its default "
    "graph, or those that the address names, as the protocol does (URL?default-graph-uri=IRI); these "
    "should be all but gkg:contested. GLUTAKG_ENDPOINT_USER and GLUTAKG_ENDPOINT_PASSWORD hold the name and "
    "the password that it asks for."
)
"""What is assumed of an endpoint, for every command that can ask one."""


def endpoint_option() -> Callable[[Command], Command]:
    """Return the option `--endpoint`."""
    return click.option("--endpoint", metavar="URL", help=ENDPOINT_HELP)


def source_option() -> Callable[[Command], Command]:
    """Return the option `--source`."""
    return click.option(
        "--source",
        metavar="FILE",
        help="Your copy of the source document: shows the passages of claims. Its SHA-256 is checked.",
    )


def complete_query_name(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """Return the names of catalogue queries that begin so, for completion in a shell."""
    from click.shell_completion import CompletionItem

    try:
        shipped = catalogue()
        return [
            CompletionItem(name, help=shipped[name].title["en"])
            for name in shipped
            if name.startswith(incomplete)
        ]
    except GlutakgError:
        return []


def check_timeout(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
    """Return the seconds; raise `click.BadParameter` where they are none that a query may be given."""
    if not 0 < seconds <= MAX_TIMEOUT:
        raise click.BadParameter(f"give seconds, more than 0 and at most {MAX_TIMEOUT:g}")
    return seconds


timeout_option = click.option(
    "--timeout",
    type=float,
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    callback=check_timeout,
    help="Stop a query after this time.",
)


graphs_option = click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="NAME",
    help="A graph as `glutakg info` names it, such as source; without it all named graphs. Repeat for more.",
)
