"""Each rule makes what it should and says how, and the rules find what the project set out to find.

Whether they find everything that follows is for reasoners to say (`test_reasoning.py`).
"""

import os
import random
import subprocess
import sys
from itertools import islice, pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, settings, strategies as st

from glutakg.dataset.graphs import parse_triples
from glutakg.owl.derivations import HYPOTHESIS_MARK
from glutakg.owl.premises import Premises, is_fact, logical
from glutakg.owl.rules import RULES, Derivation, infer
from glutakg.rdf.prefixes import PREFIXES, compress

TURTLE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
GK, GKD = PREFIXES["gk"], PREFIXES["gkd"]
RDF_TYPE = PREFIXES["rdf"] + "type"
DECLARED = """
gk:A a owl:Class . gk:B a owl:Class . gk:C a owl:Class .
gk:p a owl:ObjectProperty . gk:q a owl:ObjectProperty . gk:r a owl:ObjectProperty .
"""

Readable = dict[str, tuple[str, str, list[str]]]


def parse(turtle: str) -> set[ox.Triple]:
    """Return the triples of Turtle in which all prefixes of the project are known."""
    return set(parse_triples(TURTLE + turtle, "tiny.ttl"))


def text(triple: ox.Triple) -> str:
    """Return a triple in CURIEs without the prefix of our things."""
    terms = (compress(str(getattr(term, "value", term))) for term in triple)
    return " ".join(terms).replace("gkd:", "").replace("gk:", "").replace("rdf:type", "a")


def told(derived: dict[ox.Triple, Derivation]) -> Readable:
    """Return derivations as a person reads them."""
    return {
        text(triple): (
            step.rule,
            "; ".join(axiom.manchester() for axiom in (step.axiom, *step.existing)),
            list(map(text, step.premises)),
        )
        for triple, step in derived.items()
    }


def some(role: str, filler: str) -> str:
    """Return a class of what has a relation to something."""
    return f"[ a owl:Restriction ; owl:onProperty {role} ; owl:someValuesFrom {filler} ]"


