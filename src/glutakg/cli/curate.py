"""Commands for curators: format, slices, catalogue."""

from collections.abc import Sequence
from pathlib import Path

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import example
from glutakg.cli.output import note, print_text
from glutakg.text import printable

__all__ = ["print_changed"]


@click.command(
    "format",
    short_help="Bring Turtle and SPARQL into one form.",
    epilog=example("glutakg format --check", "glutakg format my-claims.ttl"),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--check", is_flag=True, help="Change nothing; exit with 1 where a file is not in canonical form."
)
@click.pass_context
def format_files(context: click.Context, paths: Sequence[str], check: bool) -> None:
    """Bring Turtle (.ttl) and SPARQL (.rq) files, without PATH all of the project, into their canonical form.

    The names of the files that change are written to standard output.
    """
    from glutakg.dataset import check_paths, format_paths

    if "" in paths:
        raise click.BadParameter("a name is empty; name a file or a folder", param_hint="PATH")
    chosen = [Path(path) for path in paths]
    changed = check_paths(chosen) if check else format_paths(chosen)
    print_changed(context, changed, "not in canonical form; run `glutakg format`" if check else None)


@click.command(short_help="Write the import slices anew.", epilog=example("glutakg slices --check"))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a slice is out of date.")
@click.pass_context
def slices(context: click.Context, check: bool) -> None:
    """Write the slices of reused ontologies anew from the table of terms, ontology/imports/terms.tsv.

    The names of the files that change are written to standard output.
    """
    from glutakg.linking import check_slices, write_slices

    changed = check_slices() if check else write_slices()
    print_changed(context, changed, "out of date; run `glutakg slices`" if check else None)


@click.command(
    "catalogue", short_help="Write the catalogue as RDF anew.", epilog=example("glutakg catalogue --check")
)
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a file is out of date.")
@click.pass_context
def catalogue_as_rdf(context: click.Context, check: bool) -> None:
    """Write the graph of the catalogue, data/catalogue, anew from the headers of the queries.

    The names of the files that change are written to standard output.
    """
    from glutakg.dataset import check_catalogue, write_catalogue

    changed = check_catalogue() if check else write_catalogue()
    print_changed(context, changed, "out of date; run `glutakg catalogue`" if check else None)


def print_changed(context: click.Context, changed: Sequence[Path], fault: str | None) -> None:
    """Name the files that changed, or that have the fault: then the answer to --check is no."""
    for path in changed:
        print_text(printable(str(path)))
    if changed and fault:
        note(f"{len(changed)} {'file is' if len(changed) == 1 else 'files are'} {fault}.")
        context.exit(NO)
