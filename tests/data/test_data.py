"""The shipped data say what the tables they were built from say, and keep apart what must stay apart."""

import csv
import hashlib
import re
from collections import defaultdict

import pyoxigraph
import pytest
from answers import answers, as_it_is
from places import REFERENCE, TESTS

from glutakg import KnowledgeGraph
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.graphs import parse_triples, quads
from glutakg.dataset.shipped import shipped_root
from glutakg.files import read_text
from glutakg.owl.premises import Premises, logical
from glutakg.owl.rules import infer
from glutakg.rdf.prefixes import PREFIXES, expand
from glutakg.sparql.rows import Rows

PLACES = ("id", "start", "end", "item_start", "item_end")
CONTESTED = {"disputed", "inaccurate"}
OBO = PREFIXES["obo"]

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference tables (../shared/reference) are not here"
)


with (TESTS / "data" / "inventory.tsv").open(encoding="utf-8", newline="") as file:
    INVENTORY = list(csv.DictReader(file, delimiter="\t"))
"""Every claim of the source document: its id, its offsets, and the SHA-256 of what the curators say of it."""


def rows(graph: KnowledgeGraph, pattern: str, *variables: str) -> list[tuple[object, ...]]:
    """Return the values of the variables in the answer to a pattern, sorted."""
    return sorted(answers(graph, pattern, *variables, written=as_it_is))


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_claims_are_numbered_without_a_gap(graph: KnowledgeGraph) -> None:
    """The claims C001 to C281 are there, and no other."""
    found = rows(graph, "?claim gk:claimIdentifier ?id", "id")
    assert found == [(row["id"],) for row in INVENTORY] == [(f"C{number:03}",) for number in range(1, 282)]


@needs_reference
def test_inventory_is_that_of_the_reference_table() -> None:
    """Every claim stands in the shipped inventory where it stands in the table from which it was made."""
    made = [
        {
            "id": row["id"],
            "start": row["start"],
            "end": row["end"],
            "item_start": span[0],
            "item_end": span[1],
        }
        for row in table("claims.tsv")
        for span in [item_span(row["qualifiers"])]
    ]
    assert made == [{name: row[name] for name in PLACES} for row in INVENTORY]


def item_span(qualifiers: str) -> tuple[str, str]:
    """Return start and end of the list item that the qualifiers of a claim name, or empty texts."""
    spans = [
        part.removeprefix("item_span=") for part in qualifiers.split("; ") if part.startswith("item_span=")
    ]
    start, _, end = spans[0].partition("-") if spans else ("", "", "")
    return start, end


