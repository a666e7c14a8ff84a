"""The pages: terms, why, evidence and conflicts, in both languages and every format, whatever is asked."""

import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from jinja2 import UndefinedError
from markupsafe import Markup, escape
from places import CHECKOUT
from running_server import Response, RunningServer, running_server

import glutakg
from glutakg.cli.main import cli
from glutakg.dataset import catalogue
from glutakg.dataset.graphs import quads
from glutakg.dataset.shipped import ShippedFile
from glutakg.languages import N_
from glutakg.rdf.prefixes import PREFIXES
from glutakg.server.http.messages import SECURITY_HEADERS
from glutakg.server.http.negotiation import GRAPH_TYPES, language_of
from glutakg.server.http.problems import REASONS, Problem
from glutakg.server.pages.columns import COLUMNS, SUBJECTS
from glutakg.server.pages.html import page, read_templates, visible
from glutakg.server.pages.links import Links, address
from glutakg.server.pages.problem import problem_page
from glutakg.server.pages.request import PageRequest
from glutakg.server.workers import pages
from glutakg.server.workers.messages import PageMade
from glutakg.sparql.rows import Rows
from glutakg.store import open_store
from glutakg.store.backend import LocalBackend

TEMPLATES = sorted((CHECKOUT / "src/glutakg/server/pages/templates").glob("*.html"))
OF_OTHERS = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/small> a owl:Class ; rdfs:label "small thing" ; rdfs:subClassOf <http://example.org/big> .
<http://example.org/big> a owl:Class ; rdfs:label "big thing" .
"""
VOID = {"br", "hr", "img", "input", "link", "meta"}
GLUTAMINE, CLAIM = "/data/glutamine", "/data/claim-C054"
WHY = "/why?s=taurine&p=may%20matter%20in&o=epilepsy"
PAGES = [
    GLUTAMINE,
    "/data/magnesium",
    "/ontology/Nutrient",
    "/ontology/ExcitatoryNeurotransmitter",
    "/ontology/protectsAgainst",
    "/ontology",
    CLAIM,
    "/data/conflict-author-and-year-only",
    "/data/glutamine-synthesis-in-astrocyte",
    "/term?iri=CHEBI:18050",
    "/term?iri=glutamaat",
    WHY,
    "/why",
    "/why?s=gk:Claim&p=rdfs:subClassOf&o=gk:Nutrient",
    "/evidence",
    "/conflicts",
    "/places",
    "/data/publication-saver2015",
    "/data/epilepsy",
    "/data/gaba-shunt",
    "/data/place-synaptic-cleft",
]
RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server that is seen under a path of another one."""
    with running_server("--workers", "1", "--base-url", "https://a.example/kg/") as running:
        yield running


@pytest.fixture(scope="module")
def kg() -> Iterator[glutakg.KnowledgeGraph]:
    """Give the graph in Python, to compare pages with."""
    with glutakg.open() as opened:
        yield opened


class Page(HTMLParser):
    """A page read strictly: what is opened is closed, in order; text and attributes are kept."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which must be the one opened last."""
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        """The text of the page."""
        return " ".join(" ".join(self.text).split())


def get(server: RunningServer, path: str, **headers: str) -> Response:
    """Ask for a page as a browser does; the same page is asked for once, since nothing changes it."""
    key = (server.url, path, *sorted(headers.items()))
    if key not in _ANSWERS:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        _ANSWERS[key] = server.request("GET", path, headers={"Accept": "text/html,*/*;q=0.8", **fields})
    return _ANSWERS[key]


_ANSWERS: dict[tuple[object, ...], Response] = {}


def read(answer: Response, status: int = 200) -> Page:
    """Return the page of an answer."""
    assert (answer.status, answer.media_type) == (status, "text/html"), answer.body[:300]
    return _page(answer.body)


@cache
def _page(body: bytes) -> Page:
    return Page(body.decode())


def with_field(path: str, field: str) -> str:
    """Return an address with one field more."""
    return f"{path}{'&' if '?' in path else '?'}{field}"


class TestEveryPage:
    """What holds of all of them."""

    @pytest.mark.parametrize("lang", ["en", "nl"])
    @pytest.mark.parametrize("path", PAGES)
    def test_it_is_well_formed_and_loads_nothing_from_elsewhere(
        self, server: RunningServer, path: str, lang: str
    ) -> None:
        """Elements are closed, identifiers unique, links of a page lead somewhere in it; no inline code.

        None is heavy.
        """
        answer = get(server, with_field(path, f"lang={lang}"))
        assert len(answer.body) < 260_000  # so that it weighs less than 300 kB with its styles and scripts
        found = read(answer)
        assert found.all("html")[0]["lang"] == lang
        assert len(found.all("h1")) == len(found.all("main")) == 1
        identifiers = [each["id"] for _, each in found.elements if "id" in each]
        assert len(identifiers) == len(set(identifiers))
        for each in found.all("a"):
            if each["href"].startswith("#"):
                assert each["href"][1:] in identifiers
        assert not found.all("style")
        for tag, each in found.elements:
            assert "style" not in each
            assert not any(name.startswith("on") for name in each)
            loaded = each.get("src") or (each["href"] if tag == "link" and "href" in each else None)
            if each.get("rel") == "canonical":
                assert loaded is not None
                assert loaded.startswith("https://a.example/kg/")
            elif loaded is not None:
                assert loaded.startswith("/kg/"), loaded
            if tag == "script":
                assert "src" in each or each == {"type": "application/ld+json"}

    @pytest.mark.parametrize("path", PAGES)
    def test_it_is_secured_and_says_that_it_is_no_advice(self, server: RunningServer, path: str) -> None:
        """Every page has the security headers, and the sentence in both languages."""
        answer = get(server, path)
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name.lower()] == value
        assert "'unsafe" not in answer.headers["content-security-policy"]
        words = read(answer).words
        assert "It gives no medical advice." in words
        assert "Het geeft geen medisch advies." in words

    @pytest.mark.parametrize("path", PAGES)
    def test_headings_go_down_step_by_step(self, server: RunningServer, path: str) -> None:
        """No level is left out, as who listens to a page relies on."""
        levels = [int(tag[1]) for tag, _ in read(get(server, path)).elements if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels

    @pytest.mark.parametrize("path", PAGES)
    def test_what_can_be_filled_in_has_a_label(self, server: RunningServer, path: str) -> None:
        """Each field of a form has a label."""
        found = read(get(server, path))
        labelled = {each["for"] for each in found.all("label")}
        fields = [*found.all("select"), *(each for each in found.all("input") if each["type"] != "hidden")]
        assert {each["id"] for each in fields} == labelled

    def test_language_is_that_of_the_address_or_of_the_browser(self, server: RunningServer) -> None:
        """`lang` goes before Accept-Language; the switch leads to the same page."""
        told = {
            lang: read(get(server, GLUTAMINE + query, Accept_Language=accept)).all("html")[0]["lang"]
            for lang, query, accept in [
                ("browser", "", "nl-NL,nl;q=0.9,en;q=0.5"),
                ("address", "?lang=en", "nl"),
                ("neither", "", "fr"),
            ]
        }
        assert told == {"browser": "nl", "address": "en", "neither": "en"}
        switch = [each for each in read(get(server, GLUTAMINE)).all("a") if "hreflang" in each]
        assert [each["href"] for each in switch] == [f"/kg{GLUTAMINE}?lang={lang}" for lang in ("en", "nl")]
        assert get(server, GLUTAMINE + "?lang=fr").reason == "bad-parameter"

    def test_the_switch_keeps_what_was_filtered(self, server: RunningServer) -> None:
        """The parameters of the address stay."""
        found = read(get(server, "/evidence?status=Disputed&lang=en"))
        assert "/kg/evidence?status=Disputed&lang=nl" in [each["href"] for each in found.all("a")]

    @pytest.mark.parametrize("path", [GLUTAMINE, WHY, "/evidence", "/static/style.css"])
    def test_it_has_an_entity_tag(self, server: RunningServer, path: str) -> None:
        """The same page is not sent twice; HEAD has no body; gzip is the same page."""
        first = get(server, path)
        assert get(server, path, If_None_Match=first.headers["etag"]).status == 304
        head = server.request("HEAD", path, headers={"Accept": "text/html, text/css"})
        assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])
        packed = get(server, path, Accept_Encoding="gzip")
        assert gzip.decompress(packed.body) == first.body
        assert packed.headers["etag"] != first.headers["etag"]

    def test_unknown_files_and_parameters_are_told(self, server: RunningServer) -> None:
        """There is nothing beyond the static files; a parameter is passed over on pages alone."""
        for path in ("/static/none.css", "/static/../html.py", "/static/%2e%2e/html.py"):
            assert server.request("GET", path).reason == "not-found"
        for path in (f"{GLUTAMINE}?x=1&format=nt", "/evidence?nutrient=x&format=json", "/term", "/term?iri="):
            assert get(server, path).reason == "bad-parameter"
        assert get(server, "/search?text=x&most=3&format=json").reason == "bad-parameter"
        for path in (f"{GLUTAMINE}?utm_source=x", "/evidence?fbclid=x&status=Inaccurate", "/why?q=1"):
            read(get(server, path))
        narrowed = read(get(server, "/evidence?fbclid=x&status=Inaccurate"))
        assert "6 of 281 claims" in narrowed.words
        assert not [each for each in narrowed.all("a") if "fbclid" in each["href"]]


