"""The catalogue gives the answers that were written down for the competency questions before any query was.

Each expectation is the one of the inventory of claims; the expected files beside the queries hold what
glutakg answers, these what it should.
"""

import pytest

from glutakg import KnowledgeGraph
from glutakg.dataset.queries import catalogue
from glutakg.rdf.prefixes import compress
from glutakg.sparql.rows import Rows

Answer = set[tuple[object, ...]]

EXPECTED: dict[str, tuple[str, tuple[str, ...], Answer]] = {
    "CQ01": (
        "sites-of-glutamine-formation",
        ("cell_in_source", "second_substrate", "enzyme", "ec"),
        {("glial cell", "ammonia", "glutamine synthetase", "EC:6.3.1.2")},
    ),
    "CQ02": (
        "conversions-asserted-by-source",
        ("substrate", "product"),
        {
            ("glutamate", "glutamine"),
            ("glutamine", "glutamate"),
            ("glutamate", "GABA"),
            ("branched-chain amino acids", "glutamine"),
        },
    ),
    "CQ03": ("claims-against-glutamine-excitation", ("claim", "reason"), {("C025", "C024")}),
    "CQ04": (
        "claims-on-ammonia-disposal",
        ("claim",),
        {("C087",), ("C088",), ("C089",), ("C090",), ("C018",), ("C022",)},
    ),
    "CQ05": (
        "claims-with-two-readings",
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
        "causes-of-glutamate-accumulation",
        ("claim", "logic"),
        {("C029", "conjunction"), ("C030", "conjunction"), ("C031", "conjunction")},
    ),
    "CQ08": (
        "stages-of-excitotoxicity",
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
        {
            ("C049", "people with a brain disorder", "discouraged", 2),
            ("C203", "people with a neurological disease or disorder", "cannot be used", None),
        },
    ),
    "CQ10": (
        "protective-nutrients",
        ("nutrient", "protects_against", "status"),
        {
            ("vitamin B2", "excitotoxicity", "disputed"),
            ("vitamin B3", "excitotoxicity", "preliminary"),
            ("vitamin B12", "excitotoxicity", "disputed"),
            ("vitamin D", "excitotoxicity", "disputed"),
            ("magnesium", "excitotoxicity", "disputed"),
            ("manganese", "excitotoxicity", "disputed"),
            ("curcumin", "excitotoxicity", "disputed"),
            ("N-acetylcysteine", "excitotoxicity", "disputed"),
            ("taurine", "excitotoxicity", "preliminary"),
            ("L-carnitine", "excitotoxicity", "disputed"),
            ("alpha-lipoic acid", "excitotoxicity", "supported"),
        },
    ),
    "CQ11": (
        "classes-of-protective-nutrients",
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
        "protective-claim-counts-by-status",
        ("status", "claims", "with_reference", "with_quantity"),
        {("supported", 1, 0, 0), ("disputed", 8, 0, 0), ("preliminary", 2, 0, 0)},
    ),
    "CQ17": (
        "sites-of-glutamine",
        ("claim", "comparator", "value"),
        {(f"C{n:03}", None, None) for n in (*range(67, 73), 104)}
        | {("C073", "greater than", 50), ("C106", "about", 4)},
    ),
    "CQ13": (
        "causes-of-deficiency",
        ("cause", "claim", "reference_number"),
        {
            ("fasting", "C098", 4),
            ("hunger", "C099", 4),
            ("strict dieting", "C100", 4),
            ("cirrhosis of the liver", "C101", 4),
            ("weight loss related to AIDS", "C102", 4),
            ("weight loss related to cancer", "C103", 4),
        },
    ),
    "CQ14": (
        "consequences-of-deficiency",
        ("shows_in", "effect", "consequence", "claim"),
        {
            ("gastrointestinal tract", "decreases", "quality of the intestinal epithelium", "C176"),
            ("gastrointestinal tract", "decreases", "function of the intestinal epithelium", "C177"),
            ("gastrointestinal tract", "may cause", "reduced defence against pathogens in the gut", "C126"),
            ("airways", "may cause", "reduced defence against pathogens in the airways", "C127"),
            ("immune system", "may cause", "immune weakness", "C114"),
            ("immune system", "increases", "risk of infections", "C178"),
            ("immune system", "increases", "risk of allergies", "C179"),
            ("muscle", "may cause", "muscle breakdown", "C113"),
            (None, "delays", "wound healing", "C180"),
        },
    ),
    "CQ15": (
        "populations-with-benefit",
        ("claim",),
        {(f"C{number}",) for number in (*range(133, 151), 183, 207)},
    ),
    "CQ16": (
        "foods-with-substance",
        ("food", "claim"),
        {
            ("protein-rich foods", "C157"),
            ("fish", "C158"),
            ("meat", "C159"),
            ("poultry", "C160"),
            ("beans", "C161"),
            ("whey", "C162"),
            ("eggs", "C163"),
            ("legumes", "C164"),
            ("beans", "C165"),
            ("brown rice", "C166"),
            ("nuts", "C167"),
            ("seeds", "C168"),
            ("soy", "C169"),
            ("whole grains", "C170"),
            ("cabbages", "C171"),
            ("red cabbage", "C172"),
        },
    ),
    "CQ18": (
        "populations-with-caution",
        ("population", "strength", "hedge", "claim"),
        {
            ("people with kidney disease", "implicit exclusion", "unhedged", "C208"),
            ("people with liver disease", "implicit exclusion", "unhedged", "C209"),
            ("people using diabetes medication", "advised", "unhedged", "C235"),
            ("people sensitive to monosodium glutamate", None, "possibly", "C231"),
        },
    ),
    "CQ19": (
        "symptoms-of-condition",
        ("symptom", "claim", "status", "attributed_cause", "cause_claim", "cause_status"),
        {
            (symptom, claim, "disputed", "monosodium glutamate", "C220", "disputed")
            for symptom, claim in (
                ("dizziness", "C221"),
                ("fainting", "C222"),
                ("headache", "C223"),
                ("bowel problems", "C224"),
                ("palpitations", "C225"),
            )
        },
    ),
    "CQ20": (
        "claims-on-histamine-turnover",
        ("stage", "claim", "object", "ec"),
        {
            (1, "C226", "release of histamine", None),
            (2, "C227", "liver", "EC:2.1.1.8"),
            (2, "C228", "methylation", "EC:2.1.1.8"),
            (3, "C229", "complaints that are not specified", None),
        },
    ),
    "CQ21": (
        "properties-of-additive",
        ("claim", "value", "extent"),
        {
            ("C210", "MSG", None),
            ("C211", "monosodium glutamate", None),  # the ChEBI class of the salt, under its label there
            ("C212", "E621", None),
            ("C213", "role of monosodium glutamate as flavour enhancer", None),
            ("C214", "savoury foods", "very many"),
            ("C215", "ve-tsin", None),
            ("C216", "food additive substance", None),
            ("C217", "Netherlands", "restricted"),
            ("C218", "other EU countries", "restricted"),
            ("C219", "E621", None),
        },
    ),
    "CQ23": (
        "cited-publications-for-route",
        ("topic", "publication"),
        {
            ("enteral glutamine supplementation in solid tumours", f"gkd:publication-{key}")
            for key in (
                *("jebb1994", "skubitz1996", "anderson1998a", "yoshida1998", "okuno1999", "daniele2001"),
                *("peterson2007", "choi2007", "crowther2009a", "topkan2009"),
            )
        }
        | {
            ("enteral glutamine supplementation in bone marrow transplantation", f"gkd:publication-{key}")
            for key in (
                *("jebb1995", "anderson1998b", "schloerb-amare1999", "canovas2000", "cockerham2000"),
                *("coghlindickson2000", "aquino2005", "crowther2009b"),
            )
        },
    ),
    "CQ24": (
        "claims-resting-on-practice",
        ("claim", "basis"),
        {
            ("C128", "unnamed researchers"),
            ("C129", "unnamed researchers"),
            ("C233", "practice experience"),
        },
    ),
    "CQ28": (
        "claims-on-essentiality",
        ("claim", "object", "in_quotation_marks", "status", "curators_class"),
        {
            ("C064", "human body", None, "established", "conditionally essential amino acid"),
            ("C107", "most tissues", None, "established", "conditionally essential amino acid"),
            ("C196", "non-essential amino acid", True, "preliminary", "non-essential amino acid"),
            ("C197", "glutamine", None, "inaccurate", "non-essential amino acid"),
            ("C198", "essential amino acid", True, "inaccurate", "conditionally essential amino acid"),
        },
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
        "enzymes-of-claimed-reactions",
        ("claim", "ec"),
        {
            ("C018", "EC:6.3.1.2"),
            ("C028", "EC:3.5.1.2"),
            ("C033", "EC:4.1.1.15"),
            ("C087", "EC:6.3.4.16"),
            ("C109", "EC:2.6.1.42"),
            ("C228", "EC:2.1.1.8"),
        },
    ),
    "CQ29": ("claims-with-status", ("claim",), {(f"C{number:03}",) for number in (7, 83, 84, 173, 197, 198)}),
    "CQ30": (
        "claims-repeating-others",
        ("claim", "repeats"),
        {
            ("C032", "C018"),
            ("C074", "C028"),
            ("C165", "C161"),
            ("C194", "C066"),
            ("C195", "C063"),
            ("C203", "C049"),
            ("C219", "C212"),
        },
    ),
}
CONTAINS_MORE = {  # the question names some molecules and enzymes, the query answers for all
    "CQ25",
    "CQ27",
}


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
