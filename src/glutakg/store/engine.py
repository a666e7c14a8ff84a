"""What every store that is asked has in common: how it is asked, and what it answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

from glutakg.errors import ParameterError, QueryError
from glutakg.languages import N_
from glutakg.rdf import BlankNode, Iri, Literal, Term
from glutakg.sparql import Rewritten, answered_differently

__all__ = ["Answer", "Engine", "bindable", "differences_notes", "unknown_graphs_notes"]


_MAX_NAMED, _MAX_NAME = 5, 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The complete answer to one query.

    Attributes:
        kind: `rows` (SELECT), `boolean` (ASK) or `graph` (CONSTRUCT, DESCRIBE).
        format: how `data` is written: json, csv, tsv, xml; or nt, ttl, jsonld, rdfxml for a graph.
        variables: names of the columns, without `?`.
        data: the answer as bytes.
        unknown_graphs: those that the query names and that are not there, so that they counted as empty.
        asked_elsewhere: what of the query another server has answered.
        left_out: sentences on what no other server has answered, where the query is silent about that.
    """

    kind: str
    format: str
    variables: tuple[str, ...]
    data: bytes
    unknown_graphs: tuple[str, ...] = ()
    asked_elsewhere: str = ""
    left_out: tuple[str, ...] = ()

    def rows(self) -> list[dict[str, Term | None]]:
        """Return the rows of a SELECT answer that was asked for in JSON; unbound variables are None.

        Raises:
            QueryError: the answer is not rows, or not in JSON.
        """
        bindings = self._decoded("rows")["results"]["bindings"]
        return [
            {name: _term(row[name]) if name in row else None for name in self.variables} for row in bindings
        ]

    @property
    def boolean(self) -> bool:
        """The answer to an ASK query that was asked for in JSON.

        Raises:
            QueryError: the answer is not a boolean, or not in JSON.
        """
        return bool(self._decoded("boolean")["boolean"])

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what may not be as the one who asked thinks it is."""
        return (
            *unknown_graphs_notes(self.unknown_graphs),
            *self.left_out,
            *differences_notes(self.asked_elsewhere),
        )

    @property
    def is_empty(self) -> bool:
        """Whether the answer has no rows, no triples, or is false, in whatever format it is written."""
        if self.kind == "boolean":
            return b"true" not in self.data
        if self.kind == "graph":
            return self.data in (b"", b"[]")
        if self.format == "json":
            return self.data.endswith(b'"bindings":[]}}')
        return b"<result>" not in self.data if self.format == "xml" else self.data.count(b"\n") < 2

    def _decoded(self, kind: str) -> Any:
        if self.kind != kind or self.format != "json":
            raise QueryError(
                N_(
                    "This answer is a {kind} in {format}; only a {wanted} in json is read so.",
                    kind=self.kind,
                    format=self.format,
                    wanted=kind,
                )
            )
        return json.loads(self.data)


class Engine(Protocol):
    """What answers SPARQL queries: the embedded store, a worker's own store, or an endpoint elsewhere."""

    @property
    def location(self) -> str:
        """Where the data lie: a folder, `memory`, or the address of an endpoint."""
        ...

    def evaluate(
        self,
        query_text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        timeout: float | None = None,
        format: str | None = None,
    ) -> Answer:
        """Return the complete answer to a SPARQL query.

        Args:
            query_text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
            substitutions: values of variables, joined to the outermost graph pattern as typed terms.
            timeout: seconds that this query may run, if not as long as any.
            format: how the answer is written; by default JSON, of a graph N-Triples.

        Raises:
            QueryError: there is no answer; the classes below it say why.
            EndpointError: the data lie elsewhere, and there nobody answers as they should.
        """
        ...

    def rewritten(self, query_text: str, *, substitutions: Mapping[str, Term] | None = None) -> Rewritten:
        """Return a query as it is evaluated, with the names of the rules that changed it.

        Raises:
            QueryError: it cannot be asked; the classes below it say why.
            EndpointError: the data lie elsewhere, and there nobody answers as they should.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def _term(cell: dict[str, str]) -> Term:
    if cell["type"] == "uri":
        return Iri(cell["value"])
    if cell["type"] == "bnode":
        return BlankNode(cell["value"])
    if cell["type"] == "literal":
        return Literal(cell["value"], cell.get("datatype"), cell.get("xml:lang"))
    raise QueryError(N_("The answer holds a triple as a term, which is not read; return its parts instead."))


def differences_notes(text: str) -> tuple[str, ...]:
    """Return what is said of what another server has answered, a query or a part of one: a sentence, or none.

    >>> differences_notes("SELECT ?s { ?s <urn:p>|<urn:q> ?o }")
    ('Another server answered this by itself, and servers differ over alternative paths.',)
    """
    forms = answered_differently(text) if text else ()
    if not forms:
        return ()
    told = N_(
        "Another server answered this by itself, and servers differ over {forms}.",
        forms=reduce(_listed, forms),
    )
    return (told,)


def _listed(one: str, other: str) -> str:
    return N_("{one}, {other}", one=one, other=other)


def unknown_graphs_notes(graphs: Sequence[str]) -> tuple[str, ...]:
    """Return what is said of graphs that were named and are not there: a sentence, or none.

    >>> unknown_graphs_notes(["urn:x"])
    ('There is no graph <urn:x> here, so it counts as empty. SELECT ?g { GRAPH ?g {} } lists all graphs.',)
    """
    if not graphs:
        return ()
    names: str = ", ".join(f"<{iri[:_MAX_NAME]}>" for iri in graphs[:_MAX_NAMED])
    if len(graphs) > _MAX_NAMED:
        names = N_("{listed} and {number} more", listed=names, number=len(graphs) - _MAX_NAMED)
    told = N_("There is no graph {names} here, so it counts as empty. {query} lists all graphs.")
    if len(graphs) > 1:
        told = N_("There are no graphs {names} here, so they count as empty. {query} lists all graphs.")
    return (told.filled(names=names, query="SELECT ?g { GRAPH ?g {} }"),)


def bindable(name: str, term: Term) -> Iri | Literal:
    """Return the value of the variable `name`, if a query can hold it (`ParameterError`: a blank node)."""
    if isinstance(term, Iri | Literal):
        return term
    raise ParameterError(N_("The value of {name!r} must be an IRI or a literal.", name=name), parameter=name)
