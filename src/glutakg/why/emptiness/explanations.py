"""What is said of a query without an answer: the reason, the pattern it is about, and a sentence.

`glutakg.why.emptiness` finds the reasons; here are their kinds and, in English and Dutch, their sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from glutakg.languages import LANGUAGES, N_, translator
from glutakg.rdf import compress
from glutakg.text import printable

__all__ = ["Explanation", "Reason", "explanation", "in_branch"]


_MOST_SHOWN = 160


class Reason(StrEnum):
    """Why a pattern finds nothing."""

    UNKNOWN_TERM = "unknown term"
    OTHER_GRAPH = "not in that graph"
    NEVER_USED = "relation never used"
    NEVER_USED_WITH_CLASS = "relation never used with that class"
    OTHER_WAY_ROUND = "relation used the other way round"
    DENIED = "denied by a claim"
    CONTESTED = "only a contested claim"
    OTHER_LITERAL = "text or number written otherwise"
    NOT_FOUND = "looked for and not found"
    FILTERED = "removed by a filter or modifier"
    UNEXPLAINED = "not explained"


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """Why a query has no answer, as far as one of its patterns goes.

    Attributes:
        reason: the kind of reason.
        pattern: the part of the query that finds nothing, as its author wrote it.
        terms: the IRIs that the reason is about: what is unknown or elsewhere, the relation, the claims.
        instead: what there is: near terms, the graphs that hold it, the classes that a relation is used with.
        sentence: all of it as a sentence, by language.
    """

    reason: Reason
    pattern: str
    terms: tuple[str, ...]
    instead: tuple[str, ...]
    sentence: Mapping[str, str] = field(hash=False)

    def __str__(self) -> str:
        return printable(self.sentence["en"])

    def __repr__(self) -> str:
        return f"<Explanation {self.reason}: {self}>"

    def _repr_html_(self) -> str:
        from glutakg.markup import framed
        from glutakg.why.notebook import explanation_html

        return framed(explanation_html(self))


_SENTENCES = {
    "unknown-term": N_("{terms} occurs in no graph."),
    "unknown-graph": N_("there is no graph {terms}."),
    "no-subject": N_("nothing is said of {terms} in the default graph; it occurs in {instead}."),
    "from": N_(
        "the graphs that are named for the query ({terms}) leave out one that holds what it asks; with "
        "all graphs it finds something."
    ),
    "from-named": N_(
        "GRAPH reaches only the graphs that FROM NAMED names, and there are none beside FROM ({terms}); add "
        "FROM NAMED for each graph that GRAPH is to reach."
    ),
    "elsewhere": N_("this is not in {graph}, but in {instead}."),
    "spread": N_(
        "no single graph holds this together with the patterns before it; alone it is in {instead}."
    ),
    "outside-default": N_("this is only in {instead}, which a query without GRAPH does not see."),
    "term-elsewhere": N_("{terms} does not occur in {graph}, only in {instead}."),
    "term-outside-default": N_("{terms} occurs only in {instead}, which a query without GRAPH does not see."),
    "denied": N_("a claim denies it: {claims}."),
    "contested": N_("it is claimed, but contested, so that only GRAPH gkg:contested has it: {claims}."),
    "literal": N_("the graph has it as {instead}; language and datatype count, unless you compare STR(…)."),
    "near-literal": N_("there is no such value; the nearest are {instead}."),
    "near-literal-of-some": N_(
        "there is no such value; of the {number} that were compared, which are not all, the nearest are "
        "{instead}."
    ),
    "named": N_("the relation leads to things, not to texts; what has that name is {instead}."),
    "turned": N_("the relation runs the other way: {turned}."),
    "no-class": N_("{terms} is one thing and no class, so nothing is a member of it: ask {works}."),
    "subclasses": N_(
        "only its subclasses have instances here ({instead}): ask a/rdfs:subClassOf* instead of a."
    ),
    "subproperties": N_("only narrower relations hold here ({instead}), and nothing is inferred: name them."),
    "matched": N_("nothing is said of {terms} itself here, but of what matches it: {instead}."),
    "searched": N_("evidence on {claim} was looked for and not found. Searched: {searched}"),
    "never-used": N_("no triple uses the relation {terms}."),
    "never-subject": N_("{relation} is never used with a subject of the class {classes}."),
    "never-object": N_("{relation} is never used with an object of the class {classes}."),
    "absent": N_("this was looked for, but no such triple is there."),
    "part": N_("this finds nothing, or nothing that fits the rest."),
    "join": N_("the parts before it find something, but nothing that fits this part as well."),
    "service": N_("what is asked of this graph has answers, but with what the service says there is none."),
    "filter": N_("the patterns find something, but this filter lets none of it through."),
    "minus": N_("the patterns find something, but this takes all of it away."),
    "modifiers": N_("the patterns find something, but what follows them leaves nothing over."),
    "template": N_("the pattern has solutions, but none gives all parts of a triple of the template."),
    "unknown": N_("Why there is no answer could not be explained."),
    "intricate": N_("Why there is no answer could not be explained: the query is too long or too intricate."),
    "spent": N_("Why there is no answer could not be explained ({error})."),
    "hint-near": N_("Did you mean {listed}?"),
    "hint-narrowed": N_("Imports have too many names to compare all, so that only those of ours were."),
    "hint-classes": N_("It is used with {listed}."),
    "hint-inverse": N_("Its inverse is used: {listed}."),
    "hint-unknown": N_("{listed} occurs in no graph."),
    "hint-literal": N_(
        "The graph has it as {listed}: language and datatype count, unless you compare STR(…)."
    ),
    "hint-number": N_(
        "A number is compared with numbers only, and here are {listed}: compare xsd:decimal(…)."
    ),
    "hint-plain": N_(
        "A text is compared with texts only, and here are {listed}: compare STR(…), or write one of these."
    ),
    "hint-date": N_(
        "This function takes a date with its time, and here are numbers ({listed}): compare them."
    ),
    "hint-text": N_("This function takes texts, and here are {listed}: ask for STR(…)."),
    "hint-language": N_("The languages of these texts are {listed}."),
}
"""Every sentence about a pattern, and every hint after it."""


def explanation(
    key: str,
    reason: Reason,
    pattern: str,
    *,
    terms: tuple[str, ...] = (),
    instead: tuple[str, ...] = (),
    hints: Sequence[tuple[str, tuple[str, ...]]] = (),
    **fields: object,
) -> Explanation:
    """Return the explanation with its sentences: the one named by `key`, and the hints after it."""
    pattern = " ".join(pattern.split())
    shown = pattern if len(pattern) <= _MOST_SHOWN else f"{pattern[:_MOST_SHOWN]}…"
    sentence = {}
    for lang in LANGUAGES:
        _ = translator(lang)
        why = _(
            _SENTENCES[key],
            terms=", ".join(map(compress, terms)),
            instead=", ".join(map(compress, instead)),
            **{name: value[lang] if isinstance(value, Mapping) else value for name, value in fields.items()},
        )
        if pattern:
            why = _("No match for {pattern}: {why}", pattern=shown, why=why)
        listed = [_(_SENTENCES[hint], listed=", ".join(names)) for hint, names in hints]
        sentence[lang] = " ".join((why, *listed))
    return Explanation(reason, pattern, terms, instead, sentence)


def in_branch(number: int, sentence: Mapping[str, str]) -> Mapping[str, str]:
    """Return the sentence, said of one branch of a union."""
    return {
        lang: translator(lang)(N_("Branch {number} of UNION: {why}"), number=number, why=why)
        for lang, why in sentence.items()
    }
