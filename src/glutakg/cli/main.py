"""The commands of `glutakg`: a thin skin over the API, quick to start because it imports nothing heavy."""

import errno
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from glutakg._version import __version__
from glutakg.dataset import (
    EXPORT_FORMATS,
    CatalogueQuery,
    Parameter,
    as_plain,
    catalogue,
    parse_file,
    parse_text,
    shipped_files,
)
from glutakg.errors import GlutakgError, ParameterError
from glutakg.files import STDIN, read_stdin, write_atomically
from glutakg.languages import LANGUAGES
from glutakg.rdf import Iri, Literal, compress
from glutakg.sparql import GRAPH_FORMATS, ROW_FORMATS, Rows, check_format, query_form
from glutakg.store import LONGEST_TIMEOUT
from glutakg.text import printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from glutakg.claims import Emphasis, SourceText
    from glutakg.graph import KnowledgeGraph
    from glutakg.store import Answer
    from glutakg.why import Reason

__all__ = ["cli", "main"]


_NO = 1
_CANNOT = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141
_PREMISES = ("uncontested", "established", "all")  # as in glutakg.owl.premises, which starts more slowly
_REASONERS = ("hermit", "pellet")  # as in glutakg.owl.reasoners
_NEEDS_NETWORK = {"en": " (needs the network)", "nl": " (heeft het netwerk nodig)"}

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """The commands, and the one place where an error becomes a sentence on stderr and an exit code."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line, or write the help."""
        with _faults_told():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _faults_told():
            return super().invoke(ctx)


