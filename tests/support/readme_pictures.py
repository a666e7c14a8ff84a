"""Take the pictures of the README anew, in Chromium: `python tests/support/readme_pictures.py`."""

import shutil
from pathlib import Path

from running_server import running_server

FOLDER = Path(__file__).parents[2] / "examples/pictures"
PICTURES = {
    "cycle": ("/?lang=en", "light"),
    "claim": ("/data/claim-C054?lang=en", "light"),
    "answer": ("/queries/evidence-on-nutrient?nutrient=magnesium&lang=en", "dark"),
    "conflict": ("/conflicts?show=E02&lang=en#details", "light"),
}
"""Each by its name: the page, and whether it is seen in the light or in the dark."""


def take() -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    with running_server("--workers", "1") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--headless", "--no-sandbox"],
        )
        for name, (path, scheme) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": 1280, "height": 840}, color_scheme="dark" if scheme == "dark" else "light"
            )
            page.goto(server.url + path, wait_until="networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    take()
