"""The catalogue gives the answers that were written down for the competency questions before any query was.

Each expectation is the one of the inventory of claims, as far as the claims C001 to C096 and the background
reach; the expected files beside the queries hold what glutakg answers, these what it should.
"""

from collections.abc import Iterator

import pytest

import glutakg
from glutakg import KnowledgeGraph
from glutakg.queries import catalogue
from glutakg.results import Rows
from glutakg.terms import compress

Answer = set[tuple[object, ...]]

EXPECTED: dict[str, tuple[str, tuple[str, ...], Answer]] = {
    "CQ01": (
        "glutamine-formation",
        ("cell_in_source", "second_substrate", "enzyme", "ec"),
        {("glial cell", "ammonia", "glutamine synthetase", "EC:6.3.1.2")},
    ),
    "CQ02": (
        "conversions-asserted-by-source",
        ("substrate", "product"),
        {("glutamate", "glutamine"), ("glutamine", "glutamate"), ("glutamate", "GABA")},
    ),
    "CQ03": ("why-glutamine-does-not-excite", ("claim", "reason"), {("C025", "C024")}),
    "CQ04": (
        "ammonia-disposal-by-organ",
        ("claim",),
        {("C087",), ("C088",), ("C089",), ("C090",), ("C018",), ("C022",)},
    ),
    "CQ05": (
        "pronoun-readings",
        ("claim", "literal_reading", "curator_reading", "object"),
        {
            ("C091", "glutamate", "glutamine", "acid-base balance"),
            ("C092", "glutamate", "glutamine", "building blocks of RNA"),
            ("C093", "glutamate", "glutamine", "building blocks of DNA"),
            ("C094", "glutamate", "glutamine", "intestinal epithelial cell"),
            ("C095", "glutamate", "glutamine", "leukocyte"),
            ("C096", "glutamate", "glutamine", "immune system"),
        },
    ),
    "CQ06, CQ26": (
        "diseases-with-excitotoxicity",
        ("disease", "mondo", "claim"),
        {
            ("stroke", "MONDO:0005098", "C041"),
            ("amyotrophic lateral sclerosis", "MONDO:0004976", "C042"),
            ("epilepsy", "MONDO:0005027", "C043"),
            ("autism", "MONDO:0005260", "C044"),
            ("Parkinson disease", "MONDO:0005180", "C045"),
            ("Alzheimer disease", "MONDO:0004975", "C046"),
            ("multiple sclerosis", "MONDO:0005301", "C047"),
        },
    ),
    "CQ07": (
        "glutamate-accumulation-causes",
        ("claim", "logic"),
        {("C029", "conjunction"), ("C030", "conjunction"), ("C031", "conjunction")},
    ),
    "CQ08": (
        "excitotoxic-chain",
        ("stage", "claim", "duration"),
        {
            (1, "C029", None),
            (1, "C030", None),
            (1, "C031", None),
            (2, "C037", None),
            (3, "C038", "prolonged"),
            (3, "C039", "prolonged"),
        },
    ),
    "CQ09": (
        "advice-against-supplements",
        ("claim", "population", "strength", "reference_number"),
        {("C049", "people with a brain disorder", "discouraged", 2)},
    ),
    "CQ10": (
        "protective-nutrients",
        ("nutrient", "protects_against", "status"),
        {
            ("vitamin B2", "excitotoxicity", "preliminary"),
            ("vitamin B3", "excitotoxicity", "preliminary"),
            ("vitamin B12", "excitotoxicity", "preliminary"),
            ("vitamin D", "excitotoxicity", "preliminary"),
            ("magnesium", "excitotoxicity", "supported"),
            ("manganese", "excitotoxicity", "disputed"),
            ("curcumin", "excitotoxicity", "preliminary"),
            ("N-acetylcysteine", "excitotoxicity", "preliminary"),
            ("taurine", "excitotoxicity", "preliminary"),
            ("L-carnitine", "excitotoxicity", "preliminary"),
            ("alpha-lipoic acid", "excitotoxicity", "preliminary"),
        },
    ),
    "CQ11": (
        "protective-nutrient-classes",
        ("class", "substance"),
        {
            ("vitamin", "vitamin B2"),
            ("vitamin", "vitamin B3"),
            ("vitamin", "vitamin B12"),
            ("vitamin", "vitamin D"),
            ("dietary mineral", "magnesium"),
            ("dietary mineral", "manganese"),
            ("other bioactive compound", "curcumin"),
            ("other bioactive compound", "N-acetylcysteine"),
            ("other bioactive compound", "taurine"),
            ("other bioactive compound", "L-carnitine"),
            ("other bioactive compound", "alpha-lipoic acid"),
        },
    ),
    "CQ12": (
        "protective-claim-support",
        ("status", "claims", "with_reference", "with_quantity"),
        {("supported", 1, 0, 0), ("disputed", 1, 0, 0), ("preliminary", 9, 0, 0)},
    ),
    "CQ17": (
        "glutamine-sites-and-amounts",
        ("claim", "comparator", "value"),
        {(f"C{n:03}", None, None) for n in range(67, 73)} | {("C073", "greater than", 50)},
    ),
    "CQ22": (
        "cited-reference-numbers",
        ("number", "spelled_out"),
        {(number, number == 12) for number in range(1, 13)},
    ),
    "CQ25": (
        "chebi-terms",
        ("substance", "chebi"),
        {
            ("glutamine", "CHEBI:18050"),
            ("glutamate", "CHEBI:29985"),
            ("glutamate", "CHEBI:16015"),
            ("GABA", "CHEBI:16865"),
            ("ammonia", "CHEBI:16134"),
            ("urea", "CHEBI:16199"),
            ("histamine", "CHEBI:18295"),
            ("monosodium glutamate", "CHEBI:64220"),
            ("N-acetylcysteine", "CHEBI:28939"),
        },
    ),
    "CQ27": (
        "enzymes-behind-source-reactions",
        ("substrate", "product", "ec"),
        {
            ("glutamate", "glutamine", "EC:6.3.1.2"),
            ("glutamine", "glutamate", "EC:3.5.1.2"),
            ("glutamate", "GABA", "EC:4.1.1.15"),
        },
    ),
    "CQ29": ("claims-by-status", ("claim",), {("C007",), ("C083",), ("C084",)}),
    "CQ30": ("restated-claims", ("claim", "repeats"), {("C032", "C018"), ("C074", "C028")}),
}
CONTAINS_MORE = {"CQ25"}  # the question names the core molecules, the query answers for all


@pytest.fixture(scope="module")
def graph() -> Iterator[KnowledgeGraph]:
    """Return the shipped graph, opened once."""
    with glutakg.open() as opened:
        yield opened


@pytest.mark.parametrize("question", EXPECTED)
def test_competency_question_has_its_answer(graph: KnowledgeGraph, question: str) -> None:
    """The query that claims to answer the question gives the answer that was expected."""
    name, columns, expected = EXPECTED[question]
    answer = graph.run(name)
    assert isinstance(answer, Rows)
    found = {
        tuple(
            compress(cell) if isinstance(cell, str) else cell for cell in (row[column] for column in columns)
        )
        for row in answer
    }
    assert expected <= found if question in CONTAINS_MORE else expected == found


def test_every_question_that_a_query_names_is_checked_here() -> None:
    """A header cannot claim an answer that nothing compares."""
    named = {answer for query in catalogue().values() for answer in query.answers}
    assert named == {each for question in EXPECTED for each in question.split(", ")}
