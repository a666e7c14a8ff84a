"""The store answers in a process of its own, keeps its cache sound, and survives what ends that process."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE, is_running, wait_until

from glutakg.cache import default_cache_dir
from glutakg.dataset.shipped import ShippedFile
from glutakg.errors import (
    ParameterError,
    QueryError,
    QueryResourceError,
    QueryTimeout,
    SourceError,
    StoreError,
)
from glutakg.rdf.terms import BlankNode, Iri, Literal
from glutakg.store import client as store_module
from glutakg.store.embedded import EmbeddedStore, open_store

TurtleFile = Callable[..., ShippedFile]
DATA = "https://w3id.org/glutakg/data/"
PREFIXES = "PREFIX gk: <https://w3id.org/glutakg/ontology/>\nPREFIX gkd: <https://w3id.org/glutakg/data/>\n"
CROSS_PRODUCT = " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(12))


@pytest.fixture
def files(turtle_file: TurtleFile) -> list[ShippedFile]:
    """Give three files: a triple stands in two graphs, another only in the contested one."""
    return [
        turtle_file('gkd:taurine a gk:Nutrient ; gk:name "taurine"@en ; gk:mass 125.15 .', "source"),
        turtle_file(
            "gkd:taurine a gk:Nutrient . gkd:zinc a gk:Nutrient ; gk:with [ a gk:Mineral ] .", "background"
        ),
        turtle_file("gkd:taurine a gk:Cure .", "contested"),
    ]


@pytest.fixture
def store(files: list[ShippedFile], tmp_path: Path) -> Iterator[EmbeddedStore]:
    """Give a store over the three files, with little memory."""
    with open_store(tmp_path / "cache", files=files, memory_limit_mb=100, timeout=PATIENCE) as opened:
        yield opened


def count(store: EmbeddedStore, pattern: str) -> str:
    """Return how many solutions a pattern has."""
    ((cell,),) = (
        row.values() for row in store.evaluate(f"{PREFIXES}SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows()
    )
    assert isinstance(cell, Literal)
    return cell.value


class TestGraphs:
    """What a query sees with and without GRAPH."""

    def test_triple_of_two_graphs_counts_once(self, store: EmbeddedStore) -> None:
        """Without GRAPH there is one graph, and a graph is a set."""
        assert count(store, "gkd:taurine a gk:Nutrient") == "1"

    def test_triple_of_two_graphs_stands_in_both(self, store: EmbeddedStore) -> None:
        """With GRAPH each graph can be asked alone."""
        assert count(store, "GRAPH ?g { gkd:taurine a gk:Nutrient }") == "2"

    def test_contested_triple_is_not_seen_by_default(self, store: EmbeddedStore) -> None:
        """A plain query never returns as fact what is contested."""
        assert count(store, "gkd:taurine a gk:Cure") == "0"

    def test_several_from_are_merged(self, store: EmbeddedStore) -> None:
        """A triple of two graphs that FROM names counts once, and GRAPH sees what FROM NAMED names."""
        graphs = "FROM gkg:source FROM gkg:background FROM NAMED gkg:contested"
        prefix = "PREFIX gkg: <https://w3id.org/glutakg/graph/>\n" + PREFIXES
        pattern = "{ { gkd:taurine a gk:Nutrient } UNION { GRAPH ?g { gkd:taurine a gk:Cure } } }"
        answer = store.evaluate(f"{prefix}SELECT ?g {graphs} {pattern} ORDER BY ?g")
        contested = Iri("https://w3id.org/glutakg/graph/contested")
        assert [row["g"] for row in answer.rows()] == [None, contested]

    def test_contested_triple_is_seen_when_asked_for(self, store: EmbeddedStore) -> None:
        """The contested graph can be asked by name."""
        assert count(store, "GRAPH <https://w3id.org/glutakg/graph/contested> { ?s a gk:Cure }") == "1"

    def test_blank_node_is_the_same_with_and_without_graph(self, store: EmbeddedStore) -> None:
        """A blank node can be followed from the default graph into its named graph."""
        assert count(store, "?s gk:with ?x . GRAPH ?g { ?x a gk:Mineral }") == "1"


class TestAnswers:
    """What comes back, and in which format."""

    def test_rows_are_typed_terms(self, store: EmbeddedStore) -> None:
        """Cells are IRIs, literals with datatype or language, or None where unbound."""
        query = f"{PREFIXES}SELECT ?s ?name ?mass ?none {{ ?s gk:name ?name ; gk:mass ?mass }}"
        assert store.evaluate(query).rows() == [
            {
                "s": Iri(f"{DATA}taurine"),
                "name": Literal("taurine", language="en"),
                "mass": Literal("125.15", datatype="http://www.w3.org/2001/XMLSchema#decimal"),
                "none": None,
            }
        ]

    def test_blank_node_is_a_term(self, store: EmbeddedStore) -> None:
        """Blank nodes come back as such."""
        ((node,),) = (
            row.values() for row in store.evaluate(f"{PREFIXES}SELECT ?x {{ ?s gk:with ?x }}").rows()
        )
        assert isinstance(node, BlankNode)

    @pytest.mark.parametrize(("pattern", "expected"), [("?s a gk:Nutrient", True), ("?s a gk:Cure", False)])
    def test_ask(self, store: EmbeddedStore, pattern: str, expected: bool) -> None:
        """ASK is answered by yes or no."""
        assert store.evaluate(f"{PREFIXES}ASK {{ {pattern} }}").boolean is expected

    def test_rows_in_tsv(self, store: EmbeddedStore) -> None:
        """Rows can be had in another format, written by the engine."""
        answer = store.evaluate(f"{PREFIXES}SELECT ?s {{ ?s gk:name ?n }}", format="tsv")
        assert answer.data == b"?s\n<https://w3id.org/glutakg/data/taurine>\n"

    def test_construct_in_turtle(self, store: EmbeddedStore) -> None:
        """A graph can be had in Turtle, with the prefixes that it uses in order."""
        query = f"{PREFIXES}CONSTRUCT {{ ?s a gk:Nutrient }} {{ ?s gk:name ?n }}"
        assert store.evaluate(query, format="ttl").data.decode() == (
            "@prefix gk: <https://w3id.org/glutakg/ontology/> .\n"
            "@prefix gkd: <https://w3id.org/glutakg/data/> .\n"
            "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
            "gkd:taurine a gk:Nutrient .\n"
        )

    def test_constructed_triple_comes_once(self, store: EmbeddedStore) -> None:
        """A constructed graph is a set."""
        query = f"{PREFIXES}CONSTRUCT {{ gkd:x a gk:Y }} {{ ?s ?p ?o }}"
        assert store.evaluate(query).data.count(b"\n") == 1

    @pytest.mark.parametrize(
        ("query", "format", "choose"),
        [
            ("SELECT * { ?s ?p ?o }", "ttl", "csv, json, tsv, xml"),
            ("ASK { ?s ?p ?o }", "nt", "csv, json, tsv, xml"),
            ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", "jsonld, nt, rdfxml, ttl"),
        ],
    )
    def test_wrong_format_lists_the_right_ones(
        self, store: EmbeddedStore, query: str, format: str, choose: str
    ) -> None:
        """A format that does not suit the query is refused."""
        with pytest.raises(QueryError, match=f"{format}.*choose {choose}"):
            store.evaluate(query, format=format)

    def test_parser_is_loaded_where_it_is_needed(self, store: EmbeddedStore) -> None:
        """A query that must be rewritten is, also after others, by a process that may open no file."""
        assert store.evaluate("SELECT ?n { VALUES ?n { 1 } }").rows()
        query = (
            'SELECT (MAX(?n) AS ?most) { VALUES ?n { 10 9 "x"^^<urn:odd> } } GROUP BY (isNumeric(?n) AS ?k)'
        )
        found = store.evaluate(f"{query} HAVING(MAX(?n) > 0)")
        assert [str(row["most"]) for row in found.rows()] == [
            '"10"^^<http://www.w3.org/2001/XMLSchema#integer>'
        ]
        assert store.rewritten("SELECT (MIN(?n) AS ?least) { ?s ?p ?n }").rules == ("MIN and MAX",)

    def test_mixed_kinds_do_not_end_the_process(self, store: EmbeddedStore) -> None:
        """Numbers and texts are sorted, which ends the process of the engine alone."""
        values = '80 "14" "10" 8 96 2 "88" "46" 118 90 "81" 117 34 "107" 67 "48" 95 17 84 74 12'
        found = store.evaluate(f"SELECT ?o {{ VALUES ?o {{ {values} }} }} ORDER BY ?o").rows()
        numbers = [int(o.value) for row in found if isinstance(o := row["o"], Literal) and o.datatype]
        assert numbers == sorted(numbers)
        assert len(found) == 21

    def test_control_character_is_no_xml(self, store: EmbeddedStore) -> None:
        """An ill-formed answer is never given."""
        query = "SELECT ('a\u0001b' AS ?x) {}"
        with pytest.raises(QueryError, match="control character"):
            store.evaluate(query, format="xml")
        assert store.evaluate(query).rows() == [{"x": Literal("a\u0001b")}]

    def test_rows_of_a_boolean_are_refused(self, store: EmbeddedStore) -> None:
        """An answer is read as what it is."""
        with pytest.raises(QueryError, match="is a boolean"):
            store.evaluate("ASK {}").rows()


class TestSubstitutions:
    """Values are bound as typed terms."""

    QUERIES = (
        "SELECT ?s ?c {{ ?s a ?c }}",
        "SELECT ?c {{ ?s a ?c }}",
        "SELECT (COUNT(*) AS ?n) {{ ?s a ?c }} HAVING (COUNT(*) > 0)",
    )

    @pytest.mark.parametrize("query", [query.format() for query in QUERIES])
    @pytest.mark.parametrize(("name", "rows"), [("taurine", 1), ("nothing", 0)])
    def test_variable_is_bound(self, store: EmbeddedStore, query: str, name: str, rows: int) -> None:
        """A variable is bound whether or not it is returned."""
        assert len(store.evaluate(query, substitutions={"s": Iri(DATA + name)}).rows()) == rows

    def test_returned_variable_has_its_value(self, store: EmbeddedStore) -> None:
        """A bound variable that is returned stands in the rows."""
        (row,) = store.evaluate("SELECT ?s ?c { ?s a ?c }", substitutions={"s": Iri(f"{DATA}taurine")}).rows()
        assert row["s"] == Iri(f"{DATA}taurine")

    def test_ask_and_construct_take_values(self, store: EmbeddedStore) -> None:
        """Not only SELECT can be given values."""
        values = {"s": Iri(f"{DATA}taurine")}
        assert store.evaluate("ASK { ?s a ?c }", substitutions=values).boolean
        assert (
            store.evaluate("CONSTRUCT { ?s a ?c } { ?s a ?c }", substitutions=values).data.count(b"\n") == 1
        )

    def test_language_is_part_of_the_value(self, store: EmbeddedStore) -> None:
        """A text in a language is not the plain text."""
        query = f"{PREFIXES}ASK {{ ?s gk:name ?name }}"
        assert store.evaluate(query, substitutions={"name": Literal("taurine", language="en")}).boolean
        assert not store.evaluate(query, substitutions={"name": Literal("taurine")}).boolean

    @pytest.mark.parametrize("value", ['" } INSERT', "\\", "\n", "'", "}", '"""', "\u0000"])
    def test_text_stays_text(self, store: EmbeddedStore, value: str) -> None:
        """Nothing in a value is read as SPARQL."""
        query = "SELECT ?x { FILTER(STRLEN(?x) > 0) }"
        assert store.evaluate(query, substitutions={"x": Literal(value)}).rows() == [{"x": Literal(value)}]

    def test_iri_that_is_none_is_refused(self, store: EmbeddedStore) -> None:
        """An IRI cannot carry SPARQL either."""
        with pytest.raises(QueryError, match="cannot be evaluated"):
            store.evaluate("ASK { ?s ?p ?o }", substitutions={"s": Iri("x:y> ?p ?o } #")})

    def test_unknown_variable_is_refused(self, store: EmbeddedStore) -> None:
        """A misspelt variable is told."""
        with pytest.raises(ParameterError, match=r"no variable \?z") as caught:
            store.evaluate("ASK { ?s ?p ?o }", substitutions={"z": Iri("x:y")})
        assert caught.value.parameter == "z"

    def test_blank_node_is_no_value(self, store: EmbeddedStore) -> None:
        """A blank node of an answer means nothing in a question."""
        with pytest.raises(ParameterError, match="must be an IRI or a literal"):
            store.evaluate("ASK { ?s ?p ?o }", substitutions={"s": BlankNode("b")})

    def test_query_without_own_pattern_takes_no_values(self, store: EmbeddedStore) -> None:
        """Where values cannot be joined the message says how to write the query."""
        with pytest.raises(QueryError, match="write it as CONSTRUCT"):
            store.evaluate("CONSTRUCT WHERE { ?s ?p ?o }", substitutions={"s": Iri("x:y")})


