"""A panel for a lecture: one key lets it fill the screen, in letters for the last row; arrows lead it."""

from pathlib import Path

import anywidget


class FullScreen(anywidget.AnyWidget):
    """The button that lets its panel fill the screen, as the key F does while one is in the panel.

    Then the right and left arrows make a step and take it back, the space bar plays and pauses, the down and
    up arrows lead to the next panel of the chapter and to the one before, R resets, and F or Escape ends it.
    """

    _esm = Path(__file__).with_name("lecture.js")
