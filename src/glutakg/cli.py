"""The commands of `glutakg`: a thin skin over the API, quick to start because it imports nothing heavy."""

import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from glutakg import __version__
from glutakg.errors import GlutakgError, ParameterError
from glutakg.files import STDIN, read_stdin
from glutakg.process import LONGEST_TIMEOUT
from glutakg.queries import LANGUAGES, CatalogueQuery, Parameter, catalogue, parse_file, parse_text
from glutakg.results import GRAPH_FORMATS, ROW_FORMATS, Rows, check_format
from glutakg.sparql import query_form
from glutakg.terms import Iri, Literal, compress, printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from glutakg.graph import KnowledgeGraph
    from glutakg.store import Answer

__all__ = ["cli", "main"]

_NO = 1
_CANNOT = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141
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
        _print_json([_as_plain(query) for query in found])
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


def _as_plain(query: CatalogueQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "subject": query.subject,
        "title": query.title,
        "question": query.question,
        "tags": query.tags,
        "answers": query.answers,
        "needs": query.needs,
        "parameters": [_parameter_as_plain(parameter) for parameter in query.parameters],
    }


def _parameter_as_plain(parameter: Parameter) -> dict[str, object]:
    default = parameter.default
    return {
        "name": parameter.name,
        "type": parameter.type,
        "description": parameter.description,
        "default": compress(default.value) if isinstance(default, Iri) else default.value,
    }


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
@_format_option(*ROW_FORMATS, *GRAPH_FORMATS, default=None)
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
@_lang_option(default=None)
@click.pass_context
def query(
    context: click.Context,
    name: str,
    parameters: Sequence[str],
    format: str | None,
    timeout: float,
    allow_service: Sequence[str],
    lang: str | None,
) -> None:
    """Answer the catalogue query NAME, a SPARQL query in FILE.rq, or one from standard input (-).

    Rows are shown as table, csv, tsv, json, xml or md (Markdown), graphs as ttl, nt or jsonld.
    """
    from glutakg.graph import open as open_graph

    with open_graph(timeout=timeout, allow_service=allow_service) as graph:
        asked = _read_query(name)
        values = _parameter_values(asked, parameters, lang)
        form = query_form(asked.text)
        chosen = check_format(format, form)
        written_here = chosen in ("table", "md")
        answer = graph.answer(asked, parameters=values, format=None if written_here else chosen)
        if written_here and answer.kind == "rows":
            rows = Rows(answer.variables, answer.rows())
            _print_rows(rows, chosen)
            _note_count(len(rows), "row", "rows")
            _note_unknown_terms(graph, asked, values, len(rows))
        else:
            _print_answer(answer, written_here)
    if form == "ASK" and b"true" not in answer.data:
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


def _note_unknown_terms(
    graph: "KnowledgeGraph", asked: CatalogueQuery, values: Mapping[str, str], number: int
) -> None:
    """Say of an empty answer which of the terms asked about do not occur in the graph at all."""
    if number:
        return
    for parameter in asked.parameters:
        if parameter.type == "iri" and parameter.name in values:
            iri = graph.find_term(values[parameter.name])
            if not graph.occurs(iri):
                _note(f"{compress(iri)} does not occur in the graph.")


@cli.command(
    short_help="Tell what the graph holds about a term.",
    epilog=_example("glutakg describe taurine", "glutakg describe CHEBI:18050 --lang nl"),
)
@click.argument("term")
@_format_option("table", "md", "json")
@_lang_option()
def describe(term: str, format: str, lang: str) -> None:
    """Tell what the graph holds about TERM: a CURIE, an IRI, or a label in English or Dutch."""
    from glutakg.graph import open as open_graph

    with open_graph() as graph:
        description = graph.describe(term, lang=lang)
    if format == "json":
        sections = {title: [dict(row) for row in rows] for title, rows in description.sections.items()}
        _print_json({"iri": description.iri, "curie": description.curie, **sections})
    else:
        _print_text(description.to_markdown() if format == "md" else str(description))


@cli.command(short_help="Check Turtle against the shapes.", epilog=_example("glutakg validate my-claims.ttl"))
@click.argument("paths", nargs=-1, metavar="[PATH|-]...")
@_format_option("table", "json", "ttl", "junit")
@click.pass_context
def validate(context: click.Context, paths: Sequence[str], format: str) -> None:
    """Check Turtle files, without PATH the shipped data, against the shapes.

    The exit code is 1 where they do not fit.
    """
    from glutakg.validation import validate as validate_paths

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
    from glutakg.formatting import check_paths, format_paths

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
