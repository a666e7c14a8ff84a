"""Measure in Chromium how soon pages are painted and how much they weigh, and print Markdown.

    pip install '.[test]'
    python tests/benchmarks/bench_pages.py

Each page is opened in a window without anything kept, twice: the server may have to make it first. It is
weighed unpacked, with its styles, scripts and pictures, and without what the query page loads after the
answer (the editor and the picture of a graph). The exit code is 1 when a goal is missed: the start page
painted within a second, no page above 300 kB, no script above 200 kB as it is sent.
"""

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Response, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from running_server import RunningServer, running_server

PAGES = (
    "/",
    "/evidence",
    "/conflicts",
    "/places",
    "/data/glutamine",
    "/data/claim-C054",
    "/data/glutamate-glutamine-cycle",
    "/query",
    "/queries/protective-nutrients",
    "/queries/cycle-as-graph",
)
LATER = ("/editor-", "/picture-")
"""How the names of files begin that the query page loads after the answer."""
PAINTED, HEAVIEST, LARGEST_SCRIPT = 1_000, 300_000, 200_000
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


class Opened(NamedTuple):
    """What a page took: milliseconds until it was painted, and bytes unpacked and as they were sent."""

    painted: float
    bytes: int
    sent: int
    largest_script: int


def opened(browser: Browser, server: RunningServer, path: str) -> Opened:
    """Open a page in a window of its own."""
    context = browser.new_context()
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(server.url + path, wait_until="networkidle")
    painted = float(page.evaluate(PAINT))
    sizes = {each.url: each.request.sizes()["responseBodySize"] for each in answers}
    weights = {each.url: len(each.body()) for each in answers if not any(name in each.url for name in LATER)}
    sent = sum(sizes[url] for url in weights)
    context.close()
    scripts = [size for url, size in sizes.items() if url.endswith(".js")]
    return Opened(painted, sum(weights.values()), sent, max(scripts, default=0))


def main() -> int:
    """Print the table; return 1 when a goal is missed."""
    missed = False
    print(
        "| page | painted at first (ms) | again (ms) | weight (kB) | sent (kB) | largest script sent (kB) |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    with running_server("--workers", "1") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        for path in PAGES:
            for lang in ("en", "nl"):
                address = f"{path}?lang={lang}"
                first, again = opened(browser, server, address), opened(browser, server, address)
                numbers = (again.bytes / 1_000, again.sent / 1_000, again.largest_script / 1_000)
                told = " | ".join(f"{each:.0f}" for each in (first.painted, again.painted, *numbers))
                print(f"| `{address}` | {told} |", flush=True)
                missed |= path == "/" and first.painted > PAINTED
                missed |= again.bytes > HEAVIEST or again.largest_script > LARGEST_SCRIPT
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
