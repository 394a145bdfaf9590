"""The session of the linear-output chapter: x squared, learned through one output unit or another."""

from __future__ import annotations

from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.session import Session
from workbook import CASES, Experiment
from workbook.cases.linear_output import LEAKY, OUTPUTS, SPREAD, square

MOMENTS = 1000  # remembered in a run, so that a long one is not slowed down by its history


class SquareFit(Session):
    """1-64-1, hidden units leaky, as posted; the learner chooses the output unit, the step, the start.

    slope: that of the output unit below 0, where it is leaky. compare: the same seed with another output
    unit beside it. biases: all at 0, where every unit bends at x = 0, or spread over (-1, 1).
    """

    output = Choice(OUTPUTS, "output")
    slope = LogSlider(1e-4, 1, 0.01, "leaky slope")
    compare = Choice({"nothing": None} | OUTPUTS, "compare with")
    step_size = LogSlider(1e-8, 1, 1e-6, "step size", restarts=False)
    length = Choice(
        {"300": 300, "2 000": 2000, "20 000": 20_000, "50 000, as posted": 50_000},
        "steps",
        "50 000, as posted",
    )
    biases = Choice({"0, as posted": "zeros", "spread": SPREAD}, "start biases")
    targets = Choice({"x²": (1, 0), "4 x²": (4, 0), "x² - ½": (1, -0.5)}, "targets")

    @property
    def stride(self) -> int:
        """Steps between two remembered moments: 1 in a short run."""
        return max(1, self.steps // MOMENTS)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen output unit, and with the one to compare it with."""
        kind = type(self)
        scale, shift = kind.targets.options[self.targets]
        chosen = CASES["square"].as_posted.but(
            dataset=square(scale=scale, shift=shift),
            bias_initializer=kind.biases.options[self.biases],
            step_size=self.step_size,
            steps=kind.length.options[self.length],
        )
        both = {f"{self.output} output": chosen.but(output=self._unit(self.output))}
        if self.compare != "nothing":
            both[f"compared: {self.compare}"] = chosen.but(output=self._unit(self.compare))
        return both

    def _unit(self, name: str) -> str:
        return f"leaky relu({self.slope:g})" if OUTPUTS[name] == LEAKY else OUTPUTS[name]
