"""The canonical form of Turtle and SPARQL files, so that a diff shows changes of meaning and nothing else."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from glutakg.errors import FormatError
from glutakg.rdf.parsing import parse_turtle
from glutakg.rdf.prefixes import PREFIXES

__all__ = ["NestedGraph", "Prefixes", "canonical_turtle", "nested_graph", "turtle_document"]


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE, RDF_FIRST, RDF_REST, RDF_NIL = (RDF + name for name in ("type", "first", "rest", "nil"))

_COLOUR = ox.NamedNode("urn:glutakg:colour")  # as the name of a graph it cannot clash with Turtle
# What RDFC-1.0 does in good time: linked blank nodes of one colour, those that are linked to several of one
# colour (it tries these in every order), and all that are linked (it goes from one to the next).
_MOST_ALIKE, _MOST_BRANCHING, _MOST_LINKED = 5, 10, 1000

Resource = ox.NamedNode | ox.BlankNode
Node = ox.NamedNode | ox.BlankNode | ox.Literal
_Seen = tuple[tuple[str, int, str], ...]

_SHORT_LITERALS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?([0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ESCAPES = {"\\": "\\\\", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
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
    blank nodes and lists are nested, only prefixes in use are declared. A comment at the head stays.

    Args:
        text: a Turtle document.
        path: where the text comes from, for messages.

    Raises:
        SourceError: the text is not Turtle; tells line and column.
        FormatError: a comment further down, or a triple term, would be lost.

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
    head, declared = _read_surface(text, path)
    try:
        return turtle_document({None: nested_graph(triples, path)}, head=head, declared=declared)
    except RecursionError:
        raise format_error("Blank nodes nest too deeply: give the inner ones an IRI.", path=path) from None


def turtle_document(
    graphs: "Mapping[str | None, NestedGraph]", *, head: str = "", declared: Mapping[str, str] | None = None
) -> str:
    """Return graphs as one document in the form of `canonical_turtle`; those with a name make it TriG.

    Args:
        graphs: each under its IRI, which is None for the graph that has no name.
        head: what stands at the top.
        declared: prefixes to use beside the project's.

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
    blocks: list[str] = []
    for name, graph in graphs.items():
        writer = _TurtleWriter(graph, prefixes)
        opening, closing = ([f"{writer.iri(name)} {{"], ["}"]) if name is not None else ([], [])
        blocks += [*opening, *writer.blocks(), *closing]
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(prefixes.used.items())]
    parts = [part for part in (head, "\n".join(lines), *blocks) if part]
    return "\n\n".join(parts) + "\n" if parts else ""


class NestedGraph:
    """The triples of one graph, and which blank nodes nest, which are list cells and which need a label.

    Attributes:
        properties: the objects of every subject, by the IRI of the predicate.
        referrers: the subjects that point at a blank node.
        labels: of the blank nodes that cannot nest.
        cells: item and rest of every cell of a well-formed list.
    """

    def __init__(self, triples: Iterable[ox.Triple], path: Path | str | None, label: str) -> None:
        """Take the triples as they are; `nested_graph` first gives blank nodes lasting names."""
        self.properties: dict[Resource, dict[str, set[Node]]] = defaultdict(lambda: defaultdict(set))
        self.referrers: dict[ox.BlankNode, list[Resource]] = defaultdict(list)
        for subject, predicate, item in set(triples):
            if isinstance(item, ox.Triple):
                raise format_error(
                    "A triple term (RDF 1.2) has no canonical form: say it with a node.", path=path
                )
            self.properties[subject][predicate.value].add(item)
            if isinstance(item, ox.BlankNode):
                self.referrers[item].append(subject)
        self.labels = self._label_blank_nodes(label)
        self.cells = self._list_cells()

    def subjects(self) -> tuple[list[Resource], list[ox.BlankNode]]:
        """Return the subjects that are written by name, in order (IRIs, then labels), and the nameless ones.

        The nameless ones are in no order, and none of them nests in another.
        """
        iris = {node.value: node for node in self.properties if isinstance(node, ox.NamedNode)}
        named = [node for _, node in sorted(iris.items())]
        labelled = [
            node for node in self.labels if isinstance(node, ox.BlankNode) and node in self.properties
        ]
        blank = (node for node in self.properties if isinstance(node, ox.BlankNode))
        return [*named, *labelled], [node for node in blank if node not in self.referrers]

    def list_items(self, cell: Node) -> Iterator[Node]:
        """Yield the items of the list that begins at a cell."""
        while cell in self.cells:
            item, cell = self.cells[cell]
            yield item

    def _label_blank_nodes(self, label: str) -> dict[Node, str]:
        """Return labels (b0, b1, …) for blank nodes that cannot nest: referenced twice, or on a cycle."""
        shared = {node for node, referrers in self.referrers.items() if len(referrers) > 1}
        to_label = shared | self._on_cycles(shared)
        in_order = sorted(to_label, key=lambda node: (len(node.value), node.value))
        return {node: f"{label}{number}" for number, node in enumerate(in_order)}

    def _on_cycles(self, shared: set[ox.BlankNode]) -> set[ox.BlankNode]:
        """Return the blank nodes that, going up from referrer to referrer, lead back to themselves."""
        on_cycles: set[ox.BlankNode] = set()
        done = set(shared)
        for start in self.referrers:
            trail: list[ox.BlankNode] = []
            seen: set[ox.BlankNode] = set()
            node: Resource = start
            while (
                isinstance(node, ox.BlankNode)
                and node in self.referrers
                and not (node in done or node in seen)
            ):
                trail.append(node)
                seen.add(node)
                node = self.referrers[node][0]
            if isinstance(node, ox.BlankNode) and node in seen:
                on_cycles.update(trail[trail.index(node) :])
            done |= seen
        return on_cycles

    def _list_cells(self) -> dict[Node, tuple[Node, Node]]:
        """Return item and rest of every cell of a well-formed list."""
        candidates = {node: cell for node in self.referrers if (cell := self._as_cell(node)) is not None}
        cells: dict[Node, tuple[Node, Node]] = {}
        ends = [node for node, (_, rest) in candidates.items() if rest == ox.NamedNode(RDF_NIL)]
        while ends:
            node = ends.pop()
            cells[node] = candidates[node]
            referrer = self.referrers[node][0]
            if (
                isinstance(referrer, ox.BlankNode)
                and referrer in candidates
                and candidates[referrer][1] == node
            ):
                ends.append(referrer)
        return cells

    def _as_cell(self, node: ox.BlankNode) -> tuple[Node, Node] | None:
        """Return item and rest of a node that has nothing but one of each, and is not shared."""
        properties = self.properties.get(node, {})
        if properties.keys() != {RDF_FIRST, RDF_REST} or node in self.labels:
            return None
        firsts, rests = properties[RDF_FIRST], properties[RDF_REST]
        if len(firsts) != 1 or len(rests) != 1:
            return None
        return next(iter(firsts)), next(iter(rests))


