"""How fast is the engine? Run by hand: python tests/benchmarks/engine.py [--rows 20000] [--rounds 7]

Everything is measured in one run and in turns, in processor time of one thread, so that a busy machine
favours nobody; what counts are the ratios. The peers are those of `pip install -e .[bench]`.
"""

import argparse
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple, TypeVar

import numpy as np
import sklearn
import torch
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from workbook import Dataset, Experiment, Network, Trainer, train
from workbook.data.datasets import xor
from workbook.layers import Convolution, Picture

BATCH = 10
Name = TypeVar("Name")


class Target(NamedTuple):
    """The time of `slow` over the time of `fast` should be at least `least`, or at most `most`."""

    slow: str
    fast: str
    least: float = 0.0
    most: float = float("inf")


def race(contestants: dict[Name, Callable[[], None]], rounds: int) -> dict[Name, float]:
    """Run all in turns and return the median of each, in seconds of processor time."""
    times = {name: [] for name in contestants}
    for contestant in contestants.values():
        contestant()
    for _ in range(rounds):
        for name, contestant in contestants.items():
            start = time.process_time()
            contestant()
            times[name].append(time.process_time() - start)
    return {name: median(values) for name, values in times.items()}


def torch_steps(experiment: Experiment, activations: list, loss: Callable) -> Callable[[int], None]:
    """The same training in PyTorch, eager and in its own float32; call it with a number of steps."""
    layers = []
    for n_in, n_out, activation in zip(
        experiment.network.sizes, experiment.network.sizes[1:], activations, strict=False
    ):
        layers += [torch.nn.Linear(n_in, n_out), activation]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=experiment.step_size)
    x, t = (
        torch.tensor(array, dtype=torch.float32)
        for array in (experiment.dataset.inputs, experiment.dataset.targets)
    )

    def steps(count: int) -> None:
        order = torch.randperm(len(x))
        for number in range(count):
            rows = order[number * BATCH : (number + 1) * BATCH]
            inputs, targets = (x, t) if experiment.batch_size is None else (x[rows], t[rows])
            optimizer.zero_grad()
            loss(model(inputs), targets).backward()
            optimizer.step()

    return steps


def large(rows: int, rounds: int) -> dict[str, float]:
    """784-30-10 on random pictures, ten rows a step, one epoch; microseconds a step."""
    random = np.random.RandomState(0)
    labels = random.randint(10, size=rows)
    data = Dataset(random.rand(rows, 784), np.eye(10)[labels])
    network = Network((784, 30, 10), hidden="sigmoid", output="sigmoid")
    experiment = Experiment(data, network, loss="quadratic cost", step_size=0.5, batch_size=BATCH)
    steps = rows // BATCH
    first, second = (layer.W for layer in network.init(0))
    eager = torch_steps(
        experiment,
        [torch.nn.Sigmoid(), torch.nn.Sigmoid()],
        lambda y, t: 0.5 * ((y - t) ** 2).sum() / len(t),
    )
    peer = MLPClassifier(
        (30,),
        activation="logistic",
        solver="sgd",
        batch_size=BATCH,
        momentum=0,
        alpha=0,
        learning_rate_init=0.5,
    )

    def products() -> None:
        order = random.permutation(rows)
        for number in range(steps):
            taken = order[number * BATCH : (number + 1) * BATCH]
            x, t = data.inputs[taken], data.targets[taken]
            hidden = x @ first
            _y = hidden @ second
            _second = hidden.T @ t
            dy = t @ second.T
            _first = x.T @ dy

    def written_out() -> None:
        """The step as bare lines, with new arrays for new parameters: what our structure costs."""
        order, (U, b), (V, c) = random.permutation(rows), *network.init(0)
        for number in range(steps):
            taken = order[number * BATCH : (number + 1) * BATCH]
            x, t = data.inputs[taken], data.targets[taken]
            hidden = 1 / (1 + np.exp(-(x @ U + b)))
            y = 1 / (1 + np.exp(-(hidden @ V + c)))
            dz = (y - t) / BATCH * (y * (1 - y))
            dh = dz @ V.T * (hidden * (1 - hidden))
            dV, dc = hidden.T @ dz, dz.sum(0, keepdims=True)
            dU, db = x.T @ dh, dh.sum(0, keepdims=True)
            U, b, V, c = U - 0.5 * dU, b - 0.5 * db, V - 0.5 * dV, c - 0.5 * dc

    trainer = Trainer(experiment.but(record_every=10 * steps))
    seconds = race(
        {
            "five matrix products": products,
            "written out": written_out,
            "workbook": lambda: trainer.advance(steps),
            "PyTorch eager": lambda: eager(steps),
            "scikit-learn": lambda: peer.partial_fit(data.inputs, labels, classes=range(10)),
        },
        rounds,
    )
    return {name: 1e6 * value / steps for name, value in seconds.items()}


