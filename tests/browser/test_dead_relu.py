"""The dead ReLU chapter, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, looks_right, loss, predict, step

NOTEBOOK = "04_dead_relu.ipynb"


def test_units_die_the_bug_is_not_it_and_a_repair_reaches_the_goal(chapter):
    begin(chapter, NOTEBOOK)

    first = chapter.panel(0)
    expect(button(first, "Play")).to_be_disabled()
    prediction = predict(chapter, "200 to 299")
    first = chapter.panel(0)
    canvas = first.locator("canvas")
    before = loss(first)
    with chapter.picture_changes(canvas):
        button(first, "Play").click()
    chapter.wait_until(lambda: loss(first) < before, "the loss to fall")
    chapter.control("step size", first).press("ArrowLeft")
    button(first, "Pause").click()
    expect(button(first, "Play")).to_be_visible()
    chapter.page.wait_for_timeout(300)
    stopped = step(first)
    assert 0 < stopped < 1000
    with chapter.picture_changes(canvas):
        button(first, "Back").click()
    chapter.wait_until(lambda: step(first) == stopped - 1, "one step back")
    chapter.control("step", first).press("Home")
    chapter.wait_until(lambda: step(first) == 0, "the start")
    expect(first.locator(".workbook-status")).to_contain_text("2 of 2 units active")
    button(first, "Play").click()
    expect(prediction).to_contain_text("It came out otherwise: all 300", timeout=30_000)
    expect(first.locator(".workbook-status")).to_contain_text("0 of 2 units active")

    prediction = predict(chapter, "in the first two steps")
    second = chapter.panel(1)
    for number, active in ((1, 1), (2, 0)):
        button(second, "Step").click()
        expect(second.locator(".workbook-status")).to_contain_text(f"step {number} of")
        expect(second.locator(".workbook-status")).to_contain_text(f"{active} of 2 units active")
    expect(second.locator("canvas")).to_have_attribute("aria-label", re.compile("unit 1 dead since step 2"))
    button(second, "Play").click()
    expect(prediction).to_contain_text("You were right: in the first two steps", timeout=30_000)

    patient = chapter.panel(3)
    button(patient, "Play").click()
    expect(patient.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    button(patient, "Pause").click()
    expect(button(chapter.panel(4), "New seed")).to_have_count(0)

    repair = chapter.panel(6)
    expect(button(repair, "Play")).to_be_disabled()
    predict(chapter, "mean loss")
    repair = chapter.panel(6)
    chapter.control("inputs", repair).select_option("divided by 6")
    units = chapter.control("hidden units", repair)
    units.fill("20")
    units.press("Enter")
    expect(repair.locator(".workbook-status")).to_contain_text("of 20 units active")
    button(repair, "Play").click()
    expect(repair.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=30_000)
    chapter.wait_until(lambda: loss(repair) < 0.01, "the loss to fall")
    button(repair, "Pause").click()
    for panel in (chapter.panel(2), repair):
        looks_right(chapter, panel)
    assert chapter.errors() == []