def nested_graph(
    triples: Sequence[ox.Triple], path: Path | str | None = None, *, label: str = "b"
) -> NestedGraph:
    """Return the graph; if it needs labels, its blank nodes get names that do not depend on those they had.

    Args:
        triples: what is in the graph.
        path: where the triples come from, for messages.
        label: what labels begin with; a number follows.

    Raises:
        FormatError: a triple term would be lost, or too many linked blank nodes are alike.

    >>> shared = ox.BlankNode("of-any-name")
    >>> relation = ox.NamedNode("http://a.example/p")
    >>> cycle = [ox.Triple(shared, relation, shared)]
    >>> list(nested_graph(cycle).labels.values())
    ['b0']
    """
    graph = NestedGraph(triples, path, label)
    if not graph.labels:
        return graph
    colours = _colours(triples)
    _refuse_alike(triples, colours, path)
    # The colours tell RDFC-1.0, whose time is exponential in the nodes it finds alike, nearly all apart.
    marks = (ox.Quad(node, _COLOUR, ox.Literal(str(colour)), _COLOUR) for node, colour in colours.items())
    dataset = ox.Dataset([*(ox.Quad(*triple) for triple in triples), *marks])
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return NestedGraph((quad.triple for quad in dataset if quad.graph_name != _COLOUR), path, label)


def _colours(triples: Iterable[ox.Triple]) -> dict[ox.BlankNode, int]:
    """Return for each blank node a number; nodes with one number have like statements with like neighbours.

    This is colour refinement: classes of nodes are split until the nodes of each see the same colours around
    them. The numbers do not depend on order or labels.
    """
    around = _neighbours(triples)
    colours = dict.fromkeys(around, 0)
    sizes = Counter(colours.values())
    unsettled = set(around)
    while unsettled:
        classes: dict[int, dict[_Seen, list[ox.BlankNode]]] = defaultdict(lambda: defaultdict(list))
        for node in unsettled:
            classes[colours[node]][_seen(around[node], colours)].append(node)
        split: list[ox.BlankNode] = []
        for colour, parts in sorted(classes.items()):
            groups = [parts[seen] for seen in sorted(parts)]
            if sum(map(len, groups)) == sizes[colour]:  # all of the class: its largest part stays what it is
                groups.remove(max(groups, key=len))
            for group in groups:
                sizes[colour] -= len(group)
                sizes[len(sizes)] = len(group)
                colours.update(dict.fromkeys(group, len(sizes) - 1))
                split += group
        unsettled = {other for node in split for _, other in around[node] if isinstance(other, ox.BlankNode)}
    return colours


def _neighbours(triples: Iterable[ox.Triple]) -> dict[ox.BlankNode, list[tuple[str, Node]]]:
    """Return the nodes that each blank node points at (`>` and the predicate) or is pointed at from (`<`)."""
    around: dict[ox.BlankNode, list[tuple[str, Node]]] = defaultdict(list)
    for subject, predicate, item in set(triples):
        if isinstance(subject, ox.BlankNode):
            around[subject].append((f">{predicate.value}", item))
        if isinstance(item, ox.BlankNode):
            around[item].append((f"<{predicate.value}", subject))
    return around


