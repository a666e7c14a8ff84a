"""The command line over a tiny graph of its own: answers, bad input, exit codes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from processes import PATIENCE

import glutakg
from glutakg.cli.main import cli
from glutakg.dataset import shipped
from glutakg.graph import knowledge_graph as graph
from glutakg.owl.premises import CHOICES
from glutakg.owl.reasoners import REASONERS
from glutakg.shacl import ENGINES
from glutakg.sparql.rows import Rows
from glutakg.store.embedded import open_store

ONTOLOGY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://w3id.org/glutakg/ontology> a owl:Ontology ; owl:versionInfo "0.1.0" .
"""
SOURCE = """\
@prefix gk: <https://w3id.org/glutakg/ontology/> .
@prefix gkd: <https://w3id.org/glutakg/data/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
gkd:taurine a gk:Nutrient ; skos:prefLabel "taurine"@en , "taurine (stof)"@nl ; gk:protectsAgainst gkd:harm .
gkd:harm skos:prefLabel "harm"@en , "schade"@nl .
gkd:odd gk:note "bell \\u0007" .
"""
PROTECTION = """\
# title: Protectors
# title@nl: Beschermers
# question: What does it protect against?
# question@nl: Waartegen beschermt het?
# tags: nutrients
# parameter: nutrient iri The nutrient | De voedingsstof
# parameter: lang string Language | Taal
# parameter: most integer At most | Hoogstens

PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX gkd: <https://w3id.org/glutakg/data/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?label
WHERE {
  VALUES ?nutrient { gkd:taurine }
  VALUES ?lang { "en" }
  VALUES ?most { 9 }
  ?nutrient gk:protectsAgainst/skos:prefLabel ?label .
  FILTER(LANG(?label) = ?lang && ?most > 0)
}
ORDER BY ?label
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE {" + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(9)) + "}"
HUNGRY = "SELECT * WHERE {" + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(9)) + "} ORDER BY ?s0"
RUN = "from glutakg.__main__ import main; main()"

CONTEXT = click.Context(cli)
COMMANDS = {
    name: command
    for name in cli.list_commands(CONTEXT)
    if (command := cli.get_command(CONTEXT, name)) is not None
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tree of ontology, data and queries that stands in for the shipped one."""
    texts = {
        "ontology/tiny.ttl": ONTOLOGY,
        "data/source/tiny.ttl": SOURCE,
        "queries/nutrients/protection.rq": PROTECTION,
    }
    for name, text in texts.items():
        path = tmp_path / "shipped" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(shipped.shipped_root() / "queries/program", tmp_path / "shipped/queries/program")
    monkeypatch.setattr(shipped, "shipped_root", lambda: tmp_path / "shipped")
    monkeypatch.setattr(graph, "open_store", partial(open_store, files=shipped.kept_files()))
    monkeypatch.setenv("GLUTAKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(root: Path) -> Callable[..., Result]:
    """Return a function that runs the command with these arguments over the tiny graph."""

    def run_command(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin, prog_name="glutakg")

    return run_command


def in_a_process(*arguments: str, stdin: str = "", code: str = RUN) -> subprocess.CompletedProcess[str]:
    """Run the command over the shipped graph in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=PATIENCE)


def all_commands() -> dict[str, click.Command]:
    """Return every command by name, the group itself under the empty name."""
    return {"": cli, **COMMANDS}


# Answers


def test_query_prints_a_table_and_counts_to_stderr(run: Callable[..., Result]) -> None:
    """Results go to stdout, the count to stderr."""
    result = run("query", "protection")
    assert (result.stdout, result.stderr, result.exit_code) == ("label\n-----\nharm\n", "1 row\n", 0)


def test_query_takes_parameters(run: Callable[..., Result]) -> None:
    """A label stands for its term."""
    assert run("query", "protection", "-p", "nutrient=Taurine", "-p", "lang=nl").stdout.endswith("schade\n")


def test_lang_sets_the_parameter_of_that_name(run: Callable[..., Result]) -> None:
    """--lang is a short way to the parameter lang."""
    assert run("query", "protection", "--lang", "nl").stdout.endswith("schade\n")


def test_query_reads_standard_input(run: Callable[..., Result]) -> None:
    """A dash stands for stdin, also with a header and its parameters."""
    assert run("query", "-", "-p", "lang=nl", stdin=PROTECTION).stdout.endswith("schade\n")


def test_query_shows_what_runs(run: Callable[..., Result]) -> None:
    """`--show-rewritten` prints the query as it is evaluated and names the rules, without an answer."""
    text = "PREFIX : <urn:> SELECT ?o { :s :p|:q ?o } ORDER BY ?o"
    shown = run("query", "-", "--show-rewritten", stdin=text)
    assert (shown.exit_code, shown.stderr) == (0, "glutakg: note: rewritten by: alternative path, ORDER BY\n")
    assert "UNION" in shown.stdout
    again = run("query", "-", "--show-rewritten", stdin="ASK { ?s ?p ?o }")
    assert (again.stdout, again.stderr) == (
        "ASK { ?s ?p ?o }\n",
        "glutakg: note: evaluated as it is written\n",
    )


def test_query_reads_a_file(run: Callable[..., Result], root: Path) -> None:
    """A path to a file is a query too."""
    (root / "mine.rq").write_text("SELECT ?x WHERE { VALUES ?x { 1 } }", encoding="utf-8")
    assert run("query", "mine.rq").stdout == "x\n-\n1\n"


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("csv", "label\r\nharm\r\n"),
        ("tsv", '?label\n"harm"@en\n'),
        ("md", "| label |\n| --- |\n| harm |\n"),
    ],
)
def test_rows_in_text_formats(run: Callable[..., Result], format: str, expected: str) -> None:
    """Each format is written to the letter."""
    assert run("query", "protection", "--format", format).stdout_bytes.decode() == expected


@pytest.mark.parametrize("format", ["json", "xml"])
def test_rows_in_data_formats_hold_the_value(run: Callable[..., Result], format: str) -> None:
    """JSON and XML are the engine's own."""
    assert "harm" in run("query", "protection", "--format", format).stdout


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("ttl", "gkd:harm"),
        ("nt", "<https://w3id.org/glutakg/data/harm>"),
        ("jsonld", "@id"),
        ("rdfxml", "rdf:about"),
    ],
)
def test_graphs_in_graph_formats(run: Callable[..., Result], format: str, expected: str) -> None:
    """CONSTRUCT gives triples in each graph format."""
    query = "CONSTRUCT WHERE { ?s <https://w3id.org/glutakg/ontology/protectsAgainst> ?o }"
    assert expected in run("query", "-", "--format", format, stdin=query).stdout


