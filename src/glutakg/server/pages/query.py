"""The query page: the catalogue beside an editor; a script does the rest, and its absence is told."""

import json
from collections.abc import Collection, Mapping

from glutakg.dataset import Catalogue, CatalogueQuery, as_plain
from glutakg.errors import QueryError
from glutakg.rdf import PREFIXES
from glutakg.server.pages.html import Html, address, element, page
from glutakg.sparql import screen

__all__ = ["query_page"]


_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Query",
        "lead": "Choose a query of the catalogue or write your own in SPARQL 1.1. Ctrl+Enter runs it, "
        "Ctrl+Space completes terms of this graph.",
        "no script": "This page needs its scripts. Without them, each query below leads to its answer in "
        "JSON; any other query can be sent to /sparql.",
        "catalogue": "Catalogue",
        "filter": "Filter the catalogue",
        "parameters": "Parameters",
        "editor": "SPARQL query",
        "run": "Run",
        "cancel": "Cancel",
        "new": "New query",
        "result": "Result",
        "network": "asks another server; not here",
        "network here": "asks another server",
    },
    "nl": {
        "title": "Vragen",
        "lead": "Kies een vraag uit de catalogus of schrijf er zelf een in SPARQL 1.1. Ctrl+Enter voert haar "
        "uit, Ctrl+spatie vult termen uit deze graaf aan.",
        "no script": "Deze bladzijde heeft haar scripts nodig. Zonder scripts leidt elke vraag hieronder "
        "naar haar antwoord in JSON; elke andere vraag kan naar /sparql.",
        "catalogue": "Catalogus",
        "filter": "Filter de catalogus",
        "parameters": "Parameters",
        "editor": "SPARQL-vraag",
        "run": "Uitvoeren",
        "cancel": "Afbreken",
        "new": "Nieuwe vraag",
        "result": "Resultaat",
        "network": "vraagt een andere server; hier niet",
        "network here": "vraagt een andere server",
    },
}


def query_page(
    catalogue: Catalogue, *, lang: str, root: str = "", allow_service: Collection[str] = ()
) -> str:
    """Return the query page.

    Args:
        catalogue: the queries beside the editor.
        lang: en or nl.
        root: the path under which the server is seen, without a slash at its end.
        allow_service: the hosts that SERVICE may ask.
    """
    text = _TEXTS[lang]
    queries = sorted(catalogue.values(), key=lambda query: (query.subject, query.title[lang]))
    chooser = element(
        "section",
        element("h2", text["catalogue"]),
        element("label", text["filter"], for_="filter"),
        element("input", type="search", id="filter", autocomplete="off"),
        element("p", id="filter-status", role="status", class_="small faint"),
        element(
            "ul",
            [_listed(query, lang, root, allow_service) for query in queries],
            id="catalogue",
            tabindex="0",
        ),
        class_="chooser",
    )
    editor = element(
        "section",
        element("h2", text["editor"], id="editor-heading"),
        element("p", id="question", class_="faint"),
        element("form", id="parameters", aria_label=text["parameters"], hidden=True),
        element("p", id="changed", class_="small faint", role="status", hidden=True),
        element("div", id="editor"),
        element(
            "div",
            element("button", text["run"], type="button", id="run"),
            element("button", text["cancel"], type="button", id="cancel", class_="quiet", disabled=True),
            element("button", text["new"], type="button", id="new", class_="quiet"),
            element("p", id="progress", role="status"),
            class_="actions",
        ),
        element("div", id="result", role="region", aria_label=text["result"]),
        element("div", id="after"),
        class_="asking",
    )
    return page(
        text["title"],
        [
            element("p", text["lead"]),
            element("noscript", element("p", text["no script"])),
            element(
                "div",
                chooser,
                editor,
                id="query-page",
                class_="query-page",
                attributes={"data-root": root, "data-prefixes": json.dumps(dict(PREFIXES))},
            ),
        ],
        lang=lang,
        path="/query",
        scripts=["/static/built/query.js"],
        styles=["/static/built/query.css", "/static/query.css"],
        root=root,
    )


def _listed(query: CatalogueQuery, lang: str, root: str, allow_service: Collection[str]) -> Html:
    text = _TEXTS[lang]
    plain = as_plain(query)
    link = element(
        "a",
        query.title[lang],
        href=address(f"/queries/{query.name}", root=root),
        attributes={
            "data-name": query.name,
            "data-question": query.question[lang],
            "data-parameters": json.dumps(plain["parameters"], ensure_ascii=False),
            "data-find": " ".join(
                [query.name, query.subject, *query.title.values(), *query.question.values(), *query.tags]
            ).lower(),
        },
    )
    network = text["network here" if _may_run(query, allow_service) else "network"]
    needs = element("span", network, class_="tag") if query.needs else None
    return element("li", link, " ", needs, element("span", query.subject, class_="small faint subject"))


def _may_run(query: CatalogueQuery, allow_service: Collection[str]) -> bool:
    try:
        screen(query.text, allow_service=allow_service)
    except QueryError:
        return False
    return True
