"""Claims, evidence and conflicts as parts of pages, in the words and the order of the command line."""

from collections.abc import Iterable, Sequence

from glutakg.claims import (
    CLAIM_WORDS,
    CONTRADICTS,
    QUALIFIES,
    SUPPORTS,
    Claim,
    Conflict,
    ConflictSides,
    EvidenceItem,
    Finding,
    Named,
    Side,
    of_stance,
)
from glutakg.server.pages.html import Html, Node, element, join
from glutakg.server.pages.links import Links

__all__ = ["balance", "claim_details", "claim_tags", "conflict_part", "folded", "heading_id", "section"]


_STANCES = {SUPPORTS: "for", CONTRADICTS: "against", QUALIFIES: "besides"}
_MAX_MEMBERS = 4
_MORE = {"en": "{} more", "nl": "nog {}"}
_STATUSES = {"Supported": "for", "Disputed": "against", "Inaccurate": "against", "Preliminary": "besides"}


def heading_id(name: str) -> str:
    """Return the identifier of a heading, for links into a page."""
    return "".join(each if each.isalnum() else "-" for each in name.lower())


def section(name: str, title: Node, *content: Node) -> Html:
    """Return a section under its heading, which links can lead to by `name`."""
    identifier = heading_id(name)
    return element(
        "section",
        element("h2", title, id=identifier),
        *content,
        aria_labelledby=identifier,
    )


def folded(summary: Node, *content: Node, is_open: bool = False) -> Html:
    """Return what opens on a click, under the words that are always seen."""
    return element(
        "details", element("summary", summary), element("div", *content, class_="inside"), open=is_open
    )


def _tag(text: object, kind: str | None = None) -> Html:
    return element("span", str(text), class_=f"tag {kind}" if kind else "tag")


def _local(named: Named) -> str:
    return named.iri.rpartition("/")[2]


def claim_tags(claim: Claim, links: Links) -> Html:
    """Return status, polarity and hedge of a claim."""
    words = CLAIM_WORDS[links.lang]
    return join(
        [
            _tag(claim.status, _STATUSES.get(_local(claim.status))),
            _tag(claim.polarity),
            _tag(words["hedge"].format(claim.hedge)),
        ],
        " ",
    )


def balance(claim: Claim, links: Links) -> str:
    """Return how many evidence items support, contradict and qualify a claim, in words."""
    counts = [len(of_stance(claim.evidence, stance)) for stance in _STANCES]
    text = CLAIM_WORDS[links.lang]["counts"].format(*counts)
    others = len(claim.evidence) - sum(counts)
    return f"{text}, {CLAIM_WORDS[links.lang]['other'].format(others)}" if others else text


def claim_details(claim: Claim, links: Links, level: int = 3) -> Html:
    """Return all that is recorded of a claim: where it stands, what speaks for and against it, conflicts.

    Args:
        claim: the claim.
        links: of the page.
        level: of the headings.
    """
    words = CLAIM_WORDS[links.lang]
    neutral = sorted({item.stance.iri for item in claim.evidence} - _STANCES.keys())
    besides = _evidence_side(claim, "besides", [QUALIFIES, *neutral], links, level)
    return element(
        "div",
        _facts(_claim_facts(claim, links)),
        element(
            "div",
            _evidence_side(claim, "for", [SUPPORTS], links, level),
            _evidence_side(claim, "against", [CONTRADICTS], links, level),
            class_="opposed",
        ),
        besides if of_stance(claim.evidence, QUALIFIES, *neutral) else None,
        [
            element("p", words["conflicts"].capitalize(), ": ", _conflict_links(claim.conflicts, links))
            if claim.conflicts
            else None
        ],
        class_="claim-details",
    )


def _facts(facts: Iterable[tuple[str, Node]]) -> Html:
    return element(
        "dl", [[element("dt", name), element("dd", value)] for name, value in facts], class_="facts"
    )


def _claim_facts(claim: Claim, links: Links) -> list[tuple[str, Node]]:
    words = CLAIM_WORDS[links.lang]
    place: list[Node] = [links.term(claim.source.iri, claim.source)]
    if claim.agents:
        place.append(words["agents"].format(_joined(claim.agents)))
    if claim.grounds:
        place.append(words["grounds"].format(_joined(claim.grounds)))
    place += [str(claim.section), words["characters"].format(claim.start, claim.end)]
    if claim.item_start is not None:
        place.append(words["item"].format(claim.item_start, claim.item_end))
    cites: list[Node] = []
    if claim.references:
        name = "reference" if len(claim.references) == 1 else "references"
        cites.append(words[name].format(", ".join(map(str, claim.references))))
    cites += [links.term(each.iri, each) for each in claim.publications]
    return [
        (words["kind"], str(claim.kind)),
        (
            words["status"],
            [words["judgement"].format(claim.status, ""), element("span", claim.status_note, lang="en")],
        ),
        (words["source"], join(place, ", ")),
        (words["cites"], join(cites, "; ") if cites else words["nothing"]),
    ]


