"""Takes a query apart into the patterns that its solutions must fit.

This reads only queries that the engine has accepted, from the tree that the parser makes. It goes no deeper
than a fixed number of braces; what it does not know it refuses to read, and never guesses.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from glutakg.languages import N_
from glutakg.rdf import PREFIXES, Iri, Literal
from glutakg.sparql import syntax as s
from glutakg.sparql.parser import Span, UnreadableQuery, parse_with_places
from glutakg.sparql.patterns import (
    Clause,
    Element,
    GraphPattern,
    Group,
    Node,
    Path,
    QueryPatterns,
    Subselect,
    Triple,
    Union,
    Values,
)
from glutakg.sparql.scanner import Token, resolved, scan, start_of

__all__ = ["read_patterns"]

_DEEPEST = 32
_LONGEST = 20_000
_OWN_VARIABLES = "glutakg_"
_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_SHOWN = {f"<{_RDF}nil>": "()", f"<{_RDF}type>": "a"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def read_patterns(text: str) -> QueryPatterns:
    """Return the patterns of a query that the engine has accepted.

    Raises:
        UnreadableQuery: it is too long or nests too deeply, or has a form that is not known here.

    >>> patterns = read_patterns("PREFIX e: <http://e.org/> ASK { ?x a e:Y ; e:p/e:q 'z'@en }")
    >>> [triple.shown for triple in patterns.group.triples()]
    ['?x a e:Y', '?x e:p []', "[] e:q 'z'@en"]
    """
    if len(text) > _LONGEST or "\\u" in text or "\\U" in text or _OWN_VARIABLES in text:
        raise UnreadableQuery(N_("The query is too long to be taken apart, or written in an unusual way."))
    return _Reader(text).query()


class _Reader:
    """Reads the tree of one query."""

    def __init__(self, text: str) -> None:
        self._tokens = list(scan(text))
        self._starts = [start_of(token) for token in self._tokens]
        self._query, self._places = parse_with_places(text)
        self._prefixes: dict[str, str] = {}
        self._mentions: dict[str, str] = {}
        self._fresh = 0
        self._unnamed: dict[str, Node] = {}
        self._labels = {token.text[2:] for token in self._tokens if token.text.startswith("_:")}

    def query(self) -> QueryPatterns:
        """Read the whole query."""
        query = self._query
        for name, iri in query.prologue:
            self._prefixes[name] = self._resolved(iri)
        group = None if query.where is None else self._group(query.where, 0)
        if group is not None and query.data is not None:
            group = Group((self._values(query.data), *group.elements), group.filters)
        words = {token.text.upper() for token in self._tokens if token.kind == "word"}
        self._mentions = {}
        for before, token in pairwise([Token("", "", 0), *self._tokens]):
            is_name = token.kind == "name" and not token.text.startswith("_:")
            if before.text.upper() != "PREFIX" and (is_name or token.kind == "iri"):
                self._mentions[token.text] = self._resolved(s.Iri(token.text))
        return QueryPatterns(
            query.form,
            " ".join(
                f"PREFIX {name} {iri.text}" if name else f"BASE {iri.text}" for name, iri in query.prologue
            ),
            group,
            tuple(map(self._node, query.default_graphs)),
            tuple(map(self._node, query.named_graphs)),
            tuple(self._node(target) for target in query.targets if isinstance(target, s.Iri)),
            self._modifiers(query.modifiers),
            self._mentions,
            "GRAPH" in words,
            "SERVICE" in words,
        )

    def _written(self, part: object) -> str:
        """Return the text of a part, with one space for what stood between two of its tokens."""
        place = self._places[id(part)]
        return self._text(self._between(place))

    def _between(self, place: Span) -> list[Token]:
        return self._tokens[bisect_left(self._starts, place.start) : bisect_left(self._starts, place.end)]

    def _text(self, tokens: list[Token]) -> str:
        parts = [token.text for token in tokens[:1]]
        for before, token in pairwise(tokens):
            parts.append(token.text if before.end == start_of(token) else f" {token.text}")
        return "".join(parts)

    def _modifiers(self, modifiers: s.Modifiers) -> str:
        return "" if modifiers == s.Modifiers() else self._written(modifiers)

    def _clause(self, keyword: str, element: s.Element, group: Group | None = None) -> Clause:
        tokens = self._between(self._places[id(element)])
        if any(token.text.upper() == "SERVICE" for token in tokens[1:]):
            raise UnreadableQuery(N_("A SERVICE stands within another clause."))
        return Clause(keyword, f"{self._text(tokens)} ", group)

    # Groups

    def _group(self, group: s.Group, depth: int) -> Group:
        if depth > _DEEPEST:
            raise UnreadableQuery(N_("The query nests more than {number} patterns.", number=_DEEPEST))
        elements: list[Element] = []
        filters: list[Clause] = []
        for element in group.elements:
            if isinstance(element, s.Filter):
                filters.append(self._clause("FILTER", element))
            else:
                elements.extend(self._element(element, group, depth + 1))
        return Group(tuple(elements), tuple(filters))

    def _element(self, element: s.Element, around: s.Group, depth: int) -> Iterator[Element]:
        match element:
            case s.Block(triples):
                for triple in triples:
                    yield from self._triple(triple)
            case s.Data():
                yield self._values(element)
            case s.Optional(group):
                yield self._clause("OPTIONAL", element, self._group(group, depth))
            case s.Minus() | s.Bind() | s.Service():
                yield self._clause(type(element).__name__.upper(), element)
            case s.GraphPattern(name, group):
                yield GraphPattern(self._node(name), self._group(group, depth))
            case s.Union(groups):
                branches = [self._branch(group, depth) for group in groups]
                yield Union(
                    tuple(each if isinstance(each, Group) else Group((each,), ()) for each in branches)
                )
            case s.Group():
                yield self._branch(element, depth)
            case s.SubSelect():
                yield self._subselect(element, around, depth)
            case _:
                raise UnreadableQuery(N_("{name} is not taken apart.", name=type(element).__name__.upper()))

    def _branch(self, group: s.Group, depth: int) -> Group | Subselect:
        if len(group.elements) == 1 and isinstance(group.elements[0], s.SubSelect):
            return self._subselect(group.elements[0], group, depth)
        return self._group(group, depth)

    def _subselect(self, select: s.SubSelect, braces: s.Group, depth: int) -> Subselect:
        text = self._written(braces)
        if "SERVICE" in text.upper():
            raise UnreadableQuery(N_("A SERVICE stands within a sub-SELECT."))
        group = self._group(select.where, depth)
        if select.data is not None:
            group = Group((self._values(select.data), *group.elements), group.filters)
        return Subselect(f"{text} ", group, self._modifiers(select.modifiers))

    def _values(self, data: s.Data) -> Values:
        names = [variable.name for variable in data.variables]
        rows = [[None if value is None else self._node(value) for value in row] for row in data.rows]
        written = (f"({' '.join('UNDEF' if node is None else node.text for node in row)}) " for row in rows)
        text = f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {''.join(written)}}} "
        values = {
            name: tuple(node for node in column if node is not None)
            for name, column in zip(names, zip(*rows, strict=True), strict=bool(rows))
            if None not in column
        }
        return Values(text, values)

    # Triples

    def _triple(self, triple: s.Triple) -> Iterator[Triple]:
        """Yield a triple pattern for each step of a path, with unnamed nodes between them."""
        subject, value = self._node(triple.subject), self._node(triple.object)
        if isinstance(triple.predicate, s.Variable):
            name = triple.predicate.name
            yield Triple(subject, Path(f"?{name}", self._written(triple.predicate), None, (), False), value)
            return
        steps = list(_steps(triple.predicate))
        for position, (path, is_inverse) in enumerate(steps):
            after = value if position == len(steps) - 1 else self._variable()
            middle = self._path(path)
            yield Triple(after, middle, subject) if is_inverse else Triple(subject, middle, after)
            subject = after

    def _path(self, path: s.Path) -> Path:
        iris = tuple(map(self._resolved, _iris(path)))
        if isinstance(path, s.Iri):
            return Path(f"<{iris[0]}>", _shown(path), iris[0], iris, True)
        text = self._written(path)
        if not iris:
            raise UnreadableQuery(N_("A path names no IRI."))
        return Path(text, text, None, iris, not re.search(r"[|?*!]", re.sub(r"<[^>]*>", "", text)))

    def _variable(self) -> Node:
        self._fresh += 1
        return Node(f"?{_OWN_VARIABLES}{self._fresh}", "[]")

    # Terms

    def _node(self, node: s.Node) -> Node:
        """Return a variable, blank node or constant."""
        match node:
            case s.Variable(name):
                return Node(f"?{name}", f"?{name}")
            case s.BlankNode(label) if label in self._labels:
                word = re.sub(r"\W", lambda mark: f"_{ord(mark[0])}_", label)
                return Node(f"?{_OWN_VARIABLES}b_{word}", f"_:{label}")
            case s.BlankNode(label):
                if label not in self._unnamed:
                    self._unnamed[label] = self._variable()
                return self._unnamed[label]
            case s.Iri():
                iri = self._resolved(node)
                return Node(f"<{iri}>", _shown(node), Iri(iri))
        return self._literal(node)

    def _literal(self, literal: s.Literal) -> Node:
        text = literal.text
        if text in ("true", "false"):
            return Node(text, text, Literal(text, f"{_XSD}boolean"))
        if text[0] not in "\"'":
            kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return Node(text, text, Literal(text, f"{_XSD}{kind}"))
        quotes = 3 if text[:3] in ('"""', "'''") else 1
        value = _ESCAPE.sub(lambda mark: _ESCAPED.get(mark[1], mark[1]), text[quotes:-quotes])
        if literal.language:
            whole = text + literal.language
            return Node(whole, whole, Literal(value, language=literal.language[1:]))
        if literal.datatype is not None:
            datatype = self._resolved(literal.datatype)
            shown = f"{text}^^{literal.datatype.text}"
            return Node(f"{text}^^<{datatype}>", shown, Literal(value, datatype))
        return Node(text, text, Literal(value))

    def _resolved(self, iri: s.Iri) -> str:
        """Return the IRI that an IRI or a prefixed name stands for."""
        if iri.text.startswith("<"):
            return resolved(self._prefixes.get("", ""), iri.text)
        prefix, colon, local = iri.text.partition(":")
        if prefix + colon not in self._prefixes:
            raise UnreadableQuery(N_("The prefix {prefix}: is not declared.", prefix=prefix))
        return self._prefixes[prefix + colon] + _ESCAPE.sub(r"\1", local)


def _steps(path: s.Path, *, turned: bool = False) -> Iterator[tuple[s.Path, bool]]:
    """Yield the steps of a path from its beginning to its end, each with whether it goes backwards."""
    match path:
        case s.Sequence(paths):
            for part in reversed(paths) if turned else paths:
                yield from _steps(part, turned=turned)
        case s.Inverse(inner):
            yield from _steps(inner, turned=not turned)
        case _:
            yield path, turned


def _iris(path: s.Path) -> Iterator[s.Iri]:
    """Yield the IRIs of a path."""
    match path:
        case s.Iri():
            yield path
        case s.Inverse(inner) | s.Repeated(inner, _):
            yield from _iris(inner)
        case s.Sequence(paths) | s.Alternative(paths):
            for part in paths:
                yield from _iris(part)
        case s.Negated(forward, backward):
            yield from (*forward, *backward)


def _shown(iri: s.Iri) -> str:
    """Return an IRI as it was written, or stands for what was written in another way."""
    if iri.text.startswith(f"<{_RDF}"):
        return _SHOWN.get(iri.text, f"rdf:{iri.text[len(_RDF) + 1 : -1]}")
    return iri.text
