"""The chapter on NaN, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, looks_right, predict, seen

NOTEBOOK = "09_not_a_number.ipynb"


def test_the_first_inf_is_found_and_two_repairs_learn(chapter):
    begin(chapter, NOTEBOOK, whole=False)

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

    repair = predict(chapter, "stable softmax", question="Four repairs")
    chapter.control("start weights", repair).select_option("scaled (He)")
    chapter.control("clipping", repair).select_option("length 1 at most")
    canvas = repair.locator("canvas")
    with chapter.picture_changes(canvas):
        button(repair, "Play").click()
    expect(repair.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=120_000)
    expect(repair).to_contain_text("It came out otherwise: none of them alone", timeout=60_000)
    seen(repair, "it learned: more than half")
    expect(repair).to_contain_text("So it was")
    assert chapter.errors() == []
