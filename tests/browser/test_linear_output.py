"""The linear-output chapter, played through as a learner would."""

import re

from playwright.sync_api import expect

from .learner import begin, button, card, journey, looks_right, loss, pause, predict, seen, step

NOTEBOOK = "03_linear_output.ipynb"


def play_to_the_end(chapter, panel, steps=500):
    button(panel, "Play").click()
    chapter.wait_until(lambda: step(panel) == steps, "the end of the run", timeout=60)


@journey
def test_a_stuck_unit_longer_steps_spread_hinges_and_two_softmaxes(chapter):
    """The whole chapter in one opening: predict, play, say what was seen, turn controls, reach the goal."""
    begin(chapter, NOTEBOOK)
    first = predict(chapter, "close to x²", "what will the network say in the end", "I am sure")
    expect(first).to_contain_text("You said: close to x² (sure). Press Play, and see.")
    assert "201 of 201 rows" in first.locator(".workbook-status").inner_text()
    with chapter.picture_changes(first.locator("canvas")):
        play_to_the_end(chapter, first)
    assert loss(first) > 0.2
    expect(first).to_contain_text("It came out otherwise: a straight line or about 0")
    expect(first).to_contain_text("You said “close to x²”. 64 units can draw x² well")
    seen(first, "about 0 everywhere")
    expect(first).to_contain_text("So it was")
    with chapter.picture_changes(first.locator("canvas")):
        chapter.control("step", first).press("Home")
    chapter.wait_until(lambda: step(first) == 0, "the start")

    third = predict(chapter, "longer steps")
    play_to_the_end(chapter, third)
    expect(third).to_contain_text("You were right: longer steps")
    seen(third, "only the dashed one")
    expect(third).to_contain_text("It was: only the solid one")
    assert loss(third) < 0.004

    fourth = predict(chapter, "none", "How many such seeds ever get away")
    button(fourth, "Play").click()
    # Soon: a run gathers speed by itself, and on a busy machine it would be over before it is paused.
    chapter.wait_until(lambda: step(fourth) > 0, "training")
    pause(fourth)
    chapter.page.wait_for_timeout(300)
    stopped = step(fourth)
    chapter.page.wait_for_timeout(300)
    assert step(fourth) == stopped < 500
    button(fourth, "Back").click()
    chapter.wait_until(lambda: step(fourth) == stopped - 1, "one step back")
    chapter.control("output", fourth).select_option("linear")
    button(fourth, "Play").click()
    chapter.wait_until(lambda: loss(fourth) < 0.1, "the loss to fall")

    fifth = predict(chapter, "about as many", "Now they are drawn between -1 and 1")
    button(fifth, "Play").click()
    expect(fifth.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    chapter.wait_until(lambda: step(fifth) == 500, "the end of the run", timeout=60)
    seen(fifth, "it first rose to more than double")
    expect(fifth).to_contain_text("So it was")
    looks_right(chapter, fifth)
    assert chapter.errors() == []


@journey
def test_a_wall_a_table_and_ten_classes(chapter):
    """The second half: targets out of reach, which output goes with which target, a softmax taken twice."""
    begin(chapter, NOTEBOOK, whole=False)
    wall = predict(chapter, "4x²: training finds weights for that")
    play_to_the_end(chapter, wall)
    expect(wall).to_contain_text("the answer is the sigmoid of z")
    seen(wall, "nearly 1")
    expect(wall).to_contain_text("So it was")

    table = card(chapter, "goes with which target")
    button(table, "Check").click()
    expect(table).to_contain_text("Not attempted yet")
    table.get_by_label("a temperature in degrees Celsius").select_option("linear, squared error")
    button(table, "Check").click()
    expect(table).to_contain_text("1 of 5 rows are right")
    table.get_by_label(re.compile("steering wheel")).select_option("tanh, squared error")
    button(table, "Check").click()
    expect(table).to_contain_text("its slope stays in")

    classes = predict(chapter, "the numbers overflow", "The output layer is a softmax")
    play_to_the_end(chapter, classes, 300)
    expect(classes).to_contain_text("it learns, but the loss stays above 1")
    seen(classes, "above 1.4")
    expect(classes).to_contain_text("So it was")
    assert loss(classes) > 1.461
    chapter.control("output layer", classes).select_option("logits (linear)")
    play_to_the_end(chapter, classes, 300)
    assert loss(classes) < 0.5
    looks_right(chapter, classes)
    looks_right(chapter, table)

    start = card(chapter, "Four classes")
    start.get_by_role("textbox").fill("2.3")
    button(start, "Check").click()
    expect(start).to_contain_text("That is for ten classes")
    start.get_by_role("textbox").fill("1.39")
    button(start, "Check").click()
    expect(start).to_contain_text("Right")
    other = card(chapter, "Which change helps most?")
    other.get_by_label("standardised inputs").click()
    button(other, "Check").click()
    expect(other).to_contain_text("Look at the other end")
    assert chapter.errors() == []
