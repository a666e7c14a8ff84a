"""The header grammar is strict, and parameters are bound as typed terms."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from places import CHECKOUT

from glutakg._version import __version__
from glutakg.dataset.headers import CatalogueQuery, parse_file, parse_query, parse_text
from glutakg.dataset.old_names import DROPPED_IN, OLD_NAMES
from glutakg.dataset.parameters import coerce
from glutakg.dataset.queries import Catalogue, bind, catalogue
from glutakg.dataset.shipped import program_query_files
from glutakg.errors import ParameterError, QueryError
from glutakg.files import read_text
from glutakg.rdf.terms import Iri, Literal
from glutakg.text import did_you_mean

XSD = "http://www.w3.org/2001/XMLSchema#"
HEADER = """\
# title: Protective nutrients
# title@nl: Beschermende voedingsstoffen
# question: Which nutrients protect?
# question@nl: Welke voedingsstoffen beschermen?
# tags: nutrients, excitotoxicity
# answers: CQ10, CQ12
# parameter: nutrient iri The nutrient | De voedingsstof
# parameter: least integer At least so many | Minstens zoveel
"""
BODY = """\

PREFIX gkd: <https://w3id.org/glutakg/data/>

SELECT ?claim
WHERE {
  VALUES ?nutrient { gkd:magnesium }
  VALUES ?least { 2 }
  ?claim ?about ?nutrient .
  FILTER(?least > 1)
}
"""
PATH = Path("queries/nutrients/protective-nutrients.rq")


def parsed(header: str = HEADER, body: str = BODY) -> CatalogueQuery:
    """Return the query that header and body make."""
    return parse_query(header + body, PATH)


def of_type(kind: str, default: str) -> CatalogueQuery:
    """Return a query with one parameter `x` of a type."""
    header = "".join(HEADER.splitlines(keepends=True)[:5]) + f"# parameter: x {kind} What | Wat\n"
    return parsed(header, f"\nSELECT ?s\nWHERE {{\n  VALUES ?x {{ {default} }}\n  ?s ?p ?x\n}}\n")


def test_name_and_subject_come_from_the_path() -> None:
    """The file stem is the name, the folder the subject."""
    query = parsed()
    assert (query.name, query.subject) == ("protective-nutrients", "nutrients")


def test_title_and_question_are_in_both_languages() -> None:
    """English and Dutch are kept apart."""
    query = parsed()
    assert query.title == {"en": "Protective nutrients", "nl": "Beschermende voedingsstoffen"}
    assert query.question["nl"] == "Welke voedingsstoffen beschermen?"


def test_tags_and_answers_are_lists() -> None:
    """A comma parts the items."""
    query = parsed()
    assert query.tags == ("nutrients", "excitotoxicity")
    assert query.answers == ("CQ10", "CQ12")


def test_defaults_are_typed_terms() -> None:
    """The VALUES lines give the defaults, prefixes expanded."""
    assert [parameter.default for parameter in parsed().parameters] == [
        Iri("https://w3id.org/glutakg/data/magnesium"),
        Literal("2", XSD + "integer"),
    ]


def test_parameter_descriptions_are_in_both_languages() -> None:
    """The bar parts English from Dutch."""
    assert parsed().parameters[0].description == {"en": "The nutrient", "nl": "De voedingsstof"}


FAULTS = {
    "missing title": (
        HEADER.replace("# title: Protective nutrients\n", ""),
        BODY,
        ":1: The header lacks `# title: …`.",
    ),
    "missing Dutch question": (
        HEADER.replace("# question@nl: Welke voedingsstoffen beschermen?\n", ""),
        BODY,
        "question@nl",
    ),
    "missing tags": (HEADER.replace("# tags: nutrients, excitotoxicity\n", ""), BODY, "tags"),
    "unknown key": (
        HEADER.replace("# answers", "# answer"),
        BODY,
        ":6: There is no header key 'answer'. Did you mean answers?",
    ),
    "repeated key": (HEADER + "# tags: again\n", BODY, ":9: The header key 'tags' stands here a second time"),
    "continuation line": (HEADER + "# and more\n", BODY, ":9: A header line reads"),
    "no space after the sign": (HEADER.replace("# tags", "#tags"), BODY, ":5: A header line reads"),
    "trailing space": (
        HEADER.replace("excitotoxicity\n", "excitotoxicity \n"),
        BODY,
        ":5: A header line reads",
    ),
    "no blank line": (HEADER, BODY.lstrip(), ":9: A header line reads"),
    "nothing but a header": (HEADER.rstrip(), "", ":8: A blank line"),
    "parameter without Dutch": (HEADER.replace(" | De voedingsstof", ""), BODY, ":7: Write `# parameter"),
    "parameter of unknown type": (
        HEADER.replace("nutrient iri", "nutrient uri"),
        BODY,
        ":7: Write `# parameter",
    ),
    "parameter twice": (
        HEADER + "# parameter: least integer A | B\n",
        BODY,
        ":9: The parameter 'least' is declared",
    ),
    "parameter without default": (
        HEADER,
        BODY.replace("  VALUES ?least { 2 }\n", ""),
        ":8: The parameter 'least' needs",
    ),
    "two defaults": (HEADER, BODY.replace("{ 2 }\n", "{ 2 }\n  VALUES ?least { 3 }\n"), "not 2"),
    "unused parameter": (
        HEADER,
        BODY.replace("  FILTER(?least > 1)\n", ""),
        ":8: The parameter 'least' is not used",
    ),
    "default of another type": (
        HEADER,
        BODY.replace("{ 2 }", '{ "2" }'),
        ':15: The default "2" is not of the type',
    ),
    "two values": (HEADER, BODY.replace("{ 2 }", "{ 2 3 }"), ":15: The default 2 3 is not of the type"),
    "default not at the head": (
        HEADER,
        BODY.replace("  VALUES ?least { 2 }\n", "").replace("  FILTER", "  VALUES ?least { 2 }\n  FILTER"),
        ":16: The VALUES line of 'least' must come first",
    ),
    "undeclared prefix": (
        HEADER,
        BODY.replace("gkd:magnesium", "gk:magnesium"),
        ":14: The default gk:magnesium",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_header_fault_is_an_error_with_its_place(fault: str) -> None:
    """Every fault names the file, the line and what is wrong."""
    header, body, expected = FAULTS[fault]
    with pytest.raises(QueryError) as error:
        parsed(header, body)
    assert str(error.value).startswith(str(PATH))
    assert expected in str(error.value)


def test_file_from_another_system_is_the_same_query(tmp_path: Path) -> None:
    """A byte order mark and line ends of two characters change nothing."""
    path = tmp_path / "protective-nutrients.rq"
    path.write_bytes(b"\xef\xbb\xbf" + (HEADER + BODY).replace("\n", "\r\n").encode())
    query = parse_file(path)
    assert (query.text, query.parameters) == (parsed().text, parsed().parameters)


def test_text_without_header_is_a_plain_query() -> None:
    """A comment of the user's own is no header."""
    assert parse_text("# my query\nASK { ?s ?p ?o }", Path("mine.rq")).parameters == ()


