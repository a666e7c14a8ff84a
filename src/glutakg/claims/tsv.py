"""Claims and the evidence around them as tab-separated text, for programs and spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence

from glutakg.claims.text import joined
from glutakg.claims.values import Claim, ConflictSides, Evidence, Side
from glutakg.rdf import compress
from glutakg.text import printable

__all__ = ["claims_tsv", "conflicts_tsv", "evidence_tsv"]


def claims_tsv(claims: Sequence[Claim]) -> str:
    """Return the claims as tab-separated text under a line of names, one line per claim."""
    columns = (
        "claim", "kind", "status", "hedge", "polarity", "section", "source", "agents", "grounds",
        "references", "publications", "start", "end", "item_start", "item_end",
        "supporting", "contradicting", "qualifying", "reports", "conflicts", "paraphrase", "status_note",
    )  # fmt: skip
    return _tsv(
        columns,
        (
            (
                claim.identifier, claim.kind, claim.status, claim.hedge, claim.polarity, claim.section,
                claim.source, joined(claim.agents), joined(claim.grounds),
                joined(claim.references), joined(claim.publications),
                claim.start, claim.end, claim.item_start, claim.item_end,
                *claim.balance[:3], claim.balance.reports,
                joined(conflict.label for conflict in claim.conflicts),
                claim.paraphrase, claim.status_note,
            )
            for claim in claims
        ),
    )  # fmt: skip


def evidence_tsv(found: Sequence[Evidence]) -> str:
    """Return the evidence as tab-separated text under a line of names, one line per evidence item."""
    columns = (
        "claim", "stance", "publication", "year", "pmid", "doi", "design", "species", "system", "population",
        "sample_size", "direction", "bears_on", "studies", "is_own_result",
    )  # fmt: skip
    return _tsv(
        columns,
        (
            (
                each.claim.identifier, item.stance, item.publication.label, item.publication.year,
                item.publication.pmid, item.publication.doi, joined(item.designs), joined(item.species),
                joined(item.systems), joined(item.populations), item.sample_size, item.direction,
                item.bears_on, joined(item.studies), str(item.is_own_result).lower(),
            )
            for each in found
            for item in each.items
        ),
    )  # fmt: skip


def conflicts_tsv(found: Sequence[ConflictSides]) -> str:
    """Return the conflicts as tab-separated text under a line of names, one line per member.

    The side is first, second, or nothing for a member that takes none.
    """
    columns = (
        "conflict", "label", "type", "aspects", "side", "member", "claim", "says", "status", "source",
        "stance", "publication", "year", "pmid", "doi", "design", "species", "system", "population",
        "explanation", "would_decide",
    )  # fmt: skip
    return _tsv(
        columns,
        (
            (
                each.conflict.identifier, each.conflict.label, each.conflict.type,
                joined(each.conflict.aspects), name, *cells,
                each.conflict.explanation, each.conflict.would_decide,
            )
            for each in found
            for name, side in (("first", each.first_side), ("second", each.second_side), ("", each.no_side))
            for cells in _side_cells(side)
        ),
    )  # fmt: skip


def _side_cells(side: Side) -> Iterator[tuple[object, ...]]:
    """Yield what is told of each member of a side, as many cells for each."""
    for claim in side.claims:
        nothing = (None,) * 9
        yield (compress(claim.iri), claim.identifier, claim.paraphrase, claim.status, claim.source, *nothing)
    for finding in side.findings:
        item, publication = finding.item, finding.item.publication
        yield (
            compress(item.iri), finding.claim, item.bears_on, None, None, item.stance, publication.label,
            publication.year, publication.pmid, publication.doi, joined(item.designs), joined(item.species),
            joined(item.systems), joined(item.populations),
        )  # fmt: skip
    for reference in side.references:
        yield (compress(reference.iri), None, reference.label, *(None,) * 11)


def _tsv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    cells = ((printable("" if cell is None else str(cell)) for cell in line) for line in (columns, *lines))
    return "\n".join("\t".join(line) for line in cells)
