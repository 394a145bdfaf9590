"""How fast a picture follows a control, in a real JupyterLab in a real Chromium. Run by hand:

    python tests/benchmarks/interaction.py [--rounds 4]

The ways of drawing take turns, round by round, because a machine drifts: trust the ratios more than the
times, and neither while the machine has other work (see the load that is printed).
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.chapter import Chapter, find_browser, start_browser  # noqa: E402
from tests.browser.lab import Lab  # noqa: E402

PRESSES = 26  # in each round
FIGURE = """import numpy as np
from matplotlib.figure import Figure
x = np.linspace(0, 6, 200)
def curve(height):
    return np.tanh(height / 500 * np.sin(x))"""
LABEL = """import ipywidgets as widgets
slider = widgets.IntSlider(500, 0, 1000, description="label")
label = widgets.Label("500")
slider.observe(lambda change: setattr(label, "value", f"{curve(change.new).max():.4f}"), "value")
widgets.VBox([slider, label])"""
INTERACT = """%matplotlib inline
import matplotlib.pyplot as plt
def draw(height):
    figure, axes = plt.subplots(figsize=(6, 3.5))
    axes.plot(x, curve(height))
    axes.set(ylim=(-1, 1), xlabel="x", ylabel="y", title="a curve")
    plt.show()
widgets.interact(draw, height=widgets.IntSlider(500, 0, 1000, description="interact"));"""
LIVE = """from nnwidgets import LiveFigure
figure = Figure(figsize=(6, 3.5))
axes = figure.subplots()
(line,) = axes.plot(x, curve(500))
axes.set(ylim=(-1, 1), xlabel="x", ylabel="y", title="a curve")
live = LiveFigure(figure, curve=line)
moving = widgets.IntSlider(500, 0, 1000, description="live")
moving.observe(lambda change: live.set(curve=(x, curve(change.new))), "value")
widgets.VBox([moving, live])"""
PANEL = """from nnwidgets.chapters.bias import panel
panel(speed=2000, length="10 000")"""
SAME = """other = panel()
def draw_panel(w1):
    other.session.turn(w1=w1)
    display(other.live.figure)
widgets.interact(draw_panel, w1=widgets.FloatSlider(0, min=-10, max=10, step=0.05, description="same"));"""

# name -> its place among the widgets of the notebook, the label of its slider, what is painted
WAYS = {
    "a bare label": (0, "label", "text"),
    "LiveFigure, one curve": (1, "live", "canvas"),
    "interact, one curve": (2, "interact", "image"),
    "the panel of two neurons": (3, "start w₁", "canvas"),
    "interact, the panel's figure": (4, "same", "image"),
}
PAIRS = {
    "LiveFigure, one curve": "interact, one curve",
    "the panel of two neurons": "interact, the panel's figure",
}
TARGETS = """Targets: a picture at most 1.4 x the label and at least 8 x faster than interact with the same
figure; a flood at most 100 ms late; a moving picture at most 5 kB (all that comes through the websocket for a
move, less the label's); while training at least 45 pictures a second; the last at most 60 ms after Pause."""


class MeasuredChapter(Chapter):
    """A chapter in whose page the stopwatches stand before anything else is loaded."""

    def prepare(self) -> None:
        super().prepare()
        self.page.add_init_script(path=Path(__file__).with_suffix(".js"))


def measure(chapter: Chapter, rounds: int) -> None:
    """Open the notebook, measure every way in turn, and print the tables."""
    name = chapter.lab.write_notebook("interaction.ipynb", FIGURE, LABEL, LIVE, INTERACT, PANEL, SAME)
    chapter.open(name, height=1400).run_all()
    chapter.control("More", within=chapter.panel(0)).click()  # the start weights are behind it
    load = os.getloadavg()[0]
    times = {way: [] for way in WAYS}
    floods = {way: [] for way in WAYS}
    kilobytes = {way: [] for way in WAYS}
    trainings = []
    for _ in range(rounds):
        for way in WAYS:
            handle = watch(chapter, way)
            pressed = handle.evaluate(f"handle => bench.presses(handle, {PRESSES})")
            times[way] += pressed["times"]
            kilobytes[way].append(pressed["bytes"] / 1000)
        for way in WAYS:
            floods[way].append(watch(chapter, way).evaluate("handle => bench.flood(handle, 60, 3)"))
        trainings.append(train(chapter))
    print(f"Load on {os.cpu_count()} processors, before and after: {load:.1f}, {os.getloadavg()[0]:.1f}\n")
    report(times, floods, kilobytes)
    print("\nTraining in the panel          pictures/s   last picture after Pause, ms")
    for number, training in enumerate(trainings, 1):
        print(f"round {number}{training['rate']:32.0f}{training['late']:31.0f}")
    print(f"\n{TARGETS}\nErrors in the meantime: {chapter.errors() or 'none'}")


def watch(chapter: Chapter, way: str) -> Locator:
    """Watch what a way of drawing paints; return the handle of its slider."""
    number, label, kind = WAYS[way]
    widget = chapter.widget(number)
    widget.evaluate(f"widget => bench.watch(widget, '{kind}')")
    return chapter.control(label, within=widget)


def train(chapter: Chapter) -> dict[str, float]:
    panel = chapter.panel(0)
    chapter.control("Reset", within=panel).click()
    chapter.control("Play", within=panel).click()
    chapter.page.wait_for_timeout(8000)  # until it trains as fast as it may: it begins slowly
    chapter.control("Pause", within=panel).click()
    watch(chapter, "the panel of two neurons")
    return chapter.control("Play", within=panel).evaluate("button => bench.train(button, 3)")


def report(times, floods, kilobytes) -> None:
    sizes = {way: statistics.median(values) for way, values in kilobytes.items()}
    medians = {way: statistics.median(values) for way, values in times.items()}
    print("From key to paint, ms        median   95 %   x label   flood: late   pictures/s      kB")
    for way, values in times.items():
        late = max(flood["late"] for flood in floods[way])
        rate = statistics.median(flood["rate"] for flood in floods[way])
        print(
            f"{way:28}{medians[way]:7.0f}{statistics.quantiles(values, n=20)[-1]:7.0f}"
            f"{medians[way] / medians['a bare label']:10.2f}{late:14.0f}{rate:13.0f}"
            f"{sizes[way] - sizes['a bare label']:8.1f}"
        )
    for fast, slow in PAIRS.items():
        print(f"{fast} is {medians[slow] / medians[fast]:.1f} x faster than {slow}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    rounds = parser.parse_args().rounds
    path = find_browser()
    if path is None:
        sys.exit("no Chromium found: install one, or name it in WORKBOOK_BROWSER")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder))
        browser = start_browser(playwright.chromium, path)
        try:
            chapter = MeasuredChapter(lab, browser)
            measure(chapter, rounds)
            chapter.close()
        finally:
            browser.close()
            lab.close()


if __name__ == "__main__":
    main()