class TestTerm:
    """The page of a term, and its triples."""

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            (GLUTAMINE, ["amino acid", "What follows", "C068", "CHEBI:18050", "How to cite"]),
            (f"{GLUTAMINE}?lang=nl", ["Relaties", "voorwaardelijk essentieel aminozuur", "Hoe te citeren"]),
            ("/ontology/Claim", ["one atomic statement", "ondeelbare uitspraak", "What belongs to it (281)"]),
            (CLAIM, ["Nowak et al. (1984)", "for (1)", "against (4)", "characters 1804-1929"]),
            ("/term?iri=CHEBI:18050", ["L-glutamine", "is exact match of glutamine"]),
            ("/data/glutamine-synthesis-in-astrocyte", ["RHEA:16169", "Bak et al. (2006)"]),
        ],
    )
    def test_it_tells_what_is_known(self, server: RunningServer, path: str, told: list[str]) -> None:
        """Names and definition in both languages, relations, claims, evidence, matches elsewhere."""
        words = read(get(server, path)).words
        assert [each for each in told if each not in words] == []

    def test_claims_are_those_of_the_api(self, server: RunningServer, kg: glutakg.KnowledgeGraph) -> None:
        """Each claim of `term-claims` stands there with its evidence, and no other."""
        rows = kg.run("term-claims", term="glutamine")
        publications = {item.publication.label for item in next(iter(kg.evidence("C054"))).claim.evidence}
        assert isinstance(rows, Rows)
        body = get(server, GLUTAMINE).body.decode()  # many: each leads to its own page
        shown = re.findall(r'<li><a href="[^"]+">(C\d{3})</a>', body[: body.index('id="conflicts"')])
        assert shown == [str(row["claim"]) for row in rows]
        words = read(get(server, CLAIM)).words
        assert all(label in words for label in publications)

    def test_relations_are_those_of_the_api_each_with_its_reason(
        self, server: RunningServer, kg: glutakg.KnowledgeGraph
    ) -> None:
        """Every relation of `term-relations` and `term-inferences` has a link to why it holds."""
        rows = [kg.run(name, term="magnesium") for name in ("term-relations", "term-inferences")]
        others = [str(row["other"]) for found in rows if isinstance(found, Rows) for row in found]
        body = get(server, "/data/magnesium").body.decode()
        relations = body[: body.index('id="names"')]  # there, types have their reasons
        hrefs = re.findall(r'href="(/kg/why\?[^"]+)"', relations)
        assert len(hrefs) == len(others) == 27
        for href in hrefs:
            answer = server.request("GET", href.removeprefix("/kg").replace("&amp;", "&") + "&format=json")
            assert answer.json[0]["kind"] in ("asserted", "inferred", "hypothesis", "contested")

    def test_contested_relations_are_marked(self, server: RunningServer) -> None:
        """A relation that curators dispute is no plain fact on the page, and not among its triples."""
        body = get(server, GLUTAMINE).body.decode()
        assert '<span class="tag against">contested</span>' in body
        contested = PREFIXES["gkd"] + "intestinal-mucosa"
        turtle = server.request("GET", f"{GLUTAMINE}?format=nt").body.decode()
        assert f"<{PREFIXES['gk']}protects> <{contested}>" not in turtle

    @pytest.mark.parametrize("name", ["/data/glutamine", "/ontology/ExcitatoryNeurotransmitter"])
    def test_all_formats_hold_the_same_triples(self, server: RunningServer, name: str) -> None:
        """Turtle, JSON-LD, N-Triples and RDF/XML are isomorphic, and the page lists the first 300 triples."""
        found = {}
        for format, syntax in RDF_FORMATS.items():
            answer = server.request("GET", name, headers={"Accept": GRAPH_TYPES[format][0]})
            assert (answer.status, answer.media_type) == (200, GRAPH_TYPES[format][0])
            dataset = ox.Dataset(
                ox.Quad(*quad.triple) for quad in ox.parse(answer.body, format=syntax, base_iri="urn:x")
            )
            dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
            found[format] = dataset
        assert found["ttl"] == found["nt"] == found["jsonld"] == found["rdfxml"]
        assert len(found["ttl"]) > 15
        body = get(server, name).body.decode()
        table = body[body.index('<table class="triples">') :]
        assert table.count("<tr>") - 1 == min(len(found["ttl"]), 200)

    @pytest.mark.parametrize(
        ("path", "shown"),
        [("/ontology/Inference", 200), ("/ontology/SubclassRule", 50), ("/data/human-body", 50)],
    )
    def test_no_list_is_without_end(self, server: RunningServer, path: str, shown: int) -> None:
        """Of many members and relations some are shown, with how many there are; the page stays light."""
        body = get(server, f"{path}?lang=en").body.decode()
        assert len(body) < 260_000
        cut = re.findall(r'<a href="#data">(\d+) of (\d+) are shown', body)
        assert cut
        assert all(int(some) == shown < int(count) for some, count in cut)

    def test_what_contested_statements_alone_name_is_a_term(self, server: RunningServer) -> None:
        """An inference from a claim that is not accepted has a page, which says why."""
        inference = server.value(
            f"PREFIX gk: <{PREFIXES['gk']}> SELECT ?s FROM <{PREFIXES['gkg']}contested> "
            "{ ?s gk:byRule gk:RestrictionRule } LIMIT 1"
        )
        name = inference.removeprefix(PREFIXES["gkd"])
        assert get(server, f"/data/{name}").status == 200
        why = urlencode({"s": f"gkd:{name}", "p": "gk:byRule", "o": "gk:RestrictionRule"})
        assert get(server, f"/why?{why}").status == 200

    @pytest.mark.parametrize("iri", ["gkg:contested", f"{PREFIXES['gkg']}contested"])
    def test_a_graph_leads_to_the_list_of_graphs(self, server: RunningServer, iri: str) -> None:
        """Answers name graphs, which are no terms."""
        answer = get(server, f"/term?{urlencode({'iri': iri, 'lang': 'nl'})}")
        assert (answer.status, answer.headers["location"]) == (
            303,
            "/kg/queries/triple-counts-by-graph?lang=nl",
        )

    def test_a_text_that_is_claimed_of_something_is_no_link(self, server: RunningServer) -> None:
        """The object of a claim may be a text."""
        body = get(server, "/data/claim-C008?lang=en").body.decode()
        (triple,) = re.findall(r'<p class="triple">.*</p>', body)
        assert triple.endswith('<span lang="en">junction between two neurons</span></p>')
        assert triple.count("<a ") == 2

    def test_the_triples_are_those_of_the_store(self, server: RunningServer) -> None:
        """They are all that the default graph says with the term as subject or object."""
        iri = f"<{PREFIXES['gkd']}glutamine>"
        incoming = f"?s ?p {iri} FILTER(ISIRI(?s) && ?s != {iri})"
        counted = server.value(f"SELECT (COUNT(*) AS ?n) {{ {{ {iri} ?p ?o }} UNION {{ {incoming} }} }}")
        assert server.request("GET", f"{GLUTAMINE}?format=nt").body.count(b"\n") == int(counted)

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            (None, "text/html"),
            ("*/*", "text/html"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
            ("text/turtle", "text/turtle"),
            ("application/ld+json", "application/ld+json"),
            ("application/n-triples", "application/n-triples"),
            ("application/rdf+xml", "application/rdf+xml"),
            ("text/html;q=0.5, text/turtle", "text/turtle"),
            ("text/turtle;q=0.2, application/rdf+xml;q=0.9, */*;q=0.1", "application/rdf+xml"),
            ("text/html;q=0, */*;q=0.5", "text/turtle"),
            ("image/png", "application/problem+json"),
        ],
    )
    def test_the_format_is_negotiated(
        self, server: RunningServer, accept: str | None, media_type: str
    ) -> None:
        """By Accept, HTML first among equals."""
        answer = server.request("GET", "/data/magnesium", headers={"Accept": accept} if accept else {})
        assert answer.media_type == media_type
        assert answer.status == (406 if media_type == "application/problem+json" else 200)
        if answer.status == 200:
            assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))

    def test_a_format_of_the_address_goes_before_accept(self, server: RunningServer) -> None:
        """`format` names it; one that there is not is told."""
        assert get(server, "/data/magnesium?format=jsonld").media_type == "application/ld+json"
        assert get(server, "/data/magnesium?format=csv").reason == "bad-parameter"

    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_an_unknown_term_has_a_page_that_suggests_others(self, server: RunningServer, lang: str) -> None:
        """Status 404, in the language of the reader, with links to what was perhaps meant."""
        found = read(get(server, f"/data/glutamin?lang={lang}"), 404)
        assert f"/kg/term?iri=gkd%3Aglutamine&lang={lang}" in [each["href"] for each in found.all("a")]
        assert ("Did you mean" if lang == "en" else "Bedoelde u") in found.words
        told = server.request("GET", "/data/glutamin", headers={"Accept": "text/turtle"})
        assert (told.status, told.reason) == (404, "not-found")
        assert "gkd:glutamine" in told.json["suggestions"]

    @pytest.mark.parametrize("iri", ["gkd:glutamine", "glutamine", f"{PREFIXES['gkd']}glutamine"])
    def test_a_term_is_found_by_any_name(self, server: RunningServer, iri: str) -> None:
        """A CURIE, a name and an IRI lead to the same triples."""
        there = server.request("GET", f"/term?iri={quote(iri, safe='')}&format=nt").body
        assert there == server.request("GET", f"{GLUTAMINE}?format=nt").body

    def test_the_picture_has_no_script_and_says_what_it_shows(self, server: RunningServer) -> None:
        """It is an SVG with a title, whose neighbours are links."""
        body = get(server, "/data/magnesium").body.decode()
        section = body[body.index('id="neighbourhood"') :]
        svg = section[section.index("<svg") : section.index("</svg>")]
        assert "<title>magnesium: 6 of its relations" in svg
        assert svg.count("<a href=") == 6
        assert "<script" not in svg


