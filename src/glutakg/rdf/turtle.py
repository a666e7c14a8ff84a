"""The canonical form of Turtle and SPARQL files, so that a diff shows changes of meaning and nothing else."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise, takewhile
from pathlib import Path

import pyoxigraph as ox

from glutakg.errors import FormatError, SourceError
from glutakg.rdf.comments import Comments, MisplacedError, mark_comments, take_marks
from glutakg.rdf.nesting import (
    RDF_NIL,
    RDF_TYPE,
    XSD,
    NestedGraph,
    Node,
    Resource,
    format_error,
    nested_graph,
)
from glutakg.rdf.parsing import parse_turtle
from glutakg.rdf.prefixes import PREFIXES

__all__ = ["Prefixes", "canonical_turtle", "turtle_document"]

_SHORT_LITERALS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ESCAPES = str.maketrans({"\\": "\\\\", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"})
# Control characters, and characters that a reader cannot see: these are written as \uXXXX.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
STRING_PATTERN = r"""\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
            | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*'"""
_TURTLE_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>STRING)
  | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
  | (?P<prefix>@prefix\b|(?<![\w:@.-])[Pp][Rr][Ee][Ff][Ii][Xx](?=\s))
  | (?P<space>\s+)
  | (?P<word>(?:[^\s#"'<>\[\](){};,\\]|\\.)+)
  | (?P<other>.)
    """.replace("STRING", STRING_PATTERN),
    re.VERBOSE | re.DOTALL,
)


def canonical_turtle(text: str, path: Path | str | None = None) -> str:
    """Return the same graph in the project's one Turtle form.

    Subjects and predicates are sorted by IRI (`a` first), every object of several stands on its own line,
    blank nodes and lists are nested, only prefixes in use are declared, language tags are written as BCP 47
    recommends (`en-GB`). Comments stay above, or at the end of the line of, what they stand at; those between
    prefixes go to the head.

    Args:
        text: a Turtle document.
        path: where the text comes from, for messages.

    Raises:
        SourceError: the text is not Turtle; tells line and column.
        FormatError: a comment inside a list, or a triple term, would be lost; or what was written would not
            say the same, which should not happen.

    >>> print(canonical_turtle('@prefix ex: <http://example.org/> . ex:b ex:p 2, 1 . ex:a a ex:C .'), end="")
    @prefix ex: <http://example.org/> .
    <BLANKLINE>
    ex:a
        a ex:C ;
        .
    <BLANKLINE>
    ex:b
        ex:p
            1 ,
            2 ;
        .

    """
    triples = parse_turtle(text, path or "<text>")
    head, declared, body = _read_surface(text)
    comments = None
    if any(token.lastgroup == "comment" for token in body):
        triples, comments = _read_comments(text, body, path)
    try:
        graph = nested_graph(triples, path)
        if comments and graph.labels and comments.are_at_blank_nodes():
            raise _lost(next(token for token in body if token.lastgroup == "comment"), text, path)
        written = turtle_document({None: graph}, head=head, declared=declared, comments=comments)
    except RecursionError:
        raise format_error("Blank nodes nest too deeply: give the inner ones an IRI.", path=path) from None
    _check_written(written, text, triples, path)
    return written


def _read_comments(
    text: str, body: Sequence[re.Match[str]], path: Path | str | None
) -> tuple[list[ox.Triple], Comments]:
    """Return the triples of a text, and its comments by what they stand at."""
    try:
        marked, comments = mark_comments(text, body)
        return take_marks(parse_turtle(marked, path or "<text>"), comments), comments
    except MisplacedError as error:
        token = next(token for token in body if token.start() == error.offset)
        raise _lost(token, text, path) from None
    except SourceError:  # the marks stand where they cannot
        raise _lost(next(each for each in body if each.lastgroup == "comment"), text, path) from None


def _lost(comment: re.Match[str], text: str, path: Path | str | None) -> FormatError:
    return format_error(
        f"The comment {_shortened(comment[0])} would be lost: move it above a statement, a property or a "
        "value, or say it in the data (rdfs:comment, skos:editorialNote).",
        path=path,
        line=_line_of(text, comment.start()),
    )


def _check_written(written: str, text: str, triples: Sequence[ox.Triple], path: Path | str | None) -> None:
    """Raise `FormatError` where a text that was written is not Turtle, or lacks something, or has more."""
    try:
        again = parse_turtle(written, path or "<text>") if written.strip() else []
    except SourceError as error:
        reason = str(error)
    else:
        same = _ground(again) == _ground(triples) and _comments_in(written) == _comments_in(text)
        reason = "" if same else "it would not say the same"
    if reason:
        raise format_error(
            f"The file stays as it is, for what was written of it is at fault ({reason}); please report it.",
            path=path,
        )


def _ground(triples: Iterable[ox.Triple]) -> Counter[tuple[str, ...]]:
    """Return how often each triple stands there, when all blank nodes look alike."""
    return Counter(
        tuple("_:" if isinstance(part, ox.BlankNode) else str(part) for part in triple)
        for triple in set(triples)
    )


def _comments_in(text: str) -> Counter[str]:
    return Counter(
        token[0].rstrip() for token in _TURTLE_TOKEN.finditer(text) if token.lastgroup == "comment"
    )


def turtle_document(
    graphs: "Mapping[str | None, NestedGraph]",
    *,
    head: str = "",
    declared: Mapping[str, str] | None = None,
    comments: Comments | None = None,
) -> str:
    """Return graphs as one document in the form of `canonical_turtle`; those with a name make it TriG.

    Args:
        graphs: each under its IRI, which is None for the graph that has no name.
        head: what stands at the top.
        declared: prefixes to use beside the project's.
        comments: what stands at nodes of the graph that has no name.

    >>> triple = ox.Triple(*map(ox.NamedNode, ["http://a.example/s", "http://a.example/p", RDF_NIL]))
    >>> print(turtle_document({"http://a.example/g": nested_graph([triple])}))
    <http://a.example/g> {
    <BLANKLINE>
    <http://a.example/s>
        <http://a.example/p> () ;
        .
    <BLANKLINE>
    }
    """
    prefixes = Prefixes(declared)
    if not any(graph.properties for graph in graphs.values()):
        prefixes.used |= declared or {}  # a file of prefixes alone stays one
    blocks: list[str] = []
    for name, graph in graphs.items():
        writer = _TurtleWriter(graph, prefixes, comments if name is None and comments else Comments())
        opening, closing = ([f"{writer.iri(name)} {{"], ["}"]) if name is not None else ([], [])
        blocks += [*opening, *writer.blocks(), *closing]
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(prefixes.used.items())]
    if comments:
        blocks += ["\n".join(comments.tail)]
        at_head = comments.head if lines or not blocks else comments.head + _leading_comments(blocks)
        head = "\n".join([*([head] if head else []), *at_head])
    parts = [part for part in (head, "\n".join(lines), *blocks) if part]
    return "\n\n".join(parts) + "\n" if parts else ""


def _leading_comments(blocks: list[str]) -> list[str]:
    """Take the comments off above the first block: without prefixes between, they are at the head."""
    lines = blocks[0].split("\n")
    leading = list(takewhile(lambda line: not line or line.startswith("#"), lines))
    blocks[0] = "\n".join(lines[len(leading) :])
    return leading


class Prefixes:
    """The prefixes that an IRI may be shortened with: the project's, and beside them others.

    Those of one OBO ontology (`CHEBI:`) are for CURIEs; Turtle says `obo:CHEBI_18050`, as OWL files do.

    >>> prefixes = Prefixes()
    >>> prefixes.split("http://purl.obolibrary.org/obo/CHEBI_18050"), prefixes.used
    (('obo', 'CHEBI_18050'), {'obo': 'http://purl.obolibrary.org/obo/'})
    """

    def __init__(self, declared: Mapping[str, str] | None = None, *, without: Collection[str] = ()) -> None:
        """Know the prefixes `declared` beside the project's, none of which is in `without`."""
        self._namespaces = [pair for pair in _namespaces(declared or {}) if pair[1] not in without]
        self.used: dict[str, str] = {}

    def split(self, iri: str) -> tuple[str, str] | None:
        """Return prefix and local name, and remember that the prefix is used; None where no prefix fits."""
        for namespace, prefix in self._namespaces:
            if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(iri, len(namespace)):
                self.used[prefix] = namespace
                return prefix, iri[len(namespace) :]
        return None


class _TurtleWriter:
    """Writes one graph."""

    def __init__(self, graph: NestedGraph, prefixes: Prefixes, comments: Comments) -> None:
        self._graph = graph
        self._prefixes = prefixes
        self._comments = comments

    def blocks(self) -> list[str]:
        """Return a block per subject: IRIs in order, labelled blank nodes, then nameless ones by content.

        The comments above the first block may go to the head, so those above do not count for the order.
        """
        named, nameless = self._graph.subjects()
        bare = _TurtleWriter(self._graph, self._prefixes, Comments())
        in_order = sorted(
            (bare._block("[]", node), self._comments_at((node,))[0] != [], self._block("[]", node))
            for node in nameless
        )
        return [
            *(self._block(self._object(node)[1][0], node) for node in named),
            *(block for *_, block in in_order),
        ]

    def _block(self, subject: str, node: Resource) -> str:
        above, beside = self._comments_at((node,))
        return "\n".join([*above, subject + beside, *_indent(self._statements(node)), "    ."])

    def _comments_at(self, *keys: tuple[Node, ...]) -> tuple[list[str], str]:
        """Return the comments above something, and one that stands beside it; of several, the last."""
        above = [comment for key in keys for comment in self._comments.above.get(key, [])]
        beside = [comment for key in keys for comment in self._comments.beside.get(key, [])]
        return [*above, *beside[:-1]], f" {beside[-1]}" if beside else ""

    def _statements(self, node: Node) -> list[str]:
        """Return the lines `predicate object ;` for all properties of a node, not yet indented."""
        lines: list[str] = []
        properties = self._graph.properties[node] if not isinstance(node, ox.Literal) else {}
        for predicate in sorted(properties, key=lambda iri: (iri != RDF_TYPE, iri)):
            verb = "a" if predicate == RDF_TYPE else self.iri(predicate)
            relation = ox.NamedNode(predicate)
            lines += self._comments_at((node, relation))[0]
            in_order = sorted(
                (*self._object(value), *self._comments_of_value(node, relation, value))
                for value in properties[predicate]
            )
            objects = [(rendered, above, beside) for _, rendered, above, beside in in_order]
            if len(objects) == 1:
                [(rendered, above, beside)] = objects
                lines += [*above, f"{verb} {rendered[0]}", *rendered[1:]]
                lines[-1] += f" ;{beside}"
            else:
                lines += [verb, *_indent(_joined(objects))]
        return lines + self._comments.last.get((node,), [])

    def _comments_of_value(self, node: Node, relation: ox.NamedNode, value: Node) -> tuple[list[str], str]:
        key = (node, relation, value)
        is_nested = isinstance(value, ox.BlankNode) and value not in self._graph.labels
        above, beside = self._comments_at((value,), key) if is_nested else self._comments_at(key)
        return [comment.lstrip("\n") for comment in above], beside  # empty lines part statements alone

    def _object(self, node: Node) -> tuple[tuple[int, str, str, str], list[str]]:
        """Return the sort key (kind, value, language, datatype) and lines of an object."""
        if isinstance(node, ox.NamedNode):
            return (0, node.value, "", ""), ["()" if node.value == RDF_NIL else self.iri(node.value)]
        if isinstance(node, ox.Literal):
            return (1, node.value, node.language or "", node.datatype.value), [self._literal(node)]
        rendered = self._blank_node(node)
        return (2, "\n".join(rendered), "", ""), rendered

    def _blank_node(self, node: ox.BlankNode) -> list[str]:
        graph = self._graph
        if node in graph.labels:
            return [f"_:{graph.labels[node]}"]
        if node in graph.cells:
            items = (line for item in graph.list_items(node) for line in self._object(item)[1])
            return ["(", *_indent(items), ")"]
        if node in graph.properties:
            return ["[", *_indent(self._statements(node)), "]"]
        return ["[]"]

    def iri(self, iri: str) -> str:
        """Return an IRI as it stands in the text."""
        short = self._prefixes.split(iri)
        return ":".join(short) if short else f"<{iri}>"

    def _literal(self, literal: ox.Literal) -> str:
        datatype = literal.datatype.value
        short = _SHORT_LITERALS.get(datatype)
        if short and short.fullmatch(literal.value):
            return literal.value
        text = _quoted(literal.value)
        if literal.language:
            return f"{text}@{_bcp_47(literal.language)}" + (
                f"--{literal.direction}" if literal.direction else ""
            )
        return text if datatype == XSD + "string" else f"{text}^^{self.iri(datatype)}"


def _joined(objects: list[tuple[list[str], list[str], str]]) -> list[str]:
    """Return the lines of several objects with their comments, a comma after each and a semicolon at last."""
    lines: list[str] = []
    for number, (rendered, above, beside) in enumerate(objects, 1):
        sign = ";" if number == len(objects) else ","
        lines += [*above, *rendered[:-1], f"{rendered[-1]} {sign}{beside}"]
    return lines


def _indent(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _quoted(value: str) -> str:
    """Return the text between quotes, three of them when it has line breaks."""
    text = value.translate(_ESCAPES)
    text = _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    text = re.sub(r'"(?="|\Z)', r'\\"', text)
    return f'"""{text}"""'


def _bcp_47(tag: str) -> str:
    """Return a language tag as BCP 47 recommends to write it: regions in capitals, scripts with one.

    >>> _bcp_47("zh-hans-cn"), _bcp_47("en-GB-x-EN")
    ('zh-Hans-CN', 'en-GB-x-en')
    """
    first, *others = tag.lower().split("-")
    parts = [first]
    for part in others:
        if len(parts[-1]) > 1 and not any(len(each) == 1 for each in parts):
            part = {2: part.upper(), 4: part.capitalize()}.get(len(part), part)
        parts.append(part)
    return "-".join(parts)


def _namespaces(declared: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return pairs of namespace and prefix, longest first: the project's, and beside them the file's own."""
    known = {prefix: namespace for prefix, namespace in PREFIXES.items() if namespace.endswith(("/", "#"))}
    own = {
        prefix: namespace
        for prefix, namespace in sorted(declared.items(), reverse=True)
        if prefix not in PREFIXES and namespace not in PREFIXES.values()
    }
    by_namespace = {namespace: prefix for prefix, namespace in {**own, **known}.items()}
    return sorted(by_namespace.items(), key=lambda pair: (-len(pair[0]), pair))


def _read_surface(text: str) -> tuple[str, dict[str, str], list[re.Match[str]]]:
    """Return what triples do not tell: the comment at the head of a text, prefixes, and the other tokens."""
    tokens = [match for match in _TURTLE_TOKEN.finditer(text) if match.lastgroup != "space"]
    body = next((number for number, token in enumerate(tokens) if token.lastgroup != "comment"), len(tokens))
    head = tokens[:body]
    lines = [token[0].rstrip() for token in head]
    for number, (above, below) in enumerate(pairwise(head), start=1):
        if text.count("\n", above.end(), below.start()) > 1:
            lines[number] = "\n" + lines[number]
    declared = {
        name[0].removesuffix(":"): namespace[0][1:-1]
        for keyword, name, namespace in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if keyword.lastgroup == "prefix" and namespace.lastgroup == "iri"
    }
    return "\n".join(lines), declared, tokens[body:]


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _shortened(comment: str) -> str:
    return f"“{comment.strip()[:40]}…”" if len(comment) > 40 else f"“{comment.strip()}”"
