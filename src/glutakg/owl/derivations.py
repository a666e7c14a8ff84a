"""The graph `gkg:inferred`: what follows from the premises, each triple with the step by which it follows.

The rules of `glutakg.owl.rules` make it. Memberships and relations lie in `data/inferred/`, where people read
and compare them; their derivations, six times as many lines, are generated (see `glutakg.dataset.generated`).
An inference is a statement with a rule, an axiom and premises; a premise is another inference, or a statement
that somebody made, with the claims that make it. Memberships in the classes of BFO, which everything is a
member of, are left out.

What follows only where contested claims are taken to be true lies in `gkg:contested`, in the same form. It is
a premise of nothing outside that graph, and no reasoner is asked: contested claims need not agree.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from glutakg.dataset import shipped_root, statement_iri
from glutakg.errors import ReasoningError, SourceError
from glutakg.files import check_writable, read_text, write_atomically
from glutakg.owl.axioms import Axiom
from glutakg.owl.premises import Premises, is_fact, logical
from glutakg.owl.reading.axioms import parse_axioms
from glutakg.owl.reasoners import reason
from glutakg.owl.rules import Derivation, infer
from glutakg.rdf import PREFIXES

__all__ = [
    "HYPOTHESIS_MARK",
    "KEPT",
    "contested_document",
    "documents",
    "generated_documents",
    "key_of",
    "out_of_date",
    "recorded_key",
    "statements",
    "write",
]


HYPOTHESIS_MARK = PREFIXES["gk"] + "yieldsHypothesis"
"""The annotation of a property of which every inferred relation is a hypothesis."""

KEPT = ("memberships.ttl", "relations.ttl")
"""The documents that git keeps; the others are generated."""

_FOLDER = "data/inferred"
_KEY = "# premises: "
_HEAD = "# Written by `glutakg reason --write` from the premises of this key; not by hand.\n"
_GENERATED_HEAD = "# Derived by the rules of glutakg from the premises of this key.\n"
_CONTESTED_HEAD = "# Derived by the rules of glutakg where the contested statements are premises as well.\n"
_TYPE = PREFIXES["rdf"] + "type"
_UPPER = PREFIXES["BFO"]


def key_of(premises: Premises) -> str:
    """Return a key that changes with the axioms and facts among premises, and with nothing else.

    Comments, labels and the order of triples do not matter: where the key is the same, so is what follows.
    """
    axioms = {axiom.manchester() for axiom in parse_axioms(logical(premises.triples)).axioms}
    claims = {
        f"{triple} {' '.join(names)}"
        for triple, names in premises.claims.items()
        if triple in premises.triples and is_fact(triple)
    }
    marked = {str(triple) for triple in premises.triples if triple.predicate.value == HYPOTHESIS_MARK}
    return hashlib.sha256("\n".join(sorted(axioms | claims | marked)).encode()).hexdigest()


def statements(premises: Premises) -> dict[str, set[Triple]]:
    """Return all that the documents say, git's included, by the names of the graphs.

    Args:
        premises: what is taken to be true.
    """
    followed = infer(logical(premises.triples))
    derived = _kept(followed)
    return {
        "inferred": {*derived, *_derivations(premises, derived), *_asserted(premises, derived)},
        "contested": set(_contested(premises, followed)),
    }


def generated_documents(premises: Premises) -> dict[str, str]:
    """Return the documents that git does not keep, by their paths, which begin with the name of the graph.

    Args:
        premises: what is taken to be true.
    """
    followed = infer(logical(premises.triples))
    inferred = documents(premises, followed)
    return {
        **{f"inferred/{name}": text for name, text in inferred.items() if name not in KEPT},
        "contested/inferences.ttl": contested_document(premises, followed),
    }


def documents(premises: Premises, followed: Mapping[Triple, Derivation] | None = None) -> dict[str, str]:
    """Return the documents of the graph, by the name of the file: the same for the same premises.

    Args:
        premises: what is taken to be true.
        followed: what follows from them, where that is known already.
    """
    from glutakg.rdf import nested_graph, turtle_document

    derived = _kept(infer(logical(premises.triples)) if followed is None else followed)
    key = key_of(premises)
    contents = {
        "derivations.ttl": _derivations(premises, derived),
        "memberships.ttl": [triple for triple in derived if triple.predicate.value == _TYPE],
        "premises.ttl": _asserted(premises, derived),
        "relations.ttl": [triple for triple in derived if triple.predicate.value != _TYPE],
    }
    return {
        name: turtle_document(
            {None: nested_graph(triples, name)},
            head=f"{_HEAD if name in KEPT else _GENERATED_HEAD}{_KEY}{key}",
        )
        for name, triples in contents.items()
    }


def contested_document(premises: Premises, followed: Mapping[Triple, Derivation]) -> str:
    """Return what follows only from contested statements, each triple with its derivation, as Turtle.

    The same premises give the same document. What follows without them has its derivation in the graph
    `gkg:inferred`.

    Args:
        premises: what is taken to be true, and what is contested.
        followed: what follows from the former.
    """
    from glutakg.rdf import nested_graph, turtle_document

    content = _contested(premises, followed)
    return turtle_document({None: nested_graph(content, "contested")}, head=_CONTESTED_HEAD.rstrip())


def _contested(premises: Premises, followed: Mapping[Triple, Derivation]) -> list[Triple]:
    known = premises.triples | followed.keys()
    everything = infer(logical(premises.triples | premises.contested))
    derived = _kept({triple: step for triple, step in everything.items() if triple not in known})
    told = {premise for step in _kept(followed).values() for premise in step.premises}
    return [
        *derived,
        *_derivations(premises, derived),
        *_asserted(premises, derived, but=told | followed.keys()),
    ]


def _kept(derived: Mapping[Triple, Derivation]) -> dict[Triple, Derivation]:
    """Return the derivations but those of memberships in upper classes from which nothing else follows."""
    kept = {
        triple
        for triple in derived
        if triple.predicate.value != _TYPE or not str(triple.object).startswith(f"<{_UPPER}")
    }
    todo = list(kept)
    while todo:
        fresh = {premise for premise in derived[todo.pop()].premises if premise in derived} - kept
        kept |= fresh
        todo += fresh
    return {triple: step for triple, step in derived.items() if triple in kept}


def _derivations(premises: Premises, derived: Mapping[Triple, Derivation]) -> list[Triple]:
    """Return the steps by which triples follow as triples themselves."""
    hypotheses = {triple.subject for triple in premises.triples if triple.predicate.value == HYPOTHESIS_MARK}
    stating, text = _claims_of_axioms(premises), cache(Axiom.manchester)
    return [
        line
        for triple, step in derived.items()
        for line in _derivation(
            triple,
            step,
            stating.get(text(step.axiom), ()),
            text,
            is_hypothesis=triple.predicate in hypotheses,
        )
    ]


def _claims_of_axioms(premises: Premises) -> dict[str, tuple[str, ...]]:
    """Return the identifiers of the claims that state axioms, by the axiom in Manchester syntax."""
    everything = premises.triples | premises.contested
    about: defaultdict[object, set[Triple]] = defaultdict(set)
    declared: defaultdict[object, set[Triple]] = defaultdict(set)
    for each in everything:
        about[each.subject].add(each)
        if each.predicate.value == _TYPE and not is_fact(each):
            declared[each.subject].add(each)
    found = {}
    for triple, names in premises.claims.items():
        if is_fact(triple) or not isinstance(triple.object, BlankNode):
            continue
        parts, todo = {triple}, [triple.object]
        while todo:
            fresh = about[todo.pop()] - parts
            parts |= fresh
            todo += [each.object for each in fresh if isinstance(each.object, BlankNode)]
        named = {end for each in parts for end in (each.subject, each.object)}
        known = {each for name in named & declared.keys() for each in declared[name]}
        for axiom in parse_axioms(known | parts).axioms:
            if axiom.name == "SubClassOf":
                found[axiom.manchester()] = names
    return found


def _asserted(
    premises: Premises, derived: Mapping[Triple, Derivation], *, but: Container[Triple] = ()
) -> list[Triple]:
    """Return the statements that derivations end in, each with the claims that make it."""
    used = {premise for step in derived.values() for premise in step.premises} - derived.keys()
    return [
        line
        for triple in used
        if triple not in but
        for line in _premise(triple, premises.claims.get(triple, ()))
    ]


def _derivation(
    triple: Triple,
    step: Derivation,
    claims: Iterable[str],
    text: Callable[[Axiom], str],
    *,
    is_hypothesis: bool,
) -> Iterable[Triple]:
    node = NamedNode(statement_iri(*triple))
    kind = "Hypothesis" if is_hypothesis else "Inference"
    yield from _statement(node, triple, kind)
    yield Triple(node, _gk("byRule"), _gk(step.rule))
    axioms = (step.axiom, *step.existing)
    yield Triple(node, _gk("fromAxiom"), Literal("; ".join(map(text, axioms))))
    for claim in claims:
        yield Triple(node, _gk("axiomStatedBy"), NamedNode(f"{PREFIXES['gkd']}claim-{claim}"))
    for premise in step.premises:
        yield Triple(node, _gk("hasPremise"), NamedNode(statement_iri(*premise)))


def _premise(triple: Triple, claims: Iterable[str]) -> Iterable[Triple]:
    node = NamedNode(statement_iri(*triple))
    yield from _statement(node, triple, "Statement")
    for claim in claims:
        yield Triple(node, _gk("statedBy"), NamedNode(f"{PREFIXES['gkd']}claim-{claim}"))


def _statement(node: NamedNode, triple: Triple, kind: str) -> Iterable[Triple]:
    yield Triple(node, NamedNode(_TYPE), _gk(kind))
    yield Triple(node, _gk("ofSubject"), triple.subject)
    yield Triple(node, _gk("ofPredicate"), triple.predicate)
    yield Triple(node, _gk("ofObject"), triple.object)


def _gk(name: str) -> "NamedNode":
    return NamedNode(PREFIXES["gk"] + name)


def recorded_key() -> str | None:
    """Return the key of the premises from which the shipped graph was written; None where there is none."""
    path = shipped_root() / _FOLDER / KEPT[-1]
    if not path.is_file():
        return None
    lines = read_text(path).splitlines()[:4]
    return next((line.removeprefix(_KEY) for line in lines if line.startswith(_KEY)), None)


def out_of_date(premises: Premises) -> list[Path]:
    """Return the files of the graph in `data/inferred/` that are not what follows, byte for byte."""
    return _changed(_targets(premises))


def write(premises: Premises, *, seconds: float = 600.0, memory_mb: int = 2000) -> list[Path]:
    """Write the files of the graph in `data/inferred/` anew, and return those that changed.

    HermiT must find what the rules find. Where the axioms and facts are those from which the graph was
    written, it is not asked again.

    Args:
        premises: what is taken to be true.
        seconds: after which HermiT is stopped.
        memory_mb: megabytes that its Java may take.

    Raises:
        ReasoningError: the premises cannot all be true, or HermiT finds something else, or cannot answer.
        SourceError: a file cannot be written.
    """
    targets = _targets(premises)
    changed = _changed(targets)
    for path in changed:
        check_writable(path)
    if changed and recorded_key() != key_of(premises):
        _confirm(premises, seconds, memory_mb)
    for path in changed:
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise SourceError(f"The folder cannot be made ({error.strerror}).", path=path.parent) from error
        write_atomically(path, targets[path])
    return changed


def _confirm(premises: Premises, seconds: float, memory_mb: int) -> None:
    """Raise `ReasoningError` where HermiT does not find exactly what the rules find."""
    found = reason(premises, seconds=seconds, memory_mb=memory_mb)
    if not found.consistent:
        raise ReasoningError("The premises cannot all be true; `glutakg reason` lists what contradicts.")
    differ = sorted(map(str, found.triples ^ infer(logical(premises.triples)).keys()))
    if differ:
        raise ReasoningError(
            f"HermiT and the rules differ in {len(differ)} triples, such as {differ[0]}; "
            "extend glutakg.owl.rules, or correct the axiom."
        )


def _changed(targets: Mapping[Path, str]) -> list[Path]:
    return [path for path, text in targets.items() if not path.is_file() or read_text(path) != text]


def _targets(premises: Premises) -> dict[Path, str]:
    folder = shipped_root() / _FOLDER
    return {folder / name: text for name, text in documents(premises).items() if name in KEPT}
