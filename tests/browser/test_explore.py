"""Exploring in a real JupyterLab: any experiment in one line, and a table of one's own."""

import numpy as np
from playwright.sync_api import expect

from workbook.course import cli

from .learner import button, loss, step

IMPORTS = "import numpy as np\nimport nnwidgets\nfrom workbook import Dataset, Experiment, Network"
ROWS = "x = np.linspace(-1, 1, 40 * {n}).reshape(-1, {n})\nt = np.sin(3 * x).sum(1, keepdims=True)"
PANEL = "nnwidgets.explore(Experiment(Dataset(x, t), Network(({n}, 6, 1)), step_size=0.05, steps=200))"
INPUTS = (1, 2, 4)  # a curve, a map, a table


def test_one_line_explores_an_experiment(chapter):
    rows = [ROWS.format(n=n) for n in INPUTS]
    panels = [PANEL.format(n=n) for n in INPUTS]
    cells = [cell for pair in zip(rows, panels, strict=True) for cell in pair]
    chapter.lab.write_notebook("explore.ipynb", IMPORTS, *cells)
    chapter.open("explore.ipynb").run_all()
    for n in range(len(INPUTS)):
        panel = chapter.panel(n)
        plays(chapter, panel)
        with chapter.picture_changes(panel.locator("canvas")):
            button(panel, "New seed").click()
        size = chapter.control("step size", panel)
        before = size.get_attribute("aria-valuetext")
        size.press("ArrowRight")
        expect(size).not_to_have_attribute("aria-valuetext", before)
    assert chapter.errors() == []


def test_a_table_of_ones_own_is_explored(chapter, monkeypatch):
    table = chapter.lab.folder / "flats.csv"
    rows = np.random.RandomState(0).uniform(20, 200, (60, 2)).round(1)
    lines = [f"{area},{age},{1500 * area - 300 * age:.0f}" for area, age in rows]
    table.write_text("\n".join(["area,age,price", *lines]) + "\n")
    opened = []
    monkeypatch.setattr(cli, "open_lab", lambda *given: opened.append(given) or 0)  # there is one already
    assert cli.main(["explore", str(table), "--no-browser"]) == 0
    ((folder, name, _),) = opened
    assert folder == chapter.lab.folder
    chapter.open(name).run_all()
    plays(chapter, chapter.panel(0))
    assert chapter.errors() == []


def plays(chapter, panel) -> None:
    """Play moves the picture and lowers the loss, and stops."""
    canvas, before = panel.locator("canvas"), loss(panel)
    with chapter.picture_changes(canvas):
        button(panel, "Play").click()
    chapter.wait_until(lambda: step(panel) > 5 and loss(panel) < before, "the loss to fall")
    pause = button(panel, "Pause")
    if pause.is_visible():
        pause.click()
    expect(pause).to_be_hidden()
