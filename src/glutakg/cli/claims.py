"""Commands that weigh: claims, evidence, conflicts."""

from dataclasses import asdict

import click

from glutakg.cli.options import endpoint_option, example, format_option, lang_option
from glutakg.cli.output import note, note_count, print_json, print_text, style, table_width, terminal_width
from glutakg.languages import N_, translator

__all__ = []


@click.command(
    short_help="Show claims with status, source and balance.",
    epilog=example(
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
@click.option("--full", is_flag=True, help="Show each in full also where no option narrows them down.")
@format_option("table", "tsv", "json")
@endpoint_option()
@lang_option()
def claims(
    kind: str | None,
    status: str | None,
    term: str | None,
    hedged: bool | None,
    uncited: bool | None,
    section: str | None,
    polarity: str | None,
    full: bool,
    format: str,
    endpoint: str | None,
    lang: str,
) -> None:
    """Show the claims that fit all options: what they say, who says it, and what is for and against it.

    Without any, show a line for each claim. Values may be given in English or Dutch. A term is a CURIE, an
    IRI or a name.
    """
    from glutakg.claims import Evidence, claims_text, claims_tsv, evidence_lines
    from glutakg.graph import open as open_graph

    _ = translator(lang)
    with open_graph(endpoint=endpoint) as graph:
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
        print_json([asdict(claim) for claim in found])
    elif format == "tsv":
        print_text(claims_tsv(found))
    elif found and not full and {kind, status, term, hedged, uncited, section, polarity} == {None}:
        everything = [Evidence(claim, claim.evidence) for claim in found]
        print_text(evidence_lines(everything, lang=lang, width=table_width(), style=style()))
        first = found[0].identifier
        note(_("`glutakg claims --term {claim}` shows one claim in full, --full all of them.", claim=first))
    elif found:
        print_text(claims_text(found, lang=lang, width=terminal_width(), style=style()))
    if not found:
        note(_("No claim fits all that was asked; leave out an option."))
    note_count(len(found), N_("claim"), N_("claims"), lang)


@click.command(
    short_help="Show the evidence for and against claims.",
    epilog=example(
        "glutakg evidence C054",
        "glutakg evidence magnesium --lang nl",
        "glutakg evidence glutamine --stance contradicts --species human",
        "glutakg evidence --species 'house mouse' --since 2010 --format tsv",
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
@click.option("--full", is_flag=True, help="Show each in full, as with a CLAIM or TERM, and not in one line.")
@format_option("table", "tsv", "json")
@endpoint_option()
@lang_option()
def evidence(
    claim_or_term: str | None,
    stance: str | None,
    design: str | None,
    species: str | None,
    system: str | None,
    since: int | None,
    until: int | None,
    population: str | None,
    full: bool,
    format: str,
    endpoint: str | None,
    lang: str,
) -> None:
    """Show the evidence on a CLAIM such as C054, or on the claims that concern a TERM, for and against.

    Without either, show a line for every claim, with the number of studies for and against it; options narrow
    it down, and --full shows all of it.

    On a terminal of 100 columns or more the two stand side by side. A publication, also by PMID or DOI, shows
    what it says on each claim. Values may be given in English or Dutch.
    """
    from glutakg.claims import evidence_lines, evidence_text, evidence_tsv
    from glutakg.graph import open as open_graph

    _ = translator(lang)
    with open_graph(endpoint=endpoint) as graph:
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
        print_json([asdict(each) for each in found])
    elif format == "tsv":
        print_text(evidence_tsv(found))
    elif found and claim_or_term is None and not full:
        print_text(evidence_lines(found, lang=lang, width=table_width(), style=style()))
        first = found[0].claim.identifier
        note(_("`glutakg evidence {claim}` shows one claim in full, --full all of them.", claim=first))
    elif found:
        print_text(evidence_text(found, lang=lang, width=terminal_width(), style=style()))
    if not found:
        if claim_or_term is None:
            note(_("No claim with evidence that fits all that was asked is recorded."))
        else:
            told = _(
                "No claim with evidence that fits all that was asked concerns {term}.", term=claim_or_term
            )
            note(told)
    elif not number:
        note(_("No evidence that fits all that was asked is recorded."))
    note_count(number, N_("evidence item"), N_("evidence items"), lang)


@click.command(
    short_help="Show who disagrees with whom, on what.",
    epilog=example(
        "glutakg conflicts T01",
        "glutakg conflicts magnesium --lang nl",
        "glutakg conflicts --aspect safety --type contradiction",
    ),
)
@click.argument("term", required=False)
@click.option("--type", help="Only this type of conflict, such as contradiction or tension.")
@click.option("--aspect", help="Only conflicts on this, such as safety or 'clinical outcome'.")
@click.option("--full", is_flag=True, help="Show each in full, as with a TERM, and not in one line.")
@format_option("table", "tsv", "json")
@endpoint_option()
@lang_option()
def conflicts(
    term: str | None,
    type: str | None,
    aspect: str | None,
    full: bool,
    format: str,
    endpoint: str | None,
    lang: str,
) -> None:
    """Show the conflicts by what they are on: both sides, on what evidence, and what would decide.

    TERM is a conflict such as T01, a claim such as C054, a publication (also by PMID or DOI), or any term
    that claims in the conflict concern. On a terminal of 100 columns or more the sides stand side by side.
    Without it, show a line for each conflict; --full shows all of them.
    """
    from glutakg.claims import conflict_lines, conflicts_text, conflicts_tsv
    from glutakg.graph import open as open_graph

    _ = translator(lang)
    with open_graph(endpoint=endpoint) as graph:
        found = graph.conflicts(term, type=type, aspect=aspect, lang=lang)
    if format == "json":
        print_json([asdict(each) for each in found])
    elif format == "tsv":
        print_text(conflicts_tsv(found))
    elif found and term is None and not full:
        print_text(conflict_lines(found, lang=lang, width=table_width(), style=style()))
        first = found[0].conflict.identifier
        note(_("`glutakg conflicts {conflict}` shows one in full, --full all of them.", conflict=first))
    elif found:
        print_text(conflicts_text(found, lang=lang, width=terminal_width(), style=style()))
    if not found:
        note(_("No conflict fits all that was asked; leave out an option, or ask for another term."))
    note_count(len(found), N_("conflict"), N_("conflicts"), lang)