def digest(*texts: str) -> str:
    """Return the SHA-256 of the texts, one a line."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def test_offsets_are_those_of_the_inventory(graph: KnowledgeGraph) -> None:
    """Start and end of every claim are copied without a slip."""
    found = rows(
        graph, "?claim gk:claimIdentifier ?id; gk:passage [ oa:start ?a; oa:end ?b ]", "id", "a", "b"
    )
    assert found == [(row["id"], int(row["start"]), int(row["end"])) for row in INVENTORY]


def test_item_offsets_are_those_of_the_inventory(graph: KnowledgeGraph) -> None:
    """Where a list item has a stretch of its own, that is copied too."""
    found = rows(
        graph, "?claim gk:claimIdentifier ?id; gk:itemPassage [ oa:start ?a; oa:end ?b ]", "id", "a", "b"
    )
    assert found == [
        (row["id"], int(row["item_start"]), int(row["item_end"])) for row in INVENTORY if row["item_start"]
    ]


def test_texts_of_every_claim_are_those_of_the_inventory(graph: KnowledgeGraph) -> None:
    """Kind, status, cited reference numbers, both paraphrases and the English note have the recorded hash."""
    kinds = by_claim(graph, "gk:claimKind")
    statuses = by_claim(graph, "gk:curatorStatus")
    paraphrases = rows(
        graph,
        "?c gk:claimIdentifier ?id; gk:paraphrase ?text BIND(LANG(?text) AS ?lang)",
        "id",
        "lang",
        "text",
    )
    texts = {(id, lang): str(text) for id, lang, text in paraphrases}
    pattern = "?c gk:claimIdentifier ?id; gk:statusNote ?text FILTER(LANG(?text) = 'en')"
    notes = {id: text for id, text in rows(graph, pattern, "id", "text")}
    numbers: dict[object, list[str]] = defaultdict(list)
    for id, number in rows(
        graph, "?c gk:claimIdentifier ?id; gk:citesReference/gk:referenceNumber ?n", "id", "n"
    ):
        numbers[id].append(str(number))
    assert len(paraphrases) == 2 * len(INVENTORY)
    found = {
        id: digest(
            table_name(kinds[id]).removesuffix("-claim").removesuffix("-kind"),
            table_name(statuses[id]),
            ";".join(numbers[id]),
            texts[id, "en"],
            texts[id, "nl"],
            str(notes[id]),
        )
        for id in kinds
    }
    assert found == {row["id"]: row["sha256"] for row in INVENTORY}


def by_claim(graph: KnowledgeGraph, property_name: str) -> dict[object, object]:
    """Return the value of a property of each claim, by the claim's identifier."""
    return {
        id: value
        for id, value in rows(graph, f"?c gk:claimIdentifier ?id; {property_name} ?value", "id", "value")
    }


