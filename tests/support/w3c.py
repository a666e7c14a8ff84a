"""The W3C test suites for SPARQL 1.0 and 1.1: their cases, and whether an answer is the expected one.

They lie beside the checkout, in `../shared/w3c`; a stranger's clone has none, and what needs them is skipped.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

__all__ = ["FOLDER", "Answer", "Case", "answer_of", "cases", "differs", "loaded"]

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "w3c" / "sparql"
_BASE = "http://www.w3.org/tests/"
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}
_ROW_FORMATS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
_UNSUPPORTED = frozenset({"entailment", "service"})  # other regimes of entailment, and calls of other servers

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = tuple[Term | None, ...]


@dataclass(frozen=True)
class Case:
    """A test.

    Attributes:
        name: the folder and the name of the test.
        kind: `evaluation`, `valid` or `invalid`.
        query: the file of the query.
        data: the files of the default graph.
        graphs: the files of the named graphs.
        expected: the file of the answer.
    """

    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()
    expected: Path | None = None

    @property
    def text(self) -> str:
        """The query, with the base that the suite gives it."""
        return f"BASE <{iri_of(self.query)}>\n{self.query.read_text(encoding='utf-8')}"


@dataclass(frozen=True)
class Answer:
    """Rows with their columns, a truth value, or a graph; rows of a query with ORDER BY come in order."""

    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    triples: frozenset[ox.Triple] | None = None
    is_ordered: bool = False


def iri_of(path: Path) -> str:
    """Return the IRI that a file of the suite has."""
    return _BASE + path.relative_to(FOLDER).as_posix()


@cache
def cases() -> tuple[Case, ...]:
    """Return all tests of queries, in the order of their names; none where the suites are not there."""
    found: dict[str, Case] = {}
    for manifest in sorted(FOLDER.glob("*/*/manifest.ttl")):
        if manifest.parent.name not in _UNSUPPORTED:
            found |= {case.name: case for case in _cases_of(manifest)}
    return tuple(found[name] for name in sorted(found))


def _cases_of(manifest: Path) -> Iterator[Case]:
    store = ox.Store()
    store.load(manifest.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=iri_of(manifest), lenient=True)
    kinds = {
        "QueryEvaluationTest": "evaluation",
        "CSVResultFormatTest": "evaluation",
        "PositiveSyntaxTest": "valid",
        "PositiveSyntaxTest11": "valid",
        "NegativeSyntaxTest": "invalid",
        "NegativeSyntaxTest11": "invalid",
    }
    entries = set(_entries(store))
    for name, kind in kinds.items():
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(_RDF + "type"), ox.NamedNode(_MF + name), None
        ):
            test = quad.subject
            if test not in entries:  # another reading of the specification, kept beside the chosen one
                continue
            action = _object(store, test, _MF + "action")
            result = _object(store, test, _MF + "result")
            title = f"{manifest.parent.parent.name}/{manifest.parent.name}/{_local(test)}"
            if kind != "evaluation":
                yield Case(title, kind, _file(action))
                continue
            yield Case(
                title,
                kind,
                _file(_object(store, action, _QT + "query")),
                tuple(map(_file, _objects(store, action, _QT + "data"))),
                tuple(map(_file, _objects(store, action, _QT + "graphData"))),
                _file(result) if result is not None else None,
            )


def _entries(store: ox.Store) -> Iterator[Term]:
    """Yield what a manifest lists."""
    listed = next(store.quads_for_pattern(None, ox.NamedNode(_MF + "entries"), None, None), None)
    node: Term | None = listed.object if listed is not None else None
    while isinstance(node, ox.BlankNode):
        first = _object(store, node, _RDF + "first")
        if first is not None:
            yield first
        node = _object(store, node, _RDF + "rest")


def _local(test: object) -> str:
    assert isinstance(test, ox.NamedNode)
    return test.value.rpartition("#")[2]


def _objects(store: ox.Store, subject: object, predicate: str) -> list[Term]:
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)]


def _object(store: ox.Store, subject: object, predicate: str) -> Term | None:
    return next(iter(_objects(store, subject, predicate)), None)


def _file(node: object) -> Path:
    assert isinstance(node, ox.NamedNode)
    return FOLDER / node.value.removeprefix(_BASE)


def loaded(case: Case) -> ox.Store:
    """Return a store with the data of a test; for FROM, with all files of its folder as graphs."""
    store = ox.Store()
    for path in case.data:
        _load(store, path, None)
    graphs: Sequence[Path] = case.graphs
    if (not case.data and not graphs) or "FROM" in case.text:
        graphs = [path for path in sorted(case.query.parent.glob("*")) if path.suffix in _FORMATS]
    for path in graphs:
        _load(store, path, ox.NamedNode(iri_of(path)))
    return store


def _load(store: ox.Store, path: Path, graph: ox.NamedNode | None) -> None:
    store.load(
        path.read_bytes(), format=_FORMATS[path.suffix], base_iri=iri_of(path), to_graph=graph, lenient=True
    )


def answer_of(result: object, *, is_ordered: bool = False) -> Answer:
    """Return what the engine answered."""
    if isinstance(result, ox.QuerySolutions):
        names = tuple(variable.value for variable in result.variables)
        return Answer(names, tuple(tuple(row) for row in result), is_ordered=is_ordered)
    if isinstance(result, ox.QueryBoolean):
        return Answer(boolean=bool(result))
    assert isinstance(result, ox.QueryTriples)
    return Answer(triples=frozenset(result))


def expected_answer(case: Case, *, is_ordered: bool) -> Answer:
    """Return the answer that the suite expects."""
    assert case.expected is not None
    path = case.expected
    if path.suffix == ".csv":
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = tuple(tuple(ox.Literal(cell) for cell in line.split(",")) for line in lines[1:])
        return Answer(tuple(lines[0].split(",")), rows)
    if path.suffix in _ROW_FORMATS:
        parsed = ox.parse_query_results(path.read_bytes(), format=_ROW_FORMATS[path.suffix])
        if isinstance(parsed, ox.QueryBoolean):
            return Answer(boolean=bool(parsed))
        names = tuple(variable.value for variable in parsed.variables)
        return Answer(names, tuple(tuple(row) for row in parsed), is_ordered=is_ordered)
    store = ox.Store()
    _load(store, path, None)
    kind = ox.NamedNode(_RDF + "type"), ox.NamedNode(_RS + "ResultSet")
    result_set = next((quad.subject for quad in store.quads_for_pattern(None, *kind, None)), None)
    if result_set is None:
        return Answer(triples=frozenset(quad.triple for quad in store))
    boolean = _object(store, result_set, _RS + "boolean")
    if isinstance(boolean, ox.Literal):
        return Answer(boolean=boolean.value == "true")
    return _rows_as_graph(store, result_set, is_ordered=is_ordered)


def _rows_as_graph(store: ox.Store, result_set: object, *, is_ordered: bool) -> Answer:
    names = sorted(
        name.value
        for name in _objects(store, result_set, _RS + "resultVariable")
        if isinstance(name, ox.Literal)
    )
    solutions: list[tuple[int, dict[str, Term | None]]] = []
    for solution in _objects(store, result_set, _RS + "solution"):
        index = _object(store, solution, _RS + "index")
        bound: dict[str, Term | None] = {}
        for binding in _objects(store, solution, _RS + "binding"):
            name = _object(store, binding, _RS + "variable")
            assert isinstance(name, ox.Literal)
            bound[name.value] = _object(store, binding, _RS + "value")
        solutions.append((int(index.value) if isinstance(index, ox.Literal) else 0, bound))
    solutions.sort(key=lambda pair: pair[0])
    rows = tuple(tuple(bound.get(name) for name in names) for _, bound in solutions)
    return Answer(tuple(names), rows, is_ordered=is_ordered)


def differs(case: Case, answer: Answer) -> str:
    """Return in what an answer is not the expected one; nothing where it is."""
    expected = expected_answer(case, is_ordered=answer.is_ordered)
    if expected.boolean is not None or answer.boolean is not None:
        return "" if expected.boolean == answer.boolean else f"{answer.boolean} instead of {expected.boolean}"
    if expected.triples is not None or answer.triples is not None:
        if expected.triples is None or answer.triples is None:
            return "rows instead of a graph, or a graph instead of rows"
        return "" if _same_graph(expected.triples, answer.triples) else "another graph"
    if sorted(expected.variables) != sorted(answer.variables):
        return f"columns {answer.variables} instead of {expected.variables}"
    order = [answer.variables.index(name) for name in expected.variables]
    rows = [tuple(row[position] for position in order) for row in answer.rows]
    if case.expected is not None and case.expected.suffix == ".csv":
        rows = [tuple(ox.Literal(getattr(cell, "value", "") if cell else "") for cell in row) for row in rows]
    if "reduced" in case.name:
        rows, wanted = list(dict.fromkeys(rows)), list(dict.fromkeys(expected.rows))
    else:
        wanted = list(expected.rows)
    if same_rows(wanted, rows, is_ordered=expected.is_ordered):
        return ""
    return f"{len(rows)} rows: {_shown(rows)} instead of {len(wanted)}: {_shown(wanted)}"


def _shown(rows: Sequence[Row]) -> str:
    return "; ".join(" ".join("-" if cell is None else str(cell) for cell in row) for row in rows[:8])


def _same_graph(one: frozenset[ox.Triple], other: frozenset[ox.Triple]) -> bool:
    graphs = []
    for triples in (one, other):
        graph = ox.Dataset(ox.Quad(*triple) for triple in triples)
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(graph)
    return graphs[0] == graphs[1]


def same_rows(one: Sequence[Row], other: Sequence[Row], *, is_ordered: bool = False) -> bool:
    """Tell whether rows are the same but for the names of blank nodes, numbers by their values."""
    if len(one) != len(other):
        return False
    first, second = ([tuple(map(_plain, row)) for row in rows] for rows in (one, other))
    if Counter(map(_without_blanks, first)) != Counter(map(_without_blanks, second)):
        return False
    if is_ordered and list(map(_without_blanks, first)) != list(map(_without_blanks, second)):
        return False
    return _matched(first, second, {})


def _plain(cell: Term | None) -> object:
    if isinstance(cell, ox.Literal):
        local = cell.datatype.value.rpartition("#")[2]
        try:
            if local in ("integer", "decimal"):
                from decimal import Decimal

                return local, Decimal(cell.value).normalize()
            if local in ("double", "float"):
                return local, float(cell.value)
        except ArithmeticError:
            pass
        return cell.value, cell.datatype.value, (cell.language or "").lower()
    return cell


def _without_blanks(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple("blank" if isinstance(cell, ox.BlankNode) else cell for cell in row)


def _matched(
    one: list[tuple[object, ...]], other: list[tuple[object, ...]], names: Mapping[object, object]
) -> bool:
    """Tell whether blank nodes can be named so that rows are the same, whatever their order."""
    rows = [row for row in one if any(isinstance(cell, ox.BlankNode) for cell in row)]
    left = [row for row in other if any(isinstance(cell, ox.BlankNode) for cell in row)]
    return _named(rows, left, dict(names))


def _named(
    rows: list[tuple[object, ...]], left: list[tuple[object, ...]], names: dict[object, object]
) -> bool:
    if not rows:
        return True
    for index, candidate in enumerate(left):
        extended = _extended(rows[0], candidate, names)
        if extended is not None and _named(rows[1:], left[:index] + left[index + 1 :], extended):
            return True
    return False


def _extended(
    row: tuple[object, ...], candidate: tuple[object, ...], names: dict[object, object]
) -> dict[object, object] | None:
    """Return the names with those that make a row the candidate; None where none do."""
    extended = dict(names)
    for cell, other in zip(row, candidate, strict=True):
        if isinstance(cell, ox.BlankNode) != isinstance(other, ox.BlankNode):
            return None
        if isinstance(cell, ox.BlankNode):
            if extended.setdefault(cell, other) != other:
                return None
        elif cell != other:
            return None
    return extended if len(set(extended.values())) == len(extended) else None
