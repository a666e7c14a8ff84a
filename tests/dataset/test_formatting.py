"""The canonical form of Turtle and SPARQL: it loses nothing, settles at once, depends on no order."""

import random
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings, strategies as st
from places import SHARED
from random_queries import random_query

from glutakg.dataset import formatting
from glutakg.dataset.formatting import check_paths, format_paths
from glutakg.dataset.shipped import program_query_files, query_files
from glutakg.errors import FormatError, SourceError
from glutakg.files import read_text, write_atomically
from glutakg.rdf.turtle import canonical_turtle
from glutakg.sparql.layout import canonical_sparql, sparql_tokens

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
QUERY_SUITES = SHARED / "w3c"


def n_triples(triples: list[ox.Triple] | ox.Dataset) -> str:
    """Return the N-Triples of a graph."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def parsed(text: str) -> ox.Dataset:
    """Return the graph of a Turtle text, with blank nodes named by what they are."""
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


iris = st.sampled_from([EX + name for name in ("a", "b", "c/d", "x.", "-y", "é", "1")] + ["urn:x:y"]).map(
    ox.NamedNode
)
blank_nodes = st.sampled_from([f"n{number}" for number in range(5)]).map(ox.BlankNode)
literals = st.one_of(
    st.text(max_size=8).map(ox.Literal),
    st.text("\"\n\\\t'é\u200b", max_size=8).map(ox.Literal),
    st.tuples(st.text(max_size=3), st.sampled_from(["en", "nl", "en-gb"])).map(
        lambda pair: ox.Literal(pair[0], language=pair[1])
    ),
    st.tuples(
        st.sampled_from(["1", "+1", "01", "1.0", ".5", "1.", "1e3", "true", "TRUE", "x"]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(XSD + pair[1]))),
)
graphs = st.lists(
    st.builds(ox.Triple, st.one_of(iris, blank_nodes), iris, st.one_of(iris, blank_nodes, literals)),
    max_size=12,
)


@given(graphs)
@settings(max_examples=150, deadline=None)
def test_formatting_keeps_the_graph(triples: list[ox.Triple]) -> None:
    """The canonical text states the same graph."""
    text = n_triples(triples)
    assert parsed(canonical_turtle(text)) == parsed(text)


@given(graphs, st.randoms())
@settings(max_examples=150, deadline=None)
def test_formatting_does_not_depend_on_order_or_labels(
    triples: list[ox.Triple], chance: random.Random
) -> None:
    """Another order of statements and other blank node labels give the same text."""
    shuffled = chance.sample(triples, len(triples))
    one, other = (n_triples(order) for order in (triples, shuffled))
    assert canonical_turtle(one) == canonical_turtle(other.replace("_:n", "_:other"))


@given(
    st.sets(st.tuples(st.integers(0, 4), st.sampled_from("pq"), st.integers(0, 4)), min_size=4),
    st.permutations(range(5)),
)
@settings(max_examples=150, deadline=None)
def test_entangled_blank_nodes_do_not_depend_on_order_or_labels(
    edges: set[tuple[int, str, int]], names: list[int]
) -> None:
    """Blank nodes that only other blank nodes tell apart are written in one way."""
    one, other = (
        "".join(f"_:n{order[start]} <x:{edge}> _:n{order[end]} .\n" for start, edge, end in sorted(edges))
        for order in (range(5), names)
    )
    assert canonical_turtle(one) == canonical_turtle(other)


@given(graphs)
@settings(max_examples=100, deadline=None)
def test_formatting_twice_changes_nothing(triples: list[ox.Triple]) -> None:
    """The canonical form of a canonical text is that text."""
    once = canonical_turtle(n_triples(triples))
    assert canonical_turtle(once) == once


TURTLE = """\
# Substances.
#
# One file.

@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:a
    a ex:C ;
    ex:long \"\"\"one
  two\"\"\" ;
    ex:many
        ex:b ,
        ex:c ,
        2 ,
        "3" ,
        [
            ex:p true ;
        ] ;
    ex:nothing () ;
    ex:path (
        ex:b
        [
            ex:inverse ex:c ;
        ]
    ) ;
    rdfs:label
        "a"@en ,
        "a"@nl ;
    .

[]
    a ex:All ;
    ex:members (
        ex:a
    ) ;
    .
