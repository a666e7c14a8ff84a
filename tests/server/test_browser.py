"""The pages in a real browser: Debian's Chromium, driven by Playwright; skipped where there is none.

`GLUTAKG_SCREENSHOTS` names a folder that gets a picture of each page; CI keeps it.

Whatever is read of a page is waited for, by `expect` or by `Visit.until`, since a busy machine may take its
time; how long, `PATIENCE` says. Nothing is read that a script may not have written yet.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import StringIO
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import rdflib
from axe_playwright_python.base import AXE_SCRIPT
from places import CHECKOUT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from processes import PATIENCE, wait_until
from running_server import RunningServer, running_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MUST_RUN = os.environ.get("CI") == "true"
BUILT = CHECKOUT / "src/glutakg/server/static/built/query.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EDITOR = "document.querySelector('.CodeMirror').CodeMirror"
DUTCH = '"nl"'
DRAWN = "document.querySelector('.drawing')._cyreg.cy"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SECONDS = 3
"""What a query may take on the server that stops it."""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None and not MUST_RUN, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.skipif(
        not BUILT.exists() and not MUST_RUN, reason="needs the scripts of the pages: pip install -e ."
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server with time enough for every query of these tests but one that does not end."""
    with running_server("--workers", "2", "--timeout", "300") as running:
        yield running


