"""Training: one step after the other, of one seed or of thousands, here or on other machines.

Read it in this order: run, trainer, shares, training. Beside them lie work and workers, which have it done
elsewhere, memory, which keeps what was done, and machine.
"""

from workbook.training.run import Run, joined
from workbook.training.shares import Stopped
from workbook.training.trainer import Trainer
from workbook.training.training import RUNS, read_only, train
from workbook.training.work import WorkerError

__all__ = ["RUNS", "Run", "Stopped", "Trainer", "WorkerError", "joined", "read_only", "train"]
