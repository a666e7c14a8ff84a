"""The commands of `glutakg`: a thin skin over the API, quick to start because it imports nothing heavy."""

import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from glutakg._version import __version__
from glutakg.cli.faults import Commands
from glutakg.cli.options import example
from glutakg.cli.output import print_text, style, terminal_width
from glutakg.languages import LANGUAGES, N_, translator
from glutakg.text import wrapped

__all__ = ["cli", "main"]

_SECTIONS = {
    "Ask": {
        "query": "ask.query",
        "queries": "ask.queries",
        "describe": "ask.describe",
        "why": "why.why",
        "claims": "claims.claims",
        "evidence": "claims.evidence",
        "conflicts": "claims.conflicts",
        "decide": "decide.decide",
        "flux": "flux.flux",
    },
    "Take along, serve, link": {
        "export": "ask.export",
        "serve": "serve.serve",
        "push": "push.push",
        "import": "linking.import_command",
        "imports": "linking.imports",
        "link": "linking.link",
    },
    "About glutakg": {
        "info": "ask.info",
        "docs": "docs.docs",
        "completion": "",
    },
    "Check and curate": {
        "validate": "reason.validate",
        "reason": "reason.reason_command",
        "format": "curate.format_files",
        "slices": "curate.slices",
        "catalogue": "curate.catalogue_as_rdf",
    },
}
"""The commands in the order and under the headings of the help, each with its module and function."""

_COMMANDS = {name: place for commands in _SECTIONS.values() for name, place in commands.items() if place}
"""Each command with its module and function, which are imported only where the command is run or listed."""


_CLICKS_NARROWEST = 52


class _LazyCommands(Commands):
    """Commands that are imported when they are needed."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line; help fits a terminal that is narrower than click would have it."""
        if terminal_width() < _CLICKS_NARROWEST:
            options.setdefault("terminal_width", terminal_width() - 2)
        return super().make_context(*arguments, **options)

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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, under headings: what most people want comes first."""
        room = formatter.width - 6 - max(map(len, self.list_commands(ctx)))
        for heading, names in _SECTIONS.items():
            found = ((name, self.get_command(ctx, name)) for name in names)
            told = [(name, each.get_short_help_str(room)) for name, each in found if each is not None]
            with formatter.section(heading):
                formatter.write_dl(told)


@click.group(
    cls=_LazyCommands, invoke_without_command=True, epilog=example("glutakg query protective-nutrients")
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    envvar="GLUTAKG_LANG",
    show_envvar=True,
    help="Language of the texts, before or after the command.",
)
@click.version_option(__version__, prog_name="glutakg")
@click.pass_context
def cli(context: click.Context, lang: str | None) -> None:
    """Ask and check a knowledge graph of the glutamate-glutamine-GABA cycle.

    Exit codes: 0 fine; 1 the answer is no (ASK is false, not valid, not formatted); 2 it could not be done.
    """
    if context.invoked_subcommand is None:
        print_text(_greeting(lang or LANGUAGES[0]))


_TO_TRY = {
    "glutakg query protective-nutrients": N_(
        "what is claimed of nutrients, with the evidence for and against"
    ),
    "glutakg evidence C054": N_("one claim, and the studies on either side"),
    "glutakg why taurine 'may matter in' epilepsy": N_("where an answer comes from, down to publications"),
}


def _greeting(lang: str) -> str:
    """Return what glutakg is, three things to try, and how to find the rest."""
    _ = translator(lang)
    first = _(
        "glutakg {version}: a knowledge graph of the glutamate-glutamine-GABA cycle. Who claims what, what "
        "speaks for and against it, and where each step happens. It gives no medical advice.",
        version=__version__,
    )
    lines = [*wrapped(first, terminal_width()), "", _("Three things to try:")]
    for command, tells in _TO_TRY.items():
        lines += ["", f"  {style().heading(command)}", *wrapped(_(tells), terminal_width(), "      ")]
    more = _("`glutakg queries` lists all tested queries, `glutakg --help` all commands.")
    return "\n".join((*lines, "", *wrapped(more, terminal_width())))


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