def small(rounds: int, steps: int = 300, seeds: int = 1000) -> dict[str, float]:
    """5-2-1 on two rows, full batch; microseconds a step; of many seeds at once, for each."""
    experiment = Experiment(
        Dataset([[1, 2, 3, 4, 5], [1, 2, 3, 4, 6]], [[15], [16]]),
        Network((5, 2, 1), hidden="relu", initializer="he", bias_initializer="he"),
        loss="summed squared error",
        step_size=0.0001,
    )
    eager = torch_steps(experiment, [torch.nn.ReLU(), torch.nn.Identity()], lambda y, t: ((y - t) ** 2).sum())
    one, crowd = Trainer(experiment), Trainer(experiment, range(seeds))
    seconds = race(
        {
            "workbook": lambda: one.advance(steps),
            "workbook, many seeds": lambda: crowd.advance(steps),
            "PyTorch eager": lambda: eager(steps),
        },
        rounds,
    )
    seconds["workbook, many seeds"] /= seeds
    return {name: 1e6 * value / steps for name, value in seconds.items()}


POPULATIONS = {  # name -> experiment, steps of one seed in a round
    "1-64-1, 201 rows": (
        Experiment(
            Dataset(np.linspace(0, 1, 201)[:, None], np.linspace(0, 1, 201)[:, None] ** 2),
            Network((1, 64, 1), "leaky relu", "leaky relu"),
            step_size=1e-6,
        ),
        400,
    ),
    "2-4-1, 4 rows": (Experiment(xor(), Network((2, 4, 1))), 1000),
    "784-30-10, batches of 10": (
        Experiment(
            Dataset(np.random.RandomState(0).rand(2000, 784), np.eye(10)[np.arange(2000) % 10]),
            Network((784, 30, 10), hidden="sigmoid", output="sigmoid"),
            loss="quadratic cost",
            step_size=0.5,
            batch_size=BATCH,
        ),
        400,
    ),
}


