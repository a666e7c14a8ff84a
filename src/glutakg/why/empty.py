"""What is said of a query without an answer: the reason, the pattern it is about, and a sentence.

`glutakg.why.emptiness` finds the reasons; here are their kinds and, in English and Dutch, their words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from glutakg.languages import LANGUAGES
from glutakg.rdf import compress

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


@dataclass(frozen=True, slots=True)
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
        return self.sentence["en"]


_SENTENCES: Mapping[str, tuple[str, str]] = {
    "unknown-term": ("{terms} occurs in no graph.", "{terms} komt in geen graaf voor."),
    "unknown-graph": ("there is no graph {terms}.", "er is geen graaf {terms}."),
    "no-subject": (
        "nothing is said of {terms} in the default graph; it occurs in {instead}.",
        "in de standaardgraaf wordt niets over {terms} gezegd; het komt voor in {instead}.",
    ),
    "from": (
        "the graphs that are named for the query ({terms}) leave out one that holds what it asks; "
        "with all graphs it finds something.",
        "de grafen die voor de vraag genoemd zijn ({terms}) laten er een weg die bevat wat ze vraagt; "
        "met alle grafen vindt ze wel iets.",
    ),
    "elsewhere": (
        "this is not in {graph}, but in {instead}.",
        "dit staat niet in {graph}, wel in {instead}.",
    ),
    "spread": (
        "no single graph holds this together with the patterns before it; alone it is in {instead}.",
        "geen enkele graaf bevat dit samen met de patronen ervoor; op zich staat het in {instead}.",
    ),
    "outside-default": (
        "this is only in {instead}, which a query without GRAPH does not see.",
        "dit staat alleen in {instead}, die een vraag zonder GRAPH niet ziet.",
    ),
    "term-elsewhere": (
        "{terms} does not occur in {graph}, only in {instead}.",
        "{terms} komt niet voor in {graph}, alleen in {instead}.",
    ),
    "term-outside-default": (
        "{terms} occurs only in {instead}, which a query without GRAPH does not see.",
        "{terms} komt alleen voor in {instead}, die een vraag zonder GRAPH niet ziet.",
    ),
    "denied": ("a claim denies it: {claims}.", "een bewering ontkent het: {claims}."),
    "contested": (
        "it is claimed, but contested, so that only GRAPH gkg:contested has it: {claims}.",
        "het wordt beweerd, maar betwist, en staat daarom alleen in GRAPH gkg:contested: {claims}.",
    ),
    "literal": (
        "the graph has it as {instead}; language and datatype count, unless you compare STR(…).",
        "in de graaf staat het als {instead}; taal en datatype tellen mee, tenzij u STR(…) vergelijkt.",
    ),
    "near-literal": (
        "there is no such value; the nearest are {instead}.",
        "zo'n waarde is er niet; het dichtst erbij: {instead}.",
    ),
    "named": (
        "the relation leads to things, not to texts; what has that name is {instead}.",
        "de relatie leidt naar dingen, niet naar teksten; wat zo heet is {instead}.",
    ),
    "turned": (
        "the relation runs the other way: {turned}.",
        "de relatie loopt andersom: {turned}.",
    ),
    "subclasses": (
        "only its subclasses have instances here ({instead}): ask a/rdfs:subClassOf* instead of a.",
        "alleen subklassen hebben hier instanties ({instead}): vraag a/rdfs:subClassOf* in plaats van a.",
    ),
    "subproperties": (
        "only narrower relations hold here ({instead}), and nothing is inferred: name them.",
        "alleen engere relaties gelden hier ({instead}), en er wordt niets afgeleid: noem die.",
    ),
    "matched": (
        "nothing is said of {terms} itself here, but of what matches it: {instead}.",
        "hier wordt niets over {terms} zelf gezegd, wel over wat ermee overeenkomt: {instead}.",
    ),
    "searched": (
        "evidence on {claim} was looked for and not found. Searched: {searched}",
        "naar bewijs bij {claim} is gezocht, zonder resultaat. Gezocht: {searched}",
    ),
    "never-used": ("no triple uses the relation {terms}.", "geen enkel triple gebruikt de relatie {terms}."),
    "never-subject": (
        "{relation} is never used with a subject of the class {classes}.",
        "{relation} wordt nooit gebruikt met een onderwerp van de klasse {classes}.",
    ),
    "never-object": (
        "{relation} is never used with an object of the class {classes}.",
        "{relation} wordt nooit gebruikt met een lijdend voorwerp van de klasse {classes}.",
    ),
    "absent": (
        "this was looked for, but no such triple is there.",
        "hiernaar is gezocht, maar zo'n triple is er niet.",
    ),
    "part": (
        "this finds nothing, or nothing that fits the rest.",
        "dit vindt niets, of niets dat bij de rest past.",
    ),
    "join": (
        "the parts before it find something, but nothing that fits this part as well.",
        "de delen ervoor vinden iets, maar niets dat ook bij dit deel past.",
    ),
    "service": (
        "what is asked of this graph has answers, but with what the service says there is none.",
        "wat aan deze graaf wordt gevraagd heeft antwoorden, maar samen met wat de dienst zegt niet.",
    ),
    "filter": (
        "the patterns find something, but this filter lets none of it through.",
        "de patronen vinden iets, maar dit filter laat er niets van door.",
    ),
    "minus": (
        "the patterns find something, but this takes all of it away.",
        "de patronen vinden iets, maar dit haalt alles weg.",
    ),
    "modifiers": (
        "the patterns find something, but what follows them leaves nothing over.",
        "de patronen vinden iets, maar wat erop volgt laat niets over.",
    ),
    "template": (
        "the pattern has solutions, but none gives all parts of a triple of the template.",
        "het patroon heeft oplossingen, maar geen ervan geeft alle delen van een triple van het sjabloon.",
    ),
    "unknown": (
        "Why there is no answer could not be explained.",
        "Waarom er geen antwoord is kon niet worden verklaard.",
    ),
    "intricate": (
        "Why there is no answer could not be explained: the query is too long or too intricate.",
        "Waarom er geen antwoord is kon niet worden verklaard: de vraag is te lang of te ingewikkeld.",
    ),
    "spent": (
        "Why there is no answer could not be explained ({error}).",
        "Waarom er geen antwoord is kon niet worden verklaard ({error}).",
    ),
    "hint-near": (" Did you mean {listed}?", " Bedoelde u {listed}?"),
    "hint-classes": (" It is used with {listed}.", " Ze wordt gebruikt met {listed}."),
    "hint-inverse": (
        " Its inverse is used: {listed}.",
        " De omgekeerde relatie wordt wel gebruikt: {listed}.",
    ),
    "hint-unknown": (" {listed} occurs in no graph.", " {listed} komt in geen graaf voor."),
    "hint-literal": (
        " The graph has it as {listed}: language and datatype count, unless you compare STR(…).",
        " In de graaf staat het als {listed}: taal en datatype tellen mee, tenzij u STR(…) vergelijkt.",
    ),
    "hint-language": (
        " The languages of these texts are {listed}.",
        " De talen van deze teksten zijn {listed}.",
    ),
    "match": ("No match for {pattern}: ", "Geen treffer voor {pattern}: "),
    "branch": ("Branch {number} of UNION: ", "Tak {number} van UNION: "),
}
"""Every sentence and part of one, in English and Dutch."""


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
    for position, lang in enumerate(LANGUAGES):
        parts = [
            _SENTENCES[key][position].format(
                terms=", ".join(map(compress, terms)),
                instead=", ".join(map(compress, instead)),
                **{
                    name: value[lang] if isinstance(value, Mapping) else value
                    for name, value in fields.items()
                },
            )
        ]
        if pattern:
            parts.insert(0, _SENTENCES["match"][position].format(pattern=shown))
        parts.extend(_SENTENCES[hint][position].format(listed=", ".join(listed)) for hint, listed in hints)
        sentence[lang] = "".join(parts)
    return Explanation(reason, pattern, terms, instead, sentence)


def in_branch(number: int, sentence: Mapping[str, str]) -> Mapping[str, str]:
    """Return the sentence, said of one branch of a union."""
    return {
        lang: _SENTENCES["branch"][position].format(number=number) + sentence[lang]
        for position, lang in enumerate(LANGUAGES)
    }
