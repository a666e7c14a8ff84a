"""The command that tells what would change a verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from glutakg.cli.options import endpoint_option, example, format_option, lang_option
from glutakg.cli.output import note, print_json, print_table, print_text
from glutakg.languages import translator
from glutakg.rdf import compress

if TYPE_CHECKING:
    from glutakg.claims import Decision

__all__ = []


@click.command(
    short_help="Tell which verdicts a finding would change.",
    epilog=example(
        "glutakg decide --assume trial.ttl", "glutakg decide --assume - --format json < trial.ttl"
    ),
)
@click.option(
    "--assume",
    "paths",
    required=True,
    multiple=True,
    metavar="FILE",
    help="Turtle with evidence items, or -.",
)
@format_option("table", "tsv", "json")
@endpoint_option()
@lang_option()
def decide(paths: tuple[str, ...], format: str, endpoint: str | None, lang: str) -> None:
    """Tell what statuses and balances would change if a study found what FILE says; nothing is changed.

    FILE holds gk:EvidenceItem records with gk:stance, and with claim (obo:IAO_0000136) and gk:studyDesign,
    or with gk:answersDecider: the study of a conflict, as in gkd:decider-E32, on whose first side the stance
    is. Exit code 1: no verdict would change.
    """
    from glutakg.graph import open as open_graph

    with open_graph(endpoint=endpoint) as graph:
        found = graph.decide(*paths, lang=lang)
        names = {claim.status.iri: str(claim.status) for claim in graph.claims(lang=lang)}
    rows = [row for each in found for row in _rows(each, names)]
    if format == "json":
        print_json(rows)
    elif format == "tsv":
        print_text("\n".join(map("\t".join, (list(rows[0]), *(row.values() for row in rows)))))
    else:
        print_table(tuple(rows[0]), (tuple(row.values()) for row in rows))
    if not any(each.is_decisive for each in found):
        _ = translator(lang)
        note(_("No verdict would change, only the balance."))
        raise click.exceptions.Exit(1)


def _rows(found: "Decision", names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield what changes for the claim as a whole, and for mechanism and outcome where these are apart."""
    now, then = found.claim.balance, found.balance
    before, after = asdict(found.before), asdict(found.after)
    for part in before:
        if before[part] is not None:
            yield {
                "claim": found.claim.identifier,
                "verdict": part,
                "before": names.get(before[part], compress(before[part])),
                "after": names.get(after[part], compress(after[part])),
                "supporting": f"{now.supporting} -> {then.supporting}",
                "contradicting": f"{now.contradicting} -> {then.contradicting}",
                "qualifying": f"{now.qualifying} -> {then.qualifying}",
            }
