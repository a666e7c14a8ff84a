"""The start page, the search and the query page as they are sent, without a browser."""

import json
import os
import re
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from xml.etree.ElementTree import fromstring
from zlib import crc32

import pytest
from running_server import RunningServer, running_server

import glutakg
from glutakg import Rows
from glutakg.charts import PARTS, cycle_picture, steps_of
from glutakg.charts.layout import read_protected
from glutakg.dataset.queries import catalogue
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.http.messages import SECURITY_HEADERS
from glutakg.server.pages.search import Names

LANGUAGES = ("en", "nl")
HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server."""
    with running_server("--workers", "2") as running:
        yield running


def page(server: RunningServer, path: str, **headers: str) -> str:
    """Return a page."""
    answer = server.request("GET", path, headers=HTML | headers)
    assert answer.status == 200, answer.body[:300]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def ids(html: str) -> list[str]:
    """Return the values of all id attributes."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attrs if name == "id")

    Reader().feed(html)
    return found


@pytest.mark.parametrize("path", ["/", "/search?text=gaba", "/query", "/queries"])
def test_pages_are_sent_with_the_headers_that_keep_them_safe(server: RunningServer, path: str) -> None:
    """A page may load nothing from elsewhere."""
    headers = server.request("GET", path, headers=HTML).headers
    told = {name: headers.get(name.lower()) for name in SECURITY_HEADERS}
    assert told == dict(SECURITY_HEADERS)
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize("path", ["/", "/search?text=gaba", "/query"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_id_stands_twice_on_a_page(server: RunningServer, path: str, lang: str) -> None:
    """Links into a page and labels of fields are unambiguous."""
    found = ids(page(server, path, **{"Accept-Language": lang}))
    assert len(found) > 3
    assert sorted(set(found)) == sorted(found)


def test_the_language_follows_the_browser_and_the_address(server: RunningServer) -> None:
    """Accept-Language chooses, and the address goes before it."""
    assert '<html lang="nl">' in page(server, "/", **{"Accept-Language": "nl-BE, en;q=0.5"})
    assert '<html lang="en">' in page(server, "/?lang=en", **{"Accept-Language": "nl"})


@pytest.mark.parametrize(
    "path", ["/", "/search?text=x", "/query?query=ASK%7B%7D", "/cycle.svg", "/evidence", "/data/taurine"]
)
def test_a_language_that_there_is_not_is_refused_on_every_page(server: RunningServer, path: str) -> None:
    """Nobody gets English who asked for French."""
    field = "&lang=fr" if "?" in path else "?lang=fr"
    answer = server.request("GET", path + field, headers=HTML)
    assert answer.status == 400
    assert "There are no texts in &#39;fr&#39;" in answer.body.decode()


def test_the_figures_are_those_of_the_data(server: RunningServer) -> None:
    """What the page counts is what the graph holds."""
    html = page(server, "/?lang=en")
    told = {
        name: int(number.replace(",", ""))
        for name, number in re.findall(r'data-figure="(\w+)">([\d,]+)<', html)
    }
    with glutakg.open() as kg:
        kinds = {"claims": "Claim", "evidence": "EvidenceItem", "conflicts": "Conflict", "pools": "Pool"}
        for figure, kind in kinds.items():
            rows = kg.query(f"SELECT DISTINCT ?x WHERE {{ ?x a <{PREFIXES['gk']}{kind}> }}")
            assert told[figure] == len(list(rows)), figure  # type: ignore[arg-type]
        assert told["queries"] == len(kg.catalogue)
    assert told["publications"] > 50
    assert set(told) == {*kinds, "publications", "steps", "triples", "queries"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_of_the_data_is_drawn(server: RunningServer, lang: str) -> None:
    """Every step of both cycles, the shunt, ammonia and receptors is in the picture, and has a card."""
    html = page(server, f"/?lang={lang}")
    query = """PREFIX gk: <https://w3id.org/glutakg/ontology/> PREFIX gkd: <https://w3id.org/glutakg/data/>
    SELECT DISTINCT ?step {
      VALUES ?whole { gkd:glutamate-glutamine-cycle gkd:gaba-glutamine-cycle gkd:gaba-shunt }
      ?step <http://purl.obolibrary.org/obo/BFO_0000050> ?whole ; gk:movesFrom|gk:hasMainSubstrate ?from }"""
    with glutakg.open() as kg:
        rows = kg.query(query)
        assert isinstance(rows, Rows)
        wanted = {str(row["step"]).rpartition("/")[2] for row in rows}
        bound = kg.query("SELECT ?step { ?step <https://w3id.org/glutakg/ontology/bindsTo> ?r }")
        assert isinstance(bound, Rows)
        of_glutamate = {
            str(row["step"]).rpartition("/")[2] for row in bound if "glutamate" in str(row["step"])
        }
    drawn = dict(re.findall(r'<path [^>]*data-step="([^"]+)"[^>]* class="step (\w+)', html))
    assert len(wanted) > 20
    assert wanted <= drawn.keys()
    assert {name for name, part in drawn.items() if part == "anaplerosis"} == {
        "malic-enzyme-carboxylation-in-neuron",
        "pyruvate-carboxylation-in-astrocyte",
    }
    assert len(of_glutamate) > 3
    assert of_glutamate <= drawn.keys()
    assert set(drawn.values()) == set(PARTS)
    assert set(re.findall(r'<li id="step-([^"]+)"', html)) == drawn.keys()
    positions = re.findall(r'<li id="step-[^"]+"[^>]* data-position="(\d+)"', html)
    assert positions == [str(n) for n in range(1, 10)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_can_be_had_as_a_file(server: RunningServer, lang: str) -> None:
    """With its own style, which its policy allows by its hash, and without links into a page."""
    answer = server.request("GET", f"/cycle.svg?lang={lang}")
    assert (answer.status, answer.media_type) == (200, "image/svg+xml")
    style = fromstring(answer.body).findtext("{http://www.w3.org/2000/svg}style") or ""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert b"href=" not in answer.body
    assert {"en": "ammonia", "nl": "ammoniak"}[lang].encode() in answer.body
    png = server.request("GET", f"/cycle.png?lang={lang}")
    assert (png.status, png.media_type) == (200, "image/png")
    assert png.body.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png.body[16:20], "big") == 1200  # the width, which the first chunk tells
    assert f'href="/cycle.png?lang={lang}"' in page(server, f"/?lang={lang}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pools_and_labels_lie_apart_within_the_picture(server: RunningServer, lang: str) -> None:
    """No pool, enzyme or nutrient lies on another one, and none goes over the edge."""
    figure = fromstring(server.request("GET", f"/cycle.svg?lang={lang}").body)
    svg = "{http://www.w3.org/2000/svg}"
    boxes: list[tuple[float, ...]] = []
    for group in figure.iter(f"{svg}g"):
        if {"pool", "badge", "protector"} & set(group.get("class", "").split()):
            boxes += [
                tuple(float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
                for rect in group.iter(f"{svg}rect")
            ]
    assert len(boxes) > 70
    _, _, *whole = map(float, figure.get("viewBox", "").split())
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(boxes, 2):
        assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y, (x, y, x2, y2)
    assert all(
        x >= 0 <= y and x + width <= whole[0] and y + height <= whole[1] for x, y, width, height in boxes
    )


def test_arrows_are_as_wide_as_the_evidence_and_styled_by_the_status(server: RunningServer) -> None:
    """In the layer of claims: items on all claims of a step, and the status of the one with most of them."""
    drawn = {
        step: (status, int(width))
        for step, status, width in re.findall(
            r'<path [^>]*data-step="([^"]+)"[^>]* class="step \w+ is-(\w+) items-(\d)"', page(server, "/")
        )
    }
    query = """PREFIX gk: <https://w3id.org/glutakg/ontology/> PREFIX obo: <http://purl.obolibrary.org/obo/>
    SELECT ?step ?claim ?status (COUNT(DISTINCT ?item) AS ?items) {
      ?claim a gk:Claim ; gk:concernsStep ?step ; gk:curatorStatus ?status .
      OPTIONAL { ?item a gk:EvidenceItem ; obo:IAO_0000136 ?claim }
    } GROUP BY ?step ?claim ?status"""
    told: dict[str, list[tuple[int, str]]] = {}
    with glutakg.open() as kg:
        rows = kg.query(query)
    assert isinstance(rows, Rows)
    for row in rows:
        step, status = (str(row[name]).rpartition("/")[2] for name in ("step", "status"))
        told.setdefault(step, []).append((int(str(row["items"])), status))
    claimed = {step: style for step, style in drawn.items() if style[0] != "unclaimed"}
    assert len(claimed) > 10
    assert claimed.keys() == drawn.keys() & told.keys()
    assert {1, 2, 3, 4} == {width for _status, width in claimed.values()}
    for step, (status, width) in claimed.items():
        items = sum(number for number, _status in told[step])
        assert width == min(1 + items // 3, 4), step
        assert status in {judged for number, judged in told[step] if number == max(told[step])[0]}, step


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nutrients_stand_at_what_they_are_claimed_to_protect_against(
    server: RunningServer, lang: str
) -> None:
    """All that the query names, each with its status and leading to its claim; cofactors at their steps."""
    html = page(server, f"/?lang={lang}")
    with glutakg.open() as kg:
        claimed = kg.run("protective-nutrients", lang=lang)
        cofactors = kg.run("nutrients-at-steps", lang=lang)
    assert isinstance(claimed, Rows)
    assert isinstance(cofactors, Rows)
    assert {str(row["protects_against"]) for row in claimed} == {
        {"en": "excitotoxicity", "nl": "excitotoxiciteit"}[lang]
    }
    assert "excitotoxicity" in read_protected()
    drawn = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)" class="protector nutrient">', html)
    assert drawn == [
        (f"/data/claim-{row['claim']}?lang={lang}", f"{row['nutrient']}: {row['claim']}, {row['status']}")
        for row in claimed
    ]
    assert len(drawn) == 11
    steps = set(re.findall(r'<li id="step-([^"]+)"', html))
    wanted = {
        (str(row["step_term"]).rpartition("/")[2], str(row["nutrient"]))
        for row in cofactors
        if str(row["nutrient"]) in {str(each["nutrient"]) for each in claimed}
    }
    at_steps = {
        (step, nutrient)
        for step, inside in re.findall(r'<a [^>]*class="badge [^>]*data-step="([^"]+)"[^>]*>(.*?)</a>', html)
        for nutrient in re.findall(r'class="mid chip nutrient"[^>]*>([^<]+)<', inside)
    }
    assert at_steps == {(step, nutrient) for step, nutrient in wanted if step in steps} != set()


def test_every_mark_of_a_step_leads_to_where_it_is_told(server: RunningServer) -> None:
    """The links inside the page have a goal."""
    html = page(server, "/")
    wanted = set(re.findall(r'href="#([^"]+)"', html))
    assert len(wanted) > 20
    assert wanted <= set(ids(html))


def test_a_step_at_an_unknown_place_is_told_and_not_drawn() -> None:
    """The picture does not hide what it has no place for."""
    row = {
        "part": "cycle",
        "position": "1",
        "step": "https://w3id.org/glutakg/data/s",
        "from": "https://w3id.org/glutakg/data/a",
        "from_name": "a",
        "from_place": "https://w3id.org/glutakg/data/place-moon",
        "from_substance": "https://w3id.org/glutakg/data/glutamate",
        "to": "https://w3id.org/glutakg/data/b",
        "to_name": "b",
        "to_place": "https://w3id.org/glutakg/data/place-synaptic-cleft",
        "to_substance": "https://w3id.org/glutakg/data/glutamate",
    }
    drawn = cycle_picture(steps_of([row]), "en", substances={}, symbols={})
    assert (len(drawn.missing), drawn.chart.rows) == (1, [])
    assert 'class="step' not in drawn.chart.figure


GLUTAMINE_FORMS = [
    "CHEBI:18050",
    "chebi:18050",
    "https://identifiers.org/CHEBI:18050",
    "http://identifiers.org/chebi/CHEBI:18050",
    "http://purl.obolibrary.org/obo/CHEBI_18050",
    "https://purl.obolibrary.org/obo/CHEBI_18050",
    "gkd:glutamine",
    "<https://w3id.org/glutakg/data/glutamine>",
]


@pytest.mark.parametrize(
    ("text", "lang", "term"),
    [
        ("glutamine", "nl", "gkd:glutamine"),
        ("L-glutamine", "en", "gkd:glutamine"),
        ("glutaminezuur", "en", "gkd:glutamate"),
        ("AMMONIAK", "en", "gkd:ammonia"),
        ("C054", "nl", "gkd:claim-C054"),
        ("SLC1A3", "en", "gkd:eaat1"),
        ("taur", "en", "gkd:taurine"),
        ("glutamien", "en", "gkd:glutamine"),
        ("excitotoxicty", "nl", "gkd:excitotoxicity"),
        ("https://identifiers.org/CHEBI:18050", "en", "gkd:glutamine"),
        ("P15104", "nl", "gkd:glutamine-synthetase"),
    ],
)
def test_the_search_finds_names_in_both_languages(
    server: RunningServer, text: str, lang: str, term: str
) -> None:
    """The first suggestion is the term that has this very name."""
    answer = server.request(
        "GET", f"/search?{urlencode({'text': text, 'lang': lang})}", headers={"Accept": "application/json"}
    )
    assert answer.json[0]["curie"] == term
    assert answer.json[0]["page"] == f"/data/{term.removeprefix('gkd:')}?lang={lang}"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        *((each, "/data/glutamine") for each in GLUTAMINE_FORMS),
        ("UniProtKB:P15104", "/data/glutamine-synthetase"),
        ("https://www.uniprot.org/uniprotkb/P15104/entry", "/data/glutamine-synthetase"),
        ("PMID: 26853855", "/data/publication-akobeng2016"),
        ("https://doi.org/10.1002/14651858.CD007348.pub2", "/data/publication-akobeng2016"),
        ("doi:10.1002/14651858.cd007348.PUB2", "/data/publication-akobeng2016"),
        ("C054", "/data/claim-C054"),
        ("SLC1A3", "/data/eaat1"),
        ("HGNC:4341", "/data/glutamine-synthetase"),
    ],
)
def test_an_identifier_opens_our_page_of_what_it_matches(server: RunningServer, text: str, path: str) -> None:
    """Whatever form it has: a CURIE in any case, an address with or without its scheme, an accession."""
    answer = server.request("GET", f"/search?{urlencode({'text': text, 'lang': 'nl'})}", headers=HTML)
    assert (answer.status, answer.headers["location"]) == (303, f"{path}?lang=nl")


@pytest.mark.parametrize("text", ["EC:6.3.1.2", "https://identifiers.org/ec-code:6.3.1.2"])
def test_an_identifier_of_several_things_opens_none_of_them(server: RunningServer, text: str) -> None:
    """It lists them: glutamine is made in three kinds of cells."""
    html = page(server, f"/search?{urlencode({'text': text, 'lang': 'en'})}")
    for place in ("astrocyte", "muscle", "perivenous-hepatocyte"):
        assert f"/data/glutamine-synthesis-in-{place}?lang=en" in html


def test_what_matches_exactly_comes_before_what_is_close() -> None:
    """Whatever the order in which they are read."""
    other = "http://purl.obolibrary.org/obo/CHEBI_16810"
    rows = [
        {"term": PREFIXES["gkd"] + term, "name": other, "preferred": kind}
        for term, kind in (("a", "gene product"), ("b", "close match"), ("c", "exact match"))
    ]
    for given in (rows, rows[::-1]):
        assert Names(given).identified("CHEBI:16810") == PREFIXES["gkd"] + "c"


def test_what_is_found_is_grouped_by_type_with_counts(server: RunningServer) -> None:
    """Words within claims count too, in any order; what is likeliest comes first."""
    html = page(server, f"/search?{urlencode({'text': 'magnesium protect', 'lang': 'en'})}")
    assert re.search(r"<h2[^>]*>Claims [(][0-9]+[)]</h2>", html)
    assert "/data/claim-C054?lang=en" in html
    html = page(server, "/search?text=taur&lang=nl")
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", html)
    assert headings[0].startswith("Stoffen en eiwitten (")
    assert html.index("/data/taurine?") < html.index("restaur") if "restaur" in html else True


def test_one_letter_may_be_wrong_in_a_long_word() -> None:
    """Wrong, missing, too much, or in the place of its neighbour; two are not forgiven, nor one of three."""
    rows = [{"term": PREFIXES["gkd"] + "x", "name": "taurine GABA", "lang": "en", "preferred": "true"}]
    names = Names(rows)
    forgiven = ("tauline", "tarine", "ttaurine", "atuurine", "taurnie", "taurin", "tarine gaba")
    assert [len(names.search(text, lang="en")) for text in (*forgiven, "tarin", "gba")] == [
        *(1, 1, 1, 0, 1, 1, 1),
        *(0, 0),
    ]


def test_the_search_finds_nothing_by_nothing() -> None:
    """An empty text fits no term, and neither does one that no name holds."""
    rows = [{"term": PREFIXES["gkd"] + "x", "name": "é", "lang": "en", "preferred": "true"}]
    names = Names(rows)
    assert [len(names.search(text, lang="en")) for text in ("", "  ", "q", "e")] == [0, 0, 0, 1]


def test_a_group_that_is_cut_says_so(server: RunningServer) -> None:
    """Twenty-five of many are not told to be all."""
    html = page(server, "/search?text=glut&lang=en")
    assert "The 25 likeliest of them" in html
    assert max(each.count("<li>") for each in html.split('<section class="found"')[1:]) == 25


def test_what_is_searched_is_escaped(server: RunningServer) -> None:
    """No text of a user becomes part of the page as HTML."""
    html = page(server, f"/search?text={quote('<script>alert(1)</script>')}")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_the_query_page_lists_the_whole_catalogue(server: RunningServer) -> None:
    """Each query is there with the parameters it has."""
    html = page(server, "/query?lang=nl")
    assert set(re.findall(r'data-name="([^"]+)" title', html)) == set(catalogue())
    assert all(query.title["nl"].replace("'", "&#39;") in html for query in catalogue().values())


def test_a_catalogue_query_gives_its_text(server: RunningServer) -> None:
    """Asked for as SPARQL, a query is given and not run."""
    answer = server.request(
        "GET", "/queries/protective-nutrients", headers={"Accept": "application/sparql-query"}
    )
    assert answer.body.decode() == catalogue()["protective-nutrients"].text


def why_empty(server: RunningServer, **fields: str | list[str]) -> tuple[int, Any]:
    """Ask why a query finds nothing."""
    answer = server.request(
        "POST",
        "/why-empty",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(fields, doseq=True).encode(),
    )
    return answer.status, json.loads(answer.body)


def test_an_empty_answer_is_explained_as_by_the_interface(server: RunningServer) -> None:
    """The reasons and sentences are those that Python gives."""
    text = "ASK { <https://w3id.org/glutakg/data/taurin> ?p ?o }"
    with glutakg.open() as kg:
        [expected] = kg.explain_empty(text)
    status, told = why_empty(server, query=text)
    assert status == 200
    assert isinstance(told, list)
    assert [each["reason"] for each in told] == ["unknown term"]
    assert told[0]["sentence"] == dict(expected.sentence)
    assert told[0]["instead"] == list(expected.instead)


@pytest.mark.parametrize(
    ("asked_of", "sentence"),
    [
        ({"default-graph-uri": ["source"]}, "this is not in gkg:source, but in gkg:background."),
        (
            {"default-graph-uri": ["evidence", "source"]},
            "this is not in gkg:evidence, gkg:source, but in gkg:background.",
        ),
        (
            {"named-graph-uri": ["background"]},
            "the graphs that are named for the query (gkg:background) leave out one that holds what it asks; "
            "with all graphs it finds something.",
        ),
        ({"default-graph-uri": ["background"]}, None),
        ({"default-graph-uri": ["source", "background"], "named-graph-uri": ["evidence"]}, None),
        ({}, None),
    ],
)
def test_the_graphs_of_the_request_count(
    server: RunningServer, asked_of: dict[str, list[str]], sentence: str | None
) -> None:
    """What is looked for elsewhere is told; where those graphs have an answer, nothing is explained."""
    text = f"SELECT * {{ <{PREFIXES['gkd']}taurine> <{PREFIXES['skos']}prefLabel> ?x }}"
    graphs: dict[str, Any] = {
        field: [f"{PREFIXES['gkg']}{name}" for name in names] for field, names in asked_of.items()
    }
    rows = server.ask(text, **graphs).json["results"]["bindings"]
    status, told = why_empty(server, query=text, **graphs)
    assert (status, bool(rows)) == (200, sentence is None)
    assert [each["reason"] for each in told] == ["not in that graph"] * (not rows)
    assert all(each["sentence"]["en"].endswith(f": {sentence}") for each in told)


def test_the_graphs_of_the_request_stand_for_those_of_the_query(server: RunningServer) -> None:
    """FROM in the text counts only where the request names no graphs."""
    text = f"ASK FROM <{PREFIXES['gkg']}source> {{ <{PREFIXES['gkd']}taurine> a ?class }}"
    status, told = why_empty(server, query=text)
    assert (status, [each["reason"] for each in told]) == (200, ["not in that graph"])
    background = f"{PREFIXES['gkg']}background"
    assert why_empty(server, query=text, **{"default-graph-uri": [background]}) == (200, [])


def test_an_unknown_graph_of_the_request_is_the_reason(server: RunningServer) -> None:
    """It is empty where the query is asked, and is named here."""
    fields = {"default-graph-uri": ["http://example.org/none"]}
    status, told = why_empty(server, query="ASK { ?s ?p ?o }", **fields)
    assert (status, [each["terms"] for each in told]) == (200, [["http://example.org/none"]])
    assert "there is no graph" in told[0]["sentence"]["en"]


def test_an_empty_catalogue_answer_is_explained(server: RunningServer) -> None:
    """The values of parameters count."""
    status, told = why_empty(server, name="evidence-on-nutrient", nutrient="gkd:alzheimer-disease")
    assert status == 200
    assert told


def test_an_answer_that_is_there_has_no_reason_to_be_empty(server: RunningServer) -> None:
    """Nothing is made up."""
    assert why_empty(server, query="ASK { ?s ?p ?o }") == (200, [])


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"name": "none"}, 404), ({"query": "ASK {"}, 400), ({}, 400), ({"query": "DROP ALL"}, 403)],
)
def test_what_cannot_be_explained_is_refused(
    server: RunningServer, fields: dict[str, str], status: int
) -> None:
    """Faulty questions get the same problems as at the endpoint."""
    assert why_empty(server, **fields)[0] == status


