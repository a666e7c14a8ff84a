"""Commands that ask: queries, query, describe, info, export."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from glutakg.cli.faults import NO
from glutakg.cli.options import (
    complete_query_name,
    endpoint_option,
    example,
    format_option,
    graphs_option,
    lang_option,
    source_option,
    timeout_option,
)
from glutakg.cli.output import (
    note,
    note_count,
    print_answer,
    print_bytes,
    print_json,
    print_rows,
    print_table,
    print_text,
    style,
    table_width,
)
from glutakg.cli.why import print_row_reasons
from glutakg.dataset import (
    EXPORT_FORMATS,
    MODEL_FORMATS,
    CatalogueQuery,
    Parameter,
    as_plain,
    catalogue,
    parse_file,
    parse_text,
    renaming,
    slices_notes,
)
from glutakg.errors import ParameterError
from glutakg.files import STDIN, read_stdin, write_atomically
from glutakg.languages import LANGUAGES, N_, translator
from glutakg.rdf import Iri, compress
from glutakg.sparql import (
    GRAPH_FORMATS,
    ROW_FORMATS,
    Rows,
    check_format,
    query_form,
)
from glutakg.text import printable

__all__ = ["query"]


@click.command(epilog=example("glutakg queries ammonia", "glutakg queries --tag nutrients --lang nl"))
@click.argument("word", default="")
@click.option("--tag", help="Only queries that carry this tag.")
@format_option("table", "json")
@lang_option()
def queries(word: str, tag: str | None, format: str, lang: str) -> None:
    """List the catalogue queries, or those that contain WORD in name, title, question or tags."""
    found = catalogue().search(word, tag=tag)
    if format == "json":
        print_json([as_plain(query) for query in found])
        return
    _ = translator(lang)
    names = (_("name"), _("title"), _("parameters"), _("tags"))
    print_table(names, (_cells(query, lang) for query in found))
    note_count(len(found), N_("query"), N_("queries"), lang)


def _cells(query: CatalogueQuery, lang: str) -> tuple[str, ...]:
    _ = translator(lang)
    notes = [_("(needs the network)")] if "network" in query.needs else []
    if query.ontologies:
        notes.append(_("(slices of {ontologies})", ontologies=", ".join(query.ontologies)))
    parameters = ", ".join(map(_with_default, query.parameters))
    return query.name, " ".join([query.title[lang], *notes]), parameters, ", ".join(query.tags)


def _with_default(parameter: Parameter) -> str:
    default = parameter.default
    return f"{parameter.name}={compress(default.value) if isinstance(default, Iri) else default.value}"


@click.command(
    epilog=example(
        "glutakg query protective-nutrients",
        "glutakg query protective-nutrients --format csv > nutrients.csv",
    )
)
@click.argument("name", metavar="NAME|FILE.rq|-", shell_complete=complete_query_name)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value of a parameter; an IRI may be given as CURIE, IRI or label. Repeat for more.",
)
@format_option(*ROW_FORMATS, *GRAPH_FORMATS, "tree", "mermaid", default=None)
@timeout_option
@click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    help="Let SERVICE ask this host; without it no query asks others. Repeat for more.",
)
@click.option(
    "--show-rewritten",
    is_flag=True,
    help="Instead of the answer, show the query as it is evaluated, and which rules rewrote it.",
)
@click.option(
    "--why",
    metavar="ROW",
    help="Instead of the rows, tell why the row of this number stands there, or why `all` do.",
)
@source_option()
@endpoint_option()
@lang_option(default=None)
@click.pass_context
def query(
    context: click.Context,
    name: str,
    parameters: Sequence[str],
    format: str | None,
    timeout: float,
    allow_service: Sequence[str],
    show_rewritten: bool,
    why: str | None,
    source: str | None,
    endpoint: str | None,
    lang: str | None,
) -> None:
    """Answer the catalogue query NAME, a SPARQL query in FILE.rq, or one from standard input (-).

    Rows are shown as table, csv, tsv, json, xml or md (Markdown), graphs as ttl, nt, jsonld or rdfxml. Of an
    answer without rows, standard error tells which pattern found nothing and why. With --why, the reasons for
    a row are shown as tree, json, ttl or mermaid.
    """
    from glutakg.graph import open as open_graph

    with open_graph(endpoint=endpoint, timeout=timeout, allow_service=allow_service) as graph:
        asked = _read_query(name, with_values=bool(parameters))
        values = parameter_values(asked, parameters, lang)
        if show_rewritten:
            rewritten = graph.rewritten(asked, parameters=values)
            print_text(rewritten.text)
            note(
                f"rewritten by: {', '.join(rewritten.rules)}"
                if rewritten.rules
                else "evaluated as it is written"
            )
            return
        if why is not None:
            print_row_reasons(graph, asked, values, why, format, source, lang or LANGUAGES[0])
            return
        form = query_form(asked.text)
        chosen = check_format(format, form)
        written_here = chosen in ("table", "md")
        answer = graph.answer(asked, parameters=values, format=None if written_here else chosen)
        if written_here and answer.kind == "rows":
            rows = Rows(answer.variables, answer.rows())
            print_rows(rows, chosen)
            note_count(len(rows), N_("row"), N_("rows"), lang)
        else:
            print_answer(answer, written_here)
        for sentence in answer.notes:
            note(sentence)
        if endpoint is None:
            for sentence in slices_notes(asked.ontologies, lang or LANGUAGES[0], is_empty=answer.is_empty):
                note(sentence)
        if answer.is_empty:
            for found in graph.explain_empty(asked, parameters=values, answer=answer):
                note(found.sentence[lang or LANGUAGES[0]])
    if form == "ASK" and b"true" not in answer.data:
        context.exit(NO)


def _read_query(name: str, *, with_values: bool) -> CatalogueQuery:
    if name == "-":
        return parse_text(read_stdin(), Path(STDIN), with_values=with_values)
    shipped = catalogue()
    path = Path(name)
    if name not in shipped and (path.suffix == ".rq" or os.sep in name or os.path.exists(name)):
        return parse_file(path, with_values=with_values)
    current = shipped.current_name(name)
    if current != name:
        note(renaming(name, current))
    return shipped[current]


def parameter_values(asked: CatalogueQuery, parameters: Sequence[str], lang: str | None) -> dict[str, str]:
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


@click.command(
    short_help="Tell what the graph holds about a term.",
    epilog=example("glutakg describe taurine", "glutakg describe CHEBI:18050 --lang nl"),
)
@click.argument("term")
@format_option("table", "md", "json")
@source_option()
@endpoint_option()
@lang_option()
def describe(term: str, format: str, source: str | None, endpoint: str | None, lang: str) -> None:
    """Tell what the graph holds about TERM: a CURIE, an IRI, or a label in English or Dutch."""
    from glutakg.graph import open as open_graph

    with open_graph(endpoint=endpoint) as graph:
        description = graph.describe(term, lang=lang, source=source)
    if format == "json":
        sections = {title: [dict(row) for row in rows] for title, rows in description.sections.items()}
        print_json({"iri": description.iri, "curie": description.curie, **sections})
    else:
        text = description.to_markdown() if format == "md" else description.to_text(table_width(), style())
        print_text(text)


@click.command(
    short_help="Write graphs in a format to take along.",
    epilog=example(
        "glutakg export -o glutakg.trig",
        "glutakg export --graph ontology -o glutakg.owl",
        "glutakg export --graph background --with-ontology -o facts.owl",
        "glutakg export --graph source --format nq | gzip > claims.nq.gz",
        "glutakg export --format sbml -o cycle.sbml",
    ),
)
@graphs_option
@click.option(
    "--format",
    type=click.Choice((*EXPORT_FORMATS, *MODEL_FORMATS)),
    help="How it is written; without it the suffix of FILE decides (.owl, .rdf and .xml are rdfxml, .json is"
    " jsonld), and trig is written to standard output."
    " sbml is the model that runs, of which `glutakg docs flux` tells.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Write to FILE, whole or not at all; without it, or with -, to standard output.",
)
@click.option(
    "--base",
    is_flag=True,
    help="Of the ontology, only axioms and annotations on its own terms (with --graph ontology).",
)
@click.option(
    "--with-ontology",
    is_flag=True,
    help="Add the ontology and its slices: one file of ontology and facts (with --graph background, say).",
)
@click.option("--scenario", metavar="NAME", help="What the model is asked for (with --format sbml).")
@lang_option()
def export(
    graphs: Sequence[str],
    format: str | None,
    output: str,
    base: bool,
    with_ontology: bool,
    scenario: str | None,
    lang: str,
) -> None:
    """Write the whole dataset, or the graphs named, in a format to take along; always the same bytes.

    trig, nq and jsonld keep the names of graphs, and give each graph as it is. ttl, rdfxml and nt
    know no names and take one graph, so that nothing contested turns into a fact.

    In ttl, rdfxml and nt, a graph is an ontology document, which Protégé, ROBOT and other tools of OWL open
    without a network: it has one header and declares each term. The graph `ontology` is the ontology with the
    slices that it imports merged into it; dcterms:source names the slices instead of owl:imports. With --base
    it is the ontology without slices and without what it says of terms of others. --with-ontology puts
    ontology and facts into one file.

    The graph `default` is all graphs but the contested one, merged: what a query without GRAPH sees. An
    ontology document of it leaves out the catalogue of queries and the records of derivations, unless
    --graph catalogue or --graph inferred is given as well.

    sbml is no graph but the model of fluxes that the steps, pools and genes make, in the scenario named. The
    steps that it has not are told on standard error, with the reason.
    """
    from glutakg.dataset import export as export_graphs, shipped_files

    chosen = format or _format_of(output)
    if chosen in MODEL_FORMATS:
        data = _model(graphs, base or with_ontology, scenario, lang)
    elif scenario is not None:
        raise ParameterError("Only a model has a scenario; add --format sbml.", parameter="scenario")
    else:
        data = export_graphs(shipped_files(), graphs, format=chosen, base=base, with_ontology=with_ontology)
    if output == "-":
        print_bytes(data)
    else:
        write_atomically(output, data.decode())


def _model(graphs: Sequence[str], of_graphs: bool, scenario: str | None, lang: str) -> bytes:
    """Return the model as SBML; say on standard error what it has not."""
    from glutakg.dataset import kept_files
    from glutakg.flux import read_network, sbml_document

    if graphs or of_graphs:
        raise ParameterError(
            "The model is made from the whole graph; leave out --graph, --base and --with-ontology.",
            parameter="format",
        )
    _ = translator(lang)
    network = read_network(kept_files(), lang)
    data = sbml_document(network, scenario=scenario)
    for each in network.left_out:
        note(_("left out: {step}, since {reason}", step=each.name, reason=each.reason))
    return data


def _format_of(output: str) -> str:
    """Return the format that the suffix of a file stands for, or the one for standard output."""
    if output == "-":
        return next(iter(EXPORT_FORMATS))
    suffix = Path(output).suffix.lower()
    for format, suffixes in {**EXPORT_FORMATS, **MODEL_FORMATS}.items():
        if suffix in suffixes:
            return format
    known = ", ".join(
        suffix for suffixes in (*EXPORT_FORMATS.values(), *MODEL_FORMATS.values()) for suffix in suffixes
    )
    raise click.BadParameter(
        f"the name {output!r} tells no format; end it in {known}, or give --format", param_hint="--output"
    )


@click.command(short_help="Show versions, graphs and counts.", epilog=example("glutakg info"))
@format_option("table", "json")
@endpoint_option()
def info(format: str, endpoint: str | None) -> None:
    """Show versions, the number of triples in each graph, and where the store lies."""
    from glutakg.graph import open as open_graph

    with open_graph(endpoint=endpoint) as graph:
        facts = graph.info()
    if format == "json":
        print_json(facts)
        return
    triples = facts.pop("graphs")
    width = max(map(len, facts))
    print_text("\n".join(f"{name:{width}}  {printable(str(value))}" for name, value in facts.items()))
    assert isinstance(triples, dict)
    width = max(map(len, triples))
    print_text("\ntriples\n" + "\n".join(f"{name:{width}}  {number:>8}" for name, number in triples.items()))