def test_graph_is_turtle_by_default(run: Callable[..., Result]) -> None:
    """Nobody has to name a format."""
    query = "CONSTRUCT WHERE { ?s <https://w3id.org/glutakg/ontology/protectsAgainst> ?o }"
    assert run("query", "-", stdin=query).stdout.startswith("@prefix")


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "xml", "md"])
@pytest.mark.parametrize(("query", "code"), [("ASK {}", 0), ("ASK { <x:a> <x:b> <x:c> }", 1)])
def test_no_to_an_ask_query_is_exit_code_1(
    run: Callable[..., Result], format: str, query: str, code: int
) -> None:
    """A script can branch on the answer, whatever the format."""
    result = run("query", "-", "--format", format, stdin=query)
    assert result.exit_code == code
    assert ("false" if code else "true") in result.stdout


def test_empty_answer_has_a_header_and_a_note(run: Callable[..., Result]) -> None:
    """No rows is no error; a term that nothing uses is named as the reason."""
    result = run("query", "protection", "-p", "nutrient=CHEBI:1")
    assert (result.stdout, result.exit_code) == ("label\n-----\n", 0)
    assert result.stderr == (
        "no rows\nglutakg: note: No match for CHEBI:1 gk:protectsAgainst []: CHEBI:1 occurs in no graph.\n"
    )


def test_an_unknown_graph_is_noted(run: Callable[..., Result]) -> None:
    """It counts as empty; the answer, empty or not, goes with a note that names it."""
    for query, answer in (
        ("SELECT (COUNT(*) AS ?n) FROM <urn:none> { ?s ?p ?o }", "n\r\n0\r\n"),
        ("SELECT ?s FROM NAMED <urn:none> { GRAPH ?g { ?s ?p ?o } }", "s\r\n"),
    ):
        result = run("query", "-", "--format", "csv", stdin=query)
        assert (result.stdout_bytes.decode(), result.exit_code) == (answer, 0)
        assert "glutakg: note: There is no graph <urn:none> here, so it counts as empty." in result.stderr


def test_value_cannot_move_the_cursor(run: Callable[..., Result]) -> None:
    """A control character in the data is shown as an escape."""
    query = "SELECT ?o WHERE { ?s <https://w3id.org/glutakg/ontology/note> ?o }"
    assert run("query", "-", stdin=query).stdout.splitlines()[2] == r"bell \x07"