def table_name(iri: object) -> str:
    """Return the name of one of our terms as the table spells it.

    >>> table_name("https://w3id.org/glutakg/ontology/NotAssessable")
    'not-assessable'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", str(iri).removeprefix(PREFIXES["gk"])).lower()


def direct_triples(graph: KnowledgeGraph, name: str) -> set[str]:
    """Return the identifiers of the claims of which a direct triple lies in a graph."""
    pattern = f"GRAPH gkg:{name} {{ ?s ?p ?o }} ?c gk:predicate ?p; gk:object ?o; gk:claimIdentifier ?id;"
    return {str(id) for (id,) in rows(graph, f"{pattern} gk:subject|gk:subject/gk:hasMember ?s", "id")}


def claims_with_status(graph: KnowledgeGraph, *, contested: bool) -> set[str]:
    """Return the identifiers of affirmed claims that are contested, or of those that are not."""
    pattern = (
        "?c gk:claimIdentifier ?id; gk:polarity gk:Affirmed; gk:curatorStatus/skos:prefLabel ?status "
        "FILTER(LANG(?status) = 'en')"
    )
    return {
        str(id) for id, status in rows(graph, pattern, "id", "status") if (status in CONTESTED) == contested
    }


def test_direct_triples_lie_where_the_status_puts_them(graph: KnowledgeGraph) -> None:
    """A disputed or inaccurate claim is stated in the contested graph, any other in the source graph."""
    contested = claims_with_status(graph, contested=True)
    assert direct_triples(graph, "source") == claims_with_status(graph, contested=False)
    assert direct_triples(graph, "contested") == contested


def test_denied_claims_are_stated_nowhere(graph: KnowledgeGraph) -> None:
    """Glutamine neither binds the receptor nor excites: no triple says it does."""
    denied = "?c gk:polarity gk:Denied; gk:subject ?s; gk:predicate ?p; gk:object ?o"
    assert len(rows(graph, denied, "c")) == 2
    assert rows(graph, f"{denied}. GRAPH ?g {{ ?s ?p ?o }}", "g") == []


def test_nothing_contested_is_returned_as_a_fact(graph: KnowledgeGraph) -> None:
    """A query without GRAPH finds none of the contested statements."""
    assert rows(graph, "GRAPH gkg:contested { ?s ?p ?o } ?s ?p ?o", "s") == []
    assert rows(graph, "GRAPH gkg:contested { ?s ?p ?o }", "s") != []


WORLD = ("background", "ontology", "imports")


def test_no_fact_is_stated_or_derived_only_from_a_contested_claim(
    graph: KnowledgeGraph, shipped_premises: Premises
) -> None:
    """Whatever the kind of claim: what the default graph holds, something beside contested claims holds."""
    contested = claims_with_status(graph, contested=True)
    assert len(contested) >= 30
    held = {
        quad.triple
        for file in shipped_files()
        for quad in quads([file])
        if file.graph_name.partition("/")[0] in WORLD
    }
    stated = {
        triple: set(claims)
        for triple, claims in shipped_premises.claims.items()
        if triple in shipped_premises.triples and triple not in held
    }
    assert [triple for triple, claims in stated.items() if claims <= contested] == []
    for step in infer(logical(shipped_premises.triples)).values():
        assert not shipped_premises.contested.intersection(step.premises)
    by_contested = {
        triple for triple, claims in shipped_premises.claims.items() if set(claims) <= contested
    } - held
    assert by_contested == shipped_premises.contested.intersection(shipped_premises.claims)


def test_every_direct_triple_and_axiom_has_its_claims(shipped_premises: Premises) -> None:
    """Also those that a claim states of each member of a group, or puts into an axiom."""
    of_claims = [file for file in shipped_files() if file.graph_name in ("source", "contested")]
    said = {
        quad.triple
        for file in of_claims
        if file.path.name in ("statements.ttl", "advice.ttl")
        for quad in quads([file])
    }
    of_the_world = said & (shipped_premises.triples | shipped_premises.contested)
    lost = {
        triple
        for triple in of_the_world - shipped_premises.claims.keys()
        if isinstance(triple.subject, pyoxigraph.NamedNode)
    }
    assert len(of_the_world) > 250
    assert lost == set()


LEANING = re.compile(
    r"(It|Its|They|Their|And|Or|Both|Dit|Deze|Die|En|Ook|Zij|Ze|Hun|Dezelfde)\b"
    r"|(This|These|Those|That|Dat) (?!gluta|severe|extra|ernstig)"
    r"|The (same|product|reason|clearing)\b"
    r"|Het (is|gaat|ligt|versterkt|zit|dient)\b"
)


def test_paraphrases_stand_alone(graph: KnowledgeGraph) -> None:
    """None begins with a word that points to what stands before it in the document."""
    texts = rows(graph, "?c gk:claimIdentifier ?id; gk:paraphrase ?text", "id", "text")
    assert [(id, text) for id, text in texts if LEANING.match(str(text))] == []


def test_dutch_paraphrases_keep_the_two_words_for_ammonia_apart(graph: KnowledgeGraph) -> None:
    """Where the source mixes *ammoniak* and *ammonia* (T08), each claim has the word of its place."""
    pattern = "?c gk:claimIdentifier ?id; gk:paraphrase ?text FILTER(LANG(?text) = 'nl')"
    texts = {str(id): str(text).lower() for id, text in rows(graph, pattern, "id", "text")}
    words = {id: set(re.findall(r"\bammoniak?\b", text)) for id, text in texts.items()}
    assert {id for id, found in words.items() if found == {"ammoniak"}} == {"C022", "C087", "C089", "C090"}
    assert {id for id, found in words.items() if found == {"ammonia"}} == {"C084", "C085", "C086"}


def test_a_joint_condition_is_one(graph: KnowledgeGraph) -> None:
    """The three failures of C029 to C031 are parts of the whole that may cause accumulation, none alone."""
    whole = "gkd:glutamate-neither-taken-up-nor-converted"
    causes = rows(graph, "?cause gk:mayCause gkd:glutamate-accumulation", "cause")
    parts = {part for (part,) in rows(graph, f"{whole} obo:BFO_0000051 ?part", "part")}
    assert (expand(whole),) in causes
    assert len(parts) == 3
    assert not parts & {cause for (cause,) in causes}
    named = rows(graph, "?c gk:claimIdentifier ?id; gk:namesCondition ?part", "id", "part")
    assert [id for id, _ in named] == ["C029", "C030", "C031"]
    assert {part for _, part in named} == parts


def test_advice_and_cautions_agree(graph: KnowledgeGraph) -> None:
    """For each condition of C041 to C047, also where the advice reaches it through the source's reasoning."""
    reasons = rows(
        graph,
        "gkd:claim-C048 gk:reason/gk:object ?c . ?c skos:prefLabel ?name FILTER(LANG(?name) = 'nl')",
        "c",
        "name",
    )
    names = {str(condition): str(name) for condition, name in reasons}
    assert len(names) == 7
    advice = graph.run("advice-against-supplements", lang="nl")
    assert isinstance(advice, Rows)
    for condition, name in names.items():
        cautions = graph.run("cautions-for-condition", condition=condition, lang="nl")
        assert isinstance(cautions, Rows)
        told = {(row["claim"], row["inherited"], row["because"]) for row in cautions}
        given = {
            (row["claim"], row["inherited"], row["because"])
            for row in advice
            if str(row["condition"]) == name
        }
        assert told == given != set(), name
    assert {row["graph"] for row in advice} == {PREFIXES["gkg"] + "contested"}