CASES: dict[str, tuple[str, Readable]] = {
    "SubclassRule": (
        "gk:A rdfs:subClassOf gk:B . gkd:x a gk:A .",
        {"x a B": ("SubclassRule", "Class: gk:A SubClassOf: gk:B", ["x a A"])},
    ),
    "DefinitionRule": (
        f"gk:A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( gk:B {some('gk:p', 'gk:C')} ) ] ."
        "gkd:x a gk:B ; gk:p gkd:y . gkd:y a gk:C . gkd:z a gk:B .",
        {
            "x a A": (
                "DefinitionRule",
                "Class: gk:A EquivalentTo: gk:B and (gk:p some gk:C)",
                ["x a B", "x p y", "y a C"],
            )
        },
    ),
    "DefinitionRule by something without a name": (
        f"gk:A owl:equivalentClass {some('gk:p', 'gk:C')} . gk:B rdfs:subClassOf {some('gk:p', 'gk:C')} ."
        " gkd:x a gk:B .",
        {
            "x a A": (
                "DefinitionRule",
                "Class: gk:A EquivalentTo: gk:p some gk:C; Class: gk:B SubClassOf: gk:p some gk:C",
                ["x a B"],
            )
        },
    ),
    "RestrictionRule": (
        "gk:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty gk:p ; owl:hasValue gkd:y ] ."
        " gkd:x a gk:A .",
        {"x p y": ("RestrictionRule", "Class: gk:A SubClassOf: gk:p value gkd:y", ["x a A"])},
    ),
    "SubpropertyRule": (
        "gk:p rdfs:subPropertyOf gk:q . gkd:x gk:p gkd:y .",
        {"x q y": ("SubpropertyRule", "ObjectProperty: gk:p SubPropertyOf: gk:q", ["x p y"])},
    ),
    "ChainRule": (
        "gk:r owl:propertyChainAxiom ( [ owl:inverseOf gk:p ] gk:q ) . gkd:y gk:p gkd:x ; gk:q gkd:z .",
        {
            "x r z": (
                "ChainRule",
                "ObjectProperty: gk:r SubPropertyChain: inverse gk:p o gk:q",
                ["y p x", "y q z"],
            )
        },
    ),
    "InverseRule": (
        "gk:p owl:inverseOf gk:q . gkd:x gk:p gkd:y . gkd:z gk:q gkd:x .",
        {
            "y q x": ("InverseRule", "ObjectProperty: gk:p InverseOf: gk:q", ["x p y"]),
            "x p z": ("InverseRule", "ObjectProperty: gk:p InverseOf: gk:q", ["z q x"]),
        },
    ),
    "SymmetryRule": (
        "gk:p a owl:SymmetricProperty . gkd:x gk:p gkd:y .",
        {"y p x": ("SymmetryRule", "ObjectProperty: gk:p Characteristics: Symmetric", ["x p y"])},
    ),
    "TransitivityRule": (
        "gk:p a owl:TransitiveProperty . gkd:x gk:p gkd:y . gkd:y gk:p gkd:z .",
        {
            "x p z": (
                "TransitivityRule",
                "ObjectProperty: gk:p Characteristics: Transitive",
                ["x p y", "y p z"],
            )
        },
    ),
    "DomainRule": (
        "gk:p rdfs:domain gk:A . gkd:x gk:p gkd:y .",
        {"x a A": ("DomainRule", "ObjectProperty: gk:p Domain: gk:A", ["x p y"])},
    ),
    "RangeRule": (
        "gk:p rdfs:range gk:A . gkd:x gk:p gkd:y .",
        {"y a A": ("RangeRule", "ObjectProperty: gk:p Range: gk:A", ["x p y"])},
    ),
}
"""For each rule a tiny ontology, and all that follows from it with the one step by which it does."""


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    """The rule makes what it should and nothing else, and names rule, axiom and premises."""
    turtle, expected = CASES[rule]
    assert told(infer(parse(DECLARED + turtle))) == expected
    assert {step[0] for step in expected.values()} == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_among_the_rules_of_the_ontology(rule: str, shipped_premises: Premises) -> None:
    """Each rule is an individual of the ontology, by the same name."""
    assert parse(f"gk:{rule} a gk:InferenceRule .") <= shipped_premises.triples


def test_the_ontology_has_no_other_rules(shipped_premises: Premises) -> None:
    """Whatever is an inference rule there is one here."""
    kind = ox.NamedNode(GK + "InferenceRule")
    found = {
        each.subject.value  # type: ignore[union-attr]
        for each in shipped_premises.triples
        if each.object == kind and each.predicate.value == RDF_TYPE
    }
    assert found == {GK + rule for rule in RULES}


