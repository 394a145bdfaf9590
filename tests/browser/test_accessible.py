"""What readers of screens hear, and what shows where the keys go: on a panel and on cards."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from .learner import button

PANELS = (
    "from nnwidgets.chapters import bias, gradient_checking",
    "bias.panel(bias.how_low(), bias.the_corner())",
    "gradient_checking.parity_panel(gradient_checking.settles())",
)
CARDS = (
    "from nnwidgets.chapters import bias, linear_output",
    "bias.prior()",
    "bias.one_change()",
    "bias.which_gate()",
    "linear_output.table()",
)
ROLES = "button|slider|combobox|spinbutton|textbox|checkbox|radio|group|radiogroup|img"
NAMED = re.compile(rf"- '?({ROLES})\b(?: \"((?:[^\"\\]|\\.)*)\")?")

# The contrast of the ring around what has the focus with what is behind it (WCAG 2.2, 1.4.11).
CONTRAST = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255);
    const [r, g, b] = parts.map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const e = document.activeElement, {outlineColor, outlineStyle, outlineWidth} = getComputedStyle(e);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return 0;
  const behind = getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor;
  const [high, low] = [light(outlineColor), light(behind)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}"""


def names(place) -> list[tuple[str, str]]:
    """Return the role and the name of everything that is used, as a reader of screens is told."""
    return NAMED.findall(place.aria_snapshot())


def all_named(place) -> None:
    """Everything has a name, which no other of its kind has in the same panel or card."""
    found = Counter(names(place))
    assert found
    assert not [each for each in found if not each[1].strip()], "something has no name"
    assert not [each for each, count in found.items() if count > 1], "two have the same name"


@pytest.fixture
def opened(chapter, request):
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    chapter.lab.write_notebook("accessible.ipynb", *request.param)
    return chapter.open("accessible.ipynb").run_all()


@pytest.mark.parametrize("opened", [PANELS], indirect=True, ids=["panels"])
def test_panels_speak(opened):
    first, second = opened.panel(0), opened.panel(1)
    expect(first).to_have_attribute("aria-label", "two neurons that should copy a bit")
    expect(first).to_have_attribute("role", "group")
    for panel in (first, second):
        all_named(panel)
        panel.locator(".workbook-options button").first.click()
        expect(panel.locator(".workbook-transport")).to_be_visible()
        button(panel, "More").click()
        all_named(panel)
        live = panel.locator(".workbook-live")
        assert live.count() >= 4, "what was said, what happens, errors, the verdict"
        assert all(e.get_attribute("role") == "status" for e in live.all())
        assert all(e.evaluate("e => getComputedStyle(e).display !== 'none'") for e in live.all())
    for label, moved in (("step size", "7"), ("start w₁", "0.20")):
        slider = first.get_by_role("slider", name=label, exact=True)
        row = first.locator(".widget-inline-hbox").filter(has=opened.page.get_by_text(label, exact=True))
        shown = row.locator(".widget-readout")
        expect(slider).to_have_attribute("aria-valuetext", shown.inner_text())
        slider.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", moved)
        expect(shown).to_have_text(moved)
    goal = first.locator("[role=status]").filter(has_text="Goal: without any bias")
    expect(goal).to_have_count(1)
    picture = first.get_by_role("img")
    expect(picture).to_have_attribute("aria-label", re.compile("at w₁ = 0.20"))
    button(first, "Step").click()
    expect(first.locator("[role=status]").filter(has_text="step 1 of")).to_have_count(1)
    expect(picture).not_to_have_attribute("aria-label", re.compile("at w₁ = 0.20"))
    assert opened.errors() == []


@pytest.mark.parametrize("opened", [CARDS], indirect=True, ids=["cards"])
def test_cards_speak_and_are_read_on_every_screen(opened):
    page, cards = opened.page, opened.page.locator(".workbook-card")
    expect(cards).to_have_count(4)
    for card in cards.all():
        expect(card).to_have_attribute("aria-label", re.compile("^(Exercise|Predict)\\. "))
        all_named(card)
    number = cards.first
    number.get_by_label("your answer").fill("19")
    button(number, "Check").click()
    expect(number.locator("[role=status]").filter(has_text="Not yet.")).to_have_count(1)
    number.get_by_role("button", name=re.compile("^Hint")).click()
    expect(number.locator("[role=status]").filter(has_text="Hint 1")).to_have_count(1)
    for width, height in ((1280, 800), (853, 533), (768, 1024)):
        page.set_viewport_size({"width": width, "height": height})
        for card in cards.all():
            assert card.evaluate("e => e.scrollWidth <= e.clientWidth"), width
            for part in card.locator("label:visible, button:visible").all():
                assert part.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), part.inner_text()
        lists = [choice.bounding_box() for choice in cards.last.locator("select").all()]
        assert min(box["width"] for box in lists) >= 180, f"{width}: room for an option"
    assert opened.errors() == []


@pytest.mark.parametrize("opened", [PANELS[:2] + CARDS[:3]], indirect=True, ids=["both"])
def test_the_focus_is_seen_in_both_themes(opened):
    page = opened.page
    opened.panel(0).locator(".workbook-options button").first.click()
    expect(button(opened.panel(0), "Play")).to_be_focused()
    takes_keys = ":is(button, select, input, [role=slider]):visible"
    places = page.locator(f":is(.workbook-panel, .workbook-card) {takes_keys}")
    for theme in ("light", "dark"):
        opened.set_theme(theme)
        page.keyboard.press("Tab")  # a ring shows where keys are used
        for place in places.all():
            if place.is_enabled():
                place.focus()
                assert page.evaluate(CONTRAST) >= 3, (theme, place.get_attribute("class"))
    assert opened.errors() == []
