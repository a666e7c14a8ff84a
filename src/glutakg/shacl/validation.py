"""SHACL validation of the shipped graph, and of a user's Turtle in its context; a report in four formats.

Every report is pyshacl's own, over rdflib's graph of the union of all files. What makes it quick is that
pyshacl gets only the focus nodes that may have a fault: `conformance` says of which nodes it is sure that
they have none, and `screening` which of them a SPARQL constraint needs no query for. Both may doubt too
much, never too little, so that no result is lost and none can differ. (A validator in Rust, pyrudof 0.3.35,
is as quick, but words its messages otherwise and misses values that two publications share.)

pyshacl's own choice of focus nodes skips nested shapes and blank nodes. So the focus nodes of each shape
are computed here: to count them, to notice a shape that targets nothing, and to check a user's nodes only.
A plain literal and one of datatype `xsd:string` are one term here, as RDF 1.1 has it; for rdflib's own
parser they are two.
"""

import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from glutakg.dataset import parse_triples, shape_files, shipped_files
from glutakg.errors import ValidationError
from glutakg.files import STDIN, read_stdin, read_text
from glutakg.rdf import PREFIXES, compress
from glutakg.text import printable

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Identifier, Node

    _Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple

__all__ = ["REPORT_FORMATS", "Report", "Result", "validate"]


REPORT_FORMATS = ("table", "json", "ttl", "junit")
"""The formats that `Report.render` knows."""


