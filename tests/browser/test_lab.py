"""The harness itself: it sees what a learner sees, and it goes red when something is wrong."""

import pytest
from playwright.sync_api import TimeoutError as StillWaiting

from .learner import journey

SLIDER = """import ipywidgets as widgets
slider = widgets.IntSlider(3, 0, 10, description="height")
label = widgets.Label("3 squared is 9")
def show(change):
    label.value = f"{change.new} squared is {change.new ** 2}"
slider.observe(show, "value")
widgets.VBox([slider, label])"""

THREAD = """import threading, ipywidgets as widgets
slider = widgets.IntSlider(0, 0, 9, description="moves")
threads = []
names = widgets.Label()
def note(change):
    threads.append(threading.current_thread().name)
    names.value = f"{len(threads)} moves in {sorted(set(threads))}"
slider.observe(note, "value")
widgets.VBox([slider, names])"""

CANVAS = """import anywidget, traitlets
class Picture(anywidget.AnyWidget):
    size = traitlets.Int(10).tag(sync=True)
    _esm = '''function render({model, el}) {
      const canvas = el.appendChild(document.createElement("canvas"));
      const grow = el.appendChild(document.createElement("button"));
      grow.textContent = "Grow";
      grow.onclick = () => { model.set("size", model.get("size") + 10); model.save_changes(); };
      const draw = () => canvas.getContext("2d").fillRect(0, 0, model.get("size"), 9);
      model.on("change:size", draw);
      draw();
    }
    export default {render};'''
Picture()"""

BUTTON = """import ipywidgets as widgets
button = widgets.Button(description="Break")
def click(_):
    {}
button.on_click(click)
button"""

pytestmark = journey


def test_a_slider_answers_and_nothing_is_wrong(lab, chapter):
    chapter.open(lab.write_notebook("slider.ipynb", SLIDER)).run_all()
    chapter.control("height").press("ArrowRight")
    chapter.widget(0).get_by_text("4 squared is 16").wait_for()
    assert chapter.errors() == []


def test_every_test_has_a_kernel_of_its_own(lab, chapter):
    name = lab.write_notebook("fresh.ipynb", "seen = 'seen' in globals()\nprint('seen' if seen else 'fresh')")
    for _ in range(2):
        chapter.open(name).run_all()
        assert chapter.cell(0).locator(".jp-OutputArea-output").inner_text().strip() == "fresh"
        assert len(lab.api("kernels")) == 1
    chapter.close()
    assert lab.api("kernels") == []


def test_our_settings_reach_jupyterlab(lab, chapter):
    chapter.open(lab.write_notebook("thread.ipynb", THREAD)).run_all()
    for moves in range(1, 4):
        chapter.control("moves").press("ArrowRight")
        chapter.widget(0).get_by_text(f"{moves} moves in ['MainThread']").wait_for()
    assert (
        "workbook.course.lab_server | extension was successfully loaded" in (lab.home / "lab.log").read_text()
    )
    assert chapter.page.get_by_text("official Jupyter news").count() == 0


def test_a_window_has_the_size_and_theme_that_were_asked_for(lab, chapter):
    chapter.open(lab.write_notebook("theme.ipynb", "1 + 1"), width=800, height=600, theme="dark")
    assert chapter.page.evaluate("[innerWidth, innerHeight]") == [800, 600]
    body = chapter.page.locator("body")
    assert body.get_attribute("data-jp-theme-light") == "false"
    chapter.set_theme("light")
    assert body.get_attribute("data-jp-theme-light") == "true"


def test_a_picture_that_changes_and_one_that_does_not(lab, chapter):
    blank = [f"'far down {n}'" for n in range(40)]
    chapter.open(lab.write_notebook("canvas.ipynb", *blank, CANVAS)).run_all()
    canvas = chapter.widget(0).locator("canvas")
    with chapter.picture_changes(canvas):
        chapter.control("Grow").click()
    with pytest.raises(TimeoutError, match="for the picture to change"), chapter.picture_changes(canvas, 0.3):
        pass
    assert chapter.errors() == []


def test_an_error_in_a_cell_is_noticed(lab, chapter):
    chapter.open(lab.write_notebook("error.ipynb", "1 / 0")).run_all()
    assert chapter.errors() == ["kernel: ZeroDivisionError: division by zero"]


def test_cells_that_were_not_run_are_noticed(lab, chapter):
    """The last at least: a kernel drops what it has been sent when a cell fails, but may be slow to begin."""
    chapter.open(lab.write_notebook("stops.ipynb", "1", "1 / 0", "2", "", "3"))
    with pytest.raises(AssertionError, match=r"cells \[(2, )?4\] .* were not run: .*ZeroDivisionError"):
        chapter.run_all()


def test_a_warning_in_a_cell_is_noticed(lab, chapter):
    chapter.open(lab.write_notebook("warning.ipynb", "import warnings; warnings.warn('look out')")).run_all()
    assert "UserWarning: look out" in "".join(chapter.errors())


def test_an_error_in_a_callback_is_noticed(lab, chapter):
    chapter.open(lab.write_notebook("callback.ipynb", BUTTON.format("{}['missing']"))).run_all()
    assert chapter.errors() == []
    chapter.control("Break").click()
    chapter.wait_until(chapter.errors, "an error of the callback")
    assert "KeyError: 'missing'" in "".join(chapter.errors())


def test_an_error_that_a_panel_shows_is_noticed(lab, chapter):
    code = "import ipywidgets\nerror = ipywidgets.HTML()\nerror.add_class('workbook-error')"
    chapter.open(lab.write_notebook("panel.ipynb", code, "error.value = 'ValueError: too large'")).run_all()
    chapter.wait_until(lambda: chapter.errors() == ["panel: ValueError: too large"], "the panel's error")


def test_a_message_to_a_widget_that_is_gone_is_noticed(lab, chapter):
    forget = "import comm; comm.get_comm_manager().comms.clear()"
    chapter.open(lab.write_notebook("gone.ipynb", SLIDER, forget)).run_all()
    chapter.control("height").press("ArrowRight")
    chapter.wait_until(
        lambda: "kernel: No such comm: " in "".join(chapter.errors()), "the kernel's complaint"
    )


def test_a_kernel_that_dies_is_noticed(lab, chapter):
    chapter.open(lab.write_notebook("dies.ipynb", BUTTON.format("import os; os._exit(1)"))).run_all()
    chapter.control("Break").click()
    chapter.wait_until(lambda: "kernel: it died" in chapter.errors(), "the death of the kernel")


SCRIPTS = {
    "console.error('a complaint')": "console: a complaint",
    "setTimeout(() => { throw Error('uncaught'); })": "page: uncaught",
    "fetch('/nowhere')": "404",
    "fetch('http://192.0.2.1/', {mode: 'no-cors'})": "request to elsewhere: http://192.0.2.1/",
}


def test_errors_in_the_browser_are_noticed(lab, chapter):
    cells = [f"from IPython.display import Javascript\nJavascript({script!r})" for script in SCRIPTS]
    chapter.open(lab.write_notebook("script.ipynb", *cells)).run_all()
    for message in SCRIPTS.values():
        chapter.wait_until(lambda message=message: message in "".join(chapter.errors()), message)


def test_a_control_that_is_not_there_is_noticed(lab, chapter):
    chapter.open(lab.write_notebook("slider.ipynb", SLIDER)).run_all()
    with pytest.raises(StillWaiting):
        chapter.control("width").press("ArrowRight", timeout=300)