def test_an_enzyme_is_described_with_its_steps(graph: KnowledgeGraph) -> None:
    """Relations are told in words from both ends, also those of RO."""
    described = {(row.relation, row.other_label) for row in graph.describe("GLUL")["relations"]}
    assert ("enables", "glutamine synthesis in the astrocyte") in described


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("L-glutamine", "glutamine"),
        ("gamma-aminobutyric acid", "gaba"),
        ("glutaminezuur", "glutamate"),
        ("ammonium", "ammonia"),
        ("C054", "claim-C054"),
        ("SLC1A2", "eaat2"),
        ("10.1056/NEJMoa1408827", "publication-saver2015"),
    ],
)
def test_a_thing_is_found_by_its_other_names(graph: KnowledgeGraph, name: str, term: str) -> None:
    """Synonyms, claim identifiers, gene symbols and DOIs lead to the thing and not to one of its forms."""
    assert graph.find_term(name) == PREFIXES["gkd"] + term


@pytest.mark.parametrize("record", ["Claim", "Passage", "EvidenceItem", "Conflict", "Publication"])
def test_background_holds_no_records(graph: KnowledgeGraph, record: str) -> None:
    """What the document says stays out of the background."""
    assert rows(graph, f"GRAPH gkg:background {{ ?s a gk:{record} }}", "s") == []


@pytest.mark.parametrize("fact", ["Reaction", "Pool", "Place", "Enzyme", "Transporter", "ProtonationForm"])
def test_source_holds_no_background(graph: KnowledgeGraph, fact: str) -> None:
    """What the document does not say stays out of the source graph."""
    assert rows(graph, f"GRAPH gkg:source {{ ?s a gk:{fact} }}", "s") == []
    assert rows(graph, f"GRAPH gkg:background {{ ?s a gk:{fact} }}", "s") != []


def test_conditions_marked_as_not_named_are_in_no_claim(graph: KnowledgeGraph) -> None:
    """What the background adds to show inheritance is spoken of nowhere in the source."""
    marked = '?c rdfs:comment ?note FILTER(STRSTARTS(?note, "The source does not name it"))'
    assert len(rows(graph, marked, "c")) == 10
    used = (
        "GRAPH ?g { { ?x ?p ?c } UNION { ?c ?p ?x } } "
        "FILTER(?g IN (gkg:source, gkg:contested, gkg:evidence)) "
        "FILTER NOT EXISTS { GRAPH gkg:contested { ?step gk:byRule ?rule; gk:ofSubject|gk:ofObject ?c } }"
    )
    assert rows(graph, f"{marked} {used}", "c") == []


