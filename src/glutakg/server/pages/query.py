"""The query page: the catalogue beside an editor."""

import json
from collections.abc import Collection, Mapping, Sequence

from glutakg.dataset import Catalogue, CatalogueQuery, as_plain
from glutakg.errors import QueryError
from glutakg.languages import translator
from glutakg.rdf import PREFIXES
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links
from glutakg.sparql import screen

__all__ = ["query_page"]


def query_page(
    catalogue: Catalogue,
    links: Links,
    *,
    path: str = "/query",
    fields: Mapping[str, Sequence[str]] | None = None,
    allow_service: Collection[str] = (),
) -> str:
    """Return the query page.

    Args:
        catalogue: the queries beside the editor.
        links: of the page.
        path: of the page.
        fields: what stands in its address besides the language.
        allow_service: the hosts that SERVICE may ask.
    """
    _ = translator(links.lang)
    queries = []
    for query in sorted(catalogue.values(), key=lambda query: (query.subject, query.title[links.lang])):
        parameters = json.dumps(as_plain(query)["parameters"], ensure_ascii=False)
        texts = [query.name, query.subject, *query.title.values(), *query.question.values(), *query.tags]
        needs = None
        if query.needs:
            may_run = _may_run(query, allow_service)
            needs = _("asks another server") if may_run else _("asks another server; not available here")
        queries.append((query, parameters, " ".join(texts).lower(), needs))
    return page(
        "query",
        links,
        _("Query"),
        path=path,
        fields=fields,
        queries=queries,
        prefixes=json.dumps(dict(PREFIXES)),
    )


def _may_run(query: CatalogueQuery, allow_service: Collection[str]) -> bool:
    try:
        screen(query.text, allow_service=allow_service)
    except QueryError:
        return False
    return True