class TestPagesByKind:
    """What a page shows because of what its term is."""

    @pytest.mark.parametrize(
        ("path", "told"),
        [
            (CLAIM, ["magnesium protects against excitotoxicity", "for (1)", "against (4)"]),
            (
                "/data/glutamine-synthesis-in-astrocyte",
                [
                    "Balanced equation",
                    "L-glutamate(1-) C 5 H 8 NO 4",
                    "becomes",
                    "glutamine synthetase (GLUL)",
                ],
            ),
            ("/data/glutamate-uptake-by-astrocyte", ["3 sodium", "From where to where", "synaptic cleft"]),
            (
                "/data/publication-saver2015",
                ["Prehospital Use of Magnesium Sulfate", "C054", "contradicts", "1700", "857/843", "placebo"],
            ),
            (
                "/data/epilepsy",
                ["Hypotheses", "may be influenced by", "nervous system disorder MONDO:0005071"],
            ),
            ("/data/gaba-shunt", ["Steps in order", "GABA synthesis", "carried out by"]),
            ("/data/conflict-autism", ["Both sides, and what would decide", "Would decide"]),
            ("/data/place-synaptic-cleft", ["Pools (4)", "glutamate in the synaptic cleft"]),
        ],
    )
    def test_it_tells_what_such_a_thing_is_looked_up_for(
        self, server: RunningServer, path: str, told: list[str]
    ) -> None:
        """Each kind of thing has what people look for on its page."""
        words = read(get(server, with_field(path, "lang=en"))).words.replace(" )", ")").replace("( ", "(")
        assert [each for each in told if each not in words] == []

    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_the_contents_lead_to_every_section(self, server: RunningServer, lang: str) -> None:
        """The list at the side has a link to each heading of the second level, in order."""
        page = read(get(server, with_field("/data/epilepsy", f"lang={lang}")))
        headings = [each["id"] for each in page.all("h2") if "id" in each]
        linked = [each["href"][1:] for each in page.all("a") if each.get("href", "").startswith("#")]
        assert len(headings) > 5
        assert [each for each in linked if each in headings] == headings

    def test_identifiers_are_there_to_be_copied(self, server: RunningServer) -> None:
        """The CURIE, the IRI and identifiers elsewhere have a button, which scripts show."""
        buttons = [e for e in read(get(server, "/data/epilepsy")).all("button") if "data-copy" in e]
        copied = {each["data-copy"] for each in buttons}
        assert {"gkd:epilepsy", f"{PREFIXES['gkd']}epilepsy", "MONDO:0005027"} <= copied
        assert all("hidden" in each and each["aria-label"] for each in buttons)

    def test_what_is_said_again_is_folded(self, server: RunningServer) -> None:
        """What follows by an inverse or a broader property stands apart from what is new."""
        body = get(server, "/data/glutamine-synthesis-in-astrocyte?lang=en").body.decode()
        again = body[body.index("The same from the other side, or less exactly") :]
        again = again[: again.index("</details>")]
        rules = set(re.findall(r"inference, ([a-z ]+)<", again))
        assert rules <= {"inverse property rule", "subproperty rule", "inverse rule"}
        assert len(rules) > 0


