"""The report of a validation: results with names that people know and places in files, in four formats."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from glutakg.errors import ValidationError
from glutakg.rdf import compress
from glutakg.shacl.overlooked import Overlooked
from glutakg.shacl.sources import Source
from glutakg.text import printable

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

__all__ = ["REPORT_FORMATS", "Reader", "Report", "Result", "overlooked_lines"]


REPORT_FORMATS = ("table", "json", "ttl", "junit")
"""The formats that `Report.render` knows."""


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


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What validation found: whether the data conform, what is wrong, how many nodes were looked at."""

    conforms: bool
    results: tuple[Result, ...]
    focus_nodes: Mapping[str, int]
    """Number of focus nodes for each shape that has a target."""
    graph: str = field(repr=False)
    """The SHACL validation report, as N-Triples."""
    overlooked: tuple[Overlooked, ...] = ()
    """The subjects of the user that no shape looked at: nothing is said of them."""

    def __bool__(self) -> bool:
        return self.conforms

    def __repr__(self) -> str:
        number = len(self.results)
        wrong = "conforms" if self.conforms else f"{number} {'result' if number == 1 else 'results'}"
        return f"<Report: {wrong}; print(report.render()) tells all>"

    def render(self, format: str = "table") -> str:
        """Return the report as text.

        Args:
            format: `table` (a line for each result, and a summary), `json`, `ttl` (a `sh:ValidationReport`,
                which has no place for what no shape looked at) or `junit` (a test case for each shape).

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


class Reader:
    """Reads the report graph into results, with names that people know and places in files."""

    def __init__(self, report: "rdflib.Graph", shapes: "rdflib.Graph", sources: Sequence[Source]) -> None:
        """Take pyshacl's report, the shapes, and the files in which the places of results are looked up."""
        self._report = report
        self._shapes = shapes
        self._sources = sources

    @cached_property
    def _source_of(self) -> dict[str, Source]:
        return {
            str(triple.subject): source for source in reversed(self._sources) for triple in source.triples
        }

    def report(self, targets: "Mapping[Node, Sized]", overlooked: tuple[Overlooked, ...] = ()) -> Report:
        """Return the whole report, with the number of focus nodes of each shape, and what has none."""
        from rdflib import SH

        results = sorted(
            (self._result(node) for node in self._report.objects(None, SH.result)), key=_sort_key
        )
        counts = {self._shape_name(shape): len(nodes) for shape, nodes in targets.items()}
        n_triples = self._report.serialize(format="nt")
        return Report(not results, tuple(results), dict(sorted(counts.items())), n_triples, overlooked)

    def _result(self, node: "Node") -> Result:
        from rdflib import SH

        value_of = {predicate: value for predicate, value in self._report.predicate_objects(node)}
        focus = value_of[SH.focusNode]
        source = self._source_of.get(focus.n3())
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
            line=source.line_of(focus.n3()) if source else None,
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


# ---- formats ----


def _as_lines(report: Report) -> str:
    shapes = sum(1 for count in report.focus_nodes.values() if count)
    nodes = sum(report.focus_nodes.values())
    looked = f"{_counted(shapes, 'shape')} looked at {_counted(nodes, 'node')}."
    found = f"Valid: {looked}"
    if not report.conforms:
        found = f"Not valid: {_counted(len(report.results), 'result')}; {looked}"
    return "\n".join([*map(_as_line, report.results), found, *overlooked_lines(report)]) + "\n"


_MOST_OVERLOOKED = 20


def overlooked_lines(report: Report) -> list[str]:
    """Return lines that tell what no shape looked at, of many only the first."""
    if not report.overlooked:
        return []
    lines = [f"No shape looked at {_counted(len(report.overlooked), 'subject')}, of which nothing is said:"]
    lines += [f"  {_overlooked_line(each)}" for each in report.overlooked[:_MOST_OVERLOOKED]]
    rest = len(report.overlooked) - _MOST_OVERLOOKED
    return lines + ([f"  and {rest:,} more, which `--format json` lists"] if rest > 0 else [])


def _overlooked_line(each: Overlooked) -> str:
    place = each.file if each.line is None else f"{each.file}:{each.line}"
    return printable(f"{place}: {each.node}: {each.reason}")


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
        "overlooked": [asdict(each) for each in report.overlooked],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _as_turtle(report: Report) -> str:
    from glutakg.rdf import canonical_turtle

    return canonical_turtle(report.graph, "the validation report")


def _as_junit(report: Report) -> str:
    failures = Counter(result.shape for result in report.results)
    shapes = sorted({*report.focus_nodes, *failures})
    counts = f'tests="{len(shapes) + len(report.overlooked)}" failures="{len(failures)}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="glutakg validate" {counts} skipped="{len(report.overlooked)}">',
    ]
    for shape in shapes:
        lines.append(f'  <testcase classname="shapes" name={_attribute(shape)}>')
        for result in report.results:
            if result.shape == shape:
                kind, line = _attribute(result.severity), _attribute(_as_line(result))
                lines.append(f"    <failure type={kind} message={line}/>")
        lines.append("  </testcase>")
    for each in report.overlooked:
        lines.append(f'  <testcase classname="overlooked" name={_attribute(each.node)}>')
        lines.append(f"    <skipped message={_attribute(_overlooked_line(each))}/>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _attribute(text: str) -> str:
    """Return a quoted XML attribute; characters that XML cannot hold are written out."""
    return quoteattr(re.sub(r"[\ufffe\uffff]", "\ufffd", printable(text)))
