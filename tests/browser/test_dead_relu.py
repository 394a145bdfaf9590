"""The dead ReLU chapter, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, card, drag, journey, looks_right, loss, pause, predict, seen, step

NOTEBOOK = "04_dead_relu.ipynb"


@journey
def test_units_die_the_bug_is_not_it_and_a_repair_reaches_the_goal(chapter):
    begin(chapter, NOTEBOOK)

    first = predict(chapter, "200 to 299")
    canvas = first.locator("canvas")
    with chapter.picture_changes(canvas):
        button(first, "Play").click()
    chapter.wait_until(lambda: 2 < step(first) < 1000, "a few steps")
    pause(first)
    chapter.page.wait_for_timeout(300)
    stopped = step(first)
    with chapter.picture_changes(canvas):
        button(first, "Back").click()
    chapter.wait_until(lambda: step(first) == stopped - 1, "one step back")
    chapter.control("step", first).press("Home")
    chapter.wait_until(lambda: step(first) == 0, "the start")
    expect(first.locator(".workbook-status")).to_contain_text("2 of 2 units active")
    button(first, "Play").click()
    expect(first).to_contain_text("It came out otherwise: all 300", timeout=60_000)
    expect(first).to_contain_text("You said “200 to 299”. Among so many starts")
    expect(first.locator(".workbook-status")).to_contain_text("0 of 2 units active")
    seen(first, "15.5 and 15.5")
    expect(first).to_contain_text("So it was")

    bug = predict(chapter, "yes: it says 15 and 16")
    button(bug, "Play").click()
    expect(bug).to_contain_text("It came out otherwise: no: it says 15.5 all the same", timeout=60_000)
    expect(bug.locator(".workbook-status")).to_contain_text("the other network says 15.50 and 15.50")
    seen(bug, "not the same")
    expect(bug).to_contain_text("It was: the same")

    blow = predict(chapter, "v below 0", sure="I am sure")
    for number, active in ((1, 1), (2, 0)):
        button(blow, "Step").click()
        expect(blow.locator(".workbook-status")).to_contain_text(f"step {number} of")
        expect(blow.locator(".workbook-status")).to_contain_text(f"{active} of 2 units active")
    expect(blow.locator("canvas")).to_have_attribute("aria-label", re.compile("unit 1 dead since step 2"))
    button(blow, "Play").click()
    expect(blow).to_contain_text("You were right: v below 0", timeout=60_000)
    seen(blow, "the one with v below 0 at the start")
    expect(blow).to_contain_text("So it was")
    looks_right(chapter, blow)
    assert chapter.errors() == []


@journey
def test_patience_the_perfect_weights_and_a_repair(chapter):
    begin(chapter, NOTEBOOK, whole=False)

    patient = predict(chapter, "hardly any: it is a local minimum")
    button(patient, "Play").click()
    expect(patient.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    expect(patient).to_contain_text("most with a positive one, few of the others")
    pause(patient)
    seen(patient, "it learned: 15 and 16")
    expect(patient).to_contain_text("So it was")

    chapter.control("step", patient).press("Home")
    chapter.wait_until(lambda: step(patient) == 0, "the start")
    drawn = loss(patient)
    drag(chapter, patient, 0.36, 0.53, 15)  # the line from h2 to y
    chapter.wait_until(lambda: loss(patient) != drawn, "another start")
    expect(patient.locator(".workbook-goal-earlier")).to_contain_text("Reached earlier")
    button(patient, "Step").click()
    chapter.wait_until(lambda: step(patient) == 1, "a step from there")
    button(patient, "Reset").click()
    chapter.wait_until(lambda: step(patient) == 0 and loss(patient) != drawn, "the same start again")
    chapter.control("steps", patient).select_option("1 000")
    chapter.wait_until(lambda: loss(patient) == drawn, "the start as it is drawn")

    perfect = predict(chapter, "it goes back to them")
    expect(button(perfect, "New seed")).to_have_count(0)
    button(perfect, "Play").click()
    expect(perfect).to_contain_text("it ends dead, at 15.5", timeout=60_000)
    seen(perfect, "all its units died")
    expect(perfect).to_contain_text("So it was")

    repair = predict(chapter, "mean loss")
    chapter.control("inputs", repair).select_option("divided by 6")
    units = chapter.control("hidden units (1 to 20)", repair)
    units.fill("20")
    units.press("Enter")
    expect(repair.locator(".workbook-status")).to_contain_text("of 20 units active")
    button(repair, "Play").click()
    expect(repair.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    expect(repair).to_contain_text("It came out otherwise: scaled inputs")  # though the run goes on
    chapter.wait_until(lambda: loss(repair) < 0.01, "the loss to fall")
    pause(repair)
    looks_right(chapter, repair)

    question = card(chapter, "Which change lets the most seeds solve it?")
    question.get_by_label("a leaky ReLU").click()
    button(question, "Check").click()
    expect(question).to_contain_text("another change helps twice as many", timeout=60_000)
    question.get_by_label("eight hidden units").click()
    button(question, "Check").click()
    expect(question).to_contain_text("Right. Those seeds say one half")
    assert chapter.errors() == []
