"""The command as people meet it: on real terminals of several widths, in two languages, and in colour."""

import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping

import click
import pytest
from click.testing import CliRunner, Result
from terminals import on_a_terminal, without_escapes

import glutakg
from glutakg.cli.docs import fitted, pages_by_name
from glutakg.cli.main import cli
from glutakg.cli.terminal import COLOURS, TerminalStyle
from glutakg.dataset import catalogue
from glutakg.judgements import LABELS, STATUS_ICONS
from glutakg.languages import LANGUAGES, translator
from glutakg.rdf import PREFIXES, Literal
from glutakg.sparql.rows import Rows
from glutakg.text import Style, display_width

JUDGEMENTS = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?value ?label ?class WHERE {
  VALUES ?class { gk:CuratorStatus gk:Stance }
  ?value a ?class ; skos:prefLabel ?label .
}
ORDER BY ?value ?label
"""
CONTEXT = click.Context(cli)


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """Run the command where nothing is a terminal."""
    return CliRunner().invoke(cli, arguments, env=env, prog_name="glutakg")


# What fits


@pytest.mark.parametrize(
    ("columns", "arguments"),
    [
        (80, ("queries",)),
        (80, ("describe", "glutamine")),
        (80, ("query", "protective-nutrients")),
        (40, ("queries", "ammonia", "--lang", "nl")),
        (40, ("describe", "taurine", "--lang", "nl")),
        (40, ("evidence",)),
        (80, ("conflicts",)),
        (200, ("describe", "taurine")),
        (40, ("--help",)),
        (80, ("docs", "files")),
        (80, ("why", "taurine", "may matter in", "epilepsy")),
        (80, ()),
    ],
    ids=str,
)
def test_no_line_is_wider_than_the_terminal(columns: int, arguments: tuple[str, ...]) -> None:
    """Cells are wrapped or rows become records; wide characters and escapes are counted as they show."""
    shown = on_a_terminal(columns, *arguments)
    assert shown
    assert [line for line in shown.splitlines() if display_width(line) > columns] == []


@pytest.mark.parametrize("command", cli.list_commands(CONTEXT))
def test_every_help_fits_eighty_columns(command: str) -> None:
    """The examples included, which are never wrapped."""
    lines = run(command, "--help").stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("page", [*pages_by_name()])
def test_pages_of_the_documentation_fit_the_terminal(page: str) -> None:
    """But for code; no letter is lost, and a pipe gets the Markdown as it is."""
    markdown = run("docs", page).stdout.rstrip("\n")
    text = fitted(markdown, 80, Style())
    lines = re.sub(r"(?ms)^```.*?^```$|^    .*?$", "", text).splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert not Counter(filter(str.isalnum, markdown)) - Counter(filter(str.isalnum, text))
    assert markdown == pages_by_name()[page].read_text(encoding="utf-8").rstrip("\n")


def test_a_pipe_gets_full_lines() -> None:
    """Whatever the terminal is like, other programs get a row on a line."""
    lines = run("queries", env={"COLUMNS": "40"}).stdout.splitlines()
    assert len(lines) == 2 + len(catalogue())
    assert max(map(len, lines)) > 200


def test_what_every_row_says_is_said_once() -> None:
    """Where the table is too wide, such columns stand above it, and the rest has a line for a row."""
    shown = without_escapes(on_a_terminal(80, "query", "protective-nutrients"))
    above, _, table = shown.partition("\n\n")
    assert above.splitlines() == ["protects_against: excitotoxicity", "claimed_by: Dutch dietitians' text"]
    assert re.search(r"^magnesium +disputed +C054 +1 +4 +1 +6$", table, re.MULTILINE)


def test_the_same_table_is_whole_on_a_wide_terminal() -> None:
    """There it looks as it does in a pipe."""
    wide = without_escapes(on_a_terminal(200, "query", "protective-nutrients"))
    assert wide == run("query", "protective-nutrients").stdout


def rows(*texts: tuple[str, ...]) -> Rows:
    """Return rows of texts, their variables named by the letters from a on."""
    names = "abcdefgh"[: len(texts[0])]
    return Rows(names, [dict(zip(names, map(Literal, line), strict=True)) for line in texts])


def test_cells_are_wrapped_at_their_words() -> None:
    """Lines after the first are set in, so that one sees where a row begins."""
    table = rows(("GABA", "an inhibitory neurotransmitter"), ("glutamate", "an excitatory one")).to_table(28)
    assert table.splitlines() == [
        "a          b",
        "---------  -----------------",
        "GABA       an inhibitory",
        "            neurotransmitter",
        "glutamate  an excitatory one",
    ]


def test_rows_become_records_where_wrapping_is_hopeless() -> None:
    """Each begins with its number, by which `--why` asks for it; a cell that is empty is there."""
    table = rows(("glutamate", "", "neurotransmitter"), ("GABA", "inhibitory", "neurotransmitter")).to_table(
        20
    )
    assert table.splitlines() == [
        "1  a  glutamate",
        "   b",
        "   c  neurotransmitt",
        "      er",
        "",
        "2  a  GABA",
        "   b  inhibitory",
        "   c  neurotransmitt",
        "      er",
    ]


def test_wide_characters_are_counted_by_their_columns() -> None:
    """A line of the table is never wider than it was asked for."""
    lines = rows(("谷氨酸" * 9, "e\u0301" * 30), ("x", "👩‍🔬" * 20)).to_table(30).splitlines()
    assert max(map(display_width, lines)) <= 30
    assert "".join("".join(lines).split()).count("谷") == 9


def test_no_width_is_too_small() -> None:
    """Even no column gives lines, and loses no letter."""
    for width in range(12):
        table = rows(("glutamate", "12"), ("GABA", "3")).to_table(width)
        assert "glutamate" in "".join(table.split()), width


# One line each


@pytest.mark.parametrize(
    ("command", "number"), [("claims", "claims"), ("evidence", "claims"), ("conflicts", "conflicts")]
)
def test_without_a_term_there_is_a_line_each(command: str, number: str) -> None:
    """And a note says how to see more."""
    with glutakg.open() as kg:
        found: list[object] = [*getattr(kg, number)()]
    result = run(command)
    assert len(result.stdout.splitlines()) == len(found) + 1
    first = result.stdout.splitlines()[1].split()[0]
    option = "--term " if command == "claims" else ""
    assert f"`glutakg {command} {option}{first}` shows" in result.stderr


# Colour and links


def test_the_words_with_a_colour_are_those_of_the_ontology() -> None:
    """Each status and stance has a look, and the label in the code is that of the data, in both languages."""
    with glutakg.open() as kg:
        found = kg.query(JUDGEMENTS)
        assert isinstance(found, Rows)
        labels: dict[str, set[object]] = {}
        for row in found:
            labels.setdefault(str(row["value"]).removeprefix(PREFIXES["gk"]), set()).add(row["label"])
    assert labels == {name: {translator(lang)(label) for lang in LANGUAGES} for name, label in LABELS.items()}
    assert COLOURS.keys() == LABELS.keys()
    statuses = {str(row["value"]) for row in found if row["class"] == PREFIXES["gk"] + "CuratorStatus"}
    assert statuses == {PREFIXES["gk"] + name for name in STATUS_ICONS}
    assert len({str(look) for look in COLOURS.values()}) == len(COLOURS)


def test_statuses_and_stances_have_their_colours() -> None:
    """In the text on claims and in tables, in either language."""
    style = TerminalStyle({})
    disputed = style.term("disputed", PREFIXES["gk"] + "Disputed")
    assert disputed == "\x1b[35mdisputed\x1b[0m"
    assert f"status     {disputed}: " in on_a_terminal(80, "claims", "--term", "magnesium")
    assert disputed in on_a_terminal(80, "query", "protective-nutrients")
    assert style.word("omstreden", "status") == style.term("omstreden", PREFIXES["gk"] + "Disputed")
    assert style.word("disputed", "claim_status") == style.word("disputed", "after") != "disputed"
    assert style.word("disputed", "label") == style.word("disputed", "substance") == "disputed"


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colour_gets_no_escapes(environment: dict[str, str]) -> None:
    """Neither in tables nor in the greeting, also where the terminal knows links."""
    for arguments in (("query", "protective-nutrients"), ()):
        assert "\x1b" not in on_a_terminal(80, *arguments, KITTY_WINDOW_ID="1", **environment)


def test_identifiers_are_links_where_the_terminal_knows_them() -> None:
    """A DOI leads to doi.org, also where it is broken over lines; other terminals get no such escape."""
    asked = ("evidence", "C054", "--stance", "contradicts")
    narrow = on_a_terminal(40, *asked, TERM_PROGRAM="WezTerm")
    assert re.search(r"\x1b\]8;[^;]*;https://doi\.org/10\.1056/NEJMoa1408827\x1b", narrow)
    plain = on_a_terminal(40, *asked)
    assert "\x1b]8" not in plain
    assert without_escapes(narrow) == without_escapes(plain)


def test_a_link_cannot_be_left() -> None:
    """An address from the data ends no sequence and begins none."""
    link = TerminalStyle({"FORCE_HYPERLINK": "1"}).link("x", "https://e.org/\x1b\\\x07 ü")
    assert link == "\x1b]8;;https://e.org/%1B%5C%07%20%C3%BC\x1b\\x\x1b]8;;\x1b\\"
    assert TerminalStyle({"FORCE_HYPERLINK": "0", "WT_SESSION": "1"}).link("x", "https://e.org/") == "x"


def test_a_value_cannot_dress_itself() -> None:
    """Escapes from the data are written out, beside those that are ours."""
    text = rows(("\x1b[31mred", "\x1b]8;;https://e.org\x1b\\x")).to_table(40, TerminalStyle({}))
    assert "\\x1b[31mred" in text
    assert "\x1b" not in without_escapes(text)


# Languages


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (("--lang", "nl", "queries", "ammonia"), {}),
        (("queries", "ammonia", "--lang", "nl"), {}),
        (("queries", "ammonia"), {"GLUTAKG_LANG": "nl"}),
        (("--lang", "en", "queries", "ammonia", "--lang", "nl"), {"GLUTAKG_LANG": "en"}),
        (("--lang", "nl", "queries", "ammonia"), {"GLUTAKG_LANG": "en"}),
    ],
    ids=str,
)
def test_the_language_is_given_before_or_after_the_command(
    arguments: tuple[str, ...], env: dict[str, str]
) -> None:
    """What is nearer to the command counts more, and the environment least."""
    assert "Waar ammoniak vandaan komt" in run(*arguments, env=env).stdout


def test_a_query_takes_the_language_from_the_environment() -> None:
    """As the value of its parameter `lang`."""
    assert "vitamine B2" in run("query", "protective-nutrients", env={"GLUTAKG_LANG": "nl"}).stdout
    assert "vitamine B2" in run("--lang", "nl", "query", "protective-nutrients").stdout


@pytest.mark.parametrize("arguments", [("--lang", "nl", "query", "-"), ("query", "-", "--lang", "nl")])
def test_a_refusal_is_in_the_language(arguments: tuple[str, ...]) -> None:
    """As on a Dutch page."""
    refused = CliRunner().invoke(cli, arguments, input="SELECT ?x { ?x == 1 }")
    assert "dit is geen geldige SPARQL: SPARQL vergelijkt met =, niet met ==." in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("queries", "ammonia"), " queries\n"),
        (("--lang", "nl", "queries", "ammonia"), " vragen\n"),
        (("conflicts", "T13", "--lang", "nl"), "1 conflict\n"),
        (("evidence", "magnesium", "--until", "1900", "--lang", "nl"), "geen stukken bewijs\n"),
        (("evidence", "magnesium", "--until", "1900", "--lang", "nl"), "Geen bewering met bewijs"),
        (("conflicts", "--aspect", "safety", "--lang", "nl"), "toont er één voluit"),
    ],
    ids=str,
)
def test_notes_and_counts_are_in_the_language(arguments: tuple[str, ...], told: str) -> None:
    """Not only what is answered."""
    assert told in run(*arguments).stderr


def test_an_unknown_language_is_refused() -> None:
    """The message says which there are, and where it stood."""
    result = run("queries", env={"GLUTAKG_LANG": "fr"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert "GLUTAKG_LANG" in result.stderr
    assert "'en', 'nl'" in result.stderr


# The first minute


@pytest.mark.parametrize("lang", LANGUAGES)
def test_glutakg_alone_greets_with_three_things_to_try(lang: str) -> None:
    """Each is a command, the exit code is 0, and no line is too long."""
    result = run(env={"GLUTAKG_LANG": lang})
    assert (result.exit_code, result.stderr) == (0, "")
    tries = re.findall(r"^  glutakg (.+)$", result.stdout, re.MULTILINE)
    assert len(tries) == 3
    assert max(map(len, result.stdout.splitlines())) <= 80
    greeted = "Three things to try:" if lang == "en" else "Drie dingen om te proberen:"
    assert greeted in result.stdout
    for each in tries:
        name, *_ = shlex.split(each)
        assert cli.get_command(CONTEXT, name) is not None


def test_help_has_users_before_curators() -> None:
    """Every command stands under a heading, once; asking comes first, curating last."""
    text = run("--help").stdout
    headings = re.findall(r"^(\S.*):$", text, re.MULTILINE)
    assert headings[1:] == ["Ask", "Take along, serve, link", "About glutakg", "Check and curate"]
    listed = re.findall(r"^  ([a-z]+)  +[A-Z]", text.partition("\nAsk:")[2], re.MULTILINE)
    assert sorted(listed) == sorted(cli.list_commands(CONTEXT))
    assert listed[0] == "query"
    assert listed.index("format") > listed.index("conflicts")


def test_a_plain_command_loads_no_library_for_terminals() -> None:
    """What a pipe gets needs none of them."""
    program = (
        "import sys; from glutakg.__main__ import main\n"
        "sys.argv = ['glutakg', 'query', 'protective-nutrients']\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"wcwidth", "glutakg.cli.terminal"} & set(done.stderr.split())