FOREIGN = "# title: All interactions\n# category: Literature\n# description: …\n\nASK { ?s ?p ?o }"


def test_a_header_of_someone_else_is_a_comment() -> None:
    """Others begin with a title too; only who gives values for parameters is told what is wrong."""
    query = parse_text(FOREIGN, Path("wikipathways.rq"))
    assert (query.text, query.parameters) == (FOREIGN, ())
    with pytest.raises(QueryError, match=r"wikipathways\.rq:2: There is no header key 'category'"):
        parse_text(FOREIGN, Path("wikipathways.rq"), with_values=True)


def test_given_value_is_a_term_and_its_default_is_gone() -> None:
    """Only the VALUES line of the parameter changes, and the lines keep their numbers."""
    text, terms = bind(parsed(), {"least": 5})
    assert text == (HEADER + BODY).replace("  VALUES ?least { 2 }", "")
    assert terms == {"least": Literal("5", XSD + "integer")}


def test_without_values_the_text_is_as_it_stands() -> None:
    """The defaults are the file's own."""
    assert bind(parsed(), {}) == (HEADER + BODY, {})


@pytest.mark.parametrize(
    ("kind", "default", "value", "term"),
    [
        ("iri", "<http://example.org/x>", "CHEBI:18050", Iri("http://purl.obolibrary.org/obo/CHEBI_18050")),
        ("iri", "<http://example.org/x>", "<http://example.org/y>", Iri("http://example.org/y")),
        ("iri", "<http://example.org/x>", Iri("http://example.org/y"), Iri("http://example.org/y")),
        ("string", '"en"', "nl", Literal("nl")),
        ("string", '"en"', "", Literal("")),
        ("integer", "1", "-7", Literal("-7", XSD + "integer")),
        ("integer", "1", 7, Literal("7", XSD + "integer")),
        ("decimal", "1.5", "2.5", Literal("2.5", XSD + "decimal")),
        ("decimal", "1.5", 1e-7, Literal("0.0000001", XSD + "decimal")),
        ("decimal", "1.5", Decimal("2.50"), Literal("2.50", XSD + "decimal")),
        ("decimal", "1.5", 3, Literal("3", XSD + "decimal")),
        ("boolean", "true", "false", Literal("false", XSD + "boolean")),
        ("boolean", "true", False, Literal("false", XSD + "boolean")),
    ],
)
def test_value_becomes_a_typed_term(kind: str, default: str, value: object, term: Iri | Literal) -> None:
    """Text and Python values become terms of the declared type."""
    assert coerce(of_type(kind, default).parameters[0], value) == term


