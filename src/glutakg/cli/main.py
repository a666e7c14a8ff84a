"""The commands of `glutakg`: a thin skin over the API, quick to start because it imports nothing heavy."""

import sys
from importlib import import_module
from typing import NoReturn

import click

from glutakg._version import __version__
from glutakg.cli.faults import Commands
from glutakg.cli.options import example
from glutakg.cli.output import print_text

__all__ = ["cli", "main"]

_COMMANDS = {
    "queries": "ask.queries",
    "query": "ask.query",
    "describe": "ask.describe",
    "info": "ask.info",
    "export": "ask.export",
    "claims": "claims.claims",
    "evidence": "claims.evidence",
    "conflicts": "claims.conflicts",
    "decide": "decide.decide",
    "why": "why.why",
    "flux": "flux.flux",
    "reason": "reason.reason_command",
    "validate": "reason.validate",
    "format": "curate.format_files",
    "slices": "curate.slices",
    "import": "linking.import_command",
    "imports": "linking.imports",
    "link": "linking.link",
    "catalogue": "curate.catalogue_as_rdf",
    "serve": "serve.serve",
    "push": "push.push",
    "docs": "docs.docs",
}
"""Each command with its module and function, which are imported only where the command is run or listed."""


class _LazyCommands(Commands):
    """Commands that are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name, None where there is none."""
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, function = _COMMANDS[cmd_name].partition(".")
        command = getattr(import_module(f"glutakg.cli.{module}"), function)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_LazyCommands, epilog=example("glutakg query protective-nutrients"))
@click.version_option(__version__, prog_name="glutakg")
def cli() -> None:
    """Ask and check a knowledge graph of the glutamate-glutamine-GABA cycle.

    Exit codes: 0 fine; 1 the answer is no (ASK is false, not valid, not formatted); 2 it could not be done.
    """


@cli.command(
    short_help="Print what makes a shell complete.", epilog=example('eval "$(glutakg completion bash)"')
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, options and query names; put it into its start file."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # click has all three
    print_text(found(cli, {}, "glutakg", "_GLUTAKG_COMPLETE").source())


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    cli.main(prog_name="glutakg")
    sys.exit(0)
