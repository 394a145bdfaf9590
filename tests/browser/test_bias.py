"""The bias chapter, played through as a learner would."""

import pytest
from playwright.sync_api import expect

from .chapter import Chapter
from .learner import begin, button, card, looks_right, loss, predict, step

NOTEBOOK = "02_bias.ipynb"


@pytest.fixture
def opened(chapter: Chapter) -> Chapter:
    """The chapter, run, by a learner who has answered nothing yet."""
    return begin(chapter, NOTEBOOK)


def test_predict_play_stop_and_go_back(opened):
    first = opened.panel(0)
    play = button(first, "Play")
    expect(play).to_be_disabled()
    prediction = predict(opened, "about 0.50 and 0.50")
    expect(play).to_be_enabled()
    opened.panel(0)
    before = loss(first)
    with opened.picture_changes(first.locator("canvas")):
        play.click()
    opened.wait_until(lambda: loss(first) < before, "the loss to fall")
    button(first, "Pause").click()
    expect(play).to_be_visible()
    opened.page.wait_for_timeout(300)
    stopped = step(first)
    assert 0 < stopped < 800
    opened.page.wait_for_timeout(300)
    assert step(first) == stopped
    with opened.picture_changes(first.locator("canvas")):
        button(first, "Back").click()
    opened.wait_until(lambda: step(first) == stopped - 1, "one step back")
    scrub = opened.control("step", first)
    scrub.press("Home")
    opened.wait_until(lambda: step(first) == 0, "the start")
    button(first, "Step").click()
    opened.wait_until(lambda: step(first) == 1, "one step on")
    play.click()
    opened.wait_until(lambda: step(first) == 800, "the end of the run", timeout=30)
    expect(prediction).to_contain_text("It came out otherwise: about 0.59 and 0.67")
    button(first, "New seed").click()
    opened.wait_until(lambda: opened.control("seed", first).input_value() == "1", "the next seed")
    looks_right(opened, opened.panel(2))
    sliders = opened.page.locator(".workbook-panel [role=slider]")
    assert sliders.count() >= 4
    assert all(slider.get_attribute("aria-label") for slider in sliders.all())
    assert opened.errors() == []


def test_the_pictures_answer_to_the_pointer(opened):
    predict(opened, "1/8")
    second = opened.panel(1)
    canvas = second.locator("canvas")
    start = opened.control("start w₁", second)
    box = canvas.bounding_box()
    with opened.picture_changes(canvas):
        canvas.click(position={"x": 0.13 * box["width"], "y": 0.8 * box["height"]})
    opened.wait_until(lambda: float(start.get_attribute("aria-valuenow")) < -4, "a start in the corner")
    button(second, "Play").click()
    expect(second.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=20_000)

    before = float(start.get_attribute("aria-valuenow"))
    box = canvas.bounding_box()
    x, y = box["x"] + 0.839 * box["width"], box["y"] + 0.215 * box["height"]
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move(x, y - 30, steps=8)
    opened.page.mouse.up()
    opened.wait_until(lambda: float(start.get_attribute("aria-valuenow")) > before, "a weight to follow")

    for kind, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("PDF", b"%PDF")):
        with opened.page.expect_download() as download:
            second.get_by_role("button", name=kind, exact=True).click()
        with open(download.value.path(), "rb") as file:
            assert file.read(5).startswith(beginning)
    assert opened.errors() == []


def test_sliders_move_the_picture_and_exercises_are_remembered(opened):
    predict(opened, "on the output neuron")
    third = opened.panel(2)
    opened.control("bias", third).select_option("both")
    button(third, "Play").click()
    opened.wait_until(lambda: step(third) > 20, "training")
    opened.control("step size", third).press("ArrowLeft")
    opened.wait_until(lambda: loss(third) < 0.1, "the loss to fall on", timeout=20)
    expect(third.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=30_000)
    with opened.picture_changes(third.locator("canvas")):
        opened.control("start w₁", third).press("ArrowRight")
    opened.wait_until(lambda: step(third) == 0, "a new start")

    exercise = card(opened, "with w₂ = 2")
    exercise.get_by_role("button", name="Hint").click()
    expect(exercise).to_contain_text("Hint 1")
    for answer, verdict in (("0.5", "Not yet. That is what the hidden neuron says"), ("0.731", "Right")):
        exercise.get_by_label("your answer").fill(answer)
        button(exercise, "Check").click()
        expect(exercise).to_contain_text(verdict)
    assert opened.errors() == []
    opened.open(NOTEBOOK).run_all()
    expect(card(opened, "with w₂ = 2")).to_contain_text("Right")
