"""A question about hidden units: how many XOR needs, and how many of them die."""

from __future__ import annotations

from workbook.data.datasets import xor
from workbook.experiment import Experiment
from workbook.network import Network
from workbook.questions.question import Posed, question

UNITS = (1, 2, 3, 4, 5, 8)


@question(
    "xor-relu",
    "Cross Validated 320672",
    "dead units",
    "too little capacity",
    seeds=100,
)
def xor_relu() -> Posed:
    """XOR with ReLUs, a sigmoid output and cross-entropy: the loss stops at log 2 / 2.

    The asker finds that one to four units never do and five always. Rates say otherwise: two are enough if
    both live, and each unit more is another chance.
    """
    posted = Experiment(
        xor(),
        Network((2, 2, 1), "relu", "identity", initializer="glorot uniform"),
        loss="sigmoid cross-entropy",
        step_size=0.5,
        steps=10_000,
    )

    def with_units(units: int, hidden: str) -> Experiment:
        return posted.but(sizes=(2, units, 1), hidden=hidden)

    every = {
        f"{units} {hidden}": with_units(units, hidden)
        for hidden in ("relu", "sigmoid", "leaky relu")
        for units in UNITS
    }
    del every["2 relu"]  # which is the one as posted
    helps = ("8 relu", "3 sigmoid", "8 leaky relu")
    return Posed(
        posted,
        {name: every[name] for name in helps},
        {name: experiment for name, experiment in every.items() if name not in helps},
    )


questions = (xor_relu,)
