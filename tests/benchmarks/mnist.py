"""The question about MNIST in full: python tests/benchmarks/mnist.py [--seeds 2] [--epochs 10]

784-30-10 on the 60 000 pictures, as posted, in every encoding; the share of the 10 000 held-out pictures that
is right after each epoch. It needs real MNIST (`workbook mnist`, or WORKBOOK_MNIST) and some ten minutes.
"""

import argparse
import time

from workbook import Trainer
from workbook.cases.input_scaling import POSTED, RIGHT, recipe, share_right
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, dataset, encode
from workbook.measures.saturation import saturated


def epochs(known, asked, encoding: str, batch_size: int, seed: int, count: int) -> list[str]:
    """Train, and return one line: what starts saturated, the share after each epoch, the seconds."""
    experiment = recipe(dataset(known, encoding), 30, batch_size).but(record_every=10**9)
    few = experiment.but(dataset=dataset(known[:1000], encoding, known.pixels))
    trainer, inputs = Trainer(experiment, seed), encode(asked.pixels, encoding, known.pixels)
    cells, start = [f"{saturated(few, trainer.params):.0%}"], time.perf_counter()
    for _ in range(count):
        trainer.advance(trainer.batches)
        cells.append(f"{share_right(experiment, trainer.params, inputs, asked.labels)[0]:.3f}")
    return [*cells, f"{time.perf_counter() - start:.0f} s"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Real MNIST, ten epochs, in every encoding")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    known, asked = mnist.load()
    print("encoding, pictures a step, seed: saturated at the start; right after each epoch; time")
    plan = [(name, 1) for name in (POSTED, RIGHT)] + [(name, 10) for name in ENCODINGS]
    for encoding, batch_size in plan:
        for seed in range(arguments.seeds):
            line = epochs(known, asked, encoding, batch_size, seed, arguments.epochs)
            print(f"{encoding}, {batch_size}, {seed}:", *line, flush=True)


if __name__ == "__main__":
    main()