class TestWhy:
    """Why a triple holds, as the command tells it."""

    @pytest.mark.parametrize(
        ("accept", "format"),
        [
            ("application/json", "json"),
            ("text/turtle", "ttl"),
            ("text/vnd.mermaid", "mermaid"),
            ("text/plain", "tree"),
        ],
    )
    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_it_is_the_answer_of_the_command(
        self, server: RunningServer, accept: str, format: str, lang: str
    ) -> None:
        """Each format has the same text."""
        arguments = ["why", "taurine", "may matter in", "epilepsy", "--format", format, "--lang", lang]
        told = CliRunner().invoke(cli, arguments).stdout
        answer = server.request("GET", f"{WHY}&lang={lang}", headers={"Accept": accept})
        assert (answer.status, answer.media_type) == (200, accept)
        assert answer.body.decode().strip() == told.strip()
        assert server.request("GET", f"{WHY}&lang={lang}&format={format}").body == answer.body

    def test_a_name_with_letters_beyond_ascii_is_in_the_tree(self, server: RunningServer) -> None:
        """Lines with such are laid out by a library, which the process that answers has read before."""
        asked = "/why?s=magnesium&p=protects+against&o=excitotoxicity&format=tree"
        answer = server.request("GET", asked)
        assert (answer.status, answer.media_type) == (200, "text/plain")
        assert "Słomka et al. (2008)" in answer.body.decode()

    def test_the_page_goes_down_to_publications(self, server: RunningServer) -> None:
        """A hypothesis, its premises, the claims that state them and their evidence."""
        words = read(get(server, WHY)).words
        for told in ("hypothesis by the property chain rule", "taurine protects against", "C058", "Menzie"):
            assert told in words

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("s=glutamine&p=protects&o=intestinal+mucosa", "contested: claimed"),
            ("s=glutamine&p=binds&o=glutamate+receptor", "denied by a claim"),
            ("s=gkd:epilepsy&p=gk:protectsAgainst&o=gkd:taurine", "nothing supports it"),
            ("s=gkd:taurine&p=a&o=gk:Nutrient", "asserted in"),
        ],
    )
    def test_each_kind_of_answer_has_its_words(self, server: RunningServer, asked: str, told: str) -> None:
        """What is contested, denied or unsupported is said to be so."""
        assert told in read(get(server, f"/why?{asked}")).words

    def test_it_starts_no_reasoner_and_says_what_to_run(self, server: RunningServer) -> None:
        """What only a reasoner can tell is never told to be unsupported without saying so."""
        path = "/why?s=gk:ExcitatoryNeurotransmitter&p=rdfs:subClassOf&o=gk:ChemicalMessenger"
        command = "glutakg why gk:ExcitatoryNeurotransmitter rdfs:subClassOf gk:ChemicalMessenger"
        assert command in read(get(server, path)).words
        told = server.request("GET", path, headers={"Accept": "application/json"})
        assert (told.status, told.reason, told.json["command"]) == (422, "needs-reasoner", command)
        stated = server.request("GET", "/why?s=gk:Reaction&p=rdfs:subClassOf&o=gk:Step&format=json")
        assert stated.json[0]["kind"] == "asserted"

    def test_a_part_that_is_missing_is_told(self, server: RunningServer) -> None:
        """Without anything there is a form, in a browser only."""
        assert get(server, "/why?s=taurine&p=a").reason == "bad-parameter"
        assert server.request("GET", "/why?format=json").reason == "bad-parameter"
        forms = [each["action"] for each in read(get(server, "/why")).all("form")]
        assert forms == ["/kg/search", "/kg/why"]


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "' OR 1=1",
    "} DELETE WHERE { ?s ?p ?o } #",
    "<http://x> . } INSERT DATA { <a> <b> <c> } #",
    "https://w3id.org/glutakg/data/x> ?p ?o . SERVICE <http://127.0.0.1/> { ?s",
    "\x00",
    "\x1b[2J",
    "\u202eevil",
    "\\u0053ERVICE",
    "a\r\nSet-Cookie: x=1",
    "../../../../etc/passwd",
    "//evil.example/",
    "file:///etc/passwd",
    "_:b0",
    "gkd:",
    ":",
    "\uffff",
    "\U0001f9e0" * 100,
    "x" * 999,
    "((((((" * 100,
    "{{7*7}}",
    "%s%n",
    "urn:x:" + "y" * 400,
]


class TestHostile:
    """Whatever is sent is shown as text or refused, and the next question is answered."""

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_nothing_that_is_asked_breaks_a_page(self, server: RunningServer, text: str) -> None:
        """No fault of the server, no markup of the sender; problems in their form."""
        sent = quote(text, safe="")
        for path in (
            f"/data/{sent}",
            f"/ontology/{sent}",
            f"/term?iri={sent}",
            f"/why?s={sent}&p=a&o=gk:Nutrient",
            f"/why?s=taurine&p={sent}&o=gk:Nutrient&format=json",
            f"/why?s=taurine&p=a&o={sent}",
            f"/evidence?term={sent}",
            f"/evidence?word={sent}",
            f"/evidence?kind={sent}",
            f"/conflicts?term={sent}",
            f"/conflicts?aspect={sent}",
        ):
            answer = get(server, path)
            assert answer.status in (200, 400, 404), (path, answer.status, answer.body[:300])
            assert "set-cookie" not in answer.headers
            if answer.media_type == "text/html":
                found = Page(answer.body.decode())
                assert all("src" in each or "type" in each for each in found.all("script"))
                assert len(found.all("script")) <= 1
                assert not found.all("img")
                assert not any("javascript:" in each["href"][:12] for each in found.all("a"))
                assert "\u202e" not in answer.body.decode()
            else:
                assert answer.reason in ("bad-parameter", "not-found")
        assert server.request("GET", "/health").status == 200

    def test_bytes_that_are_no_text_are_refused(self, server: RunningServer) -> None:
        """What is not UTF-8, or escaped wrongly, is a fault of who sends it."""
        for path in ("/term?iri=%ff", "/why?s=%zz&p=a&o=b", "/evidence?word=%c3%28"):
            assert get(server, path).reason == "bad-request"
        assert get(server, "/data/%ff").status == 404

    def test_labels_from_data_are_escaped(self, tmp_path: Path) -> None:
        """Markup in a label, a comment or a link of the data is shown as text, and leads nowhere."""
        evil = "<script>alert(1)</script>\"'&"
        data = tmp_path / "evil.ttl"
        data.write_text(
            f"""\
@prefix gkd: <{PREFIXES["gkd"]}> .
@prefix rdfs: <{PREFIXES["rdfs"]}> .
@prefix skos: <{PREFIXES["skos"]}> .
gkd:glutamine skos:prefLabel {json.dumps(evil)}@en , "\u202eevil"@en ;
  rdfs:comment {json.dumps(evil)}@en ;
  skos:exactMatch <javascript:alert(1)> , <data:text/html,x> , <http://evil.example/'onclick=x> .
<javascript:alert(2)> rdfs:seeAlso gkd:glutamine .
""",
            encoding="utf-8",
        )
        with open_store() as shipped:
            shutil.copytree(f"{shipped.location}/rocksdb", tmp_path / "rocksdb")
        store = ox.Store(str(tmp_path / "rocksdb"))
        store.extend(quads([ShippedFile(data, "background")]))
        for lang in ("en", "nl"):
            request = PageRequest(
                "term",
                GLUTAMINE,
                {"iri": PREFIXES["gkd"] + "glutamine"},
                lang=lang,
                address="http://localhost",
                version="0",
            )
            reply, body = pages.answer(LocalBackend(store), request)
            assert reply == PageMade()
            found = Page(body.decode())
            scripts = [each for each in found.all("script") if "src" not in each]
            assert scripts == [{"type": "application/ld+json"}]
            assert evil in "".join(found.text)
            assert "\u202e" not in body.decode()
            hrefs = [each["href"] for each in found.all("a")]
            assert all(re.match(r"/|#|https?://", href) for href in hrefs)


def listed(server: RunningServer, path: str) -> list[str]:
    """Return the claims that a list shows, on all its parts."""
    parts = max(map(int, re.findall(r"[;?]page=(\d+)", get(server, path).body.decode())), default=1)
    pages = [read(get(server, with_field(path, f"page={part}"))) for part in range(1, parts + 1)]
    return [each["id"] for page in pages for each in page.all("tr") if "id" in each]


