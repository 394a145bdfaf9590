"""The chapter on the step size, played through as a learner would."""

from playwright.sync_api import expect

from .learner import begin, button, card, journey, looks_right, pause, predict, seen

NOTEBOOK = "08_step_size_and_momentum.ipynb"


@journey
def test_the_error_that_is_left_the_valley_the_edge_and_four_curves(chapter):
    begin(chapter, NOTEBOOK)

    posted = predict(chapter, "in the middle, where it is steepest")
    with chapter.picture_changes(posted.locator("canvas")):
        button(posted, "Play").click()
    expect(posted).to_contain_text("It came out otherwise: at the right end", timeout=60_000)
    expect(posted).to_contain_text("this part is learned")
    seen(posted, "at the right end")
    expect(posted).to_contain_text("So it was")
    looks_right(chapter, posted)

    repair = predict(chapter, "about 0.05")
    expect(repair).to_contain_text("Choose x / 2π as the input, then press Play, and see.")
    chapter.control("input", repair).select_option("standardised")
    chapter.control("step size", repair).press("End")
    for _ in range(8):  # from 0.1 to 0.005
        chapter.control("step size", repair).press("ArrowLeft")
    button(repair, "Play").click()
    expect(repair.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    pause(repair)
    expect(repair).not_to_contain_text("It came out")  # this run does not show what was asked
    chapter.control("input", repair).select_option("x / 2π")
    button(repair, "Play").click()
    expect(repair).to_contain_text("It came out otherwise: more than twice as much", timeout=60_000)

    valley = predict(chapter, "up to 0.038, nearly twice as long", sure="I am sure")
    button(valley, "Play").click()
    expect(valley).to_contain_text("You were right", timeout=60_000)
    seen(valley, "it came down")
    expect(valley).to_contain_text("So it was")
    looks_right(chapter, valley)

    edge = predict(chapter, "all 20")
    button(edge, "Play").click()
    expect(edge).to_contain_text("It came out otherwise: none", timeout=60_000)
    seen(edge, "it rose above its start, and fell")
    expect(edge).to_contain_text("So it was")

    riddle = card(chapter, "Which one change brings each of them the furthest?")
    for curve, cure in (
        ("A", "steps ten times as long"),
        ("B", "steps a tenth as long"),
        ("C", "steps ten times as long"),
    ):
        riddle.get_by_label(curve, exact=True).select_option(cure)
    button(riddle, "Check").click()
    expect(riddle).to_contain_text("2 of 4 rows are right", timeout=60_000)
    expect(riddle).to_contain_text("with longer steps it overflows")
    riddle.get_by_label("C", exact=True).select_option("three times as many epochs")
    riddle.get_by_label("D", exact=True).select_option("start values from N(0, 1)")
    button(riddle, "Check").click()
    expect(riddle).to_contain_text("Right. Smooth and falling slowly")
    assert chapter.errors() == []
