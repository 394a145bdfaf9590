"""How long each chapter takes to execute, and how much memory its kernel holds at the end.

Run by hand: python tests/benchmarks/chapters.py [NOTEBOOK ...]
"""

import os
import sys
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

from workbook.course.lab import shipped_chapters
from workbook.tables import table


class Measured(NotebookClient):
    """A client that looks at the kernel's memory before the kernel is gone."""

    memory = 0.0

    async def _async_cleanup_kernel(self) -> None:
        for process in psutil.Process(os.getpid()).children(recursive=True):
            if "ipykernel" in " ".join(process.cmdline()):
                self.memory = process.memory_info().rss / 1e6
        await super()._async_cleanup_kernel()


def measure(path: Path) -> list[str]:
    """Return the chapter's name, seconds from kernel start to the last output, and megabytes."""
    started = time.perf_counter()
    client = Measured(nbformat.read(path, as_version=4), resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    return [path.name, f"{time.perf_counter() - started:.1f}", f"{client.memory:.0f}"]


if __name__ == "__main__":
    notebooks = [Path(name) for name in sys.argv[1:]] or sorted(shipped_chapters().glob("*.ipynb"))
    print(table(["chapter", "seconds", "MB"], map(measure, notebooks)))