@pytest.fixture(scope="module")
def hasty_server() -> Iterator[RunningServer]:
    """Give a server that soon stops a query that does not end."""
    with running_server("--workers", "2", "--timeout", str(SECONDS)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser; Playwright never fetches one of its own."""
    expect.set_options(timeout=PATIENCE * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1_000)
        yield browser
        browser.close()


@cache
def _context(browser: Browser, scheme: str) -> BrowserContext:
    """Return what the pages in a colour scheme share: files that were fetched and scripts that were read."""
    return browser.new_context(color_scheme="dark" if scheme == "dark" else "light", locale="en-GB")


class Visit:
    """A page in a window of its own; it keeps what the console says and what is asked of others."""

    def __init__(self, browser: Browser, server: RunningServer, *, width: int, scheme: str) -> None:
        """Open an empty window."""
        self.context = _context(browser, scheme)
        self.page: Page = self.context.new_page()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.set_default_timeout(PATIENCE * 1_000)
        self.server = server
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", self._failed)
        self.page.on(
            "request",
            lambda request: None if self._is_ours(request.url) else self.outside.append(request.url),
        )

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.server.url, "data:", "blob:"))

    def _said(self, message: ConsoleMessage) -> None:
        # a refused query is told to the user by the page; the browser logs its status besides
        if message.type in ("error", "warning") and "the server responded with a status" not in message.text:
            self.complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def go(self, path: str) -> Page:
        """Open a page of the server, wait until it is there, and where it has an editor, for that too."""
        self.page.goto(self.server.url + path)
        expect(self.page.locator("main h1")).to_be_visible()
        if path.startswith(("/query", "/queries/", "/sparql")):
            expect(self.page.locator(".CodeMirror-code")).to_be_visible()
        return self.page

    def run(self, query: str) -> None:
        """Put a query into the editor, once it is there, and run it."""
        self.until(f"Boolean({EDITOR})")
        self.page.evaluate(f"query => {EDITOR}.setValue(query)", query)
        self.page.get_by_role("button", name=re.compile("Run|Uitvoeren")).first.click()

    def until(self, expression: str) -> None:
        """Wait until an expression of JavaScript is true, also while the page is still being built."""
        wait_until(lambda: self._holds(expression), expression)

    def _holds(self, expression: str) -> bool:
        try:
            return self.page.evaluate(expression) is True
        except Error:  # what it asks about is not there yet, or the page is just being left
            return False


@contextmanager
def visiting(browser: Browser, server: RunningServer) -> Iterator[Visit]:
    """Give a wide window, and look afterwards that nothing went wrong in it or out of it."""
    visit = Visit(browser, server, width=1280, scheme="light")
    yield visit
    visit.page.close()
    assert visit.complaints == []
    assert visit.outside == []


@pytest.fixture
def visit(browser: Browser, server: RunningServer) -> Iterator[Visit]:
    """Give a window on the server with time enough."""
    with visiting(browser, server) as visit:
        yield visit


@pytest.fixture
def hasty_visit(browser: Browser, hasty_server: RunningServer) -> Iterator[Visit]:
    """Give a window on the server that soon stops a query that does not end."""
    with visiting(browser, hasty_server) as visit:
        yield visit


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page where that is wanted."""
    folder = os.environ.get("GLUTAKG_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)


PAGES = {
    "start": "/",
    "search": "/search?text=gluta",
    "search-none": "/search?text=nothingofthekind",
    "substance": "/data/glutamine",
    "step": "/data/glutamine-synthesis-in-astrocyte",
    "pool": "/data/glutamate-in-synaptic-cleft",
    "condition": "/data/epilepsy",
    "claim": "/data/claim-C054",
    "evidence-item": "/data/evidence-C054-1",
    "publication": "/data/publication-saver2015",
    "conflict": "/data/conflict-autism",
    "sequence": "/data/glutamate-glutamine-cycle",
    "place": "/data/place-synaptic-cleft",
    "places": "/places",
    "class": "/ontology/ProtectiveNutrient",
    "relation": "/ontology/protectsAgainst",
    "imported-class": "/term?iri=CHEBI:29985",
    "unknown-term": "/data/glutamin",
    "evidence": "/evidence",
    "evidence-of-a-term": "/evidence?term=gkd:magnesium",
    "conflicts": "/conflicts",
    "why-form": "/why",
    "why": "/why?s=gkd:taurine&p=gk:protectsAgainst&o=gkd:excitotoxicity",
    "why-not": "/why?s=gkd:taurine&p=gk:protectsAgainst&o=gkd:epilepsy",
    "answer": "/queries/evidence-on-nutrient?nutrient=magnesium",
    "problem": "/evidence?status=Wrong",
    "query": "/query",
    "query-rows": "/queries/protective-nutrients?",
    "query-many-rows": "/query#query=" + quote("SELECT ?s (1.5 AS ?x) { ?s ?p ?o } LIMIT 234 # <>"),
    "query-graph": "/queries/cycle-as-graph?",
    "query-empty": "/query#query=" + quote("ASK { <https://w3id.org/glutakg/data/taurin> ?p 'x'@en }"),
    "query-fault": "/query#query=" + quote("SELECT ?x { ?x }"),
}
SEEN_ONCE = {
    "answer",
    "problem",
    "evidence",
    "conflicts",
    "substance",
    "pool",
    "place",
    "publication",
    "evidence-item",
    "imported-class",
    "class",
}
"""Seen at one width in each language, since they are long or made of the same parts as others."""


def wait_for_all(page: Page, name: str) -> None:
    """Wait until the page has all that it shows."""
    expect(page.locator("footer")).to_be_visible()
    if name.startswith("start"):
        expect(page.locator("#steps .card:visible")).to_have_count(1)
    if "#query=" in PAGES[name]:
        page.locator("#run").click()
    if name == "query-fault":
        expect(page.get_by_role("alert")).to_be_visible()
    elif name.startswith("query-"):
        page.locator("#after summary").click()
        expect(page.locator("#after pre").last).to_be_visible()
    if name == "query-empty":
        expect(page.locator(".why-empty li")).to_have_count(1)
    if name == "query-graph":
        expect(page.locator(".drawing")).to_have_attribute("data-nodes", "9")


LAID_OUT = """["main", ".picture", "#next-step", "#evidence"].map(name => {
    const shown = document.querySelector(name)
    const {x, y, width, height} = shown.getBoundingClientRect()
    const around = shown.closest(".panel")
    return [x, y - (around ? around.getBoundingClientRect().y - around.scrollTop : -scrollY), width, height]
})"""
"""Sends back where things lie: in the page, or in the panel, however far either is scrolled."""

AXE_RUN = """axe.run({resultTypes: ["violations"]}).then(found => [
    found.passes.map(each => each.id),
    found.violations.map(each => (
        {id: each.id, impact: each.impact, targets: each.nodes.map(node => node.target)}
    )),
    document.documentElement.scrollWidth - window.innerWidth,
])"""
"""Sends back only what is asserted: the names of the checks that passed, and the violations."""


def faults(page: Page) -> tuple[Mapping[str, object], int]:
    """Return the serious faults that axe finds, and by how much the page is wider than the window."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    passed, found, overflow = page.evaluate(AXE_RUN)
    assert {"document-title", "html-has-lang"} <= set(passed), "axe saw no page"
    serious = {each["id"]: each["targets"] for each in found if each["impact"] in ("serious", "critical")}
    return serious, overflow


WATCH = """() => {
    const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
    window.reached = new Set()
    window.unmarked = []
    document.addEventListener("focusin", ({target}) => {
        const {outlineStyle, boxShadow} = getComputedStyle(target)
        const isMarked = outlineStyle !== "none" || boxShadow !== "none" || target.closest(".CodeMirror")
        reached.add(target)
        if (!isMarked) unmarked.push(target.outerHTML)
    })
    window.stops = [...document.querySelectorAll(focusable)].filter(each =>
        each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0
        && !(each.type === "radio" && !each.checked)
    )
    return stops.length
}"""
MISSED = "[...stops.filter(each => !reached.has(each)).map(each => each.outerHTML), ...unmarked]"


def missed_by_keyboard(page: Page) -> object:
    """Return what can be used on the page and is not reached by Tab, or does not show that it was."""
    for _ in range(page.evaluate(WATCH) + 2):
        page.keyboard.press("Tab")
    return page.evaluate(MISSED)


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_loads_and_axe_finds_no_serious_fault(
    browser: Browser, server: RunningServer, name: str, lang: str
) -> None:
    """A page has no error, asks nobody else, is no wider than the window, and can be used by all.

    In English it is seen in the light, wide and narrow, and walked through by the keyboard; in Dutch in the
    dark, narrow and wide.
    """
    scheme, widths = ("light", [1280, 360]) if lang == "en" else ("dark", [360, 1280])
    visit = Visit(browser, server, width=widths[0], scheme=scheme)
    path, hash_mark, fragment = PAGES[name].partition("#")
    page = visit.go(f"{path}{'&' if '?' in path else '?'}lang={lang}{hash_mark}{fragment}")
    wait_for_all(page, name)
    seen = {}
    for width in widths[:1] if name in SEEN_ONCE else widths:
        page.set_viewport_size({"width": width, "height": 900})
        seen[width] = faults(page)
        keep(page, f"{name}-{lang}-{width}-{scheme}")
    by_keyboard = missed_by_keyboard(page) if lang == "en" and not hash_mark else []
    visit.page.close()
    assert by_keyboard == []
    assert all(serious == {} for serious, _ in seen.values()), seen
    assert all(overflow <= 0 for _, overflow in seen.values()), seen
    assert visit.complaints == []
    assert visit.outside == []


def test_the_search_finds_glutamine_by_its_dutch_name_with_the_keyboard(visit: Visit) -> None:
    """Typing, arrow and Enter lead to the page of the term; the list is announced as a listbox."""
    page = visit.go("/?lang=nl")
    box = page.get_by_role("combobox")
    box.fill(
        "L-glutamine"
    )  # at once: the suggestions of half a word may come late, and would close the choice
    option = page.get_by_role("option").first
    expect(option).to_contain_text("gkd:glutamine")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestions-1-0")
    box.press("Enter")
    page.wait_for_url("**/data/glutamine?lang=nl")
    expect(page.get_by_role("heading", level=1)).to_contain_text("glutamine")


def test_escape_closes_the_suggestions(visit: Visit) -> None:
    """The key / leads to the box, also from a layer of the picture; what was typed stays, the list goes."""
    page = visit.go("/")
    page.get_by_label("path of ammonia").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    box = page.get_by_role("combobox")
    box.fill("ammoniak")
    expect(page.get_by_role("option").first).to_contain_text("gkd:ammonia")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_cycle_is_stepped_with_buttons_and_keys(visit: Visit) -> None:
    """Nine steps, one at a time, round and round; the picture follows and the step is said aloud."""
    page = visit.go("/#step=1")
    card = page.locator("#steps .card:visible")
    expect(card).to_have_count(1)
    expect(card).to_have_attribute("data-step", "glutamate-vesicular-loading")
    expect(card).to_contain_text("L-glutamate(1-): cytosol of the glutamatergic neuron → synaptic vesicle")
    page.get_by_role("button", name="Next step").click()
    expect(card).to_have_attribute("data-step", "glutamate-release")
    expect(page.locator("#step-told")).to_contain_text("Step 2 of 9")
    expect(page.locator("path.step.current")).to_have_attribute("data-step", "glutamate-release")
    expect(page.locator(".pool.current")).to_have_count(2)
    page.locator("#next-step").press("ArrowRight")
    expect(card).to_have_attribute("data-step", "glutamate-uptake-by-astrocyte")
    expect(card).to_contain_text("excitatory amino acid transporter 1")
    expect(card).to_contain_text("C017")
    for _ in range(3):
        page.locator("#next-step").press("ArrowLeft")
    expect(card).to_have_attribute("data-step", "glutamate-exit-from-neuronal-mitochondrion")


def test_a_step_in_the_picture_opens_its_card(visit: Visit) -> None:
    """Four is a link that shows equation, enzyme and claims; without a choice, it is shown first."""
    page = visit.go("/")
    first = page.locator("#steps .card:visible")
    expect(first).to_contain_text("ATP(4-) + L-glutamate(1-) + ammonium (1+ form) → ADP(3-)")
    expect(first.locator("svg.bar").first).to_be_visible()
    expect(first.get_by_role("link", name="why?: gkd:glutamine-synthesis-in-astrocyte")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^4\. ")).click()
    card = page.locator("#steps .card:visible")
    expect(card).to_contain_text("glutamine synthetase")
    expect(card).to_be_focused()
    page.wait_for_url("**/*#step=4")
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.locator("#steps .card:visible")).to_contain_text("glutamine synthetase")
    again.goto(f"{visit.server.url}/?lang=en#step=gaba-synthesis")
    expect(again.locator("#steps .card:visible")).to_contain_text("GAD1")
    mark = again.locator("svg.cycle a.badge[data-step='gaba-synthesis']")
    expect(mark).to_be_visible()
    again.get_by_label("GABA cycle and shunt").uncheck()
    expect(mark).to_be_hidden()
    again.close()
    evidence = page.context.new_page()
    evidence.goto(
        visit.server.url + str(card.get_by_role("link", name="What speaks for").get_attribute("href"))
    )
    expect(evidence.locator("main")).to_contain_text("C018")
    card.get_by_role("link", name="glutamine synthetase").click()
    page.wait_for_url("**/data/glutamine-synthetase?lang=en")


@pytest.mark.parametrize(
    ("lang", "pool", "here"),
    [
        ("en", "glutamine in the cytosol of the astrocyte", "steps that lead here"),
        ("nl", "glutamine in het cytosol van de astrocyt", "stappen die hierheen leiden"),
    ],
)
def test_what_is_pointed_at_is_shown_until_it_is_left(
    browser: Browser, server: RunningServer, lang: str, pool: str, here: str
) -> None:
    """Mouse and keyboard look ahead at steps and pools; address, choice and layout stay as they are."""
    visit = Visit(browser, server, width=1440, scheme="dark" if lang == "nl" else "light")
    page = visit.go(f"/?lang={lang}#step=3")
    card, position = page.locator("#steps .card:visible"), page.locator("#step-position")
    expect(card).to_have_attribute("data-step", "glutamate-uptake-by-astrocyte")
    chosen, address = position.inner_text(), page.url
    mark = page.locator("a.badge.cycle[data-step=glutamine-synthesis-in-astrocyte]")
    pools = page.locator("a.pool[data-pool=glutamine-in-astrocyte-cytosol]")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        scrolled = page.locator(".panel").evaluate("panel => (panel.scrollTop = 40, panel.scrollTop)")
        before = page.evaluate(LAID_OUT)
        for look in (Locator.hover, Locator.focus):
            look(mark.locator("circle") if look is Locator.hover else mark)
            expect(card).to_have_attribute("data-step", "glutamine-synthesis-in-astrocyte")
            expect(card).to_contain_text("(GLUL)")
            expect(page.locator(".pool.current[data-pool=ammonia-in-astrocyte-cytosol]")).to_have_count(1)
            look(pools)
            expect(card.locator("h3")).to_have_text(pool)
            expect(card).to_contain_text(here)
            expect(card.locator(".to")).to_contain_text("4. glutamine")
            expect(card.locator(".from")).to_contain_text("5. ")
            assert page.evaluate(LAID_OUT) == before
            assert (position.inner_text(), page.url) == (chosen, address)
            if width == 1440 and look is Locator.hover:
                assert faults(page)[0] == {}
            page.mouse.move(1, 1)
            pools.blur()
            expect(card).to_have_attribute("data-step", "glutamate-uptake-by-astrocyte")
            assert page.locator(".panel").evaluate("panel => panel.scrollTop") == scrolled
        pools.focus()
        keep(page, f"preview-{lang}-{width}")
        pools.blur()
    assert scrolled == 40
    visit.page.close()
    assert visit.complaints == []


def test_the_panel_stays_in_view_beside_the_picture_or_slides_up_under_it(visit: Visit) -> None:
    """A third of the window where there is room; on a phone its lower part, at once if motion disturbs."""
    page = visit.go("/?lang=en")
    for width, height in ((1440, 900), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        picture, panel = (page.locator(name).bounding_box() for name in (".picture", ".panel"))
        assert picture and panel
        assert picture["x"] + picture["width"] < panel["x"]
        assert 1.7 < picture["width"] / panel["width"] < 2.3
        page.evaluate("document.querySelector('.layers').scrollIntoView({block: 'end', behavior: 'instant'})")
        expect(page.locator("#next-step")).to_be_in_viewport(ratio=1)
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.set_viewport_size({"width": 390, "height": 844})
    moved = "[...document.querySelector('.panel').getAnimations()].map(each => each.animationName)"
    visit.until("getComputedStyle(document.querySelector('.panel')).animationName === 'slide-up'")
    page.emulate_media(reduced_motion="reduce")
    visit.until(f"{moved}.length === 0")
    expect(page.locator("#next-step")).to_be_in_viewport(ratio=1)
    page.locator("a.badge[data-step=glutamate-uptake-by-astrocyte] circle").click()
    card = page.locator("#steps .card:visible h3")
    expect(card).to_have_text(re.compile("^3[.] "))
    expect(card).to_be_in_viewport(ratio=1)
    panel = page.locator(".panel").bounding_box()
    assert panel and panel["y"] > 844 / 2 and panel["y"] + panel["height"] <= 845
    hidden = page.locator("a.pool[data-pool=gaba-in-astrocyte-cytosol]")
    hidden.focus()
    assert hidden.bounding_box()["y"] < panel["y"]  # type: ignore[index]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_layers_are_switched_and_what_cannot_be_had_is_a_page(
    browser: Browser, server: RunningServer, lang: str
) -> None:
    """Claims and nutrients are seen when asked for; a format that there is not has a page without faults."""
    visit = Visit(browser, server, width=1024, scheme="dark" if lang == "nl" else "light")
    page = visit.go(f"/?lang={lang}")
    arrow = page.locator("path.step.items-4.is-Established").first
    nutrient = page.get_by_role("link", name=re.compile("taurine: C058"))
    assert arrow.evaluate("each => getComputedStyle(each).strokeWidth") != "9px"
    expect(nutrient).to_be_hidden()
    page.locator("#layer-claims").check()
    page.locator("#layer-nutrients").check()
    assert arrow.evaluate("each => getComputedStyle(each).strokeWidth") == "9px"
    expect(nutrient).to_be_visible()
    expect(page.locator(".only-claims, .only-nutrients")).to_have_count(2)
    assert faults(page) == ({}, 0)
    keep(page, f"layers-{lang}")
    nutrient.click()
    page.wait_for_url(f"**/data/claim-C058?lang={lang}")
    page.route(
        "**/void?*", lambda route: route.fulfill(response=route.fetch(headers={"Accept": "text/html"}))
    )
    answer = page.goto(f"{server.url}/.well-known/void?lang={lang}")
    assert answer is not None
    assert (answer.status, page.locator("html").get_attribute("lang")) == (406, lang)
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("text/turtle")
    assert faults(page) == ({}, 0)
    keep(page, f"problem-406-{lang}")
    visit.page.close()
    assert visit.complaints == []


def test_the_address_of_the_endpoint_is_the_query_page(visit: Visit) -> None:
    """Opened in a browser it shows the editor; with a query, that query with its answer."""
    page = visit.go("/sparql")
    expect(page.locator("#result")).to_be_empty()
    query = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/glutakg/ontology/Claim> }"
    fields = {"query": f"\ufeff{query}"}
    page = visit.go(f"/sparql?{urlencode(fields)}")
    expect(page.locator("#result td").last).to_have_text("281")
    assert page.evaluate(f"{EDITOR}.getValue()") == query
    graphs = ["urn:none", "https://w3id.org/glutakg/graph/evidence"]
    page = visit.go(f"/sparql?{urlencode({**fields, 'default-graph-uri': graphs, 'lang': 'nl'}, doseq=True)}")
    expect(page.locator("#result td").last).to_have_text("0")
    expect(page.locator("#result [role=note]")).to_contain_text("De graaf <urn:none> is er hier niet")
    expect(page.locator("#question")).to_contain_text("default-graph-uri=urn:none")
    page.locator("#after summary").click()
    expect(page.locator("#after pre").first).to_contain_text("/sparql?default-graph-uri=urn%3Anone&")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#result [role=note]")).to_contain_text("There is no graph <urn:none> here")
    expect(page.locator("#result td").last).to_have_text("0")
    page = visit.go(f"/sparql?{urlencode({'query': 'SELECT ?x { ?x }'})}")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_catalogue_query_runs_with_a_changed_parameter(visit: Visit) -> None:
    """Filter, choose, change the nutrient, run: the rows are those of the other nutrient."""
    page = visit.go("/query")
    filter_field, offered = page.get_by_label("Filter the catalogue"), page.locator("#catalogue a:visible")
    filter_field.fill("nutrient evidence supplement")
    filter_field.fill("evidence-on-nutrient")
    expect(offered).to_have_count(1)
    offered.click()
    table = page.locator(".result-table")
    expect(table).to_contain_text("C054")
    expect(table.locator("td .tag.for").first).to_have_text("supports")
    page.get_by_label("The nutrient or other substance").fill("mangaan")
    page.get_by_role("button", name="Ask").click()
    expect(table).to_contain_text("C055")
    expect(table).not_to_contain_text("C054")
    visit.until(f"{EDITOR}.getValue().includes('VALUES ?nutrient {{ gkd:manganese }}')")
    link_field = page.get_by_label("Link to this query")
    expect(link_field).to_have_value(re.compile("nutrient=mangaan&lang=en$"))
    page.goto(link_field.input_value())
    expect(table).to_contain_text("C055")
    page.reload()
    expect(table).to_contain_text("C055")
    page.get_by_role("link", name="Nederlands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bewijs voor en tegen een voedingsstof")
    expect(table).to_contain_text("C055")
    visit.until(f"{EDITOR}.getValue().includes('VALUES ?lang {{ {DUTCH} }}')")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evidence for and against a nutrient")
    expect(table).to_contain_text("C055")


def test_what_is_edited_in_a_values_line_is_read_back(visit: Visit) -> None:
    """The form, the address and the answer follow the text; completion finds a term by its Dutch name."""
    page = visit.go("/queries/evidence-on-nutrient?nutrient=magnesium&lang=en")
    field, table = page.get_by_label("The nutrient or other substance"), page.locator(".result-table")
    expect(table).to_contain_text("C054")
    visit.run(page.evaluate(f"{EDITOR}.getValue()").replace("gkd:magnesium", "gkd:taurine"))
    expect(table).to_contain_text("C058")
    expect(table).not_to_contain_text("C054")
    expect(field).to_have_value("gkd:taurine")
    expect(page).to_have_url(re.compile("/queries/evidence-on-nutrient[?]nutrient=gkd%3Ataurine&lang=en$"))
    page.reload()
    expect(table).to_contain_text("C058")
    expect(field).to_have_value("taurine")
    field.fill("mangaa")
    page.get_by_role("option", name=re.compile("manganese")).first.click()
    expect(field).to_have_value("manganese")
    field.press("Enter")
    expect(table).to_contain_text("C055")
    page.go_back()
    expect(table).to_contain_text("C058")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_first_rows_are_in_the_first_screen(
    browser: Browser, server: RunningServer, width: int, height: int
) -> None:
    """With their labels and beside the text that ran; the first column stays where the rest is scrolled."""
    visit = Visit(browser, server, width=width, scheme="light")
    visit.page.set_viewport_size({"width": width, "height": height})
    page = visit.go("/queries/evidence-on-nutrient?nutrient=taurine")
    row = page.locator(".result-table tbody tr").first
    expect(page.locator(".result-table thead button").first).to_be_visible()
    box = row.bounding_box()
    assert box is not None
    assert box["y"] + 40 < height
    cell = row.locator(":nth-child(2)").first
    before = cell.bounding_box()
    page.evaluate("document.querySelector('.result-table').scrollLeft = 300")
    after = cell.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] >= page.locator(".result-table").bounding_box()["x"] - 1  # type: ignore[index]
    keep(page, f"answer-first-{width}")
    visit.page.close()
    assert visit.complaints == []


def test_a_chart_is_offered_for_numbers_of_things(visit: Visit) -> None:
    """A bar for each row with the number of the table; names of terms are labels, CURIEs on demand."""
    page = visit.go("/query?" + urlencode({"query": COUNTED, "lang": "en"}))
    link = page.locator(".result-table a").first
    expect(link.locator(".term-name")).to_be_visible()
    expect(link.locator(".curie")).to_be_hidden()
    page.get_by_label("CURIEs").check()
    expect(link.locator(".curie")).to_be_visible()
    expect(link.locator(".term-name")).to_be_hidden()
    numbers = page.locator(".result-table td.number").all_inner_texts()
    page.get_by_role("button", name="Chart").click()
    assert page.locator("svg.bars .value").all_text_contents() == numbers != []
    visit.run(COUNTED)
    page.get_by_role("button", name="Chart").click()
    expect(page.locator("svg.bars .value")).to_have_text(numbers)


@pytest.mark.parametrize("path", ["/", "/data/claim-C054", "/queries/protective-nutrients", "/conflicts"])
def test_a_page_fits_the_paper(visit: Visit, path: str) -> None:
    """Nothing is wider than it, tables that repeat a chart are left out, and the query is there whole."""
    page = visit.go(path)
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert page.locator("figcaption details:visible").count() == 0
    if path.startswith("/queries"):
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator(".CodeMirror")).to_contain_text("ORDER BY ?claim")
        editor = "document.querySelector('.CodeMirror-scroll')"
        visit.until(f"{editor}.scrollHeight <= {editor}.clientHeight + 1")


def test_each_page_serves_without_script_at_twice_the_size(browser: Browser, server: RunningServer) -> None:
    """It has its words, no button that does nothing, and no more width than the window."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 640, "height": 450}, device_scale_factor=2
    )
    page = context.new_page()
    seen = {}
    for path in {each.partition("#")[0]: None for each in PAGES.values()}:
        page.goto(f"{server.url}{path}{'&' if '?' in path else '?'}lang=nl", wait_until="domcontentloaded")
        seen[path] = page.evaluate("""[
            document.documentElement.scrollWidth - window.innerWidth,
            [...document.querySelectorAll("button")].filter(
                each => each.checkVisibility() && (each.type === "button" || !each.form)
            ).length,
            document.querySelector("main").innerText.length > 200,
        ]""")
    context.close()
    assert len(seen) > 25
    assert {path: found for path, found in seen.items() if found != [0, 0, True]} == {}


def test_a_page_without_script_has_the_answer(browser: Browser, server: RunningServer) -> None:
    """The text that ran is in a form, its answer beside it; the rule that rewrote it is told on request."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    query = "SELECT (MAX(?n) AS ?most) WHERE { VALUES ?n { 10 '9' } }"
    page.goto(f"{server.url}/query?{urlencode({'query': query, 'lang': 'nl'})}")
    expect(page.locator("#text")).to_have_value(query)
    expect(page.locator(".result-table td")).to_have_text("10")
    page.get_by_role("link", name="Welke regels herschreven hem").click()
    expect(page.locator(".rewritten")).to_contain_text("MIN and MAX")
    page.locator("#text").fill("SELECT ?x { ?x }")
    page.get_by_role("button", name="Uitvoeren").click()
    expect(page.get_by_role("alert")).to_contain_text("Regel 1")
    context.close()


COUNTED = """PREFIX gk: <https://w3id.org/glutakg/ontology/>
SELECT ?status (COUNT(*) AS ?claims) { ?claim gk:curatorStatus ?status }
GROUP BY ?status ORDER BY ?status"""


TEN_THOUSAND = """SELECT ?n ?word WHERE {
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } VALUES ?d { 0 1 2 3 4 5 6 7 8 9 }
  BIND(1000 * ?a + 100 * ?b + 10 * ?c + ?d AS ?n)
  BIND(CONCAT("number ", STR(?n)) AS ?word)
}
ORDER BY ?n"""
MIXED = """PREFIX gkd: <https://w3id.org/glutakg/data/>
SELECT ?x WHERE { VALUES (?position ?x) {
  (1 10) (2 9.5) (3 "10 mM") (4 "9 mM") (5 UNDEF) (6 gkd:taurine) (7 "-3"^^<http://www.w3.org/2001/XMLSchema#double>)
} } ORDER BY ?position"""


def column(page: Page) -> Locator:
    """Return the cells of the first column of the result."""
    return page.locator(".result-table tbody tr > :nth-child(2)")


def test_every_row_of_a_long_answer_can_be_reached(visit: Visit) -> None:
    """The keyboard turns the pages and stays on its button; the rows shown are told."""
    page = visit.go("/query")
    visit.run(TEN_THOUSAND)
    status = page.locator(".paging [role=status]")
    expect(status).to_have_text("Rows 1\u2013100 of 10,000")
    expect(column(page)).to_have_text([str(number) for number in range(100)])
    page.get_by_role("button", name="Next", exact=True).press("Enter")
    expect(status).to_have_text("Rows 101\u2013200 of 10,000")
    last = page.get_by_role("button", name="Last", exact=True)
    last.press("Enter")
    expect(status).to_have_text("Rows 9,901\u201310,000 of 10,000")
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-disabled", "true")
    last.press("Enter")
    expect(column(page).last).to_have_text("9999")
    page.get_by_label("Rows per page").select_option("1000")
    expect(status).to_have_text("Rows 1\u20131,000 of 10,000")
    expect(column(page)).to_have_count(1000)
    expect(page.get_by_role("rowheader").last).to_have_text("1000")


def test_the_filter_looks_at_all_rows_and_keeps_their_numbers(visit: Visit) -> None:
    """Of ten thousand rows the one is found that is not on the page; nothing found is said."""
    page = visit.go("/query?lang=nl")
    visit.run(TEN_THOUSAND)
    field = page.get_by_label("Filter de rijen")
    field.fill("NUMBER 4711")
    status = page.locator(".paging [role=status]")
    expect(status).to_have_text("Rijen 1\u20131 van 1 die bij het filter passen, van 10.000 in totaal")
    expect(column(page)).to_have_text(["4711"])
    expect(page.get_by_role("rowheader")).to_have_text("4712")
    field.fill("nothing of the kind")
    expect(status).to_have_text("Geen van de 10.000 rijen past bij het filter.")
    field.fill("")
    expect(status).to_have_text("Rijen 1\u2013100 van 10.000")


def test_a_column_is_sorted_by_its_heading(visit: Visit) -> None:
    """Numbers by value and before texts, numbers in texts by value too, nothing last; then as it came."""
    page = visit.go("/query")
    visit.run(MIXED)
    heading = page.get_by_role("columnheader", name="x", exact=True)
    button = heading.get_by_role("button")
    as_it_came = ["10", "9.5", "10 mM", "9 mM", "", "taurine", "-3"]
    expect(page.locator(".result-table tbody tr")).to_have_count(len(as_it_came))
    expect(column(page)).to_have_text(as_it_came, use_inner_text=True)
    button.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(button).to_be_focused()
    expect(column(page)).to_have_text(
        ["-3", "9.5", "10", "9 mM", "10 mM", "taurine", ""], use_inner_text=True
    )
    button.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(column(page)).to_have_text(
        ["taurine", "10 mM", "9 mM", "10", "9.5", "-3", ""], use_inner_text=True
    )
    button.press("Enter")
    expect(heading).not_to_have_attribute("aria-sort", re.compile(".*"))
    expect(column(page)).to_have_text(as_it_came, use_inner_text=True)


def test_an_iri_in_the_table_leads_to_its_page(visit: Visit) -> None:
    """Ours to our page in the language of the reader, others to where they live."""
    page = visit.go("/query?lang=nl")
    ours = "https://w3id.org/glutakg/data/taurine"
    visit.run(f"SELECT * {{ VALUES ?x {{ <{ours}> <http://example.org/it's?a=1&b=2> <urn:x:y> }} }}")
    links = page.locator(".result-table a")
    expect(links).to_have_count(2)
    expect(links.nth(0)).to_have_attribute("href", "/data/taurine?lang=nl")
    expect(links.nth(1)).to_have_attribute("href", "http://example.org/it's?a=1&b=2")
    expect(column(page)).to_have_text(
        ["taurine", "http://example.org/it's?a=1&b=2", "urn:x:y"], use_inner_text=True
    )


def test_the_answer_can_be_read_as_it_was_sent(visit: Visit) -> None:
    """The third view of a graph and the second of rows is the response itself, cut where it is long."""
    page = visit.go("/query")
    visit.run("ASK {}")
    page.get_by_role("button", name="Response").click()
    told = page.locator("pre.response")
    expect(told).to_have_text('{"head":{},"boolean":true}')
    visit.run(TEN_THOUSAND)
    page.get_by_role("button", name="Response").click()
    expect(page.locator("#result")).to_contain_text("The first 100,000 of ")
    visit.until("document.querySelector('pre.response').innerText.length === 100_000")


def test_a_query_is_asked_once(visit: Visit) -> None:
    """The link in the address is renewed without running the query anew."""
    page = visit.go("/query")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit.run("SELECT ?x WHERE {\n  VALUES ?x { 11 }\n}")
    expect(page.locator(".result-table")).to_contain_text("11")
    expect(page).to_have_url(re.compile("VALUES"))
    visit.run("ASK {}")  # whatever was asked besides was asked before this
    expect(page.locator(".boolean")).to_have_text("Yes")
    paths = [url.removeprefix(visit.server.url) for url in asked]
    assert [path for path in paths if path.startswith(("/sparql", "/quer"))] == ["/sparql", "/sparql"]


def test_a_link_with_an_old_name_opens_the_query(visit: Visit) -> None:
    """A link that somebody kept shows the query under the name of today, with the values that it has."""
    page = visit.go("/query#name=nutrient-evidence&nutrient=mangaan")
    expect(page.locator(".result-table")).to_contain_text("C055")
    expect(page.get_by_label("The nutrient or other substance")).to_have_value("manganese")


def test_a_changed_text_has_no_parameters_in_the_form(visit: Visit) -> None:
    """A field that would change nothing is not offered; the text as it was brings it back."""
    page = visit.go("/queries/evidence-on-nutrient")
    field = page.get_by_label("The nutrient or other substance")
    expect(field).to_be_visible()
    visit.until(f"{EDITOR}.getValue().includes('VALUES ?nutrient')")
    text = page.evaluate(f"{EDITOR}.getValue()")
    visit.run(text + "LIMIT 1")
    expect(field).to_be_hidden()
    expect(page.locator("#changed")).to_contain_text("runs as it stands")
    expect(page.locator(".result-table tbody tr")).to_have_count(1)
    visit.run(text)
    expect(field).to_be_visible()
    expect(page.locator("#changed")).to_be_hidden()


def test_a_runaway_query_shows_the_limit_and_the_next_query_works(hasty_visit: Visit) -> None:
    """The page tells the limit in words, and goes on."""
    page = hasty_visit.go("/query")
    hasty_visit.run(RUNAWAY)
    expect(page.get_by_role("alert")).to_contain_text(f"The query was stopped after {SECONDS} s")
    hasty_visit.run("SELECT ?x WHERE { VALUES ?x { 11 } }")
    expect(page.locator(".result-table")).to_contain_text("11")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", f"The query was stopped after {SECONDS} s; ask for less."),
        ("nl", f"De vraag is na {SECONDS} s gestopt; vraag minder."),
    ],
)
def test_a_page_with_a_runaway_query_says_so(hasty_visit: Visit, lang: str, told: str) -> None:
    """By its status and in its language, with the query still there to be changed."""
    page = hasty_visit.page
    reply = page.goto(f"{hasty_visit.server.url}/query?{urlencode({'query': RUNAWAY, 'lang': lang})}")
    assert reply is not None
    assert reply.status == 504
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    hasty_visit.until(f"{EDITOR}.getValue() === {json.dumps(RUNAWAY)}")


def test_a_query_can_be_cancelled(visit: Visit) -> None:
    """Cancel ends the waiting, and the next query works."""
    page = visit.go("/query")
    visit.run(RUNAWAY)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#progress")).to_have_text("Cancelled.")
    visit.run("ASK {}")
    expect(page.locator(".boolean")).to_have_text("Yes")


def test_a_syntax_error_is_shown_with_its_place(visit: Visit) -> None:
    """Line and column are told, and the cursor goes there."""
    page = visit.go("/query")
    visit.run("SELECT ?x\nWHERE { ?x }")
    expect(page.get_by_role("alert")).to_contain_text("Line 2")
    visit.until(f"{EDITOR}.getCursor().line === 1")


def test_a_construct_is_drawn_and_can_be_read_as_a_table(visit: Visit) -> None:
    """The nine pools of the cycle are nine nodes."""
    page = visit.go("/queries/cycle-as-graph")
    expect(page.locator(".drawing")).to_have_attribute("data-nodes", "9")
    expect(page.locator(".drawing canvas").first).to_be_visible()
    page.get_by_role("button", name="Table").click()
    expect(page.locator(".result-table")).to_contain_text("gk:nextPool")


def test_a_node_of_the_picture_tells_its_page(visit: Visit) -> None:
    """Chosen with the mouse, it is named under the picture; buttons zoom."""
    page = visit.go("/queries/cycle-as-graph")
    drawing = page.locator(".drawing")
    expect(drawing).to_have_attribute("data-nodes", "9")
    drawing.scroll_into_view_if_needed()
    place = page.evaluate(
        f"{DRAWN}.nodes('[label ^= \"glutamate in the synaptic cleft\"]').renderedPosition()"
    )
    drawing.click(position=place)
    link = page.locator("#result [role=status] a")
    expect(link).to_have_attribute("href", "/data/glutamate-in-synaptic-cleft?lang=en")
    before = page.evaluate(f"{DRAWN}.zoom()")
    page.get_by_role("button", name="Nearer").click()
    visit.until(f"{DRAWN}.zoom() > {before}")
    page.get_by_role("button", name="Whole picture").click()
    visit.until(f"Math.abs({DRAWN}.zoom() / {before} - 1) < 0.2")


def test_an_empty_answer_says_why(visit: Visit) -> None:
    """A term that is spelt wrongly is told, with what was meant."""
    page = visit.go("/query")
    visit.run("SELECT ?p WHERE { <https://w3id.org/glutakg/data/taurin> ?p ?o }")
    expect(page.locator(".why-empty")).to_contain_text("Did you mean gkd:taurine")


def test_terms_are_completed_from_our_own_data_only(visit: Visit) -> None:
    """Properties of ours are offered; neither LOV nor prefix.cc is asked (the fixture looks)."""
    page = visit.go("/query")
    text = "PREFIX gk: <https://w3id.org/glutakg/ontology/>\nSELECT * WHERE {\n  ?x gk:protects"
    page.evaluate(
        f"""text => {{
          const editor = {EDITOR};
          editor.setValue(text); editor.focus(); editor.setCursor(2, 99);
        }}""",
        text,
    )
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint", has_text="gk:protectsAgainst")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "ending"), [("Turtle", "ttl"), ("N-Triples", "nt"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdf")]
)
def test_a_graph_can_be_taken_along_in_every_format(visit: Visit, name: str, ending: str) -> None:
    """Each button gives a file with something in it."""
    page = visit.go("/queries/cycle-as-graph")
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"cycle-as-graph.{ending}"
    assert b"nextPool" in Path(download.value.path()).read_bytes()


def test_a_download_that_fails_is_told(visit: Visit) -> None:
    """Here the answer is refused between the two requests; the page says so and goes on."""
    page = visit.go("/queries/protective-nutrients?lang=nl")
    expect(page.locator(".result-table")).to_contain_text("taurine")
    refusal = '{"status": 507, "reason": "memory", "detail": "The query needs too much memory."}'
    page.route("**/sparql", lambda route: route.fulfill(status=507, body=refusal))
    page.get_by_role("button", name="CSV", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The query needs too much memory.")
    expect(alert.locator("[lang=en]")).to_have_count(1)
    page.unroute("**/sparql")
    with page.expect_download():
        page.get_by_role("button", name="CSV", exact=True).click()
    expect(alert).to_have_count(0)


def test_a_query_that_is_refused_is_told_in_the_language_of_the_page(visit: Visit) -> None:
    """The JSON has the sentence in both languages; nothing has to be marked as English."""
    page = visit.go("/query?lang=nl&query=SELECT+%3Fx+%7B+%3Fx+foo%3Abar+%3Fy+%7D")
    page.get_by_role("button", name="Uitvoeren").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("de prefix foo: is niet gedeclareerd")
    expect(alert.locator("[lang=en]")).to_have_count(0)
    visit.run("SELECT * FROM <urn:é%41> { ?s ?p ?o }")
    expect(page.get_by_role("note")).to_contain_text("De graaf <urn:é%41> is er hier niet")


@pytest.mark.parametrize("ending", ["srj", "srx", "csv", "tsv"])
def test_rows_can_be_taken_along_in_every_format(visit: Visit, ending: str) -> None:
    """Each button gives a file with the rows in it."""
    page = visit.go("/queries/protective-nutrients")
    name = {"srj": "JSON", "srx": "XML"}.get(ending, ending.upper())
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"protective-nutrients.{ending}"
    assert b"taurine" in Path(download.value.path()).read_bytes()


TEXT = (
    """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?x ?y ?n WHERE {
  VALUES (?x ?y ?n) {
    (11 "a\\"b'c\\n\\\\d" 1.5) (12 "NA" UNDEF) (13 "é + % & \U0001f9e0"@nl 2) (14 '''"""
    """''' -1)
  }
} ORDER BY ?x # the end"""
)
NUTRIENT = {"nutrient": "vitamine B12", "lang": "nl"}
ENDINGS = {
    "rows": {
        "Python": "print(table.to_csv(index=False))",
        "R": "write.csv(table, row.names = FALSE, na = '')",
    },
    "boolean": {"Python": "print(found)", "R": "cat(found)"},
    "graph": {"Python": "print(graph.serialize(format='nt'))", "R": "writeLines(turtle)"},
}
PROGRAMS = {"curl": ["bash"], "Python": [sys.executable], "R": ["Rscript", "--vanilla"]}
NEEDED = {"curl": "curl", "R": "Rscript"}


def ran(page: Page, folder: Path, language: str, kind: str) -> str:
    """Return what the code that the page offers writes, run by the program that it is for."""
    page.locator("#after summary").click()
    expect(page.locator("#after pre").last).to_be_visible()
    offered = dict(
        zip(
            page.locator("#after details h3").all_inner_texts(),
            page.locator("#after pre").all_inner_texts(),
            strict=True,
        )
    )
    script = folder / f"asked-in-{language}"
    ending = ENDINGS[kind].get(language, "")
    script.write_text(f"{offered[language]}\n{ending}\n", encoding="utf-8")
    run = subprocess.run(
        [*PROGRAMS[language], script],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode()


def cells(table: str) -> list[list[str | float]]:
    """Return the cells of a table in CSV; numbers by their value, however they are written."""

    def plain(cell: str) -> str | float:
        try:
            return float(cell)
        except ValueError:
            return cell

    return [
        list(map(plain, row)) for row in csv.reader(StringIO(table.replace("\r\n", "\n")), strict=True) if row
    ]


@pytest.fixture(params=PROGRAMS)
def language(request: pytest.FixtureRequest) -> str:
    """Give each language that code is offered in, where its program is here; in CI it must be."""
    language = str(request.param)
    program = NEEDED.get(language)
    if program and shutil.which(program) is None and not MUST_RUN:
        pytest.skip(f"needs {program}: apt-get install {'r-base-core' if language == 'R' else 'curl'}")
    return language


def test_the_code_for_a_query_gives_the_rows_of_the_api(visit: Visit, language: str, tmp_path: Path) -> None:
    """Quotes, escapes, characters of all kinds, NA and what is not bound arrive as they are."""
    page = visit.go("/query")
    visit.run(TEXT)
    expect(page.locator(".result-table tbody tr")).to_have_count(4)
    expected = cells(visit.server.ask(TEXT, accept="text/csv").body.decode())
    assert expected[1][:2] == [11, "a\"b'c\n\\d"]
    assert cells(ran(page, tmp_path, language, "rows")) == expected


def test_the_code_for_a_catalogue_query_gives_the_rows_of_the_api(
    visit: Visit, language: str, tmp_path: Path
) -> None:
    """The changed parameters are in the code."""
    page = visit.go(f"/queries/evidence-on-nutrient?{urlencode(NUTRIENT)}")
    expect(page.locator(".result-table")).to_contain_text("C052")
    address = f"/queries/evidence-on-nutrient?{urlencode(NUTRIENT)}"
    expected = cells(visit.server.request("GET", address, headers={"Accept": "text/csv"}).body.decode())
    assert len(expected) > 2
    assert cells(ran(page, tmp_path, language, "rows")) == expected


def test_the_code_for_a_graph_gives_its_triples(visit: Visit, language: str, tmp_path: Path) -> None:
    """What is written is the graph of the API."""
    page = visit.go("/queries/cycle-as-graph")
    expect(page.locator(".drawing")).to_have_attribute("data-nodes", "9")
    answer = visit.server.request("GET", "/queries/cycle-as-graph", headers={"Accept": "text/turtle"})
    expected = rdflib.Graph().parse(answer.body, format="turtle")
    written = rdflib.Graph().parse(data=ran(page, tmp_path, language, "graph"), format="turtle")
    assert set(written) == set(expected) != set()


@pytest.mark.parametrize("expected", [True, False])
def test_the_code_for_a_yes_or_no_gives_it(
    visit: Visit, language: str, tmp_path: Path, expected: bool
) -> None:
    """Yes is true and no is false."""
    page = visit.go("/query")
    visit.run('ASK { FILTER(STR("\\\\") = "\\\\") }' if expected else "ASK { <urn:x:a> ?p ?o }")
    expect(page.locator(".boolean")).to_have_text("Yes" if expected else "No")
    told = ran(page, tmp_path, language, "boolean")
    assert (
        f'"boolean":{str(expected).lower()}' if language == "curl" else str(expected)
    ).lower() in told.lower()


def test_code_for_r_is_not_offered_where_it_would_not_run(visit: Visit) -> None:
    """Base R has only addresses to ask with, and they have an end."""
    page = visit.go("/query")
    visit.run(f"ASK {{}} # {'long ' * 10_000}")
    expect(page.locator(".boolean")).to_have_text("Yes")
    page.locator("#after summary").click()
    expect(page.locator("#after pre").last).to_have_text(
        re.compile("^# The query is too long for an address")
    )


def test_the_language_switches(visit: Visit) -> None:
    """The Dutch page has Dutch names, also in the picture, and the switch keeps the page."""
    page = visit.go("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("svg.cycle")).to_contain_text("glutamaat")
    page.get_by_role("link", name="Vragen").click()
    page.wait_for_url("**/query?lang=nl")
    page.get_by_label("Filter de catalogus").fill("beschermende")
    expect(page.locator("#catalogue a:visible").first).to_have_text("Beschermende voedingsstoffen")


def test_what_the_data_hold_is_never_run(visit: Visit) -> None:
    """A literal that looks like HTML is shown as text."""
    page = visit.go("/query#query=" + quote("SELECT ('<img src=x onerror=alert(1)>' AS ?x) {}"))
    page.get_by_role("button", name="Run").first.click()
    expect(page.locator(".result-table td")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".result-table img")).to_have_count(0)


def test_a_compartment_of_the_map_shows_what_is_there(visit: Visit) -> None:
    """The keyboard chooses a place, and what is there stands beside the map; before, the first place."""
    page = visit.go("/places?lang=en")
    shown = page.locator("article.place:visible h2")
    expect(shown).to_have_text("cytosol of the astrocyte")
    page.locator("a.spot[data-place=place-blood-plasma]").focus()
    page.keyboard.press("Enter")
    expect(shown).to_have_text("blood plasma (place)")
    assert page.url.endswith("#place-blood-plasma")


def test_an_identifier_is_copied(visit: Visit) -> None:
    """A click on the button beside it puts it on the clipboard, and says so."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.go("/data/epilepsy?lang=en")
    page.get_by_role("button", name="Copy gkd:epilepsy").click()
    expect(page.locator("main > [aria-live]")).to_have_text("copied: gkd:epilepsy")
    assert page.evaluate("navigator.clipboard.readText()") == "gkd:epilepsy"
