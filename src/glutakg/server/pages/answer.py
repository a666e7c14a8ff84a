"""The answer to a query as a table that a template shows, without any script."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyoxigraph as ox

from glutakg.judgements import judgement, judgement_of

__all__ = ["Cell", "TableOfAnswer", "read_answer"]


_MOST_ROWS = 200
_CLAIM = re.compile("C[0-9]{3}")
_NUMBERS = re.compile("(?:[iI]nteger|decimal|double|float|gYear)$")
_TRIPLE = ("subject", "predicate", "object")


class Cell(NamedTuple):
    """A cell as a template shows it.

    Attributes:
        text: what is shown.
        kind: iri, claim, doi, pmid, number or text.
        language: of a text.
        judgement: the end of the IRI of the curator status or stance that it is.
    """

    text: str
    kind: str
    language: str | None = None
    judgement: str = ""


@dataclass(frozen=True, slots=True)
class TableOfAnswer:
    """An answer as a template shows it.

    Attributes:
        kind: rows, boolean or graph.
        boolean: whether there is an answer, of an ASK.
        columns: their names, and whether they hold numbers alone.
        rows: the first of them.
        number: how many there are.
    """

    kind: str
    boolean: bool | None
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    number: int

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats in which the answer can be had as a file."""
        return {
            "graph": ("ttl", "jsonld", "nt", "rdfxml"),
            "boolean": ("json", "xml"),
            "rows": ("json", "csv", "tsv", "xml"),
        }[self.kind]

    @property
    def iris(self) -> list[str]:
        """The IRIs in it, each once."""
        return list(dict.fromkeys(each.text for row in self.rows for each in row if each.kind == "iri"))


def read_answer(answer: bytes) -> TableOfAnswer:
    r"""Return an answer as a table.

    Args:
        answer: rows or a boolean in the JSON of SPARQL, or a graph in N-Triples.

    >>> table = read_answer(b'<urn:x:s> <urn:x:p> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
    >>> table.kind, table.number, table.rows[0][2].kind
    ('graph', 1, 'number')
    """
    if answer[:1] != b"{":
        triples = list(ox.parse(answer, format=ox.RdfFormat.N_TRIPLES))
        shown = [
            {name: _as_json(term) for name, term in zip(_TRIPLE, each.triple, strict=True)}
            for each in triples[:_MOST_ROWS]
        ]
        return _table("graph", _TRIPLE, shown, len(triples))
    told = json.loads(answer)
    if "boolean" in told:
        return TableOfAnswer("boolean", told["boolean"], (), (), 0)
    rows = told["results"]["bindings"]
    return _table("rows", told["head"]["vars"], rows[:_MOST_ROWS], len(rows))


def _table(kind: str, names: Sequence[str], rows: Iterable[Mapping[str, Any]], number: int) -> TableOfAnswer:
    cells = [[_cell(name, row.get(name)) for name in names] for row in rows]
    columns = [
        (name, {row[at].kind for row in cells if row[at].text} == {"number"}) for at, name in enumerate(names)
    ]
    return TableOfAnswer(kind, None, columns, cells, number)


def _as_json(term: object) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        lang = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **lang}
    return {"type": "bnode", "value": str(term)}


def _cell(name: str, found: Mapping[str, Any] | None) -> Cell:
    if found is None:
        return Cell("", "text")
    value, kind = str(found["value"]), "text"
    if found["type"] == "uri":
        return Cell(value, "iri", judgement=judgement_of(value))
    if found["type"] == "literal" and name in ("doi", "pmid"):
        kind = name
    elif found["type"] == "literal" and _CLAIM.fullmatch(value):
        kind = "claim"
    elif _NUMBERS.search(found.get("datatype", "")):
        kind = "number"
    return Cell(value, kind, found.get("xml:lang"), judgement(value, name) if kind == "text" else "")
