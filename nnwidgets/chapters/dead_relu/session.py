"""The sessions of the dead ReLU chapter: the network that should add up, as posted, repaired, and perfect."""

from __future__ import annotations

from nnwidgets.session.knobs import Choice, LogSlider, Whole
from nnwidgets.session.session import Session
from workbook import CASES, FAULTS, Experiment, Layer
from workbook.cases.sums import data_a, data_b, data_c, nudged, perfect, scaled

RIGHT, POSTED = "z > 0", "max(z, 0), as posted"
BUG = FAULTS["relu gradient by value"]


def steps_knob() -> Choice:
    """Return the knob for the run's length; each kind of session needs its own."""
    return Choice({"1 000, as posted": 1000, "5 000": 5000}, "steps")


class SumOfInputs(Session):
    """5-2-1, ReLU, as posted; the learner chooses data, step size, derivative and length.

    compare: the same seed with the other derivative beside it.
    """

    data = Choice({"A": data_a, "B": data_b, "C": data_c}, "data")
    step_size = LogSlider(1e-5, 1, 0.01, "step size", restarts=False)
    derivative = Choice({RIGHT: False, POSTED: True}, "derivative")
    compare = Choice({"nothing": False, "other derivative": True}, "compare with")
    length = steps_knob()

    def experiments(self) -> dict[str, Experiment]:
        """Return the chosen experiment, and the one with the other derivative if that is asked for."""
        chosen = self.chosen()
        wrong = self.derivative == POSTED
        both = {RIGHT: chosen, POSTED: BUG.plant(chosen)}
        names = [POSTED, RIGHT] if wrong else [RIGHT, POSTED]
        return {f"derivative {name}": both[name] for name in names[: 2 if self.compare != "nothing" else 1]}

    def chosen(self) -> Experiment:
        """Return the experiment that the knobs stand for, with the right derivative."""
        make, steps = type(self).data.options[self.data], type(self).length.options[self.length]
        return CASES["sum-of-inputs"].as_posted.but(dataset=make(), step_size=self.step_size, steps=steps)


class Repairs(Session):
    """The same network with everything to turn that might repair it. Data A.

    A new step size starts anew as well, so that it is the step size of the whole run.
    """

    step_size = LogSlider(1e-5, 1, 0.01, "step size")
    units = Whole(1, 20, 2, "hidden units")
    hidden = Choice({"ReLU": "relu", "leaky ReLU": "leaky relu(0.1)"}, "activation")
    biases = Choice({"drawn, as posted": "he", "0": "constant(0)", "1": "constant(1)"}, "start biases")
    loss = Choice({"summed": "summed squared error", "mean": "mean squared error"}, "loss")
    inputs = Choice({"1 to 6, as posted": data_a, "divided by 6": lambda: scaled(data_a())}, "inputs")
    length = steps_knob()

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        meaning = {
            name: knob.options[getattr(self, name)]
            for name, knob in vars(Repairs).items()
            if isinstance(knob, Choice)
        }
        experiment = CASES["sum-of-inputs"].as_posted.but(
            dataset=meaning["inputs"](),
            sizes=(5, self.units, 1),
            hidden=meaning["hidden"],
            bias_initializer=meaning["biases"],
            loss=meaning["loss"],
            step_size=self.step_size,
            steps=meaning["length"],
        )
        return {"chosen": experiment}


class PerfectWeights(Session):
    """A start from the perfect weights, with the first of them moved by `nudge`; on data A, B or C."""

    data = Choice({"A": data_a, "B": data_b, "C": data_c}, "data")
    step_size = LogSlider(1e-5, 1, 0.01, "step size", restarts=False)
    nudge = Choice({"not at all": 0.0, "by 0.000001": 1e-6, "by 0.001": 1e-3, "by 0.1": 0.1}, "nudge")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that starts from the perfect weights."""
        make = type(self).data.options[self.data]
        return {"perfect weights": perfect.but(dataset=make(), step_size=self.step_size)}

    def start(self, experiment: Experiment) -> list[Layer]:
        """Return the perfect weights, nudged."""
        return nudged(type(self).nudge.options[self.nudge], experiment)