@pytest.mark.parametrize(
    ("kind", "default", "value"),
    [
        ("iri", "<http://example.org/x>", 5),
        ("iri", "<http://example.org/x>", ""),
        ("iri", "<http://example.org/x>", "no such label"),
        ("iri", "<http://example.org/x>", "<http://example.org/a> <http://example.org/b>"),
        ("iri", "<http://example.org/x>", "http://example.org/\ud800"),
        ("iri", "<http://example.org/x>", Iri("http://example.org/\ud800")),
        ("string", '"en"', 5),
        ("string", '"en"', "\ud800"),
        ("integer", "1", "2.5"),
        ("integer", "1", True),
        ("integer", "1", "1 } ?s ?p ?o { "),
        ("integer", "1", "٣"),
        ("decimal", "1.5", float("nan")),
        ("decimal", "1.5", float("inf")),
        ("decimal", "1.5", "1e5"),
        ("boolean", "true", "yes"),
        ("boolean", "true", 1),
    ],
)
def test_value_of_another_type_is_refused(kind: str, default: str, value: object) -> None:
    """The error names the parameter and carries its name."""
    with pytest.raises(ParameterError, match=r"The parameter 'x'") as error:
        coerce(of_type(kind, default).parameters[0], value)
    assert error.value.parameter == "x"


def test_half_a_character_is_not_looked_up() -> None:
    """A surrogate, as a name in another encoding gives, is refused with what to give, before any look-up."""
    with pytest.raises(ParameterError, match=r"'\\ud800' is not; give a CURIE such as"):
        coerce(of_type("iri", "<http://example.org/x>").parameters[0], "\ud800", resolve=str.encode)  # type: ignore[arg-type]


def test_unknown_parameter_is_refused_with_near_miss() -> None:
    """The error tells which parameters there are."""
    with pytest.raises(ParameterError, match=r"'nutrien'\. Did you mean nutrient\? It has nutrient, least\."):
        bind(parsed(), {"nutrien": "x"})


@pytest.fixture
def two_queries(tmp_path: Path) -> Callable[[], Catalogue]:
    """Return a maker of a catalogue of two queries, which lie in two folders."""
    nutrients = tmp_path / "nutrients" / "protective-nutrients.rq"
    ammonia = tmp_path / "zz" / "ammonia-routes.rq"
    for path, header in (
        (nutrients, HEADER),
        (ammonia, HEADER.replace("tags: nutrients, excitotoxicity", "tags: ammonia")),
    ):
        path.parent.mkdir()
        path.write_text(header + BODY, encoding="utf-8")
    return lambda: Catalogue([nutrients, ammonia])


def test_catalogue_is_sorted_by_name(two_queries: Callable[[], Catalogue]) -> None:
    """The order does not depend on the folder."""
    assert list(two_queries()) == ["ammonia-routes", "protective-nutrients"]


def test_unknown_query_is_refused_with_near_miss(two_queries: Callable[[], Catalogue]) -> None:
    """The error says how to see them all."""
    with pytest.raises(QueryError, match=r"Did you mean protective-nutrients\? `glutakg queries`"):
        two_queries()["protective-nutrient"]


