"""Turtle as validation reads it: by pyoxigraph, and as an rdflib graph for those who need one.

rdflib writes the literals that it knows in one form, so that `01` and `1` are one integer to it. pyshacl
speaks of such terms; so a source has them from the start, and whoever looks at it sees the same. A plain
literal and one of datatype `xsd:string` are one term, as RDF 1.1 has it. The blank nodes of each source are
its own.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyoxigraph as ox

from glutakg.dataset import parse_triples
from glutakg.errors import ValidationError
from glutakg.files import STDIN, decode, read_stdin, read_text
from glutakg.rdf import PREFIXES, is_well_formed

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    Targets = Mapping[Node, set[Term]]
    """The focus nodes of each shape that has a target."""

__all__ = ["Source", "add_sources", "empty_graph", "kept_source", "read_source", "to_engine", "to_rdflib"]


_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_CLASSES = {ox.NamedNode(PREFIXES["owl"] + "Class"), ox.NamedNode(PREFIXES["rdfs"] + "Class")}
_BOOLEAN = ox.NamedNode(PREFIXES["xsd"] + "boolean")
_DECLARED = re.compile(r"^\s*(?:@prefix|PREFIX)\s+([\w.-]*):\s*<([^<>]*)>", re.MULTILINE | re.IGNORECASE)
_TEXTS = {
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}


@dataclass(frozen=True, eq=False)
class Source:
    """Turtle that has been read; each is equal to itself alone, so that what follows from it can be kept."""

    name: str
    text: str
    triples: list[ox.Triple]

    @cached_property
    def n_triples(self) -> str:
        """The triples as N-Triples, in which a literal that is not of its datatype has an unknown one.

        Some that rdflib holds to be no such value are values to others, as `TRUE` or an hour of 24. Of what
        is of no known datatype nobody thinks that it is right.
        """
        written = ox.serialize(map(_without_false_datatype, self.triples), format=ox.RdfFormat.N_TRIPLES)
        assert written is not None
        return written.decode()

    @cached_property
    def has_odd_truth(self) -> bool:
        """Whether a truth value is not written `true` or `false`; rdflib takes some others for these."""
        return any(
            isinstance(value, ox.Literal)
            and value.datatype == _BOOLEAN
            and value.value not in ("true", "false")
            for _, _, value in self.triples
        )

    @cached_property
    def nodes(self) -> "list[tuple[Node, Node, Node]]":
        """The triples in the terms of rdflib."""
        known: dict[object, Node] = {}

        def node(term: "Term") -> "Node":
            if term not in known:
                known[term] = to_rdflib(term)
            return known[term]

        return [(node(each.subject), node(each.predicate), node(each.object)) for each in self.triples]

    @cached_property
    def by_subject(self) -> "dict[Term, list[ox.Triple]]":
        """The triples by their subject."""
        return _grouped(self.triples, lambda triple: triple.subject)

    @cached_property
    def by_predicate(self) -> "dict[Term, list[ox.Triple]]":
        """The triples by their predicate."""
        return _grouped(self.triples, lambda triple: triple.predicate)

    @cached_property
    def by_object(self) -> "dict[Term, list[ox.Triple]]":
        """The triples by their object."""
        return _grouped(self.triples, lambda triple: triple.object)

    def triples_of(self, subject: "Term") -> list[ox.Triple]:
        """Return the triples of a subject."""
        return self.by_subject.get(subject, [])

    def matching(
        self, subject: "Term | None", predicate: "Term | None", value: "Term | None"
    ) -> Iterator[ox.Triple]:
        """Yield the triples with the given terms; None stands for any term."""
        if subject is not None:
            found = self.by_subject.get(subject, ())
        elif value is not None:
            found = self.by_object.get(value, ())
        elif predicate is not None:
            found = self.by_predicate.get(predicate, ())
        else:
            found = self.triples
        for triple in found:
            if predicate in (None, triple.predicate) and value in (None, triple.object):
                yield triple

    @cached_property
    def classes(self) -> frozenset[ox.NamedNode]:
        """What is declared to be a class, or is above or below another."""
        return frozenset(
            each.subject
            for each in self.triples
            if isinstance(each.subject, ox.NamedNode)
            if each.predicate == _SUBCLASS or (each.predicate == _TYPE and each.object in _CLASSES)
        )

    def defined(self, namespace: str) -> frozenset[str]:
        """Return what is defined in a namespace: terms of ours by a type, all others by any triple."""
        if namespace not in self._defined:
            needs_a_type = namespace == PREFIXES["gk"]
            self._defined[namespace] = frozenset(
                each.subject.value
                for each in self.triples
                if isinstance(each.subject, ox.NamedNode) and each.subject.value.startswith(namespace)
                if not needs_a_type or each.predicate == _TYPE
            )
        return self._defined[namespace]

    @cached_property
    def _defined(self) -> dict[str, frozenset[str]]:
        return {}

    def line_of(self, node: str) -> int | None:
        """Return the line that begins with a node (given as in N-Triples), as canonical Turtle writes it."""
        names = [node] + [
            f"{prefix}:{node[len(namespace) + 1 : -1]}"
            for prefix, namespace in (*PREFIXES.items(), *self._declared)
            if node.startswith(f"<{namespace}")
        ]
        return min((self._lines[each] for each in names if each in self._lines), default=None)

    @cached_property
    def _declared(self) -> list[tuple[str, str]]:
        return _DECLARED.findall(self.text)

    @cached_property
    def _lines(self) -> dict[str, int]:
        """The number of the first line that begins with each word."""
        numbered = enumerate(self.text.split("\n"), start=1)
        words = [(line.split(None, 1)[0], number) for number, line in numbered if line[:1].strip()]
        return dict(reversed(words))


def _grouped(
    triples: Iterable[ox.Triple], term_of: "Callable[[ox.Triple], Term]"
) -> "dict[Term, list[ox.Triple]]":
    found: dict[Term, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(term_of(triple), []).append(triple)
    return found


def read_source(given: Path | str | bytes) -> Source:
    """Return what a file, bytes, or for `-` standard input hold.

    Raises:
        SourceError: it cannot be read or is not Turtle.
        ValidationError: there is a triple term in it.
    """
    if isinstance(given, bytes):
        name, text = STDIN, decode(given, STDIN)
    elif str(given) == "-":
        name, text = STDIN, read_stdin()
    else:
        name, text = _shown(given), read_text(given)
    return Source(name, text, list(_as_rdflib_reads(parse_triples(text, name))))


def kept_source(path: Path) -> Source:
    """Return a file that is not the user's, parsed once as long as it does not change."""
    try:
        state = path.stat()
    except OSError:
        return read_source(path)  # tells in its own words what is wrong
    return _source_in_state(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _source_in_state(path: Path, modified: int, size: int) -> Source:
    return read_source(path)


def _shown(path: Path | str) -> str:
    """Return the path as a reader would type it: relative, where it lies below the working folder."""
    absolute = Path(path).absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def _as_rdflib_reads(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triples with literals as rdflib writes them, and blank nodes that no other source has."""
    scope = f"N{uuid4().hex}"

    def scoped(node: ox.BlankNode) -> ox.BlankNode:
        return ox.BlankNode(f"{scope}{node.value}")

    with without_rdflib_warnings():
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(value, ox.BlankNode):
                value = scoped(value)
            elif isinstance(value, ox.Literal) and value.datatype.value not in _TEXTS:
                value = _as_rdflib_writes(value)
            elif isinstance(value, ox.Triple):
                raise ValidationError("Triple terms (RDF 1.2) cannot be validated; say it with a node.")
            if isinstance(subject, ox.BlankNode):
                subject = scoped(subject)
            elif value is triple.object:
                yield triple
                continue
            yield ox.Triple(subject, triple.predicate, value)


@lru_cache(maxsize=4096)
def _as_rdflib_writes(literal: ox.Literal) -> ox.Literal:
    node = to_rdflib(literal)
    written = to_engine(node)
    assert isinstance(written, ox.Literal)
    return literal if node.ill_typed else written  # type: ignore[attr-defined]


def _without_false_datatype(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal) or value.datatype.value in _TEXTS or not _is_ill_typed(value):
        return triple
    unknown = ox.NamedNode(f"{value.datatype.value}-ill-typed")
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(value.value, datatype=unknown))


@lru_cache(maxsize=4096)
def _is_ill_typed(literal: ox.Literal) -> bool:
    with without_rdflib_warnings():
        return bool(to_rdflib(literal).ill_typed)  # type: ignore[attr-defined]


def to_rdflib(term: "Term") -> "Node":
    """Return a term of pyoxigraph as one of rdflib."""
    from rdflib import XSD, BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    literal = Literal(term.value, datatype=None if datatype == XSD.string else datatype)
    if literal.ill_typed or is_well_formed(term.value, term.datatype.value):
        return literal
    # Python reads digits of all scripts, `2_019` and `20200101`; rdflib must not take these for values.
    literal = Literal(term.value, datatype=datatype, normalize=False)
    literal._ill_typed, literal._value = True, None
    return literal


def to_engine(node: "Node") -> "Term":
    """Return a term of rdflib as one of pyoxigraph."""
    from rdflib import BNode, Literal

    if isinstance(node, BNode):
        return ox.BlankNode(node)
    if not isinstance(node, Literal):
        return ox.NamedNode(str(node))
    if node.language:
        return ox.Literal(node, language=node.language)
    return ox.Literal(node, datatype=ox.NamedNode(node.datatype) if node.datatype else None)


def empty_graph() -> "Graph":
    """Return a graph that knows no prefixes."""
    from rdflib import Graph

    return Graph(bind_namespaces="none")


def add_sources(graph: "Graph", sources: Iterable[Source]) -> "Graph":
    """Add what sources say to a graph, and return it."""
    with without_rdflib_warnings():
        for source in sources:
            for triple in source.nodes:
                graph.add(triple)
    return graph


@contextmanager
def without_rdflib_warnings() -> Iterator[None]:
    """Keep rdflib from writing about ill-typed literals to the log: the shapes report them."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
