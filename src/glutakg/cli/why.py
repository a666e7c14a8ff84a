"""The command that explains: why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import (
    check_timeout,
    endpoint_option,
    example,
    format_option,
    lang_option,
    source_option,
)
from glutakg.cli.output import note_count, print_text, style, terminal_width
from glutakg.dataset import CatalogueQuery
from glutakg.errors import ParameterError
from glutakg.languages import N_
from glutakg.sparql import Rows
from glutakg.text import printable

if TYPE_CHECKING:
    from glutakg.claims import SourceText
    from glutakg.graph import KnowledgeGraph
    from glutakg.why import Reason

__all__ = ["print_row_reasons", "why"]


def print_row_reasons(
    graph: "KnowledgeGraph",
    asked: CatalogueQuery,
    values: dict[str, str],
    wanted: str,
    format: str | None,
    source: str | None,
    lang: str,
) -> None:
    """Print the reasons for one row of an answer, or for all."""
    from glutakg.why import WHY_FORMATS

    chosen = format or WHY_FORMATS[0]
    if chosen not in WHY_FORMATS:
        raise ParameterError(f"Reasons are written as {', '.join(WHY_FORMATS)}.", parameter="format")
    answer = graph.answer(asked, parameters=values)
    if answer.kind != "rows":
        raise ParameterError(
            "Only the rows of a SELECT query have reasons; leave out --why.", parameter="why"
        )
    rows = Rows(answer.variables, answer.rows())
    if wanted != "all" and not wanted.isdecimal():
        raise ParameterError(f"{wanted!r} is no row; give its number, or all.", parameter="why")
    numbers = range(1, len(rows) + 1) if wanted == "all" else [int(wanted)]
    found = {
        number: graph.why_row(asked, number, parameters=values, answer=answer, lang=lang)
        for number in numbers
    }
    text = None if source is None else graph.source_text(source)
    for number, reasons in found.items() if chosen == "tree" else ():
        cells = ", ".join(f"{name}={value}" for name, value in rows[number - 1].items() if value is not None)
        click.echo(style().heading(printable(f"{number}  {cells}")))
        print_reasons(reasons, chosen, lang, text)
    if chosen != "tree":
        print_reasons([each for reasons in found.values() for each in reasons], chosen, lang, text)
    note_count(len(found), N_("row"), N_("rows"), lang)


def print_reasons(reasons: "Sequence[Reason]", format: str, lang: str, source: "SourceText | None") -> None:
    from glutakg.why import render

    print_text(
        render(reasons, format, lang=lang, width=terminal_width(), style=style(), source=source) + "\n"
    )


@click.command(
    short_help="Tell why a triple holds, or does not.",
    epilog=example(
        "glutakg why taurine 'may matter in' epilepsy",
        "glutakg why glutamine binds 'glutamate receptor' --lang nl",
        "glutakg why gk:ProtectiveNutrient rdfs:subClassOf gk:Nutrient",
    ),
)
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@format_option("tree", "json", "ttl", "mermaid", default="tree")
@source_option()
@click.option(
    "--timeout",
    type=float,
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    callback=check_timeout,
    help="Stop the reasoner after this time; it is asked of relations of classes only, by shipped axioms.",
)
@endpoint_option()
@lang_option()
@click.pass_context
def why(
    context: click.Context,
    subject: str,
    predicate: str,
    object: str,
    format: str,
    source: str | None,
    timeout: float,
    endpoint: str | None,
    lang: str,
) -> None:
    """Tell why SUBJECT PREDICATE OBJECT holds: what asserts it, or how it follows, down to publications.

    Each is a CURIE, an IRI or a label in English or Dutch. The exit code is 1 where nothing supports the
    triple, or it is contested or denied by a claim; then what comes nearest is told.
    """
    from glutakg.graph import open as open_graph
    from glutakg.why import supports

    with open_graph(endpoint=endpoint) as graph:
        text = None if source is None else graph.source_text(source)
        reason = graph.why(subject, predicate, object, lang=lang, reasoner_seconds=timeout)
    print_reasons([reason], format, lang, text)
    if not supports(reason):
        context.exit(NO)
