"""The linear-output chapter, played through as a learner would."""

from playwright.sync_api import expect

from .learner import begin, button, looks_right, loss, predict, step

NOTEBOOK = "03_linear_output.ipynb"


def test_a_stuck_unit_longer_steps_and_spread_hinges(chapter):
    """The whole chapter in one opening: predict, play, stop, go back, turn controls, reach both goals."""
    begin(chapter, NOTEBOOK)
    first = chapter.panel(0)
    play = button(first, "Play")
    expect(play).to_be_disabled()
    ends = predict(chapter, "close to x²", "what will the network say in the end")
    first = chapter.panel(0)
    expect(play).to_be_enabled()
    assert "201 of 201 rows" in first.locator(".workbook-status").inner_text()
    with chapter.picture_changes(first.locator("canvas")):
        play.click()
        chapter.wait_until(lambda: step(first) > 500, "training")
    stuck = loss(first)
    assert stuck > 0.2

    with chapter.picture_changes(first.locator("canvas")):
        chapter.control("steps", first).select_option("300")
    chapter.wait_until(lambda: step(first) == 0, "a new start")
    play.click()
    chapter.wait_until(lambda: step(first) == 300, "the end of the run", timeout=30)
    expect(ends).to_contain_text("It came out otherwise: a straight line or about 0")
    with chapter.picture_changes(first.locator("canvas")):
        chapter.control("step", first).press("Home")
    chapter.wait_until(lambda: step(first) == 0, "the start")

    predict(chapter, "a linear output")
    third = chapter.panel(2)
    slider = chapter.control("step size", third)
    row = third.locator(".widget-inline-hbox").filter(has_text="step size")
    for _ in range(27):  # stops from 0.000001 to 0.03
        slider.press("ArrowRight")
    expect(row).to_contain_text("0.03")
    button(third, "Play").click()
    expect(third.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=30_000)
    chapter.wait_until(lambda: step(third) == 300, "the end of the run", timeout=30)
    assert loss(third) < stuck

    predict(chapter, "none", "How many such seeds ever get away")
    fourth = chapter.panel(3)
    button(fourth, "Play").click()
    chapter.wait_until(lambda: step(fourth) > 10, "training")
    button(fourth, "Pause").click()
    chapter.page.wait_for_timeout(300)
    stopped = step(fourth)
    chapter.page.wait_for_timeout(300)
    assert step(fourth) == stopped < 300
    button(fourth, "Back").click()
    chapter.wait_until(lambda: step(fourth) == stopped - 1, "one step back")
    chapter.control("output", fourth).select_option("linear")
    play = button(fourth, "Play")
    play.click()
    chapter.wait_until(lambda: loss(fourth) < 0.1, "the loss to fall")

    predict(chapter, "about as many", "Now only the start biases change")
    fifth = chapter.panel(4)
    with chapter.picture_changes(fifth.locator("canvas")):
        chapter.control("start biases", fifth).select_option("spread")
    button(fifth, "Play").click()
    chapter.wait_until(lambda: step(fifth) > 20, "training")
    chapter.control("speed, 1/s", fifth).press("ArrowRight")  # while it trains
    expect(fifth.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=20_000)
    assert chapter.errors() == []

    table = chapter.page.locator(".workbook-card").filter(has_text="Fill in every row")
    table.scroll_into_view_if_needed()
    button(table, "Check").click()
    expect(table).to_contain_text("Not attempted yet")
    table.get_by_label("a temperature in degrees Celsius").select_option("linear, squared error")
    button(table, "Check").click()
    expect(table).to_contain_text("1 of 5 rows are right")
    table.get_by_label("how many cars pass in an hour").select_option("tanh, squared error")
    button(table, "Check").click()
    expect(table).to_contain_text("tanh, squared error cannot say every target")
    looks_right(chapter, fifth)
    looks_right(chapter, table)
    assert chapter.errors() == []
