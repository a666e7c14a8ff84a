"""What a text that is no SPARQL is told: its cause and its place, or that the cause is not known."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import w3c

from glutakg.dataset.shipped import query_files
from glutakg.errors import QueryError
from glutakg.languages import Words
from glutakg.sparql.guard import screen, syntax_error
from glutakg.store.backend import refuse_invalid

P = "PREFIX e: <http://example.org/> "

MISTAKES = {
    "SELECT * { ?s ?p ?o FILTER(?o ^== 1) }": "SPARQL compares by =, not by ==",
    "SELECT * { ?s ?p ?o FILTER(?o ^<> 1) }": "not equal as !=",
    "SELECT * { ?s ?p ?o FILTER(?o ^=> 1) }": "SPARQL writes this as >=",
    "SELECT * { ?s ?p ?v BIND(1 AS ^?v) }": r"BIND cannot give \?v a value, since it has one before",
    "^SELECT * { ?s ?p ?o } GROUP BY ?s": r"SELECT \* does not go with GROUP BY",
    "SELECT * { ?s ?p ?o . ^; ?q ?r }": "; stands between the properties of one subject",
    "SELECT * { ?s ?p ?o }^;": "; stands between",
    'SELECT * { ?s ?p "x"^@en_US }': "a language tag has hyphens, as in @en-US",
    "SELECT * { ^VALUES (?a ?b) { (1 2) (3) } }": "row 2 of VALUES .* 1 instead of 2[.]",
    "SELECT ^COUNT(DISTINCT ?s) { ?s ?p ?o }": r"what SELECT computes stands in brackets.*\(COUNT",
    "SELECT ?p ^COUNT(?s) AS ?n { ?s ?p ?o } GROUP BY ?p": "what SELECT computes stands in brackets",
    "SELECT (COUNT(?s)^) { ?s ?p ?o }": r"gets a name: \(… AS \?name\)",
    "SELECT ?s ^AS ?t { ?s ?p ?o }": "a column with a new name stands in brackets",
    "SELECT (STR(?s) AS ^t) { ?s ?p ?o }": r"after AS comes a variable, such as \?t",
    "SELECT ?s { ?s ?p ?o FILTER(^COUNT(?o) > 1) }": "COUNT cannot stand in FILTER.*HAVING",
    "SELECT ?s { ?s ?p ?o BIND(^MAX(?o) AS ?m) }": "MAX cannot stand in BIND.*sub-SELECT",
    "SELECT * { ?s ?p ?o FILTER(?o > 1 ^AND ?o < 5) }": "&& joins conditions in SPARQL, not AND",
    "SELECT * { ?s ?p ?o FILTER(?o > 1 ^or ?o < 5) }": r"\|\| joins conditions",
    "SELECT * { ?s ?p ?o FILTER(?o > 1 ^& ?o < 5) }": "conditions are joined by &&",
    "SELECT * { ?s ?p ?o FILTER(^NOT ?o) }": "! turns a condition round",
    "SELECT * { ?s ?p ?o FILTER(?o ^LIKE 'a%') }": "there is no LIKE in SPARQL; use CONTAINS",
    "SELECT * { ?s ?p ?o FILTER(?o ^BETWEEN 1) }": "there is no BETWEEN in SPARQL",
    "SELECT * { ?s ?p ?o FILTER(?o ^IS NULL) }": r"BOUND\(\?x\) tells whether",
    "SELECT * { ?s ?p ^“x” }": "curly quotation mark",
    "SELECT * { ?s ?p ^‘x’ }": "curly quotation mark",  # noqa: RUF001
    "SELECT *^\u00a0{ ?s ?p ?o }": r"this is a no-break space \(U\+00A0\)",
    "SELECT * { ?s^\u200b ?p ?o }": "has no meaning|of another kind",
    "SELECT * { ?s ?p ^'it\\u0027s' }": r"\\u0027 is read as a quotation mark",
    "SELECT * { ?s rdfs^\\u003Alabel ?o }": r"\\u003A is read within .* itself, .:.",
    "SELECT ?^\\u0073 { ?s ?p ?o }": r"\\u0073 is read within",
    'SELECT * { ?s ?p ?o FILTER(REGEX(?o, ^"\\d+")) }': r"\\d means nothing in a text; a backslash itself",
    "SELECT * { ?s ^e:p ?o }": "the prefix e: is not declared; add PREFIX e:",
    "SELECT * { ?s ^rdfs:label ?o }": "add PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>",
    "PREFIX ^e <http://example.org/> SELECT * { ?s e:p ?o }": "a prefix ends with a colon: PREFIX e: <…>",
    "PREFIX e: ^http://example.org/ SELECT * { ?s e:p ?o }": "stands in angle brackets: PREFIX e: <…>",
    "^@prefix e: <http://example.org/> . SELECT * { ?s e:p ?o }": "begins with|PREFIX without @",
    "PREFIX e: <http://example.org/>^. SELECT * { ?s e:p ?o }": "begins with|ends without",
    "SELECT * { ^http://example.org/x ?p ?o }": "an IRI stands in angle brackets",
    "SELECT * { ^<http://example.org/a b> ?p ?o }": "an IRI holds no space",
    "SELECT * { ?s ?p ?o FILTER ^?o > 5 }": "the condition of FILTER stands in brackets",
    "SELECT * { ?s ?p ?o OPTIONAL ^?s ?q ?r }": "after OPTIONAL comes a pattern in braces",
    "SELECT * { { ?s ?p ?o } UNION ^?s ?q ?r }": "after UNION comes a pattern in braces",
    "SELECT * WHERE ^?s ?p ?o": "after WHERE comes a pattern in braces",
    "SELECT * { ?s ?p ?o FILTER EXISTS ^(?s ?q ?r) }": "after EXISTS comes a pattern in braces",
    "SELECT * { ?s ?p ?o BIND ^?o AS ?x }": "BIND has brackets",
    "SELECT * { ?s ?p ?o BIND(STR(?o)^) }": r"BIND needs a name",
    "SELECT ?s^, ?o { ?s ?p ?o }": "columns of SELECT are not parted by commas",
    "SELECT ?s ^DISTINCT ?o { ?s ?p ?o }": "DISTINCT stands right after SELECT",
    "SELECT ?my^-name { ?s ?p ?o }": "the name of a variable has letters, digits and _",
    "SELECT * { ?s ?p ?o ^?t ?q ?r }": r"a \. or ; or , is missing before '\?t'",
    "SELECT * { ?s ?p ^}": "the triple has no object",
    "SELECT * { ?s ^. ?t ?p ?o }": "the triple has no predicate and no object",
    "SELECT * { ?s ^'text' ?o }": "stands as a predicate, which must be an IRI or a variable",
    "SELECT * { ?s ?p ?o^": "the query ends before the { of a pattern is closed",
    "SELECT * { ?s ?p ?o FILTER(?o > (1 + 2 ^}": r"a bracket \( before this is not closed",
    "SELECT * { ?s ?p ?o } ^}": "this } closes nothing",
    "SELECT * { ?s ?p ?o } ORDER BY ?s ^DESC": r"DESC stands before what is sorted",
    "SELECT * { ?s ?p ?o } ORDER BY DESC ^?s": "DESC has brackets",
    "SELECT * { ?s ?p ?o } LIMIT 10 ^ORDER BY ?s": "ORDER stands too late here",
    "SELECT * { ?s ?p ?o } LIMIT 10^, 20": "without a comma",
    "SELECT * { ?s ?p ?o } LIMIT ^?n": "after LIMIT comes a whole number",
    "SELECT * { ?s ?p ?o ^ORDER BY ?s }": "ORDER stands after the braces of the pattern",
    "SELECT * { ?s ?p ?o } ^WHERE { ?s ?q ?r }": "WHERE stands too late here",
    "SELECT * { VALUES ?s { 1^, 2 } ?s ?p ?o }": "values of VALUES are not parted by commas",
    "SELECT * { VALUES ?s { ^?x } ?s ?p ?o }": "VALUES holds constants and UNDEF",
    "SELECT * { ?s ?p ?o FILTER(?o IN ^{ 1 2 }) }": "a list in round brackets",
    "SELECT * { ?s ?p ?o FILTER(^SUBSTRING(?o, 1) = 'a') }": "has no function SUBSTRING; use SUBSTR",
    "SELECT * { ?s ?p ?o FILTER(^LOWER(?o) = 'a') }": "has no function LOWER; use LCASE",
    "SELECT * { ?s ?p ?o FILTER(^STRLENGTH(?o) = 5) }": "has no function STRLENGTH. Did you mean STRLEN",
    "SELECT * { ?s ?p ?o ^FILER(?o = 5) }": "no function FILER|Did you mean FILTER",
    "SELECT * { ?s ?p ?o ^OPTINAL { ?s ?q ?r } }": "there is no OPTINAL in SPARQL. Did you mean OPTIONAL",
    "SELECT (GROUP_CONCAT(?o^, ',') AS ?all) { ?s ?p ?o }": "the separator is written GROUP_CONCAT",
    "SELECT (COUNT ^DISTINCT ?o AS ?n) { ?s ?p ?o }": "COUNT has brackets",
    "SELECT ^?p (COUNT(?s) AS ?n) { ?s ?p ?o }": r"\?p is neither a key of GROUP BY nor in an aggregate",
    "SELECT (STR(?s) AS ^?s) { ?s ?p ?o }": r"\?s has a value already",
    'SELECT * { ?s ?p ^"5"^xsd:integer }': "a datatype follows",
    "SELECT * { ?s ?p ?o FILTER(?o ^% 2 = 0) }": "SPARQL has no remainder",
    "SELECT * { ?s ?p ?o } ^// all": "a comment begins with #",
    "SELECT ^TOP 5 ?s { ?s ?p ?o }": "there is no TOP in SPARQL; write LIMIT",
    "SELECT * { ?s ?p ?o FILTER(?o = 1 ^– 2) }": "no minus sign",  # noqa: RUF001
    "SELECT * { ?s ?p^+ ?o }": "a path is made of IRIs, not of variables",
    "SELECT ?s FROM ^{ ?s ?p ?o }": "after FROM comes the IRI of a graph",
    "SELECT (COUNT(*) AS ?n) (^?n + 1 AS ?m) { ?s ?p ?o }": r"\?n is made beside this column",
    "SELECT (2*?x AS ?y) { { ^SELECT * { ?x ?p ?o } GROUP BY ?x } }": r"SELECT \* does not go with GROUP BY",
    "SELECT ?s { ?s ?p ?o FILTER(?o > 1) FILTER(^COUNT(?o) > 1) }": "COUNT cannot stand in FILTER",
    "ASK { ?s ?p ?o } GROUP BY ?s ^HAVING(COUNT(*) > 1)": "ASK makes no groups here",
    "SELECT * { VALUES ?a { 1 } ^VALUES (?b ?c) { (1) } }": "row 1 of VALUES .* 1 instead of 2[.]",
    "SELECT * { _:a ?p ?o { ^_:a ?q ?r } }": "_:a stands in another graph pattern too; use a variable",
    "SELECT * { ?s ?p ?o } LIMIT ^1.5": "after LIMIT comes a whole number",
    "SELECT * { ^subject ?p ?o }": r"subject is neither a variable nor a term; write \?subject",
    "SELECT * { ?s ^p ?o }": r"p is neither a variable nor a term; write \?p",
    "SELECT * { ?s ?p ^o }": r"o is neither a variable nor a term; write \?o",
    "SELECT ^name { ?s ?p ?o }": r"name is neither a variable nor a term; write \?name",
    "SELECT * { ?s ?p ?o } ORDER ^?s": "after ORDER comes BY",
    "SELECT ?s { ?s ?p ?o } GROUP ^?s": "after GROUP comes BY",
    "SELECT * { ?s ?p ?o } ORDER BY ?s^, ?p": "the keys of ORDER BY are not parted by commas",
    "SELECT * { ?s ?p ?o } ^SORT BY ?s": "SPARQL sorts by ORDER BY",
    "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING COUNT(?o) ^> 1": "the condition of HAVING stands in brackets",
    "SELECT * { ?s ?p ?o FILTER LANG(?o) ^= 'en' }": "the condition of FILTER stands in brackets",
    "SELECT * { ?s ?p ?o FILTER NOT ^IN (1) }": "turns a condition|after NOT",
    "SELECT * { ?s ?p ?o FILTER ^}": "FILTER has no condition",
    "CONSTRUCT ^?s ?p ?o WHERE { ?s ?p ?o }": "after CONSTRUCT comes what it makes in braces",
    "CONSTRUCT { ?s ^<a:p>/<a:q> ?o } WHERE { ?s ?p ?o }": "a path cannot stand in what CONSTRUCT makes",
    "ASK ^?s ?p ?o": "after ASK comes a pattern in braces",
    "SELECT * { GRAPH ^{ ?s ?p ?o } }": "after GRAPH comes the name of a graph, or a variable",
    "SELECT * { ?s ?p ?o FILTER(^CONTAINS(?o)) }": "CONTAINS takes 2 arguments, and here are 1",
    "SELECT * { ?s ?p ?o FILTER(^REGEX(?o, 'a', 'i', 'j')) }": "REGEX takes 2 or 3 arguments, and here are 4",
    "SELECT * { ?s ?p ?o FILTER(^BOUND(1)) }": "BOUND tells whether a variable has a value",
    "SELECT (^SUM(*) AS ?n) { ?s ?p ?o }": r"only COUNT counts solutions by \*; write SUM\(\?x\)",
    "SELECT * { VALUES ^x { 1 } }": "after VALUES come variables",
    "SELECT * { VALUES ?x ^?y { (1 2) } }": "several variables of VALUES stand in brackets",
    "SELECT * { ?s ?p ?o . ^. }": "this . ends no triple",
    "SELECT * { ^. ?s ?p ?o }": "this . ends no triple",
    "SELECT * { ?s ?p (1^, 2) }": "the items of a list are not parted by commas",
    "SELECT DISTINCT (?s^) { ?s ?p ?o }": "a variable alone has no brackets here",
    "SELECT ^{ ?s ?p ?o }": r"SELECT needs columns, or \*",
    "SELECT * ^?s { ?s ?p ?o }": r"SELECT has either \* or columns",
    "SELECT ^? { ?s ?p ?o }": r"a variable has a name after \?",
    "SELECT * { ?s ?p ?o ^UNION ?s ?q ?r }": "UNION stands between two patterns in braces",
    "SELECT * { ?s ?p ?o } ^UNION { ?s ?q ?r }": "UNION stands between two patterns in braces",
    "SELECT * { ?s ?p ?o } ^FILTER(?o > 1)": "FILTER stands in the braces of the pattern, not after them",
    "SELECT * { ?s ?p ?o } ^{ ?s ?q ?r }": "a second pattern stands in the braces of the first one",
    "SELECT * { ?s ?p ?o ^SELECT ?s { ?s ?q ?r } }": "a SELECT within a pattern stands in braces of its own",
    "SELECT * { ?s ?p ?o }^.": "no full stop stands outside of the braces",
    "SELECT * { ?s ?p ?o ^IF(?o > 1, 1, 2) }": r"IF stands in FILTER\(…\) or in BIND",
    "SELECT * { ?s ?p [ ?q ?r ^} ": r"a bracket \[ before this is not closed",
    "SELECT * { ?s <a:p>/^?p ?o }": "after / comes an IRI or a path in brackets",
    "SELECT * { ?s <a:p>^||<a:q> ?o }": r"alternatives of a path are parted by one \|",
    "SELECT * { ?s ?p ?o FILTER(REGEX(?o ^'x')) }": "a comma or an operator is missing before",
    "SELECT * { ?s ?p ?o ^) }": r"this \) closes nothing",
    "SELECT * { ?s ?p ?o } ORDER BY ?s ^DESCENDING": r"SPARQL sorts downwards by DESC\(\?x\)",
    "SELECT * { { ?s ?p ?o } ^AND { ?s ?q ?r } }": "patterns are joined by standing side by side, not by AND",
    "SELECT * { { ?s ?p ?o } ^OR { ?s ?q ?r } }": "patterns are joined by UNION, not by OR",
    "SELECT * { { ?s ?p ?o } ^, { ?s ?q ?r } }": "this , parts nothing",
    "SELECT * { ?s ?p ?o^@en }": r"a language follows a text, .*LANG\(\?o\)",
    "SELECT * { ?s ?p 2020^-01-01 }": 'a date is a text with its datatype: "2020-01-31"',
    "SELECT * { ?s ^<p ?o }": "an IRI begins here that does not end with >",
    "SELECT * { GRAPH ?g ^?s ?p ?o }": "after GRAPH and its name comes a pattern in braces",
    "SELECT * { VALUES ?x { ^(1) (2) } }": "rows in brackets belong to variables in brackets",
    "SELECT * { VALUES ?x ^[ 1 2 ] }": "the values of one variable stand in braces",
    "CONSTRUCT { ?s ?p ?o }^": "CONSTRUCT needs a pattern too",
    "DESCRIBE ^WHERE { ?s ?p ?o }": "after DESCRIBE comes what it describes",
    "PREFIX ^<http://example.org/> SELECT * { ?s ?p ?o }": "a prefix ends with a colon: PREFIX ex: <…>",
    "PREFIX ^e:f <http://example.org/> SELECT * { ?s ?p ?o }": "a prefix ends with a colon: PREFIX e: <…>",
    "BASE ^SELECT * { ?s ?p ?o }": "the IRI of BASE stands in angle brackets",
    "SELECT * { ?s ?p ?o } ^INSERT { ?s ?p 1 }": "INSERT is SPARQL Update, and the graph is read-only",
    "^?s ?p ?o": "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with '\\?s'",
    "SELECT * { ?s ?p ^'it": "the text that begins here is not closed",
    "SELECT * { ?s ?p ?o FILTER(?o = 1^,5) }": "a number has a point, not a comma; write 1.5",
    "SELECT * { ?s a ^Claim }": r"Claim is neither a variable nor a term; .* quotation marks[.]$",
    "SELECT * { ?s ?p ?o } ORDER BY COUNT(?o) ^DESC": "DESC stands before what is sorted",
    "SELECT * { ?s ?p ?o FILTER(?o in ^1, 2) }": "after IN comes a list in round brackets",
    "SELECT * { ?s ?p ?o FILTER(?o > 1.000^.000) }": "a comma or an operator is missing before '.000'",
    "SELECT * { ?s <a:p>^//<a:q> ?o }": "a comment begins with #",
    "SELECT * { ?s <a:p>^{1,2} ?o }": r"no path of \{n,m\} steps",
    "SELECT * { ?s ?p ?o FILTER(1 < ?o ^< 5) }": "it cannot go on with '<' here; the cause",
    "SELECT * { ?s ?p ^« x » }": "curly quotation mark",
    "SELECT * { ?s ?p ?o^… }": "write out what it stands for",
    "SELECT * { ?s ?p ?o } LIMIT 10 ^LIMIT 20": "LIMIT stands too late here",
    "PREFIX e: ^'http://example.org/' SELECT * { ?s e:p ?o }": "stands in angle brackets: PREFIX e: <…>",
    "ASK^": "the query ends",
}
"""Texts with a mark `^` where the mistake is; where there are several, the first one."""


def test_datatypes_belong_to_texts() -> None:
    """A datatype after a variable or a number is told as such."""
    for text, told in (
        ("SELECT * { ?s ?p ?o^^<a:b> }", "write STRDT(?o, …)"),
        ("SELECT * { ?s ?p 5^^<a:b> }", 'in quotation marks: "5"^^…'),
    ):
        error = syntax_error(text, engine_message(text))
        assert told in str(error)
        assert error.column == text.index("^") + 1


def engine_message(text: str) -> str:
    """Return what the engine says of a text that it refuses."""
    with pytest.raises(SyntaxError) as raised:
        refuse_invalid(text)
    return str(raised.value.msg)


def marked(text: str) -> tuple[str, int]:
    """Return a text without its mark, and where that was."""
    offset = next(
        match.start()
        for match in re.finditer(r"\^", text)
        if "^xsd" not in text or text[match.end() : match.end() + 3] != "xsd"
    )
    return text[:offset] + text[offset + 1 :], offset


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_has_its_cause_and_place(mistake: str) -> None:
    """The message names the true cause, and the line and column at which it is."""
    text, offset = marked(mistake)
    try:
        screen(text)
        error = syntax_error(text, engine_message(text))
    except QueryError as refused:
        error = refused
    assert re.search(MISTAKES[mistake], str(error)), error
    assert (error.line, error.column) == (1, offset + 1), error
    assert isinstance(error.message, Words)
    assert error.message.is_in("nl")


def test_the_table_is_long_enough() -> None:
    """There are at least sixty common mistakes."""
    assert len(MISTAKES) >= 60


def test_place_counts_lines() -> None:
    """Line and column are those of the text, whatever stands before."""
    text = "# about\n\nSELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTER(?o == 1)\n}\n"
    error = syntax_error(text, engine_message(text))
    assert (error.line, error.column) == (6, 13)


def test_unknown_cause_is_told_as_such() -> None:
    """Where nothing is found the message says that, and near which token the engine stopped."""
    error = syntax_error("SELECT ?s { ?s ?p ?o }", "error at 1:13: expected something odd")
    assert "near '?s'; the cause is not known" in str(error)


@pytest.mark.skipif(not w3c.cases(), reason="the W3C suites are not in ../shared/w3c")
def test_invalid_queries_of_the_suites_are_told_something() -> None:
    """Each invalid query of the suites has a message with a place, and most have a cause."""
    unknown = 0
    for case in w3c.cases():
        if case.kind == "invalid":
            try:
                screen(case.text)
                refuse_invalid(case.text)
            except SyntaxError as error:
                told = syntax_error(case.text, str(error.msg))
                assert told.line is not None or "not valid" in str(told)
                unknown += "not known" in str(told)
            except QueryError:
                continue
    assert unknown < 25


@pytest.mark.parametrize("path", query_files()[::6], ids=lambda path: path.stem)
def test_cut_query_is_no_riddle(path: Path) -> None:
    """A shipped query that is cut anywhere is told something with a place inside it, and nothing fails."""
    text = path.read_text(encoding="utf-8")
    for end in range(200, len(text), max(1, len(text) // 25)):
        cut = text[:end]
        try:
            screen(cut)
            ox.Store().query(cut)
        except QueryError:
            continue
        except SyntaxError as error:
            told = syntax_error(cut, str(error.msg))
            assert told.line is None or told.line <= cut.count("\n") + 1
