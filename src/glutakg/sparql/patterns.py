"""Takes a query apart into the patterns that its solutions must fit, each with the text to ask for it alone.

This reads only queries that the engine has accepted. It goes no deeper than a fixed number of braces and
takes time in proportion to the text; what it does not know it refuses to read, and never guesses.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import urljoin

from glutakg.rdf import PREFIXES, Iri, Literal
from glutakg.sparql.scanner import Token, scan

__all__ = [
    "Clause",
    "Element",
    "GraphPattern",
    "Group",
    "Node",
    "Path",
    "QueryPatterns",
    "Subselect",
    "Triple",
    "Union",
    "UnreadableQuery",
    "Values",
    "joined_text",
    "read_patterns",
]


_DEEPEST = 32
_LONGEST = 20_000
_OWN_VARIABLES = "glutakg_"
_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_NUMBER = re.compile(r"[+-]?(?=\.?[0-9])[0-9]*(?P<point>\.[0-9]*)?(?P<exponent>[eE][+-]?[0-9]+)?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class UnreadableQuery(Exception):
    """The query is too long or too deep to be taken apart, or written in a way that is not known here."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place of a triple pattern: as SPARQL, as a reader sees it, and its term where it is constant."""

    text: str
    shown: str
    term: Iri | Literal | None = None

    @property
    def variable(self) -> str | None:
        """The name of the variable, or None for a constant."""
        return self.text[1:] if self.text[0] in "?$" else None


@dataclass(frozen=True, slots=True)
class Path:
    """The middle of a triple pattern.

    Attributes:
        text: as SPARQL.
        shown: as a reader sees it.
        iri: the relation, where the path is one.
        iris: every IRI in it.
        needs_all: whether nothing can fit it once one of the IRIs fits nothing.
    """

    text: str
    shown: str
    iri: str | None
    iris: tuple[str, ...]
    needs_all: bool


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern, or a step of a path."""

    subject: Node
    path: Path
    object: Node

    @property
    def text(self) -> str:
        """The pattern as SPARQL."""
        return f"{self.subject.text} {self.path.text} {self.object.text} . "

    @property
    def shown(self) -> str:
        """The pattern as a reader sees it."""
        return f"{self.subject.shown} {self.path.shown} {self.object.shown}"


@dataclass(frozen=True, slots=True)
class Values:
    """A VALUES block; `data` has the values of each variable that is bound in every row."""

    text: str
    data: Mapping[str, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part that is asked as it stands: FILTER, BIND, OPTIONAL, MINUS; or SERVICE, which is not asked.

    What an OPTIONAL has in its braces is also there as a group.
    """

    keyword: str
    text: str
    group: "Group | None" = None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces, with its filters apart, since they hold for all of it."""

    elements: tuple["Element", ...]
    filters: tuple[Clause, ...]

    @property
    def text(self) -> str:
        """The group as SPARQL, in braces."""
        return f"{{ {joined_text((*self.elements, *self.filters))}}} "

    def triples(self) -> Iterator[Triple]:
        """Yield the triple patterns that stand in the group itself."""
        return (element for element in self.elements if isinstance(element, Triple))


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which one must fit."""

    branches: tuple[Group, ...]

    @property
    def text(self) -> str:
        """The union as SPARQL."""
        return "UNION ".join(branch.text for branch in self.branches)


@dataclass(frozen=True, slots=True)
class GraphPattern:
    """A group that must fit in the named graph `name`."""

    name: Node
    group: Group

    @property
    def text(self) -> str:
        """The pattern as SPARQL."""
        return f"GRAPH {self.name.text} {self.group.text}"


@dataclass(frozen=True, slots=True)
class Subselect:
    """A SELECT within the query: its text in braces, its pattern, and what follows that."""

    text: str
    group: Group
    modifiers: str


def joined_text(parts: Iterable["Element"]) -> str:
    """Return parts of a group as SPARQL, without any SERVICE: what they find has room for what it finds."""
    return "".join(
        part.text for part in parts if not (isinstance(part, Clause) and part.keyword == "SERVICE")
    )


Element: TypeAlias = Triple | Values | Clause | Group | Union | GraphPattern | Subselect