_CARRIED_OUT = frozenset(
    re.findall(
        r"\w+",
        """
    NodeShape PropertyShape Shape PropertyGroup SPARQLConstraint PrefixDeclaration
    ConstraintComponent Parameter SPARQLAskValidator SPARQLSelectValidator path inversePath
    alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath targetNode targetClass
    targetSubjectsOf targetObjectsOf message severity name description order group defaultValue
    deactivated property node not and or xone class datatype nodeKind minCount maxCount minExclusive
    minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang
    equals disjoint lessThan lessThanOrEquals qualifiedValueShape qualifiedValueShapesDisjoint
    qualifiedMinCount qualifiedMaxCount closed ignoredProperties hasValue in sparql select ask
    prefixes declare prefix namespace parameter optional labelTemplate validator nodeValidator
    propertyValidator
    """,
    )
)
"""The terms of SHACL Core and SHACL-SPARQL; whatever else is in the namespace is refused, not passed over."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that is wrong: which node, at which path and value, why, and in which file.

    Terms are CURIEs where a prefix is known; `line` is known where the node begins a line of its file.
    """

    focus: str
    path: str | None
    value: str | None
    message: str
    severity: str
    shape: str
    constraint: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What validation found: whether the data conform, what is wrong, how many nodes were looked at."""

    conforms: bool
    results: tuple[Result, ...]
    focus_nodes: Mapping[str, int]
    """Number of focus nodes for each shape that has a target."""
    graph: str = field(repr=False)
    """The SHACL validation report, as N-Triples."""

    def __bool__(self) -> bool:
        return self.conforms

    def render(self, format: str = "table") -> str:
        """Return the report as text.

        Args:
            format: `table` (a line for each result, and a summary), `json`, `ttl` (a `sh:ValidationReport`)
                or `junit` (a test case for each shape).

        Raises:
            ValidationError: there is no such format.

        >>> print(Report(True, (), {"gk:StepShape": 12}, "").render(), end="")
        Valid: 1 shape looked at 12 nodes.

        """
        renderers: dict[str, Callable[[Report], str]] = {
            "table": _as_lines,
            "json": _as_json,
            "ttl": _as_turtle,
            "junit": _as_junit,
        }
        if format not in renderers:
            raise ValidationError(
                f"There is no report format {format!r}; choose {', '.join(REPORT_FORMATS)}."
            )
        return renderers[format](self)


def validate(
    paths: Sequence[Path | str] | None = None,
    *,
    shapes: Sequence[Path] | None = None,
    context: Sequence[Path] | None = None,
) -> Report:
    """Return what the shapes say of the shipped data, or of the nodes that are subjects in a user's Turtle.

    The shipped graphs, the contested one included, are the data; a user's triples are added to them, so that
    a reference to a shipped node is understood. Nothing is fetched, and `owl:imports` is not followed. Where
    the shipped data are validated, a shape that targets nothing is a fault too.

    Args:
        paths: Turtle files, `-` for standard input; without any, the shipped data are validated.
        shapes: SHACL files; by default the shipped ones.
        context: the Turtle files around the user's; by default all that are shipped.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
        ValidationError: the shapes cannot be used (those of SHACL-AF and SHACL-JS are not), the user's files
            hold shapes or rules of their own, or no shape looks at any node of them.

    """
    sources = [_source(path) for path in paths or ()]
    shape_sources = [_kept_source(path) for path in (shape_files() if shapes is None else shapes)]
    _refuse_shacl_beyond(_CARRIED_OUT, shape_sources, "is not carried out: say it in SHACL Core or SPARQL")
    _refuse_shacl_beyond(frozenset(), sources, "stands in data, where it is not carried out: take it out")
    shape_graph = _union(shape_sources)
    around = [_kept_source(path) for path in (_shipped_paths() if context is None else context)]
    data = _union([*around, *sources])
    targets = _targets(shape_graph, data)
    if sources:
        targets = _only_subjects_of(sources, targets)
    report = _run_pyshacl(data, _retargeted(shape_graph, _suspects(shape_graph, data, targets)))
    if not sources:
        _add_idle_shapes(report, targets)
    return _Reader(report, shape_graph, sources or around).report(targets)


@dataclass(frozen=True)
class _Source:
    """A Turtle file that has been read; its blank nodes are its own."""

    name: str
    text: str
    triples: "list[tuple[Node, Node, Node]]"

    @cached_property
    def lines(self) -> dict[str, int]:
        """The number of the first line that begins with each word."""
        numbered = enumerate(self.text.split("\n"), start=1)
        words = [(line.split(None, 1)[0], number) for number, line in numbered if line[:1].strip()]
        return dict(reversed(words))


def _shipped_paths() -> list[Path]:
    return [file.path for file in shipped_files()]


def _kept_source(path: Path) -> _Source:
    """Return a file that is not the user's, parsed once as long as it does not change."""
    try:
        state = path.stat()
    except OSError:
        return _source(path)  # tells in its own words what is wrong
    return _source_in_state(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _source_in_state(path: Path, modified: int, size: int) -> _Source:
    return _source(path)


def _source(path: Path | str) -> _Source:
    name = STDIN if str(path) == "-" else _shown(path)
    text = read_stdin() if str(path) == "-" else read_text(path)
    node = _node_converter()
    with _without_rdflib_warnings():
        triples = [
            (node(triple.subject), node(triple.predicate), node(triple.object))
            for triple in parse_triples(text, name)
        ]
    return _Source(name, text, triples)


def _shown(path: Path | str) -> str:
    """Return the path as a reader would type it: relative, where it lies below the working folder."""
    absolute = Path(path).absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def _node_converter() -> "Callable[[_Term], Node]":
    """Return a function from parsed terms to rdflib's that keeps the blank nodes of files apart."""
    import pyoxigraph
    from rdflib import XSD, BNode, Literal, URIRef

    scope = BNode()

    def node(term: "_Term") -> "Node":
        if isinstance(term, pyoxigraph.NamedNode):
            return URIRef(term.value)
        if isinstance(term, pyoxigraph.BlankNode):
            return BNode(f"{scope}{term.value}")
        if isinstance(term, pyoxigraph.Triple):
            raise ValidationError("Triple terms (RDF 1.2) cannot be validated; say it with a node.")
        if term.language:
            return Literal(term.value, lang=term.language)
        datatype = URIRef(term.datatype.value)
        return Literal(term.value, datatype=None if datatype == XSD.string else datatype)

    return node


@contextmanager
def _without_rdflib_warnings() -> Iterator[None]:
    """Keep rdflib from writing about ill-typed literals to the log: the shapes report them."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _union(sources: Iterable[_Source]) -> "rdflib.Graph":
    graph = _screening_graph()
    for source in sources:
        for triple in source.triples:
            graph.add(triple)
    return graph


def _screening_graph() -> "rdflib.Graph":
    """Return an empty graph that parses a query once, and answers it only where there can be an answer.

    pyshacl asks the query of a constraint for every focus node.
    """
    from rdflib import Graph
    from rdflib.query import Result as Answer

    from glutakg.shacl.screening import Screen

    class ScreeningGraph(Graph):
        @cached_property
        def _screen(self) -> Screen:
            return Screen(self)

        def query(
            self,
            query_object: Any,
            processor: Any = "sparql",
            result: Any = "sparql",
            initNs: Any = None,
            initBindings: "Mapping[str, Identifier] | None" = None,
            *args: Any,
            **kwargs: Any,
        ) -> Answer:
            query = _prepared(query_object) if isinstance(query_object, str) else query_object
            bindings = initBindings or {}
            empty = Answer("SELECT")
            empty.bindings = []
            if set(bindings) == {"this"} and not self._screen.lets_through(query, bindings["this"]):
                return empty
            answer = super().query(query, processor, result, initNs, initBindings, *args, **kwargs)
            try:
                len(answer)  # rdflib evaluates when it is read
            except (TypeError, ArithmeticError):  # of arithmetic with a text: in SPARQL it has no answer
                return empty
            return answer

    return ScreeningGraph(bind_namespaces="none")


@lru_cache(maxsize=256)
def _prepared(text: str) -> "Query":
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text)


def _targets(shapes: "rdflib.Graph", data: "rdflib.Graph") -> "dict[Node, set[Node]]":
    """Return the focus nodes of every shape that has a target, by the five targets of SHACL Core."""
    from rdflib import RDF, RDFS, SH

    from glutakg.shacl.conformance import subclasses

    targets: defaultdict[Node, set[Node]] = defaultdict(set)
    for shape, node in shapes.subject_objects(SH.targetNode):
        targets[shape].add(node)
    for shape, predicate in shapes.subject_objects(SH.targetSubjectsOf):
        targets[shape].update(data.subjects(predicate))
    for shape, predicate in shapes.subject_objects(SH.targetObjectsOf):
        targets[shape].update(data.objects(None, predicate))
    implicit = set(shapes.subjects(RDF.type, SH.NodeShape)) & set(shapes.subjects(RDF.type, RDFS.Class))
    class_targets = [*shapes.subject_objects(SH.targetClass), *((shape, shape) for shape in implicit)]
    for shape, target in class_targets:
        for kind in subclasses(data, target):
            targets[shape].update(data.subjects(RDF.type, kind))
    return dict(targets)


def _only_subjects_of(
    sources: Sequence[_Source], targets: "dict[Node, set[Node]]"
) -> "dict[Node, set[Node]]":
    """Return the targets that are subjects in the user's files.

    Raises:
        ValidationError: there are none.

    """
    subjects = {subject for source in sources for subject, _, _ in source.triples}
    chosen = {shape: nodes & subjects for shape, nodes in targets.items()}
    if not any(chosen.values()):
        raise ValidationError(
            f"Nothing was checked: no shape is for a node of {', '.join(source.name for source in sources)}; "
            "give the nodes an rdf:type that the ontology knows."
        )
    return chosen


def _refuse_shacl_beyond(known: frozenset[str], sources: Sequence[_Source], verdict: str) -> None:
    """Raise ValidationError for a term of SHACL, a property or a class, that is not known."""
    from rdflib import RDF, SH

    for source in sources:
        for subject, predicate, value in source.triples:
            term = str(value if predicate == RDF.type else predicate)
            name = term.removeprefix(str(SH))
            if name != term and name not in known:
                line = _line_of(subject, source)
                place = source.name if line is None else f"{source.name}:{line}"
                raise ValidationError(f"{place}: sh:{name} {verdict}.")


def _suspects(
    shapes: "rdflib.Graph", data: "rdflib.Graph", targets: "dict[Node, set[Node]]"
) -> "dict[Node, set[Node]]":
    """Return the focus nodes that do not surely conform."""
    from glutakg.shacl.conformance import Conformance

    conformance = Conformance(shapes, data)
    return {
        shape: {node for node in nodes if not conformance.is_sure(shape, node)}
        for shape, nodes in targets.items()
    }


def _retargeted(shapes: "rdflib.Graph", targets: "dict[Node, set[Node]]") -> "rdflib.Graph":
    """Return the shapes with the given focus nodes as their only targets."""
    from rdflib import RDF, RDFS, SH, Graph

    graph = Graph(bind_namespaces="none")
    target_properties = {SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
    for subject, predicate, value in shapes:
        is_implicit = subject in targets and predicate == RDF.type and value == RDFS.Class
        if predicate not in target_properties and not is_implicit:
            graph.add((subject, predicate, value))
    for shape, nodes in targets.items():
        for node in nodes:
            graph.add((shape, SH.targetNode, node))
    return graph


def _run_pyshacl(data: "rdflib.Graph", shapes: "rdflib.Graph") -> "rdflib.Graph":
    """Return the validation report as a graph.

    Raises:
        ValidationError: the shapes are not well formed.

    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import Graph

    try:
        _, report, text = pyshacl.validate(
            data,
            shacl_graph=shapes,
            inference="none",
            advanced=False,
            js=False,
            do_owl_imports=False,
            inplace=True,
        )
    except (ReportableRuntimeError, ValidationFailure) as error:
        raise ValidationError(f"The shapes cannot be used: {' '.join(str(error).split())}") from error
    if not isinstance(report, Graph):
        raise ValidationError(f"The shapes cannot be used: {' '.join(text.split())}")
    return report


def _add_idle_shapes(report: "rdflib.Graph", targets: "dict[Node, set[Node]]") -> None:
    """Add a result for each shape that targets nothing."""
    from rdflib import RDF, SH, BNode, Literal, URIRef

    head = next(report.subjects(RDF.type, SH.ValidationReport))
    for shape in sorted((shape for shape, nodes in targets.items() if not nodes), key=str):
        result = BNode()
        message = "This shape targets nothing, so it checks nothing: correct its target, or remove the shape."
        report.set((head, SH.conforms, Literal(False)))
        report.add((head, SH.result, result))
        report.add((result, RDF.type, SH.ValidationResult))
        report.add((result, SH.focusNode, shape))
        report.add((result, SH.sourceShape, shape))
        report.add((result, SH.resultSeverity, SH.Violation))
        report.add(
            (result, SH.sourceConstraintComponent, URIRef(PREFIXES["gksh"] + "TargetConstraintComponent"))
        )
        report.add((result, SH.resultMessage, Literal(message, lang="en")))


class _Reader:
    """Reads the report graph into results, with names that people know and places in files."""

    def __init__(self, report: "rdflib.Graph", shapes: "rdflib.Graph", sources: Sequence[_Source]) -> None:
        self._report = report
        self._shapes = shapes
        self._source_of = {
            subject: source for source in reversed(sources) for subject, _, _ in source.triples
        }

    def report(self, targets: "dict[Node, set[Node]]") -> Report:
        """Return the whole report, with the number of focus nodes of each shape."""
        from rdflib import SH

        results = sorted(
            (self._result(node) for node in self._report.objects(None, SH.result)), key=_sort_key
        )
        counts = {self._shape_name(shape): len(nodes) for shape, nodes in targets.items()}
        n_triples = self._report.serialize(format="nt")
        return Report(not results, tuple(results), dict(sorted(counts.items())), n_triples)

    def _result(self, node: "Node") -> Result:
        from rdflib import SH

        value_of = {predicate: value for predicate, value in self._report.predicate_objects(node)}
        focus = value_of[SH.focusNode]
        source = self._source_of.get(focus)
        messages = list(self._report.objects(node, SH.resultMessage))
        messages.sort(key=lambda message: (getattr(message, "language", None) != "en", str(message)))
        return Result(
            focus=_term(focus),
            path=self._path(value_of[SH.resultPath]) if SH.resultPath in value_of else None,
            value=_term(value_of[SH.value]) if SH.value in value_of else None,
            message=" ".join(str(messages[0]).split()) if messages else "",
            severity=_term(value_of[SH.resultSeverity]).removeprefix("sh:"),
            shape=self._shape_name(value_of[SH.sourceShape]),
            constraint=_term(value_of[SH.sourceConstraintComponent]),
            file=source.name if source else None,
            line=_line_of(focus, source) if source else None,
        )

    def _shape_name(self, shape: "Node") -> str:
        """Return the CURIE of a shape, or of the named shape that a nameless one is part of."""
        from rdflib import BNode

        while (
            isinstance(shape, BNode) and (owner := next(self._shapes.subjects(None, shape), None)) is not None
        ):
            shape = owner
        return _term(shape)

    def _path(self, path: "Node") -> str:
        """Return a property path as SPARQL writes it."""
        from rdflib import SH, URIRef

        if isinstance(path, URIRef):
            return _term(path)
        if (inverse := self._shapes.value(path, SH.inversePath)) is not None:
            return f"^{self._path(inverse)}"
        for operator, sign in ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?")):
            if (inner := self._shapes.value(path, operator)) is not None:
                return f"{self._path(inner)}{sign}"
        alternatives = self._shapes.value(path, SH.alternativePath)
        steps = [self._path(step) for step in self._shapes.items(alternatives or path)]
        return f"({'|'.join(steps)})" if alternatives else "/".join(steps)


def _sort_key(result: Result) -> tuple[str, int, str, str, str, str]:
    return (
        result.file or "",
        result.line or 0,
        result.focus,
        result.path or "",
        result.value or "",
        result.message,
    )


def _term(node: "Node") -> str:
    """Return a term as people write it: a CURIE, an IRI, or a literal as in Turtle."""
    from rdflib import Literal, URIRef

    if isinstance(node, URIRef):
        return compress(str(node))
    if isinstance(node, Literal):
        suffix = (
            f"@{node.language}" if node.language else f"^^{compress(node.datatype)}" if node.datatype else ""
        )
        return json.dumps(str(node), ensure_ascii=False) + suffix
    return "[]"


def _line_of(focus: "Node", source: _Source) -> int | None:
    """Return the line that begins with the node, as files in canonical form write it."""
    names = [f"<{focus}>"] + [
        f"{prefix}:{str(focus)[len(namespace) :]}"
        for prefix, namespace in PREFIXES.items()
        if str(focus).startswith(namespace)
    ]
    return min((source.lines[name] for name in names if name in source.lines), default=None)


# ---- formats ----


def _as_lines(report: Report) -> str:
    shapes = sum(1 for count in report.focus_nodes.values() if count)
    nodes = sum(report.focus_nodes.values())
    looked = f"{_counted(shapes, 'shape')} looked at {_counted(nodes, 'node')}."
    if report.conforms:
        return f"Valid: {looked}\n"
    found = f"Not valid: {_counted(len(report.results), 'result')}; {looked}"
    return "\n".join([*map(_as_line, report.results), found]) + "\n"


def _as_line(result: Result) -> str:
    place = ":".join(str(part) for part in (result.file, result.line) if part is not None)
    at_path = f" {result.path}" if result.path else ""
    value = f" {result.value}" if result.value and result.value != result.focus else ""
    line = f"{result.focus}{at_path}{value}: {result.message} [{result.shape}]"
    return printable(f"{place}: {line}" if place else line)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _as_json(report: Report) -> str:
    content = {
        "conforms": report.conforms,
        "results": [asdict(result) for result in report.results],
        "focus_nodes": dict(report.focus_nodes),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _as_turtle(report: Report) -> str:
    from glutakg.rdf import canonical_turtle

    return canonical_turtle(report.graph, "the validation report")


def _as_junit(report: Report) -> str:
    failures = Counter(result.shape for result in report.results)
    shapes = sorted({*report.focus_nodes, *failures})
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="glutakg validate" tests="{len(shapes)}" failures="{len(failures)}" errors="0">',
    ]
    for shape in shapes:
        lines.append(f'  <testcase classname="shapes" name={_attribute(shape)}>')
        for result in report.results:
            if result.shape == shape:
                kind, line = _attribute(result.severity), _attribute(_as_line(result))
                lines.append(f"    <failure type={kind} message={line}/>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _attribute(text: str) -> str:
    """Return a quoted XML attribute; characters that XML cannot hold are written out."""
    return quoteattr(re.sub(r"[\ufffe\uffff]", "\ufffd", printable(text)))