class TestEvidencePage:
    """All claims, filtered without any script."""

    @pytest.mark.parametrize(
        "filters",
        [
            {},
            {"status": "Disputed"},
            {"kind": "ProtectiveEffectClaim"},
            {"hedge": "Can", "status": "Supported"},
            {"balance": "against"},
            {"balance": "both"},
            {"balance": "none", "status": "Preliminary"},
            {"term": "magnesium"},
            {"word": "ammonia"},
            {"word": "c054", "status": ""},
        ],
        ids=str,
    )
    def test_the_claims_are_those_that_fit(
        self, server: RunningServer, kg: glutakg.KnowledgeGraph, filters: dict[str, str]
    ) -> None:
        """The same as the Python interface gives."""
        claims = kg.claims(term=filters.get("term"))
        wanted = []
        for claim in claims:
            stances = {item.stance.label for item in claim.evidence}
            balance = filters.get("balance")
            fits = {
                None: True,
                "against": "contradicts" in stances,
                "both": {"supports", "contradicts"} <= stances,
                "none": not stances,
            }
            named = {
                name: getattr(claim, name).iri.rpartition("/")[2] for name in ("kind", "status", "hedge")
            }
            text = f"{claim.identifier} {claim.paraphrase}".lower()
            if (
                fits[balance]
                and all(filters.get(name) in (None, "", value) for name, value in named.items())
                and filters.get("word", "") in text
            ):
                wanted.append(claim.identifier)
        path = "/evidence?" + "&".join(f"{name}={value}" for name, value in filters.items())
        found = read(get(server, path))
        assert sorted(listed(server, path)) == wanted != []
        assert f"{len(wanted)} of 281 claims" in found.words
        selected = [each["value"] for each in found.all("option") if "selected" in each]
        assert selected == [
            filters[name] for name in ("status", "kind", "hedge", "balance") if filters.get(name)
        ]

    def test_each_claim_opens_to_offsets_and_evidence(self, server: RunningServer) -> None:
        """Offsets, paraphrase, both sides."""
        found = read(get(server, "/evidence?word=C054&lang=nl"))
        assert [each["id"] for each in found.all("tr") if "id" in each] == ["C054"]
        for told in ("tekens 1804-1929", "voor (1)", "tegen (4)", "Saver et al. (2015)"):
            assert told in found.words

    @pytest.mark.parametrize(
        "filters",
        [
            {"stance": "Contradicts"},
            {"design": "RandomisedControlledTrial", "stance": "Contradicts", "since": "2010"},
            {"species": "mus-musculus", "term": "magnesium"},
            {"system": "InVitro", "until": "2000"},
            {"population": "population-healthy-adults"},
        ],
        ids=str,
    )
    def test_evidence_is_chosen_as_by_the_interface(
        self, server: RunningServer, kg: glutakg.KnowledgeGraph, filters: dict[str, str]
    ) -> None:
        """The claims with such evidence, on the page, as JSON and as CSV; a facet counts what it leaves."""
        labels = {
            "Contradicts": "contradicts", "RandomisedControlledTrial": "randomised controlled trial",
            "mus-musculus": "house mouse", "InVitro": "in vitro",
            "population-healthy-adults": "healthy adults",
        }  # fmt: skip
        asked = {name: labels.get(value, value) for name, value in filters.items()}
        years = {name: int(asked.pop(name)) for name in ("since", "until") if name in asked}
        wanted = kg.evidence(asked.pop("term", None), **asked, **years)  # type: ignore[arg-type]
        path = "/evidence?" + "&".join(f"{name}={value}" for name, value in filters.items())
        answer = get(server, path)
        shown = set(listed(server, path))
        assert shown == {each.claim.identifier for each in wanted} != set()
        told = get(server, path + "&format=json").json
        items = {item["iri"] for each in told for item in each["items"]}
        assert items == {item.iri for each in wanted for item in each.items}
        lines = list(csv.DictReader(get(server, path + "&format=csv").body.decode().splitlines()))
        assert len(lines) == sum(len(each.items) for each in wanted)
        for name, value in filters.items():
            if name not in ("since", "until", "term"):
                chosen = re.search(rf'value="{value}" selected>[^<]*\((\d+)\)<', answer.body.decode())
                assert chosen is not None, name
                assert int(chosen[1]) == len(shown)

    def test_the_most_contested_claims_stand_first(
        self, server: RunningServer, kg: glutakg.KnowledgeGraph
    ) -> None:
        """Unless another order is asked for."""
        claims = {claim.identifier: claim for claim in kg.claims()}
        shown = [each["id"] for each in read(get(server, "/evidence")).all("tr") if "id" in each]
        least = [min(claims[each].balance[:2]) for each in shown]
        assert least == sorted(least, reverse=True)
        in_source = [
            each["id"] for each in read(get(server, "/evidence?sort=source")).all("tr") if "id" in each
        ]
        assert in_source == sorted(in_source, key=lambda each: (claims[each].start, each))
        assert in_source != shown

    def test_a_value_that_there_is_not_is_told(self, server: RunningServer) -> None:
        """With those that there are."""
        assert "four digits" in get(server, "/evidence?since=soon").json["detail"]
        answer = get(server, "/evidence?status=Wrong")
        assert answer.reason == "bad-parameter"
        assert "Disputed" in answer.json["detail"]
        read(get(server, "/evidence?term=magnesiumm"), 404)
        for part in ("0", "16", "x", "9" * 400):
            assert "15" in get(server, f"/evidence?page={part}").json["detail"]
        assert "Nothing matches" in read(get(server, "/evidence?word=zzzz")).words


def conflicts_in(page: Page) -> list[str]:
    """Return the conflicts that the list of a page leads to."""
    return re.findall(r"[?&]show=(\w+)[^ ]*#details", " ".join(each["href"] for each in page.all("a")))


