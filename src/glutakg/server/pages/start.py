"""The start page: what this is, a search box, the cycle as a picture, ammonia and excitotoxicity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glutakg.rdf import compress
from glutakg.server.pages.cycle import PICTURE_QUERY, Edge, edges, picture, term_path
from glutakg.server.pages.html import Html, Node, address, element, join, page
from glutakg.server.pages.search import Found

__all__ = ["FIGURES_QUERY", "START_QUERIES", "STEP_CLAIMS_QUERY", "StartRows", "search_page", "start_page"]


Rows = Sequence[Mapping[str, str]]

START_QUERIES = (
    PICTURE_QUERY,
    "reactions-consuming-ammonia",
    "stages-of-excitotoxicity",
    "protective-nutrients",
    "nutrients-at-steps",
)
"""The catalogue queries whose answers the page shows."""

FIGURES_QUERY = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?figure (COUNT(DISTINCT ?x) AS ?number) WHERE {
  { ?x a gk:Claim BIND("claims" AS ?figure) }
  UNION { ?x a gk:EvidenceItem BIND("evidence" AS ?figure) }
  UNION { ?y gk:reportedIn ?x BIND("publications" AS ?figure) }
  UNION { ?x a gk:Conflict BIND("conflicts" AS ?figure) }
  UNION { ?x a/rdfs:subClassOf* gk:Step BIND("steps" AS ?figure) }
  UNION { ?x a gk:Pool BIND("pools" AS ?figure) }
} GROUP BY ?figure
"""
"""Counts what the page tells of the data."""

STEP_CLAIMS_QUERY = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?step ?statement ?claim ?paraphrase ?status (LANG(?paraphrase) AS ?lang)
  (COUNT(DISTINCT ?item) AS ?items)
