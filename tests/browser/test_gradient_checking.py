"""The gradient checking chapter, walked and played through as a learner would."""

from playwright.sync_api import expect

from .learner import begin, button, card, journey, looks_right, loss, predict, seen, status, step

NOTEBOOK = "05_gradient_checking.ipynb"


def verdict(panel):
    return panel.locator(".workbook-verdict")


@journey
def test_find_the_layer_turn_the_width_and_learn_parity(chapter):
    """The whole chapter in one opening."""
    begin(chapter, NOTEBOOK)

    first = predict(chapter, "a slope from about 0 to about 1")
    button(first, "Play").click()
    chapter.wait_until(lambda: step(first) == 10_000, "the end of the run", timeout=60)
    expect(verdict(first)).to_contain_text("nearly the same to all, a little under ½", timeout=60_000)
    seen(first, "it trembles")
    expect(first).to_contain_text("So it was")

    layer = predict(chapter, "both layers", "In which layers will the check")
    check = button(layer, "Check")
    expect(button(layer, "Worst")).to_be_disabled()
    with chapter.picture_changes(layer.locator("canvas")):
        check.click()
    expect(layer.locator(".workbook-status")).to_contain_text("FAILS")
    expect(layer.locator(".workbook-status")).to_contain_text("w₁ = -0.699 is wrong")
    expect(button(layer, "Worst")).to_be_enabled()
    expect(verdict(layer)).to_contain_text("It came out otherwise: the hidden layer only")
    seen(layer, "the analytic one")
    fault = chapter.control("fault", layer)
    offered = [text.replace("\N{NO-BREAK SPACE}", " ") for text in fault.locator("option").all_inner_texts()]
    assert "wrong sign" in offered
    assert "relu gradient by value" not in offered
    with chapter.picture_changes(layer.locator("canvas")):
        fault.select_option("none")
    expect(layer.locator(".workbook-status")).to_contain_text("passes")
    fault.select_option("bias gradient is 0")
    expect(layer.locator(".workbook-status")).to_contain_text("FAILS")
    button(layer, "More").click()
    chapter.control("decay", layer).select_option("0.01")
    fault.select_option("decay missing from the gradient")
    chapter.control("decay", layer).select_option("none")
    expect(layer.locator(".workbook-status")).to_contain_text("The fault is none now")
    expect(fault).to_have_value("none")
    looks_right(chapter, layer)

    wide = predict(chapter, "0.00001", "Which width of the difference")
    button(wide, "Check").click()
    expect(wide.locator(".workbook-status")).to_contain_text("passes")
    canvas = wide.locator("canvas")
    width = chapter.control("width h", wide)
    before = width.get_attribute("aria-valuetext")
    box = canvas.bounding_box()
    with chapter.picture_changes(canvas):  # press in the curve, far to the left: rounding
        canvas.click(position={"x": 0.7 * box["width"], "y": 0.4 * box["height"]})
    assert width.get_attribute("aria-valuetext") != before
    readout = wide.locator(".widget-readout").first
    assert len(readout.inner_text()) <= 7
    assert readout.evaluate("e => e.scrollWidth <= e.clientWidth")
    chapter.control("network", wide).select_option("2-3-2-1: ReLU, sigmoid output")
    width.press("End")
    for _ in range(10):
        width.press("ArrowLeft")
    expect(wide.locator(".workbook-goal-reached")).to_contain_text("Goal reached")
    looks_right(chapter, wide)

    far_below = button(chapter.panel(6), "6: I am sure")
    far_below.scroll_into_view_if_needed()
    expect(far_below).to_be_in_viewport()
    few = predict(chapter, "6", "Which is the smallest of these widths")
    before = loss(few)
    button(few, "Play").click()
    chapter.wait_until(lambda: step(few) == 3000, "the end of the run", timeout=60)
    assert loss(few) < before / 2
    button(few, "Back").click()
    chapter.wait_until(lambda: step(few) == 2980, "a stride back")
    chapter.control("hidden", few).select_option("8 units")
    chapter.wait_until(lambda: step(few) == 0, "a new start")
    with chapter.picture_changes(few.locator("canvas")):
        button(few, "Play").click()
    looks_right(chapter, few)

    mystery = card(chapter, "Which fault is hidden")
    for option, said in (("wrong sign", "Not yet"), ("missing output derivative", "Right")):
        mystery.get_by_label(option, exact=True).click()
        button(mystery, "Check").click()
        expect(mystery).to_contain_text(said)

    card(chapter, "should learn the parity of four bits")
    transfer = predict(chapter, "the range of the inputs")
    expect(transfer).to_contain_text("the change of each weight in a step", timeout=60_000)
    assert "[" not in status(layer)
    assert chapter.errors() == []