class TestConflictsPage:
    """All conflicts, by aspect."""

    @pytest.mark.parametrize("filters", [{}, {"type": "Contradiction"}, {"term": "magnesium"}], ids=str)
    def test_the_conflicts_are_those_that_fit(
        self, server: RunningServer, kg: glutakg.KnowledgeGraph, filters: dict[str, str]
    ) -> None:
        """The same as the Python interface gives, each once."""
        wanted = kg.conflicts(filters.get("term"), type=filters.get("type"))
        path = "/conflicts?" + "&".join(f"{name}={value}" for name, value in filters.items())
        found = read(get(server, path))
        assert sorted(conflicts_in(found)) == [each.conflict.identifier for each in wanted] != []
        for each in wanted[:3]:
            told = read(get(server, with_field(path, f"show={each.conflict.identifier}"))).words
            assert each.conflict.explanation in told
            assert (each.conflict.would_decide or "") in told
        assert "E02" in get(server, "/conflicts?show=E99").json["detail"]

    def test_they_can_be_had_as_data(self, server: RunningServer, kg: glutakg.KnowledgeGraph) -> None:
        """The same conflicts as JSON, and each member of one as a line of CSV."""
        told = get(server, "/conflicts?type=Contradiction&format=json").json
        wanted = kg.conflicts(type="contradiction")
        assert [each["conflict"]["identifier"] for each in told] == [
            each.conflict.identifier for each in wanted
        ]
        lines = list(
            csv.DictReader(get(server, "/conflicts?type=Contradiction&format=csv").body.decode().splitlines())
        )
        sides = [side for each in wanted for side in (each.first_side, each.second_side, each.no_side)]
        assert len(lines) == sum(map(len, sides))

    def test_an_aspect_that_there_is_chooses(self, server: RunningServer) -> None:
        """Each aspect that the form offers has conflicts, and names how many."""
        offered = read(get(server, "/conflicts")).all("select")
        assert [each["name"] for each in offered] == ["type", "aspect"]
        body = get(server, "/conflicts").body.decode()
        aspects = body[body.index('id="filter-aspect"') : body.index('id="filter-term"')]
        options = re.findall(r'<option value="(\w+)">[^<]+ \((\d+)\)</option>', aspects)
        assert len(options) > 5
        for name, count in options:
            found = read(get(server, f"/conflicts?aspect={name}"))
            assert len(conflicts_in(found)) == int(count)


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class TestCited:
    """What search engines, other pages and people cite."""

    @pytest.mark.parametrize("lang", ["en", "nl"])
    @pytest.mark.parametrize("path", ["/", "/data/taurine", "/ontology/Nutrient"])
    def test_a_page_says_what_it_is_on(self, server: RunningServer, path: str, lang: str) -> None:
        """A description, the canonical address, other languages, and a data block that is JSON."""
        body = get(server, with_field(path, f"lang={lang}")).body.decode()
        found = Page(body)
        described = {each.get("name"): each.get("content", "") for each in found.all("meta")}
        assert len(described["description"]) > 20
        links = {each.get("hreflang", each["rel"]): each["href"] for each in found.all("link")}
        assert links["canonical"] == f"https://a.example/kg{path}?lang={lang}"
        assert {"en", "nl"} <= links.keys()
        pictures = [each["content"] for each in found.all("meta") if each.get("property") == "og:image"]
        assert pictures == [f"https://a.example/kg/cycle.png?lang={lang}"]
        [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)
        block = json.loads(told)
        assert (block["@context"], block["inLanguage"]) == ("https://schema.org", lang)
        assert block["@type"] == ("Dataset" if path == "/" else "DefinedTerm")

    def test_a_term_is_cited_with_bibtex(self, server: RunningServer) -> None:
        """With its IRI and the version of the data."""
        words = read(get(server, "/data/taurine?lang=en")).words
        assert (
            "@misc{glutakg-taurine, author = {{The glutakg contributors}}, title = {glutakg: taurine}"
            in words
        )
        assert "url = {https://w3id.org/glutakg/data/taurine}" in words

    def test_the_map_of_the_site_lists_pages_that_are_there(self, server: RunningServer) -> None:
        """Each term of ours in both languages; crawlers are told where it is, and what to leave alone."""
        told = server.request("GET", "/sitemap.xml").body.decode()
        listed = re.findall("<loc>https://a.example/kg(.*?)</loc>", told)
        assert len(listed) == len(set(listed)) > 1_000
        assert {"/?lang=en", "/?lang=nl", "/data/taurine?lang=nl", "/ontology/Claim?lang=en"} <= {*listed}
        for path in listed[:: len(listed) // 7]:
            assert get(server, path).status == 200, path
        robots = server.request("GET", "/robots.txt").body.decode().splitlines()
        assert "Disallow: /kg/sparql" in robots
        assert robots[-1] == "Sitemap: https://a.example/kg/sitemap.xml"

    def test_files_with_a_hash_in_their_name_are_kept(self, server: RunningServer) -> None:
        """Those that pages load; the same file under its plain name is asked for again."""
        found = read(get(server, "/data/taurine"))
        sheets = [each["href"] for each in found.all("link") if each["rel"] == "stylesheet"]
        assert len(sheets) == 2
        for sheet in sheets:
            kept = server.request("GET", sheet.removeprefix("/kg"))
            assert "immutable" in kept.headers["cache-control"]
            name = re.sub(r"\.[0-9a-f]{12}\.", ".", sheet.removeprefix("/kg"))
            plain = server.request("GET", name)
            assert (plain.body, plain.headers["cache-control"]) == (kept.body, "no-cache")


class TestWordsOfOthers:
    """What has no Dutch name, on Dutch pages."""

    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_names_in_english_are_marked_and_told(self, lang: str) -> None:
        """A class of an imported ontology and the one above it; the English page says nothing of it."""
        store = ox.Store()
        store.load(OF_OTHERS.encode(), ox.RdfFormat.TURTLE)
        asked = PageRequest("term", "/term", {"iri": "http://example.org/small"}, lang=lang)
        _made, body = pages.answer(LocalBackend(store), asked)
        text, is_dutch = body.decode(), lang == "nl"
        assert ('<h1 lang="en">small thing</h1>' in text) == is_dutch
        assert ("<h1>small thing</h1>" in text) == (not is_dutch)
        assert ('<span lang="en">big thing</span>' in text) == is_dutch
        assert ("heeft geen Nederlandse naam in de ontologie" in text) == is_dutch
        assert "has no Dutch name" not in text

    def test_what_is_named_here_is_in_dutch(self, server: RunningServer) -> None:
        """A type from ECO whose Dutch name is ours, beside a type of ours."""
        body = get(server, "/data/evidence-C054-1?lang=nl").body.decode()
        assert '<span class="kind"><a href="/kg/ontology/EvidenceItem?lang=nl">bewijsstuk</a></span>' in body
        assert "uitspraak van auteurs" in body
        assert "author statement" not in body

    def test_the_heading_is_in_the_language_of_the_page(self, server: RunningServer) -> None:
        """Terms of other ontologies; their Dutch names are ours, as what belongs to them is."""
        body = get(server, "/term?iri=CHEBI:33675&lang=nl").body.decode()
        assert "<h1>moleculaire entiteit van het p-blok</h1>" in body
        assert "<h1>glutakg: ontologie van" in get(server, "/ontology?lang=nl").body.decode()
        here = get(server, "/term?iri=CHEBI:33675&lang=en").body.decode()
        assert "<h1>p-block molecular entity</h1>" in here
        body = get(server, "/term?iri=UBERON:0000955&lang=nl").body.decode()
        assert "<h1>hersenen</h1>" in body
        assert '/data/brain?lang=nl">hersenen</a>' in body

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("claim-C054", "<dd>omstreden: Spanningsafhankelijke blokkade van de NMDA-receptor staat vast;"),
            ("study-fastmag", "<dd>geen significante verschuiving (P-waarde afgebroken"),
            ("publication-fernstrom2018", "<dd>De bloed-hersenbarrière houdt glutamaat tegen."),
            ("publication-akobeng2016", "<dd>QxMD-record 26853855 (titel, auteurs); pagina CD007348.pub2"),
            ("measurement-glutamate-per-cystine-of-xct", "<dd>UniProt Q9UPY5 (tekst over de functie)"),
            ("alpha-lipoic-acid", '<dd><span lang="nl">Getypeerd met de algemene klasse'),
        ],
    )
    def test_notes_of_ours_are_in_dutch(self, server: RunningServer, name: str, shown: str) -> None:
        """In place of the English ones, and not marked as words of others."""
        body = get(server, f"/data/{name}?lang=nl").body.decode()
        assert shown in body
        assert '<dd><span lang="en">Typed by' not in body