WHERE {
  ?statement gk:concernsStep ?step ; gk:claimIdentifier ?claim ; gk:paraphrase ?paraphrase ;
    gk:curatorStatus ?judgement .
  ?judgement skos:prefLabel ?status FILTER(LANG(?status) = LANG(?paraphrase))
  OPTIONAL { ?item a gk:EvidenceItem ; <http://purl.obolibrary.org/obo/IAO_0000136> ?statement }
} GROUP BY ?step ?statement ?claim ?paraphrase ?status ORDER BY ?claim
"""
"""The claims on each step, in both languages, with the number of their evidence items."""


@dataclass(frozen=True, slots=True)
class StartRows:
    """What the page shows: the answers of `START_QUERIES` by name, and those of the queries of its own."""

    answers: Mapping[str, Rows]
    figures: Rows
    step_claims: Rows
    substances: Mapping[str, str]
    triples: int
    queries: int


_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "The glutamate-glutamine-GABA cycle",
        "lead": "A knowledge graph that says who claims what, what speaks for and against it, and where each "
        "step happens. Ask it in SPARQL, read it page by page, or join it with ChEBI, MONDO, GO and UniProt.",
        "search": "Search for a term, claim or gene, in English or Dutch",
        "find": "Search",
        "hint": "For example glutamine, glutaminezuur, SLC1A3, C054",
        "figures": "In numbers",
        "cycle": "The cycle, step by step",
        "cycle lead": "Pools lie where the data put them; numbered arrows are the steps of the cycle. Choose "
        "a pool or a step, or go round one step at a time (buttons, or the arrow keys).",
        "previous": "Previous step",
        "next": "Next step",
        "stepper": "Steps of the cycle",
        "legend": "Legend",
        "legend cycle": "step of the cycle",
        "legend ammonia": "way of ammonia",
        "legend binding": "binding to a receptor",
        "legend excitotoxicity": "start of excitotoxicity",
        "from": "from",
        "to": "to",
        "by": "carried out by",
        "no protein": "no enzyme or transporter is stated in the data",
        "claims": "claims of the source",
        "no claims": "The source claims nothing on this step; it is background biochemistry.",
        "evidence": "evidence items",
        "weighed": "What speaks for and against these claims",
        "ammonia": "Where ammonia goes",
        "ammonia lead": "Reactions that use ammonia up, and its way between neuron, astrocyte and blood.",
        "ammonia steps": "Steps of ammonia in the picture",
        "excitotoxicity": "Where excitotoxicity starts, and which nutrients are claimed to act where",
        "chain lead": "In the picture it starts from",
        "bindings": "Glutamate there binds to receptors of the postsynaptic neuron:",
        "chain": "The chain of causes that the source claims",
        "nutrients": "Nutrients claimed to protect",
        "cofactors": "Where protective nutrients are cofactors in the background",
        "cofactors lead": "The source does not say where most of them act. The background knows these steps; "
        "that a nutrient is a cofactor there does not show that taking it protects.",
        "limits": "Limits, honestly",
        "limit 1": "All claims come from one Dutch text of a dietitians' association; that many of them are "
        "here does not make them right. Look at status and evidence.",
        "limit 2": "Evidence was judged from titles and abstracts, and not all there is was searched.",
        "limit 3": "Nothing here is advice on food, supplements or treatment.",
        "whom": "For whom",
        "whom 1": "You run SPARQL and want facts with their origin.",
        "whom 2": "You build or link ontologies: OWL 2 DL on BFO, RO, ChEBI, GO, CL, UBERON and MONDO.",
        "whom 3": "You teach or read about the metabolism of the brain.",
        "results": "Search",
        "found": "{} terms fit “{}”",
        "most": "The {} likeliest of the terms that fit “{}”; type more for others",
        "nothing": "No term has “{}” in its name. Try a shorter piece of it, or the other language.",
        "query": "this table as a query",
        "claim": "claim",
        "reaction": "reaction",
        "place": "place",
        "enzyme": "enzyme",
        "product": "product",
        "cause": "cause",
        "consequence": "consequence",
        "nutrient": "nutrient",
        "protects_against": "claimed to protect against",
        "status": "status",
        "supporting": "for",
        "contradicting": "against",
        "qualifying": "qualifying",
        "step": "step",
        "fig claims": "claims of the source",
        "fig evidence": "evidence items",
        "fig publications": "publications",
        "fig conflicts": "conflicts",
        "fig steps": "steps",
        "fig pools": "pools",
        "fig triples": "triples",
        "fig queries": "ready-made queries",
    },
    "nl": {
        "title": "De glutamaat-glutamine-GABA-cyclus",
        "lead": "Een kennisgraaf die zegt wie wat beweert, wat ervoor en ertegen spreekt, en waar elke stap "
        "plaatsvindt. Bevraag hem in SPARQL, lees hem per bladzijde, of verbind hem met ChEBI, MONDO, GO en "
        "UniProt.",
        "search": "Zoek een begrip, bewering of gen, in het Nederlands of Engels",
        "find": "Zoek",
        "hint": "Bijvoorbeeld glutamine, glutaminezuur, SLC1A3, C054",
        "figures": "In getallen",
        "cycle": "De cyclus, stap voor stap",
        "cycle lead": "Poelen liggen waar de gegevens ze plaatsen; genummerde pijlen zijn de stappen van de "
        "cyclus. Kies een poel of een stap, of ga stap voor stap rond (knoppen, of de pijltjestoetsen).",
        "previous": "Vorige stap",
        "next": "Volgende stap",
        "stepper": "Stappen van de cyclus",
        "legend": "Legenda",
        "legend cycle": "stap van de cyclus",
        "legend ammonia": "weg van ammoniak",
        "legend binding": "binding aan een receptor",
        "legend excitotoxicity": "begin van excitotoxiciteit",
        "from": "van",
        "to": "naar",
        "by": "uitgevoerd door",
        "no protein": "de gegevens noemen geen enzym of transporteiwit",
        "claims": "beweringen van de bron",
        "no claims": "De bron beweert niets over deze stap; dit is achtergrondbiochemie.",
        "evidence": "stukken bewijs",
        "weighed": "Wat voor en tegen deze beweringen spreekt",
        "ammonia": "Waar ammoniak blijft",
        "ammonia lead": "Reacties die ammoniak verbruiken, en zijn weg tussen neuron, astrocyt en bloed.",
        "ammonia steps": "Stappen van ammoniak in de tekening",
        "excitotoxicity": "Waar excitotoxiciteit begint, en welke voedingsstoffen waar zouden werken",
        "chain lead": "In de tekening begint zij bij",
        "bindings": "Glutamaat bindt daar aan receptoren van het postsynaptische neuron:",
        "chain": "De keten van oorzaken die de bron beweert",
        "nutrients": "Voedingsstoffen die zouden beschermen",
        "cofactors": "Waar beschermende voedingsstoffen in de achtergrond cofactor zijn",
        "cofactors lead": "De bron zegt van de meeste niet waar zij werken. De achtergrond kent deze "
        "stappen; dat een voedingsstof daar cofactor is, toont niet aan dat innemen ervan beschermt.",
        "limits": "Grenzen, eerlijk gezegd",
        "limit 1": "Alle beweringen komen uit één Nederlandse tekst van een vereniging van diëtisten; dat er "
        "hier veel staan, maakt ze niet juist. Kijk naar status en bewijs.",
        "limit 2": "Bewijs is beoordeeld naar titels en samenvattingen, en niet alles wat er is, is "
        "doorzocht.",
        "limit 3": "Niets hier is advies over voeding, supplementen of behandeling.",
        "whom": "Voor wie",
        "whom 1": "U gebruikt SPARQL en wilt feiten met hun herkomst.",
        "whom 2": "U bouwt of koppelt ontologieën: OWL 2 DL op BFO, RO, ChEBI, GO, CL, UBERON en MONDO.",
        "whom 3": "U geeft les of leest over de stofwisseling van de hersenen.",
        "results": "Zoeken",
        "found": "{} begrippen passen bij “{}”",
        "most": "De {} waarschijnlijkste begrippen die bij “{}” passen; typ meer voor andere",
        "nothing": "Geen begrip heeft “{}” in zijn naam. Probeer een korter stuk, of de andere taal.",
        "query": "deze tabel als vraag",
        "claim": "bewering",
        "reaction": "reactie",
        "place": "plaats",
        "enzyme": "enzym",
        "product": "product",
        "cause": "oorzaak",
        "consequence": "gevolg",
        "nutrient": "voedingsstof",
        "protects_against": "zou beschermen tegen",
        "status": "status",
        "supporting": "voor",
        "contradicting": "tegen",
        "qualifying": "nuancerend",
        "step": "stap",
        "fig claims": "beweringen van de bron",
        "fig evidence": "stukken bewijs",
        "fig publications": "publicaties",
        "fig conflicts": "tegenspraken",
        "fig steps": "stappen",
        "fig pools": "poelen",
        "fig triples": "tripels",
        "fig queries": "kant-en-klare vragen",
    },
}
_NUMBERS = frozenset({"supporting", "contradicting", "qualifying"})
_FIGURES = ("claims", "evidence", "publications", "conflicts", "steps", "pools", "triples", "queries")


def start_page(rows: StartRows, *, lang: str, root: str = "") -> str:
    """Return the start page.

    Args:
        rows: what it shows.
        lang: en or nl.
        root: the path under which the server is seen, without a slash at its end.
    """
    text = _TEXTS[lang]
    steps = edges(rows.answers[PICTURE_QUERY])
    return page(
        text["title"],
        [
            element("p", text["lead"], class_="lead"),
            _search_form(lang, root),
            element("section", _figures(rows, lang), aria_label=text["figures"]),
            _cycle(steps, rows, lang, root),
            _ammonia(steps, rows, lang, root),
            _excitotoxicity(steps, rows, lang, root),
            _section("limits", text, element("ul", [element("li", text[f"limit {n}"]) for n in (1, 2, 3)])),
            _section("whom", text, element("ul", [element("li", text[f"whom {n}"]) for n in (1, 2, 3)])),
        ],
        lang=lang,
        path="/",
        scripts=["/static/built/start.js"],
        styles=["/static/start.css"],
        root=root,
    )


def search_page(
    words: str, found: Sequence[Found], *, lang: str, is_cut: bool = False, root: str = ""
) -> str:
    """Return the page that lists what was found, for who has no scripts.

    Args:
        words: what was searched.
        found: the terms, the likeliest first.
        lang: en or nl.
        is_cut: whether there are more.
        root: the path under which the server is seen, without a slash at its end.
    """
    text = _TEXTS[lang]
    heading = text["nothing"].format(words)
    if found:
        heading = text["most" if is_cut else "found"].format(len(found), words)
    items = [
        element(
            "li",
            _link(each.term, each.label, lang, root),
            f" ({each.name})" if each.name != each.label else None,
            " ",
            element("code", each.curie),
        )
        for each in found
    ]
    return page(
        text["results"],
        [_search_form(lang, root, words), element("p", heading), element("ol", items) if items else None],
        lang=lang,
        path="/search",
        fields={"text": words},
        scripts=["/static/built/start.js"],
        styles=["/static/start.css"],
        root=root,
    )


def _search_form(lang: str, root: str, words: str = "") -> Html:
    text = _TEXTS[lang]
    return element(
        "form",
        element("label", text["search"], for_="search"),
        element(
            "div",
            element("input", type="search", id="search", name="text", value=words, autocomplete="off"),
            element("button", text["find"], type="submit"),
            element("ul", id="suggestions", role="listbox", aria_label=text["results"], hidden=True),
            class_="search-row",
        ),
        element("input", type="hidden", name="lang", value=lang),
        element("p", text["hint"], class_="small faint"),
        element("p", id="search-status", class_="visually-hidden", role="status"),
        action=address("/search", root=root),
        method="get",
        role="search",
        class_="search",
    )


def _figures(rows: StartRows, lang: str) -> Html:
    text = _TEXTS[lang]
    numbers = {row["figure"]: int(row["number"]) for row in rows.figures}
    numbers |= {"triples": rows.triples, "queries": rows.queries}
    return element(
        "ul",
        [
            element(
                "li",
                element("strong", _grouped(numbers.get(name, 0), lang), attributes={"data-figure": name}),
                " ",
                text[f"fig {name}"],
            )
            for name in _FIGURES
        ],
        class_="figures",
    )


def _grouped(number: int, lang: str) -> str:
    return f"{number:,}".replace(",", "." if lang == "nl" else ",")


def _section(name: str, text: Mapping[str, str], *children: Node) -> Html:
    heading = element("h2", text[name], id=f"{name}-heading")
    return element("section", heading, *children, id=name, aria_labelledby=f"{name}-heading")


def _cycle(steps: Sequence[Edge], rows: StartRows, lang: str, root: str) -> Html:
    text = _TEXTS[lang]
    cards = [_card(edge, rows, lang, root) for edge in steps if edge.part == "cycle"]
    legend = element(
        "ul",
        [
            element("li", element("span", class_=f"swatch {part}"), text[f"legend {part}"])
            for part in ("cycle", "ammonia", "binding", "excitotoxicity")
        ],
        class_="legend",
        aria_label=text["legend"],
    )
    stepper = element(
        "div",
        element("button", text["previous"], type="button", id="previous-step", class_="quiet"),
        element("p", id="step-position", class_="small"),
        element("button", text["next"], type="button", id="next-step"),
        class_="stepper",
        id="stepper",
        role="group",
        aria_label=text["stepper"],
        hidden=True,
    )
    return _section(
        "cycle",
        text,
        element("p", text["cycle lead"]),
        picture(steps, rows.substances, lang=lang, root=root),
        legend,
        stepper,
        element("p", id="step-told", class_="visually-hidden", attributes={"aria-live": "polite"}),
        element("ol", cards, class_="cards", id="steps"),
    )


def _card(edge: Edge, rows: StartRows, lang: str, root: str) -> Html:
    text = _TEXTS[lang]
    local = edge.step[0].rpartition("/")[2]
    claims = [row for row in rows.step_claims if row["step"] == edge.step[0] and row["lang"] == lang]
    proteins = join([_link(iri, name, lang, root) for iri, name in edge.proteins], ", ")
    told: Node = element("p", text["no claims"], class_="faint")
    if claims:
        where = address("/evidence", root=root, term=compress(edge.step[0]), lang=lang)
        told = [
            element("ul", [_claim(row, lang, root) for row in claims]),
            element("p", element("a", text["weighed"], href=where)),
        ]
    return element(
        "li",
        element("h3", _link(edge.step[0], edge.step[1], lang, root)),
        element(
            "dl",
            element("dt", text["from"]),
            element("dd", _link(*edge.start, lang, root)),
            element("dt", text["to"]),
            element("dd", _link(*edge.goal, lang, root)),
            element("dt", text["by"]),
            element("dd", proteins or element("span", text["no protein"], class_="faint")),
            element("dt", text["claims"]),
            element("dd", told),
            class_="facts",
        ),
        id=f"step-{local}",
        class_="card",
        tabindex="-1",
        attributes={"data-step": local, "data-from": _end(edge.start), "data-to": _end(edge.goal)},
    )


def _end(pool: tuple[str, str]) -> str:
    return pool[0].rpartition("/")[2]


def _claim(row: Mapping[str, str], lang: str, root: str) -> Html:
    number = int(row["items"])
    return element(
        "li",
        _link(row["statement"], row["claim"], lang, root),
        f" {row['paraphrase']} ",
        element("span", row["status"], class_="tag"),
        f" {number} {_TEXTS[lang]['evidence']}" if number else None,
    )


def _ammonia(steps: Sequence[Edge], rows: StartRows, lang: str, root: str) -> Html:
    text = _TEXTS[lang]
    ways = [edge for edge in steps if edge.part == "ammonia"]
    shown = {edge.step[0] for edge in steps if edge.part == "cycle"}
    items = [
        element(
            "li",
            _link(edge.step[0], edge.step[1], lang, root),
            ": ",
            _link(*edge.start, lang, root),
            " → ",
            _link(*edge.goal, lang, root),
            id=None if edge.step[0] in shown or _is_repeated(edge, ways) else f"step-{_end(edge.step)}",
        )
        for edge in ways
    ]
    return _section(
        "ammonia",
        text,
        element("p", text["ammonia lead"]),
        _table(
            "reactions-consuming-ammonia",
            rows.answers["reactions-consuming-ammonia"],
            ("reaction", "place", "enzyme", "product"),
            lang,
            root,
        ),
        element("details", element("summary", text["ammonia steps"]), element("ul", items, class_="inside")),
    )


def _is_repeated(edge: Edge, ways: Sequence[Edge]) -> bool:
    return next(each for each in ways if each.step == edge.step) is not edge


def _excitotoxicity(steps: Sequence[Edge], rows: StartRows, lang: str, root: str) -> Html:
    text = _TEXTS[lang]
    starts = [edge for edge in steps if edge.part == "excitotoxicity"]
    bindings = [edge for edge in steps if edge.part == "binding"]
    protective = {row["nutrient"] for row in rows.answers["protective-nutrients"]}
    cofactors = [row for row in rows.answers["nutrients-at-steps"] if row["nutrient"] in protective]
    return _section(
        "excitotoxicity",
        text,
        element(
            "p", text["chain lead"], " ", join([_link(*edge.start, lang, root) for edge in starts], ", "), "."
        ),
        element(
            "ul",
            [element("li", _link(*edge.step, lang, root), id=f"step-{_end(edge.step)}") for edge in bindings],
        ),
        element("h3", text["chain"]),
        _table(
            "stages-of-excitotoxicity",
            rows.answers["stages-of-excitotoxicity"],
            ("cause", "consequence", "claim"),
            lang,
            root,
        ),
        element("h3", text["nutrients"]),
        _table(
            "protective-nutrients",
            rows.answers["protective-nutrients"],
            (
                "nutrient",
                "protects_against",
                "status",
                "claim",
                "supporting",
                "contradicting",
                "qualifying",
            ),
            lang,
            root,
        ),
        element("h3", text["cofactors"]),
        element("p", text["cofactors lead"]),
        _table("nutrients-at-steps", cofactors, ("nutrient", "step", "place", "enzyme"), lang, root),
    )


def _table(query: str, rows: Rows, columns: Sequence[str], lang: str, root: str) -> Html:
    text = _TEXTS[lang]
    head = [
        element("th", text[name], scope="col", class_="number" if name in _NUMBERS else None)
        for name in columns
    ]
    body = [
        element(
            "tr",
            [
                element(
                    "td",
                    _cell(name, row.get(name, ""), lang, root),
                    class_="number" if name in _NUMBERS else None,
                )
                for name in columns
            ],
        )
        for row in rows
    ]
    where = f"{address('/query', root=root, lang=lang)}#name={query}"
    return element(
        "div",
        element("table", element("thead", element("tr", head)), element("tbody", body)),
        element("p", element("a", text["query"], href=where), class_="small"),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=query,
    )


def _cell(name: str, value: str, lang: str, root: str) -> Node:
    if name == "claim" and value:
        return element("a", value, href=address(f"/data/claim-{value}", root=root, lang=lang))
    return value


def _link(iri: str, name: str, lang: str, root: str) -> Html:
    path = term_path(iri)
    href = address(path, root=root, lang=lang) if path.startswith("/") else path
    return element("a", name, href=href)
