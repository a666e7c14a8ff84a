"""Claims and the evidence around them as a person reads them, in lines of a given width, and as TSV."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import TypeAlias

from glutakg.claims.values import (
    CONTRADICTS,
    QUALIFIES,
    SUPPORTS,
    Claim,
    Conflict,
    ConflictSides,
    Evidence,
    EvidenceItem,
    Side,
    of_stance,
)
from glutakg.languages import Translator, translator
from glutakg.rdf import compress
from glutakg.text import printable

__all__ = [
    "SIDE_BY_SIDE",
    "Emphasis",
    "balance_text",
    "citations",
    "claims_text",
    "claims_tsv",
    "conflicts_text",
    "conflicts_tsv",
    "evidence_text",
    "evidence_tsv",
    "place",
    "population",
    "study",
]


SIDE_BY_SIDE = 100
"""The width from which evidence for and against, and the sides of a conflict, stand in two columns."""

Emphasis: TypeAlias = Callable[[str], str]
"""What makes a line stand out, such as bold on a terminal."""

_BETWEEN = " | "
_INDENT = "  "
_NARROWEST = 30


def claims_text(
    claims: Sequence[Claim], *, lang: str = "en", width: int = 80, emphasis: Emphasis = str
) -> str:
    """Return the claims as text, a block for each, in the language `lang` and lines of `width` columns.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(claims_text(kg.claims(term="taurine", kind="protective effect")).splitlines()[0])
    C058  Taurine is listed as able to protect against excitotoxicity.
    """
    return "\n\n".join("\n".join(_claim_lines(claim, translator(lang), width, emphasis)) for claim in claims)


def evidence_text(
    found: Sequence[Evidence], *, lang: str = "en", width: int = 80, emphasis: Emphasis = str
) -> str:
    """Return the evidence as text, claim by claim, in the language `lang` and lines of `width` columns.

    Evidence for and against stands side by side from a width of `SIDE_BY_SIDE` columns on, below that one
    after the other.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(evidence_text(kg.evidence("C054", stance="contradicts", until=2015)).splitlines()[0])
    C054  Magnesium is listed as able to protect against excitotoxicity.
    """
    return "\n\n".join("\n".join(_evidence_lines(each, translator(lang), width, emphasis)) for each in found)


def conflicts_text(
    found: Sequence[ConflictSides], *, lang: str = "en", width: int = 80, emphasis: Emphasis = str
) -> str:
    """Return the conflicts as text, under the aspects that they are on, in lines of `width` columns.

    The two sides stand side by side from a width of `SIDE_BY_SIDE` columns on, below that one after the
    other.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(conflicts_text(kg.conflicts("T13")).splitlines()[2])
    T13  discouraged or impossible (contradiction)
    """
    by_aspects: dict[str, list[ConflictSides]] = {}
    for each in found:
        by_aspects.setdefault(_joined(each.conflict.aspects), []).append(each)
    blocks = []
    for aspects, conflicts in sorted(by_aspects.items()):
        blocks.append("\n".join(map(emphasis, _wrapped(f"{aspects} ({len(conflicts)})", width, ""))))
        blocks += ["\n".join(_sides_lines(each, translator(lang), width, emphasis)) for each in conflicts]
    return "\n\n".join(blocks)


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
                claim.source, _joined(claim.agents), _joined(claim.grounds),
                _joined(claim.references), _joined(claim.publications),
                claim.start, claim.end, claim.item_start, claim.item_end,
                *claim.balance[:3], claim.balance.reports,
                _joined(conflict.label for conflict in claim.conflicts),
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
                item.publication.pmid, item.publication.doi, _joined(item.designs), _joined(item.species),
                _joined(item.systems), _joined(item.populations), item.sample_size, item.direction,
                item.bears_on, _joined(item.studies), str(item.is_own_result).lower(),
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
                _joined(each.conflict.aspects), name, *cells,
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
            publication.year, publication.pmid, publication.doi, _joined(item.designs), _joined(item.species),
            _joined(item.systems), _joined(item.populations),
        )  # fmt: skip
    for reference in side.references:
        yield (compress(reference.iri), None, reference.label, *(None,) * 11)


def _tsv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    cells = ((printable("" if cell is None else str(cell)) for cell in line) for line in (columns, *lines))
    return "\n".join("\t".join(line) for line in cells)


def _joined(values: Iterable[object]) -> str:
    return "; ".join(map(str, values))


def _claim_lines(claim: Claim, _: Translator, width: int, emphasis: Emphasis) -> Iterator[str]:
    """Yield what a claim says, then what is recorded of it, a field on each line."""
    yield from _title_lines(claim, width, emphasis)
    fields = {
        _("kind"): _joined((claim.kind, claim.polarity, _("hedge: {hedge}", hedge=claim.hedge))),
        _("status"): _("{status}: {note}", status=claim.status, note=claim.status_note),
        _("said by"): _source(claim, _),
        _("cites"): _joined(citations(claim, _)) or _("nothing"),
        _("evidence"): balance_text(claim, _),
        _("conflicts"): _joined(map(_conflict_name, claim.conflicts)) or _("none recorded"),
    }
    label_width = max(map(len, fields))
    indent = " " * (len(claim.identifier) + 2)
    for name, text in fields.items():
        label = f"{indent}{name:{label_width}}  "
        yield from _wrapped(text, width, label, " " * len(label))


def _title_lines(claim: Claim, width: int, emphasis: Emphasis) -> Iterator[str]:
    title = f"{claim.identifier}  "
    yield from map(emphasis, _wrapped(claim.paraphrase, width, title, " " * len(title)))


def _source(claim: Claim, _: Translator) -> str:
    return ", ".join((str(claim.source), *place(claim, _)))


def place(claim: Claim, _: Translator) -> list[str]:
    """Return whose report a claim is in its source, what it rests on there, and where it stands."""
    parts = []
    if claim.agents:
        parts.append(_("reporting what {agents} observe", agents=_joined(claim.agents)))
    if claim.grounds:
        parts.append(_("resting on {grounds}", grounds=_joined(claim.grounds)))
    parts += [str(claim.section), _("characters {start}-{end}", start=claim.start, end=claim.end)]
    if claim.item_start is not None:
        parts.append(_("list item {start}-{end}", start=claim.item_start, end=claim.item_end))
    return parts


def citations(claim: Claim, _: Translator) -> tuple[object, ...]:
    """Return what a claim cites: the numbers of references, as one text, and the publications."""
    if not claim.references:
        return claim.publications
    numbers = ", ".join(map(str, claim.references))
    one = len(claim.references) == 1
    text = _("reference {number}", number=numbers) if one else _("references {numbers}", numbers=numbers)
    return (text, *claim.publications)


def balance_text(claim: Claim, _: Translator) -> str:
    """Return how many studies support, contradict and qualify a claim, and in how many reports, in words."""
    balance = claim.balance
    text = _(
        "studies: {supporting} for, {contradicting} against, {qualifying} qualifying", **balance._asdict()
    )
    text = ", ".join((text, _("{count} other", count=balance.other))) if balance.other else text
    return _("{studies}; reports: {count}", studies=text, count=balance.reports)


def _evidence_lines(found: Evidence, _: Translator, width: int, emphasis: Emphasis) -> Iterator[str]:
    """Yield a claim, the evidence for and against it, the rest of the evidence, and its conflicts."""
    claim = found.claim
    yield from _title_lines(claim, width, emphasis)
    for fact in (
        _("{status}: {note}", status=claim.status, note=claim.status_note),
        _source(claim, _),
        _joined((claim.polarity, _("hedge: {hedge}", hedge=claim.hedge))),
    ):
        yield from _wrapped(fact, width, _INDENT, _INDENT * 2)
    neutral = {item.stance.iri for item in claim.evidence} - {SUPPORTS, CONTRADICTS, QUALIFIES}
    columns = _opposed(
        lambda columns: _column(found, _("for"), [SUPPORTS], _, columns),
        lambda columns: _column(found, _("against"), [CONTRADICTS], _, columns),
        width,
    )
    columns.append(_column(found, _("qualifying or neutral"), [QUALIFIES, *sorted(neutral)], _, width))
    columns.append(_conflict_lines(claim, _, width))
    for heading, *lines in columns:
        yield ""
        yield emphasis(heading)
        yield from lines


def _opposed(
    left: Callable[[int], list[str]], right: Callable[[int], list[str]], width: int
) -> list[list[str]]:
    """Return two columns, made for the width that they get: side by side as one, or one after the other."""
    if width < SIDE_BY_SIDE:
        return [left(width), right(width)]
    half = (width - len(_BETWEEN)) // 2
    pairs = zip_longest(left(half), right(half), fillvalue="")
    return [[f"{one:{half}}{_BETWEEN}{other}".rstrip() for one, other in pairs]]


def _column(found: Evidence, title: str, stances: list[str], _: Translator, width: int) -> list[str]:
    """Return the evidence items of some stances under their heading, or why there are none."""
    items = of_stance(found.items, *stances)
    lines = [f"{title} ({len(items)})"]
    for item in items:
        is_for_or_against = item.stance.iri in (SUPPORTS, CONTRADICTS)
        label = item.publication.label
        lines += _item_lines(item, label if is_for_or_against else f"{label}: {item.stance}", _, width)
    if not items:
        recorded = len(of_stance(found.claim.evidence, *stances))
        none = _("none that fits ({count} recorded)", count=recorded) if recorded else _("none recorded")
        lines += _wrapped(none, width, _INDENT)
        for search in found.claim.searches:
            if not recorded and search.stance.iri in stances:
                searched = _("looked for and not found; searched: {searched}", searched=search.searched)
                lines += _wrapped(searched, width, _INDENT, _INDENT * 2)
    return lines


def _item_lines(item: EvidenceItem, title: str, _: Translator, width: int) -> Iterator[str]:
    """Yield one evidence item: its title, how it was found, what it bears on, and its identifiers."""
    publication = item.publication
    yield from _wrapped(title, width, _INDENT)
    identifiers = {"PMID": publication.pmid, "DOI": publication.doi}
    for text in (
        study(item, _),
        population(item, _),
        _("finding: {direction}", direction=item.direction),
        item.bears_on,
        _joined(f"{name} {value}" for name, value in identifiers.items() if value is not None),
    ):
        yield from _wrapped(text, width, _INDENT * 2)


def study(item: EvidenceItem, _: Translator) -> str:
    """Return how an evidence item was found: designs, species and systems."""
    species = _("species: {species}", species=", ".join(map(str, item.species)))
    return _joined((*item.designs, species, *item.systems))


def population(item: EvidenceItem, _: Translator) -> str:
    """Return the populations of an evidence item, and how many took part."""
    text = _("population: {population}", population=_joined(item.populations))
    return text if item.sample_size is None else f"{text} (n = {item.sample_size})"


def _conflict_lines(claim: Claim, _: Translator, width: int) -> list[str]:
    """Return the conflicts of a claim under their heading: what is at odds, and what would decide."""
    heading = _("conflicts")
    lines = [f"{heading} ({len(claim.conflicts)})"]
    for conflict in claim.conflicts:
        lines += _wrapped(_conflict_title(conflict, claim, _), width, _INDENT)
        lines += _wrapped(conflict.explanation, width, _INDENT * 2)
        if conflict.would_decide is not None:
            lines += _wrapped(_("would decide: {what}", what=conflict.would_decide), width, _INDENT * 2)
    if not claim.conflicts:
        lines.append(_INDENT + _("none recorded"))
    return lines


def _conflict_title(conflict: Conflict, claim: Claim, _: Translator) -> str:
    others = [identifier for identifier in conflict.claims if identifier != claim.identifier]
    title = _conflict_name(conflict)
    return ", ".join((title, _("with {claims}", claims=", ".join(others)))) if others else title


def _conflict_name(conflict: Conflict) -> str:
    return f"{conflict.identifier} {conflict.label} ({conflict.type})"


def _sides_lines(each: ConflictSides, _: Translator, width: int, emphasis: Emphasis) -> Iterator[str]:
    """Yield a conflict: what is at odds, what would decide, the two sides, and who takes none."""
    conflict = each.conflict
    title = f"{conflict.identifier}  "
    yield from map(emphasis, _wrapped(f"{conflict.label} ({conflict.type})", width, title, " " * len(title)))
    yield from _wrapped(conflict.explanation, width, _INDENT)
    if conflict.would_decide is not None:
        yield from _wrapped(_("would decide: {what}", what=conflict.would_decide), width, _INDENT)
    columns = []
    if each.has_sides:
        columns = _opposed(
            lambda columns: _side_lines(each.first_side, _("one side"), _, columns),
            lambda columns: _side_lines(each.second_side, _("the other side"), _, columns),
            width,
        )
    if each.no_side:
        title = _("taking no side") if each.has_sides else _("involved; there are not two sides")
        columns.append(_side_lines(each.no_side, title, _, width))
    for heading, *lines in columns:
        yield ""
        yield emphasis(heading)
        yield from lines


def _side_lines(side: Side, title: str, _: Translator, width: int) -> list[str]:
    """Return the members of one side under their heading."""
    lines = [f"{title} ({len(side)})"]
    for claim in side.claims:
        first = f"{_INDENT}{claim.identifier}  "
        lines += _wrapped(claim.paraphrase, width, first, " " * len(first))
        judgement = _joined((claim.polarity, _("hedge: {hedge}", hedge=claim.hedge), claim.status))
        for text in (
            f"{_source(claim, _)}; {judgement}",
            _("evidence: {evidence}", evidence=_publications(claim)) if claim.evidence else "",
        ):
            lines += _wrapped(text, width, _INDENT * 2)
    for finding in side.findings:
        found = f"{finding.item.publication.label}: {finding.item.stance} {finding.claim}"
        lines += _item_lines(finding.item, found, _, width)
    for reference in side.references:
        lines += _wrapped(reference.label, width, _INDENT)
    return lines


def _publications(claim: Claim) -> str:
    """Return the publications with evidence on a claim by their stance."""
    by_stance: dict[str, list[str]] = {}
    for item in claim.evidence:
        by_stance.setdefault(str(item.stance), []).append(item.publication.label)
    return _joined(f"{stance} ({', '.join(labels)})" for stance, labels in by_stance.items())


def _wrapped(text: str, width: int, first: str, others: str | None = None) -> list[str]:
    """Return text in lines of `width` columns; they begin with `first`, the later ones with `others`."""
    return wrap(
        printable(text),
        max(width, _NARROWEST),
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_on_hyphens=False,
    )
