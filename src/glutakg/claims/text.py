"""Claims and the evidence around them as a person reads them, in lines of a given width, and as TSV."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from glutakg.claims.values import (
    CONTRADICTS,
    QUALIFIES,
    SUPPORTS,
    Claim,
    Conflict,
    ConflictSides,
    Evidence,
    EvidenceItem,
    Named,
    Publication,
    Side,
    of_stance,
)
from glutakg.languages import Translator, translator
from glutakg.sparql import IDENTIFIER_PAGES
from glutakg.text import Style, marked, padded, printable, wrapped

__all__ = [
    "SIDE_BY_SIDE",
    "addresses_of",
    "balance_text",
    "citations",
    "claims_text",
    "conflicts_text",
    "evidence_text",
    "joined",
    "marks_of",
    "place",
    "population",
    "study",
]


SIDE_BY_SIDE = 100
"""The width from which evidence for and against, and the sides of a conflict, stand in two columns."""

_BETWEEN = " | "
_INDENT = "  "
_NARROWEST = 30
_PLAIN = Style()


def claims_text(claims: Sequence[Claim], *, lang: str = "en", width: int = 80, style: Style = _PLAIN) -> str:
    """Return the claims as text, a block for each, in the language `lang` and lines of `width` columns.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(claims_text(kg.claims(term="taurine", kind="protective effect")).splitlines()[0])
    C058  Taurine is listed as able to protect against excitotoxicity.
    """
    return "\n\n".join("\n".join(_claim_lines(claim, translator(lang), width, style)) for claim in claims)


def evidence_text(
    found: Sequence[Evidence], *, lang: str = "en", width: int = 80, style: Style = _PLAIN
) -> str:
    """Return the evidence as text, claim by claim, in the language `lang` and lines of `width` columns.

    Evidence for and against stands side by side from a width of `SIDE_BY_SIDE` columns on, below that one
    after the other.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(evidence_text(kg.evidence("C054", stance="contradicts", until=2015)).splitlines()[0])
    C054  Magnesium is listed as able to protect against excitotoxicity.
    """
    return "\n\n".join("\n".join(_evidence_lines(each, translator(lang), width, style)) for each in found)


def conflicts_text(
    found: Sequence[ConflictSides], *, lang: str = "en", width: int = 80, style: Style = _PLAIN
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
        by_aspects.setdefault(joined(each.conflict.aspects), []).append(each)
    blocks = []
    for aspects, conflicts in sorted(by_aspects.items()):
        blocks.append("\n".join(map(style.heading, _wrapped(f"{aspects} ({len(conflicts)})", width, ""))))
        blocks += ["\n".join(_sides_lines(each, translator(lang), width, style)) for each in conflicts]
    return "\n\n".join(blocks)


def joined(values: Iterable[object]) -> str:
    """Return values in one text, as a list in a sentence."""
    return "; ".join(map(str, values))


def _claim_lines(claim: Claim, _: Translator, width: int, style: Style) -> Iterator[str]:
    """Yield what a claim says, then what is recorded of it, a field on each line."""
    yield from _title_lines(claim, width, style)
    fields = {
        _("kind"): joined((claim.kind, claim.polarity, _("hedge: {hedge}", hedge=claim.hedge))),
        _("status"): _("{status}: {note}", status=claim.status, note=claim.status_note),
        _("said by"): _source(claim, _),
        _("cites"): joined(citations(claim, _)) or _("nothing"),
        _("evidence"): balance_text(claim, _),
        _("conflicts"): joined(map(_conflict_name, claim.conflicts)) or _("none recorded"),
    }
    label_width = max(map(len, fields))
    indent = " " * (len(claim.identifier) + 2)
    for name, text in fields.items():
        label = f"{indent}{name:{label_width}}  "
        marks = marks_of(style, claim.status) if name == _("status") else {}
        yield from _wrapped(text, width, label, " " * len(label), marks)


def _title_lines(claim: Claim, width: int, style: Style) -> Iterator[str]:
    title = f"{claim.identifier}  "
    yield from map(style.heading, _wrapped(claim.paraphrase, width, title, " " * len(title)))


def _source(claim: Claim, _: Translator) -> str:
    return ", ".join((str(claim.source), *place(claim, _)))


def place(claim: Claim, _: Translator) -> list[str]:
    """Return whose report a claim is in its source, what it rests on there, and where it stands."""
    parts = []
    if claim.agents:
        parts.append(_("reporting what {agents} observe", agents=joined(claim.agents)))
    if claim.grounds:
        parts.append(_("resting on {grounds}", grounds=joined(claim.grounds)))
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


def _evidence_lines(found: Evidence, _: Translator, width: int, style: Style) -> Iterator[str]:
    """Yield a claim, the evidence for and against it, the rest of the evidence, and its conflicts."""
    claim = found.claim
    yield from _title_lines(claim, width, style)
    for fact, marks in (
        (_("{status}: {note}", status=claim.status, note=claim.status_note), marks_of(style, claim.status)),
        (_source(claim, _), {}),
        (joined((claim.polarity, _("hedge: {hedge}", hedge=claim.hedge))), {}),
    ):
        yield from _wrapped(fact, width, _INDENT, _INDENT * 2, marks)
    neutral = {item.stance.iri for item in claim.evidence} - {SUPPORTS, CONTRADICTS, QUALIFIES}
    columns = _opposed(
        lambda columns: _column(found, _("for"), [SUPPORTS], _, columns, style),
        lambda columns: _column(found, _("against"), [CONTRADICTS], _, columns, style),
        width,
    )
    stances = [QUALIFIES, *sorted(neutral)]
    columns.append(_column(found, _("qualifying or neutral"), stances, _, width, style))
    columns.append(_conflict_lines(claim, _, width, style))
    for lines in columns:
        yield ""
        yield from lines


def _opposed(
    left: Callable[[int], list[str]], right: Callable[[int], list[str]], width: int
) -> list[list[str]]:
    """Return two columns, made for the width that they get: side by side as one, or one after the other."""
    if width < SIDE_BY_SIDE:
        return [left(width), right(width)]
    half = (width - len(_BETWEEN)) // 2
    pairs = zip_longest(left(half), right(half), fillvalue="")
    return [[f"{padded(one, half)}{_BETWEEN}{other}".rstrip() for one, other in pairs]]


def _column(
    found: Evidence, title: str, stances: list[str], _: Translator, width: int, style: Style
) -> list[str]:
    """Return the evidence items of some stances under their heading, or why there are none."""
    items = of_stance(found.items, *stances)
    lines = [style.heading(f"{title} ({len(items)})")]
    for item in items:
        is_for_or_against = item.stance.iri in (SUPPORTS, CONTRADICTS)
        label = item.publication.label
        title = label if is_for_or_against else f"{label}: {item.stance}"
        lines += _item_lines(item, title, _, width, style)
    if not items:
        recorded = len(of_stance(found.claim.evidence, *stances))
        none = _("none that fits ({count} recorded)", count=recorded) if recorded else _("none recorded")
        lines += _wrapped(none, width, _INDENT)
        for search in found.claim.searches:
            if not recorded and search.stance.iri in stances:
                searched = _("looked for and not found; searched: {searched}", searched=search.searched)
                lines += _wrapped(searched, width, _INDENT, _INDENT * 2)
    return lines


def _item_lines(item: EvidenceItem, title: str, _: Translator, width: int, style: Style) -> Iterator[str]:
    """Yield one evidence item: its title, how it was found, what it bears on, and its identifiers."""
    publication = item.publication
    yield from _wrapped(title, width, _INDENT, marks=marks_of(style, item.stance))
    identifiers = {"PMID": publication.pmid, "DOI": publication.doi}
    for text in (
        study(item, _),
        population(item, _),
        _("finding: {direction}", direction=item.direction),
        item.bears_on,
        joined(f"{name} {value}" for name, value in identifiers.items() if value is not None),
    ):
        yield from _wrapped(text, width, _INDENT * 2, marks=addresses_of(style, publication))


def study(item: EvidenceItem, _: Translator) -> str:
    """Return how an evidence item was found: designs, species and systems."""
    species = _("species: {species}", species=", ".join(map(str, item.species)))
    return joined((*item.designs, species, *item.systems))


def population(item: EvidenceItem, _: Translator) -> str:
    """Return the populations of an evidence item, and how many took part."""
    text = _("population: {population}", population=joined(item.populations))
    return text if item.sample_size is None else f"{text} (n = {item.sample_size})"


def _conflict_lines(claim: Claim, _: Translator, width: int, style: Style) -> list[str]:
    """Return the conflicts of a claim under their heading: what is at odds, and what would decide."""
    heading = _("conflicts")
    lines = [style.heading(f"{heading} ({len(claim.conflicts)})")]
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


def _sides_lines(each: ConflictSides, _: Translator, width: int, style: Style) -> Iterator[str]:
    """Yield a conflict: what is at odds, what would decide, the two sides, and who takes none."""
    conflict = each.conflict
    title = f"{conflict.identifier}  "
    yield from map(
        style.heading, _wrapped(f"{conflict.label} ({conflict.type})", width, title, " " * len(title))
    )
    yield from _wrapped(conflict.explanation, width, _INDENT)
    if conflict.would_decide is not None:
        yield from _wrapped(_("would decide: {what}", what=conflict.would_decide), width, _INDENT)
    columns = []
    if each.has_sides:
        columns = _opposed(
            lambda columns: _side_lines(each.first_side, _("one side"), _, columns, style),
            lambda columns: _side_lines(each.second_side, _("the other side"), _, columns, style),
            width,
        )
    if each.no_side:
        title = _("taking no side") if each.has_sides else _("involved; there are not two sides")
        columns.append(_side_lines(each.no_side, title, _, width, style))
    for lines in columns:
        yield ""
        yield from lines


def _side_lines(side: Side, title: str, _: Translator, width: int, style: Style) -> list[str]:
    """Return the members of one side under their heading."""
    lines = [style.heading(f"{title} ({len(side)})")]
    for claim in side.claims:
        first = f"{_INDENT}{claim.identifier}  "
        lines += _wrapped(claim.paraphrase, width, first, " " * len(first))
        judgement = joined((claim.polarity, _("hedge: {hedge}", hedge=claim.hedge)))
        told = f"{_source(claim, _)}; {judgement}; {claim.status}"
        lines += _wrapped(told, width, _INDENT * 2, marks=marks_of(style, claim.status))
        if claim.evidence:
            stances = (item.stance for item in claim.evidence)
            told = _("evidence: {evidence}", evidence=_publications(claim))
            lines += _wrapped(told, width, _INDENT * 2, marks=marks_of(style, *stances))
    for finding in side.findings:
        found = f"{finding.item.publication.label}: {finding.item.stance} {finding.claim}"
        lines += _item_lines(finding.item, found, _, width, style)
    for reference in side.references:
        lines += _wrapped(reference.label, width, _INDENT)
    return lines


def _publications(claim: Claim) -> str:
    """Return the publications with evidence on a claim by their stance."""
    by_stance: dict[str, list[str]] = {}
    for item in claim.evidence:
        by_stance.setdefault(str(item.stance), []).append(item.publication.label)
    return joined(f"{stance} ({', '.join(labels)})" for stance, labels in by_stance.items())


def marks_of(style: Style, *named: Named) -> dict[str, str]:
    """Return how the labels of statuses and stances stand out."""
    return {label: style.term(label, each.iri) for each in named if (label := printable(each.label))}


def addresses_of(style: Style, publication: Publication) -> dict[str, str]:
    """Return how the identifiers of a publication lead to it."""
    identifiers = {"doi": publication.doi, "pmid": publication.pmid}
    return {
        printable(text): style.link(printable(text), IDENTIFIER_PAGES[name] + text)
        for name, text in identifiers.items()
        if text
    }


def _wrapped(
    text: str, width: int, first: str, others: str | None = None, marks: Mapping[str, str] | None = None
) -> list[str]:
    """Return text in lines of `width` columns; they begin with `first`, the later ones with `others`.

    `marks` has what stands for phrases of the text.
    """
    shown = marked(printable(text), marks or {})
    return wrapped(shown, max(width, _NARROWEST), first, others)
