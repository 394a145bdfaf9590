"""The gradient checking chapter, played through as a learner would."""

from playwright.sync_api import expect

from .learner import begin, button, looks_right, loss, predict, step

NOTEBOOK = "05_gradient_checking.ipynb"


def test_find_the_layer_turn_the_width_and_learn_parity(chapter):
    """The whole chapter in one opening."""
    begin(chapter, NOTEBOOK)

    layer = chapter.panel(1)
    check = button(layer, "Check")
    expect(check).to_be_disabled()
    expect(button(layer, "Worst")).to_be_disabled()
    card = predict(chapter, "both layers", "In which layers will the check")
    layer = chapter.panel(1)
    expect(check).to_be_enabled()
    with chapter.picture_changes(layer.locator("canvas")):
        check.click()
    expect(layer.locator(".workbook-status")).to_contain_text("FAILED")
    expect(button(layer, "Worst")).to_be_enabled()
    expect(card).to_contain_text("It came out otherwise: the hidden layer only")
    with chapter.picture_changes(layer.locator("canvas")):
        chapter.control("fault", layer).select_option("none")
    expect(layer.locator(".workbook-status")).to_contain_text("passed")
    chapter.control("fault", layer).select_option("relu gradient by value")
    expect(layer.locator(".workbook-error")).to_contain_text("the network has no ReLU")
    expect(chapter.control("fault", layer)).to_have_value("none")
    chapter.control("fault", layer).select_option("bias gradient is 0")
    expect(layer.locator(".workbook-status")).to_contain_text("FAILED")
    expect(layer.locator(".workbook-error")).not_to_contain_text("ReLU")

    predict(chapter, "0.00001", "Which width of the difference")
    wide = chapter.panel(2)
    button(wide, "Check").click()
    expect(wide.locator(".workbook-status")).to_contain_text("passed")
    canvas = wide.locator("canvas")
    box = canvas.bounding_box()
    with chapter.picture_changes(canvas):  # press in the curve, far to the left: rounding
        canvas.click(position={"x": 0.73 * box["width"], "y": 0.4 * box["height"]})
    expect(wide.locator(".workbook-status")).to_contain_text("FAILED")
    chapter.control("network", wide).select_option("2-3-2-1: ReLU, sigmoid output")
    slider = chapter.control("width h", wide)
    slider.press("End")
    for _ in range(10):
        slider.press("ArrowLeft")
    expect(wide.locator(".workbook-goal-reached")).to_contain_text("Goal reached")
    looks_right(chapter, wide)

    predict(chapter, "6", "Which is the smallest of these widths")
    few = chapter.panel(6)
    before = loss(few)
    button(few, "Play").click()
    chapter.wait_until(lambda: loss(few) < before / 2, "the loss to fall", timeout=30)
    button(few, "Pause").click()
    expect(button(few, "Play")).to_be_visible()
    chapter.page.wait_for_timeout(300)
    stopped = step(few)
    button(few, "Back").click()
    chapter.wait_until(lambda: step(few) == stopped - 20, "a stride back")
    chapter.control("hidden", few).select_option("8 units")
    chapter.wait_until(lambda: step(few) == 0, "a new start")
    with chapter.picture_changes(few.locator("canvas")):
        button(few, "Play").click()
    looks_right(chapter, few)

    name = chapter.page.locator(".workbook-card").filter(has_text="Which fault is hidden").first
    for option, verdict in (("wrong sign", "Not yet"), ("missing output derivative", "Right")):
        name.get_by_label(option, exact=True).click()
        button(name, "Check").click()
        expect(name).to_contain_text(verdict)
    assert chapter.errors() == []
