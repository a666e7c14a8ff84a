"""What is wrong where the grammar cannot go on with a token."""

from collections.abc import Sequence
from dataclasses import dataclass

from glutakg.languages import N_
from glutakg.sparql.mistakes.words import AGGREGATES, KEYWORDS, Mistake, adjacent, meant, word_of
from glutakg.sparql.parser import FUNCTIONS, UnexpectedToken
from glutakg.sparql.scanner import Token, matching_bracket, start_of

__all__ = ["wrong_token"]

_VALUES = frozenset({"variable", "number", "string"})
_CLAUSES = frozenset(
    {"SELECT", "WHERE", "VALUES", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "FROM", "PREFIX", "FILTER"}
)
_AFTER_THE_PATTERN = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
_BEFORE_BRACES = frozenset({"ASK", "CONSTRUCT", "EXISTS", "MINUS", "OPTIONAL", "UNION", "WHERE"})
_UPDATES = frozenset({"CLEAR", "CREATE", "DELETE", "DROP", "INSERT", "LOAD"})
_KEPT = frozenset({"true", "false", "a"})
_SHORTEST_MEANT = 3


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text cannot go on.

    Attributes:
        earlier: the token before the one before it.
        before: the token before it.
        token: the token that cannot stand there; without a text at the end of the query.
        after: the one after it.
        expected: the symbols of the grammar that could.
        opened: all brackets that are open, from the outermost to the innermost.
        inside: the innermost bracket that is open, with the word before it: `FILTER(`, `{`, or nothing.
        clause: the last word that begins a part of a query, or nothing after a brace is closed.
    """

    earlier: Token
    before: Token
    token: Token
    after: Token
    expected: frozenset[str]
    opened: str
    inside: str
    clause: str

    @property
    def word(self) -> str:
        """The token in upper case, if it is a word."""
        return word_of(self.token)

    @property
    def word_before(self) -> str:
        """The token before it in upper case, if that is a word."""
        return word_of(self.before)

    @property
    def in_pattern(self) -> bool:
        """Whether it stands in the braces of a pattern, not of VALUES."""
        return self.inside.endswith("{") and self.clause != "VALUES"


def wrong_token(text: str, tokens: Sequence[Token], error: UnexpectedToken) -> Mistake:
    """Return why a text cannot go on where the parser stopped."""
    position = next((index for index, token in enumerate(tokens) if token.end > error.offset), len(tokens))
    open_at = _opened(tokens, position)
    inside = ""
    if open_at:
        inside = (word_of(tokens[open_at[-1] - 1]) if open_at[-1] else "") + tokens[open_at[-1]].text
    if position == len(tokens):
        return _at_the_end(tokens, inside, error.offset)
    nothing = Token("", "", len(text))
    earlier, before, token, after = [nothing, nothing, *tokens, nothing][position : position + 4]
    clause = next(
        (word_of(one) for one in reversed(tokens[:position]) if word_of(one) in _CLAUSES or one.text == "}"),
        "",
    )
    opened = "".join(tokens[index].text for index in open_at)
    place = _Place(earlier, before, token, after, error.expected, opened, inside, clause)
    for cause in (_of_brackets, _of_select, _after_a_word, _of_values, _of_a_word, _of_a_path, _of_a_triple):
        told = cause(place)
        if told:
            return Mistake(error.offset, told)
    return Mistake(
        error.offset, N_("it cannot go on with {text!r} here; the cause is not known", text=token.text[:40])
    )


def _opened(tokens: Sequence[Token], position: int) -> list[int]:
    """Return where the brackets are that are open at a position."""
    opened: list[int] = []
    for index, token in enumerate(tokens[:position]):
        if token.text in ("(", "{", "["):
            opened.append(index)
        elif token.text in (")", "}", "]") and opened:
            opened.pop()
    return opened


def _at_the_end(tokens: Sequence[Token], inside: str, offset: int) -> Mistake:
    last = word_of(tokens[-1]) if tokens else ""
    if last in ("ASC", "DESC"):
        told = N_("{text} stands before what is sorted, with brackets: {text}(?x)", text=tokens[-1].text)
        return Mistake(start_of(tokens[-1]), told)
    if inside:
        opening = next(
            token
            for index, token in reversed(list(enumerate(tokens)))
            if token.text in ("(", "{", "[") and matching_bracket(tokens, index) is None
        )
        told = N_(
            "the query ends before the {text} of {what} is closed",
            text=opening.text,
            what=inside[:-1] or N_("a pattern"),
        )
    elif last:
        told = N_("the query ends after {text}, where more must follow", text=tokens[-1].text)
    elif not any(token.text == "{" for token in tokens):
        told = N_("the query ends without a pattern in braces: {form}", form="{ … }")
    elif any(word_of(token) == "CONSTRUCT" for token in tokens):
        told = N_("CONSTRUCT needs a pattern too: CONSTRUCT {form}", form="{ … } WHERE { … }")
    else:
        told = N_("the query ends too early")
    return Mistake(offset, told)


def _of_brackets(place: _Place) -> str:
    closes = place.token.text
    if closes not in ("}", ")", "]"):
        return ""
    opens = {"}": "{", ")": "(", "]": "["}[closes]
    if opens not in place.opened:
        return N_(
            "this {closes} closes nothing; there is one too many, or a {opens} too few",
            closes=closes,
            opens=opens,
        )
    if place.opened[-1] != opens:
        return N_("a bracket {opened} before this is not closed", opened=place.opened[-1])
    return ""


def _of_select(place: _Place) -> str:
    """Return what is wrong with the columns, or with what is computed in them."""
    token, word = place.token, place.word
    if place.inside == "SELECT(" or (place.inside.endswith("(") and "AS" in place.expected):
        if token.text == ")" and "AS" in place.expected:
            if place.before.kind == "variable" and place.earlier.text == "(":
                return N_("a variable alone has no brackets here; what is computed gets a name: (… AS ?name)")
            return (
                N_("BIND needs a name: (… AS ?name)")
                if place.inside == "BIND("
                else N_("what SELECT computes gets a name: (… AS ?name)")
            )
        return ""
    if place.clause != "SELECT" or place.inside:
        return ""
    if token.text == ",":
        return N_("columns of SELECT are not parted by commas")
    if word in AGGREGATES | FUNCTIONS:
        return N_(
            "what SELECT computes stands in brackets and gets a name: SELECT ({word}(…) AS ?name)", word=word
        )
    if word == "AS":
        return N_("a column with a new name stands in brackets: SELECT (?x AS ?name)")
    if word == "DISTINCT":
        return N_("DISTINCT stands right after SELECT")
    if token.text == "-" and place.before.kind == "variable":
        return N_("the name of a variable has letters, digits and _, but no -")
    if token.text in ("?", "$"):
        return N_("a variable has a name after {text}", text=token.text)
    if token.text == "*" or place.before.text == "*":
        return N_("SELECT has either * or columns of its own")
    if token.text == "{" and place.word_before in ("SELECT", "DISTINCT", "REDUCED"):
        return N_("SELECT needs columns, or * for all variables")
    return ""


def _after_a_word(place: _Place) -> str:
    """Return what must follow the word before."""
    token, before, text = place.token, place.word_before, place.token.text
    if before == "AS" and token.kind != "variable":
        return N_("after AS comes a variable, such as ?{name}", name=text if token.kind == "word" else "name")
    if before in ("FILTER", "HAVING"):
        if token.text == "}":
            return N_("{before} has no condition", before=before)
        if token.text == "!" or token.kind in _VALUES or place.word == "NOT":
            return N_("the condition of {before} stands in brackets: {before}(…)", before=before)
    if before in _BEFORE_BRACES and text != "{":
        what = N_("what it makes") if before == "CONSTRUCT" else N_("a pattern")
        return N_("after {before} comes {what} in braces: {before} {{ … }}", before=before, what=what)
    if before == "DESCRIBE":
        return N_("after DESCRIBE comes what it describes: variables, IRIs, or * for all variables")
    if word_of(place.earlier) == "GRAPH" and text != "{":
        return N_("after GRAPH and its name comes a pattern in braces: GRAPH ?g {form}", form="{ … }")
    if before == "GRAPH":
        return N_("after GRAPH comes the name of a graph, or a variable, and then a pattern in braces")
    if before in ("FROM", "NAMED"):
        return N_("after {before} comes the IRI of a graph", before=before)
    if before == "BIND":
        return N_("BIND has brackets: BIND(… AS ?name)")
    if before == "IN" and text != "(":
        return N_("after IN comes a list in round brackets: IN (…, …)")
    if before in ("ASC", "DESC"):
        return N_("{before} has brackets: {before}(?x)", before=before)
    if before in ("LIMIT", "OFFSET"):
        return N_("after {before} comes a whole number", before=before)
    if before in ("ORDER", "GROUP"):
        return N_("after {before} comes BY", before=before)
    if before == "VALUES":
        return N_(
            "after VALUES come variables: {form} or {other}",
            form="VALUES ?x { … }",
            other="VALUES (?x ?y) { … }",
        )
    if before == "COUNT" and place.word == "DISTINCT":
        return N_("COUNT has brackets: COUNT(DISTINCT ?x)")
    if before in AGGREGATES | FUNCTIONS and text != "(":
        return N_("{before} has brackets: {before}(…)", before=before)
    if before == "NOT" and text != "(":
        return N_("after NOT comes EXISTS, or IN behind a value")
    return ""


def _of_values(place: _Place) -> str:
    token = place.token
    if place.inside == "GROUP_CONCAT(":
        return N_('the separator is written GROUP_CONCAT(?x; SEPARATOR=", ")')
    if place.clause != "VALUES":
        return ""
    if token.text == ",":
        return N_("the values of VALUES are not parted by commas")
    if token.kind == "variable" and place.inside.endswith("{"):
        if place.before.kind == "variable":
            return N_("several variables of VALUES stand in brackets: VALUES (?x ?y) {form}", form="{ … }")
        return N_("VALUES holds constants and UNDEF, but no variables")
    if place.inside.endswith("{") and "(" in place.expected and "IRI" not in place.expected:
        return N_("each row of VALUES (…) stands in brackets: {form}", form="{ (…) (…) }")
    if token.text == "(" and place.inside.endswith("{"):
        return N_("rows in brackets belong to variables in brackets: VALUES (?x) {form}", form="{ (…) (…) }")
    if place.before.kind == "variable" and not place.inside.endswith("("):
        return N_("the values of one variable stand in braces: VALUES ?x {form}", form="{ … }")
    return ""


def _of_a_word(place: _Place) -> str:
    """Return why a word, or a mark between clauses, cannot stand here."""
    token, word, inside, clause = place.token, place.word, place.inside, place.clause
    if token.text == "," and not inside and clause in ("LIMIT", "OFFSET"):
        return N_("write LIMIT and OFFSET each with its number, without a comma")
    if token.text == "," and not inside and clause in ("ORDER", "GROUP"):
        return N_("the keys of {clause} BY are not parted by commas", clause=clause)
    if token.text == "." and not inside:
        return N_("no full stop stands outside of the braces")
    if not inside and word in _UPDATES:
        return N_("{word} is SPARQL Update, and the graph is read-only", word=word)
    if word in ("ASC", "DESC") and clause == "ORDER":
        return N_("{word} stands before what is sorted, with brackets: {word}(?x)", word=word)
    if token.text in ("=", "<", ">", "!") and clause in ("FILTER", "HAVING") and not inside.endswith("("):
        return N_("the condition of {clause} stands in brackets: {clause}(…)", clause=clause)
    if word == "UNION":
        return N_(
            "UNION stands between two patterns in braces: {form}, both within those of the query",
            form="{ … } UNION { … }",
        )
    if not inside and word in _AFTER_THE_PATTERN | {"FROM", "WHERE"}:
        return N_(
            "{word} stands too late here; the order is FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT",
            word=word,
        )
    if place.in_pattern and word in _AFTER_THE_PATTERN:
        return N_("{word} stands after the braces of the pattern, not in them", word=word)
    if not inside and word in ("FILTER", "OPTIONAL", "MINUS", "BIND", "GRAPH", "SERVICE"):
        return N_("{word} stands in the braces of the pattern, not after them", word=word)
    if not inside and token.text == "{" and place.before.text == "}":
        return N_("a second pattern stands in the braces of the first one")
    if place.in_pattern and word == "SELECT":
        return N_("a SELECT within a pattern stands in braces of its own: {form}", form="{ SELECT … }")
    if place.in_pattern and word in FUNCTIONS | AGGREGATES and place.after.text == "(":
        return N_("{word} stands in FILTER(…) or in BIND(… AS ?name)", word=word)
    if not word or word in KEYWORDS or token.text in _KEPT:
        return ""
    question = meant(word, KEYWORDS) if len(word) > _SHORTEST_MEANT else ""
    is_clause = token.text.isupper() or (place.in_pattern and place.after.text in ("{", "("))
    if question and (is_clause or "VARIABLE" not in place.expected):
        return N_("there is no {text} in SPARQL.{question}", text=token.text, question=question)
    if {"VARIABLE", "IRI"} & place.expected:
        return N_(
            "{text} is neither a variable nor a term; write ?{text}, a name with its prefix, an IRI in "
            "<…> or a text in quotation marks{end}{question}",
            text=token.text,
            end="." * bool(question),
            question=question,
        )
    return ""


def _of_a_path(place: _Place) -> str:
    token, before = place.token, place.before
    if place.in_pattern and token.text in ("*", "+", "?", "|", "/", "^") and before.kind == "variable":
        return N_("a path is made of IRIs, not of variables")
    if before.text in ("/", "|", "^", "!") and token.kind in _VALUES and "a" in place.expected:
        return N_(
            "after {text} comes an IRI or a path in brackets, not {other}",
            text=before.text,
            other=token.text[:40],
        )
    if token.text == "|" and adjacent(token, place.after) and place.after.text == "|" and place.in_pattern:
        return N_("alternatives of a path are parted by one |")
    if token.text == "{" and place.in_pattern and place.after.kind == "number":
        return N_("SPARQL 1.1 has no path of {form} steps; use p/p, p?, p* or p+", form="{n,m}")
    return ""


def _of_a_triple(place: _Place) -> str:
    """Return what part of a triple is missing, or is of a kind that cannot stand there."""
    token, before, expected = place.token, place.before, place.expected
    shown = repr(token.text[:40])
    in_braces = place.in_pattern or place.inside.endswith("[")
    if token.text == ";" and before.text in (".", "{", "}", ""):
        return N_("; stands between the properties of one subject, and has none before it here")
    if token.text == "." and before.text in (".", "{", "", "}"):
        return N_("this . ends no triple, since none stands before it")
    if "a" in expected and "NUMBER" not in expected and in_braces:
        if token.kind in ("string", "number") or token.text.startswith("_:"):
            return N_("{shown} stands as a predicate, which must be an IRI or a variable", shown=shown)
        if token.text in (".", ",", "}"):
            return N_("the triple has no predicate and no object")
        if token.text == ";":
            return N_("a predicate is missing")
    elif (
        in_braces
        and {"STRING", "VARIABLE"} <= expected
        and "OPTIONAL" not in expected
        and token.text in (".", ";", ",", "}", "]")
    ):
        return N_("the triple has no object")
    if in_braces and "." in expected and token.kind in ("variable", "iri", "name", "string", "number"):
        return N_("a . or ; or , is missing before {shown}", shown=shown)
    if token.text == "," and in_braces and "OPTIONAL" in expected:
        return N_("this , parts nothing; patterns stand side by side, and objects of one triple have commas")
    if token.text == "<" and in_braces:
        return N_("an IRI begins here that does not end with >, or holds a space or a quotation mark")
    if token.text == "@" and before.kind == "string":
        return N_('a language is missing after @, as in "text"@en')
    if token.text == ")" and "VARIABLE" in expected:
        return N_("an expression is missing before this )")
    if token.text == "," and place.inside == "(" and "a" not in expected and "&&" not in expected:
        return N_("the items of a list are not parted by commas")
    if token.text == "," and place.inside.endswith("("):
        if before.kind == place.after.kind == "number" and adjacent(before, token):
            return N_(
                "a number has a point, not a comma; write {text}.{rest}",
                text=before.text,
                rest=place.after.text,
            )
        return N_("there is one argument too many, or an expression is missing, at this comma")
    if place.inside.endswith("(") and "," in expected and token.kind in (*_VALUES, "iri", "name"):
        return N_("a comma or an operator is missing before {shown}", shown=shown)
    return ""
