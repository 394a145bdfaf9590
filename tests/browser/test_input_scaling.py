"""The chapter on input scaling, played through as a learner would."""

import pytest
from playwright.sync_api import Locator, expect

from .chapter import Chapter
from .learner import begin, button, card, journey, looks_right, loss, pause, predict, seen, step, told

NOTEBOOK = "06_input_scaling.ipynb"
MINUS = "\N{MINUS SIGN}"


def share(panel: Locator) -> float:
    return told(panel, r"(\d+)% of \d+ held-out")


@pytest.fixture
def opened(chapter: Chapter) -> Chapter:
    """The chapter, walked through, by a learner who has answered nothing yet."""
    return begin(chapter, NOTEBOOK)


@pytest.fixture
def short(chapter: Chapter) -> Chapter:
    """Its panels and cards alone."""
    return begin(chapter, NOTEBOOK, whole=False)


@journey
def test_blind_first_then_mended(opened):
    """Play as posted, stop, go back, go on; find out what is wrong; reach the goal; the bytes and bits."""
    first = opened.panel(0)
    expect(button(first, "Play")).not_to_be_visible()
    assert "overflow" not in first.inner_text()
    predict(opened, "over 60 %")
    play, canvas = button(first, "Play"), first.locator("canvas")
    before = loss(first)
    with opened.picture_changes(canvas):
        play.click()
    opened.wait_until(lambda: loss(first) < before, "the loss to fall")
    pause(first)
    expect(play).to_be_visible()
    opened.page.wait_for_timeout(300)
    stopped = step(first)
    with opened.picture_changes(canvas):
        button(first, "Back").click()
    opened.wait_until(lambda: step(first) < stopped, "the moment before")
    play.click()
    opened.wait_until(lambda: step(first) == 1300, "the end of the run", timeout=90)
    expect(first).to_contain_text("It came out otherwise: 35 to 50 %")
    assert share(first) < 60
    with opened.picture_changes(canvas):
        canvas.hover(position={"x": 25, "y": 30})  # the number of the pixel below the pointer
    seen(first, "above and below 0")
    expect(first).to_contain_text("So it was")

    second = predict(opened, "they are too large for these weights")
    assert "overflow" not in second.inner_text()
    opened.control("numbers", second).select_option("mended")
    opened.wait_until(lambda: step(second) == 0, "a new start")
    button(second, "Play").click()
    expect(second.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=90_000)
    expect(second).to_contain_text("the darker half of the ink is below 0")
    expect(second).to_contain_text("That is the fault one hears of most")
    assert share(second) >= 85
    seen(second, "by more than 30 points")
    expect(second).to_contain_text("So it was")
    assert opened.errors() == []

    byte = opened.panel(2)
    opened.control("byte", byte).press("End")
    expect(byte).to_contain_text(f"= {MINUS}1, divided by 255: {MINUS}0.004")
    exercise = card(opened, "The byte 129")
    for answer, verdict in (("129", "That is the unsigned reading"), (f"{MINUS}127", "Right")):
        exercise.get_by_label("your answer").fill(answer)
        button(exercise, "Check").click()
        expect(exercise).to_contain_text(verdict)
    assert opened.errors() == []


@journey
def test_what_is_asked_without_a_panel_and_raw_bytes(short):
    """What stands alone is answered at once; raw bytes saturate; all panels look right."""
    for option, said in (
        ("raw 0 to 255", "They are where the sigmoid is flat"),
        ("never", "a single row has no spread at all"),
        ("equally many of both answers to learn from", "The asker thought so, too"),
    ):
        place = predict(short, option)
        expect(place).to_contain_text("It came out otherwise", timeout=90_000)
        expect(place).to_contain_text(said)

    raw = predict(short, "both fail")
    button(raw, "Play").click()
    short.wait_until(lambda: step(raw) > 300, "training", timeout=60)
    assert share(raw) < 60
    pause(raw)
    looks_right(short, raw)
    sliders = short.page.locator(".workbook-panel [role=slider]")
    assert sliders.count() > 5
    assert all(slider.get_attribute("aria-label") for slider in sliders.all())
    assert short.errors() == []