"""


def test_the_form_is_the_one_described() -> None:
    """Head comment, prefixes, `a` first, one object a line, nesting, nameless subjects last."""
    head, body = (
        TURTLE[: TURTLE.index("@prefix")],
        n_triples(parsed(TURTLE)),
    )
    assert canonical_turtle(f"{head}@prefix ex: <{EX}> .\n{body}") == TURTLE


def test_naming_blank_nodes_leaves_nothing_out() -> None:
    """No statement is taken for one that the naming of blank nodes makes for itself."""
    text = f"{SHARED_NODE} _:s <urn:glutakg:colour> '0' ."
    assert parsed(canonical_turtle(text)) == parsed(text)


def test_shared_blank_nodes_get_labels() -> None:
    """A blank node that two others point at is written once, under a label."""
    text = canonical_turtle("<x:a> <x:p> _:z . <x:b> <x:p> _:z . _:z <x:q> 1 .")
    assert text.count("_:b0") == 3


def test_unused_prefixes_go_and_known_ones_come() -> None:
    """Only prefixes in use are declared, the project's own without being asked."""
    text = canonical_turtle(
        "@prefix no: <x:no/> . <https://w3id.org/glutakg/data/a> a <https://w3id.org/glutakg/ontology/C> ."
    )
    assert text.splitlines()[:2] == [
        "@prefix gk: <https://w3id.org/glutakg/ontology/> .",
        "@prefix gkd: <https://w3id.org/glutakg/data/> .",
    ]


def test_obo_terms_keep_the_obo_prefix() -> None:
    """Turtle says obo:CHEBI_18050, as OWL files do."""
    text = canonical_turtle("<http://purl.obolibrary.org/obo/CHEBI_18050> a <x:C> .")
    assert "\nobo:CHEBI_18050\n" in text


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en-gb", "en-GB"),
        ("EN-GB", "en-GB"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("sr-Latn", "sr-Latn"),
        ("en-ca-x-ca", "en-CA-x-ca"),
        ("x-whatever-en", "x-whatever-en"),
        ("de-1996", "de-1996"),
    ],
)
def test_language_tags_are_written_as_bcp_47_recommends(tag: str, written: str) -> None:
    """Regions in capitals, scripts with one, all else small."""
    assert f'"a"@{written} ;' in canonical_turtle(f'<x:a> <x:b> "a"@{tag} .')
    assert f'"a"@{written}--ltr ;' in canonical_turtle(f'<x:a> <x:b> "a"@{tag}--ltr .')


