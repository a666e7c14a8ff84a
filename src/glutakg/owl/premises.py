"""What a reasoner takes to be true: ontology, import slices, background, and what the source says.

Claims, passages, evidence and conflicts are records of what somebody says. A record is never a premise; the
direct triple that a claim states may be one. What the contested graph holds is kept apart. Nothing is
fetched: the ontologies that a file imports must be among the files.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from glutakg.dataset import ShippedFile, file_triples, kept_files, parse_triples
from glutakg.errors import ParameterError, SourceError
from glutakg.files import STDIN, read_stdin, read_text
from glutakg.owl.reachability import reachable
from glutakg.rdf import PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Triple

    Node: TypeAlias = NamedNode

__all__ = ["CHOICES", "Premises", "is_fact", "logical", "read_premises"]


CHOICES = ("uncontested", "established", "all")
"""Which claims of the source count: those that are not contested, the established ones, or every one."""

_GRAPHS = ("ontology", "imports", "background", "source", "contested", "evidence")
_GK, _OWL = PREFIXES["gk"], PREFIXES["owl"]
_RDF_TYPE = PREFIXES["rdf"] + "type"
_OF_CLAIM = ("subject", "predicate", "object")
_OF_READING = ("ofSubject", "ofPredicate", "ofObject")
_MEMBER = _GK + "hasMember"
_AXIOM_STATED_BY = _GK + "axiomStatedBy"
_ANNOTATED = ("Source", "Property", "Target")
_CLAIM = PREFIXES["gkd"] + "claim-"
_VOCABULARY = (_OWL, PREFIXES["rdf"], PREFIXES["rdfs"])
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_IMPORTS = _OWL + "imports"
_BUILT_IN_ANNOTATIONS = {
    *(PREFIXES["rdfs"] + name for name in ("comment", "isDefinedBy", "label", "seeAlso")),
    *(_OWL + name for name in ("backwardCompatibleWith", "deprecated", "incompatibleWith", "versionInfo")),
    _OWL + "priorVersion",
}
_INFORMATION = PREFIXES["obo"] + "IAO_0000030"
_SELECTOR = PREFIXES["oa"] + "TextPositionSelector"


@dataclass(frozen=True, repr=False)
class Premises:
    """Triples that are taken to be true, and where they come from.

    Attributes:
        triples: all of them.
        claims: for those that claims state, also the contested ones, the identifiers of the claims; an axiom
            is known by the triple with its predicate.
        paths: for those of a user's files, the file.
        contested: what is not among them because only contested claims state it.
    """

    triples: "frozenset[Triple]"
    claims: "Mapping[Triple, tuple[str, ...]]"
    paths: "Mapping[Triple, str]" = field(default_factory=dict)
    contested: "frozenset[Triple]" = frozenset()

    def __repr__(self) -> str:
        return f"<Premises: {len(self.triples):,} triples, {len(self.contested):,} contested ones left out>"


def read_premises(
    choice: str = "uncontested",
    paths: Sequence[Path | str] = (),
    *,
    files: Iterable[ShippedFile] | None = None,
    is_replaced: "Callable[[str, str], bool] | None" = None,
) -> Premises:
    """Return the premises: the shipped ones, and all that a user's files say.

    Args:
        choice: one of `CHOICES`.
        paths: Turtle files of a user, `-` for standard input.
        files: what is shipped; by default `glutakg.dataset.kept_files()`.
        is_replaced: tells what of the slices does not count, as for `glutakg.dataset.quads`.

    Raises:
        ParameterError: there is no such choice.
        SourceError: a file cannot be read, or imports an ontology that is not among the files.

    >>> premises = read_premises("established")
    >>> {"C054"} & {claim for claims in premises.claims.values() for claim in claims}
    set()

    """
    if choice not in CHOICES:
        message = f"There are no premises {choice!r}; choose one of {', '.join(CHOICES)}."
        raise ParameterError(message, parameter="premises")
    graphs: defaultdict[str, set[Triple]] = defaultdict(set)
    for file in kept_files() if files is None else files:
        name = file.graph_name.partition("/")[0]
        if name not in _GRAPHS:
            continue
        graphs[name].update(file_triples(file, is_replaced=is_replaced))
    world = graphs["ontology"] | graphs["imports"] | graphs["background"]
    source, contested = graphs["source"], graphs["contested"]
    records = _records(world, source | graphs["evidence"])
    held = source | contested
    stated, denied = _said(source, held, _members(world), established=choice == "established")
    direct = set(stated) if choice == "established" else source
    if choice == "all":
        direct = direct | stated.keys() | denied | contested
    own = _own(paths, world)

    def of_the_world(triples: "Iterable[Triple]") -> "set[Triple]":
        return {
            triple
            for triple in triples
            if triple.predicate.value != _IMPORTS and not {triple.subject, triple.object} & records
        }

    everything = of_the_world(world | direct) | own.keys()
    apart = of_the_world(contested) - everything
    claims = {
        triple: tuple(sorted(names))
        for triple, names in (stated | _axioms_of_claims(held)).items()
        if triple in everything or triple in apart
    }
    return Premises(frozenset(everything), claims, own, frozenset(apart))


def logical(triples: "Iterable[Triple]") -> "set[Triple]":
    """Return the triples that matter to a reasoner: no annotations, and nothing about annotation properties.

    >>> from glutakg.rdf import parse_turtle
    >>> label = '<http://www.w3.org/2000/01/rdf-schema#label> "taurine"'
    >>> text = f"<http://a.org/taurine> {label} ; a <http://a.org/Nutrient> ."
    >>> [str(triple.predicate) for triple in logical(parse_turtle(text, "example.ttl"))]
    ['<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>']
    """
    everything = list(triples)
    headers = {each.subject for each in everything if _is_a(each, _OWL + "Ontology")}
    annotating = {_iri(each.subject) for each in everything if _is_a(each, _OWL + "AnnotationProperty")}
    annotating |= _BUILT_IN_ANNOTATIONS
    return {
        each
        for each in everything
        if each.predicate.value not in annotating
        and _iri(each.subject) not in annotating
        and (each.subject not in headers or each.predicate.value == _RDF_TYPE)
    }


def is_fact(triple: "Triple") -> bool:
    """Return whether a triple is a membership or relation of individuals; axioms have other predicates."""
    from pyoxigraph import NamedNode

    if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode):
        return False
    name = triple.predicate.value
    if name == _RDF_TYPE:
        return not triple.object.value.startswith(_VOCABULARY)
    return not name.startswith(_VOCABULARY)


def _is_a(triple: "Triple", kind: str) -> bool:
    return triple.predicate.value == _RDF_TYPE and _iri(triple.object) == kind


def _records(world: "set[Triple]", recorded: "set[Triple]") -> "set[object]":
    """Return what is information and not the world: claims, passages, publications, quantities."""
    below: defaultdict[str, set[str]] = defaultdict(set)
    for triple in world:
        if triple.predicate.value == _SUBCLASS:
            below[_iri(triple.object)].add(_iri(triple.subject))
    kinds = reachable(_INFORMATION, below) | {_SELECTOR}
    return {
        triple.subject
        for triple in recorded
        if triple.predicate.value == _RDF_TYPE and _iri(triple.object) in kinds
    }


def _members(world: "set[Triple]") -> "dict[object, set[object]]":
    """Return the members of each group."""
    members: defaultdict[object, set[object]] = defaultdict(set)
    for triple in world:
        if triple.predicate.value == _MEMBER:
            members[triple.subject].add(triple.object)
    return members


def _axioms_of_claims(triples: "set[Triple]") -> "dict[Triple, set[str]]":
    """Return the axioms that put claims into words of the ontology, each with the names of the claims."""
    from pyoxigraph import Triple

    parts: defaultdict[object, dict[str, Any]] = defaultdict(dict)
    stating: defaultdict[object, set[str]] = defaultdict(set)
    for triple in triples:
        name = triple.predicate.value
        if name == _AXIOM_STATED_BY:
            stating[triple.subject].add(_iri(triple.object).removeprefix(_CLAIM))
        elif name.startswith(_OWL + "annotated"):
            parts[triple.subject][name.removeprefix(_OWL + "annotated")] = triple.object
    found: defaultdict[Triple, set[str]] = defaultdict(set)
    for node, names in stating.items():
        found[Triple(*(parts[node][name] for name in _ANNOTATED))] |= names
    return found


def _said(
    source: "set[Triple]", held: "set[Triple]", members: "Mapping[object, set[object]]", *, established: bool
) -> "tuple[dict[Triple, set[str]], set[Triple]]":
    """Return what the claims state, each triple with the identifiers of its claims, and what they deny.

    A claim that has a reading states that as well, and one on a group what is held of its members. What is
    denied is a negative property assertion.
    """
    from pyoxigraph import BlankNode, NamedNode, Triple

    said: defaultdict[object, defaultdict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
    for triple in source:
        if triple.predicate.value.startswith(_GK):
            said[triple.subject][triple.predicate.value.removeprefix(_GK)].add(triple.object)
    stated: defaultdict[Triple, set[str]] = defaultdict(set)
    denied: set[Triple] = set()
    for node, statement in said.items():
        [claim] = statement["readingOf"] or {node}
        if established and NamedNode(_GK + "Established") not in said[claim]["curatorStatus"]:
            continue
        names = {_iri(name) for name in said[claim]["claimIdentifier"]}
        names_of_parts = _OF_READING if statement["readingOf"] else _OF_CLAIM
        subjects, *others = (statement[name] for name in names_of_parts)
        in_groups = {each for group in subjects for each in members.get(group, ())}
        is_affirmed = NamedNode(_GK + "Affirmed") in said[claim]["polarity"]
        for triple in starmap(Triple, product(in_groups, *others)):
            if is_affirmed and triple in held:
                stated[triple] |= names
        for triple in starmap(Triple, product(subjects, *others)):
            if is_affirmed:
                stated[triple] |= names
            elif isinstance(triple.object, NamedNode) and triple.predicate.value != _RDF_TYPE:
                denial = BlankNode("denied" + "".join(sorted(names)))
                denied |= {
                    Triple(denial, NamedNode(_RDF_TYPE), NamedNode(_OWL + "NegativePropertyAssertion")),
                    Triple(denial, NamedNode(_OWL + "sourceIndividual"), triple.subject),
                    Triple(denial, NamedNode(_OWL + "assertionProperty"), triple.predicate),
                    Triple(denial, NamedNode(_OWL + "targetIndividual"), triple.object),
                }
    return dict(stated), denied


def _own(paths: Sequence[Path | str], world: "set[Triple]") -> "dict[Triple, str]":
    """Return the triples of a user's files, each with its file; what they import must be among the files."""
    known = _names_of_ontologies(world)
    found: dict[Triple, str] = {}
    imports: list[tuple[str, str]] = []
    for number, path in enumerate(dict.fromkeys(paths)):
        name = STDIN if str(path) == "-" else str(path)
        triples = _apart(parse_triples(read_stdin() if name == STDIN else read_text(path), name), number)
        known |= _names_of_ontologies(triples)
        for triple in triples:
            if triple.predicate.value == _IMPORTS:
                imports.append((_iri(triple.object), name))
            else:
                found.setdefault(triple, name)
    for imported, name in imports:
        if imported not in known:
            message = f"The ontology imports <{imported}>, and nothing is fetched; name a file of it as well."
            raise SourceError(message, path=name)
    return found


def _names_of_ontologies(triples: "Iterable[Triple]") -> set[str]:
    """Return the IRIs by which ontologies may be imported: their own, and those of their versions."""
    everything = list(triples)
    names = {_iri(each.subject) for each in everything if _is_a(each, _OWL + "Ontology")}
    return names | {_iri(each.object) for each in everything if each.predicate.value == _OWL + "versionIRI"}


def _apart(triples: "Iterable[Triple]", number: int) -> "set[Triple]":
    """Return the triples of a file with blank nodes that no other file has, the same each time."""
    from pyoxigraph import BlankNode, Triple

    names: dict[BlankNode, BlankNode] = {}

    def renamed(term: Any) -> Any:
        if isinstance(term, Triple):
            return Triple(renamed(term.subject), term.predicate, renamed(term.object))
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"file{number + 1}n{len(names) + 1}"))
        return term

    return {renamed(each) for each in triples}


def _iri(term: object) -> str:
    """Return the IRI, text or name of a term."""
    return str(getattr(term, "value", term))
