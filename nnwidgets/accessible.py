"""What ipywidgets leaves out for readers of screens: the names of sliders."""

from pathlib import Path

import anywidget


class Accessible(anywidget.AnyWidget):
    """An invisible widget: it names every slider of the panel that it stands in after its visible label.

    It also carries the style sheet of panels and cards.
    """

    _esm = Path(__file__).with_name("accessible.js")
    _css = Path(__file__).with_name("workbook.css")
