"""The question about MNIST in full: python tests/benchmarks/mnist.py [--seeds 2] [--epochs 10]

784-30-10 on the 60 000 pictures, as posted, in every encoding; the share of the 10 000 held-out pictures that
is right after each epoch. With --findings: what the chapter says of real MNIST, ten epochs included, and
whether it holds. It needs real MNIST (`workbook mnist`, or WORKBOOK_MNIST) and some ten minutes.
"""

import argparse
import sys
import time

from workbook import Trainer
from workbook.cases import input_scaling as facts
from workbook.cases.digit_reader import real_mnist, recipe
from workbook.cases.input_scaling import POSTED, RIGHT
from workbook.data.digits import ENCODINGS, dataset, encode
from workbook.measures.accuracy import share_right
from workbook.measures.saturation import saturated


def epochs(encoding: str, batch_size: int, seed: int, count: int) -> list[str]:
    """Train, and return one line: what starts saturated, the share after each epoch, the seconds."""
    known, asked = real_mnist()
    experiment = recipe(dataset(known, encoding), 30, batch_size).but(record_every=10**9)
    trainer, inputs = Trainer(experiment, seed), encode(asked.pixels, encoding, known.pixels)
    cells, start = [f"{saturated(experiment, trainer.params, rows=1000):.0%}"], time.perf_counter()
    for _ in range(count):
        trainer.advance(trainer.batches)
        right = share_right(experiment.network, trainer.params, inputs, asked.labels)[0]
        cells.append(f"{right:.3f}")
    return [*cells, f"{time.perf_counter() - start:.0f} s"]


def findings() -> bool:
    """Print what the chapter says of real MNIST, and whether it is so; return whether all of it is."""
    every = []
    for finding in facts.fact.values():
        if finding.due in (facts.found, facts.minutes):
            start = time.perf_counter()
            every.append(finding.holds())
            verdict = "holds" if every[-1] else f"does not hold, should be: {finding.statement}"
            print(f"{finding}\n  {verdict}, {time.perf_counter() - start:.0f} s", flush=True)
    return all(every)


def main() -> None:
    parser = argparse.ArgumentParser(description="Real MNIST, ten epochs, in every encoding")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--findings", action="store_true", help="check the chapter's instead")
    arguments = parser.parse_args()
    if arguments.findings:
        sys.exit(not findings())
    print("encoding, pictures a step, seed: saturated at the start; right after each epoch; time")
    plan = [(name, 1) for name in (POSTED, RIGHT)] + [(name, 10) for name in ENCODINGS]
    for encoding, batch_size in plan:
        for seed in range(arguments.seeds):
            line = epochs(encoding, batch_size, seed, arguments.epochs)
            print(f"{encoding}, {batch_size}, {seed}:", *line, flush=True)


if __name__ == "__main__":
    main()