@dataclass(frozen=True, slots=True)
class QueryPatterns:
    """A query taken apart.

    Attributes:
        form: `SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`.
        prologue: its BASE and PREFIX lines.
        group: its outermost pattern; None where DESCRIBE has none.
        default_graphs: the graphs it names by FROM.
        named_graphs: the graphs it names by FROM NAMED.
        described: the terms that DESCRIBE names.
        modifiers: what follows the pattern, such as `HAVING (…) LIMIT 10`.
        mentions: every IRI by the text that the query has for it.
        has_graph: whether GRAPH stands anywhere.
        has_service: whether SERVICE stands anywhere.
    """

    form: str
    prologue: str
    group: Group | None
    default_graphs: tuple[Node, ...]
    named_graphs: tuple[Node, ...]
    described: tuple[Node, ...]
    modifiers: str
    mentions: Mapping[str, str]
    has_graph: bool
    has_service: bool


def read_patterns(text: str) -> QueryPatterns:
    """Return the patterns of a query that the engine has accepted.

    Raises:
        UnreadableQuery: it is too long or nests too deeply, or has a form that is not known here.

    >>> patterns = read_patterns("PREFIX e: <http://e.org/> ASK { ?x a e:Y ; e:p/e:q 'z'@en }")
    >>> [triple.shown for triple in patterns.group.triples()]
    ['?x a e:Y', '?x e:p []', "[] e:q 'z'@en"]
    """
    if len(text) > _LONGEST or "\\u" in text or "\\U" in text or _OWN_VARIABLES in text:
        raise UnreadableQuery
    return _Reader(text).query()