FAMILY = "claim|conflict|evidence|passage|place|publication|section|statement|study|variant"
"""The first words of names of which there are many."""
PATIENCE = 120
"""Seconds for which a link is asked for again and again while the server says that it is busy."""
SAMPLED = 100
"""Of links with several parameters, which are combined without end, of statements, and of files, one in so
many."""


class Crawl:
    """Follows links from the start page on, four at a time, until one of each kind is seen, or all of them.

    A kind of link is the first words of its path with the names of its parameters but the language. All
    members of a kind are asked for, unless it is one of those that have no end: then the first of the kind,
    and those whose checksum is divisible by `SAMPLED`, a choice that does not depend on the order in which
    they are found.
    """

    def __init__(self, server: RunningServer, lang: str | None = None) -> None:
        """Begin at the start page; without a language, in each, to follow one link of each kind."""
        self.seen = {f"/?lang={each}" for each in ([lang] if lang else LANGUAGES)}
        self.asked: Counter[tuple[str, ...]] = Counter()
        self.found: Counter[tuple[str, ...]] = Counter()
        self.faults: dict[str, int] = {}
        self.put_off: Counter[int] = Counter()
        self._server, self._lang = server, lang

    def run(self) -> None:
        """Ask until no link is left."""
        waiting, answered = deque(sorted(self.seen)), 0
        with ThreadPoolExecutor(4) as pool:
            under_way: set[Future[list[str]]] = set()
            while waiting or under_way:
                while waiting and len(under_way) < 4:
                    under_way.add(pool.submit(self._links, waiting.popleft()))
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for path in sorted({link for each in done for link in each.result()} - self.seen):
                    self.seen.add(path)
                    if self._is_wanted(path):
                        waiting.append(path)
                answered += len(done)
                if self._lang and answered // 200 > (answered - len(done)) // 200:
                    print(f"{answered:6} answered, {len(waiting)} waiting", flush=True)

    def _is_wanted(self, path: str) -> bool:
        kind, fields = self.kind(path), dict(parse_qsl(path.partition("?")[2]))
        if self._lang and fields.get("lang", self._lang) != self._lang:
            return False
        self.found[kind] += 1
        has_end = len(kind) <= 2 and kind[0] != "/data/statement" and "format" not in kind
        is_one_of_all = self._lang and (has_end or crc32(path.encode()) % SAMPLED == 0)
        if self.found[kind] > 1 and not is_one_of_all:
            return False
        self.asked[kind] += 1
        return True

    def _links(self, path: str) -> list[str]:
        end = monotonic() + PATIENCE
        while True:
            answer = self._server.request("GET", path, headers=HTML)
            pause = float(answer.headers.get("retry-after", "inf"))
            if answer.status not in (429, 503) or monotonic() + pause > end:
                break
            self.put_off[answer.status] += 1
            sleep(pause)  # as the server asks
        if answer.status != 200:
            self.faults[path] = answer.status
            print(answer.status, path, answer.headers.get("retry-after", ""), flush=True)
        if answer.media_type != "text/html":
            return []
        return [unescape(href) for href in re.findall(r'(?:href|src)="(/[^"#]*)', answer.body.decode())]

    @staticmethod
    def kind(path: str) -> tuple[str, ...]:
        """Return what kind of link an address is."""
        place, _, fields = path.partition("?")
        names = {name for name, _ in parse_qsl(fields, keep_blank_values=True)} - {"lang"}
        return (re.findall(rf"^/(?:data/(?:{FAMILY})(?=-)|[^/]*)", place)[0], *sorted(names))


def test_every_link_leads_somewhere(server: RunningServer) -> None:
    """One link of each kind is followed; all that `Crawl` says in the language that GLUTAKG_CRAWL names."""
    crawl = Crawl(server, os.environ.get("GLUTAKG_CRAWL"))
    crawl.run()
    for kind, asked in sorted(crawl.asked.items()):
        print(f"{asked:6} of {crawl.found[kind]:6} {' '.join(kind)}")
    print(f"{crawl.asked.total():6} of {crawl.found.total():6} links, put off: {dict(crawl.put_off)}")
    assert crawl.faults == {}
    assert {
        ("/data/claim",),
        ("/evidence", "status"),
        ("/why", "o", "p", "s"),
        ("/queries",),
    } <= crawl.asked.keys()
