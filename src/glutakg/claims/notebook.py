"""Claims, evidence and conflicts as a notebook shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from glutakg.claims.assumptions import Decision
from glutakg.claims.text import balance_text, citations, joined, place, population, study
from glutakg.claims.values import (
    CONTRADICTS,
    SUPPORTS,
    Claim,
    Conflict,
    ConflictSides,
    Evidence,
    EvidenceItem,
    Side,
    of_stance,
)
from glutakg.languages import translator
from glutakg.markup import Html, badge, columns, element, fold, joined_html, link, table
from glutakg.rdf import compress
from glutakg.sparql import IDENTIFIER_PAGES

__all__ = [
    "claim_html",
    "conflict_html",
    "conflict_sides_html",
    "decision_html",
    "evidence_html",
    "evidence_item_html",
]

_ = translator("en")


def claim_html(claim: Claim) -> Html:
    """Return a claim: what it says, its status, who says it, and the evidence, folded."""
    fields = [
        ("kind", joined((claim.kind, claim.polarity, f"hedge: {claim.hedge}"))),
        ("status", joined_html((badge(claim.status, claim.status.iri), " ", claim.status_note))),
        ("said by", ", ".join((str(claim.source), *place(claim, _)))),
        ("cites", joined(citations(claim, _)) or "nothing"),
        ("evidence", balance_text(claim, _)),
    ]
    parts = [_title(claim), table(("", ""), fields)]
    if claim.evidence:
        parts.append(fold(f"evidence ({len(claim.evidence)})", _items(claim.evidence)))
    if claim.conflicts:
        parts.append(fold(f"conflicts ({len(claim.conflicts)})", *map(conflict_html, claim.conflicts)))
    return joined_html(parts)


def evidence_html(found: Evidence) -> Html:
    """Return a claim with the evidence for it beside that against it, and the rest below."""
    claim = found.claim
    rest = tuple(item for item in found.items if item.stance.iri not in (SUPPORTS, CONTRADICTS))
    sides = columns(
        _side("for", of_stance(found.items, SUPPORTS)), _side("against", of_stance(found.items, CONTRADICTS))
    )
    below = [_side("qualifying or neutral", rest)] if rest else []
    return joined_html(
        (_title(claim), badge(claim.status, claim.status.iri), " ", claim.status_note, sides, *below)
    )


def evidence_item_html(item: EvidenceItem) -> Html:
    """Return one evidence item: its publication, how it was found, and what it bears on."""
    publication = item.publication
    identifiers = [
        link(f"{name} {text}", IDENTIFIER_PAGES[name.lower()] + text)
        for name, text in (("DOI", publication.doi), ("PMID", publication.pmid))
        if text
    ]
    told = joined((study(item, _), population(item, _), f"finding: {item.direction}"))
    found = joined_html(part for each in identifiers for part in (" ", each))
    name = element("b", link(publication.label, publication.iri))
    head = (name, " ", badge(item.stance, item.stance.iri), found)
    return element("div", *head, element("div", item.bears_on), element("div", told, class_="note"))


def decision_html(found: Decision) -> Html:
    """Return what would change for a claim: verdicts and balance, before and after."""
    before, after = asdict(found.before), asdict(found.after)
    rows: list[tuple[object, object, object]] = [
        (part, badge(compress(before[part]), before[part]), badge(compress(after[part]), after[part]))
        for part in before
        if before[part] is not None
    ]
    counts = zip(found.claim.balance._asdict().items(), found.balance, strict=True)
    rows += [(name, now, then) for (name, now), then in counts]
    return joined_html((_title(found.claim), table(("", "before", "after"), rows)))


def conflict_html(conflict: Conflict) -> Html:
    """Return a conflict: what it is on, why it is one, and what would decide."""
    decides = (
        element("p", element("b", "would decide: "), conflict.would_decide) if conflict.would_decide else ""
    )
    about = f"{conflict.type}; {joined(conflict.aspects)}"
    if conflict.claims:
        about += f"; claims {', '.join(conflict.claims)}"
    return joined_html(
        (
            element("h4", f"{conflict.identifier}  {conflict.label}"),
            element("p", about, class_="note"),
            element("p", conflict.explanation),
            decides,
        )
    )


def conflict_sides_html(each: ConflictSides) -> Html:
    """Return a conflict with its two sides beside each other, and who takes none below."""
    parts = [conflict_html(each.conflict)]
    if each.has_sides:
        first, second = _members("one side", each.first_side), _members("the other side", each.second_side)
        parts.append(columns(first, second))
    if each.no_side:
        title = "taking no side" if each.has_sides else "involved; there are not two sides"
        parts.append(_members(title, each.no_side))
    return joined_html(parts)


def _title(claim: Claim) -> Html:
    return element("h4", link(claim.identifier, claim.iri), "  ", claim.paraphrase)


def _side(title: str, items: Sequence[EvidenceItem]) -> Html:
    return joined_html(
        (element("h4", f"{title} ({len(items)})"), _items(items) if items else "none recorded")
    )


def _items(items: Sequence[EvidenceItem]) -> Html:
    return element("ul", *(element("li", evidence_item_html(item)) for item in items))


def _members(title: str, side: Side) -> Html:
    listed = (element("li", each) for each in _each_member(side))
    return joined_html((element("h4", f"{title} ({len(side)})"), element("ul", *listed)))


def _each_member(side: Side) -> Iterator[Html]:
    for claim in side.claims:
        name = element("b", link(claim.identifier, claim.iri))
        yield joined_html((name, " ", claim.paraphrase, " ", badge(claim.status, claim.status.iri)))
    for finding in side.findings:
        yield joined_html((f"on {finding.claim}: ", evidence_item_html(finding.item)))
    for reference in side.references:
        yield link(reference.label, reference.iri)
