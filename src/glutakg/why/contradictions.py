"""What a reasoner concludes, and what contradicts, as a person reads it and in JSON."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from glutakg.rdf import PREFIXES, compress
from glutakg.text import printable

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from glutakg.claims import Claim, Conflict
    from glutakg.owl import Conclusions

__all__ = ["Contradiction", "conclusions_json", "conclusions_text"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A minimal set of axioms that cannot all be true, and the claims that state some of them."""

    axioms: tuple[str, ...]
    claims: "tuple[Claim, ...]"

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
_WORDS = {
    "en": {
        "consistent": "{}: all premises can be true at once.",
        "inconsistent": "{}: the premises cannot all be true at once.",
        "unsatisfiable": "Classes that cannot have a member: {}",
        "only": "(Asked of the axioms without individuals; of all premises together without --only.)",
        "none": "none",
        "taken": "{}: all premises that it was given can be true at once.",
        "declared": "No file declares these; they are taken for what their use shows:",
        "left out": "{} axioms or triples were left out:",
        "counts": "{} memberships and {} relations follow; those in classes of BFO are not listed.",
        "memberships": "MEMBERSHIPS",
        "relations": "RELATIONS",
        "sets": "{} minimal sets cannot all be true",
        "set": "{}. {}",
        "no claim": "no claim, only facts and axioms",
        "conflict": "recorded as {}: {}",
    },
    "nl": {
        "consistent": "{}: alle premissen kunnen tegelijk waar zijn.",
        "inconsistent": "{}: de premissen kunnen niet allemaal tegelijk waar zijn.",
        "unsatisfiable": "Klassen die geen lid kunnen hebben: {}",
        "only": "(Gevraagd aan de axioma's zonder individuen; aan alle premissen samen zonder --only.)",
        "none": "geen",
        "taken": "{}: alle premissen die hij kreeg, kunnen tegelijk waar zijn.",
        "declared": "Geen bestand declareert deze; ze gelden als wat hun gebruik laat zien:",
        "left out": "{} axioma's of triples zijn weggelaten:",
        "counts": "{} lidmaatschappen en {} relaties volgen; die in klassen van BFO staan er niet bij.",
        "memberships": "LIDMAATSCHAPPEN",
        "relations": "RELATIES",
        "sets": "{} minimale verzamelingen kunnen niet allemaal waar zijn",
        "set": "{}. {}",
        "no claim": "geen bewering, alleen feiten en axioma's",
        "conflict": "vastgelegd als {}: {}",
    },
}


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
    words = _WORDS[lang]
    name = {"hermit": "HermiT", "pellet": "Pellet"}[found.reasoner]
    if not found.consistent:
        lines = [words["inconsistent"].format(name), *_given(found, words, width)]
        if contradictions:
            lines += ["", words["sets"].format(len(contradictions))]
        for number, each in enumerate(contradictions, 1):
            lines += ["", *_contradiction(number, each, words, width)]
        return "\n".join(lines)
    unsatisfiable = ", ".join(map(compress, found.unsatisfiable)) or words["none"]
    answer = words["taken" if found.left_out else "consistent"].format(name)
    lines = [answer, words["unsatisfiable"].format(unsatisfiable)]
    if not found.complete:
        return "\n".join([*lines, words["only"], *_given(found, words, width)])
    told = [triple for triple in found.triples if not _is_upper(triple)]
    memberships = [triple for triple in told if triple.predicate.value == _TYPE]
    relations = [triple for triple in told if triple.predicate.value != _TYPE]
    return "\n".join(
        [
            *lines,
            *_given(found, words, width),
            words["counts"].format(len(memberships), len(relations)),
            "",
            words["memberships"],
            *_grouped(((_short(each.object), _short(each.subject)) for each in memberships), width),
            "",
            words["relations"],
            *_grouped(
                (
                    (_short(each.predicate), f"{_short(each.subject)} {_short(each.object)}")
                    for each in relations
                ),
                width,
            ),
        ]
    )


def _given(found: Conclusions, words: dict[str, str], width: int) -> Iterator[str]:
    """Yield what was declared for the premises, and what the reasoner was not given."""
    if found.declared:
        yield words["declared"]
        yield from _grouped(((each.kind, compress(each.iri)) for each in found.declared), width)
    if found.left_out:
        yield words["left out"].format(len(found.left_out))
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


def _contradiction(number: int, each: Contradiction, words: dict[str, str], width: int) -> Iterator[str]:
    yield words["set"].format(number, ", ".join(each.identifiers) or words["no claim"])
    for claim in each.claims:
        yield from _indented(f"{claim.identifier}  {claim.paraphrase} ({claim.status})", width)
    for axiom in each.axioms:
        yield from _indented(f"- {axiom}", width)
    for conflict in each.conflicts:
        yield from _indented(words["conflict"].format(conflict.identifier, conflict.label), width)


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