def population(experiment: Experiment, steps: int, rounds: int) -> dict[str, float]:
    """Seeds trained together by `train`, in a plain script; microseconds a step and seed, start excluded."""

    def trained(seeds: int, steps: int) -> Callable[[], None]:
        recipe = experiment.but(steps=steps, record_every=10**9)
        return lambda: train(recipe, range(seeds), remember=False) and None

    many = {seeds: max(50, 4 * steps // seeds) if seeds > 1 else steps for seeds in (1, 4, 10, 25, 100)}
    contestants = {
        (seeds, part): trained(seeds, steps // part) for seeds, steps in many.items() for part in (1, 5)
    }
    seconds = race(contestants, rounds)
    return {
        f"{seeds} seed{'s' * (seeds > 1)}": 1e6
        * (seconds[seeds, 1] - seconds[seeds, 5])
        / (steps - steps // 5)
        / seeds
        for seeds, steps in many.items()
    }


def lenet(batch: int, rounds: int, steps: int = 10) -> dict[str, float]:
    """LeNet-5 with ReLU and max pooling on random pictures; milliseconds a step; PyTorch in float32."""
    random = np.random.RandomState(0)
    data = Dataset(random.rand(200, 784), np.eye(10)[random.randint(10, size=200)])
    sizes = (Picture(28, 28), Convolution(6, 5, 2, "max"), Convolution(16, 5, 0, "max"), 120, 84, 10)
    experiment = Experiment(
        data,
        Network(sizes, hidden="relu", initializer="he"),
        loss="softmax cross-entropy",
        step_size=0.01,
        batch_size=batch,
        record_every=10**9,
    )
    trainer, relu = Trainer(experiment), torch.nn.ReLU()
    model = torch.nn.Sequential(
        *(torch.nn.Conv2d(1, 6, 5, padding=2), relu, torch.nn.MaxPool2d(2)),
        *(torch.nn.Conv2d(6, 16, 5), relu, torch.nn.MaxPool2d(2), torch.nn.Flatten()),
        *(torch.nn.Linear(400, 120), relu, torch.nn.Linear(120, 84), relu, torch.nn.Linear(84, 10)),
    )
    optimizer, loss = torch.optim.SGD(model.parameters(), lr=0.01), torch.nn.CrossEntropyLoss()
    x = torch.tensor(data.inputs, dtype=torch.float32).reshape(-1, 1, 28, 28)
    t = torch.tensor(data.targets.argmax(1))

    def eager() -> None:
        for _ in range(steps):
            rows = torch.randint(len(x), (batch,))
            optimizer.zero_grad()
            loss(model(x[rows]), t[rows]).backward()
            optimizer.step()

    seconds = race({"workbook": lambda: trainer.advance(steps) and None, "PyTorch eager": eager}, rounds)
    return {name: 1e3 * value / steps for name, value in seconds.items()}


def imports(rounds: int) -> dict[str, float]:
    """A fresh interpreter each time; milliseconds."""

    def fresh(module: str) -> float:
        code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return 1e3 * float(done.stdout)

    names = ("numpy", "workbook")
    times = [[fresh(name) for name in names] for _ in range(5 * rounds)]
    return {name: median(column) for name, column in zip(names, zip(*times, strict=True), strict=True)}


def report(title: str, unit: str, figures: dict[str, float], targets: list[Target]) -> None:
    """Print the figures, and below them each ratio with its target."""
    print(f"\n{title}")
    for name, figure in figures.items():
        print(f"  {name:24}{figure:10.2f} {unit}")
    for slow, fast, least, most in targets:
        ratio = figures[slow] / figures[fast]
        verdict = "met" if least <= ratio <= most else "MISSED"
        wanted = f"at least {least:g}" if least else f"at most {most:g}"
        print(f"  {slow} / {fast}: {ratio:.2f} ({wanted}: {verdict})")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast is the engine, beside its peers?")
    parser.add_argument("--rows", type=int, default=20_000, help="pictures in an epoch")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    threadpool_limits(1)
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}, "
        f"scikit-learn {sklearn.__version__}; {platform.processor() or platform.machine()}, one thread; "
        f"median of {arguments.rounds} rounds"
    )
    report(
        f"784-30-10, batches of {BATCH}, {arguments.rows} rows",
        "us a step",
        large(arguments.rows, arguments.rounds),
        [
            Target("PyTorch eager", "workbook", least=4),
            Target("workbook", "written out", most=1.15),
        ],
    )
    report(
        "5-2-1, full batch of 2 rows; many seeds: 1000",
        "us a step and seed",
        small(arguments.rounds),
        [
            Target("PyTorch eager", "workbook", least=12),
            Target("workbook", "workbook, many seeds", least=50),
        ],
    )
    for name, (experiment, steps) in POPULATIONS.items():
        report(
            f"seeds together: {name}",
            "us a step and seed",
            population(experiment, steps, arguments.rounds),
            [Target(f"{seeds} seeds", "1 seed", most=0.8) for seeds in (4, 10, 25, 100)],
        )
    for batch in (1, BATCH):
        report(
            f"LeNet-5, batches of {batch}",
            "ms a step",
            lenet(batch, arguments.rounds),
            [Target("workbook", "PyTorch eager", most=2)],
        )
    report(
        "import, in a fresh interpreter",
        "ms",
        imports(arguments.rounds),
        [Target("workbook", "numpy", most=1.3)],
    )


if __name__ == "__main__":
    main()