MORE_CASES: dict[str, tuple[str, set[str]]] = {
    "equivalent-names": (
        "gk:A owl:equivalentClass gk:B . gkd:x a gk:A . gkd:y a gk:B .",
        {"x a B", "y a A"},
    ),
    "definition-read-backwards": (
        "gk:A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( gk:B"
        " [ a owl:Restriction ; owl:onProperty gk:p ; owl:hasValue gkd:y ] ) ] . gkd:x a gk:A .",
        {"x a B", "x p y"},
    ),
    "general-class-axiom": (
        f"{some('gk:p', 'owl:Thing')} rdfs:subClassOf gk:A . gkd:x gk:p gkd:y .",
        {"x a A"},
    ),
    "has-value-on-the-left": (
        "[ a owl:Restriction ; owl:onProperty gk:p ; owl:hasValue gkd:y ] rdfs:subClassOf gk:A ."
        " gkd:x gk:p gkd:y . gkd:z gk:p gkd:x .",
        {"x a A"},
    ),
    "inverse-in-a-definition": (
        f"gk:A owl:equivalentClass {some('[ owl:inverseOf gk:p ]', 'gk:B')} ."
        " gkd:x gk:p gkd:y , gkd:z . gkd:x a gk:B .",
        {"y a A", "z a A"},
    ),
    "domain-of-an-inverse": ("[ owl:inverseOf gk:p ] rdfs:domain gk:A . gkd:x gk:p gkd:y .", {"y a A"}),
    "subproperty-of-an-inverse": (
        "gk:p rdfs:subPropertyOf [ owl:inverseOf gk:q ] . gkd:x gk:p gkd:y .",
        {"y q x"},
    ),
    "chain-of-one-property": (
        "gk:q owl:propertyChainAxiom ( gk:p gk:p ) . gkd:x gk:p gkd:y . gkd:y gk:p gkd:x .",
        {"x q x", "y q y"},
    ),
    "one-filler-is-not-enough-for-all": (
        "gk:A owl:equivalentClass [ a owl:Restriction ; owl:onProperty gk:p ; owl:allValuesFrom gk:B ] ."
        " gkd:x gk:p gkd:y . gkd:y a gk:B .",
        set(),
    ),
    "something-is-nobody": (f"gk:A rdfs:subClassOf {some('gk:p', 'gk:B')} . gkd:x a gk:A .", set()),
    "thing-is-not-told": ("gk:A rdfs:subClassOf owl:Thing . gkd:x a gk:A .", set()),
    "what-is-given-is-not-derived": ("gk:p a owl:SymmetricProperty . gkd:x gk:p gkd:x .", set()),
    "classes-are-no-individuals": ("gk:A rdfs:subClassOf gk:B . gk:B rdfs:subClassOf gk:C .", set()),
}
"""What else follows, or does not."""


@pytest.mark.parametrize("case", MORE_CASES)
def test_what_follows(case: str) -> None:
    """Exactly these triples follow."""
    turtle, expected = MORE_CASES[case]
    assert set(told(infer(parse(DECLARED + turtle)))) == expected


def test_shortest_derivation_is_told() -> None:
    """Of two ways the one in fewer steps is told, however the triples lie; of equal ones the earlier rule."""
    turtle = """
    gk:A rdfs:subClassOf gk:B . gk:B rdfs:subClassOf gk:C . gk:p rdfs:domain gk:C .
    gk:q rdfs:subPropertyOf gk:p ; rdfs:range gk:A .
    gkd:x a gk:A ; gk:p gkd:y . gkd:z gk:q gkd:w . gkd:w a gk:B .
    """
    derived = told(infer(parse(DECLARED + turtle)))
    assert derived["x a C"][0] == "DomainRule"
    assert derived["w a C"][0] == "SubclassRule"
    assert derived["x a B"][0] == "SubclassRule"


def heights(derived: dict[ox.Triple, Derivation]) -> dict[ox.Triple, int]:
    """Return in how many rounds each triple follows, from the derivations alone; fails on a circle."""
    found: dict[ox.Triple, int] = {}
    rest = dict(derived)
    while rest:
        ready = [each for each, step in rest.items() if not any(one in rest for one in step.premises)]
        assert ready, f"{len(rest)} triples rest on each other"
        level = {each: 1 + max(found.get(one, 0) for one in rest[each].premises) for each in ready}
        found |= level
        for each in ready:
            del rest[each]
    return found


@pytest.fixture(scope="module")
def shipped(shipped_premises: Premises) -> dict[ox.Triple, Derivation]:
    """Give what follows from the shipped premises."""
    return infer(logical(shipped_premises.triples))


def test_derivations_end_at_premises(
    shipped: dict[ox.Triple, Derivation], shipped_premises: Premises
) -> None:
    """No derivation runs in a circle, and each ends at triples that are given."""
    assert heights(shipped).keys() == shipped.keys()
    used = {premise for step in shipped.values() for premise in step.premises}
    assert used - shipped.keys() <= shipped_premises.triples
    assert all(step.premises for step in shipped.values())
    assert not shipped.keys() & shipped_premises.triples


