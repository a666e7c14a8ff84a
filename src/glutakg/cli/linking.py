"""Commands for whole ontologies beside the graph: import, imports, link."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glutakg.cli.faults import NO, complain, ended_by_interrupt
from glutakg.cli.options import check_timeout, example, format_option
from glutakg.cli.output import csv_text, note, print_json, print_table, print_text, show_progress
from glutakg.errors import ImportRefused
from glutakg.linking import SECONDS_TO_CHECK
from glutakg.text import printable

if TYPE_CHECKING:
    from glutakg.dataset import Import
    from glutakg.linking import Checked, Finding

__all__ = ["imports", "link"]
_COLUMNS = ("name", "triples", "version", "licence", "format", "imported", "check", "source")


@click.command(
    "import",
    short_help="Import a whole ontology beside the graph.",
    epilog=example("glutakg import cl.owl", "glutakg import go", "glutakg import --from imports.json"),
)
@click.argument("source", metavar="[FILE|URL|NAME]", default="")
@click.option(
    "--from",
    "listed",
    metavar="FILE",
    help="Import what a list names, as `glutakg imports --format json` writes it: all of it or nothing.",
)
@click.option(
    "--with-imports",
    is_flag=True,
    help="Import what it imports itself (owl:imports) too, all of it or nothing.",
)
@click.option(
    "--catalog",
    metavar="FILE",
    help="An OASIS XML catalog, such as Protégé writes, with the files that stand for imported IRIs.",
)
@click.option("--offline", is_flag=True, help="Refuse what would have to be fetched.")
@click.option(
    "--unchecked", is_flag=True, help="Do not ask a reasoner whether it contradicts the graph; needs no Java."
)
@click.option("--force", is_flag=True, help="Take in what contradicts the graph, seen in its own alone.")
@click.option(
    "--timeout",
    type=float,
    default=SECONDS_TO_CHECK,
    show_default=True,
    metavar="SECONDS",
    callback=check_timeout,
    help="Time that the reasoner may take.",
)
@click.option(
    "--name",
    help="Name of the import, whose graph is gkg:imports/NAME; without it that of its owner's address, or of"
    " the file.",
)
@click.pass_context
def import_command(
    context: click.Context,
    source: str,
    listed: str | None,
    with_imports: bool,
    catalog: str | None,
    offline: bool,
    unchecked: bool,
    force: bool,
    timeout: float,
    name: str | None,
) -> None:
    """Import a whole ontology, in the place of an earlier import of that name.

    FILE is a file, - standard input. URL is fetched, and so is NAME, an OBO ontology such as go or chebi:
    from its owner's address, its base first where there is one. A download that was cut off goes on where
    it stopped.

    What the file is written in is told by its content: RDF/XML, Turtle, TriG, N-Triples, N-Quads,
    JSON-LD, OWL functional syntax, OWL/XML, OBO, OBO Graph JSON or SSSOM (mappings of other people), plain
    or packed by gzip, zstd, xz or zip.

    A reasoner is asked first whether all stays true together; where it does not, nothing is imported, the
    axioms that contradict each other are written to standard output, and the exit code is 1.

    The ontologies that it imports itself are listed, and come with it by --with-imports: from their IRIs, or
    from the files that --catalog names for these. What is imported already under such an IRI stays.

    It lies in gkg:imports/NAME and is seen by queries without GRAPH. Our own slice of that ontology steps
    aside, term by term, until the import is removed. A failure changes nothing. Imports are kept in the
    user's data folder (GLUTAKG_DATA).

    What was imported is told as soon as it is seen. The command then compacts the store, so that it answers
    faster; it may be ended there.
    """
    from glutakg.linking import import_listed, import_ontology

    if bool(source) == bool(listed) or (listed and (name or force or with_imports)):
        raise click.UsageError("Give either a file, an address or a name, or --from with a list.")
    if catalog and not with_imports:
        raise click.UsageError("--catalog tells where imported ontologies are; give --with-imports too.")
    told: dict[str, Any] = {
        "offline": offline, "unchecked": unchecked, "seconds": timeout, "say": show_progress,
    }  # fmt: skip
    try:
        if listed:
            done = import_listed(Path(listed), **told)
        else:
            first = import_ontology(
                source,
                name=name,
                with_imports=with_imports,
                catalog=Path(catalog) if catalog else None,
                force=force,
                **told,
            )
            done = (first, *first.others)
    except ImportRefused as error:
        for axiom in error.axioms:
            print_text(printable(axiom))
        complain(str(error))
        context.exit(NO)
    for sentence in dict.fromkeys(sentence for each in done for sentence in each.notes):
        note(sentence)
    for each in done:
        triples = "1 triple" if each.made.triples == 1 else f"{each.made.triples:,} triples"
        print_text(printable(f"{each.made.name}: {triples} from {each.made.format}"))
    _compact()


def _compact() -> None:
    """Compact the store, which answers already: whoever is tired of waiting may end this."""
    from glutakg.linking import compact_imports

    with ended_by_interrupt():
        for sentence in compact_imports(say=show_progress):
            note(sentence)


@click.group(
    short_help="List or remove imported ontologies.",
    epilog=example("glutakg imports", "glutakg imports remove cl"),
    invoke_without_command=True,
)
@format_option("table", "json")
@click.pass_context
def imports(context: click.Context, format: str) -> None:
    """List the ontologies that have been imported, or remove some.

    Where imports do not fit together, since they rest on different releases or have different copies of a
    class, standard error says so, and so does the JSON.

    What was called `imports` before, writing the slices from their tables, is `glutakg slices`.
    """
    if context.invoked_subcommand is not None:
        return
    from glutakg.dataset import imports_as_json, read_imports, read_skew

    found, skew = read_imports(), read_skew()
    if format == "json":
        print_text(imports_as_json(found, skew))
    elif found:
        print_table(_COLUMNS, map(_line, found))
        for each in skew:
            note(str(each))
    else:
        note("Nothing is imported; `glutakg import FILE` imports an ontology.")


def _line(each: "Import") -> tuple[str, ...]:
    version, licence = each.version or "not stated", each.licence or "not stated"
    return (
        each.name, f"{each.triples:,}", version, licence, each.format, each.date, each.check, each.source,
    )  # fmt: skip


@imports.command(
    "remove", short_help="Remove imported ontologies.", epilog=example("glutakg imports remove cl")
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def remove(names: Sequence[str]) -> None:
    """Remove the imports of these names; slices that had stepped aside return."""
    from glutakg.linking import remove_imports

    for each in remove_imports(names):
        print_text(printable(each.name))
    _compact()


@click.group(short_help="Compare our links with imported ontologies.", epilog=example("glutakg link check"))
def link() -> None:
    """Compare what we say of terms of others with the ontologies that were imported."""


@link.command(
    "check",
    short_help="Tell what is wrong with identifiers of others.",
    epilog=example("glutakg link check", "glutakg link check --fix"),
)
@format_option("table", "csv", "json")
@click.option("--fix", is_flag=True, help="Mend in mappings, data and queries what needs no decision.")
@click.pass_context
def check(context: click.Context, format: str, fix: bool) -> None:
    """Tell what is wrong with identifiers of others in data, mappings, queries and slices.

    The import that is named after a prefix tells whether a term of it exists and stands where our slices
    have it; each import that has a term tells whether it is obsolete, and whether its label and its kind
    are ours. Told besides are forms and prefixes that others use otherwise, matches that claim too much or
    twice, imports that disagree, and axioms of ours that an owner contradicts. What was decided before, such
    as an edge that is left out by name, is shown as known. What could not be looked at is told on standard
    error. The exit code is 1 where something is wrong that is not known, or is left after --fix.
    """
    from glutakg.graph import open as open_graph
    from glutakg.linking import fix_links

    with open_graph() as graph:
        done = graph.check_links()
    lines = [_finding(each) for each in done.findings]
    if format == "json":
        print_json(
            {
                "findings": lines,
                "checked": dict(done.checked),
                "unchecked": dict(done.unchecked),
                "undecided": dict(done.undecided),
                "versions": dict(done.versions),
                "impossible": dict(done.impossible),
            }
        )
    elif format == "csv":
        print_text(csv_text(_FINDING, ([str(line[name]) for name in _FINDING] for line in lines)))
    elif lines:
        print_table(_FINDING, ([_word(line[name]) for name in _FINDING] for line in lines))
    _tell_what_was_looked_at(done)
    is_wrong = bool(done.faults)
    if fix:
        fixed = fix_links(done.findings)
        for path in fixed.paths:
            note(f"Written: {path}.")
        note(f"Mended: {len(fixed.mended)}. Left for you to decide: {len(fixed.left)}.")
        is_wrong = bool(fixed.left)
    if is_wrong:
        context.exit(NO)


_FINDING = ("identifier", "kind", "place", "problem", "repair", "known")


def _finding(each: "Finding") -> dict[str, object]:
    return {name: getattr(each, name) for name in _FINDING}


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _tell_what_was_looked_at(done: "Checked") -> None:
    for name, number in sorted(done.checked.items()):
        note(f"Looked up in {name} ({done.versions[name]}): {number}.")
    for name, number in sorted(done.undecided.items()):
        edges = "1 edge" if number == 1 else f"{number} edges"
        note(f"Of {name}, {edges} of the slice could follow by reasoning alone, which is not done here.")
    for name, found in sorted(done.impossible.items()):
        some = ", ".join(found[:3]) + (f" and {len(found) - 3} others" if len(found) > 3 else "")
        note(f"By {name} alone these can have no members, and what follows from that is left out: {some}.")
    if done.unchecked:
        told = ", ".join(f"{prefix} ({number})" for prefix, number in sorted(done.unchecked.items()))
        note(f"Not looked at, since no import speaks of them: {told}.")


@link.command(
    "suggest",
    short_help="Suggest terms of imported ontologies that things of ours may match.",
    epilog=example(
        "glutakg link suggest astrocyte", "glutakg link suggest --all --at-least 0.8", "glutakg link suggest"
        " taurine --at-least 0.9 --accept",
    ),
)  # fmt: skip
@click.argument("term", default="")
@click.option("--all", "is_all", is_flag=True, help="For all things of ours.")
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="CONFIDENCE",
    help="Only suggestions that are at least so likely, from 0 to 1.",
)
@click.option("--accept", is_flag=True, help="Add what is shown to the table of mappings.")
@format_option("table", "csv", "json")
def suggest(term: str, is_all: bool, at_least: float, accept: bool, format: str) -> None:
    """Suggest terms of imported ontologies that TERM, a thing of ours, may match; the likeliest first.

    Compared are names in both languages with labels and synonyms, forms of substances, and classes. A match
    is close or broad, and exact only where parents agree. Pairs that the table of mappings has are left out,
    and so are obsolete terms. Nothing is written without --accept, which takes a checkout.
    """
    from dataclasses import asdict

    from glutakg.graph import open as open_graph
    from glutakg.linking import accept_suggestions

    if bool(term) == is_all:
        raise click.UsageError("Give either a term or --all.")
    with open_graph() as graph:
        imported = graph.imports()
        found = [
            each for each in graph.suggest_links(*([term] if term else ())) if each.confidence >= at_least
        ]
    if not imported:
        note("Nothing is imported, so nothing can be suggested; `glutakg import NAME` imports an ontology.")
    elif not found:
        note("There is nothing to suggest, beside what the table of mappings has already.")
    if format == "json":
        print_json([asdict(each) for each in found])
    elif format == "csv":
        print_text(csv_text(_SUGGESTION, (list(asdict(each).values()) for each in found)))
    elif found:
        names = tuple(name for name in _SUGGESTION if name != "subject_label")
        print_table(names, ([str(getattr(each, name)) for name in names] for each in found))
    if accept:
        note(f"Written: {accept_suggestions(found)}. What matches exactly needs the class as its type too.")


_SUGGESTION = (
    "subject", "subject_label", "predicate", "object", "object_label", "confidence", "justification",
    "reason", "ontology",
)  # fmt: skip
