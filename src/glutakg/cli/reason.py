"""Commands that check: reason, validate."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from glutakg.cli.curate import print_changed
from glutakg.cli.faults import NO
from glutakg.cli.options import check_timeout, example, format_option, lang_option
from glutakg.cli.output import note, print_lines, print_text, show_progress, terminal_width
from glutakg.errors import ReasoningError
from glutakg.rdf import compress

if TYPE_CHECKING:
    from glutakg.owl import Conclusions

__all__ = []
PREMISES = ("uncontested", "established", "all")  # as in glutakg.owl.premises, which starts more slowly
_REASONERS = ("hermit", "pellet")  # as in glutakg.owl.reasoners
_ENGINES = ("pyshacl-turbo", "pyshacl")  # as in glutakg.shacl.validation
_ONLY = ("consistency",)  # as there


@click.command(
    "reason",
    short_help="Tell what follows, and what contradicts.",
    epilog=example(
        "glutakg reason",
        "glutakg reason --only consistency",
        "glutakg reason --premises all",
        "glutakg reason my-claims.ttl --reasoner pellet",
        "glutakg reason --profile",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@click.option(
    "--premises",
    type=click.Choice(PREMISES),
    default=PREMISES[0],
    show_default=True,
    help="Which claims of the source count; `all` takes every one at its word.",
)
@click.option(
    "--reasoner",
    type=click.Choice(_REASONERS),
    default=_REASONERS[0],
    show_default=True,
    help="Which reasoner is asked.",
)
@click.option(
    "--only",
    type=click.Choice(_ONLY),
    help="Stop after the first answers: whether all can be true, and which classes can have no member.",
)
@click.option("--profile", is_flag=True, help="Tell what keeps the premises from OWL 2 DL, EL, QL and RL.")
@click.option("--write", is_flag=True, help="Write data/inferred anew, where what follows has changed.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where data/inferred is out of date.")
@click.option(
    "--timeout",
    type=float,
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    callback=check_timeout,
    help="Stop the reasoner after this time.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    metavar="MB",
    help="Memory that each run of the reasoner may take; two run at a time.",
)
@format_option("table", "json")
@lang_option()
@click.pass_context
def reason_command(
    context: click.Context,
    paths: Sequence[str],
    premises: str,
    reasoner: str,
    only: str | None,
    profile: bool,
    write: bool,
    check: bool,
    timeout: float,
    memory: int,
    format: str,
    lang: str,
) -> None:
    """Tell what follows from the ontology, the background, the source, and from Turtle files with them.

    HermiT or Pellet says whether all can be true, which classes can have no member, and which memberships and
    relations follow. The first answers come within seconds. Where not all can be true, the exit code is 1 and
    the minimal sets of claims, facts and axioms are listed that cannot. Terms that no file declares are taken
    for what their use shows; that, and what the reasoner was not given, is told. Nothing is fetched.
    """
    alone = sum((profile, write, check, only is not None))
    if alone > 1 or ((write or check) and (paths or premises != PREMISES[0])):
        raise click.UsageError(
            "Give --only, --profile, --write or --check alone; the last two are for what is shipped."
        )
    if write or check:
        from glutakg.owl import derivations, read_premises

        shipped = read_premises()
        if write:
            show_progress("HermiT is asked where axioms or facts have changed; this may take a minute …")
        changed = (
            derivations.write(shipped, seconds=timeout, memory_mb=memory)
            if write
            else derivations.out_of_date(shipped)
        )
        print_changed(context, changed, "out of date; run `glutakg reason --write`" if check else None)
        return
    if profile:
        from glutakg.owl import check_profiles, read_premises

        given = read_premises(premises, paths)
        report = check_profiles(given.triples, given.paths)
        _print_report(report.render(format), format)
        if not report.is_dl:
            context.exit(NO)
        return
    from glutakg.graph import open as open_graph
    from glutakg.why import conclusions_json, conclusions_text

    with open_graph() as graph:
        given = graph.premises(premises, paths)
        show_progress(f"{reasoner} reads {len(given.triples):,} triples …")
        limits: dict[str, Any] = {"seconds": timeout, "memory_mb": memory}
        found = graph.reason(given, reasoner=reasoner, only=only, first=_show_first, **limits)
        clashes = []
        if not found.consistent and not only:
            try:
                clashes = graph.contradictions(given, lang=lang, **limits)
            except ReasoningError as error:
                note(f"Which premises contradict each other could not be told: {error}")
    print_text(
        conclusions_json(found, clashes)
        if format == "json"
        else conclusions_text(found, clashes, lang=lang, width=terminal_width())
    )
    if not found.consistent or found.unsatisfiable:
        context.exit(NO)


def _show_first(found: "Conclusions") -> None:
    """Tell what is known before the rest is waited for."""
    classes = ", ".join(map(compress, found.unsatisfiable)) or "none"
    show_progress("All premises can be true at once.")
    show_progress(f"Classes that the axioms, without individuals, keep from having members: {classes}")
    show_progress(
        "Classes are now checked together with the facts, since nominals may matter; then come memberships"
        " and relations. This may take a minute …"
    )


def _print_report(text: str, format: str) -> None:
    """Write a report; the lines of a table fit the terminal."""
    if format == "table":
        print_lines(text.rstrip("\n").split("\n"))
    else:
        print_text(text)


@click.command(
    short_help="Check Turtle against the shapes.", epilog=example("glutakg validate my-claims.ttl")
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@format_option("table", "json", "ttl", "junit")
@click.option(
    "--engine",
    type=click.Choice(_ENGINES),
    default=_ENGINES[0],
    show_default=True,
    help="What finds the nodes that pyshacl reports on; pyshacl itself takes longer and is used where there "
    "is no pyshacl-turbo.",
)
@click.pass_context
def validate(context: click.Context, paths: Sequence[str], format: str, engine: str) -> None:
    """Check Turtle files, without PATH the shipped data, against the shapes.

    The exit code is 1 where they do not fit. Subjects that no shape looked at are told.
    """
    from glutakg.shacl import validate as validate_paths

    report = validate_paths(paths or None, engine=engine)
    _print_report(report.render(format), format)
    if report.overlooked and format == "ttl":  # which has no place for it
        note(f"No shape looked at {len(report.overlooked):,} subjects; `--format table` tells which.")
    if not report.conforms:
        context.exit(NO)