@contextmanager
def _faults_told() -> Iterator[None]:
    """End with 2 and one sentence for an error, 130 for Ctrl-C, 141 when nobody reads the output."""
    try:
        with _interruptible():
            yield
    except GlutakgError as error:
        _complain(str(error))
        sys.exit(_CANNOT)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _discard_output()
            sys.exit(_BROKEN_PIPE)
        place = f"{error.filename}: " if error.filename is not None else ""
        _complain(f"{place}This could not be done ({error.strerror or error}).")
        sys.exit(_CANNOT)
    except MemoryError:
        _complain("There is not enough memory for this; ask for less.")
        sys.exit(_CANNOT)
    except RecursionError:
        _complain("What is to be read nests too deeply; split it into several.")
        sys.exit(_CANNOT)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Have Ctrl-C raise KeyboardInterrupt where that is handled, and end the process everywhere else."""
    before = signal.getsignal(signal.SIGINT)
    if before != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _complain(message: str) -> None:
    click.echo(f"glutakg: error: {printable(message)}", err=True)


def _note(message: str) -> None:
    click.echo(f"glutakg: note: {printable(message)}", err=True)


def _tell_progress(message: str) -> None:
    """Say on a terminal what takes so long; say nothing elsewhere."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def _discard_output() -> None:
    """Point stdout at nothing, so that what Python still holds for it does not fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _example(*commands: str) -> str:
    """Return the end of a help text, which click leaves as it is."""
    return "\b\nExample:\n" + "\n".join(f"  {command}" for command in commands)


def _format_option(*formats: str, default: str | None = "table") -> Callable[[_Command], _Command]:
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=default,
        show_default=default is not None,
        help="How the answer is written.",
    )


def _lang_option(default: str | None = "en") -> Callable[[_Command], _Command]:
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=default,
        show_default=default is not None,
        help="Language of the texts.",
    )


def _source_option() -> Callable[[_Command], _Command]:
    return click.option(
        "--source",
        metavar="FILE",
        help="Your copy of the source document: shows the passages of claims. Its SHA-256 is checked.",
    )


def _complete_query_name(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    try:
        shipped = catalogue()
        return [
            CompletionItem(name, help=shipped[name].title["en"])
            for name in shipped
            if name.startswith(incomplete)
        ]
    except GlutakgError:
        return []


def _finite_timeout(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise click.BadParameter(f"give seconds, more than 0 and at most {LONGEST_TIMEOUT:g}")
    return seconds


@click.group(cls=_Commands, epilog=_example("glutakg query protective-nutrients"))
@click.version_option(__version__, prog_name="glutakg")
def cli() -> None:
    """Ask and check a knowledge graph of the glutamate-glutamine-GABA cycle.

    Exit codes: 0 fine; 1 the answer is no (ASK is false, not valid, not formatted); 2 it could not be done.
    """


@cli.command(epilog=_example("glutakg queries ammonia", "glutakg queries --tag nutrients --lang nl"))
@click.argument("word", default="")
@click.option("--tag", help="Only queries that carry this tag.")
@_format_option("table", "json")
@_lang_option()
def queries(word: str, tag: str | None, format: str, lang: str) -> None:
    """List the catalogue queries, or those that contain WORD in name, title, question or tags."""
    found = catalogue().search(word, tag=tag)
    if format == "json":
        _print_json([as_plain(query) for query in found])
        return
    _print_rows(
        Rows(("name", "title", "parameters", "tags"), [_as_row(query, lang) for query in found]), "table"
    )
    _note_count(len(found), "query", "queries")


def _as_row(query: CatalogueQuery, lang: str) -> dict[str, Literal]:
    cells = {
        "name": query.name,
        "title": query.title[lang] + (_NEEDS_NETWORK[lang] if "network" in query.needs else ""),
        "parameters": ", ".join(map(_with_default, query.parameters)),
        "tags": ", ".join(query.tags),
    }
    return {column: Literal(text) for column, text in cells.items()}


def _with_default(parameter: Parameter) -> str:
    default = parameter.default
    return f"{parameter.name}={compress(default.value) if isinstance(default, Iri) else default.value}"


@cli.command(
    epilog=_example(
        "glutakg query protective-nutrients",
        "glutakg query protective-nutrients --format csv > nutrients.csv",
    )
)
@click.argument("name", metavar="NAME|FILE.rq|-", shell_complete=_complete_query_name)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of a parameter; an IRI may be given as CURIE, IRI or label. Repeat for more.",
)
@_format_option(*ROW_FORMATS, *GRAPH_FORMATS, "tree", "mermaid", default=None)
@click.option(
    "--timeout",
    type=float,
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    callback=_finite_timeout,
    help="Stop the query after this time.",
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    help="Let SERVICE ask this host; without it no query leaves this machine. Repeat for more.",
)
@click.option(
    "--why",
    metavar="ROW",
    help="Instead of the rows, tell why the row of this number stands there, or why `all` do.",
)
@_source_option()
@_lang_option(default=None)
@click.pass_context
def query(
    context: click.Context,
    name: str,
    parameters: Sequence[str],
    format: str | None,
    timeout: float,
    allow_service: Sequence[str],
    why: str | None,
    source: str | None,
    lang: str | None,
) -> None:
    """Answer the catalogue query NAME, a SPARQL query in FILE.rq, or one from standard input (-).

    Rows are shown as table, csv, tsv, json, xml or md (Markdown), graphs as ttl, nt, jsonld or rdfxml. Of an
    answer without rows, standard error tells which pattern found nothing and why. With --why, the reasons for
    a row are shown as tree, json, ttl or mermaid.
    """
    from glutakg.graph import open as open_graph

    with open_graph(timeout=timeout, allow_service=allow_service) as graph:
        asked = _read_query(name)
        values = _parameter_values(asked, parameters, lang)
        if why is not None:
            _print_why_rows(graph, asked, values, why, format, source, lang or LANGUAGES[0])
            return
        form = query_form(asked.text)
        chosen = check_format(format, form)
        written_here = chosen in ("table", "md")
        answer = graph.answer(asked, parameters=values, format=None if written_here else chosen)
        if written_here and answer.kind == "rows":
            rows = Rows(answer.variables, answer.rows())
            _print_rows(rows, chosen)
            _note_count(len(rows), "row", "rows")
        else:
            _print_answer(answer, written_here)
        if answer.is_empty:
            for found in graph.explain_empty(asked, parameters=values, answer=answer):
                _note(found.sentence[lang or LANGUAGES[0]])
    if form == "ASK" and b"true" not in answer.data:
        context.exit(_NO)


def _print_why_rows(
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
        click.echo(_emphasis()(printable(f"{number}  {cells}")))
        _print_reasons(reasons, chosen, lang, text)
    if chosen != "tree":
        _print_reasons([each for reasons in found.values() for each in reasons], chosen, lang, text)
    _note_count(len(found), "row", "rows")


def _print_reasons(reasons: "Sequence[Reason]", format: str, lang: str, source: "SourceText | None") -> None:
    from glutakg.why import render

    _print_text(
        render(reasons, format, lang=lang, width=_width(), emphasis=_emphasis(), source=source) + "\n"
    )


@cli.command(
    short_help="Tell why a triple holds, or does not.",
    epilog=_example(
        "glutakg why taurine 'may matter in' epilepsy",
        "glutakg why glutamine binds 'glutamate receptor' --lang nl",
        "glutakg why gk:ExcitatoryNeurotransmitter rdfs:subClassOf gk:ChemicalMessenger",
    ),
)
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@_format_option("tree", "json", "ttl", "mermaid", default="tree")
@_source_option()
@click.option(
    "--timeout",
    type=float,
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    callback=_finite_timeout,
    help="Stop the reasoner after this time; it is asked only of relations of classes.",
)
@_lang_option()
@click.pass_context
def why(
    context: click.Context,
    subject: str,
    predicate: str,
    object: str,
    format: str,
    source: str | None,
    timeout: float,
    lang: str,
) -> None:
    """Tell why SUBJECT PREDICATE OBJECT holds: what asserts it, or how it follows, down to publications.

    Each is a CURIE, an IRI or a label in English or Dutch. The exit code is 1 where nothing supports the
    triple, or it is contested or denied by a claim; then what comes nearest is told.
    """
    from glutakg.graph import open as open_graph
    from glutakg.why import supports

    with open_graph() as graph:
        text = None if source is None else graph.source_text(source)
        reason = graph.why(subject, predicate, object, lang=lang, reasoner_seconds=timeout)
    _print_reasons([reason], format, lang, text)
    if not supports(reason):
        context.exit(_NO)


def _read_query(name: str) -> CatalogueQuery:
    if name == "-":
        return parse_text(read_stdin(), Path(STDIN))
    shipped = catalogue()
    path = Path(name)
    if name not in shipped and (path.suffix == ".rq" or os.sep in name or os.path.exists(name)):
        return parse_file(path)
    return shipped[name]


def _parameter_values(asked: CatalogueQuery, parameters: Sequence[str], lang: str | None) -> dict[str, str]:
    values: dict[str, str] = {}
    if lang is not None and any(parameter.name == "lang" for parameter in asked.parameters):
        values["lang"] = lang
    given: set[str] = set()
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise ParameterError(
                f"The parameter {parameter!r} has no value; write -p {name}=VALUE.", parameter=name
            )
        if name in given:
            raise ParameterError(f"The parameter {name!r} is given twice; give it once.", parameter=name)
        given.add(name)
        values[name] = value
    return values


@cli.command(
    short_help="Tell what the graph holds about a term.",
    epilog=_example("glutakg describe taurine", "glutakg describe CHEBI:18050 --lang nl"),
)
@click.argument("term")
@_format_option("table", "md", "json")
@_source_option()
@_lang_option()
def describe(term: str, format: str, source: str | None, lang: str) -> None:
    """Tell what the graph holds about TERM: a CURIE, an IRI, or a label in English or Dutch."""
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        description = graph.describe(term, lang=lang, source=source)
    if format == "json":
        sections = {title: [dict(row) for row in rows] for title, rows in description.sections.items()}
        _print_json({"iri": description.iri, "curie": description.curie, **sections})
    else:
        _print_text(description.to_markdown() if format == "md" else str(description))


@cli.command(
    short_help="Show claims with status, source and balance.",
    epilog=_example(
        "glutakg claims --term taurine",
        "glutakg claims --status disputed --uncited",
        "glutakg claims --section 4 --format tsv > claims.tsv",
    ),
)
@click.option("--kind", help="Only this kind of claim, such as 'protective effect'.")
@click.option("--status", help="Only this curator status, such as disputed.")
@click.option("--term", help="Only claims that concern this term, its group or what it defines.")
@click.option("--hedged/--unhedged", default=None, help="Only claims with, or without, a reservation.")
@click.option("--uncited/--cited", default=None, help="Only claims that cite no reference, or that cite one.")
@click.option("--section", help="Only this section of the source document, by number or name.")
@click.option("--polarity", help="Only affirmed or denied claims.")
@_format_option("table", "tsv", "json")
@_lang_option()
def claims(
    kind: str | None,
    status: str | None,
    term: str | None,
    hedged: bool | None,
    uncited: bool | None,
    section: str | None,
    polarity: str | None,
    format: str,
    lang: str,
) -> None:
    """Show the claims that fit all options: what they say, who says it, and what is for and against it.

    Values may be given in English or Dutch. A term is a CURIE, an IRI or a name.
    """
    from glutakg.claims import claims_text, claims_tsv
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        found = graph.claims(
            kind=kind,
            status=status,
            term=term,
            hedged=hedged,
            uncited=uncited,
            section=section,
            polarity=polarity,
            lang=lang,
        )
    if format == "json":
        _print_json([asdict(claim) for claim in found])
    elif format == "tsv":
        _print_text(claims_tsv(found))
    elif found:
        _print_text(claims_text(found, lang=lang, width=_width(), emphasis=_emphasis()))
    if not found:
        _note("No claim fits all that was asked; leave out an option.")
    _note_count(len(found), "claim", "claims")


@cli.command(
    short_help="Show the evidence for and against claims.",
    epilog=_example(
        "glutakg evidence C054",
        "glutakg evidence magnesium --lang nl",
        "glutakg evidence glutamine --stance contradicts --species human",
        "glutakg evidence --design 'randomised controlled trial' --since 2010 --format tsv",
    ),
)
@click.argument("claim_or_term", required=False, metavar="[CLAIM|TERM]")
@click.option("--stance", help="Only evidence that supports, contradicts or qualifies.")
@click.option("--design", help="Only this design, such as 'randomised controlled trial'.")
@click.option("--species", help="Only this species, such as human.")
@click.option("--system", help="Only in vivo or in vitro.")
@click.option("--since", type=int, metavar="YEAR", help="Only what was published in this year or later.")
@click.option("--until", type=int, metavar="YEAR", help="Only what was published in this year or earlier.")
@click.option("--population", help="Only this population.")
@_format_option("table", "tsv", "json")
@_lang_option()
def evidence(
    claim_or_term: str | None,
    stance: str | None,
    design: str | None,
    species: str | None,
    system: str | None,
    since: int | None,
    until: int | None,
    population: str | None,
    format: str,
    lang: str,
) -> None:
    """Show the evidence on a CLAIM such as C054, or on the claims that concern a TERM, for and against.

    Without either, show the evidence on every claim; options narrow it down.

    On a terminal of 100 columns or more the two stand side by side. A publication, also by PMID or DOI, shows
    what it says on each claim. Values may be given in English or Dutch.
    """
    from glutakg.claims import evidence_text, evidence_tsv
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        found = graph.evidence(
            claim_or_term,
            stance=stance,
            design=design,
            species=species,
            system=system,
            since=since,
            until=until,
            population=population,
            lang=lang,
        )
    number = sum(len(each.items) for each in found)
    if format == "json":
        _print_json([asdict(each) for each in found])
    elif format == "tsv":
        _print_text(evidence_tsv(found))
    elif found:
        _print_text(evidence_text(found, lang=lang, width=_width(), emphasis=_emphasis()))
    if not found:
        concerned = "is recorded" if claim_or_term is None else f"concerns {claim_or_term}"
        _note(f"No claim with evidence that fits all that was asked {concerned}.")
    elif not number:
        _note("No evidence that fits all that was asked is recorded.")
    _note_count(number, "evidence item", "evidence items")


@cli.command(
    short_help="Show who disagrees with whom, on what.",
    epilog=_example(
        "glutakg conflicts T01",
        "glutakg conflicts magnesium --lang nl",
        "glutakg conflicts --aspect safety --type contradiction",
    ),
)
@click.argument("term", required=False)
@click.option("--type", help="Only this type of conflict, such as contradiction or tension.")
@click.option("--aspect", help="Only conflicts on this, such as safety or 'clinical outcome'.")
@_format_option("table", "tsv", "json")
@_lang_option()
def conflicts(term: str | None, type: str | None, aspect: str | None, format: str, lang: str) -> None:
    """Show the conflicts by what they are on: both sides, on what evidence, and what would decide.

    TERM is a conflict such as T01, a claim such as C054, a publication (also by PMID or DOI), or any term
    that claims in the conflict concern. On a terminal of 100 columns or more the sides stand side by side.
    """
    from glutakg.claims import conflicts_text, conflicts_tsv
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        found = graph.conflicts(term, type=type, aspect=aspect, lang=lang)
    if format == "json":
        _print_json([asdict(each) for each in found])
    elif format == "tsv":
        _print_text(conflicts_tsv(found))
    elif found:
        _print_text(conflicts_text(found, lang=lang, width=_width(), emphasis=_emphasis()))
    if not found:
        _note("No conflict fits all that was asked; leave out an option, or ask for another term.")
    _note_count(len(found), "conflict", "conflicts")


def _width() -> int:
    """Return the number of columns of the terminal, and 80 where the answer goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def _emphasis() -> "Emphasis":
    """Return what makes a line bold on a terminal; elsewhere, and with NO_COLOR, lines stay as they are."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
        return str
    return partial(click.style, bold=True)


@cli.command(
    short_help="Write graphs in a format to take along.",
    epilog=_example(
        "glutakg export -o glutakg.trig",
        "glutakg export --graph ontology -o glutakg.owl",
        "glutakg export --graph source --graph evidence --format nq | gzip > claims.nq.gz",
    ),
)
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="NAME",
    help="A graph as `glutakg info` names it, such as source; without it all named graphs. Repeat for more.",
)
@click.option(
    "--format",
    type=click.Choice(tuple(EXPORT_FORMATS)),
    help="How it is written; without it the suffix of FILE decides (.owl, .rdf and .xml are rdfxml, .json is"
    " jsonld), and trig is written to standard output.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Write to FILE, whole or not at all; without it, or with -, to standard output.",
)
def export(graphs: Sequence[str], format: str | None, output: str) -> None:
    """Write the whole dataset, or the graphs named, in a format to take along; always the same bytes.

    trig, nq and jsonld keep the names of graphs, and give each graph as it is. ttl, rdfxml and nt
    know no names and take one graph, so that nothing contested turns into a fact.

    In ttl, rdfxml and nt, the graph `ontology` is the ontology with the slices that it imports merged into
    it under one header, a file that Protégé opens without a network; dcterms:source names the slices instead
    of owl:imports.
    The graph `default` is all graphs but the contested one, merged: what a query without GRAPH sees.
    """
    from glutakg.dataset import export as export_graphs

    chosen = format or _format_of(output)
    data = export_graphs(shipped_files(), graphs, format=chosen)
    if output == "-":
        _print_bytes(data)
    else:
        write_atomically(output, data.decode())


def _format_of(output: str) -> str:
    """Return the format that the suffix of a file stands for, or the one for standard output."""
    if output == "-":
        return next(iter(EXPORT_FORMATS))
    suffix = Path(output).suffix.lower()
    for format, suffixes in EXPORT_FORMATS.items():
        if suffix in suffixes:
            return format
    known = ", ".join(suffix for suffixes in EXPORT_FORMATS.values() for suffix in suffixes)
    raise click.BadParameter(
        f"the name {output!r} tells no format; end it in {known}, or give --format", param_hint="--output"
    )


@cli.command(
    "reason",
    short_help="Tell what follows, and what contradicts.",
    epilog=_example(
        "glutakg reason",
        "glutakg reason --premises all",
        "glutakg reason my-claims.ttl --reasoner pellet",
        "glutakg reason --profile",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@click.option(
    "--premises",
    type=click.Choice(_PREMISES),
    default=_PREMISES[0],
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
@click.option("--profile", is_flag=True, help="Tell what keeps the premises from OWL 2 DL, EL, QL and RL.")
@click.option("--write", is_flag=True, help="Write the graph of what follows anew, where it has changed.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where that graph is out of date.")
@click.option(
    "--timeout",
    type=float,
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    callback=_finite_timeout,
    help="Stop the reasoner after this time.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    metavar="MB",
    help="Memory that the reasoner may take.",
)
@_format_option("table", "json")
@_lang_option()
@click.pass_context
def reason_command(
    context: click.Context,
    paths: Sequence[str],
    premises: str,
    reasoner: str,
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
    relations follow. Where not all can be true, the exit code is 1 and the minimal sets of claims, facts and
    axioms are listed that cannot. Nothing is fetched.
    """
    if sum((profile, write, check)) > 1 or ((write or check) and (paths or premises != _PREMISES[0])):
        raise click.UsageError(
            "Give --profile, --write or --check alone; the last two are for what is shipped."
        )
    if write or check:
        from glutakg.owl import derivations, read_premises

        shipped = read_premises()
        if write:
            _tell_progress("HermiT is asked where axioms or facts have changed; this may take a minute …")
        changed = (
            derivations.write(shipped, seconds=timeout, memory_mb=memory)
            if write
            else derivations.out_of_date(shipped)
        )
        _print_changed(context, changed, "out of date; run `glutakg reason --write`" if check else None)
        return
    if profile:
        from glutakg.owl import check_profiles, read_premises

        report = check_profiles(read_premises(premises, paths).triples)
        _print_text(report.render(format))
        if not report.is_dl:
            context.exit(_NO)
        return
    from glutakg.graph import open as open_graph
    from glutakg.why import conclusions_json, conclusions_text

    with open_graph() as graph:
        given = graph.premises(premises, paths)
        _tell_progress(f"{reasoner} reads {len(given.triples):,} triples; this may take a minute …")
        limits: dict[str, Any] = {"seconds": timeout, "memory_mb": memory}
        found = graph.reason(given, reasoner=reasoner, **limits)
        clashes = [] if found.consistent else graph.contradictions(given, lang=lang, **limits)
    _print_text(
        conclusions_json(found, clashes)
        if format == "json"
        else conclusions_text(found, clashes, lang=lang, width=_width())
    )
    if not found.consistent or found.unsatisfiable:
        context.exit(_NO)