def test_the_cycle_closes(graph: KnowledgeGraph) -> None:
    """Each step of the cycle starts from the pool that the one before it fills, the first from the last."""
    steps = rows(
        graph,
        "?step obo:BFO_0000050 gkd:glutamate-glutamine-cycle; gk:positionInCycle ?n; "
        "gk:movesFrom|gk:hasMainSubstrate ?from; gk:movesTo|gk:hasMainProduct ?to",
        "n",
        "from",
        "to",
    )
    assert [number for number, _, _ in steps] == list(range(1, len(steps) + 1))
    assert [start for _, start, _ in steps] == [steps[-1][2], *(goal for _, _, goal in steps[:-1])]


def test_a_query_by_the_acid_finds_the_anion_of_reactions(graph: KnowledgeGraph) -> None:
    """CHEBI:16015 leads to CHEBI:29985, the form that takes part at pH 7.3."""
    pattern = "?substance a CHEBI:16015; gk:hasMajorForm ?form . ?entry gk:ofForm ?form . ?form a ?class"
    assert expand("CHEBI:29985") in {name for (name,) in rows(graph, pattern, "class")}


def test_every_slice_is_imported_and_found_without_a_network() -> None:
    """The ontology imports each file beside it, and the catalogue that Protégé reads says where each lies."""
    folder = shipped_root() / "ontology"
    slices = {f"imports/{path.stem}" for path in (folder / "imports").glob("*.ttl")} | {"bridge", "words"}
    iri = "https://w3id.org/glutakg/ontology/"
    catalogue = {f'name="{iri}{name}" uri="{name}.ttl"' for name in slices}
    assert {
        line.strip()[5:-2] for line in read_text(folder / "catalog-v001.xml").splitlines()[2:-1]
    } == catalogue
    triples = parse_triples(read_text(folder / "glutakg.ttl"), "glutakg.ttl")
    imported = {each.object for each in triples if each.predicate.value == PREFIXES["owl"] + "imports"}
    assert imported == {pyoxigraph.NamedNode(iri + name) for name in slices}


def used_obo_terms(*without: str) -> set[str]:
    """Return every OBO IRI in the ontology and the data, without those of some graphs."""
    own = [file for file in shipped_files() if not file.graph_name.startswith(("imports/", *without))]
    terms = (
        term
        for file in own
        for triple in parse_triples(read_text(file.path), file.path)
        for term in (triple.subject, triple.predicate, triple.object)
    )
    iris = {term.value for term in terms if isinstance(term, pyoxigraph.NamedNode)}
    return {iri for iri in iris if iri.startswith(OBO) and not iri.endswith(".owl")}  # no ontologies


def test_every_reused_term_has_a_label_in_its_slice(graph: KnowledgeGraph) -> None:
    """No bare identifier: each comes with its label as seen (mappings have it in their row)."""
    pattern = "GRAPH ?g { ?term rdfs:label ?label } FILTER(STRSTARTS(STR(?g), STR(gkg:imports)))"
    pattern = pattern.replace("STR(gkg:imports)", f"'{PREFIXES['gkg']}imports/'")
    labelled = {str(term) for (term,) in rows(graph, pattern, "term")}
    assert used_obo_terms("mappings") - labelled == set()


@needs_reference
def test_no_obsolete_term_is_used() -> None:
    """The terms that their ontologies have given up are nowhere."""
    obsolete = {expand(row["curie"]) for row in table("terms.tsv") if "OBSOLETE" in row["note"]}
    assert len(obsolete) == 10
    slices = "".join(read_text(path) for path in (shipped_root() / "ontology" / "imports").glob("*.ttl"))
    assert not obsolete & used_obo_terms()
    assert not [iri for iri in obsolete if f"obo:{iri.removeprefix(OBO)}\n" in slices]