class TestLimits:
    """What would end a process ends the worker only, and the next question is answered."""

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * {" + "{" * 20_000,
            "SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}",
            "SELECT (" + "!" * 200_000 + "1 AS ?x) {}",
            "SELECT * { ?s " + "/".join(["<a:a>"] * 20_000) + " ?o }",
            "SELECT (1" + "+1" * 100_000 + " AS ?x) {}",
        ],
        ids=["open-brackets", "brackets", "negations", "path", "sum"],
    )
    def test_deep_query(self, store: EmbeddedStore, query: str) -> None:
        """Deep nesting and long chains are told as such."""
        with pytest.raises(QueryResourceError, match="nests too deeply or chains too many"):
            store.evaluate(query)
        assert store.evaluate("ASK {}").boolean

    def test_slow_query(self, store: EmbeddedStore) -> None:
        """A query is stopped at its time limit."""
        with pytest.raises(QueryTimeout, match=r"stopped after 0\.3 s") as caught:
            store.evaluate(f"SELECT (COUNT(*) AS ?n) {{ {CROSS_PRODUCT} }}", timeout=0.3)
        assert caught.value.seconds == 0.3
        assert store.evaluate("ASK {}").boolean

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process reliably")
    def test_hungry_query(self, store: EmbeddedStore) -> None:
        """A query is stopped at its memory limit."""
        with pytest.raises(QueryResourceError, match="more than 100 MB of memory"):
            store.evaluate(f"SELECT * {{ {CROSS_PRODUCT} }} ORDER BY ?s1")
        assert store.evaluate("ASK {}").boolean

    def test_syntax_error_has_its_place(self, store: EmbeddedStore) -> None:
        """Line and column point into the text of the user."""
        with pytest.raises(QueryError) as caught:
            store.evaluate("ASK {\n  ?s foo:bar ?o }")
        assert (caught.value.line, caught.value.column) == (2, 6)
        assert "add PREFIX foo" in str(caught.value)

    def test_unknown_function_is_the_query_s_fault(self, store: EmbeddedStore) -> None:
        """What the engine cannot evaluate is told as an error of the query."""
        with pytest.raises(QueryError, match=r"function <a:b> is not supported"):
            store.evaluate("SELECT (<a:b>() AS ?x) { ?s ?p ?o }")

    @pytest.mark.parametrize("format", [None, "csv"])
    def test_large_answer(
        self, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, format: str | None
    ) -> None:
        """An answer too large for the caller is refused, with what to do instead."""
        monkeypatch.setattr(store_module, "_MAX_JSON_MB", 1)
        monkeypatch.setattr(store_module, "MAX_MB", 2)
        text = "x" * 1000
        values = " ".join(f'"{text}{i}"' for i in range(50))
        query = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
        with pytest.raises(QueryResourceError, match=f"larger than {2 if format else 1} MB; ask for less"):
            store.evaluate(query, format=format)
        assert store.evaluate("ASK {}").boolean

    @pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), 1e9, "5", True])
    def test_time_limit_is_checked(self, store: EmbeddedStore, tmp_path: Path, seconds: Any) -> None:
        """A time limit is a number of seconds, within a day."""
        with pytest.raises(ParameterError, match=r"timeout must be a number of seconds") as caught:
            store.evaluate("ASK {}", timeout=seconds)
        assert caught.value.parameter == "timeout"
        with pytest.raises(ParameterError, match="timeout must be"):
            open_store(tmp_path, timeout=seconds)

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
    def test_worker_can_open_nothing(self, store: EmbeddedStore) -> None:
        """The worker has no descriptor left for a connection or a file."""
        store.evaluate("ASK {}")
        worker = _worker_of(store)
        limit = next(
            int(line.split()[3])
            for line in Path(f"/proc/{worker}/limits").read_text(encoding="ascii").splitlines()
            if line.startswith("Max open files")
        )
        in_use = {int(name) for name in os.listdir(f"/proc/{worker}/fd")}
        assert in_use >= set(range(limit))