class TestAnswerPage:
    """A query with its answer as a table."""

    @pytest.mark.parametrize("lang", ["en", "nl"])
    def test_the_table_has_the_rows_of_the_answer(self, server: RunningServer, lang: str) -> None:
        """In order, with links to claims, beside the text that ran; other fields are ignored."""
        path = f"/queries/evidence-on-nutrient?nutrient=magnesium&lang={lang}"
        rows = server.request("GET", path, headers={"Accept": "application/json"}).json["results"]["bindings"]
        found = read(get(server, f"{path}&utm_source=x", **BROWSER))
        assert len(found.all("tr")) == len(rows) + 1 > 2
        assert {row["claim"]["value"] for row in rows} == {"C054"}
        assert f"/kg/data/claim-C054?lang={lang}" in {each.get("href") for each in found.all("a")}
        [field] = [each for each in found.all("input") if each.get("name") == "nutrient"]
        assert field["value"] == "magnesium"
        text = server.request("GET", path, headers={"Accept": "application/sparql-query"}).body.decode()
        assert "VALUES ?nutrient { gkd:magnesium }" in text
        assert " ".join(text.split()) in found.words
        heads = {"en": ["claim", "stance", "bears on"], "nl": ["bewering", "standpunt", "gaat over"]}[lang]
        assert all(f"{each} " in found.words for each in heads)

    def test_every_column_and_subject_of_the_catalogue_has_a_name(self) -> None:
        """A Dutch page has no heading in English but for what has no Dutch word."""
        folder = CHECKOUT / "queries"
        files = [file for file in folder.glob("*/*.expected.tsv") if file.parent.name != "program"]
        heads = [file.read_text(encoding="utf-8").splitlines()[0].split("\t") for file in files]
        named = {each.strip("?") for head in heads for each in head}
        assert {each.replace("_", " ") for each in named} == COLUMNS
        assert {query.subject for query in catalogue().values()} == SUBJECTS

    def test_statuses_and_stances_look_as_everywhere(self, server: RunningServer) -> None:
        """As terms whatever the column, and by their labels in columns of such alone."""
        query = (
            "SELECT ?x ?claim_status ?item_stance ?substance {"
            " VALUES (?x ?claim_status ?item_stance ?substance) {"
            f" (<{PREFIXES['gk']}Disputed> 'inaccurate' 'spreekt tegen'@nl 'disputed') }} }}"
        )
        body = get(server, f"/query?{urlencode({'query': query, 'lang': 'en'})}", **BROWSER).body.decode()
        cells = re.findall("<td>(.*?)</td>", body)
        icon = '<span class="icon" aria-hidden="true">'
        assert f'<span class="tag status Disputed">{icon}◑</span> disputed</span>' in cells[0]
        assert cells[1:] == [
            f'<span class="tag status Inaccurate">{icon}✕</span> inaccurate</span>',
            '<span lang="nl"><span class="tag against">spreekt tegen</span></span>',
            "disputed",
        ]

    def test_numbers_of_things_are_drawn_by_the_server(self, server: RunningServer) -> None:
        """A bar for each row, with the number of the row; no chart where no column names each row."""
        query = "SELECT ?x ?n { VALUES (?x ?n) { ('b' 3) ('a<' 1.5) } } ORDER BY DESC(?n)"
        body = get(server, f"/query?{urlencode({'query': query})}", **BROWSER).body.decode()
        assert re.findall(r'class="faint value"[^>]*>([^<]+)<', body) == ["3", "1.5"]
        assert "<title>a&lt;</title>" in body
        none = get(server, f"/query?{urlencode({'query': query.replace('b', 'a<')})}", **BROWSER)
        assert b'id="answer-chart"' not in none.body

    def test_files_of_an_answer_have_a_language_where_the_query_does(self, server: RunningServer) -> None:
        """Elsewhere they are refused for a parameter that the query does not have."""
        for name, field in (("pool-counts-by-dead-end", ""), ("protective-nutrients", "&lang=nl")):
            found = read(get(server, f"/queries/{name}?lang=nl" if field else f"/queries/{name}", **BROWSER))
            files = [each["href"] for each in found.all("a") if "format=" in each.get("href", "")]
            assert files == [
                f"/kg/queries/{name}?format={format}{field}" for format in ("json", "csv", "tsv", "xml")
            ]
            assert {get(server, path.removeprefix("/kg")).status for path in files} == {200}

    def test_a_graph_is_shown_as_triples(self, server: RunningServer) -> None:
        """Each once, with the formats of a graph; terms have their labels."""
        told = server.request("GET", "/queries/cycle-as-graph?format=nt").body.decode()
        found = read(get(server, "/queries/cycle-as-graph?lang=nl", **BROWSER))
        assert len(found.all("tr")) == len(told.splitlines()) + 1 > 10
        assert any("format=ttl" in each.get("href", "") for each in found.all("a"))
        assert "glutamaat in de synaptische spleet" in found.words

    def test_what_sees_slices_alone_says_so(self, server: RunningServer) -> None:
        """In the language of the page, and what an empty answer may be due to."""
        path = "/queries/cells-in-body-part?lang=nl"
        told = "Dit ziet een uitsnede, niet de hele ontologie, van: cl, uberon."
        found = read(get(server, path, **BROWSER)).words
        assert told in found
        assert "glutakg import" not in found
        nothing = read(get(server, f"{path}&part=UBERON:0002048", **BROWSER)).words
        assert told in nothing
        assert "glutakg import cl" in nothing

    def test_a_query_of_the_catalogue_is_known_by_its_text(self, server: RunningServer) -> None:
        """With other values in it as well; the form has them, and the title is its title."""
        text = catalogue()["evidence-on-nutrient"].text.replace("gkd:magnesium", "gkd:taurine")
        found = read(get(server, f"/query?{urlencode({'query': text, 'lang': 'en'})}", **BROWSER))
        assert "Evidence for and against a nutrient" in found.words
        [field] = [each for each in found.all("input") if each.get("name") == "nutrient"]
        assert field["value"] == "taurine"
        assert "C058" in found.words

    def test_the_rules_that_rewrote_a_query_are_named_on_request(self, server: RunningServer) -> None:
        """The text that ran stays what is shown."""
        query = "SELECT (MAX(?n) AS ?most) WHERE { VALUES ?n { 10 '9' } }"
        for given, told in ((query, "MIN and MAX"), ("ASK {}", "no rule changed it")):
            fields = urlencode({"query": given, "lang": "en", "show": "rewritten"})
            found = read(get(server, f"/query?{fields}", **BROWSER))
            assert told in found.words
            assert given in found.words

    def test_a_query_that_may_not_be_asked_here_has_its_page(self, server: RunningServer) -> None:
        """Lists lead to it; it says why there is no answer, and what the query is. The API refuses it."""
        found = read(get(server, "/queries/wikidata-items?lang=en", **BROWSER))
        assert "a query makes no outgoing calls" in found.words
        assert "wdt:P683" in found.words
        assert server.request("GET", "/queries/wikidata-items").status == 400

    def test_a_faulty_query_stays_on_its_page(self, server: RunningServer) -> None:
        """With the message in its language, and the text to put right."""
        found = read(
            get(server, f"/query?{urlencode({'query': 'SELECT ?x {', 'lang': 'nl'})}", **BROWSER), 400
        )
        assert "De vraag is niet beantwoord" in found.words
        assert "SELECT ?x {" in found.words
        assert {"lang": "en"} in found.all("p")