def _seen(neighbours: Iterable[tuple[str, Node]], colours: dict[ox.BlankNode, int]) -> _Seen:
    """Return what a node sees around it: blank nodes by their colours, all others by themselves."""
    return tuple(
        sorted(
            (edge, colours[other], "") if isinstance(other, ox.BlankNode) else (edge, -1, str(other))
            for edge, other in neighbours
        )
    )


def _refuse_alike(
    triples: Iterable[ox.Triple], colours: dict[ox.BlankNode, int], path: Path | str | None
) -> None:
    """Raise `FormatError` where so many linked blank nodes are alike that RDFC-1.0 would not end."""
    sizes = Counter(colours.values())
    links: Counter[tuple[ox.BlankNode, str, int]] = Counter()
    for node, neighbours in _neighbours(triples).items():
        for edge, other in neighbours:
            if isinstance(other, ox.BlankNode) and sizes[colours[node]] > 1 and sizes[colours[other]] > 1:
                links[node, edge, colours[other]] += 1
    linked = {node for node, _, _ in links}
    branching = {node for (node, _, _), count in links.items() if count > 1}
    most = max((sizes[colours[node]] for node in linked), default=0)
    if most > _MOST_ALIKE or len(branching) > _MOST_BRANCHING or len(linked) > _MOST_LINKED:
        raise format_error(f"{len(linked)} linked blank nodes are alike; give them IRIs.", path=path)


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

    def __init__(self, graph: NestedGraph, prefixes: Prefixes) -> None:
        self._graph = graph
        self._prefixes = prefixes

    def blocks(self) -> list[str]:
        """Return a block per subject: IRIs in order, labelled blank nodes, then nameless ones by content."""
        named, nameless = self._graph.subjects()
        return [
            *(self._block(self._object(node)[1][0], node) for node in named),
            *sorted(self._block("[]", node) for node in nameless),
        ]

    def _block(self, subject: str, node: Resource) -> str:
        return "\n".join([subject, *_indent(self._statements(node)), "    ."])

    def _statements(self, node: Node) -> list[str]:
        """Return the lines `predicate object ;` for all properties of a node, not yet indented."""
        lines: list[str] = []
        properties = self._graph.properties[node] if not isinstance(node, ox.Literal) else {}
        for predicate in sorted(properties, key=lambda iri: (iri != RDF_TYPE, iri)):
            verb = "a" if predicate == RDF_TYPE else self.iri(predicate)
            objects = [rendered for _, rendered in sorted(map(self._object, properties[predicate]))]
            if len(objects) == 1:
                lines += [f"{verb} {objects[0][0]}", *objects[0][1:]]
            else:
                lines += [verb, *_indent(_joined(objects))]
            lines[-1] += " ;"
        return lines

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
            return f"{text}@{literal.language}" + (f"--{literal.direction}" if literal.direction else "")
        return text if datatype == XSD + "string" else f"{text}^^{self.iri(datatype)}"


def _joined(objects: list[list[str]]) -> list[str]:
    """Return the lines of several objects, with a comma after each but the last."""
    lines = [[*rendered[:-1], f"{rendered[-1]} ,"] for rendered in objects[:-1]]
    return [line for rendered in [*lines, objects[-1]] for line in rendered]


def _indent(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _quoted(value: str) -> str:
    """Return the text between quotes, three of them when it has line breaks."""
    text = "".join(_ESCAPES.get(character, character) for character in value)
    text = _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    text = re.sub(r'"(?="|\Z)', r'\\"', text)
    return f'"""{text}"""'


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


def _read_surface(text: str, path: Path | str | None) -> tuple[str, dict[str, str]]:
    """Return what the triples of a text do not tell: the comment at its head and the prefixes declared."""
    tokens = [match for match in _TURTLE_TOKEN.finditer(text) if match.lastgroup != "space"]
    body = next((number for number, token in enumerate(tokens) if token.lastgroup != "comment"), len(tokens))
    head = tokens[:body]
    for token in tokens[body:]:
        if token.lastgroup == "comment":
            raise format_error(
                f"The comment {_shortened(token[0])} would be lost; only those at the head of the file stay: "
                "move it there, or say it in the data (rdfs:comment, skos:editorialNote).",
                path=path,
                line=_line_of(text, token.start()),
            )
    lines = [token[0].rstrip() for token in head]
    for number, (above, below) in enumerate(pairwise(head), start=1):
        if text.count("\n", above.end(), below.start()) > 1:
            lines[number] = "\n" + lines[number]
    declared = {
        name[0].removesuffix(":"): namespace[0][1:-1]
        for keyword, name, namespace in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if keyword.lastgroup == "prefix" and namespace.lastgroup == "iri"
    }
    return "\n".join(lines), declared


def format_error(message: str, *, path: Path | str | None, line: int | None = None) -> FormatError:
    place = ":".join(str(part) for part in (path, line) if part is not None)
    return FormatError(f"{place}: {message}" if place else message)


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _shortened(comment: str) -> str:
    return f"“{comment.strip()[:40]}…”" if len(comment) > 40 else f"“{comment.strip()}”"
