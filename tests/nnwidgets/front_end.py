"""What a browser says to a widget, as messages; and small sessions to say it to."""

import threading

import ipywidgets
import numpy as np

from nnwidgets.session.knobs import Choice, LogSlider, Slider, Switch
from nnwidgets.session.training import Session
from workbook import Dataset, Experiment, Network


def say(widget: ipywidgets.Widget, **state) -> None:
    """Let the browser change the widget's state."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def send(widget: ipywidgets.Widget, **content) -> None:
    """Let the browser send a message of the widget's own kind."""
    data = {"method": "custom", "content": content}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def press(button: ipywidgets.Button) -> None:
    """Let the browser press a button."""
    send(button, event="click")


def in_thread(work) -> list[BaseException]:
    """Do the work in another thread, as a subshell does; return what it raised."""
    raised = []

    def safe():
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=safe)
    thread.start()
    thread.join(30)
    return raised


class Told:
    """A rule for findings that give the right option themselves."""

    def __init__(self, options):
        self.options = list(options)

    def right(self, finding):
        return finding()


X = np.linspace(-1, 1, 8).reshape(-1, 1)
LINE = Dataset(X, 2 * X + 1, "line")


class LineSession(Session):
    """A line, fitted in mini-batches with momentum: everything that going back has to restore."""

    hidden = Choice({"tanh": "tanh", "ReLU": "relu"}, "hidden")
    slope = Slider(-2, 2, 0.5, 1, "slope")
    step_size = LogSlider(1e-3, 1e9, 0.05, "step size", restarts=False)
    biased = Switch(True, "bias")

    length = 60
    shortest_step = 0.0

    def experiments(self):
        """Return one experiment, and the same with full batches."""
        one = Experiment(
            Dataset(X, self.slope * X + 1),
            Network((1, 3, 1), type(self).hidden.options[self.hidden], bias=self.biased),
            step_size=self.step_size,
            momentum=0.9,
            batch_size=3,
            steps=self.length,
            shortest_step=self.shortest_step,
        )
        return {"mini-batches": one, "full batches": one.but(batch_size=None)}


class Long(LineSession):
    """A long one."""

    length = 1_000_000


class Strides(LineSession):
    """Seven steps between two moments."""

    stride = 7


def same(first, second) -> bool:
    """Whether two moments are the same to the last bit."""
    pairs = zip(first.params, second.params, strict=True)
    arrays = [(a, b) for one, other in pairs for a, b in zip(one, other, strict=True)]
    return first.step == second.step and all(
        (a is None and b is None) or np.array_equal(a, b, equal_nan=True)
        for a, b in [*arrays, (first.outputs, second.outputs), (first.loss, second.loss)]
    )