@cli.command(short_help="Check Turtle against the shapes.", epilog=_example("glutakg validate my-claims.ttl"))
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@_format_option("table", "json", "ttl", "junit")
@click.pass_context
def validate(context: click.Context, paths: Sequence[str], format: str) -> None:
    """Check Turtle files, without PATH the shipped data, against the shapes.

    The exit code is 1 where they do not fit.
    """
    from glutakg.shacl import validate as validate_paths

    report = validate_paths(paths or None)
    _print_text(report.render(format))
    if not report.conforms:
        context.exit(_NO)


@cli.command(
    "format",
    short_help="Bring Turtle and SPARQL into one form.",
    epilog=_example("glutakg format --check", "glutakg format my-claims.ttl"),
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
    _print_changed(context, changed, "not in canonical form; run `glutakg format`" if check else None)


@cli.command(short_help="Write the import slices anew.", epilog=_example("glutakg imports --check"))
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a slice is out of date.")
@click.pass_context
def imports(context: click.Context, check: bool) -> None:
    """Write the slices of reused ontologies anew from the table of terms, ontology/imports/terms.tsv.

    The names of the files that change are written to standard output.
    """
    from glutakg.linking import check_imports, write_imports

    changed = check_imports() if check else write_imports()
    _print_changed(context, changed, "out of date; run `glutakg imports`" if check else None)


@cli.command(
    "catalogue", short_help="Write the catalogue as RDF anew.", epilog=_example("glutakg catalogue --check")
)
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where a file is out of date.")
@click.pass_context
def catalogue_as_rdf(context: click.Context, check: bool) -> None:
    """Write the graph of the catalogue, data/catalogue, anew from the headers of the queries and the data.

    The names of the files that change are written to standard output.
    """
    from glutakg.dataset import check_catalogue, write_catalogue

    changed = check_catalogue() if check else write_catalogue()
    _print_changed(context, changed, "out of date; run `glutakg catalogue`" if check else None)


def _print_changed(context: click.Context, changed: Sequence[Path], fault: str | None) -> None:
    """Name the files that changed, or that have the fault: then the answer to --check is no."""
    for path in changed:
        _print_text(printable(str(path)))
    if changed and fault:
        _note(f"{len(changed)} {'file is' if len(changed) == 1 else 'files are'} {fault}.")
        context.exit(_NO)


@cli.command(short_help="Show versions, graphs and counts.", epilog=_example("glutakg info"))
@_format_option("table", "json")
def info(format: str) -> None:
    """Show versions, the number of triples in each graph, and where the store lies."""
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        facts = graph.info()
    if format == "json":
        _print_json(facts)
        return
    triples = facts.pop("graphs")
    width = max(map(len, facts))
    _print_text("\n".join(f"{name:{width}}  {printable(str(value))}" for name, value in facts.items()))
    assert isinstance(triples, dict)
    width = max(map(len, triples))
    _print_text("\ntriples\n" + "\n".join(f"{name:{width}}  {number:>8}" for name, number in triples.items()))


@cli.command(
    short_help="Serve a SPARQL endpoint.",
    epilog=_example(
        "glutakg serve",
        "glutakg serve --host 0.0.0.0 --base-url https://example.org/glutakg --cors '*'",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=7878,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Long-running queries that run at once, and twice as many quick ones; by default one per processor.",
)
@click.option(
    "--timeout",
    type=float,
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    callback=_finite_timeout,
    help="Stop a query after this time.",
)
@click.option(
    "--memory",
    type=click.IntRange(16, 1_000_000),
    default=512,
    show_default=True,
    metavar="MB",
    help="Memory that a query may take.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    metavar="N",
    help="Rows or triples of an answer.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1_000),
    default=64_000_000,
    show_default=True,
    metavar="N",
    help="Bytes of an answer.",
)
@click.option(
    "--cache",
    type=click.IntRange(0, 100_000),
    default=64,
    show_default=True,
    metavar="MB",
    help="Finished answers that are kept; 0 keeps none.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Serve this store, written by Oxigraph, instead of the shipped one.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Ask this SPARQL 1.1 endpoint instead of a store; graphs may be named in it as the protocol does. "
    "GLUTAKG_ENDPOINT_USER and GLUTAKG_ENDPOINT_PASSWORD hold what it wants to know.",
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    help="Let SERVICE ask this public host (HOST or HOST:PORT), looked up once. Repeat for more.",
)
@click.option("--base-url", metavar="URL", help="Address under which others see the server.")
@click.option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of this origin ask, or with * of all. Repeat for more.",
)
def serve(
    host: str,
    port: int,
    workers: int | None,
    timeout: float,
    memory: int,
    max_rows: int,
    max_bytes: int,
    cache: int,
    store: Path | None,
    endpoint: str | None,
    allow_service: Sequence[str],
    base_url: str | None,
    cors: Sequence[str],
) -> None:
    """Serve a read-only SPARQL 1.1 endpoint at /sparql, with limits, so that it can be exposed.

    Also at /queries the catalogue, at /validate the shapes, at /.well-known/void what the graph holds, at
    /health, /metrics and /openapi.json what runs a server needs. SIGTERM and Ctrl-C end it.
    """
    from glutakg.server.run import run
    from glutakg.server.settings import Settings, default_workers
    from glutakg.sparql import looked_up

    if store is not None and endpoint is not None:
        raise click.UsageError("Give --store or --endpoint, not both.")
    settings = Settings(
        workers=workers or default_workers(),
        timeout=timeout,
        memory_mb=memory,
        max_rows=max_rows,
        max_bytes=max_bytes,
        cache_mb=cache,
        store=store,
        endpoint=endpoint,
        endpoint_host=looked_up(_endpoint_host(endpoint), only_public=False) if endpoint else None,
        allow_service=tuple(looked_up(each) for each in allow_service),
        base_url=_checked_base_url(base_url),
        cors=tuple(_checked_origin(origin) for origin in cors),
    )
    run(settings, host=host, port=port)


def _endpoint_host(url: str) -> str:
    """Return the host of the address of an endpoint, with its port; the address must hold nothing odd."""
    match = re.fullmatch(r"https?://([^\s<>\"{}|\\^`?#/@]+)(?:[/?][^\s<>\"{}|\\^`#]*)?", url)
    if match is None:
        raise click.BadParameter(
            "give an address such as https://example.org/sparql, without a name and a password in it",
            param_hint="--endpoint",
        )
    return match[1]


def _checked_base_url(url: str | None) -> str | None:
    """Return an address without a slash at its end; it must be http or https and hold nothing odd."""
    if url is None:
        return None
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#/]+(?:/[^\s<>\"{}|\\^`?#]*)?", url):
        raise click.BadParameter(
            "give an address such as https://example.org/glutakg", param_hint="--base-url"
        )
    return url.rstrip("/")


def _checked_origin(origin: str) -> str:
    if origin != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", origin):
        raise click.BadParameter("give an origin such as https://example.org, or *", param_hint="--cors")
    return origin


@cli.command(
    short_help="Print what makes a shell complete.", epilog=_example('eval "$(glutakg completion bash)"')
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, options and query names; put it into its start file."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # click has all three
    _print_text(found(cli, {}, "glutakg", "_GLUTAKG_COMPLETE").source())


def _print_text(text: str) -> None:
    """Write text to stdout in UTF-8, whatever the terminal says it can show."""
    _print_bytes(text.encode())


def _print_bytes(data: bytes) -> None:
    """Write whole lines to stdout.

    Raises:
        GlutakgError: it takes no more, except for a broken pipe.
    """
    try:
        click.echo(data, nl=not data.endswith(b"\n"))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        _discard_output()
        raise GlutakgError(f"The answer cannot be written ({error.strerror}).") from error


def _print_rows(rows: Rows, format: str) -> None:
    _print_text(rows.to_markdown() if format == "md" else rows.to_table())


def _print_answer(answer: "Answer", written_here: bool) -> None:
    if written_here:
        _print_text("true" if answer.boolean else "false")
    elif answer.data:
        _print_bytes(answer.data)
    else:
        _note("The graph is empty.")


def _print_json(value: object) -> None:
    _print_text(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _note_count(number: int, one: str, many: str) -> None:
    click.echo(f"{number or 'no'} {one if number == 1 else many}", err=True)


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    cli.main(prog_name="glutakg")
    sys.exit(0)
