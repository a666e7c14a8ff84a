"""The command that runs the graph as a model: flux."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import example, format_option, lang_option
from glutakg.cli.output import (
    csv_text,
    note,
    note_count,
    print_json,
    print_lines,
    print_rows,
    print_text,
    style,
)
from glutakg.cli.why import print_reasons
from glutakg.errors import MissingExtraError, ParameterError
from glutakg.languages import N_, Translator, translator

if TYPE_CHECKING:
    from glutakg.flux import DeadEnds, Fluxes

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
@click.option(
    "--dead-ends",
    "only_dead_ends",
    is_flag=True,
    help="Tell what a knock-out stops by dead ends alone, as is done without the extra: it tells less.",
)
@format_option("table", "json", "csv")
@lang_option()
@click.pass_context
def flux(
    context: click.Context,
    scenario: str | None,
    knock_out: Sequence[str],
    shares: Sequence[str],
    maximize: str | None,
    with_reasons: bool,
    only_dead_ends: bool,
    format: str,
    lang: str,
) -> None:
    """Tell what flows through each step when one step carries as much as it can.

    The model is made from the steps, pools and genes of the graph, with conventions where the graph says
    nothing; it is not a patient, and gives no medical advice. Fluxes are in the unit that the scenario sets,
    such as per glucose that enters. The exit code is 1 where nothing flows.

    Without the extra, --knock-out tells what stops by dead ends: steps whose substance comes from nowhere any
    more, or goes nowhere, and those that hang on them. The exit code is 1 where a step stops.
    """
    from glutakg.graph import open as open_graph

    _ = translator(lang)
    values = read_shares(shares)
    with open_graph() as graph:
        if only_dead_ends:
            if not knock_out or scenario or maximize or with_reasons or shares:
                raise ParameterError(
                    "Dead ends are those of a knock-out in the whole graph; give --knock-out, and neither"
                    " --scenario, --share, --maximize nor --why.",
                    parameter="dead-ends",
                )
            _tell_dead_ends(context, graph.dead_ends(knock_out, lang=lang), format, lang)
            return
        try:
            found = graph.flux(
                scenario,
                knock_out=knock_out,
                shares=values,
                maximize=maximize,
                openings=with_reasons,
                lang=lang,
            )
        except MissingExtraError as error:
            if not knock_out:
                raise
            instead = _("Dead ends are told instead; a flux may stop where there is none.")
            note(f"{error} {instead}")
            _tell_dead_ends(context, graph.dead_ends(knock_out, lang=lang), format, lang)
            return
        if format == "json":
            print_json(_plain(found))
        elif format == "csv":
            print_text(_csv(found))
            for share in found.shares:
                note(_("share: {share}", share=share.told(lang)))
        else:
            print_lines([*_heading(found, _, lang), *(["", ""] if found.steps else [])])
            if found.steps:
                print_rows(found.rows(), "table")
        for each in found.dropped:
            note(
                _(
                    "The share {share} does not count: the step that it goes through is knocked out.",
                    share=each.notation,
                )
            )
        if with_reasons and format != "table":
            note(_("Why each step is active stands below the table alone; leave out --format to see it."))
        elif with_reasons:
            for step, reason in zip(found.steps, graph.why_flux(found, lang=lang), strict=True):
                print_text("")
                print_text(style().heading(step.name))
                print_reasons([reason], "tree", lang, None)
    note_count(len(found.steps), N_("active step"), N_("active steps"), lang)
    if found.is_stopped:
        context.exit(NO)


def _tell_dead_ends(context: click.Context, found: "DeadEnds", format: str, lang: str) -> None:
    """Print the steps that stop; the exit code is 1 where there are some."""
    _ = translator(lang)
    if format == "json":
        steps = [
            {**each._asdict(), "unfilled": [*each.unfilled], "unemptied": [*each.unemptied]}
            for each in found.steps
        ]
        print_json({"knocked_out": [*found.knocked_out], "by": "dead ends", "steps": steps})
    elif format == "csv":
        rows = (
            (each.step, each.name, each.round, "; ".join(each.unfilled), "; ".join(each.unemptied))
            for each in found.steps
        )
        print_text(csv_text(("step", "name", "round", "unfilled", "unemptied"), rows))
    else:
        print_text(_("knocked out: {what}", what=", ".join(found.knocked_out)) + "\n\n")
        if found.steps:
            print_rows(found.rows(), "table")
    note_count(len(found.steps), N_("step that stops"), N_("steps that stop"), lang)
    if found.steps:
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
    """Return the active steps with the IRI of each."""
    rows = (
        (each.step, each.name, each.flux, each.origin, each.certainty or "", "; ".join(each.publications))
        for each in found.steps
    )
    return csv_text(("step", "name", "flux", "origin", "certainty", "publications"), rows)


def _heading(found: "Fluxes", _: Translator, lang: str) -> list[str]:
    """Return what the fluxes rest on, a line for each kind."""
    lines = [
        _("scenario: {name} ({about})", name=found.scenario.notation, about=found.scenario.name),
        _("maximized: {step}", step=found.objective),
        *([_("knocked out: {what}", what=", ".join(found.knocked_out))] if found.knocked_out else []),
        _("flux: {value}", value=format(found.value, ".4f")),
        *(
            [
                _("without the knock-out: {value}", value=format(found.whole, ".4f")),
                _("expected from stoichiometry alone; `glutakg docs flux` tells what was found"),
            ]
            if found.knocked_out
            else []
        ),
        _("limits: {limits}", limits="; ".join(found.limits)),
        *(_("share: {share}", share=each.told(lang)) for each in found.shares),
        _(
            "assumed: {number} of {all} active steps are conventions or lumps",
            number=len(found.assumed),
            all=len(found.steps),
        ),
    ]
    flows = "; ".join(f"{name} {flow:+.4f}" for name, flow in found.exchanges.items())
    lines += [_("enters (-) and leaves (+): {flows}", flows=flows)] if flows else []
    for each in found.openings:
        ways = ((each.entering, N_("{pools} entering")), (each.leaving, N_("{pools} leaving")))
        told = "; ".join(_(way, pools=", ".join(pools)) for pools, way in ways if pools)
        lines.append(_("returns with: {pools}", pools=told))
    return lines


def _plain(found: "Fluxes") -> dict[str, object]:
    return {
        "scenario": found.scenario.notation,
        "maximized": found.objective,
        "knocked_out": list(found.knocked_out),
        "by": "stoichiometry",
        "flux": found.value,
        "flux_without_knock_out": found.whole,
        "limits": list(found.limits),
        "shares": [
            {
                "name": each.notation,
                "bound": "most" if each.is_most else "least",
                "value": float(each.value),
                "publication": each.publication,
                "assumed": each.is_assumed,
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