class _Reader:
    """Reads the tokens of one query from left to right."""

    def __init__(self, text: str) -> None:
        self._source = text
        self._tokens = list(_exact(scan(text)))
        self._position = 0
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._fresh = 0
        self._mentions: dict[str, str] = {}

    def query(self) -> QueryPatterns:
        """Read the whole query."""
        prologue = self._prologue()
        form = self._next().text.upper()
        if form == "CONSTRUCT" and self._sees("{"):
            self._balanced()
        described: list[Node] = []
        default_graphs: list[Node] = []
        named_graphs: list[Node] = []
        while self._position < len(self._tokens) and not self._sees("{"):
            if self._takes("FROM"):
                (named_graphs if self._takes("NAMED") else default_graphs).append(self._node())
            elif self._sees("("):
                self._balanced()
            elif form == "DESCRIBE" and self._peek().kind in ("iri", "name"):
                described.append(self._node())
            elif form == "DESCRIBE" and self._peek().text.upper() in _MODIFIERS:
                break
            else:
                self._next()
        group = self._braced_group(0) if self._position < len(self._tokens) else None
        modifiers, values = self._modifiers(len(self._tokens))
        if group is not None and values is not None:
            group = Group((values, *group.elements), group.filters)
        words = {token.text.upper() for token in self._tokens if token.kind == "word"}
        for token in self._tokens:
            if token.kind in ("iri", "name") and not token.text.startswith("_:"):
                self._resolved(token, strict=False)
        return QueryPatterns(
            form,
            prologue,
            group,
            tuple(default_graphs),
            tuple(named_graphs),
            tuple(described),
            modifiers,
            self._mentions,
            "GRAPH" in words,
            "SERVICE" in words,
        )

    # Tokens

    def _peek(self, ahead: int = 0) -> Token:
        if self._position + ahead >= len(self._tokens):
            raise UnreadableQuery
        return self._tokens[self._position + ahead]

    def _next(self) -> Token:
        token = self._peek()
        self._position += 1
        return token

    def _sees(self, *texts: str) -> bool:
        return self._position < len(self._tokens) and self._peek().text.upper() in texts

    def _takes(self, *texts: str) -> bool:
        found = self._sees(*texts)
        self._position += found
        return found

    def _needs(self, text: str) -> None:
        if not self._takes(text):
            raise UnreadableQuery

    def _balanced(self) -> str:
        """Return the text from an opening bracket to the one that closes it."""
        begin = self._position
        open_brackets: list[str] = []
        while True:
            token = self._next()
            if token.kind == "mark" and token.text in _CLOSING:
                open_brackets.append(_CLOSING[token.text])
            elif open_brackets and token.text == open_brackets[-1]:
                open_brackets.pop()
            if not open_brackets:
                return self._slice(begin, self._position)

    def _slice(self, begin: int, end: int) -> str:
        """Return the text of some tokens, with one space for what stood between two of them."""
        parts = []
        for before, token in zip([None, *self._tokens[begin:]], self._tokens[begin:end], strict=False):
            gap = before is not None and before.end != token.end - len(token.text)
            parts.append(f" {token.text}" if gap else token.text)
        return "".join(parts)

    def _variable(self) -> Node:
        self._fresh += 1
        return Node(f"?{_OWN_VARIABLES}{self._fresh}", "[]")

    # The parts of a query

    def _prologue(self) -> str:
        begin = self._position
        while self._sees("BASE", "PREFIX", "VERSION"):
            keyword = self._next().text.upper()
            name = self._next().text
            if keyword == "BASE":
                self._base = urljoin(self._base, name[1:-1])
            elif keyword == "PREFIX":
                self._prefixes[name.partition(":")[0]] = urljoin(self._base, self._next().text[1:-1])
        return self._slice(begin, self._position)

    def _modifiers(self, end: int) -> tuple[str, Values | None]:
        """Return what follows a pattern, and the VALUES block at its end."""
        begin = self._position
        while self._position < end and not self._sees("VALUES"):
            self._balanced()
        modifiers = self._slice(begin, self._position)
        return modifiers, self._values() if self._takes("VALUES") else None

    def _braced_group(self, depth: int) -> Group:
        if depth > _DEEPEST:
            raise UnreadableQuery
        self._needs("{")
        elements: list[Element] = []
        filters: list[Clause] = []
        while not self._takes("}"):
            if self._sees("FILTER"):
                filters.append(self._filter())
            elif not self._takes("."):
                elements.extend(self._element(depth + 1))
        return Group(tuple(elements), tuple(filters))

    def _element(self, depth: int) -> Iterator[Element]:
        token = self._peek()
        keyword = token.text.upper() if token.kind == "word" else token.text
        if keyword == "{":
            yield self._union(depth)
        elif keyword == "VALUES":
            self._next()
            yield self._values()
        elif keyword == "OPTIONAL":
            begin = self._position
            self._next()
            group = self._braced_group(depth)
            yield replace(self._clause(keyword, begin), group=group)
        elif keyword in ("MINUS", "BIND", "SERVICE"):
            begin = self._position
            while not self._sees("{", "("):
                self._next()
            self._balanced()
            yield self._clause(keyword, begin)
        elif keyword == "GRAPH":
            self._next()
            yield GraphPattern(self._node(), self._braced_group(depth))
        elif token.kind == "word" and keyword not in ("TRUE", "FALSE"):
            raise UnreadableQuery
        else:
            yield from self._triples(depth)

    def _union(self, depth: int) -> Element:
        branches = [self._group_or_subselect(depth)]
        while self._takes("UNION"):
            branches.append(self._group_or_subselect(depth))
        if len(branches) == 1:
            return branches[0]
        return Union(
            tuple(branch if isinstance(branch, Group) else Group((branch,), ()) for branch in branches)
        )

    def _group_or_subselect(self, depth: int) -> Group | Subselect:
        if self._peek(1).text.upper() != "SELECT":
            return self._braced_group(depth)
        begin = self._position
        text = self._balanced()
        end, self._position = self._position, begin + 1
        while not self._sees("{"):
            self._balanced()
        group = self._braced_group(depth)
        modifiers, values = self._modifiers(end - 1)
        if values is not None:
            group = Group((values, *group.elements), group.filters)
        self._position = end
        if "SERVICE" in text.upper():
            raise UnreadableQuery
        return Subselect(f"{text} ", group, modifiers)

    def _filter(self) -> Clause:
        begin = self._position
        self._next()
        if not self._sees("("):
            self._takes("NOT")
            self._next()
        if self._sees("(", "{"):
            self._balanced()
        return self._clause("FILTER", begin)

    def _clause(self, keyword: str, begin: int) -> Clause:
        tokens = self._tokens[begin + 1 : self._position]
        if any(token.text.upper() == "SERVICE" for token in tokens):
            raise UnreadableQuery
        return Clause(keyword, f"{self._slice(begin, self._position)} ")

    def _values(self) -> Values:
        """Read a VALUES block after its keyword."""
        tupled = self._takes("(")
        names: list[str] = []
        while not self._takes(")") if tupled else not names:
            names.append(self._next().text[1:])
        self._needs("{")
        rows: list[list[Node | None]] = []
        while not self._takes("}"):
            rows.append(self._data_row() if tupled else [self._data()])
        written = (f"({' '.join('UNDEF' if node is None else node.text for node in row)}) " for row in rows)
        text = f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {''.join(written)}}} "
        data = {
            name: tuple(node for node in column if node is not None)
            for name, column in zip(names, zip(*rows, strict=True), strict=bool(rows))
            if None not in column
        }
        return Values(text, data)

    def _data_row(self) -> list[Node | None]:
        self._needs("(")
        row = []
        while not self._takes(")"):
            row.append(self._data())
        return row

    def _data(self) -> Node | None:
        return None if self._takes("UNDEF") else self._node()

    # Triples

    def _triples(self, depth: int) -> Iterator[Triple]:
        """Read a subject with all that is said of it."""
        is_bracketed = self._sees("[", "(")
        subject, inner = self._object(depth)
        yield from inner
        if not (is_bracketed and self._sees(".", "}")):
            yield from self._properties(subject, depth)

    def _properties(self, subject: Node, depth: int) -> Iterator[Triple]:
        while True:
            paths = self._path()
            while True:
                value, inner = self._object(depth)
                yield from self._steps(subject, paths, value)
                yield from inner
                if not self._takes(","):
                    break
            if not self._takes(";"):
                return
            while self._takes(";"):
                pass
            if self._sees(".", "}", "]"):
                return

    def _steps(self, subject: Node, paths: list[tuple[Path, bool]], value: Node) -> Iterator[Triple]:
        """Yield a triple pattern for each step of a path, with unnamed nodes between them."""
        for position, (path, is_inverse) in enumerate(paths):
            after = value if position == len(paths) - 1 else self._variable()
            yield Triple(after, path, subject) if is_inverse else Triple(subject, path, after)
            subject = after

    def _object(self, depth: int) -> tuple[Node, list[Triple]]:
        """Read a node, with the triples of what stands in its brackets."""
        if depth > _DEEPEST:
            raise UnreadableQuery
        if self._takes("["):
            node = self._variable()
            inner = [] if self._sees("]") else list(self._properties(node, depth + 1))
            self._needs("]")
            return node, inner
        if self._takes("("):
            return self._collection(depth + 1)
        return self._node(), []

    def _collection(self, depth: int) -> tuple[Node, list[Triple]]:
        nil = Node(f"<{_RDF}nil>", "()", Iri(f"{_RDF}nil"))
        triples: list[Triple] = []
        items: list[Node] = []
        while not self._takes(")"):
            item, inner = self._object(depth)
            items.append(item)
            triples.extend(inner)
        cells = [*(self._variable() for _ in items), nil]
        for cell, item, rest in zip(cells, items, cells[1:], strict=False):
            triples.append(Triple(cell, _relation(f"{_RDF}first", "rdf:first"), item))
            triples.append(Triple(cell, _relation(f"{_RDF}rest", "rdf:rest"), rest))
        return cells[0], triples

    def _path(self) -> list[tuple[Path, bool]]:
        """Read a path as its steps, each with whether it goes backwards."""
        if self._peek().kind == "variable":
            token = self._next()
            return [(Path(token.text, token.text, None, (), False), False)]
        whole = self._position
        steps: list[tuple[Path, bool]] = []
        has_alternatives = False
        while True:
            steps.append(self._path_step())
            if self._takes("|"):
                has_alternatives = True
            elif not self._takes("/"):
                break
        return [(self._whole_path(whole), False)] if has_alternatives else steps

    def _path_step(self) -> tuple[Path, bool]:
        is_inverse = self._takes("^")
        begin = self._position
        self._takes("!")
        self._takes("^")
        if self._sees("("):
            self._balanced()
        else:
            self._next()
        if self._sees("?", "*", "+") and not self._is_signed_number():
            self._next()
        return self._whole_path(begin), is_inverse

    def _is_signed_number(self) -> bool:
        sign = self._peek()
        return self._peek(1).kind == "number" and self._peek(1).end - len(self._peek(1).text) == sign.end

    def _whole_path(self, begin: int) -> Path:
        tokens = self._tokens[begin : self._position]
        shown = self._slice(begin, self._position)
        iris = tuple(
            f"{_RDF}type" if token.text == "a" else self._resolved(token)
            for token in tokens
            if token.kind in ("iri", "name", "word")
        )
        if len(tokens) == 1 and iris:
            return _relation(iris[0], shown)
        if not iris:
            raise UnreadableQuery
        marks = {token.text for token in tokens if token.kind == "mark"}
        return Path(shown, shown, None, iris, marks.isdisjoint("|?*!"))

    # Terms

    def _node(self) -> Node:
        """Read a variable, blank node or constant."""
        token = self._next()
        if token.kind == "variable":
            return Node(f"?{token.text[1:]}", f"?{token.text[1:]}")
        if token.kind == "name" and token.text.startswith("_:"):
            label = re.sub(r"\W", lambda mark: f"_{ord(mark[0])}_", token.text[2:])
            return Node(f"?{_OWN_VARIABLES}b_{label}", token.text)
        if token.kind in ("iri", "name"):
            iri = self._resolved(token)
            return Node(f"<{iri}>", token.text, Iri(iri))
        if token.kind == "string":
            return self._literal(token)
        if token.kind == "word" and token.text.lower() in ("true", "false"):
            return Node(token.text, token.text, Literal(token.text.lower(), f"{_XSD}boolean"))
        text = token.text
        while text in ("+", "-", ".", "+.", "-."):  # the scanner takes no sign and no leading point
            text += self._next().text
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise UnreadableQuery
        kind = "double" if match["exponent"] else "decimal" if match["point"] else "integer"
        return Node(text, text, Literal(text, _XSD + kind))

    def _literal(self, token: Token) -> Node:
        quotes = 3 if token.text[:3] in ('"""', "'''") else 1
        text = _ESCAPE.sub(lambda mark: _ESCAPED.get(mark[1], mark[1]), token.text[quotes:-quotes])
        if self._position < len(self._tokens):
            tag = self._peek()
            if tag.kind == "language":
                self._next()
                whole = token.text + tag.text
                return Node(whole, whole, Literal(text, language=tag.text[1:]))
            if tag.text == "^" and self._peek(1).text == "^":
                self._position += 2
                datatype = self._node()
                whole = f"{token.text}^^{datatype.text}"
                assert isinstance(datatype.term, Iri)
                return Node(whole, f"{token.text}^^{datatype.shown}", Literal(text, datatype.term.value))
        return Node(token.text, token.text, Literal(text))

    def _resolved(self, token: Token, *, strict: bool = True) -> str:
        """Return the IRI that an IRI or a prefixed name stands for."""
        if token.kind == "iri":
            iri = urljoin(self._base, token.text[1:-1]) if self._base else token.text[1:-1]
        else:
            prefix, _, local = token.text.partition(":")
            if token.kind != "name" or prefix not in self._prefixes:
                if strict:
                    raise UnreadableQuery
                return ""
            iri = self._prefixes[prefix] + _ESCAPE.sub(r"\1", local)
        self._mentions[token.text] = iri
        return iri


def _relation(iri: str, shown: str) -> Path:
    return Path(f"<{iri}>", shown, iri, (iri,), True)


def _exact(tokens: Iterator[Token]) -> Iterator[Token]:
    """Yield the tokens with the full stop that ends a triple apart from the name or number before it."""
    for token in tokens:
        bare = token.text.rstrip(".")
        if token.kind not in ("name", "number") or bare == token.text or not bare:
            yield token
            continue
        stops = len(token.text) - len(bare)
        yield Token(token.kind, bare, token.end - stops)
        for position in range(stops):
            yield Token("mark", ".", token.end - stops + position + 1)
