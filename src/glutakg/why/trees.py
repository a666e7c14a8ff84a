"""Reasons as a person or a program reads them: as a tree, in JSON, as RDF in Turtle, as a Mermaid diagram."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from glutakg.claims import Claim, EvidenceItem, Named, Publication, SourceText, addresses_of, marks_of
from glutakg.dataset import statement_iri
from glutakg.languages import Translator, translator
from glutakg.rdf import PREFIXES, Iri, Literal, Term, compress
from glutakg.text import Style, marked, printable, wrapped
from glutakg.why.reasons import Reason

__all__ = ["WHY_FORMATS", "as_json", "as_mermaid", "as_tree", "as_turtle", "manner", "render"]


WHY_FORMATS = ("tree", "json", "ttl", "mermaid")
"""Formats for reasons; the first is the default."""

_NARROWEST = 30
_STEP = "   "
_PLAIN = Style()


@dataclass(frozen=True, slots=True)
class _Branch:
    text: str
    below: "tuple[_Branch, ...]" = ()
    is_statement: bool = False
    named: tuple[Named, ...] = ()
    publication: Publication | None = None

    def marks(self, style: Style) -> dict[str, str]:
        """Return what of the text stands out, and how."""
        of_publication = {} if self.publication is None else addresses_of(style, self.publication)
        return {**marks_of(style, *self.named), **of_publication}


def render(
    reasons: Sequence[Reason],
    format: str = "tree",
    *,
    lang: str = "en",
    width: int = 80,
    style: Style = _PLAIN,
    source: SourceText | None = None,
) -> str:
    """Return reasons in one of `WHY_FORMATS`; `width`, `style` and `source` are for the tree."""
    if format == "json":
        return as_json(reasons)
    if format == "ttl":
        return as_turtle(reasons)
    if format == "mermaid":
        return as_mermaid(reasons, lang=lang)
    return as_tree(reasons, lang=lang, width=width, style=style, source=source)


def as_tree(
    reasons: Sequence[Reason],
    *,
    lang: str = "en",
    width: int = 80,
    style: Style = _PLAIN,
    source: SourceText | None = None,
) -> str:
    """Return reasons as trees, from the answer down to claims, evidence and publications.

    Args:
        reasons: what is to be told.
        lang: language of the words in between, en or nl.
        width: columns of a line, at least 30.
        style: how statements, statuses and stances stand out.
        source: the user's copy of the source document, from which passages are shown.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(as_tree([kg.why("glutamate", "precursor of", "GABA")]).splitlines()[0])
    glutamate precursor of GABA
    """
    blocks = []
    for reason in reasons:
        branch = _branch(reason, translator(lang), source)
        lines = [*_lines(branch, "", "", max(width, _NARROWEST), style)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _branch(reason: Reason, _: Translator, source: SourceText | None) -> _Branch:
    below = [_Branch(manner(reason, _))]
    if reason.axiom is not None:
        stating = tuple(_claim_branch(claim, _, source) for claim in reason.axiom_claims)
        below.append(_Branch(_("axiom: {axiom}", axiom=reason.axiom), stating))
    for number, axioms in enumerate(reason.justifications, 1):
        below.append(_Branch(_("minimal set {number} of axioms", number=number), tuple(map(_Branch, axioms))))
    below += [_branch(premise, _, source) for premise in reason.premises]
    below += [_claim_branch(claim, _, source) for claim in reason.claims]
    below += [_Branch(_("publication: {publication}", publication=each.label)) for each in reason.sources]
    if reason.nearest:
        near = tuple(_branch(each, _, source) for each in reason.nearest)
        below.append(_Branch(_("what comes nearest"), near))
    return _Branch(reason.text, tuple(below), is_statement=True)


def manner(reason: Reason, _: Translator) -> str:
    """Return how a reason supports its triple, or that none does, in words."""
    match reason.kind:
        case "asserted":
            return _(
                "asserted in {graphs}", graphs=", ".join(each for each in reason.graphs if each != "inferred")
            )
        case "inferred" if reason.rule is None:
            return _("recorded with the inferences")
        case "inferred":
            return _("inferred by the {rule}", rule=reason.rule)
        case "hypothesis":
            return _("hypothesis by the {rule}; not yet observed", rule=reason.rule)
        case "contested" if reason.rule is not None:
            return _(
                "contested: it follows by the {rule}, but not from what the curators accept as fact",
                rule=reason.rule,
            )
        case "contested":
            return _("contested: claimed, but not accepted as fact by the curators")
        case "denied":
            return _("denied by a claim")
        case _:
            return _("nothing supports it")


def _claim_branch(claim: Claim, _: Translator, source: SourceText | None) -> _Branch:
    below = [
        _Branch(
            _(
                "{status}, {hedge}, characters {start}-{end}, {source}",
                status=claim.status,
                hedge=claim.hedge,
                start=claim.start,
                end=claim.end,
                source=claim.source,
            ),
            named=(claim.status,),
        )
    ]
    if source is not None:
        start, end = claim.start, claim.end
        below.append(_Branch(_('passage: "{passage}"', passage=source.passage(start, end))))
    below += [
        _Branch(_evidence_text(item), named=(item.stance,), publication=item.publication)
        for item in claim.evidence
    ] or [_Branch(_("no evidence recorded"))]
    below += [
        _Branch(_("conflict: {label} ({type})", label=each.label, type=each.type)) for each in claim.conflicts
    ]
    name = _("claim {identifier}", identifier=claim.identifier)
    return _Branch(f"{name}: {claim.paraphrase}", tuple(below))


def _evidence_text(item: EvidenceItem) -> str:
    publication = item.publication
    found_by = [f"PMID {publication.pmid}"] if publication.pmid else []
    found_by += [f"doi:{publication.doi}"] if publication.doi else []
    studied = [each for each in (*item.designs, *item.species, *item.systems) if not _is_unknown(each)]
    told = [publication.label, *found_by, *map(str, studied)]
    return f"{item.stance}: {', '.join(told)}. {item.bears_on}"


def _is_unknown(value: Named) -> bool:
    """Return whether a value says that the record does not say."""
    return value.iri.endswith("NotStated")


def _lines(branch: _Branch, first: str, rest: str, width: int, style: Style) -> Iterator[str]:
    """Yield the lines of a branch, after what stands before its first and its further lines."""
    going_on = rest + ("│  " if branch.below else _STEP)
    text = printable(branch.text)
    room = max(width - len(rest), _NARROWEST)
    lines = wrapped(marked(text, branch.marks(style)), room, "", _STEP, at_hyphens=True)
    for number, wrapped_line in enumerate(lines or [""]):
        line = wrapped_line.removeprefix(_STEP) if number else wrapped_line
        shown = style.heading(line) if branch.is_statement else line
        yield (first if number == 0 else going_on) + shown if first or number else shown
    for number, each in enumerate(branch.below, 1):
        is_last = number == len(branch.below)
        yield from _lines(
            each,
            rest + ("└─ " if is_last else "├─ "),
            rest + ("   " if is_last else "│  "),
            width,
            style,
        )


def as_json(reasons: Sequence[Reason]) -> str:
    """Return reasons in JSON, terms as CURIEs or IRIs and everything by the names of the attributes."""
    return json.dumps([_plain(reason) for reason in reasons], ensure_ascii=False, indent=2, default=str)


def _plain(reason: Reason) -> dict[str, object]:
    plain = {
        name: getattr(reason, name) for name in ("text", "kind", "graphs", "rule", "axiom", "justifications")
    }
    return {
        "statement": [_short(term) for term in reason.statement],
        **plain,
        "axiom_claims": [asdict(claim) for claim in reason.axiom_claims],
        "sources": [asdict(each) for each in reason.sources],
        "claims": [asdict(claim) for claim in reason.claims],
        "premises": [_plain(each) for each in reason.premises],
        "nearest": [_plain(each) for each in reason.nearest],
    }


def _short(term: Term) -> str:
    return compress(term.value) if isinstance(term, Iri) else str(term)


def as_turtle(reasons: Sequence[Reason]) -> str:
    """Return what reasons rest on as RDF: each triple as a statement, with axiom, premises and claims."""
    from glutakg.rdf import nested_graph, parse_turtle, turtle_document

    lines = dict.fromkeys(line for reason in reasons for each in reason.walk() for line in _triples(each))
    triples = parse_turtle("\n".join(lines), "reasons.ttl") if lines else []
    return turtle_document({None: nested_graph(triples, "reasons.ttl")})


def _triples(reason: Reason) -> Iterator[str]:
    gk = PREFIXES["gk"]
    node = f"<{statement_iri(*reason.statement)}>"
    kind = "Hypothesis" if reason.kind == "hypothesis" else "Inference" if reason.rule else "Statement"
    yield f"{node} a <{gk}{kind}> ."
    for name, term in zip(("ofSubject", "ofPredicate", "ofObject"), reason.statement, strict=True):
        yield f"{node} <{gk}{name}> {term} ."
    if reason.axiom is not None:
        yield f"{node} <{gk}fromAxiom> {Literal(reason.axiom)} ."
    for claim in reason.axiom_claims:
        yield f"{node} <{gk}axiomStatedBy> <{claim.iri}> ."
    for premise in reason.premises:
        yield f"{node} <{gk}hasPremise> <{statement_iri(*premise.statement)}> ."
    if reason.kind != "denied":
        for claim in reason.claims:
            yield f"{node} <{gk}statedBy> <{claim.iri}> ."
    for claim in (*reason.axiom_claims, *reason.claims):
        for item in claim.evidence:
            yield f"<{item.iri}> <{PREFIXES['IAO']}0000136> <{claim.iri}> ."
            yield f"<{item.iri}> <{gk}stance> <{item.stance.iri}> ."
    for source in reason.sources:
        yield f"{reason.statement[0]} <{PREFIXES['dcterms']}source> <{source.iri}> ."


def as_mermaid(reasons: Sequence[Reason], *, lang: str = "en") -> str:
    """Return reasons as a Mermaid flowchart, arrows leading from what is known to what follows.

    >>> import glutakg
    >>> with glutakg.open() as kg:
    ...     print(as_mermaid([kg.why("taurine", "may matter in", "epilepsy")]).splitlines()[0])
    flowchart BT
    """
    _ = translator(lang)
    names: dict[str, str] = {}
    lines: dict[str, None] = {}

    def node(key: str, text: str, shape: str) -> str:
        if key not in names:
            names[key] = f"n{len(names)}"
            opening, closing = {"box": ('["', '"]'), "round": ('("', '")'), "flag": ('>"', '"]')}[shape]
            lines[f"  {names[key]}{opening}{_mermaid_text(text)}{closing}"] = None
        return names[key]

    for reason in reasons:
        for each in reason.walk():
            head = node(statement_iri(*each.statement), each.text, "box")
            for premise in each.premises:
                tail = node(statement_iri(*premise.statement), premise.text, "box")
                lines[f"  {tail} -->|{_mermaid_text(each.rule or '')}| {head}"] = None
            for claim in (*each.axiom_claims, *each.claims):
                name = _("claim {identifier}", identifier=claim.identifier)
                tail = node(claim.iri, f"{name}: {claim.paraphrase}", "round")
                lines[f"  {tail} {'-.-x' if each.kind == 'denied' else '-->'} {head}"] = None
                for item in claim.evidence:
                    leaf = node(item.iri, item.publication.label, "flag")
                    lines[f"  {leaf} -->|{_mermaid_text(str(item.stance))}| {tail}"] = None
    return "\n".join(["flowchart BT", *lines])


def _mermaid_text(text: str) -> str:
    """Return text with what Mermaid would read as its own written as entities."""
    return "".join(
        each if each.isalnum() or each in " .,:-/" else f"#{ord(each)};" for each in printable(text)
    )
