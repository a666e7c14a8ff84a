"""The pages in a real browser: Debian's Chromium, driven by Playwright; skipped where there is none.

`GLUTAKG_SCREENSHOTS` names a folder that gets a picture of each page; CI keeps it.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from running_server import RunningServer, running_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MUST_RUN = os.environ.get("CI") == "true"
BUILT = Path(__file__).parent.parent / "src/glutakg/server/static/built/query.js"
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
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SECONDS = 3

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None and not MUST_RUN, reason="needs Chromium: apt-get install chromium"),
    pytest.mark.skipif(
        not BUILT.exists() and not MUST_RUN, reason="needs the scripts of the pages: pip install -e ."
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server that soon stops a query that does not end."""
    with running_server("--workers", "2", "--timeout", str(SECONDS)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser; Playwright never fetches one of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page in a window of its own; it keeps what the console says and what is asked of others."""

    def __init__(self, browser: Browser, server: RunningServer, *, width: int, scheme: str) -> None:
        """Open an empty window."""
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.server = server
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", self._failed)
        self.context.on(
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
        """Open a page of the server."""
        self.page.goto(self.server.url + path)
        return self.page

    def run(self, query: str) -> None:
        """Put a query into the editor and run it."""
        self.page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
        self.page.get_by_role("button", name=re.compile("Run|Uitvoeren")).first.click()


@pytest.fixture
def visit(browser: Browser, server: RunningServer) -> Iterator[Visit]:
    """Give a wide window, and look afterwards that nothing went wrong in it or out of it."""
    visit = Visit(browser, server, width=1280, scheme="light")
    yield visit
    visit.context.close()
    assert visit.complaints == []
    assert visit.outside == []


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page where that is wanted."""
    folder = os.environ.get("GLUTAKG_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)


PAGES = {
    "start": "/",
    "search": "/search?text=gluta",
    "query": "/query",
    "query-rows": "/query#name=protective-nutrients",
    "query-graph": "/query#name=cycle-as-graph",
    "term": "/data/glutamine",
    "step": "/data/glutamine-synthesis-in-astrocyte",
    "claim": "/data/claim-C054",
    "evidence": "/evidence",
    "conflicts": "/conflicts",
    "why": "/why?s=gkd:taurine&p=gk:protectsAgainst&o=gkd:excitotoxicity",
}


def loaded(page: Page, name: str) -> None:
    """Wait until the page has all that it shows."""
    page.wait_for_load_state("networkidle")
    if name.startswith("query-"):
        expect(page.locator("#after")).not_to_be_empty()
    if name == "query-graph":
        expect(page.locator(".drawing")).to_have_attribute("data-nodes", "9")


VIEWS = [(name, width, scheme) for name in PAGES for width, scheme in ((1280, "light"), (360, "dark"))]
VIEWS += [
    (name, width, scheme)
    for name in ("start", "query-rows")
    for width, scheme in ((1280, "dark"), (360, "light"))
]


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWS)
def test_each_page_loads_and_axe_finds_no_serious_fault(
    browser: Browser, server: RunningServer, name: str, width: int, scheme: str
) -> None:
    """A page has no error, asks nobody else, is no wider than the window, and can be used by all."""
    visit = Visit(browser, server, width=width, scheme=scheme)
    page = visit.go(PAGES[name])
    loaded(page, name)
    keep(page, f"{name}-{width}-{scheme}")
    found = Axe().run(page).response["violations"]
    serious = {
        each["id"]: [node["target"] for node in each["nodes"]]
        for each in found
        if each["impact"] in ("serious", "critical")
    }
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    visit.context.close()
    assert serious == {}
    assert overflow <= 0
    assert visit.complaints == []
    assert visit.outside == []


def test_the_search_finds_glutamine_by_its_dutch_name_with_the_keyboard(visit: Visit) -> None:
    """Typing, arrow and Enter lead to the page of the term; the list is announced as a listbox."""
    page = visit.go("/?lang=nl")
    box = page.get_by_role("combobox")
    box.press_sequentially("L-glutamine")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("gkd:glutamine")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    box.press("Enter")
    page.wait_for_url("**/data/glutamine?lang=nl")
    expect(page.get_by_role("heading", level=1)).to_contain_text("glutamine")


def test_escape_closes_the_suggestions(visit: Visit) -> None:
    """What was typed stays, the list goes."""
    page = visit.go("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("ammoniak")
    expect(page.get_by_role("option").first).to_contain_text("gkd:ammonia")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_cycle_is_stepped_with_buttons_and_keys(visit: Visit) -> None:
    """Nine steps, one at a time, round and round; the picture follows and the step is said aloud."""
    page = visit.go("/")
    card = page.locator("#steps .card:visible")
    expect(card).to_have_count(1)
    expect(card).to_have_attribute("data-step", "glutamate-vesicular-loading")
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
    """The number four is a link that shows enzyme and claims."""
    page = visit.go("/")
    page.get_by_role("link", name=re.compile(r"^4\. ")).click()
    card = page.locator("#steps .card:visible")
    expect(card).to_contain_text("glutamine synthetase")
    expect(card).to_be_focused()
    evidence = page.context.new_page()
    evidence.goto(
        visit.server.url + str(card.get_by_role("link", name="What speaks for").get_attribute("href"))
    )
    expect(evidence.locator("main")).to_contain_text("C018")
    card.get_by_role("link", name="glutamine synthetase").click()
    page.wait_for_url("**/data/glutamine-synthetase?lang=en")


def test_a_catalogue_query_runs_with_a_changed_parameter(visit: Visit) -> None:
    """Filter, choose, change the nutrient, run: the rows are those of the other nutrient."""
    page = visit.go("/query")
    page.get_by_label("Filter the catalogue").fill("nutrient evidence supplement")
    page.get_by_label("Filter the catalogue").fill("nutrient-evidence")
    page.locator("#catalogue a:visible").first.click()
    table = page.locator(".result-table")
    expect(table).to_contain_text("C054")
    page.get_by_label("The nutrient or other substance").fill("mangaan")
    page.get_by_role("button", name="Run").first.click()
    expect(table).to_contain_text("C055")
    expect(table).not_to_contain_text("C054")
    link = page.get_by_label("Link to this query").input_value()
    again = page.context.new_page()
    again.goto(link)
    expect(again.locator(".result-table")).to_contain_text("C055")


def test_a_runaway_query_shows_the_limit_and_the_next_query_works(visit: Visit) -> None:
    """The page tells the limit in words, and goes on."""
    page = visit.go("/query")
    visit.run(RUNAWAY)
    expect(page.get_by_role("alert")).to_contain_text(f"The query was stopped after {SECONDS} s")
    visit.run("SELECT ?x WHERE { VALUES ?x { 11 } }")
    expect(page.locator(".result-table")).to_contain_text("11")
    expect(page.get_by_role("alert")).to_have_count(0)


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


def test_a_construct_is_drawn_and_can_be_read_as_a_table(visit: Visit) -> None:
    """The nine pools of the cycle are nine nodes."""
    page = visit.go("/query#name=cycle-as-graph")
    expect(page.locator(".drawing")).to_have_attribute("data-nodes", "9")
    expect(page.locator(".drawing canvas").first).to_be_visible()
    page.get_by_role("button", name="Table").click()
    expect(page.locator(".result-table")).to_contain_text("gk:nextPool")


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
        """text => {
          const editor = document.querySelector('.CodeMirror').CodeMirror;
          editor.setValue(text); editor.focus(); editor.setCursor(2, 99);
        }""",
        text,
    )
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint", has_text="gk:protectsAgainst")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "ending"), [("Turtle", "ttl"), ("N-Triples", "nt"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdf")]
)
def test_a_graph_can_be_taken_along_in_every_format(visit: Visit, name: str, ending: str) -> None:
    """Each button gives a file with something in it."""
    page = visit.go("/query#name=cycle-as-graph")
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"cycle-as-graph.{ending}"
    assert b"nextPool" in Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("ending", ["srj", "srx", "csv", "tsv"])
