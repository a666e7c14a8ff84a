"""The command that loads the graphs into a store elsewhere."""

from collections.abc import Sequence

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import check_timeout, example, graphs_option
from glutakg.cli.output import note, print_rows, show_progress

__all__ = []


@click.command(
    short_help="Load the graphs into a store elsewhere.",
    epilog=example(
        "glutakg push --check \\",
        "  'http://127.0.0.1:8890/sparql-graph-crud-auth?graph-uri='",
        "glutakg push http://127.0.0.1:7878/store",
        "glutakg push http://127.0.0.1:3030/ds/data --graph source --graph evidence",
        "glutakg push http://127.0.0.1:3030/ds/data --graph default",
    ),
)
@click.argument("url")
@graphs_option
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a graph there is not ours.")
@click.option(
    "--timeout",
    type=float,
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    callback=check_timeout,
    help="Give up where the store takes longer for one request.",
)
@click.pass_context
def push(context: click.Context, url: str, graphs: Sequence[str], check: bool, timeout: float) -> None:
    """Load the graphs into the store whose Graph Store Protocol answers at URL, and compare what it has then.

    Each graph takes the place of the one of its name there. A push that was broken off goes on where it was;
    until then, the graph gkg:push in the store says which graph is not whole. Blank nodes become IRIs.

    The graph default is all graphs but the contested one, merged: what a query without GRAPH sees here. It
    becomes the graph gkg:default there, which the address of queries can name as the only default graph.

    GLUTAKG_ENDPOINT_USER and GLUTAKG_ENDPOINT_PASSWORD hold the name and the password that the store asks
    for.
    """
    from glutakg.linking import push as push_graphs
    from glutakg.rdf import PREFIXES, Literal
    from glutakg.sparql import Rows

    found = push_graphs(url, graphs=graphs, check=check, seconds=timeout, progress=show_progress)
    by_name = {each.graph.removeprefix(PREFIXES["gkg"]): each for each in found}
    rows = [
        {
            "graph": Literal(name),
            "triples": Literal(str(each.triples)),
            "there": Literal(str(each.there)),
            "state": Literal(each.state),
        }
        for name, each in by_name.items()
    ]
    print_rows(Rows(("graph", "triples", "there", "state"), rows), "table")
    for name, each in by_name.items():
        for line in each.examples:
            note(f"{name}: {line}")
        if each.lacks_only:
            note(
                f"{name}: all that the store gave is ours, but {each.triples - each.there:,} triples are not "
                "among it; it may limit the length of its answers (Virtuoso: ResultSetMaxRows)."
            )
    wrong = [each for each in found if not each.is_whole]
    if wrong:
        note(f"{len(wrong)} of {len(found)} graphs there are not ours; `glutakg push` puts that right.")
        context.exit(NO)