def test_derivations_are_steps_of_their_rule(
    shipped: dict[ox.Triple, Derivation], shipped_premises: Premises
) -> None:
    """From the premises of a derivation and nothing else but axioms, its triple follows again in that way.

    This is asked of the first four derivations by each rule; the premises are as few as can be.
    """
    axioms = {each for each in logical(shipped_premises.triples) if not is_fact(each)}
    for rule in RULES:
        cases = list(islice((each for each, step in shipped.items() if step.rule == rule), 4))
        assert cases, rule
        for triple in cases:
            again = infer(axioms | set(shipped[triple].premises))[triple]
            assert (again.rule, again.axiom) == (rule, shipped[triple].axiom)
            assert set(again.premises) == set(shipped[triple].premises)


def test_the_order_of_triples_does_not_matter(
    shipped: dict[ox.Triple, Derivation], shipped_premises: Premises
) -> None:
    """Shuffled premises give the same derivations in the same order."""
    shuffled = list(shipped_premises.triples)
    random.Random(7).shuffle(shuffled)
    assert list(infer(logical(shuffled)).items()) == list(shipped.items())


DIGEST = """
import hashlib
from glutakg.owl.rules import infer
from glutakg.owl.premises import logical, read_premises
digest = hashlib.sha256()
for triple, step in infer(logical(read_premises().triples)).items():
    digest.update(f"{triple} {step.rule} {step.axiom.manchester()} {list(map(str, step.premises))}".encode())
print(digest.hexdigest())
"""