class TestProblemPage:
    """What cannot be answered, in a browser."""

    @pytest.mark.parametrize(
        ("path", "status", "told"),
        [
            ("/nothing", 404, "There is nothing here"),
            ("/queries/evidence-on-nutriet", 404, "Did you mean evidence-on-nutrient"),
            ("/queries/evidence-on-nutrient?nutrient=<b>", 400, "This address cannot be answered"),
            ("/evidence?status=Wrong", 400, "Disputed"),
            ("/evidence?status=Disputed&status=Inaccurate", 400, "given twice"),
            ("/term", 400, "Say which term"),
            ("/static/none.css", 404, "There is nothing here"),
            ("/queries/protective-nutrients?format=pdf", 400, "pdf"),
            (f"/query?query={'x' * 60_000}", 413, "This is too much at once"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_it_says_why_and_what_to_do(
        self, server: RunningServer, path: str, status: int, told: str
    ) -> None:
        """As a page with its status in both languages; as JSON for programs."""
        sent = path.replace("<", "%3C").replace(">", "%3E")
        answer = get(server, sent, **BROWSER)
        found = read(answer, status)
        assert told in found.words
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
        hrefs = [each["href"] for each in found.all("a")]
        assert "/kg/?lang=en" in hrefs
        dutch = Page(get(server, sent, **BROWSER, accept_language="nl").body.decode())
        assert "Zoek" in dutch.words
        [detail] = [each for each in dutch.all("p") if each.get("class") == "problem-detail"]
        assert detail.get("lang") is None
        assert server.request("GET", sent).status == status
        assert len(server.request("GET", sent).reason) > 3

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("PREFIX a: <urn:a>", "De vraag heeft geen SELECT"),
            ("SELECT ?x { ?x == 1 }", "SPARQL vergelijkt met ="),
            ("SELECT ?x { ?x ?y", "voordat de { van een patroon gesloten is"),
            ("SELECT ?x { ?x foo:bar ?y }", "de prefix foo: is niet gedeclareerd"),
            ("SELECT ?x WHRE { ?x ?y ?z }", "Bedoelt u WHERE?"),
            ("DELETE WHERE { ?s ?p ?o }", "de graaf kan alleen gelezen worden"),
            ("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "roept niets buiten deze server aan."),
            ("SELECT * { ?s ?p 'a", "zet er aanhalingstekens achter"),
            ("ASK { FILTER(" + "(" * 500 + "1" + ")" * 500 + ") }", "te diep genest"),
            ("ASK { ?s ?p ?o FILTER REGEX(?o, '(') }", "De reguliere uitdrukking"),
            ("SELECT (BNODE('a') AS ?b) {}", "BNODE met een argument"),
            ("ASK { FILTER(99999999999999999999 > 1) }", "gaat over 64 bits heen"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_the_query_page_says_it_in_dutch(self, server: RunningServer, query: str, told: str) -> None:
        """Whatever of the parser, the guard or the rules refuses a query."""
        path = f"/query?{urlencode({'query': query, 'lang': 'nl'})}"
        body = get(server, path, **BROWSER).body.decode()
        [sentence] = re.findall(r'role="alert"[^>]*>\s*<h3>[^<]*</h3>\s*(<p.*?</p>)', body)
        assert told in unescape(sentence)
        assert sentence.startswith("<p>"), "it is marked as English"

    @pytest.mark.parametrize(
        ("reason", "lang", "title", "advice"),
        [
            ("internal-error", "en", "Something went wrong here", "Try again; if it happens again"),
            ("internal-error", "nl", "Hier ging iets mis", "Probeer het opnieuw; blijft het zo, vertel dan"),
            ("endpoint-failed", "en", "Another server did not answer", "Try again in a while."),
            ("busy", "nl", "De server kan nu niet antwoorden", "Probeer het over enkele seconden opnieuw."),
            ("timeout", "nl", "Dit duurde te lang", "Vraag minder, of maak de vraag"),
            ("memory", "en", "This needs too much memory", "Ask for less, or make the question more"),
            ("method-not-allowed", "en", "This address does not take that method", "Search for a term, or"),
        ],
    )  # fmt: skip
    def test_each_status_has_its_advice(self, reason: str, lang: str, title: str, advice: str) -> None:
        """Also those that come about when the server is ill or busy."""
        found = Page(problem_page(Problem(reason, N_("The server is being stopped.")), Links(lang)))
        assert title in found.words
        assert advice in found.words
        assert f"Status {REASONS[reason]}: {reason}" in found.words

    def test_an_unknown_term_is_told_in_dutch(self, server: RunningServer) -> None:
        """With what may have been meant."""
        body = get(server, "/term?iri=glutamien&lang=nl", **BROWSER).body.decode()
        assert "<p>In de graaf is geen term &#39;glutamien&#39;. Bedoelt u " in body

    def test_what_is_noted_is_said_in_dutch(self, server: RunningServer) -> None:
        """Beside an answer that may not be as it seems; the API has a header field for each language."""
        query = "SELECT * FROM <urn:none> { ?s ?p ?o }"
        path = "/sparql?" + urlencode({"query": query})
        headers = server.request("GET", path).headers
        assert "There is no graph" in headers["glutakg-note"]
        assert "De graaf <urn:none> is er hier niet" in headers["glutakg-note-nl"]
        path = f"/query?{urlencode({'query': query, 'lang': 'nl'})}"
        found = Page(get(server, path, **BROWSER).body.decode())
        assert "De graaf <urn:none> is er hier niet" in found.words

    def test_an_address_that_cannot_be_read_is_told_in_its_language(self, server: RunningServer) -> None:
        """Where that can be made out."""
        found = read(get(server, "/evidence?word=%ff&lang=nl", **BROWSER), 400)
        assert "Dit adres kan niet worden beantwoord" in found.words


class TestHtml:
    """Templates, their links and their language."""

    def test_links_lead_to_the_web_only(self) -> None:
        """No link runs a script, none leads to another server by two slashes."""
        links = Links("en")
        for bad in ("javascript:x", "data:text/html,x", "//evil.example", " javascript:x", "/\\x", "/\t/x"):
            assert not links.is_outside(bad)
            with pytest.raises(ValueError, match="no address"):
                links.outside(bad)
        for bad in ("http://a.example/ b", "https://a.example\\b", "http://a.example/\x00"):
            assert not links.is_outside(bad)
        assert links.outside("https://a.example/x") == "https://a.example/x"
        assert address("//evil.example/x").startswith("/evil.example")

    def test_addresses_in_templates_come_from_links(self) -> None:
        """What a template links to is a place in the page, or made by what checks addresses."""
        found = [
            value
            for path in TEMPLATES
            for value in re.findall(r'(?:href|src|action)="([^"]*)"', path.read_text(encoding="utf-8"))
        ]
        assert len(found) > 30
        assert not [each for each in found if not re.match(r"#|\{\{ (?:links|goals)\.\w+\(", each)]

    def test_templates_run_no_code_and_escape_everything(self) -> None:
        """No handler, style or script of their own; attributes are quoted; nothing is taken for HTML."""
        forbidden = (
            r"\son\w+\s*=", r"\sstyle\s*=", r"<style", r"<script(?! src=)",
            r"<(?:iframe|object|embed|base)\b", r"\s[\w-]+=\s*\{\{", r"\|\s*safe\b",
            r"autoescape", r"javascript:",
        )  # fmt: skip
        data_block = '<script type="application/ld+json">{{ described }}</script>'
        texts = {path.name: path.read_text(encoding="utf-8").replace(data_block, "") for path in TEMPLATES}
        assert len(texts) > 10
        found = [(name, each) for name, text in texts.items() for each in forbidden if re.search(each, text)]
        assert not found
        assert read_templates().autoescape is True

    def test_everything_is_escaped_once(self) -> None:
        """Text, attributes and the title; what is HTML already stays."""
        text = "</title>\"'<&"
        found = page(
            "search", Links("nl"), text, path="/search", fields={"text": text}, groups=[], number=0, most=1
        )
        assert f"<title>{escape(text)} · glutakg</title>" in found
        assert f'value="{escape(text)}"' in found
        assert text not in found
        assert visible(Markup("<b>")) == "<b>"

    def test_a_template_shows_nothing_that_it_was_not_given(self) -> None:
        """A forgotten value is a fault, and no hole in a page."""
        with pytest.raises(UndefinedError):
            page("search", Links("en"), "x", path="/search", fields={"text": "x"})

    @pytest.mark.parametrize(
        ("lang", "accept", "chosen"),
        [
            (None, None, "en"),
            (None, "nl;q=0, en;q=0.1", "en"),
            (None, "NL", "nl"),
            (None, "de, nl;q=bad, en;q=0.2", "en"),
            ("nl", "en", "nl"),
            ("xx", "nl", "nl"),
        ],
    )
    def test_language(self, lang: str | None, accept: str | None, chosen: str) -> None:
        """The address goes before the browser, English is the rest."""
        assert language_of(lang, accept) == chosen


def test_pages_in_every_format_are_kept_apart(server: RunningServer) -> None:
    """A page in one language or format is never given for another one."""
    bodies = {
        get(server, f"/data/taurine?lang={lang}{more}").body
        for lang in ("en", "nl")
        for more in ("", "&format=ttl")
    }
    assert len(bodies) == 3  # triples have no language


def test_pages_leave_their_worker_what_it_read() -> None:
    """A first page, which reads all claims, is no hard work for which a worker is ended."""
    with running_server("--workers", "1") as running:
        for path in ("/evidence", "/conflicts", GLUTAMINE):
            assert get(running, path).status == 200
        assert running.metric("workers_ended_total", "hard-work") == 0
