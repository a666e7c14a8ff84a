"""The command that runs the graph as a model: flux."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import example, format_option
from glutakg.cli.output import csv_text, note, note_count, print_json, print_rows, print_text, style
from glutakg.cli.why import print_reasons
from glutakg.errors import ParameterError

if TYPE_CHECKING:
    from glutakg.flux import Fluxes

__all__ = ["flux", "read_shares"]


@click.command(
    short_help="Tell what flows in the cycle, and what a missing gene stops.",
    epilog=example(
        "glutakg flux",
        "glutakg flux --knock-out GLUL --why",
        "glutakg flux --scenario burnt --share burnt=0.2 --format csv",
    ),
)
@click.option(
    "--scenario", metavar="NAME", help="What is asked of the model; without it, cycle: nothing is lost."
)
@click.option(
    "--knock-out",
    "knock_out",
    multiple=True,
    metavar="GENE|STEP",
    help="A gene by its HGNC symbol, or a step, that is not there. Repeat for more.",
)
@click.option(
    "--share", "shares", multiple=True, metavar="NAME=VALUE", help="A share, from 0 to 1. Repeat for more."
)
@click.option("--maximize", metavar="STEP", help="The step that is to carry as much as it can.")
@click.option(
    "--why",
    "with_reasons",
    is_flag=True,
    help="Say what would bring back a flux that has stopped, and why each active step is there.",
)
@format_option("table", "json", "csv")
@click.pass_context
def flux(
    context: click.Context,
    scenario: str | None,
    knock_out: Sequence[str],
    shares: Sequence[str],
    maximize: str | None,
    with_reasons: bool,
    format: str,
) -> None:
    """Tell what flows through each step when one step carries as much as it can.

    The model is made from the steps, pools and genes of the graph, with conventions where the graph says
    nothing; it is not a patient, and gives no medical advice. Fluxes are in the unit that the scenario sets,
    such as per glucose that enters. The exit code is 1 where nothing flows.
    """
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        found = graph.flux(
            scenario,
            knock_out=knock_out,
            shares=read_shares(shares),
            maximize=maximize,
            openings=with_reasons,
        )
        if format == "json":
            print_json(_plain(found))
        elif format == "csv":
            print_text(_csv(found))
        else:
            print_text(_heading(found))
            if found.steps:
                print_rows(found.rows(), "table")
        for each in found.dropped:
            note(f"The share {each.notation} does not count: the step that it goes through is knocked out.")
        if with_reasons and format != "table":
            note("Why each step is active stands below the table alone; leave out --format to see it.")
        elif with_reasons:
            for step, reason in zip(found.steps, graph.why_flux(found), strict=True):
                print_text("")
                print_text(style().heading(step.name))
                print_reasons([reason], "tree", "en", None)
    note_count(len(found.steps), "active step", "active steps")
    if found.is_stopped:
        context.exit(NO)


def read_shares(given: Sequence[str]) -> dict[str, Decimal]:
    """Return shares by name; raise `ParameterError` where one is not written as NAME=VALUE."""
    shares = {}
    for each in given:
        name, _, value = each.partition("=")
        try:
            shares[name.strip()] = Decimal(value)
        except InvalidOperation:
            raise ParameterError(
                f"{each!r} is no share; write NAME=VALUE with a number from 0 to 1, such as burnt=0.2.",
                parameter="share",
            ) from None
    return shares


def _csv(found: "Fluxes") -> str:
    """Return the active steps as a table for programs, with the IRI of each."""
    names = ("step", "name", "flux", "origin", "certainty", "publications")
    lines = (
        (each.step, each.name, each.flux, each.origin, each.certainty or "", "; ".join(each.publications))
        for each in found.steps
    )
    return csv_text(names, lines)


def _heading(found: "Fluxes") -> str:
    """Return what the fluxes rest on, a line for each kind."""
    lines = [
        f"scenario: {found.scenario.notation} ({found.scenario.name})",
        f"maximized: {found.objective}",
        *([f"knocked out: {', '.join(found.knocked_out)}"] if found.knocked_out else []),
        f"flux: {found.value:.4f}",
        *([f"without the knock-out: {found.whole:.4f}"] if found.knocked_out else []),
        f"limits: {'; '.join(found.limits)}",
        *(
            f"share: {each.notation} {'at most' if each.is_most else 'at least'} {each.value} ({each.name}; "
            f"{'assumed' if each.publication is None else each.publication})"
            for each in found.shares
        ),
        f"assumed: {len(found.assumed)} of {len(found.steps)} active steps are conventions or lumps",
    ]
    flows = [f"{name} {flow:+.4f}" for name, flow in found.exchanges.items()]
    lines += [f"enters (-) and leaves (+): {'; '.join(flows)}"] if flows else []
    lines += [f"returns with: {each}" for each in found.openings]
    return "\n".join(lines) + ("\n" if found.steps else "")


def _plain(found: "Fluxes") -> dict[str, object]:
    return {
        "scenario": found.scenario.notation,
        "maximized": found.objective,
        "knocked_out": list(found.knocked_out),
        "flux": found.value,
        "flux_without_knock_out": found.whole,
        "limits": list(found.limits),
        "shares": [
            {
                "name": each.notation,
                "bound": "most" if each.is_most else "least",
                "value": float(each.value),
                "publication": each.publication,
            }
            for each in found.shares
        ],
        "dropped_shares": [each.notation for each in found.dropped],
        "assumed_steps": len(found.assumed),
        "exchanges": dict(found.exchanges),
        "openings": [{"entering": each.entering, "leaving": each.leaving} for each in found.openings],
        "steps": [
            {
                "step": each.step,
                "name": each.name,
                "flux": each.flux,
                "origin": each.origin,
                "certainty": each.certainty,
                "publications": list(each.publications),
            }
            for each in found.steps
        ],
    }