def _joined(values: Iterable[object]) -> str:
    return "; ".join(map(str, values))


def _evidence_side(claim: Claim, name: str, stances: Sequence[str], links: Links, level: int) -> Html:
    words = CLAIM_WORDS[links.lang]
    items = of_stance(claim.evidence, *stances)
    content: list[Node] = [_evidence_item(item, links, with_stance=name == "besides") for item in items]
    if not items:
        content.append(element("p", words["none"], class_="faint"))
        content += [
            element("p", words["searched"].format(search.searched), class_="small faint")
            for search in claim.searches
            if search.stance.iri in stances
        ]
    return element(
        "div",
        element(f"h{level}", f"{words[name]} ({len(items)})"),
        content,
        class_=f"side {name}",
    )


def _evidence_item(item: EvidenceItem, links: Links, *, with_stance: bool, claim: str | None = None) -> Html:
    words = CLAIM_WORDS[links.lang]
    publication = item.publication
    found = _joined(
        (*item.designs, words["species"].format(", ".join(map(str, item.species))), *item.systems)
    )
    populations = words["population"].format(_joined(item.populations))
    if item.sample_size is not None:
        populations += f" (n = {item.sample_size})"
    about = f" {claim}" if claim else ""
    return element(
        "div",
        element(
            "p",
            links.publication(publication.iri, publication.label, doi=publication.doi, pmid=publication.pmid),
            [": ", _tag(f"{item.stance}{about}", _STANCES.get(item.stance.iri))] if with_stance else None,
        ),
        element("p", item.bears_on),
        element(
            "p",
            f"{found}; {populations}; {words['direction'].format(item.direction)}",
            class_="small faint",
        ),
        class_="item",
    )


def _conflict_links(conflicts: Iterable[Conflict], links: Links) -> Html:
    return join(
        [[links.term(each.iri, f"{each.identifier} {each.label}"), f" ({each.type})"] for each in conflicts],
        "; ",
    )


def conflict_part(sides: ConflictSides, links: Links, level: int = 3, *, with_title: bool = True) -> Html:
    """Return a conflict: what is at odds, both sides, who takes none, and what would decide.

    Args:
        sides: the conflict.
        links: of the page.
        level: of the heading; those of the sides are one lower.
        with_title: whether it has a heading.
    """
    words = CLAIM_WORDS[links.lang]
    conflict = sides.conflict
    title = element(
        f"h{level}",
        links.term(conflict.iri, f"{conflict.identifier} {conflict.label}"),
        " ",
        _tag(conflict.type),
        id=conflict.identifier,
    )
    decides = words["decide"].partition("{}")
    opposed = element(
        "div",
        _side(sides.first_side, "first side", links, level + 1),
        _side(sides.second_side, "second side", links, level + 1),
        class_="opposed",
    )
    return element(
        "article",
        title if with_title else element("p", _tag(conflict.type)),
        element("p", conflict.explanation),
        opposed if sides.has_sides else None,
        _side(sides.no_side, "no side" if sides.has_sides else "involved", links, level + 1)
        if sides.no_side
        else None,
        element("p", element("strong", decides[0].strip(" :").capitalize(), ": "), conflict.would_decide)
        if conflict.would_decide is not None
        else None,
        class_="conflict",
    )


def _side(side: Side, name: str, links: Links, level: int) -> Html:
    members = [
        *(_claim_of_side(claim, links) for claim in side.claims),
        *(_finding(finding, links) for finding in side.findings),
        *(element("p", links.term(each.iri, each), class_="item") for each in side.references),
    ]
    shown = members if len(members) <= _MAX_MEMBERS + 1 else members[:_MAX_MEMBERS]
    more = members[len(shown) :]
    return element(
        "div",
        element(f"h{level}", f"{CLAIM_WORDS[links.lang][name]} ({len(side)})"),
        shown,
        folded(_MORE[links.lang].format(len(more)), more) if more else None,
        class_="side",
    )


def _claim_of_side(claim: Claim, links: Links) -> Html:
    return element(
        "div",
        element("p", links.term(claim.iri, claim.identifier), " ", claim.paraphrase),
        element("p", claim_tags(claim, links)),
        element("p", balance(claim, links), class_="small faint"),
        class_="item",
    )


def _finding(finding: Finding, links: Links) -> Html:
    return _evidence_item(finding.item, links, with_stance=True, claim=finding.claim)
