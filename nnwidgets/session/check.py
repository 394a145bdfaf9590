"""A gradient check as something that a learner turns: at which start, after how many steps, how wide."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from nnwidgets.session.knobs import Choice, Knob, LogSlider, Whole
from nnwidgets.session.watched import Watched, locked
from workbook import Experiment, check_gradients
from workbook.gradcheck import THRESHOLD, GradientReport, Parameter
from workbook.measures.gradient_error import checks_by_width, params_after
from workbook.measures.names import layer_letters, numbered, subscript
from workbook.measures.surface import Place, value_at

WRONG = 1e-2
HOW = ("width", "trained", "seed")


def verdict(parameter: Parameter) -> str:
    """Say what a row of the report means: "kink", "agrees", "doubtful" or "wrong"."""
    if parameter.kink:
        return "kink"
    if parameter.error <= THRESHOLD:
        return "agrees"
    return "doubtful" if parameter.error <= WRONG else "wrong"


def unit_name(widths: tuple[int, ...], layer: int, number: int) -> str:
    """Return the name of a unit: x₂ of several inputs, h of a single hidden unit, y of a single output."""
    return numbered(layer_letters(len(widths))[layer], number, widths[layer])


def parameter_name(widths: tuple[int, ...], row: Parameter) -> str:
    """Return the name of a parameter: w₁ or b₁ in a chain of single units, or by its units."""
    if max(widths) == 1:
        return row.kind.lower() + subscript(row.layer + 1)
    target = unit_name(widths, row.layer + 1, row.index[1])
    if row.kind == "b":
        return f"bias of {target}"
    return f"weight {unit_name(widths, row.layer, row.index[0])} to {target}"


class Check(Watched):
    """A gradient check that is made anew whenever a knob turns. Subclasses say of which experiment.

    report: the check at `width`. by_width: one report for each of WIDTHS. chosen: the number of the
    parameter that is looked at. shown: whether the outcome may be seen yet. remark: what became of another
    knob when the last one was turned.
    """

    title = "a gradient check"
    checked_is = "backpropagation says"  # who gives the gradient that is checked

    width = LogSlider(1e-13, 1, 1e-5, "width h")
    trained = Choice(
        {"not at all": 0, "100 steps": 100, "1000 steps": 1000, "3000 steps": 3000}, "trained for"
    )
    seed = Whole(0, 9999, 0, "seed")

    chosen = traitlets.Int(0)
    shown = traitlets.Bool(True)
    remark = ""

    def begin(self) -> None:
        """Make the check."""
        self._draw()
        self.observe(self._tell, ["chosen", "shown"])

    def experiment(self) -> Experiment:
        """Return the experiment whose gradient is checked; ValueError where the knobs make none."""
        raise NotImplementedError

    def knobs(self) -> dict[str, Knob]:
        """Return the knobs: those that say what is checked stand before those that say how."""
        every = super().knobs()
        return {name: every[name] for name in sorted(every, key=HOW.__contains__)}

    @property
    def parameter(self) -> Parameter:
        """The row of the report that is looked at."""
        return self.report.parameters[self.chosen]

    @property
    def name(self) -> str:
        """What the parameter that is looked at is called."""
        return parameter_name(self.checked.network.widths, self.parameter)

    @property
    def value(self) -> float:
        """The value of the parameter that is looked at."""
        row = self.parameter
        return value_at(self.params, Place(row.layer, row.kind, row.index))

    def outcome(self) -> str:
        """Say in few words what came of it; errors that only rounding decides are not told apart."""
        if not self.shown:
            return "not made yet"
        error = self.report.relative_error
        said = f"below {THRESHOLD:.0e}" if error < THRESHOLD else f"{error:.1e}"
        return f"{_passed(self.report)}, relative error {said}"

    def headline(self) -> str:
        """Say what came of the check, and what it says of the parameter that is looked at."""
        if not self.shown:
            return f"{self.remark}The check has not been made yet"
        row, passed = self.parameter, self.report.passed
        said = {"agrees": "agrees", "kink": "is at a kink"}.get(verdict(row), f"is {verdict(row)}")
        return (
            f"{self.remark}The check {'passes' if passed else 'FAILS'}: relative error "
            f"{self.report.relative_error:.2g}. {self.name} = {self.value:.3g} {said}: {self.checked_is} "
            f"{row.analytic:.3g} (analytic), the difference {row.numeric:.3g} (numeric)"
        )

    @locked
    def new_seed(self) -> None:
        """Draw other parameters: the next seed."""
        self.seed = (self.seed + 1) % 10_000

    @locked
    def look_at(self, number: int) -> None:
        """Look at another parameter, by its number in the report."""
        self.chosen = number

    @locked
    def look_at_worst(self) -> None:
        """Look at the parameter with the largest error."""
        self.chosen = self.report.parameters.index(self.report.worst())

    @locked
    def move_width(self, width: float) -> None:
        """Check with another width, of two digits and within its bounds; only what is shown can be moved."""
        if self.shown:
            knob = type(self).width
            self.width = float(f"{np.clip(width, knob.low, knob.high):.2g}")

    @locked
    def turned(self, change: Any) -> None:
        """Follow a knob; what cannot be checked is taken back, and said."""
        self.remark = ""
        if change.name == "width":
            self._measure()
        else:
            try:
                self._draw()
            except ValueError:
                setattr(self, change.name, change.old)
                raise
        self.changed += 1

    def _draw(self) -> None:
        """Draw the parameters, train them if asked to, and check at every width."""
        experiment = self.experiment()
        self.params = params_after(experiment, self.meaning("trained"), self.seed)
        self.checked = experiment
        self.by_width = checks_by_width(experiment, self.params)
        self._measure()

    def _measure(self) -> None:
        self.report = check_gradients(self.checked, 0, self.params, self.width, THRESHOLD)
        if self.chosen >= len(self.report.parameters):
            self.chosen = 0

    def _tell(self, _: Any) -> None:
        self.changed += 1


def _passed(report: GradientReport) -> str:
    return "passed" if report.passed else "FAILED"
