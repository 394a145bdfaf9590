"""The chapter on NaN, in its panels: one run to NaN, and two repairs with which the network learns."""

import re

from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from .learner import button, journey, looks_right, predict, seen

NAME = "not_a_number"
PANELS = ("panel(not_a_number.first_operation())", "repair_panel(goal=not_a_number.learned())")


@journey
def test_the_first_inf_is_found_and_two_repairs_learn(chapter):
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    cells = [f"from nnwidgets.chapters import {NAME}", *(f"{NAME}.{panel}" for panel in PANELS)]
    chapter.lab.write_notebook("nan.ipynb", *cells)
    chapter.open("nan.ipynb").run_all()

    first = predict(chapter, "a weighted sum, in some ReLU layer")
    button(first, "Play").click()
    expect(first.locator(".workbook-status")).to_contain_text("The first inf or NaN: exp, in the softmax")
    expect(first).to_contain_text("It came out otherwise: the exponential in the softmax", timeout=60_000)
    seen(first, "after the first picture")
    expect(first).to_contain_text("So it was")
    expect(first.locator("canvas")).to_have_attribute("aria-label", re.compile("e\\^z: .* 2 inf"))
    button(first, "Back").click()
    expect(first.locator(".workbook-status")).to_contain_text("step 0 of 100")
    looks_right(chapter, first)

    repair = chapter.panel(1)
    repair.scroll_into_view_if_needed()
    chapter.control("start weights", repair).select_option("scaled (He)")
    chapter.control("clipping", repair).select_option("length 1 at most")
    with chapter.picture_changes(repair.locator("canvas")):
        button(repair, "Play").click()
    expect(repair.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    assert chapter.errors() == []
