"""A headless browser that paints a live figure without Jupyter: the ES module and a stub of its model."""

import base64
import io
import json
import os
import shutil
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread

import nnwidgets

MODULE = Path(nnwidgets.__path__[0]) / "live_figure" / "view.js"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>live figure</title>
<body style="margin: 0" data-jp-theme-light="true"><div id="host"></div></body></html>"""
STUB = Path(__file__).with_name("stub.js")
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def synced(live) -> dict:
    """Return the traits of a live figure that its views read, as JSON can carry them."""
    names = [
        name
        for name in live.keys
        if name in ("frame", "glyphs", "alt", "listens", "hovers", "room") or name.startswith("moving_")
    ]
    plain = {name: getattr(live, name) for name in names}
    return json.loads(
        json.dumps(plain, default=lambda data: {"base64": base64.b64encode(data).decode("ascii")})
    )


class Painter:
    """A page in which one live figure at a time is shown."""

    def __init__(self, browser, density):
        self.context = browser.new_context(
            device_scale_factor=density, viewport={"width": 1000, "height": 800}
        )
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(error))

    def show(self, live, dark=False):
        """Open a fresh page with one view of the figure."""
        self.page.goto("about:blank")
        self.page.set_content(PAGE)
        self.page.evaluate(STUB.read_text("utf-8"), [MODULE.read_text("utf-8"), synced(live)])
        self.theme(dark)
        return self

    def theme(self, dark):
        """Switch JupyterLab's theme."""
        self.page.evaluate("(light) => { document.body.dataset.jpThemeLight = light }", str(not dark).lower())
        self.wait()

    def update(self, live):
        """Send the figure's present state."""
        self.page.evaluate("(state) => window.model.update(state)", synced(live))
        self.wait()

    def wait(self):
        """Wait until what was asked for has been painted; raise what went wrong in the page."""
        self.page.evaluate(PAINTED)
        if self.errors:
            raise self.errors[0]

    def pixels(self, view="view") -> np.ndarray:
        """Return the canvas as RGBA, uint8."""
        url = self.page.evaluate(f"document.querySelector('#{view} canvas').toDataURL()")
        image = imread(io.BytesIO(base64.b64decode(url.split(",")[1])))
        return (image * 255).round().astype(np.uint8)


def agg_pixels(live, density=1) -> np.ndarray:
    """Return matplotlib's own picture as RGBA, without hinting, as outlines have none."""
    with matplotlib.rc_context({"text.hinting": "no_hinting"}):
        data = live.export("png", dpi=density * live.figure.dpi)
    return (imread(io.BytesIO(data)) * 255).round().astype(np.uint8)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, without a sandbox and without the network."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = os.environ.get("WORKBOOK_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium found: install one, or name it in the environment variable WORKBOOK_BROWSER")
    playwright = pytest.importorskip("playwright.sync_api")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=path, args=[*flags, "--disable-sync", "--no-first-run"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def painters(browser):
    """Pages at one and at two device pixels to a CSS pixel."""
    return {density: Painter(browser, density) for density in (1, 2)}


@pytest.fixture(scope="module")
def agg():
    """Matplotlib's own picture of a live figure."""
    return agg_pixels