def test_a_query_of_the_program_runs_by_name(run: Callable[..., Result]) -> None:
    """It is not listed, and answers all the same."""
    assert run("query", "term-labels", "-p", "term=gkd:harm").stdout.splitlines()[2].split()[-1] == "harm"
    assert "term-labels" not in run("queries").stdout


def test_an_old_name_answers_with_a_note(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is answered is the same; the note tells the name of today, and how long the old one answers."""
    monkeypatch.setattr("glutakg.dataset.queries.OLD_NAMES", {"who-protects": "protection"})
    old, new = run("query", "who-protects"), run("query", "protection")
    assert (old.exit_code, old.stdout) == (0, new.stdout)
    note = "glutakg: note: The query 'who-protects' is now called 'protection'; release "
    assert old.stderr.startswith(note)
    assert old.stderr.endswith(f"drops the old name.\n{new.stderr}")


def test_queries_are_listed_in_dutch(run: Callable[..., Result]) -> None:
    """--lang chooses the titles."""
    result = run("queries", "--tag", "nutrients", "--lang", "nl")
    assert result.stdout.splitlines()[2].split() == [
        "protection",
        "Beschermers",
        "nutrient=gkd:taurine,",
        "lang=en,",
        "most=9",
        "nutrients",
    ]


def test_queries_as_json_tell_defaults(run: Callable[..., Result]) -> None:
    """A program sees type and default of each parameter."""
    [found] = json.loads(run("queries", "protect", "--format", "json").stdout)
    assert found["parameters"][0]["default"] == "gkd:taurine"


def test_describe_shows_the_term(run: Callable[..., Result]) -> None:
    """The CURIE comes first, then the sections."""
    assert run("describe", "taurine").stdout.startswith("gkd:taurine\n\nNAMES\n")


def test_describe_as_json_holds_every_section(run: Callable[..., Result]) -> None:
    """A program gets the rows of each section."""
    found = json.loads(run("describe", "taurine", "--format", "json").stdout)
    assert found["curie"] == "gkd:taurine"
    assert [row["value"] for row in found["labels"]] == ["taurine", "taurine (stof)"]


def test_describe_as_markdown_has_headings(run: Callable[..., Result]) -> None:
    """The term is the title."""
    assert run("describe", "taurine", "--format", "md").stdout.startswith("# gkd:taurine\n\n## names\n")


def test_info_tells_versions_and_counts(run: Callable[..., Result]) -> None:
    """The version is the package's, the counts the graph's."""
    found = json.loads(run("info", "--format", "json").stdout)
    assert found["glutakg"] == glutakg.__version__
    assert found["graphs"] == {"default": 9, "ontology": 2, "source": 7}


def test_info_as_text_names_each_graph(run: Callable[..., Result]) -> None:
    """Every graph has its line."""
    lines = [line.split() for line in run("info").stdout.splitlines()]
    assert ["source", "7"] in lines


def test_completion_knows_query_names(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell offers the names that begin so."""
    monkeypatch.setenv("_GLUTAKG_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", "glutakg query prot")
    monkeypatch.setenv("COMP_CWORD", "2")
    result = CliRunner().invoke(cli, [], prog_name="glutakg", complete_var="_GLUTAKG_COMPLETE")
    assert result.stdout.splitlines() == ["plain", "protection", "Protectors"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_script_names_the_command(run: Callable[..., Result], shell: str) -> None:
    """What is printed is for this command."""
    assert "_GLUTAKG_COMPLETE" in run("completion", shell).stdout


def test_answers_are_the_same_through_api_and_command(run: Callable[..., Result]) -> None:
    """Both doors lead to one answer."""
    with glutakg.open() as opened:
        rows = opened.run("protection", lang="nl")
    assert isinstance(rows, Rows)
    assert run("query", "protection", "-p", "lang=nl").stdout == f"{rows}\n"


@pytest.mark.parametrize("name", sorted(all_commands()))
def test_help_ends_in_an_example(name: str) -> None:
    """Every command shows how it is used."""
    result = CliRunner().invoke(cli, [*name.split(), "--help"], prog_name="glutakg")
    assert result.exit_code == 0
    assert f"glutakg {name}".strip() in result.stdout.rstrip().splitlines()[-1]


def test_version_is_the_package_version(run: Callable[..., Result]) -> None:
    """One version everywhere."""
    assert glutakg.__version__ in run("--version").stdout


# Bad input: one sentence on stderr, exit code 2, nothing on stdout, nothing changed


def everything_below(root: Path) -> dict[Path, bytes | None]:
    """Return all files with their contents, without the cache."""
    paths = (path for path in root.rglob("*") if "cache" not in path.relative_to(root).parts)
    return {path: path.read_bytes() if path.is_file() else None for path in paths}


BAD_INPUT: dict[str, tuple[list[str], str | bytes, str]] = {
    "missing file": (["query", "none.rq"], "", "none.rq: There is no such file"),
    "folder": (["query", "folder.rq"], "", "folder.rq: This is a folder"),
    "empty file": (["query", "empty.rq"], "", "empty.rq: This is empty"),
    "not UTF-8": (["query", "latin.rq"], "", "latin.rq:1:8: This is not UTF-8"),
    "stdin not UTF-8": (["query", "-"], b"SELECT \xe9", "standard input:1:8: This is not UTF-8"),
    "empty stdin": (["query", "-"], "", "standard input: This is empty"),
    "broken header": (
        ["query", "-", "-p", "a=1"],
        "# title: x\n\nASK {}",
        "standard input:1: The header lacks",
    ),
    "syntax error": (["query", "-"], "SELECT *\nWHERE { ?s ?p }", "Line 2, column 15: this is not valid"),
    "unknown query": (["query", "protections"], "", "Did you mean protection?"),
    "unknown parameter": (["query", "protection", "-p", "nutrien=x"], "", "Did you mean nutrient?"),
    "parameter without value": (["query", "protection", "-p", "most"], "", "write -p most=VALUE"),
    "parameter twice": (["query", "protection", "-p", "most=1", "-p", "most=2"], "", "'most' is given twice"),
    "wrong type": (
        ["query", "protection", "-p", "most=many"],
        "",
        "'most' is of type integer and 'many' is not",
    ),
    "unknown label": (["query", "protection", "-p", "nutrient=taurin"], "", "Did you mean taurine"),
    "unknown prefix": (["query", "protection", "-p", "nutrient=CHEBBI:1"], "", "Did you mean CHEBI"),
    "parameter of a plain query": (
        ["query", "-", "-p", "x=1"],
        "ASK {}",
        "has no parameter 'x'. It has none.",
    ),
    "wrong format": (["query", "protection", "--format", "ttl"], "", "choose one of table, csv"),
    "unknown format": (["query", "protection", "--format", "pdf"], "", "'pdf' is not one of"),
    "negative time": (["query", "protection", "--timeout", "-1"], "", "more than 0"),
    "no number of seconds": (["query", "protection", "--timeout", "nan"], "", "more than 0"),
    "too long": (["query", "-", "--timeout", "0.2"], ENDLESS, "stopped after 0.2 s"),
    "too much memory": (["query", "-"], HUNGRY, "MB of memory"),
    "20,000 brackets": (["query", "-"], "ASK " + "{" * 20_000 + "}" * 20_000, "nests too deeply"),
    "service": (["query", "-"], "ASK { SERVICE <http://example.org/> { ?s ?p ?o } }", "--allow-service HOST"),
    "name of any length": (["query", "a" * 5000], "", "aaa"),
    "path of any length": (["query", "a" * 5000 + ".rq"], "", "cannot be read (File name too long)"),
    "name that moves the cursor": (["query", "\x1b[2J.rq"], "", r"\x1b[2J.rq: There is no such file"),
    "very long query": (["query", "-"], "ASK {}" + " " * 1_000_000, "longer than 1,000,000 characters"),
    "update": (["query", "-"], "DELETE WHERE { ?s ?p ?o }", "read-only"),
    "unknown tag": (["queries", "--tag", "nutrient"], "", "Did you mean nutrients?"),
    "unknown term": (["describe", "taurin"], "", "Did you mean taurine"),
    "absent term": (["describe", "gkd:taurin"], "", "Did you mean gkd:taurine"),
    "file to validate is missing": (["validate", "none.ttl"], "", "none.ttl: There is no such file"),
    "file to validate is broken": (["validate", "broken.ttl"], "", "broken.ttl:3:1: This is not Turtle"),
    "file to format is missing": (["format", "none.ttl"], "", "none.ttl: There is no such file"),
    "file to format is broken": (["format", "broken.ttl"], "", "broken.ttl:3:1: This is not Turtle"),
}


@pytest.mark.parametrize("fault", BAD_INPUT)
def test_bad_input_is_one_sentence_and_changes_nothing(
    fault: str, run: Callable[..., Result], root: Path
) -> None:
    """Exit code 2, the reason on stderr, no traceback, no output, no file touched."""
    arguments, stdin, reason = BAD_INPUT[fault]
    (root / "folder.rq").mkdir()
    (root / "empty.rq").write_bytes(b"")
    (root / "latin.rq").write_bytes(b"SELECT \xe9")
    (root / "broken.ttl").write_text("<x:a> a <x:b> .\n<x:a> a\n", encoding="utf-8")
    before = everything_below(root)
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
    assert everything_below(root) == before


def test_unreadable_file_is_named(
    run: Callable[..., Result], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of the system is passed on, also where root reads every file."""
    (root / "locked.rq").write_text("ASK {}", encoding="utf-8")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = run("query", "locked.rq")
    assert result.exit_code == 2
    assert "locked.rq: The file cannot be read (Permission denied)" in result.stderr


def test_full_output_is_one_sentence() -> None:
    """A disk without room is told, without a traceback."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", RUN, "queries"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        2,
        "glutakg: error: The answer cannot be written (No space left on device).\n",
    )


def test_full_output_is_told_of_the_help_too() -> None:
    """Also what is written before a command runs."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", RUN, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            FileNotFoundError(2, "No such file", "\x07.ttl"),
            r"\x07.ttl: This could not be done (No such file).",
        ),
        (OSError(24, "Too many open files"), "This could not be done (Too many open files)."),
        (MemoryError(), "There is not enough memory for this; ask for less."),
        (RecursionError(), "What is to be read nests too deeply; split it into several."),
    ],
)
def test_fault_of_the_system_is_one_sentence(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    """Whatever fails is named as what it is, not as a fault of the output."""

    def fail() -> None:
        raise error

    monkeypatch.setattr("glutakg.cli.ask.catalogue", fail)
    result = run("queries")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"glutakg: error: {sentence}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="closes a descriptor in the POSIX way")
def test_closed_standard_input_is_told() -> None:
    """A dash needs something to read."""
    close = "import os, sys\nos.close(0)\nsys.stdin = None\n"
    done = in_a_process("query", "-", code=close + RUN)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "glutakg: error: standard input: It is closed; send text into it, or name a file.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_interrupt_before_the_command_runs_is_quiet() -> None:
    """Ctrl-C while modules are imported ends the process as the signal does, without a traceback."""
    interrupt_on_import = (
        "import os, signal, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'glutakg.cli.main':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
    )
    done = in_a_process("query", "-", stdin="ASK {}", code=interrupt_on_import + RUN)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_closed_pipe_is_quiet() -> None:
    """Nobody reading is no fault to report."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "queries"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_interrupt_ends_quietly_with_130() -> None:
    """Ctrl-C while the query runs ends it without a traceback."""
    interrupt_once_asked = (
        "import os, signal, threading\n"
        "from glutakg.store.embedded import EmbeddedStore as Store\n"
        "evaluate = Store.evaluate\n"
        "def evaluate_and_interrupt(*arguments, **options):\n"
        "    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    return evaluate(*arguments, **options)\n"
        "Store.evaluate = evaluate_and_interrupt\n"
    )
    done = in_a_process("query", "-", stdin=ENDLESS, code=interrupt_once_asked + RUN)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_asking_imports_no_rdf_library_in_the_parent() -> None:
    """The command is quick because the worker does the heavy work."""
    report = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = in_a_process("query", "-", stdin="ASK {}", code=report + RUN)
    assert done.stdout.startswith("true\n")
    foreign = set(done.stdout.splitlines()[1].split()) - set(sys.stdlib_module_names)
    assert {"glutakg", "click"} <= foreign
    assert not foreign & {"rdflib", "pyshacl", "owlready2", "pyoxigraph", "pandas", "numpy"}


def test_format_refuses_an_empty_name(run: Callable[..., Result]) -> None:
    """A variable that is not set does not mean everything below the current folder."""
    result = run("format", "")
    assert result.exit_code == 2
    assert "a name is empty" in result.stderr


def test_the_engines_of_validate_are_those_of_the_api() -> None:
    """What the command offers without importing the module is what it knows."""
    [engine] = [option for option in COMMANDS["validate"].params if option.name == "engine"]
    assert getattr(engine.type, "choices", None) == ENGINES


def test_the_choices_of_reason_are_those_of_the_api() -> None:
    """What the command offers without importing the modules is what these know."""
    offered = {option.name: option.type for option in COMMANDS["reason"].params}
    assert {name: tuple(getattr(offered[name], "choices", ())) for name in ("premises", "reasoner")} == {
        "premises": CHOICES,
        "reasoner": REASONERS,
    }
