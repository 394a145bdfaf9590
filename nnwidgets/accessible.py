"""What ipywidgets leaves out for readers of screens: names, what a slider shows, and what has changed."""

from pathlib import Path

import anywidget
import traitlets


class Accessible(anywidget.AnyWidget):
    """An invisible widget: it makes the panel or card that it stands in speak.

    Sliders get the name and the number that stand beside them, groups their names; what a panel says of
    itself (class workbook-live) is read out when it changes, and the keys pressed in it act on it alone.
    label: the name of the panel; a card is named by its question.
    It also carries the style sheet of panels and cards.
    """

    _esm = Path(__file__).with_name("accessible.js")
    _css = Path(__file__).with_name("workbook.css")
    label = traitlets.Unicode().tag(sync=True)