def test_the_seed_of_hashes_does_not_matter() -> None:
    """Two processes with other hashes of texts derive the same."""

    def digest(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(
            [sys.executable, "-c", DIGEST], env=environment, check=True, capture_output=True, encoding="utf-8"
        ).stdout

    assert digest("1") == digest("2")


# ---- everything that follows has been drawn ----

NAMES = st.sampled_from(["gkd:a", "gkd:b", "gkd:c", "gkd:d"])
ROLES = st.sampled_from(["gk:p", "gk:q", "gk:r"])
KINDS = st.sampled_from(["gk:A", "gk:B", "gk:C"])
FACTS = st.one_of(
    st.builds("{} {} {} .".format, NAMES, ROLES, NAMES), st.builds("{} a {} .".format, NAMES, KINDS)
)
AXIOMS = st.one_of(
    st.builds("{} rdfs:subClassOf {} .".format, KINDS, KINDS),
    st.builds("{} rdfs:subPropertyOf {} .".format, ROLES, ROLES),
    st.builds("{} owl:inverseOf {} .".format, ROLES, ROLES),
    st.builds("{} a owl:TransitiveProperty .".format, ROLES),
    st.builds("{} a owl:SymmetricProperty .".format, ROLES),
    st.builds("{} rdfs:domain {} .".format, ROLES, KINDS),
    st.builds("{} rdfs:range {} .".format, ROLES, KINDS),
    st.builds("{} owl:propertyChainAxiom ( {} [ owl:inverseOf {} ] ) .".format, ROLES, ROLES, ROLES),
    st.builds(lambda kind, role, of: f"{kind} owl:equivalentClass {some(role, of)} .", KINDS, ROLES, KINDS),
    st.builds(
        "{} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty {} ; owl:hasValue {} ] .".format,
        KINDS,
        ROLES,
        NAMES,
    ),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(FACTS, min_size=1, max_size=8), st.lists(AXIOMS, max_size=6))
def test_nothing_more_follows_from_what_follows(facts: list[str], axioms: list[str]) -> None:
    """With what follows added, nothing new follows; and no derivation runs in a circle."""
    triples = parse(DECLARED + "\n".join(facts + axioms))
    derived = infer(triples)
    assert infer(triples | derived.keys()) == {}
    assert heights(derived).keys() == derived.keys()


@settings(deadline=None, max_examples=75)
@given(st.lists(FACTS, min_size=2, max_size=8), st.lists(AXIOMS, max_size=6), st.data())
def test_more_premises_never_mean_less(facts: list[str], axioms: list[str], data: st.DataObject) -> None:
    """What follows from some facts follows from more of them."""
    fewer = data.draw(st.lists(st.sampled_from(facts)))
    less, more = (parse(DECLARED + "\n".join(used + axioms)) for used in (fewer, facts))
    assert infer(less).keys() <= infer(more).keys() | more


# ---- what the rules find ----

DISEASES = {
    "alzheimer-disease",
    "amyotrophic-lateral-sclerosis",
    "autism",
    "epilepsy",
    "parkinson-disease",
    "stroke",
}
PROTECTIVE = {"alpha-lipoic-acid", "taurine", "vitamin-b3"}
NAMED = {"autism", "brain-disorder", "epilepsy", "multiple-sclerosis", "parkinson-disease", "stroke"}
NOT_NAMED = {
    "cerebral-infarction",
    "encephalitis",
    "focal-epilepsy",
    "frontal-lobe-epilepsy",
    "hepatic-encephalopathy",
    "migraine",
    "relapsing-remitting-multiple-sclerosis",
    "transient-ischaemic-attack",
}
MEMBERS = {
    "AmmoniaDetoxifyingReaction": {
        "ammonia-carbamoylation",
        "glutamine-synthesis-in-astrocyte",
        "glutamine-synthesis-in-muscle",
        "glutamine-synthesis-in-perivenous-hepatocyte",
    },
    "ExcitatoryNeurotransmitter": {"glutamate"},
    "InhibitoryNeurotransmitter": {"gaba"},
    "ProtectiveNutrient": PROTECTIVE,
    "ExcitotoxicityRelatedCondition": DISEASES,
    "ConditionWithContraindication": set(),
}
"""The defined classes with all their members, none of which any file puts there.

All advice that makes a condition one with a contraindication is contested, and so is the membership.
"""


@pytest.mark.parametrize("kind", MEMBERS)
def test_members_of_defined_classes(kind: str, shipped: dict[ox.Triple, Derivation]) -> None:
    """These are the members, and all follow by the definition."""
    found = {
        each.subject.value.removeprefix(GKD): step.rule  # type: ignore[union-attr]
        for each, step in shipped.items()
        if each.predicate.value == RDF_TYPE and each.object == ox.NamedNode(GK + kind)
    }
    assert found == dict.fromkeys(MEMBERS[kind], "DefinitionRule")


def related(triples: object, role: str) -> set[tuple[str, str]]:
    """Return the pairs of our things that a property relates among triples."""
    return {
        (each.subject.value.removeprefix(GKD), each.object.value.removeprefix(GKD))
        for each in triples  # type: ignore[attr-defined]
        if each.predicate.value == GK + role
    }


def test_carbon_and_nitrogen_pass_from_pool_to_pool(shipped: dict[ox.Triple, Derivation]) -> None:
    """Each link is that of one step; the nitrogen of ammonia goes into glutamine, and no carbon does."""
    carbon, nitrogen = (related(shipped, f"{element}PassesTo") for element in ("carbon", "nitrogen"))
    glutamine = "glutamine-in-astrocyte-cytosol"
    assert {one for one, other in carbon if other == glutamine} == {"glutamate-in-astrocyte-cytosol"}
    assert {one for one, other in nitrogen if other == glutamine} == {
        "ammonia-in-astrocyte-cytosol",
        "glutamate-in-astrocyte-cytosol",
    }
    assert related(shipped, "precursorOf") == set()


def test_contested_advice_is_inherited_among_what_is_contested(
    shipped: dict[ox.Triple, Derivation], shipped_premises: Premises
) -> None:
    """It reaches all conditions below the named ones, and none of it is a fact."""
    assert related(shipped, "adviceAgainst") == set()
    contested = infer(logical(shipped_premises.triples | shipped_premises.contested))
    pairs = related(contested, "adviceAgainst")
    assert pairs >= {(one, "glutamate-supplementation") for one in NAMED | NOT_NAMED}


def test_conditions_that_the_document_never_names(shipped_premises: Premises) -> None:
    """They are background: no claim of the source has them as an end."""
    ends = {
        str(end).removeprefix(f"<{GKD}").rstrip(">")
        for each, _ in shipped_premises.claims.items()
        for end in (each.subject, each.object)
    }
    assert NOT_NAMED & ends == set()


CYCLE = [
    "glutamate-vesicular-loading",
    "glutamate-release",
    "glutamate-uptake-by-astrocyte",
    "glutamine-synthesis-in-astrocyte",
    "glutamine-release-from-astrocyte",
    "glutamine-uptake-by-neuron",
    "glutamine-entry-into-neuronal-mitochondrion",
    "glutamine-hydrolysis-in-neuron",
    "glutamate-exit-from-neuronal-mitochondrion",
]


def test_next_steps_close_the_cycle(shipped: dict[ox.Triple, Derivation], shipped_premises: Premises) -> None:
    """From step to step back to the first; nobody states that one step is next to another."""
    steps = [*CYCLE, CYCLE[0]]
    within = {pair for pair in related(shipped, "nextStep") if set(pair) <= set(CYCLE)}
    assert within == set(pairwise(steps))
    assert related(shipped_premises.triples, "nextStep") == set()


HYPOTHESES = ("feeds", "mayFeed", "mayFeedProcessIn", "mayMatterIn")
"""The properties whose relations follow as hypotheses."""


def upstream(premises: Premises) -> set[str]:
    """Return the pools from which stated steps lead to the glutamate that acts on receptors."""
    sources: dict[str, set[str]] = {}
    for start, goal in (("movesFrom", "movesTo"), ("hasMainSubstrate", "hasMainProduct")):
        goals = related(premises.triples, goal)
        for step, pool in related(premises.triples, start):
            for filled in (one for other, one in goals if other == step):
                sources.setdefault(filled, set()).add(pool)
    found: set[str] = set()
    waiting = ["glutamate-in-synaptic-cleft"]
    while waiting:
        for pool in sources.get(waiting.pop(), set()) - found:
            found.add(pool)
            waiting.append(pool)
    return found - {"glutamate-in-synaptic-cleft"}


def hypotheses(role: str, premises: Premises) -> set[tuple[str, str]]:
    """Return the pairs that should follow as a hypothesis by a property."""
    if role == "mayMatterIn":
        return {(one, disease) for one in PROTECTIVE for disease in DISEASES}
    pools = upstream(premises)
    assert {"glutamate-in-astrocyte-cytosol", "gaba-in-astrocyte-cytosol"} <= pools
    assert not pools & {"urea-in-blood-plasma", "ammonia-in-blood-plasma", "glutamine-in-leukocyte-cytosol"}
    if role == "feeds":
        return {(pool, "excitotoxicity") for pool in pools}
    substances = {one for pool, one in related(premises.triples, "poolOf") if pool in pools}
    return {
        (one, end) for one in substances for end in (["excitotoxicity"] if role == "mayFeed" else DISEASES)
    }


@pytest.mark.parametrize("role", HYPOTHESES)
def test_hypotheses(role: str, shipped: dict[ox.Triple, Derivation], shipped_premises: Premises) -> None:
    """These and no others follow by a chain, and the property is marked as one of hypotheses."""
    assert related(shipped, role) == hypotheses(role, shipped_premises)
    marked = {
        each.subject.value  # type: ignore[union-attr]
        for each in shipped_premises.triples
        if each.predicate.value == HYPOTHESIS_MARK
    }
    assert marked == {GK + name for name in HYPOTHESES}
    steps = {step.rule for each, step in shipped.items() if each.predicate.value == GK + role}
    assert steps == {"ChainRule"}


def test_disputed_claims_yield_no_hypothesis(shipped: dict[ox.Triple, Derivation]) -> None:
    """Manganese is claimed to protect, which is disputed: nothing follows from it."""
    pairs = related(shipped, "mayMatterIn") | related(shipped, "protectsAgainst")
    assert "manganese" not in {one for one, _ in pairs}