def test_two_queries_of_one_name_are_refused(tmp_path: Path) -> None:
    """A name stands for one query."""
    with pytest.raises(QueryError, match="Two catalogue queries are named 'x'"):
        Catalogue([tmp_path / "a" / "x.rq", tmp_path / "b" / "x.rq"])


@pytest.mark.parametrize("word", ["AMMONIA", "routes"])
def test_search_finds_words_in_any_case(two_queries: Callable[[], Catalogue], word: str) -> None:
    """Name, titles, questions and tags are searched."""
    assert [query.name for query in two_queries().search(word)] == ["ammonia-routes"]


def test_search_finds_dutch_words(two_queries: Callable[[], Catalogue]) -> None:
    """The Dutch texts are searched too."""
    assert len(two_queries().search("welke voedingsstoffen")) == 2


def test_search_by_tag_is_exact(two_queries: Callable[[], Catalogue]) -> None:
    """A tag is taken whole."""
    assert [query.name for query in two_queries().search(tag="ammonia")] == ["ammonia-routes"]


def test_unknown_tag_is_refused(two_queries: Callable[[], Catalogue]) -> None:
    """The error lists the tags there are."""
    with pytest.raises(
        QueryError, match=r"Did you mean ammonia\? Tags: ammonia, excitotoxicity, nutrients\."
    ):
        two_queries().search(tag="amonia")


def test_nothing_near_gives_no_hint() -> None:
    """A far word is not suggested."""
    assert did_you_mean("xyz", ["glutamine"]) == ""


@pytest.fixture
def grown(tmp_path: Path) -> Catalogue:
    """Return a catalogue of one query, which had another name, and one of the program."""
    for name in ("protective-nutrients", "claim-records"):
        (tmp_path / f"{name}.rq").write_text(HEADER + BODY, encoding="utf-8")
    return Catalogue(
        [tmp_path / "protective-nutrients.rq"],
        program=[tmp_path / "claim-records.rq"],
        old_names={"who-protects": "protective-nutrients"},
    )


def test_query_of_the_program_runs_by_name_and_is_not_listed(grown: Catalogue) -> None:
    """It is there for whoever knows its name."""
    assert "claim-records" in grown
    assert grown["claim-records"].name == "claim-records"
    assert (list(grown), len(grown), [query.name for query in grown.search("")]) == (
        ["protective-nutrients"],
        1,
        ["protective-nutrients"],
    )


def test_old_name_gives_the_query_and_a_warning(grown: Catalogue) -> None:
    """The warning tells the new name, and is of the kind that is always shown."""
    assert "who-protects" in grown
    with pytest.warns(FutureWarning, match="'who-protects' is now called 'protective-nutrients'"):
        query = grown["who-protects"]
    assert query is grown["protective-nutrients"]
    assert grown.current_name("who-protects") == "protective-nutrients"


def test_near_miss_names_no_query_that_is_not_listed(grown: Catalogue) -> None:
    """Nobody is led to an old name, or to what only the program asks."""
    for name in ("who-protect", "claim-record"):
        with pytest.raises(QueryError, match=rf"There is no catalogue query '{name}'\. `glutakg queries`"):
            grown[name]


def test_old_names_lead_to_queries_that_are_listed() -> None:
    """No old name leads nowhere, and none hides a query."""
    shipped = catalogue()
    assert set(OLD_NAMES.values()) <= set(shipped)
    assert not OLD_NAMES.keys() & {*shipped, *(path.stem for path in program_query_files())}


def test_old_names_go_with_the_release_that_says_so() -> None:
    """Whoever raises the version to that release takes the table out."""
    now, then = ([int(part) for part in text.split(".")] for text in (__version__, DROPPED_IN))
    assert now < then


def test_changelog_has_the_table_of_names() -> None:
    """Whoever asks by an old name finds the new one there."""
    rows = re.findall(
        r"^\| `([a-z-]+)` \| `([a-z-]+)` \|$", read_text(CHECKOUT / "CHANGELOG.md"), re.MULTILINE
    )
    assert rows == list(OLD_NAMES.items())
    assert list(OLD_NAMES) == sorted(OLD_NAMES)
    assert f"release {DROPPED_IN}" in read_text(CHECKOUT / "CHANGELOG.md")
