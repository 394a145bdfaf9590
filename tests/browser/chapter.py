"""One notebook in JupyterLab in a browser: run it, find its controls, look at its pictures, hear errors."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Locator, Page, expect

from .lab import Lab, wait_until

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# Every message that the kernel publishes is heard, also from callbacks, whose output belongs to no cell.
# JupyterLab asks a new kernel for its widgets; without ipywidgets it answers that it knows no such comm.
LISTEN = """() => {
  const notebook = window.notebook = jupyterapp.shell.currentWidget, widgets = new Set();
  window.kernelErrors = [];
  const harmless = (text) => {
    const [, unknown] = /^No such comm: (\\S+)\\s*$/.exec(text) ?? [];
    return unknown ? !widgets.has(unknown) : text.startsWith('No such comm target registered: jupyter.');
  };
  notebook.sessionContext.iopubMessage.connect((_, message) => {
    const {content, header} = message;
    if (header.msg_type === 'comm_open') widgets.add(content.comm_id);
    if (header.msg_type === 'error') kernelErrors.push(`${content.ename}: ${content.evalue}`);
    if (content.name === 'stderr' && !harmless(content.text)) kernelErrors.push(content.text);
  });
  notebook.sessionContext.statusChanged.connect((_, status) => {
    if (['autorestarting', 'dead'].includes(status)) kernelErrors.push('it died');
  });
}"""
READY = """() => {
  const notebook = window.jupyterapp?.shell.currentWidget;
  return notebook?.content?.widgets?.length && notebook.sessionContext.session?.kernel?.status === 'idle';
}"""
RUN_ALL = """() => {
  window.running = true;
  jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.running = false; });
}"""
FINISHED = "() => !running && notebook.sessionContext.session.kernel.status === 'idle'"
NOT_RUN = """() => notebook.content.widgets
  .map((cell, n) => cell.model.type === 'code' && cell.model.sharedModel.source.trim()
    && cell.model.executionCount === null ? n : -1)
  .filter(n => n >= 0)"""


def find_browser() -> str | None:
    """Return the path of a Chromium: environment variable WORKBOOK_BROWSER, or an installed one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("WORKBOOK_BROWSER") or next(filter(None, map(shutil.which, names)), None)


def start_browser(chromium: BrowserType, path: str) -> Browser:
    return chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", *QUIET])


class Chapter:
    """A chapter as a page: `open` it, `run_all`, then use `panel`, `control` and the rest."""

    page: Page

    def __init__(self, lab: Lab, browser: Browser):
        self.lab, self.browser = lab, browser
        self._errors: list[str] = []

    def open(
        self, name: str, width: int = 1280, height: int = 900, theme: str = "light", touch: bool = False
    ) -> "Chapter":
        """Open a notebook of the learner's folder in a new window, and wait for its kernel.

        touch: the window is that of a machine with fingers on its screen.
        """
        self.close()
        self._errors = []
        context = self.browser.new_context(viewport={"width": width, "height": height}, has_touch=touch)
        self.page = context.new_page()
        self.prepare()
        workspace = f"lab/workspaces/{uuid4().hex}/tree/{name}?reset&token={self.lab.token}"
        self.page.goto(self.lab.url + workspace)
        self.page.wait_for_function(READY, timeout=60_000)
        self.page.evaluate(LISTEN)
        self.set_theme(theme)
        return self

    def prepare(self) -> None:
        """Listen to a page that is still empty."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._errors.append(f"page: {error}"))
        self.page.on("request", self._see_request)

    def set_theme(self, theme: str) -> None:
        change = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(change, THEMES[theme])
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", THEMES[theme])

    def run_all(self, timeout: float = 120) -> "Chapter":
        """Run every cell and wait until the last has finished; raise AssertionError when one was not run."""
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function(FINISHED, timeout=1000 * timeout)
        if left := self.page.evaluate(NOT_RUN):
            raise AssertionError(f"cells {left} of {self.page.title()} were not run: {self.errors()}")
        return self

    def cell(self, n: int) -> Locator:
        """Return the n-th cell of the notebook, from 0, brought into view."""
        return self._in_view(".jp-Notebook .jp-Notebook-cell", n)

    def widget(self, n: int) -> Locator:
        """Return the n-th widget that the notebook shows, from 0, brought into view."""
        return self._in_view(".jp-Notebook .jp-OutputArea-output.lm-Panel", n)

    def panel(self, n: int) -> Locator:
        """Return the n-th panel of the notebook, from 0, brought into view."""
        return self._in_view(".jp-Notebook .workbook-panel", n)

    def _in_view(self, selector: str, n: int) -> Locator:
        locator = self.page.locator(selector).nth(n)
        locator.scroll_into_view_if_needed()
        return locator

    def control(self, label: str, within: Locator | None = None) -> Locator:
        """Return the slider, button, box or list whose visible label or name is exactly `label`."""
        place = within or self.page.locator(".jp-Notebook")
        named = place.get_by_label(label, exact=True)
        # Not by their name, which begins with the letter that stands for the icon.
        buttons = place.locator("button").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        row = place.locator(".widget-inline-hbox").filter(has=self.page.get_by_text(label, exact=True))
        unnamed = row.locator("[role=slider], input:not([type=hidden]), select, textarea")
        return named.or_(buttons).or_(unnamed).first

    def picture(self, canvas: Locator) -> str:
        """Return a hash of the pixels of a canvas, which changes when the picture does."""
        pixels = canvas.evaluate("canvas => canvas.toDataURL()")
        return hashlib.sha256(pixels.encode()).hexdigest()

    @contextmanager
    def picture_changes(self, canvas: Locator, timeout: float = 20) -> Iterator[None]:
        """At the end of the block, wait until the picture has changed; TimeoutError if it does not."""
        before = self.picture(canvas)
        yield
        self.wait_until(lambda: self.picture(canvas) != before, "the picture to change", timeout)

    def wait_until(self, condition: Callable[[], object], what: str, timeout: float = 20) -> object:
        return wait_until(
            condition, timeout, what, lambda seconds: self.page.wait_for_timeout(1000 * seconds)
        )

    def screenshot(self, path: Path | str) -> None:
        self.page.screenshot(path=path)

    def errors(self) -> list[str]:
        """Return what went wrong since `open`: in the browser, in cells, in callbacks; and what panels show.

        A request to any other machine counts too, because a learner may be offline.
        """
        kernel = self.page.evaluate("kernelErrors.map(text => `kernel: ${text}`)")
        panels = [
            f"panel: {text}"
            for text in self.page.locator(".workbook-error").all_inner_texts()
            if text.strip()
        ]
        return self._errors + kernel + panels

    def close(self) -> None:
        """Close the window and end its kernel."""
        if hasattr(self, "page"):
            self.page.context.close()
            del self.page
            self.lab.shut_down_kernels()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(f"console: {message.text} ({message.location.get('url')})")

    def _see_request(self, request) -> None:
        if not request.url.startswith((self.lab.url, "data:", "blob:")):
            self._errors.append(f"request to elsewhere: {request.url}")
