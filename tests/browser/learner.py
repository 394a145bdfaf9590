"""What a learner does with a chapter, and reads from it."""

import re

from playwright.sync_api import Locator

from workbook.course.progress import NAME as PROGRESS

from .chapter import Chapter


def begin(chapter: Chapter, notebook: str) -> Chapter:
    """Open and run a chapter as a learner who has answered nothing yet."""
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    return chapter.open(notebook).run_all()


def card(chapter: Chapter, text: str) -> Locator:
    """Return the prediction or exercise that says this."""
    found = chapter.page.locator(".workbook-card").filter(has_text=text).first
    found.scroll_into_view_if_needed()
    return found


def predict(chapter: Chapter, option: str, question: str = "") -> Locator:
    """Answer the first prediction that has this option, and asks this; return its card."""
    label = chapter.page.get_by_label(option, exact=True)
    found = chapter.page.locator(".workbook-card").filter(has=label, has_text=question).first
    found.scroll_into_view_if_needed()
    found.get_by_label(option, exact=True).click()
    button(found, "That is my prediction").click()
    return found


def button(place: Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def status(place: Locator) -> str:
    """Return the panel's line that says where it stands."""
    return place.locator(".workbook-status").inner_text()


def told(place: Locator, pattern: str) -> float:
    """Return a number from that line."""
    return float(re.search(pattern, status(place)).group(1))


def step(place: Locator) -> int:
    return int(told(place, r"step (\d+) of"))


def loss(place: Locator) -> float:
    return told(place, r"loss ([\d.e+-]+)")


def looks_right(chapter: Chapter, place: Locator) -> None:
    """No label is cut off and nothing sticks out, at two widths and in both themes."""
    for width in (1280, 1920):
        chapter.page.set_viewport_size({"width": width, "height": 1000})
        for theme in ("light", "dark"):
            chapter.set_theme(theme)
            place.scroll_into_view_if_needed()
            for label in place.locator(".widget-label:visible, button:visible").all():
                assert label.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), label.inner_text()
            assert place.evaluate("e => e.scrollWidth <= e.clientWidth")
