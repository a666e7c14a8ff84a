"""SHACL validation of the shipped graph, and of a user's Turtle in its context.

Every report is pyshacl's own, over an rdflib graph of the union of all files. What makes it quick is that
pyshacl gets only the focus nodes that `failing` suspects; where there are none, it is not asked.

pyshacl's own choice of focus nodes skips nested shapes and blank nodes. So the focus nodes of each shape
are computed here: to count them, to notice a shape that targets nothing, and to check a user's nodes only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from glutakg.dataset import shape_files, shipped_files
from glutakg.errors import ValidationError
from glutakg.rdf import PREFIXES, compress
from glutakg.shacl.failing import Failing, find_failing
from glutakg.shacl.overlooked import Overlooked, UnknownTerm, find_overlooked, find_unknown_terms
from glutakg.shacl.patterns import as_written
from glutakg.shacl.report import Reader, Report
from glutakg.shacl.sources import Source, add_sources, empty_graph, kept_source, read_source, to_rdflib
from glutakg.shacl.targets import find_targets, only_subjects_of, retargeted, with_parts

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Identifier

    from glutakg.shacl.sources import Targets

__all__ = ["ENGINES", "validate"]


ENGINES = ("pyshacl-turbo", "pyshacl")
"""What can look for faults; pyshacl reports them in either case."""

_FEW_SUSPECTS = 20
"""For so many nodes it is quicker to look triples up where they are than to copy all of them."""

_SHACL = "http://www.w3.org/ns/shacl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

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

_IN_DATA = frozenset(
    re.findall(
        r"\w+",
        """
    SPARQLExecutable SPARQLSelectExecutable SPARQLAskExecutable SPARQLConstructExecutable select ask
    construct prefixes declare prefix namespace PrefixDeclaration
    ValidationReport ValidationResult conforms result focusNode resultPath resultSeverity resultMessage value
    sourceShape sourceConstraintComponent sourceConstraint detail
    """,
    )
)
"""The terms of SHACL that demand nothing: those of queries that are described, and of reports."""


def validate(
    paths: Sequence[Path | str | bytes] | None = None,
    *,
    shapes: Sequence[Path] | None = None,
    context: Sequence[Path] | None = None,
    engine: str = ENGINES[0],
) -> Report:
    """Return what the shapes say of the shipped data, or of the nodes that are subjects in a user's Turtle.

    The shipped graphs, the contested one included, are the data; a user's triples are added to them, so that
    a reference to a shipped node is understood. Nothing is fetched, and `owl:imports` is not followed. Where
    the shipped data are validated, a shape that targets nothing is a fault too; in a user's files, a term in
    our namespaces that nobody has defined. Subjects that no shape looked at are told as `Report.overlooked`.

    Args:
        paths: Turtle: names of files, `-` for standard input, or bytes, which messages call standard input
            too; without any, the shipped data are validated.
        shapes: SHACL files; by default the shipped ones.
        context: the Turtle files around the user's; by default all that are shipped.
        engine: which finds the nodes that pyshacl reports on: `pyshacl-turbo` (where there is no wheel of it
            for a machine, the other), or `pyshacl` itself, which takes a minute for the shipped data.

    Raises:
        SourceError: a file cannot be read or is not Turtle.
        ValidationError: the shapes cannot be used (those of SHACL-AF and SHACL-JS are not), the user's files
            hold shapes or rules of their own, no shape looks at any node of them, or there is no such engine.

    >>> report = validate([b"<urn:mine> a <https://w3id.org/glutakg/ontology/Pool> ."])
    >>> report.conforms, report.results[0].path
    (False, 'gk:atPlace')
    """
    if engine not in ENGINES:
        raise ValidationError(f"There is no engine {engine!r}; choose {' or '.join(ENGINES)}.")
    sources = [read_source(each) for each in dict.fromkeys(paths or ())]
    shape_sources = [kept_source(path) for path in (shape_files() if shapes is None else shapes)]
    _refuse_shacl_beyond(_CARRIED_OUT, shape_sources, "is not carried out: say it in SHACL Core or SPARQL")
    _refuse_shacl_beyond(_IN_DATA, sources, "stands in data, where it is not carried out: take it out")
    shape_graph = _shape_graph(tuple(shape_sources))
    around = [kept_source(path) for path in (_shipped_paths() if context is None else context)]
    everything = [*around, *sources]
    targets = find_targets(shape_graph, everything)
    overlooked: tuple[Overlooked, ...] = ()
    unknown: list[UnknownTerm] = []
    if sources:
        targets = only_subjects_of(sources, targets)
        overlooked = find_overlooked(sources, targets, around)
        unknown = find_unknown_terms(sources, around)
        if not any(targets.values()) and not unknown:
            raise _nothing_checked(sources, overlooked)
    failing = None
    if engine != "pyshacl":
        failing = find_failing(shape_graph, everything, targets, some=bool(sources))
    report = _pyshacl_report(shape_graph, everything, targets, failing)
    if not sources:
        _add_idle_shapes(report, targets)
    _add_unknown_terms(report, unknown)
    return Reader(report, shape_graph, sources or around).report(targets, overlooked)


@lru_cache(maxsize=4)
def _shape_graph(sources: tuple[Source, ...]) -> "Graph":
    return add_sources(empty_graph(), sources)


def _nothing_checked(sources: Sequence[Source], overlooked: Sequence[Overlooked]) -> ValidationError:
    names = ", ".join(source.name for source in sources)
    first = f" ({overlooked[0].node}: {overlooked[0].reason})" if overlooked else ""
    return ValidationError(
        f"Nothing was checked: no shape is for a node of {names}{first}; "
        "give the nodes an rdf:type that the ontology knows."
    )


def _shipped_paths() -> list[Path]:
    return [file.path for file in shipped_files()]


def _refuse_shacl_beyond(known: frozenset[str], sources: Sequence[Source], verdict: str) -> None:
    """Raise ValidationError for a term of SHACL, a property or a class, that is not known."""
    for source in sources:
        for triple in source.triples:
            term = triple.object if triple.predicate == _TYPE else triple.predicate
            if not isinstance(term, ox.NamedNode) or not term.value.startswith(_SHACL):
                continue
            name = term.value.removeprefix(_SHACL)
            if name not in known:
                line = source.line_of(str(triple.subject))
                place = source.name if line is None else f"{source.name}:{line}"
                raise ValidationError(f"{place}: sh:{name} {verdict}.")


def _pyshacl_report(
    shapes: "Graph", sources: Sequence[Source], targets: "Targets", failing: Failing | None
) -> "Graph":
    """Return pyshacl's report on the focus nodes that may fail, or without `failing` on all."""
    from rdflib import RDF, SH, BNode, Literal

    suspects: Targets = targets if failing is None else failing.nodes
    if failing is not None and not any(suspects.values()):
        graph, report = empty_graph(), BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(True)))
        return graph
    if failing is not None:  # pyshacl-turbo has read all shapes; pyshacl need not
        shapes = with_parts(shapes, suspects)
    return _run_pyshacl(_graph_for_pyshacl(sources, failing), retargeted(shapes, suspects))


