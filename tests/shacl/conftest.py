"""What all tests of validation share."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from rdflib.plugins.sparql.sparql import Query


@cache
def _prepared(text: str, namespaces: tuple[tuple[str, str], ...], base: str | None) -> Query:
    return prepareQuery(text, dict(namespaces), base)


@pytest.fixture(scope="session", autouse=True)
def queries_parsed_once() -> Iterator[None]:
    """Have rdflib parse each query once; pyshacl asks the same for every focus node."""
    answered = SPARQLProcessor.query

    def query(
        self: SPARQLProcessor,
        text: str | Query,
        bindings: Mapping[str, Any] | None = None,
        namespaces: Mapping[str, Any] | None = None,
        base: str | None = None,
        DEBUG: bool = False,
    ) -> Any:
        if isinstance(text, str):
            names = tuple(sorted((prefix, str(iri)) for prefix, iri in (namespaces or {}).items()))
            text = _prepared(text, names, base)
        return answered(self, text, bindings, namespaces, base, DEBUG)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLProcessor, "query", query)
        yield