def test_what_is_written_wrongly_replaces_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fault of ours would change is refused: a text that is not Turtle, or says less."""
    monkeypatch.setattr("glutakg.rdf.turtle._bcp_47", lambda tag: "-")
    with pytest.raises(FormatError, match=r"^a\.ttl: The file stays as it is.*This is not Turtle"):
        canonical_turtle('<x:a> <x:b> "a"@en .', "a.ttl")
    monkeypatch.setattr("glutakg.rdf.turtle._bcp_47", lambda tag: "nl")
    with pytest.raises(FormatError, match=r"^a\.ttl: The file stays as it is.*not say the same"):
        canonical_turtle('<x:a> <x:b> "a"@en .', "a.ttl")


def test_a_hash_in_a_string_or_an_iri_is_no_comment() -> None:
    """Neither "#" in text nor in an IRI is taken for a comment."""
    assert '"a # b"' in canonical_turtle("<x:a#b> <x:p> \"a # b\", '''c\n# d''' .")


def test_bad_turtle_tells_line_and_column() -> None:
    """What is not Turtle is an error with its place."""
    with pytest.raises(SourceError) as caught:
        canonical_turtle("<x:a> <x:b> 1 .\n<x:a> <x:b .", "a.ttl")
    assert (caught.value.line, caught.value.column is not None) == (2, True)


def test_deep_nesting_is_refused_in_a_sentence() -> None:
    """Thousands of nested blank nodes give an error, not a traceback."""
    with pytest.raises(FormatError, match="nest too deeply"):
        canonical_turtle("<x:a> <x:b> " + "[ <x:b> " * 3000 + "1" + "]" * 3000 + " .")


def test_a_long_list_is_written_in_good_time() -> None:
    """The time does not grow with the square of the length, which would make this minutes."""
    start = time.process_time()
    canonical_turtle(f"<x:a> <x:p> ({'1 ' * 50_000}) .")
    assert time.process_time() - start < 20


def clique(size: int, label: str = "n") -> str:
    """Return so many blank nodes of which each points at each other."""
    pairs = ((one, other) for one in range(size) for other in range(size) if one != other)
    return "".join(f"_:{label}{one} <x:p> _:{label}{other} .\n" for one, other in pairs)


SHARED_NODE = "_:s <x:q> 0 . <x:a> <x:p> _:s . <x:b> <x:p> _:s . "
JOINED = "".join(
    f"_:{one}{i} <x:q> _:{other}{j} .\n" for one, other in ("ab", "bc") for i in range(5) for j in range(5)
)
ALIKE = {
    "a clique": (clique(9), 9),
    "joined cliques": (clique(5, "a") + clique(5, "b") + clique(5, "c") + JOINED, 15),
    "long lists": (f"{SHARED_NODE} <x:a> <x:p> ({'1 ' * 20_000}), ({'1 ' * 20_000}) .", 40_000),
}


@pytest.mark.parametrize("case", ALIKE)
def test_many_blank_nodes_alike_are_refused(case: str) -> None:
    """What could not be named before the end of days, or would crash, is an error that says what to do."""
    text, number = ALIKE[case]
    with pytest.raises(FormatError, match=rf"^a\.ttl: {number} linked blank nodes are alike; give them IRIs"):
        canonical_turtle(text, "a.ttl")


UNLIKE = {
    "a small clique": clique(5),
    "equal leaves": f"{SHARED_NODE} <x:a> <x:r> {', '.join(['[ <x:q> 1 ]'] * 20)} .",
    "unlike far away": SHARED_NODE
    + "".join(f"_:{h} <x:r> _:s, [ <x:p> [ <x:p> {number} ] ] . " for h in "hi" for number in range(9)),
    "a long list": f"{SHARED_NODE} <x:a> <x:p> ({'1 ' * 5000}) .",
}


@pytest.mark.parametrize("case", UNLIKE)
def test_blank_nodes_that_differ_are_named(case: str) -> None:
    """Nodes that can be told apart, or stand alone, are written, however many."""
    text = UNLIKE[case]
    assert canonical_turtle(canonical_turtle(text)) == canonical_turtle(text)


QUERY = """\
# title: Any
# title@nl: Iets

prefix skos: <http://www.w3.org/2004/02/skos/core#>
prefix gk: <https://w3id.org/glutakg/ontology/> # ours


select ?s (count(distinct ?o) as ?n)
where{
values ?s {gk:a
gk:b}
?s a gk:Claim;
# the label
skos:prefLabel ?l ,
?m.
   optional{ ?s gk:p|^gk:q ?o filter(lang(?l)="select # no" && ?o<3) }   # why


}
group by ?s
order by desc(?n)
?s
"""

CANONICAL_QUERY = """\
# title: Any
# title@nl: Iets

PREFIX gk: <https://w3id.org/glutakg/ontology/> # ours
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?s (COUNT(DISTINCT ?o) AS ?n)
WHERE {
  VALUES ?s { gk:a
    gk:b }
  ?s a gk:Claim;
    # the label
    skos:prefLabel ?l ,
    ?m .
  OPTIONAL { ?s gk:p|^gk:q ?o FILTER(LANG(?l)="select # no" && ?o<3) } # why

}
GROUP BY ?s
ORDER BY DESC(?n)
  ?s
