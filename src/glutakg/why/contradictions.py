"""What a reasoner concludes, and what contradicts, as a person reads it and in JSON."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from glutakg.languages import Translator, translator
from glutakg.rdf import PREFIXES, compress
from glutakg.text import printable

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from glutakg.claims import Claim, Conflict
    from glutakg.owl import Conclusions

__all__ = ["Contradiction", "conclusions_json", "conclusions_text"]


@dataclass(frozen=True, slots=True, repr=False)
class Contradiction:
    """A minimal set of axioms that cannot all be true, and the claims that state some of them."""

    axioms: tuple[str, ...]
    claims: "tuple[Claim, ...]"

    def __repr__(self) -> str:
        claims = ", ".join(self.identifiers) or "no claim"
        return f"<Contradiction of {len(self.axioms)} axioms, of {printable(claims)}>"

    def _repr_html_(self) -> str:
        from glutakg.markup import framed
        from glutakg.why.notebook import contradiction_html

        return framed(contradiction_html(self))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The identifiers of the claims, such as C064."""
        return tuple(claim.identifier for claim in self.claims)

    @property
    def conflicts(self) -> "tuple[Conflict, ...]":
        """The recorded conflicts that have as many of the claims as any has, one at least."""
        counted = {
            conflict: len(set(conflict.claims) & set(self.identifiers))
            for claim in self.claims
            for conflict in claim.conflicts
            if conflict.type.iri == PREFIXES["gk"] + "Contradiction"
        }
        return tuple(each for each, number in counted.items() if number == max(counted.values()))


_TYPE = PREFIXES["rdf"] + "type"
_UPPER = PREFIXES["BFO"]
_MOST_LEFT_OUT = 5  # of one reason, in a text; JSON has all


def conclusions_text(
    found: "Conclusions", contradictions: Sequence[Contradiction] = (), *, lang: str = "en", width: int = 80
) -> str:
    """Return what a reasoner concludes as text: what follows by class and relation, or what contradicts.

    Args:
        found: what the reasoner says.
        contradictions: the sets that cannot all be true, where it says that not all can.
        lang: language of the text, en or nl.
        width: columns of a line.

    >>> from glutakg.owl import Conclusions
    >>> print(conclusions_text(Conclusions("hermit", True, (), frozenset())).splitlines()[0])
    HermiT: all premises can be true at once.
    """
    _ = translator(lang)
    name = {"hermit": "HermiT", "pellet": "Pellet"}[found.reasoner]
    if not found.consistent:
        lines = [
            _("{reasoner}: the premises cannot all be true at once.", reasoner=name),
            *_given(found, _, width),
        ]
        if contradictions:
            lines += ["", _("{count} minimal sets cannot all be true", count=len(contradictions))]
        for number, each in enumerate(contradictions, 1):
            lines += ["", *_contradiction(number, each, _, width)]
        return "\n".join(lines)
    unsatisfiable = ", ".join(map(compress, found.unsatisfiable)) or _("none")
    if found.left_out:
        answer = _("{reasoner}: all premises that it was given can be true at once.", reasoner=name)
    else:
        answer = _("{reasoner}: all premises can be true at once.", reasoner=name)
    lines = [answer, _("Classes that cannot have a member: {classes}", classes=unsatisfiable)]
    if not found.complete:
        return "\n".join(
            [
                *lines,
                _("(Asked of the axioms without individuals; of all premises together without --only.)"),
                *_given(found, _, width),
            ]
        )
    told = [triple for triple in found.triples if not _is_upper(triple)]
    memberships = [triple for triple in told if triple.predicate.value == _TYPE]
    relations = [triple for triple in told if triple.predicate.value != _TYPE]
    return "\n".join(
        [
            *lines,
            *_given(found, _, width),
            _(
                "{memberships} memberships and {relations} relations follow; "
                "those in classes of BFO are not listed.",
                memberships=len(memberships),
                relations=len(relations),
            ),
            "",
            _("MEMBERSHIPS"),
            *_grouped(((_short(each.object), _short(each.subject)) for each in memberships), width),
            "",
            _("RELATIONS"),
            *_grouped(
                (
                    (_short(each.predicate), f"{_short(each.subject)} {_short(each.object)}")
                    for each in relations
                ),
                width,
            ),
        ]
    )


def _given(found: "Conclusions", _: Translator, width: int) -> Iterator[str]:
    """Yield what was declared for the premises, and what the reasoner was not given."""
    if found.declared:
        yield _("No file declares these; they are taken for what their use shows:")
        yield from _grouped(((each.kind, compress(each.iri)) for each in found.declared), width)
    if found.left_out:
        yield _("{count} axioms or triples were left out:", count=len(found.left_out))
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for each in found.left_out:
        groups[each.reason].append(f"{each.text} ({each.path})" if each.path else each.text)
    for reason, texts in groups.items():
        yield from _indented(f"{reason} ({len(texts)})", width)
        for text in texts[:_MOST_LEFT_OUT]:
            yield from _indented(f"- {text}", width)
        if len(texts) > _MOST_LEFT_OUT:
            yield from _indented("- …", width)


def _is_upper(triple: "Triple") -> bool:
    return triple.predicate.value == _TYPE and str(triple.object.value).startswith(_UPPER)  # type: ignore[union-attr]


def _short(term: object) -> str:
    return compress(str(getattr(term, "value", term)))


def _grouped(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield each head with all that belongs to it, sorted and wrapped."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for head, item in pairs:
        groups[head].append(item)
    for head in sorted(groups):
        text = f"{head}: {', '.join(sorted(groups[head]))}"
        yield from wrap(
            printable(text), width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )


def _contradiction(number: int, each: Contradiction, _: Translator, width: int) -> Iterator[str]:
    members = ", ".join(each.identifiers) or _("no claim, only facts and axioms")
    yield f"{number}. {members}"
    for claim in each.claims:
        yield from _indented(f"{claim.identifier}  {claim.paraphrase} ({claim.status})", width)
    for axiom in each.axioms:
        yield from _indented(f"- {axiom}", width)
    for conflict in each.conflicts:
        recorded = _(
            "recorded as {identifier}: {label}", identifier=conflict.identifier, label=conflict.label
        )
        yield from _indented(recorded, width)


def _indented(text: str, width: int) -> list[str]:
    return wrap(
        printable(text), width, initial_indent="   ", subsequent_indent="     ", break_on_hyphens=False
    )


def conclusions_json(found: "Conclusions", contradictions: Sequence[Contradiction] = ()) -> str:
    """Return what a reasoner concludes in JSON: terms as CURIEs or IRIs, sorted."""
    triples = sorted(
        [_short(each.subject), _short(each.predicate), _short(each.object)] for each in found.triples
    )
    return json.dumps(
        {
            "reasoner": found.reasoner,
            "consistent": found.consistent,
            "unsatisfiable": [compress(iri) for iri in found.unsatisfiable],
            "memberships": [[one, kind] for one, relation, kind in triples if relation == "rdf:type"],
            "relations": [triple for triple in triples if triple[1] != "rdf:type"],
            "contradictions": [
                {
                    "claims": [asdict(claim) for claim in each.claims],
                    "axioms": each.axioms,
                    "conflicts": [conflict.identifier for conflict in each.conflicts],
                }
                for each in contradictions
            ],
            "complete": found.complete,
            "declared": [[each.kind, compress(each.iri)] for each in found.declared],
            "leftOut": [
                {"statement": each.text, "reason": each.reason, "file": each.path} for each in found.left_out
            ],
        },
        ensure_ascii=False,
        indent=2,
        default=str,
    )