class TestCache:
    """The store on disk is never served half, and never needed."""

    def folders(self, cache: Path) -> list[str]:
        """Return the names of the folders in a cache."""
        return sorted(path.name for path in cache.iterdir())

    def test_store_lies_in_the_cache(self, store: EmbeddedStore, tmp_path: Path) -> None:
        """The one folder in the cache is the store, and it tells so."""
        assert store.path is not None
        assert [store.path.name] == self.folders(tmp_path / "cache")

    def test_second_run_uses_it(self, store: EmbeddedStore, files: list[ShippedFile], tmp_path: Path) -> None:
        """A store is built once."""
        assert store.path is not None
        before = (store.path / "manifest.json").stat().st_mtime_ns
        with open_store(tmp_path / "cache", files=files) as again:
            assert again.path == store.path
        assert (store.path / "manifest.json").stat().st_mtime_ns == before

    def test_other_content_is_another_store(
        self, store: EmbeddedStore, files: list[ShippedFile], tmp_path: Path
    ) -> None:
        """Changed files are not answered from an old store."""
        with open_store(tmp_path / "cache", files=files[:1]) as other:
            assert other.path != store.path

    @pytest.mark.parametrize(
        "damage", ["cut", "overwritten", "removed", "no manifest", "manifest cut", "store cut"]
    )
    def test_damaged_cache_is_built_again(
        self,
        store: EmbeddedStore,
        files: list[ShippedFile],
        tmp_path: Path,
        damage: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """A store cut off half-way is replaced, with a note, and gives the right answer."""
        assert store.path is not None
        largest = max((store.path / "rocksdb").iterdir(), key=lambda path: path.stat().st_size)
        manifest = store.path / "manifest.json"
        if damage == "cut":
            largest.write_bytes(largest.read_bytes()[:-10])
        elif damage == "overwritten":
            for table in (store.path / "rocksdb").glob("*.sst"):
                table.write_bytes(bytes(table.stat().st_size))
        elif damage == "removed":
            largest.unlink()
        elif damage == "no manifest":
            manifest.unlink()
        elif damage == "manifest cut":
            manifest.write_bytes(manifest.read_bytes()[:20])
        else:
            shutil.rmtree(store.path / "rocksdb")
        with open_store(tmp_path / "cache", files=files) as again:
            assert count(again, "?s a gk:Nutrient") == "2"
            assert again.path == store.path
        assert "was damaged and has been built again" in capfd.readouterr().err
        assert self.folders(tmp_path / "cache") == [store.path.name]

    def test_damage_found_later_names_the_folder(self, store: EmbeddedStore) -> None:
        """A question that meets a damaged part of the store is told which folder to remove."""
        assert store.path is not None
        for table in (store.path / "rocksdb").glob("*.sst"):
            table.write_bytes(bytes(table.stat().st_size))
        with pytest.raises(StoreError, match=r"Remove the folder .*store-[0-9a-f]{32} and try again"):
            store.evaluate("SELECT * { GRAPH ?g { ?s ?p ?o } }")

    def test_cache_that_cannot_be_made(
        self, files: list[ShippedFile], tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Where the cache folder cannot be made the store lives in memory, with a note."""
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        with open_store(tmp_path / "file" / "cache", files=files) as in_memory:
            assert count(in_memory, "?s a gk:Nutrient") == "2"
            assert in_memory.path is None
        assert capfd.readouterr().err.count("working in memory instead") == 1

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size")
    def test_cache_on_a_full_disk(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """When writing fails half-way the store lives in memory, and nothing is left behind."""
        run = _run_python(
            "import resource, sys\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
            "from pathlib import Path\n"
            "from glutakg.dataset import ShippedFile\n"
            "from glutakg.store import open_store\n"
            "with open_store(sys.argv[1], files=[ShippedFile(Path(sys.argv[2]), 'source')]) as store:\n"
            "    print(store.evaluate('ASK { ?s ?p ?o }').boolean, store.path)\n",
            str(tmp_path / "cache"),
            str(files[0].path),
        )
        assert run.stdout.split() == ["True", "None"]
        assert "working in memory instead" in run.stderr
        assert self.folders(tmp_path / "cache") == []

    def test_two_processes_may_build_at_once(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """Whoever is later uses the store of the other."""
        cache = tmp_path / "cache"
        with open_store(cache, files=files) as one, open_store(cache, files=files) as two:
            assert one.path == two.path
            assert count(one, "?s a gk:Nutrient") == count(two, "?s a gk:Nutrient") == "2"
        assert len(self.folders(cache)) == 1

    def test_old_stores_are_removed(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """A store of other content and a build that was cut off go after a week."""
        cache, long_ago = tmp_path / "cache", time.time() - 8 * 24 * 3600
        with open_store(cache, files=files[:1]) as old, open_store(cache, files=files[1:]) as young:
            old_path, young_path = old.path, young.path
        assert old_path is not None
        assert young_path is not None
        cut_off = cache / f"building-{'0' * 32}-abcdefgh"
        cut_off.mkdir()
        for path in (old_path, cut_off):
            os.utime(path, (long_ago, long_ago))
        with open_store(cache, files=files) as store:
            assert store.path is not None
            assert self.folders(cache) == sorted([young_path.name, store.path.name])

    @pytest.mark.parametrize(
        "name", ["thesis", "store-0123", "building-2024-1", f"building-{'0' * 32}", f"store-{'0' * 32}"]
    )
    def test_what_is_not_ours_stays(self, files: list[ShippedFile], tmp_path: Path, name: str) -> None:
        """A folder that does not have the name and the manifest of a store is never removed."""
        other, long_ago = tmp_path / "cache" / name, time.time() - 8 * 24 * 3600
        (other / "rocksdb").mkdir(parents=True)
        (other / "manifest.json").write_text('{"of": "somebody else"}', encoding="utf-8")
        os.utime(other, (long_ago, long_ago))
        with open_store(tmp_path / "cache", files=files) as store:
            assert store.path is not None
        assert (other / "manifest.json").exists()

    def test_cache_folder_can_be_chosen(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """The environment names the cache folder."""
        monkeypatch.setenv("GLUTAKG_CACHE", str(tmp_path))
        assert default_cache_dir() == tmp_path


class TestProcess:
    """The worker process comes and goes with its store."""

    def test_broken_file_is_reported(self, turtle_file: TurtleFile, tmp_path: Path) -> None:
        """A file that is not Turtle is told with its place."""
        broken = turtle_file("gkd:a gk:B .")
        with open_store(tmp_path / "cache", files=[broken]) as store, pytest.raises(SourceError) as caught:
            store.evaluate("ASK {}")
        assert (caught.value.path, caught.value.line) == (str(broken.path), 3)

    def test_closed_store_says_so(self, store: EmbeddedStore) -> None:
        """After closing nothing can be asked."""
        store.close()
        store.close()
        with pytest.raises(StoreError, match="has been closed"):
            store.evaluate("ASK {}")

    @pytest.mark.skipif(sys.platform == "win32", reason="asks for a process in the POSIX way")
    def test_closed_store_leaves_no_process(self, store: EmbeddedStore) -> None:
        """Closing ends the worker."""
        store.evaluate("ASK {}")
        worker = _worker_of(store)
        store.close()
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
    def test_forked_child_has_a_worker_of_its_own(self, store: EmbeddedStore) -> None:
        """Parent and child never read each other's answers, and neither ends the other's worker."""
        store.evaluate("ASK {}")
        before = _worker_of(store)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with store._lock:  # is free, whatever a thread of the parent was doing
                inherited = store._ready is not None
            own = store.evaluate("ASK { ?s ?p ?o }").boolean and _worker_of(store) != before
            os.write(writing, f"{inherited} {own}".encode())
            store.close()
            gc.collect()
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writing)
        with open(reading, encoding="ascii") as told:
            assert told.read() == "False True"
        assert store.evaluate("ASK {}").boolean
        assert _worker_of(store) == before

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
    def test_worker_ends_with_a_killed_caller(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """Not even killing the caller in the middle of a query leaves a process behind."""
        with self.asking_process(files, tmp_path) as (process, worker):
            wait_until(lambda: self.processor_ticks(worker) >= 50, "the worker is well into the query")
            process.kill()
            wait_until(lambda: not is_running(worker), "the worker has ended")

    def processor_ticks(self, process: int) -> int:
        """Return the processor time that a process has taken."""
        return int(Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[13])

    @contextmanager
    def asking_process(
        self, files: list[ShippedFile], tmp_path: Path
    ) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """Give a process that asks an endless query, and the number of its worker."""
        program = (
            "import sys\n"
            "from pathlib import Path\n"
            "from glutakg.dataset import ShippedFile\n"
            "from glutakg.store import open_store\n"
            "with open_store(sys.argv[1], files=[ShippedFile(Path(sys.argv[2]), 'source')]) as store:\n"
            "    store.evaluate('ASK {}')\n"
            "    print(store._ready.pid, flush=True)\n"
            "    store.evaluate(sys.argv[3])\n"
        )
        query = "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(50)) + "}"
        arguments = [str(tmp_path / "cache"), str(files[0].path), query]
        with subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
            process.communicate(timeout=PATIENCE)

    @pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
    def test_interrupt_ends_the_worker(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """Ctrl-C during a query leaves no process behind."""
        with self.asking_process(files, tmp_path) as (process, worker):
            process.send_signal(signal.SIGINT)
        assert not is_running(worker)

    def test_caller_imports_no_rdf_library(self, files: list[ShippedFile], tmp_path: Path) -> None:
        """Asking costs the caller no heavy import."""
        run = _run_python(
            "import sys\n"
            "from pathlib import Path\n"
            "from glutakg.dataset import ShippedFile\n"
            "from glutakg.store import open_store\n"
            "with open_store(sys.argv[1], files=[ShippedFile(Path(sys.argv[2]), 'source')]) as store:\n"
            "    store.evaluate('SELECT * { ?s ?p ?o }').rows()\n"
            "print({'pyoxigraph', 'rdflib', 'pyshacl', 'owlready2', 'pandas'} & set(sys.modules))\n",
            str(tmp_path / "cache"),
            str(files[0].path),
        )
        assert run.stdout == "set()\n"


def _run_python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def _worker_of(store: EmbeddedStore) -> int:
    """Return the process id of the worker of a store that has answered."""
    assert store._ready is not None
    return store._ready.pid