def test_rows_can_be_taken_along_in_every_format(visit: Visit, ending: str) -> None:
    """Each button gives a file with the rows in it."""
    page = visit.go("/query#name=protective-nutrients")
    name = {"srj": "JSON", "srx": "XML"}.get(ending, ending.upper())
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"protective-nutrients.{ending}"
    assert b"taurine" in Path(download.value.path()).read_bytes()


def test_the_code_that_is_offered_runs(visit: Visit, tmp_path: Path) -> None:
    """The Python of a query of one's own gives the answer of the page."""
    import subprocess
    import sys

    page = visit.go("/query")
    visit.run('SELECT ?x ?y WHERE {\n  VALUES (?x ?y) { (11 "a\\"b\'c") }\n}')
    expect(page.locator(".result-table")).to_contain_text("11")
    page.get_by_text("Code: curl, Python, R").click()
    curl, python, _ = page.locator("#after pre").all_inner_texts()
    script = tmp_path / "asked.py"
    script.write_text(python + "\nprint(table.to_csv(index=False))\n", encoding="utf-8")
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout.split() == ["x,y", '11,"a""b\'c"'], run.stderr
    if shutil.which("curl"):
        run = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, timeout=60, check=False)
        assert run.stdout.split() == ["x,y", '11,"a""b\'c"'], run.stderr


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
    assert page.locator(".result-table img").count() == 0
