"""The chapter on backpropagation by hand, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, card, journey, looks_right, predict, seen, told

NOTEBOOK = "01_backpropagation_by_hand.ipynb"


@journey
def test_every_number_the_wrong_target_and_the_gate(chapter):
    begin(chapter, NOTEBOOK)

    first = predict(chapter, "1.0, its target")
    canvas, status = first.locator("canvas"), first.locator(".workbook-status")
    with chapter.picture_changes(canvas):
        button(first, "Step").click()
    expect(status).to_contain_text("z(h₁) = 0 · 0.1 + 0.5 · 0.15 + 1 · 0.2 + 0.25 = 0.525")
    chapter.control("go", first).select_option("a product at a time")
    button(first, "Back").click()
    chapter.wait_until(lambda: told(first, r"number (\d+) of") == 4, "one product back")
    expect(canvas).to_have_attribute("aria-label", re.compile("weighted sum of h₁"))
    chapter.control("go", first).select_option("a layer at a time")
    button(first, "Play").click()
    expect(first).to_contain_text("It came out otherwise: a little more: 0.80", timeout=60_000)
    expect(status).to_contain_text("0.80043469")
    seen(first, "to about a ninth")
    expect(first).to_contain_text("So it was")
    looks_right(chapter, first)

    check = predict(chapter, "always -1: it is a matter of signs")
    button(check, "Check").click()
    expect(check).to_contain_text("It came out otherwise: always the same number, but not -1")
    seen(check, "on another straight line through 0")
    expect(check).to_contain_text("So it was")
    slider = chapter.control("target", check)
    for _ in range(18):  # from 1 to 0.1, in steps of 0.05
        slider.press("ArrowLeft")
    expect(check.locator(".workbook-goal-reached")).to_contain_text("Goal reached")
    expect(check.locator(".workbook-status")).to_contain_text("The check passes")

    question = card(chapter, "Without a slider")
    question.get_by_role("textbox").fill("0,3")
    button(question, "Check").click()
    expect(question).to_contain_text("Right. 0.78900331 - 0.489 = 0.3")

    gate = predict(chapter, "those of h₁ only", sure="I am sure")
    chapter.control("number", gate).press("End")
    expect(gate).to_contain_text("You were right: those of h₁ only", timeout=60_000)
    seen(gate, "k₂")
    expect(gate).to_contain_text("It was: k₁, not k₂")
    chapter.control("x₁", gate).press("Home")
    chapter.control("x₂", gate).press("ArrowLeft")
    expect(gate.locator(".workbook-goal-reached")).to_contain_text("Goal reached")

    left_out = predict(chapter, "about half: 61 to 140")
    expect(left_out).to_contain_text("It came out otherwise: none", timeout=60_000)
    assert chapter.errors() == []
