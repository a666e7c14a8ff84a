"""Why a query has no answer, told by the worker that could have answered it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pyoxigraph import Store

from glutakg.dataset import Catalogue, parse_query, plain_query
from glutakg.graph import KnowledgeGraph
from glutakg.store import Answer, Header, LocalStore

if TYPE_CHECKING:
    from glutakg.store import Store as AskedStore

__all__ = ["reasons"]


def reasons(store: Store, request: Header, answer: Answer) -> bytes:
    """Return as JSON why a query finds nothing: the reason, pattern and sentence of each, in both languages.

    The list is empty where the query has an answer.

    Args:
        store: what was asked.
        request: `text`, the `dataset` that the protocol names or None, and for a catalogue query its `path`
            and the `parameters`.
        answer: what the store answered.
    """
    graph = KnowledgeGraph(cast("AskedStore", LocalStore(store)), catalogue=Catalogue([]))
    path = request["path"]
    query = parse_query(request["text"], Path(path)) if path else plain_query(request["text"])
    told = [
        {
            "reason": each.reason.value,
            "pattern": each.pattern,
            "terms": list(each.terms),
            "instead": list(each.instead),
            "sentence": dict(each.sentence),
        }
        for each in graph.explain_empty(
            query, parameters=request["parameters"], answer=answer, **(request["dataset"] or {})
        )
    ]
    return json.dumps(told, ensure_ascii=False).encode()