"""


def test_the_query_form_is_the_one_described() -> None:
    """Capitals, sorted prefixes, indentation by bracket and by triple, comments where they were."""
    assert canonical_sparql(QUERY) == CANONICAL_QUERY


def test_formatting_a_query_twice_changes_nothing() -> None:
    """The canonical form of a canonical query is that query."""
    assert canonical_sparql(CANONICAL_QUERY) == CANONICAL_QUERY


QUERIES = [
    QUERY,
    "ASK{?s ?p ?o}",
    "select*{?s ?p 1.5e3,-2,+.5;a <x:#y>.filter(?a<?b&&?c>?d)}",
    "BASE <http://example.org/> PREFIX : <#> CONSTRUCT{:a\\,b :p _:x.}WHERE{[]:p(1 2)}",
    "select (group_concat(?x;separator=',')as ?y){?x ^a/(<x:a>|!<x:b>)*/<x:c>+ ?y\n"
    "minus{?x a '''a\n  b'''@en-GB}}",
    'describe $x where {graph ?g {$x ?p "a\\"#b"^^<x:t>}} # end',
    'select * {?s ?p ?o {|<x:by> "a"@nl--ltr|} . <<( ?s ?p ?o )>> ?q ?o ~ ?r }',
    "prefix हिन्दी: <x:> select ?नाम {?cafe\u0301 हिन्दी:नाम 'हि'@hi ; e\u0301:a\u0301b _:\u0915\u093f }",
    "ask { service silent <http://127.0.0.1:1/> { ?s ?p ?o filter(?a<<x:b>) } }",
    *map(read_text, (*query_files(), *program_query_files())),
]


@pytest.mark.parametrize("text", QUERIES, ids=range(len(QUERIES)))
def test_formatting_keeps_every_token_of_a_query(text: str) -> None:
    """Only white space, the case of keywords and the order of prefixes change."""
    assert sorted(sparql_tokens(canonical_sparql(text))) == sorted(sparql_tokens(text))


def is_query(text: str) -> bool:
    """Return whether the engine parses a text."""
    try:
        ox.Store().query(text.replace("service", "graph").replace("SERVICE", "GRAPH"))
    except SyntaxError:
        return False
    except RuntimeError:  # of a function that it does not have
        return True
    return True


@pytest.mark.skipif(not QUERY_SUITES.is_dir(), reason="the suites of the W3C (../shared/w3c) are not here")
def test_what_parsed_before_parses_after() -> None:
    """Each query of the W3C suites keeps its tokens and still parses, or is refused in one sentence."""
    refused = []
    for path in sorted(QUERY_SUITES.rglob("*.rq")):
        text = path.read_bytes().decode("utf-8", errors="replace")
        try:
            written = canonical_sparql(text, path)
        except FormatError as error:
            refused.append((path.name, str(error)))
            continue
        assert sorted(sparql_tokens(written)) == sorted(sparql_tokens(text)), path
        assert after_prologue(written) == after_prologue(text), path
        assert canonical_sparql(written) == written, path
        if is_query(text):
            assert is_query(written), path
    assert [name for name, message in refused if "please report it" in message] == []


def test_a_file_of_prefixes_alone_stays_one() -> None:
    """What nobody uses is dropped, but not all that a file has."""
    text = "@prefix b: <http://b.org/> .\n@prefix a: <http://a.org/> .\n"
    written = canonical_turtle(text)
    assert written == "@prefix a: <http://a.org/> .\n@prefix b: <http://b.org/> .\n"
    assert canonical_turtle(written) == written


@given(st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_random_queries_keep_their_tokens_and_parse(seed: int) -> None:
    """Queries of every construct, each in one layout that is still the query."""
    text = random_query(seed)
    written = canonical_sparql(text)
    assert sorted(sparql_tokens(written)) == sorted(sparql_tokens(text))
    assert canonical_sparql(written) == written
    assert is_query(text) <= is_query(written)


TERMS = [
    "?s",
    "$o",
    "<x:a>",
    ":b",
    "_:c",
    "[]",
    "()",
    "( 1 ?x )",
    "[ :p 'y' ]",
    "true",
    "-1.5e3",
    "'x'@en-GB",
    "'1'^^:d",
]
PATHS = ["a", ":p", "?p", "^:p", ":p/:q|:r", "(:p*/:q+)?", "!(:p|^a)", "!:p"]
EXPRESSIONS = [
    *("?s", "1 + -2 * ?o / 3 - 4", "!BOUND(?s) && ?o >= 2 || ?s != :b", "?o IN (1, :b)", "?o NOT IN ()"),
    *(
        "EXISTS { ?s ?p ?o }",
        "NOT EXISTS { ?s :p 1 }",
        "IF(?s = ?o, COALESCE(?s, 'x'), :f(?o, 1))",
        "REGEX(?o, '^a', 'i')",
    ),
    *(
        "REPLACE(STR(?o), 'a', 'b')",
        "xsd:integer(?o)",
        "NOW()",
        "BNODE()",
        "STRLANG('a', 'en')",
        "isTRIPLE(?o)",
    ),
]
AGGREGATES = [
    "COUNT(*)",
    "COUNT(DISTINCT ?s)",
    "SAMPLE(?o)",
    "GROUP_CONCAT(DISTINCT ?o; SEPARATOR = ', ')",
    "MAX(?o)",
]


def groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return what stands between braces and has groups inside."""
    expression = st.sampled_from(EXPRESSIONS)
    part = st.one_of(
        st.tuples(st.sampled_from(TERMS[:8]), st.sampled_from(PATHS), st.sampled_from(TERMS)).map(
            lambda three: f"{' '.join(three)} ; :q 1, 2 ."
        ),
        expression.map("FILTER ({})".format),
        expression.map("BIND ({} AS ?fresh)".format),
        st.sampled_from(
            [
                *("VALUES ?v { 1 UNDEF :b }", "VALUES (?v ?w) { (1 'a') (UNDEF :b) }", "VALUES () { () }"),
                *("?s :p ?o {| :by :b |} .", "<< ?s :p 1 ~ :r >> :q 2 .", "?s :p <<( :a :p :b )>> ."),
            ]
        ),
        st.tuples(
            st.sampled_from(
                ["OPTIONAL", "MINUS", "GRAPH ?g", "GRAPH :b", "SERVICE SILENT <x:s>", "{ } UNION", ""]
            ),
            inner,
        ).map(" ".join),
        inner.map("{{ SELECT DISTINCT ?s WHERE {} }}".format),
    )
    return st.lists(part, max_size=3).map(lambda parts: f"{{ {' '.join(parts)} }}")


