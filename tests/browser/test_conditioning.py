"""The chapter on conditioning, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, card, in_place, journey, looks_right, predict, seen, told

NOTEBOOK = "07_conditioning.ipynb"


@journey
def test_nearly_1_the_limit_and_standardised_inputs(chapter):
    begin(chapter, NOTEBOOK)

    first = predict(chapter, "by 1 to 20")
    with chapter.picture_changes(first.locator("canvas")):
        button(first, "Play").click()
    expect(first).to_contain_text("It came out otherwise: by more than 200", timeout=60_000)
    expect(first.locator(".workbook-status")).to_contain_text("R2 0.99996, worst answer off by 797")
    seen(first, "at the left end, where Z is 0")
    expect(first).to_contain_text("So it was")

    valley = predict(chapter, "it stays about where it is")
    share = chapter.control("step, in 2 / λ", valley)
    for _ in range(8):
        share.press("ArrowRight")
    with in_place(valley):
        button(valley, "Play").click()
        expect(valley).to_contain_text("It came out otherwise: it grows and grows", timeout=60_000)
    expect(valley.locator("canvas")).to_have_attribute("aria-label", re.compile("631 times as curved"))
    seen(valley, "along the steepest")
    expect(valley).to_contain_text("So it was")
    looks_right(chapter, valley)

    scales = predict(chapter, "standardised targets")
    chapter.control("targets", scales).select_option("standardised")
    button(scales, "Play").click()
    expect(scales).to_contain_text("It came out otherwise: standardised inputs", timeout=60_000)
    assert told(scales, r"R2 (-[\d.]+)") < -2
    seen(scales, "off by more, or overflowed")
    chapter.control("inputs", scales).select_option("standardised")
    button(scales, "Play").click()
    expect(scales.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)

    question = card(chapter, "Which step size is the longest stable one?")
    field = question.get_by_role("textbox")
    field.fill("0.04")
    button(question, "Check").click()
    expect(question).to_contain_text("the best step: it reaches the bottom at once")
    field.fill("0.08")
    button(question, "Check").click()
    expect(question).to_contain_text("Right. The curvature is the mean of x²")
    assert chapter.errors() == []