def _graph_for_pyshacl(sources: Sequence[Source], failing: Failing | None) -> "Graph":
    """Return a graph of sources that parses a query once, and is asked only about nodes that may fail it.

    pyshacl asks the query of a constraint for every focus node.
    """
    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import SPARQLError
    from rdflib.query import Result as Answer

    from glutakg.shacl.union import UnionStore

    class GraphForPyshacl(Graph):
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
            bindings = initBindings or {}
            form = "ASK" if "value" in bindings else "SELECT"  # of a validator that is asked of each value
            empty = Answer(form)
            empty.bindings, empty.askAnswer = [], False
            if failing and set(bindings) == {"this"} and bindings["this"] not in failing.of_queries:
                return empty
            query = _prepared(query_object, form) if isinstance(query_object, str) else query_object
            try:
                answer = super().query(query, processor, result, initNs, initBindings, *args, **kwargs)
                len(answer)  # rdflib evaluates when it is read
            except (ArithmeticError, AttributeError, TypeError, SPARQLError):  # of a sum of texts or names,
                return empty  # which has no answer in SPARQL
            return answer

    if failing is None or sum(map(len, failing.nodes.values())) > _FEW_SUSPECTS:
        return add_sources(GraphForPyshacl(bind_namespaces="none"), sources)
    store = UnionStore(sources)
    store.graph = GraphForPyshacl(store, bind_namespaces="none")
    return store.graph


@lru_cache(maxsize=256)
def _prepared(text: str, form: str) -> "Query":
    from rdflib.plugins.sparql import prepareQuery

    try:
        query = prepareQuery(text)
    except Exception as error:  # rdflib raises no narrower one for a prefix that is not declared
        raise _unusable_query(text, " ".join(str(error).split())) from error
    if query.algebra.name != f"{form.capitalize()}Query":
        raise _unusable_query(text, f"it is not {'an' if form == 'ASK' else 'a'} {form}")
    return query


def _unusable_query(text: str, why: str) -> ValidationError:
    written = " ".join(text.split())
    return ValidationError(f"The shapes cannot be used: a query of theirs cannot be asked ({why}): {written}")


def _run_pyshacl(data: "Graph", shapes: "Graph") -> "Graph":
    """Return the validation report as a graph.

    Raises:
        ValidationError: the shapes are not well formed.

    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import SH, Graph, Literal

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
    except TypeError as error:  # of sh:lessThanOrEquals
        raise ValidationError(f"Some values that a shape compares cannot be compared: {error}.") from error
    if not isinstance(report, Graph):
        raise ValidationError(f"The shapes cannot be used: {' '.join(text.split())}")
    for node, message in list(report.subject_objects(SH.resultMessage)):
        if (written := as_written(str(message))) != str(message):
            report.set((node, SH.resultMessage, Literal(written)))
    return report


def _add_idle_shapes(report: "Graph", targets: "Targets") -> None:
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


def _add_unknown_terms(report: "Graph", unknown: Iterable[UnknownTerm]) -> None:
    """Add a result for each use of a term of ours that nobody has defined, where no shape has told it."""
    from rdflib import RDF, SH, BNode, Literal, URIRef

    head = next(report.subjects(RDF.type, SH.ValidationReport))
    told = {
        (report.value(each, SH.focusNode), report.value(each, SH.value))
        for each in report.subjects(SH.focusNode)
    }
    for each in unknown:
        focus, term = to_rdflib(each.subject), to_rdflib(each.term)
        if (focus, term) in told:
            continue
        result = BNode()
        meant = f"did you mean {compress(each.suggestion)}? Else " if each.suggestion else ""
        message = f"Nothing defines {compress(each.term.value)}: {meant}correct its name, or define it."
        report.set((head, SH.conforms, Literal(False)))
        for predicate, value in (
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, focus),
            (SH.resultPath, to_rdflib(each.predicate)),
            (SH.value, term),
            (SH.sourceShape, URIRef(PREFIXES["gksh"] + "KnownTermShape")),
            (SH.resultSeverity, SH.Violation),
            (SH.sourceConstraintComponent, URIRef(PREFIXES["gksh"] + "KnownTermConstraintComponent")),
            (SH.resultMessage, Literal(message, lang="en")),
        ):
            report.add((result, predicate, value))
        report.add((head, SH.result, result))