patterns = st.recursive(st.just("{ ?s ?p ?o }"), groups, max_leaves=4)
columns = st.one_of(
    st.sampled_from(["*", "?s ?o", "DISTINCT ?s", "REDUCED *"]),
    st.sampled_from(EXPRESSIONS).map("({} AS ?x)".format),
    st.sampled_from(AGGREGATES).map("({} AS ?x)".format),
)
modifiers = st.tuples(
    st.sampled_from(["", "GROUP BY ?s (STR(?o) AS ?t)", "GROUP BY :f(?s) HAVING (COUNT(*) > 1)"]),
    st.sampled_from(["", "ORDER BY ?s DESC(?o) ASC(STR(?s))", "ORDER BY :f(?s)"]),
    st.sampled_from(["", "LIMIT 5", "OFFSET 2 LIMIT 1"]),
    st.sampled_from(["", "VALUES ?s { :b UNDEF }"]),
).map(" ".join)
dataset = st.sampled_from(["", "FROM :g FROM NAMED <x:h>"])
forms = st.one_of(
    st.tuples(st.just("SELECT"), columns, dataset, st.just("WHERE"), patterns, modifiers).map(" ".join),
    st.tuples(st.just("ASK"), dataset, patterns).map(" ".join),
    st.tuples(
        st.just("CONSTRUCT { ?s :p [ :q ( 1 ) ] . }"), dataset, st.just("WHERE"), patterns, modifiers
    ).map(" ".join),
    st.just("CONSTRUCT WHERE { ?s :p ?o . }"),
    st.tuples(st.sampled_from(["DESCRIBE ?s :b", "DESCRIBE *"]), dataset, patterns, modifiers).map(" ".join),
    st.just("DESCRIBE <x:a>"),
)
prologues = st.sampled_from(
    [
        "PREFIX : <x:#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>",
        "BASE <x:/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX : <#>",
    ]
)


def after_prologue(text: str) -> list[str]:
    """Return the tokens of a query without base and prefixes, which formatting puts into an order."""
    tokens = [token for token in sparql_tokens(text) if not token.startswith("#")]
    while tokens[:1] in (["PREFIX"], ["BASE"]):
        del tokens[: 3 if tokens[0] == "PREFIX" else 2]
    return tokens


@given(prologues, forms)
@settings(max_examples=150, deadline=None)
def test_queries_of_every_form_stay_what_they_are(prologue: str, form: str) -> None:
    """Formatting keeps all tokens in their order, so that what parsed before parses after as the same."""
    text = f"{prologue} {form}"
    written = canonical_sparql(text)
    assert after_prologue(written) == after_prologue(text)
    assert canonical_sparql(written) == written
    assert is_query(text) <= is_query(written)


