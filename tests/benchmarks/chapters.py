"""How long each chapter takes to execute, how long its reader waits, and how much memory its kernel holds.

Run by hand:

    python tests/benchmarks/chapters.py [--read] [NOTEBOOK ...]

With --read, the text before each cell is read first, at 250 words a minute, but for 20 seconds at most: what
is computed ahead then has the time that a reader gives it. It needs a processor that is free.
"""

import argparse
import os
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

from workbook.course.lab import shipped_chapters
from workbook.tables import table

WORDS_A_SECOND = 250 / 60
LONGEST = 20  # seconds of reading
LONG = 1  # second: nobody should wait longer


def measure(path: Path, read: bool) -> tuple[list[str], list[list[str]]]:
    """Return a row on the chapter, and one for each cell that its reader waits long for."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}})
    waits, words = {}, 0
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                words += len(cell.source.split())
                continue
            if read:
                time.sleep(min(LONGEST, words / WORDS_A_SECOND))
            started, words = time.perf_counter(), 0
            client.execute_cell(cell, number)
            waits[number] = time.perf_counter() - started
        processor, memory = used()
    long = [
        [notebook.cells[number].source.splitlines()[0][:70], str(number), f"{wait:.1f}"]
        for number, wait in waits.items()
        if wait > LONG
    ]
    total = sum(waits.values())
    return [path.name, f"{total:.1f}", str(len(long)), f"{processor:.1f}", f"{memory:.0f}"], long


def used() -> tuple[float, float]:
    """Return the seconds of processor that the kernel and what it began took, and its megabytes."""
    seconds, memory = 0.0, 0.0
    for process in psutil.Process(os.getpid()).children(recursive=True):
        seconds += sum(process.cpu_times()[:4])  # of what has ended already, too
        if "ipykernel" in " ".join(process.cmdline()):
            memory = process.memory_info().rss / 1e6
    return seconds, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--read", action="store_true", help="read what stands before each cell")
    parser.add_argument("notebooks", nargs="*", type=Path)
    arguments = parser.parse_args()
    rows = []
    for path in arguments.notebooks or sorted(shipped_chapters().glob("*.ipynb")):
        row, long = measure(path, arguments.read)
        rows.append(row)
        if long:
            print(table([path.name, "cell", "seconds"], long), end="\n\n")
    print(table(["chapter", "waiting, s", f"cells over {LONG} s", "processor, s", "MB"], rows))


if __name__ == "__main__":
    main()
