"""The bias chapter, played through as a learner would."""

from playwright.sync_api import expect

from .learner import begin, button, card, drag, journey, looks_right, loss, pause, predict, seen, step

NOTEBOOK = "02_bias.ipynb"


def play_to_the_end(chapter, panel, steps=800):
    button(panel, "Play").click()
    chapter.wait_until(lambda: step(panel) == steps, "the end of the run", timeout=60)


def start(chapter, panel, name):
    """Return where a start weight or bias stands; its slider may lie behind More."""
    return float(chapter.control(f"start {name}", panel).get_attribute("aria-valuenow"))


@journey
def test_predict_play_stop_go_back_and_look_for_the_lowest_loss(chapter):
    """The first half: a verdict in the panel, what was seen is scored, a start is pressed, a line dragged."""
    begin(chapter, NOTEBOOK)
    expect(button(chapter.panel(0), "Play")).to_be_hidden()
    first = predict(chapter, "about 0.50 and 0.50", sure="I am sure")
    expect(first).to_contain_text("You said: about 0.50 and 0.50 (sure). Press Play, and see.")
    before = loss(first)
    with chapter.picture_changes(first.locator("canvas")):
        button(first, "Play").click()
    chapter.wait_until(lambda: loss(first) < before, "the loss to fall")
    pause(first)
    expect(button(first, "Play")).to_be_visible()
    chapter.page.wait_for_timeout(300)
    stopped = step(first)
    assert 0 < stopped < 800
    with chapter.picture_changes(first.locator("canvas")):
        button(first, "Back").click()
    chapter.wait_until(lambda: step(first) == stopped - 1, "one step back")
    chapter.control("step", first).press("Home")
    chapter.wait_until(lambda: step(first) == 0, "the start")
    button(first, "Step").click()
    chapter.wait_until(lambda: step(first) == 1, "one step on")
    play_to_the_end(chapter, first)
    expect(first).to_contain_text("It came out otherwise: about 0.59 and 0.67")
    expect(first).to_contain_text("This one knows a little")
    seen(first, "they end on two sides of ½")
    expect(first).to_contain_text("It was: both end on one side of ½")

    second = predict(chapter, "0.227")
    play_to_the_end(chapter, second)
    expect(second.locator(".workbook-verdict")).to_be_empty()  # it began where it did before
    with chapter.picture_changes(second.locator("canvas")):
        drag(chapter, second, 0.142, 0.64, 0)
    chapter.wait_until(lambda: start(chapter, second, "w₁") < -4, "a start in the corner")
    assert start(chapter, second, "w₂") < -4
    play_to_the_end(chapter, second)
    expect(second.locator(".workbook-goal-reached")).to_contain_text("Goal reached")
    expect(second).to_contain_text("It came out otherwise: 1/8")
    seen(second, "between 1/8 and 0.2")
    expect(second).to_contain_text("So it was")
    before = start(chapter, second, "w₁")
    drag(chapter, second, 0.56, 0.24, 30)
    chapter.wait_until(lambda: start(chapter, second, "w₁") > before + 2, "a weight to follow")
    expect(second.locator(".workbook-goal-earlier")).to_contain_text("Reached earlier")

    button(second, "More").click()
    for kind, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("PDF", b"%PDF")):
        with chapter.page.expect_download() as download:
            second.get_by_role("button", name=kind, exact=True).click()
        with open(download.value.path(), "rb") as file:
            assert file.read(5).startswith(beginning)
    assert chapter.errors() == []


@journey
def test_biases_to_take_hold_of_a_threshold_and_answers_that_are_kept(chapter):
    """The second half: where the bias goes, a green line, a question without a panel, exercises."""
    begin(chapter, NOTEBOOK, whole=False)
    third = predict(chapter, "on the hidden neuron")
    button(third, "More").click()
    chapter.control("bias", third).select_option("output only")
    before = start(chapter, third, "b₂")
    drag(chapter, third, 0.87, 0.27, -25)
    chapter.wait_until(lambda: start(chapter, third, "b₂") < before - 2, "a bias to follow")
    button(third, "Play").click()
    chapter.wait_until(lambda: step(third) > 20, "training")
    chapter.control("step size", third).press("ArrowLeft")
    expect(third.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    chapter.wait_until(lambda: step(third) == 800, "the end of the run", timeout=60)
    expect(third).to_contain_text("It came out otherwise: on the output neuron")
    seen(third, "they end on two sides of ½")
    expect(third).to_contain_text("So it was")
    with chapter.picture_changes(third.locator("canvas")):
        chapter.control("start w₁", third).press("ArrowRight")
    chapter.wait_until(lambda: step(third) == 0, "a new start")
    expect(third.locator(".workbook-goal-earlier")).to_contain_text("Reached earlier")
    looks_right(chapter, third)
    chapter.page.set_viewport_size({"width": 1280, "height": 800})
    sliders = third.get_by_role("slider").all()
    assert len(sliders) >= 4
    assert all(slider.get_attribute("aria-label") for slider in sliders)

    fourth = chapter.panel(3)
    with chapter.picture_changes(fourth.locator("canvas")):
        chapter.control("bias", fourth).select_option("one")
    drag_the_line(chapter, fourth)
    chapter.wait_until(lambda: start(chapter, fourth, "b") < -2, "the threshold to follow")
    button(fourth, "Play").click()
    expect(fourth.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)

    gate = predict(chapter, "XNOR only")
    expect(gate).to_contain_text("It came out otherwise: XOR only", timeout=60_000)

    exercise = card(chapter, "with w₂ = 2")
    exercise.get_by_role("button", name="Hint").click()
    expect(exercise).to_contain_text("Hint 1")
    for answer, verdict in (
        ("0.5", "Not yet. That is what the hidden neuron says"),
        ("0.731", "Right"),
        ("7", "Put x = 0 into the first equation"),
    ):
        exercise.get_by_label("your answer").fill(answer)
        button(exercise, "Check").click()
        expect(exercise).to_contain_text(verdict)
    assert chapter.errors() == []
    chapter.open(NOTEBOOK).run_all()
    opened = chapter.page.locator(".workbook-card").filter(has_text="with w₂ = 2")
    assert "Right" in opened.first.text_content()


def drag_the_line(chapter, panel):
    """Press the green line at 0, and take it to about 3."""
    canvas = panel.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    mouse = chapter.page.mouse
    y = box["y"] + 0.4 * box["height"]
    mouse.move(box["x"] + 0.117 * box["width"], y)
    mouse.down()
    mouse.move(box["x"] + 0.235 * box["width"], y, steps=8)
    mouse.up()