@pytest.mark.parametrize("text", QUERIES, ids=range(len(QUERIES)))
def test_formatted_queries_settle_at_once(text: str) -> None:
    """Formatting is idempotent on every query."""
    once = canonical_sparql(text)
    assert canonical_sparql(once) == once


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ASK {\n{ ?s ?p ?o }", r"^q\.rq:1: '\{' is never closed"),
        ("ASK {\n) }", r"^q\.rq:2: '\)' closes nothing"),
        ("ASK {\n\\ }", r"^q\.rq:2: "),
    ],
)
def test_a_broken_query_tells_its_line(text: str, message: str) -> None:
    """Brackets that do not match and stray characters are errors with file and line."""
    with pytest.raises(FormatError, match=message):
        canonical_sparql(text, "q.rq")


def test_checking_names_the_files_and_changes_none(tmp_path: Path) -> None:
    """check_paths lists what format_paths would change."""
    good, bad = tmp_path / "good.rq", tmp_path / "bad.ttl"
    good.write_text("ASK { ?s ?p ?o }\n")
    bad.write_text("<x:a> <x:b> 1 .")
    assert (check_paths([tmp_path]), bad.read_text()) == ([bad], "<x:a> <x:b> 1 .")


def test_formatting_writes_the_files_it_names(tmp_path: Path) -> None:
    """After format_paths there is nothing left to change."""
    bad = tmp_path / "bad.ttl"
    bad.write_text("<x:a> <x:b> 1 .")
    assert (format_paths([bad]), check_paths([bad])) == ([bad], [])


def test_one_bad_file_and_none_is_written(tmp_path: Path) -> None:
    """A file that cannot be formatted keeps all others as they were."""
    (tmp_path / "a.ttl").write_text("<x:a> <x:b> 1 .")
    (tmp_path / "b.ttl").write_text("<x:a> <x:b> ")
    with pytest.raises(SourceError):
        format_paths([tmp_path])
    assert (tmp_path / "a.ttl").read_text() == "<x:a> <x:b> 1 ."


UGLY, PRETTY = "<x:a> <x:b> 1 .", "<x:a>\n    <x:b> 1 ;\n    .\n"


def test_a_read_only_file_and_none_is_written(tmp_path: Path) -> None:
    """A file that may not be written keeps all others as they were."""
    for name in "ab":
        (tmp_path / f"{name}.ttl").write_text(UGLY)
    (tmp_path / "b.ttl").chmod(0o444)
    with pytest.raises(SourceError, match=r"b\.ttl: The file may not be written"):
        format_paths([tmp_path])
    assert (tmp_path / "a.ttl").read_text() == UGLY


def test_a_file_and_a_link_to_it_are_one_file(tmp_path: Path) -> None:
    """The file is written once, and the link stays a link."""
    (tmp_path / "a.ttl").write_text(UGLY)
    (tmp_path / "b.ttl").symlink_to("a.ttl")
    assert len(format_paths([tmp_path])) == 1
    assert ((tmp_path / "b.ttl").is_symlink(), (tmp_path / "a.ttl").read_text()) == (True, PRETTY)


def test_a_change_by_another_program_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that changed since it was read stays, and the sentence tells what was written before."""
    for name in "ab":
        (tmp_path / f"{name}.ttl").write_text(UGLY)

    def write(path: Path, text: str) -> None:
        write_atomically(path, text)
        (tmp_path / "b.ttl").write_text("# mine")

    monkeypatch.setattr(formatting, "write_atomically", write)
    with pytest.raises(SourceError, match=r"b\.ttl: .*meanwhile; try again\. Written before: .*a\.ttl\.$"):
        format_paths([tmp_path])
    assert (tmp_path / "b.ttl").read_text() == "# mine"


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    """A file that is neither Turtle nor SPARQL is an error that says what to give."""
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(FormatError, match=r"give Turtle \(\.ttl\) or SPARQL"):
        check_paths([tmp_path / "a.txt"])


def test_every_file_of_the_project_is_in_canonical_form() -> None:
    """The shipped files are formatted; run `glutakg format` if this fails."""
    assert check_paths() == [], "run `glutakg format`"
