"""Reads the answers of other servers: their own ways are understood, and what is wrong is named."""

import json
import re
from collections import deque
from typing import Any

import pyoxigraph as ox

from glutakg.errors import EndpointError
from glutakg.languages import N_

__all__ = ["read_rows", "read_triples"]


_JSON = ox.QueryResultsFormat.JSON
_MOST_SHOWN = 200
_LABELS = re.compile(r"^(\s*)(_:[^\s<>\"]+)|(>[ \t]*)(_:[^\s<>\"]+?)(?=[ \t]*\.[ \t]*\r?$)", re.MULTILINE)
_LINE = re.compile(r"at line ([0-9]+)")


def read_rows(body: bytes, who: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return rows or a boolean, read to the end once, so that no fault is met later.

    Where the engine does not take the answer as it is, blank nodes get other labels, since those of some
    servers are no labels in Turtle, and a null or an empty language tag counts as not there.

    Args:
        body: SPARQL results in JSON.
        who: has answered, for the message.

    Raises:
        EndpointError: the answer is wrong; it names the first term that is.

    >>> rows = '[{"x":{"type":"bnode","value":"nodeID://b1"}}]'
    >>> answer = f'{{"head":{{"vars":["x"]}},"results":{{"bindings":{rows}}}}}'
    >>> [str(row["x"]) for row in read_rows(answer.encode(), "It")]
    ['_:b0']
    """
    try:
        return _read(body)
    except (SyntaxError, ValueError) as error:
        reason = str(error)
    try:
        told = json.loads(body)
        rows = told["results"]["bindings"]
        labels: dict[str, str] = {}
        told["results"]["bindings"] = [_as_standard(row, labels) for row in rows]
    except RecursionError:
        raise EndpointError(N_("{who} gave rows that nest too deeply.", who=who)) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise EndpointError(
            N_("{who} gave what cannot be read as rows: {reason}.", who=who, reason=reason)
        ) from None
    try:
        return _read(json.dumps(told).encode())
    except (SyntaxError, ValueError) as error:
        reason = str(error)
    raise EndpointError(
        N_(
            "{who} gave what cannot be read as rows: {reason}.",
            who=who,
            reason=_first_fault(told, rows) or reason,
        )
    )


def _read(body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    found = ox.parse_query_results(body, format=_JSON)
    if isinstance(found, ox.QuerySolutions):
        deque(found, maxlen=0)  # a fault in a row is met only when that is read
        found = ox.parse_query_results(body, format=_JSON)
    assert isinstance(found, ox.QuerySolutions | ox.QueryBoolean)
    return found


def _as_standard(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    return {name: _standard_term(cell, labels) for name, cell in row.items() if cell is not None}


def _standard_term(cell: Any, labels: dict[str, str]) -> Any:
    if not isinstance(cell, dict):
        return cell
    kind, value = cell.get("type"), cell.get("value")
    if kind == "bnode" and isinstance(value, str):
        return {**cell, "value": labels.setdefault(value, f"b{len(labels)}")}
    if kind == "triple" and isinstance(value, dict):
        return {**cell, "value": {place: _standard_term(part, labels) for place, part in value.items()}}
    return {name: part for name, part in cell.items() if part or name not in ("xml:lang", "datatype")}


def _first_fault(told: dict[str, Any], rows: list[Any]) -> str | None:
    """Return where the first term is that the engine does not take, and what it is."""
    for number, row in enumerate(told["results"]["bindings"]):
        for name, cell in row.items():
            try:
                _read(
                    json.dumps({"head": {"vars": [name]}, "results": {"bindings": [{name: cell}]}}).encode()
                )
            except (SyntaxError, ValueError) as error:
                shown = json.dumps(rows[number][name], ensure_ascii=False)[:_MOST_SHOWN]
                return f"row {number + 1} has as ?{name} {shown} ({error})"
    return None


def read_triples(body: bytes, format: ox.RdfFormat, who: str) -> list[ox.Triple]:
    """Return the triples of a graph; in N-Triples, blank nodes may have labels of any form.

    Args:
        body: the graph.
        format: that it is written in.
        who: has answered, for the message.

    Raises:
        EndpointError: the answer is wrong; it tells the line.
    """
    try:
        return [quad.triple for quad in ox.parse(body, format=format)]
    except (SyntaxError, ValueError) as error:
        reason = str(error)
    text = body.decode(errors="replace")
    if format == ox.RdfFormat.N_TRIPLES:
        labels: dict[str, str] = {}

        def renamed(match: re.Match[str]) -> str:
            before, label = match[1] or match[3] or "", match[2] or match[4]
            return f"{before}_:{labels.setdefault(label, f'b{len(labels)}')}"

        text = _LABELS.sub(renamed, text)
        try:
            return [quad.triple for quad in ox.parse(text.encode(), format=format)]
        except (SyntaxError, ValueError) as error:
            reason = str(error)
    raise EndpointError(
        N_(
            "{who} gave what cannot be read as triples: {reason}{place}.",
            who=who,
            reason=reason,
            place=_line(text, reason),
        )
    )


def _line(text: str, reason: str) -> str:
    match = _LINE.search(reason)
    lines = text.splitlines() if match else []
    number = int(match[1]) if match else 0
    return f": {lines[number - 1].strip()[:_MOST_SHOWN]}" if 0 < number <= len(lines) else ""
