"""The chapter on input scaling, played through as a learner would."""

from playwright.sync_api import Locator, expect

from .learner import begin, button, card, predict, step, told

NOTEBOOK = "06_input_scaling.ipynb"


def share(panel: Locator) -> float:
    return told(panel, r"(\d+)% of \d+ held-out")


def test_a_journey_from_signed_bytes_to_digits_that_are_read(chapter):
    begin(chapter, NOTEBOOK)
    panel = chapter.panel(0)
    canvas = panel.locator("canvas")
    play = button(panel, "Play")
    expect(play).to_be_disabled()
    prediction = predict(chapter, "over 60 %")
    expect(play).to_be_enabled()
    chapter.panel(0)
    loss = told(panel, r"loss ([\d.e-]+)")
    with chapter.picture_changes(canvas):
        play.click()
    chapter.wait_until(lambda: told(panel, r"loss ([\d.e-]+)") < loss, "the loss to fall")

    chapter.control("step size", panel).press("ArrowLeft")
    chapter.wait_until(lambda: step(panel) > 200, "training to go on with another step size", timeout=30)
    button(panel, "Pause").click()
    expect(play).to_be_visible()
    chapter.page.wait_for_timeout(300)
    stopped = step(panel)
    chapter.page.wait_for_timeout(300)
    assert step(panel) == stopped
    with chapter.picture_changes(canvas):
        button(panel, "Back").click()
    chapter.wait_until(lambda: step(panel) < stopped, "the moment before")
    chapter.control("step size", panel).press("ArrowRight")
    play.click()
    chapter.wait_until(lambda: step(panel) == 1300, "the end of the run", timeout=60)
    expect(prediction).to_contain_text("It came out otherwise: 35 to 50 %")
    assert share(panel) < 60
    expect(panel.locator(".workbook-goal-reached")).to_have_count(0)

    with chapter.picture_changes(canvas):
        chapter.control("encoding", panel).select_option("0 to 1")
    chapter.wait_until(lambda: step(panel) == 0, "a new start")
    play.click()
    expect(panel.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    assert share(panel) >= 85
    assert chapter.errors() == []

    byte = chapter.panel(1)
    chapter.control("byte", byte).press("End")
    expect(byte).to_contain_text("= \N{MINUS SIGN}1, divided by 255: \N{MINUS SIGN}0.004")
    exercise = card(chapter, "The byte 129")
    for answer, verdict in (("129", "Not yet"), ("\N{MINUS SIGN}127", "Right")):
        exercise.get_by_label("your answer").fill(answer)
        button(exercise, "Check").click()
        expect(exercise).to_contain_text(verdict)

    for width in (1280, 1920):
        chapter.page.set_viewport_size({"width": width, "height": 1000})
        for theme in ("light", "dark"):
            chapter.set_theme(theme)
            panel = chapter.panel(2)
            for label in panel.locator(".widget-label:visible, button:visible").all():
                assert label.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), label.inner_text()
            assert panel.evaluate("e => e.scrollWidth <= e.clientWidth")
    sliders = chapter.page.locator(".workbook-panel [role=slider]")
    assert sliders.count() > 10
    assert all(slider.get_attribute("aria-label") for slider in sliders.all())
    assert chapter.errors() == []
